"""Reads pages of the list layout, as Markdown or flattened, into a `PageTree`.

    ## PlotSpec {#PlotSpec} ... <hr> - **beds** ([]Bed), required ... ## Operations {#Operations} ### `create` ...

A page is cut at its headings into blocks (`list_blocks`), a block at its bullets into tokens; tokens become fields
(`list_sections`) or parameters (`list_operations`). What does not fit is reported at its place, and the reading goes on.
"""

from __future__ import annotations

import re

from codegen.diagnostics import Report
from codegen.locales import ENGLISH
from codegen.page_tree import FrontMatter, OperationBlock, PageTree, Section
from codegen.readers import front_matter
from codegen.readers.comments import FILLER
from codegen.readers.list_blocks import blocks_of, tokens_of
from codegen.readers.list_compare import correct_names
from codegen.readers.list_english import Shown, english_of
from codegen.readers.list_grammar import API_VERSION, BULLET_NAME, IMPORT, RULE, headings
from codegen.readers.list_operations import read_operation
from codegen.readers.list_sections import read_section
from codegen.readers.list_text import Block, PageText, Token
from codegen.source import Source

LAYOUT = "list"


def read(source: Source, locale: str, report: Report) -> PageTree:
    """Read one page. Deviations from the grammar go to the report; raises nothing for any text."""
    page = PageText(source, locale, report)
    front, english_front, start, is_resource = _head(page)
    blocks = blocks_of(page, start, front.kind)
    tokens = [tokens_of(page, block) for block in blocks]
    if page.comments:
        page.english = english_of(page.comments, _shown(blocks, tokens), start)
        correct_names(page, tokens)
    sections: list[Section] = []
    operations: list[OperationBlock] = []
    for number, (block, inner) in enumerate(zip(blocks, tokens, strict=True)):
        if block.kind == "operation":
            operations.append(read_operation(page, number, block, inner))
        elif block.kind == "section" and (block.anchor or _says_something(page, block, inner)):
            sections.append(read_section(page, number, block, inner))
    _check_whole(page, sections, operations, is_resource=is_resource)
    if sections and blocks[-1].kind == "section" and not tokens[-1] and RULE.search(page.text, blocks[-1].body) is None:
        page.error(
            "page-cut",
            f"the page ends in the description of {blocks[-1].name!r}",
            blocks[-1].start,
            "take the whole page again from where it came; a definition without fields ends in <hr>",
        )
    return PageTree(
        path=source.relative,
        layout=LAYOUT,
        locale=locale,
        front=front,
        sections=tuple(sections),
        operations=tuple(operations),
        span=source.whole,
        english_front=english_front,
    )


def _head(page: PageText) -> tuple[FrontMatter, FrontMatter, int, bool]:
    """Front matter, its English, where the page goes on, and whether an apiVersion line says that it is a resource's page."""
    front, english, end = FrontMatter(), FrontMatter(), 0
    head = front_matter.read_head(page.text)
    if head is not None:
        front, end = head.front, head.end
        page.machine_made = front.auto_generated and page.locale == ENGLISH
    elif re.match(r"\s*---(?=\s)", page.text):
        page.error(
            "front-matter-unclosed",
            "the front matter is opened and never closed",
            0,
            "the page is cut off, or its second --- line is missing",
        )
    else:
        page.warn(
            "front-matter-missing",
            "the page does not begin with front matter",
            0,
            "put the api_metadata of the page between two --- lines at its top",
        )
    first = next(headings(page.text, end, len(page.text)), None)
    limit = first[0] if first else len(page.text)
    for offset, content in page.comments.between(end, limit):
        if "api_metadata" in content or re.match(r"\s*title:", content):
            english = front_matter.parse(content)
            end = max(end, min(limit, offset + len(content) + len("-->")))
    version = API_VERSION.search(page.text, end, limit)
    if version is not None:
        end = version.end()
        _agree(page, "apiVersion", front.api_version, version["value"], version.start())
    if imported := IMPORT.search(page.text, end, limit):
        end = imported.end()
        _agree(page, "import", front.import_path, imported["value"], imported.start())
        if imported["close"] != '"':
            page.warn(
                "import-unclosed",
                "the import line does not end in a plain quotation mark",
                imported.start(),
                f'write `import "{imported["value"]}"`',
            )
        if not front.import_path:
            front = FrontMatter(
                api_version=front.api_version or (version["value"] if version else ""),
                import_path=imported["value"],
                kind=front.kind,
                title=front.title,
                description=front.description,
                weight=front.weight,
                auto_generated=front.auto_generated,
            )
    for bullet in BULLET_NAME.finditer(page.text, head.end if head else 0, end):
        page.warn(
            "bullet-misplaced",
            f"the bullet of {bullet['name']!r} stands above the first definition; it is left out",
            bullet.start(),
            "move it below the rule of its definition",
        )
    return front, english, end, version is not None


def _agree(page: PageText, what: str, front: str, shown: str, offset: int) -> None:
    if front and front != shown:
        page.warn(
            "head-disagrees",
            f"{what} is {front!r} in the front matter and {shown!r} here",
            offset,
            f"one of them is wrong; {front!r} is used",
        )


def _says_something(page: PageText, block: Block, inner: list[Token]) -> bool:
    return bool(inner) or bool(re.sub(rf"<hr\s*/?>|---|[\s{FILLER}]", "", page.text[block.body : block.end]))


def _shown(blocks: list[Block], tokens: list[list[Token]]) -> list[Shown]:
    shown = []
    for number, (block, inner) in enumerate(zip(blocks, tokens, strict=True)):
        shown.append(Shown(offset=block.start, block=number, token=""))
        shown += [Shown(offset=each.start, block=number, token=each.name) for each in inner]
    return shown


def _check_whole(
    page: PageText, sections: list[Section], operations: list[OperationBlock], *, is_resource: bool
) -> None:
    """A page that was cut off lacks what every page of its kind has."""
    end = max(0, len(page.text.rstrip()) - 1)
    if not sections and not operations:
        page.error(
            "page-empty",
            "no definition and no operation was found",
            end,
            "is the page cut off behind its head? take it again from where it came",
        )
    elif is_resource and not operations and not page.is_cut:
        page.error(
            "operations-missing",
            "the page of a resource ends without its operations",
            end,
            "is the page cut off? a page of types alone has no `apiVersion:` line",
        )
