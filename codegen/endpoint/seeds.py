"""The objects that an endpoint begins with, as `kubectl get -o yaml` prints them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from codegen.core import source
from codegen.core.diagnostics import Report, Span, failure
from codegen.endpoint import kinds
from codegen.endpoint.objects import Objects
from codegen.kube.statuses import StatusError
from codegen.readers.documents.builder import Document
from codegen.readers.documents.loader import read_manifests
from codegen.validation.stored_objects import expand_lists


def create_seeds(objects: Objects, files: Iterable[Path], report: Report) -> None:
    """Create the objects of files with their uids, unless the state has them.

    Reports kinds that an endpoint does not keep as warnings. Raises `CodegenError` for an unreadable file or a refused object.
    """
    found = [(str(path), document) for path in files for document in _documents(path)]
    order = {kind: place for place, kind in enumerate(kinds.KINDS)}  # namespaces before what is in them
    known: list[tuple[int, kinds.Kind, str, Document]] = []
    for path, document in found:
        kind = _kind(document.data)
        if kind is None:
            report.warning(
                "seed-object-left-out",
                f"an endpoint keeps no objects of the kind {_describe(document.data)}",
                document.span(path),
                f"it keeps {', '.join(each.name for each in kinds.KINDS)}",
            )
        else:
            known.append((order[kind], kind, path, document))
    for _, kind, path, document in sorted(known, key=lambda each: each[0]):
        try:
            objects.adopt(kind, document.data)
        except StatusError as refused:
            raise failure(
                "seed-object-refused",
                f"the server refuses the object: {refused}",
                document.span(path),
                "repair it as the message says, or leave it out of the file",
            ) from None


def _documents(path: Path) -> list[Document]:
    stream = read_manifests(source.load(path, str(path)))
    for fault in stream.faults:
        if fault.fatal:
            raise failure(
                fault.rule, fault.message, Span(path=str(path), line=fault.line, column=fault.column), fault.hint
            )
    return list(expand_lists(stream.documents))


def _kind(obj: Any) -> kinds.Kind | None:
    if not isinstance(obj, dict):
        return None
    api_version, kind = obj.get("apiVersion"), obj.get("kind")
    return kinds.BY_NAME.get((api_version, kind)) if isinstance(api_version, str) and isinstance(kind, str) else None


def _describe(obj: Any) -> str:
    if not isinstance(obj, dict):
        return "that it does not name"
    return f"{str(obj.get('kind'))[:60]} ({str(obj.get('apiVersion'))[:60]})"
