"""A page as HTML has the definitions, operations and texts of its Markdown, whatever site is around
it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.core.diagnostics import CodegenError, Finding, Level, Report
from codegen.model import Reference
from codegen.outputs.inspection.json_view import as_json
from codegen.readers.sources import SourcePath, read_sources
from support.corpus import CASES
from support.flattening import COMMENT
from support.rendering import SHELLS, docsy, mkdocs

PAGES = {
    "list": CASES / "english-page/sources/garden-resources/plot-v1.md",
    "list in Chinese": CASES / "chinese-page/sources/garden-resources/plot-v1.zh-cn.md",
    "categories": CASES / "categories/sources/shed-v1.md",
    "table": CASES / "table-pages-upstream/expected/upstream/garden/plot-v1.md",
    "definition": CASES / "table-page-alone/sources/bed-v1.md",
}


def load(name: str) -> str:
    """Return an invented page without comments, which are not rendered."""
    return COMMENT.sub("", PAGES[name].read_text(encoding="utf-8"))


def read_text(
    folder: Path, text: str, name: str = "plot-v1.md"
) -> tuple[Reference, tuple[Finding, ...]]:
    file = folder / name
    file.write_text(text, encoding="utf-8", newline="")
    report = Report()
    return read_sources([SourcePath(path=file, display_path=name)], report), report.diagnostics


def model_of(reference: Reference) -> dict[str, object]:
    """Return the model of a page, with single blanks in its texts."""
    model = as_json(reference, ())
    texts = {
        language: {key: " ".join(text.split()) for key, text in prose.items()}
        for language, prose in model["prose"].items()
    }
    return {"definitions": model["definitions"], "operations": model["operations"], "prose": texts}


def find_rule(found: tuple[Finding, ...], rule: str) -> Finding:
    return next(finding for finding in found if finding.rule == rule)


@pytest.mark.parametrize("shell", SHELLS.values(), ids=SHELLS)
@pytest.mark.parametrize("name", PAGES)
def test_html_has_the_model_of_markdown(
    tmp_path: Path, name: str, shell: Callable[[str], str]
) -> None:
    page = load(name)
    expected, reported = read_text(tmp_path, page)
    reference, found = read_text(tmp_path, shell(page), "plot-v1.html")
    assert model_of(reference) == model_of(expected)
    expected_rules = {finding.rule for finding in reported} | {"text-around-page"}
    assert {finding.rule for finding in found} <= expected_rules
    assert "vil" not in str(model_of(reference)["prose"])


@pytest.mark.parametrize("share", [0.2, 0.35, 0.5, 0.65, 0.8, 0.9])
@pytest.mark.parametrize("name", ["list", "table"])
def test_html_cut_off_is_an_error_with_a_line(tmp_path: Path, name: str, share: float) -> None:
    text = mkdocs(load(name))
    cut = text[: int(len(text) * share)]
    try:
        _, found = read_text(tmp_path, cut, "plot-v1.html")
    except CodegenError as error:
        found = error.diagnostics
    errors = [finding for finding in found if finding.level is Level.ERR]
    assert errors
    assert 0 < errors[0].span.line <= cut.count("\n") + 1


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("<!-- lost", "comment"),
        ("<script>lost", "<script>"),
        ('<a href="x', "tag"),
        ("<table><tr><td>x", "<table>"),
    ],
    ids=["comment", "script", "tag", "table"],
)
def test_open_end_is_named(tmp_path: Path, end: str, words: str) -> None:
    text = mkdocs(load("list")).partition("</article>")[0] + end
    _, found = read_text(tmp_path, text, "plot-v1.html")
    finding = find_rule(found, "page-cut")
    assert words in finding.message
    assert finding.span.line == text.count("\n") + 1


def test_missing_end_tag_inside_a_whole_page_is_no_cut(tmp_path: Path) -> None:
    text = docsy(load("list")).replace(
        "<div class=lead>Evil lead.</div>", "<div class=lead>Evil lead."
    )
    _, found = read_text(tmp_path, text, "plot-v1.html")
    assert "page-cut" not in [finding.rule for finding in found]


def test_finding_has_the_line_of_its_element(tmp_path: Path) -> None:
    text = mkdocs(load("list")).replace("(int32)", "(int 32)")
    _, found = read_text(tmp_path, text, "plot-v1.html")
    finding = find_rule(found, "type-unreadable")
    assert "(int 32)" in text.split("\n")[finding.span.line - 1]


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("401: Unauthorized", "401: Unauthorized Last changed by Ann", "text-unexpected"),
        (
            "401: Unauthorized",
            "401: a text without any end, which nobody at all would take for a reason",
            "response-odd",
        ),
        ("), required", "), 需要", "mark-unknown"),
        ("beds.sown", "plots.sown", "parent-missing"),
        ("<em>in query</em>", "<em>in water</em>", "place-unknown"),
        ("<em>in path</em>", "<em>in query</em>", "place-wrong"),
        ("GET /apis", "GRAB /apis", "request-missing"),
        ("<strong>rows</strong>", "<strong>行数</strong>", "name-unreadable"),
        ("<strong>rows</strong>", "<strong>ro\u200bws</strong>", "name-unreadable"),
        ('<h2 id="PlotSpec">', '<p>Stray.</p><h2 id="PlotSpec">', "text-unexpected"),
        ('<h2 id="PlotSpec">', '<aside>Stray.</aside><h2 id="PlotSpec">', "text-unexpected"),
        ('<h2 id="PlotSpec">', '<table><tr><td>1</table><h2 id="PlotSpec">', "text-unexpected"),
        ("<h4 id", "<p>Stray.</p><h4 id", "text-unexpected"),
        ("<strong>kind</strong>: Plot", "kind of plots", "text-unexpected"),
    ],
    ids=lambda value: value if str(value).count("-") == 1 else "",
)
def test_deviation_is_reported(tmp_path: Path, before: str, after: str, rule: str) -> None:
    text = mkdocs(load("list"))
    assert before in text
    _, found = read_text(tmp_path, text.replace(before, after, 1), "plot-v1.html")
    assert find_rule(found, rule).span.line > 1


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("<th>Field</th>", "<th>Feld</th>", "table-head-unknown"),
        ("<td>200</td>", "<td>2OO</td>", "status-unreadable"),
        ("<em>integer</em>", "<em>whole number</em>", "type-unreadable"),
        ("<td>200</td>", "", "row-incomplete"),
        ("<td>200</td>", "200", "text-unexpected"),
        ("<td>200</td>", "<td>200</td><td>More</td>", "row-overlong"),
        ('<h2 id="Operations">', '<p>Stray.</p><h2 id="Operations">', "text-unexpected"),
    ],
    ids=["head", "status", "type", "row", "outside", "cells", "stray"],
)
def test_deviation_of_a_table_is_reported(
    tmp_path: Path, before: str, after: str, rule: str
) -> None:
    text = mkdocs(load("table"))
    assert before in text
    _, found = read_text(tmp_path, text.replace(before, after, 1), "plot-v1.html")
    assert find_rule(found, rule).span.line > 1


def test_unknown_heading_between_definitions_is_reported(tmp_path: Path) -> None:
    text = mkdocs(load("list")).replace(
        '<h2 id="Operations">', '<h2 id="x">See also</h2><p>Evil</p><h2 id="Operations">'
    )
    reference, found = read_text(tmp_path, text, "plot-v1.html")
    assert find_rule(found, "heading-unknown")
    assert "Evil" not in str(model_of(reference)["prose"])


@pytest.mark.parametrize(
    "tag", ["nav", "aside", "footer", "header", "div role=navigation", "div hidden"]
)
def test_parts_of_the_site_inside_the_content_are_passed_over(tmp_path: Path, tag: str) -> None:
    page = load("list")
    inside = f"<{tag}><ul><li><strong>evil</strong> (string)</li></ul></{tag.split()[0]}>"
    text = mkdocs(page).replace('<h2 id="PlotSpec">', f'{inside}<h2 id="PlotSpec">')
    expected, _ = read_text(tmp_path, page)
    reference, _ = read_text(tmp_path, text, "plot-v1.html")
    assert model_of(reference) == model_of(expected)


def test_bullet_may_be_broken_over_lines(tmp_path: Path) -> None:
    page = load("list")
    text = mkdocs(page).replace("</strong> (int32), required", "</strong>\n(int32),\nrequired")
    expected, _ = read_text(tmp_path, page)
    reference, _ = read_text(tmp_path, text, "plot-v1.html")
    assert model_of(reference) == model_of(expected)


def test_deep_nesting_is_reported(tmp_path: Path) -> None:
    deep = f"{'<i>' * 200}ground{'</i>' * 200}"
    _, found = read_text(tmp_path, mkdocs(load("list")).replace("ground", deep, 1), "plot-v1.html")
    assert find_rule(found, "html-too-deep").level is Level.ERR


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><html><body><h1>Plot</h1><p>All about plots.</p></body></html>",
        "<html><body></body></html>",
        "<p>Plot</p>",
        "<svg><title>import</title></svg>",
    ],
    ids=["prose", "empty", "paragraph", "picture"],
)
def test_other_html_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(CodegenError) as raised:
        read_text(tmp_path, text, "plot-v1.html")
    assert [finding.rule for finding in raised.value.diagnostics] == ["source-unrecognised"]


def test_links_to_the_own_page_are_found_by_its_address(tmp_path: Path) -> None:
    text = mkdocs(load("list")).replace(
        "<body>",
        '<head><link rel="canonical" href="https://garden.example.io/x/plot-v1/"></head><body>',
    )
    text = re.sub(r'href="[^"#]*plot-v1/#', 'href="https://garden.example.io/x/plot-v1/#', text)
    _, found = read_text(tmp_path, text, "Plot - Garden.html")
    assert [finding.rule for finding in found] == ["text-around-page"]


def test_field_whose_name_is_not_bold_is_read(tmp_path: Path) -> None:
    text = mkdocs(load("list"))
    expected, _ = read_text(tmp_path, text, "plot-v1.html")
    names = sorted(set(re.findall(r"<strong>([\w.]+)</strong>(?= \()", text)))
    assert len(names) > 2
    for name in names[1:]:
        plain = text.replace(f"<strong>{name}</strong>", name)
        assert plain != text
        reference, _ = read_text(tmp_path, plain, "plot-v1.html")
        assert model_of(reference) == model_of(expected), name


def test_fields_without_bold_names_are_an_error(tmp_path: Path) -> None:
    text = re.sub("</?strong>", "", mkdocs(load("list")))
    _, found = read_text(tmp_path, text, "plot-v1.html")
    assert find_rule(found, "type-unreadable").level is Level.ERR


@pytest.mark.parametrize("name", ["list", "table", "definition"])
def test_texts_around_a_page_are_counted(tmp_path: Path, name: str) -> None:
    text = mkdocs(load(name)).replace("</article>", "<p>Sown by Ann.</p></article>")
    reference, found = read_text(tmp_path, text, "plot-v1.html")
    note = find_rule(found, "text-around-page")
    assert note.level is Level.INFO
    assert "Sown by Ann." in note.message
    assert "Sown by Ann." in text.split("\n")[note.span.line - 1]
    assert "Ann" not in str(model_of(reference)["prose"])


def test_page_without_a_site_has_no_note(tmp_path: Path) -> None:
    _, found = read_text(tmp_path, SHELLS["fragment"](load("list")), "plot-v1.html")
    assert "text-around-page" not in [finding.rule for finding in found]


@pytest.mark.parametrize(
    "second",
    [
        "{page}\n{page}",
        "{head}{page}</article></body></html>",
    ],
    ids=["two documents", "one document"],
)
def test_second_page_in_a_file_is_an_error(tmp_path: Path, second: str) -> None:
    page = mkdocs(load("list"))
    head = page[: page.index("</article>")]
    _, found = read_text(tmp_path, second.format(page=page, head=head), "plot-v1.html")
    finding = find_rule(found, "pages-joined")
    assert finding.level is Level.ERR
    assert finding.span.line > page.count("\n") // 2


def test_field_that_is_no_bullet_is_read_and_reported(tmp_path: Path) -> None:
    page = load("list")
    text = mkdocs(page.replace("- **spec** (", "*spec** (", 1))
    expected, _ = read_text(tmp_path, page)
    reference, found = read_text(tmp_path, text, "plot-v1.html")
    assert model_of(reference)["definitions"] == model_of(expected)["definitions"]
    assert find_rule(found, "bullet-broken").span.line > 1


def test_nested_fields_without_bold_names_are_read(tmp_path: Path) -> None:
    page = load("list")
    text = re.sub(r"<strong>(\w+\.\w+)</strong>", r"\1", mkdocs(page))
    assert text != mkdocs(page)
    expected, _ = read_text(tmp_path, page)
    reference, _ = read_text(tmp_path, text, "plot-v1.html")
    assert model_of(reference) == model_of(expected)


def test_nested_fields_in_an_element_that_readers_open_are_read(tmp_path: Path) -> None:
    page = load("list")
    text = re.sub(r"(?<=\n)(<ul>\n<li>\n<p><strong>\w+\.)", r"<details>\1", mkdocs(page))
    assert "<details>" in text
    expected, _ = read_text(tmp_path, page)
    reference, _ = read_text(tmp_path, text, "plot-v1.html")
    assert model_of(reference)["definitions"] == model_of(expected)["definitions"]


@pytest.mark.parametrize("name", PAGES)
def test_html_of_word_has_the_model_of_markdown(tmp_path: Path, name: str) -> None:
    page = load(name)
    text = SHELLS["fragment"](page).replace("<p>", "<p class=MsoNormal><span lang=EN-US>")
    text = text.replace("</p>", "<o:p>&nbsp;</o:p></span></p>")
    text = text.replace("<strong>", "<b><span>").replace("</strong>", "</span></b>")
    expected, _ = read_text(tmp_path, page)
    reference, _ = read_text(tmp_path, text, "plot-v1.html")
    assert model_of(reference) == model_of(expected)


def test_page_inside_a_form_is_read(tmp_path: Path) -> None:
    page = load("list")
    text = (
        mkdocs(page)
        .replace("<article", "<form><article")
        .replace("</article>", "</article></form>")
    )
    expected, _ = read_text(tmp_path, page)
    reference, _ = read_text(tmp_path, text, "plot-v1.html")
    assert model_of(reference) == model_of(expected)


def test_table_without_an_end_is_an_error(tmp_path: Path) -> None:
    text = mkdocs(load("table")).replace("</table>", "", 1)
    _, found = read_text(tmp_path, text, "plot-v1.html")
    assert find_rule(found, "tag-unclosed").level is Level.ERR


@pytest.mark.parametrize("name", ["list", "table"])
def test_markdown_inside_html_is_refused(tmp_path: Path, name: str) -> None:
    page = PAGES[name].read_text(encoding="utf-8").replace("<", "&lt;")
    text = f"<html><body><div><pre><code>{page.lstrip()}</code></pre></div></body></html>"
    with pytest.raises(CodegenError) as raised:
        read_text(tmp_path, text, "plot-v1.html")
    assert [finding.rule for finding in raised.value.diagnostics] == ["source-unrecognised"]


def test_definition_of_another_package_keeps_it(tmp_path: Path) -> None:
    page = load("table")
    heading = "## PlotSpec {#PlotSpec}\n"
    assert heading in page
    page = page.replace(heading, f'{heading}\n`import "example.io/shed/v1"`\n')
    expected, _ = read_text(tmp_path, page)
    reference, found = read_text(tmp_path, mkdocs(page), "plot-v1.html")
    assert model_of(reference) == model_of(expected)
    assert "pages-joined" not in [finding.rule for finding in found]


def test_verb_of_an_operation_may_be_a_link(tmp_path: Path) -> None:
    page = load("list")
    text = re.sub(r"(<h3[^>]*>)(<code>\w+</code>)", r'\1<a href="#x">\2</a>', mkdocs(page))
    expected, _ = read_text(tmp_path, page)
    reference, _ = read_text(tmp_path, text, "plot-v1.html")
    assert model_of(reference) == model_of(expected)


@pytest.mark.parametrize("mark", ["- ", "<!-- apart -->\n- "], ids=["in a list", "alone"])
def test_parameter_whose_place_has_lost_a_bracket_is_read_and_reported(
    tmp_path: Path, mark: str
) -> None:
    page = load("list")
    good = "- **dryRun** (*in query*): string"
    assert good in page
    text = mkdocs(page.replace(good, f"{mark}**dryRun** *in query*): string"))
    expected, _ = read_text(tmp_path, page)
    reference, found = read_text(tmp_path, text, "plot-v1.html")
    assert model_of(reference) == model_of(expected)
    line = find_rule(found, "marks-unbalanced").span.line
    assert "<strong>dryRun" in "".join(text.split("\n")[line - 1 : line + 2])


def test_field_without_a_readable_type_is_an_error(tmp_path: Path) -> None:
    text = mkdocs(load("list"))
    broken = re.sub(r"(<strong>spec</strong>) \(", r"\1 ", text, count=1)
    assert broken != text
    _, found = read_text(tmp_path, broken, "plot-v1.html")
    finding = find_rule(found, "type-unreadable")
    assert finding.level is Level.ERR
    assert "<strong>spec" in broken.split("\n")[finding.span.line - 1]


def test_definition_whose_rule_is_inside_of_code_is_read(tmp_path: Path) -> None:
    text = docsy(load("definition")).replace("<h1>Plot</h1>", "<h1>Bed</h1>")
    assert "<hr>" in text
    expected, _ = read_text(tmp_path, text, "bed-v1.html")
    code = text.replace("<hr>", "<pre><code>a &amp;#34;bed&amp;#34;\n\n&lt;hr&gt;</code></pre>")
    reference, _ = read_text(tmp_path, code, "bed-v1.html")
    assert model_of(reference)["definitions"] == model_of(expected)["definitions"]


@pytest.mark.parametrize("code", ["<code>{}</code>", "<pre><code>{}</code></pre>"])
def test_escapes_of_the_generator_are_removed_from_code(tmp_path: Path, code: str) -> None:
    text = mkdocs(load("table"))
    words = "<p>Plot is a piece of ground.</p>"
    assert words in text
    escaped = text.replace(words, words + code.format("bed == &amp;#34;&amp;#34;"))
    reference, _ = read_text(tmp_path, escaped, "plot-v1.html")
    texts = as_json(reference, ())["prose"]["en"]
    assert any('bed == ""' in words for words in texts.values())


def test_fields_inside_a_comment_are_reported(tmp_path: Path) -> None:
    hidden = "<li><strong>evil</strong> (string)</li>\n<tr><td><code>worse</code>"
    text = docsy(load("list")).replace("<hr", f"<!--\n<li>{hidden}\n-->\n<hr", 1)
    reference, found = read_text(tmp_path, text)
    reported = find_rule(found, "fields-in-comment")
    assert all(name in reported.message for name in ("evil", "worse"))
    assert reported.span.line == text[: text.index("<!--\n<li>")].count("\n") + 1
    assert "evil" not in str(model_of(reference))


def test_comment_with_other_words_hides_no_field(tmp_path: Path) -> None:
    text = docsy(load("list")).replace("<hr", "<!-- <p><strong>beds</strong> of a plot -->\n<hr", 1)
    assert "fields-in-comment" not in {finding.rule for finding in read_text(tmp_path, text)[1]}


def test_elements_of_a_browser_that_translates_are_no_part_of_words(tmp_path: Path) -> None:
    text = docsy(load("list"))
    styled = re.sub(r">([^<>\n]+)<", r"><font style='a'><font style='b'>\1</font></font><", text)
    assert model_of(read_text(tmp_path, styled)[0]) == model_of(read_text(tmp_path, text)[0])


def test_reader_view_is_refused(tmp_path: Path) -> None:
    text = f'<html><body><div id="readability-page-1" class="page">{mkdocs(load("list"))}</div></body></html>'
    with pytest.raises(CodegenError, match="reader view"):
        read_text(tmp_path, text, "plot-v1.html")


def drop_item(html: str, name: str) -> str:
    """Return a page without the items of a name, which a reader view takes for menus."""
    return re.sub(rf"<li>\s*<p><strong>{name}</strong>.*?</li>", "", html, flags=re.DOTALL)


@pytest.mark.parametrize("name", ["kind", "namespace"])
def test_page_without_a_part_that_it_needs_is_an_error(tmp_path: Path, name: str) -> None:
    text = drop_item(docsy(load("list")), name)
    _, found = read_text(tmp_path, text, "plot-v1.html")
    finding = find_rule(found, "part-missing")
    assert finding.level is Level.ERR
    assert repr(name) in finding.message


def test_text_that_is_outside_of_its_field_is_an_error(tmp_path: Path) -> None:
    text = docsy(load("list"))
    moved = text.replace(
        "</p>\n<p>How many rows there are.</p>\n</li>",
        "</p></li></ul><p>How many rows there are.</p><ul>",
    )
    assert moved != text
    _, found = read_text(tmp_path, moved, "plot-v1.html")
    assert find_rule(found, "text-unexpected").level is Level.ERR
