"""What differs between the answers of API servers of different releases."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from codegen.core import releases


@cache
def server_answers(release: str) -> Mapping[str, Any]:
    """Return the answers of a release by the names in `server_answers.toml`."""
    table = tomllib.loads(Path(__file__).with_name("server_answers.toml").read_text(encoding="utf-8"))
    found = {}
    for name, answers in table.items():
        since = max(each for each in map(releases.parse, answers) if each <= releases.parse(release))
        found[name] = answers[releases.format_release(since)]
    return found
