"""The input of every output, and the definitions with files of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct, field

from codegen.core.diagnostics import Report
from codegen.core.locales import SHIPPED, Languages
from codegen.drift.history.changelog_records import Changelog
from codegen.model import Definition, Operation, Parameter, Reference, common_parameter_id
from codegen.outputs.kind_notes import NotesOf, find_no_notes
from codegen.outputs.server_rules import (
    CarryRules,
    StateRules,
    carry_no_rules,
    state_no_rules,
)

if TYPE_CHECKING:
    from codegen.model.contents import Contents

Result = TypeVar("Result")


def no_page(key: str) -> str:  # noqa: ARG001 - the signature of `Job.page_subject`
    """Return an empty string, which means that kubernetes.io has no page for a key."""
    return ""


class Job(Struct, frozen=True, kw_only=True):
    """The job of one output in one run.

    Attributes:
        reference: The selected part of the reference.
        locales: The configured languages. The first is the language of schemas and docstrings.
        languages: The words of all languages.
        options: The output's own keys in `codegen.yaml`, such as `layout` or `version`.
        origin: The source in the notice at the top of a file.
        templates: The folder of a project with templates that replace the bundled ones.
        companions: All outputs that write into the same folder, with their references. Empty for a single output.
        contents: The table of contents, if the output names one.
        report: Receives findings about the written files.
        page_subject: Returns the definition whose page on kubernetes.io documents a key, or an empty string.
        changelog: The changes of the API over releases, for outputs with the option `history`.
        collect_notes: Returns the examples and server rules of kinds, for pages that show them. Can be slow.
        carry_rules: Returns the rules of servers for objects of some definitions.
        state_rules: Returns a reference with the rules of servers that keywords of schemas say.
        cache: Results shared by the outputs of a run, see `once`.

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
    collect_notes: Callable[[], NotesOf] = lambda: find_no_notes
    carry_rules: CarryRules = carry_no_rules
    state_rules: StateRules = state_no_rules
    cache: dict[tuple[Callable[..., Any], int], Any] = field(default_factory=dict)

    @property
    def locale(self) -> str:
        """The language of descriptions in schemas and code."""
        return self.locales[0]

    def once(self, make: Callable[[Reference], Result], reference: Reference) -> Result:
        """Compute a value of a reference once for all outputs of the run."""
        key = (make, id(reference))
        if key not in self.cache:
            self.cache[key] = make(reference)
        result: Result = self.cache[key]
        return result

    def text(self, prose_id: str) -> str:
        """Return the text of a prose id such as `KEY#field`, in the first language with one, or an
        empty string.
        """
        return self.reference.first_text(self.locales, prose_id)

    def parameter_text(self, operation: Operation, parameter: Parameter) -> str:
        """Return the description of a parameter of an operation."""
        text = self.text(operation.parameter_id(parameter))
        return text or (self.text(common_parameter_id(parameter.name)) if parameter.common else "")


def roots(reference: Reference) -> tuple[Definition, ...]:
    """Return the definitions with their own files.

    These are kinds and the subjects of other pages.
    """
    kinds = [
        definition
        for definition in reference.definitions.values()
        if definition.gvk is not None and definition.documented
    ]
    taken = {kind.key for kind in kinds}
    for page in reference.pages:
        first = page.sections[0].key if page.sections else ""
        if (
            first
            and first not in taken
            and not any(section.key in taken for section in page.sections)
        ):
            definition = reference.definitions.get(first)  # None for a page of parameters
            if definition is not None and (definition.fields or definition.type is not None):
                kinds.append(definition)
                taken.add(first)
    return tuple(sorted(kinds, key=lambda kind: kind.key))
