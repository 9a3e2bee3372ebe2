"""Fuzzy matches of texts that differ only in a kind name."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from codegen.translation.adaptation import compose_page_text
from codegen.translation.carry import CarriedText
from codegen.translation.po import Entry
from codegen.translation.signals import Signal, assess
from support.carrying import carry_entries, learned_entry

NAMES = ("Plot", "Bed", "Yard", "Axe", "Tool", "Gate", "Path")
ALIKE = (("Plot", "Plot 的名称"), ("Bed", "Bed 的名称。"), ("Yard", "Yard 的名称"))


def entries_by_kind(*translations: tuple[str, str], english: str = "name of the {}") -> list[Entry]:
    own = [
        learned_entry(f"GET /{name}#name", english.format(name), translation)
        for name, translation in translations
    ]
    return [*own, *(learned_entry(f"K.{name}", "A thing.", "东西。") for name in NAMES)]


def test_texts_differing_in_kind_are_translated_alike() -> None:
    pairs = entries_by_kind(*ALIKE, ("Tool", "Tool 名"), ("Gate", "Gate 名"))
    entries, merged = carry_entries(
        pairs, {"GET /axes#name": "name of the Axe", "K.Axe": "An axe of the shed."}
    )
    entry = entries["GET /axes#name"]
    assert (entry.translation, entry.fuzzy, entry.previous) == ("Axe 的名称", True, None)
    assert compose_page_text(entry) == "Axe 的名称"
    assessment = assess(entry.english, entry)  # needs confirmation only
    assert (assessment.signal, assessment.words, "kind" in assessment.note) == (
        Signal.MODERATE,
        0,
        True,
    )
    assert merged.outcomes["GET /axes#name"] is CarriedText.UNSURE
    again, counted = carry_entries([], {"GET /axes#name": "name of the Axe"}, [entry])
    assert (again["GET /axes#name"], counted.outcomes["GET /axes#name"]) == (
        entry,
        CarriedText.UNSURE,
    )
    answer = replace(
        entry, id="GET /toads#name", english="name of the Toad", translation="Toad 之名", flags=()
    )
    toad = learned_entry("K.Toad", "A toad.", "蟾蜍。")
    # A person's answer about one kind holds for all, and outweighs the pages.
    for learned in (
        [toad],
        [toad, *pairs],
    ):
        decided, _ = carry_entries(
            learned, {"GET /axes#name": "name of the Axe", "K.Axe": "An axe."}, [entry, answer]
        )
        assert (decided["GET /axes#name"].translation, decided["GET /axes#name"].fuzzy) == (
            "Axe 之名",
            False,
        )
    doubled = carry_entries(
        [], {"GET /axes#name": "name of the Axe"}, [replace(entry, translation="Plot 的名称")]
    )[0]
    # Manual translations are kept until confirmed.
    assert doubled["GET /axes#name"].translation == "Plot 的名称"


# Two kinds do not suffice for a pattern.
# Own names.
@pytest.mark.parametrize(
    "pairs",
    [
        entries_by_kind(("Plot", "Plot 的名称"), ("Bed", "Bed 的名称")),
        entries_by_kind(*ALIKE, ("Tool", "Tool 名"), ("Gate", "Gate 名"), ("Path", "Path 名")),
        entries_by_kind(("Plot", "地块的名称"), ("Bed", "苗床的名称"), ("Yard", "院子的名称")),
        entries_by_kind(
            ("Plot", "Plot 和 Bed"), ("Bed", "Bed 和 Bed、Yard"), ("Yard", "Yard 和 Bed")
        ),
        entries_by_kind(("Plot", "Plot"), ("Bed", "Bed"), ("Yard", "Yard"), english="a {}"),
    ],
    ids=["two", "half", "no name", "another name", "too short"],
)
def test_inconsistent_kinds_give_no_pattern(pairs: list[Entry]) -> None:
    texts = ("name of the Axe", "an Axe", "name of the shed", "name of the Axe of the Tool")
    assert {
        carry_entries(pairs, {"GET /axes#name": text})[1].outcomes["GET /axes#name"]
        for text in texts
    } == {CarriedText.UNTRANSLATED}


def test_articles_are_ignored() -> None:
    pairs = entries_by_kind(
        *((kind, f"创建 {kind}") for kind in NAMES[:3]), english="create a {} there"
    )
    assert (
        carry_entries(pairs, {"POST /axes": "create an Axe there"})[0]["POST /axes"].translation
        == "创建 Axe"
    )
