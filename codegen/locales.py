"""The words of one language: labels that are written, spellings that are read, messages of the validators.

One locale is one file, `templates/locales/<tag>.toml`, and one PO file of descriptions.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePath

from msgspec import Struct

from codegen import resources
from codegen.diagnostics import Span, failure

ENGLISH = "en"
_SCRIPTS = {"Han": re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")}


class Locale(Struct, frozen=True, kw_only=True):
    """The words of one language. `spellings` hold the written label, the local variants and the English words.

    `full_width` says that prose of this language has full-width punctuation.
    """

    tag: str
    name: str
    html_lang: str
    script: str
    full_width: bool
    labels: Mapping[str, str]
    spellings: Mapping[str, tuple[str, ...]]
    validation: Mapping[str, str]

    @property
    def letters(self) -> re.Pattern[str] | None:
        """A letter that only languages of this script have; None for one that is written with the letters of English."""
        return _SCRIPTS.get(self.script)


def _folder() -> Path:
    return resources.templates() / "locales"


@cache
def available() -> tuple[str, ...]:
    """The tags of all locales, sorted."""
    return tuple(sorted(file.stem for file in _folder().glob("*.toml")))


@cache
def get(tag: str) -> Locale:
    """The locale of a tag such as `zh-cn`. Raises `CodegenError` if there is no such file, or it lacks a word."""
    file = _folder() / f"{tag}.toml"
    if tag not in available():
        raise failure(
            "locale-unknown",
            f"no locale {tag!r}: there are {', '.join(available())}",
            Span(path=tag),
            f"add {file.name} to templates/locales, or correct the tag",
        )
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    english = tomllib.loads((_folder() / f"{ENGLISH}.toml").read_text(encoding="utf-8"))
    for table in ("labels", "validation"):
        if lacking := sorted(english[table].keys() - data.get(table, {}).keys()):
            raise failure(
                "locale-incomplete",
                f"[{table}] lacks {', '.join(lacking)}",
                Span(path=str(file)),
                f"copy the missing words from {ENGLISH}.toml and translate them",
            )
    spellings = {
        word: tuple(dict.fromkeys([*_label(data, word), *data.get("spellings", {}).get(word, ()), *english_words]))
        for word, english_words in english["spellings"].items()
    }
    return Locale(
        tag=tag,
        name=data["name"],
        html_lang=data.get("html_lang", tag),
        script=data.get("script", ""),
        full_width=data.get("full_width", False),
        labels=data["labels"],
        spellings=spellings,
        validation=data["validation"],
    )


def _label(data: dict[str, dict[str, str]], word: str) -> list[str]:
    label = data["labels"].get(word, "")
    return [label] if label and not re.search(r"[:：{]", label) else []


def detect(text: str, path: str) -> str:
    """The locale of a page: a part of its path (`content/zh-cn/...`, `page.zh-cn.txt`), else its letters, else English."""
    pure = PurePath(path)
    parts = {*pure.parent.parts, *pure.name.split(".")[1:-1]}
    for tag in available():
        if tag in parts:
            return tag
    shown, *commented = text[:200_000].split("<!--")
    prose = shown + "".join(each.partition("-->")[2] for each in commented)
    for tag in available():
        letters = _SCRIPTS.get(get(tag).script)
        if letters and len(letters.findall(prose)) * 100 > len(prose):
            return tag
    return ENGLISH
