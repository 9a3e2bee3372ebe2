"""Discovery of layouts and outputs, in folders of this package and in entry points of others.

The `__init__` of a folder has a tuple of its records. Their code is imported when it is first
called, so that a start loads only records. Other packages are searched only for names that no
folder has.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from codegen.core.diagnostics import CodegenError, Span, failure

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


class Named(Protocol):
    """A record with a name."""

    @property
    def name(self) -> str: ...  # noqa: D102


Record = TypeVar("Record", bound=Named)
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def on_demand(module: str, function: str) -> Callable[..., Any]:
    """Make a function that imports its module when it is first called."""

    def call(*arguments: object) -> Any:
        return getattr(import_module(module), function)(*arguments)

    return call


def find_records(package: str, attribute: str) -> Iterator[Any]:
    """Yield the records in the attribute of each folder of a package, in the order of folder names."""
    for path in import_module(package).__path__:
        for folder in sorted(os.listdir(path)):  # noqa: PTH208 - a third of the time of pathlib, at every start
            if os.path.isfile(f"{path}/{folder}/__init__.py"):  # noqa: PTH113
                yield from getattr(import_module(f"{package}.{folder}"), attribute, ())


def entry_point_names(group: str) -> tuple[str, ...]:
    """Return the sorted names in a group of entry points."""
    return tuple(sorted(_list_entries(group)))


def load(group: str, name: str, kind: type[Record], place: Span) -> Record | None:
    """Load the record of an entry point, or return None without one.

    Raises `CodegenError` at `place` if it cannot be imported or is no record of this kind and name.
    """
    entry = _list_entries(group).get(name)
    if entry is None:
        return None
    record = guard_plugin(name, entry.load, place)()
    if not isinstance(record, kind) or record.name != name:
        raise _plugin_failure(
            name,
            f"{entry.value} is not a record of the class {kind.__name__} with this name",
            place,
        )
    return record


def guard_plugin(
    name: str, function: Callable[Parameters, Result], place: Span
) -> Callable[Parameters, Result]:
    """Wrap a function of a plug-in so that its failures become one message."""

    def call(*arguments: Parameters.args, **options: Parameters.kwargs) -> Result:
        try:
            return function(*arguments, **options)
        except CodegenError:
            raise
        except (Exception, SystemExit) as error:
            from traceback import extract_tb  # only a failure needs it

            last = extract_tb(error.__traceback__)[-1]
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            raise _plugin_failure(
                name, f"{reason} ({last.filename}:{last.lineno})", place
            ) from error

    return call


def _plugin_failure(name: str, reason: str, place: Span) -> CodegenError:
    return failure(
        "plugin-broken",
        f"the plug-in {name!r} fails: {reason}",
        place,
        "repair or uninstall the package that adds it",
        arguments=(name,),
    )


@cache
def _list_entries(group: str) -> dict[str, EntryPoint]:
    # A search of all installed packages takes 40 ms with its import.
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=group)}
