"""The settings of the site, and the facts of a project that its pages show."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from codegen.core.locales import Languages
from codegen.outputs.output import OutputSettings
from codegen.readers.sources import SourcePath


class SiteSettings(Struct, frozen=True, kw_only=True):
    """The address of a site, its texts and looks, and whether its pages are fragments too.

    `logo` is a file of the project, and `color` the color of links, as `#rrggbb`.
    """

    base: str = ""
    title: str = ""
    attribution: str = ""
    fragments: bool = False
    logo: str = ""
    color: str = ""


class SiteContext(Struct, frozen=True, kw_only=True):
    """The languages, examples and outputs of a project.

    `origin` names the sources, and `kubernetes` the release whose rules examples follow. `examples`
    is a folder below `root`, or empty. `edit` and `report` are patterns of addresses, with the path
    of the source as `{path}`.
    """

    root: Path
    locales: tuple[str, ...]
    languages: Languages
    origin: str
    kubernetes: str = ""
    examples: str = ""
    outputs: tuple[OutputSettings, ...] = ()
    sources: tuple[SourcePath, ...] = ()
    edit: str = ""
    report: str = ""
