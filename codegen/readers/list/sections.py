"""Reading of definitions on list pages into trees of fields."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from codegen.core.diagnostics import Fact
from codegen.model import ListType, Prose
from codegen.readers.list.english_comparison import compare_bullet, compare_notes
from codegen.readers.list.grammar import CATEGORY, RULE
from codegen.readers.list.page_text import Block, PageText, Token
from codegen.readers.page_tree import NO_ANNOTATIONS, NO_TEXTS, FieldRow, Section, Texts, TypeName
from codegen.readers.shared.descriptions import clean, split_inlined, split_like_english
from codegen.readers.shared.tokens import NAME

_PRIMITIVES = frozenset(
    ("string", "boolean", "int32", "int64", "double", "float", "byte", "integer", "number", "object")
)

_MOST_COMPARED = (
    500  # a suggestion compares with all names, so a page of many wrong names would take the square of its length
)


def read_section(page: PageText, number: int, block: Block, tokens: Sequence[Token]) -> Section:
    """Read one definition, its text up to the rule and then its fields."""
    end = tokens[0].start if tokens else block.end
    if rule := RULE.search(page.text, block.body, end):
        end = rule.start()
    elif category := CATEGORY.search(page.text, block.body, end):
        end = category.start()
    texts = page.texts(number, "", block.body, end, 0)
    return Section(
        name=block.name, anchor=block.anchor, texts=texts, rows=_rows(page, number, tokens), span=page.span(block.start)
    )


def _rows(page: PageText, number: int, tokens: Sequence[Token]) -> tuple[FieldRow, ...]:
    rows: dict[str, FieldRow] = {}
    below: dict[str, list[str]] = {"": []}
    last = ""
    for token in tokens:
        if token.match is None:
            continue
        parent = token.name.rpartition(".")[0]
        if not NAME.fullmatch(token.name):
            page.warn(
                "name-unreadable",
                f"{token.name!r} is not a field name; it is left out",
                token.start,
                "names of fields are never translated; take the name from the English page",
            )
            continue
        if parent and parent not in rows:
            meant = _parent_meant(page, token, parent, last, rows)
            if not meant:
                continue
            token.name = f"{meant}.{token.name.rpartition('.')[2]}"
            parent = meant
        if token.name in rows:
            page.warn(
                "field-twice",
                f"{token.name!r} appears here a second time; the first one is used",
                token.start,
                f"the first is at {rows[token.name].span}",
            )
            continue
        rows[token.name] = _row(page, number, token)
        below[parent].append(token.name)
        below[token.name] = []
        last = token.name
    return _tree(rows, below, "")


def _parent_meant(page: PageText, token: Token, parent: str, last: str, rows: dict[str, FieldRow]) -> str:
    """Return the likely parent of a row with a misspelt path, or an empty string.

    The rows of an inlined definition follow its field at once, so the field before them is meant if its name is nearly the same.
    """
    candidates = [
        path
        for path in (last, *_parents(last))
        if path and path.count(".") == parent.count(".") and _inlines(rows[path].type)
    ]

    near = difflib.get_close_matches(parent, candidates, 1, 0.75)
    child = token.name.rpartition(".")[2]
    if near:
        page.warn(
            "parent-misspelt",
            f"{token.name!r} follows {near[0]!r} and is read as a field of it",
            token.start,
            f"write {near[0]}.{child}, or correct the name of the field above",
        )
        return near[0]
    others = difflib.get_close_matches(parent, rows, 1) if len(rows) <= _MOST_COMPARED else ()
    page.warn(
        "parent-missing",
        f"{token.name!r} belongs to {parent!r}, which is not a field here; it is left out",
        token.start,
        f"write {others[0]}.{child}?"
        if others
        else "the bullet of the field above it is missing, or the part before the last dot is wrong",
    )
    return ""


def _parents(path: str) -> list[str]:
    parts = path.split(".")
    return [".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]


def _inlines(kind: TypeName) -> bool:
    """Return whether a type's definition is written out below its field."""
    return bool(kind.name) and not kind.linked and kind.name not in _PRIMITIVES


