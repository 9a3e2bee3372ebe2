"""The page of changes between two chosen releases, and a feed for each kind.

The page is made for the last two releases and needs no script. A script shows other pairs from one
file of all changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple
from xml.etree import ElementTree

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Level
from codegen.core.escaping import xml
from codegen.core.json_types import JsonObject
from codegen.core.locales import Languages, Locale
from codegen.drift.history.changelog_records import Changelog, HistoryEntry
from codegen.findings.rules.rule import Aspect, Lifecycle
from codegen.findings.words import DiffState, word_changes
from codegen.model import field_id, split_inner_id, split_prose_id
from codegen.outputs.docs.shared.changelog import sentence
from codegen.outputs.site.page_index import PageIndex
from codegen.outputs.site.project import CONTENT, STATIC, content_file
from codegen.outputs.site.records import Content, SitePage
from codegen.outputs.site.search import data_script

PLACE = "between-releases"  # no group has this name
_FEED = "changes.xml"
_ATOM = "http://www.w3.org/2005/Atom"
_TAGS = {DiffState.SAME: "", DiffState.OLD: "del", DiffState.NEW: "ins"}


class Consequence(StrEnum):
    """The meaning of a change for those who use the API."""

    REJECTS = "rejects"
    MAY_REJECT = "may_reject"
    CLIENTS = "clients"
    NEW = "new"
    COMPATIBLE = "compatible"
    DOCUMENTATION = "documentation"


# What to act on, what is new, and the rest. The last two are folded on the page of all kinds.
_PARTS: Mapping[str, tuple[Consequence, ...]] = {
    "act": (Consequence.REJECTS, Consequence.MAY_REJECT, Consequence.CLIENTS),
    "new": (Consequence.NEW,),
    "other": (Consequence.COMPATIBLE, Consequence.DOCUMENTATION),
}


class ChangeRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change on the page of changes.

    `own` rows have the path of their element as their name. `place` leads to the field on its page,
    `more` counts further affected elements. `words` are the pieces of a changed text, each with the
    tag of its mark, and `lang` is their language unless it is that of the page. `life` and `fact`
    are for the script: whether the element itself was added or removed, or the changed fact.
    """

    release: str
    consequence: Consequence
    life: str = ""
    fact: str = ""
    rule: str
    name: str
    own: bool = False
    text: str
    place: str = ""
    old: str = ""
    new: str = ""
    more: int = 0
    words: tuple[tuple[str, str], ...] = ()
    lang: str = ""


class EntryPosition(Struct, frozen=True, array_like=True):
    """The number of a changelog entry, and the path of its element on a page.

    A field that no longer exists has the path of its type, and its own name as `gone`.
    """

    entry: int
    path: str
    gone: str = ""


class KindChanges(Struct, kw_only=True, omit_defaults=True):
    """The changes of one kind or type, and those `inside` the types of other pages that a kind
    contains.

    Changes without a page have a group of their own.
    """

    title: str = ""
    version: str = ""
    page: str = ""
    rows: list[EntryPosition] = msgspec.field(default_factory=list)
    inside: list[EntryPosition] = msgspec.field(default_factory=list)


def group_changes(changelog: Changelog, places: PageIndex) -> list[KindChanges]:
    """Group all changes by kind.

    A change stands on its own page and inside each kind that contains its type.
    """
    groups = {
        page.path: KindChanges(
            title=page.title, version=page.api_version or page.version, page=page.path
        )
        for page in places.pages
    }
    elsewhere = KindChanges()
    for number, entry in enumerate(changelog.entries):
        element, gone = _find_changed_element(entry.id, places)
        own_places = _find_places(element, entry, places)
        own_pages = {page.path for page, _ in own_places}
        for page, path in own_places:
            groups[page.path].rows += _list_positions(number, page, path, gone, entry, places)
        if not own_places:
            elsewhere.rows.append(EntryPosition(number, ""))
        for page, path in places.kinds.get(element, ()):
            if page.path not in own_pages:
                positions = _list_positions(number, page, path, gone, entry, places)
                groups[page.path].inside += positions
    ordered = sorted(groups.values(), key=lambda group: (group.title, group.page))
    return [group for group in (*ordered, elsewhere) if group.rows or group.inside]


