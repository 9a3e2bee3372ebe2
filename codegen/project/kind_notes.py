"""Collects what pages say about kinds beside the reference: examples and server rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from codegen.core import releases
from codegen.core.escaping.documents import yaml_block
from codegen.drift.history.changelog_records import Changelog
from codegen.kube.field_paths import FieldPath
from codegen.model import Definition, Reference
from codegen.outputs.kind_notes import KindNotes, NotesOf, ServerNote
from codegen.outputs.site.example_files import ExampleChecker, read_own_examples
from codegen.outputs.site.examples import Examples
from codegen.outputs.site.site_inputs import find_release
from codegen.project.config.configuration import Config
from codegen.validation.rule_loader import RuleBook, RuleSet

# What stops a request comes first.
_EFFECTS = ("rejects", "fills", "changes", "accepts")


def collect_notes(config: Config, reference: Reference, changelog: Changelog) -> NotesOf:
    """Return the notes of the definitions of a reference.

    Raises `CodegenError` for a wrong example of the user.
    """
    release = find_release(changelog, config.kubernetes)
    checker = ExampleChecker(reference, release)
    user_examples = {}
    if config.examples:
        user_examples = read_own_examples(
            config.root / config.examples, PurePath(config.examples), checker
        )
    return _NotesFinder(Examples(reference, checker, user_examples), release).find


class _NotesFinder:
    """Finds the notes about definitions, with the server rules of one release."""

    def __init__(self, examples: Examples, release: str) -> None:
        self._examples = examples
        self._release = releases.parse(release)
        self._rules = RuleBook()

    def find(self, definition: Definition, locale: str) -> KindNotes:
        """Return the notes about a definition in a language."""
        example = self._examples.example(definition)
        rules: list[ServerNote] = []
        for rule_set in (
            self._rules.find_kind(definition.gvk),
            self._rules.find_definition(definition.key),
        ):
            if rule_set is not None:
                rules.extend(self._describe_rules(rule_set, definition, locale))
        rules.sort(key=lambda rule: _EFFECTS.index(rule.effect))
        return KindNotes(
            example="" if example is None else yaml_block(example).rstrip(), rules=tuple(rules)
        )

    def _describe_rules(
        self, rule_set: RuleSet, definition: Definition, locale: str
    ) -> Iterator[ServerNote]:
        """Yield the rules about fields of a definition that hold in the release."""
        names = {field.name for field in definition.fields}
        for rule in rule_set.rules:
            if not rule.span.holds(self._release):
                continue
            paths = [_name_steps(path) for path in rule.fields]
            # Others are about the URL of a request.
            of_object = [path for path in paths if not path or path[0] in names]
            if of_object:
                fields = dict.fromkeys(".".join(path) for path in of_object if path)
                yield ServerNote(
                    fields=tuple(fields), effect=rule.effect, text=rule.meaning(locale)
                )


def _name_steps(path: FieldPath) -> tuple[str, ...]:
    """Return the names on the way to a field, without list items and map entries."""
    return tuple(step.name for step in path.steps if not step.has_brackets)
