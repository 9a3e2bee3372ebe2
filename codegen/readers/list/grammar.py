"""Regular expressions for the tokens of the list layout, by locale.

No expression depends on line breaks or indentation, so the same ones read flattened text and
Markdown. Each begins with fixed characters and takes blanks possessively, so reading takes linear
time.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

from codegen.core.locales import Locale
from codegen.model.kubernetes import PRIMITIVES
from codegen.readers.shared.tokens import LINK, REF_CLOSE, REF_OPEN, WRAPPERS, match_any

# `[]map[string]` and a name, which is a link, the rest of a link in flattened text (`}}">Name`), or
# a bare word.
_PLAIN = r"\}\}\">\s*(?P<flat>[^()（）<>\s,，]+)|(?P<word>[^()（）<>\s,，、;；:：*}]+)"
TYPE = rf"(?P<wrap>{WRAPPERS})\s*+(?:{LINK}|{_PLAIN})"
TYPE_WORD = re.compile(r"[A-Za-z](?:[\w.-]*\w)?", re.ASCII)
BULLET = re.compile(r"-(?=\s)[^\S\n]*+(?:\n[^\S\n]*+)?\*\*")
BULLET_NAME = re.compile(r"-\s+\*\*(?P<name>[^*\n]{1,200}?)\*{1,2}")
# Bullets with a lost mark, and other marks of Markdown for bullets and bold text. The layout itself
# writes only `- **name** (`. A list inside a description is indented and has no dotted names.
_BOLD = r"(?:[*+]\s+\*\*{0}\*\*|[-*+]\s+__{0}__)"
_LOST_NAME, _DOTTED = r"[A-Za-z$_][\w.$-]*", r"[A-Za-z$][\w$-]*\.[\w.$-]*[\w$-]"
LOST_BULLET = re.compile(
    r"\n(?=[^\S\n]*+(?:[*+]|-\s+__))(?:[^\S\n]*+"
    rf"(?P<left>\*{{1,2}}{_LOST_NAME}\*\*)|(?P<other>{_BOLD.format(_LOST_NAME)})|[^\S\n]++(?P<inner>{_BOLD.format(_DOTTED)}))\s*[(（]",
    re.ASCII,
)
OTHER_VALUE = re.compile(r"\n(?P<other>" + _BOLD.format("(?:apiVersion|kind)") + r")\s*[:：]")
OTHER_BODY = re.compile(r"\n(?P<other>" + _BOLD.format(r"[^\s*_]{1,40}") + r")\s*[:：]")
# A field or parameter whose bold mark was lost: the type tells it from a list of a description.
_CERTAIN_TYPE = (
    rf"{WRAPPERS}(?:<a\s|\[[^\]\n]{{1,100}}\]\(|\}}\}}\">|(?:{match_any(*PRIMITIVES)})\b)"
)
_LOCATION = r"[(（][^()（）\n]{1,40}[)）]\s*+[:：]"
UNMARKED_BULLET = re.compile(
    r"(?<!\S)[-*+•·‣]\s++(?P<name>[A-Za-z$_][\w.$-]*+)"
    rf"\s*+(?:[(（]|{_LOCATION})\s*+{_CERTAIN_TYPE}",
    re.ASCII,
)
# A category in a comment, on a line of its own.
CATEGORY_ALONE = re.compile(
    r"^[^\S\n]*###[^\S\n]+(?P<name>[^\s#`{}][^#`{}\n]{0,119}?)[^\S\n]*(?:\{#[^{}\s]*\}[^\S\n]*)?$",
    re.MULTILINE,
)
RULE = re.compile(r"<hr\s*/?>|(?<=\n)---(?=\s*\n)")
COMMON_PARAMETER = re.compile(
    rf"\s*(?:<a\s+href=\"{REF_OPEN}(?P<target>[^\"'<>#]*common-parameters[^\"'<>#]*)#(?P<anchor>[^\"'<>\s]*){REF_CLOSE}\"\s*>[^<>]*</a>"
    r"|\}\}\">\s*(?P<flat>\S+))\s*\Z"
)
_CLOSE = r"\s*+[)）]"
_NAME_PART = r"(?:[-*+]\s+)?(?:\*{1,2}|__)(?P<name>[^*\n]{1,200}?)(?:\*\*|__)\s*"
_TYPE_PART = rf"\s*+[:：]\s*+{TYPE}"
_KEY = re.compile(r"`([^`]+)`")
_ASCII_WORD = re.compile(r"[A-Za-z][\w.]*", re.ASCII)


def lost_bullets(text: str, start: int, end: int) -> list[int]:
    """Return the offsets of bullets with a lost or unusual mark."""
    return [
        bullet.start(bullet.lastgroup or 0) for bullet in LOST_BULLET.finditer(text, start, end)
    ]


class Grammar:
    """The compiled tokens of one locale."""

    def __init__(self, locale: Locale) -> None:
        words = locale.spellings
        places = match_any(*words["in_path"], *words["in_query"], *words["in_header"])
        answers = match_any(*words["response"])
        kinds = "|".join(
            f"(?P<{kind}>{match_any(*words[kind])})" for kind in ("atomic", "set", "map", "patch")
        )
        self.field = re.compile(rf"{_NAME_PART}[(（]\s*+{TYPE}{_CLOSE}")
        self.required = re.compile(
            rf"\s*+[,，、;；]\s*+(?P<mark>{match_any(*words['required'])})(?![A-Za-z])"
        )
        self.value = re.compile(
            r"[-*+]\s+(?:\*\*|__)(?P<name>[^*\n]{1,200}?)(?:\*\*|__)\s*[:：]\s*"
        )
        self.parameter = re.compile(
            rf"{_NAME_PART}(?P<open>[(（]?)\s*(?P<left>[*_]{{0,2}})(?P<place>{places})(?P<right>[*_]{{0,2}})(?P<close>(?:{_CLOSE})*){_TYPE_PART}"
        )
        self.body = re.compile(
            rf"[-*+]\s+(?:\*\*|__)(?P<name>{match_any(*words['body'])})(?:\*\*|__){_TYPE_PART}"
        )
        self.response = re.compile(
            rf"(?<!\S)(?P<status>[1-5]\d\d|default)\s*+(?:[(（]\s*+{TYPE}{_CLOSE})?\s*+[:：]"
        )
        self.unmarked_response = re.compile(rf"(?<!\S)(?:{answers})\s+(?=[1-5]\d\d\s*[(（:：])")
        self.annotation = re.compile(
            rf"\s*(?P<mark>\*{{1,2}})\s*(?:{kinds})\s*+(?:[:：]\s*+(?P<rest>[^*]*+))?(?P=mark)\*?(?=\s|\Z)"
        )
        self.map_keys = tuple(
            _compile_template(language.labels[name])
            for language in dict.fromkeys((locale, locale.english))
            for name in ("map", "map_of_keys")
        )

    @cached_property
    def any_place(self) -> re.Pattern[str]:
        """An expression for a parameter with an unknown place, which few pages have."""
        return re.compile(
            rf"{_NAME_PART}(?P<open>[(（])\s*(?P<left>[*_]{{1,2}})(?P<place>[^*_()（）\n]{{1,40}})(?P<right>[*_]{{1,2}})(?P<close>(?:{_CLOSE})*)(?:{_TYPE_PART})?"
        )


@lru_cache(maxsize=64)
def compile_grammar(locale: Locale) -> Grammar:
    """Compile the grammar of a locale."""
    return Grammar(locale)


def _compile_template(label: str) -> re.Pattern[str]:
    """Compile a label with `{keys}` to an expression for the keys."""
    text = re.split(r"[:：]\s*", label, maxsplit=1)[-1]
    before, _, after = text.partition("{keys}")
    return re.compile(rf"{re.escape(before)}(?P<keys>[\w., ]+?){re.escape(after)}", re.ASCII)


def extract_keys(remainder: str, templates: tuple[re.Pattern[str], ...]) -> tuple[str, ...]:
    """Extract the map or merge keys of an annotation.

    They stand where the label of the language has them, or in backticks, or are the only Latin
    word.
    """
    on_one_line = " ".join(remainder.split())
    for template in templates:
        if match := template.fullmatch(on_one_line):
            return tuple(key for key in re.split(r"[,、，\s]+", match["keys"]) if key)
    if ticked := _KEY.findall(remainder):
        return tuple(key for quoted in ticked for key in re.split(r"[,、，\s]+", quoted) if key)
    latin = _ASCII_WORD.findall(remainder)
    if len(latin) == 1:
        return (latin[0],)
    return ()
