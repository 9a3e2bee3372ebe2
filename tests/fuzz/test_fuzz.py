"""Inputs that once failed, and mutations of valid inputs. `make fuzz` tries more of them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from random import Random
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.mutation import mutate
from fuzz.surfaces import ALLOWED, SURFACES
from support.budget import example_settings

CORPUS = Path(__file__).with_name("corpus")
FOUND = Path(__file__).with_name("found")
COUNT = int(os.environ.get("FUZZ_TRIES", "100"))
SECONDS = 20  # CPU time for an input of at most 200,000 characters


@cache
def list_seeds(surface: str) -> list[str]:
    """Return the valid inputs of a surface, made when a test needs them."""
    return [text for text in SURFACES[surface].seeds() if text]


def attempt(surface: str, data: bytes) -> None:
    """Try an input.

    A failing input is written to `found`, which finally has the smallest one of Hypothesis.
    """
    try:
        with limit_time(), suppress(*ALLOWED):
            SURFACES[surface].run(data)
    except Exception:
        FOUND.mkdir(exist_ok=True)
        (FOUND / surface.replace(" ", "-")).write_bytes(data)
        raise


@contextmanager
def limit_time() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize(
    "file", sorted(CORPUS.glob("*/*")), ids=lambda file: f"{file.parent.name}/{file.name}"
)
def test_former_failures_pass(file: Path) -> None:
    attempt(file.parent.name.replace("-", " "), file.read_bytes())


@pytest.mark.slow
@pytest.mark.parametrize("surface", SURFACES)
@example_settings(COUNT)
@given(chance=st.randoms(use_true_random=True), data=st.data())
def test_mutated_inputs_raise_nothing(surface: str, chance: Random, data: st.DataObject) -> None:
    seeds = list_seeds(surface)
    text = mutate(data.draw(st.sampled_from(seeds)), chance, seeds)
    attempt(surface, text.encode("utf-8", errors="replace"))


@pytest.mark.slow
@pytest.mark.parametrize("surface", SURFACES)
@example_settings(60)
@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")),
    )
)
def test_arbitrary_text_raises_nothing(surface: str, data: bytes) -> None:
    attempt(surface, data)
