"""Reading of OpenAPI v2 and v3 documents and JSON Schema files as references.

Such documents come from `kubectl get --raw /openapi/...`, from the Kubernetes repository
(`swagger.json`) and from this tool. All give the same model.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from codegen.core.diagnostics import Report
from codegen.core.locales import ENGLISH
from codegen.core.source import Source
from codegen.model import Reference
from codegen.readers.documents.document import Document
from codegen.readers.documents.loader import read_api_document
from codegen.readers.openapi.definition_reader import DefinitionReader
from codegen.readers.openapi.document_checks import check_document
from codegen.readers.openapi.document_keywords import document_keywords
from codegen.readers.openapi.document_structure import root_key
from codegen.readers.openapi.inline_schemas import hoist_inline_schemas
from codegen.readers.openapi.operations import DocumentOperationReader
from codegen.readers.openapi.unsupported_keywords import report_unsupported_keywords

# YAML reads an unquoted `swagger: 2.0` as a number.
_VERSIONS = {
    "swagger": re.compile(r"2\.0\Z"),
    "openapi": re.compile(r"3\.[01](?:\.[0-9A-Za-z.+-]+)?\Z"),
}


def read_document(source: Source, report: Report, locale: str = ENGLISH) -> Reference:
    """Read one document into a reference, taking its descriptions as prose of `locale`.

    Findings go into the report. Raises `CodegenError` for invalid JSON or YAML, duplicate keys, and
    nesting or aliases beyond the limits.
    """
    document = read_api_document(source, report)
    if not _version_is_known(document, report):
        return Reference(definitions=MappingProxyType({}))
    check_document(document, report)
    schemas = DefinitionReader(document, report, hoist_inline_schemas(document))
    definitions = schemas.read()
    operations = DocumentOperationReader(schemas)
    by_id = operations.read()
    report_unsupported_keywords(definitions, by_id, report)
    if not definitions and not by_id:
        report.error(
            "document-empty",
            "the document has no definitions and no operations",
            source.whole,
            "an OpenAPI document has `definitions`, `components` or `paths`; a JSON Schema has `$defs` or is a schema itself",
        )
    prose = {**schemas.prose, **operations.prose}
    return Reference(
        definitions=MappingProxyType(definitions),
        operations=MappingProxyType(by_id),
        prose=MappingProxyType({locale: MappingProxyType(prose)}),
        document=document_keywords(document),
        one_kind=bool("$ref" in document.data or root_key(document.data, source)),
    )


def _version_is_known(document: Document, report: Report) -> bool:
    """Return whether a document's version is supported, reporting it otherwise."""
    for word, versions in _VERSIONS.items():
        version = document.data.get(word)
        if version is None or (isinstance(version, str | float) and versions.match(str(version))):
            continue
        report.error(
            "document-version-unknown",
            f"{word} {str(version)[:40]!r} is not supported; Swagger 2.0, OpenAPI 3.0.x and 3.1.x are",
            document.span(word, key=True),
            "export the document in one of these versions",
            arguments=(word, str(version)),
        )
        return False
    return True
