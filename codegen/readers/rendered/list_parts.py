"""Reading of definitions and operations of the list layout from the parts of a rendered page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct, field

from codegen.core.diagnostics import Fact
from codegen.core.locales import Locale
from codegen.model import Prose
from codegen.model.kubernetes import PRIMITIVES
from codegen.readers.list.grammar import TYPE_WORD
from codegen.readers.list.operations import report_words_behind
from codegen.readers.list.page import ListPage
from codegen.readers.page_tree import (
    FieldRow,
    ParameterRow,
    ResponseRow,
    Section,
    Texts,
    TypeName,
    nest_rows,
)
from codegen.readers.rendered.inlined_texts import replace_text, unlink_inlined
from codegen.readers.rendered.parts import (
    Bullet,
    Heading,
    HorizontalLine,
    Link,
    OperationParts,
    Part,
    PartGroup,
    TextBlock,
)
from codegen.readers.rendered.prose import join_texts
from codegen.readers.shared.descriptions import split_inlined
from codegen.readers.shared.reasons import split_reason
from codegen.readers.shared.tokens import NAME, WRAPPERS, match_any, split_wrappers

_TYPE = rf"(?P<wrap>{WRAPPERS})\s*+(?P<word>[^()（）<>\s,，、;；:：*\[\]]+)"
_FIELD = re.compile(rf"\s*+[(（]\s*+{_TYPE}\s*+[)）](?P<behind>.*)", re.DOTALL)
_PLAIN_FIELD = re.compile(rf"{NAME.pattern}\s*+[(（]\s*+{_TYPE}\s*+[)）]")
_VALUE = re.compile(r"\s*+[:：](?P<value>.*)", re.DOTALL)
_BODY = re.compile(rf"\s*+[:：]\s*+{_TYPE}(?P<behind>.*)", re.DOTALL)
_RESPONSE = re.compile(
    rf"(?<!\S)(?P<status>[1-5]\d\d|default)\s*+(?:[(（]\s*+{_TYPE}\s*+[)）])?\s*+[:：]"
)
_ANY_PLACE = re.compile(
    rf"\s*+[(（][\s*_]*(?P<place>[^()（）*_]{{1,40}})[\s*_]*[)）]\s*+[:：]\s*+{_TYPE}(?P<behind>.*)",
    re.DOTALL,
)
_COMMON_PAGE = "common-parameters"
_MARK = re.compile(r"\s*+[,，、;；]")
_LONGEST_REASON = 60
_NO_REASON = re.compile(r"[\d<>{}\n]")


class _Item(Struct, kw_only=True):
    """A bullet with the texts below it, and the heading above it."""

    bullet: Bullet
    texts: list[TextBlock] = field(default_factory=list)
    category: Heading | None = None
    is_first: bool = False


@lru_cache(maxsize=64)
def _compile_parameter(locale: Locale) -> re.Pattern[str]:
    words = locale.spellings
    places = match_any(*words["in_path"], *words["in_query"], *words["in_header"])
    return re.compile(
        rf"\s*+[(（]?[\s*_]*(?P<place>{places})[\s*_)）]*[:：]\s*+{_TYPE}(?P<behind>.*)", re.DOTALL
    )


def _collect_items(parts: Sequence[Part], *, is_last: bool) -> list[_Item]:
    """Collect the bullets with their texts.

    A text outside of the bullets belongs to the one before it, as on a translated page with a wrong
    indentation, but not at the end of a page, where it may belong to the site.
    """
    items: list[_Item] = []
    category: Heading | None = None
    is_first = False
    stray: list[TextBlock] = []
    for part in parts:
        if isinstance(part, Heading):
            category, is_first = part, True
        elif isinstance(part, Bullet):
            if items and category is items[-1].category:
                items[-1].texts += stray
            stray = []
            items.append(_Item(bullet=part, category=category, is_first=is_first))
            is_first = False
        elif isinstance(part, TextBlock) and items:
            if part.is_inside and not stray:
                items[-1].texts.append(part)
            else:
                stray.append(part)
    if items and not is_last:
        items[-1].texts += stray
    return items


def read_section(page: ListPage, group: PartGroup) -> Section:
    """Read one definition: its description above the rule, then its fields."""
    parts = group.parts
    rule = next(
        (number for number, part in enumerate(parts) if isinstance(part, HorizontalLine)), None
    )
    first = next(
        (number for number, part in enumerate(parts) if isinstance(part, Bullet)), len(parts)
    )
    if rule is None or first < rule:
        begin = first
        while begin and isinstance(parts[begin - 1], Heading):
            begin -= 1
        above, below = parts[:begin], parts[begin:]
    else:
        above, below = parts[:rule], parts[rule + 1 :]
    _report_plain_fields(page, below)
    rows: dict[str, FieldRow] = {}
    for item in _collect_items(below, is_last=group.is_last):
        row = _read_row(page, item)
        if row is None:
            continue
        parent = row.path.rpartition(".")[0]
        if parent and parent not in rows:
            page.warn(
                "parent-missing",
                f"{row.path!r} belongs to {parent!r}, which is not a field here; it is left out",
                row.span,
                "the field above it is missing, or the part before the last dot is wrong",
            )
            continue
        page.add_row(rows, row.path, row)
    if page.is_flattened:
        rows = {path: unlink_inlined(row, rows) for path, row in rows.items()}
    return Section(
        name=group.name,
        anchor=(group.heading.anchor or group.name) if group.heading.text else "",
        texts=Texts(own=join_texts([part for part in above if isinstance(part, TextBlock)])),
        rows=nest_rows(rows, page.report),
        span=group.heading.span,
    )


def _report_plain_fields(page: ListPage, parts: Sequence[Part]) -> None:
    """Report fields without a bold name, where none of a definition has one."""
    if any(isinstance(part, Bullet) for part in parts):
        return
    for part in parts:
        if isinstance(part, TextBlock) and _PLAIN_FIELD.match(part.plain):
            page.error(
                "type-unreadable",
                f"these fields have no bold names: {part.plain[:60]!r}",
                part.span,
                "save the page again from its site, where the names are bold",
            )


def _read_row(page: ListPage, item: _Item) -> FieldRow | None:
    bullet = item.bullet
    if not NAME.fullmatch(bullet.name):
        page.warn(
            "name-unreadable",
            f"{bullet.name[:60]!r} is not a field name; it is left out",
            bullet.span,
            "names of fields are never translated; take the name from the English page",
        )
        return None
    category, heading = _read_category(page, item)
    value = _VALUE.fullmatch(bullet.rest)
    if value is not None:
        return _read_value(page, item, value["value"], category, heading)
    declared = _FIELD.fullmatch(bullet.rest)
    if declared is None:
        page.error(
            "type-unreadable",
            f"the type of this field cannot be read: {f'{bullet.name} {bullet.rest}'[:60]!r}",
            bullet.span,
            "expected `name (type), required`, the type a primitive, a name or a link",
        )
        return None
    required, texts = _read_mark(page, item, declared["behind"])
    kind = _read_type(page, declared, bullet.link, item)
    notes, description = page.split_annotations(join_texts(texts), bullet.span)
    inlined = None
    if kind.name and not kind.linked and kind.name not in PRIMITIVES and description is not None:
        text, below = split_inlined(description.text, kind.name)
        inlined = replace_text(description, below or "")
        description = replace_text(description, text)
    return FieldRow(
        path=bullet.name,
        type=kind,
        required=required,
        annotations=notes,
        texts=Texts(own=description),
        inlined=Texts(own=inlined),
        category=category,
        heading=heading,
        span=bullet.span,
    )


def _read_category(page: ListPage, item: _Item) -> tuple[str, Texts]:
    """Return the words of the heading above a field, and its texts for the first field below it."""
    if item.category is None:
        return "", Texts()
    name = item.category.text
    if page.is_translated or not item.is_first:
        return name, Texts()
    return name, Texts(own=Prose(text=name, span=item.category.span))


def _read_value(page: ListPage, item: _Item, value: str, category: str, heading: Texts) -> FieldRow:
    words = value.split()
    if len(words) != 1:
        page.warn(
            "value-odd",
            f"{item.bullet.name} has the value {' '.join(words)[:60]!r}",
            item.bullet.span,
            "a value is one identifier of the API",
            facts=((Fact.VALUE, ""),),
        )
    return FieldRow(
        path=item.bullet.name,
        type=TypeName(name="string"),
        value=words[0] if words else "",
        category=category,
        heading=heading,
        span=item.bullet.span,
    )


def _read_mark(page: ListPage, item: _Item, behind: str) -> tuple[bool, list[TextBlock]]:
    """Return whether the words behind a type mark it as required, and the texts of the bullet."""
    if not behind.strip():
        return False, item.texts
    mark = page.grammar.required.match(behind)
    words = behind[mark.end() :].strip() if mark else behind.strip()
    if not words:
        return mark is not None, item.texts
    if _MARK.match(words):
        labels = page.locale.labels
        page.warn(
            "mark-unknown",
            f"the words after the type of {item.bullet.name!r} are not a mark of the layout and are left out: {words[:60]!r}",
            item.bullet.span,
            f"write `{labels['comma']}{labels['required']}` if it is required; a description begins on a line of its own",
        )
        return mark is not None, item.texts
    first = TextBlock(markdown=words, plain=words, span=item.bullet.span)
    return mark is not None, [first, *item.texts]


def _read_type(
    page: ListPage, found: re.Match[str], link: Link | None, item: _Item | None = None
) -> TypeName:
    """Return the type in a match of `_TYPE`, with the target of its link."""
    word, wrappers = found["word"], split_wrappers(found["wrap"])
    if word == "byte" and wrappers[-1:] == ("[]",):
        return TypeName(name=word, wrappers=wrappers[:-1])
    if word in PRIMITIVES:
        return TypeName(name=word, wrappers=wrappers)
    if link is not None:
        return TypeName(
            name=word, wrappers=wrappers, linked=True, page=link.page, anchor=link.anchor
        )
    if item is not None and (not TYPE_WORD.fullmatch(word) or word[0].islower()):
        word = page.repair_type_word(word, item.bullet.span)
    if not word:
        return TypeName(name="", wrappers=wrappers, lost=True)
    return TypeName(name=word, wrappers=wrappers, linked=page.is_flattened)


def read_parameters(page: ListPage, operation: OperationParts) -> tuple[ParameterRow, ...]:
    """Read the parameters of an operation."""
    rows: dict[tuple[str, str], ParameterRow] = {}
    for item in _collect_items(operation.list_all(), is_last=True):
        row = _read_parameter(page, item, operation.path)
        if row is not None:
            page.add_row(rows, (row.name, row.place), row)
    return tuple(rows.values())


def _read_parameter(page: ListPage, item: _Item, path: str) -> ParameterRow | None:
    bullet = item.bullet
    name = bullet.name
    in_path = f"{{{name}}}" in path
    actual = "path" if in_path else "query"
    found = _compile_parameter(page.locale).fullmatch(bullet.rest)
    if found is not None:
        place = next(
            each for each in ("path", "query", "header") if page.means(found["place"], f"in_{each}")
        )
    elif (found := _BODY.fullmatch(bullet.rest)) is not None and page.means(name, "body"):
        place, name = "body", "body"
    elif (found := _ANY_PLACE.fullmatch(bullet.rest)) is not None:
        place = actual
        page.warn(
            "place-unknown",
            f"{found['place']!r} is not a parameter location; according to the request line, {name!r} is in the {actual}",
            bullet.span,
            f"write {page.locale.labels[f'in_{actual}']}",
        )
    else:
        page.error(
            "type-unreadable",
            f"the type of this parameter cannot be read: {f'{name} {bullet.rest}'[:60]!r}",
            bullet.span,
            "expected `name (in query): type`",
        )
        return None
    if not NAME.fullmatch(name):
        page.warn(
            "name-unreadable",
            f"{name[:60]!r} is not a parameter name; it is left out",
            bullet.span,
            "names are never translated",
        )
        return None
    if place != "body" and path and in_path != (place == "path"):
        page.warn(
            "place-wrong",
            f"{name!r} is said to be in the {place}, but the request line has it in the {actual}",
            bullet.span,
            f"write {page.locale.labels[f'in_{actual}']}; {actual} is used",
            facts=((Fact.LOCATION, ""),),
        )
        place = actual
    required, texts = _read_mark(page, item, found["behind"])
    common = _find_common_anchor(page, texts, name) if place != "body" else ""
    return ParameterRow(
        name=name,
        place=place,
        type=_read_type(page, found, bullet.link, item),
        required=required,
        common=common,
        texts=Texts() if common else Texts(own=join_texts(texts)),
        span=bullet.span,
    )


def _find_common_anchor(page: ListPage, texts: Sequence[TextBlock], name: str) -> str:
    """Return the anchor of a parameter on the page of common parameters, or an empty string."""
    if len(texts) != 1:
        return ""
    links = texts[0].links
    if len(links) == 1 and links[0].text == texts[0].plain and _COMMON_PAGE in links[0].page:
        return links[0].anchor
    return name if page.is_flattened and texts[0].plain == name else ""


def read_responses(page: ListPage, operation: OperationParts) -> tuple[ResponseRow, ...]:
    """Read the responses of an operation. Texts after them belong to the site."""
    rows: dict[str, ResponseRow] = {}
    for part in operation.parts.get("response") or operation.list_all():
        if not isinstance(part, TextBlock) or part.is_inside:
            continue
        matches = list(_RESPONSE.finditer(part.plain))
        if not matches or matches[0].start():
            if rows and page.is_flattened:
                page.warn(
                    "text-unexpected",
                    f"text after the responses is left out: {part.plain[:60]!r}",
                    part.span,
                    "remove it, if it is no part of the page",
                )
            continue
        ends = [match.start() for match in matches[1:]]
        ends.append(len(part.plain))
        for match, end in zip(matches, ends, strict=True):
            row = _read_response(page, part, match, part.plain[match.end() : end].strip())
            page.add_row(rows, row.status, row)
    return tuple(rows.values())


def _read_response(page: ListPage, part: TextBlock, match: re.Match[str], text: str) -> ResponseRow:
    status = match["status"]
    reason = split_reason(page.locale, status, text)
    if reason.rest:
        report_words_behind(page, status, reason, part.span)
    elif len(text) > _LONGEST_REASON or _NO_REASON.search(text):
        page.error(
            "response-odd",
            f"the text of the response {status} is not a reason phrase: {text[:60]!r}",
            part.span,
            "expected `200 (Type): OK`; is the page cut off?",
        )
    kind = None
    if match["word"]:
        link = next((link for link in part.links if link.text == match["word"]), None)
        kind = _read_type(page, match, link)
    return ResponseRow(status=status, text=reason.text, type=kind, span=part.span)
