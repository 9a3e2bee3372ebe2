"""What a page of the site says, as records; their JSON is the front matter from which the layouts of `templates/site` make HTML.

Texts that end in `html` have passed the filter of HTML; all others are plain, and the layouts escape them.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct


class Mark(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that the history tells of a field, in the words of the page's language; `event` is what it is about (since, required, type ...).

    `release` is the release in which it happened.
    """

    event: str
    release: str
    text: str


class RuleNote(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule that judges a field: `effect` is that of a rule of servers, or `cel`; `code` is an expression or the answer of a server.

    `since` and `until` are the releases that it holds from and to, where that is known; `immutable` says that no update may change the field.
    """

    effect: str
    html: str = ""
    code: str = ""
    since: str = ""
    until: str = ""
    immutable: bool = False


class Node(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One field in the tree of a page. Its path, which is its anchor, is made of the names above it.

    `id` is its prose id, by which histories and search know it. `before` and `type` are what a type has before its name (`[]`) and the
    name, `target` the page of that definition. `lang` is the language of the text where it is not that of the page. `again` says that
    its definition stands above it, and is not unfolded another time.
    """

    name: str
    id: str
    type: str
    before: str = ""
    target: str = ""
    html: str = ""
    lang: str = ""
    required: bool = False
    immutable: bool = False
    value: str = ""
    default: str = ""
    enum: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rules: tuple[RuleNote, ...] = ()
    marks: tuple[Mark, ...] = ()
    category: str = ""
    again: bool = False
    fields: tuple[Node, ...] = ()


class Anchor(Struct, frozen=True, kw_only=True):
    """An id that kubernetes.io gives to a heading on the page of a kind: its words, and the first field of what stands below it."""

    id: str
    name: str
    path: str


class Use(Struct, frozen=True, kw_only=True):
    """A field of another page whose type this page is about."""

    page: str
    title: str
    field: str


class Argument(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A parameter of an operation."""

    name: str
    place: str
    type: str
    target: str = ""
    html: str = ""
    lang: str = ""
    required: bool = False
    marks: tuple[Mark, ...] = ()


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A response of an operation."""

    status: str
    text: str
    before: str = ""
    type: str = ""
    target: str = ""


class Sample(Struct, frozen=True, kw_only=True):
    """A piece of code to be copied; `name` is the word of its tab."""

    name: str
    language: str
    code: str


class Request(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An operation: what is asked for, the right that it needs in words of RBAC, its parameters and answers, and how to call it.

    `old` is the id that kubernetes.io gives to its heading.
    """

    id: str
    verb: str
    method: str
    path: str
    old: str = ""
    title: str = ""
    lang: str = ""
    group: str = ""
    resource: str = ""
    right: str = ""
    marks: tuple[Mark, ...] = ()
    arguments: tuple[Argument, ...] = ()
    answers: tuple[Answer, ...] = ()
    samples: tuple[Sample, ...] = ()


class SitePage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One page in one language: a kind with its whole tree, or a definition with its own fields.

    `path` is its place below the language, and equal in all of them; `folder` is the first part of it, `heading` the name of that.
    `open` says that the tree is short enough to be shown unfolded. `anchors` are the definitions that are unfolded on it, `categories` the
    headings above fields.
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
    group: str = ""
    api_version: str = ""
    import_path: str = ""
    html: str = ""
    lang: str = ""
    notes: tuple[str, ...] = ()
    rules: tuple[RuleNote, ...] = ()
    marks: tuple[Mark, ...] = ()
    open: bool = False
    size: int = 0
    fields: tuple[Node, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    categories: tuple[Anchor, ...] = ()
    used_by: tuple[Use, ...] = ()
    operations: tuple[Request, ...] = ()
    examples: tuple[Sample, ...] = ()
    schema: str = ""
    feed: str = ""

    def nodes(self) -> Iterator[tuple[str, Node]]:
        """Every field of the tree with its path, in the order of the page."""
        yield from walk(self.fields)


def walk(fields: tuple[Node, ...], above: str = "") -> Iterator[tuple[str, Node]]:
    """The fields of a tree with their paths, each before those below it."""
    for node in fields:
        path = f"{above}{node.name}"
        yield path, node
        yield from walk(node.fields, f"{path}.")


class Content(Struct, frozen=True, kw_only=True):
    """All pages of a site, by language; each language has the same ones in the same order."""

    pages: dict[str, tuple[SitePage, ...]]
    releases: tuple[str, ...] = ()
