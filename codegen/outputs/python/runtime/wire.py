"""Codecs of types, which read values from their wire form and write them."""

from datetime import datetime
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NamedTuple,
    Union,
    get_args,
    get_origin,
)

from codegen.kube.errors import (
    DICT,
    INVALID,
    LIST,
    REQUIRED,
    TUPLE,
    UNKNOWN,
    WRONG_TYPE,
    PathNode,
    json_type,
)
from codegen.kube.primitives import BOOLEAN, NUMBER, Choice, wrong
from codegen.outputs.python.runtime.scalar_codecs import (
    BYTES,
    INT32_CODEC,
    INT32_OR_STR,
    INT64_CODEC,
    INT_OR_STR,
    STR,
    TIME,
    Codec,
    ScalarCodec,
    class_codec,
    find_problems,
)


class OuterCodec(Codec):
    """A codec of values with inner values of one type."""

    __slots__ = ("of",)

    def __init__(self, of: Codec) -> None:
        super().__init__(of.plain)
        self.of = of


class NullableCodec(OuterCodec):
    """A codec of nullable items of a list or values of a map."""

    __slots__ = ()

    def read(self, value: object, at: PathNode) -> Any:
        return None if value is None else self.of.read(value, at)

    def write(self, value: object, at: PathNode) -> Any:
        return None if value is None else self.of.write(value, at)


class ListCodec(OuterCodec):
    __slots__ = ()

    def read(self, value: Any, at: PathNode) -> Any:
        if not isinstance(value, LIST):
            return wrong("array", value, at, find_problems(at).errors)
        read, zero = self.of.read, self.of.zero
        if zero is not None:
            return [
                zero if item is None else read(item, (at, index))
                for index, item in enumerate(value)
            ]
        return [read(item, (at, index)) for index, item in enumerate(value)]

    def write(self, value: Any, at: PathNode) -> Any:
        if not isinstance(value, (LIST, TUPLE)):
            return wrong("array", value, at, find_problems(at).errors)
        write = self.of.write
        return [write(item, (at, index)) for index, item in enumerate(value)]


class MapCodec(OuterCodec):
    __slots__ = ()

    def read(self, value: Any, at: PathNode) -> Any:
        if not isinstance(value, DICT):
            return wrong("object", value, at, find_problems(at).errors)
        result: dict[str, Any] = {}
        for key, item in value.items():
            if item is None and self.of.zero is not None and isinstance(key, str):
                result[key] = self.of.zero
            elif isinstance(key, str):
                result[key] = self.of.read(item, (at, (key,)))
            else:
                _refuse_key(key, at)
        return result

    def write(self, value: Any, at: PathNode) -> Any:
        if not isinstance(value, DICT):
            return wrong("object", value, at, find_problems(at).errors)
        write = self.of.write
        return {key: write(item, (at, (key,))) for key, item in value.items()}


class OpenObjectCodec(Codec):
    """A codec of objects of any content."""

    __slots__ = ()

    def read(self, value: Any, at: PathNode) -> Any:
        if not isinstance(value, DICT):
            wrong("object", value, at, find_problems(at).errors)
        return value


def _refuse_key(key: object, at: PathNode) -> None:
    find_problems(at).errors.append(
        ((at, (key,)), WRONG_TYPE, "key", {"found": json_type(key)})
    )


class CodecRow(NamedTuple):
    """A field in the table of its class.

    `null` says that null is one of its values, and `filled` that constructors set it, as `apiVersion` and `kind` of a kind.
    """

    wire: str
    name: str
    codec: Codec
    required: bool
    null: bool
    filled: bool


