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
from pathlib import Path
from typing import Any

from codegen.findings.rules.catalogue import rules_of
from support import examples
from support.corpus import CHINESE_PAGES, CONTENTS, REFERENCE, RELEASES, ROOT
from tools import update_example

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


def both_languages() -> Path | None:
    """Return the oldest release whose list pages are here in English and in Chinese."""
    return next((each for each in CONTENTS if each in CHINESE_PAGES), None)


def newest() -> Path | None:
    """Return the newest release with an OpenAPI document here."""
    return RELEASES[-1] if RELEASES else None


def is_here() -> bool:
    """Return whether the releases of the figures are here."""
    return both_languages() is not None and newest() is not None and both_languages() != newest()


def releases() -> tuple[Path, Path, str, str]:
    """Return the release with pages in both languages, the newest one, and their names."""
    pages, last = both_languages(), newest()
    assert pages is not None
    assert last is not None
    return pages, last, pages.name.removeprefix("v"), last.name.removeprefix("v")


def _run(*arguments: object) -> Any:
    command = [sys.executable, "-m", "codegen", *map(str, arguments), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    return json.loads(done.stdout)


def _lines(old: Path, new: Path) -> int:
    """Count the lines that `diff -r` marks."""
    done = subprocess.run(["diff", "-r", str(old), str(new)], capture_output=True, text=True)
    return sum(line.startswith(("<", ">")) for line in done.stdout.splitlines())


def _findings(old: Path, new: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _run("diff", old, new)["findings"]
    return found


def _levels(found: list[dict[str, Any]]) -> tuple[str, str]:
    count = Counter(each["level"] for each in found)
    parts = [f"{count[level]:,} {level}" for level in ("ERR", "WARN", "INFO")]
    return f"{len(found):,}: {', '.join(parts)}", f"{len(found):,}：{'、'.join(parts)}"


def drift() -> dict[str, str]:
    """Compare four pairs of sources, as a table with the lines of a plain text diff."""
    pages, last, one, other = releases()
    english, chinese = (pages / "content" / tag / REFERENCE for tag in ("en", "zh-cn"))
    seed = next((ROOT / "schemas/sources").glob("*.txt"))
    translated = _findings(english, chinese)
    slips = sum(each.get("cause") == "defect" for each in translated)
    stale = sum(each.get("cause") == "stale" for each in translated)
    problems = len(translated) - slips - stale
    documents = (pages / "swagger.json", last / "swagger.json")
    release_texts = _levels(_findings(*documents))
    page_texts = _levels(_findings(seed, last / "swagger.json"))
    same = len(_findings(english, pages / "swagger.json")) + len(
        _findings(last / "content/en" / REFERENCE, last / "swagger.json")
    )
    lines = [
        f"{_lines(*pair):,}"
        for pair in ((english, chinese), documents, (seed, last / "swagger.json"))
    ]
    rows = {
        "en": [
            ("pair", "lines that `diff -r` marks", "`codegen diff`"),
            ("---", "---", "---"),
            (
                f"English against Chinese list pages of {one}",
                lines[0],
                f"{len(translated)}: {slips} slips of the page, {stale} where it follows another "
                f"release, {problems} problems of its own; each with file and line",
            ),
            (f"`swagger.json` of {one} against {other}", lines[1], release_texts[0]),
            (
                f"the flattened Chinese page against `swagger.json` of {other}",
                lines[2],
                page_texts[0],
            ),
            ("pages of a release against its own `swagger.json`, both layouts", "-", str(same)),
        ],
        "zh-cn": [
            ("比较对象", "`diff -r` 标出的行数", "`codegen diff`"),
            ("---", "---", "---"),
            (
                f"{one} 的英文与中文列表页面",
                lines[0],
                f"{len(translated)}：{slips} 处是页面的错误，{stale} 处是页面沿用了其他版本，{problems} "
                "处是页面写法的问题；每一处都给出文件和行号",
            ),
            (f"{one} 与 {other} 的 `swagger.json`", lines[1], release_texts[1]),
            (f"扁平化的中文页面与 {other} 的 `swagger.json`", lines[2], page_texts[1]),
            ("某版本的页面与它自己的 `swagger.json`，两种布局", "-", str(same)),
        ],
    }
    return {
        tag: "".join(f"| {' | '.join(cells)} |\n" for cells in table) for tag, table in rows.items()
    }


def translation(folder: Path) -> dict[str, str]:
    """Carry the Chinese pages of one release to another. The catalog is written to `folder`."""
    pages, last, one, other = releases()
    learn = ("--learn", pages / "content/zh-cn" / REFERENCE, pages / "swagger.json")
    total = _run(
        "translate",
        *learn,
        "--for",
        last / "swagger.json",
        "--locale",
        "zh-cn",
        "--catalog",
        folder / "zh-cn.po",
    )
    clean = total["carried"] + total["case_only"] + total["reused"]
    return {
        "en": f"From the Chinese pages of {one} to the `swagger.json` of {other}: {clean:,} texts "
        "carried or reused cleanly, "
        f"{total['fuzzy']:,} fuzzy, {total['untranslated']:,} to translate.\n",
        "zh-cn": f"从 {one} 的中文页面到 {other} 的 `swagger.json`：{clean:,} 条直接沿用或复用，{total['fuzzy']:,} "
        "条 fuzzy，"
        f"{total['untranslated']:,} 条待翻译。\n",
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


def linter() -> dict[str, str]:
    """Count the manually noted mistakes that the linter finds, by kind, as a table in each
    language.

    The pages were reviewed before the linter ran: the first set before its rules were written, the
    second after. A slip is found if the finding with which it was judged to agree is reported at
    its line. Each finding agrees with one slip at most.
    """
    pages, *_ = releases()
    chinese, english = (pages / "content" / tag / REFERENCE for tag in ("zh-cn", "en"))
    judged = json.loads((ROOT / "tests/translation/judgement.json").read_text(encoding="utf-8"))
    read = {*judged["first"]["pages"], *judged["second"]["pages"]}
    rules = {rule.id for rule in rules_of("lint")} | {
        "translation-outdated",
        "translation-of-another",
        "comment-wrong",
    }
    placed = (
        (Path(one["path"]).relative_to(chinese).as_posix(), one["line"], one["rule"])
        for one in _run("review", chinese, "--english", english)["findings"]
    )
    found = [one for one in placed if one[0] in read and one[2] in rules]
    sets = [judged[name]["slips"] for name in ("first", "second")]
    right = {(page, line, *rule) for slips in sets for page, line, _, *rule in slips if rule}
    if odd := {*found} ^ (right | {*map(tuple, judged["other findings"])}):
        raise ValueError(
            "read these findings, and write them into tests/translation/judgement.json if they "
            f"are right: {sorted(odd)}"
        )
    rows = {
        kind: [
            [sum(slip[2] == kind and len(slip) >= size for slip in slips) for size in (4, 3)]
            for slips in sets
        ]
        for kind in LINTER_KINDS
    }
    told, noted = (
        sum(counts[number] for row in rows.values() for counts in row) for number in (0, 1)
    )
    tables = {}
    for number, (language, heads) in enumerate(LINTER_HEADS.items()):
        sizes = [len(judged[name]["pages"]) for name in ("first", "second")]
        between = " of " if language == "en" else " / "
        lines = [
            (heads[0], *(head.format(size) for head, size in zip(heads[1:], sizes, strict=True))),
            ("---", "---:", "---:"),
            *(
                (LINTER_KINDS[kind][number], *(between.join(map(str, counts)) for counts in row))
                for kind, row in rows.items()
            ),
        ]
        table = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
        tables[language] = LINTER_SUMMARY[language].format(len(found), told, noted) + table
    return tables


# A row of a table of fields, on a page in another language than English: its name, and its text
# with the English in a comment.
_ROW = re.compile(
    r"<td><code>(?P<name>[^<]+)</code>[^\n]*</td>\n\s*<td>(?P<text>.*?)</td>\n\s*</tr>", re.DOTALL
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HAN = re.compile(r"[\u4e00-\u9fff]")


def rows(folder: Path) -> dict[str, str]:
    """Count the Chinese rows on table pages of one release whose translations come from another.

    The pages are written to `folder`.
    """
    _, last, one, other = releases()
    translation(folder)
    config = {
        "sources": [{"path": str((last / "swagger.json").absolute())}],
        "locales": ["en", "zh-cn"],
        "translations": ".",
        "outputs": [{"target": "docs", "layout": "table", "to": "{locale}"}],
    }
    (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "codegen", "generate"], cwd=folder, check=True, capture_output=True
    )
    found: list[tuple[str, bool]] = []
    for page in (folder / "zh-cn").rglob("*.md"):
        fields = page.read_text(encoding="utf-8").partition("{#Operations}")[0]
        texts = ((row["name"], _COMMENT.sub("", row["text"])) for row in _ROW.finditer(fields))
        found += ((name, bool(_HAN.search(text))) for name, text in texts if text.strip())
    own = sum(is_own for _, is_own in found)
    heads = [is_own for name, is_own in found if name in ("apiVersion", "kind")]
    return {
        "en": f"Of the {len(found):,} described rows on the table pages of {other}, {own:,} "
        f"({own / len(found):.0%}) are Chinese if only the Chinese "
        f"list pages of {one} are learnt. Of the rows `apiVersion` and `kind`, {sum(heads):,} of "
        f"{len(heads):,} are.\n",
        "zh-cn": f"只学习 {one} 的中文列表页面时，{other} 的表格页面上有描述的 {len(found):,} 行中，{own:,} "
        f"行（{own / len(found):.0%}）为中文；"
        f"其中 `apiVersion` 和 `kind` 共 {len(heads):,} 行，{sum(heads):,} 行为中文。\n",
    }


def written(text: str, language: str, blocks: dict[str, dict[str, str]]) -> str:
    """Replace these blocks of a page. Other blocks are unchanged."""
    return BLOCK.sub(
        lambda found: (
            found[1] + blocks[found["name"]][language] + found[3]
            if found["name"] in blocks
            else found[0]
        ),
        text,
    )


def measured(folder: Path) -> dict[str, dict[str, str]]:
    """Measure all blocks based on the corpus, by name and language.

    Intermediate files are written to `folder`.
    """
    return {
        "drift": drift(),
        "translation": translation(folder),
        "linter": linter(),
        "rows": rows(folder),
    }


def limits() -> dict[str, str]:
    """Format the table of limits in each language."""
    from support.limits import LIMITS

    heads = {"en": ("at most", "of what", "beyond it"), "zh-cn": ("上限", "限制的对象", "超出之后")}
    return {
        tag: "".join(
            f"| {' | '.join(cells)} |\n"
            for cells in (
                head,
                ("---:", "---", "---"),
                *(
                    (f"{limit.most:,}", limit.what[number], limit.beyond[number])
                    for limit in LIMITS
                ),
            )
        )
        for number, (tag, head) in enumerate(heads.items())
    }


def stale(blocks: dict[str, dict[str, str]]) -> dict[Path, str]:
    """Return the pages with outdated blocks, with their new text. Other blocks are unchanged."""
    found = {}
    for stem in ("compare-releases", "linter", "translate", "limits"):
        for language, file in pages_of(stem).items():
            text = file.read_text(encoding="utf-8")
            new = written(text, language, blocks)
            if new != text:
                found[file] = new
    return found


def main() -> None:
    """Write the figures and the output of commands into their pages, or with `limits` the limits
    alone.
    """
    blocks = {"limits": limits()}
    missing = []
    if sys.argv[1:] != ["limits"]:
        missing = examples.update_pages()
        if is_here():
            with tempfile.TemporaryDirectory() as folder:
                blocks |= measured(Path(folder))
        else:
            missing.append("figures: the corpus is not here: set CODEGEN_CORPUS to its folder")
    for file, text in stale(blocks).items():
        file.write_text(text, encoding="utf-8")
    if update_example.is_here() and sys.argv[1:] != ["limits"]:
        update_example.main()
    if missing:
        sys.exit("\n".join(missing))


if __name__ == "__main__":
    main()
