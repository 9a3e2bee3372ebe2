"""Detection of renamed definitions and fields."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from codegen.model import Definition, Field, Operation, Reference, Type, field_id, refs
from codegen.model.kubernetes import version_rank
from codegen.model.types import bare_name

MANY = 60  # the most elements that are all compared
_COMMON = 40  # elements with a shared sign that make it meaningless
NEAREST = 16  # compared elements if there are more than `MANY`
_TypePair = tuple[Type | None, Type | None]
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W0-9A-Za-z]+")


def casefolded_words(text: str) -> Iterable[str]:
    """Split names and texts into lower-case words (`podName` has two)."""
    return (word.casefold() for word in _WORDS.findall(text))


class CandidateIndex:
    """An index of elements by signs, such as words of names and texts, or fields.

    Up to `MANY` elements are all near to each other. Of more, at most `NEAREST` elements with the
    most shared rare signs are near, so that the work grows linearly. Common signs do not count.
    """

    def __init__(self, signs: Mapping[str, Iterable[Hashable]]) -> None:
        self._names = list(signs)
        self._names_by_sign: dict[Hashable, list[str]] = {}
        if len(self._names) > MANY:
            for name, element_signs in signs.items():
                for sign in dict.fromkeys(element_signs):
                    self._names_by_sign.setdefault(sign, []).append(name)

    def candidates(self, signs: Iterable[Hashable]) -> list[str]:
        """Return the elements with similar signs."""
        if len(self._names) <= MANY:
            return self._names
        shared = Counter[str]()
        for sign in dict.fromkeys(signs):
            having = self._names_by_sign.get(sign, ())
            if len(having) <= _COMMON:
                shared.update(having)
        # Signs come in any order. Names decide between equal counts.
        return sorted(shared, key=lambda name: (-shared[name], name))[:NEAREST]


_FIELDS_ALIKE = 0.8
_TEXT_ALIKE = 0.85
_NAME_ALIKE = 0.75
_NAME_EQUAL = 0.9  # of fields without a text
_MOST_WORDS = 400
_MOST_LETTERS = 400


def best_pairs(scored: Iterable[tuple[float, str, str]]) -> dict[str, str]:
    """Pair old and new names by descending score, using each name once."""
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for _, old, new in sorted(scored, key=lambda score: (-score[0], score[1], score[2])):
        if old not in pairs and new not in taken:
            pairs[old] = new
            taken.add(new)
    return pairs


def match_definitions(
    old: Reference, new: Reference, removed: Sequence[str], added: Sequence[str]
) -> dict[str, str]:
    """Pair removed and added definitions with the same fields under another key.

    Types of the same field in a pair are a pair, too, so that a new version is followed as a whole,
    with all its changes.
    """
    by_home: dict[tuple[str, str], list[str]] = {}
    for key in added:
        for home in _possible_places(key):
            by_home.setdefault(home, []).append(key)
    homes: dict[tuple[str, str], CandidateIndex] = {}
    for home, keys in by_home.items():
        homes[home] = CandidateIndex({key: _signs(new, new.definitions[key]) for key in keys})
    scored = []
    for key in removed:
        near = (
            homes[home].candidates(_signs(old, old.definitions[key]))
            for home in _possible_places(key)
            if home in homes
        )
        for candidate in dict.fromkeys(chain.from_iterable(near)):
            score = _definition_score(old, new, old.definitions[key], new.definitions[candidate])
            if score:
                scored.append((score, key, candidate))
    pairs = best_pairs(scored)
    _add_referenced_pairs(
        old, new, pairs, set(removed) - pairs.keys(), set(added) - {*pairs.values()}
    )
    return pairs


def _add_referenced_pairs(
    old: Reference, new: Reference, pairs: dict[str, str], removed: set[str], added: set[str]
) -> None:
    """Add the pairs to which operations and fields of pairs lead, in the order of meeting them."""
    queue = list(_pair_message_types(old, new))
    for old_key, new_key in pairs.items():
        queue.extend(_pair_field_types(old.definitions[old_key], new.definitions[new_key]))
    for old_type, new_type in queue:
        for target, heir in zip(refs(old_type), refs(new_type), strict=False):
            if target not in removed or heir not in added:
                continue
            before, after = old.definitions[target], new.definitions[heir]
            if _correspond(before, after):
                removed.discard(target)
                added.discard(heir)
                pairs[target] = heir
                queue.extend(_pair_field_types(before, after))


def _pair_field_types(before: Definition, after: Definition) -> Iterator[_TypePair]:
    """Yield the types of each field that two definitions have in common."""
    for field in before.fields:
        successor = after.field(field.name)
        if successor is not None:
            yield field.type, successor.type


def _pair_message_types(old: Reference, new: Reference) -> Iterator[_TypePair]:
    """Yield the types of each parameter and response that two operations have in common."""
    for name, operation in old.operations.items():
        if name not in new.operations:
            continue
        after = _index_message_types(new.operations[name])
        for key, type_ in _index_message_types(operation).items():
            if key in after:
                yield type_, after[key]


def _index_message_types(operation: Operation) -> dict[tuple[str, ...], Type | None]:
    """Index the types of parameters and responses, each with its media types."""
    types: dict[tuple[str, ...], Type | None] = {}
    for parameter in operation.parameters:
        types[parameter.place, parameter.name] = parameter.type
        for media in parameter.media_types:
            types[parameter.place, parameter.name, media.name] = media.type
    for response in operation.responses:
        types["response", response.status] = response.type
        for media in response.media_types:
            types["response", response.status, media.name] = media.type
    return types


def _correspond(before: Definition, after: Definition) -> bool:
    """Return whether two types correspond, by name or by nearly equal fields."""
    return bool(before.fields and after.fields) and (
        before.name == after.name or _field_overlap(before, after) >= _FIELDS_ALIKE
    )


def _possible_places(key: str) -> tuple[tuple[str, str], ...]:
    """Return the package and name combinations where a definition may reappear."""
    package, _, name = key.rpartition(".")
    return (package, ""), (package.rpartition(".")[0], name), ("", name)


def _definition_score(
    old: Reference, new: Reference, before: Definition, after: Definition
) -> float:
    if not before.fields or not after.fields:
        return 0.0
    shared = _field_overlap(before, after)
    if shared < _FIELDS_ALIKE:
        return 0.0
    same_group = before.package.rpartition(".")[0] == after.package.rpartition(".")[0]
    if before.name == after.name and same_group:
        return 1 + shared - _version_distance(before, after) / 1000
    text = _shared_similarity(old, before.key, before.name, new, after.key, after.name)
    names = name_similarity(before.name, after.name)
    alike = names >= _NAME_ALIKE
    if text is not None:
        alike = text >= _TEXT_ALIKE
    # Kinds and lists of kinds all have the same four fields; only their own names distinguish them.
    generic = {field.name for field in before.fields} <= {
        "apiVersion",
        "kind",
        "metadata",
        "spec",
        "status",
        "items",
    }
    if alike and not (generic and names < _NAME_ALIKE):
        return shared * (text or names)
    return 0.0


def _version_distance(before: Definition, after: Definition) -> int:
    """Return the distance of two versions: a stage counts more than a number."""
    ranks = (version_rank(definition.package.rpartition(".")[2]) for definition in (before, after))
    return sum(
        min(abs(old_part - new_part), 9) * weight
        for old_part, new_part, weight in zip(*ranks, (20, 2, 1), strict=False)
    )


def _signs(reference: Reference, definition: Definition) -> Iterator[Hashable]:
    """Yield the signs of a definition that survive renaming."""
    yield definition.name
    shape = _field_types(definition)
    yield shape
    yield from shape
    yield from _word_signs(reference, definition.key, definition.name)


def _word_signs(reference: Reference, prose_id: str, name: str) -> Iterator[Hashable]:
    yield from ((word,) for word in casefolded_words(name))
    for locale in reference.prose:
        if text := reference.text(locale, prose_id):
            alone = mask_name(text, name)
            yield (locale, alone)
            yield from ((locale, word) for word in alone.casefold().split())


def _field_overlap(before: Definition, after: Definition) -> float:
    """Return the share of common fields."""
    shapes = _field_types(before), _field_types(after)
    return len(shapes[0] & shapes[1]) / len(shapes[0] | shapes[1])


def _field_types(definition: Definition) -> frozenset[tuple[str, str]]:
    """Return the fields by name and kind of type, ignoring reference targets."""
    return frozenset((field.name, type(field.type).__name__) for field in definition.fields)


def match_fields(
    old: Reference,
    new: Reference,
    keys: tuple[str, str],
    removed: Sequence[Field],
    added: Sequence[Field],
) -> dict[str, str]:
    """Pair removed and added fields of a definition with the same type and text, or with nearly the
    same name if they have no text.
    """
    # A moved inline object has other paths in the names of its fields, so only their ends count.
    bare_names = {field.name: bare_name(field.name) for field in (*removed, *added)}
    by_name = {field.name: field for field in added}
    by_type: dict[Type, list[Field]] = {}
    for field in added:
        by_type.setdefault(field.type, []).append(field)
    near: dict[Type, CandidateIndex] = {}
    for kind, same_type in by_type.items():
        signs = {
            field.name: _word_signs(new, field_id(keys[1], field.name), bare_names[field.name])
            for field in same_type
        }
        near[kind] = CandidateIndex(signs)
    scored = []
    for before in removed:
        if before.type not in near:
            continue
        old_id = field_id(keys[0], before.name)
        for after in (
            by_name[name]
            for name in near[before.type].candidates(
                _word_signs(old, old_id, bare_names[before.name])
            )
        ):
            names = bare_names[before.name], bare_names[after.name]
            text = _shared_similarity(
                old, old_id, names[0], new, field_id(keys[1], after.name), names[1]
            )
            alike_names = name_similarity(*names)
            if (text is not None and text >= _TEXT_ALIKE) or (
                text is None and alike_names >= _NAME_EQUAL
            ):
                scored.append(((text or 0.0) + alike_names, before.name, after.name))
    return best_pairs(scored)


def _shared_similarity(
    old: Reference, old_id: str, old_name: str, new: Reference, new_id: str, new_name: str
) -> float | None:
    """Return the highest similarity of two texts over all languages, or None without a common one.

    Texts begin with the name of their subject, so each name is masked in its own text.
    """
    highest = None
    for locale in old.prose.keys() & new.prose.keys():
        before, after = old.text(locale, old_id), new.text(locale, new_id)
        if before and after:
            alike = similarity(mask_name(before, old_name), mask_name(after, new_name))
            highest = max(alike, highest or 0.0)
    return highest


def mask_name(text: str, name: str) -> str:
    """Remove an element's own name from its text."""
    if name:
        return text.replace(name, "\x00")
    return text


def similarity(first: str, second: str) -> float:
    """Return the similarity of two texts from 0 to 1, compared by words."""
    left, right = first.casefold().split(), second.casefold().split()
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    if matcher.real_quick_ratio() < 0.5:
        return 0.0
    # Comparing the order of words is quadratic. For long texts, the set of words suffices.
    if max(len(left), len(right)) <= _MOST_WORDS:
        return matcher.ratio()
    return matcher.quick_ratio()


def name_similarity(first: str, second: str) -> float:
    """Return the similarity of two names from 0 to 1, compared by letters."""
    left, right = (name.casefold()[:_MOST_LETTERS] for name in (first, second))
    return difflib.SequenceMatcher(None, left, right, autojunk=False).ratio()
