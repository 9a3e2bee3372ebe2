"""The facts of a source that decide which keywords it can have."""

from __future__ import annotations

from msgspec import Struct

from codegen.drift.compare.context import Context
from codegen.drift.compare.inputs import ComparisonInput

VERSION_KEYWORDS = frozenset(("swagger", "openapi"))


class _Form(Struct, frozen=True, kw_only=True):
    """The facts of a source that decide which keywords it can have."""

    is_pages: bool
    has_only_resources: bool
    versions: frozenset[str]


def has_same_version(context: Context) -> bool:
    """Return whether both sides are pages or custom resources, or documents of the same version of
    OpenAPI.
    """
    return _describe_form(context.old) == _describe_form(context.new)


def _describe_form(side: ComparisonInput) -> _Form:
    names = frozenset(word.name for word in side.reference.document)
    return _Form(
        is_pages=side.is_pages,
        has_only_resources=side.has_only_resources,
        versions=names & VERSION_KEYWORDS,
    )
