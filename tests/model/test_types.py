"""What a source that loses facts can have written for a type."""

from __future__ import annotations

import pytest

from codegen.model import Array, Lost, Map, Ref, Scalar, Type, may_be

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
        (Lost(known=ANYTHING), Array(items=BED), True),
        (Lost(known=NUMBER), LONG, True),
        (Lost(known=NUMBER), TEXT, False),
        (Lost(known=OBJECT), Map(values=TEXT), True),
        (Lost(known=OBJECT), BED, True),
        (Lost(known=OBJECT), ANYTHING, True),
        (Lost(known=OBJECT), Array(items=BED), False),
        (Lost(known=BED), BED, True),
        (Lost(known=BED), PLOT, False),
        (Lost(known=NUMBER), Lost(known=NUMBER), True),
        (NUMBER, Lost(known=NUMBER), True),
    ],
)
def test_may_be(loose: Type, exact: Type, expected: bool) -> None:
    assert may_be(loose, exact) is expected
    assert may_be(Array(items=loose), Array(items=exact)) is expected
    assert may_be(Map(values=loose), Map(values=exact)) is expected


def test_a_loss_outside_of_a_list_reaches_what_is_inside() -> None:
    assert may_be(Lost(known=Array(items=NUMBER)), Array(items=LONG))
    assert may_be(Lost(known=Map(values=Array(items=OBJECT))), Map(values=Array(items=BED)))
    assert not may_be(Lost(known=Array(items=BED)), Array(items=PLOT))
    assert not may_be(Lost(known=Map(values=TEXT)), Map(values=LONG))


def test_a_list_is_no_map() -> None:
    assert not may_be(Array(items=BED), Map(values=BED))
    assert not may_be(Lost(known=Map(values=BED)), Array(items=BED))
    assert not may_be(Lost(known=Array(items=BED)), BED)
