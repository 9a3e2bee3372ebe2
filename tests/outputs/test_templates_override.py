"""User templates replace bundled templates by name, run in a sandbox, and fail with one message."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from jinja2 import Environment, meta

from codegen.cli import main
from codegen.core import resources
from codegen.outputs.python import OUTPUTS
from gardens.docs import swagger
from support.corpus import ROOT

PAGE = "docs/list/page.md.j2"
INDEX = "docs/list/index.md.j2"


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    (tmp_path / "swagger.json").write_text(json.dumps(swagger(), indent=1), encoding="utf-8")
    config = {
        "sources": [{"path": "swagger.json"}],
        "templates": "mine",
        "outputs": [
            {"target": "docs", "layout": "list", "to": "out"},
            {"target": "dataclasses", "to": "py"},
        ],
    }
    (tmp_path / "codegen.yaml").write_text(json.dumps(config), encoding="utf-8")
    (tmp_path / "mine").mkdir()
    return tmp_path


USUAL = [
    ("{{ ['b', 'a']|sort|map('upper')|join(', ') }}", "A, B"),
    ("{{ 'a' ~ 1 ~ 'b' }}", "a1b"),
    ("{{ 'a' + 'b' }}{{ 3 * 4 }}{{ 7 % 4 }}{{ '-' * 3 }}", "ab123---"),
    ("{{ 'a\nb'|indent(2, true) }}", "  a\n  b"),
    ("{{ 'a.b'|replace('.', '-') }} {{ ' a '|trim }} {{ 'a b'.split()|last }}", "a-b a b"),
    (
        "{% for key, value in {'a': 1}.items() %}{{ key }}{{ value }}{{ loop.index }}{% endfor %}",
        "a11",
    ),
    ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(m('a')) }}", "<<a>>"),
    ("{% set a %}{{ 'b' }}c{% endset %}{{ a|length }}{{ a|truncate(1, true, '', 0) }}", "2b"),
    ("{{ [{'n': 'a'}, {'n': 'b'}]|join('-', attribute='n') }}", "a-b"),
]


def write_template(garden: Path, name: str, text: str) -> None:
    file = garden / "mine" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def generate(garden: Path) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["generate", "--config", str(garden / "codegen.yaml")])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output


def test_document_lists_templates_with_variables() -> None:
    text = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    environment = Environment(autoescape=True)
    environment.filters |= dict.fromkeys(("comment", "literal"), str)
    included = {"blank", "front", "index"}  # set by the including template
    for folder in ("docs", *(output.name for output in OUTPUTS)):
        for file in (resources.templates() / folder).rglob("*.j2"):
            name = file.relative_to(resources.templates()).as_posix()
            (line,) = [each for each in lines if f"`{name}`" in each.split("|")[1]]
            used = meta.find_undeclared_variables(
                environment.parse(file.read_text(encoding="utf-8"))
            )
            assert used - included <= set(re.findall(r"`(\w+)`", line.split("|")[2])), name


def test_template_replaces_bundled_template_only(garden: Path) -> None:
    write_template(garden, INDEX, "folder {{ page.title }}\n")
    # An included template.
    write_template(garden, "docs/shared/front-matter.j2", "mine: {{ front.title }}\n")
    assert generate(garden)[0] == 0
    assert (garden / "out/garden.example.io/_index.md").read_text(
        encoding="utf-8"
    ) == 'folder "garden.example.io"\n'
    page = (garden / "out/garden.example.io/plot-v1.md").read_text(encoding="utf-8")
    assert page.startswith('---\nmine: "Plot"\nauto_generated: true\n---\n')
    assert "## Plot {#Plot}" in page


def test_code_of_user_template_is_checked(garden: Path) -> None:
    shipped = (resources.templates() / "dataclasses/models.py.j2").read_text(encoding="utf-8")
    write_template(garden, "dataclasses/models.py.j2", shipped + "\nimport os\n")
    code, output = generate(garden)
    assert code != 0
    assert "error[generated-code-refused]" in output
    assert "mine/dataclasses/models.py.j2" in output
    assert "garden_v1/models.py" in output
    assert "report it" not in output
    assert not (garden / "py").exists()


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("docs/list/pages.md.j2", "docs/list/page.md.j2"),
        ("page.md.j2", "docs/list/page.md.j2"),
        ("docs/list/notes.txt", "docs/list/"),
        ("locales/english words.toml", "locales/en.toml"),
    ],
)
def test_unknown_template_name_is_error_with_suggestions(
    garden: Path, name: str, near: str
) -> None:
    write_template(garden, name, "x")
    write_template(garden, "hello", "x")
    code, output = generate(garden)
    assert code == 2
    assert f"mine/{name}: error[template-unknown]: " in output
    assert (
        near in output.partition(f"mine/{name}: ")[2].splitlines()[0].partition("did you mean ")[2]
    )
    assert "mine/hello: error[template-unknown]: " in output  # all are reported
    assert not (garden / "out").exists()


def test_missing_template_folder_is_reported(garden: Path) -> None:
    (garden / "mine").rmdir()
    code, output = generate(garden)
    assert (code, "error[templates-missing]" in output) == (2, True)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("{{ ''.__class__ }}", 1, "__class__"),
        ("ok\n{{ page.__init__.__globals__ }}", 2, "__init__"),
        ("{{ '{0.__class__}'.format(page) }}", 1, "__class__"),
        ("{{ lipsum.__globals__ }}", 1, "lipsum"),
        ("{{ page.titel }}", 1, "titel"),
        ("\n\n{{ page.weight + 'x' }}", 3, "unsupported"),
        ("{{ 1 // 0 }}", 1, "zero"),
        ("{% for %}", 1, "Expected"),
        ("a\n{% if x %}", 2, "end"),
        ("{% include '../../../../etc/passwd' %}", 1, "passwd"),
        ("{% include 'x' %}", 1, "x"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", 1, "recursion"),
        ("{% for x in [1] %}" * 21 + "{% endfor %}" * 21, 0, "nested blocks"),
    ],
)
def test_hostile_or_invalid_template_gives_one_message(
    garden: Path, text: str, line: int, reason: str
) -> None:
    write_template(garden, INDEX, text)
    code, output = generate(garden)
    errors = [row for row in output.splitlines() if ": error[" in row]
    assert code == 2
    assert len(errors) == 1
    assert f"{INDEX}{f':{line}' if line else ''}: error[template-fails]: " in errors[0]
    assert reason in errors[0]
    assert "Traceback" not in output
    assert not (garden / "out").exists()


@pytest.mark.parametrize(("text", "written"), USUAL)
def test_usual_template_features_work(garden: Path, text: str, written: str) -> None:
    write_template(garden, INDEX, text)
    code, output = generate(garden)
    assert code == 0, output
    assert (garden / "out/garden.example.io/_index.md").read_text(encoding="utf-8") == written


@pytest.mark.parametrize(
    ("name", "target"),
    [
        (INDEX, "/etc/passwd"),
        (INDEX, "../../../secret"),
        ("docs", "/etc"),
        ("site", ".."),
        ("locales/zh-cn.toml", "/etc/passwd"),
    ],
)
def test_symlink_out_of_folder_is_refused(garden: Path, name: str, target: str) -> None:
    (garden / "secret").write_text("hidden", encoding="utf-8")
    link = garden / "mine" / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target)
    code, output = generate(garden)
    assert code == 2
    assert f"mine/{name}: error[template-outside]: {name} is a link that leads out" in output
    assert not (garden / "out").exists()


def test_dangling_symlink_is_refused(garden: Path) -> None:
    write_template(garden, INDEX, "x")
    (garden / "mine" / INDEX).unlink()
    (garden / "mine" / INDEX).symlink_to("nothing")
    code, output = generate(garden)
    assert (
        code,
        f"mine/{INDEX}: error[template-unreadable]: " in output,
        "write the template at this path" in output,
    ) == (2, True, True)


def test_symlink_inside_folder_is_used(garden: Path) -> None:
    write_template(garden, "docs/table/index.md.j2", "folder {{ page.title }}\n")
    (garden / "mine/docs/list").mkdir()
    (garden / "mine" / INDEX).symlink_to("../table/index.md.j2")
    assert generate(garden)[0] == 0
    assert (garden / "out/garden.example.io/_index.md").read_text(
        encoding="utf-8"
    ) == 'folder "garden.example.io"\n'


def test_template_cannot_modify_its_variables(garden: Path) -> None:
    write_template(garden, PAGE, "{% set _ = page.sections.append(1) %}")
    code, output = generate(garden)
    assert (code, "error[template-fails]" in output) == (2, True)
