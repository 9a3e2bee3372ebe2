"""Validate manifests in files, folders and streams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

from codegen.core import opening, releases, source
from codegen.core.diagnostics import CodegenError, Level, Span, failure
from codegen.core.locales import ENGLISH, SHIPPED, Languages
from codegen.core.source import STREAM, Source
from codegen.findings.finding import Results
from codegen.model import Reference
from codegen.model.selection import pattern
from codegen.readers.crd import has_definitions
from codegen.validation import cluster, manifest_report
from codegen.validation.manifest_checks import check_manifest
from codegen.validation.manifest_objects import (
    DefinitionFile,
    ManifestFile,
    ManifestObject,
    ValidationOptions,
)
from codegen.validation.manifest_schemas import SchemaFinder
from codegen.validation.object_finding import Layer, ObjectFinding
from codegen.validation.rule_evaluation import Decide
from codegen.validation.stored_objects import NOTHING, StoredObjects
from codegen.validation.validator import Url

Manifest = str | Path | BinaryIO
_ENDINGS = (".yaml", ".yml", ".json")


def validate_files(
    *manifests: Manifest,
    references: Sequence[tuple[Reference, str]] = (),
    kubernetes_version: str | None = None,
    url: Url | None = None,
    decide: Decide | None = None,
    field_validation: str = "Strict",
    locale: str = ENGLISH,
    old: Sequence[Manifest] = (),
    rules: Sequence[Path] = (),
    allow_unknown: Sequence[str] = (),
    ask_cluster: bool = False,
    fail_on: Level = Level.ERR,
    languages: Languages = SHIPPED,
) -> Results:
    """Validate all objects of files, folders or binary streams of YAML or JSON.

    Args:
        manifests: Paths and binary streams such as `sys.stdin.buffer`, which is `stdin` in findings.
        references: References with their names. The first one with the kind is used, then the last CustomResourceDefinition among the manifests,
            the cluster, and the bundled schemas.
        kubernetes_version: The release of the server (`1.N`). Without one, Kubernetes' own kinds are those of the newest bundled release,
            and only the rules of all known releases apply.
        url: The `name` and `namespace` in the URL of the request. Without it, rules about the URL are undecided.
        decide: A callback for rules that only a cluster can decide. It gets a `Question`.
        field_validation: The treatment of unknown fields, as in the API: Strict, Warn or Ignore.
        locale: The language of messages and help.
        old: Manifests of stored objects. An object with the apiVersion, kind, namespace and name of a stored one updates it.
        rules: Folders with server rules, which take precedence over the bundled ones.
        allow_unknown: Kinds that may have no schema, as patterns of a selection: `Kind`, `group/version/Kind`, `group`.
        ask_cluster: Validate also against the cluster of the current kubeconfig, by default for its release.
        fail_on: The lowest level of `Results.failing`.
        languages: The languages of a project (`Config.languages`) instead of the bundled ones.

    Raises `CodegenError` for an unreadable language, schema, rule file or stored object and for a
    release that is not bundled, and ValueError for an invalid release. An unreadable manifest is a
    finding, and `Results.complete` is false.

    """
    texts = list(load_manifests(manifests))
    sources = [text for text in texts if isinstance(text, Source)]
    if kubernetes_version:
        version = releases.format_release(releases.parse(kubernetes_version))
    else:
        version = ""
    if old:
        stored = StoredObjects.read(load_manifest(folder) for folder in expand_folders(old))
    else:
        stored = NOTHING
    definition_files = {
        source: DefinitionFile.read(source) for source in sources if has_definitions(source)
    }
    languages.get(locale)
    if ask_cluster:
        served = cluster.read_cluster(sources)
    else:
        served = cluster.Cluster()
    options = ValidationOptions(
        kubernetes_version=version or served.release,
        url=url,
        field_validation=field_validation,
        locale=locale,
        decide=decide,
        allow_unknown=tuple(pattern(text, Span(path="--allow-unknown")) for text in allow_unknown),
        languages=languages,
        stored=stored,
        definition_files=definition_files,
    )
    schemas = _find_schemas(options, references, served, tuple(rules))
    files = [
        text if isinstance(text, ManifestFile) else check_manifest(text, schemas, options)
        for text in texts
    ]
    return manifest_report.build_results(mark_repeated_objects(files, options), options, fail_on)


def _find_schemas(
    options: ValidationOptions,
    references: Sequence[tuple[Reference, str]],
    served: cluster.Cluster,
    rules: tuple[Path, ...],
) -> SchemaFinder:
    # The last definition of a kind wins. An unreadable one defines nothing, and is still checked as
    # an object.
    custom = [
        (file.reference, text.path)
        for text, file in options.definition_files.items()
        if file.reference
    ]
    return SchemaFinder(
        (*references, *reversed(custom), *served.references),
        locale=options.locale,
        rules=rules,
        languages=options.languages,
        kubernetes_version=options.kubernetes_version,
    )


def load_manifests(manifests: Iterable[Manifest]) -> Iterator[Source | ManifestFile]:
    """Yield the text of each file, or the record of an unreadable file."""
    for manifest in expand_folders(manifests):
        try:
            yield load_manifest(manifest)
        except CodegenError as error:
            if isinstance(manifest, Path):
                path = str(manifest)
            else:
                path = STREAM
            yield ManifestFile(path=path, faults=error.diagnostics, unreadable=True)


def expand_folders(manifests: Iterable[Manifest]) -> Iterator[Path | BinaryIO]:
    """Yield the files of manifests and folders.

    An empty folder stands for itself and is reported later.
    """
    for manifest in manifests:
        path = Path(manifest) if isinstance(manifest, str) else manifest
        if isinstance(path, Path) and opening.is_folder(path):
            files = sorted(
                file
                for file in path.rglob("*")
                if file.suffix.lower() in _ENDINGS and file.is_file()
            )
            yield from files or (path,)
        else:
            yield path


def load_manifest(manifest: Path | BinaryIO) -> Source:
    """Return the text of a file or stream. Raises `CodegenError` if it cannot be read."""
    if not isinstance(manifest, Path):
        return source.load(manifest, STREAM)
    if opening.is_folder(manifest):
        raise failure(
            "folder-empty",
            f"has no files ending in {', '.join(_ENDINGS)}",
            Span(path=str(manifest)),
            "name a folder of manifests, or the files",
            choices=tuple(_ENDINGS),
        )
    return source.load(manifest, str(manifest))


def mark_repeated_objects(
    files: Iterable[ManifestFile], options: ValidationOptions
) -> list[ManifestFile]:
    """Add a warning to each object that an earlier manifest contains too.

    Two API versions of one object are only a note, as they are usually intended.
    """
    first: dict[tuple[str, str, str, str], ManifestObject] = {}

    def mark(checked: ManifestObject) -> ManifestObject:
        first_object = first.setdefault(
            (checked.group, checked.kind, checked.namespace, checked.name), checked
        )
        if first_object is checked or not checked.name or not checked.kind:
            return checked
        warning = ObjectFinding(
            layer=Layer.CLUSTER,
            level=Level.WARN if first_object.api_version == checked.api_version else Level.INFO,
            rule="object-repeated",
            code="AlreadyExists",
            message=options.words.findings["repeated"].format(
                object=checked.title, place=first_object.place
            ),
            steps=("metadata", "name"),
            value=checked.name,
            span=checked.span,
        )
        return replace(checked, findings=(*checked.findings, warning))

    return [replace(file, objects=tuple(map(mark, file.objects))) for file in files]
