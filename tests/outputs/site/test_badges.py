"""Facts that only texts state: of the field itself, not of its values or of something that it is about."""

from __future__ import annotations

import pytest

from codegen.outputs.site.badges import find_facts


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("deprecated is a list. Deprecated: use beds instead.", {"deprecated": ""}),
        ("This field is deprecated in favour of beds.", {"deprecated": ""}),
        ("The value Old is deprecated. Deprecated fields are listed.", {}),
        ("This is an alpha field and requires enabling the DRAPlots feature gate.", {"alpha": "", "gate": "DRAPlots"}),
        ("This field is beta-level, and needs the feature gate `PlotBeds`.", {"beta": "", "gate": "PlotBeds"}),
        ("(Alpha) Using it. (Beta) Using a part of it.", {}),
        ("An alpha feature gate. See the Kubernetes feature gate.", {}),
        ("The size. Defaults to 10.", {"default": "10"}),
        ("Defaults to 0 (at once)", {"default": "0"}),
        ('Default is "Always".', {"default": "Always"}),
        ("It defaults to true", {"default": "true"}),
        ("Defaults to the size of a plot. Defaults to Always on.", {}),
        ("Populated by the system. Read-only.", {"read_only": ""}),
        ("Mounted read-only if true. Read-only root is wanted.", {}),
        ("This field is immutable.", {"immutable": ""}),
        ("Cannot be updated.", {"immutable": ""}),
        ("This field was immutable before. Immutable, if set, keeps the data.", {}),
    ],
)
def test_facts_of_a_text(text: str, facts: dict[str, str]) -> None:
    assert find_facts(text) == facts
