"""Commands in README, CONTRIBUTING.md, SECURITY.md and docs/: the fenced blocks of a shell, how
they run, and their output.

A block runs in a folder with the files that its commands name (`FILES`), or is an exception with
its reason (`NOT_RUN`). `make figures` writes the output of all commands into the pages.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby, takewhile
from pathlib import Path
from typing import Any

from gardens.resources import PLOTS_PROPERTIES
from support.corpus import CASES, CORPUS, GARDEN_PAGES, RELEASES, ROOT, SEED, document_of

PAGES = (
    *(ROOT / name for name in ("README.md", "README.zh-cn.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").glob("*.md")),
)
_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>sh|bash|shell|console)\n(?P<text>.*?)^ *```$",
    re.DOTALL | re.MULTILINE,
)

_HERE_DOCUMENT_START = "<<'EOF'"
_HERE_DOCUMENT = re.compile(
    r"^(?P<command>[^\n]*<<'EOF'\n)(?P<text>.*?^EOF)$", re.DOTALL | re.MULTILINE
)

# Pages whose blocks form one session and share a folder. `codegen init` begins another session.
SESSIONS = ("README", "get-started", "templates", "translate")

# Commands that are not run, by prefix, with the reason.
NOT_RUN = {
    r"pip (install|wheel) ": "installs packages; tests/release builds wheels and runs them",
    r"make\b": "runs this repository's own jobs; that the target exists is looked up",
    r"kubectl ": "asks a cluster",
    r"codegen check --against ": "needs a repository; tests/project/test_walkthrough.py runs it in one",
    r"git clone ": "fetches from the network",
    r"git -C \S+ checkout ": "needs a clone from the network",
    r"codegen update\b": "fetches from the network; tests/project/test_update.py updates from a server of this machine",
    r"kubeconform ": "is a program of others, which reads files",
    r"codegen token-endpoint .*&$": "serves until it is stopped; the block is run as a whole by tests/endpoint/test_clients.py",
}


@dataclass(frozen=True, kw_only=True)
class Command:
    """A line that a reader types, and the part of its output that the page shows."""

    text: str
    shown: tuple[str, ...] = ()

    @property
    def why_not(self) -> str:
        """The reason why the command does not run, or nothing."""
        return next((why for begin, why in NOT_RUN.items() if re.match(begin, self.text)), "")

    @property
    def statuses(self) -> frozenset[int]:
        """The exit statuses that the command may have:

        0, 1 for commands that report findings, and any for those whose errors are shown.
        """
        finds = re.search(
            r"\bcodegen (diff|check|validate|upgrade|review|translate (?:apply|confirm|lint))\b",
            self.text,
        )
        if "2>&1" in self.text:
            return frozenset((0, 1, 2))
        return frozenset((0, 1)) if finds else frozenset((0,))


@dataclass(frozen=True, kw_only=True)
class Block:
    """A fenced block of commands at `start` to `end` of the page text."""

    page: Path
    line: int
    start: int
    end: int
    commands: tuple[Command, ...]

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def is_served(self) -> bool:
        """Whether the first command is a server, for which the other lines are one script."""
        return self.commands[0].text.endswith("&")


def blocks() -> Iterator[Block]:
    """Yield all blocks of all pages."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8") if page.exists() else ""
        for found in _FENCE.finditer(text):
            inside = re.sub(f"^{found['indent']}", "", found["text"], flags=re.MULTILINE)
            read = _of_console if found["language"] == "console" else _of_script
            yield Block(
                page=page,
                line=text.count("\n", 0, found.start()) + 1,
                start=found.start("text"),
                end=found.end("text"),
                commands=tuple(read(inside)),
            )


def sessions() -> Iterator[tuple[Block, ...]]:
    """Yield the blocks that run in one folder: those of a page in `SESSIONS`, each of another page
    by itself.
    """
    for page, group in groupby(blocks(), key=lambda block: block.page):
        if page.name.partition(".")[0] not in SESSIONS:
            yield from ((block,) for block in group)
            continue
        session: list[Block] = []
        is_begun = False
        for block in group:
            begins = any(command.text.startswith("codegen init") for command in block.commands)
            if begins and is_begun:
                yield tuple(session)
                session = []
            is_begun = is_begun or begins
            session.append(block)
        yield tuple(session)


