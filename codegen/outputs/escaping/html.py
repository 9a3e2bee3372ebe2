"""Text inside HTML, for attributes and comments of Hugo pages, and inert tags."""

from __future__ import annotations

import re

from codegen.core.escaping.controls import visible

# Elements of HTML, obsolete ones too, and the two that open another language.
_NAMES = """
    a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br
    button canvas caption center cite code col colgroup command content data datalist dd del details dfn dialog dir div dl
    dt element em embed fencedframe fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header
    hgroup hr html i iframe image img input ins isindex kbd keygen label layer legend li link listing main map mark marquee
    math menu menuitem meta meter multicol nav nextid nobr noembed noframes nolayer noscript object ol optgroup option
    output p param picture plaintext portal pre progress q rb rp rt rtc ruby s samp script search section select shadow slot
    small source spacer span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time
    title tr track tt u ul var video wbr xmp
"""
_ELEMENTS = frozenset(_NAMES.split())
_SHORTCODE = re.compile(r"\{\{(?:<(?P<plain>[^{}]*)>|%(?P<marked>[^{}]*)%)\}\}")
_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "\n": " "}
)
_NO_TARGET = re.compile(r"[^\w./#-]")
# An opened shortcode that is not one in the form that is printed: closed by the mark that opened
# it.
_OPENED = re.compile(r"\{\{(?=<(?!/\*[^{}]*\*/>\}\})|%(?!/\*[^{}]*\*/%\}\}))")


def is_inert_tag(name: str) -> bool:
    """Return whether browsers do not know the element `<name>`."""
    return name.lower() not in _ELEMENTS


def attribute(text: str) -> str:
    """Escape a value between double quotes."""
    return visible(text).translate(_ATTRIBUTE).replace("{{", "&#123;&#123;")


def target(text: str) -> str:
    """Reduce the target of a `ref` shortcode to the characters of page paths and anchors."""
    return _NO_TARGET.sub("", text)


def comment(text: str) -> str:
    """Escape text inside an HTML comment, including its end and shortcodes of Hugo."""
    text = visible(text).replace("-->", "--&gt;").replace("--!>", "--!&gt;")
    return _OPENED.sub("{&#123;", _SHORTCODE.sub(_comment_shortcode, text))


def _comment_shortcode(match: re.Match[str]) -> str:
    """Return the form of a shortcode that Hugo prints, such as `{{</* ref "x" */>}}`."""
    mark, end, inside = (
        ("<", ">", match["plain"]) if match["plain"] is not None else ("%", "%", match["marked"])
    )
    if "/*" in inside or "*/" in inside:
        return match[0]
    return f"{{{{{mark}/*{inside}*/{end}}}}}"
