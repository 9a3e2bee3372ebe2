"""Review of a translated page: all findings by line, and certain repairs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from click.testing import Result
from msgspec.structs import replace

from codegen.core.diagnostics import CodegenError, Correction, Finding, Level, Span
from codegen.core.locales import SHIPPED
from codegen.drift.review.corrections import apply_corrections
from codegen.drift.review.review import Review, review
from codegen.findings.localized import localize_finding
from codegen.readers.sources import SourcePath
from codegen.translation.glossary import Glossary
from codegen.translation.lint.linter import lint
from gardens.parts import openapi
from support.commands import run as command
from support.report_samples import FINDINGS_SCHEMA

HEAD = """---
api_metadata:
  apiVersion: "garden.example.io/v1"
  import: "example.io/api/garden/v1"
  kind: "Plot"
content_type: "api_reference"
description: "{description}"
title: "Plot"
weight: 1
---

`apiVersion: garden.example.io/v1`

"""
ENGLISH = (
    HEAD.format(description="A plot.")
    + """`import "example.io/api/garden/v1"`

## Plot {#Plot}

A plot.

<hr>

- **beds** (int32), required

  The number of beds.

- **owner** (string)

  Its owner.

- **shape** (<a href="{{< ref "../garden/shape-v1#Shape" >}}">Shape</a>)

  The shape of it.

## Operations {#Operations}

<hr>

### `get` read the specified Plot

#### HTTP Request

GET /apis/garden.example.io/v1/plots/{name}

#### Parameters

- **name** (*in path*): string, required

  name of the Plot

#### Response

200 (<a href="{{< ref "../garden/plot-v1#Plot" >}}">Plot</a>): OK

401: Unauthorized
"""
)
CHINESE = (
    HEAD.format(description="一块地。")
    + """`import "example.io/api/garden/v1”`

## Plot {#Plot}

<!--
A plot.
-->
一块地。

<hr>

<!--
- **beds** (int32)

  The number of beds.
-->
- **beds** (int32)，必需

  花坛的数量。

<!--
- **owner** (string)

  Its owner.
-->
- **主人** (string)

  它的owner，也就是主人。

<!--
- **shape** (<a href="{{< ref "../garden/shape-v1#Shape" >}}">Shape</a>)

  The shape of it.
-->
- **shape** (<a href="{{< ref "../garden/shape-v1" >}}">Shape</a>)

  它的形状: 圆的。

<!--
## Operations {#Operations}
-->
## 操作 {#Operations}

<hr>

### `get` 读取指定的 Plot

#### HTTP 请求

GET /apis/garden.example.io/v1/plots/{name}

#### 参数

- **name** (**参数参数**)：string，必需

  Plot 的名称

#### 响应

200 (<a href="{{< ref "../garden/plot-v1#Plot" >}}">Plot</a>): OK

401: 未授权
"""
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for tag, text in (("en", ENGLISH), ("zh-cn", CHINESE)):
        (tmp_path / tag / "garden").mkdir(parents=True)
        (tmp_path / tag / "garden/plot-v1.md").write_text(text, encoding="utf-8")
        (tmp_path / tag / "garden/shape-v1").mkdir()
        (tmp_path / tag / "garden/shape-v1/_index.md").write_text("# Shape\n", encoding="utf-8")
    return tmp_path


def chinese_page(site: Path) -> Path:
    return site / "zh-cn/garden/plot-v1.md"


def list_rules(found: Review) -> list[tuple[int, str]]:
    return [(finding.line, finding.rule) for finding in found.results.findings]


def find_line(text: str) -> int:
    return CHINESE[: CHINESE.index(text)].count("\n") + 1


def test_findings_are_sorted_by_line(site: Path) -> None:
    found = review([chinese_page(site)])
    assert list_rules(found) == [
        (find_line("`import"), "import-unclosed"),
        (find_line("- **beds** (int32)，"), "comment-wrong"),
        (find_line("- **主人**"), "name-unlike-english"),
        (find_line("它的owner"), "blank-missing"),
        (find_line('- **shape** (<a href="{{< ref "../garden/shape-v1"'), "link-anchor-lost"),
        (find_line("它的形状"), "mark-half-width"),
        (find_line("- **name** (**参数"), "place-unknown"),
        (find_line("401: 未授权"), "response-text-translated"),
    ]
    assert not found.pages  # no repairs requested
    comment = next(finding for finding in found.results.findings if finding.rule == "comment-wrong")
    assert f"correct the comment in line {find_line('- **beds** (int32)')} " in str(comment.hint)


def test_certain_repairs_are_applied_idempotently(site: Path) -> None:
    found = review([chinese_page(site)], fix=True)
    repaired = found.pages[chinese_page(site)]
    for written in (
        '`import "example.io/api/garden/v1"`',
        "- **owner** (string)",
        '- **shape** (<a href="{{< ref "../garden/shape-v1#Shape" >}}">Shape</a>)',
        "- **name** (**路径参数**)：string，必需",
        "401: Unauthorized",
        "它的 owner，也就是主人。",
        "它的形状: 圆的。",  # sentence punctuation is not repaired automatically
    ):
        assert written in repaired
    assert repaired.count("\n") == CHINESE.count("\n")
    assert found.write() == 1
    again = review([chinese_page(site)], fix=True)
    assert [rule for _, rule in list_rules(again)] == ["comment-wrong", "mark-half-width"]
    assert not again.pages
    assert (site / "en/garden/plot-v1.md").read_text(encoding="utf-8") == ENGLISH


@pytest.mark.parametrize("written", ["必需", "string-", "String"])
def test_mistyped_type_is_reported(site: Path, written: str) -> None:
    """The reader continues with the type of the comment, so the page seems to agree with the
    English page.
    """
    page = chinese_page(site)
    comment = "<!--\n- **name** (*in path*): string, required\n-->\n"
    text = CHINESE.replace(
        "- **name** (**参数参数**)：string", f"{comment}- **name** (**路径参数**)：{written}"
    )
    assert text != CHINESE
    page.write_text(text, encoding="utf-8")
    line = find_line("- **name** (**参数") + comment.count("\n")
    rules = [rule for at, rule in list_rules(review([page])) if at == line]
    assert "type-unlike-english" in rules
    assert "comment-wrong" not in rules
    review([page], fix=True).write()
    assert "- **name** (**路径参数**)：string，必需" in page.read_text(encoding="utf-8")


def test_heading_without_marks_is_repaired(site: Path) -> None:
    """It is reported once and repaired.

    Nothing below it becomes a part of the previous operation.
    """
    page, before = chinese_page(site), list_rules(review([chinese_page(site)]))
    page.write_text(CHINESE.replace("### `get` 读取", "`get` 读取"), encoding="utf-8")
    added = [each for each in list_rules(review([page])) if each not in before]
    assert added == [(find_line("### `get` 读取"), "heading-unmarked")]
    review([page], fix=True).write()
    assert "\n### `get` 读取" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(("mark", "ends"), [(b"\xef\xbb\xbf", -1), (b"", 9)])
def test_line_endings_and_byte_order_mark_are_kept(site: Path, mark: bytes, ends: int) -> None:
    """Either all lines or only the first nine end with CRLF."""
    raw = mark + CHINESE.replace("\n", "\r\n", ends).encode()
    chinese_page(site).write_bytes(raw)
    assert review([chinese_page(site)], fix=True).write() == 1
    after = chinese_page(site).read_bytes()
    assert after != raw
    assert after.startswith(mark + b"---\r\n")
    both = ([line.endswith(b"\r") for line in text.split(b"\n")] for text in (after, raw))
    assert next(both) == next(both)


def test_wrong_parameter_comment_is_reported_and_not_repaired(site: Path) -> None:
    """A repair must not write the type of the comment, since the English page has the type of the
    page.
    """
    own = "- **name** (**路径参数**)：string，必需"
    comment = '<!--\n#### Parameters\n\n- **name** (*in path*): <a href="{{< ref "#Plot" >}}">Plot</a>, required\n-->\n'
    text = CHINESE.replace("- **name** (**参数参数**)：string，必需", own).replace(
        "#### 参数\n", f"{comment}#### 参数\n"
    )
    chinese_page(site).write_text(text, encoding="utf-8")
    found = review([chinese_page(site)], fix=True)
    line = text[: text.index(own)].count("\n") + 1
    assert [rule for at, rule in list_rules(found) if at == line] == ["comment-wrong"]
    found.write()
    assert own in chinese_page(site).read_text(encoding="utf-8")


def test_folder_with_page_extension_is_folder(site: Path) -> None:
    before = list_rules(review([site / "zh-cn"]))
    (site / "zh-cn/notes.md").mkdir()
    (site / "zh-cn/garden/_plot.md").write_text(CHINESE, encoding="utf-8")
    assert list_rules(review([site / "zh-cn"])) == before != []
    assert (
        list_rules(review([site / "zh-cn/garden/_plot.md"], english=site / "en/garden/plot-v1.md"))
        == before
    )


def test_symlink_out_of_folder_is_not_written(
    site: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "plot-v1.md"
    page = chinese_page(site)
    outside.write_text(page.read_text(encoding="utf-8"), encoding="utf-8")
    page.unlink()
    page.symlink_to(outside)
    with pytest.raises(
        CodegenError, match=r"path-outside-output.*leads out of the folder of the pages"
    ):
        review([site / "zh-cn"], fix=True).write()
    assert outside.read_text(encoding="utf-8") == CHINESE
    assert review([page], fix=True).write() == 1  # a link named explicitly
    assert outside.read_text(encoding="utf-8") != CHINESE
    assert page.is_symlink()


def test_pages_in_several_folders_are_repaired(site: Path) -> None:
    other = site / "zh-cn/orchard/plot-v1.md"
    other.parent.mkdir()
    other.write_text(CHINESE, encoding="utf-8")
    assert review([chinese_page(site), other], english=site / "en/garden", fix=True).write() == 2
    assert (
        chinese_page(site).read_text(encoding="utf-8")
        == other.read_text(encoding="utf-8")
        != CHINESE
    )


def test_english_page_is_given_found_or_missing(site: Path) -> None:
    found = review([chinese_page(site)], english=site / "en")
    assert list_rules(found) == list_rules(review([chinese_page(site)]))
    (site / "en/garden/plot-v1.md").rename(site / "plot.md")
    alone = review([chinese_page(site)])
    assert "not compared with English" in alone.results.notes[0]
    assert (find_line("- **beds** (int32)，"), "required-invented") in list_rules(alone)
    named = review([chinese_page(site)], english=site / "plot.md")
    assert (find_line("- **beds** (int32)，"), "comment-wrong") in list_rules(named)
    with pytest.raises(CodegenError) as failed:
        review([chinese_page(site), chinese_page(site)], english=site / "plot.md")
    assert [one.rule for one in failed.value.diagnostics] == ["english-of-several"]


def test_release_replaces_english_page(site: Path) -> None:
    (site / "en/garden/plot-v1.md").rename(site / "plot.md")
    document = site / "new.json"
    field = {"type": "integer", "format": "int64", "description": "The number of beds."}
    key = "io.example.api.garden.v1.Plot"
    document.write_text(
        json.dumps(openapi({key: {"type": "object", "properties": {"beds": field}}})),
        encoding="utf-8",
    )
    found = review([chinese_page(site)], releases=[document])
    assert "field-format-changed" in [rule for _, rule in list_rules(found)]
    assert (found.results.notes, found.results.summary) == ((), ())
    both = review([chinese_page(site)], releases=[document, site / "plot.md"])
    assert "is closest to" in both.results.summary[0]


def test_unrelated_pages_are_reported(site: Path) -> None:
    """The English page is about another kind, so nothing of the page was compared."""
    other, names = (
        ENGLISH,
        ("Plot plots Shape beds owner shape int32", "Gate gates Lock bars key lock string"),
    )
    for old, new in zip(*map(str.split, names), strict=True):
        other = other.replace(old, new)
    (site / "bed.md").write_text(other, encoding="utf-8")
    found = review([chinese_page(site)], english=site / "bed.md")
    assert not found.results.complete
    assert "share no definition" in found.results.left_out[0]
    result = run(str(chinese_page(site)), "--english", str(site / "bed.md"))
    assert (result.exit_code, "not compared: " in result.output) == (2, True)


def test_common_parameters_page_is_compared(tmp_path: Path) -> None:
    head = (
        HEAD[: HEAD.index("`apiVersion:")]
        .format(description="")
        .replace('"Plot"', '"Common Parameters"')
    )
    head = head.replace("garden.example.io/v1", "").replace("example.io/api/garden/v1", "")
    sections = {"dryRun": "Nothing is planted.", "limit": "How many."}
    english = "".join(
        f"## {name} {{#{name}}}\n\n{text}\n\n<hr>\n\n" for name, text in sections.items()
    )
    chinese = (
        "## dryRun {#dryRun}\n\n<!--\nNothing is planted. Ever.\n-->\n不种植任何东西。\n\n<hr>\n"
    )
    for tag, text in (("en", english), ("zh-cn", chinese)):
        (tmp_path / tag / "common-parameters").mkdir(parents=True)
        (tmp_path / tag / "common-parameters/common-parameters.md").write_text(
            head + text, encoding="utf-8"
        )
    page = tmp_path / "zh-cn/common-parameters/common-parameters.md"
    result = command("review", str(page), "--english", str(tmp_path / "en"), "--format", "json")
    found = [(one["rule"], one["line"]) for one in json.loads(result.stdout)["findings"]]
    line = page.read_text(encoding="utf-8").split("\n").index("Nothing is planted. Ever.") + 1
    assert (result.exit_code, found) == (
        1,
        [("parameter-removed", 1), ("translation-outdated", line)],
    )


def test_localized_difference_keeps_its_count_and_name() -> None:
    place = Span(path="plot.md")
    lost = Finding(
        level=Level.WARN, rule="parameter-removed", message="no section", span=place, ids=("a", "b")
    )
    shown = [
        localize_finding(replace(lost, subject=each), SHIPPED.get("zh-cn")).message
        for each in ("Plot.way", "")
    ]
    assert shown == ["参数已移除：译文中缺少“Plot.way”，共 2 处", "参数已移除"]


def test_message_language_follows_environment_and_configuration(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(**environment: str) -> list[dict[str, object]]:
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.setenv(name, environment.get(name, ""))
        report = json.loads(run(str(chinese_page(site)), "--format", "json").stdout)
        jsonschema.validate(report, FINDINGS_SCHEMA)
        findings: list[dict[str, object]] = report["findings"]
        return findings

    extra = "- **tags** ([]string)\n\n  *Atomic: will be replaced during a merge*\n\n  Tags.\n\n- **way** (string)\n\n  A way.\n\n"
    original, page = site / "en/garden/plot-v1.md", chinese_page(site)
    original.write_text(ENGLISH.replace("- **shape**", f"{extra}- **shape**"), encoding="utf-8")
    own = "- **tags** ([]string)\n\n  标签。\n\n- **bonus** (integer)\n\n  奖励。\n\n<!--\n- **shape**"
    page.write_text(
        CHINESE.replace("**主人**", "**owner**").replace("<!--\n- **shape**", own), encoding="utf-8"
    )
    english, chinese = read(LANG="C.UTF-8", LC_ALL=""), read(LC_ALL="zh_CN.UTF-8", LANG="C")
    differences = [
        one["message"]
        for one in chinese
        if one["rule"] in ("field-removed", "field-added", "list-type-changed")
    ]
    assert sorted(map(str, differences)) == [
        "译文已过期：“Plot.tags (garden.v1)”（原文：“atomic”，译文：—）",
        "译文已过期：原文中没有“Plot.bonus (garden.v1)”",
        "译文已过期：译文中缺少“Plot.way (garden.v1)”",
    ]
    assert [(one["rule"], one["line"], one["fingerprint"]) for one in english] == [
        (one["rule"], one["line"], one["fingerprint"]) for one in chinese
    ]
    assert all(re.search("[\u4e00-\u9fff]", str(one["message"])) for one in chinese)
    assert "页面与英文页面一致，注释中的原文有误：“beds”；另见第 26 行" in [
        one["message"] for one in chinese
    ]
    assert all(re.search("[\u4e00-\u9fff]", str(one.get("hint", "无"))) for one in chinese)
    assert not any(
        one["message"] == other["message"] for one, other in zip(english, chinese, strict=True)
    )
    assert read(LANG="xx_YY") == english
    monkeypatch.chdir(site)  # the configuration decides if it sets a language
    for messages, wanted in (("zh-cn", chinese), ("en", english), ("[zh-cn]", chinese)):
        (site / "codegen.yaml").write_text(f"messages: {messages}\n", encoding="utf-8")
        found = read(LANG="C" if messages == "zh-cn" else "zh_CN.UTF-8")
        assert [one["message"] for one in found] == [one["message"] for one in wanted]
    (site / "codegen.yaml").write_text("messages: xx\n", encoding="utf-8")
    result = run(str(chinese_page(site)))
    assert (
        result.exit_code,
        "xx: error[locale-unknown]: 没有此标签的语言" in result.output,
    ) == (2, True)


def test_findings_name_the_page_and_not_its_english_page(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = list_rules(review([chinese_page(site)]))
    (site / "en/garden/plot-v1.md").write_text(
        ENGLISH.replace("  Its owner.\n", "  Its owner.\n\n- **way** (string)\n\n  A way.\n"),
        encoding="utf-8",
    )
    monkeypatch.chdir(site / "zh-cn/garden")
    found = review([Path("plot-v1.md")])
    assert [rule for rule in list_rules(found) if rule[1] != "field-removed"] == shown
    (lost,) = [finding for finding in found.results.findings if finding.rule == "field-removed"]
    assert lost.path == "plot-v1.md"


GATE = """- **gate** (Gate)
  Its gate.
  <a name="Gate"></a>
  *Gate leads into it.*
  - **gate.lock** (Lock)
    Its lock.
    <a name="Lock"></a>
    *Lock closes it.*
    - **gate.lock.key** (string)
      Its key.

"""
TOOL = "## Tool {#Tool}\n\nA tool.\n\n<hr>\n\n- **name** (string)\n\n  Its name.\n\n"


@pytest.mark.parametrize(("tag", "change"), [("en", "removed"), ("zh-cn", "added")])
def test_type_is_not_reported_in_addition_to_its_only_field(
    site: Path, tag: str, change: str
) -> None:
    file = site / tag / "garden/plot-v1.md"
    operations = "<!--\n## Operations" if tag == "zh-cn" else "## Operations"
    text = file.read_text(encoding="utf-8").replace(operations, f"{GATE}{TOOL}{operations}")
    file.write_text(text, encoding="utf-8")
    found = [
        one
        for one in review([chinese_page(site)]).results.findings
        if one.rule.endswith(f"-{change}")
    ]
    subjects = sorted((one.rule, one.message.partition(" ")[0]) for one in found)
    assert subjects == [(f"definition-{change}", "Tool"), (f"field-{change}", "Plot.gate")]


LIST = "- **tags** ([]string)\n\n  *Patch strategy: merge on key `{}`*\n\n  Tags.\n\n"


def test_misstated_fact_is_one_finding(site: Path) -> None:
    english, page = site / "en/garden/plot-v1.md", chinese_page(site)
    english.write_text(
        ENGLISH.replace("- **owner**", LIST.format("name") + "- **owner**"), encoding="utf-8"
    )
    lines = f"<!--\n{LIST.format('name')}-->\n{LIST.format('size').replace('Tags.', '标签。')}<!--\n- **owner**"
    page.write_text(CHINESE.replace("<!--\n- **owner**", lines), encoding="utf-8")
    line = (
        page.read_text(encoding="utf-8").split("\n").index("-->", find_line("- **主人**") - 6) + 2
    )
    assert [rule for at, rule in list_rules(review([page])) if at == line] == [
        "annotation-unlike-english"
    ]


def test_wrong_name_does_not_hide_wrong_link(site: Path) -> None:
    link = '**{}** (<a href="{{{{< ref "../garden/{}"'
    wrong = CHINESE.replace(link.format("shape", "shape-v1"), link.format("shap", "rope-v1#Rope"))
    chinese_page(site).write_text(wrong, encoding="utf-8")
    assert {"name-unlike-english", "link-changed"} <= {
        rule for _, rule in list_rules(review([chinese_page(site)]))
    }


def test_untranslated_text_is_one_finding(site: Path) -> None:
    page = chinese_page(site)
    page.write_text(CHINESE.replace("花坛的数量。", "The number of beds."), encoding="utf-8")
    line = find_line("花坛的数量。")
    assert [rule for at, rule in list_rules(review([page])) if at == line] == [
        "translation-english"
    ]


def run(*arguments: str) -> Result:
    return command("review", *arguments)


def test_command_repairs_and_reports_remaining_findings(site: Path) -> None:
    first = run(str(chinese_page(site)), "--format", "json")
    assert first.exit_code == 1
    findings = json.loads(first.stdout)["findings"]
    assert all(
        finding["rule"] and finding["level"] and finding["message"] and finding["line"]
        for finding in findings
    )
    fixed = run(str(chinese_page(site)), "--fix")
    assert fixed.exit_code == 1
    assert fixed.stdout.startswith("repaired ")
    assert "comment-wrong" in fixed.stdout
    assert run(str(chinese_page(site)), "--format", "sarif").exit_code == 1
    assert run(str(site / "en")).exit_code == 0
    missing = run(str(site / "zh-cn/no.md"))
    assert missing.exit_code == 2
    assert "no.md" in missing.output
    (site / "empty").mkdir()
    assert "error[source-empty]" in run(str(site / "empty")).output


def test_corrections_do_not_overlap() -> None:
    text = "one two two\nthree"
    wrong = [
        (Span(path="x", line=1, column=5), Correction(written="two", correct="2")),
        (Span(path="x", line=1, column=5), Correction(written="two two", correct="no")),
        (Span(path="x", line=1, column=9), Correction(written="one", correct="no")),
        (Span(path="x", line=2, column=1), Correction(written="three", correct="3")),
        (Span(path="x", line=9, column=1), Correction(written="three", correct="no")),
        (Span(path="x", line=0, column=0), Correction(written="one", correct="no")),
    ]
    assert apply_corrections(text, wrong) == ("one 2 two\n3", 2)


def test_reference_to_untranslated_page_is_reported_once(site: Path) -> None:
    for name in ("en/garden/path", "zh-cn/garden/bed", "zh-cn/orchard/tree", "en/orchard/fruit"):
        (site / f"{name}.md").parent.mkdir(exist_ok=True)
        (site / f"{name}.md").write_text("# Page\n", encoding="utf-8")
    page = chinese_page(site)
    targets = (
        "bed",
        "bed.md#size",
        "/garden/bed",
        "../orchard/tree",
        "tree",
        "../elsewhere/page",
        "orchard/tree",
    )
    dead = ("path", "../orchard/fruit", "/garden/way", "path#width")
    shortcodes = [f'[x]({{{{< ref "{target}" >}}}})' for target in (*targets, *dead)]
    text = (
        page.read_text(encoding="utf-8")
        + "\n".join(shortcodes)
        + '\n<!-- {{% relref "../orchard/gone" %}} -->\n'
    )
    page.write_text(text, encoding="utf-8")
    found = [one for one in review([page]).results.findings if one.rule == "ref-dead"]
    assert [(one.message.partition(": ")[2], one.hint.rpartition(": ")[2]) for one in found] == [
        ('{{< ref "path" >}}; 1 more on this page', "/garden/path/"),
        ('{{< ref "../orchard/fruit" >}}', "/orchard/fruit/"),
        ('{{< ref "/garden/way" >}}', "correct the path"),
        ('{{% relref "../orchard/gone" %}}', "correct the path"),
    ]
    linted = lint([SourcePath(path=site / "zh-cn", display_path="zh-cn")], "zh-cn", Glossary())
    assert [one.message for one in linted.findings if one.rule == "ref-dead"] == [
        one.message for one in found
    ]


def test_site_folders_decide_which_addresses_have_translations(site: Path) -> None:
    for name in ("en/garden/bed", "en/garden/path", "zh-cn/garden/bed"):
        (site / f"{name}.md").write_text("# Page\n", encoding="utf-8")
    page = chinese_page(site)
    addresses = {
        "https://kubernetes.io/garden/bed/#size": "https://kubernetes.io/zh-cn/garden/bed/#size",
        "https://kubernetes.io/zh-cn/garden/path": "https://kubernetes.io/garden/path",
        "https://kubernetes.io/zh-cn/garden/gone": "https://kubernetes.io/zh-cn/garden/gone",
        "[路](/garden/path)": "[路](/garden/path)",
        "[床](/garden/bed)": "[床](/zh-cn/garden/bed)",
        "https://kubernetes.io/zh-cn/elsewhere/page": "https://kubernetes.io/zh-cn/elsewhere/page",
        "https://garden.example/garden/bed": "https://garden.example/garden/bed",
    }
    text = page.read_text(encoding="utf-8").replace(
        "它的形状", "\n\n  ".join([*addresses, "它的形状"])
    )
    page.write_text(text, encoding="utf-8")
    found = [one for one in review([page]).results.findings if one.rule.startswith("address-")]
    assert [(one.rule, one.line - found[0].line) for one in found] == [
        ("address-english", 0),
        ("address-dead", 2),
        ("address-dead", 4),
        ("address-english", 8),
    ]
    review([page], fix=True).write()
    repaired = page.read_text(encoding="utf-8")
    assert [address for address in addresses.values() if address not in repaired] == []
