"""Changes of an API until one of its releases."""

from __future__ import annotations

from codegen.drift.history.changelog_records import Changelog, HistoryEntry, RemovedKind
from codegen.model import GroupVersionKind

NAMES = ("1.1", "1.2", "1.3")


def make_entry(release: str) -> HistoryEntry:
    return HistoryEntry(
        release=release,
        before="",
        rule="",
        aspect=None,
        life=None,
        fact="",
        level="",
        id="",
        name="",
        says="",
        ids=(),
        old="",
        new="",
        locale="",
    )


def test_changes_until_a_release_have_it_and_those_before() -> None:
    plot = GroupVersionKind(group="garden.example.io", version="v1", kind="Plot")
    removed = tuple(RemovedKind(key="K", gvk=plot, last="1.1", release=name) for name in NAMES)
    changelog = Changelog(
        releases=NAMES,
        entries=tuple(map(make_entry, NAMES)),
        removed=removed,
        dates={"1.3": "2026-01-31"},
    )
    assert changelog.until("1.2") == Changelog(
        releases=NAMES[:2],
        entries=changelog.entries[:2],
        removed=removed[:2],
        dates=changelog.dates,
    )
