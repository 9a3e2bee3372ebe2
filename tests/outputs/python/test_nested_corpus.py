"""Generated Python of real custom resources type checks, imports and round-trips every kind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen import read
from codegen.model.inline_objects import hoist_inline_objects
from gardens.python import MADE, emit_outputs, finish_file, importing, sample, write
from support.corpus import CORPUS
from support.formatters import find_reformatted
from support.typed import mypy, pyright

pytestmark = pytest.mark.slow
TARGETS = ("dataclasses", "validators", "pydantic", "msgspec", "typeddict")
NEWEST = [
    max(project.iterdir(), key=lambda each: [int(part) for part in each.name[1:].split(".")])
    for project in sorted(CORPUS.glob("crds/*"))
]
RELEASES = [
    pytest.param(each, id=f"{each.parent.name}-{each.name}") for each in CORPUS.glob("crds/*/*")
]
PROJECTS = [pytest.param(each, id=each.parent.name) for each in NEWEST] or [
    pytest.param(
        CORPUS,
        id="absent",
        marks=pytest.mark.skip(reason=f"no custom resources in {CORPUS} (CODEGEN_CORPUS)"),
    )
]


@pytest.mark.parametrize("release", RELEASES or PROJECTS)
def test_formatters_do_not_change_modules(release: Path, tmp_path: Path) -> None:
    files = [finish_file(file) for file in emit_outputs(read(release), TARGETS) if file.finish]
    assert files
    assert find_reformatted({file.path: file.text for file in files}, tmp_path) == []


@pytest.mark.parametrize("release", PROJECTS)
def test_classes_of_real_custom_resources_work(release: Path, tmp_path: Path) -> None:
    reference = hoist_inline_objects(read(release))
    folder = tmp_path / "made"
    write(read(release), folder, targets=TARGETS)
    assert mypy(tmp_path, "made") == []
    assert pyright(tmp_path, "made") == ""
    kinds = [each for each in reference.definitions.values() if each.gvk is not None]
    assert kinds
    with importing(folder) as importer:
        package = importer.module("")
        for kind in kinds:
            assert kind.gvk is not None
            made = package.kind_of(kind.gvk.api_version, kind.gvk.kind)
            obj = sample(reference, kind.key)
            assert made.from_dict(obj).to_dict() == obj
            assert package.load(json.loads(json.dumps(obj))).to_dict() == obj
            unit = made.__module__.removeprefix(f"{MADE}.").rpartition(".")[0]
            for module in ("pydantic_models", "structs"):
                assert (
                    getattr(importer.module(f"{unit}.{module}"), made.__name__)
                    .from_dict(obj)
                    .to_dict()
                    == obj
                )
            importer.module(f"{unit}.typed_dicts")
            importer.module(f"{unit}.validators")
