"""What a server of a release says about an object, by the rules of its kind, and what only a cluster can decide."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import releases
from codegen.core.locales import Locale
from codegen.findings.levels import Level
from codegen.kube.field_paths import Seen
from codegen.kube.names import path_segment_faults
from codegen.kube.statuses import CAUSES, cause_text, go_value
from codegen.validation.conditions import Context, Unknown, broken, group_of, holds
from codegen.validation.object_finding import UNDECIDED, Answer, Layer, ObjectFinding, Steps
from codegen.validation.rule_loader import Condition, Rule, Rules

Decision = bool | Mapping[str, object] | None


class Question(Struct, frozen=True, kw_only=True):
    """A question to a caller with a cluster: the rule, its meaning in plain words, the value at its field, the object, and the URL.

    The answer: None, not known; True, nothing is wrong (or changed); False, the server rejects (or changes); a mapping, the same as False
    with values for the server's text, such as `{"serviceAccountUid": "..."}` for an argument `?serviceAccountUid` of the rule.
    """

    rule: str
    meaning: str
    value: object
    obj: object
    url: Mapping[str, str | None] | None


Decide = Callable[[Question], Decision]
Helper = Callable[[Steps], str]  # the description of a field

_VERB = re.compile(r"%[sdqv]")


class Applied(Struct, frozen=True, kw_only=True):
    """Rules at one place of an object: `context` has the value there, `steps` lead to it. `holding` are those that hold for its release
    and kind. `silent` rules do not say whether they cover a release: others of the object do.
    """

    rules: Rules
    holding: tuple[Rule, ...]
    context: Context
    steps: Steps = ()
    silent: bool = False


def findings(applied: Applied, *, locale: Locale, decide: Decide | None, help_of: Helper) -> tuple[ObjectFinding, ...]:
    """All findings of the rules: rejections in the order of the server's stages, then changes, then what is undecided."""
    rules, context = applied.rules, applied.context
    found: list[ObjectFinding] = []
    for rule in applied.holding:
        if rule.effect in ("rejects", "changes"):
            found += _of_rule(rule, context, locale, decide)
    if not found and (applied.silent or context.release is None):
        return ()
    alone = {finding.answer.stage for finding in found if finding.answer is not None and _is_alone(rules, finding)}
    kept = [
        finding
        for finding in found
        if finding.answer is None or finding.answer.stage not in alone or _is_alone(rules, finding)
    ]
    kept.sort(key=lambda finding: (finding.level.rank, finding.answer.stage if finding.answer else math.inf))
    outside = () if applied.silent else _coverage(rules, context, locale)
    placed = (replace(finding, steps=(*applied.steps, *finding.steps)) for finding in (*outside, *kept))
    return tuple(replace(finding, help=help_of(finding.steps)) for finding in placed)


def _is_alone(rules: Rules, finding: ObjectFinding) -> bool:
    return finding.level is Level.ERR and any(rule.alone and rule.id == finding.rule for rule in rules.rules)


class Acceptances:
    """The rules by which servers accept what the schema forbids, by the object whose rules they are."""

    def __init__(self, applied: Sequence[Applied]) -> None:
        self._at: dict[Steps, list[tuple[int, Applied]]] = {}
        for order, each in enumerate(applied):
            if any(rule.effect == "accepts" for rule in each.holding):
                self._at.setdefault(each.steps, []).append((order, each))

    def of(self, steps: Steps, code: str) -> Rule | None:
        """The first rule by which a server accepts an error of this type at this place, if there is one."""
        around = [each for deep in range(len(steps) + 1) for each in self._at.get(steps[:deep], ())]
        around.sort(key=lambda each: each[0])
        return next(filter(None, (_accepted(each, steps, code) for _, each in around)), None)


def _accepted(applied: Applied, steps: Steps, code: str) -> Rule | None:
    inside = steps[len(applied.steps) :]
    for rule in applied.holding:
        if (
            rule.effect == "accepts"
            and code in rule.codes
            and any(path.matches(inside) for path in rule.fields)
            and _applies(rule, applied.context)
        ):
            return rule
    return None


