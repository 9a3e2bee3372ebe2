"""`codegen site --serve`, where the machine refuses something."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import click
import pytest
import watchfiles

from codegen.cli.site import _serve, site

CONFIG = cast("Any", SimpleNamespace(sources=(), history=(), root=Path(), translations="", templates=""))


def serve(folder: Path, port: int) -> None:
    with click.Context(site):
        _serve(CONFIG, folder / "codegen.yaml", folder, lambda: None, port)


def test_what_the_machine_refuses_is_told_as_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit):
        serve(tmp_path, taken.getsockname()[1])
    assert "name another one, or 0 for any that is free" in capsys.readouterr().err

    def refusing(*_: object, **__: object) -> Iterator[object]:
        raise OSError("OS file watch limit reached")

    monkeypatch.setattr(watchfiles, "watch", refusing)
    with pytest.raises(SystemExit):
        serve(tmp_path, 0)
    told = capsys.readouterr().err
    assert "the sources cannot be watched: OS file watch limit reached" in told
    assert "--port" not in told
