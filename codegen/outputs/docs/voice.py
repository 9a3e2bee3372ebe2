"""One language of the list layout: its words, its descriptions as Markdown, and the lines that are made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from codegen.core.escaping.markdown import markdown, markdown_heading, markdown_name, markdown_with_placeholders
from codegen.core.locales import Locale
from codegen.model import Array, Field, ListType, Lost, Map, Parameter, Ref, Reference, Scalar, Type
from codegen.outputs.docs.typography import full_width, wrapped

_BYTES = "[]byte"
_ANY = "any"


class Voice:
    """Speaks one language. Where it lacks a text, the first of `others` that has one speaks.

    `exact` leaves text as the machine-made pages have it: placeholders unescaped in emphasised text, nothing set anew.
    """

    def __init__(self, reference: Reference, locale: Locale, others: Iterable[str], *, exact: bool = False) -> None:
        self.locale = locale
        self.exact = exact
        self._labels = locale.labels
        self._reference = reference
        self._others = tuple(tag for tag in others if tag != locale.tag)
        self._texts: dict[str, str] = {}
        self._emphasised: dict[str, str] = {}
        self.required = f"{self._labels['comma']}{self._labels['required']}"
        self._places = {
            place: f" ({self._strong(self._labels[f'in_{place}'])})" for place in ("path", "query", "header")
        }

    def speaks(self, prose_id: str) -> bool:
        """Whether this language itself has the text."""
        return bool(self._reference.text(self.locale.tag, prose_id))

    def has(self, prose_id: str) -> bool:
        """Whether this language, or one that speaks where it is silent, has the text."""
        return self.speaks(prose_id) or any(self._reference.text(tag, prose_id) for tag in self._others)

    def plain(self, prose_id: str) -> str:
        """The text of an id, set as this language sets it, without any escape."""
        if text := self._reference.text(self.locale.tag, prose_id):
            return wrapped(self.set(text)) if self.locale.full_width else text
        return next((text for tag in self._others if (text := self._reference.text(tag, prose_id))), "")

    def set(self, text: str) -> str:
        """A text of this language with its punctuation."""
        return full_width(text) if self.locale.full_width else text

    def block(self, prose_id: str) -> str:
        """A description as Markdown, not indented."""
        text = self._texts.get(prose_id)
        if text is None:
            text = self._texts[prose_id] = markdown(self.plain(prose_id))
        return text

    def heading(self, prose_id: str) -> str:
        """A description as the end of a heading."""
        return markdown_heading(self.plain(prose_id))

    def emphasised(self, prose_id: str) -> str:
        """The description of a definition that is written out below a field."""
        text = self._emphasised.get(prose_id)
        if text is None:
            escape: Callable[[str], str] = markdown_with_placeholders if self.exact else markdown
            text = self._emphasised[prose_id] = self._strong(escape(self.plain(prose_id)))
        return text

    def notes(self, field: Field) -> list[str]:
        """The lines above a description: patch strategy, then list type."""
        found = []
        if strategies := self._strategies(field):
            label = "patch_strategies" if len(strategies) > 1 else "patch_strategy"
            found.append(self._labels[label].format(strategies=self._labels["comma"].join(strategies)))
        if field.list_type is ListType.MAP:
            label = "map_of_keys" if len(field.list_map_keys) > 1 else "map"
            found.append(self._labels[label].format(keys=", ".join(map(markdown_name, field.list_map_keys))))
        elif field.list_type is not None:
            found.append(self._labels[field.list_type.value])
        return [self._strong(each) for each in found]

    def place(self, parameter: Parameter) -> str:
        """Where a parameter goes; the body needs no word for it."""
        return self._places.get(parameter.place, "")

    def _strategies(self, field: Field) -> list[str]:
        merge = self._labels["patch_merge"]
        strategies = [markdown_name(each) for each in field.patch_strategy if each != "merge"]
        if self.exact:  # the pages leave out what they have no words for
            strategies = [each for each in strategies if each == "retainKeys"]
        if "merge" in field.patch_strategy:
            if field.patch_merge_key:
                strategies.append(merge.format(strategy="merge", key=markdown_name(field.patch_merge_key)))
            elif not self.exact:
                strategies.append("merge")
        return strategies

    def _strong(self, text: str) -> str:
        mark = self._labels["strong"]
        return f"{mark}{text}{mark}"


def type_text(expression: Type, name: Callable[[str], str]) -> str:
    """A type as pages write it (`[]map[string]X`); `name` prints a definition by its key."""
    prefix = ""
    while not isinstance(expression, Scalar | Ref):
        match expression:
            case Array(items=inner):
                prefix += "[]"
            case Map(values=inner):
                prefix += "map[string]"
            case Lost(known=inner):
                pass
        expression = inner
    if isinstance(expression, Ref):
        word = name(expression.key)
    elif expression.format == "byte":
        word = _BYTES
    else:
        word = markdown_name(expression.format or expression.type or _ANY)
    return (
        f"{prefix}\\{word}" if prefix and word.startswith("(") else prefix + word
    )  # brackets before it would be a link