def _of_console(text: str) -> Iterator[Command]:
    """Yield the commands after `$ `, each with the lines below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *shown = part.splitlines()
        yield Command(text=_bare(command), shown=tuple(shown))


def _of_script(text: str) -> Iterator[Command]:
    """Yield each line as a command, or all lines as one if the first is a server.

    A line that ends in `<<'EOF'` is one command with all lines up to `EOF`.
    """
    here_documents: list[str] = []

    def set_aside(match: re.Match[str]) -> str:
        here_documents.append(match["text"])
        return match["command"]

    lines = [
        bare for line in _HERE_DOCUMENT.sub(set_aside, text).splitlines() if (bare := _bare(line))
    ]
    if lines[0].endswith("&"):
        yield Command(text=lines[0], shown=tuple(lines[1:]))
        return
    for line in lines:
        if line.endswith(_HERE_DOCUMENT_START):
            yield Command(text=f"{line}\n{here_documents.pop(0)}")
        else:
            yield Command(text=line)


def _bare(line: str) -> str:
    """Remove the comment of a line."""
    return re.sub(r"(^|\s+)#\s.*", "", line).strip()


def counts() -> tuple[int, Counter[str]]:
    """Count the commands that run, and the others by reason."""
    commands = [command for block in blocks() for command in block.commands]
    left = Counter(command.why_not for command in commands if command.why_not)
    return len(commands) - left.total(), left


def agrees(shown: tuple[str, ...], printed: str) -> bool:
    """Return whether the lines of a page are printed in this order.

    `...` matches any lines or the rest of a line.
    """
    lines = iter(printed.splitlines())
    for wanted in shown:
        if wanted == "...":
            continue
        begin = wanted.removesuffix(" ...")
        if not any(
            line == wanted or (begin != wanted and line.startswith(begin)) for line in lines
        ):
            return False
    return True


def run_command(command: Command, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, as a reader would in a shell."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command.text],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
    )


def update_lines(shown: tuple[str, ...], printed: list[str]) -> list[str]:
    """Update the lines of a page from an output, which has them in the same order."""
    updated: list[str] = []
    first = 0
    for wanted in shown:
        if wanted == "..." or first == len(printed):
            updated.append(wanted)
            continue
        begin = wanted.removesuffix(" ...")
        alike = [_count_equal_start(line, begin) for line in printed[first:]]
        found = first + alike.index(max(alike))
        line = printed[found]
        updated.append(line if begin == wanted else f"{line[: len(begin)].rstrip()} ...")
        first = found + 1
    return updated


def _count_equal_start(line: str, other: str) -> int:
    """Count the equal characters at the start of two lines."""
    pairs = zip(line, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def update_pages(name: str = "") -> list[str]:
    """Write the output of commands into the pages with this in their path.

    Returns the blocks whose files are not on this machine.
    """
    missing, texts = (
        [],
        {page: page.read_text(encoding="utf-8") for page in PAGES if name in str(page)},
    )
    for session in reversed([each for each in sessions() if each[0].page in texts]):
        with tempfile.TemporaryDirectory() as folder:
            changes = []
            try:
                for block in session:
                    prepare(block, Path(folder))
                    for command in block.commands:
                        if not command.why_not:
                            printed = run_command(command, Path(folder)).stdout.splitlines()
                            whole = not any(
                                line == "..." or line.endswith(" ...") for line in command.shown
                            )
                            shown = printed if whole else update_lines(command.shown, printed)
                            changes.append((block, command, shown if command.shown else []))
            except NotHereError as error:
                missing.append(f"{session[0].name}: {error}")
        for block, command, shown in reversed(changes):
            old = "".join(f"{line}\n" for line in command.shown)
            new = "".join(f"{line}\n" for line in shown)
            text = texts[block.page]
            if found := re.search(
                f"{re.escape(command.text)}[^\n]*\n(?={re.escape(old)})", text[block.start :]
            ):
                at = block.start + found.end()
                texts[block.page] = text[:at] + new + text[at + len(old) :]
    for page, text in texts.items():
        page.write_text(text, encoding="utf-8")
    return missing


Maker = Callable[[Path], None]
DEPLOYMENT = "io.k8s.api.apps.v1.Deployment"
PLOT_SPEC = "io.example.api.garden.v1.PlotSpec"  # which the pages have too


class NotHereError(Exception):
    """A file of an example is not on this machine."""


def document(*fields: str) -> dict[str, Any]:
    """Return an OpenAPI document with a Deployment and a type of the garden."""
    properties = {
        name: {"type": "string", "description": f"{name} is what is deployed."} for name in fields
    }
    kind = {"group": "apps", "kind": "Deployment", "version": "v1"}
    deployment = {
        "type": "object",
        "properties": properties,
        "x-kubernetes-group-version-kind": [kind],
    }
    head = {"swagger": "2.0", "info": {"title": "apps", "version": "v1"}, "paths": {}}
    plot = {"type": "object", "properties": {"rows": {"type": "integer", "format": "int32"}}}
    return {**head, "definitions": {DEPLOYMENT: deployment, PLOT_SPEC: plot}}


def _json(*fields: str) -> Maker:
    return lambda path: _write(path, json.dumps(document(*fields)))


def _text(text: str) -> Maker:
    return lambda path: _write(path, text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _case(case: str, name: str) -> Maker:
    """Copy the page of a case under another name."""
    (page,) = (CASES / case / "sources").rglob("*.md")
    return lambda path: _write(path / name if name else path, page.read_text(encoding="utf-8"))


def _pages(path: Path) -> None:
    shutil.copytree(GARDEN_PAGES, path, dirs_exist_ok=True)


def _of_corpus(name: str) -> Maker:
    """Link a file or folder of the corpus. Raises `NotHereError` if it is missing."""

    def link(path: Path) -> None:
        if not (CORPUS / name).exists():
            raise NotHereError(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to((CORPUS / name).absolute())

    return link


def _releases(path: Path) -> None:
    """Link the OpenAPI documents of all releases, each in a folder with its name."""
    if not RELEASES:
        raise NotHereError("releases")
    for release in RELEASES:
        link = path.parents[1] / release.name / "swagger.json"
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(document_of(release).absolute())


def _newest(path: Path) -> None:
    release = path.name.removeprefix("swagger-").removesuffix(".json")
    _of_corpus(f"v{release}/swagger.json")(path)


CONFIG = """\
sources:
  - {path: garden, locale: en}
