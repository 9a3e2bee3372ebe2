from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import MISSING, fields
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from codegen.model import Array, Definition, GroupVersionKind, Keyword, Operation, Ref, Scalar
from codegen.outputs import registry
from codegen.outputs.job import Job
from codegen.outputs.python.units import Units
from gardens.hostile import NAMES
from gardens.parts import PACKAGE, field
from gardens.python import (
    HOSTILE,
    SHED,
    definition,
    garden,
    importing,
    page,
    reference,
    run_time,
    write,
)
from support.budget import example_settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("garden")
    write(garden(), root)
    return root


@pytest.fixture(scope="module")
def models(folder: Path) -> Iterator[ModuleType]:
    with importing(folder) as importer:  # annotations are resolved in the module lazily
        yield importer.module("garden_v1.models")


def test_classes_are_keyword_only_slotted_and_have_defaults(models: ModuleType) -> None:
    assert not hasattr(models.Bed(name="a"), "__dict__")
    with pytest.raises(TypeError):
        models.Bed("a")
    by_name = {attribute.name: attribute for attribute in fields(models.Plot)}
    assert by_name["api_version"].default == "garden.example.io/v1"
    assert by_name["metadata"].default is None
    assert by_name["spec"].default is MISSING


def test_names_are_kept_both_ways(models: ModuleType) -> None:
    assert models.PlotSpec.ATTRIBUTE_NAMES["restSeconds"] == "rest_seconds"
    assert models.PlotSpec.WIRE_NAMES["rest_seconds"] == "restSeconds"
    assert set(models.PlotSpec.WIRE_NAMES) == {each.name for each in fields(models.PlotSpec)} - {
        "_unknown"
    }
    with pytest.raises(TypeError):
        models.PlotSpec.ATTRIBUTE_NAMES["x"] = "y"


def test_read_only_fields_are_documented(tmp_path: Path) -> None:
    kind = GroupVersionKind(group="garden.example.io", version="v1", kind="Plot")
    grown = replace(field("grown"), keywords=(Keyword(name="readOnly", value="true"),))
    wait, share = (
        field(name, Scalar(type="integer")) for name in ("waitSeconds", "rainPercentage")
    )
    plot = definition("Plot", field("status"), grown, wait, share, field("silent"), gvks=(kind,))
    texts = {
        "grown": "How much - see the wiki",
        "waitSeconds": "After so many seconds.",
        "rainPercentage": "- a\n- b",
    }
    made = reference(plot, prose={f"{plot.key}#{name}": text for name, text in texts.items()})
    path = "/apis/garden.example.io/v1/plots/{name}/status"
    status = Operation(method="PUT", path=path, verb="update", gvk=kind, span=plot.span)
    text = write(replace(made, operations={status.id: status}), tmp_path)["garden_v1/models.py"]
    assert re.findall(r'^    (\w+):.*\n    """(.*)"""$', text, re.MULTILINE) == [
        ("api_version", "Always garden.example.io/v1."),
        ("kind", "Always Plot."),
        ("status", "Written through the subresource status alone."),
        ("grown", "How much - see the wiki. Set by the server."),
        ("wait_seconds", "After so many seconds."),
    ]
    assert '    """- a\n    - b\n\n    In percent.\n    """\n' in text


@example_settings(60)
@given(st.text(max_size=40) | st.sampled_from(HOSTILE), st.text(max_size=40))
def test_text_cannot_end_docstring(first: str, second: str) -> None:
    plot = definition("Plot", field("a"), field("b"))
    prose = {plot.key: second, f"{plot.key}#a": first, f"{plot.key}#b": second}
    job = Job(
        reference=reference(plot, prose=prose), locales=("en",), options={}, origin="garden.json"
    )
    (text,) = (
        each.text
        for each in registry.bundled_outputs()["dataclasses"].emit(job)
        if each.path.endswith("models.py")
    )
    (made,) = (each for each in ast.parse(text).body if isinstance(each, ast.ClassDef))
    kinds = [type(each) for each in made.body]
    assert [kind for kind in kinds if kind is not ast.Expr] == [ast.AnnAssign, ast.AnnAssign]
    assert all(
        isinstance(each.value, ast.Constant) for each in made.body if isinstance(each, ast.Expr)
    )


ODD_FIELDS: dict[str, Any] = {
    "owners": [1],
    "restSeconds": 2**63,
    "rows": True,
    "slope": float("inf"),
    "fenced": 1,
    "gate": 1.5,
    "soil": "mud",
    "labels": {"a": 1},
    "notes": [],
    "beds": [{}],
    "picture": "YQ",
    "weight": "3 kg",
    "rest": 1,
    "sensedAt": "x",
    "plantedAt": 1,
    "grid": {},
    "stocks": {"a": []},
    "ownerz": 1,
    "bedsByName": {"x": {"name": 1, "inner": None}},
}


