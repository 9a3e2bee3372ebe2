"""Compatibility of types from lossy sources, and resolution of types for validation."""

from __future__ import annotations

import pytest

from codegen.model import Array, LossyType, Map, Ref, Scalar, Type, kubernetes, may_be
from codegen.validation.engine import ObjectChecker
from gardens import parts

ANYTHING, OBJECT, TEXT = Scalar(type=""), Scalar(type="object"), Scalar(type="string")
NUMBER, SHORT, LONG = (Scalar(type="integer", format=form) for form in ("", "int32", "int64"))
BYTES = Scalar(type="string", format="byte")
BED, PLOT = Ref(key="garden.Bed"), Ref(key="garden.Plot")


@pytest.mark.parametrize(
    ("loose", "exact", "expected"),
    [
        (BED, BED, True),
        (BED, PLOT, False),
        (SHORT, LONG, False),
        (TEXT, BYTES, True),
        (TEXT, Scalar(type="string", enum=("Clay",)), True),
        (BYTES, TEXT, False),
        (TEXT, SHORT, False),
        (LossyType(known=ANYTHING), Array(items=BED), True),
        (LossyType(known=NUMBER), LONG, True),
        (LossyType(known=NUMBER), TEXT, False),
        (LossyType(known=OBJECT), Map(values=TEXT), True),
        (LossyType(known=OBJECT), BED, True),
        (LossyType(known=OBJECT), ANYTHING, True),
        (LossyType(known=OBJECT), Array(items=BED), False),
        (LossyType(known=BED), BED, True),
        (LossyType(known=BED), PLOT, False),
        (LossyType(known=NUMBER), LossyType(known=NUMBER), True),
        (NUMBER, LossyType(known=NUMBER), True),
        (LossyType(known=Array(items=NUMBER)), Array(items=LONG), True),
        (LossyType(known=Map(values=Array(items=OBJECT))), Map(values=Array(items=BED)), True),
        (LossyType(known=Array(items=BED)), Array(items=PLOT), False),
        (LossyType(known=Map(values=TEXT)), Map(values=LONG), False),
        (Array(items=BED), Map(values=BED), False),
        (LossyType(known=Map(values=BED)), Array(items=BED), False),
        (LossyType(known=Array(items=BED)), BED, False),
    ],
)
def test_lossy_type_is_compatible_with_exact_type(loose: Type, exact: Type, expected: bool) -> None:
    assert may_be(loose, exact) is expected
    assert may_be(Array(items=loose), Array(items=exact)) is expected
    assert may_be(Map(values=loose), Map(values=exact)) is expected


ALIASES = {
    "garden.Name": TEXT,
    "garden.Names": Array(items=Ref(key="garden.Name")),
    "garden.Guess": LossyType(known=SHORT),
    "garden.Ring": Ref(key="garden.Link"),
    "garden.Link": Ref(key="garden.Ring"),
    "garden.Nest": Array(items=Ref(key="garden.Nest")),
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (Ref(key="garden.Bed"), Ref(key="garden.Bed")),
        (Ref(key="garden.Empty"), OBJECT),
        (Ref(key="garden.Undocumented"), OBJECT),
        (Ref(key="garden.Nowhere"), ANYTHING),
        (Ref(key="garden.Name"), TEXT),
        (Map(values=Ref(key="garden.Names")), Map(values=Array(items=TEXT))),
        (Ref(key="garden.Guess"), NUMBER),
        (
            Array(items=LossyType(known=Array(items=Ref(key="garden.Name")))),
            Array(items=Array(items=TEXT)),
        ),
        (Ref(key="garden.Ring"), ANYTHING),
        (Ref(key="garden.Nest"), Array(items=ANYTHING)),
        (Scalar(type="string", enum=("Clay", "Clay")), Scalar(type="string", enum=("Clay",))),
        (Scalar(type="integer", enum=("1",)), NUMBER),
    ],
)
def test_aliases_are_resolved_to_value_types(expression: Type, expected: Type) -> None:
    reference = parts.reference(
        parts.definition("garden.Bed", parts.field("name")),
        parts.definition("garden.Empty"),
        parts.definition("garden.Undocumented", documented=False),
        *(parts.definition(key, type=kind) for key, kind in ALIASES.items()),
    )
    assert reference.resolve(expression) == expected


def test_server_formats_belong_to_alias_not_to_namesakes() -> None:
    for key, served in kubernetes.SERVED.items():
        assert (
            parts.reference(parts.definition(key, type=kubernetes.ALIASES[key])).resolve(
                Ref(key=key)
            )
            == served
        )
        assert parts.reference(parts.definition(key, type=LONG)).resolve(Ref(key=key)) == LONG


@pytest.mark.parametrize("version", ["v1beta1", "v1"])
def test_json_alias_is_any_value(version: str) -> None:
    assert (
        kubernetes.ALIASES[f"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.{version}.JSON"]
        == ANYTHING
    )


def test_recursive_list_type_is_checked() -> None:
    engine = ObjectChecker(
        parts.reference(parts.definition("garden.Nest", type=ALIASES["garden.Nest"]))
    )
    assert not engine.find_errors([[1], "x"], "garden.Nest")
    assert [error.word for error in engine.find_errors("x", "garden.Nest")] == ["type"]
