"""Records of the pages of the site.

Their JSON is the front matter for the layouts in `templates/site`.

Texts with names that end in `html` are escaped HTML. All others are plain, and the layouts escape
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct

from codegen.outputs.docs.shared.changelog import ChangelogEvent


class RuleNote(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule about a field, from a server or in CEL.

    `effect` is that of a server rule, or `cel`. `code` is a CEL expression. `since` and `until` are
    known releases. `outdated` rules do not hold in the release of the site. `immutable` says that no
    update may change the field.
    """

    effect: str
    html: str = ""
    code: str = ""
    since: str = ""
    until: str = ""
    outdated: bool = False
    immutable: bool = False


class FieldNode(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A field in the tree of a page. Its path from the root is its anchor.

    `id` is its prose id, for histories and search. `type` is the name of its type, `before` the
    prefix (`[]`), `target` the page of that definition. `lang` is the language of the text unless
    it is that of the page. `is_recursive` marks a definition that is already unfolded above, and
    `shown_at` is the path of the field below which the type is unfolded, if it is another one.
    `badges` are facts from the text with their values. A former field has the last release with it
    as `until`, and its new name as `successor`.
    """

    name: str
    id: str
    type: str
    before: str = ""
    target: str = ""
    html: str = ""
    lang: str = ""
    is_partly_english: bool = False
    required: bool = False
    immutable: bool = False
    value: str = ""
    default: str = ""
    enum: tuple[str, ...] = ()
    badges: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    rules: tuple[RuleNote, ...] = ()
    marks: tuple[ChangelogEvent, ...] = ()
    is_recursive: bool = False
    shown_at: str = ""
    until: str = ""
    successor: str = ""
    fields: tuple[FieldNode, ...] = ()


class TypeUsage(Struct, frozen=True, kw_only=True):
    """A field of another page with the type of this page."""

    page: str
    title: str
    field: str


class Argument(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A parameter of an operation. `is_partly_english` texts have English parts."""

    name: str
    place: str
    type: str
    target: str = ""
    html: str = ""
    lang: str = ""
    is_partly_english: bool = False
    required: bool = False


class ResponseView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A response of an operation."""

    status: str
    text: str
    before: str = ""
    type: str = ""
    target: str = ""


class Sample(Struct, frozen=True, kw_only=True):
    """A piece of code to copy, with the name of its tab."""

    name: str
    language: str
    code: str


class Request(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An operation with its RBAC verb, parameters, responses and samples."""

    id: str
    verb: str
    method: str
    path: str
    title: str = ""
    lang: str = ""
    group: str = ""
    resource: str = ""
    right: str = ""
    marks: tuple[ChangelogEvent, ...] = ()
    arguments: tuple[Argument, ...] = ()
    answers: tuple[ResponseView, ...] = ()
    samples: tuple[Sample, ...] = ()


class SitePage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A page in one language, about a kind with its whole tree or a definition with its own fields.

    `path` is its place below the language, equal in all languages. `folder` is the first part of
    the path, `heading` its title. If `open`, the short tree is shown unfolded. `anchors` are
    unfolded definitions with the first path of each, `schemas` the files for download. `successor`
    is the page in place of a kind that is gone. `recorded` says that the history of releases has
    the definition, and `oldest` is the release that already had it. `requests` send the example.
    `edit` and `report` lead to the source and to a form for problems.
    """

    path: str
    folder: str
    heading: str
    key: str
    kind: str
    is_kind: bool
    title: str
    description: str
    version: str = ""
    scope: str = ""
    api_version: str = ""
    import_path: str = ""
    html: str = ""
    lang: str = ""
    is_partly_english: bool = False
    notes: tuple[str, ...] = ()
    rules: tuple[RuleNote, ...] = ()
    marks: tuple[ChangelogEvent, ...] = ()
    open: bool = False
    size: int = 0
    fields: tuple[FieldNode, ...] = ()
    anchors: tuple[tuple[str, str], ...] = ()
    used_by: tuple[TypeUsage, ...] = ()
    operations: tuple[Request, ...] = ()
    examples: tuple[Sample, ...] = ()
    requests: tuple[Sample, ...] = ()
    schemas: tuple[str, ...] = ()
    feed: str = ""
    gone: bool = False
    successor: str = ""
    recorded: bool = False
    oldest: str = ""
    edit: str = ""
    report: str = ""


def walk(
    fields: tuple[FieldNode, ...], above: str = "", *, inline: bool = False
) -> Iterator[tuple[str, FieldNode]]:
    """Yield the fields of a tree with their paths, each before its own fields, or only `inline`
    ones without a page.
    """
    for node in fields:
        path = f"{above}{node.name}"
        yield path, node
        if not (inline and node.target):
            yield from walk(node.fields, f"{path}.", inline=inline)


class Content(Struct, frozen=True, kw_only=True):
    """The pages of a site by language, in the same order.

    `releases` are those until its own one. `archive` has the folders of all releases with pages,
    empty for the newest.
    """

    pages: dict[str, tuple[SitePage, ...]]
    releases: tuple[str, ...]
    archive: Mapping[str, str] = MappingProxyType({})

    @property
    def place(self) -> str:
        """The folder of this site in that of the newest release."""
        if self.releases:
            return self.archive.get(self.releases[-1], "")
        return ""
