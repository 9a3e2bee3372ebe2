"""The linter of translated prose: each rule finds its fault at its place, and leaves good prose alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from codegen.cli import main
from codegen.core import resources
from codegen.core.locales import SHIPPED, Languages
from codegen.findings.diagnostics import CodegenError, Diagnostic, Span
from codegen.readers.sources import SourcePath
from codegen.translation.glossary import Glossary, Term, terms_of
from codegen.translation.lint import linter
from codegen.translation.lint.linter import findings_of_piece, lint
from codegen.translation.lint.text import Piece
from gardens.translation import document, key, page, pages
from growth import grows_linearly
from rows import for_rows


def found(text: str, english: str = "", locale: str = "zh-cn") -> list[str]:
    place, beside = Span(path="plot.md", line=1), frozenset(("f", "beds"))
    piece = Piece(id="K#f", text=text, english=english, span=place, locale=SHIPPED.get(locale), siblings=beside)
    return [finding.rule for finding in findings_of_piece(piece, terms_of(locale))]


@for_rows(
    [
        ("花坛 的大小。", "", "blank-inside"),
        ("花坛Bed 的大小。", "", "blank-missing"),
        ("花坛的大小 。", "", "blank-at-mark"),
        ("最大的花\n坛。", "", "break-inside"),
        ("花坛,小路。", "", "mark-half-width"),
        ("更多信息: https://a.example/b。", "", "mark-half-width"),
        ("花坛的大小.", "", "mark-half-width"),
        ("花坛。。", "", "mark-doubled"),
        ("可以是 Rose, Lily 和 Tulip。", "", "enumeration-comma"),
        ("花坛（小的。", "", "bracket-unbalanced"),
        ("花坛“小的。", "", "bracket-unbalanced"),
        ("**花坛的大小。", "", "emphasis-unbalanced"),
        ("花坛 `a 的大小。", "", "emphasis-unbalanced"),
        ("花坛，a bed that is full of roses。", "", "english-left"),
        ("A bed of roses.", "A bed of roses.", "not-translated"),
        ("值为 In 或 Not。", "The value is In or NotIn.", "name-lost"),
        ("花坛的数量。", "The value of bedCount.", "name-lost"),
        ("花坛的数量。", "Set `beds` to it.", "name-lost"),
        ("取决于 garden.spec。", "See garden.spec.wayWidth.", "name-lost"),
        ("参阅花坛。", "See https://a.example/beds#roses", "url-lost"),
        ("参阅 https://a.example/be\nds/roses。", "See https://a.example/beds/roses.", "url-broken"),
        ("bedCont 是花坛的数量。", "bedCount is the number.", "name-misspelt"),
        ("Garden Plot 的大小。", "The size of a GardenPlot.", "name-split"),
        ("最多 63 个花坛。", "At most 64 beds.", "number-differs"),
        ("可以是“圆形”。", 'May be "Round".', "value-lost"),
        ("花坛必须重叠。", "Beds must not overlap.", "negation-lost"),
        ("花坛的最大宽度。", "The minimum width of a bed.", "bound-swapped"),
        ("花坛的至少宽度。", "The largest width of a bed.", "bound-swapped"),
        ("花坛的\u3000大小。", "", "blank-ideographic"),
        ("请请参阅花坛。", "", "word-doubled"),
        ("可以是 `[“Round”]`。", 'May be ["Round"].', "mark-in-code"),
        ("花坛（小的)。", "", "bracket-mixed"),
        ("花坛的大小。可以为空", "The size. May be empty.", "stop-missing"),
        ("花坛的大小", "The size of a bed.", "stop-missing"),
        ("见`beds`。", "See `beds`.", "blank-missing"),
        ("花坛名,Bed 的大小。", "", "mark-half-width"),
        ("字字段的值。", "", "word-doubled"),
        ("花坛花坛的值。", "", "word-doubled"),
        ("第 3 个花坛。", "The second bed.", "number-differs"),
        ("退出状态 1 表示枯萎的花坛。", "An exit status of 0 says that the bed is withered.", "number-differs"),
        ("第 1 个花坛。最多 1 个。", "The 0th bed. At most 1.", "number-differs"),
        ("可以是 `Rownd`。", "May be `Round`.", "value-differs"),
        ("可以是 `圆形`。", "May be `Round`.", "value-differs"),
        ("可以是 “big” 或 “小”。", 'May be "big" or "small".', "value-lost"),
        ("若为 false，则浇水。", "If true, it is watered.", "value-swapped"),
        ("花坛不能重叠。", "Beds may overlap.", "negation-added"),
        ("可以是 `Rose`，`Lily` 或 `Tulip`。", "One of `Rose`, `Lily`, or `Tulip`.", "enumeration-comma"),
        ("移动（更新，删除等）之前。", "Before it is moved (update, delete, etc.).", "enumeration-comma"),
        ("由颜色、形状，大小和位置组成。", "It has a colour, a shape, a size, and a place.", "enumeration-comma"),
        ("此花坛使用的，花圃中定义的名称。", "The names of the garden that this bed uses.", "enumeration-comma"),
        ("花坛（圆形，方形等）。", "The bed (round, square, etc. as the other bed(s)).", "enumeration-comma"),
        ("花坛 `Rose`，`Lily` 的大小。", "The size of `Rose` and `Lily`.", "enumeration-comma"),
        (
            "花坛数组，name 和 size 字段以及花园。",
            "The beds array, the name and size fields, and the garden.",
            "enumeration-comma",
        ),
        (
            "花坛最近一次变化的唯一，一个单词、简短原因。",
            "Unique, one-word, short reason for the last change of the bed.",
            "enumeration-comma",
        ),
        (
            "浇水，移动和删除之前。",
            "Before the bed is watered, it is moved to another garden, or it is deleted.",
            "enumeration-comma",
        ),
        ("必需，许可或禁止的花坛。", "Required, permitted, or forbidden beds.", "enumeration-comma"),
        ("有关花坛变化的，人类可读的消息。", "Human-readable message about changes of the bed.", "enumeration-comma"),
        (
            "此园丁使用的，在花圃中定义的花坛的名称。",
            "Names of beds, defined in gardens, that are used.",
            "enumeration-comma",
        ),
        ("例如圆形、方形，长条形。", "Ex. round, square, long.", "enumeration-comma"),
        ("花坛（颜色，Bed\n大小等）。", "The bed (colour, bed size, etc.).", "enumeration-comma"),
        (
            "由颜色、形状，花坛大小、位置组成。",
            "It has a colour and a shape, and the size and place of the bed.",
            "enumeration-comma",
        ),
        ("名字空间中的花坛能移动。", "Beds of a namespace cannot be moved.", "negation-lost"),
        ("表示园丁能浇水。", "It says that the gardener failed to water it.", "negation-lost"),
        ("若再有水，则移动。", "It is moved if it ceases to have water.", "negation-lost"),
        ("如果为空或存在，则浇水。", "Watered if empty or not present.", "negation-lost"),
        ("浇水之前会移动其他花坛。", "No other bed is moved until it is watered.", "negation-lost"),
        ("使用花坛，而是小路。", "The bed is used, rather than the way.", "negation-lost"),
        ("直到浇水，花坛不能移动。", "Until it is watered, the bed can be moved.", "negation-added"),
        ("`None` 表示花坛不会被浇水。", "None says that the bed may be watered.", "negation-added"),
        ("花坛必须唯一，不应该重命名。", "The unique bed should be renamed.", "negation-added"),
        ("只有在春天才不能浇水。", "Beds can be watered only in spring.", "negation-added"),
        ("花坛不禁止移动。", "Moving beds is not allowed.", "opposite-written"),
        ("浇水之后删除花坛。", "The bed is created after watering.", "opposite-written"),
        ("先启用再启用。", "It is enabled, then disabled.", "opposite-written"),
        ("若形状设置，花坛不移动。", "If no shape is set, the bed does not move.", "negation-lost"),
        ("只有空的花坛被移动。", "Only an empty bed is not moved.", "negation-lost"),
        ("花坛的的大小。", "", "word-doubled"),
        ("花坛的形形状。", "", "word-doubled"),
        ("默认为 “大”，可以是 “big”。", 'Defaults to "big", may be "big".', "value-lost"),
        ("处于“大”状态。", 'In the "big" status.', "value-lost"),
        ("第一句。花坛必须重叠。", "One bed. Beds must not overlap.", "negation-lost"),
        ("花坛重叠，也移动。", "Beds don't overlap and can't move.", "negation-lost"),
        ("机器人被禁用。", "The robot is enabled.", "opposite-written"),
        ("至少两个且至少四个。", "At least two and at most four.", "bound-swapped"),
        ("某个 ConfigMap 的名称。", "Name of the Secret.", "name-unknown"),
        ("beds 是小路。", "The ways of the plot.", "subject-differs"),
        ("参阅 https://a.example/bed#roses。", "See https://a.example/beds#roses.", "url-differs"),
        ("参阅 https://kubernetes.io/docs/beds。", "See https://kubernetes.io/docs/beds.", "address-english"),
        ("参阅[花坛](/docs/beds)。", "See the beds.", "address-english"),
        ("服务帐户的名称。", "Name of the service account.", "glossary"),
        ("您的花坛。", "Your bed.", "glossary"),
    ],
)
def test_a_fault_is_found(text: str, english: str, rule: str) -> None:
    assert found(text, english) == [rule]


@for_rows(
    [
        ("花坛的大小，以及 Bed 的 3 种形状（圆形、方形等）。\n更多信息： https://a.example/b。", ""),
        ("例如 `a,b:c(d` 和 `x  y`：见下文。\n\n```yaml\nkey:值,(\n```", ""),
        ("1) 圆形\n2) 方形", ""),
        ("区间为 [0, N) 之间。", ""),
        ('返回 "must be a name of the bed" 错误。', ""),
        ('参阅 <a href="{{< ref "bed-v1#Bed" >}}">Bed</a>。', ""),
        ("使用 `<花坛 名称>` 和 beds。", "Use `<bed name>` and BEDS_ of it".replace("BEDS_", "`beds`")),
        ("采用驼峰命名。", "In CamelCase."),
        ("这些 NetworkPlot 和 plotPolicy。", "NetworkPlots and plotPolicies"),
        ("参阅 https://garden.example/zh-cn/docs/beds/#roses。", "See https://garden.example/docs/beds#roses."),
        ("参阅 https://zh.garden.example/wiki/花坛。", "See https://en.garden.example/wiki/Bed."),
        ("服务账号的名称。", "Name of the service account."),
        ("启用特性门控。", "Enable the feature gate."),
        ("PlotSpec", "PlotSpec"),
        ("是花坛的数量。", "bedCount is the number of beds."),
        ("与标签选择算符匹配的花坛。", "beds that match the labelSelector."),
        ("若未设置，则使用 `Round`。", "When not set, PlotShapeRound is used."),
        ("直到浇水时才设置。", "It is not set until it is watered."),
        ("可以是 `Never` 或 Always。", 'One of "Never", Always.'),
        ("端口 80,443，见 `10.0.0.0/8`。", "Ports 80443, see 10.0.0.0/8."),
        ("存在在目的的申请请求里。", ""),
        ("两个花坛（1 到 3 米）。", "Two beds (1 to 3 metres)."),
        ("**花坛** 的大小。", "The size of the **bed**."),
        ("针对对象使用用户的参数数量，默默忽略。", "For objects, the users' parameters are ignored."),
        ("参阅 https://kubernetes.io/zh-cn/docs/beds。", "See https://k8s.io/docs/beds."),
        ("若形状为空，则可以是任何大小的。", "If the shape is empty, the size is not restricted."),
        ("形状未知时为 Unknown 或 None。", "Unknown or None, if the shape is unknown."),
        ("浇水次数不超过 3 次。", "Watered no more than 3 times."),
        ("直到浇水才设置。", "Not set until it is watered."),
        ("使用用户的数字字符和形状状态。", ""),
        ("花坛的状态，True、False 之一。", "Status of the bed, one of True, False."),
        ("如果更新，则删除和创建花坛。", "If updated, beds are deleted, created, and moved."),
        ("花坛是可选的，默认是圆形的。", "The bed is optional, and round by default."),
        (
            "花坛不被允许移动，否则拒绝它。",
            "Moving beds is forbidden, otherwise they are rejected.",
        ),
        ("花坛都是按行添加的，以找到最好的花坛。", "Beds, ways, and trees are added by row to find the best bed."),
        ("该值是不透明的，可用于请求下一列的花坛。", "The value is opaque, and it may be used to ask for more beds."),
        ("只有在春天才能浇水，不会通知园丁。", "Watered only in spring, silently."),
        ("无花坛与所有花坛不同。", "Moving beds is forbidden, unlike no bed."),
        ("是否允许移动花坛。", "Whether moving beds is allowed or not."),
        ("一种“口味”的花坛。", 'A bed of a "flavour".'),
        ("仅当没有花坛时才设置。至少一个。", "Only set if there is no bed. At least one."),
        ("不超过 3 个。", "At most three."),
        ("一个逻辑“花圃”。", 'A logical "bed".'),
        ("例如 rgb(1, 22, 333)。", 'For example "rgb(1,22,333)".'),
        ("第 1 个花坛和第二个。", "The first bed and bed 2."),
        ("位于不同位置的花坛。", "Beds that are not co-located."),
        ("该值对园丁是不透明的，应该原样传回。", "The value is opaque to gardeners and is passed back unmodified."),
        ("园丁浇水失败。", "The gardener failed to water it."),
        ("浇水后才会移动其他花坛。", "No other bed is moved until it is watered."),
        ("名字空间中的花坛不能移动。", "Beds of a namespace cannot be moved."),
        ("无论是否允许。", "Whether it is allowed or not."),
        ("值：\n\n1. 圆形\n2. 方形", "Values:\n\n1. round\n2. square"),
    ],
)
def test_good_prose_is_left_alone(text: str, english: str) -> None:
    assert found(text, english) == []


@pytest.mark.parametrize(
    ("text", "english", "rules"),
    [
        ("花壇のサイズを指定します。", "Sets the size of a bed.", []),
        ("Podとノードの名前です(省略可)。", "Name of the Pod and the node (optional).", []),
        ("`beds`を使用しますか？例: `x`。", "Use `beds`? For example: `x`.", []),
        ("Pod の名前です。", "Name of the Pod.", ["blank-unwanted"]),
        ("値は `beds`です。", "The value is `beds`.", ["blank-unwanted"]),
        ("ユーザーとユーザの名前です。", "Names of users.", ["glossary"]),
        ("花壇の名前である。", "Name of the bed.", ["glossary"]),
        ("名前（省略可）です。", "Name (optional).", ["glossary", "glossary"]),
        ("花壇の名前です", "Name of the bed.", ["stop-missing"]),
        ("花 壇の名前です。", "Name of the bed.", ["blank-inside"]),
        ("花壇の\u3000名前です。", "Name of the bed.", ["blank-ideographic"]),
        ("花壇は重なります。", "Beds must not overlap.", ["negation-lost"]),
        ("花壇は重ねることができません。", "Beds may overlap.", ["negation-added"]),
        ("花壇の最大の幅です。", "The minimum width.", ["bound-swapped"]),
        ("ロボットは無効です。", "The robot is enabled.", ["opposite-written"]),
        ("花壇は63個です。", "There are 64 beds.", ["number-differs"]),
        ("bedContの値です。", "The value of bedCount.", ["name-misspelt"]),
        ("花壇ををを置きます。花壇をを置きます。", "Beds. Beds.", ["word-doubled"]),
        ("The size of a bed.", "The size of a bed.", ["not-translated"]),
        ("名前、、花壇。", "Name, bed.", ["mark-doubled"]),
        (
            "Pod, Service, Nodeまたは花壇です。",
            "A Pod, Service, Node or bed.",
            ["enumeration-comma", "enumeration-comma"],
        ),
    ],
)
def test_a_second_language_has_its_own_facts(text: str, english: str, rules: list[str]) -> None:
    assert found(text, english, "ja") == rules


@pytest.mark.parametrize(
    ("text", "english", "repair"),
    [
        ("花坛（Bed)的大小。", "", "write ）"),
        ("Garden（Bed) 的大小。", "", "write ("),
        (
            "参阅 https://kubernetes.io/zh-cn/bed#roses。",
            "See https://kubernetes.io/beds#roses.",
            "write https://kubernetes.io/zh-cn/beds#roses",
        ),
        (
            "参阅 https://kubernetes.io/docs/beds。",
            "See https://kubernetes.io/docs/beds.",
            "write https://kubernetes.io/zh-cn/docs/beds, if there is that page",
        ),
        ("参阅[花坛](/docs/beds)。", "See the beds.", "write /zh-cn/docs/beds, if there is that page"),
    ],
)
def test_a_repair_is_what_belongs_there(text: str, english: str, repair: str) -> None:
    piece = Piece(id="K", text=text, english=english, span=Span(path="plot.md", line=1), locale=SHIPPED.get("zh-cn"))
    assert [finding.repair for finding in findings_of_piece(piece, terms_of("zh-cn"))] == [repair]


GERMAN = """
[usage]
negations = ["nicht", "kein", "nie", "ohne"]
denials = ["darf nicht", "dürfen nicht"]
[usage.numbers]
2 = ["zwei", "beide"]
[[usage.bounds]]
english = [["minimum", "at least"], ["maximum", "at most"]]
own = [["mindestens", "Mindestgröße"], ["höchstens", "Höchstgröße"]]
"""


@pytest.mark.parametrize(
    ("text", "english", "rules"),
    [
        ("Beete dürfen sich nicht überschneiden.", "Beds must not overlap.", []),
        ("Höchstens zwei Beete. Mindestens 1.", "At most 2 beds. At least one.", []),
        ("Beete dürfen sich überschneiden.", "Beds must not overlap.", ["negation-lost"]),
        ("Niedere Beete überschneiden sich.", "Low beds do not overlap.", ["negation-lost"]),
        ("Die Beete. Sie dürfen nicht leer sein.", "The beds. They may be watered.", ["negation-added"]),
        ("Die Mindestgröße.", "The maximum size.", ["bound-swapped"]),
        ("Es sind 63 Beete.", "There are 64 beds.", ["number-differs"]),
        ("Der Wert ist `Rownd`.", "The value is `Round`.", ["value-differs"]),
        ("beds sind Wege.", "The ways of the plot.", ["subject-differs"]),
        ("The size of a bed.", "The size of a bed.", ["not-translated"]),
        ("Ist er false, wird gegossen.", "If true, it is watered.", ["value-swapped"]),
    ],
)
def test_a_language_of_latin_letters_needs_its_label_file_alone(
    tmp_path: Path, text: str, english: str, rules: list[str]
) -> None:
    words = (resources.templates() / "locales/en.toml").read_text(encoding="utf-8")
    (tmp_path / "de.toml").write_text(words.replace('"English"', '"Deutsch"', 1) + GERMAN, encoding="utf-8")
    place, language = Span(path="plot.md", line=1), Languages(tmp_path).get("de")
    piece = Piece(id="K#f", text=text, english=english, span=place, locale=language, siblings=frozenset(("f", "beds")))
    assert [finding.rule for finding in findings_of_piece(piece, Glossary())] == rules


def test_rules_for_full_width_punctuation_hold_for_such_languages_only() -> None:
    assert found("Ein Beet, ein Weg (klein.", locale="en") == []


def test_the_place_is_the_line_of_the_fault(tmp_path: Path) -> None:
    text = page("Plot", [("beds", "The beds.", "第一行没有问题。\n\n  <!--\n  More.\n  -->\n  第二行,有问题。")])
    folder = pages(tmp_path, plot_v1=text)
    (finding,) = lint([SourcePath(path=folder, shown=str(folder))], "zh-cn", Glossary()).findings
    lines = text.split("\n")
    assert lines[finding.span.line - 1][finding.span.column - 1] == ","
    assert finding.hint == "write ，"


def run(*arguments: str) -> tuple[int, list[Diagnostic]]:
    result = CliRunner().invoke(main, ["translate", "lint", *arguments, "--locale", "zh-cn", "--format", "json"])
    return result.exit_code, json.loads(result.stdout)["findings"] if result.stdout else []


def test_a_text_of_a_catalogue_is_told_once_and_with_the_english_that_it_is_of(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nLanguage: zh-cn\\n"\n'
    listed = 'msgid "Shape of a bed.\\n\\nPossible enum values:\\n - `\\"Round\\"` must not have corners"\n'
    entries = [
        f'msgctxt "{key(kind)}#size"\nmsgid "The size."\nmsgstr "花坛Bed 的大小。"\n' for kind in ("A", "B", "C")
    ]
    entries.append(f'msgctxt "{key("A")}#shape"\n{listed}msgstr "花坛的形状。"\n')
    (tmp_path / "zh-cn.po").write_text("\n".join([head, *entries]), encoding="utf-8")
    linted = lint([SourcePath(path=tmp_path / "zh-cn.po", shown="zh-cn.po")], "zh-cn", Glossary())
    assert linted.texts == 4
    assert [(one.rule, one.hint) for one in linted.findings] == [
        ("blank-missing", "put one space between them; 2 other entries have the same text")
    ]


def test_sentences_that_are_not_beside_each_other_are_not_compared() -> None:
    english = "The exponent is adjusted such that neither precision nor digits of `Mantissa` are lost at all. A bed may be red. See Plot and Way."
    assert found("序列化之前按规范。参见 Plot 和 Way。花坛可以是红色的，不丢失 `Mantissa` 的精度。", english) == []


def test_pages_documents_and_catalogues_are_read(tmp_path: Path) -> None:
    folder = pages(tmp_path, plot_v1=page("Plot", [("beds", "", "花坛的数量。")]))
    old = document(tmp_path / "old.json", Plot={"beds": "See bedCount."})
    assert run(str(folder)) == (0, [])
    code, findings = run(str(folder), str(old))
    assert (code, [finding["rule"] for finding in findings]) == (1, ["name-lost"])  # type: ignore[index]
    catalog = tmp_path / "zh-cn.po"
    catalog.write_text(
        f'msgctxt "{key("Plot#beds")}"\nmsgid "See bedCount."\nmsgstr "花坛,小路 bedCount。"\n', encoding="utf-8"
    )
    code, findings = run(str(catalog))
    assert (code, [(finding["rule"], finding["line"]) for finding in findings]) == (1, [("mark-half-width", 3)])  # type: ignore[index]


def test_a_team_adds_terms(tmp_path: Path) -> None:
    team = tmp_path / "team.toml"
    team.write_text('[[term]]\nenglish = "bed"\nuse = ["花坛"]\navoid = ["床"]\n', encoding="utf-8")
    folder = pages(tmp_path, plot_v1=page("Plot", [("beds", "Two beds.", "两张床。")]))
    assert run(str(folder)) == (0, [])
    code, findings = run(str(folder), "--glossary", str(team))
    assert (code, findings[0]["rule"], findings[0]["hint"]) == (1, "glossary", "write 花坛")  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no toml", r":1:4: .*not valid TOML"),
        ('# beds\n[[term]]\nenglish = "bed"\n', r":2: .*\[\[term\]\] lacks 'use'"),
        ('[[word]]\nuse = "a"\navoid = "b"\n[[word]]\nuse = 1\navoid = 2\n', r":4: .*use is neither a text nor a list"),
        ('[[term]]\nenglish = ["", "bed"]\n', ":1: .*english is neither"),
        ('[[term]]\nenglish = ["bed", "plot"]\nuse = "a"\n', ":1: .*english is more than one text"),
        ("term = 3\n", "this is not a table"),
    ],
)  # fmt: skip
def test_a_broken_glossary_is_said(tmp_path: Path, text: str, message: str) -> None:
    team = tmp_path / "team.toml"
    team.write_text(text, encoding="utf-8")
    with pytest.raises(CodegenError, match=message) as error:
        terms_of("zh-cn", team)
    assert [found.rule for found in error.value.diagnostics] == ["glossary-unreadable"]


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts of any length are looked at."""
    monkeypatch.setattr(linter, "LINTED_TEXT", 10**9)


