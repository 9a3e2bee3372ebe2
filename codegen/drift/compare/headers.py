"""Comparison of the headers of responses, one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from operator import eq

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Level
from codegen.drift.compare.changes import Change
from codegen.drift.compare.constraints import CONSTRAINTS, classify_constraint_change
from codegen.drift.compare.context import Context
from codegen.drift.compare.pairs import ElementPair
from codegen.drift.compare.types import find_type_difference
from codegen.findings.rules.catalogue import CHANGES
from codegen.model import Response, Scalar

HEADERS = "headers"
# Keywords that limit the values of a type.
_LIMITS = CONSTRAINTS - {"type", "items", "allOf", "anyOf", "oneOf", "properties"}
_TYPE_KEYWORDS = frozenset(("type", "format"))
_ANNOTATIONS = frozenset(("title", "description", "example", "examples", "deprecated"))


class _Header(Struct, frozen=True, kw_only=True):
    """A header: its name as written, its schema as JSON, and everything that is only said of it."""

    name: str
    schema: str
    required: bool
    annotations: str


def compare_headers(context: Context, pair: ElementPair[Response]) -> Iterator[Change]:
    """Find the changes of the headers of a response. Their names have no case."""
    if not context.supports(pair, "keywords"):
        return
    old, new = _read_headers(pair.old), _read_headers(pair.new)
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        header = before or after
        assert header is not None  # noqa: S101 - the name is of one of them
        header_pair = replace(
            pair, id=f"{pair.id} header {header.name}", name=f"header {header.name} of {pair.name}"
        )
        if before is None:
            yield context.change(header_pair, "header-added", new=header.schema)
        elif after is None:
            if header.required:
                rule = "required-header-removed"
            else:
                rule = "header-removed"
            yield context.change(header_pair, rule, header.schema)
        else:
            yield from _compare_header(context, header_pair, before, after)


def _compare_header(
    context: Context, pair: ElementPair[Response], before: _Header, after: _Header
) -> Iterator[Change]:
    if before.schema != after.schema:
        change = context.change(pair, "header-changed", before.schema, after.schema)
        level = _find_level(before.schema, after.schema)
        yield replace(change, graded=change.graded.replace_levels(request=None, response=level))
    if before.required != after.required:
        old_word = "required" if before.required else "optional"
        new_word = "required" if after.required else "optional"
        change = context.change(pair, "header-changed", old_word, new_word)
        if after.required:  # readers get it in every response now
            graded = change.graded.replace_levels(request=None, response=Level.INFO)
            change = replace(change, graded=graded)
        yield change
    if before.annotations != after.annotations:
        yield context.change(pair, "annotation-changed", before.annotations, after.annotations)


def _find_level(old_schema: str, new_schema: str) -> Level:
    """Return what the change of a schema is for readers, by the worst of its keywords."""
    old, new = json.loads(old_schema), json.loads(new_schema)
    level = _grade_type(old, new)
    for name in (old.keys() | new.keys()) - _TYPE_KEYWORDS:
        before, after = old.get(name), new.get(name)
        if before != after:
            level = min(level, _grade_keyword(name, before, after), key=lambda each: each.rank)
    return level


def _grade_type(old: Mapping[str, object], new: Mapping[str, object]) -> Level:
    """Return the level for readers of a header with another type or format."""
    difference = find_type_difference(_read_type(old), _read_type(new), eq, eq)
    if difference is None:
        return Level.INFO
    if not difference.relation:
        return Level.ERR
    return CHANGES[f"field-type-{difference.relation}"].response or Level.INFO


def _read_type(schema: Mapping[str, object]) -> Scalar:
    """Read the type of a schema. The form of a list is compared as a keyword."""
    stated = schema.get("type", "")
    name = stated if isinstance(stated, str) else _write(stated)
    return Scalar(type=name, format=str(schema.get("format", "")))


def _grade_keyword(name: str, before: object, after: object) -> Level:
    """Return the level for readers of a header with another value of a keyword."""
    if name in ("default", "nullable"):
        return Level.WARN if name == "nullable" and after is True else Level.INFO
    if name not in _LIMITS:
        return Level.ERR  # another form
    old = None if before is None else _write(before)
    new = None if after is None else _write(after)
    return CHANGES[classify_constraint_change(name, old, new)].response or Level.INFO


def _read_headers(response: Response) -> dict[str, _Header]:
    """Return the headers of a response by their names in lower case."""
    for keyword in response.keywords:
        if keyword.name == HEADERS and not keyword.inside:
            stated = json.loads(keyword.value)
            break
    else:
        return {}
    headers: dict[str, _Header] = {}
    for name, value in stated.items() if isinstance(stated, dict) else ():
        if isinstance(value, dict):
            headers[name.casefold()] = _read_header(name, value)
    return headers


def _read_header(name: str, value: Mapping[str, object]) -> _Header:
    """Read a header, whose schema version 2 writes beside its description."""
    schema = value.get("schema")
    facts = dict(schema) if isinstance(schema, dict) else {}
    for key, part in value.items():
        if key not in ("schema", "required"):
            facts[key] = part
    annotations = {key: part for key, part in facts.items() if _is_annotation(key)}
    shape = {key: part for key, part in facts.items() if not _is_annotation(key)}
    return _Header(
        name=name,
        schema=_write(shape),
        required=value.get("required") is True,
        annotations=_write(annotations),
    )


def _is_annotation(name: str) -> bool:
    return name in _ANNOTATIONS or name.startswith("x-")


def _write(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
