"""A real Hugo as judge: our pages build in both languages without a warning, and no reference is broken."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import Report
from codegen.model import Prose, Reference
from codegen.readers.sources import SourcePath, read_sources
from gardens.docs import contents, reference, swagger, written
from gardens.parts import PACKAGE
from support.corpus import LIST_PAGES, REFERENCE, oldest, pages_of
from support.hugo_site import build, needs_hugo, site

pytestmark = [pytest.mark.slow, needs_hugo]


def bilingual() -> Reference:
    source = reference()
    span = source.definitions[f"{PACKAGE}.Plot"].span
    words = {
        f"{PACKAGE}.Plot": "Plot 是一块地。",
        f"{PACKAGE}.Plot#spec": '所期望的，{{< ref "/nowhere" >}}。',
        f"{PACKAGE}.PlotSpec#beds": "苗床 --> <b>。",
    }
    chinese = {key: Prose(text=text, span=span) for key, text in words.items()}
    return replace(source, prose=MappingProxyType({**source.prose, "zh-cn": MappingProxyType(chinese)}))


@pytest.mark.parametrize("toc", [True, False])
@pytest.mark.parametrize("layout", ["list", "plain"])
def test_both_languages_build_without_a_warning(layout: str, toc: bool, tmp_path: Path) -> None:
    pages = written(bilingual(), "en", "zh-cn", table=contents() if toc else None, layout=layout)
    code, log = build(site(tmp_path, pages, html=layout != "plain"))
    assert code == 0, log
    assert "WARN" not in log
    assert "ERROR" not in log
    folder = "garden-resources" if toc else "garden-example-io"
    page = (tmp_path / f"public/zh-cn/{REFERENCE}/{folder}/plot-v1/index.html").read_text(encoding="utf-8")
    assert "Plot 是一块地。" in page
    if layout == "list":
        assert f'href="/zh-cn/{REFERENCE}/' in page.replace("https://example.io", "")


def test_table_pages_build_in_both_languages(tmp_path: Path) -> None:
    pages = written(bilingual(), "en", "zh-cn", layout="table")
    code, log = build(site(tmp_path, {path: text for path, text in pages.items() if path.endswith(".md")}))
    assert code == 0, log
    assert "WARN" not in log
    (page,) = (tmp_path / f"public/zh-cn/{REFERENCE}").rglob("plot-v1/index.html")
    html = re.sub(r"<!--.*?-->", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert "Plot 是一块地。" in html
    assert "<th>名称</th><th>类型</th><th>描述</th>" in html


def test_hugo_refuses_what_it_should(tmp_path: Path) -> None:
    """The judge itself: a reference to no page fails the build, so a silent build says something."""
    pages = written(bilingual(), "en", "zh-cn", table=contents())
    pages["en/garden-resources/plot-v1.md"] += '\n{{< ref "../nowhere/at-all#X" >}}\n'
    code, log = build(site(tmp_path, pages))
    assert code != 0
    assert "REF_NOT_FOUND" in log


STYLE = 'style="position:fixed" class="forged" data-forged="x"'
FORGED = {("id", "Forged"), ("style", "position:fixed"), ("data-forged", "x")}
HOSTILE = [
    "list {#Forged " + STYLE + "}",
    "list # {" + STYLE + "}",
    "[click](javascript:alert(1))",
    "[a](javascript:b)\\](&#106;avascript:b)",
    "[a\\](javascript:b)",
    "> [a](\n> javascript:b)",
    "words\n{" + STYLE + "}",
    "- a\n- {" + STYLE + "} b",
    "a\n: {" + STYLE + "}",
    "{\n" + STYLE + "}",
    "```go {" + STYLE + "}\nb\n```",
    "1. ~~~go {" + STYLE + "}\n   b",
    "(javascript:alert(1))",
    "](javascript:b)",
]


class Attributes(HTMLParser):
    """The attributes of all tags of a page; what a comment holds is none."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += attrs


@pytest.mark.parametrize("layout", ["list", "plain", "table", "upstream"])
def test_no_text_styles_a_page_or_runs_code(layout: str, tmp_path: Path) -> None:
    pages = {}
    for number, text in enumerate(HOSTILE):
        document = swagger()
        spec, plot = document["definitions"][f"{PACKAGE}.PlotSpec"], document["definitions"][f"{PACKAGE}.Plot"]
        spec["description"] = plot["description"] = text
        items = {"type": "string", "format": text, "description": text}
        spec["properties"] |= {"odd": items, text: {"type": "array", "items": items, "description": f"*{text}"}}
        for operations in document["paths"].values():
            for operation in operations.values():
                if isinstance(operation, dict):
                    operation["description"] = operation["responses"]["401"]["description"] = text
        compat = layout if layout == "upstream" else ""
        files = written(reference(document), "en", "zh-cn", layout="table" if compat else layout, compat=compat)
        for path, page in files.items():
            if path.endswith(".md"):
                # upstream writes a key that Hugo refuses since it was removed
                pages[path.replace("/", f"/{number}/", 1)] = page.replace("\n_build:", "\nbuild:")
    folder = site(tmp_path, pages, html=layout != "plain")
    code, log = build(folder)
    assert code == 0, log
    rendered = [file.read_text(encoding="utf-8") for file in sorted((folder / "public").rglob("plot*/index.html"))]
    assert len(rendered) == 2 * len(HOSTILE)
    for html in rendered:
        tags = Attributes()
        tags.feed(html)
        assert tags.found
        assert FORGED.isdisjoint(tags.found)
        links = [value or "" for name, value in tags.found if name in ("href", "src")]
        assert not [link for link in links if re.match(r"\s*(?!https?:)[\w+.-]+:", link)]


def test_the_published_pages_build_in_both_languages(tmp_path: Path) -> None:
    paths = [pages_of(oldest(LIST_PAGES), tag) for tag in ("en", "zh-cn")]
    sources = [SourcePath(path=path, shown=tag, locale=tag) for path, tag in zip(paths, ("en", "zh-cn"), strict=True)]
    code, log = build(site(tmp_path, written(read_sources(sources, Report()), "en", "zh-cn")))
    assert (code, "WARN" in log) == (0, False), log
