"""What is wrong with an object, where, and in which words."""

from collections.abc import Iterable, Mapping
from types import NoneType
from typing import Any, Final

_REQUIRED: Final = "FieldValueRequired"
_WRONG_TYPE: Final = "FieldValueTypeInvalid"
_INVALID: Final = "FieldValueInvalid"
_UNSUPPORTED: Final = "FieldValueNotSupported"
_DUPLICATE: Final = "FieldValueDuplicate"
_UNKNOWN: Final = "UnknownField"
_TRANSLATED: Final = (_WRONG_TYPE, _INVALID)  # their messages name words, not names

_At = Any  # where a value stands: (the place above, the step from there); at the root the words of messages
# What is wrong: the place, the code, the key of the message, and what the message names.
_Found = tuple[Any, str, str, dict[str, Any] | None]
_Errors = list[_Found]


class FieldError:
    """One thing that is wrong with an object. Its texts are made when they are read.

    Attributes:
        path: The field path as Kubernetes writes it, like `spec.items[1].name`; empty for the object.
        pointer: The same place as a JSON pointer (RFC 6901).
        code: FieldValueRequired, FieldValueTypeInvalid, FieldValueInvalid, FieldValueNotSupported,
            FieldValueDuplicate (the cause types of the Kubernetes API) or UnknownField.
        message: What is wrong, in the language asked for.

    """

    __slots__ = ("_found",)

    def __init__(self, found: "_Found") -> None:
        self._found = found

    @property
    def path(self) -> str:
        """The field path."""
        return _field_path(_steps(self._found[0]))

    @property
    def pointer(self) -> str:
        """The JSON pointer."""
        return _json_pointer(_steps(self._found[0]))

    @property
    def code(self) -> str:
        """The type of the cause."""
        return self._found[1]

    @property
    def message(self) -> str:
        """The text, in the language that stands at the root of the place."""
        words = self._found[0]
        while isinstance(words, tuple):
            words = words[0]
        return _message(self._found, words)

    def _all(self) -> tuple[str, str, str]:
        return (self.pointer, self.code, self.message)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FieldError) and self._all() == other._all()

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return f"FieldError({self.path!r}, {self.code}, {self.message!r})"

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class FieldWarning(UserWarning):
    """An unknown field, with field_validation="Warn"."""


def _message(found: "_Found", words: Mapping[str, str]) -> str:
    """What is wrong, in the language of these words."""
    _, code, key, values = found
    text = words[key]
    if values is None:
        return text
    if code in _TRANSLATED:
        values = {name: words.get(value, value) for name, value in values.items()}
    return text.format(**values)


def _kind(value: object) -> str:
    word = _WORDS.get(type(value))
    if word is not None:
        return word
    for kind, word in _WORDS.items():
        if isinstance(value, kind):
            return word
    return "other"


_WORDS: Final[dict[type, str]] = {
    NoneType: "null",
    bool: "boolean",
    str: "string",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
}


def _step(step: Any) -> str:
    inner = step[0] if isinstance(step, tuple) else step
    if isinstance(inner, (str, bool, float)) or inner is None:
        return str(inner)
    if isinstance(inner, int) and inner.bit_length() <= 64:
        return str(inner)
    return f"<{type(inner).__name__}>"


def _steps(at: _At) -> tuple[Any, ...]:
    """The steps from the root to a place: a field, the number of an item, or a key of a map as a tuple of one."""
    steps: list[Any] = []
    while isinstance(at, tuple):
        at, step = at
        steps.append(step)
    return tuple(reversed(steps))


def _field_path(steps: Iterable[Any]) -> str:
    """The steps as Kubernetes writes a field path."""
    path = ""
    for step in steps:
        if not isinstance(step, str):
            path = f"{path}[{_step(step)}]"
        else:
            path = f"{path}.{step}" if path else step
    return path


def _json_pointer(steps: Iterable[Any]) -> str:
    """The steps as a JSON pointer."""
    texts = [_step(step).replace("~", "~0").replace("/", "~1") for step in steps]
    return "".join([f"/{text}" for text in texts])
