"""Quantities of a resource, parsed and formatted as servers do."""

import re
from decimal import MAX_EMAX, MIN_EMIN, ROUND_UP, Context, Decimal
from functools import lru_cache, total_ordering
from math import isfinite
from typing import ClassVar, Final, NamedTuple

from codegen.kube.primitives import Amount

_FORM: Final = re.compile(
    r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:([numkMGTPE])|([KMGTPE])i|[eE]([+-]?)0*([0-9]+))?"
)
_BLANKS: Final = (
    " \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005"
    "\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_LONG: Final = 100_000  # characters, beyond which a text is no quantity
_WIDE: Final = 10_000  # digits of a sum
_SHORT: Final = 24  # characters of a text that is remembered

_DECIMAL: Final = {
    "n": -9,
    "u": -6,
    "m": -3,
    "k": 3,
    "M": 6,
    "G": 9,
    "T": 12,
    "P": 15,
    "E": 18,
}
_BINARY: Final = {"K": 10, "M": 20, "G": 30, "T": 40, "P": 50, "E": 60}
_DECIMAL_SUFFIX: Final = {
    0: "",
    **{exponent: suffix for suffix, exponent in _DECIMAL.items()},
}
_BINARY_SUFFIX: Final = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_LARGEST: Final = Decimal(2**63 - 1)  # of quantities with a binary suffix
_NANO: Final = Decimal("1E-9")


class _ParsedAmount(NamedTuple):
    """An exact amount and its form, which is decimal, binary or exponent."""

    value: Decimal
    form: str


@total_ordering
class Quantity:
    """A quantity of a resource, such as `500m`, `1Gi` or `0.5`.

    Quantities compare and add exactly. Other operands may be strings or numbers: `Quantity("500m")
    == 0.5` and `Quantity("1Gi") + "512Mi" == "1536Mi"`. A float has the value of its digits, not
    its binary value. As in `resource.Quantity` of Kubernetes, parts below a billionth are rounded
    up, and a quantity with a binary suffix is at most 2^63 - 1.

    Quantities have no hash, since `0.5`, `"0.5"` and `"500m"` are equal. Use `quantity.value` as a
    key.

    `written` is the original string or number, which is sent unchanged. `value` is the exact
    amount.
    """

    __slots__ = ("_parsed", "_written")
    __match_args__ = ("written",)
    __hash__ = None  # type: ignore[assignment]
    WIRE_WORD: ClassVar = "quantity"
    WIRE_TYPES: ClassVar = (str, int, float)
    WIRE_ZERO: ClassVar = "0"  # servers read null as it

    def __init__(self, written: "str | int | float | Decimal | Quantity") -> None:
        """Parse a quantity. Raises ValueError for an invalid one, TypeError for other types."""
        if isinstance(written, Quantity):
            written = written.written
        elif isinstance(written, Decimal):
            written = str(written)
        self._written: str | int | float = written
        self._parsed: _ParsedAmount | None = None
        _match(_read_text(written))

    @classmethod
    def _from_value(cls, value: Decimal, form: str) -> "Quantity":
        amount = cls.__new__(cls)
        amount._parsed = _ParsedAmount(value, form)
        amount._written = _canonical(value, form)
        return amount

    @property
    def written(self) -> str | int | float:
        """The original string or number."""
        return self._written

    @property
    def value(self) -> Decimal:
        """The exact amount."""
        return self._parts().value

    def _parts(self) -> _ParsedAmount:
        """Return the amount and its form, parsed on first use."""
        if self._parsed is None:
            self._parsed = _parse(_read_text(self._written))
        return self._parsed

    def __str__(self) -> str:
        """The canonical form, with the largest suffix that needs no fraction."""
        return _canonical(*self._parts())

    def __repr__(self) -> str:
        return f"Quantity({self.written!r})"

    def __bool__(self) -> bool:
        return bool(self.value)

    def __int__(self) -> int:
        """The whole part."""
        return int(self.value)

    def __float__(self) -> float:
        return float(self.value)

    def __eq__(self, other: object) -> bool:
        value = _value(other)
        if value is None:
            return NotImplemented
        return self.value == value

    def __lt__(self, other: "str | int | float | Decimal | Quantity") -> bool:
        value = _value(other)
        if value is None:
            return NotImplemented
        return self.value < value

    def __add__(self, other: "str | int | float | Decimal | Quantity") -> "Quantity":
        """The exact sum, in the form of the first that is not zero.

        Raises OverflowError for more than 10,000 digits.
        """
        if _value(other) is None:
            return NotImplemented
        if not isinstance(other, Quantity):
            other = Quantity(other)
        added = other._parts()
        value, form = self._parts()
        if not value:
            form = added.form
        return Quantity._from_value(_add_exactly(value, added.value), form)

    def __radd__(self, other: "str | int | float | Decimal") -> "Quantity":
        if _value(other) is None:
            return NotImplemented
        return Quantity(other) + self

    def __sub__(self, other: "str | int | float | Decimal | Quantity") -> "Quantity":
        if _value(other) is None:
            return NotImplemented
        return self + -Quantity(other)

    def __rsub__(self, other: "str | int | float | Decimal") -> "Quantity":
        if _value(other) is None:
            return NotImplemented
        return Quantity(other) + -self

    def __neg__(self) -> "Quantity":
        value, form = self._parts()
        if value:
            value = value.copy_negate()
        return Quantity._from_value(value, form)

    def __mul__(self, times: int) -> "Quantity":
        """So many times the amount."""
        if not isinstance(times, int):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        value, form = self._parts()
        return Quantity._from_value(_multiply_exactly(value, times), form)

    __rmul__ = __mul__


def is_quantity(v: object) -> bool:
    """Return whether a server reads a value as a quantity."""
    if type(v) is str:
        if len(v) < _SHORT:
            return _is_known(v)
        return _is_readable(v)
    return type(v) is int or (type(v) is float and isfinite(v))


def _is_readable(text: str) -> bool:
    try:
        _match(text)
    except ValueError:
        return False
    return True


# objects repeat few quantities: a Deployment takes a tenth less
_is_known: Final = lru_cache(1000)(_is_readable)
QUANTITY: Final = Amount(is_quantity)


def _read_text(written: object) -> str:
    """Return the text that a server reads, with the digits of a number as in JSON."""
    if isinstance(written, str):
        return written
    if isinstance(written, bool) or not isinstance(written, (int, float)):
        raise TypeError(
            f"a quantity is a string or a number, not {type(written).__name__}"
        )
    if isinstance(written, float):
        return repr(float(written))
    return format(Decimal(int(written)), "f")


def _value(operand: object) -> Decimal | None:
    """Return the amount of an operand, or None for other types."""
    if isinstance(operand, Quantity):
        return operand.value
    if isinstance(operand, Decimal):
        if operand.is_finite():
            return operand
        return None
    if isinstance(operand, bool) or not isinstance(operand, (str, int, float)):
        return None
    try:
        return _parse(_read_text(operand)).value
    except ValueError:
        return None


def _match(text: str) -> "re.Match[str]":
    """Match the parts of an amount. Any part may be missing, but not all; `-` and `Ki` are zero."""
    stripped = text.strip(_BLANKS)
    match = None
    if stripped and len(stripped) <= _LONG:
        match = _FORM.fullmatch(stripped)
    if match is None or (match[7] and not _is_int64(match[6], match[7])):
        if len(text) > 40:
            text = f"{text[:40]}..."
        raise ValueError(
            f"{text!r} is not a quantity: write a number with a suffix such as m, k, M, Ki, Mi "
            "or e3"
        )
    return match


def _is_int64(sign: str, digits: str) -> bool:
    return len(digits) < 20 and int(digits) < 2**63 + (sign == "-")


def _parse(text: str) -> _ParsedAmount:
    sign, integer, fraction, suffix, binary, minus, digits = _match(text).groups("")
    exponent, form = _DECIMAL.get(suffix, 0), "decimal"
    if digits:
        # servers keep 32 bits of it
        exponent = (int(minus + digits) + 2**31) % 2**32 - 2**31
        form = "exponent"
    value = Decimal(f"{integer or '0'}.{fraction}E{exponent}")
    if binary:
        form = "binary"
        value = _multiply_exactly(value, 2 ** _BINARY[binary])
    if not value:
        return _ParsedAmount(Decimal(0), form)
    if _exponent(value) < -9:
        value = value.quantize(
            _NANO, ROUND_UP, _context(len(integer) + len(fraction) + 32)
        )
    if binary:
        value = min(value, _LARGEST)
        if value < 1:
            form = "decimal"
    if sign == "-":
        value = value.copy_negate()
    return _ParsedAmount(value, form)


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int):  # always, for a finite number
        return exponent
    return 0


