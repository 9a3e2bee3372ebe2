"""The assignment of definitions to generated Python packages, with class names and imports between
packages.

A *unit* is one package, `<name>/{__init__,models,validators}.py`. Definitions of a page are in the
unit of its kind, definitions of an OpenAPI document in the unit of their API package. Each is
generated once, and other units import it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain
from pathlib import PurePosixPath, PureWindowsPath

from msgspec import Struct

from codegen.cel.rule_schemas import Schema, build_rule_schemas, has_rules
from codegen.model import Definition, Page, Reference, refs
from codegen.model.file_names import schema_stem
from codegen.model.inline_objects import hoist_inline_objects
from codegen.model.keywords.constraints import ReferenceConstraints
from codegen.model.recursion import recursive_components, recursive_keys
from codegen.model.unique_names import UniqueNames
from codegen.outputs import naming
from codegen.outputs.python import reserved_names


class Unit(Struct, frozen=True, kw_only=True):
    """A generated package with its objects, sorted by key."""

    name: str
    title: str
    definitions: tuple[Definition, ...]


class Units:
    """The units of a reference, in which inline objects are definitions too.

    `owner` is the unit of each key with a class.
    """

    def __init__(self, reference: Reference) -> None:
        self.reference = hoist_inline_objects(reference, shared=True)
        self.units = tuple(_build_units(self.reference))
        self.owner: dict[str, str] = {}
        for unit in self.units:
            for definition in unit.definitions:
                self.owner[definition.key] = unit.name

    @cached_property
    def imports(self) -> Mapping[str, tuple[str, ...]]:
        """The imported units of each unit, sorted."""
        imports: dict[str, tuple[str, ...]] = {}
        for unit in self.units:
            owners: set[str] = set()
            for definition in unit.definitions:
                owners.update(self.owner[key] for key in self.used(definition))
            imports[unit.name] = tuple(sorted(owners - {unit.name}))
        return imports

    def cyclic(self, unit: str) -> frozenset[str]:
        """Return the imports of a unit that lead back to it, directly or indirectly."""
        return self._cycles.get(unit, frozenset()).intersection(self.imports[unit])

    @cached_property
    def _cycles(self) -> Mapping[str, frozenset[str]]:
        cycles: dict[str, frozenset[str]] = {}
        for circle in recursive_components(self.imports):
            cycles.update(dict.fromkeys(circle, frozenset(circle)))
        return cycles

    @cached_property
    def constraints(self) -> ReferenceConstraints:
        """The constraints of values beyond their types."""
        return ReferenceConstraints(self.reference)

    def rule_schemas(self, key: str) -> dict[str, Schema]:
        """Return the schemas with rules in CEL for a definition."""
        if self._has_rules:
            return build_rule_schemas(self.reference, key)
        return {}

    @cached_property
    def _has_rules(self) -> bool:
        return any(map(has_rules, self.reference.definitions.values()))

    @cached_property
    def classes(self) -> Mapping[str, str]:
        """The class name of each key, reserved in no module of any target."""
        names: dict[str, str] = {}
        for unit in self.units:
            taken = reserved_names.reserved_class_names() | frozenset(self.imports[unit.name])
            names |= naming.class_names(unit.definitions, taken)
        return names

    @cached_property
    def class_names(self) -> frozenset[str]:
        """The names of all classes."""
        return frozenset(self.classes.values())

    @cached_property
    def functions(self) -> Mapping[str, str]:
        """The snake-case name of each definition in validators, unique in its unit behind each
        prefix.
        """
        functions: dict[str, str] = {}
        for unit in self.units:
            bare = naming.class_names(unit.definitions, frozenset())
            reserved = reserved_names.reserved_validator_names().union(self.imports[unit.name])
            taken = [
                name.removeprefix(prefix)
                for prefix in reserved_names.PREFIXES
                for name in reserved
                if name.startswith(prefix)
            ]
            snake = naming.identifiers(bare.values(), frozenset(taken))
            functions |= {key: snake[name] for key, name in bare.items()}
        return functions

    def find_renamed_classes(self) -> Iterator[tuple[Definition, str]]:
        """Yield definitions whose class name was taken, each with the key of the other definition."""
        for unit in self.units:
            first: dict[str, str] = {}
            for key, name in naming.class_names(unit.definitions, frozenset()).items():
                definition = self.reference.definitions[key]
                bare = naming.class_name(definition.name)
                first_key = first.setdefault(bare, key)
                if first_key != key and name != bare:
                    yield definition, first_key

    def used(self, definition: Definition) -> Iterator[str]:
        """Yield the keys of the classes in the types of a definition, once for each field."""
        for field in definition.fields:
            yield from refs(self.reference.resolve(field.type))

    @cached_property
    def recursive(self) -> frozenset[str]:
        """The keys of recursive definitions."""
        return recursive_keys(self.reference.definitions)


def sort_definitions(unit: Unit, units: Units) -> tuple[Definition, ...]:
    """Sort the definitions of a unit, each behind its dependencies, as far as recursion allows."""
    inside = {definition.key: definition for definition in unit.definitions}
    state: dict[str, bool] = {}  # False while its dependencies are being sorted
    ordered: list[Definition] = []
    for start in inside:
        stack = [start]
        while stack:
            key = stack[-1]
            if key not in state:
                state[key] = False
                stack += [
                    used
                    for used in reversed(list(units.used(inside[key])))
                    if used in inside and used not in state
                ]
                continue
            stack.pop()
            if not state[key]:
                state[key] = True
                ordered.append(inside[key])
    return tuple(ordered)


def portable_path(path: str) -> str:
    """Return a source path for docstrings.

    An absolute path is reduced to its file name, since output must not depend on the host.
    """
    if PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute():
        return PureWindowsPath(path).name
    return path


# ---------------------------------------------------------------------------------------------------- which unit


def _build_units(reference: Reference) -> Iterator[Unit]:
    members: dict[str, list[Definition]] = {}  # page path or package, with a prefix -> definitions
    pages = {
        page.span.path: page
        for page in reference.pages
        if _find_subject(page, reference) is not None
    }
    objects = [
        definition
        for definition in reference.definitions.values()
        if definition.type is None and definition.fields
    ]
    for definition in sorted(objects, key=lambda definition: definition.key):
        if definition.documented:
            path = definition.span.path
            members.setdefault(
                f"page {path}" if path in pages else f"package {definition.package}", []
            ).append(definition)
    _add_built_ins(reference, members)
    packages = _package_names(
        [key.removeprefix("package ") for key in members if key.startswith("package ")]
    )
    taken = UniqueNames(reserved_names.reserved_package_names())
    for key, definitions in members.items():
        word, _, path = key.partition(" ")
        if word == "page":
            main = _find_subject(pages[path], reference)
            if main is None:
                name, title = "", path
            else:
                name = naming.module_name(schema_stem(main))
                version = main.gvk.api_version if main.gvk else main.package
                title = f"{main.name} ({version})"
        else:
            name, title = packages[path], path
        yield Unit(
            name=_free_package_name(name, taken), title=title, definitions=tuple(definitions)
        )


def _add_built_ins(reference: Reference, members: dict[str, list[Definition]]) -> None:
    """Add Kubernetes' own types of fields to the only unit, or to the units of their packages."""
    documented = [definition.key for definition in chain.from_iterable(members.values())]
    only = next(iter(members)) if len(members) == 1 else ""
    for key in sorted(reference.closure(*documented)):
        definition = reference.definitions[key]
        if definition.built_in and definition.type is None and definition.fields:
            members.setdefault(only or f"package {definition.package}", []).append(definition)


