"""Texts of the table layout in one language: cells, sections and titles of operations."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from codegen.core.escaping.controls import visible
from codegen.core.locales import Locale
from codegen.drift.history.changelog_records import Changelog
from codegen.model import Operation, Parameter, Reference, common_parameter_id
from codegen.outputs.docs.shared.line_filling import fill_line, wrap_paragraphs
from codegen.outputs.docs.shared.localized_texts import NO_CHANGELOG, LocalizedTexts
from codegen.outputs.docs.shared.value_limits import join_generated_lines
from codegen.outputs.docs.table.operation_titles import OperationTitle
from codegen.outputs.escaping.cells import cell
from codegen.outputs.escaping.cells_upstream import upstream_cell, upstream_front, upstream_section
from codegen.outputs.escaping.markdown import markdown_heading, markdown_with_entities

_INDENT = " " * 6  # the indentation of cells


class ParameterText(NamedTuple):
    """The id of a parameter's text in one language, and the text as a cell."""

    prose_id: str
    cell: str


class TableTexts(LocalizedTexts):
    """Texts with descriptions as the content of cells, sections and front matter."""

    def __init__(
        self,
        reference: Reference,
        locale: Locale,
        other_languages: Iterable[str],
        changelog: Changelog = NO_CHANGELOG,
        *,
        upstream: bool,
    ) -> None:
        super().__init__(reference, locale, other_languages, changelog)
        self._upstream = upstream
        self._cell = cache(self._write_cell)  # many texts are on several pages

    def cell(self, prose_id: str) -> str:
        """Write the description of a field as a cell."""
        return self._cell(self.plain(prose_id), True)

    def generated_lines(self, lines: Iterable[str], place: str, *, in_row: bool = False) -> str:
        """Write generated lines, such as limits, in a cell or as Markdown."""
        written = (
            (self._cell(line, True) if in_row else markdown_with_entities(line)) for line in lines
        )
        return join_generated_lines(written, place)

    def parameter(self, operation: Operation, parameter: Parameter) -> ParameterText:
        """Return the text of a parameter in this language."""
        ids = (operation.parameter_id(parameter), common_parameter_id(parameter.name))
        used = next((prose_id for prose_id in ids if self.plain(prose_id)), ids[0])
        return ParameterText(prose_id=used, cell=self._cell(self.plain(used), False))

    def _write_cell(self, text: str, stars: bool) -> str:
        if not text:
            return ""
        if self._upstream:
            content = upstream_cell(text, stars=stars)
        else:
            content = cell(text)
        if self.locale.full_width:
            return fill_line(content, _INDENT)
        return content

    def response(self, text: str) -> str:
        """Write the text of a response."""
        return self._cell(text, False)

    def section(self, prose_id: str) -> str:
        """Write the description of a section as Markdown."""
        text = self.plain(prose_id)
        if self.locale.full_width and self.has_translation(prose_id):
            text = wrap_paragraphs(text)
        if self._upstream:
            return upstream_section(text)
        return markdown_with_entities(text)

    def front(self, text: str) -> str:
        """Write a description for the front matter, before it is quoted."""
        if self._upstream:
            return upstream_front(text)
        return visible(text).strip()

    def title(self, titled: OperationTitle) -> str:
        """Return the heading of an operation without its verb."""
        if titled.own and (title := markdown_heading(self.plain(titled.operation.id))):
            return title
        words = self.labels[f"action_{titled.action}"]
        if titled.everywhere:
            words = self.labels["all_namespaces"].format(action=words)
        if titled.part:
            words += f" {titled.part}"
        if titled.path:
            words += f" {self.labels['path']}"
        return markdown_heading(words)
