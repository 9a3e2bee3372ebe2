"""Annotations of the fields of classes, and the aliases of enumerations."""

from __future__ import annotations

from typing import NamedTuple

from codegen.kube.scalars import scalar_type
from codegen.model import Array, Field, Map, Ref, Scalar, Type, innermost
from codegen.model.keywords.keyword import allows_null, null_parts
from codegen.model.unique_names import UniqueNames
from codegen.outputs import naming
from codegen.outputs.escaping import python as escape
from codegen.outputs.python import reserved_names
from codegen.outputs.python.docstrings import ClassShape
from codegen.outputs.python.statements import write_call
from codegen.outputs.python.units import Unit, Units

# Names that a class needs, and no attribute may have.
CLASS_NAMES = frozenset(
    (
        "any",
        "bool",
        "bytes",
        "classmethod",
        "cls",
        "datetime",
        "dict",
        "float",
        "from_dict",
        "from_json",
        "int",
        "list",
        "mro",
        "object",
        "rt",
        "self",
        "str",
        "to_dict",
        "to_json",
    )
)


class Annotation(NamedTuple):
    """The annotation of a field, and the code that it needs.

    `default` is empty without a default, and `alias` is the line of a type alias, or empty.
    """

    text: str
    default: str
    alias: str


class AnnotationWriter:
    """Writes the annotations of the fields of a unit. Their aliases have different names."""

    def __init__(self, unit: Unit, units: Units, column: str) -> None:
        """`column` is the column of the table of scalar types with the annotations."""
        self._unit = unit
        self._units = units
        self._column = column
        self._alias_names = UniqueNames(reserved_names.reserved_class_names())

    def annotate(self, shape: ClassShape, field: Field) -> Annotation:
        """Return the annotation of a field.

        Optional and nullable fields take None.
        """
        default = "" if field.required else "None"
        alias = ""
        if field.value is not None:
            value = escape.literal(field.value)
            text = f"Literal[{value}]"
            takes_none = not field.required
            if default:
                default = value
        else:
            type_ = self._units.reference.resolve(field.type)
            end = innermost(type_)
            if isinstance(end, Scalar) and end.enum:
                name = self._name_alias(shape, field)
                alias = write_call(f"{name} = Literal[", map(escape.literal, end.enum), "]")
            else:
                name = self._annotate_innermost(end)
            text = _wrap_annotation(name, type_, null_parts(field.keywords))
            if field.required:
                takes_none = allows_null(field.keywords)
            else:
                takes_none = text != "Any"
        if takes_none:
            text = f"{text} | None"
        return Annotation(text=text, default=default, alias=alias)

    def _name_alias(self, shape: ClassShape, field: Field) -> str:
        """Name the alias for a list of values after the class and the field."""
        word = naming.identifiers((field.name,), CLASS_NAMES)[field.name]
        return self._alias_names.take(f"_{shape.name}_{word}")

    def _annotate_innermost(self, expression: Type | None) -> str:
        """Return the annotation of a type that is no list, map or enumeration."""
        if isinstance(expression, Scalar):
            row = scalar_type(expression.type, expression.format)
            text: str = getattr(row, self._column)
            return text
        if isinstance(expression, Ref):
            unit = self._units.owner[expression.key]
            name = self._units.classes[expression.key]
            return name if unit == self._unit.name else f"{unit}.{name}"
        raise TypeError(expression)


def _wrap_annotation(name: str, type_: Type, nulls: frozenset[str], part: str = "") -> str:
    """Write the lists and maps of a type around the annotation of its innermost part.

    `nulls` are the parts that may be null, and `part` is the part to write.
    """
    if isinstance(type_, Array):
        text = f"list[{_wrap_annotation(name, type_.items, nulls, f'{part}[]')}]"
    elif isinstance(type_, Map):
        text = f"dict[str, {_wrap_annotation(name, type_.values, nulls, f'{part}{{}}')}]"
    else:
        text = name
    if part and part in nulls and text != "Any":
        return f"{text} | None"
    return text
