"""Errors of `codegen site --serve`."""

from __future__ import annotations

import socket
from pathlib import Path

import click
import pytest

from codegen.cli.site import SiteBuilder, serve_edited, site


def test_used_port_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "codegen.yaml").write_text(
        "sources: [{path: plot.json}]\noutputs: []\n", encoding="utf-8"
    )
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        click.Context(site),
        pytest.raises(SystemExit),
    ):
        serve_edited(SiteBuilder(tmp_path / "codegen.yaml", None), taken.getsockname()[1])
    assert "name another one, or 0 for any that is free" in capsys.readouterr().err
