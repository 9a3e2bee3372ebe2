"""Regular expressions take as long as a text is, also where what they repeat is all that it holds."""

from __future__ import annotations

import re
import time

import pytest

from codegen.core.escaping import cells, cells_upstream, code, portable
from codegen.drift.compare import texts
from codegen.drift.review import raw
from codegen.endpoint import selectors
from growth import grows_linearly
from pumped import expressions, pumped, searched
from rows import for_rows

LINK = '<a href="{{< ref "a" >}}">'
# The expression, what is before, what is repeated, and what then ends the match.
WORST = {
    "link": (raw._LINK, LINK, " ", ""),
    "link of words": (raw._LINK, LINK, "a ", ""),
    "response": (raw._RESPONSE, "247:", " ", "\n"),
    "response with brackets": (raw._RESPONSE, "200 (", ") ", ""),
    "listed values": (texts._LISTED, "a", " \t", "\0"),
    "enumeration": (cells_upstream._ENUM, "a", " ", "\0"),
    "bullet": (cells_upstream._BULLET, "a", " \t", "\0"),
}
# As above, for lines and selectors, which are matched from their beginning.
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
def test_the_worst_text_takes_as_long_as_it_is(name: str) -> None:
    expression, before, repeated, after = (WORST | OF_LINES)[name]
    tried = expression.fullmatch if name in OF_LINES else expression.search
    assert grows_linearly(lambda count: tried(before + repeated * count + after))


@pytest.mark.parametrize("text", ["Pod", "a", "The Pod of it"])
@pytest.mark.parametrize("blank", ["", " ", "\n  "])
def test_a_link_has_its_text_without_blanks(text: str, blank: str) -> None:
    found = raw._LINK.search(f"see {LINK}{blank}{text}{blank}</a> there")
    assert found is not None
    assert (found["target"], found["text"]) == ("a", text)


@pytest.mark.parametrize(
    ("line", "status"), [("200 (OK): a text ", "200"), ("  404：没有", "404"), ("201 （x）（y） : b", "201")]
)
def test_a_response_has_its_status_and_text(line: str, status: str) -> None:
    found = re.search(raw._RESPONSE.pattern, f"before\n{line}\nafter", re.MULTILINE)
    assert found is not None
    assert found["status"] == status
    assert found["text"] == found["text"].strip()


LENGTH = 1_000
# Expressions that take the square of texts which cannot be long where they are used, with what holds them.
SHORT = {
    "outputs.python.runtime.cel_engine._STATUS": "a message of the library",
    "outputs.python.runtime.cel_engine._CODE": "a message of the library",
    "outputs.python.runtime.duration._PART": "a duration that was checked before",
    "readers.releases._PARTS": "the name of a file",
}


def test_all_expressions_are_found() -> None:
    assert len(expressions()) > 250
    assert expressions().keys() >= SHORT.keys()


@pytest.mark.timing
@for_rows(lambda: [(name,) for name in sorted(expressions().keys() - SHORT.keys())])
def test_no_expression_takes_more_than_its_text_is_long(name: str) -> None:
    """What takes a moment for a thousand letters, made of the expression itself, is doubled."""
    expression = expressions()[name]
    tried = expression.search if searched(name) else expression.match
    for before, part in pumped(expression):
        for end in ("", "\0", "!\n"):

            def work(size: int) -> object:
                return tried(before + part * max(size // len(part), 1) + end)  # noqa: B023

            started = time.process_time()
            work(LENGTH)
            if time.process_time() - started > 0.001:
                assert grows_linearly(work, size=LENGTH // 4), (before, part, end)
