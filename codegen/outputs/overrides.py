"""Checks of the templates of a project, each of which replaces a bundled one."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from pathlib import Path

from codegen.core import resources
from codegen.core.diagnostics import CodegenError, Finding, Span, failure
from codegen.core.locales import Languages
from codegen.core.opening import read_bytes
from codegen.kube.errors import find_similar
from codegen.outputs.output import MAX_TEMPLATE, Output

_SITE = "site"  # read by Hugo
_WORDS = ".toml"  # languages, beside templates


def check_overrides(
    folder: Path, display_path: str, languages: Languages, outputs: Iterable[Output]
) -> None:
    """Check that each file of a folder replaces a template.

    Raises `CodegenError` with all others.
    """
    templates = [
        f"{output.name}/{name}"
        for output in outputs
        for name in _list_files(output.templates or resources.templates() / output.name)
    ]
    templates += [f"{_SITE}/{name}" for name in _list_files(resources.templates() / _SITE)]
    templates += [f"locales/{tag}{_WORDS}" for tag in languages.available()]
    if diagnostics := list(_find_escaping_links(folder, display_path)):
        raise CodegenError(*diagnostics)
    for name in _list_files(folder):
        span = Span(path=f"{display_path.rstrip('/')}/{name}")
        if name not in templates:
            message = f"{name} does not replace any template"
            near = _find_near_templates(name, templates)
            if near:
                hint = f"did you mean {', '.join(near)}?"
            else:
                hint = f"the templates are {', '.join(templates)}"
            diagnostics += failure(
                "template-unknown",
                message,
                span,
                hint,
                arguments=(name,),
                near=near,
                choices=() if near else tuple(templates),
            ).diagnostics
            continue
        try:
            read_bytes(folder / name, MAX_TEMPLATE)
        except OSError as error:
            if error.errno == errno.EFBIG:
                rule = "template-too-large"
            else:
                rule = "template-unreadable"
            message = f"{name} cannot be read: {error.strerror or error}"
            diagnostics += failure(
                rule, message, span, "write the template at this path, or remove it"
            ).diagnostics
    if diagnostics:
        raise CodegenError(*diagnostics)


def _find_near_templates(name: str, templates: list[str]) -> tuple[str, ...]:
    """Return the templates with a similar path, else those with the same file name."""
    similar = find_similar(name, templates, 3)
    if similar:
        return tuple(similar)
    file_name = name.rpartition("/")[2]
    return tuple(path for path in templates if path.rpartition("/")[2] == file_name)


def _find_escaping_links(folder: Path, display_path: str) -> Iterator[Finding]:
    """Find links out of the folder of templates, whose targets would be copied into pages."""
    inside = folder.resolve()
    for file in sorted(folder.rglob("*")):
        if file.is_symlink() and file.exists() and not file.resolve().is_relative_to(inside):
            name = file.relative_to(folder).as_posix()
            message = f"{name} is a link that leads out of the folder of templates"
            span = Span(path=f"{display_path.rstrip('/')}/{name}")
            yield from failure(
                "template-outside",
                message,
                span,
                "put a copy of the file there",
                arguments=(name,),
            ).diagnostics


def _list_files(folder: Path) -> Iterator[str]:
    """Yield the files of a folder, by their names below it."""
    for file in sorted(folder.rglob("*")):
        if not file.is_dir() and not file.name.startswith("."):
            yield file.relative_to(folder).as_posix()
