# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""Running the rules of a schema (`x-kubernetes-validations`) over an object, as a server does."""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple

from codegen.cel.runtime.cel_adaptation import OLD
from codegen.cel.runtime.cel_engine import (
    MISSING,
    CannotRun,
    CompileError,
    Engine,
    EvaluationFailed,
    Program,
    engine,
)
from codegen.cel.runtime.cel_equality import equal_values, item_key
from codegen.cel.runtime.cel_schemas import CelRule, Node, names_of_value
from codegen.cel.runtime.cel_times import has_offset
from codegen.kube.duration import Duration
from codegen.kube.errors import (
    DUPLICATE,
    INVALID,
    LIST,
    REQUIRED,
    At,
    Found,
    path_steps,
)
from codegen.kube.moments import parse_time

WRONG: Final = "the values that they check are already invalid"
FAILED: Final = "rule_failed"  # the message key of a rule with a run-time error
_REASONS: Final = {
    REQUIRED: "rule_required",
    "FieldValueForbidden": "rule_forbidden",
    DUPLICATE: "rule_duplicate",
}
_PATH: Final = re.compile(r"\.([^.\[\]]+)|\['((?:[^'\\]|\\.)*)'\]")
_LONGEST: Final = 5120  # bytes of a computed message
_META: Final = ("name", "generateName")


class Outcome(NamedTuple):
    """The broken and the unchecked rules of an object.

    A broken rule has its error, and whether the value is unchanged, so that servers only warn. An unchecked rule has its place and the
    reason, as the end of a sentence.
    """

    broken: list[tuple[Found, bool]]
    unchecked: list[tuple[At, str]]


def check(
    node: Node,
    obj: Any,
    old: Any = None,
    *,
    at: At = None,
    wrong: Sequence[tuple[Any, ...]] = (),
    start: Callable[[str], str] = lambda _: "",
) -> Outcome:
    """Run all rules of a schema over an object. `old` is the stored object, or None for a new object.

    `wrong` are the steps to values that are not of their schema: a rule that fails over one of them says nothing. `start` is
    called with the text of each rule before it runs, and returns a reason not to run it.
    """
    outcome = Outcome([], [])
    runs = engine()
    try:
        if runs is None:
            raise CannotRun(MISSING)
        preparation = _Preparation(runs)
        value = preparation.prepare(node, obj)
        before = None if old is None else preparation.prepare(node, old)
        is_stored = before is not None and equal_values(node, value, before)
        _Run(runs, outcome, start, has_offsets=preparation.has_offsets).walk(
            node, value, before, at, is_stored
        )
    except (CannotRun, RecursionError) as error:
        why = (
            str(error)
            if isinstance(error, CannotRun)
            else "the object is nested too deep"
        )
        outcome.broken.clear()
        outcome.unchecked[:] = [(place, why) for place in _walk_rules(node, at)]
    if wrong:
        failed = [
            each
            for each in outcome.broken
            if each[0][2] == FAILED and _is_near(each[0][0], wrong)
        ]
        outcome.unchecked.extend((found[0], WRONG) for found, _ in failed)
        outcome.broken[:] = [each for each in outcome.broken if each not in failed]
    return outcome


def _is_near(at: At, wrong: Sequence[tuple[Any, ...]]) -> bool:
    """Return whether a place is inside or around one of the others."""
    steps = path_steps(at)
    return any(
        all(one == other for one, other in zip(steps, each, strict=False))
        for each in wrong
    )


def _walk_rules(node: Node, at: At) -> Iterator[At]:
    """Yield the places of all rules of a schema. A recursive schema counts once."""
    waiting, known = [(node, at)], {id(node)}
    while waiting:
        each, place = waiting.pop()
        yield from (place for _ in each.rules)
        parts = [(field, (place, name)) for name, _, field in each.fields_with_rules]
        if (inner := each.inner) is not None and inner.leads_to_rules:
            parts.append((inner, place))
        waiting += [part for part in parts if id(part[0]) not in known]
        known.update(id(part[0]) for part in parts)


class _Preparation:
    """Converts JSON values to the types and names of CEL, with their defaults.

    `has_offsets` tells whether a time is not in UTC: the library does not keep that.
    """

    def __init__(self, by: Engine) -> None:
        self._by = by
        self.has_offsets = False

    def prepare(self, node: Node, value: Any) -> Any:
        """Convert a value of a schema."""
        if isinstance(value, dict):
            return self._prepare_object(node, value)
        inner = node.inner
        if isinstance(value, LIST):
            return (
                value
                if inner is None
                else [self.prepare(inner, _or_default(inner, item)) for item in value]
            )
        if node.kind == "number" and type(value) is int:
            return float(value)
        if isinstance(value, str) and node.format:
            return self._convert_format(node.format, value)
        return value

    def _prepare_object(self, node: Node, value: Mapping[str, Any]) -> dict[str, Any]:
        inner = node.inner
        if inner is not None:
            return {
                name: self.prepare(inner, _or_default(inner, item))
                for name, item in value.items()
            }
        fields = node.fields
        if not fields and node.kind != "object":
            return dict(value)
        prepared: dict[str, Any] = {}
        for name, item in value.items():
            if item is None:
                continue  # for rules there is no such field, also if it may be null
            field = fields.get(name)
            if field is None:
                prepared[name] = item
            else:
                prepared.update(
                    dict.fromkeys(names_of_value(name), self.prepare(field, item))
                )
        for name, field in fields.items():
            is_null = name in value and field.nullable
            if field.default is not None and value.get(name) is None and not is_null:
                prepared.update(
                    dict.fromkeys(
                        names_of_value(name), self.prepare(field, field.default)
                    )
                )
        if node.embedded:
            metadata = value.get("metadata")
            named = metadata if isinstance(metadata, dict) else {}
            prepared["metadata"] = {
                name: named[name] for name in _META if isinstance(named.get(name), str)
            }
        return prepared

    def _convert_format(self, form: str, text: str) -> Any:
        """Convert a string to the CEL type of its format. The schema reports invalid strings."""
        try:
            if form == "date-time":  # the CEL type is stricter than the format
                timestamp = parse_time(text).astimezone(UTC)
                self.has_offsets = self.has_offsets or has_offset(text)
                return self._by.convert(timestamp)
            if form == "date":
                day = date.fromisoformat(text)
                return self._by.convert(
                    datetime(day.year, day.month, day.day, tzinfo=UTC)
                )
            if form == "duration":
                return self._by.convert(
                    timedelta(microseconds=Duration(text).nanoseconds / 1000)
                )
            if form == "byte":
                return b64decode(text, validate=True)
        except (ValueError, OverflowError):
            pass
        return text


