"""Dataclasses: one `models.py` for each unit, with readers and writers of the wire form in straight lines.

A template sees finished values only; every line comes in the layout that black gives it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from codegen import kubernetes, naming, python_source
from codegen.escaping import python as escape
from codegen.files import GeneratedFile, notice
from codegen.model import Array, Definition, Field, Lost, Map, Ref, Scalar, Type, field_id
from codegen.python_source import WIDTH, call, declaration
from codegen.render import Renderer
from codegen.targets import python_units
from codegen.targets.job import Job
from codegen.targets.python_units import Unit, Units

# Names that a generated module uses itself: no class may be called so ...
_MODULE_NAMES = frozenset(
    (
        "Any",
        "Callable",
        "ClassVar",
        "Literal",
        "Mapping",
        "MappingProxyType",
        "ModelError",
        "RecursionError",
        "Self",
        "Sequence",
        "TypeVar",
        "ValueError",
        "at",
        "bool",
        "bytes",
        "cast",
        "classmethod",
        "cls",
        "data",
        "dataclass",
        "datetime",
        "dict",
        "enumerate",
        "float",
        "frozenset",
        "get_args",
        "int",
        "isinstance",
        "json",
        "len",
        "list",
        "math",
        "object",
        "re",
        "self",
        "str",
        "super",
        "timezone",
        "tuple",
        "type",
        "value",
        "None",
        "True",
        "False",
    )
)
# ... and no attribute like what its class needs.
_CLASS_NAMES = frozenset(
    (
        "any",
        "bool",
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
        "self",
        "str",
        "to_dict",
        "to_json",
    )
)
_UNITS = {
    "nanoseconds": "nanoseconds",
    "microseconds": "microseconds",
    "milliseconds": "milliseconds",
    "millis": "milliseconds",
    "seconds": "seconds",
    "minutes": "minutes",
    "hours": "hours",
    "days": "days",
    "bytes": "bytes",
    "percent": "percent",
    "percentage": "percent",
}
_DOC_WIDTH = 84


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type in Python: how it is annotated, the function that reads it, and how a value is written (None: as it is).

    `late` says that the annotation names a class that does not exist yet when the module gets there.
    """

    annotation: str
    read: str
    write: Callable[[str, int], str] | None = None
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One field of a generated class as lines of code."""

    name: str
    declaration: str
    wire: str
    read: str
    write: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """One generated class. `choices` are the type aliases of its enumerated fields."""

    name: str
    docstring: str
    attributes: tuple[Attribute, ...]
    choices: tuple[str, ...]


def emit(job: Job) -> Iterator[GeneratedFile]:
    """The package file and `models.py` of each unit."""
    renderer = Renderer("dataclasses", {"comment": escape.comment}, job.templates)
    classes = _class_names(Units(job.reference))

    def module(unit: Unit, units: Units) -> str:
        scope = _Scope(job=job, unit=unit, units=units, classes=classes)
        made = [scope.model(each) for each in python_units.in_order(unit, units)]
        uses = _used(made)
        literal = any(each.choices or "Literal[" in line.declaration for each in made for line in each.attributes)
        title = f"{unit.title}: classes of the API, and their JSON form."
        return renderer.render(
            "models.py.j2",
            runtime_mark=python_source.RUNTIME,
            definitions_mark=python_source.DEFINITIONS,
            notice=notice(job.origin),
            classes=made,
            imports=units.imports(unit.name),
            uses=uses,
            literal=literal,
            readers=bool(uses - {"_fixed", "_write_time", "_write_micro_time"}),
            docstring=escape.docstring(escape.wrapped(title, _DOC_WIDTH), 0),
        )

    return python_units.emit(job, module, "models.py")


def _class_names(units: Units) -> dict[str, str]:
    made: dict[str, str] = {}
    for unit in units.units:
        made |= python_units.class_names(unit.definitions, _MODULE_NAMES | frozenset(units.imports(unit.name)))
    return made


_PRIVATE = re.compile(r"(?<![A-Za-z0-9_.\"'])_[a-z][a-z0-9_]*")


def _used(classes: list[Class]) -> frozenset[str]:
    """The module's functions that the code of the classes calls: no other is written."""
    return frozenset(
        _PRIVATE.findall("\n".join(f"{line.read}\n{line.write}" for each in classes for line in each.attributes))
    )


