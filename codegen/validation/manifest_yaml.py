"""YAML of manifests, event by event, with the meaning that kubectl gives to plain words."""

from __future__ import annotations

import math
import re
import struct
from typing import Any

from codegen.core.source import Source
from codegen.readers.documents.yaml import MAX_YAML
from codegen.validation.manifest_build import MAX_DIGITS, MERGE, Builder, Manifest, Mark, stop

_TAG = "tag:yaml.org,2002:"
_PLAIN = 1e21  # from here on Go writes numbers with an exponent


def read_yaml(source: Source, manifest: Manifest) -> None:
    """Read all documents of a file into the manifest. Raises `Stop` where it cannot go on."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    from codegen.readers.documents import tabs

    if len(source.text) > MAX_YAML:
        raise stop(
            "manifest-too-large",
            f"{len(source.text)} characters of YAML, at most {MAX_YAML} are read",
            1,
            1,
            "split the file",
        )
    builder = Builder(manifest, key_of)
    try:
        for event in tabs.events(source.text):
            _feed(builder, event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reason = " ".join(str(error.problem or error.context or "it cannot be read").split())
        hint = tabs.hint(source.text, mark.index if mark else None)
        raise stop("not-yaml", f"not YAML: {reason[:300]}", line, column, hint) from None
    except (YAMLError, ValueError, OverflowError) as error:  # the latter two: an escape beyond Unicode
        offset = getattr(error, "position", None)
        place = (
            source.span(min(offset, len(source.text))) if isinstance(offset, int) and offset >= 0 else source.span(0)
        )
        reason = str(getattr(error, "reason", "") or "it cannot be read")
        raise stop("not-yaml", f"not YAML: {reason[:300]}", place.line, place.column, "correct the document") from None


def _feed(builder: Builder, event: Any) -> None:
    line, column = event.start_mark.line + 1, event.start_mark.column + 1
    match type(event).__name__:
        case "ScalarEvent":
            value = _scalar(event, line, column)
            if builder.wants_key:
                builder.key(value, line, column, event.anchor, str(event.value))
            else:
                builder.put("<<" if value is MERGE else _as_json(value), Mark(line, column), 1, event.anchor)
        case "AliasEvent":
            builder.alias(event.anchor, line, column)
        case "MappingStartEvent" | "SequenceStartEvent" as start:
            _check_tag(str(event.tag or ""), ("map",) if start.startswith("M") else ("seq",), line, column)
            builder.start({} if start.startswith("M") else [], line, column, event.anchor)
        case "MappingEndEvent" | "SequenceEndEvent":
            builder.end()
        case "DocumentEndEvent":
            builder.document()


def key_of(value: object) -> object:
    """The string that kubectl makes of a key; what it refuses (null, integers of more than 64 bits) stays as it is."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() if -(2**63) <= value < 2**63:
            return str(value)
        case float():
            return _go_float(value)
    return value


def _go_float(value: float) -> str:
    """A number as Go's `strconv.FormatFloat(value, 'g', -1, 32)` writes it."""
    bits = _bits(value)
    (value,) = struct.unpack("<f", bits)
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    # the fewest digits from which the same 32 bits are read; nine are always enough
    shortest = next(made for digits in range(9) if _bits(float(made := f"{value:.{digits}e}")) == bits)
    mantissa, _, exponent = shortest.partition("e")
    power = int(exponent)
    if not -4 <= power < 6:
        return shortest
    behind = len(mantissa.partition(".")[2]) - power  # digits behind the point
    return f"{float(shortest):.{max(behind, 0)}f}"


def _bits(value: float) -> bytes:
    try:
        return struct.pack("<f", value)
    except OverflowError:
        return struct.pack("<f", math.copysign(math.inf, value))


def _as_json(value: Any) -> Any:
    """A value as it stands in the JSON that kubectl makes of YAML: a whole number has no point there."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < _PLAIN else value


def _check_tag(tag: str, allowed: tuple[str, ...], line: int, column: int) -> str:
    """The plain word of a tag. A tag that would build something else is not read."""
    word = tag.removeprefix(_TAG).removeprefix("!!").removeprefix("!")
    if word and word not in allowed:
        raise stop("manifest-tag", f"the tag {tag[:200]!r} is not read", line, column, "remove the tag")
    return word


def _scalar(event: Any, line: int, column: int) -> Any:
    word = _check_tag(str(event.tag or ""), ("str", "int", "float", "bool", "null", "timestamp"), line, column)
    text = str(event.value)
    if event.style in ("'", '"', "|", ">") or str(event.tag or "") == "!":
        return text if word in ("", "str", "timestamp") else _tagged(word, text, line, column)
    if word in ("", "timestamp"):
        return MERGE if text == "<<" else plain_value(text)
    return text if word == "str" else _tagged(word, text, line, column)


def _tagged(word: str, text: str, line: int, column: int) -> Any:
    value = plain_value(text)
    if word == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    fits = {"int": int, "float": float, "bool": bool, "null": type(None)}[word]
    if type(value) is not fits:
        raise stop("manifest-tag", f"{text[:80]!r} is no {word}", line, column, "remove the tag")
    return value


_CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_INTEGER = re.compile(r"([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_BASES = {"0x": 16, "0b": 2, "0o": 8}


def plain_value(text: str) -> Any:
    """What a word without quotes means to kubectl."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if not text or text[0] not in "+-.0123456789" or len(text) > MAX_DIGITS:
        return text
    plain = text.replace("_", "")
    if found := _INTEGER.match(plain):
        digits = found[2].lower()
        base = _BASES.get(digits[:2], 8 if digits.startswith("0") and len(digits) > 1 else 10)
        value = int(digits[2:] if digits[:2] in _BASES else digits, base)
        return -value if found[1] == "-" else value
    if not _FLOAT.match(plain):
        return text
    number = float(plain)
    return number if math.isfinite(number) else text  # one too large for Go is a string to it
