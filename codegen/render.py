"""The one Jinja environment: strict, without globals of Python, templates by target folder.

Templates see only finished values and the filters that their target names; a misspelt name fails instead of printing
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

from codegen import resources


class Renderer:
    """Renders the templates of one target folder with that target's filters."""

    def __init__(self, folder: str, filters: Mapping[str, Callable[..., str]]) -> None:
        self._folder = folder
        self._filters = dict(filters)

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(resources.templates() / self._folder),
            undefined=StrictUndefined,
            bytecode_cache=_bytecode_cache(),
            autoescape=False,  # noqa: S701 - each value passes the filter of its output language; HTML is only one of them
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.globals.clear()
        environment.filters.update(self._filters)
        return environment

    def render(self, template: str, **values: object) -> str:
        """The text of a template. Raises jinja2 errors: those are faults of the project, never of its input."""
        return self._environment.get_template(template).render(values)


def _bytecode_cache() -> FileSystemBytecodeCache | None:
    """Compiled templates, kept in a folder that only this user can write, as Python keeps compiled modules."""
    try:
        return FileSystemBytecodeCache(pattern="apiref-codegen-%s.cache")
    except (OSError, RuntimeError):
        return None
