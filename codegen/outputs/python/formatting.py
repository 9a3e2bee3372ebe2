"""Python in the layout of black with its default settings.

Black takes most of the time of a run. Its results are kept in the user's cache folder, by the text
that they came from. A project cannot write there, so that nothing in a repository can make `codegen
check` accept a changed file.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import platformdirs

from codegen.core.diagnostics import Span, failure

# Without a version black leaves out some trailing commas, for Python 2, and ruff adds them.
_PYTHON = "PY311"
_MOST_RESULTS = 4000  # about ten times all Python of Kubernetes


def format_python(text: str, path: str) -> str:
    """Format a module with black.

    Raises `CodegenError`, located at `path`, if it is not valid Python.
    """
    folder = _cache_folder(version("black"))
    file = folder / sha256(f"{_PYTHON}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()
    formatted = _read_result(file)
    if formatted is None:
        formatted = _run_black(text, path)
        _write_result(file, formatted)
    return formatted


def _run_black(text: str, path: str) -> str:
    import black  # slow, and only needed for changed modules

    mode = black.Mode(target_versions={black.mode.TargetVersion[_PYTHON]})
    try:
        return black.format_str(text, mode=mode)
    except Exception as error:  # noqa: BLE001 - of hostile text its parser raises many kinds of errors
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise failure(
            "generated-code-invalid",
            f"black cannot read it: {reason}",
            Span(path=path, line=getattr(error, "lineno", 0) or 0),
            "this is a fault of codegen: please report it with the source that led to it",
            arguments=(str(reason),),
        ) from None


def _cache_folder(of_black: str) -> Path:
    """Return the folder with the results of a version of black."""
    return Path(platformdirs.user_cache_dir("apiref-codegen")) / f"black-{of_black}"


def _read_result(file: Path) -> str | None:
    """Return a kept result, or None. A folder inside of the project is none of the user."""
    with suppress(OSError, ValueError):
        if not file.resolve().is_relative_to(Path.cwd()):
            return file.read_text(encoding="utf-8")
    return None


def _write_result(file: Path, text: str) -> None:
    """Keep a result, unless the folder is full or read-only."""
    with suppress(OSError, ValueError):
        if file.resolve().is_relative_to(Path.cwd()):
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        _remove_oldest(file.parent)
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            written.write(text)
        Path(name).replace(file)


def _remove_oldest(folder: Path) -> None:
    """Halve a full folder."""
    files = list(folder.iterdir())
    if len(files) < _MOST_RESULTS:
        return
    files.sort(key=lambda file: file.stat().st_mtime)
    for file in files[: len(files) // 2]:
        file.unlink(missing_ok=True)
