"""Rules in CEL of a unit, run by its validators in addition to their own checks."""

import json
import warnings
from collections import Counter
from typing import Final

from codegen.cel.runtime.cel_rules import BLOCKING, check
from codegen.cel.runtime.cel_schemas import Node, RuleSchemas
from codegen.kube.errors import FieldError, path_steps
from codegen.outputs.python.runtime.messages import MESSAGES

_DEEP: Final = 3  # from here to who calls the validator


class RuleWarning(UserWarning):
    """Warns of a CEL rule that could not run, or that the stored value already breaks."""


class Rules:
    """The schemas of a unit with their rules, read when the first object is checked."""

    __slots__ = ("_schemas", "_text")

    def __init__(self, *parts: str) -> None:
        self._text = "".join(parts)
        self._schemas: RuleSchemas | None = None

    def schema(self, key: str) -> Node:
        """Return the schema of a definition."""
        if self._schemas is None:
            self._schemas = RuleSchemas(json.loads(self._text))
        return self._schemas.node({"ref": key})


def add_rule_errors(
    errors: tuple[FieldError, ...],
    rules: Rules,
    key: str,
    obj: object,
    old: object,
    locale: str,
) -> tuple[FieldError, ...]:
    """Add errors of the rules in CEL to earlier errors, and warn of unchecked rules. `old` is the stored object."""
    wrong = [path_steps(error.place) for error in errors]
    outcome = check(
        rules.schema(key),
        obj,
        old,
        at=MESSAGES[locale],
        wrong=wrong,
        is_blocked=any(error.code in BLOCKING for error in errors),
    )
    for why, count in Counter(why for _, why in outcome.unchecked).items():
        warnings.warn(
            RuleWarning(f"rules in CEL that were not checked: {count}; {why}"),
            stacklevel=_DEEP,
        )
    broken: list[FieldError] = []
    for broken_rule, stored in outcome.broken:
        error = FieldError(broken_rule)
        if stored:
            warnings.warn(RuleWarning(str(error)), stacklevel=_DEEP)
        else:
            broken.append(error)
    return (*errors, *broken)
