"""Check objects by rules in CEL in a process of its own, since an expression may take any time and
memory.

The process names each rule before it runs it. If it takes too long or too much memory, it ends,
that rule is not evaluated again, and another process checks the object. Both sides write lines of
JSON.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock, Timer
from typing import IO, Any

from codegen.cel.runtime import cel_rules
from codegen.cel.runtime.cel_rules import BrokenRule, Outcome, UncheckedRule
from codegen.cel.runtime.cel_schemas import RuleSchemas
from codegen.core.json_types import JsonMapping
from codegen.kube.errors import path_steps

Steps = tuple[Any, ...]
SECONDS = 10  # for all rules of an object
_MEGABYTES = 512
TOO_MUCH = f"it takes more than {SECONDS} s or {_MEGABYTES} MB"


class RuleWorker:
    """A process that checks objects by rules. It starts with the first object."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._refused: dict[str, str] = {}
        self._lock = Lock()

    def check(
        self,
        schemas: str,
        key: str,
        obj: object,
        old: object,
        wrong: Iterable[Steps],
        *,
        is_blocked: bool = False,
    ) -> Outcome:
        """Check an object like `cel_rules.check`, by the schemas of `RuleSchemas` as JSON.

        Places in the outcome are steps.
        """
        task = {
            "key": key,
            "obj": obj,
            "old": old,
            "wrong": list(wrong),
            "is_blocked": is_blocked,
            "refused": self._refused,
        }
        with self._lock:
            while True:
                try:
                    answer = self._ask(schemas, json.dumps(task))
                except (TypeError, ValueError, RecursionError):
                    return _check_nothing("the object is no JSON, or nested too deep")
                if isinstance(answer, Outcome):
                    return answer
                if answer in self._refused:  # the object is too large even without this rule
                    return _check_nothing(TOO_MUCH)
                if answer == "":
                    return _check_nothing("the process that evaluates them has ended")
                self._refused[answer] = TOO_MUCH

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        self._process = None

    def _ask(self, schemas: str, task: str) -> Outcome | str:
        """Return the outcome, or the rule at which the process ended."""
        try:
            process = self._process = self._process or _start_process()
        except OSError:  # there is no such interpreter
            return ""
        timer = Timer(SECONDS, process.kill)
        timer.start()
        rule = ""
        try:
            _write(process.stdin, schemas)
            _write(process.stdin, task)
            for line in process.stdout or ():
                answer = json.loads(line)
                if isinstance(answer, dict):
                    return _read_outcome(answer)
                rule = answer
        except (OSError, json.JSONDecodeError):  # the process has ended
            pass
        finally:
            timer.cancel()
        self.close()
        return rule


def _check_nothing(reason: str) -> Outcome:
    return Outcome([], [UncheckedRule((), reason)])


def _read_outcome(response: JsonMapping) -> Outcome:
    """Read the last line of an answer, with steps for places."""
    outcome = Outcome([], [])
    for steps, (code, key, values), is_unchanged in response["broken"]:
        error = (_read_steps(steps), code, key, values)
        outcome.broken.append(BrokenRule(error, is_unchanged))
    for steps, reason in response["unchecked"]:
        outcome.unchecked.append(UncheckedRule(_read_steps(steps), reason))
    return outcome


def _start_process() -> subprocess.Popen[bytes]:
    home = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(  # noqa: S603  - this module, run by this interpreter
        [sys.executable or "python", "-P", "-m", __name__],  # -P: no module of the current folder
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    )


def _write(stream: IO[bytes] | None, text: str) -> None:
    if stream is not None:
        stream.write(f"{text}\n".encode())
        stream.flush()


def _read_steps(steps: Iterable[object]) -> Steps:
    """Return steps from JSON, in which the keys of maps are lists."""
    return tuple(tuple(step) if isinstance(step, list) else step for step in steps)


@cache
def rule_worker() -> RuleWorker:
    """Return the worker of this process."""
    worker = RuleWorker()
    atexit.register(worker.close)
    return worker


def serve(tasks: IO[bytes], responses: IO[bytes]) -> None:
    """Answer tasks until there are no more."""
    for schemas in tasks:
        task = json.loads(tasks.readline())
        refused: dict[str, str] = task["refused"]

        def start(rule: str, refused: Mapping[str, str] = refused) -> str:
            _write(responses, json.dumps(rule))
            return refused.get(rule, "")

        outcome = Outcome([], [])
        node = _read_schemas(schemas).schema(task["key"])
        if node is not None:
            wrong = list(map(_read_steps, task["wrong"]))
            outcome = cel_rules.check(
                node,
                task["obj"],
                task["old"],
                wrong=wrong,
                is_blocked=task["is_blocked"],
                start=start,
            )
        broken = [
            (path_steps(rule.error[0]), rule.error[1:], rule.is_unchanged)
            for rule in outcome.broken
        ]
        unchecked = [(path_steps(at), why) for at, why in outcome.unchecked]
        _write(responses, json.dumps({"broken": broken, "unchecked": unchecked}))


@lru_cache(100)  # kinds of a run
def _read_schemas(text: bytes) -> RuleSchemas:
    return RuleSchemas(json.loads(text))


def _limit_memory() -> None:
    """Limit the memory of this process, where the system can."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = _MEGABYTES << 20
        resource.setrlimit(
            resource.RLIMIT_AS,
            (limit if most == resource.RLIM_INFINITY else min(limit, most), most),
        )


if __name__ == "__main__":
    _limit_memory()
    serve(sys.stdin.buffer, sys.stdout.buffer)
