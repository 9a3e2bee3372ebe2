"""`codegen update`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codegen.cli.common import (
    fail,
    format_path,
    info,
    list_files,
    path_from_here,
    print_diagnostics,
    report_failures,
    show_progress,
    write_stdout,
)
from codegen.cli.habits import NO_PATHS
from codegen.cli.options import CONFIG, PATH, VERBOSE, choose_format
from codegen.core.diagnostics import CodegenError, Level, Report, SourceError

if TYPE_CHECKING:
    from codegen.project.update import UpdatePlan


def _parse_pins(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    pins: dict[str, str] = {}
    for value in values:
        name, separator, pin = value.partition("=")
        if not separator or not name or not pin:
            raise click.BadParameter(f"{value!r} is not NAME=VALUE", context, parameter)
        if name in pins:
            raise click.BadParameter(f"{name} is set twice", context, parameter)
        pins[name] = pin
    return pins


@click.command(short_help="Fetch new sources, and bring everything up to date with them.")
@CONFIG
@click.option(
    "--set",
    "pins",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_parse_pins,
    help="Change a pin of codegen.yaml, such as kubernetes=1.N. Repeatable.",
)
@click.option(
    "--report", "report_file", type=PATH, metavar="F.md", help="Write the report to a file."
)
@click.option("--dry-run", is_flag=True, help="Print the report, and write nothing.")
@click.option(
    "--fail-on",
    type=click.Choice(["ERR", "WARN", "INFO"], case_sensitive=False),
    help="Exit with 1 if a change has this level or a more severe one.",
)
@choose_format("text", "json", text="The report for people, or its facts for programs.")
@VERBOSE
@NO_PATHS
def update(
    config_file: Path,
    pins: dict[str, str],
    report_file: Path | None,
    dry_run: bool,
    fail_on: str | None,
    shape: str,
) -> None:
    """Fetch the sources that have a `url`, and bring everything up to date with them.

    The sources are fetched and checked, the translations carried over and the files generated. Then
    all of them are written, with the new pins and codegen.lock. If anything fails, nothing is
    written.

    Exit status: 0 updated or nothing new, 1 changes at or above --fail-on, 2 something could not be
    fetched, read or written.
    """
    from codegen.core.escaping.documents import json_text
    from codegen.core.writing import write_one
    from codegen.project.update import plan_update
    from codegen.project.update_facts import list_facts
    from codegen.project.update_report import format_report

    report = Report()
    with report_failures(report, config_file), show_progress() as advance:
        try:
            plan = plan_update(config_file, pins, report, progress=advance)
        except SourceError as error:
            print_diagnostics(error.diagnostics, config_file)
            fail(2, "nothing was changed: the fetched sources have errors")
        text = format_report(plan)
        facts = list_facts(plan)
        if not dry_run:
            inside = _path_in_project(plan, report_file)
            if report_file is None:
                done = plan.write()
            elif inside:
                done = plan.write({inside: text.encode()})
            else:
                with _restored_after_failure(report_file):
                    write_one(report_file, text, format_path(report_file))
                    done = plan.write()
    print_diagnostics(report.diagnostics, config_file)
    if shape == "json":
        write_stdout(json_text(facts))
    elif dry_run or report_file is None:
        write_stdout(text)
    if not dry_run:
        list_files("wrote", [path_from_here(path, config_file) for path in done.written])
        list_files("removed", [path_from_here(path, config_file) for path in done.removed])
        info(f"{len(done.written)} written, {len(done.removed)} removed")
    if fail_on and _has_level(plan, Level(fail_on.upper())):
        fail(1, f"there are changes of the level {fail_on.upper()}")


@contextmanager
def _restored_after_failure(file: Path) -> Iterator[None]:
    """Restore a file outside of the project if the block fails."""
    from codegen.core.writing import write_all

    previous = None
    if file.is_file():
        previous = file.read_bytes()
    try:
        yield
    except CodegenError:
        if file.is_file():
            write_all(file.parent.resolve(), {file.name: previous})
        raise


def _path_in_project(plan: UpdatePlan, file: Path | None) -> str:
    """Return the path of a file below the project, or an empty text for one elsewhere."""
    if file is None:
        return ""
    path = file.absolute().parent.resolve() / file.name
    root = plan.config.root
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return ""


def _has_level(plan: UpdatePlan, level: Level) -> bool:
    """Return whether a change or a broken manifest has a level, or a more severe one."""
    findings = [*(plan.changes.findings if plan.changes is not None else ())]
    for results in plan.manifests.values():
        findings.extend(results.findings)
    return any(finding.level.rank <= level.rank for finding in findings)
