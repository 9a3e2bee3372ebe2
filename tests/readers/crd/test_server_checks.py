"""Checks of CustomResourceDefinitions as servers do them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.core.source import Source
from codegen.kube.errors import field_path
from codegen.readers.crd.reader import read_definitions
from codegen.readers.crd.server_checks import find_violations
from gardens.resources import PLOTS, as_yaml, plots

VERSION = "spec.versions.1"
ROOT = f"{VERSION}.schema.openAPIV3Schema"
SPEC = f"{ROOT}.properties.spec"
FIELDS = f"{SPEC}.properties"
GONE = object()
SET = {"x-kubernetes-list-type": "set"}
OBJECT = {"type": "object"}
LIST = {"type": "array", "items": {"type": "string"}}
SERVICE = {"name": "converter", "namespace": "east"}
RULES = "x-kubernetes-validations"
Edits = dict[str, Any]


def edit(edits: Edits) -> Any:
    """Return the definition of plots with other values at some paths, whose steps have dots."""
    definition = plots()
    for path, value in edits.items():
        *around, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        target = definition
        for step in around:
            target = target.setdefault(step, {}) if isinstance(target, dict) else target[step]
        if value is GONE:
            del target[last]
        elif isinstance(target, list) and last == len(target):
            target.append(value)
        else:
            target[last] = value
    return definition


def webhook(client: Any, versions: Any = ("v1",)) -> Edits:
    """Return edits that add a conversion by a webhook."""
    inner = {"clientConfig": client, "conversionReviewVersions": list(versions)}
    return {"spec.conversion": {"strategy": "Webhook", "webhook": inner}}


def rule(path: str, text: str, **more: Any) -> Edits:
    return {f"{path}.{RULES}": [{"rule": text, **more}]}


def violations(edits: Edits) -> set[tuple[str, str]]:
    """Return code and path of the violations, the path from the definition of the fields on."""
    found = find_violations(edit(edits))
    base = "spec.versions[1].schema.openAPIV3Schema.properties[spec].properties"
    return {(each.code, field_path(each.steps).replace(base, "")) for each in found}


NAMES: dict[str, tuple[Edits, set[tuple[str, str]]]] = {
    "no name": ({"metadata.name": GONE}, {("FieldValueRequired", "metadata.name")}),
    "another name": (
        {"metadata.name": "plot.garden.example.io"},
        {("FieldValueInvalid", "metadata.name")},
    ),
    "a capital in the singular": (
        {"spec.names.singular": "Plot"},
        {("FieldValueInvalid", "spec.names.singular")},
    ),
    "a short name with a dot": (
        {"spec.names.shortNames": ["p", "p.l"]},
        {("FieldValueInvalid", "spec.names.shortNames[1]")},
    ),
    "a category that begins with a digit": (
        {"spec.names.categories": ["1st"]},
        {("FieldValueInvalid", "spec.names.categories[0]")},
    ),
    "kind and listKind equal": (
        {"spec.names.listKind": "Plot"},
        {("FieldValueInvalid", "spec.names.listKind")},
    ),
    "no storage version": (
        {f"{VERSION}.storage": False},
        {("FieldValueInvalid", "spec.versions")},
    ),
    "two storage versions": (
        {"spec.versions.0.storage": True},
        {("FieldValueInvalid", "spec.versions[1].storage")},
    ),
    "two versions of a name": (
        {"spec.versions.0.name": "v1"},
        {("FieldValueInvalid", "spec.versions[1].name")},
    ),
    "no schema of a version that is not served": (
        {"spec.versions.0.schema": GONE},
        {("FieldValueRequired", "spec.versions[0].schema.openAPIV3Schema")},
    ),
    "preserveUnknownFields": (
        {"spec.preserveUnknownFields": True},
        {("FieldValueInvalid", "spec.preserveUnknownFields")},
    ),
    "a warning of a version that is not deprecated": (
        {f"{VERSION}.deprecationWarning": "use v2"},
        {("FieldValueInvalid", "spec.versions[1].deprecationWarning")},
    ),
    "a warning with a tab": (
        {f"{VERSION}.deprecated": True, f"{VERSION}.deprecationWarning": "use\tv2"},
        {("FieldValueInvalid", "spec.versions[1].deprecationWarning")},
    ),
    "a column without a path": (
        {f"{VERSION}.additionalPrinterColumns": [{"name": "Rows", "type": "integer"}]},
        {("FieldValueRequired", "spec.versions[1].additionalPrinterColumns[0].jsonPath")},
    ),
    "a column of another type and format": (
        {
            f"{VERSION}.additionalPrinterColumns": [
                {"name": "Rows", "type": "size", "format": "int8", "jsonPath": ".spec.rows"}
            ]
        },
        {
            ("FieldValueInvalid", "spec.versions[1].additionalPrinterColumns[0].type"),
            ("FieldValueInvalid", "spec.versions[1].additionalPrinterColumns[0].format"),
        },
    ),
    "a scale without replicas of the status": (
        {f"{VERSION}.subresources.scale.statusReplicasPath": GONE},
        {("FieldValueRequired", "spec.versions[1].subresources.scale.statusReplicasPath")},
    ),
    "a selector of a scale in metadata": (
        {f"{VERSION}.subresources.scale.labelSelectorPath": ".metadata.labels"},
        {("FieldValueInvalid", "spec.versions[1].subresources.scale.labelSelectorPath")},
    ),
    "a selectable field in brackets": (
        {f"{VERSION}.selectableFields": [{"jsonPath": ".spec['soil']"}]},
        {("FieldValueInvalid", "spec.versions[1].selectableFields[0].jsonPath")},
    ),
    "a selectable object": (
        {f"{VERSION}.selectableFields": [{"jsonPath": ".spec"}]},
        {("FieldValueInvalid", "spec.versions[1].selectableFields[0].jsonPath")},
    ),
    "a selectable field twice": (
        {f"{VERSION}.selectableFields": [{"jsonPath": ".spec.soil"}] * 2},
        {("FieldValueDuplicate", "spec.versions[1].selectableFields[1].jsonPath")},
    ),
    "an unapproved group of Kubernetes": (
        {"spec.group": "garden.k8s.io", "metadata.name": "plots.garden.k8s.io"},
        {("FieldValueRequired", "metadata.annotations[api-approved.kubernetes.io]")},
    ),
}
CONVERSION: dict[str, tuple[Edits, set[tuple[str, str]]]] = {
    "no strategy": (
        {"spec.conversion": {}},
        {("FieldValueRequired", "spec.conversion.strategy")},
    ),
    "an unknown strategy": (
        {"spec.conversion": {"strategy": "Hook"}},
        {("FieldValueNotSupported", "spec.conversion.strategy")},
    ),
    "no webhook": (
        {"spec.conversion": {"strategy": "Webhook"}},
        {("FieldValueRequired", "spec.conversion.webhook")},
    ),
    "a webhook without its strategy": (
        {
            "spec.conversion": {
                "strategy": "None",
                "webhook": {"clientConfig": {"service": SERVICE}},
            }
        },
        {("FieldValueForbidden", "spec.conversion.webhook.clientConfig")},
    ),
    "service and url": (
        webhook({"service": SERVICE, "url": "https://a.example.io"}),
        {("FieldValueRequired", "spec.conversion.webhook.clientConfig")},
    ),
    "a user in the url": (
        webhook({"url": "https://me@a.example.io"}),
        {("FieldValueInvalid", "spec.conversion.webhook.clientConfig.url")},
    ),
    "a url that is none": (
        webhook({"url": "https://[a"}),
        {("FieldValueInvalid", "spec.conversion.webhook.clientConfig.url")},
    ),
    "a high port": (
        webhook({"service": {**SERVICE, "port": 65536}}),
        {("FieldValueInvalid", "spec.conversion.webhook.clientConfig.service.port")},
    ),
    "a relative path": (
        webhook({"service": {**SERVICE, "path": "convert"}}),
        {("FieldValueInvalid", "spec.conversion.webhook.clientConfig.service.path")},
    ),
    "no known review version": (
        webhook({"service": SERVICE}, ("v2",)),
        {("FieldValueInvalid", "spec.conversion.webhook.conversionReviewVersions")},
    ),
    "a review version twice": (
        webhook({"service": SERVICE}, ("v1", "v1")),
        {("FieldValueInvalid", "spec.conversion.webhook.conversionReviewVersions[1]")},
    ),
}
SCHEMAS: dict[str, tuple[Edits, set[tuple[str, str]]]] = {
    "an unknown type": (
        {f"{FIELDS}.a": {"type": "text"}},
        {("FieldValueNotSupported", "[a].type")},
    ),
    "a list of types": (
        {f"{FIELDS}.a": {"type": ["string", "integer"]}},
        {("FieldValueInvalid", "[a].type")},
    ),
    "an array without items": (
        {f"{FIELDS}.a": {"type": "array"}},
        {("FieldValueRequired", "[a]")},
    ),
    "a list of schemas of items": (
        {f"{FIELDS}.a": {"type": "array", "items": [{"type": "string"}]}},
        {("FieldValueForbidden", "[a].items")},
    ),
    "a type in a part of allOf": (
        {f"{FIELDS}.soil.allOf": [{"type": "string"}]},
        {("FieldValueForbidden", "[soil].allOf[0].type")},
    ),
    "a field only in a choice": (
        {f"{SPEC}.anyOf": [{"properties": {"frost": {"minimum": 1}}}]},
        {
            (
                "FieldValueRequired",
                "spec.versions[1].schema.openAPIV3Schema.properties[spec].anyOf[0].properties[frost]",
            )
        },
    ),
    "rules in a choice": (
        {f"{FIELDS}.soil.not": {RULES: [{"rule": "true"}]}},
        {("FieldValueForbidden", f"[soil].not.{RULES}")},
    ),
    "int-or-string that keeps unknown fields": (
        {f"{FIELDS}.depth.x-kubernetes-preserve-unknown-fields": True},
        {("FieldValueInvalid", "[depth].x-kubernetes-preserve-unknown-fields")},
    ),
    "an embedded map": (
        {f"{FIELDS}.template.additionalProperties": {"type": "string"}},
        {("FieldValueForbidden", "[template].additionalProperties")},
    ),
    "labels of the root": (
        {f"{ROOT}.properties.metadata.properties": {"labels": OBJECT}},
        {
            (
                "FieldValueForbidden",
                "spec.versions[1].schema.openAPIV3Schema.properties[metadata].properties[labels]",
            )
        },
    ),
    "a default of the kind": (
        {f"{ROOT}.properties.kind.default": "Plot"},
        {
            (
                "FieldValueForbidden",
                "spec.versions[1].schema.openAPIV3Schema.properties[kind].default",
            )
        },
    ),
    "an enumeration at the root beside a status": (
        {f"{ROOT}.maxProperties": 9},
        {("FieldValueInvalid", "spec.versions[1].schema.openAPIV3Schema.maxProperties")},
    ),
    "a list type of an object": (
        {f"{FIELDS}.a": {**OBJECT, **SET}},
        {("FieldValueInvalid", "[a].x-kubernetes-list-type")},
    ),
    "an unknown list type": (
        {f"{FIELDS}.a": {**LIST, "x-kubernetes-list-type": "bag"}},
        {("FieldValueNotSupported", "[a].x-kubernetes-list-type")},
    ),
    "keys of a set": (
        {f"{FIELDS}.a": {**LIST, **SET, "x-kubernetes-list-map-keys": ["b"]}},
        {("FieldValueInvalid", "[a].x-kubernetes-list-map-keys")},
    ),
    "a set of granular objects": (
        {f"{FIELDS}.a": {"type": "array", "items": OBJECT, **SET}},
        {("FieldValueInvalid", "[a].items")},
    ),
    "a set in a set": (
        {f"{FIELDS}.a": {"type": "array", "items": {**LIST, **SET}, **SET}},
        {("FieldValueInvalid", "[a].items.x-kubernetes-list-type")},
    ),
    "a map key that is optional": (
        {f"{FIELDS}.beds.items.required": GONE},
        {("FieldValueRequired", "[beds].items.properties[name]")},
    ),
    "a map key that is a list": (
        {f"{FIELDS}.beds.items.properties.name": LIST},
        {("FieldValueInvalid", "[beds].items.properties[name].type")},
    ),
    "a map key twice": (
        {f"{FIELDS}.beds.x-kubernetes-list-map-keys": ["name", "name"]},
        {("FieldValueInvalid", "[beds].x-kubernetes-list-map-keys")},
    ),
    "an unknown map type": (
        {f"{FIELDS}.a": {**OBJECT, "x-kubernetes-map-type": "set"}},
        {("FieldValueNotSupported", "[a].x-kubernetes-map-type")},
    ),
}
DEFAULTS: dict[str, tuple[Edits, set[tuple[str, str]]]] = {
    "of another type": ({f"{FIELDS}.rows.default": "3"}, {("FieldValueInvalid", "[rows].default")}),
    "over the maximum": (
        {f"{FIELDS}.rows.default": 101},
        {("FieldValueInvalid", "[rows].default")},
    ),
    "outside the enumeration": (
        {f"{FIELDS}.soil.default": "rock"},
        {("FieldValueNotSupported", "[soil].default")},
    ),
    "true for an integer or string": (
        {f"{FIELDS}.depth.default": True},
        {("FieldValueInvalid", "[depth].default")},
    ),
    "with an unknown field in an item": (
        {f"{FIELDS}.beds.default": [{"name": "a"}, {"name": "b", "soil": "clay"}]},
        {("UnknownField", "[beds].default")},
    ),
    "without a required field": (
        {f"{FIELDS}.beds.default": [{}]},
        {("FieldValueRequired", "[beds].default")},
    ),
    "null of a list item": (
        {f"{FIELDS}.a": {**LIST, "default": [None]}},
        {("FieldValueInvalid", "[a].default")},
    ),
}
CEL_RULES: dict[str, tuple[Edits, set[tuple[str, str]]]] = {
    "an empty rule": (
        rule(f"{FIELDS}.soil", " "),
        {("FieldValueRequired", f"[soil].{RULES}[0].rule")},
    ),
    "lines without a message": (
        rule(f"{FIELDS}.soil", "self\n!= 'a'"),
        {("FieldValueRequired", f"[soil].{RULES}[0].rule")},
    ),
    "a message of two lines": (
        rule(f"{FIELDS}.soil", "self != 'a'", message="no\na"),
        {("FieldValueInvalid", f"[soil].{RULES}[0].message")},
    ),
    "an unknown reason": (
        rule(f"{FIELDS}.soil", "self != 'a'", reason="Bad"),
        {("FieldValueNotSupported", f"[soil].{RULES}[0].reason")},
    ),
    "a path to no field": (
        rule(f"{FIELDS}.beds.items", "true", fieldPath=".soil"),
        {("FieldValueInvalid", f"[beds].items.{RULES}[0].fieldPath")},
    ),
    "a path that does not begin with a dot": (
        rule(f"{FIELDS}.beds.items", "true", fieldPath="name"),
        {("FieldValueInvalid", f"[beds].items.{RULES}[0].fieldPath")},
    ),
    "oldSelf below an atomic list": (
        {
            f"{FIELDS}.a": {
                "type": "array",
                "items": {"type": "string", RULES: [{"rule": "self == oldSelf"}]},
            }
        },
        {("FieldValueInvalid", f"[a].items.{RULES}[0].rule")},
    ),
    "optionalOldSelf without oldSelf": (
        rule(f"{FIELDS}.soil", "self != 'oldSelf'", optionalOldSelf=False),
        {("FieldValueInvalid", f"[soil].{RULES}[0].optionalOldSelf")},
    ),
}
TABLES = {
    "names": NAMES,
    "conversion": CONVERSION,
    "schemas": SCHEMAS,
    "defaults": DEFAULTS,
    "rules": CEL_RULES,
}
REFUSED = [
    pytest.param(edits, expected, id=f"{table}: {name}")
    for table, rows in TABLES.items()
    for name, (edits, expected) in rows.items()
]
ACCEPTED: dict[str, Edits] = {
    "the definition of plots": {},
    "an unapproved group of Kubernetes that says so": {
        "spec.group": "garden.k8s.io",
        "metadata.name": "plots.garden.k8s.io",
        "metadata.annotations": {"api-approved.kubernetes.io": "unapproved, a test"},
    },
    "a webhook by URL": webhook({"url": "https://a.example.io/convert"}, ("v1", "v2")),
    "a webhook by service": webhook({"service": {**SERVICE, "port": 1, "path": "/a/b"}}),
    "a set of atomic objects": {
        f"{FIELDS}.a": {
            "type": "array",
            "items": {**OBJECT, "x-kubernetes-map-type": "atomic"},
            **SET,
        }
    },
    "a default in a map": {
        f"{FIELDS}.a": {**OBJECT, "additionalProperties": {"type": "integer"}, "default": {"b": 1}}
    },
    "a default with a field that is kept": {
        f"{FIELDS}.template.default": {"kind": "Bed", "metadata": {}, "soil": 1}
    },
    "a default null": {f"{FIELDS}.soil.default": None},
    "types of an integer or string in the first part of allOf": {
        f"{FIELDS}.depth.anyOf": GONE,
        f"{FIELDS}.depth.allOf": [
            {"anyOf": [{"type": "integer"}, {"type": "string"}]},
            {"maximum": 9},
        ],
    },
    "oldSelf in a list of type map": rule(f"{FIELDS}.beds.items", "self.name == oldSelf.name"),
    "a path through a map": rule(SPEC, "true", fieldPath=".properties['a b']"),
    "name and generateName of the root": {
        f"{ROOT}.properties.metadata.properties": {
            "name": {"type": "string", "maxLength": 9},
            "generateName": {"type": "string"},
        }
    },
    "additionalProperties that allow all beside properties": {f"{SPEC}.additionalProperties": True},
}


@pytest.mark.parametrize(("edits", "expected"), REFUSED)
def test_definition_is_refused(edits: Edits, expected: set[tuple[str, str]]) -> None:
    assert violations(edits) == expected


@pytest.mark.parametrize("edits", ACCEPTED.values(), ids=ACCEPTED)
def test_definition_is_accepted(edits: Edits) -> None:
    assert violations(edits) == set()


def test_violations_are_located() -> None:
    report = Report()
    text = PLOTS.replace("default: 3", "default: 300")
    read_definitions(Source(text, "plots.yaml"), report)
    (finding,) = report.diagnostics[:-1]  # the last one is about the version that is not served
    assert finding.rule == "crd-refused"
    assert text.splitlines()[finding.line - 1].strip() == "default: 300"


def test_violations_of_one_kind_are_one_finding() -> None:
    report = Report()
    fields = {f"{FIELDS}.{name}": {"type": "text"} for name in "abc"}
    read_definitions(Source(as_yaml(edit(fields)), "plots.yaml"), report)
    assert [each.rule for each in report.diagnostics].count("crd-refused") == 1


@pytest.mark.parametrize("value", [None, 1, "a", [], {}, [None], {"a": None}], ids=json.dumps)
@pytest.mark.parametrize(
    "path",
    ["metadata", "spec.names", "spec.versions", "spec.conversion", VERSION, ROOT, SPEC, FIELDS],
)
def test_any_value_is_read(path: str, value: Any) -> None:
    list(find_violations(edit({path: value})))


@pytest.mark.parametrize("value", [None, 1, "a", [], {}, [None], {"a": None}], ids=json.dumps)
@pytest.mark.parametrize(
    "word",
    [
        "type",
        "items",
        "required",
        "properties",
        "additionalProperties",
        "anyOf",
        "not",
        "default",
        "enum",
        "maxLength",
        "multipleOf",
        "x-kubernetes-list-type",
        "x-kubernetes-list-map-keys",
        RULES,
    ],
)
def test_any_keyword_is_read(word: str, value: Any) -> None:
    for path in ("soil", "beds", "beds.items", "template"):
        list(find_violations(edit({f"{FIELDS}.{path}.{word}": value})))
