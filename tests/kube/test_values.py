"""Values of generated Python, compared with results of Kubernetes' own code, and their general
laws.
"""

from __future__ import annotations

import copy
import json
import pickle
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codegen.kube.duration import Duration, is_duration
from codegen.kube.encoded import WrittenBytes, decode_base64, encode_base64, is_base64
from codegen.kube.quantity import Quantity, is_quantity
from gardens.python import garden, importing, run_time, write
from support.corpus import ROOT
from support.rows import each_row

VALUES = Path(ROOT, "tests/outputs/python/values")


def table(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the rows of a table: a JSON text, and the columns of its result."""
    for line in (VALUES / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            text, *expected = line.split("\t")
            yield text, tuple(expected)


# Above 10^21 the server's canonical text is wrong: it writes 1000E as 1.
SHORTENED = {'"1000E"', '"1000000E"', '"1000000000000000000000"'}


@each_row(table("quantities"))
def test_quantities_match_servers(text: str, expected: tuple[str, ...]) -> None:
    written = json.loads(text)
    if expected == ("refused",):
        with pytest.raises(ValueError if isinstance(written, str) else TypeError):
            Quantity(written)
        assert not (isinstance(written, str) and is_quantity(written))
        return
    amount, canonical, form = expected
    quantity = Quantity(written)
    assert quantity.value == Decimal(amount)
    assert quantity.written is written
    assert not isinstance(written, str) or is_quantity(written)
    if isinstance(written, float) and form == "DecimalExponent":
        assert quantity == canonical  # a float has lost its exponent notation
    elif text not in SHORTENED:
        assert str(quantity) == canonical


SUFFIXES = (
    "",
    "n",
    "u",
    "m",
    "k",
    "M",
    "G",
    "T",
    "P",
    "E",
    "Ki",
    "Mi",
    "Gi",
    "Ti",
    "Pi",
    "Ei",
    "e3",
    "E-3",
    "e+6",
)
AMOUNTS = st.builds(
    "{}{}{}".format,
    st.sampled_from(("", "-", "+")),
    st.decimals(0, 10**6, places=9).map(lambda number: f"{number:f}")
    | st.integers(0, 10**18).map(str),
    st.sampled_from(SUFFIXES),
)
QUANTITIES = AMOUNTS.map(Quantity)


@given(QUANTITIES)
@example(Quantity("7.999999Ei"))
@example(Quantity("0.3Ki"))
def test_canonical_form_is_equal_and_idempotent(quantity: Quantity) -> None:
    again = Quantity(str(quantity))
    assert again == quantity
    assert str(again) == str(quantity)
    assert Quantity(quantity.value).value == quantity.value


@given(QUANTITIES, QUANTITIES, QUANTITIES)
def test_quantity_sums_are_exact(a: Quantity, b: Quantity, c: Quantity) -> None:
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a + b - b == a
    assert sum([a, b, c]) == a + b + c
    assert 0 - -a == a
    assert a * 3 == 3 * a == a + a + a
    assert not a - a


@given(QUANTITIES, QUANTITIES)
def test_quantities_are_ordered_by_amount(a: Quantity, b: Quantity) -> None:
    assert (a < b, a <= b, a == b, a >= b, a > b) == (
        a.value < b.value,
        a.value <= b.value,
        a.value == b.value,
        a.value >= b.value,
        a.value > b.value,
    )
    assert (a < b) is (str(a) < b)  # a string on the left is parsed too


@given(st.floats(-1e15, 1e15) | st.integers() | st.decimals(-(10**9), 10**9, places=3))
def test_numbers_are_compared_with_quantities_by_digits(number: float | Decimal) -> None:
    assert Quantity(number) == number
    assert number == Quantity(number)
    assert Quantity(number) + 1 == 1 + Quantity(number)


@given(st.text())
@example("1" * 200_000)
@example("1e" + "0" * 5_000)
@example("1e-2147483648")
@example("1e2147483647")
def test_arbitrary_text_is_quantity_or_error(text: str) -> None:
    try:
        quantity = Quantity(text)
    except ValueError as error:
        assert len(str(error)) < 400  # noqa: PT017 - it is one or the other
        assert not is_quantity(text)
    else:
        assert quantity == Quantity(str(quantity))


def test_quantities_with_other_types() -> None:
    half = Quantity("500m")
    assert half == 0.5
    assert half == "500m" == half
    assert half == Quantity(0.5)
    assert Quantity("100m") == 0.1
    assert Quantity("1Gi") == 1024**3
    assert half + "1" == 1.5
    assert 2 - half == "1500m"
    assert str(Quantity("1Gi") + "512Mi") == "1536Mi"
    assert str(Quantity("0") + "1Gi") == "1Gi"
    assert max(Quantity("1Gi"), Quantity("1G")) == "1Gi"
    assert int(Quantity("1500m")) == 1
    assert float(half) == 0.5
    assert bool(half)
    assert not Quantity("0Ki")
    assert half != "half"
    assert half != None  # noqa: E711
    assert half != True  # noqa: E712 - true is no number for a server
    assert half.__add__(True) is NotImplemented
    with pytest.raises(TypeError):
        half < "much"  # noqa: B015
    with pytest.raises(TypeError):
        half * 0.5  # type: ignore[operator]
    with pytest.raises(TypeError, match="unhashable"):
        hash(half)
    assert all(map(is_quantity, (1, 0.5, "1e9223372036854775807", "1e-9223372036854775808")))
    wrong = (float("inf"), True, None, "1e9223372036854775808", "1e-9223372036854775809")
    assert not any(map(is_quantity, wrong))
    with pytest.raises(OverflowError, match="digits"):
        Quantity("1e9999") + "1"
    assert Quantity("1e9998") + "1" > "1e9998"
    assert str(Quantity("1Ei") * 1024) == "1024Ei"
    assert Quantity("1e99999") + "0" == "1e99999"


@pytest.mark.parametrize("value", [Quantity("1.5Gi"), Quantity(0.5), Duration("90m")], ids=repr)
def test_values_can_be_copied_pickled_and_matched(value: Any) -> None:
    for other in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):  # noqa: S301 - our own
        assert other == value
        assert other.written == value.written
    assert eval(repr(value)) == value  # noqa: S307 - our own
    assert type(value)(value).written == value.written
    match value:
        case Quantity(written) | Duration(written):
            assert written == value.written
    with pytest.raises(AttributeError):
        value.written = "2"


@each_row(table("durations"))
def test_durations_match_servers(text: str, expected: tuple[str, ...]) -> None:
    written = json.loads(text)
    if expected == ("refused",):
        with pytest.raises(ValueError if isinstance(written, str) else TypeError):
            Duration(written)
        assert not (isinstance(written, str) and is_duration(written))
        return
    duration = Duration(written)
    assert is_duration(written)
    assert (str(duration.nanoseconds), str(duration)) == expected
    assert duration.written is written


@pytest.mark.parametrize(
    ("kind", "zero", "most"), [(Duration, "0h", 10_000), (Quantity, "00", 100_000)]
)
def test_texts_have_longest_length(kind: Any, zero: str, most: int) -> None:
    text = zero * (most // 2)
    assert kind(text) == "0"
    for wrong, shown in (
        (f"0{text}", f"{text[:1]}{text[:39]}..."),
        ("x" * 41, "x" * 40 + "..."),
        ("x" * 40, "x" * 40),
    ):
        with pytest.raises(
            ValueError, match=f"^'{re.escape(shown)}' is not a {kind.__name__.lower()}: "
        ):
            kind(wrong)


@given(st.integers(-(2**63), 2**63 - 1))
def test_canonical_duration_is_exact(nanoseconds: int) -> None:
    duration = Duration(f"{nanoseconds}ns")
    assert Duration(str(duration)).nanoseconds == nanoseconds
    assert abs(duration.length // timedelta(microseconds=1)) == abs(nanoseconds) // 1000


@given(
    st.timedeltas(timedelta(days=-40_000), timedelta(days=40_000)),
    st.timedeltas(timedelta(0), timedelta(days=1)),
)
def test_durations_with_timedelta(a: timedelta, b: timedelta) -> None:
    assert Duration(a).length == a
    assert Duration(a) == a
    assert a + Duration(b) == Duration(a) + b == a + b
    assert a - Duration(b) == Duration(a) - b == a - b
    assert -Duration(a) == -a
    assert (Duration(a) < b, Duration(a) <= b, Duration(a) > b, Duration(a) >= b) == (
        a < b,
        a <= b,
        a > b,
        a >= b,
    )


def test_durations_with_other_types() -> None:
    assert Duration("90m") == "1h30m"
    assert Duration("1s") != "soon"
    assert Duration("1s") != 1
    assert not Duration("0")
    assert Duration("1h") > "59m"
    with pytest.raises(TypeError):
        Duration("1h") < 1  # type: ignore[operator]  # noqa: B015
    with pytest.raises(ValueError, match="292 years"):
        Duration("2562047h") + "1h"
    with pytest.raises(ValueError, match="not a duration"):
        Duration("1h" * 10_000)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Duration("1h"))


TEXTS = [
    (text, expected) for text, (expected,) in table("bytes") if isinstance(json.loads(text), str)
]


@each_row(TEXTS)
def test_bytes_match_servers(given_text: str, expected: str) -> None:
    text = json.loads(given_text)
    if expected == "refused":
        assert not is_base64(text)
        with pytest.raises(ValueError, match="base64"):
            decode_base64(text)
        return
    value = decode_base64(text)
    assert is_base64(text)
    assert encode_base64(bytes(value)) == json.loads(expected)
    assert encode_base64(value) == text  # the original text
    assert isinstance(value, WrittenBytes) is (text != json.loads(expected))
    assert encode_base64(pickle.loads(pickle.dumps(value))) == text  # noqa: S301 - our own


@given(st.binary())
def test_base64_round_trips(value: bytes) -> None:
    assert decode_base64(encode_base64(value)) == value


# Python has no year 0, so that neither validators nor classes accept it.
NOT_IN_PYTHON = re.compile("^.0000-")
FIELDS = {
    "quantities": "weight",
    "durations": "rest",
    "bytes": "picture",
    "times": "plantedAt",
    "micro-times": "sensedAt",
}


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Callable[[Any], bool]]]:
    """Return a function per generated module that tells whether it accepts the spec of a plot."""
    folder = tmp_path_factory.mktemp("values")
    write(garden(), folder, targets=("dataclasses", "validators", "pydantic", "msgspec"))
    with importing(folder) as importer:
        validators = importer.module("garden_v1.validators")
        found: dict[str, Callable[[Any], bool]] = {
            "validators": lambda spec: not validators.validate_plot_spec(spec)
        }
        for name in ("models", "pydantic_models", "structs"):
            module = importer.module(f"garden_v1.{name}")

            def accepts(spec: Any, module: Any = module) -> bool:
                try:
                    made = module.PlotSpec.from_dict(spec)
                except run_time(module).ModelError:
                    return False
                (name,) = spec.keys() - {"owners"}
                if name not in ("plantedAt", "sensedAt"):  # times are written in UTC
                    assert made.to_dict() == spec
                return True

            found[name] = accepts
        yield found


@pytest.mark.parametrize("kind", FIELDS)
def test_generated_python_accepts_same_values_as_servers(
    readers: dict[str, Callable[[Any], bool]], kind: str
) -> None:
    seen = {True: 0, False: 0}
    for text, (result, *_) in table(kind):
        value = json.loads(text)
        if kind == "bytes" and isinstance(value, list):
            continue
        expected = result != "refused"
        seen[expected] += 1
        answers = {
            name: accepts({"owners": [], FIELDS[kind]: value}) for name, accepts in readers.items()
        }
        if kind.endswith("times") and NOT_IN_PYTHON.search(text):
            expected = False
        assert answers == dict.fromkeys(answers, expected), text
    assert min(seen.values()) > 3
