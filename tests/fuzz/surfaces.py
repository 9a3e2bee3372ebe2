"""Every entry point of untrusted text, with a name, valid inputs and the processing of one input.

Processing raises only `CodegenError`, which the command prints, and documented errors of public
functions.
"""

from __future__ import annotations

import json
import random
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from warnings import catch_warnings

import yaml
from msgspec import Struct

from codegen.cel.runtime.cel_rules import check as check_rules  # noqa: F401  - loaded before inputs are timed
from codegen.core.diagnostics import CodegenError, Level, Report
from codegen.core.locales import Languages
from codegen.core.source import Source, decode
from codegen.drift import diff as drift
from codegen.drift.baseline.entries import load_baseline
from codegen.drift.history import views
from codegen.drift.history.history import history
from codegen.drift.review.review import review
from codegen.endpoint import protobuf
from codegen.endpoint.bodies import read_object
from codegen.endpoint.negotiation import JSON, PROTOBUF, YAML
from codegen.endpoint.status_errors import StatusError
from codegen.findings.finding import Results
from codegen.findings.formats import FORMATS, render
from codegen.kube import formats as scalar_formats
from codegen.model import Reference
from codegen.model.selection import pattern, select
from codegen.outputs import registry
from codegen.outputs.inspection.json_view import as_json
from codegen.project.config import configuration
from codegen.project.emit import generate
from codegen.readers.documents.contents_files import read_contents
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation import po
from codegen.translation.exchange.file_formats import FILE_FORMATS
from codegen.translation.glossary import load_glossary
from codegen.translation.lint.linter import lint
from codegen.translation.update import translate
from codegen.validation import rule_loader
from codegen.validation.manifest_files import validate_files
from codegen.validation.upgrade import upgrade
from gardens import compare, docs, table, validation
from gardens.resources import PLOTS, plots, schema_of
from support.rendering import SHELLS, copy_text

_CASES = Path(__file__).parent.parent / "cases"
_FOLDER = tempfile.TemporaryDirectory(
    prefix="fuzz-",
    dir="/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108
)
FOLDER = Path(_FOLDER.name)
ALLOWED = (CodegenError,)


class Surface(Struct, frozen=True, kw_only=True):
    """An entry point for text: `seeds` are valid inputs, `run` processes one input."""

    seeds: Callable[[], list[str]]
    run: Callable[[bytes], None]


def _chance(data: bytes) -> random.Random:
    """Return a random generator seeded by the input, so that runs are repeatable."""
    return random.Random(zlib.crc32(data))  # noqa: S311


def _file(name: str, data: bytes) -> Path:
    file = FOLDER / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def _cases(*endings: str, below: str = "sources") -> list[str]:
    files = sorted(
        file
        for file in _CASES.glob(f"*/{below}/**/*")
        if file.suffix in endings and file.stat().st_size < 20_000
    )
    texts = [file.read_bytes().decode("utf-8", errors="replace") for file in files]
    return list(dict.fromkeys(texts))


# Sources.

_OUTPUTS = Path(__file__).parents[2] / "schemas"


def _documents() -> list[str]:
    made = [
        json.dumps(each, ensure_ascii=False)
        for each in (compare.document(), table.document(), validation.GARDEN)
    ]
    generated = [
        file.read_text(encoding="utf-8") for file in sorted(_OUTPUTS.glob("tokenrequest-*"))
    ]
    return [*made, *generated, PLOTS, *_cases(".json", ".yaml", ".yml")]


def _pages() -> list[str]:
    return [compare.english(), *_cases(".md", ".txt")]


def _html_pages() -> list[str]:
    pages = [compare.english(), *_cases(".md")]
    return [
        SHELLS[name](page)
        for name in ("Docsy", "GitHub", "upper case")
        for page in pages
        if "\n---\n" in page
    ]


def _copied_pages() -> list[str]:
    return [
        copy_text(page, mark) for mark in ("", "• ") for page in _cases(".md") if "\n---\n" in page
    ]


_PYTHON = tuple(name for name, output in registry.bundled_outputs().items() if output.package)
_OTHERS = (
    {"target": "json-schema"},
    {"target": "openapi", "version": "3.0"},
    {"target": "openapi"},
    {"target": "docs", "layout": "list"},
    {"target": "docs", "layout": "table"},
    {"target": "docs", "layout": "plain"},
)


def _read(file: Path) -> tuple[Reference, Report]:
    report = Report()
    return read_sources([SourcePath(path=file, display_path=file.name)], report), report


def _shown(results: Results, chance: random.Random) -> None:
    for shape in chance.sample(sorted(FORMATS), 2):
        _no_traceback(render(results, shape))


