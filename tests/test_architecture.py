"""The structure of the project: imports, output, sizes, and no input-specific names in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from codegen.core.diagnostics import Report
from codegen.model.kubernetes import ALIASES, SHARED_NAMES
from codegen.readers.sources import SourcePath, read_sources
from support.corpus import ROOT
from support.source_code import MODULES, module_path, nodes, parse_module

# A module imports only from the lines above its own; packages on one line do not import each other.
LAYERS = [
    {"kube"},
    {"core", "validation.runtime"},
    {"findings"},
    {"model"},
    {"drift.history.changelog_records"},
    {"cel"},
    {"readers", "outputs", "findings.formats"},
    {"translation"},
    {"drift", "validation"},
    {"outputs.site"},
    {"endpoint"},
    {"project"},
    {"cli", "plugins"},
    {"__main__"},
]
LAYER = {unit: number for number, units in enumerate(LAYERS) for unit in units}

# Imports that are forbidden although they go upwards: data flows one way, and templates know no
# pages.
FORBIDDEN = {
    "outputs": {"core.source"},
    "readers": {"core.escaping"},
    "drift": {"readers.page_tree", "outputs.render", "outputs.escaping", "core.escaping"},
}
# Layouts and documents do not import each other. Shared code is in `shared`.
FAMILIES = {file.parent.name for file in (ROOT / "codegen/readers").glob("*/__init__.py")} - {
    "shared"
}
# OpenAPI documents and custom resources are documents, and custom resources have OpenAPI schemas.
# Rendered pages are pages of the two layouts, with the words of these. Bundled definitions tell names
# that copied text has lost.
FAMILY_OF_ANOTHER = {
    ("openapi", "documents"),
    ("crd", "documents"),
    ("crd", "openapi"),
    ("rendered", "built_in"),
    ("rendered", "list"),
    ("rendered", "table"),
}

# Modules that are about one kind by purpose.
ABOUT_TOKENS = ("codegen.endpoint", "codegen.cli.token_endpoint")

ARCHITECTURE_PAGES = ("docs/architecture.md", "docs/architecture.zh-cn.md")

# Folders of tests that do not mirror a package.
OTHER_FOLDERS = {
    "bench",
    "conformance",
    "cases",
    "fuzz",
    "gardens",
    "hostile",
    "judges",
    "pages",
    "plugin",
    "release",
    "support",
}

# Packages that are copied into generated packages, so they import nothing else of the project.
RUN_TIMES = (
    "codegen.kube",
    "codegen.cel.runtime",
    "codegen.validation.runtime",
    "codegen.outputs.python.runtime",
)
# Packages that may import outputs.
ABOVE_OUTPUTS = ("outputs", "outputs.site", "project", "cli", "plugins")

MOST_PACKAGES = 14
LONGEST_MODULE = 450
LONGEST_FUNCTION = 80


@cache
def imports(name: str) -> tuple[str, ...]:
    """Return the project modules that a module imports, including imports inside functions."""
    return tuple(_imports(name))


def _imports(name: str) -> Iterator[str]:
    for node in nodes(name):
        if isinstance(node, ast.Import):
            yield from (
                each.name for each in node.names if each.name.partition(".")[0] == "codegen"
            )
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} has a relative import"
            if node.module and node.module.partition(".")[0] == "codegen":
                for each in node.names:
                    inner = f"{node.module}.{each.name}"
                    yield inner if inner in MODULES else node.module


def unit(module: str) -> str:
    """Return the unit of a module, e.g.

    `readers` for `codegen.readers.link`; empty for the package itself.
    """
    _, _, inner = module.partition(".")
    return next(
        (name for name in LAYER if "." in name and is_in(inner, name)), inner.partition(".")[0]
    )


def is_in(inner: str, place: str) -> bool:
    return inner == place or inner.startswith(f"{place}.")


def cross_imports() -> Iterator[tuple[str, str, str, str]]:
    """Yield each import between units: module, its unit, imported module, and its unit."""
    for name in MODULES:
        for imported in imports(name):
            own, other = unit(name), unit(imported)
            if own and other and own != other:
                yield name, own, imported, other


def test_imports_go_one_way() -> None:
    wrong = [
        f"{module_path(name)} imports {imported}, which stands no lower"
        for name, own, imported, other in cross_imports()
        if LAYER.get(other, len(LAYERS)) >= LAYER[own]
    ]
    assert wrong == []


def test_only_projects_and_higher_layers_import_outputs() -> None:
    wrong = [
        f"{module_path(name)} imports {imported}"
        for name, own, imported, other in cross_imports()
        if other.partition(".")[0] == "outputs" and own not in ABOVE_OUTPUTS
    ]
    assert wrong == []


def test_run_time_modules_import_each_other_only() -> None:
    wrong = [
        f"{module_path(name)} imports {imported}"
        for name in MODULES
        if any(is_in(name, home) for home in RUN_TIMES)
        for imported in imports(name)
        if not any(is_in(imported, home) for home in RUN_TIMES)
    ]
    assert wrong == []


def test_forbidden_imports_are_absent() -> None:
    wrong = [
        f"{module_path(name)} knows {imported}"
        for name, own, imported, _ in cross_imports()
        if any(is_in(imported.partition(".")[2], each) for each in FORBIDDEN.get(own, ()))
    ]
    assert wrong == []


def test_units_and_layers_match() -> None:
    assert {unit(name) for name in MODULES} - {""} == set(LAYER)


def test_layout_readers_do_not_import_each_other() -> None:
    def family(module: str) -> str:
        part = [*module.split("."), "", ""][2]
        return part if part in FAMILIES else ""

    wrong = [
        f"{module_path(name)} imports {imported}"
        for name in MODULES
        if unit(name) == "readers" and (own := family(name))
        for imported in imports(name)
        if unit(imported) == "readers" and (other := family(imported)) not in ("", own)
        if (own, other) not in FAMILY_OF_ANOTHER
    ]
    assert wrong == []


def test_targets_do_not_import_each_other() -> None:
    targets = {
        keyword.value.args[0].value
        for folder in MODULES
        if folder.startswith("codegen.outputs.")
        for keyword in ast.walk(parse_module(folder))
        if isinstance(keyword, ast.keyword) and keyword.arg == "emit"
        if isinstance(keyword.value, ast.Call) and isinstance(keyword.value.args[0], ast.Constant)
    }
    assert len(targets) > 4
    wrong = [
        f"{module_path(name)} imports another target"
        for name in MODULES
        if unit(name) == "outputs" and name != "codegen.outputs" and targets & set(imports(name))
    ]
    assert wrong == []


def test_only_the_command_prints_or_exits() -> None:
    ending = re.compile(
        r"(print|exit|quit|sys\.exit|os\._exit|(?:sys\.)?std(out|err)\.write|click\.\w+|raise SystemExit)\b"
    )
    wrong = [
        f"{module_path(name)}:{node.lineno}"
        for name in MODULES
        if unit(name) not in ("cli", "__main__")
        for node in nodes(name)
        if isinstance(node, ast.Call | ast.Raise)
        if ending.match(ast.unparse(node.func if isinstance(node, ast.Call) else node))
    ]
    assert wrong == []


def test_commands_print_in_one_place() -> None:
    """That place makes output harmless to terminals and CI servers."""
    wrong = [
        f"{module_path(name)}:{node.lineno}"
        for name in MODULES
        if unit(name) == "cli" and name != "codegen.cli.common"
        for node in nodes(name)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("print", "click.echo", "click.secho")
    ]
    assert wrong == []


def test_there_are_no_import_cycles() -> None:
    """Includes imports for types only and inside functions."""
    edges = {
        name: {each for each in imports(name) if each in MODULES and each != name}
        for name in MODULES
    }
    while leaves := {name for name, others in edges.items() if not others & edges.keys()}:
        edges = {name: others for name, others in edges.items() if name not in leaves}
    assert not edges, sorted(edges)


def packages(folder: str) -> set[str]:
    return {
        each.name for each in (ROOT / folder).iterdir() if each.is_dir() and any(each.rglob("*.py"))
    }


def test_number_of_packages_is_limited() -> None:
    names = {each.name for each in (ROOT / "codegen").iterdir()} - {
        "__init__.py",
        "__main__.py",
        "__pycache__",
        "py.typed",
    }
    assert len(names) <= MOST_PACKAGES, sorted(names)


@pytest.mark.parametrize("page", ARCHITECTURE_PAGES)
def test_functions_on_architecture_page_exist_in_given_modules(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"`([\w.]+)` ?[(（]`(codegen/[\w/]+\.py)`[)）]", text)
    assert len(named) > 12
    for name, path in named:
        assert f"def {name.rpartition('.')[2]}(" in (ROOT / path).read_text(encoding="utf-8"), (
            f"{path} has no {name}"
        )


def test_folders_of_tests_mirror_the_packages() -> None:
    assert packages("codegen") <= packages("tests")
    assert packages("tests") - packages("codegen") <= OTHER_FOLDERS
    for package in packages("codegen"):
        assert any((ROOT / "tests" / package).rglob("test_*.py")), f"tests/{package} has no test"
        inner = {
            each.name
            for each in (ROOT / "tests" / package).iterdir()
            if any(each.rglob("test_*.py")) and each.is_dir()
        }
        assert inner <= packages(f"codegen/{package}"), f"tests/{package}"


def test_records_are_msgspec_structs() -> None:
    """msgspec structs, see CONTRIBUTING.

    Only the run time of generated dataclasses uses dataclasses.
    """

    def imported(node: ast.AST) -> list[str]:
        return (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [getattr(node, "module", "")]
        )

    plain = ("codegen.outputs.python.runtime.model",)
    names = [name for name in MODULES if not any(is_in(name, each) for each in plain)]
    assert [
        module_path(name)
        for name in names
        if any("dataclasses" in imported(node) for node in nodes(name))
    ] == []


def test_modules_and_functions_are_short() -> None:
    lines = {name: file.read_text(encoding="utf-8").count("\n") for name, file in MODULES.items()}
    wrong = [
        f"{module_path(name)} has {count} lines"
        for name, count in lines.items()
        if count > LONGEST_MODULE
    ]
    wrong += [
        f"{module_path(name)}:{node.lineno} {node.name} has {length} lines"
        for name in MODULES
        for node in nodes(name)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert wrong == []


# The identifier attribute of each node type.
IDENTIFIERS = {
    ast.Name: "id",
    ast.Attribute: "attr",
    ast.arg: "arg",
    ast.FunctionDef: "name",
    ast.ClassDef: "name",
    ast.keyword: "arg",
}


@cache
def words_of(name: str) -> tuple[tuple[int, str], ...]:
    """Return each string and identifier of a module except docstrings, with its line."""
    return tuple(_words_of(name))


def _words_of(name: str) -> Iterator[tuple[int, str]]:
    documented = {
        id(node.body[0].value)
        for node in nodes(name)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in nodes(name):
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and id(node) not in documented:
                yield node.lineno, node.value
        elif identifier := IDENTIFIERS.get(type(node)):
            yield node.lineno, getattr(node, identifier) or ""  # type: ignore[attr-defined]


@cache
def seed_names() -> frozenset[str]:
    """Return the names specific to the first page, without names common to all APIs and short
    words.
    """
    (page,) = (ROOT / "schemas/sources").glob("*.txt")
    reference = read_sources([SourcePath(path=page, display_path=page.name)], Report())
    names = {each.name for each in reference.definitions.values()}
    names |= {field.name for each in reference.definitions.values() for field in each.fields}
    common = {*SHARED_NAMES, *(key.rpartition(".")[2] for key in ALIASES), "apiVersion"}
    return frozenset(name for name in names - common if len(name) > 8)


def templates() -> list[Path]:
    return sorted(file for file in (ROOT / "templates").rglob("*") if file.is_file())


def test_code_has_no_names_of_first_page() -> None:
    assert len(seed_names()) >= 6
    snake = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in seed_names()}
    wanted = re.compile("|".join(sorted({*seed_names(), *snake})))
    found = [
        f"{module_path(name)}:{line}: {text[:60]!r}"
        for name in MODULES
        if not name.startswith(ABOUT_TOKENS)
        for line, text in words_of(name)
        if wanted.search(text)
    ]
    found += [
        f"{file.relative_to(ROOT)}"
        for file in templates()
        if file.suffix != ".commands"  # also the help of the command about tokens
        and wanted.search(file.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_code_has_no_release_numbers() -> None:
    release = re.compile(r"(?<![\d.])v?1\.[1-9]\d(?![\d.])")
    found = [
        f"{module_path(name)}:{line}: {text[:60]!r}"
        for name in MODULES
        for line, text in words_of(name)
        if release.search(text)
    ]
    for file in templates():
        lines = file.read_text(encoding="utf-8").splitlines()
        found += [
            f"{file.relative_to(ROOT)}:{n}: {line[:60]}"
            for n, line in enumerate(lines, 1)
            if release.search(line)
        ]
    assert found == []


# Modules that may write: temporary folders, and files that `make` writes into the package.
WRITERS = (
    "codegen.core.writing",
    "codegen.core.staging",
    "codegen.outputs.python.formatting",
    "codegen.outputs.site.site_builder",
    "codegen.drift.review.review",
    "codegen.readers.built_in.file_writer",
    "codegen.readers.git",  # below a temporary folder
    "codegen.validation.declared_file_writer",
)
WRITING = {
    "write_text",
    "write_bytes",
    "replace",
    "rename",
    "symlink_to",
    "touch",
    "unlink",
    "rmtree",
    "copyfile",
    "copy2",
    "move",
}


def test_only_writer_modules_write_files() -> None:
    """That module writes sets of files atomically.

    `replace` of texts and records has other arguments than that of paths.
    """
    wrong = [
        f"{module_path(name)}:{node.lineno} calls {node.func.attr}"
        for name in MODULES
        if name not in WRITERS
        for node in nodes(name)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITING
        if node.func.attr != "replace" or (len(node.args) == 1 and not node.keywords)
    ]
    assert wrong == []


@pytest.mark.parametrize("page", ARCHITECTURE_PAGES)
def test_steps_on_architecture_page_name_existing_functions(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    steps = [line for line in text.splitlines() if re.match(r"\d+\. ", line)]
    named = {name.rpartition(".")[2] for line in steps for name in re.findall(r"`([\w.]+)`", line)}
    defined = {
        node.name
        for module in MODULES
        for node in nodes(module)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    assert len(steps) > 12
    assert named <= defined
