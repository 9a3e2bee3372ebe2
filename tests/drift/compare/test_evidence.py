"""Structural differences between a page and its translation, with line and cause."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from codegen.drift.compare.changes import Cause
from codegen.drift.compare.engine import ComparisonResult, compare
from codegen.drift.diff import describe_closest_release, read, summarize
from codegen.readers.sources import SourcePath
from gardens.compare import (
    chinese,
    document,
    english,
    grades_of,
    remove_pieces,
    replace_piece,
    write_and_read,
)
from support.corpus import (
    CHINESE_PAGES,
    CORPUS,
    ENGLISH_PAGES,
    RELEASES,
    SEED,
    document_of,
    for_each,
    newest,
    oldest,
    pages_of,
)


def compare_translation(folder: Path, page: str, original: str | None = None) -> ComparisonResult:
    return compare(
        write_and_read(folder, "plot-v1.en.md", original or english(), "en"),
        write_and_read(folder, "plot-v1.zh-cn.md", page, "zh-cn"),
    )


def only_change(comparison: ComparisonResult) -> tuple[str, str, str, int]:
    """Return rule, level, cause and line of the only change."""
    (change,) = comparison.changes
    return change.rule.id, str(change.level), str(change.cause), change.span.line


def line_of_text(page: str, text: str) -> int:
    assert page.count(text) == 1
    return page[: page.index(text)].count("\n") + 1


def test_faithful_translation_has_no_differences(tmp_path: Path) -> None:
    """The model has no full-width marks, broken bullets, translated headings and translated
    locations.
    """
    found = compare_translation(tmp_path, chinese())
    assert found.changes == ()
    assert found.translated == "zh-cn"
    translated = re.sub(
        "<!--.*?-->",
        lambda comment: comment[0].replace(", required", "，必需"),
        chinese(),
        flags=re.DOTALL,
    )
    assert compare_translation(tmp_path, translated).changes == ()


def test_descriptions_are_not_compared_between_languages(tmp_path: Path) -> None:
    found = compare_translation(
        tmp_path, chinese(), replace_piece(english(), "who waters the plot", "who owns the plot")
    )
    assert found.changes == ()
    assert found.outdated_count == 1
    assert any(
        "texts translated from an older original: 1" in sentence for sentence in summarize(found)
    )
    answered = replace_piece(chinese(), "：Created", "：已创建")
    assert compare_translation(tmp_path, answered).changes == ()


def test_field_added_to_original_later_makes_page_stale(tmp_path: Path) -> None:
    newer = replace_piece(
        english(),
        "- **beds** ([]Bed)",
        "- **shade** (boolean)\n\n  shade is whether trees stand there.\n\n- **beds** ([]Bed)",
    )
    found = compare_translation(tmp_path, chinese(), newer)
    assert only_change(found) == (
        "field-removed",
        "WARN",
        "stale",
        line_of_text(chinese(), "- **size** （int32）"),
    )
    assert found.changes[0].message == "PlotSpec.shade (garden.v1) is missing from the page"


def test_lost_annotation_is_defect_and_later_one_is_stale(tmp_path: Path) -> None:
    page = remove_pieces(chinese(), "  **映射：键 name 的唯一值将在合并过程中保留**\n\n")
    where = line_of_text(page, "\n- **beds** ([]Bed)\n\n  **补丁") + 1
    assert only_change(compare_translation(tmp_path, page)) == (
        "list-type-changed",
        "ERR",
        "defect",
        where,
    )
    both_without = remove_pieces(
        page, "  *Map: unique values on key name will be kept during a merge*\n\n"
    )
    where = line_of_text(both_without, "\n- **beds** ([]Bed)\n\n  **补丁") + 1
    assert only_change(compare_translation(tmp_path, both_without)) == (
        "list-type-changed",
        "WARN",
        "stale",
        where,
    )


BEDS = "- **beds** ([]Bed)\n\n  **补丁策略："


@pytest.mark.parametrize(
    ("written", "misprint", "rule"),
    [
        ("- **owner** (string)，必填", "- **owner** (string)", "field-became-optional"),
        ("- **owner** (string)，必填", "- **ownr** (string)，必填", "page-misprint"),
        (f"{BEDS}按照键 `name` 合并", f"{BEDS}按照键 `名称` 合并", "patch-merge-key-changed"),
    ],
    ids=["lost required mark", "mistyped name", "translated key"],
)
def test_mistake_of_page_is_defect(tmp_path: Path, written: str, misprint: str, rule: str) -> None:
    found = compare_translation(tmp_path, replace_piece(chinese(), written, misprint))
    assert only_change(found) == (rule, "ERR", "defect", line_of_text(chinese(), written))


@pytest.mark.parametrize(
    ("misprint", "rule"),
    [
        ("- **size** （int32），必填", "field-became-required"),
        ("- **siz** （int32）", "page-misprint"),
    ],
)
def test_mistake_does_not_explain_older_format_on_same_line(
    tmp_path: Path, misprint: str, rule: str
) -> None:
    page = replace_piece(chinese(), "- **size** （int32）", misprint)
    newer = replace_piece(english(), "- **size** (int32)", "- **size** (int64)")
    causes = {
        change.rule.id: str(change.cause)
        for change in compare_translation(tmp_path, page, newer).changes
    }
    assert causes == {rule: "defect", "field-format-changed": "stale"}


def test_cause_is_undecided_without_english_comments(tmp_path: Path) -> None:
    bare = re.sub(r"<!--.*?-->\n?", "", chinese(), flags=re.DOTALL)
    assert compare_translation(tmp_path, bare).changes == ()
    lost = replace_piece(bare, "(string)，必填", "(string)")
    found = compare_translation(tmp_path, lost)
    assert only_change(found)[:3] == ("field-became-optional", "WARN", "undecided")
    assert "1 undecided" in next(iter(summarize(found)))


@pytest.mark.parametrize(
    ("written", "misprint", "expected"),
    [
        (
            '  apiVersion: "garden.example.io/v1"',
            '  apiVersion: "garden.example.io/v2"',
            ["page-misprint 12", "page-metadata-changed 1"],
        ),
        (
            "`apiVersion: garden.example.io/v1`",
            "`apiVersion: garden.example.io/v2`",
            ["page-misprint 12"],
        ),
        ('  kind: "Plot"', '  kind: "Lot"', ["page-metadata-changed 1"]),
        ('title: "Plot"', 'title: "Lot"', ["page-metadata-changed 1"]),
        ('title: "Plot"', 'title: "Plot v1"', []),
        ("**namespace** (*in path*)", "**namespace** (*in query*)", ["page-misprint 80"]),
    ],
)
def test_wrong_fact_of_english_page_is_found(
    tmp_path: Path, written: str, misprint: str, expected: list[str]
) -> None:
    page = write_and_read(tmp_path, "plot-v1.md", replace_piece(english(), written, misprint), "en")
    api = write_and_read(tmp_path, "api.json", document())
    for sides in ((api, page), (page, api)):
        changes = [each for each in compare(*sides).changes if each.rule.id.startswith("page-")]
        assert sorted(f"{each.rule.id} {each.span.line}" for each in changes) == sorted(expected)
        assert {each.in_new for each in changes} <= {sides[1] is page}
        if "Lot" in misprint:
            assert [(each.old, each.new) for each in changes] == [
                ("Plot", "Lot")[:: 1 if sides[1] is page else -1]
            ]


def test_page_difference_is_one_change(tmp_path: Path) -> None:
    """An untranslated, superseded, moved or reordered page is one change, not one for each
    definition.
    """
    beta, alpha = (
        english()
        .replace("garden.example.io/v1", f"garden.example.io/{version}")
        .replace("api/garden/v1", f"api/garden/{version}")
        for version in ("v1beta1", "v1alpha1")
    )
    others = "garden/other-v1.md"
    shed = english().replace("Plot", "Shed").replace("/plots", "/sheds")
    tree = english().replace("Plot", "Tree").replace("/plots", "/trees")
    weighty = replace_piece(chinese(), "weight: 3", "weight: 4")
    old = {"garden/plot-v1.md": english(), "garden/plot-v1beta1.md": beta, others: shed}
    new = {
        "garden/plot-v1.md": weighty,
        "garden/plot-v1alpha1.md": alpha,
        "garden/tree-v1.md": tree,
    }
    found = compare(
        write_and_read(tmp_path, "en", old, "en"), write_and_read(tmp_path, "zh-cn", new, "zh-cn")
    )
    assert {
        (change.rule.id, str(change.level), change.old, change.new) for change in found.changes
    } == {
        ("page-weight-changed", "INFO", "3", "4"),
        ("page-moved", "WARN", "garden/plot-v1beta1.md", "garden/plot-v1alpha1.md"),
        ("page-removed", "WARN", others, None),
        ("page-added", "WARN", None, "garden/tree-v1.md"),
    }
    assert {change.cause for change in found.changes} == {Cause.STALE}
    assert all(change.span.line for change in found.changes)


def test_kind_mismatch_of_page_is_defect(tmp_path: Path) -> None:
    page = replace_piece(chinese(), 'kind: "Plot"', 'kind: "Plott"')
    found = compare_translation(tmp_path, page)
    assert ("page-metadata-changed", "ERR", "defect") in {
        (c.rule.id, str(c.level), str(c.cause)) for c in found.changes
    }


def test_closest_release_is_named(tmp_path: Path) -> None:
    near, far = document(), document()
    near["definitions"][next(iter(near["definitions"]))]["required"] = []
    for definition in far["definitions"].values():
        definition["required"] = []
    page = write_and_read(tmp_path, "plot-v1.md", english())
    said = describe_closest_release(
        page,
        [write_and_read(tmp_path, "far.json", far), write_and_read(tmp_path, "near.json", near)],
    )
    assert said.startswith("plot-v1.md is closest to near.json: ")
    assert "far.json" in said


def test_type_below_missing_field_has_line_of_field(tmp_path: Path) -> None:
    newer = replace_piece(
        english(),
        "- **beds** ([]Bed)",
        """- **fence** (Fence)

  fence is around the plot.

  <a name="Fence"></a>
  *Fence keeps deer out.*

  - **fence.gate** (Gate)

    gate is the way in.

    <a name="Gate"></a>
    *Gate is a door in a fence.*

    - **fence.gate.lock** (string)

      lock is how it is closed.

