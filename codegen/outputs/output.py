"""The record of an output."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from codegen.core.diagnostics import Span
from codegen.core.generated_files import GeneratedFile
from codegen.core.json_types import JsonMapping
from codegen.model.selection import Pattern
from codegen.outputs.job import Job

Emit = Callable[[Job], Iterator[GeneratedFile]]
EmitShared = Callable[[Job, Sequence[GeneratedFile]], Iterator[GeneratedFile]]

MAX_TEMPLATE = 1024 * 1024  # bytes


class Output(Struct, frozen=True, kw_only=True):
    """The record of an output, with everything that the project knows about it.

    Attributes:
        name: The `target` in `codegen.yaml`.
        emit: Yields the files of a job.
        emit_shared: Yields the files that a folder has once, for the files of all outputs with this function in it.
        options: Its own keys in `codegen.yaml`, each with its JSON Schema.
        layouts: The values of its option `layout`, each with the options that only this layout has. The first is the default.
        templates: The folder of its templates, instead of `templates/<name>`. Users override them below `<name>`.
        takes_contents: Whether its options `toc` and `fields` name files with a table of contents.
        package: Whether its folder becomes a Python package.

    """

    name: str
    emit: Emit
    options: Mapping[str, JsonMapping] = {}
    layouts: tuple[Output, ...] = ()
    templates: Path | None = None
    takes_contents: bool = False
    package: bool = False
    emit_shared: EmitShared | None = None


class OutputSettings(Struct, frozen=True, kw_only=True):
    """An output as a project configures it: its record, its folder and its own options.

    `to` may contain `{locale}`.
    """

    record: Output
    to: str
    options: JsonMapping
    select: tuple[Pattern, ...]  # replaces the selection of the configuration
    span: Span

    def folder(self, locale: str) -> str:
        """Return the folder for a language."""
        return self.to.replace("{locale}", locale)
