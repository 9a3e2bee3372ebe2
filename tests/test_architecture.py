"""The shape of the project: who may import whom, who prints, how long things get, and that no input stands in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from codegen.diagnostics import Report
from codegen.kubernetes import ALIASES, SHARED_NAMES
from codegen.sources import SourcePath, read_sources

ROOT = Path(__file__).parents[1]
CODE = sorted((ROOT / "codegen").rglob("*.py"))
MODULES = {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in CODE}

# A module imports only from the lines above its own; those on one line do not know each other.
LAYERS = [
    {"diagnostics", "levels", "resources", "memo"},
    {"model", "source", "locales", "files", "contents"},
    {
        "kubernetes",
        "naming",
        "type_words",
        "contents",
        "page_tree",
        "openapi_v2",
        "render",
        "escaping",
        "python_source",
    },
    {"readers", "link", "merge", "catalog", "compare", "reporting", "targets", "inspection", "tree"},
    {"sources"},
    {"config", "translate", "check_rules"},
    {"findings", "baseline", "rule_docs"},
    {"drift"},
    {"pipeline", "checks", "validation"},
    {"cli"},
    {"__main__"},
]
LAYER = {unit: number for number, units in enumerate(LAYERS) for unit in units}

# What a unit may not know although it stands above it: data flows one way, and templates know no pages.
FORBIDDEN = {
    "targets": {"page_tree", "source"},
    "readers": {"files", "render", "escaping", "naming", "python_source"},
    "link": {"files", "render", "escaping", "source"},
    "compare": {"page_tree", "files", "render", "escaping"},
    "escaping": {"model"},
}
# Families of readers; a module whose name begins with none of these is shared by all.
READER_FAMILIES = ("list_", "table_", "openapi", "document")
FAMILY_OF_ANOTHER = {("openapi", "document")}  # a document is what OpenAPI is read from

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
            assert not node.level, f"{name} has a relative import"
            if node.module and node.module.partition(".")[0] == "codegen":
                for each in node.names:
                    inner = f"{node.module}.{each.name}"
                    yield inner if inner in MODULES else node.module


def unit(module: str) -> str:
    """`codegen.readers.prose` -> readers; the package itself has an empty name."""
    return [*module.split("."), ""][1]


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
        assert other not in FORBIDDEN.get(own, ()), f"{code_of(name)} knows {imported}"


def test_every_layer_exists() -> None:
    assert {unit(name) for name in MODULES} - {""} == set(LAYER)


@pytest.mark.parametrize("name", [name for name in MODULES if unit(name) == "readers"])
def test_readers_of_one_layout_do_not_know_those_of_another(name: str) -> None:
    def family(module: str) -> str:
        last = module.rpartition(".")[2]
        return next((each for each in READER_FAMILIES if last.startswith(each)), "")

    for imported in imports(name):
        if unit(imported) == "readers" and imported != "codegen.readers" and name != "codegen.readers":
            pair = (family(name), family(imported))
            assert not pair[1] or pair[0] == pair[1] or pair in FAMILY_OF_ANOTHER, f"{code_of(name)} imports {imported}"


@pytest.mark.parametrize("name", [name for name in MODULES if unit(name) == "targets" and name != "codegen.targets"])
def test_targets_do_not_know_each_other(name: str) -> None:
    named = {node.value for node in ast.walk(parsed("codegen.targets")) if isinstance(node, ast.Constant)}
    targets = {each for each in named if isinstance(each, str)} & set(MODULES)  # imported when they are first used
    assert len(targets) > 3
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


@pytest.mark.parametrize("name", MODULES)
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
