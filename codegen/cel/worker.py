"""Check objects by rules in CEL in a process of its own, since an expression may take any time and memory.

The process names each rule before it runs it. If it takes too long or too much memory, it ends, that rule is not evaluated again, and
another process checks the object. Both sides write lines of JSON.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path
from threading import Lock, Timer
from typing import IO, Any

from msgspec import Struct

from codegen.cel.runtime import cel_rules
from codegen.cel.runtime.cel_schemas import RuleSchemas
from codegen.kube.errors import Found, path_steps

Schemas = Mapping[str, Mapping[str, Any]]
Steps = tuple[Any, ...]
SECONDS = 10  # for all rules of an object
_MEGABYTES = 512
TOO_MUCH = f"it takes more than {SECONDS} s or {_MEGABYTES} MB"
_NUMBERS = count()


class RuleOutcome(Struct, frozen=True):
    """The broken rules of an object, each with its steps and whether the stored value breaks it too, and the unchecked ones with reasons."""

    broken: list[tuple[Steps, Found, bool]] = []
    unchecked: list[tuple[Steps, str]] = []


class RuleProgram:
    """The rules of a definition, which a worker compiles once."""

    def __init__(self, schemas: Schemas, key: str) -> None:
        self.number = next(_NUMBERS)
        self.schemas = schemas
        self.key = key


class RuleWorker:
    """A process that checks objects by rules. It starts with the first object."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._sent: set[int] = set()
        self._refused: dict[str, str] = {}
        self._lock = Lock()

    def check(self, program: RuleProgram, obj: object, old: object, wrong: Iterable[Steps]) -> RuleOutcome:
        """Check an object like `cel_rules.check`."""
        try:
            values = json.dumps({"obj": obj, "old": old, "wrong": list(wrong)})
        except (TypeError, ValueError, RecursionError):
            return RuleOutcome(unchecked=[((), "the object is no JSON, or nested too deep")])
        with self._lock:
            while True:
                answer = self._ask(program, values)
                if isinstance(answer, RuleOutcome):
                    return answer
                if answer == "":
                    return RuleOutcome(unchecked=[((), "the process that evaluates them has ended")])
                self._refused[answer] = TOO_MUCH

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        self._process = None
        self._sent.clear()

    def _ask(self, program: RuleProgram, values: str) -> RuleOutcome | str:
        """Return the outcome, or the rule at which the process ended."""
        process = self._process = self._process or _start_process()
        task: dict[str, Any] = {"number": program.number, "key": program.key, "refused": self._refused}
        if program.number not in self._sent:
            task["schemas"] = program.schemas
        timer = Timer(SECONDS, process.kill)
        timer.start()
        rule = ""
        try:
            _write(process.stdin, json.dumps(task))
            _write(process.stdin, values)
            for line in process.stdout or ():
                answer = json.loads(line)
                if isinstance(answer, dict):
                    self._sent.add(program.number)
                    return _read_outcome(answer)
                rule = answer
        except OSError:  # the process has ended
            pass
        finally:
            timer.cancel()
        self.close()
        return rule


def _start_process() -> subprocess.Popen[bytes]:
    home = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(  # noqa: S603  - this module, run by this interpreter
        [sys.executable, "-P", "-m", __name__],  # -P: no module of the current folder
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    )


def _write(stream: IO[bytes] | None, text: str) -> None:
    if stream is not None:
        stream.write(f"{text}\n".encode())
        stream.flush()


def _read_steps(steps: Iterable[Any]) -> Steps:
    """Return steps with the keys of maps as tuples, which are lists in JSON."""
    return tuple(tuple(step) if isinstance(step, list) else step for step in steps)


def _read_outcome(answer: Mapping[str, Any]) -> RuleOutcome:
    broken = [(_read_steps(steps), (None, *found), stored) for steps, found, stored in answer["broken"]]
    return RuleOutcome(broken, [(_read_steps(steps), why) for steps, why in answer["unchecked"]])


@cache
def rule_worker() -> RuleWorker:
    """Return the worker of this process."""
    worker = RuleWorker()
    atexit.register(worker.close)
    return worker


# -------------------------------------------------------------------------------------------------------- the worker


def serve(tasks: IO[bytes], answers: IO[bytes]) -> None:
    """Answer tasks until there are no more."""
    programs: dict[int, RuleSchemas] = {}
    for line in tasks:
        task, values = json.loads(line), json.loads(tasks.readline())
        refused = task["refused"]
        if "schemas" in task:
            programs[task["number"]] = RuleSchemas(task["schemas"])

        def start(rule: str, refused: Mapping[str, str] = refused) -> str:
            _write(answers, json.dumps(rule))
            return refused.get(rule, "")

        node = programs[task["number"]].schema(task["key"])
        outcome = cel_rules.Outcome([], [])
        if node is not None:
            wrong = [_read_steps(steps) for steps in values["wrong"]]
            outcome = cel_rules.check(node, values["obj"], values["old"], wrong=wrong, start=start)
        broken = [(path_steps(each.found[0]), each.found[1:], each.stored) for each in outcome.broken]
        unchecked = [(path_steps(each.at), each.why) for each in outcome.unchecked]
        _write(answers, json.dumps({"broken": broken, "unchecked": unchecked}))


def _limit_memory() -> None:
    """Limit the memory of this process, where the system can."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = _MEGABYTES << 20
        resource.setrlimit(resource.RLIMIT_AS, (limit if most == resource.RLIM_INFINITY else min(limit, most), most))


if __name__ == "__main__":
    _limit_memory()
    serve(sys.stdin.buffer, sys.stdout.buffer)
