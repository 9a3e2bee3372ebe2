"""Annotations of copied text, whose emphasis and backticks are restored."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegen.core.locales import Locale
from codegen.readers.list.grammar import compile_grammar, extract_keys

_LATIN_KEYS = re.compile(r"[A-Za-z_][\w.-]*+(?:\s*+[,、，]\s*+[A-Za-z_][\w.-]*+)*+", re.ASCII)
_KEYS = re.compile(r"\{keys?\}")
_MOST_LINES = 2  # of an annotation that a program has broken


def restore_annotations(text: str, locale: Locale) -> str:
    """Put back the marks of the annotations at the start of a text.

    Each begins a line. Some programs lose the empty line below it, or break it.
    """
    lines = text.split("\n")
    paragraphs: list[str] = []
    while lines:
        annotation, count = _restore_first(lines, locale)
        if not annotation:
            break
        paragraphs.append(annotation)
        del lines[:count]
    if lines:
        paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs)


def _restore_first(lines: Sequence[str], locale: Locale) -> tuple[str, int]:
    """Return the annotation that begins in the first line, and the number of its lines.

    It is empty for another text.
    """
    for count in range(1, min(len(lines), _MOST_LINES) + 1):
        annotation = _restore_complete(" ".join(lines[:count]), locale)
        if annotation:
            return annotation, count
    return _restore_translated(lines[0], locale), 1


def _restore_complete(text: str, locale: Locale) -> str:
    """Put back the marks of an annotation in the words of the layout, with its keys."""
    for language in (locale, locale.english):
        labels = language.labels
        if text in (labels["atomic"], labels["set"]):
            return f"*{text}*"
        for label in ("map_of_keys", "patch_merge"):
            if restored := _restore_keys(labels[label], text):
                return f"*{restored}*"
    grammar = compile_grammar(locale)
    annotation = grammar.annotation.fullmatch(f"*{text}*")
    if annotation is None or not annotation["map"]:
        return ""
    return annotation[0] if extract_keys(annotation["rest"] or "", grammar.map_keys) else ""


def _restore_translated(text: str, locale: Locale) -> str:
    """Put back the marks of an annotation whose words a translator has chosen."""
    grammar = compile_grammar(locale)
    annotation = grammar.annotation.fullmatch(f"*{text}*")
    if annotation is None:
        return ""
    if not annotation["map"]:
        return annotation[0]
    remainder = annotation["rest"] or ""
    # the Latin words are the keys
    keys = _LATIN_KEYS.sub(r"`\g<0>`", remainder, count=1)
    return f"*{text.removesuffix(remainder)}{keys}*"


def _restore_keys(label: str, text: str) -> str:
    """Put back the backticks around the keys of an annotation, or return an empty string for
    another text.
    """
    before, after = _KEYS.split(label.replace("`", ""), maxsplit=1)
    before = before.rpartition("}")[2]
    match = re.search(
        rf"{re.escape(before)}(?P<keys>[\w.$-]+(?:[,、]\s*[\w.$-]+)*){re.escape(after)}\Z", text
    )
    if match is None or not before:
        return ""
    return f"{text[: match.start('keys')]}`{match['keys']}`{text[match.end('keys') :]}"
