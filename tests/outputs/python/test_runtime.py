"""The run time of validators as it stands in the package: the modules that generated code carries and `codegen validate` uses."""

from __future__ import annotations

import ast
import math
import sys
from itertools import chain
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.core.locales import ENGLISH, SHIPPED
from codegen.kube import checkers, duration_checker, errors, primitives, quantity_checker
from codegen.kube.scalars import CHECKERS, checker_name
from codegen.model import Scalar, kubernetes
from codegen.outputs.python import OUTPUTS, runtime, shared
from codegen.outputs.python.runtime import explain, messages
from codegen.outputs.python.source import as_black

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
WORDS = SHIPPED.get(ENGLISH).validation
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, math.nan, math.inf, "", "a", "10", b"a", (), set()),
    *("2024-02-29T23:59:59.5+01:00", "2023-02-29T00:00:00Z", "2024-01-01", "2024-01-01t00:00:00Z"),
    *("500m", "1.5 Gi", "1h30m", "YQ==", "2024-02-29T23:59:59.500000Z", -(2**70), 0.5),
    *([], [1], [math.nan], {}, {"a": [None]}, {1: 2}, {"a": {"b": {3}}}),
    *(edge + step for bounds in kubernetes.INTEGER_BOUNDS.values() for edge in bounds for step in (-1, 0, 1)),
)


def found(checker: primitives.Checker, value: object) -> list[tuple[str, str, str]]:
    errors_found: errors.Errors = []
    checker.find(value, WORDS, errors_found, (set(), [0], {}))
    return [(error.path, error.code, error.message) for error in map(errors.FieldError, errors_found)]


def checker_called(name: str) -> Any:
    modules = (primitives, checkers, duration_checker, quantity_checker)
    return next(getattr(module, name) for module in modules if hasattr(module, name))


def valid(name: str, value: object) -> bool:
    """Whether a checker takes a value; in an object, whose function recognises most values itself, it is the same."""
    checker = checker_called(name)
    answer = not found(checker, value)
    table = checkers.Object()
    table.fields = {"a": checker}
    if value is not None:
        assert [error[1:] for error in found(table, {"a": value})] == [error[1:] for error in found(checker, value)]
    return answer


@pytest.mark.parametrize("name", [*CHECKERS.values(), checker_name("", "")])
def test_a_checker_takes_the_same_by_itself_and_in_an_object(name: str) -> None:
    answers = [valid(name, value) for value in VALUES]
    assert True in answers
    assert False in answers


@given(JSON, st.sampled_from(sorted(CHECKERS.values())))
def test_it_takes_the_same_of_any_values(value: object, name: str) -> None:
    valid(name, value)


@pytest.mark.parametrize("name", kubernetes.INTEGER_BOUNDS)
def test_sizes_of_integers_are_those_of_the_model(name: str) -> None:
    checker = checker_called(CHECKERS["integer", name])
    assert (checker.low, checker.high) == kubernetes.INTEGER_BOUNDS[name]
    edges = (checker.low - 1, checker.low, checker.high, checker.high + 1)
    assert [valid(CHECKERS["integer", name], edge) for edge in edges] == [False, True, True, False]


def test_any_string_is_what_the_model_calls_one() -> None:
    for kind, shape in [*CHECKERS, ("string", "hostname")]:
        scalar = Scalar(type=kind, format=shape)
        assert kubernetes.is_text(scalar) is (checker_name(kind, shape) == "STRING")
    assert not kubernetes.is_text(Scalar(type="string", enum=("a",)))


def test_a_format_without_a_check_is_its_type() -> None:
    assert checker_name("string", "hostname") == "STRING"
    assert checker_name("integer", "uint8") == "INTEGER"
    assert checker_name("new", "") == checker_name("", "") == "ANYTHING"


