"""Rules in CEL run in a process of their own, whose time and memory are limited."""

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

HUGE = "self.replace('x', self).size() > 0"  # of a text whose square is more than the limit
SLOW = f"[{','.join(['1'] * 90)}].all(a, [{','.join(['1'] * 90)}].all(b, self.replace('x', 'yy').size() > 0))"
LIGHT = "self.size() > 2000000"


def rules(*texts: str) -> str:
    spec = {"type": "string", "rules": [{"rule": text} for text in texts]}
    return json.dumps({"Plot": {"type": "object", "fields": {"spec": spec}}})


def check(by: RuleWorker, rules: str, spec: object) -> tuple[list[str], list[Any]]:
    """The messages of broken rules, and the unchecked ones."""
    outcome = by.check(rules, "Plot", {"spec": spec}, None, [])
    assert all(found[0] == (None, "spec") for found, _ in outcome.broken)
    return [(found[3] or {})["message"] for found, _ in outcome.broken], outcome.unchecked


@pytest.fixture
def by() -> Iterator[RuleWorker]:
    runs = RuleWorker()
    yield runs
    runs.close()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit memory")
def test_a_rule_that_fills_the_memory_is_not_evaluated_again_and_others_are(by: RuleWorker) -> None:
    texts = rules(LIGHT, HUGE, "self == 'a'")
    expected = [f"failed rule: {LIGHT}", "failed rule: self == 'a'"], [((None, "spec"), worker.TOO_MUCH)]
    assert check(by, texts, "x" * 24_000) == expected
    started = time.perf_counter()
    assert check(by, texts, "b") == expected
    assert time.perf_counter() - started < worker.SECONDS


@pytest.mark.slow
def test_a_rule_that_takes_long_is_stopped(by: RuleWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "SECONDS", 3)
    expected = [f"failed rule: {LIGHT}"], [((None, "spec"), worker.TOO_MUCH)]
    assert check(by, rules(SLOW, LIGHT), "x" * 1_000_000) == expected


@pytest.mark.parametrize("program", ["false", "no such program"])
def test_a_process_that_does_not_start_leaves_rules_unchecked(
    by: RuleWorker, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    assert check(by, rules(LIGHT), "") == ([], [(None, "the process that evaluates them has ended")])
    monkeypatch.undo()
    assert check(by, rules("self == ''"), "") == ([], [])


def test_a_process_that_ends_at_a_refused_rule_is_not_started_again(
    by: RuleWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = iter((LIGHT, LIGHT))
    monkeypatch.setattr(by, "_ask", lambda *_: next(ends))
    assert check(by, rules(LIGHT), "") == ([], [(None, worker.TOO_MUCH)])
    assert not list(ends)


@pytest.mark.parametrize("value", [{1, 2}, b"a", object()])
def test_an_object_that_is_no_json_is_not_checked(by: RuleWorker, value: object) -> None:
    assert check(by, rules(LIGHT), value) == ([], [(None, "the object is no JSON, or nested too deep")])


def test_no_module_of_the_current_folder_runs(by: RuleWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("open('ran', 'w')")
    monkeypatch.chdir(tmp_path)
    assert check(by, rules("self == 'a'"), "a") == ([], [])
    assert [file.name for file in tmp_path.iterdir()] == ["json.py"]


def served(rules: str, **more: Any) -> list[Any]:
    task = {"key": "Plot", "obj": {"spec": "a"}, "old": None, "wrong": [["spec"]], "refused": {}, **more}
    answers = BytesIO()
    worker.serve(BytesIO(f"{rules}\n{json.dumps(task)}\n".encode()), answers)
    return [json.loads(line) for line in answers.getvalue().splitlines()]


def test_a_worker_names_each_rule_before_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = rules("self == 'a'", "self > 1")
    assert served(texts, refused={"self == 'a'": "refused"}) == [
        "self == 'a'",
        "self > 1",
        {"broken": [], "unchecked": [[["spec"], "refused"], [["spec"], cel_rules.WRONG]]},
    ]
    assert served(texts, key="Other") == [{"broken": [], "unchecked": []}]
    monkeypatch.setattr(cel_rules, "engine", lambda: None)
    missing = [["spec"], "cel-expr-python and protobuf are not installed"]
    assert served(texts) == [{"broken": [], "unchecked": [missing] * 2}]
