"""Carrying of translations to new texts, with and without an existing catalog."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from codegen.translation.adaptation import compose_page_text
from codegen.translation.carry import CarriedText, carry
from codegen.translation.po import Entry
from codegen.translation.provenance import CONFIRMED, Origin, Provenance, encode_comment
from support.carrying import carry_entries, learned_entry


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        ("A bed of roses.", "A bed of roses.", CarriedText.CARRIED),
        ("A bed\n  of roses.", "A bed of roses.", CarriedText.CARRIED),
        ("Bed of roses.", "bed of roses.", CarriedText.CASE_ONLY),
        ("A `bed` of roses.", "A bed of roses.", CarriedText.CASE_ONLY),
        ("Roses \\< lilies &amp; more", "Roses < lilies & more", CarriedText.CASE_ONLY),
        ("_A bed of roses._", "A bed of roses.", CarriedText.CASE_ONLY),
        ("A bed of roses.", "A bed of lilies.", CarriedText.CHANGED),
        ("A bed of roses.", "Nothing alike at all", CarriedText.CHANGED),
    ],
)
def test_translation_of_same_id_is_carried(old: str, new: str, outcome: CarriedText) -> None:
    entries, merged = carry_entries([learned_entry("K#f", old, "一床玫瑰。")], {"K#f": new})
    entry = entries["K#f"]
    assert merged.outcomes == {"K#f": outcome}
    assert (entry.translation, entry.english) == ("一床玫瑰。", new)
    assert entry.fuzzy is (outcome is CarriedText.CHANGED)
    assert entry.previous == (old if outcome is CarriedText.CHANGED else None)
    assert bool(encode_comment(entry.provenance)) is (outcome is not CarriedText.CARRIED)
    assert entry.places == ("plot.md:7",)


def test_new_id_reuses_agreed_translation_with_origin() -> None:
    entries, merged = carry_entries(
        [
            learned_entry("A#size", "The size of a bed.", "花坛的大小。"),
            learned_entry("B#size", "The size of a bed.", "花坛的大小 .", place="other.md:1"),
        ],
        {"C#width": "The size of a bed."},
    )
    assert merged.outcomes["C#width"] is CarriedText.REUSED
    assert (entries["C#width"].translation, entries["C#width"].fuzzy) == ("花坛的大小。", False)
    assert entries["C#width"].places == ("plot.md:7",)
    assert "A#size" in encode_comment(entries["C#width"].provenance)


SIZES = [
    learned_entry("A#size", "The size of a bed.", "花坛的尺寸。"),
    learned_entry("B#size", "The size of a bed.", "花坛的大小。"),
]


@pytest.mark.parametrize(
    ("more", "outcome", "listed"),
    [
        ([], CarriedText.SEVERAL, ["1 × 花坛的大小。 (B#size)", "1 × 花坛的尺寸。 (A#size)"]),
        (["D#size"], CarriedText.REUSED, ["2 of 3 translations", "1 × 花坛的尺寸。 (A#size)"]),
    ],
    ids=["none is used more", "one is used more"],
)
def test_majority_translation_is_reused_and_rest_listed(
    more: list[str], outcome: CarriedText, listed: list[str]
) -> None:
    several = [
        *SIZES,
        *(learned_entry(name, "The size of a bed.", "花坛的大小。") for name in more),
    ]
    entries, merged = carry_entries(several, {"C#size": "The size of a bed."})
    entry = entries["C#size"]
    assert merged.outcomes["C#size"] is outcome
    assert (entry.fuzzy, entry.previous) == (not more, None)
    assert entry.translation == "花坛的大小。" or not more
    assert all(text in encode_comment(entry.provenance) for text in listed)


def test_counts_of_reused_translation_are_updated() -> None:
    pairs = [
        *SIZES,
        *(
            learned_entry(name, "The size of a bed.", "花坛的大小。")
            for name in ("D#size", "E#size")
        ),
    ]
    first, _ = carry_entries(pairs[:3], {"C#size": "The size of a bed."})
    again, _ = carry_entries(pairs, {"C#size": "The size of a bed."}, first.values())
    assert "3 of 4 translations" in encode_comment(again["C#size"].provenance)


def test_equivalent_wordings_of_long_sentence_agree() -> None:
    english = (
        "A bed is a part of a plot in which the gardener of the plot plants what they like best."
    )
    wordings = [
        "花坛是地块的一部分，地块的园丁在其中种植自己最喜欢的东西。",
        "花坛是地块的一部分，园丁在其中种植他们最喜欢的东西。",
        "花坛是地块中的一部分，地块的园丁在其中栽种自己最喜欢的东西。",
        "与此完全无关。",
    ]
    pairs = [learned_entry(f"K{number}#f", english, text) for number, text in enumerate(wordings)]
    entries, merged = carry_entries(pairs, {"L#f": english})
    assert merged.outcomes["L#f"] is CarriedText.REUSED
    assert entries["L#f"].translation == wordings[0]
    assert "3 of 4 translations" in encode_comment(entries["L#f"].provenance)
    # A language without equivalent wordings.
    strict = carry([pairs], [Entry(id="L#f", english=english)], {})
    assert strict.outcomes["L#f"] is CarriedText.SEVERAL
    apart = [learned_entry("A#f", english, wordings[0]), learned_entry("B#f", english, wordings[3])]
    assert carry_entries(apart, {"L#f": english})[1].outcomes["L#f"] is CarriedText.SEVERAL


def test_confirmation_applies_to_all_untranslated_entries_of_same_english() -> None:
    texts = dict.fromkeys(("A#size", "B#size", "C#size", "D#size"), "The size of a bed.")
    first, _ = carry_entries(SIZES, texts)
    answered = replace(first["C#size"], translation="花坛有多大。", flags=())
    second, merged = carry_entries(
        (), texts, [first["A#size"], first["B#size"], answered, first["D#size"]]
    )
    assert {name: entry.translation for name, entry in second.items()} == {
        "A#size": "花坛的尺寸。",
        "B#size": "花坛的大小。",
        "C#size": "花坛有多大。",
        "D#size": "花坛有多大。",
    }
    assert merged.outcomes["D#size"] is CarriedText.REUSED
    for pairs in ((), SIZES):  # the confirmation persists in later runs, with or without the pages
        again, _ = carry_entries(pairs, {**texts, "E#size": "The size of a bed."}, second.values())
        assert again["E#size"].translation == "花坛有多大。"
        assert again["D#size"] == second["D#size"]


def test_later_source_corrects_earlier_source() -> None:
    old = [learned_entry(name, "A bed of roses.", "玫瑰。") for name in ("K#f", "L#f", "M#f")]
    new = [learned_entry(name, "A bed of roses.", "玫瑰花坛。") for name in ("K#f", "L#f", "M#f")]
    entries, _ = carry_entries(
        old, {"K#f": "A bed of roses.", "N#f": "A bed of roses."}, corrections=new
    )
    assert [entries[name].translation for name in ("K#f", "N#f")] == ["玫瑰花坛。", "玫瑰花坛。"]


def test_faulty_translation_is_fuzzy_unless_another_is_correct() -> None:
    damaged = learned_entry("A#f", "A bed of red roses.", "红玫 瑰。", fault="a blank")
    entries, merged = carry_entries(
        [damaged], {"A#f": "A bed of red roses.", "B#f": "A bed of red roses."}
    )
    assert set(merged.outcomes.values()) == {CarriedText.UNSURE}
    assert all(
        entry.fuzzy and "a blank" in encode_comment(entry.provenance) for entry in entries.values()
    )
    whole = learned_entry("C#f", "A bed of red roses.", "红玫瑰。")
    entries, merged = carry_entries([damaged, whole], {"B#f": "A bed of red roses."})
    assert (entries["B#f"].translation, merged.outcomes["B#f"]) == ("红玫瑰。", CarriedText.REUSED)


@pytest.mark.parametrize(
    ("translation", "carried_text", "outcome"),
    [
        (
            "花坛，见 https://a.example/beds。",
            "花坛，见 https://b.example/plots#beds。",
            CarriedText.CASE_ONLY,
        ),
        (
            "花坛，见 https://a.example/zh/beds。",
            "花坛，见 https://a.example/zh/beds。",
            CarriedText.CHANGED,
        ),
    ],
)
def test_changed_addresses_are_updated(
    translation: str, carried_text: str, outcome: CarriedText
) -> None:
    old, new = "A bed, see https://a.example/beds", "A bed, see https://b.example/plots#beds."
    first, merged = carry_entries([learned_entry("K#f", old, translation)], {"K#f": new})
    assert (first["K#f"].translation, merged.outcomes["K#f"]) == (carried_text, outcome)
    again, counted = carry_entries([], {"K#f": new}, first.values())
    assert (again, counted.outcomes) == (first, merged.outcomes)
    hand = Entry(id="K#f", english=old, translation=translation)
    assert carry_entries([], {"K#f": new}, [hand])[0]["K#f"].translation == carried_text


B_AND_D = (
    "See https://a.example/b or https://a.example/b/d.",
    "见 https://a.example/b 或 https://a.example/b/d。",
)
TWICE = (
    "From https://a.example/b to https://a.example/b.",
    "从 https://a.example/b 到 https://a.example/b。",
)


@pytest.mark.parametrize(
    ("old", "new", "outcome", "translation"),
    [
        (
            B_AND_D,
            B_AND_D[0].replace("b ", "c "),
            CarriedText.CASE_ONLY,
            B_AND_D[1].replace("b ", "c "),
        ),
        (
            B_AND_D,
            "See https://a.example/b/d or https://a.example/b.",
            CarriedText.CASE_ONLY,
            "见 https://a.example/b/d 或 https://a.example/b。",
        ),
        (TWICE, "From https://a.example/c to https://a.example/d.", CarriedText.CHANGED, TWICE[1]),
    ],
    ids=["one begins the other", "two change places", "one became two"],
)
def test_addresses_are_replaced_as_a_whole(
    old: tuple[str, str], new: str, outcome: CarriedText, translation: str
) -> None:
    entries, merged = carry_entries([learned_entry("K#f", *old)], {"K#f": new})
    assert (merged.outcomes["K#f"], entries["K#f"].translation) == (outcome, translation)


def test_text_of_another_id_is_reused_with_new_addresses() -> None:
    old, new = "A bed, see https://a.example/beds", "A bed, see https://b.example/plots#beds."
    entries, merged = carry_entries(
        [learned_entry("K#f", old, "花坛，见 https://a.example/beds。")], {"B#f": new}
    )
    entry = entries["B#f"]
    assert (entry.translation, entry.previous, entry.fuzzy) == (
        "花坛，见 https://b.example/plots#beds。",
        None,
        False,
    )
    assert merged.outcomes["B#f"] is CarriedText.REUSED
    again, counted = carry_entries([], {"B#f": new}, [entry])
    assert (again["B#f"], counted.outcomes) == (entry, merged.outcomes)


def test_localized_address_is_confirmed_once_for_all_entries() -> None:
    old, new = "A bed, see https://a.example/beds", "A bed, see https://b.example/plots#beds."
    texts = {"B#f": new, "C#f": new, "D#f": "See https://b.example/plots."}
    entries, merged = carry_entries(
        [
            learned_entry("K#f", old, "花坛，见 https://a.example/zh/beds。"),
            learned_entry("K#g", "See https://a.example", "见。"),
        ],
        texts,
    )
    assert [merged.outcomes[prose_id] for prose_id in texts] == [
        CarriedText.CHANGED,
        CarriedText.CHANGED,
        CarriedText.UNTRANSLATED,
    ]
    assert (entries["B#f"].previous, entries["B#f"].fuzzy, compose_page_text(entries["B#f"])) == (
        old,
        True,
        "",
    )
    again, counted = carry_entries([], texts, entries.values())
    assert (again, counted.outcomes) == (entries, merged.outcomes)
    answer = replace(
        entries["B#f"],
        translation="花坛，见 https://b.example/plots#beds。",
        flags=(),
        previous=None,
    )
    settled, _ = carry_entries(
        [], texts, [answer, *(entry for entry in entries.values() if entry.id != "B#f")]
    )
    assert (settled["C#f"].translation, settled["C#f"].fuzzy) == (answer.translation, False)


@pytest.mark.parametrize("value", ['`"Round"`', "`Round`", "“Round”", "Round"])
def test_enum_list_already_translated_is_no_change(value: str) -> None:
    english = 'Its shape.\n\nPossible enum values:\n - `"Round"` has no corner'
    complete = f"形状。\n\n可能的值：\n - {value} 没有角"
    entries, merged = carry_entries(
        [learned_entry("K#f", "Its shape.", complete)], {"K#f": english}
    )
    assert (entries["K#f"].translation, merged.outcomes["K#f"]) == (complete, CarriedText.CASE_ONLY)


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        ("The name of a bed.", "bed is the name of a bed", CarriedText.CASE_ONLY),
        ("`bed` is the name of a bed.", "name of a bed.", CarriedText.CASE_ONLY),
        ("The name of a bed.", "plot is the name of a bed.", CarriedText.CHANGED),
        ("The name of a bed.", "bed is not the name of a bed.", CarriedText.CHANGED),
    ],
)
def test_text_that_only_adds_field_name_is_carried(
    old: str, new: str, outcome: CarriedText
) -> None:
    found, merged = carry_entries([learned_entry("K#bed", old, "苗床的名称。")], {"K#bed": new})
    assert merged.outcomes["K#bed"] is outcome
    assert (found["K#bed"].english, found["K#bed"].translation) == (new, "苗床的名称。")
    again, merged = carry_entries(
        [], {"K#bed": new}, [Entry(id="K#bed", english=old, translation="手工。")]
    )
    assert (merged.outcomes["K#bed"], again["K#bed"].fuzzy) == (
        outcome,
        outcome is CarriedText.CHANGED,
    )


def test_changed_text_keeps_own_translation_beside_candidate_of_other_id() -> None:
    pairs = [
        learned_entry("K#f", "A bed of roses.", "玫瑰花坛。"),
        learned_entry("L#f", "A bed of white lilies.", "白百合花坛。"),
    ]
    entries, merged = carry_entries(pairs, {"K#f": "A bed of white lilies."})
    entry = entries["K#f"]
    assert (entry.translation, entry.previous) == ("玫瑰花坛。", "A bed of roses.")
    assert merged.outcomes["K#f"] is CarriedText.CHANGED
    assert "白百合花坛。" in encode_comment(entry.provenance)


@pytest.mark.parametrize(
    ("origin", "kept"),
    [
        pytest.param(Origin.CHANGED, True, id="own translation"),
        pytest.param(Origin.DRAFT, True, id="draft of a person"),
        pytest.param(Origin.CANDIDATE, False, id="translation of another id"),
    ],
)
def test_answer_for_same_english_replaces_only_drafts_of_other_ids(
    origin: Origin, kept: bool
) -> None:
    english = "The person who opens the gate of the garden."
    known = [
        Entry(id="K#f", english=english, translation="开门的人。", provenance=CONFIRMED),
        Entry(
            id="L#f",
            english=english,
            translation="打开园门的人。",
            flags=("fuzzy",),
            provenance=Provenance(origin=origin),
        ),
    ]
    entries, _ = carry_entries([], {"K#f": english, "L#f": english}, known)
    assert entries["L#f"].translation == ("打开园门的人。" if kept else "开门的人。")
    assert entries["L#f"].fuzzy is kept


# A short text of another field.
# A longer text.
@pytest.mark.parametrize(
    ("english", "translation", "old", "new", "outcome"),
    [
        (
            "Its name",
            "其名称",
            "A#name",
            "B#title",
            CarriedText.UNSURE,
        ),
        ("Its own name", "其名称", "A#name", "B#title", CarriedText.REUSED),
        ("Name", "名称", "A#name", "B#name", CarriedText.REUSED),
        (
            "Name of the referent.",
            "被引用的 Secret 的名称。",
            "A#name",
            "B#name",
            CarriedText.UNSURE,
        ),
        (
            "The number of beds.",
            "bedCount 是花坛的数量。",
            "A#bedCount",
            "B#bedCount",
            CarriedText.REUSED,
        ),
        (
            "The number of beds.",
            "bedCount 是花坛的数量。",
            "A#bedCount",
            "B#count",
            CarriedText.UNSURE,
        ),
    ],
)
def test_unambiguous_texts_are_reused(
    english: str, translation: str, old: str, new: str, outcome: CarriedText
) -> None:
    entries, merged = carry_entries([learned_entry(old, english, translation)], {new: english})
    assert merged.outcomes[new] is outcome
    assert entries[new].fuzzy is (outcome is CarriedText.UNSURE)


def test_similar_text_of_another_id_is_never_reused() -> None:
    entries, merged = carry_entries(
        [learned_entry("A#spec", "Spec of a plot review.", "地块审查的规约。")],
        {"B#spec": "Spec of a plot request."},
    )
    assert merged.outcomes == {"B#spec": CarriedText.UNTRANSLATED}
    assert entries["B#spec"].translation == ""
    assert entries["A#spec"].obsolete


def test_id_on_several_pages_has_most_frequent_translation() -> None:
    inlined = [learned_entry("K#f", "A bed.", text) for text in ("一床。", "花坛。", "花坛 。")]
    entries, merged = carry_entries(inlined, {"K#f": "A bed."})
    assert merged.outcomes["K#f"] is CarriedText.CARRIED
    assert entries["K#f"].translation == "花坛。"


def test_previous_text_is_nearest_edition() -> None:
    editions = [
        learned_entry("K#f", "Nothing like it", "旧"),
        learned_entry("K#f", "A bed of red roses.", "红玫瑰。"),
    ]
    entries, _ = carry_entries(editions, {"K#f": "A bed of red lilies."})
    assert (entries["K#f"].previous, entries["K#f"].translation) == (
        "A bed of red roses.",
        "红玫瑰。",
    )


def test_excess_alternative_translations_are_counted() -> None:
    known = [
        learned_entry(f"K{number}#f", "It holds what was sown.", f"它有 {number}。")
        for number in range(60)
    ]
    entries, merged = carry_entries(known, {"L#g": "It holds what was sown."})
    assert merged.outcomes["L#g"] is CarriedText.SEVERAL
    lines = encode_comment(entries["L#g"].provenance).splitlines()
    assert (len(lines), lines[-1]) == (52, "... 10 other translations")


def test_confirmed_entry_is_not_changed_by_pages() -> None:
    hand = Entry(
        id="K#f", english="A bed.", translation="手工。", comment="checked", flags=("no-wrap",)
    )
    entries, merged = carry_entries(
        [learned_entry("K#f", "A bed.", "页面。")], {"K#f": "A bed."}, [hand]
    )
    assert entries["K#f"] == hand
    assert merged.kept == {"K#f"}


def test_confirmed_entry_becomes_fuzzy_if_english_changes() -> None:
    hand = Entry(
        id="K#f", english="A bed.", translation="手工。", comment="checked", flags=("no-wrap",)
    )
    entries, merged = carry_entries(
        [learned_entry("K#f", "A bed.", "页面。")], {"K#f": "A bed of roses."}, [hand]
    )
    entry = entries["K#f"]
    assert merged.outcomes["K#f"] is CarriedText.CHANGED
    assert (entry.translation, entry.previous, entry.flags) == (
        "手工。",
        "A bed.",
        ("fuzzy", "no-wrap"),
    )
    assert entry.comment == "checked"
    again, _ = carry_entries(
        [learned_entry("K#f", "A bed.", "页面。")], {"K#f": "A bed of roses."}, [entry]
    )
    assert again["K#f"] == entry
    later, _ = carry_entries([], {"K#f": "A bed of lilies."}, [entry])
    assert later["K#f"].previous == "A bed."  # the English text of the translation
    taught = [learned_entry("K#f", "A bed of roses.", "玫瑰。")]
    assert (
        carry_entries(taught, {"K#f": "A bed of roses."}, [hand])[0]["K#f"].translation == "手工。"
    )


def test_previous_english_of_confirmed_entry_is_ignored() -> None:
    known = [
        Entry(
            id="K#f",
            english="The bed of roses.",
            translation="一床玫瑰。",
            previous="The bed of lilies.",
        )
    ]
    entries, merged = carry_entries([], {"K#f": "The bed of roses. It is empty."}, known)
    assert merged.outcomes["K#f"] is CarriedText.PARTIAL
    assert entries["K#f"].previous == "The bed of roses."
    assert compose_page_text(entries["K#f"]) == "一床玫瑰。\nIt is empty."


def test_case_change_of_english_keeps_entry_confirmed() -> None:
    hand = Entry(id="K#f", english="A bed.", translation="手工。")
    entries, merged = carry_entries([], {"K#f": "a `bed`."}, [hand])
    assert merged.outcomes["K#f"] is CarriedText.CASE_ONLY
    assert (entries["K#f"].english, entries["K#f"].translation, entries["K#f"].fuzzy) == (
        "a `bed`.",
        "手工。",
        False,
    )
    again, counted = carry_entries([], {"K#f": "a `bed`."}, [entries["K#f"]])
    assert (again["K#f"], counted.outcomes["K#f"]) == (entries["K#f"], CarriedText.CASE_ONLY)


def test_chosen_candidate_is_kept() -> None:
    texts = {"C#size": "The size of a bed."}
    first, _ = carry_entries(SIZES, texts)
    chosen = replace(first["C#size"], translation="花坛的大小。", flags=())
    entries, merged = carry_entries(SIZES, texts, [chosen])
    assert entries["C#size"] == replace(chosen, provenance=CONFIRMED)
    assert merged.outcomes["C#size"] is CarriedText.CARRIED


def test_page_translation_replaces_fuzzy_guess() -> None:
    old = [learned_entry("K#f", "A bed.", "花坛。")]
    first, _ = carry_entries(old, {"K#f": "A bed of roses."})
    now = [*old, learned_entry("K#f", "A bed of roses.", "玫瑰花坛。")]
    entries, merged = carry_entries(now, {"K#f": "A bed of roses."}, first.values())
    assert merged.outcomes["K#f"] is CarriedText.CARRIED
    assert (entries["K#f"].translation, entries["K#f"].fuzzy, entries["K#f"].previous) == (
        "玫瑰花坛。",
        False,
        None,
    )


def test_manual_fuzzy_flag_is_kept() -> None:
    doubted = Entry(id="K#f", english="A bed.", translation="花坛。", flags=("fuzzy",))
    entries, merged = carry_entries(
        [learned_entry("K#f", "A bed.", "花坛。")], {"K#f": "A bed."}, [doubted]
    )
    assert entries["K#f"].fuzzy
    assert merged.kept == {"K#f"}


def test_catalog_entry_is_reused_for_other_ids() -> None:
    hand = Entry(id="K#f", english="The size of a bed.", translation="花坛的大小。")
    entries, merged = carry_entries(
        [], {"K#f": "The size of a bed.", "L#f": "The size of a bed."}, [hand]
    )
    assert merged.outcomes == {"K#f": CarriedText.CARRIED, "L#f": CarriedText.REUSED}
    again, counted = carry_entries(
        [], {"K#f": "The size of a bed.", "L#f": "The size of a bed."}, entries.values()
    )
    assert (again, counted.outcomes) == (entries, merged.outcomes)


def test_removed_entry_is_obsolete_and_can_return() -> None:
    hand = Entry(
        id="K#f", english="A bed.", translation="手工。", comment="checked", places=("a.md:1",)
    )
    gone, _ = carry_entries([], {}, [hand])
    assert gone["K#f"].obsolete
    assert gone["K#f"].comment == "checked"
    back, _ = carry_entries([], {"K#f": "A bed."}, gone.values())
    assert (back["K#f"].obsolete, back["K#f"].translation) == (False, "手工。")
    nothing, _ = carry_entries([], {}, [Entry(id="K#g", english="A path.")])
    assert not nothing


def test_headings_are_kept_unless_source_has_others() -> None:
    heading = learned_entry("category What grows", "What grows", "作物")
    kept, _ = carry_entries([heading], {"K#f": "A bed."})
    assert (kept[heading.id].obsolete, kept[heading.id].translation) == (False, "作物")
    gone, _ = carry_entries([heading], {"category Tools": "Tools"})
    assert gone[heading.id].obsolete
    again, _ = carry_entries([], {"K#f": "A bed."}, kept.values())
    assert again == kept


def test_translation_without_findings_wins_and_the_others_are_named() -> None:
    wrong = "早上打水 。"
    right = "早上浇水。"
    english = "Water it in the morning hours."
    learned = [learned_entry(f"Plot#{name}", english, wrong) for name in "abc"]
    learned.append(learned_entry("Plot#d", english, right))
    merged = carry(
        [learned],
        [Entry(id="Plot#e", english=english)],
        {},
        has_flaw=lambda entry: " 。" in entry.translation,
    )
    entry = merged.entries["Plot#e"]
    assert entry.translation == right
    assert any(wrong in line for line in entry.provenance.details)
    assert merged.choices == 1


def test_translation_with_findings_is_taken_where_all_have_some() -> None:
    english = "Water it in the morning hours."
    learned = [learned_entry(f"Plot#{name}", english, "早上打水。") for name in "ab"]
    texts = [Entry(id="Plot#e", english=english)]
    merged = carry([learned], texts, {}, has_flaw=lambda _: True)
    assert merged.entries["Plot#e"].translation == "早上打水。"
    assert merged.choices == 0
