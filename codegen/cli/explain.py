"""`codegen explain`."""

from __future__ import annotations

import click

from codegen.cli.common import describe_unknown_rule, fail, write_stdout
from codegen.cli.options import choose_format


@click.command(short_help="Explain a rule, or list the rules of an area.")
@click.argument("name", required=False, metavar="[RULE|AREA]")
@choose_format("text", "markdown", text="For a terminal, or as a page.")
def explain(name: str | None, shape: str) -> None:
    """Explain a rule with its reason, an example and a repair.

    With an AREA, list its rules. With neither, list the areas, or print all rules with --format
    markdown.

    Exit status: 0 explained, 2 there is no such rule or area.
    """
    from codegen.findings.rules import page
    from codegen.findings.rules.former_ids import current_id
    from codegen.validation.rule_catalogue import list_areas

    if name is not None:
        name = current_id(name)
    areas = {area.name: area for area in list_areas()}
    rules = {}
    for area in areas.values():
        for rule in area.rules:
            rules[rule.id] = (rule, area)
    in_markdown = shape == "markdown"
    if name is None:
        render_areas = page.markdown if in_markdown else page.list_areas
        text = render_areas(areas.values())
    elif name in areas:
        render_area = page.chapter if in_markdown else page.list_rules
        text = render_area(areas[name])
    elif name in rules:
        rule, area = rules[name]
        if in_markdown:
            text = page.section(rule)
        else:
            text = page.text(rule, area)
    else:
        fail(2, describe_unknown_rule(name, [*rules, *areas]))
    write_stdout(text)
