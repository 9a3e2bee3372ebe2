"""Validate objects by schema, server rules and cluster together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from codegen.core import releases
from codegen.core.diagnostics import Level, Report
from codegen.core.locales import ENGLISH, SHIPPED, Languages, Locale
from codegen.core.releases import Release
from codegen.kube.errors import UNKNOWN, check_mode, field_path
from codegen.model import Definition, GroupVersionKind, Ref, Reference, split_prose_id
from codegen.model.keywords.constraints import UncheckedReason
from codegen.readers.built_in.completion import complete
from codegen.validation import rule_evaluation
from codegen.validation.cel_checks import NOT_CHECKED, CelChecker
from codegen.validation.declared_rules import declared_rules
from codegen.validation.decoder_messages import describe_wrong_kind, describe_wrong_value
from codegen.validation.engine import ObjectChecker, SchemaError
from codegen.validation.object_finding import (
    AFTER_RULES,
    DECODING,
    RECOGNISING,
    REPEATED,
    Answer,
    Layer,
    ObjectFinding,
    Steps,
)
from codegen.validation.object_walks import RouteFinder, fill_defaults, find_item_key
from codegen.validation.rule_evaluation import Decide
from codegen.validation.rule_loader import EVERY, RuleBook, RuleSet, ServerRule
from codegen.validation.runtime.rule_context import RuleContext
from codegen.validation.runtime.rule_judging import (
    REPEATED_BY_RULES,
    Acceptances,
    AppliedRules,
    apply_declared_rules,
    apply_inner_rules,
)
from codegen.validation.runtime.value_walks import find_items

Url = Mapping[str, str | None]
_INNER = re.compile(r"[.\[]")  # the end of an outer path


def find_filling_rules(
    kind: GroupVersionKind, kubernetes_version: str | None = None, *, rules: tuple[Path, ...] = ()
) -> tuple[ServerRule, ...]:
    """Return the rules of a kind that fill in defaults."""
    known = RuleBook(rules).find_kind(kind)
    release = releases.parse(kubernetes_version) if kubernetes_version else None
    return tuple(rule for rule in known.select(release) if rule.effect == "fills") if known else ()


class _JudgedObject(NamedTuple):
    """An object that rules apply to, with its definition and the steps to it."""

    root: str
    context: RuleContext
    steps: Steps = ()


class Validator:
    """A validator of many objects by one reference."""

    def __init__(
        self,
        reference: Reference,
        *,
        rules: tuple[Path, ...] = (),
        languages: Languages = SHIPPED,
        only: str = "",
    ) -> None:
        """Prepare the reference. `only` restricts the kinds to one definition, by its key.

        Types of Kubernetes that the reference only names have their bundled structure, as in
        generated validators.
        """
        reference = complete(reference, "", Report())
        self.reference = reference
        self._languages = languages
        self._engine = ObjectChecker(reference)
        self._reported: set[tuple[str, UncheckedReason]] = set()
        self._rules_in_cel = CelChecker(reference)
        self._rules = RuleBook(rules)
        self._values = RouteFinder(self._engine.reference, self._rules.names)
        self._declared_values: dict[Release | None, RouteFinder] = {}
        self._keys: dict[tuple[str, str], str] = {}
        for definition in (
            (reference.definitions[only],) if only else reference.definitions.values()
        ):
            for gvk in definition.gvks if definition.documented else ():
                self._keys.setdefault((gvk.api_version, gvk.kind), definition.key)

    def find_key(self, obj: object) -> str:
        """Return the definition of an object by its `apiVersion` and `kind`, or an empty string."""
        if not isinstance(obj, dict):
            return ""
        api_version, kind = obj.get("apiVersion"), obj.get("kind")
        return (
            self._keys.get((api_version, kind), "")
            if isinstance(api_version, str) and isinstance(kind, str)
            else ""
        )

    @property
    def api_versions(self) -> frozenset[str]:
        """Return the group versions with kinds in the reference."""
        return frozenset(version for version, _ in self._keys)

    def list_kinds(self, api_version: str) -> tuple[str, ...]:
        """Return the kinds of a group version."""
        return tuple(kind for version, kind in self._keys if version == api_version)

    def find_kind(self, key: str, obj: object = None) -> GroupVersionKind | None:
        """Return the kind of a definition. The object decides between several kinds."""
        definition = self.reference.definitions[key]
        if definition.gvk is not None or not isinstance(obj, dict):
            return definition.gvk
        wanted = (obj.get("apiVersion"), obj.get("kind"))
        return next((gvk for gvk in definition.gvks if (gvk.api_version, gvk.kind) == wanted), None)

    def find_owner(self, key: str, steps: Steps) -> Definition | None:
        """Return the definition of the object at these steps, or None."""
        expected = self._engine.find_field(key, steps).type
        return self._engine.definitions[expected.key] if isinstance(expected, Ref) else None

    def validate(
        self,
        obj: object,
        *,
        kubernetes_version: str | None = None,
        url: Url | None = None,
        decide: Decide | None = None,
        field_validation: str = "Strict",
        locale: str = ENGLISH,
        key: str = "",
        old: object = None,
    ) -> tuple[ObjectFinding, ...]:
        """Validate an object like the function `validate`."""
        check_mode(field_validation)
        if locale not in self._languages.available():
            raise ValueError(f"locale must be one of {', '.join(self._languages.available())}")
        language = self._languages.get(locale)
        release = releases.parse(kubernetes_version) if kubernetes_version else None
        root = self._find_root(obj, key)
        context = RuleContext(
            obj=obj, url=url, release=release, old=old, gvk=self.find_kind(root, obj)
        )
        server_rules: list[AppliedRules[ServerRule]] = []
        declared: list[AppliedRules[ServerRule]] = []
        for judged in self._find_objects(root, context):
            for rules in self._find_applied_rules(judged.root, judged.context):
                server_rules.append(rules.enter(judged.steps))
            for rules in self._find_declared_rules(judged.root, judged.context):
                declared.append(rules.enter(judged.steps))
        errors = self._engine.find_errors(fill_defaults(self._engine.definitions, root, obj), root)
        by_schema = list(self._report_schema(errors, language, server_rules, context))
        by_schema += self._report_unchecked_limits(language)
        by_rules: list[ObjectFinding] = []
        first_rules = self._find_first_rules(root, context)
        if first_rules is not None:  # once for an object
            by_rules += rule_evaluation.report_uncovered_release(first_rules, release, language)
        refused: list[tuple[Steps, str]] = []
        if field_validation == "Strict":
            refused = [(error.steps, error.code) for error in errors]
        by_rules += rule_evaluation.evaluate_rules(
            [*server_rules, *declared],
            locale=language,
            decide=decide,
            find_help=lambda steps: self._find_help(root, steps, locale),
            refused=refused,
        )
        by_schema += self._rules_in_cel.findings(root, obj, old, errors, by_rules, language)
        repeated = {
            (finding.steps, finding.code)
            for finding in by_rules
            if finding.code in REPEATED_BY_RULES and finding.level is Level.ERR
        }
        kept = [each for each in by_schema if (each.steps, each.code) not in repeated]
        return tuple(_grade_unknown_fields([*kept, *by_rules], field_validation))

    def decode(
        self,
        obj: object,
        key: str,
        *,
        field_validation: str = "Strict",
        repeated: Sequence[tuple[str, str]] = (),
    ) -> tuple[ObjectFinding, ...]:
        """Return the errors of a server's decoder, before any rule applies.

        `repeated` are the duplicate fields of the body, each with its path and the message of the
        server.
        """
        root = self._find_root(obj, key)
        errors = self._engine.find_errors(obj, root)
        if not errors and not repeated:
            return ()
        context = RuleContext(obj=obj, url=None, release=None, gvk=self.find_kind(root, obj))
        language = self._languages.get(ENGLISH)
        applied = list(self._find_applied_rules(root, context))
        found = list(self._report_schema(errors, language, applied, context))
        found += _report_repeated_fields(repeated, found)
        graded = _grade_unknown_fields(found, field_validation)
        return tuple(
            each for each in graded if each.answer is not None and each.answer.stage <= DECODING
        )

    def _find_applied_rules(
        self, root: str, context: RuleContext
    ) -> Iterator[AppliedRules[ServerRule]]:
        """Yield the rules of the object's kind, of every object and of the definitions inside."""
        if not isinstance(context.obj, dict):
            return
        for rule_set in self._find_object_rules(root, context):
            yield AppliedRules(rule_set.select(context.release, context.gvk), context, ())

        def find_rules(key: str) -> tuple[ServerRule, ...]:
            rule_set = self._rules.find_definition(key)
            return rule_set.select(context.release, context.gvk) if rule_set else ()

        located = self._values.locate(context.obj, root)
        yield from apply_inner_rules(located, find_rules, context)

    def _find_objects(self, root: str, context: RuleContext) -> list[_JudgedObject]:
        """Return the object, or the items of a list of objects, which are checked like new ones."""
        item_key = find_item_key(self.reference.definitions[root])
        if item_key is None:
            return [_JudgedObject(root, context)]
        objects: list[_JudgedObject] = []
        for steps, item in find_items(context.obj):
            gvk = self.find_kind(item_key, item)
            inner = RuleContext(obj=item, url=context.url, release=context.release, gvk=gvk)
            objects.append(_JudgedObject(item_key, inner, steps))
        return objects

    def _find_object_rules(self, root: str, context: RuleContext) -> Iterator[RuleSet]:
        """Yield the rules of the object's kind and of every object."""
        of_kind = self._rules.find_kind(context.gvk)
        if of_kind is not None:
            yield of_kind
        if self.reference.definitions[root].gvks:
            of_every_object = self._rules.find_definition(EVERY)
            if of_every_object is not None:
                yield of_every_object

    def _find_first_rules(self, root: str, context: RuleContext) -> RuleSet | None:
        """Return the first rules that apply to an object, or None."""
        if not isinstance(context.obj, dict):
            return None
        for rule_set in self._find_object_rules(root, context):
            return rule_set
        for located in self._values.locate(context.obj, root):
            return self._rules.find_definition(located.definition)
        return None

    def _find_declared_rules(
        self, root: str, context: RuleContext
    ) -> Iterator[AppliedRules[ServerRule]]:
        """Yield the declared rules of all definitions in an object, apart from its status."""
        if not isinstance(context.obj, dict):
            return
        rules = declared_rules()
        if context.release not in self._declared_values:
            dropped = rules.find_dropped(context.release)
            self._declared_values[context.release] = RouteFinder(
                self._engine.reference, rules.keys, dropped
            )
        located = self._declared_values[context.release].locate(context.obj, root)

        def find_rules(key: str) -> tuple[ServerRule, ...]:
            return rules.find(key).select(context.release, context.gvk)

        yield from apply_declared_rules(located, find_rules, context)

    def _find_root(self, obj: object, key: str) -> str:
        if key:
            if key not in self.reference.definitions:
                raise ValueError(f"the schema has no definition {key!r}")
            return key
        if found := self.find_key(obj):
            return found
        roots = sorted(set(self._keys.values()))
        if len(roots) == 1 and not (
            isinstance(obj, dict) and obj.get("apiVersion") and obj.get("kind")
        ):
            return roots[0]  # a schema of one kind, and an object without one
        raise ValueError(
            "the schema has no definition for the kind of the object; name one with `key`"
        )

    def _report_schema(
        self,
        errors: tuple[SchemaError, ...],
        locale: Locale,
        applied: list[AppliedRules[ServerRule]],
        context: RuleContext,
    ) -> Iterator[ObjectFinding]:
        acceptances = Acceptances(applied if errors else ())
        for error in errors:
            accepting_rule = acceptances.find(error.steps, error.code)
            finding = ObjectFinding(
                layer=Layer.SCHEMA,
                level=Level.ERR,
                rule=rule_id(error.code),
                code=error.code,
                message=error.message(locale.validation),
                problem=error.problem(locale),
                steps=error.steps,
                value=None if error.secret else error.value,
                help="" if error.code == UNKNOWN else self._find_text(error.prose, locale.tag),
                close=error.close,
                answer=self._build_answer(error, locale.english, context),
            )
            if accepting_rule is None:
                yield finding
                continue
            yield replace(
                finding,
                level=Level.WARN,
                meaning=accepting_rule.meaning(locale.tag),
                source=accepting_rule.source,
            )

    def _report_unchecked_limits(self, locale: Locale) -> Iterator[ObjectFinding]:
        """Yield a finding for each limit that cannot be checked, once per validator."""
        for left in self._engine.constraints.left_out:
            if (left.word, left.reason) not in self._reported:
                self._reported.add((left.word, left.reason))
                words = locale.findings
                reason = left.reason.text(words)
                message = words["limit_unchecked"].format(
                    word=left.word, reason=reason, place=left.span
                )
                yield ObjectFinding(
                    layer=Layer.SCHEMA,
                    level=Level.WARN,
                    rule="limit-unchecked",
                    code=NOT_CHECKED,
                    message=message,
                )

    def _build_answer(self, error: SchemaError, english: Locale, context: RuleContext) -> Answer:
        """Build a server's answer to an error."""
        text = error.message(english.validation)
        if (
            error.word == "fixed"
            and error.steps in (("apiVersion",), ("kind",))
            and context.gvk is not None
        ):
            expected = (context.gvk.api_version, context.gvk.kind)
            refusal = describe_wrong_kind(context.obj, expected, self._keys, self.api_versions)
            return Answer(code=400, stage=RECOGNISING, text=refusal)
        if error.code in REPEATED_BY_RULES:
            return Answer(code=422, stage=AFTER_RULES, text=text, cause=error.code)
        path = field_path(error.steps)
        owner = self.reference.definitions.get(split_prose_id(error.prose)[0])
        decoder_text = ""
        if error.word in ("type", "range", "format") and "#" in error.prose and owner is not None:
            decoder_text = describe_wrong_value(
                error.steps, error.value, error.expected, owner.name
            )
        return Answer(
            code=400, stage=DECODING, text=decoder_text or (f"{path}: {text}" if path else text)
        )

    def _find_help(self, key: str, steps: Steps, locale: str) -> str:
        """Return the description of the nearest field at these steps."""
        prose_id = self._engine.find_field(key, steps).prose_id
        return self._find_text(prose_id, locale) if prose_id != key else ""

    def _find_text(self, prose: str, locale: str) -> str:
        return self.reference.text(locale, prose) or self.reference.text(ENGLISH, prose)


