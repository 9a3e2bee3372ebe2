"""The lock file of fetched sources, which stands beside codegen.yaml.

It is JSON: for each fetched file its path, its address, its size in bytes and its SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import PurePath

import msgspec
from msgspec import Struct

from codegen.core.diagnostics import Finding, Level, Span, failure
from codegen.core.writing import read_bytes
from codegen.project.config.configuration import Config

FORMAT = 1
_UPDATE = "run: codegen update; or remove the `url` of a document of your own"
_RESTORE = "remove the file and run codegen update; or remove the `url` of a document of your own"


class LockedSource(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fetched file as it was written: its path, its address, its bytes and their digest."""

    path: str
    url: str
    size: int
    sha256: str


class LockFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contents of the lock file."""

    format: int = FORMAT
    sources: tuple[LockedSource, ...] = ()

    def find(self, path: str) -> LockedSource | None:
        """Return the entry of a path, or None."""
        for source in self.sources:
            if source.path == path:
                return source
        return None


def lock_path(config: str) -> str:
    """Return the name of the lock file of a configuration, `codegen.lock` of `codegen.yaml`."""
    return PurePath(config).with_suffix(".lock").name


def lock_source(path: str, url: str, data: bytes) -> LockedSource:
    """Return the entry of fetched bytes."""
    digest = hashlib.sha256(data).hexdigest()
    return LockedSource(path=path, url=url, size=len(data), sha256=digest)


def format_lock(sources: Iterable[LockedSource]) -> str:
    """Format a lock file, with its sources in the order of their paths."""
    ordered = tuple(sorted(sources, key=lambda source: source.path))
    data = msgspec.json.encode(LockFile(sources=ordered))
    return msgspec.json.format(data, indent=2).decode() + "\n"


def parse_lock(data: bytes, display_path: str) -> LockFile:
    """Parse a lock file. Raises `CodegenError` for anything else."""
    try:
        lock = msgspec.json.decode(data, type=LockFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable(str(error), display_path) from None
    if lock.format != FORMAT:
        raise _unreadable(f"format {lock.format}, and this release reads {FORMAT}", display_path)
    return lock


def find_unlocked_sources(config: Config) -> Iterator[Finding]:
    """Yield a finding for each fetched source that differs from the lock file.

    Raises `CodegenError` for an unreadable lock file.
    """
    if not config.fetched:
        return
    name = lock_path(config.name)
    data = read_bytes(config.root, name)
    lock = LockFile() if data is None else parse_lock(data, name)
    for source in config.fetched:
        entry = lock.find(source.path)
        content = read_bytes(config.root, source.path) or b""
        if entry is None:
            yield _unlocked(source.path, f"{name} does not have this file", _UPDATE, name)
        elif entry != lock_source(source.path, entry.url, content):
            yield _unlocked(source.path, f"the file differs from {name}", _RESTORE, name)
        elif entry.url != source.url(config.pins):
            yield _unlocked(
                source.path, f"{name} has this file from another address", _UPDATE, entry.url
            )


def _unlocked(path: str, message: str, hint: str, value: str) -> Finding:
    return Finding(
        rule="source-unlocked",
        level=Level.ERR,
        message=message,
        span=Span(path=path),
        id=path,
        direction="both",
        hint=hint,
        arguments=(value,),
    )


def _unreadable(reason: str, display_path: str) -> Exception:
    return failure(
        "lock-unreadable",
        f"this is not a lock file of codegen: {reason}",
        Span(path=display_path),
        "take the file from the repository again, or remove it and run codegen update",
        arguments=(str(reason),),
    )
