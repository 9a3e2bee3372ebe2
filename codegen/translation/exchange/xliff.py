"""XLIFF files for OmegaT, Weblate and other tools, by translate-toolkit (extra `xliff`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.escaping import terminal, xml
from codegen.translation.exchange.translation_unit import TranslationUnit

# The place at the end of a message of the parser, which its error has as numbers too.
_PLACE = re.compile(r"(?:, line \d+, column \d+)?(?: \(<string>, line \d+\))?\Z")

# States of a target that a person has decided on. Tools write `translated` for drafts too.
_CONFIRMED = ("final", "signed-off")


def write(units: Iterable[TranslationUnit], locale: str) -> str:
    """Format an XLIFF file with marked drafts, and the context as notes."""
    store = _load_library().xlifffile()
    store.setsourcelanguage("en")
    store.settargetlanguage(locale)
    for unit in units:
        added = store.addsourceunit(xml.text(unit.english), filename="apiref", createifmissing=True)
        added.setid(xml.text(unit.id))
        if unit.translation:
            added.target = xml.text(unit.translation)
            added.markfuzzy()
        added.addnote(xml.text(unit.context), origin="developer")
    return terminal.markup(bytes(store).decode("utf-8"))


def read(text: str, path: str) -> list[TranslationUnit]:
    """Read the texts of an XLIFF file. Raises `CodegenError` for other files."""
    library = _load_library()
    try:
        store = library.xlifffile.parsestring(text.encode("utf-8"))
        language = store.gettargetlanguage() or ""
        return [_make_unit(unit, language) for unit in store.units if not unit.isheader()]
    except (
        ValueError,
        SyntaxError,
        AttributeError,
        LookupError,
        TypeError,
        StopIteration,
    ) as error:
        raise _syntax_error(error, path) from None


def _make_unit(unit: Any, language: str) -> TranslationUnit:
    # The library puts the name of the file before it.
    return TranslationUnit(
        id=str(unit.getid()).rpartition("\x04")[2],
        english=unit.source or "",
        translation=unit.target or "",
        line=unit.xmlelement.sourceline or 0,
        language=language,
        confirmed=unit.xmlelement.get("approved") == "yes"
        or any(target.get("state") in _CONFIRMED for target in unit.xmlelement),
    )


def _syntax_error(error: Exception, path: str) -> CodegenError:
    """Describe the fault of a file with the location of the XML parser."""
    line, column = getattr(error, "lineno", None) or 0, getattr(error, "offset", None) or 0
    reason = _PLACE.sub("", str(error)) or "it has another root"
    return failure(
        "exchange-unreadable",
        f"this is not a valid XLIFF file: {reason}",
        Span(path=path, line=line, column=column) if line else Span(path=path),
        "export it again, and let the tool save it as XLIFF 1.1 or 1.2",
        arguments=(str(reason),),
    )


def _load_library() -> Any:
    try:
        from translate.storage import xliff
    except ImportError:
        raise failure(
            "extra-missing",
            "XLIFF needs translate-toolkit, which is not installed",
            Span(path="--format"),
            "pip install 'apiref-codegen[xliff]'",
        ) from None
    return xliff
