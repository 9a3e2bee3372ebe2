"""`codegen upgrade`: findings of the target release that the start release lacks, for built-in
kinds and two sources.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import Result

from codegen.model import GroupVersionKind
from codegen.readers.built_in.structure import built_ins, parse_kind
from gardens.resources import as_yaml, plots, schema_of
from gardens.validation import GARDEN
from support.commands import lines
from support.commands import run as command
from support.report_samples import FINDINGS_SCHEMA

SHIPPED = built_ins()
OLDEST, NEWEST = SHIPPED.releases[0], SHIPPED.newest
PLOT: dict[str, Any] = {
    "apiVersion": "garden.example.io/v1",
    "kind": "Plot",
    "metadata": {"name": "a"},
    "spec": {"name": "a", "beds": [{"id": "1", "side": "north"}], "soil": "Clay", "count": 3},
}


def run(*arguments: str) -> Result:
    return command("upgrade", *arguments)


@pytest.fixture(autouse=True)
def current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_json(obj: Any, name: str = "a.json") -> str:
    Path(name).write_text(json.dumps(obj, indent=1), encoding="utf-8")
    return name


def sources(**edits: Any) -> list[str]:
    """Write two documents of the invented kind.

    The keywords of the spec fields differ; None removes one.
    """
    new = copy.deepcopy(GARDEN)
    fields = new["definitions"]["io.example.api.garden.v1.PlotSpec"]["properties"]
    for name, words in edits.items():
        fields[name] = words
        if words is None:
            del fields[name]
    return ["--source", write_json(GARDEN, "old.json"), "--source", write_json(new, "new.json")]


def removed_kinds() -> list[tuple[GroupVersionKind, str]]:
    """Return the kinds removed before the newest bundled release, with their last release, without
    lists.
    """
    return [
        (parse_kind(f"{version}/{kind}"), span.until)
        for (version, kind), span in SHIPPED.kinds.items()
        if span.until
        and span.since == OLDEST
        and not kind.endswith(("List", "Options", "Event", "Status"))
    ]


def test_removed_api_versions_have_replacements() -> None:
    assert removed_kinds()
    for gvk, until in removed_kinds():
        file = write_json(
            {"apiVersion": gvk.api_version, "kind": gvk.kind, "metadata": {"name": "a"}}
        )
        result = run(file, "--from", OLDEST, "--to", NEWEST)
        assert result.exit_code == 1
        assert "2:16: ERR kind-removed" in lines(result)
        assert (
            f"was removed in {SHIPPED.releases[SHIPPED.releases.index(until) + 1]}" in result.stdout
        )
        for other in SHIPPED.find_other_versions(NEWEST, gvk.api_version, gvk.kind):
            assert other in result.stdout
        assert run(file, "--from", OLDEST, "--to", until).exit_code == 0


def test_api_versions_removed_after_old_start_are_reported() -> None:
    spec = {"backend": {"serviceName": "web", "servicePort": 80}}
    objects = [
        {"apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget", "metadata": {"name": "a"}},
        {"apiVersion": "policy/v1beta1", "kind": "PodSecurityPolicy", "metadata": {"name": "a"}},
        {
            "apiVersion": "extensions/v1beta1",
            "kind": "Ingress",
            "metadata": {"name": "a"},
            "spec": spec,
        },
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}},
    ]
    text = "\n---\n".join(map(json.dumps, objects))
    Path("a.yaml").write_text(text, encoding="utf-8")
    result = run("a.yaml", "--from", "1.21", "--to", NEWEST)
    found = {
        line.split(": ", 2)[0]: line.split(": ", 2)[2]
        for line in result.stdout.splitlines()
        if ": ERR" in line
    }
    gone = f"Kubernetes {NEWEST} no longer has"
    assert [found[f"a.yaml:{line}:16"] for line in (1, 3, 5)] == [
        f"apiVersion: {gone} PodDisruptionBudget in policy/v1beta1, which was removed in 1.25 (server {NEWEST}); write apiVersion: policy/v1",
        f"apiVersion: {gone} PodSecurityPolicy in policy/v1beta1, which was removed in 1.25 (server {NEWEST}); "
        "no other API version of this release has PodSecurityPolicy",
        f"apiVersion: {gone} Ingress in extensions/v1beta1, which was removed in 1.22 (server {NEWEST}); write apiVersion: networking.k8s.io/v1",
    ]
    moved = f"spec.backend: unknown field (Kubernetes {NEWEST}). appears after the change to apiVersion: networking.k8s.io/v1"
    assert f"{moved}; did you mean defaultBackend?" in found.values()
    note = f"note: the kinds of Kubernetes 1.21 are not bundled, so they are taken from {OLDEST}\n"
    assert note in result.stdout
    assert f"3 broken from 1.21 to {NEWEST}" in result.stdout


@pytest.mark.parametrize("start", ["1.25", OLDEST])
def test_api_versions_removed_before_start_are_notes(start: str) -> None:
    budget = {"apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget"}
    file = write_json({**budget, "metadata": {"name": "a"}})
    result = run(file, "--from", start, "--to", NEWEST)
    assert result.exit_code == 0
    assert not lines(result)
    assert f"0 broken from {start} to {NEWEST}" in result.stdout
    (note,) = [line for line in result.stdout.splitlines() if file in line]
    assert "1.25" in note
    assert "policy/v1" in note.replace("policy/v1beta1", "")


def test_removed_definition_keeps_its_other_findings() -> None:
    schema = {"openAPIV3Schema": {"type": "object", "pattern": "(?!a)"}}
    definition = plots()
    definition |= {
        "apiVersion": "apiextensions.k8s.io/v1beta1",
        "spec": {"versions": [{"schema": schema}]},
    }
    result = run(write_json(definition), "--from", "1.21", "--to", NEWEST)
    rules = [line.split()[2] for line in lines(result)]
    assert rules[0] == "kind-removed"
    assert "pattern-invalid" in rules


def test_objects_without_separator_are_not_compared() -> None:
    text = "kind: Pod\napiVersion: v1\nkind: Pod\napiVersion: v1\n"
    Path("a.yaml").write_text(text, encoding="utf-8")
    result = run("a.yaml", "--from", OLDEST, "--to", NEWEST)
    assert lines(result) == ["3:1: ERR duplicate-key"]
    assert "nothing was checked" not in result.stdout


def test_list_items_are_compared_individually() -> None:
    gvk, _ = removed_kinds()[0]
    items = [
        {"apiVersion": version, "kind": gvk.kind, "metadata": {"name": "a"}}
        for version in ("v1", gvk.api_version)
    ]
    items[0]["kind"] = "ConfigMap"
    result = run(
        write_json({"apiVersion": "v1", "kind": "List", "items": items}),
        "--from",
        OLDEST,
        "--to",
        NEWEST,
    )
    assert [line.rpartition(" ")[2] for line in lines(result)] == ["kind-removed"]
    assert "2 objects in 1 file - 1 broken" in result.stdout + result.stderr


def test_unchanged_findings_are_notes() -> None:
    pod: dict[str, Any] = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}
    pod["spec"] = {"containers": [{"name": "a", "image": "b"}]}
    result = run(write_json(pod), "--from", OLDEST, "--to", NEWEST)
    assert (result.exit_code, lines(result)) == (0, [])
    assert f"nothing breaks from {OLDEST} to {NEWEST}" in result.stdout
    pod["spec"]["misspelt"] = 1
    result = run(write_json(pod), "--from", OLDEST, "--to", NEWEST)
    assert (result.exit_code, lines(result)) == (0, [])
    assert f"findings in both {OLDEST} and {NEWEST} are left out (1)" in result.stdout


def test_kind_missing_in_start_release_is_not_checked() -> None:
    (version, kind), _ = next(
        (named, span)
        for named, span in SHIPPED.kinds.items()
        if span.since == NEWEST and not named[1].endswith("List")
    )
    result = run(
        write_json({"apiVersion": version, "kind": kind}), "--from", OLDEST, "--to", NEWEST
    )
    assert (result.exit_code, lines(result)) == (2, [])
    assert f"{OLDEST} does not have {kind} of {version}" in result.stdout
    assert "nothing breaks" not in result.stdout


def test_field_and_value_findings_of_two_sources_have_lines() -> None:
    edits = sources(count=None, soil={"type": "string", "enum": ["Sand"]})
    result = run(write_json(PLOT), *edits)
    assert result.exit_code == 1
    assert lines(result) == ["15:11: ERR field-value-not-supported", "16:3: ERR unknown-field"]
    assert "old.json has this field, new.json does not" in result.stdout
    # The opposite direction allows more.
    assert run(write_json(PLOT), *edits[2:], *edits[:2]).exit_code == 0


def test_renamed_field_is_reported_once_with_new_name() -> None:
    old, new = copy.deepcopy(GARDEN), copy.deepcopy(GARDEN)
    before, after = (
        each["definitions"]["io.example.api.garden.v1.PlotSpec"] for each in (old, new)
    )
    before["properties"]["count"]["description"] = "How many beds count."
    count = after["properties"].pop("count")
    after["properties"]["quantityOfBeds"] = {
        **count,
        "description": "How many beds quantityOfBeds.",
    }
    after.setdefault("required", []).append("quantityOfBeds")
    result = run(
        write_json(PLOT),
        "--source",
        write_json(old, "old.json"),
        "--source",
        write_json(new, "new.json"),
    )
    assert lines(result) == ["16:3: ERR unknown-field"]
    assert "old.json has this field, new.json calls it quantityOfBeds" in result.stdout


def test_renamed_field_of_custom_resource_is_reported() -> None:
    schemas = []
    for name, file in (("rowOfBed", "old.yaml"), ("rowOfBeds", "new.yaml")):
        definition = plots()
        schema_of(definition, 1)["properties"]["spec"]["properties"][name] = {"type": "string"}
        Path(file).write_text(as_yaml(definition), encoding="utf-8")
        schemas += ["--source", file]
    obj = {
        "apiVersion": f"garden.example.io/{plots()['spec']['versions'][1]['name']}",
        "kind": "Plot",
    }
    result = run(
        write_json({**obj, "metadata": {"name": "a"}, "spec": {"rowOfBed": "a"}}), *schemas
    )
    assert "old.yaml has this field, new.yaml calls it rowOfBeds" in result.stdout, result.output


def test_field_that_was_in_a_free_object_has_no_new_name() -> None:
    obj = {**PLOT, "spec": {**PLOT["spec"], "free": {"x": 1}}}
    result = run(
        write_json(obj), *sources(free={"type": "object", "properties": {"y": {"type": "integer"}}})
    )
    assert (
        "ERR unknown-field: spec.free.x: unknown field (schema). old.json has this field, new.json does not"
        in result.stdout
    )


def test_removed_version_of_source_has_follow_up_findings() -> None:
    text = json.dumps(GARDEN)
    both = json.loads(text)
    later = json.loads(
        text.replace("garden.v1.", "garden.v2.").replace('"version": "v1"', '"version": "v2"')
    )
    both["definitions"].update(later["definitions"])
    del later["definitions"]["io.example.api.garden.v2.PlotSpec"]["properties"]["count"]
    result = run(
        write_json(PLOT),
        "--source",
        write_json(both, "old.json"),
        "--source",
        write_json(later, "new.json"),
    )
    assert result.exit_code == 1
    assert lines(result) == ["2:16: ERR kind-removed", "16:3: ERR unknown-field"]
    assert "write apiVersion: garden.example.io/v2" in result.stdout
    assert "appears after the change to apiVersion: garden.example.io/v2" in result.stdout


def test_unrelated_versions_are_no_successors() -> None:
    text = (
        json.dumps(GARDEN)
        .replace("garden.example.io", "autoscaling")
        .replace('"Plot"', '"HorizontalPodAutoscaler"')
    )
    later = text.replace("garden.v1.", "garden.v9.").replace('"version": "v1"', '"version": "v9"')
    other = text.replace("garden.v1.", "kitchen.v1.").replace(
        '"group": "autoscaling"', '"group": "kitchen.example.io"'
    )
    new = json.loads(later)
    new["definitions"] |= json.loads(other)["definitions"]
    plot = {**PLOT, "apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler"}
    old = write_json(json.loads(text), "old.json")
    result = run(write_json(plot), "--source", old, "--source", write_json(new, "new.json"))
    assert "; write apiVersion: autoscaling/v9\n" in result.stdout


def test_unknown_kind_is_not_checked() -> None:
    file = write_json({**PLOT, "apiVersion": "kitchen.example.io/v1"})
    result = run(file, *sources())
    assert result.exit_code == 2
    assert "not checked: a.json:1: Plot a of kitchen.example.io/v1" in result.stdout
    result = run(file, *sources(), "--allow-unknown", "Plot")
    assert result.exit_code == 0
    assert "nothing was checked" in result.stdout


def test_unreadable_file_does_not_hide_others() -> None:
    Path("b.yaml").write_text("a: [", encoding="utf-8")
    result = run("b.yaml", write_json(PLOT), *sources(count=None))
    assert result.exit_code == 2
    assert lines(result)[-1] == "16:3: ERR unknown-field"


def test_wrong_usage_is_refused() -> None:
    file = write_json(PLOT)
    assert "name the releases" in run(file, "--from", OLDEST).stderr
    assert "two sources, or none" in run(file, "--source", write_json(GARDEN, "old.json")).stderr
    assert "--to" in run(file, "--from", OLDEST, "--to", "next").stderr
    pod = write_json({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}, "pod.json")
    for release in ("999.1", "1.23"):
        result = run(pod, "--from", OLDEST, "--to", release)
        assert result.exit_code == 2
        assert "--to: error[release-not-bundled]" in result.stderr


def test_json_is_valid_by_schema_and_localized() -> None:
    result = run(write_json(PLOT), *sources(count=None), "--format", "json")
    told = json.loads(result.stdout)
    jsonschema.validate(told, FINDINGS_SCHEMA)
    assert (told["from"], told["to"], told["counts"]["invalid"]) == ("old.json", "new.json", 1)
    assert (told["findings"][0]["field"], told["findings"][0]["line"]) == ("spec.count", 16)
    assert (
        "old.json 有此字段，new.json 没有"
        in run(write_json(PLOT), *sources(count=None), "--locale", "zh-cn").stdout
    )
