"""Sources of several releases, with names and order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePath

from msgspec import Struct

from codegen.core import opening
from codegen.core.diagnostics import Span, failure
from codegen.readers.sources import Location, SourcePath, missing_source_error

_RELEASE = re.compile(r"(?<![\w.])v?(\d+(?:\.\d+)+(?:-(?:alpha|beta|rc)(?:\.?\d+)*)?)(?!\w)")
_PARTS = re.compile(r"(\d+(?:\.\d+)*)(?:-(alpha|beta|rc)[.\d]*?(\d*))?\Z")
_STAGES = ("alpha", "beta", "rc", "")
_Rank = tuple[tuple[int, ...], int, int]


class ReleaseSource(Struct, frozen=True, kw_only=True):
    """A source for one release, with its date if known (`2026-01-31`)."""

    release: str
    source: SourcePath
    date: str = ""


def release_source(location: Location, release: str = "", date: str = "") -> ReleaseSource:
    """Name the release of a source, by default from its path.

    `v1.2/openapi.json` is 1.2, `openapi-1.3.0-rc.1.yaml` is 1.3.0-rc.1. Raises `CodegenError` if no
    part of the path has a version or the source does not exist.
    """
    source = SourcePath.of(location)
    if source.stream is None and not opening.exists(source.path):
        raise missing_source_error(source)
    name = (
        release or find_release(source.display_path) or find_release(Path(source.path).absolute())
    )
    if not name:
        raise failure(
            "release-unnamed",
            "neither the file nor a folder above it is named after a release",
            source.place or Span(path=source.display_path),
            f"say which one it is: --release 1.2={source.display_path}, or `release: '1.2'` beside its path in codegen.yaml",
        )
    return ReleaseSource(release=name, source=source, date=date)


def sort_releases(sources: Iterable[ReleaseSource]) -> tuple[ReleaseSource, ...]:
    """Sort releases from oldest to newest, or keep their order if one has no version.

    Raises `CodegenError` for two sources of one release.
    """
    listed = tuple(sources)
    by_name: dict[str, ReleaseSource] = {}
    for source in listed:
        first = by_name.setdefault(source.release, source)
        if first is not source:
            raise failure(
                "release-twice",
                f"it is taken for release {source.release}, and so is {first.source.display_path}",
                source.source.place or Span(path=source.source.display_path),
                f"name one of them otherwise: --release NAME={source.source.display_path}; files of one release belong in one folder, which you name instead",
                arguments=(source.release, first.source.display_path),
            )
    ranks = {name: _version_rank(name) for name in by_name}
    if any(rank is None for rank in ranks.values()):
        return listed
    return tuple(sorted(listed, key=lambda source: ranks[source.release] or ()))


def group_releases(paths: Iterable[str]) -> list[tuple[str, ...]]:
    """Group paths with only the release different, oldest first."""
    alike: dict[str, dict[_Rank, str]] = {}
    for path in paths:
        name, parts = find_release(path), PurePath(path).parts
        if (rank := _version_rank(name)) is not None:
            at = max(at for at, part in enumerate(parts) if _RELEASE.search(part))
            pattern = "/".join([*parts[:at], _RELEASE.sub("*", parts[at]), *parts[at + 1 :]])
            alike.setdefault(pattern, {})[rank] = path
    return [
        tuple(paths[rank] for rank in sorted(paths)) for paths in alike.values() if len(paths) > 1
    ]


def find_release(path: str | PurePath) -> str:
    """Return the version in the last versioned part of a path."""
    matches = map(_RELEASE.search, reversed(PurePath(path).parts))
    return next((match[1] for match in matches if match), "")


def _version_rank(name: str) -> _Rank | None:
    """Return a sort key for a version, or None."""
    match = _PARTS.match(name.removeprefix("v"))
    if match is None:
        return None
    return tuple(map(int, match[1].split("."))), _STAGES.index(match[2] or ""), int(match[3] or 0)
