"""A catalogue that is kept up to date: all that a PO file says, read and written without loss.

`codegen.translation.catalog` takes from a PO file what pages need; here a translator's comments, flags and obsolete entries count too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from codegen.core.escaping.controls import visible
from codegen.core.writing import read_text, write_all
from codegen.findings.diagnostics import Span, failure
from codegen.translation import catalog

FUZZY = "fuzzy"


class Entry(Struct, frozen=True, kw_only=True):
    """One entry. `marks` are the extracted comments (`#.`), which this program writes; `comment` (`#`) is the translator's.

    `previous` is the English that a fuzzy translation was made from (`#|`); `places` are `page:line` (`#:`).
    """

    id: str
    english: str
    translation: str = ""
    flags: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    marks: str = ""
    comment: str = ""
    previous: str | None = None
    obsolete: bool = False

    @property
    def fuzzy(self) -> bool:
        """Whether a person has yet to confirm the translation."""
        return FUZZY in self.flags


class CatalogFile(Struct, frozen=True, kw_only=True):
    """A PO file: its entries by prose id, obsolete ones among them, and the rest of it as polib has it.

    `lines` has the line of each entry; `others` are entries that are not ours (no msgctxt, or plural forms) and are kept.
    """

    entries: Mapping[str, Entry]
    lines: Mapping[str, int] = field(default_factory=dict)
    header: Any = None
    others: tuple[Any, ...] = ()


def read(file: Path, locale: str, shown: str) -> CatalogFile:
    """The catalogue, empty where there is no file yet. Raises `CodegenError` for a file that is none, or of another language."""
    if not file.exists():
        return CatalogFile(entries={})
    parsed = catalog.parsed(file, shown)
    language = str(parsed.metadata.get("Language", "")).replace("_", "-").lower()
    if language and language.partition("-")[0] != locale.partition("-")[0]:
        raise failure(
            "catalog-language",
            f"the catalogue is of the language {parsed.metadata['Language']!r}, not of {locale!r}",
            Span(path=shown, line=1, column=1),
            "name the catalogue of this language, or correct its header",
        )
    entries: dict[str, Entry] = {}
    lines: dict[str, int] = {}
    others: list[Any] = []
    for each in parsed:
        known = entries.get(each.msgctxt or "")
        if not each.msgctxt or each.msgid_plural or (known is not None and not known.obsolete):
            others.append(each)
        else:
            entries[each.msgctxt] = _entry(each)
            lines[each.msgctxt] = each.linenum
    return CatalogFile(entries=entries, lines=lines, header=parsed, others=tuple(others))


def text_of(entries: Iterable[Entry], locale: str, old: CatalogFile) -> str:
    """The file: sorted by id, obsolete entries last, one line of the file for each line of a text, the old header kept."""
    written = catalog.empty(locale)
    if old.header is not None:
        written.header = old.header.header
        written.metadata = old.header.metadata
        written.metadata_is_fuzzy = old.header.metadata_is_fuzzy
    written.extend(_polib(each) for each in sorted(entries, key=lambda each: each.id))
    written.extend(old.others)
    return str(written)


def write(file: Path, text: str) -> bool:
    """Put the file in place if it says something new. Returns whether it did."""
    if read_text(file.parent, file.name) == text:
        return False
    write_all(file.parent, {file.name: text})
    return True


def _entry(each: Any) -> Entry:
    return Entry(
        id=each.msgctxt,
        english=each.msgid,
        translation=each.msgstr,
        flags=tuple(each.flags),
        places=tuple(":".join(filter(None, place)) for place in each.occurrences),
        marks=each.comment,
        comment=each.tcomment,
        previous=each.previous_msgid,
        obsolete=bool(each.obsolete),
    )


def _polib(entry: Entry) -> Any:
    import polib

    return polib.POEntry(
        msgctxt=visible(entry.id),
        msgid=visible(entry.english),
        msgstr=visible(entry.translation),
        flags=list(entry.flags),
        occurrences=[catalog.occurrence(place) for place in entry.places],
        comment=visible(entry.marks),
        tcomment=visible(entry.comment),
        previous_msgid=None if entry.previous is None else visible(entry.previous),
        obsolete=entry.obsolete,
    )
