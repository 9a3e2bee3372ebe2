"""Servers of whole releases, of real custom resources and of the documentation: mypy holds every operation, and each is served."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from codegen.findings.diagnostics import Report
from codegen.model import Reference
from codegen.readers.sources import SourcePath, read_sources
from corpus import CORPUS, ENDS, ROOT, SEED, for_each, reference_of
from gardens.python import write
from typed import mypy

pytestmark = pytest.mark.slow  # mypy reads classes, validators and a thousand operations
TARGETS = ("dataclasses", "validators", "server")
SERVED = """
import pkgutil
from importlib import import_module
import made.server as server

found = []
for each in pkgutil.iter_modules(server.__path__):
    if each.name != "runtime":
        module = import_module(f"made.server.{each.name}")
        found += [getattr(module, name)() for name in dir(module) if name.endswith("Handlers") and name != "Handlers"]
server.create_app(*found)
print(sum(len(each.operations) for each in found))
"""

ASKED = """
import asyncio, json
from myapp.main import app

async def ask():
    body = json.dumps({"spec": {"audiences": ["vault"]}}).encode()
    path = "/api/v1/namespaces/default/serviceaccounts/builder/token"
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": [], "root_path": ""}
    sent = []

    async def receive():
        return {"type": "http.request", "body": body}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    answer = json.loads(sent[1]["body"])
    print(sent[0]["status"], *answer["spec"]["audiences"], answer["status"]["token"])

asyncio.run(ask())
"""


def held(source: Reference, folder: Path) -> None:
    write(source, folder / "made", targets=TARGETS)
    assert mypy(folder, "made/server") == []
    served = subprocess.run([sys.executable, "-W", "error", "-c", SERVED], cwd=folder, capture_output=True, text=True)
    assert served.returncode == 0, served.stderr[-3000:]
    assert int(served.stdout) == len(source.operations)


@for_each(ENDS)
def test_every_operation_of_a_release_is_served(release: Path, tmp_path: Path) -> None:
    held(reference_of(release), tmp_path)


@pytest.mark.skipif(not (CORPUS / "crds").is_dir(), reason=f"no custom resources in {CORPUS} (CODEGEN_CORPUS)")
def test_every_operation_of_custom_resources_is_served(tmp_path: Path) -> None:
    folder = CORPUS / "crds"
    held(read_sources([SourcePath(path=folder, shown="crds")], Report()), tmp_path)


def test_the_example_of_the_documentation_is_typed_and_answers(tmp_path: Path) -> None:
    write(
        read_sources([SourcePath(path=SEED, shown="token-request-v1.txt")], Report()),
        tmp_path / "myapp/api",
        targets=TARGETS,
    )
    (tmp_path / "myapp/__init__.py").write_text("")
    for language in ("", ".zh-cn"):
        text = (ROOT / f"docs/services{language}.md").read_text(encoding="utf-8")
        (tmp_path / "myapp/main.py").write_text(text.split("```python\n")[1].split("```")[0], encoding="utf-8")
        assert mypy(tmp_path, "myapp/main.py") == []
        asked = subprocess.run([sys.executable, "-c", ASKED], cwd=tmp_path, capture_output=True, text=True)
        assert asked.stdout.split() == ["201", "vault", "for", "builder"], asked.stderr
