"""Rules in CEL run in a process of their own, whose time and memory are limited."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from codegen.cel import worker
from codegen.cel.runtime import cel_rules
from codegen.cel.worker import RuleOutcome, RuleProgram, RuleWorker

HUGE = "self.replace('x', self).replace('x', self).size() > 0"
SLOW = f"[{','.join(['1'] * 90)}].all(a, [{','.join(['1'] * 90)}].all(b, self.replace('x', 'yy').size() > 0))"
LIGHT = "self.size() > 2000000"


def rules(*texts: str) -> RuleProgram:
    spec = {"type": "string", "rules": [{"rule": text} for text in texts]}
    return RuleProgram({"Plot": {"type": "object", "fields": {"spec": spec}}}, "Plot")


def summary(outcome: RuleOutcome) -> tuple[list[str], list[Any]]:
    """The messages of broken rules, and the unchecked ones."""
    return [(found[3] or {})["message"] for _, found, _ in outcome.broken], outcome.unchecked


@pytest.fixture
def by() -> Iterator[RuleWorker]:
    runs = RuleWorker()
    yield runs
    runs.close()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit memory")
def test_a_rule_that_fills_the_memory_is_not_evaluated_again_and_others_are(by: RuleWorker) -> None:
    program = rules(LIGHT, HUGE, "self == 'a'")
    outcome = by.check(program, {"spec": "x" * 1500}, None, [])
    broken = [f"failed rule: {LIGHT}", "failed rule: self == 'a'"]
    assert summary(outcome) == (broken, [(("spec",), worker.TOO_MUCH)])
    started = time.perf_counter()
    assert summary(by.check(program, {"spec": "b"}, None, [])) == (broken, [(("spec",), worker.TOO_MUCH)])
    assert time.perf_counter() - started < worker.SECONDS


@pytest.mark.slow
def test_a_rule_that_takes_long_is_stopped(by: RuleWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "SECONDS", 3)
    outcome = by.check(rules(SLOW, LIGHT), {"spec": "x" * 1_000_000}, None, [])
    assert summary(outcome) == ([f"failed rule: {LIGHT}"], [(("spec",), worker.TOO_MUCH)])


def test_a_process_that_does_not_start_is_an_unchecked_rule(by: RuleWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    reason = "the process that evaluates them has ended"
    assert by.check(rules(LIGHT), {"spec": ""}, None, []) == RuleOutcome(unchecked=[((), reason)])
    monkeypatch.undo()
    assert by.check(rules("self == ''"), {"spec": ""}, None, []) == RuleOutcome()


@pytest.mark.parametrize("value", [{1, 2}, b"a", object()])
def test_an_object_that_is_no_json_is_not_checked(by: RuleWorker, value: object) -> None:
    outcome = by.check(rules(LIGHT), {"spec": value}, None, [])
    assert outcome.unchecked == [((), "the object is no JSON, or nested too deep")]


def test_no_module_of_the_current_folder_runs(by: RuleWorker, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("open('ran', 'w')")
    monkeypatch.chdir(tmp_path)
    assert by.check(rules("self == 'a'"), {"spec": "a"}, None, []) == RuleOutcome()
    assert [file.name for file in tmp_path.iterdir()] == ["json.py"]


def served(program: RuleProgram, spec: object, **more: Any) -> list[Any]:
    task = {"number": program.number, "key": program.key, "schemas": program.schemas, "refused": {}, **more}
    values = {"obj": {"spec": spec}, "old": None, "wrong": [["spec"]]}
    answers = BytesIO()
    worker.serve(BytesIO(f"{json.dumps(task)}\n{json.dumps(values)}\n".encode()), answers)
    return [json.loads(line) for line in answers.getvalue().splitlines()]


def test_a_worker_names_each_rule_before_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    program = rules("self == 'a'", "self > 1")
    assert served(program, "a", refused={"self == 'a'": "refused"}) == [
        "self == 'a'",
        "self > 1",
        {"broken": [], "unchecked": [[["spec"], "refused"], [["spec"], cel_rules.WRONG]]},
    ]
    assert served(program, "a", key="Other") == [{"broken": [], "unchecked": []}]
    monkeypatch.setattr(cel_rules, "engine", lambda: None)
    missing = [["spec"], "cel-expr-python and protobuf are not installed"]
    assert served(program, "a") == [{"broken": [], "unchecked": [missing] * 2}]
