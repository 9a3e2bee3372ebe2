"""Report manifests that break between two releases, with locations.

Every object is validated by both releases, and findings of both are not about the upgrade. An
object of a removed API version is also validated in the succeeding version, which shows all other
changes at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import releases
from codegen.core.diagnostics import Level, Span, count_noun
from codegen.core.locales import ENGLISH, SHIPPED, Languages
from codegen.core.releases import Release
from codegen.core.source import Source
from codegen.findings.finding import NotCompared, Results
from codegen.kube.errors import REQUIRED, UNKNOWN
from codegen.model import Reference, renames
from codegen.model.selection import pattern
from codegen.readers.built_in.structure import built_ins
from codegen.readers.documents.loader import read_manifests
from codegen.validation import manifest_report
from codegen.validation.manifest_checks import (
    NO_MATCH,
    check_documents,
    check_object,
    suggest_versions,
    validate_object,
)
from codegen.validation.manifest_files import Manifest, load_manifests
from codegen.validation.manifest_objects import ManifestFile, ManifestObject, ValidationOptions
from codegen.validation.manifest_schemas import SchemaFinder
from codegen.validation.object_finding import Layer, ObjectFinding, Steps

_FROM = "--from"


class _UpgradeSide(Struct, frozen=True, kw_only=True):
    """Schemas, options and name of the release before or after.

    `release` is the release of Kubernetes that was asked for, or None.
    """

    schemas: SchemaFinder
    options: ValidationOptions
    name: str
    note: str
    release: Release | None


def upgrade(
    *manifests: Manifest,
    start: str = "",
    target: str = "",
    old: Sequence[tuple[Reference, str]] = (),
    new: Sequence[tuple[Reference, str]] = (),
    locale: str = ENGLISH,
    allow_unknown: Sequence[str] = (),
    fail_on: Level = Level.ERR,
    languages: Languages = SHIPPED,
) -> Results:
    """Find API versions, fields and values of manifests that break between two releases.

    Args:
        manifests: Paths of files and folders, and binary streams, which are `stdin` in findings.
        start: The release that the manifests work with (`1.N`). Without one, Kubernetes' own kinds are those of the newest bundled release.
        target: The release to upgrade to.
        old: References before the upgrade with their names. They come before the kinds of the release.
        new: References after the upgrade with their names.
        locale: The language of messages and help.
        allow_unknown: Kinds that may have no schema on either side, as patterns of a selection.
        fail_on: The lowest level of `Results.failing`.
        languages: The languages of a project (`Config.languages`) instead of the bundled ones.

    Raises `CodegenError` for an unreadable language, schema or rule file and for a release that is
    not bundled, and ValueError for an invalid release. `Results.not_compared` names the objects
    without a schema.

    """
    allowed = tuple(pattern(text, Span(path="--allow-unknown")) for text in allow_unknown)
    sides = [
        _build_side(
            release,
            option,
            references,
            ValidationOptions(locale=locale, allow_unknown=allowed, languages=languages),
        )
        for release, option, references in ((start, _FROM, old), (target, "--to", new))
    ]
    languages.get(locale)
    comparison = _Comparison(*sides)
    files = [
        manifest if isinstance(manifest, ManifestFile) else comparison.compare_file(manifest)
        for manifest in load_manifests(manifests)
    ]
    results = manifest_report.build_results(files, sides[1].options, fail_on)
    words = sides[1].options.words.findings
    objects = [obj for file in files for obj in file.objects]
    broken, checked = (sum(obj.state == state for obj in objects) for state in ("invalid", "valid"))
    total = f"{count_noun(len(objects), 'object')} in {count_noun(len(files), 'file')}"
    return replace(
        results,
        command="upgrade",
        summary=(f"Summary: {total} - {broken} broken from {sides[0].name} to {sides[1].name}",),
        notes=(*filter(None, (sides[0].note,)), *comparison.notes, *results.notes),
        not_compared=(*results.not_compared, *comparison.unchecked),
        clean=words["upgrade_clean" if checked else "unchecked"].format(
            start=sides[0].name, target=sides[1].name
        ),
        more=MappingProxyType(
            {"from": sides[0].name, "to": sides[1].name, "counts": results.more["counts"]}
        ),
    )


def _build_side(
    release: str,
    option: str,
    references: Sequence[tuple[Reference, str]],
    options: ValidationOptions,
) -> _UpgradeSide:
    name = version = releases.format_release(releases.parse(release)) if release else ""
    oldest = built_ins().releases[0]
    is_old = option == _FROM and bool(version) and releases.parse(version) < releases.parse(oldest)
    if is_old:  # what was removed before is known without the structure of that release
        version = oldest
    schemas = SchemaFinder(
        tuple(references),
        locale=options.locale,
        languages=options.languages,
        kubernetes_version=version,
        release_option=option,
        has_whole_groups=True,
    )
    name = ", ".join(filter(None, (name, *(name for _, name in references)))) or schemas.release
    if is_old:
        note = options.words.findings["upgrade_old_start"].format(start=release, oldest=oldest)
    else:
        note = ""
    return _UpgradeSide(
        schemas=schemas,
        options=replace(options, kubernetes_version=version),
        name=name,
        note=note,
        release=releases.parse(release) if release else None,
    )


class _Comparison:
    """The objects of manifests, validated by both sides."""

    def __init__(self, start: _UpgradeSide, target: _UpgradeSide) -> None:
        self._start, self._target = start, target
        self._words = target.options.words.findings
        self.unchecked: list[NotCompared] = []
        self.notes: list[str] = []

    def compare_file(self, source: Source) -> ManifestFile:
        """Return the objects of a file with the findings about the upgrade."""
        return check_documents(source, read_manifests(source), self._compare)

    def _compare(self, checked: ManifestObject) -> ManifestObject:
        before, after = (
            check_object(checked, side.schemas, side.options)
            for side in (self._start, self._target)
        )
        if self._was_gone(after):
            return self._leave_out_gone_kind(after)
        result, findings = after, list[ObjectFinding]()
        if after.missing is not None and (before.missing is None or after.missing.removed):
            chosen = self._target.schemas.find_successor(after.api_version, after.kind)
            if chosen is None:
                moved = None
            else:
                moved = validate_object(after, chosen, self._target.options)
            findings = list(self._report_removed_kind(before, after, moved))
            if moved is not None:
                result = replace(after, schema=moved.schema, layer_name=moved.layer_name)
        elif before.missing is not None:
            names = {"kind": after.kind, "version": after.api_version, "object": after.title}
            description = self._words["upgrade_not_before"].format(start=self._start.name, **names)
            if before.state == after.state == "unknown":
                description = f"{after.title} of {after.api_version}, for which there is no schema"
            self.unchecked.append(
                NotCompared(what=f"{after.place}: {description}", count=1, path=after.path)
            )
        else:
            findings = list(self._report_new_findings(before, after))
        if any(finding.level is Level.ERR for finding in findings):
            state = "invalid"
        else:
            state = "valid"
        state = after.state if after.state == "skipped" else state
        return replace(result, findings=tuple(findings), faults=(), state=state, answer={})

    def _was_gone(self, checked: ManifestObject) -> bool:
        """Return whether Kubernetes removed the kind before the release of the start."""
        start = self._start.release
        if start is None or checked.missing is None or not checked.missing.removed:
            return False
        return releases.parse(checked.missing.removed) <= start

    def _leave_out_gone_kind(self, checked: ManifestObject) -> ManifestObject:
        """Return an object without findings, with a note, since this upgrade does not break it."""
        note = self._words["upgrade_gone_before"].format(
            object=checked.title,
            kind=checked.kind,
            version=checked.api_version,
            release=checked.missing.removed if checked.missing is not None else "",
            start=self._start.name,
        )
        successors = self._target.schemas.other_versions(checked.api_version, checked.kind)
        advice = suggest_versions(successors, checked.kind, self._words)
        self.notes.append(f"{checked.place}: {note}; {advice}")
        return replace(checked, findings=(), faults=(), state="unknown", answer={})

    def _report_removed_kind(
        self, before: ManifestObject, after: ManifestObject, moved: ManifestObject | None
    ) -> Iterator[ObjectFinding]:
        """Report a removed API version, and the new errors in the succeeding version."""
        successors = self._target.schemas.other_versions(after.api_version, after.kind)
        gone, *other_findings = after.findings
        if after.missing is None or not after.missing.removed:
            names = {"kind": after.kind, "version": after.api_version, "target": self._target.name}
            gone = ObjectFinding(
                layer=Layer.SERVER,
                level=Level.ERR,
                rule="kind-removed",
                code=NO_MATCH,
                message=self._words["upgrade_kind_gone"].format(**names),
                steps=("apiVersion",),
                value=after.api_version,
                advice=suggest_versions(successors, after.kind, self._words),
            )
        yield from (gone, *other_findings)
        for finding in self._report_new_findings(before, moved) if moved is not None else ():
            if finding.steps != ("apiVersion",):
                condition = self._words["upgrade_moved"].format(version=successors[0])
                meaning = self._words["separator"].join(filter(None, (finding.meaning, condition)))
                yield replace(finding, meaning=meaning)

    def _report_new_findings(
        self, before: ManifestObject, after: ManifestObject
    ) -> Iterator[ObjectFinding]:
        """Yield the findings that the start does not have.

        The new name of a renamed field is not missing.
        """
        known_errors = {(finding.rule, finding.pointer) for finding in before.findings}
        shared = [
            finding for finding in after.findings if (finding.rule, finding.pointer) in known_errors
        ]
        fresh = [
            finding
            for finding in after.findings
            if (finding.rule, finding.pointer) not in known_errors
        ]
        sides = {"start": self._start.name, "target": self._target.name}
        gone = {
            finding.steps for finding in fresh if finding.code == UNKNOWN and before.missing is None
        }
        new_names = self._find_new_names(after, gone)
        renamed = {(*steps[:-1], name) for steps, name in new_names.items()}
        for finding in fresh:
            if finding.code == UNKNOWN and finding.steps in gone:
                name = new_names.get(finding.steps, "")
                meaning = self._words["upgrade_field_renamed" if name else "upgrade_field_gone"]
                close = "" if name else finding.close
                yield replace(finding, meaning=meaning.format(name=name, **sides), close=close)
            elif finding.code != REQUIRED or finding.steps not in renamed:
                yield finding
        if count := len(after.faults) + sum(finding.level is Level.ERR for finding in shared):
            note = self._words["upgrade_both"].format(count=count, object=after.title, **sides)
            self.notes.append(f"{after.place}: {note}")

    def _find_new_names(self, checked: ManifestObject, gone: Iterable[Steps]) -> dict[Steps, str]:
        """Return the new names of renamed fields by the steps to the fields that are gone."""
        schemas, data = self._target.schemas, checked.document.data
        before = self._start.schemas.find(data)
        after = schemas.find(data) or schemas.find_successor(checked.api_version, checked.kind)
        new_names: dict[Steps, str] = {}
        if before is None or after is None:
            return new_names
        pairs: dict[
            tuple[str, str], dict[str, str]
        ] = {}  # by definitions, which the items of a list share
        for steps in gone:
            old, new = (
                schema.validator.find_owner(schema.key, steps[:-1]) for schema in (before, after)
            )
            if old is None or new is None:
                continue
            keys = (old.key, new.key)
            if keys not in pairs:
                references = before.validator.reference, after.validator.reference
                removed = [field for field in old.fields if new.field(field.name) is None]
                added = [field for field in new.fields if old.field(field.name) is None]
                pairs[keys] = renames.match_fields(*references, keys, removed, added)
            if name := pairs[keys].get(str(steps[-1])):
                new_names[steps] = name
        return new_names
