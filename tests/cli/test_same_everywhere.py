"""Output is reproducible: independent of hash seed, locale, time zone, folder, umask and directory
order.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from gardens.everything import everything
from support.corpus import CASES
from support.faults import tree

pytestmark = pytest.mark.slow

OUTPUTS = (
    "{target: json-schema, to: schemas}",
    "{target: openapi, to: schemas}",
    "{target: dataclasses, to: py/garden}",
    "{target: validators, to: py/garden}",
    "{target: pydantic, to: pyd/garden}",
    "{target: msgspec, to: ms/garden}",
    "{target: typeddict, to: td/garden}",
    *(
        f'{{target: docs, layout: {layout}, to: "docs/{layout}/{{locale}}"}}'
        for layout in ("list", "table", "plain")
    ),
)
COMMANDS = (
    "generate",
    "translate --learn pages --for pages --locale zh-cn --catalog po/zh-cn.po",
    "generate --drafts",
    "check --format json --output checked.json",
    "review pages --format sarif --output reviewed.sarif",
    "history --release 1=garden.json --release 2=later.json --format json --output history.json",
    "diff garden.json later.json --format html --output diff.html",
)
# Directories are listed in random order.
RUN = """\
import os, random, sys
folder, seed, *commands = sys.argv[1:]
if seed != "0":
    chance, scandir, listdir = random.Random(seed), os.scandir, os.listdir
    class Shuffled:
        def __init__(self, *path):
            with scandir(*path) as found: self.found = list(found)
            chance.shuffle(self.found)
            self.found = iter(self.found)
        def __enter__(self): return self
        def __exit__(self, *_): pass
        def close(self): pass
        def __iter__(self): return self
        def __next__(self): return next(self.found)
    def listed(*path):
        found = listdir(*path)
        chance.shuffle(found)
        return found
    os.scandir, os.listdir = Shuffled, listed
import codegen
from codegen.cli import main
here = os.getcwd()
for command in commands:
    sys.argv[1:] = command.split()
    try: main()
    except SystemExit as end:
        if end.code not in (None, 0, 1, 2): raise
"""
VARIANTS: dict[str, dict[str, str]] = {
    "hashes": {"PYTHONHASHSEED": "1"},
    "other hashes": {"PYTHONHASHSEED": "4242"},
    "no locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "German": {"LC_ALL": "de_DE.UTF-8"},
    "Chinese": {"LC_ALL": "zh_CN.GB18030"},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8"},
    "east": {"TZ": "<+14>-14"},
    "west": {"TZ": "<-11>11"},
    "a locked umask": {"umask": "077"},
    "an open umask": {"umask": "000"},
    "order of files": {"shuffle": "7"},
    "another folder": {"folder": "b/c d/é"},
    "a terminal": {"COLUMNS": "20", "FORCE_COLOR": "1", "LANGUAGE": "de", "NO_COLOR": ""},
    "optimised Python": {"PYTHONOPTIMIZE": "2"},
}
LOCALES = {
    "de_DE.UTF-8": ("de_DE", "UTF-8"),
    "zh_CN.GB18030": ("zh_CN", "GB18030"),
    "tr_TR.UTF-8": ("tr_TR", "UTF-8"),
}


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compile locales from the sources of the C library. Return their folder."""
    if shutil.which("localedef") is None:
        pytest.skip("localedef makes the locales, and is not there")
    folder = tmp_path_factory.mktemp("locales")
    for name, (source, charset) in LOCALES.items():
        command = ["localedef", "-i", source, "-f", charset, "-c", str(folder / name)]
        # localedef exits with 1 after a warning.
        subprocess.run(command, check=False, capture_output=True)
        if not (folder / name / "LC_CTYPE").is_file():
            pytest.skip(f"the sources of the locale {source} are not there")
    return folder


def project(folder: Path) -> Path:
    shutil.copytree(CASES / "chinese-with-english/sources", folder / "pages")
    garden = everything()
    (folder / "garden.json").write_text(json.dumps(garden), encoding="utf-8")
    later = json.dumps(garden).replace('"soil"', '"earth"')
    (folder / "later.json").write_text(later, encoding="utf-8")
    (folder / "po").mkdir()
    outputs = "".join(f"  - {output}\n" for output in OUTPUTS)
    (folder / "codegen.yaml").write_text(
        "sources: [{path: pages}, {path: garden.json}]\nlocales: [en, zh-cn]\ntranslations: po\n"
        # Else reports are in the language of the environment.
        f"messages: en\noutputs:\n{outputs}",
        encoding="utf-8",
    )
    return folder


def run_variant(folder: Path, variant: Mapping[str, str], *commands: str) -> dict[str, bytes]:
    """Run commands in a project in a separate process. Return the written files."""
    settings = dict(variant)
    inside = folder / settings.pop("folder", "a")
    inside.mkdir(parents=True)
    umask, seed = int(settings.pop("umask", "022"), 8), settings.pop("shuffle", "0")
    project(inside)
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LC_", "LANG", "PYTHON"))
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(inside), seed, *commands],
        cwd=inside,
        capture_output=True,
        env={**environment, "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8", **settings},
        check=False,
        umask=umask,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert b"Traceback" not in done.stderr, done.stderr.decode(errors="replace")
    return tree(inside)


@pytest.fixture(scope="module")
def reference_output(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    found = run_variant(tmp_path_factory.mktemp("usual"), {}, *COMMANDS)
    assert len(found) > 60
    assert all(
        name in found
        for name in ("po/zh-cn.po", "checked.json", "reviewed.sarif", "history.json", "diff.html")
    )
    return found


@pytest.mark.parametrize("name", VARIANTS)
def test_environment_is_ignored(
    reference_output: dict[str, bytes], locales: Path, tmp_path: Path, name: str
) -> None:
    assert (
        run_variant(tmp_path, {**VARIANTS[name], "LOCPATH": str(locales)}, *COMMANDS)
        == reference_output
    )


def test_site_does_not_depend_on_environment(locales: Path, tmp_path: Path) -> None:
    reference_output = run_variant(tmp_path / "usual", {}, "site")
    for number, name in enumerate(
        ("other hashes", "Turkish", "west", "order of files", "another folder")
    ):
        found = run_variant(
            tmp_path / str(number), {**VARIANTS[name], "LOCPATH": str(locales)}, "site"
        )
        assert found == reference_output, name
