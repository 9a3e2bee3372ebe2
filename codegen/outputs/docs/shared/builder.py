"""Shared parts of the views of all layouts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from codegen.core import limits
from codegen.core.budget import Budget
from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.escaping.documents import quote_yaml
from codegen.model import Definition, Reference, belongs_to_operation, split_prose_id
from codegen.outputs.docs.shared.links import Anchors, anchor
from codegen.outputs.docs.shared.localized_texts import LocalizedTexts

V = TypeVar("V", bound=LocalizedTexts)


class FrontView(Struct, frozen=True, kw_only=True):
    """The front matter of a page, with values as YAML.

    Without a value, `import_path` and `weight` are left out.
    """

    api_version: str
    import_path: str
    kind: str
    description: str
    title: str
    weight: int | None


class PageView(Struct, frozen=True, kw_only=True):
    """The view of a page.

    `exact` list pages name their origin as machine-made ones do, others by `notice`.
    """

    front: FrontView
    english_front: FrontView
    api_version: str
    import_path: str
    sections: Sequence[Struct]
    operations: Sequence[Struct]
    exact: bool = False
    notice: str = ""


def front_view(weight: int | None, **texts: str) -> FrontView:
    """Build the front matter from plain texts."""
    return FrontView(weight=weight, **{name: quote_yaml(text) for name, text in texts.items()})


def page_too_long(kind: str, limit: str, span: Span) -> CodegenError:
    """Build the error for a page without end."""
    hint = "its types contain each other in too many ways; leave the kind out with `select`"
    return failure(
        "page-too-long",
        f"{kind} would have more than {limit}",
        span,
        hint,
        arguments=(kind,),
    )


def paragraphs(*texts: str) -> str:
    """Join texts as paragraphs, without empty ones."""
    return "\n\n".join(filter(None, texts))


class PageBuilder(Generic[V]):
    """A builder of views in one language.

    `english` is the language of comments on translated pages.
    """

    def __init__(self, reference: Reference, texts: V, english: V) -> None:
        self._reference = reference
        self._texts = texts
        self._english = english
        self._bilingual = texts.locale.tag != english.locale.tag
        self.begin(Anchors())

    def begin(self, anchors: Anchors) -> None:
        """Begin a page with these ids of sections."""
        self._rows = Budget(limits.PAGE_ROWS)
        self._characters = Budget(limits.PAGE_CHARACTERS)
        self.anchors = anchors
        self._placed: set[str] = set()  # definitions with assigned ids of fields

    def is_translated(self, prose_id: str) -> bool:
        """Return whether a text exists in both languages, so that a comment has the English one."""
        return (
            self._bilingual
            and self._texts.has_translation(prose_id)
            and self._english.has_translation(prose_id)
        )

    def count_rows(self, number: int, path: str, level: int, kind: str, span: Span) -> None:
        """Count rows below a path, at a level of nesting.

        Raises `CodegenError` for a page without end.
        """
        if not self._rows.spend(number, span):
            raise page_too_long(kind, f"{limits.PAGE_ROWS} rows", span)
        if not self._characters.spend(number * len(path), span):
            limit = f"{limits.PAGE_CHARACTERS} characters of paths"
            raise page_too_long(kind, limit, span)
        if level > limits.PAGE_LEVELS:
            raise page_too_long(kind, f"{limits.PAGE_LEVELS} types inside each other", span)

    def history_anchor(self, prose_id: str) -> str:
        """Return a new id for the history of an element, wherever it is shown."""
        key, path = split_prose_id(prose_id)
        element = anchor(
            key
            if belongs_to_operation(key)
            else "-".join(filter(None, (key.rpartition(".")[2], path)))
        )
        return self.anchors.derive(element, "history")

    def resource_anchor(self, key: str) -> str:
        """Return the id for the description of a custom resource or a shared object, or nothing for
        other definitions.
        """
        definition = self._reference.definitions.get(key)
        if definition is None or not (definition.resource or definition.places):
            return ""
        self.reserve_field_anchors(definition)
        return self.anchors.derive(anchor(definition.name), "resource")

    def row_anchor(self, text_id: str) -> str:
        """Return the id of a row, for custom resources and inline objects, which have no other
        place.
        """
        key, path = split_prose_id(text_id)
        definition = self._reference.definitions.get(key)
        if definition is None or (
            definition.resource is None and definition.field(path) is not None
        ):
            return ""
        self.reserve_field_anchors(definition)
        return self.anchors.assign(f"{definition.name}-{path}")

    def reserve_field_anchors(self, definition: Definition) -> None:
        """Reserve the ids of all fields of a definition, before other lines take them."""
        if definition.key in self._placed:
            return
        self._placed.add(definition.key)
        for path, _ in definition.paths:
            self.anchors.assign(f"{definition.name}-{path}")

    def heading(self, level: int, text: str, place: str) -> str:
        """Write a heading, with an id if `place` is given."""
        return f"{'#' * level} {text}{f' {{#{place}}}' if place else ''}"
