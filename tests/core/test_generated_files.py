"""Sets of files are compared with the disk and written as a whole.

The size of an output is limited.
"""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import pytest

from codegen import generate, load_config
from codegen.core.diagnostics import CodegenError
from codegen.core.generated_files import Comparison, FileSet, GeneratedFile, notice, within_limit
from codegen.core.manifest import compute_digest
from codegen.core.ownership import Inputs
from codegen.project.site import build_site_project
from gardens.parts import PACKAGE, kind, openapi, ref
from support.files import place

OURS = f"<!-- {notice('garden.md')} -->\n"
UPSTREAM = "---\nauto_generated: true\n---\n"


def fileset(root: Path, *paths: str, config: str = "codegen.yaml") -> FileSet:
    files = FileSet(root=root, config=config)
    files.add("docs", [GeneratedFile(path=path, text=UPSTREAM) for path in paths])
    return files


def write_and_list_removed(
    root: Path, *paths: str, config: str = "codegen.yaml"
) -> tuple[str, ...]:
    """Write the files and return the removed ones, which `compare` must have listed before."""
    files = fileset(root, *paths, config=config)
    before = files.compare()
    _, removed = files.write()
    assert before.orphaned == removed
    assert before.clean is (before == Comparison())
    assert fileset(root, *paths, config=config).compare().clean
    return removed


def test_page_without_source_is_removed(tmp_path: Path) -> None:
    write_and_list_removed(tmp_path, "en/a.md", "en/b.md", "zh-cn/a.md")
    assert write_and_list_removed(tmp_path, "en/a.md") == ("docs/en/b.md", "docs/zh-cn/a.md")
    (line,) = (tmp_path / "docs/.codegen-files").read_text().splitlines()[1:]
    assert line == f"{compute_digest(UPSTREAM.encode())}  en/a.md"
    assert (tmp_path / ".codegen-files").read_text().splitlines()[1:] == ["docs/"]


@pytest.mark.parametrize("text", [UPSTREAM, OURS, "# mine\n", ""])
def test_unlisted_files_are_never_removed(tmp_path: Path, text: str) -> None:
    write_and_list_removed(tmp_path, "en/a.md")
    place({"docs/en/mine.md": text, "docs/other/mine.md": text}, tmp_path)
    assert write_and_list_removed(tmp_path, "en/a.md") == ()
    assert (tmp_path / "docs/en/mine.md").read_text() == text


def test_listed_file_with_another_text_is_kept_with_warning(tmp_path: Path) -> None:
    write_and_list_removed(tmp_path, "en/a.md", "en/b.md", "en/c.md", "en/d.md")
    place(
        {"docs/en/b.md": "# edited by hand\n", "docs/en/d.md": f"{OURS}edited by hand\n"}, tmp_path
    )
    (tmp_path / "docs/en/c.md").unlink()
    (tmp_path / "docs/en/c.md").mkdir()
    files = fileset(tmp_path, "en/a.md")
    assert [(finding.rule, finding.path) for finding in files.compare().kept] == [
        ("file-kept", "docs/en/b.md")
    ]
    assert files.write()[1] == ("docs/en/d.md",)
    assert [(finding.rule, finding.path) for finding in files.diagnostics] == [
        ("file-kept", "docs/en/b.md")
    ]
    assert (tmp_path / "docs/en/b.md").read_text() == "# edited by hand\n"
    assert fileset(tmp_path, "en/a.md").compare().clean


def test_symlinks_in_place_of_listed_files_are_kept(tmp_path: Path) -> None:
    write_and_list_removed(tmp_path, "en/a.md", "en/b.md", "zh-cn/a.md")
    place({"mine/a.md": "mine", "b.md": "mine"}, tmp_path)
    (tmp_path / "docs/en/b.md").unlink()
    (tmp_path / "docs/en/b.md").symlink_to(tmp_path / "b.md")
    (tmp_path / "docs/zh-cn/a.md").unlink()
    (tmp_path / "docs/zh-cn").rmdir()
    (tmp_path / "docs/zh-cn").symlink_to(tmp_path / "mine")
    assert write_and_list_removed(tmp_path, "en/a.md") == ()
    assert [path.read_text() for path in (tmp_path / "mine/a.md", tmp_path / "b.md")] == [
        "mine",
        "mine",
    ]


