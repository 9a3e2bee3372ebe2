"""Patterns that select parts of a reference, their dependencies, and invalid patterns."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.core.diagnostics import CodegenError, Report, Span
from codegen.core.source import Source
from codegen.model import GroupVersionKind, Reference
from codegen.model.selection import pattern, select
from codegen.readers.openapi.reader import read_document

GARDEN = "io.example.api.garden"
SHED = "io.example.api.shed.v1"
CORE = "io.example.api.core.v1"
META = "io.example.meta.v1"
HERE = Span(path="codegen.yaml", line=3, column=5)


def schema(*refs: str, kinds: tuple[tuple[str, str, str], ...] = ()) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "description": "A thing.",
        "properties": {
            f"field{n}": {"$ref": f"#/definitions/{key}", "description": "It."}
            for n, key in enumerate(refs)
        }
        or {"size": {"type": "string", "description": "How large."}},
    }
    if kinds:
        names = ("group", "version", "kind")
        schema["x-kubernetes-group-version-kind"] = [
            dict(zip(names, kind, strict=True)) for kind in kinds
        ]
    return schema


def operation(kind: tuple[str, str, str], answer: str, body: str = "") -> dict[str, Any]:
    parameters = [
        {
            "name": "body",
            "in": "body",
            "required": True,
            "schema": {"$ref": f"#/definitions/{body}"},
        }
    ]
    return {
        "description": "Do it.",
        "parameters": parameters if body else [],
        "responses": {"200": {"description": "OK", "schema": {"$ref": f"#/definitions/{answer}"}}},
        "x-kubernetes-group-version-kind": dict(
            zip(("group", "version", "kind"), kind, strict=True)
        ),
    }


PLOT, OLD_PLOT = ("garden.example.io", "v1", "Plot"), ("garden.example.io", "v1beta1", "Plot")
TOOL, NODE, EVENT, OTHER_EVENT = (
    ("shed", "v1", "Tool"),
    ("", "v1", "Node"),
    ("", "v1", "Event"),
    ("garden.example.io", "v1", "Event"),
)


@pytest.fixture(scope="module")
def reference() -> Reference:
    definitions = {
        f"{GARDEN}.v1.Plot": schema(f"{META}.Meta", f"{GARDEN}.v1.Bed", kinds=(PLOT,)),
        f"{GARDEN}.v1.PlotList": schema(f"{GARDEN}.v1.Plot", kinds=((*PLOT[:2], "PlotList"),)),
        f"{GARDEN}.v1.Bed": schema(f"{GARDEN}.v1.Bed"),
        f"{GARDEN}.v1.Event": schema(kinds=(OTHER_EVENT,)),
        f"{GARDEN}.v1beta1.Plot": schema(f"{META}.Meta", kinds=(OLD_PLOT,)),
        f"{SHED}.Tool": schema(f"{META}.Meta", kinds=(TOOL,)),
        f"{CORE}.Node": schema(kinds=(NODE,)),
        f"{CORE}.Event": schema(kinds=(EVENT,)),
        f"{META}.Meta": schema(),
        f"{META}.Delete": schema(kinds=((*PLOT[:2], "Delete"), (*TOOL[:2], "Delete"))),
        f"{META}.Unused": schema(),
    }
    paths = {
        "/plots": {"get": operation(PLOT, f"{GARDEN}.v1.PlotList")},
        "/plots/{name}": {"delete": operation(PLOT, f"{GARDEN}.v1.Plot", body=f"{META}.Delete")},
        "/old": {"get": operation(OLD_PLOT, f"{GARDEN}.v1beta1.Plot")},
        "/tools": {"get": operation(TOOL, f"{SHED}.Tool")},
    }
    text = json.dumps({"swagger": "2.0", "definitions": definitions, "paths": paths})
    return read_document(Source(path="garden.json", text=text, relative="garden.json"), Report())


def select_patterns(reference: Reference, *patterns: str) -> Reference:
    return select(reference, [pattern(text, HERE) for text in patterns])


def short_keys(reference: Reference) -> set[str]:
    return {key.removeprefix("io.example.") for key in reference.definitions}


PLOTS = {"api.garden.v1.Plot", "api.garden.v1.Bed", "meta.v1.Meta"}
WITH_OPERATIONS = {*PLOTS, "api.garden.v1.PlotList", "meta.v1.Delete"}


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["garden.example.io/v1/Plot"], WITH_OPERATIONS),
        (["garden/v1/Plot"], WITH_OPERATIONS),
        (["garden/v1/Plot", "garden/v1/Pl*t"], WITH_OPERATIONS),
        (["garden/v1"], {*WITH_OPERATIONS, "api.garden.v1.Event"}),
        (["garden"], {*WITH_OPERATIONS, "api.garden.v1.Event", "api.garden.v1beta1.Plot"}),
        (["*/v1beta1"], {"api.garden.v1beta1.Plot", "meta.v1.Meta"}),
        (["Tool"], {"api.shed.v1.Tool", "meta.v1.Meta"}),
        (["v1/Node"], {"api.core.v1.Node"}),
        (["core/v1/Node"], {"api.core.v1.Node"}),
        (["core/v1"], {"api.core.v1.Node", "api.core.v1.Event"}),
        (["*/*/Event"], {"api.core.v1.Event", "api.garden.v1.Event"}),
        ([f"{GARDEN}.v1.Bed"], {"api.garden.v1.Bed"}),
        (["io.example.meta.*.Unused"], {"meta.v1.Unused"}),
        (["Delete"], {"meta.v1.Delete"}),
        (["garden/v1/Plot", "!*List"], {*PLOTS, "meta.v1.Delete"}),
    ],
)
def test_pattern_selects_kind_with_needed_types(
    reference: Reference, patterns: list[str], expected: set[str]
) -> None:
    assert short_keys(select_patterns(reference, *patterns)) == expected


def test_operations_and_texts_are_selected_with_kind(reference: Reference) -> None:
    part = select_patterns(reference, "Tool")
    assert set(part.operations) == {"GET /tools"}
    assert set(part.prose["en"]) == {
        "GET /tools",
        f"{SHED}.Tool",
        f"{SHED}.Tool#field0",
        f"{META}.Meta",
        f"{META}.Meta#size",
    }


def test_exclusion_alone_starts_from_everything(reference: Reference) -> None:
    part = select_patterns(reference, "!*List", "!shed")
    assert short_keys(reference) - short_keys(part) == {
        "api.garden.v1.PlotList",
        "api.shed.v1.Tool",
    }
    # An operation is dropped with its response type.
    assert set(part.operations) == {"DELETE /plots/{name}", "GET /old"}


def test_excluded_required_type_is_kept_without_fields(reference: Reference) -> None:
    part = select_patterns(reference, "garden/v1/Plot", f"!{META}.Meta", "!*List")
    assert not part.definitions[f"{META}.Meta"].documented
    assert f"{META}.Meta#size" not in part.prose["en"]
    assert part.definitions[f"{GARDEN}.v1.Plot"].documented


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("Plto", "Plot"),
        ("garden/v1/Plto", "garden/v1/Plot"),
        ("gardn/v1", "garden/v1"),
        ("Bed", f"{GARDEN}.v1.Bed"),
        (f"{GARDEN}.v1.Bde", f"{GARDEN}.v1.Bed"),
    ],
)
def test_unmatched_pattern_has_suggestions(reference: Reference, text: str, nearest: str) -> None:
    with pytest.raises(CodegenError) as raised:
        select_patterns(reference, "Tool", text)
    (found,) = raised.value.diagnostics
    assert (found.rule, found.span) == ("selection-unmatched", HERE)
    assert nearest in found.hint.removeprefix("did you mean ").removesuffix("?").split(", ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("garden*Plot", "selection-unmatched"),  # an asterisk does not match a slash
        ("io.example.*.Unused", "selection-unmatched"),
        ("Xyzzyxyzzy", "codegen inspect"),
    ],
)
def test_unmatched_pattern_is_reported(reference: Reference, text: str, said: str) -> None:
    with pytest.raises(CodegenError, match=said):
        select_patterns(reference, text)


def test_ambiguous_kind_is_refused(reference: Reference) -> None:
    with pytest.raises(CodegenError) as raised:
        select_patterns(reference, "Event", "Plot")
    first, second = raised.value.diagnostics
    assert first.rule == second.rule == "selection-ambiguous"
    assert first.message == "'Event' is ambiguous: core/v1/Event and garden.example.io/v1/Event"
    assert (
        second.message
        == "'Plot' is ambiguous: garden.example.io/v1/Plot and garden.example.io/v1beta1/Plot"
    )
    # An exclusion may match several.
    assert short_keys(select_patterns(reference, "garden/v1/Plot", "!Event"))


@pytest.mark.parametrize("text", ["", "!", "a b", "/Plot", "a/b/c/d", "Plot\n", "{x}", "!!Plot"])
def test_malformed_pattern_is_refused(text: str) -> None:
    with pytest.raises(CodegenError, match="selection-malformed"):
        pattern(text, HERE)


@given(st.data())
def test_selection_is_closed_and_idempotent(reference: Reference, data: st.DataObject) -> None:
    kinds = [
        "garden/v1/Plot",
        "*/v1beta1",
        "shed",
        "core",
        f"{GARDEN}.v1.Bed",
        "!*List",
        "!shed",
        "!v1/Event",
    ]
    patterns = data.draw(st.lists(st.sampled_from(kinds), min_size=1, unique=True))
    part = select_patterns(reference, *patterns)
    known = {key for key, definition in part.definitions.items() if definition.documented}
    assert set(part.closure(*known)) == set(part.definitions)
    assert part.definitions.keys() <= reference.definitions.keys()
    with suppress(CodegenError):  # a pattern matches nothing if another one excludes its kinds
        assert select_patterns(part, *patterns) == part


def test_asterisks_match_anywhere() -> None:
    gvk = GroupVersionKind(group="garden.example.io", version="v1", kind="Plot")
    texts = ("P**t", "*o*", "*lo*o*", "*/v*/*", "g*n/*/P*", "*l*t", "*t*t")
    assert [text for text in texts if not pattern(text).matches_kind(gvk)] == ["*lo*o*", "*t*t"]


def test_many_wildcards_select_same_as_each_alone(reference: Reference) -> None:
    texts = ["P*t", "*hed", "*/v1", "gar*/*/*", "sh*d", "*", "*e*"]
    alone = set().union(*(select_patterns(reference, text).definitions for text in texts))
    others = [f"{text}*" for text in texts if text != "*"]
    assert set(select_patterns(reference, *texts, *others).definitions) == alone
