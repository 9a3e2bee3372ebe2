"""The OpenAPI documents of generated servers."""

from __future__ import annotations

import pytest

from codegen.model import GroupVersionKind, Operation
from codegen.outputs.services import described
from gardens.parts import SPAN

ROOT = "/apis/garden.example.io/v1"
KINDS = {"orchards": "Orchard", "orchards in namespaces": "Orchard", "plots": "Plot"}


@pytest.mark.parametrize(
    ("verb", "path", "said"),
    [
        ("get", "namespaces/{namespace}/orchards/{name}", "read an Orchard"),
        ("create", "namespaces/{namespace}/orchards/{name}/harvest", "create harvest of an Orchard"),
        ("list", "namespaces/{namespace}/orchards", "list objects of kind Orchard"),
        ("list", "orchards", "list objects of kind Orchard in all namespaces"),
        ("list", "plots", "list objects of kind Plot"),
        ("watchlist", "watch/orchards", "watch objects of kind Orchard in all namespaces"),
        ("patch", "plots/{name}/status", "change status of a Plot by a patch"),
        ("connect", "plots/{name}/proxy/{path}", "connect POST to proxy of a Plot"),
        ("get", "sheds/{name}", "read a Harvest"),
    ],
)
def test_an_operation_without_a_text_has_a_summary(verb: str, path: str, said: str) -> None:
    gvk = GroupVersionKind(group="garden.example.io", version="v1", kind="Harvest")
    operation = Operation(method="POST", verb=verb, path=f"{ROOT}/{path}", gvk=gvk, span=SPAN)
    assert described.summary(operation, KINDS) == said
