"""Printed output is harmless to terminals and CI logs, with hostile texts, file names and
arguments.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import Result

from codegen.core.escaping import terminal
from codegen.findings.formats import FORMATS
from gardens import hostile
from gardens.hostile import PAYLOADS
from support.commands import run

# A file name may contain anything except slash and NUL. Windows refuses some of the signs.
NAME = "n\n::error title=forged::x\r##[error]y\x1b[31m\u202e\x9b\u3000z"
NAME_OF_OUTPUTS = "".join(
    character
    for character in NAME
    if unicodedata.category(character) != "Cc" and character not in '<>:"|?*'
)
FAST = ("text", "github", "junit")  # formats with lines that a CI server interprets
BIDI = frozenset(("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"))


def interpreted_parts(text: str) -> Iterator[str]:
    """Yield text that terminals or CI servers interpret: control and bidirectional characters, and
    commands.
    """
    for character in dict.fromkeys(text):
        category = unicodedata.category(character)
        is_control = (category == "Cc" and character not in "\n\t") or category in (
            "Zl",
            "Zp",
            "Cs",
        )
        if is_control or unicodedata.bidirectional(character) in BIDI:
            yield f"U+{ord(character):04X}"
    for line in text.split("\n"):
        if line.strip().startswith("::") or "##[" in line or "##vso[" in line:
            yield line


def run_harmless(*arguments: str | Path) -> Result:
    """Run a command and check that its output is not empty and harmless."""
    result = run(*arguments)
    assert result.output.strip(), arguments
    assert list(interpreted_parts(result.stdout)) == [], arguments
    assert list(interpreted_parts(result.stderr)) == [], arguments
    return result


def report_harmless(shape: str, *arguments: str | Path) -> None:
    """Run a command that reports findings, and check that only codegen's own workflow commands are
    interpreted.
    """
    result = run(*arguments, "--format", shape)
    assert result.exit_code in (1, 2), result.output
    shown = result.stdout
    if shape == "github":
        heads = [
            line.split("::", 2)[1] for line in shown.split("\n") if line.strip().startswith("::")
        ]
        assert heads
        assert not [head for head in heads if "title=forged" in head.split(",")]
        shown = "\n".join(line for line in shown.split("\n") if not line.startswith("::"))
    assert list(interpreted_parts(shown)) == [], shape
    assert list(interpreted_parts(result.stderr)) == [], shape
    if shape in ("json", "sarif", "gitlab"):
        json.loads(result.stdout)


@pytest.fixture
def garden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write two differing documents with hostile texts and file names, a page, a catalogue and a
    configuration.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    old, new = hostile.document(), hostile.document()
    for key, found in new["definitions"].items():
        for name, each in found["properties"].items():
            if "description" in each:
                each["description"] += " changed"
            if "enum" in each:
                each["enum"] = each["enum"][:1]
            if key.endswith("Named") and name in PAYLOADS.values():
                each["type"] = "integer"
    hostile.write(tmp_path / f"v1.1{NAME}/swagger.json", old)
    hostile.write(tmp_path / f"v1.2{NAME}/swagger.json", new)
    (tmp_path / f"page{NAME}.md").write_text(hostile.page(), encoding="utf-8")
    return tmp_path


OLD, NEW, PAGE = f"v1.1{NAME}/swagger.json", f"v1.2{NAME}/swagger.json", f"page{NAME}.md"


def configured(to: str = "out", target: str = "json-schema", **more: object) -> None:
    config = {
        "sources": [{"path": OLD, "against": NEW}],
        "locales": ["en"],
        "outputs": [{"target": target, "to": to}],
    }
    Path("codegen.yaml").write_text(json.dumps({**config, **more}), encoding="utf-8")


@pytest.mark.parametrize("shape", ["tree", "json"])
def test_inspect_is_harmless(garden: Path, shape: str) -> None:
    found = run_harmless("inspect", OLD, "--format", shape)
    if shape == "json":
        names = json.loads(found.stdout)["definitions"][f"{hostile.PACKAGE}.Named"]["properties"]
        assert {text for text in PAYLOADS.values() if "\ud800" not in text} <= set(names)
    run_harmless("inspect", PAGE, "--format", shape)


@pytest.mark.parametrize(
    "shape",
    [*FAST, *(pytest.param(each, marks=pytest.mark.slow) for each in FORMATS if each not in FAST)],
)
def test_findings_are_harmless(garden: Path, shape: str) -> None:
    configured()
    for command in (("diff", OLD, NEW), ("check",)):
        report_harmless(shape, *command)


@pytest.mark.parametrize("shape", ["text", "table", "json"])
def test_history_is_harmless(garden: Path, shape: str) -> None:
    result = run_harmless(
        "history",
        "--release",
        f"1.1\x1b[31m\n::error::x={OLD}",
        "--release",
        f"1.2={NEW}",
        "--format",
        shape,
    )
    assert shape != "json" or json.loads(result.stdout)["releases"] == [
        "1.1\x1b[31m\n::error::x",
        "1.2",
    ]


def test_generate_and_configuration_errors_are_harmless(garden: Path) -> None:
    configured(to=f"out {NAME}")
    # Output folders cannot contain control characters.
    assert run_harmless("generate").exit_code == 2
    configured(to=f"out {NAME_OF_OUTPUTS}")
    assert "wrote " in run_harmless("generate").stdout
    run_harmless("check")
    wrong: tuple[dict[str, Any], ...] = (
        {"to": f"../{NAME}"},
        {"target": NAME},
        {NAME: NAME},
        {"select": [NAME]},
    )
    for settings in (*wrong, {"templates": NAME}, {"locales": [NAME]}):
        configured(**settings)
        run_harmless("generate")
    Path("codegen.yaml").write_text(f"sources: [\n::error::x {NAME!r}", encoding="utf-8")
    run_harmless("generate")
    run_harmless("generate", "--config", f"{NAME}.yaml")


def test_init_is_harmless(garden: Path) -> None:
    run_harmless("init")


@pytest.mark.slow
def test_validate_is_harmless(garden: Path) -> None:
    configured()
    texts = list(PAYLOADS.values())
    kind = {
        "apiVersion": "garden.example.io/v1",
        "kind": "Plot",
        "metadata": dict.fromkeys(texts, "x"),
    }
    objects = [
        {**kind, "spec": {f"t{n}": [each], each: each}, "named": dict.fromkeys(texts, 1)}
        for n, each in enumerate(texts)
    ]
    objects += [{"apiVersion": each, "kind": each, "metadata": {"name": each}} for each in texts]
    file = Path(f"{NAME}.json")
    file.write_text("\n---\n".join(map(json.dumps, objects)), encoding="utf-8")
    for shape in FORMATS:
        report_harmless(shape, "validate", file)


@pytest.mark.slow
def test_translation_commands_are_harmless(garden: Path) -> None:
    catalog = ("--locale", "zh-cn", "--catalog", f"{NAME}.po")
    run_harmless("translate", "--learn", PAGE, "--for", OLD, *catalog)
    for shape in ("text", "json", "markdown", "html"):
        run_harmless("translate", "status", "--for", OLD, *catalog, "--format", shape)
    for shape in ("po", "csv"):
        refused = run_harmless("translate", "export", "--for", OLD, *catalog, "--format", shape)
        assert (refused.exit_code, "error[export-unprintable]" in refused.stderr) == (2, True)
    run_harmless("translate", "export", "--for", OLD, *catalog, "--format", "xliff")
    for shape in ("text", "json"):
        run_harmless(
            "translate", "lint", PAGE, f"{NAME}.po", OLD, "--locale", "zh-cn", "--format", shape
        )
    run_harmless("review", PAGE)


@pytest.mark.parametrize(
    "text",
    [
        NAME,
        "a\udcff",
        *(
            pytest.param(each, marks=pytest.mark.slow)
            for each in PAYLOADS.values()
            if not {"\0", "\ud800"} & set(each)
        ),
    ],
)
def test_argument_errors_are_harmless(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    commands = """
        TEXT; explain TEXT; inspect TEXT; generate --TEXT; generate --config TEXT; diff TEXT TEXT; history --release TEXT
        inspect x --format TEXT; inspect x --locale TEXT; diff x y --rule TEXT; token-endpoint --feature-gates TEXT
        validate x --kubernetes-version TEXT; validate x --url TEXT; translate status --for TEXT --locale TEXT --catalog TEXT
    """
    for command in commands.strip().replace("\n", ";").split(";"):
        arguments = [word.replace("TEXT", text) for word in command.split()]
        result = run(*arguments)
        assert list(interpreted_parts(result.output)) == [], arguments


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words, 中文: a::b #[x] ## y", "plain words, 中文: a::b #[x] ## y"),
        ("::error::x", "\\::error::x"),
        ("  ::error::x", "  \\::error::x"),
        ("a\n::error::x", "a\\n\\::error::x"),
        ("a ##[error]x ##vso[task]", "a #\\#[error]x #\\#vso[task]"),
        ("a\x1b[31m\r\x9b\u202e\u2028\0", "a\\x1b[31m\\r\\x9b\\u202e\\u2028\\x00"),
    ],
)
def test_control_characters_are_escaped_in_lines(text: str, shown: str) -> None:
    assert terminal.line(text) == shown


def test_escaped_xml_keeps_its_text() -> None:
    text = "<a b='##[error]'>x\n  ::error::y\n##vso[task]</a>"
    made = terminal.markup(text)
    assert list(interpreted_parts(made)) == []
    assert [*ET.fromstring(made).itertext()] == [*ET.fromstring(text).itertext()]  # noqa: S314  - both are made here
