from __future__ import annotations

import copy
import warnings
from collections import OrderedDict
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.model import Array, ListType, Map, Ref, Type
from codegen.validation.engine import ObjectChecker
from gardens import python
from gardens.parts import PACKAGE, STRING, field
from gardens.python import (
    ANY,
    INT64,
    OPEN,
    definition,
    garden,
    importing,
    odd_values,
    positions,
    reference,
    replace_value,
    write,
)
from support.budget import example_settings
from support.rows import each_row

# Values at the limits of validators.
FULL: dict[str, Any] = {
    **python.FULL,
    "metadata": {"anything": [1, None, 0.5]},
    "spec": {
        **python.FULL["spec"],
        "owners": ["a", "b"],
        "restSeconds": 2**63 - 1,
        "rows": -(2**31),
        "slope": 1,
        "plantedAt": "2024-02-29T12:00:00.5+08:00",
        "beds": [{"name": "b", "inner": [{"name": "c"}]}, {"name": "d"}],
    },
}


@pytest.fixture(scope="module")
def validators(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder = tmp_path_factory.mktemp("garden")
    write(garden(), folder)
    with importing(folder) as importer:
        return importer.module("garden_v1.validators")


def find_errors(validators: ModuleType, data: object, **options: str) -> set[tuple[str, str]]:
    return {(error.path, error.code) for error in validators.validate_plot(data, **options)}


def make_spec(**fields: Any) -> dict[str, Any]:
    return {"spec": {"owners": [], **fields}}


def test_valid_objects_have_no_errors(validators: ModuleType) -> None:
    assert validators.validate_plot(FULL) == ()
    assert validators.validate_plot({"spec": {"owners": []}}) == ()
    nulls: dict[str, Any] = {
        "metadata": None,
        "apiVersion": None,
        "spec": {**dict.fromkeys(FULL["spec"]), "owners": []},
    }
    assert validators.validate_plot(nulls) == ()
    assert validators.validate_plot(OrderedDict(spec=OrderedDict(owners=[]))) == ()


def test_null_is_a_zero_value_in_types_of_go(validators: ModuleType) -> None:
    spec = {"waterings": [None], "stocks": {"hay": None}, "labels": {"soil": None}}
    assert validators.validate_plot(make_spec(**spec)) == ()


def test_all_errors_are_returned_with_path_pointer_and_code(validators: ModuleType) -> None:
    bad = {
        "spec": {"owners": ["a", 1], "restSeconds": True, "beds": [{"nam~/e": "x"}]},
        "kind": "Pot",
    }
    errors = {(error.path, error.pointer, error.code) for error in validators.validate_plot(bad)}
    assert errors == {
        ("spec.owners[1]", "/spec/owners/1", "FieldValueTypeInvalid"),
        ("spec.restSeconds", "/spec/restSeconds", "FieldValueTypeInvalid"),
        ("spec.beds[0].name", "/spec/beds/0/name", "FieldValueRequired"),
        ("spec.beds[0].nam~/e", "/spec/beds/0/nam~0~1e", "UnknownField"),
        ("kind", "/kind", "FieldValueNotSupported"),
    }


@each_row(
    [
        ({"owners": None}, "spec.owners", "FieldValueRequired"),
        ({"owners": "a"}, "spec.owners", "FieldValueTypeInvalid"),
        ({"owners": ["a", "b", "a"]}, "spec.owners[2]", "FieldValueDuplicate"),
        ({"beds": [None]}, "spec.beds[0]", "FieldValueTypeInvalid"),
        ({"sensedAt": "2024-01-01T00:00:00Z"}, "spec.sensedAt", "FieldValueInvalid"),
        ({"weight": "3 kg"}, "spec.weight", "FieldValueInvalid"),
        ({"weight": float("nan")}, "spec.weight", "FieldValueInvalid"),
        ({"weight": True}, "spec.weight", "FieldValueTypeInvalid"),
        ({"stocks": {"a": [1]}}, "spec.stocks[a]", "FieldValueTypeInvalid"),
        ({"rest": "1d"}, "spec.rest", "FieldValueInvalid"),
        ({"rest": 5}, "spec.rest", "FieldValueTypeInvalid"),
        ({"picture": "YQ"}, "spec.picture", "FieldValueInvalid"),
        ({"pictures": {"a": 1}}, "spec.pictures[a]", "FieldValueTypeInvalid"),
        ({"restSeconds": 1.0}, "spec.restSeconds", "FieldValueTypeInvalid"),
        ({"restSeconds": 10**5000}, "spec.restSeconds", "FieldValueInvalid"),
        ({"rows": -(2**31) - 1}, "spec.rows", "FieldValueInvalid"),
        ({"slope": float("nan")}, "spec.slope", "FieldValueInvalid"),
        ({"slope": False}, "spec.slope", "FieldValueTypeInvalid"),
        ({"fenced": 0}, "spec.fenced", "FieldValueTypeInvalid"),
        ({"gate": 1.5}, "spec.gate", "FieldValueTypeInvalid"),
        ({"gate": True}, "spec.gate", "FieldValueTypeInvalid"),
        ({"plantedAt": "2024-01-01T00:00:00"}, "spec.plantedAt", "FieldValueInvalid"),
        ({"plantedAt": 1}, "spec.plantedAt", "FieldValueTypeInvalid"),
        ({"waterings": ["x"]}, "spec.waterings[0]", "FieldValueInvalid"),
        ({"soil": "mud"}, "spec.soil", "FieldValueNotSupported"),
        ({"soil": 1}, "spec.soil", "FieldValueTypeInvalid"),
        (
            {"beds": [{"name": "a"}, {"name": "b"}, {"name": "a"}]},
            "spec.beds[2]",
            "FieldValueDuplicate",
        ),
        ({"beds": {}}, "spec.beds", "FieldValueTypeInvalid"),
        ({"bedsByName": {"q": {"name": 1}}}, "spec.bedsByName[q].name", "FieldValueTypeInvalid"),
        (
            {"labels": {"app.kubernetes.io/name": 1}},
            "spec.labels[app.kubernetes.io/name]",
            "FieldValueTypeInvalid",
        ),
        ({"labels": {7: "a"}}, "spec.labels[7]", "FieldValueTypeInvalid"),
        ({"labels": {(): "a"}}, "spec.labels[<tuple>]", "FieldValueTypeInvalid"),
        ({"labels": {10**5000: "a"}}, "spec.labels[<int>]", "FieldValueTypeInvalid"),
        ({"notes": []}, "spec.notes", "FieldValueTypeInvalid"),
        ({"notes": {"a": {1, 2}}}, "spec.notes[a]", "FieldValueTypeInvalid"),
        ({"extra": [float("inf")]}, "spec.extra[0]", "FieldValueInvalid"),
        ({"extra": object()}, "spec.extra", "FieldValueTypeInvalid"),
        ({"owners": [{1}, {1}]}, "spec.owners[0]", "FieldValueTypeInvalid"),
        ({"new": None}, "spec.new", "UnknownField"),
    ]
)
def test_single_error_is_located(
    fields: dict[str, Any], path: str, code: str, *, validators: ModuleType
) -> None:
    errors = find_errors(validators, make_spec(**fields))
    assert (path, code) in errors
    assert len({error for error, _ in errors}) == 1 or path == "spec.owners[0]"


@pytest.mark.parametrize("fields", [{"owners": ["a", None]}, {"labels": {"k": None, "l": "v"}}])
def test_null_string_item_is_valid(validators: ModuleType, fields: dict[str, Any]) -> None:
    assert find_errors(validators, make_spec(**fields)) == set()


@pytest.mark.parametrize("data", [None, 1, "x", [], float("nan"), object(), (), {1: 2}])
def test_any_root_value_gives_errors_without_exception(
    validators: ModuleType, data: object
) -> None:
    assert find_errors(validators, data)


def test_depth_and_cycle_errors_have_path(validators: ModuleType) -> None:
    deep: Any = {"name": "end"}
    open_: Any = {}
    for _ in range(10_000):
        deep = {"name": "n", "inner": [deep]}
        open_ = {"a": open_}
    for data, start in (
        (make_spec(beds=[deep]), "spec.beds[0].inner[0]"),
        (make_spec(notes=open_), "spec.notes[a][a]"),
    ):
        (error,) = validators.validate_plot(data)
        assert error.path.startswith(start)
        assert error.code == "FieldValueInvalid"
        assert "200" in error.message
    bed: dict[str, Any] = {"name": "n"}
    bed["inner"] = [bed, bed]
    assert find_errors(validators, make_spec(beds=[bed])) >= {
        ("spec.beds[0].inner[0]", "FieldValueInvalid")
    }
    notes: dict[str, Any] = {}
    notes["self"] = notes
    assert find_errors(validators, make_spec(notes=notes)) == {
        ("spec.notes[self]", "FieldValueInvalid")
    }


def test_depth_limit_is_same_in_both_passes(validators: ModuleType) -> None:
    for depth, good in ((200, True), (201, False)):
        notes: Any = {}
        for _ in range(depth):
            notes = {"a": notes}
        assert (find_errors(validators, make_spec(notes=notes)) == set()) is good
        assert (
            find_errors(validators, make_spec(notes=notes, rows="x"))
            == {("spec.rows", "FieldValueTypeInvalid")}
        ) is good


def test_class_instance_is_refused_with_hint(validators: ModuleType) -> None:
    class Plot:
        def to_dict(self) -> None: ...

    with pytest.raises(
        TypeError, match=r"expected a JSON object, got Plot; call `to_dict\(\)` first"
    ):
        validators.validate_plot(Plot())


def test_unknown_fields_follow_field_validation(validators: ModuleType) -> None:
    data = {"spec": {"owners": [], "new": 1}, "newer": {}}
    assert find_errors(validators, data, field_validation="Strict") == {
        ("spec.new", "UnknownField"),
        ("newer", "UnknownField"),
    }
    assert find_errors(validators, data, field_validation="Ignore") == set()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert find_errors(validators, data, field_validation="Warn") == set()
    assert [warning.category for warning in caught] == [
        validators.explain.__globals__["FieldWarning"]
    ] * 2
    assert "spec.new" in str(caught[1].message) + str(caught[0].message)
    for wrong in ("strict", "", None):
        with pytest.raises(ValueError, match="field_validation"):
            validators.validate_plot(FULL, field_validation=wrong)


def test_messages_have_requested_language(validators: ModuleType) -> None:
    data = {"spec": {"owners": [], "rows": "a", "soil": "{mud}", "slope": float("nan")}}
    english = {error.path: error.message for error in validators.validate_plot(data)}
    chinese = {
        error.path: error.message for error in validators.validate_plot(data, locale="zh-cn")
    }
    assert english["spec.rows"] == "Invalid value: must be an integer, not a string"
    assert chinese["spec.rows"] == "值无效：必须是整数，而不是字符串"
    assert chinese["spec.slope"] == "值无效：必须是有限的数字"
    assert english.keys() == chinese.keys()
    with pytest.raises(ValueError, match="locale"):
        validators.validate_plot(data, locale="tlh")


def test_validator_does_not_modify_object(validators: ModuleType) -> None:
    before = copy.deepcopy(FULL)
    validators.validate_plot(FULL)
    assert before == FULL


def test_english_messages_are_always_available(tmp_path: Path) -> None:
    write(garden(), tmp_path, ("zh-cn",))
    with importing(tmp_path) as importer:
        validators = importer.module("garden_v1.validators")
        assert validators.validate_plot({})[0].message == "Required value"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*FULL["spec"], "name", "inner", "spec"]), inner)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("what", sorted(odd_values()))
