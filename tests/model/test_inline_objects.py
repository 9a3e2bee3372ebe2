"""Hoisting of inline objects into definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from codegen.model import (
    Array,
    CustomResource,
    Field,
    GroupVersionKind,
    Keyword,
    Map,
    Ref,
    Reference,
    Scalar,
    innermost,
)
from codegen.model.inline_objects import MAX_NAME, extract_shared_objects, hoist_inline_objects
from gardens.parts import PLOT, definition, field, reference, with_chinese

OBJECT = Scalar(type="object")
KIND = GroupVersionKind(group="garden.example.io", version="v1", kind="Plot")
OPEN = "x-kubernetes-preserve-unknown-fields"


def test_references_without_inline_objects_are_unchanged() -> None:
    plain = reference(definition(PLOT, field("kind", value="Plot"), field("rows"), gvks=(KIND,)))
    assert hoist_inline_objects(plain) == plain


def test_key_is_field_id_also_below_lists_and_maps() -> None:
    soil = field(
        "soil-map", Map(values=Array(items=OBJECT)), fields=(field("name", required=True),)
    )
    beds = field("beds", Array(items=OBJECT), fields=(soil, field("note")))
    made = hoist_inline_objects(reference(definition(PLOT, beds)))
    assert list(made.definitions) == [PLOT, f"{PLOT}#beds", f"{PLOT}#beds.soil-map"]
    assert made.definitions[PLOT].fields[0].type == Array(items=Ref(key=f"{PLOT}#beds"))
    inner = made.definitions[f"{PLOT}#beds"]
    assert [each.type for each in inner.fields] == [
        Map(values=Array(items=Ref(key=f"{PLOT}#beds.soil-map"))),
        Scalar(type="string"),
    ]
    assert [made.definitions[key].name for key in made.definitions] == [
        "Plot",
        "PlotBeds",
        "PlotBedsSoilMap",
    ]
    assert not any(
        each.fields for definition in made.definitions.values() for each in definition.fields
    )
    assert {each.package for each in made.definitions.values()} == {PLOT.rpartition(".")[0]}


def test_object_keywords_move_and_field_keywords_stay() -> None:
    def word(name: str, value: str, inside: str = "") -> Keyword:
        return Keyword(name=name, value=value, inside=inside)

    words = (
        word("maxItems", "3"),
        word("minProperties", "1", "[]"),
        word(OPEN, "true", "[]"),
        word("default", "[]"),
    )
    beds = field("beds", Array(items=OBJECT), fields=(field("name"),), keywords=words)
    kept = (
        "default",
        "nullable",
        "readOnly",
        "writeOnly",
        "deprecated",
        "title",
        "description",
        "example",
    )
    of_field = tuple(word(name, "true") for name in kept)
    plot = field("plot", OBJECT, fields=(field("name"),), keywords=(*of_field, word("oneOf", "[]")))
    text = field("text", fields=(field("name"),))  # no object, although it has fields
    pod = field(
        "pod",
        OBJECT,
        fields=(field("kind"),),
        keywords=(word("x-kubernetes-embedded-resource", "true"),),
    )
    made = hoist_inline_objects(reference(definition(PLOT, beds, plot, text, pod))).definitions
    assert [each.name for each in made[f"{PLOT}#pod"].fields] == ["apiVersion", "metadata", "kind"]
    assert made[PLOT].fields[2] == text
    assert made[PLOT].fields[0].keywords == (words[0], words[3])
    assert made[f"{PLOT}#beds"].keywords == (word("minProperties", "1"), word(OPEN, "true"))
    assert [made[f"{PLOT}#{name}"].open for name in ("beds", "plot")] == [True, False]
    assert made[PLOT].fields[1].keywords == of_field
    assert made[f"{PLOT}#plot"].keywords == (word("oneOf", "[]"),)


def test_different_objects_have_different_keys() -> None:
    dotted = field("a.b", OBJECT, fields=(field("of dotted"),))
    nested = field("a", OBJECT, fields=(field("b", OBJECT, fields=(field("of nested"),)),))
    made = hoist_inline_objects(reference(definition(PLOT, dotted, nested))).definitions
    names = {field.name for each in made.values() for field in each.fields}
    assert names == {"a.b", "a", "b", "of dotted", "of nested"}


def test_kind_has_common_fields() -> None:
    names = ["apiVersion", "kind", "metadata"]
    bare = hoist_inline_objects(
        reference(definition(PLOT, field("spec"), gvks=(KIND,)))
    ).definitions[PLOT]
    assert [each.name for each in bare.fields] == [*names, "spec"]
    assert [each.value for each in bare.fields] == ["garden.example.io/v1", "Plot", None, None]
    assert not bare.open
    anything = hoist_inline_objects(
        reference(definition(PLOT, type=OBJECT, gvks=(KIND,)))
    ).definitions[PLOT]
    assert [each.name for each in anything.fields] == names
    assert anything.open


def test_custom_resource_fields_with_default_are_optional() -> None:
    default = (Keyword(name="default", value='"clay"'),)
    inner = (field("soil", required=True, keywords=default), field("name", required=True))
    beds = field("beds", Array(items=OBJECT), fields=inner, required=True)
    resource = CustomResource(
        name="plots",
        plural="plots",
        singular="plot",
        list_kind="PlotList",
        namespaced=True,
        schema="{}",
    )
    for served, expected in ((resource, [False, True]), (None, [True, True])):
        made = hoist_inline_objects(reference(definition(PLOT, beds, resource=served))).definitions
        assert [each.required for each in made[f"{PLOT}#beds"].fields] == expected
        assert made[PLOT].fields[0].required


def hoist_shared(*fields: Field, texts: Mapping[str, str] | None = None) -> Reference:
    return hoist_inline_objects(reference(definition(PLOT, *fields), texts=texts), shared=True)


def bounds(name: str, low: str = "low", **more: Any) -> Field:
    """Return an object schema with a nested object."""
    zone = field("zone", OBJECT, fields=(field(low), field("high")))
    return field(name, **{"type_": OBJECT, "fields": (zone, field("size")), **more})


def test_equal_objects_share_definition_at_shortest_path() -> None:
    inner = field("inner", OBJECT, fields=(bounds("a"), bounds("other", "lowest")))
    listed = bounds("list", type_=Array(items=OBJECT))
    made = hoist_shared(inner, bounds("second"), listed, bounds("named", type_=Map(values=OBJECT)))
    assert [each.removeprefix(PLOT) for each in made.definitions] == [
        "",
        "#inner",
        "#inner.other",
        "#inner.other.zone",
        "#list",
        "#list.zone",
    ]
    types = {each.name: innermost(each.type) for each in made.definitions[PLOT].fields}
    assert types["second"] == types["list"] == types["named"] == Ref(key=f"{PLOT}#list")
    assert made.definitions[f"{PLOT}#inner"].fields[0].type == Ref(key=f"{PLOT}#list")
    assert made.definitions[f"{PLOT}#list"].places == tuple(
        f"{PLOT}#{each}" for each in ("inner.a", "second", "list", "named")
    )


@pytest.mark.parametrize(
    ("second", "texts"),
    [
        (bounds("b", "lowest"), {}),
        (bounds("b", keywords=(Keyword(name="minProperties", value="1"),)), {}),
        (bounds("b", map_type="atomic"), {}),
        (bounds("b"), {f"{PLOT}#a.size": "Its size."}),
        (bounds("b"), {f"{PLOT}#a.zone": "Where."}),
    ],
    ids=["field", "keyword", "map type", "text", "text of an object inside"],
)
def test_different_objects_are_not_shared(second: Field, texts: dict[str, str]) -> None:
    made = hoist_shared(bounds("a"), second, texts=texts).definitions
    assert {f"{PLOT}#a", f"{PLOT}#b"} <= made.keys()
    assert made[f"{PLOT}#a"].places == (f"{PLOT}#a",)


def test_field_order_and_description_do_not_prevent_sharing() -> None:
    turned = field("b", OBJECT, fields=bounds("b").fields[::-1])
    made = hoist_shared(
        bounds("a"), turned, texts={f"{PLOT}#a": "The first.", f"{PLOT}#b": "The second."}
    )
    assert f"{PLOT}#b" not in made.definitions


def test_equal_objects_are_shared_within_version() -> None:
    kinds = [
        definition(key, bounds("spec"))
        for key in (PLOT, f"{PLOT}Set", PLOT.replace(".v1.", ".v2."))
    ]
    made = hoist_inline_objects(reference(*kinds), shared=True).definitions
    assert made[f"{PLOT}Set"].fields[0].type == Ref(key=f"{PLOT}#spec")
    assert made[kinds[2].key].fields[0].type == Ref(key=f"{kinds[2].key}#spec")


def test_names_are_limited_to_80_characters() -> None:
    steps = [f"step{number:02}" for number in range(15)]
    deep = field("last", OBJECT, fields=(field("end"),))
    for step in reversed(steps):
        deep = field(step, OBJECT, fields=(deep,))
    names = [each.name for each in hoist_shared(deep).definitions.values()]
    assert names[1:3] == ["PlotStep00", "PlotStep00Step01"]
    assert names[-1] == "Plot" + "".join(step.title() for step in steps[3:]) + "Last"
    assert max(map(len, names)) == MAX_NAME
    long = field("short", OBJECT, fields=(field("x" * 79, OBJECT, fields=(field("end"),)),))
    assert [each.name for each in hoist_shared(long).definitions.values()][-1] == f"PlotX{'x' * 75}"


def test_only_repeated_objects_are_extracted() -> None:
    alone = field("alone", OBJECT, fields=(bounds("inner", required=True), field("name")))
    limits = tuple(
        Keyword(name=name, value="1", inside="[]") for name in ("minProperties", "title")
    )
    listed = bounds("list", type_=Array(items=OBJECT), keywords=limits)
    mapped = bounds("map", keywords=(replace(limits[0], inside=""),))
    other = definition(f"{PLOT}Set", alone, gvks=(KIND,))
    plain = reference(
        definition(PLOT, alone, listed, mapped, gvks=(KIND,)),
        other,
        definition("a.Bed", listed, mapped),
    )
    made = extract_shared_objects(plain, kinds_only=True).definitions
    assert {key.removeprefix(PLOT) for key in made} == {"", "#map", "#map.zone", "Set", "a.Bed"}
    kept, lists, maps = made[PLOT].fields
    zone = made[f"{PLOT}#map.zone"]
    assert kept.fields[0].fields[0].type == made[f"{PLOT}#map"].fields[0].type == Ref(key=zone.key)
    assert (kept.fields[0].type, kept.fields[0].fields[1], kept.fields[1]) == (
        OBJECT,
        field("size"),
        field("name"),
    )
    assert (lists.type, lists.keywords, lists.fields) == (
        Array(items=Ref(key=f"{PLOT}#map")),
        limits[1:],
        (),
    )
    assert (maps.type, maps.keywords) == (Ref(key=f"{PLOT}#map"), ())
    assert made[f"{PLOT}#map"].keywords == mapped.keywords
    assert (zone.name, zone.fields, len(zone.places)) == (
        "PlotMapZone",
        bounds("x").fields[0].fields,
        3,
    )
    assert made[other.key] == other


def test_shared_objects_have_distinct_names_and_own_objects() -> None:
    fields = [
        bounds(name, low) for name, low in (("a-b", "x"), ("c", "x"), ("a_b", "y"), ("d", "y"))
    ]
    taken = definition(f"{PLOT}C")
    made = extract_shared_objects(
        reference(definition(PLOT, *fields, gvks=(KIND,)), taken)
    ).definitions
    assert [each.name for each in made.values()] == ["Plot", "PlotC2", "PlotD", "PlotC"]
    assert made[f"{PLOT}#d"].fields == bounds("d", "y").fields


@pytest.mark.parametrize("name", ["a b", "a.b"], ids=["unsafe path", "ambiguous path"])
def test_objects_at_path_without_own_id_stay_inline(name: str) -> None:
    nested = field("a", OBJECT, fields=(field("b", OBJECT, fields=(field("of nested"),)),))
    plain = reference(definition(PLOT, bounds(name), nested, bounds("c"), gvks=(KIND,)))
    assert extract_shared_objects(plain) == plain


def test_shared_object_has_texts_of_all_its_fields() -> None:
    texts = {
        f"{PLOT}#b.zone.low": "下限。",
        f"{PLOT}#b.size": "大小。",
        f"{PLOT}#a.size": "尺寸。",
        f"{PLOT}#b": "第二。",
    }
    plain = reference(definition(PLOT, bounds("a"), bounds("b"), gvks=(KIND,)))
    chinese = extract_shared_objects(with_chinese(plain, texts)).prose["zh-cn"]
    expected = {f"{PLOT}#a.zone.low": "下限。", f"{PLOT}#a.size": "尺寸。"}
    assert {key: chinese[key].text for key in expected} == expected
    assert {*chinese} == {*texts, *expected}
