"""The files of a folder that may be sources. Their content decides, not their name."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from pathlib import Path, PurePath

from msgspec import Struct

from codegen.core import opening
from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.source import Source, load_candidate
from codegen.readers import registry
from codegen.readers.unreadable_text import HEAD_BYTES, describe_binary_data

# Endings by which a file that is no source is reported, since its name promises one.
PAGE_ENDINGS = (".md", ".markdown", ".txt")
DOCUMENT_ENDINGS = (".json", ".yaml", ".yml")

# The history of a repository, code of others, and caches.
_FOREIGN = frozenset((".git", ".hg", ".svn", "node_modules", "__pycache__"))
_VIRTUAL_ENVIRONMENT = "pyvenv.cfg"  # a file of each virtual environment of Python


class PassedOver(Struct, frozen=True, kw_only=True):
    """The reason why a file is no source. `is_expected` is false if its name promises a source."""

    reason: str
    is_expected: bool = True


def walk_files(folder: Path) -> Iterator[Path]:
    """Yield all files and links below a folder by path, except those of repositories, packages and
    environments. Raises `CodegenError` for a folder that cannot be opened.
    """
    files: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=_refuse_folder):
        folders[:] = [name for name in folders if not is_foreign_folder(Path(parent, name))]
        files += [Path(parent, name) for name in folders if Path(parent, name).is_symlink()]
        files += [Path(parent, name) for name in names]
    yield from sorted(files, key=lambda file: file.relative_to(folder).as_posix())


def _refuse_folder(error: OSError) -> None:
    raise failure(
        "source-unreadable",
        f"this folder cannot be opened: {error.strerror}",
        Span(path=os.path.relpath(error.filename)),
        "change its permissions, move it, or name the other files as sources",
        arguments=(error.strerror or str(error),),
    )


def is_foreign_folder(folder: Path) -> bool:
    """Return whether a folder belongs to a tool: a repository, packages, a cache or an environment."""
    return folder.name in _FOREIGN or opening.exists(folder / _VIRTUAL_ENVIRONMENT)


def load_if_text(file: Path, shown: str, relative: str) -> Source | PassedOver:
    """Read a file of a folder if it is text that may be a source.

    Raises `CodegenError` if it cannot be opened, and for a source that is too large or in another
    encoding.
    """
    if why := opening.describe_non_regular_file(file):
        return PassedOver(reason=why, is_expected=False)
    try:
        head = read_beginning(file)
    except OSError:
        return load_candidate(file, shown, relative)  # raises the error with its location
    if not head.removeprefix(codecs.BOM_UTF8).strip():
        return PassedOver(reason="it is empty", is_expected=not is_named_like_source(file))
    if why := describe_binary_data(head):
        return PassedOver(reason=why)
    try:
        return load_candidate(file, shown, relative)
    except CodegenError as error:
        beginning = Source(head.decode("utf-8", errors="replace"), shown, relative)
        if registry.recognize_form(beginning) is not None:
            raise
        return PassedOver(reason=error.diagnostics[0].message)


def read_beginning(file: Path) -> bytes:
    """Read the part of a file that tells text from binary data. Raises `OSError`."""
    return opening.read_head(file, HEAD_BYTES)


def is_named_like_source(file: PurePath) -> bool:
    """Return whether the name of a file promises a page or a document."""
    return file.suffix.lower() in (*PAGE_ENDINGS, *DOCUMENT_ENDINGS)