def test_reading_gives_errors_of_validators(folder: Path) -> None:
    data = {"kind": "Pot", "spec": ODD_FIELDS, "new": 1}
    with importing(folder) as importer:
        found = importer.module("garden_v1.validators").validate_plot(data)
        with pytest.raises(ValueError, match="kind") as caught:
            importer.module("garden_v1.models").Plot.from_dict(data, field_validation="Strict")
    assert dict(caught.value.problems) == {each.path: each.message for each in found}  # type: ignore[attr-defined]
    assert len(found) == len(ODD_FIELDS) + 2


@pytest.mark.parametrize(
    "text", ["2024-01-01T02:00:00+02:00", "2024-01-01T0:00:00,0Z", "2024-01-02T00:00:00+24:00"]
)
def test_server_time_formats_are_read_and_normalized(models: ModuleType, text: str) -> None:
    spec = models.PlotSpec.from_dict({"owners": [], "plantedAt": text})
    assert spec.to_dict()["plantedAt"] == "2024-01-01T00:00:00Z"


def test_times_are_written_in_utc_and_never_naive(models: ModuleType) -> None:
    spec = models.PlotSpec(owners=[])
    spec.planted_at = spec.sensed_at = datetime(2024, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    assert spec.to_dict() == {
        "owners": [],
        "plantedAt": "2024-01-01T00:00:00Z",
        "sensedAt": "2024-01-01T00:00:00.000000Z",
    }
    spec.planted_at = datetime(2024, 1, 1)
    with pytest.raises(ValueError, match=r"plantedAt: Invalid value: must be .* with an offset"):
        spec.to_dict()


def test_required_values_that_are_none_are_not_written(tmp_path: Path) -> None:
    write(garden(), tmp_path, targets=("dataclasses", "msgspec"))
    with importing(tmp_path) as importer:
        for module in ("models", "structs"):  # pydantic refuses to set it
            classes = importer.module(f"garden_v1.{module}")
            spec = classes.PlotSpec(owners=[])
            spec.owners = None
            with pytest.raises(ValueError, match="owners: Required value"):
                spec.to_dict()


@pytest.mark.parametrize("text", ["{", '{"spec": NaN}', "[" * 100_000, b"\xff", "1" * 5000])
def test_invalid_json_raises_model_error(models: ModuleType, text: str | bytes) -> None:
    with pytest.raises(run_time(models).ModelError):
        models.Plot.from_json(text)


def test_depth_and_cycles_are_errors(models: ModuleType) -> None:
    bed: dict[str, Any] = {"name": "end"}
    for _ in range(10_000):
        bed = {"name": "n", "inner": [bed]}
    with pytest.raises(run_time(models).ModelError, match=r"^Invalid value: nested too deeply$"):
        models.Bed.from_dict(bed)
    round_and_round: dict[str, Any] = {"name": "n"}
    round_and_round["inner"] = [round_and_round]
    with pytest.raises(run_time(models).ModelError, match=r"^Invalid value: nested too deeply$"):
        models.Bed.from_dict(round_and_round)


TEXT = st.text(max_size=5)
MOMENTS = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")
)
MICRO_MOMENTS = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)).map(
    lambda moment: moment.isoformat(timespec="microseconds") + "Z"
)
AMOUNTS = (
    st.integers() | st.floats(-1e9, 1e9) | st.sampled_from(["500m", " 1.5Gi", "1e3", "+2", "-"])
)
BEDS = st.recursive(
    st.fixed_dictionaries({"name": TEXT}),
    lambda inner: st.fixed_dictionaries(
        {"name": TEXT}, optional={"inner": st.lists(inner, max_size=3)}
    ),
    max_leaves=6,
)
SPECS = st.fixed_dictionaries(
    {"owners": st.lists(TEXT, max_size=3)},
    optional={
        "restSeconds": st.integers(-(2**63), 2**63 - 1),
        "slope": st.floats(allow_nan=False, allow_infinity=False),
        "gate": TEXT | st.integers(0, 9),
        "plantedAt": MOMENTS,
        "sensedAt": MICRO_MOMENTS,
        "weight": AMOUNTS,
        "stocks": st.dictionaries(TEXT, AMOUNTS, max_size=2),
        "rest": st.sampled_from(["1h", "1h0m0s", "-1.5s", "0"]),
        "pictures": st.dictionaries(
            TEXT, st.sampled_from(["", "YQ==", "YR==", "YW\nI="]), max_size=2
        ),
        "bedsByName": st.dictionaries(TEXT, BEDS, max_size=2),
        "grid": st.lists(st.lists(BEDS, max_size=2), max_size=2),
        "extra": st.integers() | TEXT | st.lists(st.none()),
    },
)


