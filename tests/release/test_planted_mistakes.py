"""Mistakes that are planted on pages: each kind changes a line, and the figures have all kinds."""

from __future__ import annotations

import pytest

from tools import planted_mistakes

LINES = {
    "a letter twice": "花园的门。",
    "a half-width comma": "门，墙。",
    "a space before a mark": "一道门。",
    "no full stop at the end": "一道门。",
    "no space beside Latin letters": "一个 Plot。",
    "brackets of two widths": "门（旧门）。",
    "a traditional letter": "将打开。",
    "a name with two letters swapped": "用 rowWidths 指定。",
    "a name in another case": "用 GardenPlot 指定。",
    "a code mark not closed": "写 `gate`。",
    "an address with a letter less": "见 https://example.org/docs/gardens/ 。",
    "a value in Chinese": '写 "Always"。',
    "required in other words": "- **gate** (string)，必需",
    "a list label in English": "**原子性：将被替换**",
    "the last sentence left out": "一道门。一堵墙。",
    "another number": "至多 12 行。",
    "a negation left out": "门不会打开。",
}


@pytest.mark.parametrize("kind", planted_mistakes.KINDS, ids=lambda kind: kind.english)
def test_each_kind_changes_its_line(kind: planted_mistakes.MistakeKind) -> None:
    line = LINES[kind.english]
    assert kind.edit(line) != line
    assert kind.edit("A gate") == "A gate"


def test_tables_have_all_kinds_in_both_languages() -> None:
    counts = {kind: planted_mistakes.PlantedMistakes(3, 2) for kind in planted_mistakes.KINDS}
    tables = planted_mistakes.format_tables(planted_mistakes.Measurement(counts, 1))
    rows = {language: text.count("\n| ") for language, text in tables.items()}
    assert rows == {"en": len(counts) + 1, "zh-cn": len(counts) + 1}
