"""Finds the Python code of a project that uses removed names of generated classes."""

from __future__ import annotations

import ast
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath

from msgspec import Struct

from codegen.core import opening
from codegen.core.diagnostics import Span

_LARGEST = 1024 * 1024  # bytes of a Python file that is examined
# The parser calls code that is nested too deeply for it a lack of memory.
_UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


class RemovedNames(Struct, frozen=True, kw_only=True):
    """Names that generated code no longer has.

    `classes` are names of classes. `attributes` are the names of attributes, keys and arguments,
    each with the classes that had it. `packages` are the folders of the generated packages.
    """

    packages: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    attributes: Mapping[str, tuple[str, ...]] = {}


class CallSite(Struct, frozen=True, kw_only=True):
    """A place that uses a removed name, with the classes that had it."""

    span: Span
    name: str
    classes: tuple[str, ...] = ()


class CallSites(Struct, frozen=True, kw_only=True):
    """The uses of removed names. `unread` are files that could not be examined."""

    sites: tuple[CallSite, ...] = ()
    unread: tuple[str, ...] = ()


def find_removed_names(before: Mapping[str, str], after: Mapping[str, str]) -> RemovedNames:
    """Compare the classes of generated modules, each given by path and text."""
    packages: set[str] = set()
    removed_classes: set[str] = set()
    attributes: dict[str, set[str]] = {}
    kept_classes: set[str] = set()
    for path, text in before.items():
        old_classes = _read_classes(text)
        new_classes = _read_classes(after.get(path, ""))
        kept_classes.update(new_classes)
        for name, old_attributes in old_classes.items():
            removed = old_attributes - new_classes.get(name, set())
            if name not in new_classes:
                removed_classes.add(name)
                removed = set()
            for attribute in removed:
                attributes.setdefault(attribute, set()).add(name)
            if removed or name not in new_classes:
                packages.update(PurePosixPath(path).parent.parts)
    return RemovedNames(
        packages=frozenset(packages),
        classes=frozenset(removed_classes - kept_classes),
        attributes={name: tuple(sorted(owners)) for name, owners in sorted(attributes.items())},
    )


def _read_classes(text: str) -> dict[str, set[str]]:
    """Return the classes of a module with the names of their annotated attributes."""
    try:
        module = ast.parse(text)
    except _UNPARSABLE:
        return {}
    classes: dict[str, set[str]] = {}
    for statement in module.body:
        if isinstance(statement, ast.ClassDef):
            classes[statement.name] = {
                inner.target.id
                for inner in statement.body
                if isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name)
            }
    return classes


def find_call_sites(root: Path, removed: RemovedNames, generated: Collection[Path]) -> CallSites:
    """Find the uses of removed names in Python files that import a generated package.

    Attributes are compared by name, since the types of other people's code are not known. Hidden
    folders, virtual environments and folders of `generated` files are left out.
    """
    if not removed.classes and not removed.attributes:
        return CallSites()
    sites: list[CallSite] = []
    unread: list[str] = []
    for file in _find_python_files(root, generated):
        shown = file.relative_to(root).as_posix()
        try:
            module = ast.parse(opening.read_bytes(file, _LARGEST))
        except (OSError, *_UNPARSABLE):
            unread.append(shown)
            continue
        if _imports_any(module, removed.packages):
            sites.extend(_find_uses(module, removed, shown))
    return CallSites(sites=tuple(sites), unread=tuple(unread))


def _find_python_files(root: Path, generated: Collection[Path]) -> Iterator[Path]:
    """Yield the Python files below a folder, sorted. Links are not followed."""
    for name, folders, files in os.walk(root):
        folder = Path(name)
        folders[:] = sorted(
            child
            for child in folders
            if _is_searched(folder / child) and folder / child not in generated
        )
        for file in sorted(files):
            path = folder / file
            if path.suffix == ".py" and not file.startswith(".") and not path.is_symlink():
                yield path


def _is_searched(folder: Path) -> bool:
    """Return whether a folder has code of the project, not of an environment or hidden files."""
    if folder.name.startswith(".") or folder.name == "node_modules" or folder.is_symlink():
        return False
    return not opening.exists(folder / "pyvenv.cfg")


def _imports_any(module: ast.Module, packages: frozenset[str]) -> bool:
    """Return whether a module imports something that has one of these names in its path."""
    for node in ast.walk(module):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(alias.name for alias in node.names)]
        for name in names:
            if not packages.isdisjoint(name.split(".")):
                return True
    return False


class _NameUse(Struct, frozen=True, order=True):
    """A name that code uses, with its line and column."""

    line: int
    column: int
    name: str


def _find_uses(module: ast.Module, removed: RemovedNames, display_path: str) -> Iterator[CallSite]:
    """Yield each use of a removed name in the order of its lines."""
    uses: set[_NameUse] = set()
    for node in ast.walk(module):
        name = _read_name(node)
        if name and isinstance(node, ast.expr | ast.alias | ast.keyword):
            uses.add(_NameUse(node.lineno, node.col_offset + 1, name))
    for use in sorted(uses):
        span = Span(path=display_path, line=use.line, column=use.column)
        if use.name in removed.classes:
            yield CallSite(span=span, name=use.name)
        elif use.name in removed.attributes:
            yield CallSite(span=span, name=use.name, classes=removed.attributes[use.name])


def _read_name(node: ast.AST) -> str:
    """Return the name that a node uses: of a variable, attribute, import, argument or key."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name) | ast.alias(name=name):
            return name
        case ast.keyword(arg=str(name)):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""
