"""Errors of validators for an object."""

import warnings

from codegen.kube.checkers import DEPTH
from codegen.kube.errors import (
    INVALID,
    MODES,
    UNKNOWN,
    Errors,
    FieldError,
    FieldWarning,
    check_mode,
)
from codegen.kube.primitives import Checker
from codegen.outputs.python.runtime.messages import LOCALES, MESSAGES


def explain(
    checker: Checker, obj: object, field_validation: str, locale: str
) -> tuple[FieldError, ...]:
    if field_validation not in MODES or locale not in LOCALES:
        check_mode(field_validation)
        raise ValueError(f"locale must be one of {', '.join(LOCALES)}")
    words = MESSAGES[locale]
    errors: Errors = []
    try:
        checker.find(obj, words, errors, (set(), [0], {}))
    except RecursionError:  # the caller's own stack is nearly full
        errors = [(words, INVALID, "depth", {"limit": DEPTH})]
    if not errors:
        return ()
    if hasattr(obj, "to_dict"):
        raise TypeError(
            f"expected a JSON object, got {type(obj).__name__}; call `to_dict()` first"
        )
    field_errors = [FieldError(error) for error in errors]
    if field_validation == "Strict":
        return tuple(field_errors)
    for field_error in field_errors:
        if field_error.code == UNKNOWN and field_validation == "Warn":
            warnings.warn(FieldWarning(str(field_error)), stacklevel=3)
    return tuple([error for error in field_errors if error.code != UNKNOWN])
