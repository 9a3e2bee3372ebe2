"""Rules for names, code and quoted values of a translation, compared with its English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from codegen.core.diagnostics import count_noun
from codegen.core.scripts import DENSE
from codegen.model import split_inner_id, split_prose_id
from codegen.translation.glossary import Glossary
from codegen.translation.lint.findings import LintFinding, match_misspellings, squeeze
from codegen.translation.lint.letter_case import (
    is_wire_name,
    known_form,
    known_names,
    kubernetes_kinds,
    plural_or_singular,
)
from codegen.translation.normalization import URL
from codegen.translation.segments import CODE_SPAN, Segment

# Values of one word in the quotes of either language, not beside an assignment or in a list of
# code.
_QUOTED = re.compile(r"(?<![\w=:\[{,])[\"“'‘]([A-Za-z][\w./-]*)[\"”'’](?![\w:}\]])", re.ASCII)
_ENGLISH_QUOTED = re.compile(r"(?<!\w)[\"“'‘]([A-Za-z][\w./-]*)[\"”'’](?!\w)", re.ASCII)
_OWN_QUOTED = re.compile(rf"[\"“'‘「][^\"”'’」\n]{{0,20}}[{DENSE}][^\"”'’」\n]{{0,20}}[\"”'’」]")
_OWN_LETTER = re.compile(rf"[{DENSE}]")
# `fooBar`, `FooBar`, `fooURLs`, `CSIBar`: capitals inside. A plural ending after it is not part of
# it.
_CAMEL_CASE = re.compile(
    r"(?<![\w.$/<-])(?=[A-Za-z]+(?:[a-z0-9][A-Z]|[A-Z]{2}[a-z]{2}))\w++(?![./-]*+\w)", re.ASCII
)
_WORD = re.compile(r"(?<![\w./-])[A-Za-z][A-Za-z0-9]{3,252}(?![\w/-])", re.ASCII)
# `spec.nodeName` in prose.
_DOTTED = re.compile(r"(?<![\w./:@-])[A-Za-z]\w*+(?:\.[A-Za-z]\w*+)+(?![\w/:@-])", re.ASCII)
_PATH = re.compile(r"[\w./-]+", re.ASCII)
_LONGER = re.compile(r"[./-]\w")
_PLURAL = re.compile(r"(?:es|s|y)\Z")
_PLACEHOLDER = re.compile(r"<[^<>]*>")
# `Always, Never and Sometimes`: three values or more.
_ENUMERATION = re.compile(
    r"\b[A-Z]\w+(?:, (?:and |or )?[A-Z]\w+)+(?:,? (?:and|or) [A-Z]\w+)?", re.ASCII
)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]*>")
_CAPITAL = re.compile(r"[A-Za-z][A-Za-z0-9]*[A-Z][A-Za-z0-9]*|[A-Z][a-z0-9]{2,}", re.ASCII)
# No word of a sentence, by a capital, a digit or a mark inside.
_LOOKS_LIKE_VALUE = re.compile(r"[A-Z0-9./]")
_FIRST = re.compile(
    r"[\s*_]*(?P<tick>`?)(?P<name>[A-Za-z][\w-]*+)(?P=tick)(?![\w./(-]*\w)", re.ASCII
)
# A strange and a missing name of at least this likeness are one of which the other is a slip.
_NEAR = 0.8


class _NamePlace(NamedTuple):
    """The offset of a name in a translation, and the rule that reports it if the English lacks it.

    Without a rule the word is reported only as a misspelling.
    """

    at: int
    rule: str


def find_wrong_names(segment: Segment, terms: Glossary) -> Iterator[LintFinding]:
    """Find names, code and quoted values missing on either side.

    A name may be written in the words of a glossary.
    """
    if not segment.english:
        return
    missing, names = _list_missing(segment), _list_names(segment)
    forms = _find_other_forms(names, segment)
    strange = _select_strange(names, forms, segment)
    english_names = [*_DOTTED.findall(segment.english), *_CAMEL_CASE.findall(segment.english)]
    misspellings = match_misspellings(strange, [*missing, *english_names], _NEAR)
    if misspellings is None:
        yield LintFinding(
            rule="text-too-long",
            message=f"{count_noun(len(missing), 'name was', 'names were')} not checked for misspellings",
            at=0,
            repair="divide the text, or compare its names yourself",
        )
        return
    subject = _find_other_subject(segment)
    if subject is not None:
        yield subject
        strange = {name: place for name, place in strange.items() if place.at != subject.at}
    reported: set[str] = set()
    for name, place in strange.items():
        is_in_own_words = _OWN_LETTER.search(name) is not None
        if is_in_own_words and len(missing) == 1:
            correct = missing[0]
        else:
            correct = forms.get(name) or misspellings.get(name, "")
        reported.add(correct)
        if correct and not is_in_own_words:
            yield _report_misspelling(segment, name, place, correct)
        elif place.rule:
            yield LintFinding(
                rule=place.rule,
                shown=name,
                message=f"the translation has {name!r}, but the English does not",
                at=place.at,
                repair=f"write {correct or 'it as in the English'}",
                suggestion=correct,
            )
    lost = [
        name for name in missing if name in segment.names and not _is_in_words(name, segment, terms)
    ]
    yield from _find_lost_values(segment, missing, lost, reported)


def _report_misspelling(
    segment: Segment, name: str, place: _NamePlace, correct: str
) -> LintFinding:
    """Report a misspelt name. Only one in code is certain to be wrong, and gets a correction."""
    code = f"`{name}`"
    before = place.at - 1
    is_code = place.rule == "value-differs" and segment.text.startswith(code, before)
    return LintFinding(
        rule="name-misspelt",
        message=f"{name!r} is {correct!r} in English",
        at=before if is_code else place.at,
        shown=name,
        repair=f"names are not translated: write {correct}",
        written=code if is_code else "",
        correct=f"`{correct}`",
    )


def _select_strange(
    names: Mapping[str, _NamePlace], forms: Mapping[str, str], segment: Segment
) -> dict[str, _NamePlace]:
    """Select the names in another form than the English, and those that it does not have."""
    known_text = _fold_name(
        f"{segment.english} {segment.page} {segment.id.replace('#', ' ')}", "value-differs"
    )
    return {
        name: place
        for name, place in names.items()
        if name in forms or _fold_name(name, place.rule) not in known_text
    }


def _list_names(segment: Segment) -> dict[str, _NamePlace]:
    """List the names of a translation. One of several kinds has its first place as the first kind.

    The kinds are quoted values, code, names with capitals inside, and other words.
    """
    names: dict[str, _NamePlace] = {}

    def add(name: str, at: int, rule: str) -> None:
        # Words of the language in angle brackets stand for a value.
        is_name = _is_own(name) if _OWN_LETTER.search(name) else re.search("[A-Za-z]", name)
        if is_name:
            names.setdefault(name, _NamePlace(at, rule))

    for match in _QUOTED.finditer(segment.prose):
        add(match[1].strip(), match.start(1), "value-differs")
    for match in CODE_SPAN.finditer(segment.inline):
        add(match["code"].strip(), match.start("code"), "value-differs")
    for match in _CAMEL_CASE.finditer(segment.prose):
        add(match[0], match.start(), "name-unknown")
    text = URL.sub(lambda url: " " * len(url[0]), segment.text)
    for match in (*_DOTTED.finditer(text), *_WORD.finditer(text)):
        add(match[0], match.start(), "")
    return names


def _is_own(code: str) -> bool:
    """Return whether code has words of the language, not only for placeholders."""
    return _OWN_LETTER.search(_PLACEHOLDER.sub("", code)) is not None


def _fold_name(name: str, rule: str) -> str:
    """Return a name without blanks and marks, outside of code also without the ending of a plural."""
    folded = re.sub("[<>]", "", squeeze(name))
    if rule == "value-differs":
        return folded
    return _PLURAL.sub("", folded)


def _find_other_forms(names: Mapping[str, _NamePlace], segment: Segment) -> dict[str, str]:
    """Map names to the English of which they change the case or number, where a writer may not
    choose it.

    Code and paths keep their case, and so do types unless a field has the name. Values keep their
    number.
    """
    english = f"{segment.english} {segment.page}"
    codes = [code["code"].strip() for code in CODE_SPAN.finditer(english)]
    values = {*codes, *_ENGLISH_QUOTED.findall(_TAG.sub(" ", english))}
    exact = values.union(re.findall(r"[\w.-]+(?<![.-])", english, re.ASCII))
    camel_cases, known_words = set(_CAMEL_CASE.findall(english)), known_names(segment)
    cases = {
        name.casefold(): name
        for name in (*_CAMEL_CASE.findall(english), *_DOTTED.findall(english), *codes)
    }
    forms = {}
    for name in names.keys() - exact:
        cased, plural = cases.get(name.casefold(), ""), f"{name}s"
        is_code = cased in codes and f"`{name}`" in segment.text and _PATH.fullmatch(name)
        is_path = "." in cased and any(
            written_letter.isupper() and known_letter.islower()
            for written_letter, known_letter in zip(name, cased, strict=False)
        )
        is_other_case = (
            "." not in name
            and cased.casefold() == name.casefold()
            and name not in known_words
            and not is_wire_name(name, cased)
            and name not in kubernetes_kinds()
            # a part of a longer name, as in `plot.garden.example.io/size`
            and not _LONGER.match(segment.text, names[name].at + len(name))
        )
        is_type = name[0].islower() and cased in segment.names and name not in segment.names
        is_type = is_type and _CAMEL_CASE.fullmatch(name) is not None
        if is_other_case:
            forms[name] = known_form(name, segment) or cased
        elif is_code or is_path or is_type:
            forms[name] = cased
        elif names[name].rule == "value-differs" and plural in values:
            forms[name] = plural
        elif name not in known_words and _CAMEL_CASE.fullmatch(name):
            number = plural_or_singular(name, camel_cases)
            if number:
                forms[name] = number
    return forms


def _list_missing(segment: Segment) -> list[str]:
    """List names, code and quoted values of the English that are missing in the translation, apart
    from placeholders.
    """
    english = URL.sub(" ", segment.english)
    codes = (
        code["code"].strip() for code in CODE_SPAN.finditer(english) if "<" not in code["code"]
    )
    names = (
        *_CAMEL_CASE.findall(CODE_SPAN.sub(" ", english)),
        *codes,
        *_ENGLISH_QUOTED.findall(_TAG.sub(" ", english)),
    )
    text = squeeze(segment.text)
    return [
        name
        for name in dict.fromkeys(names)
        if squeeze(name) and _PLURAL.sub("", squeeze(name)) not in text
    ]


def _is_in_words(name: str, segment: Segment, terms: Glossary) -> bool:
    """Return whether the text is about a name, or has all its words, as they are or as terms of a
    glossary.
    """
    words, text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower(), segment.text.casefold()
    for term in sorted(terms, key=lambda term: -len(term.name)):
        if term.english is not None and any(word in text for word in term.use):
            words = term.english.sub(" ", words)
    return name.casefold() in segment.id.casefold() or all(word in text for word in words.split())


def _find_lost_values(
    segment: Segment, missing: list[str], names: list[str], reported: Collection[str]
) -> Iterator[LintFinding]:
    """Find missing names, and quoted values, code and items with a counterpart.

    Those of other findings are left out.

    An item is lost where two others of its list are kept.
    """
    translated = _OWN_QUOTED.search(segment.text)
    lost = [*names, *_list_lost_values(segment, is_quoted=translated is not None)]
    codes = {code["code"].strip() for code in CODE_SPAN.finditer(segment.english)}
    if (
        any(_is_own(code["code"]) for code in CODE_SPAN.finditer(segment.text))
        or len(codes.difference(missing)) > 1
    ):
        lost += [name for name in missing if name in codes]
    for items in _ENUMERATION.findall(segment.english):
        values = re.findall(r"[A-Z]\w+", items, re.ASCII)
        gone = [
            value
            for value in values
            if _PLURAL.sub("", value.casefold()) not in segment.text.casefold()
        ]
        lost += gone if len(values) - len(gone) > 1 else []
    for value in dict.fromkeys(value for value in lost if value not in reported):
        kind = "name" if value in names else "value"
        yield LintFinding(
            rule="value-lost",
            shown=value,
            message=f"the English has the {kind} {value!r}, but the translation does not have it as often",
            at=translated.start() if translated else 0,
            repair=f"{kind}s are not translated: write {value}",
            suggestion=value,
        )


def _list_lost_values(segment: Segment, *, is_quoted: bool) -> Iterator[str]:
    """List quoted values of the English that the translation has less often.

    A value with capitals may be lost altogether, others only if the translation has words of its
    language in quotes (`is_quoted`). A word in small letters may be a figure of speech, unless the
    translation keeps it elsewhere or it names a field.
    """
    counts = Counter(_ENGLISH_QUOTED.findall(_TAG.sub(" ", segment.english)))
    for value, count in counts.items():
        kept = len(
            re.findall(
                rf"(?<![\w./-]){re.escape(value)}(?![\w/-]|\.\w)",
                segment.text,
                re.IGNORECASE | re.ASCII,
            )
        )
        is_absent = _CAPITAL.fullmatch(value) and value.casefold() not in segment.text.casefold()
        is_translated = is_quoted and (
            kept or _LOOKS_LIKE_VALUE.search(value) or value in segment.names
        )
        if kept < count and (is_absent or is_translated):
            yield value


def _find_other_subject(segment: Segment) -> LintFinding | None:
    """Find the name of a sibling field at the beginning, unless the English has it, or the name of
    a type in another case.
    """
    key, field = split_prose_id(split_inner_id(segment.id).field_id)
    if field:
        own_name = field.rpartition(".")[2]
    else:
        own_name = key.rpartition(".")[2]
    match = _FIRST.match(segment.text)
    name = match["name"] if match else ""
    in_english = re.search(
        rf"(?<![\w-]){re.escape(name)}(?![\w-])", segment.english, re.IGNORECASE | re.ASCII
    )
    is_other_case = (
        not field
        and name != own_name
        and name.casefold() == own_name.casefold()
        and own_name in segment.english
    )
    is_sibling = (
        field
        and name in segment.siblings
        and not in_english
        and name.casefold() != own_name.casefold()
    )
    if match is None or not (is_other_case or is_sibling):
        return None
    return LintFinding(
        rule="subject-differs",
        shown=name,
        message=f"the text of {own_name!r} begins with {name!r}"
        + (", which is another field" if is_sibling else ""),
        at=match.start("name"),
        repair=f"write {own_name}",
        suggestion=own_name,
    )
