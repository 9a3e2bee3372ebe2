"""What the views of a page have in common, whatever its layout."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from codegen.core import limits
from codegen.core.diagnostics import Span, failure
from codegen.core.escaping import yaml
from codegen.core.escaping.markdown import markdown_line
from codegen.model import Definition, Operation, Reference, split_prose_id
from codegen.outputs.docs.shared.links import Anchors, anchor
from codegen.outputs.docs.shared.localized_texts import LocalizedTexts

V = TypeVar("V", bound=LocalizedTexts)


class FrontView(Struct, frozen=True, kw_only=True):
    """The head of a page in one language, each value as YAML. An empty `import_path` and no weight are left out."""

    api_version: str
    import_path: str
    kind: str
    description: str
    title: str
    weight: int | None


def front_view(
    *, api_version: str, import_path: str | None, kind: str, description: str, title: str, weight: int | None
) -> FrontView:
    """The head of a page from plain texts; without an import path it has no line for it."""
    return FrontView(
        api_version=yaml.quote_yaml(api_version),
        import_path="" if import_path is None else yaml.quote_yaml(import_path),
        kind=yaml.quote_yaml(kind),
        description=yaml.quote_yaml(description),
        title=yaml.quote_yaml(title),
        weight=weight,
    )


def paragraphs(*texts: str) -> str:
    """Texts one below the other; those that say nothing are left out."""
    return "\n\n".join(filter(None, texts))


class PageBuilder(Generic[V]):
    """Builds the views of pages in one language; `english` speaks in the comments of a page that is translated."""

    too_many_rows = "its types lead to each other in too many ways"

    def __init__(self, reference: Reference, texts: V, english: V) -> None:
        self._reference = reference
        self._texts = texts
        self._english = english
        self._bilingual = texts.locale.tag != english.locale.tag
        self.begin(Anchors())

    def begin(self, anchors: Anchors) -> None:
        """Begin a page, whose sections have these ids."""
        self._rows_so_far = 0
        self.anchors = anchors
        self._placed: set[str] = set()  # the definitions whose fields have their ids

    def is_translated(self, prose_id: str) -> bool:
        """Whether a text stands in both languages of a page, so that the English belongs into a comment."""
        return self._bilingual and self._texts.has_translation(prose_id) and self._english.has_translation(prose_id)

    def count_rows(self, number: int, level: int, kind: str, span: Span) -> None:
        """Count the rows of a page about `kind`, at a level of types in types. Raises `CodegenError` for one that would never end."""
        self._rows_so_far += number
        if self._rows_so_far > limits.PAGE_ROWS:
            raise failure(
                "page-too-long",
                f"{kind} would have more than {limits.PAGE_ROWS} rows",
                span,
                self.too_many_rows,
            )
        if level > limits.PAGE_LEVELS:
            raise failure(
                "page-too-long",
                f"{kind} would have more than {limits.PAGE_LEVELS} types inside each other",
                span,
                self.too_many_rows,
            )

    def history_anchor(self, prose_id: str) -> str:
        """The id of the line that tells the history of a thing; another one each time that its type is written out on a page."""
        key, path = split_prose_id(prose_id)
        own = anchor(key if " /" in key else "-".join(filter(None, (key.rpartition(".")[2], path))))
        return self.anchors.derive(own, "history")

    def resource_anchor(self, key: str) -> str:
        """The id of the line that says how a custom resource is served, or nothing for another definition."""
        definition = self._reference.definitions.get(key)
        if definition is None or definition.resource is None:
            return ""
        self.reserve_field_anchors(definition)
        return self.anchors.derive(anchor(key.rpartition(".")[2]), "resource")

    def field_anchor(self, definition: Definition, path: str) -> str:
        """The id of the row of a field, which may be written out in another one: `path` leads to it."""
        self.reserve_field_anchors(definition)
        return self.anchors.assign(f"{definition.name}-{path}")

    def reserve_field_anchors(self, definition: Definition) -> None:
        """Give all fields of a definition their ids, before any line beside them has one."""
        if definition.key in self._placed:
            return
        self._placed.add(definition.key)
        for path, _ in definition.paths:
            self.anchors.assign(f"{definition.name}-{path}")

    def heading(self, level: int, text: str, place: str) -> str:
        """A heading that links can lead to, if `place` is given."""
        return f"{'#' * level} {text}{f' {{#{place}}}' if place else ''}"

    def request(self, operation: Operation) -> str:
        """The line that says what is asked for."""
        return markdown_line(f"{operation.method} {operation.path}")
