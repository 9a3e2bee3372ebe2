"""Expressions in CEL that do not compile: of CustomResourceDefinitions, of admission policies, and of schemas, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from msgspec import Struct

from codegen.core import source as sources
from codegen.core.source import Source
from codegen.findings.diagnostics import CodegenError, Report, Span
from codegen.model import Reference, kubernetes
from codegen.outputs.python.field_types import Types, types_at
from codegen.outputs.python.rules import RULES, PlacedRule, rules_of
from codegen.readers.documents import manifest
from codegen.readers.documents.builder import Document
from codegen.validation.stored import single

OBJECT = ("self",)
UPDATE = ("self", "oldSelf")
POLICY = ("object", "oldObject", "request", "params", "namespaceObject", "variables")
_DEEPEST = 200


class Expression(Struct, frozen=True, kw_only=True):
    """An expression of a manifest, where it stands, and what it can name; `optional` is the variable that may be nothing."""

    steps: tuple[Any, ...]
    text: str
    variables: tuple[str, ...]
    optional: str = ""


class Wrong(Struct, frozen=True, kw_only=True):
    """An expression that does not compile: why, and where from the beginning of the expression."""

    expression: Expression
    line: int
    column: int
    why: str


def expressions_of(data: Any) -> Iterator[Expression]:
    """The expressions of a definition of custom resources or of a policy; none of any other object."""
    if not isinstance(data, dict) or not isinstance(data.get("spec"), dict):
        return
    kind = str(data.get("apiVersion")).rpartition("/")[0], data.get("kind")
    if kind == kubernetes.CUSTOM_DEFINITION:
        versions = data["spec"].get("versions")
        for at, version in enumerate(versions if isinstance(versions, list) else ()):
            schema = version.get("schema") if isinstance(version, dict) else None
            if isinstance(schema, dict):
                yield from _of_schema(
                    schema.get("openAPIV3Schema"), ("spec", "versions", at, "schema", "openAPIV3Schema")
                )
    elif kind == kubernetes.ADMISSION_POLICY:
        yield from _of_policy(data["spec"])


def wrong_in(data: Any) -> Iterator[Wrong]:
    """The expressions of an object that do not compile, if there is a library that can tell."""
    yield from filter(None, map(_compiled, expressions_of(data)))


def has_library() -> bool:
    """Whether there is a library that can tell what compiles."""
    from codegen.outputs.python.runtime.cel_engine import engine

    return engine() is not None


def report_wrong(reference: Reference, report: Report) -> None:
    """Warn of the rules of a reference that do not compile, each at its place in the file; once of all, where no library can tell."""
    if not has_library():
        _report_all(reference, report)
        return
    places = Places()
    for definition in reference.definitions.values():
        types: Types | None = None
        place = ""
        for rule in rules_of(definition):
            if rule.id != place:
                types, place = types_at(rule), rule.id
            for wrong in filter(None, (_checked(rule, word, types) for word in ("rule", "messageExpression"))):
                report.warning(
                    "cel-rule-not-compiled",
                    f"{rule.id}: the rule {_short(wrong.expression.text)} does not compile: {wrong.why}",
                    places.of(rule, wrong.expression.text, wrong),
                    "a server refuses the definition; correct the rule",
                )


def _report_all(reference: Reference, report: Report) -> None:
    rules = [rule for definition in reference.definitions.values() for rule in rules_of(definition)]
    if rules:
        span = (rules[0].field or rules[0].definition).span
        report.warning(
            "cel-library-missing",
            f"rules in CEL (x-kubernetes-validations) that were not compiled, since no library for CEL is installed: {len(rules)}",
            Span(path=span.path),
            "pip install 'apiref-codegen[cel]'",
        )


def place_of(document: Document, source: Source, wrong: Wrong) -> tuple[int, int]:
    """Line and column in a file of the place inside an expression."""
    span = source.span(_inside(source.text, source.offset(*document.place(wrong.expression.steps)), wrong))
    return span.line, span.column


# ------------------------------------------------------------------------------------------------------------- schemas


def _of_schema(schema: Any, steps: tuple[Any, ...]) -> Iterator[Expression]:
    if len(steps) > _DEEPEST:
        return
    if isinstance(schema, list):
        for at, part in enumerate(schema):
            yield from _of_schema(part, (*steps, at))
    if not isinstance(schema, dict):
        return
    rules = schema.get(RULES)
    for at, rule in enumerate(rules if isinstance(rules, list) else ()):
        if isinstance(rule, dict):
            yield _of_rule(rule, (*steps, RULES, at))
            if isinstance(rule.get("messageExpression"), str):
                yield _of_rule(rule, (*steps, RULES, at), "messageExpression")
    for word, inner in schema.items():
        if word == "properties" and isinstance(inner, dict):
            for name, field in inner.items():
                yield from _of_schema(field, (*steps, word, name))
        elif word in ("items", "additionalProperties", "allOf", "anyOf", "oneOf", "not"):
            yield from _of_schema(inner, (*steps, word))


def _of_rule(rule: dict[str, Any], steps: tuple[Any, ...], word: str = "rule") -> Expression:
    optional = "oldSelf" if rule.get("optionalOldSelf") is True else ""
    variables = ("self", "oldSelf_value", "has_oldSelf") if optional else UPDATE
    return Expression(steps=(*steps, word), text=str(rule.get(word) or ""), variables=variables, optional=optional)


def _of_policy(spec: dict[str, Any]) -> Iterator[Expression]:
    places = (
        ("variables", "expression"),
        ("matchConditions", "expression"),
        ("validations", "expression"),
        ("validations", "messageExpression"),
        ("auditAnnotations", "valueExpression"),
    )
    for name, word in places:
        listed = spec.get(name)
        for at, each in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(each, dict) and isinstance(each.get(word), str):
                yield Expression(steps=("spec", name, at, word), text=each[word], variables=POLICY)


def _checked(rule: PlacedRule, word: str, types: Types | None) -> Wrong | None:
    """An expression of a rule that does not compile, or not for the types of the fields that it sees."""
    expression = _of_rule(rule.data, (), word)
    if not expression.text.strip():
        return None
    if types is None:
        return _compiled(expression)
    fault = _fault(
        expression.text, expression.variables, expression.optional, types, "bool" if word == "rule" else "string"
    )
    return None if fault is None else Wrong(expression=expression, line=fault[0], column=fault[1], why=fault[2])


@cache  # versions of a resource have the same rules over the same fields
def _fault(
    text: str, variables: tuple[str, ...], optional: str, types: Types, gives: str
) -> tuple[int, int, str] | None:
    from codegen.outputs.python.runtime.cel_engine import engine
    from codegen.outputs.python.runtime.cel_program import CannotRun, Fault

    by = engine()
    kinds = {name: "bool" if name.startswith("has_") else types.of for name in variables}
    try:
        if by is not None:
            by.check(text, kinds, types.messages, gives, optional)
    except Fault as fault:
        return fault.line, fault.column, fault.text
    except CannotRun:
        pass  # it may well be right; where it is asked, it is told that it was not
    return None


def _compiled(expression: Expression) -> Wrong | None:
    from codegen.outputs.python.runtime.cel_engine import engine
    from codegen.outputs.python.runtime.cel_program import CannotRun, Fault

    by = engine()
    if by is None or not expression.text.strip():
        return None
    try:
        by.compile(expression.text, expression.variables, expression.optional)
    except Fault as fault:
        return Wrong(expression=expression, line=fault.line, column=fault.column, why=fault.text)
    except CannotRun:
        pass  # it may well be right; where it is asked, it is told that it was not
    return None


# -------------------------------------------------------------------------------------------------------------- places


class Stated:
    """The expressions of some documents, each found by what it says and by the field of the version that says it."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._first: dict[str, tuple[Document, Expression]] = {}
        self._own: dict[tuple[Any, ...], tuple[Document, Expression]] = {}
        for document in documents:
            for each in expressions_of(document.data):
                self._first.setdefault(each.text, (document, each))
                if (owner := _owner(each, document.data)) is not None:
                    self._own.setdefault((owner, each.text), (document, each))

    def of(self, rule: PlacedRule, text: str) -> tuple[Document, Expression] | None:
        """An expression of a rule with its document; where no field has it, another one that says the same."""
        return self._own.get((_owner_of(rule), text)) or self._first.get(text)


