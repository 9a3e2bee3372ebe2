"""Invented inputs of any length, each of a shape that tempts to compare all with all: what the growth of work is measured on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from gardens.parts import GROUP, PACKAGE, PAGE_HEAD, gvk_of, openapi, ref

Document = dict[str, Any]


def _kind(name: str, version: str = "v1", group: str = GROUP) -> Document:
    return {
        "type": "object",
        "description": f"{name} is a piece of ground.",
        "properties": {
            "apiVersion": {"type": "string", "description": "The version."},
            "kind": {"type": "string", "description": "The kind."},
            "owner": {"type": "string", "description": f"owner is who waters {name}."},
        },
        "required": ["owner"],
        "x-kubernetes-group-version-kind": [{"group": group, "kind": name, "version": version}],
    }


def _plot(properties: Document, **more: Any) -> Document:
    """One kind with these fields."""
    made = _kind("Plot")
    return openapi({f"{PACKAGE}.Plot": made | {"properties": {**made["properties"], **properties}} | more})


def _operation(number: int, kind: str = "Plot", *, name: str = "", parameters: int = 2) -> Document:
    key = f"{PACKAGE}.{kind}"
    return {
        "post": {
            "description": f"create {kind} {number}",
            "operationId": name or f"create{kind}{number}",
            "parameters": [
                {"in": "body", "name": "body", "required": True, "schema": ref(key)},
                *(
                    {"in": "query", "name": f"query{each}", "type": "string", "description": f"The query {each}."}
                    for each in range(parameters)
                ),
            ],
            "responses": {
                "200": {"description": "OK", "schema": ref(key)},
                "201": {"description": "Created", "schema": ref(key)},
            },
            "x-kubernetes-action": "post",
            "x-kubernetes-group-version-kind": gvk_of(kind),
        }
    }


def _operated(paths: Document, **more: Any) -> Document:
    return openapi({f"{PACKAGE}.Plot": _kind("Plot")}, paths) | more


def _field(number: int) -> Document:
    return {"type": "string", "description": f"bed{number} holds beans, peas and leeks."}


def _chain(count: int, last: str) -> Document:
    """Definitions of which each has one field of the next; `last` is where the last one leads."""
    keys = [f"{PACKAGE}.Bed{number}" for number in range(count)]
    made = {
        key: {
            "type": "object",
            "description": "A bed.",
            "properties": {"next": {**ref(after), "description": "Next."}},
        }
        for key, after in zip(keys, [*keys[1:], last.format(keys[0])], strict=True)
    }
    plot = _kind("Plot") | {"properties": {"first": ref(keys[0])}}
    return openapi({f"{PACKAGE}.Plot": plot, f"{PACKAGE}.Soil": _kind("Soil"), **made})


def _inline(depth: int, number: int) -> Document:
    if depth == 0:
        return _field(number)
    return {"type": "object", "properties": {"a": _inline(depth - 1, number), "b": _field(number)}}


DOCUMENTS: dict[str, Callable[[int], Document]] = {
    "definitions": lambda n: openapi({f"{PACKAGE}.Plot{i}": _kind(f"Plot{i}") for i in range(n)}),
    "kinds of one name": lambda n: openapi({f"io.example.api.g{i}.v1.Plot": _kind("Plot", "v1", f"g{i}.example.io") for i in range(n)}),
    "versions of one kind": lambda n: openapi({f"io.example.api.garden.v{i + 1}.Plot": _kind("Plot", f"v{i + 1}") for i in range(n)}),
    "keys that differ by case": lambda n: openapi({f"{PACKAGE}.{_cased(i)}": _kind("Plot", f"v{i + 1}") for i in range(n)}),
    "names of one spelling": lambda n: openapi({f"{PACKAGE}.plot{'-' * (i % 7)}.{i}-Bed": {"type": "object", "properties": {"a": _field(i)}} for i in range(n)}),
    "definitions that all name one": lambda n: openapi({f"{PACKAGE}.Plot{i}": {"type": "object", "properties": {"bed": ref(f"{PACKAGE}.Plot0")}} for i in range(n)}),
    "one that names all": lambda n: openapi(
        {
            f"{PACKAGE}.Garden": _kind("Garden") | {"properties": {f"p{i}": ref(f"{PACKAGE}.Plot{i}") for i in range(n)}},
            **{f"{PACKAGE}.Plot{i}": {"type": "object", "properties": {"a": _field(i)}} for i in range(n)},
        }
    ),
    "a chain": lambda n: _chain(n, f"{PACKAGE}.Soil"),
    "a circle": lambda n: _chain(n, "{0}"),
    "parts of parts": lambda n: openapi({f"{PACKAGE}.Plot{i}": {"allOf": [ref(f"{PACKAGE}.Base"), {"type": "object", "properties": {f"a{i}": _field(i)}}]} for i in range(n)} | {f"{PACKAGE}.Base": _kind("Base")}),
    "fields": lambda n: _plot({f"bed{i}": _field(i) for i in range(n)}),
    "fields of one attribute": lambda n: _plot({_spelt("bed", i): _field(i) for i in range(n)}),
    "required fields": lambda n: _plot({f"bed{i}": _field(i) for i in range(n)}, required=[f"bed{i}" for i in range(n)]),
    "objects in fields": lambda n: _plot({f"bed{i}": _inline(4, i) for i in range(n)}),
    "one long description": lambda n: _plot({"bed": {"type": "string", "description": " ".join(f"bed{i} holds `beans{i}`, *peas*." for i in range(n))}}),
    "a description of many lines": lambda n: _plot({"bed": {"type": "string", "description": "\n".join(f"- bed{i} | holds <b>\n" for i in range(n))}}),
    "listed values": lambda n: _plot({"bed": {"type": "string", "description": "The bed.", "enum": [f"Bed{i}" for i in range(n)]}}),
    "fields with values": lambda n: _plot({f"bed{i}": {"type": "string", "enum": ["Clay", "Loam"], "default": "Clay"} for i in range(n)}),
    "a long default": lambda n: _plot({"bed": {"type": "object", "default": {f"k{i}": [i, {"a": "b"}] for i in range(n)}}}),
    "bounds and patterns": lambda n: _plot({f"bed{i}": {"type": "string", "pattern": f"^[a-z]{{{i % 9 + 1}}}$", "maxLength": i + 1} for i in range(n)}),
    "rules of one definition": lambda n: _plot({"bed": _field(0)}, **{"x-kubernetes-validations": [{"rule": f"self.owner != 'a{i}'", "message": f"not a{i}"} for i in range(n)]}),
    "operations": lambda n: _operated({f"/apis/{GROUP}/v1/plots{i}": _operation(i) for i in range(n)}),
    "operations of one id": lambda n: _operated({f"/apis/{GROUP}/v1/plots{i}": _operation(i, name="createPlot") for i in range(n)}),
    "parameters of one operation": lambda n: _operated({f"/apis/{GROUP}/v1/plots": _operation(0, parameters=n)}),
    "shared parameters": lambda n: _operated(
        {
            f"/apis/{GROUP}/v1/plots{i}": {
                "get": {
                    **{key: value for key, value in _operation(i)["post"].items() if key != "parameters"},
                    "parameters": [{"$ref": f"#/parameters/p{i}"}],
                    "x-kubernetes-action": "get",
                }
            }
            for i in range(n)
        },
        parameters={f"p{i}": {"in": "query", "name": "dryRun", "type": "string", "description": f"The {i}."} for i in range(n)},
    ),
    "responses of one operation": lambda n: _operated({f"/apis/{GROUP}/v1/plots": {"post": {**_operation(0)["post"], "responses": {str(100 + i): {"description": f"Answer {i}"} for i in range(n)}}}}),
    "kinds and lone parts": lambda n: openapi({f"{PACKAGE}.Plot{i}": _kind(f"Plot{i}") for i in range(n)} | {f"{PACKAGE}.Part{i}": {"type": "object", "properties": {"a": _field(i)}} for i in range(n)}),
    "parts of one name": lambda n: openapi({f"{PACKAGE}.Plot": _kind("Plot") | {"properties": {f"p{i}": ref(f"io.example.api.g{i}.v1.Part") for i in range(n)}}} | {f"io.example.api.g{i}.v1.Part": {"type": "object", "properties": {"a": _field(i)}} for i in range(n)}),
    "a chain of parts": lambda n: openapi({f"{PACKAGE}.Plot{i}": {"allOf": [ref(f"{PACKAGE}.Plot{i + 1}"), {"type": "object", "properties": {f"a{i}": _field(i)}}]} for i in range(n)} | {f"{PACKAGE}.Plot{n}": _kind("Plot")}),
    "a chain of kinds": lambda n: openapi({f"{PACKAGE}.Plot{i}": _kind(f"Plot{i}") | {"properties": {"next": ref(f"{PACKAGE}.Plot{i + 1 if i + 1 < n else 0}"), "bed": _field(i)}} for i in range(n)}),
    "kinds of one definition": lambda n: openapi({f"{PACKAGE}.Plot": _kind("Plot") | {"x-kubernetes-group-version-kind": [{"group": GROUP, "kind": f"Plot{i}", "version": "v1"} for i in range(n)]}}),
    "media types of one operation": lambda n: _operated({f"/apis/{GROUP}/v1/plots": {"post": {**_operation(0)["post"], "consumes": [f"application/bed{i}" for i in range(n)]}}}),
    "kinds with operations": lambda n: openapi(
        {f"{PACKAGE}.Plot{i}": _kind(f"Plot{i}") for i in range(n)},
        {f"/apis/{GROUP}/v1/namespaces/{{namespace}}/plot{i}s": _operation(i, f"Plot{i}") for i in range(n)},
    ),
}  # fmt: skip


def _cased(number: int) -> str:
    """Names of which all are one where case does not count."""
    return "".join(
        letter.upper() if number >> place & 1 else letter for place, letter in enumerate("abcdefghijklmnopq")
    )


def _spelt(name: str, number: int) -> str:
    """Names that are all one attribute of Python."""
    return f"{name}{''.join('-._ '[number >> place & 3] for place in range(0, 24, 2))}a"


def _resource(kind: str, schemas: list[Document]) -> Document:
    """The definition of a custom resource that has a version for each schema, of which the first is stored."""
    name = kind.lower()
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{name}s.{GROUP}"},
        "spec": {
            "group": GROUP,
            "names": {"kind": kind, "plural": f"{name}s", "singular": name},
            "scope": "Namespaced",
            "versions": [
                {
                    "name": f"v{number + 1}",
                    "served": True,
                    "storage": number == 0,
                    "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": schema}}},
                }
                for number, schema in enumerate(schemas)
            ],
        },
    }


def resources(versions: int, fields: int, count: int = 1) -> str:
    """CustomResourceDefinitions, one document each."""
    schema = {"type": "object", "properties": {f"bed{i}": _field(i) for i in range(fields)}}
    return "".join(f"---\n{json.dumps(_resource(f'Plot{number}', [schema] * versions))}\n" for number in range(count))


def ruled(rule: str) -> Callable[[int], str]:
    """A CustomResourceDefinition of many fields, each with a rule."""

    def made(count: int) -> str:
        words = {"type": "string", "x-kubernetes-validations": [{"rule": rule, "message": "no"}]}
        schema = {"type": "object", "properties": {f"bed{i}": words for i in range(count)}}
        # In many lines: JSON with breaks is YAML.
        return f"---\n{json.dumps(_resource('Plot', [schema]), indent=1)}\n"

    return made


def ruled_versions(count: int) -> str:
    """A CustomResourceDefinition of many versions, each with a rule."""
    rule = {"rule": "self.all(a, self.all(b, a.matches(b)))", "message": "no"}
    words = {"type": "array", "items": {"type": "string"}, "x-kubernetes-validations": [rule]}
    schema = {"type": "object", "properties": {"beds": words}}
    return f"---\n{json.dumps(_resource('Plot', [schema] * count))}\n"


RULES: dict[str, Callable[[int], str]] = {
    "rules that hold": ruled("self != 'a'"),
    "rules that do not compile": ruled("self.("),
    "rules that name nothing": ruled("self == nothing"),
    "versions with a rule": ruled_versions,
}


def _with_resources(
    versions: Callable[[int], int], fields: Callable[[int], int], count: Callable[[int], int]
) -> Callable[[int], str]:
    return lambda n: resources(versions(n), fields(n), count(n))


YAML: dict[str, Callable[[int], str]] = {
    "resources": _with_resources(lambda n: 1, lambda n: 3, lambda n: n),
    "versions of a resource": _with_resources(lambda n: n, lambda n: 3, lambda n: 1),
    "fields of a resource": _with_resources(lambda n: 1, lambda n: n, lambda n: 1),
    "aliases": lambda n: _yaml(
        f"x-base: &a {{type: string, description: The bed.}}\ndefinitions:\n  {PACKAGE}.Plot:\n    type: object\n    properties:\n"
        + "".join(f"      bed{i}: *a\n" for i in range(n))
    ),
    "anchors": lambda n: _yaml(
        "x-base:\n"
        + "".join(f"- &a{i} {{type: string}}\n" for i in range(n))
        + f"definitions:\n  {PACKAGE}.Plot:\n    type: object\n    properties:\n"
        + "".join(f"      bed{i}: *a{i}\n" for i in range(n))
    ),
    "one long flow": lambda n: _yaml(
        f"definitions: {{{PACKAGE}.Plot: {{type: object, enum: [" + ", ".join(f"a{i}" for i in range(n)) + "]}}\n"
    ),
    "one long scalar": lambda n: _yaml(
        f"definitions:\n  {PACKAGE}.Plot:\n    type: object\n    description: |\n" + "      A line of the text.\n\n" * n
    ),
    "a long plain scalar": lambda n: _yaml(
        f"definitions:\n  {PACKAGE}.Plot:\n    type: object\n    description: A" + "\n      line" * n + "\n"
    ),
    "a long quoted scalar": lambda n: _yaml(
        f'definitions:\n  {PACKAGE}.Plot:\n    type: object\n    description: "A' + "\\n line" * n + '"\n'
    ),
    "comments": lambda n: _yaml("# a\n" * n + f"definitions:\n  {PACKAGE}.Plot: {{type: object}}\n"),
    "keys that stand twice": lambda n: _yaml(
        f"definitions:\n  {PACKAGE}.Plot:\n    type: object\n    properties:\n"
        + "".join(f"      bed{i // 2}: {{type: string}}\n" for i in range(n))
    ),
    "empty documents": lambda n: "---\n" * n + resources(1, 3),
}


def _yaml(rest: str) -> str:
    return f'swagger: "2.0"\ninfo: {{title: Garden, version: v1}}\npaths: {{}}\n{rest}'


_LINK = '<a href="{{{{< ref "../garden/plot-v1#Bed{0}" >}}}}">Bed{0}</a>'
_POST = "POST /apis/garden.example.io/v1/namespaces/{namespace}/plots"


def _page(row: str) -> Callable[[int], str]:
    return lambda n: (
        PAGE_HEAD
        + "".join(row.format(i, link=_LINK.format(i)) for i in range(n))
        + "## Operations {#Operations}\n\n<hr>\n\n"
    )


def _operations(before: str, row: str) -> Callable[[int], str]:
    return lambda n: (
        f"{PAGE_HEAD}## Operations {{#Operations}}\n\n<hr>\n\n{before}"
        + "".join(row.format(i, post=_POST) for i in range(n))
    )


_ROWS = {
    "fields": "- **bed{0}** (string)\n\n  <!--\n  bed{0} holds beans.\n  -->\n  bed{0} 有豆子。\n\n",
    "fields in lines of one": "- **bed{0}** (string)\n  bed{0} 有豆子。\n",
    "fields of one name": "- **bed** (string)\n\n  bed{0} 有豆子。\n\n",
    "fields without English": "- **bed{0}** (string)\n\n  它有豆子。\n\n",
    "fields of other names": "- **sown{0}** (string)\n\n  <!--\n  bed{0} holds beans.\n  -->\n  bed{0} 有豆子。\n\n",
    "fields of other types": "- **bed{0}** (integer), required\n\n  <!--\n  bed{0} holds beans!\n  -->\n  bed{0} 有豆子。\n\n",
    "links that lead nowhere": "- **bed{0}** ({link})\n\n  它有豆子。\n\n",
    "definitions within": '- **bed{0}** (Bed{0})\n\n  它有豆子。\n\n  <a name="Bed{0}"></a>\n  *花坛。*\n\n  - **bed{0}.name** (string)\n\n    名称。\n\n',
    "deep names": "- **bed{0}.a{0}.b{0}** (string)\n\n  它有豆子。\n\n",
    "definitions": "## Bed{0} {{#Bed{0}}}\n\n花坛。\n\n<hr>\n\n- **name** (string)\n\n  名称。\n\n",
    "definitions of one name": "## Bed {{#Bed}}\n\n花坛。\n\n<hr>\n\n- **name** (string)\n\n  名称。\n\n",
    "categories": "### 花坛 {0}\n\n- **bed{0}** (string)\n\n  名称。\n\n",
    "paragraphs": "  段落 {0}。\n\n",
    "comments": "<!--\nA bed {0}.\n-->\n花坛 {0}。\n\n",
    "comments alone": "<!-- bed{0} -->\n",
    "anchors": '<a name="bed{0}"></a>\n',
    "bullets": "  - a bed {0}\n",
    "values": '  Possible enum values:\n   - `"Bed{0}"` is a bed\n',
    "lines": "x{0}\n",
}
PAGES: dict[str, Callable[[int], str]] = {
    **{name: _page(row) for name, row in _ROWS.items()},
    "operations": _operations(
        "",
        "### `create` create a Plot {0}\n\n#### HTTP Request\n\n{post}{0}\n\n#### Parameters\n\n- **namespace** (*in path*): string, required\n\n  花园 {0}\n\n#### Response\n\n200: OK\n\n",
    ),
    "operations of one place": _operations(
        "", "### `create` create a Plot\n\n#### HTTP Request\n\n{post}\n\n#### Response\n\n200: OK\n\n"
    ),
    "parameters": _operations(
        f"### `create` create a Plot\n\n#### HTTP Request\n\n{_POST}\n\n#### Parameters\n\n",
        "- **query{0}** (*in query*): string\n\n  花园 {0}\n\n",
    ),
    "parameters of one name": _operations(
        f"### `create` create a Plot\n\n#### HTTP Request\n\n{_POST}\n\n#### Parameters\n\n",
        "- **query** (*in query*): string\n\n  花园 {0}\n\n",
    ),
    "responses": _operations(
        f"### `create` create a Plot\n\n#### HTTP Request\n\n{_POST}\n\n#### Response\n\n", "{0} (Plot): OK\n\n"
    ),
}


# ------------------------------------------------------------------------------------------------------ comparisons


def emptied(make: Callable[[int], Document]) -> Callable[[int], Document]:
    """The same document with one definition alone."""

    def emptied_document(count: int) -> Document:
        made = make(count)
        key, first = next(iter(made["definitions"].items()))
        return {**made, "paths": {}, "definitions": {key: {**first, "properties": {"only": {"type": "string"}}}}}

    return emptied_document


Change = Callable[[str], str]


def written(make: Callable[[int], Document]) -> Callable[[int], str]:
    """A document as its text."""
    return lambda count: json.dumps(make(count))


def changing(make: Callable[[int], str]) -> dict[str, Change]:
    """The changes that make another text of this one."""
    return {name: change for name, change in CHANGES.items() if name == _SAME or change(make(3)) != make(3)}


def _renamed(word: str, other: str) -> Change:
    return lambda text: text.replace(word, other)


_SAME = "the same"
CHANGES: dict[str, Change] = {
    _SAME: lambda text: text,
    "fields renamed": _renamed('"bed', '"sown'),
    "definitions renamed": _renamed(".Plot", ".Patch"),
    "definitions moved": _renamed("garden.v", "yard.v"),
    "texts changed": _renamed(" holds ", " has for a long time held "),
    "types changed": _renamed('"string"', '"integer"'),
    "values changed": _renamed("Bed", "Sown"),
    "definitions moved, types changed": lambda text: text.replace("garden.v", "yard.v").replace(
        '"string"', '"integer"'
    ),
    "rules changed": _renamed("self.owner", "self.keeper"),
    "media types changed": _renamed("application/", "text/"),
    "operations renamed": _renamed('"create', '"make'),
    "paths changed": _renamed("/v1/plots", "/v1/patches"),
    "parameters renamed": _renamed('"query', '"asked'),
}


def renamed(document: Document, number: int) -> Document:
    """A document of which every definition has another name in each release."""
    made: Document = json.loads(json.dumps(document).replace(".Plot", f".Plot{chr(ord('a') + number % 26) * 9}"))
    return of_release(made, number)


def of_release(document: Document, number: int) -> Document:
    """A document as it is in a release: a field came, and one that was there goes."""
    made: Document = json.loads(json.dumps(document))
    first = next(iter(made["definitions"].values()))
    first.setdefault("properties", {})[f"since{number}"] = {"type": "string", "description": f"Since {number}."}
    return made


def page_of(number: int) -> str:
    """A page of a kind of its own, with two definitions."""
    text = PAGES["definitions"](2)
    return text.replace("Plot", f"Plot{number}").replace("Bed", f"Bed{number}x")


# Where pages stand in the first language and in the second.
PLACES: dict[str, Callable[[int], tuple[str, str]]] = {
    "pages": lambda i: (f"plots/plot{i}", f"plots/plot{i}"),
    "pages that moved": lambda i: (f"plots/plot{i}", f"yard/plot{i}"),
}
OF_PAGES: dict[str, Change] = {
    "the same": lambda text: text,
    "versions changed": _renamed("/v1", "/v2"),
    "definitions lost": lambda text: text[: text.index("## Bed")],
}
PATTERNS = (
    "Plot{0}",
    "!Plot{0}",
    f"{GROUP}/v1/Plot{{0}}",
    "*lot{0}",
    "!*lot{0}",
    "*/v1/*t{0}",
    f"{PACKAGE}.P*{{0}}",
    "Nothing{0}",
    "*nothing{0}",
    "*" * 9 + "{0}",
)


# -------------------------------------------------------------------------------------------------------- languages


def catalogue(entries: list[tuple[str, str, str]]) -> str:
    """A PO file of ids, English texts and translations."""
    head = 'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    return head + "".join(
        f"\nmsgctxt {_quoted(key)}\nmsgid {_quoted(english)}\nmsgstr {_quoted(text)}\n"
        for key, english, text in entries
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def glossary(count: int) -> str:
    return "".join(
        f'[[term]]\nenglish = "bed{number}"\nuse = ["花坛{number}"]\navoid = ["苗床{number}", "花{number}"]\n'
        for number in range(count)
    )


TEXTS: dict[str, tuple[str, str]] = {
    "names that stay": ("The bedName{0} is here. ", "这里是 bedName{0}。"),
    "lost names": ("The bedName{0} is here. ", "这里有花坛。"),
    "lost names in one sentence": ("bedName{0}, ", "花坛、"),
    "misspelt names": ("The bedName{0}x is here. ", "这里是 bedNmae{0}x。"),
    "misspelt names of all lengths": ("The bed{0}NameOfIt is here. ", "这里是 bed{0}NmaeOfIt。"),
    "split names": ("The bedName{0}Of is here. ", "这里是 bed Name{0} Of。"),
    "plural names": ("The bedNames{0}s are here. ", "这里是 bedName{0}。"),
    "unknown names": ("The bed is here. ", "这里是 bedName{0}。"),
    "dotted names": ("See bed.name{0}.of here. ", "见花坛 {0}。"),
    "lost code": ("Use `code {0}` here. ", "在这里使用。"),
    "misspelt code": ("Use `codeWord{0}` here. ", "在这里使用 `codeWrod{0}`。"),
    "code of own letters": ("Use `code{0}` here. ", "在这里使用 `代码 {0}`。"),
    "addresses that stay": ("See https://example.io/docs/a{0}/ here. ", "见 https://example.io/docs/a{0}/。"),
    "lost addresses": ("See https://example{0}.io/docs/ here. ", "见此。"),
    "misspelt addresses": (
        "See https://example.io/documents/page/of/beds/a{0}/ here. ",
        "见 https://example.io/documents/page/off/beds/a{0}/ 。",
    ),
    "broken addresses": ("See https://example.io/docs/a{0}/ here. ", "见 https://example.io /docs/a{0}/ 。"),
    "links": ("See [the bed](/docs/a{0}). ", "见[花坛](/docs/a{0})。"),
    "quoted values": ('It is "Bed{0}" here. ', "这里是“Bed{0}”。"),
    "lost quoted values": ('It is "Bed{0}" here. ', "这里是“花坛”。"),
    "changed quoted values": ('It is "Bedding{0}" here. ', "这里是“Bedidng{0}”。"),
    "quoted values in one sentence": ('"Bed{0}", ', "“花坛 {0}”、"),
    "paragraphs": ("The bed {0} is here.\n\n", "花坛 {0} 在这里。\n\n"),
    "list items": ("- the bed {0}\n", "- 花坛 {0}\n"),
    "numbered items": ("{0}. the bed\n", "{0}. 花坛\n"),
    "lines of code": ("    bed{0}: a\n", "    bed{0}: b\n"),
    "fences": ("```\nbed{0}\n```\n", "```\nbed{0}\n```\n"),
    "tables": ("| bed{0} | a |\n", "| 花坛 {0} | a |\n"),
    "half-width marks": ("The bed {0}, here. ", "花坛 {0},这里."),
    "no blanks": ("bed{0} here. ", "花bed{0}花"),
    "doubled words": ("the bed. ", "的的花坛花坛"),
    "brackets": ("(the bed {0}) ", "(花坛 {0}）"),
    "open brackets": ("(", "（"),
    "quotes": ("“bed {0}” ", "”花坛 {0}“"),
    "units": ("{0} seconds. ", "{0} 小时。"),
    "tags": ("<b>bed{0}</b> ", "<i>花坛{0}</i>"),
    "shortcodes": ('{{{{< glossary_tooltip text="bed" >}}}} ', '{{{{< glossary_tooltip text="花坛" >}}}}'),
    "English that stayed": ("The bed {0} is here. ", "The bed {0} is here. "),
    "terms to avoid": ("bed0 is here. ", "苗床0 在这里。"),
    "humps": ("aB", "aC"),
}
ENTRIES: dict[str, Callable[[int], tuple[str, str, str]]] = {
    "different": lambda i: (f"K.plot#bed{i}", f"bed{i} holds beans, peas and leeks of the year {i}.", f"bed{i} 有 {i} 年的豆子。"),
    "the same": lambda i: (f"K.plot#bed{i}", "It holds beans, peas and leeks of the year.", "它有今年的豆子。"),
    "of two translations": lambda i: (f"K.plot#bed{i}", "It holds beans, peas and leeks of the year.", f"它有今年的豆子{i}。"),
    "that differ by a word": lambda i: (f"K.plot#bed{i}", f"It holds beans, peas and leeks of the year word{i}.", f"它有今年的豆子 word{i}。"),
    "of another field each": lambda i: (f"K.plot#bed{i}", f"bed{i + 1} holds beans, peas and leeks.", f"bed{i + 1} 有豆子。"),
    "of another definition each": lambda i: (f"K.plot{i}#bed", f"It holds beans, {i} of them.", f"它有豆子，{i} 个。"),
    "short": lambda i: (f"K.plot#bed{i}", f"A{i}.", f"花{i}。"),
}  # fmt: skip


def _entries(entry: Callable[[int], tuple[str, str, str]]) -> Callable[[int], list[tuple[str, str, str]]]:
    return lambda n: [entry(i) for i in range(n)]


def _text(english: str, chinese: str) -> Callable[[int], list[tuple[str, str, str]]]:
    """One entry, whose text is long."""
    return lambda n: [("K.plot#bed", "".join(english.format(i) for i in range(n)), "".join(chinese.format(i) for i in range(n)))]  # fmt: skip


CATALOGUES: dict[str, Callable[[int], list[tuple[str, str, str]]]] = {
    **{f"entries {name}": _entries(entry) for name, entry in ENTRIES.items()},
    "a text of names": _text("The `bed{0}` is here. ", "这里是 `bed{0}`。"),
    "a text of addresses": _text("See [it](https://example.io/{0}). ", "见[此](https://example.io/{0})。"),
    "a text of tags": _text("<b>bed{0}</b> &amp; {{{0}}} %s ", "<b>花{0}</b> &amp; {{{0}}} %s"),
    "a text of lines": _text("bed {0}\n", "花 {0}\n"),
    "a text of quotes": _text('"", \\', "“”，\\"),
}


def described(texts: dict[str, str]) -> Document:
    """A document of one definition with a field for each text."""
    return _plot({name: {"type": "string", "description": text} for name, text in texts.items()})


# ---------------------------------------------------------------------------------------------------------- objects


def _pod(name: str, **spec: Any) -> Document:
    containers = [{"name": "a", "image": "b"}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": containers, **spec}}


def _objects(make: Callable[[int], Document]) -> Callable[[int], str]:
    return lambda n: "\n".join(f"---\n{json.dumps(make(i))}" for i in range(n))


def _one(make: Callable[[int], Document]) -> Callable[[int], str]:
    return lambda n: json.dumps(make(n))


def _containers(n: int, name: str = "c{0}", **more: Any) -> list[Document]:
    return [{"name": name.format(i), "image": "b", **more} for i in range(n)]


def _custom(n: int, rule: str) -> str:
    name = {"type": "string", "maxLength": 9}
    schema = {
        "type": "object",
        "properties": {
            "beds": {
                "type": "array",
                "maxItems": 100000,
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["name"],
                "items": {"type": "object", "required": ["name"], "properties": {"name": name}},
            },
            "free": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
        },
        "x-kubernetes-validations": [{"rule": rule, "message": "no"}],
    }
    plot = {
        "apiVersion": f"{GROUP}/v1",
        "kind": "Plot",
        "metadata": {"name": "a"},
        "spec": {"beds": [{"name": f"b{i}"} for i in range(n)], "free": [f"{i}" for i in range(n)]},
    }
    return f"{json.dumps(_resource('Plot', [schema]))}\n---\n{json.dumps(plot)}"


MANIFESTS: dict[str, Callable[[int], str]] = {
    "objects": _objects(lambda i: _pod(f"a{i}")),
    "objects of one name": _objects(lambda i: _pod("a")),
    "objects with faults": _objects(lambda i: _pod(f"A{i}", wrong=1)),
    "objects of no kind": _objects(lambda i: {"apiVersion": f"none{i}.example.io/v1", "kind": f"None{i}", "metadata": {"name": "a"}}),
    "a list": _one(lambda n: {"apiVersion": "v1", "kind": "List", "items": [_pod(f"a{i}") for i in range(n)]}),
    "lists of lists": _one(lambda n: {"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "List", "items": [_pod(f"a{i}")]} for i in range(n)]}),
    "containers": _one(lambda n: _pod("a", containers=_containers(n))),
    "containers of one name": _one(lambda n: _pod("a", containers=_containers(n, "c"))),
    "containers with faults": _one(lambda n: _pod("a", containers=_containers(n, wrong=1))),
    "ports": _one(lambda n: _pod("a", containers=_containers(1, ports=[{"name": f"p{i}", "containerPort": i % 60000 + 1} for i in range(n)]))),
    "variables": _one(lambda n: _pod("a", containers=_containers(1, env=[{"name": f"V{i}", "value": "a"} for i in range(n)]))),
    "mounts": _one(lambda n: _pod("a", volumes=[{"name": f"v{i}", "emptyDir": {}} for i in range(n)], containers=_containers(1, volumeMounts=[{"name": f"v{i}", "mountPath": f"/m{i}"} for i in range(n)]))),
    "mounts of nothing": _one(lambda n: _pod("a", containers=_containers(1, volumeMounts=[{"name": f"v{i}", "mountPath": f"/m{i}"} for i in range(n)]))),
    "unknown fields": _one(lambda n: _pod("a", **{f"wrong{i}": 1 for i in range(n)})),
    "nearly known fields": _one(lambda n: _pod("a", **{f"hostNetwrk{i}": 1 for i in range(n)})),
    "labels": _one(lambda n: {**_pod("a"), "metadata": {"name": "a", "labels": {f"l{i}": "a" for i in range(n)}}}),
    "annotations": _one(lambda n: {**_pod("a"), "metadata": {"name": "a", "annotations": {f"l{i}": "a" for i in range(n)}}}),
    "owners": _one(lambda n: {**_pod("a"), "metadata": {"name": "a", "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": f"a{i}", "uid": f"{i}"} for i in range(n)]}}),
    "tolerations": _one(lambda n: _pod("a", tolerations=[{"key": f"k{i}", "operator": "Exists"} for i in range(n)])),
    "keys of a map": _one(lambda n: {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {f"k{i}": "v" for i in range(n)}}),
    "one long value": _one(lambda n: {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v " * n}}),
    "service ports": _one(lambda n: {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": [{"name": f"p{i}", "port": i % 60000 + 1} for i in range(n)]}}),
    "rules of a role": _one(lambda n: {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "a"}, "rules": [{"apiGroups": [""], "resources": [f"r{i}"], "verbs": ["get"]} for i in range(n)]}),
    "audiences": _one(lambda n: {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "metadata": {"name": "a"}, "spec": {"audiences": [f"a{i}" for i in range(n)]}}),
    "long names": _one(lambda n: _pod("a-" * n + "A")),
    "a schema and its object": lambda n: _custom(n, "true"),
    "a rule over all": lambda n: _custom(n, "self.beds.all(b, b.name != 'x')"),
    "resources": lambda n: resources(1, 3, n),
    "versions of a resource": lambda n: resources(n, 3, 1),
    "fields of a resource": lambda n: resources(1, n, 1),
}  # fmt: skip


def contents(count: int) -> tuple[str, str]:
    """A table of contents of many parts and chapters, and an order of fields for as many definitions."""
    toc = {
        "parts": [
            {"name": f"Part {i}", "chapters": [{"name": f"Plot{i}", "group": GROUP, "version": "v1"}]}
            for i in range(count)
        ]
    }
    fields = [
        {"definition": f"{PACKAGE}.Plot{i}", "field_categories": [{"fields": [f"bed{i}", "owner"]}]}
        for i in range(count)
    ]
    return json.dumps(toc, indent=1), json.dumps(fields, indent=1)
