"""The list layout of the docs target: exact English pages, natural Chinese pages, hostile texts and
links.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from codegen.core.diagnostics import CodegenError, Report
from codegen.core.generated_files import GeneratedFile
from codegen.model import (
    Array,
    Definition,
    Field,
    GroupVersionKind,
    Page,
    PageSection,
    Prose,
    Ref,
    Reference,
    Scalar,
    Type,
)
from codegen.outputs.docs import layouts
from codegen.outputs.docs.bullets.bullet_texts import emphasize, type_text
from codegen.outputs.docs.shared.links import anchor
from codegen.outputs.docs.shared.pages import page_path, pages
from codegen.outputs.docs.shared.typography import first_sentence, full_width, restore_line_breaks
from codegen.outputs.docs.shared.upstream import common_place
from codegen.outputs.job import Job
from codegen.readers.built_in.structure import built_ins
from codegen.readers.shared.descriptions import split_inlined, strip_emphasis
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation import catalog, po
from gardens.parts import META, PACKAGE, SPAN, STRING, definition, field, with_chinese
from support.budget import example_settings
from support.corpus import GARDEN_PAGES, LIST_PAGES, ROOT, SEED, oldest, pages_of
from support.files import place
from support.flattening import flatten
from support.rows import each_row


def read(path: Path, locale: str) -> Reference:
    return read_sources([SourcePath(path=path, display_path=path.name, locale=locale)], Report())


def emitted(reference: Reference, *locales: str, **options: str) -> dict[tuple[str, str], str]:
    """Return the text of each file by locale and path."""
    job = Job(
        reference=reference,
        locales=locales,
        options=options,
        origin="garden.md",
        page_subject=built_ins().page_subject,
    )
    files: list[GeneratedFile] = list(layouts.emit(job))
    return {(file.locale, file.path): file.text for file in files}


def plot(
    fields: Mapping[str, Type],
    texts: Mapping[str, str],
    *,
    more: tuple[Definition, ...] = (),
    locale: str = "en",
) -> Reference:
    """Return a reference with one page about Plot and `texts` by prose id without package."""
    kind = GroupVersionKind(group="garden.example.io", version="v1", kind="Plot")
    subject = definition(
        f"{PACKAGE}.Plot", *(field(name, type_) for name, type_ in fields.items()), gvks=(kind,)
    )
    page = Page(
        path="plot.md",
        layout="list",
        locale=locale,
        kind="Plot",
        api_version="garden.example.io/v1",
        import_path="example.io/api/garden/v1",
        title="Plot",
        description=texts.get("Plot", ""),
        weight=1,
        sections=(PageSection(key=subject.key, anchor="Plot"),),
        span=SPAN,
    )
    prose = {f"{PACKAGE}.{name}": Prose(text=text, span=SPAN) for name, text in texts.items()}
    return Reference(
        definitions=MappingProxyType(
            {definition.key: definition for definition in (subject, *more)}
        ),
        pages=(page,),
        prose=MappingProxyType({locale: MappingProxyType(prose)}),
    )


def translated(reference: Reference, texts: Mapping[str, str]) -> Reference:
    return with_chinese(reference, {f"{PACKAGE}.{name}": text for name, text in texts.items()})


def test_flattened_chinese_page_equals_seed() -> None:
    own = po.load_catalog(ROOT / "schemas/translations/zh-cn.po", "zh-cn")
    reference = catalog.complete(read(SEED, "zh-cn"), [own], ("en", "zh-cn"))
    assert not reference.diagnostics
    pages = emitted(reference, "en", "zh-cn", site="kubernetes.io")
    assert flatten(pages["zh-cn", "token-request-v1.md"]) == SEED.read_text(encoding="utf-8")


def test_generated_pages_are_reproduced_exactly() -> None:
    files = emitted(read(GARDEN_PAGES, "en"), "en", site="kubernetes.io")
    published = {
        ("en", file.relative_to(GARDEN_PAGES).as_posix()): file.read_text(encoding="utf-8")
        for file in GARDEN_PAGES.rglob("*.md")
    }
    assert len(published) == 3
    assert files == published


@pytest.mark.slow  # all English pages of a release
def test_official_english_pages_are_reproduced_exactly() -> None:
    folder = pages_of(oldest(LIST_PAGES), "en")
    files = emitted(read(folder, "en"), "en")
    published = {
        file.relative_to(folder).as_posix(): file
        for file in folder.rglob("*.md")
        if file.name != "_index.md"
    }
    unlike = [
        name
        for name, file in published.items()
        if files.get(("en", name)) != file.read_text(encoding="utf-8")
    ]
    assert published
    assert not unlike


@pytest.mark.slow  # all Chinese pages of a release, twice
def test_official_chinese_pages_keep_texts_and_fields(tmp_path: Path) -> None:
    before = read(pages_of(oldest(LIST_PAGES), "zh-cn"), "zh-cn")
    place({name: text for (_, name), text in emitted(before, "zh-cn").items()}, tmp_path)
    after = read(tmp_path, "zh-cn")
    for locale in ("en", "zh-cn"):
        lost = [
            prose_id for prose_id in before.prose[locale] if prose_id not in after.prose[locale]
        ]
        assert not lost
    unlike = [
        key
        for key, definition in before.definitions.items()
        if definition.documented and facts(definition) != facts(after.definitions[key])
    ]
    assert len(before.definitions) > 400
    assert not unlike


def facts(definition: Definition) -> list[Field]:
    """Return the fields without presentation such as type links, two of which differ on official
    pages.
    """
    return [replace(field, span=SPAN, category="", link="") for field in definition.fields]


@pytest.fixture(scope="module")
def garden_chinese() -> str:
    reference = translated(
        read(GARDEN_PAGES, "en"),
        {
            "Plot": "Plot 是一块土地,上面长着东西。它的床少于 <limit> 张。",
            "PlotSpec#beds": "这块地的床。 没有床的地是草地(meadow)。更多信息: https://garden.example.io/a,b",
            "Bed": "Bed 是一条土地。",
        },
    )
    return emitted(reference, "zh-cn")["zh-cn", "garden-resources/plot-v1.md"]


def test_labels_are_chinese_and_ids_are_english(garden_chinese: str) -> None:
    shown = re.sub(r"<!--.*?-->\n", "", garden_chinese, flags=re.DOTALL)
    for line in (
        "## 操作 {#Operations}",
        "#### HTTP 请求",
        "#### 参数",
        "#### 响应",
        "- **name** (**路径参数**): string，必需",
        "- **pretty** (**查询参数**): string",
        "  **集合：唯一值将在合并期间被保留**",
        "## PlotSpec {#PlotSpec}",
        "  **补丁策略：基于键 `name` 合并**",
        '200 (<a href="{{< ref "../garden-resources/plot-v1#Plot" >}}">Plot</a>): OK',
    ):
        assert f"\n{line}\n" in shown


def test_sentences_have_own_lines_and_full_width_punctuation(garden_chinese: str) -> None:
    assert (
        "\n  这块地的床。\n  没有床的地是草地（meadow）。更多信息：\n  https://garden.example.io/a,b\n\n"
        '  <a name="Bed"></a>\n  **Bed 是一条土地。**\n'
    ) in garden_chinese
    assert "它的床少于 \\<limit> 张。" in garden_chinese


def test_english_cannot_close_its_comment() -> None:
    reference = plot({"bed": STRING}, {"Plot#bed": "A --> B {{< ref x >}} {{% y %}}"})
    page = emitted(translated(reference, {"Plot#bed": "床"}), "zh-cn")["zh-cn", "plot-v1.md"]
    assert flatten(page).endswith("- **bed** (string) 床")


def test_inlined_type_without_description_has_no_emphasis() -> None:
    bare = definition(f"{PACKAGE}.Bare", field("x", STRING))
    reference = plot(
        {"bare": Ref(key=bare.key)}, {"Plot#bare": "Bare.", "Bare#x": "An x."}, more=(bare,)
    )
    page = emitted(translated(reference, {"Plot#bare": "空。", "Bare#x": "一个 x。"}), "zh-cn")[
        "zh-cn", "plot-v1.md"
    ]
    shown = re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL)
    assert ('<a name="Bare"></a>' in shown, "一个 x。" in shown) == (True, True)
    assert not re.search(r"\*{4}|^\s*\*\*\s*$", shown, re.MULTILINE)


@each_row("""
    甲,b 填充,表示该令牌                  | 甲，b 填充，表示该令牌
    更多信息: https://a.example/b:c?d!(e) | 更多信息： https://a.example/b:c?d!(e)
    boundRef,但其他                       | boundRef，但其他
    令牌(Bearer Token)。                  | 令牌（Bearer Token）。
    调用 String() 和 Foo(a, b)            | 调用 String() 和 Foo(a, b)
    foo (bar) 和 (例如 x)                 | foo (bar) 和 (例如 x)
    使用 `键:值` 或 [链接](http://a:1)    | 使用 `键:值` 或 [链接](http://a:1)
    是吗?是!好;对                         | 是吗？是！好；对
    例如(参见(甲))。                      | 例如（参见（甲））。
    只有一个)括号(                        | 只有一个)括号(
    plain, text: (nothing)!               | plain, text: (nothing)!
""")
def test_full_width_punctuation_is_used_next_to_chinese_only(text: str, shown: str) -> None:
    assert full_width(text) == shown


@example_settings(300)
@given(st.text(alphabet="令牌的a1 \n,:;!?()`<>[]/.。，“”-", max_size=40))
def test_normalizing_undoes_typography(text: str) -> None:
    result = restore_line_breaks(full_width(text))
    assert unicodedata.normalize("NFKC", result).replace("\n", " ") == unicodedata.normalize(
        "NFKC", text
    ).replace("\n", " ")


def test_flattened_text_breaks_only_after_sentences() -> None:
    flat = "一。 二。三。 four： https://x 五 六。 - 七。 8. “九。” 十（a） 一。a 二"
    lines = ["一。", "二。三。", "four：", "https://x 五 六。 - 七。 8. “九。”", "十（a） 一。a 二"]
    assert restore_line_breaks(flat).split("\n") == lines


def test_first_sentence_is_page_description() -> None:
    assert first_sentence("Uses v1.2 of\nit. More.") == "Uses v1.2 of it."
    assert first_sentence("一句。两句。") == "一句。"
    assert first_sentence("no stop") == "no stop"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("苗床。", "**苗床。**"),
        ("苗床是一块地，\n在院子里。", "**苗床是一块地，\n在院子里。**"),
        ("苗床。\n\n它是空的。", "**苗床。**\n\n**它是空的。**"),
        ("有：\n\n- 红\n- 蓝\n\n没有别的。", "**有：**\n\n- 红\n- 蓝\n\n**没有别的。**"),
        ("有：\n1. 红\n2. 蓝\n\n没有别的。", "**有：**\n1. 红\n2. 蓝\n\n**没有别的。**"),
        ("有：\n\n    code\n\n没有别的。", "**有：**\n\n    code\n\n**没有别的。**"),
        ("苗床。\n\n有：\n- 红\n- 蓝", "**苗床。**\n\n有：\n- 红\n- 蓝"),
        ("- 红\n- 蓝", "**- 红\n- 蓝**"),
        ("一个**粗**字。\n\n它。", "**一个**粗**字。\n\n它。**"),
        ("如：\n\n```\na\n```\n\n它。", "**如：\n\n```\na\n```\n\n它。**"),
    ],
)
def test_emphasised_paragraphs_round_trip(text: str, wanted: str) -> None:
    assert emphasize(text, "**") == wanted
    if "**" not in text:
        assert strip_emphasis(wanted) == text
        assert split_inlined(f'字段。\n\n<a name="Bed"></a>\n{wanted}', "Bed") == ("字段。", text)


def test_text_without_anchor_is_split_by_punctuation() -> None:
    text = "Bed 有：\n\n- 红\n- 蓝\n\n没有别的。"
    assert split_inlined(f"字段。\n\n{emphasize(text, '**')}", "Bed") == ("字段。", text)


def test_types_have_page_notation() -> None:
    name = {"K": "<a>K</a>"}.__getitem__
    assert type_text(Array(items=Array(items=Ref(key="K"))), name) == "[][]<a>K</a>"
    assert type_text(Scalar(type="integer", format="int64"), name) == "int64"
    assert type_text(Scalar(type="string", format="byte"), name) == "[]byte"
    assert type_text(Scalar(type="string", format="[a](b:c)"), name) == r"\[a\](b:c)"
    assert type_text(Array(items=Scalar(type="string", format="(b:c)")), name) == r"[]\(b:c)"


def test_anchors_keep_letters_of_any_language() -> None:
    names = ["Plot-spec", "Plot-spec.größe", "Plot-spec.尺寸", "Plot-spec.a_b/$c"]
    assert [*map(anchor, names)] == [
        "Plot-spec",
        "Plot-spec-größe",
        "Plot-spec-尺寸",
        "Plot-spec-a-b-c",
    ]


def test_only_built_in_types_are_common_definitions() -> None:
    keys = (f"{META}.LabelSelector", f"{META}.Time", f"{PACKAGE}.LabelSelector")
    found = [common_place(definition(key)) for key in keys]
    assert found == ["common-definitions/label-selector#LabelSelector", "", ""]


def test_page_without_folder_links_to_itself_by_anchor() -> None:
    reference = plot({"next": Ref(key=f"{PACKAGE}.Plot")}, {})
    assert (
        '- **next** (<a href="{{< ref "#Plot" >}}">Plot</a>)'
        in emitted(reference, "en")["en", "plot-v1.md"]
    )


def test_pages_are_named_by_kind_and_version() -> None:
    page = plot({}, {}).pages[0]
    assert (
        page_path(
            replace(page, kind="CSIBed", api_version="garden.example.io/v2beta1", path="a-b/x.md")
        )
        == "a-b/csi-bed-v2beta1"
    )
    assert (
        page_path(replace(page, kind="../../Etc/Passwd", api_version="", path="x.md"))
        == "etc-passwd"
    )


def test_pages_of_same_name_get_distinct_paths() -> None:
    reference = plot({}, {})
    page = reference.pages[0]
    yard = replace(
        page, path="yard.md", api_version="yard.example.io/v1", import_path="example.io/api/yard/v1"
    )
    assert list(
        pages(replace(reference, pages=(page, yard, replace(page, locale="zh-cn"))), "zh-cn")
    ) == [
        "plot-v1",
        "plot-v1-yard",
    ]
    assert (
        pages(replace(reference, pages=(page, replace(page, locale="zh-cn"))), "zh-cn")[
            "plot-v1"
        ].locale
        == "zh-cn"
    )
    farm = replace(yard, path="farm.md", import_path="example.io/api/farm/v1")
    with pytest.raises(CodegenError, match="path-taken"):
        pages(replace(reference, pages=(page, yard, farm)), "en")


def test_recursive_types_are_truncated() -> None:
    bed = definition(f"{PACKAGE}.Bed", field("inner", Ref(key=f"{PACKAGE}.Bed")))
    page = emitted(plot({"bed": Ref(key=bed.key)}, {}, more=(bed,)), "en")["en", "plot-v1.md"]
    assert re.findall(r"\*\*([\w.]+)\*\*", page) == ["bed", "bed.inner"]


def chained(depth: int, width: int) -> Reference:
    """Return a page with nested types of this depth, each used by this many fields."""
    levels = tuple(
        definition(
            f"{PACKAGE}.L{level}",
            *(field(f"f{n}", Ref(key=f"{PACKAGE}.L{level + 1}")) for n in range(width)),
        )
        for level in range(depth)
    )
    return plot({"l": Ref(key=f"{PACKAGE}.L0")}, {}, more=levels)


def test_too_many_rows_are_error(monkeypatch: pytest.MonkeyPatch) -> None:
    # A smaller number, which takes less time.
    monkeypatch.setattr("codegen.core.limits.PAGE_ROWS", 40)
    assert emitted(chained(39, 1), "en")
    with pytest.raises(CodegenError, match=r"page-too-long.*hint"):
        emitted(chained(30, 10), "en")


@pytest.mark.parametrize("layout", ["list", "plain"])
def test_too_long_paths_are_error(monkeypatch: pytest.MonkeyPatch, layout: str) -> None:
    monkeypatch.setattr("codegen.core.limits.PAGE_CHARACTERS", 4_000)
    assert emitted(chained(39, 1), "en", layout=layout)
    with pytest.raises(CodegenError, match=r"page-too-long.*more than 4000 characters"):
        emitted(chained(60, 1), "en", layout=layout)


@pytest.mark.parametrize("layout", ["list", "plain"])
@pytest.mark.parametrize(("depth", "is_written"), [(99, True), (100, False), (2_000, False)])
def test_too_deep_nesting_is_error(layout: str, depth: int, is_written: bool) -> None:
    made = chained(depth, 1)
    if is_written:
        assert emitted(made, "en", layout=layout)
    else:
        with pytest.raises(
            CodegenError, match=r"page-too-long.*more than 100 types inside each other"
        ):
            emitted(made, "en", layout=layout)


def tree(folder: str, **options: str) -> str:
    """Return the Chinese page of a kind whose metadata type is undocumented."""
    meta = definition(f"{META}.ObjectMeta", documented=False)
    reference = plot(
        {"metadata": Ref(key=meta.key)}, {"Plot": "一块地。"}, more=(meta,), locale="zh-cn"
    )
    page = replace(reference.pages[0], path=f"{folder}plot.md")
    files = emitted(replace(reference, pages=(page,)), "zh-cn", **options)
    return next(
        text for (_, path), text in files.items() if path.rpartition("/")[2].startswith("plot-v1")
    )


def test_pages_for_kubernetes_io_use_relative_links() -> None:
    site = {"site": "kubernetes.io"}
    assert '{{< ref "../common-definitions/object-meta#ObjectMeta" >}}' in tree("", **site)
    translated = tree("garden/", **site)  # the language may lack the page
    address = "/docs/reference/kubernetes-api/common-definitions/object-meta/#ObjectMeta"
    assert f'<a href="{address}">ObjectMeta</a>' in translated
    assert "ref " not in translated


@pytest.mark.parametrize("layout", ["list", "table", "plain"])
@pytest.mark.parametrize("folder", ["", "garden/"])
def test_other_pages_link_to_kubernetes_io(layout: str, folder: str) -> None:
    page = tree(folder, layout=layout)
    address = "https://kubernetes.io/docs/reference/kubernetes-api/definitions/object-meta-v1-meta/#ObjectMeta"
    assert f'<a href="{address}">ObjectMeta</a>' in page or f"[ObjectMeta]({address})" in page
    assert "object-meta" not in page.replace(address, "")


@pytest.mark.parametrize("layout", ["list", "table", "plain"])
def test_type_without_page_is_plain_text(layout: str) -> None:
    fence = definition(f"{PACKAGE}.Fence", documented=False)
    page = emitted(plot({"fence": Ref(key=fence.key)}, {}, more=(fence,)), "en", layout=layout)
    assert re.search(r"(?:\(|<em>)Fence(?:\)|</em>)", "".join(page.values()))
