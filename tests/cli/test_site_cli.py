"""`codegen site --serve`, where the machine refuses something."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import watchfiles

from codegen.cli.site import Work, serve_edited, site


def serve(folder: Path, port: int) -> None:
    (folder / "codegen.yaml").write_text("sources: [{path: plot.json}]\noutputs: []\n", encoding="utf-8")
    with click.Context(site):
        serve_edited(Work(folder / "codegen.yaml", None), port)


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
