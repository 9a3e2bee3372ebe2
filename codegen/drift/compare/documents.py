"""Comparison of what documents state as a whole: servers, security, tags and extensions."""

from __future__ import annotations

import json
from collections.abc import Iterator

from msgspec import Struct

from codegen.core.diagnostics import Span
from codegen.drift.compare.changes import Change
from codegen.drift.compare.context import Context
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.compare.keywords import KEYWORD_RULES
from codegen.drift.compare.security import (
    SCHEMES,
    SECURITY,
    classify_security_change,
    find_changed_schemes,
)
from codegen.drift.compare.source_forms import VERSION_KEYWORDS, has_same_version
from codegen.model.keywords.keyword import DocumentKeyword

_SERVERS = "servers"
_Place = tuple[str, str]  # the path of the API, or nothing, and the name


class _Values(Struct, frozen=True, kw_only=True):
    """The values of one keyword of both documents, as JSON, with a location in the new one."""

    name: str
    inside: str
    old: str | None
    new: str | None
    span: Span


def compare_documents(context: Context) -> Iterator[Change]:
    """Compare the keywords of whole documents, such as `security`.

    Versions of OpenAPI have different keywords, whose absence is no difference between them.
    """
    old, new = _index_keywords(context.old), _index_keywords(context.new)
    if not old or not new or context.old.is_pages or context.new.is_pages:
        return
    is_same_version = has_same_version(context)
    for inside, name in sorted(old.keys() | new.keys()):
        before, after = old.get((inside, name)), new.get((inside, name))
        if name in VERSION_KEYWORDS:
            continue
        if (before is None or after is None) and not is_same_version:
            continue
        values = _Values(
            name=name,
            inside=inside,
            old=before.value if before is not None else None,
            new=after.value if after is not None else None,
            span=after.span if after is not None else _find_start(context.new),
        )
        if values.old == values.new:
            continue
        if name == SECURITY and not inside:
            yield from _compare_security(context, values)
        elif name == SCHEMES and not inside:
            if is_same_version:
                yield from _compare_schemes(context, values)
        else:
            yield _make_change(context, _find_rule(values), values)


def _index_keywords(side: ComparisonInput) -> dict[_Place, DocumentKeyword]:
    return {(keyword.inside, keyword.name): keyword for keyword in side.reference.document}


def _find_start(side: ComparisonInput) -> Span:
    """Return the location of the version of a document, where one without a keyword begins."""
    for keyword in side.reference.document:
        if keyword.name in VERSION_KEYWORDS:
            return keyword.span
    return Span(path=side.name)


def _make_change(context: Context, rule: str, values: _Values) -> Change:
    return Change(
        graded=context.grade(rule),
        id=f"{values.inside or 'document'}#{values.name}",
        subject=f"`{values.name}` of {values.inside or 'the document'}",
        old=values.old,
        new=values.new,
        span=values.span,
    )


def _find_rule(values: _Values) -> str:
    if values.name == _SERVERS and _list_urls(values.old) <= _list_urls(values.new):
        return "annotation-changed"  # further servers, or other descriptions
    return KEYWORD_RULES.get(values.name, "keyword-changed")


def _list_urls(value: str | None) -> frozenset[str]:
    """Return the URLs of servers, with their variables; without the keyword there is one, `/`."""
    if value is not None:
        servers = json.loads(value)
    else:
        servers = [{"url": "/"}]
    urls: set[str] = set()
    for server in servers if isinstance(servers, list) else ():
        if isinstance(server, dict):
            stated = {name: part for name, part in server.items() if name != "description"}
            urls.add(json.dumps(stated, sort_keys=True))
    return frozenset(urls)


def _compare_security(context: Context, values: _Values) -> Iterator[Change]:
    """Find a change of what all operations require."""
    if rule := classify_security_change(values.old, values.new):
        yield Change(
            graded=context.grade(rule),
            id=f"document#{SECURITY}",
            subject=f"`{SECURITY}` of the document",
            old=values.old or "nothing",
            new=values.new or "nothing",
            span=values.span,
        )


def _compare_schemes(context: Context, values: _Values) -> Iterator[Change]:
    """Find schemes that need other credentials; what requests need of them is compared by itself."""
    changed = find_changed_schemes(values.old, values.new)
    for scheme in changed:
        yield Change(
            graded=context.grade("security-tightened"),
            id=f"document#{SCHEMES}.{scheme.name}",
            subject=f"the security scheme {scheme.name}",
            old=scheme.old,
            new=scheme.new,
            span=values.span,
        )
    if not changed:
        yield _make_change(context, "annotation-changed", values)
