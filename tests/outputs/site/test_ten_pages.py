"""Ten pages in both languages and colour schemes: accessibility, content policy, and going back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gardens.resources import PLOTS
from gardens.site import site_for
from support.browser import open_page, serious_axe_findings, serve_folder
from support.corpus import RELEASES, ROOT, document_of, newest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

KINDS = ["authentication.k8s.io/v1/TokenRequest", "v1/Pod", "apps/v1/Deployment", "Plot"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of kinds of the newest release with history, a custom resource, and a translated page."""
    folder, last = tmp_path_factory.mktemp("ten"), newest(RELEASES)
    (folder / "plots.yaml").write_text(PLOTS, encoding="utf-8")
    (page,) = (ROOT / "schemas/sources").glob("*.txt")
    sources = [
        {"path": str(document_of(last))},
        {"path": "plots.yaml"},
        {"path": str(page), "locale": "zh-cn"},
    ]
    history = [str(document_of(each)) for each in RELEASES[-2:]]
    return site_for(folder, sources=sources, select=KINDS, history=history)


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serve_folder(site) as place:
        yield place


def _nothing(_: Page) -> None:
    """Leave the page unchanged."""


def _unfolded(page: Page) -> None:
    for each in page.locator(
        "details.operation > summary, details.sample:not([open]) > summary"
    ).all()[:6]:
        if each.is_visible():
            each.click()


def _searched(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("token")
    page.locator("#_search li a").nth(5).wait_for()
    page.keyboard.press("ArrowDown")


def _compared(page: Page) -> None:
    page.locator("select[name=effect]").wait_for()
    page.locator("select[name=effect]").select_option("documentation")


def _beside(page: Page) -> None:
    page.locator("[data-side]").click()
    page.locator("[id='spec.audiences'] > .said").nth(1).wait_for()


TEN: dict[str, tuple[str, Callable[[Page], None]]] = {
    "TokenRequest": ("authentication.k8s.io/token-request-v1/", _unfolded),
    "Pod": ("core/pod-v1/", _nothing),
    "Deployment": ("apps/deployment-v1/", _nothing),
    "custom resource": ("garden.example.io/plot-v1/", _unfolded),
    "comparison": ("between-releases/", _compared),
    "search": ("", _searched),
    "home": ("", _nothing),
    "group": ("core/", _nothing),
    "404": ("404.html", _nothing),
    "side by side": ("authentication.k8s.io/token-request-v1/", _beside),
}


@pytest.mark.parametrize("tag", ["en", "zh-cn"])
@pytest.mark.parametrize("name", TEN)
def test_axe_and_content_policy_report_nothing(
    browser: Browser, address: str, name: str, tag: str
) -> None:
    path, act = TEN[name]
    with open_page(browser, "about:blank") as page:
        page.add_init_script(
            "window.refused = []; addEventListener('securitypolicyviolation', (event) => refused.push(event.violatedDirective))"
        )
        page.goto(f"{address}{tag}/{path}")
        act(page)
        page.locator("button.theme").click()
        assert page.evaluate("refused") == []
        page.locator("button.theme").click()
        found = []
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found += [f"{scheme}: {each}" for each in serious_axe_findings(page, 200)]
        assert found == []
        for data in page.locator("script[type='application/ld+json']").all_inner_texts():
            assert json.loads(data)["inLanguage"] == tag  # data, which a script policy allows


@pytest.mark.parametrize("name", TEN)
def test_inline_script_does_not_run(browser: Browser, address: str, name: str) -> None:
    path, _ = TEN[name]
    injected = (
        "<script>window.ran = 1</script><script type=module>window.ran = 2</script><img src=x onerror='window.ran = 3'>"
        "<svg onload='window.ran = 4'></svg><a id=go href='javascript:window.ran = 5'>go</a>"
        "<script src='data:text/javascript,window.ran = 6'></script><iframe srcdoc='<script>parent.ran = 7</script>'></iframe>"
        "<p id=styled style='position: fixed'>styled</p>"
    )
    context = browser.new_context()
    page = context.new_page()
    whole = page.request.get(f"{address}en/{path}").text()
    assert whole.count("</main>") == 1
    page.route(
        f"{address}en/{path}",
        lambda route: route.fulfill(
            body=whole.replace("</main>", f"{injected}</main>"), content_type="text/html"
        ),
    )
    page.goto(f"{address}en/{path}")
    page.locator("#go").click()
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None
    assert page.locator("#styled").evaluate("(each) => getComputedStyle(each).position") == "static"
    context.close()


def test_going_back_leads_to_the_place_that_was_left(browser: Browser, site: Path) -> None:
    """The page comes in parts, so that the browser scrolls while the page grows."""
    with (
        serve_folder(site, in_parts=True) as address,
        open_page(browser, f"{address}en/core/pod-v1/", width=390) as page,
    ):
        height = page.evaluate("() => document.documentElement.scrollHeight")
        for top in (1800, height * 2 // 3):
            page.evaluate("(top) => scrollTo({ top, behavior: 'instant' })", top)
            page.wait_for_timeout(500)
            left = page.evaluate("() => scrollY")
            page.goto(f"{address}en/apps/deployment-v1/")
            page.go_back()
            page.wait_for_load_state()
            page.wait_for_timeout(200)
            assert left > 1000
            assert abs(page.evaluate("() => scrollY") - left) < 100
