"""The numbers of fields in protobuf that a server needs: those of the kinds that its operations take and give."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from codegen.model import kubernetes
from codegen.model.definitions import Definition
from codegen.outputs.files import GeneratedFile, notice
from codegen.outputs.job import Job

_FILE = Path(__file__).with_name("protobuf.json")
_ALWAYS = {
    "v1 Status": f"{kubernetes.META}.Status",
    "meta.k8s.io/v1 PartialObjectMetadata": f"{kubernetes.META}.PartialObjectMetadata",
    "meta.k8s.io/v1 PartialObjectMetadataList": f"{kubernetes.META}.PartialObjectMetadataList",
}


@cache
def messages() -> Mapping[str, list[list[Any]]]:
    """The fields of every message that is known: name in JSON, number, type."""
    found: Mapping[str, list[list[Any]]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found


def knows(key: str) -> bool:
    """Whether the message of a definition is known."""
    return key in messages()


def file_of(job: Job, path: str, definitions: Iterable[Definition]) -> GeneratedFile:
    """The numbers of these definitions, and of all that they are made of, as a file of JSON."""
    kinds = dict(_ALWAYS)
    for definition in definitions:
        gvk = definition.gvk
        kinds[f"{gvk.api_version} {gvk.kind}" if gvk is not None else f" {definition.name}"] = definition.key
    known = messages()
    found, queue = set(kinds.values()), list(kinds.values())
    while queue:
        for _, _, kind in known[queue.pop()]:
            key = kind.lstrip("*[]{}")
            if key in known and key not in found:
                found.add(key)
                queue.append(key)
    lines = [f"{json.dumps(key)}: {json.dumps(known[key], separators=(',', ':'))}" for key in sorted(found)]
    head = {"$comment": notice(job.origin), "kinds": dict(sorted(kinds.items()))}
    text = json.dumps(head, indent=2, ensure_ascii=False).removesuffix("\n}")
    listed = ",\n    ".join(lines)
    return GeneratedFile(path=path, text=f'{text},\n  "messages": {{\n    {listed}\n  }}\n}}\n', finished=True)