def _or_default(node: Node, value: Any) -> Any:
    return (
        node.default
        if value is None and not node.nullable and node.default is not None
        else value
    )


class _Run:
    """Runs rules over the parts of an object, and collects the outcome."""

    def __init__(
        self,
        by: Engine,
        outcome: Outcome,
        start: Callable[[str], str],
        *,
        has_offsets: bool,
    ) -> None:
        self._by = by
        self._has_offsets = has_offsets
        self._outcome = outcome
        self._start = start

    def walk(self, node: Node, value: Any, old: Any, at: At, stored: bool) -> None:
        """Run the rules of a value and of all values inside."""
        if node.rules:
            self._run_rules(node, value, old, at, stored)
        inner = node.inner
        if isinstance(value, dict):
            before = old if isinstance(old, dict) and not node.is_atomic else None
            for name, own, field in node.fields_with_rules:
                if (each := value.get(own)) is not None:
                    self._walk_inside(
                        field, each, before and before.get(own), (at, name), stored
                    )
            if inner is not None and inner.leads_to_rules:
                for name, each in value.items():
                    if each is not None:
                        self._walk_inside(
                            inner,
                            each,
                            before and before.get(name),
                            (at, (name,)),
                            stored,
                        )
        elif inner is not None and isinstance(value, LIST) and inner.leads_to_rules:
            is_map = node.list_type == "map" and isinstance(old, LIST)
            known = {item_key(node, item): item for item in old} if is_map else None
            for number, item in enumerate(value):
                if item is not None:
                    self._walk_inside(
                        inner,
                        item,
                        known and known.get(item_key(node, item)),
                        (at, number),
                        stored,
                    )

    def _walk_inside(
        self, node: Node, value: Any, old: Any, at: At, stored: bool
    ) -> None:
        """Walk a part of a value. A new part counts as stored if the value around it does."""
        self.walk(
            node,
            value,
            old,
            at,
            stored if old is None else equal_values(node, value, old),
        )

    def _run_rules(
        self, node: Node, value: Any, old: Any, at: At, stored: bool
    ) -> None:
        """Run the rules of one value."""
        activation = None
        for rule in node.rules:
            uses_old = self._by.uses(rule.text, OLD)
            if uses_old and old is None and not rule.optional:
                continue  # nothing to compare with
            try:
                if reason := self._start(rule.text):
                    raise CannotRun(reason)
                if activation is None:
                    activation = self._by.activation(
                        value, old, has_offsets=self._has_offsets
                    )
                if self._find_program(node, rule, rule.text).run(activation) is True:
                    continue
                word, message = (
                    _REASONS.get(rule.reason, "rule_invalid"),
                    self._build_message(node, rule, activation),
                )
                place, code = _resolve_path(at, node, rule.at), rule.reason
            except EvaluationFailed as error:
                word, message, place, code = (
                    FAILED,
                    f"{error} evaluating rule: {rule.title}",
                    at,
                    INVALID,
                )
            except (CompileError, CannotRun) as error:
                why = (
                    f"it does not compile: {error.text}"
                    if isinstance(error, CompileError)
                    else str(error)
                )
                self._outcome.unchecked.append((at, why))
                continue
            found = (place, code, word, {"message": message})
            self._outcome.broken.append((found, stored and not uses_old))

    def _find_program(self, node: Node, rule: CelRule, text: str) -> Program:
        """Return an expression of a rule, compiled once. Raises `CompileError` and `CannotRun`."""
        known = rule.programs.get(text)
        if known is None:
            try:
                known = self._by.compile(text, node, has_optional_old=rule.optional)
            except (CompileError, CannotRun) as error:
                known = error
            rule.programs[text] = known
        if isinstance(known, Exception):
            raise known
        program: Program = known
        return program

    def _build_message(self, node: Node, rule: CelRule, activation: Any) -> str:
        """Return the computed message of a broken rule, or else its message or text."""
        if rule.message_expression:
            try:
                message = self._find_program(node, rule, rule.message_expression).run(
                    activation
                )
            except (CompileError, EvaluationFailed, CannotRun):
                message = None
            if (
                isinstance(message, str)
                and (message := message.strip())
                and "\n" not in message
                and len(message.encode()) <= _LONGEST
            ):
                return message
        return rule.message or f"failed rule: {rule.text.strip()}"


def _resolve_path(at: At, node: Node, path: str) -> At:
    """Return the place of a `fieldPath`, as far as the schema has it."""
    for found in _PATH.finditer(path):
        name = found[1] if found[1] is not None else re.sub(r"\\(.)", r"\1", found[2])
        known = node.fields.get(name)
        at = (at, name) if known is not None or node.inner is None else (at, (name,))
        node = known or node.inner or node
    return at
