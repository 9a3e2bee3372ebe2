"""What became of a field or a definition, in the words of a language: since when it is there,
required, has a type or a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from codegen.core.locales import Locale
from codegen.drift.history.changelog_records import Changelog, HistoryEntry
from codegen.findings.rules.rule import Aspect

# The label of a history entry and its subject, by rule. All other rules show their title.
_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "field-added",
                "required-field-added",
                "unconventional-field-added",
                "definition-added",
                "group-version-added",
                "operation-added",
            ),
            ("since", "added"),
        ),
        **dict.fromkeys(
            ("field-renamed", "definition-renamed", "definition-moved"), ("since", "renamed")
        ),
        **dict.fromkeys(
            ("field-became-required", "field-required-with-default"), ("required", "required")
        ),
        "field-became-optional": ("required", "optional"),
        **dict.fromkeys(
            (
                "field-type-changed",
                "field-format-changed",
                "field-type-widened",
                "field-type-narrowed",
            ),
            ("type", "type"),
        ),
        "field-enum-value-added": ("enum", "values"),
        "field-enum-value-removed": ("enum", "values_gone"),
        "field-enum-added": ("enum", "restricted"),
        "field-enum-removed": ("enum", "unrestricted"),
        "default-changed": ("default", "default"),
    }
)


class ChangelogEvent(Struct, frozen=True, kw_only=True):
    """A change in words.

    `event` is the affected fact (since, required, type, enum, default, other). `text` is plain
    text.
    """

    event: str
    release: str
    text: str


def events(changelog: Changelog, prose_id: str, locale: Locale) -> tuple[ChangelogEvent, ...]:
    """Return the changes of an element except text changes, oldest first."""
    changes = []
    for entry in changelog.about.get(prose_id, ()):
        if entry.aspect is not Aspect.TEXT:
            event, word = _WORDS.get(entry.rule, ("other", "changed"))
            if word == "default" and not entry.old:
                word = "default_none"
            text = locale.history[word].format(
                release=entry.release,
                before=entry.before,
                old=entry.old,
                new=entry.new,
                title=sentence(entry, locale),
            )
            changes.append(ChangelogEvent(event=event, release=entry.release, text=text))
    return tuple(changes)


def sentence(entry: HistoryEntry, locale: Locale) -> str:
    """Describe a change in words that follow a name, such as `is new, and optional`."""
    if entry.aspect is Aspect.TEXT:
        return locale.history["text"]
    said = locale.rules.get(entry.rule)
    if said is None:
        return entry.says.removeprefix(entry.name).lstrip(" ,")
    with_values = entry.aspect is Aspect.VALUE and (entry.old or entry.new)
    if with_values:
        return f"{said}{locale.labels['colon']}{entry.old or '-'} → {entry.new or '-'}"
    return said
