"""The validation engine agrees with generated validators; the Status matches the response of
servers.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from codegen.core.diagnostics import CodegenError, Level, Report
from codegen.core.locales import SHIPPED
from codegen.core.source import Source
from codegen.model import GroupVersionKind
from codegen.project import emit, read
from codegen.project.config import configuration
from codegen.readers.openapi.reader import read_document
from codegen.validation import Layer, ObjectFinding, Validator, status, validate
from gardens.parts import PLOT, openapi
from gardens.python import importing, write_unit
from gardens.validation import CYCLE, DEEP, GARDEN, JUNK, VALID, mutants, rules_folder
from support.budget import example_settings
from support.rows import each_row

PLOT_KIND = GroupVersionKind(group="garden.example.io", version="v1", kind="Plot")
Pair = tuple[Callable[..., Any], Callable[..., tuple[ObjectFinding, ...]]]


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Return the generated validator of a kind and the engine on the same reference, without server
    rules.
    """
    folder = tmp_path_factory.mktemp("garden")
    (folder / "garden.json").write_text(json.dumps(GARDEN))
    (folder / configuration.NAME).write_text(
        "sources: [{path: garden.json}]\nlocales: [en, zh-cn]\noutputs: [{target: validators, to: code}]\n"
    )
    settings = configuration.load(folder / configuration.NAME)
    reference = read.read_reference(settings, Report())
    unit = write_unit(emit.emit_files(settings, reference, Report()).files, folder / "made")
    validator = Validator(reference)

    def interpreted(obj: object, **options: Any) -> tuple[ObjectFinding, ...]:
        found = validator.validate(obj, key=PLOT, **options)
        return tuple(finding for finding in found if finding.layer is Layer.SCHEMA)

    with importing(folder / "made") as importer:
        yield importer.module(f"{unit}.validators").validate_plot, interpreted