def _find_subject(page: Page, reference: Reference) -> Definition | None:
    """Return the subject of a page: the definition of its kind, or its first definition."""
    candidates = [
        reference.definitions[section.key]
        for section in page.sections
        if section.key in reference.definitions
    ]
    return next(
        (definition for definition in candidates if definition.name == page.kind),
        candidates[0] if candidates else None,
    )


def _package_names(packages: list[str]) -> dict[str, str]:
    """Return the last two labels of each package, or more to tell packages apart."""
    modules: dict[str, str] = {}
    longest = max((package.count(".") + 1 for package in packages), default=0)
    for labels in range(2, max(2, longest) + 1):
        unnamed = [package for package in packages if package not in modules]
        names = {
            package: naming.module_name("_".join(package.lower().split(".")[-labels:]))
            for package in unnamed
        }
        counts = Counter(names.values())
        modules |= {
            package: name
            for package, name in names.items()
            if counts[name] == 1 or labels >= longest
        }
    return modules


def _free_package_name(name: str, taken: UniqueNames) -> str:
    """Return a new package name that is no module of the standard library, and no name in modules
    that import it.
    """
    base = name.strip("_")
    if not base or base[0].isdigit():
        base = f"api_{base}".rstrip("_")
    if "_" not in base or base.startswith(("sre_", "lib2to3")):
        base += "_api"
    return taken.take(base)
