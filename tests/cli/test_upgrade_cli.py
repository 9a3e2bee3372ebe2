"""`codegen upgrade`: what fails by the target and passes by the start, for Kubernetes' own kinds and for those of two sources."""

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
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(obj: Any, name: str = "a.json") -> str:
    Path(name).write_text(json.dumps(obj, indent=1), encoding="utf-8")
    return name


def sources(**edits: Any) -> list[str]:
    """Two documents of the invented kind; the second one has other words at the fields of its spec, None for none."""
    new = copy.deepcopy(GARDEN)
    fields = new["definitions"]["io.example.api.garden.v1.PlotSpec"]["properties"]
    for name, words in edits.items():
        fields[name] = words
        if words is None:
            del fields[name]
    return ["--source", written(GARDEN, "old.json"), "--source", written(new, "new.json")]


def gone() -> list[tuple[GroupVersionKind, str]]:
    """The kinds that the newest release that ships has no longer, each with the last release that had it; without lists."""
    return [
        (parse_kind(f"{version}/{kind}"), span.until)
        for (version, kind), span in SHIPPED.kinds.items()
        if span.until and span.since == OLDEST and not kind.endswith(("List", "Options", "Event", "Status"))
    ]


def test_api_versions_that_are_gone_are_told_with_what_replaces_them() -> None:
    assert gone()
    for gvk, until in gone():
        file = written({"apiVersion": gvk.api_version, "kind": gvk.kind, "metadata": {"name": "a"}})
        result = run(file, "--from", OLDEST, "--to", NEWEST)
        assert result.exit_code == 1
        assert "2:16: ERR kind-removed" in lines(result)
        assert f"was removed in {SHIPPED.releases[SHIPPED.releases.index(until) + 1]}" in result.stdout
        for other in SHIPPED.find_other_versions(NEWEST, gvk.api_version, gvk.kind):
            assert other in result.stdout
        assert run(file, "--from", OLDEST, "--to", until).exit_code == 0


@pytest.mark.parametrize("start", ["1.22", OLDEST])
def test_api_versions_that_were_removed_before_the_bundled_releases(start: str) -> None:
    spec = {"backend": {"serviceName": "web", "servicePort": 80}}
    objects = [
        {"apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget", "metadata": {"name": "a"}},
        {"apiVersion": "policy/v1beta1", "kind": "PodSecurityPolicy", "metadata": {"name": "a"}},
        {"apiVersion": "extensions/v1beta1", "kind": "Ingress", "metadata": {"name": "a"}, "spec": spec},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}},
    ]
    text = "\n---\n".join(map(json.dumps, objects))
    Path("a.yaml").write_text(text, encoding="utf-8")
    result = run("a.yaml", "--from", start, "--to", NEWEST)
    found = {line.split(": ", 2)[0]: line.split(": ", 2)[2] for line in result.stdout.splitlines() if ": ERR" in line}
    gone = f"Kubernetes {NEWEST} no longer has"
    assert [found[f"a.yaml:{line}:16"] for line in (1, 3, 5)] == [
        f"apiVersion: {gone} PodDisruptionBudget in policy/v1beta1, which was removed in 1.25 (server {NEWEST}); write apiVersion: policy/v1",
        f"apiVersion: {gone} PodSecurityPolicy in policy/v1beta1, which was removed in 1.25 (server {NEWEST}); "
        "no other API version of this release has PodSecurityPolicy",
        f"apiVersion: {gone} Ingress in extensions/v1beta1, which was removed in 1.22 (server {NEWEST}); write apiVersion: networking.k8s.io/v1",
    ]
    moved = f"spec.backend: unknown field (Kubernetes {NEWEST}). appears after the change to apiVersion: networking.k8s.io/v1"
    assert moved in found.values()
    note = f"note: the kinds of Kubernetes 1.22 are not bundled, so they are taken from {OLDEST}\n"
    assert [note in result.stdout, "are not bundled" in result.stdout] == [start == "1.22"] * 2
    assert f"3 broken from {start} to {NEWEST}" in result.stdout


