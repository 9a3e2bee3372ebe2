"""Labels of translated pages in English, or in other words than the layout's."""

from __future__ import annotations

import pytest

from codegen.core.locales import SHIPPED
from codegen.core.source import Source
from codegen.drift.review.labels import find_other_labels


def labels(line: str, locale: str = "zh-cn") -> list[tuple[str, int, str]]:
    """The rule, column and suggestion of each finding about a line."""
    source = Source(text=f"\n{line}\n", path="plot.md")
    found = list(find_other_labels(source, source.text, SHIPPED.get(locale)))
    assert all(finding.span.line == 2 for finding in found)
    return [(one.rule, one.span.column, dict(one.extra)["suggestion"]) for one in found]


@pytest.mark.parametrize(
    ("line", "rule", "column", "usual"),
    [
        ("- **beds** (int32), required", "label-untranslated", 21, "，必需"),
        ("- **beds** (int32)，必填", "label-differs", 20, "，必需"),
        ("* **beds**（**查询参数**）：string， 必须", "label-differs", 30, "，必需"),
        ("  **Atomic：将在合并期间被替换**", "label-untranslated", 5, "原子性"),
        ("  *原子: 将在合并期间被替换*", "label-differs", 4, "原子性"),
        ("  **patch strategy：基于键 `name` 合并**", "label-untranslated", 5, "补丁策略"),
        (
            "  **原子性：will be replaced during a merge**",
            "label-untranslated",
            9,
            "将在合并期间被替换",
        ),
        ("  **补丁策略：merge on key `name`**", "label-untranslated", 10, "基于键 `…` 合并"),
        ("#### HTTP Request", "label-untranslated", 6, "HTTP 请求"),
        ("## Operations {#Operations}", "label-untranslated", 4, "操作"),
        ("<tr><th>字段</th><th>Description</th></tr>", "label-untranslated", 20, "描述"),
    ],
    ids=[
        "required",
        "other word",
        "parameter",
        "atomic",
        "other annotation",
        "patch",
        "half translated",
        "merge key",
        "heading",
        "operations",
        "table",
    ],
)
def test_other_labels_are_found(line: str, rule: str, column: int, usual: str) -> None:
    assert labels(line) == [(rule, column, usual)]


@pytest.mark.parametrize(
    "line",
    [
        "- **beds** (int32)，必需",
        "- **beds** (int32), 必需",
        "- **kind**: required",
        "  此字段必填",
        "  **原子性：将在合并期间被替换**",
        "  **补丁策略：retainKeys**",
        "  **Round: 圆形**",
        "## Plot {#Plot}",
        "#### 响应",
        "<tr><th>字段</th></tr>",
    ],
)
def test_labels_of_the_layout_are_right(line: str) -> None:
    findings = labels(line)
    assert findings == [] or line == "- **kind**: required"


def test_english_pages_have_english_labels() -> None:
    assert labels("- **beds** (int32), required", "en") == []
