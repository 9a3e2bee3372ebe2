"""Python and pages of a large invented project, whose custom resources repeat the same objects
three levels deep.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tools.bench.row import Row, processor_time

BIN = Path(sys.executable).parent
TEXT = {"type": "string"}
Schema = dict[str, Any]


def fields(*names: str, **objects: Schema) -> Schema:
    """Return the schema of an object with strings and other fields.

    The first string is required.
    """
    properties = {
        name: {**TEXT, "description": f"The {name} of this object."} for name in names
    } | objects
    return {
        "type": "object",
        "properties": properties,
        **({"required": [names[0]]} if names else {}),
    }


def many(schema: Schema, text: str = "") -> Schema:
    return {"type": "array", "items": schema, **({"description": text} if text else {})}


def build_source() -> Schema:
    target = fields(
        "kind", "group", "version", "name", "namespace", "labelSelector", "annotationSelector"
    )
    return fields(
        "repoURL",
        "path",
        "chart",
        "ref",
        "targetRevision",
        directory=fields(
            "include",
            "exclude",
            jsonnet=fields(extVars=many(fields("name", "value")), libs=many(TEXT)),
        ),
        helm=fields(
            "releaseName",
            "values",
            "version",
            "namespace",
            parameters=many(fields("name", "value", forceString={"type": "boolean"})),
            fileParameters=many(fields("name", "path")),
            valueFiles=many(TEXT),
        ),
        kustomize=fields(
            "namePrefix",
            "nameSuffix",
            "version",
            "namespace",
            commonLabels={"type": "object", "additionalProperties": TEXT},
            images=many(TEXT),
            patches=many(fields("patch", "path", target=target)),
            replicas=many(fields("name", count={"x-kubernetes-int-or-string": True})),
        ),
        plugin=fields(
            "name",
            env=many(fields("name", "value")),
            parameters=many(fields("name", array=many(TEXT))),
        ),
    )


def build_template(text: str) -> Schema:
    retry = fields(
        backoff=fields("duration", "maxDuration", factor={"type": "integer"}),
        limit={"type": "integer"},
    )
    flag = {"type": "boolean"}
    automated = fields(prune=flag, selfHeal=flag, allowEmpty=flag)
    spec = fields(
        "project",
        source=build_source(),
        sources=many(build_source(), "Several sources."),
        destination=fields("server", "namespace", "name"),
        syncPolicy=fields(automated=automated, retry=retry, syncOptions=many(TEXT)),
        ignoreDifferences=many(
            fields("kind", "group", "name", "namespace", jsonPointers=many(TEXT))
        ),
        info=many(fields("name", "value")),
    )
    metadata = fields(
        "name",
        "namespace",
        labels={"type": "object", "additionalProperties": TEXT},
        finalizers=many(TEXT),
    )
    return {**fields(metadata=metadata, spec=spec), "description": text}


def build_generator(depth: int) -> Schema:
    expressions = many(fields("key", "operator", values=many(TEXT)))
    selector = fields(
        matchExpressions=expressions, matchLabels={"type": "object", "additionalProperties": TEXT}
    )
    plain = (
        "clusters",
        "git",
        "list",
        "plugin",
        "pullRequest",
        "scmProvider",
        "clusterDecisionResource",
    )
    kinds = {
        name: fields(
            f"{name}Name", "requeueAfter", selector=selector, template=build_template(f"By {name}.")
        )
        for name in plain
    }
    for name in ("matrix", "merge") if depth else ():
        inner = many(build_generator(depth - 1), f"Generators of {name}.")
        kinds[name] = fields("key", generators=inner, template=build_template(f"By {name}."))
    return fields(**kinds, selector=selector)


def build_resource(kind: str, spec: Schema) -> Schema:
    schema = fields("apiVersion", "kind", metadata={"type": "object"}, spec=spec)
    names = {
        "kind": kind,
        "plural": f"{kind.lower()}s",
        "singular": kind.lower(),
        "listKind": f"{kind}List",
    }
    version = {
        "name": "v1alpha1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{names['plural']}.delivery.example.io"},
        "spec": {
            "group": "delivery.example.io",
            "names": names,
            "scope": "Namespaced",
            "versions": [version],
        },
    }


def write_resources(folder: Path) -> int:
    """Write the three definitions as YAML and return the number of lines."""
    import yaml

    template = build_template("The application.")
    kinds = {
        "Application": template["properties"]["spec"],
        "ApplicationSet": fields(generators=many(build_generator(2)), template=template),
        "AppProject": fields(
            "description", destinations=many(fields("server", "namespace", "name"))
        ),
    }
    dumper = type(
        "Dumper",
        (getattr(yaml, "CSafeDumper", yaml.SafeDumper),),
        {"ignore_aliases": lambda *_: True},
    )
    texts = [yaml.dump(build_resource(kind, spec), Dumper=dumper) for kind, spec in kinds.items()]
    for kind, text in zip(kinds, texts, strict=True):
        (folder / f"{kind.lower()}.yaml").write_text(text, encoding="utf-8")
    return sum(text.count("\n") for text in texts)


LOADING = r"""
import importlib, pathlib, re, sys, time
names = [".".join(file.relative_to(sys.argv[1]).with_suffix("").parts) for file in pathlib.Path(sys.argv[1]).rglob("*.py")]
sys.path.insert(0, sys.argv[1])
started = time.process_time()
for name in names:
    importlib.import_module(name)
spent = time.process_time() - started
# `ru_maxrss` would count the process that started this one too.
peak = re.search(r"VmHWM:\s+(\d+)", pathlib.Path("/proc/self/status").read_text())
print(spent, int(peak[1]) / 1024)
"""


def bench_custom_resources() -> Iterator[Row]:
    """Measure classes, validators and pages of three large custom resources, against acceptable
    times.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "crds").mkdir()
        count = write_resources(folder / "crds")
        outputs = [
            {"target": target, "to": "out/delivery"}
            for target in ("dataclasses", "pydantic", "validators")
        ]
        outputs.append({"target": "docs", "layout": "plain", "to": "docs"})
        config = {"sources": [{"path": "crds"}], "locales": ["en"], "outputs": outputs}
        (folder / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
        generate = partial(
            subprocess.run,
            [BIN / "codegen", "generate"],
            cwd=folder,
            check=True,
            capture_output=True,
        )
        spent = processor_time(generate)
        lines = sum(
            file.read_text(encoding="utf-8").count("\n") for file in (folder / "out").rglob("*.py")
        )
        command = [sys.executable, "-c", LOADING, str(folder / "out")]
        # Once, so that bytecode is written.
        subprocess.run(command, check=True, capture_output=True)
        loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    what = f"custom resources of {count} lines in YAML"
    yield Row(what=f"{what}: classes, validators and pages / 3 s", ours=spent, theirs=3000)
    yield Row(what=f"{what}: lines of Python / 10,000", ours=lines, theirs=10_000, unit="")
    yield Row(
        what=f"{what}: import of all modules / 0.5 s", ours=float(loaded[0]) * 1000, theirs=500
    )
    yield Row(
        what=f"{what}: memory of all modules / 80 MB", ours=float(loaded[1]), theirs=80, unit="MB"
    )
