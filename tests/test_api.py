"""The public API: names, types, import time and documentation."""

from __future__ import annotations

import ast
import doctest
import inspect
import pydoc
import re
import shutil
import subprocess
import sys
import typing
from pathlib import Path

import pytest

import codegen
from support.corpus import ROOT
from support.typed import mypy

FACE = ast.parse((ROOT / "codegen/__init__.py").read_text(encoding="utf-8"))
CONSUMER = """
from pathlib import Path

import codegen

config: codegen.Config = codegen.load_config("codegen.yaml")
reference: codegen.Reference = codegen.read("pages", Path("swagger.json"), locale="en")
definition: codegen.Definition = reference.definitions["Plot"]
names: list[str] = [field.name for field in definition.fields]
files: codegen.FileSet = codegen.generate(config)
texts: dict[str, str] = files.files
results: codegen.Results = codegen.check(config, fail_on=codegen.Level.WARN)
results = codegen.diff("old", codegen.SourcePath.of("new", locale="zh-cn"))
levels: list[codegen.Level] = [finding.level for finding in results.findings]
results = codegen.validate_files("manifest.yaml", references=[(reference, "pages")], kubernetes_version="1.0")
rule: codegen.Rule = codegen.rules()["source-missing"]
found: tuple[codegen.ObjectFinding, ...] = codegen.validate({}, reference, kubernetes_version="1.0")
update: codegen.Update = codegen.translate(["pages"], "swagger.json", "zh-cn", Path("zh-cn.po"))
text: str = codegen.render(results, "sarif")
try:
    codegen.read("page.md", report=codegen.Report())
except codegen.SourceError as error:
    rules: list[str] = [diagnostic.rule for diagnostic in error.diagnostics]
reveal_type(codegen.load_config)
codegen.no_such_name
"""


def names_for_type_checkers() -> set[str]:
    """Return the names visible to type checkers."""
    return {
        alias.asname or alias.name
        for block in FACE.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@pytest.mark.parametrize("name", sorted({*codegen.__all__} - {"__version__"}))
def test_public_names_have_docstring_and_signature(name: str) -> None:
    value = getattr(codegen, name)
    assert pydoc.render_doc(value)
    assert name == "Type" or inspect.signature(value)  # a union alias
    assert name == "Type" or typing.get_type_hints(value) is not None


def test_model_has_readable_representations() -> None:
    reference = codegen.read(ROOT / "schemas/sources/token-request-v1.zh-cn.txt")
    assert repr(reference) == "<Reference: 6 definitions, 1 operation, 1 page; texts in zh-cn>"
    assert (
        repr(codegen.Reference(definitions={}))
        == "<Reference: 0 definitions, 0 operations, 0 pages; texts in no language>"
    )
    kind = reference.kind("authentication.k8s.io/v1", "TokenRequest")
    spec = reference.definitions[f"{kind.package}.TokenRequestSpec"]
    assert [str(field.type) for field in spec.fields] == [
        "[]string",
        "BoundObjectReference",
        "int64",
    ]
    assert (
        str(codegen.Map(values=codegen.LossyType(known=codegen.Ref(key="a.Quantity"))))
        == "map[string]Quantity"
    )
    with pytest.raises(KeyError, match=r"authentication\.k8s\.io/v1 Pod"):
        reference.kind("authentication.k8s.io/v1", "Pod")


def test_built_in_kinds_need_no_schema() -> None:
    request = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"audiences": [1]},
    }
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "a"},
        "spec": {"replicas": "x"},
    }
    for obj, path in ((request, "spec.audiences[0]"), (deployment, "spec.replicas")):
        found = codegen.validate(obj, kubernetes_version="v1.31.2")
        assert path in [each.path for each in found if each.level is codegen.Level.ERR]
    with pytest.raises(
        ValueError, match="no bundled schema has the kind of the object; name one with `schema`"
    ):
        codegen.validate({"apiVersion": "garden.example.io/v1", "kind": "Plot"})