@pytest.mark.timing
@pytest.mark.usefixtures("endless")
@pytest.mark.parametrize(
    "part",
    [
        "`",
        "``a`",
        "1,",
        "1. ",
        "\n\n",
        "A. ",
        "花花",
        "花坛",
        "不",
        '"a" ',
        "aA ",
        "/docs/a#",
        "(",
        "“",
        "‘a",
        "花, ",
        "A, ",
        "[a, ",
        "<a ",
        "{{<",
        '"花',
        "http",
        "a-b.",
        "**",
        "花\n",
        "花。",
    ],
)
def test_twice_the_text_takes_twice_the_time(part: str) -> None:
    def lint(length: int) -> None:
        text = (part * length)[:length]
        found(f"花{text}", text)

    assert grows_linearly(lint)


@pytest.mark.timing
@pytest.mark.usefixtures("endless")
@pytest.mark.parametrize(
    ("start", "part", "end"), [("花", "aA", "/x"), ("", "a", "/x"), ("花[", ",", ""), ("花", "A", "")]
)
def test_nor_does_one_long_word_take_more(start: str, part: str, end: str) -> None:
    def lint(length: int) -> None:
        text = f"{start}{part * length}{end} 花"
        found(text, text)

    assert grows_linearly(lint)


@pytest.mark.parametrize("locale", ["zh-cn", "en"])
def test_where_nothing_was_looked_at_nothing_is_called_clean(tmp_path: Path, locale: str) -> None:
    folder = tmp_path / "api"
    folder.mkdir()
    document(folder / "new.json", Plot={"beds": "The beds."})
    result = CliRunner().invoke(main, ["translate", "lint", str(folder), "--locale", locale])
    assert (result.exit_code, "error[nothing-to-check]: " in result.output) == (2, True)


