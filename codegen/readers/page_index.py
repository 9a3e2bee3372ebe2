"""The definitions that the pages of a run document, by name and by place."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from codegen.model.kubernetes import package_of
from codegen.readers.page_tree import PageTree, TypeName, page_key, section_key


class Index:
    """Where each name is documented, over all pages of a run; `exact` are the keys of documents that are sources too."""

    def __init__(self, trees: Iterable[PageTree], exact: Iterable[str] = ()) -> None:
        self.exact = frozenset(exact)
        self.by_place: dict[tuple[str, str], str] = {}
        self.by_name: dict[str, dict[str, None]] = {}
        self.keys: set[str] = set()
        for tree in trees:
            package = package_of(tree.front.import_path)
            page = page_key(tree.path)
            for section in tree.sections:
                key = section_key(section, package) if package else section.name
                self.by_place.setdefault((page, section.anchor or section.name), key)
                self.by_place.setdefault((page, section.name), key)
                self.by_name.setdefault(section.name, {})[key] = None
                self.keys.add(key)

    def at(self, tree: PageTree, name: TypeName) -> str | None:
        """The key at the place that a link leads to."""
        anchor = name.anchor or name.name
        own = page_key(tree.path)
        if not name.page:
            return self.by_place.get((own, anchor))
        target = posixpath.normpath(posixpath.join(posixpath.dirname(own), name.page.removesuffix(".md").rstrip("/")))
        if found := self.by_place.get((target, anchor)):
            return found
        if posixpath.basename(target) == posixpath.basename(own):
            return self.by_place.get((own, anchor))
        return None

    def only(self, name: str) -> str | None:
        """The key of a name that one definition alone has."""
        keys = self.by_name.get(name, {})
        return next(iter(keys)) if len(keys) == 1 else None
