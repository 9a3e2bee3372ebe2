"""Dates and times as servers read and write them.

Kubernetes' own fields use Go's parser, custom resources a format.
"""

import re
from datetime import UTC, date, datetime
from typing import Final

_HOUR: Final = "(?:[01]?[0-9]|2[0-3])"
_RFC_3339: Final = re.compile(
    rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[Tt]({_HOUR})(:[0-9]{{2}}:[0-9]{{2}})([.,][0-9]+)?([Zz]|[+-][0-9]{{2}}:[0-9]{{2}})"
)
# Go takes a comma before parts of a second and an hour of one digit, but no small letters.
_OF_GO: Final = re.compile(
    rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})T{_HOUR}:[0-5][0-9]:[0-5][0-9]([.,][0-9]+)?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-4]):(?:[0-5][0-9]|60))"
)
# The format `date-time` of custom resources takes any sign before parts of a second, and any text behind a second "t".
_OF_FORMAT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})t(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[^t\n][0-9]+)?(?:z|[+-][0-9]{2}:[0-9]{2})(?:t.*)?",
    re.DOTALL,
)
_SIX_DIGITS: Final = 7  # with the point


def parse_timestamp(text: str) -> datetime:
    """Read a timestamp of RFC 3339 with an offset. Raises ValueError for other text."""
    found = _RFC_3339.fullmatch(text)
    if found is None:
        raise ValueError("must be a date and time of RFC 3339 with an offset")
    day, hour, rest, fraction, offset = found.groups("")
    return datetime.fromisoformat(f"{day}T{hour:0>2}{rest}{fraction}{offset.upper()}")


def parse_micro_time(text: str) -> datetime:
    """Read a timestamp with exactly six digits of a second, as servers require. Raises ValueError."""
    if not is_micro_time(text):
        raise ValueError(
            "must be a date and time of RFC 3339 with six digits of a second and an offset"
        )
    return parse_timestamp(text)


def is_day(text: str) -> bool:
    """Return whether a text in the form of a date is a real calendar day."""
    try:
        # Python has no year 0
        date.fromisoformat(f"2000{text[4:]}" if text.startswith("0000") else text)
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    """Return whether a server reads a string as a timestamp (`metav1.Time`)."""
    found = _OF_GO.fullmatch(text)
    return found is not None and is_day(found[1])


def is_micro_time(text: str) -> bool:
    """Return whether a server reads a string as a timestamp with microseconds."""
    found = _OF_GO.fullmatch(text)
    return found is not None and len(found[2] or "") == _SIX_DIGITS and is_day(found[1])


def is_date_time(text: str) -> bool:
    """Return whether a string has the format `date-time` of custom resources."""
    found = _OF_FORMAT.fullmatch(text.lower())
    return found is not None and is_day(found[1])


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
