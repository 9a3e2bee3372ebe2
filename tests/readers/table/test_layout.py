"""The reader of the table layout: grammar, invalid input, and the pages of a real release if
available.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.core.diagnostics import Finding, Report
from codegen.core.locales import SHIPPED
from codegen.core.source import Source, load
from codegen.readers.page_tree import FieldRow, PageTree, TypeName
from codegen.readers.table import is_table_page
from codegen.readers.table import layout as table_layout
from support.budget import example_settings
from support.corpus import SEED, TABLE_PAGES, for_each, pages_of
from support.rows import each_row

FRONT = """---
api_metadata:
  apiVersion: "garden.example.io/v1"
  import: "example.io/api/garden/v1"
  kind: "Plot"
content_type: "api_reference"
description: "A plot isn&#39;t &lt;just&gt; earth."
title: "Plot"
weight: 20
auto_generated: true
---
"""
HEAD = FRONT + '\n`apiVersion: garden.example.io/v1`\n\n`import "example.io/api/garden/v1"`\n\n\n'
FIELDS = "<table>\n  <thead><tr><th>Field</th><th>Description</th></tr></thead>\n  <tbody>\n"
PARAMETERS = (
    "<table>\n  <thead><tr><th>Name</th><th>Type</th><th>Description</th></tr></thead>\n  <tbody>\n"
)
RESPONSES = "<table>\n  <thead><tr><th>Status</th><th>Description</th><th>Response</th></tr></thead>\n  <tbody>\n"
END = "  </tbody>\n</table>\n"


def row(*cells: str) -> str:
    return "    <tr>\n" + "".join(f"      <td>{cell}</td>\n" for cell in cells) + "    </tr>\n"


def field(name: str, kind: str, text: str = "", *, more: str = "", mark: bool = False) -> str:
    required = "&nbsp;<strong>*</strong>" if mark else ""
    return row(f"<code>{name}</code>{required}<br/><em>{kind}</em>{more}", text)


def link(target: str, text: str) -> str:
    return f'<a href="{{{{< ref "{target}" >}}}}">{text}</a>'


def section(name: str, *rows: str, text: str = "A description.") -> str:
    return (
        f"## {name} {{#{name}}}\n\n{text}\n\n<hr>\n\n"
        + (FIELDS + "".join(rows) + END if rows else "")
        + "\n\n"
    )


def read(text: str, locale: str = "en") -> tuple[PageTree, tuple[Finding, ...]]:
    report = Report()
    return table_layout.read(
        Source(text, "plot-v1.md", "garden/plot-v1.md"), SHIPPED.get(locale), report
    ), report.diagnostics


def only_row(*cells: str, locale: str = "en") -> tuple[FieldRow, tuple[Finding, ...]]:
    tree, findings = read(HEAD + section("Plot", row(*cells)), locale)
    return tree.sections[0].rows[0], findings


def rules(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.rule for finding in findings]


OPERATION = (
    "\n## Operations {#Operations}\n\n<hr>\n\n\n### `post` Create\n\n#### HTTP Request\n\n"
    "POST /apis/garden.example.io/v1/namespaces/{namespace}/plots\n\n\n#### Path Parameters\n\n"
    + PARAMETERS
    + row("<code>namespace</code>", "<em>string</em>", "where the plot lies")
    + END
    + "\n\n\n#### Query Parameters\n\n"
    + PARAMETERS
    + row("<code>dryRun</code>", "<em>string</em>", "Only \\<try> it, '*' or not.")
    + END
    + "\n\n\n#### Body Parameters\n\n"
    + PARAMETERS
    + row("<code>body</code>", f"<em>{link('plot-v1#Plot', 'Plot')}</em>", "")
    + END
    + "\n\n\n#### Response\n\n"
    + RESPONSES
    + row("200", "OK", f"<em>{link('plot-v1#Plot', 'Plot')}</em>")
    + row("202", "Accepted", "<em>string</em>")
    + END
    + "\n\n"
)
PAGE = (
    HEAD
    + section(
        "Plot",
        field(
            "metadata",
            link("../definitions/object-meta-v1-meta#ObjectMeta", "ObjectMeta"),
            "Standard.",
        ),
        field(
            "spec",
            link("#PlotSpec", "PlotSpec"),
            "What is <wanted>.".replace("<", "\\<"),
            mark=True,
        ),
        text="A plot isn&#39;t &lt;just&gt; &#34;earth&#34; &amp; water; &amp;lt; is written so.\n\nIt has beds.",
    )
    + section(
        "PlotSpec",
        field(
            "beds",
            link("#Bed", "Bed array"),
            "The beds.",
            mark=True,
            more="<br/><em>patch strategy: merge,retainKeys on key <code>name</code></em>",
        ),
        field("depth", "", "How deep."),
        field("labels", "object", "Map of labels."),
        field(
            "rows",
            "integer",
            'Number of rows.<br/><br/>Possible enum values:<br/> - `"One"` is one.<br/> - `"Two"` is two.',
        ),
    )
    + section("Bed")
    + OPERATION
)


def test_generated_page_has_no_findings() -> None:
    tree, findings = read(PAGE)
    assert findings == ()
    assert (tree.layout, tree.path, tree.locale) == ("table", "garden/plot-v1.md", "en")
    assert tree.front.api_version == "garden.example.io/v1"
    assert tree.front.description == "A plot isn't <just> earth."
    assert [(page_section.name, page_section.anchor) for page_section in tree.sections] == [
        ("Plot", "Plot"),
        ("PlotSpec", "PlotSpec"),
        ("Bed", "Bed"),
    ]
    assert tree.sections[2].rows == ()


def test_section_text_is_unescaped_once_and_keeps_lines() -> None:
    text = read(PAGE)[0].sections[0].texts.own
    assert text is not None
    assert text.text == 'A plot isn\'t <just> "earth" & water; &lt; is written so.\n\nIt has beds.'
    assert (text.span.path, text.span.line, text.span.column) == (
        "plot-v1.md",
        PAGE[: PAGE.index("A plot isn&#39;t &lt;just&gt; &#34;")].count("\n") + 1,
        1,
    )


def test_rows_have_types_annotations_links_and_patch_notes() -> None:
    plot, spec, _ = read(PAGE)[0].sections
    assert plot.rows[0].type == TypeName(
        name="ObjectMeta",
        linked=True,
        page="../definitions/object-meta-v1-meta",
        anchor="ObjectMeta",
    )
    assert plot.rows[1].type == TypeName(name="PlotSpec", linked=True, anchor="PlotSpec")
    assert [field_row.required for field_row in plot.rows] == [False, True]
    beds, depth, labels, rows = spec.rows
    assert beds.type == TypeName(name="Bed", wrappers=("[]",), linked=True, anchor="Bed")
    assert (beds.annotations.patch_strategy, beds.annotations.patch_merge_key) == (
        ("merge", "retainKeys"),
        "name",
    )
    assert depth.type == TypeName(name="", lost=True)
    assert labels.type == TypeName(name="object", lost=True)
    assert rows.type == TypeName(name="integer", lost=True)
    assert PAGE.splitlines()[beds.span.line - 1][beds.span.column - 1 :].startswith("beds</code>")


def test_enum_list_in_cell_text_is_restored() -> None:
    tree = read(PAGE)[0]
    assert tree.sections[1].rows[3].texts.own is not None
    assert (
        tree.sections[1].rows[3].texts.own.text
        == 'Number of rows.\n\nPossible enum values:\n - `"One"` is one.\n - `"Two"` is two.'
    )
    assert tree.sections[0].rows[1].texts.own is not None
    assert tree.sections[0].rows[1].texts.own.text == "What is <wanted>."


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("One:<ul><li>a</li><li>b <code>c</code></li></ul>", "One:\n- a\n- b `c`"),
        ('<ul data-mark="*"><li>a</li></ul>', "* a"),
        ('<ol start="3"><li>a</li><li>b</li></ol>after', "3. a\n4. b\nafter"),
        ('Use <a href="/x">x</a>, <strong>not</strong> <em>y</em>', "Use [x](/x), **not** *y*"),
        ('<pre><code class="language-yaml">a: 1<br/>b: 2</code></pre>', "```yaml\na: 1\nb: 2\n```"),
        ("<code>a`b</code> \\<ul>", "``a`b`` <ul>"),
        ("<li>alone", "alone"),
        ('See <a href="https://a.example/">https://a.example/</a>', "See https://a.example/"),
    ],
)
def test_cell_markup_becomes_markdown(cell: str, text: str) -> None:
    own = only_row("<code>beds</code><br/><em>string</em>", cell)[0].texts.own
    assert own is not None
    assert own.text == text


def test_operation_has_verb_request_parameters_and_responses() -> None:
    (operation,) = read(PAGE)[0].operations
    assert (operation.verb, operation.method) == ("create", "POST")
    assert operation.path == "/apis/garden.example.io/v1/namespaces/{namespace}/plots"
    assert operation.title.own is not None
    assert operation.title.own.text == "Create"
    assert [
        (parameter.name, parameter.place, parameter.required) for parameter in operation.parameters
    ] == [
        ("namespace", "path", True),
        ("dryRun", "query", False),
        ("body", "body", True),
    ]
    assert operation.parameters[1].texts.own is not None
    assert operation.parameters[1].texts.own.text == "Only <try> it, '*' or not."
    assert [
        (response.status, response.text, response.type.name if response.type else "")
        for response in operation.responses
    ] == [("200", "OK", "Plot"), ("202", "Accepted", "string")]


@each_row("""
    PUT    | /apis/g/v1/plots/{name}       | Replace Status      | update
    DELETE | /apis/g/v1/plots              | Delete Collection   | deletecollection
    DELETE | /apis/g/v1/plots/{name}       | Delete              | delete
    GET    | /apis/g/v1/plots              | List All Namespaces | list
    GET    | /apis/g/v1/plots/{name}/log   | Read Log            | get
    GET    | /apis/g/v1/watch/plots/{name} | Watch               | watch
    GET    | /apis/g/v1/watch/plots        | Watch List          | watchlist
    POST   | /apis/g/v1/plots/{name}/exec  | Create Connect Exec | connect
    GET    | /apis/g/v1/plots              |                     | list
    GET    | /apis/g/v1/plots/{name}       |                     | get
    DELETE | /apis/g/v1/plots              |                     | deletecollection
    HEAD   | /apis/g/v1/plots              |                     | head
