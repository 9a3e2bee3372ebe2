"""Export to and import from translators' tools, in every format, without overwriting confirmed
translations.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from click.testing import Result
from msgspec.structs import replace

from codegen.core.diagnostics import CodegenError
from codegen.core.locales import SHIPPED
from codegen.translation import po
from codegen.translation.exchange import file_formats, xliff
from codegen.translation.exchange.draft_import import import_drafts
from codegen.translation.exchange.file_formats import FILE_FORMATS
from codegen.translation.exchange.translation_unit import TranslationUnit, collect_units
from codegen.translation.progress import TextCounts, TextState, TranslationStatus, WorkItem
from codegen.translation.provenance import CONFIRMED, encode_comment, mark_candidate
from gardens.translation import document, key
from support import commands

ENDINGS = {"xliff": ".xlf", "po": ".po", "csv": ".csv"}


def run(*arguments: object) -> Result:
    return commands.run("translate", *arguments)


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    document(
        tmp_path / "new.json",
        Plot={"beds": "The beds of it.", "tool": "A `rake`."},
        Yard={"beds": "The beds of it."},
    )
    done = po.Entry(id=key("Plot#tool"), english="A `rake`.", translation="一把 `rake`。")
    empty = po.Entry(id=key("Plot#beds"), english="The beds of it.")
    drafted = replace(
        empty,
        id=key("Yard#beds"),
        translation="花坛。",
        flags=("fuzzy",),
        provenance=mark_candidate("x", "y"),
    )
    gone = po.Entry(
        id=key("Plot#shed"), english="The shed of it.", translation="棚子。", obsolete=True
    )
    text = po.format_catalog([done, drafted, empty, gone], "zh-cn", po.Catalog(locale="zh-cn"))
    (tmp_path / "zh-cn.po").write_text(text, encoding="utf-8")
    return tmp_path


def catalog_options(garden: Path) -> list[object]:
    return ["--locale", "zh-cn", "--catalog", garden / "zh-cn.po"]


def write_table(garden: Path, rows: str) -> Path:
    (garden / "back.csv").write_text(f"id,english,translation\n{rows}\n", encoding="utf-8")
    return garden / "back.csv"


def load_entries(garden: Path) -> dict[str, po.Entry]:
    return dict(po.load_catalog(garden / "zh-cn.po", "zh-cn").entries)


def export(garden: Path, shape: str) -> Path:
    """Export the only open text of the garden to a file."""
    file = garden / f"out{ENDINGS[shape]}"
    result = run(
        "export",
        "--for",
        garden / "new.json",
        *catalog_options(garden),
        "--format",
        shape,
        "--output",
        file,
    )
    assert (result.exit_code, "1 text in" in result.output) == (0, True), result.output
    return file


@pytest.mark.parametrize("shape", list(FILE_FORMATS))
def test_exported_texts_are_imported_as_drafts(garden: Path, shape: str) -> None:
    file = export(garden, shape)
    before = (garden / "zh-cn.po").read_bytes()
    unchanged = run("import", file, *catalog_options(garden))
    assert unchanged.exit_code == 0, unchanged.output
    assert (garden / "zh-cn.po").read_bytes() == before  # the draft is unchanged
    assert "texts: 1 as the catalog has them" in unchanged.output
    file.write_text(
        file.read_text(encoding="utf-8").replace("花坛。", "它的花坛。"), encoding="utf-8"
    )
    back = run("import", file, *catalog_options(garden))
    assert back.exit_code == 0, back.output
    found = load_entries(garden)[key("Yard#beds")]
    note = encode_comment(found.provenance)
    assert (found.translation, found.fuzzy, note) == (
        "它的花坛。",
        True,
        f"draft: from {file.name}",
    )
    assert load_entries(garden)[key("Plot#tool")].translation == "一把 `rake`。"
    again = (garden / "zh-cn.po").read_bytes()
    assert run("import", file, *catalog_options(garden)).exit_code == 0
    assert (garden / "zh-cn.po").read_bytes() == again


@pytest.mark.parametrize("text", ["花坛。", "它的花坛。"], ids=["as it was", "edited"])
@pytest.mark.parametrize("shape", list(FILE_FORMATS))
def test_confirmed_translation_applies_to_all_entries(garden: Path, shape: str, text: str) -> None:
    file = export(garden, shape)
    decided = file.read_text(encoding="utf-8").replace("花坛。", text)
    for old, new in (
        ("#, fuzzy\n", ""),
        ('approved="no"', 'approved="yes"'),
        (f"{text},,", f"{text}, Yes ,"),
    ):
        decided = decided.replace(old, new)
    file.write_text(decided, encoding="utf-8", newline="\r\n")
    result = run("import", file, *catalog_options(garden))
    assert "2 entries are confirmed" in result.output
    for name in ("Plot#beds", "Yard#beds"):
        found = load_entries(garden)[key(name)]
        assert (found.translation, found.fuzzy, found.provenance) == (text, False, CONFIRMED)
    before = (garden / "zh-cn.po").read_bytes()
    assert "1 as the catalog has them" in run("import", file, *catalog_options(garden)).output
    assert (garden / "zh-cn.po").read_bytes() == before


def save_by(tool: str, file: Path, saved: Path) -> None:
    """Save a file like a tool. Poedit reorders the header, wraps lines and writes CRLF."""
    if tool == "Poedit":
        store = polib.pofile(str(file), wrapwidth=40)
        store.metadata = {
            "X-Generator": "Poedit 3.4",
            **dict(sorted(store.metadata.items(), reverse=True)),
        }
        saved.write_text(str(store), encoding="utf-8", newline="\r\n")
    else:
        files = [file] * (1 + tool.startswith("msgmerge"))
        subprocess.run([*tool.split(), *files, "-o", saved], check=True, capture_output=True)


@pytest.mark.skipif(not shutil.which("msgmerge"), reason="needs GNU gettext's msgcat and msgmerge")
@pytest.mark.parametrize(
    "tool",
    ["msgcat --width=30", "msgcat --sort-output --no-location", "msgmerge --previous", "Poedit"],
)
def test_decisions_survive_translation_tools(garden: Path, tool: str) -> None:
    """A confirmed draft, an edited text and a new text are confirmed; an unchanged draft stays a
    draft.
    """
    english = {
        "a": 'It has 100% of\n\n - the "beds" \\\\ and {{tools}}, in a line that is longer than those of tools.',
        "b": "The gate of it.",
        "c": "The owner of it.",
        "d": "The path of it.",
    }
    document(garden / "new.json", Plot=english)
    known = [
        po.Entry(
            id=key(f"Plot#{name}"),
            english=text,
            translation=draft,
            flags=("fuzzy",) if draft else (),
        )
        for (name, text), draft in zip(
            english.items(), ("有 100%。\n\n - 花坛", "门。", "", "小路。"), strict=True
        )
    ]
    text = po.format_catalog(known, "zh-cn", po.Catalog(locale="zh-cn"))
    (garden / "zh-cn.po").write_text(text, encoding="utf-8")
    file, saved = garden / "out.po", garden / "saved.po"
    run(
        "export",
        "--for",
        garden / "new.json",
        *catalog_options(garden),
        "--format",
        "po",
        "--output",
        file,
    )
    written = polib.pofile(str(file), wrapwidth=0)
    decided = {
        key("Plot#a"): known[0].translation,
        key("Plot#b"): "它的门。",
        key("Plot#c"): "它的主人。\n多行。",
    }
    for unit in (unit for unit in written if unit.msgctxt in decided):
        unit.msgstr, unit.flags = decided[unit.msgctxt], []
    for more in ({"msgid": "No id."}, {"msgctxt": "K#gone", "msgid": "Gone.", "obsolete": True}):
        written.append(polib.POEntry(msgstr="无。", **more))  # neither is in the catalog
    written.save(str(file))
    save_by(tool, file, saved)
    for _ in range(2):
        result = run("import", saved, *catalog_options(garden))
        found = load_entries(garden)
        assert "draft-refused" not in result.output
        assert {
            name: entry.translation for name, entry in found.items() if not entry.fuzzy
        } == decided, result.output
        assert (found[key("Plot#d")].translation, found[key("Plot#d")].fuzzy) == ("小路。", True)
    save_by(tool, garden / "zh-cn.po", saved)
    before, after = (
        [
            (each.translation, each.flags, each.provenance.origin)
            for each in po.load_catalog(file, "zh-cn").entries.values()
        ]
        for file in (garden / "zh-cn.po", saved)
    )
    assert before == after


@pytest.mark.parametrize(
    ("attributes", "fuzzy"), [('state="final"', False), ('state="translated"', True)]
)
def test_only_final_xliff_state_confirms(garden: Path, attributes: str, fuzzy: bool) -> None:
    file = export(garden, "xliff")
    text = re.sub(
        r"<target.*?</target>",
        f"<target {attributes}>苗床。</target>",
        file.read_text(encoding="utf-8"),
    )
    file.write_text(text, encoding="utf-8")
    assert run("import", file, *catalog_options(garden)).exit_code == 0
    assert load_entries(garden)[key("Yard#beds")].fuzzy is fuzzy


def test_gb18030_table_has_conversion_hint(garden: Path) -> None:
    (garden / "back.csv").write_bytes("id,english,translation\nK,A bed.,花坛。\n".encode("gb18030"))
    result = run("import", garden / "back.csv", *catalog_options(garden))
    assert (result.exit_code, "iconv -f gb18030 -t utf-8" in result.output) == (2, True)


def test_draft_is_linted_and_leaves_other_drafts_of_its_english(garden: Path) -> None:
    before = load_entries(garden)
    file = write_table(garden, f"{key('Plot#beds')},The beds of it.,花坛Bed。")
    result = run("import", file, *catalog_options(garden))
    assert "warning[blank-missing]" in result.output
    found = load_entries(garden)
    changed = {prose_id for prose_id, entry in found.items() if entry != before[prose_id]}
    draft = found[key("Plot#beds")]
    assert (draft.translation, draft.fuzzy) == ("花坛Bed。", True)
    assert "blank-missing" in encode_comment(draft.provenance)
    assert changed == {key("Plot#beds")}


@pytest.mark.parametrize(
    ("translation", "options", "confirmed"),
    [
        pytest.param("门开着。", {}, False, id="unchanged draft"),
        pytest.param("门开着。", {"accepts_incomplete": True}, True, id="explicit word"),
        pytest.param("门开着。夜间无人关门。", {}, True, id="complete translation"),
    ],
)
def test_confirmed_text_that_lacks_sentence_is_refused(
    translation: str, options: dict[str, bool], confirmed: bool
) -> None:
    english = "The gate is open. Nobody shuts it at night."
    entry = po.Entry(
        id="K#f",
        english=english,
        translation="门开着。",
        previous="The gate is open.",
        flags=("fuzzy",),
    )
    catalog = po.Catalog(locale="zh-cn", entries={"K#f": entry})
    unit = TranslationUnit(id="K#f", english=english, translation=translation, confirmed=True)
    result = import_drafts([unit], catalog, SHIPPED.get("zh-cn"), (), "x.csv", **options)
    assert result.entries[0].fuzzy is not confirmed
    assert [finding.rule for finding in result.findings] == ["draft-refused"] * (not confirmed)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (f"{key('Plot#gone')},The beds of it.,花坛。", "draft-refused"),
        (f"{key('Plot#shed')},The shed of it.,棚子。", "draft-refused"),
        (f"{key('Plot#beds')},Other English.,花坛。", "draft-refused"),
        (f"{key('Plot#tool')},A `rake`.,一个 `rake`。", "draft-of-confirmed"),
    ],
)
def test_mismatched_rows_are_refused(garden: Path, row: str, rule: str) -> None:
    before = (garden / "zh-cn.po").read_bytes()
    result = run("import", write_table(garden, row), *catalog_options(garden))
    assert (result.exit_code, f"warning[{rule}]" in result.output) == (0, True)
    assert (garden / "zh-cn.po").read_bytes() == before


def test_unchanged_drafts_of_other_entries_are_kept(garden: Path) -> None:
    """A text is exported once with one of its drafts, which must not become the draft of all."""
    catalog = garden / "zh-cn.po"
    other = po.Entry(
        id=key("Plot#beds"), english="The beds of it.", translation="苗床。", flags=("fuzzy",)
    )
    known = {**load_entries(garden), other.id: other}
    catalog.write_text(
        po.format_catalog(known.values(), "zh-cn", po.Catalog(locale="zh-cn")), encoding="utf-8"
    )
    before = catalog.read_bytes()
    for shape in FILE_FORMATS:
        result = run("import", export(garden, shape), *catalog_options(garden))
        assert (result.exit_code, catalog.read_bytes() == before) == (0, True), result.output


ROW = (key("Plot#beds"), "The beds of it.", "花坛；小路。")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffid;english;translation;context\r\n{};{};{};x\r\n",
        "id\tenglish\ttranslation\n{}\t{}\t{}\n",
        "sep=;\r\nid;english;translation\r\n{};{};{}\r\n",
        "ID , English,Translation\n{},{},{}\n,,\n",
        '"translation","context","id","english",""\r\n"{2}","","{0}","{1}",""\r\n',
        "id,english,translation\r{},{},{}\r",
        "<xliff xmlns='urn:oasis:names:tc:xliff:document:1.1' version='1.1'><file><body><trans-unit id='{}' approved='yes'>"
        "<source>{}</source><target>{}</target></trans-unit></body></file></xliff>",
    ],
)
def test_spreadsheet_tables_are_read(garden: Path, text: str) -> None:
    file = garden / ("back.xlf" if text.startswith("<") else "back.csv")
    file.write_bytes(
        text.format(*ROW).encode()
        if ";{}" not in text
        else text.format(*ROW[:2], f'"{ROW[2]}"').encode()
    )
    result = run("import", file, *catalog_options(garden))
    assert (result.exit_code, load_entries(garden)[ROW[0]].translation) == (0, ROW[2]), (
        result.output
    )


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "x.csv",
            'id,english,translation\na,b,"c\nd"\ne,"f,g\nh\n',
            "x.csv:4:1: error[exchange-unreadable]",
        ),
        (
            "x.csv",
            'sep=,\nid,english,translation\na,"b"c,d\n',
            "x.csv:3:1: error[exchange-unreadable]",
        ),
        ("x.csv", "sep=;\nid;english\n", "x.csv:2:1: error[exchange-unreadable]"),
        ("x.csv", "a,b\n1,2\n", "x.csv:1:1: error[exchange-unreadable]"),
        ("x.csv", 'id,english,translation\n"a', "x.csv:2:1: error[exchange-unreadable]"),
        (
            "x.xlf",
            "no xml",
            "x.xlf:1: error[exchange-unreadable]: this is not a valid XLIFF file: Start tag expected",
        ),
        ("x.doc", "?", "x.doc: error[exchange-unreadable]"),
        ("x.xlf", "<xliff version='1.1'>\n<file", "x.xlf:2:"),
        ("x.xlf", "<html/>", "it has another root"),
        (
            "x.xlf",
            "<xliff xmlns='urn:oasis:names:tc:xliff:document:1.1' version='1.1'><file target-language='ja'><body>"
            "<trans-unit id='K'><source>A</source><target>B</target></trans-unit></body></file></xliff>",
            "error[catalog-language]",
        ),
        (
            "x.po",
            'msgid ""\nmsgstr ""\n"Language: ja\\n"\n\nmsgctxt "K"\nmsgid "A"\nmsgstr "B"\n',
            "error[catalog-language]",
        ),
        ("x.po", 'msgctxt "K"\nmsgid "A\nmsgstr "B"\n', "x.po:2:1: error[catalog-syntax]"),
    ],
)
def test_damaged_file_is_located(garden: Path, name: str, text: str, said: str) -> None:
    before = (garden / "zh-cn.po").read_bytes()
    (garden / name).write_text(text, encoding="utf-8")
    result = run("import", garden / name, *catalog_options(garden))
    assert (result.exit_code, said in result.output) == (2, True), result.output
    assert (result.output.count("error["), "Traceback" in result.output) == (1, False)
    assert (garden / "zh-cn.po").read_bytes() == before


def test_conflicting_drafts_are_reported(garden: Path) -> None:
    result = run(
        "import",
        write_table(garden, f"{','.join(ROW)}\n{ROW[0]},{ROW[1]},苗床。"),
        *catalog_options(garden),
    )
    assert "back.csv:3:1: warning[draft-refused]: the file has another draft" in result.output
    assert load_entries(garden)[ROW[0]].translation == ROW[2]


# The third uses the translation of the first.
# It has a name that the English text lacks.
@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (
            ("花坛。", "苗床。", ""),
            ("花坛。", "苗床。", "花坛。"),
        ),
        (("", "苗床。", ""), ("苗床。", "苗床。", "苗床。")),
        (
            ("Plot 的花坛。", "", ""),
            ("Plot 的花坛。", "", ""),
        ),
    ],
)
def test_rows_lacking_translation_take_another(
    given: tuple[str, ...], wanted: tuple[str, ...], confirmed: bool
) -> None:
    texts = dict(zip("ABC", given, strict=True))
    units = [
        TranslationUnit(id=name, english="Beds.", translation=text, confirmed=confirmed)
        for name, text in texts.items()
    ]
    catalog = po.Catalog(
        locale="zh-cn", entries={name: po.Entry(id=name, english="Beds.") for name in texts}
    )
    result = import_drafts(units, catalog, SHIPPED.get("zh-cn"), (), "x.csv")
    assert (tuple(entry.translation for entry in result.entries), result.findings) == (wanted, ())


def test_xliff_changed_by_other_tools_is_imported(garden: Path) -> None:
    """Covers states, notes, approval, groups and inline elements."""
    file = export(garden, "xliff")
    text = file.read_text(encoding="utf-8")
    target = re.sub(
        r"<target.*?</target>", '<target state="final">它的 <g id="1">花坛</g>。</target>', text
    )
    target = target.replace('approved="no"', 'approved="yes"').replace(
        "</note>", "</note><note>不确定</note>"
    )
    target = (
        target.replace("<body>", '<body><group id="a">')
        .replace("</body>", "</group></body>")
        .replace("1.1", "1.2")
    )
    file.write_bytes(b"\xef\xbb\xbf" + target.replace("\n", "\r\n").encode())
    result = run("import", file, *catalog_options(garden))
    assert result.exit_code == 0, result.output
    found = load_entries(garden)[key("Yard#beds")]
    assert (found.translation, found.fuzzy, found.provenance) == ("它的 花坛。", False, CONFIRMED)
    assert "warning[blank-inside]" in result.output


def test_missing_page_and_catalog_are_reported(garden: Path) -> None:
    no_page = run(
        "export",
        "--for",
        garden / "new.json",
        *catalog_options(garden),
        "--format",
        "csv",
        "--page",
        "no.md",
    )
    assert (no_page.exit_code, "error[page-unknown]" in no_page.output) == (2, True)
    (garden / "zh-cn.po").unlink()
    for command in (
        ["export", "--for", garden / "new.json", "--format", "csv"],
        ["import", garden / "x.csv"],
    ):
        result = run(*command, *catalog_options(garden))
        assert (result.exit_code, "error[catalog-missing]" in result.output) == (2, True)


@pytest.mark.parametrize("text", ["'true' 表示浇水。", "''", "'", "=1", "'=1", "@x", "-1"])
def test_cell_with_leading_apostrophe_round_trips(text: str) -> None:
    table = FILE_FORMATS["csv"].write(
        [TranslationUnit(id="K", english="A bed.", translation=text)], "zh-cn"
    )
    assert FILE_FORMATS["csv"].read(table, "x")[0].translation == text
    if not text.startswith(("'=", "''")):  # as typed by hand
        assert (
            FILE_FORMATS["csv"]
            .read(f"id,english,translation\nK,A bed.,{text}\n", "x")[0]
            .translation
            == text
        )


def test_units_have_locations_and_can_be_selected_by_page() -> None:
    work = tuple(
        WorkItem(english="A.", state=TextState.MISSING, ids=ids, pages=pages, words=1)
        for ids, pages in (
            (("K#a", "L#a", "M#a"), ("x/plot.md", "bed.md", "y.md")),
            (("K#b", "L#b"), ("x/plot.md",)),
            (("K#c",), ()),
        )
    )
    status = TranslationStatus(
        total=TextCounts(name="all"), pages=(), kinds=(), parts=(), work=work, orphans=()
    )
    assert [unit.context.split("\n") for unit in collect_units(status)] == [
        ["the text of K#a", "and of 2 more, such as L#a", "on x/plot.md and 2 more pages"],
        ["the text of K#b", "and of 1 more, such as L#b", "on x/plot.md"],
        ["the text of K#c"],
    ]
    found = {
        page: [unit.id for unit in collect_units(status, [page])]
        for page in ("plot.md", "x/plot.md", "lot.md", "bed.md")
    }
    assert found == {
        "plot.md": ["K#a", "K#b"],
        "x/plot.md": ["K#a", "K#b"],
        "lot.md": [],
        "bed.md": ["K#a"],
    }


def test_missing_library_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "translate.storage", None)
    with pytest.raises(CodegenError, match="extra-missing"):
        xliff.write([], "zh-cn")
    with pytest.raises(CodegenError, match="exchange-unreadable"):
        file_formats.read_units(Path("x.doc"), "x.doc")
