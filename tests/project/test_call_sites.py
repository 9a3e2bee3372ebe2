"""Uses of removed names of generated classes in Python code."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.project.call_sites import CallSites, find_call_sites, find_removed_names

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


def test_removed_names_are_those_of_classes_and_attributes() -> None:
    assert REMOVED.classes == {"Shed"}
    assert REMOVED.attributes == {"soil": ("Plot",)}
    assert "garden_v1" in REMOVED.packages


def test_class_that_moved_is_not_removed() -> None:
    before = {"garden_v1/models.py": AFTER, "garden_v1/sheds.py": "class Shed:\n    roof: str\n"}
    after = {"garden_v1/models.py": f"{AFTER}\nclass Shed:\n    roof: str\n"}
    assert find_removed_names(before, after).classes == frozenset()


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
}


@pytest.mark.parametrize(("code", "position"), USES.values(), ids=USES)
def test_each_kind_of_use_is_found(tmp_path: Path, code: str, position: str) -> None:
    found = find(tmp_path, f"{IMPORT}{code}\n")
    assert [str(site.span) for site in found.sites] == [f"gardener.py:{position}"]


def test_imported_class_is_found(tmp_path: Path) -> None:
    found = find(tmp_path, "from garden_v1.models import Shed\n")
    assert [site.name for site in found.sites] == ["Shed"]


def test_other_code_is_not_named(tmp_path: Path) -> None:
    assert find(tmp_path, f"{IMPORT}plot.size\n") == CallSites()
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
