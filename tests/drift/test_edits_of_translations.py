"""Edits of a translated page: each is one finding, with its rule and level, at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.drift.compare.engine import compare
from gardens.compare import chinese, english, write_and_read
from support.flattening import flatten

PLOT_SPEC = '<a href="{{< ref "../garden/plot-v1#PlotSpec" >}}">PlotSpec</a>'
MERGED = "  **补丁策略：按照键 `name` 合并**\n\n"
MAPPED = "  **映射：键 name 的唯一值将在合并过程中保留**\n\n"

# The text of the page, the text that replaces it, the rule, its level, and the line of the finding.
EDITS = {
    "another import path": (
        'import: "example.io/api/garden/v1"',
        'import: "example.io/api/garden/v9"',
        "page-metadata-changed ERR",
        "---",
    ),
    "another version": (
        "- **apiVersion**：garden.example.io/v1",
        "- **apiVersion**：garden.example.io/v2",
        "field-value-changed WARN",
        "- **apiVersion**：garden.example.io/v2",
    ),
    "another kind": (
        "- **kind**：Plot",
        "- **kind**：Bed",
        "field-value-changed WARN",
        "- **kind**：Bed",
    ),
    "kind left out": (
        "- **kind**：Plot\n\n",
        "",
        "field-removed WARN",
        "- **apiVersion**：garden.example.io/v1",
    ),
    "reference no longer required": (
        f"{PLOT_SPEC}），\n  必需",
        f"{PLOT_SPEC}）",
        "field-became-optional ERR",
        f"- **spec** （{PLOT_SPEC}）",
    ),
    "misspelt type": (
        f"- **spec** （{PLOT_SPEC}）",
        f"- **spec** （{PLOT_SPEC.replace('>PlotSpec', '>BedSpec')}）",
        "page-misprint ERR",
        f"- **spec** （{PLOT_SPEC.replace('>PlotSpec', '>BedSpec')}），",
    ),
    "text no longer required": (
        "- **owner** (string)，必填",
        "- **owner** (string)",
        "field-became-optional ERR",
        "- **owner** (string)",
    ),
    "text becomes a number": (
        "- **owner** (string)，必填",
        "- **owner** (int32)，必填",
        "field-type-changed ERR",
        "- **owner** (int32)，必填",
    ),
    "misspelt name": (
        "- **owner** (string)，必填",
        "- **ower** (string)，必填",
        "page-misprint ERR",
        "- **ower** (string)，必填",
    ),
    "required field left out": (
        "- **owner** (string)，必填\n\n  owner 是浇水的人。\n\n",
        "",
        "required-field-removed WARN",
        "## PlotSpec {#PlotSpec}",
    ),
    "number required": (
        "- **size** （int32）",
        "- **size** （int32），必需",
        "field-became-required ERR",
        "- **size** （int32），必需",
    ),
    "larger number": (
        "- **size** （int32）",
        "- **size** （int64）",
        "field-format-changed ERR",
        "- **size** （int64）",
    ),
    "number becomes a list": (
        "- **size** （int32）",
        "- **size** （[]int32）",
        "field-type-changed ERR",
        "- **size** （[]int32）",
    ),
    "optional field left out": (
        "- **size** （int32）\n\n  size 是面积。\n\n",
        "",
        "field-removed WARN",
        "- **owner** (string)，必填",
    ),
    "further field": (
        "- **size** （int32）\n",
        "- **wet** (boolean)\n\n  wet 表示潮湿。\n\n- **size** （int32）\n",
        "field-added WARN",
        "- **wet** (boolean)",
    ),
    "list becomes an object": (
        f"- **beds** ([]Bed)\n\n{MERGED}",
        f"- **beds** (Bed)\n\n{MERGED}",
        "page-misprint ERR",
        "- **beds** (Bed)",
    ),
    "strategy left out": (MERGED, "", "patch-strategy-changed ERR", "- **beds** ([]Bed)"),
    "another merge key": (
        "按照键 `name` 合并",
        "按照键 `rows` 合并",
        "patch-merge-key-changed ERR",
        "- **beds** ([]Bed)",
    ),
    "list type left out": (MAPPED, "", "list-type-changed ERR", "- **beds** ([]Bed)"),
    "another map key": (
        "键 name 的唯一值",
        "键 rows 的唯一值",
        "list-map-keys-changed ERR",
        "- **beds** ([]Bed)",
    ),
    "atomic list": (
        MAPPED.strip(),
        "**原子性：将在合并期间被替换**",
        "list-type-changed ERR",
        "- **beds** ([]Bed)",
    ),
    "inner field no longer required": (
        "  - **beds.name** (string)，必需",
        "  - **beds.name** (string)",
        "field-became-optional ERR",
        "- **beds.name** (string)",
    ),
    "inner field required": (
        "  - **beds.rows** (int32)\n",
        "  - **beds.rows** (int32)，必需\n",
        "field-became-required ERR",
        "- **beds.rows** (int32)，必需",
    ),
    "another type of an inner field": (
        "  - **beds.rows** (int32)\n",
        "  - **beds.rows** (string)\n",
        "field-type-changed ERR",
        "- **beds.rows** (string)",
    ),
    "inner field left out": (
        "  - **beds.rows** (int32)\n\n    rows 是行数。\n\n",
        "",
        "field-removed WARN",
        "- **beds.name** (string)，必需",
    ),
    "another method": (
        "POST /apis",
        "PUT /apis",
        "operation-removed WARN",
        "### `create` 创建一个 Plot",
    ),
    "another path": (
        "{namespace}/plots",
        "{namespace}/beds",
        "operation-removed WARN",
        "### `create` 创建一个 Plot",
    ),
    "another status": (
        "201 (",
        "200 (",
        "response-removed WARN",
        '200 (<a href="{{< ref "../garden/plot-v1#Plot" >}}">Plot</a>)：Created',
    ),
    "parameter no longer required": (
        "- **namespace**（**路径参数**）：string，必需",
        "- **namespace**（**路径参数**）：string",
        "parameter-became-optional ERR",
        "- **namespace**（**路径参数**）：string",
    ),
    "parameter in another place": (
        "- **namespace**（**路径参数**）",
        "- **namespace**（**查询参数**）",
        "page-misprint ERR",
        "- **namespace**（**查询参数**）：string，必需",
    ),
    "another type of a parameter": (
        "- **namespace**（**路径参数**）：string",
        "- **namespace**（**路径参数**）：integer",
        "parameter-type-changed ERR",
        "- **namespace**（**路径参数**）：integer，必需",
    ),
}


@pytest.mark.parametrize(("old", "new", "expected", "line"), EDITS.values(), ids=EDITS.keys())
def test_edit_of_translation_is_one_finding_at_its_line(
    tmp_path: Path, old: str, new: str, expected: str, line: str
) -> None:
    before, _, after = chinese().rpartition(old)  # the English of the page comes first
    text = f"{before}{new}{after}"
    for folder in ("en", "zh-cn"):
        (tmp_path / folder).mkdir()
    original = write_and_read(tmp_path / "en", "plot-v1.md", english())
    edited = write_and_read(tmp_path / "zh-cn", "plot-v1.md", text, "zh-cn")
    result = compare(original, edited)
    assert [f"{change.rule.id} {change.level}" for change in result.changes] == [expected]
    assert text.splitlines()[result.changes[0].span.line - 1].strip() == line
    assert result.not_compared == ()


NAMES = {
    "field": ("**size**", "**siez**", "field-renamed WARN"),
    "inner field": ("**beds.rows**", "**beds.row**", "field-renamed WARN"),
    "parameter": ("**dryRun**", "**wetRun**", "parameter-renamed WARN"),
    "method": ("POST /apis", "PUT /apis", "operation-removed WARN"),
    "status": ("201 (", "200 (", "response-removed WARN"),
}


@pytest.mark.parametrize(("old", "new", "expected"), NAMES.values(), ids=NAMES.keys())
def test_other_name_on_flattened_page_is_one_finding(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    """Without the English beside it, a name has its counterpart by position and type."""
    before, _, after = chinese().rpartition(old)
    text = flatten(f"{before}{new}{after}")
    original = write_and_read(tmp_path, "plot-v1.md", flatten(english()))
    edited = write_and_read(tmp_path, "plot-v1.zh-cn.md", text, "zh-cn")
    result = compare(original, edited)
    assert [f"{change.rule.id} {change.level}" for change in result.changes] == [expected]
    line = text.splitlines()[result.changes[0].span.line - 1]
    assert new in line
    assert result.not_compared == ()


def test_other_request_names_what_the_page_has_instead(tmp_path: Path) -> None:
    before, _, after = chinese().rpartition("POST /apis")
    original = write_and_read(tmp_path, "plot-v1.md", english())
    edited = write_and_read(tmp_path, "plot-v1.zh-cn.md", f"{before}PUT /apis{after}", "zh-cn")
    (change,) = compare(original, edited).changes
    assert "is missing from the page, which has PUT /apis/garden.example.io/v1" in change.message


def test_page_without_an_edit_has_no_finding(tmp_path: Path) -> None:
    original = write_and_read(tmp_path, "plot-v1.md", english())
    translated = write_and_read(tmp_path, "plot-v1.zh-cn.md", chinese(), "zh-cn")
    assert compare(original, translated).changes == ()
