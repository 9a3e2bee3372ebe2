"""Generated Python of real releases imports, type checks and round-trips every definition."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from codegen.outputs.python.units import Units
from gardens.python import check, emit_outputs, finish_file, importing, sample
from support.corpus import ENDS, for_each, reference_of
from support.formatters import find_reformatted
from support.typed import mypy, pyright

pytestmark = [pytest.mark.slow, for_each(ENDS, scope="module")]
PYTHON = ("dataclasses", "validators", "pydantic", "msgspec", "typeddict")
MODULES = ("models", "validators", "pydantic_models", "structs", "typed_dicts")
NEED_LIBRARIES = ("pydantic_models", "structs")
OTHER_PYTHON = "/usr/bin/python3"


def is_supported(python: str) -> bool:
    """Return whether a Python is there, and is one that generated packages support."""
    if shutil.which(python) is None:
        return False
    probe = "import sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-c", probe], capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def folder(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generate all Python of a release as the package `release.k8s`."""
    root = tmp_path_factory.mktemp("home") / "release"
    for file in emit_outputs(reference_of(release), PYTHON):
        if file.finish is not None:
            check(file)
        (root / "k8s" / file.path).parent.mkdir(parents=True, exist_ok=True)
        (root / "k8s" / file.path).write_text(file.text, encoding="utf-8")
    return root


def test_formatters_do_not_change_modules(release: Path, tmp_path: Path) -> None:
    files = [
        finish_file(file)
        for file in emit_outputs(reference_of(release), PYTHON)
        if file.finish is not None
    ]
    assert find_reformatted({file.path: file.text for file in files}, tmp_path) == []
    home = tmp_path / "release"
    for file in files:
        (home / file.path).parent.mkdir(parents=True, exist_ok=True)
        (home / file.path).write_text(file.text, encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "I", "release"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]


def test_number_of_lines_is_limited(release: Path) -> None:
    """Less than half the lines of the former layout, in which each module had its own run time."""
    reference = reference_of(release)
    texts = [file.text for file in emit_outputs(reference, ("dataclasses", "validators"))]
    definitions = [each for unit in Units(reference).units for each in unit.definitions]
    things = len(definitions) + sum(len(each.fields) for each in definitions)
    assert sum(text.count("\n") for text in texts) < 16.4 * things


@pytest.mark.parametrize("module", MODULES)
def test_every_module_can_be_imported_first(release: Path, folder: Path, module: str) -> None:
    import_in_both_orders(sys.executable, folder, module)


@pytest.mark.skipif(not is_supported(OTHER_PYTHON), reason=f"{OTHER_PYTHON} is not 3.11 or later")
@pytest.mark.parametrize("module", [name for name in MODULES if name not in NEED_LIBRARIES])
def test_another_python_needs_no_library_to_import_modules(
    release: Path, folder: Path, module: str
) -> None:
    import_in_both_orders(OTHER_PYTHON, folder, module)


def import_in_both_orders(python: str, folder: Path, module: str) -> None:
    """Import a module of each unit in a process of a Python, from the first and from the last."""
    files = sorted(folder.glob(f"k8s/*/{module}.py"))
    assert len(files) > 20
    code = "import importlib, sys\nsys.path.insert(0, sys.argv[1])\nfor name in sys.argv[2:]: importlib.import_module(name)"
    for order in (files, files[::-1]):
        names = [f"release.k8s.{file.parent.name}.{module}" for file in order]
        command = [python, "-I", "-W", "error", "-c", code, str(folder.parent), *names]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]


def test_type_checkers_and_linters_report_nothing(release: Path, folder: Path) -> None:
    rules = ["--extend-select", "E,F,B,UP,SIM,RUF", "--target-version", "py311"]
    rules += ["--ignore", "E501,I001"]  # black has not laid out these files
    assert mypy(folder.parent, "-p", "release") == []
    assert pyright(folder.parent, "release") == ""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", *rules, "release"]
    done = subprocess.run(command, cwd=folder.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]


def test_wire_form_of_every_class_round_trips(release: Path, folder: Path) -> None:
    source = reference_of(release)
    units = Units(source)
    classes = units.classes
    assert len(classes) > 600
    with importing(folder / "k8s") as importer:
        loaded = {
            unit.name: [importer.module(f"{unit.name}.{target}") for target in MODULES]
            for unit in units.units
        }
        for unit in units.units:
            models, validators, pydantic_models, structs, typed_dicts = loaded[unit.name]
            for definition in unit.definitions:
                name = classes[definition.key]
                data = sample(source, definition.key)
                assert set(data) == {field.name for field in definition.fields}
                assert validator(validators, models, name)(data) == (), name
                assert typed_dicts.__dict__[name].__required_keys__ == {
                    field.name for field in definition.fields if field.required
                }
                for module in (models, pydantic_models, structs):
                    instance = getattr(module, name).from_dict(data)
                    assert module is not models or instance.to_dict() == data
                    assert is_same_wire_form(instance.to_dict(), data), (module.__name__, name)
                    assert getattr(module, name).from_dict(instance.to_dict()) == instance, (
                        module.__name__,
                        name,
                    )
                    assert getattr(module, name).from_json(json.dumps(data)) == instance, (
                        module.__name__,
                        name,
                    )


def validator(validators: ModuleType, models: ModuleType, name: str) -> Any:
    functions = {
        attribute.removeprefix("validate_").replace("_", ""): attribute
        for attribute in vars(validators)
    }
    return getattr(validators, functions[name.lower().replace("_", "")])


def is_same_wire_form(left: Any, right: Any) -> bool:
    """Return whether two wire forms are equal, with times in any notation."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(
            is_same_wire_form(left[key], right[key]) for key in left
        )
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(is_same_wire_form, left, right))
    if isinstance(left, str) and isinstance(right, str) and left != right:
        return datetime.fromisoformat(left) == datetime.fromisoformat(right)
    return bool(left == right)
