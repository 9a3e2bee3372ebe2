"""Normalization of texts for comparison."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.readers.sources import SourcePath, read
from codegen.translation import po
from codegen.translation.catalog import complete
from codegen.translation.normalization import fold_markup, fold_punctuation
from gardens.translation import document, key


def test_texts_are_equal_after_folding() -> None:
    assert fold_markup("The `Bed` &lt;b&gt;\n of \\*all\\*") == fold_markup("the bed <b> of *all*")
    assert fold_markup("a bed") != fold_markup("a bet")
    assert fold_punctuation("花坛，大小: 5。") == fold_punctuation("花坛,大小：５")
    assert fold_punctuation("a.b 大小") != fold_punctuation("ab 大小")


@pytest.mark.parametrize(
    "english", ["The bed.\r\nAnd its soil.", "A \x1b[31mbed\x9b", "A \u202ebed", "A bed.\x85"]
)
def test_invisible_characters_do_not_affect_translation(tmp_path: Path, english: str) -> None:
    document(tmp_path / "new.json", Plot={"beds": english})
    entry = po.Entry(id=key("Plot#beds"), english=english, translation="花坛。")
    (tmp_path / "zh-cn.po").write_text(
        po.format_catalog([entry], "zh-cn", po.Catalog(locale="zh-cn")), encoding="utf-8"
    )
    catalog = po.load_catalog(tmp_path / "zh-cn.po", "zh-cn")
    reference = read(SourcePath(path=tmp_path / "new.json", display_path="new.json"))
    completed = complete(reference, [catalog], ["zh-cn"])
    assert completed.text("zh-cn", key("Plot#beds")) == "花坛。"