BUDGET = example_settings(
    250, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def assert_same_errors(both: Pair, obj: object, locale: str) -> None:
    generated, interpreted = both
    near = SHIPPED.get(locale).validation["unknown_near"]
    wanted = [
        (each.path, each.pointer, each.code, each.message) for each in generated(obj, locale=locale)
    ]
    found = [
        (
            each.path,
            each.pointer,
            each.code,
            near.format(name=each.close) if each.close else each.message,
        )
        for each in interpreted(obj, locale=locale)
    ]
    assert found == wanted


@BUDGET
@given(data=st.data())
def test_engine_agrees_with_generated_validator(garden: Pair, data: st.DataObject) -> None:
    assert_same_errors(
        garden, data.draw(mutants(VALID)), data.draw(st.sampled_from(["en", "zh-cn"]))
    )


@each_row((value,) for value in JUNK)
def test_engine_agrees_on_unusual_values_in_every_field(value: Any, *, garden: Pair) -> None:
    assert garden[1](VALID) == ()
    for name in VALID["spec"]:
        broken = copy.deepcopy(VALID)
        broken["spec"][name] = value
        assert_same_errors(garden, broken, "en")
    assert_same_errors(garden, value, "en")


@pytest.mark.parametrize("how", ["Strict", "Warn", "Ignore"])
@pytest.mark.filterwarnings("ignore")
def test_field_validation_sets_severity_of_unknown_fields(garden: Pair, how: str) -> None:
    found = garden[1]({**VALID, "specs": {}}, field_validation=how)
    assert [finding.level for finding in found] == {
        "Strict": [Level.ERR],
        "Warn": [Level.WARN],
        "Ignore": [],
    }[how]
    assert len(garden[0]({**VALID, "specs": {}}, field_validation=how)) == (how == "Strict")


def plot(**spec: Any) -> dict[str, Any]:
    return {**VALID, "spec": {**VALID["spec"], **spec}}


def test_schema_may_be_mapping_path_or_reference(tmp_path: Path, validator: Validator) -> None:
    file = tmp_path / "garden.json"
    file.write_text(json.dumps(GARDEN))
    wanted = validate(plot(size="x"), GARDEN)
    assert [finding.path for finding in wanted] == ["spec.size"]
    assert validate(plot(size="x"), file) == validate(plot(size="x"), str(file)) == wanted
    assert validate(plot(size="x"), validator.reference) == wanted


def test_help_is_field_description() -> None:
    (found,) = validate(plot(size="x"), GARDEN)
    assert found.help == "size is in square metres."
    assert found.layer is Layer.SCHEMA
    (unknown,) = validate(plot(sizes=1), GARDEN)
    assert (unknown.help, unknown.close) == ("", "size")


def test_rules_of_objects_do_not_concern_other_schemas() -> None:
    schema = {"type": "object", "properties": {"plant": {"type": "string"}}}
    reference = read_document(Source(json.dumps(openapi({"Bed": schema})), "garden"), Report())
    assert validate({"plant": "rose"}, reference, key="Bed") == ()
    assert [each.path for each in validate({"plant": 1}, reference, key="Bed")] == ["plant"]


def test_object_without_kind_is_checked_by_only_kind() -> None:
    assert [
        finding.path for finding in validate({"spec": {"name": "a", "beds": [], "open": 1}}, GARDEN)
    ] == ["spec.open"]
    for obj in ({"apiVersion": "v1", "kind": "Other"}, {**VALID, "kind": "Other"}):
        with pytest.raises(ValueError, match="kind of the object"):
            validate(obj, GARDEN)
    assert validate([], GARDEN)[0].code == "FieldValueTypeInvalid"
    assert validate({"id": "x"}, GARDEN, key=PLOT.replace("Plot", "Bed"))[0].path == "id"
    with pytest.raises(ValueError, match="no definition"):
        validate({}, GARDEN, key="io.example.Nothing")


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="field_validation"):
        validate(VALID, GARDEN, field_validation="Loose")
    with pytest.raises(ValueError, match="locale"):
        validate(VALID, GARDEN, locale="xx")
    with pytest.raises(ValueError, match="release"):
        validate(VALID, GARDEN, kubernetes_version="newest")
    with pytest.raises(CodegenError):
        validate(VALID, {"swagger": "2.0"})


@pytest.fixture(scope="module")
def validator(tmp_path_factory: pytest.TempPathFactory) -> Validator:
    """Return a validator with the rules of the invented kind."""
    reference = read_document(Source(json.dumps(GARDEN), "garden.json"), Report())
    return Validator(reference, rules=(rules_folder(tmp_path_factory.mktemp("rules")),))


@each_row((value,) for value in JUNK)
def test_no_value_raises_exception(value: Any, *, validator: Validator) -> None:
    """Includes rules and status, since rules read the value as well."""
    for name in (*VALID["spec"], "extra"):
        obj = plot(**{name: value})
        found = validator.validate(
            obj, url={"name": "x", "namespace": None}, kubernetes_version="1.13"
        )
        answer = status(found, PLOT_KIND)
        assert answer["status"] in ("Success", "Failure")
        assert all(
            finding.path is not None and str(finding) and finding.pointer is not None
            for finding in found
        )
    for whole in ({**VALID, "spec": value}, {**VALID, "metadata": {"name": value}}):
        status(validator.validate(whole, url={"name": "x", "namespace": "n"}), PLOT_KIND)


def test_cycles_and_depth_are_located_errors() -> None:
    (cycle,) = validate(plot(free={"a": CYCLE}), GARDEN)
    assert cycle.path == "spec.free[a][0][again]"
    assert "contain itself" in cycle.message
    (deep,) = validate(plot(free={"a": DEEP}), GARDEN)
    assert deep.path.startswith("spec.free[a]")
    assert "200" in deep.message


def validation_status(obj: object, **options: Any) -> dict[str, Any]:
    return status(validate(obj, GARDEN, **options), PLOT_KIND, "south")


