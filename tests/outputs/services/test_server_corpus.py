"""Servers of whole releases and of real custom resources: mypy holds every operation, and each module is served."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from codegen.findings.diagnostics import Report
from codegen.model import Reference
from codegen.readers.sources import SourcePath, read_sources
from corpus import CORPUS, ENDS, for_each, reference_of
from gardens.python import write

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


def held(source: Reference, folder: Path) -> None:
    write(source, folder / "made", targets=TARGETS)
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(folder / "cache"), "made/server"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout[-3000:]
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
