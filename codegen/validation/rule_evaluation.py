"""Evaluate the rules of a server for an object, and ask the caller about the cluster."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import releases
from codegen.core.diagnostics import Level
from codegen.core.locales import Locale
from codegen.kube.field_paths import Seen
from codegen.kube.names import path_segment_faults
from codegen.kube.statuses import CAUSES, cause_text, go_value
from codegen.validation.conditions import MissingValue, RuleContext, find_violations, is_met, split_api_version
from codegen.validation.object_finding import UNDECIDED, Answer, Layer, ObjectFinding, Steps
from codegen.validation.rule_loader import Condition, RuleSet, ServerRule

Decision = bool | Mapping[str, object] | None


class Question(Struct, frozen=True, kw_only=True):
    """A question about the cluster to the caller.

    The caller returns None if it does not know, True if the server accepts the object unchanged, and False if it rejects or changes it.
    A mapping means False, with values for the server's text, such as `{"serviceAccountUid": "..."}` for an argument `?serviceAccountUid` of the rule.
    """

    rule: str
    meaning: str
    value: object
    obj: object
    url: Mapping[str, str | None] | None


Decide = Callable[[Question], Decision]
Helper = Callable[[Steps], str]  # the description of a field

_VERB = re.compile(r"%[sdqv]")


class AppliedRules(Struct, frozen=True, kw_only=True):
    """The rules at one place of an object, to which `steps` lead.

    `active` are the rules for its release and kind. `silent` rules do not report an uncovered release, as other rules of the object do.
    """

    rules: RuleSet
    active: tuple[ServerRule, ...]
    context: RuleContext
    steps: Steps = ()
    silent: bool = False


def evaluate_rules(
    applied: AppliedRules, *, locale: Locale, decide: Decide | None, find_help: Helper
) -> tuple[ObjectFinding, ...]:
    """Return rejections in the order of the server's stages, then changes, then undecided rules."""
    rules, context = applied.rules, applied.context
    found: list[ObjectFinding] = []
    for rule in applied.active:
        if rule.effect in ("rejects", "changes"):
            found += _evaluate_rule(rule, context, locale, decide)
    if not found and (applied.silent or context.release is None):
        return ()
    alone = {finding.answer.stage for finding in found if finding.answer is not None and _is_alone(rules, finding)}
    kept = [
        finding
        for finding in found
        if finding.answer is None or finding.answer.stage not in alone or _is_alone(rules, finding)
    ]
    kept.sort(key=lambda finding: (finding.level.rank, finding.answer.stage if finding.answer else math.inf))
    outside = () if applied.silent else _report_uncovered_release(rules, context, locale)
    placed = (replace(finding, steps=(*applied.steps, *finding.steps)) for finding in (*outside, *kept))
    return tuple(replace(finding, help=find_help(finding.steps)) for finding in placed)


def _is_alone(rules: RuleSet, finding: ObjectFinding) -> bool:
    return finding.level is Level.ERR and any(rule.alone and rule.id == finding.rule for rule in rules.rules)


class Acceptances:
    """The rules of servers that accept errors by the schema."""

    def __init__(self, applied: Sequence[AppliedRules]) -> None:
        self._at: dict[Steps, list[tuple[int, AppliedRules]]] = {}
        for order, each in enumerate(applied):
            if any(rule.effect == "accepts" for rule in each.active):
                self._at.setdefault(each.steps, []).append((order, each))

    def find(self, steps: Steps, code: str) -> ServerRule | None:
        """Return the first rule that accepts an error of this type at these steps, or None."""
        around = [each for deep in range(len(steps) + 1) for each in self._at.get(steps[:deep], ())]
        around.sort(key=lambda each: each[0])
        return next(filter(None, (_find_acceptance(each, steps, code) for _, each in around)), None)


def _find_acceptance(applied: AppliedRules, steps: Steps, code: str) -> ServerRule | None:
    inside = steps[len(applied.steps) :]
    for rule in applied.active:
        if (
            rule.effect == "accepts"
            and code in rule.codes
            and any(path.matches(inside) for path in rule.fields)
            and _may_apply(rule, applied.context)
        ):
            return rule
    return None


def _report_uncovered_release(rules: RuleSet, context: RuleContext, locale: Locale) -> Iterator[ObjectFinding]:
    """Yield a finding if the rules were not read for the release."""
    release = context.release
    if release is not None and not rules.first <= release <= rules.last:
        yield ObjectFinding(
            layer=Layer.SERVER,
            level=Level.INFO,
            rule="release-not-covered",
            code=UNDECIDED,
            message=locale.findings["not_covered"].format(
                first=releases.format_release(rules.first),
                last=releases.format_release(rules.last),
                release=releases.format_release(release),
            ),
        )


def _may_apply(rule: ServerRule, context: RuleContext) -> bool:
    try:
        return is_met(rule.when, context)
    except MissingValue:
        return True  # it may apply, so its result is undecided


def _evaluate_rule(
    rule: ServerRule, context: RuleContext, locale: Locale, decide: Decide | None
) -> Iterable[ObjectFinding]:
    if not rule.cluster and rule.condition is not None and _has_no_violation(rule.condition, context):
        return ()
    try:
        if not is_met(rule.when, context):  # raises MissingValue without the URL
            return ()
        places = find_violations(rule.condition, context) if rule.condition is not None else _find_places(rule, context)
    except MissingValue:
        is_set = any(not seen.empty for seen in _find_places(rule, context))  # an unset field has nothing to compare
        return (_undecided_finding(rule, next(_find_places(rule, context)), locale),) if is_set else ()
    return _report_violations(rule, places, context, locale, decide)


