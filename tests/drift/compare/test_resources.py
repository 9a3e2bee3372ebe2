"""Comparison of custom resources: effects on stored objects, serving, and incompatible versions."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen.drift.compare.changes import Change
from codegen.drift.compare.engine import compare
from codegen.drift.diff import read
from codegen.findings.rules.catalogue import rules_of
from codegen.model.kubernetes import META
from codegen.readers.sources import SourcePath
from gardens.resources import KEY, as_yaml, plots, schema_of
from support.commands import run

Edit = Callable[[Any], None]
BETA = KEY.replace(".v1.", ".v1beta1.")


def find_spec(definition: Any, version: int = 1) -> Any:
    return schema_of(definition, version)["properties"]["spec"]


def compare_definitions(folder: Path, before: Any, after: Any) -> list[Change]:
    sides = []
    for name, content in (("old.yaml", before), ("new.yaml", after)):
        (folder / name).write_text(as_yaml(content), encoding="utf-8")
        sides.append(read(SourcePath(path=folder / name, display_path=name)))
    found = compare(*sides)
    assert not found.not_compared or "constraint" in str(found.not_compared), found.not_compared
    return list(found.changes)


def facts(changes: list[Change]) -> set[tuple[str, str, str]]:
    """Return rule, id without the key, and the levels of both directions."""
    return {
        (
            change.rule.id,
            change.id.removeprefix(KEY),
            " ".join(
                str(level or "-")
                for level in ((change.grade.request, change.grade.response) if change.grade else ())
            ),
        )
        for change in changes
    }


def edited(*edits: Edit) -> Any:
    definition = plots()
    for edit in edits:
        edit(definition)
    return definition


def set_field(name: str, **words: Any) -> Edit:
    """Set keywords of a field of the spec. None removes one."""

    def edit(definition: Any) -> None:
        field = find_spec(definition)["properties"].setdefault(name, {})
        for word, value in words.items():
            if value is None:
                del field[word]
            else:
                field[word] = value

    return edit


def set_value(place: str, value: Any) -> Edit:
    """Set a value at a path of the definition. None removes it."""

    def edit(definition: Any) -> None:
        *steps, last = [int(step) if step.isdigit() else step for step in place.split()]
        holder = definition
        for step in steps:
            holder = holder[step]
        if value is None:
            del holder[last]
        else:
            holder[last] = value

    return edit


V1 = "spec versions 1"
SPEC = f"{V1} schema openAPIV3Schema properties spec"
GRADES = f"{SPEC} properties grades"
KEEP = "x-kubernetes-preserve-unknown-fields"
OF_FIELDS: dict[str, tuple[Edit, str, str, str]] = {
    "a field is gone": (set_value(GRADES, None), "stored-field-removed", "#spec.grades", "ERR ERR"),
    "a nested field is gone": (
        set_value(f"{SPEC} properties beds items properties plants", None),
        "stored-field-removed",
        "#spec.beds.plants",
        "ERR ERR",
    ),
    "others are dropped": (
        set_field("template", **{KEEP: None}),
        "unknown-fields-pruned",
        "#spec.template",
        "ERR ERR",
    ),
    "a boolean comes": (
        set_field("covered", type="boolean"),
        "unconventional-field-added",
        "#spec.covered",
        "INFO INFO",
    ),
    "demanded with a default": (
        set_value(f"{SPEC} required", ["rows", "soil"]),
        "field-required-with-default",
        "#spec.soil",
        "INFO INFO",
    ),
    "demanded without one": (
        set_value(f"{SPEC} required", ["rows", "grades"]),
        "field-became-required",
        "#spec.grades",
        "ERR INFO",
    ),
    "a default that was needed": (
        set_field("rows", default=None),
        "required-default-removed",
        "#spec.rows",
        "ERR INFO",
    ),
    "a default that was not": (
        set_field("soil", default=None),
        "default-changed",
        "#spec.soil",
        "WARN INFO",
    ),
    "a list of distinct items": (
        set_field(
            "properties",
            additionalProperties={
                "type": "array",
                "items": {"type": "string"},
                "x-kubernetes-list-type": "set",
            },
        ),
        "list-type-tightened",
        "#spec.properties",
        "ERR -",
    ),
    "a list is keyed by another field": (
        set_field("beds", **{"x-kubernetes-list-map-keys": ["rows"]}),
        "list-type-tightened",
        "#spec.beds",
        "ERR -",
    ),
    "a list is keyed by one more field": (
        set_field("beds", **{"x-kubernetes-list-map-keys": ["name", "rows"]}),
        "list-map-keys-changed",
        "#spec.beds",
        "WARN -",
    ),
    "a list of any items": (
        set_field(
            "beds", **{"x-kubernetes-list-type": "atomic", "x-kubernetes-list-map-keys": None}
        ),
        "list-type-changed",
        "#spec.beds",
        "WARN -",
    ),
    "nothing": (set_field("grades", enum=[1, 2, 3]), "", "", ""),
}


@pytest.mark.parametrize("name", OF_FIELDS)
def test_effects_of_schema_edits_on_stored_objects(tmp_path: Path, name: str) -> None:
    edit, rule, place, levels = OF_FIELDS[name]
    assert facts(compare_definitions(tmp_path, plots(), edited(edit))) == (
        {(rule, place, levels)} if rule else set()
    )


def test_open_object_is_not_pruned(tmp_path: Path) -> None:
    before, after = plots(), plots()
    for definition in (before, after):
        find_spec(definition)[KEEP] = True
    set_value(GRADES, None)(after)
    assert facts(compare_definitions(tmp_path, before, after)) == {
        ("field-removed", "#spec.grades", "WARN WARN")
    }


OF_RESOURCES: dict[str, tuple[Edit, str, str]] = {
    "scope": (set_value("spec scope", "Cluster"), "scope-changed", "ERR ERR"),
    "a short name goes": (
        set_value("spec names shortNames", None),
        "resource-names-removed",
        "WARN INFO",
    ),
    "a short name comes": (
        set_value("spec names shortNames", ["pl", "pt"]),
        "resource-names-added",
        "INFO INFO",
    ),
    "a webhook": (
        set_value(
            "spec conversion",
            {"strategy": "Webhook", "webhook": {"conversionReviewVersions": ["v1"]}},
        ),
        "conversion-changed",
        "WARN WARN",
    ),
    "scale": (
        set_value(f"{V1} subresources scale specReplicasPath", ".spec.beds"),
        "scale-changed",
        "WARN WARN",
    ),
    "a selectable field goes": (
        set_value(f"{V1} selectableFields", None),
        "selectable-field-removed",
        "ERR -",
    ),
    "columns": (
        set_value(f"{V1} additionalPrinterColumns 0 jsonPath", ".spec.soil"),
        "columns-changed",
        "- INFO",
    ),
    "deprecated": (set_value(f"{V1} deprecated", True), "deprecation-added", "INFO INFO"),
    "an unserved version goes": (
        set_value("spec versions 0", None),
        "unserved-version-removed",
        "WARN WARN",
    ),
    "an unserved version differs": (
        set_value("spec versions 0 schema", {}),
        "unserved-version-changed",
        "INFO INFO",
    ),
    "an unserved version comes": (
        lambda definition: definition["spec"]["versions"].append(
            {"name": "v0", "served": False, "storage": False}
        ),
        "unserved-version-added",
        "INFO INFO",
    ),
    "all objects keep unknown fields": (
        set_value("spec preserveUnknownFields", True),
        "unknown-fields-kept",
        "INFO INFO",
    ),
}


@pytest.mark.parametrize("name", OF_RESOURCES)
def test_serving_facts_are_compared(tmp_path: Path, name: str) -> None:
    edit, rule, levels = OF_RESOURCES[name]
    changes = facts(compare_definitions(tmp_path, plots(), edited(edit)))
    found = {each for each in changes if not each[1].startswith((" ", "g", "/", "GET"))}
    assert (rule, "", levels) in found
    assert {each[0] for each in found if each[1] == ""} == {rule}


def test_change_of_one_version_names_version(tmp_path: Path) -> None:
    after = edited(
        set_value(f"{V1} deprecated", True),
        set_value(f"{V1} additionalPrinterColumns 0 type", "date"),
    )
    assert [each.message for each in compare_definitions(tmp_path, plots(), after)] == [
        "the columns that are printed of plots.garden.example.io/v1 were Rows (.spec.rows, integer, priority 1) and are Rows (.spec.rows, date, priority 1)",
        "plots.garden.example.io/v1 is deprecated",
    ]


@pytest.mark.parametrize(
    ("edited", "old", "new"),
    [
        (
            {"clientConfig": {"service": {"name": "b"}}},
            "clientConfig.service.name a",
            "clientConfig.service.name b",
        ),
        (
            {"clientConfig": {"url": "https://c"}},
            "clientConfig.service.name a",
            "clientConfig.url https://c",
        ),
        (
            {"conversionReviewVersions": ["v1", "v2"]},
            'conversionReviewVersions ["v1"]',
            'conversionReviewVersions ["v1", "v2"]',
        ),
    ],
)
def test_webhook_values_are_compared(
    tmp_path: Path, edited: dict[str, Any], old: str, new: str
) -> None:
    webhook = {"conversionReviewVersions": ["v1"], "clientConfig": {"service": {"name": "a"}}}
    sides = [two_versions(), two_versions()]
    for side, own in zip(sides, (webhook, webhook | edited), strict=True):
        side["spec"]["conversion"] = {"strategy": "Webhook", "webhook": own}
    (change,) = compare_definitions(tmp_path, *sides)
    assert (change.rule.id, change.old, change.new) == ("conversion-changed", old, new)


@pytest.mark.parametrize("limit", [{"maxLength": 9}, {"pattern": "^a"}])
def test_metadata_name_limit_affects_stored_objects(tmp_path: Path, limit: dict[str, Any]) -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string", **limit}}}
    after = edited(set_value(f"{V1} schema openAPIV3Schema properties metadata", schema))
    assert facts(compare_definitions(tmp_path, plots(), after)) == {
        ("limit-tightened", "#metadata.name", "ERR INFO")
    }
    assert facts(compare_definitions(tmp_path, after, plots())) == {
        ("limit-relaxed", "#metadata.name", "INFO WARN")
    }


def test_deepest_field_is_compared(tmp_path: Path) -> None:
    before, after = plots(), plots()
    for definition, name in ((before, "a"), (after, "b")):
        inner: dict[str, Any] = {"type": "object", "properties": {name: {"type": "integer"}}}
        for _ in range(12):
            inner = {"type": "object", "properties": {"in": inner}}
        find_spec(definition)["properties"]["deep"] = inner
    path = f"#spec.deep{12 * '.in'}"
    found = {
        (rule, place) for rule, place, _ in facts(compare_definitions(tmp_path, before, after))
    }
    assert found == {("stored-field-removed", f"{path}.a"), ("field-added", f"{path}.b")}


def test_metadata_type_of_documents_is_no_change(tmp_path: Path) -> None:
    definition = plots()
    schema = copy.deepcopy(schema_of(definition))
    schema["properties"]["metadata"] = {"$ref": f"#/definitions/{META}.ObjectMeta"}
    schema["x-kubernetes-group-version-kind"] = [
        {"group": "garden.example.io", "version": "v1", "kind": "Plot"}
    ]
    names = {"type": "object", "properties": {"name": {"type": "string"}}}
    document = {"swagger": "2.0", "info": {"title": "Garden", "version": "1"}, "paths": {}}
    document |= {"definitions": {KEY: schema, f"{META}.ObjectMeta": names}}
    schema_of(definition)["properties"]["metadata"] = {"type": "object"}
    for sides in ((definition, document), (document, definition)):
        assert "#metadata" not in {
            place for _, place, _ in facts(compare_definitions(tmp_path, *sides))
        }
    schema_of(definition)["properties"]["metadata"] |= {"required": ["name"], **names}
    assert "#metadata" in {
        place for _, place, _ in facts(compare_definitions(tmp_path, document, definition))
    }


def test_generated_pages_and_schemas_have_no_differences(tmp_path: Path) -> None:
    named = (
        set_value("metadata name", "plots.beds.example.io"),
        set_value("spec group", "beds.example.io"),
    )
    (tmp_path / "plots.yaml").write_text(
        as_yaml(plots(), edited(*named, set_value(f"{SPEC} {KEEP}", True)))
    )
    outputs = "{target: docs, layout: table, to: docs}, {target: json-schema, to: json}, {target: openapi, to: open}"
    (tmp_path / "codegen.yaml").write_text(f"sources: [plots.yaml]\noutputs: [{outputs}]\n")
    assert run("generate", "--config", str(tmp_path / "codegen.yaml")).exit_code == 0
    crd, schema = "plots.yaml", "json/garden.example.io/plot_v1.json"
    for names in (
        (crd, "docs"),
        (crd, "json"),
        (crd, schema),
        (crd, "open"),
        ("docs/garden/plot-v1.md", schema),
    ):
        sides = [read(SourcePath(path=tmp_path / each, display_path=each)) for each in names]
        assert compare(*sides).changes == compare(*reversed(sides)).changes == ()
    folder = SourcePath(path=tmp_path / "open", display_path="open")
    documents = read(folder)
    for file in (tmp_path / "open").rglob("*.yaml"):
        file.write_text(file.read_text().replace("operationId:", "x-id:"))
    (tmp_path / "open/garden.example.io/plot_v1.openapi.yaml").write_text(as_yaml(plots()))
    assert "operation-id-changed" in {
        each.rule.id for each in compare(documents, read(folder)).changes
    }


def test_added_selectable_field_and_removed_deprecation(tmp_path: Path) -> None:
    before = edited(set_value(f"{V1} selectableFields", None), set_value(f"{V1} deprecated", True))
    found = facts(compare_definitions(tmp_path, before, plots()))
    assert found == {
        ("selectable-field-added", "", "INFO -"),
        ("deprecation-removed", "", "INFO INFO"),
    }
    after = edited(
        set_value(f"{V1} deprecated", True), set_value(f"{V1} deprecationWarning", "use Bed")
    )
    assert ("annotation-changed", "", "INFO INFO") in facts(
        compare_definitions(tmp_path, before, after)
    )


def test_changed_plural_renames_resource(tmp_path: Path) -> None:
    after = edited(
        set_value("spec names plural", "lots"), set_value("metadata name", "lots.garden.example.io")
    )
    assert ("resource-renamed", "", "ERR ERR") in facts(
        compare_definitions(tmp_path, plots(), after)
    )


def test_changed_kind_is_one_change(tmp_path: Path) -> None:
    found = compare_definitions(tmp_path, plots(), edited(set_value("spec names kind", "Bed")))
    assert [(each.rule.id, each.old, each.new) for each in found] == [
        ("resource-kind-changed", "Plot", "Bed")
    ]
    assert any(each.startswith("POST /apis/garden.example.io/v1/") for each in found[0].ids)


def test_new_status_subresource_separates_status(tmp_path: Path) -> None:
    before = edited(set_value(f"{V1} subresources", {}))
    after = edited(set_value(f"{V1} subresources", {"status": {}}))
    found = facts(compare_definitions(tmp_path, before, after))
    assert ("status-separated", "", "WARN INFO") in found
    back = facts(compare_definitions(tmp_path, after, before))
    assert "status-separated" not in {rule for rule, _, _ in back}


def test_lost_subresource_is_reported_beside_changed_scope(tmp_path: Path) -> None:
    after = edited(set_value("spec scope", "Cluster"), set_value(f"{V1} subresources", {}))
    rules = [each.rule.id for each in compare_definitions(tmp_path, plots(), after)]
    assert rules[0] == "scope-changed"
    assert {*rules[1:]} == {"operation-removed"}


def two_versions(storage: str = "v1") -> Any:
    """Return the definition with a second served version, equal to the first."""
    definition = plots()
    versions = definition["spec"]["versions"]
    versions[0] = plots()["spec"]["versions"][1] | {"name": "v1beta1"}
    for version in versions:
        version["storage"] = version["name"] == storage
    return definition


def test_storage_version_change_is_reported(tmp_path: Path) -> None:
    found = compare_definitions(tmp_path, two_versions("v1beta1"), two_versions("v1"))
    assert facts(found) == {("storage-version-changed", "", "INFO WARN")}
    assert found[0].ids == (KEY, BETA)  # reported once
    assert "plots.garden.example.io is stored as v1, and was as v1beta1" in found[0].message
    assert ("stored-version-removed", "", "ERR ERR") in facts(
        compare_definitions(tmp_path, two_versions("v1beta1"), plots())
    )


def test_new_incompatibilities_of_versions_are_reported_once(tmp_path: Path) -> None:
    after = two_versions()
    set_field("shade", type="string")(after)
    found = [
        each
        for each in compare_definitions(tmp_path, two_versions(), after)
        if each.rule.id.startswith("served")
    ]
    assert facts(found) == {("served-versions-differ", "", "ERR ERR")}
    assert (
        found[0].message
        == "the versions v1 and v1beta1 of plots.garden.example.io no longer fit each other: spec.shade"
    )
    assert found[0].ids == (f"{KEY}#spec.shade",)
    assert "served-versions-differ" not in {
        rule for rule, *_ in facts(compare_definitions(tmp_path, after, after))
    }


def test_change_of_equal_objects_is_reported_at_shortest_path(tmp_path: Path) -> None:
    def fence(**height: Any) -> Any:
        gate = {
            "type": "object",
            "properties": {"height": {"type": "integer", **height}, "colour": {"type": "string"}},
        }
        return {"type": "object", "properties": {"gate": gate}}

    def garden(height: dict[str, Any], other: dict[str, Any]) -> Any:
        definition = plots()
        around = {
            "type": "object",
            "properties": {
                "inner": fence(**height),
                "outer": {"type": "array", "items": fence(**height)},
            },
        }
        for name, schema in (
            ("a", around),
            ("a_long_name_of_a_fence", fence(**height)),
            ("other", fence(**other)),
        ):
            set_field(name, **schema)(definition)
        return definition

    before, after = {"description": "How high."}, {"description": "In metres.", "maximum": 5}
    found = compare_definitions(
        tmp_path, garden(before, before), garden(after, {**after, "minimum": 1})
    )
    tighter = [each for each in found if each.rule.id == "limit-tightened"]
    assert [each.id.removeprefix(KEY) for each in tighter] == [
        "#spec.a_long_name_of_a_fence.gate.height",
        *["#spec.other.gate.height"] * 2,
    ]
    assert [each.removeprefix(f"{KEY}#spec.") for each in tighter[0].ids] == [
        "a.inner.gate.height",
        "a.outer.gate.height",
        "a_long_name_of_a_fence.gate.height",
    ]
    assert tighter[0].message.endswith(
        "none became maximum: 5, as at 2 other places, such as Plot.spec.a.inner.gate.height (garden.v1)"
    )
    texts = [each for each in found if each.rule.id == "description-changed"]
    assert [len(each.ids) for each in texts] == [3, 0]


def test_neighbouring_versions_are_compared(tmp_path: Path) -> None:
    def three_versions() -> Any:
        definition = two_versions()
        definition["spec"]["versions"].append(
            definition["spec"]["versions"][0] | {"name": "v1alpha1"}
        )
        return definition

    after = three_versions()
    set_field("shade", type="string")(after)  # v1
    found = [
        (each.old, each.new)
        for each in compare_definitions(tmp_path, three_versions(), after)
        if each.rule.id.startswith("served")
    ]
    assert found == [("v1", "v1beta1")]


def test_version_differences_must_be_converted_by_webhook(tmp_path: Path) -> None:
    sides = two_versions(), two_versions()
    for side in sides:
        side["spec"]["conversion"] = {
            "strategy": "Webhook",
            "webhook": {"conversionReviewVersions": ["v1"]},
        }
    set_field("shade", type="string")(sides[1])
    assert ("served-versions-converted", "", "WARN WARN") in facts(
        compare_definitions(tmp_path, *sides)
    )


def test_every_resource_rule_is_tested() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [rule.id for rule in rules_of("resource-changes") if f'"{rule.id}"' not in text] == []


@pytest.mark.parametrize(
    ("words", "odd"),
    [
        ({"type": "boolean"}, "boolean"),
        ({"type": "number"}, "floating-point"),
        ({"type": "integer", "format": "uint32"}, "unsigned"),
        (
            {
                "type": "object",
                "additionalProperties": {"type": "object", "properties": {"a": {"type": "string"}}},
            },
            "map of objects",
        ),
        ({"type": "array", "items": {"type": "string"}}, "without a list type"),
        ({"type": "string"}, ""),
        ({"type": "object", "additionalProperties": {"type": "string"}}, ""),
        ({"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"}, ""),
    ],
)
def test_new_fields_that_break_conventions_are_reported(
    tmp_path: Path, words: dict[str, Any], odd: str
) -> None:
    changes = compare_definitions(tmp_path, plots(), edited(set_field("own", **words)))
    (found,) = (each for each in changes if each.id == f"{KEY}#spec.own")
    assert found.rule.id == ("unconventional-field-added" if odd else "field-added")
    assert odd in found.message


def test_conditions_must_be_map_by_type(tmp_path: Path) -> None:
    after = plots()
    schema_of(after)["properties"]["status"]["properties"]["conditions"] = {
        "type": "array",
        "items": {"type": "object", "properties": {"type": {"type": "string"}}},
        "x-kubernetes-list-type": "atomic",
    }
    assert any(
        "not a map by their type" in each.message
        for each in compare_definitions(tmp_path, plots(), after)
    )


def test_descriptions_of_items_and_values_are_compared(tmp_path: Path) -> None:
    before, after = plots(), plots()
    for definition, word, more in (
        (before, "A name.", {"description": "A label."}),
        (after, "A nickname.", {}),
    ):
        set_field("names", type="array", items={"type": "string", "description": word})(definition)
        set_field("labels", type="object", additionalProperties={"type": "string", **more})(
            definition
        )
    for sides, rule in (
        ((before, after), "description-removed"),
        ((after, before), "description-added"),
    ):
        assert facts(compare_definitions(tmp_path, *sides)) == {
            ("description-changed", "#spec.names[]", "INFO INFO"),
            (rule, "#spec.labels{}", "INFO INFO"),
        }
