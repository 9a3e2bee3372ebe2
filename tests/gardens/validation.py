"""An invented kind with every type, valid and mutated objects, and server rules, for the tests of
validation.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from gardens.parts import SOURCES, load_document
from gardens.python import positions

WORD = {"type": "string"}
GARDEN = load_document("validated")

VALID: dict[str, Any] = {
    "apiVersion": "garden.example.io/v1",
    "kind": "Plot",
    "metadata": {"name": "south", "labels": {"a": "b"}},
    "spec": {
        "name": "south",
        "count": 3,
        "size": 2**40,
        "any": 2**62,
        "ratio": 0.5,
        "open": True,
        "soil": "Clay",
        "sown": "2024-02-29T12:30:45Z",
        "watered": ["2024-02-29T12:30:45.5+02:00"],
        "depth": "10%",
        "weight": "3Gi",
        "free": {"x": [1, {"y": None}]},
        "labels": {"a": "b"},
        "rows": {"a": ["b"]},
        "deep": {"a": {"b": {"id": 1}}},
        "tags": ["a", "b"],
        "owner": {"apiVersion": "v1", "kind": "Gardener"},
        "beds": [{"id": 1, "side": "n", "inner": {"id": 2, "inner": None}}, {"id": 1, "side": "s"}],
        "elsewhere": {"x": 1},
        "$odd": "",
    },
    "status": {"phase": "sown"},
}

CYCLE: list[Any] = []
CYCLE.append({"again": CYCLE})
DEEP: Any = "end"
for _ in range(10_000):
    DEEP = [DEEP] if _ % 2 else {"inner": DEEP}

JUNK: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    2**31,
    -(2**31) - 1,
    2**63,
    -(2**63) - 1,
    10**5000,
    1.0,
    0.5,
    float("nan"),
    float("inf"),
    "",
    "a",
    "60",
    "Clay",
    "south",
    "\ud800",
    "x" * 1_000_000,
    "2024-02-30T00:00:00Z",
    "2024-01-01T00:00:00",
    "2024-01-01",
    "2024-01-01 00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-01-01T24:00:00Z",
    "2024-01-01T00:00:00+0200",
    "٢٠٢٤-01-01T00:00:00Z",
    "2024-01-01T00:00:60Z",
    "2024-01-01t00:00:00z",
    "2024-01-01T0:00:00,5Z",
    "2024-01-01T00:00:00+24:60",
    "0000-02-29T00:00:00Z",
    [],
    [None],
    [[]],
    ["a", "a"],
    [1, 1.0, True],
    [{"id": 1}, {"id": 1}],
    [{"id": 1}, {"id": 1.0}, {"id": True}],
    {},
    {"": None},
    {"a": 1},
    {1: "a"},
    {None: 1, True: 2, 0.5: 3, ("a",): 4},
    {"inner": {"inner": 1}},
    CYCLE,
    CYCLE[0],
    DEEP,
    object,
    (1, 2),
    {1, 2},
    b"bytes",
    1j,
]


@st.composite
def mutants(draw: st.DrawFn, valid: dict[str, Any]) -> Any:
    """Draw a copy of a valid object with up to four replacements, removals or additions."""
    made = copy.deepcopy(valid)
    for _ in range(draw(st.integers(1, 4))):
        *above, last = draw(st.sampled_from([*positions(valid)][1:]))
        holder: Any = made
        for step in above:
            try:
                holder = holder[step]
            except (LookupError, TypeError):
                break
        if not isinstance(holder, dict | list) or holder is CYCLE:
            continue
        match draw(st.sampled_from(["replace", "replace", "remove", "add"])):
            case "replace" if isinstance(holder, dict) or (
                isinstance(last, int) and last < len(holder)
            ):
                holder[last] = draw(st.sampled_from(JUNK))
            case "remove" if isinstance(holder, dict):
                holder.pop(last, None)
            case _ if isinstance(holder, dict):
                holder[draw(st.sampled_from(["extra", "specs", "", 1, None]))] = draw(
                    st.sampled_from(JUNK)
                )
            case _:
                holder.append(draw(st.sampled_from(JUNK)))
    return made


RULES = (SOURCES / "plot-garden-v1.toml").read_text(encoding="utf-8")


def rules_folder(folder: Path) -> Path:
    """Write a folder with the rules of the invented kind."""
    folder.mkdir(exist_ok=True)
    (folder / "plot-garden-v1.toml").write_text(RULES, encoding="utf-8")
    return folder
