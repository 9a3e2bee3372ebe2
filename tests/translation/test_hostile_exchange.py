"""Hostile texts on their way to translators and back: each form is read by a parser of others, gives them back, and is no formula and no markup."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import polib
import pytest

from codegen.core.escaping import xml
from codegen.core.escaping.controls import visible
from codegen.translation import po
from codegen.translation.exchange.file_formats import FILE_FORMATS
from codegen.translation.exchange.translation_unit import TranslationUnit
from codegen.translation.provenance import decode_comment
from gardens.hostile import PAYLOADS

UNITS = [
    TranslationUnit(id=f"K#{text}", english=text, translation=f"{text} 译", context=f"the text of {text}\nand {text}")
    for text in PAYLOADS.values()
]
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def written(shape: str) -> str:
    text = FILE_FORMATS[shape].write(UNITS, "zh-cn")
    text.encode("utf-8")
    return text


@pytest.mark.parametrize("shape", FILE_FORMATS)
def test_every_text_comes_back(shape: str) -> None:
    shown = xml.text if shape == "xliff" else visible
    back = {unit.id: unit for unit in FILE_FORMATS[shape].read(written(shape), "file")}
    assert len(back) == len(UNITS)
    for unit in UNITS:
        found = back[shown(unit.id)]
        assert found.english.strip() == shown(unit.english).strip()
        assert found.translation.strip() == shown(unit.translation).strip()


def test_no_cell_is_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(written("csv").removeprefix("\ufeff"))))
    assert {len(row) for row in rows} == {4}
    assert [cell for row in rows for cell in row if cell.startswith(FORMULAS)] == []


def test_xliff_has_the_elements_of_harmless_texts() -> None:
    harmless = [
        TranslationUnit(id=f"K#{n}", english=f"a{n}", translation=f"b{n}", context="c\nd") for n in range(len(UNITS))
    ]
    made = [
        [each.tag for each in ET.fromstring(text.encode()).iter()]  # noqa: S314  - made here
        for text in (written("xliff"), FILE_FORMATS["xliff"].write(harmless, "zh-cn"))
    ]
    assert made[0] == made[1]


def test_a_catalogue_holds_texts_wherever_it_has_any(tmp_path: Path) -> None:
    texts = list(PAYLOADS.values())
    entries = [
        po.Entry(id=f"K#{text}", english=text, translation=text, provenance=decode_comment(text), comment=text, previous=text, flags=("fuzzy",), places=(f"{text}:3", text))
        for text in texts
    ]  # fmt: skip
    entries += [po.Entry(id=f"G#{text}", english=text, translation=text, obsolete=True) for text in texts]
    text = po.format_catalog(entries, "zh-cn", po.Catalog(locale="zh-cn"))
    file = tmp_path / "zh-cn.po"
    file.write_text(text, encoding="utf-8")
    found = {entry.msgctxt: entry for entry in polib.pofile(str(file))}
    assert len(found) == 2 * len(texts)
    again = po.load_catalog(file, "zh-cn")
    for each in texts:
        entry = found[visible(f"K#{each}")]
        assert (entry.msgid, entry.msgstr, entry.flags) == (visible(each), visible(each), ["fuzzy"])
        assert again.entries[visible(f"K#{each}")].translation == visible(each)
    assert po.format_catalog(again.entries.values(), "zh-cn", again) == text
    if shutil.which("msgfmt"):
        subprocess.run(
            ["msgfmt", "--check-format", "--output-file", tmp_path / "x.mo", file], check=True, capture_output=True
        )
