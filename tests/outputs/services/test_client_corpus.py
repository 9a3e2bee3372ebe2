"""Clients of real releases and custom resources: every operation is there, is typed, imports, and is laid out as black does it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from codegen.findings.diagnostics import Report
from codegen.model import Reference
from codegen.outputs import registry
from codegen.outputs.job import Job
from codegen.outputs.python.source import as_black, check
from codegen.readers.sources import SourcePath, read_sources
from corpus import CORPUS, ENDS, SEED, reference_of
from typed import mypy

pytestmark = pytest.mark.slow
TARGETS = ("dataclasses", "validators", "client")
CUSTOM = sorted(each for each in (CORPUS / "crds").glob("*/*") if each.is_dir())
SOURCES = {each.name: each for each in ENDS} | {f"{each.parent.name}-{each.name}": each for each in CUSTOM}


ABSENT = pytest.param(
    "", marks=pytest.mark.skip(reason=f"neither releases nor custom resources in {CORPUS} (CODEGEN_CORPUS)")
)


@pytest.fixture(scope="module", params=list[Any](SOURCES) or [ABSENT])
def source(request: pytest.FixtureRequest) -> Reference:
    place = SOURCES[request.param]
    if place in ENDS:
        return reference_of(place)
    return read_sources([SourcePath(path=place, shown=place.name, locale="en")], Report())


@pytest.fixture(scope="module")
def folder(source: Reference, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package `whole.api` of a source."""
    root = tmp_path_factory.mktemp("whole")
    put(source, root / "whole/api")
    (root / "whole/__init__.py").write_text("", encoding="utf-8")
    return root


def put(source: Reference, folder: Path) -> None:
    beside = tuple((target, source) for target in TARGETS)
    job = Job(reference=source, locales=("en",), options={}, beside=beside, origin="a source")
    for target in TARGETS:
        for file in registry.built_in()[target].emit(job):
            if not file.finished:
                check(file.text, file.path)
            (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / file.path).write_text(file.text, encoding="utf-8")


def test_every_operation_is_called_by_both_kinds_of_clients(source: Reference, folder: Path) -> None:
    texts = [file.read_text(encoding="utf-8") for file in (folder / "whole/api/client").glob("*.py")]
    rows = [found for text in texts for found in re.findall(r'method="(\w+)",\s+path="([^"]+)"', text)]
    assert sorted(f"{method} {path}" for method, path in rows) == sorted(source.operations)
    made = [re.findall(r"^(_[A-Z0-9_]+): Final = calls", text, re.MULTILINE) for text in texts]
    for names, text in zip(made, texts, strict=True):
        used = Counter(re.findall(r"\b_[A-Z0-9_]+\b", text))
        assert [name for name in names if used[name] < 3] == []  # the constant, and a call of each kind


def test_it_is_typed_and_imports(folder: Path) -> None:
    use = folder / "use.py"
    modules = sorted(file.stem for file in (folder / "whole/api/client").glob("*.py"))
    use.write_text(
        "".join(f"import whole.api.client.{module}\n" for module in modules if module != "__init__")
        + "from whole.api.client import AsyncClient, Client\n"
        "def all_groups(client: Client, other: AsyncClient) -> None:\n"
        + "".join(
            f"    client.{module}; other.{module}\n"
            for module in modules
            if module not in ("__init__", "queries", "rules")
        ),
        encoding="utf-8",
    )
    assert mypy(folder, "use.py") == []
    done = subprocess.run([sys.executable, "-W", "error", "use.py"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


def test_black_has_nothing_to_change(folder: Path) -> None:
    files = sorted((folder / "whole/api/client").glob("*.py"), key=lambda file: file.stat().st_size)
    for file in (*files[:3], *files[-1:]):
        text = file.read_text(encoding="utf-8")
        assert as_black(text) == text, file.name


def test_the_client_of_one_kind_is_small_and_typed(tmp_path: Path) -> None:
    put(read_sources([SourcePath(path=SEED, shown=SEED.name, locale="zh-cn")], Report()), tmp_path / "one/api")
    (tmp_path / "one/__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "use.py").write_text(
        "from one.api.client import AsyncClient, Client\n"
        "def blocking(client: Client) -> str:\n"
        '    return client.core_v1.create_namespaced_service_account_token("robot", "ci").status.token\n'
        "async def later(client: AsyncClient) -> str:\n"
        '    return (await client.serviceaccounts("ci").token("robot", dry_run="All")).status.token\n'
        "def wrong(client: Client) -> int:\n"
        '    return client.serviceaccounts("ci").token("robot", dry="All").status.token\n',
        encoding="utf-8",
    )
    found = [json.loads(line) for line in mypy(tmp_path, "--output", "json", "use.py")]
    assert {(each["line"], each["code"]) for each in found if each["severity"] == "error"} == {
        (7, "call-arg"),
        (7, "return-value"),
    }
    assert sum(file.stat().st_size for file in (tmp_path / "one").rglob("*.py")) < 1_000_000
