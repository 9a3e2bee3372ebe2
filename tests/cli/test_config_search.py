"""The nearest codegen.yaml upwards, and paths relative to the current folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gardens.compare import document
from support.commands import run
from support.corpus import CASES

PAGE = CASES / "english-page/sources/garden-resources/plot-v1.md"

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


@pytest.mark.parametrize("edit", ["stale", "edited"])
def test_headers_of_differences_name_files_from_the_current_folder(
    project: Path, edit: str
) -> None:
    written = next((project / "schemas").glob("*.json"))
    if edit == "edited":
        written.write_text(written.read_text().replace('"title"', '"Title"'))
    else:
        source = project / "pages/api.json"
        source.write_text(source.read_text().replace('"description": "', '"description": "New '))
    header = f"../../schemas/{written.name} (on disk)"
    assert header in run("check", "--diff").stdout


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "---\napi_metadata:\n  kind: Plot\n---\n\n## Plot {#Plot}\n\n- **a** (\n", id="errors"
        ),
        pytest.param(
            json.dumps(document(), sort_keys=True).replace('"type": "object"', '"type": 5', 1),
            id="unread parts",
        ),
    ],
)
def test_parts_that_were_not_compared_are_named_from_the_current_folder(
    project: Path, text: str
) -> None:
    (project / "codegen.yaml").write_text(
        CONFIG.replace("api.json}", "api.json, against: [pages/same, pages/old]}")
    )
    for name in ("same", "old"):
        (project / "pages" / name).mkdir()
    (project / "pages/same/api.json").write_text(json.dumps(document()))
    (project / "pages/old/other").write_text(text)
    (project / "pages/old/plot-v1.md").write_text(PAGE.read_text(encoding="utf-8"))
    report = json.loads(run("check", "--format", "json").stdout)
    assert report["not_compared"]
    for part in report["not_compared"]:
        assert "../../pages/old" in part["what"]


@pytest.mark.parametrize("name", ["codegen.yml", "codegen.json"])
def test_init_names_a_misnamed_configuration(project: Path, name: str) -> None:
    (project / "a/b/api.json").write_text(json.dumps(document()))
    assert name not in run("init").stdout
    (project / "a/b/codegen.yaml").unlink()
    (project / "a/b" / name).write_text(CONFIG)
    assert f"not read {name}: " in run("init").stdout
