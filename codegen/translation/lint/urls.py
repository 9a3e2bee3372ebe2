"""Rules for addresses, compared with the English and with the translated part of a site."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from codegen.translation.lint.segments import LintFinding, Segment
from codegen.translation.normalization import URL

# The target of a link of Markdown or HTML that begins at the root of the site.
_ROOTED = re.compile(r"(?:\]\(|href=\")(?P<path>/[a-z][^()\s\"<>]*)", re.IGNORECASE)
# Two addresses of at least this likeness are one with a slip; a page that moved differs by more.
_NEAR = 0.94
# Lost and unknown addresses of one text that are compared with each other; further ones are reported as lost.
MAX_LOST, MAX_STRANGE = 40, 40


def find_lost_urls(segment: Segment) -> Iterator[LintFinding]:
    """Find missing, broken or misspelt addresses of the English."""
    if "://" not in segment.english:
        return
    own = {_normalize_url(found[0], segment): found.start() for found in URL.finditer(segment.text)}
    packed = _normalize_url("".join(segment.text.split()), segment)
    sites = {_split_site(address) for address in own}
    original = {_normalize_url(found[0], segment): found[0] for found in URL.finditer(segment.english)}
    strange = [address for address in own if address not in original][:MAX_STRANGE]
    compared = 0
    for address, url in original.items():
        if any(each.startswith(address) for each in own):
            continue
        if address in packed:
            at = segment.text.find(url.partition("://")[2].partition("/")[0])
            yield LintFinding(
                rule="url-broken",
                message=f"the address {url} is broken by a blank or a line break",
                at=max(at, 0),
                repair="write it without: browsers open only the first part",
            )
            continue
        compared += 1
        if compared <= MAX_LOST and (near := difflib.get_close_matches(address, strange, 1, _NEAR)):
            at = own[near[0]]
            written = URL.match(segment.text, at)
            yield LintFinding(
                rule="url-differs",
                message=f"the address {written[0] if written else near[0]} differs from that of the English by a slip",
                at=at,
                repair=f"write {_localize_url(url, segment) if written and f'/{segment.locale.tag}/' in written[0] else url}",
            )
        elif compared > MAX_LOST or _split_site(address) not in sites:
            yield LintFinding(
                rule="url-lost",
                message=f"the English has {url}, but the translation does not",
                at=segment.find_sentence(url),
                repair=f"add {url}",
            )


def find_english_addresses(segment: Segment) -> Iterator[LintFinding]:
    """Find addresses of English pages with a translation on the site."""
    tag = segment.locale.tag
    for site in segment.locale.usage.sites:
        for found in URL.finditer(segment.text):
            host, _, path = found[0].partition("://")[2].partition("/")
            if host.casefold() in site.hosts and f"/{path}".startswith(site.parts):
                yield _report_english(found.start(), _localize_url(found[0], segment), found[0])
        for found in _ROOTED.finditer(segment.text):
            if found["path"].startswith(site.parts) and not found["path"].startswith(f"/{tag}/"):
                yield _report_english(found.start("path"), f"/{tag}{found['path']}", found["path"])


def _localize_url(url: str, segment: Segment) -> str:
    """Return the address of the same page in the language."""
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    return f"{scheme}://{host}/{segment.locale.tag}/{path}"


def _report_english(at: int, translated: str, shown: str) -> LintFinding:
    return LintFinding(
        rule="address-english",
        message=f"the address leads to the English page: {shown}",
        at=at,
        repair=f"write {translated}, if there is that page",
    )


def _split_site(address: str) -> tuple[str, str]:
    """Return the last two labels of a host, as in `en.wikipedia.org`, and the anchor."""
    plain, _, anchor = address.partition("#")
    return ".".join(plain.partition("/")[0].split(".")[-2:]), anchor


def _normalize_url(url: str, segment: Segment) -> str:
    """Normalize the case, scheme, language, trailing slash and host alias of an address."""
    text = re.sub(rf"(://[^/\s]+)/{re.escape(segment.locale.tag)}(?=/)", r"\1", url.casefold())
    host, slash, path = text.partition("://")[2].replace("/#", "#").rstrip("/").partition("/")
    return next((site.hosts[0] for site in segment.locale.usage.sites if host in site.hosts), host) + slash + path
