"""The search of the site: its index, and results in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from codegen.cli import main
from codegen.core.diagnostics import Report
from codegen.core.locales import SHIPPED
from codegen.model import Reference
from codegen.outputs.site import search
from codegen.outputs.site.content import SiteInputs, build_content
from codegen.outputs.site.page_index import PageIndex
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation.glossary import load_glossary
from gardens.parts import PACKAGE as KEY
from gardens.parts import PLOTS, gvk_of, kind, openapi, ref, with_chinese
from gardens.site import read_data, site_for
from support.browser import open_page, serve_folder
from support.corpus import CHINESE_PAGES, RELEASES, ROOT, document_of, newest, pages_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def schema(**fields: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    properties = {name: {"description": text, **each} for name, (text, each) in fields.items()}
    return {"type": "object", "properties": properties}


def garden(tmp_path: Path) -> Reference:
    """Return two kinds that share a type, one with its own type and a subresource operation."""
    kind, other = ({"x-kubernetes-group-version-kind": [gvk_of(name)]} for name in ("Plot", "Shed"))
    inner = {
        "type": "object",
        "properties": {"depth": {"type": "integer", "description": "How `deep` it is."}},
    }
    definitions = {
        "Label": schema(text=("What it says.", {"type": "string"})),
        "Plot": schema(
            spec=("What is wanted.", ref("PlotSpec")), label=("Its label.", ref("Label"))
        )
        | kind,
        "PlotSpec": schema(beds=("The beds.", {"type": "integer"}), soil=("How it is.", inner)),
        "Shed": schema(label=("Its label.", ref("Label"))) | other,
    }
    file = tmp_path / "garden.json"
    document = openapi({f"{KEY}.{name}": each for name, each in definitions.items()})
    sheds = PLOTS.replace("plots", "sheds")
    calls = [
        ("Plot", "get", "/{name}"),
        ("Plot", "list", ""),
        ("PlotDigging", "connect", "/{name}/dig"),
        ("PlotDigging", "connect", "/{name}/dig/{path}"),
    ]
    document["paths"] = {
        path: {
            "get": {
                "x-kubernetes-action": verb,
                "x-kubernetes-group-version-kind": gvk_of(kind_name),
                "responses": {},
            }
        }
        for kind_name, verb, path in (
            *((name, verb, PLOTS + end) for name, verb, end in calls),
            ("Shed", "get", f"{sheds}/{{name}}"),
        )
    }
    file.write_text(json.dumps(document), encoding="utf-8")
    return read_sources([SourcePath(path=file, display_path="garden.json")], Report())


OLD = {"type": "string", "description": "Deprecated: use rows."}


def build_index(reference: Reference, *tags: str) -> dict[str, Any]:
    made = build_content(reference, tags, SHIPPED, SiteInputs())
    return {
        path.removeprefix("search-index/"): read_data(text)
        for path, text in search.files(made, reference, PageIndex(made.pages[tags[0]]))
    }


def test_index_has_names_fields_and_operations_of_pages(tmp_path: Path) -> None:
    names = build_index(garden(tmp_path), "en")["names.js"]
    rows = {row[1]: row for row in names["pages"]}
    number = {row[1]: place for place, row in enumerate(names["pages"])}
    assert rows["Plot"][2:6] == ["garden.example.io/v1", 999, f"{KEY}.Plot", "plots"]
    assert rows["Plot"][6] == [["spec", number["PlotSpec"]], ["label", number["Label"]]]
    assert rows["Plot"][7] == [
        ["get-plots", f"get GET {PLOTS}/{{name}}"],
        ["list-plots", f"list GET {PLOTS}"],
        ["connect-get-plots-dig", f"connect GET {PLOTS}/{{name}}/dig"],
        ["connect-get-plots-dig-2", f"connect GET {PLOTS}/{{name}}/dig/{{path}}"],
    ]
    assert rows["PlotSpec"][3:] == [
        False,
        f"{KEY}.PlotSpec",
        "",
        ["beds", "soil", "soil.depth"],
        [],
    ]


def test_index_texts_are_ordered_unique_and_fall_back_to_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = with_chinese(garden(tmp_path), {f"{KEY}.PlotSpec#beds": "苗床。"})
    made = build_index(reference, "en", "zh-cn")
    english, chinese = made["en-0.js"], made["zh-cn-0.js"]
    paths = [
        path
        for row in made["names.js"]["pages"]
        for path in ("", *(each if isinstance(each, str) else each[0] for each in row[6]))
    ]
    assert len(english) == len(chinese) == len(paths)
    assert chinese[paths.index("beds")] == "苗床。"
    assert chinese[paths.index("soil.depth")] == "How deep it is."
    first, second = (place for place, path in enumerate(paths) if path == "label")
    assert (english[first], english[second]) == ("Its label.", first)
    assert made["names.js"]["parts"] == {"en": 1, "zh-cn": 1}
    monkeypatch.setattr(search, "_PART", 0)  # so that each text ends a part
    split = build_index(reference, "en")
    parts = [split[f"en-{number}.js"] for number in range(split["names.js"]["parts"]["en"])]
    assert [text for part in parts for text in part] == english
    assert [len([text for text in part if text and isinstance(text, str)]) for part in parts] == [
        1
    ] * len(parts)


def test_index_text_has_the_values_that_a_description_omits(tmp_path: Path) -> None:
    soil = {"type": "string", "description": "Sand, or other.", "enum": ["Clay", "Sand"]}
    text = json.dumps(openapi({f"{KEY}.Plot": kind("Plot", properties={"soil": soil})}))
    (tmp_path / "plot.json").write_text(text, encoding="utf-8")
    source = SourcePath(path=tmp_path / "plot.json", display_path="plot.json")
    made = build_index(read_sources([source], Report()), "en")
    assert made["en-0.js"][1] == "Sand, or other. Clay"


def test_index_has_facts_for_filters_and_rules_with_numbers(tmp_path: Path) -> None:
    fields = {"rows": {"type": "integer", "maximum": 65}, "old": OLD}
    plot = kind("Plot", properties=fields, required=["rows"])
    text = json.dumps(openapi({f"{KEY}.Plot": plot}))
    (tmp_path / "plot.json").write_text(text, encoding="utf-8")
    source = SourcePath(path=tmp_path / "plot.json", display_path="plot.json")
    made = build_index(read_sources([source], Report()), "en")
    (row,) = made["names.js"]["pages"]
    assert row[6] == [["rows", -1, "r", ""], ["old", -1, "d", ""]]
    texts, places = made["rules-en.js"]
    assert places == [[0, 0, "rows"]]
    assert "65" in texts[0]


def test_type_is_found_on_nearest_kind_or_own_page(tmp_path: Path) -> None:
    places = PageIndex(build_content(garden(tmp_path), ("en",), SHIPPED, SiteInputs()).pages["en"])
    for prose_id, title, path in (
        ("PlotSpec#soil.depth", "Plot", "spec.soil.depth"),
        ("Label", "Label", ""),
        ("Label#text", "Label", "text"),
        ("Shed", "Shed", ""),
    ):
        found = places.locate(f"{KEY}.{prose_id}")
        assert found
        assert (found[0].title, found[1]) == (title, path)
    assert places.locate(f"{KEY}.Hut") is None


def test_glossary_terms_find_english_names(tmp_path: Path) -> None:
    terms = build_index(garden(tmp_path), "zh-cn")["names.js"]["terms"]["zh-cn"]
    assert terms["卷"] == ["volume"]
    assert terms["服务账号"] == ["service account"]


@pytest.fixture(scope="module")
def token_request(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of the bundled page."""
    folder = tmp_path_factory.mktemp("own")
    source = {"path": str(ROOT / "schemas/sources/token-request-v1.zh-cn.txt"), "locale": "zh-cn"}
    with serve_folder(
        site_for(folder, sources=[source], translations=str(ROOT / "schemas/translations"))
    ) as address:
        yield address


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of a whole release with translations of older pages."""
    document, learnt = document_of(newest(RELEASES)), newest(CHINESE_PAGES[:1])
    folder = tmp_path_factory.mktemp("whole")
    arguments = [
        "--learn",
        str(pages_of(learnt, "zh-cn")),
        "--for",
        str(document),
        "--locale",
        "zh-cn",
    ]
    CliRunner().invoke(main, ["translate", *arguments, "--catalog", str(folder / "po/zh-cn.po")])
    assert (folder / "po/zh-cn.po").is_file()
    with serve_folder(
        site_for(folder, sources=[{"path": str(document)}], translations="po")
    ) as address:
        yield address


def found(page: Page, words: str) -> list[tuple[str, str]]:
    """Search, and return name, location and link target of each result."""
    page.fill("#_search input", "")
    page.fill("#_search input", words)
    page.locator("#_search [role=status]:not(:empty)").wait_for()
    rows = page.locator("#_search li a")
    texts = rows.locator("code").all_inner_texts()
    return list(zip(texts, (row.get_attribute("href") or "" for row in rows.all()), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("tag", ["en", "zh-cn"])
@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("令牌", "TokenRequest status.token"),
        ("受众", "TokenRequest spec.audiences"),
        ("预期的受众", "TokenRequest spec.audiences"),
        ("boundObjectRef", "TokenRequest spec.boundObjectRef"),
        ("bound object", "TokenRequest spec.boundObjectRef"),
        ("spec.expirationSeconds", "TokenRequest spec.expirationSeconds"),
        ("boundobjectref.u", "TokenRequest spec.boundObjectRef.uid"),
    ],
)
def test_field_of_page_is_found_first(
    browser: Browser, token_request: str, tag: str, words: str, first: str
) -> None:
    with open_page(browser, f"{token_request}{tag}/") as page:
        (name, link), *_ = found(page, words)
        assert name == first
        assert f"/{tag}/" in page.evaluate("([link]) => new URL(link, location).pathname", [link])


def messages() -> dict[str, Any]:
    """Return a kind with nested fields, and a kind of the same group."""
    pump = schema(litres=("How much.", {"type": "integer"}), name=("Its name.", {"type": "string"}))
    spec = schema(
        soil=("How it is.", {"type": "string"}),
        pumps=("The pumps.", {"type": "array", "items": ref("Pump")}),
    )
    kinds = {
        name: schema(spec=("What is wanted.", ref(f"{name}Spec")))
        | {"x-kubernetes-group-version-kind": [gvk_of(name)]}
        for name in ("Plot", "Shed")
    }
    return {"Pump": pump, "PlotSpec": spec, "ShedSpec": spec, **kinds}


@pytest.fixture(scope="module")
def gardens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("messages")
    document = openapi({f"{KEY}.{name}": each for name, each in messages().items()})
    (folder / "garden.json").write_text(json.dumps(document), encoding="utf-8")
    with serve_folder(site_for(folder, sources=[{"path": "garden.json"}])) as address:
        yield address


LITRES = "Plot spec.pumps.litres"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("message", "fields"),
    [
        pytest.param("spec.pumps[0].litres: Required value", [LITRES], id="path"),
        pytest.param(
            'The Shed "a" is invalid: spec.pumps[2].litres: Invalid value: -1: must be positive',
            ["Shed spec.pumps.litres"],
            id="kind",
        ),
        pytest.param(
            'Shed.garden.example.io "a" is invalid: spec.soil: Unsupported value: "x"',
            ["Shed spec.soil"],
            id="kind-and-group",
        ),
        pytest.param(
            f'Error from server: error when creating "{"long/" * 80}a.yaml": '
            'Plot "a" is invalid: spec.soil: Forbidden: no change',
            ["Plot spec.soil"],
            id="long-message",
        ),
        pytest.param(
            'The Plot "a" is invalid: \n* spec.soil: Required value\n'
            "* spec.pumps[0].name: Too long: may not be more than 5 bytes",
            ["Plot spec.soil", "Plot spec.pumps.name"],
            id="several-fields",
        ),
        pytest.param(
            'error validating data: ValidationError(Plot.spec.pumps[0]): unknown field "litrs"',
            [LITRES],
            id="misspelt-field",
        ),
        pytest.param(
            'Plot in version "v1" cannot be handled as a Plot: strict decoding error: '
            'unknown field "spec.pumps[0].colour"',
            ["Plot spec.pumps"],
            id="unknown-field-leads-to-the-one-around-it",
        ),
        pytest.param(
            "json: cannot unmarshal string into Go struct field Pump.spec.pumps.litres of type int",
            [LITRES],
            id="type",
        ),
        pytest.param("spec.pumps[0].litres：必须提供此值", [LITRES], id="chinese"),
        pytest.param(
            "Shed “a” 无效：spec.pumps[2].litres：无效的值：-1",
            ["Shed spec.pumps.litres"],
            id="kind-in-chinese",
        ),
        pytest.param(
            'plot.garden.example.io "a" already exists', ["garden.example.io/v1"], id="object"
        ),
    ],
)
def test_server_message_leads_to_its_fields(
    browser: Browser, gardens: str, message: str, fields: list[str]
) -> None:
    with open_page(browser, f"{gardens}en/") as page:
        names = [name for name, _ in found(page, message)]
    assert names[: len(fields)] == fields


@pytest.mark.slow
def test_chinese_phrase_is_found_with_a_particle_between_its_words(
    browser: Browser, token_request: str
) -> None:
    with open_page(browser, f"{token_request}zh-cn/") as page:
        assert found(page, "令牌受众")[0][0] == "TokenRequest spec.audiences"


@pytest.mark.slow
def test_search_works_with_keyboard_only(browser: Browser, token_request: str) -> None:
    with open_page(browser, f"{token_request}zh-cn/") as page:
        page.keyboard.press("/")
        page.keyboard.type("uid")
        page.locator("#_search li a").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        page.wait_for_url("**/zh-cn/**#spec.boundObjectRef.uid")
        assert page.locator("[id='spec.boundObjectRef.uid']").is_visible()
        page.keyboard.press("/")
        page.keyboard.type("xyzzyx")
        page.locator("#_search [role=status]", has_text="没有").wait_for()
        page.keyboard.press("Escape")
        assert page.input_value("#_search input") == ""


ODD_WORDS = (
    "constructor",
    "__proto__",
    "hasOwnProperty",
    "toString",
    ".",
    "...",
    "<img src=x onerror=alert(1)>",
    "\\",
    "(",
    "[",
    "%",
    "\u202e",
    "\U0001f600",
    "{count}",
    "a" * 100_000,
)


@pytest.mark.slow
def test_markup_in_query_is_text_and_outside_click_closes_results(
    browser: Browser, token_request: str
) -> None:
    with open_page(browser, f"{token_request}en/") as page:
        failed = page.get_attribute("#_search", "data-failed")
        assert failed
        for words in ODD_WORDS:
            found(page, words)
            assert page.inner_text("#_search [role=status]") not in ("", failed), words[:40]
            assert page.locator("#_search img").count() == 0
        assert found(page, "uid")
        page.mouse.click(2, 600)  # elsewhere
        page.locator("#_search li").first.wait_for(state="detached")
        page.locator("#_search input").click()
        page.locator("#_search li").first.wait_for()


# Queries, and the end of an address expected among the first three results.
QUERIES = {
    "en": [
        (
            "spec.template.spec.volumes[0].persistentVolumeClaim.claimName",
            r"persistentVolumeClaim\.claimName$",
        ),
        ("$.spec.rules[*].http.paths", r"ingress-v1/#spec.rules.http.paths$"),
        ("ingress.spec.rules[0].host", r"ingress-v1/#spec.rules.host$"),
        (
            "kubectl explain deployment.spec.template.spec.containers.env --recursive",
            r"deployment-v1/#spec.template.spec.containers.env$",
        ),
        ("/spec/containers/0/ports", r"pod-v1/#spec.containers.ports$"),
        ("io.k8s.api.apps.v1.Deployment", r"apps/deployment-v1/$"),
        ("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", r"object-meta"),
        ("Deployment.apps", r"apps/deployment-v1/$"),
        ("batch/v1/CronJob", r"batch/cron-job-v1/$"),
        ("networking.k8s.io/v1", r"en/networking.k8s.io/$"),
        ("rbac.authorization.k8s.io", r"en/rbac.authorization.k8s.io/$"),
        ("v1", r"en/core/$"),
        ("netpol", r"network-policy-v1/$"),
        ("pvcs", r"persistent-volume-claim-v1/$"),
        ("networkpolicies", r"network-policy-v1/$"),
        ("serviceacount", r"service-account-v1/$"),
        ("persistantvolumeclaim", r"persistent-volume-claim-v1/$"),
        ("pod.spec.contianers.image", r"pod-v1/#spec.containers.image$"),
        ("replcas", r"#spec.replicas$"),
        ("GET /api/v1/namespaces/{namespace}/pods/{name}/log", r"pod-v1/#.*log"),
        ("/apis/apps/v1/namespaces/{namespace}/statefulsets", r"stateful-set-v1/#"),
        (
            "GET /apis/apps/v1/namespaces/default/deployments/web",
            r"deployment-v1/#get-deployments$",
        ),
        ("serviceaccounts/token", r"#.*token"),
        ("termination grace period", r"terminationGracePeriodSeconds$"),
        ("service external traffic policy", r"service-v1/#spec.externalTrafficPolicy$"),
        ("pod init containers", r"pod-v1/#spec.initContainers$"),
        ("statefulset volume claim templates", r"stateful-set-v1/#spec.volumeClaimTemplates$"),
        ("container lifecycle preStop", r"lifecycle.preStop$"),
        ("hpa max replicas", r"horizontal-pod-autoscaler-v\d/#spec.maxReplicas$"),
        ("configmap as environment", r"(configMapKeyRef|configMapRef)$"),
        ("apiVersion: apps/v1 kind: StatefulSet", r"stateful-set-v1/$"),
        ("pod phase", r"pod-v1/#status.phase$"),
        ("deletionTimestamp", r"metadata.deletionTimestamp$|object-meta.*deletionTimestamp"),
        ("containers.resources.limits", r"pod-v1/#spec.containers.resources.limits$"),
        ("pods/exec", r"pod-v1/#connect-\w+-pods-exec$"),
        ("service account token expiry", r"expirationSeconds$"),
        ("cpu limit", r"limit"),
        ("environment variable from secret", r"secret(KeyRef|Ref)$"),
        ("deploymnet", r"deployment-v1/$"),
        ("memory limit", r"ontainers.resources.limits$"),
        ("token lifetime", r"expirationSeconds$|expirationTimestamp$"),
        ("kubectl exec", r"pod-v1/#connect-\w+-pods-exec$"),
        ("kubectl port-forward web 80", r"pod-v1/#connect-\w+-pods-portforward$"),
        ("is:required service port", r"port$"),
        (
            'The Service "web" is invalid: spec.ports[0].port: Invalid value: 70000: must be low',
            r"service-v1/#spec.ports.port$",
        ),
        ("must be between 1 and 65535, inclusive", r"[pP]ort$"),
        ("spec.template.spec.containers[0].ports: Required value", r"spec.containers.ports$"),
        (
            'error validating data: ValidationError(Pod.spec.containers[0]): unknown field "imag"',
            r"pod-v1/#spec.containers.image$",
        ),
        (
            'pods "a" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true '
            '(container "b" must set securityContext.runAsNonRoot=true)',
            r"securityContext.runAsNonRoot$",
        ),
        ("networkpolicy egress", r"network-policy-v1/#spec.egress$"),
        ("boundObjectRef", r"token-request-v1/#spec.boundObjectRef$"),
        ("ingress tls", r"ingress-v1/#spec.tls$"),
        ("ReadWriteOncePod", r"accessModes$"),
        ("sidecar", r"initContainers$"),
        ("logs", r"pod-v1/#.*-pods-log$"),
        (
            'pods "a" is forbidden: exceeded quota: b, requested: cpu=1, used: cpu=1',
            r"resource-quota-v1/#spec.hard$",
        ),
    ],
    "zh-cn": [
        ("容器镜像", r"image$"),
        ("节点选择", r"nodeSelector$"),
        ("定时任务", r"cron-job-v1/$"),
        ("pod的容器", r"pod-v1/#spec.containers$"),
        ("Deployment 副本数", r"deployment-v1/#spec.replicas$"),
        ("安全上下文", r"securityContext$"),
        ("端口", r"ports$"),
        ("标签", r"labels?$|label"),
        ("初始化容器", r"initContainers$"),
        ("宽限期", r"race"),
        ("service的端口", r"service-v1/#spec.ports$"),
        ("角色绑定", r"role-binding-v1/$"),
        ("环境变量 secret", r"secretKeyRef|secretRef|env"),
        ("hpa 指标", r"horizontal.*metrics"),
        ("准入策略", r"admission"),
        ("令牌", r"token-request-v1/#status.token$"),
        ("卷", r"pod-v1/#spec.volumes$"),
        ("探针", r"Probe$"),
        ("服务账号", r"service-account-v1/$"),
        ("预期的受众", r"#spec.audiences$"),
        ("配置映射", r"config-map-v1/$"),
        ("资源限制", r"resources.limits$"),
        ("節點選擇", r"nodeSelector$"),
        ("服務帳號", r"service-account-v1/$"),
        ("「存活探针」？", r"livenessProbe$"),
        ("优雅终止", r"erminationGracePeriodSeconds$"),
        ("最大不可用", r"maxUnavailable$"),
        ("令牌受众", r"token-request-v1/#spec.audiences$"),
        ("会话保持", r"sessionAffinity$"),
        ("持久卷声明模板", r"volumeClaimTemplates$"),
        ("存储类 回收策略", r"storage-class-v1/#reclaimPolicy$"),
        ("最大副本数", r"maxReplicas$"),
        ("容器日志", r"pods-log$"),
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("tag", QUERIES)
def test_queries_find_pages_of_whole_release(browser: Browser, release: str, tag: str) -> None:
    with open_page(browser, f"{release}{tag}/") as page:
        links = {words: [link for _, link in found(page, words)[:3]] for words, _ in QUERIES[tag]}
    assert {
        words: links[words]
        for words, end in QUERIES[tag]
        if not any(re.search(end, link) for link in links[words])
    } == {}


@pytest.mark.slow
def test_results_are_grouped_by_kind_with_similar_names_as_fallback(
    browser: Browser, release: str
) -> None:
    with open_page(browser, f"{release}en/") as page:
        found(page, "readOnlyRootFilesystem")
        assert page.locator("#_search li").first.inner_text() == "Pod v1"
        assert [link.rpartition("#")[2] for _, link in found(page, "aapodaffinityzz")] != []
        assert page.inner_text("#_search [role=status]") == "Nothing found. Similar names:"


READ = """async () => {
    const read = async (name) => { const text = await (await fetch(`../search-index/${name}.js`)).text(); return JSON.parse(text.slice(text.indexOf(",") + 1, text.lastIndexOf(")"))); };
    const { parts } = await read("names");
    return (await Promise.all(Array.from({ length: parts["zh-cn"] }, (_, part) => read(`zh-cn-${part}`)))).flat();
}"""


@pytest.mark.slow
def test_every_term_of_text_is_found(browser: Browser, release: str) -> None:
    with open_page(browser, f"{release}zh-cn/") as page:
        texts = "\n".join(text for text in page.evaluate(READ) if isinstance(text, str)).lower()
        terms = {word.lower() for term in load_glossary("zh-cn") for word in term.use}
        assert len(present := sorted(term for term in terms if term in texts)) > 50
        assert [term for term in present if not found(page, term)] == []