def _report_repeated_fields(
    repeated: Iterable[tuple[str, str]], by_schema: Iterable[ObjectFinding]
) -> Iterator[ObjectFinding]:
    """Yield repeated fields, except below unknown fields."""
    unknown = {finding.path for finding in by_schema if finding.code == UNKNOWN}
    for path, text in repeated:
        around = (path[: found.start()] for found in _INNER.finditer(path))
        if not any(each in unknown for each in (path, *around)):
            yield ObjectFinding(
                layer=Layer.SERVER,
                level=Level.ERR,
                rule="duplicate-key",
                code=REPEATED,
                message=text,
                answer=Answer(code=400, stage=DECODING, text=text),
            )


def _grade_unknown_fields(
    findings: Iterable[ObjectFinding], field_validation: str
) -> Iterator[ObjectFinding]:
    """Grade unknown and repeated fields by the parameter `fieldValidation` of the API."""
    for finding in findings:
        if finding.code not in (UNKNOWN, REPEATED) or field_validation == "Strict":
            yield finding
        elif field_validation == "Warn":
            yield replace(finding, level=Level.WARN)


def rule_id(code: str) -> str:
    """Return the rule id of a cause, such as field-value-required for `FieldValueRequired`."""
    return "".join(f"-{char.lower()}" if char.isupper() else char for char in code).lstrip("-")
