"""The fast half of validators: one predicate for each definition, which says yes only where an object is valid for certain.

Whatever it does not recognise at once (a subclass of dict, deep nesting, two items that look alike) it leaves to the checkers, which
decide. So it may be straight: exact types, no places, no messages. Lines come in black's layout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

import msgspec
from msgspec import Struct

from codegen.core.escaping import python as escape
from codegen.model import Array, Map, Ref, Scalar, Type, refs
from codegen.outputs import naming
from codegen.outputs.python import names as python_names
from codegen.outputs.python.level import Level, head_of
from codegen.outputs.python.limits import Checked, Limited, Nullable, Words
from codegen.outputs.python.scalars import Shape, beyond, check_of
from codegen.outputs.python.source import call, joined
from codegen.outputs.python.units import Unit, Units
from codegen.outputs.python.walks import Walk, by_kind, by_table, table_of

_AGAIN = (
    ", room: int = ROOM, left: list[int] | None = None"  # levels and objects that are left to what leads back to itself
)
_FEW_FIELDS = 6  # up to here, if most are always there, each is asked for; else the object is walked through
_LONG_NAME = 40  # a longer one leaves no room for lines deep inside another body
_LONG_CHAIN = 8  # so many comparisons of names cost as much as a table and a call


class Named(Protocol):
    """What stands in the module before all predicates."""

    @property
    def enums(self) -> Mapping[tuple[str, ...], str]:
        """The names of lists of values."""
        ...

    def limits_of(self, words: Words) -> str:
        """The name of limits."""
        ...

    def of_object(self, key: str) -> str:
        """The name of the limits of a definition's objects, or nothing."""
        ...


