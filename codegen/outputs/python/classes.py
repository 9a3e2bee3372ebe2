"""Classes of all styles, with names, docstrings and annotations.

Styles differ in the code of scalars and fields. A field has the same name and description in all of
them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from codegen.core.generated_files import GeneratedFile, notice
from codegen.kube.scalars import scalar_type
from codegen.model import Array, Definition, Field, Map, Ref, Scalar, Type
from codegen.model.keywords.keyword import allows_null, null_parts
from codegen.model.unique_names import UniqueNames
from codegen.outputs import naming
from codegen.outputs.escaping import python as escape
from codegen.outputs.job import Job
from codegen.outputs.python import PythonOutput, package, reserved_names
from codegen.outputs.python import units as python_units
from codegen.outputs.python.docstrings import ClassShape, Docstrings, docstring
from codegen.outputs.python.module_names import ModuleRules, allow_imports
from codegen.outputs.python.statements import (
    fits_line,
    import_block,
    write_call,
    write_tuple,
)
from codegen.outputs.python.units import Unit, Units
from codegen.outputs.render import Renderer

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
_HIDDEN = Path(__file__).with_name("hidden.toml")
# Handling of unknown fields -> base class of the run time.
_BASES = {"Strict": "StrictModel", "Warn": "WarningModel", "Ignore": "Model"}


class Annotation(NamedTuple):
    """The annotation of a field, and its default, empty if it has none."""

    text: str
    default: str


class Scope(Struct, kw_only=True):
    """The state of writing the classes of one unit in one style.

    Attributes:
        choices: Lines of aliases for enumerated fields, for the current class.
        annotations: The annotations of all fields.
        functional: Whether the current class is written as a call.

    """

    unit: Unit
    units: Units
    style: Style
    docstrings: Docstrings
    choices: list[str] = msgspec.field(default_factory=list)
    annotations: list[str] = msgspec.field(default_factory=list)
    functional: bool = False
    _choice_names: UniqueNames = msgspec.field(
        default_factory=lambda: UniqueNames(reserved_names.reserved_class_names())
    )

    def shapes(self) -> Iterator[ClassShape]:
        """Yield the classes of the unit in the order of writing."""
        lower = {
            name
            for definition in self.unit.definitions
            if (name := self.units.classes[definition.key]).islower()
        }
        taken = CLASS_NAMES.union(self.style.taken, self.units.imports[self.unit.name], lower)
        for definition in python_units.sort_definitions(self.unit, self.units):
            names = naming.identifiers([field.name for field in definition.fields], taken)
            yield ClassShape(
                name=self.units.classes[definition.key], definition=definition, names=names
            )

    def annotation(self, shape: ClassShape, field: Field) -> Annotation:
        """Return the annotation of a field.

        Optional and nullable fields take None.
        """
        default = "" if field.required else "None"
        if field.value is None:
            text = self._annotate(
                self.units.reference.resolve(field.type),
                (shape, field),
                null_parts(field.keywords),
                "",
            )
            if field.required:
                takes_none = allows_null(field.keywords)
            else:
                takes_none = text != "Any"
        else:
            value = escape.literal(field.value)
            text, takes_none = f"Literal[{value}]", not field.required
            default = default and value
        text = f"{text} | None" if takes_none else text
        self.annotations.append(text)
        return Annotation(text=text, default=default)

    def _annotate(
        self, expression: Type, owner: tuple[ClassShape, Field], nulls: frozenset[str], part: str
    ) -> str:
        """Return the annotation of a part of a field.

        A list of values gets an alias with the names of class and field.
        """
        match expression:
            case Ref(key=key):
                unit, name = self.units.owner[key], self.units.classes[key]
                text = name if unit == self.unit.name else f"{unit}.{name}"
            case Array(items=items):
                text = f"list[{self._annotate(items, owner, nulls, f'{part}[]')}]"
            case Map(values=values):
                text = f"dict[str, {self._annotate(values, owner, nulls, f'{part}{{}}')}]"
            case Scalar(enum=enum) if enum:
                shape, field = owner
                word = naming.identifiers((field.name,), CLASS_NAMES)[field.name]
                text = self._choice_names.take(f"_{shape.name}_{word}")
                self.choices.append(
                    write_call(f"{text} = Literal[", map(escape.literal, enum), "]")
                )
            case Scalar():
                text = getattr(scalar_type(expression.type, expression.format), self.style.column)
            case _:
                raise TypeError(expression)
        if part and part in nulls and text != "Any":
            return f"{text} | None"
        return text


@cache
def hidden_fields() -> Mapping[str, list[str]]:
    """Return the wire names of the fields that hold credentials, which objects do not show, by key
    of the definition.
    """
    fields: dict[str, list[str]] = tomllib.loads(_HIDDEN.read_text(encoding="utf-8"))["fields"]
    return fields


def _write_nulls(definition: Definition) -> str:
    """Write the constant that lists optional nullable fields by wire name, or nothing."""
    listed = [
        escape.literal(field.name)
        for field in definition.fields
        if not field.required and field.value is None and allows_null(field.keywords)
    ]
    if listed:
        return write_tuple("NULLS = ", listed, 4).lstrip()
    return ""


# ---------------------------------------------------------------------------------------------- styles of classes


class Style(Struct, frozen=True, kw_only=True):
    """A style of classes, such as dataclasses, models of a library or types of dictionaries.

    Attributes:
        output: The output, whose template writes the modules.
        title: The end of a module's docstring, after the title of the unit.
        column: The column of the table of scalar types with the annotations.
        field: The code of a field.
        template: Imports of the template itself, as module and name.
        taken: Names in classes of the library.
        documents: Whether each field has a docstring.
        circles_last: Whether units that import this one are imported after the classes.
        functional: Finds classes that are written as a call.

    """

    output: PythonOutput
    title: str
    column: str
    field: Callable[[Scope, ClassShape, Field], str]
    template: tuple[tuple[str, str], ...]
    taken: frozenset[str] = frozenset()
    documents: bool = True
    circles_last: bool = False
    functional: Callable[[Scope, Definition], bool] | None = None


class ClassField(Struct, frozen=True, kw_only=True):
    """A field as lines of code, with an empty `docstring` if there is nothing to say."""

    code: str
    docstring: str


class GeneratedClass(Struct, frozen=True, kw_only=True):
    """A class for templates.

    Attributes:
        name: The name of the class.
        docstring: Its docstring with quotes.
        renamed: Wire names by attribute, unless they are the camel case of the attribute.
        hides: Attributes that hold credentials.
        nulls: The line with the optional fields that accept null as a value, or nothing.
        fields: The fields in their order.
        choices: The lines of type aliases for enumerated fields, before the class.
        functional: Whether the class is written as a call.
        open: Whether objects may have undocumented fields.

    """

    name: str
    docstring: str
    renamed: Mapping[str, str]
    hides: tuple[str, ...]
    nulls: str
    fields: tuple[ClassField, ...]
    choices: tuple[str, ...]
    functional: bool
    open: bool

    def head(self, base: str, *keywords: str, with_names: bool = False) -> str:
        """Write the first line of the class.

        `with_names` adds the argument of dataclasses, the wire names by attribute.
        """
        pairs = [
            f"{escape.literal(name)}: {escape.literal(wire)}" for name, wire in self.renamed.items()
        ]
        arguments = [base, *keywords]
        if pairs and with_names:
            arguments.append(write_call("names={", pairs, "}", 4).lstrip())
        return write_call(f"class {self.name}(", arguments, "):")


def emit_classes(job: Job, style: Style) -> Iterator[GeneratedFile]:
    """Render and yield the module of a style in each unit."""
    output = style.output
    renderer = Renderer(output.name, package.FILTERS, job.templates)

    def render_module(
        unit: Unit, units: Units, folder: package.PackageFolder
    ) -> package.RenderedModule:
        tag = job.options.get("docstrings", job.locales[0])
        docstrings = Docstrings(
            replace(job, locales=tuple(dict.fromkeys((tag, *job.locales)))), units
        )
        scope = Scope(unit=unit, units=units, style=style, docstrings=docstrings)
        unit_classes = [_generated_class(scope, shape) for shape in scope.shapes()]
        if style.circles_last:
            late = units.cyclic(unit.name)
        else:
            late = frozenset()
        choices = [line for unit_class in unit_classes for line in unit_class.choices]
        used = find_used_names(
            [
                *scope.annotations,
                *choices,
                *(field.code for unit_class in unit_classes for field in unit_class.fields),
            ]
        )
        above = f"{folder.runtime_dots}runtime"
        allowed = [
            (f"{above}{home}" if home[:1] in ("", ".") else home, name)
            for home, name in (
                *style.template,
                *((home, name) for name, home in output.names.items()),
            )
        ]
        imported = {name for _home, name in style.template} | used
        own_imports = [(home, name) for home, name in allowed if name in imported]
        other_imports = {
            name: (f"..{name}", f"{output.module} as {name}") for name in units.imports[unit.name]
        }
        text = renderer.render(
            f"{output.module}.py.j2",
            notice=notice(job.origin),
            base=_BASES[str(job.options.get("fieldValidation", "Ignore"))],
            classes=unit_classes,
            imports=import_block(
                [
                    *own_imports,
                    *(
                        imported_name
                        for name, imported_name in other_imports.items()
                        if name not in late
                    ),
                ]
            ),
            late_imports=import_block(
                imported_name for name, imported_name in other_imports.items() if name in late
            ),
            docstring=docstring(f"{unit.title}: {style.title}.", 0),
        )
        bases = {f"rt.{output.base_class.removesuffix('Model')}{base}" for base in _BASES.values()}
        rules = ModuleRules(
            imports=allow_imports([*allowed, *other_imports.values()]),
            constructors=frozenset(output.constructors),
            decorators=frozenset(("dataclass",)),
            bases=frozenset((*bases, *output.constructors)),
            class_keywords=frozenset(output.class_keywords),
        )
        return package.RenderedModule(text=text, rules=rules)

    return package.emit_modules(job, output, render_module)


def find_used_names(lines: Iterable[str]) -> frozenset[str]:
    """Return the names in lines of code, except attributes and words in strings, for imports."""
    return frozenset(_USED.findall("\n".join(lines))) - {""}


_USED = re.compile(r"""'(?:[^'\\\n]++|\\.)*+'|"(?:[^"\\\n]++|\\.)*+"|\.\w++|([^\W\d]\w*+)""")


