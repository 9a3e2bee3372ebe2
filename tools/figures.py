"""Figures and output of commands in docs/ and the READMEs.

`make figures` writes them, and tests check them.

A block stands between `<!-- figures: NAME -->` and `<!-- end of figures -->`; what is between them
is written here alone.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from codegen.findings.rules.catalogue import rules_of
from support import examples
from support.corpus import CHINESE_PAGES, CONTENTS, REFERENCE, RELEASES, ROOT
from tools import planted_mistakes, update_example

READMES = {"en": ROOT / "README.md", "zh-cn": ROOT / "README.zh-cn.md"}


def pages_of(stem: str) -> dict[str, Path]:
    """Return the pages of docs/ with this name, by language."""
    return {"en": ROOT / f"docs/{stem}.md", "zh-cn": ROOT / f"docs/{stem}.zh-cn.md"}


PYTHON = pages_of("generate-python")
PUBLISH = pages_of("publish-pages")
BILINGUAL = [
    (page.with_name(page.name.replace(".zh-cn", "")), page)
    for page in (READMES["zh-cn"], *sorted((ROOT / "docs").glob("*.zh-cn.md")))
]
BLOCK = re.compile(
    r"(<!-- figures: (?P<name>[a-z-]+) -->\n).*?(<!-- end of figures -->)", re.DOTALL
)


class FigureReleases(NamedTuple):
    """The oldest release with list pages in English and Chinese, and the newest release."""

    bilingual: Path
    newest: Path

    @property
    def names(self) -> tuple[str, str]:
        """Both versions, without the `v`."""
        return self.bilingual.name.removeprefix("v"), self.newest.name.removeprefix("v")


def find_releases() -> FigureReleases | None:
    """Find the releases of the figures in the corpus, or return None without them."""
    bilingual = next((release for release in CONTENTS if release in CHINESE_PAGES), None)
    newest = RELEASES[-1] if RELEASES else None
    if bilingual is None or newest is None or bilingual == newest:
        return None
    return FigureReleases(bilingual, newest)


def _run_command(*arguments: object) -> Any:
    command = [sys.executable, "-m", "codegen", *map(str, arguments), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    return json.loads(done.stdout)


def _format_table(rows: Iterable[Sequence[str]]) -> str:
    """Format rows of cells as a Markdown table."""
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


# ---------------------------------------------------------------------------------- comparisons


def _count_diff_lines(old: Path, new: Path) -> str:
    """Count the lines that `diff -r` marks."""
    done = subprocess.run(["diff", "-r", str(old), str(new)], capture_output=True, text=True)
    marked = [line for line in done.stdout.splitlines() if line.startswith(("<", ">"))]
    return f"{len(marked):,}"


def _compare(old: Path, new: Path) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = _run_command("diff", old, new)["findings"]
    return findings


def _describe_levels(findings: list[dict[str, Any]]) -> dict[str, str]:
    """Describe the number of findings and of each level, by language."""
    counts = Counter(finding["level"] for finding in findings)
    parts = [f"{counts[level]:,} {level}" for level in ("ERR", "WARN", "INFO")]
    return {
        "en": f"{len(findings):,}: {', '.join(parts)}",
        "zh-cn": f"{len(findings):,}：{'、'.join(parts)}",
    }


def measure_drift(releases: FigureReleases) -> dict[str, str]:
    """Compare four pairs of sources, as a table with the lines of a plain text diff."""
    old, new = releases
    old_name, new_name = releases.names
    english, chinese = (old / "content" / tag / REFERENCE for tag in ("en", "zh-cn"))
    old_document, new_document = old / "swagger.json", new / "swagger.json"
    flattened = next((ROOT / "schemas/sources").glob("*.txt"))

    translated = _compare(english, chinese)
    causes = Counter(finding.get("cause") for finding in translated)
    mistakes, stale = causes["defect"], causes["stale"]
    problems = len(translated) - mistakes - stale
    document_levels = _describe_levels(_compare(old_document, new_document))
    flattened_levels = _describe_levels(_compare(flattened, new_document))
    same = len(_compare(english, old_document))
    same += len(_compare(new / "content/en" / REFERENCE, new_document))

    translated_lines = _count_diff_lines(english, chinese)
    document_lines = _count_diff_lines(old_document, new_document)
    flattened_lines = _count_diff_lines(flattened, new_document)
    in_english = [
        ("pair", "lines that `diff -r` marks", "`codegen diff`"),
        ("---", "---", "---"),
        (
            f"English against Chinese list pages of {old_name}",
            translated_lines,
            f"{len(translated)}: {mistakes} slips of the page, {stale} where it follows another "
            f"release, {problems} problems of its own; each with file and line",
        ),
        (
            f"`swagger.json` of {old_name} against {new_name}",
            document_lines,
            document_levels["en"],
        ),
        (
            f"the flattened Chinese page against `swagger.json` of {new_name}",
            flattened_lines,
            flattened_levels["en"],
        ),
        ("pages of a release against its own `swagger.json`, both layouts", "-", str(same)),
    ]
    in_chinese = [
        ("比较对象", "`diff -r` 标出的行数", "`codegen diff`"),
        ("---", "---", "---"),
        (
            f"{old_name} 的英文与中文列表页面",
            translated_lines,
            f"{len(translated)}：{mistakes} 处是页面的错误，{stale} 处是页面沿用了其他版本，{problems} "
            "处是页面写法的问题；每一处都给出文件和行号",
        ),
        (
            f"{old_name} 与 {new_name} 的 `swagger.json`",
            document_lines,
            document_levels["zh-cn"],
        ),
        (
            f"扁平化的中文页面与 {new_name} 的 `swagger.json`",
            flattened_lines,
            flattened_levels["zh-cn"],
        ),
        ("某版本的页面与它自己的 `swagger.json`，两种布局", "-", str(same)),
    ]
    return {"en": _format_table(in_english), "zh-cn": _format_table(in_chinese)}


# --------------------------------------------------------------------------------- translations


def measure_translation(releases: FigureReleases, folder: Path) -> dict[str, str]:
    """Carry the Chinese pages of one release to another. The catalog is written to `folder`."""
    old, new = releases
    old_name, new_name = releases.names
    totals = _run_command(
        "translate",
        "--learn",
        old / "content/zh-cn" / REFERENCE,
        old / "swagger.json",
        "--for",
        new / "swagger.json",
        "--locale",
        "zh-cn",
        "--catalog",
        folder / "zh-cn.po",
    )
    clean = totals["carried"] + totals["case_only"] + totals["reused"]
    fuzzy, untranslated = totals["fuzzy"], totals["untranslated"]
    return {
        "en": f"From the Chinese pages of {old_name} to the `swagger.json` of {new_name}: "
        f"{clean:,} texts carried or reused cleanly, {fuzzy:,} fuzzy, {untranslated:,} to "
        "translate.\n",
        "zh-cn": f"从 {old_name} 的中文页面到 {new_name} 的 `swagger.json`：{clean:,} 条直接沿用或复用，"
        f"{fuzzy:,} 条 fuzzy，{untranslated:,} 条待翻译。\n",
    }


# The headings of the linter table, and the kinds of manually noted mistakes.
LINTER_HEADS = {
    "en": ("slips that a person noted", "found on {} pages", "found on {} further pages"),
    "zh-cn": ("人工记下的错误", "{} 个页面中查出", "另外 {} 个页面中查出"),
}
LINTER_KINDS = {
    "mark": ("marks, spaces, addresses", "标点、空格、网址"),
    "doubled": ("doubled words", "重复的字词"),
    "typo": ("other typing errors", "其他笔误"),
    "name": ("names", "名称"),
    "value": ("values in quotes or code", "引号或代码中的取值"),
    "term": ("terms", "术语"),
    "outdated": ("outdated English", "过期的原文"),
    "swapped": ("text of another field", "属于另一字段的译文"),
    "omission": ("omitted words or sentences", "漏译"),
    "comment": ("wrong English in a comment", "注释中的原文有误"),
    "meaning": ("meaning", "意思译错"),
}
LINTER_SUMMARY = {
    "en": "All {} findings about texts on these pages are right. {} of {} slips are found: a "
    "finding at the same line reports that slip.\n\n",
    "zh-cn": "在这些页面上报告的 {} 个文字问题全部正确。{} 处错误被查出（同一行报告的问题就是该错误），共 {} 处。\n\n",
}


class _NotedMistake(NamedTuple):
    """A mistake on a page that a person noted, with the finding's rule if the linter finds it."""

    page: str
    line: int
    kind: str
    rule: str | None = None


