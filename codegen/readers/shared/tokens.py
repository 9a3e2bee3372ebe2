"""Tokens shared by all layouts, such as names, link shortcodes and import lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.core.source import Source
from codegen.readers.page_tree import TypeName

NAME = re.compile(r"[$A-Za-z_][\w$-]*(?:\.[$A-Za-z_][\w$-]*)*", re.ASCII)
# `{{< ref "` and `" >}}`, with what else Hugo takes for them.
REF_OPEN = r"\{\{[<%]\s*+(?:rel)?ref\s++[\"']?"
REF_CLOSE = r"[\"']?\s*+[%>]\}\}"
_TARGET = r"[^\"'<>{}\s]*+"
# The link of a type in HTML or Markdown. Flattened text has lost the target of the second.
LINK = (
    rf"<a\s++href\s*+=\s*+[\"']?(?:{REF_OPEN}(?P<ref>{_TARGET}){REF_CLOSE}|(?P<url>[^\"'<>{{}}]*+))[\"']?\s*+>(?P<linked>[^<>]*+)</a\s*+>"
    rf"|\[(?P<marked>[^\[\]<>]++)\]\(\s*+(?:{REF_OPEN}(?P<marked_ref>{_TARGET}){REF_CLOSE}|\{{\{{\}}\}}|(?P<marked_url>[^\"'<>{{}}()]*+))\s*+\)"
)
# The arrays and maps around a type, such as `map[string][]`.
WRAPPERS = r"(?:\[\]|map\[[^\]\s]{0,20}\]){0,16}+"


def read_link(link: re.Match[str], wrappers: tuple[str, ...]) -> TypeName:
    """Read a match of `LINK` as a type."""
    target = link["ref"] or link["url"] or link["marked_ref"] or link["marked_url"] or ""
    page, _, anchor = target.partition("#")
    name = (link["linked"] or link["marked"] or "").strip()
    return TypeName(
        name=name, wrappers=wrappers, linked=True, page=page.strip(), anchor=anchor.strip()
    )


def split_wrappers(text: str) -> tuple[str, ...]:
    """Return the wrappers of a type, each as `[]` or `map`."""
    return tuple(wrapper.removesuffix("[") for wrapper in re.findall(r"\[\]|map\[", text))


def looks_like_json(source: Source) -> bool:
    """Return whether a text begins like a JSON object."""
    return source.text[:4096].lstrip().startswith("{")


def find_headings(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the offset and level of each heading from level two."""
    at = text.find("##", start, end)
    while at >= 0:
        behind = at + 2
        while text.startswith("#", behind):
            behind += 1
        if text[behind : behind + 1].isspace() and (at == 0 or text[at - 1] != "#"):
            yield at, behind - at
        at = text.find("##", behind, end)


def match_any(*words: str) -> str:
    """Return an expression for one of some words, the longest first."""
    return "|".join(
        re.escape(word).replace(r"\ ", r"\s+")
        for word in sorted(set(words), key=lambda word: (-len(word), word))
    )
