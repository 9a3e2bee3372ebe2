"""Files that define kinds and are checked as manifests too: parsed once for both."""

from __future__ import annotations

from contextlib import suppress

from msgspec import Struct

from codegen.core.source import Source
from codegen.findings.diagnostics import CodegenError, Diagnostic, Report, Severity
from codegen.model import Reference
from codegen.readers.crd.reader import read_definitions
from codegen.readers.documents.builder import Stream
from codegen.readers.documents.loader import read_manifests


class Defining(Struct, frozen=True, kw_only=True):
    """A file with CustomResourceDefinitions: what it holds, the kinds that it defines (None: it cannot be read), why servers refuse some."""

    stream: Stream
    reference: Reference | None
    refusals: tuple[Diagnostic, ...]

    @classmethod
    def read(cls, source: Source) -> Defining:
        """Parse a file, once for all who ask."""
        stream, report, reference = read_manifests(source), Report(), None
        with suppress(CodegenError):  # a file that cannot be read has a finding
            reference = read_definitions(source, report, stream=stream)
        errors = (each for each in report.diagnostics if each.severity is Severity.ERROR)
        refusals = tuple(each for each in errors if each.rule != "crd-version-old")
        return cls(stream=stream, reference=reference, refusals=refusals)
