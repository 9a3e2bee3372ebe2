"""The shape of the project: who may import whom, who prints, how long things get, and that no input stands in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from codegen.findings.diagnostics import Report
from codegen.model.kubernetes import ALIASES, SHARED_NAMES
from codegen.readers.sources import SourcePath, read_sources
from corpus import ROOT

CODE = sorted((ROOT / "codegen").rglob("*.py"))
MODULES = {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in CODE}

# A module imports only from the lines above its own; rooms on one line do not know each other.
LAYERS = [
    {"findings"},
    {"core"},
    {"model"},
    {"readers", "outputs", "findings.formats"},
    {"config", "translation"},
    {"drift", "validation"},
    {"pipeline"},
    {"cli"},
    {"__main__"},
]
LAYER = {unit: number for number, units in enumerate(LAYERS) for unit in units}

# What a room may not know although it stands above it: data flows one way, and templates know no pages.
FORBIDDEN = {
    "outputs": {"core.source"},
    "readers": {"core.escaping"},
    "drift": {"readers.page_tree", "outputs.render", "core.escaping"},
}
# Layouts and documents do not know each other; what two of them share is in `shared`.
FAMILIES = {file.parent.name for file in (ROOT / "codegen/readers").glob("*/__init__.py")} - {"shared"}
# A document is what OpenAPI is read from, and custom resources, whose schemas are those of OpenAPI; a plain page is the list layout in other marks.
FAMILY_OF_ANOTHER = {("openapi", "documents"), ("crd", "documents"), ("crd", "openapi"), ("plain", "list")}

# Folders of the tests that are no room of the code: what tests are made from and judged by.
NO_ROOMS = {"bench", "cases", "gardens", "judges", "pages", "plugin"}

MOST_ROOMS = 12
LONGEST_MODULE = 450
LONGEST_FUNCTION = 60


@cache
def parsed(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def imports(name: str) -> Iterator[str]:
    """The modules of the project that a module imports, also those inside its functions."""
    for node in ast.walk(parsed(name)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name.partition(".")[0] == "codegen")
        elif isinstance(node, ast.ImportFrom):
            # the run time goes into packages of other names as it is
            assert not node.level or is_in(name, "codegen.outputs.python.runtime"), f"{name} has a relative import"
            module = f"codegen.outputs.python.runtime.{node.module}" if node.level else node.module
            if module and module.partition(".")[0] == "codegen":
                for each in node.names:
                    inner = f"{module}.{each.name}"
                    yield inner if inner in MODULES else module


def unit(module: str) -> str:
    """`codegen.readers.link` -> readers; the package itself has an empty name."""
    _, _, inner = module.partition(".")
    return next((name for name in LAYER if "." in name and is_in(inner, name)), inner.partition(".")[0])


def is_in(inner: str, place: str) -> bool:
    return inner == place or inner.startswith(f"{place}.")


def code_of(name: str) -> str:
    return MODULES[name].relative_to(ROOT).as_posix()


@pytest.mark.parametrize("name", MODULES)
def test_imports_go_one_way(name: str) -> None:
    own = unit(name)
    if not own:
        return
    assert own in LAYER, f"give {own} a place in LAYERS"
    for imported in imports(name):
        other = unit(imported)
        if not other or other == own:
            continue
        assert LAYER.get(other, len(LAYERS)) < LAYER[own], f"{code_of(name)} imports {imported}, which stands no lower"
        inner = imported.partition(".")[2]
        assert not any(is_in(inner, each) for each in FORBIDDEN.get(own, ())), f"{code_of(name)} knows {imported}"


def test_every_layer_exists() -> None:
    assert {unit(name) for name in MODULES} - {""} == set(LAYER)


@pytest.mark.parametrize("name", [name for name in MODULES if unit(name) == "readers"])
def test_readers_of_one_layout_do_not_know_those_of_another(name: str) -> None:
    def family(module: str) -> str:
        part = [*module.split("."), "", ""][2]
        return part if part in FAMILIES else ""

    for imported in imports(name):
        if family(name) and unit(imported) == "readers" and (other := family(imported)):
            pair = (family(name), other)
            assert pair[0] == pair[1] or pair in FAMILY_OF_ANOTHER, f"{code_of(name)} imports {imported}"


@pytest.mark.parametrize("name", [name for name in MODULES if unit(name) == "outputs" and name != "codegen.outputs"])
def test_targets_do_not_know_each_other(name: str) -> None:
    targets = {
        call.args[0].value
        for folder in MODULES
        if folder.startswith("codegen.outputs.")
        for node in parsed(folder).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "OUTPUTS"
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "on_demand"
        and isinstance(call.args[0], ast.Constant)
    }
    assert len(targets) > 7
    assert not targets & set(imports(name)), f"{code_of(name)} imports another target"


@pytest.mark.parametrize("name", [name for name in MODULES if unit(name) not in ("cli", "__main__")])
def test_only_the_command_prints_or_exits(name: str) -> None:
    for node in ast.walk(parsed(name)):
        if isinstance(node, ast.Call | ast.Raise):
            words = ast.unparse(node.func if isinstance(node, ast.Call) else node)
            assert not re.match(
                r"(print|exit|quit|sys\.exit|os\._exit|(?:sys\.)?std(out|err)\.write|click\.\w+|raise SystemExit)\b",
                words,
            ), f"{code_of(name)}:{node.lineno}"


def test_no_module_leads_back_to_itself() -> None:
    """No import circle, those for types alone and those inside functions counted."""
    edges = {name: {each for each in imports(name) if each in MODULES and each != name} for name in MODULES}
    while leaves := {name for name, others in edges.items() if not others & edges.keys()}:
        edges = {name: others for name, others in edges.items() if name not in leaves}
    assert not edges, sorted(edges)


def rooms(folder: str) -> set[str]:
    return {each.name for each in (ROOT / folder).iterdir() if each.is_dir() and any(each.rglob("*.py"))}


def test_one_person_can_hold_the_house_in_mind() -> None:
    names = {each.name for each in (ROOT / "codegen").iterdir()} - {
        "__init__.py",
        "__main__.py",
        "__pycache__",
        "py.typed",
    }
    assert len(names) <= MOST_ROOMS, sorted(names)


@pytest.mark.parametrize("name", [name for name, file in MODULES.items() if file.name == "__init__.py"])
def test_every_room_says_what_it_is(name: str) -> None:
    assert ast.get_docstring(parsed(name)), f"{code_of(name)} has no docstring"


def test_tests_stand_in_rooms_of_the_same_names() -> None:
    assert rooms("codegen") <= rooms("tests")
    assert rooms("tests") - rooms("codegen") <= NO_ROOMS
    for room in rooms("codegen"):
        assert any((ROOT / "tests" / room).rglob("test_*.py")), f"tests/{room} has no test"
        inner = {
            each.name for each in (ROOT / "tests" / room).iterdir() if any(each.rglob("test_*.py")) and each.is_dir()
        }
        assert inner <= rooms(f"codegen/{room}"), f"tests/{room}"


def test_no_test_has_a_limit_in_seconds_or_looks_for_the_corpus_itself() -> None:
    """What guards against slowness compares sizes (`growth.py`), and what is outside of the tests is named in `corpus.py`."""
    forbidden = re.compile(
        r"\b(perf_counter\(\)|time\.time\(\)) - |\bCODEGEN_CORPUS\b.*\bPath\(|__file__\)?\.?(resolve\(\)\.)?parents\b"
    )
    tests = [each for each in (ROOT / "tests").rglob("*.py") if not {"bench", "cases"} & set(each.parts)]
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in tests
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if file.name not in ("corpus.py", "test_architecture.py") and forbidden.search(line)
    ]
    assert found == []


# the run time of generated dataclasses is about them
@pytest.mark.parametrize("name", [name for name in MODULES if name != "codegen.outputs.python.runtime.model"])
def test_records_are_structs(name: str) -> None:
    for node in ast.walk(parsed(name)):
        named = [each.name for each in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", "")]
        assert "dataclasses" not in named, f"{code_of(name)}: records are Structs of msgspec, see CONTRIBUTING"


@pytest.mark.parametrize("name", MODULES)
def test_modules_and_functions_fit_the_eye(name: str) -> None:
    lines = MODULES[name].read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST_MODULE, f"{code_of(name)} has {lines} lines"
    for node in ast.walk(parsed(name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{code_of(name)}:{node.lineno} {node.name} has {length} lines"


# ------------------------------------------------------------------------------------------ no input in the code


def words_of(name: str) -> Iterator[tuple[int, str]]:
    """Every string and identifier of a module but its docstrings, with the line."""
    documented = {
        id(node.body[0].value)
        for node in ast.walk(parsed(name))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(parsed(name)):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            yield line, node.value
        elif isinstance(node, ast.Name | ast.Attribute | ast.arg | ast.FunctionDef | ast.ClassDef | ast.keyword):
            yield (
                line,
                str(
                    getattr(node, "id", "")
                    or getattr(node, "attr", "")
                    or getattr(node, "arg", "")
                    or getattr(node, "name", "")
                ),
            )


@cache
def seed_names() -> frozenset[str]:
    """The names that the first page has for itself: not those that every API has, and no everyday word."""
    (page,) = (ROOT / "schemas/sources").glob("*.txt")
    reference = read_sources([SourcePath(path=page, shown=page.name)], Report())
    names = {each.name for each in reference.definitions.values()}
    names |= {field.name for each in reference.definitions.values() for field in each.fields}
    common = {*SHARED_NAMES, *(key.rpartition(".")[2] for key in ALIASES), "apiVersion"}
    return frozenset(name for name in names - common if len(name) > 8)


def templates() -> list[Path]:
    return sorted(file for file in (ROOT / "templates").rglob("*") if file.is_file())


def test_no_name_of_the_first_page_stands_in_the_code() -> None:
    assert len(seed_names()) >= 6
    snake = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in seed_names()}
    wanted = re.compile("|".join(sorted({*seed_names(), *snake})))
    found = [
        f"{code_of(name)}:{line}: {text[:60]!r}"
        for name in MODULES
        for line, text in words_of(name)
        if wanted.search(text)
    ]
    found += [f"{file.relative_to(ROOT)}" for file in templates() if wanted.search(file.read_text(encoding="utf-8"))]
    assert found == []


def test_no_release_number_stands_in_the_code() -> None:
    release = re.compile(r"(?<![\d.])v?1\.[1-9]\d(?![\d.])")
    found = [
        f"{code_of(name)}:{line}: {text[:60]!r}"
        for name in MODULES
        for line, text in words_of(name)
        if release.search(text)
    ]
    for file in templates():
        lines = file.read_text(encoding="utf-8").splitlines()
        found += [
            f"{file.relative_to(ROOT)}:{n}: {line[:60]}" for n, line in enumerate(lines, 1) if release.search(line)
        ]
    assert found == []


@pytest.mark.parametrize("file", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda file: file.name)
def test_what_measures_growth_is_marked(file: Path) -> None:
    """A ratio of times needs a quiet machine, so that `make test` leaves it out."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            calls = {ast.unparse(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}
            marks = {ast.unparse(each) for each in node.decorator_list}
            assert "grows_linearly" not in calls or "pytest.mark.timing" in marks, f"{file.name}:{node.lineno}"
