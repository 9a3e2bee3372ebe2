"""Properties of the list reader: it reads or refuses any text, and reports every skipped bullet."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from codegen.core.diagnostics import CodegenError, Finding, Level, Report
from codegen.model import Reference
from codegen.outputs.inspection.json_view import as_json
from codegen.readers.shared import descriptions
from codegen.readers.shared.descriptions import split_at_type_name
from codegen.readers.shared.front_matter import find_front_matter
from codegen.readers.sources import SourcePath, read_sources
from support.budget import example_settings
from support.corpus import CASES
from support.flattening import COMMENT, flatten
from support.rows import each_row

PAGES = sorted(
    page
    for page in CASES.glob("*/sources/**/*.md")
    if "<td>" not in page.read_text(encoding="utf-8")
)
BULLET = re.compile(r"(?:(?<=\s)|\A)-\s+\*\*(?P<name>[^*\n]{1,200}?)\*\*")
# Faults of a whole definition or operation are reported at its heading, which may be inside a line
# if line breaks are lost.
HEADING = re.compile(r"(?<=\s)(?:##\s|###\s+`)")
NAMES = "abcdefgh"


def read(path: Path, locale: str = "") -> tuple[Reference | None, tuple[Finding, ...]]:
    """Return the reference of a page, or None if it is refused, with the diagnostics.

    Any other exception fails the test.
    """
    report = Report()
    try:
        reference = read_sources(
            [SourcePath(path=path, display_path=path.name, locale=locale)], report
        )
    except CodegenError as error:
        return None, (*report.diagnostics, *error.diagnostics)
    return reference, report.diagnostics


def read_text(
    folder: Path, text: str, name: str = "page.md"
) -> tuple[Reference | None, tuple[Finding, ...]]:
    page = folder / name
    page.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    return read(page)


def sample(case: str) -> str:
    (page,) = (CASES / case / "sources").rglob("*.*")
    return page.read_bytes().decode("utf-8")


def unreported_bullets(
    text: str, reference: Reference | None, found: tuple[Finding, ...]
) -> list[str]:
    """Return the bullets `- **name**` that are neither in the model nor in a diagnostic at their
    line.
    """
    if reference is None:
        return []
    names = {
        field.name for definition in reference.definitions.values() for field in definition.fields
    }
    names |= {
        parameter.name
        for operation in reference.operations.values()
        for parameter in operation.parameters
    }
    titles = [
        text.written
        for texts in reference.prose.values()
        for text in texts.values()
        if text.written[:3] == "###"
    ]
    lines = {finding.span.line for finding in found}
    shown = COMMENT.sub(
        lambda comment: re.sub(r"[^\n]", " ", comment[0]), text.removeprefix("\ufeff")
    )
    _, begin = find_front_matter(shown) or (None, 0)
    if any(finding.rule == "import-missing" for finding in found):
        return []
    lost = []
    for bullet in BULLET.finditer(shown, begin):
        if bullet["name"].strip().rpartition(".")[2] in names or any(
            bullet[0].strip() in title for title in titles
        ):
            continue
        headings = [mark.start() for mark in HEADING.finditer(shown, 0, bullet.start())] or [0]
        # one inside a line may be only a word of a description
        own_line = max((at for at in headings if at == 0 or shown[at - 1] == "\n"), default=0)
        places = {shown.count("\n", 0, at) + 1 for at in (bullet.start(), headings[-1], own_line)}
        if not places & lines:
            lost.append(bullet["name"])
    return lost


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.slow), 13])
@pytest.mark.parametrize("case", ["english-page", "chinese-with-english", "flattened-chinese"])
def test_truncated_page_is_read_or_refused(case: str, step: int, tmp_path: Path) -> None:
    text = sample(case)
    for end in range(0, len(text), step):
        reference, found = read_text(tmp_path, text[:end])
        assert reference is not None or found


BROKEN_TYPE = """\
---
api_metadata: {apiVersion: garden.example.io/v1, import: example.io/api/garden/v1, kind: Fence}
content_type: api_reference
title: Fence
---

`import "example.io/api/garden/v1"`

## Fence {#Fence}

A fence.

<hr>

- **posts** (map[string]
[]Post)

  Posts by side.

  - **posts.wood** (string)

    The kind of wood.
