"""Sources that `codegen update` fetches, with the pins in their addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from msgspec import Struct

from codegen.core import manifest
from codegen.core.diagnostics import Finding, Span
from codegen.project.config import file_records
from codegen.project.config.schema_findings import error_at
from codegen.readers.documents.document import Document

_PIN = re.compile(r"\{([^{}]*)\}")


class FetchedSource(Struct, frozen=True, kw_only=True):
    """A source with an address. `template` is the address as written, with pins in braces."""

    path: str
    template: str
    span: Span  # of the address

    def url(self, pins: Mapping[str, str]) -> str:
        """Return the address with the values of the pins."""
        return _PIN.sub(lambda match: pins[match[1]], self.template)


def list_fetched_sources(document: Document, decoded: file_records.File) -> Iterator[FetchedSource]:
    """Yield the sources that have an address."""
    for number, source in enumerate(decoded.list_sources()):
        if source.url:
            yield FetchedSource(
                path=str(PurePosixPath(source.path)),
                template=source.url,
                span=document.span("sources", number, "url"),
            )


def find_fetching_mistakes(document: Document, decoded: file_records.File) -> Iterator[Finding]:
    """Find addresses without their pins, unused pins, and paths where nothing can be fetched to."""
    used: set[str] = set()
    paths: set[str] = set()
    for number, source in enumerate(decoded.list_sources()):
        if not source.url:
            continue
        pins = _PIN.findall(source.url)
        used.update(pins)
        for pin in pins:
            if pin not in decoded.pins:
                yield error_at(
                    document,
                    "pin-missing",
                    f"there is no pin {pin!r} for the braces of this address",
                    f'add `pins: {{{pin or "name"}: "1.0"}}`, with the value that is meant',
                    *("sources", number, "url"),
                    arguments=(pin,),
                )
        yield from _find_invalid_path(document, number, source.path, paths)
        paths.add(str(PurePosixPath(source.path)))
    for name in decoded.pins:
        if name not in used:
            yield error_at(
                document,
                "pin-unused",
                f"no `url` has {{{name}}}",
                "use it in the address of a source, or remove it",
                *("pins", name),
                key=True,
                arguments=(name,),
            )


def _find_invalid_path(
    document: Document, number: int, written: str, taken: set[str]
) -> Iterator[Finding]:
    path = PurePosixPath(written)
    steps = ("sources", number, "path")
    if manifest.leads_outside(written):
        yield error_at(
            document,
            "fetched-path-outside",
            f"{written!r} is not below the folder of this file, and `codegen update` writes there",
            "name a file below this folder, such as vendor/swagger.json",
            *steps,
            arguments=(written,),
        )
    elif manifest.is_reserved(written):
        yield error_at(
            document,
            "fetched-path-outside",
            f"{written!r} is in a folder of Git or one of codegen's own files",
            "name another file below this folder, such as vendor/swagger.json",
            *steps,
            arguments=(written,),
        )
    elif str(path) in taken:
        yield error_at(
            document,
            "fetched-path-taken",
            f"another source with a `url` is fetched to {written!r} too",
            "give each of them a path of its own",
            *steps,
            arguments=(written,),
        )
