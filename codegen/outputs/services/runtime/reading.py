"""The body of a request as an object of its class: decoded as a server decodes it, with what generated checkers find and Go's words for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from codegen.outputs.python.runtime import checkers
from codegen.outputs.python.runtime.errors import (
    DUPLICATE,
    REQUIRED,
    UNKNOWN,
    UNSUPPORTED,
    WRONG_TYPE,
    Errors,
    FieldError,
    Found,
    ModelError,
    field_path,
    message_of,
    steps_to,
    word_of,
)
from codegen.outputs.services.runtime import bodies, decoding
from codegen.outputs.services.runtime.decoding import GoType
from codegen.outputs.services.runtime.statuses import (
    MOST_STRICT,
    Cause,
    StatusError,
    failure,
    go_value,
    invalid,
    undecodable,
)

_LATER = frozenset((REQUIRED, UNSUPPORTED, DUPLICATE))  # what a decoder lets through
_ZERO_TIME = "0001-01-01T00:00:00Z"
_DEEPEST = 40  # required objects inside each other that are filled in
_EMPTY: Mapping[int, Any] = {
    id(checkers.TIME): _ZERO_TIME,
    id(checkers.DATE_TIME): _ZERO_TIME,
    id(checkers.MICRO_TIME): "0001-01-01T00:00:00.000000Z",
    id(checkers.DURATION): "0s",
    id(checkers.QUANTITY): "0",
    id(checkers.BYTES): "",
}
_SCALARS: Mapping[int, GoType] = {
    id(checkers.STRING): GoType("string"),
    id(checkers.BOOLEAN): GoType("bool"),
    id(checkers.INTEGER): GoType("", is_integer=True),
    id(checkers.INT32): GoType("int32", is_integer=True),
    id(checkers.INT64): GoType("int64", is_integer=True),
    id(checkers.TIME): GoType("", is_time=True),
    id(checkers.DATE_TIME): GoType("", is_time=True),
    id(checkers.MICRO_TIME): GoType("", is_time=True),
}


class Kinds(NamedTuple):
    """What is known of kinds: `names` are the types of Go by the checkers of their objects, `known` apiVersion and kind of all of them.

    `words` are the messages of what is no fault of a type, `defaults` the defaults of fields by the checkers of their objects, as JSON:
    the value, and whether the field may be null.
    """

    names: Mapping[Any, str]
    known: frozenset[tuple[str, str]]
    words: Mapping[str, str]
    defaults: Mapping[Any, Mapping[str, tuple[str, bool]]] = {}

    @property
    def api_versions(self) -> frozenset[str]:
        """The groups and versions."""
        return frozenset(version for version, _ in self.known)


class Expected(NamedTuple):
    """What a body has to be: the checker of its objects, their class, and what they are called.

    `api_version` is that of its kind, empty where it is no kind or one of every group. With `validate` it is checked as custom resources
    are: with its defaults and as a whole, after it was decoded, and by its rules.
    """

    check: checkers.Object
    model: Any
    name: str
    api_version: str = ""
    validate: Callable[..., tuple[FieldError, ...]] | None = None

    def made(self, filled: dict[str, Any]) -> Any:
        """An object of the class. Raises StatusError where it cannot be one."""
        try:
            return self.model.from_dict(filled, field_validation="Ignore")
        except ModelError as error:
            group = self.api_version.rpartition("/")[0]
            causes = [Cause("FieldValueInvalid", f"Invalid value: {text}", path) for path, text in error.problems]
            raise StatusError(invalid(self.name, group, _name_in(filled), causes)) from None


class Decoded(NamedTuple):
    """A body: what was sent, the same with all that Go has where nothing was sent, and what a server warns of.

    `is_whole` says that nothing was found in it, so that it can be an object of its class.
    """

    sent: dict[str, Any]
    filled: dict[str, Any]
    warnings: tuple[str, ...] = ()
    is_whole: bool = False


# The answer to a body that does not decode: what is wrong with its first wrong value, else what the strict decoder lists.
Refuse = Callable[[str, Sequence[str]], StatusError]


def decode(
    body: bodies.Body, expected: Expected, kinds: Kinds, validation: str, refuse: Refuse | None = None
) -> Decoded:
    """Decode a body. `validation` is Strict, Warn or Ignore. Raises StatusError with the answer to one that does not decode.

    `refuse` makes that answer where it is not the one of a body that was sent as a whole.
    """
    if body.refusal:
        raise StatusError(failure(400, body.refusal))
    sent = _of_kind(body.obj, expected, kinds)
    obj = _defaulted(sent, expected.check, kinds) if expected.validate is not None and kinds.defaults else sent
    found: Errors = []
    expected.check.find(obj, None, found, (set(), [0], {}))
    if not found and not body.repeated and expected.validate is None:
        return Decoded(sent=sent, filled=obj, is_whole=True)
    decoder = _Decoder(expected, kinds, obj)
    wrong = [error for error in found if error[1] != UNKNOWN and error[1] not in _LATER]
    unknown, twice = decoder.strict(found, body.repeated)
    strict = [*unknown, *(each.text for each in twice)] if validation != "Ignore" else []
    name, version = expected.name, expected.api_version.rpartition("/")[2]
    refused = refuse or (lambda text, listed: StatusError(undecodable(name, version, text, listed)))
    if wrong and expected.validate is None:
        raise refused(decoder.words(wrong[0]), ())
    if strict and validation == "Strict":
        raise refused("", strict)
    if expected.validate is not None and (causes := decoder.causes(found) or decoder.rules(expected.validate)):
        group = expected.api_version.rpartition("/")[0]
        raise StatusError(invalid(name, group, _name_in(obj), causes))
    warnings = [*unknown, *(text for each in twice for text in each.warnings)] if validation == "Warn" else []
    # Of what nothing is said of, all that has to be there is, and all that is there is known.
    filled = _filled(obj, expected.check, 0) if found else obj
    return Decoded(sent=sent, filled=filled, warnings=tuple(warnings[:MOST_STRICT]))


def _of_kind(sent: dict[str, Any], expected: Expected, kinds: Kinds) -> dict[str, Any]:
    """The object with the kind that it leaves out. Raises StatusError for one of another kind."""
    if not expected.api_version:
        return sent
    wanted = (expected.api_version, expected.name)
    obj = {**sent, "apiVersion": sent.get("apiVersion") or wanted[0], "kind": sent.get("kind") or wanted[1]}
    if (obj["apiVersion"], obj["kind"]) != wanted:
        raise StatusError(failure(400, decoding.wrong_kind(sent, wanted, kinds.known, kinds.api_versions)))
    return obj


def _name_in(obj: Mapping[str, Any]) -> str:
    metadata = obj.get("metadata")
    return str(metadata.get("name") or "") if isinstance(metadata, dict) else ""


class _Decoder:
    """The words for what is wrong with one object."""

    def __init__(self, expected: Expected, kinds: Kinds, obj: dict[str, Any]) -> None:
        self._expected = expected
        self._kinds = kinds
        self._obj = obj

    def strict(
        self, found: Sequence[Found], repeated: Sequence[bodies.Repeated]
    ) -> tuple[list[str], list[bodies.Repeated]]:
        """What a strict decoder lists: unknown fields, then those that stand twice; below an unknown one nothing is looked at."""
        unknown = [field_path(steps_to(error[0])) for error in found if error[1] == UNKNOWN]
        twice = [
            each
            for each in repeated
            if not any(each.path == path or each.path.startswith((f"{path}.", f"{path}[")) for path in unknown)
        ]
        return [f"unknown field {go_value(path)}" for path in unknown], twice

    def words(self, error: Found) -> str:
        """What the decoder says of a wrong type."""
        steps = steps_to(error[0])
        text = ""
        if error[2] in ("type", "range", "format"):
            owner, expected = self._place(steps)
            value = self._value(steps)
            text = decoding.words(steps, word_of(value), expected, owner, value)
        path, said = field_path(steps), message_of(error, self._kinds.words)
        return text or (f"{path}: {said}" if path else said)

    def causes(self, found: Sequence[Found]) -> list[Cause]:
        """What a server says of a custom resource that does not hold its schema."""
        return [self._cause(error) for error in found if error[1] != UNKNOWN]

    def rules(self, validate: Callable[..., tuple[FieldError, ...]]) -> list[Cause]:
        """What a server says of a custom resource that breaks its rules."""
        causes = []
        for error in validate(self._obj, field_validation="Ignore"):
            value = self._value(steps_to(error.place))
            shown = "object" if isinstance(value, dict) else "array" if isinstance(value, list) else value
            said = error.message.removeprefix("Invalid value: ")  # which servers say before the value
            causes.append(Cause(error.code, f"Invalid value: {go_value(shown)}: {said}", error.path))
        return causes

    def _cause(self, error: Found) -> Cause:
        steps, code, said = steps_to(error[0]), error[1], message_of(error, self._kinds.words)
        path = field_path(steps)
        if code == REQUIRED:
            return Cause(code, "Required value", path)
        value = self._value(steps)
        if code == DUPLICATE:
            return Cause(code, f"Duplicate value: {go_value(value)}", path)
        if code == WRONG_TYPE and error[2] == "type" and error[3] is not None:
            wanted, kind = error[3]["expected"], error[3]["found"]
            return Cause(code, f'Invalid value: "{kind}": {path} in body must be of type {wanted}: "{kind}"', path)
        if code == UNSUPPORTED and error[3] is not None:
            listed = ", ".join(map(go_value, str(error[3]["expected"]).split(", ")))
            return Cause(code, f"Unsupported value: {go_value(value)}: supported values: {listed}", path)
        return Cause(code, f"Invalid value: {go_value(value)}: {said}", path)

    def _value(self, steps: Sequence[Any]) -> Any:
        value: Any = self._obj
        for step in steps:
            value = value[step[0] if isinstance(step, tuple) else step]
        return value

    def _place(self, steps: Sequence[Any]) -> tuple[str, GoType]:
        """The struct of Go that has the field at these steps, and the type there."""
        check: Any = self._expected.check
        owner = ""
        for step in steps:
            check = _bare(check)
            if isinstance(check, checkers.Object):
                if isinstance(step, str) and step in check.fields:
                    owner = self._kinds.names.get(check, "").rpartition(".")[2]
                    check = check.fields[step]
                    continue
                return "", GoType()
            if isinstance(check, checkers.List):
                check = check.item
            elif isinstance(check, checkers.Map):
                check = check.values
            else:
                return "", GoType()
        return owner, GoType(self._go(check), *_go_kind(check))

    def _go(self, check: Any) -> str:
        check = _bare(check)
        if isinstance(check, checkers.List):
            inner = self._go(check.item)
            return f"[]{inner}" if inner else ""
        if isinstance(check, checkers.Map):
            inner = self._go(check.values)
            return f"map[string]{inner}" if inner else ""
        if isinstance(check, checkers.Object):
            return self._kinds.names.get(check, "")
        if isinstance(check, checkers.Choice):
            return "string"
        return _SCALARS.get(id(check), GoType()).name


def _bare(check: Any) -> Any:
    """The checker without limits and null around it."""
    while hasattr(check, "of"):
        check = check.of
    return check


def _go_kind(check: Any) -> tuple[bool, bool]:
    found = _SCALARS.get(id(_bare(check)), GoType())
    return found.is_integer, found.is_time


# ------------------------------------------------------------------------------------ what stands where nothing was sent


def _defaulted(value: Any, check: Any, kinds: Kinds) -> Any:
    """A value of a custom resource with the defaults of its schema; inside of what was filled in, too."""
    check = _bare(check)
    if isinstance(check, checkers.List) and isinstance(value, list):
        return [_defaulted(item, check.item, kinds) for item in value]
    if isinstance(check, checkers.Map) and isinstance(value, dict):
        return {name: _defaulted(item, check.values, kinds) for name, item in value.items()}
    if not isinstance(check, checkers.Object) or not isinstance(value, dict):
        return value
    filled = dict(value)
    for name, (default, nullable) in kinds.defaults.get(check, {}).items():
        if name not in filled or (filled[name] is None and not nullable):
            filled[name] = json.loads(default)
    return {
        name: _defaulted(item, check.fields[name], kinds) if name in check.fields else item
        for name, item in filled.items()
    }


def _filled(value: Any, check: Any, depth: int) -> Any:
    """A value as Go has it: without what it does not know, and an empty text, list or object, zero or false where something that is
    always there was not sent.
    """
    check = _bare(check)
    if isinstance(check, checkers.List) and isinstance(value, list):
        return [_filled(_or_empty(item, check.item, depth), check.item, depth) for item in value]
    if isinstance(check, checkers.Map) and isinstance(value, dict):
        return {
            name: _filled(_or_empty(item, check.values, depth), check.values, depth) for name, item in value.items()
        }
    if isinstance(check, checkers.Object) and isinstance(value, dict):
        return dict(_fields(value, check, depth))
    return value


def _fields(value: dict[str, Any], check: checkers.Object, depth: int) -> Iterator[tuple[str, Any]]:
    for name, item in value.items():
        if name not in check.fields:
            if check.open:
                yield name, item
        elif item is not None or name in check.nulls:
            yield name, _filled(item, check.fields[name], depth)
    for name in check.required:
        if value.get(name) is None and not (name in check.nulls and name in value):
            yield name, _empty(check.fields[name], depth + 1)


def _or_empty(value: Any, check: Any, depth: int) -> Any:
    is_empty = value is None and not isinstance(check, checkers.Nullable)
    return _empty(check, depth + 1) if is_empty else value


def _empty(check: Any, depth: int) -> Any:
    check = _bare(check)
    if isinstance(check, checkers.Object):
        return dict(_fields({}, check, depth)) if depth < _DEEPEST else {}
    if isinstance(check, checkers.List):
        return []
    if isinstance(check, checkers.Choice):
        return next(iter(check.values)) if check.word == "fixed" else ""
    if id(check) in _EMPTY:
        return _EMPTY[id(check)]
    if isinstance(check, checkers.Exact):
        return check.kind()
    return 0 if isinstance(check, checkers.Integer | checkers.Number) else {}
