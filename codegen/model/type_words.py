"""Type expressions in a few characters, as people write them."""

from __future__ import annotations

from codegen.model import Array, Lost, Map, Ref, Scalar, Type, innermost


def words(expression: Type, beside: Type | None = None, *, lost: str = "") -> str:
    """`[]int32`, `map[string]Plot`; with the package where the name beside it is the same; `lost` marks what a source lost."""
    match expression:
        case Scalar(type=kind, format=form):
            return form or kind or "any"
        case Array(items=items):
            return f"[]{words(items, beside, lost=lost)}"
        case Map(values=values):
            return f"map[string]{words(values, beside, lost=lost)}"
        case Ref(key=key):
            beside_ref = _leaf(beside)
            same = beside_ref is not None and beside_ref.key != key and bare_name(beside_ref.key) == bare_name(key)
            return key if same else bare_name(key)
        case Lost(known=known):
            return words(known, beside, lost=lost) + lost


def bare_name(key: str) -> str:
    """The name of a definition without its package."""
    return key.rpartition(".")[2]


def _leaf(expression: Type | None) -> Ref | None:
    end = innermost(expression)
    return end if isinstance(end, Ref) else None
