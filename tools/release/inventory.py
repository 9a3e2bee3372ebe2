"""`make sbom` and `make licences`: the installed packages with all user extras, and their licences.

Both look at an environment of their own, build/release/environment, in which nothing else is. The
SBOM is CycloneDX 1.6 in JSON, the licences are a table and JSON; all are written to build/release.
"""

from __future__ import annotations

import json
import sys
from collections import Counter

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from support.corpus import ROOT
from tools.release.matrix import project, run_uv

FOLDER = ROOT / "build" / "release"
OF_DEVELOPERS = frozenset(("test", "bench", "judges", "release"))  # extras for developers only
NAME = "apiref-codegen"


class FailedError(Exception):
    """A failed step, with the output of its program."""


def capture_uv(*arguments: str) -> str:
    """Run uv and return its stdout. Raises `FailedError`."""
    done = run_uv(*arguments)
    if done.returncode:
        raise FailedError(f"uv {' '.join(arguments)}\n{done.stdout}{done.stderr}")
    return done.stdout


def create_environment() -> str:
    """Install the wheel with all user extras into a new environment. Return its Python."""
    folder = FOLDER / "environment"
    extras = ",".join(sorted(set(project()["optional-dependencies"]) - OF_DEVELOPERS))
    capture_uv("venv", "--clear", "--python", sys.executable, str(folder))
    (python,) = [
        path
        for path in (folder / "bin" / "python", folder / "Scripts" / "python.exe")
        if path.exists()
    ]
    capture_uv("pip", "install", "--python", str(python), f".[{extras}]")
    return str(python)


def sbom(python: str) -> str:
    """Write the SBOM and return a summary.

    Raises `FailedError` if the package or a dependency is missing.
    """
    file = FOLDER / "sbom.cdx.json"
    options = (
        "--pyproject",
        "pyproject.toml",
        "--output-reproducible",
        "--validate",
        "--of",
        "JSON",
        "-o",
        str(file),
    )
    capture_uv(
        "tool", "run", "--from", "cyclonedx-bom", "cyclonedx-py", "environment", *options, python
    )
    bom = json.loads(file.read_text(encoding="utf-8"))
    components = {canonicalize_name(each["name"]) for each in bom.get("components", ())}
    needed = {canonicalize_name(Requirement(each).name) for each in project()["dependencies"]}
    if bom.get("bomFormat") != "CycloneDX" or (missing := needed - components):
        raise FailedError(f"{file}: no SBOM in CycloneDX of all that is needed: {sorted(missing)}")
    return f"{file}: CycloneDX {bom['specVersion']}, {len(components)} components"


def licences(python: str) -> str:
    """Write the licences as a table and as JSON.

    Return a count per licence. Raises `FailedError`.
    """
    for style, ending in (("json", "json"), ("markdown", "md")):
        file = FOLDER / f"licences.{ending}"
        options = (
            "--format",
            style,
            "--with-urls",
            "--order",
            "license",
            "--output-file",
            str(file),
        )
        capture_uv("tool", "run", "pip-licenses", "--python", python, *options)
    packages = json.loads((FOLDER / "licences.json").read_text(encoding="utf-8"))
    tally = Counter(each["License"] for each in packages)
    if NAME not in {each["Name"] for each in packages}:
        raise FailedError(f"{file}: {NAME} is not among the packages")
    unknown = sorted(each["Name"] for each in packages if each["License"] in ("UNKNOWN", ""))
    lines = [
        f"{file}: {tally.total()} packages",
        *(f"  {count:3} {name}" for name, count in tally.most_common()),
    ]
    return "\n".join(
        [*lines, *(f"  {name} states its licence only in its own files" for name in unknown)]
    )


def main(wanted: list[str]) -> int:
    """Create `sbom`, `licences` or both."""
    makers = {"sbom": sbom, "licences": licences}
    if not wanted or not set(wanted) <= set(makers):
        print(f"usage: inventory.py {'|'.join(makers)} ...", file=sys.stderr)
        return 2
    try:
        python = create_environment()
        for each in wanted:
            print(makers[each](python))
    except FailedError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
