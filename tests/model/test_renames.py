"""Selection of rename candidates, independent of the order of features."""

from __future__ import annotations

from codegen.model.renames import MANY, NEAREST, CandidateIndex, casefolded_words


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
