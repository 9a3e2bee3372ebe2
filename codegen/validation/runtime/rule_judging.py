"""Judge an object by server rules: which rules it breaks, and where."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar

from codegen.kube.errors import (
    DICT,
    DUPLICATE,
    REQUIRED,
    TUPLE,
    UNKNOWN,
    UNSUPPORTED,
)
from codegen.kube.field_paths import PlacedValue, Steps
from codegen.kube.statuses import go_value
from codegen.validation.runtime.name_formats import format_faults
from codegen.validation.runtime.rule_conditions import (
    find_checks,
    find_violations,
    is_met,
)
from codegen.validation.runtime.rule_context import (
    URL,
    GroupVersion,
    MissingValue,
    RuleContext,
)
from codegen.validation.runtime.rule_records import Rule
from codegen.validation.runtime.value_checks import path_segment_faults
from codegen.validation.runtime.value_walks import (
    LocatedValue,
    find_stored,
    is_changed,
)

REJECTS: Final = "rejects"
CHANGES: Final = "changes"
ACCEPTS: Final = "accepts"
UNDECIDED: Final = "Undecided"  # the code of a rule that only a cluster can decide
# Codes that rules and the schema report alike: the decoder of a server accepts such values.
REPEATED_BY_RULES: Final = frozenset((REQUIRED, UNSUPPORTED, DUPLICATE))
_STATUS: Final = "status"
_NOWHERE: Final = PlacedValue((), None)
_VERB: Final = re.compile(r"%[sdqv]")

R = TypeVar("R", bound=Rule)
# What a cluster decides: None if it is unknown, True if the server accepts, False or a mapping with
# values for the text of the server if it rejects.
Decision = bool | Mapping[str, object] | None


class AppliedRules(NamedTuple, Generic[R]):
    """The rules that apply to a value of an object, with the steps to it.

    Rules that Kubernetes' types declare do not repeat what other rules report.
    """

    rules: tuple[R, ...]
    context: RuleContext
    steps: Steps
    is_declared: bool = False

    def enter(self, steps: Steps) -> "AppliedRules[R]":
        """Return the rules as those of an object at these steps of a list."""
        return self._replace(steps=(*steps, *self.steps))


class Judgement(NamedTuple, Generic[R]):
    """What a rule says about a place.

    The steps of the place start at the value that the rule applies to. `values` are what the
    cluster gave for the text.
    """

    rule: R
    applied: AppliedRules[R]
    place: PlacedValue
    is_undecided: bool = False
    values: Mapping[str, object] = {}

    @property
    def steps(self) -> Steps:
        """Return the steps from the object to the place that the server names."""
        answer = self.rule.answer
        if answer is not None and answer.field and not self.is_undecided:
            return self.applied.steps
        return (*self.applied.steps, *self.place.steps)

    @property
    def code(self) -> str:
        """Return the type of the cause."""
        if self.is_undecided:
            return UNDECIDED
        if self.rule.answer is not None and self.rule.answer.cause:
            return self.rule.answer.cause
        return "Changed" if self.rule.effect == CHANGES else "Rejected"

    @property
    def rejects(self) -> bool:
        """Return whether the server rejects the object."""
        return self.rule.effect == REJECTS and not self.is_undecided


Decide = Callable[[R, PlacedValue, RuleContext], Decision]
FindRules = Callable[[str], tuple[R, ...]]  # the rules of a definition


def apply_inner_rules(
    located: Iterable[LocatedValue], find_rules: FindRules[R], context: RuleContext
) -> Iterator[AppliedRules[R]]:
    """Yield the rules of the definitions of values in an object."""
    for definition, steps, value in located:
        inner = context.enter(value, None) if steps else context
        yield AppliedRules(find_rules(definition), inner, steps)


def apply_declared_rules(
    located: Iterable[LocatedValue], find_rules: FindRules[R], context: RuleContext
) -> Iterator[AppliedRules[R]]:
    """Yield the declared rules of values in an object, apart from its status.

    For an update, servers check only what it changes.
    """
    for definition, steps, value in located:
        if steps[:1] == (_STATUS,):
            continue
        rules = find_rules(definition)
        old = find_stored(context.obj, context.old, steps)
        if old is not None:
            rules = tuple(
                rule for rule in rules if is_changed(rule.fields[0], value, old)
            )
        if rules:
            inner = context.enter(value, old)
            yield AppliedRules(rules, inner, steps, is_declared=True)


def judge_object(
    applied: Iterable[AppliedRules[R]], decide: Decide[R] | None = None
) -> list[Judgement[R]]:
    """Return what all rules say about an object. Without `decide`, nobody asks a cluster.

    For each value, rejections come in the order of the server's stages, then changes, then
    undecided rules.
    """
    judgements: list[Judgement[R]] = []
    for rules_of_object in applied:
        reported: set[tuple[Steps, str]] = set()
        if rules_of_object.is_declared:
            reported = {(judged.steps, judged.code) for judged in judgements}
        for judged in _judge_value(rules_of_object, decide):
            if (judged.steps, judged.code) not in reported:
                judgements.append(judged)
    return judgements


def drop_consequences(
    judgements: Iterable[Judgement[R]], errors: Iterable[tuple[Steps, str]]
) -> list[Judgement[R]]:
    """Leave out rejections of a value with an unknown field, which may be the one that a rule misses.

    `errors` are the steps and codes of other errors of the object. Servers report an unknown field
    and run no rule.
    """
    incomplete = {steps[:-1] for steps, code in errors if code == UNKNOWN}
    return [
        judged
        for judged in judgements
        if not (judged.rejects and judged.steps in incomplete)
    ]


def _judge_value(
    applied: AppliedRules[R], decide: Decide[R] | None
) -> Sequence[Judgement[R]]:
    """Return what the rules say about one value, without what an `alone` rule replaces."""
    judgements: list[Judgement[R]] = []
    for rule in applied.rules:
        if rule.effect in (REJECTS, CHANGES):
            judgements += _judge_rule(rule, applied, decide)
    if not judgements:
        return ()
    replaced = {
        judged.rule.stage
        for judged in judgements
        if judged.rule.alone and judged.rejects
    }
    kept = [
        judged
        for judged in judgements
        if judged.rule.alone or judged.rule.stage not in replaced
    ]
    kept.sort(key=lambda judged: (not judged.rejects, judged.rule.stage))
    return kept


def _judge_rule(
    rule: R, applied: AppliedRules[R], decide: Decide[R] | None
) -> Iterator[Judgement[R]]:
    """Yield what a rule says.

    It is undecided if it needs a value that the caller did not give.
    """
    try:
        places = _find_broken_places(rule, applied.context)
    except MissingValue:
        named = _find_places(rule, applied.context)
        if any(not place.empty for place in named):  # an unset field is not compared
            yield Judgement(rule, applied, named[0], is_undecided=True)
        return
    for place in places:
        if not rule.cluster:
            yield Judgement(rule, applied, place)
            continue
        decision = None
        if decide is not None:
            decision = decide(rule, place, applied.context)
        if decision is None:
            yield Judgement(rule, applied, place, is_undecided=True)
        elif isinstance(decision, Mapping):
            yield Judgement(rule, applied, place, values=decision)
        elif decision is False:
            yield Judgement(rule, applied, place)


def _find_broken_places(rule: Rule, context: RuleContext) -> list[PlacedValue]:
    """Return the places that break a rule where it applies.

    Raises `MissingValue` if they cannot be known. A rule that does not apply needs nothing.
    """
    missing: MissingValue | None = None
    places: list[PlacedValue] = []
    try:
        if rule.condition is None:
            places = _find_places(rule, context)
        else:
            places = find_violations(rule.condition, context)
        if not places:
            return []
    except MissingValue as error:
        missing = error
    if not is_met(rule.when, context):
        return []
    if missing is not None:
        raise missing
    return places


def _find_places(rule: Rule, context: RuleContext) -> list[PlacedValue]:
    """Return the first place of each field of a rule."""
    places: list[PlacedValue] = []
    for path in rule.fields:
        if path.text.startswith(URL):
            places.append(_NOWHERE)
        else:
            places.append(path.first(context.obj))
    return places or [_NOWHERE]


class Acceptances(Generic[R]):
    """The rules of servers that accept errors by the schema."""

    def __init__(self, applied: Iterable[AppliedRules[R]]) -> None:
        self._at: dict[Steps, list[tuple[R, RuleContext]]] = {}
        for rules_of_object in applied:
            for rule in rules_of_object.rules:
                if rule.effect == ACCEPTS:
                    self._at.setdefault(rules_of_object.steps, []).append(
                        (rule, rules_of_object.context)
                    )

    def find(self, steps: Steps, code: str) -> R | None:
        """Return the first rule that accepts an error, or None."""
        for depth in range(len(steps) + 1):
            for rule, context in self._at.get(steps[:depth], ()):
                if code not in rule.codes:
                    continue
                is_here = any(path.matches(steps[depth:]) for path in rule.fields)
                if is_here and _may_apply(rule, context):
                    return rule
        return None


def _may_apply(rule: Rule, context: RuleContext) -> bool:
    try:
        return is_met(rule.when, context)
    except MissingValue:
        return True  # it may apply, so its result is undecided


def fill_text(text: str, args: Iterable[str], judged: Judgement[R]) -> str:
    """Fill in the verbs of a server's text. An unknown value leaves its verb."""
    names = iter(args)

    def fill(match: re.Match[str]) -> str:
        name = next(names, "")
        value = _resolve_argument(name, judged) if name else None
        if value is None:
            return match[0]
        if match[0] != "%q" and isinstance(value, str):
            return value
        return go_value(value)

    return _VERB.sub(fill, text)


