"""Selection of a part of a reference by patterns of kinds, versions, groups or keys.

A pattern is `Kind`, `version/Kind` of the core group, `group/version/Kind`, `group/version`, a
group, or a definition key. A group is written whole or by its first label, the core group as
`core`. `*` matches any text inside one segment, and `!PATTERN` excludes. With only excluding
patterns, all the rest is selected.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import CodegenError, Finding, Level, Span, failure, identify
from codegen.kube.errors import find_similar
from codegen.model.definitions import (
    Definition,
    GroupVersionKind,
    Operation,
    definition_refs,
    find_used_keys,
    operation_refs,
)
from codegen.model.kubernetes import OBJECT_META
from codegen.model.pages import Page
from codegen.model.prose import Prose, category_id, common_parameter_id, split_prose_id
from codegen.model.reference import Reference

_CORE = "core"
_NEAREST = 3
_SEARCHED = 20  # unmatched patterns with suggestions, each compared with all names
COMMAND_LINE = Span(path="--select")  # the place of patterns from the command line
_FORM = re.compile(r"!?[\w.*-]+(?:/[\w.*-]+){0,2}\Z")


class Pattern(Struct, frozen=True, kw_only=True):
    """A selection pattern. `text` is without the `!`, `span` is its location."""

    text: str
    leaves_out: bool
    span: Span

    def matches_kind(self, gvk: GroupVersionKind) -> bool:
        """Return whether the pattern selects a kind by name, group version or group."""
        return self._matches_any(_spellings(gvk))

    def matches_definition(self, definition: Definition) -> bool:
        """Return whether the pattern selects a definition by its key or kinds.

        `*` stands for one dotted part of a key.
        """
        kinds = {gvk.kind for gvk in definition.gvks}
        if definition.gvk:
            kinds.update(_spellings(definition.gvk))
        is_key = "/" not in self.text and "." in self.text
        return self._matches_any(kinds) or (
            is_key and self._matches_any((definition.key,), separator=".")
        )

    def _matches_any(self, names: Collection[str], separator: str = "/") -> bool:
        if "*" not in self.text:
            return self.text in names
        return any(map(_compile_pattern(self.text, separator).fullmatch, names))


def pattern(text: str, span: Span = COMMAND_LINE) -> Pattern:
    """Parse a pattern. Raises `CodegenError` for a text that is not one."""
    if not _FORM.match(text):
        raise failure(
            "selection-malformed",
            f"{text!r} is not a selection pattern",
            span,
            "write Kind, version/Kind, group/version/Kind, group/version, a group or a definition "
            "key; a leading ! leaves it out",
            arguments=(text,),
        )
    return Pattern(text=text.removeprefix("!"), leaves_out=text.startswith("!"), span=span)


def select(reference: Reference, patterns: Sequence[Pattern]) -> Reference:
    """Return the selected part of a reference, including all types it needs.

    Raises `CodegenError` for patterns without a match, with the nearest names, and for a bare kind
    in several group versions.
    """
    (part,) = select_alike([reference], patterns)
    return part


def select_alike(references: Sequence[Reference], patterns: Sequence[Pattern]) -> list[Reference]:
    """Select the same part of several references for comparison.

    Raises as `select` does, but a pattern may match in just one of them.
    """
    if not patterns:
        return list(references)
    if findings := list(_check_patterns(references, patterns)):
        raise CodegenError(*findings)
    wanted = [selector for selector in patterns if not selector.leaves_out]
    unwanted = [selector for selector in patterns if selector.leaves_out]
    choices = [_choose(reference, wanted, unwanted) for reference in references]
    keys: set[str] = set()
    operations: set[str] = set()
    for choice in choices:
        keys.update(choice.keys)
        operations.update(choice.operations)
    return [
        _build_part(reference, keys, operations, choice.excluded)
        for reference, choice in zip(references, choices, strict=True)
    ]


def _find_matching_keys(
    definitions: Mapping[str, Definition], patterns: Sequence[Pattern]
) -> list[str]:
    """Return the keys of the definitions that one of the patterns chooses."""
    keys: list[str] = []
    for key, definition in definitions.items():
        if any(pattern.matches_definition(definition) for pattern in patterns):
            keys.append(key)
    return keys


class _Choice(NamedTuple):
    """The keys and operations that patterns choose in one reference, and the excluded keys."""

    keys: frozenset[str]
    operations: frozenset[str]
    excluded: frozenset[str]


def _choose(
    reference: Reference, wanted: Sequence[Pattern], unwanted: Sequence[Pattern]
) -> _Choice:
    """Choose the parts of one reference by patterns."""
    definitions = reference.definitions
    left_out = frozenset(_find_matching_keys(definitions, unwanted))
    chosen = _find_matching_keys(definitions, wanted) if wanted else definitions
    roots = [key for key in chosen if key not in left_out]
    kinds = {gvk for key in roots if (gvk := definitions[key].gvk)}
    operations = [
        operation
        for operation in reference.operations.values()
        if _is_chosen(operation.gvk, wanted, unwanted, kinds)
        and left_out.isdisjoint(operation_refs(operation))
    ]
    needed = find_used_keys(operations)
    if any(definitions[key].resource is not None for key in roots):
        needed.add(OBJECT_META)  # servers check the metadata of custom resources by it
    keys = set(reference.closure(*roots, *needed, but=left_out))
    named: set[str] = set()
    for key in keys:
        named.update(definition_refs(definitions[key]))
    return _Choice(
        keys=frozenset(keys | named & left_out),
        operations=frozenset(operation.id for operation in operations),
        excluded=left_out,
    )


# ------------------------------------------------------------------------------------------------------- matching


@lru_cache(maxsize=65536)
def _compile_pattern(text: str, separator: str) -> re.Pattern[str]:
    """Compile a pattern with `*`.

    Each part is matched at its first position, since a later one could not match more.
    """
    inside = f"[^{re.escape(separator)}]*"
    first, *parts, last = map(re.escape, re.split(r"\*+", text))
    return re.compile(first + "".join(f"(?>{inside}?{part})" for part in parts) + inside + last)


def _groups(group: str) -> tuple[str, ...]:
    """Return the spellings of a group, whole and by first label."""
    if group:
        return tuple(dict.fromkeys((group, group.partition(".")[0])))
    return (_CORE,)


@lru_cache(maxsize=65536)
def _spellings(gvk: GroupVersionKind) -> tuple[str, ...]:
    """The ways to write a kind in a pattern, the most exact first."""
    names: list[str] = []
    for group in _groups(gvk.group):
        names += [f"{group}/{gvk.version}/{gvk.kind}", f"{group}/{gvk.version}", group]
    if not gvk.group:
        names.append(f"{gvk.version}/{gvk.kind}")
    names.append(gvk.kind)
    return tuple(names)


def _is_chosen(
    gvk: GroupVersionKind | None,
    wanted: Sequence[Pattern],
    unwanted: Sequence[Pattern],
    kinds: Container[GroupVersionKind],
) -> bool:
    """Return whether an operation is selected.

    One without a kind is so only if no pattern selects anything.
    """
    if gvk is None:
        return not wanted
    if any(selector.matches_kind(gvk) for selector in unwanted):
        return False
    return not wanted or gvk in kinds or any(selector.matches_kind(gvk) for selector in wanted)


# ---------------------------------------------------------------------------------------------------------- faults


def matched_patterns(references: Sequence[Reference], patterns: Iterable[Pattern]) -> set[Pattern]:
    """Return the patterns with at least one match in the references."""
    kinds: set[GroupVersionKind] = set()
    for reference in references:
        operations = reference.operations.values()
        kinds.update(operation.gvk for operation in operations if operation.gvk)
    definitions = _list_definitions(references)
    return {
        selector
        for selector in patterns
        if any(map(selector.matches_definition, definitions))
        or any(map(selector.matches_kind, kinds))
    }


def _list_definitions(references: Sequence[Reference]) -> list[Definition]:
    definitions: list[Definition] = []
    for reference in references:
        definitions += reference.definitions.values()
    return definitions


def _check_patterns(
    references: Sequence[Reference], patterns: Sequence[Pattern]
) -> Iterator[Finding]:
    """Yield an error for each pattern without a match, or with several, in order."""
    matching = matched_patterns(references, patterns)
    named: dict[str, set[GroupVersionKind]] = {}
    for definition in _list_definitions(references):
        if gvk := definition.gvk:
            named.setdefault(gvk.kind, set()).add(gvk)
    searched = 0
    for selector in patterns:
        if selector not in matching:
            if searched < _SEARCHED:
                near = _nearest(references, selector.text)
            else:
                near = []
            searched += 1
            yield Finding(
                level=Level.ERR,
                rule="selection-unmatched",
                message=f"{selector.text!r} matches nothing in the sources",
                span=selector.span,
                id=identify(selector.span, selector.text),
                hint=f"did you mean {', '.join(near)}?"
                if near
                else "`codegen inspect` shows what the sources contain",
                arguments=(selector.text,),
                near=tuple(near),
            )
        gvks = named.get(selector.text, ())
        kinds = sorted(f"{_groups(gvk.group)[0]}/{gvk.version}/{gvk.kind}" for gvk in gvks)
        if len(kinds) > 1 and not selector.leaves_out:
            yield Finding(
                level=Level.ERR,
                rule="selection-ambiguous",
                message=f"{selector.text!r} is ambiguous: {' and '.join(kinds)}",
                span=selector.span,
                id=identify(selector.span, selector.text),
                hint=f"write one of them, or */*/{selector.text} for all",
                arguments=(selector.text,),
                choices=tuple(kinds),
            )


def _nearest(references: Sequence[Reference], text: str) -> list[str]:
    """Return similar names for a misspelt pattern, with equal segment counts first."""
    definitions = _list_definitions(references)
    names: list[str] = []
    for definition in definitions:
        if definition.gvk:
            names += _spellings(definition.gvk)
    if "." in text:
        names += [definition.key for definition in definitions]
    same = list(
        dict.fromkeys(definition.key for definition in definitions if definition.name == text)
    )
    alike = [name for name in names if name.count("/") == text.count("/")]
    return [*same, *find_similar(text, alike, _NEAREST)][:_NEAREST]


# ------------------------------------------------------------------------------------------------------------ part


def _build_part(
    reference: Reference, keys: set[str], operations: set[str], left_out: frozenset[str]
) -> Reference:
    """The chosen part of a reference.

    A type that is left out but still referred to counts as undocumented.
    """
    definitions = {
        key: Definition(key=key, name=definition.name, documented=False, span=definition.span)
        if key in left_out
        else definition
        for key, definition in reference.definitions.items()
        if key in keys
    }
    chosen = {
        operation_id: operation
        for operation_id, operation in reference.operations.items()
        if operation_id in operations
    }
    documented = {key for key, definition in definitions.items() if definition.documented}
    common: set[str] = set()
    for operation in chosen.values():
        for parameter in operation.parameters:
            if parameter.common:
                common.add(common_parameter_id(parameter.name))
    categories: set[str] = set()
    for definition in definitions.values():
        for field in definition.fields:
            if field.category:
                categories.add(category_id(field.category))
    shared = common | categories
    subjects = documented.union(chosen)
    prose: dict[str, MappingProxyType[str, Prose]] = {}
    for locale, texts in reference.prose.items():
        kept = {
            text_id: text
            for text_id, text in texts.items()
            if text_id in shared or split_prose_id(text_id).owner in subjects
        }
        prose[locale] = MappingProxyType(kept)
    return replace(
        reference,
        definitions=MappingProxyType(definitions),
        operations=MappingProxyType(chosen),
        pages=tuple(_select_pages(reference.pages, documented | common, chosen)),
        prose=MappingProxyType(prose),
    )


def _select_pages(
    pages: Iterable[Page], keys: set[str], operations: dict[str, Operation]
) -> Iterator[Page]:
    """Return the pages with chosen sections and operations, leaving out empty ones."""
    for page in pages:
        sections = tuple(section for section in page.sections if section.key in keys)
        kept = tuple(operation_id for operation_id in page.operations if operation_id in operations)
        if sections or kept:
            yield replace(page, sections=sections, operations=kept)
