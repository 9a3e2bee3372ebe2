"""What a patch makes of an object: by the examples of the RFCs, and as kubectl does it, whose code is that of the API server."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from codegen.outputs.services.runtime import json_patch, merge_patch
from codegen.outputs.services.runtime.json_patch import PatchError
from codegen.outputs.services.runtime.merge_patch import PatchFormatError, UnmergeableError
from growth import grows_linearly
from judging import needs_kubectl
from token_endpoint_api.server.runtime import discovery

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
            json_patch.applied(document, operations)
    else:
        assert json_patch.applied(document, operations) == wanted
    assert json.dumps(document) == before


@pytest.mark.parametrize(
    ("operation", "wanted"),
    [
        ({"op": "copy", "from": "/a", "path": "/b"}, {"a": [1, 2], "b": [1, 2]}),
        ({"op": "replace", "path": "/a/-1", "value": 3}, {"a": [1, 3]}),
        ({"op": "add", "path": "/a/-1", "value": 3}, {"a": [1, 2, 3]}),
        ({"op": "replace", "path": "", "value": {}}, {}),
        ({"op": "test", "path": "/b", "value": None}, {"a": [1, 2]}),
        ({"op": "move", "from": "/a/0", "path": "/a/0"}, {"a": [1, 2]}),
        ({"op": "add", "path": "/a/2", "value": 3}, {"a": [1, 2, 3]}),
        ({"op": "add", "path": "/a/3", "value": 3}, None),
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
            json_patch.applied({"a": [1, 2]}, [operation])
    else:
        assert json_patch.applied({"a": [1, 2]}, [operation]) == wanted


def test_copies_do_not_grow_without_end() -> None:
    doubling = [{"op": "copy", "from": "/a", "path": "/a/-"} for _ in range(40)]
    with pytest.raises(PatchError, match="larger"):
        json_patch.applied({"a": ["weed"]}, doubling)


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
    assert merge_patch.merged(document, patch) == wanted


# ----------------------------------------------------------------------------------------------- strategic merge patches

PODS = "/api/v1/namespaces/{namespace}/pods/{name}"
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "bed", "labels": {"a": "1", "b": "2"}, "finalizers": ["x/a", "x/b", "x/c"]},
    "spec": {
        "containers": [
            {"name": "one", "image": "one:1", "args": ["a"], "env": [{"name": "A", "value": "1"}]},
            {"name": "two", "image": "two:1", "ports": [{"containerPort": 80}, {"containerPort": 81}]},
            {"name": "three", "image": "three:1"},
        ],
        "volumes": [{"name": "soil", "emptyDir": {}}, {"name": "seed", "secret": {"secretName": "s"}}],
        "tolerations": [{"key": "wet"}],
        "nodeSelector": {"a": "b"},
    },
}
PATCHES: dict[str, dict[str, Any]] = {
    "a map": {"metadata": {"labels": {"a": None, "c": "3"}}},
    "items by their key": {"spec": {"containers": [{"name": "two", "image": "two:2"}, {"name": "four", "image": "f"}]}},
    "items inside items": {
        "spec": {
            "containers": [
                {"name": "one", "env": [{"name": "B", "value": "2"}]},
                {"name": "two", "ports": [{"containerPort": 81, "name": "x"}]},
            ]
        }
    },
    "a list that is replaced": {"spec": {"tolerations": [{"key": "dry"}], "containers": [{"name": "one", "args": []}]}},
    "an item that is removed": {"spec": {"containers": [{"$patch": "delete", "name": "one"}]}},
    "a list as a whole": {"spec": {"containers": [{"$patch": "replace"}, {"name": "new", "image": "n"}]}},
    "an object as a whole": {"metadata": {"labels": {"$patch": "replace", "z": "9"}}},
    "an object that is emptied": {"metadata": {"labels": {"$patch": "delete"}}},
    "an order": {
        "spec": {
            "$setElementOrder/containers": [{"name": "three"}, {"name": "one"}],
            "containers": [{"name": "one", "image": "one:9"}],
        }
    },
    "an order alone": {"spec": {"$setElementOrder/containers": [{"name": "three"}, {"name": "two"}, {"name": "one"}]}},
    "fields that are kept": {
        "spec": {"volumes": [{"name": "soil", "$retainKeys": ["name", "configMap"], "configMap": {"name": "c"}}]}
    },
    "texts that are added": {"metadata": {"finalizers": ["x/d", "x/a"]}},
    "texts that are removed": {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x/b", "x/z"]}},
    "texts in an order": {
        "metadata": {
            "$deleteFromPrimitiveList/finalizers": ["x/b"],
            "$setElementOrder/finalizers": ["x/c", "x/e", "x/a"],
            "finalizers": ["x/e"],
        }
    },
    "what was not there": {
        "spec": {"imagePullSecrets": [{"name": "p"}], "securityContext": {"runAsUser": 5, "fsGroup": None}}
    },
    "nothing": {},
}


def merged(patch: dict[str, Any]) -> Any:
    found = discovery.shape_of(PODS, "Pod")
    return merge_patch.strategic(POD, patch, merge_patch.Shape(*found))


@needs_kubectl
@pytest.mark.parametrize("name", PATCHES)
def test_strategic_merge_patches_are_those_of_kubectl(name: str) -> None:
    before, patch = json.dumps(POD), json.dumps(PATCHES[name])
    command = ["kubectl", "patch", "--local", "-f", "-", "--type=strategic", "-o", "json", "-p", patch]
    done = subprocess.run(command, input=before, capture_output=True, text=True, check=True)
    wanted = json.loads(done.stdout)
    found = merged(PATCHES[name])
    assert found == without_what_go_adds(wanted, found)
    assert (json.dumps(POD), json.dumps(PATCHES[name])) == (before, patch)


def without_what_go_adds(obj: Any, like: Any) -> Any:
    """An object as kubectl prints it without what is empty and was not given."""
    if isinstance(obj, dict) and isinstance(like, dict):
        return {
            name: without_what_go_adds(value, like.get(name))
            for name, value in obj.items()
            if name in like or value not in ({}, None, [])
        } | {name: value for name, value in like.items() if name not in obj and value in ({}, [])}
    if isinstance(obj, list) and isinstance(like, list) and len(obj) == len(like):
        return [without_what_go_adds(*each) for each in zip(obj, like, strict=True)]
    return obj


@pytest.mark.parametrize(
    ("patch", "error"),
    [
        ({"spec": {"containers": [{"image": "nameless"}]}}, UnmergeableError),
        ({"spec": {"containers": [{"$patch": "delete"}]}}, UnmergeableError),
        ({"spec": {"containers": [{"$patch": "weed", "name": "one"}]}}, UnmergeableError),
        ({"spec": {"containers": [{"$patch": "merge", "name": "one"}]}}, UnmergeableError),
        ({"spec": {"containers": ["one"]}}, UnmergeableError),
        ({"metadata": {"finalizers": [["x"]]}}, UnmergeableError),
        ({"metadata": {"labels": {"$patch": "weed"}}}, UnmergeableError),
        ({"spec": {"$retainKeys": 5}}, PatchFormatError),
        ({"spec": {"$retainKeys": [], "nodeName": "n"}}, PatchFormatError),
        ({"spec": {"$setElementOrder/containers": 5}}, PatchFormatError),
        (
            {
                "spec": {
                    "$setElementOrder/containers": [{"name": "two"}, {"name": "one"}],
                    "containers": [{"name": "one"}, {"name": "two"}],
                }
            },
            UnmergeableError,
        ),
    ],
)
def test_a_strategic_merge_patch_that_cannot_be_applied_is_refused(patch: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        merged(patch)


def test_without_a_document_lists_are_replaced_as_by_json_merge_patches() -> None:
    shape = merge_patch.Shape(*discovery.shape_of("/apis/garden.example.io/v1/plots/{name}", "Plot"))
    patch = {"spec": {"rows": [{"name": "b"}], "soil": None}}
    assert merge_patch.strategic({"spec": {"rows": [{"name": "a"}], "soil": "x"}}, patch, shape) == {
        "spec": {"rows": [{"name": "b"}]}
    }


def test_one_item_is_merged_up_to_a_number_of_times() -> None:
    shape = merge_patch.Shape(*discovery.shape_of(PODS, "Pod"))

    def patched(count: int) -> Any:
        items = [{"name": "a", f"field{number}": number} for number in range(count)]
        return merge_patch.strategic({"spec": {"containers": [{"name": "a"}]}}, {"spec": {"containers": items}}, shape)

    most = merge_patch.MOST_MERGED
    assert len(patched(most)["spec"]["containers"][0]) == most + 1
    with pytest.raises(UnmergeableError, match=f"more than {most} items whose name is a"):
        patched(most + 1)


@pytest.mark.timing
def test_a_patch_takes_as_long_as_it_is() -> None:
    shape = merge_patch.Shape(*discovery.shape_of(PODS, "Pod"))

    def patched(size: int) -> None:
        document = {"data": {str(number): "" for number in range(size)}, "rows": list(range(size))}
        operations = [{"op": "replace", "path": f"/data/{number}", "value": "a"} for number in range(size)]
        operations += [{"op": "remove", "path": "/rows/-1"} for _ in range(size)]
        made = json_patch.applied(document, operations)
        assert set(made["data"].values()) == {"a"}
        assert made["rows"] == []
        items = {"spec": {"containers": [{"name": str(number)} for number in range(size)]}}
        assert len(merge_patch.strategic(items, items, shape)["spec"]["containers"]) == size
        names = [str(number) for number in range(size)]
        labels = dict.fromkeys(names, "a")
        kept = {"metadata": {"labels": {"$retainKeys": names, **labels}}}
        assert merge_patch.strategic({"metadata": {"labels": labels}}, kept, shape) == {"metadata": {"labels": labels}}

    assert grows_linearly(patched)
