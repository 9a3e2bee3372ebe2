"""Tags of Kubernetes' types are parsed with their arguments and the tags that they wrap."""

from __future__ import annotations

import pytest

from codegen.validation.declared_tags import Tag, parse_tag

READ = {
    "k8s:required": Tag(name="required"),
    "k8s:maxItems=32": Tag(name="maxItems", value="32"),
    'k8s:format="k8s-short-name"  # of a bed': Tag(name="format", value="k8s-short-name"),
    'k8s:alpha(since: "7.1")=+k8s:minimum=0': Tag(
        name="alpha", arguments=(("since", "7.1"),), inner=Tag(name="minimum", value="0")
    ),
    "k8s:subfield(soil)=+k8s:optional": Tag(
        name="subfield", arguments=(("", "soil"),), inner=Tag(name="optional")
    ),
    "k8s:eachKey=+k8s:format=k8s-label-key": Tag(
        name="eachKey", inner=Tag(name="format", value="k8s-label-key")
    ),
}


@pytest.mark.parametrize("text", READ)
def test_tag_is_parsed(text: str) -> None:
    assert parse_tag(text) == READ[text]


@pytest.mark.parametrize(
    ("text", "column"),
    [("", 1), ("k8s:maxItems=", 14), ("k8s:item(a b)=1", 12), ("k8s:required more", 13)],
)
def test_malformed_tag_is_an_error_with_its_column(text: str, column: int) -> None:
    with pytest.raises(ValueError, match=f"column {column}:"):
        parse_tag(text)
