"""Words and options that people know from other commands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from codegen.cli import habits, main
from gardens.compare import document
from support.commands import run


def test_short_option_prints_the_version() -> None:
    assert run("-V").stdout == run("--version").stdout != ""


@pytest.mark.parametrize(
    ("words", "suggestion"),
    [
        (("genrate",), "'generate'"),
        (("gen",), "'generate'"),
        (("tranlate",), "'translate'"),
        (("build",), "'generate'"),
        (("serve",), "'site --serve'"),
        (("version",), "'--version'"),
        (("translate", "expotr"), "'export'"),
        (("translate", "learn"), "'--learn'"),
    ],
    ids=" ".join,
)
def test_unknown_command_is_answered_with_a_suggestion(
    words: tuple[str, ...], suggestion: str
) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert suggestion in result.stderr


@pytest.mark.parametrize("words", [("zzqqy",), ("translate", "zzqqy"), ("q",)], ids=" ".join)
def test_other_words_get_no_suggestion(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert f"No such command '{words[-1]}'." in result.stderr
    assert "Did you mean" not in result.stderr


@pytest.mark.parametrize("word", habits.COMMANDS)
def test_suggested_commands_exist(word: str) -> None:
    for suggested in habits.COMMANDS[word]:
        assert run(*suggested.split(), "--help").exit_code == 0, suggested
    assert main.get_command(click.Context(main), word) is None


@pytest.mark.parametrize(("command", "option"), habits.OPTIONS)
def test_options_of_other_programs_are_answered(command: str, option: str) -> None:
    result = run(command or "check", option)
    assert result.exit_code == 2
    assert habits.OPTIONS[command, option] in result.stderr


@pytest.mark.parametrize("option", ["-q", "--config", "--format"])
def test_options_before_the_command_are_answered(option: str) -> None:
    result = run(option, "check")
    assert result.exit_code == 2
    assert "behind the command" in result.stderr


@pytest.mark.parametrize("command", ["generate", "check", "site"])
def test_paths_of_sources_are_answered(command: str) -> None:
    result = run(command, ".")
    assert result.exit_code == 2
    assert "codegen.yaml" in result.stderr


@pytest.mark.parametrize("words", [(), ("generate",), ("translate", "status")], ids=" ".join)
def test_help_is_a_word_too(words: tuple[str, ...]) -> None:
    assert run("help", *words).stdout == run(*words, "--help").stdout
    assert run("help", *words).exit_code == 0


def test_help_of_an_unknown_command_suggests_one() -> None:
    assert "'generate'" in run("help", "genrate").stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell: str) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert "_CODEGEN_COMPLETE" in result.stdout


def test_other_shells_are_refused_with_the_known_ones() -> None:
    result = run("completion", "tcsh")
    assert result.exit_code == 2
    for shell in ("bash", "zsh", "fish"):
        assert shell in result.stderr


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("codegen gen", "generate"),
        ("codegen check --fo", "--format"),
        ("codegen translate st", "status"),
    ],
)
def test_completion_completes_commands_and_options(line: str, word: str) -> None:
    environment = {
        "_CODEGEN_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split()) - 1),
    }
    program = "import sys; sys.argv = ['codegen']; from codegen.cli import main; main(prog_name='codegen')"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"plain,{word}" in done.stdout.splitlines()


@pytest.fixture
def garden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write a source and a configuration for it. Return the text of the source."""
    monkeypatch.chdir(tmp_path)
    text = json.dumps(document())
    Path("api.json").write_text(text)
    Path("codegen.yaml").write_text(
        "sources: [{path: api.json}]\noutputs: [{target: json-schema, to: out}]\n"
    )
    return text


@pytest.mark.parametrize("option", ["-v", "--verbose"])
def test_verbose_names_the_files_that_are_read(garden: str, option: str) -> None:
    first = run("generate", option)
    assert "reads    codegen.yaml\nreads    api.json\n" in first.stderr
    again = run("generate", option)
    assert "unchanged out/" in again.stderr
    checked = run("check", option)
    assert "reads    api.json\n" in checked.stderr
    assert (first.exit_code, again.exit_code, checked.exit_code) == (0, 0, 0)
    assert run("check").stderr == ""  # the handler of the run before is gone


def test_verbose_and_quiet_exclude_each_other(garden: str) -> None:
    for options in (("-v", "-q"), ("-q", "-v")):
        assert run("generate", *options).exit_code == 2


def test_verbose_names_files_from_the_current_folder(
    garden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("below").mkdir()
    monkeypatch.chdir("below")
    assert "reads    ../codegen.yaml\nreads    ../api.json\n" in run("check", "-v").stderr


@pytest.mark.parametrize(
    "variable", [{"FORCE_COLOR": "1"}, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, {}], ids=str
)
@pytest.mark.parametrize(
    "arguments",
    [("inspect", "no.json"), ("check",), ("check", "--summary"), ("inspect", "api.json")],
    ids=" ".join,
)
def test_colours(
    garden: str,
    monkeypatch: pytest.MonkeyPatch,
    variable: dict[str, str],
    arguments: tuple[str, ...],
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variable.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in run(*arguments).output) == (variable == {"FORCE_COLOR": "1"})


@pytest.mark.parametrize(
    "shape", ["json", "markdown", "html", "github", "sarif", "junit", "gitlab"]
)
def test_formats_of_machines_have_no_colours(
    garden: str, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" not in run("check", "--format", shape).stdout


def test_colours_change_no_words(garden: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = run("check").output
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert click.unstyle(run("check").output) == plain


def test_dash_is_standard_input_of_sources(garden: str) -> None:
    assert (
        run("inspect", "-", "--format", "json", stdin=garden).stdout
        == run("inspect", "api.json", "--format", "json").stdout
    )
    assert run("diff", "api.json", "-", stdin=garden).exit_code == 0
    assert run("diff", "-", "api.json", stdin=garden.replace("integer", "string")).exit_code == 1
    assert (
        run("history", "--release", "1=api.json", "--release", "2=-", stdin=garden).exit_code == 0
    )
    assert run("validate", "--source", "-", "api.json", stdin=garden).exit_code != 2
    carried = run(
        *[
            "translate",
            "--for",
            "-",
            "--learn",
            "api.json",
            "--locale",
            "zh-cn",
            "--catalog",
            "zh.po",
        ],
        stdin=garden,
    )
    assert carried.exit_code == 0
    assert "stdin" in Path("zh.po").read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ("diff", "-", "-"),
        ("inspect", "-", "-"),
        ("validate", "-", "--source", "-"),
        ("upgrade", "-", "--source", "-", "--source", "api.json"),
        ("review", "-"),
        ("translate", "import", "-", "--locale", "zh-cn", "--catalog", "zh.po"),
    ],
    ids=" ".join,
)
def test_standard_input_that_cannot_be_read_again(garden: str, arguments: tuple[str, ...]) -> None:
    result = run(*arguments, stdin=garden)
    assert result.exit_code == 2
    assert "standard input (-)" in result.stderr


@pytest.mark.parametrize(
    "text", ["", "Buy seeds.\n", b"\xff\xfe\xff"], ids=["empty", "words", "bytes"]
)
def test_standard_input_without_a_source_is_named(garden: str, text: str | bytes) -> None:
    result = run("inspect", "-", stdin=text)
    assert result.exit_code == 2
    assert result.stderr.startswith("stdin:")
