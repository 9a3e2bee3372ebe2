"""Generated Python as source text: written in the layout of black, and checked before it is written."""

from __future__ import annotations

import ast
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.generated_files import GeneratedFile
from codegen.outputs.python import OUTPUTS
from codegen.outputs.python import WIDTH as WIDTH

MODULES = frozenset(
    (
        *("__future__", "collections.abc", "dataclasses", "datetime", "typing"),
        *(library for output in OUTPUTS for library in output.libraries),
    )
)
_IMPORT_WIDTH = 88  # of ruff and black
_LONE_STRING = re.compile(r"""\s*(?:\w+=)?(["']).*\1,?$""")  # an unbreakable argument
_RELATIVE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+){0,2}\Z")  # modules of the package
BUILTINS = frozenset(("bool", "bytes", "dict", "float", "int", "list", "object", "str", "tuple", "type"))
_AT_IMPORT = frozenset(
    (
        *("Choice", "Field", "Limited", "Limits", "Rules", "List", "Map", "Nullable", "Object"),
        *("TypedDict", "dataclass", "field"),
    )
)
_DUNDERS = frozenset(("__all__", "__dir__", "__getattr__", "__name__"))
_ALLOWED = (
    *(ast.AnnAssign, ast.Assign, ast.Attribute, ast.BinOp, ast.Call, ast.ClassDef, ast.Constant, ast.Dict, ast.Expr),
    *(ast.FunctionDef, ast.If, ast.ImportFrom, ast.Lambda, ast.Module, ast.Name, ast.Return, ast.Subscript, ast.Tuple),
    *(ast.UnaryOp, ast.alias, ast.arg, ast.arguments, ast.expr_context, ast.keyword, ast.operator, ast.unaryop),
)


def finish_file(file: GeneratedFile) -> GeneratedFile:
    """Check a file, and format it if a user's template wrote it.

    Raises `CodegenError` for unknown constructs, located in the template if it is the user's.
    """
    try:
        statements = check(file.text, file.path)
        text = as_black(file.text) if file.template else _lay_out_long_lines(file.text, statements)
        return replace(file, text=text)
    except CodegenError as error:
        if not file.template:
            raise
        (fault,) = error.diagnostics
        message = f"the template writes code that is refused, {file.path}:{fault.span.line}: {fault.message}"
        hint = "generated code may import and call only what the code of the replaced template does"
        raise failure(fault.rule, message, Span(path=file.template), hint) from None


def _lay_out_long_lines(text: str, statements: Sequence[ast.stmt]) -> str:
    """Format the statements that are too long because of a name, or of uncertain width. All others are in the layout of black."""
    lines = text.split("\n")
    for node in reversed(statements):
        first, last = node.lineno - 1, node.end_lineno or node.lineno
        if any(map(_is_uncertain, lines[first:last])):
            lines[first:last] = as_black("\n".join(lines[first:last])).rstrip("\n").split("\n")
    return "\n".join(lines)


def _is_uncertain(line: str) -> bool:
    """Return whether black may break a line: it is too long and no lone string, or has combining marks."""
    if not line.isascii() and any(map(unicodedata.combining, line)):
        return True
    return width(line) > WIDTH and not _LONE_STRING.match(line)


def as_black(text: str) -> str:
    """Format a text with black for Python 3.11. Raises `CodegenError` if it is not valid Python."""
    import black  # slow, and only needed for a few files

    mode = black.Mode(target_versions={black.mode.TargetVersion.PY311}, line_length=WIDTH)
    try:
        return black.format_str(text, mode=mode)
    except (black.parsing.InvalidInput, IndentationError) as error:
        raise failure(
            "generated-code-invalid", f"black cannot read it: {error}", Span(path="generated code"), _HINT
        ) from None


def width(line: str) -> int:
    """Return the columns of a line as black counts them."""
    if line.isascii():
        return len(line)
    return len(line) + sum(unicodedata.east_asian_width(each) in "WF" for each in line)