class _MistakeCounts(NamedTuple):
    """How many mistakes of a kind are found, and how many were noted."""

    found: int
    noted: int


def _count_mistakes(mistakes: Iterable[_NotedMistake], kind: str) -> _MistakeCounts:
    of_kind = [mistake for mistake in mistakes if mistake.kind == kind]
    found = [mistake for mistake in of_kind if mistake.rule is not None]
    return _MistakeCounts(found=len(found), noted=len(of_kind))


def measure_linter(releases: FigureReleases) -> dict[str, str]:
    """Count the manually noted mistakes that the linter finds, by kind, as a table in each
    language.

    The pages were reviewed before the linter ran: the first set before its rules were written, the
    second after. A mistake is found if the finding with which it was judged to agree is reported at
    its line. Each finding agrees with one mistake at most.
    """
    chinese, english = (releases.bilingual / "content" / tag / REFERENCE for tag in ("zh-cn", "en"))
    judged = json.loads((ROOT / "tests/translation/judgement.json").read_text(encoding="utf-8"))
    sets = [judged["first"], judged["second"]]
    mistakes = [[_NotedMistake(*slip) for slip in noted["slips"]] for noted in sets]
    pages = {page for noted in sets for page in noted["pages"]}

    rules = {rule.id for rule in rules_of("lint")}
    rules |= {"translation-outdated", "translation-of-another", "comment-wrong"}
    reported: list[tuple[str, int, str]] = []
    for finding in _run_command("review", chinese, "--english", english)["findings"]:
        page = Path(finding["path"]).relative_to(chinese).as_posix()
        if page in pages and finding["rule"] in rules:
            reported.append((page, finding["line"], finding["rule"]))

    expected = {tuple(finding) for finding in judged["other findings"]}
    for noted in mistakes:
        expected.update(
            (mistake.page, mistake.line, mistake.rule) for mistake in noted if mistake.rule
        )
    if unjudged := {*reported} ^ expected:
        raise ValueError(
            "read these findings, and write them into tests/translation/judgement.json if they "
            f"are right: {sorted(unjudged)}"
        )

    counts = {kind: [_count_mistakes(noted, kind) for noted in mistakes] for kind in LINTER_KINDS}
    every = [count for of_kind in counts.values() for count in of_kind]
    found, total = sum(count.found for count in every), sum(count.noted for count in every)
    sizes = [len(noted["pages"]) for noted in sets]
    tables = {}
    for number, (language, heads) in enumerate(LINTER_HEADS.items()):
        between = " of " if language == "en" else " / "
        first_head, *other_heads = heads
        sized_heads = [head.format(size) for head, size in zip(other_heads, sizes, strict=True)]
        lines = [(first_head, *sized_heads), ("---", "---:", "---:")]
        for kind, of_kind in counts.items():
            cells = [f"{count.found}{between}{count.noted}" for count in of_kind]
            lines.append((LINTER_KINDS[kind][number], *cells))
        summary = LINTER_SUMMARY[language].format(len(reported), found, total)
        tables[language] = summary + _format_table(lines)
    return tables


