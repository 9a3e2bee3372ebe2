"""The generated package: one run time, lookup of kinds by name, and units that import each other."""

from __future__ import annotations

import copy
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from msgspec.structs import replace

from codegen.kube.scalars import GO_DURATION, GO_QUANTITY
from codegen.model import Array, GroupVersionKind, Ref, Reference, Scalar, field_id
from codegen.outputs import registry
from codegen.outputs.job import Job
from codegen.outputs.python import OUTPUTS
from codegen.outputs.python.package import emit_shared
from gardens.parts import PACKAGE, STRING, field
from gardens.python import FULL, SHED, definition, garden, importing, reference, run_time, write
from support.files import place
from support.typed import mypy

TARGETS = tuple(output.name for output in OUTPUTS)


def kind(name: str, group: str, *fields: Any, package: str) -> Any:
    gvk = GroupVersionKind(group=group, version="v1", kind=name)
    named = (field("apiVersion", value=gvk.api_version), field("kind", value=name))
    return definition(name, *named, *fields, gvks=(gvk,), package=package)


def two_units() -> Reference:
    """Return two units that import each other; both have a kind Gate, one has a kind Shed."""
    return reference(
        kind("Gate", "garden.example.io", field("shed", Ref(key=f"{SHED}.Shed")), package=PACKAGE),
        kind("Gate", "shed.example.io", field("width"), package=SHED),
        kind("Shed", "shed.example.io", field("gate", Ref(key=f"{PACKAGE}.Gate")), package=SHED),
    )


