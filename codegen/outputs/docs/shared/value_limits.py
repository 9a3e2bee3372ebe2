"""Constraints of values and the service of custom resources, as plain text in the words of a
locale.

Values and rules are code in backticks, which the filters of layouts do not change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby

from codegen.model import CustomResource, Field, Keyword, Scalar, column_id, innermost
from codegen.model.keywords.keyword import VALIDATIONS, validation_rules
from codegen.model.types import innermost_part
from codegen.outputs.escaping import html

_TICKS = re.compile("`+")
_OBJECT = Scalar(type="object")
_OPEN = Keyword(name="additionalProperties", value="true")
# Labels of keywords. All others appear with name and value.
_WORDS = {
    "enum": "enum",
    "default": "default",
    "pattern": "pattern",
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive_minimum",
    "exclusiveMaximum": "exclusive_maximum",
    "multipleOf": "multiple",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
    "uniqueItems": "unique",
    "minProperties": "min_properties",
    "maxProperties": "max_properties",
    "nullable": "nullable",
    "x-kubernetes-embedded-resource": "embedded",
    "x-kubernetes-preserve-unknown-fields": "open",
    "additionalProperties": "open",
    "oneOf": "one_of",
    "anyOf": "any_of",
    "allOf": "all_of",
    "not": "not",
}
_ORDER = {word: number for number, word in enumerate(_WORDS)}
_CHOICES = frozenset(("oneOf", "anyOf", "allOf"))
# Keywords that the type or the merge strategy shows.
_ELSEWHERE = frozenset(
    (
        VALIDATIONS,
        "title",
        "description",
        "x-kubernetes-list-type",
        "x-kubernetes-list-map-keys",
        "x-kubernetes-map-type",
    )
)


def field_limits(field: Field, labels: Mapping[str, str]) -> list[str]:
    """Describe the constraints of a field in one line, and its validation rules in one line each."""
    end = innermost(field.type)
    plain = end == _OBJECT and not field.fields  # with unknown contents anyway
    keywords = [keyword for keyword in field.keywords if not (plain and keyword == _OPEN)]
    if isinstance(end, Scalar) and end.enum:
        inside = innermost_part(field.type)
        keywords.append(
            Keyword(
                name="enum", value=json.dumps(list(end.enum), ensure_ascii=False), inside=inside
            )
        )
    return describe_keywords(keywords, labels)


def describe_keywords(keywords: Iterable[Keyword], labels: Mapping[str, str]) -> list[str]:
    """Describe keywords in one line of limits and one line per validation rule."""
    in_order = sorted(
        keywords,
        key=lambda keyword: (keyword.inside, _ORDER.get(keyword.name, len(_ORDER)), keyword.name),
    )
    parts = []
    for inside, group in groupby(in_order, key=lambda keyword: keyword.inside):
        said = [words for keyword in group if (words := _describe_keyword(keyword, labels))]
        if said:
            parts.append(qualify_part(labels["limit_separator"].join(said), inside, labels))
    rules = [
        labels["validation_message" if message else "validation"].format(
            rule=code(rule), message=message
        )
        for rule, message in validation_rules(in_order)
    ]
    if parts:
        first = [labels["limits"].format(limits=labels["limit_separator"].join(parts))]
    else:
        first = []
    return first + rules


def describe_resource(
    resource: CustomResource, key: str, labels: Mapping[str, str], text_of: Callable[[str], str]
) -> Iterator[str]:
    """Yield lines about a custom resource and its printed columns.

    `text_of` returns the text of an id.
    """
    facts = [
        labels["resource_namespaced" if resource.namespaced else "resource_cluster"].format(
            name=code(resource.name)
        )
    ]
    lists = {
        "resource_short": resource.short_names,
        "resource_categories": resource.categories,
        "resource_subresources": (("status",) if resource.status else ())
        + (("scale",) if resource.scale else ()),
        "resource_selectable": resource.selectable_fields,
    }
    facts += [
        labels[word].format(value=_join_code(values, labels))
        for word, values in lists.items()
        if values
    ]
    if resource.storage:
        facts.append(labels["resource_storage"])
    yield labels["limit_separator"].join(facts) + labels["full_stop"]
    if resource.deprecated:
        yield labels["resource_deprecated"] + (
            f" {resource.deprecation_warning}" if resource.deprecation_warning else ""
        )
    if resource.columns:
        yield labels["resource_columns"].format(command=code(f"kubectl get {resource.plural}"))
        for column in resource.columns:
            text = " ".join(text_of(column_id(key, column.name)).split())
            said = f"{labels['colon']}{text}" if text else ""
            yield f"{code(column.name)} ({code(column.json_path)}, {column.format or column.type}){said}"


def join_generated_lines(lines: Iterable[str], place: str) -> str:
    """Join escaped lines behind an id, by which readers recognize generated lines."""
    text = "<br/>".join(" ".join(line.split()) for line in lines)
    if text:
        return f'<a id="{html.attribute(place)}"></a>{text}'
    return ""


def field_mark(place: str) -> str:
    """Return the id of a field for the end of its line, or nothing."""
    if place:
        return f' <a id="{html.attribute(place)}"></a>'
    return ""


def code(text: str) -> str:
    """Write a text as code between enough backticks."""
    text = " ".join(text.split())
    longest = max(map(len, _TICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    if text[:1] == "`" or text[-1:] == "`":
        blank = " "
    else:
        blank = ""
    return f"{fence}{blank}{text}{blank}{fence}"


def _describe_keyword(keyword: Keyword, labels: Mapping[str, str]) -> str:
    """Describe one keyword, or return nothing for one that is described elsewhere."""
    if keyword.name in _ELSEWHERE:
        return ""
    value = json.loads(keyword.value)
    word = _WORDS.get(keyword.name)
    if word is None or value is False:
        return code(f"{keyword.name}: {keyword.value}")
    if keyword.name in _CHOICES and isinstance(value, list):
        text = _join_code([_describe_choice(choice) for choice in value], labels)
    elif keyword.name == "enum" and isinstance(value, list):
        text = _join_code(
            [
                choice if isinstance(choice, str) and choice else json.dumps(choice)
                for choice in value
            ],
            labels,
        )
    else:
        text = code(
            value
            if isinstance(value, str) and value and keyword.name != "default"
            else keyword.value
        )
    return labels[f"limit_{word}"].format(value=text)


def _describe_choice(choice: object) -> str:
    """Describe a part of a choice, by its required fields if it has nothing else."""
    if (
        isinstance(choice, dict)
        and choice.keys() == {"required"}
        and isinstance(choice["required"], list)
    ):
        return " + ".join(map(str, choice["required"]))
    return json.dumps(choice, ensure_ascii=False)


def _join_code(values: Iterable[str], labels: Mapping[str, str]) -> str:
    return labels["list_separator"].join(map(code, values))


def qualify_part(said: str, inside: str, labels: Mapping[str, str]) -> str:
    """Qualify a phrase as one about list items or map values."""
    for at in range(len(inside) - 2, -1, -2):
        if inside[at : at + 2] == "[]":
            word = "limit_items"
        else:
            word = "limit_values"
        said = labels[word].format(limits=said)
    return said
