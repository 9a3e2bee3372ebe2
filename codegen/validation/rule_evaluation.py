"""Evaluate server rules for an object with the decisions of a cluster."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import releases
from codegen.core.diagnostics import Level
from codegen.core.locales import Locale
from codegen.core.releases import Release
from codegen.kube.field_paths import PlacedValue
from codegen.kube.statuses import CAUSES, format_cause, go_value
from codegen.validation.conditions import (
    MissingValue,
    RuleContext,
    find_violations,
    is_met,
    split_api_version,
)
from codegen.validation.name_formats import format_faults
from codegen.validation.object_finding import UNDECIDED, Layer, ObjectFinding, Steps
from codegen.validation.rule_loader import RuleSet, ServerRule
from codegen.validation.value_checks import path_segment_faults

Decision = bool | Mapping[str, object] | None


class Question(Struct, frozen=True, kw_only=True):
    """A question about the cluster, which the caller may answer.

    The caller returns None if it does not know, True if the server accepts the object unchanged,
    and False if it rejects or changes it. A mapping means False, with values for the server's text,
    such as `{"serviceAccountUid": "..."}` for an argument `?serviceAccountUid` of the rule.
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
    """The rules that apply to one place of an object, with the steps to it.

    `active` are the rules for its release and kind.
    """

    rules: RuleSet
    active: tuple[ServerRule, ...]
    context: RuleContext
    steps: Steps


def evaluate_rules(
    applied: AppliedRules, *, locale: Locale, decide: Decide | None, find_help: Helper
) -> tuple[ObjectFinding, ...]:
    """Return rejections in the order of the server's stages, then changes, then undecided rules."""
    evaluator = _Evaluator(applied.context, locale, decide)
    rules = [rule for rule in applied.active if rule.effect in ("rejects", "changes")]
    found = [(rule, finding) for rule in rules for finding in evaluator.evaluate(rule)]
    stages = {rule.stage for rule, finding in found if rule.alone and finding.level is Level.ERR}
    kept = [finding for rule, finding in found if rule.stage not in stages or rule.alone]
    kept.sort(
        key=lambda finding: (
            finding.level.rank,
            finding.answer.stage if finding.answer else math.inf,
        )
    )
    placed = (replace(finding, steps=(*applied.steps, *finding.steps)) for finding in kept)
    return tuple(replace(finding, help=find_help(finding.steps)) for finding in placed)


class Acceptances:
    """The rules of servers that accept errors by the schema."""

    def __init__(self, applied: Sequence[AppliedRules]) -> None:
        self._at: dict[Steps, list[tuple[ServerRule, AppliedRules]]] = {}
        for each in applied:
            rules = ((rule, each) for rule in each.active if rule.effect == "accepts")
            self._at.setdefault(each.steps, []).extend(rules)

    def find(self, steps: Steps, code: str) -> ServerRule | None:
        """Return the first rule that accepts an error, or None."""
        for depth in range(len(steps) + 1):
            for rule, each in self._at.get(steps[:depth], ()):
                is_here = code in rule.codes and any(
                    path.matches(steps[depth:]) for path in rule.fields
                )
                if is_here and _may_apply(rule, each.context):
                    return rule
        return None


def report_uncovered_release(
    rules: RuleSet, release: Release | None, locale: Locale
) -> Iterator[ObjectFinding]:
    """Yield a finding if the rules were not read for the release."""
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


