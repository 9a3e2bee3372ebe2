"""Reading of CustomResourceDefinitions as a reference, one kind per served version.

A file may contain other manifests, as rendered charts do. These are counted and skipped.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from codegen.core.diagnostics import Report, count_noun
from codegen.core.json_types import JsonValue
from codegen.core.locales import ENGLISH
from codegen.core.name_lists import list_first
from codegen.core.source import Source
from codegen.model import Definition, Operation, Reference
from codegen.readers.crd.operations import derive_operations
from codegen.readers.crd.server_checks import report_violations
from codegen.readers.crd.versions import ResourceSchemaReader, ResourceVersion, read_versions
from codegen.readers.documents.dialects import MANIFEST
from codegen.readers.documents.document import Document, DocumentStream, Steps
from codegen.readers.documents.loader import expand_lists, read_manifests
from codegen.readers.merge import report_duplicate_definition
from codegen.readers.openapi.unsupported_keywords import report_unsupported_keywords

_GROUP = "apiextensions.k8s.io"
_KIND = "CustomResourceDefinition"
_SHOWN = 5  # kinds or versions in one message


def read_definitions(
    source: Source,
    report: Report,
    locale: str = ENGLISH,
    stream: DocumentStream | None = None,
    *,
    with_server_checks: bool = True,
) -> Reference:
    """Read the CustomResourceDefinitions of one file into a reference, taking descriptions as prose
    of `locale`.

    `stream` has the documents of the file if it is already parsed. Findings go into the report,
    with the reasons of servers to refuse a definition.
    Raises `CodegenError` for an unreadable file.
    """
    if stream is None:
        stream = read_manifests(source, MANIFEST)
    served: dict[str, ResourceVersion] = {}
    other_kinds: Counter[str] = Counter()
    unserved: list[ResourceVersion] = []
    for document in _expand_definition_lists(expand_lists(stream.require(source, report))):
        kind = _read_kind(document)
        if not _is_definition(document, report):
            other_kinds[kind] += kind != _KIND
            continue
        if stream.has_other_keys and _report_other_key(document, report):
            continue
        versions = list(read_versions(document, report))
        if versions and with_server_checks:
            report_violations(document, report)
        for version in versions:
            if version.document.data.get("served") is not True:
                unserved.append(version)
                continue
            first = served.setdefault(version.key, version)
            if first is not version:
                _report_duplicate(version, first, report)
    _report_skipped(report, other_kinds, unserved, source)
    return _build_reference(list(served.values()), report, locale)


def _expand_definition_lists(documents: Iterable[Document]) -> Iterator[Document]:
    """Yield all documents, with the items of a list of definitions in place of the list.

    A server sends such items without version and kind, and kubectl takes them from the list.
    """
    for document in documents:
        match document.data:
            case {"apiVersion": version, "kind": kind, "items": [*items]} if kind == f"{_KIND}List":
                for number, item in enumerate(items):
                    if isinstance(item, dict):
                        item = {"apiVersion": version, "kind": _KIND} | item
                    yield document.inner(("items", number), item)
            case _:
                yield document


def _report_duplicate(version: ResourceVersion, first: ResourceVersion, report: Report) -> None:
    """Report a second definition of a version, which may be the same."""
    is_same = (
        version.resource_name == first.resource_name
        and version.document.data == first.document.data
    )
    report_duplicate_definition(version.gvk, version.span, first.span, report, same=is_same)


def _build_reference(versions: list[ResourceVersion], report: Report, locale: str) -> Reference:
    schemas = ResourceSchemaReader(report)
    definitions: dict[str, Definition] = {}
    operations: dict[str, Operation] = {}
    for version in versions:
        definition = schemas.definition(version)
        if definition is not None:
            definitions[definition.key] = definition
    for definition in tuple(definitions.values()):
        for more in derive_operations(definition, schemas.prose, operations):
            definitions.setdefault(more.key, more)
    report_unsupported_keywords(definitions, operations, report)
    return Reference(
        definitions=MappingProxyType(definitions),
        operations=MappingProxyType(operations),
        prose=MappingProxyType({locale: MappingProxyType(schemas.prose)}),
    )


def _read_kind(document: Document) -> str:
    if isinstance(document.data, dict):
        kind = document.data.get("kind")
    else:
        kind = None
    if isinstance(kind, str) and kind:
        return kind
    return "no kind"


def _is_definition(document: Document, report: Report) -> bool:
    """Return whether a document is a readable definition, reporting old versions."""
    if _read_kind(document) != _KIND:
        return False
    api_version = document.data.get("apiVersion")
    if api_version == f"{_GROUP}/v1":
        return True
    report.error(
        "crd-version-old",
        f"the apiVersion {str(api_version)[:80]} is not supported; servers accept only {_GROUP}/v1",
        document.span("apiVersion"),
        f"convert it to {_GROUP}/v1, with a schema for each version below `spec.versions`; "
        "a cluster with the definition prints it: kubectl get crd NAME -o yaml",
        arguments=(str(api_version),),
    )
    return False


def _report_other_key(document: Document, report: Report) -> bool:
    """Report the first key of a definition that is no string, for which kubectl refuses it.

    Return whether there is one.
    """
    waiting: list[tuple[Steps, JsonValue]] = [((), document.data)]
    while waiting:
        steps, value = waiting.pop()
        if isinstance(value, list):
            waiting += [((*steps, number), item) for number, item in enumerate(value)]
        if not isinstance(value, dict):
            continue
        for key, item in value.items():
            if not isinstance(key, str):
                report.error(
                    "yaml-key",
                    f"the key {json.dumps(key)} is not a string",
                    document.span(*steps, key, key=True),
                    "write it in quotes, or correct it",
                    arguments=(json.dumps(key),),
                )
                return True
            waiting.append(((*steps, key), item))
    return False


def _report_skipped(
    report: Report,
    other_kinds: Counter[str],
    unserved: list[ResourceVersion],
    source: Source,
) -> None:
    """Report skipped manifests and unserved versions, once each."""
    if total := sum(other_kinds.values()):
        kinds = sorted(kind for kind, count in other_kinds.items() if count)
        counted = []
        for kind in kinds:
            count = other_kinds[kind]
            counted.append(f"{kind} ({count})" if count > 1 else kind)
        names = list_first(counted, _SHOWN)
        report.warning(
            "manifest-passed-over",
            f"{count_noun(total, 'other manifest is', 'other manifests are')} passed over: {names}",
            source.whole,
            "nothing to do: only CustomResourceDefinitions describe an API",
            id=source.whole.path,
            arguments=tuple(counted),
        )
    if unserved:
        names_of_versions = [
            f"{version.resource_name} {version.gvk.version}" for version in unserved
        ]
        report.warning(
            "crd-version-not-served",
            f"not read because not served: {list_first(names_of_versions, _SHOWN)}",
            unserved[0].span,
            "nothing to do: servers accept no objects of these versions (`served: false`)",
            arguments=tuple(names_of_versions),
        )
