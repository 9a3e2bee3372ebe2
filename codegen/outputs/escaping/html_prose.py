"""Descriptions as HTML with paragraphs, lists, code and links. Everything else is text.

Each piece of a text is escaped before tags are put around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from codegen.core.escaping.controls import visible
from codegen.core.scripts import is_joint
from codegen.outputs.escaping.flat_lists import split_list_items
from codegen.outputs.escaping.link_targets import is_example_address, is_web_address

# The ampersand is last, since the others have one.
_ENTITIES = (("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;"), ("&", "&amp;"))
_TEXT = str.maketrans(dict(_ENTITIES))
# Code between ticks; words in brackets with an address behind them; an address. It ends before
# punctuation of the sentence.
_PIECE = re.compile(
    r"(?<!`)(?P<ticks>`{1,3})(?!`)(?P<code>[^\n]+?)(?<!`)(?P=ticks)(?!`)"
    r"|\[(?P<words>[^\[\]\n]+)\]\((?P<target>https?://[^\s()<>\"'`]+)\)"
    r"|(?P<bare>https?://[A-Za-z0-9](?:[\w.~:/?#@!$&*+,;=%-]*[\w~/#=&-])?)",
    re.ASCII,
)
# Also beside non-ASCII letters, since many languages have no spaces between words.
_STRONG = re.compile(r"(?<![*\w])\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*(?![*\w])", re.ASCII)
_EMPHASIS = re.compile(r"(?<![*\w])\*(?=\w)([^*\n]{1,120}?)(?<=\S)\*(?![*\w])", re.ASCII)
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|(?P<number>\d{1,3})[.)])[ \t]+(?=\S)")
_LINE_END = re.compile(r"(?<=\S)\n(?=\S)")
_WRAPPED = 40  # a shorter line ends on purpose
_FENCE = re.compile(r"[ \t]*(```|~~~)")


def text(plain: str) -> str:
    """Escape a text between tags, or in a quoted attribute."""
    return visible(plain).translate(_TEXT)


def unescape(html: str) -> str:
    """Return the text of HTML without tags, the reverse of `text`."""
    for character, entity in _ENTITIES:
        html = html.replace(entity, character)
    return html


def phrase(plain: str) -> str:
    """Convert a line of text to HTML with code, emphasis and links."""
    plain, parts, end = visible(plain), [], 0
    for match in _PIECE.finditer(plain):
        parts.append(_mark_strong(plain[end : match.start()]))
        if match["code"] is not None:
            parts.append(f"<code>{match['code'].strip().translate(_TEXT)}</code>")
        elif not is_web_address(match["target"] or match["bare"]):
            parts.append(match[0].translate(_TEXT))
        elif is_example_address(match["target"] or match["bare"]):
            parts.append((match["words"] or match["bare"]).translate(_TEXT))
        else:
            address = match["target"] or match["bare"]
            words = match["words"] or match["bare"]
            parts.append(
                f'<a href="{address.translate(_TEXT)}" rel="nofollow">{words.translate(_TEXT)}</a>'
            )
        end = match.end()
    parts.append(_mark_strong(plain[end:]))
    return "".join(parts)


def block(plain: str) -> str:
    """Convert a description to HTML with paragraphs, lists and code blocks."""
    return "".join(_convert_blocks(split_list_items(plain).split("\n")))


def _mark_strong(piece: str) -> str:
    strong = _STRONG.sub(r"<strong>\1</strong>", piece.translate(_TEXT))
    return _EMPHASIS.sub(r"<em>\1</em>", strong)


def _convert_blocks(lines: list[str]) -> Iterator[str]:
    fenced: list[str] | None = None
    taken: list[str] = []
    for line in lines:
        if fenced is not None:
            if _FENCE.match(line):
                yield f"<pre><code>{text(chr(10).join(fenced))}</code></pre>"
                fenced = None
            else:
                fenced.append(line)
        elif _FENCE.match(line) or not line.strip():
            yield from _convert_paragraphs(taken)
            taken = []
            fenced = [] if line.strip() else None
        else:
            taken.append(line)
    yield from _convert_paragraphs(taken if fenced is None else fenced)


def _convert_paragraphs(lines: list[str]) -> Iterator[str]:
    """Convert adjacent lines to paragraphs and lists."""
    items: list[tuple[str, list[str]]] = []
    for line in lines:
        match = _ITEM.match(line)
        if match is not None:
            items.append(("ol" if match["number"] else "ul", [line[match.end() :]]))
        elif items and (items[-1][0] == "p" or line[:1] in " \t"):
            items[-1][1].append(line)
        else:
            items.append(("p", [line]))
    for tag, group in groupby(items, key=lambda item: item[0]):
        inner = [_join_paragraph(lines) for _, lines in group]
        if tag == "p":
            yield from (f"<p>{paragraph}</p>" for paragraph in inner)
        else:
            yield f"<{tag}>{''.join(f'<li>{paragraph}</li>' for paragraph in inner)}</{tag}>"


def _join_paragraph(lines: list[str]) -> str:
    """Join the lines of a paragraph, without a space between full-width letters."""
    joined = _LINE_END.sub(_choose_joint, "\n".join(line.strip() for line in lines))
    if "\n" not in joined:
        return phrase(joined)
    return "<br>".join(map(phrase, joined.split("\n")))


def _choose_joint(match: re.Match[str]) -> str:
    """Return the replacement of a line end, which is a space if the line was only wrapped."""
    before, after = match.string[match.start() - 1], match.string[match.end()]
    if before.isascii() and after.isascii():
        width = match.start() - match.string.rfind("\n", 0, match.start()) - 1
        if width >= _WRAPPED and before not in ".:;!?":
            return " "
        return match[0]
    if is_joint(before, after):
        return ""
    return " "
