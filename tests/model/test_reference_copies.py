"""Copies and pickles of a reference."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen import Reference, read
from gardens.compare import document

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


def pickled(protocol: int) -> Callable[[Reference], Reference]:
    """Return a function that pickles and unpickles a reference."""

    def make(one: Reference) -> Reference:
        twin: Reference = pickle.loads(pickle.dumps(one, protocol))  # noqa: S301 - written above
        return twin

    return make


COPIES: dict[str, Callable[[Reference], Reference]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle {protocol}": pickled(protocol) for protocol in PROTOCOLS},
}


@pytest.mark.parametrize("make", COPIES.values(), ids=COPIES)
def test_reference_survives_copies(tmp_path: Path, make: Callable[[Reference], Reference]) -> None:
    source = tmp_path / "api.json"
    source.write_text(json.dumps(document()), encoding="utf-8")
    original = read(source)
    twin = make(original)
    assert list(twin.definitions) == list(original.definitions)
    assert dict(twin.definitions) == dict(original.definitions)
    assert dict(twin.operations) == dict(original.operations)
    assert dict(twin.prose["en"]) == dict(original.prose["en"])
    with pytest.raises(TypeError):
        twin.definitions["x"] = next(iter(twin.definitions.values()))  # type: ignore[index]
