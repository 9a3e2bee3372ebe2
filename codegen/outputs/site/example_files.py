"""Examples in files, bundled ones and those of a user, and the validation of all examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import NamedTuple

from codegen.core.diagnostics import Finding, Level, failure
from codegen.core.escaping.documents import yaml_block
from codegen.core.json_types import JsonObject
from codegen.core.source import Source, load
from codegen.model import GroupVersionKind, Reference
from codegen.readers.crd import has_definitions
from codegen.readers.documents.loader import read_manifests
from codegen.validation.manifest_checks import check_manifest
from codegen.validation.manifest_files import expand_folders
from codegen.validation.manifest_objects import (
    DefinitionFile,
    ManifestFile,
    ManifestObject,
    ValidationOptions,
)
from codegen.validation.manifest_report import build_results
from codegen.validation.manifest_schemas import SchemaFinder
from codegen.validation.object_finding import ObjectFinding

BUNDLED = Path(__file__).with_name("bundled_examples")


class CheckedExample(NamedTuple):
    """A file of examples, and the findings about its objects."""

    file: ManifestFile
    findings: tuple[Finding, ...]


class ExampleChecker:
    """Validates examples by a reference and the rules of a release, as `codegen validate` does."""

    def __init__(self, reference: Reference, release: str) -> None:
        self._schemas = SchemaFinder(((reference, "the sources of the site"),))
        self._release = release

    def find_errors(self, obj: JsonObject) -> list[ObjectFinding]:
        """Return the errors of an object of the reference."""
        chosen = self._schemas.find(obj)
        if chosen:
            findings = chosen.validator.validate(
                obj, key=chosen.key, kubernetes_version=self._release
            )
        else:
            findings = ()
        return [finding for finding in findings if finding.level is Level.ERR]

    def accepts(self, obj: JsonObject) -> bool:
        """Return whether the command has no error or warning about an object."""
        findings = self.check(Source(yaml_block(obj), "example")).findings
        return all(finding.level is Level.INFO for finding in findings)

    def check(self, source: Source) -> CheckedExample:
        """Validate the objects of a text."""
        if has_definitions(source):
            defined = {source: DefinitionFile.read(source)}
        else:
            defined = {}
        options = ValidationOptions(kubernetes_version=self._release, definition_files=defined)
        file = check_manifest(source, self._schemas, options)
        findings = build_results([file], options, Level.ERR).findings
        return CheckedExample(file=file, findings=findings)


def read_own_examples(
    folder: Path, display_path: PurePath, checker: ExampleChecker
) -> dict[tuple[str, str], ManifestObject]:
    """Read the examples in a folder, by apiVersion and kind.

    Raises `CodegenError` for the first fault.
    """
    examples: dict[tuple[str, str], ManifestObject] = {}
    files = (path for path in expand_folders([folder]) if isinstance(path, Path) and path != folder)
    for path in files:
        file, findings = checker.check(load(path, str(display_path / path.relative_to(folder))))
        for wrong in findings:
            if wrong.level is Level.ERR:
                message = f"the example is not valid: {wrong.message}"
                raise failure(
                    "example-invalid",
                    message,
                    wrong.span,
                    f"{wrong.rule}: {wrong.hint}".rstrip(": "),
                    arguments=(wrong.message,),
                )
        for obj in file.objects:
            first = examples.setdefault((obj.api_version, obj.kind), obj)
            if first is not obj:
                message = f"a second example of {obj.kind} ({obj.api_version}); the first is at {first.place}"
                raise failure(
                    "example-repeated",
                    message,
                    obj.span,
                    "keep one example of each kind",
                    arguments=(
                        obj.kind,
                        str(first.place),
                    ),
                )
    return examples


def read_bundled_examples(gvk: GroupVersionKind) -> Iterator[JsonObject]:
    """Yield the bundled objects of a kind, those of other versions too, as objects of this version."""
    for file in (
        sorted(BUNDLED.glob(f"{gvk.kind.lower()}-*.yaml")) if gvk.kind.isidentifier() else ()
    ):
        for document in read_manifests(load(file, file.name)).documents:
            group = document.data["apiVersion"].rpartition("/")[0]
            if (group, document.data["kind"]) == (gvk.group, gvk.kind):
                yield {**document.data, "apiVersion": gvk.api_version}
