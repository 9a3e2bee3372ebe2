"""The history of an API and its command: lifetimes, requirements, types, values and successors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import Result

import codegen
from codegen.core.diagnostics import CodegenError, Report
from codegen.drift.history import views
from codegen.drift.history.lifetimes import find_lifetime, find_periods, find_steps
from codegen.readers import releases
from codegen.readers.releases import ReleaseSource
from codegen.readers.sources import SourcePath
from gardens.compare import BED, SPEC, document, english
from gardens.parts import PACKAGE, PLOT, PLOTS
from support.commands import run as command
from support.corpus import ROOT
from support.rows import each_row

NAMES = ["1.1", "1.2", "1.3", "1.4"]
SCHEMA = ROOT / "schemas/history.schema.json"


@pytest.mark.parametrize(
    ("marks", "since", "until", "absent", "perhaps_before"),
    [
        ([True, True, True, True], "1.1", None, (), False),
        ([False, True, True, False], "1.2", "1.3", (), False),
        ([True, False, True, True], "1.1", None, (("1.2", "1.2"),), False),
        ([True, False, False, True], "1.1", None, (("1.2", "1.3"),), False),
        ([None, True, None, True], "1.2", None, (), True),
        ([False, None, True, None], "1.3", None, (), False),
        ([True, None, False, False], "1.1", "1.1", (), False),
    ],
)
def test_lifetime_follows_presence_by_release(
    marks: list[bool | None],
    since: str,
    until: str | None,
    absent: tuple[tuple[str, str], ...],
    perhaps_before: bool,
) -> None:
    found = find_lifetime(NAMES, marks)
    assert tuple(found.values()) == (since, until, absent, perhaps_before)


def test_periods_and_steps_are_found() -> None:
    assert find_periods(NAMES, [True, False, True, None]) == (("1.1", "1.1"), ("1.3", None))
    assert find_periods(NAMES, [False, False, None, False]) == ()
    assert find_steps(NAMES, [None, "a", "a", "b"]) == (("1.2", "a"), ("1.4", "b"))
    assert find_steps(
        NAMES, ["a", "A", "b", "B"], lambda one, other: one.lower() == other.lower()
    ) == (
        ("1.1", "a"),
        ("1.3", "b"),
    )


@each_row("""
    v1.31/openapi.json        | 1.31
    old-1.2/v1.10/api.json    | 1.10
    garden-2.0.1.yaml         | 2.0.1
    v1.4.0-rc.1/crds          | 1.4.0-rc.1
    release-1.5/plot-v1.en.md | 1.5