class _Evaluator:
    """The rules of a server for one object."""

    def __init__(self, context: RuleContext, locale: Locale, decide: Decide | None) -> None:
        self._context = context
        self._locale = locale
        self._decide = decide

    def evaluate(self, rule: ServerRule) -> Iterator[ObjectFinding]:
        """Yield the findings of a rule.

        It is undecided if it needs a value that the caller did not give.
        """
        places: list[PlacedValue] | None = None
        try:
            condition = rule.condition
            places = (
                self._find_places(rule)
                if condition is None
                else find_violations(condition, self._context)
            )
        except MissingValue:
            pass
        if places == []:
            return
        try:
            if not is_met(rule.when, self._context):
                return
        except MissingValue:
            places = None
        if places is None:
            named = self._find_places(rule)
            if any(not seen.empty for seen in named):  # an unset field has nothing to compare
                yield self._undecided_finding(rule, named[0])
        for seen in places or ():
            yield from (
                self._ask_caller(rule, seen) if rule.cluster else (self._reject(rule, seen, {}),)
            )

    def _find_places(self, rule: ServerRule) -> list[PlacedValue]:
        nowhere, obj = PlacedValue((), None), self._context.obj
        return [
            nowhere if path.text.startswith("url.") else path.first(obj) for path in rule.fields
        ] or [nowhere]

    def _ask_caller(self, rule: ServerRule, seen: PlacedValue) -> Iterator[ObjectFinding]:
        context, decision = self._context, None
        if self._decide is not None:
            meaning = rule.meaning(self._locale.tag)
            decision = self._decide(
                Question(
                    rule=rule.id,
                    meaning=meaning,
                    value=seen.value,
                    obj=context.obj,
                    url=context.url,
                )
            )
        if decision is None:
            yield self._undecided_finding(rule, seen)
        elif decision is not True:
            yield self._reject(rule, seen, decision if isinstance(decision, Mapping) else {})

    def _undecided_finding(self, rule: ServerRule, seen: PlacedValue) -> ObjectFinding:
        return ObjectFinding(
            layer=Layer.CLUSTER,
            level=Level.INFO,
            rule=rule.id,
            code=UNDECIDED,
            message=rule.meaning(self._locale.tag),
            steps=seen.steps,
            value=seen.value,
            answer=rule.answer,
            source=rule.source,
        )

    def _reject(
        self, rule: ServerRule, seen: PlacedValue, said: Mapping[str, object]
    ) -> ObjectFinding:
        meaning, answer = rule.meaning(self._locale.tag), rule.answer
        text = meaning
        if answer is not None:
            text = self._fill_text(answer.text, answer.args, rule, seen, said)
            detail, resource = answer.detail, answer.resource
            if detail is not None:
                detail = replace(
                    detail, text=self._fill_text(detail.text, detail.args, rule, seen, said)
                )
            if resource.startswith("@"):
                resource = self._resolve_name(resource[1:])
            answer = replace(
                answer,
                text=text,
                name=self._resolve_name(answer.name),
                resource=resource,
                detail=detail,
            )
        cause, changes = answer.cause if answer else "", rule.effect == "changes"
        listed = rule.condition if rule.condition and rule.condition.word == "one-of" else None
        return ObjectFinding(
            layer=Layer.CLUSTER if rule.cluster else Layer.SERVER,
            level=Level.INFO if changes else Level.ERR,
            rule=rule.id,
            code=cause or ("Changed" if changes else "Rejected"),
            message=format_cause(cause, seen.value, text) if cause in CAUSES else text,
            steps=() if answer and answer.field else seen.steps,
            value=seen.value,
            meaning=meaning if answer else "",
            supported=tuple(each.value for each in listed.allowed_values(self._context.release))
            if listed
            else (),
            answer=answer,
            source=rule.source,
        )

    def _resolve_name(self, name: str) -> str:
        """Return the name that an answer takes from a field or the URL."""
        value = self._look_up_or_none(name) if name else ""
        return value if isinstance(value, str) else ""

    def _look_up_or_none(self, name: str) -> object:
        try:
            return self._context.look_up(name).value
        except MissingValue:
            return None

    def _fill_text(
        self,
        text: str,
        args: tuple[str, ...],
        rule: ServerRule,
        seen: PlacedValue,
        said: Mapping[str, object],
    ) -> str:
        """Fill in the verbs of a text. An unknown value leaves its verb."""
        rest = iter(args)

        def fill(found: re.Match[str]) -> str:
            name = next(rest, "")
            value = self._resolve_argument(name, rule, seen, said) if name else None
            if value is None:
                return found[0]
            return value if found[0] != "%q" and isinstance(value, str) else go_value(value)

        return _VERB.sub(fill, text)

    def _resolve_argument(
        self, name: str, rule: ServerRule, seen: PlacedValue, said: Mapping[str, object]
    ) -> object:
        if name == "value":
            return seen.value
        if name == "key" and seen.steps and isinstance(seen.steps[-1], tuple):
            return seen.steps[-1][0]
        if (
            name == "other"
            and rule.condition is not None
            and seen.steps
            and isinstance(seen.steps[-1], tuple)
        ):
            other = self._context.look_up(rule.condition.other).value
            return other.get(seen.steps[-1][0]) if isinstance(other, dict) else None
        if name == "segment":
            return (
                ";".join(path_segment_faults(seen.value)) if isinstance(seen.value, str) else None
            )
        if name == "format" and rule.condition is not None and isinstance(seen.value, str):
            return "; ".join(format_faults(rule.condition.value, seen.value))
        if name == "gvk":
            reference = seen.value if isinstance(seen.value, dict) else {}
            group, version = split_api_version(reference.get("apiVersion"))
            kind: Any = reference.get("kind")
            return f"{group}/{version}, Kind={kind if isinstance(kind, str) else ''}"
        return said.get(name[1:]) if name.startswith("?") else self._look_up_or_none(name)
