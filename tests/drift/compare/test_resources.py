"""Custom resources compared: what is pruned, refused or filled in of stored objects, how they are served, and versions that no longer fit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen.drift.compare.changes import Change
from codegen.drift.compare.engine import compare
from codegen.drift.diff import read
from codegen.findings.rules.change_rules import RESOURCE_CHANGES
from codegen.readers.sources import SourcePath
from gardens.resources import KEY, as_yaml, plots, schema_of

Edit = Callable[[Any], None]
BETA = KEY.replace(".v1.", ".v1beta1.")


def spec_of(definition: Any, version: int = 1) -> Any:
    return schema_of(definition, version)["properties"]["spec"]


def compared(folder: Path, before: Any, after: Any) -> list[Change]:
    sides = []
    for name, content in (("old.yaml", before), ("new.yaml", after)):
        (folder / name).write_text(as_yaml(content), encoding="utf-8")
        sides.append(read(SourcePath(path=folder / name, shown=name)))
    found = compare(*sides)
    assert not found.not_compared or "constraint" in str(found.not_compared), found.not_compared
    return list(found.changes)


def facts(changes: list[Change]) -> set[tuple[str, str, str]]:
    """Rule, id without the key, and the levels of both directions."""
    return {
        (
            change.rule.id,
            change.id.removeprefix(KEY),
            " ".join(
                str(level or "-") for level in ((change.grade.request, change.grade.response) if change.grade else ())
            ),
        )
        for change in changes
    }


def set_(name: str, **words: Any) -> Edit:
    """Words at a field of the spec, None for none."""

    def edit(definition: Any) -> None:
        field = spec_of(definition)["properties"].setdefault(name, {})
        for word, value in words.items():
            if value is None:
                del field[word]
            else:
                field[word] = value

    return edit


def at(place: str, value: Any) -> Edit:
    """A value at a path of the definition, None for none."""

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


def without(*names: str) -> Edit:
    def edit(definition: Any) -> None:
        for name in names:
            del spec_of(definition)["properties"][name]

    return edit


V1 = "spec versions 1"
KEEP = "x-kubernetes-preserve-unknown-fields"
OF_FIELDS: dict[str, tuple[Edit, str, str, str]] = {
    "a field is gone": (without("grades"), "stored-field-removed", "#spec.grades", "ERR ERR"),
    "a nested field is gone": (
        at(f"{V1} schema openAPIV3Schema properties spec properties beds items properties plants", None),
        "stored-field-removed",
        "#spec.beds.plants",
        "ERR ERR",
    ),
    "others are dropped": (set_("template", **{KEEP: None}), "unknown-fields-pruned", "#spec.template", "ERR ERR"),
    "a field comes": (set_("shade", type="string"), "field-added", "#spec.shade", "INFO INFO"),
    "a boolean comes": (set_("covered", type="boolean"), "unconventional-field-added", "#spec.covered", "INFO INFO"),
    "a list without a type comes": (
        set_("notes", type="array", items={"type": "string"}),
        "unconventional-field-added",
        "#spec.notes",
        "INFO INFO",
    ),
    "demanded with a default": (
        at(f"{V1} schema openAPIV3Schema properties spec required", ["rows", "soil"]),
        "field-required-with-default",
        "#spec.soil",
        "INFO INFO",
    ),
    "demanded without one": (
        at(f"{V1} schema openAPIV3Schema properties spec required", ["rows", "grades"]),
        "field-became-required",
        "#spec.grades",
        "ERR INFO",
    ),
    "a default that was needed": (set_("rows", default=None), "required-default-removed", "#spec.rows", "ERR INFO"),
    "a default that was not": (set_("soil", default=None), "default-changed", "#spec.soil", "WARN INFO"),
    "a list of distinct items": (
        set_(
            "properties",
            additionalProperties={"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
        ),
        "list-type-tightened",
        "#spec.properties",
        "ERR -",
    ),
    "a list of any items": (
        set_("beds", **{"x-kubernetes-list-type": "atomic", "x-kubernetes-list-map-keys": None}),
        "list-type-changed",
        "#spec.beds",
        "WARN -",
    ),
    "a rule has another expression": (
        at(
            f"{V1} schema openAPIV3Schema properties spec x-kubernetes-validations 0 rule",
            "self.rows < 9 || has(self.soil)",
        ),
        "validation-changed",
        "#spec",
        "ERR WARN",
    ),
    "a choice is another": (
        at(f"{V1} schema openAPIV3Schema properties spec oneOf", [{"required": ["soil"]}, {"required": ["rows"]}]),
        "cannot-judge",
        "#spec",
        "ERR ERR",
    ),
    "a text is another": (set_("rows", description="How many."), "description-changed", "#spec.rows", "INFO INFO"),
    "nothing": (set_("grades", enum=[1, 2, 3]), "", "", ""),
}


@pytest.mark.parametrize("name", OF_FIELDS)
def test_what_an_edit_of_a_schema_means_to_stored_objects(tmp_path: Path, name: str) -> None:
    edit, rule, place, levels = OF_FIELDS[name]
    after = plots()
    edit(after)
    assert facts(compared(tmp_path, plots(), after)) == ({(rule, place, levels)} if rule else set())


def test_what_an_object_keeps_is_not_pruned(tmp_path: Path) -> None:
    before, after = plots(), plots()
    for definition in (before, after):
        spec_of(definition)[KEEP] = True
    without("grades")(after)
    assert facts(compared(tmp_path, before, after)) == {("field-removed", "#spec.grades", "WARN WARN")}


OF_RESOURCES: dict[str, tuple[Edit, str, str]] = {
    "scope": (at("spec scope", "Cluster"), "scope-changed", "ERR ERR"),
    "a short name goes": (at("spec names shortNames", None), "resource-names-removed", "WARN INFO"),
    "a short name comes": (at("spec names shortNames", ["pl", "pt"]), "resource-names-added", "INFO INFO"),
    "a webhook": (
        at("spec conversion", {"strategy": "Webhook", "webhook": {"conversionReviewVersions": ["v1"]}}),
        "conversion-changed",
        "WARN WARN",
    ),
    "scale": (at(f"{V1} subresources scale specReplicasPath", ".spec.beds"), "scale-changed", "WARN WARN"),
    "a selectable field goes": (at(f"{V1} selectableFields", None), "selectable-field-removed", "ERR -"),
    "columns": (at(f"{V1} additionalPrinterColumns 0 jsonPath", ".spec.soil"), "columns-changed", "- INFO"),
    "deprecated": (at(f"{V1} deprecated", True), "deprecation-added", "INFO INFO"),
}


@pytest.mark.parametrize("name", OF_RESOURCES)
def test_how_a_resource_is_served_is_compared(tmp_path: Path, name: str) -> None:
    edit, rule, levels = OF_RESOURCES[name]
    after = plots()
    edit(after)
    found = {
        each for each in facts(compared(tmp_path, plots(), after)) if not each[1].startswith((" ", "g", "/", "GET"))
    }
    assert (rule, "", levels) in found
    assert {each[0] for each in found if each[1] == ""} == {rule}


def test_the_way_back_of_selectable_fields_and_of_deprecation(tmp_path: Path) -> None:
    before = plots()
    at(f"{V1} selectableFields", None)(before)
    at(f"{V1} deprecated", True)(before)
    assert {("selectable-field-added", "", "INFO -"), ("deprecation-removed", "", "INFO INFO")} == facts(
        compared(tmp_path, before, plots())
    )
    after = plots()
    at(f"{V1} deprecated", True)(after)
    at(f"{V1} deprecationWarning", "use Bed")(after)
    assert ("annotation-changed", "", "INFO INFO") in facts(
        compared(tmp_path, {**before, "spec": {**before["spec"]}}, after)
    )


def test_another_plural_is_another_resource(tmp_path: Path) -> None:
    after = plots()
    after["spec"]["names"]["plural"] = "lots"
    after["metadata"]["name"] = "lots.garden.example.io"
    assert ("resource-renamed", "", "ERR ERR") in facts(compared(tmp_path, plots(), after))


# --------------------------------------------------------------------------------------------------------- versions


def two(storage: str = "v1") -> Any:
    """The definition with a second version that is served, equal to the first."""
    definition = plots()
    versions = definition["spec"]["versions"]
    versions[0] = plots()["spec"]["versions"][1] | {"name": "v1beta1"}
    for version in versions:
        version["storage"] = version["name"] == storage
    return definition


def test_the_storage_version_is_followed(tmp_path: Path) -> None:
    found = compared(tmp_path, two("v1beta1"), two("v1"))
    assert facts(found) == {("storage-version-changed", "", "INFO WARN")}
    assert found[0].ids == (KEY, BETA)  # told once
    assert "plots.garden.example.io is stored as v1, and was as v1beta1" in found[0].message
    assert ("stored-version-removed", "", "ERR ERR") in facts(compared(tmp_path, two("v1beta1"), plots()))


def test_versions_that_no_longer_fit_are_told_once_and_what_differed_before_is_not(tmp_path: Path) -> None:
    after = two()
    set_("shade", type="string")(after)
    found = [each for each in compared(tmp_path, two(), after) if each.rule.id.startswith("served")]
    assert facts(found) == {("served-versions-differ", "", "ERR ERR")}
    assert (
        found[0].message
        == "the versions v1 and v1beta1 of plots.garden.example.io no longer fit each other: spec.shade"
    )
    assert found[0].ids == (f"{KEY}#spec.shade",)
    assert "served-versions-differ" not in {rule for rule, *_ in facts(compared(tmp_path, after, after))}


def test_of_many_versions_neighbours_are_compared(tmp_path: Path) -> None:
    def three() -> Any:
        definition = two()
        definition["spec"]["versions"].append(definition["spec"]["versions"][0] | {"name": "v1alpha1"})
        return definition

    after = three()
    set_("shade", type="string")(after)  # v1
    found = [(each.old, each.new) for each in compared(tmp_path, three(), after) if each.rule.id.startswith("served")]
    assert found == [("v1", "v1beta1")]


def test_a_webhook_has_to_convert_what_differs(tmp_path: Path) -> None:
    sides = two(), two()
    for side in sides:
        side["spec"]["conversion"] = {"strategy": "Webhook", "webhook": {"conversionReviewVersions": ["v1"]}}
    set_("shade", type="string")(sides[1])
    assert ("served-versions-converted", "", "WARN WARN") in facts(compared(tmp_path, *sides))


def test_every_rule_about_resources_is_tested_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [rule.id for rule in RESOURCE_CHANGES if f'"{rule.id}"' not in text] == []


@pytest.mark.parametrize(
    ("words", "odd"),
    [
        ({"type": "boolean"}, "boolean"),
        ({"type": "number"}, "floating-point"),
        ({"type": "integer", "format": "uint32"}, "unsigned"),
        (
            {"type": "object", "additionalProperties": {"type": "object", "properties": {"a": {"type": "string"}}}},
            "map of objects",
        ),
        ({"type": "array", "items": {"type": "string"}}, "without a list type"),
        ({"type": "string"}, ""),
        ({"type": "object", "additionalProperties": {"type": "string"}}, ""),
        ({"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"}, ""),
    ],
)
def test_what_conventions_advise_against_is_said_of_new_fields(tmp_path: Path, words: dict[str, Any], odd: str) -> None:
    after = plots()
    set_("own", **words)(after)
    (found,) = (each for each in compared(tmp_path, plots(), after) if each.id == f"{KEY}#spec.own")
    assert found.rule.id == ("unconventional-field-added" if odd else "field-added")
    assert odd in found.message


def test_conditions_are_a_map_by_type(tmp_path: Path) -> None:
    after = plots()
    schema_of(after)["properties"]["status"]["properties"]["conditions"] = {
        "type": "array",
        "items": {"type": "object", "properties": {"type": {"type": "string"}}},
        "x-kubernetes-list-type": "atomic",
    }
    assert any("not a map by their type" in each.message for each in compared(tmp_path, plots(), after))


def test_texts_on_what_a_field_holds_are_compared_as_texts(tmp_path: Path) -> None:
    before, after = plots(), plots()
    text = {"type": "string"}
    for definition, word, more in ((before, "A name.", "A label."), (after, "A nickname.", None)):
        fields = spec_of(definition)["properties"]
        fields["names"] = {"type": "array", "items": {**text, "description": word}}
        fields["labels"] = {
            "type": "object",
            "additionalProperties": {**text, **({"description": more} if more else {})},
        }
    assert facts(compared(tmp_path, before, after)) == {
        ("description-changed", "#spec.names[]", "INFO INFO"),
        ("description-removed", "#spec.labels{}", "INFO INFO"),
    }
    assert facts(compared(tmp_path, after, before)) == {
        ("description-changed", "#spec.names[]", "INFO INFO"),
        ("description-added", "#spec.labels{}", "INFO INFO"),
    }
