"""Inputs that once raised or took too long, tried again; and a few hundred new ones, the same in each run. `make fuzz` tries more."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from fuzz.mutation import mutant
from fuzz.surfaces import SURFACES
from fuzz.trying import Kept, attempt
from support.budget import tries

CORPUS = Path(__file__).with_name("corpus")
KEPT = sorted(CORPUS.glob("*/*"))


@pytest.mark.parametrize("file", KEPT, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_failed_once_does_not(file: Path) -> None:
    failure = attempt(file.parent.name.replace("-", " "), file.read_bytes())
    assert failure is None, failure.shown


@pytest.mark.slow
@pytest.mark.parametrize("surface", SURFACES)
def test_mutants_raise_nothing(surface: str) -> None:
    chance = random.Random(f"mutants of {surface}")  # noqa: S311
    seeds = [text for text in SURFACES[surface].seeds() if text]
    for _ in range(100):
        data = mutant(chance.choice(seeds), chance, seeds).encode("utf-8", errors="replace")
        failure = attempt(surface, data)
        assert failure is None, failure.shown


@pytest.mark.slow
@pytest.mark.parametrize("surface", SURFACES)
@tries(60)
@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
def test_anything_raises_nothing(surface: str, data: bytes) -> None:
    failure = attempt(surface, data)
    assert failure is None, failure.shown


def test_a_failure_is_kept_once_and_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(data: bytes) -> None:
        if b"x" in data:
            raise KeyError(data)

    monkeypatch.setitem(SURFACES, "scalar", replace(SURFACES["scalar"], run=fail))
    failure = attempt("scalar", b"one\ntwo x\nthree")
    assert failure
    kept = Kept(folder=tmp_path)
    assert (kept.add(failure), kept.add(failure)) == (True, False)
    assert [file.read_bytes() for file in tmp_path.iterdir() if file.suffix != ".trace"] == [b"x"]
