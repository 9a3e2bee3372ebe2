"""Tabs in YAML as libyaml and go-yaml, the parser of kubectl, take them: between words as spaces, never as indentation.

ruamel.yaml refuses them everywhere but in flow context. Imported where YAML is read, since ruamel.yaml is slow to start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scanner import Scanner, ScannerError

_BREAKS = "\r\n\x85\u2028\u2029"
_ENDS = "\0 \t" + _BREAKS


def events(text: str) -> Iterator[Any]:
    """The events of a text, one by one. Raises `ruamel.yaml.error.YAMLError` where it is none."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner = _Scanner
    return iter(yaml.parse(text))


def hint(text: str, offset: int | None) -> str:
    """What to do about text that is no YAML from this character on."""
    if offset is not None and text[offset : offset + 1] == "\t":
        return "indent with spaces: YAML takes no tabs for that"
    return "correct the document"


class _Scanner(Scanner):
    def scan_to_next_token(self) -> Any:
        """Where no key may begin, a tab indents nothing."""
        scan = super().scan_to_next_token
        scan()
        reader = self.reader
        while reader.peek() == "\t" and not self.allow_simple_key:
            while reader.peek() in " \t":
                reader.forward()
            scan()

    def scan_plain_spaces(self, indent: Any, start_mark: Any) -> Any:
        """The blanks between two words of a plain scalar, and the line breaks as what they fold to; None before a document's end."""
        peek, forward = self.reader.peek, self.reader.forward
        length = 0
        while peek(length) in " \t":
            length += 1
        blanks = self.reader.prefix(length)
        forward(length)
        if peek() not in _BREAKS:
            return [blanks] if blanks else []
        line_break = self.scan_line_break()
        self.allow_simple_key = True
        breaks: list[str] = []
        while not self._between_documents():
            while peek() in " \t":
                if peek() == "\t" and self.reader.column < indent:
                    problem = "found a tab character that violates indentation"
                    raise ScannerError("while scanning a plain scalar", start_mark, problem, self.reader.get_mark())
                forward()
            if peek() not in _BREAKS:
                folded = [line_break] if line_break != "\n" else [] if breaks else [" "]
                return folded + breaks
            breaks.append(self.scan_line_break())
        return None

    def _between_documents(self) -> bool:
        reader = self.reader
        return reader.column == 0 and reader.prefix(3) in ("---", "...") and reader.peek(3) in _ENDS

    def scan_tag(self) -> Any:
        return self._blank(super().scan_tag)

    def scan_block_scalar_indicators(self, start_mark: Any) -> Any:
        return self._blank(super().scan_block_scalar_indicators, start_mark)

    def scan_block_scalar_ignored_line(self, start_mark: Any) -> Any:
        return self._blank(super().scan_block_scalar_ignored_line, start_mark)

    def scan_directive(self) -> Any:
        return self._blank(super().scan_directive)

    def _blank(self, scan: Callable[..., Any], *arguments: Any) -> Any:
        """Have a scan take each tab for a space; none of these keeps what it passes."""
        peek = self.reader.peek

        def blank(index: int = 0) -> str:
            found: str = peek(index)
            return " " if found == "\t" else found

        self.reader.peek = blank
        try:
            return scan(*arguments)
        finally:
            del self.reader.peek
