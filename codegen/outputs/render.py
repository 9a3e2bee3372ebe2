"""The Jinja environments: strict, without globals of Python, templates by target folder.

Templates see only finished values and the filters that their target names; a misspelt name fails instead of printing
nothing. A user's folder may hold templates that replace the shipped ones, file by file; they run in a sandbox.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)

from codegen.core import resources
from codegen.core.locales import Languages
from codegen.core.opening import read_bytes
from codegen.findings.diagnostics import CodegenError, Diagnostic, Severity, Span, failure
from codegen.outputs.output import MAX_TEMPLATE, Output

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
_SITE = "site"  # whose files Hugo reads
_UNKNOWN = "template-unknown"
_WORDS = ".toml"  # of languages, which lie beside templates


class Renderer:
    """Renders the templates of one target folder with that target's filters.

    `override` is a folder of the user's templates, laid out as the shipped ones. `home` is the folder of templates of an output that
    another package adds.
    """

    def __init__(
        self,
        folder: str,
        filters: Mapping[str, Callable[..., str]],
        override: Path | None = None,
        home: Path | None = None,
    ) -> None:
        self._home = home or resources.templates() / folder
        self._filters = dict(filters)
        replacing = override / folder if override is not None else None
        self._override = replacing if replacing is not None and replacing.is_dir() else None

    @cached_property
    def _environment(self) -> Environment:
        kind: type[Environment] = Environment
        loaders = [FileSystemLoader(self._home)]
        if self._override is not None:
            from codegen.outputs.sandbox import Sandbox  # few projects have templates of their own

            kind = Sandbox
            loaders.insert(0, FileSystemLoader(self._override))
        environment = kind(
            loader=ChoiceLoader(loaders),
            undefined=StrictUndefined,
            bytecode_cache=None if self._override is not None else _bytecode_cache(),
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.globals.clear()
        environment.filters.update(self._filters)
        return environment

    def render(self, template: str, **values: object) -> str:
        """The text of a template.

        Raises jinja2 errors for shipped templates: those are faults of the project, never of its input. With the user's
        templates it raises a `CodegenError` that says in which file and line they fail.
        """
        if self._override is None:
            return self._environment.get_template(template).render(values)
        self._environment.renewed()  # type: ignore[attr-defined]
        try:
            return self._environment.get_template(template).render(values)
        except _FAULTS as error:
            raise self._fault(template, error) from None

    def _fault(self, template: str, error: Exception) -> CodegenError:
        """Which template of the user's fails, and in which line: the last template in the traceback, or the place of wrong syntax.

        Jinja gives the frames of templates the file and line of the template.
        """
        import traceback

        file, line = str((self._override or Path()) / template), 0
        folders = [folder for folder in (self._home, self._override) if folder is not None]
        for frame in traceback.extract_tb(error.__traceback__):
            if any(Path(frame.filename).is_relative_to(folder) for folder in folders):
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


def check_overrides(folder: Path, shown: str, languages: Languages, outputs: Iterable[Output]) -> None:
    """See that each file of a user's folder replaces a template of an output. Raises `CodegenError` with every one that does not."""
    import difflib

    known = [
        f"{output.name}/{name}"
        for output in outputs
        for name in _names(output.templates or resources.templates() / output.name)
    ]
    known += [f"{_SITE}/{name}" for name in _names(resources.templates() / _SITE)]
    known += [f"locales/{tag}{_WORDS}" for tag in languages.available()]
    if found := list(_leading_out(folder, shown)):
        raise CodegenError(*found)
    for name in _names(folder):
        rule, message = (
            _odd(folder / name, name) if name in known else (_UNKNOWN, f"{name} does not replace any template")
        )
        if not rule:
            continue
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or [
            path for path in known if path.rpartition("/")[2] == name.rpartition("/")[2]
        ]
        found.append(
            Diagnostic(
                severity=Severity.ERROR,
                rule=rule,
                message=message,
                span=Span(path=f"{shown.rstrip('/')}/{name}"),
                hint=_hint(near, known) if rule == _UNKNOWN else "put the template itself there, or remove it",
            )
        )
    if found:
        raise CodegenError(*found)


def _hint(near: list[str], known: list[str]) -> str:
    return f"did you mean {', '.join(near)}?" if near else f"the templates are {', '.join(known)}"


def _odd(file: Path, name: str) -> tuple[str, str]:
    """The rule and the message of a template that is not read; empty for one that is."""
    try:
        read_bytes(file, MAX_TEMPLATE)
    except OSError as error:
        reason = f"{name} cannot be read: {error.strerror or error}"
        return "template-too-large" if error.errno == errno.EFBIG else "template-unreadable", reason
    return "", ""


def _leading_out(folder: Path, shown: str) -> Iterator[Diagnostic]:
    """Links that lead out of a folder of templates: what is there would be copied into pages and onto the site."""
    inside = folder.resolve()
    for each in sorted(folder.rglob("*")):
        if each.is_symlink() and each.exists() and not each.resolve().is_relative_to(inside):
            name = each.relative_to(folder).as_posix()
            yield Diagnostic(
                severity=Severity.ERROR,
                rule="template-outside",
                message=f"{name} is a link that leads out of the folder of templates",
                span=Span(path=f"{shown.rstrip('/')}/{name}"),
                hint="put a copy of the file there",
            )


def _names(folder: Path) -> Iterator[str]:
    """The files of a folder, by their names below it."""
    for file in sorted(folder.rglob("*")):
        if not file.is_dir() and not file.name.startswith("."):
            yield file.relative_to(folder).as_posix()


@cache
def _bytecode_cache() -> FileSystemBytecodeCache | None:
    """Compiled templates, kept in a folder that only this user can write, as Python keeps compiled modules."""
    try:
        return FileSystemBytecodeCache(pattern="apiref-codegen-%s.cache")
    except (OSError, RuntimeError):
        return None
