"""The report of an update, in Markdown for a pull request, in each language of the project.

It begins with the next steps. The lists behind each step follow, then what is only good to know.
Long lists are folded, and the whole fits into a description of a pull request on GitHub and GitLab.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from msgspec import Struct

from codegen.core.diagnostics import Direction, Finding, Level
from codegen.core.locales import ENGLISH, Locale
from codegen.drift.compare.changes import format_value
from codegen.findings.finding import Results
from codegen.findings.formats.gfm import gfm_code, gfm_text
from codegen.findings.rules.catalogue import CHANGES
from codegen.findings.rules.rule import Convention, Lifecycle
from codegen.model import Reference
from codegen.model.selection import select
from codegen.project.call_sites import CallSite
from codegen.project.update import CarriedCatalog, UpdatePlan
from codegen.translation.carry import CarriedText
from codegen.translation.update import count_outcomes

LONGEST = 60_000  # characters; GitHub accepts 65,536
_UNFOLDED = 20  # items of a list that stand before its fold
_UNFOLDED_OF_RULE = 10
_FEWEST = 10  # items of a list that nobody acts on, before the lists of next steps are cut


def format_report(plan: UpdatePlan) -> str:
    """Format the report, with as many items of each list as fit.

    The lists that nobody has to act on are cut before the others.
    """
    sizes = _ListSizes()
    text = _format_languages(plan, sizes)
    while len(text) > LONGEST and sizes.to_act_on > 1:
        sizes = sizes.shorten()
        text = _format_languages(plan, sizes)
    return text


class _ListSizes(Struct, frozen=True):
    """How many items lists have at most: those of the next steps, and the others."""

    to_act_on: int = 500
    to_know: int = 500

    def shorten(self) -> _ListSizes:
        """Return half of the size for other lists, then for those of the next steps too."""
        if self.to_know > _FEWEST:
            return _ListSizes(self.to_act_on, self.to_know // 2)
        return _ListSizes(self.to_act_on // 2, max(self.to_know // 2, 1))


def _format_languages(plan: UpdatePlan, sizes: _ListSizes) -> str:
    reports = []
    for tag in plan.config.locales:
        report = _LanguageReport(plan, plan.config.languages.get(tag), sizes)
        reports.append("\n\n".join(report.format()))
    return "\n\n---\n\n".join(reports) + "\n"


class _LanguageReport:
    """The report in one language, with lists of limited sizes."""

    def __init__(self, plan: UpdatePlan, locale: Locale, sizes: _ListSizes) -> None:
        self._plan = plan
        self._locale = locale
        self._sizes = sizes
        findings = () if plan.changes is None else plan.changes.findings
        self._breaking: list[Finding] = []
        self._compatible: list[Finding] = []
        for finding in findings:
            if finding.level is Level.INFO:
                self._compatible.append(finding)
            else:
                self._breaking.append(finding)

    def format(self) -> Iterator[str]:
        """Yield the blocks of the report."""
        plan = self._plan
        changed = plan.list_changed_files()
        yield f"## {self._say('title')}"
        if plan.pins:
            yield _join_items([self._format_pin(pin.name, pin.old, pin.new) for pin in plan.pins])
        if not changed:
            yield self._say("unchanged")
            return
        yield from self._format_steps()
        yield from self._format_manifests()
        yield from self._format_call_sites()
        yield from self._format_changes()
        for catalog in plan.catalogs:
            yield from self._format_catalog(catalog)
        yield self._format_sources()
        heading = self._say("files", count=len(changed))
        yield self._fold(heading, [gfm_code(path) for path in changed])

    def _format_pin(self, name: str, old: str, new: str) -> str:
        return f"**{gfm_text(self._say('pin', name=name, old=old, new=new))}**"

    # ------------------------------------------------------------------------------ next steps

    def _format_steps(self) -> Iterator[str]:
        """Yield the list of what a person has to do before merging."""
        steps = list(self._list_steps())
        yield f"### {self._say('steps')}"
        if steps:
            yield _join_items([f"[ ] {step}" for step in steps])
        yield self._say("steps_then" if steps else "steps_none")
        if self._plan.changes is None:
            yield self._say("first")

    def _list_steps(self) -> Iterator[str]:
        plan = self._plan
        broken = self._find_broken_manifests()
        if broken:
            files = {finding.span.path for finding in broken}
            command = _format_command("codegen", "validate", *plan.config.manifests)
            yield self._say("step_manifests", files=len(files), count=len(broken), command=command)
        if plan.call_sites.sites:
            programs = {site.span.path for site in plan.call_sites.sites}
            yield self._say("step_python", files=len(programs), count=len(plan.call_sites.sites))
        used = self._select_breaking(is_used=True)
        if used:
            yield self._say("step_changes", count=len(used))
        for catalog in plan.catalogs:
            drafts = count_outcomes(catalog.update.carried)["fuzzy"]
            if drafts:
                command = _format_command(
                    *("codegen", "translate", "confirm", "--locale", catalog.locale),
                    *("--catalog", catalog.path),
                )
                yield self._say(
                    "step_translations", count=drafts, locale=catalog.locale, command=command
                )

    # ------------------------------------------------------------------- manifests and programs

    def _find_broken_manifests(self) -> Sequence[Finding]:
        results = self._plan.manifests.get(self._locale.tag)
        if results is None:
            return ()
        return results.findings

    def _format_manifests(self) -> Iterator[str]:
        results = self._plan.manifests.get(self._locale.tag)
        if results is None:
            return
        if results.findings:
            items = [self._format_manifest(finding) for finding in results.findings]
            yield f"### {self._say('manifests', count=len(items))}"
            yield self._say("manifests_intro")
            yield from self._format_items(items, _UNFOLDED)
        yield from self._format_not_compared(results)

    def _format_manifest(self, finding: Finding) -> str:
        words = self._locale.findings
        separator = words["separator"]
        by_schema = words["by"].format(message="", layer=words["schema"])
        message = finding.message.removesuffix(by_schema)
        parts = filter(None, (message, finding.meaning, finding.hint))
        return f"**{finding.level}** {_format_location(finding)}{gfm_text(separator.join(parts))}"

    def _format_call_sites(self) -> Iterator[str]:
        call_sites = self._plan.call_sites
        if call_sites.sites:
            yield f"### {self._say('python', count=len(call_sites.sites))}"
            items = [self._format_call_site(site) for site in call_sites.sites]
            yield from self._format_items(items, _UNFOLDED)
        if call_sites.unread:
            files = [gfm_code(file) for file in call_sites.unread]
            yield self._fold(self._say("unread", count=len(files)), files)

    def _format_call_site(self, site: CallSite) -> str:
        if site.classes:
            text = self._say("python_attribute", name=site.name, classes=", ".join(site.classes))
        elif site.offers:
            packages = ", ".join(gfm_code(package) for package in site.offers)
            text = self._say("python_offered", name=site.name, packages=packages)
        else:
            text = self._say("python_class", name=site.name)
        return f"{gfm_code(str(site.span))} {text}"

    # ---------------------------------------------------------------------------------- changes

    def _format_changes(self) -> Iterator[str]:
        changes = self._plan.changes
        if changes is None:
            return
        used = self._select_breaking(is_used=True)
        if used:
            yield f"### {self._say('act', count=len(used))}"
            if self._plan.used.is_limited:
                yield self._say("act_intro")
            yield self._say("act_others")
            yield self._say("levels", rule=used[0].rule)
            for changes_of_rule in _group_by_rule(used):
                yield from self._format_rule(changes_of_rule)
        yield from self._format_kinds()
        unused = self._select_breaking(is_used=False)
        if unused:
            blocks = [self._say("others_intro")]
            for changes_of_rule in _group_by_rule(unused):
                blocks.append(self._format_rule_heading(changes_of_rule))
                items = [self._format_change(change) for change in changes_of_rule]
                blocks.append(self._join_most(items, self._sizes.to_know))
            heading = self._say("others", count=len(unused))
            yield _fold_text(heading, "\n\n".join(blocks))
        yield from self._format_compatible()
        yield from self._format_not_compared(changes)

    def _select_breaking(self, *, is_used: bool) -> list[Finding]:
        """Return the changes that may break somebody, about used definitions or about others."""
        used = self._plan.used
        selected: list[Finding] = []
        for finding in self._breaking:
            if any(map(used.include, (finding.id, *finding.ids))) is is_used:
                selected.append(finding)
        return selected

    def _format_rule(self, findings: Sequence[Finding]) -> Iterator[str]:
        """Yield the changes of one rule below their consequence. Most of many are folded."""
        yield self._format_rule_heading(findings)
        items = [self._format_change(finding) for finding in findings]
        yield from self._format_items(items, _UNFOLDED_OF_RULE)

    def _format_rule_heading(self, findings: Sequence[Finding]) -> str:
        """Format level, rule and consequence: in English the explanation of the rule."""
        first = findings[0]
        name = gfm_code(first.rule)
        title = self._locale.rules.get(first.rule, "")
        if title:
            name = f"{gfm_text(title)} {name}"
        return f"**{first.level}** {name} ({len(findings)}): {self._describe_consequence(first)}"

    def _describe_consequence(self, finding: Finding) -> str:
        """Describe the affected clients, and in English what happens to them."""
        rule = CHANGES.get(finding.rule)
        clients: dict[str, list[str]] = {}
        for direction in _list_affected_clients(finding):
            meaning = ""
            if rule is not None and self._locale.tag == ENGLISH:
                meaning = rule.meaning(direction).rstrip(".")
            clients.setdefault(meaning, []).append(str(direction))
        parts: list[str] = []
        for meaning, directions in clients.items():
            audience = self._say(f"for_{'_and_'.join(directions)}")
            parts.append(f"{audience}: {gfm_text(meaning)}" if meaning else audience)
        return self._locale.findings["separator"].join(parts)

    def _format_change(self, finding: Finding) -> str:
        """Format a change: in English its message, else its subject with the old and new value."""
        text = finding.message
        if finding.rule in self._locale.rules and finding.subject:
            values = _format_values(finding, self._say("none"))
            text = self._say("change", subject=finding.subject, values=values)
            text = text if values else finding.subject
            if finding.id in finding.ids and len(finding.ids) > 1:
                text += self._say("change_also", count=len(finding.ids) - 1)
        return f"{gfm_text(text)} {_format_location(finding)}".rstrip()

    def _format_kinds(self) -> Iterator[str]:
        if self._plan.old is None:
            return
        patterns = self._plan.config.select
        old = _list_kinds(select(self._plan.old, patterns))
        new = _list_kinds(select(self._plan.new, patterns))
        for name, kinds in (("kinds_added", new - old), ("kinds_removed", old - new)):
            if kinds:
                listed = [gfm_code(kind) for kind in sorted(kinds)]
                yield self._fold(self._say(name, count=len(listed)), listed)

    def _format_compatible(self) -> Iterator[str]:
        """Yield additions and other changes, folded. Texts are counted only."""
        added: list[Finding] = []
        information: list[Finding] = []
        texts = 0
        for finding in self._compatible:
            rule = CHANGES.get(finding.rule)
            if rule is not None and rule.follows is Convention.TEXTS_ARE_DOCUMENTATION:
                texts += 1
            elif rule is not None and rule.life is Lifecycle.ADDED:
                added.append(finding)
            else:
                information.append(finding)
        for name, findings in (("added", added), ("information", information)):
            if findings:
                items = [self._format_compatible_change(finding) for finding in findings]
                yield self._fold(self._say(name, count=len(findings)), items)
        if texts:
            yield self._say("texts", count=texts)

    def _format_compatible_change(self, finding: Finding) -> str:
        """Format a change without a heading of its rule, so with the title of the rule."""
        text = self._format_change(finding)
        title = self._locale.rules.get(finding.rule, "")
        if title:
            return gfm_text(self._say("titled", title=title)) + text
        return text

    def _format_not_compared(self, results: Results) -> Iterator[str]:
        if results.not_compared:
            parts = [gfm_text(part.what) for part in results.not_compared]
            yield self._fold(self._say("not_compared", count=len(parts)), parts)

    # ------------------------------------------------------- translations, sources, and helpers

    def _format_catalog(self, catalog: CarriedCatalog) -> Iterator[str]:
        counts = count_outcomes(catalog.update.carried)
        carried = tuple(catalog.update.carried.outcomes.values())
        yield f"### {self._say('translations', locale=catalog.locale)}"
        kept = carried.count(CarriedText.CARRIED) + carried.count(CarriedText.CASE_ONLY)
        items = [self._say("carried", carried=kept, total=counts["total"])]
        for name, count in (
            ("reused", counts["reused"]),
            ("decide", counts["fuzzy"]),
            ("untranslated", counts["untranslated"]),
            ("obsolete", counts["obsolete"]),
        ):
            if count:
                items.append(self._say(name, count=count))
        yield _join_items(items)

    def _format_sources(self) -> str:
        heads = [self._say(name) for name in ("source", "address", "size")]
        rows = [f"| {' | '.join(heads)} |", "|---|---|--:|"]
        rows.extend(
            f"| {gfm_code(source.path)} | {gfm_text(source.url)} | {len(source.data):,} |"
            for source in self._plan.sources[: self._sizes.to_know]
        )
        count = len(self._plan.sources)
        if count > self._sizes.to_know:
            rows += ["", self._say("more", count=count - self._sizes.to_know)]
        heading = self._say("sources", count=count)
        return _fold_text(heading, "\n".join(rows))

    def _format_items(self, items: Sequence[str], unfolded: int) -> Iterator[str]:
        """Yield a list of the next steps. Items after the first ones are folded."""
        most = self._sizes.to_act_on
        if len(items) <= unfolded or most <= unfolded:
            yield self._join_most(items, most)
            return
        yield _join_items(items[:unfolded])
        folded = items[unfolded:]
        heading = self._say("more", count=len(folded))
        yield _fold_text(heading, self._join_most(folded, most - unfolded))

    def _fold(self, heading: str, items: Sequence[str]) -> str:
        """Fold a list below its heading, with the number of items that do not fit."""
        return _fold_text(heading, self._join_most(items, self._sizes.to_know))

    def _join_most(self, items: Sequence[str], most: int) -> str:
        """Join the items that fit, with the number of the others."""
        shown = list(items[:most])
        if len(items) > most:
            shown.append(self._say("more", count=len(items) - most))
        return _join_items(shown)

    def _say(self, name: str, /, **values: object) -> str:
        return self._locale.update[name].format(**values)


def _format_command(*words: str) -> str:
    """Format a command that readers may copy to a shell, whatever the paths are called."""
    return gfm_code(shlex.join(words))


def _group_by_rule(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Group changes by level, rule and affected clients, the most serious groups first."""
    groups: dict[tuple[Level, str, str], list[Finding]] = {}
    for finding in findings:
        key = (finding.level, finding.rule, " ".join(_list_affected_clients(finding)))
        groups.setdefault(key, []).append(finding)
    return sorted(groups.values(), key=lambda group: group[0].level.rank)


