"""Times and durations in CEL as servers write them, where Google's library in C++ differs."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_OF_GO: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9})[0-9]*)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NO_OFFSET: Final = ("Z", "+00:00", "-00:00")


def has_offset(text: str) -> bool:
    """Return whether a time is not in UTC."""
    return not text.upper().endswith(_NO_OFFSET)


def write_time(value: object) -> str:
    """Write a time as Go does: the offset stays, and zeros at the end of a fraction go.

    `value` is a time, a text that is converted to a time, or a number of seconds. Raises ValueError
    for other values.
    """
    match value:
        case str():
            return _write_text(value)
        case datetime():
            return _write_text(value.astimezone(UTC).isoformat())
        case int() if not isinstance(value, bool):
            return _write_text((_EPOCH + timedelta(seconds=value)).isoformat())
        case _:
            pass
    raise ValueError("no such overload")


def _write_text(text: str) -> str:
    match = _OF_GO.fullmatch(text)
    try:
        datetime.fromisoformat(text)
    except ValueError:
        match = None
    if match is None:
        raise ValueError(
            f"type conversion error from 'string' to 'google.protobuf.Timestamp': \"{text}\""
        )
    seconds, fraction, offset = match.groups("")
    digits = fraction.rstrip("0")
    zone = "Z" if offset in _NO_OFFSET else offset
    if digits:
        return f"{seconds}.{digits}{zone}"
    return f"{seconds}{zone}"


def count_milliseconds(value: object) -> int:
    """Return the whole of a duration in milliseconds, or those of the second of a time."""
    match value:
        case datetime():
            return value.microsecond // 1000
        case timedelta():
            milliseconds = abs(value) // timedelta(milliseconds=1)
            if value >= timedelta():
                return milliseconds
            return -milliseconds
        case _:
            pass
    raise ValueError("no such overload")


def write_duration(value: timedelta) -> str:
    """Write a duration in seconds as Go does, such as `1.5s`."""
    sign = "-" if value < timedelta() else ""
    microseconds = abs(value) // timedelta(microseconds=1)
    seconds, fraction = divmod(microseconds, 1_000_000)
    digits = f"{fraction:06}".rstrip("0")
    if digits:
        return f"{sign}{seconds}.{digits}s"
    return f"{sign}{seconds}s"
