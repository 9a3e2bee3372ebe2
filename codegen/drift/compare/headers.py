"""Comparison of the headers of responses, one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Level
from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Context
from codegen.drift.compare.pairs import ElementPair
from codegen.findings.rules.rule import Grade
from codegen.model import Response

HEADERS = "headers"
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
        yield context.change(pair, "header-changed", before.schema, after.schema)
    if before.required != after.required:
        old_word = "required" if before.required else "optional"
        new_word = "required" if after.required else "optional"
        change = context.change(pair, "header-changed", old_word, new_word)
        if after.required:  # readers get it in every response now
            change = replace(change, level=Level.INFO, grade=Grade(response=Level.INFO))
        yield change
    if before.annotations != after.annotations:
        yield context.change(pair, "annotation-changed", before.annotations, after.annotations)


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
