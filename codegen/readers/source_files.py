"""The files of a folder that may be sources. Their content decides, not their name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePath

from msgspec import Struct

from codegen.core import opening
from codegen.core.diagnostics import CodegenError
from codegen.core.source import Source, load_candidate
from codegen.readers import registry

# Endings by which a file that is no source is reported, since its name promises one.
PAGE_ENDINGS = (".md", ".markdown", ".txt")
DOCUMENT_ENDINGS = (".json", ".yaml", ".yml")

HEAD_BYTES = 65_536  # enough to tell text from binary data, and to recognize a source
# The history of a repository, code of others, and caches.
_FOREIGN = frozenset((".git", ".hg", ".svn", "node_modules", "__pycache__"))
_VIRTUAL_ENVIRONMENT = "pyvenv.cfg"  # a file of each virtual environment of Python
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")  # byte order marks of UTF-16 and UTF-32
_SIGNATURES = {
    b"%PDF-": "a PDF document: save the page as HTML or text instead",
    b"PK\x03\x04": "an archive or an office document: unpack it, or save its text",
    b"\x1f\x8b": "a compressed file: unpack it",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
}
_MANIFEST = re.compile(
    r"(?:\s*+(?:#[^\n]*+|---[^\n]*+)(?:\n|\Z))*+\s*+[\"']?(?:apiVersion|kind)[\"']?[ \t]*:"
)
_PART_OF_PAGE = re.compile(
    r"\*\*[\w.$-]+\*\*[ \t]*[(（]|\{\{<[ \t]*ref |<td><code>|\]\(#\w+\)|^`?(?:GET|PUT) /api",
    re.MULTILINE,
)


class PassedOver(Struct, frozen=True, kw_only=True):
    """The reason why a file is no source. `is_expected` is false if its name promises a source."""

    reason: str
    is_expected: bool = True


def walk_files(folder: Path) -> Iterator[Path]:
    """Yield all files and links below a folder by path, except those of repositories, packages and
    environments.
    """
    files: list[Path] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_foreign_folder(Path(parent, name))]
        files += [Path(parent, name) for name in folders if Path(parent, name).is_symlink()]
        files += [Path(parent, name) for name in names]
    yield from sorted(files, key=lambda file: file.relative_to(folder).as_posix())


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
    if not head.strip():
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


def describe_binary_data(head: bytes) -> str:
    """Describe the beginning of a file that is no text, else return an empty string."""
    for signature, description in _SIGNATURES.items():
        if head.startswith(signature):
            return description
    if b"\0" in head and not head.startswith(_WIDE_MARKS):
        return "binary data, not text"
    return ""


def describe_unknown_text(text: str) -> str:
    """Tell why a text is no source, by what it seems to be."""
    start = text[:HEAD_BYTES].lstrip()
    if start.startswith(("{", "[")):
        return "JSON, but no OpenAPI document, JSON Schema or CustomResourceDefinition"
    if start[:100].lower().startswith(("<!doctype", "<html", "<?xml")):
        return "a page of a site, but not of a Kubernetes API reference"
    if _MANIFEST.match(start):
        return "manifests, but no CustomResourceDefinition; `codegen validate` checks manifests"
    if _PART_OF_PAGE.search(text):
        return "part of a reference page without its beginning; save the whole page"
    return "text, but no reference page, OpenAPI document or CustomResourceDefinition"