class ObjectCodec(Codec):
    """A codec of the objects of a class, by a table of its fields."""

    __slots__ = ("names", "nulls", "of", "rows")

    def __init__(self, of: Any) -> None:
        super().__init__(plain=False)
        self.of = of
        self.names: dict[str, str] = {}  # attributes by wire name
        self.rows: tuple[CodecRow, ...] = ()
        self.nulls: tuple[CodecRow, ...] = ()  # the rows with null as a value

    def table(self) -> tuple[CodecRow, ...]:
        """Return the fields. The table is made on first use, when all classes of the module exist."""
        if not self.rows:
            rows: list[CodecRow] = self.of._field_rows()
            self.names = {row.wire: row.name for row in rows}
            self.nulls = tuple([row for row in rows if row.null])
            self.rows = tuple(rows)
        return self.rows

    def read(self, value: Any, at: PathNode) -> Any:
        if not isinstance(value, DICT):
            return wrong("object", value, at, find_problems(at).errors)
        values: dict[str, Any] = {}
        kept: dict[str, Any] = {}
        known_count = 0
        for wire, name, codec, required, null, filled in self.rows or self.table():
            item = value.get(wire)
            if item is not None:
                values[name] = codec.read(item, (at, wire))
                known_count += 1
            elif null and wire in value:
                values[name] = None
                known_count += 1
                if not required:
                    kept[wire] = None
            elif required:
                find_problems(at).errors.append(
                    ((at, wire), REQUIRED, "required", None)
                )
                values[name] = None
            elif filled and isinstance(at, TUPLE):
                # servers send items of lists without them, and writing must add nothing
                values[name] = None
        if known_count != len(value):
            kept.update(self._read_unknown_fields(value, at))
        return self.of._build(values, kept)

    def _read_unknown_fields(
        self, value: dict[Any, Any], at: PathNode
    ) -> dict[str, Any]:
        """Return the fields unknown to the class, and report them."""
        unknown = {key: item for key, item in value.items() if key not in self.names}
        problems = find_problems(at)
        for key in unknown:
            if not isinstance(key, str):
                _refuse_key(key, at)
            elif not self.of.OPEN:
                problems.unknown.append(
                    ((at, key), UNKNOWN, "unknown", {"known": tuple(self.names)})
                )
        return unknown

    def write(self, value: Any, at: PathNode) -> Any:
        if not isinstance(value, self.of):
            details = {
                "message": f"must be of class {self.of.__name__}, not {type(value).__name__}"
            }
            return find_problems(at).errors.append(
                (at, INVALID, "rule_invalid", details)
            )
        wire_form: dict[str, Any] = {}
        for wire, name, codec, required, null, _filled in self.rows or self.table():
            item = getattr(value, name)
            if item is not None:
                wire_form[wire] = item if codec.plain else codec.write(item, (at, wire))
            elif null and required:
                wire_form[wire] = None
            elif required:
                find_problems(at).errors.append(
                    ((at, wire), REQUIRED, "required", None)
                )
        for wire, item in value._kept_fields().items():
            wire_form.setdefault(wire, item)
        return wire_form

    def classes(self) -> list["ObjectCodec"]:
        """Return the codecs of the class and of all classes inside its objects."""
        codecs: list[ObjectCodec] = [self]
        for codec in codecs:  # grows
            for row in codec.table():
                inner = row.codec
                while isinstance(inner, OuterCodec):
                    inner = inner.of
                if isinstance(inner, ObjectCodec) and inner not in codecs:
                    codecs.append(inner)
        return codecs

    def has_inner_kinds(self) -> bool:
        """Return whether objects of the class contain objects with `apiVersion` and `kind`."""
        _outer, *inner = self.classes()
        return any(row.filled for codec in inner for row in codec.table())


def object_codec(of: object) -> ObjectCodec:
    """Return the codec of a class."""
    codec = _OBJECT_CODECS.get(of)
    if codec is None:
        codec = _OBJECT_CODECS[of] = ObjectCodec(of)
    return codec


_OBJECT_CODECS: Final[dict[Any, ObjectCodec]] = {}


def is_nullable(hint: object) -> bool:
    """Return whether an annotation names None."""
    return NoneType in get_args(hint)


def build_row(
    of: Any, wire: str, name: str, hint: Any, required: bool, filled: bool
) -> CodecRow:
    """Build the row of a field of a class from its annotation."""
    return CodecRow(
        wire,
        name,
        find_codec(hint),
        required,
        is_nullable(hint) if required else wire in of.NULLS,
        filled,
    )


def find_codec(hint: object) -> Codec:
    """Return the codec of an annotation."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        codecs = [argument for argument in arguments if isinstance(argument, Codec)]
        return codecs[0] if codecs else find_codec(arguments[0])
    if origin in (Union, UnionType):
        kinds = [argument for argument in arguments if argument is not NoneType]
        first = find_codec(kinds[0])
        # of integers or strings, those of Kubernetes have 32 bits
        if len(kinds) == 1:
            return first
        return INT32_OR_STR if first is INT32_CODEC else INT_OR_STR
    if origin is Literal:
        return ScalarCodec(
            Choice("fixed" if len(arguments) == 1 else "enum", *arguments)
        )
    if hint in _CODECS:
        return _CODECS[hint]
    if hasattr(hint, "_field_rows"):
        return object_codec(hint)
    if hasattr(hint, "WIRE_WORD"):
        return class_codec(hint)
    inner = arguments[0 if origin is list else 1]
    codec = (
        NullableCodec(find_codec(inner)) if is_nullable(inner) else find_codec(inner)
    )
    return ListCodec(codec) if origin is list else MapCodec(codec)


_CODECS: Final[dict[Any, Codec]] = {
    Any: Codec(),
    str: STR,
    bool: ScalarCodec(BOOLEAN, bool),
    int: INT64_CODEC,
    float: ScalarCodec(NUMBER),
    bytes: BYTES,
    datetime: TIME,
    dict[str, Any]: OpenObjectCodec(),
}
