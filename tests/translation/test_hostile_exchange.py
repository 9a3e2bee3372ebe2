"""Hostile texts in exchange files: third-party parsers read them unchanged, without formulas and
markup.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from codegen.core.diagnostics import CodegenError
from codegen.core.escaping import xml
from codegen.core.escaping.controls import visible
from codegen.translation.exchange.file_formats import FILE_FORMATS
from codegen.translation.exchange.translation_unit import TranslationUnit
from gardens.hostile import PAYLOADS

UNITS = [
    TranslationUnit(
        id=f"K#{text}",
        english=text,
        translation=f"{text} 译",
        context=f"the text of {text}\nand {text}",
    )
    for text in PAYLOADS.values()
]
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_units(shape: str) -> str:
    text: str = FILE_FORMATS[shape].write(UNITS, "zh-cn")
    text.encode("utf-8")
    return text


@pytest.mark.parametrize("shape", FILE_FORMATS)
def test_hostile_texts_round_trip(shape: str) -> None:
    shown = xml.text if shape == "xliff" else visible
    back = {unit.id: unit for unit in FILE_FORMATS[shape].read(write_units(shape), "file")}
    assert len(back) == len(UNITS)
    for unit in UNITS:
        found = back[shown(unit.id)]
        assert found.english.strip() == shown(unit.english).strip()
        assert found.translation.strip() == shown(unit.translation).strip()


def test_cells_are_never_formulas() -> None:
    rows = list(csv.reader(io.StringIO(write_units("csv").removeprefix("\ufeff"))))
    assert {len(row) for row in rows} == {5}
    assert [cell for row in rows for cell in row if cell.startswith(FORMULAS)] == []


def test_xliff_has_no_additional_elements() -> None:
    harmless = [
        TranslationUnit(id=f"K#{n}", english=f"a{n}", translation=f"b{n}", context="c\nd")
        for n in range(len(UNITS))
    ]
    made = [
        [each.tag for each in ET.fromstring(text.encode()).iter()]  # noqa: S314  - made here
        for text in (write_units("xliff"), FILE_FORMATS["xliff"].write(harmless, "zh-cn"))
    ]
    assert made[0] == made[1]


def test_xliff_entities_are_not_expanded(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text('<!ENTITY e "secret">')
    text = FILE_FORMATS["xliff"].write(
        [TranslationUnit(id="K#a", english="a", translation="HERE")], "zh-cn"
    )
    head, _, rest = text.replace("HERE", "&e;").partition("?>")

    def translation(entities: str) -> str:
        (unit,) = FILE_FORMATS["xliff"].read(f"{head}?><!DOCTYPE x [{entities}]>{rest}", "a.xlf")
        return str(unit.translation)

    assert translation('<!ENTITY e "b">') == "b"
    assert translation(f'<!ENTITY e SYSTEM "file://{tmp_path}/secret">') == ""
    assert translation(f'<!ENTITY % p SYSTEM "file://{tmp_path}/secret"> %p;') == ""
    many = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 9}">' for n in range(1, 12))
    with pytest.raises(CodegenError, match="exchange-unreadable"):
        translation(f'<!ENTITY e0 "b">{many}<!ENTITY e "&e11;">')
