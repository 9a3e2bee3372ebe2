"""Docstrings of classes and fields, the same in all targets: descriptions, units, defaults, setters
and sources.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from codegen.model import Definition, Field, GroupVersionKind, Reference, Scalar, field_id
from codegen.model.keywords.keyword import find_default, own_values
from codegen.outputs import naming
from codegen.outputs.escaping import python as escape
from codegen.outputs.job import Job
from codegen.outputs.python import units as python_units
from codegen.outputs.python.units import Units

_UNITS = (
    "nanoseconds",
    "microseconds",
    "milliseconds",
    "seconds",
    "minutes",
    "hours",
    "days",
    "bytes",
    "percent",
)
_SHORT_UNITS = {"millis": "milliseconds", "percentage": "percent"}
_WORD = re.compile(r"\b[a-z]+\b")  # words of a text without names
_LONGEST_DEFAULT = 60  # characters
DOC_WIDTH = 80  # so that a docstring in a class fits into 88 columns


def docstring(text: str, indent: int) -> str:
    """Write a text as a wrapped docstring with its quotes."""
    return escape.docstring(escape.wrap_text(text, DOC_WIDTH), indent)


class ClassShape(Struct, frozen=True, kw_only=True):
    """The name of a class, its definition, and the attribute of each field by wire name."""

    name: str
    definition: Definition
    names: Mapping[str, str]


class Docstrings:
    """The docstrings of one job."""

    def __init__(self, job: Job, units: Units) -> None:
        self._job = job
        self._units = units

    def class_docstring(self, shape: ClassShape) -> str:
        """Write the docstring of a class with its source."""
        return escape.docstring(self._class_text(shape), 4)

    def class_docstring_with_fields(self, shape: ClassShape) -> str:
        """Write the docstring of a class together with the texts of its fields, for classes in
        functional form.
        """
        lines = [f"{self._class_text(shape)}\n\nKeys:"]
        for field in shape.definition.fields:
            entry = ": ".join(filter(None, (field.name, self.words(shape, field))))
            words = escape.wrap_text(entry, DOC_WIDTH - 4, "    ").split("\n")
            lines += [f"    {line}" if line else "" for line in words]
        return escape.docstring("\n".join(lines), 0)

    def field_docstring(self, shape: ClassShape, field: Field) -> str:
        """Write the docstring of a field, or nothing without a text."""
        words = self.words(shape, field)
        if words:
            return docstring(words, 4)
        return ""

    def words(self, shape: ClassShape, field: Field) -> str:
        """Return the text of a field.

        It has no source line, which would change with every edit above it.
        """
        text = self._job.text(field_id(shape.definition.key, field.name)).strip()
        if field.value is not None:
            text = f"Always {field.value}."  # the rest is the same for all kinds
        more = (
            self._describe_unit(field, text),
            _describe_default(field),
            self._describe_setter(shape, field),
        )
        sentences = " ".join(filter(None, more))
        if not sentences or not text:
            return sentences or text
        # A list ends with its last line.
        if "\n" in text:
            separator = "\n\n"
        elif text[-1] in ".!?:。！？":
            separator = " "
        else:
            separator = ". "
        return f"{text}{separator}{sentences}"

    def _class_text(self, shape: ClassShape) -> str:
        definition = shape.definition
        texts = {self._job.text(place) for place in definition.places or (definition.key,)}
        # Else each field has the description of its place.
        text = texts.pop() if len(texts) == 1 else ""
        if definition.built_in and not text:
            return f"{definition.name} of Kubernetes {definition.built_in} ({definition.package})."
        text = text or f"{definition.name}."
        span = definition.span
        if span.path in self._pages:
            place = f":{span.line}"
        else:
            place = f", {definition.key}"
        source = f"{python_units.portable_path(span.path)}{place}"
        return "\n\n".join(
            [escape.wrap_text(text, DOC_WIDTH), escape.wrap_text(f"Source: {source}", DOC_WIDTH)]
        )

    @cached_property
    def _pages(self) -> frozenset[str]:
        return frozenset(page.span.path for page in self._job.reference.pages)

    def _describe_setter(self, shape: ClassShape, field: Field) -> str:
        """Describe the setter of a field, if the model knows it."""
        if own_values(field.keywords).get("readOnly") is True:
            return "Set by the server."
        if (shape.definition.gvk, field.name) in self._job.once(_subresources, self._job.reference):
            return f"Written through the subresource {field.name} alone."
        return ""

    def _describe_unit(self, field: Field, text: str) -> str:
        """Describe the unit in the name of a number, unless the text has it."""
        end = self._units.reference.resolve(field.type)
        if not isinstance(end, Scalar) or end.type not in ("integer", "number"):
            return ""
        last = "".join(naming.split_words(field.name)[-1:]).lower()
        unit = _SHORT_UNITS.get(last, last)
        if unit in _UNITS and unit not in _WORD.findall(text):
            return f"In {unit}."
        return ""


def _subresources(reference: Reference) -> frozenset[tuple[GroupVersionKind, str]]:
    """Find the subresources of each kind with a PUT of their own, like `status`."""
    written = (
        operation for operation in reference.operations.values() if operation.method == "PUT"
    )
    return frozenset(
        (operation.gvk, operation.path.rpartition("/")[2])
        for operation in written
        if operation.gvk is not None
    )


def _describe_default(field: Field) -> str:
    """Describe the default of an optional field, which classes do not fill in."""
    if field.required or field.value is not None:
        value = ""
    else:
        value = find_default(field.keywords)
    if value in ("", '""', "{}", "[]"):
        return ""
    return f"By default {value if len(value) <= _LONGEST_DEFAULT else f'{value[:_LONGEST_DEFAULT]}...'}."
