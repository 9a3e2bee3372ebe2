"""A language besides the first two needs its file of labels alone: pages in it are written, read back, reviewed, counted and exported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from codegen import pipeline
from codegen.cli import main
from codegen.config.configuration import load
from codegen.core.diagnostics import Report
from codegen.core.locales import SHIPPED
from codegen.readers.sources import SourcePath, read_sources
from gardens.translation import document, key

JAPANESE = "ja"
TEXTS = {
    "Plot": ("Plot holds the beds of a garden.", "Plotは庭の花壇を保持します。"),
    "Plot#beds": ("Number of beds. At least 1.", "花壇の数です。少なくとも1です。"),
    "Plot#owner": ("Name of the owner.", "所有者の名前です。"),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose pages are written in Japanese from a document and a catalogue."""
    fields = {name.partition("#")[2]: english for name, (english, _) in TEXTS.items() if "#" in name}
    document(tmp_path / "garden.json", Plot={"": TEXTS["Plot"][0], **fields})
    entries = [f'msgctxt "{key(name)}"\nmsgid "{english}"\nmsgstr "{own}"\n' for name, (english, own) in TEXTS.items()]
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nLanguage: ja\\n"\n'
    (tmp_path / "po").mkdir()
    (tmp_path / "po/ja.po").write_text("\n".join([head, *entries]), encoding="utf-8")
    outputs = [{"target": "docs", "layout": layout, "to": layout + "/{locale}"} for layout in ("list", "table")]
    config = {
        "sources": [{"path": "garden.json"}],
        "locales": ["en", JAPANESE],
        "translations": "po",
        "outputs": outputs,
    }
    (tmp_path / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    return tmp_path


def pages(project: Path) -> dict[str, Path]:
    """The Japanese pages of the type by layout, written into the project."""
    written = {}
    for name, text in pipeline.generate(load(project / "codegen.yaml")).files.items():
        file = project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(text), encoding="utf-8")
        if "/ja/" in f"/{file.relative_to(project).as_posix()}" and "plot" in file.name.lower():
            written[file.relative_to(project).parts[0]] = file
    return written


@pytest.mark.parametrize("layout", ["list", "table"])
def test_pages_in_it_are_written_and_read_back(project: Path, layout: str) -> None:
    page = pages(project)[layout]
    report = Report()
    reference = read_sources([SourcePath(path=page, shown=page.name)], report)
    assert [found for found in report.diagnostics if found.rule != "link-unresolved"] == []
    (plot,) = (one for one in reference.definitions.values() if one.name == "Plot")
    assert {field.name for field in plot.fields} >= {"beds", "owner"}
    assert {text.text for text in reference.prose[JAPANESE].values()} >= {own for _, own in TEXTS.values()}


def test_it_is_linted_reviewed_counted_and_exported(project: Path) -> None:
    page = pages(project)["list"]
    good, bad = TEXTS["Plot#owner"][1], "所有者 Plot の名前である。"
    catalog, source = str(project / "po/ja.po"), str(project / "garden.json")

    def run(*arguments: str) -> str:
        return CliRunner().invoke(main, [*arguments]).output

    assert "looked at 3 texts: 0 findings" in run("translate", "lint", catalog, "--locale", JAPANESE)
    assert "nothing is known against it" in run("review", str(page))
    page.write_text(page.read_text(encoding="utf-8").replace(good, bad), encoding="utf-8")
    output = run("review", str(page))
    assert {rule for rule in ("blank-unwanted", "glossary") if f"WARN {rule}: " in output} == {
        "blank-unwanted",
        "glossary",
    }
    status = ("translate", "status", "--for", source, "--locale", JAPANESE, "--catalog", catalog, "--format", "json")
    assert json.loads(run(*status, "-q"))["work"] == []
    Path(catalog).write_text(
        Path(catalog).read_text(encoding="utf-8").replace(f'msgstr "{good}"', 'msgstr ""'), encoding="utf-8"
    )
    exported = ("translate", "export", "--for", source, "--locale", JAPANESE, "--catalog", catalog)
    assert TEXTS["Plot#owner"][0] in run(*exported, "--format", "po")


def test_words_that_it_has_are_its_own() -> None:
    language = SHIPPED.get(JAPANESE)
    own = [word for word, text in language.labels.items() if language.letters and language.letters.search(text)]
    assert len(own) > 0.9 * len(language.labels)