def _list_positions(
    number: int, page: SitePage, path: str, gone: str, entry: HistoryEntry, places: PageIndex
) -> list[EntryPosition]:
    """Return the positions of an entry on a page: each path of its element there.

    A changed text has only the first path, and a new type none: a field of it is new itself.
    """
    if entry.rule == "definition-added" and path:
        return []
    first = EntryPosition(number, path, gone)
    if entry.aspect is Aspect.TEXT or not path:
        return [first]
    positions = [first]
    if gone:
        element = _find_changed_element(entry.id, places).prose_id
        for holder_path, _ in places.find_places(page, element):
            positions.append(EntryPosition(number, holder_path, gone))
    else:
        for type_path, field_name in places.find_places(page, split_inner_id(entry.id).field_id):
            positions.append(EntryPosition(number, type_path, field_name))
    return list(dict.fromkeys(positions))


class _ChangedElement(NamedTuple):
    """The id of an element, or of the type that had it, and the name of a field that is gone."""

    prose_id: str
    gone: str = ""


def _find_changed_element(prose_id: str, places: PageIndex) -> _ChangedElement:
    """Find the element of a change on the pages of the newest release."""
    outer_id = split_inner_id(prose_id).field_id
    key, field = split_prose_id(outer_id)
    if not field or places.locate(outer_id) is not None:
        return _ChangedElement(outer_id)
    above, _, last = field.rpartition(".")
    return _ChangedElement(field_id(key, above) if above else key, last)


def _find_places(
    element: str, entry: HistoryEntry, places: PageIndex
) -> list[tuple[SitePage, str]]:
    """Find the places of a change: its own, that of all affected elements, or each kind of a group
    version.
    """
    own_place = places.locate(element)
    if own_place is not None:
        return [own_place]
    affected = [place for place in map(places.locate, entry.ids) if place is not None]
    if len({page.path for page, _ in affected}) == 1:
        return affected[:1]
    return [
        (page, path)
        for page, path in affected
        if page.is_kind and page.key in entry.ids and not path
    ]


def find_consequence(entry: HistoryEntry) -> Consequence:
    """Return what a change means for those who use the API."""
    if entry.aspect is Aspect.TEXT:
        return Consequence.DOCUMENTATION
    if entry.level == Level.INFO:
        is_field = bool(split_prose_id(entry.id).name)
        is_new = entry.life is Lifecycle.ADDED and is_field
        if is_new:
            return Consequence.NEW
        return Consequence.COMPATIBLE
    if not entry.rejects:
        return Consequence.CLIENTS
    if entry.level == Level.ERR:
        return Consequence.REJECTS
    return Consequence.MAY_REJECT


def _build_row(entry: HistoryEntry, locale: Locale, *, is_one_of_many: bool) -> ChangeRow:
    is_text = entry.aspect is Aspect.TEXT
    pieces = word_changes(entry.old, entry.new) if is_text and entry.old and entry.new else ()
    return ChangeRow(
        release=entry.release,
        consequence=find_consequence(entry),
        life=entry.life or "",
        fact="" if entry.life else entry.fact,
        rule=entry.rule,
        name=entry.name,
        own=not entry.ids and entry.aspect is not Aspect.NAME,  # name changes contain the new name
        text=sentence(entry, locale),
        old="" if is_text else entry.old,
        new="" if is_text else entry.new,
        more=0 if is_one_of_many else max(len(entry.ids) - 1, 0),
        words=tuple((_TAGS[piece.part], piece.text) for piece in pieces),
        lang="" if entry.locale == locale.tag else entry.locale,
    )


def files(
    changelog: Changelog,
    content: Content,
    groups: Sequence[KindChanges],
    languages: Languages,
    title: str = "",
) -> Iterator[tuple[str, bytes]]:
    """Yield the page of changes in each language, the changes for its script, and the feeds.

    `title` is that of the site, by default the one of each language.
    """
    counts = Counter(placed.entry for group in groups for placed in group.rows)
    for tag in content.pages:
        locale = languages.get(tag)
        words = locale.site
        rows = [
            _build_row(entry, locale, is_one_of_many=counts[number] > 1)
            for number, entry in enumerate(changelog.entries)
        ]
        named = [
            group if group.page else replace(group, title=words["changes_elsewhere"])
            for group in groups
        ]
        changes = {"releases": changelog.releases, "rows": rows, "groups": named}
        path, script = data_script(f"changes/{tag}.js", msgspec.json.encode(changes).decode())
        yield f"{STATIC}{path}", script.encode()
        last = changelog.releases[-1]
        params = {
            "from": changelog.releases[-2],
            "to": last,
            "parts": [_build_part(part, named, rows, last) for part in _PARTS],
        }
        about = words["changes_about"].format(first=changelog.releases[0], last=last)
        yield (
            f"{CONTENT}{tag}/{PLACE}.md",
            content_file(words["changes"], about, f"{PLACE}/", params, layout="changes"),
        )
        for group in groups:
            if group.page:
                yield (
                    f"{STATIC}{tag}/{group.page}/{_FEED}",
                    _write_feed(group, rows, changelog, tag, words, title or words["title"]),
                )


