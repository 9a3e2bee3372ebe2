"""Labels of a translated page that are English, or other words than the layout has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from codegen.core.diagnostics import Correction, Finding, Level
from codegen.core.locales import Locale
from codegen.core.source import Source
from codegen.readers.shared.comments import FILLER

# The end of the bullet of a field or parameter: `- **beds** (int32), required`.
_REQUIRED = re.compile(
    r"^[^\S\n]*[-*+][^\S\n]+\*\*[^*\n]+\*\*[^\n]*?"
    r"(?P<mark>\s*[,，、;；:：]\s*(?P<label>[^\s,，、;；:：()（）<>*`]+))\s*$"
)
# `**Atomic: will be replaced during a merge**`, alone in its line.
_ANNOTATION = re.compile(
    r"^[^\S\n]*(?P<open>\*{1,2}|__?)(?P<label>[^*_:：`\n]{1,40}?)[^\S\n]*[:：]"
    r"(?P<rest>[^*\n]*)(?P=open)[^\S\n]*$"
)
_HEADING = re.compile(r"^#{2,4}[^\S\n]+(?P<label>[^#{}`\n]*[^\s#{}`])")
_HEAD_CELL = re.compile(r"<th(?:\s[^<>]*)?>\s*(?P<label>[^<>\n]*[^<>\s])\s*</th>", re.IGNORECASE)
_CODE = re.compile(r"`[^`\n]*`")
_WORDS = re.compile(r"[A-Za-z]+[^\S\n]+[A-Za-z]+")
_ANNOTATIONS = {"atomic": "atomic", "set": "set", "map": "map", "patch": "patch_strategy"}
_HEADINGS = ("operations", "http_request", "parameters", "response")
_HEAD_CELLS = (
    "head_field",
    "head_name",
    "head_type",
    "head_description",
    "head_status",
    "head_response",
)


class _WrongLabel(Struct, frozen=True, kw_only=True):
    """A label at a column of its line, with the label of the layout."""

    label: str
    column: int
    usual: str
    is_english: bool
    correction: Correction | None = None


def find_other_labels(source: Source, visible_text: str, locale: Locale) -> Iterator[Finding]:
    """Find labels that are still English, or that the layout words differently.

    `visible_text` is the page without its comments, at the same length.
    """
    if locale.letters is None:
        return
    offset = 0
    for line in visible_text.split("\n"):
        for wrong in _find_wrong_labels(line, locale):
            rule, fault = "label-differs", "is worded differently than in the layout"
            if wrong.is_english:
                rule, fault = "label-untranslated", "is still English"
            yield Finding(
                level=Level.WARN,
                rule=rule,
                message=f"the label {wrong.label!r} {fault}",
                span=source.span(offset + wrong.column),
                hint=f"write {wrong.usual}",
                correction=wrong.correction,
                extra=(("text", wrong.label), ("suggestion", wrong.usual)),
            )
        offset += len(line) + 1


def _find_wrong_labels(line: str, locale: Locale) -> Iterator[_WrongLabel]:
    if required := _REQUIRED.match(line):
        yield from _check_required(required, locale)
    elif annotation := _ANNOTATION.match(line):
        yield from _check_annotation(annotation, locale)
    elif heading := _HEADING.match(line):
        yield from _check_english_label(heading, _HEADINGS, locale)
    else:
        for cell in _HEAD_CELL.finditer(line):
            yield from _check_english_label(cell, _HEAD_CELLS, locale)


def _check_required(match: re.Match[str], locale: Locale) -> Iterator[_WrongLabel]:
    label, usual = match["label"], locale.labels["required"]
    if label in locale.spellings["required"] and label != usual:
        mark = f"{locale.labels['comma']}{usual}"
        is_written_so = FILLER not in match["mark"]
        yield _WrongLabel(
            label=label,
            column=match.start("label"),
            usual=mark,
            is_english=label in locale.english.spellings["required"],
            correction=Correction(written=label, correct=usual) if is_written_so else None,
        )


def _check_annotation(match: re.Match[str], locale: Locale) -> Iterator[_WrongLabel]:
    label = match["label"].strip()
    for name, template in _ANNOTATIONS.items():
        spellings = {spelling.casefold() for spelling in locale.spellings[name]}
        if label.casefold() not in spellings:
            continue
        usual = re.split("[:：]", locale.labels[template])[0]
        english = {spelling.casefold() for spelling in locale.english.spellings[name]}
        remainder = _CODE.sub("", match["rest"])
        has_letters = locale.letters is not None and locale.letters.search(remainder) is not None
        is_rest_english = not has_letters and _WORDS.search(remainder) is not None
        if label != usual:
            is_english = label.casefold() in english
            yield _WrongLabel(
                label=label, column=match.start("label"), usual=usual, is_english=is_english
            )
        elif is_rest_english:
            yield _WrongLabel(
                label=match["rest"].strip(),
                column=match.start("rest"),
                usual=re.split("[:：]", _merge_label(name, locale), maxsplit=1)[-1],
                is_english=True,
            )
        return


def _merge_label(name: str, locale: Locale) -> str:
    """Return the words of the layout for an annotation, which for patches is the merge key."""
    if name == "patch":
        return locale.labels["patch_merge"].replace("{key}", "…")
    return locale.labels[_ANNOTATIONS[name]].replace("{keys}", "…")


def _check_english_label(
    match: re.Match[str], names: tuple[str, ...], locale: Locale
) -> Iterator[_WrongLabel]:
    label = match["label"].strip()
    for name in names:
        if label == locale.english.labels[name] and label != locale.labels[name]:
            usual = locale.labels[name]
            yield _WrongLabel(
                label=label,
                column=match.start("label"),
                usual=usual,
                is_english=True,
                correction=Correction(written=label, correct=usual),
            )
            return
