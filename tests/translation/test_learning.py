"""Learning of translation pairs from pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.core.locales import SHIPPED
from codegen.model import is_category
from codegen.readers.sources import SourcePath
from codegen.translation.learning import LearningResult, learn
from codegen.translation.normalization import is_only_names
from gardens.translation import document, key, page, pages
from support.corpus import CASES

BEDS = "beds are the parts of a plot that are planted together."
BEDS_ZH = "beds 是一起种植的地块部分。"


def learn_from(*sources: Path) -> LearningResult:
    return learn(
        [SourcePath(path=path, display_path=str(path)) for path in sources], SHIPPED.get("zh-cn")
    )


def test_pairs_have_comment_english_and_line(tmp_path: Path) -> None:
    folder = pages(
        tmp_path, plot_v1=page("Plot", [("beds", BEDS, BEDS_ZH)], ("A plot.", "一块地。"))
    )
    found = learn_from(folder)
    lines = [
        line.strip() for line in (folder / "plot-v1.md").read_text(encoding="utf-8").split("\n")
    ]
    assert [
        (pair.id, pair.english, pair.translation, pair.places[0]) for pair in found.entries
    ] == [
        (key("Plot#beds"), BEDS, BEDS_ZH, f"plot-v1.md:{lines.index(BEDS_ZH) + 1}"),
        (key("Plot"), "A plot.", "一块地。", f"plot-v1.md:{lines.index('一块地。') + 1}"),
    ]
    assert not found.rejected


@pytest.mark.parametrize(
    ("english", "own"), [("An '_' or '-'.", "有 “_” 或 “-”。"), (r"A '\_' of it.", r"它的 “\_”。")]
)
def test_unnecessary_escapes_are_removed(tmp_path: Path, english: str, own: str) -> None:
    folder = pages(tmp_path, plot_v1=page("Plot", [("beds", english, own.replace("“_”", r"“\_”"))]))
    assert [pair.translation for pair in learn_from(folder).entries] == [own]


def test_document_english_replaces_untranslated_comment(tmp_path: Path) -> None:
    rows = [("beds", f"，必需 {BEDS}", BEDS_ZH), ("path", "小路。", "花坛间的小路。")]
    folder = pages(tmp_path, plot_v1=page("Plot", rows))
    found = learn_from(folder, document(tmp_path / "old.json", Plot={"beds": BEDS}))
    assert [(pair.id, pair.english) for pair in found.entries] == [(key("Plot#beds"), BEDS)]
    assert [one.rule for one in found.rejected] == ["comment-wrong", "comment-wrong"]


def test_page_belongs_to_nearest_nested_source(tmp_path: Path) -> None:
    folder = pages(tmp_path / "pages", plot_v1=page("Plot", [("beds", BEDS, BEDS_ZH)]))
    for sources in ((tmp_path, folder), (folder, tmp_path)):
        assert [bool(entries) for entries in learn_from(*sources).sources] == [
            source == folder for source in sources
        ]


def test_field_headings_are_learned_with_comment_english(tmp_path: Path) -> None:
    source = (CASES / "categories/sources/shed-v1.zh-cn.md").read_text(encoding="utf-8")
    source = source.replace("### 在用的工具 {#tools}", "### 建筑").replace(
        "### Tools in use {#tools}", "### Building work"
    )
    (tmp_path / "shed-v1.zh-cn.md").write_text(source, encoding="utf-8")
    found = learn_from(tmp_path)
    assert [
        (pair.id, pair.english, pair.translation) for pair in found.entries if is_category(pair.id)
    ] == [
        ("category Building", "Building", "建筑"),
        ("category Building work", "Building work", "建筑"),
    ]


def test_document_provides_missing_english(tmp_path: Path) -> None:
    folder = pages(
        tmp_path,
        plot_v1=page("Plot", [("beds", "", BEDS_ZH), ("owner", "An old owner.", "旧主人。")]),
    )
    old = document(tmp_path / "old.json", Plot={"beds": BEDS, "owner": "The new owner of it."})
    assert {pair.id: pair.english for pair in learn_from(folder, old).entries} == {
        key("Plot#beds"): BEDS,
        key(
            "Plot#owner"
        ): "An old owner.",  # the English text of the translation, not of the release
    }
    assert not learn_from(folder).entries[1:]  # one has no English text without the document


def test_label_and_heading_comments_are_not_learned(tmp_path: Path) -> None:
    text = page(
        "Plot",
        [
            ("beds", BEDS, BEDS_ZH),
            ("owner", "Its owner.", "它的主人。\n\n<!--\n### Ways\n-->\n### 小路"),
        ],
    )
    text = text.replace("- **beds** (string)", "- **beds** (string)，<!--required-->必需")
    assert [
        (pair.english, pair.translation)
        for pair in learn_from(pages(tmp_path, plot_v1=text)).entries
    ] == [
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
def test_mismatched_pairs_are_rejected(
    tmp_path: Path, row: tuple[str, str, str], rule: str
) -> None:
    owner = ("owner", "The owner of the plot, who pays for it.", "地块的主人，为它付钱。")
    folder = pages(tmp_path, plot_v1=page("Plot", [row, owner]))
    old = document(tmp_path / "old.json", Plot={"beds": BEDS, "owner": owner[1]})
    found = learn_from(folder, old)
    assert [diagnostic.rule for diagnostic in found.rejected] == [rule]
    assert found.rejected[0].span.line > 1
    assert [pair.id for pair in found.entries] == [key("Plot#owner")]


def test_older_edition_of_text_is_learned(tmp_path: Path) -> None:
    old_text, new_text = (
        "Name of the plot.",
        "Name of the plot. This field may be empty for the sake of old clients.",
    )
    folder = pages(
        tmp_path,
        plot_v1=page(
            "Plot", [("title", old_text, "地块的名称。"), ("name", old_text, "地块的名字。")]
        ),
    )
    found = learn_from(
        folder, document(tmp_path / "old.json", Plot={"title": new_text, "name": old_text})
    )
    assert not found.rejected
    assert len(found.entries) == 2


def test_translation_of_neighbour_is_not_learned(tmp_path: Path) -> None:
    rows = [
        ("beds", "beds are planted parts.", "beds 是种植的部分。"),
        ("owner", "Who pays the water bill of this place", "beds 是种植的部分。"),
    ]
    found = learn_from(pages(tmp_path, plot_v1=page("Plot", rows)))
    assert [pair.id for pair in found.entries] == [key("Plot#beds")]
    assert [diagnostic.rule for diagnostic in found.rejected] == ["translation-of-another"]


def test_swapped_similar_translation_is_detected_across_pages(tmp_path: Path) -> None:
    one, other = "Standard metadata of an object.", "Standard metadata of a list."
    texts_by_page = {
        f"kind{number}": page(
            f"Kind{number}", [("metadata", one, "对象元数据。"), ("items", other, "列表元数据。")]
        )
        for number in range(3)
    }
    texts_by_page["slip"] = page("Slip", [("metadata", one, "列表元数据。")])
    found = learn_from(pages(tmp_path, **texts_by_page))
    assert [
        (diagnostic.rule, "Slip#metadata" in diagnostic.message) for diagnostic in found.rejected
    ] == [("translation-of-another", True)]
    assert len(found.entries) == 6


def test_untranslated_names_are_learned(tmp_path: Path) -> None:
    found = learn_from(pages(tmp_path, plot_v1=page("Plot", [("beds", "PlotSpec", "PlotSpec")])))
    assert [pair.translation for pair in found.entries] == ["PlotSpec"]
    assert is_only_names("PlotSpec `a b` https://a.example/b")
    assert not is_only_names("PlotSpec and Status")


@pytest.mark.parametrize(
    ("english", "translation", "fault"),
    [
        (
            "See https://a.example/beds for more.",
            "详见 https://a.example/be ds。",
            "https://a.example/beds",
        ),
        ("Beds that are wide.", "**宽的花坛。", "strong emphasis"),
        ("Beds that are wide.", "宽的花坛。", ""),
    ],
)
def test_fault_is_learned_with_pair(
    tmp_path: Path, english: str, translation: str, fault: str
) -> None:
    (found,) = learn_from(
        pages(tmp_path, plot_v1=page("Plot", [("beds", english, translation)]))
    ).entries
    assert fault in found.provenance.reason
    assert found.fuzzy is bool(fault)
