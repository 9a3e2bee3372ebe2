"""The run time of validators, which is copied into generated packages and used by `codegen
validate`.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from types import FunctionType

import pytest

from codegen.core.locales import ENGLISH, SHIPPED
from codegen.kube import checkers, errors, primitives
from codegen.outputs.python import OUTPUTS, runtime, runtime_modules
from codegen.outputs.python.runtime import explain, messages
from support.formatters import find_reformatted

WORDS = SHIPPED.get(ENGLISH).validation


def test_languages_match_generated_module() -> None:
    assert (messages.LOCALES, messages.MESSAGES) == ((), {})
    with pytest.raises(ValueError, match="locale must be one of"):
        explain.explain(primitives.STRING, 1, "Strict", "en")


FILES = sorted(Path(runtime.__path__[0]).glob("*.py"))
VALUES = ("duration", "quantity", "pydantic_duration", "pydantic_quantity")
COPIED = sorted(
    runtime_modules.add_imports(
        {"__init__", "kinds", *VALUES}.union(
            *((*each.runtime, each.base or "errors") for each in OUTPUTS)
        )
    )
)
LIBRARIES = dict.fromkeys(("pydantic_base", "pydantic_duration", "pydantic_quantity"), "pydantic")
LIBRARIES["msgspec_base"] = "msgspec"


@pytest.mark.parametrize("module", COPIED)
def test_run_time_imports_standard_library_only(module: str) -> None:
    library = LIBRARIES.get(module)
    for node in ast.walk(ast.parse(runtime_modules.read_module(module))):
        if isinstance(node, ast.ImportFrom) and node.level:
            assert node.level == 1
            assert node.module in COPIED
        elif isinstance(node, ast.ImportFrom):
            assert node.module
            assert node.module.partition(".")[0] in {*sys.stdlib_module_names, library}
        elif isinstance(node, ast.Import):
            assert all(name.name in sys.stdlib_module_names for name in node.names)


@pytest.mark.slow
def test_formatters_do_not_change_the_run_time(tmp_path: Path) -> None:
    texts = {f"{module}.py": runtime_modules.read_module(module) for module in COPIED}
    assert find_reformatted(texts, tmp_path) == []


@pytest.mark.parametrize("module", COPIED)
def test_run_time_does_not_name_codegen(module: str) -> None:
    assert "codegen" not in runtime_modules.read_module(module)


def test_every_module_is_copied_and_its_public_names_are_known() -> None:
    assert {file.stem for file in FILES} <= set(COPIED)
    for module in (errors, primitives, checkers, explain, messages):
        code = [name for name in vars(module).values() if isinstance(name, type | FunctionType)]
        own = {
            member.__name__
            for member in code
            if member.__module__ == module.__name__ and member.__name__[0] != "_"
        }
        constants = {name for name in vars(module) if name.isupper() and name[0] != "_"}
        here = runtime_modules.public_names(module.__name__.rpartition(".")[2])
        assert own <= here
        assert here <= own | constants | {
            "PathNode",
            "Errors",
            "FieldValidation",
            "RawError",
            "Inside",
        }


def test_every_message_of_language_is_used() -> None:
    trees = [ast.parse(runtime_modules.read_module(module)) for module in COPIED]
    strings = {
        node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)
    }
    assert set(WORDS) - strings == set()
