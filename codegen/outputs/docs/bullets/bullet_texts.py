"""Texts of bullets in one language: descriptions as Markdown, and lines made of labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from msgspec import Struct

from codegen.core.locales import Locale
from codegen.drift.history.changelog_records import Changelog
from codegen.kube.scalars import scalar_type
from codegen.model import Field, ListType, Parameter, Ref, Reference, Type
from codegen.model.types import split_type
from codegen.outputs.docs.shared.line_filling import wrap_paragraphs
from codegen.outputs.docs.shared.localized_texts import NO_CHANGELOG, LocalizedTexts
from codegen.outputs.docs.shared.typography import restore_line_breaks
from codegen.outputs.docs.shared.value_limits import field_mark, join_generated_lines
from codegen.outputs.escaping import markdown

# The first line of a list item, of code, or of indented text.
_NOT_PROSE = re.compile(
    r"^(?:[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]|[ ]{4}|\t|&#|[ \t]*(?:```|~~~))", re.MULTILINE
)


class MarkdownEscaping(Struct, frozen=True, kw_only=True):
    """The functions that escape plain text in a layout, by kind of text.

    `join_generated_lines` writes lines with an id that are not from the reference. `mark` writes
    the id of a field after its name.
    """

    block: Callable[[str], str] = markdown.markdown_with_code
    line: Callable[[str], str] = markdown.markdown_line
    heading: Callable[[str], str] = markdown.markdown_heading
    name: Callable[[str], str] = markdown.markdown_name
    join_generated_lines: Callable[[Iterable[str], str], str] = join_generated_lines
    mark: Callable[[str], str] = field_mark


_OF_HUGO = MarkdownEscaping()
PUBLISHED = MarkdownEscaping(block=markdown.markdown)  # kubernetes.io's generator escapes code, too


class BulletTexts(LocalizedTexts):
    """Texts with descriptions as blocks of Markdown.

    `exact` leaves text as on machine-made pages: placeholders stay unescaped in emphasis, and lines
    stay as they are.
    """

    def __init__(
        self,
        reference: Reference,
        locale: Locale,
        other_languages: Iterable[str],
        *,
        exact: bool = False,
        escaping: MarkdownEscaping = _OF_HUGO,
        changelog: Changelog = NO_CHANGELOG,
    ) -> None:
        super().__init__(reference, locale, other_languages, changelog)
        self.escaping = PUBLISHED if exact else escaping
        self.exact = exact
        self.required = f"{self.labels['comma']}{self.labels['required']}"

    def arrange_lines(self, text: str) -> str:
        """Break a description into lines as published pages do, for languages with full-width
        punctuation.

        A flattened text gets back the lines of its page.
        """
        if not self.locale.full_width:
            return text
        text = self.punctuate(text)
        lines = text if "\n" in text else restore_line_breaks(text)
        if lines != text:
            return lines
        return wrap_paragraphs(text)

    def block(self, prose_id: str) -> str:
        """Write a description as Markdown, without indent."""
        return self.escaping.block(self.plain(prose_id))

    def emphasize(self, prose_id: str, *, whole: bool) -> str:
        """Emphasize the description of an inline type.

        Machine-made pages have one mark around the `whole` text.
        """
        plain = self.plain(prose_id)
        if self.exact:  # kubernetes.io's generator marks empty text, too
            return self._strong(markdown.markdown_with_placeholders(plain))
        if not plain:
            return ""
        text = self.escaping.block(plain)
        if whole:
            return self._strong(text)
        return emphasize(text, self.labels["strong"])

    def notes(self, field: Field) -> list[str]:
        """List the lines above a description, with patch strategy and list type."""
        lines = []
        if strategies := self._strategies(field):
            if len(strategies) > 1:
                label = "patch_strategies"
            else:
                label = "patch_strategy"
            lines.append(
                self.labels[label].format(strategies=self.labels["comma"].join(strategies))
            )
        if field.list_type is ListType.MAP:
            if len(field.list_map_keys) > 1:
                label = "map_of_keys"
            else:
                label = "map"
            lines.append(
                self.labels[label].format(
                    keys=", ".join(map(self.escaping.name, field.list_map_keys))
                )
            )
        elif field.list_type is not None:
            lines.append(self.labels[field.list_type.value])
        return [self._strong(line) for line in lines]

    def generated_lines(self, lines: Iterable[str], place: str, *, in_row: bool = False) -> str:  # noqa: ARG002 - rows are Markdown, too
        """Write generated lines, such as limits, which are no text of the reference."""
        return self.escaping.join_generated_lines(map(self.escaping.block, lines), place)

    def heading(self, prose_id: str) -> str:
        """Write a description as the end of a heading."""
        return self.escaping.heading(self.plain(prose_id))

    def place(self, parameter: Parameter) -> str:
        """Name the location of a parameter. The body needs no name."""
        label = self.labels.get(f"in_{parameter.place}")
        if label:
            return f" ({self._strong(label)})"
        return ""

    def _strategies(self, field: Field) -> list[str]:
        strategies = [
            self.escaping.name(strategy) for strategy in field.patch_strategy if strategy != "merge"
        ]
        if self.exact:  # kubernetes.io shows no other strategies
            strategies = [strategy for strategy in strategies if strategy == "retainKeys"]
        if "merge" in field.patch_strategy:
            if field.patch_merge_key:
                key = self.escaping.name(field.patch_merge_key)
                strategies.append(self.labels["patch_merge"].format(strategy="merge", key=key))
            elif not self.exact:
                strategies.append("merge")
        return strategies

    def _strong(self, text: str) -> str:
        mark = self.labels["strong"]
        return f"{mark}{text}{mark}"


def type_text(
    expression: Type, name: Callable[[str], str], escaping: MarkdownEscaping = _OF_HUGO
) -> str:
    """Write a type as pages do (`[]map[string]X`).

    `name` writes the name of a definition by its key.
    """
    prefix, end = split_type(expression)
    if isinstance(end, Ref):
        word = name(end.key)
    else:
        word = scalar_type(end.type, end.format).page or escaping.name(
            end.format or end.type or "any"
        )
    # `[](...)` would be a link
    if prefix and word.startswith("("):
        return f"{prefix}\\{word}"
    return prefix + word


def emphasize(text: str, mark: str) -> str:
    """Put a mark around each paragraph of a description.

    Emphasis in Markdown ends with its paragraph, and cannot hold lists or code. If the description
    ends in a list or code, only its first paragraph is marked, since readers count the rest as the
    same text. A description with its own marks or fenced code is marked as a whole.
    """
    emphasized = f"{mark}{text}{mark}"
    if "\n" not in text or mark in text or "```" in text or "~~~" in text:
        return emphasized
    parts: list[tuple[str, str]] = []
    for paragraph in text.split("\n\n"):
        parts += _split_paragraph(paragraph)
    if _NOT_PROSE.match(parts[0][1]):
        return emphasized
    if _NOT_PROSE.match(parts[-1][1]):
        marked = [f"{mark}{parts[0][1]}{mark}", *(part for _, part in parts[1:])]
    else:
        marked = [
            part if not part.strip() or _NOT_PROSE.match(part) else f"{mark}{part}{mark}"
            for _, part in parts
        ]
    return "".join(between + part for (between, _), part in zip(parts, marked, strict=True))[2:]


def _split_paragraph(paragraph: str) -> list[tuple[str, str]]:
    """Split a paragraph from a list or code directly below it, each with the break before it."""
    match = _NOT_PROSE.search(paragraph)
    if match is None or not match.start():
        return [("\n\n", paragraph)]
    return [("\n\n", paragraph[: match.start() - 1]), ("\n", paragraph[match.start() :])]
