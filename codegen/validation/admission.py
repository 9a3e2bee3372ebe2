"""A request as admission policies see it, and which of them are asked: rules of resources, and selectors of labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from codegen.model import GroupVersionKind, Reference, kubernetes
from codegen.outputs.services.runtime.values import selects

GROUP = kubernetes.ADMISSION_POLICY[0]  # of policies and of webhooks
_NAMESPACE_NAME = "kubernetes.io/metadata.name"  # the label that each namespace has


class Undecided(Exception):  # noqa: N818  - not an error: what decides is not known here
    """Whether a policy is asked depends on what only a cluster knows; the text says on what."""


class Request(Struct, frozen=True, kw_only=True):
    """An object that is created, or updated from `old`; `resource` is the name of its kind in URLs."""

    obj: Mapping[str, Any]
    old: Mapping[str, Any] | None
    kind: GroupVersionKind
    resource: str
    namespaced: bool
    namespace: str

    @property
    def operation(self) -> str:
        """CREATE or UPDATE."""
        return "CREATE" if self.old is None else "UPDATE"

    @property
    def name(self) -> str:
        """The name of the object, if it has one yet."""
        return _text(_metadata(self.obj).get("name"))

    def data(self) -> dict[str, Any]:
        """The variable `request`."""
        kind = {"group": self.kind.group, "version": self.kind.version, "kind": self.kind.kind}
        resource = {"group": self.kind.group, "version": self.kind.version, "resource": self.resource}
        return {
            "kind": kind,
            "resource": resource,
            "subResource": "",
            "requestKind": kind,
            "requestResource": resource,
            "requestSubResource": "",
            "name": self.name,
            "namespace": self.namespace,
            "operation": self.operation,
            "dryRun": False,
        }


def request_of(
    obj: Mapping[str, Any], old: Mapping[str, Any] | None, kind: GroupVersionKind, reference: Reference | None
) -> Request:
    """The request that would bring an object to a server. Where no operation says how its kind is called in URLs, the plural is the one that
    Kubernetes itself guesses.
    """
    resource, namespaced = _served(kind, reference) if reference is not None else ("", None)
    namespace = _text(_metadata(obj).get("namespace"))
    is_in_one = bool(namespace) if namespaced is None else namespaced
    return Request(
        obj=obj,
        old=old,
        kind=kind,
        resource=resource or guessed(kind.kind),
        namespaced=is_in_one,
        namespace=(namespace or "default") if is_in_one else "",
    )


def guessed(kind: str) -> str:
    """The plural of a kind as `UnsafeGuessKindToResource` of Kubernetes forms it."""
    word = kind.lower()
    if word.endswith("endpoints"):
        return word
    if word.endswith("s"):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def _served(kind: GroupVersionKind, reference: Reference) -> tuple[str, bool | None]:
    for operation in reference.operations.values():
        if operation.gvk == kind and operation.method == "POST":
            last = operation.path.rstrip("/").rpartition("/")[2]
            if not last.startswith("{"):
                return last, "{namespace}" in operation.path
    return "", None


def matches(constraints: Any, request: Request, namespace_labels: Mapping[str, str] | None) -> bool:
    """Whether `matchConstraints` or `matchResources` hold for a request. Raises `Undecided`."""
    if not isinstance(constraints, dict):
        return True
    equivalent = constraints.get("matchPolicy") != "Exact"
    if _any_matches(_rules(constraints, "excludeResourceRules"), request, equivalent):
        return False
    rules = _rules(constraints, "resourceRules")
    if rules and not _any_matches(rules, request, equivalent):
        return False
    selector = constraints.get("objectSelector")
    if selector and not any(
        selects(selector, labels_of(each)) for each in (request.obj, request.old) if each is not None
    ):
        return False
    return _namespace_matches(constraints.get("namespaceSelector"), request, namespace_labels)


def _namespace_matches(selector: Any, request: Request, labels: Mapping[str, str] | None) -> bool:
    if not isinstance(selector, dict) or not selector or (not request.namespaced and request.kind.kind != "Namespace"):
        return True
    if request.kind.kind == "Namespace" and not request.kind.group:
        labels, name = labels_of(request.obj), request.name
    else:
        name = request.namespace
    if labels is None and _keys(selector) - {_NAMESPACE_NAME}:
        raise Undecided(f"it asks for labels of the namespace {name!r}, which is not among the files")
    return selects(selector, {**(labels or {}), _NAMESPACE_NAME: name})


def _keys(selector: Mapping[str, Any]) -> set[str]:
    wanted, expressions = selector.get("matchLabels"), selector.get("matchExpressions")
    keys = {str(name) for name in wanted} if isinstance(wanted, dict) else set()
    return keys | {
        str(each.get("key"))
        for each in (expressions if isinstance(expressions, list) else ())
        if isinstance(each, dict)
    }


def _rules(constraints: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rules = constraints.get(name)
    return [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []


def _any_matches(rules: list[Mapping[str, Any]], request: Request, equivalent: bool) -> bool:
    """Whether one of the rules is for a request. Raises `Undecided` where they are for another version of its resource only."""
    fitting = [rule for rule in rules if _is_for_resource(rule, request)]
    if any(_among(rule, "apiVersions", request.kind.version) for rule in fitting):
        return True
    if fitting and equivalent:
        raise Undecided(f"it is for other versions of {request.resource}, to which a server converts the object")
    return False


def _is_for_resource(rule: Mapping[str, Any], request: Request) -> bool:
    """Whether a rule is for the resource of a request, in any version."""
    names, scope = rule.get("resourceNames"), rule.get("scope", "*")
    if names and request.name not in names:
        return False
    if scope not in ("*", "Namespaced" if request.namespaced else "Cluster"):
        return False
    if not (_among(rule, "operations", request.operation) and _among(rule, "apiGroups", request.kind.group)):
        return False
    return any(_among(rule, "resources", name) for name in (request.resource, "*/*"))


def _among(rule: Mapping[str, Any], name: str, value: str) -> bool:
    values = rule.get(name)
    return isinstance(values, list) and ("*" in values or value in values)


def _metadata(obj: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = obj.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def labels_of(obj: Mapping[str, Any]) -> dict[str, str]:
    """The labels of an object."""
    labels = _metadata(obj).get("labels")
    return {str(name): str(value) for name, value in labels.items()} if isinstance(labels, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
