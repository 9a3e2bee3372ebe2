"""Which pages of the last build hold still, so that after an edit only the others are made again.

A page shows a definition and what its fields lead to, the fields that lead to it, operations, and what the history tells of each. If
none of that is another thing now, the page is the same. Where that cannot be told of single pages, all are made again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from codegen.config.configuration import Config
from codegen.core.memory import Memory
from codegen.findings.diagnostics import Span
from codegen.model import Reference, common_parameter_id, definition_refs, is_category
from codegen.model.past import Past
from codegen.outputs.site.addresses import Addresses
from codegen.outputs.site.records import Content, Sample, SitePage

_OF_ALL = common_parameter_id("")  # how the id of a text begins that many operations show


class _Made(Struct, frozen=True, kw_only=True):
    """A build: what it was made of, and its pages."""

    reference: Reference
    past: Past
    addresses: Addresses
    content: Content


class SiteMemory:
    """What the last build has read and made. `sources` is what was read, which a configuration and its templates decide too."""

    def __init__(self) -> None:
        self.sources = Memory()
        self._ground: object = None
        self._made: _Made | None = None

    def begin(self, config: Config) -> None:
        """Begin a build. Under another configuration, or with other templates or words of languages, nothing holds."""
        ground = (config.root, *_ground(config))
        if ground != self._ground:
            self.sources, self._made, self._ground = Memory(), None, ground

    def still(self, reference: Reference, past: Past, addresses: Addresses) -> frozenset[str]:
        """The keys of definitions whose pages are as they were in every language; none in a first build."""
        if self._made is None or not _comparable(self._made, reference, past, addresses):
            return frozenset()
        return frozenset(addresses.targets) - _changed(self._made, reference, past, addresses)

    def examples(self, keys: Collection[str]) -> dict[str, tuple[Sample, ...]]:
        """The examples of kinds that were made."""
        pages = next(iter(self._made.content.pages.values())) if self._made is not None else ()
        return {page.key: page.examples for page in pages if page.is_kind and page.key in keys}

    def pages(self, keys: Collection[str]) -> dict[str, dict[str, SitePage]]:
        """The pages that were made of these keys, by language."""
        made = self._made.content.pages if self._made is not None else {}
        return {tag: {page.key: page for page in pages if page.key in keys} for tag, pages in made.items()}

    def made(self, reference: Reference, past: Past, addresses: Addresses, content: Content) -> None:
        """Remember a build that has ended."""
        self._made = _Made(reference=reference, past=past, addresses=addresses, content=content)
        self.sources.end_round()


def _ground(config: Config) -> Iterator[object]:
    """The configuration, and all files below its templates."""
    yield (config.root / config.name).read_bytes()
    folder = config.root / config.templates
    for file in sorted(folder.rglob("*")) if config.templates else ():
        if file.is_file():
            yield file, file.read_bytes()


def _changed(before: _Made, reference: Reference, past: Past, addresses: Addresses) -> set[str]:
    """The keys of definitions whose pages say something else now."""
    old, new = before.reference, reference
    own = set(_other(old.definitions, new.definitions))
    texts = (*_other_texts(old, new), *_other(before.past.about, past.about))
    # Names and headings are on pages that do not lead to what has them.
    if any(_name(old, key) != _name(new, key) for key in own) or any(map(is_category, texts)):
        return set(addresses.targets)
    own |= {name.partition("#")[0] for name in texts}
    operations = {*_other(old.operations, new.operations), *own}
    if any(name.startswith(_OF_ALL) for name in own):
        operations |= set(new.operations)
    pages = _pages_above(own, before.addresses, addresses)
    for side in (old, new):  # what they lead to says so
        pages.update(*(definition_refs(side.definitions[key]) for key in own if key in side.definitions))
    gvks = {side.operations[name].gvk for side in (old, new) for name in operations if name in side.operations}
    return pages | {key for key, kind in addresses.kinds.items() if kind.gvk in gvks}


def _comparable(before: _Made, reference: Reference, past: Past, addresses: Addresses) -> bool:
    """Whether there are the same definitions, pages and releases."""
    return (
        list(before.addresses.targets.items()) == list(addresses.targets.items())
        and list(before.addresses.kinds) == list(addresses.kinds)
        and list(before.reference.definitions) == list(reference.definitions)
        and _same(before.reference.pages, reference.pages)
        and before.past.releases == past.releases
    )


def _name(reference: Reference, key: str) -> tuple[str, object] | None:
    found = reference.definitions.get(key)
    return (found.name, found.gvks) if found is not None else None


def _other(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """The names behind which there is something else, or was, or is."""
    if old is new:
        return
    for name in old.keys() | new.keys():
        if not _same(old.get(name), new.get(name)):
            yield name


def _other_texts(old: Reference, new: Reference) -> Iterator[str]:
    for tag in old.prose.keys() | new.prose.keys():
        yield from _other(old.prose.get(tag, {}), new.prose.get(tag, {}))


def _same(one: Any, other: Any) -> bool:
    """Whether two records say the same, wherever that was read."""
    if one is other or one == other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Struct):
        return isinstance(one, Span) or all(
            _same(getattr(one, name), getattr(other, name)) for name in one.__struct_fields__
        )
    return False


def _pages_above(keys: Iterable[str], *sides: Addresses) -> set[str]:
    """These definitions and all from which fields lead to them."""
    found = set(keys)
    queue = list(found)
    for key in queue:
        for owner in {owner for side in sides for owner, _ in side.users.get(key, ())}:
            if owner not in found:
                found.add(owner)
                queue.append(owner)
    return found
