"""Each folder of tests/cases is read and generated, and compared with its expectations; see
tests/cases/README.md.
"""

from __future__ import annotations

import difflib
import json
import unicodedata
from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError, Finding, Report
from codegen.outputs.inspection import json_view
from codegen.outputs.python.runtime_modules import read_module
from codegen.project import emit
from codegen.project.config import configuration
from codegen.readers.sources import SourcePath, read_sources
from support.corpus import CASES

NAMES = sorted(each.name for each in CASES.iterdir() if each.is_dir())
GIVEN = ("sources", "translations", configuration.NAME)
LONGEST_DIFF = 60


@pytest.mark.parametrize("name", NAMES)
def test_case_matches_expectations(name: str, request: pytest.FixtureRequest) -> None:
    folder = CASES / name
    made, expected = outcome(folder), expectations(folder)
    differences = compare_files(expected, made)
    if differences and request.config.getoption("--update-cases"):
        update(folder, made)
        pytest.fail(
            f"{name} was updated; read the changes and run again:\n{differences}", pytrace=False
        )
    if differences:
        hint = "if this is meant: pytest tests/test_cases.py --update-cases"
        pytest.fail(
            f"{name} gives something else than it should ({hint}):\n{differences}", pytrace=False
        )


def outcome(folder: Path) -> dict[str, str]:
    """Return all results of a case as files relative to its folder."""
    report = Report()
    made: dict[str, str] = {}
    found: tuple[Finding, ...] = ()
    configured = folder / configuration.NAME
    try:
        if configured.exists():
            loaded = configuration.load(configured)
            made["model.json"] = model(loaded.sources, Report())
            files = emit.generate(loaded, report=report)
            made |= {
                f"expected/{path}": text
                for path, text in files.files.items()
                if not is_copy(path, text)
            }
        else:
            made["model.json"] = model(
                (SourcePath(path=folder / "sources", display_path="sources"),), report
            )
    except CodegenError as error:
        found = error.diagnostics
    if not (folder / "model.json").exists():
        made.pop("model.json", None)
    lines = [
        str(each).replace(f"{folder}/", "") + "\n"
        for each in dict.fromkeys((*report.diagnostics, *found))
    ]
    return {**made, "diagnostics.txt": "".join(lines)}


def is_copy(path: str, text: str) -> bool:
    """Return whether a file is a copied run-time module, which has no expectation."""
    file = Path(path)
    return file.parent.name == "runtime" and text.partition("\n")[2] == read_module(file.stem)


def model(sources: tuple[SourcePath, ...], report: Report) -> str:
    """Return the output of `inspect --format json`, without diagnostics, which have their own file."""
    read = json_view.as_json(read_sources(sources, report), ())
    del read["diagnostics"]
    return json.dumps(read, ensure_ascii=False, indent=1) + "\n"


def expectations(folder: Path) -> dict[str, str]:
    """Return the expectation files of a case."""
    files = (
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.parent.name != "__pycache__"
    )
    names = {file.relative_to(folder).as_posix(): file for file in files}
    return {
        name: file.read_bytes().decode("utf-8")
        for name, file in names.items()
        if name.partition("/")[0] not in GIVEN
    }


def compare_files(expected: dict[str, str], made: dict[str, str]) -> str:
    """Return the missing, surplus and different files, with diffs."""
    found = []
    for name in sorted(expected.keys() | made.keys()):
        if name not in made:
            found.append(f"surplus: {name} is not made any more")
        elif name not in expected:
            found.append(f"missing: {name} is made and there is no expectation for it")
        if expected.get(name, "") != made.get(name, ""):
            old, new = (text.get(name, "").splitlines() for text in (expected, made))
            diff = list(
                difflib.unified_diff(
                    old, new, f"{name} (expected)", f"{name} (made)", lineterm="", n=2
                )
            )
            found += diff[:LONGEST_DIFF] or [f"different: {name} differs in line ends only"]
            if len(diff) > LONGEST_DIFF:
                found.append(f"... {len(diff) - LONGEST_DIFF} more lines")
    return "\n".join(found)


def update(folder: Path, made: dict[str, str]) -> None:
    for name in expectations(folder).keys() - made.keys():
        (folder / name).unlink()
    for name, text in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode("utf-8"))
    for empty in sorted((each for each in folder.rglob("*") if each.is_dir()), reverse=True):
        if not any(empty.iterdir()):
            empty.rmdir()


@pytest.mark.parametrize("name", [name for name in NAMES if (CASES / name / "expected").exists()])
def test_outputs_have_no_invisible_characters(name: str) -> None:
    """Control, format and bidi characters are written as escapes or by name in every output."""
    for path, text in expectations(CASES / name).items():
        if path.startswith("expected/"):
            odd = [
                each
                for each in text
                if each != "\n" and unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")
            ]
            assert not odd, path
