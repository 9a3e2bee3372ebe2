"""Rules for names, code and quoted values of a translation, compared with its English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from codegen.core.scripts import DENSE
from codegen.model import split_held_id, split_prose_id
from codegen.translation.lint.findings import LintFinding, match_slips, squeeze
from codegen.translation.normalization import URL
from codegen.translation.segments import CODE_SPAN, Segment

# Values of one word in the quotes of either language, not beside an assignment or in a list of code.
_QUOTED = re.compile(r"(?<![\w=:\[{,])[\"“'‘]([A-Za-z][\w./-]*)[\"”'’](?![\w:}\]])", re.ASCII)
_ENGLISH_QUOTED = re.compile(r"(?<!\w)[\"“'‘]([A-Za-z][\w./-]*)[\"”'’](?!\w)", re.ASCII)
_OWN_QUOTED = re.compile(rf"[\"“'‘「][^\"”'’」\n]{{0,20}}[{DENSE}][^\"”'’」\n]{{0,20}}[\"”'’」]")
_OWN_LETTER = re.compile(rf"[{DENSE}]")
# `fooBar`, `FooBar`, `fooURLs`, `CSIBar`: capitals inside. A plural ending after it is not part of it.
_CAMEL_CASE = re.compile(r"(?<![\w.$/<-])(?=[A-Za-z]+(?:[a-z0-9][A-Z]|[A-Z]{2}[a-z]{2}))\w++(?![./-]*+\w)", re.ASCII)
_WORD = re.compile(r"(?<![\w./-])[A-Za-z][A-Za-z0-9]{3,252}(?![\w/-])", re.ASCII)
# `spec.nodeName` in prose.
_DOTTED = re.compile(r"(?<![\w./:@-])[A-Za-z]\w*+(?:\.[A-Za-z]\w*+)+(?![\w/:@-])", re.ASCII)
_PATH = re.compile(r"[\w./-]+", re.ASCII)
_PLURAL = re.compile(r"(?:es|s|y)\Z")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]*>")
_CAPITAL = re.compile(r"[A-Za-z][A-Za-z0-9]*[A-Z][A-Za-z0-9]*|[A-Z][a-z0-9]{2,}", re.ASCII)
# No word of a sentence, by a capital, a digit or a mark inside.
_LOOKS_LIKE_VALUE = re.compile(r"[A-Z0-9./]")
_FIRST = re.compile(r"[\s*_]*(?P<tick>`?)(?P<name>[A-Za-z][\w-]*+)(?P=tick)(?![\w./(-]*\w)", re.ASCII)
# A strange and a missing name of at least this likeness are one of which the other is a slip.
_NEAR = 0.8


def find_wrong_names(segment: Segment) -> Iterator[LintFinding]:
    """Find names, code and quoted values missing on either side."""
    if not segment.english:
        return
    missing = _list_missing(segment)
    strange = {name: place for name, place in _list_names(segment).items() if not _is_known(name, place[1], segment)}
    slips = match_slips(
        strange, [*missing, *_DOTTED.findall(segment.english), *_CAMEL_CASE.findall(segment.english)], _NEAR
    )
    if slips is None:
        yield LintFinding(
            rule="text-too-long",
            message=f"{len(missing):,} names were not checked for misspellings",
            at=0,
            repair="divide the text, or compare its names yourself",
        )
        return
    subject = _find_other_subject(segment)
    if subject is not None:
        yield subject
        strange = {name: place for name, place in strange.items() if place[0] != subject.at}
    found: set[str] = set()
    for name, (at, rule) in strange.items():
        own = _OWN_LETTER.search(name) is not None
        correct = missing[0] if own and len(missing) == 1 else slips.get(name) or _find_other_case(name, segment)
        found.add(correct)
        is_code = rule == "value-differs" and segment.text.startswith(f"`{name}`", at - 1)
        if correct and not own:
            yield LintFinding(
                rule="name-misspelt",
                message=f"{name!r} is {correct!r} in English",
                at=at - is_code,
                shown=name,
                repair=f"names are not translated: write {correct}",
                written=f"`{name}`" if is_code else "",
                correct=f"`{correct}`",
            )
        elif rule:
            yield LintFinding(
                rule=rule,
                shown=name,
                message=f"the translation has {name!r}, but the English does not",
                at=at,
                repair=f"write {correct or 'it as in the English'}",
            )
    yield from _find_lost_values(segment, missing, found)


def _list_names(segment: Segment) -> dict[str, tuple[int, str]]:
    """List the names of a translation with their place and the rule for unknown ones. Other words may be slips only."""
    text = URL.sub(lambda url: " " * len(url[0]), segment.text)
    found = [
        *((each[1].strip(), each.start(1), "value-differs") for each in _QUOTED.finditer(segment.prose)),
        *((each["code"].strip(), each.start("code"), "value-differs") for each in CODE_SPAN.finditer(segment.inline)),
        *((each[0], each.start(), "name-unknown") for each in _CAMEL_CASE.finditer(segment.prose)),
        *((each[0], each.start(), "") for each in (*_DOTTED.finditer(text), *_WORD.finditer(text))),
    ]
    # Words of the language in angle brackets stand for a value.
    return {
        name: (at, rule)
        for name, at, rule in reversed(found)
        if ("<" not in name if _OWN_LETTER.search(name) else re.search("[A-Za-z]", name))
    }


def _is_known(name: str, rule: str, segment: Segment) -> bool:
    """Return whether the English has a name, outside of code also in another number."""
    if rule == "value-differs" and _find_other_case(name, segment):
        return False
    known = squeeze(f"{segment.english} {segment.page} {segment.id.replace('#', ' ')}")
    plain = squeeze(name) if rule == "value-differs" else _PLURAL.sub("", squeeze(name))
    return re.sub("[<>]", "", plain) in re.sub("[<>]", "", known)


def _find_other_case(name: str, segment: Segment) -> str:
    """Return the code of the English that differs from this code in case alone."""
    is_code = f"`{name}`" in segment.text and _PATH.fullmatch(name) is not None
    english = f"{segment.english} {segment.page}" if is_code else ""
    codes = {code["code"].strip() for code in CODE_SPAN.finditer(english)}
    return next((code for code in codes if code.casefold() == name.casefold() and name not in codes), "")


def _list_missing(segment: Segment) -> list[str]:
    """List names, code and quoted values of the English that are missing in the translation, apart from placeholders."""
    english = URL.sub(" ", segment.english)
    codes = (code["code"].strip() for code in CODE_SPAN.finditer(english) if "<" not in code["code"])
    names = (
        *_CAMEL_CASE.findall(CODE_SPAN.sub(" ", english)),
        *codes,
        *_ENGLISH_QUOTED.findall(_TAG.sub(" ", english)),
    )
    text = squeeze(segment.text)
    return [name for name in dict.fromkeys(names) if squeeze(name) and _PLURAL.sub("", squeeze(name)) not in text]


def _find_lost_values(segment: Segment, missing: list[str], found: Collection[str]) -> Iterator[LintFinding]:
    """Find quoted values and code of the English with a translated counterpart. Those of other findings are left out."""
    translated = _OWN_QUOTED.search(segment.text)
    lost = [*_list_lost_values(segment, is_quoted=translated is not None)]
    if any(_OWN_LETTER.search(code["code"]) and "<" not in code["code"] for code in CODE_SPAN.finditer(segment.text)):
        codes = {code["code"].strip() for code in CODE_SPAN.finditer(segment.english)}
        lost += [name for name in missing if name in codes]
    for value in dict.fromkeys(value for value in lost if value not in found):
        yield LintFinding(
            rule="value-lost",
            shown=value,
            message=f"the English has the value {value!r}, but the translation does not have it as often",
            at=translated.start() if translated else 0,
            repair=f"values are not translated: write {value}",
        )


def _list_lost_values(segment: Segment, *, is_quoted: bool) -> Iterator[str]:
    """List quoted values of the English that the translation has less often.

    A value with capitals may be lost altogether, others only if the translation has words of its language in quotes (`is_quoted`). A word in
    small letters may be a figure of speech, unless the translation keeps it elsewhere.
    """
    counts = Counter(_ENGLISH_QUOTED.findall(_TAG.sub(" ", segment.english)))
    for value, count in counts.items():
        kept = len(
            re.findall(rf"(?<![\w./-]){re.escape(value)}(?![\w/-]|\.\w)", segment.text, re.IGNORECASE | re.ASCII)
        )
        is_absent = _CAPITAL.fullmatch(value) and value.casefold() not in segment.text.casefold()
        is_translated = is_quoted and (kept or _LOOKS_LIKE_VALUE.search(value))
        if kept < count and (is_absent or is_translated):
            yield value


def _find_other_subject(segment: Segment) -> LintFinding | None:
    """Find the name of a sibling field at the beginning, unless the English has it, or the name of a type in another case."""
    key, field = split_prose_id(split_held_id(segment.id)[0])
    own = field.rpartition(".")[2] if field else key.rpartition(".")[2]
    found = _FIRST.match(segment.text)
    name = found["name"] if found else ""
    in_english = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", segment.english, re.IGNORECASE | re.ASCII)
    is_other_case = not field and name != own and name.casefold() == own.casefold() and own in segment.english
    is_sibling = field and name in segment.siblings and not in_english and name.casefold() != own.casefold()
    if found is None or not (is_other_case or is_sibling):
        return None
    return LintFinding(
        rule="subject-differs",
        shown=name,
        message=f"the text of {own!r} begins with {name!r}" + (", which is another field" if is_sibling else ""),
        at=found.start("name"),
        repair=f"write {own}",
    )
