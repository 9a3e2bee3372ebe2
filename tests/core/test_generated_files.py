"""Only files that an earlier run wrote are removed or called orphans; `.codegen-files` says which these are. An output has an end."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import pytest

from codegen import generate, load_config
from codegen.config.pipeline import site
from codegen.core.diagnostics import CodegenError
from codegen.core.generated_files import FileSet, GeneratedFile, notice, within_limit
from gardens.parts import PACKAGE, kind, openapi, ref
from support.files import place

OURS = f"<!-- {notice('garden.md')} -->\n"
UPSTREAM = "---\nauto_generated: true\n---\n"


def fileset(root: Path, *paths: str, config: str = "codegen.yaml") -> FileSet:
    files = FileSet(root=root, config=config)
    files.add("docs", [GeneratedFile(path=path, text=UPSTREAM) for path in paths])
    return files


def generated(root: Path, *paths: str, config: str = "codegen.yaml") -> tuple[str, ...]:
    """Write the files; returns what was removed, after `compare` has named the same."""
    files = fileset(root, *paths, config=config)
    orphaned = files.compare().orphaned
    _, removed = files.write()
    assert orphaned == removed
    assert fileset(root, *paths, config=config).compare().clean
    return removed


def test_a_page_without_a_source_is_removed(tmp_path: Path) -> None:
    generated(tmp_path, "en/a.md", "en/b.md", "zh-cn/a.md")
    assert generated(tmp_path, "en/a.md") == ("docs/en/b.md", "docs/zh-cn/a.md")
    assert (tmp_path / "docs/.codegen-files").read_text().splitlines()[1:] == ["en/a.md"]


@pytest.mark.parametrize("text", [UPSTREAM, OURS, "# mine\n", ""])
def test_unlisted_files_are_never_removed(tmp_path: Path, text: str) -> None:
    generated(tmp_path, "en/a.md")
    place({"docs/en/mine.md": text}, tmp_path)
    place({"docs/other/mine.md": text}, tmp_path)
    assert generated(tmp_path, "en/a.md") == ()
    assert (tmp_path / "docs/en/mine.md").read_text() == text


def test_the_list_alone_decides_and_not_the_text(tmp_path: Path) -> None:
    generated(tmp_path, "en/a.md", "en/b.md", "en/c.md")
    place({"docs/en/b.md": "# edited by hand\n"}, tmp_path)
    (tmp_path / "docs/en/c.md").unlink()
    (tmp_path / "docs/en/c.md").mkdir()
    assert generated(tmp_path, "en/a.md") == ("docs/en/b.md",)


def test_links_in_place_of_listed_files_are_left_alone(tmp_path: Path) -> None:
    generated(tmp_path, "en/a.md", "en/b.md", "zh-cn/a.md")
    place({"mine/a.md": "mine", "b.md": "mine"}, tmp_path)
    (tmp_path / "docs/en/b.md").unlink()
    (tmp_path / "docs/en/b.md").symlink_to(tmp_path / "b.md")
    (tmp_path / "docs/zh-cn/a.md").unlink()
    (tmp_path / "docs/zh-cn").rmdir()
    (tmp_path / "docs/zh-cn").symlink_to(tmp_path / "mine")
    assert generated(tmp_path, "en/a.md") == ()
    assert [path.read_text() for path in (tmp_path / "mine/a.md", tmp_path / "b.md")] == ["mine", "mine"]


def test_without_a_list_nothing_is_removed(tmp_path: Path) -> None:
    place({"docs/en/ours.md": OURS}, tmp_path)
    place({"docs/en/upstream.md": UPSTREAM}, tmp_path)
    assert fileset(tmp_path, "en/a.md").compare().missing == ("docs/en/a.md", "docs/.codegen-files")
    assert generated(tmp_path, "en/a.md") == ()
    assert (tmp_path / "docs/en/ours.md").exists()


def test_two_configurations_share_a_folder(tmp_path: Path) -> None:
    generated(tmp_path, "a.md", "b.md", config="staging.yaml")
    assert generated(tmp_path, "c.md") == ()
    lists = {".codegen-files", ".codegen-files-staging"}
    assert {file.name for file in (tmp_path / "docs").iterdir()} == {"a.md", "b.md", "c.md", *lists}
    assert generated(tmp_path, "a.md", config="staging.yaml") == ("docs/b.md",)
    assert fileset(tmp_path, "c.md").compare().clean


def test_the_two_sides_of_a_merge_conflict_count_together(tmp_path: Path) -> None:
    generated(tmp_path, "a.md", "b.md", "c.md")
    head = (tmp_path / "docs/.codegen-files").read_text().splitlines()[0]
    lines = [head, "a.md", "<<<<<<< ours", "b.md", "=======", "c.md", ">>>>>>> theirs", ""]
    place({"docs/.codegen-files": "\n".join(lines)}, tmp_path)
    found = fileset(tmp_path, "a.md").compare()
    assert found.orphaned == ("docs/b.md", "docs/c.md")
    assert [path for path, _ in found.stale] == ["docs/.codegen-files"]
    assert generated(tmp_path, "a.md") == ("docs/b.md", "docs/c.md")


@pytest.mark.parametrize("line", ["../mine.md", "/etc/passwd", "a/../../mine.md", "..\\mine.md", ""])
def test_a_list_cannot_name_files_outside_its_folder(tmp_path: Path, line: str) -> None:
    root = tmp_path / "project"
    place({"mine.md": UPSTREAM}, tmp_path)
    place({"docs/.codegen-files": f"head\n{line}\n"}, root)
    assert generated(root, "a.md") == ()
    assert (tmp_path / "mine.md").exists()


@pytest.mark.parametrize("folder", ["pages", ".", "pages/deep", "docs/inner"])
def test_files_of_an_output_that_is_removed_or_moved_are_orphans(tmp_path: Path, folder: str) -> None:
    root = tmp_path / "project"
    generated(root, "a.md", "b.md")
    files = FileSet(root=root)
    files.add(folder, [GeneratedFile(path="a.md", text=UPSTREAM)])
    lists = () if folder.startswith("docs") else ("docs/.codegen-files",)
    assert files.compare().orphaned == (
        "docs/a.md",
        "docs/b.md",
        *lists,
    )  # a killed run removes no list before its files
    assert files.write()[1] == ("docs/a.md", "docs/b.md", *lists)
    assert files.compare().clean
    files.files.clear()
    files.add(folder, [GeneratedFile(path="c.md", text=UPSTREAM)])
    assert files.write()[1] == (str(PurePosixPath(folder) / "a.md"),)


def test_a_list_of_an_output_itself_is_replaced(tmp_path: Path) -> None:
    """Earlier releases wrote one for each output."""
    place({"docs/en/.codegen-files": "head\na.md\n", "docs/en/a.md": "old"}, tmp_path)
    files = FileSet(root=tmp_path)
    files.add("docs/en", [GeneratedFile(path="b.md", text=UPSTREAM)])
    assert files.write()[1] == ("docs/en/a.md", "docs/en/.codegen-files")


@pytest.mark.parametrize("config", ["codegen.yaml", "staging.yaml"])
def test_lists_of_a_project_below_are_its_own(tmp_path: Path, config: str) -> None:
    generated(tmp_path, "a.md", config=config)
    (tmp_path / "docs" / config).touch()
    files = FileSet(root=tmp_path, config=config)
    files.add("pages", [GeneratedFile(path="a.md", text=UPSTREAM)])
    assert files.compare().orphaned == ()
    (tmp_path / "docs" / config).unlink()
    assert files.compare().orphaned[0] == "docs/a.md"


def test_a_path_with_a_line_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CodegenError, match="path-outside-output"):
        fileset(tmp_path, "a\nb.md")


def circle_of_kinds(count: int) -> dict[str, object]:
    beds = {f"bed{each}": {"type": "string", "description": "bed holds beans, peas and leeks."} for each in range(3)}
    return openapi(
        {
            f"{PACKAGE}.Plot{number}": kind(
                f"Plot{number}", properties=beds | {"next": ref(f"Plot{(number + 1) % count}")}
            )
            for number in range(count)
        }
    )


def test_an_output_may_have_exactly_as_many_characters_as_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codegen.core.limits.OUTPUT_CHARACTERS", 4)
    files = [GeneratedFile(path=path, text="ab") for path in ("a", "b", "c")]
    assert list(within_limit(files[:2], "docs")) == files[:2]
    with pytest.raises(CodegenError, match=r"c: error\[output-too-large\]: the files of docs"):
        list(within_limit(files, "docs"))


@pytest.mark.parametrize("command", ["generate", "site"])
def test_kinds_that_all_lead_to_each_other_are_refused_before_their_schemas_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr("codegen.core.limits.OUTPUT_CHARACTERS", 500_000)
    place({"garden.json": json.dumps(circle_of_kinds(40))}, tmp_path)
    place({"codegen.yaml": "sources: [garden.json]\noutputs: [{target: json-schema, to: out}]\n"}, tmp_path)
    config = load_config(tmp_path / "codegen.yaml")
    with pytest.raises(CodegenError) as refused:
        generate(config) if command == "generate" else list(site(config).files)
    assert [diagnostic.rule for diagnostic in refused.value.diagnostics] == ["output-too-large"]
    assert "more than 500,000 characters" in str(refused.value)
    assert "select" in str(refused.value)
