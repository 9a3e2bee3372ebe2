"""`codegen translate confirm`, and its questions on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from codegen.cli.common import (
    format_path,
    info,
    message_language,
    open_argument,
    print_diagnostics,
    project_languages,
    reader_language,
    report_failures,
)
from codegen.cli.options import GLOSSARY, PATH
from codegen.cli.translate_exchange import INCOMPLETE
from codegen.cli.translated_project import (
    CONFIGURED_CATALOG,
    CONFIGURED_LOCALE,
    find_catalog,
    find_locale,
    open_catalog,
)
from codegen.core.diagnostics import Report
from codegen.core.escaping import terminal

if TYPE_CHECKING:
    from rich.text import Text

    from codegen.core.locales import Locale
    from codegen.translation.confirm import Confirmation, Draft
    from codegen.translation.glossary import Glossary
    from codegen.translation.po import Catalog, Entry

_ANSWERS = ("y", "n", "a", "e", "s", "q")


@click.command()
@click.argument("file", type=PATH, required=False)
@click.option(
    "--id", "ids", multiple=True, metavar="ID", help="Confirm the draft of this text. Repeatable."
)
@click.option(
    "--all-like",
    "examples",
    multiple=True,
    metavar="ID",
    help="Confirm also drafts that differ from this one in a name only. Repeatable.",
)
@CONFIGURED_LOCALE
@CONFIGURED_CATALOG
@GLOSSARY
@INCOMPLETE
def confirm(
    file: Path | None,
    ids: tuple[str, ...],
    examples: tuple[str, ...],
    locale: str,
    catalog: Path | None,
    glossary: Path | None,
    accepts_incomplete: bool,
) -> None:
    """Confirm fuzzy translations, for all entries with the same English and the same draft.

    FILE has an id on each line. Without ids, a terminal shows one draft after the other, and writes
    each answer before the next question.

    Exit status: 0 confirmed, 1 an id was refused, 2 something could not be read.
    """
    from codegen.core.source import load
    from codegen.translation import confirm as confirmation
    from codegen.translation.glossary import load_glossary

    with report_failures(Report()):
        locale = find_locale(locale)
        catalog = find_catalog(locale, catalog)
        old = open_catalog(catalog, locale)
        if file:
            lines = load(open_argument(file), format_path(file)).text.split("\n")
        else:
            lines = []
        chosen = [*ids, *filter(None, map(str.strip, lines))]
        for example in examples:
            chosen += confirmation.find_like(old, example)
        if not chosen:
            if not sys.stdin.isatty():
                raise click.UsageError("Name ids, a file of ids, or run it on a terminal.")
            languages = project_languages()
            desk = _Desk(
                path=catalog,
                locale=languages.get(locale),
                reader=message_language(languages),
                terms=load_glossary(locale, glossary),
                accepts_incomplete=accepts_incomplete,
            )
            desk.ask_all(old)
            return
        result = confirmation.confirm_drafts(old, chosen, accepts_incomplete=accepts_incomplete)
        _write(catalog, old, result)
    print_diagnostics(result.findings)
    _report(result)
    if result.findings:
        sys.exit(1)


def _write(path: Path, old: Catalog, result: Confirmation) -> None:
    from codegen.translation import po

    po.write_catalog(path, po.format_catalog(result.entries.values(), old.locale, old))


def _report(result: Confirmation) -> None:
    reader = reader_language()
    confirmed = ("{count} entry is confirmed", "{count} entries are confirmed")
    info(reader.count(result.confirmed, *confirmed))
    for prose_id in result.other_drafts:
        info(reader.translate("another draft of the same English stays open: {id}", id=prose_id))


class _Answer(Struct, frozen=True, kw_only=True):
    """An answer to a question, with the draft as the person left it."""

    key: str
    translation: str


class _Desk(Struct, frozen=True, kw_only=True):
    """The questions about the drafts of a catalog on a terminal.

    `reader` is the language of its words, `locale` that of the catalog.
    """

    path: Path
    locale: Locale
    reader: Locale
    terms: Glossary
    accepts_incomplete: bool

    def ask_all(self, catalog: Catalog) -> None:
        """Ask about one draft after the other. Each answer is written before the next question."""
        from codegen.translation import confirm as confirmation

        drafts = confirmation.list_drafts(catalog, accepts_incomplete=self.accepts_incomplete)
        all_drafts = confirmation.list_drafts(catalog, accepts_incomplete=True)
        decided: set[str] = set()
        confirmed = 0
        for number, draft in enumerate(drafts, start=1):
            if draft.entry.id in decided:
                continue
            answer = self._ask(catalog, draft, f"{number} / {len(drafts)}")
            if answer.key == "q":
                break
            if answer.key in ("y", "a"):
                result = self._confirm(draft.entry, answer, decided)
                confirmed += result.confirmed if result is not None else 0
        info(self.reader.desk["confirmed"].format(count=confirmed))
        if len(all_drafts) > len(drafts):
            info(self.reader.desk["incomplete"].format(count=len(all_drafts) - len(drafts)))

    def _ask(self, catalog: Catalog, draft: Draft, position: str) -> _Answer:
        """Show a draft until it is decided. An edited one with findings is shown again."""
        translation = draft.entry.translation
        while True:
            self._show(catalog, draft, translation, position)
            key = click.prompt(self.reader.desk["prompt"], type=click.Choice(_ANSWERS), default="s")
            if key != "e":
                return _Answer(key=key, translation=translation)
            edited = click.edit(translation, extension=".txt")
            if edited is None or not edited.strip():
                continue
            translation = edited.strip()
            if not any(self._lint(catalog, draft.entry, translation)):
                return _Answer(key="y", translation=translation)

    def _confirm(self, entry: Entry, answer: _Answer, decided: set[str]) -> Confirmation | None:
        """Confirm a draft in the catalog as it is on disk now, unless it was changed meanwhile."""
        from codegen.translation import confirm as confirmation

        catalog = open_catalog(self.path, self.locale.tag)
        now = catalog.entries.get(entry.id)
        if now is None or (now.english, now.translation) != (entry.english, entry.translation):
            info(self.reader.desk["changed_meanwhile"].format(id=entry.id))
            return None
        chosen = [entry.id]
        edited = {}
        if answer.translation != entry.translation:
            edited[entry.id] = answer.translation
        elif answer.key == "a":
            chosen = list(confirmation.find_like(catalog, entry.id))
        result = confirmation.confirm_drafts(
            catalog, chosen, accepts_incomplete=self.accepts_incomplete, edited=edited
        )
        _write(self.path, catalog, result)
        decided.update(chosen)
        print_diagnostics(result.findings)
        return result

    def _show(self, catalog: Catalog, draft: Draft, translation: str, position: str) -> None:
        """Draw a question. Text from the catalog never becomes markup or a command."""
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        words, entry = self.reader.desk, draft.entry
        console = Console(highlight=False, markup=False, emoji=False)
        table = Table.grid(padding=(0, 1))
        table.add_column(no_wrap=True, style="dim")
        table.add_column(overflow="fold")
        place = entry.id
        if draft.count > 1:
            place += f" {words['others'].format(count=draft.count - 1)}"
        table.add_row(words["place"], _escape(place))
        table.add_row(words["english"], _escape(entry.english))
        if entry.previous is not None:
            table.add_row(words["difference"], _mark_difference(entry.previous, entry.english))
        table.add_row(words["draft"], _escape(translation, "bold"))
        for reason in (entry.provenance.summary, *entry.provenance.details):
            table.add_row(words["reason"], _escape(reason))
        for finding in self._lint(catalog, entry, translation):
            table.add_row(words["finding"], _escape(finding, "yellow"))
        console.print()
        console.rule(Text(position))
        console.print(table)

    def _lint(self, catalog: Catalog, entry: Entry, translation: str) -> Iterator[str]:
        """Yield the findings of the linter about a draft, with their rules."""
        from codegen.translation.lint.linter import lint_segment
        from codegen.translation.segments import Segment

        segment = Segment(
            id=entry.id,
            text=translation,
            english=entry.english,
            span=catalog.span(entry.id),
            locale=self.locale,
        )
        for finding in lint_segment(segment, self.terms):
            yield f"{finding.rule}: {finding.message}"


def _escape(text: str, style: str = "") -> Text:
    """Make a text without control characters. Its line breaks stay."""
    from rich.text import Text

    return Text("\n".join(map(terminal.line, text.split("\n"))), style=style)


def _mark_difference(old: str, new: str) -> Text:
    """Mark removed words as [-old-] and added ones as {+new+}, so that it needs no colour."""
    from rich.text import Text

    before, after = old.split(), new.split()
    marked = Text()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        removed = terminal.line(" ".join(before[old_start:old_end]))
        added = terminal.line(" ".join(after[new_start:new_end]))
        if tag == "equal":
            marked.append(f"{added} ")
            continue
        if removed:
            marked.append(f"[-{removed}-] ", style="red")
        if added:
            marked.append(f"{{+{added}+}} ", style="green")
    return marked
