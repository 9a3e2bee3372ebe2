"""Names in generated modules that no class, function, alias or package may have.

They are read from the source of the templates and the run time. All words of code count, including
attributes, which is faster than a distinction and affects no definition.
"""

from __future__ import annotations

import re
from functools import cache

from codegen.core import resources
from codegen.outputs.python import OUTPUTS, module_names, runtime_modules

# Readers and type checkers would take such a class for the builtin.
_ALSO_BUILTINS = frozenset(
    (
        "exec",
        "eval",
        "compile",
        "open",
        "getattr",
        "setattr",
        "delattr",
        "globals",
        "locals",
        "vars",
        "input",
        "breakpoint",
        "memoryview",
    )
)
PREFIXES = ("check_", "validate_")  # prefixes of function names in validators
# Jinja tags. Strings in statements and expressions are code, all else has no names.
_OF_JINJA = re.compile(r"\{[%#{].*?[%#}]\}", re.DOTALL)
_STRING = re.compile(r'"([^"]*)"')
# The group matches the words outside of strings and comments.
_WORD = re.compile(r'"""[\s\S]*?"""|[fr]?"(?:[^"\\]|\\.)*"|#.*|\b([^\W\d]\w*)')


def _template_names(folder: str) -> frozenset[str]:
    """Return the names in the code of all templates of a folder."""
    names: set[str] = set()
    for file in (resources.templates() / folder).glob("*.py.j2"):
        text = _OF_JINJA.sub(
            lambda match: " ".join(_STRING.findall(match[0])), file.read_text(encoding="utf-8")
        )
        names.update(_WORD.findall(text))
    return frozenset(names) - {""}


@cache
def reserved_validator_names() -> frozenset[str]:
    """Return the names that validators reserve."""
    outputs = [output for output in OUTPUTS if not output.classes]
    modules = {module for output in outputs for module in output.runtime}
    imported = map(runtime_modules.public_names, runtime_modules.add_imports(sorted(modules)))
    return frozenset(("Final",)).union(
        *imported, *(_template_names(output.name) for output in outputs)
    )


@cache
def reserved_class_names() -> frozenset[str]:
    """Return the names that modules with classes reserve, and the builtins of generated code."""
    templates = (_template_names(output.name) for output in OUTPUTS if output.classes)
    names = (output.names for output in OUTPUTS)
    return module_names.RESERVED.union(_ALSO_BUILTINS, ("annotations",), *names, *templates)


@cache
def reserved_package_names() -> frozenset[str]:
    """Return the names that packages must not have, since importing modules contain them."""
    return reserved_class_names() | reserved_validator_names()
