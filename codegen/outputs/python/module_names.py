"""Names of a generated module: what it may import, and what it binds."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import NoReturn

import msgspec
from msgspec import Struct

from codegen.core.diagnostics import CodegenError, Span, failure

BUILTINS = frozenset(
    ("bool", "bytes", "dict", "float", "int", "list", "object", "str", "tuple", "type")
)
DATACLASS_KEYWORDS = frozenset(
    ("eq", "frozen", "init", "kw_only", "match_args", "order", "repr", "slots", "unsafe_hash")
)
METHOD_DECORATORS = frozenset(("classmethod", "property", "staticmethod"))
FUNCTIONS = frozenset(
    (
        "abs",
        "all",
        "any",
        "bool",
        "dict",
        "divmod",
        "enumerate",
        "float",
        "frozenset",
        "int",
        "isinstance",
        "len",
        "list",
        "max",
        "min",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "sorted",
        "str",
        "sum",
        "super",
        "tuple",
        "zip",
        "KeyError",
        "TypeError",
        "ValueError",
    )
)
RESERVED = BUILTINS | FUNCTIONS | METHOD_DECORATORS  # no name of a module
KINDS = "_KINDS"  # the table of classes, which loaders import
HINT = "this is a fault of codegen: please report it with the source that led to it"


class Import(Struct, frozen=True, kw_only=True):
    """An imported name. `module` has leading dots, and `alias` is empty without `as`."""

    module: str
    name: str
    alias: str = ""

    @property
    def bound(self) -> str:
        """The name in the importing module."""
        return self.alias or self.name


class ModuleRules(Struct, frozen=True, kw_only=True):
    """What the code of one generated module may use.

    Attributes:
        imports: Imported names.
        typing_imports: Names imported for type checkers alone.
        constructors: Functions that may be called while the module is imported.
        decorators: Decorators of classes.
        bases: Bases of classes, as they are written.
        class_keywords: Keywords of classes.
        named_values: Whether values may be names of other values, as in tables of checkers.
        loader: The expression that `__getattr__` returns, or nothing.
        lookups: Further calls of loaders, which functions may contain.
        kinds: The value of `_KINDS`.

    """

    imports: frozenset[Import]
    typing_imports: frozenset[Import] = frozenset()
    constructors: frozenset[str] = frozenset()
    decorators: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()
    class_keywords: frozenset[str] = frozenset()
    named_values: bool = False
    loader: str = ""
    lookups: frozenset[str] = frozenset()
    kinds: object = msgspec.UNSET


def allow_imports(names: Iterable[tuple[str, str]]) -> frozenset[Import]:
    """Return imports that are given as module and name, with ` as ` and an alias in the name."""
    allowed = set()
    for module, text in names:
        name, _, alias = text.partition(" as ")
        allowed.add(Import(module=module, name=name, alias=alias))
    return frozenset(allowed)


class ModuleNames:
    """The names of one module.

    `names` are all of them, `types` those that annotations may use, `tables` the checkers.
    """

    def __init__(self, path: str, rules: ModuleRules) -> None:
        self.path = path
        self.rules = rules
        self.names: set[str] = set()
        self.types: set[str] = set(BUILTINS)
        self.modules: set[str] = set()
        self.loaders: set[str] = set()
        self.classes: set[str] = set()
        self.functions: set[str] = set()
        self.tables: set[str] = set()

    def refuse(self, description: str, node: ast.AST) -> NoReturn:
        """Refuse a part of the module."""
        raise refusal(
            description, self.path, getattr(node, "lineno", 0), getattr(node, "col_offset", -1) + 1
        )

    def collect(self, statement: ast.stmt) -> None:
        """Collect the names that a statement of the module binds."""
        match statement:
            case ast.ImportFrom():
                self._collect_imports(statement, self.rules.imports)
            case ast.ClassDef(name=name):
                self._bind(name, statement)
                self.classes.add(name)
                self.types.add(name)
            case ast.FunctionDef(name=name):
                self._bind(name, statement)
                self.functions.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                self._bind(name, statement)
                if (
                    isinstance(statement.value, ast.Subscript | ast.BinOp)
                    or called_name(statement.value) == "TypedDict"
                ):
                    self.types.add(name)
                if called_name(statement.value) == "Object":
                    self.tables.add(name)
            case ast.If(body=inner):
                for import_ in inner:
                    if not isinstance(import_, ast.ImportFrom):
                        self.refuse("a condition", statement)
                    else:
                        self._collect_imports(import_, self.rules.typing_imports)

    def _collect_imports(self, statement: ast.ImportFrom, allowed: frozenset[Import]) -> None:
        module = "." * statement.level + (statement.module or "")
        for alias in statement.names:
            import_ = Import(module=module, name=alias.name, alias=alias.asname or "")
            if import_ not in allowed:
                self.refuse(f"an import of {alias.name!r} from {module!r}", statement)
            if module == "__future__":
                continue  # fields may have the names of such statements
            self._bind(import_.bound, statement)
            if import_.alias:
                self.modules.add(import_.alias)
            elif module.endswith(".kinds"):
                self.loaders.add(import_.name)
            else:
                self.types.add(import_.name)

    def _bind(self, name: str, node: ast.AST) -> None:
        if name in self.names or name in RESERVED:
            self.refuse(f"a second meaning of {name!r}", node)
        if name.startswith("__") and name not in ("__all__", "__dir__", "__getattr__"):
            self.refuse(f"a definition of {name!r}", node)
        self.names.add(name)

    def check_local(self, name: str, node: ast.AST) -> None:
        """Check a name that a function binds."""
        if name.startswith("__") or name in self.names or name in RESERVED:
            self.refuse(f"a second meaning of {name!r}", node)


def all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    """Return all arguments of a signature."""
    starred = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *starred]


def name_of(node: ast.AST | None) -> str:
    """Return the name that an expression is, or an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    return ""


def called_name(node: ast.AST | None) -> str:
    """Return the name of the function that an expression calls, or an empty string."""
    if isinstance(node, ast.Call):
        return name_of(node.func)
    return ""


def refusal(description: str, path: str, line: int, column: int = 0) -> CodegenError:
    """Build the error about code that templates do not write."""
    span = Span(path=path, line=line, column=column)
    return failure("generated-code-refused", f"templates do not write {description}", span, HINT)
