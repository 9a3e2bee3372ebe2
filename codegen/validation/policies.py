"""ValidatingAdmissionPolicies, with their bindings and parameters, over the objects of a run: what `kubectl apply` would be refused for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from codegen.findings.levels import Level
from codegen.model import kubernetes
from codegen.outputs.python.runtime import cel_engine
from codegen.outputs.python.runtime.cel_program import CannotRun, Engine, Failed, Fault, words_of
from codegen.outputs.services.runtime.values import selects
from codegen.validation.admission import GROUP, Request, Undecided, labels_of, matches
from codegen.validation.compiling import POLICY
from codegen.validation.expressions import NOT_CHECKED
from codegen.validation.finding import Layer, ObjectFinding

_POLICY = kubernetes.ADMISSION_POLICY[1]
_BINDING = f"{_POLICY}Binding"
_LEVELS = (("Deny", Level.ERR), ("Warn", Level.WARN), ("Audit", Level.INFO))
_UNKNOWN = re.compile(r"\brequest\s*\.\s*(userInfo|options)\b")
_NO_KEY = re.compile(r"no such key: (\w+)\Z")
_VARIABLE = re.compile(r"\bvariables\s*\.\s*([A-Za-z_]\w*)")
Object = Mapping[str, Any]


class Answer(Struct, frozen=True, kw_only=True):
    """What one policy says of one object by one binding: messages of what it refuses, and why it could not be asked."""

    refused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class Policies:
    """The policies among some objects, with what they are bound to and what they read."""

    def __init__(self, objects: Iterable[Object] = ()) -> None:
        self._objects = [each for each in objects if isinstance(each, dict) and isinstance(each.get("metadata"), dict)]
        self._policies = {_name(each): each for each in self._objects if _kind(each) == _POLICY}
        self._bindings = [
            each for each in self._objects if _kind(each) == _BINDING and isinstance(each.get("spec"), dict)
        ]

    def __bool__(self) -> bool:
        return bool(self._policies)

    @cached_property
    def _namespaces(self) -> dict[str, Object]:
        return {_name(each): each for each in self._objects if _kind(each) == "Namespace"}

    def findings(self, request: Request) -> Iterator[ObjectFinding]:
        """What the policies say of an object that is created or updated."""
        for binding in self._bindings:
            spec = binding["spec"]
            policy = self._policies.get(str(spec.get("policyName")))
            if policy is None or not isinstance(policy.get("spec"), dict):
                continue
            title = f"ValidatingAdmissionPolicy {_name(policy)!r} with binding {_name(binding)!r}"
            actions = spec.get("validationActions")
            level = next((level for word, level in _LEVELS if isinstance(actions, list) and word in actions), Level.ERR)
            try:
                answer = self._asked(policy["spec"], spec, request)
            except (Undecided, CannotRun) as error:
                answer = Answer(unknown=(str(error),))
            for message in answer.refused:
                yield _finding("admission-policy-violated", level, "Forbidden", f"{title} denied request: {message}")
            if answer.unknown:
                why = "; ".join(dict.fromkeys(answer.unknown))
                yield _finding("admission-policy-not-checked", Level.ERR, NOT_CHECKED, f"{title}: not checked: {why}")

    def is_unbound(self, obj: Object) -> bool:
        """Whether an object is a policy that no binding names, so that a server does not ask it."""
        if obj.get("kind") != _POLICY or obj not in self._policies.values():
            return False
        return all(each["spec"].get("policyName") != _name(obj) for each in self._bindings)

    def _asked(self, policy: Object, binding: Object, request: Request) -> Answer:
        namespace = self._namespaces.get(request.namespace) if request.namespace else None
        labels = labels_of(namespace) if namespace is not None else None
        for constraints in (policy.get("matchConstraints"), binding.get("matchResources")):
            if constraints is not None and not matches(constraints, request, labels):
                return Answer()
        by = cel_engine.engine()
        if by is None:
            raise CannotRun("no library for CEL is installed")
        asked = [
            _Asked(policy, request, params, namespace, by).answer() for params in self._params(policy, binding, request)
        ]
        return Answer(
            refused=tuple(dict.fromkeys(said for answer in asked for said in answer.refused)),
            unknown=tuple(why for answer in asked for why in answer.unknown),
        )

    def _params(self, policy: Object, binding: Object, request: Request) -> list[Object | None]:
        """The parameters that a binding names: the policy is asked with each of them. Raises `Undecided` where they are not known."""
        kind, ref = policy.get("paramKind"), binding.get("paramRef")
        if not isinstance(kind, dict) or not isinstance(ref, dict):
            return [None]
        namespace = ref.get("namespace") or request.namespace
        found = [
            each
            for each in self._objects
            if (each.get("apiVersion"), each.get("kind")) == (kind.get("apiVersion"), kind.get("kind"))
            and (ref.get("name") in (None, _name(each)))
            and (ref.get("selector") is None or selects(ref["selector"], labels_of(each)))
            and each["metadata"].get("namespace") in (None, namespace)
        ]
        if not found:
            raise Undecided(
                f"its parameters ({kind.get('kind')} {ref.get('name') or 'by labels'}) are not among the files"
            )
        return list(found)


class _Asked:
    """One policy and one object, with one set of parameters."""

    def __init__(
        self, spec: Object, request: Request, params: Object | None, namespace: Object | None, by: Engine
    ) -> None:
        self._spec = spec
        self._by = by
        self._has_namespace = namespace is not None or not request.namespace
        self._created = request.old is None
        self._values: dict[str, Any] = {
            "object": dict(request.obj),
            "oldObject": None if request.old is None else dict(request.old),
            "request": request.data(),
            "params": None if params is None else dict(params),
            "namespaceObject": None if namespace is None else dict(namespace),
            "variables": {},
        }
        self._ends: dict[str, Exception] = {}  # variables without a value

    def answer(self) -> Answer:
        """What it says. Raises `CannotRun` where its conditions cannot be asked."""
        for each in _listed(self._spec, "variables"):
            try:
                self._values["variables"][str(each.get("name"))] = self._run(each.get("expression"))
            except (Failed, CannotRun) as error:
                self._ends[str(each.get("name"))] = error
        refused: list[str] = []
        unknown: list[str] = []
        fails = self._spec.get("failurePolicy") != "Ignore"
        if (wrong := self._conditions()) is not None:
            return Answer(refused=(wrong,) if wrong and fails else ())
        for each in _listed(self._spec, "validations"):
            try:
                if self._run(each.get("expression")) is not True:
                    refused.append(self._message(each))
            except Failed as error:
                if fails:
                    refused.append(f"expression '{str(each.get('expression')).strip()}' resulted in error: {error}")
            except CannotRun as error:
                unknown.append(str(error))
        return Answer(refused=tuple(refused), unknown=tuple(unknown))

    def _conditions(self) -> str | None:
        """None where all conditions hold; nothing where one does not, else what went wrong. One that does not hold is enough."""
        wrong: list[str] = []
        for each in _listed(self._spec, "matchConditions"):
            try:
                if self._run(each.get("expression")) is not True:
                    return ""
            except Failed as error:
                wrong.append(f"match condition {str(each.get('name'))!r} resulted in error: {error}")
        return wrong[0] if wrong else None

    def _run(self, expression: Any) -> Any:
        """The value of an expression. Raises `Failed` for an error, and `CannotRun` where only a cluster has what it asks for."""
        text = str(expression)
        if found := _UNKNOWN.search(text):
            raise CannotRun(f"it asks request.{found[1]}, which only a cluster knows")
        if "namespaceObject" in words_of(text) and not self._has_namespace:
            raise CannotRun("it asks namespaceObject, and the namespace is not among the files")
        for name in _VARIABLE.findall(text):
            if name in self._ends:
                raise self._ends[name]
        try:
            return self._by.compile(text, POLICY).run(self._by.given(self._values))
        except Fault as fault:
            raise CannotRun(f"an expression does not compile: {fault.text}") from None
        except Failed as error:
            if self._created and (found := _NO_KEY.match(str(error))):
                raise CannotRun(f"it reads {found[1]}, which is absent here and which a server may fill in") from None
            raise

    def _message(self, validation: Object) -> str:
        if isinstance(validation.get("messageExpression"), str):
            try:
                said = self._run(validation["messageExpression"])
            except (Failed, CannotRun):
                said = None
            if isinstance(said, str) and said.strip() and "\n" not in said.strip():
                return said.strip()
        message = validation.get("message")
        if isinstance(message, str) and message.strip():
            return message.strip()
        return f"failed expression: {str(validation.get('expression')).strip()}"


def _finding(rule: str, level: Level, code: str, message: str) -> ObjectFinding:
    return ObjectFinding(layer=Layer.CLUSTER, level=level, rule=rule, code=code, message=message)


def _listed(spec: Object, name: str) -> list[Object]:
    listed = spec.get(name)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _kind(obj: Object) -> str:
    is_of_core = (obj.get("apiVersion"), obj.get("kind")) == ("v1", "Namespace")
    return str(obj.get("kind")) if is_of_core or str(obj.get("apiVersion")).startswith(f"{GROUP}/") else ""


def _name(obj: Object) -> str:
    return str(obj["metadata"].get("name"))
