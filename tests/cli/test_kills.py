"""Commands leave complete files when interrupted, killed, run concurrently or out of space."""

from __future__ import annotations

import atexit
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from msgspec import Struct

from support.commands import run as command
from support.corpus import CASES
from support.faults import (
    copy_model,
    count_moments,
    run_in_child,
    sample_moments,
    tree,
    without_staging,
)
from support.web import WebServer, running_server

PAGES = CASES / "chinese-with-english/sources"
CONFIG = """\
sources:
  - path: pages
locales: [en, zh-cn]
outputs:
  - {target: json-schema, to: schemas}
  - {target: docs, layout: list, to: "docs/{locale}"}
"""


class Scenario(Struct, frozen=True, kw_only=True):
    """A writing command and the preparation of its project."""

    arguments: tuple[str, ...]
    before: Callable[[Path], object] = lambda _: None


def run(folder: Path, *arguments: str) -> int:
    """Run a command in a folder, and return its exit status."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        return command(*arguments).exit_code
    finally:
        os.chdir(here)


def change(folder: Path) -> None:
    """Generate, then change the project so that files are rewritten, removed and created."""
    run(folder, "generate")
    for file in (*folder.glob("schemas/**/*.json"), *folder.glob("docs/en/**/*.md")):
        file.write_text(f"{file.read_text(encoding='utf-8')}\n", encoding="utf-8")
    shutil.rmtree(folder / "docs/zh-cn")
    shutil.copyfile(next(folder.glob("docs/en/**/*.md")), folder / "docs/en/gone.md")
    with (folder / "docs/.codegen-files").open("a", encoding="utf-8") as stream:
        stream.write("en/gone.md\n")


def add_baseline(folder: Path) -> None:
    (folder / "accepted").mkdir()
    (folder / "accepted/list.yaml").write_text(
        "# ours\naccepted:\n- {rule: field-removed, id: gone, reason: none, until: 2999-12-31}\n",
        encoding="utf-8",
    )
    with (folder / "codegen.yaml").open("a", encoding="utf-8") as stream:
        stream.write("check: {baseline: accepted/list.yaml}\n")
    run(folder, "generate")


def add_catalogue(folder: Path) -> None:
    (folder / "po").mkdir()
    (folder / "po/zh-cn.po").write_text('msgid ""\nmsgstr "Language: zh_CN\\n"\n', encoding="utf-8")


def add_faulty_pages(folder: Path) -> None:
    for name in ("a", "b"):
        shutil.copytree(CASES / "import-quote/sources", folder / "reviewed" / name)


@cache
def start_server() -> WebServer:
    """Start a server that runs until the tests end."""
    running = running_server()
    atexit.register(running.__exit__, None, None, None)
    return running.__enter__()


def fetch_source(folder: Path) -> None:
    """Make a project that was updated to the first of two releases of its source."""
    server = start_server()
    for release, field in (("1.1", "soil"), ("1.2", "owner")):
        server.documents[f"/v{release}/plots.json"] = make_document(field)
    (folder / "codegen.yaml").write_text(
        f"""\
sources: [{{url: "{server.url}/v{{garden}}/plots.json", path: plots.json}}]
pins: {{garden: "1.1"}}
outputs:
  - {{target: json-schema, to: schemas}}
  - {{target: dataclasses, to: python}}
