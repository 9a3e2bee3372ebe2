"""JSON Schema 2020-12, one self-contained file per kind."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.core import generated_files as files
from codegen.core.escaping.documents import json_members
from codegen.core.generated_files import GeneratedFile
from codegen.model import Definition, naming
from codegen.outputs.job import Job
from codegen.outputs.schemas.document_units import schema_roots
from codegen.outputs.schemas.limit_keywords import Schema
from codegen.outputs.schemas.schema_writer import Dialect, SchemaWriter


def emit(job: Job) -> Iterator[GeneratedFile]:
    """Yield a schema file for each kind, and for definitions that no kind needs.

    Files are called `<kind>-<group>-<version>.json`, those of custom resources `<group>/<kind>_<version>.json`. With
    `names: by-group` all kinds have names of the second form.
    """
    document = _Documents(job)
    listed = schema_roots(job.reference)
    stems = naming.schema_stems(listed, by_group=job.options.get("names") == "by-group")
    for root in listed:
        name = f"{stems[root.key]}.json"
        yield GeneratedFile(path=name, text=document.text(root, name))


class _Documents:
    """The documents of one job."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._schemas = SchemaWriter(job, Dialect.JSON_SCHEMA)
        self._texts: dict[str, str] = {}  # lines by definition, since files share most definitions

    def text(self, root: Definition, name: str) -> str:
        """Write the file of a definition, with all definitions in reach.

        The schema of a custom resource needs no others and is the file itself.
        """
        if root.resource is not None:
            return f"{{\n{json_members(self._build_head(root, name) | self._schemas.definition(root.key))}\n}}\n"
        definitions = ",\n".join(map(self._write_definition, self._job.reference.closure(root.key)))
        return f'{{\n{json_members(self._build_head(root, name))},\n  "$defs": {{\n{definitions}\n  }}\n}}\n'

    def _write_definition(self, key: str) -> str:
        if key not in self._texts:
            schema: Schema = {Dialect.JSON_SCHEMA.definition_name(key): self._schemas.definition(key)}
            self._texts[key] = json_members(schema, indent=4)
        return self._texts[key]

    def _build_head(self, root: Definition, name: str) -> Schema:
        head: Schema = {
            "$schema": Dialect.JSON_SCHEMA.value,
            # The file name is a relative id. It holds on every host, lets schemas of a folder refer to each other, and
            # makes no editor ask a foreign server.
            "$id": name.rpartition("/")[2],
            "$comment": files.notice(self._job.origin),
            "title": root.name,
        }
        if text := self._job.text(root.key):
            head["description"] = text
        return head if root.resource is not None else head | Dialect.JSON_SCHEMA.reference(root.key)
