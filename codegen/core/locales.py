"""The words of one language: labels that are written, spellings that are read, messages of the validators.

One locale is one file, `templates/locales/<tag>.toml`, and one PO file of descriptions; `<tag>.words` beside the first may list words by
which the linter knows slips of typing. A project may have languages of its own, in a
folder that its `Languages` name: they are a value, so two projects in one process do not see each other's words.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import detection, resources
from codegen.core.detection import UNDETERMINED
from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.opening import read_bytes
from codegen.core.scripts import SCRIPTS, Script, script_named
from codegen.core.toml import parse_toml
from codegen.core.usage import Usage, parse_usage

ENGLISH = "en"


class Locale(Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """The words of one language. `spellings` hold the written label, the local variants and the English words.

    `full_width` says that prose of this language has full-width punctuation. `validation` are the messages of validators, which generated
    code carries, `findings` what `codegen validate` says beside them. `report`, `site` and `history` are the words of the page of findings, of
    the pages of a site and of what became of a field over releases, in English where a language has none. `rules` are the titles of rules on
    the page of findings, `titles` those of folders of pages, by their English; `style` is how prose is written, as the file has it. A locale is
    equal to itself alone, so it can be the key of a cache.
    """

    tag: str
    name: str
    script: str
    full_width: bool
    labels: Mapping[str, str]
    spellings: Mapping[str, tuple[str, ...]]
    validation: Mapping[str, str]
    findings: Mapping[str, str]
    report: Mapping[str, str]
    site: Mapping[str, str]
    history: Mapping[str, str]
    rules: Mapping[str, str]
    titles: Mapping[str, str]
    style: Mapping[str, Any]
    original: Locale | None = None
    lexicon: Path | None = None

    @cached_property
    def usage(self) -> Usage:
        """How its prose is written."""
        return parse_usage(self.style)

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words of two letters, where it has a file of them; read when the linter first asks. Raises `CodegenError` if it cannot be."""
        if self.lexicon is None:
            return frozenset()
        lines = (line for line in _text(self.lexicon).splitlines() if not line.startswith("#"))
        return frozenset(line[0] + last for line in lines for last in line[1:])

    @property
    def letters(self) -> re.Pattern[str] | None:
        """A letter of its script; None if it is written with the letters of English."""
        script = script_named(self.script)
        return script.letter if script is not None else None

    @property
    def is_dense(self) -> bool:
        """Whether its words stand without blanks between them."""
        script = script_named(self.script)
        return script is not None and script.is_dense

    @property
    def english(self) -> Locale:
        """The English of the same languages, in which the comments of translated pages are written."""
        return self.original or self


_COMPLETE = ("labels", "validation", "findings")  # the tables in which a language has to have all words
_OPTIONAL = ("report", "site", "history")  # those where English stands in for words that it lacks
_DRAFT = "draft"
_SAID = {
    "text",
    "message",
}  # the placeholders of what is said itself: without one of them it would be lost from pages and messages
_TAG = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8})*", re.ASCII)


