"""What every target is given, and what of the reference becomes files of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct, field

from codegen.core.diagnostics import Report
from codegen.core.locales import SHIPPED, Languages
from codegen.model import Definition, Operation, Parameter, Reference, common_parameter_id
from codegen.model.changelog import Changelog

if TYPE_CHECKING:
    from codegen.model.contents import Contents

Made = TypeVar("Made")


def no_page(key: str) -> str:  # noqa: ARG001 - the signature of `Job.page_subject`
    """Return that no page of kubernetes.io is known."""
    return ""


class Job(Struct, frozen=True, kw_only=True):
    """One output of one run.

    `locales` as configured, the first is the language of schemas and docstrings, `languages` have their words; `options` are the output's own keys
    in `codegen.yaml` (`layout`, `version` ...); `origin` is what the notice on top of a file names as its source.
    `templates` is the folder of templates that replace the shipped ones, if there is one.
    `companions` are all outputs that write into the same folder, this one among them, as their names and references; empty if it is alone.
    `contents` is the table of contents that the output names, if it does; findings about what is written go to `report`.
    `page_subject` returns the definition whose page on kubernetes.io documents a key, or an empty string.
    `changelog` has the changes of the API over releases, for an output that asks for it; `cache` is shared by the outputs of a run, see `once`.
    """

    reference: Reference
    locales: tuple[str, ...]
    languages: Languages = SHIPPED
    options: Mapping[str, Any]
    origin: str
    templates: Path | None = None
    companions: tuple[tuple[str, Reference], ...] = ()
    contents: Contents | None = None
    report: Report = field(default_factory=Report)
    page_subject: Callable[[str], str] = no_page
    changelog: Changelog = field(default_factory=Changelog)
    cache: dict[tuple[Callable[..., Any], int], Any] = field(default_factory=dict)

    @property
    def locale(self) -> str:
        """The language of descriptions in schemas and code."""
        return self.locales[0]

    def once(self, make: Callable[[Reference], Made], reference: Reference) -> Made:
        """What a function makes of a reference of this run: made for the first output that asks, and given to the others."""
        key = (make, id(reference))
        if key not in self.cache:
            self.cache[key] = make(reference)
        found: Made = self.cache[key]
        return found

    def text(self, prose_id: str) -> str:
        """The description of an id in the first of the locales that has one, or an empty string."""
        for locale in self.locales:
            if text := self.reference.text(locale, prose_id):
                return text
        return ""

    def parameter_text(self, operation: Operation, parameter: Parameter) -> str:
        """The description of a parameter of an operation."""
        text = self.text(operation.parameter_id(parameter))
        return text or (self.text(common_parameter_id(parameter.name)) if parameter.common else "")


def roots(reference: Reference) -> tuple[Definition, ...]:
    """The definitions that get a schema file of their own: each kind, and what definition-only pages are about."""
    kinds = [
        definition
        for definition in reference.definitions.values()
        if definition.gvk is not None and definition.documented
    ]
    taken = {kind.key for kind in kinds}
    for page in reference.pages:
        first = page.sections[0].key if page.sections else ""
        if first and first not in taken and not any(section.key in taken for section in page.sections):
            definition = reference.definitions.get(first)  # None: a page of parameters
            if definition is not None and (definition.fields or definition.type is not None):
                kinds.append(definition)
                taken.add(first)
    return tuple(sorted(kinds, key=lambda kind: kind.key))