class Predicates(Struct, kw_only=True):
    """Writes the predicates of one unit; `tables` has the names under which lists of values and limits stand in the module."""

    unit: Unit
    units: Units
    names: Mapping[str, str]
    tables: Named
    shapes: Mapping[str, tuple[Shape, ...]]
    _helpers: dict[tuple[Checked, tuple[str, ...] | None, str | None], str] = msgspec.field(default_factory=dict)
    _bodies: dict[str, list[str]] = msgspec.field(default_factory=dict)
    _kinds: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    _wanted: list[str] = msgspec.field(default_factory=list)
    _taken: naming.Names = msgspec.field(
        default_factory=naming.Names
    )  # the module's own, those of definitions and of helpers

    def __post_init__(self) -> None:
        names = (f"{prefix}{self.names[key]}" for prefix in python_names.PREFIXES for key in self.shapes)
        self._taken = naming.Names((*python_names.of_validators(), *names))

    def written(self) -> tuple[list[str], list[str]]:
        """All functions of the unit, helpers last, and the tables that name functions."""
        self._wanted = [key for key in self.shapes if self._stands_alone(key)]
        functions = ["\n".join(self._object(key)) for key in self._wanted]  # it grows on the way
        functions += ["\n".join(self._bodies[name]) for name in self._helpers.values()]
        return functions, ["\n".join(table_of(name, kinds)) for name, kinds in self._kinds.items()]

    @property
    def keys(self) -> frozenset[str]:
        """The definitions that have a predicate, once all is written: the others are checked where they stand."""
        return frozenset(self._wanted)

    def _stands_alone(self, key: str) -> bool:
        """Whether a definition has a predicate of its own in any case: a kind, what several need, and what nobody names."""
        return (
            self._is_kind(key) or self.units.uses[key] != 1 or key in self.units.recursive or key in self.units.imported
        )

    # ---------------------------------------------------------------------------------------------------- objects

    def _object(self, key: str) -> Iterator[str]:
        again = key in self.units.recursive
        yield head_of(f"surely_{self.names[key]}", f"d: Any{_AGAIN * again}")
        if again:
            ends = (shape.type.of if isinstance(shape.type, Limited) else shape.type for shape in self.shapes[key])
            ways = sum(isinstance(end, Ref) and end.key in self.units.recursive for end in ends)
            yield from _counted("1" if ways > 1 else "", "room < 0")  # lists and maps count their own
        yield from self._body(key, Level(0, 4))

    def _body(self, key: str, at: Level) -> Iterator[str]:
        """Lines that leave unless the object `d` is one of the definition: with the answer where that is the whole function."""
        yield from at.lines(f"if type({at.d}) is not dict:", "    return False")
        if limits := self.tables.of_object(key):
            yield from at.lines(f"if not {limits}.holds({at.d}):", "    return False")
        fields = self.shapes[key]
        expected = sum(shape.required or shape.value is not None for shape in fields)
        few = len(fields) <= _FEW_FIELDS and 2 * expected + 1 >= len(fields)
        yield from (self._asking if few else self._walking)(key, fields, at)

    def _asking(self, key: str, fields: tuple[Shape, ...], at: Level) -> Iterator[str]:
        """The body for few fields, most of which are always there: ask for each, and count that there are no others."""
        needed = sum(shape.required for shape in fields)
        if needed < len(fields):
            yield from at.lines(f"{at.missing} = 0")
        exact = [shape for shape in fields if shape.required and shape.exact]
        if tests := [f"type({at.d}[{escape.literal(shape.name)}]) is not {shape.exact}" for shape in exact]:
            yield joined("if ", tests, " or ", ":", at.indent)
            yield from at.lines("    return False")
        for shape in fields:
            if shape in exact:
                continue
            opened, closed = ("[", "]") if shape.required else (".get(", ")")
            yield call(f"{at.v} = {at.d}{opened}", [escape.literal(shape.name)], closed, at.indent)
            if shape.required:
                yield from self._refusal(shape, key, at)
                continue
            yield from at.lines(f"if {at.v} is None:", f"    {at.missing} += 1")
            if tests := self._tests(shape, key, at):
                yield joined("elif ", tests, " or ", ":", at.indent)
                yield from at.lines("    return False")
            else:
                yield from at.lines("else:")
                yield from self._refusal(shape, key, at.deeper(4))
        if needed == len(fields):
            yield from at.answer([f"len({at.d}) == {needed}"], [f"len({at.d}) != {needed}"], "")
            return
        arguments = [at.d, f"{len(fields)} - {at.missing}", f"check_{self.names[key]}"]
        all_seen = f"len({at.d}) + {at.missing}"
        if at.whole:
            yield from at.lines(f"if {all_seen} == {len(fields)}:", "    return True")
            yield call("return nulls(", arguments, ")", at.indent)
        else:
            tests = [f"{all_seen} != {len(fields)}", f"not nulls({', '.join(arguments)})"]
            yield joined("if ", tests, " and ", ":", at.indent)
            yield from at.lines("    return False")

    def _walking(self, key: str, fields: tuple[Shape, ...], at: Level) -> Iterator[str]:
        """The body for many fields: most objects have few of them, of types that a table can tell.

        Not `for k, v in d.items()`: that makes three objects before it starts, which costs as much as three fields.
        """
        if len(fields) <= _FEW_FIELDS and all(shape.exact for shape in fields):
            every = [f"type({at.d}[{escape.literal(shape.name)}]) is not {shape.exact}" for shape in fields]
            yield from at.lines(f"if len({at.d}) == {len(fields)}:")
            yield joined("if ", every, " or ", ":", at.indent + 4)
            yield from at.lines("        return False", "else:")
            yield from self._walk(key, fields, at.deeper(4))
        else:
            yield from self._walk(key, fields, at)
        needed = [escape.literal(shape.name) for shape in fields if shape.required]
        good, bad = [f"{name} in {at.d}" for name in needed], [f"{name} not in {at.d}" for name in needed]
        yield from at.answer(good or ["True"], bad, " and ", " or ")

    def _walk(self, key: str, fields: tuple[Shape, ...], at: Level) -> Iterator[str]:
        """The loop of a walk."""
        walk = self._plan(key, fields)
        if walk.has_table:
            rest = {shape.name: "None" if walk.chained else self._function(shape) for shape in walk.others}
            self._kinds[walk.name] = walk.types | rest
        yield from at.lines(f"for {at.k} in {at.d}:")
        if walk.is_one_test(at):
            tests = [f"_kinds_{walk.name}[{at.k}] is not type({at.d}[{at.k}])", f"{at.d}[{at.k}] is not None"]
            yield joined("if ", tests, " and ", ":", at.indent + 4)
            yield from at.lines("        return False")
            return
        if not (walk.bits or walk.chained or walk.asks_for_nulls):
            yield from at.lines(f"    {at.kind} = _kinds_{walk.name}[{at.k}]", f"    {at.v} = {at.d}[{at.k}]")
            yield from at.lines(f"    if {at.kind} is type({at.v}) or {at.v} is None:", "        continue")
            yield from by_kind(walk, at)
            yield from at.lines("        return False")
            return
        if walk.has_table:
            yield from by_table(walk.name, walk.bits, at, keep=not walk.chained)
        else:
            yield from at.lines(f"    {at.v} = {at.d}[{at.k}]", f"    if {at.v} is None:")
        if walk.asks_for_nulls:
            yield joined("if ", [at.k, f"check_{walk.name}.optional"], " not in ", ":", at.indent + 8)
            yield from at.lines("            return False")
        else:  # the table knows the name
            yield from at.lines("        continue")
        yield from self._chain(walk, key, at) if walk.chained else by_kind(walk, at)
        yield from at.lines("        return False")

    def _plan(self, key: str, fields: tuple[Shape, ...]) -> Walk:
        """Which fields a table tells, and what is done with the others."""
        sizes = [shape.bits for shape in fields if shape.bits]
        bits = max(sorted(set(sizes)), key=sizes.count, default=0) if 3 * len(sizes) >= len(fields) else 0
        types = {shape.name: shape.exact or "int" for shape in fields if shape.exact or (bits and shape.bits == bits)}
        others = tuple(shape for shape in fields if shape.name not in types)
        return Walk(
            name=self.names[key],
            bits=bits,
            types=types,
            others=others,
            chained=len(others) <= _LONG_CHAIN or key in self.units.recursive,
            required=any(shape.required for shape in fields),
        )

    def _chain(self, walk: Walk, key: str, at: Level) -> Iterator[str]:
        """The rest of a walk as comparisons of names: lists and objects first, which people write more often than scalars of these."""
        alike: dict[str, list[str]] = {}  # lines -> the names of which they are
        for shape in sorted(walk.others, key=lambda shape: isinstance(shape.type, Scalar)):
            lines = "\n".join(self._refusal(shape, key, at.deeper(8)))
            alike.setdefault(lines, []).append(escape.literal(shape.name))
        for lines, names in alike.items():
            if len(names) == 1:
                yield from at.lines(f"    elif {at.k} == {names[0]}:")
            else:
                yield call(f"elif {at.k} in (", names, "):", at.indent + 4)
            yield lines
        yield from at.lines("    else:")

    def _refusal(self, shape: Shape, key: str, at: Level) -> Iterator[str]:
        """Lines that leave unless `v` is a value of the field for certain."""
        if tests := self._tests(shape, key, at):
            yield joined("if ", tests, " or ", ":", at.indent)
            yield from at.lines("    return False")
        elif isinstance(shape.type, Ref):
            yield from self._body(shape.type.key, at.inner())
        else:
            yield from _strings(shape.type, at.inner())

    def _tests(self, shape: Shape, key: str, at: Level) -> list[str]:
        """The conditions under which `v` is perhaps no value of the field; none if it takes several lines to see."""
        if shape.value is not None:
            return [f"type({at.v}) is not str", f"{at.v} != {escape.literal(shape.value)}"]
        if shape.required and shape.type == Scalar(type=""):
            return [f"{at.v} is None", f"not is_any({at.v})"]
        if isinstance(shape.type, Ref) and self.units.uses[shape.type.key] == 1 and self._fits(shape.type, at):
            return []
        if shape.type in _SHARED and shape.keys is None:
            return []
        return self._fails(shape.type, shape.keys, "room" if key in self.units.recursive else "", at.v)

    def _fits(self, kind: Checked, at: Level) -> bool:
        """Whether the object is checked on the spot: without the cost of a call, which is that of two fields."""
        if (
            not isinstance(kind, Ref)
            or self.units.owner[kind.key] != self.unit.name
            or kind.key in self.units.recursive
            or self._is_kind(kind.key)
        ):
            return False
        return at.number < 2 and len(self.names[kind.key]) <= _LONG_NAME

    def _is_kind(self, key: str) -> bool:
        definition = self.units.definition(key)
        return definition is not None and bool(definition.gvks)

    # ------------------------------------------------------------------------------------------------------ types

    def _fails(self, kind: Checked, keys: tuple[str, ...] | None, room: str, v: str = "v") -> list[str]:
        """The conditions under which `v` is perhaps no value of a type."""
        if isinstance(kind, Limited):
            return [*self._fails(kind.of, keys, room, v), f"not {self.tables.limits_of(kind.words)}.holds({v})"]
        if isinstance(kind, Scalar):
            return _scalar_fails(kind, self.tables.enums, v)
        if isinstance(kind, Ref):
            more = f", {room} - 1, left" if room and kind.key in self.units.recursive else ""
            return [f"not {self._name(kind.key)}({v}{more})"]
        more = f", {room}, left" if room and self._recursive(kind) else ""  # of a list, a map, or what may be null
        return [f"not {self._helper(kind, keys)}({v}{more})"]

    def _function(self, shape: Shape) -> str:
        """The name of a predicate for a field, for a table."""
        if isinstance(shape.type, Ref):
            return self._name(shape.type.key)
        if isinstance(shape.type, Scalar) and shape.value is None and not shape.type.enum:
            return check_of(shape.type).predicate
        return self._helper(shape.type, shape.keys, shape.value)

    def _name(self, key: str) -> str:
        owner = self.units.owner[key]
        if owner == self.unit.name and key not in self._wanted:
            self._wanted.append(key)
        return f"surely_{self.names[key]}" if owner == self.unit.name else f"{owner}.surely_{self.names[key]}"

    def _recursive(self, kind: Checked) -> bool:
        return any(key in self.units.recursive for key in refs(_without_limits(kind)))

    def _helper(self, kind: Checked, keys: tuple[str, ...] | None, value: str | None = None) -> str:
        """The name of the function for a list, a map or a choice, which is made the first time."""
        if keys is None and value is None and kind in _SHARED:
            return _SHARED[kind]
        at = (kind, keys, value)
        if at not in self._helpers:
            name = self._helpers[at] = self._taken.take(self._helper_name(kind, keys, value))
            self._bodies[name] = list(self._helper_body(name, kind, keys, value))
        return self._helpers[at]

    def _helper_name(self, kind: Checked, keys: tuple[str, ...] | None, value: str | None = None) -> str:
        match kind:
            case Limited(of=of):
                return f"_limited{self._helper_name(of, keys, value)}"
            case Nullable(of=of):
                return f"_nullable{self._helper_name(of, None)}"
            case Array(items=items) if keys == ():
                return f"_set_of{self._helper_name(items, None)}"
            case Array(items=items):
                by = f"_by_{'_and_'.join(naming.identifiers(keys).values())}" if keys else ""
                return f"_list_of{self._helper_name(items, None)}{by}"
            case Map(values=values):
                return f"_map_of{self._helper_name(values, None)}"
            case Ref(key=key):
                return f"_{self.names[key]}"
            case Scalar(enum=enum) if enum:
                return self.tables.enums[enum].lower()
            case Scalar():
                return "_" + (naming.snake(value) if value else naming.snake(kind.format or kind.type) or "any")
        raise TypeError(kind)

    def _helper_body(self, name: str, kind: Checked, keys: tuple[str, ...] | None, value: str | None) -> Iterator[str]:
        again = self._recursive(kind)
        if isinstance(kind, Scalar | Limited):
            yield head_of(name, f"v: Any{_AGAIN * again}")
            if value is not None:
                yield joined("return ", ["type(v) is str", f"v == {escape.literal(value)}"], " and ", "", 4)
            else:
                yield joined("return not (", self._fails(kind, keys, "room" * again), " or ", ")", 4)
            return
        again_room = "room" * again
        if isinstance(kind, Nullable):
            yield head_of(name, f"v: Any{_AGAIN * again}")
            yield from ("    if v is None:", "        return True")
            yield joined("return not (", self._fails(kind.of, None, again_room), " or ", ")", 4)
            return
        yield head_of(name, f"items: Any{_AGAIN * again}")
        if isinstance(kind, Map):
            item = kind.values
            yield from ("    if type(items) is not dict:", "        return False")
            yield from _counted("len(items)") if again else ()
            yield "    for k in items:"
            yield from ("        if type(k) is not str:", "            return False", "        d = items[k]")
        elif isinstance(kind, Array):
            item = kind.items
            yield from ("    if type(items) is not list:", "        return False")
            yield from _counted("len(items)") if again else ()
            yield "    for d in items:"
        else:
            raise TypeError(kind)
        if isinstance(item, Ref) and self._fits(item, Level(0, 8)):
            yield from self._body(item.key, Level(0, 8, whole=False))
        else:
            yield joined("if ", self._fails(item, None, again_room, "d"), " or ", ":", 8)
            yield "            return False"
        yield from self._different(item, keys)

    def _comparable(self, kind: Checked) -> bool:
        end = self.units.resolve(_without_limits(kind))
        return isinstance(end, Scalar) and end.type not in ("", "object")

    def _different(self, item: Checked, keys: tuple[str, ...] | None) -> Iterator[str]:
        """The end of a list's or a map's predicate: that no two items are the same, where that matters."""
        if not keys:
            yield "    return True" if keys is None else "    return len(items) < 2 or len(set(items)) == len(items)"
            return
        definition = self.units.definition(item.key) if isinstance(item, Ref) else None
        fields = [definition.field(key) if definition is not None else None for key in keys]
        if any(field is None or not self._comparable(field.type) for field in fields):
            yield "    return len(items) < 2"  # what cannot be compared so is for the checkers
            return
        alone = len(fields) == 1 and fields[0] is not None and fields[0].required
        if alone:
            first, second = (f"items[{place}][{escape.literal(keys[0])}]" for place in (0, 1))
            yield "    if len(items) == 2:"
            yield joined("return not (", [first, second], " == ", ")", 8)
        head = f"return len(items) < 2 or {'unlike' if alone else 'unlike_all'}("
        yield call(head, ["items", *map(escape.literal, keys)], ")", 4)


