"""Translated pages are compared with English ones: up to date, outdated or missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.readers.sources import SourcePath
from codegen.translation.page_status import (
    PageState,
    PageStatus,
    TextChangeKind,
    compute_page_status,
)
from support.commands import run

HEAD = """\
---
api_metadata:
  apiVersion: "garden.example.io/v1"
  import: "example.io/api/garden/v1"
  kind: "{kind}"
content_type: "api_reference"
description: "{kind} is a thing."
title: "{kind}"
weight: 1
---

`import "example.io/api/garden/v1"`

## {kind} {{#{kind}}}

"""
PAGE = (
    HEAD
    + """\
{about}

<hr>

- **size** (int32)

  {size}
"""
)
OLD_SIZE = "Size of the plot. It is small."
NEW_SIZE = "Size of the plot. It is large."
NEW_FIELD = "\n- **soil** (string)\n\n  Soil of the plot.\n"


def english(kind: str, size: str = OLD_SIZE) -> str:
    return PAGE.format(kind=kind, about=f"{kind} is a piece of ground.", size=size)


def chinese(kind: str, size: str = OLD_SIZE, own: str = "面积。") -> str:
    return PAGE.format(
        kind=kind,
        about=f"<!--\n{kind} is a piece of ground.\n-->\n{kind} 是一块土地。",
        size=f"<!--\n  {size}\n  -->\n  {own}",
    )


def write(folder: Path, pages: dict[str, str]) -> SourcePath:
    for name, text in pages.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return SourcePath.of(folder)


def compare(folder: Path, own: dict[str, str], original: dict[str, str]) -> dict[str, PageStatus]:
    """Return the state of each page by the name of its file."""
    statuses = compute_page_status([write(folder / "zh-cn", own)], [write(folder / "en", original)])
    return {Path(page.path).name: page for page in statuses.pages}


def test_page_with_the_english_of_now_is_up_to_date(tmp_path: Path) -> None:
    pages = compare(tmp_path, {"plot-v1.md": chinese("Plot")}, {"plot-v1.md": english("Plot")})
    assert pages["plot-v1.md"].state is PageState.UP_TO_DATE
    assert pages["plot-v1.md"].changes == ()


def test_changed_text_has_both_english_texts_and_the_line_of_the_translated_page(
    tmp_path: Path,
) -> None:
    own = chinese("Plot")
    pages = compare(tmp_path, {"plot-v1.md": own}, {"plot-v1.md": english("Plot", NEW_SIZE)})
    (change,) = pages["plot-v1.md"].changes
    assert pages["plot-v1.md"].state is PageState.OUTDATED
    assert (change.kind, change.old, change.new) == (TextChangeKind.CHANGED, OLD_SIZE, NEW_SIZE)
    assert own.split("\n")[change.span.line - 1].strip() == OLD_SIZE


def test_new_and_removed_texts_are_outdated_too(tmp_path: Path) -> None:
    more = english("Plot") + NEW_FIELD
    added = compare(tmp_path / "new", {"plot-v1.md": chinese("Plot")}, {"plot-v1.md": more})
    own = chinese("Plot") + NEW_FIELD.replace("Soil of the plot.", "<!--\n  Soil.\n  -->\n  土壤。")
    gone = compare(tmp_path / "gone", {"plot-v1.md": own}, {"plot-v1.md": english("Plot")})
    assert [change.kind for change in added["plot-v1.md"].changes] == [TextChangeKind.NEW]
    assert [change.kind for change in gone["plot-v1.md"].changes] == [TextChangeKind.REMOVED]


def test_english_in_place_of_a_translation_is_not_up_to_date(tmp_path: Path) -> None:
    own = chinese("Plot", own=OLD_SIZE)
    pages = compare(tmp_path, {"plot-v1.md": own}, {"plot-v1.md": english("Plot")})
    assert pages["plot-v1.md"].count(TextChangeKind.UNTRANSLATED) == 1


def test_page_without_a_translation_is_missing(tmp_path: Path) -> None:
    originals = {"plot-v1.md": english("Plot"), "gate-v1.md": english("Gate")}
    pages = compare(tmp_path, {"plot-v1.md": chinese("Plot")}, originals)
    assert pages["gate-v1.md"].state is PageState.MISSING


def test_page_that_english_no_longer_has_is_removed(tmp_path: Path) -> None:
    own = {"plot-v1.md": chinese("Plot"), "gate-v1.md": chinese("Gate")}
    pages = compare(tmp_path, own, {"plot-v1.md": english("Plot")})
    assert pages["gate-v1.md"].state is PageState.REMOVED


def test_moved_page_is_found_by_its_texts(tmp_path: Path) -> None:
    originals = {"garden/plots/plot.md": english("Plot"), "gate-v1.md": english("Gate")}
    pages = compare(tmp_path, {"plot-v1.md": chinese("Plot")}, originals)
    assert pages["plot-v1.md"].state is PageState.UP_TO_DATE
    assert pages["gate-v1.md"].state is PageState.MISSING
    assert "plot.md" not in pages


def test_page_without_english_in_comments_is_not_compared(tmp_path: Path) -> None:
    own = PAGE.format(kind="Plot", about="Plot 是一块土地。", size="面积。")
    pages = compare(tmp_path, {"plot-v1.md": own}, {"plot-v1.md": english("Plot")})
    assert pages["plot-v1.md"].state is PageState.NOT_COMPARED
    assert pages["plot-v1.md"].without_english == 2


@pytest.fixture
def outdated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an outdated page."""
    write(tmp_path / "zh-cn", {"plot-v1.md": chinese("Plot")})
    write(tmp_path / "en", {"plot-v1.md": english("Plot", NEW_SIZE)})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_command_prints_one_line_for_each_page_and_texts_with_diff(outdated: Path) -> None:
    short = run("translate", "status", "zh-cn", "--for", "en")
    full = run("translate", "status", "zh-cn", "--for", "en", "--diff")
    assert (short.exit_code, full.exit_code) == (0, 0)
    assert short.stdout.split("\n")[0] == "zh-cn/plot-v1.md  outdated 1 (1 changed)"
    assert OLD_SIZE not in short.stdout
    assert f"\n- {OLD_SIZE}\n+ {NEW_SIZE}\n" in full.stdout


