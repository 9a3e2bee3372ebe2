"""Options of all reporting commands: shown findings, counts, quiet runs, and reports of aborted
runs.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import click
import pytest
from jsonschema import Draft202012Validator

from codegen.cli import COMMANDS, main
from codegen.findings.formats import FORMATS
from gardens.compare import SPEC, document
from support.commands import run
from support.report_samples import FINDINGS_SCHEMA


@pytest.fixture
def garden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write old.json and new.json: a field became optional (ERR and INFO), another was added
    (INFO).
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    new = document()
    new["definitions"][SPEC]["required"] = []
    new["definitions"][SPEC]["properties"]["shade"] = {"type": "boolean"}
    Path("old.json").write_text(json.dumps(document()), encoding="utf-8")
    Path("new.json").write_text(json.dumps(new), encoding="utf-8")
    sources, outputs = (
        [{"path": "old.json", "against": "new.json"}],
        [{"target": "json-schema", "to": "out"}],
    )
    config = {"sources": sources, "locales": ["en"], "outputs": outputs}
    Path("codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    return tmp_path


DIFF = ("diff", "old.json", "new.json")


def levels(text: str) -> list[str]:
    """Return the level of each finding in the text."""
    return [
        line.split()[1] for line in text.splitlines() if line.startswith(("old.json:", "new.json:"))
    ]


def test_level_option_hides_and_counts_lower_levels(garden: Path) -> None:
    assert {"ERR", "INFO"} == set(levels(run(*DIFF).stdout))
    result = run(*DIFF, "--level", "err")
    assert set(levels(result.stdout)) == {"ERR"}
    assert "below ERR is left out (--level)" in result.stdout
    assert result.exit_code == 1


def test_exit_status_does_not_depend_on_shown_level(garden: Path) -> None:
    result = run(*DIFF, "--rule", "field-added", "--level", "ERR", "--fail-on", "INFO")
    assert (result.exit_code, levels(result.stdout)) == (1, [])
    assert "no drift" not in result.stdout


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        (["field-added"], {"field-added"}),
        (["field-*"], {"field-added", "field-became-optional"}),
        (["field-*", "!*-optional"], {"field-added"}),
        (["!field-added"], {"field-became-optional"}),
    ],
)
def test_rule_option_filters_findings_and_exit_status(
    garden: Path, rules: list[str], found: set[str]
) -> None:
    options = [part for rule in rules for part in ("--rule", rule)]
    result = run(*DIFF, *options, "--format", "json")
    report = json.loads(result.stdout)
    assert {finding["rule"] for finding in report["findings"]} == found
    assert result.exit_code == int("field-became-optional" in found)
    assert any("left out (--rule)" in note for note in report["notes"]) is (len(found) == 1)


def test_check_has_same_options(garden: Path) -> None:
    run("generate")
    assert run("check").exit_code == 1
    assert run("check", "--rule", "field-added").exit_code == 0
    assert set(levels(run("check", "--level", "ERR").stdout)) == {"ERR"}


def test_unknown_rule_is_wrong_usage_with_suggestion(garden: Path) -> None:
    result = run(*DIFF, "--rule", "Field-Aded")
    assert (result.exit_code, "is it field-added" in result.stderr) == (2, True)


def test_summary_shows_counts_only(garden: Path) -> None:
    result = run(*DIFF, "--summary")
    assert result.exit_code == 1
    assert levels(result.stdout) == []
    assert "ERR       1  field-became-optional" in result.stdout.splitlines()
    report = json.loads(run(*DIFF, "--summary", "--format", "json").stdout)
    assert report["findings"] == []
    assert sum(entry["count"] for entry in report["tally"]) == len(levels(run(*DIFF).stdout))
    Draft202012Validator(FINDINGS_SCHEMA).validate(report)
    assert run(*DIFF, "--summary", "--format", "sarif").exit_code == 2


def test_quiet_shows_findings_only(garden: Path) -> None:
    lines = run(*DIFF, "-q").stdout.splitlines()
    assert len(lines) == len(levels("\n".join(lines))) > 0
    assert run("diff", "old.json", "old.json", "--quiet").output == ""


def test_every_command_has_quiet_option(garden: Path) -> None:
    def assert_quiet_option(command: click.Command, path: tuple[str, ...]) -> None:
        assert any({"-q", "--quiet"} <= set(option.opts) for option in command.params), path
        for name, inner in command.commands.items() if isinstance(command, click.Group) else ():
            assert_quiet_option(inner, (*path, name))

    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        assert_quiet_option(command, (name,))
    assert run("generate", "-q").output == ""
    assert run("init", "-q", "--config", "other.yaml", "--source", "old.json").output == ""


def sarif(text: str) -> str:
    (run_,) = json.loads(text)["runs"]
    assert run_["invocations"][0]["executionSuccessful"] is False
    return str(run_["invocations"][0]["toolExecutionNotifications"])


def junit(text: str) -> str:
    return " ".join(str(error.text) for error in ET.fromstring(text).iter("error"))  # noqa: S314 - our own text


def gitlab(text: str) -> str:
    (issue,) = [issue for issue in json.loads(text) if issue["severity"] == "blocker"]
    return f"{issue['location']['path']}: {issue['description']}"


REASONS: dict[str, Callable[[str], str]] = {
    "sarif": sarif,
    "junit": junit,
    "gitlab": gitlab,
    "json": lambda text: str(json.loads(text)["diagnostics"]),
}


@pytest.mark.parametrize("shape", FORMATS)
@pytest.mark.parametrize(
    "command",
    [
        ("diff", "old.json", "gone.json"),
        ("check", "--config", "gone.json"),
        ("validate", "gone.json"),
    ],
)
def test_aborted_run_writes_report_with_reason(
    garden: Path, shape: str, command: tuple[str, ...]
) -> None:
    result = run(*command, "--format", shape, "--output", "report")
    assert result.exit_code == 2
    text = Path("report").read_text(encoding="utf-8")
    assert "gone.json" in text
    if command[0] != "validate":  # validate reports an unreadable file as a finding
        assert "gone.json" in result.stderr
        assert "gone.json" in REASONS.get(shape, str)(text)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there are no such names")
@pytest.mark.parametrize("shape", FORMATS)
def test_every_format_supports_non_utf8_file_names(garden: Path, shape: str) -> None:
    new, manifest = os.fsdecode(b"new\xff.json"), os.fsdecode(b"pod\xfe.yaml")
    Path("new.json").rename(new)
    Path(manifest).write_text(
        "apiVersion: v1\nkind: Pod\nspec: {containers: 5}\n", encoding="utf-8"
    )
    for command in (
        ("diff", "old.json", new),
        ("diff", "old.json", f"{new}x"),
        ("validate", manifest),
    ):
        result = run(*command, "--format", shape)
        assert result.exit_code in (1, 2)
        assert shape != "sarif" or "new%FF.json" in result.stdout or "pod%FE.yaml" in result.stdout
        assert (
            run(*command, "--format", shape, "--output", os.fsdecode(b"report\xff")).exit_code
            == result.exit_code
        )


def test_report_includes_findings_before_error(garden: Path) -> None:
    Path("other.json").write_text("{", encoding="utf-8")
    config = {
        "sources": [{"path": "old.json"}, {"path": "other.json"}],
        "locales": ["en"],
        "outputs": [],
    }
    Path("codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    result = run("check", "--format", "json")
    assert result.exit_code == 2
    report = json.loads(result.stdout)
    Draft202012Validator(FINDINGS_SCHEMA).validate(report)
    assert {entry["severity"] for entry in report["diagnostics"]} >= {"error"}
