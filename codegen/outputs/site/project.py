"""The Hugo project of a site: settings, a content file per page, and copied files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path, PurePosixPath

import msgspec
from msgspec import Struct

from codegen.core.json_types import JsonObject
from codegen.core.locales import Languages
from codegen.model.kubernetes import version_rank
from codegen.outputs.docs.shared.changelog import ChangelogEvent
from codegen.outputs.docs.table.page_paths import CORE
from codegen.outputs.site.colors import write_accent_style
from codegen.outputs.site.common_kinds import is_of_kubernetes, parts_of_kinds
from codegen.outputs.site.records import Content, SitePage, walk
from codegen.outputs.site.site_settings import SiteSettings

_MOST_NEW = 24  # kinds on the home page
_MOST_NEW_FIELDS = 4  # of one kind there
INDEX = "_index"  # the page of a folder
CONTENT = "content/"  # one file per page
ASSETS = "assets/"  # styles beside those of the layouts
STATIC = "static/"  # copied without changes
# What the list of a folder shows of a page.
_LISTED = (
    "path",
    "title",
    "version",
    "description",
    "lang",
)


class Project(Struct, frozen=True, kw_only=True):
    """The content of a site, its files by path, and the sites of earlier releases."""

    content: Content
    files: Iterable[tuple[str, bytes]]
    earlier: Iterable[Project] = ()


def files(
    content: Content,
    languages: Languages,
    settings: SiteSettings,
    layouts: tuple[Path, ...],
    copied: Mapping[str, str],
    logo: bytes = b"",
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the project by path.

    `layouts` are folders like `templates/site`; the first with a file wins. `copied` has texts by
    their path on the site. `logo` is the image that the settings name.
    """
    yield "hugo.json", msgspec.json.encode(_build_settings(content, languages, settings, layouts))
    for tag, pages in content.pages.items():
        words = languages.get(tag).site
        name = settings.title or words["title"]
        parts = _list_parts(pages, languages.get(tag).titles)
        former = _find_former_addresses(pages)
        params: JsonObject = {
            "groups": _list_groups(pages, parts),
            "parts": parts,
            **_build_home_params(content, pages, words),
        }
        yield f"{CONTENT}{tag}/{INDEX}.md", content_file(name, words["about_site"], "", params)
        for folder, inside in _group_by_folder(pages).items():
            heading = inside[0].heading
            about = words["about_group"].format(name=heading)
            listed = [{name: getattr(page, name) for name in _LISTED} for page in inside]
            made = content_file(
                heading, about, f"{folder}/", {"pages": listed}, aliases=former.get(folder, ())
            )
            yield f"{CONTENT}{tag}/{folder}/{INDEX}.md", made
        for page in pages:
            place, aliases = f"{page.path}/", former.get(page.path, ())
            made = content_file(
                _page_title(page, words), page.description, place, {"page": page}, aliases=aliases
            )
            yield f"{CONTENT}{tag}/{page.path}.md", made
    if settings.logo:
        yield f"{STATIC}{_logo_name(settings)}", logo
    if settings.color:
        yield f"{ASSETS}color.css", write_accent_style(settings.color).encode()
    for path, text in copied.items():
        yield f"{STATIC}{path}", text.encode()


def _logo_name(settings: SiteSettings) -> str:
    return f"logo{PurePosixPath(settings.logo).suffix}"


def _page_title(page: SitePage, words: Mapping[str, str]) -> str:
    """Return a title for search engines, which differs for kinds with one name."""
    return f"{page.title} ({page.api_version or page.version or words['definitions']})"


def content_file(
    title: str, description: str, place: str, params: Mapping[str, object], **more: object
) -> bytes:
    """Write the file of a page at a place below its language.

    A place ends in a slash unless it is empty. All keys are lower case, as in Hugo.
    """
    root = "../" * (place.count("/") + 1)
    facts = {
        "title": title,
        "description": description,
        **more,
        "params": {"root": root, "place": place, **params},
    }
    return msgspec.json.encode(facts) + b"\n"


def _find_former_addresses(pages: Iterable[SitePage]) -> dict[str, tuple[str, ...]]:
    """Map addresses to those of version 0.2, whose folders were the first part of a group, if they
    mean one page.
    """
    paths: dict[str, list[str]] = {}
    for path in dict.fromkeys(path for page in pages for path in (page.folder, page.path)):
        paths.setdefault(re.sub(r"^([^./]*)\.[^/]*", r"\1", path), []).append(path)
    return {
        path: (f"/{old}",)
        for old, (path, *other_paths) in paths.items()
        if old != path and not other_paths
    }


def _group_by_folder(pages: Iterable[SitePage]) -> dict[str, list[SitePage]]:
    folders: dict[str, list[SitePage]] = {}
    for page in pages:
        folders.setdefault(page.folder, []).append(page)
    return folders


def _list_groups(pages: Iterable[SitePage], parts: Iterable[JsonObject]) -> list[JsonObject]:
    """Return the folders of kinds by name, then that of definitions, which is too large to be
    listed.

    `others` are the kinds in no part, such as those of custom resources and of later releases.
    """
    placed = {
        version["path"] for part in parts for kind in part["kinds"] for version in kind["versions"]
    }
    made = [
        {
            "folder": folder,
            "heading": inside[0].heading,
            "count": len(inside),
            "kinds": (listed := _list_kinds(inside)),
            "others": [kind for kind in listed if kind["versions"][0]["path"] not in placed],
        }
        for folder, inside in _group_by_folder(page for page in pages if not page.gone).items()
    ]
    return sorted(
        made, key=lambda group: (not group["kinds"], group["folder"] != CORE, group["heading"])
    )


