"""Reading of front matter, also from flattened text.

    --- api_metadata: apiVersion: "v1" import: "k8s.io/api/core/v1" kind: "Pod" title: "Pod" weight: 1 ---

Only a fixed set of keys is read. Flattened text is no longer YAML. Its keys are found by an
expression.
"""

from __future__ import annotations

import json
import re

import yaml
from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Correction, Fact
from codegen.readers.page_tree import FrontMatter
from codegen.readers.shared.page import PageText
from codegen.readers.shared.tokens import find_headings

# The lines below the front matter that repeat parts of it. Translators change their quotation
# marks.
API_VERSION = re.compile(r"`apiVersion:\s*+(?P<value>[^`\s]++)`")
IMPORT = re.compile(r"`import\s++[\"“”'](?P<value>[^\"“”'`\n]++)(?P<close>[\"“”'])?+`")
_FRONT_MATTER = re.compile(r"\s*---(?=\s)(?P<body>.*?)\s---(?=\s|\Z)", re.DOTALL)
_MANIFEST = re.compile(
    r"(?!.*(?:\bapi_metadata:|^title:)).*?^(?:apiVersion|kind):", re.MULTILINE | re.DOTALL
)
_ENTRY = re.compile(
    r"(?<!\S)(?P<key>apiVersion|import|kind|title|description|weight|auto_generated):"
    r"[^\S\n]*(?:\"(?P<double>(?:[^\"\\]|\\.)*+)\"|'(?P<single>(?:[^']|'')*+)'|(?P<plain>(?!\w+:\s)[^\s\"']\S*+(?:[^\S\n]++(?!\w+:\s)\S++)*+)?)",
    re.DOTALL,
)
_TITLE = re.compile(r"\s*title:")
_BLOCK_MARK = re.compile(r"\A[>|][+-]?\d?[^\S\n]+")  # the mark of a block scalar in flattened text
_COMMENT = re.compile(r"(?:\A|[^\S\n]+)#")


class Head(Struct, frozen=True, kw_only=True):
    """The head of a page, above its first heading.

    Its front matter ends at `start`, and the head at `end`.
    """

    front: FrontMatter
    start: int
    end: int
    has_version: bool
    has_import: bool


def find_front_matter(text: str) -> tuple[FrontMatter, int] | None:
    """Return the front matter at the start of a page, with its end, or None.

    Manifests have none.
    """
    match = _FRONT_MATTER.match(text)
    if match and not _MANIFEST.match(match["body"]):
        return (parse(match["body"]), match.end())
    return None


def read_head(page: PageText) -> Head:
    """Read the front matter and the lines repeating it.

    A comment with its English belongs to the head too.
    """
    located = find_front_matter(page.text)
    if located is None:
        _report_missing(page)
    front, start = located or (FrontMatter(), 0)
    end = start
    limit = next((at for at, _ in find_headings(page.text, start, len(page.text))), len(page.text))
    for offset, comment in page.comments.between(start, limit):
        if "api_metadata" in comment or _TITLE.match(comment):
            end = max(end, min(limit, offset + len(comment) + len("-->")))
    version = API_VERSION.search(page.text, end, limit)
    if version is not None:
        end = version.end()
        _compare("apiVersion", front.api_version, version, page)
    imported = IMPORT.search(page.text, end, limit)
    if imported is not None:
        end = imported.end()
        _compare("import", front.import_path, imported, page)
        if imported["close"] != '"':
            correct = f'`import "{imported["value"]}"`'
            page.warn(
                "import-unclosed",
                "the import line does not end in a plain quotation mark",
                imported.start(),
                f"write {correct}",
                Correction(written=imported[0].strip(), correct=correct),
            )
    return Head(
        front=replace(
            front,
            api_version=front.api_version or (version["value"] if version else ""),
            import_path=front.import_path or (imported["value"] if imported else ""),
        ),
        start=start,
        end=end,
        has_version=version is not None,
        has_import=imported is not None,
    )


def _report_missing(page: PageText) -> None:
    """Report front matter that is missing or unclosed."""
    if page.text[:4096].lstrip()[:4].rstrip() == "---":
        page.error(
            "front-matter-unclosed",
            "the front matter is opened but never closed",
            0,
            "the page is cut off, or its second --- line is missing",
        )
    else:
        page.warn(
            "front-matter-missing",
            "the page does not begin with front matter",
            0,
            "put the api_metadata of the page between two --- lines at its top",
        )


def _compare(description: str, stated: str, printed: re.Match[str], page: PageText) -> None:
    """Report a line unlike the front matter."""
    if stated and stated != printed["value"]:
        page.warn(
            "head-disagrees",
            f"{description} is {stated!r} in the front matter and {printed['value']!r} here",
            printed.start(),
            f"one of them is wrong; {stated!r} is used",
            facts=((Fact.HEAD, ""),),
            arguments=(stated, printed["value"]),
        )


def parse(body: str) -> FrontMatter:
    """Parse the known keys of a front matter."""
    values = _load_yaml(body) or {
        entry["key"]: _read_value(entry) for entry in _ENTRY.finditer(body)
    }
    weight = values.get("weight", "")
    return FrontMatter(
        api_version=values.get("apiVersion", ""),
        import_path=values.get("import", ""),
        kind=values.get("kind", ""),
        title=values.get("title", ""),
        description=values.get("description", ""),
        weight=int(weight) if re.fullmatch(r"-?\d{1,9}", weight) else None,
        auto_generated=values.get("auto_generated", "") == "true",
    )


def _load_yaml(body: str) -> dict[str, str]:
    """Load the texts of a front matter that is valid YAML, including those of `api_metadata`."""
    try:
        data = yaml.load(body, getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506 - it makes strings alone
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    data = data if isinstance(data, dict) else {}
    metadata = data.get("api_metadata")
    values = {**(metadata if isinstance(metadata, dict) else {}), **data}
    return {key: value.strip() for key, value in values.items() if isinstance(value, str)}


def _read_value(entry: re.Match[str]) -> str:
    if (double := entry["double"]) is not None:
        try:
            return str(json.loads(f'"{double}"', strict=False))
        except ValueError:
            return double
    if (single := entry["single"]) is not None:
        return single.replace("''", "'")
    plain = _BLOCK_MARK.sub("", entry["plain"] or "")
    return _COMMENT.split(plain, maxsplit=1)[0].strip()
