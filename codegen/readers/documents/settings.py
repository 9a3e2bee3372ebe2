"""Files that people write for this tool: `codegen.yaml` and baselines, with the place of every key and value."""

from __future__ import annotations

from codegen.core.source import Source
from codegen.readers.documents.builder import Document
from codegen.readers.documents.dialects import SETTINGS
from codegen.readers.documents.json_events import read_json
from codegen.readers.documents.yaml_events import read_yaml


def read_settings(source: Source) -> Document:
    """The one document of a file; its data is None where the file is empty. Raises `CodegenError` at the place of what is wrong."""
    if source.text.lstrip()[:1] == "{":
        json = read_json(
            source, SETTINGS
        )  # which writes characters beyond 16 bits as two escapes; YAML has no such pairs
        if not json.faults:
            return json.only(source)
    return read_yaml(source, SETTINGS).only(source)
