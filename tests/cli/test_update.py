"""`codegen update`: a report outside of the project stands there only if the update was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.commands import run
from support.faults import tree
from support.web import running_server

DOCUMENT = {
    "swagger": "2.0",
    "info": {"title": "Garden", "version": "1"},
    "paths": {},
    "definitions": {"io.example.garden.v1.Plot": {"type": "object", "properties": {}}},
}


@pytest.mark.parametrize("earlier", ["", "an earlier report\n"], ids=["new", "earlier"])
def test_failed_update_leaves_no_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, earlier: str
) -> None:
    report = tmp_path / "report.md"
    if earlier:
        report.write_text(earlier, encoding="utf-8")
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    with running_server() as server:
        server.documents["/plots.json"] = json.dumps(DOCUMENT).encode()
        (project / "codegen.yaml").write_text(
            f'sources: [{{url: "{server.url}/plots.json", path: vendor/plots.json}}]\n'
            "outputs: [{target: openapi, to: schemas}]\n",
            encoding="utf-8",
        )
        (project / "elsewhere").mkdir()
        (project / "vendor").symlink_to(project / "elsewhere")  # found when files are written
        (project / "elsewhere").rename(tmp_path / "elsewhere")
        before = tree(tmp_path)
        assert run("update", "--report", report).exit_code != 0
        assert tree(tmp_path) == before
        (project / "vendor").unlink()
        assert run("update", "--report", report).exit_code == 0
    assert report.read_text(encoding="utf-8").startswith("## ")


def test_dry_run_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with running_server() as server:
        server.documents["/plots.json"] = json.dumps(DOCUMENT).encode()
        (tmp_path / "codegen.yaml").write_text(
            f'sources: [{{url: "{server.url}/plots.json", path: vendor/plots.json}}]\n'
            "outputs: [{target: openapi, to: schemas}]\n",
            encoding="utf-8",
        )
        before = tree(tmp_path)
        result = run("update", "--dry-run", "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)
    assert tree(tmp_path) == before
