"""Validators, one `validators.py` for each unit.

A table of checkers for each definition finds all errors in one pass.

An object for each definition is created before the tables, so recursion between units needs no
order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import starmap
from typing import Any

import msgspec
from msgspec import Struct

from codegen.cel.rule_schemas import Schema
from codegen.core.generated_files import GeneratedFile, notice
from codegen.core.locales import ENGLISH
from codegen.kube.scalars import scalar_type
from codegen.model import Array, Definition, Field, Map, Ref, Scalar
from codegen.model.keywords.constraints import (
    CheckedType,
    ConstrainedType,
    ConstraintWords,
    NullableType,
    UniqueList,
)
from codegen.model.keywords.keyword import allows_null
from codegen.outputs import server_rules
from codegen.outputs.escaping import python as escape
from codegen.outputs.job import Job
from codegen.outputs.python import VALIDATORS, package, runtime_modules
from codegen.outputs.python.classes import find_used_names
from codegen.outputs.python.docstrings import docstring
from codegen.outputs.python.module_names import ModuleRules, allow_imports
from codegen.outputs.python.statements import (
    fits_line,
    import_block,
    write_call,
    write_tuple,
)
from codegen.outputs.python.units import Unit, Units
from codegen.outputs.render import Renderer
from codegen.outputs.server_rules import CarriedRules

_PARAMETERS = ("obj: object", "*", 'field_validation: str = "Strict"', 'locale: str = "en"')
_OLD = "old: object = None"  # a parameter of validators with rules
_RULES = "_RULES"
_SERVER_RULES = "_SERVER_RULES"
_LINE = 70  # characters per line in schemas of rules


class ValidatorTable(Struct, frozen=True, kw_only=True):
    """A table of checkers for one definition, as lines of code with its names."""

    name: str
    declaration: str
    signature: str
    docstring: str
    body: str
    fields: tuple[str, ...]


def emit(job: Job) -> Iterator[GeneratedFile]:
    """Yield `validators.py` of each unit."""
    renderer = Renderer("validators", package.FILTERS, job.templates)
    names = job.once(Units, job.reference).functions

    def render_module(
        unit: Unit, units: Units, folder: package.PackageFolder
    ) -> package.RenderedModule:
        carried = _carry_rules(job, unit, units)
        tables = _Tables(unit=unit, units=units, names=names, ruled=carried.keys)
        checks = [tables.check(definition) for definition in unit.definitions]
        enums: list[str] = []
        for values, name in tables.enums.items():
            words_of_enum = map(escape.literal, ("enum", *values))
            enums.append(write_call(f"{name}: Final = Choice(", words_of_enum, ")"))
        for words, name in tables.limits.items():
            keywords = starmap(_constraint_argument, words)
            enums.append(write_call(f"{name}: Final = Limits(", keywords, ")"))
        if tables.rules:
            enums.append(write_call(f"{_RULES}: Final = Rules(", _json_literals(tables.rules), ")"))
        if carried.keys:
            arguments = [*_json_literals(carried.data)]
            arguments.extend(f"{module}={name}" for module, name in carried.checks.items())
            enums.append(write_call(f"{_SERVER_RULES}: Final = ServerRules(", arguments, ")"))
        title = f"{unit.title}: validators that report every error of an object."
        if carried.keys:
            title = f"{title}\n\n{_describe_rules(carried)}"
        code = [
            *enums,
            *(line for check in checks for line in (check.declaration, *check.fields, check.body)),
        ]
        other_imports = [
            (f"..{name}", f"validators as {name}") for name in units.imports[unit.name]
        ]
        text = renderer.render(
            "validators.py.j2",
            notice=notice(job.origin),
            docstring=docstring(title, 0),
            imports=_runtime_imports(folder.runtime_dots, find_used_names(code)),
            checks=checks,
            enums=enums,
            late_imports=import_block(other_imports),
        )
        rules = ModuleRules(
            imports=allow_imports([*_allowed_imports(folder.runtime_dots), *other_imports]),
            constructors=frozenset(VALIDATORS.constructors),
            named_values=True,
        )
        return package.RenderedModule(text=text, rules=rules)

    yield from package.emit_modules(job, VALIDATORS, render_module)
    unchecked = list(job.once(Units, job.reference).constraints.left_out)
    if unchecked:
        english = job.languages.get(ENGLISH).findings
    else:
        english = {}
    for left in unchecked:
        if left.count > 1:
            times = f", first here of {left.count} times"
        else:
            times = ""
        job.report.warning(
            "limit-unchecked",
            f"generated validators do not check `{left.word}`{times}: {left.reason.text(english)}",
            left.span,
            "leave this to the server, or express it with other keywords",
            arguments=(left.word,),
        )


def _carry_rules(job: Job, unit: Unit, units: Units) -> CarriedRules:
    """Return the rules of servers for the objects of a unit, or none if the option is off."""
    if not job.options.get(server_rules.OPTION, True):
        return server_rules.carry_no_rules(units.reference, (), ())
    keys = [definition.key for definition in unit.definitions]
    locales = [locale for locale in job.locales if locale != ENGLISH]
    return job.carry_rules(units.reference, keys, locales)


def _describe_rules(carried: CarriedRules) -> str:
    """Describe whose rules validators check, and which ones they cannot check."""
    if carried.is_one_release:
        rules = f"{carried.count} rules of servers of Kubernetes {carried.release}."
    else:
        rules = f"the {carried.count} rules that servers of Kubernetes {carried.release} share."
    checked = f"They check {rules}"
    if not carried.left_out:
        return checked
    left_out = ", ".join(sorted(carried.left_out))
    return (
        f"{checked} They cannot check rules that need the URL of the request or a cluster, "
        f"as `codegen validate` does: {left_out}."
    )


def _runtime_imports(above: str, names: frozenset[str]) -> str:
    """Write the imports of what a module uses of the run time, which has each name once."""
    wanted = names | {"FieldError", "Object"}
    return import_block(
        (module, name) for module, name in _allowed_imports(above) if name in wanted
    )


def _allowed_imports(above: str) -> list[tuple[str, str]]:
    """Return what modules may import: constants and classes of the run time, and its two functions for errors."""
    names = [
        (module, name)
        for module in VALIDATORS.runtime
        for name in runtime_modules.public_names(module)
    ]
    imports = [
        (f"{above}runtime.{module}", name)
        for module, name in names
        if name[0].isupper() or name in ("add_rule_errors", "add_server_errors", "explain")
    ]
    return [("typing", "Final"), *imports]


class _Tables(Struct, frozen=True, kw_only=True):
    """Makes the tables of one unit.

    `enums` are the names of lists of values, shared by all fields that have them.
    """

    unit: Unit
    units: Units
    names: Mapping[str, str]
    enums: dict[tuple[str, ...], str] = msgspec.field(default_factory=dict)
    limits: dict[ConstraintWords, str] = msgspec.field(default_factory=dict)
    rules: dict[str, Schema] = msgspec.field(default_factory=dict)
    ruled: frozenset[str] = frozenset()  # definitions with rules of servers

    def constraints_name(self, words: ConstraintWords) -> str:
        """Return the name of a set of constraints, shared by all values with the same ones."""
        return self.limits.setdefault(words, f"_LIMITS_{len(self.limits) + 1}")

    def check(self, definition: Definition) -> ValidatorTable:
        """Write the table of a definition."""
        name = self.names[definition.key]
        required = [escape.literal(field.name) for field in definition.fields if field.required]
        nulls = [
            escape.literal(field.name) for field in definition.fields if allows_null(field.keywords)
        ]
        words = self.units.constraints.object_constraints(definition)
        limits = self.constraints_name(words) if words else ""
        gvk = definition.gvk
        parameters: tuple[str, ...] = _PARAMETERS
        values = [f"check_{name}", "obj", "field_validation", "locale"]
        body = write_call("return explain(", values, ")", 4)
        rules = self.units.rule_schemas(definition.key)
        self.rules.update(rules)
        additions: list[tuple[str, str]] = []  # functions with their rules
        if definition.key in self.ruled:
            additions.append(("add_server_errors", _SERVER_RULES))
        if rules:  # they ask for all other errors
            additions.append(("add_rule_errors", _RULES))
        if additions:
            parameters = (*_PARAMETERS, _OLD)
            body = _write_additions(name, definition.key, additions)
        if gvk:
            title = f"{gvk.kind} ({gvk.api_version})"
        else:
            title = f"{definition.name} ({definition.package})"
        arguments = required
        if nulls:
            arguments.append(write_tuple("nulls=", nulls, 4).lstrip())
        if definition.open:
            arguments.append("others=True")
        if definition.key in self.units.recursive:
            arguments.append("recursive=True")
        if limits:
            arguments.append(f"limits={limits}")
        if defaults := self.units.constraints.defaults(definition):
            arguments.append(f"defaults={escape.literal(defaults)}")
        return ValidatorTable(
            name=f"check_{name}",
            declaration=_write_declaration(f"check_{name}", arguments),
            signature=write_call(
                f"def validate_{name}(", parameters, ") -> tuple[FieldError, ...]:"
            ),
            docstring=escape.docstring(escape.wrap_text(f"Check a {title}.", 78), 4),
            body=body,
            fields=tuple(
                [
                    f"    {escape.literal(field.name)}: {self._write_field(field, definition.key)},"
                    for field in definition.fields
                ]
            ),
        )

    def _write_field(self, field: Field, owner: str) -> str:
        if field.value is not None:
            return f'Choice("fixed", {escape.literal(field.value)})'
        checked = self.units.constraints.field_type(field, owner)
        return self._write_type(checked, self.units.reference.unique_keys(field))

    def _write_type(self, plain: CheckedType, keys: tuple[str, ...] | None = None) -> str:
        match plain:
            case ConstrainedType(of=of, words=words):
                return f"Limited({self._write_type(of, keys)}, {self.constraints_name(words)})"
            case NullableType(of=of):
                return f"Nullable({self._write_type(of)})"
            case Ref(key=key):
                owner = self.units.owner[key]
                name = f"check_{self.names[key]}"
                if owner == self.unit.name:
                    return name
                return f"{owner}.{name}"
            case Array(items=items):
                if keys is None:
                    return f"List({self._write_type(items)})"
                listed = write_tuple("", map(escape.literal, keys))
                return f"List({self._write_type(items)}, {listed})"
            case UniqueList(items=inner, keys=names):
                listed = write_tuple("", map(escape.literal, names))
                return f"List({self._write_type(inner)}, {listed})"
            case Map(values=values):
                return f"Map({self._write_type(values)})"
            case Scalar(enum=enum) if enum:
                return self.enums.setdefault(enum, f"_ENUM_{len(self.enums) + 1}")
            case Scalar():
                return scalar_type(plain.type, plain.format).checker
        raise TypeError(plain)


def _write_additions(name: str, key: str, additions: list[tuple[str, str]]) -> str:
    """Write the body of a validator that adds the errors of rules to its own."""
    lines = [f"    found = explain(check_{name}, obj, field_validation, locale)"]
    *inner, last = additions
    for function, rules in inner:
        arguments = ["found", rules, escape.literal(key), "obj", "old", "locale"]
        lines.append(write_call(f"found = {function}(", arguments, ")", 4))
    function, rules = last
    arguments = ["found", rules, escape.literal(key), "obj", "old", "locale"]
    lines.append(write_call(f"return {function}(", arguments, ")", 4))
    return "\n".join(lines)


def _write_declaration(name: str, arguments: list[str]) -> str:
    """Write the checker of a definition, which gets its fields later.

    Type checkers need the annotation where packages import each other. A name that leaves no room
    for it has none, since the formatters disagree about the place of a break behind it.
    """
    annotated = f"{name}: Object = Object("
    if fits_line(annotated if arguments else f"{annotated})"):
        return write_call(annotated, arguments, ")")
    start = f"{name} = Object("
    if not arguments and not fits_line(f"{start})"):
        arguments = ["others=False"]  # the default, written so that both formatters break the line
    return write_call(start, arguments, ")")


def _json_literals(rules: Mapping[str, Any]) -> list[str]:
    """The schemas or data of rules as JSON, in literals that fit into lines."""
    text = json.dumps(rules, sort_keys=True, separators=(",", ":"))
    return [escape.literal(text[at : at + _LINE]) for at in range(0, len(text), _LINE)]


def _constraint_argument(word: str, value: str) -> str:
    """One word as an argument: plain values as they are, expressions and names of formats as text,
    all else as JSON text.
    """
    name = f"{word}_" if word == "not" else word
    plain = json.loads(value)
    if isinstance(plain, (bool, int, float)):
        return f"{name}={plain!r}"
    return f"{name}={escape.literal(plain if word in ('pattern', 'format') else value)}"
