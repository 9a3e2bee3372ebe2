"""Check cron schedules as the library of Kubernetes does, which only some kinds have."""

from collections.abc import Mapping
from typing import Final

from codegen.kube.duration import is_duration
from codegen.kube.field_paths import PlacedValue
from codegen.validation.runtime.rule_conditions import ConditionChecks

_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: Final[tuple[tuple[int, int, Mapping[str, int]], ...]] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    (0, 6, {name: number for number, name in enumerate(_DAYS)}),
)
_NAMED: Final = frozenset(
    ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
)
_EVERY: Final = "@every "


class ScheduleConditions(ConditionChecks):
    """The check of the condition about schedules."""

    def check_schedule(self, seen: PlacedValue) -> bool:
        return isinstance(seen.value, str) and bool(find_schedule_fault(seen.value))

    @staticmethod
    def describe_fault(value: object, /) -> str | None:
        """Return what is wrong with a schedule, in the words of the server."""
        return find_schedule_fault(value) if isinstance(value, str) else None


def find_schedule_fault(text: str) -> str:
    """Return why a text is no cron schedule, in the words of the library of Kubernetes, or nothing."""
    if text.startswith(_EVERY):
        written = text.removeprefix(_EVERY).strip()
        return "" if is_duration(written) else f"failed to parse duration {text}"
    if text.startswith("@"):
        return "" if text in _NAMED else f"unrecognized descriptor: {text}"
    fields = text.split()
    if len(fields) != len(_FIELDS):
        listed = " ".join(fields)
        return (
            f"expected exactly {len(_FIELDS)} fields, found {len(fields)}: [{listed}]"
        )
    for field, (first, last, names) in zip(fields, _FIELDS, strict=True):
        parts = [part for part in field.split(",") if part]
        for part in parts or [field]:
            fault = _find_part_fault(part, first, last, names)
            if fault:
                return fault
    return ""


def _find_part_fault(text: str, first: int, last: int, names: Mapping[str, int]) -> str:
    """Return what is wrong with a part such as `1-5/2` of a field from `first` to `last`."""
    written, *steps = text.split("/")
    start, *ends = written.split("-")
    if len(steps) > 1:
        return f"too many slashes: {text}"
    if len(ends) > 1:
        return f"too many hyphens: {text}"
    low: int | None = first
    high: int | None = last
    if start not in ("*", "?"):
        low = high = _parse_number(start, names)
        if ends:
            high = _parse_number(ends[0], names)
        elif steps:
            high = last
        if low is None:
            return _describe_no_number(start)
        if high is None:
            return _describe_no_number(ends[0])
    if steps and _parse_number(steps[0], {}) is None:
        return _describe_no_number(steps[0])
    return _find_range_fault(text, low, high, first, last) or _find_step_fault(
        text, steps
    )


def _find_range_fault(
    text: str, low: int | None, high: int | None, first: int, last: int
) -> str:
    if low is None or high is None:
        return ""
    if low < first:
        return f"beginning of range ({low}) below minimum ({first}): {text}"
    if high > last:
        return f"end of range ({high}) above maximum ({last}): {text}"
    if low > high:
        return f"beginning of range ({low}) beyond end of range ({high}): {text}"
    return ""


def _find_step_fault(text: str, steps: list[str]) -> str:
    if steps and int(steps[0]) == 0:
        return f"step of range should be a positive number: {text}"
    return ""


def _describe_no_number(text: str) -> str:
    return f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax'


def _parse_number(text: str, names: Mapping[str, int]) -> int | None:
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    return names.get(text.lower())
