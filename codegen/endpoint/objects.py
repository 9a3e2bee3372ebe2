"""The objects of an endpoint, changed as by an API server.

There are no controllers and no kubelets. A pod is gone as soon as it is deleted, unless it has
finalizers. A deleted namespace ends when its finalizers are gone.
"""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Mapping

from msgspec import Struct

from codegen.core.json_types import JsonMapping, JsonObject
from codegen.endpoint import clock, kinds
from codegen.endpoint.authorization import Authorizer, is_built_in_role
from codegen.endpoint.clock import Clock
from codegen.endpoint.escalation import check_grant
from codegen.endpoint.go_objects import GoObjects
from codegen.endpoint.kinds import Kind
from codegen.endpoint.negotiation import Query, option
from codegen.endpoint.selectors import parse_selectors
from codegen.endpoint.state import Object, State
from codegen.endpoint.status_errors import StatusError, build_bad_request, build_not_found
from codegen.endpoint.users import User
from codegen.kube.statuses import (
    StatusCause,
    build_invalid,
    build_object_failure,
    build_success,
    format_cause,
)
from codegen.validation import Validator, status

FIRST_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
DEFAULT_ACCOUNT = "default"
WRONG_NAMESPACE = (
    "the namespace of the provided object does not match the namespace sent on the request"
)
_MODIFIED = (
    "the object has been modified; please apply your changes to the latest version and try again"
)
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"  # of generated names
_RANDOM_LETTERS = 5
_LONGEST_PREFIX = 58  # characters of `generateName` that are kept
_FINALIZER = "kubernetes"
# Fields of `metadata` that a server ignores when it creates an object.
_NEVER_SENT = (
    "deletionTimestamp",
    "resourceVersion",
    "selfLink",
)
_KEPT = (
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "managedFields",
)


class WriteOptions(Struct, frozen=True, kw_only=True):
    """The user and the manager of the written fields, and whether the request is a dry run.

    Without a user, the endpoint itself writes.
    """

    user: User | None = None
    manager: str = "codegen"
    dry_run: bool = False


