"""The allow lists for generated Python contain exactly what templates and installed libraries use."""

from __future__ import annotations

import ast
import builtins
import importlib
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.core.diagnostics import CodegenError
from codegen.core.generated_files import GeneratedFile
from codegen.model import Array, Keyword, Map, Ref, Reference, Scalar, field_id
from codegen.outputs.python import OUTPUTS, reserved_names, source
from codegen.outputs.python.styles import _OF_PYDANTIC
from gardens.parts import PACKAGE, STRING, field
from gardens.python import HOSTILE, definition, emit_outputs, garden, importing, reference, write
from support.budget import example_settings
from support.formatters import find_reformatted


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> tuple[ast.Module, ...]:
    """Parse modules of all outputs with all kinds of definitions."""
    folder = tmp_path_factory.mktemp("garden")
    few = Keyword(name="minProperties", value="1")
    short = Keyword(name="maxLength", value="3")
    rule = Keyword(name="x-kubernetes-validations", value='[{"rule": "true"}]')
    holes = field(
        "holes",
        Array(items=Scalar(type="integer")),
        keywords=(Keyword(name="nullable", value="true", inside="[]"),),
    )
    below = field("below", Scalar(type="integer"), keywords=(Keyword(name="minimum", value="-1"),))
    odd = definition(
        "Odd", field("not-a-name", keywords=(short,)), holes, below, keywords=(few, rule)
    )
    known = garden()
    source = Reference(definitions={**known.definitions, odd.key: odd}, operations=known.operations)
    raw = write(source, folder, targets=tuple(output.name for output in OUTPUTS))
    assert {Path(path).stem for path in raw} >= {output.module for output in OUTPUTS}
    return tuple(ast.parse(text) for text in raw.values())


def nodes(trees: tuple[ast.Module, ...]) -> list[ast.AST]:
    return [node for tree in trees for node in ast.walk(tree)]


def test_builtins_match_templates(trees: tuple[ast.Module, ...]) -> None:
    used = {node.id for node in nodes(trees) if isinstance(node, ast.Name)} & {
        name for name in dir(builtins) if name[0] != "_"
    }
    assert set(dir(builtins)) >= source.BUILTINS | source.FORBIDDEN
    assert not source.BUILTINS & source.FORBIDDEN
    assert used <= source.BUILTINS
    assert source.BUILTINS - used == set()


def test_imported_modules_match_templates(trees: tuple[ast.Module, ...]) -> None:
    imported = {node.module for node in nodes(trees) if isinstance(node, ast.ImportFrom)}
    imported |= {
        name.name for node in nodes(trees) if isinstance(node, ast.Import) for name in node.names
    }
    assert source.MODULES - imported == set()
    libraries = {library for output in OUTPUTS for library in output.libraries}
    assert {
        name.partition(".")[0] for name in source.MODULES - libraries
    } <= sys.stdlib_module_names
    for library in libraries:
        importlib.import_module(library)


def test_ast_nodes_match_templates(trees: tuple[ast.Module, ...]) -> None:
    written = tuple({type(node) for node in nodes(trees)})
    assert [
        kind for kind in source._ALLOWED if not any(issubclass(each, kind) for each in written)
    ] == []


def test_dunder_names_and_import_time_calls_match_templates(trees: tuple[ast.Module, ...]) -> None:
    every = nodes(trees)
    called = {source._called_name(node) for node in every if isinstance(node, ast.Call)}
    assert source._AT_IMPORT - called == set()
    named = {node.attr for node in every if isinstance(node, ast.Attribute)}
    named |= {node.id for node in every if isinstance(node, ast.Name)}
    named |= {node.name for node in every if isinstance(node, ast.FunctionDef)}
    assert source._DUNDERS - named == set()


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "from os import system",
        "from ...elsewhere import name",
        "from .a.b.c.d import name",
        "b = print",
        "b = dict()",
        "b = field(default=a.run())",
        "b = lambda: eval",
        "def eval(): return eval",
        "b = a.__class__",
        "b = __builtins__",
        "__b = 1",
        "def __b(): return 1",
        "class __B: c = 1",
        "def a(): return 1",
        "int = 1",
        "async def b(): return 1",
        "b = [c for c in a]",
        "del a",
        *(
            "from json import *; b()",
            "b = open('f')",
            "b = [].append(1)",
            "b = lambda: __import__('os')",
        ),
        *(
            "def b(): eval('1')",
            "def b(c): return getattr(c, 'd')",
            "def b(c=open('x')): return c",
            "with a: pass",
        ),
        *(
            "def b(): global c",
            "class B(metaclass=print): c = 1",
            "class B: __del__ = 1",
            "class B: exec('1')",
        ),
        *(
            "@open\ndef b(): return 1",
            "class a: b = 1",
            "a: int = 2",
            "from .a import models as a",
            "class dict: b = 1",
        ),
    ],
)
def test_code_not_in_templates_is_refused(text: str) -> None:
    with pytest.raises(CodegenError) as caught:
        source.check(f"a = 1\n{text}\n", "models.py")
    (found,) = caught.value.diagnostics
    assert (found.rule, found.span.path, found.span.line) == (
        "generated-code-refused",
        "models.py",
        2,
    )


