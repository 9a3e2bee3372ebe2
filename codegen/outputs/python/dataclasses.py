"""Dataclasses: one `models.py` for each unit, with a table in each class that says how the wire form is read and written.

A template sees finished values only; every line comes in the layout that black gives it.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from codegen.core.escaping import python as escape
from codegen.model import Definition, Field, Scalar
from codegen.outputs.files import GeneratedFile, notice
from codegen.outputs.job import Job
from codegen.outputs.python import classes as python_classes
from codegen.outputs.python import package
from codegen.outputs.python import units as python_units
from codegen.outputs.python.classes import DOC_WIDTH, Kind, Scope
from codegen.outputs.python.source import WIDTH, declaration
from codegen.outputs.python.units import Unit, Units
from codegen.outputs.render import Renderer


class Attribute(Struct, frozen=True, kw_only=True):
    """One field of a generated class as lines of code."""

    name: str
    declaration: str
    codec: str


class Class(Struct, frozen=True, kw_only=True):
    """One generated class. `choices` are the type aliases of its enumerated fields."""

    name: str
    docstring: str
    attributes: tuple[Attribute, ...]
    choices: tuple[str, ...]


def emit(job: Job) -> Iterator[GeneratedFile]:
    """`models.py` of each unit, and what the package has once."""
    renderer = Renderer("dataclasses", {"comment": escape.comment}, job.templates)

    def module(unit: Unit, units: Units, tree: package.Tree) -> str:
        scope = Scope(job=job, unit=unit, units=units, classes=units.classes, spelling=_scalar)
        models = [_model(scope, definition) for definition in python_units.in_order(unit, units)]
        lines = [
            line for model in models for line in (*model.choices, *(each.declaration for each in model.attributes))
        ]
        codecs = [each.codec for model in models for each in model.attributes]
        title = f"{unit.title}: classes of the API, and their JSON form."
        return renderer.render(
            "models.py.j2",
            notice=notice(job.origin),
            above=tree.above,
            classes=models,
            imports=units.imports(unit.name),
            used=python_classes.used([*lines, *codecs]),
            docstring=escape.docstring(escape.wrapped(title, DOC_WIDTH), 0),
        )

    return package.emit(job, "dataclasses", module)


def _model(scope: Scope, definition: Definition) -> Class:
    name = scope.classes[definition.key]
    names = scope.attribute_names(definition)
    attributes = tuple(_attribute(scope, name, names[field.name], field) for field in definition.fields)
    scope.ready.add(definition.key)
    return Class(
        name=name,
        docstring=scope.docstring(definition, names),
        attributes=attributes,
        choices=scope.choice_lines(),
    )


def _attribute(scope: Scope, owner: str, name: str, field: Field) -> Attribute:
    wire = escape.literal(field.name)
    if field.value is not None:
        value = escape.literal(field.value)
        kind = Kind(annotation=f"Literal[{value}]", codec=f"rt.Choice({value})")
        default, annotation = value, kind.annotation
    else:
        kind = scope.field_kind(owner, field)
        default = "" if field.required else "None"
        annotation = kind.annotation if field.required else f"{kind.annotation} | None"
    codec = f"rt.Needed({kind.codec})" if field.required else kind.codec
    return Attribute(
        name=name,
        declaration=declaration(name, f'"{annotation}"' if kind.late else annotation, default, 4),
        codec=_row(wire, codec),
    )


def _scalar(scalar: Scalar) -> Kind:
    return _KINDS.get((scalar.type, scalar.format)) or _KINDS.get((scalar.type, ""), _ANY)


_ANY = Kind(annotation="Any", codec="rt.ANY")
_KINDS = {
    ("string", ""): Kind(annotation="str", codec="rt.STR"),
    ("string", "byte"): Kind(annotation="bytes", codec="rt.BYTES"),
    ("string", "date-time"): Kind(annotation="datetime", codec="rt.TIME"),
    ("string", "go-duration"): Kind(annotation="rt.Duration", codec="rt.DURATION"),
    ("string", "int-or-string"): Kind(annotation="int | str", codec="rt.INT_OR_STR"),
    ("string", "micro-time"): Kind(annotation="datetime", codec="rt.MICRO_TIME"),
    ("string", "quantity"): Kind(annotation="rt.Quantity", codec="rt.QUANTITY"),
    ("integer", ""): Kind(annotation="int", codec="rt.INT"),
    ("integer", "int32"): Kind(annotation="int", codec="rt.INT32"),
    ("integer", "int64"): Kind(annotation="int", codec="rt.INT64"),
    ("number", ""): Kind(annotation="float", codec="rt.FLOAT"),
    ("boolean", ""): Kind(annotation="bool", codec="rt.BOOL"),
    ("object", ""): Kind(annotation="dict[str, Any]", codec="rt.OBJECT"),
}


def _row(wire: str, codec: str) -> str:
    """One entry of the table of fields, in black's layout."""
    return f"        {wire}: {_nested(codec, 8, len(wire) + 3).lstrip()},"


def _nested(codec: str, indent: int, behind: int = 0) -> str:
    """Calls in calls of one argument, each on lines of its own where it is too long for one, `behind` so many columns."""
    margin = " " * indent
    if behind + len(margin + codec) <= WIDTH or not codec.endswith(")"):
        return margin + codec
    opened, _, rest = codec.partition("(")
    return f"{margin}{opened}(\n{_nested(rest[:-1], indent + 4)}\n{margin})"
