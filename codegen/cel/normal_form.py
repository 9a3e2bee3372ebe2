"""Normal forms of expressions: equal for expressions that differ in layout, comments, names of
bound variables, the order of operands where that changes nothing, and the two ways to call `size`
and `matches`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from codegen.cel.runtime.cel_engine import CannotRun, CompileError, engine
from codegen.cel.runtime.cel_syntax import Expression, kind_of

NormalForm = tuple[object, ...]
_Scope = Mapping[str, NormalForm]  # the normal form of each bound variable
_EQUALITY = frozenset(("_==_", "_!=_"))
_LOGIC = frozenset(("_&&_", "_||_"))  # of CEL: either operand may decide, also beside an error
_MIRRORED = {"_>_": "_<_", "_>=_": "_<=_"}
_ALSO_METHODS = frozenset(("size", "matches"))  # functions that CEL declares as methods too


@lru_cache(10_000)
def normalize_expression(text: str) -> NormalForm | None:
    """Return the normal form of an expression, or None if it cannot be parsed or the library is not
    installed.
    """
    parser = engine()
    if parser is None:
        return None
    try:
        return _normalize(parser.parse(text).tree, {}, 0)
    except (CompileError, CannotRun):
        return None


def _normalize(expression: Expression, scope: _Scope, depth: int) -> NormalForm:
    """Return the normal form of a part. `depth` is the number of loops around it."""
    kind = kind_of(expression)
    match kind:
        case "const_expr":
            constant = expression.const_expr
            name = constant.WhichOneof("constant_kind")
            return (kind, name, repr(getattr(constant, name)))
        case "ident_expr":
            name = expression.ident_expr.name
            return scope.get(name, (kind, name))
        case "select_expr":
            selection = expression.select_expr
            return (
                kind,
                selection.field,
                selection.test_only,
                _normalize(selection.operand, scope, depth),
            )
        case "call_expr":
            return _normalize_call(expression, scope, depth)
        case "list_expr":
            items = expression.list_expr
            return (
                kind,
                tuple(items.optional_indices),
                _normalize_all(items.elements, scope, depth),
            )
        case "struct_expr":
            return _normalize_struct(expression, scope, depth)
        case "comprehension_expr":
            return _normalize_loop(expression, scope, depth)
    return (kind,)


def _normalize_call(expression: Expression, scope: _Scope, depth: int) -> NormalForm:
    """Return the normal form of a call, with operands in one order where any order is the same."""
    call = expression.call_expr
    function = call.function
    if call.HasField("target"):
        target = _normalize(call.target, scope, depth)
    else:
        target = ()
    operands = _normalize_all(call.args, scope, depth)
    if target and function in _ALSO_METHODS:
        operands = (target, *operands)
        target = ()
    if function in _MIRRORED:
        function = _MIRRORED[function]
        operands = tuple(reversed(operands))
    elif function in _EQUALITY:
        operands = tuple(sorted(operands, key=repr))
    elif function in _LOGIC:
        operands = _sort_operands(function, operands)
    return ("call_expr", function, target, operands)


def _sort_operands(function: str, operands: NormalForm) -> NormalForm:
    """Return the operands of a chain of `&&` or `||` in one order, without repetitions."""
    chain: list[object] = []
    for operand in operands:
        if isinstance(operand, tuple) and operand[:2] == ("call_expr", function):
            chain.extend(operand[3])
        else:
            chain.append(operand)
    return tuple(sorted(dict.fromkeys(chain), key=repr))


def _normalize_all(parts: list[Expression], scope: _Scope, depth: int) -> NormalForm:
    return tuple(_normalize(part, scope, depth) for part in parts)


def _normalize_struct(expression: Expression, scope: _Scope, depth: int) -> NormalForm:
    struct = expression.struct_expr
    entries = []
    for entry in struct.entries:
        if entry.HasField("map_key"):
            key = _normalize(entry.map_key, scope, depth)
        else:
            key = (entry.field_key,)
        entries.append((key, entry.optional_entry, _normalize(entry.value, scope, depth)))
    return ("struct_expr", struct.message_name, *entries)


def _normalize_loop(expression: Expression, scope: _Scope, depth: int) -> NormalForm:
    """Return the normal form of a loop, whose variables have the depth of the loop for names."""
    loop = expression.comprehension_expr
    result: dict[str, NormalForm] = {loop.accu_var: ("result", depth)}
    variables: dict[str, NormalForm] = {loop.iter_var: ("variable", depth)}
    if loop.iter_var2:
        variables[loop.iter_var2] = ("second variable", depth)
    inner = {**scope, **variables, **result}
    return (
        "comprehension_expr",
        bool(loop.iter_var2),
        _normalize(loop.iter_range, scope, depth),
        _normalize(loop.accu_init, scope, depth),
        _normalize(loop.loop_condition, inner, depth + 1),
        _normalize(loop.loop_step, inner, depth + 1),
        _normalize(loop.result, {**scope, **result}, depth + 1),
    )
