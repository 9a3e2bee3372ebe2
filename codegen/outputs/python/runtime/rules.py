"""The rules in CEL of a unit, which its validators run beside their own checks."""

import json
import warnings
from typing import TYPE_CHECKING, Any, Final

from .errors import FieldError, steps_to
from .messages import MESSAGES

if TYPE_CHECKING:
    from .cel_schemas import Node, Schemas

_DEEP: Final = 3  # from here to who calls the validator


class RuleWarning(UserWarning):
    """A rule in CEL that was not checked, or that a stored value breaks too: servers only warn of those."""


class Rules:
    """The schemas of a unit with their rules, read when the first object is checked."""

    __slots__ = ("_schemas", "_text")

    def __init__(self, *parts: str) -> None:
        self._text = "".join(parts)
        self._schemas: Schemas | None = None

    def of(self, key: str) -> "Node | None":
        """The schema of a definition."""
        if self._schemas is None:
            from .cel_schemas import Schemas

            self._schemas = Schemas(json.loads(self._text))
        return self._schemas.of(key)


def by_rules(
    found: tuple[FieldError, ...],
    rules: Rules,
    key: str,
    obj: object,
    old: object,
    locale: str,
) -> tuple[FieldError, ...]:
    """The errors that were found, and those by the rules in CEL; `old` is what is stored. Warns of rules that were not checked."""
    from .cel_rules import check

    node = rules.of(key)
    if node is None or not isinstance(obj, dict):
        return found
    wrong = [steps_to(each.place) for each in found]
    outcome = check(node, obj, old, at=MESSAGES[locale], wrong=wrong)
    reasons: dict[str, int] = {}
    for each in outcome.unchecked:
        reasons[each.why] = reasons.get(each.why, 0) + 1
    for why, count in reasons.items():
        warnings.warn(RuleWarning(f"rules in CEL that were not checked: {count}; {why}"), stacklevel=_DEEP)
    broken: list[Any] = []
    for rule in outcome.broken:
        error = FieldError(rule.found)
        if rule.stored:
            warnings.warn(RuleWarning(str(error)), stacklevel=_DEEP)
        else:
            broken.append(error)
    return (*found, *broken)
