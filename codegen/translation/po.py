"""Catalogs as PO files, one for each language, keyed by prose id.

`msgctxt` is the prose id, `msgid` the English, `msgstr` the translation. Comments, flags and
obsolete entries of a translator stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote
from zlib import crc32

import polib
from msgspec import Struct
from msgspec.structs import replace

from codegen.core import opening
from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.escaping.controls import visible
from codegen.core.source import load as load_source
from codegen.core.writing import read_text, writing
from codegen.translation.normalization import fold_markup
from codegen.translation.provenance import Origin, Provenance, decode_comment, encode_comment

FUZZY = "fuzzy"
_PROJECT = "apiref"
# The form of a line; polib would accept an unfinished string as a shorter one.
_LINE = re.compile(
    r'(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+)?"(?:[^"\\]|\\.)*")?'
)
# Lines of one text, or of the comments of one entry: polib adds each to all before it.
MAX_LINES = 10_000
_GOES_ON = ('"', '#~ "', "# ", "#.", "#:", "#,", "#|")
_SUBTAG = re.compile("[-_@.]")
_POLIB_PLACE = re.compile(r"line (\d+)")


class Entry(Struct, frozen=True, kw_only=True):
    """A catalog entry.

    `provenance` is the extracted comment (`#.`) of this program, `comment` (`#`) the translator's.
    `previous` (`#|`) is the English of a fuzzy translation, and `places` (`#:`) are `page:line`.
    """

    id: str
    english: str
    translation: str = ""
    flags: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    provenance: Provenance = Provenance()
    comment: str = ""
    previous: str | None = None
    obsolete: bool = False

    @property
    def fuzzy(self) -> bool:
        """Whether a person has yet to confirm the translation."""
        return FUZZY in self.flags

    @property
    def translated_english(self) -> str:
        """The English of the translation, which is the previous one of a fuzzy entry."""
        if self.fuzzy and self.previous is not None:
            return self.previous
        return self.english


def adopt_bundled(entry: Entry, english: str) -> Entry:
    """Give a bundled translation the English of a source, if that is one of those that it was
    checked against.

    Bundled entries have an English of this project. Their comments list checksums of the texts in
    releases of Kubernetes.
    """
    is_bundled = entry.provenance.origin is Origin.BUNDLED
    # tools may have wrapped the comment
    fits = is_bundled and compute_checksum(english) in encode_comment(entry.provenance).split()
    if fits:
        return replace(entry, english=english)
    return entry


def compute_checksum(english: str) -> str:
    """Compute a short checksum of an English text, without case, white space and markup."""
    return f"{crc32(fold_markup(english.rstrip('.')).encode()):08x}"


def add_fuzzy(flags: Iterable[str]) -> tuple[str, ...]:
    """Put the flag `fuzzy` before all others."""
    return (FUZZY, *(flag for flag in flags if flag != FUZZY))


class Catalog(Struct, frozen=True, kw_only=True):
    """The entries of a PO file by prose id, with its header.

    `path` is the name in messages, `file_lines` is the file's text. `others` are entries kept
    unchanged, without msgctxt, with a repeated id, or with plural forms.
    """

    locale: str
    path: str = ""
    file_lines: Sequence[str] = ()
    entries: Mapping[str, Entry] = MappingProxyType({})
    lines: Mapping[str, int] = MappingProxyType({})
    header: Any = None
    others: tuple[Any, ...] = ()

    def span(self, prose_id: str) -> Span:
        """Return the location of an entry, or of the file if it has none."""
        if (entry := self.entries.get(prose_id)) is None or entry.obsolete:
            line = 0
        else:
            line = self.lines.get(prose_id, 0)
        if line:
            return Span(path=self.path, line=line, column=1)
        return Span(path=self.path)

    def find_lines(self, prose_id: str) -> str:
        """Return the lines of an entry from its location on."""
        line = self.span(prose_id).line
        lines = (self.file_lines[number] for number in range(line - 1, len(self.file_lines)))
        if line:
            return "\n".join(takewhile(str.strip, lines))
        return ""


def load_catalog(file: Path, locale: str, display_path: str = "") -> Catalog:
    """Read a PO file. Raises `CodegenError` for an invalid one, with the first wrong line."""
    source = load_source(file, display_path)
    return parse_catalog(source.text, locale, source.path)


def parse_catalog(text: str, locale: str, path: str) -> Catalog:
    """Parse the text of a PO file.

    Raises `CodegenError` for an invalid one, with the first wrong line.
    """
    parsed = _parse_entries(text, path)
    entries: dict[str, Entry] = {}
    lines: dict[str, int] = {}
    unread: list[Any] = []
    for entry in parsed:
        previous = entries.get(entry.msgctxt or "")
        if (
            not entry.msgctxt
            or entry.msgid_plural
            or (previous is not None and not previous.obsolete)
        ):
            unread.append(entry)
        else:
            entries[entry.msgctxt] = _decode_entry(entry)
            lines[entry.msgctxt] = entry.linenum or 1  # polib counts the first entry from 0
    return Catalog(
        locale=locale,
        path=path,
        file_lines=text.split("\n"),
        entries=entries,
        lines=lines,
        header=parsed,
        others=tuple(unread),
    )


def open_catalog(file: Path, locale: str, display_path: str) -> Catalog:
    """Load a catalog, or return an empty one if there is no file yet.

    Raises `CodegenError` as `load_catalog` does, for a catalog of another language, and for a text
    that has comments alone.
    """
    if not opening.exists(file):
        return Catalog(locale=locale, path=display_path)
    catalog = load_catalog(file, locale, display_path)
    has_text = any(line.strip() for line in catalog.file_lines)
    if has_text and not catalog.header and not catalog.header.metadata:
        raise failure(
            "catalog-syntax",
            "the file has no entry, so it is not a PO file",
            Span(path=display_path, line=1, column=1),
            "name another file with --catalog, or remove this one",
        )
    check_language(str(catalog.header.metadata.get("Language", "")), locale, display_path)
    return catalog


def check_language(declared: str, locale: str, path: str) -> None:
    """Reject a file that declares another language.

    Tools spell one in many ways (`zh_CN`, `zh-Hans`).
    """
    if declared and len({_SUBTAG.split(tag.lower())[0] for tag in (locale, declared)}) > 1:
        raise failure(
            "catalog-language",
            f"the file is for the language {declared!r}, not for {locale!r}",
            Span(path=path, line=1, column=1),
            "name a file of this language, or correct the language in the file",
            arguments=(declared, locale),
        )


def _parse_entries(text: str, path: str) -> Any:
    """Parse a PO file by polib, after a check of its lines."""
    together = 0
    for number, line in enumerate(text.split("\n"), start=1):
        bare = line.strip()
        if not _LINE.fullmatch(bare):
            raise _syntax_error(path, number)
        if bare.startswith(_GOES_ON) or bare == "#":
            together = together + 1
        else:
            together = 0
        if together > MAX_LINES:
            raise failure(
                "catalog-syntax",
                f"more than {MAX_LINES} lines of one text, or of the comments of one entry",
                Span(path=path, line=number, column=1),
                "join lines of the text, or remove the comments",
            )
    try:
        # The newline tells polib that this is the text and not a file name.
        return polib.pofile(text + "\n", check_for_duplicates=False, wrapwidth=0)
    except (OSError, ValueError, IndexError) as error:
        match = _POLIB_PLACE.search(str(error))
        raise _syntax_error(path, int(match[1]) if match else 1) from None


def _syntax_error(path: str, line: int) -> CodegenError:
    return failure(
        "catalog-syntax",
        "this line is not valid in a PO file, or it is out of place",
        Span(path=path, line=line, column=1),
        'each entry is msgctxt "PROSE ID", msgid "English", msgstr "translation"; msgfmt --check says more',
    )


def format_catalog(entries: Iterable[Entry], locale: str, old: Catalog) -> str:
    """Format a PO file sorted by id, with obsolete entries last and the old header.

    Each line of a text has a line of the file.
    """
    written = _new_file(locale)
    if old.header is not None:
        written.header = old.header.header
        written.metadata = old.header.metadata
        written.metadata_is_fuzzy = old.header.metadata_is_fuzzy
    written.extend(
        _encode_entry(entry) for entry in sorted(entries, key=lambda entry: visible(entry.id))
    )
    written.extend(old.others)
    return str(written)


def write_catalog(file: Path, text: str) -> bool:
    """Write a changed file, and return whether it has changed."""
    with writing(file.parent) as writer:
        if read_text(file.parent, file.name) == text:
            return False
        writer.write({file.name: text})
    return True


def _decode_entry(entry: Any) -> Entry:
    return Entry(
        id=entry.msgctxt,
        english=entry.msgid,
        translation=entry.msgstr,
        flags=tuple(entry.flags),
        places=tuple(":".join(filter(None, place)) for place in entry.occurrences),
        provenance=decode_comment(entry.comment),
        comment=entry.tcomment,
        previous=entry.previous_msgid,
        obsolete=bool(entry.obsolete),
    )


def _encode_entry(entry: Entry) -> Any:
    comment = _clean_comment(encode_comment(entry.provenance))
    # An empty line is lost when it is read.
    return polib.POEntry(
        msgctxt=visible(entry.id),
        msgid=visible(entry.english),
        msgstr=visible(entry.translation),
        flags=list(entry.flags),
        occurrences=[_split_place(place) for place in entry.places],
        comment="\n".join(filter(None, comment.split("\n"))),
        tcomment=_clean_comment(entry.comment),
        previous_msgid=None if entry.previous is None else visible(entry.previous),
        obsolete=entry.obsolete,
    )


def _clean_comment(text: str) -> str:
    """Remove blanks and empty lines around a comment. A reader of the file loses them."""
    return "\n".join(map(str.rstrip, visible(text).split("\n"))).strip("\n")


def _split_place(place: str) -> tuple[str, str]:
    """Split `path:line` for polib, and quote white space, since it would end the path."""
    place = "".join(quote(char) if char.isspace() else char for char in visible(place))
    path, _, line = place.rpartition(":")
    if path and line.isdigit():
        return (path, line)
    return (place, "")


def _new_file(locale: str) -> Any:
    """Create an empty PO file without wrapping, date or host."""
    written = polib.POFile(wrapwidth=0)
    language, mark, region = locale.partition("-")  # gettext writes zh-cn as zh_CN
    written.header = f"Descriptions of an API reference in {locale}. msgctxt is the prose id."
    written.metadata = {
        "Project-Id-Version": _PROJECT,
        "PO-Revision-Date": "",
        "Last-Translator": "",
        "Language-Team": "",
        "Language": language + mark.replace("-", "_") + region.upper(),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return written
