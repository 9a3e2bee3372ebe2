"""Make server rules of the tags that Kubernetes' types declare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from msgspec import Struct

from codegen.core import releases
from codegen.core.json_types import JsonValue
from codegen.core.releases import Release
from codegen.kube.errors import DUPLICATE, INVALID, REQUIRED, TOO_LONG, TOO_MANY
from codegen.kube.field_paths import FieldPath
from codegen.validation.declared_facts import DeclaredRule, declared_facts
from codegen.validation.declared_tags import Tag, parse_tag
from codegen.validation.object_finding import Answer
from codegen.validation.rule_loader import RuleSet, ServerRule
from codegen.validation.runtime.name_formats import FORMATS
from codegen.validation.runtime.rule_records import AllowedValue, Condition, ReleaseRange

_FORBIDDEN = "FieldValueForbidden"
_STAGE = 60  # the stage of the other rules about values
_SOURCE = "staging/src/k8s.io/api"
_WHOLE = FieldPath("", ())
_RULES = {
    INVALID: "field-value-invalid",
    REQUIRED: "field-value-required",
    DUPLICATE: "field-value-duplicate",
    TOO_LONG: "field-value-too-long",
    TOO_MANY: "field-value-too-many",
    _FORBIDDEN: "field-value-forbidden",
}
_NUMBERS = frozenset(("int", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"))


class _Limit(Struct, frozen=True, kw_only=True):
    """A condition of a tag with the answer of a server."""

    word: str
    code: str
    text: str
    needs_value: bool = True
    is_number: bool = False
    arguments: tuple[str, ...] = ()


_LIMITS: Mapping[str, _Limit] = {
    "minimum": _Limit(
        word="minimum",
        code=INVALID,
        text="must be greater than or equal to {value}",
        is_number=True,
    ),
    "maximum": _Limit(
        word="maximum", code=INVALID, text="must be less than or equal to {value}", is_number=True
    ),
    "maxItems": _Limit(
        word="max-items", code=TOO_MANY, text="must have at most {value} items", is_number=True
    ),
    "maxProperties": _Limit(
        word="max-items", code=TOO_MANY, text="must have at most {value} items", is_number=True
    ),
    "maxLength": _Limit(
        word="max-characters",
        code=TOO_LONG,
        text="may not be more than {value} characters",
        is_number=True,
    ),
    "maxBytes": _Limit(
        word="max-bytes", code=TOO_LONG, text="may not be more than {value} bytes", is_number=True
    ),
    "format": _Limit(word="format", code=INVALID, text="%s", arguments=("format",)),
    "forbidden": _Limit(word="forbidden", code=_FORBIDDEN, text="", needs_value=False),
    "immutable": _Limit(
        word="unchanged", code=INVALID, text="field is immutable", needs_value=False
    ),
}
_UPDATES: Mapping[str, _Limit] = {
    "NoModify": _Limit(
        word="not-modified",
        code=INVALID,
        text="field cannot be modified once set",
        needs_value=False,
    ),
    "NoUnset": _Limit(
        word="not-cleared",
        code=INVALID,
        text="field cannot be cleared once set",
        needs_value=False,
    ),
    "NoSet": _Limit(
        word="not-set-later",
        code=INVALID,
        text="field cannot be set once created",
        needs_value=False,
    ),
}
_LISTS = frozenset(("unique", "listType", "listMapKey"))
_UNIONS = frozenset(("unionMember", "zeroOrOneOfMember"))
_WITHOUT_EFFECT = frozenset(("optional",))


def reason_not_evaluated(tag: Tag) -> str:
    """Return why a tag rejects nothing, or an empty text for one that is evaluated."""
    if tag.name in ("alpha", "beta"):
        return "not stable"
    if tag.name in ("ifEnabled", "ifDisabled"):
        return "depends on a feature gate"
    if tag.name in _WITHOUT_EFFECT:
        return "rejects nothing"
    if tag.name == "enum":
        return "checked by the schema"
    if tag.name in ("subfield", "eachVal", "eachKey") and tag.inner is not None:
        if tag.inner.name in _LIMITS or tag.inner.name == "required":
            return reason_not_evaluated(tag.inner)
        return reason_not_evaluated(tag.inner) or "unknown"
    if tag.name == "format" and tag.value not in FORMATS:
        return "unknown format"
    if tag.name == "update" and tag.value not in _UPDATES:
        return "unknown update"
    if tag.name == "listType" and tag.value == "atomic":
        return "rejects nothing"
    checked_names = (*_LIMITS, *_LISTS, *_UNIONS, "required", "update")
    if tag.name in checked_names:
        return ""
    return "unknown"


class DeclaredRules:
    """The rules of all definitions, and the fields that servers of a release drop."""

    def __init__(self) -> None:
        facts = declared_facts()
        self._releases = facts.releases
        self._facts: dict[str, list[DeclaredRule]] = defaultdict(list)
        for rule in facts.rules:
            self._facts[rule.definition].append(rule)
        self._gated = facts.gated
        self._sets: dict[str, RuleSet] = {}

    @property
    def keys(self) -> frozenset[str]:
        """Return the keys of definitions with rules."""
        return frozenset(self._facts)

    def find_dropped(self, release: Release | None) -> frozenset[tuple[str, str]]:
        """Return the definitions and names of fields that servers of a release drop."""
        return frozenset(
            (gated.definition, gated.field)
            for gated in self._gated
            if release is None or _parse_span(gated.since, gated.until).holds(release)
        )

    def find(self, key: str) -> RuleSet:
        """Return the rules of a definition with such."""
        if key not in self._sets:
            self._sets[key] = RuleSet(
                key=key,
                gvk=None,
                first=releases.parse(self._releases[0]),
                last=releases.parse(self._releases[-1]),
                rules=tuple(_build_rules(self._facts[key])),
                within=(),
            )
        return self._sets[key]


@cache
def declared_rules() -> DeclaredRules:
    """Return the bundled rules."""
    return DeclaredRules()


def _parse_span(since: str, until: str) -> ReleaseRange:
    return ReleaseRange(since=releases.parse(since), until=releases.parse(until) if until else None)


def _build_rules(facts: Iterable[DeclaredRule]) -> Iterator[ServerRule]:
    """Yield the rules of one definition."""
    unions: dict[tuple[str, str, str, str], list[DeclaredRule]] = defaultdict(list)
    lists: dict[tuple[str, str, str], list[DeclaredRule]] = defaultdict(list)
    for fact in facts:
        tag = parse_tag(fact.tag)
        if tag.name in _UNIONS:
            unions[tag.name, tag.argument("union"), fact.since, fact.until].append(fact)
        elif tag.name in _LISTS:
            lists[fact.field, fact.since, fact.until].append(fact)
        else:
            yield from _build_field_rule(fact, tag)
    for members in unions.values():
        yield from _build_union_rules(members)
    for tags in lists.values():
        yield from _build_list_rule(tags)


def _build_field_rule(fact: DeclaredRule, tag: Tag) -> Iterator[ServerRule]:
    path, go = fact.field, fact.go
    is_key = tag.name == "eachKey"
    while tag.inner is not None:
        if tag.name == "subfield":
            path, go = f"{path}.{tag.argument('')}", "string"
        elif tag.name == "eachVal":
            path, go = f"{path}[*]", "*"
        tag = tag.inner
    if tag.name == "required":
        word = "nonzero" if go in _NUMBERS else "required"
        if go.startswith("*"):
            word = "set"
        yield _build_rule(fact, FieldPath.parse(path), word, REQUIRED, "")
        return
    if tag.name == "update":
        limit = _UPDATES[tag.value]
    else:
        limit = _LIMITS[tag.name]
    word = limit.word
    if is_key:
        if word != "format":
            return
        word = "key-format"
    value: JsonValue = int(tag.value) if limit.is_number else tag.value
    field = FieldPath.parse(path)
    when: tuple[Condition, ...] = ()
    if limit.needs_value and go in ("string", "*") and "[*]" not in path:
        when = (_build_condition(field, "required"),)
    yield _build_rule(
        fact,
        field,
        word,
        limit.code,
        limit.text.format(value=tag.value),
        value=value,
        when=when,
        arguments=limit.arguments,
    )


def _build_union_rules(members: list[DeclaredRule]) -> Iterator[ServerRule]:
    names = [member.field for member in members]
    listed = ", ".join(f"`{name}`" for name in names)
    if parse_tag(members[0].tag).name == "unionMember":
        yield _build_rule(
            members[0], _WHOLE, "some-of", INVALID, f"must specify one of: {listed}", values=names
        )
        text = f"must specify exactly one of: {listed}"
    else:
        text = f"must specify at most one of: {listed}"
    yield _build_rule(members[0], _WHOLE, "at-most-one-of", INVALID, text, values=names)


def _build_list_rule(facts: list[DeclaredRule]) -> Iterator[ServerRule]:
    tags = [parse_tag(fact.tag) for fact in facts]
    keys = [tag.value for tag in tags if tag.name == "listMapKey"]
    is_set = any(tag.name in ("unique", "listType") and tag.value == "set" for tag in tags)
    if keys or is_set:
        field = FieldPath.parse(facts[0].field)
        yield _build_rule(facts[0], field, "unique-items", DUPLICATE, "", values=keys)


def _build_condition(
    field: FieldPath, word: str, value: object = None, values: Iterable[str] = ()
) -> Condition:
    always = ReleaseRange(since=releases.parse(declared_facts().releases[0]))
    return Condition(
        field=field,
        word=word,
        value=value,
        values=tuple(AllowedValue(value=value, span=always) for value in values),
        other="",
        pattern=None,
    )


def _build_rule(
    fact: DeclaredRule,
    field: FieldPath,
    word: str,
    code: str,
    text: str,
    *,
    value: object = None,
    values: Iterable[str] = (),
    when: tuple[Condition, ...] = (),
    arguments: tuple[str, ...] = (),
) -> ServerRule:
    name = fact.definition.rpartition(".")[2]
    return ServerRule(
        id=_RULES[code],
        fields=(field,),
        span=_parse_span(fact.since, fact.until),
        source=_SOURCE,
        says={
            "en": f"Kubernetes declares `{fact.tag}` for {name}",
            "zh-cn": f"Kubernetes 为 {name} 声明了 `{fact.tag}`",
        },
        effect="rejects",
        only=(),
        except_for=(),
        cluster=False,
        alone=False,
        condition=_build_condition(field, word, value, values),
        when=when,
        codes=(),
        answer=Answer(code=422, stage=_STAGE, text=text, cause=code, args=arguments),
        value=None,
    )
