"""Translated pages are brought up to date in place: only what changed in English is edited."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError
from codegen.project.apply_pages import AppliedPages, apply_pages
from codegen.readers.sources import SourcePath
from codegen.translation.pages.text_edits import fill_like

HEAD = """\
---
api_metadata:
  apiVersion: "garden.example.io/v1"
  import: "example.io/api/garden/v1"
  kind: "Plot"
content_type: "api_reference"
description: "Plot is a piece of ground."
title: "Plot"
weight: 1
---

`import "example.io/api/garden/v1"`

## Plot {#Plot}

"""
ENGLISH = (
    HEAD
    + """\
Plot is a piece of ground.

<hr>

- **size** (int32)

  Size of the plot.
"""
)
CHINESE = (
    HEAD
    + """\
<!--
Plot is a piece of ground.
-->
Plot 是一块土地。

<hr>

- **size** (int32)

  <!--
  Size of the plot.
  -->
  地块的面积。（译注）
"""
)
CATALOG = """\
msgid ""
msgstr "Language: zh-cn\\n"

msgctxt "io.example.api.garden.v1.Plot#size"
msgid "Size of the plot in metres."
msgstr "地块的面积，以米计。"
"""


def apply(folder: Path, page: bytes, english: str, catalog: str = "") -> AppliedPages:
    (folder / "plot-v1.zh-cn.md").write_bytes(page)
    (folder / "plot-v1.md").write_text(english, encoding="utf-8")
    po = None
    if catalog:
        (folder / "zh-cn.po").write_text(catalog, encoding="utf-8")
        po = SourcePath.of(folder / "zh-cn.po")
    pages = [SourcePath.of(folder / "plot-v1.zh-cn.md")]
    return apply_pages(pages, SourcePath.of(folder / "plot-v1.md"), "zh-cn", po)


ENDS = {"LF": "\n", "CRLF": "\r\n"}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_same_english_changes_nothing(tmp_path: Path, end: str) -> None:
    applied = apply(tmp_path, CHINESE.replace("\n", end).encode(), ENGLISH)
    assert applied.changed_pages == ()


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_changed_text_is_edited_with_its_comment_alone(tmp_path: Path, end: str) -> None:
    new = ENGLISH.replace("of the plot.", "of the plot in metres.")
    applied = apply(tmp_path, CHINESE.replace("\n", end).encode(), new, CATALOG)
    expected = CHINESE.replace("of the plot.", "of the plot in metres.")
    expected = expected.replace("地块的面积。（译注）", "地块的面积，以米计。")
    assert applied.pages[0].after == expected.replace("\n", end).encode()
    assert applied.pages[0].open_texts == ()


def test_text_without_translation_stands_in_english_and_is_listed(tmp_path: Path) -> None:
    new = ENGLISH + "\n- **soil** (string), required\n\n  Soil of the plot.\n"
    applied = apply(tmp_path, CHINESE.encode(), new)
    assert [text.english for text in applied.pages[0].open_texts] == ["Soil of the plot."]
    after = applied.pages[0].after.decode()
    assert after.startswith(CHINESE.rstrip("\n"))
    assert "- **soil** (string)" in after
    applied.write()
    again = apply(tmp_path, (tmp_path / "plot-v1.zh-cn.md").read_bytes(), new)
    assert again.changed_pages == ()


def test_conflict_is_refused_with_its_line(tmp_path: Path) -> None:
    page = CHINESE + "<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n"
    with pytest.raises(CodegenError) as error:
        apply(tmp_path, page.encode(), ENGLISH)
    assert error.value.diagnostics[0].rule == "merge-unresolved"
    assert error.value.diagnostics[0].span.line == CHINESE.count("\n") + 1


def test_page_of_another_layout_is_left(tmp_path: Path) -> None:
    applied = apply(tmp_path, b"# Garden\n", ENGLISH)
    assert applied.changed_pages == ()
    assert [finding.rule for finding in applied.pages[0].findings] == ["part-kept"]


ATOMIC = "\n  *Atomic: will be replaced during a merge*\n"


def test_label_that_the_page_never_had_is_not_added(tmp_path: Path) -> None:
    english = ENGLISH.replace("(int32)\n", f"([]int32)\n{ATOMIC}")
    chinese = CHINESE.replace("(int32)\n", "([]int32)\n")
    assert apply(tmp_path, chinese.encode(), english).changed_pages == ()


def test_wording_of_an_equal_label_stays(tmp_path: Path) -> None:
    strategy = "\n  *Patch strategy: merge on key `name`*\n"
    keys = "\n  *Map: unique values on key name will be kept during a merge*\n"
    own = "\n  **补丁策略：按照键 `name` 合并**\n"
    english = ENGLISH.replace("(int32)\n", f"([]Plot)\n{strategy}{keys}")
    bullet = "- **size** ([]Plot)\n"
    before = CHINESE.replace("- **size** (int32)\n", f"<!--\n{bullet}{strategy}-->\n{bullet}{own}")
    (page,) = apply(tmp_path, before.encode(), english).pages
    after = page.after.decode()
    assert own in after
    assert "映射" in after
    assert keys.strip() in after


def test_field_with_a_single_value_gets_no_text(tmp_path: Path) -> None:
    english = ENGLISH.replace("- **size** (int32)\n", "- **kind** (string)\n")
    chinese = CHINESE.replace("- **size** (int32)\n", "- **kind**: Plot\n")
    first = apply(tmp_path, chinese.encode(), english).pages[0].after
    assert apply(tmp_path, first, english).changed_pages == ()


WRAPPED = CHINESE.replace(
    "地块的面积。（译注）",
    "\n  ".join(
        ["地块的面积，以米计，在春天丈量，并写在园门旁边的木牌上，", "一年之内有效，之后重新丈量。"]
    ),
)
LONG = (
    "Size of the plot in metres, as measured in spring by the person who has the key of the gate, "
    "written on the board beside the gate and valid until the next spring."
)


def test_english_without_a_translation_keeps_its_line(tmp_path: Path) -> None:
    english = ENGLISH.replace("Size of the plot.", LONG)
    [page] = apply(tmp_path, WRAPPED.encode(), english).pages
    assert page.after.decode().count(f"  {LONG}\n") == 2


def test_long_translation_is_broken_at_a_mark(tmp_path: Path) -> None:
    translation = "这块 Plot 的面积，" * 20 + "以米计。"
    english = ENGLISH.replace("Size of the plot.", LONG)
    catalog = CATALOG.replace("Size of the plot in metres.", LONG)
    [page] = apply(
        tmp_path, WRAPPED.encode(), english, catalog.replace("地块的面积，以米计。", translation)
    ).pages
    shown = page.after.decode().rpartition("-->\n")[2]
    lines = shown.strip().split("\n")
    assert len(lines) > 1
    assert all(line.endswith(("，", "。")) for line in lines)


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="{{< ref "../garden/gate-v1#Gate" >}}">the gate of the garden</a>',
        "`kubectl get plots --all-namespaces`",
        "[the gate](/docs/garden/the gate)",
    ],
    ids=["link", "code", "Markdown link"],
)
def test_markup_is_not_broken(markup: str) -> None:
    lines = fill_like(f"土地 {markup} 的面积", "", 20).split("\n")
    assert len(lines) > 1
    assert any(markup in line for line in lines)


def test_words_of_a_long_line_fill_it() -> None:
    lines = fill_like("who has the key of the gate " * 4, "", 60).split("\n")
    assert len(lines) == 2
    assert all(40 < len(line) <= 60 for line in lines)


def test_dropped_paragraph_leaves_no_blank_line_in_its_comment(tmp_path: Path) -> None:
    pair = "  <!--\n  Size of the plot.\n  -->\n  地块的面积。（译注）\n"
    second = (
        '\n  <!--\n  Measured in spring.\n\n  <a name="Size"></a>\n  *Size is a number.*\n  -->\n'
        '  在春天丈量。\n\n  <a name="Size"></a>\n  **Size 是一个数。**\n'
    )
    english = f'{ENGLISH}\n  <a name="Size"></a>\n  *Size is a number.*\n'
    [page] = apply(tmp_path, CHINESE.replace(pair, pair + second).encode(), english).pages
    text = page.after.decode()
    assert "Measured in spring." not in text
    assert "<!--\n  <a name" in text


PAIR = "  <!--\n  Size of the plot.\n  -->\n  地块的面积。（译注）\n"


def test_sample_that_the_comment_leaves_out_is_no_change(tmp_path: Path) -> None:
    sample = 'plot: {size: 12, rows: ["a", "b"], owner: {name: "x"}}'
    english = ENGLISH + f"\n  {sample}\n"
    page = CHINESE + f"\n  ```yaml\n  {sample}\n  ```\n"
    assert apply(tmp_path, page.encode(), english).changed_pages == ()


def test_new_sentence_of_many_words_is_no_sample(tmp_path: Path) -> None:
    sentence = "It is measured by a person who walks around all rows in spring."
    [page] = apply(tmp_path, CHINESE.encode(), ENGLISH + f"\n  {sentence}\n").pages
    assert [text.english for text in page.open_texts] == [f"Size of the plot.\n\n{sentence}"]


def test_last_full_stop_is_no_change(tmp_path: Path) -> None:
    english = ENGLISH.replace("Size of the plot.", "Size of the plot")
    assert apply(tmp_path, CHINESE.encode(), english).changed_pages == ()


def test_dropped_paragraph_with_its_own_comment_leaves_the_others(tmp_path: Path) -> None:
    second = "\n  <!--\n  Measured in spring.\n  -->\n  在春天丈量。\n"
    third = "\n  <!--\n  Zero is allowed.\n  -->\n  可以为零。\n"
    english = ENGLISH + "\n  Zero is allowed.\n"
    [page] = apply(tmp_path, (CHINESE + second + third).encode(), english).pages
    assert page.after.decode() == CHINESE + third


def test_indentation_of_a_new_list_stays(tmp_path: Path) -> None:
    english = ENGLISH.replace(
        "  Size of the plot.\n", "  Size of the plot:\n    1. small\n       - dry\n    2. large\n"
    )
    [page] = apply(tmp_path, CHINESE.encode(), english).pages
    assert page.after.decode().count("  Size of the plot:\n    1. small\n       - dry\n") == 2


def test_comment_in_the_line_of_a_bullet_stays(tmp_path: Path) -> None:
    page = CHINESE.replace("- **size** (int32)", "- **size** <!-- (how big) --> (int32)")
    assert apply(tmp_path, page.encode(), ENGLISH).changed_pages == ()


SOIL = '- **soil** (string)\n\n  <a href="{{< ref "soil#Soil" >}}">soil</a>\n'


def test_bullet_inside_a_comment_comes_out_of_it(tmp_path: Path) -> None:
    page = f"{CHINESE}\n<!--\n{SOIL}-->\n"
    [applied] = apply(tmp_path, page.encode(), f"{ENGLISH}\n{SOIL}").pages
    after = applied.after.decode()
    assert after.startswith(CHINESE)
    assert after.count("**soil**") == 1
    assert applied.findings == ()


def test_bullet_with_a_text_inside_a_comment_is_left_and_reported(tmp_path: Path) -> None:
    soil = "- **soil** (string)\n\n  土壤。\n"
    page = f"{CHINESE}\n<!--\n{soil}-->\n"
    english = f"{ENGLISH}\n- **soil** (string)\n\n  The soil.\n"
    [applied] = apply(tmp_path, page.encode(), english).pages
    assert applied.after.decode() == page
    assert [finding.rule for finding in applied.findings] == ["part-kept"]


@pytest.mark.parametrize(
    "bullet",
    ["- **size** (string)\n", "<!--\n- **roof** (string)\n-->\n- **door** (string)\n"],
    ids=["repeated name", "comment of another field"],
)
def test_list_with_a_mistake_is_left_and_reported(tmp_path: Path, bullet: str) -> None:
    page = f"{CHINESE}\n{bullet}"
    english = f"{ENGLISH}\n- **soil** (string)\n\n  The soil.\n"
    [applied] = apply(tmp_path, page.encode(), english).pages
    assert applied.after.decode() == page
    assert [finding.rule for finding in applied.findings] == ["part-kept"]


def test_text_of_the_type_is_found_without_its_anchor(tmp_path: Path) -> None:
    english = ENGLISH.replace("(int32)", "(Size)") + '\n  <a name="Size"></a>\n  *Size is new.*\n'
    page = CHINESE.replace("(int32)", "(Size)").replace(
        PAIR,
        "  <!--\n  Size of the plot.\n\n  Size is old.\n  -->\n  地块的面积。\n\n  Size 很旧。\n",
    )
    [applied] = apply(tmp_path, page.encode(), english).pages
    assert [text.english for text in applied.open_texts][-1:] == ["*Size is new.*"]
    assert "很旧" not in applied.after.decode()
