"""Annotations of copied text, whose emphasis and backticks are restored."""

from __future__ import annotations

import re

from codegen.core.locales import Locale
from codegen.readers.list.grammar import compile_grammar, extract_keys

_LATIN_KEYS = re.compile(r"[A-Za-z_][\w.-]*+(?:\s*+[,、，]\s*+[A-Za-z_][\w.-]*+)*+", re.ASCII)
_KEYS = re.compile(r"\{keys?\}")


def restore_annotation(text: str, locale: Locale) -> str:
    """Put back the marks of a line such as `Set: unique values will be kept during a merge`."""
    grammar = compile_grammar(locale)
    for language in (locale, locale.english):
        for label in ("map_of_keys", "patch_merge"):
            if restored := _restore_keys(language.labels[label], text):
                return f"*{restored}*"
    annotation = grammar.annotation.fullmatch(f"*{text}*")
    if annotation is None:
        return text
    remainder = annotation["rest"] or ""
    if not annotation["map"] or extract_keys(remainder, grammar.map_keys):
        return annotation[0]
    # a translator has chosen other words: the Latin ones are the keys
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
