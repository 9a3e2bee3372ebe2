"""Durations, parsed and formatted as servers do."""

import re
from datetime import timedelta
from functools import total_ordering
from typing import ClassVar, Final

from codegen.kube.primitives import Text

_PART: Final = re.compile(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)")
_FORM: Final = re.compile(
    r"[+-]?(?:0|(?:(?=\.?[0-9])[0-9]*(?:\.[0-9]*)?(?:ns|us|µs|μs|ms|s|m|h))+)"
)
_UNITS: Final = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,  # the sign of micro
    "μs": 1_000,  # the Greek letter
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_LARGEST: Final = 2**63  # nanoseconds, one less for positive durations
_LONG: Final = 10_000  # characters


@total_ordering
class Duration:
    """A duration in the syntax of Go, such as `1h30m`, `250ms` or `-1.5s`.

    Durations compare and add exactly. Other operands may be strings or timedeltas: `Duration("90m")
    == "1h30m"` and `Duration("1s") == timedelta(seconds=1)`. `written` is the original string,
    which is sent unchanged.
    """

    __slots__ = ("_nanoseconds", "_written")
    __match_args__ = ("written",)
    __hash__ = None  # type: ignore[assignment]
    WIRE_WORD: ClassVar = "duration"
    WIRE_TYPES: ClassVar = (str,)
    WIRE_ZERO: ClassVar = None  # servers refuse null

    def __init__(self, written: "str | timedelta | Duration") -> None:
        """Parse a duration.

        Raises ValueError for an invalid or too long one, TypeError for other types.
        """
        if isinstance(written, timedelta):
            self._nanoseconds = _check_range(_timedelta_nanoseconds(written))
            self._written = _canonical(self._nanoseconds)
        elif isinstance(written, Duration):
            self._nanoseconds, self._written = written._nanoseconds, written._written
        elif isinstance(written, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            self._nanoseconds, self._written = _parse(written), written
        else:
            raise TypeError(f"a duration is a string, not {type(written).__name__}")

    @classmethod
    def _from_nanoseconds(cls, nanoseconds: int) -> "Duration":
        duration = cls.__new__(cls)
        duration._nanoseconds = _check_range(nanoseconds)
        duration._written = _canonical(nanoseconds)
        return duration

    @property
    def written(self) -> str:
        """The original string."""
        return self._written

    @property
    def nanoseconds(self) -> int:
        """The exact duration in nanoseconds."""
        return self._nanoseconds

    @property
    def length(self) -> timedelta:
        """The duration as a timedelta, truncated to microseconds."""
        microseconds = abs(self._nanoseconds) // 1_000
        if self._nanoseconds < 0:
            microseconds = -microseconds
        return timedelta(microseconds=microseconds)

    def __str__(self) -> str:
        """The canonical form, such as `1h30m0s` or `250ms`."""
        return _canonical(self._nanoseconds)

    def __repr__(self) -> str:
        return f"Duration({self._written!r})"

    def __bool__(self) -> bool:
        return bool(self._nanoseconds)

    def __eq__(self, other: object) -> bool:
        value = _operand_nanoseconds(other)
        if value is None:
            return NotImplemented
        return self._nanoseconds == value

    def __lt__(self, other: "str | timedelta | Duration") -> bool:
        value = _operand_nanoseconds(other)
        if value is None:
            return NotImplemented
        return self._nanoseconds < value

    def __add__(self, other: "str | timedelta | Duration") -> "Duration":
        """The exact sum. Raises ValueError if it is too long."""
        value = _operand_nanoseconds(other)
        if value is None:
            return NotImplemented
        return Duration._from_nanoseconds(self._nanoseconds + value)

    __radd__ = __add__

    def __sub__(self, other: "str | timedelta | Duration") -> "Duration":
        value = _operand_nanoseconds(other)
        if value is None:
            return NotImplemented
        return Duration._from_nanoseconds(self._nanoseconds - value)

    def __rsub__(self, other: "str | timedelta") -> "Duration":
        value = _operand_nanoseconds(other)
        if value is None:
            return NotImplemented
        return Duration._from_nanoseconds(value - self._nanoseconds)

    def __neg__(self) -> "Duration":
        return Duration._from_nanoseconds(-self._nanoseconds)


def is_duration(text: str) -> bool:
    """Return whether a server reads a string as a duration."""
    try:
        _parse(text)
    except ValueError:
        return False
    return True


DURATION: Final = Text("duration", is_duration)


def _operand_nanoseconds(operand: object) -> int | None:
    """Return the nanoseconds of an operand, or None for other types."""
    if isinstance(operand, Duration):
        return operand.nanoseconds
    if isinstance(operand, timedelta):
        return _timedelta_nanoseconds(operand)
    if not isinstance(operand, str):
        return None
    try:
        return _parse(operand)
    except ValueError:
        return None


def _timedelta_nanoseconds(length: timedelta) -> int:
    return length // timedelta(microseconds=1) * 1_000


def _check_range(nanoseconds: int) -> int:
    if not -_LARGEST <= nanoseconds < _LARGEST:
        raise ValueError(
            f"{nanoseconds} nanoseconds are too long: the longest are about 292 years"
        )
    return nanoseconds


def _parse(text: str) -> int:
    if len(text) > _LONG or _FORM.fullmatch(text) is None:
        if len(text) > 40:
            text = f"{text[:40]}..."
        raise ValueError(
            f"{text!r} is not a duration: write numbers with units, such as 1h30m, 45s or 250ms"
        )
    total = 0
    for integer, fraction, unit in _PART.findall(text):
        digits = integer.lstrip("0")
        if len(digits) > 19:
            raise ValueError(
                f"{text[:40]!r} is too long: the longest are about 292 years"
            )
        total += int(digits or "0") * _UNITS[unit] + _fraction_nanoseconds(
            fraction, _UNITS[unit]
        )
    if text.startswith("-"):
        total = -total
    return _check_range(total)


def _fraction_nanoseconds(fraction: str, unit: int) -> int:
    """Return the nanoseconds of a fraction as Go computes them, with floats and at most the digits
    of an int64.
    """
    number, scale = 0, 1.0
    for digit in fraction:
        if number * 10 + int(digit) > 2**63:
            break
        number = number * 10 + int(digit)
        scale *= 10
    return int(float(number) * (float(unit) / scale))


def _canonical(nanoseconds: int) -> str:
    sign = "-" if nanoseconds < 0 else ""
    length = abs(nanoseconds)
    if not length:
        return "0s"
    for unit, name in ((1_000, "ns"), (1_000_000, "µs"), (1_000_000_000, "ms")):
        if length < unit:
            return f"{sign}{_format_unit(length, unit // 1_000)}{name}"
    minutes, below = divmod(length, 60_000_000_000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{_format_unit(below, 1_000_000_000)}s"
    if hours:
        return f"{sign}{hours}h{minutes}m{seconds}"
    if minutes:
        return f"{sign}{minutes}m{seconds}"
    return f"{sign}{seconds}"


def _format_unit(amount: int, unit: int) -> str:
    """Write nanoseconds in a larger unit, with a fraction if needed."""
    integer, fraction = divmod(amount, unit)
    if not fraction:
        return str(integer)
    digits = str(fraction).zfill(len(str(unit)) - 1)
    return f"{integer}.{digits.rstrip('0')}"
