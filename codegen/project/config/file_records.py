"""Records of `codegen.yaml` as users write it. Its JSON Schema is derived from them.

Descriptions and examples of fields are texts for users: editors show them, and messages about
mistakes quote the examples.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Text = Annotated[str, Meta(min_length=1)]
SourcePathText = Annotated[str, Meta(min_length=1, description="A file or a folder.")]
LocaleText = Annotated[
    str,
    Meta(min_length=1, description="The language of the pages, where it cannot be detected."),
]
Patterns = Annotated[
    tuple[Text, ...],
    Meta(
        min_length=1,
        description="Kinds, group/version/Kind, group/version, groups or definition keys; "
        "* matches inside a segment, a leading ! excludes.",
        examples=[["Deployment", "batch/v1/*"]],
    ),
]
PIN_PATTERN = r"^[0-9A-Za-z._+-]+$"
Pin = Annotated[str, Meta(pattern=PIN_PATTERN, examples=["2.4.0"])]
Share = Annotated[float, Meta(ge=0, le=1, examples=[0.1])]
ShareByLocale = Annotated[
    dict[str, Share], Meta(extra_json_schema={"propertyNames": {"type": "string"}})
]


class SecondSource(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file or folder with its language."""

    path: SourcePathText
    locale: LocaleText = ""


SecondSources = Annotated[tuple[SourcePathText | SecondSource, ...], Meta(min_length=1)]