def _report_violations(
    rule: ServerRule, places: Iterable[Seen], context: RuleContext, locale: Locale, decide: Decide | None
) -> Iterator[ObjectFinding]:
    for seen in places:
        if not rule.cluster:
            yield _rejection(rule, seen, context, locale)
        else:
            yield from _ask_caller(rule, seen, context, locale, decide)


def _has_no_violation(condition: Condition, context: RuleContext) -> bool:
    try:
        return not find_violations(condition, context)
    except MissingValue:
        return False


def _find_places(rule: ServerRule, context: RuleContext) -> Iterator[Seen]:
    if not rule.fields:
        yield Seen((), None)
    for path in rule.fields:
        yield path.first(context.obj) if not path.text.startswith("url.") else Seen((), None)


def _ask_caller(
    rule: ServerRule, seen: Seen, context: RuleContext, locale: Locale, decide: Decide | None
) -> Iterator[ObjectFinding]:
    decision: Decision = None
    if decide is not None:
        question = Question(
            rule=rule.id, meaning=rule.meaning(locale.tag), value=seen.value, obj=context.obj, url=context.url
        )
        decision = decide(question)
    if decision is None:
        yield _undecided_finding(rule, seen, locale)
    elif decision is not True:
        known = dict(decision) if isinstance(decision, Mapping) else {}
        yield _rejection(rule, seen, replace(context, said=known), locale)


def _undecided_finding(rule: ServerRule, seen: Seen, locale: Locale) -> ObjectFinding:
    return ObjectFinding(
        layer=Layer.CLUSTER,
        level=Level.INFO,
        rule=rule.id,
        code=UNDECIDED,
        message=rule.meaning(locale.tag),
        steps=seen.steps,
        value=seen.value,
        answer=rule.answer,
        source=rule.source,
    )


def _rejection(rule: ServerRule, seen: Seen, context: RuleContext, locale: Locale) -> ObjectFinding:
    answer = rule.answer or Answer(code=201, stage=0, text=rule.meaning(locale.tag))
    text = _fill_text(answer.text, rule.args, rule, seen, context)
    resource = _resolve_name(answer.resource[1:], context) if answer.resource.startswith("@") else answer.resource
    detail = answer.detail
    if detail is not None:
        detail = replace(detail, text=_fill_text(detail.text, detail.args, rule, seen, context))
    filled = replace(answer, text=text, name=_resolve_name(answer.name, context), resource=resource, detail=detail)
    changes = rule.effect == "changes"
    return ObjectFinding(
        layer=Layer.CLUSTER if rule.cluster else Layer.SERVER,
        level=Level.INFO if changes else Level.ERR,
        rule=rule.id,
        code=answer.cause or ("Changed" if changes else "Rejected"),
        message=cause_text(answer.cause, seen.value, text) if answer.cause in CAUSES else text,
        steps=() if answer.field else seen.steps,
        value=seen.value,
        meaning=rule.meaning(locale.tag) if rule.answer else "",
        answer=filled if rule.answer else None,
        source=rule.source,
    )


def _resolve_name(name: str, context: RuleContext) -> str:
    """Return the name that an answer takes from a field or the URL."""
    if not name:
        return ""
    try:
        value = context.look(name).value
    except MissingValue:
        return ""
    return value if isinstance(value, str) else ""


# ------------------------------------------------------------------------------------------------- the server's words


def _fill_text(text: str, args: tuple[str, ...], rule: ServerRule, seen: Seen, context: RuleContext) -> str:
    """Fill in the verbs of a text. An unknown value leaves its verb."""
    rest = iter(args)

    def fill(found: re.Match[str]) -> str:
        name = next(rest, "")
        value = _resolve_argument(name, rule, seen, context) if name else None
        if value is None:
            return found[0]
        return value if found[0] != "%q" and isinstance(value, str) else go_value(value)

    return _VERB.sub(fill, text)


def _resolve_argument(name: str, rule: ServerRule, seen: Seen, context: RuleContext) -> object:
    if name == "value":
        return seen.value
    if name == "key" and seen.steps and isinstance(seen.steps[-1], tuple):
        return seen.steps[-1][0]
    if name == "other" and rule.condition is not None and seen.steps and isinstance(seen.steps[-1], tuple):
        beside = context.look(rule.condition.other).value
        amount = beside.get(seen.steps[-1][0]) if isinstance(beside, dict) else None
        return amount if amount is None else str(amount)
    if name == "segment":
        return ";".join(path_segment_faults(seen.value)) if isinstance(seen.value, str) else None
    if name == "gvk":
        reference = seen.value if isinstance(seen.value, dict) else {}
        group, version = split_api_version(reference.get("apiVersion"))
        kind: Any = reference.get("kind")
        return f"{group}/{version}, Kind={kind if isinstance(kind, str) else ''}"
    if name.startswith("?"):
        return context.said.get(name[1:])
    try:
        return context.look(name).value
    except MissingValue:
        return None
