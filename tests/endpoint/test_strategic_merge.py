"""Strategic merge patches, as kubectl applies them with the code of the API server."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from codegen.endpoint.patches import PatchError, StrategicMerge
from codegen.model import Ref
from codegen.readers.built_in.structure import BuiltIns
from support.judging import needs_kubectl

KEY = "io.k8s.api.core.v1.Pod"
STRATEGIC = StrategicMerge(BuiltIns().reference(BuiltIns().newest, [KEY]))
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
    "an item and an order": {
        "spec": {"$setElementOrder/containers": [{"name": "one"}], "containers": [{"name": "one", "image": "one:9"}]}
    },
    "fields that are kept": {
        "spec": {"volumes": [{"name": "soil", "$retainKeys": ["name", "configMap"], "configMap": {"name": "c"}}]}
    },
    "texts that are added": {"metadata": {"finalizers": ["x/d", "x/a"]}},
    "texts that are removed": {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x/b", "x/z"]}},
    "what was not there": {
        "spec": {"imagePullSecrets": [{"name": "p"}], "securityContext": {"runAsUser": 5, "fsGroup": None}}
    },
    "nothing": {},
}


def merged(patch: dict[str, Any]) -> Any:
    return STRATEGIC.apply(POD, patch, Ref(key=KEY))


@needs_kubectl
@pytest.mark.parametrize("name", PATCHES)
def test_strategic_merge_patches_are_those_of_kubectl(name: str) -> None:
    before, patch = json.dumps(POD), json.dumps(PATCHES[name])
    command = ["kubectl", "patch", "--local", "-f", "-", "--type=strategic", "-o", "json", "-p", patch]
    done = subprocess.run(command, input=before, capture_output=True, text=True, check=True)
    wanted = json.loads(done.stdout)
    found = merged(PATCHES[name])
    found = in_one_order(found)
    assert found == without_what_go_adds(in_one_order(wanted), found)
    assert (json.dumps(POD), json.dumps(PATCHES[name])) == (before, patch)


def in_one_order(value: Any) -> Any:
    """A value with its lists sorted: where kubectl puts new items, an endpoint appends them."""
    if isinstance(value, dict):
        return {name: in_one_order(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return sorted(
            map(in_one_order, value),
            key=lambda item: json.dumps(item.get("name") or item if isinstance(item, dict) else item),
        )
    return value


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
def test_a_malformed_strategic_merge_patch_is_refused(patch: Any) -> None:
    with pytest.raises(PatchError):
        merged(patch)


def test_lists_of_unknown_fields_are_replaced() -> None:
    patch = {"spec": {"rows": [{"name": "b"}], "soil": None}}
    found = STRATEGIC.apply({"spec": {"rows": [{"name": "a"}], "soil": "x"}}, patch, Ref(key=KEY))
    assert found == {"spec": {"rows": [{"name": "b"}]}}


def test_an_order_is_ignored() -> None:
    order = {"spec": {"$setElementOrder/containers": [{"name": "three"}, {"name": "two"}, {"name": "one"}]}}
    assert merged(order) == POD
