"""Plug-ins: outputs and layouts of an installed package, used, broken and unused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result

from codegen import CodegenError, load_config
from codegen.cli import main
from codegen.core import records
from codegen.project.site import build_site_project
from codegen.readers import registry

PLUGIN = Path(__file__).parent / "plugin"
PAGE = "garden k8s.io/api/garden/v1 garden.example.io/v1\nPlot: What is planted where.\nrows integer, soil string\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site folder with the installed plug-in, created much faster than by an installer."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(PLUGIN / "src", folder, dirs_exist_ok=True)
    write_metadata(folder, tomllib.loads((PLUGIN / "pyproject.toml").read_text())["project"])
    return folder


@pytest.mark.slow  # builds a wheel
def test_wheel_has_same_entry_points_as_fixture(tmp_path: Path, site: Path) -> None:
    """An installer unpacks the wheel into its folder, so no installer is needed here."""
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=PLUGIN, check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    folder = tmp_path / "site"
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    unpacked, ours = ([*distributions(path=[str(place)])] for place in (folder, site))
    assert [sorted(package.entry_points) for package in unpacked] == [
        sorted(package.entry_points) for package in ours
    ]
    assert len(unpacked) == 1
    made = codegen(
        project(tmp_path, {"target": "garden-index", "to": "out", "indent": 2}), folder, "generate"
    )
    assert made.returncode == 0, made.stderr


def write_metadata(folder: Path, package: dict[str, Any]) -> None:
    """Write the metadata of an installed package: name and entry points."""
    info = folder / f"{package['name'].replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {package['name']}\nVersion: 1.0\n"
    )
    groups = package["entry-points"].items()
    lines = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in each.items())
        for group, each in groups
    ]
    (info / "entry_points.txt").write_text("\n".join(lines))


def write_package(folder: Path, name: str, code: str, **groups: str) -> None:
    """Write an installed package of one module. `groups` are the objects of its entry points."""
    points = {f"codegen.{group}": {name: f"{name}:{value}"} for group, value in groups.items()}
    write_metadata(folder, {"name": name, "entry-points": points})
    (folder / f"{name}.py").write_text(code)


def project(folder: Path, *outputs: dict[str, Any], **more: Any) -> Path:
    (folder / "plot.txt").write_text(PAGE)
    bed = {
        "properties": {"soil": {"type": "string"}},
        "x-kubernetes-group-version-kind": [
            {"group": "example.io", "version": "v1", "kind": "Bed"}
        ],
    }
    swagger = {"swagger": "2.0", "definitions": {"io.example.v1.Bed": {"type": "object", **bed}}}
    (folder / "bed.json").write_text(json.dumps(swagger))
    settings = {"sources": [{"path": "bed.json"}], "outputs": outputs, **more}
    (folder / "codegen.yaml").write_text(json.dumps(settings))
    return folder


def codegen(folder: Path, site: Path | None, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(site or ""),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    return subprocess.run(
        [sys.executable, "-m", "codegen", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )


Here = Callable[..., Result]


@pytest.fixture
def run_in_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Here]:
    """Run the command in this process, with the packages of sites until the test ends."""
    loaded = {*sys.modules}

    def run(folder: Path, sites: Path | tuple[Path, ...], *arguments: str) -> Result:
        monkeypatch.chdir(folder)
        for site in sites if isinstance(sites, tuple) else (sites,):
            monkeypatch.syspath_prepend(site)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        clear_caches()
        return CliRunner().invoke(main, arguments)

    def clear_caches() -> None:
        records._list_entries.cache_clear()
        registry._plugin_layouts.cache_clear()

    yield run
    clear_caches()
    for name in [
        name
        for name in {*sys.modules} - loaded
        if name.partition(".")[0] in ("broken", "garden_plugin")
    ]:
        del sys.modules[name]


def test_example_imports_plugins_module_only() -> None:
    lines = [
        line
        for file in PLUGIN.rglob("*.py")
        for line in file.read_text().splitlines()
        if "import" in line
    ]
    modules = {
        line.split()[1].partition(".")[0] for line in lines if line.startswith(("from", "import"))
    }
    assert {"codegen", "garden_plugin"} <= modules
    assert {line.split()[1] for line in lines if line.startswith("from codegen")} == {
        "codegen.plugins"
    }


def test_output_uses_its_templates_and_options(
    tmp_path: Path, site: Path, run_in_process: Here
) -> None:
    folder = project(tmp_path, {"target": "garden-index", "to": "out", "indent": 2})
    done = codegen(folder, site, "generate")
    assert done.returncode == 0, done.stderr
    assert (folder / "out/kinds.txt").read_text().splitlines()[1:] == ["  Bed"]
    (folder / "mine/garden-index").mkdir(parents=True)
    (folder / "mine/garden-index/kinds.txt.j2").write_text("{{ notice }}\n{{ kinds | join }}!\n")
    project(folder, {"target": "garden-index", "to": "out"}, templates="mine")
    assert run_in_process(folder, site, "generate").exit_code == 0
    assert (folder / "out/kinds.txt").read_text().splitlines()[1:] == ["Bed!"]


def test_site_accepts_templates_of_plugin_output(
    tmp_path: Path, site: Path, run_in_process: Here
) -> None:
    folder = project(tmp_path, {"target": "garden-index", "to": "out"}, templates="mine")
    (folder / "mine/garden-index").mkdir(parents=True)
    (folder / "mine/garden-index/kinds.txt.j2").write_text("{{ kinds | join }}!\n")
    assert run_in_process(folder, site, "generate").exit_code == 0
    (page,) = build_site_project(load_config(folder / "codegen.yaml")).content.pages["en"]
    assert page.path == "example.io/bed-v1"
    (folder / "mine/garden-index/kind.txt.j2").write_text("")
    with pytest.raises(CodegenError, match=r"template-unknown.*kind\.txt\.j2"):
        build_site_project(load_config(folder / "codegen.yaml"))


@pytest.mark.parametrize(
    ("options", "place", "message"),
    [
        ({"indent": -1}, "indent", "-1 is less than the minimum of 0"),
        ({"indnt": 1}, "indnt", "did you mean 'indent'?"),
        (
            {"version": "3.1"},
            "version",
            "garden-index has no option 'version' (hint: its options are indent)",
        ),
    ],
)
def test_options_are_validated_by_output_schema(
    tmp_path: Path,
    site: Path,
    run_in_process: Here,
    options: dict[str, Any],
    place: str,
    message: str,
) -> None:
    folder = project(tmp_path, {"target": "garden-index", "to": "out", **options})
    done = run_in_process(folder, site, "generate")
    assert done.exit_code == 2
    assert message in done.stderr
    column = (folder / "codegen.yaml").read_text().index(f'"{place}"') + 1
    value = column + len(f'"{place}": ')
    assert f"codegen.yaml:1:{value if place == 'indent' else column}: error[" in done.stderr


def test_page_of_plugin_layout_is_read_and_linked(
    tmp_path: Path, site: Path, run_in_process: Here
) -> None:
    folder = project(
        tmp_path, {"target": "json-schema", "to": "out"}, sources=[{"path": "plot.txt"}]
    )
    done = codegen(folder, site, "inspect", "plot.txt", "--format", "json")
    model = json.loads(done.stdout)
    assert model["pages"][0]["layout"] == "garden"
    (schema,) = model["definitions"].values()
    assert schema["properties"] == {"rows": {"type": "integer"}, "soil": {"type": "string"}}
    alone = run_in_process(folder, (), "inspect", "plot.txt")
    assert (alone.exit_code, "error[source-unrecognised]" in alone.stderr) == (2, True)
    assert run_in_process(folder, site, "generate").exit_code == 0
    assert run_in_process(folder, site, "diff", "plot.txt", "plot.txt").exit_code == 0


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise RuntimeError('out of order')", "RuntimeError: out of order"),
        ("import no_such_module", "No module named 'no_such_module'"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("RECORD = 1", "broken:RECORD is not a record of the class Output with this name"),
        ("", "has no attribute 'RECORD'"),
        (
            "from codegen.plugins import Output\nRECORD = Output(name='broken', emit=lambda job: 1 / 0)",
            "ZeroDivisionError: division by zero",
        ),
        (
            "from codegen.plugins import Output\n"
            "RECORD = Output(name='broken', emit=print, options={'size': {'type': 'integr'}})",
            "SchemaError: 'integr' is not valid",
        ),
    ],
)
def test_broken_output_is_reported_if_used(
    tmp_path: Path, run_in_process: Here, code: str, reason: str
) -> None:
    write_package(tmp_path / "site", "broken", code, outputs="RECORD")
    folder = project(tmp_path, {"target": "broken", "to": "out"})
    done = run_in_process(folder, tmp_path / "site", "generate")
    assert done.exit_code == 2
    (line,) = [line for line in done.stderr.splitlines() if "error[" in line]
    assert "error[plugin-broken]: the plug-in 'broken' fails: " in line
    assert reason in line
    assert "Traceback" not in done.stderr


def test_error_of_output_keeps_its_rule(tmp_path: Path, run_in_process: Here) -> None:
    code = (
        "from codegen.core.diagnostics import Span, failure\nfrom codegen.plugins import Output\n"
        "def emit(job):\n    raise failure('source-empty', 'no plots', Span(path='plots'), 'plant some')\n"
        "RECORD = Output(name='broken', emit=emit)"
    )
    write_package(tmp_path / "site", "broken", code, outputs="RECORD")
    done = run_in_process(
        project(tmp_path, {"target": "broken", "to": "out"}), tmp_path / "site", "generate"
    )
    assert "plots: error[source-empty]: no plots (hint: plant some)" in done.stderr


def test_outputs_of_package_share_folder_files(tmp_path: Path, run_in_process: Here) -> None:
    code = (
        "from codegen.plugins import GeneratedFile, Output, notice\n"
        "def write(name): return lambda job: iter([GeneratedFile(path=name, text=notice(job.origin))])\n"
        "def share(job, files): yield GeneratedFile(path='all', text=' '.join(file.path for file in files))\n"
        "ONE, TWO = (Output(name=name, emit=write(name), emit_shared=share) for name in ('one', 'two'))\n"
    )
    (tmp_path / "site").mkdir()
    (tmp_path / "site/broken.py").write_text(code)
    write_metadata(
        tmp_path / "site",
        {
            "name": "broken",
            "entry-points": {"codegen.outputs": {"one": "broken:ONE", "two": "broken:TWO"}},
        },
    )
    folder = project(tmp_path, *({"target": name, "to": "out"} for name in ("one", "two")))
    assert run_in_process(folder, tmp_path / "site", "generate").exit_code == 0
    assert (folder / "out/all").read_text() == "one two"


def test_broken_output_is_ignored_if_unused(tmp_path: Path, run_in_process: Here) -> None:
    write_package(tmp_path / "site", "broken", "raise SystemExit(0)", outputs="RECORD")
    folder = project(tmp_path, {"target": "json-schema", "to": "out"})
    other = codegen(folder, tmp_path / "site", "generate")
    assert (other.returncode, "plug-in" in other.stderr) == (0, False)
    project(folder, {"target": "brokn", "to": "out"})
    assert "did you mean 'broken'?" in run_in_process(folder, tmp_path / "site", "generate").stderr


def test_broken_layout_is_reported_with_unrecognized_page(
    tmp_path: Path, site: Path, run_in_process: Here
) -> None:
    write_package(
        tmp_path / "site", "broken", "raise RuntimeError('out of order')", layouts="RECORD"
    )
    both = (tmp_path / "site", site)
    folder = project(tmp_path)
    # Another plug-in reads it.
    assert run_in_process(folder, both, "inspect", "plot.txt").exit_code == 0
    done = run_in_process(folder, both, "inspect", "bed.json")
    assert (done.exit_code, "plug-in" in done.stderr) == (0, False)
    (folder / "pages").mkdir()
    for name in ("one.md", "two.md"):
        (folder / "pages" / name).write_text(
            "---\napi_metadata: of a layout that nobody knows\n---\n"
        )
    (folder / "pages/bed.json").write_text((folder / "bed.json").read_text())
    done = run_in_process(folder, both, "inspect", "pages")
    assert done.exit_code == 0
    assert (
        done.stderr.count(
            "warning[plugin-broken]: the plug-in 'broken' fails: RuntimeError: out of order"
        )
        == 1
    )
    done = run_in_process(folder, both, "inspect", "pages/one.md")
    assert done.exit_code == 2
    assert "error[source-unrecognised]" in done.stderr
    assert "error[plugin-broken]" in done.stderr


def test_layout_is_added_by_one_folder(tmp_path: Path) -> None:
    (tmp_path / "garden").mkdir()
    (tmp_path / "garden/layout.py").write_text((PLUGIN / "src/garden_plugin/layout.py").read_text())
    (tmp_path / "garden/__init__.py").write_text(
        "from codegen.core.records import on_demand\n"
        "from codegen.readers.form import Layout\n\n"
        "FORMS = (Layout(name='garden', recognises=lambda source: source.text.startswith('garden '),"
        " read=on_demand('codegen.readers.garden.layout', 'read')),)\n"
    )
    folder = project(tmp_path)
    script = (
        f"import codegen.readers\ncodegen.readers.__path__.append({str(tmp_path)!r})\n"
        "from codegen.cli import main\nmain(['inspect', 'plot.txt', '--format', 'json'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["pages"][0]["layout"] == "garden"
