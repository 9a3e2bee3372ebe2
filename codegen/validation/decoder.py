"""The types of the model as Go prints them, for the words of a server's decoder (`codegen.kube.decoding`)."""

from __future__ import annotations

from codegen.kube.decoding import GoType
from codegen.kube.scalars import scalar_type
from codegen.model import Array, Map, Ref, Scalar, Type, kubernetes

_TIMES = ("date-time", kubernetes.GO_TIME.format, "micro-time")


def go_type(expression: Type) -> GoType:
    """A type as Go prints it."""
    scalar = expression if isinstance(expression, Scalar) else Scalar(type="")
    return GoType(name=_name(expression), is_integer=scalar.type == "integer", is_time=scalar.format in _TIMES)


def _name(expression: Type) -> str:
    match expression:
        case Scalar(type="integer", format=bits) if bits:
            return bits
        case Scalar(type=name, format=form):
            return scalar_type(name, form).go
        case Array(items=items):
            inner = _name(items)
            return f"[]{inner}" if inner else ""
        case Map(values=values):
            inner = _name(values)
            return f"map[string]{inner}" if inner else ""
        case Ref(key=key):
            return ".".join(key.split(".")[-2:])
    return ""
