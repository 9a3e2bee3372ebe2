"""Rendering of templates.

Templates get finished values and the filters of their output. A misspelt name is an error. Users
may override single templates, which run in Jinja's sandbox.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    TemplateSyntaxError,
)
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment

from codegen.core import resources
from codegen.core.diagnostics import CodegenError, Span, failure

Filter = Callable[..., str]


class Renderer:
    """A renderer of the templates in one folder, with the filters of its output.

    `override` is a folder with templates of a project. `home` is the folder of an output from
    another package.
    """

    def __init__(
        self,
        folder: str,
        filters: Mapping[str, Filter],
        override: Path | None = None,
        home: Path | None = None,
    ) -> None:
        home = home or resources.templates() / folder
        if override is not None:
            replacing = override / folder
        else:
            replacing = None
        self._override = replacing if replacing is not None and replacing.is_dir() else None
        self._folders = (home,) if self._override is None else (self._override, home)
        self._environment = (
            _bundled_environment(home, tuple(filters.items()))
            if self._override is None
            else _environment(ImmutableSandboxedEnvironment, self._folders, filters)
        )

    def render(self, template: str, **values: object) -> str:
        """Render a template.

        Errors in bundled templates are raised unchanged, as faults of the project. Errors in users'
        templates are raised as `CodegenError` with file and line.
        """
        try:
            return self._environment.get_template(template).render(values)
        except Exception as error:  # users' templates may fail like any Python code
            if self._override is None:
                raise
            raise self._build_error(self._override / template, error) from None

    def _build_error(self, template: Path, error: Exception) -> CodegenError:
        """Locate a fault: in the last template of the traceback, or at wrong syntax.

        Jinja gives the frames of templates the file and line of the template.
        """
        from traceback import extract_tb  # only a failure needs it

        file, line = str(template), 0
        for frame in extract_tb(error.__traceback__):
            if any(Path(frame.filename).is_relative_to(folder) for folder in self._folders):
                file, line = frame.filename, frame.lineno or 0
        if isinstance(error, TemplateSyntaxError):
            file, line = error.filename or file, error.lineno
        reason = " ".join(str(error).split()) or type(error).__name__
        return failure(
            "template-fails",
            f"the template cannot be rendered: {reason[:300]}",
            Span(path=file, line=line),
            "compare it with the template that it replaces",
            arguments=(reason[:300],),
        )


@cache
def _bundled_environment(home: Path, filters: tuple[tuple[str, Filter], ...]) -> Environment:
    """Make the environment of a folder once, so that outputs in several languages compile its
    templates once.
    """
    environment = _environment(Environment, (home,), dict(filters))
    with suppress(RuntimeError, OSError):  # without a safe folder there is no cache
        # A project could bring a cache, which is code.
        if not Path(tempfile.gettempdir()).is_relative_to(Path.cwd()):
            environment.bytecode_cache = _TemplateCache()
    return environment


class _TemplateCache(FileSystemBytecodeCache):
    """Jinja's cache of compiled templates in the temporary folder, which saves about 50 ms of a
    `codegen check`.
    """

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read a template, unless its file is damaged, which pickle reports by any exception."""
        with suppress(Exception):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write a template, unless the folder is full or read-only."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _environment(
    kind: type[Environment], folders: Sequence[Path], filters: Mapping[str, Filter]
) -> Environment:
    """Make a strict environment without global names. The first folder with a template wins."""
    result = kind(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    result.globals.clear()
    result.filters.update(filters)
    return result
