"""Recognition of rendered pages: the HTML of a page, and the text that a browser copies from it."""

from __future__ import annotations

import re

from codegen.core.records import on_demand
from codegen.core.source import Source
from codegen.readers.form import Layout

_HEAD_OF_PAGE = 65_536  # characters, in which the first field is
# What may come before the first element of a document.
_PROLOGUE = re.compile(r"\s*+(?:<!--(?:[^-]|-(?!->))*+-->\s*+|<[!?][^<>]*+>\s*+)*+")
_ELEMENT = re.compile(r"<[a-z][a-z0-9]*[\s>/]", re.IGNORECASE)
_HEADING = re.compile(r"<h[1-4][\s>]", re.IGNORECASE)
_QUOTE = r"(?:[\"“”]|&quot;|&#34;|&ldquo;)"
# Elements around the words of a page that a browser has translated.
_STYLED = r"(?:<(?:font|span)\b[^<>]*+>\s*+)*+"
# The lines of the head, or an operation.
_HTML_SIGN = re.compile(
    rf"<code[^<>]*+>\s*+{_STYLED}(?:apiVersion:\s|import\s*+{_QUOTE})"
    r"|<h3[^<>]*+>\s*+(?:<a\s[^<>]*+>\s*+(?:</a\s*+>)?+\s*+)?+"
    rf"<code[^<>]*+>\s*+{_STYLED}[a-z]{{3,20}}</",
    re.IGNORECASE,
)
# The heading of a common parameter, such as `fieldManager`.
_PARAMETER_SIGN = re.compile(
    r"<[hH]2\s[^<>]*?[iI][dD]=[\"']?([a-z]++[A-Z][A-Za-z]*+)[\"']?[^<>]*+>\s*+\1\b"
)
_COPIED_IMPORT = re.compile(
    r"^[^\S\n]*+import[ \t\u00a0]++[\"“”][\w./-]++[\"“”][^\S\n]*+$", re.MULTILINE
)
# A title and the lines of the head.
_COPIED_HEAD = re.compile(
    r"^[^\S\n]*+(?P<kind>[A-Z][A-Za-z0-9]*+)(?: v\d\w*+)?+\s++"
    r"(?:(?P<version>apiVersion:[^\S\n]*+\S++)\s++)?+"
    r"import[ \t\u00a0]++[\"“”][\w./-]++[\"“”]\s*+",
    re.MULTILINE | re.ASCII,
)
# A name on a line of its own, with its description below.
_PARAMETER_HEADING = re.compile(
    r"(?:^|\n)[^\S\n]*+(?P<name>[a-z]++[A-Za-z]*+)[^\S\n]*+(?=\n\s*+\S++[^\S\n])"
)
_COMMON_PARAMETERS = frozenset(
    (
        "allowWatchBookmarks",
        "continue",
        "dryRun",
        "fieldManager",
        "fieldSelector",
        "fieldValidation",
        "force",
        "gracePeriodSeconds",
        "labelSelector",
        "limit",
        "namespace",
        "pretty",
        "propagationPolicy",
        "resourceVersion",
        "resourceVersionMatch",
        "sendInitialEvents",
        "timeoutSeconds",
        "watch",
    )
)
_LEAST_PARAMETERS = 3
_GO_PACKAGE = re.compile(r"^package\s", re.MULTILINE)
_MARKDOWN = re.compile(r"^\s{0,3}##\s.*\{#|^- \*\*|^[^\S\n]*+---[^\S\n]*+$", re.MULTILINE)
_NAME = r"^[^\S\n]*+(?:[-*+•◦▪·o][^\S\n]++)?[$A-Za-z_][\w.$-]*+[^\S\n]*+"
_BRACKETS = r"[(（][^\n()（）]{1,200}[)）]"
# A field or a parameter with its type or place in brackets.
_FIELD_LINE = re.compile(rf"{_NAME}{_BRACKETS}", re.MULTILINE)
# A field, a value, a parameter, or the head of a table.
_COPIED_LINE = re.compile(
    rf"{_NAME}(?:{_BRACKETS}|[:：][^\S\n]*+\S++$)|^[^\n\t]{{1,40}}\t[^\n\t]{{1,40}}$",
    re.MULTILINE,
)


def is_html_page(source: Source) -> bool:
    """Return whether a text is HTML with the signs of a reference page."""
    if not _begins_with_element(source.text):
        return False
    if _HEADING.search(source.text) is None:
        return False
    return any(sign.search(source.text) for sign in (_HTML_SIGN, _PARAMETER_SIGN))


def _begins_with_element(text: str) -> bool:
    start = _PROLOGUE.match(text)
    return start is not None and _ELEMENT.match(text, start.end()) is not None


def is_copied_text(source: Source) -> bool:
    """Return whether a text was copied from a rendered page.

    It has an import line and fields below, or is a page without fields.
    """
    text = source.text[:_HEAD_OF_PAGE]
    if _MARKDOWN.search(text) or _GO_PACKAGE.search(text) or _begins_with_element(text):
        return False
    imported = _COPIED_IMPORT.search(text)
    if imported is None:
        return _is_page_of_parameters(text)
    if _COPIED_LINE.search(text, imported.end()) is not None:
        return True
    return any(_is_alone(head, text) for head in _COPIED_HEAD.finditer(text))


def _is_alone(head: re.Match[str], text: str) -> bool:
    """Return whether nothing is below a head, or a description whose beginning has the title."""
    if head.end() == len(text):
        return head["version"] is not None
    title = re.compile(rf"[^\n]{{0,20}}?\b{head['kind']}\b", re.ASCII)
    return title.match(text, head.end()) is not None


def _is_page_of_parameters(text: str) -> bool:
    """Return whether a copied text describes common parameters, whose names are its headings."""
    if _FIELD_LINE.search(text) is not None:
        return False  # part of a page, whose parameters refer to common ones
    names = {heading["name"] for heading in _PARAMETER_HEADING.finditer(text)}
    return len(names & _COMMON_PARAMETERS) >= _LEAST_PARAMETERS


# What tells the forms of the two layouts apart is lost in none of them, so their trees have the
# names of the layouts.
FORMS = (
    Layout(
        name="html",
        noun="HTML page",
        recognises=is_html_page,
        read=on_demand("codegen.readers.rendered.html_page", "read"),
        precedence=5,  # its cells and rules are those of the Markdown layouts
    ),
    Layout(
        name="copied-text",
        noun="copied page",
        recognises=is_copied_text,
        read=on_demand("codegen.readers.rendered.copied_text", "read"),
        precedence=-2,  # its lines `apiVersion:` and `kind:` are those of manifests too
    ),
)
