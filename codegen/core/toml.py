"""Parses TOML files of users, with the locations of faults."""

from __future__ import annotations

import re
import tomllib
from itertools import islice
from pathlib import Path

from codegen.core.diagnostics import Span, failure
from codegen.core.json_types import JsonObject

_PLACE = re.compile(r"(?<!\s)\s*\(at line (\d+), column (\d+)\)")


def parse_toml(file: Path, text: str, rule: str, hint: str) -> JsonObject:
    """Parse the text of a file. Raises `CodegenError` with this rule at the location of a fault."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        message, line, column = "lists or tables lie too deep inside each other", 0, 0
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line, column = map(int, place.groups()) if place else (0, 0)
        message = _PLACE.sub("", str(error))
    span = Span(path=str(file), line=line, column=column)
    raise failure(rule, f"this is not valid TOML: {message}", span, hint) from None


def locate_entry(file: Path, text: str, table: str, number: int) -> Span:
    """Locate the entry `[[table]]` with a number, counted from 0, or the file if it is written in
    another way.
    """
    heads = re.finditer(rf"^[ \t]*\[\[[ \t]*{re.escape(table)}[ \t]*\]\]", text, re.MULTILINE)
    head = next(islice(heads, number, None), None)
    return Span(path=str(file), line=text.count("\n", 0, head.start()) + 1 if head else 0)
