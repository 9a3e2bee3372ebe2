"""The wheel has everything that a run needs: templates, locales, schemas; nothing is read from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from corpus import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_has_all_data_files(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, inside in (("templates", "codegen/templates"), ("codegen", "codegen")):
        for file in (ROOT / folder).rglob("*"):
            hidden = any(part.startswith(".") for part in file.relative_to(ROOT).parts)  # caches of tools
            if file.is_file() and "__pycache__" not in file.parts and not hidden:
                assert f"{inside}/{file.relative_to(ROOT / folder).as_posix()}" in names


def test_a_run_from_the_wheel_gives_the_committed_files(wheel: Path, tmp_path: Path) -> None:
    package, project = tmp_path / "site", tmp_path / "project"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(package)  # noqa: S202  - our own
    project.mkdir()
    shutil.copy(ROOT / "codegen.yaml", project)
    for folder in ("sources", "translations"):
        shutil.copytree(ROOT / "schemas" / folder, project / "schemas" / folder)
    script = "import sys; sys.path.insert(0, sys.argv.pop(1)); import codegen; assert sys.path[0] in codegen.__file__; from codegen.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, str(package), "generate"],
        cwd=project,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    made = {path.relative_to(project): path.read_bytes() for path in project.rglob("*") if path.is_file()}
    assert len(made) > 8
    assert all((ROOT / path).read_bytes() == data for path, data in made.items())


def test_the_source_archive_has_what_its_tests_and_pages_name(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (made,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(made) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {".ci/run", ".github/workflows/ci.yml", ".pre-commit-hooks.yaml", "action.yml", "codegen.yaml", "Makefile"}
    assert wanted | {path.name for path in (*ROOT.glob("*.md"), ROOT / "LICENSE")} <= names
    assert {f"docs/{path.name}" for path in (ROOT / "docs").iterdir()} <= names