# A row of a table of fields, on a page in another language than English: its name, and its text
# with the English in a comment.
_ROW = re.compile(
    r"<td><code>(?P<name>[^<]+)</code>[^\n]*</td>\n\s*<td>(?P<text>.*?)</td>\n\s*</tr>", re.DOTALL
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HAN = re.compile(r"[\u4e00-\u9fff]")


class _TableRow(NamedTuple):
    """A described row of a table page."""

    name: str
    is_chinese: bool


def _read_rows(page: Path) -> list[_TableRow]:
    """Read the described rows of the fields of a table page."""
    fields = page.read_text(encoding="utf-8").partition("{#Operations}")[0]
    rows = []
    for match in _ROW.finditer(fields):
        text = _COMMENT.sub("", match["text"])
        if text.strip():
            rows.append(_TableRow(match["name"], is_chinese=bool(_HAN.search(text))))
    return rows


def measure_rows(releases: FigureReleases, folder: Path) -> dict[str, str]:
    """Count the Chinese rows on table pages of one release whose translations come from another.

    The pages are written to `folder`.
    """
    old_name, new_name = releases.names
    measure_translation(releases, folder)
    config = {
        "sources": [{"path": str((releases.newest / "swagger.json").absolute())}],
        "locales": ["en", "zh-cn"],
        "translations": ".",
        "outputs": [{"target": "docs", "layout": "table", "to": "{locale}"}],
    }
    (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "codegen", "generate"], cwd=folder, check=True, capture_output=True
    )
    rows: list[_TableRow] = []
    for page in (folder / "zh-cn").rglob("*.md"):
        rows += _read_rows(page)
    chinese = sum(row.is_chinese for row in rows)
    share = chinese / len(rows)
    heads = [row for row in rows if row.name in ("apiVersion", "kind")]
    chinese_heads = sum(row.is_chinese for row in heads)
    return {
        "en": f"Of the {len(rows):,} described rows on the table pages of {new_name}, {chinese:,} "
        f"({share:.0%}) are Chinese if only the Chinese list pages of {old_name} are learnt. Of "
        f"the rows `apiVersion` and `kind`, {chinese_heads:,} of {len(heads):,} are.\n",
        "zh-cn": f"只学习 {old_name} 的中文列表页面时，{new_name} 的表格页面上有描述的 {len(rows):,} 行中，"
        f"{chinese:,} 行（{share:.0%}）为中文；其中 `apiVersion` 和 `kind` 共 {len(heads):,} 行，"
        f"{chinese_heads:,} 行为中文。\n",
    }


