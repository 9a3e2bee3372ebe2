"""Descriptions of inlined definitions in copied text, where nothing separates them from the field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from codegen.model import Prose
from codegen.model.kubernetes import ALIASES
from codegen.readers.page_tree import FieldRow, Texts
from codegen.readers.rendered.copied_lines import ends_sentence
from codegen.readers.rendered.leftovers import RenderedListPage
from codegen.readers.shared.descriptions import strip_emphasis

# Types without fields that have no page, so that fields describe them.
_WITHOUT_FIELDS = frozenset(
    key.rpartition(".")[2] for key in ALIASES if not key.endswith(".Quantity")
)

_EMPTY_DESCRIPTION = "**"


def replace_text(description: Prose, text: str) -> Prose | None:
    """Return a description with another text, or None for an empty one."""
    if text:
        return replace(description, text=text)
    return None


def unlink_inlined(page: RenderedListPage, row: FieldRow, rows: Mapping[str, FieldRow]) -> FieldRow:
    """Return a field of copied text without a link, if the definition of its type is written out
    below it.

    Then it has fields below, or a paragraph that describes the type.
    """
    if not row.type.linked:
        return row
    has_fields = any(path.startswith(f"{row.path}.") for path in rows)
    page_text = row.texts.own
    if page_text is not None:
        paragraphs = _split_paragraphs(page_text.text, row.type.name)
    else:
        paragraphs = []
    first = _find_inlined_paragraph(paragraphs, row.type.name, has_fields=has_fields)
    if first is None and not has_fields:
        return row
    if first is None and len(paragraphs) == 1 and "\n" in paragraphs[0]:
        page.error(
            "text-unexpected",
            f"the description of {row.path!r} and that of its type {row.type.name!r} cannot be told apart",
            row.span,
            "put an empty line between them, or save the page as HTML",
            arguments=(row.path, row.type.name),
        )
    texts, inlined = row.texts, row.inlined
    if first is not None and page_text is not None:
        description, definition = paragraphs[:first], paragraphs[first:]
        texts = Texts(own=replace_text(page_text, "\n\n".join(description)))
        inlined = Texts(own=replace_text(page_text, strip_emphasis("\n\n".join(definition))))
    return replace(row, type=replace(row.type, linked=False), texts=texts, inlined=inlined)


def _split_paragraphs(text: str, name: str) -> list[str]:
    """Split a text into its paragraphs, also above the line that describes a type.

    A browser copies no blank line below a list, and other programs none at all. An empty
    description of a type is its two marks.
    """
    paragraphs: list[str] = []
    for paragraph in text.split("\n\n"):
        lines = paragraph.split("\n")
        start = 0
        for number in range(1, len(lines)):
            is_type = ends_sentence(lines[number - 1]) and _begins_with_type(lines[number], name)
            if is_type or lines[number] == _EMPTY_DESCRIPTION:
                paragraphs.append("\n".join(lines[start:number]))
                start = number
        paragraphs.append("\n".join(lines[start:]))
    return paragraphs


def _find_inlined_paragraph(
    paragraphs: Sequence[str], name: str, *, has_fields: bool
) -> int | None:
    """Return the index of the first paragraph that describes the type of a field, or None.

    The emphasis of that description is lost in copied text, but its mark is shown where it goes on
    over several paragraphs. So a description without a mark is one paragraph.
    """
    for index, paragraph in enumerate(paragraphs):
        if paragraph.startswith("*"):
            return index
    for index, paragraph in enumerate(paragraphs[1:], 1):
        if _begins_with_type(paragraph, name):
            return index
    if not paragraphs:
        return None
    if has_fields and len(paragraphs) > 1:
        return len(paragraphs) - 1
    if has_fields:
        is_of_type = _begins_with_type(paragraphs[0], name)
    else:
        is_of_type = _describes_type_without_fields(paragraphs[0], name)
    if is_of_type:
        return 0
    return None


def _describes_type_without_fields(paragraph: str, name: str) -> bool:
    """Return whether a text describes a type that has no fields and no page."""
    if name not in _WITHOUT_FIELDS or not _begins_with_type(paragraph, name):
        return False
    return _is_compound(name) or paragraph[len(name) :].lstrip().startswith(("is a ", "是"))


def _begins_with_type(paragraph: str, name: str) -> bool:
    """Return whether a text begins with the name of a type. Translators change the case of some."""
    beginning = paragraph[: len(name)]
    is_named = beginning == name
    if _is_compound(name) or name in _WITHOUT_FIELDS:
        is_named = beginning.casefold() == name.casefold()
    return is_named and not re.match(r"[\w.-]", paragraph[len(name) :], re.ASCII)


def _is_compound(name: str) -> bool:
    """Return whether a name has several words, so that it is no word of a sentence."""
    return sum(letter.isupper() for letter in name) > 1