def look_up_or_none(name: str, context: RuleContext) -> Any:
    """Return a value of the object or the URL, or None without the URL."""
    try:
        return context.look_up(name).value
    except MissingValue:
        return None


def _resolve_argument(name: str, judged: Judgement[R]) -> object:
    """Return the value of an argument, or None if it is unknown."""
    value, condition = judged.place.value, judged.rule.condition
    key: Any = None  # of the map around the value
    if judged.place.steps and isinstance(judged.place.steps[-1], TUPLE):
        key = judged.place.steps[-1]
    if name == "value":
        return value
    if name == "key" and key is not None:
        return key[0]
    if name == "other" and key is not None and condition is not None:
        compared = judged.applied.context.look_up(condition.other).value
        return compared.get(key[0]) if isinstance(compared, DICT) else None
    if name == "segment":
        return ";".join(path_segment_faults(value)) if isinstance(value, str) else None
    if name == "fault" and condition is not None:
        return find_checks(condition).describe_fault(value)
    if name == "format" and condition is not None and isinstance(value, str):
        return "; ".join(format_faults(condition.value, value))
    if name == "gvk":
        reference: dict[str, Any] = value if isinstance(value, DICT) else {}
        version = GroupVersion(reference.get("apiVersion"))
        kind = reference.get("kind")
        named = kind if isinstance(kind, str) else ""
        return f"{version.group}/{version.version}, Kind={named}"
    if name.startswith("?"):
        return judged.values.get(name[1:])
    return look_up_or_none(name, judged.applied.context)
