"""Paths that sources are fetched to: never those of other files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError, Report
from codegen.project.update import UpdatePlan, plan_update
from support.faults import tree

DOCUMENT = {
    "swagger": "2.0",
    "info": {"title": "Garden", "version": "1"},
    "paths": {},
    "definitions": {"io.example.garden.v1.Plot": {"type": "object", "properties": {}}},
}
CONFIG = """\
sources: [{{url: "https://garden.example/plots.json", path: "{path}"}}]
locales: [en, zh-cn]
translations: words
templates: looks
check: {{baseline: accepted.yaml}}
outputs: [{{target: openapi, to: schemas}}]
"""


def fetch_to(folder: Path, path: str) -> UpdatePlan:
    """Update a project whose only source is fetched to a path."""
    for name in ("words", "looks", "vendor"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "words/zh-cn.po").write_text('msgid ""\nmsgstr ""\n', encoding="utf-8")
    (folder / "accepted.yaml").write_text("findings: []\n", encoding="utf-8")
    file = folder / "codegen.yaml"
    file.write_text(CONFIG.format(path=path), encoding="utf-8")
    data = json.dumps(DOCUMENT).encode()
    return plan_update(file, {}, Report(), download=lambda _url, _span: data)


REFUSED = {
    "a hook": (".git/hooks/post-checkout", "fetched-path-outside"),
    "settings of Git": ("./.GIT/config", "fetched-path-outside"),
    "a module of Git": ("vendor/.git/config", "fetched-path-outside"),
    "a list": ("schemas/.codegen-files", "fetched-path-outside"),
    "a folder above": ("../plots.json", "fetched-path-outside"),
    "the configuration": ("codegen.yaml", "fetched-path-taken"),
    "the lock file": ("vendor/../codegen.lock", "fetched-path-outside"),
    "the lock file itself": ("./codegen.lock", "fetched-path-taken"),
    "a catalog": ("words/zh-cn.po", "fetched-path-taken"),
    "the baseline": ("accepted.yaml", "fetched-path-taken"),
    "a program": ("program.py", "fetched-path-taken"),
}


@pytest.mark.parametrize(("path", "rule"), REFUSED.values(), ids=REFUSED)
def test_other_files_stay(tmp_path: Path, path: str, rule: str) -> None:
    (tmp_path / "program.py").write_text("print('roses')\n", encoding="utf-8")
    with pytest.raises(CodegenError) as error:
        fetch_to(tmp_path, path)
    assert [finding.rule for finding in error.value.diagnostics] == [rule]
    assert (tmp_path / "program.py").read_text(encoding="utf-8") == "print('roses')\n"
    assert not (tmp_path / ".git").exists()


def test_source_of_the_project_may_get_an_address(tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor/plots.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    fetch_to(tmp_path, "vendor/plots.json").write()
    assert (tmp_path / "codegen.lock").is_file()


def test_link_at_the_path_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text(json.dumps(DOCUMENT, indent=3), encoding="utf-8")
    project = tmp_path / "project"
    (project / "vendor").mkdir(parents=True)
    (project / "vendor/plots.json").symlink_to(outside)
    before = outside.read_bytes()
    with pytest.raises(CodegenError):
        fetch_to(project, "vendor/plots.json").write()
    assert outside.read_bytes() == before
    assert "codegen.lock" not in tree(project)
