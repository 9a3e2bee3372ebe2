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
from support.judging import find_tool

PAGES = [ROOT / "docs/update-sources.md", ROOT / "docs/update-sources.zh-cn.md"]
IDS = ["en", "zh-cn"]
STUB = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
case "$(basename "$0") $1 $2" in
"codegen update "*)
  echo new > generated.txt; echo "$UPDATE" > codegen.lock; echo report > "$REPORT" ;;
"curl -fsSL "*) echo v1.100.3 ;;
"curl "*) exit "$HOST_STATUS" ;;
"gh pr view") test -n "$HAS_PULL_REQUEST" ;;
"gh "*) exit "$HOST_STATUS" ;;
esac
"""
BRANCH = re.compile(r"api-update-[0-9a-f]{12}")


def read_blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def read_job(page: Path, name: str) -> dict[str, Any]:
    """Return the job of the page with this name, or the pipeline of GitLab."""
    for block in read_blocks(page, "yaml"):
        data: dict[str, Any] = yaml.safe_load(block)
        jobs = data.get("jobs", {"gitlab": data.get("update")})
        if jobs.get(name):
            job: dict[str, Any] = jobs[name]
            return job
    raise AssertionError(name)


def read_script(page: Path, name: str) -> str:
    """Return the commands of a job of GitHub."""
    steps = read_job(page, name)["steps"]
    return "\n".join(step["run"] for step in steps if "run" in step)


def read_gitlab_script(page: Path, home: Path) -> str:
    """Return the commands of the job of GitLab, with the report and the origin of a test."""
    script = "\n".join(read_job(page, "gitlab")["script"])
    script = re.sub(r"/\w+/report\.md", str(home / "report.md"), script)
    return re.sub(r"git remote set-url .*", "true", script)


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


def run_steps(
    clone: Path,
    script: str,
    *,
    update: str = "first",
    has_pull_request: bool = False,
    host_status: int = 0,
) -> list[str]:
    """Run a script as a host does, with stand-ins for tools, and return their calls.

    `update` is what the lock file gets.
    """
    home = clone.parent
    calls = home / "calls"
    calls.write_text("", encoding="utf-8")
    environment = {
        **os.environ,
        "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
        "CALLS": str(calls),
        "REPORT": str(home / "report.md"),
        "RUNNER_TEMP": str(home),
        "UPDATE": update,
        "HAS_PULL_REQUEST": "yes" if has_pull_request else "",
        "HOST_STATUS": str(host_status),
    }
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == host_status, done.stderr
    return calls.read_text(encoding="utf-8").splitlines()


def list_branches(clone: Path) -> list[str]:
    """Return the branches of updates that the origin has."""
    return BRANCH.findall(git(clone, "ls-remote", "--heads", "origin"))


def correct_branch(clone: Path) -> str:
    """Commit a correction to the branch of an update, as a person does, and return its commit."""
    (branch,) = list_branches(clone)
    (clone / "generated.txt").write_text("corrected\n", encoding="utf-8")
    git(clone, "commit", "--quiet", "-am", "a correction")
    git(clone, "push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
    commit = git(clone, "rev-parse", "HEAD")
    git(clone, "reset", "--quiet", "--hard", "HEAD~2")
    return commit


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_github_job_pushes_a_branch_and_opens_a_pull_request(page: Path, clone: Path) -> None:
    calls = run_steps(clone, read_script(page, "update"))
    assert any(re.match(r"codegen update --set kubernetes=1\.100 ", call) for call in calls)
    assert [call.split()[2] for call in calls if call.startswith("gh ")] == ["view", "create"]
    (branch,) = list_branches(clone)
    assert git(clone, "show", f"origin/{branch}:generated.txt") == "new"


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_github_job_without_changes_opens_nothing(page: Path, clone: Path) -> None:
    (clone / "generated.txt").write_text("new\n", encoding="utf-8")
    (clone / "codegen.lock").write_text("first\n", encoding="utf-8")
    git(clone, "add", "-A")
    git(clone, "commit", "--quiet", "-am", "the same")
    calls = run_steps(clone, read_script(page, "update"))
    assert not [call for call in calls if call.startswith("gh ")]
    assert list_branches(clone) == []


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_corrections_on_a_branch_of_github_stay(page: Path, clone: Path) -> None:
    script = read_script(page, "update")
    run_steps(clone, script)
    commit = correct_branch(clone)
    calls = run_steps(clone, script, has_pull_request=True)
    assert [call.split()[2] for call in calls if call.startswith("gh ")] == ["view"]
    assert commit in git(clone, "ls-remote", "--heads", "origin")


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_next_update_gets_a_branch_of_its_own(page: Path, clone: Path) -> None:
    script = read_script(page, "update")
    run_steps(clone, script)
    git(clone, "reset", "--quiet", "--hard", "HEAD~1")
    run_steps(clone, script, update="second")
    assert len(list_branches(clone)) == 2


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_gitlab_job_pushes_a_branch_and_opens_a_merge_request(page: Path, clone: Path) -> None:
    calls = run_steps(clone, read_gitlab_script(page, clone.parent))
    (request,) = [call for call in calls if call.startswith("curl ")]
    (branch,) = list_branches(clone)
    assert f"source_branch={branch}" in request
    assert f"description@{clone.parent / 'report.md'}" in request
    assert git(clone, "show", f"origin/{branch}:generated.txt") == "new"


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_corrections_on_a_branch_of_gitlab_stay(page: Path, clone: Path) -> None:
    script = read_gitlab_script(page, clone.parent)
    run_steps(clone, script)
    commit = correct_branch(clone)
    assert not [call for call in run_steps(clone, script) if call.startswith("curl ")]
    assert commit in git(clone, "ls-remote", "--heads", "origin")


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_branch_without_a_merge_request_is_removed(page: Path, clone: Path) -> None:
    run_steps(clone, read_gitlab_script(page, clone.parent), host_status=1)
    assert list_branches(clone) == []


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_job_for_renovate_adds_a_commit_and_the_report(page: Path, clone: Path) -> None:
    environment = read_job(page, "update-pull-request")["steps"][-1]["env"]
    script = f"PULL_REQUEST=7\n{read_script(page, 'update-pull-request')}"
    calls = run_steps(clone, script)
    assert "PULL_REQUEST" in environment
    assert [call.split()[:4] for call in calls if call.startswith("gh ")] == [
        ["gh", "pr", "comment", "7"]
    ]
    assert git(clone, "show", "@{upstream}:generated.txt") == "new"


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_renovate_goes_on_with_branches_that_have_our_commit(page: Path) -> None:
    ignored = json.loads(read_blocks(page, "json")[0])["gitIgnoredAuthors"]
    authors = re.findall(r"user\.email=(\S+)", read_script(page, "update-pull-request"))
    assert authors
    assert set(authors) <= set(ignored)


SCHEMAS = {
    "a workflow of GitHub": ("jobs:", "yaml", "github-workflows"),
    "a pipeline of GitLab": ("script:", "yaml", "gitlab-ci"),
    "rules of Renovate": ("customManagers", "json", "renovate"),
}


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=IDS)
@pytest.mark.parametrize(("key", "language", "schema"), SCHEMAS.values(), ids=SCHEMAS)
def test_files_of_hosts_are_valid(
    page: Path, tmp_path: Path, key: str, language: str, schema: str
) -> None:
    blocks = [block for block in read_blocks(page, language) if key in block]
    assert blocks
    for number, block in enumerate(blocks):
        file = tmp_path / f"{number}.{language}"
        file.write_text(block, encoding="utf-8")
        command = [find_tool("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", str(file)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_actions_are_pinned_as_in_our_own_workflow(page: Path) -> None:
    pattern = r"uses: (\S+@[0-9a-f]{40} # v\S+)"
    own = re.findall(pattern, (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    text = page.read_text(encoding="utf-8")
    documented = re.findall(pattern, text)
    assert documented
    assert len(documented) == text.count("uses: ")
    assert set(documented) <= set(own)


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
