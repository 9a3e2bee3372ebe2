"""Report manifests that break between two releases, with locations.

Every object is validated by both releases, and findings of both are not about the upgrade. An object of a removed API version is also
validated in the succeeding version, which shows all other changes at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import releases
from codegen.core.diagnostics import CodegenError, Level, Span
from codegen.core.locales import ENGLISH, SHIPPED, Languages
from codegen.core.source import Source
from codegen.findings.finding import NotCompared, Results
from codegen.kube.errors import REQUIRED, UNKNOWN
from codegen.model import Array, Definition, Field, Map, Ref, Reference, Scalar, Type, renames
from codegen.model.selection import pattern
from codegen.readers.documents.builder import Document
from codegen.readers.documents.loader import read_manifests
from codegen.validation import manifest_report
from codegen.validation.manifest_checks import check_manifest, suggest_versions, unreadable_file
from codegen.validation.manifest_files import STREAM, Manifest, expand_folders, load_manifest
from codegen.validation.manifest_objects import LocatedFinding, ManifestFile, ManifestObject, ValidationOptions
from codegen.validation.manifest_schemas import MissingSchema, SchemaFinder, SelectedSchema
from codegen.validation.object_finding import Layer, ObjectFinding, Steps

_ABSENT = frozenset(("kind-removed", "kind-unknown", "kind-not-yet-served"))
_Place = tuple[int, int]


class _ExclusiveSchemas(SchemaFinder):
    """Schemas of one side. A reference has all kinds of its groups, without bundled ones."""

    def find(self, obj: object) -> SelectedSchema | None:
        """Return the schema of an object by its `apiVersion` and `kind`, or None."""
        version = obj.get("apiVersion") if isinstance(obj, dict) else None
        if isinstance(version, str) and self.is_known_group(version.rpartition("/")[0]):
            return self.find_in_references(obj)
        return super().find(obj)


class _SuccessorSchemas(SchemaFinder):
    """Schemas that find the succeeding version of a removed API version."""

    def __init__(self, known: SchemaFinder) -> None:
        self._known = known

    def find(self, obj: object) -> SelectedSchema | None:
        """Return the schema of an object or of its succeeding version."""
        found = self._known.find(obj)
        if found is not None or not isinstance(obj, dict):
            return found
        version, kind = obj.get("apiVersion"), obj.get("kind")
        successors = (
            self._known.other_versions(version, kind) if isinstance(version, str) and isinstance(kind, str) else ()
        )
        return self._known.find({**obj, "apiVersion": successors[0]}) if successors else None

    def explain_missing(self, api_version: str, kind: str) -> MissingSchema:
        """Return the reason for a missing schema."""
        return self._known.explain_missing(api_version, kind)


class _UpgradeSide(Struct, frozen=True, kw_only=True):
    """Schemas, options and name of the release before or after."""

    schemas: SchemaFinder
    options: ValidationOptions
    name: str


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
        manifests: Paths of files and folders, and binary streams, which findings call `stdin`.
        start: The release that the manifests work with (`1.N`); without one, Kubernetes' own kinds are those of the newest that ships.
        target: The release that they are to work with.
        old: What objects are checked by before, each reference with its name for people; then the kinds of the release.
        new: The same of after.
        locale: The language of messages and help.
        allow_unknown: Kinds that may have no schema on either side, as patterns of a selection.
        fail_on: The lowest level of `Results.failing`.
        languages: Those of a project (`Config.languages`) instead of those that ship.

    Raises `CodegenError` for a language, schemas or rules that cannot be read and for a release that does not ship, and ValueError for
    an invalid release. What has no schema on either side was not checked: `Results.not_compared` names it.

    """
    allowed = tuple(pattern(text, Span(path="--allow-unknown")) for text in allow_unknown)
    sides = [
        _build_side(
            release, option, references, ValidationOptions(locale=locale, allow_unknown=allowed, languages=languages)
        )
        for release, option, references in ((start, "--from", old), (target, "--to", new))
    ]
    languages.get(locale)
    files, unchecked, notes = _compare_files(manifests, *sides)
    found = manifest_report.build_results(files, sides[1].options, fail_on)
    words = sides[1].options.words.findings
    checked = any(resource.state == "valid" for file in files for resource in file.resources)
    return replace(
        found,
        command="upgrade",
        summary=(_summarize(files, *sides),),
        notes=(*notes, *found.notes),
        not_compared=(*found.not_compared, *unchecked),
        clean=words["upgrade_clean" if checked else "unchecked"].format(start=sides[0].name, target=sides[1].name),
        more=MappingProxyType({"from": sides[0].name, "to": sides[1].name, "counts": found.more["counts"]}),
    )


def _compare_files(
    manifests: Sequence[Manifest], start: _UpgradeSide, target: _UpgradeSide
) -> tuple[list[ManifestFile], list[NotCompared], list[str]]:
    """Compare files. Return their findings, the unchecked objects and notes."""
    files: list[ManifestFile] = []
    unchecked: list[NotCompared] = []
    notes: list[str] = []
    for each in expand_folders(manifests):
        try:
            text = load_manifest(each)
        except CodegenError as error:
            files.append(unreadable_file(str(each) if isinstance(each, Path) else STREAM, error))
            continue
        comparison = _UpgradeComparison(text, start, target)
        files.append(
            ManifestFile(path=text.path, resources=tuple(comparison.compare_objects()), faults=comparison.after.faults)
        )
        unchecked += comparison.unchecked
        notes += comparison.notes
    return files, unchecked, notes


