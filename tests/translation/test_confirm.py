"""Confirmation of drafts: one decision for all entries with the same English."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codegen.cli import main
from codegen.translation import po
from codegen.translation.confirm import confirm_drafts, list_drafts
from codegen.translation.provenance import CONFIRMED, mark_adapted, mark_partial

PLOT, BED = "delete a Plot", "delete a Bed"
ENTRIES = (
    po.Entry(
        id="DELETE /plots",
        english=PLOT,
        translation="删除 Plot",
        flags=("fuzzy",),
        provenance=mark_adapted("x"),
    ),
    po.Entry(
        id="DELETE /plots/{name}",
        english=PLOT,
        translation="删去 Plot",
        flags=("fuzzy", "no-wrap"),
        previous="old",
    ),
    po.Entry(id="K#empty", english=f"`{PLOT}`"),
    po.Entry(id="K#done", english=PLOT, translation="移除 Plot"),
    po.Entry(id="K#gone", english=PLOT, translation="废 Plot", flags=("fuzzy",), obsolete=True),
    po.Entry(
        id="DELETE /beds",
        english=BED,
        translation="删除 Bed",
        flags=("fuzzy",),
        provenance=mark_adapted("x"),
    ),
    po.Entry(id="K#other", english="delete a Yard", translation="清除 Yard", flags=("fuzzy",)),
    po.Entry(
        id="K#part",
        english="A. B.",
        translation="甲。",
        flags=("fuzzy",),
        previous="A.",
        provenance=mark_partial(),
    ),
)


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    file = tmp_path / "zh-cn.po"
    file.write_text(
        po.format_catalog(ENTRIES, "zh-cn", po.Catalog(locale="zh-cn")), encoding="utf-8"
    )
    return file


def confirm(catalog: Path, *arguments: str, answers: str = "") -> Result:
    options = ["--locale", "zh-cn", "--catalog", str(catalog)]
    return CliRunner().invoke(main, ["translate", "confirm", *arguments, *options], input=answers)


def confirmed_translations(catalog: Path) -> dict[str, str]:
    entries = po.load_catalog(catalog, "zh-cn").entries.values()
    return {entry.id: entry.translation for entry in entries if entry.provenance == CONFIRMED}


ALL_PLOTS = {
    "DELETE /plots": "删除 Plot",
    "DELETE /plots/{name}": "删除 Plot",
    "K#empty": "删除 Plot",
}


def test_confirmation_applies_to_all_entries_of_same_english(catalog: Path) -> None:
    result = confirm(catalog, "--id", "DELETE /plots")
    assert (result.exit_code, "3 entries are confirmed" in result.output) == (0, True)
    assert confirmed_translations(catalog) == ALL_PLOTS
    found = po.load_catalog(catalog, "zh-cn").entries
    assert (found["DELETE /plots/{name}"].flags, found["DELETE /plots/{name}"].previous) == (
        ("no-wrap",),
        None,
    )
    assert (found["K#done"].translation, found["K#gone"].fuzzy) == ("移除 Plot", True)


def test_drafts_differing_in_name_are_confirmed_together(catalog: Path) -> None:
    assert confirm(catalog, "--all-like", "DELETE /beds").exit_code == 0
    assert confirmed_translations(catalog) == {**ALL_PLOTS, "DELETE /beds": "删除 Bed"}


@pytest.mark.parametrize(("name", "others"), [("Bed", []), ("K", ["Bed#name", "Plot#name"])])
def test_translation_with_additional_name_is_confirmed_alone(name: str, others: list[str]) -> None:
    texts = {
        "Bed": "被引用的 Bed 的名称。",
        "Plot": "被引用的 Plot 的名称。",
        "K": "被引用者的名称（name）。",
    }
    entries = {
        f"{kind}#name": po.Entry(
            id=f"{kind}#name", english="Of the referent.", translation=text, flags=("fuzzy",)
        )
        for kind, text in texts.items()
    }
    catalog = po.Catalog(locale="zh-cn", entries=entries)
    assert {entry.id for entry, _ in list_drafts(catalog)} == entries.keys()
    found = confirm_drafts(catalog, [f"{name}#name"])
    done = {
        prose_id: entry.translation for prose_id, entry in found.entries.items() if not entry.fuzzy
    }
    assert done == dict.fromkeys([*others, f"{name}#name"], texts[name])


def test_file_has_one_id_per_line(catalog: Path, tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text("DELETE /beds\n\n  K#other\r\n", encoding="utf-8")
    assert confirm(catalog, str(tmp_path / "ids.txt")).exit_code == 0
    assert confirmed_translations(catalog) == {"DELETE /beds": "删除 Bed", "K#other": "清除 Yard"}


@pytest.mark.parametrize(
    ("prose_id", "message"),
    [("K#no", "has no text"), ("K#gone", "has no text"), ("K#part", "lacks new sentences")],
)
def test_invalid_confirmations_are_refused(catalog: Path, prose_id: str, message: str) -> None:
    before = catalog.read_bytes()
    result = confirm(catalog, "--id", prose_id)
    assert (
        result.exit_code,
        "warning[draft-refused]" in result.output,
        message in result.output,
    ) == (1, True, True)
    assert catalog.read_bytes() == before


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ("y\nq\n", ALL_PLOTS),
        ("a\ns\n", {**ALL_PLOTS, "DELETE /beds": "删除 Bed"}),
        ("\ny\n\n", {"DELETE /beds": "删除 Bed"}),
    ],
)
def test_terminal_shows_drafts_one_by_one(
    catalog: Path, monkeypatch: pytest.MonkeyPatch, answers: str, wanted: dict[str, str]
) -> None:
    assert confirm(catalog).exit_code == 2  # without a terminal and without ids
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)
    assert confirm(catalog, answers=answers).exit_code == 0
    assert confirmed_translations(catalog) == wanted
