"""A further language needs only a label file to write, read, learn and lint pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from codegen.cli import main
from codegen.core import resources
from codegen.core.diagnostics import Report
from codegen.core.locales import SHIPPED
from codegen.project import emit
from codegen.project.config.configuration import load
from codegen.readers.sources import SourcePath, read_sources
from gardens.parts import gvk_of
from gardens.translation import document, key, page
from support import commands

JAPANESE = "ja"
TEXTS = {
    "Plot": ("Plot holds the beds of a garden.", "Plotは庭の花壇を保持します。"),
    "Plot#beds": ("Number of beds. At least 1.", "花壇の数です。少なくとも1です。"),
    "Plot#owner": ("Name of the owner.", "所有者の名前です。"),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that generates Japanese pages from a document and a catalog."""
    fields = {
        name.partition("#")[2]: english for name, (english, _) in TEXTS.items() if "#" in name
    }
    document(tmp_path / "garden.json", Plot={"": TEXTS["Plot"][0], **fields})
    entries = [
        f'msgctxt "{key(name)}"\nmsgid "{english}"\nmsgstr "{own}"\n'
        for name, (english, own) in TEXTS.items()
    ]
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nLanguage: ja\\n"\n'
    (tmp_path / "po").mkdir()
    (tmp_path / "po/ja.po").write_text("\n".join([head, *entries]), encoding="utf-8")
    outputs = [
        {"target": "docs", "layout": layout, "to": layout + "/{locale}"}
        for layout in ("list", "table")
    ]
    config = {
        "sources": [{"path": "garden.json"}],
        "locales": ["en", JAPANESE],
        "translations": "po",
        "outputs": outputs,
    }
    (tmp_path / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    return tmp_path


def pages(project: Path) -> dict[str, Path]:
    """Generate the Japanese pages of the type in each layout."""
    written = {}
    for name, text in emit.generate(load(project / "codegen.yaml")).files.items():
        file = project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(text), encoding="utf-8")
        if "/ja/" in f"/{file.relative_to(project).as_posix()}" and "plot" in file.name.lower():
            written[file.relative_to(project).parts[0]] = file
    return written


@pytest.mark.parametrize("layout", ["list", "table"])
def test_pages_in_further_language_round_trip(project: Path, layout: str) -> None:
    page = pages(project)[layout]
    report = Report()
    reference = read_sources([SourcePath(path=page, display_path=page.name)], report)
    assert [found for found in report.diagnostics if found.rule != "link-unresolved"] == []
    (plot,) = (one for one in reference.definitions.values() if one.name == "Plot")
    assert {field.name for field in plot.fields} >= {"beds", "owner"}
    assert {text.text for text in reference.prose[JAPANESE].values()} >= {
        own for _, own in TEXTS.values()
    }


def test_labels_of_language_are_used() -> None:
    language = SHIPPED.get(JAPANESE)
    own = [
        word
        for word, text in language.labels.items()
        if language.letters and language.letters.search(text)
    ]
    assert len(own) > 0.9 * len(language.labels)


