"""Selection of rename candidates, independent of the order of features."""

from __future__ import annotations

from codegen.model import Ref, field_id
from codegen.model.renames import (
    MANY,
    NEAREST,
    CandidateIndex,
    casefolded_words,
    match_definitions,
    match_fields,
)
from gardens.parts import PLOT, definition, field, reference
from gardens.schemas import operation, response


def test_names_are_split_into_words() -> None:
    assert list(casefolded_words("podName of HTTPRoute2")) == [
        "pod",
        "name",
        "of",
        "http",
        "route",
        "2",
    ]


def test_all_candidates_are_compared_if_there_are_few() -> None:
    assert CandidateIndex({"a": ["x"], "b": ["y"]}).candidates([]) == ["a", "b"]


def test_most_similar_of_many_candidates_are_compared() -> None:
    things = {f"thing{number}": [number, "all"] for number in range(MANY + 1)}
    assert CandidateIndex({**things, "twice": [1, 2]}).candidates([1, 2, "all"]) == [
        "twice",
        "thing1",
        "thing2",
    ]


def test_order_of_features_does_not_matter() -> None:
    things = {f"{number:03}": [number // 3] for number in range(3 * MANY)}
    signs = list(range(NEAREST))
    near = CandidateIndex(things)
    assert near.candidates(signs) == near.candidates(reversed(signs)) == sorted(things)[:NEAREST]


def test_renamed_field_among_many_is_recognized_by_its_text() -> None:
    numbers = range(MANY + 5)
    added = [field(f"b{number:03}") for number in numbers]
    texts = {
        field_id(PLOT, each.name): f"{each.name} waters bed{number} at dawn{number}."
        for number, each in enumerate(added)
    }
    removed = field("sprinkler")
    before = {field_id(PLOT, removed.name): "sprinkler waters bed30 at dawn30."}
    assert match_fields(
        reference(texts=before), reference(texts=texts), (PLOT, PLOT), [removed], added
    ) == {"sprinkler": "b030"}


def _match_response_types(common: int, added: int) -> dict[str, str]:
    """Match the types of one response that have some fields in common, and some more."""
    names = [f"f{number}" for number in range(common + added)]
    old = definition("garden.v1.Bed", *map(field, names[:common]))
    new = definition("sheds.v1.Rack", *map(field, names))
    references = [
        reference(
            each,
            operations=(
                operation(parameters=(), responses=(response("200", "OK", Ref(key=each.key)),)),
            ),
        )
        for each in (old, new)
    ]
    return match_definitions(references[0], references[1], [old.key], [new.key])


def test_types_of_one_response_correspond_with_four_of_five_fields() -> None:
    assert _match_response_types(4, 1) == {"garden.v1.Bed": "sheds.v1.Rack"}
    assert _match_response_types(3, 1) == {}
