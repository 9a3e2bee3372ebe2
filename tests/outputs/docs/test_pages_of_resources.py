"""Pages of custom resources: fields at any depth with ids and limits, rules, printed columns, in
each layout and language.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from codegen.core import limits
from codegen.core.diagnostics import Report
from codegen.core.locales import SHIPPED
from codegen.core.source import Source
from codegen.model import Keyword, Reference, Scalar
from codegen.outputs.docs import layouts
from codegen.outputs.docs.shared.links import Anchors
from codegen.outputs.docs.shared.value_limits import code, field_limits
from codegen.outputs.job import Job
from codegen.readers import sources
from codegen.readers.crd.reader import read_definitions
from gardens.parts import field, with_chinese
from gardens.resources import KEY, PLOTS, as_yaml, plots, plots_with_shared_object, schema_of

LAYOUTS = ("list", "table", "plain")
WITH_IDS = ("list", "table")


def emitted(reference: Reference, layout: str, locale: str = "en") -> dict[str, str]:
    job = Job(
        reference=reference, locales=(locale,), options={"layout": layout}, origin="plots.yaml"
    )
    return {file.path: file.text for file in layouts.emit(job)}


def page(reference: Reference, layout: str, locale: str = "en") -> str:
    return next(
        text
        for path, text in emitted(reference, layout, locale).items()
        if path.endswith("plot-v1.md")
    )


def read(text: str = PLOTS) -> Reference:
    return read_definitions(Source(text, "plots.yaml"), Report())


@pytest.mark.parametrize("layout", WITH_IDS)
def test_fields_at_any_depth_have_row_with_text_and_anchor(layout: str) -> None:
    text = page(read(), layout)
    for path in ("spec", "spec.rows", "spec.beds.plants.count", "status.rows"):
        assert path in text
        assert f'id="Plot-{path.replace(".", "-")}"' in text
    assert "How many." in text
    ids = Counter(re.findall(r' id="([^"]*)"', text))
    assert max(ids.values()) == 1


@pytest.mark.parametrize("layout", WITH_IDS)
def test_similar_field_names_have_distinct_ids(layout: str) -> None:
    definition = plots()
    text = {"type": "string", "maxLength": 9}
    schema_of(definition)["properties"]["spec"]["properties"]["ways"] = {
        "type": "object",
        "minProperties": 1,
        "properties": dict.fromkeys(("a-b", "a.b", "a_b", "a", "limits", "2-limits"), text),
    }
    definition["spec"]["versions"][1]["schema"]["openAPIV3Schema"]["properties"]["resource"] = text
    reference = read(as_yaml(definition))
    made = page(reference, layout)
    ids = re.findall(r' id="([^"]*)"', made)
    assert len(ids) == len(set(ids))
    assert {
        "Plot-spec-ways-a-b",
        "Plot-spec-ways-a-b-2e-2e-2e",
        "Plot-spec-ways-a",
        "Plot-spec-ways-limits",
    } <= {*ids}
    assert {"Plot-resource", "Plot-2-resource", "Plot-spec-ways-3-limits"} <= {*ids}
    assert "限制" in page(reference, layout, "zh-cn")


def described_items() -> Reference:
    """Return plots with descriptions of list items and map values, in English and partly in
    Chinese.
    """
    definition = plots()
    own = schema_of(definition)["properties"]["spec"]["properties"]
    text = {"type": "string"}
    own["names"] = {
        "type": "array",
        "description": "All names.",
        "items": {**text, "description": "A *name*.\n\nIt is\nshort."},
    }
    own["labels"] = {
        "type": "object",
        "additionalProperties": {
            "type": "array",
            "description": "Some.\n\n```\nx: 1\n```",
            "items": {**text, "description": "A label."},
        },
    }
    own["same"] = {
        "type": "array",
        "description": "The same.",
        "items": {**text, "description": "The same."},
    }
    reference = read(as_yaml(definition))
    chinese = {
        f"{KEY}#spec.names[]": "一个名字，\n很短。",
        f"{KEY}#spec.labels{{}}[]": "一个标签。",
    }
    return with_chinese(reference, chinese)


def test_texts_of_items_and_values_have_own_ids() -> None:
    reference = described_items()
    ids = [
        each for each in reference.prose["en"] if each.endswith(("[]", "{}")) and "#spec." in each
    ]
    own = [
        each
        for each in ids
        if each.rpartition(".")[2].rstrip("[]{}") in ("names", "labels", "same")
    ]
    assert own == [f"{KEY}#spec.names[]", f"{KEY}#spec.labels{{}}", f"{KEY}#spec.labels{{}}[]"]
    assert reference.text("en", own[0]) == "A *name*.\n\nIt is\nshort."


@pytest.mark.parametrize("layout", ["list", "table"])
def test_texts_of_items_and_values_are_shown_in_both_languages(layout: str, tmp_path: Path) -> None:
    reference = described_items()
    english, chinese = page(reference, layout), page(reference, layout, "zh-cn")
    assert re.search(r"Each item: A (\*name\*|<em>name</em>)\.<br/>It is short\.", english)
    assert "Each value: Some.<br/>x: 1<br/>Each value: each item: A label." in english
    assert english.count("The same.") == 1
    assert "每一项：一个名字，很短。" in chinese
    assert "每个值：Some.<br/>x: 1<br/>每个值：每一项：一个标签。" in chinese
    for locale in ("en", "zh-cn"):  # additions are not part of the field description
        (tmp_path / "plot-v1.md").write_text(page(reference, layout, locale), encoding="utf-8")
        found = sources.read(tmp_path / "plot-v1.md", locale=locale)
        assert found.text("en" if locale == "en" else locale, f"{KEY}#spec.names") == "All names."


def test_anchor_ids_are_unique_and_stable() -> None:
    anchors = Anchors(("a.b", "a-b", "a..b"))
    texts = ("a.b", "a-b", "a..b", "a b", "a-b-2d", "a.b..", "a..b.")
    found = [anchors.assign(text) for text in texts]
    assert found == [
        "a-b",
        "a-b-2",
        "a-b-2e-2e",
        "a-b-20",
        "a-b-2d",
        "a-b-2e-2e-2e",
        "a-b-2e-2e-2e-2",
    ]
    assert [anchors.assign(text) for text in texts] == found
    assert [anchors.derive("a", word) for word in ("b", "c", "b")] == ["a-2-b", "a-c", "a-3-b"]


@pytest.mark.parametrize("locale", ["en", "zh-cn"])
@pytest.mark.parametrize("layout", ["list", "table"])
def test_page_round_trips(layout: str, locale: str, tmp_path: Path) -> None:
    ids = (KEY, f"{KEY}#spec", f"{KEY}#spec.beds.plants.count")
    reference = with_chinese(read(), {prose_id: f"说明 {len(prose_id)}。" for prose_id in ids})
    (tmp_path / "plot-v1.md").write_text(page(reference, layout, locale), encoding="utf-8")
    found = sources.read(tmp_path / "plot-v1.md", locale=locale)
    assert not [each for each in found.diagnostics if each.rule != "type-undocumented"]
    assert paths(found) == paths(reference)
    for tag in {"en", locale}:
        texts = {
            name: text.text
            for name, text in found.prose.get(tag, {}).items()
            if name.startswith(KEY)
        }
        assert texts == {name: reference.first_text((tag, "en"), name) for name in texts}
        assert "#column" not in "".join(texts)
    count = f"{KEY}#spec.beds.plants.count"
    assert found.text(locale, count) == reference.text(locale, count)


def paths(reference: Reference) -> set[tuple[str, bool]]:
    """Return all fields with their required flags."""
    return {(path, each.required) for path, each in reference.definitions[KEY].paths}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_version_has_page(layout: str) -> None:
    definition = plots()
    definition["spec"]["versions"].append(
        {**definition["spec"]["versions"][1], "name": "v1beta1", "storage": False}
    )
    names = {path.rpartition("/")[2] for path in emitted(read(as_yaml(definition)), layout)}
    assert {"plot-v1.md", "plot-v1beta1.md"} <= names


@pytest.mark.parametrize("layout", LAYOUTS)
def test_limits_and_rules_are_shown(layout: str) -> None:
    text = page(read(), layout).replace("<code>", "`").replace("</code>", "`").replace("&lt;", "<")
    for words in (
        'one of `sand`, `clay`, `loam`; default `"loam"`; may be null',
        "matches `^[0-9]+(cm|m)?$`",
        "default `3`; at least `1`; at most `100`",
        "exactly one of `beds`, `soil`",
        "Rule: `self.rows < 10 || has(self.soil)` (many rows need soil)",
        "a whole object with apiVersion, kind and metadata; fields that are not listed are kept",
        "number of items at most `8`",
    ):
        assert words in text


def with_shared_object() -> Reference:
    return with_chinese(
        read(as_yaml(plots_with_shared_object())), {f"{KEY}#spec.second.inner.a": "甲的文字。"}
    )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_shared_object_has_own_section(layout: str) -> None:
    reference = with_shared_object()
    kind, _, rest = page(reference, layout).replace("\\", "").partition("## PlotSpecFirst")
    shared = rest.partition("\n## ")[0]
    for once in ("The text of a.", "The text of b.", "number of entries at least `1`"):
        assert (kind.count(once), shared.replace("<code>1</code>", "`1`").count(once)) == (0, 1)
    for place in ("The first bounds.", "Bounds of second.", "Bounds of third."):
        assert (kind.count(place), shared.count(place)) == (1, 0)
    assert kind.lower().count("#plotspecfirst") == 3
    assert "甲的文字。" in page(reference, layout, "zh-cn")
    if layout in WITH_IDS:
        assert 'id="Plot-spec-first-a"' in shared


@pytest.mark.parametrize("locale", ["en", "zh-cn"])
@pytest.mark.parametrize("layout", WITH_IDS)
def test_shared_object_is_read_back_in_each_field(layout: str, locale: str, tmp_path: Path) -> None:
    reference = with_shared_object()
    file = tmp_path / "plot-v1.md"
    file.write_text(page(reference, layout, locale), encoding="utf-8")
    found = sources.read(file, locale=locale)
    assert not [each for each in found.diagnostics if each.rule != "type-undocumented"]
    assert paths(found) == paths(reference)
    assert [key for key in found.definitions if key.startswith(f"{KEY}Spec")] == []
    for place in ("first", "second.inner", "third.inner"):
        assert found.text("en", f"{KEY}#spec.{place}.a") == "The text of a."
        assert found.text("zh-cn", f"{KEY}#spec.{place}.a") == (
            "甲的文字。" if locale == "zh-cn" else ""
        )
    assert page(found, layout, locale).count("## PlotSpecFirst") == 1


@pytest.mark.parametrize("written", ["plot-v1#Other", "bed-v1#PlotSpecFirst"])
def test_link_to_missing_section_is_reported(written: str, tmp_path: Path) -> None:
    text = page(with_shared_object(), "list").replace("plot-v1#PlotSpecFirst", written, 1)
    (tmp_path / "plot-v1.md").write_text(text, encoding="utf-8")
    found = sources.read(tmp_path / "plot-v1.md", locale="en")
    (said,) = [each for each in found.diagnostics if each.rule != "type-undocumented"]
    assert (said.rule, said.span.line) == (
        "link-unresolved",
        text[: text.index(written)].count("\n") + 1,
    )
    assert "spec.first" in said.message
    assert sorted(name for name, _ in paths(found) if name.endswith(".a")) == [
        "spec.second.inner.a",
        "spec.third.inner.a",
    ]


@pytest.mark.parametrize(
    ("limit", "rule"),
    [("PAGE_LEVELS", "type-too-deep"), ("REPEATED_FIELDS", "expansion-too-large")],
)
def test_endlessly_repeated_objects_are_omitted(
    limit: str, rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, limit, 20)
    text = page(with_shared_object(), "list")
    link = text.partition("**spec.first** (")[2].partition(") <a id")[0]
    text = text.replace("- **b** (string)", f"- **b** ({link})")
    (tmp_path / "plot-v1.md").write_text(text, encoding="utf-8")
    found = sources.read(tmp_path / "plot-v1.md", locale="en")
    assert {each.rule for each in found.diagnostics} - {"type-undocumented"} == {rule}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_serving_facts_of_resource_are_shown(layout: str) -> None:
    english, chinese = (page(read(), layout, locale) for locale in ("en", "zh-cn"))
    assert (
        "The resource `plots.garden.example.io` is namespaced; short names `pl`; categories `garden`;"
        in english
    )
    assert "`Rows` (`.spec.rows`, integer): How many rows there are." in english
    assert "`kubectl get plots` 显示的列：" in chinese
    assert "限制：取值为" in chinese


def test_open_objects_are_described_if_they_have_fields() -> None:
    labels, known = SHIPPED.get("en").labels, (Keyword(name="additionalProperties", value="true"),)
    end = Scalar(type="object")
    fields = [field("a", end, keywords=known, fields=inside) for inside in ((), (field("b"),))]
    assert [field_limits(each, labels) for each in fields] == [
        [],
        ["Limits: fields that are not listed are kept."],
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a", "`a`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("a\n b", "`a b`"),
        ("``a", "``` ``a ```"),
    ],
)
def test_code_is_delimited_by_enough_backticks(text: str, written: str) -> None:
    assert code(text) == written
