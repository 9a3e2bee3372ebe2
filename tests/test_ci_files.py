"""What CI people take from here: hooks, action, workflow and snippets are well formed, pinned, and run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from codegen.cli import COMMANDS, main
from codegen.config import configuration
from codegen.drift.check import baseline
from corpus import ROOT


def command_of(name: str) -> click.Command:
    found = main.get_command(click.Context(main), name)
    assert found is not None, name
    return found


CI_PAGE = (ROOT / "CI.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```yaml\n(.*?)```", CI_PAGE, re.DOTALL)


def load(text: str) -> Any:
    return YAML(typ="safe").load(text)


HOOKS = load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ACTION = load((ROOT / "action.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("hook", HOOKS, ids=[each["id"] for each in HOOKS])
def test_a_hook_runs_a_command_that_there_is(hook: dict[str, Any]) -> None:
    assert {"id", "name", "entry", "language", "files", "pass_filenames", "require_serial", "types_or"} <= hook.keys()
    assert hook["language"] == "python"
    name, command = hook["entry"].split()
    assert name == "codegen"
    assert command in COMMANDS
    for path in ("codegen.yaml", "a/codegen.yaml", "pages/plot-v1.zh-cn.md", "translations/zh-cn.po", "out/models.py"):
        assert re.search(hook["files"], path)


def test_inputs_reach_scripts_only_through_the_environment() -> None:
    for step in ACTION["runs"]["steps"]:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
    wanted = {value for step in ACTION["runs"]["steps"] for value in step["env"].values()}
    assert {f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]} <= wanted
    assert all(name == name.lower() and "default" in each for name, each in ACTION["inputs"].items())


def test_the_action_runs(tmp_path: Path) -> None:
    """Its check step as the runner runs it, with hostile inputs; the installed command stands for the install step."""
    codegen = shutil.which("codegen", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if codegen is None:
        pytest.skip("the codegen command is not installed beside this Python")
    project = tmp_path / "project"
    shutil.copytree(ROOT / "tests" / "pages", project / "pages")
    outputs = [{"target": "json-schema", "to": "out"}]
    settings = {"sources": [{"path": "pages/garden"}], "locales": ["en"], "outputs": outputs}
    (project / "codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")
    subprocess.run([codegen, "generate"], cwd=project, check=True, capture_output=True)
    step = next(each for each in ACTION["runs"]["steps"] if each.get("id") == "check")
    defaults = {name: str(each["default"]) for name, each in ACTION["inputs"].items()}
    for inputs, status in (({}, 0), ({"config": "$(touch canary); nothing.yaml"}, 2)):
        values = {**defaults, **inputs}
        env = {name: values[re.sub(r"\$\{\{ inputs\.|\s*}}", "", text)] for name, text in step["env"].items()}
        output = tmp_path / f"output{status}"
        env |= {"CODEGEN_BIN": codegen, "GITHUB_OUTPUT": str(output), "PATH": os.environ["PATH"]}
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", step["run"]], cwd=project, env=env, capture_output=True, text=True
        )
        assert done.returncode == status, done.stdout + done.stderr
        assert output.read_text() == f"status={status}\n"
    assert not (project / "canary").exists()


def test_actions_of_others_are_pinned() -> None:
    for text in (*SNIPPETS, (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")):
        for used in re.findall(r"uses: (actions/\S+)", text):
            assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", used)


def test_the_workflow_reads_only_and_uses_the_action() -> None:
    workflow = load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert any(step.get("uses") == "./" for step in workflow["jobs"]["drift"]["steps"])


def test_the_snippets_are_what_the_command_takes(tmp_path: Path) -> None:
    settings, accepted, hooks, github, gitlab = SNIPPETS
    (tmp_path / "translations").mkdir()
    (tmp_path / "codegen.yaml").write_text(settings, encoding="utf-8")
    read = configuration.load(tmp_path / "codegen.yaml")
    assert (read.check.baseline, len(read.against)) == ("accepted.yaml", 1)
    (tmp_path / "accepted.yaml").write_text(accepted, encoding="utf-8")
    assert len(baseline.load(tmp_path / "accepted.yaml", "accepted.yaml")) == 2
    assert load(hooks)["repos"][0]["hooks"][0]["id"] in {each["id"] for each in HOOKS}
    assert set(load(github)["jobs"]["drift"]["steps"][1]["with"]) <= ACTION["inputs"].keys()
    for line in load(gitlab)["drift"]["script"]:
        for command in re.findall(r"codegen ([a-z]+(?: --[a-z-]+ [a-z.]+)+)", line):
            name, *options = command.split()
            known = {option for parameter in command_of(name).params for option in parameter.opts}
            assert {option for option in options if option.startswith("--")} <= known
    assert CliRunner().invoke(main, ["check", "--help"]).exit_code == 0