# --------------------------------------------------------------------------------------- blocks


def _plant_mistakes(releases: FigureReleases) -> planted_mistakes.Measurement:
    """Measure the mistakes that review finds on the Chinese pages of the oldest release."""
    content = releases.bilingual / "content"
    return planted_mistakes.measure(content / "zh-cn", content / "en")


def measure_blocks(folder: Path) -> dict[str, dict[str, str]]:
    """Measure all blocks based on the corpus, by name and language.

    Intermediate files are written to `folder`.
    """
    releases = find_releases()
    if releases is None:
        raise ValueError("the releases of the figures are not in the corpus")
    return {
        "drift": measure_drift(releases),
        "translation": measure_translation(releases, folder),
        "linter": measure_linter(releases),
        "planted": planted_mistakes.format_tables(_plant_mistakes(releases)),
        "rows": measure_rows(releases, folder),
    }


def format_limits() -> dict[str, str]:
    """Format the table of limits in each language."""
    from support.limits import LIMITS

    heads = {"en": ("at most", "of what", "beyond it"), "zh-cn": ("上限", "限制的对象", "超出之后")}
    tables = {}
    for number, (language, head) in enumerate(heads.items()):
        lines = [head, ("---:", "---", "---")]
        for limit in LIMITS:
            lines.append((f"{limit.most:,}", limit.what[number], limit.beyond[number]))
        tables[language] = _format_table(lines)
    return tables


def replace_blocks(text: str, language: str, blocks: Mapping[str, Mapping[str, str]]) -> str:
    """Replace these blocks of a page. Other blocks are unchanged."""

    def replace_block(match: re.Match[str]) -> str:
        if match["name"] not in blocks:
            return match[0]
        return match[1] + blocks[match["name"]][language] + match[3]

    return BLOCK.sub(replace_block, text)


def find_stale_pages(blocks: Mapping[str, Mapping[str, str]]) -> dict[Path, str]:
    """Find the pages with outdated blocks, with their new text. Other blocks are unchanged."""
    stale = {}
    for stem in ("compare-releases", "linter", "translate", "limits"):
        for language, file in pages_of(stem).items():
            text = file.read_text(encoding="utf-8")
            new_text = replace_blocks(text, language, blocks)
            if new_text != text:
                stale[file] = new_text
    return stale


def main() -> None:
    """Write the figures and the output of commands into their pages, or with `limits` the limits
    alone.
    """
    blocks = {"limits": format_limits()}
    only_limits = sys.argv[1:] == ["limits"]
    missing = []
    if not only_limits:
        missing = examples.update_pages()
        if find_releases() is None:
            missing.append("figures: the corpus is not here: set CODEGEN_CORPUS to its folder")
        else:
            with tempfile.TemporaryDirectory() as folder:
                blocks |= measure_blocks(Path(folder))
    for file, text in find_stale_pages(blocks).items():
        file.write_text(text, encoding="utf-8")
    if not only_limits and update_example.is_here():
        update_example.main()
    if missing:
        sys.exit("\n".join(missing))


if __name__ == "__main__":
    main()
