"""The rules of Kubernetes that the levels of changes follow, in our words, with the page that each comes from."""

from __future__ import annotations

from codegen.findings.rules.rule import Convention

_CHANGING = "https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api_changes.md"
_CONVENTIONS = (
    "https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md"
)
_DOCS = "https://kubernetes.io/docs"
_RESOURCES = f"{_DOCS}/tasks/extend-kubernetes/custom-resources"

CALLS_SUCCEED = Convention(
    title="Changing the API, On compatibility, rule 1",
    says="A call that succeeded before the change has to succeed after it.",
    url=f"{_CHANGING}#on-compatibility",
)
CALLS_BEHAVE = Convention(
    title="Changing the API, On compatibility, rule 2",
    says="A call that does not use the change has to behave as before.",
    url=f"{_CHANGING}#on-compatibility",
)
CLIENTS_UNAWARE = Convention(
    title="Changing the API, On compatibility, rule 5",
    says="Existing clients need not know of the change, even where it is used.",
    url=f"{_CHANGING}#on-compatibility",
)
ADDED_OPTIONAL = Convention(
    title="Changing the API, Adding a field",
    says="A field may be added to a version if nobody has to set it; a new required field is not compatible.",
    url=f"{_CHANGING}#adding-a-field",
)
REQUIRED_STAYS = Convention(
    title="Changing the API, On compatibility",
    says="Which fields are required, and which are not, does not change.",
    url=f"{_CHANGING}#on-compatibility",
)
MEANING_STAYS = Convention(
    title="Changing the API, On compatibility",
    says="How existing types, fields and values are interpreted does not change.",
    url=f"{_CHANGING}#on-compatibility",
)
VALIDATION_STAYS = Convention(
    title="Changing the API, Backward compatibility gotchas",
    says="Validation is not made stricter, since requests that worked have to work; made weaker, it may break readers.",
    url=f"{_CHANGING}#backward-compatibility-gotchas",
)
VALUES_STAY = Convention(
    title="Changing the API, Backward compatibility gotchas",
    says="A new value of an enumeration is not compatible for clients that believe to know all of them; a value goes only after it "
    "was deprecated, and is accepted until then.",
    url=f"{_CHANGING}#backward-compatibility-gotchas",
)
REMOVED_BY_VERSION = Convention(
    title="Deprecation policy, rule 1",
    says="Elements of an API are removed only with a new version of its group.",
    url=f"{_DOCS}/reference/using-api/deprecation-policy/#deprecating-parts-of-the-api",
)
VERSIONS_END = Convention(
    title="Deprecation policy, rule 4",
    says="A version is served for a number of releases after it was deprecated, by its stability, and may go then.",
    url=f"{_DOCS}/reference/using-api/deprecation-policy/#deprecating-parts-of-the-api",
)
TOPOLOGY_STAYS = Convention(
    title="Server-Side Apply, Compatibility across topology changes",
    says="How a list, map or struct is merged should not change within a version: owners of its parts are lost or put together.",
    url=f"{_DOCS}/reference/using-api/server-side-apply/#compatibility-across-topology-changes",
)
PATCHES_STAY = Convention(
    title="API conventions, PATCH operations",
    says="What a strategic merge patch does with a list is decided by its strategy and merge key, which are a part of the API.",
    url=f"{_CONVENTIONS}#patch-operations",
)
NAMES_STAY = Convention(
    title="API conventions, Verbs on resources",
    says="Verbs and names of operations are what clients are generated from and what access rules name.",
    url=f"{_CONVENTIONS}#verbs-on-resources",
)
RESPONSES_STAY = Convention(
    title="API conventions, HTTP status codes",
    says="Clients tell outcomes by their status; they treat one that they do not know like the others of its class.",
    url=f"{_CONVENTIONS}#http-status-codes",
)
TYPES_LAST = Convention(
    title="API conventions, Primitive types",
    says="Fields avoid floating-point numbers, unsigned integers and booleans; lists of named objects are preferred to maps of them.",
    url=f"{_CONVENTIONS}#primitive-types",
)
PRUNED = Convention(
    title="Extend the Kubernetes API with CustomResourceDefinitions, Field pruning",
    says="What the schema of a custom resource does not name is dropped before an object is stored, and where it is read.",
    url=f"{_RESOURCES}/custom-resource-definitions/#field-pruning",
)
DEFAULTS_APPLY = Convention(
    title="Extend the Kubernetes API with CustomResourceDefinitions, Defaulting",
    says="Defaults are put into a request before it is checked, and into what is read from the store.",
    url=f"{_RESOURCES}/custom-resource-definitions/#defaulting",
)
STORED_STAYS = Convention(
    title="Versions in CustomResourceDefinitions, Upgrade existing objects to a new stored version",
    says="Objects stay in the version in which they were written; a version goes only after all of them were rewritten.",
    url=f"{_RESOURCES}/custom-resource-definition-versioning/#upgrade-existing-objects-to-a-new-stored-version",
)
VERSIONS_CONVERT = Convention(
    title="Changing the API, On compatibility",
    says="An object can be converted between the versions of its group and back without losing anything.",
    url=f"{_CHANGING}#on-compatibility",
)
TEXTS_ARE_DOCUMENTATION = Convention(
    title="Changing the API, Edit types.go",
    says="The documentation is made from the descriptions; they are not a contract, but translations follow them.",
    url=f"{_CHANGING}#edit-typesgo",
)
ENGLISH_LEADS = Convention(
    title="Localizing Kubernetes documentation, Source files",
    says="Translated pages follow the English files of their release.",
    url=f"{_DOCS}/contribute/localization/#source-files",
)
