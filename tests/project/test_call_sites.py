"""Uses of removed names of generated classes in Python code."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.project.call_sites import CallSites, find_call_sites
from codegen.project.removed_names import find_removed_names

BEFORE = """\
class Plot:
    size: int
    soil: str

class Shed:
    roof: str
"""
AFTER = """\
class Plot:
    size: int
"""
REMOVED = find_removed_names(
    {"python/garden_v1/models.py": BEFORE}, {"python/garden_v1/models.py": AFTER}
)


def find(folder: Path, code: str, name: str = "gardener.py") -> CallSites:
    """Find the uses in one file of a project."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(code, encoding="utf-8")
    return find_call_sites(folder, REMOVED, {folder / "python"})


IMPORT = "from garden_v1 import models\n"
USES = {
    "attribute": ("plot.soil", "2:1"),
    "argument": ("models.Plot(soil='sand')", "2:13"),
    "key": ("plot['soil']", "2:1"),
    "class": ("models.Shed()", "2:1"),
    "name as text": ("getattr(plot, 'soil')", "2:15"),
    "path as text": ("operator.attrgetter('spec.soil')", "2:21"),
    "key of a dict": ("Plot(**{'soil': 'sand'})", "2:9"),
    "key that is asked for": ("plot.get('soil')", "2:10"),
    "pattern of a class": ("match plot:\n  case Plot(soil=soil): ...", "3:18"),
    "pattern of a mapping": ("match plot:\n  case {'soil': soil}: ...", "3:9"),
    "attribute of a subclass": ("class Mine(Plot):\n  soil: str", "3:3"),
    "annotation as text": ("shed: 'Shed | None' = None", "2:7"),
    "argument's annotation as text": ("def f(shed: 'models.Shed'): ...", "2:13"),
    "result's annotation as text": ("async def f() -> 'list[Shed]': ...", "2:18"),
}


@pytest.mark.parametrize(("code", "position"), USES.values(), ids=USES)
def test_each_kind_of_use_is_found(tmp_path: Path, code: str, position: str) -> None:
    found = find(tmp_path, f"{IMPORT}{code}\n")
    assert [str(site.span) for site in found.sites] == [f"gardener.py:{position}"]


def test_imported_class_is_found(tmp_path: Path) -> None:
    found = find(tmp_path, "from garden_v1.models import Shed\n")
    assert [site.name for site in found.sites] == ["Shed"]


def find_names(folder: Path, code: str, before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return the removed names that code uses."""
    (folder / "gardener.py").write_text(code, encoding="utf-8")
    found = find_call_sites(folder, find_removed_names(before, after), {folder / "python"})
    return [site.name for site in found.sites]


KEPT = {"python/garden_v1/models.py": AFTER}


@pytest.mark.parametrize(
    ("code", "offers"),
    [
        pytest.param("from garden_v1beta1.models import Plot", ("python.garden_v1",), id="class"),
        pytest.param("plot.soil", (), id="attribute"),
    ],
)
def test_removed_class_names_packages_that_still_have_it(
    tmp_path: Path, code: str, offers: tuple[str, ...]
) -> None:
    before = {
        "python/garden_v1beta1/models.py": AFTER,
        "python/garden_v1/models.py": "class Plot:\n    soil: str\n",
    }
    (tmp_path / "gardener.py").write_text(f"import garden_v1\n{code}\n", encoding="utf-8")
    found = find_call_sites(tmp_path, find_removed_names(before, KEPT), {tmp_path / "python"})
    assert [site.offers for site in found.sites] == [offers]


OLD_VERSION = {"python/garden_v1beta1/models.py": AFTER, "python/garden_v1beta1/__init__.py": ""}
IMPORTS = {
    "class": "from python.garden_v1beta1.models import Plot",
    "class by another name": "from garden_v1beta1.models import Plot as P",
    "module": "from python.garden_v1beta1 import models",
    "package": "from ..python import garden_v1beta1",
    "path": "import python.garden_v1beta1.models",
    "attribute": "import python.garden_v1 as v1, python\nv1.Shed",
    "dotted": "import python.garden_v1.models\npython.garden_v1.models.Shed",
}


@pytest.mark.parametrize("code", IMPORTS.values(), ids=IMPORTS)
def test_names_are_removed_from_their_module(tmp_path: Path, code: str) -> None:
    """Another module may still have a class of this name."""
    exports = {"python/garden_v1/__init__.py": "__all__ = ('Shed',)\n"}
    before = {"python/garden_v1/models.py": BEFORE, **OLD_VERSION, **exports}
    after = {**KEPT, "python/garden_v1/__init__.py": "", "python/sheds.py": "class Shed: ...\n"}
    assert find_names(tmp_path, f"{code}\n", before, after)


def test_class_that_another_version_has_is_not_named(tmp_path: Path) -> None:
    before = {"python/garden_v1/models.py": f"{AFTER}    soil: str\n", **OLD_VERSION}
    assert find_names(tmp_path, "from garden_v1.models import Plot\n", before, KEPT) == []
    assert find_names(tmp_path, "from orchard import models\n", before, KEPT) == []


def test_keys_of_json_are_found(tmp_path: Path) -> None:
    before = {"garden_v1/models.py": "class Plot:\n    soil_type: str\n    size: int\n"}
    after = {"garden_v1/models.py": "class Plot:\n    size: int\n"}
    code = f"{IMPORT}plot.to_dict()['soilType']\nplot.soilType\n"
    assert find_names(tmp_path, code, before, after) == ["soilType"]


def test_other_code_is_not_named(tmp_path: Path) -> None:
    assert find(tmp_path, f"{IMPORT}plot.size\n") == CallSites()
    assert find(tmp_path, f"{IMPORT}soil = 1\nprint(soil, 'soil')\n") == CallSites()
    assert find(tmp_path, "from orchard import models\ntree.soil\n") == CallSites()


@pytest.mark.parametrize("folder", ["python/garden_v1", ".venv", "node_modules"])
def test_folders_of_others_are_left_out(tmp_path: Path, folder: str) -> None:
    assert find(tmp_path, f"{IMPORT}plot.soil\n", f"{folder}/a.py") == CallSites()


def test_unreadable_code_is_named(tmp_path: Path) -> None:
    assert find(tmp_path, f"{IMPORT}plot.soil(\n").unread == ("gardener.py",)


DEEP = {
    "brackets": "(" * 5000,
    "signs": f"x = {'-' * 100_000}1",
    "lambdas": f"{'lambda: ' * 50_000}1",
}


@pytest.mark.parametrize("code", DEEP.values(), ids=DEEP)
def test_code_that_is_nested_too_deeply_is_named(tmp_path: Path, code: str) -> None:
    assert find(tmp_path, f"{IMPORT}{code}\n").unread == ("gardener.py",)


def test_folders_of_any_depth_are_searched(tmp_path: Path) -> None:
    folder = "/".join(["bed"] * 900)
    assert len(find(tmp_path, f"{IMPORT}plot.soil\n", f"{folder}/a.py").sites) == 1


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/a.py").write_text(f"{IMPORT}plot.soil\n", encoding="utf-8")
    project = tmp_path / "project"
    project.mkdir()
    (project / "beds").symlink_to(tmp_path / "outside")
    (project / "a.py").symlink_to(tmp_path / "outside/a.py")
    assert find_call_sites(project, REMOVED, set()) == CallSites()
