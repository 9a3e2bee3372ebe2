"""Pages of sources beside kinds that only a document has: each kind has a page and is in an index."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.core.diagnostics import Report
from codegen.model import Reference, selection
from codegen.outputs.docs import layouts
from codegen.outputs.job import Job
from codegen.readers.sources import SourcePath, read_sources
from gardens.parts import PLOT, gvk_of, kind, openapi
from gardens.resources import PLOTS
from support.corpus import CASES

PAGE = CASES / "english-page/sources/garden-resources/plot-v1.md"
PUMPS = PLOTS.replace("Plot", "Pump").replace("plots", "pumps").replace("plot", "pump")
PUMP_PAGE = "garden.example.io/pump-v1.md"
SHED = "io.example.api.garden.v1.Shed"
DOCUMENT = json.dumps(
    openapi(
        {
            SHED: {
                **kind(properties={"door": {"type": "string"}}),
                "x-kubernetes-group-version-kind": [gvk_of("Shed")],
            }
        }
    )
)


def read(folder: Path, files: dict[str, str]) -> Reference:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return read_sources([SourcePath(path=folder, display_path="sources")], Report())


def emit(reference: Reference, layout: str, *locales: str, **options: str) -> dict[str, str]:
    job = Job(
        reference=reference,
        locales=locales or ("en",),
        options={"layout": layout, **options},
        origin="sources",
    )
    return {
        f"{file.locale}/{file.path}" if len(locales) > 1 else file.path: file.text
        for file in layouts.emit(job)
    }


def names(files: dict[str, str], kind_name: str) -> list[str]:
    return [path for path, text in files.items() if f'kind: "{kind_name}"' in text]


@pytest.mark.parametrize("layout", ["list", "table", "plain"])
@pytest.mark.parametrize("name", ["plot-v1.md", "garden-resources/plot-v1.md"])
def test_kind_without_source_page_has_a_page_in_each_language(
    tmp_path: Path, name: str, layout: str
) -> None:
    files = emit(
        read(tmp_path, {name: PAGE.read_text(encoding="utf-8"), "pump.yaml": PUMPS}),
        layout,
        "en",
        "zh-cn",
    )
    for tag in ("en", "zh-cn"):
        for kind_name in ("Plot", "Pump"):
            assert any(path.startswith(f"{tag}/") for path in names(files, kind_name)), kind_name


@pytest.mark.parametrize("name", ["plot-v1.md", "garden-resources/plot-v1.md"])
def test_each_folder_of_mixed_list_pages_has_an_index(tmp_path: Path, name: str) -> None:
    files = emit(
        read(tmp_path, {name: PAGE.read_text(encoding="utf-8"), "pump.yaml": PUMPS}), "list"
    )
    folders = {path.rpartition("/")[0] for path in files}
    assert {f"{folder}/_index.md".removeprefix("/") for folder in folders} <= files.keys()
    assert PUMP_PAGE in files


def test_plain_index_of_mixed_pages_lists_all(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    files = emit(read(tmp_path, {"plot-v1.md": page, "pump.yaml": PUMPS}), "plain", nav="mkdocs")
    assert "plot-v1.md" in files["README.md"]
    assert "garden.example.io/README.md" in files["README.md"]
    assert PUMP_PAGE in files["nav.yml"]


def test_source_page_is_the_same_beside_other_kinds(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    alone = emit(read(tmp_path / "a", {"garden-resources/plot-v1.md": page}), "list")
    mixed = emit(
        read(tmp_path / "b", {"garden-resources/plot-v1.md": page, "pump.yaml": PUMPS}), "list"
    )
    assert mixed["garden-resources/plot-v1.md"] == alone["garden-resources/plot-v1.md"]


def test_only_selected_kinds_have_pages(tmp_path: Path) -> None:
    reference = read(tmp_path, {"plot-v1.md": PAGE.read_text(encoding="utf-8"), "pump.yaml": PUMPS})
    files = emit(selection.select(reference, [selection.pattern("Plot")]), "list")
    assert "plot-v1.md" in files
    assert not names(files, "Pump")
    assert "_index.md" not in files  # a folder of source pages may have one of its own


def test_kind_of_document_without_operations_has_a_page(tmp_path: Path) -> None:
    """The operations of the page say nothing about the kinds of the document."""
    page = PAGE.read_text(encoding="utf-8")
    files = emit(read(tmp_path, {"plot-v1.md": page, "shed.json": DOCUMENT}), "list")
    assert names(files, "Shed")


def test_document_of_the_kinds_of_the_pages_adds_no_page(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    document = json.dumps(openapi({PLOT: kind(properties={"size": {"type": "string"}})}))
    files = emit(read(tmp_path, {"plot-v1.md": page, "plot.json": document}), "list")
    assert list(files) == ["plot-v1.md"]


def test_path_of_source_page_is_not_taken(tmp_path: Path) -> None:
    page = (
        PAGE.read_text(encoding="utf-8")
        .replace('kind: "Plot"', 'kind: "Pump"')
        .replace("Plot", "Pump")
    )
    page = page.replace('apiVersion: "garden.example.io/v1"', 'apiVersion: "other.example.io/v1"')
    page = page.replace("`apiVersion: garden.example.io/v1`", "`apiVersion: other.example.io/v1`")
    files = emit(read(tmp_path, {PUMP_PAGE: page, "pump.yaml": PUMPS}), "list")
    assert len(names(files, "Pump")) == 2
