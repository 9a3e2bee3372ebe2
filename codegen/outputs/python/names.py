"""The names that generated modules have before any definition: no class, function, alias or package may be called so.

They are read from the templates, made into modules without a definition; so a name that is added there is known here. All words
of their code count, also those of attributes: to tell them apart takes ten times as long, and no definition misses them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from codegen.core.escaping import python as escape
from codegen.outputs.python import source
from codegen.outputs.render import Renderer

CLASSES = ("dataclasses/models", "pydantic/pydantic_models", "msgspec/structs", "typeddict/typed_dicts")
VALIDATORS = "validators/validators"
# What the templates are given, with nothing in it and all that stands there on some condition only.
_EMPTY: Mapping[str, object] = {
    "runtime_mark": source.RUNTIME,
    "definitions_mark": source.DEFINITIONS,
    "notice": "",
    "docstring": "",
    "literal": True,
    "choices": True,
    "extra": "None",
    "strict": "None",
    "locales": "",
    "messages": {},
    **dict.fromkeys(("classes", "imports", "late_imports", "checks", "enums", "predicates", "tables"), ()),
}
_WORD = re.compile(r'"""[\s\S]*?"""|[fr]?"(?:[^"\\]|\\.)*"|#.*|\b([^\W\d]\w*)')  # nothing of strings and comments


@cache
def of_module(template: str) -> frozenset[str]:
    """The names in the code of a module of this template `FOLDER/MODULE`."""
    folder, _, module = template.partition("/")
    renderer = Renderer(folder, {"comment": escape.comment, "literal": escape.literal})
    return frozenset(_WORD.findall(renderer.render(f"{module}.py.j2", **_EMPTY))) - {""}


@cache
def of_classes() -> frozenset[str]:
    """What no class or alias may be called in any target, and the builtins that generated code may use."""
    return source.BUILTINS.union(source.FORBIDDEN, *map(of_module, CLASSES))


@cache
def of_all() -> frozenset[str]:
    """What no package may be called: its name stands in the modules of those that import it."""
    return of_classes() | of_module(VALIDATORS)
