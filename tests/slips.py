"""Slips of one kind each, put into good translations of real pages at places that chance chooses, the same in every run: how many the
linter finds. Nothing of the pages is kept here.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.locales import SHIPPED
from codegen.findings.diagnostics import Report
from codegen.readers.sources import SourcePath
from codegen.translation.glossary import terms_of
from codegen.translation.lint.linter import findings_of_piece, pieces_of
from codegen.translation.lint.text import Piece
from codegen.translation.pairs import occurrences
from codegen.translation.text import URL
from corpus import pages_of

TAG = "zh-cn"
HAN = "[\u4e00-\u9fff]"
# How many texts are damaged for each kind; the floor is a share of them.
SAMPLE = 150
Seed = Callable[[Piece, random.Random], str | None]


def prose(text: str) -> str:
    """A text of the same length without code, addresses, tags and shortcodes."""
    return re.sub(r"`[^`\n]*`|https?://\S+|<[^>]*>|\{\{.*?\}\}", lambda found: "\ufffc" * len(found[0]), text)


def put(pattern: str, new: str | Callable[[re.Match[str]], str], *, within: Callable[[str], str] = prose) -> Seed:
    """The seed that replaces one of the places of a pattern in prose."""

    def seed(piece: Piece, chance: random.Random) -> str | None:
        places = list(re.finditer(pattern, within(piece.text)))
        if not places:
            return None
        found = chance.choice(places)
        written = new if isinstance(new, str) else new(found)
        return piece.text[: found.start()] + written + piece.text[found.end() :]

    return seed


def whole(text: str) -> str:
    return text


def word(pattern: str, new: Callable[[str], str], *, within: Callable[[str], str] = whole) -> Seed:
    """The seed that changes a word which the English has too and the translation has once."""

    def seed(piece: Piece, chance: random.Random) -> str | None:
        places = [
            found
            for found in re.finditer(pattern, within(piece.text))
            if found[1] in piece.english and piece.text.count(found[1]) == 1
        ]
        if not places:
            return None
        found = chance.choice(places)
        return piece.text[: found.start(1)] + new(found[1]) + piece.text[found.end(1) :]

    return seed


def without_letter(text: str) -> str:
    middle = len(text) // 2
    return text[:middle] + text[middle + 1 :]


def other_number(text: str) -> str:
    return str(int(text) + 1) if len(text) < 3 else f"{text}0"


def split(text: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text, count=1)


def subject(piece: Piece, chance: random.Random) -> str | None:
    """The text of another field's subject."""
    own = piece.id.rpartition("#")[2].rpartition(".")[2]
    others = sorted(name for name in piece.siblings if name != own and "." not in name)
    found = re.match(rf"`?({re.escape(own)})(?!\w)", piece.text) if own else None
    if found is None or not others or "#" not in piece.id:
        return None
    return piece.text[: found.start(1)] + chance.choice(others) + piece.text[found.end(1) :]


