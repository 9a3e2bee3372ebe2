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

_AT_THE_END = ("no full stop at the end", "the last sentence left out")


class PlantedMistakes(NamedTuple):
    """The mistakes of a kind on all pages, and those with a finding at their line."""

    planted: int
    found: int


class Measurement(NamedTuple):
    """The planted mistakes by kind, and the number of new findings at other lines."""

    kinds: Mapping[str, PlantedMistakes]
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


# Each edit changes one line of a translation.
KINDS: Mapping[str, Callable[[str], str]] = {
    "a letter twice": _replacer(rf"(?<=[{_HAN}])的(?=[{_HAN}])", "的的"),
    "a half-width comma": _replacer(rf"(?<=[{_HAN}])，(?=[{_HAN}])", ","),
    "a space before a mark": _replacer(rf"(?<=[{_HAN}])。", " 。"),
    "no full stop at the end": _replacer(rf"(?<=[{_HAN}])。$", ""),
    "no space beside Latin letters": _replacer(rf"(?<=[{_HAN}]) (?=[A-Za-z])", ""),
    "brackets of two widths": _replacer(rf"（([^（）()]*[{_HAN}])）", r"（\1)"),
    "a traditional letter": _replacer("将|时|应|该|为", "將"),
    "a name with two letters swapped": _replacer(
        r"(?<![\w.`/])([a-z]{3,}[A-Z][a-z])([a-z])([a-z])(?=\w)", r"\1\3\2"
    ),
    "a name in another case": _lower_first,
    "a code mark not closed": _replacer(r"`([^`]+)`", r"`\1"),
    "an address with a letter less": _replacer(
        r"(https?://[^\s，。]*/[a-z-]{4,})[a-z](?=[/#\s])", r"\1"
    ),
    "a value in Chinese": _replacer(r"[\"“`][A-Z][A-Za-z]+[\"”`]", "“某值”"),
    "required in other words": _replacer("，必需$", "，必填"),
    "a list label in English": _replacer("原子性：", "Atomic："),
    "the last sentence left out": _replacer(rf"(?<=。)[^。]*[{_HAN}][^。]*。$", ""),
    "another number": _replacer(r"(?<![\w.\-/])(\d+)(?![\w.\-/])", r"\g<1>7"),
    "a negation left out": _replacer(r"不(?=会|能|应|可以|需要|允许)", ""),
}


CHINESE_NAMES: Mapping[str, str] = {
    "a letter twice": "重复的字",
    "a half-width comma": "半角逗号",
    "a space before a mark": "标点前的空格",
    "no full stop at the end": "句末缺少句号",
    "no space beside Latin letters": "中英文之间缺少空格",
    "brackets of two widths": "一对括号宽度不同",
    "a traditional letter": "繁体字",
    "a name with two letters swapped": "名称中两个字母颠倒",
    "a name in another case": "名称大小写不同",
    "a code mark not closed": "代码标记未闭合",
    "an address with a letter less": "网址缺一个字母",
    "a value in Chinese": "取值译成中文",
    "required in other words": "“必需”改用其他词",
    "a list label in English": "列表说明仍是英文",
    "the last sentence left out": "漏译最后一句",
    "another number": "数字不同",
    "a negation left out": "漏掉否定词",
}


def measure(chinese: Path, english: Path) -> Measurement:
    """Plant a mistake of each kind on each page, and count those that a new finding names."""
    planted, found = Counter[str](), Counter[str]()
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
                found[kind] += line in new
    kinds = {kind: PlantedMistakes(planted[kind], found[kind]) for kind in KINDS}
    return Measurement(kinds, elsewhere)


def _review_page(page: Path, english: Path) -> tuple[Finding, ...]:
    return review([page], english=english, locale="zh-cn").results.findings


def _plant(page: Path, known: set[int]) -> dict[int, str]:
    """Write one mistake of each kind to lines of a page without findings. Return kinds by line."""
    text = page.read_text(encoding="utf-8")
    shown = _COMMENT.sub(lambda match: re.sub(r"[^\n]", "#", match[0]), text).split("\n")
    lines = text.split("\n")
    chance = random.Random(f"{_SEED} {page.name}")  # noqa: S311 - the same lines in each run
    mistakes: dict[int, str] = {}
    for kind, edit in KINDS.items():
        candidates = [
            number
            for number in _list_candidates(shown, kind)
            if number not in mistakes
            and number not in known
            and edit(lines[number - 1]) != lines[number - 1]
        ]
        if candidates:
            number = chance.choice(candidates)
            mistakes[number] = kind
            lines[number - 1] = edit(lines[number - 1])
    page.write_text("\n".join(lines), encoding="utf-8")
    return mistakes


def _list_candidates(shown: list[str], kind: str) -> Iterator[int]:
    """Yield the numbers of lines of the body that a kind can change."""
    begin = next((number for number, line in enumerate(shown) if line.startswith("## ")), 0)
    for number, line in enumerate(shown, start=1):
        is_last = number == len(shown) or not shown[number].strip()
        is_label = kind in ("required in other words", "a list label in English")
        if number <= begin or (kind in _AT_THE_END and not is_last):
            continue
        if is_label or _TEXT.match(line):
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
    tables = {}
    for language, head in heads.items():
        rows = ""
        for kind, counts in measured.kinds.items():
            name, between = (kind, " of ") if language == "en" else (CHINESE_NAMES[kind], " / ")
            rows += f"| {name} | {counts.found}{between}{counts.planted} |\n"
        tables[language] = head + rows + lasts[language]
    return tables


def main() -> None:
    """Print the table of the oldest release with Chinese pages."""
    release = min(Path(os.environ["CODEGEN_CORPUS"]).glob("v*/content/zh-cn")).parent
    print(format_tables(measure(release / "zh-cn", release / "en"))["en"])


if __name__ == "__main__":
    main()