def test_invalid_value_anywhere_has_path(validators: ModuleType, what: str) -> None:
    value = odd_values()[what]
    for place in positions(FULL):
        errors = validators.validate_plot(replace_value(FULL, place, value))
        for error in errors:
            assert len(error.message) < 2**20 + 200
            path = error.pointer.split("/")[1:]
            above = [str(step) for step in place]
            assert (
                path[: len(above)] == above or path == above[: len(path)] or above[:-1] == path[:-1]
            )
        if what in (
            "object",
            "class",
            "bytes",
            "set",
            "tuple",
            "not a number",
            "infinite",
            "deep",
            "cycle",
        ):
            assert errors, place


@pytest.mark.slow
def test_shared_parts_are_validated_in_linear_time(tmp_path: Path) -> None:
    """Each object has 2**40 paths.

    In `beds` some are too deep, and each invalid part is reported at one path.
    """
    key = f"{PACKAGE}.Bed"
    ways: dict[str, Type] = {
        "a": Ref(key=key),
        "b": Ref(key=key),
        "inner": Array(items=Ref(key=key)),
        "named": Map(values=Ref(key=key)),
    }
    bed = definition(
        "Bed", *(field(name, kind) for name, kind in ways.items()), field("tall", INT64)
    )
    source = reference(
        definition("Plot", field("notes", OPEN), field("extra", ANY), field("bed", ways["a"])), bed
    )
    write(source, tmp_path)
    notes: Any = {}
    extra: Any = []
    beds: list[Any] = [{"tall": 1}] * 3
    for _ in range(40):
        notes, extra = {"a": notes, "b": notes, "c": 1}, [extra, extra]
        one, two, three = beds
        beds = [{"a": one, "b": one}, {"inner": [two, two]}, {"named": {"k": three, "l": three}}]
    with importing(tmp_path) as importer:
        validate = importer.module("garden_v1.validators").validate_plot
        engine = ObjectChecker(source)
        for data in ({"notes": notes}, {"extra": extra}, *({"bed": value} for value in beds)):
            assert validate(data) == engine.find_errors(data, f"{PACKAGE}.Plot") == ()
            assert [error.path for error in validate({"new": 1, **data})] == ["new"]
        wrong: Any = {"tall": "x"}
        for _ in range(60):
            wrong = {"inner": [wrong, wrong]}
        found = validate({"bed": wrong})
        assert 0 < len(found) < 20_000
        assert len(found) == len(engine.find_errors({"bed": wrong}, f"{PACKAGE}.Plot"))


