"""The forms in which texts are exchanged, by name; a file that comes back is known by its ending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from codegen.core.records import on_demand
from codegen.core.source import load
from codegen.findings.diagnostics import Span, failure

if TYPE_CHECKING:
    from codegen.core.locales import Languages
    from codegen.translation.exchange.unit import Unit
    from codegen.translation.glossary import Term


class Form(Struct, frozen=True, kw_only=True):
    """A form: the endings of its files, what writes and what reads them."""

    endings: tuple[str, ...]
    write: Callable[[Sequence[Unit], str, Languages, Sequence[Term]], str]
    read: Callable[[str, str], list[Unit]]


def _form(module: str, *endings: str, with_terms: bool = False) -> Form:
    """The form of a module, which is imported when it is needed; `with_terms` where it writes languages and terms too."""
    module = f"codegen.translation.exchange.{module}"
    write = on_demand(module, "write")
    plain = write if with_terms else lambda units, tag, *_: write(units, tag)
    return Form(endings=endings, write=plain, read=on_demand(module, "read"))


# By the names of `codegen translate export --format`.
FORMS = {
    "xliff": _form("xliff", ".xlf", ".xliff"),
    "po": _form("catalogs", ".po"),
    "csv": _form("tables", ".csv"),
    "instruction": _form("instruction", ".md", with_terms=True),
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
