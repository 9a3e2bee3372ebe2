"""Dataclasses: one `models.py` for each unit, with a table in each class that says how the wire form is read and written.

A template sees finished values only; every line comes in the layout that black gives it.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from codegen.core.escaping import python as escape
from codegen.core.generated_files import GeneratedFile, notice
from codegen.kube.scalars import scalar_type
from codegen.model import Field, Scalar
from codegen.outputs.job import Job
from codegen.outputs.python import classes as python_classes
from codegen.outputs.python import hidden, package
from codegen.outputs.python.classes import Kind, Scope
from codegen.outputs.python.hover import Shape, docstring
from codegen.outputs.python.source import WIDTH, call, declaration
from codegen.outputs.python.units import Unit, Units
from codegen.outputs.render import Renderer


class Attribute(Struct, frozen=True, kw_only=True):
    """One field of a generated class as lines of code; `docstring` is empty where nothing is known."""

    declaration: str
    docstring: str


class Class(Struct, frozen=True, kw_only=True):
    """One generated class. `head` is its first line or lines, `choices` are the type aliases of its enumerated fields.

    `hides` is the line that says what is not shown, `nulls` where null is kept.
    """

    head: str
    docstring: str
    hides: str
    nulls: str
    attributes: tuple[Attribute, ...]
    choices: tuple[str, ...]


def emit(job: Job) -> Iterator[GeneratedFile]:
    """`models.py` of each unit, and what the package has once."""
    renderer = Renderer("dataclasses", {"comment": escape.comment}, job.templates)

    def module(unit: Unit, units: Units, tree: package.Tree) -> str:
        scope = Scope.of(python_classes.in_language(job), unit, units, _scalar, deferred=True)
        base = f"rt.{python_classes.base_of(job)}"
        models = [_model(scope, shape, base) for shape in scope.shapes()]
        lines = [
            line for model in models for line in (*model.choices, *(each.declaration for each in model.attributes))
        ]
        title = f"{unit.title}: classes of the API, and their JSON form."
        return renderer.render(
            "models.py.j2",
            notice=notice(job.origin),
            above=tree.above,
            classes=models,
            imports=units.imports(unit.name),
            used=python_classes.used(lines),
            docstring=docstring(title, 0),
        )

    return package.emit(job, "dataclasses", module)


def _model(scope: Scope, shape: Shape, base: str) -> Class:
    definition, names = shape.definition, shape.names
    attributes = tuple(_attribute(scope, shape, field) for field in definition.fields)
    others = [
        f"{escape.literal(new)}: {escape.literal(wire)}"
        for wire, new in names.items()
        if not python_classes.is_camel(new, wire)
    ]
    keywords = [f"names={{{', '.join(others)}}}"] if others else []
    keywords += ["keeps=True"] if definition.open else []
    return Class(
        head=_head(shape.name, base, others, keywords),
        docstring=scope.hover.of_class(shape),
        hides=hidden.line_of(shape),
        nulls=python_classes.nulls_of(shape),
        attributes=attributes,
        choices=scope.choice_lines(),
    )


def _head(name: str, base: str, others: list[str], keywords: list[str]) -> str:
    """The first line of a class in black's layout."""
    line = call(f"class {name}(", [base, *keywords], "):", 0)
    if not others or max(map(len, line.split("\n"))) <= WIDTH:
        return line
    listed = "".join(f"        {other},\n" for other in others)
    more = "".join(f"    {keyword},\n" for keyword in keywords[1:])
    return f"class {name}(\n    {base},\n    names={{\n{listed}    }},\n{more}):"


def _attribute(scope: Scope, shape: Shape, field: Field) -> Attribute:
    annotation, default = scope.annotation(shape, field)
    if field.value is not None:
        annotation = annotation.removesuffix(" | None")  # it is never absent
    return Attribute(
        declaration=declaration(shape.names[field.name], annotation, default, 4),
        docstring=scope.hover.of_field(shape, field),
    )


def _scalar(scalar: Scalar) -> Kind:
    return Kind(annotation=scalar_type(scalar.type, scalar.format).annotation)
