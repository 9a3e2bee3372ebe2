# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""Running the rules of a schema (`x-kubernetes-validations`) over an object, as a server does."""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from codegen.cel.runtime.cel_engine import (
    MISSING,
    CannotRun,
    CompileError,
    Engine,
    EvaluationFailed,
    Program,
    engine,
)
from codegen.cel.runtime.cel_schemas import CelRule, Node, escape_name
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
from codegen.kube.moments import is_time, parse_timestamp

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
        value = prepare(node, obj, runs)
        before = None if old is None else _align(node, value, prepare(node, old, runs))
        _Run(runs, outcome, start).walk(
            node, value, before, at, before is not None and value == before
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


def prepare(node: Node, value: Any, by: Engine) -> Any:
    """Convert a JSON value to the types and names of CEL, with its defaults."""
    if isinstance(value, dict):
        return _prepare_object(node, value, by)
    inner = node.inner
    if isinstance(value, LIST):
        return (
            value
            if inner is None
            else [prepare(inner, _or_default(inner, item), by) for item in value]
        )
    if node.kind == "number" and type(value) is int:
        return float(value)
    if isinstance(value, str) and node.format:
        return _convert_format(node.format, value, by)
    return value


def _prepare_object(node: Node, value: Mapping[str, Any], by: Engine) -> dict[str, Any]:
    inner = node.inner
    if inner is not None:
        return {
            name: prepare(inner, _or_default(inner, each), by)
            for name, each in value.items()
        }
    fields = node.fields
    if not fields and node.kind != "object":
        return dict(value)
    seen: dict[str, Any] = {}
    for name, each in value.items():
        known = fields.get(name)
        if known is None:
            if each is not None:
                seen[name] = each
        elif (each is not None or known[1].nullable) and known[0] is not None:
            seen[known[0]] = prepare(known[1], each, by)
    for own, field in node.defaults:
        if own not in seen:
            seen[own] = prepare(field, field.default, by)
    if node.embedded:
        metadata = value.get("metadata")
        named = metadata if isinstance(metadata, dict) else {}
        seen["metadata"] = {
            name: named[name] for name in _META if isinstance(named.get(name), str)
        }
    return seen


def _or_default(node: Node, value: Any) -> Any:
    return (
        node.default
        if value is None and not node.nullable and node.default is not None
        else value
    )


def _convert_format(form: str, text: str, by: Engine) -> Any:
    """Convert a string to the CEL type of its format. The schema reports invalid strings."""
    try:
        # the CEL type is stricter than the format
        if form == "date-time" and is_time(text):
            return by.convert_time(parse_timestamp(text).astimezone(UTC))
        if form == "date":
            day = date.fromisoformat(text)
            return by.convert_time(datetime(day.year, day.month, day.day, tzinfo=UTC))
        if form == "duration":
            return by.convert_time(
                timedelta(microseconds=Duration(text).nanoseconds / 1000)
            )
        if form == "byte":
            return b64decode(text, validate=True)
    except (ValueError, OverflowError):
        pass
    return text


def _align(node: Node, value: Any, old: Any) -> Any:
    """Sort the items of sets and lists with keys like the new value, since their order has no meaning."""
    inner = node.inner
    if isinstance(value, LIST) and isinstance(old, LIST):
        if node.list_type == "set":
            return [
                *(item for item in value if item in old),
                *(item for item in old if item not in value),
            ]
        if node.list_type == "map" and inner is not None:
            by_key = {_item_key(node, item): item for item in old}
            found = [
                _align(inner, item, by_key.pop(key))
                for item in value
                if (key := _item_key(node, item)) in by_key
            ]
            return [*found, *by_key.values()]
        return old
    if isinstance(value, dict) and isinstance(old, dict):
        pairs = {own: field for own, field in node.fields.values() if own is not None}
        paired = dict(old)
        for name, each in old.items():
            if name in value and (field := inner or pairs.get(name)):
                paired[name] = _align(field, value[name], each)
        return paired
    return old


def _item_key(node: Node, item: Any) -> Any:
    if not isinstance(item, dict):
        return repr(item)
    return tuple(repr(item.get(escape_name(name) or name)) for name in node.list_keys)


class _Run:
    """Runs rules over the parts of an object, and collects the outcome."""

    def __init__(
        self, by: Engine, outcome: Outcome, start: Callable[[str], str]
    ) -> None:
        self._by = by
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
            known = {_item_key(node, item): item for item in old} if is_map else None
            for number, item in enumerate(value):
                if item is not None:
                    self._walk_inside(
                        inner,
                        item,
                        known and known.get(_item_key(node, item)),
                        (at, number),
                        stored,
                    )

    def _walk_inside(
        self, node: Node, value: Any, old: Any, at: At, stored: bool
    ) -> None:
        """Walk a part of a value. A new part counts as stored if the value around it does."""
        self.walk(node, value, old, at, stored if old is None else value == old)

    def _run_rules(
        self, node: Node, value: Any, old: Any, at: At, stored: bool
    ) -> None:
        """Run the rules of one value, which is converted once for rules with an optional `oldSelf` and once for others."""
        activations: dict[bool, Any] = {}
        for rule in node.rules:
            if rule.uses_old and old is None and not rule.optional:
                continue  # nothing to compare with
            try:
                if reason := self._start(rule.text):
                    raise CannotRun(reason)
                if rule.optional not in activations:
                    before = (
                        {"oldSelf_value": old, "has_oldSelf": old is not None}
                        if rule.optional
                        else {"oldSelf": old}
                    )
                    activations[rule.optional] = self._by.activation(
                        {"self": value, **before}
                    )
                activation = activations[rule.optional]
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
            self._outcome.broken.append((found, stored and not rule.uses_old))

    def _find_program(self, node: Node, rule: CelRule, text: str) -> Program:
        """Return an expression of a rule, compiled once. Raises `CompileError` and `CannotRun`."""
        known = rule.programs.get(text)
        if known is None:
            try:
                if node.merges(text):
                    raise CannotRun(
                        "`+` merges lists of the types set and map, which the library does not do"
                    )
                known = _compile(self._by, text, rule.optional)
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


@cache  # versions of a resource share most of their rules
def _compile(by: Engine, text: str, optional: bool) -> Program:
    return (
        by.compile(text, ("self",), "oldSelf")
        if optional
        else by.compile(text, ("self", "oldSelf"))
    )


def _resolve_path(at: At, node: Node, path: str) -> At:
    """Return the place of a `fieldPath`, as far as the schema has it."""
    for found in _PATH.finditer(path):
        name = found[1] if found[1] is not None else re.sub(r"\\(.)", r"\1", found[2])
        known = node.fields.get(name)
        at = (at, name) if known is not None or node.inner is None else (at, (name,))
        node = known[1] if known is not None else node.inner or node
    return at
