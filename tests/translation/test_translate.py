"""Translations are learnt from pages and carried by id: what is kept, what is marked, what waits for a person."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from codegen.cli import main
from codegen.core.locales import SHIPPED
from codegen.model import is_category
from codegen.readers.sources import SourcePath, read
from codegen.translation import po
from codegen.translation.adaptation import compose_page_text
from codegen.translation.carry import Outcome, carry
from codegen.translation.catalog import complete
from codegen.translation.memory import SourceText
from codegen.translation.normalization import fold_markup, fold_punctuation, is_only_names
from codegen.translation.pairs import LearnedPairs, learn
from codegen.translation.po import Entry
from codegen.translation.progress import TextState, find_state
from codegen.translation.provenance import CONFIRMED, NEW_VALUES, decode_comment, encode_comment
from codegen.translation.signals import assess
from gardens.translation import document, key, page, pages
from support.carrying import carried, pair
from support.corpus import CASES

BEDS = "beds are the parts of a plot that are planted together."
BEDS_ZH = "beds 是一起种植的地块部分。"


# ------------------------------------------------------------------------------------------------------- carrying


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
        [pair("A#size", "The size of a bed.", "花坛的大小。"), pair("B#size", "The size of a bed.", "花坛的大小 .")],
        {"C#width": "The size of a bed."},
    )
    assert merged.outcomes["C#width"] is Outcome.REUSED
    assert (entries["C#width"].translation, entries["C#width"].fuzzy) == ("花坛的大小。", False)
    assert "A#size" in encode_comment(entries["C#width"].provenance)


SIZES = [pair("A#size", "The size of a bed.", "花坛的尺寸。"), pair("B#size", "The size of a bed.", "花坛的大小。")]


def test_where_places_disagree_all_translations_are_listed() -> None:
    entries, merged = carried(SIZES, {"C#size": "The size of a bed."})
    entry = entries["C#size"]
    assert merged.outcomes["C#size"] is Outcome.SEVERAL
    assert (entry.fuzzy, entry.previous) == (True, None)
    assert "1 × 花坛的大小。 (B#size)" in encode_comment(entry.provenance)
    assert "1 × 花坛的尺寸。 (A#size)" in encode_comment(entry.provenance)


def test_the_majority_is_reused_and_the_others_are_listed() -> None:
    several = [*SIZES, pair("D#size", "The size of a bed.", "花坛的大小。")]
    entries, merged = carried(several, {"C#size": "The size of a bed."})
    entry = entries["C#size"]
    assert merged.outcomes["C#size"] is Outcome.REUSED
    assert (entry.translation, entry.fuzzy) == ("花坛的大小。", False)
    assert "2 of 3 translations" in encode_comment(entry.provenance)
    assert "1 × 花坛的尺寸。 (A#size)" in encode_comment(entry.provenance)


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
    strict = carry(
        pairs, [SourceText(id="L#f", english=english, place="")], {}
    )  # of a language that does not say what is alike
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
    new = [replace(pair(name, "A bed of roses.", "玫瑰花坛。"), source=1) for name in ("K#f", "L#f", "M#f")]
    entries, _ = carried([*new, *old], {"K#f": "A bed of roses.", "N#f": "A bed of roses."})
    assert [entries[name].translation for name in ("K#f", "N#f")] == ["玫瑰花坛。", "玫瑰花坛。"]


def test_a_translation_with_a_fault_waits_for_a_person_unless_another_one_has_none() -> None:
    damaged = replace(pair("A#f", "A bed of red roses.", "红玫 瑰。"), fault="a blank")
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


@pytest.mark.parametrize(
    ("new", "translation"),
    [
        ("See https://a.example/c or https://a.example/b/d.", "见 https://a.example/c 或 https://a.example/b/d。"),
        ("See https://a.example/b/d or https://a.example/b.", "见 https://a.example/b/d 或 https://a.example/b。"),
    ],
)
def test_an_address_that_begins_another_one_is_taken_over_alone(new: str, translation: str) -> None:
    old = pair(
        "K#f", "See https://a.example/b or https://a.example/b/d.", "见 https://a.example/b 或 https://a.example/b/d。"
    )
    entries, merged = carried([old], {"K#f": new})
    assert (entries["K#f"].translation, merged.outcomes["K#f"]) == (translation, Outcome.CASE_ONLY)


def test_an_address_that_stood_twice_and_became_two_is_a_question() -> None:
    old = pair(
        "K#f", "From https://a.example/b to https://a.example/b.", "从 https://a.example/b 到 https://a.example/b。"
    )
    _, merged = carried([old], {"K#f": "From https://a.example/c to https://a.example/d."})
    assert merged.outcomes["K#f"] is Outcome.CHANGED


def test_of_a_text_of_another_id_with_other_addresses_pages_show_the_new_ones() -> None:
    old, new = "A bed, see https://a.example/beds", "A bed, see https://b.example/plots#beds."
    entries, merged = carried([pair("K#f", old, "花坛，见 https://a.example/beds。")], {"B#f": new})
    entry = entries["B#f"]
    assert (entry.translation, entry.previous, entry.fuzzy) == ("花坛，见 https://a.example/beds。", old, True)
    assert (compose_page_text(entry), merged.outcomes["B#f"]) == (
        "花坛，见 https://b.example/plots#beds。",
        Outcome.CHANGED,
    )
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


def test_before_a_new_list_of_values_the_text_is_carried() -> None:
    values = 'Possible enum values:\n - `"Round"` has no corner'
    for pairs, known in (
        ([pair("K#f", "Its shape.", "形状。")], []),
        ([], [Entry(id="K#f", english="Its shape.", translation="形状。")]),
    ):
        entries, merged = carried(pairs, {"K#f": f"Its shape.\n\n{values}"}, known)
        entry = entries["K#f"]
        assert (entry.translation, entry.fuzzy, entry.previous) == ("形状。", False, None)
        assert merged.outcomes["K#f"] is Outcome.PARTIAL
        assert "list of values" in encode_comment(entry.provenance)
        assert find_state(entry.english, entry) is TextState.STALE
        assert [change.new for change in assess(entry.english, entry).changes][-1] == '- `"Round"` has no corner'
        again, counted = carried(pairs, {"K#f": entry.english}, [entry])
        assert (again["K#f"], counted.outcomes["K#f"]) == (entry, Outcome.PARTIAL)
        done = replace(entry, translation='形状。\n\n可能的值：\n - `"Round"` 没有角')
        finished, counted = carried([], {"K#f": entry.english}, [done])
        assert find_state(entry.english, finished["K#f"]) is TextState.TRANSLATED
        assert counted.outcomes["K#f"] is Outcome.CARRIED


def test_a_text_that_was_carried_in_part_is_shown_with_the_new_list_in_english(tmp_path: Path) -> None:
    english = 'Its shape.\n\nPossible enum values:\n - `"Round"` has no corner'
    reference = read(document(tmp_path / "new.json", Plot={"shape": english}))
    entry = po.Entry(id=key("Plot#shape"), english=english, translation="形状。", provenance=NEW_VALUES)
    catalog = po.Catalog(locale="zh-cn", path="zh-cn.po", entries={entry.id: entry})
    shown = complete(reference, [catalog], ["zh-cn"]).text("zh-cn", key("Plot#shape"))
    assert shown == '形状。\n\n可能的枚举值：\n - `"Round"` has no corner'


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


def test_of_a_new_id_too_it_does_not_count_whether_the_field_is_the_subject() -> None:
    texts = {
        "B#width": "width is the width of a bed.",
        "B#depth": "depth is the width of a bed.",
        "B.Width": "Width is a width of a bed.",
    }
    entries, merged = carried([pair("K#width", "The width of a bed.", "苗床的宽度。")], texts)
    assert merged.outcomes == {
        "B#width": Outcome.REUSED,
        "B#depth": Outcome.UNTRANSLATED,
        "B.Width": Outcome.UNTRANSLATED,
    }
    assert (entries["B#width"].english, entries["B#width"].translation) == (texts["B#width"], "苗床的宽度。")


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


# --------------------------------------------------------------------------------------------- an existing catalogue


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
    chosen = Entry(
        id="C#size", english="The size of a bed.", translation="大小。", provenance=first["C#size"].provenance
    )
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
    hand = Entry(
        id="K#f",
        english="A bed.",
        translation="手工。",
        comment="checked",
        provenance=decode_comment("x"),
        places=("a.md:1",),
    )
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


# -------------------------------------------------------------------------------------------------------- learning


def learnt(*sources: Path) -> LearnedPairs:
    return learn([SourcePath(path=path, shown=str(path)) for path in sources], SHIPPED.get("zh-cn"))


def test_pairs_have_the_english_of_the_comment_and_the_line_of_the_translation(tmp_path: Path) -> None:
    folder = pages(tmp_path, plot_v1=page("Plot", [("beds", BEDS, BEDS_ZH)], ("A plot.", "一块地。")))
    found = learnt(folder)
    lines = [line.strip() for line in (folder / "plot-v1.md").read_text(encoding="utf-8").split("\n")]
    assert [(pair.id, pair.english, pair.translation, pair.place) for pair in found.pairs] == [
        (key("Plot#beds"), BEDS, BEDS_ZH, f"plot-v1.md:{lines.index(BEDS_ZH) + 1}"),
        (key("Plot"), "A plot.", "一块地。", f"plot-v1.md:{lines.index('一块地。') + 1}"),
    ]
    assert not found.rejected


@pytest.mark.parametrize(
    ("english", "own"), [("An '_' or '-'.", "有 “_” 或 “-”。"), (r"A '\_' of it.", r"它的 “\_”。")]
)
def test_an_escape_that_the_english_does_without_is_none_of_the_text(tmp_path: Path, english: str, own: str) -> None:
    folder = pages(tmp_path, plot_v1=page("Plot", [("beds", english, own.replace("“_”", r"“\_”"))]))
    assert [pair.translation for pair in learnt(folder).pairs] == [own]


def test_headings_above_fields_are_learnt_with_the_english_of_their_comment(tmp_path: Path) -> None:
    source = (CASES / "categories/sources/shed-v1.zh-cn.md").read_text(encoding="utf-8")
    source = source.replace("### 在用的工具 {#tools}", "### 建筑").replace(
        "### Tools in use {#tools}", "### Building work"
    )
    (tmp_path / "shed-v1.zh-cn.md").write_text(source, encoding="utf-8")
    found = learnt(tmp_path)
    assert [(pair.id, pair.english, pair.translation) for pair in found.pairs if is_category(pair.id)] == [
        ("category Building", "Building", "建筑"),
        ("category Building work", "Building work", "建筑"),
    ]


def test_the_document_gives_the_english_that_a_page_lacks(tmp_path: Path) -> None:
    folder = pages(tmp_path, plot_v1=page("Plot", [("beds", "", BEDS_ZH), ("owner", "An old owner.", "旧主人。")]))
    old = document(tmp_path / "old.json", Plot={"beds": BEDS, "owner": "The new owner of it."})
    assert {pair.id: pair.english for pair in learnt(folder, old).pairs} == {
        key("Plot#beds"): BEDS,
        key("Plot#owner"): "An old owner.",  # the English that was translated, not what stood in the release
    }
    assert not learnt(folder).pairs[1:]  # without the document, one has no English


def test_a_description_in_several_comments_is_one_text(tmp_path: Path) -> None:
    text = page("Plot", [("beds", "Beds of a plot.", "地块的花坛。\n\n  <!--\n  May be empty.\n  -->\n  可以为空。")])
    (found,) = learnt(pages(tmp_path, plot_v1=text)).pairs
    assert found.english.split("\n\n") == ["Beds of a plot.", "May be empty."]
    assert found.translation.split("\n\n") == ["地块的花坛。", "可以为空。"]


def test_a_comment_that_repeats_a_label_or_a_heading_is_no_description(tmp_path: Path) -> None:
    text = page(
        "Plot", [("beds", BEDS, BEDS_ZH), ("owner", "Its owner.", "它的主人。\n\n<!--\n### Ways\n-->\n### 小路")]
    )
    text = text.replace("- **beds** (string)", "- **beds** (string)，<!--required-->必需")
    assert [(pair.english, pair.translation) for pair in learnt(pages(tmp_path, plot_v1=text)).pairs] == [
        (BEDS, BEDS_ZH),
        ("Its owner.", "它的主人。\n\n### 小路"),
    ]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (("beds", BEDS, BEDS), "translation-english"),
        (("beds", BEDS, "still nobody did it"), "translation-english"),
        (("beds", BEDS, ""), "translation-empty"),
        (("beds", "The owner of the plot, who pays for it.", "付钱的主人。"), "comment-of-another"),
    ],
)
def test_what_cannot_belong_together_is_said_and_not_learnt(
    tmp_path: Path, row: tuple[str, str, str], rule: str
) -> None:
    owner = ("owner", "The owner of the plot, who pays for it.", "地块的主人，为它付钱。")
    folder = pages(tmp_path, plot_v1=page("Plot", [row, owner]))
    old = document(tmp_path / "old.json", Plot={"beds": BEDS, "owner": owner[1]})
    found = learnt(folder, old)
    assert [diagnostic.rule for diagnostic in found.rejected] == [rule]
    assert found.rejected[0].span.line > 1
    assert [pair.id for pair in found.pairs] == [key("Plot#owner")]


def test_an_older_edition_of_a_text_is_no_text_of_another(tmp_path: Path) -> None:
    old_text, new_text = "Name of the plot.", "Name of the plot. This field may be empty for the sake of old clients."
    folder = pages(
        tmp_path, plot_v1=page("Plot", [("title", old_text, "地块的名称。"), ("name", old_text, "地块的名字。")])
    )
    found = learnt(folder, document(tmp_path / "old.json", Plot={"title": new_text, "name": old_text}))
    assert not found.rejected
    assert len(found.pairs) == 2


def test_a_neighbours_translation_is_not_learnt(tmp_path: Path) -> None:
    rows = [
        ("beds", "beds are planted parts.", "beds 是种植的部分。"),
        ("owner", "Who pays the water bill of this place", "beds 是种植的部分。"),
    ]
    found = learnt(pages(tmp_path, plot_v1=page("Plot", rows)))
    assert [pair.id for pair in found.pairs] == [key("Plot#beds")]
    assert [diagnostic.rule for diagnostic in found.rejected] == ["translation-of-another"]


def test_a_slip_between_like_texts_shows_against_all_pages(tmp_path: Path) -> None:
    one, other = "Standard metadata of an object.", "Standard metadata of a list."
    texts_by_page = {
        f"kind{number}": page(f"Kind{number}", [("metadata", one, "对象元数据。"), ("items", other, "列表元数据。")])
        for number in range(3)
    }
    texts_by_page["slip"] = page("Slip", [("metadata", one, "列表元数据。")])
    found = learnt(pages(tmp_path, **texts_by_page))
    assert [(diagnostic.rule, "Slip#metadata" in diagnostic.message) for diagnostic in found.rejected] == [
        ("translation-of-another", True)
    ]
    assert len(found.pairs) == 6


def test_names_are_the_same_in_each_language(tmp_path: Path) -> None:
    found = learnt(pages(tmp_path, plot_v1=page("Plot", [("beds", "PlotSpec", "PlotSpec")])))
    assert [pair.translation for pair in found.pairs] == ["PlotSpec"]
    assert is_only_names("PlotSpec `a b` https://a.example/b")
    assert not is_only_names("Status")


# --------------------------------------------------------------------------------------------------------- the file


def run(folder: Path, *arguments: str, catalog: str = "zh-cn.po", locale: str = "zh-cn") -> Result:
    target = ["--for", str(folder / "new.json"), "--locale", locale, "--catalog", str(folder / catalog)]
    return CliRunner().invoke(main, ["translate", *arguments, *target, "--format", "json"])


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    rows = [
        ("beds", BEDS, BEDS_ZH),
        ("owner", "The Owner of it.", "它的主人。"),
        ("gone", "What was once.", "曾经有过的。"),
        ("tool", 'A tool: `rake`, \\*hoe\\* or "spade".', '一种工具：`rake`、\\*hoe\\* 或 "spade"。'),
    ]
    pages(tmp_path, plot_v1=page("Plot", rows))
    document(tmp_path / "old.json", Plot={name: english for name, english, _ in rows})
    document(
        tmp_path / "new.json",
        Plot={"": "A plot.", "beds": BEDS, "owner": "the owner of it.", "tool": "A tool: `rake` or `spade`.\n"},
        Yard={"beds": BEDS},
    )
    return tmp_path


def learn_arguments(folder: Path) -> list[str]:
    return ["--learn", str(folder / "zh-cn"), str(folder / "old.json")]


def place_of_beds(folder: Path) -> str:
    lines = (folder / "zh-cn/plot-v1.md").read_text(encoding="utf-8").split("\n")
    return f"#: plot-v1.md:{lines.index(f'  {BEDS_ZH}') + 1}"


def test_the_command_counts_and_a_second_run_changes_nothing(garden: Path) -> None:
    first = run(garden, *learn_arguments(garden))
    assert first.exit_code == 0, first.output
    counts = json.loads(first.stdout)
    wanted = {"carried": 1, "case_only": 1, "reused": 1, "fuzzy": 1, "untranslated": 1, "total": 5, "obsolete": 1}
    assert {name: counts[name] for name in wanted} == wanted
    assert counts["by_part"]["fields"]["total"] == 4
    text = (garden / "zh-cn.po").read_bytes()
    again = run(garden, *learn_arguments(garden))
    assert (garden / "zh-cn.po").read_bytes() == text
    assert {name: json.loads(again.stdout)[name] for name in wanted} == wanted


def test_learn_takes_sources_in_both_spellings(garden: Path) -> None:
    run(garden, *learn_arguments(garden))
    first = (garden / "zh-cn.po").read_bytes()
    (garden / "zh-cn.po").unlink()
    result = run(garden, "--learn", str(garden / "zh-cn"), "--learn", str(garden / "old.json"))
    assert result.exit_code == 0, result.output
    assert (garden / "zh-cn.po").read_bytes() == first


def test_what_was_learnt_is_not_read_again(garden: Path) -> None:
    first = run(garden, *learn_arguments(garden))
    text = (garden / "zh-cn.po").read_bytes()
    again = run(garden)
    assert again.exit_code == 0, again.output
    assert (garden / "zh-cn.po").read_bytes() == text
    names = ("carried", "case_only", "reused", "fuzzy", "untranslated")
    assert [json.loads(again.stdout)[name] for name in names] == [json.loads(first.stdout)[name] for name in names]


def test_a_catalogue_is_learnt_from(garden: Path) -> None:
    run(garden, *learn_arguments(garden))
    result = run(garden, "--learn", str(garden / "zh-cn.po"), catalog="other.po")
    counts = json.loads(result.stdout)
    assert (counts["carried"], counts["case_only"], counts["reused"]) == (2, 0, 1)
    assert "#: zh-cn.po:" in (garden / "other.po").read_text(encoding="utf-8")
    missing = run(garden, "--learn", str(garden / "none.po"), catalog="third.po")
    assert missing.exit_code == 2
    assert "error[source-missing]" in missing.output


@pytest.mark.parametrize(
    ("english", "translation", "fault"),
    [
        ("See https://a.example/beds for more.", "详见 https://a.example/be ds。", "https://a.example/beds"),
        ("Beds that are wide.", "**宽的花坛。", "strong emphasis"),
        ("Beds that are wide.", "宽的花坛。", ""),
    ],
)
def test_a_fault_that_readers_meet_is_learnt_with_the_pair(
    tmp_path: Path, english: str, translation: str, fault: str
) -> None:
    (found,) = learnt(pages(tmp_path, plot_v1=page("Plot", [("beds", english, translation)]))).pairs
    assert fault in found.fault
    assert bool(found.fault) is bool(fault)


def test_the_file_is_sorted_stable_and_has_no_date(garden: Path) -> None:
    run(garden, *learn_arguments(garden))
    text = (garden / "zh-cn.po").read_text(encoding="utf-8")
    ids = [line for line in text.split("\n") if line.startswith("msgctxt")]
    assert ids == sorted(ids)
    assert "20" not in text.split("\n\n")[0].replace("UTF-8", "")
    assert f'{place_of_beds(garden)}\nmsgctxt "{key("Plot#beds")}"' in text
    assert "#: new.json:1" in text
    assert '#| msgid "' in text
    assert f'#~ msgctxt "{key("Plot#gone")}"' in text
    assert str(garden) not in text


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="msgfmt of GNU gettext is not installed")
def test_msgfmt_accepts_the_file(garden: Path) -> None:
    run(garden, *learn_arguments(garden))
    command = ["msgfmt", "--check", "-o", str(garden / "out.mo"), str(garden / "zh-cn.po")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_edits_by_hand_survive(garden: Path) -> None:
    run(garden, *learn_arguments(garden))
    file = garden / "zh-cn.po"
    text = file.read_text(encoding="utf-8")
    text = text.replace(f'msgstr "{BEDS_ZH}"', 'msgstr "手工翻译的花坛。"', 1)
    place = place_of_beds(garden)
    text = text.replace(f"{place}\nmsgctxt", f"# Two words were wrong.\n{place}\nmsgctxt", 1)
    text = text.replace('"Last-Translator: \\n"', '"Last-Translator: Gardener <g@example.io>\\n"')
    text += '\nmsgid "without an id"\nmsgstr "没有标识"\n'
    file.write_text(text, encoding="utf-8")
    result = run(garden, *learn_arguments(garden))
    counts = json.loads(result.stdout)
    assert (counts["kept"], counts["carried"]) == (1, 1)
    after = file.read_text(encoding="utf-8")
    for edit in ("手工翻译的花坛。", "# Two words were wrong.", "Gardener <g@example.io>", "without an id"):
        assert edit in after
    run(garden, *learn_arguments(garden))
    assert file.read_text(encoding="utf-8") == after


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    texts = ['" \\ \n"', "a\u2028b\x85c\x0bd", "\x00\u202e", '\\"\nmsgid "x', "#~ #| x", "\ud800", "tab\tstop"]
    entries = [
        Entry(
            id=f"K#{n}",
            english=text,
            translation=text,
            comment=" ".join(text.split()),
            provenance=decode_comment(" ".join(text.split())),
        )
        for n, text in enumerate(texts)
    ]
    text = po.format_catalog(entries, "zh-cn", po.Catalog(locale="zh-cn"))
    file = tmp_path / "zh-cn.po"
    assert po.write_catalog(file, text)
    read = po.open_catalog(file, "zh-cn", "zh-cn.po")
    assert sorted(read.entries) == [f"K#{n}" for n in range(len(texts))]
    assert read.entries["K#0"].english == texts[0]
    assert po.format_catalog(read.entries.values(), "zh-cn", read) == text
    assert not po.write_catalog(file, text)


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda f: (f / "zh-cn.po").write_text("no catalogue\n", encoding="utf-8"), "catalog-syntax"),
        (
            lambda f: (f / "zh-cn.po").write_text('msgid ""\nmsgstr "Language: ja\\n"\n', encoding="utf-8"),
            "catalog-language",
        ),
        (lambda f: (f / "new.json").write_text("{", encoding="utf-8"), ""),
        (lambda f: document(f / "new.json", Plot={}), "no-english"),
        (lambda f: shutil.rmtree(f / "zh-cn"), "source-missing"),
    ],
)
def test_bad_input_is_said_once_and_nothing_is_written(garden: Path, make: object, rule: str) -> None:
    assert callable(make)
    make(garden)
    before = (garden / "zh-cn.po").read_bytes() if (garden / "zh-cn.po").exists() else None
    result = run(garden, *learn_arguments(garden))
    assert result.exit_code == 2
    assert f"error[{rule}" in result.output
    assert "Traceback" not in result.output
    assert ((garden / "zh-cn.po").read_bytes() if (garden / "zh-cn.po").exists() else None) == before


def test_usage(garden: Path) -> None:
    for arguments in ([], ["--learn"], ["--learn", "x"], ["nothing"]):
        result = CliRunner().invoke(main, ["translate", *arguments])
        assert result.exit_code == 2
    assert run(garden, *learn_arguments(garden), locale="en").exit_code == 2
    assert run(garden, *learn_arguments(garden), locale="xx").exit_code == 2


def test_sources_without_the_language_are_named(garden: Path) -> None:
    result = run(garden, "--learn", str(garden / "old.json"))
    assert result.exit_code == 0
    assert "warning[nothing-learnt]" in result.output


# ------------------------------------------------------------------------------------------------------ equal texts


def test_when_texts_are_equal() -> None:
    assert fold_markup("The `Bed` &lt;b&gt;\n of \\*all\\*") == fold_markup("the bed <b> of *all*")
    assert fold_markup("a bed") != fold_markup("a bet")
    assert fold_punctuation("花坛，大小: 5。") == fold_punctuation("花坛,大小：５")
    assert fold_punctuation("a.b 大小") != fold_punctuation("ab 大小")


@pytest.mark.parametrize("english", ["The bed.\r\nAnd its soil.", "A \x1b[31mbed\x9b", "A \u202ebed", "A bed.\x85"])
def test_a_text_with_unseen_characters_keeps_its_translation(tmp_path: Path, english: str) -> None:
    document(tmp_path / "new.json", Plot={"beds": english})
    entry = po.Entry(id=key("Plot#beds"), english=english, translation="花坛。")
    (tmp_path / "zh-cn.po").write_text(
        po.format_catalog([entry], "zh-cn", po.Catalog(locale="zh-cn")), encoding="utf-8"
    )
    catalog = po.load_catalog(tmp_path / "zh-cn.po", "zh-cn")
    reference = read(SourcePath(path=tmp_path / "new.json", shown="new.json"))
    completed = complete(reference, [catalog], ["zh-cn"])
    assert completed.text("zh-cn", key("Plot#beds")) == "花坛。"