- **beds** ([]Bed)""",
    )
    found = compare_translation(tmp_path, chinese(), newer)
    place = line_of_text(chinese(), "- **size** （int32）")
    assert {
        (change.rule.id, change.id.rpartition(".")[2], change.span.line) for change in found.changes
    } == {
        ("field-removed", "PlotSpec#fence", place),
        ("definition-removed", "Fence", place),
        ("definition-removed", "Gate", place),
    }


def source(path: Path) -> SourcePath:
    return SourcePath(path=path, display_path=path.relative_to(CORPUS).as_posix())


@pytest.mark.slow
@for_each(ENGLISH_PAGES)
def test_pages_of_release_agree_with_document(release: Path) -> None:
    """Both come from one source and the pages lack many facts, so any difference is a false
    positive.
    """
    listed, whole = read(source(pages_of(release, "en"))), read(source(document_of(release)))
    for old, new in ((listed, whole), (whole, listed)):
        assert compare(old, new).changes == ()


@pytest.mark.slow
def test_differences_of_real_translation_have_line_and_cause() -> None:
    release = oldest(CHINESE_PAGES)
    old, new = (read(source(pages_of(release, locale))) for locale in ("en", "zh-cn"))
    found = compare(old, new)
    assert len(found.changes) > 100
    assert all(change.span.line for change in found.changes)
    causes = {change.cause for change in found.changes}
    assert {Cause.DEFECT, Cause.STALE} <= causes
    assert all(change.rule.id.startswith("page-") or change.in_new for change in found.changes)


@pytest.mark.slow
def test_bundled_page_differs_from_newest_release() -> None:
    old = read(SourcePath(path=SEED, display_path=SEED.name, locale="zh-cn"))
    found = compare(old, read(source(document_of(newest(RELEASES))))).changes
    assert sorted(
        (str(direction), str(level), change.rule.id, change.id.rpartition(".")[2])
        for change in found
        for direction, level in grades_of(change)
    ) == [
        ("both", "INFO", "field-became-optional", "TokenRequest#spec"),
        ("both", "INFO", "field-became-optional", "TokenRequestSpec#audiences"),
        ("response", "INFO", "field-became-optional", "TokenRequestStatus#expirationTimestamp"),
        ("response", "INFO", "field-became-optional", "TokenRequestStatus#token"),
    ]


@pytest.mark.slow
def test_kinds_of_same_name_stay_apart_between_releases() -> None:
    """A change of such a kind concerns one key and never refers to another group."""
    old, new = (
        read(source(document_of(release))) for release in (oldest(RELEASES), newest(RELEASES))
    )
    for change in compare(old, new).changes:
        if change.rule.id == "definition-renamed":
            before, after = (
                getattr(change, side).package.split(".")[:-1] for side in ("before", "after")
            )
            assert before == after
        key = change.id.partition("#")[0]
        keys = [each for each in (change.ids or (key,)) if " " not in each]
        assert all(
            each in old.reference.definitions or each in new.reference.definitions for each in keys
        )
