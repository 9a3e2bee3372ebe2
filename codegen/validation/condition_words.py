"""The words of conditions, with the classes that check them."""

from __future__ import annotations

from codegen.validation.runtime.amounts import AmountConditions
from codegen.validation.runtime.rule_conditions import ConditionChecks, list_words
from codegen.validation.runtime.schedules import ScheduleConditions
from codegen.validation.runtime.value_conditions import ValueConditions

FURTHER_CHECKS: dict[str, type[ConditionChecks]] = {
    word: checks for checks in (AmountConditions, ScheduleConditions) for word in list_words(checks)
}
"""Classes for words that only some kinds need. Generated packages without such words lack them."""

WORDS = list_words(ValueConditions, ConditionChecks) | FURTHER_CHECKS.keys()
