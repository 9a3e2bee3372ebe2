r"""Hostile texts, and documents of an invented API that contain them wherever text is possible.

A payload that runs writes the canary: Python imports it, a browser calls it. No output may ever do
so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from gardens import resources
from gardens.parts import GROUP, PLOTS

CANARY = "canary_was_run"
_RUN = f"__import__('builtins').{CANARY}()"
_CALL = f"window.{CANARY}=1"

# By target of the attack. Each contains its name, so that a lost or duplicate one is detected.
PAYLOADS: Mapping[str, str] = {
    "quotes-double": f'a"""\n{_RUN}\n"""b',
    "quotes-single": f"a'''\n{_RUN}\n'''b",
    "quotes-escaped": f'a\\"""\n{_RUN}\n\\"""b',
    "quotes-one": f"a\"+{_RUN}+\"b'+{_RUN}+'c",
    "ends-with-backslash": "ends with \\",
    "ends-with-quote": 'ends with "',
    "begins-with-quote": '"begins',
    "escapes-of-python": "\\N{BULLET} \\x41 \\u0022 \\U00110000 \\",
    "format-braces": f"{{{_RUN}}} {{0}} %s %(a)s ${{a}} $(touch {CANARY}) `touch {CANARY}`",
    "jinja": "{{7*7}} {% for x in y %}{{ self.__init__.__globals__ }}{# note #}",
    "control-nul": "a\0b",
    "control-return": f"a\r{_RUN}\r\nb",
    "control-lines": f"a\u2028{_RUN}\u2029{_RUN}\x85{_RUN}\x0b{_RUN}\x0c{_RUN}\x1c{_RUN}b",
    "control-bidi": "a\u202etxet desrever\u202c \u2066b\u2069 \u061c\u200e",
    "control-terminal": "a\x1b]0;title\x07\x1b[31mred\x1b[0m\x9b31mb\x08\x7f",
    "control-last": "a\ufffe\uffff\ufeffb",
    "surrogate": "a\ud800b\udc00c",
    "blank-lines": "first\n\u3000\nsecond\n\u00a0\nthird\n\x85\n\t\nfourth\n \u2003 \nlast",
    "blank-line-first": "\u3000\nsecond\n",
    "workflow": "a\n::error title=forged::forged\n##[error]forged\n##vso[task.complete]forged\n  ::warning::forged",
    "workflow-first": "::error title=forged::forged",
    "workflow-return": "a\r::error::forged\r\n::add-mask::a",
    "comment-ends": f"*/ {_CALL} /* --> <!-- ]]> <![CDATA[ --!> # // -- %}} #}}}} b",
    "script": f"</script><script>{_CALL}</script>",
    "handler": f'<img src=x onerror="{_CALL}"> <svg onload={_CALL}> "><b onmouseover={_CALL}>',
    "entities": f"&lt;script&gt;{_CALL}&lt;/script&gt;&#x3c;script&#x3e;{_CALL}&#x3c;/script&#x3e; '><svg/onload={_CALL}>",
    "elements-end": f"</td></table></a></code></pre></title></style></textarea><script>{_CALL}</script>",
    "code-unbalanced": f"\\<img src=x onerror={_CALL}> \\` <b> \\`\n- c ` d ` <img src=x onerror={_CALL}> `\n\n| `a | b` | <b> |\n|---|---|",
    "style": '<style>*{display:none}</style> <a style="position:fixed;inset:0" href="https://example.io">x</a>',
    "frame": f'<iframe srcdoc="<script>parent.{CANARY}=1</script>"></iframe><base href="https://evil.example"><meta http-equiv=refresh content=0>',
    "tag-in-code": f"`<script>{_CALL}</script>` ``<img src=x onerror={_CALL}>`` ` <b> `",
    "link-script": f"[click](javascript:{_CALL})",
    "link-schemes": f"[a](JaVaScRiPt:{_CALL}) [b](data:text/html,<script>{_CALL}</script>) [c](vbscript:x) [d](file:///etc/passwd) [e](//evil.example)",
    "link-hidden": f"[a](javascript&colon;{_CALL}) [b](&#106;avascript:{_CALL}) [c](java\tscript:{_CALL}) [d](\\javascript:{_CALL}) [e](<javascript:{_CALL}>) [f](\x01javascript:{_CALL}) [g](javascript:h)\\](&#106;avascript:{_CALL})",
    "link-broken": f"[a](\n> javascript:{_CALL})\n> [b](\n> javascript:{_CALL})",
    "link-brackets": f"](javascript:{_CALL}) [a\\](javascript:{_CALL})",
    "link-quotes": f'[a](https://example.io/"onmouseover="{_CALL}) https://example.io/"onmouseover="{_CALL}"/<script>{_CALL}</script>',
    "link-reference": f"[click]\n\n[click]: javascript:{_CALL}\n\n> [click]: javascript:{_CALL}\n\n[^1]: javascript:{_CALL}\n\n[string]: javascript:{_CALL}",
    "link-automatic": f"<javascript:{_CALL}> <data:text/html,x> <https://example.io/ok>",
    "link-good": "[good](https://example.io/a?b=c#d) and https://example.io/e and <https://example.io/f>",
    "image": f"![a](https://evil.example/p.png) ![b](javascript:{_CALL}) ![c][d] [![e](f)](javascript:{_CALL})\n\n[d]: https://evil.example/q.png",
    "heading": '# Heading {#Plot style="position:fixed;inset:0"}\n\nunder\n=====\n\nunder\n-----',
    "heading-attributes": 'list {#Plot style="position:fixed;inset:0" class="x" onclick="window.canary_was_run=1"}',
    "block-attributes": 'a paragraph\n{#Plot style="position:fixed" onclick="window.canary_was_run=1"}\n\n```js {#b style="c"}\nd\n```\n{.e}',
    "attributes-in-lists": '- a\n- {style="position:fixed"} b\n\nc\n: {style="d"}\n\n1. ~~~js {style="e"}\n   f',
    "shortcode": '{{< ref "../../../../etc/passwd" >}} {{% readfile "/etc/passwd" %}} {{</* x */>}} {{<',
    "shortcode-in-comment": '<!-- {{< readfile "/etc/passwd" >}} --> {{% /comment %}}',
    "fence": "```\nnever closed\n\n~~~\nnever either",
    "markdown": "- **spec** (string), required\n\n<hr>\n\n### `create` forged\n\n#### HTTP Request\n\nPOST /forged\n\n| a | b |\n| - | - |\n| c | d |\n\n***",
    "mathematics": "$$x$$ \\(y\\) \\[z\\] :smile: ==mark== ~~gone~~ H~2~O [[wiki]] !!! note\n    text",
    "yaml": "a: b # c\n---\n- d\n... \n!!python/object/apply:os.system [x] &a *a ? | > % @",
    "json": '"}, {"a": "b',
    "words-of-yaml": "null",
    "numbers-of-yaml": "1e999",
    "formula": "=cmd|' /C calc'!A0\n+1\n-1\n@SUM(A1)\n\t=1",
    "formula-plus": "+1+cmd|' /C calc'!A0",
    "formula-at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "po": '"\nmsgid "forged"\nmsgstr "forged"\n#, fuzzy\n#~ msgid "a"',
    "xml": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "path": "../../../../etc/passwd",
    "unicode": "ﬁ K ſ a\u0301 \U0001f600 \u200b\u200d\u00ad\u2060 \U000e0041",
}

PACKAGE = "io.example.api.hostile.v1"
NAMES = (
    "class",
    "None",
    "self",
    "def",
    "True",
    "async",
    "match",
    "type",
    "from",
    "except",
    "not",
    "continue",
    "import",
    "str",
    "int",
    "list",
    "field",
    "dataclass",
    "Optional",
    "__class__",
    "__init__",
    "__slots__",
    "__import__",
    "mro",
    "1a",
    "a b",
    "-",
    "$ref",
    "@x",
    "\U0001f600",
    "cls",
    "dict",
    "datetime",
    "Any",
    "object",
    "data",
    "at",
    "to_dict",
    "fromJson",
    "__dict__",
    "_read",
    "_parse",
    "ATTRIBUTE_NAMES",
    "exec",
    "open",
    "x-kubernetes-map-type",
    "fooBar",
    "foo_bar",
    "foo-bar",
    "foo.bar",
    "\u212aelvin",
    "Kelvin",
    "kelvin",
    "ﬁsh",
    "fish",
    "",
    " ",
    "\u3000",
)


def document(
    payloads: Mapping[str, str] = PAYLOADS, names: Iterable[str] = (*NAMES, *PAYLOADS.values())
) -> dict[str, Any]:
    """Return an OpenAPI document with each payload everywhere a document has free text."""
    kind = {"group": GROUP, "version": "v1", "kind": "Plot"}
    definitions: dict[str, Any] = {
        f"{PACKAGE}.Plot": {
            "type": "object",
            "description": "A plot.",
            "required": ["spec"],
            "properties": {
                "apiVersion": {"type": "string"},
                "kind": {"type": "string"},
                "spec": {"$ref": f"#/definitions/{PACKAGE}.Texts"},
                "named": {"$ref": f"#/definitions/{PACKAGE}.Named"},
                "values": {"$ref": f"#/definitions/{PACKAGE}.Values"},
                "limits": {"$ref": f"#/definitions/{PACKAGE}.Limits"},
                "held": {"$ref": f"#/definitions/{PACKAGE}.Held"},
            },
            "x-kubernetes-group-version-kind": [kind],
        },
        f"{PACKAGE}.Texts": {
            "type": "object",
            "properties": {f"t{n}": _texts(each) for n, each in enumerate(payloads.values())},
        },
        f"{PACKAGE}.Held": {
            "type": "object",
            "properties": {
                name: held
                for n, each in enumerate(payloads.values())
                for name, held in ((f"l{n}", _items(each)), (f"m{n}", _members(each)))
            },
        },
        f"{PACKAGE}.Values": {
            "type": "object",
            "properties": {f"v{n}": _values(each) for n, each in enumerate(payloads.values())},
        },
        f"{PACKAGE}.Limits": {
            "type": "object",
            "properties": {
                name: each
                for n, text in enumerate(payloads.values())
                for name, each in (
                    (f"p{n}", {"type": "string", "pattern": text}),
                    (f"c{n}", {"type": "string", "const": text}),
                )
            },
        },
        f"{PACKAGE}.Named": {
            "type": "object",
            "properties": {name: {"type": "string", "description": "A name."} for name in names},
        },
    }
    for n, each in enumerate(payloads.values()):
        definitions[f"{PACKAGE}.Definition{n}"] = {
            "type": "object",
            "description": each,
            "title": each,
            "properties": {
                "inner": {
                    "type": "object",
                    "description": each,
                    "properties": {"deep": {"type": "string", "description": each}},
                }
            },
        }
        definitions[f"{PACKAGE}.Plot"]["properties"][f"d{n}"] = {
            "$ref": f"#/definitions/{PACKAGE}.Definition{n}",
            "description": each,
        }
    return {
        "swagger": "2.0",
        "info": {
            "title": "\n".join(payloads.values()),
            "version": "v1",
            "description": "\n".join(payloads.values()),
        },
        "paths": {
            f"{PLOTS}/{{name}}/t{n}": _operation(each, n, kind)
            for n, each in enumerate(payloads.values())
        },
        "definitions": definitions,
        "tags": [
            {"name": each, "description": each, "externalDocs": {"url": each}}
            for each in payloads.values()
        ],
        "securityDefinitions": {
            f"s{n}{each}": _scheme(n, each) for n, each in enumerate(payloads.values())
        },
        "security": [{f"s{n}{each}": []} for n, each in enumerate(payloads.values())],
    }


def _items(text: str) -> dict[str, Any]:
    """Return a list whose items have their own keywords."""
    return {
        "type": "array",
        "description": "A list.",
        "items": {"type": "string", "description": text, "format": text},
    }


def _members(text: str) -> dict[str, Any]:
    """Return a map whose values are lists with their own keywords."""
    return {
        "type": "object",
        "additionalProperties": {
            "type": "array",
            "description": text,
            "items": {"type": "object", "description": text},
        },
    }


def _scheme(number: int, text: str) -> dict[str, Any]:
    """Return a security scheme, of each type in turn."""
    ways: tuple[dict[str, Any], ...] = (
        {"type": "apiKey", "in": "header", "name": text},
        {"type": "oauth2", "flow": "implicit", "authorizationUrl": text, "scopes": {text: text}},
        {"type": "basic"},
    )
    return {**ways[number % 3], "description": text}


def _texts(text: str) -> dict[str, Any]:
    """Return a field with a payload in all keywords."""
    return {
        "type": "string",
        "description": text,
        "title": text,
        "format": text,
        "x-kubernetes-patch-strategy": text,
        "x-kubernetes-patch-merge-key": text,
        "x-kubernetes-list-type": text,
        "x-kubernetes-list-map-keys": [text],
        "example": text,
        "externalDocs": {"url": text, "description": text},
    }


def _values(text: str) -> dict[str, Any]:
    """Return a field with a payload as its values."""
    return {"type": "string", "description": "Values.", "enum": [text, "b"], "default": text}


def _operation(text: str, number: int, kind: dict[str, Any]) -> dict[str, Any]:
    place = {"name": "name", "in": "path", "required": True, "type": "string", "description": text}
    return {
        "get": {
            "description": text,
            "summary": text,
            "operationId": f"read{number}{text}",
            "tags": [text],
            "produces": [text, "application/json"],
            "parameters": [
                {**place, "name": "namespace"},
                {**place, "format": text, "pattern": text},
                {
                    "name": f"q{text}",
                    "in": "query",
                    "type": "string",
                    "description": text,
                    "enum": [text],
                    "default": text,
                },
            ],
            "responses": {
                "200": {"description": text, "schema": {"$ref": f"#/definitions/{PACKAGE}.Plot"}},
                "401": {"description": text},
            },
            "x-kubernetes-action": "get",
            "x-kubernetes-group-version-kind": kind,
        }
    }


def strings(value: Any) -> Iterator[str]:
    """Yield all keys and texts of a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def write(file: Path, data: Any) -> Path:
    """Write a document as ASCII JSON, which supports any text."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(data), encoding="utf-8")
    return file


# Characters that text files cannot contain, and page structure.
NO_PAGE = ("control-nul", "surrogate", "markdown")


def page(payloads: Mapping[str, str] = PAYLOADS) -> str:
    """Return a Chinese list page with the payloads in front matter, fields and operations, as far
    as possible.
    """
    texts = [each for name, each in payloads.items() if name not in NO_PAGE]
    imported = payloads["workflow"] + payloads["control-terminal"]
    lines = [" ".join(each.split()) for each in texts]
    fields = "".join(
        f"- **t{n}** (string)\n\n  <!-- An English text. -->\n  一段文字 {each}\n\n"
        for n, each in enumerate(lines)
    )
    parameters = "".join(
        f"- **q{n}** (**查询参数**): string\n\n  一个参数 {each}\n\n"
        for n, each in enumerate(lines)
    )
    return (
        f"---\napi_metadata:\n  apiVersion: {GROUP}/v1\n  import: {json.dumps(imported)}\n  kind: Plot\ncontent_type: api_reference\n"
        f'description: {json.dumps(texts[0])}\ntitle: Plot\nweight: 1\n---\n\n`apiVersion: {GROUP}/v1`\n\n`import "example.io/api/hostile/v1"`\n\n'
        f"## Plot {{#Plot}}\n\n一块地。\n\n<hr>\n\n- **apiVersion**: {GROUP}/v1\n\n- **kind**: Plot\n\n{fields}"
        f"## 操作 {{#Operations}}\n\n<hr>\n\n### `get` 读取 Plot {payloads['heading-attributes']}\n\n#### HTTP 请求\n\nGET {PLOTS}/{{name}}\n\n"
        f"#### 参数\n\n- **name** (**路径参数**): string，必需\n\n  名称\n\n{parameters}"
        '#### 响应\n\n200 (<a href="{{< ref "#Plot" >}}">Plot</a>): OK\n'
    )


def custom_resource(payloads: Mapping[str, str] = PAYLOADS) -> dict[str, Any]:
    """Return a CustomResourceDefinition with the payloads as names, column and annotation texts,
    CEL rules and messages.
    """
    texts = list(payloads.values())
    found: dict[str, Any] = resources.plots()
    found["metadata"]["annotations"] = {text: text for text in texts}
    found["spec"]["names"] |= {"shortNames": texts, "categories": texts}
    version = found["spec"]["versions"][1]
    version |= {"deprecated": True, "deprecationWarning": " ".join(texts)}
    version["additionalPrinterColumns"] = [
        {"name": text, "type": text, "jsonPath": text, "description": text, "format": text}
        for text in texts
    ]
    version["selectableFields"] = [{"jsonPath": text} for text in texts]
    spec = resources.schema_of(found)["properties"]["spec"]
    spec |= {
        "description": "\n".join(texts),
        "title": texts[0],
        "externalDocs": {"url": texts[0], "description": texts[0]},
    }
    spec["properties"] |= {f"l{number}": _items(text) for number, text in enumerate(texts)}
    spec["x-kubernetes-validations"] = [
        {
            "rule": f"self.rows < {number}",
            "message": text,
            "messageExpression": text,
            "reason": text,
            "fieldPath": text,
        }
        for number, text in enumerate(texts)
    ] + [{"rule": text, "message": text} for text in texts]
    return found


def contents(folder: Path, payloads: Mapping[str, str] = PAYLOADS) -> dict[str, str]:
    """Return output options with a table of contents and a field order whose titles are the
    payloads.
    """
    texts = [each for name, each in payloads.items() if name not in NO_PAGE]
    chapters = {
        0: [{"name": "Plot", "group": GROUP, "version": "v1"}],
        1: [{"name": texts[1], "group": GROUP, "version": "v1beta1"}],
    }
    parts = [
        {"name": f"{number} {text}", "chapters": chapters.get(number, [])}
        for number, text in enumerate(texts)
    ]
    used = {0: ["beds"], 1: ["owner"]}
    categories = [
        {"fields": ["rows"]},
        *({"name": text, "fields": used.get(number, [])} for number, text in enumerate(texts)),
    ]
    fields = [{"definition": "io.example.api.garden.v1.PlotSpec", "field_categories": categories}]
    (folder / "toc.yaml").write_text(yaml.safe_dump({"parts": parts}), encoding="utf-8")
    (folder / "fields.yaml").write_text(yaml.safe_dump(fields), encoding="utf-8")
    return {"toc": "toc.yaml", "fields": "fields.yaml"}
