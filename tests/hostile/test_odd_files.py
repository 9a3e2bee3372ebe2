"""Non-regular files in place of inputs give one message, without blocking or unlimited reading."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result

from codegen.core import opening
from gardens.compare import document, english
from support.commands import run as command

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")


def _link(to: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(to)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        before = Path.cwd()
        os.chdir(path.parent)  # socket paths are limited in length
        try:
            listening.bind(path.name)
        finally:
            os.chdir(before)


ODD: dict[str, Callable[[Path], None]] = {
    "zero": _link("/dev/zero"),
    "random": _link("/dev/urandom"),
    "full": _link("/dev/full"),
    "pipe": os.mkfifo,
    "socket": _socket,
    "folder": Path.mkdir,
    "loop": lambda path: path.symlink_to(path.name),
    "dangling": _link("nowhere"),
}
CONFIG: dict[str, Any] = {
    "sources": [{"path": "plot.json"}],
    "locales": ["en", "zh-cn"],
    "translations": "po",
    "outputs": [{"target": "openapi", "to": "out"}, {"target": "json-schema", "to": "out"}],
}
MANIFEST = {
    "apiVersion": "garden.example.io/v1",
    "kind": "Plot",
    "metadata": {"name": "a"},
    "spec": {"owner": "b"},
}
TOC = {
    "parts": [
        {
            "name": "Garden",
            "chapters": [{"name": "Plot", "group": "garden.example.io", "version": "v1"}],
        }
    ]
}


def _with(**settings: Any) -> dict[str, Any]:
    return CONFIG | settings


def _docs(**options: str) -> dict[str, Any]:
    return _with(outputs=[{"target": "docs", "layout": "table", "to": "docs/{locale}", **options}])


_OFTEN = ("zero", "pipe", "loop")  # the others are rare


# Input -> its path, the configuration and the arguments. `{}` is the path.
PLACES: dict[str, tuple[str, dict[str, Any], str]] = {
    "source": ("odd.json", CONFIG, "inspect odd.json"),
    "page": ("odd.md", CONFIG, "inspect odd.md"),
    "configured source": ("odd.json", _with(sources=[{"path": "odd.json"}]), "generate"),
    "old": ("odd.json", CONFIG, "diff odd.json plot.json"),
    "history": ("odd.json", CONFIG, "history --release 1.1=odd.json --release 1.2=plot.json"),
    "configuration": ("codegen.yaml", {}, "generate"),
    "configuration of check": ("codegen.yaml", {}, "check"),
    "configuration of history": ("codegen.yaml", {}, "history"),
    "configuration of site": ("codegen.yaml", {}, "site"),
    "configured history": (
        "odd.json",
        _with(history=[{"path": "odd.json", "release": "1.1"}]),
        "history",
    ),
    "baseline": ("odd.yaml", _with(check={"baseline": "odd.yaml"}), "check"),
    "baseline of diff": ("odd.yaml", CONFIG, "diff --baseline odd.yaml plot.json plot.json"),
    "written baseline": (
        "odd.yaml",
        CONFIG,
        "diff --baseline odd.yaml --write-baseline plot.json new.json",
    ),
    "catalog": ("po/zh-cn.po", CONFIG, "generate"),
    "catalog of status": (
        "odd.po",
        CONFIG,
        "translate status --for plot.json --locale zh-cn --catalog odd.po",
    ),
    "catalog to write": (
        "odd.po",
        CONFIG,
        "translate --learn plot.md --for plot.json --locale zh-cn --catalog odd.po",
    ),
    "import": ("odd.csv", CONFIG, "translate import odd.csv --locale zh-cn --catalog known.po"),
    "glossary": ("odd.toml", CONFIG, "translate lint plot.md --locale zh-cn --glossary odd.toml"),
    "language": ("own/locales/en.toml", _docs(layout="list") | {"templates": "own"}, "generate"),
    "template": (
        "own/docs/list/page.md.j2",
        _docs(layout="list") | {"templates": "own"},
        "generate",
    ),
    "contents": ("odd.yaml", _docs(toc="odd.yaml"), "generate"),
    "orders": ("odd.yaml", _docs(toc="toc.yaml", fields="odd.yaml"), "generate"),
    "output": ("out/plot-garden-v1.json", CONFIG, "generate"),
    "checked output": ("out/plot-garden-v1.json", CONFIG, "check"),
    "list of outputs": ("out/.codegen-files", CONFIG, "generate"),
    "manifest": ("odd.yaml", CONFIG, "validate --source plot.json odd.yaml"),
    "stored": ("odd.yaml", CONFIG, "validate --source plot.json --old odd.yaml plot.yaml"),
    "source of manifests": ("odd.json", CONFIG, "validate --source odd.json plot.yaml"),
    "rules": (
        "rules/plot-garden-v1.toml",
        CONFIG,
        "validate --source plot.json --rules rules plot.yaml",
    ),
    "manifest of upgrade": ("odd.yaml", CONFIG, "upgrade --from 1.30 --to 1.31 odd.yaml"),
    "reviewed": ("odd.md", CONFIG, "review odd.md --locale zh-cn"),
    "its English": ("odd.md", CONFIG, "review plot.md --locale zh-cn --english odd.md"),
    "first source": ("odd.json", {}, "init --config other.yaml --source odd.json"),
    "tokens": ("odd.csv", CONFIG, "token-endpoint --port 0 --token-auth-file odd.csv"),
    "key": (
        "odd.pem",
        CONFIG,
        "token-endpoint --port 0 --service-account-signing-key-file odd.pem",
    ),
}
# Combinations that are legitimate or impossible.
_TAKEN = {
    ("template", "folder"),
    ("written baseline", "dangling"),
    ("checked output", "dangling"),
    ("its English", "folder"),
}


@cache
def _texts() -> dict[str, str]:
    plot = json.dumps(document())
    return {
        "plot.json": plot,
        "new.json": plot.replace("owner", "keeper"),
        "plot.md": english(),
        "plot.yaml": yaml.safe_dump(MANIFEST),
        "toc.yaml": yaml.safe_dump(TOC),
        "known.po": 'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n',
    }


def _project(config: dict[str, Any]) -> None:
    for name, text in _texts().items():
        Path(name).write_text(text, encoding="utf-8")
    Path("po").mkdir(exist_ok=True)
    if config:
        Path("codegen.yaml").write_text(json.dumps(config), encoding="utf-8")


def _run(arguments: str) -> Result:
    return command(*arguments.split())


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        pytest.param(place, kind, marks=() if kind in _OFTEN else pytest.mark.slow)
        for place in PLACES
        for kind in ODD
        if (place, kind) not in _TAKEN
    ],
)
def test_special_file_gives_one_message(
    place: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path, config, arguments = PLACES[place]
    _project(config)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    ODD[kind](Path(path))
    result = _run(arguments)
    assert isinstance(result.exception, SystemExit | None), result.exception
    is_checked_link = place == "checked output" and Path(path).is_symlink()
    assert result.exit_code == (1 if is_checked_link else 2)
    assert path.rpartition("/")[2] in result.stdout + result.stderr


def test_size_limit_counts_bytes_while_reading(tmp_path: Path) -> None:
    """Files in /proc have the size 0, whatever they contain."""
    file = tmp_path / "plot.md"
    file.write_bytes(b"x" * 4096)
    assert len(opening.read_bytes(file, limit=4096)) == 4096
    with pytest.raises(OSError, match="larger than"):
        opening.read_bytes(file, limit=4095)
    listing = Path("/proc/self/maps")
    if listing.exists():
        assert listing.stat().st_size == 0
        with pytest.raises(OSError, match="larger than"):
            opening.read_bytes(listing, limit=10)


def test_process_substitution_is_read(tmp_path: Path) -> None:
    """`codegen inspect <(kubectl get --raw /openapi/v2)` passes an open pipe."""
    (tmp_path / "plot.json").write_text(json.dumps(document()), encoding="utf-8")
    command = f"{sys.executable} -m codegen inspect <(cat plot.json)"
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "Plot" in done.stdout) == (0, True), done.stderr


def test_endless_stream_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "codegen", "validate", "-"]
    with Path("/dev/zero").open("rb") as zeros:
        done = subprocess.run(command, stdin=zeros, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "stdin: ERR source-too-large: it is larger than the limit of 64 MiB" in done.stdout


# Commands whose path is an argument, including output paths.
NAMED = (
    *(arguments.replace(path, "{}") for path, _, arguments in PLACES.values() if path in arguments),
    "diff plot.json plot.json --output {}",
    "generate --config {}",
    "check --config {}",
    "history --release 1.1=plot.json --output {}",
    "site --config {}",
    "site --to {}",
    "init --config {}",
    "validate plot.yaml --rules {}",
    "validate plot.yaml --config {}",
    "translate export --for plot.json --locale zh-cn --catalog known.po --to {}",
    "token-endpoint --port 0 --state {}",
    "token-endpoint --port 0 --cert-dir {}",
    "token-endpoint --port 0 --write-kubeconfig {}",
)
# A name that is too long, a name that is not UTF-8, and a path that is too long.
NAMES = ("x" * 300 + ".json", "plot\udcff.json", "x/" * 3000 + "plot.json")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        pytest.param(arguments, name, marks=() if name == NAMES[0] else pytest.mark.slow)
        for arguments in NAMED
        for name in NAMES
        if name.isascii() or not arguments.startswith("token-endpoint")  # it would start a server
    ],
)
def test_odd_name_is_reported(
    arguments: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _project(CONFIG)
    result = command(*(argument.replace("{}", name) for argument in arguments.split()))
    assert result.exit_code == 2 or name.isascii() is False, result.output
    assert "Traceback" not in result.output


@pytest.mark.slow  # each generates twice in processes of their own
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams_do_not_corrupt_files(
    closed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise, the first opened file would get the descriptor of the closed stream, and messages
    would be written into it.
    """
    monkeypatch.chdir(tmp_path)
    _project(CONFIG)
    found = []
    for redirected in ("", closed):
        shutil.rmtree("out", ignore_errors=True)
        script = f"{sys.executable} -m codegen generate {redirected}"
        assert (
            subprocess.run(["sh", "-c", script], check=False, stderr=subprocess.DEVNULL).returncode
            == 0
        )
        found.append({file.name: file.read_bytes() for file in Path("out").iterdir()})
    assert found[0] == found[1] != {}


@pytest.mark.parametrize(
    "arguments",
    ["inspect plot.json", "diff plot.json new.json", "--help", "explain", "validate plot.json"],
)
def test_output_write_error_gives_one_message(
    arguments: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _project(CONFIG)
    command = [sys.executable, "-m", "codegen", *arguments.split()]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert (
        done.stderr.splitlines()[-1]
        == "codegen: the output cannot be written: No space left on device"
    )
