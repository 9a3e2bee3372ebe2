"""The words of languages: labels of pages, their spellings, and messages of validators.

A locale is one file, `templates/locales/<tag>.toml`, and one PO file of descriptions. `<tag>.words`
beside the first may list words for the linter. A project may have languages of its own in a folder.
`Languages` are a value, so that two projects in one process are independent.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from codegen.core import detection, resources
from codegen.core.detection import UNDETERMINED
from codegen.core.diagnostics import Span, failure
from codegen.core.letter_variants import LetterVariants, load_variants
from codegen.core.scripts import SCRIPTS, Script
from codegen.core.source import load
from codegen.core.toml import parse_toml
from codegen.core.usage import Usage

ENGLISH = "en"


class Locale(Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """The words of one language.

    `spellings` hold the written label, the local variants and the English words. `full_width` means
    full-width punctuation in prose. `validation` are the messages of validators, which generated
    code carries, `findings` those of `codegen validate`. `report`, `status`, `desk`, `site` and
    `history` are the words of the page of findings, of translation progress, of the site and of
    changes between releases, `update` those of the report of an update. `rules` are titles of
    rules, `hints` their repairs for translators, `titles` those of folders of pages by their
    English. `usage` describes its prose for the linter. `original` is the English of the same
    languages, `lexicon` the file of its words of two letters, `letter_forms` that of other forms of
    its letters, `command_file` that of help and messages of the command. A locale is equal to
    itself alone.
    """

    tag: str = ""
    name: str
    script: str = ""
    full_width: bool = False
    labels: Mapping[str, str] = {}
    spellings: Mapping[str, tuple[str, ...]] = {}
    validation: Mapping[str, str] = {}
    findings: Mapping[str, str] = {}
    report: Mapping[str, str] = {}
    status: Mapping[str, str] = {}
    desk: Mapping[str, str] = {}
    site: Mapping[str, str] = {}
    history: Mapping[str, str] = {}
    update: Mapping[str, str] = {}
    rules: Mapping[str, str] = {}
    hints: Mapping[str, str] = {}
    titles: Mapping[str, str] = {}
    usage: Usage = Usage()
    original: Locale | None = None
    lexicon: Path | None = None
    letter_forms: Path | None = None
    command_file: Path | None = None

    @cached_property
    def command_texts(self) -> Mapping[str, str]:
        """The texts of the command by their English, if the language has a file of them.

        Raises `CodegenError` if that cannot be read.
        """
        if self.command_file is None:
            return {}
        texts: dict[str, str] = {}
        for pair in load(self.command_file).text.split("\n\n"):
            lines = [line for line in pair.strip("\n").split("\n") if not line.startswith("#")]
            if len(lines) == 2:
                texts[lines[0]] = lines[1]
        return texts

    def translate(self, english: str, **values: object) -> str:
        """Return a message of the command in this language, or in English, with its values."""
        return self.command_texts.get(english, english).format(**values)

    def translate_whole(self, english: str) -> str:
        """Return a message without values in this language, or in English."""
        return self.command_texts.get(english, english)

    def count(self, number: int, singular: str, several: str, **values: object) -> str:
        """Return a number with its noun; both texts have the placeholder `{count}`."""
        return self.translate(singular if number == 1 else several, count=number, **values)

    @cached_property
    def words(self) -> frozenset[str]:
        """The two-letter words of the language, if it has a list of them.

        Raises `CodegenError` if that cannot be read.
        """
        if self.lexicon is None:
            return frozenset()
        words: set[str] = set()
        for line in load(self.lexicon).text.splitlines():
            if not line.startswith("#"):
                words.update(line[0] + last for last in line[1:])
        return frozenset(words)

    @cached_property
    def variants(self) -> LetterVariants:
        """Other forms of its letters, if the language has a file of them.

        Raises `CodegenError` if that cannot be read.
        """
        if self.letter_forms is None:
            return LetterVariants()
        return load_variants(self.letter_forms)

    @property
    def letters(self) -> re.Pattern[str] | None:
        """An expression for a letter of its script, or None for the letters of English."""
        if self.script:
            return SCRIPTS[self.script].letter
        return None

    @property
    def is_dense(self) -> bool:
        """Whether it has no spaces between words."""
        return bool(self.script) and SCRIPTS[self.script].is_dense

    @property
    def english(self) -> Locale:
        """The English locale, in which comments on translated pages are written."""
        return self.original or self


# In all these tables English stands in for missing words.
_TABLES = (
    "labels",
    "validation",
    "findings",
    "report",
    "status",
    "desk",
    "site",
    "history",
    "update",
)
_KEYS = {"name", "script", "full_width", "spellings", "rules", "hints", "titles", "usage", *_TABLES}
_DRAFT = "draft"
_REQUIRED_PLACES = {"text", "message"}  # without them a text would be lost from pages and messages
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_TAG = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8})*", re.ASCII)


class Languages:
    """The bundled languages and those in the folder of a project, which may replace bundled ones.

    Each file is read once, when its language is first used.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._locales: dict[str, Locale] = {}

    def __repr__(self) -> str:
        return f"Languages({self._folder or ''})"

    @cached_property
    def _files(self) -> Mapping[str, Path]:
        """The files of the languages by tag, sorted."""
        folders = [_bundled_folder()]
        if self._folder is not None:
            folders.append(self._folder)
        files: dict[str, Path] = {}
        for folder in folders:
            for file in folder.glob("*.toml"):
                if _TAG.fullmatch(file.stem):
                    files[file.stem] = file
        return dict(sorted(files.items()))

    def available(self) -> tuple[str, ...]:
        """Return the tags of all languages, sorted."""
        return tuple(self._files)

    def get(self, tag: str) -> Locale:
        """Return the language of a tag such as `zh-cn`.

        Raises `CodegenError` for an unknown tag or an invalid file.
        """
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
                arguments=(tag,),
                choices=self.available(),
            )
        file = self._files[tag]
        english = _read_bundled(_bundled_folder() / f"{ENGLISH}.toml")
        if file.parent == _bundled_folder():
            locale = _read_bundled(file)
        else:
            locale = parse_locale(load(file).text, file)
            check_words(locale, english, file)
        spellings: dict[str, tuple[str, ...]] = {}
        for word, words in english.spellings.items():
            all_words = (*_plain_label(locale, word), *locale.spellings.get(word, ()), *words)
            spellings[word] = tuple(dict.fromkeys(all_words))
        tables = {table: {**getattr(english, table), **getattr(locale, table)} for table in _TABLES}
        original = None
        if tag != ENGLISH:
            original = self.get(ENGLISH)
        lexicon = file.with_suffix(".words")
        letter_forms = file.with_suffix(".variants")
        command_file = file.with_suffix(".commands")
        return replace(
            locale,
            tag=tag,
            spellings=spellings,
            **tables,
            original=original,
            lexicon=lexicon if lexicon.is_file() else None,
            letter_forms=letter_forms if letter_forms.is_file() else None,
            command_file=command_file if command_file.is_file() else None,
        )

    def detect(self, text: str, path: str = "") -> str:
        """Detect the language of a page by its letters, and by its path if several languages have
        these letters.

        The default is English, and `UNDETERMINED` for a page in an unknown language.
        """
        named = detection.language_of_path(path, self._files)
        prose = detection.strip_comments(text)
        if prose.isascii():
            return named or ENGLISH
        if language := detection.language_of_letters(prose, self._scripts):
            if named and self.get(named).script == self.get(language).script:
                return named
            return language
        if named in ("", ENGLISH) and detection.is_foreign(prose):
            return UNDETERMINED
        return named or ENGLISH

    @cached_property
    def _scripts(self) -> Mapping[str, Script]:
        """The scripts of all languages, first those with letters that no other language has."""
        scripts = {tag: SCRIPTS[name] for tag in self.available() if (name := self.get(tag).script)}
        return dict(sorted(scripts.items(), key=lambda item: not item[1].signs))


