"""`codegen validate` compared with kubernetes-validate on the same manifests, and one manifest
compared with an import.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.bench.row import Row, measure_interleaved

BIN = Path(sys.executable).parent
MANY = 1000
_POD = """
      containers:
      - name: plot
        image: registry.example.com/plot:1.0
        ports:
        - containerPort: 8080
        resources:
          requests: {cpu: 100m, memory: 64Mi}
          limits: {cpu: 200m, memory: 128Mi}
"""
_KINDS = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: plot-@\nspec:\n  replicas: 2\n  "
    f"selector:\n    matchLabels: {{app: plot}}\n"
    f"  template:\n    metadata:\n      labels: {{app: plot}}\n    spec:{_POD}",
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: plot-@\nspec:\n  selector: {app: plot}\n  "
    "ports:\n  - {name: http, port: 80, targetPort: 8080}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: plot-@\ndata:\n  soil: clay\n",
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: plot-@\nspec:\n  "
    "rules:\n  - host: plot.example.com\n    http:\n"
    "      paths:\n      - path: /\n        pathType: Prefix\n        backend: {service: {name: "
    "plot, port: {number: 80}}}\n",
)


def rows(release: str) -> Iterator[Row]:
    """Yield the rows on manifests."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(MANY):
            (folder / f"{number:04}.yaml").write_text(
                _KINDS[number % len(_KINDS)].replace("@", str(number)), encoding="utf-8"
            )
        files = sorted(map(str, folder.glob("*.yaml")))
        other = [str(BIN / "kubernetes-validate"), "--quiet", "-k", release, *files]
        mine = [str(BIN / "codegen"), "validate", str(folder), "--kubernetes-version", release]
        ours, theirs = measure_interleaved(
            lambda: _run(mine, folder), lambda: _run(other, folder), 2
        )
        yield Row(
            what=f"{MANY} manifests, codegen validate / kubernetes-validate",
            ours=ours,
            theirs=theirs,
        )
        one = [str(BIN / "codegen"), "validate", files[0]]
        imported = [sys.executable, "-c", "import jinja2"]
        ours, theirs = measure_interleaved(
            lambda: _run(one, folder), lambda: _run(imported, folder), 9
        )
        what = 'one manifest, codegen validate / python -c "import jinja2"'
        yield Row(what=what, ours=ours, theirs=theirs, at_most=3)


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
