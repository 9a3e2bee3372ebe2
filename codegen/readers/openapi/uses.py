"""Parameters of operations as they are written, and which of them are common: the docstring of `operations` says when."""

from __future__ import annotations

from codegen.findings.diagnostics import Span
from codegen.model import PLACES, Keyword, Parameter, Type
from codegen.readers.openapi.keywords import NONE


class Use:
    """A parameter as it is written, before it is known whether it is common; `shared` if a reference led to it."""

    __slots__ = (
        *("cached", "common", "identity", "keywords", "name", "order", "place", "required", "shared", "span", "text"),
        "type",
    )

    def __init__(
        self,
        name: str,
        place: str,
        type_: Type,
        required: bool,
        text: str,
        shared: bool,
        span: Span,
        keywords: tuple[Keyword, ...] = NONE,
    ) -> None:
        self.name = name
        self.place = place
        self.type = type_
        self.required = required
        self.text = text
        self.shared = shared
        self.span = span
        self.keywords = keywords
        self.order = (PLACES[place], name)
        self.identity = (place, name, text, type_, keywords)
        self.common = shared
        self.cached: Parameter | None = None

    def parameter(self) -> Parameter:
        """The parameter of the model; one for all operations that share it."""
        if self.cached is None:
            self.cached = Parameter(
                name=self.name,
                place=self.place,
                type=self.type,
                required=self.required,
                common=self.common,
                keywords=self.keywords,
                span=self.span,
            )
        return self.cached


def mark_common(operations: list[list[Use]]) -> set[str]:
    """Mark the uses that are common; returns the names whose common uses all have one text."""
    counts: dict[tuple[str, str, str, Type, tuple[Keyword, ...]], int] = {}
    for uses in operations:
        for use in uses:
            if not use.shared:
                counts[use.identity] = counts.get(use.identity, 0) + 1
    texts: dict[str, str] = {}
    several: set[str] = set()
    for uses in operations:
        for use in uses:
            if (
                not use.shared
                and use.place != "body"
                and (use.place, use.name) != ("path", "name")
                and counts[use.identity] > 1
            ):
                use.common = True
            if use.common and texts.setdefault(use.name, use.text) != use.text:
                several.add(use.name)
    return texts.keys() - several
