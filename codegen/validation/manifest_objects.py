"""Records of manifests and their objects."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from msgspec import Struct, field

from codegen.core.diagnostics import CodegenError, Finding, Level, Report, Span
from codegen.core.locales import ENGLISH, SHIPPED, Languages, Locale
from codegen.core.source import Source
from codegen.kube.errors import UNKNOWN
from codegen.model import Reference
from codegen.model.selection import Pattern
from codegen.readers.crd.reader import read_definitions
from codegen.readers.documents.document import Document, DocumentStream
from codegen.readers.documents.loader import read_manifests
from codegen.validation.manifest_schemas import MissingSchema
from codegen.validation.object_finding import ObjectFinding
from codegen.validation.rule_evaluation import Decide
from codegen.validation.stored_objects import NOTHING, StoredObjects
from codegen.validation.validator import Url

MOST = 1000  # findings of one object in a report


class DefinitionFile(Struct, frozen=True, kw_only=True):
    """A file with CustomResourceDefinitions.

    `reference` has the kinds that it defines, or is None if it cannot be read. `refusals` are the
    errors of reading a definition.
    """

    stream: DocumentStream
    reference: Reference | None
    refusals: tuple[Finding, ...]

    @classmethod
    def read(cls, source: Source) -> DefinitionFile:
        """Parse a file."""
        stream, report, reference = read_manifests(source), Report(), None
        with suppress(CodegenError):  # an unreadable file is reported as a manifest
            reference = read_definitions(source, report, stream=stream, with_server_checks=False)
        errors = (diagnostic for diagnostic in report.diagnostics if diagnostic.level is Level.ERR)
        refusals = tuple(error for error in errors if error.rule != "crd-version-old")
        return cls(stream=stream, reference=reference, refusals=refusals)


class ValidationOptions(Struct, frozen=True, kw_only=True):
    """The options of a run."""

    kubernetes_version: str = ""
    url: Url | None = None
    field_validation: str = "Strict"
    locale: str = ENGLISH
    decide: Decide | None = None
    allow_unknown: tuple[Pattern, ...] = ()
    languages: Languages = SHIPPED
    stored: StoredObjects = NOTHING
    definition_files: Mapping[Source, DefinitionFile] = field(default_factory=dict)

    @property
    def words(self) -> Locale:
        """Return the locale of the messages. Raises `CodegenError` if no language has this tag."""
        return self.languages.get(self.locale)


class ManifestObject(Struct, frozen=True, kw_only=True):
    """An object of a manifest.

    `state` is valid, invalid, unknown (no schema), skipped (no schema, as allowed) or error (no
    kind). `schema` is the origin of its schema and `layer_name` the name of the layer in messages,
    if that is not the schema. `missing` is the reason for a missing schema. `faults` have locations
    of their own.
    """

    path: str
    number: int
    document: Document
    state: str = "error"
    api_version: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""
    schema: str = ""
    layer_name: str = ""
    missing: MissingSchema | None = None
    findings: tuple[ObjectFinding, ...] = ()
    faults: tuple[Finding, ...] = ()
    answer: dict[str, object] = field(default_factory=dict)

    @property
    def span(self) -> Span:
        """Return the location of the object."""
        return self.document.span()

    @property
    def place(self) -> str:
        """Return the file and line of the object."""
        return f"{self.path}:{self.document.place()[0]}"

    @property
    def group(self) -> str:
        """Return the API group of the object."""
        return self.api_version.rpartition("/")[0]

    @property
    def title(self) -> str:
        """Return kind and name of the object, or its number in the file."""
        name = "/".join(filter(None, (self.namespace, self.name)))
        return " ".join(filter(None, (self.kind or "document", name))) + (
            f" #{self.number}" if not name else ""
        )

    def locate(self, finding: ObjectFinding) -> Span:
        """Return the location of a finding."""
        if finding.span is not None:
            return finding.span
        is_key = (
            bool(finding.steps)
            and isinstance(finding.steps[-1], tuple)
            and finding.value is finding.steps[-1][0]
        )
        return self.document.span(*finding.steps, key=is_key or finding.code == UNKNOWN)


class ManifestFile(Struct, frozen=True, kw_only=True):
    """A file with its objects and the faults of the file itself.

    A part of an `unreadable` file could not be read.
    """

    path: str
    objects: tuple[ManifestObject, ...] = ()
    faults: tuple[Finding, ...]
    unreadable: bool
