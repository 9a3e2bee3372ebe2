"""Protobuf by the numbers that ship: what Go writes is read, and what is written is what Go writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from codegen.outputs.services import numbers, protobuf_writing
from codegen.outputs.services.runtime.protobuf import MAGIC, Numbers, UnnumberedError

KINDS = {
    "v1 Pod": "io.k8s.api.core.v1.Pod",
    "v1 Service": "io.k8s.api.core.v1.Service",
    "authentication.k8s.io/v1 TokenReview": "io.k8s.api.authentication.v1.TokenReview",
}
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "web",
        "labels": {"b": "2", "a": "1"},
        "creationTimestamp": "2024-02-29T12:00:00Z",
        "managedFields": [{"manager": "m", "fieldsV1": {"f:spec": {}}}],
    },
    "spec": {
        "volumes": [{"name": "v", "secret": {"secretName": "s", "defaultMode": 420}}],
        "containers": [
            {
                "name": "c",
                "ports": [{"containerPort": 80}],
                "resources": {"limits": {"cpu": "500m"}},
                "livenessProbe": {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 3},
            }
        ],
        "terminationGracePeriodSeconds": -1,
        "hostNetwork": True,
    },
}
SERVICE = {"apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"port": 80, "targetPort": 8080}]}}
REVIEW = {
    "apiVersion": "authentication.k8s.io/v1",
    "kind": "TokenReview",
    "status": {"user": {"extra": {"k": ["a", "b"]}, "groups": ["g"]}, "audiences": ["x"]},
}


@pytest.fixture(scope="module")
def known() -> Numbers:
    return Numbers(KINDS, numbers.messages())


@pytest.mark.parametrize("obj", [POD, SERVICE, REVIEW], ids=["pod", "service", "review"])
def test_an_object_comes_back_as_it_was(known: Numbers, obj: dict[str, Any]) -> None:
    body = known.read(known.encode(obj), obj["apiVersion"], obj["kind"])
    assert (body.refusal, body.obj) == ("", obj)


def test_a_value_is_written_as_go_writes_it() -> None:
    messages = {
        "Plot": [
            ["name", 1, "string"],
            ["size", 2, "int"],
            ["rows", 3, "*int"],
            ["tags", 4, "[]string"],
            ["sown", 5, "time"],
        ]
    }
    known = Numbers({"v1 Plot": "Plot"}, messages)
    data = known.encode({"apiVersion": "v1", "kind": "Plot", "size": 300, "tags": ["a"]})
    head = b"\x0a\x0a\x0a\x02v1\x12\x04Plot"
    assert data == MAGIC + head + b"\x12\x0a\x0a\x00\x10\xac\x02\x22\x01a\x2a\x00" + b"\x1a\x00\x22\x00"
    assert known.read(data, "v1", "Plot").obj == {"apiVersion": "v1", "kind": "Plot", "size": 300, "tags": ["a"]}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty data (<empty>)"),
        (b"plot", "expected prefix [107 56 115 0] (706c6f74)"),
        (MAGIC + b"\x12\xff", "unexpected EOF"),
        (MAGIC + b"\x07", "proto: illegal wireType 7"),
        (MAGIC + b"\xff" * 11, "proto: integer overflow"),
        (MAGIC + b"\x12\x02\x98\x7d", "unexpected EOF"),
        (MAGIC + b"\x12\x03\x98\x7d\x00", "proto: Pod: the number 2003 is of no field that is known here"),
        (MAGIC + b"\x12\x02\x10\x00", "proto: wrong wireType = 0 for field spec"),
    ],
)
def test_what_cannot_be_read_is_refused_whole(known: Numbers, data: bytes, words: str) -> None:
    refusal = known.read(data, "v1", "Pod").refusal
    assert refusal.startswith("the object provided is unrecognized (must be of type Pod): ")
    assert words in refusal


def test_a_field_without_a_number_is_not_left_out_silently(known: Numbers) -> None:
    with pytest.raises(UnnumberedError):
        known.encode({**POD, "spec": {"colour": "red"}})


def test_numbers_are_read_from_the_source_of_go(tmp_path: Path) -> None:
    folder = tmp_path / "api/garden/v1"
    folder.mkdir(parents=True)
    (folder / "generated.proto").write_text("")
    (folder / "types.go").write_text(
        """package v1
import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)
type Plot struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty" protobuf:"bytes,1,opt,name=metadata"`
	Soil Soil `json:"soil" protobuf:"bytes,3,opt,name=soil,casttype=Soil"`
	Size *int64 `json:"size" protobuf:"varint,2,opt,name=size"`
	Beds []Bed `json:"beds" protobuf:"bytes,4,rep,name=beds"`
	Extra map[string]Words `json:"extra" protobuf:"bytes,5,rep,name=extra"`
	Bed `json:",inline" protobuf:"bytes,6,opt,name=bed"`
}
type Soil string
type Words []string
type Bed struct {
	Sown *metav1.Time `json:"sown" protobuf:"bytes,1,name=sown"`
}
"""
    )
    meta = tmp_path / "apimachinery/pkg/apis/meta/v1"
    meta.mkdir(parents=True)
    (meta / "generated.proto").write_text("")
    (meta / "types.go").write_text(
        'type ObjectMeta struct {\n\tName string `json:"name" protobuf:"bytes,1,opt,name=name"`\n}\ntype Time struct {\n}\n'
    )
    found = protobuf_writing.messages(tmp_path)
    assert found["io.k8s.api.garden.v1.Plot"] == [
        ["metadata", 1, "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"],
        ["size", 2, "*int"],
        ["soil", 3, "string"],
        ["beds", 4, "[]io.k8s.api.garden.v1.Bed"],
        ["extra", 5, "{}items"],
        ["", 6, "io.k8s.api.garden.v1.Bed"],
    ]
    assert found["io.k8s.api.garden.v1.Bed"] == [["sown", 1, "*time"]]
