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
    po.Entry(
        id="GET /plots",
        english=PLOT,
        translation="删除 Plot",
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
    "GET /plots": "删除 Plot",
    "K#empty": "删除 Plot",
}


def test_confirmation_applies_to_all_entries_of_same_english_and_draft(catalog: Path) -> None:
    result = confirm(catalog, "--id", "DELETE /plots")
    assert (result.exit_code, "3 entries are confirmed" in result.output) == (0, True)
    assert confirmed_translations(catalog) == ALL_PLOTS
    found = po.load_catalog(catalog, "zh-cn").entries
    assert (found["GET /plots"].flags, found["GET /plots"].previous) == (("no-wrap",), None)
    assert found["DELETE /plots/{name}"] == ENTRIES[1]
    assert "stays open: DELETE /plots/{name}" in result.output
    assert (found["K#done"].translation, found["K#gone"].fuzzy) == ("移除 Plot", True)


def test_drafts_differing_in_name_are_confirmed_together(catalog: Path) -> None:
    assert confirm(catalog, "--all-like", "DELETE /beds").exit_code == 0
    assert confirmed_translations(catalog) == {**ALL_PLOTS, "DELETE /beds": "删除 Bed"}


@pytest.mark.parametrize("name", ["Bed", "K"])
def test_translation_with_additional_name_is_confirmed_alone(name: str) -> None:
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
    assert {draft.entry.id for draft in list_drafts(catalog)} == entries.keys()
    found = confirm_drafts(catalog, [f"{name}#name"])
    done = {
        prose_id: entry.translation for prose_id, entry in found.entries.items() if not entry.fuzzy
    }
    assert done == {f"{name}#name": texts[name]}


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


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        pytest.param("y\nq\n", ALL_PLOTS, id="yes"),
        pytest.param(
            "a\ns\ns\n", {**ALL_PLOTS, "DELETE /beds": "删除 Bed"}, id="all that differ in a name"
        ),
        pytest.param("n\ny\n\n\n", {"DELETE /beds": "删除 Bed"}, id="no and skip"),
        pytest.param("y\n", ALL_PLOTS, id="interrupted after an answer"),
    ],
)
def test_terminal_writes_each_answer(catalog: Path, answers: str, wanted: dict[str, str]) -> None:
    confirm(catalog, answers=answers)
    assert confirmed_translations(catalog) == wanted


def test_without_terminal_ids_are_needed(catalog: Path) -> None:
    assert confirm(catalog).exit_code == 2


@pytest.mark.usefixtures("terminal")
def test_question_shows_draft_with_reason_difference_and_findings(tmp_path: Path) -> None:
    entry = po.Entry(
        id="K#shed",
        english="The roof of the shed\nis [b]flat[/b].",
        translation="棚屋的屋顶是平的 。\x1b[2J",
        flags=("fuzzy",),
        previous="The floor of the shed\nis [b]flat[/b].",
        provenance=mark_adapted("Hut#shed"),
    )
    file = tmp_path / "zh-cn.po"
    text = po.format_catalog([entry], "zh-cn", po.Catalog(locale="zh-cn"))
    file.write_text(text, encoding="utf-8")
    output = confirm(file, answers="s\n").output
    for part in ("K#shed", "1 / 1", "[-floor-]", "{+roof+}", "[b]flat[/b]", "Hut#shed"):
        assert part in output
    assert "blank-at-mark" in output
    assert "\x1b[2J" not in output


@pytest.mark.usefixtures("terminal")
def test_edited_draft_without_findings_is_confirmed(
    catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.edit", lambda *_, **__: "删掉 Plot\n")
    result = confirm(catalog, answers="e\nq\n")
    assert confirmed_translations(catalog) == dict.fromkeys(ALL_PLOTS, "删掉 Plot")
    assert result.output.count("1 / 4") == 1


@pytest.mark.usefixtures("terminal")
def test_draft_that_changed_on_disk_is_not_confirmed(
    catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(*_: object, **__: object) -> str:
        text = catalog.read_text(encoding="utf-8")
        catalog.write_text(text.replace("删除 Plot", "移走 Plot"), encoding="utf-8")
        return next(answers)

    answers = iter("yq")
    monkeypatch.setattr("click.prompt", answer)
    assert confirm(catalog).exit_code == 0
    assert confirmed_translations(catalog) == {}
    assert "移走 Plot" in catalog.read_text(encoding="utf-8")