@dataclass(slots=True, kw_only=True)
class _Scope:
    """What is known while the classes of one unit are made; `ready` are those that stand above."""

    job: Job
    unit: Unit
    units: Units
    classes: dict[str, str]
    ready: set[str] = field(default_factory=set)
    _cyclic: frozenset[str] | None = None

    def model(self, definition: Definition) -> Class:
        """A definition as a class."""
        name = self.classes[definition.key]
        names = naming.identifiers(
            [each.name for each in definition.fields],
            _CLASS_NAMES | frozenset(self.units.imports(self.unit.name)) | self._lower(),
        )
        choices: list[str] = []
        attributes = tuple(self._attribute(name, names[each.name], each, choices) for each in definition.fields)
        self.ready.add(definition.key)
        return Class(
            name=name, docstring=self._docstring(definition, names), attributes=attributes, choices=tuple(choices)
        )

    def _lower(self) -> frozenset[str]:
        """Class names that an attribute could hide from the annotations below it."""
        return frozenset(name for each in self.unit.definitions if (name := self.classes[each.key]).islower())

    def _attribute(self, owner: str, name: str, each: Field, choices: list[str]) -> Attribute:
        wire = escape.literal(each.name)
        own = f"self.{name}"
        if each.value is not None:
            value = escape.literal(each.value)
            reader, arguments = "_fixed", [value]
            if each.required:
                reader, arguments = "_need", [f"_choice(Literal[{value}])"]
            return Attribute(
                name=name,
                wire=call("", [f"{wire}: {escape.literal(name)}"], ",", 12),
                declaration=declaration(name, f"Literal[{value}]", value, 4),
                read=call(f"{name}={reader}(", ["data", wire, "at", *arguments], "),", 12),
                write=f"                {wire}: {own},",
            )
        kind = self._kind(each.type, f"_{owner}_{name}", choices)
        annotation = kind.annotation if each.required else f"{kind.annotation} | None"
        if kind.late:
            annotation = f'"{annotation}"'
        written = kind.write(own, 0) if kind.write else own
        if not each.required and kind.write:
            written = f"{own} and {written}"
        return Attribute(
            name=name,
            wire=f"            {wire}: {escape.literal(name)},",
            declaration=declaration(name, annotation, "" if each.required else "None", 4),
            read=call(f"{name}={'_need' if each.required else '_take'}(", ["data", wire, "at", kind.read], "),", 12),
            write=_entry(wire, written),
        )

    def _kind(self, expression: Type, choice: str, choices: list[str], seen: tuple[str, ...] = ()) -> Kind:
        if isinstance(expression, Ref):
            return self._reference(expression, choice, choices, seen)
        if isinstance(expression, Lost):
            known = expression.known
            return self._kind(Scalar(type=known.type) if isinstance(known, Scalar) else known, choice, choices, seen)
        if isinstance(expression, Array):
            return _list_of(self._kind(expression.items, choice, choices, seen))
        if isinstance(expression, Map):
            return _map_of(self._kind(expression.values, choice, choices, seen))
        if expression.type == "string" and expression.enum:
            values = [escape.literal(each) for each in dict.fromkeys(expression.enum)]
            if not any(line.startswith(f"{choice} ") for line in choices):
                choices.append(call(f"{choice} = Literal[", values, "]", 0))
            return Kind(annotation=choice, read=f"_choice({choice})")
        return _scalar(expression)

    def _reference(self, expression: Ref, choice: str, choices: list[str], seen: tuple[str, ...]) -> Kind:
        key = expression.key
        definition = self.units.definition(key)
        if definition is None or key in seen:
            return Kind(annotation="Any", read="_any")
        if definition.type is not None:
            if definition.name == "MicroTime" and definition.type == kubernetes.ALIASES[f"{kubernetes.META}.MicroTime"]:
                return Kind(annotation="datetime", read="_time", write=lambda value, _: f"_write_micro_time({value})")
            return self._kind(definition.type, choice, choices, (*seen, key))
        unit = self.units.owner.get(key)
        if unit is None:
            return Kind(annotation="dict[str, Any]", read="_object")
        own = unit == self.unit.name
        name = self.classes[key] if own else f"{unit}.{self.classes[key]}"
        return Kind(
            annotation=name,
            read=f"{name}._parse",
            write=lambda value, _: f"{value}.to_dict()",
            late=key not in self.ready if own else unit in self._circle(),
        )

    def _circle(self) -> frozenset[str]:
        if self._cyclic is None:
            self._cyclic = self.units.cyclic(self.unit.name)
        return self._cyclic

    # ------------------------------------------------------------------------------------------------ docstrings

    def _docstring(self, definition: Definition, names: dict[str, str]) -> str:
        text = self.job.text(definition.key) or f"{definition.name}."
        parts = [escape.wrapped(text, _DOC_WIDTH), f"Source: {self._source(definition)}", "Attributes:"]
        lines = "\n\n".join(parts)
        for each in definition.fields:
            lines += "\n" + self._field_doc(definition, each, names[each.name])
        return escape.docstring(lines, 4)

    def _source(self, definition: Definition) -> str:
        return python_units.shown_path(definition.span.path)

    def _field_doc(self, definition: Definition, each: Field, name: str) -> str:
        notes = ["required" if each.required else "optional"]
        if unit := self._unit(each):
            notes.append(f"in {unit}")
        if each.value is not None:
            notes.append(f"always {each.value}")
        text = self.job.text(field_id(definition.key, each.name))
        head = f"{name} ({', '.join(notes)})"
        lines = escape.wrapped(f"{head}: {text}" if text else head, _DOC_WIDTH - 4, "    ").split("\n")
        return "\n".join(f"    {line}" if line else "" for line in lines)

    def _unit(self, each: Field) -> str:
        end = self.units.end(each.type)
        if isinstance(end, Lost):
            end = end.known
        if not isinstance(end, Scalar) or end.type not in ("integer", "number"):
            return ""
        last = naming.words(each.name)[-1:]
        return _UNITS.get(last[0].lower(), "") if last else ""


