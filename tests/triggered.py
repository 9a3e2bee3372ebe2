"""Which rules the tests trigger: a run of the whole suite fails for a declared rule that the package never reported, and for an
undeclared one that it did.

Records of findings are replaced by ones that note their rule when the package makes them. One that a test makes itself, for a format
or for the catalogue, counts for nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
import pytest

import codegen
from codegen.drift.compare import changes
from codegen.findings import diagnostics, finding
from codegen.readers.documents import builder
from codegen.translation.lint.text import LintFinding
from codegen.validation.finding import ObjectFinding

_PACKAGE = f"{Path(codegen.__file__).parent}/"
_HELPERS = f"{_PACKAGE}findings/"  # what makes records for others: whoever calls it reports
_KEY = "triggered_rules"
_DIAGNOSED = ("Diagnostic", "Fault")  # rules in other records may be those that a user wrote for a kind


def _is_change(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, changes.Change) and kind is not changes.Change


_RECORDS: tuple[type, ...] = (
    diagnostics.Diagnostic,
    finding.Finding,
    ObjectFinding,
    builder.Fault,
    LintFinding,
    *(kind for kind in vars(changes).values() if _is_change(kind)),
)


def reporter(frame: FrameType | None) -> str:
    """The file that makes a record, from the frame of its constructor's caller."""
    while frame is not None and frame.f_code.co_filename.startswith(_HELPERS):
        frame = frame.f_back
    return frame.f_code.co_filename if frame is not None else ""


class Recorder:
    """Notes record and rule of all that the package reports; `faults` is what is wrong with them at the end."""

    def __init__(self) -> None:
        self.reported: set[tuple[str, str]] = set()
        self.faults: list[str] = []

    def install(self) -> None:
        """Replace the records in every module that has them, and so in those that are imported later."""
        for record in _RECORDS:
            noting = self.noting(record)
            for module in [module for name, module in sys.modules.items() if name.partition(".")[0] == "codegen"]:
                for name in [name for name, value in vars(module).items() if value is record]:
                    setattr(module, name, noting)

    def noting(self, record: type) -> type:
        """A record of the same name and fields that notes its rule."""

        def note(made: Any) -> None:
            if reporter(sys._getframe(1)).startswith(_PACKAGE):
                self.reported.add((record.__name__, getattr(made.rule, "id", made.rule)))

        return msgspec.defstruct(
            record.__name__,
            [],
            bases=(record,),
            module=record.__module__,
            namespace={"__post_init__": note, "__qualname__": record.__qualname__},
            frozen=True,
            kw_only=True,
        )

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of pytest-xdist has ended: what it noted."""
        self.reported.update(getattr(node, "workeroutput", {}).get(_KEY, ()))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Judge a whole run; a worker hands its rules to the run that started it instead."""
        config = session.config
        if hasattr(config, "workeroutput"):
            config.workeroutput[_KEY] = sorted(self.reported)
        elif is_whole(config) and session.exitstatus == pytest.ExitCode.OK:
            self.faults = list(faults(self.reported))
            if self.faults:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what is wrong."""
        if self.faults:
            terminalreporter.section("rules", red=True)
        for fault in self.faults:
            terminalreporter.line(fault)


def faults(reported: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What is wrong with the rules that were reported. What a server only fills in or accepts is no finding of its own."""
    from codegen.findings.rules.catalogue import AREAS
    from codegen.validation.catalogue import server_areas
    from codegen.validation.rules import FOLDER, load

    declared = {rule.id for area in (*AREAS, *server_areas()) for rule in area.rules}
    rules = [rule for file in FOLDER.glob("*.toml") for rule in load(file).rules]
    pairs = set(reported)
    missing = (
        declared - {rule.id for rule in rules if rule.effect in ("fills", "accepts")} - {rule for _, rule in pairs}
    )
    if missing:
        yield f"declared, and triggered by no test: {', '.join(sorted(missing))}"
    if unknown := {rule for record, rule in pairs if record in _DIAGNOSED} - declared:
        yield f"reported, and not declared: {', '.join(sorted(unknown))}"


def is_whole(config: pytest.Config) -> bool:
    """Whether the run has all tests, but perhaps the slow ones and those of timing: nothing was picked by path, name, mark or an earlier run."""
    chosen = [config.option.keyword, config.option.deselect, config.option.maxfail]
    chosen += [config.getoption(name, None) for name in ("lf", "failedfirst", "stepwise", "ignore", "collectonly")]
    return (
        config.args_source is pytest.Config.ArgsSource.TESTPATHS
        and set(config.option.markexpr.split(" and ")) <= {"", "not slow", "not timing"}
        and not any(chosen)
    )


recorder = Recorder()
