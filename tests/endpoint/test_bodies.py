"""Large and hostile bodies, which are limited and do not stop other clients."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from codegen.endpoint import application, bodies, kinds
from codegen.endpoint.bodies import check_size
from codegen.endpoint.negotiation import JSON, JSON_PATCH, MERGE_PATCH, YAML
from codegen.endpoint.settings import Settings
from codegen.endpoint.status_errors import StatusError
from codegen.endpoint.testing import Refusal, TokenEndpoint
from support.wire import connect, exchange, request_head, wait_for

CONFIG_MAPS = kinds.CONFIG_MAP.collection("default")
FULL = 12_000  # fields and items that an object may have


@pytest.fixture(scope="module")
def shed() -> Iterator[TokenEndpoint]:
    with TokenEndpoint(Settings(algorithm="ES256")) as endpoint:
        endpoint.create("ConfigMap", "seeds", data={"soil": "dry"})
        yield endpoint


def send(
    shed: TokenEndpoint, method: str, path: str, media_type: str, data: bytes
) -> tuple[int, Any]:
    lines = (f"Content-Type: {media_type}", f"Content-Length: {len(data)}")
    answer = exchange(
        shed.url, request_head(method, path, shed.admin_token, *lines).encode() + data
    )
    return int(answer.split(b" ", 2)[1]), json.loads(answer.partition(b"\r\n\r\n")[2])


MANY_VALUES = {
    "JSON items": (JSON, b'{"spec": [' + b"1," * FULL + b"1]}"),
    "JSON fields": (
        JSON,
        json.dumps({"data": {str(number): "" for number in range(FULL)}}).encode(),
    ),
    "JSON objects": (JSON, b'{"spec": [' + b"{}," * (FULL // 10) + b"{}]}"),
    "JSON lists in lists": (JSON, b'{"spec": [' + b"[[1]]," * (FULL // 2) + b"1]}"),
    "YAML items": (YAML, b"spec: [" + b"1," * FULL + b"1]"),
    "YAML bytes": (YAML, b"spec: '" + b"x" * 1024 * 1024 + b"'"),
}


@pytest.mark.parametrize("form", MANY_VALUES)
def test_body_with_too_many_values_is_refused(form: str, shed: TokenEndpoint) -> None:
    media_type, data = MANY_VALUES[form]
    status, answer = send(shed, "POST", CONFIG_MAPS, media_type, data)
    assert (status, answer["reason"]) == (413, "RequestEntityTooLarge")


PATCHES: dict[str, tuple[str, Any]] = {
    "a merge patch": (MERGE_PATCH, {"data": {str(number): "" for number in range(FULL)}}),
    "a strategic patch": ("application/strategic-merge-patch+json", {"spec": [1] * FULL}),
    "a JSON Patch of one long list": (
        JSON_PATCH,
        [{"op": "add", "path": "/spec", "value": [1] * FULL}],
    ),
    "copies of a list": (
        JSON_PATCH,
        [{"op": "add", "path": "/spec", "value": [1] * 90}]
        + [{"op": "copy", "from": "/spec", "path": "/spec/-"}] * 8,
    ),
}


@pytest.mark.parametrize("form", PATCHES)
def test_patched_object_with_too_many_values_is_refused(form: str, shed: TokenEndpoint) -> None:
    media_type, patch = PATCHES[form]
    status, _ = send(shed, "PATCH", f"{CONFIG_MAPS}/seeds", media_type, json.dumps(patch).encode())
    assert status == 413


@pytest.mark.parametrize("levels", [100, 2000, 4000])
@pytest.mark.parametrize("owner", ["/metadata/managedFields/0/fieldsV1", "/unknown"])
def test_patch_that_nests_values_by_moves_is_answered(
    owner: str, levels: int, shed: TokenEndpoint
) -> None:
    value = {"fieldsType": "FieldsV1", "fieldsV1": {"x0": {}}}
    patch: list[dict[str, Any]] = [
        {"op": "add", "path": "/metadata/managedFields", "value": [value]},
        {"op": "add", "path": "/unknown", "value": {"x0": {}}},
    ]
    for level in range(1, levels):
        moved = {
            "op": "move",
            "from": f"{owner}/x{level - 1}",
            "path": f"{owner}/x{level}/inner",
        }
        patch += [{"op": "add", "path": f"{owner}/x{level}", "value": {}}, moved]
    status, _ = send(shed, "PATCH", f"{CONFIG_MAPS}/seeds", JSON_PATCH, json.dumps(patch).encode())
    assert status in (200, 422)


def test_large_texts_and_full_objects_are_accepted(shed: TokenEndpoint) -> None:
    assert shed.create("ConfigMap", "long", data={"soil": "x, " * 300_000})["kind"] == "ConfigMap"
    fields = {str(number): "" for number in range(FULL - 20)}
    assert shed.create("ConfigMap", "full", data=fields)["data"] == fields
    text = b"metadata: {name: yaml}\ndata:\n  soil: |\n" + b"    dry, [1], {}\n" * 50_000
    assert send(shed, "POST", CONFIG_MAPS, YAML, text)[0] == 201


def test_json_patch_of_many_operations_is_applied(shed: TokenEndpoint) -> None:
    operations = [
        {"op": "add", "path": "/data/soil", "value": str(number)} for number in range(10_000)
    ]
    status, answer = send(
        shed, "PATCH", f"{CONFIG_MAPS}/seeds", JSON_PATCH, json.dumps(operations).encode()
    )
    assert (status, answer["data"]) == (200, {"soil": "9999"})


def test_missing_object_is_reported_before_malformed_patch(shed: TokenEndpoint) -> None:
    assert send(shed, "PATCH", f"{CONFIG_MAPS}/none", JSON_PATCH, b"{")[0] == 404
    assert send(shed, "PATCH", f"{CONFIG_MAPS}/seeds", JSON_PATCH, b"{")[0] == 400


LONG_TO_HANDLE = {
    "YAML": (YAML, b"spec: [" + b"1," * 300_000 + b"1]"),
    "JSON with duplicates": (JSON, b'{"spec": {' + b'"a":1,' * 400_000 + b'"a":1}}'),
    "an object with many errors": (
        JSON,
        json.dumps(
            {"metadata": {"name": "a", "labels": {f"a {n}": "b c" for n in range(FULL - 9)}}}
        ).encode(),
    ),
}


FEWEST_ANSWERS = 4  # while a body is handled; an endpoint that is busy with it gives one or two


@pytest.mark.timing  # a busy machine answers fewer requests meanwhile
@pytest.mark.parametrize("form", LONG_TO_HANDLE)
def test_others_are_answered_while_a_body_is_handled(form: str, shed: TokenEndpoint) -> None:
    media_type, data = LONG_TO_HANDLE[form]
    sender = threading.Thread(target=send, args=(shed, "POST", CONFIG_MAPS, media_type, data))
    sender.start()
    answers = 0
    while sender.is_alive():
        shed.request("GET", "/api/v1/namespaces/default")
        answers += 1
        time.sleep(0.02)  # all threads of this process share the processor
    assert answers >= FEWEST_ANSWERS


def test_patches_and_updates_at_the_same_time_lose_nothing(shed: TokenEndpoint) -> None:
    path = f"{CONFIG_MAPS}/shared"
    shed.create("ConfigMap", "shared", data={"patched": "0", "updated": "0"})

    def update(number: int) -> None:
        while True:
            obj = shed.request("GET", path)
            obj["data"]["updated"] = str(number)
            try:
                shed.request("PUT", path, obj)
            except Refusal as conflict:
                if conflict.status["code"] != 409:
                    raise
            else:
                return

    def update_often() -> None:
        for number in range(1, 40):
            update(number)

    updates = threading.Thread(target=update_often)
    updates.start()
    for number in range(1, 40):
        shed.request("PATCH", path, {"data": {"patched": str(number)}})
    updates.join()
    assert shed.request("GET", path)["data"] == {"patched": "39", "updated": "39"}


@pytest.mark.slow
def test_slow_parsing_is_refused_in_time(shed: TokenEndpoint) -> None:
    with TokenEndpoint(Settings(algorithm="ES256", request_timeout=0.2)) as hasty:
        busy = bodies._WORKER.submit(time.sleep, 1)
        data = b"spec: [" + b"1," * 9000 + b"1]"
        assert send(hasty, "POST", CONFIG_MAPS, YAML, data)[0] == 504
        busy.result()


def test_bytes_of_all_bodies_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "MOST_BODY_BYTES", 50_000)
    data = b'{"metadata": {"generateName": "seeds"}, "data": {"soil": "' + b"x" * 20_000 + b'"}}'
    with TokenEndpoint(Settings(algorithm="ES256")) as shed:
        head = request_head(
            "POST", CONFIG_MAPS, shed.admin_token, "Content-Length: 40000", f"Content-Type: {JSON}"
        )
        with connect(shed.url) as slow:
            slow.sendall(head.encode() + b" " * 39_000)
            assert wait_for(lambda: send(shed, "POST", CONFIG_MAPS, JSON, data)[0] == 429)
        assert wait_for(lambda: send(shed, "POST", CONFIG_MAPS, JSON, data)[0] == 201)
        for _ in range(3):  # bytes of answered requests do not count
            assert send(shed, "POST", CONFIG_MAPS, JSON, data)[0] == 201


def test_size_counts_objects_of_lists_tenfold() -> None:
    check_size({"a": [{}] * 9, "b": "text"}, most=92)
    with pytest.raises(StatusError, match="limit is 91 fields and items"):
        check_size({"a": [{}] * 9, "b": "text"}, most=91)
