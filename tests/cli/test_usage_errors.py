"""Messages about wrong usage in Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from codegen.cli import main


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["validate", "--gate"], "错误：没有选项 --gate"),
        (["review"], "错误：缺少参数 'PAGE...'。"),
        (["check", "--format", "gate"], "的值无效：可用值："),
        (["gate"], "错误：没有命令 'gate'。"),
        (["upgrade", "plot.yaml"], "错误：请指定版本"),
    ],
    ids=["option", "argument", "choice", "command", "own message"],
)
def test_wrong_usage_is_explained_in_chinese(
    arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    result = CliRunner().invoke(main, arguments, prog_name="codegen")
    assert result.exit_code == 2
    assert message in result.stderr
