"""Paths that sources are fetched to: never those of other files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError, Report
from codegen.project.lock_file import format_lock, lock_source
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


def fetch_to(folder: Path, path: str, report: Report | None = None) -> UpdatePlan:
    """Update a project whose only source is fetched to a path."""
    for name in ("words", "looks", "vendor"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "words/zh-cn.po").write_text('msgid ""\nmsgstr ""\n', encoding="utf-8")
    (folder / "accepted.yaml").write_text("findings: []\n", encoding="utf-8")
    file = folder / "codegen.yaml"
    file.write_text(CONFIG.format(path=path), encoding="utf-8")
    data = json.dumps(DOCUMENT).encode()
    return plan_update(file, {}, report or Report(), download=lambda _url, _span: data)


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


def write_source(folder: Path, *, locked: bytes | None, data: bytes) -> Path:
    """Write a source, and a lock file that has other bytes at its path, or none."""
    file = folder / "vendor/plots.json"
    file.parent.mkdir()
    file.write_bytes(data)
    entries = []
    if locked is not None:
        entries.append(lock_source("vendor/plots.json", "https://garden.example/old.json", locked))
    (folder / "codegen.lock").write_text(format_lock(entries), encoding="utf-8")
    return file


FETCHED = json.dumps(DOCUMENT, indent=2).encode()
EDITED = FETCHED.replace(b"Garden", b"Orchard")


def test_edited_file_is_kept(tmp_path: Path) -> None:
    file = write_source(tmp_path, locked=FETCHED, data=EDITED)
    with pytest.raises(CodegenError) as error:
        fetch_to(tmp_path, "vendor/plots.json")
    (finding,) = error.value.diagnostics
    assert (finding.rule, finding.span.path) == ("fetched-file-edited", "vendor/plots.json")
    assert file.read_bytes() == EDITED


UNEDITED = {
    "as it was fetched": FETCHED,
    "with other line ends": FETCHED.replace(b"\n", b"\r\n"),
    "as the new document": json.dumps(DOCUMENT).encode(),
}


@pytest.mark.parametrize("data", UNEDITED.values(), ids=UNEDITED)
def test_file_without_edits_is_replaced(tmp_path: Path, data: bytes) -> None:
    file = write_source(tmp_path, locked=FETCHED, data=data)
    report = Report()
    fetch_to(tmp_path, "vendor/plots.json", report).write()
    assert file.read_bytes() == json.dumps(DOCUMENT).encode()
    assert report.diagnostics == ()


def test_replacing_a_file_that_was_not_fetched_is_reported(tmp_path: Path) -> None:
    write_source(tmp_path, locked=None, data=EDITED)
    report = Report()
    fetch_to(tmp_path, "vendor/plots.json", report).write()
    rules = [finding.rule for finding in report.diagnostics]
    assert rules == ["fetched-file-replaced"]


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