def _context(digits: int) -> Context:
    """Return a context with this number of digits."""
    return Context(prec=digits, Emax=MAX_EMAX, Emin=MIN_EMIN)


def _add_exactly(first: Decimal, second: Decimal) -> Decimal:
    if not first or not second:
        return first or second
    low = min(_exponent(first), _exponent(second))
    digits = max(first.adjusted(), second.adjusted()) - low + 2
    if digits > _WIDE:
        raise OverflowError(f"the sum has {digits} digits")
    return _context(digits).add(first, second)


def _multiply_exactly(value: Decimal, times: int) -> Decimal:
    digits = len(value.as_tuple().digits) + times.bit_length() // 3 + 2
    return _context(digits).multiply(value, Decimal(times))


def _canonical(value: Decimal, form: str) -> str:
    if not value:
        return "0"
    if form == "binary" and abs(value) >= 1024 and value == value.to_integral_value():
        number, power = int(value), 0
        while number % 1024 == 0 and power < len(_BINARY_SUFFIX) - 1:
            number, power = number // 1024, power + 1
        return f"{number}{_BINARY_SUFFIX[power]}"
    digits = "".join(map(str, value.as_tuple().digits)).lstrip("0")
    exponent = _exponent(value) + len(digits) - len(digits.rstrip("0"))
    digits = digits.rstrip("0")
    shift = exponent % 3
    if form != "exponent" and exponent - shift > 18:
        shift = exponent - 18
    digits, exponent = digits + "0" * shift, exponent - shift
    sign = "-" if value < 0 else ""
    if form == "exponent":
        if exponent:
            return f"{sign}{digits}e{exponent}"
        return f"{sign}{digits}"
    return f"{sign}{digits}{_DECIMAL_SUFFIX[exponent]}"
