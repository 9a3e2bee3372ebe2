"""Of many texts with `*`, those that match a name are found without trying each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.core.wildcards import Wildcards
from codegen.findings.choice import matches

TEXTS = st.text("ab.*", max_size=5)


@given(texts=st.lists(TEXTS, max_size=40), names=st.lists(st.text("ab.", max_size=8), max_size=3))
def test_none_that_matches_is_left_out(texts: list[str], names: list[str]) -> None:
    near = list(Wildcards(_numbered(texts)).near(names))
    assert len(near) == len(set(near))
    assert set(near) >= {number for number, text in enumerate(texts) if any(matches(text, name) for name in names)}


@pytest.mark.parametrize("form", ["*.bed{}", "bed{}.*", "a.*.bed{}.*", "*bed{}.*b*"])
def test_of_many_few_are_tried(form: str) -> None:
    known = Wildcards(_numbered([form.format(number) for number in range(1000)]))
    assert known
    assert 7 in list(known.near(["a.a.bed7.b", "x"]))
    assert len(list(known.near(["a.a.bed7.b", "x"]))) <= 2


def _numbered(texts: list[str]) -> list[tuple[str, int]]:
    """Each text with its number."""
    return [(text, number) for number, text in enumerate(texts)]
