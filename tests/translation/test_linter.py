"""The linter of translated prose: faults are found and located, and correct prose has no findings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from codegen.cli import main
from codegen.core import resources
from codegen.core.diagnostics import CodegenError, Finding, Span
from codegen.core.locales import Languages
from codegen.core.usage import Usage
from codegen.readers.page_tree import FrontMatter, PageTree
from codegen.readers.sources import SourcePath
from codegen.translation.glossary import Glossary, load_glossary
from codegen.translation.lint.findings import LintFinding
from codegen.translation.lint.linter import lint, lint_segment, lint_segments
from codegen.translation.lint.punctuation import find_missing_stop
from gardens.translation import document, key, page, pages, segment
from support.rows import each_row


def find_faults(text: str, english: str = "", locale: str = "zh-cn") -> list[LintFinding]:
    names = frozenset(("f", "beds", "bedCount", "bedPath", "BedSpec", "labelField"))
    piece = segment(text, english, locale, siblings=frozenset(("f", "beds")), names=names)
    return list(lint_segment(piece, load_glossary(locale)))


def lint_rules(text: str, english: str = "", locale: str = "zh-cn") -> list[str]:
    return [finding.rule for finding in find_faults(text, english, locale)]


def test_faults_are_found_with_their_text() -> None:
    """Compare each fault with its line in `faults.txt`.

    Punctuation inside a sentence is never repaired.
    """
    rows = [
        ("花坛 的大小。", "", "blank-inside"),
        ("花坛Bed 的大小。", "", "blank-missing"),
        ("花坛的大小 。", "", "blank-at-mark"),
        ("名为 “大” 。", "", "blank-at-mark"),
        ("许多函数方法。", "Many of the factory methods.", "glossary"),
        ("一次录取评估。", "One admission evaluation.", "glossary"),
        ("最大的花\n坛。", "", "break-inside"),
        ("花坛,小路。", "", "mark-half-width"),
        ("更多信息: https://a.example/b 。", "", "mark-half-width"),
        ("花坛的大小.", "", "mark-half-width"),
        ("花坛。。", "", "mark-doubled"),
        ("花坛（小的。", "", "bracket-unbalanced"),
        ("花坛“小的。", "", "bracket-unbalanced"),
        ("**花坛的大小。", "", "emphasis-unbalanced"),
        ("花坛 `a 的大小。", "", "emphasis-unbalanced"),
        ("花坛，a bed that is full of roses。", "", "english-left"),
        ("A bed of roses.", "A bed of roses.", "translation-english"),
        ("参阅花坛。", "See https://a.example/beds#roses", "url-lost"),
        (
            "参阅 https://a.example/be\nds/roses 。",
            "See https://a.example/beds/roses.",
            "url-broken",
        ),
        ("花坛遵循 `bed.Name`。", "It follows `bed.name`.", "name-misspelt"),
        ("花坛属于 `beds`。", "It belongs to the `bed`.", "value-differs"),
        ("bedCont 是花坛的数量。", "bedCount is the number.", "name-misspelt"),
        ("可以是“圆形”。", 'May be "Round".', "value-lost"),
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
        ("可以是 `Rownd`。", "May be `Round`.", "name-misspelt"),
        ("可以是 `圆形`。", "May be `Round`.", "value-differs"),
        ("可以是 “Big” 或 “小”。", 'May be "Big" or "x.small".', "value-lost"),
        ("花坛的的大小。", "", "word-doubled"),
        ("花坛的形形状。", "", "word-doubled"),
        ("默认为 “大”，可以是 “big”。", 'Defaults to "big", may be "big".', "value-lost"),
        ("某个 ConfigMap 的名称。", "Name of the Secret.", "name-unknown"),
        ("beds 是小路。", "The ways of the plot.", "subject-differs"),
        ("参阅 https://a.example/bed#roses 。", "See https://a.example/beds#roses.", "url-differs"),
        (
            "参阅 https://kubernetes.io/docs/beds 。",
            "See https://kubernetes.io/docs/beds.",
            "address-english",
        ),
        ("参阅[花坛](/docs/beds)。", "See the beds.", "address-english"),
        ("服务帐户的名称。", "Name of the service account.", "glossary"),
        ("您的花坛。", "Your bed.", "glossary"),
        ("此令牌属于持久卷声明。", "The token of a persistent volume claim.", "glossary"),
        ("标准的列表元数据。", "Standard object's metadata.", "glossary"),
        ("参阅 https://a.example/b。", "See https://a.example/b.", "url-broken"),
        ("花坛\u200b的大小。", "", "blank-ideographic"),
        ("遵循 spec.sonfigSource。", "Follows spec.configSource.", "name-misspelt"),
        ("遵循 bed.Name。", "It follows bed.name.", "name-misspelt"),
        ("遵循 bedSpec。", "It follows the BedSpec.", "name-misspelt"),
        ("花坛属于 “bed”。", 'It belongs to "beds".', "name-misspelt"),
        ("花坛的大小。", "The size of a bed, unless bedCount is set.", "value-lost"),
        ("花坛的“路径”。", 'The "beds" of it.', "value-lost"),
        ("可以是 Round、Flat。", "One of Round, Square and Flat.", "value-lost"),
        ("可以是 `Round`、`Flat`。", "May be `Round`, `Square` or `Flat`.", "value-lost"),
        ("见 `bed/<名称>/大小`。", "See bed/<name>/size.", "value-differs"),
        ("进行鉴权。", "To do authentication.", "glossary"),
        ("进行身份认证。", "To do authorization.", "glossary"),
        ("令牌身份验证器。", "The token authenticator.", "glossary"),
        ("指标的度量标准。", "The metric.", "glossary"),
        ("生成的工场。", "A factory of it.", "glossary"),
        ("参量的值。", "Values of the parameters.", "glossary"),
        ("座位的数量。", "The number of seats.", "glossary"),
        ("由实体（例如花匠）设置。", "Set by the entity, i.e. the gardener.", "glossary"),
        ("花坛小路.", "", "mark-half-width"),
        ("此令牌需要特性门禁。", "feature gate", "glossary"),
        ("此令牌需要服务帐户号。", "service account", "glossary"),
        ("此令牌需要标签选择器符。", "label selector", "glossary"),
        ("花坛 （小的）。", "", "blank-at-mark"),
        ("花坛（小的） 很新。", "", "blank-at-mark"),
        ("花坛（ Bed）的大小。", "", "blank-at-mark"),
        ("花坛（Bed)的大小。", "", "bracket-mixed"),
        ("Garden（Bed) 的大小。", "", "bracket-mixed"),
        (
            "参阅 https://kubernetes.io/zh-cn/bed#roses 。",
            "See https://kubernetes.io/beds#roses.",
            "url-differs",
        ),
    ]
    faults = [find_faults(text, english) for text, english, _ in rows]
    assert [[fault.rule for fault in each] for each in faults] == [[rule] for _, _, rule in rows]
    # A rule of languages without such spaces.
    faults.append(find_faults("Pod の名前です。", "Name of the Pod.", "ja"))
    said = "".join(
        f"{one.at} {one.rule}: {one.message}; {one.repair} {f'({one.written!r} -> {one.correct!r})' * bool(one.written)}\n"
        for (one,) in faults
    ).replace(" \n", "\n")
    assert said == Path(__file__).with_name("faults.txt").read_text(encoding="utf-8")


@each_row(
    [
        (
            "花坛的大小，以及 Bed 的 3 种形状（圆形、方形等）。\n更多信息： https://a.example/b 。",
            "",
        ),
        ("例如 `a,b:c(d` 和 `x  y`：见下文。\n\n```yaml\nkey:值,(\n```", ""),
        ("1) 圆形\n2) 方形", ""),
        ("1） 圆形\n（2） 方形", ""),
        ("区间为 [0, N) 之间。", ""),
        ('返回 "must be a name of the bed" 错误。', ""),
        ('参阅 <a href="{{< ref "bed-v1#Bed" >}}">Bed</a>。', ""),
        (
            "使用 `<花坛 名称>` 和 beds。",
            "Use `<bed name>` and BEDS_ of it".replace("BEDS_", "`beds`"),
        ),
        ("采用驼峰命名。", "In CamelCase."),
        ("这些 NetworkPlot 和 plotPolicy。", "NetworkPlots and plotPolicies"),
        (
            "参阅 https://garden.example/zh-cn/docs/beds/#roses 。",
            "See https://garden.example/docs/beds#roses.",
        ),
        ("参阅 https://zh.garden.example/wiki/花坛。", "See https://en.garden.example/wiki/Bed."),
        ("服务账号的名称。", "Name of the service account."),
        ("启用特性门控。", "Enable the feature gate."),
        ("PlotSpec", "PlotSpec"),
        ("可以是 `Never` 或 Always。", 'One of "Never", Always.'),
        ("存在在目的的申请请求里。", ""),
        ("**花坛** 的大小。", "The size of the **bed**."),
        ("例如 containerd://1.4.2。", "For example containerd://1.4.2."),
        (
            "针对对象使用用户的参数数量，默默忽略。",
            "For objects, the users' parameters are ignored.",
        ),
        ("参阅 https://kubernetes.io/zh-cn/docs/beds 。", "See https://k8s.io/docs/beds."),
        ("使用用户的数字字符和形状状态。", ""),
        ("一种“口味”的花坛。", 'A bed of a "flavour".'),
        ("一个逻辑“花圃”。", 'A logical "bed".'),
        ("例如 rgb(1, 22, 333)。", 'For example "rgb(1,22,333)".'),
        ("值：\n\n1. 圆形\n2. 方形", "Values:\n\n1. round\n2. square"),
        ("遵循 bed.name 和 bedCount。", "Follows Bed.Name and BedCount."),
        ("一个 `bed`。", "A bed of `beds`."),
        ("标签字段的值。", "The value of labelField."),
        ("取决于 Spec。", "Depends on Round, Flat and Spec."),
        ("此申领声明其属性，即命令行参数。", "The claim declares its attributes, i.e. the flags."),
        (
            "生成配置时更新代数。",
            "observedGeneration is updated when the configuration is generated.",
        ),
        ("用于身份认证和鉴权。", "For authentication and authorization."),
        ("例如花匠，即园丁。", "For example the gardener, i.e. the one who plants."),
    ],
)
def test_correct_prose_has_no_findings(text: str, english: str) -> None:
    assert lint_rules(text, english) == []


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
        ("bedContの値です。", "The value of bedCount.", ["name-misspelt"]),
        ("花壇ををを置きます。花壇をを置きます。", "Beds. Beds.", ["word-doubled"]),
        ("The size of a bed.", "The size of a bed.", ["translation-english"]),
        ("名前、、花壇。", "Name, bed.", ["mark-doubled"]),
    ],
)
def test_second_language_has_own_rules(text: str, english: str, rules: list[str]) -> None:
    assert lint_rules(text, english, "ja") == rules


@pytest.mark.parametrize(
    ("text", "english", "rules"),
    [
        ("Der Wert ist `Rownd`.", "The value is `Round`.", ["name-misspelt"]),
        ("beds sind Wege.", "The ways of the plot.", ["subject-differs"]),
        ("The size of a bed.", "The size of a bed.", ["translation-english"]),
    ],
)
def test_latin_script_language_needs_label_file_only(
    tmp_path: Path, text: str, english: str, rules: list[str]
) -> None:
    words = (resources.templates() / "locales/en.toml").read_text(encoding="utf-8")
    (tmp_path / "de.toml").write_text(words.replace('"English"', '"Deutsch"', 1), encoding="utf-8")
    piece = segment(
        text, english, siblings=frozenset(("f", "beds")), locale=Languages(tmp_path).get("de")
    )
    assert [finding.rule for finding in lint_segment(piece, Glossary())] == rules


def test_language_without_full_stop_has_no_full_stop_findings() -> None:
    chinese = Languages().get("zh-cn")
    plain = replace(chinese, usage=replace(chinese.usage, stop=Usage().stop))
    assert list(find_missing_stop(segment("花坛的大小", "The size of a bed.", locale=plain))) == []


@pytest.mark.parametrize(("layout", "rules"), [("list", ["url-broken"]), ("table", [])])
def test_bare_addresses_in_html_are_no_links(layout: str, rules: list[str]) -> None:
    place = Span(path="plot.md", line=1)
    tree = PageTree(path="plot.md", layout=layout, locale="zh-cn", front=FrontMatter(), span=place)
    found = lint_segment(segment("见 https://a.example/b。", tree=tree), Glossary())
    assert [one.rule for one in found] == rules


def test_leading_field_name_is_optional() -> None:
    named = segment(
        "花坛的数量。",
        "bedCount is the number of beds.",
        id="K#bedCount",
        names=frozenset(("bedCount",)),
    )
    assert not list(lint_segment(named, Glossary()))


def test_type_names_keep_case() -> None:
    found = lint_segment(
        segment("userInfo 是用户。", "UserInfo is a user.", id="io.k8s.UserInfo"), Glossary()
    )
    assert [(one.rule, one.repair) for one in found] == [("subject-differs", "write UserInfo")]


@pytest.mark.parametrize(
    ("before", "now", "rules"),
    [
        ("The bed.", "The bed. It is wide.", ["translation-outdated"]),
        ("The bed. It is not wide.", "The bed. It is wide.", ["translation-outdated"]),
        ("The bed", "the `bed`.", []),
        ("The bed is a wide part.", "The bed is a broad part.", []),
        ("The bed.", "The bed. Sample: { Addresses: [1] }", []),
        ("The bed.", "Deprecated: The bed.", ["translation-outdated"]),
        ("The beta bed.", "The alpha bed.", ["translation-outdated"]),
        ("花坛 of it", "", ["comment-wrong"]),
    ],
)
def test_changed_english_is_found(before: str, now: str, rules: list[str]) -> None:
    comment = Span(path="plot.md", line=3)
    found = lint_segments([segment("花坛。", before, page=now, english_span=comment)], Glossary())
    assert [one.rule for one in found] == rules
    assert all(one.span == comment for one in found)


def test_page_uses_first_translation_of_glossary() -> None:
    texts = ("名字空间的名称。", "命名空间里的花坛。", "命名空间。", "命名空间和名字空间。")
    segments = [
        segment(text, "The namespace.", span=Span(path="a.md", line=number))
        for number, text in enumerate(texts, start=1)
    ]
    segments.append(segment("命名空间。", "The namespace.", span=Span(path="b.md", line=1)))
    findings = lint_segments(segments, load_glossary("zh-cn"))
    assert [str(one.span) for one in findings] == ["a.md:2", "a.md:3", "a.md:4"]
    assert all("write 名字空间" in one.hint and "命名空间" not in one.hint for one in findings)


def test_part_of_longer_translation_is_no_other_translation(tmp_path: Path) -> None:
    terms = tmp_path / "terms.toml"
    terms.write_text(
        '[[term]]\nenglish = "bed"\nuse = ["花坛", "大花坛"]\nconsistent = true\n', "utf-8"
    )
    segments = [
        segment("大花坛。", "The bed.", span=Span(path="a.md", line=number)) for number in (1, 2)
    ]
    glossary = load_glossary("zh-cn", terms)
    assert lint_segments(segments, glossary) == ()
    others = (*segments, segment("花坛。", "The bed.", span=Span(path="a.md", line=3)))
    assert [one.span.line for one in lint_segments(others, glossary)] == [1, 2]


def test_full_width_rules_apply_to_such_languages_only() -> None:
    assert lint_rules("Ein Beet, ein Weg (klein.", locale="en") == []


def test_finding_has_line_and_column(tmp_path: Path) -> None:
    text = page(
        "Plot",
        [("beds", "The beds.", "第一行没有问题。\n\n  <!--\n  More.\n  -->\n  第二行,有问题。")],
    )
    folder = pages(tmp_path, plot_v1=text)
    (finding,) = lint(
        [SourcePath(path=folder, display_path=str(folder))], "zh-cn", Glossary()
    ).findings
    lines = text.split("\n")
    assert lines[finding.span.line - 1][finding.span.column - 1] == ","
    assert finding.hint == "write ，"


def run(*arguments: str) -> tuple[int, list[Finding]]:
    result = CliRunner().invoke(
        main, ["translate", "lint", *arguments, "--locale", "zh-cn", "--format", "json"]
    )
    return result.exit_code, json.loads(result.stdout)["findings"] if result.stdout else []


def test_catalog_text_is_reported_once_with_english(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nLanguage: zh-cn\\n"\n'
    listed = (
        'msgid "Shape of a bed.\\n\\nPossible enum values:\\n - `\\"Round\\"` has round corners"\n'
    )
    entries = [
        f'msgctxt "{key(kind)}#size"\nmsgid "The size."\nmsgstr "花坛Bed 的大小。"\n'
        for kind in ("A", "B", "C")
    ]
    entries.append(f'msgctxt "{key("A")}#shape"\n{listed}msgstr "花坛的形状。"\n')
    (tmp_path / "zh-cn.po").write_text("\n".join([head, *entries]), encoding="utf-8")
    linted = lint(
        [SourcePath(path=tmp_path / "zh-cn.po", display_path="zh-cn.po")], "zh-cn", Glossary()
    )
    assert linted.texts == 4
    assert [(one.rule, one.hint) for one in linted.findings] == [
        ("blank-missing", "put one space between them; 2 other entries have the same text"),
        ("value-lost", "values are not translated: write Round"),
    ]


def test_pages_documents_and_catalogs_are_read(tmp_path: Path) -> None:
    folder = pages(tmp_path, plot_v1=page("Plot", [("beds", "", "参阅 `圆形`。")]))
    old = document(tmp_path / "old.json", Plot={"beds": "See `Round`."})
    assert run(str(folder)) == (0, [])
    code, findings = run(str(folder), str(old))
    assert (code, [finding["rule"] for finding in findings]) == (1, ["value-differs"])  # type: ignore[index]
    catalog = tmp_path / "zh-cn.po"
    catalog.write_text(
        f'msgctxt "{key("Plot#beds")}"\nmsgid "See bedCount."\nmsgstr "花坛,小路 bedCount。"\n',
        encoding="utf-8",
    )
    code, findings = run(str(catalog))
    assert code == 1
    assert [(f["rule"], f["line"]) for f in findings] == [("mark-half-width", 3)]  # type: ignore[index]


def test_glossary_adds_terms(tmp_path: Path) -> None:
    team = tmp_path / "team.toml"
    team.write_text(
        '[[term]]\nenglish = ["plot", "bed"]\nuse = ["花坛"]\navoid = ["床"]\n', encoding="utf-8"
    )
    folder = pages(tmp_path, plot_v1=page("Plot", [("beds", "Two beds.", "两张床。")]))
    assert run(str(folder)) == (0, [])
    code, findings = run(str(folder), "--glossary", str(team))
    assert (code, findings[0]["rule"], findings[0]["hint"]) == (1, "glossary", "write 花坛")  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no toml", r":1:4: .*not valid TOML"),
        (
            '# beds\n[[term]]\nenglish = "bed"\n',
            r":2: .*\[\[term\]\]: .*missing required field `use`",
        ),
        ('[[word]]\nuse = "a"\navoid = "b"\n[[word]]\nuse = 1\navoid = 2\n', r":4: .*at `\$.use`"),
        ('[[term]]\nenglish = ["bed", ""]\n', r":1: .*at `\$.english\[1\]`"),
        ('[[term]]\nenglish = "bed"\nuse = []\n', r":1: .*at `\$.use`"),
        ("term = 3\n", "Expected `object`"),
    ],
)
def test_invalid_glossary_is_reported(tmp_path: Path, text: str, message: str) -> None:
    team = tmp_path / "team.toml"
    team.write_text(text, encoding="utf-8")
    with pytest.raises(CodegenError, match=message) as error:
        load_glossary("zh-cn", team)
    assert [found.rule for found in error.value.diagnostics] == ["glossary-unreadable"]


@pytest.mark.parametrize("locale", ["zh-cn", "en"])
def test_run_without_texts_is_not_successful(tmp_path: Path, locale: str) -> None:
    folder = tmp_path / "api"
    folder.mkdir()
    document(folder / "new.json", Plot={"beds": "The beds."})
    result = CliRunner().invoke(main, ["translate", "lint", str(folder), "--locale", locale])
    assert (result.exit_code, "error[nothing-checked]: " in result.output) == (2, True)


def test_folder_of_catalogs_is_read(tmp_path: Path) -> None:
    po = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgctxt "K"\nmsgid "A bed, a path."\nmsgstr "花坛,小路。"\n'
    (tmp_path / "po").mkdir()
    (tmp_path / "po/README.md").write_text("# Catalogs\n", encoding="utf-8")
    (tmp_path / "po/fr.po").write_text(
        po.replace("charset=UTF-8", "charset=UTF-8\\nLanguage: fr"), encoding="utf-8"
    )
    (tmp_path / "po/zh-cn.po").write_text(po, encoding="utf-8")
    result = CliRunner().invoke(
        main, ["translate", "lint", str(tmp_path / "po"), "--locale", "zh-cn"]
    )
    assert result.exit_code == 1
    assert "zh-cn.po:6:" in result.output or "zh-cn.po:4:" in result.output
    assert "checked 1 text: " in result.output


@pytest.mark.parametrize(("text", "english"), [("花" * 20_001, ""), ("花。", "A bed. " * 3_000)])
def test_too_long_text_is_reported_and_skipped(text: str, english: str) -> None:
    assert lint_rules(text, english) == ["text-too-long"]


def test_excess_names_are_counted() -> None:
    names = [f"{one}{other}NameOfIt" for one in "abcdefgh" for other in "abcdefgh"]
    slips = [name.replace("Name", "Nmae") for name in names]
    assert lint_rules("、".join(slips[:20]), ", ".join(names[:20])) == ["name-misspelt"] * 20
    assert "text-too-long" in lint_rules("、".join(slips), ", ".join(names))


def test_every_one_of_many_addresses_is_reported() -> None:
    text = "见 https://example.io/documents/page/off/beds/a{}/ 。"
    english = "See https://example.io/documents/page/of/beds/a{}/ here. "
    rules = lint_rules(
        "".join(map(text.format, range(60))), "".join(map(english.format, range(60)))
    )
    assert rules.count("url-differs") + rules.count("url-lost") == 60
