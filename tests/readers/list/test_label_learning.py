"""Labels of an unknown language are learnt from the places in which they stand."""

from __future__ import annotations

import pytest

from codegen.core.detection import UNDETERMINED
from codegen.core.locales import SHIPPED
from codegen.readers.list.label_learning import learn_labels
from support.growth import grows_linearly

PAGE = """\
## Plot {#Plot}

- **rows** ([]Bed), bezonata

- **beds** ([]Bed)

### `get` legi Plot

#### Peto

GET /plots/{name}

#### Parametroj

- **name** (*en la vojo*): string, bezonata

- **pretty** (*en la serĉo*): string

#### Respondo

200: OK

### `list` listigi Plot

#### Peto

GET /plots

#### Respondo

200: OK
"""


@pytest.mark.parametrize(
    ("word", "label"),
    [
        ("required", "bezonata"),
        ("http_request", "Peto"),
        ("parameters", "Parametroj"),
        ("response", "Respondo"),
        ("in_path", "en la vojo"),
        ("in_query", "en la serĉo"),
    ],
)
def test_each_label_stands_for_the_word_of_its_place(word: str, label: str) -> None:
    known = SHIPPED.get(UNDETERMINED)
    learnt = learn_labels(PAGE, known)
    assert learnt.spellings[word] == (*known.spellings[word], label)
    assert learnt.labels == known.labels


@pytest.mark.timing
def test_blanks_inside_a_heading_are_read_once() -> None:
    known = SHIPPED.get(UNDETERMINED)
    assert grows_linearly(lambda count: learn_labels(f"### `get` legi\n#### Peto{' ' * count}a\n", known))
