"""Structure of Kubernetes' own kinds in one release, decoded on demand."""

from __future__ import annotations

import posixpath
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import msgspec
from msgspec import Struct

from codegen.core import releases
from codegen.core.diagnostics import Span
from codegen.model import Definition, Field, GroupVersionKind, Reference, kubernetes
from codegen.model.definitions import definition_refs
from codegen.readers.built_in.facts import (
    BuiltInFile,
    DefinitionFacts,
    Facts,
    FieldFacts,
    copy_facts,
    parse_type,
)

# The text form in the repository is for review. It is twelve times as large and not packaged.
FILE = Path(__file__).with_name("releases.json.z")

_KUBERNETES = "io.k8s."  # the prefix of the packages of Kubernetes
_PARTS = ("Spec", "Status", "List")  # suffixes of types with the page of their kind

_Spanned = TypeVar("_Spanned", DefinitionFacts, FieldFacts)


class _PageName(Struct, frozen=True, kw_only=True):
    """The parts of a page name: a kind in lower case, a version, and a group.

    The list layout has `pod-template-v1`. The table layout adds the group to pages of definitions,
    as in `watch-event-v1-meta`. Version and group may be empty.
    """

    kind: str
    version: str = ""
    group: str = ""


def _parse_page_name(page: str) -> _PageName:
    segments = posixpath.basename(page.rstrip("/")).removesuffix(".md").split("-")
    for position in range(len(segments) - 1, 0, -1):
        if kubernetes.VERSION.fullmatch(segments[position]):
            return _PageName(
                kind="".join(segments[:position]).lower(),
                version=segments[position],
                group="-".join(segments[position + 1 :]),
            )
    return _PageName(kind="".join(segments).lower())


class KindSpan(Struct, frozen=True, kw_only=True):
    """The first and last release of a kind. `until` is None if the newest release has it."""

    since: str
    until: str | None