def test_nothing_is_removed_without_list(tmp_path: Path) -> None:
    place({"docs/en/ours.md": OURS, "docs/en/upstream.md": UPSTREAM}, tmp_path)
    assert fileset(tmp_path, "en/a.md").compare().missing == (
        "docs/en/a.md",
        "docs/.codegen-files",
        ".codegen-files",
    )
    assert write_and_list_removed(tmp_path, "en/a.md") == ()
    assert (tmp_path / "docs/en/ours.md").exists()


def test_two_configurations_share_folder(tmp_path: Path) -> None:
    write_and_list_removed(tmp_path, "a.md", "b.md", config="staging.yaml")
    assert write_and_list_removed(tmp_path, "c.md") == ()
    lists = {".codegen-files", ".codegen-files-staging"}
    assert {file.name for file in (tmp_path / "docs").iterdir()} == {"a.md", "b.md", "c.md", *lists}
    assert write_and_list_removed(tmp_path, "a.md", config="staging.yaml") == ("docs/b.md",)
    assert fileset(tmp_path, "c.md").compare().clean


def test_list_with_merge_conflict_has_entries_of_both_sides(tmp_path: Path) -> None:
    write_and_list_removed(tmp_path, "a.md", "b.md", "c.md")
    head, *files = (tmp_path / "docs/.codegen-files").read_text().splitlines()
    lines = [head, files[0], "<<<<<<< ours", files[1], "=======", files[2], ">>>>>>> theirs", ""]
    place({"docs/.codegen-files": "\n".join(lines)}, tmp_path)
    found = fileset(tmp_path, "a.md").compare()
    assert found.orphaned == ("docs/b.md", "docs/c.md")
    assert found.stale == (), "the list follows its files"
    assert [path for path, _ in fileset(tmp_path, "a.md", "b.md", "c.md").compare().stale] == [
        "docs/.codegen-files"
    ]
    assert write_and_list_removed(tmp_path, "a.md") == ("docs/b.md", "docs/c.md")


@pytest.mark.parametrize(
    "line", ["../mine.md", "/etc/passwd", "a/../../mine.md", "..\\mine.md", ""]
)
def test_list_entries_outside_its_folder_are_ignored(tmp_path: Path, line: str) -> None:
    root = tmp_path / "project"
    place({"mine.md": UPSTREAM}, tmp_path)
    place({"docs/.codegen-files": f"head\n{line}\n"}, root)
    assert write_and_list_removed(root, "a.md") == ()
    assert (tmp_path / "mine.md").exists()


@pytest.mark.parametrize("folder", ["pages", ".", "pages/deep", "docs/inner"])
def test_files_of_removed_or_moved_output_are_orphans(tmp_path: Path, folder: str) -> None:
    root = tmp_path / "project"
    write_and_list_removed(root, "a.md", "b.md")
    files = FileSet(root=root)
    files.add(folder, [GeneratedFile(path="a.md", text=UPSTREAM)])
    lists = () if folder.startswith("docs") else ("docs/.codegen-files",)
    # a killed run removes files before their list
    assert files.compare().orphaned == ("docs/a.md", "docs/b.md", *lists)
    assert files.write()[1] == ("docs/a.md", "docs/b.md", *lists)
    assert files.compare().clean
    files.files.clear()
    files.add(folder, [GeneratedFile(path="c.md", text=UPSTREAM)])
    assert files.write()[1] == (str(PurePosixPath(folder) / "a.md"),)


def test_list_per_output_is_replaced(tmp_path: Path) -> None:
    """Earlier releases wrote one list per output."""
    place({"docs/en/.codegen-files": "head\na.md\n", "docs/en/a.md": OURS}, tmp_path)
    files = FileSet(root=tmp_path)
    files.add("docs/en", [GeneratedFile(path="b.md", text=UPSTREAM)])
    assert files.write()[1] == ("docs/en/a.md", "docs/en/.codegen-files")


