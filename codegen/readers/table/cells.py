"""Reading of cells in the table layout.

    <code>beds</code>&nbsp;<strong>*</strong><br/><em><a href="{{< ref "#Bed" >}}">Bed
    array</a></em> <br/><em>patch strategy: merge on key <code>name</code></em>

Every expression is possessive where two parts could take the same characters, so reading is linear.
"""

from __future__ import annotations

import html
import re

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.scripts import is_joint
from codegen.model.kubernetes import PRIMITIVES
from codegen.readers.page_tree import Annotations, TypeName
from codegen.readers.shared.page import PageText
from codegen.readers.shared.tokens import LINK, WRAPPERS, read_link, split_wrappers
from codegen.readers.table.cell_html import convert_to_markdown

_S = r"(?:\s|&nbsp;)*+"
_EM = r"<em\b[^<>]*+>(?P<{}>[^<]*+(?:<(?!/?em\b)[^<]*+)*+)</em\s*+>"
_MARK = r"<strong\b[^<>]*+>\s*+\\?[*＊]\s*+</strong\s*+>"
_CODE = re.compile(r"<code\b[^<>]*+>(?P<html>[^<>]*+)</code\s*+>|`(?P<ticks>[^`<>]*+)`")
_STRONG = re.compile(_MARK)
_EMPHASIS = re.compile(_EM.format("text"))
_MARKDOWN_EMPHASIS = re.compile(
    r"(?<![\w*\\])([*_])(?=[^\s*_])(?P<text>[^*_\n]+)(?<=\S)\1(?![\w*])"
)
_TAG = re.compile(r"<[^<>]*>")
_MARKUP = re.compile(r"<br\s*+/?>|&nbsp;|\\?[*＊]")

_LINK = re.compile(LINK)
_TYPE_EM = re.compile(rf"{_S}(?:{_EM.format('type')}|(?P<bare>[^<].*))?+{_S}", re.DOTALL)
_KIND = re.compile(r"[A-Z][A-Za-z0-9_.]*+", re.ASCII)
_PATCH = re.compile(
    r"\s*+(?P<words>[^\s:：<>][^:：<>]*+)[:：]\s*+(?P<strategies>[A-Za-z]++(?:\s*+,\s*+[A-Za-z]++)*+)"
    r"(?:\s++on\s++key\s++(?:<code>|`)(?P<key>[^<>`]++)(?:</code>|`))?+\s*+"
)
_ARRAY = "array"
# These words say less than the OpenAPI document: they lose formats and the values of maps.
_LOSSY = frozenset({"integer", "number", "object"})
# Pages written by this tool say more: `int32`, `map[string]X`, `map[string][]X array`, `any`.
_ANY = "any"
_PREFIX = re.compile(WRAPPERS)

_BREAK = re.compile(r"(?<!\\)<br\s*+/?>")
# The generator escapes only asterisks that would open or close emphasis: '*', /*', '*/.
_STAR = re.compile(r"(?<=')\\(?=\*['/])|(?<=/)\\(?=\*')")
_ANY_STAR = re.compile(r"(?<=['\"`“‘/])\\(?=\*)|\\(?=\*['\"`”’/])")
# A backslash at the start of a line escapes a character that would start a block.
_LINE_START = re.compile(r"(?:(?<=\A)|(?<=\n))\\(?=[`~#=\[-])")
_ENTITY = re.compile(r"&(?:lt|gt|amp|#39|#34|quot|apos|nbsp|#123);")
_LIST_TAG = re.compile(r"</?(?:li|[ou]l)\b")
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])\s")


class NameCell(Struct, frozen=True, kw_only=True):
    """The first cell of a field. `type` and `patch` are as written, or None.

    `odd` is any other text of the cell.
    """

    name: str
    required: bool
    type: str | None
    patch: str | None
    odd: str


def read_name_cell(raw: str) -> NameCell:
    """Read the cell of a name. `name` is empty if the cell has none."""
    named = _CODE.search(raw)
    if named:
        name = (named["html"] or named["ticks"] or "").strip()
    else:
        name = ""
    emphasised = [emphasis["text"] for emphasis in _EMPHASIS.finditer(raw)]
    remainder = _EMPHASIS.sub(" ", _CODE.sub(" ", raw, count=1))
    emphasised += [emphasis["text"] for emphasis in _MARKDOWN_EMPHASIS.finditer(remainder)]
    remainder = _MARKDOWN_EMPHASIS.sub(" ", remainder)
    odd = " ".join(_MARKUP.sub(" ", _STRONG.sub(" ", remainder)).split())
    if not name and odd.isascii() and " " not in odd and "<" not in odd:
        name, odd = odd, ""
    types = [text for text in emphasised if not _is_patch(text)]
    odd = " ".join([odd, *types[1:]]).strip()
    return NameCell(
        name=name,
        required="*" in remainder or "＊" in remainder,
        type=types[0] if types else None,
        patch=next((text for text in emphasised if _is_patch(text)), None),
        odd=odd,
    )


