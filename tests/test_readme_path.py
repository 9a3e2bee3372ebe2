"""The first steps in both READMEs work in an empty folder, from the bundled example to Python and
Hugo.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from codegen.readers.built_in.structure import built_ins
from support import examples
from support.hugo_site import HUGO, needs_hugo
from test_readme_examples import run_block
from tools import figures

LOCALES = ("en", "zh-cn")


@pytest.fixture(scope="module", params=figures.READMES)
def readme(request: pytest.FixtureRequest) -> Path:
    path: Path = figures.READMES[request.param]
    return path


@pytest.fixture(scope="module")
def folder(readme: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the commands of the README, and return their folder."""
    folder = tmp_path_factory.mktemp("path")
    blocks = [block for block in examples.blocks() if block.page == readme]
    (block,) = [block for block in blocks if block.commands[0].text == "codegen init --example"]
    assert [command.text for command in block.commands[1:]] == ["codegen generate", "codegen check"]
    run_block(block, folder)
    return folder


def test_bundled_releases_are_named(readme: Path) -> None:
    bundled = built_ins().releases
    (named,) = re.findall(
        r"Kubernetes (1\.\d+) (?:to|至) (1\.\d+)", readme.read_text(encoding="utf-8")
    )
    assert named == (bundled[0], bundled[-1])


def test_two_commands_of_repository_are_named(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    assert "`make`" in text
    assert "`make test`" in text


def fenced(readme: Path, language: str, word: str) -> str:
    """Return the only fenced block of a language that contains a word."""
    blocks = re.findall(
        rf"^```{language}\n(.*?)^```$", readme.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    (found,) = [text for text in blocks if word in text]
    return str(found)


def test_listed_files_are_written(readme: Path, folder: Path) -> None:
    listed = re.findall(r"^\| (`.*?`.*?) \|", readme.read_text(encoding="utf-8"), re.MULTILINE)
    names = [name for line in listed for name in re.findall(r"`([^`]+)`", line)]
    assert len(names) == 5
    assert [name for name in names if not (folder / name).exists()] == []


def test_python_example_gives_shown_output(readme: Path, folder: Path) -> None:
    home = folder / re.findall(r"`cd ([^`]+)`", readme.read_text(encoding="utf-8"))[0]
    source = fenced(readme, "python", ">>> from tokenrequest")
    test = doctest.DocTestParser().get_examples(source)
    assert len(test) > 2
    (folder / "shown.txt").write_text(source, encoding="utf-8")
    script = "import doctest, sys; sys.exit(doctest.testfile(sys.argv[1], module_relative=False, encoding='utf-8').failed)"
    env = {**os.environ, "PYTHONUTF8": "1"}
    for place, path in ((home, ""), (folder, str(home.relative_to(folder)))):
        done = subprocess.run(
            [sys.executable, "-c", script, folder / "shown.txt"],
            cwd=place,
            env={**env, "PYTHONPATH": path},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@needs_hugo
def test_hugo_builds_pages_with_shown_configuration(readme: Path, folder: Path) -> None:
    assert HUGO is not None
    for kind in ("single", "list"):
        (folder / f"layouts/_default/{kind}.html").parent.mkdir(parents=True, exist_ok=True)
        (folder / f"layouts/_default/{kind}.html").write_text(
            "<html>{{ .Content }}</html>", encoding="utf-8"
        )
    page = figures.PUBLISH["zh-cn" if "zh-cn" in readme.name else "en"]
    shown = fenced(page, "yaml", "unsafe")
    assert len(shown.splitlines()) == 3
    contents = "".join(f"  {tag}: {{contentDir: generated/docs/{tag}}}\n" for tag in LOCALES)
    (folder / "hugo.yaml").write_text(f"{shown}languages:\n{contents}", encoding="utf-8")
    done = subprocess.run(
        [HUGO, "--source", folder, "--panicOnWarning"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    pages = sorted((folder / "public").rglob("token-request-v1/index.html"))
    assert len(pages) == len(LOCALES)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "raw HTML omitted" not in text
        assert 'id="TokenRequestSpec"' in text