def test_a_definition_of_a_removed_version_keeps_its_other_findings() -> None:
    schema = {"openAPIV3Schema": {"type": "object", "pattern": "(?!a)"}}
    definition = plots()
    definition |= {"apiVersion": "apiextensions.k8s.io/v1beta1", "spec": {"versions": [{"schema": schema}]}}
    result = run(written(definition), "--from", OLDEST, "--to", NEWEST)
    rules = [line.split()[2] for line in lines(result)]
    assert rules[0] == "kind-removed"
    assert "pattern-invalid" in rules


def test_objects_without_a_separator_are_not_compared() -> None:
    text = "kind: Pod\napiVersion: v1\nkind: Pod\napiVersion: v1\n"
    Path("a.yaml").write_text(text, encoding="utf-8")
    result = run("a.yaml", "--from", OLDEST, "--to", NEWEST)
    assert lines(result) == ["3:1: ERR duplicate-key"]
    assert "nothing was checked" not in result.stdout


def test_the_items_of_a_list_are_compared_one_by_one() -> None:
    gvk, _ = gone()[0]
    items = [
        {"apiVersion": version, "kind": gvk.kind, "metadata": {"name": "a"}} for version in ("v1", gvk.api_version)
    ]
    items[0]["kind"] = "ConfigMap"
    result = run(written({"apiVersion": "v1", "kind": "List", "items": items}), "--from", OLDEST, "--to", NEWEST)
    assert [line.rpartition(" ")[2] for line in lines(result)] == ["kind-removed"]
    assert "2 objects in 1 file - 1 broken" in result.stdout + result.stderr


def test_what_did_not_change_is_not_told_and_what_both_refuse_is_a_note() -> None:
    pod: dict[str, Any] = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}
    pod["spec"] = {"containers": [{"name": "a", "image": "b"}]}
    result = run(written(pod), "--from", OLDEST, "--to", NEWEST)
    assert (result.exit_code, lines(result)) == (0, [])
    assert f"nothing breaks from {OLDEST} to {NEWEST}" in result.stdout
    pod["spec"]["misspelt"] = 1
    result = run(written(pod), "--from", OLDEST, "--to", NEWEST)
    assert (result.exit_code, lines(result)) == (0, [])
    assert f"findings in both {OLDEST} and {NEWEST} are left out (1)" in result.stdout


def test_a_kind_that_the_start_does_not_have_was_not_checked() -> None:
    (version, kind), _ = next(
        (named, span) for named, span in SHIPPED.kinds.items() if span.since == NEWEST and not named[1].endswith("List")
    )
    result = run(written({"apiVersion": version, "kind": kind}), "--from", OLDEST, "--to", NEWEST)
    assert (result.exit_code, lines(result)) == (2, [])
    assert f"{OLDEST} does not have {kind} of {version}" in result.stdout
    assert "nothing breaks" not in result.stdout


def test_fields_and_values_of_two_sources_are_told_at_their_lines() -> None:
    edits = sources(count=None, soil={"type": "string", "enum": ["Sand"]})
    result = run(written(PLOT), *edits)
    assert result.exit_code == 1
    assert lines(result) == ["15:11: ERR field-value-not-supported", "16:3: ERR unknown-field"]
    assert "old.json has this field, new.json does not" in result.stdout
    assert run(written(PLOT), *edits[2:], *edits[:2]).exit_code == 0  # the way back allows more


def test_a_field_that_has_another_name_is_told_once_with_it() -> None:
    new = copy.deepcopy(GARDEN)
    spec = new["definitions"]["io.example.api.garden.v1.PlotSpec"]
    spec["properties"]["quantityOfBeds"] = spec["properties"].pop("count")
    old = copy.deepcopy(GARDEN)
    old["definitions"]["io.example.api.garden.v1.PlotSpec"]["properties"]["count"]["description"] = (
        "How many beds count."
    )
    spec["properties"]["quantityOfBeds"]["description"] = "How many beds quantityOfBeds."
    spec.setdefault("required", []).append("quantityOfBeds")
    result = run(written(PLOT), "--source", written(old, "old.json"), "--source", written(new, "new.json"))
    assert lines(result) == ["16:3: ERR unknown-field"]
    assert "old.json has this field, new.json calls it quantityOfBeds" in result.stdout


