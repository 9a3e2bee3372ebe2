"""The letters of a language beside the forms that another way of writing has for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from codegen.core.source import load

_ACCEPTED = "|"


class LetterVariants(Struct, frozen=True, kw_only=True):
    """Maps of letters to the usual form in the language.

    `foreign` are letters that its texts do not have, such as traditional letters in simplified
    Chinese. `accepted` are other forms that its texts may have.
    """

    foreign: Mapping[str, str] = {}
    accepted: Mapping[str, str] = {}


def load_variants(file: Path) -> LetterVariants:
    """Read a file with the usual form of each letter, its foreign forms, `|` and accepted forms.

    Raises `CodegenError` if the file cannot be read.
    """
    foreign: dict[str, str] = {}
    accepted: dict[str, str] = {}
    for line in load(file).text.splitlines():
        groups = [] if line.startswith("#") else line.split()
        for group in groups:
            usual, forms = group[0], group[1:]
            before, _, behind = forms.partition(_ACCEPTED)
            foreign.update(dict.fromkeys(before, usual))
            accepted.update(dict.fromkeys(behind, usual))
    return LetterVariants(foreign=foreign, accepted=accepted)
