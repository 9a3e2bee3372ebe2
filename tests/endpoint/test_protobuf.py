"""Objects in protobuf, as clients written in Go send and read them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from codegen.endpoint import protobuf
from codegen.endpoint.body_syntax import RefusedBody

SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {
        "name": "key",
        "labels": {"b": "2", "a": "1"},
        "creationTimestamp": "2024-02-29T12:00:00Z",
        "managedFields": [{"manager": "m", "fieldsV1": {"f:data": {}}}],
    },
    "data": {"a": "Yg==", "b": ""},
    "immutable": False,
}
REVIEW = {
    "apiVersion": "authentication.k8s.io/v1",
    "kind": "TokenReview",
    "status": {"user": {"extra": {"k": ["a", "b"]}, "groups": ["g"]}, "audiences": ["x"]},
}
OPTIONS = {
    "apiVersion": "v1",
    "kind": "DeleteOptions",
    "gracePeriodSeconds": -1,
    "preconditions": {"uid": "u"},
}


# The first two-byte number.
GRACE = {
    "apiVersion": "v1",
    "kind": "DeleteOptions",
    "gracePeriodSeconds": 128,
}


@pytest.mark.parametrize(
    "obj", [SECRET, REVIEW, OPTIONS, GRACE], ids=["secret", "review", "options", "grace"]
)
def test_objects_round_trip_through_protobuf(obj: dict[str, Any]) -> None:
    assert protobuf.decode(protobuf.encode(obj), obj["apiVersion"], obj["kind"]) == obj


@pytest.mark.parametrize(
    "obj",
    [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}},
        {"apiVersion": "v1", "kind": "Secret", "colour": "red"},
    ],
)
def test_unknown_kind_is_not_encoded(obj: dict[str, Any]) -> None:
    with pytest.raises(protobuf.UnknownMessage):
        protobuf.encode(obj)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty data"),
        (b"{}", "expected prefix [107 56 115 0]"),
        (b"k8s\0\x12\x05\x0a", "unexpected EOF"),
        (b"k8s\0\x12", "unexpected EOF"),
        (b"k8s\0\x08\x05", "Unknown: unknown field"),  # a number in place of a message
        (b"k8s\0\x12\x03\x08\x01\x00", "unexpected EOF"),
        (b"k8s\0\x12\x02\x78\x01", "Secret: unknown field"),
        (b"k8s\0\x0f", "illegal wireType 7"),
        (b"k8s\0" + b"\xff" * 11, "proto: "),
    ],
)
def test_invalid_protobuf_message_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(RefusedBody, match=re.escape(said)):
        protobuf.decode(data, "v1", "Secret")


def test_decoded_object_keeps_its_own_kind() -> None:
    assert protobuf.decode(protobuf.encode(SECRET), "v1", "ConfigMap") == {
        "apiVersion": "v1",
        "kind": "Secret",
    }


def test_items_of_messages_are_limited() -> None:
    data = protobuf.encode(SECRET)  # two labels, a manager and two keys
    assert protobuf.decode(data, "v1", "Secret", most_items=5) == SECRET
    with pytest.raises(protobuf.TooManyValues):
        protobuf.decode(data, "v1", "Secret", most_items=4)


def test_unknown_field_of_inner_message_is_refused() -> None:
    """A field that the table lacks must not be lost silently."""
    data = b"k8s\0\x12\x05\x0a\x03\xf8\x07\x01"
    with pytest.raises(RefusedBody, match="unknown field"):
        protobuf.decode(data, "v1", "Secret")


def test_time_beyond_the_calendar_is_refused() -> None:
    creation_timestamp = b"\x42\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x00"
    data = b"k8s\0\x12\x0f\x0a\x0d" + creation_timestamp
    with pytest.raises(RefusedBody):
        protobuf.decode(data, "v1", "Secret")


def test_time_of_an_early_year_has_four_digits() -> None:
    creation_timestamp = b"\x42\x0b\x08" + protobuf_varint(-62_000_000_000)
    data = b"k8s\0\x12" + bytes([2 + len(creation_timestamp)])
    data += b"\x0a" + bytes([len(creation_timestamp)]) + creation_timestamp
    obj = protobuf.decode(data, "v1", "Secret")
    assert obj["metadata"]["creationTimestamp"] == "0005-04-19T09:46:40Z"


def protobuf_varint(number: int) -> bytes:
    """Encode an integer of 64 bits, as protobuf does."""
    number %= 2**64
    groups = []
    while number >= 0x80:
        groups.append(number % 0x80 + 0x80)
        number //= 0x80
    return bytes([*groups, number])
