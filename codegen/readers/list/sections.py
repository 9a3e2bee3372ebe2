"""Reading of definitions on list pages into trees of fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from codegen.core.diagnostics import Fact
from codegen.model import ListType, Prose
from codegen.model.kubernetes import PRIMITIVES
from codegen.readers.list.english_comparison import compare_annotations, compare_bullet
from codegen.readers.list.grammar import RULE
from codegen.readers.list.page import ListPage, Token
from codegen.readers.page_tree import FieldRow, Section, Texts, TypeName, nest_rows
from codegen.readers.shared.blocks import CATEGORY, Block
from codegen.readers.shared.descriptions import (
    clean,
    split_at_type_name,
    split_inlined,
    split_like_english,
)
from codegen.readers.shared.tokens import NAME


def read_section(page: ListPage, number: int, block: Block, tokens: Sequence[Token]) -> Section:
    """Read one definition, its text up to the rule and then its fields."""
    end = tokens[0].start if tokens else block.end
    if rule := RULE.search(page.text, block.body, end):
        end = rule.start()
    elif category := CATEGORY.search(page.text, block.body, end):
        end = category.start()
    return Section(
        name=block.name,
        anchor=block.anchor,
        texts=page.texts((number, ""), block.body, end, 0),
        rows=nest_rows(_read_rows(page, number, tokens), page.report),
        span=page.span(block.start),
    )


def _read_rows(page: ListPage, number: int, tokens: Sequence[Token]) -> dict[str, FieldRow]:
    rows: dict[str, FieldRow] = {}
    for token in tokens:
        if token.match is None:
            continue
        if not NAME.fullmatch(token.name):
            page.report_unreadable_name(token.name, "field", token.start)
            continue
        parent = token.name.rpartition(".")[0]
        if parent and parent not in rows:
            page.warn(
                "parent-missing",
                f"{token.name!r} belongs to {parent!r}, which is not a field here; it is left out",
                token.start,
                "the bullet of the field above it is missing, or the part before the last dot is wrong",
                arguments=(token.name, parent),
            )
            continue
        page.add_row(rows, token.name, _read_row(page, number, token, token.match))
    return rows


def _read_row(page: ListPage, number: int, token: Token, match: re.Match[str]) -> FieldRow:
    if token.form == "value":
        return _read_value(page, token, match)
    owner, depth, span = (number, token.name), token.name.count(".") + 1, page.span(token.start)
    kind = page.read_type(owner, match)
    begin, required = page.find_required_mark(token, match)
    texts, inlined = page.texts(owner, begin, token.end, depth), Texts()
    notes, page_text = page.split_annotations(texts.own, span)
    english_notes, english = page.split_annotations(texts.english, None)
    if page.comments.pieces:
        compare_bullet(page, number, token, required=required)
        compare_annotations(page, token, notes, english_notes)
        if notes.list_type is ListType.MAP and not notes.list_map_keys:
            notes = english_notes
    texts = Texts(own=page_text, english=english)
    # Its definition is written out below.
    if kind.name and not kind.linked and kind.name not in PRIMITIVES:
        texts, inlined = _split_inlined(page, texts, kind.name)
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


def _split_inlined(page: ListPage, texts: Texts, type_name: str) -> tuple[Texts, Texts]:
    """Split the texts of a field from those of the definition written below it."""
    page_text, inlined_text = _split_prose(
        texts.own, split_inlined, type_name, machine_made=page.machine_made
    )
    english, english_inlined = _split_prose(texts.english, split_inlined, type_name)
    if page_text is not None and inlined_text is None and english_inlined is not None:
        english_texts = english.text if english else "", english_inlined.text
        page_text, inlined_text = _split_prose(
            page_text, split_like_english, type_name, *english_texts
        )
        if inlined_text is not None:
            page.warn(
                "inlined-unmarked",
                f"the description of {type_name} is not marked as in English; it is split from that of the field",
                inlined_text.span,
                f'write `<a name="{type_name}"></a>` before it, and `**` around it',
                arguments=(type_name,),
            )
    if inlined_text is not None and english_inlined is None and english is not None:
        english, english_inlined = _split_prose(english, split_at_type_name, type_name)
    return Texts(own=page_text, english=english), Texts(own=inlined_text, english=english_inlined)


def _split_prose(
    prose: Prose | None, split: Callable[..., tuple[str, str | None]], *names: str, **options: bool
) -> tuple[Prose | None, Prose | None]:
    """Split a text in two, with None for an empty part."""
    if prose is None:
        return None, None
    first, second = split(prose.text, *names, **options)
    return replace(prose, text=first) if first else None, replace(
        prose, text=second
    ) if second else None


def _read_value(page: ListPage, token: Token, match: re.Match[str]) -> FieldRow:
    """Read a field with a single value (`- **kind**: Plot`)."""
    words = clean(page.text[match.end() : token.end], 0).split()
    if len(words) != 1:
        page.warn(
            "value-odd",
            f"{token.name} has the value {' '.join(words)[:60]!r}",
            token.start,
            "a value is one identifier of the API",
            facts=((Fact.VALUE, ""),),
            arguments=(token.name, " ".join(words)),
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
