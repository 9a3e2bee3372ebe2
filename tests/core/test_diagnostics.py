"""Ids and fingerprints of findings."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import CodegenError, Finding, Report, Span, failure
from codegen.project import emit
from codegen.project.config import configuration
from codegen.readers.sources import SourcePath, read_sources
from support.corpus import CASES

PATH = "plots/plot-v1.md"
NAMES = sorted(folder.name for folder in CASES.iterdir() if folder.is_dir())
LINES_ABOVE = {".json": "\n", ".yaml": "# above\n", ".yml": "# above\n"}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def fingerprints(folder: Path, adapt: Callable[[Finding], Finding] | None = None) -> list[str]:
    """Return rule and fingerprint of all findings of a case."""
    report = AdaptedReport(adapt)
    errors: tuple[Finding, ...] = ()
    file = folder / configuration.NAME
    try:
        if file.exists():
            emit.generate(configuration.load(file), report=report)
        else:
            read_sources((SourcePath(path=folder / "sources", display_path="sources"),), report)
    except CodegenError as error:
        errors = error.diagnostics
    findings = dict.fromkeys((*report.diagnostics, *errors))
    return sorted(f"{finding.rule} {finding.fingerprint}" for finding in findings)


class AdaptedReport(Report):
    """A report that changes findings before it takes them."""

    def __init__(self, adapt: Callable[[Finding], Finding] | None) -> None:
        super().__init__()
        self.adapt = adapt

    def _add(self, finding: Finding) -> None:
        super()._add(self.adapt(finding) if self.adapt else finding)


@pytest.mark.parametrize("name", NAMES)
def test_findings_of_a_case_have_different_fingerprints(name: str) -> None:
    repeated = Counter(fingerprints(CASES / name)) - Counter(set(fingerprints(CASES / name)))
    assert not repeated


@pytest.mark.parametrize("name", NAMES)
def test_fingerprints_stay_if_messages_are_reworded(name: str) -> None:
    def reword(finding: Finding) -> Finding:
        return replace(finding, message=f"reworded: {finding.message}", hint="do it")

    assert fingerprints(CASES / name, reword) == fingerprints(CASES / name)


@pytest.fixture(scope="module")
def moved_cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of all cases, with a line above the others in each file that is read."""
    copy = tmp_path_factory.mktemp("moved") / "cases"
    shutil.copytree(CASES, copy, ignore=shutil.ignore_patterns("expected", "__pycache__"))
    for folder in ("sources", "translations"):
        for file in copy.glob(f"*/{folder}/**/*"):
            if file.is_file():
                file.write_bytes(add_line_above(file.read_bytes(), file.suffix))
    return copy


def add_line_above(data: bytes, suffix: str) -> bytes:
    text = data.removeprefix(BYTE_ORDER_MARK)
    mark = data[: len(data) - len(text)]
    return mark + LINES_ABOVE.get(suffix, "\n").encode() + text


@pytest.mark.parametrize("name", NAMES)
def test_fingerprints_stay_if_a_line_is_added_above(name: str, moved_cases: Path) -> None:
    assert fingerprints(moved_cases / name) == fingerprints(CASES / name)


def test_findings_with_the_same_values_are_numbered() -> None:
    report = Report()
    for line in (3, 9):
        span = Span(path=PATH, line=line)
        report.warning("field-twice", "twice", span, arguments=("depth",))
    assert [finding.identity for finding in report.diagnostics] == [
        f"{PATH}: depth",
        f"{PATH}: depth (2)",
    ]


def test_a_finding_reported_again_is_one() -> None:
    report, other = Report(), Report()
    for line in (3, 9, 9):
        other.warning("field-twice", "twice", Span(path=PATH, line=line), arguments=("depth",))
    report.extend(other.diagnostics)
    report.extend(other.diagnostics)
    assert report.diagnostics == other.diagnostics
    assert len(report.diagnostics) == 2


def test_errors_with_other_values_have_other_fingerprints() -> None:
    span = Span(path=PATH, line=3)
    first, other = (
        failure("selection-malformed", "odd", span, arguments=(text,)).diagnostics[0]
        for text in ("a//b", "c//d")
    )
    assert first.fingerprint != other.fingerprint
