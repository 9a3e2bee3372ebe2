"""The documented jobs that open a pull request for an update, as far as they run without a host."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.corpus import ROOT

PAGES = [ROOT / "docs/update-sources.md", ROOT / "docs/update-sources.zh-cn.md"]
IDS = ["en", "zh-cn"]
STUB = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
case "$(basename "$0") $1" in
"codegen update") echo new > generated.txt; echo report > "$REPORT" ;;
"curl "*) echo v1.99.3 ;;
"gh "*) exit "$GH_STATUS" ;;
esac
"""


def read_blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def read_job(page: Path, key: str) -> dict[str, Any]:
    """Return the workflow of the page with this key."""
    for block in read_blocks(page, "yaml"):
        data: dict[str, Any] = yaml.safe_load(block)
        if key in data:
            return data
    raise AssertionError(key)


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@localhost", *arguments]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clone with one commit, whose origin takes pushes."""
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(tmp_path, "clone", "--quiet", "origin.git", "clone")
    folder = tmp_path / "clone"
    (folder / "generated.txt").write_text("old\n", encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "-m", "first")
    git(folder, "push", "--quiet", "origin", "HEAD")
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for name in ("pip", "codegen", "curl", "gh"):
        (bin_folder / name).write_text(STUB, encoding="utf-8")
        (bin_folder / name).chmod(0o755)
    return folder


def run_steps(clone: Path, script: str, *, gh_status: int = 0) -> list[str]:
    """Run a script as a host does, with stand-ins for tools, and return their calls."""
    home = clone.parent
    calls = home / "calls"
    environment = {
        **os.environ,
        "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
        "CALLS": str(calls),
        "REPORT": str(home / "report.md"),
        "RUNNER_TEMP": str(home),
        "GH_STATUS": str(gh_status),
    }
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == gh_status, done.stderr
    return calls.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_github_job_pushes_a_branch_and_opens_a_pull_request(page: Path, clone: Path) -> None:
    steps = read_job(page, "jobs")["jobs"]["update"]["steps"]
    script = "\n".join(step["run"] for step in steps if "run" in step)
    calls = run_steps(clone, script)
    assert any(re.match(r"codegen update --set kubernetes=1\.99 --report", call) for call in calls)
    assert [call.split()[:3] for call in calls if call.startswith("gh ")] == [
        ["gh", "pr", "create"]
    ]
    assert git(clone, "show", "origin/api-update:generated.txt") == "new"


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_github_job_without_changes_opens_nothing(page: Path, clone: Path) -> None:
    (clone / "generated.txt").write_text("new\n", encoding="utf-8")
    git(clone, "commit", "--quiet", "-am", "the same")
    steps = read_job(page, "jobs")["jobs"]["update"]["steps"]
    script = "\n".join(step["run"] for step in steps if "run" in step)
    assert not [call for call in run_steps(clone, script) if call.startswith("gh ")]


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_existing_pull_request_is_edited(page: Path, clone: Path) -> None:
    steps = read_job(page, "jobs")["jobs"]["update"]["steps"]
    calls = run_steps(clone, steps[-1]["run"].replace("git add", "echo > x; git add"), gh_status=1)
    requests = [call.split()[2] for call in calls if call.startswith("gh ")]
    assert requests == ["create", "edit"]


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_gitlab_job_commits_the_report_and_pushes(page: Path, clone: Path) -> None:
    lines = read_job(page, "update")["update"]["script"]
    script = "\n".join(lines)
    script = re.sub(r"/\w+/report\.md", str(clone.parent / "report.md"), script)
    script = re.sub(r'"https://oauth2:[^"]*"', "origin", script)
    script = re.sub(r"-o \S+=\S+( the API\")?|-o \S+", "", script)
    run_steps(clone, script)
    assert git(clone, "log", "-1", "--format=%s", "origin/api-update") == "report"


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_renovate_rule_finds_the_pin(page: Path) -> None:
    """JavaScript names groups as in `(?<name>...)`, Python as in `(?P<name>...)`."""
    (manager,) = json.loads(read_blocks(page, "json")[0])["customManagers"]
    (file_pattern,) = manager["managerFilePatterns"]
    assert re.search(file_pattern.strip("/"), "garden/codegen.yaml")
    config = read_blocks(page, "yaml")[0]
    pattern = manager["matchStrings"][0].replace("(?<", "(?P<")
    assert re.findall(pattern, config) == [yaml.safe_load(config)["pins"]["kubernetes"]]
    version = manager["extractVersionTemplate"].replace("(?<", "(?P<")
    assert re.fullmatch(version, "v1.99.0")
    assert not re.fullmatch(version, "v1.99.1")
    assert not re.fullmatch(version, "v1.99.0-rc.1")
