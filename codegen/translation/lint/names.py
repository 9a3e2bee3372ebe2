"""Names, code and addresses of the English that the translation must have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codegen.core.patterns import lazy_pattern
from codegen.translation.glossary import Term
from codegen.translation.lint.text import URL, LintFinding, Piece

_CODE = lazy_pattern(r"`([^`\n]+)`")
# `fooBar`, `FooBar`, `FOO_BAR`, `foo.bar/baz`: a name by its letters. A plural ending or a full stop after it is not part of it.
_NAME = lazy_pattern(r"(?<![\w./$-])[A-Za-z]\w*(?:[./-]\w+)*", re.ASCII)
# `<pod name>`: words in code that stand for a value are translated.
_PLACEHOLDER = lazy_pattern(r"<[a-z]+[ -][a-z -]+>")
_HUMPS = lazy_pattern(r"[a-z0-9][A-Z]|[A-Z]{2,}[a-z]*_|_[A-Z]|[a-z]_[a-z]")


def lost_names(piece: Piece, terms: Sequence[Term]) -> Iterator[LintFinding]:
    """Code spans, names and addresses of the English that are missing from the translation.

    A name that the glossary translates (`CamelCase`) may be one of its words instead.
    """
    if not piece.english:
        return
    yield from lost_urls(piece)
    squeezed = _squeezed(piece.text)
    reported: set[str] = set()
    translated = {term.name for term in terms if term.name and any(word in piece.text for word in term.use)}
    for name in _names(piece.english):
        if name.casefold() in translated:
            continue
        plain = _squeezed(name)
        if plain and plain not in reported and not any(form in squeezed for form in (plain, *_singular(plain))):
            reported.add(plain)
            yield LintFinding(
                rule="name-lost",
                message=f"the English names {name!r}, but the translation does not",
                at=0,
                repair=f"names are not translated: write {name}",
            )


def _singular(name: str) -> tuple[str, ...]:
    """The names of which this name may be the plural."""
    endings = (("ies", "y"), ("es", ""), ("s", ""))
    return tuple(name.removesuffix(plural) + singular for plural, singular in endings if name.endswith(plural))


def _names(english: str) -> Iterator[str]:
    rest = URL.sub(" ", english)
    for found in _CODE.finditer(rest):
        if not _PLACEHOLDER.search(found[1]):
            yield found[1].strip()
    for found in _NAME.finditer(_CODE.sub(" ", rest)):
        for part in found[0].split("-"):
            if _HUMPS.search(name := part.strip("_.")):
                yield name


def lost_urls(piece: Piece) -> Iterator[LintFinding]:
    """Addresses of the English that the translation lacks, or has with a break inside."""
    text = _without_language(piece.text, piece.locale.tag).casefold().replace("/#", "#")
    packed = "".join(text.split())
    addresses = [_site_and_anchor(found[0]) for found in URL.finditer(text)]
    for found in URL.finditer(piece.english):
        url = found[0]
        plain = _address(url)
        if plain in text:
            continue
        if plain in packed:
            at = piece.text.find(url.partition("://")[2].partition("/")[0])
            yield LintFinding(
                rule="url-broken",
                message=f"the address {url} is broken by a line break",
                at=max(at, 0),
                repair="put it on one line: browsers open only the first part",
            )
        elif _site_and_anchor(_address(url)) not in addresses:
            yield LintFinding(
                rule="url-lost",
                message=f"the English has {url}, but the translation does not",
                at=0,
                repair=f"add {url}",
            )


def _site_and_anchor(url: str) -> tuple[str, str]:
    """The part of an address that stays when a translation links to another page of the site: `en.wikipedia.org` -> wikipedia.org."""
    plain, _, anchor = url.casefold().rpartition("://")[2].partition("#")
    return ".".join(plain.partition("/")[0].split(".")[-2:]), anchor


def _address(url: str) -> str:
    """An address without what may differ: case, the scheme's `s`, a slash at its end or before its anchor."""
    return url.casefold().partition("://")[2].replace("/#", "#").rstrip("/")


def _without_language(text: str, tag: str) -> str:
    """A text whose links lead to the English site again: `kubernetes.io/zh-cn/docs` -> `kubernetes.io/docs`."""
    return re.sub(rf"(://[^/\s]+)/{re.escape(tag)}(?=/)", r"\1", text)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s`\\\"'“”‘’*,，、]", "", text).casefold()
