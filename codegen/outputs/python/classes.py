"""Classes of all styles, with names, docstrings and annotations.

Styles differ in the code of scalars and fields. A field has the same name and description in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from codegen.core.escaping import python as escape
from codegen.core.generated_files import GeneratedFile, notice
from codegen.kube.scalars import scalar_type
from codegen.model import Array, Definition, Field, Map, Ref, Scalar, Type, naming
from codegen.model.keywords import allows_null, null_parts
from codegen.outputs.job import Job
from codegen.outputs.python import OUTPUTS, package, reserved_names
from codegen.outputs.python import units as python_units
from codegen.outputs.python.docstrings import Docstrings, Shape, docstring
from codegen.outputs.python.hidden import hidden_fields
from codegen.outputs.python.source import WIDTH, call, declaration, width
from codegen.outputs.python.units import Unit, Units
from codegen.outputs.render import Renderer

# Names that a class needs, and no attribute may have.
CLASS_NAMES = frozenset(
    (
        *("any", "bool", "bytes", "classmethod", "cls", "datetime", "dict", "float", "from_dict", "from_json"),
        *("int", "list", "mro", "object", "rt", "self", "str", "to_dict", "to_json"),
    )
)
# Handling of unknown fields -> base class of the run time.
_BASES = {"Strict": "StrictModel", "Warn": "WarningModel", "Ignore": "Model"}


class Annotation(Struct, frozen=True, kw_only=True):
    """An annotation of a field. It is `late` if it names a class that is not defined yet."""

    text: str
    late: bool = False


class Scope(Struct, kw_only=True):
    """The state of writing the classes of one unit in one style.

    Attributes:
        ready: Keys of the finished classes.
        choices: Lines of aliases for enumerated fields, for the current class.
        functional: Whether the current class is written as a call.

    """

    unit: Unit
    units: Units
    style: Style
    docstrings: Docstrings
    ready: set[str] = msgspec.field(default_factory=set)
    choices: list[str] = msgspec.field(default_factory=list)
    functional: bool = False
    _choice_names: naming.UniqueNames = msgspec.field(
        default_factory=lambda: naming.UniqueNames(reserved_names.reserved_class_names())
    )

    def shapes(self) -> Iterator[Shape]:
        """Yield the classes of the unit in the order of writing, and mark each as ready afterwards."""
        lower = {name for each in self.unit.definitions if (name := self.units.classes[each.key]).islower()}
        taken = CLASS_NAMES.union(self.style.taken, self.units.imports(self.unit.name), lower)
        for definition in python_units.sort_definitions(self.unit, self.units):
            names = naming.identifiers([field.name for field in definition.fields], taken)
            yield Shape(name=self.units.classes[definition.key], definition=definition, names=names)
            self.ready.add(definition.key)

    def choice_lines(self) -> tuple[str, ...]:
        """Return and clear the aliases of enumerated fields."""
        lines = tuple(self.choices)
        self.choices.clear()
        return lines

    def _choice_name(self, owner: str, wire: str) -> str:
        """Return a new name for the alias of a field. All targets ask for the same names in the same order."""
        base = f"_{owner}_{naming.identifiers((wire,), CLASS_NAMES)[wire]}"
        return self._choice_names.take(base)

    def annotation(self, shape: Shape, field: Field) -> tuple[str, str]:
        """Return the annotation of a field and its default, if it has one. Optional and nullable fields take None."""
        owner = self.units.classes[shape.definition.key]
        if field.value is not None:
            value = escape.literal(field.value)
            return (f"Literal[{value}]", "") if field.required else (f"Literal[{value}] | None", value)
        kind = self.annotate_field(owner, field)
        takes_none = allows_null(field.keywords) if field.required else kind.text != "Any"
        text = f"{kind.text} | None" if takes_none else kind.text
        return (f'"{text}"' if kind.late and not self.style.deferred else text), "" if field.required else "None"

    def annotate_field(self, owner: str, field: Field) -> Annotation:
        """Return the annotation of a field. A list of values gets an alias with the names of class and field."""
        return self._annotate(self.units.resolve(field.type), (owner, field.name), null_parts(field.keywords), "")

    def _annotate(self, expression: Type, choice: tuple[str, str], nulls: frozenset[str], part: str) -> Annotation:
        match expression:
            case Ref():
                return self._annotate_class(expression.key)
            case Array(items=items):
                item = self._annotate_part(items, choice, nulls, f"{part}[]")
                return Annotation(text=f"list[{item.text}]", late=item.late)
            case Map(values=values):
                item = self._annotate_part(values, choice, nulls, f"{part}{{}}")
                return Annotation(text=f"dict[str, {item.text}]", late=item.late)
            case Scalar(enum=enum) if enum:
                listed = [escape.literal(value) for value in enum]
                name = self._choice_name(*choice)
                self.choices.append(call(f"{name} = Literal[", listed, "]", 0))
                return Annotation(text=name)
            case Scalar():
                return Annotation(text=getattr(scalar_type(expression.type, expression.format), self.style.column))
        raise TypeError(expression)

    def _annotate_part(self, expression: Type, choice: tuple[str, str], nulls: frozenset[str], part: str) -> Annotation:
        """Return the annotation of the items of a list or the values of a map."""
        kind = self._annotate(expression, choice, nulls, part)
        if part not in nulls or kind.text == "Any":
            return kind
        return Annotation(text=f"{kind.text} | None", late=kind.late)

    def _annotate_class(self, key: str) -> Annotation:
        unit = self.units.owner[key]
        own = unit == self.unit.name
        bare = self.units.classes[key]
        name = bare if own else f"{unit}.{bare}"
        late = key not in self.ready if own else unit in self.units.cyclic(self.unit.name)
        return Annotation(text=name, late=late)


def write_nulls(shape: Shape, name: str = "NULLS") -> str:
    """Write the constant that lists optional nullable fields by wire name, or nothing."""
    kept = [
        field
        for field in shape.definition.fields
        if not field.required and field.value is None and allows_null(field.keywords)
    ]
    listed = [escape.literal(field.name) for field in kept]
    if not listed:
        return ""
    return call(f"{name} = (", listed if len(listed) > 1 else [f"{listed[0]},"], ")", 4).lstrip()


# ---------------------------------------------------------------------------------------------- styles of classes


class Style(Struct, frozen=True, kw_only=True):
    """A style of classes, such as dataclasses, models of a library or types of dictionaries.

    Attributes:
        target: The name of the output, whose template writes the modules.
        title: The end of a module's docstring, after the title of the unit.
        column: The column of the table of scalar types with the annotations.
        field: The code of a field.
        taken: Names in classes of the library.
        documents: Whether each field has a docstring.
        deferred: Whether annotations are evaluated later than the class.
        circles_last: Whether units that import this one are imported after the classes.
        functional: Finds classes that are written as a call.
        nulls: The name of the constant with the fields that accept null as a value.

    """

    target: str
    title: str
    column: str
    field: Callable[[Scope, Shape, Field], str]
    taken: frozenset[str] = frozenset()
    documents: bool = True
    deferred: bool = False
    circles_last: bool = False
    functional: Callable[[Scope, Definition], bool] | None = None
    nulls: str = "NULLS"


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
        """Write the first line of the class in the layout of black.

        `with_names` adds the argument of dataclasses, the wire names by attribute.
        """
        pairs = [f"{escape.literal(name)}: {escape.literal(wire)}" for name, wire in self.renamed.items()]
        names = f"names={{{', '.join(pairs)}}}"
        more = [names] if pairs and with_names else []
        head = call(f"class {self.name}(", [base, *keywords, *more], "):", 0)
        too_long = f"    {names},"
        listed = "".join(f"        {pair},\n" for pair in pairs)
        return head.replace(too_long, f"    names={{\n{listed}    }},") if width(too_long) > WIDTH else head


def emit_classes(job: Job, style: Style) -> Iterator[GeneratedFile]:
    """Render and yield the module of a style in each unit."""
    renderer = Renderer(style.target, package.FILTERS, job.templates)
    (module,) = (output.module for output in OUTPUTS if output.name == style.target)

    def render_module(unit: Unit, units: Units, folder: package.PackageFolder) -> str:
        docstrings = Docstrings(prefer_docstring_language(job), units)
        scope = Scope(unit=unit, units=units, style=style, docstrings=docstrings)
        unit_classes = [_generated_class(scope, shape) for shape in scope.shapes()]
        imports = units.imports(unit.name)
        late = [name for name in imports if style.circles_last and name in units.cyclic(unit.name)]
        lines = [
            line
            for each in unit_classes
            for line in (*(field.code for field in each.fields), *each.choices, each.nulls)
        ]
        return renderer.render(
            f"{module}.py.j2",
            notice=notice(job.origin),
            above=folder.runtime_dots,
            base=_BASES[str(job.options.get("fieldValidation", "Ignore"))],
            classes=unit_classes,
            imports=[name for name in imports if name not in late],
            late_imports=late,
            used=find_used_names(lines),
            docstring=docstring(f"{unit.title}: {style.title}.", 0),
        )

    return package.emit_modules(job, style.target, render_module)


def prefer_docstring_language(job: Job) -> Job:
    """Return the job with the language of its docstrings first."""
    tag = job.options.get("docstrings")
    return replace(job, locales=(tag, *(each for each in job.locales if each != tag))) if tag else job


def find_used_names(lines: Iterable[str]) -> frozenset[str]:
    """Return the names in lines of code, except attributes and words in strings, for imports."""
    return frozenset(_USED.findall(_LATE.sub(r": \1", "\n".join(lines)))) - {""}


_USED = re.compile(r"""'(?:[^'\\\n]++|\\.)*+'|"(?:[^"\\\n]++|\\.)*+"|\.\w++|([^\W\d]\w*+)""")
_LATE = re.compile(r""": "([^"\\\n]*)\"""")  # annotations


