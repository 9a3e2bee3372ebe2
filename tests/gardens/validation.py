"""An invented kind with every type, valid and mutated objects of it, and its rules of servers: for the tests of validation."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from gardens.parts import META, PACKAGE, PLOT, gvk_of, openapi, ref
from gardens.python import positions

WORD = {"type": "string"}
GARDEN: dict[str, Any] = openapi(
    {
        PLOT: {
            "description": "Plot is a piece of a garden.",
            "type": "object",
            "required": ["spec"],
            "properties": {
                "apiVersion": WORD,
                "kind": WORD,
                "metadata": {"type": "object"},
                "spec": ref("PlotSpec"),
                "status": ref("PlotStatus"),
            },
            "x-kubernetes-group-version-kind": [gvk_of()],
        },
        f"{PACKAGE}.PlotSpec": {
            "type": "object",
            "required": ["name", "beds"],
            "properties": {
                "name": {"type": "string", "description": "name is what people call the plot. It is short."},
                "count": {"type": "integer", "format": "int32"},
                "size": {"type": "integer", "format": "int64", "description": "size is in square metres."},
                "any": {"type": "integer"},
                "ratio": {"type": "number", "format": "double"},
                "open": {"type": "boolean"},
                "soil": {"type": "string", "enum": ["Clay", "Sand"]},
                "sown": ref(f"{META}.Time"),
                "watered": {"type": "array", "items": ref(f"{META}.Time")},
                "depth": {"type": "string", "format": "int-or-string"},
                "weight": ref("io.k8s.apimachinery.pkg.api.resource.Quantity"),
                "free": {"type": "object"},
                "labels": {"type": "object", "additionalProperties": WORD},
                "rows": {"type": "object", "additionalProperties": {"type": "array", "items": WORD}},
                "deep": {
                    "type": "object",
                    "additionalProperties": {"type": "object", "additionalProperties": ref("Bed")},
                },
                "tags": {"type": "array", "items": WORD, "x-kubernetes-list-type": "set"},
                "owner": ref("Owner"),
                "beds": {
                    "type": "array",
                    "items": ref("Bed"),
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["id", "side"],
                },
                "elsewhere": ref("Unknown"),
                "$odd": WORD,
            },
        },
        f"{PACKAGE}.PlotStatus": {"type": "object", "required": ["phase"], "properties": {"phase": WORD}},
        f"{PACKAGE}.Owner": {"type": "object", "properties": {"apiVersion": WORD, "kind": WORD, "name": WORD}},
        f"{PACKAGE}.Bed": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "integer", "format": "int64"},
                "side": WORD,
                "inner": ref("Bed"),
                "note": WORD,
            },
        },
        f"{META}.Time": {"type": "string", "format": "date-time"},
        "io.k8s.apimachinery.pkg.api.resource.Quantity": WORD,
    }
)

VALID: dict[str, Any] = {
    "apiVersion": "garden.example.io/v1",
    "kind": "Plot",
    "metadata": {"name": "south", "labels": {"a": "b"}},
    "spec": {
        "name": "south",
        "count": 3,
        "size": 2**40,
        "any": 2**70,
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
    *(None, True, False, 0, 1, -1, 2**31, -(2**31) - 1, 2**63, -(2**63) - 1, 10**5000),
    *(1.0, 0.5, float("nan"), float("inf"), "", "a", "60", "Clay", "south", "\ud800", "x" * 1_000_000),
    *("2024-02-30T00:00:00Z", "2024-01-01T00:00:00", "2024-01-01", "2024-01-01 00:00:00Z", "2024-13-01T00:00:00Z"),
    *("2024-01-01T24:00:00Z", "2024-01-01T00:00:00+0200", "٢٠٢٤-01-01T00:00:00Z", "2024-01-01T00:00:60Z"),
    *("2024-01-01t00:00:00z", "2024-01-01T0:00:00,5Z", "2024-01-01T00:00:00+24:60", "0000-02-29T00:00:00Z"),
    *([], [None], [[]], ["a", "a"], [1, 1.0, True], [{"id": 1}, {"id": 1}], [{"id": 1}, {"id": 1.0}, {"id": True}]),
    *({}, {"": None}, {"a": 1}, {1: "a"}, {None: 1, True: 2, 0.5: 3, ("a",): 4}, {"inner": {"inner": 1}}),
    *(CYCLE, CYCLE[0], DEEP, object, (1, 2), {1, 2}, b"bytes", 1j),
]


@st.composite
def mutants(draw: st.DrawFn, valid: dict[str, Any]) -> Any:
    """A copy of a valid object with up to four things replaced, taken away or added."""
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
            case "replace" if isinstance(holder, dict) or (isinstance(last, int) and last < len(holder)):
                holder[last] = draw(st.sampled_from(JUNK))
            case "remove" if isinstance(holder, dict):
                holder.pop(last, None)
            case _ if isinstance(holder, dict):
                holder[draw(st.sampled_from(["extra", "specs", "", 1, None]))] = draw(st.sampled_from(JUNK))
            case _:
                holder.append(draw(st.sampled_from(JUNK)))
    return made


RULES = """\
first = "1.10"
last = "1.14"

