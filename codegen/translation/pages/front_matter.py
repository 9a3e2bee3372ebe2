"""Update of the front matter of a translated page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from codegen.translation.normalization import fold_markup
from codegen.translation.pages.new_parts import TextFinder
from codegen.translation.pages.page_parts import PageParts, PartKind, Role, fold_english
from codegen.translation.pages.text_edits import Edit

_FRONT_KEY = re.compile(
    r"^(?P<lead>[^\S\n]*(?P<key>apiVersion|import|kind|weight|title|description):[^\S\n]*)"
    r"(?P<value>[^\n]*?)[^\S\n]*$",
    re.MULTILINE,
)
_TRANSLATED_KEYS = ("title", "description")


class FrontMatterUpdater:
    """Brings the keys of a page and of their comment up to date with an English page."""

    def __init__(self, page: PageParts, english: PageParts, find_texts: TextFinder) -> None:
        self._page = page
        self._english = english
        self._find_texts = find_texts
        self._edits: list[Edit] = []

    def update(self) -> list[Edit]:
        """Return the edits of changed keys, in the comment too."""
        english = self._english
        front = english.text[english.front_matter.start : english.front_matter.end]
        values = {match["key"]: match["value"] for match in _FRONT_KEY.finditer(front)}
        parts = self._page
        comment = parts.front_comment
        old_english: dict[str, str] = {}
        if comment is not None:
            for match in _FRONT_KEY.finditer(self._page.text, comment.start, comment.end):
                old_english[match["key"]] = match["value"]
                new = values.get(match["key"])
                if new is not None and _unquote(new) != _unquote(match["value"]):
                    self._edits.append(
                        Edit(start=match.start("value"), end=match.end("value"), text=new)
                    )
        for match in _FRONT_KEY.finditer(
            self._page.text, parts.front_matter.start, parts.front_matter.end
        ):
            self._update_front_key(match, values, old_english)
        return self._edits

    def _update_front_key(
        self, match: re.Match[str], values: Mapping[str, str], old_english: Mapping[str, str]
    ) -> None:
        key, translated = match["key"], match["value"]
        new = values.get(key)
        if new is None or _unquote(new) == _unquote(translated):
            return
        old = old_english.get(key)
        if key in _TRANSLATED_KEYS:
            if old is None or fold_markup(_unquote(old)) == fold_markup(_unquote(new)):
                return
            if key == "description":
                new = self._translate_description(new)
            if key == "title" and _unquote(old) != _unquote(translated):
                return  # a translated title
        self._edits.append(Edit(start=match.start("value"), end=match.end("value"), text=new))

    def _translate_description(self, value: str) -> str:
        """Return the translation of the text of the definition that the description repeats."""
        english = _unquote(value)
        for part in self._english.parts:
            if part.kind is not PartKind.SECTION or not part.translated:
                continue
            texts = self._find_texts(part, Role.TEXT)
            section_text = fold_english(" ".join(texts.english))
            if not section_text.startswith(fold_english(english).rstrip(".")):
                continue
            if texts.translation is not None:
                translated = " ".join(texts.translation)
                if section_text.rstrip(".") != fold_english(english).rstrip("."):
                    translated = translated.partition("。")[0] + "。"
                return '"' + translated.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return value


def _unquote(value: str) -> str:
    """Return a value of the front matter without its quotation marks."""
    bare = value.strip()
    if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'":
        return bare[1:-1]
    return bare
