"""Tables of contents for sites of reference pages.

They come from upstream's `toc.yaml` and `fields.yaml`, or are derived for an API without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct, field

from codegen.core.diagnostics import Span


class Chapter(Struct, frozen=True, kw_only=True):
    """A page of the table of contents, about a kind or a definition.

    `others` are names of further definitions in the same package, or None for those with names
    derived from the subject.
    """

    name: str
    group: str | None = None
    version: str | None = None
    key: str = ""
    others: tuple[str, ...] | None = None
    span: Span

    @property
    def is_resource(self) -> bool:
        """Whether the chapter is about a kind, with its operations."""
        return self.version is not None

    @property
    def api_version(self) -> str:
        """The `apiVersion` of a manifest, or empty for a chapter about a definition."""
        return "/".join(filter(None, (self.group, self.version)))


class ContentsPart(Struct, frozen=True, kw_only=True):
    """A folder of pages."""

    name: str
    chapters: tuple[Chapter, ...]
    span: Span


class FieldGroup(Struct, frozen=True, kw_only=True):
    """Fields of a definition below one heading, or below none."""

    name: str
    fields: tuple[str, ...]


class FieldOrder(Struct, frozen=True, kw_only=True):
    """The order and headings of a definition's fields."""

    key: str
    groups: tuple[FieldGroup, ...]
    span: Span


class Contents(Struct, frozen=True, kw_only=True):
    """A table of contents.

    `skipped` are names of kinds without pages, `orders` the orders of fields by key.

    `upstream` marks contents from files of the upstream generator, whose pages are reproduced byte
    for byte.
    """

    parts: tuple[ContentsPart, ...]
    skipped: tuple[str, ...] = ()
    orders: Mapping[str, FieldOrder] = field(default_factory=lambda: MappingProxyType({}))
    upstream: bool = True
    span: Span
