"""Rules that no other test covers, each with its input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.core.opening import MAX_BYTES
from codegen.project import source_search
from gardens.compare import document, english, replace_piece
from gardens.docs import TOC, contents, emit_texts, reference
from support.commands import run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_config(**settings: Any) -> None:
    config = {
        "sources": [{"path": "plot.json"}],
        "outputs": [{"target": "openapi", "to": "out"}],
        **settings,
    }
    Path("codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    Path("plot.json").write_text(json.dumps(document()), encoding="utf-8")


def test_too_large_file_is_refused() -> None:
    with Path("plot.json").open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    assert "plot.json: error[source-too-large]" in run("inspect", "plot.json").stderr


def test_rows_below_a_primitive_field_are_reported() -> None:
    page = replace_piece(
        english(), "- **owner** (string)", "- **owner** (string)\n\n- **owner.name** (string)"
    )
    Path("plot.md").write_text(page, encoding="utf-8")
    said = "warning[fields-of-primitive]: 'owner.name' is left out, since the type of 'owner' is 'string', which has no fields"
    assert said in run("inspect", "plot.md").stderr


def test_merge_key_requires_mapping() -> None:
    Path("plot.yaml").write_text("kind: Plot\nspec:\n  <<: north\n", encoding="utf-8")
    result = run("validate", "plot.yaml")
    assert (result.exit_code, "plot.yaml:3:7: ERR yaml-merge" in result.stdout) == (2, True)


def test_duplicate_chapters_of_kind_make_one_page() -> None:
    chapter = "  - name: Plot\n    group: garden.example.io\n    version: v1\n"
    report = Report()
    table = contents(TOC.replace(chapter, chapter * 2))
    assert "garden-resources/plot-v1.md" in emit_texts(reference(), table=table, report=report)
    assert [diagnostic.rule for diagnostic in report.diagnostics].count("toc-chapter-twice") == 1


def test_types_of_similar_packages_have_own_pages() -> None:
    schema = {"type": "object", "properties": {"x": {"type": "string"}}}
    keys = (
        "yard.Plot",
        "io.yard.v1.Plot",
        "io.yard_v1.Plot",
        "io.yard-v1.Plot",
        "old.io.yard.v1.Plot",
    )
    write_config(outputs=[{"target": "docs", "layout": "list", "to": "pages"}])
    components = {"schemas": dict.fromkeys(keys, schema)}
    text = json.dumps(
        {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "components": components}
    )
    Path("plot.json").write_text(text, encoding="utf-8")
    result = run("generate")
    assert (result.exit_code, result.stderr) == (0, "")
    assert len(list(Path("pages").rglob("plot*.md"))) == len(keys)


def test_too_large_template_is_refused() -> None:
    write_config(templates="own")
    template = Path("own/docs/list/page.md.j2")
    template.parent.mkdir(parents=True)
    with template.open("wb") as stream:
        stream.truncate(2 * 1024 * 1024)
    result = run("generate")
    assert (result.exit_code, f"{template}: error[template-too-large]" in result.stderr) == (
        2,
        True,
    )


def test_sources_without_definitions_give_no_schemas() -> None:
    write_config(outputs=[{"target": "json-schema", "to": "out"}])
    paths = {"/logs": {"get": {"responses": {"401": {"description": "no"}}}}}
    Path("plot.json").write_text(json.dumps({"swagger": "2.0", "paths": paths}), encoding="utf-8")
    assert "error[nothing-to-write]" in run("generate").stderr
    assert not Path("out").exists()


def test_folder_in_place_of_output_file_is_reported() -> None:
    write_config()
    assert run("generate").exit_code == 0
    (output,) = (file for file in Path("out").iterdir() if file.suffix in (".json", ".yaml"))
    output.unlink()
    output.mkdir()
    result = run("check")
    assert (result.exit_code, f"{output}: error[output-unreadable]" in result.stderr) == (2, True)


def test_init_search_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_search, "MAX_FILES", 1)
    Path("a.md").touch()
    assert "init-too-many-files" not in run("init").stderr
    Path("b.md").touch()
    assert run("init").stderr.startswith(".: error[init-too-many-files]")
