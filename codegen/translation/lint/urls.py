"""Rules for addresses, compared with the English and with the translated part of a site."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.translation.lint.findings import LintFinding, match_misspellings
from codegen.translation.normalization import URL
from codegen.translation.segments import Segment

# An address of a host, or the target of a link that begins at the root of the site.
ADDRESS = re.compile(
    r"(?:https?://(?P<host>[\w.-]+)|(?<=\]\()|(?<=href=\"))(?P<path>/[\w./~-]*[\w/~-])(?P<anchor>#[\w.-]*)?"
)
_HOST = re.compile(r"(?<=://)[^/]+")
# Two addresses of at least this likeness are one with a slip; a page that moved differs by more.
_NEAR = 0.94


def find_lost_urls(segment: Segment) -> Iterator[LintFinding]:
    """Find missing, broken or misspelt addresses of the English."""
    translated = {_normalize_url(match[0], segment): match for match in URL.finditer(segment.text)}
    original = {
        _normalize_url(match[0], segment): match[0] for match in URL.finditer(segment.english)
    }
    packed = _normalize_url("".join(segment.text.split()), segment)
    lost = [
        address
        for address in original
        if not any(translated_url.startswith(address) for translated_url in translated)
    ]
    slips = match_misspellings(lost, translated.keys() - original.keys(), _NEAR)
    sites = {_split_site(address) for address in translated}
    for address in lost:
        url = original[address]
        if address in packed:
            yield LintFinding(
                rule="url-broken",
                shown=url,
                message=f"the address {url} is broken by a blank or a line break",
                at=max(segment.text.find(url.partition("://")[2].partition("/")[0]), 0),
                repair="remove the blank or line break: browsers open only the first part",
            )
        elif slips and address in slips:
            nearest, tag = translated[slips[address]], f"/{segment.locale.tag}"
            if f"{tag}/" in nearest[0]:
                right = _HOST.sub(rf"\g<0>{tag}", url)
            else:
                right = url
            yield LintFinding(
                rule="url-differs",
                shown=nearest[0],
                message=f"the address {nearest[0]} differs from that of the English by a slip",
                at=nearest.start(),
                repair=f"write {right}",
                suggestion=right,
            )
        elif slips is None or _split_site(address) not in sites:
            yield LintFinding(
                rule="url-lost",
                shown=url,
                message=f"the English has {url}, but the translation does not",
                at=0,
                repair=f"add {url}",
            )


def find_english_addresses(segment: Segment) -> Iterator[LintFinding]:
    """Find addresses of English pages with a translation on the site."""
    prefix = f"/{segment.locale.tag}/"
    for site in segment.locale.usage.sites:
        for match in ADDRESS.finditer(segment.text):
            host, path = match["host"], match["path"]
            is_of_site = host is None or host.casefold() in site.hosts
            if is_of_site and path.startswith(site.parts) and not path.startswith(prefix):
                translated = match[0].replace(path, prefix + path[1:], 1)
                yield LintFinding(
                    rule="address-english",
                    shown=match[0],
                    message=f"the address leads to the English page: {match[0]}",
                    at=match.start(),
                    repair=f"write {translated}, if that page exists",
                    suggestion=translated,
                )


def _split_site(address: str) -> tuple[str, str]:
    """Return the last two labels of a host, as in `en.wikipedia.org`, and the anchor."""
    plain, _, anchor = address.partition("#")
    return ".".join(plain.partition("/")[0].split(".")[-2:]), anchor


def _normalize_url(url: str, segment: Segment) -> str:
    """Normalize the case, scheme, language, trailing slash and host alias of an address."""
    text = re.sub(rf"(://[^/\s]+)/{re.escape(segment.locale.tag)}(?=/)", r"\1", url.casefold())
    host, slash, path = text.partition("://")[2].replace("/#", "#").rstrip("/").partition("/")
    return (
        next((site.hosts[0] for site in segment.locale.usage.sites if host in site.hosts), host)
        + slash
        + path
    )
