"""`codegen explain`."""

from __future__ import annotations

import click

from codegen.cli.common import no_rule, put, stop


@click.command(short_help="Explain a rule, or list all.")
@click.argument("rule", required=False)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="For a terminal, or as a page of all rules.",
)
def explain(rule: str | None, shape: str) -> None:
    """Explain a rule: what it means, why it matters, an example, and how to repair what it finds; without RULE, list all.

    Exit status: 0 explained, 2 there is no such rule.
    """
    from codegen.findings.rules import page
    from codegen.validation.rule_catalogue import list_areas

    areas = list_areas()
    if rule is None:
        put(page.markdown(areas) if shape == "markdown" else page.list_rules(areas))
        return
    found = {entry.id: (entry, area) for area in areas for entry in area.rules}
    if rule not in found:
        stop(2, no_rule(rule, found))
    entry, area = found[rule]
    put(page.section(entry) if shape == "markdown" else page.text(entry, area))
