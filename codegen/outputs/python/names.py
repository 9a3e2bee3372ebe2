"""The names that generated modules have before any definition: no class, function, alias or package may be called so.

They are read from the source of the templates, so a name that is added there is known here. All words of their code count, also those of
attributes: to tell them apart takes ten times as long, and no definition misses them.
"""

from __future__ import annotations

import re
from functools import cache

from codegen.core import resources
from codegen.core.patterns import lazy_pattern
from codegen.outputs.python import OUTPUTS, PythonOutput, source
from codegen.outputs.python.bundle import runtime_text

# A statement or comment of Jinja says nothing about names; of an expression, its strings are code, the rest is values.
_STATEMENT = lazy_pattern(r"\{[%#].*?[%#]\}", re.DOTALL)
_EXPRESSION = lazy_pattern(r"\{\{.*?\}\}", re.DOTALL)
_STRING = lazy_pattern(r'"([^"]*)"')
_WORD = lazy_pattern(r'"""[\s\S]*?"""|[fr]?"(?:[^"\\]|\\.)*"|#.*|\b([^\W\d]\w*)')  # nothing of strings and comments


def _of_output(output: PythonOutput) -> frozenset[str]:
    """The names in the code of the module of an output."""
    file = resources.templates() / output.name / f"{output.module}.py.j2"
    text = _STATEMENT.sub("", file.read_text(encoding="utf-8"))
    text = _EXPRESSION.sub(lambda found: " ".join(_STRING.findall(found[0])), text)
    return frozenset(_WORD.findall(text)) - {""}


@cache
def of_validators() -> frozenset[str]:
    """What no predicate may be called."""
    words = frozenset(_WORD.findall(runtime_text())) - {""}
    return words.union(*(_of_output(output) for output in OUTPUTS if not output.classes))


@cache
def of_classes() -> frozenset[str]:
    """What no class or alias may be called in any output, and the builtins that generated code may use."""
    return source.BUILTINS.union(source.FORBIDDEN, *(_of_output(output) for output in OUTPUTS if output.classes))


@cache
def of_all() -> frozenset[str]:
    """What no package may be called: its name stands in the modules of those that import it."""
    return of_classes() | of_validators()
