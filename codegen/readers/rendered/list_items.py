"""The bullets of a list page with the texts below them, and the repair of broken ones."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from codegen.model.kubernetes import PRIMITIVES
from codegen.readers.list.grammar import TYPE_WORD
from codegen.readers.rendered.leftovers import RenderedListPage
from codegen.readers.rendered.parts import Bullet, Heading, Part, TextBlock
from codegen.readers.shared.tokens import NAME, WRAPPERS

FIELD_TYPE = rf"(?P<wrap>{WRAPPERS})\s*+(?P<word>[^()（）<>\s,，、;；:：*\[\]]+)"
_BROKEN_BULLET = re.compile(
    rf"\**(?P<name>{NAME.pattern})(?P<marks>\**)\s*+[(（]\s*+{FIELD_TYPE}\s*+[)）](?P<behind>.*)"
)


# An item of another list whose name has lost a bracket.
_NAMED_ITEM = re.compile(
    rf"- \*\*(?P<name>{NAME.pattern})\*\*(?P<rest>[^\n]*[()（）][^\n]*)(?P<below>(?:\n.*)?)",
    re.DOTALL,
)


class Item(Struct, kw_only=True):
    """A bullet with the texts below it, and the heading above it."""

    bullet: Bullet
    texts: list[TextBlock] = field(default_factory=list)
    category: Heading | None = None
    is_first: bool = False
    is_repaired: bool = False


def collect_items(page: RenderedListPage, parts: Sequence[Part], *, is_last: bool) -> list[Item]:
    """Collect the bullets with their texts.

    On a translated page, a text outside of the bullets belongs to the one before it, as translators
    lose indentations. At the end of a page it may belong to the site.
    """
    items: list[Item] = []
    category: Heading | None = None
    is_first = False
    stray: list[TextBlock] = []
    for part in _split_named_items(page, parts):
        if isinstance(part, Heading):
            category, is_first = part, True
        elif isinstance(part, Bullet):
            if items and category is items[-1].category and _takes_stray_texts(page, items[-1]):
                items[-1].texts += stray
            stray = []
            item = Item(bullet=part, category=category, is_first=is_first)
            item.is_repaired = id(part) in page.repaired
            items.append(item)
            is_first = False
        elif isinstance(part, TextBlock) and items:
            if part.is_inside and not stray:
                items[-1].texts.append(part)
            else:
                stray.append(part)
    if items and not is_last and _takes_stray_texts(page, items[-1]):
        items[-1].texts += stray
    return items


def _split_named_items(page: RenderedListPage, parts: Sequence[Part]) -> Iterator[Part]:
    """Turn items outside of the fields that begin with a bold name into bullets.

    Readers of fields and parameters report what is wrong with them.
    """
    for part in parts:
        if not isinstance(part, TextBlock) or part.is_inside:
            yield part
            continue
        named = _NAMED_ITEM.fullmatch(part.markdown)
        if named is None:
            yield part
            continue
        page.use([part])
        remainder = named["rest"].replace("*", "").strip()
        yield Bullet(name=named["name"], rest=remainder, markdown=part.markdown, span=part.span)
        if below := textwrap.dedent(named["below"]).strip():
            plain = part.plain.removeprefix(f"{named['name']} {remainder}").strip()
            yield replace(part, markdown=below, plain=plain, is_inside=True)


def _takes_stray_texts(page: RenderedListPage, item: Item) -> bool:
    return page.is_translated or page.is_flattened or item.is_repaired


def repair_bullets(page: RenderedListPage, parts: Sequence[Part]) -> list[Part]:
    """Turn paragraphs that are the first line of a field into bullets.

    They have lost a mark, as in `*spec** (PlotSpec), required`.
    """
    repaired: list[Part] = []
    for part in parts:
        if isinstance(part, TextBlock):
            bullet = _read_broken_bullet(page, part)
        else:
            bullet = None
        repaired.append(part if bullet is None else bullet)
        if bullet is None:
            continue
        page.use([part])
        page.repaired.add(id(bullet))
        page.warn(
            "bullet-broken",
            f"the field {bullet.name!r} is no bullet with a bold name; it is read as one",
            bullet.span,
            f"write `- **{bullet.name}** ({bullet.rest.strip('()（） ')[:20]})` in its Markdown",
            arguments=(bullet.name,),
        )
    return repaired


def _read_broken_bullet(page: RenderedListPage, text: TextBlock) -> Bullet | None:
    """Return the field whose first line is a whole paragraph outside of the bullets, or None."""
    if text.is_inside:
        field_line = None
    else:
        field_line = _BROKEN_BULLET.fullmatch(text.plain)
    if field_line is None or (not text.links and not _is_field_type(field_line["word"])):
        return None
    behind = field_line["behind"]
    mark = page.grammar.required.match(behind)
    if behind.strip() and (mark is None or behind[mark.end() :].strip()):
        return None
    link = next((link for link in text.links if link.text == field_line["word"]), None)
    return Bullet(
        name=field_line["name"],
        rest=text.plain[field_line.end("marks") :].strip(),
        markdown=text.markdown,
        link=link,
        span=text.span,
    )


def _is_field_type(word: str) -> bool:
    return word in PRIMITIVES or (TYPE_WORD.fullmatch(word) is not None and word[:1].isupper())


def use_item(page: RenderedListPage, item: Item) -> None:
    """Remember that a bullet, its texts and its heading were read."""
    page.use([item.bullet, *item.texts])
    if item.category is not None:
        page.use([item.category])