[kind]
key = "io.example.api.garden.v1.Plot"
group = "garden.example.io"
version = "v1"
kind = "Plot"

[conditions]
large = [{ field = "spec.size", condition = "minimum", value = 1000 }]

[[rules]]
id = "beds-not-enforced"
effect = "accepts"
fields = ["spec.beds", "spec.beds[*].id"]
codes = ["FieldValueRequired"]
source = "beds.go"
says = { en = "Nobody counts beds", zh-cn = "没有人数花坛" }

[[rules]]
id = "size-too-small"
field = "spec.size"
condition = "minimum"
value = 10
source = "size.go"
says.en = "A plot has ten square metres"
answer = { code = 422, stage = 20, cause = "FieldValueInvalid", text = "must be a plot" }

[[rules]]
id = "size-too-large"
from = "1.12"
until = "1.13"
field = "spec.size"
condition = "maximum"
value = 5000
source = "size.go"
says.en = "A plot has 5000 square metres at most"
answer = { code = 422, stage = 20, cause = "FieldValueInvalid", text = "must be no park" }

[[rules]]
id = "name-matches"
field = "metadata.name"
condition = "matches"
other = "url.name"
source = "name.go"
says.en = "The name is that of the URL"
answer = { code = 422, stage = 10, cause = "FieldValueInvalid", name = "url.name", text = "must match" }

[[rules]]
id = "tag-pattern"
field = "spec.tags[*]"
condition = "pattern"
pattern = "[a-z]+"
source = "tags.go"
says.en = "Tags are words"
answer = { code = 422, stage = 20, cause = "FieldValueInvalid", text = "must be a word" }

[[rules]]
id = "label-count"
field = "spec.labels"
condition = "max-length"
value = 2
source = "labels.go"
says.en = "Two labels"
answer = { code = 422, stage = 20, cause = "FieldValueTooMany", text = "must have at most 2 items" }

[[rules]]
id = "soil-of-release"
field = "spec.soil"
condition = "one-of"
values = ["Clay", { value = "Sand", from = "1.12" }]
when = [{ field = "spec.soil", condition = "required" }]
source = "soil.go"
says.en = "Sand came late"
answer = { code = 400, stage = 30, text = "no plot on %s in %q", args = ["value", "url.namespace"] }

[[rules]]
id = "open-needs-owner"
field = "spec.open"
condition = "requires"
other = "spec.owner.name"
source = "open.go"
says.en = "An open plot has an owner"
answer = { code = 422, stage = 20, cause = "FieldValueRequired", text = "" }

[[rules]]
id = "owner-kind"
field = "spec.owner"
condition = "kind-among"
values = [{ value = "Gardener", group = "" }, { value = "Club", api-version = "clubs.example.io/v1", from = "1.13" }]
when = [{ field = "spec.owner", condition = "set" }]
source = "owner.go"
says.en = "Gardeners and clubs own plots"
answer = { code = 400, stage = 30, text = "no owner of type %s", args = ["gvk"] }

[[rules]]
id = "rows-known"
field = "spec.rows"
condition = "keys-among"
values = ["a", "b"]
source = "rows.go"
says.en = "Rows are a and b"
answer = { code = 422, stage = 20, cause = "FieldValueNotSupported", text = 'supported values: "a", "b"' }

[[rules]]
id = "no-free-in-large"
alone = true
field = "spec.free"
condition = "forbidden"
when = ["large"]
source = "free.go"
says.en = "Large plots have nothing free"
answer = { code = 422, stage = 20, cause = "FieldValueForbidden", text = "not here" }

[[rules]]
id = "owner-exists"
decided = "cluster"
field = "spec.owner.name"
when = [{ field = "spec.owner.name", condition = "required" }]
source = "owner.go"
says = { en = "The owner exists", zh-cn = "所有者存在" }
answer = { code = 404, stage = 5, resource = "gardeners", name = "spec.owner.name", text = "gone since %s", args = ["?since"] }

[[rules]]
id = "size-rounded"
effect = "changes"
decided = "cluster"
field = "spec.size"
when = ["large"]
source = "size.go"
says.en = "Sizes may be rounded"
answer = { code = 201, stage = 90, text = "rounded to %d", args = ["?rounded"] }

[[rules]]
id = "count-default"
effect = "fills"
field = "spec.count"
value = 1
source = "defaults.go"
says.en = "One"
"""


def rules_folder(folder: Path) -> Path:
    """A folder with the rules of the invented kind."""
    folder.mkdir(exist_ok=True)
    (folder / "plot-garden-v1.toml").write_text(RULES, encoding="utf-8")
    return folder
