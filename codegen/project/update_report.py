"""The report of an update, in Markdown for a pull request, in each language of the project.

It begins with what to act on. Long lists are folded, and the whole fits into a description of a
pull request on GitHub and GitLab.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from codegen.core.diagnostics import Finding, Level
from codegen.core.locales import Locale
from codegen.findings.finding import Results
from codegen.findings.formats.gfm import gfm_code, gfm_text
from codegen.model import Reference
from codegen.model.selection import select
from codegen.project.call_sites import CallSite, CallSites
from codegen.project.update import CarriedCatalog, UpdatePlan
from codegen.translation.update import count_outcomes

LONGEST = 60_000  # characters; GitHub accepts 65,536
_UNFOLDED = 20  # items of a list that stand before its fold
_LEVEL_WORDS = {Level.ERR: "act", Level.WARN: "surprise", Level.INFO: "information"}


def format_report(plan: UpdatePlan) -> str:
    """Format the report, with as many items of each list as fit."""
    most = 500
    text = _format_languages(plan, most)
    while len(text) > LONGEST and most > 1:
        most //= 2
        text = _format_languages(plan, most)
    return text


def _format_languages(plan: UpdatePlan, most: int) -> str:
    reports = []
    for tag in plan.config.locales:
        report = _LanguageReport(plan, plan.config.languages.get(tag), most)
        reports.append("\n\n".join(report.format()))
    return "\n\n---\n\n".join(reports) + "\n"


class _LanguageReport:
    """The report in one language, with at most `most` items in each list."""

    def __init__(self, plan: UpdatePlan, locale: Locale, most: int) -> None:
        self._plan = plan
        self._locale = locale
        self._most = most

    def format(self) -> Iterator[str]:
        """Yield the blocks of the report."""
        plan = self._plan
        changed = plan.list_changed_files()
        yield f"## {self._say('title')}"
        for pin in plan.pins:
            values = {"name": pin.name, "old": pin.old, "new": pin.new}
            yield f"**{gfm_text(self._say('pin', **values))}**"
        if not changed:
            yield self._say("unchanged")
            return
        yield self._format_sources()
        if self._locale.tag in plan.manifests:
            yield from self._format_manifests(plan.manifests[self._locale.tag])
        yield from self._format_call_sites(plan.call_sites)
        yield from self._format_changes()
        yield from self._format_kinds()
        for catalog in plan.catalogs:
            yield from self._format_catalog(catalog)
        heading = self._say("files", count=len(changed))
        yield self._fold(heading, [gfm_code(path) for path in changed])

    def _format_sources(self) -> str:
        heads = [self._say(name) for name in ("source", "address", "size")]
        rows = [f"| {' | '.join(heads)} |", "|---|---|--:|"]
        rows.extend(
            f"| {gfm_code(source.path)} | {gfm_text(source.url)} | {len(source.data):,} |"
            for source in self._plan.sources
        )
        return "\n".join(rows)

    def _format_changes(self) -> Iterator[str]:
        changes = self._plan.changes
        if changes is None:
            yield self._say("first")
            return
        for level in Level:
            findings = [finding for finding in changes.findings if finding.level is level]
            heading = self._say(_LEVEL_WORDS[level], count=len(findings))
            items = [self._format_change(finding) for finding in findings]
            if level is Level.ERR or (items and level is Level.WARN):
                yield from self._format_list(heading, items)
            elif items:
                yield self._fold(heading, items)
        if changes.not_compared:
            parts = ", ".join(part.what for part in changes.not_compared)
            yield gfm_text(self._say("not_compared", parts=parts))

    def _format_kinds(self) -> Iterator[str]:
        if self._plan.old is None:
            return
        patterns = self._plan.config.select
        old = _list_kinds(select(self._plan.old, patterns))
        new = _list_kinds(select(self._plan.new, patterns))
        for name, kinds in (("kinds_added", new - old), ("kinds_removed", old - new)):
            if kinds:
                listed = ", ".join(gfm_code(kind) for kind in sorted(kinds))
                yield self._say(name, kinds=listed)

    def _format_manifests(self, results: Results) -> Iterator[str]:
        heading = self._say("manifests", count=len(results.findings))
        items = [_format_finding(finding, finding.message) for finding in results.findings]
        yield from self._format_list(heading, items)
        if results.not_compared:
            parts = ", ".join(part.what for part in results.not_compared)
            yield gfm_text(self._say("not_compared", parts=parts))

    def _format_call_sites(self, call_sites: CallSites) -> Iterator[str]:
        if call_sites.sites:
            heading = self._say("python", count=len(call_sites.sites))
            yield from self._format_list(heading, map(self._format_call_site, call_sites.sites))
        if call_sites.unread:
            yield gfm_text(self._say("unread", files=", ".join(call_sites.unread)))

    def _format_call_site(self, site: CallSite) -> str:
        if site.classes:
            text = self._say("python_attribute", name=site.name, classes=", ".join(site.classes))
        else:
            text = self._say("python_class", name=site.name)
        return f"{gfm_code(str(site.span))} {text}"

    def _format_catalog(self, catalog: CarriedCatalog) -> Iterator[str]:
        counts = count_outcomes(catalog.update.carried)
        yield f"### {self._say('translations', locale=catalog.locale)}"
        items = [self._say("carried", carried=counts["carried"], total=counts["total"])]
        for name, count in (
            ("decide", counts["fuzzy"]),
            ("untranslated", counts["untranslated"]),
            ("obsolete", counts["obsolete"]),
        ):
            if count:
                items.append(self._say(name, count=count))
        yield "\n".join(f"- {item}" for item in items)

    def _format_change(self, finding: Finding) -> str:
        """Format a change: in English its message, else the title of its rule and its subject."""
        title = self._locale.rules.get(finding.rule, "")
        text = f"{title}：{finding.subject}" if title and finding.subject else finding.message
        audience = self._locale.report.get(finding.direction, "")
        return _format_finding(finding, f"{text} ({audience})" if audience else text)

    def _format_list(self, heading: str, items: Iterable[str]) -> Iterator[str]:
        """Yield a list below its heading. Items after the first ones are folded."""
        listed = list(items)
        yield f"### {heading}"
        if listed:
            yield _join_items(listed[:_UNFOLDED])
        if len(listed) > _UNFOLDED:
            folded = listed[_UNFOLDED:]
            yield self._fold(self._say("more", count=len(folded)), folded)

    def _fold(self, heading: str, items: Sequence[str]) -> str:
        """Fold a list below its heading, with the number of items that do not fit."""
        shown = list(items[: self._most])
        if len(items) > self._most:
            shown.append(self._say("more", count=len(items) - self._most))
        return f"<details><summary>{heading}</summary>\n\n{_join_items(shown)}\n\n</details>"

    def _say(self, name: str, /, **values: object) -> str:
        return self._locale.update[name].format(**values)


def _format_finding(finding: Finding, text: str) -> str:
    where = f"{gfm_code(str(finding.span))} " if finding.span.path else ""
    return f"**{finding.level}** {where}{gfm_text(text)}"


def _join_items(items: Sequence[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _list_kinds(reference: Reference) -> set[str]:
    """Return the kinds of one group and version, without types that all groups share."""
    kinds: set[str] = set()
    for definition in reference.definitions.values():
        if definition.documented and definition.gvk is not None:
            kinds.add(f"{definition.gvk.api_version} {definition.gvk.kind}")
    return kinds


def format_counts(plan: UpdatePlan) -> Mapping[str, object]:
    """Return the facts of an update for programs."""
    findings: Sequence[Finding] = plan.changes.findings if plan.changes is not None else ()
    manifests = next(iter(plan.manifests.values()), None)
    return {
        "pins": {pin.name: {"old": pin.old, "new": pin.new} for pin in plan.pins},
        "sources": [
            {
                "path": source.path,
                "url": source.url,
                "size": len(source.data),
                "changed": source.data != source.previous,
            }
            for source in plan.sources
        ],
        "files": list(plan.list_changed_files()),
        "compared": plan.changes is not None,
        "changes": [_list_facts(finding) for finding in findings],
        "manifests": [
            _list_facts(finding)
            for finding in (manifests.findings if manifests is not None else ())
        ],
        "call_sites": [
            {"location": str(site.span), "name": site.name, "classes": list(site.classes)}
            for site in plan.call_sites.sites
        ],
        "translations": {
            catalog.locale: count_outcomes(catalog.update.carried) for catalog in plan.catalogs
        },
    }


def _list_facts(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "level": str(finding.level),
        "location": str(finding.span),
        "id": finding.id,
        "message": finding.message,
    }
