"""Finds the names that generated Python modules no longer have."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from msgspec import Struct

# The parser calls code that is nested too deeply for it a lack of memory.
UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
_ALL = "__all__"


class ModuleChange(Struct, frozen=True, kw_only=True):
    """A generated module with the names that it no longer has.

    `name` begins at the folder of the project, and `shortest` at the folder of the module.
    `is_gone` means that the module itself was removed.
    """

    name: str
    shortest: str
    removed: frozenset[str]
    is_gone: bool

    def matches(self, imported: str) -> bool:
        """Return whether code that imports a dotted name may mean this module."""
        if not _ends_with(imported, self.shortest):
            return False
        return _ends_with(self.name, imported) or _ends_with(imported, self.name)


def _ends_with(name: str, end: str) -> bool:
    return f".{name}".endswith(f".{end}")


class RemovedNames(Struct, frozen=True, kw_only=True):
    """Names that generated code no longer has.

    `classes` are names of classes that no changed module has any more. `attributes` are the names of
    attributes and arguments, and `keys` the same as keys of JSON, each with the classes that had
    it. `packages` are the folders of the generated packages. `offers` has, for each class that
    left a module, the packages that have a class of this name now.
    """

    packages: frozenset[str] = frozenset()
    modules: tuple[ModuleChange, ...] = ()
    classes: frozenset[str] = frozenset()
    attributes: Mapping[str, tuple[str, ...]] = {}
    keys: Mapping[str, tuple[str, ...]] = {}
    offers: Mapping[str, tuple[str, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self.modules)


def find_removed_names(before: Mapping[str, str], after: Mapping[str, str]) -> RemovedNames:
    """Compare generated modules, each given by path and text."""
    packages: set[str] = set()
    modules: list[ModuleChange] = []
    removed_classes: set[str] = set()
    attributes: dict[str, set[str]] = {}
    kept_classes: set[str] = set()
    for path, text in before.items():
        old, new = _read_module(text), _read_module(after.get(path, ""))
        kept_classes.update(new.classes)
        removed_classes.update(old.classes.keys() - new.classes.keys())
        changed = False
        for name in old.classes.keys() & new.classes.keys():
            for attribute in old.classes[name] - new.classes[name]:
                attributes.setdefault(attribute, set()).add(name)
                changed = True
        removed = old.names - new.names
        if removed or path not in after:
            modules.append(_describe_module(path, removed, is_gone=path not in after))
            changed = True
        elif changed:
            modules.append(_describe_module(path, frozenset(), is_gone=False))
        if changed:
            packages.update(PurePosixPath(path).parent.parts)
    offered = _read_offered_classes(removed_classes, after)
    for name, old_attributes in _read_moved_classes(before, after, offered).items():
        for attribute in old_attributes - offered[name]:
            attributes.setdefault(attribute, set()).add(name)
    owners = {name: tuple(sorted(attributes[name])) for name in sorted(attributes)}
    return RemovedNames(
        packages=frozenset(packages),
        modules=tuple(modules),
        classes=frozenset(removed_classes - kept_classes),
        attributes=owners,
        keys={**{_json_name(name): owners[name] for name in owners}, **owners},
        offers=_find_offers(removed_classes, after),
    )


def _read_offered_classes(classes: set[str], after: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return the attributes of classes that another package has now, together for each name."""
    attributes: dict[str, frozenset[str]] = {}
    if not classes:
        return attributes
    for text in after.values():
        for name, found in _read_module(text).classes.items():
            if name in classes:
                attributes[name] = attributes.get(name, frozenset()) | found
    return attributes


def _read_moved_classes(
    before: Mapping[str, str], after: Mapping[str, str], offered: Mapping[str, frozenset[str]]
) -> dict[str, set[str]]:
    """Return the attributes that classes had before they moved to another package."""
    attributes: dict[str, set[str]] = {}
    for path, text in before.items():
        kept = _read_module(after.get(path, "")).classes
        for name, found in _read_module(text).classes.items():
            if name in offered and name not in kept:
                attributes.setdefault(name, set()).update(found)
    return attributes


def _find_offers(classes: set[str], after: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the packages that have a class of each of these names, where there are any."""
    packages: dict[str, set[str]] = {}
    if not classes:
        return {}
    for path, text in after.items():
        package = ".".join(PurePosixPath(path).parent.parts)
        for name in classes & _read_module(text).classes.keys():
            packages.setdefault(name, set()).add(package)
    return {name: tuple(sorted(packages[name])) for name in sorted(packages)}


def _describe_module(path: str, removed: frozenset[str], *, is_gone: bool) -> ModuleChange:
    parts = PurePosixPath(path).with_suffix("").parts
    length = 2
    if parts[-1] == "__init__":
        parts = parts[:-1]
        length = 1
    name, shortest = ".".join(parts), ".".join(parts[-length:])
    return ModuleChange(name=name, shortest=shortest, removed=removed, is_gone=is_gone)


def _json_name(attribute: str) -> str:
    """Return the usual name in JSON of an attribute: `node_name` is `nodeName`."""
    first, *others = attribute.split("_")
    return first + "".join(part.capitalize() for part in others)


class _Module(Struct, frozen=True, kw_only=True):
    """The classes of a module with their annotated attributes, and all names that it offers."""

    classes: Mapping[str, frozenset[str]] = {}
    names: frozenset[str] = frozenset()


def _read_module(text: str) -> _Module:
    try:
        module = ast.parse(text)
    except UNPARSABLE:
        return _Module()
    classes: dict[str, frozenset[str]] = {}
    names: set[str] = set()
    for statement in module.body:
        if isinstance(statement, ast.ClassDef):
            classes[statement.name] = frozenset(_list_attributes(statement))
        elif isinstance(statement, ast.Assign):
            names.update(_list_exports(statement))
    return _Module(classes=classes, names=frozenset(names | classes.keys()))


def _list_attributes(statement: ast.ClassDef) -> Iterator[str]:
    for inner in statement.body:
        if isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
            yield inner.target.id


def _list_exports(statement: ast.Assign) -> Iterator[str]:
    """Yield the names of `__all__`."""
    target = statement.targets[0]
    if not isinstance(target, ast.Name) or target.id != _ALL:
        return
    if isinstance(statement.value, ast.Tuple | ast.List):
        for item in statement.value.elts:
            if isinstance(item, ast.Constant) and isinstance(item.value, str):
                yield item.value
