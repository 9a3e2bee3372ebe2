"""The words of conditions, with the classes that check them."""

from __future__ import annotations

from codegen.validation.runtime.amounts import AmountConditions
from codegen.validation.runtime.rule_conditions import ConditionChecks, list_words, map_words
from codegen.validation.runtime.schedules import ScheduleConditions
from codegen.validation.runtime.value_conditions import ValueConditions

FURTHER_CHECKS = map_words((AmountConditions, ScheduleConditions))
"""Classes for words that only some kinds need. Generated packages without such words lack them."""

WORDS = frozenset([*list_words(ValueConditions), *list_words(ConditionChecks), *FURTHER_CHECKS])
