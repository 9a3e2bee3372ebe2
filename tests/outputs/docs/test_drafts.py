"""Unconfirmed translations on pages, on request."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from codegen.cli import main
from codegen.core import resources
from codegen.project import emit
from codegen.project.config import configuration
from codegen.readers.sources import SourcePath
from codegen.translation.learning import learn
from gardens import table as garden

SPEC = "io.example.api.garden.v1.PlotSpec"
PO = f"""
msgctxt "{SPEC}#count"
msgid "How many, 0 < x < 9."
msgstr "数量。"

#, fuzzy
msgctxt "{SPEC}#width"
msgid "How wide."
msgstr "有多宽。"
"""
MARK = "【译文草稿，待审阅】"


def project(folder: Path, layout: str, **options: bool) -> Path:
    (folder / "garden.json").write_text(json.dumps(garden.document()), encoding="utf-8")
    (folder / "zh-cn.po").write_text(PO, encoding="utf-8")
    outputs = [
        {"target": "docs", "layout": layout, "to": "docs/{locale}", **options},
        {"target": "json-schema", "to": "schemas"},
    ]
    config = {
        "sources": [{"path": "garden.json"}],
        "locales": ["zh-cn", "en"],
        "translations": ".",
        "outputs": outputs,
    }
    (folder / configuration.NAME).write_text(json.dumps(config), encoding="utf-8")
    return folder / configuration.NAME


@pytest.mark.parametrize("layout", ["list", "table", "plain"])
def test_drafts_are_marked_and_on_pages_only(layout: str, tmp_path: Path) -> None:
    files = emit.generate(configuration.load(project(tmp_path, layout, drafts=True)))
    chinese = [text for path, text in files.files.items() if path.startswith("docs/zh-cn/")]
    assert any(f"{MARK}有多宽。" in text for text in chinese)
    assert not any(f"{MARK}数量。" in text for text in chinese)
    assert all(
        "有多宽" not in text
        for path, text in files.files.items()
        if not path.startswith("docs/zh-cn/")
    )
    assert files.drafts == {("zh-cn", f"{SPEC}#width")}


def test_drafts_require_output_or_command_option(tmp_path: Path) -> None:
    config = project(tmp_path, "table")
    assert not any(
        "有多宽" in text for text in emit.generate(configuration.load(config)).files.values()
    )
    said = CliRunner().invoke(main, ["generate", "--config", str(config), "--drafts"])
    assert said.exit_code == 0
    assert "drafts on pages: 1 (" in said.stderr + said.stdout
    assert any(
        MARK in file.read_text(encoding="utf-8") for file in (tmp_path / "docs/zh-cn").rglob("*.md")
    )


@pytest.mark.parametrize("label", [f"{MARK}{{text}}", "{text}（草稿）"])
def test_draft_on_page_is_not_learned(label: str, tmp_path: Path) -> None:
    config = project(tmp_path, "table", drafts=True)
    (tmp_path / "mine/locales").mkdir(parents=True)
    words = (resources.templates() / "locales/zh-cn.toml").read_text(encoding="utf-8")
    (tmp_path / "mine/locales/zh-cn.toml").write_text(
        words.replace(f"{MARK}{{text}}", label), encoding="utf-8"
    )
    config.write_text(
        json.dumps(json.loads(config.read_text(encoding="utf-8")) | {"templates": "mine"}),
        encoding="utf-8",
    )
    loaded = configuration.load(config)
    emit.generate(loaded).write()
    found = learn(
        [SourcePath(path=tmp_path / "docs/zh-cn", display_path="docs")],
        loaded.languages.get("zh-cn"),
    )
    assert {pair.id for pair in found.entries} >= {f"{SPEC}#count"}
    assert f"{SPEC}#width" not in {pair.id for pair in found.entries}
    assert "translation-draft" in {diagnostic.rule for diagnostic in found.rejected}
