"""Names that generated modules no longer have."""

from __future__ import annotations

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


def test_removed_names_are_those_of_classes_and_attributes() -> None:
    path = "python/garden_v1/models.py"
    removed = find_removed_names({path: BEFORE}, {path: AFTER})
    assert removed.classes == {"Shed"}
    assert removed.attributes == {"soil": ("Plot",)}
    assert "garden_v1" in removed.packages
    assert [module.removed for module in removed.modules] == [{"Shed"}]


def test_class_that_moved_is_not_removed() -> None:
    before = {"garden_v1/models.py": AFTER, "garden_v1/sheds.py": "class Shed:\n    roof: str\n"}
    after = {"garden_v1/models.py": f"{AFTER}\nclass Shed:\n    roof: str\n"}
    removed = find_removed_names(before, after)
    assert removed.classes == frozenset()
    assert [module.name for module in removed.modules if module.is_gone] == ["garden_v1.sheds"]


def test_equal_modules_have_nothing_removed() -> None:
    assert not find_removed_names({"garden_v1/models.py": BEFORE}, {"garden_v1/models.py": BEFORE})


def test_module_is_found_by_each_name_of_imports() -> None:
    (module,) = find_removed_names({"python/garden_v1/models.py": BEFORE}, {}).modules
    assert module.matches("garden_v1.models")
    assert module.matches("python.garden_v1.models")
    assert module.matches("project.python.garden_v1.models")
    assert not module.matches("models")
    assert not module.matches("orchard.garden_v1.models")


def test_attributes_of_a_class_that_moved_are_compared() -> None:
    """Code that imports the class from the other package uses them next."""
    before = {"garden_v1/models.py": BEFORE}
    removed = find_removed_names(before, {"garden_v2/models.py": AFTER})
    assert removed.offers == {"Plot": ("garden_v2",)}
    assert removed.attributes == {"soil": ("Plot",)}
