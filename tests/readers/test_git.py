"""Files of a Git revision."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError
from codegen.readers.git import RevisionPath, open_revision, split_revision
from gardens.compare import document


def git(folder: Path, *arguments: str, stdin: str = "") -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@garden.example.io")
    command = ["git", *identity, "-c", "commit.gpgsign=false", *arguments]
    done = subprocess.run(
        command, cwd=folder, input=stdin, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two commits of a document, and hooks that would leave a trace."""
    home = tmp_path / "repository"
    (home / "schemas").mkdir(parents=True)
    git(home, "init", "-q")
    for number in range(2):
        spec = document()
        spec["info"] = {"title": "Garden", "version": f"v{number}"}
        (home / "schemas/api.json").write_text(json.dumps(spec), encoding="utf-8")
        (home / ".gitattributes").write_text("* export-ignore filter=trace\n", encoding="utf-8")
        git(home, "add", "-A")
        git(home, "commit", "-q", "-m", f"Number {number}")
    git(home, "config", "filter.trace.smudge", "touch traced")
    git(home, "config", "core.fsmonitor", "touch traced")
    monkeypatch.chdir(home)
    return home


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("HEAD:schemas/api.json", "v1"),
        ("HEAD~1:schemas/api.json", "v0"),
        ("HEAD^:./schemas/api.json", "v0"),
    ],
    ids=["head", "before", "relative"],
)
def test_file_of_revision_is_read(repository: Path, text: str, version: str) -> None:
    source = split_revision(text)
    assert source is not None
    with open_revision(source) as file:
        assert json.loads(file.read_text(encoding="utf-8"))["info"]["version"] == version
    assert not file.exists()
    assert not (repository / "traced").exists()
    assert git(repository, "-c", "core.fsmonitor=false", "status", "--porcelain") == ""


def test_folder_of_revision_has_its_files(repository: Path) -> None:
    source = split_revision("HEAD~1:schemas/")
    assert source is not None
    with open_revision(source) as folder:
        assert [file.name for file in folder.iterdir()] == ["api.json"]
    assert source.display_path == "HEAD~1:schemas"


def test_files_outside_of_the_tree_are_not_written(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tree may have entries named `..`, which Git itself refuses to check out."""

    def make_tree(*entries: str) -> str:
        lines = "".join(f"{entry}\n" for entry in entries)
        return git(repository, "mktree", stdin=lines).strip()

    blob = git(repository, "rev-parse", "HEAD:schemas/api.json").strip()
    inner = make_tree(f"100644 blob {blob}\tleak.json")
    schemas = make_tree(f"040000 tree {inner}\t..", f"100644 blob {blob}\tapi.json")
    top = make_tree(f"040000 tree {inner}\t..", f"040000 tree {schemas}\tschemas")
    commit = git(repository, "commit-tree", top, "-m", "Hostile").strip()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    for path in (".", "schemas"):
        with open_revision(RevisionPath(revision=commit, path=path)):
            assert [file.name for file in temporary.rglob("*.json")] == ["api.json"]


@pytest.mark.parametrize(
    ("limit", "value"),
    [("_MAX_FILES", 0), ("_MAX_TOTAL", 100)],
    ids=["files", "bytes"],
)
def test_too_large_revision_names_files_and_bytes(
    repository: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(f"codegen.readers.git.{limit}", value)
    size = (repository / "schemas/api.json").stat().st_size
    with (
        pytest.raises(CodegenError) as error,
        open_revision(RevisionPath(revision="HEAD", path="schemas")),
    ):
        pass
    (finding,) = error.value.diagnostics
    assert finding.rule == "revision-too-large"
    assert finding.message.endswith(f"1 file with {size:,} bytes")


def test_relative_path_begins_at_current_folder(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "schemas")
    with open_revision(RevisionPath(revision="HEAD", path="./api.json")) as file:
        assert file.name == "api.json"


@pytest.mark.parametrize(
    ("revision", "path", "rule"),
    [
        ("nowhere", "schemas/api.json", "revision-unknown"),
        ("HEAD~9", "schemas/api.json", "revision-unknown"),
        ("--output=leak", "schemas/api.json", "revision-unknown"),
        ("HEAD", "schemas/none.json", "revision-path-missing"),
        ("HEAD", "../outside.json", "revision-path-missing"),
        ("HEAD", "./../../outside.json", "revision-path-missing"),
    ],
)
def test_unknown_revisions_and_paths_are_refused(
    repository: Path, revision: str, path: str, rule: str
) -> None:
    with (
        pytest.raises(CodegenError) as error,
        open_revision(RevisionPath(revision=revision, path=path)),
    ):
        pass
    (finding,) = error.value.diagnostics
    assert finding.rule == rule
    assert finding.hint
    assert not (repository / "leak").exists()


def test_folder_without_repository_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with (
        pytest.raises(CodegenError) as error,
        open_revision(RevisionPath(revision="HEAD", path="api.json")),
    ):
        pass
    assert error.value.diagnostics[0].rule == "git-unavailable"


def test_missing_git_is_one_clear_error(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with (
        pytest.raises(CodegenError) as error,
        open_revision(RevisionPath(revision="HEAD", path="schemas/api.json")),
    ):
        pass
    assert error.value.diagnostics[0].rule == "git-unavailable"


def test_path_on_disk_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "HEAD:api.json").write_text("{}", encoding="utf-8")
    assert split_revision("HEAD:api.json") is None
    assert split_revision("api.json") is None
    assert split_revision(":api.json") is None
