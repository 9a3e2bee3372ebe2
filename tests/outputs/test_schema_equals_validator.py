"""The JSON Schema and the generated validator accept and reject the same objects."""

from __future__ import annotations

import copy
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from codegen.project import emit
from codegen.project.config import configuration as config
from gardens.parts import PACKAGE, PLOT, ref
from gardens.python import importing, write_unit
from gardens.validation import GARDEN, WORD
from support.budget import example_settings
from support.corpus import ROOT

LIST = "x-kubernetes-list-type"


def document() -> dict[str, Any]:
    """Return the kind with every type and unusual names, without list keys, which JSON Schema
    cannot require to be unique.
    """
    made = copy.deepcopy(GARDEN)
    made["definitions"][PLOT]["properties"]["more"] = ref("Bed")
    spec = made["definitions"][f"{PACKAGE}.PlotSpec"]
    spec["required"] = ["name", "count", "sown", "beds"]
    spec["properties"] |= {
        "picture": {"type": "string", "format": "byte"},
        "steps": {"type": "array", "items": {"type": "integer", "format": "int32"}, LIST: "atomic"},
        "beds": {"type": "array", "items": ref("Bed")},
        "class": WORD,
        "foo-bar": WORD,
        "fooBar": {"type": "boolean"},
        "wet": {"type": "boolean", "enum": [True]},
        "mark": {"enum": [True, "x", 1.5, {"a": []}]},
    }
    return made


def pair(configuration: Path, kind: str, folder: Path) -> Iterator[tuple[dict[str, Any], Any, Any]]:
    """Yield the schema of a kind, a JSON Schema validator and the generated validator."""
    files = emit.generate(config.load(configuration))
    (schema_file,) = (
        path for path in files.files if path.startswith("schemas/") and path.endswith("-v1.json")
    )
    schema = json.loads(files.files[schema_file])
    unit = write_unit(files.files, folder / "made")
    Draft202012Validator.check_schema(schema)
    with importing(folder / "made") as importer:
        module = importer.module(f"{unit}.validators")
        yield schema, Draft202012Validator(schema, format_checker=formats()), getattr(module, kind)


def formats() -> FormatChecker:
    """Return a checker for string formats, which most validators only annotate."""
    checker = FormatChecker(["date-time"])
    base64 = re.compile("([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
    checker.checks("byte")(
        lambda text: not isinstance(text, str) or bool(base64.fullmatch(re.sub("[\r\n]", "", text)))
    )
    return checker


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Any], Any, Any]]:
    folder = tmp_path_factory.mktemp("token")
    page = ROOT / "schemas/sources/token-request-v1.zh-cn.txt"
    shutil.copy(page, folder)
    # The schema has no rules of servers.
    (folder / config.NAME).write_text(
        f"sources: [{{path: {page.name}, locale: zh-cn}}]\noutputs:\n- {{target: json-schema, to: schemas}}\n"
        "- {target: validators, to: code, server_rules: false}\n"
    )
    yield from pair(folder / config.NAME, "validate_token_request", folder)


@pytest.fixture(scope="module")
def everything(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[dict[str, Any], Any, Any]]:
    folder = tmp_path_factory.mktemp("everything")
    (folder / "garden.json").write_text(json.dumps(document()))
    (folder / config.NAME).write_text(
        "sources: [{path: garden.json}]\noutputs:\n- {target: json-schema, to: schemas}\n- {target: validators, to: code}\n"
    )
    yield from pair(folder / config.NAME, "validate_plot", folder)


_TIMES = """\
2024-02-29T12:30:45Z  2024-02-29T12:30:45.123456+02:00  1970-01-01T00:00:00-11:30  2024-01-01T00:00:00.5Z
2024-02-30T12:30:45Z  2024-01-01T00:00:00  2024-01-01  2024-01-01 00:00:00Z  2024-13-01T00:00:00Z  now
2024-01-01T24:00:00Z  2024-01-01T00:00:61Z  24-01-01T00:00:00Z  2024-01-01T00:00Z  2024-01-01T00:00:00+0200
٢٠٢٤-01-01T00:00:00Z"""
TIMES = [*re.split("  |\n", _TIMES), ""]
ENCODED = ["", "YQ==", "YW\nI=", "++//", "YQ", "YQ=", "-_==", "YQ==YQ==", "é"]
# No whole floats: JSON Schema accepts 1.0 as an integer, typed decoders do not.
EDGES = [edge for bits in (31, 63) for edge in (2**bits - 1, 2**bits, -(2**bits), -(2**bits) - 1)]
NUMBERS = [0, 1, -1, *EDGES, 0.5, -2.25, 1e-9]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(NUMBERS),
    st.sampled_from(TIMES),
    st.text(max_size=3),
    st.builds(list),
    st.builds(dict),
    st.builds(lambda: [None]),
    st.builds(lambda: ["a", "a"]),
    st.builds(lambda: {"a": 1}),
)


