"""Generated Python of real custom resources: mypy and the imports hold it, and every kind brings its wire form back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codegen import read
from codegen.model import Array, Map, Ref, Reference, Scalar, Type
from codegen.model.inline_objects import hoist_inline_objects
from gardens.python import MADE, importing, write
from support.corpus import CORPUS
from support.typed import mypy

pytestmark = pytest.mark.slow
TARGETS = ("dataclasses", "validators", "pydantic", "msgspec", "typeddict")
NEWEST = [
    max(project.iterdir(), key=lambda each: [int(part) for part in each.name[1:].split(".")])
    for project in sorted(CORPUS.glob("crds/*"))
]
PROJECTS = [pytest.param(each, id=each.parent.name) for each in NEWEST] or [
    pytest.param(
        CORPUS, id="absent", marks=pytest.mark.skip(reason=f"no custom resources in {CORPUS} (CODEGEN_CORPUS)")
    )
]


def sample(reference: Reference, kind: Type, inside: tuple[str, ...] = ()) -> Any:
    """A value with every field, whatever limits say."""
    match kind:
        case Ref(key=key):
            fields = reference.definitions[key].fields
            return {
                each.name: each.value or sample(reference, reference.resolve(each.type), (*inside, key))
                for each in fields
            }
        case Array(items=items):
            return [sample(reference, items, inside)]
        case Map(values=values):
            return {"k-1": sample(reference, values, inside)}
        case Scalar(enum=enum) if enum:
            return enum[0]
        case Scalar(type=name, format=form):
            texts = {"date-time": "2024-02-29T12:00:00Z", "byte": "cw==", "int-or-string": "10%"}
            return texts.get(form) or {"string": "s", "integer": 7, "number": 1.5, "boolean": True}.get(
                name, {"a": [1, None]}
            )
    raise TypeError(kind)


@pytest.mark.parametrize("release", PROJECTS)
def test_classes_of_real_custom_resources(release: Path, tmp_path: Path) -> None:
    reference = hoist_inline_objects(read(release))
    folder = tmp_path / "made"
    write(read(release), folder, targets=TARGETS)
    assert mypy(tmp_path, "made") == []
    kinds = [each for each in reference.definitions.values() if each.gvk is not None]
    assert kinds
    with importing(folder) as importer:
        package = importer.module("")
        for kind in kinds:
            assert kind.gvk is not None
            made = package.kind_of(kind.gvk.api_version, kind.gvk.kind)
            obj = sample(reference, Ref(key=kind.key))
            assert made.from_dict(obj).to_dict() == obj
            assert package.load(json.loads(json.dumps(obj))).to_dict() == obj
            unit = made.__module__.removeprefix(f"{MADE}.").rpartition(".")[0]
            for module in ("pydantic_models", "structs"):
                assert getattr(importer.module(f"{unit}.{module}"), made.__name__).from_dict(obj).to_dict() == obj
            importer.module(f"{unit}.typed_dicts")
            importer.module(f"{unit}.validators")