""",
        encoding="utf-8",
    )
    assert run(folder, "update") == 0


def make_document(field: str) -> bytes:
    """Return an OpenAPI document of a kind with one field."""
    gvk = {"group": "garden.example.io", "version": "v1", "kind": "Plot"}
    plot = {
        "type": "object",
        "properties": {field: {"type": "string"}},
        "x-kubernetes-group-version-kind": [gvk],
    }
    document = {
        "swagger": "2.0",
        "info": {"title": "Garden", "version": "1"},
        "paths": {},
        "definitions": {"io.example.garden.v1.Plot": plot},
    }
    return json.dumps(document).encode()


TRANSLATE = (
    "translate",
    "--learn",
    "pages",
    "--for",
    "pages",
    "--locale",
    "zh-cn",
    "--catalog",
    "po/zh-cn.po",
)
SCENARIOS = {
    "generate": Scenario(arguments=("generate",), before=change),
    "init": Scenario(
        arguments=("init", "--source", "pages"),
        before=lambda folder: (folder / "codegen.yaml").unlink(),
    ),
    "translate": Scenario(arguments=TRANSLATE, before=add_catalogue),
    "review --fix": Scenario(
        arguments=("review", "--fix", "reviewed", "--locale", "zh-cn"), before=add_faulty_pages
    ),
    "check --write-baseline": Scenario(
        arguments=("check", "--write-baseline", "--until", "2999-12-31"), before=add_baseline
    ),
    "update": Scenario(arguments=("update", "--set", "garden=1.2"), before=fetch_source),
    "check --output": Scenario(arguments=("check", "--format", "json", "--output", "found.json")),
}


@pytest.fixture
def project_template(tmp_path: Path) -> Path:
    shutil.copytree(PAGES, tmp_path / "model/pages")
    (tmp_path / "model/codegen.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path / "model"


@pytest.mark.parametrize(
    ("name", "points"),
    [("generate", 8), *(pytest.param(name, 60, marks=pytest.mark.slow) for name in SCENARIOS)],
)
def test_killed_command_leaves_whole_files_and_next_run_repairs(
    project_template: Path, name: str, points: int
) -> None:
    scenario = SCENARIOS[name]
    scenario.before(project_template)
    folder, old = (
        copy_model(project_template, project_template.parent / "it"),
        tree(project_template),
    )
    count = count_moments(lambda: run(folder, *scenario.arguments), folder)
    new, mixed = tree(folder), 0
    assert new not in (old, without_staging(old))
    assert without_staging(new) == new
    for at in sample_moments(count, points):
        copy_model(project_template, folder)
        assert run_in_child(lambda: run(folder, *scenario.arguments), folder, at) == -signal.SIGKILL
        left = without_staging(tree(folder))
        assert all(text in (old.get(path), new.get(path)) for path, text in left.items())
        mixed += left not in (old, new)
        if name == "generate" and left != new:
            assert run(folder, "check") == 1, "it reports stale and missing files"
        if name != "init" or not (folder / "codegen.yaml").exists():
            run(folder, *scenario.arguments)
            assert (tree(folder) if name == "generate" else without_staging(tree(folder))) == new
    assert mixed or name != "generate"


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.slow)]
)
def test_interrupted_command_leaves_old_or_new_set(
    project_template: Path, number: signal.Signals
) -> None:
    change(project_template)
    folder, old = (
        copy_model(project_template, project_template.parent / "it"),
        tree(project_template),
    )
    count = count_moments(lambda: run(folder, "generate"), folder)
    new, ends = tree(folder), set()
    for at in sample_moments(count, 8):
        copy_model(project_template, folder)
        assert (
            run_in_child(lambda: sys.exit(run(folder, "generate")), folder, at, number)
            == 128 + number
        )
        assert tree(folder) in (old, new)
        ends.add(tree(folder) == new)
    assert ends == {True, False}


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_site_build_keeps_old_site(
    project_template: Path, number: signal.Signals
) -> None:
    run(project_template, "site")
    old = tree(project_template / "build/site")
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from codegen.__main__ import main; main()"
    child = subprocess.Popen(
        [sys.executable, "-c", code, "site"],
        cwd=project_template,
        stderr=subprocess.PIPE,
        text=True,
    )
    while child.poll() is None and not list(
        project_template.glob("build/.site.codegen-staging/*/project/*")
    ):
        time.sleep(0.01)
    child.send_signal(number)
    said = child.communicate()[1]
    assert "Traceback" not in said
    assert child.returncode == (-number if number == signal.SIGKILL else 128 + number)
    assert tree(project_template / "build/site") == old
    assert run(project_template, "site") == 0
    assert [path.name for path in (project_template / "build").iterdir()] == ["site"]


@pytest.mark.slow
def test_two_configurations_of_one_folder_write_concurrently(project_template: Path) -> None:
    (project_template / "other.yaml").write_text(
        CONFIG.replace("to: schemas", "to: other").replace("docs/{", "pages-of/{")
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "codegen", "generate", "--config", name],
            cwd=project_template,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("codegen.yaml", "other.yaml")
    ]
    assert [child.communicate()[1] for child in children] == ["", ""]
    assert (
        run(project_template, "check")
        == run(project_template, "check", "--config", "other.yaml")
        == 0
    )
    assert [
        path
        for path in project_template.rglob(".codegen-*")
        if not path.name.startswith((".codegen-files", ".codegen-model"))
    ] == []


def generate(folder: Path, limit: int = resource.RLIM_INFINITY) -> subprocess.CompletedProcess[str]:
    """Generate in a process with a limited file size."""
    return subprocess.run(
        [sys.executable, "-m", "codegen", "generate"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )


@pytest.mark.slow
def test_file_size_limit_keeps_old_set(project_template: Path) -> None:
    change(project_template)
    old = tree(project_template)
    done = generate(project_template, 2000)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        "error[cannot-write]: cannot be written: File too large (hint: nothing was changed; free"
        in done.stderr
    )
    assert ".codegen-" not in done.stderr
    assert tree(project_template) == old
    assert generate(project_template).returncode == 0
