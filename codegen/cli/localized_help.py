"""Help of the commands in the language of the reader."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

import click

from codegen.cli.common import reader_language
from codegen.core.locales import ENGLISH, Locale

# What click adds behind the text of an option.
_DEFAULT_TEXT = "[default: {value}]"
_SHORTENED = "..."
_NARROWEST = 20  # columns of a text


class LocalizedContext(click.Context):
    """A context whose help is in the language of the reader, if the command has texts in it."""

    def make_formatter(self) -> click.HelpFormatter:
        """Make the formatter of a help page."""
        reader = reader_language()
        if reader.tag == ENGLISH or not reader.command_texts:
            return super().make_formatter()
        width = self.terminal_width or self.max_content_width
        colon = reader.findings["colon"].rstrip()
        texts = {**reader.command_texts, **dict(self._translate_options(reader))}
        return _LocalizedFormatter(texts, colon, width)

    def _translate_options(self, reader: Locale) -> Iterator[tuple[str, str]]:
        """Yield the text of each option as click writes it, with its default, and a translation."""
        for option in self.command.get_params(self):
            record = option.get_help_record(self)
            if record is None or not isinstance(option, click.Option):
                continue
            extra = option.get_help_extra(self)
            parts = [reader.translate_whole(option.help or "")]
            if "default" in extra:
                parts.append(reader.translate(_DEFAULT_TEXT, value=extra["default"]))
            if "required" in extra:
                parts.append(reader.translate_whole(f"[{extra['required']}]"))
            yield record[1], "  ".join(filter(None, parts))


class _LocalizedFormatter(click.HelpFormatter):
    """Writes a help page with the texts of a language. Texts without a translation stay English."""

    def __init__(self, texts: Mapping[str, str], colon: str, max_width: int | None) -> None:
        super().__init__(max_width=max_width)
        self._texts = texts
        self._colon = colon

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line with the arguments of the command."""
        super().write_usage(prog, args, prefix or self._translate("Usage:"))

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        self.write(f"{'':>{self.current_indent}}{self._translate(heading)}{self._colon}\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs. Those with their own line breaks stay as they are."""
        paragraphs = text.split("\n\n")
        for number, paragraph in enumerate(paragraphs):
            if number:
                self.write("\n")
            if paragraph.startswith("\b"):
                lines = paragraph.splitlines()[1:]
            else:
                columns = self.width - self.current_indent
                lines = wrap_columns(self._translate(" ".join(paragraph.split())), columns)
            for line in lines:
                self.write(f"{'':>{self.current_indent}}{line}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write options or commands with their texts beside them."""
        entries = [(name, self._translate(text)) for name, text in rows]
        widest = max((len(name) for name, _ in entries if len(name) <= col_max), default=0)
        text_column = self.current_indent + widest + col_spacing
        for name, text in entries:
            lead = f"{'':>{self.current_indent}}{name}"
            if len(name) > widest:
                self.write(f"{lead}\n")
                lead = ""
            for line in wrap_columns(text, self.width - text_column):
                self.write(f"{lead:<{text_column}}{line}\n")
                lead = ""

    def _translate(self, text: str) -> str:
        """Return the text in the language, or the English one."""
        if text in self._texts:
            return self._texts[text]
        begin = text.removesuffix(_SHORTENED)  # in a list of commands
        return next((own for key, own in self._texts.items() if key.startswith(begin)), text)


def wrap_columns(text: str, columns: int) -> list[str]:
    """Break a text into lines of at most so many columns; full-width letters take two."""
    lines = [""]
    width = 0
    limit = max(columns, _NARROWEST)
    for word in re.findall(r"\s*[!-~]+[，。；：、）]?|\s+|.", text):
        word_width = count_columns(word)
        is_mark = word in "，。；：、）”"
        if lines[-1] and width + word_width > limit and not is_mark:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
            word = word.lstrip()
            width = 0
        lines[-1] += word
        width += word_width
    return lines


def count_columns(text: str) -> int:
    """Return the columns of a text in a terminal, where full-width letters take two."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide
