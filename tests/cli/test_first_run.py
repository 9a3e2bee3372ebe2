"""Messages of `generate` and `check` in a new project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.core.diagnostics import Report
from codegen.project.config import configuration
from codegen.project.site import build_site_project
from gardens.parts import PACKAGE, PLOT, kind, openapi
from support.commands import run
from support.corpus import CASES

CHINESE = CASES / "chinese-page/sources/garden-resources/plot-v1.zh-cn.md"
OUTPUTS = [
    {"target": "json-schema", "to": "schemas"},
    {"target": "docs", "layout": "list", "to": "docs/{locale}"},
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(*locales: str, folder: Path = Path()) -> None:
    folder.mkdir(exist_ok=True)
    folder.joinpath("page.md").write_bytes(CHINESE.read_bytes())
    settings = {"sources": [{"path": "page.md"}], "locales": locales, "outputs": OUTPUTS}
    folder.joinpath("codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")


@pytest.mark.parametrize("command", ["generate", "check"])
def test_texts_in_unused_language_are_reported(command: str) -> None:
    configure("en")
    done = run(command)
    warning = next(line for line in done.output.splitlines() if "language-unused" in line)
    assert warning.startswith("codegen.yaml:1:")
    assert "the sources have texts in zh-cn (11)" in warning
    assert "`locales: [en, zh-cn]`" in warning
    configure("zh-cn")
    assert "language-unused" not in run(command).output


def test_texts_not_shown_on_site_are_reported() -> None:
    configure("en")
    report = Report()
    build_site_project(configuration.load("codegen.yaml"), report=report)
    assert "language-unused" in [each.rule for each in report.diagnostics]


def test_output_language_without_text_is_reported() -> None:
    configure("ja", "zh-cn")
    assert (
        "catalog-missing]: neither a source nor a catalog has texts in ja: its outputs have no"
        in run("generate").stderr
    )


def test_sources_without_text_need_no_language() -> None:
    document = openapi({PLOT: kind(properties={"size": {"type": "string"}})})
    Path("page.json").write_text(json.dumps(document), encoding="utf-8")
    settings = {"sources": ["page.json"], "locales": ["en", "zh-cn"], "outputs": OUTPUTS}
    Path("codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")
    assert run("generate").stderr == ""


@pytest.mark.parametrize(
    ("kinds", "last"), [(19, "wrote    1 more file"), (40, "wrote    22 more files")]
)
def test_many_written_files_are_counted(kinds: int, last: str) -> None:
    definitions = {
        f"{PACKAGE}.Kind{number}": kind(
            f"Kind{number}", description="Some kind.", properties={"size": {"type": "string"}}
        )
        for number in range(kinds)
    }
    Path("d.json").write_text(json.dumps(openapi(definitions)), encoding="utf-8")
    settings = {"sources": ["d.json"], "outputs": OUTPUTS[:1]}
    Path("codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")
    *lines, count = run("generate").stdout.splitlines()
    assert sum(line.startswith("wrote    schemas/") for line in lines) == 20
    assert lines[-1] == last
    assert count == f"{kinds + 2} written, 0 removed, 0 unchanged"


def test_quiet_run_prints_problems_only() -> None:
    configure("en")
    done = run("generate", "-q")
    assert done.stdout == ""
    assert [line.partition("warning")[1] for line in done.stderr.splitlines()] == ["warning"] * 2


@pytest.mark.parametrize("command", ["generate", "check"])
def test_missing_configuration_message_suggests_init(command: str) -> None:
    done = run(command)
    assert (done.exit_code, "codegen init" in done.stderr) == (2, True)


def test_paths_are_relative_to_current_folder(folder: Path) -> None:
    configure("en", folder=Path("sub"))
    for config in ("sub/codegen.yaml", str(folder / "sub/codegen.yaml")):
        done = run("generate", "--config", config)
        assert "sub/codegen.yaml:1:" in done.stderr
        assert str(folder) not in done.output
        Path("sub/schemas/plot-garden-v1.json").unlink()
        assert (
            "wrote    sub/schemas/plot-garden-v1.json" in run("generate", "--config", config).stdout
        )
    Path("sub/page.md").write_bytes(b"\xff")
    refused = run("generate", "--config", "sub/codegen.yaml")
    assert (refused.exit_code, refused.stderr.startswith("sub/page.md:1:1: error[not-utf8]")) == (
        2,
        True,
    )


def test_generated_files_are_no_sources() -> None:
    configure("zh-cn")
    text = Path("codegen.yaml").read_text(encoding="utf-8").replace('"page.md"', '"."')
    Path("codegen.yaml").write_text(text, encoding="utf-8")
    run("generate")
    pages = sorted(Path("docs").rglob("*.md"))
    again = run("generate")
    assert (again.exit_code, "0 written, 0 removed" in again.stdout) == (0, True)
    assert sorted(Path("docs").rglob("*.md")) == pages
    assert run("check").exit_code == 0


@pytest.mark.parametrize("name", ["schemas", "generated", "generated/docs"])
def test_init_refuses_a_file_where_an_output_needs_a_folder(name: str) -> None:
    Path("page.md").write_bytes(CHINESE.read_bytes())
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text("bring seeds", encoding="utf-8")
    done = run("init", "--source", "page.md")
    assert done.exit_code == 2
    assert f"{name} is a file" in done.stderr
    assert not Path("codegen.yaml").exists()


def test_init_accepts_a_source_in_a_folder_of_an_output() -> None:
    Path("schemas").mkdir()
    Path("schemas/page.md").write_bytes(CHINESE.read_bytes())
    assert run("init").exit_code == 0
    assert run("generate").exit_code == 0


def test_kinds_without_a_page_in_the_table_layout_are_counted() -> None:
    package = PACKAGE.rpartition(".")[0]
    definitions = {}
    for version in ("v1", "v1beta1"):
        gvk = {"group": "garden.example.io", "version": version, "kind": "Plot"}
        definitions[f"{package}.{version}.Plot"] = {
            **kind(properties={"size": {"type": "string", "description": "Its size."}}),
            "x-kubernetes-group-version-kind": [gvk],
        }
    Path("d.json").write_text(json.dumps(openapi(definitions)), encoding="utf-8")
    outputs = [{"target": "docs", "layout": "table", "to": "docs/{locale}"}]
    settings = {"sources": ["d.json"], "outputs": outputs}
    Path("codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")
    done = run("generate")
    assert done.exit_code == 0
    note = next(line for line in done.stderr.splitlines() if "kind-without-page" in line)
    assert "1 kind has no page" in note
    assert "v1beta1" in note
