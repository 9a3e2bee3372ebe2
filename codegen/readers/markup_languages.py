"""Texts in markup languages that are not read, and Markdown that a converter made of a page."""

from __future__ import annotations

import re

from msgspec import Struct

_BEGINNING = 65_536  # characters that show the language of a text


class _MarkupLanguage(Struct, frozen=True, kw_only=True):
    """A language that has both of its signs in a text."""

    name: str
    first: re.Pattern[str]
    second: re.Pattern[str]


def _compile_language(name: str, first: str, second: str = "") -> _MarkupLanguage:
    return _MarkupLanguage(
        name=name,
        first=re.compile(first, re.MULTILINE),
        second=re.compile(second, re.MULTILINE),
    )


# Languages with signs in common stand behind those with more of them.
_LANGUAGES = (
    _compile_language("LaTeX or another TeX", r"^\\(?:documentclass|section|startsection|begin\{)"),
    _compile_language("Texinfo", r"^@(?:node|chapter|section|subsection|itemize)\b"),
    _compile_language("a manual page (roff)", r"^\.(?:TH|SH|SS|PP|IP|TP|LP|NH)\b"),
    _compile_language("Textile or the markup of Jira", r"^h[1-6](?:\([^()\n]*\))?\. \S"),
    _compile_language("wiki markup", r"^(?P<marks>={1,6}) ?[^=\s][^\n=]*(?P=marks)$"),
    _compile_language("Typst", r"^={1,6} \S", r"#(?:link|table|figure|strong|emph|quote)[(\[]"),
    _compile_language("AsciiDoc", r"^={1,6} \S", r"^'{3}$|^\|===|link:[^\s\[]+\[|^\[[\[#]|<<[#\w]"),
    _compile_language(
        "Org markup", r"^\*+ \S", r"^:PROPERTIES:$|^#\+[\w-]+:|\[\[[^\[\]\n]+\]\[[^\[\]\n]+\]\]"
    ),
    _compile_language(
        "reStructuredText",
        r"^\s*\.\. [\w-]+::|^\S[^\n]*\n(?:={3,}|-{3,}|~{3,}|\^{3,}|\"{3,})$",
        r"``[^`\n]+``|`__|^\s*\.\. [\w-]+::",
    ),
)
_XML_ROOT = re.compile(
    r"\s*+(?:<\?[^<>]*+>\s*+|<!--(?:[^-]|-(?!->))*+-->\s*+|<!DOCTYPE[^<>\[]*+>\s*+)*+<(?P<root>[a-zA-Z][\w.:-]*+)"
)

_FRONT_MATTER = re.compile(r"\s*+---\s++(?:[^\n]*\n){0,40}?\s*api_metadata:")
_IMPORT_LINE = re.compile(r"^[ \t]*`import[ \t]+[\"“”][\w./-]+[\"“”]`[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"^(?:#{1,4} \S|\S[^\n]*\n(?:-{3,}|={3,})[ \t]*$)", re.MULTILINE)
_ANCHOR = re.compile(r"^#{2,4} [^\n{}\[\]<>]*\{#[^\s{}]+\}", re.MULTILINE)
_RULE = re.compile(r"<hr\s*/?>", re.IGNORECASE)


def describe_markup(text: str) -> str:
    """Describe a text by its markup language, or return an empty string."""
    start = text[:_BEGINNING]
    for language in _LANGUAGES:
        if language.first.search(start) and language.second.search(start):
            return f"{language.name}, which codegen does not read: save the page as HTML"
    return ""


def find_xml_root(text: str) -> str:
    """Return the name of the first element of an XML or HTML document, or an empty string."""
    root = _XML_ROOT.match(text[:_BEGINNING])
    return root["root"] if root is not None else ""


def is_converted_markdown(text: str) -> bool:
    """Return whether a text is Markdown that a converter made of a rendered page.

    Its source has front matter, an anchor in each heading, and `<hr>` below each description, which
    are lost in a rendered page.
    """
    start = text[:_BEGINNING]
    imported = _IMPORT_LINE.search(start)
    if imported is None or _FRONT_MATTER.match(start):
        return False
    if _HEADING.search(start) is None:
        return False
    return _ANCHOR.search(start) is None or _RULE.search(start) is None
