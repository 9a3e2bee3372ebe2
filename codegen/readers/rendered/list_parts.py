"""Reading of definitions and operations of the list layout from the parts of a rendered page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from codegen.core.diagnostics import Fact
from codegen.core.locales import Locale
from codegen.model import Prose
from codegen.model.kubernetes import PRIMITIVES
from codegen.readers.list.grammar import TYPE_WORD
from codegen.readers.list.operations import report_words_behind
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
from codegen.readers.rendered.leftovers import RenderedListPage
from codegen.readers.rendered.list_items import (
    FIELD_TYPE,
    Item,
    collect_items,
    repair_bullets,
    use_item,
)
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
from codegen.readers.shared.tokens import NAME, match_any, split_wrappers

_FIELD = re.compile(rf"\s*+[(（]\s*+{FIELD_TYPE}\s*+[)）](?P<behind>.*)", re.DOTALL)
_PLAIN_FIELD = re.compile(rf"{NAME.pattern}\s*+[(（]\s*+{FIELD_TYPE}\s*+[)）]")
_VALUE = re.compile(r"\s*+[:：](?P<value>.*)", re.DOTALL)
_BODY = re.compile(rf"\s*+[:：]\s*+{FIELD_TYPE}(?P<behind>.*)", re.DOTALL)
_RESPONSE = re.compile(
    rf"(?<!\S)(?P<status>[1-5]\d\d|default)\s*+(?:[(（]\s*+{FIELD_TYPE}\s*+[)）])?\s*+[:：]"
)
_ANY_PLACE = re.compile(
    rf"\s*+[(（][\s*_]*(?P<place>[^()（）*_]{{1,40}})[\s*_]*[)）]\s*+[:：]\s*+{FIELD_TYPE}(?P<behind>.*)",
    re.DOTALL,
)
_COMMON_PAGE = "common-parameters"
_MARK = re.compile(r"\s*+[,，、;；]")
_LONGEST_REASON = 60
_NO_REASON = re.compile(r"[\d<>{}\n]")


@lru_cache(maxsize=64)
def _compile_parameter(locale: Locale) -> re.Pattern[str]:
    words = locale.spellings
    places = match_any(*words["in_path"], *words["in_query"], *words["in_header"])
    return re.compile(
        rf"\s*+[(（]?[\s*_]*(?P<place>{places})[\s*_)）]*[:：]\s*+{FIELD_TYPE}(?P<behind>.*)",
        re.DOTALL,
    )


def read_section(page: RenderedListPage, group: PartGroup) -> Section:
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
    below = repair_bullets(page, below)
    _report_plain_fields(page, below)
    rows: dict[str, FieldRow] = {}
    texts = [part for part in above if isinstance(part, TextBlock)]
    page.use(texts)
    for item in collect_items(page, below, is_last=group.is_last):
        use_item(page, item)
        row = _read_row(page, item)
        if row is None:
            continue
        parent = row.path.rpartition(".")[0]
        if parent and parent not in rows:
            page.report_lost(
                "parent-missing",
                f"{row.path!r} belongs to {parent!r}, which is not a field here; it is left out",
                row.span,
                "the field above it is missing, or the part before the last dot is wrong",
                arguments=(row.path, parent),
            )
            continue
        page.add_row(rows, row.path, row)
    if page.is_flattened:
        rows = {path: unlink_inlined(page, row, rows) for path, row in rows.items()}
    return Section(
        name=group.name,
        anchor=(group.heading.anchor or group.name) if group.heading.text else "",
        texts=Texts(own=join_texts(texts)),
        rows=nest_rows(rows, page.report),
        span=group.heading.span,
    )


def _report_plain_fields(page: RenderedListPage, parts: Sequence[Part]) -> None:
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
                arguments=(part.plain,),
            )


def _read_row(page: RenderedListPage, item: Item) -> FieldRow | None:
    bullet = item.bullet
    if not NAME.fullmatch(bullet.name):
        page.report_unreadable_name(bullet.name, "field", bullet.span)
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
            arguments=(f"{bullet.name} {bullet.rest}",),
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


def _read_category(page: RenderedListPage, item: Item) -> tuple[str, Texts]:
    """Return the words of the heading above a field, and its texts for the first field below it."""
    if item.category is None:
        return "", Texts()
    name = item.category.text
    if page.is_translated or not item.is_first:
        return name, Texts()
    return name, Texts(own=Prose(text=name, span=item.category.span))


def _read_value(
    page: RenderedListPage, item: Item, value: str, category: str, heading: Texts
) -> FieldRow:
    words = value.split()
    if item.texts:
        page.report_lost(
            "text-unexpected",
            f"text below the value of {item.bullet.name} is left out: {item.texts[0].plain[:60]!r}",
            item.texts[0].span,
            "a field with a fixed value has no description; remove the text, or give it a bullet",
            arguments=(item.bullet.name, item.texts[0].plain),
        )
    if len(words) != 1:
        page.warn(
            "value-odd",
            f"{item.bullet.name} has the value {' '.join(words)[:60]!r}",
            item.bullet.span,
            "a value is one identifier of the API",
            facts=((Fact.VALUE, ""),),
            arguments=(item.bullet.name, " ".join(words)),
        )
    return FieldRow(
        path=item.bullet.name,
        type=TypeName(name="string"),
        value=words[0] if words else "",
        category=category,
        heading=heading,
        span=item.bullet.span,
    )


def _read_mark(page: RenderedListPage, item: Item, behind: str) -> tuple[bool, list[TextBlock]]:
    """Return whether the words behind a type mark it as required, and the texts of the bullet."""
    if not behind.strip():
        return False, item.texts
    mark = page.grammar.required.match(behind)
    if mark:
        words = behind[mark.end() :].strip()
    else:
        words = behind.strip()
    if not words:
        return mark is not None, item.texts
    if _MARK.match(words):
        labels = page.locale.labels
        page.warn(
            "mark-unknown",
            f"the words after the type of {item.bullet.name!r} are not a mark of the layout and are left out: {words[:60]!r}",
            item.bullet.span,
            f"write `{labels['comma']}{labels['required']}` if it is required; a description begins on a line of its own",
            arguments=(item.bullet.name, words),
        )
        return mark is not None, item.texts
    first = TextBlock(markdown=words, plain=words, span=item.bullet.span)
    return mark is not None, [first, *item.texts]


def _read_type(
    page: RenderedListPage, match: re.Match[str], link: Link | None, item: Item | None = None
) -> TypeName:
    """Return the type in a match of `FIELD_TYPE`, with the target of its link."""
    word, wrappers = match["word"], split_wrappers(match["wrap"])
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


def read_parameters(page: RenderedListPage, operation: OperationParts) -> tuple[ParameterRow, ...]:
    """Read the parameters of an operation."""
    rows: dict[tuple[str, str], ParameterRow] = {}
    for item in collect_items(page, operation.list_all(), is_last=True):
        use_item(page, item)
        row = _read_parameter(page, item, operation.path)
        if row is not None:
            page.add_row(rows, (row.name, row.place), row)
    return tuple(rows.values())


def _read_parameter(page: RenderedListPage, item: Item, path: str) -> ParameterRow | None:
    bullet = item.bullet
    name = bullet.name
    in_path = f"{{{name}}}" in path
    actual = "path" if in_path else "query"
    match = _compile_parameter(page.locale).fullmatch(bullet.rest)
    if match is not None:
        place = next(
            location
            for location in ("path", "query", "header")
            if page.means(match["place"], f"in_{location}")
        )
    elif (match := _BODY.fullmatch(bullet.rest)) is not None and page.means(name, "body"):
        place, name = "body", "body"
    elif (match := _ANY_PLACE.fullmatch(bullet.rest)) is not None:
        place = actual
        page.warn(
            "place-unknown",
            f"{match['place']!r} is not a parameter location; according to the request line, {name!r} is in the {actual}",
            bullet.span,
            f"write {page.locale.labels[f'in_{actual}']}",
            arguments=(match["place"], name, actual),
        )
    else:
        page.error(
            "type-unreadable",
            f"the type of this parameter cannot be read: {f'{name} {bullet.rest}'[:60]!r}",
            bullet.span,
            "expected `name (in query): type`",
            arguments=(f"{name} {bullet.rest}",),
        )
        return None
    _report_brackets(page, bullet)
    if not NAME.fullmatch(name):
        page.report_unreadable_name(name, "parameter", bullet.span)
        return None
    if place != "body" and path and in_path != (place == "path"):
        page.warn(
            "place-wrong",
            f"{name!r} is said to be in the {place}, but the request line has it in the {actual}",
            bullet.span,
            f"write {page.locale.labels[f'in_{actual}']}; {actual} is used",
            facts=((Fact.LOCATION, ""),),
            arguments=(name, place, actual),
        )
        place = actual
    required, texts = _read_mark(page, item, match["behind"])
    if place != "body":
        common = _find_common_anchor(page, texts, name)
    else:
        common = ""
    return ParameterRow(
        name=name,
        place=place,
        type=_read_type(page, match, bullet.link, item),
        required=required,
        common=common,
        texts=Texts() if common else Texts(own=join_texts(texts)),
        span=bullet.span,
    )


def _report_brackets(page: RenderedListPage, bullet: Bullet) -> None:
    """Report a place that has lost one of its brackets."""
    place = re.split("[:：]", bullet.rest, maxsplit=1)[0]
    opened = place.count("(") + place.count("（")
    closed = place.count(")") + place.count("）")
    if opened == closed:
        return
    page.warn(
        "marks-unbalanced",
        f"the brackets around the place of {bullet.name[:60]!r} are not balanced",
        bullet.span,
        f"write `{bullet.name[:60]} ({page.locale.labels['in_query']}): type`",
        arguments=(bullet.name,),
    )


def _find_common_anchor(page: RenderedListPage, texts: Sequence[TextBlock], name: str) -> str:
    """Return the anchor of a parameter on the page of common parameters, or an empty string."""
    if len(texts) != 1:
        return ""
    links = texts[0].links
    if len(links) == 1 and links[0].text == texts[0].plain and _COMMON_PAGE in links[0].page:
        return links[0].anchor
    if page.is_flattened and texts[0].plain == name:
        return name
    return ""


def read_responses(page: RenderedListPage, operation: OperationParts) -> tuple[ResponseRow, ...]:
    """Read the responses of an operation. Texts after them belong to the site."""
    rows: dict[str, ResponseRow] = {}
    for part in operation.parts.get("response") or operation.list_all():
        if not isinstance(part, TextBlock) or part.is_inside:
            continue
        matches = list(_RESPONSE.finditer(part.plain))
        if not matches or matches[0].start():
            continue
        page.use([part])
        ends = [match.start() for match in matches[1:]]
        ends.append(len(part.plain))
        for match, end in zip(matches, ends, strict=True):
            row = _read_response(page, part, match, part.plain[match.end() : end].strip())
            page.add_row(rows, row.status, row)
    return tuple(rows.values())


def _read_response(
    page: RenderedListPage, part: TextBlock, match: re.Match[str], text: str
) -> ResponseRow:
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
            arguments=(status, text),
        )
    kind = None
    if match["word"]:
        link = next((link for link in part.links if link.text == match["word"]), None)
        kind = _read_type(page, match, link)
    return ResponseRow(status=status, text=reason.text, type=kind, span=part.span)
