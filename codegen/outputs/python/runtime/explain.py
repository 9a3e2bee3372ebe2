"""What validators say of an object that no predicate took as valid."""

import warnings
from typing import Final

from codegen.outputs.python.runtime.checkers import _DEPTH, _Checker
from codegen.outputs.python.runtime.errors import (
    _INVALID,
    _UNKNOWN,
    FieldError,
    FieldWarning,
    _Errors,
)

_MODES: Final = ("Strict", "Warn", "Ignore")


def _explain(
    checker: _Checker, obj: object, field_validation: str, locale: str
) -> tuple[FieldError, ...]:
    if field_validation not in _MODES:
        raise ValueError(f"field_validation must be one of {', '.join(_MODES)}")
    if locale not in _LOCALES:
        raise ValueError(f"locale must be one of {', '.join(_LOCALES)}")
    words = _MESSAGES[locale]
    errors: _Errors = []
    try:
        checker.find(obj, words, errors, (set(), [0], {}))
    except RecursionError:  # the caller's own stack is nearly full
        errors = [(words, _INVALID, "depth", {"limit": _DEPTH})]
    made = [FieldError(each) for each in errors]
    if field_validation == "Strict":
        return tuple(made)
    for each in made:
        if each.code == _UNKNOWN and field_validation == "Warn":
            warnings.warn(FieldWarning(str(each)), stacklevel=3)
    return tuple([each for each in made if each.code != _UNKNOWN])


# The definitions.

_LOCALES: Final[tuple[str, ...]] = ()  # generated modules have their languages here
_MESSAGES: Final[dict[str, dict[str, str]]] = {}