def _coverage(rules: Rules, context: Context, locale: Locale) -> Iterator[ObjectFinding]:
    """A finding if the release is outside the range of the rules, so that nobody takes it for covered."""
    release = context.release
    if release is not None and not rules.first <= release <= rules.last:
        yield ObjectFinding(
            layer=Layer.SERVER,
            level=Level.INFO,
            rule="release-not-covered",
            code=UNDECIDED,
            message=locale.findings["not_covered"].format(
                first=releases.shown(rules.first), last=releases.shown(rules.last), release=releases.shown(release)
            ),
        )


def _applies(rule: Rule, context: Context) -> bool:
    try:
        return holds(rule.when, context)
    except Unknown:
        return True  # it may apply, so its result is undecided


def _of_rule(rule: Rule, context: Context, locale: Locale, decide: Decide | None) -> Iterable[ObjectFinding]:
    if not rule.cluster and rule.condition is not None and _is_met(rule.condition, context):
        return ()
    try:
        if not holds(rule.when, context):  # which raises for a part of the URL that is not known
            return ()
        places = broken(rule.condition, context) if rule.condition is not None else _places(rule, context)
    except Unknown:
        is_set = any(not seen.empty for seen in _places(rule, context))  # an unset field has nothing to compare
        return (_undecided(rule, next(_places(rule, context)), locale),) if is_set else ()
    return _broken_at(rule, places, context, locale, decide)


def _broken_at(
    rule: Rule, places: Iterable[Seen], context: Context, locale: Locale, decide: Decide | None
) -> Iterator[ObjectFinding]:
    for seen in places:
        if not rule.cluster:
            yield _rejected(rule, seen, context, locale)
        else:
            yield from _asked(rule, seen, context, locale, decide)


def _is_met(condition: Condition, context: Context) -> bool:
    try:
        return not broken(condition, context)
    except Unknown:
        return False


def _places(rule: Rule, context: Context) -> Iterator[Seen]:
    if not rule.fields:
        yield Seen((), None)
    for path in rule.fields:
        yield path.first(context.obj) if not path.text.startswith("url.") else Seen((), None)


def _asked(rule: Rule, seen: Seen, context: Context, locale: Locale, decide: Decide | None) -> Iterator[ObjectFinding]:
    decision: Decision = None
    if decide is not None:
        question = Question(
            rule=rule.id, meaning=rule.meaning(locale.tag), value=seen.value, obj=context.obj, url=context.url
        )
        decision = decide(question)
    if decision is None:
        yield _undecided(rule, seen, locale)
    elif decision is not True:
        known = dict(decision) if isinstance(decision, Mapping) else {}
        yield _rejected(rule, seen, replace(context, said=known), locale)


def _undecided(rule: Rule, seen: Seen, locale: Locale) -> ObjectFinding:
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


def _rejected(rule: Rule, seen: Seen, context: Context, locale: Locale) -> ObjectFinding:
    answer = rule.answer or Answer(code=201, stage=0, text=rule.meaning(locale.tag))
    text = _filled(answer.text, rule.args, rule, seen, context)
    resource = _named(answer.resource[1:], context) if answer.resource.startswith("@") else answer.resource
    detail = answer.detail
    if detail is not None:
        detail = replace(detail, text=_filled(detail.text, detail.args, rule, seen, context))
    filled = replace(answer, text=text, name=_named(answer.name, context), resource=resource, detail=detail)
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


def _named(name: str, context: Context) -> str:
    """The object that an answer names: a field, a part of the URL, or none."""
    if not name:
        return ""
    try:
        value = context.look(name).value
    except Unknown:
        return ""
    return value if isinstance(value, str) else ""


# ------------------------------------------------------------------------------------------------- the server's words


def _filled(text: str, args: tuple[str, ...], rule: Rule, seen: Seen, context: Context) -> str:
    """The text with its verbs filled in; an unknown value leaves its verb."""
    rest = iter(args)

    def fill(found: re.Match[str]) -> str:
        name = next(rest, "")
        value = _argument(name, rule, seen, context) if name else None
        if value is None:
            return found[0]
        return value if found[0] != "%q" and isinstance(value, str) else go_value(value)

    return _VERB.sub(fill, text)


def _argument(name: str, rule: Rule, seen: Seen, context: Context) -> object:
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
        group, version = group_of(reference.get("apiVersion"))
        kind: Any = reference.get("kind")
        return f"{group}/{version}, Kind={kind if isinstance(kind, str) else ''}"
    if name.startswith("?"):
        return context.said.get(name[1:])
    try:
        return context.look(name).value
    except Unknown:
        return None