class Objects:
    """The objects in a state. Every method may raise `StatusError`."""

    def __init__(
        self,
        state: State,
        *,
        clock: Clock,
        authorizer: Authorizer,
        validator: Validator,
        release: str,
    ) -> None:
        """`release` decides about the rules of the server."""
        self._state = state
        self._clock = clock
        self._authorizer = authorizer
        self._validator = validator
        self.go_objects = GoObjects(validator.reference)
        self._release = release

    def ensure_namespace(self, name: str) -> None:
        """Create a namespace if it is missing."""
        if self.find(kinds.NAMESPACE, "", name) is None:
            self.create(kinds.NAMESPACE, {"metadata": {"name": name}}, "", WriteOptions())

    def find(self, kind: Kind, namespace: str, name: str) -> JsonObject | None:
        """Return an object, or None."""
        return self._state.get(kind, namespace, name)

    def get(self, kind: Kind, namespace: str, name: str) -> JsonObject:
        """Return an object. Raises StatusError (404)."""
        stored = self.find(kind, namespace, name)
        if stored is None:
            raise build_not_found(kind.plural, kind.group, name)
        return stored

    def list_objects(self, kind: Kind, namespace: str, query: Query) -> JsonObject:
        """Return the objects that a query selects as a list of the API, or a page of them."""
        selectors = option(query, "labelSelector"), option(query, "fieldSelector")
        is_selected = parse_selectors(*selectors)
        try:
            last, limit = (
                base64.urlsafe_b64decode(option(query, "continue")),
                int(option(query, "limit") or "0"),
            )
        except ValueError as error:
            raise build_bad_request(f"the page of the list cannot be read: {error}") from None
        objects = [
            obj
            for obj in self._state.list_objects(kind, namespace)
            if _place(obj) > last and is_selected(obj)
        ]
        shown = objects[:limit] if limit > 0 else objects
        metadata: JsonObject = {"resourceVersion": str(self._state.version())}
        if len(shown) < len(objects):
            metadata["continue"] = base64.urlsafe_b64encode(_place(shown[-1])).decode()
            metadata |= {} if any(selectors) else {"remainingItemCount": len(objects) - len(shown)}
        return {
            "kind": f"{kind.name}List",
            "apiVersion": kind.api_version,
            "metadata": metadata,
            "items": [
                {n: v for n, v in obj.items() if n not in ("kind", "apiVersion")} for obj in shown
            ],
        }

    def create(
        self, kind: Kind, body: Mapping[str, object], namespace: str, options: WriteOptions
    ) -> Object:
        """Default, validate and store an object, and return the stored one."""
        obj = self._normalize(kind, body, namespace)
        metadata = obj["metadata"]
        name = metadata.get("name") or ""
        with self._state.transaction():
            self._check_creation(kind, obj, namespace, options)
        if not name and metadata.get("generateName"):
            name = metadata["name"] = _generate_name(metadata["generateName"])
        time = clock.format_time(self._clock.now())
        entry = self.go_objects.managed_fields(obj, kind, manager=options.manager, time=time)
        for field in _NEVER_SENT:
            metadata.pop(field, None)
        metadata |= {"uid": str(uuid.uuid4()), "creationTimestamp": time, "managedFields": [entry]}
        _set_defaults(kind, obj)
        # Validation may take long. So no transaction is open, and the state is checked again.
        self._validate(kind, obj, name)
        with self._state.transaction():
            self._check_creation(kind, obj, namespace, options)
            if self.find(kind, namespace, name) is not None or is_built_in_role(kind, name):
                raise StatusError(build_object_failure(409, kind.plural, name, group=kind.group))
            if options.dry_run:
                return obj
            stored = self._state.keep(kind, namespace, obj)
            if kind is kinds.NAMESPACE:
                self._ensure_default_account(name)
        return stored

    def _check_creation(
        self, kind: Kind, obj: Object, namespace: str, options: WriteOptions
    ) -> None:
        """Raise StatusError for a wrong namespace, or for a role that grants too much."""
        if kind.namespaced:
            self._check_namespace(kind, namespace, obj["metadata"].get("name") or "")
        if options.user is not None:
            check_grant(self._authorizer, options.user, kind, obj, None)

    def _ensure_default_account(self, namespace: str) -> None:
        if self.find(kinds.ACCOUNT, namespace, DEFAULT_ACCOUNT) is None:
            account = {"metadata": {"name": DEFAULT_ACCOUNT}}
            self.create(kinds.ACCOUNT, account, namespace, WriteOptions())

    def _normalize(self, kind: Kind, body: Mapping[str, object], namespace: str) -> JsonObject:
        sent = self.go_objects.normalize(body, kind.key)
        metadata = sent.get("metadata") or {}
        if kind.namespaced and metadata.get("namespace", namespace) not in ("", namespace):
            raise build_bad_request(WRONG_NAMESPACE)
        settable = {
            name: value
            for name, value in metadata.items()
            if name not in ("namespace", "managedFields")
        }
        return {
            "kind": kind.name,
            "apiVersion": kind.api_version,
            **{part: value for part, value in sent.items() if part not in ("kind", "apiVersion")},
            "metadata": {**settable, **({"namespace": namespace} if kind.namespaced else {})},
        }

    def _check_namespace(self, kind: Kind, namespace: str, name: str) -> None:
        namespace_object = self.find(kinds.NAMESPACE, "", namespace)
        if namespace_object is None:
            raise build_not_found(kinds.NAMESPACE.plural, "", namespace)
        if "deletionTimestamp" in namespace_object["metadata"]:
            why = f"namespace {namespace} is being terminated"
            text = f"unable to create new content in namespace {namespace} because it is being terminated"
            cause = StatusCause("NamespaceTerminating", why, "metadata.namespace")
            raise StatusError(build_object_failure(403, kind.plural, name, text, kind.group, cause))

    def _validate(
        self, kind: Kind, obj: JsonMapping, name: str, old: JsonMapping | None = None
    ) -> None:
        """Raise StatusError for an object that the rules of the server refuse."""
        if not name:
            text = format_cause("FieldValueRequired", None, "name or generateName is required")
            cause = StatusCause("FieldValueRequired", text, "metadata.name")
            raise StatusError(build_invalid(kind.name, kind.group, "", [cause]))
        url = {"name": name, "namespace": obj["metadata"].get("namespace")}
        findings = self._validator.validate(
            obj,
            kubernetes_version=self._release,
            url=url,
            field_validation="Ignore",
            key=kind.key,
            old=old,
        )
        answer = status(findings, kind.gvk, name)
        if answer["status"] != "Success":
            raise StatusError(answer)

    def replace(
        self,
        kind: Kind,
        body: Mapping[str, object],
        namespace: str,
        name: str,
        options: WriteOptions,
        *,
        part: str = "",
    ) -> Object:
        """Replace an object, or one part of it (`status`, `finalize`).

        Begins again if the object has changed meanwhile.
        """
        while True:
            with self._state.transaction():
                old = self.get(kind, namespace, name)
                sent = self._normalize(kind, body, namespace)
                self._check_replacement(kind, sent, old, options)
            if not part:
                _set_defaults(kind, sent)
            new = _merge_part(kind, part, old, sent)
            new["metadata"] = _merge_metadata(old["metadata"], new["metadata"])
            # Validation may take long. So no transaction is open, and the state is checked again.
            self._validate(kind, new, name, old)
            with self._state.transaction():
                if self.find(kind, namespace, name) == old:
                    self._check_replacement(kind, sent, old, options)
                    return self._store_replacement(kind, namespace, old, new, options)

    def _check_replacement(
        self, kind: Kind, sent: Object, old: Object, options: WriteOptions
    ) -> None:
        """Raise StatusError for another name or version, or for a role that grants too much."""
        name = old["metadata"]["name"]
        given_name = sent["metadata"].get("name", name)
        if given_name != name:
            raise build_bad_request(
                f"the name of the object ({given_name}) does not match the name on the URL ({name})"
            )
        if options.user is not None:
            check_grant(self._authorizer, options.user, kind, sent, old)
        for field in ("resourceVersion", "uid"):
            if sent["metadata"].get(field) not in (None, "", old["metadata"][field]):
                conflict = build_object_failure(409, kind.plural, name, _MODIFIED, kind.group)
                raise StatusError(conflict)

    def _store_replacement(
        self, kind: Kind, namespace: str, old: Object, new: Object, options: WriteOptions
    ) -> Object:
        """Store a changed object, or delete it if it waited for its last finalizer."""
        if options.dry_run or new == old:
            return new
        stored = self._state.keep(kind, namespace, new)
        if "deletionTimestamp" in stored["metadata"] and not _has_finalizers(stored):
            self._state.delete(kind, namespace, stored)
        return stored

    def delete(
        self,
        kind: Kind,
        namespace: str,
        name: str,
        delete_options: Mapping[str, object],
        options: WriteOptions,
    ) -> JsonObject:
        """Delete an object, or mark it as terminating if finalizers hold it. Returns the answer."""
        with self._state.transaction():
            return self._delete(kind, namespace, name, delete_options, options)

    def _delete(
        self,
        kind: Kind,
        namespace: str,
        name: str,
        delete_options: JsonMapping,
        options: WriteOptions,
    ) -> Object:
        old = self.get(kind, namespace, name)
        wanted = delete_options.get("preconditions") or {}
        for word, title in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
            if wanted.get(word) not in (None, old["metadata"][word]):
                actual = old["metadata"][word]
                why = f"Precondition failed: {title} in precondition: {wanted[word]}, {title} in object meta: {actual}"
                raise StatusError(build_object_failure(409, kind.plural, name, why, kind.group))
        if _has_finalizers(old):
            return self._mark_terminating(kind, namespace, old, options)
        if not options.dry_run:
            old = self._state.delete(kind, namespace, old)
        details = {
            "name": name,
            **({"group": kind.group} if kind.group else {}),
            "kind": kind.plural,
        }
        return {**build_success(), "details": {**details, "uid": old["metadata"]["uid"]}}

    def _mark_terminating(
        self, kind: Kind, namespace: str, old: JsonObject, options: WriteOptions
    ) -> JsonObject:
        if "deletionTimestamp" in old["metadata"]:
            return old
        new = {
            **old,
            "metadata": {
                **old["metadata"],
                "deletionTimestamp": clock.format_time(self._clock.now()),
            },
        }
        if kind is kinds.NAMESPACE:
            new["status"] = {**(old.get("status") or {}), "phase": "Terminating"}
        else:
            new["metadata"]["deletionGracePeriodSeconds"] = 0
        if options.dry_run:
            return new
        return self._state.keep(kind, namespace, new)