_Owner = tuple[Any, Any, Any, str]  # group, version, kind, and the path of the field with the part of its type


def _owner_of(rule: PlacedRule) -> _Owner | None:
    gvk = rule.definition.gvk
    own = rule.id.removeprefix(rule.definition.key).removeprefix("#")
    return (gvk.group, gvk.version, gvk.kind, own) if gvk is not None else None


def _owner(expression: Expression, data: Any) -> _Owner | None:
    """The same of an expression of a definition of custom resources; None for one of a policy."""
    if expression.steps[:2] != ("spec", "versions"):
        return None
    (_, _, at, _, _, *steps), spec = expression.steps, data["spec"]
    path = inside = ""
    waiting = iter(steps[: steps.index(RULES)])
    for step in waiting:
        if step == "properties":
            path, inside = f"{path}.{next(waiting)}", ""
        elif step in ("items", "additionalProperties"):
            inside += "[]" if step == "items" else "{}"
    names = spec.get("names")
    kind = names.get("kind") if isinstance(names, dict) else None
    owner = (spec.get("group"), spec["versions"][at].get("name"), kind, f"{path[1:]}{inside}")
    return owner if all(isinstance(part, str) for part in owner) else None


class Places:
    """The places of rules in the files that they are from, each of which is read once."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[Source, Stated] | None] = {}

    def of(self, rule: PlacedRule, text: str, wrong: Wrong | None = None) -> Span:
        """The place of an expression of a rule, or of what is wrong inside it; that of its field where the file has no such rule."""
        span = rule.field.span if rule.field is not None else rule.definition.span
        if span.path not in self._files:
            self._files[span.path] = _read(span.path)
        known = self._files[span.path]
        at = known[1].of(rule, text) if known is not None else None
        if known is None or at is None:
            return span
        document, expression = at
        if wrong is None:
            line, column = document.place(expression.steps)
        else:
            found = Wrong(expression=expression, line=wrong.line, column=wrong.column, why=wrong.why)
            line, column = place_of(document, known[0], found)
        return Span(path=span.path, line=line, column=column)


def _read(path: str) -> tuple[Source, Stated] | None:
    from pathlib import Path

    try:
        source = sources.load(Path(path), path)
    except CodegenError:
        return None
    return source, Stated(single(manifest.read(source).documents))


def _inside(text: str, at: int, wrong: Wrong) -> int:
    """The place of a fault in a value that begins here, however the value is quoted, folded or indented: blanks do not count."""
    lines = wrong.expression.text.split("\n")
    before = (
        "".join([*lines[: wrong.line - 1], lines[wrong.line - 1][: wrong.column - 1]])
        if wrong.line <= len(lines)
        else ""
    )
    left = sum(not char.isspace() for char in before)
    style = text[at : at + 1]
    if style in ("|", ">"):
        at = text.find("\n", at) + 1
    elif style in ("'", '"'):
        at += 1
    while at < len(text):
        width, counts = _char(text, at, style)
        if counts and not left:
            break
        left -= counts
        at += width
    return at


def _char(text: str, at: int, style: str) -> tuple[int, bool]:
    """How wide the character here is as it is written, and whether it is no blank."""
    if style == "'" and text[at : at + 2] == "''":
        return 2, True
    if style == '"' and text[at] == "\\":
        following = text[at + 1 : at + 2]
        return {"u": 6, "U": 10, "x": 4}.get(following, 2), following not in ("n", "t", "r", "\n", " ")
    return 1, not text[at].isspace()


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 100 else f"{plain[:100]}…"
