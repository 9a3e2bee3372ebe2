"""Data and texts that are no sources, described for messages.

A page inside another text, such as a quoted page in a mail, is one of them: its lines begin
differently there, so that fields and descriptions would be read wrongly.
"""

from __future__ import annotations

import codecs
import re

from msgspec import Struct

from codegen.core.source import guess_wide_encoding
from codegen.readers.damaged_text import find_merge_conflict
from codegen.readers.markup_languages import (
    describe_markup,
    find_xml_root,
    is_converted_markdown,
)

HEAD_BYTES = 65_536  # enough to tell text from binary data, and to recognize a source
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")  # byte order marks of UTF-16 and UTF-32
_MOST_ZEROS = 0.05  # zero bytes in a text that was damaged
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f]")
# Colours of a terminal, and signs that a pager prints over others to make them bold. A printed text
# has them from its first line on; a description may contain one.
_TERMINAL = re.compile(r"\A\s*+[^\n]{0,200}?(?P<sign>\x1b\[[\d;]*m|[^\s\x08]\x08[^\s\x08])")
_COMPRESSED = "a compressed file: unpack it"
_PICTURE = "a picture"
_PDF = "a PDF document: save the page as HTML or text instead"
_PDF_HEADER = re.compile(rb"^(?:\xef\xbb\xbf)?%PDF-\d", re.MULTILINE)
_LATEST_HEADER = 1024  # bytes that may be before the header of a PDF
_SIGNATURES = {
    b"%PDF-": _PDF,
    b"PK\x03\x04": "an archive or an office document: unpack it, or save its text",
    b"\xd0\xcf\x11\xe0": "an office document: save its text",
    b"{\\rtf": "a document of rich text (RTF): save its text",
    b"bplist00": "a web archive: save the page as HTML instead",
    b"\x1f\x8b": _COMPRESSED,
    b"BZh": _COMPRESSED,
    b"\xfd7zXZ": _COMPRESSED,
    b"7z\xbc\xaf": _COMPRESSED,
    b"\x28\xb5\x2f\xfd": _COMPRESSED,
    b"\x89PNG": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"GIF8": _PICTURE,
}
_TAR_SIGNATURE = b"ustar"
_TAR_OFFSET = 257  # bytes before its signature

_BEGINNING = 4096  # characters that show whether a page is inside another text
_MOST_LINES = 40  # whose beginnings are compared
_LEAST_LINES = 5
_LEAST_SHARE = 0.8  # of the lines, which some programs break
_QUOTED = re.compile(r"[ \t]{0,3}>")
_NUMBERED = re.compile(r"[ \t]*\d{1,5}(?:[ \t]*[|:│]|\t|[ ]{2,}|[ ]*\Z)")
_PATCH = re.compile(r"\A\s*(?:diff --git |Index: |--- [^\n]+\n\+\+\+ )")
_HUNK = re.compile(r"^@@ -\d", re.MULTILINE)
_ENCODED_MAIL = re.compile(
    r"\A(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){1,100}?"
    r"(?i:MIME-Version:|Content-Type:\s*multipart/|Content-Transfer-Encoding:\s*(?:quoted-printable|base64))"
)
_JSON = re.compile(r"[{\[]\s*+(?:[\"{}\[\]\d-]|true\b|false\b|null\b)")
_FENCED = re.compile(
    r"^[ \t]*(?:`{3,}|~{3,}|-{4,})[^\n`]*\n\s*---[ \t]*\n\s*api_metadata:", re.MULTILINE
)
_IN_QUOTES = re.compile(r"[\"'`]---\\n[ ]*api_metadata:")
_SHOWN_FILE = re.compile(
    r"\A(?:\s|<!--(?:[^-]|-(?!->))*-->|<(?!pre\b|body\b)[^<>]*>)*(?:<body\b[^<>]*>\s*)?<pre\b[^<>]*>",
    re.IGNORECASE,
)
_PAGE_IN_PRE = re.compile(
    r"\A\s*+<.*?<pre\b[^<>]*>\s*(?:<code\b[^<>]*>\s*)?---[ \t]*\n\s*api_metadata:",
    re.IGNORECASE | re.DOTALL,
)
_READER_VIEW = re.compile(r"\bid=[\"']?readability-page-\d")
_HTML = re.compile(r"\A<!doctype\s+html\b|<html\b", re.IGNORECASE)
_SHOWN_SOURCE = re.compile(r"<td class=[\"']?line-content\b")
_MANIFEST = re.compile(
    r"(?:\s*+(?:#[^\n]*+|---[^\n]*+)(?:\n|\Z))*+\s*+[\"']?(?:apiVersion|kind)[\"']?[ \t]*:"
)
# The first line of a document below other text, such as a block of code of Markdown, or a command.
_DOCUMENT_BELOW = re.compile(
    r"(?<=\n)(?:apiVersion:[ \t]*[\"']?apiextensions\.k8s\.io/v|(?:openapi|swagger):[ \t]*[\"']?\d[\d.]*[\"']?[ \t]*$"
    r"|\{\s{0,100}\"(?:openapi|swagger)\"[ \t]*:)",
    re.MULTILINE,
)
_INDENTED_DEFINITION = re.compile(
    r"(?:[ \t]*(?:#[^\n]*|---[^\n]*)?\n)*+[ \t]+[\"']?(?:apiVersion|kind)[\"']?[ \t]*:"
    r"[ \t]*[\"']?(?:apiextensions\.k8s\.io/v|CustomResourceDefinition)"
)
_HELM_TEMPLATE = "a template, as of Helm: render it first, as `helm template` does"
_TEMPLATE = re.compile(r"\{\{-?\s*(?:[.$\w(\"/]|/\*)")
_PART_OF_PAGE = re.compile(
    r"\*\*[\w.$-]+\*\*[ \t]*[(（]|\{\{<[ \t]*ref |<td><code>|\]\(#\w+\)|^`?(?:GET|PUT) /api",
    re.MULTILINE,
)


