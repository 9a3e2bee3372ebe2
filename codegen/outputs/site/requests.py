"""Operations for readers: the required RBAC verb, and calls with curl, kubectl and Python."""

from __future__ import annotations

import json
import re
import shlex

from codegen.model import Operation, Parameter, Reference, Type, common_parameter_id, place_order
from codegen.model.file_names import portable
from codegen.outputs.naming import kebab_case
from codegen.outputs.python.formatting import format_python
from codegen.outputs.render import Renderer
from codegen.outputs.site.records import Argument, Request, ResponseView, Sample
from codegen.outputs.site.site_texts import SiteTexts, is_partly_english
from codegen.outputs.site.tree import type_parts

_PATH = re.compile(
    r"/(?:api|apis/(?P<group>[^/{}]+))/[^/{}]+/(?:watch/)?(?P<namespaced>namespaces/\{namespace\}/)?"
    r"(?P<resource>[^/{}]+)(?P<named>/\{[^/{}]+\})?(?:/(?P<part>[^/{}]+))?(?:/.*)?/?"
)
_VARIABLE = re.compile(r"\{([^{}]+)\}")
# The RBAC verb of an operation, by its verb or by the HTTP method of a connection, where they
# differ.
_RIGHTS = {"put": "update", "post": "create", "watchlist": "watch", "head": "get", "options": "get"}
_SENT = frozenset(("POST", "PUT", "PATCH"))
_SPECIAL = re.compile(r'["$\\`]')  # in double quotes of a shell
# Made once, since each set of filters has an environment of its own.
_FILTERS = {
    "shell": shlex.quote,
    "in_quotes": lambda text: _SPECIAL.sub(r"\\\g<0>", text),
    "string": json.dumps,
}
_KUBECTL_WORDS = {"POST": "create", "PUT": "replace"}
_PATCH = '{"metadata": {"labels": {"example.com/checked": "true"}}}'


class RequestBuilder:
    """Builds the records of operations in one language."""

    def __init__(self, reference: Reference, words: SiteTexts, targets: dict[str, str]) -> None:
        self._reference = reference
        self._words = words
        self._targets = targets

    def request(self, operation: Operation, kind: str) -> Request:
        """Build the record of an operation on a kind."""
        match = _PATH.fullmatch(operation.path)
        if match is not None:
            resource = "/".join(filter(None, (match["resource"], match["part"])))
        else:
            resource = ""
        if operation.verb == "connect":
            verb = operation.method.lower()
        else:
            verb = operation.verb
        parameters = sorted(
            operation.parameters,
            key=lambda parameter: (place_order(parameter.place), parameter.name),
        )
        return Request(
            id=operation_anchor(operation),
            verb=operation.verb,
            method=operation.method,
            path=operation.path,
            title=self._words.plain(operation.id).partition("\n")[0],
            lang=self._words.fallback(operation.id),
            group=(match["group"] or "") if match is not None else "",
            resource=resource,
            right=_RIGHTS.get(verb, verb) if match is not None else "",
            marks=self._words.marks(operation.id),
            arguments=tuple(self._build_argument(operation, parameter) for parameter in parameters),
            answers=tuple(
                ResponseView(
                    status=response.status,
                    text=response.description,
                    **self._type_fields(response.type),
                )
                for response in operation.responses
            ),
            samples=tuple(_render_samples(operation, match, kind)),
        )

    def example_requests(
        self, operation: Operation, kind: str, examples: tuple[Sample, ...]
    ) -> tuple[Sample, ...]:
        """Build the calls of an operation with the example of the kind as their body."""
        path = _PATH.fullmatch(operation.path)
        if operation.method not in _SENT - {"PATCH"}:
            return tuple(_render_samples(operation, path, kind))
        codes = {example.name: example.code for example in examples}
        is_part = path is None or bool(path["part"])
        values = {
            "method": operation.method,
            "word": _KUBECTL_WORDS[operation.method],
            "raw": _fill_path(operation.path) if is_part else "",
            "path": _fill_path(operation.path),
            "json": codes["JSON"],
            "body": codes["JSON"] if is_part else codes["YAML"],
            "package": codes["Python"].partition("\n")[0] if "Python" in codes else "",
        }
        renderer = Renderer("samples", _FILTERS)
        kubectl = renderer.render("example-kubectl.j2", **values).rstrip("\n")
        curl = renderer.render("example-curl.j2", **values).rstrip("\n")
        python = renderer.render(
            "example-python.j2", value=json.loads(codes["JSON"]), **values
        ).rstrip("\n")
        return (
            Sample(name="kubectl", language="sh", code=kubectl),
            Sample(name="curl", language="sh", code=curl),
            Sample(
                name="Python",
                language="python",
                code=format_python(python, "example.py").rstrip(),
            ),
        )

    def _build_argument(self, operation: Operation, parameter: Parameter) -> Argument:
        ids = operation.parameter_id(parameter), common_parameter_id(parameter.name)
        prose_id = next((candidate for candidate in ids if self._words.has(candidate)), ids[0])
        html, lang = self._words.block(prose_id)
        typed = self._type_fields(parameter.type)
        typed["type"] = typed.pop("before") + typed["type"]
        return Argument(
            name=parameter.name,
            place=parameter.place,
            html=html,
            lang=lang,
            is_partly_english=is_partly_english(html) and not lang,
            required=parameter.required,
            **typed,
        )

    def _type_fields(self, expression: Type | None) -> dict[str, str]:
        before, name = type_parts(expression) if expression is not None else ("", "")
        definition = self._reference.definitions.get(name)
        if definition is not None:
            shown = definition.name
        else:
            shown = name.rpartition(".")[2]
        return {"before": before, "type": shown, "target": self._targets.get(name, "")}


def _fill_path(path: str) -> str:
    """Replace the variables of a path by their names in capitals."""
    return _VARIABLE.sub(lambda name: name[1].upper(), path)


def operation_anchor(operation: Operation) -> str:
    """Return the anchor of an operation, the same in each language and release."""
    match = _PATH.fullmatch(operation.path)
    where = operation.path
    if match is not None:
        if match["namespaced"] or match["named"]:
            everywhere = ""
        else:
            everywhere = "-all"
        where = f"{match['resource']}-{match['part'] or ''}{everywhere}"
    if operation.verb == "connect":
        method = operation.method
    else:
        method = ""
    return re.sub(r"[^a-z0-9]+", "-", f"{operation.verb}-{method}-{where}".lower()).strip("-")


def _render_samples(operation: Operation, match: re.Match[str] | None, kind: str) -> list[Sample]:
    """Render the calls of an operation, without tools that have no word for it."""
    renderer = Renderer("samples", _FILTERS)
    is_object = match is not None and match["named"] and not match["part"]
    values = {
        "verb": operation.verb,
        "method": operation.method,
        "path": _fill_path(operation.path),
        "body": f"{portable(kebab_case(kind))}.json" if operation.method in _SENT else "",
        "patch": _PATCH,
        "object": ".".join(filter(None, (match["resource"], match["group"])))
        if match and is_object
        else "",
        "namespace": " --namespace NAMESPACE" if match is not None and match["namespaced"] else "",
    }
    samples = [
        Sample(
            name=name,
            language=language,
            code=renderer.render(f"{name.lower()}.j2", **values).rstrip("\n"),
        )
        for name, language in (("kubectl", "sh"), ("curl", "sh"), ("Python", "python"))
    ]
    return [sample for sample in samples if sample.code]