def test_errors_are_comparable_hashable_and_printable(validators: ModuleType) -> None:
    one, two = (validators.validate_plot({"spec": {"owners": 1}}) for _ in range(2))
    assert one == two
    assert len({*one, *two}) == 1
    assert copy.deepcopy(one) == one
    assert str(one[0]) == "spec.owners: Invalid value: must be a list, not an integer"
    assert repr(one[0]) == f"FieldError('spec.owners', FieldValueTypeInvalid, {one[0].message!r})"
    assert one != validators.validate_plot({"spec": {"owners": 1}}, locale="zh-cn")


def test_list_keys_may_have_any_values(tmp_path: Path) -> None:
    bed = definition("Bed", field("name", OPEN, required=True), field("place", required=True))
    plot = definition(
        "Plot",
        field(
            "byObject",
            Array(items=Ref(key=bed.key)),
            list_type=ListType.MAP,
            list_map_keys=("name",),
        ),
        field(
            "byBoth",
            Array(items=Ref(key=bed.key)),
            list_type=ListType.MAP,
            list_map_keys=("place", "name"),
        ),
        field("byNothing", Array(items=STRING), list_type=ListType.MAP, list_map_keys=("gone",)),
        field(
            "byPlace",
            Array(items=Ref(key=bed.key)),
            list_type=ListType.MAP,
            list_map_keys=("place",),
        ),
    )
    write(reference(plot, bed), tmp_path)
    with importing(tmp_path) as importer:
        validate = importer.module("garden_v1.validators").validate_plot
        items = [{"name": {}, "place": "a"}, {"name": {}, "place": "b"}]
        for name in ("byBoth", "byPlace"):
            assert validate({name: items}) == ()
        assert validate({"byNothing": ["a", "a"]}) == ()
        for name in ("byObject", "byBoth", "byPlace"):
            assert [error.path for error in validate({name: items[:1] * 2})] == [f"{name}[1]"]


@example_settings(150)
@given(JSON)
def test_checker_table_gives_same_result_again(validators: ModuleType, data: object) -> None:
    """The first value compiles the function of a table."""
    for value in (
        data,
        {"spec": data},
        make_spec(**data) if isinstance(data, dict) and "owners" not in data else data,
    ):
        twice: list[list[Any]] = [[], []]
        for errors in twice:
            validators.check_plot.find_first(value, {}, errors, (set(), [0], {}))
        assert [each[1:] for each in twice[0]] == [each[1:] for each in twice[1]]
        assert bool(twice[0]) is bool(validators.validate_plot(value))
