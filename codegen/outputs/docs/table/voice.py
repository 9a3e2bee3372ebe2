"""One language of the table layout: its descriptions as cells and sections, and the titles of operations."""

from __future__ import annotations

from collections.abc import Iterable

from codegen.core.escaping.cells import cell
from codegen.core.escaping.cells_upstream import upstream_cell, upstream_front, upstream_section
from codegen.core.escaping.controls import visible
from codegen.core.escaping.markdown import markdown_heading, markdown_with_entities
from codegen.core.locales import Locale
from codegen.core.patterns import lazy_pattern
from codegen.core.scripts import WIDE_JOINT
from codegen.model import Operation, Parameter, Reference, common_parameter_id, parameter_id
from codegen.outputs.docs.shared.voice import Voice
from codegen.outputs.docs.table.differences import Difference
from codegen.outputs.docs.table.operations import Titled

# Where a line of full-width prose may end: between such letters a line break does not count as a blank. What could begin the item of a list stays.
_BREAK = lazy_pattern(r"(?<=[。！？；])(?=[^\W\d_]|[<“‘「《（])(?!<(?:/|br|ul|ol|li|pre))")
# A blank there was a line break: beside a full-width mark no blank is written.
_BLANK = lazy_pattern(r"(?<=[。！？；]) (?=[^\W\d_]|[“‘「《（])")
_ITEM = lazy_pattern(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]")


def joined(text: str) -> str:
    """A text of full-width letters without the line breaks that only wrap it: those of paragraphs, lists and code stay."""
    pieces: list[str] = []
    last, fenced = "", False
    for line in text.split("\n"):
        bare, fence = line.strip(), line.lstrip().startswith("```")
        if not pieces:
            joint = ""
        elif fenced or fence or not bare or not last.strip() or last.lstrip().startswith("```") or _ITEM.match(line):
            joint = "\n"
        else:
            joint = "" if WIDE_JOINT.fullmatch(last.rstrip()[-1:] + bare[:1]) else " "
        pieces += (joint, line if joint == "\n" or not pieces else bare)
        fenced ^= fence
        last = line
    return "".join(pieces)


class TableVoice(Voice):
    """A voice whose descriptions are the content of cells, of sections and of front matter."""

    def __init__(
        self, reference: Reference, locale: Locale, others: Iterable[str], differs: frozenset[Difference]
    ) -> None:
        super().__init__(reference, locale, others)
        self._html = Difference.CELL_HTML in differs
        self._markdown = Difference.SECTION_TEXT in differs
        self._plain_front = Difference.PLAIN_FRONT_MATTER in differs
        self._cells: dict[tuple[str, bool], str] = {}

    def laid_out(self, text: str) -> str:
        """A description of this language with its punctuation, without the line breaks that only wrap it."""
        if not self.locale.full_width:
            return text
        return _BLANK.sub("", self.set(joined(text) if "\n" in text else text))

    def cell(self, prose_id: str) -> str:
        """The description of a field as the content of a cell."""
        return self._cell(self.plain(prose_id), True)

    def parameter(self, operation: Operation, parameter: Parameter) -> tuple[str, str]:
        """The prose id that a parameter's description has in this language, and the description as the content of a cell."""
        ids = (
            parameter_id(
                operation.id, f"{parameter.place}/{parameter.name}"
            ),  # where two places have a parameter of one name
            parameter_id(operation.id, parameter.name),
            common_parameter_id(parameter.name),
        )
        used = next((prose_id for prose_id in ids if self.plain(prose_id)), ids[1])
        return used, self._cell(self.plain(used), False)

    def _cell(self, text: str, stars: bool) -> str:
        if not text:
            return ""
        content = self._cells.get((text, stars))
        if content is None:
            content = cell(text) if self._html else upstream_cell(text, stars=stars)
            if self.locale.full_width:
                content = _BREAK.sub("\n      ", content)  # as deep as the cells stand
            self._cells[text, stars] = content
        return content

    def response(self, text: str) -> str:
        """The words of a response."""
        return self._cell(text, False)

    def section(self, prose_id: str) -> str:
        """The description of a section as Markdown."""
        text = self.plain(prose_id)
        block = markdown_with_entities(text) if self._markdown else upstream_section(text)
        return _BREAK.sub("\n", block) if self.locale.full_width and "```" not in block else block

    def front(self, text: str) -> str:
        """A description in the front matter, before it is quoted."""
        return visible(text).strip() if self._plain_front else upstream_front(text)

    def title(self, titled: Titled) -> str:
        """What stands behind the verb in the heading of an operation."""
        if titled.own and (title := self.heading(titled.operation.id)):
            return title
        words = self.labels[f"action_{titled.action}"]
        if titled.everywhere:
            words = self.labels["all_namespaces"].format(action=words)
        if titled.part:
            words += f" {titled.part}"
        if titled.path:
            words += f" {self.labels['path']}"
        return markdown_heading(words)
