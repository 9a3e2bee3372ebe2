"""Every command that writes leaves whole files: interrupted or killed at any moment, beside another run, without room."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec import Struct

from codegen.core.generated_files import FileSet
from support.commands import run as command
from support.corpus import CASES
from support.faults import choose, copy_model, count_moments, run_in_child, tree, without_staging

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
    """A command that writes, and what is done to a project before it."""

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
    """Generate, and then have every file to be written again, one to be removed, and some to be created."""
    run(folder, "generate")
    for file in (*folder.glob("schemas/**/*.json"), *folder.glob("docs/en/**/*.md")):
        file.write_text(f"{file.read_text(encoding='utf-8')}\n", encoding="utf-8")
    shutil.rmtree(folder / "docs/zh-cn")
    shutil.copyfile(next(folder.glob("docs/en/**/*.md")), folder / "docs/en/gone.md")
    with (folder / "docs/.codegen-files").open("a", encoding="utf-8") as stream:
        stream.write("en/gone.md\n")


def accept(folder: Path) -> None:
    (folder / "accepted").mkdir()
    (folder / "accepted/list.yaml").write_text(
        "# ours\naccepted:\n- {rule: field-removed, id: gone, reason: none, until: 2999-12-31}\n", encoding="utf-8"
    )
    with (folder / "codegen.yaml").open("a", encoding="utf-8") as stream:
        stream.write("check: {baseline: accepted/list.yaml}\n")
    run(folder, "generate")


def learn(folder: Path) -> None:
    (folder / "po").mkdir()
    (folder / "po/zh-cn.po").write_text('msgid ""\nmsgstr "Language: zh_CN\\n"\n', encoding="utf-8")


def add_faulty_pages(folder: Path) -> None:
    for name in ("a", "b"):
        shutil.copytree(CASES / "import-quote/sources", folder / "reviewed" / name)


TRANSLATE = ("translate", "--learn", "pages", "--for", "pages", "--locale", "zh-cn", "--catalog", "po/zh-cn.po")
SCENARIOS = {
    "generate": Scenario(arguments=("generate",), before=change),
    "init": Scenario(arguments=("init", "--source", "pages"), before=lambda folder: (folder / "codegen.yaml").unlink()),
    "translate": Scenario(arguments=TRANSLATE, before=learn),
    "review --fix": Scenario(arguments=("review", "--fix", "reviewed", "--locale", "zh-cn"), before=add_faulty_pages),
    "check --write-baseline": Scenario(arguments=("check", "--write-baseline", "--until", "2999-12-31"), before=accept),
    "check --output": Scenario(arguments=("check", "--format", "json", "--output", "found.json")),
}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    shutil.copytree(PAGES, tmp_path / "model/pages")
    (tmp_path / "model/codegen.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path / "model"


@pytest.mark.parametrize(
    ("name", "points"),
    [("generate", 8), *(pytest.param(name, 60, marks=pytest.mark.slow) for name in SCENARIOS)],
)
def test_a_killed_command_leaves_whole_files_and_the_next_run_repairs(model: Path, name: str, points: int) -> None:
    scenario = SCENARIOS[name]
    scenario.before(model)
    folder, old = copy_model(model, model.parent / "it"), tree(model)
    count = count_moments(lambda: run(folder, *scenario.arguments), folder)
    new, mixed = tree(folder), 0
    assert new not in (old, without_staging(old))
    assert without_staging(new) == new
    for at in choose(count, points):
        copy_model(model, folder)
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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.slow)])
def test_an_interrupted_command_leaves_the_old_set_or_the_new_one(model: Path, number: signal.Signals) -> None:
    change(model)
    folder, old = copy_model(model, model.parent / "it"), tree(model)
    count = count_moments(lambda: run(folder, "generate"), folder)
    new, ends = tree(folder), set()
    for at in choose(count, 8):
        copy_model(model, folder)
        assert run_in_child(lambda: sys.exit(run(folder, "generate")), folder, at, number) == 128 + number
        assert tree(folder) in (old, new)
        ends.add(tree(folder) == new)
    assert ends == {True, False}


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_site_that_is_interrupted_leaves_the_old_one(model: Path, number: signal.Signals) -> None:
    run(model, "site")
    old = tree(model / "build/site")
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from codegen.__main__ import main; main()"
    child = subprocess.Popen([sys.executable, "-c", code, "site"], cwd=model, stderr=subprocess.PIPE, text=True)
    while child.poll() is None and not list(model.glob("build/.site.codegen-staging/*/project/*")):
        time.sleep(0.01)
    child.send_signal(number)
    said = child.communicate()[1]
    assert "Traceback" not in said
    assert child.returncode == (-number if number == signal.SIGKILL else 128 + number)
    assert tree(model / "build/site") == old
    assert run(model, "site") == 0
    assert [path.name for path in (model / "build").iterdir()] == ["site"]


# ------------------------------------------------------------------------------------------------- two at once


def two_sets(root: Path) -> tuple[FileSet, FileSet]:
    """Two sets for one folder: half of the files have other texts, some are in one of them alone."""
    found = []
    for name, others in (("a", "x"), ("b", "y")):
        files = FileSet(root=root, folders={"out"})
        for number in range(12):
            files.files[f"out/{number}.md"] = f"auto_generated: true\n{name if number % 2 else number}\n"
        files.files |= {f"out/{others}/{number}.md": f"auto_generated: true\n{name}\n" for number in range(4)}
        found.append(files)
    return found[0], found[1]


@pytest.mark.parametrize("pairs", [3, pytest.param(80, marks=pytest.mark.slow)])
def test_of_two_runs_at_once_one_comes_after_the_other(tmp_path: Path, pairs: int) -> None:
    first, second = two_sets(tmp_path)
    wanted = []
    for files in (first, second):
        files.write()
        wanted.append(tree(tmp_path))
    for _ in range(pairs):
        children = []
        for files in (first, second):
            child = os.fork()
            if not child:
                status = 1
                try:
                    for _ in range(4):
                        files.write()
                    status = 0
                finally:
                    os._exit(status)
            children.append(child)
        assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
        assert tree(tmp_path) in wanted


def test_two_configurations_of_one_folder_write_at_once(model: Path) -> None:
    (model / "other.yaml").write_text(CONFIG.replace("to: schemas", "to: other").replace("docs/{", "pages-of/{"))
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "codegen", "generate", "--config", name],
            cwd=model,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("codegen.yaml", "other.yaml")
    ]
    assert [child.communicate()[1] for child in children] == ["", ""]
    assert run(model, "check") == run(model, "check", "--config", "other.yaml") == 0
    assert [path for path in model.rglob(".codegen-*") if ".codegen-files" not in path.name] == []


# ------------------------------------------------------------------------------------------------- no room


def generate(folder: Path, limit: int = resource.RLIM_INFINITY) -> subprocess.CompletedProcess[str]:
    """Generate in a process of its own, which may write files of so many bytes."""
    return subprocess.run(
        [sys.executable, "-m", "codegen", "generate"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )


def test_files_that_may_not_get_so_large_leave_the_old_set(model: Path) -> None:
    change(model)
    old = tree(model)
    done = generate(model, 2000)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error[cannot-write]: cannot be written: File too large (hint: nothing was changed; free" in done.stderr
    assert ".codegen-" not in done.stderr
    assert tree(model) == old
    assert generate(model).returncode == 0


@contextmanager
def mounted(folder: Path, size: int) -> Iterator[None]:
    """A file system of so many bytes in memory at a folder, where this user may do that."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a file system")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_the_old_set(model: Path, tmp_path: Path) -> None:
    change(model)
    old, folder = tree(model), tmp_path / "disk"
    with mounted(folder, 2**18):
        shutil.copytree(model, folder, dirs_exist_ok=True)
        space = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
        (folder / "ballast").write_bytes(bytes(max(space - 2**13, 0)))
        done = generate(folder)
        (folder / "ballast").unlink()
        assert done.returncode == 2
        assert "cannot-write" in done.stderr
        assert "free some space" in done.stderr
        assert tree(folder) == old
        assert generate(folder).returncode == 0


def test_an_output_may_be_on_another_file_system(model: Path) -> None:
    with mounted(model / "docs", 2**20):
        assert run(model, "generate") == 0
        assert run(model, "check") == 0
        assert [path for path in model.rglob(".codegen-*") if ".codegen-files" not in path.name] == []
