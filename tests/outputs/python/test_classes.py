"""Classes of all targets: dataclasses, pydantic models, msgspec structs and TypedDicts."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import pytest

from codegen.core.diagnostics import CodegenError
from codegen.model import Array, Ref, Scalar
from codegen.outputs.python.formatting import format_python
from gardens.hostile import NAMES
from gardens.parts import PACKAGE, STRING, field
from gardens.python import (
    FULL,
    HOSTILE,
    MADE,
    SHED,
    definition,
    garden,
    importing,
    odd_values,
    positions,
    reference,
    replace_value,
    run_time,
    write,
)
from support.formatters import find_reformatted
from support.typed import mypy, pyright

MODULES = {
    "dataclasses": "models",
    "pydantic": "pydantic_models",
    "msgspec": "structs",
    "typeddict": "typed_dicts",
}
TARGETS = tuple(MODULES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("garden")
    write(garden(), root, targets=TARGETS)
    return root


@pytest.fixture(scope="module")
def modules(folder: Path) -> Iterator[dict[str, ModuleType]]:
    with importing(folder) as importer:  # both libraries resolve names in the module lazily
        yield {target: importer.module(f"garden_v1.{module}") for target, module in MODULES.items()}


@pytest.fixture(params=["dataclasses", "pydantic", "msgspec"])
def module(request: pytest.FixtureRequest, modules: dict[str, ModuleType]) -> ModuleType:
    return modules[request.param]


def error_class(module: ModuleType) -> Any:
    """Return the error class of a package."""
    return run_time(module).ModelError


def test_names_and_texts_match_dataclasses(modules: dict[str, ModuleType]) -> None:
    for name in ("Plot", "PlotSpec", "Bed"):
        dataclass = getattr(modules["dataclasses"], name)
        for target in ("pydantic", "msgspec"):
            counterpart = getattr(modules[target], name)
            assert counterpart.__doc__.startswith(dataclass.__doc__.rstrip())
            attributes = (
                counterpart.model_fields if target == "pydantic" else counterpart.__struct_fields__
            )
            assert set(attributes) == set(dataclass.WIRE_NAMES)
        keys = getattr(modules["typeddict"], name)
        assert keys.__required_keys__ | keys.__optional_keys__ == set(dataclass.ATTRIBUTE_NAMES)
        assert keys.__doc__ == dataclass.__doc__


def test_field_descriptions_are_visible_to_editors(
    folder: Path, modules: dict[str, ModuleType]
) -> None:
    fields = modules["pydantic"].PlotSpec.model_fields
    assert fields["rest_seconds"].description == "How long the soil rests. In seconds."
    shown = modules["pydantic"].Plot.model_json_schema()
    assert (
        shown["$defs"]["PlotSpec"]["properties"]["restSeconds"]["description"]
        == fields["rest_seconds"].description
    )
    assert shown["$defs"]["PlotSpec"]["properties"]["weight"]["anyOf"][0] == {
        "oneOf": [{"type": "string"}, {"type": "number"}]
    }
    for module in ("models", "structs", "typed_dicts"):
        text = (folder / "garden_v1" / f"{module}.py").read_text(encoding="utf-8")
        assert text.count('    """How long the soil rests. In seconds."""\n') == 1


def test_wire_form_round_trips(module: ModuleType) -> None:
    data = replace_value(FULL, ("metadata",), {"anything": [1, 2]})
    data = replace_value(data, ("spec", "notes"), {"n": {"m": 1}})
    data = replace_value(data, ("spec", "extra"), [1, "a"])
    plot = module.Plot.from_dict(data)
    assert plot.to_dict() == data
    assert module.Plot.from_json(plot.to_json()) == plot
    assert json.loads(module.Plot.from_json(json.dumps(data).encode()).to_json(indent=2)) == data


@pytest.mark.parametrize("target", ["pydantic", "msgspec"])
def test_libraries_read_values_of_all_types(modules: dict[str, ModuleType], target: str) -> None:
    read = modules[target].Plot._read_natively(FULL, "Ignore")
    assert read is not None
    assert read.to_dict() == FULL


def test_unset_fields_are_omitted_and_fixed_values_written(module: ModuleType) -> None:
    plot = module.Plot(spec=module.PlotSpec(owners=["a"], rest_seconds=3))
    assert plot.to_dict() == {
        "apiVersion": "garden.example.io/v1",
        "kind": "Plot",
        "spec": {"owners": ["a"], "restSeconds": 3},
    }
    assert module.Plot.from_dict(
        {"spec": {"owners": [], "beds": None}, "metadata": None}
    ).to_dict() == {
        "apiVersion": "garden.example.io/v1",
        "kind": "Plot",
        "spec": {"owners": []},
    }


def test_times_are_aware_and_written_in_server_format(module: ModuleType) -> None:
    data = {
        "owners": [],
        "plantedAt": "2024-02-29T12:00:00Z",
        "sensedAt": "2024-02-29T12:00:00.000000Z",
    }
    spec = module.PlotSpec.from_dict(data)
    assert spec.planted_at == datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert spec.to_dict() == data


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-23:59"])
def test_times_outside_utc_range_keep_offset(module: ModuleType, text: str) -> None:
    spec = module.PlotSpec.from_dict({"owners": [], "plantedAt": text})
    assert spec.to_dict()["plantedAt"] == text
    assert module.PlotSpec.from_json(spec.to_json()) == spec


@pytest.mark.parametrize(
    "fields",
    [
        {"owners": "a"},
        {"owners": [1]},
        {"owners": None},
        {"restSeconds": "3"},
        {"restSeconds": 3.5},
        {"restSeconds": True},
        {"restSeconds": 2**63},
        {"restSeconds": -(2**63) - 1},
        {"rows": 2**31},
        {"rows": -(2**31) - 1},
        {"slope": "1"},
        {"fenced": 1},
        {"gate": 1.5},
        {"soil": "mud"},
        {"plantedAt": "2024-01-01T00:00:00"},
        {"plantedAt": "2023-02-29T00:00:00Z"},
        {"plantedAt": 1},
        {"beds": [{}]},
        {"bedsByName": {"a": {"name": 1}}},
        {"labels": {"a": 1}},
        {"notes": []},
        {"weight": True},
        {"weight": "3 kg"},
        {"rest": "1d"},
        {"rest": 1},
        {"picture": "YQ"},
        {"pictures": {"a": "-_=="}},
        {"sensedAt": "2024-02-29T12:00:00Z"},
        {"new": 1},
        {"rest_seconds": 1},
    ],
)
def test_types_are_strict_and_wire_names_are_required(
    module: ModuleType, fields: dict[str, Any]
) -> None:
    data = {"owners": [], **fields}
    with pytest.raises(error_class(module)):
        module.PlotSpec.from_dict(data, field_validation="Strict")
    with pytest.raises(error_class(module)):
        module.PlotSpec.from_json(json.dumps(data), field_validation="Strict")


@pytest.mark.parametrize("what", sorted(odd_values()))
def test_invalid_value_anywhere_raises_model_error(module: ModuleType, what: str) -> None:
    value = odd_values()[what]
    for place in positions(FULL):
        try:
            module.Plot.from_dict(replace_value(FULL, place, value))
        except error_class(module):
            pass


NEWER = {
    "new": {"a": [1, None], "b": None},
    "spec": {"owners": [], "beds": [{"name": "b", "newer": {"deep": [1]}}]},
}


def test_unknown_field_error_has_suggestion(module: ModuleType) -> None:
    data = {
        "specc": {},
        "spec": {"owners": [], "beds": [{"nam": "a", "name": "b"}], "bedsByName": {"x": {"q": 1}}},
    }
    for read in (
        module.Plot.from_dict,
        lambda data, **mode: module.Plot.from_json(json.dumps(data), **mode),
    ):
        with pytest.raises(error_class(module)) as caught:
            read(data, field_validation="Strict")
        assert set(caught.value.problems) == {
            ("spec.bedsByName[x].name", "Required value"),
            ("specc", 'unknown field, did you mean "spec"?'),
            ("spec.beds[0].nam", 'unknown field, did you mean "name"?'),
            ("spec.bedsByName[x].q", "unknown field"),
        }


def test_error_names_map_key(module: ModuleType) -> None:
    beds = {"a": {"name": "b"}, "c.d": {"name": "e", "inner": [{"name": "f"}, {"name": 1}]}}
    for fields, path in (
        ({"bedsByName": beds}, "spec.bedsByName[c.d].inner[1].name"),
        ({"labels": {"k": "v", "l": 1}}, "spec.labels[l]"),
        ({"labels": {1: "v"}}, "spec.labels[1]"),
        ({"stocks": {"x": "1", "y z": "1 kg"}}, "spec.stocks[y z]"),
    ):
        with pytest.raises(error_class(module)) as caught:
            module.Plot.from_dict({"spec": {"owners": [], **fields}})
        assert [each for each, _ in caught.value.problems] == [path]


def test_unknown_field_can_be_kept_and_round_trips(module: ModuleType) -> None:
    plot = module.Plot.from_dict(NEWER, field_validation="Ignore")
    wire = {"apiVersion": "garden.example.io/v1", "kind": "Plot", **NEWER}
    assert plot.to_dict() == json.loads(plot.to_json()) == wire
    assert module.Plot.from_json(json.dumps(NEWER), field_validation="Ignore") == plot
    copies = [copy.copy(plot), copy.deepcopy(plot), pickle.loads(pickle.dumps(plot))]  # noqa: S301 - our own
    if hasattr(plot, "model_copy"):
        assert plot.model_dump() == plot.model_dump(by_alias=True, exclude_none=True) == wire
        assert json.loads(plot.model_dump_json()) == wire
        assert plot.model_dump(include={"kind"}) == {"kind": "Plot"}
        copies += [plot.model_copy(), plot.model_copy(deep=True), module.Plot.model_validate(wire)]
    elif module.__name__.endswith(".models"):
        copies.append(dataclasses.replace(plot, spec=dataclasses.replace(plot.spec)))
    for other in copies:
        assert other == plot
        assert other.to_dict() == wire
    assert "'new': {'a'" in repr(plot).replace("new=", "'new': ")
    assert "{'deep': [1]}" in repr(plot)
    assert plot != module.Plot.from_dict({"spec": {"owners": [], "beds": [{"name": "b"}]}})
    moved = module.PlotSpec(owners=["a"], beds=[module.Bed(name="c"), *plot.spec.beds])
    assert moved.to_dict()["beds"] == [{"name": "c"}, {"name": "b", "newer": {"deep": [1]}}]
    plain = module.Plot.from_dict(FULL)
    assert plain.to_dict()["spec"]["labels"] == {"k": "v"}


def test_constructors_and_assignments_refuse_unknown_names(module: ModuleType) -> None:
    with pytest.raises((TypeError, ValueError), match="owner"):
        module.PlotSpec(owners=[], ownerz=[])
    spec = module.PlotSpec(owners=[])
    if module.__name__.endswith("pydantic_models"):
        with pytest.raises(AttributeError, match='did you mean "owners"'):
            spec.ownerz = []
        with pytest.raises(ValueError, match="rows"):
            spec.rows = "3"
    elif not hasattr(spec, "__dict__"):
        with pytest.raises(AttributeError, match="ownerz"):
            spec.ownerz = []


def test_write_error_names_every_invalid_value(module: ModuleType) -> None:
    spec = module.PlotSpec.from_dict({"owners": [], "stocks": {"x": "1"}, "beds": [{"name": "a"}]})
    spec.stocks["x"], spec.stocks["y"] = "1 kg", []
    spec.beds.append({"name": "b"})
    with pytest.raises(error_class(module)) as caught:
        module.Plot(spec=spec).to_dict()
    assert dict(caught.value.problems) == {
        "spec.stocks[x]": "Invalid value: must be a quantity like 500m, 1.5 or 2Gi",
        "spec.stocks[y]": "Invalid value: must be a quantity like 500m, 1.5 or 2Gi",
        "spec.beds[1]": "Invalid value: must be of class Bed, not dict",
    }


def test_unknown_field_can_be_warning(module: ModuleType) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        plot = module.Plot.from_dict(NEWER, field_validation="Warn")
        assert module.Plot.from_json(json.dumps(NEWER), field_validation="Warn") == plot
    said = ["new: unknown field", 'spec.beds[0].newer: unknown field, did you mean "inner"?']
    assert sorted(str(each.message) for each in caught) == sorted(2 * said)
    assert {each.filename for each in caught} == {__file__}
    assert plot.to_dict()["new"] == NEWER["new"]
    assert pickle.loads(pickle.dumps(plot)) == copy.deepcopy(plot) == plot  # noqa: S301 - our own
    with pytest.raises(ValueError, match="field_validation must be one of Strict, Warn, Ignore"):
        module.Plot.from_dict(NEWER, field_validation="Lax")


@pytest.mark.parametrize("target", ["dataclasses", "pydantic", "msgspec"])
@pytest.mark.parametrize("mode", ["Strict", "Warn", "Ignore"])
def test_configuration_sets_default_field_validation(
    tmp_path: Path, target: str, mode: str
) -> None:
    free = definition("Free", field("name"), open=True)
    write(
        reference(*garden().definitions.values(), free),
        tmp_path,
        targets=(target,),
        fieldValidation=mode,
    )
    with importing(tmp_path) as importer, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        module = importer.module(f"garden_v1.{MODULES[target]}")
        if mode == "Strict":
            with pytest.raises(error_class(module)):
                module.Plot.from_dict(NEWER)
        else:
            assert module.Plot.from_dict(NEWER).to_dict()["spec"] == NEWER["spec"]
        assert len(caught) == (2 if mode == "Warn" else 0)
        read = module.Free.model_validate if target == "pydantic" else module.Free.from_dict
        assert read({"new": 1}).to_dict() == {"new": 1}


def test_null_list_item_is_empty_string(module: ModuleType) -> None:
    spec = module.PlotSpec.from_dict({"owners": ["a", None], "labels": {"k": None}})
    assert (spec.owners, spec.labels) == (["a", ""], {"k": ""})
    assert module.PlotSpec.from_json('{"owners": [null]}').owners == [""]


def test_values_have_run_time_types(module: ModuleType) -> None:
    spec = module.Plot.from_dict(FULL).spec
    assert spec.weight == "500m"
    amount, length = type(spec.weight), type(spec.rest)
    assert spec.stocks["leeks"] + spec.weight == 1.5 * 2**30 + 0.5
    assert spec.rest == timedelta(minutes=90)
    assert (spec.picture, spec.pictures["b"]) == (b"a", b"ab")
    made = module.PlotSpec(owners=[], weight=amount("1Gi"), picture=b"a", rest=length("1h"))
    assert made.to_dict() == {"owners": [], "weight": "1Gi", "picture": "YQ==", "rest": "1h"}


def test_typed_dicts_describe_wire_form(modules: dict[str, ModuleType]) -> None:
    spec = modules["typeddict"].PlotSpec
    hints = get_type_hints(spec)
    assert spec.__required_keys__ == {"owners"}
    assert hints["plantedAt"] == str | None
    assert hints["restSeconds"] == int | None
    assert str(hints["beds"]) == f"list[{MADE}.garden_v1.typed_dicts.Bed] | None"


@pytest.mark.parametrize("target", TARGETS)
def test_hostile_field_names_work(tmp_path: Path, target: str) -> None:
    more = (
        "model_dump",
        "model_config",
        "schema",
        "copy",
        "json",
        "convert",
        "Required",
        "fooBar1x",
        "aB1",
    )
    names = tuple(dict.fromkeys((*NAMES, *more)))
    plot = definition(
        "Plot", *(field(name) for name in names), field("t", Ref(key=f"{PACKAGE}.str"))
    )
    lower = definition("str", field("int"), field("list", Array(items=STRING)))
    data = {name: f"value {number}" for number, name in enumerate(names)}
    raw = write(reference(plot, lower), tmp_path, targets=(target, "validators"))
    with importing(tmp_path) as importer:
        assert importer.module("garden_v1.validators").validate_plot(data) == ()
        plot_class = importer.module(f"garden_v1.{MODULES[target]}").Plot
        if target == "typeddict":
            assert set(get_type_hints(plot_class)) == {*names, "t"}
            assert f"Keys:\n    {names[0]}\n    {names[1]}\n" in raw["garden_v1/typed_dicts.py"]
        else:
            assert plot_class.from_dict(data).to_dict() == data
    finished = {path: format_python(text, path) for path, text in raw.items()}
    assert find_reformatted(finished, tmp_path / "formatted") == []


@pytest.mark.parametrize("target", TARGETS)
def test_hostile_text_stays_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.chdir(tmp_path)
    choices = [field("e", Scalar(type="string", enum=(text, "ok"))) for text in HOSTILE]
    plots = [
        definition(f"Plot{number}", field("a"), field("v", value=text), choices[number])
        for number, text in enumerate(HOSTILE)
    ]
    prose = {
        f"{plot.key}{part}": text
        for plot, text in zip(plots, HOSTILE, strict=True)
        for part in ("", "#a")
    }
    write(reference(*plots, prose=prose), tmp_path / "out", targets=(target, "validators"))
    with importing(tmp_path / "out") as importer:
        validators, loaded = (
            importer.module(f"garden_v1.{name}") for name in ("validators", MODULES[target])
        )
        for number, text in enumerate(HOSTILE):
            data = {"v": text, "e": text}
            assert getattr(validators, f"validate_plot{number}")(data) == ()
            # The libraries themselves refuse such strings.
            if target != "typeddict" and "\ud800" not in text:
                assert getattr(loaded, f"Plot{number}").from_dict({"e": text}).to_dict() == data
    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb", "\ud800"])
def test_name_not_supported_by_library_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CodegenError, match="name-impossible"):
        write(reference(definition("Plot", field(name))), tmp_path, targets=("msgspec",))


@pytest.mark.slow
def test_type_checkers_report_nothing(tmp_path: Path) -> None:
    tool = definition("Tool", field("bed", Ref(key=f"{PACKAGE}.Bed")), package=SHED)
    owner = definition("Owner", field("tools", Array(items=Ref(key=tool.key))))
    source = reference(*garden().definitions.values(), tool, owner)
    write(source, tmp_path / "made", targets=(*TARGETS, "validators"))
    (tmp_path / "use.py").write_text(
        "from made.garden_v1 import models, pydantic_models, structs, typed_dicts, validators\n"
        "plot: models.Plot = models.Plot(spec=models.PlotSpec(owners=['a'], beds=[models.Bed(name='b')]))\n"
        "again: models.Plot = models.Plot.from_dict(plot.to_dict())\n"
        "errors: list[str] = [each.path for each in validators.validate_plot({})]\n"
        "model = pydantic_models.Plot(spec=pydantic_models.PlotSpec(owners=['a'], rest_seconds=1, picture=b'a'))\n"
        "struct: structs.Plot = structs.Plot.from_dict(model.to_dict(), field_validation='Ignore')\n"
        "plain: typed_dicts.Plot = {'kind': 'Plot', 'spec': {'owners': [], 'beds': [{'name': 'b'}], 'weight': 0.5}}\n"
        "soil: str | None = struct.spec.soil\n"
        "picture: bytes | None = struct.spec.picture\n"
        "heavy = struct.spec.weight is not None and struct.spec.weight + '1Gi' > 0.5\n"
    )
    assert mypy(tmp_path, "-m", "use", "-p", "made") == []
    modules = [f"made/garden_v1/{name}.py" for name in (*MODULES.values(), "validators")]
    assert pyright(tmp_path, "use.py", *modules) == ""
