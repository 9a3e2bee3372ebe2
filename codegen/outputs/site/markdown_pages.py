"""The pages of a site as Markdown, for readers of plain text and for language models.

Each page has a file beside it. `llms-full.txt` has the texts of all kinds and types, each once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from codegen.outputs.escaping import html_prose
from codegen.outputs.site.records import Content, FieldNode, RuleNote, SitePage, walk

_TAG = re.compile(r"<[^<>]*>")
_PARAGRAPH = re.compile(r"</(?:p|li|pre|ul|ol)>|<br>")
_BLANKS = re.compile(r"[ \t]+")
_MARKUP = re.compile(r"([\\`*_\[\]<>])")
_TICKS = re.compile("`+")


def files(content: Content, words: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the Markdown of each page by path, and `llms-full.txt` in the first language."""
    for tag, pages in content.pages.items():
        for page in pages:
            lines = _describe_page(page, words[tag], walk(page.fields))
            yield f"{tag}/{page.path}/index.md", _join(lines)
    first, pages = next(iter(content.pages.items()))
    texts = [
        _join(_describe_page(page, words[first], walk(page.fields, inline=True))) for page in pages
    ]
    yield "llms-full.txt", "\n".join(texts)


def _describe_page(
    page: SitePage, words: Mapping[str, str], fields: Iterable[tuple[str, FieldNode]]
) -> Iterator[str]:
    name = " ".join(filter(None, (page.title, page.api_version or page.version)))
    yield f"# {_escape(name)}"
    yield from _describe_text(page.html)
    for rule in _current(page.rules):
        yield f"- {_describe_rule(rule, words)}"
    for sample in page.examples[:1]:
        yield f"## {words['examples']}"
        yield _fence(sample.code, sample.language)
    listed = list(fields)
    if listed:
        yield f"## {words['fields']}"
    for path, node in listed:
        if not node.until:
            yield "\n".join(_describe_field(path, node, words))
    if page.operations:
        yield f"## {words['operations']}"
    for operation in page.operations:
        yield f"- {_code(f'{operation.method} {operation.path}')} {_escape(operation.title)}".rstrip()


def _describe_field(path: str, node: FieldNode, words: Mapping[str, str]) -> Iterator[str]:
    facts = [_code(f"{node.before}{node.type}")]
    if node.required:
        facts.append(words["required"])
    if node.immutable:
        facts.append(words["immutable"])
    if node.enum:
        facts.append(f"{words['enum']} {' | '.join(map(_code, node.enum))}")
    if node.value:
        facts.append(f"{words['value']} {_code(node.value)}")
    if node.default:
        facts.append(f"{words['default']} {_code(node.default)}")
    facts += (_escape(mark.text) for mark in node.marks)
    yield f"- **{_escape(path)}** {', '.join(facts)}"
    for line in _describe_text(node.html):
        yield ""
        yield f"  {line}"
    for note in node.notes:
        yield ""
        yield f"  {_plain(note)}"
    for rule in _current(node.rules):
        yield f"  - {_describe_rule(rule, words)}"


def _current(rules: Iterable[RuleNote]) -> Iterator[RuleNote]:
    return (rule for rule in rules if not rule.outdated)


def _describe_rule(rule: RuleNote, words: Mapping[str, str]) -> str:
    text = f"{words[f'effect_{rule.effect}']} {_plain(rule.html)}".rstrip()
    if rule.code:
        return f"{text} {_code(rule.code)}"
    return text


def _describe_text(html: str) -> Iterator[str]:
    """Yield the paragraphs of a description."""
    for paragraph in _PARAGRAPH.split(html):
        if text := _plain(paragraph):
            yield text


def _plain(html: str) -> str:
    """Return the text of a piece of HTML as one escaped line of Markdown."""
    return _escape(_BLANKS.sub(" ", html_prose.unescape(_TAG.sub("", html)).replace("\n", " ")))


def _escape(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    """Return a code span whose fence is longer than any run of ticks in the text."""
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    inner = " ".join(text.split())
    if longest:
        return f"{fence} {inner} {fence}"
    return f"{fence}{inner}{fence}"


def _fence(code: str, language: str) -> str:
    longest = max((len(run) for run in _TICKS.findall(code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code}\n{fence}"


def _join(lines: Iterable[str]) -> str:
    """Join the blocks of a page with blank lines between them."""
    return "\n\n".join(lines) + "\n"
