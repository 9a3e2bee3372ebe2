"""The modules of the run time as one text, which generated validators have inside."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from codegen.core.patterns import lazy_pattern
from codegen.outputs.python import runtime
from codegen.outputs.python.source import DEFINITIONS, RUNTIME

_MODULES = ("errors", "checkers", "predicates", "explain")  # each behind those that it imports
_IMPORT = lazy_pattern(
    r"^(?:import (?P<plain>[\w.]+)|from (?P<module>[\w.]+) import (?P<names>\([^)]*\)|[^\n]+))$", re.MULTILINE
)
_NAME = lazy_pattern(r"\w+")


@cache
def runtime_text() -> str:
    """The imports of the modules, then what is below them, between the marks of the part that all generated modules share.

    What stands in them behind the mark of definitions is of each generated module itself.
    """
    imports: dict[str, set[str]] = {}
    bodies = [_body(Path(runtime.__path__[0], f"{name}.py"), imports) for name in _MODULES]
    lines = [
        _import(module, names) for module, names in sorted(imports.items(), key=lambda item: (bool(item[1]), item[0]))
    ]
    shared = "\n\n\n".join(bodies).partition(f"\n{DEFINITIONS}\n")[0].rstrip("\n")
    return "\n".join([*lines, "", RUNTIME, "", f"{shared}\n\n\n{DEFINITIONS}"])


def _body(file: Path, imports: dict[str, set[str]]) -> str:
    """What stands below the imports of a module; those of the standard library are added to `imports`.

    The modules are ours and laid out by the formatter, so that a pattern finds their imports; a parser would take ten times as long.
    """
    text = file.read_text(encoding="utf-8")
    end = 0
    for statement in _IMPORT.finditer(text):
        if statement["plain"]:
            imports.setdefault(statement["plain"], set())
        elif not statement["module"].startswith(runtime.__name__):
            imports.setdefault(statement["module"], set()).update(_NAME.findall(statement["names"]))
        end = statement.end()
    return text[end:].strip("\n")


def _import(module: str, names: set[str]) -> str:
    return f"from {module} import {', '.join(sorted(names))}" if names else f"import {module}"
