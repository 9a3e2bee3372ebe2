"""OpenAPI v2 and v3 documents and JSON Schema files as a reference.

That is what `kubectl get --raw /openapi/...` prints, what the Kubernetes repository keeps as `swagger.json`, and what
we write ourselves. All give the same model.
"""

from __future__ import annotations

from types import MappingProxyType

from codegen.diagnostics import Report
from codegen.locales import ENGLISH
from codegen.model import Reference
from codegen.readers.document import read
from codegen.readers.openapi_operations import Operations
from codegen.readers.openapi_schemas import Schemas
from codegen.source import Source


def read_document(source: Source, report: Report, locale: str = ENGLISH) -> Reference:
    """Read one document into a reference; its descriptions are taken as prose of `locale`.

    Findings go into the report. Raises `CodegenError` where there is nothing to be read at all: neither JSON nor YAML,
    duplicate keys, nesting or aliases beyond the limits of `codegen.readers.document`.
    """
    document = read(source, report)
    schemas = Schemas(document, report)
    definitions = schemas.read()
    operations = Operations(schemas)
    by_id = operations.read()
    if not definitions and not by_id:
        report.error(
            "document-empty",
            "no definitions and no operations",
            source.whole,
            "an OpenAPI document has `definitions`, `components` or `paths`; a JSON Schema of ours has `$defs`",
        )
    prose = {**schemas.prose, **operations.prose}
    return Reference(
        definitions=MappingProxyType(definitions),
        operations=MappingProxyType(by_id),
        prose=MappingProxyType({locale: MappingProxyType(prose)}),
    )
