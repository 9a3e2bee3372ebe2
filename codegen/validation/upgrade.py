"""Report manifests that break between two releases, with locations.

Every object is validated by both releases, and findings of both are not about the upgrade. An object of a removed API version is also
validated in the succeeding version, which shows all other changes at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import releases
from codegen.core.diagnostics import Level, Span
from codegen.core.locales import ENGLISH, SHIPPED, Languages
from codegen.core.source import Source
from codegen.findings.finding import NotCompared, Results
from codegen.kube.errors import REQUIRED, UNKNOWN
from codegen.model import Array, Definition, Field, Map, Ref, Reference, Scalar, Type, renames
from codegen.model.selection import pattern
from codegen.readers.built_in.structure import built_ins
from codegen.readers.documents.loader import expand_lists, read_manifests
from codegen.validation import manifest_report
from codegen.validation.manifest_checks import NO_MATCH, check_object, suggest_versions, validate_object
from codegen.validation.manifest_files import Manifest, load_manifests
from codegen.validation.manifest_objects import ManifestFile, ManifestObject, ValidationOptions
from codegen.validation.manifest_schemas import SchemaFinder, SelectedSchema
from codegen.validation.object_finding import Layer, ObjectFinding, Steps
from codegen.validation.separators import find_missing_separators

_FROM = "--from"


class _UpgradeSide(Struct, frozen=True, kw_only=True):
    """Schemas, options and name of the release before or after."""

    schemas: SchemaFinder
    options: ValidationOptions
    name: str
    note: str = ""


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

    Raises `CodegenError` for an unreadable language, schema or rule file and for a release that is not bundled, and ValueError for an
    invalid release. `Results.not_compared` names the objects without a schema.

    """
    allowed = tuple(pattern(text, Span(path="--allow-unknown")) for text in allow_unknown)
    sides = [
        _build_side(
            release, option, references, ValidationOptions(locale=locale, allow_unknown=allowed, languages=languages)
        )
        for release, option, references in ((start, _FROM, old), (target, "--to", new))
    ]
    languages.get(locale)
    comparison = _Comparison(*sides)
    files = [
        each if isinstance(each, ManifestFile) else comparison.compare_file(each) for each in load_manifests(manifests)
    ]
    found = manifest_report.build_results(files, sides[1].options, fail_on)
    words = sides[1].options.words.findings
    checked = any(each.state == "valid" for file in files for each in file.objects)
    return replace(
        found,
        command="upgrade",
        summary=(_summarize(files, *sides),),
        notes=(*filter(None, (sides[0].note,)), *comparison.notes, *found.notes),
        not_compared=(*found.not_compared, *comparison.unchecked),
        clean=words["upgrade_clean" if checked else "unchecked"].format(start=sides[0].name, target=sides[1].name),
        more=MappingProxyType({"from": sides[0].name, "to": sides[1].name, "counts": found.more["counts"]}),
    )


