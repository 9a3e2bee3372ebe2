"""JSON Patch and JSON merge patch by the examples of the RFCs, and strategic merge patch as kubectl
applies it.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from codegen.endpoint import patches
from codegen.endpoint.patches import PatchError, StrategicMerge
from codegen.model import Ref
from codegen.readers.built_in.structure import BuiltIns
from support.judging import needs_kubectl
from support.rows import each_row

# The examples of RFC 6902, appendix A, by number. None means that the patch must fail.
OF_6902: dict[str, tuple[Any, list[dict[str, Any]], Any]] = {
    "1": (
        {"foo": "bar"},
        [{"op": "add", "path": "/baz", "value": "qux"}],
        {"baz": "qux", "foo": "bar"},
    ),
    "2": (
        {"foo": ["bar", "baz"]},
        [{"op": "add", "path": "/foo/1", "value": "qux"}],
        {"foo": ["bar", "qux", "baz"]},
    ),
    "3": ({"baz": "qux", "foo": "bar"}, [{"op": "remove", "path": "/baz"}], {"foo": "bar"}),
    "4": (
        {"foo": ["bar", "qux", "baz"]},
        [{"op": "remove", "path": "/foo/1"}],
        {"foo": ["bar", "baz"]},
    ),
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
        [
            {"op": "test", "path": "/baz", "value": "qux"},
            {"op": "test", "path": "/foo/1", "value": 2},
        ],
        {"baz": "qux", "foo": ["a", 2, "c"]},
    ),
    "9": ({"baz": "qux"}, [{"op": "test", "path": "/baz", "value": "bar"}], None),
    "10": (
        {"foo": "bar"},
        [{"op": "add", "path": "/child", "value": {"grandchild": {}}}],
        {"foo": "bar", "child": {"grandchild": {}}},
    ),
    "11": (
        {"foo": "bar"},
        [{"op": "add", "path": "/baz", "value": "qux", "xyz": 1}],
        {"foo": "bar", "baz": "qux"},
    ),
    "12": ({"foo": "bar"}, [{"op": "add", "path": "/baz/bat", "value": "qux"}], None),
    "14": ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
    "15": ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": "10"}], None),
    "16": (
        {"foo": ["bar"]},
        [{"op": "add", "path": "/foo/-", "value": ["a", "b"]}],
        {"foo": ["bar", ["a", "b"]]},
    ),
}


SINGLE: list[tuple[dict[str, Any], Any]] = [  # applied to {"a": [1, 2]}
    ({"op": "copy", "from": "/a", "path": "/b"}, {"a": [1, 2], "b": [1, 2]}),
    ({"op": "replace", "path": "", "value": {}}, {}),
    ({"op": "move", "from": "/a/0", "path": "/a/0"}, {"a": [1, 2]}),
    ({"op": "add", "path": "/a/2", "value": 3}, {"a": [1, 2, 3]}),
    ({"op": "add", "path": "/a/3", "value": 3}, None),
    ({"op": "add", "path": "/a/-1", "value": 3}, None),
    ({"op": "add", "path": "/a/01", "value": 3}, None),
    ({"op": "add", "path": "/a/٢", "value": 3}, None),
    ({"op": "add", "path": "a", "value": 3}, None),
    ({"op": "add", "path": "/b"}, None),
    ({"op": "add", "path": "/a/0/b", "value": 1}, None),
    ({"op": "replace", "path": "/b", "value": 1}, None),
    ({"op": "remove", "path": "/b"}, None),
    ({"op": "remove", "path": "/a/2"}, None),
    ({"op": "move", "from": "/a", "path": "/a/0"}, None),
    ({"op": "test", "path": "/a/0", "value": True}, None),
    ({"op": "weed", "path": "/a"}, None),
]


@each_row(
    [*OF_6902.values(), *(({"a": [1, 2]}, [operation], wanted) for operation, wanted in SINGLE)]
)
def test_json_patch_is_atomic(document: Any, operations: list[dict[str, Any]], wanted: Any) -> None:
    before = json.dumps(document)
    if wanted is None:
        with pytest.raises(PatchError):
            patches.apply_operations(document, operations)
    else:
        assert patches.apply_operations(document, operations) == wanted
    assert json.dumps(document) == before


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add", "path": "/a/0", "value": 0},
        {"op": "remove", "path": "/a/0"},
        {"op": "move", "from": "/a/0", "path": "/a/-"},
        {"op": "copy", "from": "/a/1", "path": "/a/0"},
    ],
    ids=lambda operation: operation["op"],
)
def test_operations_on_the_head_of_a_long_list_are_limited(operation: dict[str, Any]) -> None:
    with pytest.raises(PatchError, match="moves"):
        patches.apply_operations({"a": [0] * 400_000}, [operation] * 4000)


def test_operations_on_the_end_of_a_long_list_are_applied() -> None:
    operations = [
        {"op": "add", "path": "/a/-", "value": 1},
        {"op": "remove", "path": "/a/400000"},
    ] * 2000
    assert patches.apply_operations({"a": [0] * 400_000}, operations) == {"a": [0] * 400_000}


@pytest.mark.slow
def test_growth_by_copy_operations_is_limited() -> None:
    doubling = [{"op": "copy", "from": "/a", "path": "/a/-"} for _ in range(40)]
    with pytest.raises(PatchError, match="copies"):
        patches.apply_operations({"a": ["weed"]}, doubling)
    copy = [{"op": "copy", "from": "", "path": "/a"}]
    # 9 characters around them.
    assert patches.apply_operations({"b": "x" * ((3 << 20) - 9)}, copy)["a"]["b"]
    with pytest.raises(PatchError, match="copies"):
        patches.apply_operations({"b": "x" * ((3 << 20) - 8)}, copy)


def test_number_of_operations_is_limited() -> None:
    test = {"op": "test", "path": "", "value": 1}
    assert patches.apply_operations(1, [test] * 10_000) == 1
    with pytest.raises(PatchError, match="a patch may have 10000 operations"):
        patches.apply_operations(1, [test] * 10_001)


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
def test_merge_patch_examples_of_rfc(document: Any, patch: Any, wanted: Any) -> None:
    assert patches.merge(document, patch) == wanted


KEY = "io.k8s.api.core.v1.Pod"
STRATEGIC = StrategicMerge(BuiltIns().reference(BuiltIns().newest, [KEY]))
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "bed",
        "labels": {"a": "1", "b": "2"},
        "finalizers": ["x/a", "x/b", "x/c"],
    },
    "spec": {
        "containers": [
            {"name": "one", "image": "one:1", "args": ["a"], "env": [{"name": "A", "value": "1"}]},
            {
                "name": "two",
                "image": "two:1",
                "ports": [{"containerPort": 80}, {"containerPort": 81}],
            },
            {"name": "three", "image": "three:1"},
        ],
        "volumes": [
            {"name": "soil", "emptyDir": {}},
            {"name": "seed", "secret": {"secretName": "s"}},
        ],
        "tolerations": [{"key": "wet"}],
        "nodeSelector": {"a": "b"},
    },
}
PATCHES: dict[str, dict[str, Any]] = {
    "a map": {"metadata": {"labels": {"a": None, "c": "3"}}},
    "items by their key": {
        "spec": {"containers": [{"name": "two", "image": "two:2"}, {"name": "four", "image": "f"}]}
    },
    "items inside items": {
        "spec": {
            "containers": [
                {"name": "one", "env": [{"name": "B", "value": "2"}]},
                {"name": "two", "ports": [{"containerPort": 81, "name": "x"}]},
            ]
        }
    },
    "a list that is replaced": {
        "spec": {"tolerations": [{"key": "dry"}], "containers": [{"name": "one", "args": []}]}
    },
    "an item that is removed": {"spec": {"containers": [{"$patch": "delete", "name": "one"}]}},
    "a list as a whole": {
        "spec": {"containers": [{"$patch": "replace"}, {"name": "new", "image": "n"}]}
    },
    "an object as a whole": {"metadata": {"labels": {"$patch": "replace", "z": "9"}}},
    "an object that is emptied": {"metadata": {"labels": {"$patch": "delete"}}},
    "an item and an order": {
        "spec": {
            "$setElementOrder/containers": [{"name": "one"}],
            "containers": [{"name": "one", "image": "one:9"}],
        }
    },
    "fields that are kept": {
        "spec": {
            "volumes": [
                {"name": "soil", "$retainKeys": ["name", "configMap"], "configMap": {"name": "c"}}
            ]
        }
    },
    "texts that are added": {"metadata": {"finalizers": ["x/d", "x/a"]}},
    "texts that are removed": {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x/b", "x/z"]}},
    "what was not there": {
        "spec": {
            "imagePullSecrets": [{"name": "p"}],
            "securityContext": {"runAsUser": 5, "fsGroup": None},
        }
    },
    "nothing": {},
}


def apply_strategic(patch: dict[str, Any]) -> Any:
    return STRATEGIC.apply(POD, patch, Ref(key=KEY))


@needs_kubectl
@pytest.mark.parametrize("name", PATCHES)
def test_strategic_merge_patches_match_kubectl(name: str) -> None:
    before, patch = json.dumps(POD), json.dumps(PATCHES[name])
    command = [
        "kubectl",
        "patch",
        "--local",
        "-f",
        "-",
        "--type=strategic",
        "-o",
        "json",
        "-p",
        patch,
    ]
    done = subprocess.run(command, input=before, capture_output=True, text=True, check=True)
    wanted = json.loads(done.stdout)
    found = apply_strategic(PATCHES[name])
    found = sort_lists(found)
    assert found == remove_go_defaults(sort_lists(wanted), found)
    assert (json.dumps(POD), json.dumps(PATCHES[name])) == (before, patch)


def sort_lists(value: Any) -> Any:
    """Return the value with sorted lists, since an endpoint appends new items where kubectl may
    insert them.
    """
    if isinstance(value, dict):
        return {name: sort_lists(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return sorted(
            map(sort_lists, value),
            key=lambda item: json.dumps(
                item.get("name") or item if isinstance(item, dict) else item
            ),
        )
    return value


def remove_go_defaults(obj: Any, like: Any) -> Any:
    """Return the output of kubectl without empty values that were not in the input."""
    if isinstance(obj, dict) and isinstance(like, dict):
        return {
            name: remove_go_defaults(value, like.get(name))
            for name, value in obj.items()
            if name in like or value not in ({}, None, [])
        } | {name: value for name, value in like.items() if name not in obj and value in ({}, [])}
    if isinstance(obj, list) and isinstance(like, list) and len(obj) == len(like):
        return [remove_go_defaults(*each) for each in zip(obj, like, strict=True)]
    return obj


@pytest.mark.parametrize(
    "patch",
    [
        {"spec": {"containers": [{"image": "nameless"}]}},
        {"spec": {"containers": [{"$patch": "delete"}]}},
        {"spec": {"containers": [{"$patch": "weed", "name": "one"}]}},
        {"spec": {"containers": [{"$patch": "merge", "name": "one"}]}},
        {"metadata": {"labels": {"$patch": "weed"}}},
        {"spec": {"$retainKeys": 5}},
        {"metadata": {"$deleteFromPrimitiveList/finalizers": "x/a"}},
    ],
)
def test_malformed_strategic_merge_patch_is_refused(patch: Any) -> None:
    with pytest.raises(PatchError):
        apply_strategic(patch)


def test_lists_of_unknown_fields_are_replaced() -> None:
    patch = {"spec": {"rows": [{"name": "b"}], "soil": None}}
    found = STRATEGIC.apply({"spec": {"rows": [{"name": "a"}], "soil": "x"}}, patch, Ref(key=KEY))
    assert found == {"spec": {"rows": [{"name": "b"}]}}


def test_set_element_order_is_ignored() -> None:
    order = {
        "spec": {
            "$setElementOrder/containers": [{"name": "three"}, {"name": "two"}, {"name": "one"}]
        }
    }
    assert apply_strategic(order) == POD