GATE = {"apiVersion": "garden.example.io/v1", "kind": "Gate", "shed": {"gate": {"shed": {}}}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("two")
    write(two_units(), root / "myapp/k8s", targets=TARGETS)
    return root


def run(folder: Path, code: str, *options: str) -> str:
    code = f"import sys; sys.path.insert(0, {str(folder)!r})\n{code}"
    command = [sys.executable, "-I", "-W", "error", *options, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_package_works_at_any_depth_and_location(folder: Path, tmp_path: Path) -> None:
    code = f"""
from API import load
from API.shed_v1 import models, validators
from API.garden_v1.models import Gate
assert type(load({GATE!r})) is Gate
assert validators.validate_shed({{"gate": 1}})[0].path == "gate"
assert type(Gate.from_dict({{"shed": {{}}}}).shed) is models.Shed
"""
    run(folder, code.replace("API", "myapp.k8s"))
    shutil.copytree(folder / "myapp/k8s", tmp_path / "vendored/api")
    for path in (tmp_path / "vendored/api").rglob("*.py"):
        if path.stem in ("pydantic_models", "structs", "pydantic_base", "msgspec_base"):
            path.unlink()
    run(tmp_path, code.replace("API", "vendored.api"), "-S")


@pytest.mark.parametrize("module", [output.module for output in OUTPUTS])
def test_units_import_each_other_in_any_order(folder: Path, module: str) -> None:
    for first, second in (("garden_v1", "shed_v1"), ("shed_v1", "garden_v1")):
        code = f"from myapp.k8s.{first} import {module} as a\nfrom myapp.k8s.{second} import {module} as b\nassert a is not b"
        run(folder, code)


def test_package_has_one_run_time(folder: Path) -> None:
    files = [
        path
        for path in folder.rglob("*.py")
        if "class ModelError" in path.read_text(encoding="utf-8")
    ]
    assert [path.relative_to(folder).as_posix() for path in files] == [
        "myapp/k8s/runtime/errors.py"
    ]


def test_package_import_is_lazy(folder: Path) -> None:
    code = "import myapp.k8s, myapp.k8s.shed_v1\nprint([m for m in sys.modules if m.startswith('myapp.') and 'runtime' not in m])"
    assert run(folder, code).strip() == "['myapp.k8s', 'myapp.k8s.shed_v1']"


def test_package_exports_kinds_and_functions_only(folder: Path) -> None:
    code = """
import myapp.k8s, myapp.k8s.shed_v1
print(dir(myapp.k8s), dir(myapp.k8s.shed_v1))
from myapp.k8s import *
print(sorted(name for name in globals() if name[0] != "_"))
"""
    kinds = "['FieldError', 'ModelError', 'Shed', 'kind_of', 'load']"
    shown = "['FieldError', 'ModelError', 'Shed', 'kind_of', 'load', 'myapp', 'sys']"
    assert run(folder, code).splitlines() == [f"{kinds} ['Gate', 'Shed']", shown]


def test_kinds_are_found_and_unknown_ones_have_suggestions(folder: Path) -> None:
    with importing(folder / "myapp/k8s") as importer:
        package, garden_v1, shed_v1 = (
            importer.module(name) for name in ("", "garden_v1", "shed_v1")
        )
        assert package.kind_of("shed.example.io/v1", "Gate") is shed_v1.Gate
        assert package.kind_of("garden.example.io/v1", "Gate") is garden_v1.Gate
        assert package.Shed is shed_v1.Shed is importer.module("shed_v1.models").Shed
        assert package.shed_v1 is shed_v1
        assert type(package.load(GATE)) is garden_v1.Gate
        for obj, said in (
            ({"kind": "Gate"}, "apiVersion: must be a string"),
            ({"apiVersion": "shed.example.io/v1"}, "kind: must be a string"),
            (
                {"apiVersion": "shed.example.io/v2", "kind": "Gate"},
                "did you mean 'shed.example.io/v1'",
            ),
            ({"apiVersion": "shed.example.io/v1", "kind": "Shet"}, "did you mean 'Shed'"),
            ([], "must be an object, not list"),
            ({**GATE, "shed": 1}, "shed: Invalid value: must be an object"),
        ):
            with pytest.raises(package.ModelError, match=said):
                package.load(obj)
        with pytest.raises(package.ModelError, match="size: unknown field"):
            package.load({**GATE, "size": 1}, field_validation="Strict")
        with pytest.raises(AttributeError, match="garden_v1 and shed_v1"):
            _ = package.Gate
        for module in (package, shed_v1):
            with pytest.raises(AttributeError, match="'Fence'"):
                _ = module.Fence


def test_single_unit_is_importable_with_and_without_folder(tmp_path: Path) -> None:
    write(garden(), tmp_path / "api")
    run(
        tmp_path,
        "import api\nfrom api.garden_v1 import validators\nassert api.Plot is api.kind_of('garden.example.io/v1', 'Plot')",
    )
    code = f"import garden_v1\nfrom garden_v1 import Plot, models\nassert type(garden_v1.load({FULL!r})) is Plot is models.Plot"
    run(tmp_path / "api", code)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Any:
    root = tmp_path_factory.mktemp("alone")
    write(garden(), root)
    with importing(root) as importer:
        yield importer.module("garden_v1.models")


def test_objects_support_pattern_matching_and_equality(models: ModuleType) -> None:
    assert models.Plot.from_dict(FULL) not in (models.Bed(name="a"), FULL)
    match models.Plot.from_dict(FULL):
        case models.Plot(kind="Plot", spec=models.PlotSpec(rows=rows)):
            assert rows == 2
        case _:
            pytest.fail("it does not match its own pattern")


def test_errors_can_be_pickled(models: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(run_time(models).ModelError) as caught:
        models.Plot.from_dict({"spec": {"owners": 1, "rows": "x"}})
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert (type(again), str(again), again.problems) == (
        type(caught.value),
        str(caught.value),
        caught.value.problems,
    )
    write(garden(), tmp_path)
    with importing(tmp_path) as importer:
        errors = importer.module("garden_v1.validators").validate_plot({"kind": 1})
        assert pickle.loads(pickle.dumps(errors)) == errors  # noqa: S301
        assert copy.deepcopy(errors) == errors


@pytest.mark.parametrize(
    "targets",
    [("validators",), ("typeddict",), ("pydantic", "validators"), ("msgspec", "dataclasses")],
)
def test_package_functions_follow_outputs(tmp_path: Path, targets: tuple[str, ...]) -> None:
    write(two_units(), tmp_path, targets=targets)
    with importing(tmp_path) as importer:
        package = importer.module("")
        assert issubclass(package.ModelError, ValueError)
        loads = {"pydantic": "pydantic_models", "msgspec": "structs"}.get(targets[0], "")
        assert hasattr(package, "load") is bool(loads)
        if loads:
            assert type(package.load(GATE)) is importer.module(f"garden_v1.{loads}").Gate


def test_outputs_of_one_folder_agree_despite_selections(tmp_path: Path) -> None:
    both, one = two_units(), reference(kind("Shed", "shed.example.io", field("a"), package=SHED))
    beside = (("validators", both), ("dataclasses", one), ("json-schema", both))
    texts: dict[str, str] = {}
    jobs = [
        Job(reference=source, locales=("en",), options={}, companions=beside, origin="garden.json")
        for _, source in beside[:2]
    ]
    modules = [
        file
        for (target, _), job in zip(beside, jobs, strict=False)
        for file in registry.bundled_outputs()[target].emit(job)
    ]
    for job in jobs:
        for file in [*modules, *emit_shared(job, modules)]:
            assert texts.setdefault(file.path, file.text) == file.text
    place(texts, tmp_path)
    assert "runtime/model.py" in texts
    assert "garden_v1/models.py" not in texts
    with importing(tmp_path) as importer:
        assert (
            type(
                importer.module("").load({"apiVersion": "shed.example.io/v1", "kind": "Shed"})
            ).__name__
            == "Shed"
        )
        assert importer.module("garden_v1.validators").validate_gate(GATE) == ()


@pytest.mark.parametrize("target", ["dataclasses", "pydantic", "msgspec", "typeddict"])
def test_docstring_language_follows_output_option(target: str) -> None:
    bed = definition("Bed", field("a"))
    english = reference(
        bed, prose={bed.key: "A bed.", field_id(bed.key, "a"): "Text without a translation."}
    )
    chinese = reference(bed, prose={bed.key: "一块苗床。"})
    both = replace(english, prose={"en": english.prose["en"], "zh-cn": chinese.prose["en"]})
    for options, said in (({}, "A bed."), ({"docstrings": "zh-cn"}, "一块苗床。")):
        job = Job(reference=both, locales=("en", "zh-cn"), options=options, origin="garden.json")
        module = next(output.module for output in OUTPUTS if output.name == target)
        (text,) = (
            each.text
            for each in registry.bundled_outputs()[target].emit(job)
            if each.path.endswith(f"/{module}.py")
        )
        assert said in text
        assert "Text without a translation." in text


@pytest.mark.parametrize("target", ["dataclasses", "validators", "pydantic", "msgspec"])
@pytest.mark.parametrize(("name", "module"), [(GO_QUANTITY, "quantity"), (GO_DURATION, "duration")])
def test_run_time_has_modules_of_used_value_types_only(
    target: str, name: str, module: str, tmp_path: Path
) -> None:
    def modules(scalar: Scalar) -> set[str]:
        folder = tmp_path / (scalar.format.replace(":", "-") or "plain")
        write(
            reference(definition("Bed", field("a", Array(items=scalar)))), folder, targets=(target,)
        )
        return {file.stem for file in folder.glob("*/runtime/*.py")}

    plain = modules(STRING)
    added = modules(Scalar(type="string", format=name)) - plain
    assert module in added
    assert all(module in each for each in added)
    assert not any("quantity" in each or "duration" in each for each in plain)


@pytest.mark.slow
def test_kind_may_be_named_like_base_class(tmp_path: Path) -> None:
    write(reference(kind("Model", "garden.example.io", package=PACKAGE)), tmp_path / "made")
    (tmp_path / "use.py").write_text(
        "from made import Model, load\nmade: Model = Model(kind='Model')\nread: object = load(made.to_dict()).to_dict()\n"
    )
    assert mypy(tmp_path, "-m", "use", "-p", "made") == []