def _counted(objects: str, *refused: str) -> Iterator[str]:
    """Lines that leave where a definition that leads back to itself is too deep, or is looked at for too many objects."""
    yield from ("    if left is None:", "        left = [MANY]")
    if objects:
        yield f"    left[0] -= {objects}"
        refused = (*refused, "left[0] < 0")
    yield joined("if ", refused, " or ", ":", 4)
    yield "        return False"


def _without_limits(kind: Checked) -> Type:
    """A type as it is without limits."""
    match kind:
        case Limited(of=of) | Nullable(of=of):
            return _without_limits(of)
        case Array(items=items):
            return _without_limits(items)
        case Map(values=values):
            return _without_limits(values)
        case _:
            return kind


_SHARED: Mapping[Checked, str] = {
    Array(items=Scalar(type="string")): "are_strings",
    Map(values=Scalar(type="string")): "are_named_strings",
}


def _strings(kind: Checked, at: Level) -> Iterator[str]:
    """Lines for a list or a map of strings, on the spot."""
    named = isinstance(kind, Map)
    yield from at.lines(f"if type({at.d}) is not {'dict' if named else 'list'}:", "    return False")
    yield from at.lines(f"for {at.k} in {at.d}:")
    tests = [f"type({at.k}) is not str", *([f"type({at.d}[{at.k}]) is not str"] if named else [])]
    yield joined("if ", tests, " or ", ":", at.indent + 4)
    yield from at.lines("        return False")


def _scalar_fails(scalar: Scalar, enums: Mapping[tuple[str, ...], str], v: str) -> list[str]:
    if scalar.type == "string" and scalar.enum:
        return [f"type({v}) is not str", f"{v} not in {enums[scalar.enum]}.values"]
    check = check_of(scalar)
    return [check.refused.format(v=v), *([beyond(check.bits, v)] if check.bits else [])]
