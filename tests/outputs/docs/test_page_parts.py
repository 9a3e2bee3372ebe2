"""Large pages of the plain layout: their parts have pages of their own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.model import Reference
from codegen.outputs.docs.shared.page_parts import MOST_ROWS
from codegen.readers.sources import SourcePath, read_sources
from gardens.docs import emit_texts
from gardens.parts import PACKAGE, PLOT, kind, openapi, ref
from gardens.resources import PLOTS_PROPERTIES

PAGE = "garden.example.com/plot-v1.md"
_ROW = re.compile(r"^ *-   \*\*", re.MULTILINE)


def beds(name: str, number: int) -> dict[str, Any]:
    """Return an object with this number of fields."""
    fields = {f"{name}{place}": {"type": "string"} for place in range(number)}
    return {"type": "object", "properties": fields, "description": f"Beds of {name}."}


def read(folder: Path, file: str, text: str) -> Reference:
    path = folder / file
    path.write_text(text, encoding="utf-8")
    return read_sources([SourcePath(path=path, display_path=file)], Report())


def read_kind(folder: Path, herbs: int, trees: int) -> Reference:
    """Read a kind whose spec has two types with this number of fields."""
    spec = {
        "type": "object",
        "description": "PlotSpec is the wish for a plot.",
        "properties": {"herbs": ref(f"{PACKAGE}.Herbs"), "trees": ref(f"{PACKAGE}.Trees")},
    }
    definitions = {
        PLOT: kind(properties={"spec": ref(f"{PACKAGE}.PlotSpec")}),
        f"{PACKAGE}.PlotSpec": spec,
        f"{PACKAGE}.Herbs": beds("herb", herbs),
        f"{PACKAGE}.Trees": beds("tree", trees),
    }
    return read(folder, "plot.json", json.dumps(openapi(definitions)))


def emit(reference: Reference, nav: str = "mkdocs") -> dict[str, str]:
    return emit_texts(reference, layout="plain", nav=nav)


def count_rows(pages: dict[str, str]) -> dict[str, int]:
    return {path: len(_ROW.findall(text)) for path, text in pages.items() if "v1" in path}


def page_of(pages: dict[str, str], stem: str) -> str:
    return next(text for path, text in pages.items() if path.endswith(f"/{stem}.md"))


def test_small_page_stays_whole(tmp_path: Path) -> None:
    pages = emit(read_kind(tmp_path, 20, 30))
    assert list(count_rows(pages).values()) == [53]


def test_largest_part_that_fits_has_its_own_page(tmp_path: Path) -> None:
    pages = emit(read_kind(tmp_path, MOST_ROWS - 20, 60))
    plot, herbs = page_of(pages, "plot-v1"), page_of(pages, "plot-v1-herbs")
    assert "(plot-v1-herbs.md)" in plot
    assert "herb7" in herbs
    assert "herb7" not in plot
    assert "tree7" in plot


def test_moved_section_keeps_its_heading_with_a_link(tmp_path: Path) -> None:
    pages = emit(read_kind(tmp_path, 120, 125))
    more = emit(read_kind(tmp_path, 124, 124))
    assert page_of(pages, "plot-v1").count("\n## PlotSpec\n") == 1
    section = page_of(more, "plot-v1").split("\n## PlotSpec\n")[1]
    assert "PlotSpec is the wish for a plot." in section
    assert "[PlotSpec](plot-v1-spec.md)" in section
    assert "herb7" not in section


def test_parts_of_parts_have_pages_too(tmp_path: Path) -> None:
    pages = emit(read_kind(tmp_path, 2 * MOST_ROWS, 2 * MOST_ROWS))
    rows = sorted(count_rows(pages).values())
    assert rows[-2:] == [2 * MOST_ROWS, 2 * MOST_ROWS]
    assert max(rows[:-2]) < 10


def test_flat_page_without_parts_stays_large(tmp_path: Path) -> None:
    definitions = {PLOT: {**kind(), **beds("bed", MOST_ROWS + 50)}}
    pages = emit(read(tmp_path, "plot.json", json.dumps(openapi(definitions))))
    assert list(count_rows(pages).values()) == [MOST_ROWS + 50]


@pytest.mark.parametrize("nav", ["mkdocs", "sphinx", "docusaurus"])
def test_navigation_lists_pages_of_parts(tmp_path: Path, nav: str) -> None:
    pages = emit(read_kind(tmp_path, MOST_ROWS - 20, 60), nav=nav)
    index = next(text for path, text in pages.items() if path.endswith("/README.md"))
    assert "plot-v1-herbs.md" in index
    if nav == "mkdocs":
        assert "plot-v1-herbs.md" in pages["nav.yml"]


def test_inline_object_of_resource_has_its_own_page(tmp_path: Path) -> None:
    pump = beds("valve", MOST_ROWS - 50)
    pump["properties"]["pipes"] = {"type": "array", "items": beds("pipe", 40)}
    spec = beds("hose", 30)
    spec["properties"]["pump"] = pump
    text = f"{PLOTS_PROPERTIES}          spec: {json.dumps(spec)}\n"
    pages = emit(read(tmp_path, "crd.yaml", text))
    assert max(count_rows(pages).values()) <= MOST_ROWS
    texts = "\n".join(pages.values())
    for name in ("pipe39", "valve199", "hose29"):
        assert len(re.findall(rf"\*\*[\w.]*\b{name}\*\*", texts)) == 1
