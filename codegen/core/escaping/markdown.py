r"""Plain text as Markdown of a Hugo site: shown as it is, never a shortcode, a tag or structure of the page.

Ordinary descriptions, with their lists, fences and emphasis, come back byte for byte but for `<`, which is written `\<`:
that is the one escape of the published pages; others have `[*]` of a path escaped too.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from codegen.core.escaping.code import certain_code
from codegen.core.escaping.controls import on_one_line, visible
from codegen.core.escaping.html import is_inert_tag

_TAG = re.compile(r"(?<![\\{])(?P<before>[\\{]*+)<")
_PLACEHOLDER = re.compile(r"(?<![\\{])(?P<before>[\\{]*+)<(?:(?P<name>[A-Za-z]+(?:,[A-Za-z]+)*)>)?")
_REST = re.compile(r"[ \t]*(?:\n|\Z)")
_BEFORE = re.compile(r"(?:[ \t>]|[-+*:]|\d{1,9}[.)])*+")
# What may stand before the start of a block: indentation, quotes, items of lists and of definition lists (but not the bullet of what
# looks like a field, nor a dash that is alone on its line: it underlines a heading).
_CONTAINERS = r"^(?P<before>(?:[ \t>]|[-+*:](?=[ \t])(?![ \t]+(?:\*\*|$))|\d{1,9}[.)](?=[ \t]))*+)"
# A line that would start a heading, underline one, or look like a field of the page.
_STRUCTURE = re.compile(rf"{_CONTAINERS}(?=#|[-+*][ \t]+\*\*|-+[ \t]*$|=+[ \t]*$)", re.MULTILINE)
# Where a link target could be defined for words elsewhere on the page.
_DEFINITION = re.compile(rf"{_CONTAINERS}(?=\[)", re.MULTILINE)
# A first line that is nothing but emphasised: so the layout writes list types and patch strategies.
_ANNOTATION = re.compile(r"\A\*(?=[^\n]*\*[ \t]*(?:\n|\Z))")
# A bracket that closes the words of a link, unless the target is plainly an address of the web or a place of this site: any other may
# hide a scheme behind entities, escapes or a line of a quote, or stop a build that reads addresses. A bracket after an odd number of
# backslashes is escaped already: one more would undo that.
_TARGET_PART = r"(?:[^\s()\[\]<>\\%:&/?#]|%[0-9A-Fa-f]{2})*+"
_TARGET_REST = r"(?:[^\s()\[\]<>\\%]|%[0-9A-Fa-f]{2})*+"
_LINK = re.compile(
    r"(?<!\\)(?P<before>(?:\\\\)*+)\](?=\()"
    rf"(?!\(\s*+(?:https?://[\w.-]++(?::\d{{1,5}})?(?![^/?#\s)])|(?!//){_TARGET_PART}(?![:&])){_TARGET_REST}(?:[\s)]|\Z))",
    re.ASCII,
)
# What a site takes for attributes of the block before it, with all that follows on the line.
_ATTRIBUTES = re.compile(rf"{_CONTAINERS}(?=\{{(?:\}}|\s*(?:[#.]|[A-Za-z_:][\w:.-]*\s*=)))", re.MULTILINE)
# A fence followed by such attributes.
_FENCE_ATTRIBUTES = re.compile(
    rf"{_CONTAINERS}(?P<mark>`{{3,}}(?=[^`\n]*$)|~{{3,}})(?P<info>[^\n]*\{{[^\n]*)$", re.MULTILINE
)
_FENCE = re.compile(r"^ {0,3}(?P<mark>`{3,}|~{3,})(?P<info>[^\n]*)$", re.MULTILINE)
_BRACE = re.compile(r"(?<!\\)(?P<before>(?:\\\\)*+)\{")
_ENTITY = re.compile(r"&#?\w+;")
# A bracket in code that may begin a tag, but for the end of an element that has none; `<name>` is one that a browser may not know.
_BRACKET = re.compile(r"<(?!/(?:br|hr|img|wbr)>)(?:(?P<name>[A-Za-z]++(?:,[A-Za-z]++)*+)>|(?=[A-Za-z/!?]))")
# Any item of a list, in the path of a field; readers take the escape away.
_INDEX, _ESCAPED_INDEX = "[*]", "[\\*]"
_NAME_MARKS = re.compile(r"[\\*`\[\]{}]")


def markdown(text: str) -> str:
    """A description as a block of Markdown, without indentation."""
    text = harmless(text)
    return _escaped_tags(text) if "<" in text else text


def markdown_with_code(text: str) -> str:
    """The same with what is certainly code as it is: Markdown shows backslashes there."""
    text = harmless(text)
    return _outside_code(text, _escaped_signs) if "<" in text or _INDEX in text else text


def markdown_with_placeholders(text: str) -> str:
    """The same where the published pages leave `<name>` alone: only a tag that no browser knows stays unescaped, and none that is a line
    by itself, which would begin a block of HTML, in which nothing is escaped any more.
    """
    text = harmless(text)
    return _PLACEHOLDER.sub(_escaped_tag, text) if "<" in text else text


def markdown_line(text: str) -> str:
    """A phrase inside a line of the page; it may hold code and emphasis."""
    return markdown(" ".join(text.split()))


def markdown_heading(text: str) -> str:
    """A phrase that ends a heading: braces at its end would be attributes of the heading, its id and its style among them."""
    line = markdown_line(text)
    return _BRACE.sub(r"\g<before>\\{", line) if line.endswith("}") else line


def markdown_name(text: str) -> str:
    """A name inside a line of the page: no emphasis, code or link of its own."""
    return _NAME_MARKS.sub(r"\\\g<0>", on_one_line(text)).replace("<", "\\<")


def markdown_code(text: str) -> str:
    """The inside of a code span in single backticks. Escapes have no effect there, so what could end it is replaced."""
    return " ".join(visible(text).replace("`", "'").split()).replace("{{<", "{ {<").replace("{{%", "{ {%")


def harmless(text: str, *, fences: bool = True) -> str:
    """The text without what would be structure of the page, a link to a script, or a shortcode of the second kind; tags are left.

    Without `fences` one that is never closed stays, as the upstream generator leaves it.
    """
    text = visible(text)
    text = _STRUCTURE.sub(r"\g<before>\\", text)
    text = _ANNOTATION.sub(r"\\*", text)
    if "]:" in text:
        text = _DEFINITION.sub(r"\g<before>\\", text)
    if "](" in text:
        text = _LINK.sub(r"\g<before>\\]", text)
    if "{" in text:
        text = _ATTRIBUTES.sub(r"\g<before>\\", text)
        text = _FENCE_ATTRIBUTES.sub(_escape_attributes, text)
    if fences and ("```" in text or "~~~" in text):
        text = _closed_fences(text)
    return text.replace("![", "!\\[").replace("{{%", "{{\\%")


def _escape_attributes(fence: re.Match[str]) -> str:
    """A fence with its braces as entities: sites look for attributes before they read entities."""
    return fence["before"] + fence["mark"] + fence["info"].replace("{", "&#123;")


def _escaped_tag(found: re.Match[str]) -> str:
    """`<` with a backslash, and the backslashes before it doubled, since they would take that one away."""
    before, name = found["before"], found.groupdict().get("name")
    if name and not before and is_inert_tag(name) and not _is_a_line(found):
        return found[0]
    return before.replace("\\", "\\\\") + "\\" + found[0][len(before) :]


def _is_a_line(found: re.Match[str]) -> bool:
    """Whether a tag is all of its line but for what may stand before a block."""
    text = found.string
    if _REST.match(text, found.end()) is None:
        return False
    return _BEFORE.fullmatch(text, text.rfind("\n", 0, found.start()) + 1, found.start()) is not None


def _closed_fences(text: str) -> str:
    """The text with an unclosed fence made harmless: it would swallow the rest of the page."""
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
    rest = _FENCE.sub(lambda found: found[0].replace(found["mark"], "\\" + found["mark"], 1), text[opened.start() :])
    return text[: opened.start()] + rest


def _leaves_item(fenced: str) -> bool:
    """Whether lines between two fences stand further left than the first: if that was in an item of a list, the second opens another."""
    indent = len(fenced) - len(fenced.lstrip(" "))
    return indent > 0 and any(line.strip() and not line.startswith(" " * indent) for line in fenced.split("\n"))


def markdown_with_entities(text: str) -> str:
    """A description as a block of Markdown in which the brackets of tags are entities, as on the published table pages.

    What is certainly code is left alone: Markdown shows entities there as they are written.
    """
    return _outside_code(harmless(text), _escape_markup)


def _escape_markup(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escaped_tags(text: str) -> str:
    return _TAG.sub(_escaped_tag, text)


def _escaped_signs(text: str) -> str:
    """A text with what opens a tag, and with `[*]` of a path so that two of them emphasise nothing between them."""
    return _escaped_tags(text).replace(_INDEX, _ESCAPED_INDEX)


def _outside_code(text: str, escape: Callable[[str], str]) -> str:
    """A text that is escaped except where it is certainly code."""
    pieces: list[str] = []
    end = 0
    for start, stop in certain_code(text):
        code = text[start:stop]
        if _is_plain_code(code):
            pieces += (escape(text[end:start]), code)
            end = stop
    return "".join((*pieces, escape(text[end:])))


def _is_plain_code(code: str) -> bool:
    """Whether code means nothing to tools that do not know it for code: shortcodes run there, and readers look for tags and entities."""
    if "{{" in code or "-->" in code or _ENTITY.search(code):
        return False
    return all(found["name"] and is_inert_tag(found["name"]) for found in _BRACKET.finditer(code))
