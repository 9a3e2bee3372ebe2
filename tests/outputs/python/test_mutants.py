"""Generated validators agree with jsonschema-rs and the generated JSON Schema on mutated real
manifests.

Two differences are intended: JSON Schema accepts 3.0 as an integer (no mutant has one), and cannot
require unique keys of list items.
"""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from ruamel.yaml import YAML

from codegen.model import Reference
from gardens.python import emit_outputs, importing, positions, replace_value
from support.corpus import RELEASES, ROOT, oldest, reference_of
from support.files import place

MANIFESTS = ROOT / "tools/bench"
KINDS = {
    "token_request": (
        "token-request.yaml",
        "authentication_v1",
        "tokenrequest-authentication-v1.json",
    ),
    "deployment": ("deployment.yaml", "apps_v1", "deployment-apps-v1.json"),
}
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    1.5,
    2**31 - 1,
    2**31,
    -(2**31) - 1,
    2**63 - 1,
    2**63,
    -(2**63) - 1,
    10**30,
    "",
    "x",
    "TokenRequest",
    "apps/v1",
    "2024-02-29T12:00:00Z",
    "2024-02-29T12:00:00.5+08:00",
    "2024-02-29T12:00:00",
    "2023-02-29T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "é",
    "25%",
    [],
    [None],
    ["a"],
    ["a", "a"],
    [1],
    [[]],
    [{}],
    {},
    {"a": "b"},
    {"a": 1},
    {"a": None},
    {"name": "x"},
    {"": {}},
)


@pytest.fixture(scope="module")
def reference() -> Reference:
    return reference_of(oldest(RELEASES))


@pytest.fixture(scope="module")
def folder(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("release")
    place(
        {file.path: file.text for file in emit_outputs(reference, ("validators", "json-schema"))},
        root,
    )
    with importing(root):
        yield root


def mutant(good: Any, names: list[str], chance: random.Random) -> Any:
    """Return the object with one to three changes: a value, a name, an extra or missing field, or a
    duplicate item.
    """
    mutated = copy.deepcopy(good)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        place = chance.choice(list(positions(mutated)))
        value = reduce(getitem, place, mutated)
        match chance.randrange(6):
            case 0:
                mutated = replace_value(mutated, place, copy.deepcopy(chance.choice(VALUES)))
            case 1 if isinstance(value, dict):
                value[chance.choice(names)] = copy.deepcopy(chance.choice(VALUES))
            case 2 if isinstance(value, dict) and value:
                del value[chance.choice(list(value))]
            case 3 if isinstance(value, dict) and value:
                value[chance.choice(names)] = value.pop(chance.choice(list(value)))
            case 4 if isinstance(value, list) and value:
                value.append(copy.deepcopy(chance.choice(value)))
            case _:
                mutated = replace_value(mutated, place, [value])
    return mutated


def count_agreements(reference: Reference, folder: Path, kind: str, count: int) -> Counter[bool]:
    """Count valid and invalid mutants. Fails at the first disagreement."""
    file, unit, schema = KINDS[kind]
    good = YAML(typ="safe", pure=True).load((MANIFESTS / file).read_text(encoding="utf-8"))
    names = [
        *sorted({field.name for found in reference.definitions.values() for field in found.fields}),
        "",
        "new",
        "a/b~c",
    ]
    with importing(folder) as importer:
        check: Callable[..., tuple[Any, ...]] = getattr(
            importer.module(f"{unit}.validators"), f"validate_{kind}"
        )
        judge = jsonschema_rs.validator_for(
            json.loads((folder / schema).read_text(encoding="utf-8")), validate_formats=True
        )
        assert check(good) == ()
        chance = random.Random(f"{kind} {count}")  # noqa: S311
        seen: Counter[bool] = Counter()
        for _ in range(count):
            mutated = mutant(good, names, chance)
            errors = check(mutated)
            verdict = judge.is_valid(mutated)
            if errors and all(error.code == "FieldValueDuplicate" for error in errors):
                continue  # a list with item keys
            assert verdict is not bool(errors), (
                mutated,
                errors,
                [fault.message for fault in judge.iter_errors(mutated)],
            )
            seen[verdict] += 1
    return seen


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [400, pytest.param(20_000, marks=pytest.mark.slow)])
def test_validators_and_json_schema_agree_on_mutants(
    reference: Reference, folder: Path, kind: str, count: int
) -> None:
    seen = count_agreements(reference, folder, kind, count)
    assert seen[True] > count // 40
    assert seen[False] > count // 2
