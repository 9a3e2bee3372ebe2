"""Completion of a reference with the texts of catalogs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import Level, Report, Span
from codegen.model import Definition, Field, Operation, Parameter, Prose, Reference, Scalar
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation import catalog, po
from codegen.translation.carry import carry
from codegen.translation.po import Catalog, Entry
from codegen.translation.progress import TextState, find_state
from codegen.translation.provenance import Origin, Provenance
from support.corpus import ROOT, SEED

CATALOG = ROOT / "schemas/translations/zh-cn.po"
PLOT = "io.example.api.garden.v1.Plot"
SPAN = Span(path="plot.md", line=7, column=3)
STRING = Scalar(type="string")
LOCALES = ("en", "zh-cn")
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def entry(prose_id: str, english: str = "", translation: str = "", *, flag: str = "") -> str:
    return f'{flag}msgctxt "{prose_id}"\nmsgid "{english}"\nmsgstr "{translation}"\n\n'


def load_catalog_file(folder: Path, *entries: str, locale: str = "zh-cn") -> Catalog:
    file = folder / f"{locale}.po"
    file.write_text(HEAD + "".join(entries), encoding="utf-8")
    return po.load_catalog(file, locale, f"translations/{locale}.po")


def reference(**prose: Mapping[str, str]) -> Reference:
    """Return Plot with a field `bed` and an operation with a parameter `name`, with prose by locale
    and id.
    """
    definition = Definition(
        key=PLOT, name="Plot", fields=(Field(name="bed", type=STRING, span=SPAN),), span=SPAN
    )
    parameters = (
        Parameter(name="name", place="path", type=STRING, span=SPAN),
        Parameter(name="pretty", place="query", type=STRING, common=True, span=SPAN),
    )
    operation = Operation(
        method="GET", path="/plots/{name}", verb="get", parameters=parameters, span=SPAN
    )
    return Reference(
        definitions=MappingProxyType({PLOT: definition}),
        operations=MappingProxyType({operation.id: operation}),
        prose=MappingProxyType(
            {
                locale.replace("_", "-"): MappingProxyType(
                    {key: Prose(text=text, span=SPAN) for key, text in texts.items()}
                )
                for locale, texts in prose.items()
            }
        ),
    )


def complete(folder: Path, *entries: str, **prose: Mapping[str, str]) -> Reference:
    return catalog.complete(reference(**prose), [load_catalog_file(folder, *entries)], LOCALES)


def rules(completed: Reference) -> list[str]:
    return [diagnostic.rule for diagnostic in completed.diagnostics]


def test_catalog_adds_missing_english_and_translations(tmp_path: Path) -> None:
    texts = entry(PLOT, "A plot.", "一块地"), entry(f"{PLOT}#bed", "The bed.", "床")
    completed = complete(tmp_path, *texts, zh_cn={PLOT: "一块地"})
    assert completed.text("en", PLOT) == "A plot."
    assert completed.text("en", f"{PLOT}#bed") == "The bed."
    assert completed.text("zh-cn", f"{PLOT}#bed") == "床"
    assert completed.prose["zh-cn"][f"{PLOT}#bed"].span == Span(
        path="translations/zh-cn.po", line=9, column=1
    )
    assert not completed.diagnostics


def test_texts_of_operations_and_common_parameters_have_ids(tmp_path: Path) -> None:
    ids = ("GET /plots/{name}", "GET /plots/{name}#name", "parameter pretty")
    completed = complete(tmp_path, *(entry(prose_id, "en", "zh") for prose_id in ids))
    assert [completed.text("zh-cn", prose_id) for prose_id in ids] == ["zh"] * 3
    assert not completed.diagnostics


def test_source_takes_precedence_and_difference_is_reported(tmp_path: Path) -> None:
    completed = complete(tmp_path, entry(PLOT, "A plot.", "两块地"), zh_cn={PLOT: "一块地"})
    assert completed.text("zh-cn", PLOT) == "一块地"
    (said,) = completed.diagnostics
    assert (said.rule, said.span.line, said.level) == ("translation-differs", 5, Level.WARN)
    assert "plot.md:7:3" in said.message


def test_whitespace_differences_are_ignored(tmp_path: Path) -> None:
    texts = {"en": {PLOT: "A\nplot."}, "zh_cn": {PLOT: "一块 地"}}
    assert not complete(tmp_path, entry(PLOT, "A  plot.", "一块\\n地"), **texts).diagnostics


def test_translation_of_other_english_is_not_used(tmp_path: Path) -> None:
    completed = complete(tmp_path, entry(PLOT, "A plot.", "一块地"), en={PLOT: "Two plots."})
    assert completed.text("en", PLOT) == "Two plots."
    assert completed.text("zh-cn", PLOT) == ""
    assert rules(completed) == ["translation-outdated", "untranslated"]


def test_fuzzy_entries_with_current_english_are_drafts(tmp_path: Path) -> None:
    bed = f"{PLOT}#bed"
    entries = [
        entry(PLOT, "A plot.", "一块地", flag="#, fuzzy\n"),
        entry(bed, "An old bed.", "旧床", flag="#, fuzzy\n"),
    ]
    completed = complete(tmp_path, *entries, en={PLOT: "A plot.", bed: "The bed."})
    assert {prose_id: draft.text for prose_id, draft in completed.drafts["zh-cn"].items()} == {
        PLOT: "一块地"
    }
    assert completed.text("zh-cn", PLOT) == ""
    assert not complete(tmp_path, entries[0], en={PLOT: "A plot."}, zh_cn={PLOT: "地块"}).drafts


@pytest.mark.parametrize(
    "text", [entry(PLOT, "A plot.", "一块地", flag="#, fuzzy\n"), entry(PLOT, "A plot.", "")]
)
def test_fuzzy_and_empty_entries_provide_english_only(tmp_path: Path, text: str) -> None:
    completed = complete(tmp_path, text)
    assert completed.text("en", PLOT) == "A plot."
    assert completed.text("zh-cn", PLOT) == ""
    (said,) = completed.diagnostics
    assert (said.rule, said.span.path, said.span.line > 0) == (
        "untranslated",
        "translations/zh-cn.po",
        True,
    )


def test_ids_without_text_are_located(tmp_path: Path) -> None:
    completed = complete(tmp_path, zh_cn={PLOT: "一块地"}, en={f"{PLOT}#bed": "The bed."})
    assert [(diagnostic.rule, str(diagnostic.span)) for diagnostic in completed.diagnostics] == [
        ("english-missing", "plot.md:7:3"),
        ("untranslated", "translations/zh-cn.po"),
    ]


def test_unused_languages_are_not_reported_as_missing(tmp_path: Path) -> None:
    texts = reference(zh_cn={PLOT: "一块地"}, en={f"{PLOT}#bed": "The bed."})
    assert not catalog.complete(texts, [], ("zh-cn",)).diagnostics
    assert rules(catalog.complete(texts, [load_catalog_file(tmp_path)], ("en",))) == [
        "english-missing"
    ]


def test_unused_entry_is_reported(tmp_path: Path) -> None:
    completed = complete(tmp_path, entry(f"{PLOT}#fence", "The fence.", "篱笆"))
    assert rules(completed) == ["translation-unused"]
    assert "fence" not in str(completed.prose)


def test_findings_of_reference_are_kept(tmp_path: Path) -> None:
    report = Report()
    report.warning("x", "y", SPAN)
    completed = catalog.complete(
        replace(reference(), diagnostics=report.diagnostics),
        [load_catalog_file(tmp_path, entry("a"))],
        LOCALES,
    )
    assert rules(completed) == ["x", "translation-unused"]


def test_duplicate_and_unnamed_entries_are_reported(tmp_path: Path) -> None:
    loaded_catalog = load_catalog_file(
        tmp_path, entry(PLOT, "A.", "甲"), entry(PLOT, "B.", "乙"), 'msgid "C."\nmsgstr "丙"\n'
    )
    assert loaded_catalog.entries[PLOT].translation == "甲"
    found = catalog.complete(reference(en={PLOT: "A."}), [loaded_catalog], ("zh-cn",)).diagnostics
    places = [(one.rule, one.span.line) for one in found if one.rule.startswith("translation")]
    assert places == [("translation-twice", 9), ("translation-without-id", 13)]


def test_obsolete_entries_are_ignored(tmp_path: Path) -> None:
    loaded_catalog = load_catalog_file(
        tmp_path, f'#~ msgctxt "{PLOT}"\n#~ msgid "A."\n#~ msgstr "甲"\n'
    )
    completed = catalog.complete(reference(en={PLOT: "A."}), [loaded_catalog], ("zh-cn",))
    assert not completed.text("zh-cn", PLOT)
    (said,) = completed.diagnostics
    assert (said.rule, str(said.span)) == ("untranslated", "translations/zh-cn.po")


def test_bundled_catalog_is_complete_and_agrees_with_source() -> None:
    read = read_sources([SourcePath(path=SEED, display_path=SEED.name, locale="zh-cn")], Report())
    shipped = po.load_catalog(CATALOG, "zh-cn")
    assert {
        key: catalog.fold_width(shipped_entry.translation)
        for key, shipped_entry in shipped.entries.items()
    } == {key: catalog.fold_width(prose.text) for key, prose in read.prose["zh-cn"].items()}
    completed = catalog.complete(read, [shipped], LOCALES)
    assert not completed.diagnostics
    assert completed.prose["en"].keys() == completed.prose["zh-cn"].keys()
    for key, shipped_entry in shipped.entries.items():
        assert shipped_entry.places == (
            f"schemas/sources/{SEED.name}:{read.prose['zh-cn'][key].span.line}",
        )


def test_bundled_catalog_is_in_canonical_form() -> None:
    shipped = po.load_catalog(CATALOG, "zh-cn")
    assert po.format_catalog(shipped.entries.values(), "zh-cn", shipped) == CATALOG.read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("locale", "rule", "place"),
    [("en", "untranslated", "zh-cn.po"), ("zh-cn", "english-missing", "plot.md:7:3")],
)
@pytest.mark.parametrize(("more", "end"), [(0, "'a.B#f02'"), (1, "'a.B#f02' and 1 more")])
def test_missing_texts_are_one_finding_with_first_ids(
    locale: str, rule: str, place: str, more: int, end: str
) -> None:
    texts = {
        f"a.B#f{number:02}": Prose(text="words", span=SPAN) for number in range(catalog.MANY + more)
    }
    empty = Catalog(locale="zh-cn", path="zh-cn.po")
    (found,) = catalog.complete(
        Reference(definitions={}, prose={locale: texts}), [empty], LOCALES
    ).diagnostics
    assert (found.rule, str(found.span)) == (rule, place)
    assert f" missing for {len(texts)} of {len(texts)} text" in found.message
    assert ": 'a.B#f00', " in found.message
    assert found.message.endswith(end)


def test_headings_above_fields_can_be_translated() -> None:
    field = Field(name="beds", type=STRING, category="What grows", span=SPAN)
    bed = Definition(key="a.B", name="B", fields=(field,), span=SPAN)
    heading = Entry(id="category What grows", english="What grows", translation="作物")
    completed = catalog.complete(
        Reference(definitions={"a.B": bed}),
        [Catalog(locale="zh-cn", entries={heading.id: heading})],
        LOCALES,
    )
    assert completed.text("zh-cn", "category What grows") == "作物"
    assert completed.diagnostics == ()


@pytest.mark.parametrize(
    ("english", "outdated"),
    [("The bed of it", False), ("the `bed` of it.", False), ("Another.", True)],
)
def test_bundled_translation_has_reviewed_english(english: str, outdated: bool) -> None:
    origin = Provenance(
        origin=Origin.BUNDLED, reason="00000000", details=(po.compute_checksum("The bed of it."),)
    )
    bundled = Entry(id=f"{PLOT}#beds", english="Its bed.", translation="花坛。", provenance=origin)
    found = po.adopt_bundled(bundled, english)
    assert (found.english == english, find_state(english, found) is TextState.STALE) == (
        not outdated,
        outdated,
    )
    (carried,) = carry(
        (), [Entry(id=bundled.id, english=english)], {bundled.id: bundled}
    ).entries.values()
    assert (carried.english, carried.fuzzy) == (english, outdated)