@pytest.mark.parametrize("config", ["codegen.yaml", "staging.yaml"])
def test_list_of_nested_project_is_ignored(tmp_path: Path, config: str) -> None:
    write_and_list_removed(tmp_path, "a.md", config=config)
    (tmp_path / "docs" / config).touch()
    files = FileSet(root=tmp_path, config=config)
    files.add("pages", [GeneratedFile(path="a.md", text=UPSTREAM)])
    assert files.compare().orphaned == ()
    (tmp_path / "docs" / config).unlink()
    assert files.compare().orphaned[0] == "docs/a.md"


@pytest.mark.parametrize("path", ["a\nb.md", "a\rb.md", "a\0b.md", "a\\b.md", "a/../b.md", "/b.md"])
def test_path_outside_folder_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(CodegenError, match=r"docs: error\[path-outside-output"):
        fileset(tmp_path, path)


def cyclic_kinds(count: int) -> dict[str, object]:
    beds = {
        f"bed{each}": {"type": "string", "description": "bed holds beans, peas and leeks."}
        for each in range(3)
    }
    names = [f"Plot{number}" for number in range(count)]
    pairs = zip(names, names[1:] + names[:1], strict=True)
    return openapi(
        {
            f"{PACKAGE}.{name}": kind(name, properties=beds | {"next": ref(after)})
            for name, after in pairs
        }
    )


def test_output_size_limit_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codegen.core.limits.OUTPUT_CHARACTERS", 4)
    files = [GeneratedFile(path=path, text="ab") for path in ("a", "b", "c")]
    assert list(within_limit(files[:2], "docs")) == files[:2]
    with pytest.raises(CodegenError, match=r"c: error\[output-too-large\]: the files of docs"):
        list(within_limit(files, "docs"))


@pytest.mark.parametrize("command", ["generate", "site"])
def test_cyclic_kinds_are_refused_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr("codegen.core.limits.OUTPUT_CHARACTERS", 500_000)
    place({"garden.json": json.dumps(cyclic_kinds(40))}, tmp_path)
    place(
        {"codegen.yaml": "sources: [garden.json]\noutputs: [{target: json-schema, to: out}]\n"},
        tmp_path,
    )
    config = load_config(tmp_path / "codegen.yaml")
    with pytest.raises(CodegenError) as refused:
        generate(config) if command == "generate" else list(build_site_project(config).files)
    assert [diagnostic.rule for diagnostic in refused.value.diagnostics] == ["output-too-large"]
    assert "more than 500,000 characters" in str(refused.value)
    assert "select" in str(refused.value)


def test_folders_left_empty_are_removed_but_not_those_with_other_files(tmp_path: Path) -> None:
    write_and_list_removed(tmp_path, "en/deep/a.md", "fr/b.md", "kept.md")
    (tmp_path / "docs/fr/notes.txt").write_text("Watered by hand.\n")
    write_and_list_removed(tmp_path, "kept.md")
    assert not (tmp_path / "docs/en").exists()
    assert [file.name for file in (tmp_path / "docs/fr").iterdir()] == ["notes.txt"]


def test_inputs_left_empty_stay(tmp_path: Path) -> None:
    write_and_list_removed(tmp_path, "en/a.md")
    files = FileSet(root=tmp_path, inputs=Inputs(folders=(tmp_path / "docs/en",)))
    files.add("docs", [GeneratedFile(path="b.md", text="b\n")])
    files.write()
    assert (tmp_path / "docs/en").is_dir()
    assert not (tmp_path / "docs/en/a.md").exists()


def test_file_that_the_next_run_could_not_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FileSet(root=tmp_path)
    monkeypatch.setattr("codegen.core.opening.MAX_BYTES", 10)
    files.add("docs", [GeneratedFile(path="a.md", text="é" * 5)])
    with pytest.raises(CodegenError, match=r"docs/b.md: error\[output-too-large\]"):
        files.add("docs", [GeneratedFile(path="b.md", text="é" * 6)])