""")
def test_release_name_comes_from_path(path: str, name: str, *, tmp_path: Path) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    assert releases.release_source(SourcePath(path=file, display_path=path)).release == name


def test_releases_are_sorted_by_version() -> None:
    def sorted_releases(*names: str) -> list[str]:
        given = [ReleaseSource(release=name, source=SourcePath.of(name)) for name in names]
        return [each.release for each in releases.sort_releases(given)]

    assert sorted_releases(
        "1.10", "1.9", "v1.2", "1.10.0-rc.1", "1.10.0-alpha.2", "1.10.0-beta.0"
    ) == ["v1.2", "1.9", "1.10", "1.10.0-alpha.2", "1.10.0-beta.0", "1.10.0-rc.1"]
    # No known version format.
    assert sorted_releases("1.2", "main", "1.1") == [
        "1.2",
        "main",
        "1.1",
    ]


def test_duplicate_missing_and_unnamed_releases_are_refused(tmp_path: Path) -> None:
    for name in ("here.json", "v1.1-a.json", "v1.1-b.json"):
        (tmp_path / name).write_text(json.dumps(document()), encoding="utf-8")
    given = [
        SourcePath(path=tmp_path / name, display_path=name)
        for name in ("v1.1-a.json", "v1.1-b.json")
    ]
    with pytest.raises(CodegenError, match=r"\[release-twice\].*v1\.1-a\.json") as twice:
        codegen.history(*given)
    assert twice.value.diagnostics[0].span.path == "v1.1-b.json"
    with pytest.raises(CodegenError, match="source-missing"):
        codegen.history(tmp_path / "absent.json")
    with pytest.raises(CodegenError, match=r"release-unnamed.*--release"):
        releases.release_source(SourcePath(path=Path("/"), display_path="openapi"))


def garden(folder: Path, *edited: dict[str, Any]) -> list[ReleaseSource]:
    """Write a file for each release."""
    for name, content in zip(NAMES, edited, strict=False):
        (folder / f"v{name}.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
    return [releases.release_source(folder / f"v{name}.json") for name in NAMES[: len(edited)]]


def four_releases() -> list[dict[str, Any]]:
    """Return four releases with changes of each sort in `PlotSpec`."""
    found = [document() for _ in NAMES]
    specs = [each["definitions"][SPEC] for each in found]
    for number, spec in enumerate(specs):
        fields = spec["properties"]
        fields["beds"]["x-kubernetes-list-map-keys"].append("rows")
        operation = found[number]["paths"][PLOTS]["post"]
        # The parameters are common to both.
        found[number]["paths"][PLOTS]["put"] = {
            **operation,
            "operationId": "replacePlot",
        }
        if number:  # from the second release on
            fields["fence"] = {"type": "string", "default": "none"}
            fields["soil"]["enum"] = ["Clay", "Loam", "Sand"]
        if number >= 2:
            spec["required"] = ["fence"]
            found[number]["definitions"][BED]["required"].append("rows")
            fields["fence"]["default"] = "hedge"
            fields["size"]["format"] = "int64"
            fields["beds"]["x-kubernetes-list-type"] = "atomic"
            del fields["beds"]["x-kubernetes-list-map-keys"]
            fields["owner"]["description"] = "owner pays for the water."
            spec["description"] = operation["parameters"][2]["description"] = "Nothing is dug."
        if number == 3:
            fields["keeper"] = fields.pop("owner")
            fields["keeper"]["description"] = "keeper pays for the water."
            fields["size"]["maximum"] = 100
            del fields["fence"]["default"], fields["soil"]["enum"]
    return found


def test_history_has_field_changes(tmp_path: Path) -> None:
    found = codegen.history(*garden(tmp_path, *four_releases()))
    assert found.releases == tuple(NAMES)
    fields = found.definitions[SPEC].fields
    assert (fields["fence"].since, fields["fence"].until) == ("1.2", None)
    assert fields["fence"].required == (("1.3", None),)
    assert fields["fence"].default == (("1.2", '"none"'), ("1.3", '"hedge"'), ("1.4", ""))
    assert fields["soil"].enum == (
        ("1.1", ("Clay", "Loam")),
        ("1.2", ("Clay", "Loam", "Sand")),
        ("1.4", ()),
    )
    assert fields["size"].type == (("1.1", "int32"), ("1.3", "int64"))
    assert [(event.release, event.rule) for event in fields["size"].changed] == [
        ("1.4", "limit-tightened")
    ]
    assert fields["beds"].list_type == (("1.1", "map by name, rows"), ("1.3", "atomic"))
    assert fields["owner"].required == (("1.1", "1.2"),)
    assert fields["owner"].described == ("1.3",)
    assert (fields["owner"].until, fields["owner"].replaced_by) == ("1.3", "keeper")
    assert (fields["keeper"].since, fields["keeper"].replaced_by) == ("1.4", None)
    assert found.definitions[BED].fields["rows"].changed == ()
    assert [each.described for each in found.operations.values()] == [("1.3",), ("1.3",)]


def test_history_has_values_of_items_and_numbers(tmp_path: Path) -> None:
    first, second = document(), document()
    for spec, values, default in ((first, [2, 1], "sand"), (second, [1], "loam")):
        fields = spec["definitions"][SPEC]["properties"]
        fields["depth"] = {"type": "integer", "enum": values}
        fields["soils"] = {
            "type": "array",
            "default": [],
            "items": {"type": "string", "default": default},
        }
        fields["words"] = {"type": "array", "items": {"type": "string"}}
        merging: dict[str, Any] = {
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["a", "b"],
        }
        inner = {
            "type": "array",
            "items": {},
            **(merging if spec is first else {"x-kubernetes-list-type": "set"}),
        }
        fields["grid"] = {"type": "array", "x-kubernetes-list-type": "atomic", "items": inner}
    second["definitions"][SPEC]["properties"]["soil"]["enum"].reverse()
    second["definitions"][SPEC]["properties"]["soils"]["x-kubernetes-list-type"] = "atomic"
    second["definitions"][SPEC]["properties"]["owner"]["format"] = "byte"
    second["definitions"][SPEC]["properties"]["names"] = {
        "type": "object",
        "additionalProperties": {"type": "string", "enum": ["A"]},
    }
    first["definitions"][SPEC]["properties"]["names"] = {
        "type": "object",
        "additionalProperties": {"type": "string"},
    }
    found = codegen.history(*garden(tmp_path, first, second)).definitions[SPEC].fields
    assert (found["names"].type, found["names"].enum) == (
        (("1.1", "map[string]string"),),
        (("1.1", ()), ("1.2", ("A",))),
    )
    assert found["depth"].enum == (("1.1", ("1", "2")), ("1.2", ("1",)))
    assert found["soils"].default == (
        ("1.1", '[], "sand" (of the items)'),
        ("1.2", '[], "loam" (of the items)'),
    )
    assert found["soils"].list_type == (("1.1", "atomic"),)  # explicit default value
    assert found["words"].list_type == ()  # no release states it
    both = (("1.1", "atomic, map by a, b (of the items)"), ("1.2", "atomic, set (of the items)"))
    assert found["grid"].list_type == both
    assert len(found["soil"].enum) == 1
    assert found["owner"].type == (("1.1", "string"), ("1.2", "byte"))


def test_values_are_compared_between_sources_that_state_them(tmp_path: Path) -> None:
    """A cluster repeats them in descriptions; the document of a release has none at all."""
    cluster = document()
    plain = json.loads(json.dumps(cluster).replace('"enum"', '"x-values"'))

    def values() -> tuple[object, ...]:
        return (
            codegen.history(*garden(tmp_path, cluster, plain)).definitions[SPEC].fields["soil"].enum
        )

    assert values() == (("1.1", ("Clay", "Loam")), ("1.2", ()))
    cluster["definitions"][SPEC]["properties"]["soil"]["description"] += (
        "\n\nPossible enum values:\n - `Clay`"
    )
    assert values() == (("1.1", ("Clay", "Loam")),)


def test_removed_version_has_successors(tmp_path: Path) -> None:
    group = PACKAGE.rpartition(".")[0]
    old: dict[str, Any] = json.loads(
        json.dumps(document()).replace(PACKAGE, f"{group}.v1beta1").replace("/v1/", "/v1beta1/")
    )
    path = PLOTS.replace("/v1/", "/v1beta1/")
    for kind in (
        old["definitions"][f"{group}.v1beta1.Plot"]["x-kubernetes-group-version-kind"][0],
        old["paths"][path]["post"]["x-kubernetes-group-version-kind"],
    ):
        kind["version"] = "v1beta1"
    # Listed first, but less stable.
    alpha = json.loads(json.dumps(old).replace("v1beta1", "v0alpha1"))
    old["paths"][path]["delete"] = old["paths"][path]["post"]
    left = document() | {part: alpha[part] | document()[part] for part in ("definitions", "paths")}
    both = left | {part: left[part] | old[part] for part in ("definitions", "paths")}
    found = codegen.history(*garden(tmp_path, both, both, left))
    gone = found.definitions[f"{group}.v1beta1.Plot"]
    assert (gone.until, gone.replaced_by, gone.kind) == (
        "1.2",
        PLOT,
        "garden.example.io/v1beta1 Plot",
    )
    bed = found.definitions[f"{group}.v1beta1.Bed"]
    assert (bed.replaced_by, bed.kind) == (BED, "")
    operation = found.operations[f"POST {path}"]
    assert (operation.until, operation.replaced_by, operation.verb) == (
        "1.2",
        f"POST {PLOTS}",
        "create",
    )
    assert found.operations[f"DELETE {path}"].replaced_by is None


def test_renamed_definition_ends_unchanged(tmp_path: Path) -> None:
    frame = f"{PACKAGE}.Frame"
    new = json.loads(json.dumps(document()).replace(f'{BED}"', f'{frame}"'))
    new["definitions"][frame]["properties"]["rows"]["maximum"] = 9
    found = codegen.history(*garden(tmp_path, document(), new)).definitions[BED]
    assert (found.until, found.replaced_by, found.fields["rows"].changed) == ("1.1", frame, ())


def test_partial_source_does_not_end_lifetime(tmp_path: Path) -> None:
    page = tmp_path / "v1.0/plot-v1.en.md"
    page.parent.mkdir()
    page.write_text(english(), encoding="utf-8")
    more = document()
    more["definitions"][f"{PACKAGE}.Shed"] = {
        "type": "object",
        "properties": {"door": {"type": "string"}},
    }
    more["definitions"][SPEC]["properties"]["owner"] |= {
        "default": "Ann",
        "enum": ["Ann"],
        "format": "byte",
    }
    found = codegen.history(page, *garden(tmp_path, more))
    shed = found.definitions[f"{PACKAGE}.Shed"]
    assert (shed.since, shed.perhaps_before) == ("1.1", True)
    assert "may have existed in 1.0" in found.notes[0]
    soil, owner = (found.definitions[SPEC].fields[name] for name in ("soil", "owner"))
    # Not shown on pages.
    assert (soil.enum, owner.enum) == (
        (("1.1", ("Clay", "Loam")),),
        (("1.1", ("Ann",)),),
    )
    assert (owner.type, owner.default) == ((("1.0", "string"),), (("1.1", '"Ann"'),))


def test_releases_of_different_apis_are_refused(tmp_path: Path) -> None:
    other = json.loads(
        json.dumps(document())
        .replace("garden", "kitchen")
        .replace("Plot", "Stove")
        .replace("Bed", "Pan")
    )
    with pytest.raises(CodegenError, match="nothing-shared"):
        codegen.history(*garden(tmp_path, document(), {**other, "paths": {}}))


def run(*arguments: str) -> Result:
    return command("history", *arguments)


@pytest.fixture
def release_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    return [each.source.path.name for each in garden(tmp_path, *four_releases())]


def test_json_is_valid_by_schema(release_files: list[str]) -> None:
    result = run(*reversed(release_files), "--format", "json")
    assert result.exit_code == 0
    output = json.loads(result.stdout)
    jsonschema.validate(output, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert output["releases"] == NAMES
    assert output["definitions"][SPEC]["fields"]["owner"]["required"] == [["1.1", "1.2"]]
    assert SCHEMA.read_text(encoding="utf-8") == views.schema(), "run `make update`"


def test_text_and_table_output(release_files: list[str]) -> None:
    lines = run(*release_files, "--select", SPEC).stdout.splitlines()
    facts = dict(line.split(": ", 1) for line in lines)
    assert {name.partition("#")[0] for name in facts} == {SPEC, BED}
    assert facts[f"{SPEC}#owner"] == (
        "since 1.1 or before, until 1.3; replaced by keeper; required 1.1 to 1.2; type string; "
        "description changed in 1.3"
    )
    assert (
        '; type string; default "none", since 1.3 "hedge", since 1.4 none' in facts[f"{SPEC}#fence"]
    )
    assert "values Clay|Loam, since 1.2 Clay|Loam|Sand, since 1.4 any" in facts[f"{SPEC}#soil"]
    assert "list map by name, rows, since 1.3 atomic" in facts[f"{SPEC}#beds"]
    changed = run(*release_files, "--changed").stdout
    fields = {f"{SPEC}#{name}" for name in ("fence", "soil", "size", "beds", "owner", "keeper")}
    others = {SPEC, f"{BED}#rows", f"POST {PLOTS}", f"PUT {PLOTS}"}
    assert {line.partition(": ")[0] for line in changed.splitlines()} == {*fields, *others}
    assert (
        "PlotSpec#size: since 1.1 or before; type int32, since 1.3 int64; limit-tightened in 1.4 (none -> maximum: 100)"
        in changed
    )
    table = {
        line.split()[0]: line.split()[1:]
        for line in run(*release_files, "--format", "table").stdout.splitlines()[1:]
    }
    assert table[f"{SPEC}#fence"] == ["-", "+", "required*", "required*"]
    assert table[f"{SPEC}#owner"] == ["required", "required", "+*", "-"]


def test_releases_come_from_arguments_or_configuration(
    release_files: list[str], tmp_path: Path
) -> None:
    Path("now.json").write_text(
        Path(release_files[0]).read_text(encoding="utf-8"), encoding="utf-8"
    )
    result = run(release_files[0], "--release", "next=now.json", "--format", "table")
    assert result.stdout.split()[:2] == ["1.1", "next"]
    Path("codegen.yaml").write_text(
        "sources: [{path: now.json}]\noutputs: [{target: json-schema, to: out}]\n"
        f"history: [{release_files[0]}, {{path: now.json, release: '1.0'}}]\n",
        encoding="utf-8",
    )
    result = run("--format", "table", "--output", "output.txt")
    assert (result.exit_code, result.output) == (0, "")
    assert Path("output.txt").read_text(encoding="utf-8").split()[:2] == ["1.0", "1.1"]


def test_wrong_usage_and_unreadable_sources_are_refused(release_files: list[str]) -> None:
    assert "NAME=PATH" in run("--release", "next").stderr
    assert "JSON has everything" in run(*release_files, "--changed", "--format", "json").stderr
    assert run().exit_code == 2  # neither sources nor a configuration
    broken = json.loads(Path(release_files[1]).read_text(encoding="utf-8"))
    broken["definitions"][SPEC]["properties"]["size"] = []
    Path(release_files[1]).write_text(json.dumps(broken, indent=1), encoding="utf-8")
    result = run(*release_files)
    assert result.exit_code == 2
    assert ("not compared" in result.stderr, " times)" in result.stderr) == (True, False)
    report, steps = Report(), list[tuple[int, int]]()
    codegen.history(
        *map(Path, release_files), report=report, progress=lambda *step: steps.append(step)
    )
    assert ([each.rule for each in report.diagnostics], steps) == (
        ["value-unexpected"],
        [(0, 4), (1, 4), (2, 4), (3, 4)],
    )
