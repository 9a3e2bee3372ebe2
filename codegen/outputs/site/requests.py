"""Operations for readers: the required RBAC verb, and calls with curl, kubectl and Python."""

from __future__ import annotations

import re

from codegen.core.locales import ENGLISH
from codegen.model import Operation, Parameter, Reference, Type, common_parameter_id, place_order
from codegen.model.naming import kebab_case, portable
from codegen.outputs.docs.shared.links import anchor
from codegen.outputs.site.records import Answer, Argument, Request, Sample
from codegen.outputs.site.site_texts import SiteTexts
from codegen.outputs.site.tree import type_parts

_PATH = re.compile(
    r"/(?:api|apis/(?P<group>[^/{}]+))/[^/{}]+/(?:watch/)?(?P<namespaced>namespaces/\{namespace\}/)?"
    r"(?P<resource>[^/{}]+)(?P<named>/\{[^/{}]+\})?(?:/(?P<part>[^/{}]+))?(?:/.*)?/?"
)
_VARIABLE = re.compile(r"\{([^{}]+)\}")
# Kubernetes' verb for what is asked for -> the verb of the right; what connects is asked for by its method.
_RIGHTS = {"put": "update", "post": "create", "watchlist": "watch"}
_OF_METHODS = {"GET": "get", "HEAD": "get", "OPTIONS": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}  # fmt: skip
_SENT = frozenset(("POST", "PUT", "PATCH"))
_PATCH = '{"metadata": {"labels": {"example.com/checked": "true"}}}'


class Requests:
    """A builder of the records of operations in one language."""

    def __init__(self, reference: Reference, words: SiteTexts, targets: dict[str, str]) -> None:
        self._reference = reference
        self._words = words
        self._targets = targets

    def request(self, operation: Operation, kind: str) -> Request:
        """Build the record of an operation on a kind."""
        found = _PATH.fullmatch(operation.path)
        resource = ""
        if found is not None:
            resource = "/".join(filter(None, (found["resource"], found["part"])))
        title = self._words.plain(operation.id)
        parameters = sorted(operation.parameters, key=lambda each: (place_order(each.place), each.name))
        return Request(
            id=place(operation),
            old=self._old_place(operation),
            verb=operation.verb,
            method=operation.method,
            path=operation.path,
            title=title.partition("\n")[0],
            lang="" if not title or self._words.has_translation(operation.id) else self._words.language(operation.id),
            group=(found["group"] or "") if found is not None else "",
            resource=resource,
            right=_right(operation) if found is not None else "",
            arguments=tuple(self._argument(operation, each) for each in parameters),
            answers=tuple(
                Answer(status=each.status, text=each.description, **self._type_fields(each.type))
                for each in operation.responses
            ),
            samples=tuple(_samples(operation, found, kind)),
        )

    def _old_place(self, operation: Operation) -> str:
        english = self._reference.text(ENGLISH, operation.id).partition(".")[0]
        return anchor(f"{operation.verb} {english}").lower() if english else ""

    def _argument(self, operation: Operation, parameter: Parameter) -> Argument:
        ids = operation.parameter_id(parameter), common_parameter_id(parameter.name)
        prose_id = next((each for each in ids if self._words.has(each)), ids[0])
        html, lang = self._words.block(prose_id)
        typed = self._type_fields(parameter.type)
        return Argument(
            name=parameter.name,
            place=parameter.place,
            type=typed["before"] + typed["type"],
            target=typed["target"],
            html=html,
            lang=lang,
            required=parameter.required,
        )

    def _type_fields(self, expression: Type | None) -> dict[str, str]:
        if expression is None:
            return {"before": "", "type": "", "target": ""}
        before, name = type_parts(expression)
        definition = self._reference.definitions.get(name)
        return {
            "before": before,
            "type": definition.name if definition is not None else name.rpartition(".")[2],
            "target": self._targets.get(name, ""),
        }


def place(operation: Operation) -> str:
    """Return the id of an operation on its page, the same in each language and release."""
    found = _PATH.fullmatch(operation.path)
    where = operation.path
    if found is not None:
        everywhere = "" if found["namespaced"] or found["named"] else "-all"
        where = f"{found['resource']}-{found['part'] or ''}{everywhere}"
    return re.sub(
        r"[^a-z0-9]+",
        "-",
        f"{operation.verb}-{operation.method if operation.verb == 'connect' else ''}-{where}".lower(),
    ).strip("-")


def _right(operation: Operation) -> str:
    if operation.verb == "connect":
        return _OF_METHODS.get(operation.method, operation.verb)
    return _RIGHTS.get(operation.verb, operation.verb)


def _samples(operation: Operation, found: re.Match[str] | None, kind: str) -> list[Sample]:
    path = _VARIABLE.sub(lambda name: name[1].upper(), operation.path)
    body = f"{portable(kebab_case(kind))}.json" if operation.method in _SENT else ""
    made = [
        Sample(name="kubectl", language="sh", code=_kubectl(operation, found, path, body)),
        Sample(name="curl", language="sh", code=_curl(operation, path, body)),
        Sample(name="Python", language="python", code=_python(operation, path, body)),
    ]
    return [each for each in made if each.code]


def _kubectl(operation: Operation, found: re.Match[str] | None, path: str, body: str) -> str:
    if found is None or not found["named"] or found["part"] or operation.verb == "watch":
        return _raw(operation, path, body)
    what = f"{found['resource']}{'.' + found['group'] if found['group'] else ''} NAME"
    where = " --namespace NAMESPACE" if found["namespaced"] else ""
    match operation.verb:
        case "get":
            return f"kubectl get {what}{where} --output yaml"
        case "delete":
            return f"kubectl delete {what}{where}"
        case "patch":
            return f"kubectl patch {what}{where} --type merge \\\n  --patch '{_PATCH}'"
        case "update" | "put":
            return f"kubectl replace --filename {body}"
    return _raw(operation, path, body)


def _raw(operation: Operation, path: str, body: str) -> str:
    """Write a raw request of kubectl, which has no word for some methods."""
    word = {"GET": "get", "POST": "create", "PUT": "replace", "DELETE": "delete"}.get(operation.method)
    if word is None:
        return ""
    sent = f" \\\n  --filename {body}" if body else ""
    return f"kubectl {word} --raw {path}{sent}"


def _curl(operation: Operation, path: str, body: str) -> str:
    """Write a call of curl, with the address and the token in shell variables."""
    lines = [
        f'curl --request {operation.method} "$SERVER{path}"',
        '--cacert ca.crt --header "Authorization: Bearer $TOKEN"',
    ]
    if operation.method == "PATCH":
        lines += ["--header 'Content-Type: application/merge-patch+json'", f"--data '{_PATCH}'"]
    elif body:
        lines += ["--header 'Content-Type: application/json'", f"--data @{body}"]
    return " \\\n  ".join(lines)


def _python(operation: Operation, path: str, body: str) -> str:
    """Write a call of the Kubernetes client, whose generic function serves any path."""
    sent, head = "", ["from kubernetes import client, config", ""]
    if operation.method == "PATCH":
        sent = f',\n    body={_PATCH},\n    header_params={{"Content-Type": "application/merge-patch+json"}}'
    elif body:
        head = ["import json", "", *head]
        sent = f',\n    body=json.load(open("{body}"))'
    head += [
        "config.load_kube_config()",
        "answer, status, headers = client.ApiClient().call_api(",
        f'    "{path}", "{operation.method}"{sent},',
        '    response_type="object", auth_settings=["BearerToken"],',
        ")",
    ]
    return "\n".join(head)
