"""The arrangement of a reference by a table of contents: pages, sections and the order of fields.

The rules are those of the generator of kubernetes.io's list pages. The chapter of a kind has the
kind, its Spec, Status and List (or the definitions that it names), and its operations. Parameters
with the same words in many operations are described once.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Report, Span
from codegen.core.locales import ENGLISH
from codegen.core.name_lists import list_first
from codegen.model import (
    Definition,
    Field,
    Operation,
    Page,
    PageSection,
    Prose,
    Reference,
    category_id,
    common_parameter_id,
)
from codegen.model.contents import Chapter, Contents, FieldOrder
from codegen.model.file_names import portable
from codegen.model.kubernetes import (
    COMMON_PARAMETERS_KIND,
    REPLACED_GROUPS,
    VERSION,
    go_import_path,
    version_rank,
)
from codegen.model.unique_names import UniqueNames
from codegen.outputs.docs.shared.groups import group_folder
from codegen.outputs.docs.shared.operation_order import (
    SharedParameters,
    group_by_kind,
    prepare_operation,
)
from codegen.outputs.docs.shared.pages import page_stem
from codegen.outputs.docs.shared.typography import first_phrase
from codegen.outputs.naming import kebab_case

_FIRST_FIELDS = ("apiVersion", "kind", "metadata")
PART = "Other Resources"
_LISTED = 12  # names in one message


Kind = tuple[str, str, str]  # group, version, kind


class Index(Struct, frozen=True, kw_only=True):
    """The index page of a folder."""

    folder: str
    title: str
    weight: int


class Arrangement(Struct, frozen=True, kw_only=True):
    """A reference with sorted elements, its pages by path in their order, and the indexes."""

    reference: Reference
    pages: dict[str, Page]
    indexes: tuple[Index, ...]


class Arranger:
    """Arranges a reference by a table of contents, and reports where they differ.

    With `sentence`, the description of a page ends with its first sentence, otherwise at the first
    full stop. Pages get none of the `taken` paths.
    """

    def __init__(
        self,
        reference: Reference,
        contents: Contents,
        report: Report,
        *,
        sentence: bool,
        taken: Iterable[str] = (),
    ) -> None:
        self._reference = reference
        self._contents = contents
        self._report = report
        self._sentence = sentence
        self._kinds: dict[tuple[str, str, str], str] = {}
        self._packages: dict[tuple[str, str], dict[str, None]] = {}
        self._documented = {
            key for key, definition in reference.definitions.items() if definition.documented
        }
        for definition in reference.definitions.values():
            if (gvk := definition.gvk) is not None and definition.documented:
                self._kinds.setdefault((gvk.group, gvk.version, gvk.kind), definition.key)
                self._packages.setdefault((gvk.group, gvk.version), {})[definition.package] = None
        self._prose = {locale: dict(texts) for locale, texts in reference.prose.items()}
        self._english = self._prose.setdefault(ENGLISH, {})
        locales = {page.locale for page in reference.pages if page.locale in reference.prose}
        # the language of all source pages, if it is one other than English
        if len(locales) == 1 and ENGLISH not in locales:
            self._heading_locale = locales.pop()
        else:
            self._heading_locale = ""
        self._definitions = {
            key: self._sort_fields(definition) for key, definition in reference.definitions.items()
        }
        self._shared = SharedParameters(reference)
        self._by_kind = group_by_kind(reference)
        self._operations: dict[str, Operation] = {}
        self._pages: dict[str, Page] = {}
        self._subjects: set[tuple[str, str]] = set()  # path by kind and version, and key
        self._stems = UniqueNames()
        for path in taken:
            self._stems.take(path, f"{path}-")
        self._done: set[str] = set()

    def arrange(self) -> Arrangement:
        """Arrange the pages of the table of contents."""
        indexes = []
        for number, part in enumerate(self._contents.parts, start=1):
            title = part.name
            if self._contents.upstream:
                folder = portable(kebab_case(title)) or "part"
            else:
                folder = group_folder(title)
            indexes.append(Index(folder=folder, title=title, weight=number))
            for weight, chapter in enumerate(part.chapters, start=1):
                self._add_chapter(folder, weight, chapter)
        parts = len(self._contents.parts)
        if self._contents.upstream and self._add_missing_chapters():
            parts += 1
            indexes.append(Index(folder=kebab_case(PART), title=PART, weight=parts))
        self._add_common_parameters(parts + 1)
        reference = replace(
            self._reference,
            definitions=MappingProxyType(self._definitions),
            operations=MappingProxyType(self._operations),
            prose=MappingProxyType(
                {locale: MappingProxyType(texts) for locale, texts in self._prose.items()}
            ),
        )
        return Arrangement(reference=reference, pages=self._pages, indexes=tuple(indexes))

    # ---------------------------------------------------------------------------------------------- chapters

    def _add_chapter(self, folder: str, weight: int, chapter: Chapter) -> None:
        key = chapter.key
        if chapter.group is not None and chapter.version is not None:
            key = self._kinds.get((chapter.group, chapter.version, chapter.name), "")
        if key not in self._documented:
            self._report.warning(
                "toc-kind-missing",
                f"{chapter.name} ({chapter.api_version or chapter.key}) is not in the sources; its page is left out",
                chapter.span,
                "correct group, version, name or key, or remove the chapter",
                arguments=(chapter.name, chapter.api_version or chapter.key),
            )
            return
        subject = self._reference.definitions[key]
        sections = [self._build_section(subject, chapter)]
        sections += [
            section for section in self._other_sections(subject, chapter) if section.key != key
        ]
        if self._contents.upstream and len(sections) == 1 and not self._listed_operations(chapter):
            sections = [replace(sections[0], anchor="")]
        self._done.update(section.key for section in sections)
        if self._contents.upstream:
            self._separate_fences(sections)
        self._add_page(folder, weight, chapter, subject, tuple(sections))

    def _add_page(
        self,
        folder: str,
        weight: int,
        chapter: Chapter,
        subject: Definition,
        sections: tuple[PageSection, ...],
    ) -> None:
        if sections:
            text = self._reference.text(ENGLISH, subject.key)
        else:
            text = ""
        page = Page(
            path="",
            layout="list",
            locale=ENGLISH if self._contents.upstream else "",
            kind=chapter.name,
            api_version=chapter.api_version,
            import_path=go_import_path(subject.package),
            title="",
            description=first_phrase(text, sentence=self._sentence) if sections else "",
            weight=weight,
            auto_generated=self._contents.upstream,
            sections=sections,
            operations=self._listed_operations(chapter),
            span=chapter.span,
        )
        self._register_page(folder, page, subject)

    def _register_page(self, folder: str, page: Page, subject: Definition) -> None:
        """Add a page under its path. A taken path gets the package behind it, and a number."""
        words = [kebab_case(page.kind) or "page", page.api_version.rpartition("/")[2]]
        path = f"{folder}/{page_stem(*words)}"
        if (path, subject.key) in self._subjects:
            self._report.warning(
                "toc-chapter-twice",
                f"{path} already has a chapter; this one is left out",
                page.span,
                "remove one",
                arguments=(path,),
            )
            return
        self._subjects.add((path, subject.key))
        if path in self._stems:
            path = f"{folder}/{page_stem(*words, '-'.join(subject.package.split('.')[-2:]))}"
        path = self._stems.take(path, f"{path}-")
        self._pages[path] = replace(page, path=f"{path}.md")

    def _build_section(self, definition: Definition, chapter: Chapter) -> PageSection:
        """Build a section. That of a kind has the only values of `apiVersion` and `kind`."""
        if not chapter.is_resource:
            return PageSection(key=definition.key, anchor=definition.name)
        values = {"apiVersion": chapter.api_version, "kind": definition.name}
        by_name = {field.name: field for field in self._definitions[definition.key].fields}
        first = [
            by_name[name]
            for name in _FIRST_FIELDS
            if name in by_name and not by_name[name].required
        ]
        further = sorted(
            (field for field in by_name.values() if field not in first),
            key=lambda field: (not field.required, field.name),
        )
        fields = tuple(
            replace(field, value=values.get(field.name), category="")
            if field.name in values or field.category
            else field
            for field in (*first, *further)
        )
        return PageSection(key=definition.key, anchor=definition.name, fields=fields)

    def _other_sections(self, subject: Definition, chapter: Chapter) -> Iterable[PageSection]:
        """Yield the other sections of a chapter: the definitions that it names, or those named
        after its subject.
        """
        packages = [subject.package]
        if chapter.group is not None and chapter.version is not None:
            packages = list(self._packages[chapter.group, chapter.version])
        named = chapter.others is not None
        suffixes = ("Spec", "Status") if chapter.is_resource else ("Status",)
        for name in (
            chapter.others
            if chapter.others is not None
            else [f"{chapter.name}{suffix}" for suffix in suffixes]
        ):
            keys = [key for package in packages if (key := f"{package}.{name}") in self._documented]
            if named and not keys:
                self._report.warning(
                    "toc-definition-missing",
                    f"{name} of the chapter {chapter.name} is not in the sources; it is left out",
                    chapter.span,
                    "correct its name in `otherDefinitions`, or remove it",
                    arguments=(name, chapter.name),
                )
            yield from (PageSection(key=key, anchor=name) for key in keys)
        if not named and chapter.group is not None and chapter.version is not None:
            key = self._kinds.get((chapter.group, chapter.version, f"{chapter.name}List"), "")
            if key:
                yield self._build_section(self._reference.definitions[key], chapter)

    def _separate_fences(self, sections: Iterable[PageSection]) -> None:
        """Put fences of sections' texts on lines of their own, and replace their tabs."""
        for section in sections:
            if text := self._english.get(section.key):
                separated = text.text.replace("```", "\n```\n").replace("\t", "  ")
                self._english[section.key] = replace(text, text=separated)

    # ------------------------------------------------------------------------------------------------ fields

    def _sort_fields(self, definition: Definition) -> Definition:
        """Sort the fields of a definition, by the configured order or with required ones first."""
        if not definition.fields:
            return definition
        plain = [
            field if field.value is None else replace(field, value=None)
            for field in definition.fields
        ]
        order = self._contents.orders.get(definition.key)
        if order is not None:
            return replace(definition, fields=self._apply_order(definition, plain, order))
        plain.sort(key=lambda field: (not field.required, field.name))
        plain = [replace(field, category="") if field.category else field for field in plain]
        return replace(definition, fields=tuple(plain))

    def _apply_order(
        self, definition: Definition, plain: Iterable[Field], order: FieldOrder
    ) -> tuple[Field, ...]:
        left = {
            field.name: field
            for field in sorted(plain, key=lambda field: (not field.required, field.name))
        }
        ordered: list[Field] = []
        unknown: list[str] = []
        category = ""
        for group in order.groups:
            category = group.name or category
            for name in group.fields:
                field = left.pop(name, None)
                if field is None:
                    unknown.append(name)
                else:
                    ordered.append(
                        replace(field, category=category) if field.category != category else field
                    )
                    if self._heading_locale and field.category and category:
                        translated = self._prose[self._heading_locale].get(
                            category_id(field.category)
                        )
                        text = translated or Prose(text=field.category, span=field.span)
                        self._prose[self._heading_locale].setdefault(category_id(category), text)
        if unknown or left:
            if left:
                faults = [f"it lacks {list_first(left, _LISTED)}"]
            else:
                faults = []
            faults += (
                [f"it names {list_first(unknown, _LISTED)}, which the sources lack"]
                if unknown
                else []
            )
            self._report.warning(
                "field-order-differs",
                f"this order of fields does not match {definition.name}: {', and '.join(faults)}",
                order.span,
                "correct the entry; the fields that it lacks are shown last",
                arguments=(definition.name,),
            )
        ordered += [replace(field, category=category) for field in left.values()]
        return tuple(ordered)

    # -------------------------------------------------------------------------------------------- operations

    def _listed_operations(self, chapter: Chapter) -> tuple[str, ...]:
        operations = self._by_kind.get((chapter.group, chapter.version, chapter.name), ())
        for operation in operations:
            if operation.id not in self._operations:
                self._operations[operation.id] = prepare_operation(
                    operation, self._shared, self._prose
                )
        return tuple(operation.id for operation in operations)

    def _add_common_parameters(self, weight: int) -> None:
        """Add the page of shared parameters, with a section for each."""
        for name, text in self._shared.texts.items():
            self._english[common_parameter_id(name)] = text
        names = sorted(self._shared.texts)
        if not names:
            return
        alone = self._contents.upstream and len(names) == 1
        folder = kebab_case(COMMON_PARAMETERS_KIND)
        self._pages[f"{folder}/{folder}"] = Page(
            path=f"{folder}/{folder}.md",
            layout="list",
            locale=ENGLISH if self._contents.upstream else "",
            kind=COMMON_PARAMETERS_KIND,
            api_version="",
            import_path="",
            title="",
            description="",
            weight=weight,
            auto_generated=self._contents.upstream,
            sections=tuple(
                PageSection(key=common_parameter_id(name), anchor="" if alone else name)
                for name in names
            ),
            span=self._contents.span,
        )

    # --------------------------------------------------------------------------------------------- left out

    def _add_missing_chapters(self) -> bool:
        """Add pages for kinds without a chapter, which show operations alone.

        Return whether there are any.
        """
        shown_kinds = (
            (gvk.group, gvk.version, gvk.kind)
            for key in self._done
            if (gvk := self._reference.definitions[key].gvk) is not None
        )
        left = missing_chapters(self._kinds, shown_kinds, self._contents.skipped)
        span = Span(path=self._contents.span.path, line=1, column=1)
        for number, (group, version, kind) in enumerate(left, start=1):
            chapter = Chapter(name=kind, group=group, version=version, span=span)
            self._add_page(
                kebab_case(PART),
                number,
                chapter,
                self._reference.definitions[self._kinds[group, version, kind]],
                (),
            )
        if left:
            names = tuple(
                f"{kind} ({group}/{version})" if group else f"{kind} ({version})"
                for group, version, kind in left
            )
            self._report.warning(
                "toc-incomplete",
                f"these kinds in the sources have no chapter: {', '.join(names)}; their pages are in {PART}, without fields",
                span,
                "add chapters for them, or name them under `skippedResources`",
                id=span.path,
                arguments=names,
            )
        return bool(left)


def missing_chapters(
    kinds: Iterable[Kind], with_page: Iterable[Kind], skipped: Iterable[str]
) -> list[Kind]:
    """Return the kinds without a page, sorted by name. Skipped and replaced ones are left out."""
    all_kinds = set(kinds)
    skipped_names = set(skipped)
    missing: list[Kind] = []
    for kind in all_kinds.difference(with_page):
        if kind[2] in skipped_names:
            continue
        same_name = [candidate for candidate in all_kinds if candidate[2] == kind[2]]
        if not any(_replaces(candidate, kind) for candidate in same_name):
            missing.append(kind)
    return sorted(missing, key=lambda kind: (kind[2], kind[0], kind[1]))


def _replaces(kind: Kind, replaced: Kind) -> bool:
    """Return whether a kind replaces another one of its name, by its group or a later stage."""
    if (kind[0], replaced[0]) in REPLACED_GROUPS or (
        replaced[0] == "extensions" and kind[0] != "extensions"
    ):
        return True
    new, old = VERSION.fullmatch(kind[1]), VERSION.fullmatch(replaced[1])
    if new is None or old is None or new["number"] != old["number"]:
        return False
    return version_rank(kind[1]) < version_rank(replaced[1])
