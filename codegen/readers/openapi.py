"""OpenAPI v2 and v3 documents and JSON Schema files as a reference.

That is what `kubectl get --raw /openapi/...` prints, what the Kubernetes repository keeps as `swagger.json`, and what
we write ourselves. All give the same model.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType

from codegen.diagnostics import Report
from codegen.locales import ENGLISH
from codegen.model import Reference
from codegen.readers.document import looks_like_json, read
from codegen.readers.openapi_operations import Operations
from codegen.readers.openapi_schemas import Schemas
from codegen.source import Source

_TOP = ("swagger", "openapi", "definitions", "components", "$defs", "$schema")
_YAML_KEY = re.compile(rf"^([\"']?)({'|'.join(map(re.escape, _TOP))})\1[ \t]*:(?:\s|\Z)", re.MULTILINE)
_YAML_FIRST = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n|---[ \t]*\n)*[\"']?[\w$.-]+[\"']?[ \t]*:(?:\s|\Z)")
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n.*?^---[ \t]*$", re.DOTALL | re.MULTILINE)


def recognises(source: Source) -> bool:
    """Whether this is meant as an OpenAPI document or a JSON Schema, by its top-level keys; nothing is parsed."""
    text = source.text
    if looks_like_json(source):
        return any(f'"{word}"' in text for word in _TOP)
    return bool(_YAML_FIRST.match(text)) and not _FRONT_MATTER.match(text) and bool(_YAML_KEY.search(text))


def read_document(source: Source, report: Report, locale: str = ENGLISH) -> Reference:
    """Read one document into a reference; its descriptions are taken as prose of `locale`.

    Findings go into the report. Raises `CodegenError` where there is nothing to be read at all: neither JSON nor YAML,
    duplicate keys, nesting or aliases beyond the limits of `codegen.readers.document`.
    """
    with _collector_paused():
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


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Nothing that is built here is garbage: looking for some costs a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