@pytest.fixture
def newspeak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with its own language, which has only a label file."""
    words = (resources.templates() / "locales/en.toml").read_text(encoding="utf-8")
    words = words.replace('name = "English"', 'name = "Newspeak"')
    (tmp_path / "mine/locales").mkdir(parents=True)
    (tmp_path / "translations").mkdir()
    (tmp_path / "mine/locales/xn.toml").write_text(
        words.replace('"required"', '"mustbe"'), encoding="utf-8"
    )
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
    (tmp_path / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_language_needs_label_file_and_catalog(newspeak: Path) -> None:
    rows = [("beds", "The beds of a plot.", "plotbeds."), ("owner", "Its owner.", "Its owner.")]
    folder = newspeak / "xn"
    folder.mkdir()
    (folder / "plot-v1.md").write_text(page("Plot", rows), encoding="utf-8")
    old = document(newspeak / "old.json", Plot={name: english for name, english, _ in rows})
    new = document(
        newspeak / "new.json",
        Plot={"beds": "The beds of a plot.", "owner": "Its owner.", "way": "A path."},
    )
    catalog = newspeak / "translations/xn.po"
    options = ("--for", new, "--locale", "xn", "--catalog", catalog, "--format", "json")
    result = commands.run("translate", "--learn", folder, old, *options)
    counts = json.loads(result.stdout)
    assert (counts["carried"], counts["untranslated"]) == (1, 2)
    # Its script is that of English, so only equal texts are detected as untranslated.
    assert "warning[translation-english]" in result.stderr
    assert '"Language: xn\\n"' in catalog.read_text(encoding="utf-8")

    (folder / "bed-v1.md").write_text(
        page("Bed", [("way", "A path", "A `waylost.")]), encoding="utf-8"
    )
    lint = CliRunner().invoke(main, ["translate", "lint", str(folder), "--locale", "xn"])
    rules = ("emphasis-unbalanced", "translation-english")
    assert (lint.exit_code, lint.output.count("warning[")) == (1, 2)
    assert all(rule in lint.output for rule in rules)

    data = json.loads(new.read_text(encoding="utf-8"))
    data["definitions"][key("Plot")] |= {
        "x-kubernetes-group-version-kind": [gvk_of()],
        "required": ["beds"],
    }
    new.write_text(json.dumps(data), encoding="utf-8")
    result = CliRunner().invoke(main, ["generate"])
    assert result.exit_code == 0, result.output
    text = next((newspeak / "docs/xn").rglob("plot-v1.md")).read_text(encoding="utf-8")
    assert "plotbeds." in text
    assert "A path." in text  # untranslated texts are shown in English
    assert "mustbe" in text


@pytest.mark.parametrize(
    ("old", "new", "rule", "said"),
    [
        ("[labels]", "[labels", "unreadable", "mine/locales/xn.toml:4:8: "),
        ('name = "Newspeak"', "", "unreadable", "missing required field `name`"),
        ('comma = ", "', 'comma = "{{% x %}}"', "markup", "[labels] comma holds '{{'"),
        (
            '"{action} All Namespaces"',
            '"{deed} All Namespaces"',
            "places-differ",
            "[labels] all_namespaces",
        ),
        (
            "must be {expected}, not {found}",
            "{expected.__class__} {found}",
            "places-differ",
            "[validation] type",
        ),
        (
            "must be between {low} and {high}",
            "{low and {high}",
            "places-differ",
            "[validation] range",
        ),
        ('null = "null"', "null = 1", "unreadable", "[validation] null: Expected `str`"),
        (
            '"(Draft translation, not reviewed) {text}"',
            '"(Draft)"',
            "places-differ",
            "[labels] draft must be",
        ),
        (
            '"(Draft translation, not reviewed) {text}"',
            '"{text}"',
            "places-differ",
            "with {text} and words beside it",
        ),
        ('body = ["body"]', 'body = "body"', "unreadable", "[spellings] body"),
        (
            'comma = ", "',
            'comma = "{x}"',
            "places-differ",
            "[labels] comma must be a text with nothing in braces (",
        ),
        ('comma = ", "', 'comma = "<b>required"', "markup", "[labels] comma holds '<'"),
        ('comma = ", "', 'comma = "[a](javascript:b)"', "markup", "[labels] comma holds ']('"),
        ('comma = ", "', 'comma = "a\\u001b[31m"', "markup", "[labels] comma holds '\\x1b'"),
        ('comma = ", "', 'comma = "a\\n## b"', "markup", "[labels] comma holds '\\n'"),
        ('name = "Newspeak"', 'name = "<script>"', "markup", "name holds '<'"),
    ],
)
def test_invalid_labels_are_reported_with_file(
    newspeak: Path, old: str, new: str, rule: str, said: str
) -> None:
    document(newspeak / "new.json", Plot={"beds": "The beds of a plot."})
    file = newspeak / "mine/locales/xn.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    result = CliRunner().invoke(main, ["generate"])
    assert (result.exit_code, isinstance(result.exception, SystemExit)) == (2, True)
    assert f"error[locale-{rule}]: " in result.output
    assert said in result.output
    assert not (newspeak / "docs").exists()


def test_command_without_configuration_uses_project_languages(newspeak: Path) -> None:
    result = CliRunner().invoke(main, ["inspect", "--locale", "xn", "no.md"])
    assert "locale-unknown" not in result.output
    (newspeak / "codegen.yaml").unlink()
    result = CliRunner().invoke(main, ["inspect", "--locale", "xn", "no.md"])
    assert (result.exit_code, result.output.count("error[locale-unknown]")) == (2, 1)
