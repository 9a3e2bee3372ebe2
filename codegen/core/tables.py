"""Tables that ship as TOML, for people, and are read from JSON: to load a parser of TOML takes longer than all that a short command reads.

`tables.json` has them all, each with a hash of the text that it was made of. One that was edited since is parsed, until `make update` writes it again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from codegen.core import resources
from codegen.core.patterns import lazy_pattern
from codegen.findings.diagnostics import Span, failure

_PLACE = lazy_pattern(r"(?<!\s)\s*\(at line (\d+), column (\d+)\)")
FILE = Path(__file__).with_name("tables.json")


class _Table(msgspec.Struct, frozen=True):
    hash: str
    data: msgspec.Raw


def parsed(file: Path, text: str) -> dict[str, Any]:
    """What the text of a TOML file says. Raises `tomllib.TOMLDecodeError`, a `ValueError`, for what is none."""
    if ships(file, text):
        found: dict[str, Any] = msgspec.json.decode(_known()[_name(file)].data)
        return found
    import tomllib  # of a project's own files alone

    try:
        return tomllib.loads(text)
    except RecursionError:
        raise tomllib.TOMLDecodeError("lists or tables lie too deep inside each other") from None


def read(file: Path) -> dict[str, Any]:
    """What a TOML file that ships says."""
    return parsed(file, file.read_text(encoding="utf-8"))


def checked(file: Path, text: str, rule: str, hint: str) -> dict[str, Any]:
    """What a TOML file that anybody may have written says. Raises `CodegenError` with this rule at the place where it is none."""
    try:
        return parsed(file, text)
    except ValueError as error:
        place = _PLACE.search(str(error))
        line, column = map(int, place.groups()) if place else (0, 0)
        span = Span(path=str(file), line=line, column=column)
        raise failure(rule, f"this is not valid TOML: {_PLACE.sub('', str(error))}", span, hint) from None


def entry(file: Path, text: str, table: str, number: int) -> Span:
    """The place of an entry `[[table]]`, of which the first is 0; of the file where it is written in another way."""
    heads = re.finditer(rf"^[ \t]*\[\[[ \t]*{re.escape(table)}[ \t]*\]\]", text, re.MULTILINE)
    found = next(islice(heads, number, None), None)
    return Span(path=str(file), line=text.count("\n", 0, found.start()) + 1 if found else 0)


def ships(file: Path, text: str) -> bool:
    """Whether `tables.json` has the file with this text: it has been tested, then, and nobody has edited it since."""
    known = _known().get(_name(file))
    return known is not None and known.hash == _hash(text)


def shipped() -> Iterator[Path]:
    """The files that `tables.json` has."""
    for folder in (
        resources.templates() / "glossaries",
        resources.templates() / "locales",
        resources.server_rules(),
        FILE.parents[1] / "endpoint",
        FILE.parents[1] / "outputs/python",
    ):
        yield from sorted(folder.glob("*.toml"))


def text() -> str:
    """What `tables.json` has to be: a line for each file."""
    import tomllib

    lines = []
    for file in shipped():
        written = file.read_text(encoding="utf-8")
        table = {"hash": _hash(written), "data": tomllib.loads(written)}
        lines.append(f"{json.dumps(_name(file))}: {json.dumps(table, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


@cache
def _known() -> Mapping[str, _Table]:
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, _Table])


def _name(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def _hash(text: str) -> str:
    return resources.fingerprint(text.encode("utf-8"))
