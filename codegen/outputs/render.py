"""Renders templates, by target folder.

Templates see only finished values and the filters that their target names; a misspelt name fails instead of printing
nothing. The shipped ones run as Python that Jinja compiled before. A user's folder may hold templates that replace them, file by file;
they run in a sandbox.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from codegen.core import resources
from codegen.core.locales import Languages
from codegen.core.opening import read_bytes
from codegen.findings.diagnostics import CodegenError, Diagnostic, Severity, Span
from codegen.outputs.output import MAX_TEMPLATE, Output
from codegen.outputs.template_runtime import CompiledTemplates, Stale

if TYPE_CHECKING:
    from jinja2 import Environment

    from codegen.outputs.jinja import Overridden

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
        self._compiled = CompiledTemplates(self._home, self._filters) if home is None else None

    @cached_property
    def _overridden(self) -> Overridden:
        from codegen.outputs.jinja import Overridden  # few projects have templates of their own

        return Overridden(self._override or self._home, self._home, self._filters)

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import Environment  # takes a third of a short run

        from codegen.outputs.jinja import environment

        return environment([self._home], self._filters, Environment)

    def render(self, template: str, **values: object) -> str:
        """The text of a template.

        Raises errors of the template for shipped ones: those are faults of the project, never of its input. With the user's
        templates it raises a `CodegenError` that says in which file and line they fail.
        """
        if self._override is not None:
            return self._overridden.render(template, values)
        if self._compiled is not None:
            try:
                return self._compiled.render(template, values)
            except Stale:
                self._compiled = None
        return self._environment.get_template(template).render(values)


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
