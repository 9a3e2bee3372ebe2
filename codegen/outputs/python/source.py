"""The last step of a generated module: it is formatted and checked."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from msgspec.structs import replace

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.generated_files import GeneratedFile
from codegen.outputs.python import OUTPUTS
from codegen.outputs.python.formatting import format_python

MODULES = frozenset(
    (
        *("__future__", "collections.abc", "dataclasses", "datetime", "typing"),
        *(library for output in OUTPUTS for library in output.libraries),
    )
)
_RELATIVE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+){0,2}\Z")  # modules of the package
BUILTINS = frozenset(
    ("bool", "bytes", "dict", "float", "int", "list", "object", "str", "tuple", "type")
)
_AT_IMPORT = frozenset(
    (
        *("Choice", "Field", "Limited", "Limits", "Rules", "List", "Map", "Nullable", "Object"),
        *("TypedDict", "dataclass", "field"),
    )
)
_DUNDERS = frozenset(("__all__", "__dir__", "__getattr__", "__name__"))
_ALLOWED = (
    *(
        ast.AnnAssign,
        ast.Assign,
        ast.Attribute,
        ast.BinOp,
        ast.Call,
        ast.ClassDef,
        ast.Constant,
        ast.Dict,
        ast.Expr,
    ),
    *(
        ast.FunctionDef,
        ast.If,
        ast.ImportFrom,
        ast.Lambda,
        ast.Module,
        ast.Name,
        ast.Return,
        ast.Subscript,
        ast.Tuple,
    ),
    *(
        ast.UnaryOp,
        ast.alias,
        ast.arg,
        ast.arguments,
        ast.expr_context,
        ast.keyword,
        ast.operator,
        ast.unaryop,
    ),
)


def finish_file(file: GeneratedFile) -> GeneratedFile:
    """Format a file, and check what is written.

    Raises `CodegenError` for unknown constructs, located in the template if it is the user's.
    """
    try:
        text = format_python(file.text, file.path)
        check(text, file.path)
        return replace(file, text=text)
    except CodegenError as error:
        if not file.template:
            raise
        (problem,) = error.diagnostics
        message = f"the template writes code that is refused, {file.path}:{problem.span.line}: {problem.message}"
        hint = "generated code may import and call only what the code of the replaced template does"
        raise failure(problem.rule, message, Span(path=file.template), hint) from None


# ----------------------------------------------------------------------------------------------------- the check

_HINT = "this is a fault of codegen: please report it with the source that led to it"


def check(text: str, path: str) -> list[ast.stmt]:
    """Check a generated module against the constructs of templates, and return its statements.

    Raises `CodegenError` with the location.

    This is the second protection after the escaping filters. Allowed are imports of the templates
    and of modules in the same package, plain statements, builtins without side effects, and at
    import only calls of a few constructors. A name has one meaning, so a second function or class
    of a name is refused.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 0
        raise failure(
            "generated-code-invalid",
            f"is not valid Python: {error}",
            Span(path=path, line=line),
            _HINT,
        ) from None
    _check_once(tree.body, path)
    bound = _bound_names(tree)
    deferred: set[int] = set()  # parts of functions, which do not run while the module is imported
    for node in ast.walk(tree):  # outer nodes first
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            body = node.body if isinstance(node.body, list) else [node.body]
            deferred.update(id(inner) for part in body for inner in ast.walk(part))
        _check_node(node, id(node) not in deferred, bound, path)
    return tree.body


def _bound_names(tree: ast.AST) -> frozenset[str]:
    """Return all names bound in a tree."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.alias(name=name, asname=other):
                names.add(other or name)
    return frozenset(names)


def _check_once(nodes: Sequence[ast.stmt], path: str) -> None:
    """Check that no name is bound twice in a module or hides a builtin."""
    taken: set[str] = set()
    for node in nodes:
        for name in (
            (node.name,) if isinstance(node, ast.FunctionDef | ast.ClassDef) else _bound_names(node)
        ):
            if name in taken or name in BUILTINS:
                raise _build_refusal(f"a second meaning of {name!r}", node, path)
            taken.add(name)


def _check_node(node: ast.AST, at_import: bool, bound: frozenset[str], path: str) -> None:
    match node:
        case ast.Name(id=name, ctx=context):
            is_known = name in bound or name in BUILTINS or name in _DUNDERS
            if (
                _is_dunder(name)
                or not is_known
                or (isinstance(context, ast.Load) and name in FORBIDDEN)
            ):
                raise _build_refusal(f"the name {name!r}", node, path)
        case ast.Attribute(attr=name) if _is_dunder(name):
            raise _build_refusal(f"the attribute {name!r}", node, path)
        case ast.Call() if at_import and _called_name(node) not in _AT_IMPORT:
            raise _build_refusal(
                f"a call to {_called_name(node)!r} while the module is imported", node, path
            )
        case ast.ImportFrom():
            _check_import(node, path)
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) if _is_dunder(name):
            raise _build_refusal(f"a definition of {name!r}", node, path)
        case _ if not isinstance(node, _ALLOWED):
            raise _build_refusal(f"a node of type {type(node).__name__}", node, path)


def _check_import(node: ast.ImportFrom, path: str) -> None:
    if node.level:
        good = node.level <= 2 and (node.module is None or bool(_RELATIVE.match(node.module)))
    else:
        good = node.module in MODULES
    if not good:
        raise _build_refusal("an import of another module", node, path)


def _called_name(node: ast.AST) -> str:
    function = getattr(node, "func", None)
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name not in _DUNDERS


FORBIDDEN = frozenset(
    (
        *("exec", "eval", "compile", "open", "getattr", "setattr", "delattr"),
        *("globals", "locals", "vars", "input", "breakpoint", "memoryview"),
    )
)


def _build_refusal(what: str, node: ast.AST, path: str) -> CodegenError:
    place = Span(
        path=path, line=getattr(node, "lineno", 0), column=getattr(node, "col_offset", -1) + 1
    )
    return failure("generated-code-refused", f"templates do not write {what}", place, _HINT)
