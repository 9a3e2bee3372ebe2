"""Files of a Git revision."""

from __future__ import annotations

import json
import subprocess
import tracemalloc
from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError
from codegen.readers.git import _ENVIRONMENT as ENVIRONMENT
from codegen.readers.git import RevisionPath, open_revision, split_revision
from codegen.readers.sources import SourcePath, read
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


def add_links(repository: Path, **links: str) -> None:
    """Commit symbolic links in a folder `linked`."""
    (repository / "linked").mkdir(exist_ok=True)
    for name, target in links.items():
        (repository / "linked" / name).symlink_to(target)
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "Links")


def test_links_of_a_revision_lead_to_its_files(repository: Path) -> None:
    add_links(repository, first="second", second="../schemas/api.json", folder="../schemas")
    (repository / "schemas/api.json").write_text("changed later", encoding="utf-8")
    expected = json.loads(git(repository, "show", "HEAD:schemas/api.json"))
    for path in ("linked/first", "linked/second", "linked/folder"):
        with open_revision(RevisionPath(revision="HEAD", path=path)) as found:
            file = found / "api.json" if found.is_dir() else found
            assert json.loads(file.read_text(encoding="utf-8")) == expected


@pytest.mark.parametrize(
    ("target", "rule"),
    [("../schemas", "link-to-folder"), ("/etc/hostname", "link-leads-out")],
    ids=["folder", "outside"],
)
def test_links_in_a_folder_of_a_revision_are_reported(
    repository: Path, target: str, rule: str
) -> None:
    add_links(repository, link=target)
    with open_revision(RevisionPath(revision="HEAD", path=".")) as folder:
        reference = read(SourcePath(path=folder, display_path="HEAD:."))
    findings = [(finding.rule, finding.path) for finding in reference.diagnostics]
    assert (rule, "HEAD:./linked/link") in findings


def test_link_out_of_the_repository_is_refused(repository: Path) -> None:
    add_links(repository, link="../../secret.json")
    (repository.parent / "secret.json").write_text("{}", encoding="utf-8")
    with (
        pytest.raises(CodegenError) as error,
        open_revision(RevisionPath(revision="HEAD", path="linked/link")),
    ):
        pass
    assert [finding.rule for finding in error.value.diagnostics] == ["link-leads-out"]


def test_nothing_is_written_through_a_link(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tree may have a link and a folder of the same name, which Git refuses to check out."""
    target = tmp_path / "target"
    target.mkdir()
    blob = git(repository, "rev-parse", "HEAD:schemas/api.json").strip()
    link = git(repository, "hash-object", "-w", "--stdin", stdin=str(target)).strip()

    def make_tree(*entries: str) -> str:
        lines = "".join(f"{entry}\n" for entry in entries)
        return git(repository, "mktree", stdin=lines).strip()

    inner = make_tree(f"100644 blob {blob}\tapi.json", f"120000 blob {link}\tagain")
    top = make_tree(f"120000 blob {link}\ta", f"040000 tree {inner}\ta", f"120000 blob {link}\tb")
    commit = git(repository, "commit-tree", top, "-m", "Hostile").strip()
    with open_revision(RevisionPath(revision=commit, path=".")) as folder:
        assert (folder / "a/api.json").is_file()
        assert (folder / "b").is_symlink()
    assert list(target.iterdir()) == []


def test_submodule_is_refused(repository: Path) -> None:
    commit = git(repository, "rev-parse", "HEAD").strip()
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{commit},schemas/inner")
    git(repository, "commit", "-q", "-m", "Submodule")
    for path in ("schemas", "schemas/inner/api.json"):
        with (
            pytest.raises(CodegenError) as error,
            open_revision(RevisionPath(revision="HEAD", path=path)),
        ):
            pass
        assert [finding.rule for finding in error.value.diagnostics] == ["submodule-unreadable"]
    with open_revision(RevisionPath(revision="HEAD", path="schemas/api.json")) as file:
        assert file.is_file()


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


def test_repository_without_commits_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    monkeypatch.chdir(tmp_path)
    with (
        pytest.raises(CodegenError) as error,
        open_revision(RevisionPath(revision="HEAD", path="api.json")),
    ):
        pass
    (finding,) = error.value.diagnostics
    assert finding.rule == "revision-unknown"
    assert "no commits" in finding.hint


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


def test_trees_that_repeat_each_other_are_refused(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codegen.readers.git._MAX_FILES", 1000)
    blob = git(repository, "hash-object", "-w", "--stdin", stdin="{}").strip()
    tree = git(repository, "mktree", stdin=f"100644 blob {blob}\tapi.json\n").strip()
    for _ in range(12):  # a trillion files
        listing = "".join(f"040000 tree {tree}\tbed{number}\n" for number in range(10))
        tree = git(repository, "mktree", stdin=listing).strip()
    commit = git(repository, "commit-tree", tree, "-m", "Repeated").strip()
    with (
        pytest.raises(CodegenError) as error,
        open_revision(RevisionPath(revision=commit, path=".")),
    ):
        pass
    (finding,) = error.value.diagnostics
    assert finding.rule == "revision-too-large"


def test_files_are_read_one_at_a_time(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = 2_000_000
    monkeypatch.setattr("codegen.readers.git._MAX_TOTAL", 20 * size)
    for number in range(10):
        (repository / f"schemas/blank{number}.txt").write_bytes(bytes(size))
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "Large files that compress well")
    tracemalloc.start()
    with open_revision(RevisionPath(revision="HEAD", path="schemas")) as folder:
        assert len(list(folder.iterdir())) == 11
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * size


@pytest.mark.parametrize("variable", ["GIT_NO_LAZY_FETCH", "GIT_ALLOW_PROTOCOL"])
def test_partial_clone_runs_no_program_of_its_configuration(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """Each variable is enough, since old releases of Git know only one of them."""
    git(repository, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    options = ("-q", "--filter=blob:none", "--no-checkout")
    git(tmp_path, "clone", *options, repository.as_uri(), str(clone))
    git(clone, "config", "remote.origin.uploadpack", "touch traced; false")
    monkeypatch.setattr("codegen.readers.git._ENVIRONMENT", {variable: ENVIRONMENT[variable]})
    monkeypatch.chdir(clone)
    with (
        pytest.raises(CodegenError) as error,
        open_revision(RevisionPath(revision="HEAD", path="schemas")),
    ):
        pass
    assert [finding.rule for finding in error.value.diagnostics] == ["revision-unknown"]
    assert not (clone / "traced").exists()
