"""What validators say of an object that no predicate took as valid."""

import warnings

from .checkers import DEPTH, Checker
from .errors import INVALID, UNKNOWN, Errors, FieldError, FieldWarning, mode_of
from .messages import LOCALES, MESSAGES


def explain(checker: Checker, obj: object, field_validation: str, locale: str) -> tuple[FieldError, ...]:
    mode_of(field_validation)
    if locale not in LOCALES:
        raise ValueError(f"locale must be one of {', '.join(LOCALES)}")
    words = MESSAGES[locale]
    errors: Errors = []
    try:
        checker.find(obj, words, errors, (set(), [0], {}))
    except RecursionError:  # the caller's own stack is nearly full
        errors = [(words, INVALID, "depth", {"limit": DEPTH})]
    found = [FieldError(each) for each in errors]
    if field_validation == "Strict":
        return tuple(found)
    for each in found:
        if each.code == UNKNOWN and field_validation == "Warn":
            warnings.warn(FieldWarning(str(each)), stacklevel=3)
    return tuple([each for each in found if each.code != UNKNOWN])