def test_public_names_exist_and_match_type_checkers() -> None:
    assert {*codegen.__all__} == names_for_type_checkers() | {"__version__"}
    assert codegen.__all__ == sorted(codegen.__all__)
    for node in ast.walk(FACE):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("codegen."):
            module = __import__(str(node.module), fromlist=["*"])
            for alias in node.names:
                assert getattr(codegen, alias.asname or alias.name) is getattr(module, alias.name)
    listed = {*dir(codegen)}
    assert {name for name in listed if name[:2] != "__"} | {"__version__"} == {*codegen.__all__}
    assert {"__doc__", "__file__", "__name__", "__path__", "__version__"} <= listed
    assert "Validator" in pydoc.render_doc(codegen)
    with pytest.raises(AttributeError, match="no_such_name"):
        codegen.no_such_name  # type: ignore[attr-defined]  # noqa: B018


def test_import_loads_and_prints_nothing() -> None:
    script = (
        "import sys; before = {*sys.modules}; import codegen\n"
        "assert not [each for each in {*sys.modules} - before if each.startswith('codegen.')]\n"
        "from codegen import *\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.slow
def test_clean_check_loads_no_slow_library() -> None:
    # Fills the cache of black.
    subprocess.run([sys.executable, "-m", "codegen", "check"], cwd=ROOT, check=True)
    command = [sys.executable, "-X", "importtime", "-m", "codegen", "check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(re.findall(r"\| +([\w.]+)$", done.stderr, re.MULTILINE))
    assert "codegen.project.emit" in loaded
    assert not loaded & {"black", "rich"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the configuration, sources and generated files of this repository."""
    for name in ("codegen.yaml", ".codegen-files", ".codegen-model"):
        shutil.copy(ROOT / name, tmp_path)
    for folder in ("schemas", "generated"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", ["api.md", "api.zh-cn.md"])
def test_documented_examples_work(project: Path, page: str) -> None:
    before = sorted(project.rglob("*"))
    done = doctest.testfile(str(ROOT / "docs" / page), module_relative=False, encoding="utf-8")
    assert (done.failed, done.attempted > 20) == (0, True)
    assert sorted(project.rglob("*")) == before


@pytest.mark.parametrize("page", ["api.md", "api.zh-cn.md"])
def test_api_document_lists_every_function(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    functions = [name for name in codegen.__all__ if name[0].islower()]
    assert len(functions) == 13
    for name in functions:
        assert re.search(rf"^\| `{name}\(", text, re.MULTILINE), name
    promised = {*re.findall(r"codegen\.(\w+)", text)} - {
        "yaml",
        "__all__",
        "plugins",
        "layouts",
        "outputs",
    }
    assert promised <= {*codegen.__all__}


def test_sources_with_errors_are_refused(project: Path) -> None:
    page = project / "schemas/sources/token-request-v1.zh-cn.txt"
    text = page.read_text(encoding="utf-8")
    page.write_text(text[: len(text) // 2], encoding="utf-8")
    config = codegen.load_config("codegen.yaml")
    for use in (codegen.generate, codegen.check):
        report = codegen.Report()
        with pytest.raises(codegen.SourceError) as caught:
            use(config, report=report)
        assert caught.value.diagnostics == report.diagnostics
        assert codegen.Level.ERR in {each.level for each in report.diagnostics}
    reference = codegen.read(page)
    assert codegen.Level.ERR in {each.level for each in reference.diagnostics}


@pytest.mark.parametrize("page", ["docs/architecture.md", "docs/architecture.zh-cn.md"])
def test_architecture_document_lists_every_package(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"^- `codegen/([\w.]+)`[:：] ?", text, re.MULTILINE)
    there = [
        path.name
        for path in (ROOT / "codegen").iterdir()
        if (path / "__init__.py").is_file()
        or (path.suffix == ".py" and not path.stem.startswith("__"))
    ]
    assert sorted(named) == sorted(there)


@pytest.mark.slow
def test_consumer_code_type_checks(tmp_path: Path) -> None:
    (tmp_path / "consumer.py").write_text(CONSUMER, encoding="utf-8")
    assert [
        line.partition(": ")[2] for line in mypy(tmp_path, "--config-file=", "consumer.py")
    ] == [
        'note: Revealed type is "def (path: str | pathlib.Path) -> codegen.project.config.configuration.Config"',
        'error: Module has no attribute "no_such_name"  [attr-defined]',
    ]
