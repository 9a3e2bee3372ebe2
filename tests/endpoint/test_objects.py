"""Creating, changing, deleting and selecting the objects of an endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from codegen.endpoint import kinds
from codegen.endpoint.endpoint import Endpoint
from codegen.endpoint.objects import Objects, WriteOptions
from codegen.endpoint.status_errors import StatusError
from codegen.validation import Validator

ASKER, DRY = WriteOptions(manager="trowel"), WriteOptions(dry_run=True)


def pod(**metadata: Any) -> dict[str, Any]:
    spec = {"serviceAccountName": "default", "containers": [{"name": "spade", "image": "spade"}]}
    return {"metadata": {"name": "rake", **metadata}, "spec": spec}


def test_null_in_list_or_map_is_zero_value(endpoint: Endpoint) -> None:
    spec = {
        "containers": [{"name": "spade", "image": "spade", "args": [None]}],
        "nodeSelector": {"soil": None},
    }
    normalized = endpoint.objects.go_objects.normalize(
        {"spec": {**spec, "volumes": [None]}}, kinds.POD.key
    )
    assert normalized["spec"]["containers"][0]["args"] == [""]
    assert normalized["spec"]["nodeSelector"] == {"soil": ""}
    assert normalized["spec"]["volumes"] == [{"name": ""}]


def test_finalizer_delays_deletion(endpoint: Endpoint) -> None:
    objects = endpoint.objects
    objects.create(
        kinds.SECRET, {"metadata": {"name": "key", "finalizers": ["a.b/c"]}}, "default", ASKER
    )
    marked = objects.delete(kinds.SECRET, "default", "key", {}, ASKER)
    assert marked["metadata"]["deletionTimestamp"]
    assert objects.delete(kinds.SECRET, "default", "key", {}, ASKER) == marked
    freed = {**marked, "metadata": {**marked["metadata"], "finalizers": []}}
    objects.replace(kinds.SECRET, freed, "default", "key", ASKER)
    assert objects.find(kinds.SECRET, "default", "key") is None


def test_each_change_increases_resource_version(endpoint: Endpoint) -> None:
    objects = endpoint.objects
    first = objects.create(kinds.SECRET, {"metadata": {"name": "key"}}, "default", ASKER)
    second = objects.replace(
        kinds.SECRET, {**first, "data": {"a": "Yg=="}}, "default", "key", ASKER
    )
    # Nothing to change.
    assert objects.replace(kinds.SECRET, second, "default", "key", ASKER) == second
    objects.delete(kinds.SECRET, "default", "key", {}, ASKER)
    again = objects.create(kinds.SECRET, {"metadata": {"name": "key"}}, "default", ASKER)
    versions = [int(each["metadata"]["resourceVersion"]) for each in (first, second, again)]
    assert versions == sorted(set(versions))
    assert first["metadata"]["uid"] == second["metadata"]["uid"] != again["metadata"]["uid"]


def test_name_is_generated_and_dry_run_stores_nothing(endpoint: Endpoint) -> None:
    body = {"metadata": {"generateName": "k" * 60}}
    names = {
        endpoint.objects.create(kinds.SECRET, body, "default", DRY)["metadata"]["name"]
        for _ in range(3)
    }
    assert len(names) == 3
    assert {(len(name), name[:58]) for name in names} == {(63, "k" * 58)}
    assert endpoint.state.list_objects(kinds.SECRET) == []


@pytest.mark.parametrize(
    ("labels", "fields", "names"),
    [
        ("tool=rake", "", ["a"]),
        ("tool!=rake,!old", "", ["c"]),
        ("tool in (rake, hoe),old", "", ["b"]),
        ("tool notin (rake)", "", ["b", "c"]),
        ("", "metadata.name=c", ["c"]),
        ("", "metadata.name!=c,metadata.namespace=default", ["a", "b"]),
    ],
)
def test_selectors_filter_objects(
    endpoint: Endpoint, labels: str, fields: str, names: list[str]
) -> None:
    for name, of in (("a", {"tool": "rake"}), ("b", {"tool": "hoe", "old": "yes"}), ("c", {})):
        endpoint.objects.create(
            kinds.SECRET, {"metadata": {"name": name, "labels": of}}, "default", ASKER
        )
    query = {"labelSelector": [labels], "fieldSelector": [fields]}
    found = endpoint.objects.list_objects(kinds.SECRET, "default", query)
    assert [each["metadata"]["name"] for each in found["items"]] == names


def test_list_is_paginated(endpoint: Endpoint) -> None:
    objects = endpoint.objects
    for namespace, name in (
        ("kube-public", "a"),
        ("default", "b"),
        ("default", "c"),
        ("default", "a"),
    ):
        body = {"metadata": {"name": name, "labels": {"of": "tool"}}}
        objects.create(kinds.CONFIG_MAP, body, namespace, ASKER)

    def page(**query: str) -> tuple[list[str], Any, str]:
        found = objects.list_objects(
            kinds.CONFIG_MAP, "", {name: [value] for name, value in query.items()}
        )
        names = [
            f"{each['metadata']['namespace']}/{each['metadata']['name']}" for each in found["items"]
        ]
        return (
            names,
            found["metadata"].get("remainingItemCount"),
            found["metadata"].get("continue", ""),
        )

    first, rest, more = page(limit="3", labelSelector="of=tool")
    assert (first, rest) == (["default/a", "default/b", "default/c"], None)
    assert page(limit="3")[1] == 1  # servers do not count the remaining objects of a selection
    assert page(**{"limit": "1", "continue": more})[0] == ["kube-public/a"]
    # A continue token does not need an existing object.
    objects.delete(kinds.CONFIG_MAP, "default", "c", {}, ASKER)
    assert page(**{"limit": "3", "continue": more}) == (["kube-public/a"], None, "")
    assert page(limit="3") == (["default/a", "default/b", "kube-public/a"], None, "")
    for query in ({"limit": "few"}, {"continue": "x"}):
        with pytest.raises(StatusError, match="page of the list cannot be read") as error:
            page(**query)
        assert error.value.code == 400


class MeddlingValidator(Validator):
    """A validator during whose first validation another client changes the state."""

    def __init__(self, endpoint: Endpoint, meddle: Callable[[], object]) -> None:
        super().__init__(endpoint.validator.reference)
        self._meddle: Callable[[], object] | None = meddle

    def validate(self, *values: Any, **options: Any) -> Any:
        if self._meddle is not None:
            meddle, self._meddle = self._meddle, None
            meddle()
        return super().validate(*values, **options)


def open_objects(endpoint: Endpoint, meddle: Callable[[], object]) -> Objects:
    return Objects(
        endpoint.state,
        clock=endpoint.clock,
        authorizer=endpoint.authorizer,
        validator=MeddlingValidator(endpoint, meddle),
        release=endpoint.settings.release,
    )


BODY = {"metadata": {"name": "key"}}


def test_name_that_was_taken_during_validation_is_refused(endpoint: Endpoint) -> None:
    slow = open_objects(
        endpoint, lambda: endpoint.objects.create(kinds.SECRET, BODY, "default", ASKER)
    )
    with pytest.raises(StatusError) as error:
        slow.create(kinds.SECRET, BODY, "default", ASKER)
    assert error.value.code == 409


def test_namespace_that_ended_during_validation_is_refused(endpoint: Endpoint) -> None:
    endpoint.objects.ensure_namespace("shed")
    slow = open_objects(
        endpoint, lambda: endpoint.objects.delete(kinds.NAMESPACE, "", "shed", {}, ASKER)
    )
    with pytest.raises(StatusError) as error:
        slow.create(kinds.SECRET, BODY, "shed", ASKER)
    assert error.value.code == 403
    assert endpoint.objects.find(kinds.SECRET, "shed", "key") is None


@pytest.mark.parametrize("is_conditional", [False, True], ids=["any version", "one version"])
def test_object_that_changed_during_validation(is_conditional: bool, endpoint: Endpoint) -> None:
    first = endpoint.objects.create(kinds.SECRET, BODY, "default", ASKER)
    wanted = {"metadata": {"name": "key"}, "data": {"mine": ""}}
    if is_conditional:
        wanted["metadata"]["resourceVersion"] = first["metadata"]["resourceVersion"]
    others = {"metadata": {"name": "key", "finalizers": ["a.b/c"]}, "data": {"theirs": ""}}
    slow = open_objects(
        endpoint, lambda: endpoint.objects.replace(kinds.SECRET, others, "default", "key", ASKER)
    )
    if is_conditional:
        with pytest.raises(StatusError) as error:
            slow.replace(kinds.SECRET, wanted, "default", "key", ASKER)
        assert error.value.code == 409
        return
    replaced = slow.replace(kinds.SECRET, wanted, "default", "key", ASKER)
    version = int(replaced["metadata"]["resourceVersion"])
    assert version == int(first["metadata"]["resourceVersion"]) + 2
    assert replaced["data"] == {"mine": ""}
