"""Dates and times, as servers read and write them."""

import re
from datetime import UTC, datetime
from typing import Any, Final

_RFC_3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_SIX_DIGITS: Final = 7  # with the point


def time_of(text: str) -> datetime:
    """The moment of a text in RFC 3339 with an offset. Raises ValueError."""
    if _RFC_3339.fullmatch(text) is None:
        raise ValueError("must be a date and time of RFC 3339 with an offset")
    return datetime.fromisoformat(text)


def micro_time_of(text: str) -> datetime:
    """The same, with exactly six digits of a second: servers refuse others. Raises ValueError."""
    found = _RFC_3339.fullmatch(text)
    if found is None or len(found[1] or "") != _SIX_DIGITS:
        raise ValueError("must be a date and time of RFC 3339 with six digits of a second and an offset")
    return datetime.fromisoformat(text)


def is_time(v: Any) -> bool:
    """Whether a server reads a string as a moment."""
    if type(v) is not str:
        return False
    try:
        time_of(v)
    except ValueError:
        return False
    return True


def is_micro_time(v: Any) -> bool:
    """Whether a server reads a string as a moment with microseconds."""
    if type(v) is not str:
        return False
    try:
        micro_time_of(v)
    except ValueError:
        return False
    return True


def time_text(value: datetime, precision: str = "auto") -> str:
    """The text of a moment, in UTC. Raises ValueError for one without a time zone."""
    if value.utcoffset() is None:
        raise ValueError(f"{value!r} has no time zone")
    try:
        moment = value.astimezone(UTC)
    except OverflowError:  # in UTC it is before the first year or after the last
        return value.isoformat(timespec=precision)
    return moment.isoformat(timespec=precision)[:-6] + "Z"


def micro_time_text(value: datetime) -> str:
    """The text of a moment with six digits of a second."""
    return time_text(value, "microseconds")
