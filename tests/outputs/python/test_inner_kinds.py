"""Objects inside of others keep or lack `apiVersion` and `kind`, as the server sent them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.core.source import Source
from codegen.readers.openapi.reader import read_document
from gardens.parts import kind, openapi
from gardens.python import importing, write

TEXT = {"type": "string"}
PLOT = "io.example.garden.v1.Plot"
PLOT_LIST = "io.example.garden.v1.PlotList"
NAMED = {"apiVersion": "garden.example.io/v1", "kind": "Plot"}
MODULES = ("models", "pydantic_models", "structs")


def _kind(name: str, **properties: object) -> dict[str, Any]:
    return kind(name, properties={"apiVersion": TEXT, "kind": TEXT, **properties})


@pytest.fixture(scope="module")
def importer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    items = {"type": "array", "items": {"$ref": f"#/definitions/{PLOT}"}}
    kinds = {PLOT: _kind("Plot", soil=TEXT), PLOT_LIST: _kind("PlotList", items=items)}
    source = Source(json.dumps(openapi(kinds)), "garden.json")
    folder: Path = tmp_path_factory.mktemp("garden")
    targets = ("dataclasses", "pydantic", "msgspec")
    write(read_document(source, Report()), folder, targets=targets)
    with importing(folder) as found:
        yield found


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("form", ["from_dict", "from_json"])
def test_written_items_have_the_names_that_were_read(importer: Any, module: str, form: str) -> None:
    classes = importer.module(f"garden_v1.{module}")
    items = [{"soil": "clay"}, {"soil": "clay", **NAMED}, {"soil": "clay", "kind": "Plot"}]
    sent = {**NAMED, "kind": "PlotList", "items": items}
    read = getattr(classes.PlotList, form)
    plots = read(sent if form == "from_dict" else json.dumps(sent))
    assert plots.to_dict() == sent
    assert [item.kind for item in plots.items] == [None, "Plot", "Plot"]


@pytest.mark.parametrize("module", MODULES)
def test_object_itself_gets_its_names(importer: Any, module: str) -> None:
    classes = importer.module(f"garden_v1.{module}")
    assert classes.Plot.from_dict({"soil": "clay"}).to_dict() == {**NAMED, "soil": "clay"}
    plots = classes.PlotList(items=[classes.Plot(soil="clay")])
    assert plots.to_dict()["items"] == [{**NAMED, "soil": "clay"}]