""")
def test_verb_is_kubernetes_verb(method: str, path: str, title: str, verb: str) -> None:
    tree, _ = read(
        f"{HEAD}\n## Operations {{#Operations}}\n\n### `{method.lower()}` {title}\n\n#### HTTP Request\n\n{method} {path}\n"
    )
    assert tree.operations[0].verb == verb


def test_pipe_tables_of_responses_are_read() -> None:
    pipes = (
        '| Status | Description | Response |\n| --- | --- | --- |\n| 200 | OK | [Plot array]({{< ref "plot-v1#Plot" >}}) |\n'
        '| 201 | Created | string |\n\n{class="api-reference-response-codes"}\n'
    )
    start = OPERATION.index(RESPONSES)
    tree, findings = read(HEAD + section("Plot") + OPERATION[:start] + pipes)
    assert findings == ()
    assert [
        (response.status, response.text, response.type) for response in tree.operations[0].responses
    ] == [
        (
            "200",
            "OK",
            TypeName(name="Plot", wrappers=("[]",), linked=True, page="plot-v1", anchor="Plot"),
        ),
        ("201", "Created", TypeName(name="string")),
    ]


def test_dotted_rows_are_nested_below_their_prefix() -> None:
    rows = (
        read(
            HEAD
            + section(
                "Plot",
                field("spec", "PlotSpec"),
                field("spec.bed", "Bed"),
                field("spec.bed.size", "string"),
                field("spec.rows.deep", "string"),
                field("other.name", "string"),
            )
        )[0]
        .sections[0]
        .rows
    )
    assert [field_row.path for field_row in rows] == ["spec", "other.name"]
    assert [field_row.path for field_row in rows[0].children] == ["spec.bed", "spec.rows.deep"]
    assert [field_row.name for field_row in rows[0].children[0].children] == ["size"]


CHINESE = (
    FRONT.replace("auto_generated: true\n", "").replace(
        "A plot isn&#39;t &lt;just&gt; earth.", "地块。"
    )
    + "\n<!--\n"
    + FRONT.replace("---\n", "")
    + "-->\n"
    + HEAD.removeprefix(FRONT)
    + "## Plot {#Plot}\n\n<!--\nA plot of the\ngarden.\n-->\n花园中的\n地块。\n\n<hr>\n\n"
    + "<table>\n<thead><tr><th><!--Field-->字段</th><th><!--Description-->描述</th></tr></thead>\n<tbody>\n<tr>\n"
    + "<td><code>spec</code>&nbsp;<strong>*</strong><br/><em>string</em></td>\n<td>\n<!--\nAll beds: '\\*' or\n`names`.\n-->\n"
    + '所有苗床，\n即 "\\*" 或\nnames。\n\n- 甲\n- 乙\n</td>\n</tr>\n<tr>\n<td><code>size</code><br/><em>integer</em></td>\n<td></td>\n</tr>\n</tbody>\n</table>\n\n'
    + "<!--\n## Operations {#Operations}\n\n<hr>\n\n### `get` Read\n\n#### HTTP Request\n-->\n## 操作 {#Operations}\n\n<hr>\n\n### `get` 读取\n\n#### HTTP 请求\n\n"
    + "GET /apis/garden.example.io/v1/plots/{name}\n\n#### <!--Path Parameters-->路径参数\n\n"
    + "<table>\n<thead><tr><th>Name</th><th><!--Type-->类型</th><th><!--Description-->描述</th></tr></thead>\n<tbody>\n"
    + row("<code>name</code>", "<em>string</em>", "\n<!--\nname of it\n-->\n其名称\n")
    + "</tbody>\n</table>\n\n#### <!--Response-->响应\n\n"
    + "<table>\n<thead><tr><th>Status</th><th>描述</th><th><!--Response-->响应</th></tr></thead>\n<tbody>\n"
    + row("200", "OK", "<em>string</em>")
    + "</tbody>\n</table>\n\n### <!--`delete` Delete-->`delete` 删除\n\n#### HTTP 请求\n\nDELETE /apis/garden.example.io/v1/plots/{name}\n\n#### 响应\n\n"
    + RESPONSES
    + row("200", "OK", "<em>string</em>")
    + END
)


def test_chinese_page_has_both_languages() -> None:
    tree, findings = read(CHINESE, "zh-cn")
    assert findings == ()
    assert tree.front.description == "地块。"
    (plot,) = tree.sections
    assert [text and text.text for text in (plot.texts.own, plot.texts.english)] == [
        "花园中的地块。",
        "A plot of the garden.",
    ]
    spec, size = plot.rows
    assert spec.required
    assert [text and text.text for text in (spec.texts.own, spec.texts.english)] == [
        '所有苗床，即 "*" 或 names。\n\n- 甲\n- 乙',
        "All beds: '*' or `names`.",
    ]
    assert (size.texts.own, size.texts.english) == (None, None)
    reading, deletion = tree.operations
    assert [text and text.text for text in (reading.title.own, reading.title.english)] == [
        "读取",
        "Read",
    ]
    assert [text and text.text for text in (deletion.title.own, deletion.title.english)] == [
        "删除",
        "Delete",
    ]
    assert [(parameter.name, parameter.place) for parameter in reading.parameters] == [
        ("name", "path")
    ]
    assert spec.texts.english is not None
    assert CHINESE.splitlines()[spec.texts.english.span.line - 1].startswith("All beds")


def test_english_of_several_comments_is_joined() -> None:
    cells = ("<code>beds</code><br/><em>string</em>", "<!--One.-->一。\n\n<!--\nTwo.\n-->二。")
    texts = only_row(*cells, locale="zh-cn")[0].texts
    assert texts.own
    assert texts.english
    assert (texts.own.text, texts.english.text) == ("一。\n\n二。", "One.\n\nTwo.")
    assert texts.own.span.line == texts.english.span.line


LOOSE = {
    "white space, case and attributes": PAGE.replace("<td>", '<TD class="x" >\n\n')
    .replace("</td>", "\n</TD\n>")
    .replace("<br/>", "\n<br />\n")
    .replace("<hr>", "<hr />")
    .replace("{{< ref", "{{<  ref")
    .replace("&nbsp;", "\u00a0 "),
    "line ends and byte order mark": "\ufeff" + PAGE.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("page", LOOSE.values(), ids=LOOSE)
def test_markup_variants_give_same_tree(page: str) -> None:
    tree, findings = read(page)
    assert findings == ()
    assert structure(tree) == structure(read(PAGE)[0])


def structure(tree: PageTree) -> list[Any]:
    return [
        [
            (s.name, [(r.path, r.type, r.required, r.annotations) for r in s.rows])
            for s in tree.sections
        ],
        [
            (
                o.verb,
                o.path,
                [(p.name, p.place, p.type) for p in o.parameters],
                [(r.status, r.text, r.type) for r in o.responses],
            )
            for o in tree.operations
        ],
    ]


def test_traditional_chinese_headings_are_read() -> None:
    assert (
        read(
            CHINESE.replace("字段", "欄位")
            .replace("<!--Field-->", "")
            .replace("路径参数", "路徑參數"),
            "zh-cn",
        )[1]
        == ()
    )


@pytest.mark.parametrize(
    ("page", "rule", "found_at", "said"),
    [
        (
            PAGE.replace("</table>", "", 1),
            "tag-unclosed",
            "<table>",
            "the <table> is not closed (hint: write </table> at its end, or check whether the page is cut off here",
        ),
        (PAGE.replace("Standard.</td>", "Standard."), "tag-unclosed", "<td>Standard.", ""),
        (PAGE.replace("    </tr>\n", "", 1), "tag-unclosed", "<tr>\n      <td><code>metadata", ""),
        (
            PAGE.replace("<code>spec</code>", "<code></code>"),
            "row-without-name",
            "<code></code>",
            "this row does not name a field; it is left out (hint: write <code>name</code> in its first cell",
        ),
        (
            PAGE.replace("<code>spec</code>", "<code>规约</code>"),
            "name-unreadable",
            "规约</code>",
            "names are never translated; take the name from the English page",
        ),
        (
            PAGE.replace("<code>spec</code>", "<code>sp\u200bec</code>"),
            "name-unreadable",
            "sp\u200bec</code>",
            "remove the sign; it may be invisible",
        ),
        (
            PAGE.replace("<code>spec</code>", "<code>metadata</code>"),
            "field-twice",
            "metadata</code>&nbsp",
            "",
        ),
        (PAGE.replace("## PlotSpec {", "## A plot's spec {"), "name-unreadable", "## A plot's", ""),
        (
            PAGE.replace("## PlotSpec {#PlotSpec}", "## PlotSpec"),
            "anchor-missing",
            "## PlotSpec",
            "write `## PlotSpec {#PlotSpec}`: links lead to the anchor",
        ),
        ("## Plot\n", "anchor-missing", "## Plot", ""),
        (PAGE.replace("{#Bed}", "{#PlotSpec}"), "anchor-twice", "## Bed", "write `## Bed {#Bed}`"),
        (
            PAGE.replace("<th>Field</th>", "<th>Feld</th>", 1),
            "table-head-unknown",
            "Feld",
            "expected Field | Description; move anything else into the description",
        ),
        (
            PAGE.replace("<em>object</em>", "<em>対象</em>"),
            "type-unreadable",
            "labels</code>",
            "expected string, integer, number, boolean, object or a definition; followed by `array` for a list",
        ),
        (
            PAGE.replace("<em>object</em>", f"<em>string{' array' * 9}</em>"),
            "type-unreadable",
            "labels</code>",
            "",
        ),
        (
            PAGE.replace("<em>object</em>", "<em>object</em> <em>optional</em>"),
            "name-cell-odd",
            "labels</code>",
            "write <code>name</code>&nbsp;<strong>*</strong><br/><em>type</em>, the mark if it is required",
        ),
        (
            PAGE.replace("<br/><em>object</em>", ""),
            "type-missing",
            "labels</code>",
            "write <br/><em>type</em> after the name",
        ),
        (
            PAGE.replace("merge,retainKeys on key", "merge by"),
            "annotation-unreadable",
            "beds</code>",
            "write <em>patch strategy: merge on key <code>name</code></em>, as in the English page",
        ),
        (
            PAGE.replace("<code>labels</code>", "<code>labels</code> optional"),
            "name-cell-odd",
            "labels</code>",
            "",
        ),
        (
            PAGE.replace("      <td>Map of labels.</td>\n", ""),
            "row-incomplete",
            "<tr>\n      <td><code>labels",
            "write one cell for each head; an empty one is <td></td>",
        ),
        (
            PAGE.replace("Map of labels.</td>", "Map of labels.</td><td>More.</td>"),
            "row-overlong",
            "<tr>\n      <td><code>labels",
            "",
        ),
        (
            PAGE.replace("<tr>\n      <td><code>labels", "\n      <td><code>labels"),
            "tag-unexpected",
            "<td><code>labels",
            "remove it, or put back the tag that belongs to it; a < that opens no tag is written \\<",
        ),
        (
            PAGE.replace("#### Query Parameters", "#### Questions"),
            "heading-unknown",
            "#### Questions",
            "if it belongs to a description, do not begin the line with #; otherwise correct its words",
        ),
        (PAGE.replace("### `post` Create", "### Create"), "heading-unknown", "### Create", ""),
        (
            PAGE.replace("POST /apis", "/apis"),
            "request-missing",
            "### `post`",
            "expected a line such as `GET /api/v1/...` below its heading",
        ),
        (
            PAGE.replace("### `post`", "### `put`"),
            "method-differs",
            "### `put`",
            "one of them is wrong; POST is used",
        ),
        (
            PAGE.replace("<td>202</td>", "<td>200</td>"),
            "response-twice",
            "200</td>\n      <td>Accepted",
            "",
        ),
        (
            PAGE.replace("<td>202</td>", "<td>many</td>"),
            "status-unreadable",
            "many</td>",
            "expected a number such as 200",
        ),
        (
            PAGE[: PAGE.index("#### Response")],
            "response-missing",
            "### `post`",
            "expected a table below #### Response, or the page is cut off here",
        ),
        (
            PAGE[: PAGE.index("### `post`")],
            "operations-missing",
            "## Operations",
            "remove the heading, or check whether the page is cut off here",
        ),
        (
            PAGE.replace("<hr>\n", "", 1),
            "rule-missing",
            "## Plot {",
            "write <hr> before the table, or check whether the page is cut off here",
        ),
        (
            PAGE.replace("`apiVersion: garden.example.io/v1`", "`apiVersion: v2`"),
            "head-disagrees",
            "`apiVersion: v2`",
            "one of them is wrong; 'garden.example.io/v1' is used",
        ),
        (PAGE.replace(FIELDS, FIELDS + "</td>", 1), "tag-unexpected", "</td>", ""),
        (
            PAGE.replace("## PlotSpec", "lost words\n\n## PlotSpec", 1),
            "text-unexpected",
            "lost words",
            "text after the last table is left out: 'lost words' (hint: move it into a description, or remove it; a table may have lost its tags here",
        ),
        (
            PAGE.replace(RESPONSES, f"lost words {RESPONSES}"),
            "text-unexpected",
            "lost words",
            "text before a table is left out: 'lost words' (hint: move it into a description, or remove it; a table may have lost its tags here",
        ),
        (
            PAGE[: PAGE.index(RESPONSES)] + "lost words",
            "text-unexpected",
            "lost words",
            "text where a table is expected is left out: 'lost words' (hint: move it into a description, or remove it; a table may have lost its tags here",
        ),
        (
            PAGE.replace(
                "  <thead><tr><th>Status</th><th>Description</th><th>Response</th></tr></thead>\n",
                "",
            ),
            "table-head-missing",
            "<table>\n  <tbody>",
            "the table has no head (hint: its columns are assumed to be status | description | response",
        ),
        (
            PAGE.replace("---\n\n`api", "\n`api"),
            "front-matter-unclosed",
            "---\napi",
            "the page is cut off, or its second --- line is missing",
        ),
        (
            PAGE.removeprefix(FRONT),
            "front-matter-missing",
            "\n`api",
            "put the api_metadata of the page between two --- lines at its top",
        ),
        (
            PAGE.replace("## Bed", "<!-- ## Bed"),
            "comment-unclosed",
            "<!-- ## Bed",
            "close it with -->; everything after it is hidden until then",
        ),
        (PAGE.replace("## Bed", "## Some advice"), "name-unreadable", "## Some advice", ""),
    ],
)
def test_deviations_are_reported_with_location_and_hint(
    page: str, rule: str, found_at: str, said: str
) -> None:
    _, findings = read(page)
    (found,) = [finding for finding in findings if finding.rule == rule]
    offset = page.index(found_at)
    assert (found.span.line, found.span.column) == (
        page.count("\n", 0, offset) + 1,
        offset - page.rfind("\n", 0, offset),
    )
    assert found.hint
    assert f"{said})" in str(found)
    assert found.span.path == "plot-v1.md"


def test_unreadable_type_is_reported_as_lost() -> None:
    found, findings = only_row("<code>size</code><br/><em>字符串</em>", "")
    assert found.type == TypeName(name="", lost=True)
    assert rules(findings) == ["type-unreadable"]


def test_cell_parts_in_any_order_are_read() -> None:
    found, findings = only_row("<strong>*</strong> <em>Bed array</em> <code>beds</code>", "")
    assert (found.path, found.required, found.type) == (
        "beds",
        True,
        TypeName(name="Bed", wrappers=("[]",)),
    )
    assert findings == ()


def test_columns_in_any_order_are_read() -> None:
    swapped = FIELDS.replace(
        "<th>Field</th><th>Description</th>", "<th>Description</th><th>Field</th>"
    )
    tree, findings = read(
        HEAD
        + f"## Plot {{#Plot}}\n\nx\n\n<hr>\n\n{swapped}"
        + row("Text.", "<code>spec</code><br/><em>string</em>")
        + END
    )
    assert findings == ()
    assert [
        (field_row.path, field_row.texts.own and field_row.texts.own.text)
        for field_row in tree.sections[0].rows
    ] == [("spec", "Text.")]


def test_parameter_table_with_unknown_location_is_skipped() -> None:
    (operation,) = read(PAGE.replace("#### Query Parameters", "#### Questions"))[0].operations
    assert [parameter.name for parameter in operation.parameters] == ["namespace", "body"]


def test_unknown_heading_in_description_keeps_tables() -> None:
    tree, findings = read(
        HEAD + section("Plot", field("spec", "string"), text="First.\n\n### Details\n\nMore.")
    )
    assert rules(findings) == ["heading-unknown"]
    assert [field_row.path for field_row in tree.sections[0].rows] == ["spec"]


def test_too_deep_names_are_left_out() -> None:
    names = [".".join(["a"] * parts) for parts in (1, 17, 18, 3000)]
    tree, findings = read(HEAD + section("Plot", *(field(name, "string") for name in names)))
    assert rules(findings) == ["name-too-deep"] * 2
    assert [len(field_row.children) for field_row in tree.sections[0].rows] == [1]


@pytest.mark.slow  # a page is cut at each of its bytes
@pytest.mark.parametrize("page", [PAGE, CHINESE], ids=["en", "zh-cn"])
def test_truncated_page_is_read_or_reported(page: str) -> None:
    locale = "zh-cn" if page is CHINESE else "en"
    data = page.rstrip().encode()
    silent = 0
    for end in range(len(data)):
        tree, findings = read(data[:end].decode(errors="ignore"), locale)
        assert tree.layout == "table"
        silent += not findings
    # A cut is undetectable only after a complete section or operation.
    assert silent < 24


FRAGMENTS = [
    "<td>",
    "</td>",
    "<tr>",
    "</tr>",
    "<table>",
    "</table>",
    "<th>",
    "<em>",
    "</em>",
    "<code>",
    "\\",
    "<",
    ">",
    "|",
    "`",
    "{#",
    "}",
    "<!--",
    "-->",
    "\n## X {#X}\n",
    "\n### `get` Y\n",
    "\n#### Response\n",
    "\n",
    "\u00a0",
    "\u2028",
    "\x00",
    "\x1f",
    "\u3000",
    "中",
    "<hr>",
    "&lt;",
    "&nbsp;",
]
EDITS = st.lists(
    st.tuples(
        st.floats(0, 1), st.integers(0, 40), st.sampled_from(FRAGMENTS) | st.text(max_size=5)
    ),
    min_size=1,
    max_size=8,
)


@example_settings(150)
@given(page=st.sampled_from([PAGE, CHINESE]), edits=EDITS, locale=st.sampled_from(["en", "zh-cn"]))
def test_edited_pages_never_raise(
    page: str, edits: list[tuple[float, int, str]], locale: str
) -> None:
    for place, length, fragment in edits:
        start = int(place * len(page))
        page = page[:start] + fragment + page[start + length :]
    is_table_page(Source(page, "plot.md"))
    tree, findings = read(page, locale)
    assert all(finding.span.path == "plot-v1.md" and finding.hint for finding in findings)
    assert tree.layout == "table"


@example_settings(100)
@given(st.text(max_size=200))
def test_arbitrary_text_is_read(text: str) -> None:
    is_table_page(Source(text, "x"))
    assert read(text)[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PAGE, True),
        (CHINESE, True),
        (HEAD + section("Plot"), True),
        (SEED.read_text(encoding="utf-8"), False),  # a flattened page of the list layout
        ("", False),
        ("# Title\n\n<table><tr><th>Field</th></tr></table>\n", False),
        (HEAD + "## Plot {#Plot}\n\nx\n\n<hr>\n\n- **spec** (PlotSpec)\n\n  y\n", False),
        ('{"swagger": "2.0", "x": "`apiVersion: v1` <table><th>"}', False),
        ("openapi: 3.0.0\npaths: {}\n", False),
        (FRONT + "\n", False),
        (
            FRONT.replace("api_metadata", "x")
            + "| Group | Versions |\n| --- | --- |\n| `garden` | `v1` |\n",
            False,
        ),
    ],
)
def test_table_pages_are_recognized(text: str, expected: bool) -> None:
    assert is_table_page(Source(text, "x.md")) is expected


@pytest.mark.parametrize(
    "heading",
    ["## Operations {#Operations}", "## Operations", "## 操作", "## What it does {#Operations}"],
)
def test_operations_are_recognized_by_anchor_or_name(heading: str) -> None:
    tree, _ = read(
        PAGE.replace("## Operations {#Operations}", heading), "zh-cn" if "操" in heading else "en"
    )
    assert [operation.verb for operation in tree.operations] == ["create"]
    assert [page_section.name for page_section in tree.sections] == ["Plot", "PlotSpec", "Bed"]


@cache
def trees(release: Path, locale: str) -> tuple[tuple[PageTree, ...], tuple[Finding, ...]]:
    report = Report()
    root = pages_of(release, locale)
    sources = [
        load(file, str(file), file.relative_to(root).as_posix())
        for file in sorted(root.rglob("*.md"))
    ]
    return tuple(
        table_layout.read(source, SHIPPED.get(locale), report)
        for source in sources
        if is_table_page(source)
    ), report.diagnostics


@pytest.mark.slow
@for_each(TABLE_PAGES)
def test_chinese_pages_have_fields_of_english_pages(release: Path) -> None:
    read, findings = trees(release, "zh-cn")
    if not read:
        pytest.skip("no Chinese pages of this release")
    assert all(finding.span.line for finding in findings)
    english = {tree.path: tree for tree in trees(release, "en")[0]}
    for tree in read:
        names = [[row.path for row in page_section.rows] for page_section in tree.sections]
        assert names == [
            [row.path for row in page_section.rows] for page_section in english[tree.path].sections
        ]
        assert all(
            page_section.texts.own and page_section.texts.english for page_section in tree.sections
        )
