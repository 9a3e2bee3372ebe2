"""Records of manifests, their objects and the located findings."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from msgspec import Struct, field

from codegen.core.diagnostics import CodegenError, Finding, Level, Report
from codegen.core.locales import ENGLISH, SHIPPED, Languages, Locale
from codegen.core.source import Source
from codegen.kube.errors import UNKNOWN, WRONG_TYPE
from codegen.model import Reference
from codegen.model.selection import Pattern
from codegen.readers.crd.reader import read_definitions
from codegen.readers.documents.builder import Document, DocumentFault, DocumentStream
from codegen.readers.documents.loader import read_manifests
from codegen.validation.object_finding import ObjectFinding
from codegen.validation.rule_evaluation import Decide
from codegen.validation.stored_objects import NOTHING, StoredObjects
from codegen.validation.validator import Url

MOST = 1000  # findings of one object in a report


class DefinitionFile(Struct, frozen=True, kw_only=True):
    """A file with CustomResourceDefinitions.

    `reference` has the kinds that it defines, or is None if it cannot be read. `refusals` are the reasons of servers to refuse a definition.
    """

    stream: DocumentStream
    reference: Reference | None
    refusals: tuple[Finding, ...]

    @classmethod
    def read(cls, source: Source) -> DefinitionFile:
        """Parse a file."""
        stream, report, reference = read_manifests(source), Report(), None
        with suppress(CodegenError):  # an unreadable file is reported as a manifest
            reference = read_definitions(source, report, stream=stream)
        errors = (each for each in report.diagnostics if each.level is Level.ERR)
        refusals = tuple(each for each in errors if each.rule != "crd-version-old")
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
    definition_files: Mapping[Source, DefinitionFile] = field(
        default_factory=dict
    )  # the files among those that are checked

    @property
    def words(self) -> Locale:
        """Return the locale of the messages. Raises `CodegenError` if no language has this tag."""
        return self.languages.get(self.locale)


class LocatedFinding(Struct, frozen=True, kw_only=True):
    """A finding or a fault of the file with its line and column.

    `written` and `word` are the spellings of key and value, if these are read as something else.
    """

    line: int
    column: int
    written: str = ""
    word: str = ""
    finding: ObjectFinding | None = None
    fault: DocumentFault | None = None

    @classmethod
    def locate(cls, finding: ObjectFinding, document: Document) -> LocatedFinding:
        """Locate a finding in the document of its object."""
        at_key = finding.code == UNKNOWN or (
            bool(finding.steps) and isinstance(finding.steps[-1], tuple) and finding.value is finding.steps[-1][0]
        )
        line, column = document.place(finding.steps, key=at_key)
        word = document.written_value(finding.steps) if finding.code == WRONG_TYPE else ""
        return cls(line=line, column=column, written=document.written_key(finding.steps), word=word, finding=finding)


class ManifestObject(Struct, frozen=True, kw_only=True):
    """An object of a manifest.

    `state` is valid, invalid, unknown (no schema), skipped (no schema, as allowed) or error (no kind). `schema` is the origin of its schema
    and `layer_name` the name of the layer in messages, if that is not the schema.
    """

    path: str
    number: int
    line: int
    column: int
    state: str
    api_version: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""
    schema: str = ""
    layer_name: str = ""
    placed: tuple[LocatedFinding, ...] = ()
    answer: dict[str, object] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Return kind and name of the object, or its number in the file."""
        name = "/".join(filter(None, (self.namespace, self.name)))
        return " ".join(filter(None, (self.kind or "document", name))) + (f" #{self.number}" if not name else "")


class ManifestFile(Struct, frozen=True, kw_only=True):
    """A file with its objects and the faults of the file itself."""

    path: str
    resources: tuple[ManifestObject, ...] = ()
    faults: tuple[DocumentFault, ...] = ()

    @property
    def unreadable(self) -> bool:
        """Return whether a part of the file could not be read."""
        return any(fault.fatal for fault in self.faults)