def test_a_folder_of_catalogs_is_read_too(tmp_path: Path) -> None:
    po = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgctxt "K"\nmsgid "A bed, a path."\nmsgstr "花坛,小路。"\n'
    (tmp_path / "po").mkdir()
    (tmp_path / "po/README.md").write_text("# Catalogs\n", encoding="utf-8")
    (tmp_path / "po/fr.po").write_text(po.replace("charset=UTF-8", "charset=UTF-8\\nLanguage: fr"), encoding="utf-8")
    (tmp_path / "po/zh-cn.po").write_text(po, encoding="utf-8")
    result = CliRunner().invoke(main, ["translate", "lint", str(tmp_path / "po"), "--locale", "zh-cn"])
    assert result.exit_code == 1
    assert "zh-cn.po:6:" in result.output or "zh-cn.po:4:" in result.output
    assert "looked at 1 texts: " in result.output


@pytest.mark.timing
@pytest.mark.usefixtures("endless")
@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("这里是 bedName{} 的值。", "here is bedName{} value. "),
        ("最多 {}1 个。", "At most {}2 beds. "),
        ("这里有花坛。", "The bedName{} is here. "),
        ("这里是 bedNmae{}x。", "The bedName{}x is here. "),
        ("这里是 bed Name{} Of。", "The bedName{}Of is here. "),
        ("在这里使用 `代码 {}`。", "Use `code{}` here. "),
        ("这里是“Bedidng{}”。", 'It is "Bedding{}" here. '),
    ],
)
def test_nor_do_many_names_and_numbers(text: str, english: str) -> None:
    def lint(count: int) -> None:
        found("".join(map(text.format, range(count))), "".join(map(english.format, range(count))))

    assert grows_linearly(lint, size=10)


