"""The lines at which the rows of a copied table begin."""

from __future__ import annotations

from collections.abc import Sequence

from codegen.readers.rendered.copied_lines import Line
from codegen.readers.rendered.line_grammar import LineGrammar, is_cell_name, is_type_or_note

_MOST_NOTES = 3  # lines of the cell of a name
_MARKS = "*＊ "  # behind the name of a required field


def begins_row(
    lines: Sequence[Line], number: int, columns: int, above: str, grammar: LineGrammar
) -> bool:
    """Return whether a row begins at a line: a line with a tab, or a name with its type on a line
    below.

    `above` is the name of the row above, or empty.
    """
    line = lines[number]
    if "\t" in line.raw:
        return True
    if columns != 2 or not is_cell_name(line.text):
        return False
    return has_tab_below(lines, number, grammar) or _has_lost_tab(lines, number, above)


def has_tab_below(lines: Sequence[Line], number: int, grammar: LineGrammar) -> bool:
    """Return whether a row goes on below its name: with its type, its notes, and a tab."""
    for below in lines[number + 1 : number + 1 + _MOST_NOTES]:
        if "\t" in below.raw:
            return not grammar.is_table_head(below)
        if not is_type_or_note(below.text):
            return False
    return False


def _has_lost_tab(lines: Sequence[Line], number: int, above: str) -> bool:
    """Return whether a line is the name of a field without a type, above its description.

    A browser copies no tab behind the empty line of the type. Tables are in the order of their
    names, which a word of the description above is not.
    """
    line, below = lines[number], lines[number + 1 : number + 2]
    if not line.text[0].islower() or not lines[number - 1].text or not below:
        return False
    description = below[0].text
    name = line.text.rstrip(_MARKS)
    begins_sentence = description[:1].isupper() or not description.isascii()
    if not begins_sentence and not description.startswith(f"{name} "):
        return False
    return not above or above.rstrip(_MARKS).casefold() < name.casefold()