def test_valid_object_has_success_status() -> None:
    assert validation_status(VALID) == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
    }


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"size": "x"}, "string into Go struct field PlotSpec.spec.size of type int64"),
        ({"size": 1.5}, "number 1.5 into Go struct field PlotSpec.spec.size of type int64"),
        (
            {"count": 2**31},
            "number 2147483648 into Go struct field PlotSpec.spec.count of type int32",
        ),
        ({"open": 1}, "number into Go struct field PlotSpec.spec.open of type bool"),
        ({"tags": "x"}, "string into Go struct field PlotSpec.spec.tags of type []string"),
        ({"tags": [True]}, "bool into Go struct field PlotSpec.spec.tags of type string"),
        ({"rows": []}, "array into Go struct field PlotSpec.spec.rows of type map[string][]string"),
        ({"owner": "x"}, "string into Go struct field PlotSpec.spec.owner of type v1.Owner"),
        ({"sown": 1}, "number into Go struct field PlotSpec.spec.sown of type string"),
        ({"beds": [None]}, "spec.beds[0]: Invalid value: must be an object, not null"),
        (
            {"size": b"x"},
            "spec.size: Invalid value: must be an integer, not a value that JSON cannot express",
        ),
    ],
)
def test_wrong_type_is_bad_request_with_decoder_message(spec: dict[str, Any], words: str) -> None:
    answer = validation_status(plot(**spec), locale="zh-cn")
    head, _, text = answer["message"].partition(": ")
    assert head == 'Plot in version "v1" cannot be handled as a Plot'
    assert text.removeprefix("json: cannot unmarshal ") == words
    assert (answer["code"], answer["reason"]) == (400, "BadRequest")


LAYOUT = ["2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05", "Z07:00"]


@each_row("""
    month out of range  | 2024-00-01T00:00:00Z 2024-13-01T00:00:00Z
    day out of range    | 2024-01-00T00:00:00Z 2024-01-32T00:00:00Z 2024-02-30T3:59:59,5+02:00
    hour out of range   | 2024-01-01T24:00:00Z
    minute out of range | 2024-01-01T00:60:00Z
    second out of range | 2024-01-01T00:00:60Z
    extra text: "é"     | 2024-01-01T00:00:00Zé
    extra text: "0"     | 2024-12-31T23:59:59Z0
""")
def test_malformed_time_has_message_of_go(message: str, times: str) -> None:
    for time in times.split():
        assert validation_status(plot(sown=time))["message"].endswith(
            f': parsing time "{time}": {message}'
        )


@each_row(enumerate(LAYOUT))
def test_unfinished_time_names_next_element(number: int, element: str) -> None:
    time = "2024-12-31T23:59:59"[: len("".join(LAYOUT[:number]))] + "é"
    message = f': parsing time "{time}" as "{"".join(LAYOUT)}": cannot parse "é" as "{element}"'
    assert validation_status(plot(sown=time))["message"].endswith(message)


def test_strict_decoding_lists_unknown_fields() -> None:
    answer = validation_status({**plot(a=1), "b": 2})
    assert answer["message"].endswith(
        'strict decoding error: unknown field "spec.a", unknown field "b"'
    )
    assert validation_status({**plot(a=1), "b": 2}, field_validation="Warn")["status"] == "Success"


def test_missing_required_fields_are_invalid_with_causes() -> None:
    answer = validation_status(plot(name=None, soil="Rock"), locale="zh-cn")
    assert (answer["code"], answer["reason"]) == (422, "Invalid")
    assert answer["details"] == {
        "name": "south",
        "group": "garden.example.io",
        "kind": "Plot",
        "causes": [
            {"reason": "FieldValueRequired", "message": "Required value", "field": "spec.name"},
            {
                "reason": "FieldValueNotSupported",
                "message": "Unsupported value: supported values: Clay, Sand",
                "field": "spec.soil",
            },
        ],
    }
    assert answer["message"].startswith(
        'Plot.garden.example.io "south" is invalid: [spec.name: Required value, '
    )
