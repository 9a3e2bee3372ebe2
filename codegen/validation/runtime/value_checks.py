"""Check shares, selectors, PEM blocks and changes of values as servers do.

The functions are independent of kinds and fields. A value of a wrong type passes, as the schema
reports it.
"""

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from codegen.kube.errors import DICT, LIST

Comparison = Callable[[Any, Any], bool]
_SHARE: Final = re.compile(r"[+-]?([0-9]+)|([0-9]+)%")  # as intstr reads it


def byte_size(text: str) -> int:
    """Return the size of a text in UTF-8."""
    return len(text.encode("utf-8", errors="surrogatepass"))


def decoded_byte_size(text: str) -> int:
    """Return the decoded size of a text in base64, without its line breaks."""
    return (len(text) - sum(map(text.count, "\r\n="))) * 3 // 4


def is_zero_share(value: object) -> bool:
    """Return whether Go takes a number or percentage as 0, as it does with texts that are neither."""
    if isinstance(value, str):
        share = _SHARE.fullmatch(value)
        return share is None or not (share[1] or share[2]).strip("0")
    return isinstance(value, int) and value == 0 and not isinstance(value, bool)


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


def is_equal(new: Any, old: Any) -> bool:
    """Return whether two single values have one JSON type and are equal."""
    if isinstance(new, bool) or isinstance(old, bool):
        return new is old
    return bool(new == old)


def is_same(new: Any, old: Any, compare: Comparison = is_equal) -> bool:
    """Return whether two values are equal to a server. Absent, null and empty values are.

    `compare` compares single values.
    """
    if _is_unset(new) and _is_unset(old):
        return True
    if isinstance(new, DICT) and isinstance(old, DICT):
        names = {*new, *old}
        return all(is_same(new.get(name), old.get(name), compare) for name in names)
    if isinstance(new, LIST) and isinstance(old, LIST):
        pairs = zip(new, old, strict=False)
        return len(new) == len(old) and all(is_same(*pair, compare) for pair in pairs)
    return compare(new, old)


def _is_unset(value: Any) -> bool:
    return not value and not isinstance(value, bool | int | float)


def find_changes(
    new: Any, old: Any, apart: frozenset[str], compare: Comparison, path: str = ""
) -> Iterator[tuple[Any, ...]]:
    """Yield the steps to values that differ from the stored ones.

    Omitted fields are not compared. `apart` are paths of fields that may change, and `compare`
    compares single values.
    """
    if path in apart:
        return
    if isinstance(new, DICT) and isinstance(old, DICT):
        for name, value in new.items():
            inner = f"{path}.{name}" if path else str(name)
            for steps in find_changes(value, old.get(name), apart, compare, inner):
                yield (name, *steps)
    elif isinstance(new, LIST) and isinstance(old, LIST) and len(new) == len(old):
        for index, (value, stored) in enumerate(zip(new, old, strict=True)):
            for steps in find_changes(value, stored, apart, compare, f"{path}[*]"):
                yield (index, *steps)
    elif not is_same(new, old, compare):
        yield ()
