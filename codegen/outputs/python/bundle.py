"""The modules of the run time as one text, which generated validators have inside."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from codegen.outputs.python import runtime
from codegen.outputs.python.source import DEFINITIONS, RUNTIME

_MODULES = ("errors", "checkers", "predicates", "explain")  # each behind those that it imports


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
    """What stands below the imports of a module; those of the standard library are added to `imports`."""
    text = file.read_text(encoding="utf-8")
    end = 0
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import):
            imports.update((alias.name, set()) for alias in node.names)
        elif not isinstance(node, ast.ImportFrom):
            continue
        elif node.module and not node.module.startswith(runtime.__name__):
            imports.setdefault(node.module, set()).update(alias.name for alias in node.names)
        end = node.end_lineno or 0
    return "\n".join(text.splitlines()[end:]).strip("\n")


def _import(module: str, names: set[str]) -> str:
    return f"from {module} import {', '.join(sorted(names))}" if names else f"import {module}"
