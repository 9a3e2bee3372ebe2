"""Fields with credentials are hidden in all representations of an object."""

from __future__ import annotations

import json
import pprint
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from codegen.core.diagnostics import Report
from codegen.core.source import Source
from codegen.outputs.python import classes
from codegen.readers.openapi.reader import read_document
from gardens.parts import openapi
from gardens.python import importing, write

LISTED = tomllib.loads(classes._HIDDEN.read_text(encoding="utf-8"))["fields"]
MODULES = ("models", "structs", "pydantic_models")


@pytest.fixture(scope="module")
def importer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    text = {"type": "string"}
    fields = {key: {"shown": text, **dict.fromkeys(names, text)} for key, names in LISTED.items()}
    document = openapi(
        {key: {"type": "object", "properties": each} for key, each in fields.items()}
    )
    root = tmp_path_factory.mktemp("garden")
    reference = read_document(Source(json.dumps(document, indent=1), "garden.json"), Report())
    write(reference, root, targets=("dataclasses", "msgspec", "pydantic"))
    with importing(root) as found:
        yield found


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("key", LISTED)
def test_representations_hide_credentials(importer: Any, module: str, key: str) -> None:
    *_, group, version, name = key.split(".")
    made = getattr(importer.module(f"{group}_{version}.{module}"), name)
    obj = made.from_dict({"shown": "peat", **dict.fromkeys(LISTED[key], "moss")})
    rich = list(obj.__rich_repr__()) if hasattr(obj, "__rich_repr__") else []
    for text in (
        repr(obj),
        str(obj),
        f"{obj}",
        pprint.pformat([obj]),
        *([repr(rich)] if rich else []),
    ):
        assert "peat" in text
        assert "moss" not in text
    assert obj.to_dict() == {"shown": "peat", **dict.fromkeys(LISTED[key], "moss")}
