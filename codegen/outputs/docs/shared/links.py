"""Links between pages: anchors, shortcodes, and the places of definitions."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping

from codegen.model import Definition, Page, Reference
from codegen.model.unique_names import UniqueNames
from codegen.outputs.docs.shared.pages import section_name
from codegen.outputs.escaping import html

# Returns the address of a definition without a section in the output, or an empty string.
Elsewhere = Callable[[Definition], str]

_NO_ANCHOR = re.compile(r"[\W_]+")


def anchor(name: str) -> str:
    """Return the id of a heading.

    Runs of characters other than letters and digits become a dash.
    """
    return _NO_ANCHOR.sub("-", name).strip("-") or "-"


class Anchors:
    """The ids on one page. A text whose id is taken gets the codes of its signs (`a-b-2e`)."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._ids: dict[str, str] = {}  # text -> id
        self._names = UniqueNames()
        for text in texts:
            self.assign(text)

    def assign(self, text: str) -> str:
        """Return the id of a text, always the same."""
        if text not in self._ids:
            plain = anchor(text)
            if plain in self._names:
                signs = "".join(_NO_ANCHOR.findall(text))
                plain = "-".join((plain, *(f"{ord(sign):x}" for sign in signs if sign != "-")))
            self._ids[text] = self._names.take(plain, f"{plain}-")
        return self._ids[text]

    def derive(self, place: str, word: str) -> str:
        """Return a new id from another id and a word.

        It ends in a word, by which readers recognize generated lines.
        """
        return self._names.take(f"{place}-{word}", f"{place}-", f"-{word}")


def shortcode(words: str, target: str) -> str:
    """Link words to a page of the site.

    Characters that could end the shortcode are left out of the target.
    """
    return f'<a href="{{{{< ref "{html.target(target)}" >}}}}">{words}</a>'


def relative(path: str, start: str) -> str:
    """Return the relative path to a page from the page at `start`."""
    return posixpath.relpath(path, posixpath.dirname(start) or ".")


class Links:
    """The places of definitions and shared parameters on the pages of an output.

    A place is a section on a page of this output, or the target of `elsewhere`. The `chosen` pages
    are in the order of the site.
    """

    def __init__(
        self, reference: Reference, chosen: Mapping[str, Page], elsewhere: Elsewhere
    ) -> None:
        self._definitions = reference.definitions
        self._elsewhere = elsewhere
        self._places: dict[str, dict[str, str]] = {}
        self._own: dict[str, str] = {}
        for path, page in chosen.items():
            anchors = Anchors()
            for section in page.sections:
                name = section_name(reference, section.key)
                self._places.setdefault(section.key, {})[path] = anchors.assign(
                    section.anchor or name
                )
                if name == page.kind:
                    self._own.setdefault(section.key, path)

    def with_pages(self, reference: Reference, chosen: Mapping[str, Page]) -> Links:
        """Return the links to other pages, with the same targets elsewhere."""
        return Links(reference, chosen, self._elsewhere)

    def __contains__(self, key: str) -> bool:
        """Return whether a definition has a place of its own."""
        return key in self._places or bool(self.elsewhere(key))

    def place(self, key: str, path: str, *, last: bool = False) -> tuple[str, str] | None:
        """Return the page and the anchor for a reference from the page at `path`.

        Of several places, the page of that kind comes first, then this page, then the first one.
        With `last`, as on machine-made pages, the last in the order of the site is used.
        """
        places = self._places.get(key)
        if not places:
            return None
        page = self._own.get(key) or (path if path in places else next(iter(places)))
        if last:
            page = next(reversed(places))
        return page, places[page]

    def elsewhere(self, key: str) -> str:
        """Return the external address of a definition, or an empty string."""
        definition = self._definitions.get(key)
        return self._elsewhere(definition) if definition else ""
