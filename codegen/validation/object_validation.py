"""Validation of one object that is in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from codegen.core import releases
from codegen.core.diagnostics import Report, Span, failure
from codegen.core.locales import ENGLISH, SHIPPED, Languages
from codegen.core.source import Source
from codegen.model import Reference
from codegen.readers.openapi import reader
from codegen.readers.sources import SourcePath, read_sources
from codegen.validation.definition_findings import find_errors_in_memory
from codegen.validation.manifest_schemas import SchemaFinder
from codegen.validation.object_finding import ObjectFinding
from codegen.validation.rule_evaluation import Decide
from codegen.validation.validator import Url, Validator


def validate(
    obj: object,
    schema: Reference | Mapping[str, object] | str | Path | None = None,
    *,
    kubernetes_version: str | None = None,
    url: Url | None = None,
    decide: Decide | None = None,
    field_validation: str = "Strict",
    locale: str = ENGLISH,
    key: str = "",
    old: object = None,
    rules: tuple[Path, ...] = (),
    languages: Languages = SHIPPED,
) -> tuple[ObjectFinding, ...]:
    """Return all findings by the schema, then by the server, then undecided ones.

    Args:
        obj: A JSON value as Python has it.
        schema: A reference, an OpenAPI document or JSON Schema as a mapping, or the path of a page, document or folder. Without one, the
            bundled schemas of Kubernetes' own kinds.
        kubernetes_version: The release of the server (`1.N`). Without one, only the rules of all known releases apply, and Kubernetes' own
            kinds are those of the newest bundled one.
        url: The `name` and `namespace` in the URL of the request. Without it, rules about the URL are undecided.
        decide: A callback for rules that only a cluster can decide. It gets a `Question`.
        field_validation: The treatment of unknown fields, as in the API: Strict, Warn or Ignore.
        locale: The language of messages and help.
        key: The OpenAPI key of the type, if `apiVersion` and `kind` of the object do not determine it.
        old: The stored object that this one updates. Without it, the object is created.
        rules: Folders with server rules, which take precedence over the bundled ones.
        languages: The languages of a project (`Config.languages`) instead of the bundled ones.

    Raises ValueError for an invalid argument or a kind that the schema does not have, and
    `CodegenError` for an unreadable schema or rule file. The contents of the object never raise.

    """
    if schema is not None:
        validator = Validator(_read_schema(schema, languages), rules=rules, languages=languages)
    else:
        if kubernetes_version:
            version = releases.format_release(releases.parse(kubernetes_version))
        else:
            version = ""
        finder = SchemaFinder(
            locale=locale, rules=rules, languages=languages, kubernetes_version=version
        )
        found = finder.find(obj)
        if found is None:
            raise ValueError("no bundled schema has the kind of the object; name one with `schema`")
        validator = found.validator
    findings = validator.validate(
        obj,
        kubernetes_version=kubernetes_version,
        url=url,
        decide=decide,
        field_validation=field_validation,
        locale=locale,
        key=key,
        old=old,
    )
    version, words = kubernetes_version or "", languages.get(locale)
    return (*findings, *find_errors_in_memory(obj, findings, version, words))


def _read_schema(
    schema: Reference | Mapping[str, object] | str | Path, languages: Languages
) -> Reference:
    if isinstance(schema, Reference):
        return schema
    report = Report()
    if isinstance(schema, Mapping):
        result = reader.read_document(Source(json.dumps(schema), "schema"), report)
    else:
        result = read_sources(
            [SourcePath(path=Path(schema), display_path=str(schema))], report, languages=languages
        )
    if not result.definitions:
        raise failure(
            "schema-empty",
            "the schema has no definitions",
            Span(path="schema"),
            "see codegen inspect",
        )
    return result
