"""Modules of this project that a generated server carries as they are, so that both read a body and word a refusal by the same code.

Only their imports change: in the package they stand beside each other, and the run time of its classes is above them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from codegen.core.escaping import python as escape
from codegen.outputs.files import GeneratedFile, notice
from codegen.outputs.job import Job

_SERVICES = "codegen.outputs.services.runtime"
_CLASSES = "codegen.outputs.python.runtime"
_ROOT = Path(__file__).parents[3]  # as text: to import them takes longer
# What reads YAML, from the module that is called to those that it stands on.
_YAML = (
    *(f"codegen.readers.documents.{name}" for name in ("body", "manifest", "builder", "dialects")),
    *(f"codegen.readers.documents.{name}" for name in ("json_events", "yaml_events")),
    *("codegen.core.source", "codegen.core.opening", "codegen.findings.diagnostics"),
)
MODULES = (
    *(
        f"{_SERVICES}.{name}"
        for name in (
            "bodies",
            "decoding",
            "discovery",
            "handling",
            "json_patch",
            "json_syntax",
            "merge_patch",
            "negotiation",
            "openapi_v2",
            "options",
            "patching",
        )
    ),
    *(
        f"{_SERVICES}.{name}"
        for name in ("protobuf", "reading", "routing", "serving", "statuses", "writing", "yaml_text")
    ),
    *_YAML,
)
_IMPORT = re.compile(r"^(?P<margin> *)from (?P<module>codegen[\w.]*) import ", re.MULTILINE)


def run_time(job: Job, folder: str, above: str) -> Iterator[GeneratedFile]:
    """The modules as files below a folder; `above` leads from there to the run time of the classes."""
    head = f"# {escape.comment(notice(job.origin))}\n"
    docstring = '"""The run time of a generated server."""\n'
    yield GeneratedFile(path=f"{folder}/__init__.py", text=head + docstring, finished=True)
    for module in MODULES:
        yield GeneratedFile(path=f"{folder}/{_name(module)}.py", text=head + text_of(module, above), finished=True)


def text_of(module: str, above: str, modules: tuple[str, ...] = MODULES) -> str:
    """The text of a module, as it stands in a package with the others of `modules`."""
    text = _ROOT.joinpath(*module.split(".")).with_suffix(".py").read_text(encoding="utf-8")
    return _IMPORT.sub(lambda found: f"{found['margin']}from {_place(found['module'], above, modules)} import ", text)


def _place(module: str, above: str, modules: tuple[str, ...]) -> str:
    if module in modules:
        return f".{_name(module)}"
    if module == _CLASSES or module.startswith(f"{_CLASSES}."):
        return above + module.removeprefix(_CLASSES)
    return "."  # a package, of which a module is imported


def _name(module: str) -> str:
    return module.rpartition(".")[2]
