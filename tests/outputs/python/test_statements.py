"""Statements with many names or values."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.outputs.python import statements
from support.formatters import find_reformatted


def test_imports_are_sorted_like_ruff() -> None:
    names = [
        ("..core_v10", "models as core_v10"),
        ("..core_v2", "models as core_v2"),
        (".a", "lower"),
        (".a", "Upper"),
        (".a", "CONSTANT"),
        ("typing", "Final"),
        ("pydantic", "Field"),
        ("__future__", "annotations"),
        *((".a", name) for name in ("C", "Ca", "CB")),
        ("collections.abc", "Mapping"),
        (".a", "b as c"),
    ]
    assert statements.import_block(names).split("\n") == [
        "from __future__ import annotations",
        "",
        "from collections.abc import Mapping",
        "from typing import Final",
        "",
        "from pydantic import Field",
        "",
        "from ..core_v2 import models as core_v2",
        "from ..core_v10 import models as core_v10",
        "from .a import CB, CONSTANT, C, Ca, Upper, lower",
        "from .a import b as c",
    ]
    exported = ["Vpc", "A10", "kind_of", "VPC", "Aa", "A2"]
    assert sorted(exported, key=statements.export_key) == [
        "A2",
        "A10",
        "VPC",
        "Aa",
        "Vpc",
        "kind_of",
    ]
    fits = "x" * (88 - len("    from .a import "))
    assert statements.import_block([(".a", fits)], 4) == f"    from .a import {fits}"
    assert (
        statements.import_block([(".a", f"{fits}x")], 4)
        == f"    from .a import (\n        {fits}x,\n    )"
    )


@pytest.mark.parametrize("count", [3, 1000, 1001, 5000], ids="{} values".format)
def test_formatters_change_no_constant(tmp_path: Path, count: int) -> None:
    values = [f'"bed{number}"' for number in range(count)]
    text = statements.write_call("BEDS: Final = Choice(", values, ")")
    module = f"from typing import Final\n\n{text}\n"
    assert find_reformatted({"beds.py": module}, tmp_path) == []