def _place(obj: JsonMapping) -> bytes:
    """Return the place of an object in a list."""
    return f"{obj['metadata'].get('namespace', '')}\0{obj['metadata']['name']}".encode()


def _generate_name(prefix: str) -> str:
    """Return a name with a random ending, as servers make it of `generateName`."""
    ending = "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM_LETTERS))
    return f"{prefix[:_LONGEST_PREFIX]}{ending}"


def _merge_metadata(old: Object, sent: Object) -> Object:
    """Return the sent metadata with the fields that only the server writes."""
    merged = {field: value for field, value in sent.items() if field not in _KEPT}
    for field in (*_KEPT, "resourceVersion"):
        if field in old:
            merged[field] = old[field]
    merged["name"] = old["name"]
    return merged


def _set_defaults(kind: Kind, obj: JsonObject) -> None:
    """Fill an object with the defaults of the server."""
    metadata, spec = obj["metadata"], obj.get("spec") or {}
    match kind.name:
        case "Namespace":
            metadata["labels"] = {
                "kubernetes.io/metadata.name": metadata.get("name"),
                **(metadata.get("labels") or {}),
            }
            finalizers = dict.fromkeys((*(spec.get("finalizers") or ()), _FINALIZER))
            obj |= {"spec": {**spec, "finalizers": [*finalizers]}, "status": {"phase": "Active"}}
        case "Pod":
            account = (
                spec.get("serviceAccountName") or spec.get("serviceAccount") or DEFAULT_ACCOUNT
            )
            named = {"serviceAccountName": account, "serviceAccount": account}
            obj |= {"spec": {**spec, **named}, "status": {"phase": "Pending"}}
        case "Secret":
            plain = obj.pop("stringData", None) or {}
            encoded = {
                name: base64.b64encode(str(value).encode()).decode()
                for name, value in plain.items()
            }
            if data := {**(obj.get("data") or {}), **encoded}:
                obj["data"] = data
            obj["type"] = obj.get("type") or "Opaque"


def _merge_part(
    kind: Kind, part: str, old: Mapping[str, object], sent: Mapping[str, object]
) -> JsonObject:
    """Return the object after an update of one part, or of all that has no path of its own."""
    match part:
        case "status":
            return {**old, "status": sent.get("status") or {}}
        case "finalize":
            return {**old, "spec": sent.get("spec") or {}}
    apart = ("status", "spec") if kind is kinds.NAMESPACE else ("status",)
    return {
        **{name: value for name, value in sent.items() if name not in apart},
        **{name: old[name] for name in apart if name in old},
    }


def _has_finalizers(obj: JsonMapping) -> bool:
    return bool(obj["metadata"].get("finalizers") or (obj.get("spec") or {}).get("finalizers"))
