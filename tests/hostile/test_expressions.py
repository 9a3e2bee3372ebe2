"""Regular expressions take linear time, even if the text consists of repetitions only."""

from __future__ import annotations

import re

import pytest

from codegen.drift.compare import texts
from codegen.drift.review import raw
from codegen.endpoint import selectors
from codegen.outputs.escaping import cells, cells_upstream, code, portable
from support.growth import grows_linearly

LINK = '<a href="{{< ref "a" >}}">'
# Expression, prefix, repeated text, and suffix that ends the match.
WORST = {
    "link": (raw._LINK, LINK, " ", ""),
    "link of words": (raw._LINK, LINK, "a ", ""),
    "response": (raw._RESPONSE, "247:", " ", "\n"),
    "response with brackets": (raw._RESPONSE, "200 (", ") ", ""),
    "listed values": (texts._LISTED, "a", " \t", "\0"),
    "enumeration": (cells_upstream._ENUM, "a", " ", "\0"),
    "bullet": (cells_upstream._BULLET, "a", " \t", "\0"),
}
# As above, for expressions that match from the beginning.
OF_LINES = {
    "selector of fields": (selectors._FIELD, "a=", " ", "\\"),
    "selector of labels": (selectors._REQUIREMENT, "a", " ", "^"),
    "value of a label": (selectors._REQUIREMENT, "a=", " ", "^"),
    "blanks before a label": (selectors._REQUIREMENT, "", " ", "^"),
    "fence in a cell": (cells._FENCE, "```", "\t", "!"),
    "opening of tildes": (code._OPENING, "", "~", "\n"),
    "rule": (portable._RULE, "", ">", "!"),
    "rule of hyphens": (portable._RULE, "", "- ", "!"),
}


@pytest.mark.timing
@pytest.mark.parametrize("name", [*WORST, *OF_LINES])
def test_worst_case_text_takes_linear_time(name: str) -> None:
    expression, before, repeated, after = (WORST | OF_LINES)[name]
    tried = expression.fullmatch if name in OF_LINES else expression.search
    assert grows_linearly(lambda count: tried(before + repeated * count + after))


@pytest.mark.parametrize("text", ["Pod", "a", "The Pod of it"])
@pytest.mark.parametrize("blank", ["", " ", "\n  "])
def test_link_text_is_stripped(text: str, blank: str) -> None:
    found = raw._LINK.search(f"see {LINK}{blank}{text}{blank}</a> there")
    assert found is not None
    assert (found["target"], found["text"]) == ("a", text)


@pytest.mark.parametrize(
    ("line", "status"),
    [("200 (OK): a text ", "200"), ("  404：没有", "404"), ("201 （x）（y） : b", "201")],
)
def test_response_line_has_status_and_text(line: str, status: str) -> None:
    found = re.search(raw._RESPONSE.pattern, f"before\n{line}\nafter", re.MULTILINE)
    assert found is not None
    assert found["status"] == status
    assert found["text"] == found["text"].strip()
