"""Wheel and source archive: complete, without surplus files, and reproducible."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from codegen import __version__
from support import judging
from support.corpus import ROOT

pytestmark = pytest.mark.slow

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
IGNORED = {
    line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()
} | {".git"}

# The source and the allowed file suffixes of each folder in the wheel.
ORIGINS = {
    "codegen/templates": (
        "templates",
        {".j2", ".html", ".css", ".js", ".toml", ".variants", ".words", ".commands", ".md"},
    ),
    "codegen/schemas": ("schemas", {".json", ".txt", ".po"}),
    "codegen": ("codegen", {".py", ".typed", ".toml", ".tsv", ".json", ".yaml", ".z", ".md"}),
}
NOT_IN_THE_WHEEL = {
    # For developers of the package.
    "codegen/readers/built_in/file_writer.py",
    "codegen/validation/declared_file_writer.py",
    "codegen/readers/built_in/releases.json",  # included in compressed form
    "codegen/validation/server_rules/README.md",
}
METADATA = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}


def copy_tree(folder: Path) -> Path:
    """Copy the source tree as a checkout has it."""
    return Path(shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*IGNORED)))


def build_archive(tree: Path, target: str, to: Path, **env: str) -> Path:
    """Build a wheel or a source archive (sdist) of a tree."""
    command = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "--target",
        target,
        "--directory",
        str(to),
    ]
    subprocess.run(command, cwd=tree, check=True, capture_output=True, env={**os.environ, **env})
    (made,) = to.glob("*.whl" if target == "wheel" else "*.tar.gz")
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_archive(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_archive(ROOT, "sdist", tmp_path_factory.mktemp("archive"))


def files(folder: Path) -> Iterator[Path]:
    """Yield all files below a folder except caches, relative to the tree."""
    for path in folder.iterdir():
        if path.name in IGNORED or path.suffix == ".pyc":
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path.relative_to(ROOT)


def prefix_of(name: str) -> str:
    """Return the innermost prefix of a path in the wheel."""
    return next(prefix for prefix in ORIGINS if name.startswith(f"{prefix}/"))


def expected_files() -> set[str]:
    """Return the expected files of the wheel."""
    found = set()
    for prefix, (folder, endings) in ORIGINS.items():
        for path in files(ROOT / folder):
            name = f"{prefix}/{path.relative_to(folder).as_posix()}"
            if path.as_posix() not in NOT_IN_THE_WHEEL and path.name.endswith(tuple(endings)):
                found.add(name)
    return found


def test_wheel_has_exactly_the_required_files(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    metadata = {name.partition("/")[2] for name in names if ".dist-info/" in name}
    assert metadata == METADATA
    assert {name for name in names if ".dist-info/" not in name} == expected_files()
    for prefix, (folder, endings) in ORIGINS.items():
        seen = {
            ending
            for name in expected_files()
            if prefix_of(name) == prefix
            for ending in endings
            if name.endswith(ending)
        }
        assert seen == endings, f"nothing in {folder} has one of these endings any more"


def test_source_archive_has_exactly_the_listed_files(archive: Path) -> None:
    with tarfile.open(archive) as opened:
        names = {member.name.partition("/")[2] for member in opened if member.isfile()}
    named = [
        ROOT / path.lstrip("/")
        for path in PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    ]
    wanted = {path.as_posix() for each in named if each.is_dir() for path in files(each)}
    wanted |= {each.name for each in named if each.is_file()} | {
        ".gitignore",
        "LICENSE",
        "PKG-INFO",
        "pyproject.toml",
    }
    assert all(each.exists() for each in named)
    assert names == wanted
    assert {path.name for path in ROOT.glob("*.md")} <= names


def test_archives_are_reproducible(tmp_path: Path, wheel: Path, archive: Path) -> None:
    """Includes the wheel built from the source archive."""
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    elsewhere = copy_tree(tmp_path / "elsewhere" / "a folder")
    for path in elsewhere.rglob("*"):
        os.utime(path, (1, 1_000_000_000))
        path.chmod(path.stat().st_mode & 0o700)
    before = os.umask(0o077)
    try:
        for tree, target, first in (
            (elsewhere, "wheel", wheel),
            (elsewhere, "sdist", archive),
            (unpacked, "wheel", wheel),
        ):
            to = tmp_path / f"made-{tree.name}-{target}"
            made = build_archive(
                tree, target, to, TZ="Asia/Shanghai", LC_ALL="C", PYTHONHASHSEED="7"
            )
            assert made.name == first.name
            assert made.read_bytes() == first.read_bytes(), (tree, target)
    finally:
        os.umask(before)


def test_metadata_is_complete(wheel: Path) -> None:
    said = (
        zipfile.ZipFile(wheel)
        .read(f"{'-'.join(wheel.name.split('-')[:2])}.dist-info/METADATA")
        .decode("utf-8")
    )
    head = said.partition("\n\n")[0].splitlines()
    assert f"Version: {__version__}" in head
    assert "License-Expression: Apache-2.0" in head
    assert "Description-Content-Type: text/markdown" in head
    assert "Classifier: Typing :: Typed" in head
    assert "example.com" not in "".join(head)


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("twine", ["-m", "twine", "check", "--strict"]),
        ("check_wheel_contents", ["-m", "check_wheel_contents"]),
    ],
)
def test_archives_pass_packaging_checks(
    module: str, arguments: list[str], wheel: Path, archive: Path
) -> None:
    judging.import_or_skip(module)
    judged = [wheel] if module == "check_wheel_contents" else [wheel, archive]
    done = subprocess.run(
        [sys.executable, *arguments, *judged], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_pyroma_rating_is_ten(archive: Path) -> None:
    judging.import_or_skip("pyroma")
    # The project is not published, so it has no address.
    skipped = [
        "--skip-tests",
        "AuthorEmail,Url",
    ]
    command = [
        sys.executable,
        "-c",
        "from pyroma import main; main()",
        "--min",
        "10",
        *skipped,
        str(archive),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10/10" in done.stdout


def run_from(
    wheel: Path, folder: Path, arguments: Iterable[str]
) -> subprocess.CompletedProcess[str]:
    """Run a command of the unpacked wheel in another folder, without access to the checkout."""
    package = folder.parent / "site"
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(package)  # noqa: S202  - our own
    script = "import sys; sys.path.insert(0, sys.argv.pop(1)); import codegen; assert sys.path[0] in codegen.__file__; from codegen.cli import main; main()"
    command = [sys.executable, "-c", script, str(package), *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONUTF8": "1"}
    )


def test_run_from_wheel_gives_committed_files(wheel: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    shutil.copy(ROOT / "codegen.yaml", project)
    for folder in ("sources", "translations"):
        shutil.copytree(ROOT / "schemas" / folder, project / "schemas" / folder)
    done = run_from(wheel, project, ["generate"])
    assert done.returncode == 0, done.stderr
    made = {
        path.relative_to(project): path.read_bytes()
        for path in project.rglob("*")
        if path.is_file()
    }
    assert len(made) > 8
    assert all((ROOT / path).read_bytes() == data for path, data in made.items())


@pytest.mark.parametrize("language", ["en", "zh-cn"])
def test_wheel_validates_like_checkout(wheel: Path, tmp_path: Path, language: str) -> None:
    project = tmp_path / "project"
    project.mkdir()
    manifest = "apiVersion: authentication.k8s.io/v1\nkind: TokenRequest\nspec: {audiences: vault, expirationSeconds: 60}\n"
    (project / "request.yaml").write_text(manifest, encoding="utf-8")
    for release in ("1.24", "1.31", "1.36"):
        arguments = [
            "validate",
            "request.yaml",
            "--kubernetes-version",
            release,
            "--locale",
            language,
        ]
        here = subprocess.run(
            [sys.executable, "-m", "codegen", *arguments],
            cwd=project,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)},
        )
        there = run_from(wheel, project, arguments)
        assert (
            (there.returncode, there.stdout, there.stderr)
            == (here.returncode, here.stdout, here.stderr)
            != (0, "", "")
        )
        shutil.rmtree(tmp_path / "site")


def test_init_from_wheel_uses_bundled_page(wheel: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for arguments in (["init", "--example"], ["generate"], ["check"]):
        done = run_from(wheel, project, arguments)
        assert done.returncode == 0, done.stderr
        shutil.rmtree(tmp_path / "site")