class Languages:
    """The languages that ship, and those of a project's own folder: `<tag>.toml` each; a file with the tag of one that ships replaces it.

    Each file is read once, when its language is first asked for.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._locales: dict[str, Locale] = {}

    def __repr__(self) -> str:
        return f"Languages({self._folder or ''})"

    @cached_property
    def _files(self) -> Mapping[str, Path]:
        """The file of each language, by tag in their order."""
        folders = (_shipped_folder(), *([self._folder] if self._folder is not None else []))
        files = {file.stem: file for folder in folders for file in folder.glob("*.toml") if _TAG.fullmatch(file.stem)}
        return dict(sorted(files.items()))

    def available(self) -> tuple[str, ...]:
        """The tags of all languages, sorted."""
        return tuple(self._files)

    def get(self, tag: str) -> Locale:
        """The language of a tag such as `zh-cn`. Raises `CodegenError` if there is no such file, or its words cannot be used."""
        if tag == UNDETERMINED:  # read by the words of English
            return self._locales.setdefault(tag, replace(self.get(ENGLISH), tag=tag))
        if tag not in self._locales:
            self._locales[tag] = self._load(tag)
        return self._locales[tag]

    def _load(self, tag: str) -> Locale:
        if tag not in self._files:
            raise failure(
                "locale-unknown",
                f"there is no locale {tag!r}; known are {', '.join(self.available())}",
                Span(path=tag),
                f"add {tag}.toml to the folder `locales` of your templates, or correct the tag",
            )
        file = self._files[tag]
        english = _read_shipped(_shipped_folder() / f"{ENGLISH}.toml")
        if file.parent == _shipped_folder():
            data = _read_shipped(file)
        else:
            data = _read(file)
            check_words(data, english, file, complete=True)
        spellings = {
            word: tuple(dict.fromkeys([*_label(data, word), *data.get("spellings", {}).get(word, ()), *english_words]))
            for word, english_words in english["spellings"].items()
        }
        return Locale(
            tag=tag,
            name=data["name"],
            script=data.get("script", ""),
            full_width=data.get("full_width", False),
            spellings=spellings,
            **{table: {**english[table], **data.get(table, {})} for table in (*_COMPLETE, *_OPTIONAL)},
            **{table: data.get(table, {}) for table in ("rules", "titles")},
            style=data.get("usage", {}),
            original=self.get(ENGLISH) if tag != ENGLISH else None,
            lexicon=lexicon if (lexicon := file.with_suffix(".words")).is_file() else None,
        )

    def detect(self, text: str, path: str = "") -> str:
        """The tag of a page: by its letters, by its path where several languages have these letters, else English.

        It is `UNDETERMINED` for a page in a language that none of the files describes.
        """
        named = detection.language_of_path(path, self._files)
        prose = detection.strip_comments(text)
        if prose.isascii():
            return named or ENGLISH
        if found := detection.language_of_letters(prose, self._scripts):
            return named if named and self._script(named) == self._script(found) else found
        if named in ("", ENGLISH) and detection.is_foreign(prose, self._scripts.values()):
            return UNDETERMINED
        return named or ENGLISH

    @cached_property
    def _scripts(self) -> Mapping[str, Script]:
        """The scripts by which pages of a language are known, those that have letters of their own first."""
        scripts = {tag: script for tag in self.available() if (script := script_named(self._script(tag))) is not None}
        return dict(sorted(scripts.items(), key=lambda item: item[1].sign is item[1].letter))

    def _script(self, tag: str) -> str:
        """The script of a language, of which nothing else is looked at if it ships."""
        file = self._files[tag]
        if tag in self._locales or file.parent != _shipped_folder():
            return self.get(tag).script
        script: str = _read_shipped(file).get("script", "")
        return script


SHIPPED = Languages()


def _shipped_folder() -> Path:
    return resources.templates() / "locales"


def _text(file: Path) -> str:
    try:
        return read_bytes(file).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise failure(
            "locale-unreadable", f"cannot be read: {error}", Span(path=str(file)), "save it as UTF-8"
        ) from None


@cache
def _read_shipped(file: Path) -> dict[str, Any]:
    """Read a file that ships; tests check the words of all of them."""
    return _read(file)


def _read(file: Path) -> dict[str, Any]:
    return parse_toml(file, _text(file), "locale-unreadable", "correct it at this place")


def check_words(data: dict[str, Any], english: Mapping[str, Any], file: Path, *, complete: bool) -> None:
    """Check that a file has its words, `complete` all of them, and that none is markup. Raises `CodegenError`."""
    _check_tables(data, english, file, complete=complete)
    if sign := next(_signs(data, english), ""):
        said = f"{sign}, which would be markup where it is shown"
        raise failure("locale-markup", said, Span(path=str(file)), "write it in words")


def _check_tables(data: dict[str, Any], english: Mapping[str, Any], file: Path, *, complete: bool) -> None:
    """Check that words are texts with the placeholders of the English ones."""

    def fault(rule: str, message: str, hint: str) -> CodegenError:
        return failure(rule, message, Span(path=str(file)), hint)

    if not isinstance(data.get("name"), str):
        raise fault("locale-incomplete", "there is no `name`", "write the name of the language as its readers know it")
    own = {table: data.get(table, {}) for table in (*_COMPLETE, *_OPTIONAL, "rules", "titles", "spellings")}
    if odd := [table for table, words in own.items() if not isinstance(words, dict)]:
        raise fault("locale-unreadable", f"{odd[0]!r} must be a table", f"write [{odd[0]}], as {ENGLISH}.toml does")
    for table in (*_COMPLETE, *_OPTIONAL):
        words = own[table]
        if complete and table in _COMPLETE and (lacking := sorted(english[table].keys() - words.keys())):
            raise fault(
                "locale-incomplete",
                f"[{table}] lacks {', '.join(lacking)}",
                f"copy the missing words from {ENGLISH}.toml and translate them",
            )
        for name, wanted in english[table].items():
            text, places = words.get(name, wanted), _places(wanted) or set()
            if not isinstance(text, str) or not _has_places(text, name, places):
                known = " ".join(sorted(f"{{{place}}}" for place in places)) or "nothing in braces"
                known += " and words beside it" if name == _DRAFT else ""
                raise fault(
                    "locale-places-differ", f"[{table}] {name} must be a text with {known}", f"as in {wanted!r}"
                )

    try:
        parse_usage(data.get("usage", {}))
    except ValueError as error:
        raise fault(
            "locale-unreadable", f"[usage] cannot be read: {error}", "correct it; zh-cn.toml has an example of each"
        ) from None
    if (script := data.get("script", "")) and script not in SCRIPTS:
        raise fault(
            "locale-unreadable", f"there is no script {script!r}", f"write one of {', '.join(SCRIPTS)}, or leave it out"
        )
    for name, words in own["spellings"].items():
        if not isinstance(words, list) or not all(isinstance(spelling, str) for spelling in words):
            raise fault(
                "locale-unreadable", f"[spellings] {name} must be a list of texts", "write it in square brackets"
            )


def _signs(data: dict[str, Any], english: Mapping[str, Any]) -> Iterator[str]:
    """Words, each with its sign, that would be markup of a page, or that nobody sees; what the English word has is meant so."""
    words = [("", "name", data["name"], "")]
    for table in (*_COMPLETE, *_OPTIONAL, "rules", "titles"):
        words += [
            (table, name, text, english.get(table, {}).get(name, "")) for name, text in data.get(table, {}).items()
        ]
    for table, name, text, wanted in words:
        if isinstance(text, str):
            found = [sign for sign in ("<", "](") if sign in text and sign not in str(wanted)]
            found += [char for char in text if not char.isprintable() and not char.isspace()]
            found += [
                char for char in text if char in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029" and char not in str(wanted)
            ]
            if found:
                yield f"{f'[{table}] ' if table else ''}{name} holds {found[0]!r}"


def _has_places(text: str, name: str, places: set[str]) -> bool:
    """Whether a text has no other placeholders than these, those of what is said itself, and as a draft words by which it is known again."""
    said = _places(text)
    if said is None or said - places or (places - said) & _SAID:
        return False
    return name != _DRAFT or any(letter.isalpha() for letter in text.replace("{text}", ""))


def _places(text: str) -> set[str] | None:
    """The placeholders of a text; None where it is not a format."""
    try:
        return {
            field + (f":{form}" if form else "")
            for _, field, form, _ in string.Formatter().parse(text)
            if field is not None
        }
    except ValueError:
        return None


def _label(data: dict[str, dict[str, str]], word: str) -> list[str]:
    label = data.get("labels", {}).get(word, "")
    return [label] if label and not any(mark in label for mark in ":：{") else []