SHIPPED = Languages()


def _bundled_folder() -> Path:
    return resources.templates() / "locales"


@cache
def _read_bundled(file: Path) -> Locale:
    """Read a bundled file. Tests check the words of all of them."""
    return parse_locale(load(file).text, file)


def _locate_wrong_word(data: Mapping[str, object]) -> str:
    """Return the table and name of the first word of another type, or an empty string."""
    for table in sorted(data.keys() & _KEYS - {"usage"}):
        words = data[table]
        if not isinstance(words, dict):
            continue
        for name, word in words.items():
            if not isinstance(word, list if table == "spellings" else str):
                return f"[{table}] {name}: "
    return ""


def parse_locale(text: str, file: Path) -> Locale:
    """Parse the file of a language. Words may be missing. Raises `CodegenError`."""
    data = parse_toml(file, text, "locale-unreadable", "correct it at this place")
    try:
        locale = msgspec.convert({name: data[name] for name in data.keys() & _KEYS}, Locale)
    except msgspec.ValidationError as error:
        message = f"this is not a locale file: {_locate_wrong_word(data)}{error}"
        hint = f"compare it with the bundled {ENGLISH}.toml and zh-cn.toml"
        raise failure(
            "locale-unreadable",
            message,
            Span(path=str(file)),
            hint,
            arguments=(str(error),),
        ) from None
    if locale.script and locale.script not in SCRIPTS:
        hint = f"write one of {', '.join(SCRIPTS)}, or leave it out"
        raise failure(
            "locale-unreadable",
            f"there is no script {locale.script!r}",
            Span(path=str(file)),
            hint,
            arguments=(locale.script,),
            choices=tuple(SCRIPTS),
        )
    return locale