def test_items_that_stand_twice() -> None:
    plain = checkers.List(checkers.ANYTHING, ())
    assert [path for path, _, _ in found(plain, [1, "1", 1, True, 1.0, True, {}, {}])] == ["[2]", "[5]"]
    keyed = checkers.List(checkers.ANYTHING, ("a", "b"))
    items = [{"a": 1}, {"a": 1, "b": None}, {"a": 1, "b": 2}, "x", "x", {"a": []}, {"a": []}]
    assert found(keyed, items) == [("[1]", "FieldValueDuplicate", "Duplicate value")]


def test_optional_fields_may_be_null_and_required_ones_may_not() -> None:
    table = checkers.Object("a")
    table.fields = {"a": primitives.STRING, "b": primitives.INT32}
    assert found(table, {"a": "x", "b": None}) == []
    assert found(table, {"a": None, "b": 2**31, "c": 1}) == [
        ("a", "FieldValueRequired", "Required value"),
        ("b", "FieldValueInvalid", "Invalid value: must be between -2147483648 and 2147483647"),
        ("c", "UnknownField", "unknown field"),
    ]


def test_places() -> None:
    steps = errors.steps_to((((WORDS, "a/b"), 1), ("x~y",)))
    assert steps == ("a/b", 1, ("x~y",))
    assert errors.field_path(steps) == "a/b[1][x~y]"
    assert errors.json_pointer(steps) == "/a~1b/1/x~0y"
    assert errors.field_path([(2**64,), (b"x",), (None,)]) == "[<int>][<bytes>][None]"


def test_languages_are_those_of_a_generated_module() -> None:
    assert (messages.LOCALES, messages.MESSAGES) == ((), {})
    with pytest.raises(ValueError, match="locale must be one of"):
        explain.explain(primitives.STRING, 1, "Strict", "en")


# ------------------------------------------------------------------------------------------------- the text itself


FILES = sorted(Path(runtime.__path__[0]).glob("*.py"))
COPIED = sorted(
    shared.with_imports(
        {"__init__", "kinds"}.union(
            *(
                (*each.runtime, *each.limits, *each.rules, *chain.from_iterable(each.formats.values()))
                for each in OUTPUTS
            )
        )
    )
)
LIBRARIES = {
    **dict.fromkeys(("pydantic_base", "pydantic_duration", "pydantic_quantity"), "pydantic"),
    "msgspec_base": "msgspec",
}


@pytest.mark.parametrize("module", COPIED)
def test_it_needs_the_standard_library_and_its_own_modules_only(module: str) -> None:
    library = LIBRARIES.get(module)
    for node in ast.walk(ast.parse(shared.text_of(module))):
        if isinstance(node, ast.ImportFrom) and node.level:
            assert node.level == 1
            assert node.module in COPIED
        elif isinstance(node, ast.ImportFrom):
            assert node.module
            assert node.module.partition(".")[0] in {*sys.stdlib_module_names, library}
        elif isinstance(node, ast.Import):
            assert all(name.name in sys.stdlib_module_names for name in node.names)


@pytest.mark.parametrize("module", COPIED)
def test_it_is_written_as_black_writes_it(module: str) -> None:
    text = shared.text_of(module)
    assert as_black(text) == text
    assert "codegen" not in text


def test_each_module_goes_into_a_package_by_an_output_and_its_names_are_known() -> None:
    assert {file.stem for file in FILES} <= set(COPIED)
    for module in (errors, primitives, checkers, explain, messages):
        code = [name for name in vars(module).values() if isinstance(name, type | FunctionType)]
        own = {member.__name__ for member in code if member.__module__ == module.__name__ and member.__name__[0] != "_"}
        constants = {name for name in vars(module) if name.isupper() and name[0] != "_"}
        here = shared.names_of(module.__name__.rpartition(".")[2])
        assert own <= here
        assert here <= own | constants | {"At", "Errors", "FieldValidation", "Found", "Inside"}


def test_every_text_of_a_language_is_used() -> None:
    trees = [ast.parse(shared.text_of(module)) for module in COPIED]
    strings = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert set(WORDS) - strings == {"fixed"}  # named where the only value is written
