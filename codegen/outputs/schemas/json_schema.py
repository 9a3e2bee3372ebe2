"""JSON Schema 2020-12, one self-contained file per kind."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from codegen.core import generated_files as files
from codegen.core.escaping.documents import json_members
from codegen.core.generated_files import GeneratedFile
from codegen.model import Definition
from codegen.model.file_names import schema_stems
from codegen.model.inline_objects import extract_shared_objects
from codegen.outputs.job import Job
from codegen.outputs.schemas.document_units import schema_roots
from codegen.outputs.schemas.limit_keywords import Schema
from codegen.outputs.schemas.schema_writer import Dialect, SchemaWriter
from codegen.outputs.server_rules import OPTION, state_no_rules


def emit(job: Job) -> Iterator[GeneratedFile]:
    """Yield a schema file for each kind, and for definitions without one.

    Files are called `<kind>-<group>-<version>.json`, those of custom resources
    `<group>/<kind>_<version>.json`. With `names: by-group` all kinds have names of the second form.
    """
    stated = state_no_rules(job.reference)
    if job.options.get(OPTION):
        stated = job.state_rules(job.reference)
        stated.report_left_out(job.report, job.origin)
    job = replace(job, reference=extract_shared_objects(stated.reference, kinds_only=True))
    schemas = SchemaWriter(job, Dialect.JSON_SCHEMA)
    listed = schema_roots(job.reference)
    stems = schema_stems(listed, by_group=job.options.get("names") == "by-group")
    shared: dict[str, str] = {}  # lines by definition, since files share most definitions
    for root in listed:
        name = f"{stems[root.key]}.json"
        head = _build_head(job, root, name, stated.title)
        keys = job.reference.closure(root.key)
        if root.resource is not None:  # its schema is the file itself
            head |= schemas.definition(root.key)
            keys = keys[1:]
        else:
            head |= Dialect.JSON_SCHEMA.reference(root.key)
        for key in keys:
            if key not in shared:
                definition: Schema = {
                    Dialect.JSON_SCHEMA.definition_name(key): schemas.definition(key)
                }
                shared[key] = json_members(definition, indent=4)
        definitions = ",\n".join(shared[key] for key in keys)
        text = f"{{\n{json_members(head)}"
        text += f',\n  "$defs": {{\n{definitions}\n  }}\n}}\n' if keys else "\n}\n"
        yield GeneratedFile(path=name, text=text)


def _build_head(job: Job, root: Definition, name: str, title: str) -> Schema:
    head: Schema = {
        "$schema": Dialect.JSON_SCHEMA.value,
        # The file name is a relative id. It holds on every host, lets schemas of a folder refer to
        # each other, and makes no editor ask a foreign server.
        "$id": name.rpartition("/")[2],
        "$comment": f"{files.notice(job.origin)} {title}".rstrip(),
        "title": root.name,
    }
    text = job.text(root.key)
    if text:
        return head | {"description": text}
    return head
