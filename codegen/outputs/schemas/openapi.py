"""OpenAPI 3.1 and 3.0, one document of operations per kind."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.core.diagnostics import Span, failure
from codegen.core.generated_files import GeneratedFile
from codegen.outputs.job import Job
from codegen.outputs.schemas.document_units import list_units
from codegen.outputs.schemas.openapi_documents import OpenApiDocuments
from codegen.outputs.schemas.schema_writer import Dialect

VERSIONS = {
    "3.1": Dialect.OPENAPI_31,
    "3.1.0": Dialect.OPENAPI_31,
    "3.0": Dialect.OPENAPI_30,
    "3.0.3": Dialect.OPENAPI_30,
}


def emit(job: Job) -> Iterator[GeneratedFile]:
    """Yield an OpenAPI document for each unit.

    The option `version` chooses the dialect. Raises `CodegenError` for an unknown version.
    """
    dialect = _choose_dialect(job)
    document = OpenApiDocuments(job, dialect)
    for unit in list_units(job.reference):
        yield GeneratedFile(path=f"{unit.stem}.openapi.yaml", text=document.text(unit))


def _choose_dialect(job: Job) -> Dialect:
    version = job.options.get("version", Dialect.OPENAPI_31.value)
    if version not in VERSIONS:
        raise failure(
            "openapi-version-unknown",
            f"the openapi output has no version {version!r}, only {', '.join(VERSIONS)}",
            Span(path=job.origin),
            'correct `version`, and keep it in quotes: version: "3.0.3"',
        )
    return VERSIONS[version]