class BuiltIns:
    """The built-in kinds of all bundled releases.

    `releases` are their names (`1.N`), from the oldest.
    """

    def __init__(self, file: Path = FILE) -> None:
        data = file.read_bytes()
        read = msgspec.json.decode(
            zlib.decompress(data) if file.suffix == ".z" else data, type=BuiltInFile
        )
        self.releases = read.releases
        self._raw = read.definitions
        self._numbers = {name: number for number, name in enumerate(read.releases)}
        self._definitions: dict[tuple[str, str], Definition | None] = {}
        self._decode = msgspec.json.Decoder(Facts).decode

    @property
    def newest(self) -> str:
        """The newest release."""
        return self.releases[-1]

    def release_name(self, text: str) -> str:
        """Normalize a release (`v1.N.P` to `1.N`).

        Raises ValueError for a release without bundled kinds.
        """
        name = releases.format_release(releases.parse(text))
        if name not in self._numbers:
            raise ValueError(
                f"Kubernetes {name} is not bundled; the bundled releases are {self.releases[0]} to {self.newest}"
            )
        return name

    def definition(self, release: str, key: str) -> Definition | None:
        """Return a definition of a release, or None."""
        asked = (release, key)
        if asked not in self._definitions:
            facts = self.facts(key)
            if facts is None:
                self._definitions[asked] = None
            else:
                self._definitions[asked] = self._build_definition(release, key, facts)
        return self._definitions[asked]

    def reference(self, release: str, keys: Iterable[str] | None = None) -> Reference:
        """Return definitions of a release with all referenced ones, or everything without `keys`."""
        definitions: dict[str, Definition] = {}
        waiting = list(self._raw if keys is None else keys)
        for key in waiting:  # grows meanwhile
            if key not in definitions and (definition := self.definition(release, key)) is not None:
                definitions[key] = definition
                if keys is not None:
                    waiting += definition_refs(definition)
        return Reference(definitions=MappingProxyType(definitions))

    def find_linked_key(self, name: str, package: str, page: str) -> str:
        """Return the definition for a type name and page link, or an empty string if uncertain.

        The package of the page comes first. Without a page link the name must be unique in its
        version, and the package must belong to Kubernetes.
        """
        if (own_key := f"{package}.{name}") in self._raw:
            return own_key
        keys = self._keys_by_name.get(name, ())
        if page:
            target = _parse_page_name(page)
            keys = [key for key in keys if self._is_on_page(key, target)]
        elif not package.startswith(_KUBERNETES):
            return ""
        elif len(keys) > 1:
            version = package.rpartition(".")[2]
            keys = [key for key in keys if key.split(".")[-2] == version]
        if len(keys) == 1:
            return keys[0]
        return ""

    def _is_on_page(self, key: str, page: _PageName) -> bool:
        """Return whether the kind of a page is in the package of a definition."""
        package = key.rpartition(".")[0]
        group, version = package.split(".")[-2:]
        if page.version not in ("", version) or page.group not in ("", group):
            return False
        return f"{package}.{page.kind}".lower() in self._lower_keys

    @cached_property
    def _keys_by_name(self) -> Mapping[str, Sequence[str]]:
        keys_by_name = defaultdict[str, list[str]](list)
        for key in self._raw:
            keys_by_name[key.rpartition(".")[2]].append(key)
        return keys_by_name

    @cached_property
    def _lower_keys(self) -> frozenset[str]:
        return frozenset(map(str.lower, self._raw))

    def facts(self, key: str) -> Facts | None:
        """Return the facts of a definition in all releases, or None if unknown."""
        raw = self._raw.get(key)
        if raw is None:
            return None
        return self._decode(raw)

    def _build_definition(self, release: str, key: str, facts: Facts) -> Definition | None:
        own_span = self._find_span(facts.spans, release)
        if own_span is None:
            return None
        span = Span(path=f"Kubernetes {release}")
        field_spans = {
            name: self._find_span(spans, release) for name, spans in facts.fields.items()
        }
        return Definition(
            key=key,
            name=key.rpartition(".")[2],
            fields=tuple(
                Field(
                    name=name,
                    type=parse_type(field_span.type, field_span.enum),
                    span=span,
                    **copy_facts(field_span, FieldFacts),
                )
                for name, field_span in field_spans.items()
                if field_span is not None
            ),
            type=None if own_span.type is None else parse_type(own_span.type, own_span.enum),
            gvks=tuple(map(parse_kind, own_span.kinds)),
            span=span,
            **copy_facts(own_span, DefinitionFacts),
        )

    def _find_span(self, spans: Sequence[_Spanned], release: str) -> _Spanned | None:
        """Return the span including a release."""
        return next(
            (facts for facts in spans if self._has(release, facts.since, facts.until)), None
        )

    def _has(self, release: str, since: str, until: str | None) -> bool:
        """Return whether a span includes a release."""
        number = self._numbers[release]
        return self._numbers.get(since, 0) <= number <= self._numbers.get(until or "", number)

    def kind_key(self, release: str, api_version: str, kind: str) -> str:
        """Return the definition key of a kind in a release, or an empty string."""
        group, _, version = api_version.rpartition("/")
        for key in (kubernetes.key_of_kind(group, version, kind), *self._shared_kind_keys(kind)):
            definition = self.definition(release, key)
            if definition is not None and any(
                (gvk.api_version, gvk.kind) == (api_version, kind) for gvk in definition.gvks
            ):
                return key
        return ""

    def _shared_kind_keys(self, kind: str) -> list[str]:
        """Return the keys of a kind in many groups."""
        return [
            key for key in self._keys_by_name.get(kind, ()) if key.startswith(f"{kubernetes.META}.")
        ]

    @cached_property
    def kinds(self) -> Mapping[tuple[str, str], KindSpan]:
        """The releases of every kind, by `apiVersion` and `kind`."""
        kinds: dict[tuple[str, str], KindSpan] = {}
        for key in self._raw:
            facts = self.facts(key)
            for span in facts.spans if facts is not None else ():
                since, until = span.since or self.releases[0], span.until or None
                for gvk in map(parse_kind, span.kinds):
                    earlier = kinds.get(named := (gvk.api_version, gvk.kind))
                    kinds[named] = KindSpan(since=earlier.since if earlier else since, until=until)
        return MappingProxyType(kinds)

    def kind_names(self, release: str, api_version: str) -> Iterator[str]:
        """Iterate over the kinds of a group version in a release."""
        return (kind for version, kind in self._list_kinds(release) if version == api_version)

    def _list_kinds(self, release: str) -> Iterator[tuple[str, str]]:
        return (
            kind for kind, span in self.kinds.items() if self._has(release, span.since, span.until)
        )

    def page_subject(self, key: str) -> str:
        """Return the subject of the kubernetes.io page for a definition, or empty if uncertain."""
        definition = partial(self.definition, self.newest)
        if definition(key) is None:
            return ""
        stripped = (key.removesuffix(part) for part in _PARTS if key.endswith(part))
        subject = next((owner for owner in stripped if definition(owner) is not None), key)
        if subject.startswith(f"{kubernetes.META}.") or subject == kubernetes.QUANTITY:
            return subject
        if subject.rpartition(".")[2] in kubernetes.SHARED_PAGES:
            return subject
        subject_kind = definition(subject)
        if subject_kind is None or subject_kind.gvk is None or definition(f"{subject}List") is None:
            return ""
        rank, group = kubernetes.version_rank(subject_kind.gvk.version), subject_kind.gvk.group
        other_versions = (
            version.rpartition("/")
            for version in self.find_other_versions(
                self.newest, subject_kind.gvk.api_version, subject_kind.gvk.kind
            )
        )
        is_old = any(
            name == group and kubernetes.version_rank(version) < rank
            for name, _, version in other_versions
        )
        if is_old:
            return ""
        return subject

    def find_versions(self, release: str, kind: str) -> tuple[str, ...]:
        """Return the API versions with a kind in a release, stable ones first.

        Kinds that all groups share have none.
        """
        if self._shared_kind_keys(kind):
            return ()
        return tuple(self._api_versions(release, kind))

    def find_other_versions(self, release: str, api_version: str, kind: str) -> tuple[str, ...]:
        """Return the other API versions of a kind, including successor groups, stable ones first."""
        groups = kubernetes.succeeding_groups(api_version.rpartition("/")[0])
        versions = self._api_versions(release, kind)
        return tuple(
            version
            for version in versions
            if version != api_version and version.rpartition("/")[0] in groups
        )

    def _api_versions(self, release: str, kind: str) -> list[str]:
        versions = (version for version, name in self._list_kinds(release) if name == kind)
        return sorted(versions, key=kubernetes.api_version_rank)


def parse_kind(text: str) -> GroupVersionKind:
    """Parse a kind such as `apps/v1/Deployment`."""
    api_version, _, kind = text.rpartition("/")
    group, _, version = api_version.rpartition("/")
    return GroupVersionKind(group=group, version=version, kind=kind)


@cache
def built_ins() -> BuiltIns:
    """Return the bundled kinds."""
    return BuiltIns()