def _no_traceback(text: str) -> None:
    if "Traceback (most recent call last)" in text:
        raise AssertionError("a traceback is shown")


def _source(ending: str, seeds: Callable[[], list[str]]) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        file, chance = _file(f"source/plot{ending}", data), _chance(data)
        what = chance.random()
        if what < 0.6:
            reference, report = _read(file)
            _no_traceback(
                json.dumps(as_json(reference, report.diagnostics))
                + "\n".join(map(str, report.diagnostics))
            )
        elif what < 0.75:
            _compared(file, chance.choice(_plain(seeds)), ending, chance)
        elif what < 0.97:
            _generated(file.name, chance)
        else:
            _used(file, ending, chance.choice(_plain(seeds)))

    return run


@cache
def _plain(seeds: Callable[[], list[str]]) -> list[str]:
    return seeds()[:4]


def _compared(file: Path, seed: str, ending: str, chance: random.Random) -> None:
    _shown(drift.diff(_file(f"other/plot{ending}", seed.encode()), file, fail_on=Level.ERR), chance)


def _generated(name: str, chance: random.Random) -> None:
    output: dict[str, Any] = (
        {"target": chance.choice(_PYTHON)}
        if chance.random() < 0.12
        else dict(chance.choice(_OTHERS))
    )
    to = "out/{locale}" if output["target"] == "docs" else "out"
    config = {
        "sources": [{"path": f"source/{name}"}],
        "locales": ["en", "zh-cn"],
        "outputs": [{**output, "to": to}],
    }
    generate(configuration.load(_file("codegen.yaml", json.dumps(config).encode())))


def _used(file: Path, ending: str, seed: str) -> None:
    other = _file(f"other/v1.1/plot{ending}", seed.encode())
    history_of = history(other, _file(f"other/v1.2/plot{ending}", file.read_bytes()))
    _no_traceback(views.as_json(history_of) + views.as_text(history_of, changed=False))
    if ending in (".md", ".txt"):
        review([file], locale="zh-cn")
        lint([SourcePath(path=file, display_path=file.name)], "zh-cn", load_glossary("zh-cn"))
    translate([other], file, "zh-cn", FOLDER / "zh-cn.po")


# Settings.

_CONFIG = """\
sources:
- path: source/plot.json
  locale: en
  against: [{path: other/plot.json}]
locales: [en, zh-cn]
translations: po
select: [Plot, '!*List', garden.example.io/v1]
history: [{path: other/v1.1/plot.json, release: '1.1'}]
check: {baseline: accepted.yaml}
site: {title: Garden}
outputs:
- {target: json-schema, to: out}
- {target: docs, layout: table, to: 'docs/{locale}', toc: toc.yaml, fields: fields.yaml}
- {target: dataclasses, to: py, fieldValidation: Warn}
"""


def _configuration(data: bytes) -> None:
    (FOLDER / "po").mkdir(exist_ok=True)
    _file("source/plot.json", json.dumps(compare.document()).encode())
    config = configuration.load(_file("codegen.yaml", data))
    configuration.load_languages(FOLDER / "codegen.yaml")
    if _chance(data).random() < 0.05:
        generate(config)


_BASELINE = """\
accepted:
- rule: field-removed
  id: io.example.api.garden.v1.PlotSpec#owner
  direction: request
  locale: zh-cn
  reason: it was never read
  until: 2026-12-31
- {rule: 'file-*', reason: x, until: '2027-01-01'}
"""


def _baseline(data: bytes) -> None:
    load_baseline(_file("accepted.yaml", data), "accepted.yaml")


def _selection(data: bytes) -> None:
    texts = decode(data, "patterns").split("\n")
    select(_garden(), [pattern(text) for text in texts if text][:20])


@cache
def _garden() -> Reference:
    return _read(_file("garden/plot.json", json.dumps(table.document()).encode()))[0]


def _contents(data: bytes) -> None:
    parts = decode(data, "toc.yaml").partition("\f")
    contents = read_contents(
        Source(parts[0], "toc.yaml"),
        Source(parts[2], "fields.yaml") if parts[1] else None,
        Report(),
    )
    if _chance(data).random() < 0.2:
        with suppress(AssertionError):  # two pages with one path, which a set of files refuses
            docs.emit_texts(_docs_reference(), table=contents, report=Report())


@cache
def _docs_reference() -> Reference:
    return docs.reference()


# Languages and translations.