def test_a_field_of_a_custom_resource_that_has_another_name() -> None:
    schemas = []
    for name, file in (("rowOfBed", "old.yaml"), ("rowOfBeds", "new.yaml")):
        definition = plots()
        schema_of(definition, 1)["properties"]["spec"]["properties"][name] = {"type": "string"}
        Path(file).write_text(as_yaml(definition), encoding="utf-8")
        schemas += ["--source", file]
    obj = {"apiVersion": f"garden.example.io/{plots()['spec']['versions'][1]['name']}", "kind": "Plot"}
    result = run(written({**obj, "metadata": {"name": "a"}, "spec": {"rowOfBed": "a"}}), *schemas)
    assert "old.yaml has this field, new.yaml calls it rowOfBeds" in result.stdout, result.output


def test_a_version_of_two_sources_that_is_gone_and_what_else_has_to_change() -> None:
    text = json.dumps(GARDEN)
    both = json.loads(text)
    later = json.loads(text.replace("garden.v1.", "garden.v2.").replace('"version": "v1"', '"version": "v2"'))
    both["definitions"].update(later["definitions"])
    del later["definitions"]["io.example.api.garden.v2.PlotSpec"]["properties"]["count"]
    result = run(written(PLOT), "--source", written(both, "old.json"), "--source", written(later, "new.json"))
    assert result.exit_code == 1
    assert lines(result) == ["2:16: ERR kind-removed", "16:3: ERR unknown-field"]
    assert "write apiVersion: garden.example.io/v2" in result.stdout
    assert "appears after the change to apiVersion: garden.example.io/v2" in result.stdout


def test_versions_of_other_groups_and_of_bundled_kinds_are_no_successors() -> None:
    text = json.dumps(GARDEN).replace("garden.example.io", "autoscaling").replace('"Plot"', '"HorizontalPodAutoscaler"')
    later = text.replace("garden.v1.", "garden.v9.").replace('"version": "v1"', '"version": "v9"')
    other = text.replace("garden.v1.", "kitchen.v1.").replace('"group": "autoscaling"', '"group": "kitchen.example.io"')
    new = json.loads(later)
    new["definitions"] |= json.loads(other)["definitions"]
    plot = {**PLOT, "apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler"}
    old = written(json.loads(text), "old.json")
    result = run(written(plot), "--source", old, "--source", written(new, "new.json"))
    assert "; write apiVersion: autoscaling/v9\n" in result.stdout


def test_what_nothing_knows_was_not_checked() -> None:
    file = written({**PLOT, "apiVersion": "kitchen.example.io/v1"})
    result = run(file, *sources())
    assert result.exit_code == 2
    assert "not checked: a.json:1: Plot a of kitchen.example.io/v1" in result.stdout
    result = run(file, *sources(), "--allow-unknown", "Plot")
    assert result.exit_code == 0
    assert "nothing was checked" in result.stdout


def test_a_file_that_cannot_be_read_does_not_hide_the_others() -> None:
    Path("b.yaml").write_text("a: [", encoding="utf-8")
    result = run("b.yaml", written(PLOT), *sources(count=None))
    assert result.exit_code == 2
    assert lines(result)[-1] == "16:3: ERR unknown-field"


def test_wrong_usage() -> None:
    file = written(PLOT)
    assert "name the releases" in run(file, "--from", OLDEST).stderr
    assert "two sources, or none" in run(file, "--source", written(GARDEN, "old.json")).stderr
    assert "--to" in run(file, "--from", OLDEST, "--to", "next").stderr
    pod = written({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}, "pod.json")
    for release in ("999.1", "1.23"):
        result = run(pod, "--from", OLDEST, "--to", release)
        assert result.exit_code == 2
        assert "--to: error[release-not-shipped]" in result.stderr


def test_the_json_is_what_its_schema_says_and_chinese_is_chinese() -> None:
    result = run(written(PLOT), *sources(count=None), "--format", "json")
    told = json.loads(result.stdout)
    jsonschema.validate(told, FINDINGS_SCHEMA)
    assert (told["from"], told["to"], told["counts"]["invalid"]) == ("old.json", "new.json", 1)
    assert (told["findings"][0]["field"], told["findings"][0]["line"]) == ("spec.count", 16)
    assert "old.json 有此字段，new.json 没有" in run(written(PLOT), *sources(count=None), "--locale", "zh-cn").stdout
