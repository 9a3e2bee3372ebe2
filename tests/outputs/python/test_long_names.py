"""Names of all lengths, which neither black nor ruff lays out anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from codegen.model import Array, Definition, Map, Ref, Reference, Scalar
from gardens.parts import PACKAGE, field
from gardens.python import ANY, definition, emit_outputs, finish_file, importing, reference, write
from support.formatters import find_reformatted

TARGETS = ("dataclasses", "validators", "pydantic", "msgspec", "typeddict")
LENGTHS = (8, 79, 86, 110)  # around the ends of lines, where the formatters differ
ALL_LENGTHS = (8, 30, *range(56, 92), 110)
SOIL = Scalar(type="string", enum=("clay", "sand"))


def long_name(first: str, length: int) -> str:
    return f"{first}{'a' * (length - len(first))}"


def definitions_of(length: int) -> Iterator[Definition]:
    """Yield two classes, and one with fields of these, whose names have the length."""
    name = long_name("Bed", length)
    bed = Ref(key=f"{PACKAGE}.{name}")
    yield definition(name)
    yield definition(long_name("Tree", length), field("height", required=True))
    yield definition(
        long_name("Plot", length),
        field("bed", bed, required=True),
        field("otherBed", bed),
        field("bedURL", bed, required=True),  # no camel case of a Python name
        field("lastURL", bed),
        field("beds", Array(items=bed), required=True),
        field("otherBeds", Array(items=bed)),
        field("bedsByName", Map(values=Array(items=bed)), required=True),
        field("soil", SOIL, required=True),
        field(long_name("n", length), required=True),
        field(long_name("o", length), bed, required=True),
        field(long_name("p", length)),
        field(long_name("q", length), Array(items=bed)),
        field(long_name("r", length), SOIL),
        field(long_name("s", length), ANY, required=True),
    )


def garden(lengths: tuple[int, ...] = LENGTHS) -> Reference:
    all_definitions = [each for length in lengths for each in definitions_of(length)]
    texts = {f"{each.key}#bed": "The bed of a plot." for each in all_definitions}
    return reference(*all_definitions, prose=texts)


@pytest.mark.parametrize(
    "lengths",
    [
        pytest.param(LENGTHS, id="some"),
        pytest.param(ALL_LENGTHS, id="all", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("target", TARGETS)
def test_formatters_do_not_change_names_of_any_length(
    target: str, lengths: tuple[int, ...], tmp_path: Path
) -> None:
    emitted = emit_outputs(garden(lengths), (target,))
    files = [finish_file(file) for file in emitted if file.finish]
    assert find_reformatted({file.path: file.text for file in files}, tmp_path) == []


@pytest.mark.parametrize(
    ("target", "module"), [("pydantic", "pydantic_models"), ("msgspec", "structs")]
)
def test_fields_of_long_types_are_required_and_renamed(
    target: str, module: str, tmp_path: Path
) -> None:
    plot = long_name("Plot", LENGTHS[-1])
    write(garden(), tmp_path / "made", targets=(target,))
    with importing(tmp_path / "made") as importer:
        unit = next(each.parent.name for each in (tmp_path / "made").rglob(f"{module}.py"))
        model = getattr(importer.module(f"{unit}.{module}"), plot)
        with pytest.raises(ValueError) as caught:
            model.from_dict({})
    missing = {path for path, _ in caught.value.problems}  # type: ignore[attr-defined]
    assert {"bed", "bedURL", "beds", "bedsByName", "soil"} <= missing
