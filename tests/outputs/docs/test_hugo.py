"""Hugo builds the pages in both languages without warnings and broken references."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from codegen.core.diagnostics import Report
from codegen.model import Reference
from codegen.readers.sources import SourcePath, read_sources
from gardens.docs import contents, emit_texts, reference
from gardens.parts import PACKAGE, with_chinese
from support.corpus import LIST_PAGES, REFERENCE, oldest, pages_of
from support.hugo_site import build, needs_hugo, site

pytestmark = [pytest.mark.slow, needs_hugo]


def bilingual() -> Reference:
    words = {
        f"{PACKAGE}.Plot": "Plot 是一块地。",
        f"{PACKAGE}.Plot#spec": '所期望的，{{< ref "/nowhere" >}}。',
        f"{PACKAGE}.PlotSpec#beds": "苗床 --> <b>。",
    }
    return with_chinese(reference(), words)


@pytest.mark.parametrize("toc", [True, False])
@pytest.mark.parametrize("layout", ["list", "plain"])
def test_both_languages_build_without_warnings(layout: str, toc: bool, tmp_path: Path) -> None:
    pages = emit_texts(bilingual(), "en", "zh-cn", table=contents() if toc else None, layout=layout)
    code, log = build(site(tmp_path, pages, html=layout != "plain"))
    assert code == 0, log
    assert "WARN" not in log
    assert "ERROR" not in log
    folder = "garden-resources" if toc else "garden.example.io"
    page = (tmp_path / f"public/zh-cn/{REFERENCE}/{folder}/plot-v1/index.html").read_text(
        encoding="utf-8"
    )
    assert "Plot 是一块地。" in page
    if layout == "list":
        assert f'href="/zh-cn/{REFERENCE}/' in page.replace("https://example.io", "")


def test_table_pages_build_in_both_languages(tmp_path: Path) -> None:
    pages = emit_texts(bilingual(), "en", "zh-cn", layout="table")
    code, log = build(
        site(tmp_path, {path: text for path, text in pages.items() if path.endswith(".md")})
    )
    assert code == 0, log
    assert "WARN" not in log
    (page,) = (tmp_path / f"public/zh-cn/{REFERENCE}").rglob("plot-v1/index.html")
    html = re.sub(r"<!--.*?-->", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert "Plot 是一块地。" in html
    assert "<th>名称</th><th>类型</th><th>描述</th>" in html


def test_official_pages_build_in_both_languages(tmp_path: Path) -> None:
    paths = [pages_of(oldest(LIST_PAGES), tag) for tag in ("en", "zh-cn")]
    sources = [
        SourcePath(path=path, display_path=tag, locale=tag)
        for path, tag in zip(paths, ("en", "zh-cn"), strict=True)
    ]
    code, log = build(site(tmp_path, emit_texts(read_sources(sources, Report()), "en", "zh-cn")))
    assert (code, "WARN" in log) == (0, False), log
