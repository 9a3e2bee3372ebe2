"""An example of each kind, which our own validation accepts.

It is that of the user, else a bundled one, else the shortest valid object. Such an object starts
with its required fields and is completed by the findings about it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from types import MappingProxyType

from codegen.core.escaping.documents import yaml_block
from codegen.core.json_types import JsonList, JsonMapping, JsonObject, JsonValue
from codegen.kube.errors import REQUIRED
from codegen.kube.scalars import scalar_type
from codegen.model import (
    Array,
    Definition,
    Field,
    GroupVersionKind,
    Map,
    Ref,
    Reference,
    Scalar,
    Type,
    innermost,
)
from codegen.model.keywords.keyword import own_values
from codegen.outputs.python.formatting import format_python
from codegen.outputs.site.example_files import ExampleChecker, read_bundled_examples
from codegen.outputs.site.records import Sample
from codegen.validation.manifest_objects import ManifestObject
from codegen.validation.object_finding import ObjectFinding, Steps

_PYTHON = "from {package} import load\n\nobj = load({value})"
_TRIES = 12
_DEPTH = 24
_SHOWN = 3  # optional fields in types without required ones
_METADATA = {"name": "example"}
# Strings to try for a field with a pattern or another limit.
_WORDS = (
    "example.com",
    "example.com/example",
    "Example",
    "1",
    "1s",
    "/",
    "https://example.com",
    "10.0.0.1",
)
# Usual values of fields with these names, in any API.
_OF_NAMES: JsonMapping = {
    "image": "registry.example.com/app:1",
    "schedule": "0 * * * *",
    "host": "example.com",
    "hostname": "example.com",
    "url": "https://example.com",
    "path": "/",
    "port": 80,
    "apiGroup": "example.com",
    "apiVersion": "example.com/v1",
    "kind": "Example",
    "version": "v1",
    "namespace": "default",
}


class Examples:
    """The examples of kinds. Those of `own` come first."""

    def __init__(
        self,
        reference: Reference,
        checker: ExampleChecker,
        own: Mapping[tuple[str, str], ManifestObject] = MappingProxyType({}),
    ) -> None:
        self._reference = reference
        self._checker = checker
        self._own = own

    def samples(self, definition: Definition, package: str = "") -> tuple[Sample, ...]:
        """Return the example as YAML, JSON and Python of a generated package, or nothing without an
        example.
        """
        first = self.example(definition)
        if first is None:
            return ()
        shown = {
            "YAML": yaml_block(first).rstrip(),
            "JSON": json.dumps(first, indent=2, ensure_ascii=False),
            "Python": self._python(package, first),
        }
        return tuple(
            Sample(name=name, language=name.lower(), code=code)
            for name, code in shown.items()
            if code
        )

    def _python(self, package: str, value: Mapping[str, object]) -> str:
        """Write the code that loads an example, or nothing without a package."""
        if not package:
            return ""
        return format_python(_PYTHON.format(package=package, value=value), "example.py").rstrip()

    def example(self, definition: Definition) -> JsonObject | None:
        """Return the example of a kind, or None."""
        gvk = definition.gvk
        if gvk is None:
            return None
        if (own_example := self._own.get((gvk.api_version, gvk.kind))) is not None:
            return dict(own_example.document.data)
        bundled = next(filter(self._checker.accepts, read_bundled_examples(gvk)), None)
        if bundled is not None:
            return bundled
        made = self._make_example(definition, gvk)
        if made is not None and self._checker.accepts(made):
            return made
        return None

    def _make_example(self, definition: Definition, gvk: GroupVersionKind) -> JsonObject | None:
        """Make the shortest valid object of a kind, with some content in `spec`, or None."""
        made = self._start_object(definition, gvk)
        if not self._make_valid(made, definition):
            return None
        if made.get("spec") != {}:
            return made
        spec = next(field for field in definition.fields if field.name == "spec")
        made = self._add_plain_fields(made, spec)
        if made["spec"] == {}:
            return self._add_branch(made, spec)
        return made

    def _start_object(self, definition: Definition, gvk: GroupVersionKind) -> JsonObject:
        """Build an object of the required fields and `spec`, in the order of manifests."""
        fields = {field.name: field for field in definition.fields}
        start: JsonObject = {"apiVersion": gvk.api_version, "kind": gvk.kind}
        if "metadata" in fields or definition.resource is not None:
            start["metadata"] = dict(_METADATA)
        required = self._make_object(definition, 0)
        for name, value in required.items():
            start.setdefault(name, value)
        if "spec" in fields:
            start.setdefault("spec", self._make_field_value(fields["spec"], 0))
        if "status" in fields and not fields["status"].required:
            start.pop("status", None)
        return start

    def _add_plain_fields(self, made: JsonObject, spec: Field) -> JsonObject:
        """Add the first optional strings and numbers to an empty `spec`."""
        for field in self._inner_fields(spec):
            end = innermost(self._reference.resolve(field.type))
            if not isinstance(end, Scalar) or end.type in ("", "object", "boolean"):
                continue
            shown = {**made, "spec": {**made["spec"], field.name: self._make_field_value(field, 0)}}
            if not self._checker.find_errors(shown):
                made = shown
            if len(made["spec"]) == _SHOWN:
                break
        return made

    def _add_branch(self, made: JsonObject, spec: Field) -> JsonObject:
        """Add the shortest object to an empty `spec` of optional objects.

        Those with required fields come first. Controllers mostly need one of them.
        """
        branches = [
            (field.name, self._make_field_value(field, 0)) for field in self._inner_fields(spec)
        ]
        objects = [(name, value) for name, value in branches if isinstance(value, dict)]
        objects.sort(key=lambda branch: (not branch[1], len(json.dumps(branch[1]))))
        for name, value in objects:
            shown = {**made, "spec": {name: value}}
            if not self._checker.find_errors(shown):
                return shown
        return made

    def _make_valid(self, made: JsonObject, definition: Definition) -> bool:
        """Change an object until it is valid. Return whether it is."""
        for _ in range(_TRIES):
            wrong = self._checker.find_errors(made)
            if not wrong:
                return True
            repaired = [self._repair(made, definition, error) for error in wrong]
            if True not in repaired:
                return False
        return False

    def _repair(self, made: JsonObject, definition: Definition, finding: ObjectFinding) -> bool:
        """Make the first change that removes a finding. Return whether there is one."""
        for steps, value in self._list_changes(made, definition, finding):
            trial = deepcopy(made)
            _set_value(trial, steps, value)
            left = {(error.rule, str(error)) for error in self._checker.find_errors(trial)}
            if (finding.rule, str(finding)) not in left:
                made |= trial
                return True
        return False

    def _list_changes(
        self, made: JsonObject, definition: Definition, finding: ObjectFinding
    ) -> Iterator[tuple[JsonList, JsonValue]]:
        """Yield the places and values that may remove a finding."""
        field = self._find_field(definition, finding.steps)
        if field is None:
            return
        steps = [step[0] if isinstance(step, tuple) else step for step in finding.steps]
        value = _find_value(made, steps)
        if finding.supported:
            yield steps, finding.supported[0]
        elif finding.code == REQUIRED or value is None:
            if isinstance(finding.steps[-1], tuple) and isinstance(field.type, Map):
                yield steps, self._make_value(field, field.type.values, 0)
            else:
                yield steps, self._make_field_value(field, 0)
        elif isinstance(value, str):
            for word in _WORDS:
                yield steps, word
        elif isinstance(value, dict):
            for inner_field in self._inner_fields(field):
                if inner_field.name not in value:
                    inner_steps = [*steps, inner_field.name]
                    yield inner_steps, self._make_field_value(inner_field, 0)

    def _find_field(self, definition: Definition, steps: Steps) -> Field | None:
        fields: Iterable[Field] = definition.fields
        field_of_step: Field | None = None
        for step in steps:
            if not isinstance(step, str):
                continue  # an item or a key, which has no field of its own
            field_of_step = next((field for field in fields if field.name == step), None)
            if field_of_step is None:
                return None
            fields = self._inner_fields(field_of_step)
        return field_of_step

    def _inner_fields(self, field: Field) -> Iterator[Field]:
        yield from field.fields
        end = innermost(field.type)
        if isinstance(end, Ref) and end.key in self._reference.definitions:
            yield from self._reference.definitions[end.key].fields

    def _make_object(self, holder: Definition | Field, depth: int) -> JsonObject:
        """Build an object of the required fields."""
        if depth > _DEPTH:
            return {}
        is_template = depth and {"metadata", "spec"} <= {field.name for field in holder.fields}
        return {
            field.name: self._make_field_value(field, depth + 1)
            for field in holder.fields
            if field.required or (is_template and field.name == "spec")
        }

    def _make_field_value(self, field: Field, depth: int) -> JsonValue:
        if field.value is not None:
            return field.value
        said = own_values(field.keywords)
        for name in ("default", "example"):
            if said.get(name) is not None:
                return said[name]
        if "enum" in said:
            return said["enum"][0]
        return self._make_value(field, field.type, depth, said.get("minimum", 1))

    def _make_value(
        self, field: Field, expression: Type, depth: int, least: float = 1
    ) -> JsonValue:
        """Make a value of a type. `least` is the smallest valid number."""
        match self._reference.resolve(expression):
            case Array(items=items):
                return [self._make_value(field, items, depth)]
            case Map(values=values):
                return {"example": self._make_value(field, values, depth)}
            case Ref(key=key):
                return self._make_object(self._reference.definitions[key], depth)
            case Scalar(enum=(first, *_)):
                return first
            case Scalar(type="object") if field.fields:
                return self._make_object(field, depth)
            case Scalar(type=kind, format=form):
                return _make_scalar(field.name, kind, form, least)
        return {}


def _find_value(made: JsonObject, steps: JsonList) -> JsonValue:
    """Return the value at a place of an object, or None where something on the way is missing."""
    value: JsonValue = made
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif value:
            value = value[step]
    return value


def _set_value(made: JsonObject, steps: JsonList, value: JsonValue) -> None:
    """Set the value at a place of an object. Objects that are missing on the way are added."""
    *above, last = steps
    place = made
    for step in above:
        if isinstance(place, dict) and not place.get(step):
            place[step] = {}
        place = place[step]
    place[last] = value


def _make_scalar(name: str, kind: str, form: str, least: float) -> JsonValue:
    scalar = scalar_type(kind, form)
    usual = _OF_NAMES.get(name)
    if kind == "string" and not scalar.format:
        if isinstance(usual, str):
            return usual
        return scalar.example
    if kind in ("integer", "number"):
        return max(usual if isinstance(usual, int) else scalar.example, least)
    return scalar.example
