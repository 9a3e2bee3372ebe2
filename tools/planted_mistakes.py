"""Mistakes that are planted on translated pages of the corpus, and how many of them review finds.

CODEGEN_CORPUS=... python -m tools.planted_mistakes     # prints the table; `make figures` writes it
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from codegen.core.diagnostics import Finding
from codegen.drift.review.review import review

_SEED = 49
_HAN = "\u4e00-\u9fff"
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TEXT = re.compile(rf"^\s*(?![-*#<|\s`])[^\n]*[{_HAN}][^\n]*$")


class PlantedMistakes(NamedTuple):
    """The mistakes of a kind on all pages, and those with a finding at their line."""

    planted: int
    reported: int


class Measurement(NamedTuple):
    """The planted mistakes by kind, and the number of new findings at other lines."""

    kinds: Mapping[MistakeKind, PlantedMistakes]
    elsewhere: int


def _replacer(pattern: str, replacement: str) -> Callable[[str], str]:
    """Return an edit of the first match in a line. Lines without a match stay."""
    compiled = re.compile(pattern)
    return lambda line: compiled.sub(replacement, line, count=1)


def _lower_first(line: str) -> str:
    """Write the first name of a type with a small letter."""
    return re.sub(
        r"(?<![\w.`/-])[A-Z](?=[a-z]+[A-Z][a-z]+\b)", lambda match: match[0].lower(), line, count=1
    )


class MistakeKind(NamedTuple):
    """A kind of mistake: its names, and the edit that plants it in one line of a translation.

    An edit that changes nothing does not suit the line.
    """

    english: str
    chinese: str
    edit: Callable[[str], str]
    only_last_lines: bool = False  # of a paragraph
    also_labels: bool = False  # such as that of a list


KINDS = (
    MistakeKind("a letter twice", "重复的字", _replacer(rf"(?<=[{_HAN}])的(?=[{_HAN}])", "的的")),
    MistakeKind("a half-width comma", "半角逗号", _replacer(rf"(?<=[{_HAN}])，(?=[{_HAN}])", ",")),
    MistakeKind("a space before a mark", "标点前的空格", _replacer(rf"(?<=[{_HAN}])。", " 。")),
    MistakeKind(
        "no full stop at the end",
        "句末缺少句号",
        _replacer(rf"(?<=[{_HAN}])。$", ""),
        only_last_lines=True,
    ),
    MistakeKind(
        "no space beside Latin letters",
        "中英文之间缺少空格",
        _replacer(rf"(?<=[{_HAN}]) (?=[A-Za-z])", ""),
    ),
    MistakeKind(
        "brackets of two widths",
        "一对括号宽度不同",
        _replacer(rf"（([^（）()]*[{_HAN}])）", r"（\1)"),
    ),
    MistakeKind("a traditional letter", "繁体字", _replacer("将|时|应|该|为", "將")),
    MistakeKind(
        "a name with two letters swapped",
        "名称中两个字母颠倒",
        _replacer(r"(?<![\w.`/])([a-z]{3,}[A-Z][a-z])([a-z])([a-z])(?=\w)", r"\1\3\2"),
    ),
    MistakeKind("a name in another case", "名称大小写不同", _lower_first),
    MistakeKind("a code mark not closed", "代码标记未闭合", _replacer(r"`([^`]+)`", r"`\1")),
    MistakeKind(
        "an address with a letter less",
        "网址缺一个字母",
        _replacer(r"(https?://[^\s，。]*/[a-z-]{4,})[a-z](?=[/#\s])", r"\1"),
    ),
    MistakeKind(
        "a value in Chinese", "取值译成中文", _replacer(r"[\"“`][A-Z][A-Za-z]+[\"”`]", "“某值”")
    ),
    MistakeKind(
        "required in other words",
        "“必需”改用其他词",
        _replacer("，必需$", "，必填"),
        also_labels=True,
    ),
    MistakeKind(
        "a list label in English",
        "列表说明仍是英文",
        _replacer("原子性：", "Atomic："),
        also_labels=True,
    ),
    MistakeKind(
        "the last sentence left out",
        "漏译最后一句",
        _replacer(rf"(?<=。)[^。]*[{_HAN}][^。]*。$", ""),
        only_last_lines=True,
    ),
    MistakeKind(
        "another number", "数字不同", _replacer(r"(?<![\w.\-/])(\d+)(?![\w.\-/])", r"\g<1>7")
    ),
    MistakeKind(
        "a negation left out", "漏掉否定词", _replacer(r"不(?=会|能|应|可以|需要|允许)", "")
    ),
)


def measure(chinese: Path, english: Path) -> Measurement:
    """Plant a mistake of each kind on each page, and count those that a new finding names."""
    planted: Counter[MistakeKind] = Counter()
    reported: Counter[MistakeKind] = Counter()
    elsewhere = 0
    with TemporaryDirectory() as name:
        folder = Path(name) / chinese.name
        shutil.copytree(chinese, folder)
        for page in sorted(folder.rglob("*.md")):
            original = english / page.relative_to(folder)
            if page.name.startswith("_") or not original.is_file():
                continue
            before = _review_page(page, original)
            mistakes = _plant(page, {finding.line for finding in before})
            known = {(finding.rule, finding.line) for finding in before}
            new = {
                finding.line
                for finding in _review_page(page, original)
                if (finding.rule, finding.line) not in known
            }
            elsewhere += len(new - mistakes.keys())
            for line, kind in mistakes.items():
                planted[kind] += 1
                reported[kind] += line in new
    kinds = {kind: PlantedMistakes(planted[kind], reported[kind]) for kind in KINDS}
    return Measurement(kinds, elsewhere)


def _review_page(page: Path, english: Path) -> tuple[Finding, ...]:
    return review([page], english=english, locale="zh-cn").results.findings


def _plant(page: Path, known: set[int]) -> dict[int, MistakeKind]:
    """Write one mistake of each kind to lines of a page without findings. Return kinds by line."""
    text = page.read_text(encoding="utf-8")
    shown = _COMMENT.sub(lambda match: re.sub(r"[^\n]", "#", match[0]), text).split("\n")
    lines = text.split("\n")
    chance = random.Random(f"{_SEED} {page.name}")  # noqa: S311 - the same lines in each run
    mistakes: dict[int, MistakeKind] = {}
    for kind in KINDS:
        candidates = [
            number
            for number in _list_candidates(shown, kind)
            if number not in mistakes
            and number not in known
            and kind.edit(lines[number - 1]) != lines[number - 1]
        ]
        if candidates:
            number = chance.choice(candidates)
            mistakes[number] = kind
            lines[number - 1] = kind.edit(lines[number - 1])
    page.write_text("\n".join(lines), encoding="utf-8")
    return mistakes


def _list_candidates(shown: list[str], kind: MistakeKind) -> Iterator[int]:
    """Yield the numbers of lines of the body that a kind can change."""
    begin = next((number for number, line in enumerate(shown) if line.startswith("## ")), 0)
    for number, line in enumerate(shown, start=1):
        is_last = number == len(shown) or not shown[number].strip()
        if number <= begin or (kind.only_last_lines and not is_last):
            continue
        if kind.also_labels or _TEXT.match(line):
            yield number


def format_tables(measured: Measurement) -> dict[str, str]:
    """Format the measured mistakes in each language."""
    heads = {
        "en": "| planted mistakes | found |\n| --- | ---: |\n",
        "zh-cn": "| 植入的错误 | 查出 |\n| --- | ---: |\n",
    }
    lasts = {
        "en": f"\nNew findings at other lines: {measured.elsewhere}.\n",
        "zh-cn": f"\n在其他行新增的问题：{measured.elsewhere} 个。\n",
    }
    between = {"en": " of ", "zh-cn": " / "}
    tables = {}
    for language, head in heads.items():
        rows = ""
        for kind, counts in measured.kinds.items():
            share = f"{counts.reported}{between[language]}{counts.planted}"
            name = kind.english if language == "en" else kind.chinese
            rows += f"| {name} | {share} |\n"
        tables[language] = head + rows + lasts[language]
    return tables


def main() -> None:
    """Print the table of the oldest release with Chinese pages."""
    release = min(Path(os.environ["CODEGEN_CORPUS"]).glob("v*/content/zh-cn")).parent
    print(format_tables(measure(release / "zh-cn", release / "en"))["en"])


if __name__ == "__main__":
    main()
