"""The record of an output: all that the rest of the project knows about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from codegen.core.generated_files import GeneratedFile
from codegen.outputs.job import Job

Emit = Callable[[Job], Iterator[GeneratedFile]]
Finish = Callable[[GeneratedFile], GeneratedFile]

MAX_TEMPLATE = 1024 * 1024  # bytes of a template of a project


class Output(Struct, frozen=True, kw_only=True):
    """One output: `name` is the `target` of `codegen.yaml`, `emit` yields the files of a job.

    `emit_shared` yields the files that a folder has once, however many outputs with this function write into it. `options` are its own keys in `codegen.yaml`, each with its JSON Schema. `templates` is the folder of its templates, where that is not
    `templates/<name>` of this project; people replace them below `<name>`. `finish` does to a file what costs more than making it, and is
    called only for one that the disk does not hold already. `takes_contents` says that its options `toc` and `fields` name files with a
    table of contents, which is read for it, `package` that it makes its folder a package of Python.
    """

    name: str
    emit: Emit
    options: Mapping[str, Mapping[str, Any]] = {}
    templates: Path | None = None
    finish: Finish | None = None
    takes_contents: bool = False
    package: bool = False
    emit_shared: Emit | None = None
