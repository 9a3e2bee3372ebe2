"""Fields and kinds that the newest release lacks keep their places, and name what replaced them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from codegen.core.diagnostics import Report
from codegen.core.locales import SHIPPED
from codegen.drift.history.changelog import read_changelog
from codegen.outputs.site.content import SiteInputs, build_content
from codegen.outputs.site.records import SitePage, walk
from codegen.readers.releases import release_source
from codegen.readers.sources import SourcePath, read_sources
from gardens.parts import openapi

TEXT = {"type": "string", "description": "The list of the beds that it holds, each by its name in the plan."}


def kinds(package: str = "garden", **versions: dict[str, Any]) -> dict[str, Any]:
    """Plots with these fields by version, and their lists."""
    definitions = {}
    for version, fields in versions.items():
        for kind in ("Plot", "PlotList"):
            gvk = {"group": "garden.example.com", "version": version, "kind": kind}
            made = {"type": "object", "properties": fields, "x-kubernetes-group-version-kind": [gvk]}
            definitions[f"io.example.api.{package}.{version}.{kind}"] = made
    return openapi(definitions)


def pages(folder: Path, *releases: dict[str, Any]) -> dict[str, SitePage]:
    """The English pages of the last release by path."""
    sources = []
    for number, each in enumerate(releases, start=1):
        (file := folder / f"plot-1.{number}.json").write_text(json.dumps(each), encoding="utf-8")
        sources.append(release_source(SourcePath(path=file, shown=file.name)))
    changelog, reference = read_changelog(sources, Report()), read_sources([sources[-1].source], Report())
    return {
        page.path: page
        for page in build_content(reference, ("en",), SHIPPED, SiteInputs(changelog=changelog)).pages["en"]
    }


def test_a_former_field_is_at_its_place_with_its_last_release_and_new_name(tmp_path: Path) -> None:
    soil = {"type": "object", "properties": {"depth": {"type": "integer"}, "kind": {"type": "string"}}}
    less = {"type": "object", "properties": {"kind": {"type": "string"}}}
    found = pages(
        tmp_path,
        kinds(v1={"bedsOfIt": TEXT, "soil": soil, "again": {"type": "integer"}}),
        kinds(v1={"bedsOfIt": TEXT, "soil": soil}),
        kinds(v1={"beds": TEXT, "soil": less, "again": {"type": "integer"}}),
    )
    fields = list(walk(found["garden.example.com/plot-v1"].fields))
    assert [path for path, _ in fields] == ["beds", "soil", "soil.kind", "soil.depth", "again", "bedsOfIt"]
    former = {path: (node.type, node.until, node.successor) for path, node in fields if node.until}
    assert former == {"soil.depth": ("integer", "1.2", ""), "bedsOfIt": ("", "1.2", "beds")}


def test_a_former_kind_has_a_page_that_leads_to_its_successor(tmp_path: Path) -> None:
    size = {"size": {"type": "integer"}}
    found = pages(tmp_path, kinds(v1alpha1=size, v1beta1=size), kinds(v1beta1=size), kinds(v1=size))
    gone = [page for page in found.values() if page.gone]
    assert [(page.path, page.successor, page.description) for page in gone] == [
        (
            f"garden.example.com/plot-{version}",
            "garden.example.com/plot-v1",
            f"garden.example.com/{version} Plot is gone since {release}. The last release with it is {last}.",
        )
        for version, last, release in (("v1alpha1", "1.1", "1.2"), ("v1beta1", "1.2", "1.3"))
    ]


def test_a_kind_of_another_package_has_its_page_only_once(tmp_path: Path) -> None:
    size = {"size": {"type": "integer"}}
    found = pages(tmp_path, kinds(v1=size), kinds("orchard", v1=size))
    assert found["garden.example.com/plot-v1"].is_kind  # and no later page has the path
