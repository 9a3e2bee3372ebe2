"""Check amounts, schedules, selectors, PEM blocks and changes of values as servers do.

The functions are independent of kinds and fields. A value of a wrong type passes, as the schema
reports it.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from codegen.kube.duration import is_duration
from codegen.kube.errors import DICT, LIST
from codegen.kube.quantity import Quantity, is_quantity

_SHARE: Final = re.compile(r"[+-]?([0-9]+)|([0-9]+)%")  # as intstr reads it
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: Final[tuple[tuple[int, int, Mapping[str, int]], ...]] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    (0, 6, {name: number for number, name in enumerate(_DAYS)}),
)
_NAMED: Final = frozenset(
    ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
)
_EVERY: Final = "@every "


def find_schedule_fault(text: str) -> str:
    """Return why a text is no cron schedule, in the words of the library of Kubernetes, or nothing."""
    if text.startswith(_EVERY):
        written = text.removeprefix(_EVERY).strip()
        return "" if is_duration(written) else f"failed to parse duration {text}"
    if text.startswith("@"):
        return "" if text in _NAMED else f"unrecognized descriptor: {text}"
    fields = text.split()
    if len(fields) != len(_FIELDS):
        listed = " ".join(fields)
        return (
            f"expected exactly {len(_FIELDS)} fields, found {len(fields)}: [{listed}]"
        )
    for field, (first, last, names) in zip(fields, _FIELDS, strict=True):
        parts = [part for part in field.split(",") if part]
        for part in parts or [field]:
            fault = _find_part_fault(part, first, last, names)
            if fault:
                return fault
    return ""


def _find_part_fault(text: str, first: int, last: int, names: Mapping[str, int]) -> str:
    """Return what is wrong with a part such as `1-5/2` of a field from `first` to `last`."""
    written, *steps = text.split("/")
    start, *ends = written.split("-")
    if len(steps) > 1:
        return f"too many slashes: {text}"
    if len(ends) > 1:
        return f"too many hyphens: {text}"
    low: int | None = first
    high: int | None = last
    if start not in ("*", "?"):
        low = high = _parse_number(start, names)
        if ends:
            high = _parse_number(ends[0], names)
        elif steps:
            high = last
        if low is None:
            return _describe_no_number(start)
        if high is None:
            return _describe_no_number(ends[0])
    if steps and _parse_number(steps[0], {}) is None:
        return _describe_no_number(steps[0])
    return _find_range_fault(text, low, high, first, last) or _find_step_fault(
        text, steps
    )


def _find_range_fault(
    text: str, low: int | None, high: int | None, first: int, last: int
) -> str:
    if low is None or high is None:
        return ""
    if low < first:
        return f"beginning of range ({low}) below minimum ({first}): {text}"
    if high > last:
        return f"end of range ({high}) above maximum ({last}): {text}"
    if low > high:
        return f"beginning of range ({low}) beyond end of range ({high}): {text}"
    return ""


def _find_step_fault(text: str, steps: list[str]) -> str:
    if steps and int(steps[0]) == 0:
        return f"step of range should be a positive number: {text}"
    return ""


def _describe_no_number(text: str) -> str:
    return f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax'


def _parse_number(text: str, names: Mapping[str, int]) -> int | None:
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    return names.get(text.lower())


def byte_size(text: str) -> int:
    """Return the size of a text in UTF-8."""
    return len(text.encode("utf-8", errors="surrogatepass"))


def decoded_byte_size(text: str) -> int:
    """Return the decoded size of a text in base64, without its line breaks."""
    return (len(text) - sum(map(text.count, "\r\n="))) * 3 // 4


def is_amount(value: object) -> bool:
    """Return whether a value is a quantity."""
    return isinstance(value, str | int | float) and _parse_amount(value) is not None


def exceeds(first: object, second: object) -> bool:
    """Return whether one quantity is larger than another. Other values are not."""
    if isinstance(first, str | int | float) and isinstance(second, str | int | float):
        first_amount, second_amount = _parse_amount(first), _parse_amount(second)
        return (
            first_amount is not None
            and second_amount is not None
            and first_amount > second_amount
        )
    return False


def is_zero_share(value: object) -> bool:
    """Return whether Go takes a number or percentage as 0, as it does with texts that are neither."""
    if isinstance(value, str):
        share = _SHARE.fullmatch(value)
        return share is None or not (share[1] or share[2]).strip("0")
    return isinstance(value, int) and value == 0 and not isinstance(value, bool)


@lru_cache(maxsize=1024, typed=True)
def _parse_amount(written: str | float) -> Decimal | None:
    """Return the exact amount of a string or number, or None."""
    return Quantity(written).value if is_quantity(written) else None


def selects(selector: Any, labels: Any) -> bool:
    """Return whether a label selector matches labels."""
    if not isinstance(selector, DICT):
        return True
    has: dict[Any, Any] = labels if isinstance(labels, DICT) else {}
    wanted = selector.get("matchLabels")
    if isinstance(wanted, DICT):
        for name, value in wanted.items():
            if has.get(name) != value:
                return False
    expressions = selector.get("matchExpressions")
    if not isinstance(expressions, LIST):
        return True
    return all(_matches_expression(expression, has) for expression in expressions)


def _matches_expression(expression: Any, labels: Mapping[Any, Any]) -> bool:
    if not isinstance(expression, DICT):
        return True
    key = expression.get("key")
    name = key if isinstance(key, str) else None  # no label has the name None
    values = expression.get("values")
    if not isinstance(values, LIST):
        values = []
    match expression.get("operator"):
        case "In":
            return name in labels and labels[name] in values
        case "NotIn":
            return name not in labels or labels[name] not in values
        case "Exists":
            return name in labels
        case "DoesNotExist":
            return name not in labels
        case _:
            return True


def is_pem(text: str, block: str) -> bool:
    """Return whether a text in base64 has one valid PEM block of this name."""
    try:
        decoded = base64.b64decode(text, validate=False).decode(
            "utf-8", errors="replace"
        )
    except ValueError:
        return True  # the schema reports invalid base64
    match = re.search(
        rf"-----BEGIN {re.escape(block)}-----(.*?)-----END {re.escape(block)}-----",
        decoded,
        re.DOTALL,
    )
    if match is None:
        return False
    lines = [line for line in match[1].split("\n") if ":" not in line]
    try:
        return base64.b64decode(
            "".join("".join(lines).split()), validate=True
        ).startswith(b"\x30")
    except ValueError:
        return False


def path_segment_faults(text: str) -> tuple[str, ...]:
    """List the reasons why a text is no valid segment of an API path."""
    if text in (".", ".."):
        return (f"may not be '{text}'",)
    return tuple(f"may not contain '{char}'" for char in "/%" if char in text)


def is_same(new: Any, old: Any) -> bool:
    """Return whether two values are equal to a server. Absent, null and empty values are."""
    if _is_unset(new) and _is_unset(old):
        return True
    if isinstance(new, DICT) and isinstance(old, DICT):
        return all(is_same(new.get(name), old.get(name)) for name in {*new, *old})
    if isinstance(new, LIST) and isinstance(old, LIST):
        return len(new) == len(old) and all(map(is_same, new, old))
    if isinstance(new, bool) or isinstance(old, bool):
        return new is old
    if new == old:
        return True
    return is_quantity(new) and is_quantity(old) and Quantity(new) == Quantity(old)


def _is_unset(value: Any) -> bool:
    return not value and not isinstance(value, bool | int | float)


def find_changes(
    new: Any, old: Any, apart: frozenset[str], path: str = ""
) -> Iterator[tuple[Any, ...]]:
    """Yield the steps to values that differ from the stored ones.

    Omitted fields are not compared. `apart` are paths of fields that may change.
    """
    if path in apart:
        return
    if isinstance(new, DICT) and isinstance(old, DICT):
        for name, value in new.items():
            inner = f"{path}.{name}" if path else str(name)
            for steps in find_changes(value, old.get(name), apart, inner):
                yield (name, *steps)
    elif isinstance(new, LIST) and isinstance(old, LIST) and len(new) == len(old):
        for index, (value, stored) in enumerate(zip(new, old, strict=True)):
            for steps in find_changes(value, stored, apart, f"{path}[*]"):
                yield (index, *steps)
    elif not is_same(new, old):
        yield ()
