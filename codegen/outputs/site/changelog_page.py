"""The page of changes between two chosen releases, and a feed for each kind.

The page is made for the last two releases and needs no script. A script shows other pairs from one file of all
changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Level
from codegen.core.escaping import xml
from codegen.core.locales import Languages, Locale
from codegen.findings.rules.rule import Aspect
from codegen.model.changelog import Changelog, HistoryEntry
from codegen.outputs.docs.shared.changelog import sentence
from codegen.outputs.site.page_index import PageIndex
from codegen.outputs.site.project import CONTENT, STATIC, content_file
from codegen.outputs.site.records import Content, SitePage

PLACE = "between-releases"  # no group has this name
_FEED = "changes.xml"
_ATOM = "http://www.w3.org/2005/Atom"
_EPOCH = "1970-01-01T00:00:{:02}Z"


class Row(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A row of the page of changes. `place` leads to the field on its page, `more` counts further affected elements.

    `life` and `fact` are for the script: whether the element itself was added or removed, or the changed fact.
    """

    release: str
    level: str
    life: str = ""
    fact: str = ""
    rule: str
    name: str
    text: str
    place: str = ""
    old: str = ""
    new: str = ""
    more: int = 0


class Group(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The changes of one kind or type. Removed ones have no page."""

    title: str
    version: str = ""
    page: str = ""
    rows: tuple[Row, ...]


def groups(changelog: Changelog, places: PageIndex, locale: Locale) -> tuple[Group, ...]:
    """Group all changes by the kind with their page. Changes without a page come last."""
    found: dict[str, tuple[SitePage | None, list[Row]]] = {}
    for entry in changelog.entries:
        shown: Sequence[tuple[SitePage | None, str]] = _find_places(entry, places) or ((None, ""),)
        for page, path in shown:
            _, rows = found.setdefault(page.path if page else "", (page, []))
            rows.append(_build_row(entry, page, path, locale, is_one_of_many=len(shown) > 1))
    made = [
        Group(
            title=page.title if page else locale.site["changes_elsewhere"],
            version=page.api_version or page.version if page else "",
            page=page.path if page else "",
            rows=tuple(rows),
        )
        for page, rows in found.values()
    ]
    return tuple(sorted(made, key=lambda group: (not group.page, group.title, group.page)))


def _find_places(entry: HistoryEntry, places: PageIndex) -> list[tuple[SitePage, str]]:
    """Find the places of a change: its own, that of all affected elements, or each kind of a group version."""
    if (own := places.locate(entry.id)) is not None:
        return [own]
    found = [place for place in map(places.locate, entry.ids) if place is not None]
    if len({page.path for page, _ in found}) == 1:
        return found[:1]
    return [(page, path) for page, path in found if page.is_kind and page.key in entry.ids and not path]


def _build_row(entry: HistoryEntry, page: SitePage | None, path: str, locale: Locale, *, is_one_of_many: bool) -> Row:
    has_its_name = not entry.ids and entry.aspect is not Aspect.NAME  # name changes contain the new name
    is_text = entry.aspect is Aspect.TEXT
    own = page is not None and has_its_name
    return Row(
        release=entry.release,
        level=entry.level,
        life=entry.life or "",
        fact="" if entry.life else entry.fact,
        rule=entry.rule,
        name=path if own and path else page.title if own and page else entry.name,
        text=sentence(entry, locale),
        place=path,
        old="" if is_text else entry.old,
        new="" if is_text else entry.new,
        more=0 if is_one_of_many else max(len(entry.ids) - 1, 0),
    )


def files(
    changelog: Changelog, content: Content, places: PageIndex, languages: Languages
) -> Iterator[tuple[str, bytes]]:
    """Yield the page of changes in each language, the changes for its script, and the feeds."""
    for tag in content.pages:
        locale = languages.get(tag)
        words, made = locale.site, groups(changelog, places, locale)
        levels = {str(level): locale.report[level] for level in Level}
        known = {"releases": changelog.releases, "levels": levels, "groups": made}
        yield f"{STATIC}changes/{tag}.json", msgspec.json.encode(known)
        last = changelog.releases[-1]
        shown = [group for each in made if (group := _select_release(each, last)).rows]
        params = {
            "from": changelog.releases[-2],
            "to": last,
            "levels": {level.lower(): said for level, said in levels.items()},  # Hugo lowers all keys
            "groups": shown,
        }
        about = words["changes_about"].format(first=changelog.releases[0], last=last)
        yield f"{CONTENT}{tag}/{PLACE}.md", content_file(words["changes"], about, f"{PLACE}/", params, layout="changes")
        for group in made:
            if group.page:
                yield f"{STATIC}{feed_path(tag, group.page)}", _write_feed(group, changelog, tag, words)


def _select_release(group: Group, release: str) -> Group:
    """Return the changes of one release, the gravest first."""
    rows = [row for row in group.rows if row.release == release]
    return replace(group, rows=tuple(sorted(rows, key=lambda row: Level(row.level).rank)))


def feed_path(tag: str, page: str) -> str:
    """Return the path of a page's feed on the site."""
    return f"{tag}/{page}/{_FEED}"


def add_feeds(content: Content, changelog: Changelog, places: PageIndex) -> Content:
    """Add the name of the feed to pages with changes."""
    changed = {page.path for entry in changelog.entries for page, _ in _find_places(entry, places)}
    pages = {
        tag: tuple(replace(page, feed=_FEED) if page.path in changed else page for page in listed)
        for tag, listed in content.pages.items()
    }
    return replace(content, pages=pages)


def _write_feed(group: Group, changelog: Changelog, tag: str, words: Mapping[str, Any]) -> bytes:
    """Write the changes of a kind as Atom, with an entry per release and the newest first.

    Atom requires a time: the date of the release from the configuration, or one that only keeps the order.
    """
    times = {
        name: f"{changelog.dates[name]}T00:00:00Z" if name in changelog.dates else _EPOCH.format(min(number, 59))
        for number, name in enumerate(changelog.releases)
    }
    changed = [name for name in reversed(changelog.releases) if _select_release(group, name).rows]
    feed = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": tag})
    title = f"{group.title} {group.version}".strip()
    _add_element(feed, "id", f"urn:apiref-codegen:{tag}:{group.page}")
    _add_element(feed, "title", words["changes_of"].format(name=title))
    _add_element(feed, "updated", times[changed[0]])
    _add_element(ElementTree.SubElement(feed, "author"), "name", words["title"])
    ElementTree.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": _FEED})
    ElementTree.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": "./"})
    for name in changed:
        entry = ElementTree.SubElement(feed, "entry")
        _add_element(entry, "id", f"urn:apiref-codegen:{tag}:{group.page}:{name}")
        _add_element(entry, "title", f"{title} {name}")
        _add_element(entry, "updated", times[name])
        ElementTree.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": f"./?release={name}"})
        lines = (f"{row.level} {row.name}: {row.text}" for row in _select_release(group, name).rows)
        _add_element(entry, "content", "\n".join(lines), type="text")
    ElementTree.indent(feed)
    text: str = ElementTree.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _add_element(parent: ElementTree.Element, name: str, said: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = xml.text(said)