def _build_side(
    release: str, option: str, references: Sequence[tuple[Reference, str]], options: ValidationOptions
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
    note = options.words.findings["upgrade_old_start"].format(start=release, oldest=oldest) if is_old else ""
    return _UpgradeSide(schemas=schemas, options=replace(options, kubernetes_version=version), name=name, note=note)


def _summarize(files: Sequence[ManifestFile], start: _UpgradeSide, target: _UpgradeSide) -> str:
    objects = [each for file in files for each in file.objects]
    broken = sum(each.state == "invalid" for each in objects)
    found = f"{manifest_report.count_noun(len(objects), 'object')} in {manifest_report.count_noun(len(files), 'file')}"
    return f"Summary: {found} - {broken} broken from {start.name} to {target.name}"


class _Comparison:
    """The objects of manifests, validated by both sides."""

    def __init__(self, start: _UpgradeSide, target: _UpgradeSide) -> None:
        self._start, self._target = start, target
        self._words = target.options.words.findings
        self._renamed: dict[tuple[str, str, tuple[str, ...]], Mapping[str, str]] = {}
        self.unchecked: list[NotCompared] = []
        self.notes: list[str] = []

    def compare_file(self, source: Source) -> ManifestFile:
        """Return the objects of a file with the findings about the upgrade."""
        read = read_manifests(source)
        faults, joined = find_missing_separators(read)
        objects: list[ManifestObject] = []
        for number, document in enumerate(expand_lists(read.documents), 1):
            if id(document) in joined:
                objects.append(ManifestObject(path=source.path, number=number, document=document))
                continue
            before, after = (
                check_object(source, number, document, side.schemas, side.options)
                for side in (self._start, self._target)
            )
            objects.append(self._compare(before, after))
        return ManifestFile(path=source.path, objects=tuple(objects), faults=tuple(faults), unreadable=read.unreadable)

    def _compare(self, before: ManifestObject, after: ManifestObject) -> ManifestObject:
        result, findings = after, list[ObjectFinding]()
        if after.missing is not None and (before.missing is None or after.missing.removed):
            moved = self._validate_successor(after)
            findings = list(self._report_removed_kind(before, after, moved))
            if moved is not None:
                result = replace(after, schema=moved.schema, layer_name=moved.layer_name)
        elif before.missing is not None:
            self._add_unchecked(before, after)
        else:
            findings = list(self._report_new_findings(before, after))
        state = "invalid" if any(each.level is Level.ERR for each in findings) else "valid"
        state = after.state if after.state == "skipped" else state
        return replace(result, findings=tuple(findings), faults=(), state=state, answer={})

    def _add_unchecked(self, before: ManifestObject, after: ManifestObject) -> None:
        if before.state == after.state == "unknown":
            what = f"{after.title} of {after.api_version}, for which there is no schema"
        else:
            names = {"kind": after.kind, "version": after.api_version, "object": after.title}
            what = self._words["upgrade_not_before"].format(start=self._start.name, **names)
        self.unchecked.append(NotCompared(what=f"{after.place}: {what}", count=1))

    def _validate_successor(self, after: ManifestObject) -> ManifestObject | None:
        chosen = self._target.schemas.find_successor(after.api_version, after.kind)
        return None if chosen is None else validate_object(after, chosen, self._target.options)

    def _report_removed_kind(
        self, before: ManifestObject, after: ManifestObject, moved: ManifestObject | None
    ) -> Iterator[ObjectFinding]:
        """Report a removed API version, and the new errors in the succeeding version."""
        successors = self._target.schemas.other_versions(after.api_version, after.kind)
        gone, *others = after.findings
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
        yield from (gone, *others)
        for finding in self._report_new_findings(before, moved) if moved is not None else ():
            if finding.steps != ("apiVersion",):
                condition = self._words["upgrade_moved"].format(version=successors[0])
                meaning = self._words["separator"].join(filter(None, (finding.meaning, condition)))
                yield replace(finding, meaning=meaning)

    def _report_new_findings(self, before: ManifestObject, after: ManifestObject) -> Iterator[ObjectFinding]:
        """Yield the findings that the start does not have."""
        known = {(finding.rule, finding.pointer) for finding in before.findings}
        shared = [finding for finding in after.findings if (finding.rule, finding.pointer) in known]
        fresh = [finding for finding in after.findings if (finding.rule, finding.pointer) not in known]
        yield from fresh if before.missing is not None else self._explain_unknown_fields(fresh, after)
        if count := len(after.faults) + sum(finding.level is Level.ERR for finding in shared):
            names = {"object": after.title, "start": self._start.name, "target": self._target.name}
            self.notes.append(f"{after.place}: {self._words['upgrade_both'].format(count=count, **names)}")

    def _explain_unknown_fields(self, fresh: Sequence[ObjectFinding], after: ManifestObject) -> Iterator[ObjectFinding]:
        """Explain fields unknown to the target only. The new name of a renamed field is not missing."""
        sides = {"start": self._start.name, "target": self._target.name}
        explained: list[ObjectFinding] = []
        given: set[Steps] = set()
        for finding in fresh:
            if finding.code != UNKNOWN:
                explained.append(finding)
            elif name := self._find_new_name(after, finding.steps):
                meaning = self._words["upgrade_field_renamed"].format(name=name, **sides)
                explained.append(replace(finding, meaning=meaning, close=""))
                given.add((*finding.steps[:-1], name))
            else:
                meaning = self._words["upgrade_field_gone"].format(**sides)
                explained.append(replace(finding, meaning=meaning))
        for finding in explained:
            if finding.code != REQUIRED or finding.steps not in given:
                yield finding

    def _find_new_name(self, checked: ManifestObject, steps: Steps) -> str:
        """Return the new name of a renamed field, or an empty string."""
        target = self._target.schemas
        before = self._start.schemas.find(checked.document.data)
        after = target.find(checked.document.data) or target.find_successor(checked.api_version, checked.kind)
        if before is None or after is None:
            return ""
        where = (before.key, after.key, tuple(step for step in steps[:-1] if isinstance(step, str)))
        if where not in self._renamed:
            self._renamed[where] = find_renames(before, after, steps[:-1])
        return self._renamed[where].get(str(steps[-1]), "")


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
    """Return the fields by name, without the names of inline objects."""
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
