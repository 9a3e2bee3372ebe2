"""Every command that writes leaves the old files or the new ones: killed at any moment, beside another run, on a full disk."""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result
from msgspec import Struct

from codegen import pipeline
from codegen.config import configuration
from codegen.core.writing import recover, replaced_folder
from codegen.endpoint import certificates
from codegen.outputs.files import FileSet
from commands import run as command
from corpus import CASES, RELEASES, oldest
from faults import chosen, fresh, in_child, killed, moments, tree, visible

PAGES = CASES / "chinese-with-english/sources"
CONFIG = """\
sources:
  - path: pages
locales: [en, zh-cn]
outputs:
  - {target: json-schema, to: schemas}
  - {target: docs, layout: list, to: "docs/{locale}"}
"""


class Written(Struct, frozen=True, kw_only=True):
    """A command that writes: its arguments, what is done to a project before it, and the folders where its journal may be."""

    arguments: tuple[str, ...]
    before: Callable[[Path], object] = lambda _: None
    folders: tuple[str, ...] = ("",)


def run(folder: Path, *arguments: str) -> int:
    """The exit status of a command in a folder."""
    return said(folder, *arguments).exit_code


def said(folder: Path, *arguments: str) -> Result:
    """What a command in a folder says."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        return command(*arguments)
    finally:
        os.chdir(here)


def project(folder: Path) -> Path:
    shutil.copytree(PAGES, folder / "pages")
    (folder / "codegen.yaml").write_text(CONFIG, encoding="utf-8")
    return folder


def changed(folder: Path) -> None:
    """Generated once, then every file is to be written again, one is to be removed, and some are to be created."""
    run(folder, "generate")
    for file in (*folder.glob("schemas/**/*.json"), *folder.glob("docs/en/**/*.md")):
        file.write_text(f"{file.read_text(encoding='utf-8')}\n", encoding="utf-8")
    shutil.rmtree(folder / "docs/zh-cn")
    gone = "docs/en/gone.md"
    shutil.copyfile(next(folder.glob("docs/en/**/*.md")), folder / gone)
    with (folder / "docs/.codegen-files").open("a", encoding="utf-8") as stream:
        stream.write("en/gone.md\n")


def emptied(folder: Path) -> None:
    shutil.rmtree(folder / "pages")
    (folder / "codegen.yaml").unlink()


def accepted(folder: Path) -> None:
    (folder / "accepted").mkdir()
    (folder / "accepted/list.yaml").write_text(
        "# ours\naccepted:\n- {rule: field-removed, id: gone, reason: none, until: 2999-12-31}\n", encoding="utf-8"
    )
    with (folder / "codegen.yaml").open("a", encoding="utf-8") as stream:
        stream.write("check: {baseline: accepted/list.yaml}\n")
    run(folder, "generate")


def learnt(folder: Path) -> None:
    (folder / "po").mkdir()
    (folder / "po/zh-cn.po").write_text('msgid ""\nmsgstr "Language: zh_CN\\n"\n', encoding="utf-8")


def reviewed(folder: Path) -> None:
    """Pages in two folders, each with something that is certainly wrong."""
    for name in ("a", "b"):
        shutil.copytree(CASES / "import-quote/sources", folder / "reviewed" / name)


TRANSLATE = ("translate", "--learn", "pages", "--for", "pages", "--locale", "zh-cn", "--catalog", "po/zh-cn.po")
WRITTEN = {
    "generate": Written(arguments=("generate",), before=changed),
    "generate for the first time": Written(arguments=("generate",)),
    "init": Written(arguments=("init", "--source", "pages"), before=lambda folder: (folder / "codegen.yaml").unlink()),
    "init with a page of its own": Written(
        arguments=("init",),
        before=emptied,
    ),
    "translate": Written(arguments=TRANSLATE, before=learnt, folders=("po",)),
    "translate for the first time": Written(arguments=TRANSLATE, folders=("po",)),
    "review --fix": Written(
        arguments=("review", "--fix", "reviewed", "--locale", "zh-cn"), before=reviewed, folders=("reviewed",)
    ),
    "check --write-baseline": Written(
        arguments=("check", "--write-baseline", "--until", "2999-12-31"), before=accepted, folders=("", "accepted")
    ),
    "check --output": Written(arguments=("check", "--format", "json", "--output", "found.json")),
}


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "model").mkdir()
    return project(tmp_path / "model")


def survives(written: Written, model: Path, points: int) -> int:
    """Kill a command at so many moments; returns how often files of both sets lay there. Nothing of it may be left after the next run."""
    written.before(model)
    folder, old, between = fresh(model, model.parent / "it"), tree(model), 0
    with moments.before(0, folder):
        run(folder, *written.arguments)
        count = moments.seen
    new = tree(folder)
    assert new != old
    assert visible(new) == new
    for at in chosen(count, points):
        fresh(model, folder)
        assert not killed(lambda: run(folder, *written.arguments), folder, at)
        seen = visible(tree(folder))
        if seen not in (old, new):
            between += 1
            if (folder / "codegen.yaml").exists() and not written.folders[0]:
                before = tree(folder)
                assert run(folder, "check") == 2, "what lies there is nobody's set, and `check` says so"
                assert tree(folder) == before
        recover([folder / each for each in written.folders if (folder / each).is_dir()])
        assert tree(folder) in (old, new), f"killed before step {at} of {count}"
        run(folder, *written.arguments)
        assert tree(folder) == new, f"killed before step {at} of {count}"
        assert [path for path in folder.rglob(".codegen-*") if path.name != ".codegen-files"] == []
    return between


@pytest.mark.parametrize("name", ["generate", "init", "translate"])
def test_a_command_that_is_killed_leaves_the_old_files_or_the_new_ones(model: Path, name: str) -> None:
    survives(WRITTEN[name], model, 5)


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITTEN)
def test_a_command_that_is_killed_at_any_moment(model: Path, name: str) -> None:
    between = survives(WRITTEN[name], model, 100)
    assert between > 5 or name != "generate", "some of the moments are between two sets"


def test_a_killed_run_is_told_by_the_next_one(model: Path) -> None:
    changed(model)
    folder = fresh(model, model.parent / "it")
    with moments.before(0, folder):
        run(folder, "generate")
        middle = moments.seen * 2 // 3
    fresh(model, folder)
    killed(lambda: run(folder, "generate"), folder, middle)
    assert visible(tree(folder)) != tree(model), "it is between the two sets"
    checked = said(folder, "check")
    assert checked.exit_code == 2
    assert "error[write-interrupted]" in checked.stderr
    assert "run: codegen generate, which undoes that first" in checked.stderr
    generated = said(folder, "generate")
    assert generated.exit_code == 0
    assert "warning[write-interrupted]" in generated.stderr
    assert "what it had done was undone first" in generated.stderr
    assert said(folder, "generate").stderr == ""
    assert run(folder, "check") != 2


def test_a_run_that_was_killed_before_it_did_anything_keeps_no_check_from_its_end(model: Path) -> None:
    run(model, "generate")
    (model / ".codegen-write").touch()
    assert run(model, "check") == 0


@pytest.mark.slow
def test_a_whole_release_that_is_killed_while_it_is_written(tmp_path: Path) -> None:
    """The files are made once; a hundred children write them, and are killed."""
    release = oldest(RELEASES) / "swagger.json"
    model = tmp_path / "model"
    model.mkdir()
    (model / "codegen.yaml").write_text(
        f"sources: [{{path: {os.path.relpath(release, model)}}}]\nlocales: [en]\noutputs:\n"
        "- {target: json-schema, to: schemas}\n- {target: docs, layout: list, to: docs}\n"
        "- {target: dataclasses, to: py/k8s}\n- {target: validators, to: py/k8s}\n",
        encoding="utf-8",
    )
    files = pipeline.generate(configuration.load(model / "codegen.yaml"))
    files.root = model
    files.write()
    new = tree(model)
    assert len(new) > 400
    for number, path in enumerate(sorted(path for path in new if path != "codegen.yaml")):
        if number % 3:
            (model / path).write_bytes(
                b"Code generated by codegen, of the set before.\n" if number % 2 else new[path][:-9]
            )
        elif not path.endswith(".codegen-files"):
            (model / path).unlink()
    old = tree(model)
    folder = files.root = tmp_path / "it"
    fresh(model, folder)
    with moments.before(0, folder):
        files.write()
        count = moments.seen
    assert tree(folder) == new
    states = {"old": 0, "between": 0, "new": 0}
    for at in chosen(count, 100):
        fresh(model, folder)
        assert not killed(files.write, folder, at)
        seen = visible(tree(folder))
        states["old" if seen == old else "new" if seen == new else "between"] += 1
        recover([folder])
        assert tree(folder) in (old, new), f"killed before step {at} of {count}"
    files.write()
    assert tree(folder) == new
    assert states["between"] > 20, f"{len(new)} files, {count} steps, 100 kills: {states}"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.slow)])
def test_a_command_that_is_asked_to_end_leaves_nothing(model: Path, number: signal.Signals) -> None:
    changed(model)
    folder, old = fresh(model, model.parent / "it"), tree(model)
    with moments.before(0, folder):
        run(folder, "generate")
        count = moments.seen
    new, ends = tree(folder), set()
    for at in chosen(count, 8):
        fresh(model, folder)
        assert os.waitstatus_to_exitcode(in_child(partial(_asked, folder, at, number))) == 128 + number
        assert tree(folder) in (old, new)
        ends.add(tree(folder) == new)
    assert ends == {True, False}


def _asked(folder: Path, at: int, number: signal.Signals) -> None:
    if number == signal.SIGHUP:
        signal.signal(number, signal.SIG_DFL)  # also where the tests run below nohup
    with moments.before(at, folder, number):
        sys.exit(run(folder, "generate"))


@pytest.mark.slow
def test_a_site_that_is_killed_is_the_old_one_or_the_new_one(model: Path) -> None:
    run(model, "site")
    (model / "build/site/old.txt").write_text("of the site before")
    old = tree(model)
    folder = fresh(model, model.parent / "it")
    with moments.before(0, folder):
        run(folder, "site")
        count = moments.seen
    new = tree(folder)
    assert old != new

    def looked_at() -> None:
        assert visible(tree(folder)) in (old, new)
        with replaced_folder(folder / "build/site"):
            pass
        assert tree(folder) in (old, new)
        assert [path.name for path in (folder / "build").iterdir()] == ["site"]

    for at in chosen(count, 16):
        fresh(model, folder)
        assert not killed(lambda: run(folder, "site"), folder, at)
        looked_at()
    spans = random.Random(1)  # noqa: S311
    for _ in range(8):
        fresh(model, folder)
        child = subprocess.Popen(
            [sys.executable, "-m", "codegen", "site"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(spans.uniform(0.3, 1.5))  # Hugo runs in it, and goes on without its parent
        child.kill()
        child.wait()
        looked_at()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_site_that_is_asked_to_end_leaves_the_old_one_and_no_hugo(model: Path, number: signal.Signals) -> None:
    run(model, "site")
    old = tree(model)
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from codegen.__main__ import main; main()",
            "site",
        ],
        cwd=model,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    while child.poll() is None and not list(model.glob("build/.codegen-*/project/*")):
        time.sleep(0.01)
    child.send_signal(number)
    said = child.communicate()[1]
    assert (child.returncode, "Traceback" in said) == (128 + number, False), said
    assert tree(model) == old
    assert [path.name for path in (model / "build").iterdir()] == ["site"]


@pytest.mark.slow
def test_certificates_of_the_token_endpoint_belong_together_whenever_their_maker_is_killed(tmp_path: Path) -> None:
    model, folder = tmp_path / "model", tmp_path / "it"
    certificates.made(model, ["one.example"])
    old = tree(model)
    states = set()
    for at in range(1, 40):
        fresh(model, folder)
        ended = killed(lambda: certificates.made(folder, ["other.example"]), folder, at)
        recover([folder])
        states.add(tree(folder) == old)
        before = tree(folder)
        certificates.made(folder, ["one.example" if before == old else "other.example"])
        assert tree(folder) == before, "they are good, and stay"
        if ended:
            break
    assert states == {True, False}


# ------------------------------------------------------------------------------------------------- two at once


def sets(root: Path) -> tuple[FileSet, FileSet]:
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
    first, second = sets(tmp_path)
    wanted = []
    for files in (first, second):
        files.write()
        wanted.append(tree(tmp_path))
    last = set()
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
        last.add(tree(tmp_path) == wanted[0])
    assert pairs < 10 or last == {True, False}


def test_two_configurations_of_one_folder_write_at_once(model: Path) -> None:
    folder, pipes = model, []
    (folder / "other.yaml").write_text(CONFIG.replace("to: schemas", "to: other").replace("docs/{", "pages-of/{"))
    for name in ("codegen.yaml", "other.yaml"):
        command = [sys.executable, "-m", "codegen", "generate", "--config", name]
        pipes.append(
            subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        )
    assert [pipe.communicate()[1] for pipe in pipes] == ["", ""]
    assert run(folder, "check") == run(folder, "check", "--config", "other.yaml") == 0
    assert [path for path in folder.rglob(".codegen-*") if ".codegen-files" not in path.name] == []


# ------------------------------------------------------------------------------------------------- no room


def generate(folder: Path, limit: int = resource.RLIM_INFINITY) -> subprocess.CompletedProcess[str]:
    """A process of its own, which may write files of so many bytes."""
    return subprocess.run(
        [sys.executable, "-m", "codegen", "generate"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )


@pytest.mark.parametrize("limit", [2000, pytest.param(100, marks=pytest.mark.slow)])
def test_files_that_may_not_get_so_large_leave_the_old_set(model: Path, limit: int) -> None:
    changed(model)
    old = tree(model)
    done = generate(model, limit)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.search(
        r"error\[cannot-write\]: cannot be written: File too large \(hint: nothing was changed; free", done.stderr
    )
    assert ".codegen-" not in done.stderr
    assert tree(model) == old
    assert generate(model).returncode == 0


@contextmanager
def mounted(folder: Path, size: int) -> Iterator[None]:
    """A file system of so many bytes in memory at a folder, where this user may do that."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("this user may not mount a file system")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_full_leaves_the_old_set(model: Path, tmp_path: Path) -> None:
    changed(model)
    folder, kinds = tmp_path / "disk", []
    with mounted(folder, 2**18):
        for pages in (0, 1, 2, 4, 8, 32):
            for each in tuple(folder.iterdir()):
                shutil.rmtree(each) if each.is_dir() else each.unlink()
            shutil.copytree(model, folder, dirs_exist_ok=True)
            free = os.statvfs(folder)
            (folder / "filler").write_bytes(bytes((free.f_bavail - pages) * free.f_bsize))
            old = tree(folder)
            found = said(folder, "generate")
            kinds.append(found.exit_code)
            if found.exit_code:
                assert "No space left on device (hint: nothing was changed; free some space" in found.stderr
                assert tree(folder) == old
            assert [path for path in folder.rglob(".codegen-*") if path.name != ".codegen-files"] == []
    assert set(kinds) == {0, 2}
    assert kinds == sorted(kinds, reverse=True)


def test_an_output_may_be_another_file_system(model: Path) -> None:
    with mounted(model / "docs", 2**20):
        assert run(model, "generate") == 0
        assert run(model, "check") == 0
        changed(model)
        assert run(model, "generate") == 0
        assert run(model, "check") == 0
        assert visible(tree(model)) == tree(model)


def test_the_folder_of_a_project_may_be_read_only_if_those_of_its_outputs_are_not(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("schemas", "docs"):
        (model / folder).mkdir()
    real = os.open

    def refusing(path: str | Path, flags: int, *arguments: int, **more: int) -> int:
        if Path(path).parent == model and flags & os.O_CREAT:
            raise OSError(30, "Read-only file system", str(path))
        return real(path, flags, *arguments, **more)

    monkeypatch.setattr(os, "open", refusing)
    assert run(model, "generate") == 0
    changed(model)
    copy = fresh(model, model.parent / "it")
    with moments.before(0, copy):
        run(copy, "generate")
        middle = moments.seen * 2 // 3
    assert not killed(lambda: run(model, "generate"), model, middle)
    assert run(model, "check") == 2
    assert run(model, "generate") == 0
    assert run(model, "check") == 0
    assert visible(tree(model)) == tree(model)
