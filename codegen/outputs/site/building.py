"""Puts the site of a project into its folder: the whole of it at once, and after an edit the pages alone that are other ones now.

Hugo makes a page from its own file, the settings and the home pages. So where these are as they were, a project of the files
that are not gives the same pages as the whole one; only the sitemap is made of all pages, and does not say more than their addresses.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from codegen.core.writing import swap_directory, write_all
from codegen.findings.diagnostics import Span, failure
from codegen.outputs.site import hugo
from codegen.outputs.site.project import CONTENT, INDEX, STATIC, Project

_MARK = ".codegen-site"  # by which a folder is known as a site that may be replaced
_OF_ALL_PAGES = "sitemap.xml"


class Built(Struct, frozen=True, kw_only=True):
    """A build: how many files the site has, and which pages it has changed or added, by path; all of a first build."""

    files: int
    pages: tuple[str, ...]


class Building:
    """A site in a folder, which messages call `shown`."""

    def __init__(self, folder: Path, shown: str) -> None:
        self._folder = folder
        self._shown = shown
        self._made: dict[str, bytes] = {}
        self._layouts = b""

    def build(self, project: Project) -> Built:
        """Build a project, and put the site in place of the one that stands there, which stays where that fails.

        Raises `CodegenError` for a folder that holds something else, for one that cannot be written, and for what Hugo refuses.
        """
        program = hugo.find()
        self._refuse_other()
        layouts = _digest(_all_files(project.layouts))
        made: dict[str, bytes] = {}
        same: dict[str, bytes] = {}  # empty in a first build, so that one never holds all files at once
        with self._space() as space:
            self._refuse_other()  # again: another run may have come before this one
            for path, data in project.files:
                made[path] = hashlib.blake2b(data, digest_size=16).digest()
                if self._made.get(path) == made[path]:
                    same[path] = data
                else:
                    _write(space / "project", path, data)
            changed, gone = made.keys() - same.keys(), self._made.keys() - made.keys()
            if self._needs_all(changed, gone, layouts):
                pages = self._whole(program, space, same)
            else:
                pages = self._part(program, space, changed, same, gone)
        count = sum(len(names) for _, _, names in os.walk(self._folder)) - 1
        self._made, self._layouts = made, layouts
        return Built(files=count, pages=pages)

    def _refuse_other(self) -> None:
        to = self._folder
        if (
            to.is_symlink()
            or (to.exists() and not to.is_dir())
            or (to.is_dir() and any(to.iterdir()) and not (to / _MARK).is_file())
        ):
            raise failure(
                "site-folder-taken",
                "there is something that `codegen site` has not made",
                Span(path=self._shown),
                "name an empty folder with --to, or remove what is there",
            )

    @contextmanager
    def _space(self) -> Iterator[Path]:
        """Yield a folder to build in; the folder `new` that is made there takes the place of the site."""
        try:
            with swap_directory(self._folder) as space:
                yield space
        except OSError as error:
            raise failure(
                "cannot-write",
                f"cannot be written: {error.strerror}",
                Span(path=self._shown),
                "free the path, or name another folder with --to",
            ) from None

    def _needs_all(self, changed: Iterable[str], gone: Iterable[str], layouts: bytes) -> bool:
        """Whether pages may differ whose own file is as it was, or there are others."""
        return (
            layouts != self._layouts
            or not (self._folder / _MARK).is_file()
            or any(path.startswith(CONTENT) for path in gone)
            or any(_decides_others(path) or (path.startswith(CONTENT) and path not in self._made) for path in changed)
        )

    def _whole(self, program: str, space: Path, same: Mapping[str, bytes]) -> tuple[str, ...]:
        for path, data in same.items():
            _write(space / "project", path, data)
        hugo.run(program, space)
        made = space / "site"
        (made / _MARK).write_text("", encoding="utf-8")
        pages = tuple(sorted(file.relative_to(made).as_posix() for file in made.rglob("*.html")))
        made.rename(space / "new")
        return pages

    def _part(
        self,
        program: str,
        space: Path,
        changed: Collection[str],
        same: Mapping[str, bytes],
        gone: Iterable[str],
    ) -> tuple[str, ...]:
        made = space / "site"
        if any(path.startswith(CONTENT) for path in changed):
            for path, data in same.items():
                if _is_index(path) or not path.startswith((CONTENT, STATIC)):
                    _write(space / "project", path, data)
            hugo.run(program, space)
        elif changed:
            (space / "project" / STATIC).rename(made)
        taken: dict[str, bytes | None] = {}
        for file in sorted(made.rglob("*")):
            place = file.relative_to(made).as_posix()
            if file.is_file() and file.name != _OF_ALL_PAGES and self._differs(place, data := file.read_bytes()):
                taken[place] = data
        write_all(self._folder, {**taken, **dict.fromkeys(path.removeprefix(STATIC) for path in gone)})
        return tuple(path for path in taken if path.endswith(".html"))

    def _differs(self, path: str, data: bytes) -> bool:
        place = self._folder / path
        return not place.is_file() or place.read_bytes() != data


def _is_index(path: str) -> bool:
    return path.startswith(CONTENT) and path.endswith(f"/{INDEX}.md")


def _decides_others(path: str) -> bool:
    """Whether other pages than its own are made from a file of the project: from the settings, and from the home page of a language."""
    return not path.startswith((CONTENT, STATIC)) or (_is_index(path) and path.count("/") == CONTENT.count("/") + 1)


def _write(folder: Path, path: str, data: bytes) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def _all_files(folders: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                yield str(file), file.read_bytes()


def _digest(files: Iterable[tuple[str, bytes]]) -> bytes:
    made = hashlib.blake2b()
    for name, data in files:
        made.update(f"{name}\0{len(data)}\0".encode() + data)
    return made.digest()
