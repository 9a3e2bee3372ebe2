"""Fields of earlier releases, which keep their places on the site."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.drift.history.changelog_records import Changelog, HistoryEntry
from codegen.findings.rules.rule import Aspect, Lifecycle
from codegen.model import Reference, field_id, split_prose_id

FormerFields = Mapping[str, Mapping[str, HistoryEntry]]
"""The former fields of a definition or of an inline object, by their names, with the change that ended each."""


def find_former_fields(changelog: Changelog, reference: Reference) -> FormerFields:
    """Find the fields that the newest release lacks, by the prose id of the object around them."""
    former: dict[str, dict[str, HistoryEntry]] = {}
    for entry in changelog.entries:
        is_renamed = entry.aspect is Aspect.NAME
        for prose_id in (
            (entry.ids or (entry.id,)) if is_renamed or entry.life is Lifecycle.REMOVED else ()
        ):
            key, path = split_prose_id(prose_id)
            above, _, name = path.rpartition(".")
            name = entry.old if is_renamed else name
            definition = reference.definitions.get(key)
            if (
                path
                and definition is not None
                and definition.find_field(f"{above}.{name}".lstrip(".")) is None
            ):
                former.setdefault(field_id(key, above) if above else key, {})[name] = entry
    return former
