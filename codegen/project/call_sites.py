"""Finds the Python code of a project that uses removed names of generated classes."""

from __future__ import annotations

import ast
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from msgspec import Struct

from codegen.core import opening
from codegen.core.diagnostics import Span
from codegen.project.removed_names import UNPARSABLE, RemovedNames

_LARGEST = 1024 * 1024  # bytes of a Python file that is examined
# The position of the argument that names an attribute or a key.
_ACCESSORS = {"getattr": 1, "hasattr": 1, "setattr": 1, "delattr": 1, "get": 0, "pop": 0}
_Located = ast.expr | ast.stmt | ast.alias | ast.keyword | ast.pattern


class CallSite(Struct, frozen=True, kw_only=True):
    """A place that uses a removed name, with the classes that had it.

    Where the name is a class, `offers` are the packages that have a class of this name now.
    """

    span: Span
    name: str
    classes: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()


class CallSites(Struct, frozen=True, kw_only=True):
    """The uses of removed names. `unread` are files that could not be examined."""

    sites: tuple[CallSite, ...] = ()
    unread: tuple[str, ...] = ()


def find_call_sites(root: Path, removed: RemovedNames, generated: Collection[Path]) -> CallSites:
    """Find the uses of removed names in Python files that import a generated package.

    Attributes are compared by name, since the types of other people's code are not known. Hidden
    folders, virtual environments and folders of `generated` files are left out.
    """
    if not removed:
        return CallSites()
    sites: list[CallSite] = []
    unread: list[str] = []
    for file in _find_python_files(root, generated):
        shown = file.relative_to(root).as_posix()
        try:
            module = ast.parse(opening.read_bytes(file, _LARGEST))
        except (OSError, *UNPARSABLE):
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
    """A name that code uses, with its line and column, and the classes that had it."""

    line: int
    column: int
    name: str
    classes: tuple[str, ...] = ()


def _find_uses(module: ast.Module, removed: RemovedNames, display_path: str) -> Iterator[CallSite]:
    """Yield each use of a removed name in the order of its lines."""
    finder = _UseFinder(removed)
    finder.visit(module)
    for use in sorted(finder.uses):
        span = Span(path=display_path, line=use.line, column=use.column)
        offers = () if use.classes else removed.offers.get(use.name, ())
        yield CallSite(span=span, name=use.name, classes=use.classes, offers=offers)


class _UseFinder(ast.NodeVisitor):
    """Collects the uses of removed names.

    `_imported` has the dotted name behind each name that an import binds.
    """

    def __init__(self, removed: RemovedNames) -> None:
        self._removed = removed
        self._imported: dict[str, str] = {}
        self.uses: set[_NameUse] = set()

    # ---------------------------------------------------------------------- modules and classes

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            first = alias.name.partition(".")[0]
            self._imported[alias.asname or first] = alias.name if alias.asname else first
            self._check_import(alias, alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            dotted = ".".join(filter(None, (node.module, alias.name)))
            self._imported[alias.asname or alias.name] = dotted
            self._check_import(alias, dotted)

    def _check_import(self, alias: ast.alias, dotted: str) -> None:
        """Report an import of a removed class, of a removed module, or from one."""
        name = dotted.rpartition(".")[2]
        if name in self._removed.classes or self._is_removed(dotted):
            self._add(alias, name)
        elif gone := self._find_removed_module(dotted):
            self._add(alias, gone)

    def _find_removed_module(self, dotted: str) -> str:
        """Return the removed module that a dotted name is, or that it belongs to."""
        for module in self._removed.modules:
            for imported in (dotted, dotted.rpartition(".")[0]):
                if module.is_gone and module.matches(imported):
                    return imported
        return ""

    def _is_removed(self, dotted: str) -> bool:
        """Return whether a dotted name is one that its module no longer has."""
        imported, _, name = dotted.rpartition(".")
        return any(
            name in module.removed and module.matches(imported) for module in self._removed.modules
        )

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in self._removed.classes:
            self._add(node, node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        dotted = self._resolve(node)
        if node.attr in self._removed.classes or self._is_removed(dotted):
            self._add(node, node.attr)
        else:
            self._add_attribute(node, node.attr)
        self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> None:
        self._check_annotation(node.annotation)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._check_annotation(node.annotation)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._check_annotation(node.returns)
        self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._check_annotation(node.returns)
        self.generic_visit(node)

    def _check_annotation(self, annotation: ast.expr | None) -> None:
        """Report removed classes in annotations that are written as text."""
        if annotation is None:
            return
        for node in ast.walk(annotation):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for name in _list_names(node.value) & self._removed.classes:
                    self._add(node, name)

    def _resolve(self, node: ast.expr) -> str:
        """Return the dotted name behind an expression, or an empty text."""
        names: list[str] = []
        while isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self._imported:
            return ""
        return ".".join((self._imported[node.id], *reversed(names)))

    # -------------------------------------------------------------------- attributes, by their name

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Report attributes that a class of the project declares again."""
        for statement in node.body if node.bases else ():
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                self._add_attribute(statement, statement.target.id)
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        self._add_attribute(node, node.arg or "")
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._add_key(node, node.slice)
        self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key in filter(None, node.keys):
            self._add_key(key, key)
        self.generic_visit(node)

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        for name, pattern in zip(node.kwd_attrs, node.kwd_patterns, strict=True):
            self._add_attribute(pattern, name)
        self.generic_visit(node)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        for key in node.keys:
            self._add_key(key, key)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Report names that are given as text: `getattr(plot, "soil")`, `plot.get("soil")`."""
        function = ""
        if isinstance(node.func, ast.Name):
            function = node.func.id
        elif isinstance(node.func, ast.Attribute):
            function = node.func.attr
        if function == "attrgetter":
            for argument in node.args:
                self._add_path(argument)
        position = _ACCESSORS.get(function)
        if position is not None and len(node.args) > position:
            self._add_key(node.args[position], node.args[position])
        self.generic_visit(node)

    def _add_path(self, argument: ast.expr) -> None:
        for name in _read_text(argument).split("."):
            self._add_attribute(argument, name)

    def _add_key(self, node: ast.expr, key: ast.expr) -> None:
        name = _read_text(key)
        if classes := self._removed.keys.get(name):
            self._add(node, name, classes)

    def _add_attribute(self, node: _Located, name: str) -> None:
        if classes := self._removed.attributes.get(name):
            self._add(node, name, classes)

    def _add(self, node: _Located, name: str, classes: tuple[str, ...] = ()) -> None:
        self.uses.add(_NameUse(node.lineno, node.col_offset + 1, name, classes))


def _read_text(node: ast.expr) -> str:
    """Return the value of a text literal, or an empty text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""


def _list_names(annotation: str) -> set[str]:
    """Return the names in an annotation that is written as text."""
    try:
        expression = ast.parse(annotation, mode="eval")
    except UNPARSABLE:
        return set()
    names: set[str] = set()
    for node in ast.walk(expression):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
    return names