def value(
    draw: st.DrawFn, schema: dict[str, Any], definitions: dict[str, Any], odd: int, depth: int = 0
) -> Any:
    """Draw a value of a schema. Each part is arbitrary with a probability of one in `odd`."""
    if odd and draw(st.integers(1, odd)) == 1:
        return draw(JUNK)
    if depth > 6:
        return None
    if "$ref" in schema:
        return value(
            draw, definitions[schema["$ref"].rpartition("/")[2]], definitions, odd, depth + 1
        )
    if "anyOf" in schema or "oneOf" in schema:
        members = schema["anyOf" if "anyOf" in schema else "oneOf"]
        return value(draw, draw(st.sampled_from(members)), definitions, odd, depth)
    if "pattern" in schema and (not odd or draw(st.booleans())):
        # Only Python's `$` matches before a line break.
        return draw(st.from_regex(schema["pattern"])).rstrip("\n")
    if "enum" in schema or "const" in schema:
        return draw(st.sampled_from(schema["enum"] if "enum" in schema else [schema["const"]]))
    kinds = schema.get("type", ["string"])
    kind = draw(st.sampled_from(kinds)) if isinstance(kinds, list) else kinds
    if kind == "object":
        return mapping(draw, schema, definitions, odd, depth)
    if kind == "array":
        count = draw(st.integers(0, 3))
        items = [value(draw, schema["items"], definitions, odd, depth + 1) for _ in range(count)]
        return (
            items
            if not schema.get("uniqueItems") or draw(st.booleans())
            else list({str(item): item for item in items}.values())
        )
    if kind == "integer":
        low, high = schema.get("minimum", -(2**63)), schema.get("maximum", 2**63)
        fitting = [
            number
            for number in NUMBERS
            if isinstance(number, int) and (odd or low <= number <= high)
        ]
        return draw(st.sampled_from(fitting))
    if kind == "string" and schema.get("format") == "byte":
        return draw(st.sampled_from(ENCODED if odd else ENCODED[:4]))
    if kind == "string" and schema.get("format") == "date-time":
        return draw(st.sampled_from(TIMES if odd else TIMES[:4]))
    simple: dict[str, st.SearchStrategy[Any]] = {
        "string": st.text(max_size=4),
        "boolean": st.booleans(),
        "number": st.sampled_from(NUMBERS),
        "null": st.none(),
    }
    return draw(simple[kind])


def mapping(
    draw: st.DrawFn, schema: dict[str, Any], definitions: dict[str, Any], odd: int, depth: int
) -> dict[str, Any]:
    items = {}
    for name, inner in schema.get("properties", {}).items():
        needed = name in schema.get("required", ())
        left_out = (
            bool(odd) and draw(st.integers(1, odd)) == 1 if needed else draw(st.integers(0, 3)) > 0
        )
        if not left_out:
            items[name] = value(draw, inner, definitions, odd, depth + 1)
    free = schema.get("additionalProperties", True)
    if isinstance(free, dict):
        for key in draw(st.lists(st.text(max_size=2), max_size=2, unique=True)):
            items[key] = value(draw, free, definitions, odd, depth + 1)
    elif (free and draw(st.booleans())) or (odd and draw(st.integers(1, odd)) == 1):
        items[draw(st.sampled_from(["extra", "", "Kind", "kinds", "__class__"]))] = draw(JUNK)
    return items


@st.composite
def objects(draw: st.DrawFn, schema: dict[str, Any]) -> Any:
    return value(
        draw, {"$ref": schema["$ref"]}, schema["$defs"], draw(st.sampled_from([0, 0, 40, 15, 5]))
    )


def assert_agreement(case: tuple[dict[str, Any], Any, Any], data: st.DataObject) -> None:
    schema, judge, validate = case
    instance = data.draw(objects(schema))
    faults = [f"{error.json_path}: {error.message}" for error in judge.iter_errors(instance)]
    found = validate(instance)
    event("valid" if not faults else "invalid")
    assert bool(faults) == bool(found), (instance, faults, [str(error) for error in found])


BUDGET = example_settings(
    250, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@BUDGET
@given(data=st.data())
def test_schema_and_validator_of_first_page_agree(
    token: tuple[dict[str, Any], Any, Any], data: st.DataObject
) -> None:
    assert_agreement(token, data)


@BUDGET
@given(data=st.data())
def test_schema_and_validator_of_all_types_agree(
    everything: tuple[dict[str, Any], Any, Any], data: st.DataObject
) -> None:
    assert_agreement(everything, data)


BEDS = [{"id": 1, "inner": {"id": 2, "inner": None}}]
SPEC = {"name": "a", "count": 1, "sown": "2024-02-29T12:30:45Z", "beds": BEDS}
VALID = {"apiVersion": "garden.example.io/v1", "kind": "Plot", "spec": SPEC}


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("apiVersion",), "garden.example.io/v2"),
        (("kind",), "Bed"),
        (("spec",), None),
        (("spec", "name"), None),
        (("spec", "count"), 2**31),
        (("spec", "count"), True),
        (("spec", "size"), -(2**63) - 1),
        (("spec", "sown"), "2024-02-29"),
        (("spec", "soil"), "Rock"),
        (("spec", "depth"), 0.5),
        (("spec", "tags"), ["a", "a"]),
        (("spec", "tags"), [1]),
        (("spec", "watered"), [1]),
        (("spec", "picture"), "a"),
        (("spec", "wet"), False),
        (("spec", "mark"), 1),
        (("spec", "weight"), "1 Gi"),
        (("spec", "weight"), "1K"),
        (("spec", "weight"), ""),
        (("spec", "weight"), True),
        (("spec", "labels"), {"a": 1}),
        (("spec", "rows"), {"a": "b"}),
        (("spec", "deep"), {"a": {"b": {}}}),
        (("spec", "beds"), [{"id": 1, "inner": {}}]),
        (("spec", "beds"), {}),
        (("spec", "free"), []),
        (("spec", "unknown"), 1),
        (("more",), {"id": 1, "unknown": None}),
    ],
)
def test_single_fault_is_found_by_both(
    everything: tuple[dict[str, Any], Any, Any], path: tuple[str, ...], wrong: object
) -> None:
    _, judge, validate = everything
    assert judge.is_valid(VALID)
    assert validate(VALID) == ()
    broken = json.loads(json.dumps(VALID))
    place = broken
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = wrong
    assert not judge.is_valid(broken)
    assert len(validate(broken)) == 1