def call(head: str, arguments: Sequence[str], tail: str, indent: int) -> str:
    """Write `head`, arguments and `tail` in the layout of black.

    All are on one line, the arguments on a line of their own, or each argument on a line.

    `head` ends in the opening bracket, `tail` starts with the closing one. The first line is indented too.
    """
    margin = " " * indent
    body = ", ".join(arguments)
    if width(line := f"{margin}{head}{body}{tail}") <= WIDTH or not arguments:
        return line
    if width(inner := f"{margin}    {body}") <= WIDTH or len(arguments) == 1:
        return f"{margin}{head}\n{inner}\n{margin}{tail}"
    lines = "".join(f"{margin}    {argument},\n" for argument in arguments)
    return f"{margin}{head}\n{lines}{margin}{tail}"


def import_block(names: Iterable[tuple[str, str]], indent: int = 0) -> str:
    """Write imports, each as module and name, in the order and layout of ruff's default rules.

    They are grouped by the standard library, other packages and modules of the package.
    """
    members: dict[tuple[str, str], set[str]] = {}
    for module, name in names:
        members.setdefault((module, name if " as " in name else ""), set()).add(name)
    margin = " " * indent
    groups: dict[int, list[str]] = {}
    for module, alias in sorted(members, key=lambda each: (_import_group(each[0]), _natural_key(each[0]), each[1])):
        listed = sorted(
            sorted(members[module, alias]), key=lambda name: (_export_group(name), _natural_key(name.lower()))
        )
        line = f"{margin}from {module} import {', '.join(listed)}"
        if len(line) > _IMPORT_WIDTH:
            rows = [f"{margin}    {name},\n" for name in listed]
            line = f"{margin}from {module} import (\n{''.join(rows)}{margin})"
        groups.setdefault(_import_group(module)[0], []).append(line)
    return "\n\n".join("\n".join(statements) for statements in groups.values())


def _import_group(module: str) -> tuple[int, int]:
    """Return the group of a module, and within the package the outer ones first."""
    if dots := len(module) - len(module.lstrip(".")):
        return 3, -dots
    top = module.partition(".")[0]
    return (0 if top == "__future__" else 1 if top in sys.stdlib_module_names else 2), 0


def export_key(name: str) -> tuple[int, list[tuple[int, str]]]:
    """Return the sort key of an exported name."""
    return _export_group(name), _natural_key(name)


def _export_group(name: str) -> int:
    """Return the group of an exported name. Constants come before classes, and classes before functions."""
    return 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2


def _natural_key(name: str) -> list[tuple[int, str]]:
    """Return a sort key with numbers by their value."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"([0-9]+)", name) if part]


# ----------------------------------------------------------------------------------------------------- the check

_HINT = "this is a fault of codegen: please report it with the source that led to it"


def check(text: str, path: str) -> list[ast.stmt]:
    """Check a generated module against the constructs of templates, and return its statements.

    Raises `CodegenError` with the location.

    This is the second protection after the escaping filters. Allowed are imports of the templates and of modules in
    the same package, plain statements, builtins without side effects, and at import only calls of a few constructors.
    A name has one meaning, so a second function or class of a name is refused.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 0
        raise failure(
            "generated-code-invalid", f"is not valid Python: {error}", Span(path=path, line=line), _HINT
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
        for name in (node.name,) if isinstance(node, ast.FunctionDef | ast.ClassDef) else _bound_names(node):
            if name in taken or name in BUILTINS:
                raise _build_refusal(f"a second meaning of {name!r}", node, path)
            taken.add(name)


def _check_node(node: ast.AST, at_import: bool, bound: frozenset[str], path: str) -> None:
    match node:
        case ast.Name(id=name, ctx=context):
            is_known = name in bound or name in BUILTINS or name in _DUNDERS
            if _is_dunder(name) or not is_known or (isinstance(context, ast.Load) and name in FORBIDDEN):
                raise _build_refusal(f"the name {name!r}", node, path)
        case ast.Attribute(attr=name) if _is_dunder(name):
            raise _build_refusal(f"the attribute {name!r}", node, path)
        case ast.Call() if at_import and _called_name(node) not in _AT_IMPORT:
            raise _build_refusal(f"a call to {_called_name(node)!r} while the module is imported", node, path)
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
    place = Span(path=path, line=getattr(node, "lineno", 0), column=getattr(node, "col_offset", -1) + 1)
    return failure("generated-code-refused", f"templates do not write {what}", place, _HINT)
