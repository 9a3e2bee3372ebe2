"""Targets of links: which stay links, alone and in the escaping of each layout."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from codegen.outputs.escaping import html_prose, markdown, portable
from codegen.outputs.escaping.cells import cell
from codegen.outputs.escaping.link_targets import is_example_address, is_safe_target, is_web_address
from support.growth import grows_linearly

SAFE = [
    "https://garden.example.io",
    "http://garden.example.io:8080/beds?x=1&y=2#top",
    "https://garden.example.io/a//b",
    "https://garden.example.io/%5Cbeds",
    "/docs/beds/#soil",
    "../beds/",
    "#soil",
    "?at=1.2",
    "/search?from=//beds",
    "#a//b",
    "beds/a:b",
    "/beds/%20a",
    "",
]
ELSEWHERE = {
    "two slashes": "//evil.example",
    "two slashes after a dot": "/.//evil.example",
    "two slashes after a folder and its parent": "/a/..//evil.example",
    "two slashes after a parent": "..//evil.example",
    "two encoded slashes in a path": "/a/..%2F%2Fevil.example",
    "three slashes": "///evil.example",
    "slash, backslash": r"/\evil.example",
    "backslash, slash": r"\/evil.example",
    "two backslashes": r"\\evil.example",
    "escaped backslashes": r"/\\\evil.example",
    "tab": "/\t/evil.example",
    "line end": "/\r\n/evil.example",
    "blank before": " //evil.example",
    "control before": "\x01//evil.example",
    "entity": "/&#92;evil.example",
    "entity in hexadecimal": "&#x2f;&#X2F;evil.example",
    "named entity": "/&bsol;evil.example",
    "entity of a tab": "/&Tab;/evil.example",
    "entity of a line end": "/&NewLine;/evil.example",
    "entity of an entity": "/&amp;#47;evil.example",
    "percent": "/%5cevil.example",
    "percents": "%5C%5Cevil.example",
    "percent of a slash": "%2f/evil.example",
    "percent of a percent": "/%255cevil.example",
    "percent of a tab": "/%09/evil.example",
    "encoded without end": "/" + "%25" * 9 + "5cevil.example",
}
OTHER_SCHEMES = {
    "script": "javascript:dig()",
    "script in upper case": "JavaScript:dig()",
    "script with an entity": "javascript&colon;dig()",
    "script with a tab": "java\tscript:dig()",
    "data": "data:text/html,a",
    "mail": "mailto:owner@garden.example.io",
    "file": "file:///beds",
    "no host": "https:///evil.example",
    "backslashes for slashes": r"https:\\evil.example",
    "backslash behind the host": r"https://garden.example.io\@evil.example",
    "one slash": "https:/evil.example",
    "user": "https://garden.example.io@evil.example",
    "unclosed percent": "/beds%2",
    "colon in a name": "1:2",
}
REFUSED = ELSEWHERE | OTHER_SCHEMES


@pytest.mark.parametrize("target", SAFE)
def test_addresses_and_paths_are_safe(target: str) -> None:
    assert is_safe_target(target)
    assert is_web_address(target) == target.startswith("http")


@pytest.mark.parametrize("target", REFUSED.values(), ids=REFUSED.keys())
def test_spellings_of_other_hosts_and_schemes_are_refused(target: str) -> None:
    assert not is_safe_target(target)
    assert not is_web_address(target)


LAYOUTS: dict[str, Callable[[str], str]] = {
    "list": markdown.markdown,
    "list with code": markdown.markdown_with_code,
    "text of a table page": markdown.markdown_with_entities,
    "cell of a table": cell,
    "plain": portable.block,
    "site": html_prose.block,
}


@pytest.mark.parametrize("write", LAYOUTS.values(), ids=LAYOUTS.keys())
@pytest.mark.parametrize("target", REFUSED.values(), ids=REFUSED.keys())
def test_no_layout_links_to_refused_target(write: Callable[[str], str], target: str) -> None:
    page = write(f"Look [here]({target}) now.")
    shown = (
        page
        if write in (html_prose.block, cell)
        else MarkdownIt("commonmark", {"html": True}).render(page)
    )
    links = [html.unescape(link) for link in re.findall(r'href="([^"]*)"', shown)]
    assert all(map(is_safe_target, links))


@pytest.mark.parametrize("write", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_every_layout_keeps_links_to_web_addresses(write: Callable[[str], str]) -> None:
    target = "https://kubernetes.io/beds?x=1#top"
    written = write(f"Look [here]({target}) now.")
    assert f"[here]({target})" in written or f'href="{target}"' in written


@given(st.text(st.sampled_from("/\\%25cC&#92;bsol\t\n :htps.e"), max_size=12))
def test_safe_path_has_no_second_slash_however_it_is_decoded(target: str) -> None:
    if is_safe_target(target) and not is_web_address(target):
        assert (
            re.match(r"[\s/\\]*[/\\][\s]*[/\\]", re.sub(r"%5c", r"\\", target, flags=re.IGNORECASE))
            is None
        )


@pytest.mark.timing
@pytest.mark.parametrize("part", ["&amp;", "%25", "/", "&#", "a:"])
def test_targets_are_read_in_linear_time(part: str) -> None:
    assert grows_linearly(lambda count: is_safe_target(part * count))


@pytest.mark.parametrize(
    "target",
    [
        "http://localhost:8080/beds",
        "https://127.0.0.1",
        "https://gauge.example.com:8200",
        "https://garden.example",
        "https://garden.test/a",
    ],
)
def test_addresses_of_examples_are_no_links(target: str) -> None:
    assert is_example_address(target)
    assert "<a" not in html_prose.phrase(f"See {target} or [it]({target}).")


@pytest.mark.parametrize(
    "target", ["https://kubernetes.io/docs", "https://example.garden.io", "https://myexample.com"]
)
def test_other_addresses_are_links(target: str) -> None:
    assert not is_example_address(target)
    assert f'href="{target}"' in html_prose.phrase(f"See {target}.")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("in *any* bed", "in <em>any</em> bed"),
        ("**never** and *only now*.", "<strong>never</strong> and <em>only now</em>."),
        ("2*3*4", "2*3*4"),
        ("*.garden.io and *.shed.io", "*.garden.io and *.shed.io"),
        ("*int and *string", "*int and *string"),
        ("`*any*`", "<code>*any*</code>"),
    ],
)
def test_emphasis_is_marked(text: str, html: str) -> None:
    assert html_prose.phrase(text) == html
