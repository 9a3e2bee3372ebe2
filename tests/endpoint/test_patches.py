"""JSON Patch and JSON merge patch, by the examples of the RFCs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from codegen.endpoint import patches
from codegen.endpoint.patches import PatchError

# --------------------------------------------------------------------------------------------------------- JSON Patch

# The examples of RFC 6902, appendix A, by their numbers there; None: it has to fail.
OF_6902: dict[str, tuple[Any, list[dict[str, Any]], Any]] = {
    "1": ({"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux"}], {"baz": "qux", "foo": "bar"}),
    "2": ({"foo": ["bar", "baz"]}, [{"op": "add", "path": "/foo/1", "value": "qux"}], {"foo": ["bar", "qux", "baz"]}),
    "3": ({"baz": "qux", "foo": "bar"}, [{"op": "remove", "path": "/baz"}], {"foo": "bar"}),
    "4": ({"foo": ["bar", "qux", "baz"]}, [{"op": "remove", "path": "/foo/1"}], {"foo": ["bar", "baz"]}),
    "5": ({"baz": "qux"}, [{"op": "replace", "path": "/baz", "value": "boo"}], {"baz": "boo"}),
    "6": (
        {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
        [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
        {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
    ),
    "7": (
        {"foo": ["all", "grass", "cows", "eat"]},
        [{"op": "move", "from": "/foo/1", "path": "/foo/3"}],
        {"foo": ["all", "cows", "eat", "grass"]},
    ),
    "8": (
        {"baz": "qux", "foo": ["a", 2, "c"]},
        [{"op": "test", "path": "/baz", "value": "qux"}, {"op": "test", "path": "/foo/1", "value": 2}],
        {"baz": "qux", "foo": ["a", 2, "c"]},
    ),
    "9": ({"baz": "qux"}, [{"op": "test", "path": "/baz", "value": "bar"}], None),
    "10": (
        {"foo": "bar"},
        [{"op": "add", "path": "/child", "value": {"grandchild": {}}}],
        {"foo": "bar", "child": {"grandchild": {}}},
    ),
    "11": ({"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux", "xyz": 1}], {"foo": "bar", "baz": "qux"}),
    "12": ({"foo": "bar"}, [{"op": "add", "path": "/baz/bat", "value": "qux"}], None),
    "14": ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
    "15": ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": "10"}], None),
    "16": ({"foo": ["bar"]}, [{"op": "add", "path": "/foo/-", "value": ["a", "b"]}], {"foo": ["bar", ["a", "b"]]}),
}


@pytest.mark.parametrize("number", OF_6902)
def test_json_patches_are_those_of_the_rfc(number: str) -> None:
    document, operations, wanted = OF_6902[number]
    before = json.dumps(document)
    if wanted is None:
        with pytest.raises(PatchError):
            patches.apply_operations(document, operations)
    else:
        assert patches.apply_operations(document, operations) == wanted
    assert json.dumps(document) == before


@pytest.mark.parametrize(
    ("operation", "wanted"),
    [
        ({"op": "copy", "from": "/a", "path": "/b"}, {"a": [1, 2], "b": [1, 2]}),
        ({"op": "replace", "path": "", "value": {}}, {}),
        ({"op": "move", "from": "/a/0", "path": "/a/0"}, {"a": [1, 2]}),
        ({"op": "add", "path": "/a/2", "value": 3}, {"a": [1, 2, 3]}),
        ({"op": "add", "path": "/a/3", "value": 3}, None),
        ({"op": "add", "path": "/a/-1", "value": 3}, None),
        ({"op": "add", "path": "/a/01", "value": 3}, None),
        ({"op": "add", "path": "/a/x", "value": 3}, None),
        ({"op": "add", "path": "a", "value": 3}, None),
        ({"op": "add", "path": "/b"}, None),
        ({"op": "add", "path": "/a/0/b", "value": 1}, None),
        ({"op": "replace", "path": "/b", "value": 1}, None),
        ({"op": "remove", "path": "/b"}, None),
        ({"op": "remove", "path": "/a/2"}, None),
        ({"op": "move", "from": "/a", "path": "/a/0"}, None),
        ({"op": "test", "path": "/a/0", "value": True}, None),
        ({"op": "weed", "path": "/a"}, None),
    ],
)
def test_an_operation_is_done_whole_or_not_at_all(operation: dict[str, Any], wanted: Any) -> None:
    if wanted is None:
        with pytest.raises(PatchError):
            patches.apply_operations({"a": [1, 2]}, [operation])
    else:
        assert patches.apply_operations({"a": [1, 2]}, [operation]) == wanted


def test_copies_do_not_grow_without_end() -> None:
    doubling = [{"op": "copy", "from": "/a", "path": "/a/-"} for _ in range(40)]
    with pytest.raises(PatchError, match="copies"):
        patches.apply_operations({"a": ["weed"]}, doubling)


# ----------------------------------------------------------------------------------------------------- JSON merge patch


@pytest.mark.parametrize(
    ("document", "patch", "wanted"),
    [  # RFC 7386, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patches_are_those_of_the_rfc(document: Any, patch: Any, wanted: Any) -> None:
    assert patches.merge(document, patch) == wanted
