"""Options that several subcommands share."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from codegen.cli.common import (
    CONFIG_FILE,
    describe_unknown_rule,
    find_config,
    set_quiet,
    set_verbose,
)
from codegen.core.diagnostics import Level
from codegen.findings.formats import COUNTING, FORMATS

Command = Callable[..., None]

PATH = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, dir_okay=False)
QUIET = click.Option(
    ["-q", "--quiet"],
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=set_quiet,
    help="Print only results and problems: no progress, notes or totals.",
)
VERBOSE = click.option(
    "-v",
    "--verbose",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=set_verbose,
    help="Print each step too, such as the files that are read.",
)
CONFIG = click.option(
    "--config",
    "config_file",
    type=PATH,
    callback=lambda _context, _parameter, named: named or find_config(),
    help=f"The configuration file.  [default: the nearest {CONFIG_FILE}, in this folder or one "
    "above it]",
)
NEW_CONFIG = click.option(
    "--config",
    "config_file",
    type=PATH,
    default=Path(CONFIG_FILE),
    show_default=True,
    help="The configuration file.",
)
SELECT = click.option(
    "--select",
    multiple=True,
    metavar="PATTERN",
    help="Use only these parts and the types that they need: Kind, group/version/Kind, "
    "group/version, a group or a definition "
    "key. * matches within a segment, a leading ! excludes. Repeatable.",
)
FILES = click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE...",
)
ALLOW_UNKNOWN = click.option(
    "--allow-unknown",
    multiple=True,
    metavar="KIND",
    help="Accept objects of this kind without a schema: Kind, group/version/Kind, or a group. "
    "Repeatable.",
)
FINDINGS_LOCALE = click.option(
    "--locale",
    default="",
    metavar="TAG",
    help="The language of the findings.  [default: `messages` of codegen.yaml, else that of LC_ALL "
    "or LANG]",
)
PAGE_LOCALE = click.option(
    "--locale",
    default="",
    metavar="TAG",
    help="The language of the pages, if it cannot be detected.",
)
GLOSSARY = click.option(
    "--glossary", type=PATH, metavar="F.toml", help="Terms of the team, added to the bundled ones."
)


def choose_format(*formats: str, text: str) -> Callable[[Command], Command]:
    """Create the option `--format` of a command. The first one is the default."""
    return click.option(
        "--format",
        "shape",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help=text,
    )


def add_options(options: Iterable[Callable[[Command], Command]], command: Command) -> Command:
    """Add options to a command in the order of `--help`."""
    for option in reversed(tuple(options)):
        command = option(command)
    return command


def _check_patterns(
    context: click.Context, _: click.Parameter, patterns: tuple[str, ...]
) -> tuple[str, ...]:
    """Refuse a pattern that matches no rule, except beside `--rules`, whose rules are not known
    here.
    """
    if not patterns or context.params.get("rules"):
        return patterns
    from codegen.findings.choice import matches
    from codegen.findings.rules.former_ids import current_id
    from codegen.validation.rule_catalogue import rules

    catalogue = rules()
    for pattern in (pattern.removeprefix("!") for pattern in patterns):
        if not any(matches(current_id(pattern), rule) for rule in catalogue):
            raise click.BadParameter(describe_unknown_rule(pattern, catalogue))
    return patterns


def _level_option(
    name: str, parameter: str, default: Level, text: str
) -> Callable[[Command], Command]:
    levels = click.Choice([str(level) for level in Level], case_sensitive=False)
    return click.option(
        name,
        parameter,
        type=levels,
        metavar="[ERR|WARN|INFO]",
        default=str(default),
        show_default=True,
        help=text,
    )


_REPORT = (
    choose_format(*FORMATS, text="The format of the report."),
    _level_option(
        "--level",
        "level",
        Level.INFO,
        "The lowest level to show. It does not change the exit status.",
    ),
    click.option(
        "--rule",
        "only_rules",
        multiple=True,
        metavar="RULE",
        callback=_check_patterns,
        help="Use only findings of this rule, also for the exit status. * matches any characters, "
        "a leading ! excludes. "
        "Repeatable.",
    ),
    click.option(
        "--summary",
        "counts",
        is_flag=True,
        help="Count the findings by rule instead of listing them.",
    ),
    click.option(
        "--output", type=FILE, help="Write the report to this file, also if the run fails."
    ),
)


_DESCRIPTIONS = click.option(
    "--descriptions",
    is_flag=True,
    help="List changed descriptions too, with their words. Text only counts them without it.",
)


def report_options(
    *, fail_on: Level = Level.ERR, of_changes: bool = False
) -> Callable[[Command], Command]:
    """Add the options of reports. The command gets one argument for all of them, `reporting`."""

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def run(
            *arguments: object,
            shape: str,
            level: str,
            only_rules: tuple[str, ...],
            counts: bool,
            output: Path | None,
            fail_on: str,
            descriptions: bool = False,
            **more: object,
        ) -> None:
            from codegen.cli.output import Reporting, make_view

            if counts and shape not in COUNTING:
                raise click.UsageError(
                    f"--summary is for the formats {', '.join(COUNTING)}; {shape} needs each "
                    "finding"
                )
            reporting = Reporting(
                command=click.get_current_context().info_name or "",
                shape=shape,
                fail_on=Level(fail_on),
                output=output,
                level=Level(level),
                rules=only_rules,
                view=make_view(
                    output, counts=counts, descriptions=descriptions or bool(only_rules)
                ),
            )
            command(*arguments, reporting=reporting, **more)

        last = _level_option(
            "--fail-on", "fail_on", fail_on, "The lowest level that makes the exit status 1."
        )
        return add_options((*_REPORT, *([_DESCRIPTIONS] if of_changes else []), last), run)

    return decorate


_ACCEPTED_FOR = 90  # days
_BASELINE = (
    click.option(
        "--baseline",
        default="",
        metavar="FILE",
        help="The file of accepted findings; for check, instead of the one in the configuration.",
    ),
    click.option(
        "--write-baseline",
        is_flag=True,
        help="Update that file first: add an entry for each finding that is not accepted, and "
        "remove entries that match nothing. "
        "Generated files that are missing, stale or orphaned get no entry, nor do findings of "
        "expired entries.",
    ),
    click.option(
        "--reason",
        default="",
        metavar="TEXT",
        help="The reason of new entries.  [default: a text to replace]",
    ),
    click.option(
        "--until",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="DATE",
        help=f"The last day of new entries, such as 2026-12-31.  [default: in {_ACCEPTED_FOR} "
        "days]",
    ),
)


def baseline_options(command: Command) -> Command:
    """Add the options of baselines.

    The command gets `baseline` and `renewal`, which is None if it writes no entries.
    """

    @functools.wraps(command)
    def run(
        *arguments: object,
        write_baseline: bool,
        reason: str,
        until: datetime | None,
        **more: object,
    ) -> None:
        if not write_baseline and (reason or until):
            raise click.UsageError(
                "--reason and --until are for the entries that --write-baseline writes"
            )
        renewal = None
        if write_baseline:
            from codegen.drift.baseline import Renewal
            from codegen.drift.baseline.entries import PLACEHOLDER

            if until:
                last = until.date()
            else:
                last = date.today() + timedelta(days=_ACCEPTED_FOR)
            if last < date.today():
                raise click.BadParameter("the date is in the past", param_hint="--until")
            renewal = Renewal(reason=reason.strip() or PLACEHOLDER, until=last)
        command(*arguments, renewal=renewal, **more)

    return add_options(_BASELINE, run)
