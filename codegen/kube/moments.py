"""Dates and times as servers read and write them.

Kubernetes' own fields use Go's parser, custom resources a format. Of both, only times that Python
holds are read: those of the years 1 to 9999.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

_DAY: Final = "([0-9]{4}-[0-9]{2}-[0-9]{2})"
_DATE: Final = re.compile(_DAY)
_MINUTE: Final = "[0-5][0-9]"
# Go takes a comma before parts of a second, an hour of one digit and an offset of a day, but no
# small letters.
_OF_GO: Final = re.compile(
    rf"{_DAY}T([01]?[0-9]|2[0-3]):({_MINUTE}:{_MINUTE})(?:[.,]([0-9]+))?"
    r"(Z|[+-](?:[01][0-9]|2[0-4]):(?:[0-5][0-9]|60))"
)
# The format `date-time` of custom resources takes any sign before parts of a second, any offset,
# and any text behind a second "t".
_OF_FORMAT: Final = re.compile(
    rf"{_DAY}t([01][0-9]|2[0-3]):({_MINUTE}:{_MINUTE})(?:[^t\n]([0-9]+))?"
    r"(z|[+-][0-9]{2}:[0-9]{2})(?:t.*)?",
    re.DOTALL,
)
_MICRO_DIGITS: Final = 6
_ONE_DAY: Final = timedelta(days=1)


def parse_time(text: str) -> datetime:
    """Read a timestamp as Go does (`metav1.Time`). Raises ValueError for other text."""
    return _build(_OF_GO.fullmatch(text))


def parse_micro_time(text: str) -> datetime:
    """Read a timestamp with exactly six digits of a second, as servers require.

    Raises ValueError.
    """
    match = _OF_GO.fullmatch(text)
    if match is None or len(match[4] or "") != _MICRO_DIGITS:
        raise ValueError(
            "must be a date and time of RFC 3339 with six digits of a second and an offset"
        )
    return _build(match)


def parse_date_time(text: str) -> datetime:
    """Read a timestamp of the format `date-time` of custom resources.

    Raises ValueError for other text.
    """
    return _build(_OF_FORMAT.fullmatch(text.lower()))


def _build(match: "re.Match[str] | None") -> datetime:
    """Make the timestamp of a match.

    Raises ValueError if there is none, or if Python does not hold it.
    """
    if match is None:
        raise ValueError("must be a date and time of RFC 3339 with an offset")
    day, hour, minute_and_second, fraction, offset = match.groups("")
    microseconds = fraction[:_MICRO_DIGITS].ljust(_MICRO_DIGITS, "0")
    local = datetime.fromisoformat(
        f"{day}T{hour:0>2}:{minute_and_second}.{microseconds}"
    )
    if offset in ("Z", "z"):
        return local.replace(tzinfo=UTC)
    shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:]))
    if offset[0] == "-":
        shift = -shift
    if abs(shift) < _ONE_DAY:
        return local.replace(tzinfo=timezone(shift))
    try:  # no time zone of Python has such an offset
        return (local - shift).replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError("must be a time of the years 1 to 9999") from error


def is_date(text: str) -> bool:
    """Return whether a text is a calendar day in the form of the format `date`."""
    if not _DATE.fullmatch(text):
        return False
    if text.startswith("0000"):  # Python has no year 0
        text = f"2000{text[4:]}"
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    """Return whether a string is a timestamp of Go (`metav1.Time`)."""
    return _is_read(parse_time, text)


def is_micro_time(text: str) -> bool:
    """Return whether a string is a timestamp of Go with microseconds."""
    return _is_read(parse_micro_time, text)


def is_date_time(text: str) -> bool:
    """Return whether a string has the format `date-time` of custom resources."""
    return _is_read(parse_date_time, text)


def _is_read(parse: Callable[[str], datetime], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def format_timestamp(value: datetime, precision: str = "auto") -> str:
    """Write a timestamp in UTC. Raises ValueError if it has no time zone."""
    if value.utcoffset() is None:
        raise ValueError(f"{value!r} has no time zone")
    try:
        moment = value.astimezone(UTC)
    except OverflowError:  # in UTC it is outside of the years of Python
        return value.isoformat(timespec=precision)
    return moment.isoformat(timespec=precision)[:-6] + "Z"


def format_micro_time(value: datetime) -> str:
    """Write a timestamp with six digits of a second."""
    return format_timestamp(value, "microseconds")
