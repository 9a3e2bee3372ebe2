"""The kinds of change between two sources, with a level in a request and one in a response.

Their explanations are in `prose`.

Ids are `<what>-<happened>` and stable: a rule is retired, never renamed.
"""

from __future__ import annotations

from codegen.core.diagnostics import Level
from codegen.findings.rules.rule import Aspect, ChangeRule, Convention, Lifecycle

ERR, WARN, INFO = Level.ERR, Level.WARN, Level.INFO
_ADDED = "{subject} is on the page, and not in the original"
_REMOVED = "{subject} is missing from the page"

# One rule a line: id, levels, what happened.
# fmt: off
DEFINITION_CHANGES = (
    ChangeRule("group-version-added", (INFO, INFO), "{subject} is new", follows=Convention.ADDED_OPTIONAL, life=Lifecycle.ADDED),
    ChangeRule("group-version-removed", (ERR, ERR), "{subject} is gone", follows=Convention.VERSIONS_END, life=Lifecycle.REMOVED),
    ChangeRule("definition-added", (INFO, INFO), "{subject} is new", follows=Convention.ADDED_OPTIONAL, here=_ADDED, life=Lifecycle.ADDED, shown_by="since"),
    ChangeRule("definition-removed", (ERR, ERR), "{subject} is gone", follows=Convention.REMOVED_BY_VERSION, here=_REMOVED, life=Lifecycle.REMOVED, shown_by="until"),
    ChangeRule("definition-inlined", (WARN, WARN), "{subject} is gone as a name: the types that refer to it write its structure in place", follows=Convention.MEANING_STAYS, life=Lifecycle.REMOVED, shown_by="until"),
    ChangeRule("definition-renamed", (WARN, WARN), "{old} is now {new}", follows=Convention.MEANING_STAYS, here="{old} is called {new} on the page", aspect=Aspect.NAME, shown_by="replaced_by"),
    ChangeRule("definition-moved", (ERR, ERR), "{old} is now {new}", follows=Convention.REMOVED_BY_VERSION, here="{old} is called {new} on the page", aspect=Aspect.NAME, shown_by="replaced_by"),
    ChangeRule("definition-type-changed", (ERR, ERR), "{subject} was {old} and is {new}", follows=Convention.MEANING_STAYS, aspect=Aspect.VALUE, shown_by="type"),
    ChangeRule("definition-kinds-changed", (INFO, INFO), "{subject} is now the schema of {new}, and no longer of {old}", follows=Convention.MEANING_STAYS, aspect=Aspect.VALUE),
    ChangeRule("definition-map-type-changed", (WARN, None), "the map type of {subject} was {old} and is {new}", follows=Convention.TOPOLOGY_STAYS, aspect=Aspect.VALUE),
)
FIELD_CHANGES = (
    ChangeRule("field-added", (INFO, INFO), "{subject} is new, and optional", follows=Convention.ADDED_OPTIONAL, here=_ADDED, life=Lifecycle.ADDED, shown_by="since"),
    ChangeRule("required-field-added", (ERR, INFO), "{subject} is new, and required", follows=Convention.ADDED_OPTIONAL, here=_ADDED, life=Lifecycle.ADDED, shown_by="since"),
    ChangeRule("field-removed", (WARN, WARN), "{subject}, which was optional, is gone", follows=Convention.REMOVED_BY_VERSION, here=_REMOVED, life=Lifecycle.REMOVED, shown_by="until"),
    ChangeRule("required-field-removed", (WARN, ERR), "{subject}, which was required, is gone", follows=Convention.REMOVED_BY_VERSION, here="{subject}, which is required, is missing from the page", life=Lifecycle.REMOVED, shown_by="until"),
    ChangeRule("field-renamed", (ERR, ERR), "{subject} is now called {new}, and is of the same type", follows=Convention.REMOVED_BY_VERSION, here="{subject} is called {new} on the page", aspect=Aspect.NAME, shown_by="replaced_by"),
    ChangeRule("field-type-changed", (ERR, ERR), "the type of {subject} was {old} and is {new}", follows=Convention.MEANING_STAYS, aspect=Aspect.VALUE, fact="type", shown_by="type"),
    ChangeRule("field-type-widened", (INFO, ERR), "the type of {subject} was {old} and is {new}, which takes more", follows=Convention.VALIDATION_STAYS, fact="type", shown_by="type"),
    ChangeRule("field-type-narrowed", (ERR, INFO), "the type of {subject} was {old} and is {new}, which takes less", follows=Convention.VALIDATION_STAYS, fact="type", shown_by="type"),
    ChangeRule("field-type-equivalent", (INFO, INFO), "the type of {subject} was {old} and is {new}, which takes the same values", follows=Convention.MEANING_STAYS, fact="type", shown_by="type"),
    ChangeRule("field-format-changed", (ERR, ERR), "the format of {subject} was {old} and is {new}", follows=Convention.MEANING_STAYS, aspect=Aspect.VALUE, shown_by="type"),
    ChangeRule("field-became-optional", (INFO, ERR), "{subject} is no longer required", follows=Convention.REQUIRED_STAYS, here="{subject} is required in the original and not on the page", fact="required", shown_by="required"),
    ChangeRule("field-became-required", (ERR, INFO), "{subject} is now required", follows=Convention.REQUIRED_STAYS, here="{subject} is required on the page and not in the original", fact="required", shown_by="required"),
    ChangeRule("field-value-changed", (ERR, ERR), "the only value of {subject} was {old} and is {new}", follows=Convention.MEANING_STAYS, aspect=Aspect.VALUE),
    ChangeRule("field-enum-value-removed", (ERR, INFO), "{subject} no longer takes {old}", follows=Convention.VALUES_STAY, aspect=Aspect.VALUE, fact="enum value {old}{new}", shown_by="enum"),
    ChangeRule("field-enum-value-added", (INFO, WARN), "{subject} also takes {new}", follows=Convention.VALUES_STAY, aspect=Aspect.VALUE, fact="enum value {old}{new}", shown_by="enum"),
    ChangeRule("field-enum-added", (ERR, INFO), "{subject} takes only {new}", follows=Convention.VALIDATION_STAYS, fact="enum", shown_by="enum"),
    ChangeRule("field-enum-removed", (INFO, WARN), "{subject} is no longer limited to {old}", follows=Convention.VALIDATION_STAYS, fact="enum", shown_by="enum"),
    ChangeRule("list-type-changed", (WARN, None), "for server-side apply the list {subject} was {old} and is {new}", follows=Convention.TOPOLOGY_STAYS, here="the list type of {subject} is {old} in the original and {new} on the page", aspect=Aspect.VALUE, shown_by="list_type"),
    ChangeRule("list-map-keys-changed", (WARN, None), "the list map keys of {subject} were {old} and are {new}", follows=Convention.TOPOLOGY_STAYS, aspect=Aspect.VALUE, shown_by="list_type"),
    ChangeRule("patch-strategy-changed", (WARN, None), "the patch strategy of {subject} was {old} and is {new}", follows=Convention.PATCHES_STAY, aspect=Aspect.VALUE),
    ChangeRule("patch-merge-key-changed", (WARN, None), "the merge key of {subject} was {old} and is {new}", follows=Convention.PATCHES_STAY, aspect=Aspect.VALUE),
    ChangeRule("field-map-type-changed", (WARN, None), "the map type of {subject} was {old} and is {new}", follows=Convention.TOPOLOGY_STAYS, aspect=Aspect.VALUE),
)
KEYWORD_CHANGES = (
    ChangeRule("limit-tightened", (ERR, INFO), "{subject} allows less: {old} became {new}", follows=Convention.VALIDATION_STAYS),
    ChangeRule("limit-relaxed", (INFO, WARN), "{subject} allows more: {old} became {new}", follows=Convention.VALIDATION_STAYS),
    ChangeRule("limit-changed", (ERR, WARN), "the limit of {subject} was {old} and is {new}", follows=Convention.VALIDATION_STAYS, aspect=Aspect.VALUE),
    ChangeRule("default-changed", (WARN, INFO), "the default of {subject} was {old} and is {new}", follows=Convention.CALLS_BEHAVE, aspect=Aspect.VALUE, shown_by="default"),
    ChangeRule("nullable-added", (INFO, WARN), "{subject} may be null now", follows=Convention.VALIDATION_STAYS, fact="nullable"),
    ChangeRule("nullable-removed", (ERR, INFO), "{subject} may no longer be null", follows=Convention.VALIDATION_STAYS, fact="nullable"),
    ChangeRule("read-only-added", (WARN, INFO), "{subject} is read-only now", follows=Convention.CALLS_BEHAVE, fact="read-only"),
    ChangeRule("read-only-removed", (INFO, INFO), "{subject} is no longer read-only", follows=Convention.ADDED_OPTIONAL, fact="read-only"),
    ChangeRule("union-changed", (WARN, WARN), "the choice of {subject} was {old} and is {new}", follows=Convention.MEANING_STAYS, aspect=Aspect.VALUE),
    ChangeRule("validation-added", (ERR, INFO), "{subject} has a new rule: {new}", follows=Convention.VALIDATION_STAYS, fact="validation {old}{new}"),
    ChangeRule("validation-removed", (INFO, WARN), "{subject} has lost a rule: {old}", follows=Convention.VALIDATION_STAYS, fact="validation {old}{new}"),
    ChangeRule("validation-changed", (ERR, WARN), "a rule of {subject} was {old} and is {new}", follows=Convention.VALIDATION_STAYS, aspect=Aspect.VALUE),
    ChangeRule("validation-message-changed", (INFO, INFO), "what a rule of {subject} says was {old} and is {new}", follows=Convention.TEXTS_ARE_DOCUMENTATION, aspect=Aspect.VALUE),
    ChangeRule("cannot-judge", (ERR, ERR), "whether {subject} allows less or more cannot be judged: it was {old} and is {new}", follows=Convention.VALIDATION_STAYS),
    ChangeRule("security-tightened", (ERR, None), "{subject} requires more of requests: {old} became {new}", follows=Convention.CALLS_SUCCEED),
    ChangeRule("security-relaxed", (INFO, None), "{subject} requires less of requests: {old} became {new}", follows=Convention.CALLS_SUCCEED),
    ChangeRule("unknown-fields-kept", (INFO, INFO), "{subject} keeps fields that the schema does not name", follows=Convention.ADDED_OPTIONAL, fact="unknown fields"),
    ChangeRule("unknown-fields-dropped", (WARN, WARN), "{subject} no longer keeps fields that the schema does not name", follows=Convention.CALLS_BEHAVE, fact="unknown fields"),
    ChangeRule("deprecation-added", (INFO, INFO), "{subject} is deprecated", follows=Convention.VERSIONS_END, fact="deprecation"),
    ChangeRule("deprecation-removed", (INFO, INFO), "{subject} is no longer deprecated", follows=Convention.VERSIONS_END, fact="deprecation"),
    ChangeRule("annotation-changed", (INFO, INFO), "what is said of {subject} beside its description was {old} and is {new}", follows=Convention.TEXTS_ARE_DOCUMENTATION, aspect=Aspect.VALUE),
    ChangeRule("keyword-changed", (WARN, WARN), "{subject} was {old} and is {new}", follows=Convention.MEANING_STAYS, aspect=Aspect.VALUE),
)
RESOURCE_CHANGES = (
    ChangeRule("stored-field-removed", (ERR, ERR), "{subject} is gone from the schema, so servers prune it: values stored in it are lost", follows=Convention.PRUNED, life=Lifecycle.REMOVED, shown_by="until"),
    ChangeRule("unknown-fields-pruned", (ERR, ERR), "{subject} no longer keeps fields that the schema does not name: values stored in them are lost", follows=Convention.PRUNED, fact="unknown fields"),
    ChangeRule("unconventional-field-added", (INFO, INFO), "{subject} is new, and optional: {new}", follows=Convention.TYPES_LAST, life=Lifecycle.ADDED, shown_by="since"),
    ChangeRule("field-required-with-default", (INFO, INFO), "{subject} is required, and has the default {new}", follows=Convention.DEFAULTS_APPLY, shown_by="required"),
    ChangeRule("required-default-removed", (ERR, INFO), "{subject}, which is required, has lost its default {old}", follows=Convention.DEFAULTS_APPLY, shown_by="default"),
    ChangeRule("list-type-tightened", (ERR, None), "the list {subject} was {old} and is {new}: items that are the same are refused", follows=Convention.TOPOLOGY_STAYS, shown_by="list_type"),
    ChangeRule("scope-changed", (ERR, ERR), "{subject} was {old} and is {new}", follows=Convention.CALLS_SUCCEED, aspect=Aspect.VALUE),
    ChangeRule("resource-renamed", (ERR, ERR), "{subject} is served as {new}, and was as {old}", follows=Convention.NAMES_STAY, aspect=Aspect.NAME),
    ChangeRule("resource-kind-changed", (ERR, ERR), "the kind of {subject} was {old} and is {new}", follows=Convention.NAMES_STAY, aspect=Aspect.VALUE),
    ChangeRule("resource-names-removed", (WARN, INFO), "{subject} has lost a name: {old}", follows=Convention.NAMES_STAY, fact="resource name {old}{new}"),
    ChangeRule("resource-names-added", (INFO, INFO), "{subject} has one more name: {new}", follows=Convention.NAMES_STAY, fact="resource name {old}{new}"),
    ChangeRule("storage-version-changed", (INFO, WARN), "{subject} is stored as {new}, and was as {old}", follows=Convention.STORED_STAYS, aspect=Aspect.VALUE),
    ChangeRule("stored-version-removed", (ERR, ERR), "{subject} was stored as {old}, which is no longer served; it is stored as {new}", follows=Convention.STORED_STAYS),
    ChangeRule("unserved-version-added", (INFO, INFO), "{subject} has the version {new}, which is not served", follows=Convention.STORED_STAYS, life=Lifecycle.ADDED),
    ChangeRule("unserved-version-removed", (WARN, WARN), "{subject} no longer has the version {old}, which was not served", follows=Convention.STORED_STAYS, life=Lifecycle.REMOVED),
    ChangeRule("unserved-version-changed", (INFO, INFO), "the version {new} of {subject}, which is not served, has changed", follows=Convention.STORED_STAYS),
    ChangeRule("conversion-changed", (WARN, WARN), "the conversion of {subject} was {old} and is {new}", follows=Convention.VERSIONS_CONVERT, aspect=Aspect.VALUE),
    ChangeRule("scale-changed", (WARN, WARN), "the subresource scale of {subject} was {old} and is {new}", follows=Convention.CALLS_BEHAVE, aspect=Aspect.VALUE),
    ChangeRule("selectable-field-removed", (ERR, None), "{subject} can no longer be selected by {old}", follows=Convention.CALLS_SUCCEED, fact="selectable field {old}{new}"),
    ChangeRule("selectable-field-added", (INFO, None), "{subject} can be selected by {new}", follows=Convention.CALLS_SUCCEED, fact="selectable field {old}{new}"),
    ChangeRule("columns-changed", (None, INFO), "the columns that are printed of {subject} were {old} and are {new}", follows=Convention.CALLS_BEHAVE, aspect=Aspect.VALUE),
    ChangeRule("served-versions-differ", (ERR, ERR), "the versions {old} and {new} of {subject} no longer fit each other", follows=Convention.VERSIONS_CONVERT),
    ChangeRule("served-versions-converted", (WARN, WARN), "{subject} differs between its versions {old} and {new} in more than before, which its webhook has to convert", follows=Convention.VERSIONS_CONVERT),
)
OPERATION_CHANGES = (
    ChangeRule("operation-added", (INFO, INFO), "{subject} is new", follows=Convention.ADDED_OPTIONAL, here=_ADDED, life=Lifecycle.ADDED, shown_by="since"),
    ChangeRule("operation-removed", (ERR, ERR), "{subject} is gone", follows=Convention.REMOVED_BY_VERSION, here=_REMOVED, life=Lifecycle.REMOVED, shown_by="until"),
    ChangeRule("operation-verb-changed", (WARN, WARN), "the verb of {subject} was {old} and is {new}", follows=Convention.NAMES_STAY, aspect=Aspect.VALUE),
    ChangeRule("operation-id-changed", (WARN, WARN), "the operationId of {subject} was {old} and is {new}", follows=Convention.NAMES_STAY, aspect=Aspect.VALUE),
    ChangeRule("parameter-added", (INFO, None), "{subject} is new, and optional", follows=Convention.ADDED_OPTIONAL, here=_ADDED, life=Lifecycle.ADDED),
    ChangeRule("required-parameter-added", (ERR, None), "{subject} is new, and required", follows=Convention.CALLS_SUCCEED, here=_ADDED, life=Lifecycle.ADDED),
    ChangeRule("parameter-removed", (WARN, None), "{subject} is gone", follows=Convention.CALLS_BEHAVE, here=_REMOVED, life=Lifecycle.REMOVED),
    ChangeRule("parameter-renamed", (INFO, None), "{subject} is called {new} now", follows=Convention.NAMES_STAY, here="{subject} is called {new} on the page", aspect=Aspect.NAME),
    ChangeRule("parameter-location-changed", (ERR, None), "{subject} was in the {old} and is in the {new}", follows=Convention.CALLS_SUCCEED, here="{subject} is in the {old} in the original and in the {new} on the page", aspect=Aspect.VALUE),
    ChangeRule("parameter-type-changed", (ERR, None), "the type of {subject} was {old} and is {new}", follows=Convention.CALLS_SUCCEED, aspect=Aspect.VALUE, fact="type"),
    ChangeRule("parameter-style-changed", (ERR, None), "{subject} was written in requests as {old} and is written as {new}", follows=Convention.CALLS_SUCCEED, aspect=Aspect.VALUE),
    ChangeRule("parameter-became-optional", (INFO, None), "{subject} is no longer required", follows=Convention.CALLS_SUCCEED, here="{subject} is required in the original and not on the page", fact="required"),
    ChangeRule("parameter-became-required", (ERR, None), "{subject} is now required", follows=Convention.CALLS_SUCCEED, here="{subject} is required on the page and not in the original", fact="required"),
    ChangeRule("response-added", (None, INFO), "{subject} is new", follows=Convention.RESPONSES_STAY, here=_ADDED, life=Lifecycle.ADDED),
    ChangeRule("response-removed", (None, WARN), "{subject} is gone", follows=Convention.RESPONSES_STAY, here=_REMOVED, life=Lifecycle.REMOVED),
    ChangeRule("header-added", (None, INFO), "{subject} is new", follows=Convention.RESPONSES_STAY, here=_ADDED, life=Lifecycle.ADDED),
    ChangeRule("header-removed", (None, WARN), "{subject}, which was optional, is gone", follows=Convention.RESPONSES_STAY, here=_REMOVED, life=Lifecycle.REMOVED),
    ChangeRule("required-header-removed", (None, ERR), "{subject}, which was required, is gone", follows=Convention.RESPONSES_STAY, here=_REMOVED, life=Lifecycle.REMOVED),
    ChangeRule("header-changed", (None, ERR), "{subject} was {old} and is {new}", follows=Convention.RESPONSES_STAY, aspect=Aspect.VALUE),
    ChangeRule("response-type-changed", (None, ERR), "the type of {subject} was {old} and is {new}", follows=Convention.CLIENTS_UNAWARE, aspect=Aspect.VALUE),
    ChangeRule("operation-kind-changed", (WARN, WARN), "the kind of {subject} was {old} and is {new}", follows=Convention.NAMES_STAY, aspect=Aspect.VALUE),
    ChangeRule("media-type-added", (INFO, INFO), "{subject} has a new media type: {new}", follows=Convention.ADDED_OPTIONAL, fact="media type {old}{new}"),
    ChangeRule("media-type-removed", (ERR, ERR), "{subject} no longer has the media type {old}", follows=Convention.CALLS_SUCCEED, fact="media type {old}{new}"),
    ChangeRule("parameter-enum-added", (ERR, None), "the values of {subject} are limited now: {new}", follows=Convention.VALIDATION_STAYS, fact="enum"),
    ChangeRule("parameter-enum-removed", (INFO, None), "the values of {subject} are no longer limited: {old}", follows=Convention.VALIDATION_STAYS, fact="enum"),
    ChangeRule("parameter-enum-value-removed", (ERR, None), "{subject} no longer takes {old}", follows=Convention.VALUES_STAY, aspect=Aspect.VALUE, fact="enum value {old}{new}"),
    ChangeRule("parameter-enum-value-added", (INFO, None), "{subject} takes {new} too", follows=Convention.VALUES_STAY, aspect=Aspect.VALUE, fact="enum value {old}{new}"),
    ChangeRule("response-text-changed", (None, INFO), "the text of {subject} was {old} and is {new}", follows=Convention.TEXTS_ARE_DOCUMENTATION, aspect=Aspect.VALUE),
)
PAGE_CHANGES = (
    ChangeRule("description-changed", (INFO, INFO), "the text of {subject} has changed: {new}", follows=Convention.TEXTS_ARE_DOCUMENTATION, aspect=Aspect.TEXT),
    ChangeRule("description-added", (INFO, INFO), "{subject} now has a text: {new}", follows=Convention.TEXTS_ARE_DOCUMENTATION, aspect=Aspect.TEXT, fact="description"),
    ChangeRule("description-removed", (INFO, INFO), "{subject} has lost its text: {old}", follows=Convention.TEXTS_ARE_DOCUMENTATION, aspect=Aspect.TEXT, fact="description"),
    ChangeRule("markup-changed", (INFO, INFO), "only the markup of the text of {subject} has changed: {new}", follows=Convention.TEXTS_ARE_DOCUMENTATION, aspect=Aspect.TEXT),
    ChangeRule("link-changed", (WARN, WARN), "the link of {subject} led to {old} and leads to {new}, with the same text", follows=Convention.TEXTS_ARE_DOCUMENTATION, here="the link of {subject} leads to {old} in the original and to {new} on the page", aspect=Aspect.VALUE),
    ChangeRule("page-added", (WARN, WARN), "the page {subject} is only in the second language", follows=Convention.ENGLISH_LEADS, life=Lifecycle.ADDED),
    ChangeRule("page-removed", (WARN, WARN), "the page {subject} is not in the second language", follows=Convention.ENGLISH_LEADS, life=Lifecycle.REMOVED),
    ChangeRule("page-moved", (WARN, WARN), "the page {old} is at {new} in the second language", follows=Convention.ENGLISH_LEADS, aspect=Aspect.NAME),
    ChangeRule("page-weight-changed", (INFO, INFO), "the weight of {subject} was {old} and is {new}", follows=Convention.ENGLISH_LEADS, aspect=Aspect.VALUE),
    ChangeRule("page-metadata-changed", (WARN, WARN), "{subject} says {new} in its head, not {old}", follows=Convention.ENGLISH_LEADS, aspect=Aspect.VALUE),
    ChangeRule("page-misprint", (WARN, WARN), "the page is wrong: {subject}", follows=Convention.ENGLISH_LEADS),
)
