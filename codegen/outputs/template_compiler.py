"""Writes the templates that ship as Python, so that no run of theirs needs Jinja.

A template that was edited since is rendered by Jinja until this runs again; a test sees that it did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
from jinja2 import runtime as jinja_runtime

from codegen.core import resources
from codegen.outputs import compiled, registry, template_runtime
from codegen.outputs.jinja import environment

FILTERS = ("comment", "literal")  # that outputs give their templates

_HEAD = """\
# Compiled by Jinja {version} from templates/{source}; `make update` writes it again.
from codegen.outputs.template_runtime import {names}

SOURCE = "{fingerprint}"


def root_of(environment):
"""


class BeyondRuntime(Exception):  # noqa: N818 - a fault of the template
    """A template needs what `template_runtime` does not have."""


def sources() -> Iterator[tuple[str, str]]:
    """The templates of all outputs of this project: the folder, and the name below it."""
    for folder in sorted(registry.built_in()):
        home = resources.templates() / folder
        for file in sorted(home.rglob("*")):
            if file.is_file() and not file.name.startswith("."):
                yield folder, file.relative_to(home).as_posix()


def module(folder: str, name: str) -> str:
    """The Python of a template. Raises `BeyondRuntime`."""
    home = resources.templates() / folder
    source = (home / name).read_bytes()
    filters = {**template_runtime.FILTERS, **dict.fromkeys(FILTERS, _of_target)}
    jinja = environment([home], filters, jinja2.Environment)
    jinja.tests.update(template_runtime.TESTS)
    code = jinja.compile(source.decode(), name, name, raw=True)
    body, _, end = code[code.index("def root(") :].partition("\nblocks = ")
    needed = [word for word in jinja_runtime.exported if re.search(rf"\b{word}\b", body)]
    lacking = [word for word in needed if not hasattr(template_runtime, word)] + list(_lacking(body))
    if not end.startswith("{}"):
        lacking.append("blocks")
    if lacking:
        raise BeyondRuntime(f"{folder}/{name} needs {', '.join(lacking)}")
    lines = [f"    {line}".rstrip() for line in body.rstrip().split("\n")]
    head = _HEAD.format(
        version=jinja2.__version__,
        source=f"{folder}/{name}",
        names=", ".join(sorted(needed)),
        fingerprint=resources.fingerprint(source),
    )
    return head + "\n".join([*lines, "    return root", ""])


def _of_target(*_: object) -> str:
    """A filter that only a run knows: it fails where Jinja tries to have its value beforehand."""
    raise NotImplementedError


_WORDS = {
    r"environment\.filters\['(\w+)'\]": {*FILTERS, *template_runtime.FILTERS},
    r"environment\.tests\['(\w+)'\]": {*template_runtime.TESTS},
    r"\benvironment\.(\w+)": {*dir(template_runtime.CompiledTemplates), "filters"},
    r"\bcontext\.(\w+)": {*dir(template_runtime.Context), *template_runtime.Context.__annotations__},
    r"\btemplate\.(\w+)": {*dir(template_runtime.Compiled), *template_runtime.Compiled.__annotations__},
    r"\bget_template\(.*\)\.(\w+)": set(),  # an import
    r"\bl_\d+_loop, '(\w+)'": {*dir(template_runtime.LoopContext)},
    r"\bMacro\(.*, (True), ": set(),  # one that takes a block, or any arguments
}


def _lacking(code: str) -> Iterator[str]:
    """What compiled code asks of Jinja's objects that those of the run time do not have."""
    for expression, known in _WORDS.items():
        for found in re.finditer(expression, code):
            if found[1] not in known:
                yield found[0]


def write() -> None:
    """Write all of them, and remove those of templates that are no more."""
    folder = Path(compiled.__path__[0])
    found = list(sources())
    texts = {f"{template_runtime.module_name(*each)}.py": module(*each) for each in found}
    if len(texts) < len(found):
        raise BeyondRuntime("two templates have one name but for the marks in it")
    for file in folder.glob("*.py"):
        if file.name not in texts and file.name != "__init__.py":
            file.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
