"""CI hooks, action, workflow and snippets are well formed, pinned, and work."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement
from ruamel.yaml import YAML

from codegen.cli import COMMANDS, main
from codegen.drift.baseline.entries import load_baseline
from codegen.project.config import configuration
from support.commands import run
from support.corpus import ROOT


def command_of(name: str) -> click.Command:
    found = main.get_command(click.Context(main), name)
    assert found is not None, name
    return found


CI_PAGES = [
    (ROOT / f"docs/check-drift{each}.md").read_text(encoding="utf-8") for each in ("", ".zh-cn")
]
SNIPPETS = [re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) for page in CI_PAGES]


def load(text: str) -> Any:
    return YAML(typ="safe").load(text)


HOOKS = load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ACTION = load((ROOT / "action.yml").read_text(encoding="utf-8"))


def codegen_command() -> str:
    """Return the installed command, as hooks and actions call it."""
    found = shutil.which(
        "codegen", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    return found or pytest.skip("the codegen command is not installed beside this Python")


def project(folder: Path) -> Path:
    """Create a project with a page and its generated schema."""
    folder.mkdir(parents=True)
    shutil.copytree(ROOT / "tests" / "pages", folder / "pages")
    outputs = [{"target": "json-schema", "to": "out"}]
    settings = {"sources": [{"path": "pages/garden"}], "locales": ["en"], "outputs": outputs}
    (folder / "codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")
    assert run("generate", "--config", folder / "codegen.yaml").exit_code == 0
    return folder


@pytest.mark.parametrize("hook", HOOKS, ids=[each["id"] for each in HOOKS])
def test_hooks_run_existing_commands(hook: dict[str, Any]) -> None:
    assert {
        "id",
        "name",
        "entry",
        "language",
        "pass_filenames",
        "require_serial",
        "always_run",
    } <= hook.keys()
    assert hook["language"] == "python"
    name, command, *options = hook["entry"].split()
    assert name == "codegen"
    assert command in COMMANDS
    known = {option for parameter in command_of(command).params for option in parameter.opts}
    assert set(options) <= known


@pytest.fixture
def hook_repository(tmp_path: Path) -> Path:
    """Create a repository with the hooks as pre-commit runs them, except for the environment that
    it would install.
    """
    folder = project(tmp_path / "repository")
    scripts = Path(codegen_command()).parent
    hooks = [
        {**hook, "language": "system", "entry": f"{scripts}/{hook['entry']}"} for hook in HOOKS
    ]
    settings = {"repos": [{"repo": "local", "hooks": hooks}]}
    (folder / ".pre-commit-config.yaml").write_text(json.dumps(settings), encoding="utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "all")
    return folder


def git(folder: Path, *arguments: str) -> None:
    who = [
        "-c",
        "user.name=Nobody",
        "-c",
        "user.email=nobody@example.io",
        "-c",
        "commit.gpgsign=false",
    ]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def run_hook(folder: Path, name: str) -> tuple[int, str]:
    env = {**os.environ, "PRE_COMMIT_HOME": str(folder.parent / "pre-commit")}
    command = [sys.executable, "-m", "pre_commit", "run", name]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def generated_file(folder: Path) -> Path:
    return next(file for file in sorted((folder / "out").iterdir()) if file.suffix == ".json")


@pytest.mark.slow
def test_hooks_pass_without_drift(hook_repository: Path) -> None:
    for each in HOOKS:
        status, said = run_hook(hook_repository, each["id"])
        assert (status, "Skipped" in said) == (0, False), said


@pytest.mark.slow
def test_check_hook_detects_deleted_generated_file(hook_repository: Path) -> None:
    git(hook_repository, "rm", "--quiet", str(generated_file(hook_repository)))
    status, said = run_hook(hook_repository, "codegen-check")
    assert (status, "file-missing" in said) == (1, True), said


@pytest.mark.slow
def test_generate_hook_fails_if_it_writes_untracked_file(hook_repository: Path) -> None:
    git(hook_repository, "rm", "--quiet", "--cached", str(generated_file(hook_repository)))
    git(hook_repository, "commit", "--quiet", "--message", "without")
    generated_file(hook_repository).unlink()
    status, said = run_hook(hook_repository, "codegen-generate")
    assert (status, "add them to the commit" in said) == (1, True), said
    assert run_hook(hook_repository, "codegen-generate")[0] == 0


class Runner:
    """A runner of the action's steps that works as GitHub does, with expressions, outputs and
    environment files.
    """

    def __init__(self, workspace: Path, **inputs: str) -> None:
        self.workspace = workspace
        self.temp = workspace.parent / "temp"
        self.temp.mkdir()
        self.summary = self.temp / "summary.md"
        self.context = {
            f"inputs.{name}": str(each["default"]) for name, each in ACTION["inputs"].items()
        }
        self.context |= {
            f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()
        }
        self.context |= {"github.action_path": str(ROOT), "runner.temp": str(self.temp)}
        self.env: dict[str, str] = {}
        self.used: list[tuple[str, dict[str, str]]] = []
        self.log = ""

    def value(self, text: str) -> str:
        """Fill in the expressions of a text."""
        return re.sub(r"\$\{\{ (.*?) }}", lambda found: self.context.get(found[1], ""), text)

    def should_run(self, step: dict[str, Any], *, failed: bool) -> bool:
        """Return whether a step runs. Its condition consists of comparisons and `always()`."""
        condition = re.sub(r"\$\{\{ (.*?) }}", r"\1", step.get("if", "success()"))
        parts = [part.strip() for part in condition.split("&&")]
        if "always()" not in parts and failed:
            return False
        for part in parts:
            if found := re.fullmatch(r"(\S+) (==|!=) '(.*)'", part):
                assert found[1].partition(".")[0] in ("inputs", "steps"), part
                if (self.context.get(found[1], "") == found[3]) is not (found[2] == "=="):
                    return False
            else:
                assert part in ("always()", "success()"), part
        return True

    def run(self, *without: str) -> int:
        """Run all steps except those with these names. Returns the first status that is not 0."""
        status = 0
        for step in ACTION["runs"]["steps"]:
            if step["name"] in without or not self.should_run(step, failed=bool(status)):
                continue
            if "uses" in step:
                self.used.append(
                    (step["uses"], {name: self.value(text) for name, text in step["with"].items()})
                )
                continue
            status = self.shell(step) or status
        return status

    def shell(self, step: dict[str, Any]) -> int:
        files = {name: self.temp / name for name in ("GITHUB_ENV", "GITHUB_OUTPUT")}
        for file in files.values():
            file.write_text("", encoding="utf-8")
        env = {
            name: str(os.environ[name])
            for name in ("PATH", "HOME", "PYTHONPATH")
            if name in os.environ
        }
        env |= {name: str(file) for name, file in files.items()}
        env |= {
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.temp),
        }
        env |= {**self.env, **{name: self.value(text) for name, text in step["env"].items()}}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(command, cwd=self.workspace, env=env, capture_output=True, text=True)
        self.log += done.stdout + done.stderr
        for line in files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            self.context[f"steps.{step['id']}.outputs.{name}"] = value
        self.env |= dict(
            line.split("=", 1)
            for line in files["GITHUB_ENV"].read_text(encoding="utf-8").splitlines()
        )
        return done.returncode

    @property
    def outputs(self) -> dict[str, str]:
        return {name: self.value(each["value"]) for name, each in ACTION["outputs"].items()}


def create_runner(tmp_path: Path, **inputs: str) -> Runner:
    """Return a runner with a project in a folder of its workspace, and the installed command."""
    project(tmp_path / "workspace" / "docs" / "api")
    runner = Runner(tmp_path / "workspace", **{"folder": "docs/api", **inputs})
    runner.env["CODEGEN_BIN"] = codegen_command()
    return runner


def create_offline_runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Return a runner that installs the action with the packages of this Python, without network.

    Its requirements are those of the action in the versions of these packages, which may be newer.
    """
    runner = create_runner(tmp_path, python=sys.executable)
    del runner.env["CODEGEN_BIN"]
    packages = [path for path in sys.path if path.endswith("site-packages")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(packages))
    runner.env |= {"PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    action = tmp_path / "action"
    action.mkdir()
    for path in ROOT.iterdir():
        if not path.name.startswith(".") and path.name != "requirements.txt":
            (action / path.name).symlink_to(path)
    requirements = re.sub(
        r"^([\w.-]+)==[^\s;]+",
        lambda pinned: f"{pinned[1]}=={metadata.version(pinned[1])}",
        (ROOT / "requirements.txt").read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    (action / "requirements.txt").write_text(requirements, encoding="utf-8")
    runner.context["github.action_path"] = str(action)
    return runner


INSTALL = "Install codegen"


def test_inputs_reach_scripts_through_environment_only() -> None:
    steps = [step for step in ACTION["runs"]["steps"] if "run" in step]
    for step in steps:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
    wanted = " ".join(str(step) for step in ACTION["runs"]["steps"])
    assert all(f"inputs.{name}" in wanted for name in ACTION["inputs"])
    assert all(
        name == name.lower() and "default" in each for name, each in ACTION["inputs"].items()
    )


def test_clean_project_passes_and_keeps_its_packages(tmp_path: Path) -> None:
    runner = create_runner(tmp_path)
    assert runner.run(INSTALL) == 0, runner.log
    assert runner.outputs == {"status": "0", "report": ""}
    ((used, options),) = runner.used
    assert used.startswith("actions/cache@")
    assert options["path"] == runner.env["PIP_CACHE_DIR"]
    assert re.fullmatch(r"codegen-\w+-3\.\d+\.\d+\S*-[0-9a-f]{16}", options["key"])


def test_annotations_and_summary_have_repository_paths(tmp_path: Path) -> None:
    runner = create_runner(tmp_path)
    gone = generated_file(runner.workspace / "docs/api")
    gone.unlink()
    assert runner.run(INSTALL) == 1
    assert f"::error file=docs/api/out/{gone.name},line=1" in runner.log
    assert "docs/api/" in runner.summary.read_text(encoding="utf-8")
    assert runner.outputs["status"] == "1"


def test_sarif_is_uploaded_if_check_fails(tmp_path: Path) -> None:
    runner = create_runner(tmp_path, upload_sarif="true", cache="false")
    gone = generated_file(runner.workspace / "docs/api")
    gone.unlink()
    assert runner.run(INSTALL) == 1
    ((used, options),) = runner.used
    assert used.startswith("github/codeql-action/upload-sarif@")
    log = json.loads((runner.workspace / options["sarif_file"]).read_text(encoding="utf-8"))
    uris = {
        found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for found in log["runs"][0]["results"]
    }
    assert f"docs/api/out/{gone.name}" in uris


def test_sarif_is_uploaded_if_nothing_was_compared(tmp_path: Path) -> None:
    runner = create_runner(tmp_path, upload_sarif="true", config="gone.yaml")
    assert runner.run(INSTALL) == 2
    (options,) = [options for used, options in runner.used if "upload-sarif" in used]
    assert "gone.yaml" in (runner.workspace / options["sarif_file"]).read_text(encoding="utf-8")


def test_args_input_is_not_evaluated_by_shell(tmp_path: Path) -> None:
    runner = create_runner(
        tmp_path, args="--level ERR\n --rule file-* --output found.md", format="markdown"
    )
    generated_file(runner.workspace / "docs/api").unlink()
    assert runner.run(INSTALL) == 1
    assert "file-missing" in (runner.workspace / "docs/api/found.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    [
        "args",  # the only input that is split into words; the others are passed in the same way
        "output",
        *(
            pytest.param(each, marks=pytest.mark.slow)
            for each in ("config", "folder", "baseline", "fail-on", "format")
        ),
    ],
)
def test_hostile_inputs_run_nothing(tmp_path: Path, name: str) -> None:
    runner = create_runner(
        tmp_path, **{name: "$(touch canary); `touch canary` && touch canary\nstatus=0"}
    )
    status = runner.run(INSTALL)
    assert (status == 0) is (name == "output"), runner.log  # a file name, whatever it contains
    assert not list(tmp_path.rglob("canary"))
    assert runner.outputs["status"] in ("", str(status))


@pytest.mark.slow
def test_modules_of_the_checked_folder_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = create_offline_runner(tmp_path, monkeypatch)
    evil = f"open({str(tmp_path / 'canary')!r}, 'w')\n"
    for name in ("hashlib", "platform", "pathlib", "venv", "pip", "setuptools", "click", "codegen"):
        for folder in (runner.workspace, runner.workspace / "docs/api"):
            (folder / f"{name}.py").write_text(evil)
    assert runner.run() == 0, runner.log
    assert not (tmp_path / "canary").exists()


def test_line_breaks_in_names_add_no_output(tmp_path: Path) -> None:
    folder = "docs\nstatus=0"
    runner = create_runner(tmp_path, folder=folder, output="found\nstatus=0", config="gone.yaml")
    (runner.workspace / folder).mkdir()
    assert runner.run(INSTALL) == 2
    assert runner.outputs == {"status": "2", "report": "docsstatus=0/foundstatus=0"}


@pytest.mark.slow
def test_all_steps_run_with_installed_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = create_offline_runner(tmp_path, monkeypatch)
    assert runner.run() == 0, runner.log
    assert Path(runner.env["CODEGEN_BIN"]).is_relative_to(runner.temp)
    assert runner.outputs["status"] == "0"


def test_third_party_actions_are_pinned() -> None:
    files = (".github/workflows/ci.yml", ".github/workflows/publish.yml", "action.yml")
    for text in (*CI_PAGES, *((ROOT / file).read_text(encoding="utf-8") for file in files)):
        for used in re.findall(r"uses: ((?:actions|github|pypa)/\S+)", text):
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", used)


def test_workflow_is_read_only_and_uses_action() -> None:
    workflow = load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert any(step.get("uses") == "./" for step in workflow["jobs"]["drift"]["steps"])


def test_publishing_is_off_and_its_token_meets_no_code_of_repository() -> None:
    text = (ROOT / ".github" / "workflows" / "publish.yml").read_text(encoding="utf-8")
    workflow = load(text)
    build, publish = workflow["jobs"]["build"], workflow["jobs"]["publish"]
    assert build["if"] == "vars.PUBLISH_TO_PYPI == 'true'"
    assert "permissions" not in build
    assert workflow["permissions"] == {"contents": "read"}
    assert publish["needs"] == "build"
    assert publish["permissions"] == {"id-token": "write"}
    assert not any("run" in step or "checkout" in step["uses"] for step in publish["steps"])
    assert "secrets." not in text


def test_publishing_builds_by_targets_of_makefile() -> None:
    workflow = load((ROOT / ".github" / "workflows" / "publish.yml").read_text(encoding="utf-8"))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = [step["run"] for step in workflow["jobs"]["build"]["steps"] if "run" in step]
    targets = [command.split()[1:] for command in commands if command.startswith("make ")]
    assert targets
    for target in targets[0]:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("name", ["bug.yml", "feature.yml"])
def test_issue_forms_have_labelled_fields(name: str) -> None:
    form = load((ROOT / ".github" / "ISSUE_TEMPLATE" / name).read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= form.keys()
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert fields
    assert all(field["id"] and field["attributes"]["label"] for field in fields)


@pytest.mark.parametrize("snippets", SNIPPETS, ids=("en", "zh-cn"))
def test_snippets_match_command(snippets: list[str], tmp_path: Path) -> None:
    github, scanning, gitlab, hooks, other_hooks, settings, accepted = snippets
    assert all(each["exclude"] for each in load(other_hooks))
    used = load(github)["jobs"]["drift"]["steps"][1]["uses"]
    assert re.fullmatch(r"OWNER/apiref-codegen@[0-9a-f]{40}", used)
    (tmp_path / "translations").mkdir()
    (tmp_path / "codegen.yaml").write_text(settings, encoding="utf-8")
    read = configuration.load(tmp_path / "codegen.yaml")
    assert (read.check.baseline, len(read.against)) == ("accepted.yaml", 1)
    (tmp_path / "accepted.yaml").write_text(accepted, encoding="utf-8")
    assert len(load_baseline(tmp_path / "accepted.yaml", "accepted.yaml")) == 2
    assert load(hooks)["repos"][0]["hooks"][0]["id"] in {each["id"] for each in HOOKS}
    for snippet in (github, scanning):
        assert set(load(snippet)["jobs"]["drift"]["steps"][1]["with"]) <= ACTION["inputs"].keys()
    assert load(scanning)["jobs"]["drift"]["permissions"]["security-events"] == "write"
    for line in load(gitlab)["drift"]["script"]:
        for command in re.findall(r"codegen ([a-z]+(?: --[a-z-]+ [a-z.]+)+)", line):
            name, *options = command.split()
            known = {option for parameter in command_of(name).params for option in parameter.opts}
            assert {option for option in options if option.startswith("--")} <= known
    assert CliRunner().invoke(main, ["check", "--help"]).exit_code == 0


def test_nothing_is_installed_from_index_before_publication() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    texts = [page.read_text(encoding="utf-8") for page in pages if page.name != "CHANGELOG.md"]
    assert sum("pip install ." in text for text in texts) >= 2
    for text in texts:
        assert not re.search(r"pip install (?:--?\S+ )*'?apiref-codegen", text)


def normalize_name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def read_pins(name: str) -> dict[str, list[str]]:
    """Return the lines of a file of `make requirements` by package: its version, and its hashes."""
    pins: dict[str, list[str]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if found := re.match(r"([\w.-]+)==(\S+)", line):
            pins[normalize_name(found[1])] = lines = [found[2]]
        elif line.lstrip().startswith("--hash="):
            lines.append(line.strip(" \\"))
    return pins


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
REQUIRED = {
    "requirements.txt": [*PROJECT["build-system"]["requires"], *PROJECT["project"]["dependencies"]],
    ".ci/requirements.txt": [
        *PROJECT["project"]["dependencies"],
        *(each for extra in ("test", "judges", "release") for each in EXTRAS[extra]),
    ],
}


@pytest.mark.parametrize("name", REQUIRED)
def test_each_dependency_has_version_and_hashes(name: str) -> None:
    """If this fails, run `make requirements`."""
    pins = read_pins(name)
    for requirement in map(Requirement, REQUIRED[name]):
        assert requirement.specifier.contains(pins[normalize_name(requirement.name)][0]), (
            requirement
        )
    for lines in pins.values():
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in lines[1:])
        assert len(lines) > 1


@pytest.mark.parametrize("name", REQUIRED)
def test_dependencies_of_dependencies_are_pinned(name: str) -> None:
    """If this fails, run `make requirements`."""
    pins = read_pins(name)
    for package in pins:
        try:
            listed = metadata.requires(package) or []
        except metadata.PackageNotFoundError:  # for another system or Python
            continue
        for requirement in map(Requirement, listed):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                assert normalize_name(requirement.name) in pins, f"{package} needs {requirement}"


WITH_HASHES = re.compile(r"--only-binary :all: --require-hashes -r \S*/requirements\.txt")


def check_installs(text: str) -> None:
    """Check that dependencies are installed with hashes, and then the package without any."""
    installs = [line for line in text.splitlines() if "pip install" in line]
    assert installs
    assert len(installs) % 2 == 0
    for dependencies, package in zip(installs[::2], installs[1::2], strict=True):
        assert WITH_HASHES.search(dependencies)
        assert "--no-deps --no-build-isolation" in package


JOB_PAGES = (
    "check-drift.md",
    "check-drift.zh-cn.md",
    "update-sources.md",
    "update-sources.zh-cn.md",
)


@pytest.mark.parametrize("name", JOB_PAGES)
def test_documented_jobs_install_pinned_dependencies(name: str) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    check_installs(page)


def test_pinned_tools_build_package_without_other_tools() -> None:
    commands = ["make", "--dry-run", "--always-make", "pinned", "archives"]
    planned = subprocess.run(commands, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    installs = [line for line in planned.splitlines() if "pip install" in line]
    assert len(installs) >= 2
    for line in installs:
        assert "--require-hashes" in line or "--no-deps --no-build-isolation" in line


def test_action_installs_pinned_dependencies_then_package() -> None:
    (step,) = (each for each in ACTION["runs"]["steps"] if each["name"] == INSTALL)
    check_installs(step["run"])
    (prepare,) = (each for each in ACTION["runs"]["steps"] if each["name"] == "Prepare")
    assert '"$ACTION_PATH"/requirements.txt' in prepare["run"]  # in the key of the cache
