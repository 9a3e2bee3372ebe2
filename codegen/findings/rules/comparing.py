"""What prevents `diff` and `check` from comparing, and what can be wrong with a baseline."""

from __future__ import annotations

from codegen.findings.rules.rule import ERROR, Area, Rule

_RULES = (
    Rule(
        id="nothing-shared",
        levels=ERROR,
        says="two sources share no definition and no operation",
        why="Everything would be reported as removed or new, and such a list helps nobody.",
        example="a page of Plot against the OpenAPI document of another product",
        repair="Compare two sources of one API. `codegen inspect` shows what each of them holds.",
    ),
    Rule(
        id="side-has-errors",
        levels=ERROR,
        says="a source has errors, and nothing comparable is left without the parts they concern",
        why="A comparison with half of a page would list the other half as removed.",
        example="`codegen diff old.md new.md`, and `new.md` was cut off",
        repair="Correct the errors that are listed with it.",
    ),
    Rule(
        id="baseline-missing",
        levels=ERROR,
        says="the file of accepted findings does not exist",
        why="Every finding that it accepts would be reported again.",
        example="`check: {baseline: accepted.yaml}`, and there is no such file",
        repair="`codegen check --write-baseline` writes it. Or remove `baseline` from the configuration.",
    ),
    Rule(
        id="baseline-invalid",
        levels=ERROR,
        says="an entry of the baseline cannot be understood",
        why="An entry that matches nothing accepts nothing, and one without a reason and a date would stay forever.",
        example="`- {rule: field-became-optional, id: Plot#size}` without `reason` and `until`",
        repair="Write rule, id, reason and until (a date such as 2026-12-31). `codegen explain` lists the rules.",
    ),
)

AREA = Area(title="What prevents a comparison", source="`codegen diff` and `codegen check`", rules=_RULES)
