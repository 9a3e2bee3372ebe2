"""Adaptation of translations to a changed English text."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import Span
from codegen.core.locales import SHIPPED
from codegen.model import Prose
from codegen.readers.sources import SourcePath, read
from codegen.translation import po
from codegen.translation.adaptation import compose_page_text, find_head, remove_english_tail
from codegen.translation.carry import CarriedText
from codegen.translation.catalog import complete
from codegen.translation.fuzzy_match import FuzzyMatcher
from codegen.translation.learning import learn
from codegen.translation.po import Entry
from codegen.translation.progress import TextState, find_state
from codegen.translation.provenance import CONFIRMED, encode_comment
from codegen.translation.signals import assess
from gardens.docs import emit_texts, reference
from gardens.translation import document, key, page, pages
from support.carrying import carry_entries, learned_entry

BED = "The bed of the plot."
BED_ZH = "地块的苗床。"
MORE = f"{BED} It is empty in winter."


@pytest.mark.parametrize(
    ("old", "new", "head"),
    [
        (BED, MORE, BED),
        ("The bed of the plot", MORE, BED),
        ("the `bed` of the plot", MORE, BED),
        (BED, f"{BED}\n\nIt is empty.", BED),
        (BED, "The bed of the plot\n - `a` is one", "The bed of the plot"),
        (
            "See https://a.example/b.",
            "See https://b.example/c. It is empty.",
            "See https://b.example/c.",
        ),
        (BED, BED, None),
        (BED, "The bed of the plot, which is empty. It is cold.", None),
        (BED, f"It is empty in winter. {BED}", None),
        (f"{BED} It is empty in winter. Then sow.", MORE, None),
        ("One of:", "One of:\n - `a` is one", None),  # the rest belongs to it
        ("", MORE, None),
    ],
)
def test_common_beginning_consists_of_whole_sentences(old: str, new: str, head: str | None) -> None:
    assert find_head(old, new) == head


def test_longest_common_beginning_is_found() -> None:
    matcher = FuzzyMatcher(
        [learned_entry("K#f", english, BED_ZH) for english in (BED, MORE, "It is")], ()
    )
    assert matcher.match_head(f"{MORE} Then sow.") == MORE
    assert matcher.match_head(f"{BED} Then sow.") == BED
    assert matcher.match_head(MORE) == BED
    assert matcher.match_head("It is. Then sow.") is None  # too short to be unambiguous


@pytest.mark.parametrize(
    ("pairs", "known"),
    [
        ([learned_entry("K#f", BED, BED_ZH)], []),
        ([], [Entry(id="K#f", english=BED, translation=BED_ZH)]),
    ],
    ids=["from a page", "from the catalog"],
)
def test_text_with_new_sentences_is_carried_as_fuzzy(
    pairs: list[Entry], known: list[Entry]
) -> None:
    entries, merged = carry_entries(pairs, {"K#f": MORE}, known)
    entry = entries["K#f"]
    assert (entry.translation, entry.fuzzy, entry.previous) == (BED_ZH, True, BED)
    assert merged.outcomes["K#f"] is CarriedText.PARTIAL
    assert compose_page_text(entry) == f"{BED_ZH}\nIt is empty in winter."
    assert find_state(entry.english, entry) is TextState.STALE
    assert [change.new for change in assess(entry.english, entry).changes] == [
        "It is empty in winter."
    ]
    again, counted = carry_entries(pairs, {"K#f": MORE}, [entry])
    assert (again["K#f"], counted.outcomes["K#f"]) == (entry, CarriedText.PARTIAL)
    later, counted = carry_entries([], {"K#f": f"{MORE} Then sow."}, [entry])
    assert later["K#f"].previous == BED
    assert compose_page_text(later["K#f"]) == f"{BED_ZH}\nIt is empty in winter. Then sow."
    assert counted.outcomes["K#f"] is CarriedText.PARTIAL
    done = replace(entry, translation="地块的苗床。冬季为空。", flags=(), previous=None)
    finished, counted = carry_entries([], {"K#f": MORE}, [done])
    assert (finished["K#f"].provenance, counted.outcomes["K#f"]) == (CONFIRMED, CarriedText.CARRIED)
    assert compose_page_text(finished["K#f"]) == done.translation


@pytest.mark.parametrize("tail", ["\nThen sow.", "\n\nThen sow.", "\n   - `a` is one\n"])
def test_new_sentences_keep_paragraph_and_indent(tail: str) -> None:
    entry = carry_entries([learned_entry("K#f", BED, BED_ZH)], {"K#f": BED + tail})[0]["K#f"]
    assert compose_page_text(entry) == BED_ZH + tail.rstrip()


@pytest.mark.parametrize(
    "translation", ["地块的苗床。冬季为空。", "地块的苗床。It is empty in winter."]
)
def test_translation_possibly_with_new_sentences_is_fuzzy(translation: str) -> None:
    entries, merged = carry_entries(
        [learned_entry("K#f", BED, translation)], {"K#f": MORE, "L#f": MORE}
    )
    assert merged.outcomes == {"K#f": CarriedText.CHANGED, "L#f": CarriedText.UNTRANSLATED}
    assert compose_page_text(entries["K#f"]) == ""


@pytest.mark.parametrize(
    ("translation", "shown"),
    [("它的形状。参阅类型。", True), ("它的形状，如 Round。参阅类型。", False)],
)
def test_a_list_of_values_follows_a_translation_that_has_none_of_them(
    translation: str, shown: bool
) -> None:
    english = "The shape of it, see the types."
    values = f'{english}\n\nPossible enum values:\n - `"Round"` has no corner'
    entries, _ = carry_entries([learned_entry("K#f", english, translation)], {"K#f": values})
    assert ("has no corner" in compose_page_text(entries["K#f"])) is shown


def test_new_text_reuses_translation_of_its_beginning() -> None:
    entries, merged = carry_entries(
        [learned_entry("K#f", BED, BED_ZH)], {"L#f": MORE, "L#g": f"Sow. {BED}"}
    )
    assert (entries["L#f"].translation, entries["L#f"].previous) == (BED_ZH, BED)
    assert "the same English as K#f" in encode_comment(entries["L#f"].provenance)
    assert merged.outcomes == {"L#f": CarriedText.PARTIAL, "L#g": CarriedText.UNTRANSLATED}
    doubtful = learned_entry("K#f", BED, BED_ZH, fault="an address is broken")
    outcomes = carry_entries([doubtful], {"L#f": MORE, "K#f": MORE})[1].outcomes
    assert outcomes == {"L#f": CarriedText.UNTRANSLATED, "K#f": CarriedText.CHANGED}


def test_pages_show_new_sentences_in_english_and_they_are_not_learned(tmp_path: Path) -> None:
    english = (
        f'{BED} It is empty in winter.\n\nPossible enum values:\n - `"Round"` has no corner at all'
    )
    reference = read(document(tmp_path / "new.json", Plot={"bed": english}))
    entry = carry_entries(
        [learned_entry(key("Plot#bed"), BED, BED_ZH)], {key("Plot#bed"): english}
    )[0][key("Plot#bed")]
    catalog = po.Catalog(locale="zh-cn", path="zh-cn.po", entries={entry.id: entry})
    completed = complete(reference, [catalog], ["zh-cn"])
    shown = completed.text("zh-cn", key("Plot#bed"))
    assert (
        shown
        == f'{BED_ZH}\nIt is empty in winter.\n\n可能的枚举值：\n - `"Round"` has no corner at all'
    )
    assert not completed.drafts.get("zh-cn")
    folder = pages(
        tmp_path, plot_v1=page("Plot", [("bed", MORE, f"{BED_ZH}\n  It is empty\n  in winter.")])
    )
    (taught,) = learn([SourcePath(path=folder, display_path="pages")], SHIPPED.get("zh-cn")).entries
    assert (taught.english, taught.translation) == (BED, BED_ZH)


def test_operation_titles_are_not_learned(tmp_path: Path) -> None:
    source = reference()
    chinese = {key("Plot"): Prose(text="一块地。", span=Span(path="plot.md"))}
    both = replace(
        source, prose=MappingProxyType({**source.prose, "zh-cn": MappingProxyType(chinese)})
    )
    made = emit_texts(both, "zh-cn", layout="table")
    for name, text in made.items():
        if name.endswith(".md"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
    assert any("`post` 创建" in text for text in made.values())
    found = learn([SourcePath(path=tmp_path, display_path="pages")], SHIPPED.get("zh-cn"))
    assert [pair.id for pair in found.entries] == [key("Plot")]


# Examples are unchanged.
# Formulas are unchanged.
@pytest.mark.parametrize(
    ("english", "translation", "wanted"),
    [
        (MORE, f"{BED_ZH} It is empty in winter.", (BED, BED_ZH)),
        (MORE, "地块的苗床。冬季为空。", None),
        (
            'It is "a b", e.g.\n"the name of a bed"',
            '如 "a b" 或\n"the name of a bed"',
            None,
        ),
        (
            "Its area. W(i) = round( a(i) * b(i)/2.0 )",
            "面积。W(i) = round( a(i) * b(i)/2.0 )",
            None,
        ),
        ("More. See https://a.example/of-the-bed", "更多。See https://a.example/of-the-bed", None),
        (BED, BED, None),
        (
            'Its shape.\n\nPossible enum values:\n - `"Round"` has no corner',
            '形状。\n\n可能的枚举值：\n- `"Round"` has no corner',
            ("Its shape.", "形状。"),
        ),
        (
            'Its shape. Possible enum values:\n - `"Round"`',
            '形状。可能的枚举值：\n- `"Round"`',
            None,
        ),
    ],
)
def test_english_tail_is_not_learned(
    english: str, translation: str, wanted: tuple[str, str] | None
) -> None:
    assert remove_english_tail(english, translation, "可能的枚举值：") == (
        wanted or (english, translation)
    )
