"""XLIFF files for OmegaT, Weblate and other tools. Versions 1.1 and 1.2 are read."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from typing import Any
from xml.parsers import expat

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.escaping import terminal, xml
from codegen.translation.exchange.translation_unit import TranslationUnit

_TEXTS = {"source": "english", "target": "translation"}


def write(units: Iterable[TranslationUnit], locale: str) -> str:
    """Format an XLIFF file with marked drafts, and the context as notes."""
    root = ET.Element("xliff", xmlns="urn:oasis:names:tc:xliff:document:1.1", version="1.1")
    head = {"original": "apiref", "source-language": "en", "datatype": "plaintext", "target-language": locale}
    body = ET.SubElement(ET.SubElement(root, "file", head), "body")
    for unit in units:
        added = ET.SubElement(body, "trans-unit", {"xml:space": "preserve", "id": xml.text(unit.id)})
        ET.SubElement(added, "source").text = xml.text(unit.english)
        if unit.translation:
            added.set("approved", "no")
            ET.SubElement(added, "target", state="needs-translation").text = xml.text(unit.translation)
        ET.SubElement(added, "note", {"from": "developer"}).text = xml.text(unit.context)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return terminal.markup(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n')


def read(text: str, path: str) -> list[TranslationUnit]:
    """Read the texts of an XLIFF file. Raises `CodegenError` for other files."""
    reader = _Reader()
    if "<!ENTITY" in text:
        raise _syntax_error("it declares entities", Span(path=path))
    try:
        reader.parser.Parse(text, True)
    except expat.ExpatError as error:
        raise _syntax_error(
            expat.errors.messages[error.code], Span(path=path, line=error.lineno, column=error.offset)
        ) from None
    if reader.root != "xliff":
        raise _syntax_error("it has another root", Span(path=path))
    return reader.units


class _Reader:
    """Collects the units of an XLIFF file while it is parsed."""

    def __init__(self) -> None:
        self.units: list[TranslationUnit] = []
        self.root = ""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._add_text
        self._open: list[str] = []
        self._language = ""
        self._unit: dict[str, Any] = {}

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element = name.rpartition(" ")[2]
        self.root = self.root or element
        self._open.append(element)
        if element == "file":
            self._language = attributes.get("target-language", "")
        elif element == "trans-unit":
            line = self.parser.CurrentLineNumber
            self._unit = {"id": attributes.get("id", ""), "english": "", "line": line, "language": self._language}

    def _add_text(self, text: str) -> None:
        """Add text to the source or target of the unit. Proposals in `alt-trans` have their own."""
        for element, key in _TEXTS.items():
            if element in self._open and "trans-unit" in self._open and "alt-trans" not in self._open:
                self._unit[key] = self._unit.get(key, "") + text

    def _end(self, _name: str) -> None:
        if self._open.pop() == "trans-unit":
            self.units.append(TranslationUnit(**self._unit))


def _syntax_error(reason: str, span: Span) -> CodegenError:
    return failure(
        "exchange-unreadable",
        f"this is not a valid XLIFF file: {reason}",
        span,
        "export it again, and let the tool save it as XLIFF 1.1 or 1.2",
    )
