"""Check objects by the CEL rules of a schema (`x-kubernetes-validations`)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import takewhile

from msgspec.structs import replace

from codegen.cel.rule_schemas import build_rule_schemas
from codegen.cel.runtime import cel_rules
from codegen.cel.worker import TOO_MUCH, rule_worker
from codegen.core.diagnostics import Level
from codegen.core.locales import Locale
from codegen.kube.errors import format_message
from codegen.model import Reference
from codegen.validation.engine import SchemaError
from codegen.validation.object_finding import AFTER_RULES, Answer, Layer, ObjectFinding, Steps

NOT_CHECKED = "NotChecked"  # the code of a check that was not done
_REASONS = {cel_rules.WRONG: "wrong_already", cel_rules.BLOCKED: "rules_blocked"}
NOT_EVALUATED = "NotEvaluated"  # the code of rules that take too much time or memory


class CelChecker:
    """The CEL rules of a reference. The rules of a kind are prepared for its first object."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._schemas: dict[str, str] = {}  # as JSON; empty without rules

    def findings(
        self,
        key: str,
        obj: object,
        old: object,
        errors: tuple[SchemaError, ...],
        by_server: Iterable[ObjectFinding],
        locale: Locale,
    ) -> Iterator[ObjectFinding]:
        """Yield the findings of the rules of a definition.

        `errors` are the errors by the schema, and `by_server` the findings of server rules. A rule
        that fails because of a wrong value is not reported again.
        """
        if key not in self._schemas:
            schemas = build_rule_schemas(self._reference, key)
            self._schemas[key] = json.dumps(schemas) if schemas else ""
        if not self._schemas[key] or not isinstance(obj, dict):
            return
        codes = {error.code for error in errors}
        codes.update(finding.code for finding in by_server if finding.level is Level.ERR)
        outcome = rule_worker().check(
            self._schemas[key],
            key,
            obj,
            old,
            [error.steps for error in errors],
            is_blocked=not codes.isdisjoint(cel_rules.BLOCKING),
        )
        unchecked: dict[str, list[Steps]] = {}
        excused: Counter[str] = Counter()
        for steps, why in outcome.unchecked:
            if why in _REASONS:
                excused[_REASONS[why]] += 1
            else:
                unchecked.setdefault(why, []).append(steps)
        for found, stored in outcome.broken:
            yield ObjectFinding(
                layer=Layer.SCHEMA,
                level=Level.WARN if stored else Level.ERR,
                rule="cel-rule-violated",
                code=found[1],
                message=format_message(found, locale.validation),
                steps=found[0],
                meaning=locale.findings["stored"] if stored else "",
                answer=Answer(
                    code=422,
                    stage=AFTER_RULES,
                    text=format_message(found, locale.english.validation),
                    cause=found[1],
                ),
            )
        for why, places in unchecked.items():
            around = takewhile(lambda steps: len(set(steps)) == 1, zip(*places, strict=False))
            yield unchecked_rules_finding(
                len(places), why, tuple(step for step, *_ in around), locale
            )
        for because, count in excused.items():
            finding = unchecked_rules_finding(count, locale.findings[because], (), locale)
            yield replace(finding, level=Level.INFO)  # other errors refuse the object already


def unchecked_rules_finding(count: int, why: str, steps: Steps, locale: Locale) -> ObjectFinding:
    """Build the finding about rules that were not checked."""
    return ObjectFinding(
        layer=Layer.SCHEMA,
        level=Level.ERR,
        rule="cel-rule-not-checked",
        code=NOT_EVALUATED if why == TOO_MUCH else NOT_CHECKED,
        message=locale.findings["rules_unchecked"].format(count=count, why=why),
        steps=steps,
    )
