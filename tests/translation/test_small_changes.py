"""Changes of an English text that need no translator, and those that look alike and do."""

from __future__ import annotations

import pytest

from codegen.translation.adaptation import replace_addresses
from codegen.translation.small_changes import cut_translation, is_spelling_correction

SITE = "https://garden.example/docs/"
CHINESE_SITE = "https://garden.example/zh-cn/docs/"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The fountian is on.", "The fountain is on."),
        ("The watring can.", "The watering can."),
        ("The flowwers are red.", "The flowers are red."),
        ("Weather and gardin.", "Weather and garden."),
        ("Wateering is done. Then rest.", "Watering is done. Then rest."),
    ],
    ids=["swapped", "lost", "doubled", "wrong", "first word"],
)
def test_corrected_spelling_needs_no_translator(old: str, new: str) -> None:
    assert is_spelling_correction(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The bed is wide.", "The bed is wise."),
        ("A typical plot.", "A atypical plot."),
        ("The Garden is open.", "The Gardon is open."),
        ("Set gardenId first.", "Set gardenIs first."),
        ('Use "watter" here.', 'Use "water" here.'),
        ("Run `open gardens now`.", "Run `open garden now`."),
        ("Watering is disabled.", "Watering is disable."),
        ("Flowers and gardins here.", "Flower and gardens here."),
        ("The garden of 12345.", "The garden of 12346."),
        ("The plot is long.", "The plot is very long."),
    ],
    ids=[
        "short",
        "first letter",
        "name",
        "camel case",
        "quoted",
        "inside of code",
        "weighty",
        "two words",
        "number",
        "added word",
    ],
)
def test_change_of_the_sense_is_no_spelling(old: str, new: str) -> None:
    assert not is_spelling_correction(old, new)


THREE = "The pot is empty. Fill it. Wash it."


@pytest.mark.parametrize(
    ("old", "new", "translation", "kept"),
    [
        (
            THREE,
            "The pot is empty. Fill it.",
            "花盆是空的。装满它。洗净它。",
            "花盆是空的。装满它。",
        ),
        (THREE, "The pot is empty.", "花盆是空的。\n装满它。\n洗净它。", "花盆是空的。"),
        (THREE, "The pot is empty.", "花盆是空的，装满它。洗净它。", None),
        (THREE, "Fill it. Wash it.", "花盆是空的。装满它。洗净它。", None),
        (THREE, "The pot is empty. Wash it.", "花盆是空的。装满它。洗净它。", None),
        ("Use Pots. Then use Beds.", "Use Pots.", "先用 Beds。再用 Pots。", None),
        (THREE, THREE, "花盆是空的。装满它。洗净它。", None),
    ],
    ids=["last", "two", "joined sentences", "first", "middle", "another order", "no change"],
)
def test_dropped_end_is_cut_where_sentences_correspond(
    old: str, new: str, translation: str, kept: str | None
) -> None:
    assert cut_translation(old, new, translation) == kept


@pytest.mark.parametrize(
    ("old", "new", "translation", "expected"),
    [
        (
            f"See {SITE}a#b.",
            f"See {SITE}c#b.",
            f"见 {CHINESE_SITE}a#b。",
            f"见 {CHINESE_SITE}c#b。",
        ),
        (f"See {SITE}a.", f"See {SITE}c.", f"见 {SITE}a。", f"见 {SITE}c。"),
        (
            f"See {SITE}a and {SITE}b.",
            f"See {SITE}c and {SITE}b.",
            f"见 {CHINESE_SITE}a 和 {SITE}b。",
            f"见 {CHINESE_SITE}c 和 {SITE}b。",
        ),
        (f"See {SITE}a.", "See https://other.example/docs/a.", f"见 {CHINESE_SITE}a。", None),
        (f"See {SITE}a.", f"See {SITE}c.", f"见 {CHINESE_SITE}other。", None),
    ],
    ids=["localised", "English", "both", "another site", "another address"],
)
def test_addresses_keep_the_language_of_the_translation(
    old: str, new: str, translation: str, expected: str | None
) -> None:
    assert replace_addresses(old, new, translation) == expected