@pytest.mark.timing
def test_nor_do_many_terms() -> None:
    def lint(count: int) -> None:
        terms = Glossary(
            Term(
                name=f"bed{number}",
                use=("花坛",),
                avoid=(f"苗床{number}在",),
                english=re.compile(rf"(?<![\w.-])bed{number}(?:e?s)?(?![\w-])", re.IGNORECASE),
            )
            for number in range(count)
        )
        for number in range(count):
            piece = Piece(
                id=f"K#f{number}",
                text=f"苗床{number}在。",
                english=f"A bed{number}.",
                span=Span(path="plot.md"),
                locale=SHIPPED.get("zh-cn"),
            )
            assert "glossary" in [each.rule for each in findings_of_piece(piece, terms)]

    assert grows_linearly(lint, size=20)


@pytest.mark.parametrize(("text", "english"), [("花" * 20_001, ""), ("花。", "A bed. " * 3_000)])
def test_a_text_that_is_too_long_is_told_and_not_looked_at(text: str, english: str) -> None:
    assert found(text, english) == ["text-too-long"]


def test_of_many_slips_each_is_still_told() -> None:
    names = [f"bed{number}NameOfIt" for number in range(120)]
    slips = [f"bed{number}NmaeOfIt" for number in range(120)]
    rules = found("、".join(slips), ", ".join(names))
    assert rules.count("name-misspelt") + rules.count("name-lost") == 120
    assert "name-misspelt" in rules


def test_of_many_addresses_each_is_still_told() -> None:
    text = "见 https://example.io/documents/page/off/beds/a{}/ 。"
    english = "See https://example.io/documents/page/of/beds/a{}/ here. "
    rules = found("".join(map(text.format, range(60))), "".join(map(english.format, range(60))))
    assert rules.count("url-differs") + rules.count("url-lost") == 60
