"""One HTML file with all findings in every bundled language, with filters and search.

Texts of findings reach the page only through the autoescape of its template, and no script contains
data. The content security policy of the page allows its one style and its one script, by their
digests, and no address.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct
from msgspec.structs import replace

from codegen.core import resources
from codegen.core.diagnostics import Finding, Level
from codegen.core.escaping import terminal
from codegen.core.escaping.controls import visible
from codegen.core.locales import SHIPPED
from codegen.findings.finding import PLAIN, Results, View, number_fingerprints
from codegen.findings.words import DiffPiece, are_descriptions, word_changes


class _Row(Struct, frozen=True, kw_only=True):
    """A finding on the page. `more` is its meaning, unless its whole group has the same."""

    anchor: str
    finding: Finding
    pieces: tuple[DiffPiece, ...]
    more: str


class _Group(Struct, frozen=True, kw_only=True):
    """The findings of a rule at one level and in one direction, with their common meaning."""

    level: Level
    rule: str
    direction: str
    meaning: str
    rows: tuple[_Row, ...]


def render(results: Results, _view: View = PLAIN) -> str:
    """Render the page."""
    environment = create_environment("report")
    languages = [SHIPPED.get(tag) for tag in SHIPPED.available()]
    style = environment.get_template("page.css.j2").render(languages=languages)
    script = environment.get_template("page.js").render()
    policy = f"default-src 'none'; style-src '{_hash_script(style)}'; script-src '{_hash_script(script)}'"
    counts = Counter(finding.level for finding in results.findings)
    page = environment.get_template("page.html.j2").render(
        command=results.command,
        counted=results.describe_total(),
        levels=[(level, counts[level]) for level in Level],
        lacking=[*map(str, results.errors), *results.left_out],
        remarks=[*results.summary, *results.notes],
        complete=results.complete,
        clean=results.clean,
        total=len(results.findings),
        rules=sorted({finding.rule for finding in results.findings}),
        groups=list(_build_groups(results)),
        languages=languages,
        policy=policy,
        style=style,
        script=script,
    )
    return terminal.markup(page)


def _build_groups(results: Results) -> Iterator[_Group]:
    """Group the findings, the most serious level and the rarest rules first."""
    groups: dict[tuple[Level, str, str], list[_Row]] = {}
    for finding, fingerprint in number_fingerprints(results.findings):
        key = finding.level, finding.rule, finding.direction.replace("both", "")
        prose = are_descriptions(finding.old, finding.new)
        if prose:
            pieces = tuple(word_changes(finding.old or "", finding.new or "", context=12))
        else:
            pieces = ()
        more = results.join(finding.meaning, finding.hint)
        groups.setdefault(key, []).append(
            _Row(anchor=f"f-{fingerprint}", finding=finding, pieces=pieces, more=more)
        )
    for (level, rule, direction), rows in sorted(
        groups.items(), key=lambda item: (item[0][0].rank, len(item[1]), item[0])
    ):
        meanings = {row.more for row in rows}
        common = meanings.pop() if len(meanings) == 1 else ""
        if common:
            shown = tuple(replace(row, more="") for row in rows)
        else:
            shown = tuple(rows)
        yield _Group(level=level, rule=rule, direction=direction, meaning=common, rows=shown)


def _hash_script(text: str) -> str:
    """Return a digest in the form of content security policies."""
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def create_environment(folder: str) -> Environment:
    """Make an environment for HTML templates that escapes all text and shows invisible characters."""
    environment = Environment(
        loader=FileSystemLoader(resources.templates() / folder),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.clear()
    return environment