def _build_part(
    part: str, groups: Iterable[KindChanges], rows: Sequence[ChangeRow], release: str
) -> JsonObject:
    """Build a part of the page, such as what to act on, with its changes by kind."""
    groups_of_part = []
    count = 0
    for group in groups:
        rows_of_part = [
            row
            for row in _show_rows(group, group.rows, rows, release)
            if row.consequence in _PARTS[part]
        ]
        if rows_of_part:
            count += len(rows_of_part)
            entry = {"title": group.title, "version": group.version, "page": group.page}
            groups_of_part.append({**entry, "rows": rows_of_part})
    return {"name": part, "count": count, "groups": groups_of_part}


def _show_rows(
    group: KindChanges, placed: Iterable[EntryPosition], rows: Sequence[ChangeRow], release: str
) -> list[ChangeRow]:
    """Return the placed changes of one release with their names on the page, by path."""
    rows_of_release = []
    for position in placed:
        row = rows[position.entry]
        if row.release != release:
            continue
        name = row.name
        if row.own and group.page:
            name = ".".join(filter(None, (position.path, position.gone))) or group.title
        rows_of_release.append(replace(row, name=name, place=position.path))
    return sorted(rows_of_release, key=lambda row: row.name)


def add_feeds(content: Content, groups: Iterable[KindChanges]) -> Content:
    """Add the name of the feed to pages with changes."""
    changed = {group.page for group in groups}
    pages = {
        tag: tuple(replace(page, feed=_FEED) if page.path in changed else page for page in listed)
        for tag, listed in content.pages.items()
    }
    return replace(content, pages=pages)


def _write_feed(
    group: KindChanges,
    rows: Sequence[ChangeRow],
    changelog: Changelog,
    tag: str,
    words: Mapping[str, Any],
    author: str,
) -> bytes:
    """Write the changes of a kind as Atom, with an entry per release and the newest first.

    The time is the date of the release in the configuration, or else the newest one before it. A
    release without either has no time, since none is known.
    """
    times: dict[str, str] = {}
    newest = ""
    for name in changelog.releases:
        newest = max(newest, changelog.dates.get(name, ""))
        times[name] = newest and f"{newest}T00:00:00Z"
    placed = (*group.rows, *group.inside)
    changed: dict[str, list[ChangeRow]] = {}
    for name in reversed(changelog.releases):
        rows_of_release = _show_rows(group, placed, rows, name)
        if rows_of_release:
            changed[name] = rows_of_release
    feed = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": tag})
    title = f"{group.title} {group.version}".strip()
    _add_element(feed, "id", f"urn:apiref-codegen:{tag}:{group.page}")
    _add_element(feed, "title", words["changes_of"].format(name=title))
    if time := times[next(iter(changed))]:
        _add_element(feed, "updated", time)
    _add_element(ElementTree.SubElement(feed, "author"), "name", author)
    ElementTree.SubElement(
        feed, "link", {"rel": "self", "type": "application/atom+xml", "href": _FEED}
    )
    ElementTree.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": "./"})
    for name, rows_of_release in changed.items():
        entry = ElementTree.SubElement(feed, "entry")
        _add_element(entry, "id", f"urn:apiref-codegen:{tag}:{group.page}:{name}")
        _add_element(entry, "title", f"{title} {name}")
        if times[name]:
            _add_element(entry, "updated", times[name])
        ElementTree.SubElement(
            entry, "link", {"rel": "alternate", "type": "text/html", "href": f"./?release={name}"}
        )
        lines = (
            f"{words[f'consequence_{row.consequence}']}: {row.name} {row.text}"
            for row in rows_of_release
        )
        _add_element(entry, "content", "\n".join(lines), type="text")
    ElementTree.indent(feed)
    text: str = ElementTree.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _add_element(parent: ElementTree.Element, name: str, said: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = xml.text(said)