@pytest.mark.parametrize("text", ["a = (", "a = 1\0", "(" * 10_000])
def test_text_that_is_not_python_is_refused(text: str) -> None:
    with pytest.raises(CodegenError, match=r"models\.py.*generated-code-invalid"):
        source.check(text, "models.py")


WORDS = st.text(
    alphabet=st.sampled_from([*"ab \"'\\\n\t{}()[],#.", "字", "é", "\u0301", "\u200b"]),
    max_size=300,
)
LONG_NAMES = st.text(alphabet="abAB_-.$19字", min_size=1, max_size=90)
TYPES: tuple[Any, ...] = (
    STRING,
    Scalar(type="integer", format="int64"),
    Scalar(type="string", enum=("a", "b" * 90)),
    Map(values=Array(items=Ref(key=f"{PACKAGE}.Bed"))),
    Array(items=Ref(key=f"{PACKAGE}.Bed")),
)


def assert_formatters_change_nothing(source_: Reference, folder: Path) -> None:
    files = emit_outputs(source_, tuple(output.name for output in OUTPUTS))
    finished = [source.finish_file(file) for file in files if not file.finished]
    assert find_reformatted({file.path: file.text for file in finished}, folder) == []


@pytest.mark.parametrize("size", [20, 39, 40, 41, 60])
def test_wide_characters_count_twice(size: int, tmp_path: Path) -> None:
    plot = definition("Plot", field("name"), field("soil", required=True))
    prose = dict.fromkeys((f"{plot.key}#name", f"{plot.key}#soil"), "字" * size)
    assert_formatters_change_nothing(reference(plot, prose=prose), tmp_path)


@pytest.mark.slow
@example_settings(60)
@given(
    st.dictionaries(
        LONG_NAMES,
        st.tuples(st.sampled_from(TYPES), st.booleans(), WORDS | st.sampled_from(HOSTILE)),
        min_size=1,
        max_size=3,
    ),
    WORDS,
)
def test_formatters_do_not_change_any_names_and_texts(
    fields: dict[str, tuple[Any, bool, str]], about: str
) -> None:
    plot = definition(
        "Plot", *(field(name, kind, required=needed) for name, (kind, needed, _) in fields.items())
    )
    prose = {
        plot.key: about,
        **{field_id(plot.key, name): text for name, (_, _, text) in fields.items()},
    }
    with TemporaryDirectory() as folder:
        bed = definition("Bed", field("name"))
        assert_formatters_change_nothing(reference(plot, bed, prose=prose), Path(folder))


@cache
def attributes_of_models() -> frozenset[str]:
    """Return attributes of the class and its metaclass, since pydantic warns about fields that
    shadow either.
    """
    both = {*dir(pydantic.BaseModel), *dir(type(pydantic.BaseModel))}
    return frozenset(name for name in both if not name.startswith("_"))


def test_fields_do_not_shadow_pydantic_attributes() -> None:
    assert attributes_of_models() <= _OF_PYDANTIC | reserved_names.reserved_class_names()
    assert _OF_PYDANTIC - attributes_of_models() == set()


@pytest.mark.parametrize(
    ("target", "base"),
    [("dataclasses", "Model"), ("pydantic", "Model"), ("msgspec", "StructModel")],
)
def test_fields_named_like_base_attributes_round_trip(
    tmp_path: Path, target: str, base: str
) -> None:
    (output,) = (each for each in OUTPUTS if each.name == target)
    runtime = importlib.import_module(f"codegen.outputs.python.runtime.{output.base}")
    names = {
        name for name in dir(getattr(runtime, base)) if name[0] != "_"
    } | attributes_of_models()
    write(
        reference(definition("Plot", *(field(name) for name in sorted(names)))),
        tmp_path,
        targets=(target,),
    )
    data = {name: name for name in names}
    with importing(tmp_path) as importer:
        plot = importer.module(f"garden_v1.{output.module}").Plot.from_dict({**data, "build": 1})
        assert plot.to_dict() == {**data, "build": 1}


@pytest.mark.parametrize("text", ["import os\n", "x = (\n"])
def test_refused_code_names_user_template(text: str) -> None:
    with pytest.raises(CodegenError) as from_template:
        source.finish_file(GeneratedFile(path="a_v1/models.py", text=text))
    with pytest.raises(CodegenError) as own:
        source.finish_file(
            GeneratedFile(path="a_v1/models.py", text=text, template="mine/models.py.j2")
        )
    (fault,), (own_fault,) = from_template.value.diagnostics, own.value.diagnostics
    assert (fault.span.path, own_fault.span.path) == ("a_v1/models.py", "mine/models.py.j2")
    assert fault.rule == own_fault.rule
    assert "report it" in fault.hint
    assert "report it" not in own_fault.hint
    assert own_fault.message.endswith(f"a_v1/models.py:{fault.span.line}: {fault.message}")
