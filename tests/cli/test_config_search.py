"""The nearest codegen.yaml upwards, and paths relative to the current folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gardens.compare import document
from support.commands import run

CONFIG = """\
sources: [{path: pages/api.json}]
outputs: [{target: json-schema, to: schemas}]
check: {baseline: accepted.yaml}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with generated files and a folder a/b, which is the current one."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/api.json").write_text(json.dumps(document()))
    (tmp_path / "codegen.yaml").write_text(CONFIG)
    (tmp_path / "accepted.yaml").write_text("accepted: []\n")
    (tmp_path / "a/b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert run("generate").exit_code == 0
    monkeypatch.chdir(tmp_path / "a/b")
    return tmp_path


@pytest.mark.parametrize("command", ["generate", "check", "history"])
def test_nearest_configuration_is_read(project: Path, command: str) -> None:
    (project / "codegen.yaml").write_text("sources: 1\n")
    result = run(command)
    assert result.exit_code == 2
    assert result.stderr.startswith("../../codegen.yaml:1:")


def test_generate_writes_beside_the_configuration(project: Path) -> None:
    written = next((project / "schemas").glob("*.json"))
    written.unlink()
    result = run("generate")
    assert result.exit_code == 0
    assert f"wrote    ../../schemas/{written.name}\n" in result.stdout
    assert written.is_file()
    assert not (project / "a/b/schemas").exists()


def test_check_names_files_from_the_current_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = next((project / "schemas").glob("*.json"))
    written.unlink()
    paths = {
        finding["path"]
        for finding in json.loads(run("check", "--format", "json").stdout)["findings"]
    }
    assert paths == {f"../../schemas/{written.name}"}
    monkeypatch.chdir(project / "schemas")
    paths = {
        finding["path"]
        for finding in json.loads(run("check", "--format", "json").stdout)["findings"]
    }
    assert paths == {written.name}


def test_totals_name_files_from_the_current_folder(project: Path) -> None:
    (project / "codegen.yaml").write_text(
        CONFIG.replace("api.json}", "api.json, against: pages/old.json}")
    )
    (project / "pages/old.json").write_text(json.dumps(document()))
    summary = json.loads(run("check", "--write-baseline", "--format", "json").stdout)["summary"]
    assert any(
        "../../pages/api.json" in line and "../../pages/old.json" in line for line in summary
    )
    assert any(line.startswith("../../accepted.yaml: ") for line in summary)


def test_named_baseline_is_in_the_current_folder(project: Path) -> None:
    next((project / "schemas").glob("*.json")).unlink()
    result = run("check", "--baseline", "own.yaml", "--write-baseline")
    assert (project / "a/b/own.yaml").is_file()
    assert "\nown.yaml: 0 added" in result.stdout


def test_locations_in_messages_are_named_from_the_current_folder(project: Path) -> None:
    (project / "po").mkdir()
    entry = 'msgctxt "Plot"\nmsgid "A"\nmsgstr "B"\n\n'
    (project / "po/zh-cn.po").write_text(f'msgid ""\nmsgstr "Language: zh-cn"\n\n{entry}{entry}')
    (project / "codegen.yaml").write_text(f"{CONFIG}locales: [en, zh-cn]\ntranslations: po\n")
    (warning,) = (
        line for line in run("generate").stderr.splitlines() if "translation-twice" in line
    )
    assert len(re.findall(r"\.\./\.\./po/zh-cn\.po:\d", warning)) == 2


def test_repair_needs_no_option_for_the_nearest_configuration(project: Path) -> None:
    next((project / "schemas").glob("*.json")).unlink()
    assert json.loads(run("check", "--format", "json").stdout)["repair"] == "codegen generate"
    again = run("check", "--config", "../../codegen.yaml", "--format", "json")
    assert json.loads(again.stdout)["repair"] == "codegen generate"


def test_nearer_configuration_wins(project: Path) -> None:
    (project / "a/codegen.yaml").write_text("outputs: 1\n")
    assert run("generate").stderr.startswith("../codegen.yaml:1:")


def test_config_option_is_exact(project: Path) -> None:
    result = run("generate", "--config", "codegen.yaml")
    assert result.exit_code == 2
    assert "codegen.yaml: error[config-missing]" in result.stderr
    assert run("generate", "--config", "../../codegen.yaml").exit_code == 0


def test_init_ignores_configurations_above(project: Path) -> None:
    (project / "a/b/api.json").write_text(json.dumps(document()))
    assert run("init").exit_code == 0
    assert (project / "a/b/codegen.yaml").is_file()
    assert (project / "codegen.yaml").read_text() == CONFIG


def test_errors_of_sources_name_them_from_the_current_folder(project: Path) -> None:
    (project / "pages/api.json").write_text("{")
    for command in ("generate", "check", "history"):
        if command == "history":
            (project / "codegen.yaml").write_text(
                f"{CONFIG}history: [{{path: pages/api.json, release: '1'}}]\n"
            )
        assert re.match(r"\.\./\.\./pages/api\.json:\d", run(command).stderr), command


def test_validate_uses_the_nearest_configuration(project: Path) -> None:
    manifest = project / "a/b/m.yaml"
    manifest.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n")
    result = run("validate", "m.yaml")
    assert result.exit_code == 0
    assert "Checked against the sources of ../../codegen.yaml" in result.stdout


@pytest.mark.parametrize("name", ["codegen.yml", ".codegen.yaml", "codegen.json"])
@pytest.mark.parametrize("folder", ["a/b", "a"])
def test_misnamed_configuration_is_named(project: Path, folder: str, name: str) -> None:
    (project / "codegen.yaml").unlink()
    (project / folder / name).write_text(CONFIG)
    result = run("generate")
    assert result.exit_code == 2
    shown = name if folder == "a/b" else f"../{name}"
    assert f"rename {shown} to codegen.yaml" in result.stderr
    assert "init" not in result.stderr


def test_misnamed_configuration_does_not_hide_one_above(project: Path) -> None:
    (project / "a/b/codegen.yml").write_text("schema: of another program\n")
    assert run("check").exit_code == 0
