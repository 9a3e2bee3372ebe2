"""The query parameters of operations: each set of them is one class, shared by all operations that have it."""

from __future__ import annotations

from msgspec import Struct

from codegen.core.escaping import python as escape
from codegen.outputs import naming
from codegen.outputs.python.hover import docstring
from codegen.outputs.python.source import WIDTH, call
from codegen.outputs.services.operations import Argument, Method, Methods
from codegen.outputs.services.tunnels import SEVERAL, passes_on, tunnel_of

WATCH = "watch"  # makes another call of a list, which has a method of its own
_WRITTEN = ("json", "yaml")  # what JSON is, and what it is a part of
ANY = "*/*"
CONTENT_TYPE = "content_type"  # how a body is written, where an operation reads several forms of it


class Entry(Struct, frozen=True, kw_only=True):
    """One parameter as lines of code."""

    declaration: str
    docstring: str


class Query(Struct, frozen=True, kw_only=True):
    """A set of parameters: its class, and the constant with their names on the wire. `sends` is the line of a constant with the media types
    among which a caller chooses, if there are any.
    """

    name: str
    constant: str
    entries: tuple[Entry, ...]
    names: tuple[str, ...]
    sends: str


class Queries:
    """The sets of parameters of all operations. `all` has them in the order of their names."""

    def __init__(self, methods: Methods) -> None:
        self._made: dict[tuple[object, ...], Query] = {}
        taken = naming.Names()
        for method in sorted(methods, key=lambda method: (method.verb, method.group, method.name)):
            key = _key(method)
            if key and key not in self._made:
                name = taken.take(f"{_title(method)}Query", f"{_title(method)}Query")
                self._made[key] = _query(name, method)

    @property
    def all(self) -> tuple[Query, ...]:
        """All sets."""
        return tuple(sorted(self._made.values(), key=lambda query: query.name))

    def of(self, method: Method) -> Query | None:
        """The set of an operation, None if it has no parameters."""
        return self._made.get(_key(method))


def content_types(method: Method) -> tuple[str, ...]:
    """The media types among which a caller chooses: those of patches, which say what is meant by a body; any of what is passed on."""
    if passes_on(method):
        return (ANY,)
    if method.method != "PATCH" or method.body is None:
        return ()
    return tuple(each for each in method.consumes if each.endswith(_WRITTEN))


def _key(method: Method) -> tuple[object, ...]:
    """What two operations with one set of parameters have in common."""
    found = tuple((each.name, each.attribute, each.place, each.annotation, each.required) for each in method.arguments)
    return (*found, *filter(None, (content_types(method), tunnel_of(method))))


def _title(method: Method) -> str:
    words = {"deletecollection": "DeleteCollection", "update": "Replace", "watchlist": "Watch"}
    return words.get(method.verb) or naming.class_name(method.verb.capitalize())


def _query(name: str, method: Method) -> Query:
    several = SEVERAL if tunnel_of(method) else ()
    entries = [_entry(argument, argument.name in several) for argument in method.arguments if argument.name != WATCH]
    if types := content_types(method):
        listed = [escape.literal(each) for each in types]
        chosen = call(f"{CONTENT_TYPE}: Literal[", [*listed, "None"], "]", 4)
        text = "The media type of the body, which says what is meant by it: a list is a JSON patch, else it is merged."
        if types == (ANY,):
            chosen = f"    {CONTENT_TYPE}: str | None"
            text = "The media type of the body: where it is not said, objects and lists are JSON, and a text is one."
        entries.append(Entry(declaration=chosen, docstring=docstring(text, 4)))
    constant = "_".join(naming.words(name)).upper()
    return Query(
        name=name,
        constant=constant,
        entries=tuple(entries),
        names=tuple(f"{escape.literal(each.attribute)}: {escape.literal(each.name)}" for each in method.arguments),
        sends=_sends(constant, types) if types else "",
    )


def _sends(constant: str, types: tuple[str, ...]) -> str:
    """The line of a constant with media types, or its lines: black writes each item of a long tuple on one."""
    listed = list(map(escape.literal, types))
    line = f"{constant}_SENDS: Final = ({', '.join(listed)}{',' * (len(listed) == 1)})"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{constant}_SENDS: Final = (", *(f"    {each}," for each in listed), ")"])


def _entry(argument: Argument, several: bool) -> Entry:
    plain = f"{argument.annotation} | Sequence[{argument.annotation}]" if several else argument.annotation
    optional = plain if plain == "Any" else f"{plain} | None"
    return Entry(
        declaration=f"    {argument.attribute}: {f'Required[{plain}]' if argument.required else optional}",
        docstring=docstring(argument.description, 4) if argument.description else "",
    )
