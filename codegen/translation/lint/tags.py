"""The rule for broken tags of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from codegen.translation.lint.findings import LintFinding
from codegen.translation.normalization import URL
from codegen.translation.segments import BLOT, CODE_SPAN, Segment

# Elements with a closing tag. HTML closes `p`, `li` and cells of tables by itself.
_NAMES = (
    r"blockquote|details|summary|strike|strong|abbr|cite|code|font|kbd|mark|samp|small|span|table"
    r"|big|del|dfn|div|ins|pre|sub|sup|var|dl|em|h[1-6]|ol|tt|ul|a|b|i|q|s|u"
)
_SHORTCODE = re.compile(r"\{\{[<%][^{}\n]{0,500}[%>]\}\}")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(
    rf"<(?P<close>/?)(?P<name>{_NAMES})(?P<rest>\s[^<>]*)?>"
    # `</`, `</ code>`, `</code` without its end, `<code` before a letter, `< code>`
    rf"|(?P<broken></(?![A-Za-z][\w.-]*\s*>)(?:\s*(?:{_NAMES})\b)?|<(?:{_NAMES})(?=[^\x00-\x7f])"
    rf"|<\s+/?(?:{_NAMES})\s*>)",
    re.IGNORECASE,
)


class _TagMistake(Struct, frozen=True, kw_only=True):
    """A broken tag, or one without its counterpart."""

    written: str
    at: int
    message: str
    repair: str


def find_broken_tags(segment: Segment) -> Iterator[LintFinding]:
    """Find broken tags, and tags without a counterpart, unless the English has the same."""
    if "<" not in segment.text:
        return
    in_english = {fault.written for fault in _find_tag_mistakes(segment.english)}
    for fault in _find_tag_mistakes(segment.text):
        if fault.written not in in_english:
            yield LintFinding(
                rule="tag-unbalanced",
                shown=fault.written,
                message=fault.message,
                at=fault.at,
                repair=fault.repair,
            )


def _find_tag_mistakes(text: str) -> Iterator[_TagMistake]:
    """Yield the faults of the tags of a text in order, apart from code, shortcodes and comments."""
    for hidden in (CODE_SPAN, _SHORTCODE, URL, _COMMENT):
        text = hidden.sub(lambda match: BLOT * len(match[0]), text)
    opened: list[re.Match[str]] = []
    for tag in _TAG.finditer(text):
        if tag["broken"]:
            yield _describe_broken(tag)
            _close_most(opened, tag["broken"])
        elif not tag["close"]:
            if not (tag["rest"] or "").endswith("/"):
                opened.append(tag)
        else:
            yield from _close(opened, tag)
    for tag in opened:
        yield _describe_unclosed(tag)


def _describe_broken(tag: re.Match[str]) -> _TagMistake:
    return _TagMistake(
        written=tag[0],
        at=tag.start(),
        message=f"a broken tag: {tag[0]}",
        repair="write the whole tag as in the English, or remove the rest of it",
    )


def _describe_unclosed(tag: re.Match[str]) -> _TagMistake:
    name = tag["name"].lower()
    return _TagMistake(
        written=tag[0],
        at=tag.start(),
        message=f"the tag {tag[0]} is not closed",
        repair=f"write </{name}> after the words that it marks",
    )


def _close_most(opened: list[re.Match[str]], broken: str) -> None:
    """Forget the last open tag that a broken closing tag was meant for."""
    name = re.sub(r"[<\s/>]", "", broken).lower()
    if broken.startswith("</") and opened and name in ("", opened[-1]["name"].lower()):
        opened.pop()


def _close(opened: list[re.Match[str]], tag: re.Match[str]) -> Iterator[_TagMistake]:
    """Close the last open tag of that name, and yield the faults of tags between them."""
    name = tag["name"].lower()
    if all(open_tag["name"].lower() != name for open_tag in opened):
        message = f"the tag {tag[0]} closes nothing"
        repair = "remove it, or write the tag that opens it"
        if opened:
            wrong = opened.pop()
            message = f"the tag {tag[0]} closes {wrong[0]}"
            repair = f"write </{wrong['name'].lower()}>"
        yield _TagMistake(written=tag[0], at=tag.start(), message=message, repair=repair)
        return
    while opened:
        last = opened.pop()
        if last["name"].lower() == name:
            return
        yield _describe_unclosed(last)
