"""Generated validators compared with validation libraries on the same objects in one process.

The modules and the schema for the libraries are generated from one OpenAPI document, so all check
the same rules.
"""

from __future__ import annotations

import copy
import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tools.bench.row import Row, measure_best, measure_interleaved

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BIN = Path(sys.executable).parent
_PROCESSES = 5
PACKAGE = "k8s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An object, its validator, and a function that damages the object."""

    title: str
    file: str
    schema: str
    unit: str
    function: str
    damage: Callable[[Any], None]


def damage_token_request(made: Any) -> None:
    """Seven errors."""
    spec = made["spec"]
    made["kind"] = "Token"
    made["metadata"]["labels"]["number"] = 1
    spec["audiences"][1] = 2
    spec["expirationSeconds"] = "3600"
    spec["lifetime"] = 1
    spec["boundObjectRef"] |= {"uid": 3, "kindd": "Pod"}


def damage_deployment(made: Any) -> None:
    """Seven errors."""
    pod = made["spec"]["template"]["spec"]
    container = pod["containers"][0]
    made["kind"] = "Deploy"
    made["spec"]["replicas"] = "3"
    made["metadata"]["labels"]["number"] = 1
    pod["containerz"] = []
    container["ports"][0]["containerPort"] = "8080"
    container["env"][0]["value"] = True
    del container["name"]


SUBJECTS = (
    Subject(
        title="TokenRequest",
        file="token-request.yaml",
        schema="tokenrequest-authentication-v1",
        unit="authentication_v1",
        function="token_request",
        damage=damage_token_request,
    ),
    Subject(
        title="Deployment",
        file="deployment.yaml",
        schema="deployment-apps-v1",
        unit="apps_v1",
        function="deployment",
        damage=damage_deployment,
    ),
)


def generate(document: Path, folder: Path) -> None:
    """Generate validators, models of both libraries and schemas of a document with the command."""
    # The libraries check the schema alone.
    validators = {"target": "validators", "to": PACKAGE, "server_rules": False}
    targets = ("dataclasses", "pydantic")
    settings = {
        "sources": [{"path": str(document)}],
        "locales": ["en"],
        "outputs": [
            validators,
            *({"target": each, "to": PACKAGE} for each in targets),
            {"target": "json-schema", "to": "schemas"},
        ],
    }
    (folder / "codegen.yaml").write_text(json.dumps(settings))
    subprocess.run(
        [BIN / "codegen", "generate", "--config", folder / "codegen.yaml"],
        check=True,
        capture_output=True,
    )
    sys.path.insert(0, str(folder))


@cache
def load(file: str) -> Any:
    return YAML(typ="safe", pure=True).load((HERE / file).read_text(encoding="utf-8"))


def measure(subject: Subject, folder: Path) -> dict[str, float]:
    """Return microseconds by library, the fastest of several processes, since memory layout changes
    ratios by a tenth.
    """
    command = [sys.executable, "-m", "tools.bench.validators", subject.title, str(folder)]
    runs = [json.loads(subprocess.check_output(command, cwd=ROOT)) for _ in range(_PROCESSES)]
    return {name: min(run[name] for run in runs) for name in runs[0]}


def measure_in_process(subject: Subject, folder: Path) -> dict[str, float]:
    """Return microseconds by library, for a valid object and (`errors of ...`) for one with seven
    errors.
    """
    import fastjsonschema
    import jsonschema
    import jsonschema_rs

    schema = json.loads((folder / "schemas" / f"{subject.schema}.json").read_text(encoding="utf-8"))
    good = load(subject.file)
    bad = copy.deepcopy(good)
    subject.damage(bad)
    check = getattr(
        importlib.import_module(f"{PACKAGE}.{subject.unit}.validators"),
        f"validate_{subject.function}",
    )
    model = getattr(
        importlib.import_module(f"{PACKAGE}.{subject.unit}.pydantic_models"), subject.title
    )
    rust = jsonschema_rs.validator_for(schema, validate_formats=True)
    fast = fastjsonschema.compile(schema)
    plain = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    model.from_dict(good)
    fast(good)
    assert check(good) == ()
    assert rust.is_valid(good)
    assert plain.is_valid(good)
    assert len(check(bad)) == 7
    assert not rust.is_valid(bad)
    valid: dict[str, Callable[[], object]] = {
        "generated": lambda: check(good),
        "jsonschema-rs": lambda: rust.is_valid(good),
        "pydantic": lambda: model.from_dict(good),
        "fastjsonschema": lambda: fast(good),
        "jsonschema": lambda: plain.is_valid(good),
    }
    damaged: dict[str, Callable[[], object]] = {
        "errors of generated": lambda: check(bad),
        "errors of jsonschema-rs": lambda: list(rust.iter_errors(bad)),
    }
    return measure_best(valid) | measure_best(damaged)


def rows(subject: Subject, times: dict[str, float]) -> Iterator[Row]:
    """Yield the rows on a valid object. jsonschema-rs is Rust, so its ratio is only reported."""
    for other, at_most in {
        "fastjsonschema": 0.5,
        "pydantic": 0.5,
        "jsonschema": 1,
        "jsonschema-rs": None,
    }.items():
        what = f"{subject.title}, valid / {other}"
        yield Row(
            what=what, ours=times["generated"], theirs=times[other], unit="us", at_most=at_most
        )


def bench_all_definitions(document: Path, folder: Path) -> Iterator[Row]:
    """Measure dataclasses of all definitions, from scratch and again, compared with
    datamodel-codegen.
    """
    settings = {
        "sources": [{"path": str(document)}],
        "outputs": [{"target": "dataclasses", "to": "all"}],
    }
    (folder / "all.yaml").write_text(json.dumps(settings))
    schema = folder / "definitions.json"
    with document.open(encoding="utf-8") as stream:
        schema.write_text(json.dumps({"definitions": json.load(stream)["definitions"]}))

    def ours() -> None:
        subprocess.run(
            [BIN / "codegen", "generate", "--config", folder / "all.yaml"],
            check=True,
            capture_output=True,
        )

    def fresh() -> None:
        shutil.rmtree(folder / "all", ignore_errors=True)
        ours()

    def theirs() -> None:
        shutil.rmtree(folder / "theirs", ignore_errors=True)
        kinds = ["--input-file-type", "jsonschema", "--output-model-type", "dataclasses.dataclass"]
        command = [
            str(BIN / "datamodel-codegen"),
            "--input",
            str(schema),
            *kinds,
            "--output",
            str(folder / "theirs"),
        ]
        subprocess.run(command, check=True, capture_output=True)

    first, other = measure_interleaved(fresh, theirs, 3)
    name = f"all dataclasses of {document.parent.name}"
    yield Row(what=f"{name} / datamodel-codegen, default formatters", ours=first, theirs=other)
    again, other = measure_interleaved(ours, theirs, 3)
    yield Row(what=f"{name}, nothing changed / datamodel-codegen", ours=again, theirs=other)


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[2])
    wanted = next(each for each in SUBJECTS if each.title == sys.argv[1])
    print(json.dumps(measure_in_process(wanted, Path(sys.argv[2]))))
