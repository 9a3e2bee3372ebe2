"""Reading of the parts of a rendered page into a page tree.

The parts are divided at the headings of definitions and operations. What comes after the last of
them, and is no part of it, belongs to the site around the page. Fields and responses are read by
the words of the layouts, as on a Markdown page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegen.core.diagnostics import Report, count_noun
from codegen.core.locales import Locale
from codegen.core.source import Source
from codegen.model import Prose
from codegen.readers.page_tree import (
    FrontMatter,
    OperationBlock,
    PageTree,
    ParameterRow,
    Section,
    Texts,
)
from codegen.readers.rendered import list_parts, table_parts
from codegen.readers.rendered.leftovers import RenderedListPage, report_leftovers
from codegen.readers.rendered.lost_names import find_lost_name
from codegen.readers.rendered.parts import (
    Bullet,
    Heading,
    HorizontalLine,
    OperationParts,
    Part,
    PartGroup,
    RenderedPage,
    RenderedTable,
    TextBlock,
)
from codegen.readers.shared.blocks import PARTS, REQUEST
from codegen.readers.shared.page_checks import report_second_page
from codegen.readers.shared.tokens import NAME
from codegen.readers.table.operations import find_verb

_OPERATIONS_ANCHOR = "operations"
_PATH_NAME = re.compile(r"\{([^{}/]+)\}")
_HINT_OF_MISSING_PARTS = (
    "a reader view or a converter may have left it out: save the page from the browser as HTML, "
    "or get its Markdown source"
)
_SENTENCE_ENDS = tuple('.。!！?？)）`"”」}]')


def read_parts(
    source: Source, locale: Locale, report: Report, rendered: RenderedPage, *, is_cut: bool
) -> PageTree:
    """Read the parts of a page, reporting deviations from the layouts.

    Never raises for the text of a page.
    """
    page = RenderedListPage(source, locale, report)
    page.is_cut = is_cut
    page.is_flattened = rendered.is_copied  # it has lost the targets of links
    is_table = _has_table_layout(rendered)
    groups = _drop_last_unknown(_group_parts(page, rendered))
    if rendered.is_copied:
        _restore_lost_names(page, groups, rendered.import_path)
    layout = table_parts if is_table else list_parts
    sections: list[Section] = []
    operations: list[OperationBlock] = []
    if groups:
        groups[-1].is_last = True
    for group in groups:
        page.use([group.heading])
        if group.kind == "section":
            sections.append(layout.read_section(page, group))
        elif group.kind == "operation":
            operations.append(_read_operation(page, group, is_table=is_table))
        elif not group.kind:
            page.use(group.parts)
            _report_unknown_heading(page, group, is_copied=rendered.is_copied)
    if operations and not is_table:
        _check_resource(page, sections, rendered)
    if rendered.second_page is not None:
        report_second_page(page, rendered.second_page)
    report_leftovers(page, rendered)
    _check_whole(page, groups, rendered, is_table=is_table)
    if sections and rendered.import_path:
        kind = sections[0].name
    else:
        kind = rendered.title
    return PageTree(
        path=source.relative,
        layout="table" if is_table else "list",
        locale=locale.tag,
        front=FrontMatter(
            api_version=rendered.api_version,
            import_path=rendered.import_path,
            kind=kind,
            title=rendered.title or kind,
        ),
        sections=tuple(sections),
        operations=tuple(operations),
        is_cut=page.is_cut,
        span=source.whole,
    )


def _restore_lost_names(
    page: RenderedListPage, groups: Sequence[PartGroup], import_path: str
) -> None:
    """Give headings without a name the name of the definition that has their fields."""
    for group in groups:
        if group.kind:
            continue
        name = find_lost_name(group, groups, import_path)
        if not name:
            continue
        group.kind, group.name = "section", name
        page.warn(
            "name-unreadable",
            f"{group.heading.text[:60]!r} is not a definition name; {name!r} has these fields and is used",
            group.heading.span,
            f"write {name}: names are never translated",
            arguments=(group.heading.text, name),
        )


def _report_unknown_heading(page: RenderedListPage, group: PartGroup, *, is_copied: bool) -> None:
    heading = group.heading
    if is_copied:
        page.error(
            "heading-without-name",
            f"the heading {heading.text[:60]!r} names no definition; its fields are left out",
            heading.span,
            "write the name of the definition behind it, or save the page as HTML, which has the name",
            arguments=(heading.text,),
        )
        return
    page.warn(
        "heading-unknown",
        f"this layout has no such heading: {heading.text[:60]!r}; "
        f"{count_noun(len(group.parts), 'text')} below it left out",
        heading.span,
        "nothing to do, if it does not belong to the reference; otherwise correct its words",
        arguments=(heading.text,),
    )


def _has_table_layout(rendered: RenderedPage) -> bool:
    """Return whether the page has tables, or is of a definition without fields.

    In the list layout such a definition has no heading and no version.
    """
    if any(isinstance(part, RenderedTable) and part.heads for part in rendered.parts):
        return True
    has_bullets = any(isinstance(part, Bullet) for part in rendered.parts)
    kinds = [
        part for part in rendered.parts if isinstance(part, Heading) and part.anchor == part.text
    ]
    operations = [part for part in rendered.parts if isinstance(part, Heading) and part.code]
    return bool(rendered.api_version and kinds and not has_bullets and not operations)


def _group_parts(page: RenderedListPage, rendered: RenderedPage) -> list[PartGroup]:
    """Divide the parts at the headings of definitions and operations.

    The first definition of a page has no heading if its title is the name of the kind.
    """
    parts, title = rendered.parts, rendered.title
    span = parts[0].span if parts else rendered.end
    groups = [PartGroup(kind="section", heading=Heading(level=1, text="", span=span), name=title)]
    level = _find_section_level(parts)
    for number, part in enumerate(parts):
        if not isinstance(part, Heading):
            groups[-1].parts.append(part)
            continue
        group = _read_heading(page, part, rendered, number, level)
        if group is not None:
            groups.append(group)
        else:
            groups[-1].parts.append(part)
    if not _is_definition(groups, rendered):
        del groups[0]  # words of the site
    while groups and _belongs_to_site(groups[0]):
        del groups[0]
    return groups


def _is_definition(groups: Sequence[PartGroup], rendered: RenderedPage) -> bool:
    """Return whether the parts above all headings are a definition that is named by the title."""
    title, parts = rendered.title, groups[0].parts
    if not title:
        return False
    if any(isinstance(part, HorizontalLine | Bullet) for part in parts):
        return True
    # a definition without fields, whose rule is lost in copied text
    is_alone = rendered.is_copied and len(groups) == 1 and bool(rendered.import_path)
    return is_alone and any(isinstance(part, TextBlock) for part in parts)


def _find_section_level(parts: Sequence[Part]) -> int:
    """Return the level of the headings of definitions, which is 2 unless a site moves all headings
    down.
    """
    levels = [
        part.level
        for part in parts
        if isinstance(part, Heading)
        and part.text
        and (part.anchor.casefold() == _OPERATIONS_ANCHOR or part.level == 2)
    ]
    return min(levels, default=2)


def _read_heading(
    page: RenderedListPage, heading: Heading, rendered: RenderedPage, number: int, level: int
) -> PartGroup | None:
    """Return the group that a heading begins, or None for a heading inside a group."""
    if heading.code.isalpha() and heading.code.isascii():
        return PartGroup(kind="operation", heading=heading, name=heading.text)
    if page.means(heading.text, "operations") or heading.anchor.casefold() == _OPERATIONS_ANCHOR:
        return PartGroup(kind="operations", heading=heading)
    if heading.level > level:
        return None
    name = heading.text
    if not NAME.fullmatch(name):
        name = heading.anchor  # a translated heading keeps the identifier in its anchor
    # a definition without fields may have lost its rule to a block of code without an end
    is_titled = bool(rendered.api_version) and heading.anchor == name == rendered.title
    is_section = page.is_flattened or is_titled or _has_section_parts(rendered.parts, number)
    if NAME.fullmatch(name) and is_section:
        return PartGroup(kind="section", heading=heading, name=name)
    return PartGroup(kind="", heading=heading)


def _has_section_parts(parts: Sequence[Part], number: int) -> bool:
    """Return whether a rule, a field or a table follows a heading before the next one of its level."""
    heading = parts[number]
    for following in range(number + 1, len(parts)):
        part = parts[following]
        if isinstance(part, HorizontalLine | Bullet | RenderedTable):
            return True
        if (
            isinstance(part, Heading)
            and isinstance(heading, Heading)
            and part.level <= heading.level
        ):
            return False
    return False


def _drop_last_unknown(groups: list[PartGroup]) -> list[PartGroup]:
    """Drop the groups behind the last definition or operation, which belong to the site."""
    while groups and _belongs_to_site(groups[-1]):
        del groups[-1]
    return groups


def _belongs_to_site(group: PartGroup) -> bool:
    """Return whether an unknown heading is one of the site: fields are below those of a page."""
    return not group.kind and not any(
        isinstance(part, Bullet | RenderedTable) for part in group.parts
    )


def _read_operation(page: RenderedListPage, group: PartGroup, *, is_table: bool) -> OperationBlock:
    heading = group.heading
    if group.name:
        title = Prose(text=group.name, span=heading.span)
    else:
        title = None
    texts = Texts(own=title)
    parts: dict[str, list[Part]] = {}
    name = ""
    for part in group.parts:
        if isinstance(part, Heading):
            page.use([part])
            name = next((part_name for part_name in PARTS if page.means(part.text, part_name)), "")
            parts.setdefault(name, [])
        else:
            parts.setdefault(name, []).append(part)
    request = None
    for part in (*parts.get("http_request", ()), *parts.get("", ())):
        if request is None and isinstance(part, TextBlock):
            request = REQUEST.search(part.plain)
            page.use([part] if request is not None else [])
    if request is None:
        page.error(
            "request-missing",
            f"the operation {heading.code!r} has no request line",
            heading.span,
            "expected a line such as `GET /api/v1/...`",
            arguments=(heading.code,),
        )
    method, path = (request["method"], request["path"]) if request else ("", "")
    operation = OperationParts(method=method, path=path, parts=parts)
    reader = table_parts if is_table else list_parts
    responses = reader.read_responses(page, operation)
    if not responses:
        page.error(
            "response-missing",
            f"the operation {heading.code!r} has no response",
            heading.span,
            "is the page cut off?",
            arguments=(heading.code,),
        )
    verb = heading.code.lower()
    if is_table:  # whose headings have the method
        verb = find_verb("" if page.is_translated else group.name, method, path)
    parameters = reader.read_parameters(page, operation)
    if not is_table:  # reader views drop short lists, and keep tables
        _check_path_parameters(page, heading, path, parameters)
    return OperationBlock(
        verb=verb,
        title=texts,
        method=method,
        path=path,
        parameters=parameters,
        responses=responses,
        span=heading.span,
    )


def _check_path_parameters(
    page: RenderedListPage, heading: Heading, path: str, parameters: Sequence[ParameterRow]
) -> None:
    """Report an operation without a parameter that its path has."""
    documented = {row.name for row in parameters if row.place == "path"}
    missing = [name for name in _PATH_NAME.findall(path) if name not in documented]
    if missing:
        page.error(
            "part-missing",
            f"the operation {heading.code!r} does not describe {missing[0]!r}, which is in its path: {path}",
            heading.span,
            _HINT_OF_MISSING_PARTS,
            arguments=(heading.code, missing[0], path),
        )


def _check_resource(
    page: RenderedListPage, sections: Sequence[Section], rendered: RenderedPage
) -> None:
    """Report a resource, or the list of its objects, without the fields that all objects have."""
    names = (rendered.title, f"{rendered.title}List")
    for section in sections:
        fields = {row.path for row in section.rows}
        missing = [name for name in ("apiVersion", "kind") if name not in fields]
        if section.name in names and missing:
            page.error(
                "part-missing",
                f"{section.name} does not have the field {missing[0]!r}, which each resource has",
                section.span,
                _HINT_OF_MISSING_PARTS,
                arguments=(section.name, missing[0]),
            )


def _check_definitions(
    page: RenderedListPage, groups: Sequence[PartGroup], rendered: RenderedPage
) -> None:
    """Report several definitions without any field, as a program leaves them that drops tables."""
    definitions = [group for group in groups if group.kind == "section"]
    if len(definitions) > 1 and rendered.import_path:
        page.error(
            "part-missing",
            f"none of the {len(definitions)} definitions of this page has a field",
            definitions[0].heading.span,
            _HINT_OF_MISSING_PARTS,
        )


def _check_last_sentence(page: RenderedListPage, rendered: RenderedPage) -> None:
    """Report a page whose last text has no end."""
    texts = [part for part in rendered.parts if isinstance(part, TextBlock)]
    if not texts:
        return
    text = texts[-1].plain.rstrip()
    if not text.endswith(_SENTENCE_ENDS):
        page.error(
            "page-cut",
            f"the page ends inside a sentence: {text[-60:]!r}",
            rendered.end,
            "copy the whole page again; if it is whole, add the full stop",
            is_cut=True,
            arguments=(text,),
        )


def _check_whole(
    page: RenderedListPage, groups: Sequence[PartGroup], rendered: RenderedPage, *, is_table: bool
) -> None:
    """Report a page that lacks its end."""
    kinds = {group.kind for group in groups}
    if not kinds & {"section", "operation"}:
        page.error(
            "page-empty",
            "no definition or operation was found",
            rendered.end,
            "is the page cut off after its front matter? save it again",
            is_cut=True,
        )
        return
    if rendered.is_copied and not any(
        isinstance(part, Bullet | RenderedTable) for part in rendered.parts
    ):
        _check_definitions(page, groups, rendered)
        _check_last_sentence(page, rendered)  # a page without fields, or of common parameters
        return
    last = groups[-1]
    has_end = any(isinstance(part, HorizontalLine | Bullet | RenderedTable) for part in last.parts)
    if last.kind == "section" and not has_end:
        page.error(
            "page-cut",
            f"the page ends in the description of {last.name!r}",
            last.heading.span,
            "save the whole page again",
            is_cut=True,
            arguments=(last.name,),
        )
    elif "operation" not in kinds and (
        "operations" in kinds or (rendered.api_version and not is_table)
    ):
        page.error(
            "operations-missing",
            "the page of a resource ends without its operations",
            rendered.end,
            "is the page cut off? a page of types alone has no `apiVersion:` line",
            is_cut=True,
        )
