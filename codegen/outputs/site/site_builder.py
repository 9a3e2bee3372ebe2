"""Builds the site of a project with Hugo and puts it into its folder, the whole of it at once."""

from __future__ import annotations

import os
from pathlib import Path

from codegen.core.diagnostics import Span, failure
from codegen.core.writing import swap_directory
from codegen.outputs.site import hugo
from codegen.outputs.site.project import Project

_MARK = ".codegen-site"  # by which a folder is known as a site that may be replaced


def build_site(project: Project, folder: Path, shown: str) -> int:
    """Build a project in place of the site in a folder, which stays where that fails. The number of its files.

    `shown` names the folder in messages. Raises `CodegenError` for a folder that holds something else, for one that cannot be
    written, and for what Hugo refuses.
    """
    program = hugo.find()
    _refuse_other(folder, shown)
    try:
        with swap_directory(folder) as space:
            _refuse_other(folder, shown)  # again: another run may have come before this one
            for path, data in project.files:
                file = space / "project" / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
            hugo.run(program, space)
            (space / "site" / _MARK).write_text("", encoding="utf-8")
            (space / "site").rename(space / "new")
    except OSError as error:
        raise failure(
            "cannot-write",
            f"cannot be written: {error.strerror}",
            Span(path=shown),
            "free the path, or name another folder with --to",
        ) from None
    return sum(len(names) for _, _, names in os.walk(folder)) - 1


def _refuse_other(folder: Path, shown: str) -> None:
    if (
        folder.is_symlink()
        or (folder.exists() and not folder.is_dir())
        or (folder.is_dir() and any(folder.iterdir()) and not (folder / _MARK).is_file())
    ):
        raise failure(
            "site-folder-taken",
            "the folder contains files that codegen did not create",
            Span(path=shown),
            "name an empty folder with --to, or remove what is there",
        )
