"""Whatever texts, names, types and values of the input hold: on the pages of the site it is text, and nothing of it is markup."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from gardens.site import site_for
from support import judging
from support.browser import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

KEY = "io.example.api.garden.v1"
ATTACKS = [
    "<script>window.ran=1</script>",
    '"><img src=x onerror=window.ran=2>',
    "'><svg/onload=window.ran=3>",
    "[click](javascript:window.ran=4)",
    "![x](javascript:window.ran=5)",
    "<javascript:window.ran=6>",
    "</script></title></style></textarea><script>window.ran=7</script>",
    "{{< ref x >}}{{% readfile /etc/passwd %}}{{ .Site }}<!-- {{< x >}} -->",
    "`</code><script>window.ran=8</script>`",
    '[x](https://example.com/"onmouseover="window.ran=9)',
    'https://example.com/"onmouseover="window.ran=10"/<script>window.ran=11</script>',
    "[x](data:text/html,<script>window.ran=12</script>)",
    'text {#id style="position:fixed" class="lead" onclick="window.ran=13"}',
    "&lt;script&gt;window.ran=14&lt;/script&gt;&#x3c;script&#x3e;window.ran=15&#x3c;/script&#x3e;",
    "]]><!--<script>window.ran=16</script>",
    "```\n</code></pre><script>window.ran=17</script>\n```",
    "- <a href=javascript:window.ran=18>x</a>\n- **<b onclick=window.ran=19>x</b>**",
    "\u202e\u2066<script>window.ran=20</script>\x85\u2028",
]


def document(release: int) -> dict[str, Any]:
    """Each attack in every place of a document where a text, a name or a value stands; most are another one in the next release."""
    definitions: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for number, attack in enumerate(ATTACKS):
        now = attack if release == 1 else f"{attack} {release}"
        fields: dict[str, Any] = {
            "text": {"type": "string", "description": now, "title": now, "example": now},
            "format": {"type": "string", "format": now},
            "default": {"type": "string", "default": now, "pattern": now},
            "enum": {"type": "string", "enum": [now, f"{attack}!"]},
            "items": {"type": "array", "items": {"type": "string", "description": now, "format": now}},
            "values": {"type": "object", "additionalProperties": {"type": "object", "description": now}},
            "keys": {
                "type": "array",
                "items": {"type": "object"},
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": [now],
                "x-kubernetes-patch-strategy": now,
                "x-kubernetes-patch-merge-key": now,
            },
            "rules": {
                "type": "string",
                "x-kubernetes-validations": [{"rule": f"self != {json.dumps(now)}", "message": now, "fieldPath": now}],
            },
            f"name{attack}": {"type": "string", "description": "Its name."},
        }
        gvk = {"group": "garden.example.com", "version": "v1", "kind": f"Kind{number}"}
        definitions[f"{KEY}.Kind{number}"] = {
            "type": "object",
            "description": f"{attack}. {now}",
            "required": ["text"],
            "properties": {"spec": {"type": "object", "properties": fields, "description": now}, **fields},
            "x-kubernetes-group-version-kind": [gvk],
        }
        paths[f"/apis/garden.example.com/v1/kind{number}s/{{name}}"] = {
            "get": {
                "operationId": f"read{number}{attack}",
                "description": now,
                "summary": now,
                "tags": [attack],
                "x-kubernetes-action": "get",
                "x-kubernetes-group-version-kind": gvk,
                "parameters": [
                    {"name": "name", "in": "path", "required": True, "type": "string", "description": now},
                    {"name": attack, "in": "query", "type": "string", "format": now, "description": now},
                ],
                "responses": {"200": {"description": now}, attack: {"description": attack}},
            }
        }
    info = {"title": ATTACKS[0], "version": ATTACKS[1], "description": ATTACKS[2]}
    return {"swagger": "2.0", "info": info, "paths": paths, "definitions": definitions}


COLUMNS = "".join(
    f"        - {{name: {json.dumps(each)}, type: string, jsonPath: .spec.a, description: {json.dumps(each)}}}\n"
    for each in ATTACKS
)
RESOURCE = f"""\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: plots.crd.example.com}}
spec:
  group: crd.example.com
  scope: Namespaced
  names: {{kind: Plot, plural: plots}}
  versions:
    - name: v1
      served: true
      storage: true
      deprecated: true
      deprecationWarning: {json.dumps(ATTACKS[0])}
      additionalPrinterColumns:
{COLUMNS}\
      schema:
        openAPIV3Schema:
          type: object
          properties: {{spec: {{type: object, properties: {{a: {{type: string, description: {json.dumps(ATTACKS[1])}}}}}}}}}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    for release in (1, 2):
        (folder / f"v1.{release}").mkdir()
        (folder / f"v1.{release}/api.json").write_text(json.dumps(document(release)), encoding="utf-8")
    (folder / "crd.yaml").write_text(RESOURCE, encoding="utf-8")
    entries = "".join(
        f'\nmsgctxt {json.dumps(f"{KEY}.Kind{number}{part}")}\nmsgid "x"\nmsgstr {json.dumps(f"译文 {each}", ensure_ascii=False)}\n'
        for number, each in enumerate(ATTACKS)
        for part in ("", "#text", "#spec.text")
        if each.isprintable() or "\n" in each
    )
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nLanguage: zh-cn\\n"\n'
    (folder / "l10n").mkdir()
    (folder / "l10n/zh-cn.po").write_text(head + entries, encoding="utf-8")
    return site_for(
        folder,
        sources=[{"path": "v1.2/api.json"}, {"path": "crd.yaml"}],
        translations="l10n",
        history=["v1.1/api.json", "v1.2/api.json"],
        site={"title": ATTACKS[1], "fragments": True},
    )


