"""The report of a real update: a repository moves to newer releases of Kubernetes and two projects.

    python -m tools.update_example     # or: make figures

The repository is made in a temporary folder: sources with a `url`, fifty manifests, a Python program
and a Chinese catalog. The corpus is served on this machine, and one update brings all of it to the
newest releases. Its report is generated/update-report.md.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import polib
from msgspec import Struct

from codegen.core.diagnostics import Report
from codegen.core.locales import ENGLISH
from codegen.findings.formats.gfm import gfm_text
from codegen.project.config.configuration import load
from codegen.project.read import read_without_errors
from codegen.project.update import plan_update
from codegen.project.update_report import format_report
from support.corpus import CORPUS, RELEASES, ROOT

REPORT = ROOT / "generated/update-report.md"
_NOTICE = (
    "<!-- The report of `codegen update` for an invented repository, over real releases. "
    "To rewrite it: make figures -->\n\n"
)
# The messages of rules are texts of other projects, which are not ours to keep.
_QUOTED_MESSAGE = re.compile(r" \(&#34;(?:(?!&#34;\)|…).)*(?:&#34;\)|…)")
_URL = "http://127.0.0.1:8000"  # in the report, in place of the free port
APPS = ("bed", "compost", "fence", "gate", "greenhouse", "hedge", "lawn", "orchard", "path", "pond")


class Upstream(Struct, frozen=True, kw_only=True):
    """A project of the corpus with its oldest and newest release, and its files in both."""

    name: str
    old: str
    new: str
    files: tuple[str, ...]


def find_upstreams() -> tuple[Upstream, ...]:
    """Return the two projects whose custom resources the repository uses, if they are here."""
    upstreams: list[Upstream] = []
    for name in ("cert-manager", "keda"):
        releases = sorted((CORPUS / "crds" / name).glob("v*"), key=_version)
        if len(releases) < 2:
            return ()
        old, new = releases[0], releases[-1]
        files = {file.name for file in old.iterdir()} & {file.name for file in new.iterdir()}
        upstreams.append(
            Upstream(
                name=name,
                old=old.name.removeprefix("v"),
                new=new.name.removeprefix("v"),
                files=tuple(sorted(files)),
            )
        )
    return tuple(upstreams)


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in folder.name.removeprefix("v").split("."))


def is_here() -> bool:
    """Return whether the corpus has two releases of everything."""
    return len(RELEASES) > 1 and bool(find_upstreams())


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine, and yield its address."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}"
    finally:
        listener.shutdown()
        listener.server_close()


def write_repository(folder: Path, url: str) -> None:
    """Write the repository with the older releases, and update it once."""
    upstreams = find_upstreams()
    lines = ["sources:"]
    lines.append(f'  - url: "{url}/v{{kubernetes}}/swagger.json"')
    lines.append("    path: vendor/swagger.json")
    for upstream in upstreams:
        for crd in upstream.files:
            lines.append(f'  - url: "{url}/crds/{upstream.name}/v{{{upstream.name}}}/{crd}"')
            lines.append(f"    path: vendor/{upstream.name}/{crd}")
    lines.append("pins:")
    lines.append(f'  kubernetes: "{RELEASES[-2].name.removeprefix("v")}"')
    lines += [f'  {upstream.name}: "{upstream.old}"' for upstream in upstreams]
    lines += [
        "manifests: [deploy]",
        "locales: [en, zh-cn]",
        "translations: translations",
        "outputs:",
        "  - {target: json-schema, to: schemas, select: [apps/v1/Deployment, keda.sh/*, cert-manager.io/v1]}",
        "  - {target: dataclasses, to: fleet/api, select: [apps/v1/Deployment, batch/v1/CronJob]}",
        "  - {target: docs, layout: list, to: 'docs/{locale}', select: [keda.sh/*]}",
    ]
    config = folder / "codegen.yaml"
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, text in {**list_manifests(), "fleet/pods.py": PROGRAM}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (folder / "translations").mkdir()
    plan_update(config, {}, Report()).write()
    write_catalog(folder)


def write_catalog(folder: Path) -> None:
    """Write a Chinese catalog that has an invented translation for most texts of some kinds."""
    reference = read_without_errors(load(folder / "codegen.yaml"), Report(), None)
    catalog = polib.POFile()
    catalog.metadata = {"Language": "zh-cn", "Content-Type": "text/plain; charset=UTF-8"}
    texts = reference.prose[ENGLISH]
    for number, text_id in enumerate(sorted(texts)):
        if text_id.startswith("sh.keda.") and texts[text_id].text.strip() and number % 5:
            catalog.append(
                polib.POEntry(
                    msgctxt=text_id, msgid=texts[text_id].text, msgstr=f"第 {number} 条说明。"
                )
            )
    catalog.save(str(folder / "translations/zh-cn.po"))


def list_manifests() -> dict[str, str]:
    """Return fifty manifests by path: five for each application."""
    manifests: dict[str, str] = {}
    for number, app in enumerate(APPS):
        folder = f"deploy/{app}"
        extra = "      workloadRef: {name: shed, podGroup: tools}\n" if number % 4 == 1 else ""
        polling = 0 if number % 3 == 2 else 30
        manifests[f"{folder}/deployment.yaml"] = DEPLOYMENT.format(app=app, extra=extra)
        manifests[f"{folder}/service.yaml"] = SERVICE.format(app=app)
        manifests[f"{folder}/certificate.yaml"] = CERTIFICATE.format(app=app)
        manifests[f"{folder}/scaling.yaml"] = SCALING.format(app=app, polling=polling)
        manifests[f"{folder}/watering.yaml"] = CRON_JOB.format(app=app)
    return manifests


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {app}}}
spec:
  selector: {{matchLabels: {{app: {app}}}}}
  template:
    metadata: {{labels: {{app: {app}}}}}
    spec:
{extra}      containers:
        - {{name: web, image: "registry.example/{app}:1"}}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {{name: {app}}}
spec:
  selector: {{app: {app}}}
  ports: [{{port: 80}}]
"""
CERTIFICATE = """\
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {{name: {app}}}
spec:
  secretName: {app}-tls
  dnsNames: [{app}.garden.example]
  issuerRef: {{name: garden, kind: ClusterIssuer}}
"""
SCALING = """\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {{name: {app}}}
spec:
  scaleTargetRef: {{name: {app}}}
  pollingInterval: {polling}
  minReplicaCount: 3
  maxReplicaCount: 10
  triggers:
    - {{type: cpu, metadata: {{value: "60"}}}}
"""
CRON_JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata: {{name: {app}}}
spec:
  schedule: "0 6 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - {{name: water, image: "registry.example/water:1"}}
"""
PROGRAM = '''\
"""Lists the workloads of pods."""

from fleet.api.apps_v1.models import Deployment, PodSpec


def workload_name(deployment: Deployment) -> str:
    spec: PodSpec = deployment.spec.template.spec
    return spec.workload_ref.name if spec.workload_ref else ""
'''


def make_report() -> str:
    """Update the repository to the newest releases, and return the report."""
    with serve(CORPUS) as url, tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        write_repository(folder, url)
        pins = {"kubernetes": RELEASES[-1].name.removeprefix("v")}
        pins.update({upstream.name: upstream.new for upstream in find_upstreams()})
        plan = plan_update(folder / "codegen.yaml", pins, Report())
        text = format_report(plan)
        plan.write()
        text = text.replace(gfm_text(url), gfm_text(_URL))
        return _NOTICE + _QUOTED_MESSAGE.sub(" …", text)


def main() -> None:
    """Write the report."""
    if not is_here():
        sys.exit("the corpus is not here: set CODEGEN_CORPUS to its folder")
    REPORT.write_text(make_report(), encoding="utf-8")


if __name__ == "__main__":
    main()
