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
    DICT,
    DUPLICATE,
    INVALID,
    LIST,
    REQUIRED,
    TOO_LONG,
    TOO_MANY,
    UNSUPPORTED,
    WRONG_TYPE,
    PathNode,
    RawError,
    path_steps,
)
from codegen.kube.moments import parse_time

WRONG: Final = "the values that they check are already invalid"
# Errors after which servers check no rule of the object (`hasBlockingErr` of apiextensions-apiserver).
BLOCKING: Final = frozenset((REQUIRED, WRONG_TYPE, UNSUPPORTED, TOO_LONG, TOO_MANY))
BLOCKED: Final = (
    "servers check none while values are missing, too long, too many or of a wrong type"
)
FAILED: Final = "rule_failed"  # the message key of a rule with a run-time error
_REASONS: Final = {
    REQUIRED: "rule_required",
    "FieldValueForbidden": "rule_forbidden",
    DUPLICATE: "rule_duplicate",
}
_PATH: Final = re.compile(r"\.([^.\[\]]+)|\['((?:[^'\\]|\\.)*)'\]")
_LONGEST: Final = 5120  # bytes of a computed message
_META: Final = ("name", "generateName")


class BrokenRule(NamedTuple):
    """The error of a broken rule, and whether the value is unchanged, so that servers only warn."""

    error: RawError
    is_unchanged: bool


class UncheckedRule(NamedTuple):
    """The place of a rule that was not checked, and the reason as the end of a sentence."""

    at: PathNode
    reason: str


class Outcome(NamedTuple):
    """The broken and the unchecked rules of an object."""

    broken: list[BrokenRule]
    unchecked: list[UncheckedRule]


def check(
    node: Node,
    obj: object,
    old: object = None,
    *,
    at: PathNode = None,
    wrong: Sequence[tuple[object, ...]] = (),
    is_blocked: bool = False,
    start: Callable[[str], str] = lambda _: "",
) -> Outcome:
    """Run all rules of a schema over an object.

    `old` is the stored object, or None for a new object.

    `wrong` are the steps to values that are not of their schema: a rule that fails over one of them
    says nothing. `is_blocked` tells that the object has an error of `BLOCKING`. `start` is called with the text of each rule before it runs, and returns a reason
    not to run it.
    """
    outcome = Outcome([], [])
    if is_blocked:
        return Outcome(
            [], [UncheckedRule(place, BLOCKED) for place in _walk_rules(node, at)]
        )
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
        if isinstance(error, CannotRun):
            why = str(error)
        else:
            why = "the object is nested too deep"
        unchecked = [UncheckedRule(place, why) for place in _walk_rules(node, at)]
        return Outcome([], unchecked)
    if wrong:
        return _excuse_failures(outcome, wrong)
    return outcome


def _excuse_failures(outcome: Outcome, wrong: Sequence[tuple[object, ...]]) -> Outcome:
    """Count the rules that failed over values of a wrong type as unchecked."""
    broken: list[BrokenRule] = []
    unchecked = list(outcome.unchecked)
    for rule in outcome.broken:
        at, _, key, _ = rule.error
        if key == FAILED and _is_near(at, wrong):
            unchecked.append(UncheckedRule(at, WRONG))
        else:
            broken.append(rule)
    return Outcome(broken, unchecked)


def _is_near(at: PathNode, wrong: Sequence[tuple[object, ...]]) -> bool:
    """Return whether a place is inside or around one of the others."""
    steps = path_steps(at)
    for wrong_steps in wrong:
        shared = min(len(steps), len(wrong_steps))
        if steps[:shared] == wrong_steps[:shared]:
            return True
    return False


def _walk_rules(node: Node, at: PathNode) -> Iterator[PathNode]:
    """Yield the places of all rules of a schema. A recursive schema counts once."""
    waiting = [(node, at)]
    entered = {id(node)}
    while waiting:
        schema, place = waiting.pop()
        for _ in schema.rules:
            yield place
        parts = [
            (field.node, (place, field.name)) for field in schema.fields_with_rules
        ]
        if (inner := schema.inner) is not None and inner.leads_to_rules:
            parts.append((inner, place))
        waiting += [part for part in parts if id(part[0]) not in entered]
        entered.update(id(part[0]) for part in parts)


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
            if inner is None:
                return value
            return [self.prepare(inner, _or_default(inner, item)) for item in value]
        if node.kind == "number" and type(value) is int:
            return float(value)
        if isinstance(value, str) and node.format:
            return self._convert_format(node.format, value)
        return value

    def _prepare_object(
        self, node: Node, value: Mapping[str, object]
    ) -> dict[str, Any]:
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
            prepared["metadata"] = _prepare_metadata(value.get("metadata"))
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