def _build_side(
    release: str, option: str, references: Sequence[tuple[Reference, str]], options: ValidationOptions
) -> _UpgradeSide:
    version = releases.format_release(releases.parse(release)) if release else ""
    schemas = _ExclusiveSchemas(
        tuple(references),
        locale=options.locale,
        languages=options.languages,
        kubernetes_version=version,
        release_option=option,
    )
    name = ", ".join(filter(None, (version, *(name for _, name in references)))) or schemas.release
    return _UpgradeSide(schemas=schemas, options=replace(options, kubernetes_version=version), name=name)


def _summarize(files: Sequence[ManifestFile], start: _UpgradeSide, target: _UpgradeSide) -> str:
    resources = [resource for file in files for resource in file.resources]
    broken = sum(resource.state == "invalid" for resource in resources)
    found = (
        f"{manifest_report.count_noun(len(resources), 'object')} in {manifest_report.count_noun(len(files), 'file')}"
    )
    return f"Summary: {found} - {broken} broken from {start.name} to {target.name}"


class _UpgradeComparison:
    """A file, validated by both sides."""

    def __init__(self, text: Source, start: _UpgradeSide, target: _UpgradeSide) -> None:
        self._start, self._target = start, target
        self.before = _index_by_position(check_manifest(text, start.schemas, start.options))
        self.after = check_manifest(text, target.schemas, target.options)
        self.unchecked: list[NotCompared] = []
        self.notes: list[str] = []
        self._text = text
        self._moved: dict[_Place, ManifestObject] | None = None
        self._renamed: dict[tuple[str, str, tuple[str, ...]], Mapping[str, str]] = {}

    def compare_objects(self) -> Iterator[ManifestObject]:
        """Yield the objects with their findings."""
        for after in self.after.resources:
            before = self.before.get((after.line, after.column))
            if before is None:  # a List, whose items are compared one by one
                continue
            placed = tuple(self._compare(before, after))
            if not after.schema and (moved := (self._moved or {}).get((after.line, after.column))) is not None:
                after = replace(after, schema=moved.schema, layer_name=moved.layer_name)
            state = "invalid" if any(_find_level(each) is Level.ERR for each in placed) else "valid"
            yield replace(after, placed=placed, state=after.state if after.state == "skipped" else state, answer={})

    def _compare(self, before: ManifestObject, after: ManifestObject) -> Iterator[LocatedFinding]:
        absent = _has_no_kind(before), _has_no_kind(after)
        if absent[0] and before.state == after.state == "unknown":
            what = f"{after.path}:{after.line}: {after.title} of {after.api_version}, for which there is no schema"
            self.unchecked.append(NotCompared(what=what, count=1))
        elif absent[0]:
            words = self._target.options.words.findings["upgrade_not_before"]
            what = words.format(kind=after.kind, version=after.api_version, object=after.title, start=self._start.name)
            self.unchecked.append(NotCompared(what=f"{after.path}:{after.line}: {what}", count=1))
        elif absent[1]:
            yield from self._report_removed_kind(before, after)
        else:
            yield from self._report_new_findings(before, after.placed, after)

    def _report_removed_kind(self, before: ManifestObject, after: ManifestObject) -> Iterator[LocatedFinding]:
        """Report a removed API version, and the new errors in the succeeding version."""
        words = self._target.options.words.findings
        successors = self._target.schemas.other_versions(after.api_version, after.kind)
        for placed in after.placed:
            finding = placed.finding
            if finding is None or finding.rule not in _ABSENT - {"kind-removed"}:
                yield placed
                continue
            names = {"kind": after.kind, "version": after.api_version, "target": self._target.name}
            gone = ObjectFinding(
                layer=Layer.SERVER,
                level=Level.ERR,
                rule="kind-removed",
                code=finding.code,
                message=words["upgrade_kind_gone"].format(**names),
                steps=("apiVersion",),
                value=after.api_version,
                help=suggest_versions(successors, after.kind, words),
            )
            line, column = self._documents[after.line, after.column].place(gone.steps)
            yield replace(placed, line=line, column=column, finding=gone)
        if successors and (moved := self._check_successors().get((after.line, after.column))) is not None:
            for placed in self._report_new_findings(before, moved.placed, after):
                if placed.finding is None or placed.finding.steps == ("apiVersion",):
                    continue
                condition = words["upgrade_moved"].format(version=successors[0])
                meaning = words["separator"].join(filter(None, (placed.finding.meaning, condition)))
                yield replace(placed, finding=replace(placed.finding, meaning=meaning))

    @cached_property
    def _documents(self) -> dict[_Place, Document]:
        """Return all objects of the file by position, including the items of Lists."""
        found: dict[_Place, Document] = {}
        waiting = [*read_manifests(self._text).documents]
        for document in waiting:  # grows by the items of Lists
            found[document.mark.line, document.mark.column] = document
            items = document.data.get("items") if isinstance(document.data, dict) else None
            waiting += [document.inner(("items", at)) for at in range(len(items) if isinstance(items, list) else 0)]
        return found

    def _check_successors(self) -> dict[_Place, ManifestObject]:
        if self._moved is None:
            self._moved = _index_by_position(
                check_manifest(self._text, _SuccessorSchemas(self._target.schemas), self._target.options)
            )
        return self._moved

    def _report_new_findings(
        self, before: ManifestObject, placed: Sequence[LocatedFinding], after: ManifestObject
    ) -> Iterator[LocatedFinding]:
        """Yield the findings that the start does not have."""
        known = {_identify(each) for each in before.placed}
        shared = 0
        fresh: list[LocatedFinding] = []
        for each in placed:
            if _identify(each) not in known:
                fresh.append(each)
            else:
                shared += _find_level(each) is Level.ERR
        yield from self._explain_unknown_fields(fresh, after)
        if shared:
            self._add_note(after, "upgrade_both", count=str(shared))

    def _explain_unknown_fields(
        self, fresh: Sequence[LocatedFinding], after: ManifestObject
    ) -> Iterator[LocatedFinding]:
        """Explain fields unknown to the target only. The new name of a renamed field is not missing."""
        words = self._target.options.words.findings
        sides = {"start": self._start.name, "target": self._target.name}
        explained: list[LocatedFinding] = []
        given: set[Steps] = set()
        for placed in fresh:
            finding = placed.finding
            if finding is None or finding.code != UNKNOWN:
                explained.append(placed)
            elif name := self._find_new_name(after, finding.steps):
                meaning = words["upgrade_field_renamed"].format(name=name, **sides)
                explained.append(replace(placed, finding=replace(finding, meaning=meaning, close="")))
                given.add((*finding.steps[:-1], name))
            else:
                meaning = words["upgrade_field_gone"].format(**sides)
                explained.append(replace(placed, finding=replace(finding, meaning=meaning)))
        for placed in explained:
            finding = placed.finding
            if finding is None or finding.code != REQUIRED or finding.steps not in given:
                yield placed

    def _find_new_name(self, resource: ManifestObject, steps: Steps) -> str:
        """Return the new name of a renamed field, or an empty string."""
        data = self._documents[resource.line, resource.column].data
        before, after = self._start.schemas.find(data), _SuccessorSchemas(self._target.schemas).find(data)
        if before is None or after is None:
            return ""
        where = (before.key, after.key, tuple(step for step in steps[:-1] if isinstance(step, str)))
        if where not in self._renamed:
            self._renamed[where] = find_renames(before, after, steps[:-1])
        return self._renamed[where].get(str(steps[-1]), "")

    def _add_note(self, resource: ManifestObject, word: str, **names: str) -> None:
        text = self._target.options.words.findings[word]
        names = {"object": resource.title, "start": self._start.name, "target": self._target.name, **names}
        self.notes.append(f"{resource.path}:{resource.line}: {text.format(**names)}")


