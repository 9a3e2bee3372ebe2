"""Pins of a configuration: a new value replaces the old one alone, or nothing is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError
from codegen.project.pins import replace_pins

WRITTEN = {
    "an escape": 'pins: {garden: "1\\x2e1"}  # was 1.1',
    "an alias": 'pins: {bed: &old "1.1", garden: *old}  # was 1.1',
    "an anchor": 'pins: {garden: &old "1.1"}',
    "a tag": "pins: {garden: !!str 1.1}",
    "a block": "pins:\n  garden: >-\n    1.1",
}


@pytest.mark.parametrize("pins", WRITTEN.values(), ids=WRITTEN)
def test_pin_that_is_not_in_one_piece_is_refused(tmp_path: Path, pins: str) -> None:
    file = tmp_path / "codegen.yaml"
    file.write_text(f"sources: [plots.json]\n{pins}\nlocales: [en]\n", encoding="utf-8")
    with pytest.raises(CodegenError) as error:
        replace_pins(file, {"garden": "1.2"})
    assert error.value.diagnostics[0].rule == "pin-invalid"
    assert error.value.diagnostics[0].span.line in (2, 3)


def test_longer_plain_value_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "codegen.yaml"
    file.write_text("pins:\n  garden: 1.1.1  # 1.1\n", encoding="utf-8")
    data, _ = replace_pins(file, {"garden": "1.2"})
    assert data == b'pins:\n  garden: "1.2"  # 1.1\n'
