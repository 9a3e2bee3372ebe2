"""The outputs by name, from the folders beside this module and from other packages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, wraps
from types import MappingProxyType

from msgspec.structs import replace

from codegen.core import records
from codegen.core.diagnostics import Span
from codegen.core.generated_files import GeneratedFile
from codegen.outputs.output import Output

GROUP = "codegen.outputs"  # the group of entry points


@cache
def bundled_outputs() -> Mapping[str, Output]:
    """Return the outputs of this project."""
    return MappingProxyType(
        {output.name: output for output in records.find_records("codegen.outputs", "OUTPUTS")}
    )


def find(name: str, place: Span | None = None) -> Output | None:
    """Find an output by name.

    Raises `CodegenError` at `place` for a plug-in that cannot be loaded.
    """
    return bundled_outputs().get(name) or _load_plugin(name, place or Span(path=name))


def names() -> tuple[str, ...]:
    """Return the names of all outputs, including plug-ins."""
    return (
        *bundled_outputs(),
        *(name for name in records.entry_point_names(GROUP) if name not in bundled_outputs()),
    )


def _load_plugin(name: str, place: Span) -> Output | None:
    output = records.load(GROUP, name, Output, place)
    if output is None:
        return None
    if output.options:
        from jsonschema import Draft202012Validator

        records.guard_plugin(name, Draft202012Validator.check_schema, place)(
            {"properties": dict(output.options)}
        )

    def guard(
        step: Callable[..., Iterator[GeneratedFile]],
    ) -> Callable[..., Iterator[GeneratedFile]]:
        @wraps(step)
        def emit(*arguments: object) -> Iterator[GeneratedFile]:
            files: list[GeneratedFile] = records.guard_plugin(
                name, lambda: list(step(*arguments)), place
            )()
            return iter(files)

        return emit

    return replace(
        output,
        emit=guard(output.emit),
        emit_shared=output.emit_shared and guard(output.emit_shared),
    )
