"""The shape of the project: who may import whom, who prints, how long things get, and that no input stands in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from codegen.core.diagnostics import Report
from codegen.model.kubernetes import ALIASES, SHARED_NAMES
from codegen.readers.sources import SourcePath, read_sources
from support.corpus import ROOT
from support.source_code import MODULES, code_of, nodes, parsed

# A module imports only from the lines above its own; packages on one line do not import each other.
LAYERS = [
    {"kube"},
    {"core"},
    {"findings"},
    {"model"},
    {"cel"},
    {"readers", "outputs", "findings.formats"},
    {"translation"},
    {"config"},
    {"drift", "validation"},
    {"outputs.site"},
    {"endpoint"},
    {"config.pipeline"},
    {"cli", "plugins"},
    {"__main__"},
]
LAYER = {unit: number for number, units in enumerate(LAYERS) for unit in units}

# Imports that are forbidden although they go upwards: data flows one way, and templates know no pages.
FORBIDDEN = {
    "outputs": {"core.source"},
    "readers": {"core.escaping"},
    "drift": {"readers.page_tree", "outputs.render", "core.escaping"},
}
# Layouts and documents do not know each other; what two of them share is in `shared`.
FAMILIES = {file.parent.name for file in (ROOT / "codegen/readers").glob("*/__init__.py")} - {"shared"}
# A document is what OpenAPI is read from, and custom resources, whose schemas are those of OpenAPI.
FAMILY_OF_ANOTHER = {("openapi", "documents"), ("crd", "documents"), ("crd", "openapi")}

# What is about one kind by its purpose, and names it.
ABOUT_TOKENS = ("codegen.endpoint", "codegen.cli.token_endpoint")

# Folders of the tests that belong to no package of the code: what tests are made from and judged by.
OTHER_FOLDERS = {"bench", "cases", "fuzz", "gardens", "hostile", "judges", "pages", "plugin", "release", "support"}

# Packages whose modules generated packages copy: they import nothing else of the project.
RUN_TIMES = ("codegen.kube", "codegen.cel.runtime", "codegen.outputs.python.runtime")
# What may import outputs.
ABOVE_OUTPUTS = ("outputs", "outputs.site", "config", "config.pipeline", "cli", "plugins")

MOST_PACKAGES = 14
LONGEST_MODULE = 450
LONGEST_FUNCTION = 60


@cache
def imports(name: str) -> tuple[str, ...]:
    """The modules of the project that a module imports, also those inside its functions."""
    return tuple(_imports(name))


def _imports(name: str) -> Iterator[str]:
    for node in nodes(name):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name.partition(".")[0] == "codegen")
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} has a relative import"
            if node.module and node.module.partition(".")[0] == "codegen":
                for each in node.names:
                    inner = f"{node.module}.{each.name}"
                    yield inner if inner in MODULES else node.module


def unit(module: str) -> str:
    """`codegen.readers.link` -> readers; the package itself has an empty name."""
    _, _, inner = module.partition(".")
    return next((name for name in LAYER if "." in name and is_in(inner, name)), inner.partition(".")[0])


def is_in(inner: str, place: str) -> bool:
    return inner == place or inner.startswith(f"{place}.")


def crossing() -> Iterator[tuple[str, str, str, str]]:
    """Each import from one unit by another: the module and its unit, what it imports and the unit of that."""
    for name in MODULES:
        for imported in imports(name):
            own, other = unit(name), unit(imported)
            if own and other and own != other:
                yield name, own, imported, other


def test_imports_go_one_way() -> None:
    wrong = [
        f"{code_of(name)} imports {imported}, which stands no lower"
        for name, own, imported, other in crossing()
        if LAYER.get(other, len(LAYERS)) >= LAYER[own]
    ]
    assert wrong == []


def test_only_the_pipeline_and_what_is_above_it_import_outputs() -> None:
    wrong = [
        f"{code_of(name)} imports {imported}"
        for name, own, imported, other in crossing()
        if other.partition(".")[0] == "outputs" and own not in ABOVE_OUTPUTS
    ]
    assert wrong == []


def test_modules_that_generated_packages_copy_import_each_other_only() -> None:
    wrong = [
        f"{code_of(name)} imports {imported}"
        for name in MODULES
        if any(is_in(name, home) for home in RUN_TIMES)
        for imported in imports(name)
        if not any(is_in(imported, home) for home in RUN_TIMES)
    ]
    assert wrong == []


def test_forbidden_imports() -> None:
    wrong = [
        f"{code_of(name)} knows {imported}"
        for name, own, imported, _ in crossing()
        if any(is_in(imported.partition(".")[2], each) for each in FORBIDDEN.get(own, ()))
    ]
    assert wrong == []


def test_every_unit_has_a_layer_and_every_layer_exists() -> None:
    assert {unit(name) for name in MODULES} - {""} == set(LAYER)


def test_readers_of_one_layout_do_not_know_those_of_another() -> None:
    def family(module: str) -> str:
        part = [*module.split("."), "", ""][2]
        return part if part in FAMILIES else ""

    wrong = [
        f"{code_of(name)} imports {imported}"
        for name in MODULES
        if unit(name) == "readers" and (own := family(name))
        for imported in imports(name)
        if unit(imported) == "readers" and (other := family(imported)) not in ("", own)
        if (own, other) not in FAMILY_OF_ANOTHER
    ]
    assert wrong == []


def test_targets_do_not_know_each_other() -> None:
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
    assert len(targets) > 4
    wrong = [
        f"{code_of(name)} imports another target"
        for name in MODULES
        if unit(name) == "outputs" and name != "codegen.outputs" and targets & set(imports(name))
    ]
    assert wrong == []


def test_only_the_command_prints_or_exits() -> None:
    ending = re.compile(
        r"(print|exit|quit|sys\.exit|os\._exit|(?:sys\.)?std(out|err)\.write|click\.\w+|raise SystemExit)\b"
    )
    wrong = [
        f"{code_of(name)}:{node.lineno}"
        for name in MODULES
        if unit(name) not in ("cli", "__main__")
        for node in nodes(name)
        if isinstance(node, ast.Call | ast.Raise)
        if ending.match(ast.unparse(node.func if isinstance(node, ast.Call) else node))
    ]
    assert wrong == []


def test_commands_print_in_one_place() -> None:
    """Which makes what they print harmless to terminals and servers."""
    wrong = [
        f"{code_of(name)}:{node.lineno}"
        for name in MODULES
        if unit(name) == "cli" and name != "codegen.cli.common"
        for node in nodes(name)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "click.echo", "click.secho")
    ]
    assert wrong == []


def test_no_module_leads_back_to_itself() -> None:
    """No import circle, those for types alone and those inside functions counted."""
    edges = {name: {each for each in imports(name) if each in MODULES and each != name} for name in MODULES}
    while leaves := {name for name, others in edges.items() if not others & edges.keys()}:
        edges = {name: others for name, others in edges.items() if name not in leaves}
    assert not edges, sorted(edges)


def packages(folder: str) -> set[str]:
    return {each.name for each in (ROOT / folder).iterdir() if each.is_dir() and any(each.rglob("*.py"))}


def test_there_are_few_packages() -> None:
    names = {each.name for each in (ROOT / "codegen").iterdir()} - {
        "__init__.py",
        "__main__.py",
        "__pycache__",
        "py.typed",
    }
    assert len(names) <= MOST_PACKAGES, sorted(names)


def test_functions_of_the_architecture_page_are_where_it_says() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w.]+)` \(`(codegen/[\w/]+\.py)`\)", text)
    assert len(named) > 12
    for name, path in named:
        assert f"def {name.rpartition('.')[2]}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path} has no {name}"


def test_folders_of_tests_mirror_the_packages() -> None:
    assert packages("codegen") <= packages("tests")
    assert packages("tests") - packages("codegen") <= OTHER_FOLDERS
    for package in packages("codegen"):
        assert any((ROOT / "tests" / package).rglob("test_*.py")), f"tests/{package} has no test"
        inner = {
            each.name for each in (ROOT / "tests" / package).iterdir() if any(each.rglob("test_*.py")) and each.is_dir()
        }
        assert inner <= packages(f"codegen/{package}"), f"tests/{package}"


def test_records_are_structs() -> None:
    """Structs of msgspec, see CONTRIBUTING; the run time of generated dataclasses is about them."""

    def imported(node: ast.AST) -> list[str]:
        return [each.name for each in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", "")]

    plain = ("codegen.outputs.python.runtime.model",)
    names = [name for name in MODULES if not any(is_in(name, each) for each in plain)]
    assert [code_of(name) for name in names if any("dataclasses" in imported(node) for node in nodes(name))] == []


def test_modules_and_functions_are_short() -> None:
    lines = {name: file.read_text(encoding="utf-8").count("\n") for name, file in MODULES.items()}
    wrong = [f"{code_of(name)} has {count} lines" for name, count in lines.items() if count > LONGEST_MODULE]
    wrong += [
        f"{code_of(name)}:{node.lineno} {node.name} has {length} lines"
        for name in MODULES
        for node in nodes(name)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert wrong == []


# Where a node has its identifier.
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
    """Every string and identifier of a module but its docstrings, with the line."""
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
        if not name.startswith(ABOUT_TOKENS)
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


# Besides what writes: folders of their own that are taken away again, and what `make` writes into the package.
WRITERS = (
    "codegen.core.writing",
    "codegen.core.staging",
    "codegen.outputs.site.site_builder",
    "codegen.drift.review.review",
    "codegen.readers.built_in.file_writer",
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


def test_files_are_written_by_one_module() -> None:
    """Which keeps a set of them together whatever happens; `replace` of texts and records has other arguments than that of paths."""
    wrong = [
        f"{code_of(name)}:{node.lineno} calls {node.func.attr}"
        for name in MODULES
        if name not in WRITERS
        for node in nodes(name)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITING
        if node.func.attr != "replace" or (len(node.args) == 1 and not node.keywords)
    ]
    assert wrong == []


def test_the_ways_through_the_code_name_functions_that_there_are() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    ways = text[text.index("## The way of a field") :].partition("\n## The way of a finding")
    section = ways[0] + ways[2].partition("\n## ")[0]
    steps = [line for line in section.splitlines() if re.match(r"\d+\. ", line)]
    named = {name.rpartition(".")[2] for line in steps for name in re.findall(r"`([\w.]+)`", line)}
    defined = {
        node.name for module in MODULES for node in nodes(module) if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    assert len(steps) > 12
    assert named <= defined