def _generated_class(scope: Scope, shape: ClassShape) -> GeneratedClass:
    definition, style = shape.definition, scope.style
    scope.choices.clear()
    scope.functional = style.functional is not None and style.functional(scope, definition)
    documents = style.documents and not scope.functional
    fields = tuple(
        ClassField(
            code=style.field(scope, shape, field),
            docstring=scope.docstrings.field_docstring(shape, field) if documents else "",
        )
        for field in definition.fields
    )
    return GeneratedClass(
        name=shape.name,
        docstring=(
            scope.docstrings.class_docstring_with_fields(shape)
            if scope.functional
            else scope.docstrings.class_docstring(shape)
        ),
        renamed={name: wire for wire, name in shape.names.items() if not is_camel_case(name, wire)},
        hides=tuple(
            shape.names[wire]
            for wire in hidden_fields().get(definition.key, ())
            if wire in shape.names
        ),
        nulls=_write_nulls(definition),
        fields=fields,
        choices=tuple(scope.choices),
        functional=scope.functional,
        open=definition.open,
    )


def write_field(name: str, annotation: str, default: str) -> str:
    """Write a field of a class."""
    if default:
        return f"    {name}: {annotation} = {default}"
    line = f"    {name}: {annotation}"
    # black puts a single word behind a long name in brackets, and ruff does not
    if not fits_line(line) and _SINGLE_WORD.fullmatch(annotation):
        return f"{line}  # fmt: skip"
    return line


_SINGLE_WORD = re.compile(r"[\w.]+")
_PLAIN = re.compile(r"[a-z]+(_[a-z]+)*")


def is_camel_case(name: str, wire: str) -> bool:
    """Return whether all libraries derive this wire name from the attribute.

    They differ over digits and trailing underscores.
    """
    first, *later_words = name.split("_")
    return (
        _PLAIN.fullmatch(name) is not None
        and first + "".join(map(str.capitalize, later_words)) == wire
    )