def _is_patch(text: str) -> bool:
    """Return whether an emphasized text is a patch note, by its colon."""
    words = _TAG.sub("", text)
    return ":" in words or "：" in words


def read_type(raw: str) -> TypeName | None:
    """Read the words of a type, or return None for other words.

    The generator prints nothing for a definition without a type (IntOrString), so an empty type is
    any value, and lost. `string` is not marked as lost, since it is true of strings of every
    format.
    """
    text, link = raw.strip(), None
    if "<" in text or "](" in text:
        link = _LINK.fullmatch(text)
        if link is None:
            return None
        text = link["linked"] or link["marked"] or ""
    return read_type_words(text, read_link(link, ()) if link else None)


def read_type_words(text: str, link: TypeName | None) -> TypeName | None:
    """Read the words of a type without markup, or return None.

    `link` has the target of their link.
    """
    words = text.strip("*_` \t").split()
    arrays: list[str] = []
    while words and words[-1] == _ARRAY and len(arrays) < 8:
        words.pop()
        arrays.append("[]")
    joined = " ".join(words)
    name = _PREFIX.sub("", joined, count=1)
    wrappers = (*arrays, *split_wrappers(joined.removesuffix(name)))
    if name in ("", _ANY):
        return TypeName(name="", wrappers=wrappers, lost=True)
    if not (name in PRIMITIVES or _KIND.fullmatch(name)):
        return None
    type_name = link or TypeName(name=name)
    return replace(type_name, name=name, wrappers=wrappers, lost=name in _LOSSY)


def read_type_cell(raw: str) -> TypeName | None:
    """Read a cell with only a type, in HTML or in a pipe table."""
    match = _TYPE_EM.fullmatch(raw)
    return read_type(raw if match is None else match["type"] or match["bare"] or "")


def read_patch_note(page: PageText, raw: str) -> Annotations | None:
    """Read the note of a patch strategy, or return None."""
    match = _PATCH.fullmatch(raw)
    if match is None or not page.means(match["words"], "patch"):
        return None
    return Annotations(
        patch_strategy=tuple(strategy.strip() for strategy in match["strategies"].split(",")),
        patch_merge_key=(match["key"] or "").strip(),
    )


def clean_cell(raw: str, *, stars: bool = True, hand_made: bool = False) -> str:
    """Remove the generator's escapes from a description in a cell.

    In the cell of a field (`stars`) asterisks are escaped too. A translation (`hand_made`) has its
    own quotation marks.
    """
    text = _BREAK.sub("\n", join_wrapped_lines(raw.strip()))
    markdown = convert_to_markdown(text)
    text = unescape_html((text if markdown == text else markdown.strip()).replace("\\<", "<"))
    if stars:
        return remove_star_escapes(text, hand_made=hand_made)
    return text


def remove_star_escapes(text: str, *, hand_made: bool) -> str:
    """Remove the escapes of asterisks in the cell of a field.

    A translation (`hand_made`) has its own quotation marks.
    """
    return (_ANY_STAR if hand_made else _STAR).sub("", text)


def clean_section(raw: str, *, hand_made: bool = False) -> str:
    """Remove HTML escapes from a section's description.

    Only hand-made text has its wrapped lines joined.
    """
    if hand_made:
        text = join_wrapped_lines(raw.strip())
    else:
        text = raw.strip()
    return unescape_html(_LINE_START.sub("", _BREAK.sub("\n", text)))


def unescape_html(text: str) -> str:
    """Replace the HTML entities of Go's escaping and of hand-made pages once."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]).replace("\xa0", " "), text)


def join_wrapped_lines(text: str) -> str:
    """Join hand-wrapped lines with a space, or with nothing between wide characters.

    Paragraphs, the items of lists and fenced code stay apart.
    """
    pieces: list[str] = []
    last, fenced, blank = "", False, False
    for line in text.split("\n"):
        bare = line.strip()
        fence = bare.startswith("```")
        if not bare and not fenced:
            blank = True
            continue
        if not pieces:
            joint = ""
        elif blank:
            joint = "\n\n"
        elif fenced or fence or last.startswith("```") or _ITEM.match(bare):
            joint = "\n"
        else:
            if is_joint(last, bare) or _LIST_TAG.match(bare):
                joint = ""
            else:
                joint = " "
        pieces += (joint, line.rstrip() if fenced and not fence else bare)
        fenced ^= fence
        last, blank = bare, False
    return "".join(pieces)
