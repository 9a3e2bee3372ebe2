"""Stored objects of `--old`, matched with the manifests that update them."""

from __future__ import annotations

import pytest

from codegen.core.diagnostics import CodegenError
from codegen.core.source import Source
from codegen.validation.stored_objects import StoredObjects

NAMED = "{apiVersion: garden.example.io/v1, kind: Plot, metadata: {name: %s}, spec: {size: %d}}"
PLACED = "{apiVersion: garden.example.io/v1, kind: Plot, metadata: {name: %s, namespace: %s}, spec: {size: %d}}"


def size(stored: StoredObjects, name: str, namespace: str = "", kind: str = "Plot") -> int | None:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    found = stored.find({"apiVersion": "garden.example.io/v1", "kind": kind, "metadata": metadata})
    return None if found is None else found["spec"]["size"]


def test_object_updates_stored_object_of_same_name() -> None:
    text = "\n---\n".join(
        (NAMED % ("north", 1), PLACED % ("south", "a", 2), PLACED % ("south", "b", 3))
    )
    items = f"{{apiVersion: v1, kind: List, items: [{PLACED % ('east', 'a', 4)}]}}"
    stored = StoredObjects.read(
        [Source(text, "a.yaml"), Source(items, "b.yaml"), Source("", "c.yaml")]
    )
    assert [size(stored, "north"), size(stored, "north", "a"), size(stored, "east")] == [1, 1, 4]
    assert [size(stored, "south", "b"), size(stored, "south"), size(stored, "south", "c")] == [
        3,
        None,
        None,
    ]
    assert [size(stored, "west"), size(stored, "north", kind="Bed"), stored.find([])] == [
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{NAMED % ('a', 1)}\n---\n{NAMED % ('a', 2)}", "a.yaml:3:1: stored-object-twice"),
        ("a: 1", "a.yaml:1:1: stored-object-unnamed"),
        (
            "{apiVersion: v1, kind: Pod, metadata: {generateName: a-}}",
            "a.yaml:1:1: stored-object-unnamed",
        ),
        ("{", "a.yaml:1:2"),
        (
            NAMED.replace("kind: Plot", "kind: Plot, kind: Bed") % ("a", 1),
            "a.yaml:1:48: duplicate-key",
        ),
    ],
)
def test_invalid_stored_object_is_reported(text: str, said: str) -> None:
    with pytest.raises(CodegenError) as raised:
        StoredObjects.read([Source(text, "a.yaml")])
    (found,) = raised.value.diagnostics
    assert f"{found.span.path}:{found.span.line}:{found.span.column}: {found.rule}".startswith(said)
