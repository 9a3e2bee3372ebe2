"""Errors of objects, their places and their messages."""

from collections.abc import Iterable, Mapping
from types import NoneType
from typing import Any, Final, Literal

REQUIRED: Final = "FieldValueRequired"
WRONG_TYPE: Final = "FieldValueTypeInvalid"
INVALID: Final = "FieldValueInvalid"
UNSUPPORTED: Final = "FieldValueNotSupported"
DUPLICATE: Final = "FieldValueDuplicate"
TOO_LONG: Final = "FieldValueTooLong"
TOO_MANY: Final = "FieldValueTooMany"
UNKNOWN: Final = "UnknownField"
_TRANSLATED: Final = (WRONG_TYPE, INVALID)  # their messages have translated values

FieldValidation = Literal["Strict", "Warn", "Ignore"]  # the treatment of unknown fields
MODES: Final[tuple[FieldValidation, ...]] = ("Strict", "Warn", "Ignore")
# Values checked by these names stay `Any` for type checkers, instead of becoming containers of
# unknown types.
DICT: Final[Any] = dict
LIST: Final[Any] = list
TUPLE: Final[Any] = tuple
# A place as a pair of the parent place and a step. The root is the words of messages.
PathNode = Any
# An error with its place, code, key of the message, and values of the message.
RawError = tuple[Any, str, str, dict[str, Any] | None]
Errors = list[RawError]


class FieldError:
    """An error of an object. Its texts are built on access.

    Attributes:
        path: The field path as in Kubernetes, like `spec.items[1].name`, or an empty string for the object.
        pointer: The same place as a JSON pointer (RFC 6901).
        code: FieldValueRequired, FieldValueTypeInvalid, FieldValueInvalid, FieldValueNotSupported,
            FieldValueDuplicate, FieldValueTooLong, FieldValueTooMany (the cause types of the Kubernetes API)
            or UnknownField.
        message: The text in the requested language.

    """

    __slots__ = ("_error",)

    def __init__(self, error: "RawError") -> None:
        self._error = error

    @property
    def place(self) -> "PathNode":
        """The place of the error, for `path_steps`."""
        return self._error[0]

    @property
    def path(self) -> str:
        """The field path."""
        return field_path(path_steps(self._error[0]))

    @property
    def pointer(self) -> str:
        """The JSON pointer."""
        return json_pointer(path_steps(self._error[0]))

    @property
    def code(self) -> str:
        """The type of the cause."""
        return self._error[1]

    @property
    def message(self) -> str:
        """The text of the error, in the language of the check."""
        words = self._error[0]
        while isinstance(words, TUPLE):
            words = words[0]
        return describe_error(self._error, words)

    def _comparison_key(self) -> tuple[str, str, str]:
        return (self.pointer, self.code, self.message)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, FieldError)
            and self._comparison_key() == other._comparison_key()
        )

    def __hash__(self) -> int:
        return hash(self._comparison_key())

    def __repr__(self) -> str:
        return f"FieldError({self.path!r}, {self.code}, {self.message!r})"

    def __str__(self) -> str:
        if self.path:
            return f"{self.path}: {self.message}"
        return self.message


class ModelError(ValueError):
    """An object with wrong types, or invalid JSON.

    Attributes:
        problems: All errors, as pairs of a field path and a message.

    """

    def __init__(self, problems: Iterable[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        lines: list[str] = []
        for path, text in self.problems:
            lines.append(f"{path}: {text}" if path else text)
        super().__init__("; ".join(lines))

    def __reduce__(
        self,
    ) -> tuple[type["ModelError"], tuple[tuple[tuple[str, str], ...]]]:
        return (type(self), (self.problems,))


class FieldWarning(UserWarning):
    """An unknown field, with field_validation="Warn"."""


def format_message(error: "RawError", words: Mapping[str, str]) -> str:
    """Return the message of an error in the language of these words."""
    _, code, key, values = error
    text = words[key]
    if values is None:
        return text
    if code in _TRANSLATED:
        values = dict(values)
        for name, value in values.items():
            if isinstance(value, str):
                values[name] = words.get(value, value)
    separator = words.get("separator", ", ")
    lists = {
        name: separator.join(value)
        for name, value in values.items()
        if isinstance(value, TUPLE)
    }
    return text.format(**{**values, **lists})


def describe_error(error: "RawError", words: Mapping[str, str]) -> str:
    """Return the message of an error, with the nearest known name for an unknown field."""
    at, code, _, values = error
    if (
        code == UNKNOWN
        and values is not None
        and (close := find_similar(at[1], values["known"]))
    ):
        return words["unknown_near"].format(name=close[0])
    return format_message(error, words)


def find_similar(word: str, names: Iterable[str], count: int = 1) -> list[str]:
    """Return the known names most similar to a wrong one, the nearest first.

    Case does not count.
    """
    from difflib import get_close_matches  # only something wrong needs it

    folded = {name.casefold(): name for name in names}
    start = word[:100].casefold()  # comparing two long texts takes quadratic time
    return [folded[near] for near in get_close_matches(start, folded, count)]


def json_type(value: object) -> str:
    word = WORDS.get(type(value))
    if word is not None:
        return word
    for kind, word in WORDS.items():
        if isinstance(value, kind):
            return word
    return "other"


WORDS: Final[dict[type, str]] = {
    NoneType: "null",
    bool: "boolean",
    str: "string",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
}


def _step(step: Any) -> str:
    if isinstance(step, TUPLE):
        step = step[0]
    if isinstance(step, (str, bool, float)) or step is None:
        return str(step)
    if isinstance(step, int) and step.bit_length() <= 64:
        return str(step)
    return f"<{type(step).__name__}>"


def path_steps(at: PathNode) -> tuple[Any, ...]:
    """Return the steps from the root to a place. A key of a map is a tuple of one."""
    steps: list[Any] = []
    while isinstance(at, TUPLE):
        at, step = at
        steps.append(step)
    return tuple(reversed(steps))


def field_path(steps: Iterable[object]) -> str:
    """Write steps as a field path of Kubernetes."""
    path = ""
    for step in steps:
        if not isinstance(step, str):
            path = f"{path}[{_step(step)}]"
        elif path:
            path = f"{path}.{step}"
        else:
            path = step
    return path


def json_pointer(steps: Iterable[object]) -> str:
    """Write steps as a JSON pointer."""
    texts = [_step(step).replace("~", "~0").replace("/", "~1") for step in steps]
    return "".join([f"/{text}" for text in texts])


def check_mode(field_validation: str) -> FieldValidation:
    """Return the mode of this name. Raises ValueError if there is none."""
    for mode in MODES:
        if mode == field_validation:
            return mode
    raise ValueError(f"field_validation must be one of {', '.join(MODES)}")