def test_command_prints_the_same_as_json(outdated: Path) -> None:
    done = run("translate", "status", "zh-cn", "--for", "en", "--format", "json")
    (page,) = json.loads(done.stdout)["pages"]
    assert (page["path"], page["state"]) == ("zh-cn/plot-v1.md", "outdated")
    assert [(text["old"], text["new"]) for text in page["texts"]] == [(OLD_SIZE, NEW_SIZE)]


def test_english_pages_are_those_of_the_project(outdated: Path) -> None:
    settings = {"sources": [{"path": "en"}], "locales": ["en"], "outputs": []}
    settings["outputs"] = [{"target": "json-schema", "to": "schemas"}]
    (outdated / "codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")
    done = run("translate", "status", "zh-cn")
    assert "outdated 1" in done.stdout


@pytest.mark.parametrize(
    "options",
    [("zh-cn", "--for", "en", "--by", "page"), ("--diff",), ("zh-cn", "--format", "html")],
    ids=["table", "texts without pages", "report"],
)
def test_options_that_do_not_belong_together_are_refused(
    outdated: Path, options: tuple[str, ...]
) -> None:
    assert run("translate", "status", *options).exit_code == 2


def test_selection_leaves_out_other_pages(tmp_path: Path) -> None:
    own = write(tmp_path / "zh-cn", {f"{kind}-v1.md": chinese(kind) for kind in ("Plot", "Gate")})
    new = write(tmp_path / "en", {f"{kind}-v1.md": english(kind) for kind in ("Plot", "Gate")})
    paths = ("--for", str(new.path), "--select")
    plot = "io.example.api.garden.v1.Plot"
    result = run("translate", "status", str(own.path), *paths, plot, "--format", "json")
    assert result.exit_code == 0
    pages = json.loads(result.stdout)["pages"]
    assert [Path(page["path"]).name for page in pages] == ["Plot-v1.md"]
    unknown = run("translate", "status", str(own.path), *paths, "plot")
    assert (unknown.exit_code, "selection-unmatched" in unknown.stderr) == (2, True)