_PO = """\
msgid ""
msgstr ""
"Language: zh_CN\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

#. reused: io.example.api.garden.v1.Bed
#: plot.md:12
#, fuzzy
#| msgid "old"
msgctxt "io.example.api.garden.v1.PlotSpec#owner"
msgid "owner is who waters the plot."
msgstr "owner 是浇水的人。"

msgctxt "io.example.api.garden.v1.Plot"
msgid ""
"Plot is a piece of ground.\\n"
"Two lines."
msgstr "地块。"

#~ msgctxt "a"
#~ msgid "b"
#~ msgstr "c"
"""
_WORDS = 'name = "English"\nscript = "Latn"\n[labels]\nfields = "Fields"\n[spellings]\nrequired = ["required"]\n[usage]\nquote = "“"\n'
_GLOSSARY = '[[term]]\nenglish = "Pod"\nuse = ["Pod"]\navoid = ["容器组"]\n[[word]]\nuse = ["其他"]\navoid = ["其它"]\n'


def _catalogue(data: bytes) -> None:
    catalog = po.load_catalog(_file("zh-cn.po", data), "zh-cn", "zh-cn.po")
    po.format_catalog(catalog.entries.values(), "zh-cn", catalog)
    if _chance(data).random() < 0.2:
        lint(
            [SourcePath(path=FOLDER / "zh-cn.po", display_path="zh-cn.po")],
            "zh-cn",
            load_glossary("zh-cn"),
        )


def _exchange(name: str) -> Callable[[bytes], None]:
    form = FILE_FORMATS[name]

    def run(data: bytes) -> None:
        units = form.read(decode(data, "texts"), "texts")
        form.write(units, "zh-cn")

    return run


def _exchange_seeds(name: str) -> Callable[[], list[str]]:
    return lambda: [FILE_FORMATS[name].write(FILE_FORMATS["po"].read(_PO, "a.po"), "zh-cn")]


def _languages(data: bytes) -> None:
    languages = Languages(_file("locales/xx.toml", data).parent)
    locale = languages.get("xx")
    _ = locale.usage, locale.site
    _file("locales/xx.toml", b"")


def _language_seeds() -> list[str]:
    from codegen.core import resources

    return [
        (resources.templates() / f"locales/{tag}.toml").read_text(encoding="utf-8")
        for tag in ("en", "ja")
    ] + [_WORDS]


def _glossary(data: bytes) -> None:
    load_glossary("xx", _file("terms.toml", data))


def _rules(data: bytes) -> None:
    with catch_warnings(action="ignore", category=FutureWarning):  # Python warns of some patterns
        rule_loader.load_rules(_file("rules/plot-garden-v1.toml", data))


# Objects.

_PLOT = """\
apiVersion: garden.example.io/v1
kind: Plot
metadata: {name: a}
spec: {rows: 3, beds: [{name: c}], depth: 3cm}
"""
_ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: a, namespace: b}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
"""
_TOKEN_REQUEST = """\
apiVersion: authentication.k8s.io/v1
kind: TokenRequest
spec: {audiences: [a], expirationSeconds: 600}
"""
_POLICY = """\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: p}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: ["*"], apiVersions: ["*"], operations: [CREATE], resources: ["*"]}]
  validations: [{expression: object.metadata.name != 'x', messageExpression: "'a' + object.kind"}]
