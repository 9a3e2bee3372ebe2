"""Annotations and step summaries of GitHub Actions.

GitHub shows ten annotations of a level for each step and silently drops the rest. So no more are
printed, and the summary has all.
"""

from __future__ import annotations

from codegen.core.diagnostics import Finding, Level, count_noun
from codegen.core.escaping.controls import escape_controls
from codegen.core.escaping.terminal import one_line
from codegen.findings.finding import PLAIN, Results, View, format_direction
from codegen.findings.formats import markdown

SHOWN = 10
_SUMMARY_LIMIT = 1_000_000  # bytes; GitHub refuses a summary above 1 MiB
_WORDS = {Level.ERR: "error", Level.WARN: "warning", Level.INFO: "notice"}


def render(results: Results, view: View = PLAIN) -> str:
    """Render workflow commands for the first ten findings of each level, and count the others."""
    lines, left_out = [], 0
    for level in Level:
        findings = [finding for finding in results.findings if finding.level is level]
        lines += [_format_command(finding) for finding in findings[:SHOWN]]
        left_out += max(0, len(findings) - SHOWN)
    lines += [_format_command(error, "could not compare: ") for error in results.errors]
    annotated = 0 if results.errors else SHOWN  # errors give the reasons themselves
    lines += [
        f"::error title=left out::{_escape_data(text)}" for text in results.left_out[:annotated]
    ]
    lines += [f"note: {one_line(text)}" for text in results.left_out[annotated:]]
    if not view.quiet:
        lines += [f"note: {one_line(note)}" for note in results.notes]
        lines += map(one_line, results.summary)
    if left_out:
        lines.append(
            f"{count_noun(left_out, 'more is', 'more are')} not shown as annotations, since GitHub takes {SHOWN} of each level; the step summary has all"
        )
    if results.findings and not view.quiet:
        lines.append(results.describe_total())
    elif results.complete and not view.quiet:
        lines.append(results.clean)
    return "".join(f"{line}\n" for line in lines)


def _format_command(finding: Finding, before: str = "") -> str:
    """Render a finding, with words `before` the rule in its title."""
    properties = [("file", finding.path), ("line", str(finding.line or 1))]
    if finding.column:
        properties.append(("col", str(finding.column)))
    properties.append(("title", f"{before}{finding.rule}{format_direction(finding.direction)}"))
    texts = (f"{name}={_escape_data(value)}" for name, value in properties)
    where = ",".join(text.replace(":", "%3A").replace(",", "%2C") for text in texts)
    tail = "".join(f"\n{part}" for part in (finding.meaning, finding.hint) if part)
    return f"::{_WORDS[finding.level]} {where}::{_escape_data(finding.message + tail)}"


def _escape_data(text: str) -> str:
    """Escape controls, some of which end a line for the runner, and the special characters of a
    command.
    """
    plain = escape_controls(text.replace("\r\n", "\n"))
    return plain.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def summary(results: Results) -> str:
    """Render the step summary, as much of the Markdown report as GitHub accepts."""
    return markdown.within(results, _SUMMARY_LIMIT)
