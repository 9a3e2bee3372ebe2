"""What is left to do, by page, kind and part; and a language that consists of a label file and a PO file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from codegen.cli import main
from codegen.core import resources
from codegen.core.diagnostics import Report
from codegen.model.pages import Page, PageSection
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation.po import Entry
from codegen.translation.progress import TextState, TranslationStatus, compute_status, find_state
from codegen.translation.progress_report import format_html, format_markdown
from codegen.translation.provenance import decode_comment
from codegen.translation.signals import Assessment, Signal, assess
from gardens.parts import gvk_of
from gardens.translation import document, key, page


@pytest.mark.parametrize(
    ("entry", "state"),
    [
        (None, TextState.MISSING),
        (Entry(id="K", english="A bed."), TextState.MISSING),
        (Entry(id="K", english="A bed.", translation="花坛。", obsolete=True), TextState.MISSING),
        (Entry(id="K", english="A bed.", translation="花坛。"), TextState.TRANSLATED),
        (Entry(id="K", english="a `bed`.", translation="花坛。"), TextState.TRANSLATED),
        (Entry(id="K", english="A bed.", translation="花坛。", flags=("fuzzy",)), TextState.FUZZY),
        (Entry(id="K", english="A bed.", translation="花坛。", flags=("fuzzy",), previous="A bet."), TextState.STALE),
        (Entry(id="K", english="A path.", translation="花坛。"), TextState.STALE),
    ],
)
def test_state(entry: Entry | None, state: TextState) -> None:
    assert find_state("A bed.", entry) is state


def status_of(source: Path, *entries: Entry) -> TranslationStatus:
    reference = read_sources([SourcePath(path=source, shown=source.name)], Report())
    return compute_status(reference, {entry.id: entry for entry in entries})


def test_pages_stand_by_what_is_left_and_the_finished_ones_last(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    for kind, fields in {"Plot": ["a", "b", "c"], "Bed": ["a"], "Yard": ["a", "b"]}.items():
        rows = [(name, "", f"The {name} of a {kind}.") for name in fields]
        (folder / f"{kind.lower()}-v1.md").write_text(page(kind, rows), encoding="utf-8")
    done = Entry(id=key("Bed#a"), english="The a of a Bed.", translation="完成。")
    half = Entry(id=key("Yard#a"), english="The a of a Yard.", translation="一半。")
    result = status_of(folder, done, half)
    assert [(tally.name, tally.open, tally.total) for tally in result.pages] == [
        ("yard-v1.md", 1, 2),
        ("plot-v1.md", 3, 3),
        ("bed-v1.md", 0, 1),
    ]
    assert result.pages[0].words == 5
    assert result.total.counts == {
        TextState.TRANSLATED: 2,
        TextState.FUZZY: 0,
        TextState.STALE: 0,
        TextState.MISSING: 4,
    }
    assert [(tally.name, tally.total) for tally in result.parts] == [("fields", 6)]


def test_words_are_counted_once_for_each_distinct_text(tmp_path: Path) -> None:
    file = document(
        tmp_path / "new.json", Plot={"a": "Two words", "b": "Two words"}, Bed={"a": "two `words`", "b": "One"}
    )
    result = status_of(file, Entry(id=key("Bed#gone"), english="x", translation="没了。", obsolete=True))
    assert (result.total.open, len(result.total.texts), result.total.words) == (4, 2, 3)
    assert [(work.words, work.ids) for work in result.work] == [
        (2, (key("Plot#a"), key("Plot#b"), key("Bed#a"))),
        (1, (key("Bed#b"),)),
    ]
    assert (result.missing, result.orphans) == (2, (key("Bed#gone"),))
    assert result.signals == {Signal.ORPHAN: 1, Signal.STRONG: 0, Signal.MODERATE: 0}


@pytest.mark.parametrize(
    ("old", "new", "signal", "sentences"),
    [
        ("A bed. It is wide.", "a `bed`.\nIt is wide.", Signal.NONE, []),
        ("A bed. It is wide.", "A bed. It is wide. It has roses.", Signal.STRONG, [("", "It has roses.")]),
        ("A bed. It is wide.", "A bed.", Signal.STRONG, [("It is wide.", "")]),
        (
            "The bed of a plot is wide.",
            "The bed in a plot is wide.",
            Signal.MODERATE,
            [("The bed of a plot is wide.", "The bed in a plot is wide.")],
        ),
        (
            "It may hold 5 roses.",
            "It may hold 6 roses.",
            Signal.STRONG,
            [("It may hold 5 roses.", "It may hold 6 roses.")],
        ),
        ("It is a bed here.", "It is not a bed here.", Signal.STRONG, [("It is a bed here.", "It is not a bed here.")]),
        (
            "See bedName for it.",
            "See plotName for it.",
            Signal.STRONG,
            [("See bedName for it.", "See plotName for it.")],
        ),
    ],
)
def test_why_a_text_needs_a_look_is_said_by_sentence(
    old: str, new: str, signal: Signal, sentences: list[tuple[str, str]]
) -> None:
    found = assess(new, Entry(id="K", english=old, translation="译文。"))
    assert (found.signal, [(change.old, change.new) for change in found.changes]) == (signal, sentences)


def test_a_choice_is_a_moderate_signal_with_its_question() -> None:
    entry = Entry(
        id="K",
        english="A bed.",
        translation="花坛。",
        flags=("fuzzy",),
        provenance=decode_comment("candidates: two\n1 x y"),
    )
    assert assess("A bed.", entry) == Assessment(signal=Signal.MODERATE, note="candidates: two")


def test_reports_for_an_issue_and_for_a_browser_hold_no_markup_of_texts(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script> | @owner `x` must be {{ 7*7 }}"
    file = document(tmp_path / "new.json", Plot={"a": hostile, "b": "A bed. It is new."})
    stale = Entry(id=key("Plot#b"), english="A bed.", translation="花坛。", flags=("fuzzy",), previous="A bed.")
    result = status_of(file, stale)
    markdown, page_text = format_markdown(result, "zh-cn"), format_html(result, "zh-cn")
    assert "| words to do | texts | translated |" in markdown
    assert "added: It is new." in markdown
    assert "<ins>It is new.</ins>" in page_text
    for text in (markdown, page_text):
        assert "<script>alert" not in text
        assert "words to do in 2 distinct texts" in text
    assert "@owner" not in markdown
    assert "{{ 7*7 }}" in page_text
    assert "src=" not in page_text
    assert "Nothing is left to do" in format_markdown(
        status_of(
            file,
            *(
                replace(stale, id=key(f"Plot#{name}"), english=text, flags=(), previous=None)
                for name, text in (("a", hostile), ("b", "A bed. It is new."))
            ),
        ),
        "zh-cn",
    )


def test_what_has_no_section_counts_for_every_page_that_leads_to_it(tmp_path: Path) -> None:
    """`Bed` is written out where it is used; `Tool` has a page of its own and counts there alone."""
    file = document(
        tmp_path / "new.json",
        Plot={"bed": "Its bed."},
        Yard={"bed": "A bed."},
        Bed={"tool": "For it."},
        Tool={"": "A tool."},
    )
    data = json.loads(file.read_text(encoding="utf-8"))
    for owner, name in (("Plot", "bed"), ("Yard", "bed"), ("Bed", "tool")):
        field = data["definitions"][key(owner)]["properties"][name]
        del field["type"]
        field["$ref"] = f"#/definitions/{key(name.capitalize())}"
    file.write_text(json.dumps(data), encoding="utf-8")
    reference = read_sources([SourcePath(path=file, shown=file.name)], Report())
    pages = tuple(
        Page(
            path=f"{name.lower()}.md", layout="list", locale="en", kind=name, api_version="v1", import_path="", title=name,
            description="", weight=None, sections=(PageSection(key=key(name), anchor=name),), span=reference.definitions[key(name)].span,
        )
        for name in ("Plot", "Yard", "Tool")
    )  # fmt: skip
    result = compute_status(replace(reference, pages=pages), {})
    assert {tally.name: tally.total for tally in result.pages} == {"plot.md": 2, "yard.md": 2, "tool.md": 1}


def test_kinds_gather_what_belongs_to_them(tmp_path: Path) -> None:
    file = document(
        tmp_path / "new.json",
        Plot={"": "A plot.", "spec": "What is wanted."},
        PlotSpec={"beds": "The beds."},
        Shared={"name": "A name."},
    )
    data = json.loads(file.read_text(encoding="utf-8"))
    gvk = gvk_of()
    data["definitions"][key("Plot")]["x-kubernetes-group-version-kind"] = [gvk]
    file.write_text(json.dumps(data), encoding="utf-8")
    assert {tally.name: tally.total for tally in status_of(file).kinds} == {
        "garden.example.io/v1 Plot": 3,
        key("Shared"): 1,
    }


def test_the_command_prints_a_table_and_json(tmp_path: Path) -> None:
    document(tmp_path / "new.json", Plot={"a": "The a of it.", "b": "The b of it."})
    catalog = tmp_path / "zh-cn.po"
    catalog.write_text(f'msgctxt "{key("Plot#a")}"\nmsgid "The a of it."\nmsgstr "它的甲。"\n', encoding="utf-8")
    arguments = [
        "translate",
        "status",
        "--for",
        str(tmp_path / "new.json"),
        "--locale",
        "zh-cn",
        "--catalog",
        str(catalog),
    ]
    table = CliRunner().invoke(main, arguments)
    assert table.exit_code == 0
    row = next(line for line in table.output.split("\n") if line.startswith(key("Plot")))
    assert row.split()[1:] == ["1", "0", "0", "1", "4", "50", "%"]
    data = json.loads(CliRunner().invoke(main, [*arguments, "--format", "json"]).output)
    assert (data["translated"], data["missing"], data["by_kind"][0]["name"]) == (1, 1, key("Plot"))


def test_a_catalog_that_is_not_there_is_not_one_without_translations(tmp_path: Path) -> None:
    document(tmp_path / "new.json", Plot={"beds": "The beds."})
    arguments = ["--for", str(tmp_path / "new.json"), "--locale", "zh-cn", "--catalog", str(tmp_path / "no.po")]
    result = CliRunner().invoke(main, ["translate", "status", *arguments])
    assert (result.exit_code, result.output.count("no.po: error[catalog-missing]: ")) == (2, 1)


# ------------------------------------------------------------------------------------------------ another language


@pytest.fixture
def newspeak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a language of its own, whose only file is that of its labels."""
    words = (resources.templates() / "locales/en.toml").read_text(encoding="utf-8")
    words = words.replace('name = "English"', 'name = "Newspeak"')
    (tmp_path / "mine/locales").mkdir(parents=True)
    (tmp_path / "translations").mkdir()
    (tmp_path / "mine/locales/xn.toml").write_text(words.replace('"required"', '"mustbe"'), encoding="utf-8")
    _configure(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_another_language_needs_a_label_file_and_a_catalogue(newspeak: Path) -> None:
    rows = [("beds", "The beds of a plot.", "plotbeds."), ("owner", "Its owner.", "Its owner.")]
    folder = newspeak / "xn"
    folder.mkdir()
    (folder / "plot-v1.md").write_text(page("Plot", rows), encoding="utf-8")
    old = document(newspeak / "old.json", Plot={name: english for name, english, _ in rows})
    new = document(newspeak / "new.json", Plot={"beds": "The beds of a plot.", "owner": "Its owner.", "way": "A path."})
    catalog = newspeak / "translations/xn.po"
    command = [
        "translate",
        "--learn",
        str(folder),
        str(old),
        "--for",
        str(new),
        "--locale",
        "xn",
        "--catalog",
        str(catalog),
    ]
    result = CliRunner().invoke(main, [*command, "--format", "json"])
    counts = json.loads(result.stdout)
    assert (counts["carried"], counts["untranslated"]) == (1, 2)
    assert (
        "warning[translation-english]" in result.stderr
    )  # its letters are those of English, so only an equal text tells
    assert '"Language: xn\\n"' in catalog.read_text(encoding="utf-8")

    (folder / "bed-v1.md").write_text(page("Bed", [("way", "A path", "A `waylost.")]), encoding="utf-8")
    lint = CliRunner().invoke(main, ["translate", "lint", str(folder), "--locale", "xn"])
    rules = ("emphasis-unbalanced", "not-translated")
    assert (lint.exit_code, lint.output.count("warning[")) == (1, 2)
    assert all(rule in lint.output for rule in rules)

    _generate(newspeak, new)
    text = next((newspeak / "docs/xn").rglob("plot-v1.md")).read_text(encoding="utf-8")
    assert "plotbeds." in text
    assert "A path." in text  # what is not translated is shown in English
    assert "mustbe" in text


def _configure(folder: Path) -> None:
    config = {
        "sources": [{"path": "new.json"}],
        "locales": ["en", "xn"],
        "translations": "translations",
        "templates": "mine",
        "outputs": [
            {"target": "docs", "layout": "list", "to": "docs/{locale}"},
            {"target": "validators", "to": "py"},
        ],
    }
    (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")


def _generate(folder: Path, new: Path) -> None:
    data = json.loads(new.read_text(encoding="utf-8"))
    plot = data["definitions"][key("Plot")]
    plot["x-kubernetes-group-version-kind"] = [gvk_of()]
    plot["required"] = ["beds"]
    new.write_text(json.dumps(data), encoding="utf-8")
    result = CliRunner().invoke(main, ["generate", "--config", str(folder / "codegen.yaml")])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("old", "new", "rule", "said"),
    [
        ("[labels]", "[labels", "locale-unreadable", "mine/locales/xn.toml:4:8: "),
        ('name = "Newspeak"', "", "locale-incomplete", "there is no `name`"),
        ('comma = ", "', "", "locale-incomplete", "[labels] lacks comma"),
        ('"{action} All Namespaces"', '"{deed} All Namespaces"', "locale-places-differ", "[labels] all_namespaces"),
        (
            "must be {expected}, not {found}",
            "{expected.__class__} {found}",
            "locale-places-differ",
            "[validation] type",
        ),
        ("must be between {low} and {high}", "{low and {high}", "locale-places-differ", "[validation] range"),
        ('null = "null"', "null = 1", "locale-places-differ", "[validation] null"),
        ('"(Draft translation, not reviewed) {text}"', '"(Draft)"', "locale-places-differ", "[labels] draft must be"),
        (
            '"(Draft translation, not reviewed) {text}"',
            '"{text}"',
            "locale-places-differ",
            "with {text} and words beside it",
        ),
        ('body = ["body"]', 'body = "body"', "locale-unreadable", "[spellings] body"),
        ('comma = ", "', 'comma = "<b>required"', "locale-markup", "[labels] comma holds '<'"),
        ('comma = ", "', 'comma = "[a](javascript:b)"', "locale-markup", "[labels] comma holds ']('"),
        ('comma = ", "', 'comma = "a\\u001b[31m"', "locale-markup", "[labels] comma holds '\\x1b'"),
        ('comma = ", "', 'comma = "a\\n## b"', "locale-markup", "[labels] comma holds '\\n'"),
        ('name = "Newspeak"', 'name = "<script>"', "locale-markup", "name holds '<'"),
    ],
)
def test_words_that_cannot_be_used_are_said_with_their_file(
    newspeak: Path, old: str, new: str, rule: str, said: str
) -> None:
    document(newspeak / "new.json", Plot={"beds": "The beds of a plot."})
    file = newspeak / "mine/locales/xn.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    result = CliRunner().invoke(main, ["generate"])
    assert (result.exit_code, isinstance(result.exception, SystemExit)) == (2, True)
    assert f"error[{rule}]: " in result.output
    assert said in result.output
    assert not (newspeak / "docs").exists()


def test_a_command_without_configuration_knows_the_languages_of_the_project_here(newspeak: Path) -> None:
    result = CliRunner().invoke(main, ["inspect", "--locale", "xn", "no.md"])
    assert "locale-unknown" not in result.output
    (newspeak / "codegen.yaml").unlink()
    result = CliRunner().invoke(main, ["inspect", "--locale", "xn", "no.md"])
    assert (result.exit_code, result.output.count("error[locale-unknown]")) == (2, 1)
