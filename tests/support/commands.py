"""Running the command in this process."""

from __future__ import annotations

import re

from click.testing import CliRunner, Result

from codegen.cli import main


def run(*arguments: object, stdin: str | bytes | None = None) -> Result:
    """Run the command and return its result. Exceptions other than SystemExit are raised."""
    result = CliRunner().invoke(main, [*map(str, arguments)], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output
    return result


def lines(result: Result) -> list[str]:
    """Return `line:column: level rule` of each printed finding."""
    return re.findall(r"^\S+?:(\d+:\d+: \w+ [a-z0-9-]+):", result.stdout, re.MULTILINE)
