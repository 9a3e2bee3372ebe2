"""How one page leads to another: anchors, links of the site, and where each definition is documented."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping

from codegen.core.escaping import html
from codegen.model import Definition, Page, Reference
from codegen.model.naming import UniqueNames
from codegen.outputs.docs.shared.pages import section_name

# Returns where a definition is documented that an output has no section for, or an empty string.
Elsewhere = Callable[[Definition], str]

_NO_ANCHOR = re.compile(r"[\W_]+")


def anchor(name: str) -> str:
    """The id of a heading: runs of other characters than letters and digits, of any language, become a dash, none at the ends."""
    return _NO_ANCHOR.sub("-", name).strip("-") or "-"


def nowhere(definition: Definition) -> str:  # noqa: ARG001 - one of `Elsewhere`
    """Return that a definition is documented nowhere else."""
    return ""


class Anchors:
    """The ids on one page: `anchor` of each text. Of texts that meet there the first has it; behind that of others stand their signs (`a-b-2e`)."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._ids: dict[str, str] = {}  # by text
        self._names = UniqueNames()
        for text in texts:
            self.assign(text)

    def assign(self, text: str) -> str:
        """The id of a text, the same each time that it is asked for."""
        if text not in self._ids:
            plain = anchor(text)
            if plain in self._names:
                signs = "".join(_NO_ANCHOR.findall(text))
                plain = "-".join((plain, *(f"{ord(sign):x}" for sign in signs if sign != "-")))
            self._ids[text] = self._names.take(plain, f"{plain}-")
        return self._ids[text]

    def derive(self, place: str, word: str) -> str:
        """An id that nothing else on the page has, for a line beside a place; it ends in a word, by which readers know such lines."""
        return self._names.take(f"{place}-{word}", f"{place}-", f"-{word}")


def shortcode(words: str, target: str) -> str:
    """Words as a link to a page of the site; what could end the shortcode is left out of the target."""
    return f'<a href="{{{{< ref "{html.target(target)}" >}}}}">{words}</a>'


def relative(path: str, start: str) -> str:
    """The way to a page from the page at `start`: `../folder/page`."""
    return posixpath.relpath(path, posixpath.dirname(start) or ".")


class Links:
    """Where a definition, or a parameter that operations share, is documented, as seen from one page.

    That is its section on a page of this output, else the target that `elsewhere` returns for it. Anything else has no place of its own.
    `ordered` says that `chosen` is in the order of the site.
    """

    def __init__(
        self,
        reference: Reference,
        chosen: Mapping[str, Page],
        elsewhere: Elsewhere = nowhere,
        *,
        ordered: bool = False,
    ) -> None:
        self._definitions = reference.definitions
        self._elsewhere = elsewhere
        self._places: dict[str, dict[str, str]] = {}
        self._own: dict[str, str] = {}
        in_order = chosen.items() if ordered else sorted(chosen.items(), key=_site_order)
        for path, page in in_order:
            anchors = Anchors()
            for section in page.sections:
                name = section_name(reference, section)
                self._places.setdefault(section.key, {})[path] = anchors.assign(section.anchor or name)
                if name == page.kind:
                    self._own.setdefault(section.key, path)

    def __contains__(self, key: str) -> bool:
        """Whether the definition has a place of its own."""
        return key in self._places or bool(self.elsewhere(key))

    def target(self, key: str, path: str, *, last: bool = False) -> str | None:
        """What a reference on the page at `path` to a page of this output is (`../folder/page#Anchor`), or None."""
        found = self.place(key, path, last=last)
        if found is None:
            return None
        page, place = found
        if page == path and "/" not in path:
            return f"#{place}"
        return f"{'../' * path.count('/')}{page}#{place}"

    def place(self, key: str, path: str, *, last: bool = False) -> tuple[str, str] | None:
        """The page of this output, and the anchor on it, that a reference on the page at `path` leads to.

        Of several places the one on the page of that kind counts, then the one on this page, then the first; with `last`, as on
        the machine-made pages, the last in the order of the site.
        """
        places = self._places.get(key)
        if not places:
            return None
        page = self._own.get(key) or (path if path in places else next(iter(places)))
        if last:
            page = next(reversed(places))
        return page, places[page]

    def elsewhere(self, key: str) -> str:
        """Where a definition that has no section here is documented, or an empty string."""
        definition = self._definitions.get(key)
        return "" if definition is None or key in self._places else self._elsewhere(definition)


def _site_order(item: tuple[str, Page]) -> tuple[str, int, str]:
    return posixpath.dirname(item[0]), item[1].weight or 0, item[0]
