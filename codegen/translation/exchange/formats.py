"""The forms in which texts are exchanged, by name; a file that comes back is known by its ending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from codegen.core.locales import Languages
from codegen.core.source import load
from codegen.findings.diagnostics import Span, failure
from codegen.translation.exchange import catalogs, instruction, tables, xliff
from codegen.translation.exchange.unit import Unit
from codegen.translation.glossary import Term


class Form(Struct, frozen=True, kw_only=True):
    """A form: the endings of its files, what writes and what reads them."""

    endings: tuple[str, ...]
    write: Callable[[Sequence[Unit], str, Languages, Sequence[Term]], str]
    read: Callable[[str, str], list[Unit]]


FORMS = {
    "xliff": Form(endings=(".xlf", ".xliff"), write=lambda units, tag, *_: xliff.write(units, tag), read=xliff.read),
    "po": Form(endings=(".po",), write=lambda units, tag, *_: catalogs.write(units, tag), read=catalogs.read),
    "csv": Form(endings=(".csv",), write=lambda units, tag, *_: tables.write(units, tag), read=tables.read),
    "instruction": Form(endings=(".md",), write=instruction.write, read=instruction.read),
}


def read(file: Path, shown: str) -> list[Unit]:
    """The texts of a file that came back. Raises `CodegenError` for a file of no such form, or one that cannot be read."""
    for form in FORMS.values():
        if file.suffix.lower() in form.endings:
            return form.read(load(file, shown).text, shown)
    endings = ", ".join(ending for form in FORMS.values() for ending in form.endings)
    raise failure(
        "exchange-unreadable",
        f"files of the ending {file.suffix!r} are not exchanged",
        Span(path=shown),
        f"one of {endings}",
    )
