"""Pages with the history of fields, in each layout and language, which still round-trip texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codegen import generate, load_config
from codegen.core.diagnostics import CodegenError, Report
from codegen.readers.sources import SourcePath, read_sources
from gardens.parts import openapi

KEY = "io.example.api.garden.v1"


def document(release: int) -> dict[str, Any]:
    """Return a kind with a field that became required, a changed text, and a field added in the
    second release.
    """
    fields: dict[str, Any] = {"size": {"type": "integer", "description": "How large it is."}}
    if release > 1:
        fields["beds"] = {"type": "string", "description": "Its *beds*."}
    gvk = {"group": "garden.example.com", "version": "v1", "kind": "Plot"}
    plot = {
        "type": "object",
        "description": "Plot is a piece of land." if release > 1 else "Plot is ground.",
        "required": ["size"] if release > 1 else [],
        "properties": fields,
        "x-kubernetes-group-version-kind": [gvk],
    }
    operations = {
        verb: {
            "description": f"{verb} the Plot",
            "x-kubernetes-action": verb,
            "x-kubernetes-group-version-kind": gvk,
            "responses": {
                "200": {"description": "OK", "schema": {"$ref": f"#/definitions/{KEY}.Plot"}}
            },
        }
        for verb in ("get", "delete")[:release]
    }
    paths = {"/apis/garden.example.com/v1/plots/{name}": operations}
    return openapi({f"{KEY}.Plot": plot}, paths)


def page(root: Path, layout: str, history: list[str] | None = None) -> dict[str, str]:
    """Return the page of the kind by language."""
    for release in (1, 2):
        (root / f"v1.{release}").mkdir(exist_ok=True)
        (root / f"v1.{release}/garden.json").write_text(
            json.dumps(document(release)), encoding="utf-8"
        )
    output = {"target": "docs", "layout": layout, "to": "docs/{locale}", "history": True}
    settings = {
        "sources": [{"path": "v1.2/garden.json"}],
        "locales": ["en", "zh-cn"],
        "outputs": [output],
        "history": ["v1.1/garden.json", "v1.2/garden.json"] if history is None else history,
    }
    (root / "codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")
    files = generate(load_config(root / "codegen.yaml")).files
    return {
        tag: next(
            text
            for path, text in files.items()
            if path.startswith(f"docs/{tag}/") and "plot" in path
        )
        for tag in ("en", "zh-cn")
    }


@pytest.mark.parametrize("layout", ["list", "table", "plain"])
def test_page_shows_field_history_in_its_language(tmp_path: Path, layout: str) -> None:
    made = page(tmp_path, layout)
    place, end = ("> *", "*") if layout == "plain" else ('<a id="{}-history"></a>', "")
    assert f"{place.format('Plot-beds')}since 1.2" in made["en"]
    assert f"{place.format('Plot-size')}required since 1.2" in made["en"]
    assert f"{place.format('Plot-beds')}自 1.2 起" in made["zh-cn"]
    assert f"{place.format('Plot-size')}自 1.2 起必需" in made["zh-cn"]
    since = f"\n\n{place.format('DELETE-apis-garden-example-com-v1-plots-name')}"
    assert f"DELETE /apis/garden.example.com/v1/plots/{{name}}{since}since 1.2{end}\n" in made[
        "en"
    ].replace("\\", "")
    assert f"{since}自 1.2 起{end}\n" in made["zh-cn"]
    assert made["en"].count("since 1.2") == 3
    assert "(1.2)" not in made["en"]  # with changed texts


@pytest.mark.parametrize("layout", ["list", "table"])
def test_history_is_not_read_as_description(tmp_path: Path, layout: str) -> None:
    (tmp_path / "plot.md").write_text(page(tmp_path, layout)["en"], encoding="utf-8")
    read = read_sources(
        [SourcePath(path=tmp_path / "plot.md", display_path="plot.md", locale="en")], Report()
    )
    texts = {prose_id.partition("#")[2]: prose.text for prose_id, prose in read.prose["en"].items()}
    assert (texts["size"], texts["beds"]) == ("How large it is.", "Its *beds*.")
    path = "/apis/garden.example.com/v1/plots/{name}"
    assert set(read.operations) == {f"GET {path}", f"DELETE {path}"}
    assert read.prose["en"][f"DELETE {path}"].text.lower() in ("delete the plot", "delete")


@pytest.mark.parametrize("history", [[], ["v1.2/garden.json"]])
def test_history_requires_two_releases(tmp_path: Path, history: list[str]) -> None:
    with pytest.raises(CodegenError) as error:
        page(tmp_path, "list", history)
    [finding] = error.value.diagnostics
    column = (tmp_path / "codegen.yaml").read_text(encoding="utf-8").index('{"target"') + 1
    assert (finding.rule, finding.span.line, finding.span.column) == ("history-missing", 1, column)


def test_output_shows_history_of_its_selection(tmp_path: Path) -> None:
    page(tmp_path, "list")
    settings = json.loads((tmp_path / "codegen.yaml").read_text(encoding="utf-8"))
    (output,) = settings["outputs"]
    settings |= {"select": ["!Plot"], "outputs": [output | {"select": ["Plot"]}]}
    (tmp_path / "codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")
    files = generate(load_config(tmp_path / "codegen.yaml")).files
    assert any("since 1.2" in text for path, text in files.items() if "plot" in path)
    settings["outputs"].append(
        output | {"to": "others/{locale}", "select": ["garden.example.com/v1"]}
    )
    (tmp_path / "codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")
    files = generate(load_config(tmp_path / "codegen.yaml")).files
    told = {path.partition("/")[0] for path, text in files.items() if "since 1.2" in text}
    assert told == {"docs", "others"}