def broken_address(piece: Piece, chance: random.Random) -> str | None:
    places = list(URL.finditer(piece.text))
    if not places:
        return None
    found = chance.choice(places)
    at = chance.randrange(found.start() + len(found[0]) // 2, found.end() - 1)
    return f"{piece.text[:at]} {piece.text[at:]}"


def without_stop(piece: Piece, _: random.Random) -> str | None:
    return piece.text[:-1] if piece.text.endswith("。") and piece.english.rstrip().endswith(".") else None


NEGATION = "不(?=[能会可得应是允存需必再支包受在要适被使])|没有|未(?=[被设指定能提])|无(?=[法需])|切勿|并非|并未"
AFFIRMED = {"没有": "有", "切勿": "请", "并非": "是", "并未": "已"}


def without_negation(piece: Piece, chance: random.Random) -> str | None:
    """One of the negations of a text is lost; others may be left."""
    if re.search(r"\b(?:not|cannot|never|no|without|none)\b|n't", piece.english) is None:
        return None
    return put(NEGATION, lambda found: AFFIRMED.get(found[0], ""))(piece, chance)


def translated_value(piece: Piece, chance: random.Random) -> str | None:
    """A value in quotes that the English has in quotes too, in words of the language."""
    places = [
        found
        for found in re.finditer(r"[\"“'‘]([A-Za-z][A-Za-z0-9-]+)[\"”'’]", piece.text)
        if re.search(rf"[\"“'‘]{found[1]}[\"”'’]", piece.english)
    ]
    if not places:
        return None
    found = chance.choice(places)
    return piece.text[: found.start(1)] + chance.choice(["总是", "从不", "默认", "拒绝"]) + piece.text[found.end(1) :]


def opposite(piece: Piece, chance: random.Random) -> str | None:
    """A word for its opposite."""
    others = {one: other for pair in OPPOSITES for one, other in (pair, pair[::-1])}
    return put("|".join(sorted(others, key=len, reverse=True)), lambda found: others[found[0]])(piece, chance)


NAME = r"(?<![\w./-])([A-Za-z]+[a-z][A-Z][A-Za-z]+)(?![\w./-])"
CODE = r"`([A-Za-z][\w.-]{2,})`"
QUOTED = r"[\"“]([A-Za-z]{4,})[\"”]"
HALF = {"，": ",", "。": ".", "：": ":", "；": ";", "（": "(", "）": ")"}
OPPOSITE = {"最大": "最小", "最小": "最大", "至少": "至多", "最多": "最少", "上限": "下限"}
OPPOSITES = (
    *(
        ("启用", "禁用"),
        ("允许", "禁止"),
        ("添加", "移除"),
        ("创建", "删除"),
        ("成功", "失败"),
        ("内部", "外部"),
        ("增加", "减少"),
    ),
    *(
        ("开始", "结束"),
        ("升序", "降序"),
        ("打开", "关闭"),
        ("可选", "必需"),
        ("入站", "出站"),
        ("有效", "无效"),
        ("之前", "之后"),
    ),
)
SENSE = ("negation-lost", "negation-added", "opposite-written", "bound-swapped", "value-swapped")
VALUE = ("value-lost", "value-differs", "name-lost", "name-misspelt")


class Found(Struct, frozen=True, kw_only=True):
    """How many slips of a kind were tried, and found."""

    tried: int
    found: int

    @property
    def share(self) -> float:
        return self.found / max(self.tried, 1)


# Kind, seed, the rules one of which has to tell it, and the share that has to be found.
KINDS: tuple[tuple[str, Seed, tuple[str, ...], float], ...] = (
    ("a letter of a name is missing", word(NAME, without_letter, within=prose), ("name-misspelt", "name-lost", "name-unknown"), 0.9),
    ("a name is split", word(r"(?<![\w./-])([A-Z][a-z]+[A-Z][a-z]+)(?![\w./-])", split, within=prose), ("name-split",), 0.8),
    ("a letter of code is missing", word(CODE, without_letter), VALUE, 0.9),
    ("code is translated", word(CODE, lambda _: "某值"), VALUE, 0.9),
    ("a letter of a quoted value is missing", word(QUOTED, without_letter), VALUE, 0.9),
    ("a number is another one", word(r"(?<![\w./:-])(\d+)(?![\w./:-])", other_number, within=prose), ("number-differs",), 0.8),
    ("another field is the subject", subject, ("subject-differs", "name-unknown", "name-misspelt"), 0.8),
    ("an address leads to the English site", put("/zh-cn/docs/", "/docs/", within=whole), ("address-english",), 0.9),
    ("an address is broken", broken_address, ("url-broken",), 0.9),
    ("an address lacks a letter", word(r"://[^/\s]+/[^\s#]*?/([a-z]{6,})", without_letter), ("url-differs", "url-lost"), 0.9),
    ("an address is lost", put(r"https?://[!-~]+", "", within=whole), ("url-lost",), 0.9),
    ("a bracket is half-width", put("[（）]", lambda found: HALF[found[0]]), ("bracket-mixed",), 0.9),
    ("a bracket is lost", put("[（）]", ""), ("bracket-unbalanced",), 0.9),
    ("a mark of code is lost", put("(?<!`)`(?!`)", "", within=whole), ("emphasis-unbalanced",), 0.9),
    ("a full-width mark is in code", put(r"(?<=`)[\w.]+[.](?=\w+`)", lambda found: f"{found[0][:-1]}。", within=whole), ("mark-in-code",), 0.9),
    ("there is an ideographic blank", put(HAN, lambda found: f"{found[0]}\u3000"), ("blank-ideographic",), 0.9),
    ("a small word is doubled", put("[的请是了和在与或被该其将]", lambda found: found[0] * 2), ("word-doubled",), 0.9),
    ("a word is doubled", put("(?<![的了是和或])[\u4e00-\u9fff]{2}", lambda found: found[0] * 2), ("word-doubled",), 0.75),
    ("the last stop is missing", without_stop, ("stop-missing",), 0.75),
    ("a blank between scripts is missing", put(f"(?<={HAN}) (?=[A-Za-z0-9])", ""), ("blank-missing",), 0.9),
    ("a blank beside code is missing", put(f"(?<={HAN}) (?=`)", "", within=whole), ("blank-missing",), 0.9),
    ("a mark is half-width", put("[，。：；]", lambda found: HALF[found[0]]), ("mark-half-width",), 0.8),
    ("a mark is doubled", put("[，。：；、]", lambda found: found[0] * 2), ("mark-doubled",), 0.9),
    ("a blank is inside of a word", put(f"(?<={HAN})(?={HAN})", " "), ("blank-inside",), 0.9),
    ("a line ends inside of a word", put(f"(?<={HAN})(?={HAN})", "\n"), ("break-inside",), 0.9),
    ("a bound is swapped", put("|".join(OPPOSITE), lambda found: OPPOSITE[found[0]]), ("bound-swapped",), 0.8),
    ("a word is its opposite", opposite, SENSE, 0.8),
    ("a value in quotes is translated", translated_value, VALUE, 0.8),
    ("a letter is doubled", put(HAN, lambda found: found[0] * 2), ("word-doubled",), 0.8),
    ("a comma is in an enumeration", put("、", "，"), ("enumeration-comma",), 0.8),
    ("a negation is lost", without_negation, SENSE, 0.8),
    ("a negation is added", put("(?<![不功只])[能会](?=[被以用在])|应该", lambda found: f"不{found[0]}"), ("negation-added",), 0.75),
)  # fmt: skip


def reviewed(release: Path) -> list[Piece]:
    """The translations of the pages of a release, each once, with their English."""
    sources = [SourcePath(path=pages_of(release, tag), shown=tag) for tag in (TAG, "en")]
    pieces = pieces_of(*occurrences(sources, TAG, Report()), SHIPPED.get(TAG))
    return list({(piece.text, piece.english): piece for piece in pieces if piece.english}.values())


def good(pieces: Sequence[Piece]) -> list[Piece]:
    """Those against which nothing is known."""
    terms = terms_of(TAG)
    return [piece for piece in pieces if not [*findings_of_piece(piece, terms)]]


def is_known(piece: Piece) -> bool:
    """Whether a text is of the half of the pages that was looked at when rules were made."""
    return zlib.crc32(piece.span.path.encode()) % 2 == 0


def recall(pieces: Sequence[Piece], kind: str, seed: Seed, rules: tuple[str, ...]) -> Found:
    """How many slips of a kind are found, each in a text of its own."""
    terms, chance = terms_of(TAG), random.Random(kind)  # noqa: S311 - the same places in every run
    tried = found = 0
    for piece in random.Random(kind).sample(pieces, len(pieces)):  # noqa: S311
        text = seed(piece, chance)
        if text is None or text == piece.text:
            continue
        tried += 1
        found += any(finding.rule in rules for finding in findings_of_piece(replace(piece, text=text), terms))
        if tried == SAMPLE:
            break
    return Found(tried=tried, found=found)
