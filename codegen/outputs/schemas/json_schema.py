"""JSON Schema 2020-12: one self-contained file for each kind, for editors, kubeconform and validators."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.core.escaping.documents import json_document
from codegen.model import Definition
from codegen.outputs import files, naming
from codegen.outputs.files import GeneratedFile
from codegen.outputs.job import Job
from codegen.outputs.schemas.types import Dialect, Schema, Schemas
from codegen.outputs.schemas.units import schema_roots


def emit(job: Job) -> Iterator[GeneratedFile]:
    """One `<kind>-<group>-<version>.json` for each kind, and for what no kind leads to."""
    schemas = Schemas(job, Dialect.JSON_SCHEMA)
    listed = schema_roots(job.reference)
    stems = naming.schema_stems(listed)
    for root in listed:
        name = f"{stems[root.key]}.json"
        yield GeneratedFile(path=name, text=json_document(_document(job, schemas, root, name)))


def _document(job: Job, schemas: Schemas, root: Definition, name: str) -> Schema:
    document: Schema = {
        "$schema": Dialect.JSON_SCHEMA.value,
        # The file's own name: a path-like id is resolved against the place where the file lies, so it holds on every
        # host, lets schemas of one folder name each other, and makes no editor look for a server that is not ours.
        "$id": name,
        "$comment": files.notice(job.origin),
        "title": root.name,
    }
    if text := job.text(root.key):
        document["description"] = text
    document |= Dialect.JSON_SCHEMA.reference(root.key)
    document["$defs"] = schemas.closure(root.key)
    return document
