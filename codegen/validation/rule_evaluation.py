"""Turn what server rules say about an object into findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from codegen.core import releases
from codegen.core.diagnostics import Level
from codegen.core.locales import Locale
from codegen.core.releases import Release
from codegen.kube.field_paths import PlacedValue
from codegen.kube.statuses import CAUSES, format_cause
from codegen.validation.object_finding import UNDECIDED, Answer, Layer, ObjectFinding, Steps
from codegen.validation.rule_loader import RuleSet, ServerRule
from codegen.validation.runtime import rule_judging
from codegen.validation.runtime.rule_context import RuleContext
from codegen.validation.runtime.rule_judging import AppliedRules, Decision, Judgement, fill_text


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


def evaluate_rules(
    applied: list[AppliedRules[ServerRule]],
    *,
    locale: Locale,
    decide: Decide | None,
    find_help: Helper,
    refused: Sequence[tuple[Steps, str]] = (),
) -> list[ObjectFinding]:
    """Return what all rules say about an object, as findings.

    `refused` are the steps and codes of errors for which servers refuse the object before its rules.
    """

    def ask_caller(rule: ServerRule, place: PlacedValue, context: RuleContext) -> Decision:
        if decide is None:
            return None
        return decide(
            Question(
                rule=rule.id,
                meaning=rule.meaning(locale.tag),
                value=place.value,
                obj=context.obj,
                url=context.url,
            )
        )

    findings: list[ObjectFinding] = []
    judgements = rule_judging.judge_object(applied, ask_caller)
    for judged in rule_judging.drop_consequences(judgements, refused):
        if judged.is_undecided:
            finding = _report_undecided(judged, locale)
        else:
            finding = _report_broken(judged, locale)
        findings.append(replace(finding, help=find_help(finding.steps)))
    return findings


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


def _report_undecided(judged: Judgement[ServerRule], locale: Locale) -> ObjectFinding:
    rule = judged.rule
    return ObjectFinding(
        layer=Layer.CLUSTER,
        level=Level.INFO,
        rule=rule.id,
        code=judged.code,
        message=rule.meaning(locale.tag),
        steps=judged.steps,
        value=judged.place.value,
        answer=rule.answer,
        source=rule.source,
    )


def _report_broken(judged: Judgement[ServerRule], locale: Locale) -> ObjectFinding:
    """Report a rejection or a change, with the texts of the server filled in."""
    rule, value = judged.rule, judged.place.value
    context = judged.applied.context
    meaning = rule.meaning(locale.tag)
    answer = None
    text = meaning
    if rule.answer is not None:
        answer = _fill_answer(rule.answer, judged)
        text = answer.text
    if judged.code in CAUSES:
        text = format_cause(judged.code, value, text)
    supported: tuple[object, ...] = ()
    if rule.condition is not None and rule.condition.word == "one-of":
        allowed_values = rule.condition.allowed_values(context.release)
        supported = tuple(allowed.value for allowed in allowed_values)
    return ObjectFinding(
        layer=Layer.CLUSTER if rule.cluster else Layer.SERVER,
        level=Level.ERR if judged.rejects else Level.INFO,
        rule=rule.id,
        code=judged.code,
        message=text,
        steps=judged.steps,
        value=value,
        meaning=meaning if answer else "",
        supported=supported,
        answer=answer,
        source=rule.source,
    )


def _fill_answer(answer: Answer, judged: Judgement[ServerRule]) -> Answer:
    """Return an answer with its texts and names filled in."""
    detail, resource = answer.detail, answer.resource
    if detail is not None:
        detail = replace(detail, text=fill_text(detail.text, detail.args, judged))
    if resource.startswith("@"):
        resource = _resolve_name(resource[1:], judged)
    return replace(
        answer,
        text=fill_text(answer.text, answer.args, judged),
        name=_resolve_name(answer.name, judged),
        resource=resource,
        detail=detail,
    )


def _resolve_name(name: str, judged: Judgement[ServerRule]) -> str:
    """Return the name that an answer takes from a field or the URL."""
    if not name:
        return ""
    value = rule_judging.look_up_or_none(name, judged.applied.context)
    if isinstance(value, str):
        return value
    return ""
