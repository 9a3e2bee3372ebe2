"""`make peers`: the classes that codegen writes beside those of others, on the same tasks; writes peers.json beside this file.

Each peer is installed into an environment of its own, which is thrown away. What is done is in `peers_probe.py` and in `PROGRAM`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codegen.core import releases

HERE = Path(__file__).resolve().parent
RESULT = HERE / "peers.json"
ROOT = HERE.parents[1]
OURS = "from myapp.k8s.apps_v1.{} import Deployment, DeploymentSpec, DeploymentStrategy"
KEY = "io.k8s.api.apps.v1.Deployment"

# What mypy has to refuse, a line each.
PROGRAM = """\
{imports}


def misspelt_attribute(spec: DeploymentSpec) -> object:
    return spec.replikas  # attribute


DeploymentStrategy(tipe="Recreate")  # misspelt
DeploymentStrategy(type="Rollin")  # enum
DeploymentSpec(replicas=1)  # required
"""


# What the probe imports.
SUBJECT = """\
{imports}


def read(data):
    return {read}


def write(made):
    return {write}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One way to get the classes: what is installed, what is written, and how an object is read and written."""

    name: str
    version_of: str = ""
    install: tuple[str, ...] = ()
    target: str = ""  # of ours
    generates: tuple[str, ...] = ()  # a command that is given a JSON Schema as {schema} and a folder as {to}
    imports: str
    read: str
    write: str


PEERS: tuple[Peer, ...] = (
    Peer(
        name="codegen, dataclasses",
        target="dataclasses",
        imports=OURS.format("models"),
        read="Deployment.from_dict(data)",
        write="made.to_dict()",
    ),
    Peer(
        name="codegen, pydantic",
        target="pydantic",
        install=("pydantic",),
        imports=OURS.format("pydantic_models"),
        read="Deployment.from_dict(data)",
        write="made.to_dict()",
    ),
    Peer(
        name="codegen, msgspec",
        target="msgspec",
        install=("msgspec",),
        imports=OURS.format("structs"),
        read="Deployment.from_dict(data)",
        write="made.to_dict()",
    ),
    Peer(
        name="datamodel-code-generator",
        version_of="datamodel-code-generator",
        install=("datamodel-code-generator",),
        generates=(
            *("datamodel-codegen", "--input", "{schema}", "--input-file-type", "jsonschema"),
            *("--output-model-type", "pydantic_v2.BaseModel", "--output", "{to}/models"),
        ),
        imports="from models.io.k8s.api.apps.v1 import Deployment, DeploymentSpec, DeploymentStrategy",
        read="Deployment.model_validate(data)",
        write="made.model_dump(by_alias=True, exclude_unset=True, mode='json')",
    ),
    Peer(
        name="kubernetes (official client)",
        version_of="kubernetes",
        install=("kubernetes",),
        imports="from kubernetes.client import ApiClient, V1Deployment as Deployment, V1DeploymentSpec as DeploymentSpec, "
        "V1DeploymentStrategy as DeploymentStrategy",
        read="Deployment.from_dict(data)",
        write="ApiClient().sanitize_for_serialization(made)",
    ),
    Peer(
        name="lightkube",
        version_of="lightkube",
        install=("lightkube", "lightkube-models"),
        imports="from lightkube.models.apps_v1 import Deployment, DeploymentSpec, DeploymentStrategy",
        read="Deployment.from_dict(data)",
        write="made.to_dict()",
    ),
    Peer(
        name="cloudcoil",
        version_of="cloudcoil",
        install=("cloudcoil-models-kubernetes",),
        imports="from cloudcoil.models.kubernetes.apps.v1 import Deployment, DeploymentSpec, DeploymentStrategy",
        read="Deployment.model_validate(data)",
        write="made.model_dump(by_alias=True, exclude_unset=True, mode='json')",
    ),
)


def run(*command: str, cwd: Path, path: Path | None = None) -> str:
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")
    }
    if path is not None:
        environment |= {"PYTHONPATH": str(path), "MYPYPATH": str(path)}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    if done.returncode and "mypy" not in command:
        sys.exit(f"{' '.join(command[:4])}: {done.stderr[-2000:]}")
    return done.stdout


def prepared(peer: Peer, folder: Path, document: Path) -> tuple[Path, Path]:
    """The Python of a peer's environment, and the folder of what was generated for it."""
    home, made = folder / "environment", folder / "made"
    made.mkdir(parents=True)
    venv.create(home, with_pip=True)
    python = home / "bin/python"
    if peer.install:
        run(str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *peer.install, cwd=folder)
    if peer.target:
        outputs = [{"target": peer.target, "to": "made/myapp/k8s"}]
        config = {"sources": [{"path": str(document)}], "outputs": outputs}
        (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
        run(sys.executable, "-m", "codegen", "generate", cwd=folder, path=ROOT)
    if peer.generates:
        schema = folder / "schema.json"
        definitions = json.loads(document.read_text(encoding="utf-8"))["definitions"]
        text = {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "$ref": f"#/definitions/{KEY}",
            "definitions": definitions,
        }
        schema.write_text(json.dumps(text), encoding="utf-8")
        command = [part.format(schema=schema, to=made) for part in peer.generates]
        run(str(home / "bin" / command[0]), *command[1:], cwd=folder)
    return python, made


def caught(peer: Peer, python: Path, made: Path, folder: Path) -> dict[str, bool]:
    """Which lines of the program `mypy --strict` refuses, without plug-ins; what it says of other lines is left alone."""
    program = folder / "program.py"
    program.write_text(PROGRAM.format(imports=peer.imports), encoding="utf-8")
    arguments = ("--strict", "--no-error-summary", "--follow-imports=silent", "--cache-dir", str(folder / "cache"))
    said = run(
        sys.executable,
        "-m",
        "mypy",
        "--python-executable",
        str(python),
        *arguments,
        "program.py",
        cwd=folder,
        path=made,
    )
    wrong = {int(number) for number in re.findall(r"^program\.py:(\d+): error: ", said, re.MULTILINE)}
    marks = {line.partition("  # ")[2]: number for number, line in enumerate(program.read_text().splitlines(), 1)}
    assert marks["attribute"] not in wrong or 1 not in wrong, said  # an import that fails makes everything Any
    return {mark: number in wrong for mark, number in marks.items() if mark}


def times(commands: dict[str, tuple[Path, Path, str]], runs: int) -> dict[str, float]:
    """Median milliseconds of processor time of the whole processes, interleaved: others on the machine change it little."""
    measured: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(runs + 1):
        for name, (python, made, imports) in commands.items():
            before = _used()
            run(str(python), "-c", imports, cwd=made, path=made)
            if number:  # the first one writes the bytecode
                measured[name].append((_used() - before) * 1000)
    return {name: statistics.median(each) for name, each in measured.items()}


def _used() -> float:
    """Seconds of processor time of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "corpus", type=Path, help="folder of releases, of which the newest is taken: v1.N/swagger.json"
    )
    arguments.add_argument("--runs", type=int, default=11)
    options = arguments.parse_args()
    document = releases.newest(options.corpus.resolve().glob("v*/swagger.json"))
    rows: dict[str, dict[str, Any]] = {}
    commands: dict[str, tuple[Path, Path, str]] = {}
    with tempfile.TemporaryDirectory() as name:
        for number, peer in enumerate(PEERS):
            folder = Path(name) / str(number)
            python, made = prepared(peer, folder, document)
            subject = SUBJECT.format(imports=peer.imports, read=peer.read, write=peer.write)
            (made / "subject.py").write_text(subject, encoding="utf-8")
            found = json.loads(run(str(python), str(HERE / "peers_probe.py"), cwd=made, path=made))
            version = ""
            if peer.version_of:
                show = f"import importlib.metadata as m; print(m.version({peer.version_of!r}), end='')"
                version = run(str(python), "-c", show, cwd=made)
            rows[peer.name] = {"version": version, **found, "mypy": caught(peer, python, made, folder)}
            commands[peer.name] = (python, made, peer.imports)
            print(peer.name, json.dumps(rows[peer.name]), flush=True)
        python, made, _ = commands[PEERS[0].name]
        for name, each in times({"python": (python, made, "pass"), **commands}, options.runs).items():
            rows.setdefault(name, {})["import"] = round(each)
    result = {"release": document.parent.name, "python": platform.python_version(), "peers": rows}
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
