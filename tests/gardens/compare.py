"""An invented API as an OpenAPI document, an English page and a Chinese page, to be modified by
tests.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import msgspec

from codegen.core.diagnostics import Direction, Level
from codegen.drift.compare.changes import Change
from codegen.drift.compare.engine import ComparisonResult, compare
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.diff import read
from codegen.readers.sources import SourcePath
from gardens.parts import PACKAGE, SOURCES, load_document
from support.files import place

SPEC, BED = f"{PACKAGE}.PlotSpec", f"{PACKAGE}.Bed"
_DOCUMENT = load_document("compared")


def document() -> dict[str, Any]:
    return copy.deepcopy(_DOCUMENT)


def write_and_read(
    folder: Path, name: str, content: dict[str, Any] | str | dict[str, str], locale: str = ""
) -> ComparisonInput:
    """Write a document, a page, or a folder of pages, and read it."""
    path = folder / name
    if isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    elif content and all(
        isinstance(each, str) and key.endswith(".md") for key, each in content.items()
    ):
        place(content, path)
    else:
        # json.dumps with indentation is slow.
        path.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=1))
    return read(SourcePath(path=path, display_path=name, locale=locale))


def compare_contents(folder: Path, old: Any, new: Any) -> ComparisonResult:
    """Compare two inputs. Pages are read in the language of their file name."""
    return compare(write_and_read(folder, "old", old), write_and_read(folder, "new", new))


def facts_of(comparison: ComparisonResult) -> set[tuple[str, str, str, str]]:
    """Return rule, level, direction and id without package, with a row per direction if the levels
    differ.
    """
    return {
        (each.rule.id, str(level), str(direction), each.id.removeprefix(f"{PACKAGE}."))
        for each in comparison.changes
        for direction, level in grades_of(each)
    }


def grades_of(change: Change) -> list[tuple[Direction, Level]]:
    """Yield the directions of a change with their levels, one row if both are equal."""
    if change.grade is None or change.grade.request is change.grade.response:
        return [(change.direction, change.level)]
    ways = ((Direction.REQUEST, change.grade.request), (Direction.RESPONSE, change.grade.response))
    return [(way, level) for way, level in ways if level is not None]


def english() -> str:
    return (SOURCES / "plot-v1.md").read_text(encoding="utf-8")


def chinese() -> str:
    return (SOURCES / "plot-v1.zh-cn.md").read_text(encoding="utf-8")


def remove_pieces(text: str, *pieces: str) -> str:
    """Return a page without these pieces, each of which must occur once."""
    for piece in pieces:
        assert text.count(piece) == 1, (text.count(piece), piece)
        text = text.replace(piece, "")
    return text


def replace_piece(text: str, old: str, new: str, count: int = 1) -> str:
    assert text.count(old) == count, (text.count(old), old)
    return text.replace(old, new)
