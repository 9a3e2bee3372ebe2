"""The last step of generated modules, and names that their libraries take."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.core.diagnostics import CodegenError
from codegen.model import Array, Map, Ref, Reference, Scalar, field_id
from codegen.outputs.python import OUTPUTS, reserved_names
from codegen.outputs.python.finish import rendered_file
from codegen.outputs.python.module_names import ModuleRules
from codegen.outputs.python.styles import _OF_PYDANTIC
from gardens.parts import PACKAGE, STRING, field
from gardens.python import (
    HOSTILE,
    definition,
    emit_outputs,
    finish_file,
    importing,
    reference,
    write,
)
from support.budget import example_settings
from support.formatters import find_reformatted

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
    finished = [finish_file(file) for file in files if file.finish is not None]
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
    """Return attributes of the class and its metaclass, since pydantic warns about fields that shadow either."""
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
    rules = ModuleRules(imports=frozenset())
    problems = []
    for template in ("", "mine/models.py.j2"):
        with pytest.raises(CodegenError) as caught:
            finish_file(rendered_file("a_v1/models.py", text, rules, template))
        (problem,) = caught.value.diagnostics
        problems.append(problem)
    of_bundled, of_project = problems
    assert (of_bundled.span.path, of_project.span.path) == ("a_v1/models.py", "mine/models.py.j2")
    assert of_bundled.rule == of_project.rule
    assert "report it" in of_bundled.hint
    assert "report it" not in of_project.hint
    assert of_project.message.endswith(
        f"a_v1/models.py:{of_bundled.span.line}: {of_bundled.message}"
    )