def _index_by_position(file: ManifestFile) -> dict[_Place, ManifestObject]:
    return {(resource.line, resource.column): resource for resource in file.resources}


def _has_no_kind(resource: ManifestObject) -> bool:
    return any(each.finding is not None and each.finding.rule in _ABSENT for each in resource.placed)


def _identify(placed: LocatedFinding) -> tuple[str, object]:
    if placed.finding is None:
        return placed.fault.rule if placed.fault else "", (placed.line, placed.column)
    return placed.finding.rule, placed.finding.pointer


def _find_level(placed: LocatedFinding) -> Level:
    return placed.finding.level if placed.finding is not None else Level.ERR


_OBJECT = Scalar(type="object")


def find_renames(before: SelectedSchema, after: SelectedSchema, steps: Steps) -> Mapping[str, str]:
    """Return the new names of renamed fields by their old names."""
    owners = before.validator.find_owner(before.key, steps), after.validator.find_owner(after.key, steps)
    if owners[0] is None or owners[1] is None:
        return {}
    old, new = (dict(_list_fields(owner)) for owner in (owners[0], owners[1]))
    return renames.match_fields(
        before.validator.reference,
        after.validator.reference,
        (owners[0].key, owners[1].key),
        [field for name, field in old.items() if name not in new],
        [field for name, field in new.items() if name not in old],
    )


def _list_fields(owner: Definition) -> tuple[tuple[str, Field], ...]:
    """Return the fields by name, without the names of inline objects, which depend on the field."""
    return tuple(
        (field.name, replace(field, type=_blur_inline_objects(field.type, owner.key))) for field in owner.fields
    )


def _blur_inline_objects(of: Type, owner: str) -> Type:
    match of:
        case Array(items=items):
            return Array(items=_blur_inline_objects(items, owner))
        case Map(values=values):
            return Map(values=_blur_inline_objects(values, owner))
        case Ref(key=key) if key.startswith((f"{owner}#", f"{owner}.")) and "#" in key:
            return _OBJECT
    return of