def _list_affected_clients(finding: Finding) -> tuple[Direction, ...]:
    """Return the clients for whom a change has its level: those who send, or read."""
    levels = ((Direction.REQUEST, finding.request), (Direction.RESPONSE, finding.response))
    affected = tuple(direction for direction, level in levels if level is finding.level)
    if affected or finding.direction not in tuple(Direction):
        return affected
    direction = Direction(finding.direction)
    both = (Direction.REQUEST, Direction.RESPONSE)
    if direction is Direction.BOTH:
        return both
    return (direction,)


def _format_values(finding: Finding, none: str) -> str:
    """Format the old and the new value of a change, if its rule names them.

    Where it names both, `none` stands for a missing one: a limit without an arrow would be unclear.
    """
    rule = CHANGES.get(finding.rule)
    if rule is None:
        return ""
    named: list[str] = []
    for sign, value in (("{old}", finding.old), ("{new}", finding.new)):
        if sign in rule.says:
            named.append(format_value(value) if value else none)
    if named == [none] * len(named):
        return ""
    return " → ".join(named)


def _format_location(finding: Finding) -> str:
    if finding.span.path:
        return f"{gfm_code(str(finding.span))} "
    return ""


def _fold_text(heading: str, text: str) -> str:
    return f"<details><summary>{heading}</summary>\n\n{text}\n\n</details>"


def _join_items(items: Sequence[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _list_kinds(reference: Reference) -> set[str]:
    """Return the kinds of one group and version, without lists and types that all groups share."""
    kinds: set[str] = set()
    for definition in reference.definitions.values():
        if definition.documented and definition.gvk is not None:
            kinds.add(f"{definition.gvk.api_version} {definition.gvk.kind}")
    return {kind for kind in kinds if kind.removesuffix("List") == kind or kind[:-4] not in kinds}