class Source(SecondSource, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A source of the reference.

    `codegen update` fetches it from `url`, and `check` compares it with the sources in `against`.
    """

    url: Annotated[
        str,
        Meta(
            min_length=1,
            description="The address that `codegen update` fetches into `path`, "
            "with pins in braces.",
            examples=["https://example.org/v{crds}/crds.yaml"],
        ),
    ] = ""
    against: Annotated[
        SourcePathText | SecondSource | SecondSources,
        Meta(
            description="A second source that check compares this one with: "
            "a file or folder, or several."
        ),
    ] = ()

    def list_second_sources(self) -> tuple[SecondSource, ...]:
        """Return the second sources as records, also one that stands alone."""
        if isinstance(self.against, tuple):
            entries = self.against
        else:
            entries = (self.against,)
        return tuple(
            SecondSource(path=entry) if isinstance(entry, str) else entry for entry in entries
        )


class ReleaseOfHistory(SecondSource, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The source of one release."""

    release: Annotated[
        str,
        Meta(min_length=1, description="The name of the release, where the path has none."),
    ] = ""
    date: Annotated[
        str,
        Meta(
            pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
            description="The day of the release, for feeds of changes: 2026-01-31, as a text.",
            examples=["2026-01-31"],
        ),
    ] = ""


class Check(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of `codegen check`."""

    untranslated: Annotated[
        Share | ShareByLocale,
        Meta(
            description="The share of texts, 0 to 1, that may be untranslated: "
            "one for all languages, or by language.",
            examples=[0.1, {"zh-cn": 0.1}],
        ),
    ] = {}
    baseline: Annotated[
        str,
        Meta(
            min_length=1,
            description="The file of accepted findings, each with a reason and a last day.",
        ),
    ] = ""

    def allowed_share(self, locale: str) -> float | None:
        """Return the share of texts in a language that may be untranslated, or None without a
        limit.
        """
        if isinstance(self.untranslated, dict):
            return self.untranslated.get(locale, self.untranslated.get("*"))
        return self.untranslated


class Site(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of the site that `codegen site` makes."""

    base: Annotated[
        str,
        Meta(
            pattern=r"^https?://[^\s/]+(/\S*)?$",
            description="The address where the site will stand, for what search engines read: "
            "https://docs.example.com/api/.",
            examples=["https://docs.example.com/api/"],
        ),
    ] = ""
    title: Annotated[str, Meta(min_length=1, description="Its title.")] = ""
    attribution: Annotated[
        str,
        Meta(
            min_length=1,
            description="The text of the footer, in place of the licences of Kubernetes' texts.",
        ),
    ] = ""
    releases: Annotated[
        bool, Meta(description="Whether earlier releases below history have pages of their own.")
    ] = False
    fragments: Annotated[
        bool,
        Meta(
            description="Whether each page is written as a fragment too, fragment.html beside "
            "index.html, which other sites can show inside of their pages."
        ),
    ] = False
    logo: Annotated[
        str,
        Meta(
            pattern=r"\.(svg|png|jpg|jpeg|webp)$",
            description="An image for the header of each page: a file beside codegen.yaml.",
            examples=["mark.svg"],
        ),
    ] = ""
    color: Annotated[
        str,
        Meta(
            pattern=r"^#[0-9A-Fa-f]{6}$",
            description="The color of links and marks. It is made lighter or darker where it would "
            "be hard to read.",
            examples=["#7a1f5c"],
        ),
    ] = ""
    edit: Annotated[
        str,
        Meta(
            pattern=r"^https?://[^\s/]+/\S*$",
            description="The address of the form that edits a source; {path} stands for its path.",
            examples=["https://forge.example.net/orchard/edit/main/{path}"],
        ),
    ] = ""
    report: Annotated[
        str,
        Meta(
            pattern=r"^https?://[^\s/]+/\S*$",
            description="The address of the form that reports a problem; "
            "{path} stands for the path of the source.",
            examples=["https://forge.example.net/orchard/issues/new?title={path}"],
        ),
    ] = ""


class Output(Struct, frozen=True, kw_only=True):
    """An entry of `outputs`. Its other keys are the options of its target."""

    target: Annotated[str, Meta(description="What is written.")]
    to: Annotated[
        str,
        Meta(
            min_length=1,
            description="The folder, inside that of this file; {locale} stands for the language.",
            examples=["schemas"],
        ),
    ]
    select: Annotated[
        Patterns,
        Meta(
            description="What is written to this output, instead of what the file selects for all."
        ),
    ] = ()


class File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file `codegen.yaml`: what codegen reads and what it writes, with paths relative to it."""

    sources: Annotated[
        tuple[SourcePathText | Source, ...],
        Meta(
            min_length=1,
            description="Pages, OpenAPI documents, CustomResourceDefinitions, or folders of them, "
            "of one API.",
            examples=[[{"path": "pages"}]],
        ),
    ]
    pins: Annotated[
        dict[str, Pin],
        Meta(
            description="The values of the braces in `url`; `codegen update --set` changes one.",
            examples=[{"crds": "2.4.0"}],
        ),
    ] = {}
    manifests: Annotated[
        tuple[Text, ...],
        Meta(
            description="Files and folders of manifests that the report of `codegen update` "
            "checks against the new sources.",
            examples=[["deploy"]],
        ),
    ] = ()
    select: Annotated[
        Patterns,
        Meta(
            description="The parts of the sources to write, with the types that they need; "
            "everything if left out."
        ),
    ] = ()
    locales: Annotated[
        tuple[Text, ...],
        Meta(
            min_length=1,
            description="The languages that are written; "
            "the first is the language of schemas and code.",
            examples=[["en", "zh-cn"]],
            extra_json_schema={"uniqueItems": True},
        ),
    ] = ("en",)
    translations: Annotated[
        str,
        Meta(
            min_length=1,
            description="The folder of the catalogs, one <locale>.po each.",
            examples=["translations"],
        ),
    ] = ""
    messages: Annotated[
        str,
        Meta(
            min_length=1,
            description="The language of the findings of `review` and of the reports of "
            "`translate status`; that of LC_ALL or LANG if left out.",
            examples=["zh-cn"],
        ),
    ] = ""
    templates: Annotated[
        str,
        Meta(
            min_length=1,
            description="A folder of templates that replace those of the tool, by their names: "
            "docs/list/page.md.j2; locales/<tag>.toml adds a language.",
            examples=["templates"],
        ),
    ] = ""
    examples: Annotated[
        str,
        Meta(
            min_length=1,
            description="A folder of objects in YAML or JSON, one for a kind, "
            "which the site shows as its example.",
            examples=["manifests"],
        ),
    ] = ""
    kubernetes: Annotated[
        str,
        Meta(
            min_length=1,
            description="The release of Kubernetes whose own types complete the sources where "
            "these use and do not document them; the newest bundled one if left out.",
        ),
    ] = ""
    history: Annotated[
        tuple[SourcePathText | ReleaseOfHistory, ...],
        Meta(
            description="Sources of several releases, from which the history of each field "
            "is told.",
            examples=[[{"path": "v1.2"}, {"path": "v1.3"}]],
        ),
    ] = ()
    site: Annotated[
        Site,
        Meta(
            description="What the site that `codegen site` makes says of itself.",
            examples=[{"base": "https://docs.example.com/api/"}],
        ),
    ] = Site()
    check: Annotated[
        Check,
        Meta(
            description="What check examines besides the generated files.",
            examples=[{"baseline": "accepted.yaml"}],
        ),
    ] = Check()
    outputs: Annotated[
        tuple[Output, ...],
        Meta(
            description="What `codegen generate` writes; empty where only a site is made.",
            examples=[[{"target": "json-schema", "to": "schemas"}]],
        ),
    ] = ()

    def list_sources(self) -> tuple[Source, ...]:
        """Return the sources as records, those written as a path alone too."""
        return tuple(
            Source(path=entry) if isinstance(entry, str) else entry for entry in self.sources
        )

    def list_releases(self) -> tuple[ReleaseOfHistory, ...]:
        """Return the releases of the history as records."""
        return tuple(
            ReleaseOfHistory(path=entry) if isinstance(entry, str) else entry
            for entry in self.history
        )
