"""Find the schema of an object in the given sources or among the bundled ones.

Bundled are the `schemas` folder of this project with its translations, and the structure of
Kubernetes' own kinds in several releases.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from codegen.core import releases, resources
from codegen.core.diagnostics import Report, Span, failure
from codegen.core.locales import ENGLISH, SHIPPED, Languages
from codegen.kube.errors import find_similar
from codegen.model import GroupVersionKind, Reference, kubernetes
from codegen.readers.built_in.structure import built_ins
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation import catalog, po
from codegen.validation.removed_apis import RemovedApi, find_removed_api
from codegen.validation.rule_loader import rule_file_stem
from codegen.validation.validator import Validator

BUNDLED = "shipped with codegen"
_LONGEST = 400  # characters of apiVersion and kind


class SelectedSchema(Struct, frozen=True, kw_only=True):
    """A validator with the key of a definition and the origin of the schema.

    `layer_name` is the name of the layer in messages, if that is not the schema.
    """

    validator: Validator
    key: str
    origin: str
    layer_name: str = ""


class MissingSchema(Struct, frozen=True, kw_only=True):
    """The reason for a missing schema.

    For a kind of Kubernetes, `removed` is the first release without it, or `since` the first
    release that has it. `others` are other API versions of the kind in the requested release, and
    `close` is a kind of the same API version with a similar name.
    """

    release: str
    removed: str = ""
    since: str = ""
    others: tuple[str, ...] = ()
    close: str = ""


class SchemaFinder:
    """A finder of schemas in references, in their order, and then in the bundled schemas.

    `kubernetes_version` is the release of Kubernetes' own kinds, by default the newest bundled one.
    `release_option` is the option that names it. With `has_whole_groups`, a reference has all kinds
    of its groups, without bundled ones.
    """

    def __init__(
        self,
        references: tuple[tuple[Reference, str], ...] = (),
        *,
        locale: str = ENGLISH,
        rules: tuple[Path, ...] = (),
        languages: Languages = SHIPPED,
        kubernetes_version: str = "",
        release_option: str = "--kubernetes-version",
        has_whole_groups: bool = False,
    ) -> None:
        self._locale = locale
        self._rules = rules
        self._languages = languages
        self._validators = [
            (self._build_validator(reference), origin) for reference, origin in references
        ]
        self._folder = resources.schemas()
        self._shipped: dict[str, Validator | None] = {}
        self._built_ins = built_ins()
        self.release = kubernetes_version or self._built_ins.newest
        self._structures: dict[GroupVersionKind, SelectedSchema | None] = {}
        self._release_option = Span(path=release_option)
        self._has_whole_groups = has_whole_groups

    def find(self, obj: object) -> SelectedSchema | None:
        """Return the schema of an object by its `apiVersion` and `kind`, or None."""
        for validator, origin in self._validators:
            if key := validator.find_key(obj):
                return SelectedSchema(validator=validator, key=key, origin=origin)
        named = _parse_kind(obj)
        if named is None or (self._has_whole_groups and self._is_known_group(named.group)):
            return None
        name = rule_file_stem(named)
        if name not in self._shipped:
            file = self._folder / f"{name}.json"
            if file.is_file():
                self._shipped[name] = self._build_validator(self._read_bundled(file))
            else:
                self._shipped[name] = None
        shipped = self._shipped[name]
        if shipped is not None and (key := shipped.find_key(obj)):
            return SelectedSchema(validator=shipped, key=key, origin=BUNDLED)
        if named not in self._structures:
            self._structures[named] = self._build_structure(named.api_version, named.kind)
        return self._structures[named]

    def find_successor(self, api_version: str, kind: str) -> SelectedSchema | None:
        """Return the schema of the succeeding version of a removed API version, or None."""
        successors = self.other_versions(api_version, kind)
        if successors:
            return self.find({"apiVersion": successors[0], "kind": kind})
        return None

    def _is_known_group(self, group: str) -> bool:
        """Return whether one of the references has kinds of this group."""
        return any(
            version.rpartition("/")[0] == group
            for validator, _ in self._validators
            for version in validator.api_versions
        )

    def other_versions(self, api_version: str, kind: str) -> tuple[str, ...]:
        """Return the other API versions of a kind, the stable ones first.

        Only the replacement is one for a removed API version.
        """
        if (gone := self._find_removed(api_version, kind)) is not None:
            if gone.replacement:
                return (gone.replacement,)
            return ()
        group = api_version.rpartition("/")[0]
        groups = kubernetes.succeeding_groups(group)
        versions = {
            version
            for validator, _ in self._validators
            for version in validator.api_versions
            if version != api_version
            and version.rpartition("/")[0] in groups
            and kind in validator.list_kinds(version)
        }
        if self.release in self._built_ins.releases and not self._is_known_group(group):
            versions.update(self._built_ins.find_other_versions(self.release, api_version, kind))
        return tuple(sorted(versions, key=kubernetes.api_version_rank))

    def explain_missing(self, api_version: str, kind: str) -> MissingSchema:
        """Return the reason for a missing schema."""
        built_ins, release, other_versions = (
            self._built_ins,
            self.release,
            self.other_versions(api_version, kind),
        )
        if (gone := self._find_removed(api_version, kind)) is not None:
            return MissingSchema(release=release, removed=gone.release, others=other_versions)
        span = built_ins.kinds.get((api_version, kind))
        if release not in built_ins.releases:
            return MissingSchema(release=release)
        if span is None:
            kinds = {
                kind
                for validator, _ in self._validators
                for kind in validator.list_kinds(api_version)
            }
            kinds.update(built_ins.kind_names(release, api_version))
            close = "".join(find_similar(kind, sorted(kinds)))
            return MissingSchema(
                release=release, others=built_ins.find_versions(release, kind), close=close
            )
        if span.until is not None and releases.parse(span.until) < releases.parse(release):
            removed = built_ins.releases[built_ins.releases.index(span.until) + 1]
            return MissingSchema(release=release, removed=removed, others=other_versions)
        return MissingSchema(release=release, since=span.since, others=other_versions)

    def _find_removed(self, api_version: str, kind: str) -> RemovedApi | None:
        return find_removed_api(api_version, kind, releases.parse(self.release))

    def _build_structure(self, api_version: str, kind: str) -> SelectedSchema | None:
        """Return the structure of a kind of Kubernetes.

        Raises `CodegenError` if its release is not bundled.
        """
        built_ins = self._built_ins
        if self.release not in built_ins.releases:
            if (api_version, kind) not in built_ins.kinds:
                return None
            raise failure(
                "release-not-bundled",
                f"Kubernetes {self.release} is not bundled; the bundled releases are {', '.join(built_ins.releases)}",
                self._release_option,
                "name the OpenAPI document of that release with --source, or one of these releases",
                arguments=(self.release, ", ".join(built_ins.releases)),
            )
        key = built_ins.kind_key(self.release, api_version, kind)
        if not key:
            return None
        validator = self._build_validator(built_ins.reference(self.release, (key,)), only=key)
        name = f"Kubernetes {self.release}"
        return SelectedSchema(validator=validator, key=key, origin=name, layer_name=name)

    def _build_validator(self, reference: Reference, only: str = "") -> Validator:
        return Validator(reference, rules=self._rules, languages=self._languages, only=only)

    def _read_bundled(self, file: Path) -> Reference:
        """Read a bundled schema with the texts of the requested language."""
        reference = read_sources(
            [SourcePath(path=file, display_path=file.name, locale=ENGLISH)], Report()
        )
        texts = self._folder / "translations" / f"{self._locale}.po"
        if self._locale == ENGLISH or not texts.is_file():
            return reference
        return catalog.complete(
            reference, [po.load_catalog(texts, self._locale, texts.name)], [self._locale]
        )


def _parse_kind(obj: object) -> GroupVersionKind | None:
    """Return the kind of an object, or None without usable `apiVersion` and `kind`."""
    match obj:
        case {"apiVersion": str(api_version), "kind": str(kind)} if (
            len(api_version) + len(kind) <= _LONGEST
        ):
            group, _, version = api_version.rpartition("/")
            return GroupVersionKind(group=group, version=version, kind=kind)
    return None
