"""Paths of lists of generated files stay below their folder, on Windows as well as here."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

from hypothesis import example, given
from hypothesis import strategies as st

from codegen.core.manifest import leads_outside, parse_list

PARTS = st.sampled_from(
    ["plot", "..", ".", "C:", "c:plot", "\\", "\\\\server", "", " ", "花园", "a:b"]
)
PATHS = st.lists(PARTS, min_size=1, max_size=4).map("/".join)
FOLDERS = (PureWindowsPath("D:/garden/out"), PurePosixPath("/garden/out"))


def stays_below(folder: PurePosixPath | PureWindowsPath, path: str) -> bool:
    """Return whether a path, joined to a folder of this system, is below the folder."""
    joined = folder / PurePosixPath(path)
    return joined.is_relative_to(folder) and ".." not in joined.parts


@given(PATHS)
@example("C:/garden")
@example("c:garden")
@example("./c:garden")
@example("//server/share/garden")
@example("plot\\..\\..\\garden")
def test_paths_that_do_not_lead_outside_stay_below_each_kind_of_folder(path: str) -> None:
    if not leads_outside(path):
        assert all(stays_below(folder, path) for folder in FOLDERS)


@given(st.lists(PATHS))
def test_files_of_a_list_stay_below_each_kind_of_folder(paths: list[str]) -> None:
    for file in parse_list("".join(f"{path}\n" for path in paths)):
        assert all(stays_below(folder, file.path) for folder in FOLDERS)


def test_ordinary_paths_are_inside() -> None:
    assert not any(map(leads_outside, ("plot.md", "en/plot-v1.md", "./a", "花园/地块.md", "a..b")))
