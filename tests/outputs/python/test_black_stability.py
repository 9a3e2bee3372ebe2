"""What is said to need no layout is what black leaves alone, whatever a source writes into it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.model import Array, Map, Ref, Reference, Scalar, field_id
from codegen.outputs.python import OUTPUTS
from codegen.outputs.python.black_stability import is_black_stable
from codegen.outputs.python.source import WIDTH, as_black
from gardens.parts import PACKAGE, STRING, field
from gardens.python import HOSTILE, definition, emit_outputs, garden, reference
from support.budget import tries
from support.corpus import ENDS, for_each, reference_of

TARGETS = tuple(output.name for output in OUTPUTS)
CLASS = 'class A:\n    """A."""\n\n'


def texts(source: Reference, targets: tuple[str, ...] = TARGETS) -> list[str]:
    """The modules as the templates make them."""
    return [each.text for each in emit_outputs(source, targets) if not each.finished]


def test_it_holds_for_what_the_templates_make() -> None:
    made = texts(garden())
    settled = [text for text in made if is_black_stable(text)]
    assert len(settled) > len(made) / 2
    assert [as_black(text) for text in settled] == settled


@pytest.mark.parametrize(
    "line",
    [
        "    a: int",
        '    a: Literal["a", "b"] | None = None',
        f'    a: str = Field(\n        description="{"x" * WIDTH}",\n    )',
        f'    a: str = Field(\n        description="{"x" * (WIDTH - 30)}"\n    )',
        '    a: str = Field(\n        default=None,\n        description="b",\n    )',
        '    a = ("b",)',
        "    a = 'say \"b\"'",
        f'    a: int\n    """{"x" * 200}"""',
        '    a: int\n    """One.\n\n    Two "b"\n    """',
        '    a = {\n        "b": {\n            "c": 1,\n        },\n    }',
        '    a = (\n        "b",\n        "c",\n    )',
        '    a = "b" in ("c", "d")',
        "    if a and ((b or c) and d):\n        pass",
        f"    if (\n        {'a' * 50}\n        or {'b' * 50}\n        or {'c' * 50}\n    ):\n        pass",
        f"    def f(\n        a: int, {'b' * 90}: int\n    ) -> tuple[int, ...]:\n        pass",
        "    def f(\n        a: int,\n        b: int,\n    ) -> tuple[int, ...]:\n        pass",
        "    try:\n        pass\n    except (A, B):\n        pass",
        "    from a import (\n        b as b,\n    )",
    ],
)
def test_lines_that_need_nothing(line: str) -> None:
    assert is_black_stable(f"{CLASS}{line}\n")
    assert as_black(f"{CLASS}{line}\n") == f"{CLASS}{line}\n"


@pytest.mark.parametrize(
    "line",
    [
        "    a:  int",
        "    a: int ",
        "    a = 'b'",
        '    a = "b\\"c"',
        "    a = (1)",
        "    a = [1,]",
        "    a = f(1,)",
        "    a = (\n        1\n    )",
        '    a: str = Field(\n        description="b"\n    )',
        f'    a: str = Field(default=None, description="{"x" * WIDTH}")',
        f'    a: str = Field(description="{"字" * (WIDTH // 2)}")',
        '    """ a"""',
        '    """a """',
        '    """a"\n    """',
        '    """a\n      b"""',
        f'    """a\n    {"b" * WIDTH}"""',
        "    a = 1  # b",
        "    a = f(\n        b,\n        c\n    )",
        "    a = f(\n    )",
        "    a = f(\n      b,\n    )",
        '    a = (\n        "b",\n    )',
        "    a = b[\n        c,\n    ]",
        '    a = {\n        "b": {\n            "c": 1,\n        }\n    }',
        "    a = f(g(\n        1,\n    ))",
        "    if (a or b):\n        pass",
        f"    if (\n        {'a' * 60}\n        or {'b' * 60}\n    ):\n        pass",
        "    if (\n        a\n        or b\n        or c\n    ):\n        pass",
        f"    if (\n        {'a' * 50} or {'b' * 50}\n        or {'c' * 50}\n    ):\n        pass",
        f"    if (\n        f({'a' * 60}, {'b' * 50})\n    ):\n        pass",
        f"    def f(\n        {'b' * 110}: int\n    ):\n        pass",
        f"    from a import (\n        {'b' * 60} as {'c' * 60}\n    )",
        "    from a import (b)",
        "    for a in (b):\n        pass",
    ],
)
def test_lines_that_are_left_to_black(line: str) -> None:
    assert not is_black_stable(f"{CLASS}{line}\n")


WORDS = st.text(alphabet=st.sampled_from([*"ab \"'\\\n\t{}()[],#.", "字", "é", "\u0301", "\u200b"]), max_size=300)
NAMES = st.text(alphabet="abAB_-.$19字", min_size=1, max_size=90)
KINDS: tuple[Any, ...] = (
    STRING,
    Scalar(type="integer", format="int64"),
    Scalar(type="string", enum=("a", "b" * 90)),
    Map(values=Array(items=Ref(key=f"{PACKAGE}.Bed"))),
    Array(
        items=Ref(key=f"{PACKAGE}.Bed"),
    ),
)


@pytest.mark.slow
@tries(60)
@given(
    st.dictionaries(
        NAMES,
        st.tuples(st.sampled_from(KINDS), st.booleans(), WORDS | st.sampled_from(HOSTILE)),
        min_size=1,
        max_size=3,
    ),
    WORDS,
)
def test_whatever_a_source_says(fields: dict[str, tuple[Any, bool, str]], about: str) -> None:
    plot = definition("Plot", *(field(name, kind, required=needed) for name, (kind, needed, _) in fields.items()))
    prose = {plot.key: about, **{field_id(plot.key, name): text for name, (_, _, text) in fields.items()}}
    for text in texts(
        reference(plot, definition("Bed", field("name")), prose=prose),
    ):
        if is_black_stable(text):
            assert as_black(text) == text


@pytest.mark.slow
@for_each(ENDS)
def test_it_holds_for_a_release(release: Path) -> None:
    made = texts(reference_of(release))
    settled = [text for text in made if is_black_stable(text)]
    assert len(settled) > len(made) / 2
    assert [as_black(text) for text in settled] == settled
