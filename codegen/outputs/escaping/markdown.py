r"""Descriptions as Markdown of a Hugo site, without shortcodes, tags or structure of the page.

Ordinary descriptions with lists, fences and emphasis stay byte for byte, except `<`, which becomes
`\<`, the only escape of the published pages. Other pages escape `[*]` of a path too.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import partial

from codegen.core.escaping.controls import on_one_line, visible
from codegen.outputs.escaping.code import certain_code
from codegen.outputs.escaping.html import is_inert_tag
from codegen.outputs.escaping.link_targets import is_safe_target

_TAG = re.compile(r"(?<![\\{])(?P<before>[\\{]*+)<")
_PLACEHOLDER = re.compile(r"(?<![\\{])(?P<before>[\\{]*+)<(?:(?P<name>[A-Za-z]+(?:,[A-Za-z]+)*)>)?")
_REST = re.compile(r"[ \t]*(?:\n|\Z)")
_BEFORE = re.compile(r"(?:[ \t>]|[-+*:]|\d{1,9}[.)])*+")
# The start of a line before a block: indentation, quotes, items of lists and of definition lists.
# The bullet of an apparent field is not included, nor a dash alone on its line, which underlines a
# heading.
_CONTAINERS = r"^(?P<before>(?:[ \t>]|[-+*:](?=[ \t])(?![ \t]+(?:\*\*|$))|\d{1,9}[.)](?=[ \t]))*+)"
# A line that would start a heading, underline one, or look like a field of the page.
_STRUCTURE = re.compile(rf"{_CONTAINERS}(?=#|[-+*][ \t]+\*\*|-+[ \t]*$|=+[ \t]*$)", re.MULTILINE)
# The definition of a link target for words elsewhere on the page.
_DEFINITION = re.compile(rf"{_CONTAINERS}(?=\[)", re.MULTILINE)
# An emphasised first line, the form of list types and patch strategies in the layout.
_ANNOTATION = re.compile(r"\A\*(?=[^\n]*\*[ \t]*(?:\n|\Z))")
# The bracket that closes the words of a link, with the target if it is written plainly. A bracket
# after an odd number of backslashes is escaped already. A target in brackets or below the line of a
# quote is none.
_LINK = re.compile(
    r"(?<!\\)(?P<before>(?:\\\\)*+)\](?=\((?:\s*+(?P<target>[^\s()\[\]<>\\]*+)(?:[\s)]|\Z))?)",
)
# Attributes of the block before them, with the rest of the line.
_ATTRIBUTES = re.compile(
    rf"{_CONTAINERS}(?=\{{(?:\}}|\s*(?:[#.]|[A-Za-z_:][\w:.-]*\s*=)))", re.MULTILINE
)
# A fence followed by such attributes.
_FENCE_ATTRIBUTES = re.compile(
    rf"{_CONTAINERS}(?P<mark>`{{3,}}(?=[^`\n]*$)|~{{3,}})(?P<info>[^\n]*\{{[^\n]*)$", re.MULTILINE
)
_FENCE = re.compile(r"^ {0,3}(?P<mark>`{3,}|~{3,})(?P<info>[^\n]*)$", re.MULTILINE)
_BRACE = re.compile(r"(?<!\\)(?P<before>(?:\\\\)*+)\{")
_ENTITY = re.compile(r"&#?\w+;")
# A bracket in code that may begin a tag, except the end of a void element. `<name>` or `<name of
# it>` may be unknown to browsers.
_BRACKET = re.compile(
    r"<(?!/(?:br|hr|img|wbr)>)(?:(?P<name>[A-Za-z]++(?:[,.][A-Za-z]++)*+)(?: [\w ]*+)?>|(?=[A-Za-z/!?]))"
)
_NAME_MARKS = re.compile(r"[\\*`\[\]{}]")


def markdown(text: str) -> str:
    """Escape a description as a block of Markdown, without indentation."""
    return _escape_tags(harmless(text))


def markdown_with_code(text: str) -> str:
    """Escape a description as a block, except inside code, where backslashes would show.

    `[*]` of paths is escaped too, since two of them would emphasise the text between them.
    """
    return _escape_outside_code(
        harmless(text), lambda piece: _escape_tags(piece).replace("[*]", "[\\*]")
    )


def markdown_with_placeholders(text: str) -> str:
    """Escape a description as a block, except `<name>` of unknown elements, as the published pages
    do.

    A tag on a line of its own is escaped, since it would begin a block of HTML.
    """
    return _PLACEHOLDER.sub(_escape_tag, harmless(text))


def markdown_line(text: str) -> str:
    """Escape a phrase inside a line, except its code and emphasis."""
    return markdown(" ".join(text.split()))


def markdown_heading(text: str) -> str:
    """Escape a phrase at the end of a heading, in which final braces would be attributes."""
    line = markdown_line(text)
    if line.endswith("}"):
        return _BRACE.sub(r"\g<before>\\{", line)
    return line


def markdown_name(text: str) -> str:
    """Escape a name inside a line, without emphasis, code or links."""
    return _NAME_MARKS.sub(r"\\\g<0>", on_one_line(text)).replace("<", "\\<")


def markdown_code(text: str) -> str:
    """Prepare text for a code span in single backticks.

    Escapes have no effect there, so backticks are replaced.
    """
    return (
        " ".join(visible(text).replace("`", "'").split())
        .replace("{{<", "{ {<")
        .replace("{{%", "{ {%")
    )


def harmless(text: str, *, fences: bool = True) -> str:
    """Escape page structure, script links and `%` shortcodes, but not tags.

    Without `fences` an unclosed fence stays, as in the upstream generator.
    """
    text = _STRUCTURE.sub(r"\g<before>\\", visible(text))
    text = _ANNOTATION.sub(r"\\*", text)
    if "]:" in text:  # only then is a line in brackets a definition
        text = _DEFINITION.sub(r"\g<before>\\", text)
    text = _LINK.sub(_escape_unsafe_link, text)
    text = _ATTRIBUTES.sub(r"\g<before>\\", text)
    # The braces of a fence become entities, since sites look for attributes before they decode
    # entities.
    text = _FENCE_ATTRIBUTES.sub(
        lambda fence: fence["before"] + fence["mark"] + fence["info"].replace("{", "&#123;"), text
    )
    return (
        (_escape_unclosed_fence(text) if fences else text)
        .replace("![", "!\\[")
        .replace("{{%", "{{\\%")
    )


def _escape_unsafe_link(match: re.Match[str]) -> str:
    """Escape the bracket after the words of a link that may lead to another place than it seems to."""
    is_safe = match["target"] is not None and is_safe_target(match["target"])
    if is_safe:
        return match[0]
    return f"{match['before']}\\]"


def _escape_tag(match: re.Match[str]) -> str:
    """Escape `<` with a backslash, and double the backslashes before it."""
    before, name = match["before"], match.groupdict().get("name")
    if name and not before and is_inert_tag(name) and not _is_whole_line(match):
        return match[0]
    return before.replace("\\", "\\\\") + "\\" + match[0][len(before) :]


def _is_whole_line(match: re.Match[str]) -> bool:
    """Return whether a tag is alone on its line."""
    text = match.string
    if _REST.match(text, match.end()) is None:
        return False
    return (
        _BEFORE.fullmatch(text, text.rfind("\n", 0, match.start()) + 1, match.start()) is not None
    )


def _escape_unclosed_fence(text: str) -> str:
    """Escape an unclosed fence, which would include the rest of the page."""
    opened: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if opened is None:
            if fence["mark"][0] != "`" or "`" not in fence["info"]:
                opened = fence
        elif fence["mark"].startswith(opened["mark"]) and not fence["info"].strip():
            if _leaves_item(text[opened.start() : fence.end()]):
                break
            opened = None
    if opened is None:
        return text
    remainder = _FENCE.sub(
        lambda match: match[0].replace(match["mark"], "\\" + match["mark"], 1),
        text[opened.start() :],
    )
    return text[: opened.start()] + remainder


def _leaves_item(fenced: str) -> bool:
    """Return whether fenced lines leave the list item of the first fence, so that the second fence
    opens another.
    """
    indent = len(fenced) - len(fenced.lstrip(" "))
    return any(line.strip() and not line.startswith(" " * indent) for line in fenced.split("\n"))


def markdown_with_entities(text: str) -> str:
    """Escape a description as a block, with entities for brackets, as on the published table pages.

    Code stays, since entities are visible in it.
    """
    return _escape_outside_code(harmless(text), partial(html.escape, quote=False))


def _escape_tags(text: str) -> str:
    return _TAG.sub(_escape_tag, text)


def _escape_outside_code(text: str, escape: Callable[[str], str]) -> str:
    """Escape a text except its code."""
    pieces: list[str] = []
    end = 0
    for start, stop in certain_code(text):
        code = text[start:stop]
        if _is_plain_code(code):
            pieces += (escape(text[end:start]), code)
            end = stop
    return "".join((*pieces, escape(text[end:])))


def _is_plain_code(code: str) -> bool:
    """Return whether code has no shortcodes, tags or entities, which other tools would interpret."""
    if "{{" in code or "-->" in code or _ENTITY.search(code):
        return False
    return all(
        bracket["name"] and is_inert_tag(bracket["name"]) for bracket in _BRACKET.finditer(code)
    )
