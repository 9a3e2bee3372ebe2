"""The check of bodies of functions, which run only when they are called."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from itertools import chain

from codegen.outputs.python.module_names import (
    BUILTINS,
    FUNCTIONS,
    KINDS,
    ModuleNames,
    all_arguments,
    name_of,
)

# Attributes that lead from a value to the interpreter.
_FRAMES = re.compile(r"(?:ag|co|cr|f|gi|tb)_")
_UNSAFE_ATTRIBUTES = frozenset(("format", "format_map", "mro", "parse_file", "parse_raw"))
_BODY_STATEMENTS = (
    ast.AnnAssign,
    ast.Assign,
    ast.AugAssign,
    ast.Break,
    ast.Continue,
    ast.Expr,
    ast.For,
    ast.If,
    ast.Pass,
    ast.Raise,
    ast.Return,
)
_BODY_EXPRESSIONS = (
    ast.Attribute,
    ast.BinOp,
    ast.BoolOp,
    ast.Call,
    ast.Compare,
    ast.Constant,
    ast.Dict,
    ast.DictComp,
    ast.FormattedValue,
    ast.GeneratorExp,
    ast.IfExp,
    ast.JoinedStr,
    ast.Lambda,
    ast.List,
    ast.ListComp,
    ast.Name,
    ast.Set,
    ast.SetComp,
    ast.Slice,
    ast.Starred,
    ast.Subscript,
    ast.Tuple,
    ast.UnaryOp,
)
_BODY_PARTS = (
    ast.arg,
    ast.arguments,
    ast.boolop,
    ast.cmpop,
    ast.comprehension,
    ast.expr_context,
    ast.keyword,
    ast.operator,
    ast.unaryop,
)


class BodyCheck:
    """The check of the body of a function, which runs only when it is called."""

    def __init__(self, module: ModuleNames, function: ast.FunctionDef, *, is_method: bool) -> None:
        self.module = module
        self.function = function
        self.is_method = is_method
        self.locals = {argument.arg for argument in all_arguments(function.args)}
        self.owners: set[int] = set()  # ids of expressions with an attribute behind them

    def check(self) -> None:
        """Check all nodes of the body."""
        inner = list(chain.from_iterable(map(ast.walk, self.function.body)))
        lookups = self._find_lookups(inner)
        nodes = [node for node in inner if id(node) not in lookups]
        for node in nodes:
            self._collect(node)
            if isinstance(node, ast.Attribute):
                self.owners.add(id(node.value))
        for node in nodes:
            self._check_node(node)

    def _find_lookups(self, nodes: Iterable[ast.AST]) -> set[int]:
        """Return the ids of all parts of the calls that look up classes, which are allowed as they are."""
        lookups: set[int] = set()
        for node in nodes:
            if isinstance(node, ast.Call) and ast.unparse(node) in self.module.rules.lookups:
                lookups.update(id(part) for part in ast.walk(node))
        return lookups

    def _collect(self, node: ast.AST) -> None:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            if node.id == "self":
                self.module.refuse("a second meaning of 'self'", node)
            self.module.check_local(node.id, node)
            self.locals.add(node.id)
        elif isinstance(node, ast.arg):  # of a lambda
            self.module.check_local(node.arg, node)
            self.locals.add(node.arg)

    def _check_node(self, node: ast.AST) -> None:
        if not isinstance(node, _BODY_STATEMENTS + _BODY_EXPRESSIONS + _BODY_PARTS):
            self.module.refuse(f"a node of the kind {type(node).__name__}", node)
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                self._check_name(name, node)
            case ast.Attribute():
                self._check_attribute(node)
            case ast.Subscript(ctx=ast.Store()):
                if _root(node) not in self.locals:
                    self.module.refuse("an assignment to an item", node)
            case ast.Call(func=function):
                if not self._is_callable(function):
                    self.module.refuse(f"a call to {ast.unparse(function)[:60]!r}", node)
            case ast.Lambda(args=arguments):
                if arguments.defaults or any(arguments.kw_defaults):
                    self.module.refuse("a default of a lambda", node)

    def _check_name(self, name: str, node: ast.AST) -> None:
        # No union of the sets: a module may have thousands of names, and as many functions.
        sets = (self.locals, self.module.names, FUNCTIONS, BUILTINS)
        is_known = any(name in names for names in sets)
        is_module = name in self.module.modules and id(node) not in self.owners
        is_hidden = name.startswith("__") or name == KINDS or name in self.module.loaders
        if not is_known or is_module or is_hidden:
            self.module.refuse(f"the name {name!r}", node)

    def _check_attribute(self, node: ast.Attribute) -> None:
        name = node.attr
        is_internal = name.startswith("_") or _FRAMES.match(name) or name in _UNSAFE_ATTRIBUTES
        is_own = self.is_method and name_of(node.value) == "self"
        is_changed = not isinstance(node.ctx, ast.Load)
        if is_internal or (is_changed and not is_own):
            self.module.refuse(f"the attribute {name!r}", node)
        if name_of(node.value) in self.module.modules:
            is_public = name[:1].isupper() or name.startswith(("check_", "validate_"))
            if not is_public:
                self.module.refuse(f"the attribute {name!r} of a module", node)

    def _is_callable(self, function: ast.expr) -> bool:
        if isinstance(function, ast.Attribute):
            return True
        name = name_of(function)
        module = self.module
        is_imported = name in module.types and name not in BUILTINS
        return (
            name in FUNCTIONS or name in module.functions or name in module.classes or is_imported
        )


def _root(node: ast.expr) -> str:
    """Return the name that attributes and items belong to."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return name_of(node)
