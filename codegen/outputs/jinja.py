"""Jinja environments for shipped templates and for those of a project."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError

from codegen.findings.diagnostics import CodegenError, Span, failure
from codegen.outputs.sandbox import Sandbox

# What runs in a template of the user's may fail in any way that Python code can.
_FAULTS = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
    MemoryError,
    SyntaxError,  # loops in loops in loops, of which Python takes twenty
)


_Kind = TypeVar("_Kind", bound=Environment)


def environment(folders: Sequence[Path], filters: Mapping[str, Callable[..., str]], kind: type[_Kind]) -> _Kind:
    """Strict, without globals of Python; a template is that of the first folder that has it."""
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


class Overridden:
    """Templates of a folder of the user's before those of `home`. They run in a sandbox."""

    def __init__(self, override: Path, home: Path, filters: Mapping[str, Callable[..., str]]) -> None:
        self._folders = (override, home)
        self._environment = environment(self._folders, filters, Sandbox)

    def render(self, template: str, values: Mapping[str, object]) -> str:
        """The text of a template. Raises a `CodegenError` that says in which file and line it fails."""
        self._environment.renewed()
        try:
            return self._environment.get_template(template).render(values)
        except _FAULTS as error:
            raise self._fault(template, error) from None

    def _fault(self, template: str, error: Exception) -> CodegenError:
        """Which template fails, and in which line: the last template in the traceback, or the place of wrong syntax.

        Jinja gives the frames of templates the file and line of the template.
        """
        file, line = str(self._folders[0] / template), 0
        for frame in traceback.extract_tb(error.__traceback__):
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
        )
