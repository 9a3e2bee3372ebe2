"""Merging of `allOf` parts into definitions, since the model has no inheritance.

`definition_reader` reads every definition by itself and collects the parts of composed ones. After the last definition the fields of the
parts are put before the own fields. A part that cannot be merged is reported and leaves the object open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Report, Span
from codegen.kube.scalars import scalar_type
from codegen.model import Definition, Field, GroupVersionKind, Map, Prose, Ref, Scalar, Type, field_id
from codegen.readers.openapi.type_reader import ANY, MAX_TYPE_DEPTH, OBJECT

Steps = tuple[str | int, ...]
STRING = Scalar(type="string")
MAX_INHERITED = 1_000_000  # inherited fields of one document; a small file could repeat any number of them


class AllOfParts(Struct, frozen=True, kw_only=True):
    """The parts of a composed definition, with its required field names. `bases` are keys of definitions, or empty strings."""

    bases: tuple[str, ...]
    required: frozenset[str]
    own: GroupVersionKind | None


def inline_parts(schema: dict[str, Any], steps: Steps = ()) -> Iterator[tuple[dict[str, Any], Steps]]:
    """Yield the members of `allOf`, including nested ones, each with the steps to it."""
    raw = schema.get("allOf")
    for at, part in enumerate(raw if isinstance(raw, list) else ()):
        if isinstance(part, dict):
            inner = (*steps, "allOf", at)
            yield part, inner
            if "$ref" not in part and len(inner) < 2 * MAX_TYPE_DEPTH:
                yield from inline_parts(part, inner)


def fixed_value(name: str, expression: Type, own: GroupVersionKind | None) -> str | None:
    """Return the fixed value of `apiVersion` or `kind` in a kind, or None."""
    if own is None or name not in ("apiVersion", "kind"):
        return None
    value = own.api_version if name == "apiVersion" else own.kind
    return value if expression in (STRING, Scalar(type="string", enum=(value,))) else None


def report_unknown_required(report: Report, key: str, names: frozenset[str] | set[str], span: Span) -> None:
    """Report required names without a matching field."""
    if names:
        report.warning(
            "required-unknown",
            f"{key} requires {', '.join(map(repr, sorted(names)))[:200]}, but has no such field",
            span,
            "correct `required` in the source",
        )


class AllOfMerger:
    """A merger of composed definitions in one document."""

    def __init__(self, definitions: dict[str, Definition], prose: dict[str, Prose], report: Report) -> None:
        self._definitions = definitions
        self._prose = prose
        self._report = report
        self._budget = MAX_INHERITED
        self._open: dict[str, AllOfParts] = {}

    def run(self, mixed: dict[str, AllOfParts]) -> None:
        """Replace each composed definition by its merged form."""
        self._open = dict(mixed)
        for key in mixed:
            self._resolve(key, ())

    def _resolve(self, key: str, path: tuple[str, ...]) -> Definition | None:
        """Return a merged definition with aliases followed, or None in a cycle."""
        definition = self._definitions.get(key)
        if definition is None or key in path:
            return None
        if (mixed := self._open.get(key)) is not None:
            definition = self._definitions[key] = self._merge_parts(definition, mixed, (*path, key))
            self._open.pop(key, None)
        if isinstance(definition.type, Ref) and len(path) < MAX_TYPE_DEPTH:
            return self._resolve(definition.type.key, (*path, key))
        return definition

    def _merge_parts(self, definition: Definition, mixed: AllOfParts, path: tuple[str, ...]) -> Definition:
        fields: dict[str, Field] = {}
        is_open = definition.open
        for base in mixed.bases:
            part = self._resolve(base, path) if len(path) <= MAX_TYPE_DEPTH else None
            if part is None or not self._mergeable(definition, base, part):
                is_open = True
                if part is None and base:  # a dangling reference is already reported
                    self._warn(definition, f"{base} is left out: it leads back here, or is nested too deeply")
                continue
            self._budget -= len(part.fields)
            is_open = is_open or part.open or part.type is not None
            for field in part.fields:
                self._add(fields, definition, field, base)
        for field in definition.fields:
            self._add(fields, definition, field, "")
        if not fields:
            return replace(definition, type=self._fieldless_type(definition, mixed))
        merged = tuple(self._finish_field(field, mixed) for field in fields.values())
        if not is_open:
            report_unknown_required(self._report, definition.key, mixed.required - fields.keys(), definition.span)
        return replace(definition, fields=merged, type=None, open=is_open)

    def _fieldless_type(self, definition: Definition, mixed: AllOfParts) -> Type:
        """Return the type of parts without fields: that of the only part, or an open type."""
        if len(mixed.bases) == 1:
            return Ref(key=mixed.bases[0]) if mixed.bases[0] else ANY
        self._warn(definition, "none of its parts has fields; the type is left open")
        return ANY

    def _mergeable(self, definition: Definition, base: str, part: Definition) -> bool:
        if part.type is not None and part.type not in (ANY, OBJECT) and not isinstance(part.type, Map):
            if definition.fields:
                self._warn(definition, f"{base} is left out: it is not an object")
            return False
        if len(part.fields) > self._budget:
            self._warn(definition, f"{base} is left out: the document would repeat more than {MAX_INHERITED} fields")
            return False
        return True

    def _add(self, fields: dict[str, Field], definition: Definition, field: Field, base: str) -> None:
        """Add a field of a part. Of two fields with one name the later wins, unless it is less specific."""
        if base and field.value is not None:  # the fixed value belongs to the kind of the part
            field = replace(field, value=None)
        known = fields.get(field.name)
        required = field.required
        if known is not None:
            required = required or known.required
            if _is_less_specific(field.type, known.type):
                field = replace(field, type=known.type)
            elif not _is_less_specific(known.type, field.type):
                self._warn(definition, f"the field {field.name!r} has two types; the later one is used")
        fields[field.name] = replace(field, required=required) if required != field.required else field
        inherited = self._prose.get(field_id(base, field.name)) if base else None
        if inherited is not None:
            self._prose.setdefault(field_id(definition.key, field.name), inherited)

    def _finish_field(self, field: Field, mixed: AllOfParts) -> Field:
        value = fixed_value(field.name, field.type, mixed.own)
        if value is not None:
            field = replace(field, type=STRING, value=value)
        return replace(field, required=True) if field.name in mixed.required and not field.required else field

    def _warn(self, definition: Definition, what: str) -> None:
        self._report.warning(
            "all-of-unsupported",
            f"{definition.key}: `allOf`: {what}",
            definition.span,
            "list the fields in the definition itself",
        )


def _is_less_specific(type_: Type, known: Type) -> bool:
    """Return whether a type allows everything another one does."""
    if isinstance(type_, Scalar) and isinstance(known, Scalar) and type_ == Scalar(type=known.type):
        return "oneOf" not in scalar_type(known.type, known.format).schema  # not only strings
    return type_ in (known, ANY) or (type_ == OBJECT and isinstance(known, Map | Ref))
