"""`codegen validate` without sources: built-in kinds of bundled releases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from codegen.readers.built_in.structure import built_ins
from gardens.validation import GARDEN
from support.commands import lines
from support.commands import run as command

SHIPPED = built_ins()
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.0
"""


@pytest.fixture(autouse=True)
def _use_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Change to a folder without a configuration, with the schema of the invented kind."""
    (tmp_path / "garden.json").write_text(json.dumps(GARDEN))
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, stdin: str) -> Result:
    return command("validate", "-", *arguments, stdin=stdin)


@pytest.mark.parametrize("release", ["", *SHIPPED.releases])
def test_deployment_is_checked_by_structure_of_release(release: str) -> None:
    options = ("--kubernetes-version", release) if release else ()
    assert run(*options, stdin=DEPLOYMENT).exit_code == 0
    broken = DEPLOYMENT.replace("replicas: 2", "replica: 2").replace(
        "- name: web\n", "- ports: x\n        name: web\n"
    )
    result = run(*options, stdin=broken.replace("  selector:\n    matchLabels: {app: web}\n", ""))
    assert lines(result) == [
        "5:1: ERR field-value-required",
        "6:3: ERR unknown-field",
        "12:16: ERR field-value-type-invalid",
    ]
    assert (
        f"spec.replica: unknown field (Kubernetes {release or SHIPPED.newest}); did you mean replicas?"
        in result.stdout
    )


def test_removed_kind_is_rejected_with_replacement() -> None:
    (api_version, kind), span = next(
        (named, span)
        for named, span in SHIPPED.kinds.items()
        if span.until is not None and len(SHIPPED.find_other_versions(SHIPPED.newest, *named)) > 1
    )
    text = f"kind: {kind}\napiVersion: {api_version}\nspec: {{}}\n"
    result = run(stdin=text)
    assert lines(result) == ["2:13: ERR kind-removed"]
    instead = SHIPPED.find_other_versions(SHIPPED.newest, api_version, kind)
    what = f"write apiVersion: {instead[0]}; also served: {', '.join(instead[1:])}"
    removed = SHIPPED.releases[SHIPPED.releases.index(str(span.until)) + 1]
    assert f"which was removed in {removed} (server); {what}" in result.stdout
    assert "Invalid: 1" in result.stdout
    assert "kind-removed" not in run("--kubernetes-version", str(span.until), stdin=text).stdout


def test_kind_of_later_release_is_rejected() -> None:
    first, newest = SHIPPED.releases[0], SHIPPED.newest
    (api_version, kind), span = next(
        (named, span)
        for named, span in SHIPPED.kinds.items()
        if span.since != first
        and span.until is None
        and not SHIPPED.find_other_versions(newest, *named)
    )
    result = run("--kubernetes-version", first, stdin=f"apiVersion: {api_version}\nkind: {kind}\n")
    assert lines(result) == ["1:13: ERR kind-not-yet-served"]
    assert f"which {span.since} introduced" in result.stdout
    assert f"no other API version of this release has {kind}" in result.stdout


def test_kind_in_former_group_is_rejected_with_current_group() -> None:
    result = run(stdin=DEPLOYMENT.replace("apps/v1", "extensions/v1beta1"))
    assert lines(result) == ["1:13: ERR kind-removed"]
    assert "which was removed in 1.16 (server); write apiVersion: apps/v1" in result.stdout
    result = run(stdin=DEPLOYMENT.replace("apps/v1", "extensions/v1beta2"))
    assert lines(result) == ["2:7: ERR kind-unknown"]
    assert f"Kubernetes {SHIPPED.newest} has Deployment in apps/v1" in result.stdout


def test_hints_are_not_truncated() -> None:
    version, kind = (
        "irrigation.controllers.garden.example.io/v1alpha1",
        "ScheduledSprinklerMaintenanceWindowDeployment",
    )
    result = run(stdin=f"apiVersion: {version}\nkind: {kind}\n")
    assert f"with --source, or accept it with --allow-unknown {version}/{kind}\n" in result.stdout


def test_missing_separator_is_suggested_and_objects_are_invalid() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n"
    result = run(
        stdin=text
        + text
        + text.replace("apiVersion: v1\nkind: ConfigMap", "kind: Pod\napiVersion: v1")
    )
    assert lines(result) == ["5:1: ERR duplicate-key", "9:1: ERR duplicate-key"]
    hint = "write `---` in the line above, so that each object is a document of its own"
    assert (
        f"another object begins with apiVersion here, without a line `---` in front of it; {hint}"
        in result.stdout
    )
    assert "another object begins with kind here" in result.stdout
    assert "1 resource found in 1 file - Valid: 0, Invalid: 0, Errors: 1" in result.stdout


def test_missing_separators_are_reported_per_document() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n"
    ordinary = text % "c" + "metadata: {name: d}\n"
    result = run(stdin=f"{text % 'a'}---\n{text % 'b'}{text % 'b'}---\n{ordinary}")
    assert lines(result) == ["8:1: ERR duplicate-key", "15:1: ERR duplicate-key"]
    assert result.stdout.count("another object begins") == 1
    assert "3 resources found in 1 file - Valid: 1, Invalid: 1, Errors: 1" in result.stdout


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (("a: b", "a: b, a: c"), "4:14"),
        (("{a: b}", "\n  kind: a\n  kind: b"), "6:3"),
        (("\ndata: {", "\nmetadata: {}\ndata: {"), "4:1"),
        (
            (
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}",
                '{"kind": "ConfigMap", "apiVersion": "v1", "kind": "A"}\n#',
            ),
            "1:43",
        ),
        (
            (
                "apiVersion: v1\n",
                "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Secret\n  kind: Secret\n",
            ),
            "5:3",
        ),
    ],
)
def test_other_duplicate_keys_are_no_missing_separator(edit: tuple[str, str], place: str) -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n"
    if edit[0].startswith("apiVersion: v1\nkind"):
        text = text.removesuffix("data: {a: b}\n")
    elif "items" in edit[1]:
        text = text.replace("ConfigMap", "List")
    result = run(stdin=text.replace(*edit))
    assert f"{place}: ERR duplicate-key" in lines(result)
    assert "---" not in result.stdout
    assert "Valid: 0" in result.stdout


def test_int_or_string_numbers_have_32_bits() -> None:
    text = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {maxUnavailable: 2147483648}\n"
    result = run(stdin=text)
    assert lines(result) == ["4:24: ERR field-value-invalid"]
    assert "Invalid value: 2147483648: must be between -2147483648 and 2147483647" in result.stdout
    assert run(stdin=text.replace("8}", "7}")).exit_code == 0
    assert run(stdin=text.replace("2147483648}", "50%}")).exit_code == 0


def test_duplicate_object_is_reported() -> None:
    elsewhere = DEPLOYMENT.replace("name: web", "name: web\n  namespace: a", 1)
    result = run(stdin="---\n".join((DEPLOYMENT, DEPLOYMENT, elsewhere)))
    assert result.exit_code == 0
    assert lines(result) == ["17:1: WARN object-repeated"]
    assert (
        "Deployment web also occurs in stdin:1; if both are applied, the last one wins (cluster)"
        in result.stdout
    )


def test_object_in_two_api_versions_is_note() -> None:
    text = (
        "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n"
        "spec: {maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n"
    )
    result = run(
        "--fail-on", "WARN", stdin=f"{text}---\n{text.replace('autoscaling/v1', 'autoscaling/v2')}"
    )
    assert (result.exit_code, lines(result)) == (0, ["6:1: INFO object-repeated"])


def test_release_not_bundled_is_refused() -> None:
    result = run("--kubernetes-version", "1.2", stdin=DEPLOYMENT)
    assert result.exit_code == 2
    assert (
        "--kubernetes-version: error[release-not-bundled]: Kubernetes 1.2 is not bundled; "
        in result.output
    )
    assert ", ".join(SHIPPED.releases) in result.output


def test_kind_of_source_takes_precedence_over_bundled() -> None:
    result = run(
        "--source",
        "garden.json",
        stdin=f"{DEPLOYMENT}---\napiVersion: garden.example.io/v1\nkind: Plot\n",
    )
    assert lines(result) == ["17:1: ERR field-value-required"]
    assert "Valid: 1, Invalid: 1" in result.stdout
