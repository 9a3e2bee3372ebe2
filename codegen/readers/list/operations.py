"""Reading of operations on list pages, with request, parameters and responses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from codegen.core.diagnostics import Correction, Fact, Span
from codegen.readers.list.english_comments import TITLE
from codegen.readers.list.english_comparison import compare_bullet
from codegen.readers.list.grammar import COMMON_PARAMETER
from codegen.readers.list.page import ListPage, Token
from codegen.readers.page_tree import OperationBlock, ParameterRow, ResponseRow, Texts
from codegen.readers.shared.blocks import REQUEST, Block, find_part, read_title
from codegen.readers.shared.comments import remove_filler
from codegen.readers.shared.descriptions import clean
from codegen.readers.shared.reasons import Reason, is_cut_reason, split_reason
from codegen.readers.shared.tokens import NAME

_LONGEST_REASON = 60
_NO_REASON = re.compile(r"[\d<>{}\n]")  # characters of a damaged line


def read_operation(
    page: ListPage, number: int, block: Block, tokens: Sequence[Token]
) -> OperationBlock:
    """Read one operation. A missing heading is reported, and its part is found by its form."""
    span = page.span(block.start)
    request = REQUEST.search(page.text, block.body, tokens[0].start if tokens else block.end)
    if request is None:
        page.error(
            "request-missing",
            f"the operation {block.verb!r} has no request line",
            span,
            "expected a line such as `GET /api/v1/...`",
            arguments=(block.verb,),
        )
    parts = _find_parts(page, block, bool(tokens))
    responses, begin = parts.get("response") or _find_unmarked_responses(page, block, tokens)
    if tokens:
        tokens[-1].end = min(tokens[-1].end, responses)
    path = request["path"] if request else ""
    return OperationBlock(
        verb=block.verb,
        title=Texts(own=read_title(page, block), english=page.english_text((number, TITLE), 0)),
        method=request["method"] if request else "",
        path=path,
        parameters=_read_parameters(page, number, tokens, path),
        responses=_read_responses(page, block, begin),
        span=span,
    )


def _find_parts(page: ListPage, block: Block, has_parameters: bool) -> dict[str, tuple[int, int]]:
    """Return the start of each part and the end of its heading."""
    parts: dict[str, tuple[int, int]] = {}
    for at in block.headings:
        if part_heading := find_part(page, at):
            parts.setdefault(part_heading[0], (at, part_heading[1]))
    for part in ("http_request", "parameters", "response"):
        if part not in parts and (part != "parameters" or has_parameters):
            page.warn(
                "heading-missing",
                f"the operation {block.verb!r} has no heading for its {part.replace('_', ' ')}",
                block.start,
                f"write `#### {page.locale.labels[part]}`",
                arguments=(block.verb, part.replace("_", " ")),
            )
    return parts


def _find_unmarked_responses(
    page: ListPage, block: Block, tokens: Sequence[Token]
) -> tuple[int, int]:
    """Find the responses of an operation without their heading.

    Returns their offset twice, as if of an empty heading.
    """
    if tokens and tokens[-1].match:
        last = tokens[-1].match.end()
    else:
        last = block.body
    patterns = (page.grammar.unmarked_response, page.grammar.response)
    unmarked = next(
        filter(None, (pattern.search(page.text, last, block.end) for pattern in patterns)), None
    )
    return (unmarked.start() if unmarked else block.end,) * 2


def _read_responses(page: ListPage, block: Block, begin: int) -> tuple[ResponseRow, ...]:
    matches = list(page.grammar.response.finditer(page.text, begin, block.end))
    rows: dict[str, ResponseRow] = {}
    for match, stop in zip(
        matches, [*(later.start() for later in matches[1:]), block.end], strict=False
    ):
        status = match["status"]
        text = _read_reason(page, match, clean(page.text[match.end() : stop], 0))
        if len(text) > _LONGEST_REASON or _NO_REASON.search(text):
            page.error(
                "response-odd",
                f"the text of the response {status} is not a reason phrase: {text[:60]!r}",
                match.start(),
                "expected `200 (Type): OK`; is the page cut off, or a heading swallowed?",
                arguments=(status, text),
            )
        if page.ends_at(stop) and is_cut_reason(status, text):
            page.error(
                "page-cut",
                f"the page ends inside the response {status}: {text!r}",
                match.start(),
                "get the whole page again from its source",
                is_cut=True,
                arguments=(status, text),
            )
        if match["wrap"] is not None:
            kind = page.read_type_name(match)
        else:
            kind = None
        page.add_row(
            rows,
            status,
            ResponseRow(status=status, text=text, type=kind, span=page.span(match.start())),
        )
    if not rows:
        page.error(
            "response-missing",
            f"the operation {block.verb!r} has no response",
            block.start,
            "expected lines such as `200 (Type): OK`; is the page cut off?",
            arguments=(block.verb,),
        )
    return tuple(rows.values())


def _read_reason(page: ListPage, match: re.Match[str], text: str) -> str:
    """Return the text of a response.

    Words after its reason phrase are no part of it, and are reported.
    """
    reason = split_reason(page.locale, match["status"], text)
    if reason.rest:
        at = match.end() + page.text[match.end() :].find(reason.rest[:_LONGEST_REASON])
        report_words_behind(page, match["status"], reason, at)
    return reason.text


def report_words_behind(page: ListPage, status: str, reason: Reason, at: int | Span) -> None:
    """Report the words behind the reason phrase of a response."""
    page.warn(
        "text-unexpected",
        f"the words after the response {status} are left out: {' '.join(reason.rest.split())[:60]!r}",
        at,
        f"the text of a response is the reason phrase {reason.text!r}; remove the other words, or begin a new line",
        arguments=(status, " ".join(reason.rest.split())),
    )


def _read_parameters(
    page: ListPage, number: int, tokens: Sequence[Token], path: str
) -> tuple[ParameterRow, ...]:
    """Read the parameters.

    The request line does not decide the place of one with several places.
    """
    rows: dict[tuple[str, str], ParameterRow] = {}
    bullets = page.english.bullets.get(number, ()) if page.is_translated else tokens
    counts = Counter(bullet.name for bullet in bullets)
    for token in tokens:
        if row := _read_parameter(page, number, token, "" if counts[token.name] > 1 else path):
            page.add_row(rows, (row.name, row.place), row)
    return tuple(rows.values())


def _read_parameter(page: ListPage, number: int, token: Token, path: str) -> ParameterRow | None:
    match = token.match
    if match is None:
        return None
    if token.form == "any_place" and match["wrap"] is None:
        page.error(
            "type-unreadable",
            f"the parameter {token.name!r} has no type",
            token.start,
            "write `: string` after the place",
            arguments=(token.name,),
        )
        return None
    if token.form != "body" and not NAME.fullmatch(token.name):
        page.report_unreadable_name(token.name, "parameter", token.start)
        return None
    place, common = _read_place(page, token, match, path), ""
    name = "body" if place == "body" else token.name
    kind = page.read_type((number, token.name), match)
    begin, required = page.find_required_mark(token, match)
    compare_bullet(page, number, token, required=required)
    if place != "body" and (
        link := COMMON_PARAMETER.match(remove_filler(page.text[begin : token.end]))
    ):
        common = link["anchor"] or link["flat"]
    return ParameterRow(
        name=name,
        place=place,
        type=kind,
        required=required,
        common=common,
        texts=Texts() if common else page.texts((number, name), begin, token.end, 1),
        span=page.span(token.start),
    )


def _read_place(page: ListPage, token: Token, match: re.Match[str], path: str) -> str:
    """Return the place of a parameter. The request line decides if they disagree."""
    labels = page.locale.labels
    if token.form == "body":
        if token.name != "body":
            page.warn(
                "name-translated",
                f"the body is called {token.name!r}",
                token.start,
                "write **body**: names are never translated",
                Correction(written=token.name, correct="body"),
                facts=((Fact.NAME, ""),),
                arguments=(token.name,),
            )
        return "body"
    actual = "path" if f"{{{token.name}}}" in path else "query"
    if token.form == "any_place":
        page.warn(
            "place-unknown",
            f"{match['place']!r} is not a parameter location; according to the request line, {token.name!r} is in the {actual}",
            token.start,
            f"write {labels[f'in_{actual}']}",
            _correct_place(match, labels, actual),
            arguments=(match["place"], token.name, actual),
        )
        return actual
    said = match["place"]
    place = next(place for place in ("path", "query", "header") if page.means(said, f"in_{place}"))
    balanced = (
        match["open"]
        and len("".join(match["close"].split())) == 1
        and match["left"] == match["right"]
    )
    if not balanced:
        mark = labels["strong"]
        page.warn(
            "marks-unbalanced",
            f"the marks around the place of {token.name!r} are not balanced",
            token.start,
            f"write ({mark}{said}{mark})",
            arguments=(token.name,),
        )
    if page.is_translated and said != labels[f"in_{place}"] and said.isascii():
        page.warn(
            "label-untranslated",
            f"the place of {token.name!r} is still English: {said!r}",
            token.start,
            f"write {labels[f'in_{place}']}",
            _correct_place(match, labels, place),
            arguments=(token.name, said),
        )
    if path and (actual == "path") != (place == "path"):
        page.warn(
            "place-wrong",
            f"{token.name!r} is said to be in the {place}, but the request line has it in the {actual}",
            token.start,
            f"write {labels[f'in_{actual}']}; {actual} is used",
            _correct_place(match, labels, actual),
            facts=((Fact.LOCATION, ""),),
            arguments=(token.name, place, actual),
        )
        return actual
    return place


def _correct_place(match: re.Match[str], labels: Mapping[str, str], place: str) -> Correction:
    """Replace the place of a parameter with the label of the language, and the marks around it with
    those of the layout.
    """
    written = f"{match['left']}{match['place']}{match['right']}"
    return Correction(
        written=written, correct=f"{labels['strong']}{labels[f'in_{place}']}{labels['strong']}"
    )