def _scalar(scalar: Scalar) -> Kind:
    match scalar.type, scalar.format:
        case "string", "date-time":
            return Kind(annotation="datetime", read="_time", write=lambda value, _: f"_write_time({value})")
        case "string", "int-or-string":
            return Kind(annotation="int | str", read="_int_or_str")
        case "string", _:
            return Kind(annotation="str", read="_str")
        case "integer", "int32" | "int64":
            return Kind(annotation="int", read=f"_{scalar.format}")
        case "integer", _:
            return Kind(annotation="int", read="_int")
        case "number", _:
            return Kind(annotation="float", read="_float")
        case "boolean", _:
            return Kind(annotation="bool", read="_bool")
        case "object", _:
            return Kind(annotation="dict[str, Any]", read="_object")
    return Kind(annotation="Any", read="_any")


def _list_of(item: Kind) -> Kind:
    write = item.write
    return Kind(
        annotation=f"list[{item.annotation}]",
        read=f"_list({item.read})",
        late=item.late,
        write=(lambda value, depth: f"[{write(f'x{depth}', depth + 1)} for x{depth} in {value}]") if write else None,
    )


def _map_of(item: Kind) -> Kind:
    write = item.write
    return Kind(
        annotation=f"dict[str, {item.annotation}]",
        read=f"_map({item.read})",
        late=item.late,
        write=(lambda value, depth: f"{{k: {write(f'x{depth}', depth + 1)} for k, x{depth} in {value}.items()}}")
        if write
        else None,
    )


def _entry(wire: str, written: str) -> str:
    """One entry of the dictionary that `to_dict` makes, in black's layout."""
    margin = " " * 16
    line = f"{margin}{wire}: {written},"
    if len(line) <= WIDTH:
        return line
    left, joint, right = written.rpartition(" and ")
    head = f"{margin}{wire}: {left}\n{margin}and " if joint else f"{margin}{wire}: "
    if len(f"{margin}and {right},") > WIDTH or not joint:
        return head + _broken(right, margin)
    return f"{head}{right},"


def _broken(written: str, margin: str) -> str:
    """A comprehension that is too long for a line."""
    if written[0] not in "[{":
        return f"{written},"
    inner = f"{margin}    {written[1:-1]}"
    if len(inner) > WIDTH:
        made, _, rest = inner.rpartition(" for ")
        inner = f"{made}\n{margin}    for {rest}"
    return f"{written[0]}\n{inner}\n{margin}{written[-1]},"
