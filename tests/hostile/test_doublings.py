"""What once took the square of its input takes twice as long for twice of it; `make bench` measures all other shapes too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import doublings
from codegen.findings.diagnostics import CodegenError
from doublings import Series, every
from growth import STEEPEST, doubled

ONCE_STEEP = {
    "reading: page: comments",
    "reading: page: comments alone",
    "selecting: definitions by *lot{0}",
    "selecting: definitions by */v1/*t{0}",
    "comparing: fields, with nothing",
    "comparing: listed values, values changed",
    "comparing: a chain, definitions moved",
    "comparing: names of one spelling, values changed",
    "comparing: rules of one definition, rules changed",
    "comparing: a chain of kinds, with nothing",
    "comparing: YAML: versions of a resource, types changed",
    "comparing pages: pages that moved, the same",
    "telling history: definitions, renamed",
    "answering: an object with owners",
    "compiling rules: rules that do not compile",
    "accepting: each by a pattern",
    "accepting: each by an open pattern",
    "validating: mounts",
    "validating: service ports",
    "validating: containers with faults",
    "carrying translations: of two translations, of other fields",
    "writing docs table: a chain",
    "writing typeddict: definitions",
    "writing site: a chain",
    "writing site: a circle",
}
SERIES = {series.name: series for series in every() if series.name in ONCE_STEEP}


def test_all_of_them_are_measured() -> None:
    assert SERIES.keys() == ONCE_STEEP


@pytest.mark.parametrize("room", ["reading", "printing findings", "accepting"])
def test_what_is_measured_is_done(room: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An input that is refused at once takes as long at any size; that of repeated keys is meant to be."""
    refused = set()

    def told(work: Callable[[], object]) -> Callable[[], object]:
        def run() -> None:
            try:
                work()
            except CodegenError:
                refused.add(series.what)

        return run

    monkeypatch.setattr(doublings, "_tried", told)
    for series in every():
        if series.room == room:
            series.prepare(3)()
    assert refused <= {"YAML: keys that stand twice"}


@pytest.mark.timing
@pytest.mark.parametrize("series", SERIES.values(), ids=SERIES)
def test_twice_the_input_takes_twice_the_time(series: Series) -> None:
    found = doubled(series.prepare)
    assert found.steepness <= STEEPEST, found.ratios
