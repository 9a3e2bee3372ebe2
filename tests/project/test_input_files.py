"""Inputs of a configuration are never overwritten or removed, even if they look like generated
files.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codegen.core.generated_files import notice
from codegen.core.manifest import compute_digest
from codegen.project.config import configuration
from codegen.project.input_files import find_inputs
from codegen.translation.po import Catalog, format_catalog
from gardens.parts import PLOT, kind, openapi
from support.commands import run
from support.files import place

MARK = f"# {notice('garden.json')}\n"
TEXT = json.dumps(
    openapi({PLOT: kind(properties={"size": {"type": "integer", "description": "Its size."}})})
)
OUTPUTS = [{"target": "json-schema", "to": "out"}]


def write_project(root: Path, **settings: Any) -> Path:
    place(
        {
            "in/garden.json": TEXT,
            "po/zh-cn.po": format_catalog([], "zh-cn", Catalog(locale="zh-cn")),
        },
        root,
    )
    written = {"sources": ["in/garden.json"], "outputs": OUTPUTS, **settings}
    place({"codegen.yaml": json.dumps(written)}, root)
    return root


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return write_project(tmp_path / "project")


# Settings, and files that they make inputs.
SETTINGS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "configurations": ({}, ["codegen.yaml", "other.yaml", "codegen.lock"]),
    "source": ({}, ["in/garden.json"]),
    "folder of sources": ({"sources": ["in"]}, ["in/garden.json", "in/deep/plot.md"]),
    "second source": (
        {"sources": [{"path": "in/garden.json", "against": "in/second.json"}]},
        ["in/second.json"],
    ),
    "release": ({"history": [{"path": "in/old.json", "release": "1.0"}]}, ["in/old.json"]),
    "catalog": ({"translations": "po"}, ["po/zh-cn.po", "po/de.po"]),
    "templates": ({"templates": "own"}, ["own/docs/plain/page.md.j2"]),
    "examples": ({"examples": "samples"}, ["samples/plot.yaml"]),
    "baseline": ({"check": {"baseline": "accepted.yaml"}}, ["accepted.yaml"]),
    "table of contents": (
        {"outputs": [{"target": "docs", "to": "docs", "toc": "toc.yaml"}]},
        ["toc.yaml"],
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_files_that_a_run_reads_are_inputs(project: Path, name: str) -> None:
    settings, paths = SETTINGS[name]
    write_project(project, **settings)
    place(
        {path: "" for path in (*paths, ".codegen-files-other") if not (project / path).exists()},
        project,
    )
    inputs = find_inputs(configuration.load(project / "codegen.yaml"))
    missing = [
        path
        for path in paths
        if project / path not in inputs.files
        and not any((project / path).is_relative_to(folder) for folder in inputs.folders)
    ]
    assert missing == []


def test_source_behind_a_link_is_an_input(project: Path) -> None:
    write_project(project, sources=["linked.json"])
    (project / "linked.json").symlink_to("in/garden.json")
    inputs = find_inputs(configuration.load(project / "codegen.yaml"))
    assert {project / "linked.json", project / "in/garden.json"} <= inputs.files


@pytest.mark.parametrize(
    "sources", [["in/garden.json", "in/shed.json"], ["in"]], ids=["files", "folder"]
)
def test_list_removes_no_source_with_the_mark(project: Path, sources: list[str]) -> None:
    shed = TEXT.replace("Plot", "Shed").replace(
        '"swagger"', f'"x-notice": {json.dumps(MARK)},\n"swagger"', 1
    )
    place({"in/shed.json": shed}, project)
    write_project(project, sources=sources, outputs=[{"target": "json-schema", "to": "."}])
    assert run("generate").exit_code == 0
    for path in (".codegen-files", "in/.codegen-files"):
        file = project / path
        old = file.read_text(encoding="utf-8") if file.exists() else ""
        place({path: f"{old}in/shed.json\nshed.json\ncodegen.yaml\n"}, project)
    result = run("generate")
    assert (project / "in/shed.json").read_text(encoding="utf-8") == shed
    if sources == ["in"]:
        assert (
            "in/shed.json (a list of generated files has it, without a digest)" in result.stderr
        ), "it is not read"


def test_folder_of_sources_may_have_outputs(project: Path) -> None:
    """Listed files are no sources, but own files beside them are."""
    write_project(project, sources=["in"], outputs=[{"target": "json-schema", "to": "in"}])
    assert run("generate").exit_code == run("check").exit_code == 0
    (schema,) = (path for path in (project / "in").rglob("*.json") if path.name != "garden.json")
    schema.write_text(f"{schema.read_text(encoding='utf-8')}\n", encoding="utf-8")
    assert "file-edited" in run("check").stdout
    assert run("generate").exit_code == run("check").exit_code == 0
    place({"in/garden.json": TEXT.replace("Plot", "Bed")}, project)
    assert run("generate").exit_code == run("check").exit_code == 0
    assert not schema.exists()


def test_recorded_digest_of_a_source_removes_it_from_no_explicit_source(project: Path) -> None:
    run("generate")
    record = f"in/\n{compute_digest(TEXT.encode())}  in/garden.json\n"
    place(
        {".codegen-files": (project / ".codegen-files").read_text(encoding="utf-8") + record},
        project,
    )
    place({"in/.codegen-files": f"{compute_digest(TEXT.encode())}  garden.json\n"}, project)
    run("generate")
    assert (project / "in/garden.json").read_text(encoding="utf-8") == TEXT


OUTSIDE = {
    "above": "../x.yaml",
    "absolute": "/tmp/x.yaml",  # noqa: S108 - it is refused
    "through a folder": "in/../../x.yaml",
    "with backslashes": "..\\x.yaml",
    "link": "link.yaml",
    "below a link": "linked/x.yaml",
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_baseline_of_the_configuration_stays_in_the_project(project: Path, name: str) -> None:
    (project / "link.yaml").symlink_to("../x.yaml")
    (project / "linked").symlink_to("..")
    write_project(project, check={"baseline": OUTSIDE[name]})
    result = run("check", "--write-baseline")
    assert result.exit_code == 2
    assert "codegen.yaml:1:" in result.stderr
    assert "error[baseline-outside]" in result.stderr
    assert sorted(path.name for path in project.parent.iterdir()) == ["project"]


def test_baseline_of_the_command_line_may_be_anywhere(project: Path) -> None:
    run("generate")
    assert run("check", "--baseline", "../x.yaml", "--write-baseline").exit_code == 0
    assert (project.parent / "x.yaml").is_file()


@pytest.mark.parametrize("name", ["po", "po/zh-cn.po"])
def test_catalog_behind_a_link_out_of_the_project_is_not_read(project: Path, name: str) -> None:
    write_project(project, translations="po", locales=["en", "zh-cn"])
    (project / name).rename(project.parent / "elsewhere")
    (project / name).symlink_to(project.parent / "elsewhere")
    for command in ("generate", "check"):
        result = run(command)
        assert result.exit_code == 2
        assert "po/zh-cn.po: error[link-leads-out]" in result.stderr


def test_catalog_in_a_folder_that_the_configuration_names_may_be_outside(project: Path) -> None:
    write_project(project, translations="../po", locales=["en", "zh-cn"])
    (project / "po").rename(project.parent / "po")
    assert run("generate").exit_code == 0


@pytest.mark.parametrize("command", ["generate", "check --diff"])
@pytest.mark.parametrize("option", ["toc", "fields"])
def test_table_of_contents_behind_a_link_out_of_the_project_is_not_read(
    project: Path, option: str, command: str
) -> None:
    place({"secret.txt": "Where the spare key is.\n"}, project.parent)
    place({"good.yaml": "parts: []\n"}, project)
    (project / "link.yaml").symlink_to("../secret.txt")
    options = {"toc": "good.yaml", option: "link.yaml"}
    write_project(project, outputs=[{"target": "docs", "to": "out", **options}])
    result = run(*command.split())
    assert result.exit_code == 2
    assert "link.yaml: error[link-leads-out]" in result.stderr
    assert "spare key" not in result.output


@pytest.mark.parametrize(
    "text",
    ["the spare key: [", "- the spare key\n", "parts: [{name: a, the spare key: 1}]\n"],
    ids=["no YAML", "another value", "another key"],
)
def test_words_of_a_table_of_contents_outside_of_the_project_are_not_printed(
    project: Path, text: str
) -> None:
    place(
        {
            "secret.yaml": text.replace("{name: a", "{name: a, chapters: [{name: b").replace(
                "1}", "1}]}"
            )
        },
        project.parent,
    )
    options = {"toc": "../secret.yaml"}
    write_project(project, outputs=[{"target": "docs", "to": "out", **options}])
    result = run("generate")
    assert result.exit_code == 2
    assert "secret.yaml:1:" in result.stderr
    assert "error[toc-unreadable]" in result.stderr
    assert "spare" not in result.output


@pytest.mark.parametrize("name", ["in/plot.json", "linked", "linked/plot.json"])
@pytest.mark.parametrize("command", ["generate", "check --diff"])
def test_a_source_that_leads_out_of_the_project_by_a_link_is_not_read(
    project: Path, name: str, command: str
) -> None:
    place({"elsewhere/plot.json": TEXT.replace("Plot", "Orchard")}, project.parent)
    (project / "in/plot.json").unlink(missing_ok=True)
    (project / "in").mkdir(exist_ok=True)
    (project / "in/plot.json").symlink_to(project.parent / "elsewhere/plot.json")
    (project / "linked").symlink_to(project.parent / "elsewhere")
    write_project(project, sources=[name])
    result = run(*command.split())
    assert result.exit_code == 2
    assert f"{name}: error[link-leads-out]" in result.stderr
    assert "Orchard" not in result.output
    assert run("inspect", name).exit_code == 0  # named on the command line


SOURCE_LINKS = {
    "file": ("in/third.json", "elsewhere/third.json"),
    "file with another ending": ("in/third", "elsewhere/third.json"),
    "file in a folder": ("in/deep/third.json", "elsewhere/third.json"),
    "folder": ("in/linked", "elsewhere"),
    "nothing": ("in/third.json", "elsewhere/gone.json"),
}


@pytest.mark.parametrize("name", SOURCE_LINKS)
@pytest.mark.parametrize("command", ["generate", "check --diff", "inspect in"])
def test_links_that_lead_out_of_a_folder_of_sources_are_named_and_not_read(
    project: Path, name: str, command: str
) -> None:
    place({"elsewhere/third.json": TEXT.replace("Plot", "Orchard")}, project.parent)
    write_project(project, sources=["in"])
    link, target = SOURCE_LINKS[name]
    (project / link).parent.mkdir(exist_ok=True)
    (project / link).symlink_to(project.parent / target)
    result = run(*command.split())
    assert f"{link}: " in result.output
    assert "link-leads-out" in result.output
    assert "Orchard" not in result.output


def test_links_inside_the_project_are_read_but_for_folders(project: Path) -> None:
    place(
        {"shared/third.json": TEXT.replace("Plot", "Orchard"), "shared/deep/fourth.json": TEXT},
        project,
    )
    write_project(project, sources=["in"])
    (project / "in/third.json").symlink_to("../shared/third.json")
    (project / "in/deep").symlink_to("../shared/deep")
    result = run("generate")
    assert result.exit_code == 0
    assert "orchard" in result.stdout
    assert "in/deep: warning[link-to-folder]" in result.stderr
    assert "link-leads-out" not in result.stderr
