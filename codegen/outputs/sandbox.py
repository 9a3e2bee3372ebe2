"""The environment of templates that are the user's: they see values and nothing of Python, change none, and fill no memory.

All that a template makes is counted while it is made: what operators, filters, macros and blocks give, and what is written. A template
that makes more than any page can have ends there. What has no size before it is there, such as a text in a field of two billion columns,
is not offered at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sized
from functools import wraps
from typing import Any, TypeVar

from jinja2.compiler import CodeGenerator, Frame, optimizeconst
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.nodes import Concat
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from codegen.outputs.output import MAX_TEMPLATE

_Value = TypeVar("_Value")
MAX_RENDERED = 64 * MAX_TEMPLATE  # characters and items that one rendering may make
_WIDEST = 1000  # columns of an indent
_LONGEST = 1024  # bits of a product
_SCALARS = (str, bytes, int, float)
_CONTAINERS = (list, tuple, dict, set, frozenset, Mapping)
# The methods of plain values that make nothing longer than what they are called on.
_METHODS = """
    capitalize casefold count endswith find get index isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable
    isspace istitle isupper items keys lower lstrip partition removeprefix removesuffix rfind rindex rpartition rsplit rstrip split
    splitlines startswith strip swapcase title upper values
"""
# Jinja's filters that make nothing much longer than what they are given, those of texts apart.
_OF_TEXT = "capitalize e escape forceescape lower replace safe string striptags title trim truncate upper wordcount"
_OF_ANY = """
    abs count d default dictsort first float groupby int items last length list map max min reject rejectattr reverse select selectattr
    sort unique
"""


class _Buffer(list[str]):
    """What a macro or a block has written so far."""

    def __init__(self, environment: Sandbox) -> None:
        super().__init__()
        self._environment = environment

    def append(self, text: str) -> None:
        """Add a piece."""
        super().append(self._environment.counted(text))

    def extend(self, texts: Iterable[str]) -> None:
        """Add pieces."""
        for text in texts:
            self.append(text)


class _Code(CodeGenerator):
    """Templates as Python code that counts what it makes."""

    def buffer(self, frame: Frame) -> None:
        """Begin a buffer."""
        frame.buffer = self.temporary_identifier()
        self.writeline(f"{frame.buffer} = environment.buffer()")

    @optimizeconst
    def visit_Concat(self, node: Concat, frame: Frame) -> None:  # noqa: N802  - the library names it
        """Join texts: `a ~ b`."""
        self.write("environment.joined((")
        for each in node.nodes:
            self.visit(each, frame)
            self.write(", ")
        self.write("))")


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates of the user's reach no internals of Python, change no values, and make no text out of all proportion."""

    code_generator_class = _Code
    intercepted_binops = frozenset(("*", "**", "+", "%"))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, finalize=_printable, **options)
        self._left = MAX_RENDERED
        self._methods = frozenset(_METHODS.split())
        self.filters = {name: self._of_text(FILTERS[name]) for name in _OF_TEXT.split()}
        self.filters |= {name: self._counting(FILTERS[name]) for name in _OF_ANY.split()}
        self.filters |= {"indent": self._indented, "join": self._together}

    def concat(self, texts: Iterable[str]) -> str:
        """The text of a whole template, a macro or a block."""
        return "".join(map(self.counted, texts))

    def joined(self, values: Iterable[Any]) -> str:
        """Values one behind the other, as texts."""
        return self.counted("".join(str(_printable(value)) for value in values))

    def buffer(self) -> _Buffer:
        """Where a macro or a block writes to."""
        return _Buffer(self)

    def renewed(self) -> None:
        """Begin another rendering: what was made before counts no more."""
        self._left = MAX_RENDERED

    def counted(self, value: _Value) -> _Value:
        """A value that was made. Raises `SecurityError` where all that was made is too much."""
        self._left -= len(value) + 1 if isinstance(value, Sized) else 1
        if self._left < 0:
            raise SecurityError(f"it makes more than {MAX_RENDERED} characters")
        return value

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Refuse what would fill the memory before it is there."""
        numbers = all(isinstance(each, int | float) for each in (left, right))
        if operator == "**" or (operator == "%" and not numbers):
            raise SecurityError(f"{operator!r} is not allowed here")
        if operator == "*" and not self._is_small(left, right):
            raise SecurityError(f"{operator!r} is not allowed here: the product is too large")
        return self.counted(super().call_binop(context, operator, left, right))

    @staticmethod
    def _is_small(left: Any, right: Any) -> bool:
        """Whether a product is: of numbers that are no giants, or of a text and a number."""
        texts = [each for each in (left, right) if isinstance(each, str | bytes)]
        numbers = [each for each in (left, right) if isinstance(each, int | float)]
        if len(numbers) == 2:
            return sum(each.bit_length() for each in numbers if isinstance(each, int)) <= _LONGEST
        return len(texts) == len(numbers) == 1 and len(texts[0]) * abs(numbers[0]) <= MAX_TEMPLATE

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Of plain values only the methods that make nothing longer."""
        if isinstance(obj, (*_SCALARS, *_CONTAINERS)) and callable(value):
            return attr in self._methods
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:
        """No text is formatted: a field may be wider than the memory."""

    def _counting(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        def filtered(*values: Any, **options: Any) -> Any:
            return self.counted(call(*values, **options))

        return filtered

    def _of_text(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        def filtered(*values: Any, **options: Any) -> Any:
            given = [_printable(each) for each in (*values, *options.values())]
            texts = [str(each) for each in given if isinstance(each, _SCALARS)]
            if call is FILTERS["replace"]:
                _check_replacing(*texts[:3])
            return self.counted(call(*values, **options))

        return filtered

    def _indented(self, text: Any, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
        """Jinja's own filter, for widths that a page can have."""
        if (width if isinstance(width, int) else len(width)) > _WIDEST:
            raise SecurityError(f"an indent of more than {_WIDEST} columns is not allowed here")
        return self.counted(str(FILTERS["indent"](str(_printable(text)), width, first, blank)))

    def _together(self, values: Iterable[Any], between: str = "", attribute: str | None = None) -> str:
        """Jinja's own filter, counting what it joins."""
        chosen = values if attribute is None else (self.getitem(each, attribute) for each in values)
        pieces: list[str] = []
        for value in chosen:
            pieces.append(self.counted(str(_printable(value))))
            self._left -= len(between)
        return self.counted(between.join(pieces))


def _printable(value: Any) -> Any:
    """A value that is written; a list of lists of lists would be as long as it likes."""
    if isinstance(value, _CONTAINERS):
        raise SecurityError(f"a {type(value).__name__} cannot be written: join its items")
    return value


def _check_replacing(text: str = "", old: str = "", new: str = "") -> None:
    if (text.count(old) if old else len(text) + 1) * len(new) > MAX_RENDERED:
        raise SecurityError("'replace' is not allowed here: the text is too large")
