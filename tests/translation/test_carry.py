"""Carrying of translations to new texts, with and without an existing catalog."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from codegen.translation.adaptation import compose_page_text
from codegen.translation.carry import Outcome, carry
from codegen.translation.po import Entry
from codegen.translation.provenance import CONFIRMED, encode_comment
from support.carrying import carried, pair


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        ("A bed of roses.", "A bed of roses.", Outcome.CARRIED),
        ("A bed\n  of roses.", "A bed of roses.", Outcome.CARRIED),
        ("Bed of roses.", "bed of roses.", Outcome.CASE_ONLY),
        ("A `bed` of roses.", "A bed of roses.", Outcome.CASE_ONLY),
        ("Roses \\< lilies &amp; more", "Roses < lilies & more", Outcome.CASE_ONLY),
        ("_A bed of roses._", "A bed of roses.", Outcome.CASE_ONLY),
        ("A bed of roses.", "A bed of lilies.", Outcome.CHANGED),
        ("A bed of roses.", "Nothing alike at all", Outcome.CHANGED),
    ],
)
def test_same_id(old: str, new: str, outcome: Outcome) -> None:
    entries, merged = carried([pair("K#f", old, "一床玫瑰。")], {"K#f": new})
    entry = entries["K#f"]
    assert merged.outcomes == {"K#f": outcome}
    assert (entry.translation, entry.english) == ("一床玫瑰。", new)
    assert entry.fuzzy is (outcome is Outcome.CHANGED)
    assert entry.previous == (old if outcome is Outcome.CHANGED else None)
    assert bool(encode_comment(entry.provenance)) is (outcome is not Outcome.CARRIED)
    assert entry.places == ("plot.md:7",)


def test_a_new_id_reuses_an_agreed_translation_and_says_from_where() -> None:
    entries, merged = carried(
        [
            pair("A#size", "The size of a bed.", "花坛的大小。"),
            pair("B#size", "The size of a bed.", "花坛的大小 .", place="other.md:1"),
        ],
        {"C#width": "The size of a bed."},
    )
    assert merged.outcomes["C#width"] is Outcome.REUSED
    assert (entries["C#width"].translation, entries["C#width"].fuzzy) == ("花坛的大小。", False)
    assert entries["C#width"].places == ("plot.md:7",)
    assert "A#size" in encode_comment(entries["C#width"].provenance)


SIZES = [pair("A#size", "The size of a bed.", "花坛的尺寸。"), pair("B#size", "The size of a bed.", "花坛的大小。")]


@pytest.mark.parametrize(
    ("more", "outcome", "listed"),
    [
        ([], Outcome.SEVERAL, ["1 × 花坛的大小。 (B#size)", "1 × 花坛的尺寸。 (A#size)"]),
        (["D#size"], Outcome.REUSED, ["2 of 3 translations", "1 × 花坛的尺寸。 (A#size)"]),
    ],
    ids=["none is used more", "one is used more"],
)
def test_where_places_disagree_the_majority_is_reused_and_others_are_listed(
    more: list[str], outcome: Outcome, listed: list[str]
) -> None:
    several = [*SIZES, *(pair(name, "The size of a bed.", "花坛的大小。") for name in more)]
    entries, merged = carried(several, {"C#size": "The size of a bed."})
    entry = entries["C#size"]
    assert merged.outcomes["C#size"] is outcome
    assert (entry.fuzzy, entry.previous) == (not more, None)
    assert entry.translation == "花坛的大小。" or not more
    assert all(text in encode_comment(entry.provenance) for text in listed)


def test_wordings_of_one_long_sentence_agree_with_each_other() -> None:
    english = "A bed is a part of a plot in which the gardener of the plot plants what they like best."
    wordings = [
        "花坛是地块的一部分，地块的园丁在其中种植自己最喜欢的东西。",
        "花坛是地块的一部分，园丁在其中种植他们最喜欢的东西。",
        "花坛是地块中的一部分，地块的园丁在其中栽种自己最喜欢的东西。",
        "与此完全无关。",
    ]
    pairs = [pair(f"K{number}#f", english, text) for number, text in enumerate(wordings)]
    entries, merged = carried(pairs, {"L#f": english})
    assert merged.outcomes["L#f"] is Outcome.REUSED
    assert entries["L#f"].translation == wordings[0]
    assert "3 of 4 translations" in encode_comment(entries["L#f"].provenance)
    strict = carry([pairs], [Entry(id="L#f", english=english)], {})  # of a language that does not say what is alike
    assert strict.outcomes["L#f"] is Outcome.SEVERAL
    apart = [pair("A#f", english, wordings[0]), pair("B#f", english, wordings[3])]
    assert carried(apart, {"L#f": english})[1].outcomes["L#f"] is Outcome.SEVERAL


def test_an_answer_settles_its_english_for_all_that_have_no_translation_of_their_own() -> None:
    texts = dict.fromkeys(("A#size", "B#size", "C#size", "D#size"), "The size of a bed.")
    first, _ = carried(SIZES, texts)
    answered = replace(first["C#size"], translation="花坛有多大。", flags=())
    second, merged = carried((), texts, [first["A#size"], first["B#size"], answered, first["D#size"]])
    assert {name: entry.translation for name, entry in second.items()} == {
        "A#size": "花坛的尺寸。",
        "B#size": "花坛的大小。",
        "C#size": "花坛有多大。",
        "D#size": "花坛有多大。",
    }
    assert merged.outcomes["D#size"] is Outcome.REUSED
    for pairs in ((), SIZES):  # the answer holds in later runs, whether pages are read again or not
        again, _ = carried(pairs, {**texts, "E#size": "The size of a bed."}, second.values())
        assert again["E#size"].translation == "花坛有多大。"
        assert again["D#size"] == second["D#size"]


def test_the_later_source_corrects_the_earlier_one() -> None:
    old = [pair(name, "A bed of roses.", "玫瑰。") for name in ("K#f", "L#f", "M#f")]
    new = [pair(name, "A bed of roses.", "玫瑰花坛。") for name in ("K#f", "L#f", "M#f")]
    entries, _ = carried(old, {"K#f": "A bed of roses.", "N#f": "A bed of roses."}, corrections=new)
    assert [entries[name].translation for name in ("K#f", "N#f")] == ["玫瑰花坛。", "玫瑰花坛。"]


def test_a_translation_with_a_fault_waits_for_a_person_unless_another_one_has_none() -> None:
    damaged = pair("A#f", "A bed of red roses.", "红玫 瑰。", fault="a blank")
    entries, merged = carried([damaged], {"A#f": "A bed of red roses.", "B#f": "A bed of red roses."})
    assert set(merged.outcomes.values()) == {Outcome.UNSURE}
    assert all(entry.fuzzy and "a blank" in encode_comment(entry.provenance) for entry in entries.values())
    whole = pair("C#f", "A bed of red roses.", "红玫瑰。")
    entries, merged = carried([damaged, whole], {"B#f": "A bed of red roses."})
    assert (entries["B#f"].translation, merged.outcomes["B#f"]) == ("红玫瑰。", Outcome.REUSED)


@pytest.mark.parametrize(
    ("translation", "carried_text", "outcome"),
    [
        ("花坛，见 https://a.example/beds。", "花坛，见 https://b.example/plots#beds。", Outcome.CASE_ONLY),
        ("花坛，见 https://a.example/zh/beds。", "花坛，见 https://a.example/zh/beds。", Outcome.CHANGED),
    ],
)
def test_new_addresses_are_taken_over(translation: str, carried_text: str, outcome: Outcome) -> None:
    old, new = "A bed, see https://a.example/beds", "A bed, see https://b.example/plots#beds."
    first, merged = carried([pair("K#f", old, translation)], {"K#f": new})
    assert (first["K#f"].translation, merged.outcomes["K#f"]) == (carried_text, outcome)
    again, counted = carried([], {"K#f": new}, first.values())
    assert (again, counted.outcomes) == (first, merged.outcomes)
    hand = Entry(id="K#f", english=old, translation=translation)
    assert carried([], {"K#f": new}, [hand])[0]["K#f"].translation == carried_text


B_AND_D = ("See https://a.example/b or https://a.example/b/d.", "见 https://a.example/b 或 https://a.example/b/d。")
TWICE = ("From https://a.example/b to https://a.example/b.", "从 https://a.example/b 到 https://a.example/b。")


@pytest.mark.parametrize(
    ("old", "new", "outcome", "translation"),
    [
        (B_AND_D, B_AND_D[0].replace("b ", "c "), Outcome.CASE_ONLY, B_AND_D[1].replace("b ", "c ")),
        (B_AND_D, "See https://a.example/b/d or https://a.example/b.", Outcome.CASE_ONLY, "见 https://a.example/b/d 或 https://a.example/b。"),
        (TWICE, "From https://a.example/c to https://a.example/d.", Outcome.CHANGED, TWICE[1]),
    ],
    ids=["one begins the other", "two change places", "one became two"],
)  # fmt: skip
def test_an_address_is_replaced_as_a_whole(old: tuple[str, str], new: str, outcome: Outcome, translation: str) -> None:
    entries, merged = carried([pair("K#f", *old)], {"K#f": new})
    assert (merged.outcomes["K#f"], entries["K#f"].translation) == (outcome, translation)


def test_a_text_of_another_id_with_other_addresses_is_reused_with_the_new_ones() -> None:
    old, new = "A bed, see https://a.example/beds", "A bed, see https://b.example/plots#beds."
    entries, merged = carried([pair("K#f", old, "花坛，见 https://a.example/beds。")], {"B#f": new})
    entry = entries["B#f"]
    assert (entry.translation, entry.previous, entry.fuzzy) == ("花坛，见 https://b.example/plots#beds。", None, False)
    assert merged.outcomes["B#f"] is Outcome.REUSED
    again, counted = carried([], {"B#f": new}, [entry])
    assert (again["B#f"], counted.outcomes) == (entry, merged.outcomes)


def test_where_the_address_of_a_translation_is_another_one_it_is_one_question_for_all() -> None:
    old, new = "A bed, see https://a.example/beds", "A bed, see https://b.example/plots#beds."
    texts = {"B#f": new, "C#f": new, "D#f": "See https://b.example/plots."}
    entries, merged = carried(
        [pair("K#f", old, "花坛，见 https://a.example/zh/beds。"), pair("K#g", "See https://a.example", "见。")], texts
    )
    assert [merged.outcomes[prose_id] for prose_id in texts] == [Outcome.CHANGED, Outcome.CHANGED, Outcome.UNTRANSLATED]
    assert (entries["B#f"].previous, entries["B#f"].fuzzy, compose_page_text(entries["B#f"])) == (old, True, "")
    again, counted = carried([], texts, entries.values())
    assert (again, counted.outcomes) == (entries, merged.outcomes)
    answer = replace(entries["B#f"], translation="花坛，见 https://b.example/plots#beds。", flags=(), previous=None)
    settled, _ = carried([], texts, [answer, *(entry for entry in entries.values() if entry.id != "B#f")])
    assert (settled["C#f"].translation, settled["C#f"].fuzzy) == (answer.translation, False)


@pytest.mark.parametrize("value", ['`"Round"`', "`Round`", "“Round”", "Round"])
def test_a_new_list_of_values_that_the_translation_has_is_no_question(value: str) -> None:
    english = 'Its shape.\n\nPossible enum values:\n - `"Round"` has no corner'
    complete = f"形状。\n\n可能的值：\n - {value} 没有角"
    entries, merged = carried([pair("K#f", "Its shape.", complete)], {"K#f": english})
    assert (entries["K#f"].translation, merged.outcomes["K#f"]) == (complete, Outcome.CASE_ONLY)


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        ("The name of a bed.", "bed is the name of a bed", Outcome.CASE_ONLY),
        ("`bed` is the name of a bed.", "name of a bed.", Outcome.CASE_ONLY),
        ("The name of a bed.", "plot is the name of a bed.", Outcome.CHANGED),
        ("The name of a bed.", "bed is not the name of a bed.", Outcome.CHANGED),
    ],
)
def test_a_text_that_only_names_its_field_now_is_carried(old: str, new: str, outcome: Outcome) -> None:
    found, merged = carried([pair("K#bed", old, "苗床的名称。")], {"K#bed": new})
    assert merged.outcomes["K#bed"] is outcome
    assert (found["K#bed"].english, found["K#bed"].translation) == (new, "苗床的名称。")
    again, merged = carried([], {"K#bed": new}, [Entry(id="K#bed", english=old, translation="手工。")])
    assert (merged.outcomes["K#bed"], again["K#bed"].fuzzy) == (outcome, outcome is Outcome.CHANGED)


def test_a_changed_text_that_is_translated_elsewhere_is_reused() -> None:
    pairs = [pair("K#f", "A bed of roses.", "玫瑰花坛。"), pair("L#f", "A bed of white lilies.", "白百合花坛。")]
    entries, merged = carried(pairs, {"K#f": "A bed of white lilies."})
    assert (entries["K#f"].translation, merged.outcomes["K#f"]) == ("白百合花坛。", Outcome.REUSED)


@pytest.mark.parametrize(
    ("english", "translation", "old", "new", "outcome"),
    [
        ("Name", "名称", "A#name", "B#title", Outcome.UNSURE),  # short, another field
        ("Name", "名称", "A#name", "B#name", Outcome.REUSED),
        ("Name of the referent.", "被引用的 Secret 的名称。", "A#name", "B#name", Outcome.UNSURE),  # says more
        ("The number of beds.", "bedCount 是花坛的数量。", "A#bedCount", "B#bedCount", Outcome.REUSED),
        ("The number of beds.", "bedCount 是花坛的数量。", "A#bedCount", "B#count", Outcome.UNSURE),
    ],
)
def test_reuse_needs_a_text_that_means_the_same_anywhere(
    english: str, translation: str, old: str, new: str, outcome: Outcome
) -> None:
    entries, merged = carried([pair(old, english, translation)], {new: english})
    assert merged.outcomes[new] is outcome
    assert entries[new].fuzzy is (outcome is Outcome.UNSURE)


def test_a_like_text_of_another_id_is_never_taken() -> None:
    entries, merged = carried(
        [pair("A#spec", "Spec of a plot review.", "地块审查的规约。")], {"B#spec": "Spec of a plot request."}
    )
    assert merged.outcomes == {"B#spec": Outcome.UNTRANSLATED}
    assert entries["B#spec"].translation == ""
    assert entries["A#spec"].obsolete


def test_an_id_that_stands_on_several_pages_has_its_most_used_translation() -> None:
    inlined = [pair("K#f", "A bed.", "一床。"), pair("K#f", "A bed.", "花坛。"), pair("K#f", "A bed.", "花坛 。")]
    entries, merged = carried(inlined, {"K#f": "A bed."})
    assert merged.outcomes["K#f"] is Outcome.CARRIED
    assert entries["K#f"].translation == "花坛。"


def test_of_several_editions_the_nearest_is_the_previous_one() -> None:
    editions = [pair("K#f", "Nothing like it", "旧"), pair("K#f", "A bed of red roses.", "红玫瑰。")]
    entries, _ = carried(editions, {"K#f": "A bed of red lilies."})
    assert (entries["K#f"].previous, entries["K#f"].translation) == ("A bed of red roses.", "红玫瑰。")


def test_of_very_many_translations_of_one_english_the_entry_counts_those_that_it_does_not_list() -> None:
    known = [pair(f"K{number}#f", "It holds what was sown.", f"它有 {number}。") for number in range(60)]
    entries, merged = carried(known, {"L#g": "It holds what was sown."})
    assert merged.outcomes["L#g"] is Outcome.SEVERAL
    lines = encode_comment(entries["L#g"].provenance).splitlines()
    assert (len(lines), lines[-1]) == (52, "... 10 other translations")


def test_a_confirmed_entry_stays_whatever_pages_say() -> None:
    hand = Entry(id="K#f", english="A bed.", translation="手工。", comment="checked", flags=("no-wrap",))
    entries, merged = carried([pair("K#f", "A bed.", "页面。")], {"K#f": "A bed."}, [hand])
    assert entries["K#f"] == hand
    assert merged.kept == {"K#f"}


def test_a_confirmed_entry_becomes_fuzzy_when_the_english_changes() -> None:
    hand = Entry(id="K#f", english="A bed.", translation="手工。", comment="checked", flags=("no-wrap",))
    entries, merged = carried([pair("K#f", "A bed.", "页面。")], {"K#f": "A bed of roses."}, [hand])
    entry = entries["K#f"]
    assert merged.outcomes["K#f"] is Outcome.CHANGED
    assert (entry.translation, entry.previous, entry.flags) == ("手工。", "A bed.", ("fuzzy", "no-wrap"))
    assert entry.comment == "checked"
    again, _ = carried([pair("K#f", "A bed.", "页面。")], {"K#f": "A bed of roses."}, [entry])
    assert again["K#f"] == entry
    later, _ = carried([], {"K#f": "A bed of lilies."}, [entry])
    assert later["K#f"].previous == "A bed."  # still the English that was translated


def test_the_previous_english_of_a_confirmed_entry_does_not_count() -> None:
    known = [Entry(id="K#f", english="The bed of roses.", translation="一床玫瑰。", previous="The bed of lilies.")]
    entries, merged = carried([], {"K#f": "The bed of roses. It is empty."}, known)
    assert merged.outcomes["K#f"] is Outcome.PARTIAL
    assert entries["K#f"].previous == "The bed of roses."
    assert compose_page_text(entries["K#f"]) == "一床玫瑰。\nIt is empty."


def test_only_case_of_the_english_leaves_a_confirmed_entry_confirmed() -> None:
    hand = Entry(id="K#f", english="A bed.", translation="手工。")
    entries, merged = carried([], {"K#f": "a `bed`."}, [hand])
    assert merged.outcomes["K#f"] is Outcome.CASE_ONLY
    assert (entries["K#f"].english, entries["K#f"].translation, entries["K#f"].fuzzy) == ("a `bed`.", "手工。", False)
    again, counted = carried([], {"K#f": "a `bed`."}, [entries["K#f"]])
    assert (again["K#f"], counted.outcomes["K#f"]) == (entries["K#f"], Outcome.CASE_ONLY)


def test_a_choice_of_a_person_among_candidates_stays() -> None:
    several = [pair("A#size", "The size of a bed.", "尺寸。"), pair("B#size", "The size of a bed.", "大小。")]
    texts = {"C#size": "The size of a bed."}
    first, _ = carried(several, texts)
    chosen = replace(first["C#size"], translation="大小。", flags=())
    entries, merged = carried(several, texts, [chosen])
    assert entries["C#size"] == replace(chosen, provenance=CONFIRMED)
    assert merged.outcomes["C#size"] is Outcome.CARRIED


def test_a_guess_of_ours_gives_way_to_a_page_that_has_the_text() -> None:
    old = [pair("K#f", "A bed.", "花坛。")]
    first, _ = carried(old, {"K#f": "A bed of roses."})
    now = [*old, pair("K#f", "A bed of roses.", "玫瑰花坛。")]
    entries, merged = carried(now, {"K#f": "A bed of roses."}, first.values())
    assert merged.outcomes["K#f"] is Outcome.CARRIED
    assert (entries["K#f"].translation, entries["K#f"].fuzzy, entries["K#f"].previous) == ("玫瑰花坛。", False, None)


def test_a_mark_that_a_person_set_stays() -> None:
    doubted = Entry(id="K#f", english="A bed.", translation="花坛。", flags=("fuzzy",))
    entries, merged = carried([pair("K#f", "A bed.", "花坛。")], {"K#f": "A bed."}, [doubted])
    assert entries["K#f"].fuzzy
    assert merged.kept == {"K#f"}


def test_the_catalogue_teaches_other_ids() -> None:
    hand = Entry(id="K#f", english="The size of a bed.", translation="花坛的大小。")
    entries, merged = carried([], {"K#f": "The size of a bed.", "L#f": "The size of a bed."}, [hand])
    assert merged.outcomes == {"K#f": Outcome.CARRIED, "L#f": Outcome.REUSED}
    again, counted = carried([], {"K#f": "The size of a bed.", "L#f": "The size of a bed."}, entries.values())
    assert (again, counted.outcomes) == (entries, merged.outcomes)


def test_what_is_gone_is_obsolete_and_comes_back() -> None:
    hand = Entry(id="K#f", english="A bed.", translation="手工。", comment="checked", places=("a.md:1",))
    gone, _ = carried([], {}, [hand])
    assert gone["K#f"].obsolete
    assert gone["K#f"].comment == "checked"
    back, _ = carried([], {"K#f": "A bed."}, gone.values())
    assert (back["K#f"].obsolete, back["K#f"].translation) == (False, "手工。")
    nothing, _ = carried([], {}, [Entry(id="K#g", english="A path.")])
    assert not nothing


def test_headings_stay_where_the_source_has_none_and_are_gone_where_it_has_others() -> None:
    heading = pair("category What grows", "What grows", "作物")
    kept, _ = carried([heading], {"K#f": "A bed."})
    assert (kept[heading.id].obsolete, kept[heading.id].translation) == (False, "作物")
    gone, _ = carried([heading], {"category Tools": "Tools"})
    assert gone[heading.id].obsolete
    again, _ = carried([], {"K#f": "A bed."}, kept.values())
    assert again == kept
