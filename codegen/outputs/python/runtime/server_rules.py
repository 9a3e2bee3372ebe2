"""Rules of API servers of a unit, run by its validators in addition to their own checks."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from codegen.kube.errors import DICT, FieldError, PathNode, RawError, path_steps
from codegen.kube.field_paths import FieldPath, Steps
from codegen.kube.statuses import CAUSES, format_cause
from codegen.validation.runtime.rule_conditions import ConditionChecks, map_words
from codegen.validation.runtime.rule_context import RuleContext
from codegen.validation.runtime.rule_judging import (
    REPEATED_BY_RULES,
    Acceptances,
    AppliedRules,
    Judgement,
    apply_declared_rules,
    apply_inner_rules,
    drop_consequences,
    fill_text,
    judge_object,
)
from codegen.validation.runtime.rule_records import (
    AllowedValue,
    Condition,
    build_condition,
)
from codegen.validation.runtime.value_walks import (
    Route,
    find_items,
    locate_values,
)

EVERY: Final = "*"  # the key of the rules of every object
_ENGLISH: Final = "en"
_MESSAGE: Final = "message"  # the key of a message that is complete


class ServerResponse(NamedTuple):
    """The answer of a server to an object that breaks a rule."""

    cause: str = ""
    field: str = ""
    text: str = ""
    args: tuple[str, ...] = ()


class CarriedRule(NamedTuple):
    """A rule that a request alone decides, with its meaning in some languages.

    `kinds` are the kinds of whole objects for which it holds, and None if it holds for all.
    """

    fields: tuple[FieldPath, ...]
    effect: str
    alone: bool
    stage: int
    condition: Condition | None
    when: tuple[Condition, ...]
    codes: tuple[str, ...]
    answer: ServerResponse | None
    says: Mapping[str, str]
    kinds: Sequence[str] | None

    @property
    def cluster(self) -> bool:
        return False


class RuleTable(NamedTuple):
    """Rules by definition, and the routes to the values of these definitions.

    `selected` are the rules of a definition inside objects of a kind that were looked up before.
    """

    rules: dict[str, tuple[CarriedRule, ...]]
    routes: dict[str, tuple[Route, ...]]
    selected: dict[tuple[str, str], tuple[CarriedRule, ...]]

    def select(self, key: str, kind: str) -> tuple[CarriedRule, ...]:
        """Return the rules of a definition inside an object of a kind."""
        rules = self.selected.get((key, kind))
        if rules is None:
            rules = self.rules.get(key, ())
            if kind:
                rules = tuple(rule for rule in rules if _is_for_kind(rule, kind))
            self.selected[(key, kind)] = rules
        return rules

    def find_routes(self, key: str) -> tuple[Route, ...]:
        """Return the fields of a definition that lead to values with rules."""
        return self.routes.get(key, ())


class ServerRules:
    """The rules of a unit, read when the first object is checked.

    `checks` are the classes for words that `ConditionChecks` does not check. They are arguments
    with names, as generated modules may pass data and names of the run time, but no lists of names.
    """

    __slots__ = ("_checks", "_declared", "_kinds", "_lists", "_rules", "_text")

    def __init__(self, *parts: str, **checks: type[ConditionChecks]) -> None:
        self._text = "".join(parts)
        self._checks = map_words(checks.values())
        self._kinds: dict[str, list[str]] = {}
        self._lists: dict[str, str] = {}  # the definition of the items of lists
        self._rules = RuleTable({}, {}, {})
        self._declared = RuleTable({}, {}, {})

    def apply(
        self, key: str, obj: Any, old: Any
    ) -> Iterator[AppliedRules[CarriedRule]]:
        """Yield the rules for an object of a definition, and for all values inside it.

        The items of a list are checked like new objects.
        """
        if self._text:
            self._read()
        if key not in self._lists:
            yield from self._apply_to_object(key, obj, old)
            return
        for steps, item in find_items(obj):
            for applied in self._apply_to_object(self._lists[key], item, None):
                yield applied.enter(steps)

    def _apply_to_object(
        self, key: str, obj: Any, old: Any
    ) -> Iterator[AppliedRules[CarriedRule]]:
        if not isinstance(obj, DICT):
            return
        kinds = self._kinds.get(key, [])
        kind = kinds[0] if len(kinds) == 1 else ""
        if len(kinds) > 1:
            named = f"{obj.get('apiVersion')}/{obj.get('kind')}"
            kind = named if named in kinds else ""
        context = RuleContext(obj=obj, old=old)
        if kind:
            yield AppliedRules(self._rules.select(kind, kind), context, ())
        if kinds:
            yield AppliedRules(self._rules.select(EVERY, kind), context, ())
        yield from apply_inner_rules(
            locate_values(obj, key, self._rules.rules, self._rules.find_routes),
            lambda inner: self._rules.select(inner, kind),
            context,
        )
        declared = self._declared
        yield from apply_declared_rules(
            locate_values(obj, key, declared.rules, declared.find_routes),
            lambda inner: declared.select(inner, kind),
            context,
        )

    def _read(self) -> None:
        data = json.loads(self._text)
        self._text = ""
        self._kinds = data["kinds"]
        self._lists = data["lists"]
        self._rules = _read_table(data["rules"], data["routes"], self._checks)
        self._declared = _read_table(
            data["declared"], data["declaredRoutes"], self._checks
        )


def _read_table(
    rules: Mapping[str, Sequence[Mapping[str, Any]]],
    routes: Mapping[str, Sequence[Sequence[Any]]],
    checks: Mapping[str, type[ConditionChecks]],
) -> RuleTable:
    table = RuleTable({}, {}, {})
    for key, listed in rules.items():
        table.rules[key] = tuple(_read_rule(data, checks) for data in listed)
    for key, written in routes.items():
        table.routes[key] = tuple(
            Route(field, definition, tuple(containers))
            for field, definition, containers in written
        )
    return table


def _is_for_kind(rule: CarriedRule, kind: str) -> bool:
    return rule.kinds is None or kind in rule.kinds


def _read_rule(
    data: Mapping[str, Any], checks: Mapping[str, type[ConditionChecks]]
) -> CarriedRule:
    answer = None
    if "answer" in data:
        stated = data["answer"]
        answer = ServerResponse(
            stated["cause"], stated["field"], stated["text"], tuple(stated["args"])
        )
    condition = None
    if "condition" in data:
        condition = _read_condition(data["condition"], checks)
    return CarriedRule(
        fields=tuple(map(FieldPath.parse, data.get("fields", ()))),
        effect=data["effect"],
        alone=data.get("alone", False),
        stage=data["stage"],
        condition=condition,
        when=tuple(_read_condition(stated, checks) for stated in data.get("when", ())),
        codes=tuple(data.get("codes", ())),
        answer=answer,
        says=data["says"],
        kinds=data.get("kinds"),
    )


def _read_condition(
    data: Mapping[str, Any], checks: Mapping[str, type[ConditionChecks]]
) -> Condition:
    values: list[AllowedValue] = []
    for allowed in data.get("values", ()):
        if isinstance(allowed, DICT):
            group, version = allowed.get("group"), allowed.get("api-version")
            values.append(AllowedValue(allowed["value"], group, version))
        else:
            values.append(AllowedValue(allowed))
    return build_condition(data, tuple(values), checks)


def add_server_errors(
    errors: tuple[FieldError, ...],
    rules: ServerRules,
    key: str,
    obj: object,
    old: object,
    locale: str,
) -> tuple[FieldError, ...]:
    """Add errors by the rules of servers to earlier errors, and leave out those that servers accept.

    `old` is the stored object.
    """
    applied = [*rules.apply(key, obj, old)]
    coded = [(path_steps(error.place), error.code) for error in errors]
    judgements = drop_consequences(judge_object(applied), coded)
    broken = [judged for judged in judgements if judged.rejects]
    if not errors and not broken:
        return ()
    acceptances = Acceptances(applied)
    repeated = {
        (judged.steps, judged.code)
        for judged in broken
        if judged.code in REPEATED_BY_RULES
    }
    kept: list[FieldError] = []
    for error in errors:
        steps = path_steps(error.place)
        if (steps, error.code) in repeated:
            continue
        if acceptances.find(steps, error.code) is None:
            kept.append(error)
    return (*kept, *[_build_error(judged, locale) for judged in broken])


def _build_error(judged: Judgement[CarriedRule], locale: str) -> FieldError:
    meaning = judged.rule.says.get(locale, "")
    text = meaning
    if judged.rule.answer is not None:
        text = fill_text(judged.rule.answer.text, judged.rule.answer.args, judged)
    if judged.code in CAUSES:
        text = format_cause(judged.code, judged.place.value, text)
    if locale != _ENGLISH and meaning and judged.rule.answer is not None:
        text = f"{meaning} ({text})"
    error: RawError = (
        _build_place(judged.steps),
        judged.code,
        _MESSAGE,
        {_MESSAGE: text},
    )
    return FieldError(error)


def _build_place(steps: Steps) -> PathNode:
    """Return the place at these steps, whose root has the words of a complete message."""
    place: PathNode = {_MESSAGE: f"{{{_MESSAGE}}}"}
    for step in steps:
        place = (place, step)
    return place