def _list_parts(pages: Iterable[SitePage], titles: Mapping[str, str]) -> list[JsonObject]:
    """Return the kinds of Kubernetes in the parts of kubernetes.io."""
    by_title = {
        kind["title"]: kind
        for kind in _list_kinds(page for page in pages if is_of_kubernetes(page.key))
    }
    parts = [
        {
            "heading": titles.get(part, part),
            "kinds": [by_title[name] for name in names if name in by_title],
        }
        for part, names in parts_of_kinds().items()
    ]
    return [part for part in parts if part["kinds"]]


def _build_home_params(
    content: Content, pages: Iterable[SitePage], words: Mapping[str, str]
) -> JsonObject:
    """Return the sample queries of the home page, and what is new in the newest release."""
    pages = list(pages)
    queries = _list_sample_queries(pages, words)
    if len(content.releases) < 2:
        return {"queries": queries}
    release = content.releases[-1]
    queries.insert(1, words["query_release"].format(release=release))
    return {
        "queries": queries,
        "release": release,
        "fresh": _list_new_elements(pages, release),
        "fresh_heading": words["new_in"].format(release=release),
    }


def _list_sample_queries(pages: Iterable[SitePage], words: Mapping[str, str]) -> list[str]:
    """Return queries that find something on this site: those of Kubernetes, or of its first kind."""
    kinds = [page for page in pages if page.is_kind]
    if any(page.title == "Pod" and is_of_kubernetes(page.key) for page in kinds):
        return [words["query_action"], words["query_filter"], words["query_message"]]
    queries = ["is:required"]
    paths = [path for page in kinds[:1] for path, _ in walk(page.fields) if "." in path]
    own_paths = [path for path in paths if not path.startswith("metadata.")]
    if own_paths:
        queries.insert(0, f"{kinds[0].title.lower()}.{own_paths[0]}")
    return queries


def _list_new_elements(pages: Iterable[SitePage], release: str) -> list[JsonObject]:
    """Return the new kinds of a release, then kinds with new fields, the common ones first.

    `more` counts the new fields of a kind that are not listed.
    """
    order = chain.from_iterable(parts_of_kinds().values())
    ranks = {name: rank for rank, name in enumerate(order)}
    kinds = sorted(
        (page for page in pages if page.is_kind and not page.gone),
        key=lambda page: (ranks.get(page.title, len(ranks)), page.title),
    )
    new_kinds = []
    changed_kinds = []
    listed: set[str] = set()
    for page in kinds:
        entry = {"path": page.path, "title": page.title, "version": page.version}
        if _is_new(page.marks, release):
            new_kinds.append({**entry, "fields": [], "more": 0})
            continue
        fields = []
        for path, node in walk(page.fields):
            if not _is_new(node.marks, release) or node.until or node.id in listed:
                continue
            listed.add(node.id)
            fields.append(path)
        if fields:
            shown = fields[:_MOST_NEW_FIELDS]
            changed_kinds.append({**entry, "fields": shown, "more": len(fields) - len(shown)})
    return [*new_kinds, *changed_kinds][:_MOST_NEW]


def _is_new(marks: Iterable[ChangelogEvent], release: str) -> bool:
    return any(mark.event == "since" and mark.release == release for mark in marks)


def _list_kinds(pages: Iterable[SitePage]) -> list[JsonObject]:
    """Return the kinds of a group, each with its versions, the most stable first."""
    by_heading: dict[str, list[SitePage]] = {}
    for page in pages:
        if page.is_kind:
            by_heading.setdefault(page.title, []).append(page)
    return [
        {
            "title": title,
            "versions": [
                {
                    "path": version.path,
                    "version": version.api_version
                    if len({version.folder for version in versions}) > 1
                    else version.version,
                }
                for version in sorted(versions, key=lambda version: version_rank(version.version))
            ],
        }
        for title, versions in by_heading.items()
    ]


def _build_settings(
    content: Content, languages: Languages, settings: SiteSettings, layouts: tuple[Path, ...]
) -> JsonObject:
    tags = list(content.pages)
    mounts = [
        {"source": str(folder / kind), "target": kind}
        for folder in layouts
        for kind in ("layouts", "assets")
        if (folder / kind).is_dir()
    ]
    if settings.color:
        color_mounts = [{"source": "assets", "target": "assets"}]
    else:
        color_mounts = []
    base = f"{settings.base.rstrip('/')}/{content.place}"
    above = "../" if content.place else ""
    return {
        "baseURL": base,
        "defaultContentLanguage": tags[0],
        "defaultContentLanguageInSubdir": True,
        "disableDefaultSiteRedirect": True,
        "disableKinds": ["taxonomy", "term", "rss"],
        "outputFormats": {
            "fragment": {"mediaType": "text/html", "baseName": "fragment", "isHTML": True}
        },
        "outputs": {"page": ["html", "fragment"] if settings.fragments else ["html"]},
        "disableHugoGeneratorInject": True,
        "module": {"mounts": [{"source": "static", "target": "static"}, *color_mounts, *mounts]},
        "params": {
            "base": settings.base and base,
            "attribution": settings.attribution,
            "logo": settings.logo and _logo_name(settings),
            "kubernetes": any(is_of_kubernetes(page.key) for page in content.pages[tags[0]]),
            "releases": list(content.releases),
            "archive": {release: f"{above}{folder}" for release, folder in content.archive.items()},
            "tags": tags,
            "names": {tag: languages.get(tag).name for tag in tags},
        },
        "languages": {
            tag: {
                "label": languages.get(tag).name,
                "title": settings.title or languages.get(tag).site["title"],
                "weight": number,
                "contentDir": f"{CONTENT}{tag}",
                "params": {
                    "tag": tag,
                    "name": languages.get(tag).name,
                    "words": dict(languages.get(tag).site),
                },
            }
            for number, tag in enumerate(tags, start=1)
        },
    }