def _prepare_metadata(metadata: Any) -> dict[str, str]:
    """Return the part of the metadata of a resource that rules see."""
    names: dict[str, str] = {}
    if isinstance(metadata, DICT):
        for word in _META:
            if isinstance(metadata.get(word), str):
                names[word] = metadata[word]
    return names


def _or_default(node: Node, value: object) -> Any:
    if value is None and not node.nullable and node.default is not None:
        return node.default
    return value


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

    def walk(
        self, node: Node, value: Any, old: Any, at: PathNode, stored: bool
    ) -> None:
        """Run the rules of a value and of all values inside."""
        if node.rules:
            self._run_rules(node, value, old, at, stored)
        if isinstance(value, DICT):
            before: Mapping[str, Any] = {}
            if isinstance(old, DICT) and not node.is_atomic:
                before = old
            self._walk_fields(node, value, before, at, stored)
        elif isinstance(value, LIST):
            self._walk_items(node, value, old, at, stored)

    def _walk_fields(
        self,
        node: Node,
        value: Mapping[str, Any],
        old: Mapping[str, Any],
        at: PathNode,
        stored: bool,
    ) -> None:
        """Run the rules of the fields of an object, or of the values of a map."""
        for field in node.fields_with_rules:
            item = value.get(field.alias)
            before = old.get(field.alias)
            self._walk_inside(field.node, item, before, (at, field.name), stored)
        inner = node.inner
        if inner is not None and inner.leads_to_rules:
            for name, item in value.items():
                self._walk_inside(inner, item, old.get(name), (at, (name,)), stored)

    def _walk_items(
        self, node: Node, value: Sequence[Any], old: Any, at: PathNode, stored: bool
    ) -> None:
        """Run the rules of the items of a list. Those with keys have a former value."""
        inner = node.inner
        if inner is None or not inner.leads_to_rules:
            return
        before: Mapping[Any, Any] = {}
        if node.list_type == "map" and isinstance(old, LIST):
            before = {item_key(node, item): item for item in old}
        for number, item in enumerate(value):
            former = None
            if before:
                former = before.get(item_key(node, item))
            self._walk_inside(inner, item, former, (at, number), stored)

    def _walk_inside(
        self, node: Node, value: object, old: object, at: PathNode, stored: bool
    ) -> None:
        """Walk a part of a value, if there is one.

        A new part counts as stored if the value around it does.
        """
        if value is None:
            return
        if old is not None:
            stored = equal_values(node, value, old)
        self.walk(node, value, old, at, stored)

    def _run_rules(
        self, node: Node, value: object, old: object, at: PathNode, stored: bool
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
                failure: RawError = (
                    _resolve_path(at, node, rule.at),
                    rule.reason,
                    _REASONS.get(rule.reason, "rule_invalid"),
                    {"message": self._build_message(node, rule, activation)},
                )
            except EvaluationFailed as error:
                message = f"{error} evaluating rule: {rule.title}"
                failure = (at, INVALID, FAILED, {"message": message})
            except (CompileError, CannotRun) as error:
                if isinstance(error, CompileError):
                    why = f"it does not compile: {error.text}"
                else:
                    why = str(error)
                self._outcome.unchecked.append(UncheckedRule(at, why))
                continue
            self._outcome.broken.append(BrokenRule(failure, stored and not uses_old))

    def _find_program(self, node: Node, rule: CelRule, text: str) -> Program:
        """Return an expression of a rule, compiled once. Raises `CompileError` and `CannotRun`."""
        if text not in rule.programs:
            try:
                compiled = self._by.compile(text, node, has_optional_old=rule.optional)
                rule.programs[text] = compiled
            except (CompileError, CannotRun) as error:
                rule.programs[text] = error
        outcome = rule.programs[text]
        if isinstance(outcome, Exception):
            raise outcome
        program: Program = outcome
        return program

    def _build_message(self, node: Node, rule: CelRule, activation: object) -> str:
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


def _resolve_path(at: PathNode, node: Node, path: str) -> PathNode:
    """Return the place of a `fieldPath`, as far as the schema has it."""
    for match in _PATH.finditer(path):
        name = match[1]
        if name is None:
            name = re.sub(r"\\(.)", r"\1", match[2])
        field = node.fields.get(name)
        if field is not None:
            at, node = (at, name), field
        elif node.inner is not None:
            at, node = (at, (name,)), node.inner
        else:
            at = (at, name)
    return at
