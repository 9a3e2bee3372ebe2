"""Validators: one `validators.py` for each unit, tables of checkers that collect all errors of an object in one call.

The tables name each definition by an object that stands before all of them, so recursion and circles between units need
no order. A valid object is recognised by `sure` alone; `find` runs only where that is not certain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from codegen import kubernetes, locales, naming, python_source
from codegen.escaping import python as escape
from codegen.files import GeneratedFile, notice
from codegen.model import Array, Definition, Field, ListType, Lost, Map, Ref, Scalar, Type
from codegen.python_source import call, declaration
from codegen.render import Renderer
from codegen.targets import python_units
from codegen.targets.job import Job
from codegen.targets.python_units import Unit, Units


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One definition: its names in the module, and its table as lines of code."""

    name: str
    declaration: str
    function: str
    docstring: str
    body: str
    required: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enum:
    """A list of the only values of a field, under its name in the module."""

    name: str
    listed: tuple[str, ...]


def emit(job: Job) -> Iterator[GeneratedFile]:
    """The package file and `validators.py` of each unit."""
    renderer = Renderer("validators", {"comment": escape.comment, "literal": escape.literal}, job.templates)
    names = _function_names(Units(job.reference))
    tags = dict.fromkeys([locales.ENGLISH, *job.locales])
    messages = {tag: dict(sorted(locales.get(tag).validation.items())) for tag in tags}

    def module(unit: Unit, units: Units) -> str:
        tables = _Tables(unit=unit, units=units, names=names)
        checks = [tables.check(each) for each in unit.definitions]
        title = f"{unit.title}: validators that report every error of an object."
        return renderer.render(
            "validators.py.j2",
            runtime_mark=python_source.RUNTIME,
            definitions_mark=python_source.DEFINITIONS,
            notice=notice(job.origin),
            docstring=escape.docstring(escape.wrapped(title, 84), 0),
            checks=checks,
            enums=list(tables.enums.values()),
            imports=units.imports(unit.name),
            messages=messages,
        )

    return python_units.emit(job, module, "validators.py")


def _function_names(units: Units) -> dict[str, str]:
    """The snake-case name of each definition, new within its unit."""
    made: dict[str, str] = {}
    for unit in units.units:
        classes = python_units.class_names(unit.definitions, frozenset())
        snake = naming.identifiers(classes.values())
        made |= {key: snake[name] for key, name in classes.items()}
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tables:
    """Makes the tables of one unit."""

    unit: Unit
    units: Units
    names: dict[str, str]
    enums: dict[tuple[str, ...], Enum] = dataclass_field(default_factory=dict)

    def check(self, definition: Definition) -> Check:
        """The table of a definition."""
        name = self.names[definition.key]
        required = [escape.literal(each.name) for each in definition.fields if each.required]
        gvk = definition.gvk
        what = f"{gvk.kind} ({gvk.api_version})" if gvk else f"{definition.name} ({definition.package})"
        return Check(
            name=f"_check_{name}",
            declaration=declaration(f"_check_{name}", "_Object", "_Object()", 0),
            function=f"validate_{name}",
            docstring=escape.docstring(escape.wrapped(f"Check a {what}.", 78), 4),
            body=call("return _validate(", [f"_check_{name}", "obj", "field_validation", "locale"], ")", 4),
            required=call("required=(", required, ",)," if len(required) == 1 else "),", 4),
            fields=tuple(self._entry(each) for each in definition.fields),
        )

    def _entry(self, field: Field) -> str:
        name = escape.literal(field.name)
        checker = self._field(field)
        if len(line := f"        {name}: {checker},") <= 88 or "(" not in checker:
            return line
        head, _, rest = checker.partition("(")
        return call(f"{name}: {head}(", [rest[:-1]], "),", 8)

    def _field(self, field: Field) -> str:
        if field.value is not None:
            return f'_Choice("fixed", [{escape.literal(field.value)}])'
        end = self.units.end(field.type)
        if isinstance(end, Array) and (rule := self._rule(field, end)):
            return f"_List({self._type(end.items)}, {rule})"
        return self._type(field.type)

    def _rule(self, field: Field, array: Array) -> str:
        """The keys by which items are compared: none at all for a set."""
        if field.list_type is ListType.SET:
            item = self.units.end(array.items)
            return "()" if isinstance(item, Scalar) and item.type not in ("", "object") else ""
        if field.list_type is ListType.MAP and field.list_map_keys:
            return (
                f"({', '.join(map(escape.literal, field.list_map_keys))},)"
                if len(field.list_map_keys) == 1
                else (f"({', '.join(map(escape.literal, field.list_map_keys))})")
            )
        return ""

    def _type(self, expression: Type, seen: tuple[str, ...] = ()) -> str:
        match expression:
            case Ref(key=key):
                definition = self.units.definition(key)
                if definition is None or key in seen:
                    return "_ANYTHING"
                if definition.type is not None:
                    return self._type(definition.type, (*seen, key))
                owner = self.units.owner.get(key)
                if owner is None:
                    return "_OPEN_OBJECT"
                name = f"_check_{self.names[key]}"
                return name if owner == self.unit.name else f"{owner}.{name}"
            case Lost(known=known):
                return self._type(Scalar(type=known.type) if isinstance(known, Scalar) else known, seen)
            case Array(items=items):
                return f"_List({self._type(items, seen)})"
            case Map(values=values):
                return f"_Map({self._type(values, seen)})"
            case Scalar():
                return (
                    self._enum(expression.enum)
                    if expression.enum and expression.type == "string"
                    else _scalar(expression)
                )

    def _enum(self, values: tuple[str, ...]) -> str:
        """The name of a checker that all fields with these values share."""
        unique = tuple(dict.fromkeys(values))
        made = self.enums.setdefault(unique, Enum(name=f"_ENUM_{len(self.enums) + 1}", listed=unique))
        return made.name


def _scalar(scalar: Scalar) -> str:
    match scalar.type, scalar.format:
        case "string", "date-time":
            return "_TIME"
        case "string", "int-or-string":
            return "_INT_OR_STRING"
        case "string", _:
            return "_STRING"
        case "integer", bits if bits in kubernetes.INTEGER_BOUNDS:
            return f"_{bits.upper()}"
        case "integer", _:
            return "_INTEGER"
        case "number", _:
            return "_NUMBER"
        case "boolean", _:
            return "_BOOLEAN"
        case "object", _:
            return "_OPEN_OBJECT"
    return "_ANYTHING"
