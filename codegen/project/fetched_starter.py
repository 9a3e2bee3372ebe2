"""A first configuration whose sources are fetched: Kubernetes' own document, or published CRDs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from codegen.core.diagnostics import Span
from codegen.core.locales import ENGLISH, SHIPPED
from codegen.outputs.render import Renderer
from codegen.project.fetching import check_url
from codegen.project.source_groups import FoundSource
from codegen.project.starter import StarterConfig, write_scalar
from codegen.readers.built_in.structure import built_ins

_KUBERNETES = "https://raw.githubusercontent.com/kubernetes/kubernetes/v{kubernetes}.0/api/openapi-spec/swagger.json"
_FOLDER = "vendor"
_VERSION = re.compile(r"(?<![0-9A-Za-z.])v?(?P<number>\d+(?:\.\d+)+)(?!\.?\d)(?![A-Za-z])")
_SIGN_AND_VERSION = re.compile(rf"[-_]?{_VERSION.pattern}")
_PROJECT = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
# Folders of addresses that stand between a project and its version.
_FOLDERS_OF_RELEASES = frozenset(
    {"archive", "blob", "download", "heads", "raw", "refs", "release", "releases", "tag", "tags"}
)
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.-]+")


def starter_with_urls(
    kubernetes: str, crds: Sequence[str], locales: Sequence[str]
) -> StarterConfig:
    """Build the configuration for a release of Kubernetes, and for addresses of CRDs.

    A version in an address becomes a pin. Raises `CodegenError` for an unknown language, and for an
    address that cannot be fetched.
    """
    chosen = tuple(locales) or (ENGLISH,)
    for tag in chosen:
        SHIPPED.get(tag)
    sources: list[FoundSource] = []
    pins: dict[str, str] = {}
    names: dict[str, str] = {}
    if kubernetes:
        sources.append(
            FoundSource(path=f"{_FOLDER}/swagger.json", url=_KUBERNETES, what="OpenAPI document")
        )
        pins["kubernetes"] = kubernetes
    for url in dict.fromkeys(crds):
        check_url(url, Span(path="--crds"))
        path = _choose_path(url, {source.path for source in sources})
        pinned = _pin_version(url, path, pins, names)
        sources.append(FoundSource(path=path, url=pinned, what="CustomResourceDefinitions"))
    text = Renderer("init", {"scalar": write_scalar}).render(
        "codegen.yaml.j2",
        sources=sources,
        pins=pins,
        locales=chosen,
        has_translations=False,
        examples=(),
        history=(),
        english_in_comments=False,
        newest=built_ins().newest,
        has_several_units=True,
    )
    return StarterConfig(text=text, sources=(), locales=chosen, kinds=0, files={})


def _choose_path(url: str, taken: set[str]) -> str:
    """Return the path for an address: the name of its file, without a version, below a folder.

    Where another address has it already, the project or a number comes before the name.
    """
    written = _SIGN_AND_VERSION.sub("", PurePosixPath(urlsplit(url).path).name)
    name = _NOT_IN_NAMES.sub("-", written).strip("-.")
    if not PurePosixPath(name).suffix:
        name = f"{name or 'crds'}.yaml"
    if f"{_FOLDER}/{name}" in taken and (project := _find_project(url)):
        name = f"{project}-{name}"
    path = f"{_FOLDER}/{name}"
    number = 1
    while path in taken:
        number += 1
        path = f"{_FOLDER}/{number}-{name}"
    return path


def _find_project(url: str) -> str:
    """Return the last folder before the version in an address that names a project, or ""."""
    path = urlsplit(url).path
    version = _VERSION.search(path)
    folders = path[: version.start()].split("/")[:-1] if version else []
    for folder in reversed(folders):
        if _PROJECT.fullmatch(folder) and folder not in _FOLDERS_OF_RELEASES:
            return folder
    return ""


def _choose_name(url: str, path: str, pins: dict[str, str]) -> str:
    """Return a new name for the pin of a source, after its project or its file."""
    stem = PurePosixPath(path).name.partition(".")[0].strip("-")
    base = _find_project(url) or stem or "crds"
    name = base
    number = 1
    while name in pins:
        number += 1
        name = f"{base}{number}"
    return name


def _pin_version(url: str, path: str, pins: dict[str, str], names: dict[str, str]) -> str:
    """Replace the version in an address by a pin. An address with another number of them stays.

    `names` are those of pins by addresses up to the version: files of one release have one pin.
    """
    url_path = urlsplit(url).path
    numbers = {match["number"] for match in _VERSION.finditer(url_path)}
    if len(numbers) != 1 or "{" in url:
        return url
    number = numbers.pop()
    start = url.index("/", url.index("//") + 2)  # of the path: the host may have numbers too
    end = start + len(url_path)
    release = url[: url.index(number, start) + len(number)]
    if release not in names:
        names[release] = _choose_name(url, path, pins)
        pins[names[release]] = number
    name = names[release]

    def insert_pin(match: re.Match[str]) -> str:
        return match[0].replace(match["number"], f"{{{name}}}")

    return url[:start] + _VERSION.sub(insert_pin, url[start:end]) + url[end:]
