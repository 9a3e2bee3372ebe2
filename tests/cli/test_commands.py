"""The command line: written files, output, exit status, and one message per invalid input."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from codegen.cli import common, main
from codegen.core.diagnostics import Finding, Level, Span
from codegen.core.manifest import compute_digest
from support.commands import run
from support.corpus import CASES
from support.faults import tree

PAGE = CASES / "english-page/sources/garden-resources/plot-v1.md"
CONFIG = """\
sources:
  - path: pages/plot-v1.md
locales: [en]
outputs:
  - {target: json-schema, to: schemas}
  - {target: docs, layout: list, to: "docs/{locale}"}
"""
SCHEMA, DOCS = "schemas/plot-garden-v1.json", "docs/en/plot-v1.md"
# path:line:column: error[rule]: message (hint: what to do)
MESSAGE = re.compile(
    r"^(?P<place>\S+): error\[(?P<rule>[a-z0-9-]+)\]: (?P<message>.+?)(?: \(hint: (?P<hint>.+)\))?$",
    re.MULTILINE,
)


@pytest.fixture
def project(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A project with one page and two outputs as the current folder, and its own cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    (tmp_path / "pages").mkdir()
    shutil.copyfile(PAGE, tmp_path / "pages/plot-v1.md")
    (tmp_path / "codegen.yaml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def modification_times(folder: Path) -> dict[str, int]:
    return {str(file): file.stat().st_mtime_ns for file in folder.rglob("*")}


def test_command_summaries_are_sentences() -> None:
    listed = (
        CliRunner()
        .invoke(main, ["--help"], terminal_width=80)
        .output.partition("Commands:\n")[2]
        .splitlines()
    )
    assert len(listed) > 10
    assert [
        line for line in listed if not re.fullmatch(r"  [a-z-]+ +[A-Z][^.]+(\.yaml[^.]*)?\.", line)
    ] == []


def test_generate_is_idempotent(project: Path) -> None:
    first = run("generate")
    assert first.exit_code == 0
    assert f"wrote    {SCHEMA}" in first.stdout
    assert f"wrote    {DOCS}" in first.stdout
    assert "5 written, 0 removed, 0 unchanged" in first.stdout
    files, stamps = tree(project), modification_times(project)
    second = run("generate")
    assert second.exit_code == 0
    assert second.stdout == "0 written, 0 removed, 5 unchanged\n"
    assert run("check").exit_code == 0
    assert tree(project) == files
    assert modification_times(project) == stamps


def test_generate_writes_only_changed_files(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "_MOST_FILES", 3)
    assert "\nwrote    2 more files\n" in run("generate").stdout
    monkeypatch.setattr(common, "_MOST_FILES", 1)
    (project / SCHEMA).write_text("{}")
    stamp = (project / DOCS).stat().st_mtime_ns
    result = run("generate", "--fail-on-change")
    assert (result.exit_code, result.stdout) == (
        1,
        f"wrote    {SCHEMA}\n1 written, 0 removed, 4 unchanged\n",
    )
    assert result.stderr == "codegen: files have changed: add them to the commit\n"
    assert run("generate", "--fail-on-change").exit_code == 0
    assert (project / DOCS).stat().st_mtime_ns == stamp
    assert json.loads((project / SCHEMA).read_text())["$defs"]


@pytest.mark.parametrize(
    "arguments", [("generate",), ("check",), ("inspect", "pages"), ("diff", "pages", "pages")]
)
def test_ctrl_c_exits_with_130(
    project: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = tree(project)

    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("codegen.core.source.Source.__init__", pressed)
    result = run(*arguments)
    assert result.exit_code == 130
    assert result.output == "codegen: interrupted\n"
    assert tree(project) == files


def test_output_does_not_depend_on_current_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("generate")
    files = tree(project)
    monkeypatch.chdir("/")
    result = run("generate", "--config", str(project / "codegen.yaml"))
    assert result.stdout == "0 written, 0 removed, 5 unchanged\n"
    assert tree(project) == files


def cause_drift(project: Path, kind: str) -> str:
    """Make a project drift in one way. Return the path to be reported."""
    run("generate")
    if kind == "missing":
        (project / SCHEMA).unlink()
        return SCHEMA
    if kind == "stale":
        page = project / "pages/plot-v1.md"
        page.write_text(page.read_text().replace("The name on the sign.", "Its name on the sign."))
        return DOCS
    if kind == "edited":
        (project / DOCS).write_text(
            (project / DOCS).read_text().replace("The name on the sign.", "Edited by hand.")
        )
        return DOCS
    shutil.copyfile(project / DOCS, project / "docs/en/old-v1.md")
    with (project / "docs/.codegen-files").open("a") as stream:
        stream.write(f"{compute_digest((project / DOCS).read_bytes())}  en/old-v1.md\n")
    return "docs/en/old-v1.md"


@pytest.mark.parametrize("kind", ["missing", "stale", "edited", "orphaned"])
def test_check_reports_drift_and_repair_without_writing(project: Path, kind: str) -> None:
    path = cause_drift(project, kind)
    files, stamps = tree(project), modification_times(project)
    result = run("check", "--diff")
    assert result.exit_code == 1
    named = [line for line in result.output.splitlines() if path in line and f"file-{kind}" in line]
    assert len(named) == 1, result.output
    assert "codegen generate" in result.output
    assert "Traceback" not in result.output
    printed = json.loads(run("check", "--format", "json").stdout)
    paths = [
        finding["path"] for finding in printed["findings"] if finding["rule"] == f"file-{kind}"
    ]
    assert paths == ([path, SCHEMA] if kind == "stale" else [path])
    assert (printed["repair"], printed["clean"]) == ("codegen generate", False)
    assert tree(project) == files
    assert modification_times(project) == stamps
    if kind == "edited":
        assert "Edited by hand" not in run("check").output
        assert f"--- {path}" in result.output
        assert f"+++ {path}" in result.output
        assert re.search(r"^\s*-\s+Edited by hand\.$", result.output, re.MULTILINE)
        assert re.search(r"^\s*\+\s+The name on the sign\.$", result.output, re.MULTILINE)
    assert run("generate").exit_code == 0
    assert run("check").exit_code == 0


def test_check_names_no_command_while_a_file_is_in_the_way(project: Path) -> None:
    assert run("generate").exit_code == 0
    (project / SCHEMA).unlink()
    foreign = next((project / "docs/en").glob("*.md"))
    foreign.write_text("Watered by hand.\n")
    for path in project.rglob(".codegen-files"):
        path.unlink()
    report = json.loads(run("check", "--format", "json").stdout)
    findings = {finding["rule"]: finding for finding in report["findings"]}
    assert findings.keys() >= {"file-not-generated", "file-missing"}
    assert all("codegen generate" not in str(finding) for finding in findings.values())
    assert all("run:" not in line for line in report["summary"])


def test_check_reports_warnings_with_result(project: Path) -> None:
    page = project / "pages/plot-v1.md"
    page.write_text(page.read_text().replace("(int32), required", "([]Gate), required"))
    run("generate")
    text, data = run("check"), run("check", "--format", "json")
    assert (text.exit_code, data.exit_code) == (0, 0)
    assert re.search(
        r"^pages/plot-v1\.md:\d+:\d+: WARN type-undocumented: ", text.stdout, re.MULTILINE
    )
    assert (text.stderr, data.stderr) == ("", "")
    report = json.loads(data.stdout)
    assert report["diagnostics"] == []
    (finding,) = report["findings"]
    assert (finding["rule"], finding["level"]) == ("type-undocumented", "WARN")
    assert finding["id"] == "pages/plot-v1.md: Gate, io.example.api.garden.v1.Gate"
    assert report["clean"]
    assert run("check", "--fail-on", "WARN").exit_code == 1
    assert run("check", "--fail-on", "WARN", "--rule", "!type-undocumented").exit_code == 0
    run("check", "--baseline", "accepted.yaml", "--write-baseline")
    assert run("check", "--baseline", "accepted.yaml", "--fail-on", "WARN").exit_code == 0
    page.write_text(page.read_text().replace("[]Gate", "[]Fence"))
    run("generate")
    other = run("check", "--baseline", "accepted.yaml", "--fail-on", "WARN")
    assert other.exit_code == 1
    assert "WARN type-undocumented" in other.stdout


def test_check_repair_names_configuration(project: Path) -> None:
    (project / "codegen.yaml").rename(project / "other.yaml")
    result = run("check", "--config", "other.yaml")
    assert result.exit_code == 1
    assert "codegen generate --config other.yaml" in result.output


def write_page(text: str | bytes) -> Callable[[Path], object]:
    data = text.encode() if isinstance(text, str) else text
    return lambda project: (project / "pages/plot-v1.md").write_bytes(data)


def write_config(text: str) -> Callable[[Path], object]:
    return lambda project: (project / "codegen.yaml").write_text(text, encoding="utf-8")


def add_output(words: str) -> Callable[[Path], object]:
    return write_config(f"{CONFIG}  - {{{words}}}\n")


def replace_in_page(old: str, new: str) -> Callable[[Path], object]:
    """Return an edit that replaces text of the page."""
    text = PAGE.read_text(encoding="utf-8")
    assert old in text
    return write_page(text.replace(old, new))


def symlink_output(path: str, target: str) -> Callable[[Path], object]:
    """Return an edit that puts a symbolic link in place of an output."""

    def spoil(project: Path) -> None:
        (project / path).parent.mkdir(exist_ok=True)
        (project / path).symlink_to(target)

    return spoil


def truncate_page(before: str) -> Callable[[Path], object]:
    return write_page(PAGE.read_text(encoding="utf-8").split(before)[0])


TEXT = PAGE.read_text(encoding="utf-8")


def location_of(words: str, text: str = TEXT) -> str:
    """Return the location of a text in a page."""
    before = text[: text.rindex(words)]
    return f"pages/plot-v1.md:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


BAD: dict[str, tuple[Callable[[Path], object], int, str, str]] = {
    # edit of the project -> exit status of generate, location, rule
    "no reference page": (
        write_page("# A story\n\nOnce upon a time.\n"),
        2,
        "pages/plot-v1.md:1:1",
        "source-unrecognised",
    ),
    "empty file": (write_page(""), 2, "pages/plot-v1.md:1:1", "source-unrecognised"),
    "page cut behind a link to itself": (
        truncate_page("  What shall grow here."),
        1,
        "pages/plot-v1.md",
        "operations-missing",
    ),
    "unreadable type": (
        replace_in_page("(int32), required", "(a b), required"),
        1,
        location_of("- **rows**"),
        "type-unreadable",
    ),
    "invalid UTF-8": (
        write_page(PAGE.read_bytes().replace(b"grow", b"gr\xffow", 1)),
        2,
        location_of("ow here."),
        "not-utf8",
    ),
    "unknown key": (
        write_config(CONFIG + "outputz: []\n"),
        2,
        "codegen.yaml:7:1",
        "config-invalid",
    ),
    "unknown key in an output": (
        write_config(CONFIG.replace("to: schemas", "to: schemas, form: x")),
        2,
        "codegen.yaml:5:40",
        "config-invalid",
    ),
    "duplicate key": (
        write_config(CONFIG + "locales: [en]\n"),
        2,
        "codegen.yaml:7:1",
        "duplicate-key",
    ),
    "wrong type": (
        write_config(CONFIG.replace("[en]", "en")),
        2,
        "codegen.yaml:3:10",
        "config-invalid",
    ),
    "unknown target": (
        write_config(CONFIG.replace("json-schema", "xml")),
        2,
        "codegen.yaml:5:14",
        "config-invalid",
    ),
    "no YAML": (write_config("sources: [\n"), 2, "codegen.yaml:2:1", "config-unreadable"),
    "empty configuration": (write_config(""), 2, "codegen.yaml:1:1", "config-invalid"),
    "missing configuration": (
        lambda project: (project / "codegen.yaml").unlink(),
        2,
        "codegen.yaml",
        "config-missing",
    ),
    "missing source": (
        lambda project: (project / "pages/plot-v1.md").unlink(),
        2,
        "codegen.yaml:2:11",
        "source-missing",
    ),
    "address as source": (
        write_config(CONFIG.replace("pages/plot-v1.md", "https://example.io/plot.md")),
        2,
        "codegen.yaml:2:11",
        "source-missing",
    ),
    "conflict of a merge": (
        replace_in_page(
            "## Operations",
            "<<<<<<< HEAD\nA plot.\n=======\nA bed.\n>>>>>>> other\n\n## Operations",
        ),
        2,
        location_of("## Operations"),
        "merge-unresolved",
    ),
    "option of another target": (
        add_output("target: openapi, to: one, layout: list"),
        2,
        "codegen.yaml:7:32",
        "option-of-another-target",
    ),
    "option of another layout": (
        add_output("target: docs, to: one, nav: mkdocs"),
        2,
        "codegen.yaml:7:34",
        "option-of-another-target",
    ),
    "braces that stand for nothing": (
        add_output('target: docs, to: "one/{local}"'),
        2,
        "codegen.yaml:7:24",
        "output-odd",
    ),
    "folder with a control character": (
        add_output('target: docs, to: "a\\0b"'),
        2,
        "codegen.yaml:7:24",
        "output-odd",
    ),
    "folder of Git": (
        add_output("target: docs, to: one/.GIT/hooks"),
        2,
        "codegen.yaml:7:24",
        "output-odd",
    ),
    "folder that codegen empties": (
        add_output("target: docs, to: .codegen-staging"),
        2,
        "codegen.yaml:7:24",
        "output-odd",
    ),
    "half of a character in a JSON": (
        write_config(
            '{"sources": [{"path": "pages"}], "locales": ["en"], "outputs": [{"target": "openapi", "to": "a\\ud800"}]}'
        ),
        2,
        "codegen.yaml:1:",
        "config-unreadable",
    ),
    "a character that is none": (
        add_output('target: docs, to: "\\U00110000"'),
        2,
        "codegen.yaml:7:",
        "config-unreadable",
    ),
    "a tag that the value is not of": (
        write_config("sources: !!int \noutputs: []\n"),
        2,
        "codegen.yaml:1:10",
        "config-unreadable",
    ),
    "a map as a key": (
        write_config("? {a: [b]}\n: c\n"),
        2,
        "codegen.yaml:1:3",
        "config-unreadable",
    ),
    "folder that is no package": (
        add_output("target: dataclasses, to: my-app/k8s"),
        2,
        "codegen.yaml:7:31",
        "folder-no-package",
    ),
    "folder below src that is no package": (
        add_output("target: dataclasses, to: src/my-app"),
        2,
        "codegen.yaml:7:31",
        "folder-no-package",
    ),
    "docstrings in a language that is not written": (
        add_output("target: pydantic, to: one, docstrings: zh-cn"),
        2,
        "codegen.yaml:7:45",
        "locale-not-written",
    ),
    "locale in capitals": (
        write_config(CONFIG.replace("[en]", "[en, zh_CN]")),
        2,
        "codegen.yaml:3:15",
        "locale-unknown",
    ),
    "locale of a source": (
        write_config(CONFIG.replace("locales:", "    locale: zh\nlocales:")),
        2,
        "codegen.yaml:3:13",
        "locale-unknown",
    ),
    "share of a language that is not written": (
        write_config(CONFIG + "check: {untranslated: {zh-cn: 0.1}}\n"),
        2,
        "codegen.yaml:7:24",
        "locale-not-written",
    ),
    "version without quotes": (
        add_output("target: openapi, to: one, version: 3.1"),
        2,
        "codegen.yaml:7:41",
        "config-invalid",
    ),
    "no folder of translations": (
        write_config(CONFIG + "translations: po\n"),
        2,
        "codegen.yaml:7:15",
        "translations-missing",
    ),
    "no folder of examples": (
        write_config(CONFIG + "examples: mine\n"),
        2,
        "codegen.yaml:7:11",
        "examples-missing",
    ),
    "no folder of templates": (
        write_config(CONFIG + "templates: mine\n"),
        2,
        "codegen.yaml:7:12",
        "templates-missing",
    ),
    "unknown language of messages": (
        write_config(CONFIG + "messages: xx\n"),
        2,
        "codegen.yaml:7:11",
        "locale-unknown",
    ),
    "unknown locale": (
        write_config(CONFIG.replace("[en]", "[en, xx]")),
        2,
        "codegen.yaml:3",
        "locale-unknown",
    ),
    "output outside": (
        add_output("target: dataclasses, to: ../x"),
        2,
        "codegen.yaml:7:5",
        "output-outside",
    ),
    "absolute output": (
        add_output("target: dataclasses, to: /x"),
        2,
        "codegen.yaml:7:5",
        "output-outside",
    ),
    "two outputs in one folder": (
        write_config(
            CONFIG
            + '  - {target: openapi, to: one}\n  - {target: openapi, to: ./one/, version: "3.0"}\n'
        ),
        2,
        "codegen.yaml:8:27",
        "path-taken",
    ),
    "two outputs in the folder of one language": (
        add_output("target: docs, layout: plain, to: docs/en"),
        2,
        "codegen.yaml:7:39",
        "path-taken",
    ),
    "output folder is a file": (
        lambda project: (project / "schemas").write_text(""),
        2,
        "schemas",
        "file-not-generated",
    ),
    "symbolic link as output folder": (
        symlink_output("schemas", "../"),
        2,
        "schemas",
        "file-linked",
    ),
    "symbolic link as output": (
        symlink_output(SCHEMA, "../pages/plot-v1.md"),
        2,
        SCHEMA,
        "file-linked",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_invalid_input_is_reported_once_and_nothing_is_written(project: Path, name: str) -> None:
    spoil, status, place, rule = BAD[name]
    spoil(project)
    files = tree(project)
    result = run("generate")
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    found = list(MESSAGE.finditer(result.stderr))
    assert [match["rule"] for match in found] == [rule], result.output
    assert found[0]["place"].replace(f"{project}/", "").startswith(place)
    assert found[0]["hint"], "it says what to do"
    assert len(found[0]["message"]) > 10
    assert ("nothing was written" in result.stderr) == (status == 1)
    assert tree(project) == files
    checked = run("check")
    if rule.startswith("file-"):
        assert checked.exit_code == 1
        assert rule in checked.stdout
    else:
        assert checked.exit_code == 2
        assert [match["rule"] for match in MESSAGE.finditer(checked.stderr)] == [rule]
    assert tree(project) == files


def test_inspect_prints_json_and_tree(project: Path) -> None:
    printed = json.loads(run("inspect", "pages", "--format", "json").stdout)
    assert set(printed) == {"definitions", "operations", "prose", "pages", "diagnostics"}
    assert "io.example.api.garden.v1.PlotSpec" in printed["definitions"]
    shown = run("inspect", "pages/plot-v1.md")
    assert shown.exit_code == 0
    for word in (
        "Plot",
        "rows",
        "int32",
        "beds",
        "[]Bed",
        "GET /apis/garden.example.io",
        "The beds of the plot.",
    ):
        assert word in shown.stdout
    assert "\x1b[" not in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "rule"),
    [
        (("inspect", "nowhere"), 2, "source-missing"),
        (("inspect", "pages", "--locale", "xx"), 2, "locale-unknown"),
        (("inspect", "codegen.yaml"), 2, "source-unrecognised"),
        (("review", "pages", "--locale", "xx"), 2, "locale-unknown"),
        (("diff", "pages", "pages", "--old-locale", "xx"), 2, "locale-unknown"),
        (("diff", "pages", "pages", "--new-locale", "xx"), 2, "locale-unknown"),
    ],
)
def test_invalid_arguments_are_refused(
    project: Path, arguments: tuple[str, ...], status: int, rule: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == status
    assert [match["rule"] for match in MESSAGE.finditer(result.stderr)] == [rule]


def test_inspect_of_page_with_errors_prints_valid_parts(project: Path) -> None:
    truncate_page("## Operations")(project)
    result = run("inspect", "pages", "--format", "json")
    assert result.exit_code == 1
    (found,) = json.loads(result.stdout)["diagnostics"]
    shown = "{path}:{line}:{column}: {severity}[operations-missing]: {message}".format(**found)
    assert shown in run("inspect", "pages").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("check", "--format", "x"),
        ("inspect",),
        ("validate", "-", "--rules", str(CASES)),
    ],
)
def test_wrong_usage_exits_with_2(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


@pytest.mark.slow
def test_command_runs_as_process(project: Path) -> None:
    def process(*arguments: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
        command = [sys.executable, "-m", "codegen", *arguments]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=env)

    assert process("check").returncode == 1
    assert process("generate").returncode == 0
    assert process("check").returncode == 0
    write_page("")(project)
    failed = process("generate")
    assert failed.returncode == 2
    assert failed.stdout == ""
    assert failed.stderr.count("\n") == 1
    assert process("--version").stdout.startswith("codegen")


@pytest.mark.slow
def test_module_imports_nothing_of_current_folder(tmp_path: Path) -> None:
    for name in ("dataclasses", "click", "pathlib"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('shadowed')\n")
    done = subprocess.run(
        [sys.executable, "-m", "codegen", "--version"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("count", "notes"), [(2, 0), (3, 1)])
def test_findings_beyond_limit_are_counted(
    count: int, notes: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(common, "MOST_SHOWN", 2)
    span = Span(path="a.yaml")
    found = [
        Finding(rule="path-missing", level=Level.ERR, message=str(n), span=span)
        for n in range(count)
    ]
    common.print_diagnostics(found)
    assert capsys.readouterr().err.count("note: 1 more") == notes


@pytest.mark.parametrize("command", ["init", "generate", "check", "inspect -"])
def test_removed_current_folder_is_named(tmp_path: Path, command: str) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"cd {gone} && rmdir {gone} && exec {sys.executable} -m codegen {command}"
    result = subprocess.run(
        ["/bin/sh", "-c", script], capture_output=True, text=True, check=False, stdin=-3
    )
    assert result.returncode == 2
    assert "current folder" in result.stderr
    assert "output" not in result.stderr
