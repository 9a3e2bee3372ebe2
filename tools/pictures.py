"""The pictures of the READMEs, generated from real output:

`make pictures` writes them to docs/pictures.

The terminal is an SVG of what the commands print; the site is a screenshot of a page that `codegen
site` makes. Each is made in both languages and in a light and a dark scheme.
"""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from html import escape
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

from rich.cells import cell_len
from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from support.browser import chromium, serve_folder
from support.corpus import ROOT, SEED

FOLDER = ROOT / "docs/pictures"
LANGUAGES = ("en", "zh-cn")
COLUMNS = 96
MOST_LINES = (
    6  # lines of output per command; longer output is shortened to the first lines and the last one
)
MANIFEST = """\
apiVersion: authentication.k8s.io/v1
kind: TokenRequest
spec:
  audiences: vault
  expirationSeconds: 60
"""
SCHEMES = {
    "light": TerminalTheme(
        (255, 255, 255),
        (36, 41, 47),
        [
            (36, 41, 47),
            (190, 30, 40),
            (17, 99, 41),
            (140, 90, 0),
            (9, 90, 200),
            (130, 80, 223),
            (27, 124, 131),
            (87, 96, 106),
        ],
    ),
    "dark": TerminalTheme(
        (13, 17, 23),
        (230, 237, 243),
        [
            (72, 79, 88),
            (255, 123, 114),
            (63, 185, 80),
            (210, 153, 34),
            (88, 166, 255),
            (188, 140, 255),
            (57, 197, 207),
            (177, 186, 196),
        ],
    ),
}
# The width of a letter, the height of a line, and the space around all, in pixels.
CELL, LINE, MARGIN = (
    8.4,
    20,
    16,
)
FONT = (
    "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono CJK "
    "SC', monospace"
)
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="{font}" font-size="14">
<rect width="100%" height="100%" rx="8" fill="{background}" stroke="{border}"/>
{texts}
</svg>
"""


def commands(language: str) -> tuple[str, ...]:
    """Return the commands that the picture of the terminal shows."""
    locale = "" if language == "en" else f" --locale {language}"
    return (
        "codegen init",
        "codegen generate",
        "cat request.yaml",
        f"codegen validate request.yaml{locale}",
    )


def run_in_terminal(
    command: str, folder: Path, variables: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Run a command in a pseudo-terminal and return its coloured output.

    `variables` extend its environment.
    """
    shown = bytearray()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {
        "PATH": path,
        "TERM": "xterm-256color",
        "COLORTERM": "",
        "PYTHONUTF8": "1",
        **variables,
    }
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        ["sh", "-c", f"stty cols {COLUMNS} rows 40; exec {command}"],
        cwd=folder,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # Linux signals a closed pseudo-terminal like this
        pass
    process.wait()
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def record_session(language: str) -> Text:
    """Run the commands in an empty folder with the page and the manifest, and return them with
    their output.
    """
    session = Text()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "token-request.txt").write_bytes(SEED.read_bytes())
        (folder / "request.yaml").write_text(MANIFEST, encoding="utf-8")
        for command in commands(language):
            lines = run_in_terminal(command, folder).splitlines()
            if command == "codegen generate" and len(lines) > MOST_LINES:
                lines[MOST_LINES - 2 : -1] = ["..."]
            session.append("$ ", "green").append(f"{command}\n", "bold")
            session.append_text(Text.from_ansi("\n".join(lines))).append("\n")
    session.rstrip()
    return session


def draw_terminal(session: Text, scheme: str) -> str:
    """Draw a session as SVG. Wide characters get two cells in any font."""
    theme = SCHEMES[scheme]
    console = Console(
        width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="standard"
    )
    lines = console.render_lines(session, pad=False)
    texts = []
    for number, line in enumerate(lines):
        column = 0
        for segment in line:
            style = segment.style or Style.null()
            colour = (style.color or Color.default()).get_truecolor(theme)
            attributes = f'fill="{colour.hex}"'
            attributes += ' font-weight="bold"' * bool(style.bold) + ' fill-opacity="0.7"' * bool(
                style.dim
            )
            for wide, group in groupby(segment.text, key=lambda letter: cell_len(letter) == 2):
                text = "".join(group)
                cells = len(text) * (2 if wide else 1)
                x, y = MARGIN + column * CELL, MARGIN + (number + 0.75) * LINE
                column += cells
                if text.strip():
                    texts.append(
                        f'<text x="{x:.1f}" y="{y:.0f}" textLength="{cells * CELL:.1f}" xml:space="preserve" {attributes}>{escape(text)}</text>'
                    )
    return SVG.format(
        width=round(COLUMNS * CELL) + 2 * MARGIN,
        height=len(lines) * LINE + 2 * MARGIN,
        font=FONT,
        background=theme.background_color.hex,
        border=theme.ansi_colors[0].hex,
        texts="\n".join(texts),
    )


def build_site(folder: Path) -> Path:
    """Build the site of the bundled page, and return its folder."""
    sources = [{"path": os.path.relpath(SEED, folder)}]
    translations = os.path.relpath(ROOT / "schemas/translations", folder)
    settings = {
        "sources": sources,
        "locales": list(LANGUAGES),
        "translations": translations,
        "outputs": [],
    }
    (folder / "codegen.yaml").write_text(json.dumps(settings), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "codegen", "site", "--quiet", "--to", "site"], cwd=folder, check=True
    )
    return folder / "site"


def photograph_site(site: Path) -> None:
    """Write a screenshot of the page of TokenRequest in each language and scheme."""
    with serve_folder(site) as address, chromium() as browser:
        for language in LANGUAGES:
            for scheme in SCHEMES:
                context = browser.new_context(
                    viewport={"width": 1200, "height": 860},
                    color_scheme="dark" if scheme == "dark" else "light",
                )
                page = context.new_page()
                page.goto(f"{address}{language}/authentication.k8s.io/token-request-v1/")
                page.get_by_text("YAML", exact=True).click()  # folded, to show the tree of fields
                page.evaluate("scrollTo(0, 0)")
                page.screenshot(path=FOLDER / f"site-{language}-{scheme}.png")
                context.close()


def main() -> None:
    """Write all pictures."""
    FOLDER.mkdir(exist_ok=True)
    for language in LANGUAGES:
        session = record_session(language)
        for scheme in SCHEMES:
            (FOLDER / f"terminal-{language}-{scheme}.svg").write_text(
                draw_terminal(session, scheme), encoding="utf-8"
            )
    with tempfile.TemporaryDirectory() as name:
        photograph_site(build_site(Path(name)))


if __name__ == "__main__":
    main()
