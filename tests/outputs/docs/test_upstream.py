"""Links to pages of kubernetes.io: their types, and the round trip of pages with them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from codegen import diff, generate, load_config
from codegen.core.diagnostics import Span
from codegen.model import Definition
from codegen.outputs.docs.shared.upstream import upstream_url
from codegen.readers.built_in.structure import built_ins
from gardens.parts import PAGE_HEAD

META, CORE, APPS = (
    "io.k8s.apimachinery.pkg.apis.meta.v1",
    "io.k8s.api.core.v1",
    "io.k8s.api.apps.v1",
)
REFERENCE = "https://kubernetes.io/docs/reference/kubernetes-api"
FIELDS = """\
- **metadata** (<a href="{{< ref "../common-definitions/object-meta#ObjectMeta" >}}">ObjectMeta</a>)

  What all objects have.

- **templates** ([]<a href="{{< ref "../workload-resources/pod-template-v1#PodTemplateSpec" >}}">PodTemplateSpec</a>), required

  The gardeners.
"""


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (f"{META}.ObjectMeta", "definitions/object-meta-v1-meta/#ObjectMeta"),
        (f"{META}.APIResourceList", "definitions/api-resource-v1-meta/#APIResourceList"),
        (
            "io.k8s.apimachinery.pkg.api.resource.Quantity",
            "definitions/quantity-resource/#Quantity",
        ),
        (
            f"{CORE}.LocalObjectReference",
            "definitions/local-object-reference-v1/#LocalObjectReference",
        ),
        (f"{CORE}.PodTemplateSpec", "core/pod-template-v1/#PodTemplateSpec"),
        (f"{APPS}.DeploymentList", "apps/deployment-v1/#DeploymentList"),
        (f"{CORE}.Container", ""),  # a section of a page with another name
        ("io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler", ""),  # an old version
        ("io.k8s.api.authentication.v1.TokenRequest", ""),  # it cannot be listed
        (f"{META}.Plot", ""),
    ],
)
def test_built_in_types_have_addresses(key: str, place: str) -> None:
    definition = Definition(
        key=key, name=key.rpartition(".")[2], documented=False, span=Span(path="a")
    )
    assert upstream_url(definition, built_ins().page_subject) == (
        f"{REFERENCE}/{place}" if place else ""
    )


@pytest.mark.parametrize("layout", ["list", "table"])
def test_pages_with_links_to_kubernetes_io_round_trip(layout: str, tmp_path: Path) -> None:
    page = re.sub("(?m)^.*apiVersion.*\n", "", PAGE_HEAD) + FIELDS  # of a type, without operations
    (tmp_path / "plot.md").write_text(page, encoding="utf-8")
    output = {"target": "docs", "layout": layout, "to": "out"}
    (tmp_path / "codegen.yaml").write_text(
        json.dumps({"sources": [{"path": "plot.md"}], "outputs": [output]})
    )
    files = generate(load_config(tmp_path / "codegen.yaml"))
    files.write()
    pages = "".join(files.files.values())
    assert f"{REFERENCE}/core/pod-template-v1/#PodTemplateSpec" in pages
    assert "../common-definitions" not in pages
    results = diff(tmp_path / "plot.md", tmp_path / "out")
    assert (results.complete, results.findings) == (True, ())