"""


def test_fields_below_unreadable_type_are_reported(tmp_path: Path) -> None:
    reference, found = read_text(tmp_path, BROKEN_TYPE)
    (lost,) = [each for each in found if each.rule == "fields-of-primitive"]
    assert (lost.span.line, "since the type of 'posts' cannot be read" in lost.message) == (
        20,
        True,
    )
    assert not unreported_bullets(BROKEN_TYPE, reference, found)


@pytest.mark.slow
def test_page_cut_before_first_response_has_error(tmp_path: Path) -> None:
    """A page without one of its parts has an error, so nothing is generated from it.

    A missing operation is not noticed.
    """
    text = sample("english-page")
    whole, found = read_text(tmp_path, text)
    assert whole is not None
    assert not found
    last_part = text.index("#### Response") + len("#### Response\n\n\n200")
    silent = []
    for end in range(last_part):
        reference, found = read_text(tmp_path, text[:end])
        if reference is not None and not any(finding.level is Level.ERR for finding in found):
            silent.append(text[:end])
    # A page cut after its first rule is complete: a page of the table layout, whose definitions may
    # have no fields.
    assert [piece for piece in silent if not piece.rstrip("\n -*").endswith("<hr>")] == []


# Markup and grammar fragments that a typing mistake may insert anywhere.
MARKS = "（|）|，|：|，必需|*|**|- **|- **x**|- **a.b.c** (|`|<|>|<hr>|<!--|-->|---|## |### `get` |#### |{#|[]|map[string]|200 (|#"
SIGNS = "\r\n|\ufeff|\t|\u00a0|\u3000|\x00|\x1f|\x0c|\u2028|\u0085|\r|\ud800|\u202e|\n\n"
ODD = [*MARKS.split("|"), *SIGNS.split("|"), '{{< ref "', '}}">', '`import "']


@st.composite
def edited_pages(draw: st.DrawFn) -> str:
    """Draw a page after a few random edits as people and editors make them."""
    text = draw(
        st.sampled_from(
            [page.read_text(encoding="utf-8") for page in PAGES if len(page.read_bytes()) < 4000]
        )
    )
    for _ in range(draw(st.integers(1, 5))):
        low = draw(st.integers(0, len(text)))
        high = min(len(text), low + draw(st.integers(0, 120)))
        piece = text[low:high]
        place = draw(st.integers(0, len(text)))
        odd = draw(st.sampled_from(ODD) | st.text(max_size=6))
        text = draw(
            st.sampled_from(
                [
                    text[:low] + odd + text[low:],
                    text[:low] + text[high:],
                    text[:low] + odd + text[high:],
                    text[:place] + piece + text[place:],
                    text[:low] + piece.replace("\n", "\r\n").replace(" ", "\u00a0") + text[high:],
                    text[:low]
                    + piece.replace("(", "（").replace(")", "）").replace(":", "：")
                    + text[high:],
                    text[:low] + piece.upper() + text[high:],
                    text[:low] + " ".join(piece.split()) + text[high:],
                ]
            )
        )
    return text


@pytest.mark.slow
@example_settings(
    400, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=edited_pages(), name=st.sampled_from(["page.md", "page.zh-cn.md", "page.txt"]))
def test_edited_page_is_read_or_refused_without_losing_bullets(
    tmp_path: Path, text: str, name: str
) -> None:
    reference, found = read_text(tmp_path, text, name)
    assert reference is not None or found
    for finding in found:
        assert finding.span.path == name
        assert finding.message
        assert finding.hint
    clean = text.replace("\r\n", "\n").replace("\x1f", " ")
    if all(mark not in text for mark in ("<!--", "-->")):
        assert not unreported_bullets(clean, reference, found)


@example_settings(
    250, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text() | st.lists(st.sampled_from(ODD)).map("".join) | st.binary())
def test_arbitrary_text_is_read_or_refused(tmp_path: Path, text: str | bytes) -> None:
    page = tmp_path / "page.md"
    page.write_bytes(
        text if isinstance(text, bytes) else text.encode("utf-8", errors="surrogatepass")
    )
    reference, found = read(page)
    assert reference is not None or found


def facts(reference: Reference) -> dict[str, list[tuple[object, ...]]]:
    """Return definitions and operations with fields, parameters and responses, without locations
    and texts.
    """
    facts_by_key: dict[str, list[tuple[object, ...]]] = {}
    for key, definition in reference.definitions.items():
        if definition.documented:
            facts_by_key[key] = [
                (
                    field.name,
                    field.type,
                    field.required,
                    field.value,
                    field.list_type,
                    field.list_map_keys,
                    field.patch_strategy,
                )
                for field in definition.fields
            ]
    for key, operation in reference.operations.items():
        facts_by_key[key] = [
            (parameter.name, parameter.place, parameter.type, parameter.required)
            for parameter in operation.parameters
        ]
        facts_by_key[f"{key} responses"] = [
            (response.status, response.type) for response in operation.responses
        ]
    return facts_by_key


# Structure that flattening loses, by case.
NOT_IN_FLATTENED_TEXT = {
    "long-descriptions": "text behind `<` in prose is taken for a tag",
    "one-name-two-packages": "links keep their name alone",
    "links-by-page-and-anchor": "links keep their name alone",
    "bullet-marks-of-markdown": "a bullet with other marks is known by its line",
    "bullet-mark-lost": "a bullet without its dash is known by its line",
    "anchors-of-headings": "a heading without anchor is known by its line",
    "hostile-text": "tags and comments in prose go, with what they swallow",
    "comment-unclosed": "the half comment is text",
    "page-cut-in-response": "the half tag is text",
    "heading-unmarked": "without its marks and its line the heading is text",
    "heading-unknown": "an unknown heading without its marks is text",
}


@each_row(
    (case,)
    for case in sorted(
        {page.relative_to(CASES).parts[0] for page in PAGES} - {*NOT_IN_FLATTENED_TEXT}
    )
)
def test_flattened_text_gives_same_structure(case: str, *, tmp_path: Path) -> None:
    sources = CASES / case / "sources"
    shown, flat = tmp_path / case / "shown", tmp_path / case / "flat"
    for page in sources.rglob("*.md"):
        target = flat / page.relative_to(sources).with_suffix(".txt")
        target.parent.mkdir(parents=True, exist_ok=True)
        # the English comment that corrects the page is lost too
        text = COMMENT.sub("", page.read_bytes().decode("utf-8"))
        (shown / page.relative_to(sources)).parent.mkdir(parents=True, exist_ok=True)
        (shown / page.relative_to(sources)).write_text(text, encoding="utf-8")
        target.write_text(flatten(text), encoding="utf-8")
    for document in sources.rglob("*.json"):
        (shown / document.name).write_bytes(document.read_bytes())
        (flat / document.name).write_bytes(document.read_bytes())
    locale = (
        "zh-cn"
        if any("zh-cn" in str(page.relative_to(sources)) for page in sources.rglob("*.md"))
        else "en"
    )
    locale = "" if case in ("categories", "list-page-and-openapi") else locale
    page_facts, text_facts = (read(folder, locale)[0] for folder in (shown, flat))
    assert (text_facts and facts(text_facts)) == (page_facts and facts(page_facts))


@pytest.mark.parametrize("case", ["english-page", "chinese-with-english", "flattened-chinese"])
def test_line_endings_and_full_width_marks_are_ignored(case: str, tmp_path: Path) -> None:
    text = sample(case)
    name = "page.zh-cn.md" if "chinese" in case else "page.md"
    expected = read_text(tmp_path, text, name)[0]
    assert expected is not None
    for changed in (
        "\ufeff" + text,
        text.replace("\n", "\r\n"),
        text.replace("\n- ", "\n-\t"),
        text.replace("** (", "**\u00a0("),
        text.replace(" (", "（").replace(")", "）") if "chinese" in case else text,
        text + "\n\n\n",
    ):
        reference = read_text(tmp_path, changed, name)[0]
        assert reference is not None
        assert facts(reference) == facts(expected)


@each_row((page,) for page in PAGES)
def test_every_bullet_of_cases_is_read_or_reported(page: Path) -> None:
    assert not unreported_bullets(
        page.read_bytes().decode("utf-8").replace("\r\n", "\n"), *read(page)
    )


TYPES = "(string)|（int32）|([]Bed)，必需|(Bed), required|: one|：二|()|(a b)|(string|| and prose"
PLACES = '(*in query*): string|(**查询参数**): integer|(**参数参数**)：boolean|(*in path*)|(**路径参数**)|: }}">Bed'


@example_settings(
    300, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    bullets=st.lists(
        st.tuples(
            st.sampled_from([*NAMES, "a.b", "a.b.c", "名称", "$ref", "x y", "-"]),
            st.sampled_from([*TYPES.split("|"), *PLACES.split("|")]),
            st.sampled_from(
                ["\n\n", " ", "\n  ", "\n\n  text\n\n", "\n\n### 类别\n\n", "\n\n<hr>\n\n"]
            ),
        ),
        max_size=12,
    ),
    heading=st.sampled_from(
        ["", "## Bed {#Bed}", "## 操作 {#Operations}\n\n### `get` x\n\n#### 参数"]
    ),
    name=st.sampled_from(["page.md", "page.zh-cn.md"]),
)
@example(
    bullets=[("a", "(string)", "\n\n"), ("a.b", "(string)", "\n\n")], heading="", name="page.md"
)
def test_bullets_are_reported(
    tmp_path: Path, bullets: list[tuple[str, str, str]], heading: str, name: str
) -> None:
    body = "".join(f"- **{name}** {piece}{end}" for name, piece, end in bullets)
    text = sample("field-twice").split("## Bed", 1)[0] + f"{heading}\n\n{body}"
    assert not unreported_bullets(text, *read_text(tmp_path, text, name))


INVISIBLE = [
    "\u00ad",
    "\u034f",
    "\u061c",
    "\u180e",
    "\u200b",
    "\u200e",
    "\u2060",
    "\u2063",
    "\ufeff",
]


@pytest.mark.parametrize("bracket", ["&#40;", "&#x28;", "&lpar;"])
def test_bracket_behind_name_may_be_entity(tmp_path: Path, bracket: str) -> None:
    page = sample("english-page")
    edited = page.replace("- **beds** (", f"- **beds** {bracket}")
    assert edited != page
    _, diagnostics = read_text(tmp_path, edited)
    errors = [finding for finding in diagnostics if finding.level is Level.ERR]
    assert [finding.rule for finding in errors] == ["type-unreadable"]


@pytest.mark.parametrize("sign", INVISIBLE, ids=[f"U+{ord(sign):04X}" for sign in INVISIBLE])
@pytest.mark.parametrize("written", ["{}{sign} {}", "{} {sign}{}"], ids=["name", "type"])
def test_invisible_character_beside_name_is_error(tmp_path: Path, written: str, sign: str) -> None:
    page = sample("english-page")
    name, type_text = "- **beds**", "([]Bed)"
    edited = page.replace(f"{name} {type_text}", written.format(name, type_text, sign=sign))
    assert edited != page
    _, diagnostics = read_text(tmp_path, edited)
    errors = [finding for finding in diagnostics if finding.level is Level.ERR]
    assert [finding.rule for finding in errors] == ["type-unreadable"]
    assert errors[0].span.line == page[: page.index(name)].count("\n") + 1


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("**A**\n**B `x`**\n**C**", "A\nB `x`\nC"),
        ("*p1*\n\n*p2*", "p1\n\np2"),
        ("**p1**\n\n- x\n- y\n\n**p2**", "p1\n\n- x\n- y\n\np2"),
        ("**p1：**\n\n\tx\n\n\ty*", "p1：\n\n\tx\n\n\ty"),
        ("**p1**\n\np2", "p1\n\np2"),
        ("**Note** that x", "**Note** that x"),
        ("*a **bold** word*", "a **bold** word"),
        ("*a\n\n* one\n* two*", "a\n\n* one\n* two"),
        ("**a", "a"),
        ("**", ""),
    ],
)
def test_emphasis_around_definition_is_removed(written: str, text: str) -> None:
    assert descriptions.strip_emphasis(written) == text


def test_prose_files_are_not_reported_as_skipped_sources(tmp_path: Path) -> None:
    shutil.copy(CASES / "openapi-alone/sources/swagger.json", tmp_path)
    texts = {"README.md": "# Plots\n", "notes.yaml": "a: 1\n", "empty.txt": "\n"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (skipped,) = (found for found in read(tmp_path)[1] if found.rule == "file-passed-over")
    assert [name for name in texts if name in skipped.message] == ["notes.yaml", "empty.txt"]


def test_manifests_have_no_front_matter() -> None:
    heads = ("apiVersion: v1", "title: Plot", "api_metadata:")
    assert [find_front_matter(f"---\n{head}\nkind: Plot\n---\n") is None for head in heads] == [
        True,
        False,
        False,
    ]


def test_first_of_duplicate_definitions_is_kept(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(sample("value-fields"), encoding="utf-8")
    reference, found = read(tmp_path)
    assert reference is not None
    assert found == ()
    documented = [
        definition for definition in reference.definitions.values() if definition.documented
    ]
    assert {Path(definition.span.path).name for definition in documented} == {"a.md"}


def test_hash_in_import_keeps_all_definitions(tmp_path: Path) -> None:
    page = sample("anchors-of-headings")
    known, _ = read_text(tmp_path, page)
    reference, found = read_text(tmp_path, re.sub(r'import(:? ")', r"import\1#", page))
    assert known is not None
    assert reference is not None
    assert "key-unsafe" not in {each.rule for each in found}
    assert reference.definitions.keys() != known.definitions.keys()
    assert len(reference.definitions) == len(known.definitions)
    assert not any("#" in key for key in reference.definitions)


@pytest.mark.parametrize(
    ("heading", "name", "rules"), [("C#", "", {"heading-unknown"}), ("Rope {#ro pe", "Rope", set())]
)
def test_hash_in_heading_is_reported(
    heading: str, name: str, rules: set[str], tmp_path: Path
) -> None:
    page = sample("anchors-of-headings").replace("## Post\n", f"## {heading}\n")
    reference, found = read_text(tmp_path, page)
    assert reference is not None
    names = {key.rpartition(".")[2] for key in reference.definitions}
    assert "Post" not in names
    assert (name in names) == bool(name)
    assert not any("#" in name for name in names)
    assert {each.rule for each in found} & {"key-unsafe", "heading-unknown"} == rules


@pytest.mark.parametrize(
    ("heading", "end", "rules"),
    [
        (
            "Parameters",
            "- **name** (*in query*): string\n\n#### Response\n\n200: OK",
            ["place-wrong"],
        ),
        (
            "Parameters",
            "- **name** (*in query*): string\n\n- **name** (*in path*): string\n\n#### Response\n\n200: OK",
            [],
        ),
        ("Response", f"200: {'q' * 60}", []),
        ("Response", f"200: {'q' * 61}", ["response-odd"]),
    ],
)
def test_odd_end_of_operation_is_reported(
    tmp_path: Path, heading: str, end: str, rules: list[str]
) -> None:
    text = sample("english-page")
    _, found = read_text(
        tmp_path, f"{text[: text.index(f'#### {heading}')]}#### {heading}\n\n{end}\n"
    )
    assert [each.rule for each in found if each.rule.startswith(("place-", "response-"))] == rules


FLATTENED = sample("flattened-english")
MARKDOWN = sample("english-page")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\n" * 10 + text,
        lambda text: text + "\n\n\n",
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.replace("\n", "\r"),
    ],
    ids=["blank lines first", "blank lines last", "each line apart", "CR"],
)
def test_blank_lines_around_flattened_text_change_nothing(
    tmp_path: Path, change: Callable[[str], str]
) -> None:
    reference, expected = read_text(tmp_path, FLATTENED)
    changed, found = read_text(tmp_path, change(FLATTENED))
    assert reference is not None
    assert changed is not None
    assert as_json(changed, ())["definitions"] == as_json(reference, ())["definitions"]
    assert [finding.rule for finding in found] == [finding.rule for finding in expected]


@pytest.mark.parametrize("blank", [" ", "\u00a0"], ids=["blank", "no-break blank"])
def test_anchor_of_inlined_definition_may_have_no_break_blank(blank: str) -> None:
    text = f'The pump. <a{blank}name="Pump"></a> *Pump names a pump.*'
    assert descriptions.split_inlined(text, "Pump") == ("The pump.", "Pump names a pump.")


@pytest.mark.parametrize(
    ("written", "text", "rules"),
    [
        ("401: Unauthorized", "Unauthorized", []),
        ("401: unauthorized", "unauthorized", []),
        ("401: Not allowed here", "Not allowed here", []),
        ("401: Unauthorized Last changed by Ann.", "Unauthorized", ["text-unexpected"]),
        ("401: Unauthorized. Last changed by Ann.", "Unauthorized", ["text-unexpected"]),
        ("401: OK Last changed by Ann.", "OK", ["text-unexpected"]),
        ("401: Unauthorizedly", "Unauthorizedly", []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_words_after_a_reason_phrase_are_reported(
    tmp_path: Path, written: str, text: str, rules: list[str]
) -> None:
    start, _, end = MARKDOWN.rpartition("\n401: Unauthorized")
    page = f"{start}\n{written}{end}"
    reference, found = read_text(tmp_path, page)
    assert reference is not None
    responses = [
        response.description
        for operation in reference.operations.values()
        for response in operation.responses
    ]
    assert [finding.rule for finding in found] == rules
    assert [finding.span.line for finding in found] == [start.count("\n") + 2] * len(rules)
    assert responses[-1] == text


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("Who works.\nOwner is a person.", ("Who works.", "Owner is a person.")),
        ("Who works.\n\n*Owner is a person.", ("Who works.", "Owner is a person.")),
        ("Who works. *Owner is a person.*", ("Who works.", "Owner is a person.")),
        ("Who works. Ownership is old.", ("Who works. Ownership is old.", None)),
        ("Owner is a person.", ("Owner is a person.", None)),
    ],
    ids=["line", "half an emphasis", "same line", "longer word", "nothing before it"],
)
def test_description_is_split_at_the_name_of_its_type(
    english: str, expected: tuple[str, str | None]
) -> None:
    assert split_at_type_name(english, "Owner") == expected