locales: [en]
check: {baseline: accepted.yaml}
outputs:
  - {target: json-schema, to: schemas}
"""
CLAIM = """\
apiVersion: resource.k8s.io/v1alpha3
kind: ResourceClaimTemplate
metadata:
  name: one
spec:
  spec:
    devices:
      requests:
      - deviceClassName: gpu
        name: first
"""
SITE = """\
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: site
spec:
  secretName: site
  issuerReff:
    name: authority
"""
CRD = (
    PLOTS_PROPERTIES
    + """\
          spec:
            description: What the plot should look like.
            type: object
            required: [size]
            properties:
              size: {type: integer, maximum: 9, description: The length of a side in metres.}
              soil: {type: string, enum: [Clay, Sand], description: What the plot is filled with.}
            x-kubernetes-validations:
              - {rule: self.size >= oldSelf.size, message: plots do not shrink}
"""
)
NEW_CRD = CRD.replace("[size]", "[size, soil]").replace("maximum: 9", "maximum: 6")
PLOT = (
    "apiVersion: garden.example.io/v1\nkind: Plot\nmetadata: {{name: north}}\nspec: {{size: {}}}\n"
)

FILES: dict[str, Maker] = {
    "page.md": _case("chinese-with-english", ""),
    "pages/": _pages,
    "pages/en": _case("english-page", "plot-v1.md"),
    "pages/zh-cn": _case("chinese-with-english", "plot-v1.md"),
    "en-pages/": _case("english-page", "pod-v1.md"),
    "zh-pages/": _case("chinese-with-english", "pod-v1.md"),
    "zh-pages/pod-v1.md": _case("chinese-with-english", ""),
    "swagger.json": _json("replicas"),
    "old.json": _json("replicas", "paused"),
    "new.json": _json("replicas", "selector"),
    "old/swagger.json": _json("replicas", "paused"),
    "new/swagger.json": _json("replicas", "selector"),
    "v1.3?/swagger.json": _releases,
    "swagger-1.31.json": _newest,
    "swagger-1.36.json": _newest,
    "schemas/sources/token-request-v1.zh-cn.txt": lambda path: _write(
        path, (ROOT / "schemas/sources/token-request-v1.zh-cn.txt").read_text(encoding="utf-8")
    ),
    "token-request.txt": lambda path: _write(path, SEED.read_text(encoding="utf-8")),
    "site.yaml": _text(SITE),
    "cert-manager.yaml": _of_corpus("crds/cert-manager/v1.21.1/cert-manager.yaml"),
    "v1.15.0/cert-manager.yaml": _of_corpus("crds/cert-manager/v1.15.0/cert-manager.yaml"),
    "v1.21.1/cert-manager.yaml": _of_corpus("crds/cert-manager/v1.21.1/cert-manager.yaml"),
    "manifests/": lambda path: _write(path / "claim.yaml", CLAIM),
    "plots.crd.yaml": _text(CRD),
    "broken.crd.yaml": _text(CRD.replace("maximum: 9", "maximum: 9, default: 12")),
    "v1/plots.crd.yaml": _text(CRD),
    "v2/plots.crd.yaml": _text(NEW_CRD),
    "plot.yaml": _text(PLOT.format(3)),
    "stored.yaml": _text(PLOT.format(4)),
}


def prepare(block: Block, folder: Path) -> None:
    """Create the files that the commands of a block name. Raises `NotHereError`."""
    run = [command for command in block.commands if not command.why_not]
    shown_files = {
        command.text.removeprefix("cat "): command.shown
        for command in run
        if command.shown and command.text.startswith("cat ")
    }
    words = {word for command in run for word in command.text.split()}
    words |= {
        word
        for lines in shown_files.values()
        for line in lines
        for word in re.findall(r"[\w./-]+", line)
    }
    for name in FILES:
        if name in words and not (folder / name).exists():
            FILES[name](folder / name)
    needs = any(re.search(r"\bcodegen (generate|check|site)\b", command.text) for command in run)
    begins = "codegen.yaml" in shown_files or any("codegen init" in command.text for command in run)
    if needs and not begins and not (folder / "codegen.yaml").exists():
        _pages(folder / "garden")
        _write(folder / "codegen.yaml", CONFIG)
        _write(folder / "accepted.yaml", "accepted: []\n")
    for name, lines in shown_files.items():  # pages show files before they are used
        if name not in FILES:
            _write(folder / name, "".join(f"{line}\n" for line in lines))
