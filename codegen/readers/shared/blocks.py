"""Division of pages into blocks at their headings.

    ## PlotSpec {#PlotSpec}    ## Operations {#Operations}    ### `create` create a Plot    #### Response

A heading that no layout has is reported. In the description of a definition it is text. Elsewhere
it ends the block before it, so that no field is read as part of another definition or operation.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct, field

from codegen.core.diagnostics import Correction
from codegen.core.locales import Locale
from codegen.model import Prose
from codegen.readers.shared.comments import FILLER, remove_filler
from codegen.readers.shared.descriptions import clean
from codegen.readers.shared.page import PageText
from codegen.readers.shared.tokens import NAME, find_headings, match_any

SECTION = re.compile(r"##\s++(?P<name>[^#{}\n]{1,160}?)\s*+\{#(?P<anchor>[^{}\s]*)\s*\}")
OPERATION = re.compile(r"###\s+`(?P<verb>[A-Za-z]+)`[^\S\n]*(?P<title>[^\n]*)")
CATEGORY = re.compile(
    r"###\s++(?P<name>[^\s#`{}][^#`{}\n]{0,119}?)\s*+(?:\{#(?P<anchor>[^{}\s]*)\s*\})?\s*+(?=-\s+\*\*)"
)
REQUEST = re.compile(
    r"(?<![\w/])(?P<method>GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|TRACE)\s++(?P<path>/[^\s<>*`|]*+)"
)
PARTS = (
    "http_request",
    "parameters",
    "response",
    "path_parameters",
    "query_parameters",
    "header_parameters",
    "body_parameters",
)
_NO_IDENTIFIER = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_CUT = 300
# The heading of an operation that has lost some or all of its `###`.
_UNMARKED = re.compile(
    r"[^\S\n]*+(?P<marks>#{0,3}+[^\S\n]*+)(?P<code>`(?P<verb>[A-Za-z]+)`)(?P<title>[^\S\n][^\n]*+)"
)


class Block(Struct, kw_only=True):
    """A part of the page below one heading. Its text begins at `body`.

    `kind` is section, operations, operation, or empty for an unknown heading. `headings` are the
    offsets of the headings inside.
    """

    start: int
    body: int
    end: int = 0
    headings: list[int] = field(default_factory=list)
    name: str = ""
    anchor: str = ""
    verb: str = ""
    kind: str = "section"


def find_blocks(page: PageText, start: int, kind: str) -> list[Block]:
    """Find the blocks of a page from `start` on.

    The first has no heading: any text there documents the page's own kind.
    """
    blocks = [Block(start=start, body=start, name=kind)]
    anchors: dict[str, str] = {}
    for at, level in find_headings(page.text, start, len(page.text)):
        blocks[-1].headings.append(at)
        if at and not page.text[at - 1].isspace():
            continue
        if level == 2:
            block = _read_section(page, at, anchors)
        elif level == 3:
            block = _read_operation(page, at)
        else:
            block = _find_lost_operation(page, blocks[-1], at)
        if block is not None:
            blocks.append(block)
            continue
        if level == 3:
            is_known = CATEGORY.match(page.text, at) is not None
        else:
            is_known = (
                level > 3 and blocks[-1].kind != "section" and find_part(page, at) is not None
            )
        if opens_line(page, at) and not is_known:
            page.warn(
                "heading-unknown",
                f"this layout has no such heading: {read_line(page, at)[:60]!r}",
                at,
                "if it belongs to a description, do not begin the line with #; otherwise correct its words",
                arguments=(read_line(page, at),),
            )
            if level == 2 or (level == 3 and blocks[-1].kind != "section"):
                blocks.append(Block(start=at, body=at, kind=""))
    for block, following in pairwise(blocks):
        block.end = following.start
        block.headings.pop()  # it belongs to the following block
    blocks[-1].end = len(page.text)
    return blocks


def _read_section(page: PageText, at: int, anchors: dict[str, str]) -> Block | None:
    """Read the heading of a definition or of the operations.

    `anchors` maps earlier anchors to their names.
    """
    match = SECTION.match(page.text, at)
    if match is None:
        if opens_line(page, at):
            return _read_unanchored_section(page, at)
        return None
    name, anchor = remove_filler(match["name"]).strip(), match["anchor"]
    if anchor.lower() == "operations" or page.means(name, "operations"):
        return Block(start=at, body=match.end(), name=name, anchor=anchor, kind="operations")
    expected = _NO_IDENTIFIER.sub("-", name)
    if anchors.setdefault(anchor, name) != name and NAME.fullmatch(name):
        page.warn(
            "anchor-twice",
            f"two sections have the anchor {anchor!r}; links lead to the first",
            at,
            f"write `## {name} {{#{expected}}}`",
            arguments=(anchor,),
        )
    elif NAME.fullmatch(name) and anchor != expected and anchor.lower() == expected.lower():
        page.warn(
            "anchor-differs",
            f"the anchor {anchor!r} is not that of {name!r}",
            at,
            f"write {{#{expected}}}: links lead to the anchor, and its case matters",
            Correction(written=f"{{#{anchor}}}", correct=f"{{#{expected}}}"),
            arguments=(anchor, name),
        )
    elif not NAME.fullmatch(anchor):
        page.warn(
            "anchor-translated",
            f"the anchor {anchor!r} is not an identifier",
            at,
            "anchors are identifiers of the API and are never translated",
            arguments=(anchor,),
        )
    elif anchor != expected:
        if not NAME.fullmatch(name):
            page.warn(
                "name-unreadable",
                f"{name[:60]!r} is not a definition name; its anchor {anchor!r} is used",
                at,
                "names are never translated; take the name from the English page",
                arguments=(name, anchor),
            )
        name = anchor  # a translated heading keeps the identifier in its anchor
    return Block(start=at, body=match.end(), name=name, anchor=anchor)


def _read_unanchored_section(page: PageText, at: int) -> Block | None:
    line = read_line(page, at)
    name = remove_filler(line).lstrip("#").partition("{#")[0].strip()
    is_operations = page.means(name, "operations")
    if not is_operations and not NAME.fullmatch(name):
        return None
    page.warn(
        "anchor-missing",
        f"the heading {name[:60]!r} has no anchor",
        at,
        f"write `## {name} {{#{name}}}`: links lead to the anchor",
        arguments=(name,),
    )
    kind = "operations" if is_operations else "section"
    return Block(
        start=at, body=at + len(line), name=name, anchor=_NO_IDENTIFIER.sub("-", name), kind=kind
    )


def _read_operation(page: PageText, at: int) -> Block | None:
    """Read the heading of an operation. In flattened text the request follows on the same line."""
    match = OPERATION.match(page.text, at)
    if match is None:
        return None
    inner = page.text.find("##", match.start("title"), match.end("title"))
    body = inner if inner >= 0 else match.end()
    if request := REQUEST.search(page.text, match.start("title"), body):
        body = request.start()
    if inner >= 0 and not page.is_flattened:
        page.warn(
            "heading-swallowed",
            f"the heading of {match['verb']!r} runs into the next one: {read_line(page, inner)[:60]!r}",
            at,
            "begin each heading on a line of its own",
            arguments=(match["verb"], read_line(page, inner)),
        )
    name = page.text[match.start("title") : body]
    return Block(start=at, body=body, name=name, verb=match["verb"].lower(), kind="operation")


def _find_lost_operation(page: PageText, block: Block, at: int) -> Block | None:
    """Find an operation with an unmarked heading by the heading of its request."""
    if (part := find_part(page, at)) is None or part[0] != "http_request":
        return None
    begin = max(at - _LONGEST_CUT, block.start)
    before, line_break, line = page.text[begin:at].replace(FILLER, " ").rstrip().rpartition("\n")
    unmarked = _UNMARKED.fullmatch(line) if line_break else None
    if unmarked is None:
        return None
    line_start = begin + len(before) + 1
    page.warn(
        "heading-unmarked",
        f"the heading of the operation {unmarked['verb']!r} has lost its `###`",
        line_start + unmarked.start("marks"),
        f"write ### {unmarked['code']}{unmarked['title']}",
        Correction(
            written=f"{unmarked['marks']}{unmarked['code']}", correct=f"### {unmarked['code']}"
        ),
        arguments=(unmarked["verb"],),
    )
    return Block(
        start=line_start + unmarked.start("marks"),
        body=line_start + unmarked.end(),
        name=unmarked["title"],
        verb=unmarked["verb"].lower(),
        kind="operation",
        headings=[at],
    )


@lru_cache(maxsize=64)
def part_pattern(locale: Locale) -> re.Pattern[str]:
    """Compile an expression for the heading of a part of an operation."""
    words = match_any(*(spelling for part in PARTS for spelling in locale.spellings[part]))
    return re.compile(rf"####+\s+(?P<word>{words})(?=\s|\Z)", re.IGNORECASE)


def find_part(page: PageText, at: int) -> tuple[str, int] | None:
    """Return the kind of part opened by a heading, and the offset behind it.

    A comment in the heading may name the kind in English.
    """
    match = part_pattern(page.locale).match(page.text, at)
    if match is not None:
        texts, end = [match["word"]], match.end()
    else:
        end = _line_end(page, at)
        texts = [comment for _, comment in page.comments.between(at, end)]
    part = next((part for text in texts for part in PARTS if page.means(text, part)), None)
    if part:
        return (part, end)
    return None


def read_title(page: PageText, block: Block) -> Prose | None:
    """Read the words after the verb in the heading of an operation."""
    title = clean(block.name, 0)
    written = page.source.text[block.start : block.body]
    if title:
        return Prose(text=title, span=page.span(block.start), written=written)
    return None


def read_line(page: PageText, at: int) -> str:
    """Return the rest of a line."""
    return page.text[at : _line_end(page, at)]


def _line_end(page: PageText, at: int) -> int:
    end = page.text.find("\n", at)
    if end >= 0:
        return end
    return len(page.text)


def opens_line(page: PageText, at: int) -> bool:
    """Return whether an offset has only blanks before it on its line."""
    while at and page.text[at - 1] != "\n" and page.text[at - 1].isspace():
        at -= 1
    return at == 0 or page.text[at - 1] == "\n"
