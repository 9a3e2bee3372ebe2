"""The command `codegen translate` and the catalog it writes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codegen.cli import main
from gardens.translation import document, key, page, pages

BEDS = "beds are the parts of a plot that are planted together."
BEDS_ZH = "beds 是一起种植的地块部分。"


def run(folder: Path, *arguments: str, catalog: str = "zh-cn.po", locale: str = "zh-cn") -> Result:
    target = [
        "--for",
        str(folder / "new.json"),
        "--locale",
        locale,
        "--catalog",
        str(folder / catalog),
    ]
    return CliRunner().invoke(main, ["translate", *arguments, *target, "--format", "json"])


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    rows = [
        ("beds", BEDS, BEDS_ZH),
        ("owner", "The Owner of it.", "它的主人。"),
        ("gone", "What was once.", "曾经有过的。"),
        (
            "tool",
            'A tool: `rake`, \\*hoe\\* or "spade".',
            '一种工具：`rake`、\\*hoe\\* 或 "spade"。',
        ),
    ]
    pages(tmp_path, plot_v1=page("Plot", rows))
    document(tmp_path / "old.json", Plot={name: english for name, english, _ in rows})
    document(
        tmp_path / "new.json",
        Plot={
            "": "A plot.",
            "beds": BEDS,
            "owner": "the owner of it.",
            "tool": "A tool: `rake` or `spade`.\n",
        },
        Yard={"beds": BEDS},
    )
    return tmp_path


def learn_arguments(folder: Path) -> list[str]:
    return ["--learn", str(folder / "zh-cn"), str(folder / "old.json")]


def location_of_beds(folder: Path) -> str:
    lines = (folder / "zh-cn/plot-v1.md").read_text(encoding="utf-8").split("\n")
    return f"#: plot-v1.md:{lines.index(f'  {BEDS_ZH}') + 1}"


def test_command_prints_counts_and_is_idempotent(garden: Path) -> None:
    first = run(garden, *learn_arguments(garden))
    assert first.exit_code == 0, first.output
    counts = json.loads(first.stdout)
    wanted = {
        "carried": 1,
        "case_only": 1,
        "reused": 1,
        "fuzzy": 1,
        "untranslated": 1,
        "total": 5,
        "obsolete": 1,
    }
    assert {name: counts[name] for name in wanted} == wanted
    fuzzy = {"fuzzy": 1, "total": 4, "changed": 1, "several": 0, "unsure": 0, "partial": 0}
    assert counts["by_part"]["fields"].items() >= fuzzy.items()
    text = (garden / "zh-cn.po").read_bytes()
    again = run(garden, *learn_arguments(garden))
    assert (garden / "zh-cn.po").read_bytes() == text
    assert {name: json.loads(again.stdout)[name] for name in wanted} == wanted


def test_errors_of_reading_are_printed_without_warnings(garden: Path) -> None:
    with (garden / "zh-cn/plot-v1.md").open("a", encoding="utf-8") as learnt:
        learnt.write("\n- **weeds** (杂草)\n\n## 备注\n")
    said = run(garden, "--learn", str(garden / "zh-cn")).stderr
    assert ("error[type-unreadable]" in said, "warning[" in said) == (True, False)


def test_learn_accepts_both_source_notations(garden: Path) -> None:
    run(garden, *learn_arguments(garden))
    first = (garden / "zh-cn.po").read_bytes()
    (garden / "zh-cn.po").unlink()
    result = run(garden, "--learn", str(garden / "zh-cn"), "--learn", str(garden / "old.json"))
    assert result.exit_code == 0, result.output
    assert (garden / "zh-cn.po").read_bytes() == first


def test_catalog_can_be_learned_from(garden: Path) -> None:
    run(garden, *learn_arguments(garden))
    result = run(garden, "--learn", str(garden / "zh-cn.po"), catalog="other.po")
    counts = json.loads(result.stdout)
    assert (counts["carried"], counts["case_only"], counts["reused"]) == (2, 0, 1)
    assert "#: zh-cn.po:" in (garden / "other.po").read_text(encoding="utf-8")
    missing = run(garden, "--learn", str(garden / "none.po"), catalog="third.po")
    assert missing.exit_code == 2
    assert "error[source-missing]" in missing.output


def test_catalog_file_is_sorted_stable_and_undated(garden: Path) -> None:
    run(garden, *learn_arguments(garden))
    text = (garden / "zh-cn.po").read_text(encoding="utf-8")
    ids = [line for line in text.split("\n") if line.startswith("msgctxt")]
    assert ids == sorted(ids)
    assert "20" not in text.split("\n\n")[0].replace("UTF-8", "")
    assert f'{location_of_beds(garden)}\nmsgctxt "{key("Plot#beds")}"' in text
    assert "#: new.json:1" in text
    assert '#| msgid "' in text
    assert f'#~ msgctxt "{key("Plot#gone")}"' in text
    assert str(garden) not in text


def test_manual_edits_are_kept(garden: Path) -> None:
    run(garden, *learn_arguments(garden))
    file = garden / "zh-cn.po"
    text = file.read_text(encoding="utf-8")
    text = text.replace(f'msgstr "{BEDS_ZH}"', 'msgstr "手工翻译的花坛。"', 1)
    place = location_of_beds(garden)
    text = text.replace(f"{place}\nmsgctxt", f"# Two words were wrong.\n{place}\nmsgctxt", 1)
    text = text.replace('"Language: zh_CN\\n"', '"Language: zh@wade\\n"')
    text = text.replace('"Last-Translator: \\n"', '"Last-Translator: Gardener <g@example.io>\\n"')
    text += '\nmsgid "without an id"\nmsgstr "没有标识"\n'
    file.write_text(text, encoding="utf-8")
    result = run(garden, *learn_arguments(garden))
    counts = json.loads(result.stdout)
    assert (counts["kept"], counts["carried"]) == (1, 1)
    after = file.read_text(encoding="utf-8")
    for edit in (
        "手工翻译的花坛。",
        "# Two words were wrong.",
        "Gardener <g@example.io>",
        "zh@wade",
        "without an id",
    ):
        assert edit in after
    run(garden, *learn_arguments(garden))
    assert file.read_text(encoding="utf-8") == after


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda f: (f / "zh-cn.po").write_text("no catalog\n", encoding="utf-8"), "catalog-syntax"),
        (
            lambda f: (f / "zh-cn.po").write_text("# Notes\n\n# by hand\n", encoding="utf-8"),
            "catalog-syntax",
        ),
        (
            lambda f: (f / "zh-cn.po").write_text(
                'msgid ""\nmsgstr "Language: ja\\n"\n', encoding="utf-8"
            ),
            "catalog-language",
        ),
        (lambda f: (f / "new.json").write_text("{", encoding="utf-8"), ""),
        (lambda f: document(f / "new.json", Plot={}), "no-english"),
        (lambda f: shutil.rmtree(f / "zh-cn"), "source-missing"),
    ],
)
def test_invalid_input_is_reported_once_and_nothing_is_written(
    garden: Path, make: object, rule: str
) -> None:
    assert callable(make)
    make(garden)
    before = (garden / "zh-cn.po").read_bytes() if (garden / "zh-cn.po").exists() else None
    result = run(garden, *learn_arguments(garden))
    assert result.exit_code == 2
    assert f"error[{rule}" in result.output
    assert "Traceback" not in result.output
    assert (
        (garden / "zh-cn.po").read_bytes() if (garden / "zh-cn.po").exists() else None
    ) == before


def test_wrong_usage_exits_with_2(garden: Path) -> None:
    for arguments in ([], ["--learn"], ["--learn", "x"], ["nothing"]):
        result = CliRunner().invoke(main, ["translate", *arguments])
        assert result.exit_code == 2
    assert run(garden, *learn_arguments(garden), locale="en").exit_code == 2
    assert run(garden, *learn_arguments(garden), locale="xx").exit_code == 2


def test_sources_without_language_are_reported(garden: Path) -> None:
    result = run(garden, "--learn", str(garden / "old.json"))
    assert result.exit_code == 0
    assert "warning[nothing-learnt]" in result.output