"""


def _manifest_seeds() -> list[str]:
    block = yaml.safe_dump(validation.VALID, sort_keys=False)
    together = ((block, _TOKEN_REQUEST), (_POLICY, _ROLE), (PLOTS, _PLOT))
    return [json.dumps(validation.VALID), block, *map("---\n".join, together), _ROLE, PLOTS]


@cache
def _known() -> tuple[tuple[Reference, str], ...]:
    return ((_read(_file("known/plot.json", json.dumps(validation.GARDEN).encode()))[0], "garden"),)


def _manifest(data: bytes) -> None:
    chance = _chance(data)
    old = [BytesIO(_manifest_seeds()[1].encode())] if chance.random() < 0.2 else []
    strict = chance.choice(("Strict", "Warn", "Ignore"))
    results = validate_files(
        BytesIO(data),
        references=_known(),
        old=old,
        field_validation=strict,
        locale=chance.choice(("en", "zh-cn")),
    )
    _shown(results, chance)


def _upgraded(data: bytes) -> None:
    from codegen.readers.built_in.structure import BuiltIns

    releases = BuiltIns().releases
    _shown(upgrade(BytesIO(data), start=releases[0], target=releases[-1]), _chance(data))


def _request(data: bytes) -> None:
    for media in (JSON, YAML):
        with suppress(StatusError):
            read_object(data, media, "garden.example.io/v1", "Plot")


_EXPRESSIONS = (
    "self.rows > 0 && self.beds.all(b, b.name != '')",
    "self.soil.matches('^[a-z]+$') ? size(self.soil) < 10 : true",
    "quantity('1Gi').isGreaterThan(quantity('1Mi')) && has(self.depth)",
    "self.beds.map(b, b.name).exists_one(n, n == 'a') || oldSelf.rows <= self.rows",
    "duration('1h') < duration('2h') && url('https://a/b').getHost() == 'a' && 'a,b'.split(',').size() == 2",
    "cidr('10.0.0.0/8').containsIP(ip('10.1.2.3')) && self.properties.all(k, k in ['a'])",
    "[1, 2.5, 'a', true, null, {'a': 1u}][0] == 1 && 0x1F + -3 % 2 != 7e3 && b'\\xff' != r'\\n'",
)


def _rule(data: bytes) -> None:
    expression, made = decode(data, "rule"), plots()
    rules = [{"rule": expression, "messageExpression": expression}]
    spec = schema_of(made)["properties"]["spec"]
    del spec["oneOf"]  # the object is valid, so findings concern the rule
    spec["x-kubernetes-validations"] = rules
    validate_files(
        BytesIO(f"{json.dumps(made)}\n---\n{_PLOT}".encode("utf-8", errors="surrogatepass"))
    )


def _protobuf_seeds() -> list[str]:
    """Return protobuf messages as text with one character per byte."""
    spec = {
        "audiences": ["x", "y"],
        "expirationSeconds": 600,
        "boundObjectRef": {"kind": "Pod", "name": "a", "uid": "b"},
    }
    metadata = {
        "name": "a",
        "labels": {"a": "b"},
        "creationTimestamp": "2024-01-01T00:00:00Z",
        "generation": 7,
    }
    token = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "metadata": metadata,
        "spec": spec,
    }
    return [protobuf.encode(token).decode("latin-1")]


def _protobuf(data: bytes) -> None:
    raw = data.decode("utf-8", errors="replace").encode("latin-1", errors="replace")
    with suppress(StatusError):
        read_object(raw, PROTOBUF, "authentication.k8s.io/v1", "TokenRequest")


_SCALARS = [
    "2024-02-29T12:30:45.5+02:00\n1h30m\n10.0.0.0/8\n::ffff:1.2.3.4\nhttps://[::1]:80/a?b#c\na@b.c\n1Gi\n978-3-16-148410-0\n4111 1111 1111 1111\n550e8400-e29b-41d4-a716-446655440000\n#fff\nQUJD\n0a:1b:2c:3d:4e:5f\na (b (c) d) <e@f>"
]


def _scalar(data: bytes) -> None:
    for text in data.decode("utf-8", errors="replace").split("\n"):
        for test in scalar_formats.FORMATS.values():
            test(text)


SURFACES: dict[str, Surface] = {
    "page": Surface(seeds=_pages, run=_source(".md", _pages)),
    "page without marks": Surface(seeds=_pages, run=_source(".txt", _pages)),
    "page in HTML": Surface(seeds=_html_pages, run=_source(".html", _html_pages)),
    "copied page": Surface(seeds=_copied_pages, run=_source(".txt", _copied_pages)),
    "document in JSON": Surface(seeds=_documents, run=_source(".json", _documents)),
    "document in YAML": Surface(seeds=_documents, run=_source(".yaml", _documents)),
    "definition": Surface(seeds=lambda: [PLOTS], run=_source(".yaml", lambda: [PLOTS])),
    "configuration": Surface(seeds=lambda: [_CONFIG], run=_configuration),
    "baseline": Surface(seeds=lambda: [_BASELINE], run=_baseline),
    "selection": Surface(
        seeds=lambda: ["!*List\ngarden.example.io/v1/Plot\n*\nio.example.api.garden.v1.Plot"],
        run=_selection,
    ),
    "contents": Surface(seeds=lambda: [docs.TOC, f"{docs.TOC}\f{docs.FIELDS}"], run=_contents),
    "catalog": Surface(seeds=lambda: [_PO, *_cases(".po", below="translations")], run=_catalogue),
    "xliff": Surface(seeds=_exchange_seeds("xliff"), run=_exchange("xliff")),
    "csv": Surface(seeds=_exchange_seeds("csv"), run=_exchange("csv")),
    "language": Surface(seeds=_language_seeds, run=_languages),
    "glossary": Surface(seeds=lambda: [_GLOSSARY], run=_glossary),
    "rules": Surface(seeds=lambda: [validation.RULES], run=_rules),
    "manifest": Surface(seeds=_manifest_seeds, run=_manifest),
    "manifest of upgrade": Surface(seeds=_manifest_seeds, run=_upgraded),
    "request": Surface(seeds=_manifest_seeds, run=_request),
    "protobuf": Surface(seeds=_protobuf_seeds, run=_protobuf),
    "rule in CEL": Surface(seeds=lambda: list(_EXPRESSIONS), run=_rule),
    "scalar": Surface(seeds=lambda: _SCALARS, run=_scalar),
}
