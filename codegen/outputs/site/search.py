"""Data for the search: names of pages and fields, and texts of each language, loaded on demand.

One file has the names for all languages. The texts of a language are scanned as a whole, in parts that load in
parallel. This finds single characters and whole sentences in any language, and is smaller than an index of character
pairs. A repeated text is stored once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from codegen.core.escaping.controls import on_one_line
from codegen.model import Reference
from codegen.outputs.site.page_index import IndexEntry, PageIndex
from codegen.outputs.site.records import Content
from codegen.translation.glossary import load_glossary

FOLDER = "search"
_PART = 96 * 1024  # bytes of texts in one file

# Short names of kinds in kubectl. OpenAPI documents do not have them; definitions of custom resources do.
_SHORT_NAMES = """
    cj CronJob, cm ConfigMap, crd CustomResourceDefinition, crds CustomResourceDefinition, cs ComponentStatus,
    csr CertificateSigningRequest, deploy Deployment, ds DaemonSet, ep Endpoints, ev Event, hpa HorizontalPodAutoscaler,
    ing Ingress, limits LimitRange, netpol NetworkPolicy, no Node, ns Namespace, pc PriorityClass, pdb PodDisruptionBudget,
    po Pod, pv PersistentVolume, pvc PersistentVolumeClaim, quota ResourceQuota, rc ReplicationController, rs ReplicaSet,
    sa ServiceAccount, sc StorageClass, sts StatefulSet, svc Service
"""


def files(content: Content, reference: Reference, places: PageIndex) -> Iterator[tuple[str, str]]:
    """Yield the files of the index by path, names and texts of each language."""
    tags = tuple(content.pages)
    entries = places.entries
    parts = {tag: tuple(_split_texts(_list_texts(entries, reference, (tag, *tags)))) for tag in tags}
    for tag, made in parts.items():
        for number, part in enumerate(made):
            yield f"{FOLDER}/{tag}-{number}.json", part
    state = hashlib.sha256("".join(part for made in parts.values() for part in made).encode()).hexdigest()[:12]
    yield (
        f"{FOLDER}/names.json",
        _json(
            {
                "state": state,
                "parts": {tag: len(made) for tag, made in parts.items()},
                "terms": {
                    "short": _map_short_names(reference),
                    **{tag: terms for tag in tags if (terms := _map_terms(tag))},
                },
                "pages": _build_rows(places),
            }
        ),
    )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _build_rows(places: PageIndex) -> list[list[Any]]:
    """Build a row for each page.

    A row has the place, name, version, kind flag and home of the page, and its fields as paths with the number of
    their type's page.
    """
    rows: list[list[Any]] = [
        [page.path, page.title, page.api_version or page.version, int(page.is_kind), places.homes.get(number, 0), []]
        for number, page in enumerate(places.pages)
    ]
    for entry in places.entries:
        if entry.path:
            rows[entry.page][-1].append([entry.path, entry.target] if entry.target >= 0 else entry.path)
    return rows


def _map_terms(tag: str) -> dict[str, list[str]]:
    """Map terms of a language to English names, which are never translated."""
    found: dict[str, list[str]] = {}
    for term in load_glossary(tag):
        for word in term.use if term.name else ():
            if word != term.name:
                found.setdefault(word.lower(), []).append(term.name)
    return found


def _map_short_names(reference: Reference) -> dict[str, list[str]]:
    """Map short names to the kinds of this reference."""
    kinds = {each.name: each for each in reference.definitions.values() if each.gvk is not None}
    known = [each.split() for each in _SHORT_NAMES.split(",")]
    own = [(short, kind) for kind, each in kinds.items() if each.resource for short in each.resource.short_names]
    found: dict[str, list[str]] = {}
    for short, kind in (*known, *own):
        if kind in kinds:
            found.setdefault(short, []).append(kind)
    return found


def _list_texts(entries: Iterable[IndexEntry], reference: Reference, tags: Sequence[str]) -> Iterator[str | int]:
    """Yield the text of each entry, or the number of an earlier entry with the same text."""
    first: dict[str, int] = {}
    for number, entry in enumerate(entries):
        text = on_one_line(reference.first_text(tags, entry.id)).replace("`", "")
        earlier = first.setdefault(text, number) if text else number
        yield text if earlier == number else earlier


def _split_texts(texts: Iterable[str | int]) -> Iterator[str]:
    """Split texts into lists of similar size."""
    part: list[str | int] = []
    size = 0
    for text in texts:
        part.append(text)
        size += len(text.encode()) if isinstance(text, str) else 0
        if size > _PART:
            yield _json(part)
            part, size = [], 0
    if part:
        yield _json(part)
