"""Classes of all styles, with names and docstrings.

Styles differ in the code of scalars and fields. A field has the same name and description in all of
them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.generated_files import GeneratedFile, notice
from codegen.model import Definition, Field
from codegen.model.keywords.keyword import allows_null
from codegen.outputs import naming
from codegen.outputs.escaping import python as escape
from codegen.outputs.job import Job
from codegen.outputs.python import PythonOutput, package
from codegen.outputs.python import units as python_units
from codegen.outputs.python.annotations import CLASS_NAMES, AnnotationWriter
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

_HIDDEN = Path(__file__).with_name("hidden.toml")
# Handling of unknown fields -> base class of the run time.
_BASES = {"Strict": "StrictModel", "Warn": "WarningModel", "Ignore": "Model"}


class AnnotatedField(Struct, frozen=True, kw_only=True):
    """A field of a class, with all that a style needs for its code.

    Attributes:
        shape: The class.
        field: The field in the model.
        annotation: The annotation.
        default: The default, empty if there is none.
        functional: Whether the class is written as a call.

    """

    shape: ClassShape
    field: Field
    annotation: str
    default: str
    functional: bool

    @property
    def name(self) -> str:
        """The attribute of the field."""
        return self.shape.names[self.field.name]

    @property
    def is_hidden(self) -> bool:
        """Whether the field holds credentials, which objects do not show."""
        return self.field.name in hidden_fields().get(self.shape.definition.key, ())


class Scope(Struct, frozen=True, kw_only=True):
    """The unit whose classes are written, and the style of them."""

    unit: Unit
    units: Units
    style: Style
    docstrings: Docstrings

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
    field: Callable[[Scope, AnnotatedField], str]
    template: tuple[tuple[str, str], ...]
    taken: frozenset[str] = frozenset()
    documents: bool = True
    circles_last: bool = False
    functional: Callable[[Scope, Definition], bool] | None = None


class ClassField(Struct, frozen=True, kw_only=True):
    """A field as lines of code, with an empty `docstring` if there is nothing to say.

    `annotation` is the annotation in the code, which may be inside a string there.
    """

    code: str
    docstring: str
    annotation: str


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

    def list_code(self) -> list[str]:
        """Return the code of the fields and aliases, whose names have to be imported."""
        lines = list(self.choices)
        for field in self.fields:
            lines += [field.annotation, field.code]
        return lines

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
    renderer = Renderer(style.output.name, package.FILTERS, job.templates)
    language = job.options.get("docstrings", job.locales[0])
    documented = replace(job, locales=tuple(dict.fromkeys((language, *job.locales))))

    def render_module(
        unit: Unit, units: Units, folder: package.PackageFolder
    ) -> package.RenderedModule:
        docstrings = Docstrings(documented, units)
        scope = Scope(unit=unit, units=units, style=style, docstrings=docstrings)
        return _render_module(job, renderer, scope, folder)

    return package.emit_modules(job, style.output, render_module)


def _render_module(
    job: Job, renderer: Renderer, scope: Scope, folder: package.PackageFolder
) -> package.RenderedModule:
    """Render the module with the classes of a unit."""
    output, unit, units = scope.style.output, scope.unit, scope.units
    annotations = AnnotationWriter(unit, units, scope.style.column)
    unit_classes = [_generate_class(scope, annotations, shape) for shape in scope.shapes()]
    used = {name for _home, name in scope.style.template}
    for unit_class in unit_classes:
        used |= find_used_names(unit_class.list_code())
    allowed = _list_allowed_imports(scope.style, f"{folder.runtime_dots}runtime")
    imports = [(home, name) for home, name in allowed if name in used]
    late = units.cyclic(unit.name) if scope.style.circles_last else frozenset[str]()
    late_imports: list[tuple[str, str]] = []
    for name in units.imports[unit.name]:
        module = (f"..{name}", f"{output.module} as {name}")
        allowed.append(module)
        if name in late:
            late_imports.append(module)
        else:
            imports.append(module)
    text = renderer.render(
        f"{output.module}.py.j2",
        notice=notice(job.origin),
        base=_BASES[str(job.options.get("fieldValidation", "Ignore"))],
        classes=unit_classes,
        imports=import_block(imports),
        late_imports=import_block(late_imports),
        docstring=docstring(f"{unit.title}: {scope.style.title}.", 0),
    )
    bases = {f"rt.{output.base_class.removesuffix('Model')}{base}" for base in _BASES.values()}
    rules = ModuleRules(
        imports=allow_imports(allowed),
        constructors=frozenset(output.constructors),
        decorators=frozenset(("dataclass",)),
        bases=frozenset((*bases, *output.constructors)),
        class_keywords=frozenset(output.class_keywords),
    )
    return package.RenderedModule(text=text, rules=rules)


def _list_allowed_imports(style: Style, runtime: str) -> list[tuple[str, str]]:
    """List the modules and names that a module may import besides those of other units.

    Modules of the run time begin with a dot, which stands for `runtime`, and its package is empty.
    """
    named = ((home, name) for name, home in style.output.names.items())
    allowed: list[tuple[str, str]] = []
    for home, name in (*style.template, *named):
        is_runtime = not home or home.startswith(".")
        allowed.append((f"{runtime}{home}" if is_runtime else home, name))
    return allowed


def find_used_names(lines: Iterable[str]) -> frozenset[str]:
    """Return the names in lines of code, except attributes and words in strings, for imports."""
    return frozenset(_USED.findall("\n".join(lines))) - {""}


_USED = re.compile(r"""'(?:[^'\\\n]++|\\.)*+'|"(?:[^"\\\n]++|\\.)*+"|\.\w++|([^\W\d]\w*+)""")


def _generate_class(
    scope: Scope, annotations: AnnotationWriter, shape: ClassShape
) -> GeneratedClass:
    definition, style, docstrings = shape.definition, scope.style, scope.docstrings
    functional = style.functional is not None and style.functional(scope, definition)
    if functional:
        class_docstring = docstrings.class_docstring_with_fields(shape)
    else:
        class_docstring = docstrings.class_docstring(shape)
    fields: list[ClassField] = []
    choices: list[str] = []
    for field in definition.fields:
        annotation = annotations.annotate(shape, field)
        if annotation.alias:
            choices.append(annotation.alias)
        annotated = AnnotatedField(
            shape=shape,
            field=field,
            annotation=annotation.text,
            default=annotation.default,
            functional=functional,
        )
        field_docstring = ""
        if style.documents and not functional:
            field_docstring = docstrings.field_docstring(shape, field)
        code = style.field(scope, annotated)
        fields.append(ClassField(code=code, docstring=field_docstring, annotation=annotation.text))
    return GeneratedClass(
        name=shape.name,
        docstring=class_docstring,
        renamed={name: wire for wire, name in shape.names.items() if not is_camel_case(name, wire)},
        hides=tuple(
            shape.names[wire]
            for wire in hidden_fields().get(definition.key, ())
            if wire in shape.names
        ),
        nulls=_write_nulls(definition),
        fields=tuple(fields),
        choices=tuple(choices),
        functional=functional,
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
