"""The rule table: what can change, how grave it is in a request and in a response, and why.

Ids are `<what>-<happened>` and stable: a rule is retired, never renamed. The documentation of the rules is made from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from codegen.findings.levels import Level
from codegen.findings.rules.rule import Rule

_ERR, _WARN, _INFO = Level.ERR, Level.WARN, Level.INFO


def _rule(
    name: str,
    says: str,
    request: Level | None,
    response: Level | None,
    example: str,
    sends: str = "",
    reads: str | None = None,
) -> Rule:
    return Rule(
        id=name,
        says=says,
        request=request,
        response=response,
        sends=sends,
        reads=sends if reads is None else reads,
        example=example,
    )


_SAME_KEYS = "Server-side apply and strategic merge patches treat the list otherwise."
_DEFINITIONS = (
    _rule("definition-added", "{subject} is new", _INFO, _INFO, "a page of a new kind"),
    _rule(
        "definition-removed",
        "{subject} is gone",
        _ERR,
        _ERR,
        "an alpha version that was retired",
        "Who uses the type has to change.",
    ),
    _rule(
        "definition-renamed",
        "{old} is now {new}, with the same fields",
        _WARN,
        _WARN,
        "`v1alpha2.Plot` became `v1alpha3.Plot`",
        "Generated names change; what is sent and read does not.",
    ),
    _rule(
        "definition-type-changed",
        "{subject} was {old} and is {new}",
        _ERR,
        _ERR,
        "`Quantity` was a string and is a number",
        "Values that were valid may not be.",
    ),
    _rule(
        "definition-kinds-changed",
        "{subject} was the schema of {old} and is that of {new}",
        _INFO,
        _INFO,
        "`DeleteOptions` serves one more group",
    ),
    _rule(
        "definition-map-type-changed",
        "the map type of {subject} was {old} and is {new}",
        _WARN,
        None,
        "`x-kubernetes-map-type: atomic` was added",
        "Server-side apply owns the object as a whole, or no longer.",
        "",
    ),
)
_FIELDS = (
    _rule("field-added", "{subject} is new, and optional", _INFO, _INFO, "`Plot.shade` is new"),
    _rule(
        "required-field-added",
        "{subject} is new, and required",
        _ERR,
        _INFO,
        "`Plot.shade` is new and required",
        "Requests without it are refused.",
        "",
    ),
    _rule(
        "field-removed",
        "{subject}, which was optional, is gone",
        _WARN,
        _WARN,
        "`Plot.shade` is gone",
        "It is dropped, or refused as unknown.",
        "It is not answered any more.",
    ),
    _rule(
        "required-field-removed",
        "{subject}, which was required, is gone",
        _WARN,
        _ERR,
        "`Plot.size`, required, is gone",
        "It is dropped, or refused as unknown.",
        "A reader relies on it.",
    ),
    _rule(
        "field-renamed",
        "{subject} is now called {new}, with the same type and text",
        _ERR,
        _ERR,
        "`Plot.rowz` became `Plot.rows`",
        "The old name is unknown.",
        "The old name is not answered any more.",
    ),
    _rule(
        "field-type-changed",
        "the type of {subject} was {old} and is {new}",
        _ERR,
        _ERR,
        "`Plot.size` was `string` and is `int32`",
        "Values of the old type are refused.",
        "A reader of the old type fails.",
    ),
    _rule(
        "field-format-changed",
        "the format of {subject} was {old} and is {new}",
        _ERR,
        _ERR,
        "`Plot.size` was `int32` and is `int64`",
        "Values may be out of range, or of another form.",
    ),
    _rule(
        "field-became-optional",
        "{subject} is no longer required",
        _INFO,
        _ERR,
        "`Plot.size` lost `required`",
        "Who sends it may go on.",
        "It may be missing where a reader relies on it.",
    ),
    _rule(
        "field-became-required",
        "{subject} is now required",
        _ERR,
        _INFO,
        "`Plot.size` became `required`",
        "Requests without it are refused.",
        "",
    ),
    _rule(
        "field-value-changed",
        "the only value of {subject} was {old} and is {new}",
        _ERR,
        _ERR,
        "`apiVersion` was `garden.example.io/v1beta1` and is `garden.example.io/v1`",
        "The old value is refused.",
        "The old value is not answered any more.",
    ),
    _rule(
        "field-enum-value-removed",
        "{subject} no longer takes {old}",
        _ERR,
        _INFO,
        "`Bed.soil` no longer takes `Clay`",
        "That value is refused.",
        "",
    ),
    _rule(
        "field-enum-value-added",
        "{subject} takes {new} as well",
        _INFO,
        _WARN,
        "`Bed.soil` takes `Loam` as well",
        "",
        "A reader may not know that value.",
    ),
    _rule(
        "field-enum-added",
        "{subject} takes only {new}",
        _ERR,
        _INFO,
        "`Bed.soil`, any string before, takes `Clay` or `Loam` only",
        "Other values are refused.",
        "",
    ),
    _rule(
        "field-enum-removed",
        "{subject} is no longer limited to {old}",
        _INFO,
        _WARN,
        "`Bed.soil` takes any string",
        "",
        "A reader may not know the value.",
    ),
    _rule(
        "list-type-changed",
        "the list type of {subject} was {old} and is {new}",
        _WARN,
        None,
        "`Bed.rows` became `atomic`",
        _SAME_KEYS,
        "",
    ),
    _rule(
        "list-map-keys-changed",
        "the list map keys of {subject} were {old} and are {new}",
        _WARN,
        None,
        "`Bed.rows` is keyed by `name` instead of `type`",
        _SAME_KEYS,
        "",
    ),
    _rule(
        "patch-strategy-changed",
        "the patch strategy of {subject} was {old} and is {new}",
        _WARN,
        None,
        "`Bed.rows` lost `merge`",
        _SAME_KEYS,
        "",
    ),
    _rule(
        "patch-merge-key-changed",
        "the merge key of {subject} was {old} and is {new}",
        _WARN,
        None,
        "`Bed.rows` is merged on `port` instead of `type`",
        _SAME_KEYS,
        "",
    ),
    _rule(
        "field-map-type-changed",
        "the map type of {subject} was {old} and is {new}",
        _WARN,
        None,
        "`Bed.labels` became `atomic`",
        "Server-side apply owns the object as a whole, or no longer.",
        "",
    ),
)
_OPERATIONS = (
    _rule("operation-added", "{subject} is new", _INFO, _INFO, "`GET /apis/garden.example.io/v1/plots` is new"),
    _rule(
        "operation-removed",
        "{subject} is gone",
        _ERR,
        _ERR,
        "`GET /apis/garden.example.io/v1/plots` is gone",
        "Callers get 404 or 405.",
    ),
    _rule(
        "operation-verb-changed",
        "the verb of {subject} was {old} and is {new}",
        _WARN,
        _WARN,
        "`list` became `get`",
        "Generated clients and RBAC rules follow the verb.",
    ),
    _rule(
        "operation-id-changed",
        "the operationId of {subject} was {old} and is {new}",
        _WARN,
        _WARN,
        "`listGardenV1Plot` became `listPlots`",
        "Generated clients are called after it.",
    ),
    _rule("parameter-added", "{subject} is new, and optional", _INFO, None, "`dryRun` is new"),
    _rule(
        "required-parameter-added",
        "{subject} is new, and required",
        _ERR,
        None,
        "`namespace` is new and required",
        "Requests without it are refused.",
        "",
    ),
    _rule(
        "parameter-removed",
        "{subject} is gone",
        _WARN,
        None,
        "`export` is gone",
        "It is ignored, or refused.",
        "",
    ),
    _rule(
        "parameter-location-changed",
        "{subject} was in the {old} and is in the {new}",
        _ERR,
        None,
        "`name` moved from the query to the path",
        "Requests of the old form are refused.",
        "",
    ),
    _rule(
        "parameter-type-changed",
        "the type of {subject} was {old} and is {new}",
        _ERR,
        None,
        "`limit` was `integer` and is `string`",
        "Values of the old type are refused.",
        "",
    ),
    _rule(
        "parameter-became-optional",
        "{subject} is no longer required",
        _INFO,
        None,
        "`body` of a DELETE became optional",
    ),
    _rule(
        "parameter-became-required",
        "{subject} is now required",
        _ERR,
        None,
        "`body` became required",
        "Requests without it are refused.",
        "",
    ),
    _rule("response-added", "{subject} is new", None, _INFO, "`202 Accepted` is new"),
    _rule(
        "response-removed",
        "{subject} is gone",
        None,
        _WARN,
        "`202 Accepted` is gone",
        "",
        "Who waits for that status waits in vain.",
    ),
    _rule(
        "response-type-changed",
        "the type of {subject} was {old} and is {new}",
        None,
        _ERR,
        "`200` answered `Plot` and answers `Status`",
        "",
        "A reader of the old type fails.",
    ),
)
_TEXTS = (
    _rule(
        "description-changed",
        "the text of {subject} says something else: {new}",
        _INFO,
        _INFO,
        "more than case, blanks and escapes differ",
        "Its translations are out of date.",
    ),
    _rule("description-added", "{subject} has a text now: {new}", _INFO, _INFO, "a field without text got one"),
    _rule("description-removed", "{subject} has lost its text: {old}", _INFO, _INFO, "a field lost its text"),
)
_PAGES = (
    _rule(
        "page-added",
        "the page {subject} is only in the second language",
        _WARN,
        _WARN,
        "a page whose English was removed",
        "Its English is gone: remove the page.",
    ),
    _rule(
        "page-removed",
        "the page {subject} is not in the second language",
        _WARN,
        _WARN,
        "a page that nobody has translated",
        "Translate the page.",
    ),
    _rule(
        "page-moved",
        "the page {old} is {new} in the second language",
        _WARN,
        _WARN,
        "`a/plot-v1alpha2.md` is `a/plot-v1alpha3.md` in English",
        "Move the page and follow its English.",
    ),
    _rule(
        "page-weight-changed",
        "the weight of {subject} was {old} and is {new}",
        _INFO,
        _INFO,
        "`weight: 3` is `weight: 5` in English",
        "The page stands at another place in its list.",
    ),
    _rule(
        "page-metadata-changed",
        "{subject} says {new} in its head, not {old}",
        _WARN,
        _WARN,
        "the import line names another package",
        "Everything on the page is read as of that kind and package.",
    ),
    _rule(
        "page-misprint",
        "the page is wrong: {subject}",
        _WARN,
        _WARN,
        "`readyProbe` stands where the English beside it has `readinessProbe`",
        "The model is right because the reader corrected it; the page still misleads people.",
    ),
)

_HERE = {
    "definition-added": "{subject} is on the page, and not in the original",
    "definition-removed": "{subject} is missing from the page",
    "definition-renamed": "{old} is called {new} on the page",
    "field-added": "{subject} is on the page, and not in the original",
    "required-field-added": "{subject} is on the page, and not in the original",
    "field-removed": "{subject} is missing from the page",
    "required-field-removed": "{subject}, which is required, is missing from the page",
    "field-renamed": "{subject} is called {new} on the page",
    "field-became-optional": "{subject} is required in the original and not on the page",
    "field-became-required": "{subject} is required on the page and not in the original",
    "operation-added": "{subject} is on the page, and not in the original",
    "operation-removed": "{subject} is missing from the page",
    "parameter-added": "{subject} is on the page, and not in the original",
    "required-parameter-added": "{subject} is on the page, and not in the original",
    "parameter-removed": "{subject} is missing from the page",
    "parameter-became-optional": "{subject} is required in the original and not on the page",
    "parameter-became-required": "{subject} is required on the page and not in the original",
    "parameter-location-changed": "{subject} is in the {old} in the original and in the {new} on the page",
    "response-added": "{subject} is on the page, and not in the original",
    "response-removed": "{subject} is missing from the page",
}


def _translated(rule: Rule) -> str:
    """`the type of X was A and is B` -> `the type of X is A in the original and B on the page`."""
    return _HERE.get(rule.id) or rule.says.replace(
        " was {old} and is {new}", " is {old} in the original and {new} on the page"
    ).replace(" were {old} and are {new}", " are {old} in the original and {new} on the page")


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        each.id: replace(each, here=_translated(each))
        for each in (*_DEFINITIONS, *_FIELDS, *_OPERATIONS, *_TEXTS, *_PAGES)
    }
)