def _generated_class(scope: Scope, shape: Shape) -> GeneratedClass:
    definition, style = shape.definition, scope.style
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
        docstring=scope.docstrings.class_docstring_with_fields(shape, 0)
        if scope.functional
        else scope.docstrings.class_docstring(shape),
        renamed={name: wire for wire, name in shape.names.items() if not is_camel_case(name, wire)},
        hides=tuple(shape.names[wire] for wire in hidden_fields(definition) if wire in shape.names),
        nulls=write_nulls(shape, style.nulls),
        fields=fields,
        choices=scope.choice_lines(),
        functional=scope.functional,
        open=definition.open,
    )


def write_field(name: str, annotation: str, value: str, arguments: Sequence[str] = ()) -> str:
    """Write a field of a class in the layout of black. A value that ends in a bracket is a call with arguments."""
    if not value.endswith("("):
        return declaration(name, annotation, value, 4)
    return call(f"{name}: {annotation} = {value}", arguments, ")", 4)


_PLAIN = re.compile(r"[a-z]+(_[a-z]+)*")


def is_camel_case(name: str, wire: str) -> bool:
    """Return whether all libraries derive this wire name from the attribute.

    They differ over digits and trailing underscores.
    """
    first, *rest = name.split("_")
    return _PLAIN.fullmatch(name) is not None and first + "".join(map(str.capitalize, rest)) == wire