@example_settings(80)
@given(SPECS)
def test_arbitrary_objects_round_trip(models: ModuleType, data: dict[str, Any]) -> None:
    instance = models.PlotSpec.from_dict(data)
    assert models.PlotSpec.from_dict(instance.to_dict()) == instance
    assert models.PlotSpec.from_json(instance.to_json()) == instance
    wire = instance.to_dict()
    assert wire.keys() == data.keys()
    for name in ("weight", "stocks", "rest", "pictures"):
        assert wire.get(name) == data.get(name)  # the original text


def test_output_depends_on_reference_only(tmp_path: Path) -> None:
    source = garden()
    backwards = reference(
        *reversed(list(source.definitions.values())),
        prose={k: v.text for k, v in source.prose["en"].items()},
    )
    assert write(source, tmp_path) == write(backwards, tmp_path)


def test_hostile_definition_names_work(tmp_path: Path) -> None:
    names = [
        *NAMES,
        "_Model",
        "ModelError",
        "__Private",
        "List",
        "Data",
        "Mapping",
        "FieldError",
        "garden_v1",
        "_T",
    ]
    classes = [
        definition(name, field("a"), field("b", Ref(key=f"{PACKAGE}._Model")))
        for name in names
        if name and "." not in name
    ]
    write(reference(*classes), tmp_path)
    with importing(tmp_path) as importer:
        models = importer.module("garden_v1.models")
        assert issubclass(run_time(models).ModelError, ValueError)
        loaded: list[Any] = [
            name
            for name in vars(models).values()
            if isinstance(name, type) and hasattr(name, "ATTRIBUTE_NAMES")
        ]
        assert len(loaded) == len(classes)
        for model in loaded:
            if model.ATTRIBUTE_NAMES:
                assert model.from_dict({"a": "x", "b": {"a": "y"}}).to_dict() == {
                    "a": "x",
                    "b": {"a": "y"},
                }


def test_units_follow_pages_and_packages() -> None:
    bed = definition("Bed", field("tool", Ref(key=f"{SHED}.Tool")), path="bed.md")
    leaf = definition("Leaf", field("a"), path="bed.md")
    tool = definition("Tool", field("a"), package=SHED)
    units = Units(reference(bed, leaf, tool, pages=(page("bed.md", bed, leaf),)))
    assert {unit.name: [member.name for member in unit.definitions] for unit in units.units} == {
        "bed_garden_v1": ["Bed", "Leaf"],
        "shed_v1": ["Tool"],
    }
    assert units.imports["bed_garden_v1"] == ("shed_v1",)
    assert units.cyclic("bed_garden_v1") == frozenset()


def test_packages_with_same_suffix_get_longer_names() -> None:
    one = definition("A", field("a"), package="io.example.one.garden.v1")
    two, other = (
        definition("A", field("a"), package=f"io.example.{word}.garden.v1")
        for word in ("two", "Two")
    )
    assert [unit.name for unit in Units(reference(one, two)).units] == [
        "one_garden_v1",
        "two_garden_v1",
    ]
    names = ["io_example_two_garden_v1", "io_example_two_garden_v1_2", "one_garden_v1"]
    assert sorted(unit.name for unit in Units(reference(one, two, other)).units) == names


def test_package_never_shadows_standard_module() -> None:
    units = Units(
        reference(
            definition("A", field("a"), package="json"),
            definition("B", field("a"), package="datetime"),
        )
    )
    assert {unit.name for unit in units.units}.isdisjoint(sys.stdlib_module_names)


def test_recursive_aliases_are_any(tmp_path: Path) -> None:
    loop = Definition(
        key=f"{PACKAGE}.Loop",
        name="Loop",
        type=Ref(key=f"{PACKAGE}.Loop"),
        span=definition("x").span,
    )
    nest = Definition(
        key=f"{PACKAGE}.Nest",
        name="Nest",
        type=Array(items=Ref(key=f"{PACKAGE}.Nest")),
        span=loop.span,
    )
    plot = definition(
        "Plot",
        field("a", Ref(key=loop.key)),
        field("b", Ref(key=nest.key)),
        field("c", Ref(key="gone")),
    )
    write(reference(plot, loop, nest), tmp_path)
    with importing(tmp_path) as importer:
        data = {"a": 1, "b": [[]], "c": "x"}
        assert importer.module("garden_v1.models").Plot.from_dict(data).to_dict() == data
        assert importer.module("garden_v1.validators").validate_plot(data) == ()
