"""The output of `codegen inspect` for people, the model as a tree with texts in all languages.

A star marks required fields:

    Plot  io.example.api.garden.v1
    ├── kind  string = Plot
    └── spec*  PlotSpec
            What grows in the plot.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, groupby
from operator import attrgetter

from rich.text import Text
from rich.tree import Tree

from codegen.core.diagnostics import count_noun
from codegen.core.escaping import terminal
from codegen.core.escaping.terminal import one_line
from codegen.core.locales import ENGLISH
from codegen.model import Definition, Field, Operation, Page, Reference, field_id, refs
from codegen.model.types import format_type as type_words


def as_tree(reference: Reference) -> Tree:
    """Build the tree of pages, definitions and operations.

    Definitions without a page follow by package.
    """
    return _Tree(reference).root()


class _Tree:
    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.locales = sorted(reference.prose, key=lambda tag: (tag != ENGLISH, tag))
        self.headed = reference.section_keys
        self.shown: set[str] = set()

    def root(self) -> Tree:
        documented = [
            definition
            for definition in self.reference.definitions.values()
            if definition.documented
        ]
        counts = (
            count_noun(len(documented), "definition"),
            count_noun(len(self.reference.operations), "operation"),
            count_noun(len(self.reference.pages), "page"),
        )
        root = Tree(_format_line((", ".join(counts), "bold")), guide_style="dim")
        for page in self._choose_pages():
            self._add_page(root, page)
        unlisted = sorted(
            (definition for definition in documented if definition.key not in self.shown),
            key=attrgetter("package", "key"),
        )
        for package, definitions in groupby(unlisted, key=attrgetter("package")):
            branch = root.add(_format_line((package, "bold")))
            for definition in definitions:
                self._add_definition(branch, definition)
        on_pages = set(chain.from_iterable(page.operations for page in self.reference.pages))
        if pageless := [
            operation
            for name, operation in sorted(self.reference.operations.items())
            if name not in on_pages
        ]:
            branch = root.add(_format_line(("operations", "bold")))
            for operation in pageless:
                self._add_operation(branch, operation)
        return root

    def _choose_pages(self) -> list[Page]:
        """Return one page per path, in English if there is one."""
        pages_by_key: dict[str, Page] = {}
        for page in sorted(
            self.reference.pages, key=lambda page: (page.path, page.locale != ENGLISH, page.locale)
        ):
            pages_by_key.setdefault(page.path, page)
        return list(pages_by_key.values())

    def _add_page(self, root: Tree, page: Page) -> None:
        branch = root.add(
            _format_line((page.path, "bold"), (f"  {page.layout} layout, {page.locale}", "dim"))
        )
        for section in page.sections:
            if section.key in self.reference.definitions and section.key not in self.shown:
                self._add_definition(branch, self.reference.definitions[section.key])
        for name in page.operations:
            if name in self.reference.operations:
                self._add_operation(branch, self.reference.operations[name])

    def _add_definition(self, branch: Tree, definition: Definition) -> None:
        self.shown.add(definition.key)
        title = _format_line((definition.name, "bold cyan"), (f"  {definition.package}", "dim"))
        if definition.type is not None:
            title.append(
                terminal.line(f"  = {type_words(definition.type, lost='?')}"), style="green"
            )
        node = branch.add(self._add_texts(title, definition.key))
        self._add_fields(node, definition.key, definition.fields, "")

    def _add_fields(self, branch: Tree, owner: str, fields: tuple[Field, ...], path: str) -> None:
        """Add fields with those of inline objects and of definitions without a heading.

        `path` leads to the fields, with a dot at its end.
        """
        for field in fields:
            node = branch.add(
                self._add_texts(self._format_field(field), field_id(owner, f"{path}{field.name}"))
            )
            self._add_fields(node, owner, field.fields, f"{path}{field.name}.")
            for key in refs(field.type):
                inner = self.reference.definitions.get(key)
                if (
                    inner is None
                    or not inner.documented
                    or key in self.headed
                    or key in self.shown
                    or not self.headed
                ):
                    continue
                self.shown.add(key)
                self._add_fields(node, key, inner.fields, "")

    def _format_field(self, field: Field) -> Text:
        words = _format_line(
            (field.name, "bold" if field.required else ""),
            ("*" if field.required else "", "red"),
            (f"  {type_words(field.type, lost='?')}", "green"),
        )
        if field.value is not None:
            words.append(terminal.line(f" = {field.value}"), style="yellow")
        if notes := _format_notes(field):
            words.append(terminal.line(f"  [{'; '.join(notes)}]"), style="magenta")
        return words

    def _add_operation(self, branch: Tree, operation: Operation) -> None:
        title = _format_line((operation.verb, "bold cyan"), (f"  {operation.id}", ""))
        node = branch.add(self._add_texts(title, operation.id))
        for place in dict.fromkeys(parameter.place for parameter in operation.parameters):
            names = [
                parameter.name + "*" * parameter.required
                for parameter in operation.parameters
                if parameter.place == place
            ]
            node.add(_format_line((f"{place}: ", "dim"), (", ".join(names), "")))
        answers = [
            response.status + (f" {type_words(response.type, lost='?')}" if response.type else "")
            for response in operation.responses
        ]
        if answers:
            node.add(_format_line(("answers: ", "dim"), (", ".join(answers), "")))

    def _add_texts(self, title: Text, prose_id: str) -> Text:
        """Add the texts of all languages below a title, one line each."""
        for locale in self.locales:
            if text := self.reference.text(locale, prose_id):
                title.append(
                    "\n" + one_line(text),
                    style="dim" if locale == self.locales[0] else "dim italic",
                )
        return title


def _format_line(*parts: tuple[str, str]) -> Text:
    shown = [(terminal.line(text), style) for text, style in parts]
    return Text.assemble(*shown, no_wrap=True, overflow="ellipsis")


def _format_notes(field: Field) -> Sequence[str]:
    notes = []
    if field.list_type:
        notes.append(
            field.list_type
            + (f" on {', '.join(field.list_map_keys)}" if field.list_map_keys else "")
        )
    if field.patch_strategy:
        notes.append(
            f"patch {','.join(field.patch_strategy)}"
            + (f" on {field.patch_merge_key}" if field.patch_merge_key else "")
        )
    return notes