class EnclosingText(Struct, frozen=True, kw_only=True):
    """A text around a page, described for messages, with the character at which the page begins."""

    description: str
    offset: int = 0


def describe_binary_data(head: bytes) -> str:
    """Describe the beginning of a file that is no text, else return an empty string."""
    if format_name := describe_format(head):
        return format_name
    if b"\0" not in head or head.startswith(_WIDE_MARKS):
        return ""
    if _is_text_with_zeros(head):
        line = head.count(b"\n", 0, head.index(b"\0")) + 1
        return f"text with a zero byte in line {line}: get the file again, or remove the byte"
    if encoding := guess_wide_encoding(head):
        return f"text in {encoding.upper()} without a byte order mark: save it as UTF-8"
    return "binary data, not text"


def _is_text_with_zeros(head: bytes) -> bool:
    """Return whether the beginning of a file is UTF-8 without other control characters than zero
    bytes, and with few of these.
    """
    if head.count(b"\0") > len(head) * _MOST_ZEROS:
        return False
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return _CONTROL.search(text) is None


def describe_format(head: bytes) -> str:
    """Describe the beginning of a file of a known format, else return an empty string."""
    start = head.lstrip(b" \t\r\n")
    for signature, description in _SIGNATURES.items():
        if start.startswith(signature):
            return description
    if _PDF_HEADER.search(head, 0, _LATEST_HEADER):
        return _PDF
    if head.startswith(_TAR_SIGNATURE, _TAR_OFFSET):
        return "an archive: unpack it"
    return ""