def check_words(locale: Locale, english: Locale, file: Path) -> None:
    """Check the placeholders and characters of the words of a file. Raises `CodegenError`."""
    span = Span(path=str(file))
    for table in _TABLES:
        words, originals = getattr(locale, table), getattr(english, table)
        for name in sorted(words.keys() & originals.keys()):
            if (error := _describe_wrong_word(name, words[name], originals[name])) is not None:
                message = f"[{table}] {name} must be a text with {error}"
                raise failure(
                    "locale-places-differ",
                    message,
                    span,
                    f"as in {originals[name]!r}",
                    arguments=(f"[{table}] {name}",),
                )
    if sign := next(_find_markup(locale, english), ""):
        raise failure(
            "locale-markup",
            f"{sign}, which would be markup where it is shown",
            span,
            "write it in words",
            arguments=(sign,),
        )


def _describe_wrong_word(name: str, text: str, original: str) -> str | None:
    """Return what a text must have as its English does, or None if it has that."""
    expected = _find_placeholders(original) or set()
    is_draft = name == _DRAFT
    if _has_placeholders(text, expected) and (not is_draft or _has_words(text)):
        return None
    placeholders = sorted(f"{{{placeholder}}}" for placeholder in expected)
    permitted = " ".join(placeholders) or "nothing in braces"
    if is_draft:
        return f"{permitted} and words beside it"
    return permitted


def _has_placeholders(text: str, expected: set[str]) -> bool:
    """Return whether a text has no other placeholders, and those without which a text is lost."""
    written = _find_placeholders(text)
    if written is None:
        return False
    return written <= expected and not (expected - written) & _REQUIRED_PLACES


def _has_words(draft: str) -> bool:
    """Return whether the mark of a draft can be seen beside its text."""
    return any(letter.isalpha() for letter in draft.replace("{text}", ""))


def _find_markup(locale: Locale, english: Locale) -> Iterator[str]:
    """Yield words with markup or invisible characters, unless the English word has them too."""
    if markup := _first_markup(locale.name, ""):
        yield f"name holds {markup!r}"
    for table in (*_TABLES, "rules", "hints", "titles"):
        originals = getattr(english, table)
        for name, text in getattr(locale, table).items():
            if markup := _first_markup(text, originals.get(name, "")):
                yield f"[{table}] {name} holds {markup!r}"


def _first_markup(text: str, original: str) -> str:
    """Return the first markup or invisible character that the English text does not have."""
    for sign in ("<", "](", "{{"):
        if sign in text and sign not in original:
            return sign
    for character in text:
        if not character.isprintable() and not character.isspace():
            return character
    for character in text:
        if character in _LINE_ENDS and character not in original:
            return character
    return ""


def _find_placeholders(text: str) -> set[str] | None:
    """Return the placeholders of a text; None if it is not a format."""
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError:
        return None
    placeholders: set[str] = set()
    for _, field, form, _ in parsed:
        if field is not None and form:
            placeholders.add(f"{field}:{form}")
        elif field is not None:
            placeholders.add(field)
    return placeholders


def _plain_label(locale: Locale, word: str) -> list[str]:
    label = locale.labels.get(word, "")
    if label and not any(mark in label for mark in ":：{"):
        return [label]
    return []
