"""The comparison: lists, directions, renames, and differences of notation that are no changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError, Direction
from codegen.drift.compare.engine import compare
from codegen.drift.diff import diff, original_first
from codegen.findings.rules import catalogue
from gardens.compare import (
    BED,
    SPEC,
    compare_contents,
    document,
    english,
    facts_of,
    replace_piece,
    write_and_read,
)
from gardens.parts import PACKAGE, PLOT, PLOTS, openapi, ref

OPERATION = f"POST {PLOTS}"
Row = tuple[str, str, str, str]


def both_directions(rule: str, level: str, subject: str) -> set[Row]:
    return {(rule, level, "both", subject)}


def per_direction(rule: str, request: str, response: str, subject: str) -> set[Row]:
    return {(rule, request, "request", subject), (rule, response, "response", subject)}


LISTED = '\n\nPossible enum values:\n - `"Clay"` is heavy.\n - `"Loam"` is light - and warm.'


@pytest.mark.parametrize(
    ("old", "new", "differs"),
    [
        (
            LISTED,
            '\n\nPossible enum values:\n- `"Clay"` is heavy.\n- `"Loam"` is light - and warm.',
            False,
        ),
        (
            LISTED,
            ' Possible enum values: - `"Clay"` is heavy. - `"Loam"` is light - and warm.',
            False,
        ),
        (LISTED, "", False),
        (LISTED, '\n\nPossible enum values:\n - `"Clay"` is heavy.', False),
        (
            LISTED,
            '\n\nPossible enum values:\n - `"Clay"` is wet.\n - `"Loam"` is light - and warm.',
            True,
        ),
        (LISTED, " More." + LISTED, True),
        ("", "\n\nPossible enum values:\n - of no known form", True),
    ],
    ids=[
        "table page",
        "flattened",
        "one side",
        "value gone",
        "value explained anew",
        "text before",
        "no list",
    ],
)
def test_enum_list_in_description_is_compared_as_enum(
    tmp_path: Path, old: str, new: str, *, differs: bool
) -> None:
    documents = []
    for ending in (old, new):
        spec = document()
        spec["definitions"][SPEC]["properties"]["soil"]["description"] += ending
        documents.append(spec)
    for first, second in (documents, documents[::-1]):
        found = facts_of(compare_contents(tmp_path, first, second))
        assert found == (
            both_directions("description-changed", "INFO", "PlotSpec#soil") if differs else set()
        )


def test_direction_follows_references(tmp_path: Path) -> None:
    """Types of responses alone concern readers, and types of bodies alone concern senders."""
    old = document()
    old["paths"][PLOTS]["post"]["responses"]["201"]["schema"] = ref(f"{PACKAGE}.Receipt")
    old["definitions"][f"{PACKAGE}.Receipt"] = {
        "type": "object",
        "properties": {
            "stamps": {
                "type": "array",
                "items": {"type": "object", "additionalProperties": ref(f"{PACKAGE}.Stamp")},
            }
        },
    }
    old["definitions"][f"{PACKAGE}.Stamp"] = {
        "type": "object",
        "properties": {"ink": {"type": "string"}},
        "required": ["ink"],
    }
    new = json.loads(json.dumps(old))
    for name in (f"{PACKAGE}.Stamp", BED):
        new["definitions"][name]["required"] = []
    assert facts_of(compare_contents(tmp_path, old, new)) == {
        ("field-became-optional", "ERR", "response", "Stamp#ink"),
        ("field-became-optional", "INFO", "request", "Bed#name"),
    }


@pytest.mark.parametrize("sent", ["", "to its own path", "of no kind"])
def test_status_is_sent_only_to_status_path(tmp_path: Path, sent: str) -> None:
    """Servers drop the status of created objects, and accept it at `/status`, and as a field of
    other types.
    """
    old = document()
    status = f"{PACKAGE}.PlotStatus"
    old["definitions"][PLOT]["properties"]["status"] = ref(status)
    old["definitions"][status] = {
        "type": "object",
        "properties": {"harvest": {"type": "string"}},
        "required": ["harvest"],
    }
    if sent == "of no kind":
        del old["definitions"][PLOT]["properties"]["apiVersion"]
    if sent == "to its own path":
        old["paths"][f"{PLOTS}/{{name}}/status"] = {"put": old["paths"][PLOTS]["post"]}
    new = json.loads(json.dumps(old))
    new["definitions"][status]["required"] = []
    wanted = per_direction("field-became-optional", "INFO", "ERR", "PlotStatus#harvest")
    found = compare_contents(tmp_path, old, new)
    assert facts_of(found) == {row for row in wanted if sent or row[2] == "response"}
    if not sent:
        assert [each.meaning for each in found.changes] == [
            "It may be missing where a reader relies on it."
        ]


def test_type_without_operations_has_both_directions(tmp_path: Path) -> None:
    old, new = document(), document()
    old["paths"] = new["paths"] = {}
    new["definitions"][BED]["required"] = []
    assert facts_of(compare_contents(tmp_path, old, new)) == per_direction(
        "field-became-optional", "INFO", "ERR", "Bed#name"
    )


@pytest.mark.parametrize(
    "other",
    [
        {
            "type": "integer",
            "format": "int64",
            "description": "lines is how many rows of plants there are.",
        },
        {
            "type": "integer",
            "format": "int32",
            "description": "lines says where the water pipes run below the ground.",
        },
    ],
    ids=["another type", "another text"],
)
def test_field_with_other_type_or_text_is_not_renamed(
    tmp_path: Path, other: dict[str, str]
) -> None:
    new = document()
    fields = new["definitions"][BED]["properties"]
    fields["lines"] = other
    del fields["rows"]
    assert facts_of(compare_contents(tmp_path, document(), new)) == {
        ("field-removed", "WARN", "both", "Bed#rows"),
        ("field-added", "INFO", "both", "Bed#lines"),
    }


def test_definition_moved_to_another_version_is_renamed_with_referrers(tmp_path: Path) -> None:
    text = json.dumps(document())
    new = json.loads(text.replace("garden.v1.", "garden.v2."))
    new["paths"] = document()["paths"]
    new["paths"][PLOTS]["post"]["parameters"][0]["schema"] = ref("io.example.api.garden.v2.Plot")
    new["paths"][PLOTS]["post"]["responses"]["201"]["schema"] = ref("io.example.api.garden.v2.Plot")
    found = facts_of(compare_contents(tmp_path, document(), new))
    assert found == {
        ("definition-renamed", "WARN", "both", name) for name in ("Plot", "PlotSpec", "Bed")
    }


def test_kinds_of_same_name_in_two_groups_are_kept_apart(tmp_path: Path) -> None:
    """The same kind in another group changes alone. A removed kind is not its added namesake."""
    other = "io.example.api.yard.v1.Bed"
    old, new = document(), document()
    for spec in (old, new):
        spec["definitions"][other] = {
            "type": "object",
            "description": "Bed is where one sleeps.",
            "properties": {"name": {"type": "string"}, "rows": {"type": "integer"}},
            "required": ["name"],
        }
        spec["definitions"][PLOT]["properties"]["sleepsIn"] = ref(other)
    new["definitions"][other]["required"] = []
    found = compare_contents(tmp_path, old, new)
    assert {change.id for change in found.changes} == {f"{other}#name"}
    assert all("yard.v1" in change.message for change in found.changes)
    del old["definitions"][BED], new["definitions"][other]
    rules = {(change.rule.id, change.id) for change in compare_contents(tmp_path, old, new).changes}
    assert {("definition-removed", other), ("definition-added", BED)} <= rules


def test_description_of_renamed_field_is_compared_without_name(tmp_path: Path) -> None:
    old = document()
    old["definitions"][BED]["description"] = "Bed is a part of a plot. A bed is never empty."
    new = json.loads(
        json.dumps(old)
        .replace(f'{BED}"', f'{PACKAGE}.Frame"')
        .replace("Bed is a part", "Frame is a part")
    )
    assert facts_of(compare_contents(tmp_path, old, new)) == both_directions(
        "definition-renamed", "WARN", "Bed"
    )
    number = {"type": "integer", "format": "int32"}
    text = "how many rows of plants there are, counted from the north, without those that nobody waters"
    sides = [document(), document()]
    del sides[1]["definitions"][BED]["properties"]["rows"]
    for spec, name, more in ((sides[0], "rows", ""), (sides[1], "lines", " twice")):
        spec["definitions"][BED]["properties"][name] = {
            **number,
            "description": f"{name} is {text}{more}.",
        }
    assert facts_of(compare_contents(tmp_path, *sides)) == both_directions(
        "field-renamed", "ERR", "Bed#rows"
    ) | both_directions("description-changed", "INFO", "Bed#rows")


@pytest.mark.parametrize(
    "text",
    ["Bed is a part of a plot\\.", "Bed is a part of a plot．"],
    ids=["escapes", "width"],
)
def test_escapes_and_width_in_description_are_no_drift(tmp_path: Path, text: str) -> None:
    new = document()
    new["definitions"][BED]["description"] = text
    assert facts_of(compare_contents(tmp_path, document(), new)) == set()


def test_changed_markup_of_equal_words_has_a_rule_of_its_own(tmp_path: Path) -> None:
    new = document()
    new["definitions"][BED]["description"] = "Bed is a *part* of a `plot`."
    assert facts_of(compare_contents(tmp_path, document(), new)) == both_directions(
        "markup-changed", "INFO", "Bed"
    )


def test_facts_not_expressible_on_page_are_no_drift(tmp_path: Path) -> None:
    """A page has only its own definitions, without enumerations, map types, operation ids and
    deprecated parameters.
    """
    spec = document()
    spec["definitions"][SPEC]["properties"].pop("soil")
    spec["definitions"][BED]["x-kubernetes-map-type"] = "atomic"
    spec["definitions"][f"{PACKAGE}.Shed"] = {
        "type": "object",
        "properties": {"key": {"type": "string"}},
    }
    spec["paths"][PLOTS]["post"]["parameters"].append(
        {
            "in": "query",
            "name": "export",
            "type": "string",
            "description": "Deprecated. Does nothing.",
        }
    )
    spec["definitions"][SPEC]["properties"]["names"] = {
        "type": "array",
        "items": {"type": "string"},
        "description": "names are words.",
        "x-kubernetes-patch-strategy": "merge",  # a page prints it with a key only
    }
    text = replace_piece(
        english(),
        "- **size** (int32)",
        "- **names** ([]string)\n\n  names are words.\n\n- **size** (int32)",
    )
    page, whole = (
        write_and_read(tmp_path, "plot-v1.md", text),
        write_and_read(tmp_path, "all.json", spec),
    )
    there, back = compare(page, whole), compare(whole, page)
    assert (facts_of(there), facts_of(back)) == (set(), set())
    assert (
        diff(tmp_path / "plot-v1.md", tmp_path / "all.json").clean
        == "no drift in the facts of both sides"
    )
    for notes in (there.notes, back.notes):
        assert any("definitions of all.json alone are not reported: 1" in note for note in notes)
        assert any(
            "cannot express some facts of all.json, which are not compared: values" in note
            for note in notes
        )
    spec["definitions"][SPEC]["properties"]["names"]["x-kubernetes-list-type"] = "atomic"
    stated = replace_piece(
        text, "  names are", "  *Set: unique values will be kept during a merge*\n\n  names are"
    )
    found = compare(
        write_and_read(tmp_path, "plot-v1.md", stated), write_and_read(tmp_path, "all.json", spec)
    )
    # Which a page can state.
    assert {change.rule.id for change in found.changes} == {"list-type-changed"}


def test_enum_that_only_clusters_list_is_no_drift(tmp_path: Path) -> None:
    spec = document()
    for key, name in ((SPEC, "soil"), (BED, "name")):
        del spec["definitions"][key]["properties"][name]["enum"]
    cluster = document()
    assert {change.rule.id for change in compare_contents(tmp_path, spec, cluster).changes} == {
        "field-enum-added"
    }
    soil = cluster["definitions"][SPEC]["properties"]["soil"]
    soil["description"] += '\n\nPossible enum values:\n - `"Clay"` is heavy.\n - `"Loam"` is light.'
    found = compare_contents(tmp_path, spec, cluster)
    assert found.changes == ()
    assert found.notes == ("old has no enumerations, so those of new are not reported",)


def test_schema_says_nothing_about_other_kinds(tmp_path: Path) -> None:
    whole, definitions = document(), document()["definitions"]
    whole["definitions"]["Gate"] = {"type": "object", "properties": {"latch": {"type": "string"}}}
    found = compare_contents(
        tmp_path, {"$ref": f"#/definitions/{SPEC}", "definitions": definitions}, whole
    )
    assert not found.changes
    assert found.notes == (
        "old documents a part of the API, so definitions of new alone are not reported: 1",
    )


def test_type_of_missing_page_is_drift(tmp_path: Path) -> None:
    link = '(<a href="{{{{< ref "../garden/gate-v1#{0}" >}}}}">{0}</a>)'.format
    pages = {"plot-v1.md": english().replace("(int32)", link("Gate"), 1)}
    head = (
        english()
        .partition("## ")[0]
        .replace("Plot", "Gate")
        .replace("`apiVersion: garden.example.io/v1`\n", "")
    )
    types = f"## Gate {{#Gate}}\n\n<hr>\n\n- **latch** {link('Latch')}\n\n## Latch {{#Latch}}\n\n<hr>\n\n- **key** (string)\n"
    found = compare_contents(tmp_path, pages | {"gate-v1.md": head + types}, pages)
    assert facts_of(found) == {("definition-removed", "ERR", "both", "Latch")}


def test_type_missing_in_document_is_drift(tmp_path: Path) -> None:
    """A document is complete, so a type found only on a page was removed."""
    spec = document()
    spec["definitions"][SPEC]["properties"].pop("soil")
    spec["definitions"][SPEC]["properties"].pop("beds")
    del spec["definitions"][BED]
    found = compare_contents(tmp_path, english(), spec)
    assert facts_of(found) == {
        ("definition-removed", "ERR", "both", "Bed"),
        ("field-removed", "WARN", "both", "PlotSpec#beds"),
    }


def test_type_that_is_only_referenced_is_not_compared(tmp_path: Path) -> None:
    """A page knows the name of a type without a page, and guesses its package."""
    shed = f"{PACKAGE}.Shed"
    spec = document()
    spec["definitions"][SPEC]["properties"].pop("soil")
    spec["definitions"][SPEC]["properties"]["shed"] = {
        **ref("io.example.api.sheds.v1.Shed"),
        "description": "The shed.",
    }
    spec["definitions"]["io.example.api.sheds.v1.Shed"] = {
        "type": "object",
        "properties": {"key": {"type": "string"}},
    }
    page = replace_piece(
        english(),
        "- **size** (int32)",
        '- **shed** (<a href="{{< ref "../sheds/shed-v1#Shed" >}}">Shed</a>)\n\n  The shed.\n\n- **size** (int32)',
    )
    side = write_and_read(tmp_path, "plot-v1.md", page)
    assert not side.reference.definitions[shed].documented
    assert facts_of(compare(side, write_and_read(tmp_path, "all.json", spec))) == set()


def test_removed_page_is_drift_between_folders_only(tmp_path: Path) -> None:
    shed = english().replace("Plot", "Shed").replace("/plots", "/sheds")
    old = write_and_read(tmp_path, "old", {"plot-v1.md": english(), "shed-v1.md": shed})
    new = write_and_read(tmp_path, "new", {"plot-v1.md": english()})
    (gone,) = compare(old, new).changes
    assert (gone.rule.id, gone.level, gone.direction) == ("definition-removed", "ERR", "both")
    names = ("Shed", "ShedSpec")
    assert gone.ids == (
        *(f"{PACKAGE}.{name}" for name in names),
        OPERATION.replace("/plots", "/sheds"),
    )
    single = write_and_read(tmp_path, "plot-v1.md", english())
    assert facts_of(compare(old, single)) == set()


def test_inputs_without_common_definition_are_refused(tmp_path: Path) -> None:
    other = openapi(
        {
            "io.example.api.yard.v1.Gate": {
                "type": "object",
                "properties": {"lock": {"type": "string"}},
            }
        }
    )
    with pytest.raises(CodegenError, match="nothing-shared"):
        compare_contents(tmp_path, document(), other)


def test_change_meaning_has_both_levels_if_they_differ(tmp_path: Path) -> None:
    new = document()
    new["definitions"][SPEC]["required"] = []
    (change,) = compare_contents(tmp_path, document(), new).changes
    assert change.message == "PlotSpec.owner (garden.v1) is no longer required"
    assert change.meaning == (
        "INFO in the request: Clients may go on sending it. "
        "ERR in the response: It may be missing where a reader relies on it."
    )
    assert (change.level, change.direction, change.old, change.new) == (
        "ERR",
        "both",
        "required",
        "optional",
    )


def test_change_meaning_has_no_level_if_both_are_equal(tmp_path: Path) -> None:
    new = document()
    new["definitions"][SPEC]["properties"]["owner"]["type"] = "boolean"
    (change,) = compare_contents(tmp_path, document(), new).changes
    assert (change.grade.request, change.grade.response) == ("ERR", "ERR")
    assert change.meaning == "Values of the old type are refused. A reader of the old type fails."


def test_rules_have_names_and_examples() -> None:
    for name, rule in catalogue.CHANGES.items():
        assert name == rule.id
        assert rule.example
        assert "{" not in rule.title
        assert rule.request or rule.response
        for used in ({Direction.REQUEST}, {Direction.RESPONSE}, set(Direction) - {Direction.BOTH}):
            grade = rule.grade(used)
            assert {way for way in used if getattr(grade, way)}
            assert rule.most_severe.rank <= grade.level.rank


def test_english_input_is_original(tmp_path: Path) -> None:
    one, other = (
        write_and_read(tmp_path, "a.md", english(), "zh-cn"),
        write_and_read(tmp_path, "b.md", english(), "en"),
    )
    assert original_first(one, other) == (other, one)
    assert original_first(other, one) == (other, one)
