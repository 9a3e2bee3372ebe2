"""Reading of operations on list pages, with request, parameters and responses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from codegen.core.diagnostics import Correction, Fact
from codegen.core.locales import ENGLISH
from codegen.model import Prose
from codegen.model.kubernetes import PRIMITIVES
from codegen.readers.list.english_comments import TITLE
from codegen.readers.list.english_comparison import compare_bullet, type_words
from codegen.readers.list.grammar import COMMON_PARAMETER, REQUEST, Grammar
from codegen.readers.list.page_text import Block, PageText, Token
from codegen.readers.page_tree import OperationBlock, ParameterRow, ResponseRow, Texts
from codegen.readers.shared.comments import remove_filler
from codegen.readers.shared.descriptions import clean
from codegen.readers.shared.tokens import NAME

_LONGEST_REASON = 60
_LONGEST_LINK = 1000
_NO_REASON = re.compile(r"[\d<>{}\n]")  # the rest of a line of which the reading lost the begin or the end


def read_operation(page: PageText, number: int, block: Block, tokens: Sequence[Token]) -> OperationBlock:
    """Read one operation. Its parts are known by their form; a missing heading is reported and changes nothing."""
    span = page.span(block.start)
    request = REQUEST.search(page.text, block.body, tokens[0].start if tokens else block.end)
    if request is None:
        page.error(
            "request-missing",
            f"the operation {block.verb!r} has no request line",
            span,
            "expected a line such as `GET /api/v1/...`",
        )
    parts = _parts(page, block, bool(tokens))
    responses = _responses_start(page, block, tokens, parts)
    if tokens:
        tokens[-1].end = min(tokens[-1].end, responses)
    title = clean(block.name, 0)
    path = request["path"] if request else ""
    return OperationBlock(
        verb=block.verb,
        title=Texts(own=Prose(text=title, span=span) if title else None, english=page.english_prose(number, TITLE, 0)),
        method=request["method"] if request else "",
        path=path,
        parameters=_parameters(page, number, tokens, path),
        responses=_responses(page, block, parts["response"].end() if "response" in parts else responses),
        span=span,
    )


def _parts(page: PageText, block: Block, has_parameters: bool) -> dict[str, re.Match[str]]:
    parts: dict[str, re.Match[str]] = {}
    for at in block.headings:
        if found := page.grammar.part.match(page.text, at, block.end):
            parts.setdefault(page.grammar.operation_part(found["word"]), found)
    for part in ("http_request", "parameters", "response"):
        if part not in parts and (part != "parameters" or has_parameters):
            page.warn(
                "heading-missing",
                f"the operation {block.verb!r} has no heading for its {part.replace('_', ' ')}",
                block.start,
                f"write `#### {page.grammar.locale.labels[part]}`",
            )
    return parts


def _responses_start(page: PageText, block: Block, tokens: Sequence[Token], parts: dict[str, re.Match[str]]) -> int:
    if "response" in parts:
        return parts["response"].start()
    last = tokens[-1].match.end() if tokens and tokens[-1].match else block.body
    found = page.grammar.unmarked_response.search(page.text, last, block.end) or page.grammar.response.search(
        page.text, last, block.end
    )
    return found.start() if found else block.end


def _responses(page: PageText, block: Block, begin: int) -> tuple[ResponseRow, ...]:
    found = list(page.grammar.response.finditer(page.text, begin, block.end))
    rows: dict[str, ResponseRow] = {}
    stops = [*(later.start() for later in found[1:]), block.end] if found else []
    for match, stop in zip(found, stops, strict=True):
        text = clean(page.text[match.end() : stop], 0)
        if len(text) > _LONGEST_REASON or _NO_REASON.search(text):
            page.error(
                "response-odd",
                f"the text of the response {match['status']} is not a reason phrase: {text[:60]!r}",
                match.start(),
                "expected `200 (Type): OK`; is the page cut off, or a heading swallowed?",
            )
        if match["status"] in rows:
            page.warn(
                "response-twice",
                f"the response {match['status']} appears here a second time; the first one is used",
                match.start(),
                "remove one",
            )
            continue
        kind = page.type_name(match) if match["wrap"] is not None else None
        rows[match["status"]] = ResponseRow(status=match["status"], text=text, type=kind, span=page.span(match.start()))
    if not rows:
        page.error(
            "response-missing",
            f"the operation {block.verb!r} has no response",
            block.start,
            "expected lines such as `200 (Type): OK`; is the page cut off?",
        )
    return tuple(rows.values())


def _parameters(page: PageText, number: int, tokens: Sequence[Token], path: str) -> tuple[ParameterRow, ...]:
    rows: dict[tuple[str, str], ParameterRow] = {}
    twice = _duplicate_names(page, number, tokens)
    for token in tokens:
        row = _parameter(page, number, token, "" if token.name in twice else path)
        if row is None:
            continue
        if (row.name, row.place) in rows:
            page.warn(
                "parameter-twice",
                f"the parameter {row.name!r} appears here a second time; the first one is used",
                row.span,
                "remove it, or correct its name using the English page",
                facts=((Fact.NAME, ""),),
            )
        rows.setdefault((row.name, row.place), row)
    return tuple(rows.values())


def _duplicate_names(page: PageText, number: int, tokens: Sequence[Token]) -> frozenset[str]:
    """Return parameter names with several locations in one operation."""
    if page.locale == ENGLISH:
        names = Counter(token.name for token in tokens)
    else:
        names = Counter(bullet.name for bullet in page.english.bullets if bullet.block == number)
    return frozenset(name for name, count in names.items() if count > 1)


def _parameter(page: PageText, number: int, token: Token, path: str) -> ParameterRow | None:
    match = token.match
    if match is None:
        return None
    if token.form == "any_place" and match["wrap"] is None:
        page.error(
            "type-unreadable",
            f"the parameter {token.name!r} has no type",
            token.start,
            "write `: string` after the place",
        )
        return None
    if token.form != "body" and not NAME.fullmatch(token.name):
        page.warn(
            "name-unreadable",
            f"{token.name!r} is not a parameter name; it is left out",
            token.start,
            "names are never translated",
        )
        return None
    place = _place(page, token, match, path)
    english = page.english.named.get((number, token.name)) if page.comments else None
    if english is None or not _agrees_with_english(page.grammar, page.english_grammar, match[0], english.match[0]):
        kind = page.read_type(number, token, match)
        begin, required = page.find_required_mark(token, match)
        if english is not None:
            compare_bullet(page, number, token, required=required)
    else:
        kind, begin = page.type_name(match), page.find_description_start(token, match.end())
        required = bool(match["required"])
    span = page.span(token.start)
    if place == "body":
        return ParameterRow(
            name="body",
            place=place,
            type=kind,
            required=required,
            texts=page.texts(number, "body", begin, token.end, 1),
            span=span,
        )
    if common := _common(page.text[begin : token.end]) if token.end - begin < _LONGEST_LINK else "":
        return ParameterRow(name=token.name, place=place, type=kind, required=required, common=common, span=span)
    return ParameterRow(
        name=token.name,
        place=place,
        type=kind,
        required=required,
        texts=page.texts(number, token.name, begin, token.end, 1),
        span=span,
    )


def _place(page: PageText, token: Token, match: re.Match[str], path: str) -> str:
    """Return the location of a parameter, checked against the request line, which cannot be wrong."""
    labels = page.grammar.locale.labels
    if token.form == "body":
        if token.name != "body":
            page.warn(
                "name-translated",
                f"the body is called {token.name!r}",
                token.start,
                "write **body**: names are never translated",
                Correction(written=token.name, correct="body"),
                facts=((Fact.NAME, ""),),
            )
        return "body"
    actual = "path" if f"{{{token.name}}}" in path else "query"
    if token.form == "any_place":
        page.warn(
            "place-unknown",
            f"{match['place']!r} is not a parameter location; according to the request line, {token.name!r} is in the {actual}",
            token.start,
            f"write {labels[f'in_{actual}']}",
            Correction(written=match["place"], correct=labels[f"in_{actual}"]),
        )
        return actual
    said = match["place"]
    place, balanced = _read_place(page.grammar, said, match["open"], match["left"], match["right"], match["close"])
    if not balanced:
        mark = labels["strong"]
        page.warn(
            "marks-unbalanced",
            f"the marks around the place of {token.name!r} are not balanced",
            token.start,
            f"write ({mark}{said}{mark})",
        )
    if page.locale != ENGLISH and said != labels[f"in_{place}"] and said.isascii():
        page.warn(
            "label-untranslated",
            f"the place of {token.name!r} is still English: {said!r}",
            token.start,
            f"write {labels[f'in_{place}']}",
            Correction(written=said, correct=labels[f"in_{place}"]),
        )
    if path and (actual == "path") != (place == "path"):
        page.warn(
            "place-wrong",
            f"{token.name!r} is said to be in the {place}, but the request line has it in the {actual}",
            token.start,
            f"write {labels[f'in_{actual}']}; {actual} is used",
            Correction(written=said, correct=labels[f"in_{actual}"]),
            facts=((Fact.LOCATION, ""),),
        )
        return actual
    return place


@lru_cache(maxsize=256)
def _read_place(grammar: Grammar, word: str, opening: str, left: str, right: str, closing: str) -> tuple[str, bool]:
    """Return the location for a word, and whether its marks are balanced."""
    return grammar.place(word), bool(opening) and len("".join(closing.split())) == 1 and left == right


@lru_cache(maxsize=1024)
def _common(raw: str) -> str:
    """Return the anchor of a common parameter if a description is only a link to it."""
    found = COMMON_PARAMETER.match(remove_filler(raw))
    return (found["anchor"] or found["flat"]) if found else ""


@lru_cache(maxsize=1024)
def _agrees_with_english(grammar: Grammar, english_grammar: Grammar, own_text: str, english_text: str) -> bool:
    """Return whether a bullet has the type and mark of its English, on one line."""
    own, english = grammar.parameter.fullmatch(own_text), english_grammar.parameter.fullmatch(english_text)
    if own is None or english is None or "\n" in own_text or own["word"] not in PRIMITIVES:
        return False
    return type_words(own) == type_words(english) and bool(own["required"]) == bool(english["required"])
