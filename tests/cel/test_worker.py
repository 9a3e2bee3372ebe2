"""CEL rules run in a worker process with limited time and memory."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from codegen.cel import worker
from codegen.cel.runtime import cel_rules
from codegen.cel.worker import RuleWorker

HUGE = "self.replace('x', self).size() > 0"  # a text whose squared length exceeds the limit
SLOW = f"[{','.join(['1'] * 90)}].all(a, [{','.join(['1'] * 90)}].all(b, self.replace('x', 'yy').size() > 0))"
LIGHT = "self.size() > 2000000"


def rules(*texts: str) -> str:
    spec = {"type": "string", "rules": [{"rule": text} for text in texts]}
    return json.dumps({"Plot": {"type": "object", "fields": {"spec": spec}}})


def check(runner: RuleWorker, rules: str, spec: object) -> tuple[list[str], list[Any]]:
    """Return the messages of violated rules and the unchecked rules."""
    outcome = runner.check(rules, "Plot", {"spec": spec}, None, [])
    assert all(found[0] == ("spec",) for found, _ in outcome.broken)
    return [(found[3] or {})["message"] for found, _ in outcome.broken], outcome.unchecked


@pytest.fixture
def runner() -> Iterator[RuleWorker]:
    runs = RuleWorker()
    yield runs
    runs.close()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit memory")
def test_rule_out_of_memory_is_skipped_and_others_run(
    runner: RuleWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = worker.SECONDS
    monkeypatch.setattr(worker, "SECONDS", 60)  # memory ends the process, and not time
    texts = rules(LIGHT, HUGE, "self == 'a'")
    expected = [f"failed rule: {LIGHT}", "failed rule: self == 'a'"], [(("spec",), worker.TOO_MUCH)]
    assert check(runner, texts, "x" * 24_000) == expected
    started = time.perf_counter()
    assert check(runner, texts, "b") == expected
    assert time.perf_counter() - started < seconds


@pytest.mark.slow
def test_slow_rule_is_stopped(runner: RuleWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "SECONDS", 3)
    expected = [f"failed rule: {LIGHT}"], [(("spec",), worker.TOO_MUCH)]
    assert check(runner, rules(SLOW, LIGHT), "x" * 1_000_000) == expected


@pytest.mark.parametrize("program", ["false", "no such program"])
def test_rules_are_unchecked_without_process(
    runner: RuleWorker, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    assert check(runner, rules(LIGHT), "") == (
        [],
        [((), "the process that evaluates them has ended")],
    )
    monkeypatch.undo()
    assert check(runner, rules("self == ''"), "") == ([], [])


def test_refused_rule_does_not_restart_process(
    runner: RuleWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = iter((LIGHT, LIGHT))
    monkeypatch.setattr(runner, "_ask", lambda *_: next(ends))
    assert check(runner, rules(LIGHT), "") == ([], [((), worker.TOO_MUCH)])
    assert not list(ends)


@pytest.mark.parametrize("value", [{1, 2}, b"a", object()])
def test_non_json_object_is_not_checked(runner: RuleWorker, value: object) -> None:
    assert check(runner, rules(LIGHT), value) == (
        [],
        [((), "the object is no JSON, or nested too deep")],
    )


def test_current_folder_is_not_imported(
    runner: RuleWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("open('ran', 'w')")
    monkeypatch.chdir(tmp_path)
    assert check(runner, rules("self == 'a'"), "a") == ([], [])
    assert [file.name for file in tmp_path.iterdir()] == ["json.py"]


def test_process_imports_modules_of_caller(
    runner: RuleWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "codegen.py").write_text("raise SystemExit")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert check(runner, rules("self == 'a'"), "a") == ([], [])


def run_worker(rules: str, **more: Any) -> list[Any]:
    task = {
        "key": "Plot",
        "obj": {"spec": "a"},
        "old": None,
        "wrong": [["spec"]],
        "is_blocked": False,
        "refused": {},
        **more,
    }
    answers = BytesIO()
    worker.serve(BytesIO(f"{rules}\n{json.dumps(task)}\n".encode()), answers)
    return [json.loads(line) for line in answers.getvalue().splitlines()]


def test_worker_announces_each_rule_before_running_it(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = rules("self == 'a'", "self > 1")
    assert run_worker(texts, refused={"self == 'a'": "refused"}) == [
        "self == 'a'",
        "self > 1",
        {"broken": [], "unchecked": [[["spec"], "refused"], [["spec"], cel_rules.WRONG]]},
    ]
    assert run_worker(texts, is_blocked=True) == [
        {"broken": [], "unchecked": [[["spec"], cel_rules.BLOCKED]] * 2}
    ]
    assert run_worker(texts, key="Other") == [{"broken": [], "unchecked": []}]
    monkeypatch.setattr(cel_rules, "engine", lambda: None)
    missing = [["spec"], "cel-expr-python and protobuf are not installed"]
    assert run_worker(texts) == [{"broken": [], "unchecked": [missing] * 2}]
    inner = {"type": "object", "fields": {"leaf": {"ref": "Leaf"}}}
    plot = {"type": "object", "fields": {"bed": {"ref": "Bed"}, "shed": {"ref": "Shed"}}}
    shared = {
        "Plot": plot,
        "Bed": inner,
        "Shed": inner,
        "Leaf": {"type": "string", "rules": [{"rule": "true"}]},
    }
    (outcome,) = run_worker(json.dumps(shared))
    assert outcome == {"broken": [], "unchecked": [[["shed", "leaf"], missing[1]]]}