def _tree(rows: dict[str, FieldRow], below: dict[str, list[str]], path: str) -> tuple[FieldRow, ...]:
    return tuple(
        [
            _set_children(rows[child], _tree(rows, below, child)) if below[child] else rows[child]
            for child in below[path]
        ]
    )


def _set_children(row: FieldRow, children: tuple[FieldRow, ...]) -> FieldRow:
    return FieldRow(
        path=row.path,
        type=row.type,
        required=row.required,
        value=row.value,
        annotations=row.annotations,
        texts=row.texts,
        inlined=row.inlined,
        category=row.category,
        heading=row.heading,
        children=children,
        span=row.span,
    )


def _row(page: PageText, number: int, token: Token) -> FieldRow:
    match, span = token.match, page.span(token.start)
    if match is None or token.form == "value":
        return _value(page, token)
    depth = token.name.count(".") + 1
    kind = page.read_type(number, token, match)
    begin, required = page.find_required_mark(token, match)
    own, english = page.prose(begin, token.end, depth), page.english_prose(number, token.name, depth)
    notes, own_text = page.annotations(own.text, span) if own else (NO_ANNOTATIONS, "")
    english_notes, english_text = page.annotations(english.text, None) if english else (NO_ANNOTATIONS, "")
    if page.comments:
        compare_bullet(page, number, token, required=required)
        compare_notes(page, token, notes, english_notes)
        if notes.list_type is ListType.MAP and not notes.list_map_keys:
            notes = english_notes
    inlined = NO_TEXTS
    if _inlines(kind):
        own_text, own_inlined = split_inlined(own_text, kind.name, machine_made=page.machine_made)
        english_text, english_inlined = split_inlined(english_text, kind.name)
        if own is not None and own_inlined is None and english_inlined:
            own_text, own_inlined = split_like_english(own_text, kind.name, english_text, english_inlined)
            if own_inlined is not None:
                _warn_unmarked(page, own, kind.name)
        if own_inlined is not None or english_inlined:
            inlined = _texts(own, own_inlined, english, english_inlined)
    texts = _texts(own, own_text, english, english_text) if own_text or english_text else NO_TEXTS
    return FieldRow(
        path=token.name,
        type=kind,
        required=required,
        annotations=notes,
        texts=texts,
        inlined=inlined,
        category=token.category,
        heading=token.heading,
        span=span,
    )


def _warn_unmarked(page: PageText, own: Prose, type_name: str) -> None:
    page.warn(
        "inlined-unmarked",
        f"the description of {type_name} is not marked as in English; it is split from that of the field",
        own.span,
        f'write `<a name="{type_name}"></a>` before it, and `**` around it',
    )


def _texts(own: Prose | None, own_text: str | None, english: Prose | None, english_text: str | None) -> Texts:
    return Texts(own=_part(own, own_text), english=_part(english, english_text or None))


def _part(prose: Prose | None, text: str | None) -> Prose | None:
    if prose is None or text is None:
        return None
    return prose if text == prose.text else Prose(text=text, span=prose.span)


def _value(page: PageText, token: Token) -> FieldRow:
    """Read a field with a single value (`- **kind**: Plot`)."""
    begin = token.match.end() if token.match else token.end
    words = clean(page.text[begin : token.end], 0).split()
    if len(words) != 1:
        page.warn(
            "value-odd",
            f"{token.name} has the value {' '.join(words)[:60]!r}",
            token.start,
            "a value is one identifier of the API",
            facts=((Fact.VALUE, ""),),
        )
    value = words[0] if words else ""
    return FieldRow(
        path=token.name,
        type=TypeName(name="string"),
        value=value,
        category=token.category,
        heading=token.heading,
        span=page.span(token.start),
    )
