"""Types inside types: where two of them differ, and what stands at a part."""

from __future__ import annotations

import pytest

from codegen.drift.compare.types import TypeEnds, find_ends, find_type_at
from codegen.model import Array, Map, Ref, Scalar, Type

TEXT, NUMBER, PLOT = Scalar(type="string"), Scalar(type="integer"), Ref(key="Plot")


@pytest.mark.parametrize(
    ("old", "new", "ends"),
    [
        pytest.param(TEXT, NUMBER, TypeEnds(old=TEXT, new=NUMBER, part=""), id="scalars"),
        pytest.param(
            Array(items=TEXT),
            Array(items=PLOT),
            TypeEnds(old=TEXT, new=PLOT, part="[]"),
            id="items",
        ),
        pytest.param(
            Map(values=Array(items=TEXT)),
            Map(values=Array(items=NUMBER)),
            TypeEnds(old=TEXT, new=NUMBER, part="{}[]"),
            id="lists-in-a-map",
        ),
        pytest.param(
            Array(items=Array(items=TEXT)),
            Array(items=Map(values=TEXT)),
            TypeEnds(old=Array(items=TEXT), new=Map(values=TEXT), part="[]"),
            id="list-and-map-in-a-list",
        ),
        pytest.param(
            Array(items=TEXT), TEXT, TypeEnds(old=Array(items=TEXT), new=TEXT, part=""), id="list"
        ),
    ],
)
def test_ends_are_the_first_types_of_different_form(old: Type, new: Type, ends: TypeEnds) -> None:
    assert find_ends(old, new) == ends


@pytest.mark.parametrize(
    ("expression", "part", "inner"),
    [
        pytest.param(TEXT, "", TEXT, id="itself"),
        pytest.param(Array(items=PLOT), "[]", PLOT, id="items"),
        pytest.param(Map(values=Array(items=TEXT)), "{}[]", TEXT, id="items-of-values"),
        pytest.param(Map(values=Array(items=TEXT)), "{}", Array(items=TEXT), id="values"),
        pytest.param(Array(items=TEXT), "{}", None, id="values-of-a-list"),
        pytest.param(TEXT, "[]", None, id="items-of-a-text"),
        pytest.param(Array(items=TEXT), "[][]", None, id="too-deep"),
    ],
)
def test_type_at_a_part(expression: Type, part: str, inner: Type | None) -> None:
    assert find_type_at(expression, part) == inner
