"""The names that generated modules have before any definition: no class, function, alias or package may be called so.

They are read from the source of the templates and of the run time, so a name that is added there is known here. All words of
their code count, also those of attributes: to tell them apart takes ten times as long, and no definition misses them.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain

from codegen.core import resources
from codegen.outputs.python import OUTPUTS, runtime_modules, source

PREFIXES = ("check_", "validate_")  # before the name of a definition in validators
# A comment of Jinja says nothing about names; of a statement or an expression, its strings are code, the rest is values.
_OF_JINJA = re.compile(r"\{[%#{].*?[%#}]\}", re.DOTALL)
_STRING = re.compile(r'"([^"]*)"')
_WORD = re.compile(r'"""[\s\S]*?"""|[fr]?"(?:[^"\\]|\\.)*"|#.*|\b([^\W\d]\w*)')  # nothing of strings and comments


def _template_names(folder: str) -> frozenset[str]:
    """The names in the code of all modules that a folder of templates makes."""
    names: set[str] = set()
    for file in (resources.templates() / folder).glob("*.py.j2"):
        text = _OF_JINJA.sub(lambda found: " ".join(_STRING.findall(found[0])), file.read_text(encoding="utf-8"))
        names.update(_WORD.findall(text))
    return frozenset(names) - {""}


@cache
def reserved_validator_names() -> frozenset[str]:
    """What no checker and no validator may be called."""
    outputs = [output for output in OUTPUTS if not output.classes]
    modules = {
        module
        for output in outputs
        for module in (
            *output.runtime,
            *output.constraints,
            *output.rules,
            *chain.from_iterable(output.formats.values()),
        )
    }
    imported = map(runtime_modules.public_names, runtime_modules.add_imports(sorted(modules)))
    return frozenset().union(*imported, *(_template_names(output.name) for output in outputs))


@cache
def reserved_class_names() -> frozenset[str]:
    """What no class or alias may be called in any output, and the builtins that generated code may use."""
    return source.BUILTINS.union(
        source.FORBIDDEN, *(_template_names(output.name) for output in OUTPUTS if output.classes)
    )


@cache
def reserved_package_names() -> frozenset[str]:
    """What no package may be called: its name stands in the modules of those that import it."""
    return reserved_class_names() | reserved_validator_names()