def find_enclosing_text(text: str) -> EnclosingText | None:
    """Return the text around a page, or None for a text that may be a page itself."""
    start = text[:_BEGINNING]
    if _ENCODED_MAIL.match(start):
        return EnclosingText(
            description="a mail or a web archive (MHTML), with an encoded page: save the page as HTML or text"
        )
    if _PATCH.match(start) and _HUNK.search(start):
        return EnclosingText(description="a patch: apply it, and use the file")
    if printed := _TERMINAL.match(start):
        return EnclosingText(
            description="a text with colours or bold letters of a terminal: save it without them, as `--color=never` and `col -b` do",
            offset=printed.start("sign"),
        )
    if is_converted_markdown(text):
        return EnclosingText(
            description="Markdown that a converter made of a page, without front matter, anchors or rules: save the page as HTML, or get its Markdown source"
        )
    if _has_prefix(start, _QUOTED):
        return EnclosingText(description="a quoted page: remove the `>` at the start of its lines")
    if _has_prefix(start, _NUMBERED):
        return EnclosingText(description="a page with numbers of lines: copy it without them")
    if fenced := _FENCED.search(start):
        return EnclosingText(
            description="a page inside a block of code: save the lines of the page alone",
            offset=fenced.start(),
        )
    if quoted := _IN_QUOTES.search(start):
        return EnclosingText(
            description="a page inside a text of JSON or code: save the text itself",
            offset=quoted.start(),
        )
    if start.lstrip()[:1] == "<" and _READER_VIEW.search(text):
        return EnclosingText(
            description="the reader view of a browser, which leaves out parts of a page: save the page itself"
        )
    shown = _SHOWN_FILE.match(start)
    if shown is not None and text.rfind("</pre>", shown.end()) >= _find_last_words(text):
        return EnclosingText(
            description="a file as a browser shows it, inside <pre>: save the file itself",
            offset=shown.end(),
        )
    if inside := _PAGE_IN_PRE.match(start):
        return EnclosingText(
            description="the Markdown of a page inside <pre> of an HTML page: save the Markdown itself",
            offset=inside.end(),
        )
    return None


def _has_prefix(text: str, prefix: re.Pattern[str]) -> bool:
    """Return whether most lines of a text begin alike."""
    lines = [line for line in text.split("\n") if line.strip()][:_MOST_LINES]
    marked = sum(prefix.match(line) is not None for line in lines)
    return len(lines) >= _LEAST_LINES and marked >= _LEAST_SHARE * len(lines)


def _find_last_words(text: str) -> int:
    """Return where the last text of an HTML page is, leaving out the end tags at its end."""
    end = len(text)
    while end:
        before = text[:end].rstrip()
        opened = before.rfind("<")
        if not before.endswith(">") or not before.startswith("</", opened):
            return len(before) - 1
        if before.startswith("</pre", opened):
            return opened
        end = opened
    return 0


def describe_unknown_text(text: str) -> str:
    """Tell why a text is no source, by what it seems to be."""
    start = text[:HEAD_BYTES].lstrip()
    conflict = find_merge_conflict(text)
    if enclosing := find_enclosing_text(text):
        return enclosing.description
    if conflict is not None:
        line = text.count("\n", 0, conflict) + 1
        return f"a file with an unresolved merge conflict in line {line}: resolve it"
    if start.startswith("HTTP/"):
        return "the response of a server with its headers: save only what is below them"
    if start.startswith("{{") and _TEMPLATE.match(start):
        return _HELM_TEMPLATE
    if _JSON.match(start):
        return "JSON, but no OpenAPI document, JSON Schema or CustomResourceDefinition"
    if start.startswith("&lt;"):
        return "HTML whose tags are written as text: save the page itself"
    if start[:100].lower().startswith(("<!doctype", "<html", "<?xml")):
        return _describe_html(start)
    if _MANIFEST.match(start):
        return _describe_manifests(text[:HEAD_BYTES])
    if below := _DOCUMENT_BELOW.search(text):
        line = text.count("\n", 0, below.start()) + 1
        return f"a document that begins in line {line}, with other text around it: save the lines of the document alone"
    if markup := describe_markup(text):
        return markup
    if _PART_OF_PAGE.search(text):
        return "part of a reference page without its beginning; save the whole page"
    return "text, but no reference page, OpenAPI document or CustomResourceDefinition"


def _describe_html(start: str) -> str:
    """Tell why HTML or XML is no source."""
    if _SHOWN_SOURCE.search(start):
        return "the source of a page as a browser shows it: save the page itself"
    root = find_xml_root(start)
    if root and not _HTML.search(start):
        return f"XML of another kind than HTML, with <{root[:40]}> as its first element: save the page as HTML"
    return "a page of a site, but not of a Kubernetes API reference"


def _describe_manifests(text: str) -> str:
    """Tell why manifests are no source."""
    if _INDENTED_DEFINITION.match(text):
        return "a CustomResourceDefinition whose lines are all indented: remove the blanks before its first key from each line"
    if _TEMPLATE.search(text):
        return _HELM_TEMPLATE
    return "manifests, but no CustomResourceDefinition; `codegen validate` checks manifests"