class Markup(HTMLParser):
    """The elements of a page with their attributes, in its order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[tuple[str, str], ...]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(sorted((name, value or "") for name, value in attrs))))


# What pages of the site are made of, and no text brings.
TAGS = {
    *(
        "a",
        "article",
        "b",
        "button",
        "code",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "header",
        "li",
    ),
    *("main", "nav", "ol", "p", "pre", "section", "small", "span", "strong", "summary", "ul", "br"),
}
ATTRIBUTES = {
    "*": {
        "id",
        "class",
        "lang",
        "hidden",
        "tabindex",
        "aria-label",
        "aria-labelledby",
        "aria-current",
        "aria-pressed",
        "title",
    }
    | {
        f"data-{each}"
        for each in ("says", "hint", "label", "none", "count", "failed", "language", "side", "event", "release", "copy")
    }
    | {"data-from", "data-to"},
    "a": {"href", "hreflang", "rel", "download"},
    "details": {"open", "name"},
    "button": {"type"},
}


def test_a_sanitizer_finds_nothing_to_take_away(site: Path) -> None:
    nh3: Any = judging.library("nh3")
    files = sorted(site.rglob("*.html"))
    assert len(files) > 2 * len(ATTACKS)
    for file in files:
        text = file.read_text(encoding="utf-8")
        if file.name == "fragment.html":
            body = text.partition("<article")[2]
            body = f"<article{body}"
        else:
            body = text.partition("<body")[2].partition(">")[2].partition("</body>")[0]
        body = _without_own(body, file, site)
        cleaned = nh3.clean(
            body,
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes={"http", "https", "mailto"},
            link_rel=None,
            clean_content_tags=set(),
        )
        assert Markup(cleaned).elements == Markup(body).elements, file


def _without_own(text: str, file: Path, site: Path) -> str:
    """A page without the scripts and styles at the end of it that are files of the site."""

    def own(found: re.Match[str]) -> str:
        ((_, attributes),) = Markup(found[0]).elements
        known = dict(attributes)
        is_ours = set(known) in ({"src", "type"}, {"href", "rel"})
        address = known.get("src") or known.get("href") or ""
        base = file.parent if address.startswith(".") else site
        return "" if is_ours and (base / address.lstrip("/")).is_file() else found[0]

    return re.sub(r"<script [^<>]*></script>|<link [^<>]*>", own, text)


def test_attributes_and_links_of_whole_pages_are_our_own(site: Path) -> None:
    for file in sorted(site.rglob("*.html")):
        for tag, attributes in Markup(file.read_text(encoding="utf-8")).elements:
            for name, value in attributes:
                assert not name.startswith("on"), (file, tag, name)
                assert name != "style", (file, tag)
                if name in ("href", "src", "action") and value != "data:,":
                    assert urlsplit(value).scheme in ("", "http", "https"), (file, value)


STATE = """() => ({
  ran: window.ran ?? 0,
  scripts: [...document.scripts].filter((each) => each.type !== "application/ld+json" && !new URL(each.src).pathname.endsWith(".js")).length,
  links: [...document.links].filter(({ protocol }) => !/^https?:$/.test(protocol)).map(({ href }) => href),
  images: document.images.length + document.querySelectorAll("svg, iframe, object, embed, style").length,
})"""


def test_a_browser_runs_nothing_of_it_even_without_a_policy(browser: Browser, site: Path) -> None:
    with served(site) as address:
        context = browser.new_context()
        page = context.new_page()
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))

        def without_policy(route: Any) -> None:
            answer = route.fetch()
            text = answer.text()
            if "<html" not in text:
                route.fulfill(response=answer)
                return
            begin = text.index('<meta http-equiv="Content-Security-Policy"')
            route.fulfill(response=answer, body=text[:begin] + text[text.index(">", begin) + 1 :])

        page.route("**/*", without_policy)
        files = [file.relative_to(site).as_posix() for file in sorted(site.rglob("index.html"))]
        for file in files:
            page.goto(f"{address}{file}")
            page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
            assert page.evaluate(STATE) == {"ran": 0, "scripts": 0, "links": [], "images": 0}, file
        for tag in ("en", "zh-cn"):  # what scripts write into a page
            page.goto(f"{address}{tag}/")
            for words in ("script", "onerror", "javascript", "window"):
                page.fill("#_search input", words)
                page.locator("#_search li a").first.wait_for()
                assert page.evaluate(STATE)["ran"] == 0
            page.goto(f"{address}{tag}/between-releases/")
            page.locator("select[name=kind] option").nth(2).wait_for(state="attached")
            page.goto(f"{address}{tag}/garden/kind0-v1/")
            if tag == "en":
                page.locator("[data-side]").click()
                page.wait_for_timeout(500)
            assert page.evaluate(STATE) == {"ran": 0, "scripts": 0, "links": [], "images": 0}
        context.close()
