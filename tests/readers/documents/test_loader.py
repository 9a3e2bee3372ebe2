"""Loading of JSON and YAML: data, locations and faults."""

from __future__ import annotations

import copy
import io
import json
import pickle

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from codegen.core import source as sources
from codegen.core.diagnostics import CodegenError, Finding, Report, Span
from codegen.core.source import Source
from codegen.readers.documents.dialects import API, MANIFEST
from codegen.readers.documents.document import Document
from codegen.readers.documents.loader import read_api_document, read_settings, read_stream
from codegen.readers.documents.yaml_reader import read_yaml
from support.budget import example_settings

PRETTY = json.dumps(
    {
        "definitions": {"a.Plot": {"properties": {"name": {}, "bed": {}}}, "a.Bed": {}},
        "swagger": "2.0",
    },
    indent=2,
)
YAML = """\
# a comment
openapi: 3.0.0
components:
  schemas:
    a.Plot:
      properties:
        name: {type: string}
        size: {type: integer, maximum: 0x10, minimum: -1, ratio: 1.5e1}
      required: [name]
  flags: [true, False, null, ~, 'true', "no", yes]
  200: >
    folded
    text
"""


def load(text: str, path: str = "garden.json") -> Document:
    return read_api_document(Source(text, path), Report())


def load_error(text: str, path: str = "garden.json") -> Finding:
    with pytest.raises(CodegenError) as caught:
        load(text, path)
    (found,) = caught.value.diagnostics
    assert found.span.path == path
    assert found.hint
    return found


def rule_and_position(found: Finding) -> tuple[str, int, int]:
    return found.rule, found.span.line, found.span.column


@pytest.mark.parametrize(
    "text",
    [
        PRETTY,
        json.dumps(json.loads(PRETTY), separators=(",", ":")),
        PRETTY.replace("\n", "\r\n \t"),
        PRETTY.replace(":", " :").replace("\n", "\n\n"),
        PRETTY.replace("a.Plot", "植物🌱").replace("a.Bed", "a\\u002eBed"),
    ],
)
def test_json_locations_in_any_layout(text: str) -> None:
    document = load(text)
    lines = document.source.text.split("\n")

    def text_at(*steps: str, key: bool = True) -> str:
        span = document.span(*steps, key=key)
        return lines[span.line - 1][span.column - 1 :].replace("\\u002e", ".")

    plot = "a.Plot" if "a.Plot" in text else "植物🌱"
    assert text_at("definitions", "a.Bed").startswith('"a.Bed"')
    assert text_at("definitions", plot, "properties", "bed").startswith('"bed"')
    assert text_at("swagger", key=False) == text_at("swagger", key=False).lstrip()
    assert text_at("swagger", key=False)[0] == '"'
    assert text_at("definitions", "nowhere", "bed") == text_at("definitions")
    assert document.inner(("definitions", plot)).span("properties", key=True) == document.span(
        "definitions", plot, "properties", key=True
    )


def test_locations_are_compared_copied_and_pickled_like_values() -> None:
    document = load(PRETTY)
    first, second = document.span("definitions", key=True), document.span("swagger", key=True)
    assert sorted([second, first]) == [first, second]
    assert {first, Span(path="garden.json", line=2, column=3)} == {first}
    assert pickle.loads(pickle.dumps(first)) == copy.deepcopy(first) == first  # noqa: S301  - our own
    assert str(first.replace_path("other.json")) == "other.json:2:3"


def test_yaml_data_and_locations() -> None:
    document = load(YAML, "garden.yaml")
    assert document.data == {
        "openapi": "3.0.0",
        "components": {
            "schemas": {
                "a.Plot": {
                    "properties": {
                        "name": {"type": "string"},
                        "size": {"type": "integer", "maximum": 16, "minimum": -1, "ratio": 15.0},
                    },
                    "required": ["name"],
                }
            },
            "flags": [True, False, None, None, "true", "no", "yes"],
            "200": "folded text\n",
        },
    }
    assert document.place(("components", "schemas", "a.Plot", "properties", "size"), key=True) == (
        8,
        9,
    )
    assert document.place(("components", "flags", 3)) == (10, 30)
    assert (
        document.place(("components", "flags", 7))
        == document.place(("components", "flags"), key=True)
        == (10, 3)
    )


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85", "中文", "😀", "\u3000", "\ufeff"])
def test_locations_after_unusual_characters(odd: str) -> None:
    text = f"title: 'a {odd} b'\n{odd[:1] if odd.isalpha() else ''}paths: {{x: 1}}\nlast: @\n"
    found = load_error(text, "garden.yaml")
    assert (found.span.line, found.span.column) == (3, 7)
    document = load(text.replace("@", ""), "garden.yaml")
    name = next(key for key in document.data if key.endswith("paths"))
    assert document.place((name, "x"), key=True) == (2, len(name) + 4)
    assert document.place(("title",), key=True) == (1, 1)


@pytest.mark.parametrize(
    "text",
    [YAML, "a: &x {b: 1}\nc: *x\n<<: {d: [1, 2]}\n", "a: [1\nb: 2\n", "a: \x01", "a: 1\n---\nb: 2"],
)
def test_parser_without_libyaml_gives_same_result(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def outcome() -> object:
        stream = read_yaml(Source(text, "g.yaml"), API)
        places = [(fault.rule, fault.line, fault.column) for fault in stream.faults]
        return [
            (document.data, document.place(), document.place(("c", "b")))
            for document in stream.documents
        ], places

    expected = outcome()
    monkeypatch.delattr(pyyaml, "CSafeLoader")
    assert outcome() == expected


def test_merged_keys_keep_their_locations() -> None:
    text = "a: &x {b: 1, c: &y 2}\nd:\n  <<: *x\n  c: 3\ne: [*x, *y]\n"
    (document,) = read_yaml(Source(text, "g.yaml"), API).documents
    assert document.data == {
        "a": {"b": 1, "c": 2},
        "d": {"b": 1, "c": 3},
        "e": [{"b": 1, "c": 2}, 2],
    }
    assert document.place(("d", "b"), key=True) == (1, 8)
    assert document.place(("d", "c")) == (4, 6)


@pytest.mark.parametrize(
    ("path", "text", "expected", "said"),
    [
        (
            "a.json",
            '{\n  "a": 1,\n  "b": {"c": [{"d": 1, "d": 2}]}\n}',
            ("duplicate-key", 3, 24),
            "the key 'd' appears twice in one object (hint: remove one of the two; some readers take the last, others refuse both)",
        ),
        ("a.json", '{\n  "a": 1,\n  "\\u0061": 2}', ("duplicate-key", 3, 3), "'a'"),
        (
            "a.json",
            '{\n  "a": ,\n}',
            ("not-json", 2, 8),
            "(hint: correct the document, or export it again)",
        ),
        ("a.json", '{"a": "open', ("not-json", 1, 7), "Unterminated string"),
        ("a.json", '{"a": 1} {"b": 2}', ("not-json", 1, 10), "not valid JSON: Extra data ("),
        (
            "a.json",
            '{"a": ' + "9" * 5000 + "}",
            ("not-json", 1, 7),
            f"not valid JSON: the number {'9' * 40} is too long, or not a JSON number (hint: correct the number)",
        ),
        (
            "a.json",
            "[1, 2]",
            ("not-a-document", 1, 1),
            "the top level is not an object (hint: expected an OpenAPI document or a JSON Schema)",
        ),
        ("a.json", "", ("not-a-document", 1, 1), "the top level"),
        ("a.json", "only words", ("not-a-document", 1, 1), "the top level"),
        ("a.yaml", "a: 1\nb:\n  c: 1\n  c: 2\n", ("duplicate-key", 4, 3), "'c'"),
        (
            "a.yaml",
            "a: 1\n? [x]\n: 2\n",
            ("yaml-key", 2, 3),
            "a list or map is used as a key (hint: use a string as the key)",
        ),
        (
            "a.yaml",
            "a: 1\nb: *nothing\n",
            ("yaml-alias", 2, 4),
            "*nothing refers to an unknown or unfinished anchor (hint: write the value instead of the alias)",
        ),
        ("a.yaml", "a: &x\n  b: *x\n", ("yaml-alias", 2, 6), "*x"),
        (
            "a.yaml",
            "a: !!python/object:os.system x\n",
            ("yaml-tag", 1, 4),
            "python/object:os.system' is not supported (hint: remove the tag)",
        ),
        (
            "a.yaml",
            "a: 1\n---\nb: 2\n",
            ("yaml-several-documents", 2, 1),
            "a second document begins here (hint: put each document in its own file)",
        ),
        ("a.yaml", "a: [1\nb: 2\n", ("not-yaml", 2, 2), "(hint: correct the document)"),
        (
            "a.yaml",
            "a:\n\t- b\n",
            ("not-yaml", 2, 1),
            "(hint: indent with spaces: YAML does not allow tabs there)",
        ),
        (
            "a.yaml",
            "a: \x01\n",
            ("not-yaml", 1, 4),
            r"the character '\x01' is not allowed (hint: remove the character, or write it as an escape in double quotes)",
        ),
        ("a.yaml", "a: 'b", ("not-yaml", 1, 6), "at the end of the line"),
        (
            "a.yaml",
            "a: {<<: 1}",
            ("yaml-merge", 1, 9),
            "`<<` merges a value that is not a map (hint: merge maps only)",
        ),
        (
            "a.yaml",
            "a: !!int b",
            ("yaml-tag", 1, 4),
            "'b' is not of the type int (hint: remove the tag)",
        ),
        (
            "a.yaml",
            "a: &b [1]\n*b : 2",
            ("yaml-key", 2, 1),
            "*b cannot be used as a key (hint: write the key instead of the alias)",
        ),
    ],
)
def test_faults_are_located(
    path: str, text: str, expected: tuple[str, int, int], said: str
) -> None:
    found = load_error(text, path)
    assert rule_and_position(found) == expected
    assert said in str(found)


@pytest.mark.parametrize("depth", [200, 10_000, 200_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    assert load("a: " + "[" * 199 + "]" * 199, "deep.yaml").place(("a", *[0] * 198)) == (1, 202)
    assert load('{"a":' + "[" * 199 + "]" * 199 + "}").place(("a", *[0] * 198)) == (1, 204)
    found = load_error("a: " + "[" * depth + "]" * depth, "deep.yaml")
    assert found.rule == "document-too-deep"
    assert (
        found.hint == "check the program that wrote it: no Kubernetes object is nested that deeply"
    )
    for end in ("[]" + "}" * depth, "["):
        assert rule_and_position(load_error('{"a":' * depth + end)) == (
            "document-too-deep",
            1,
            1001,
        )


def test_alias_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = "a0: &a0 [x]\n" + "".join(
        f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}]\n" for i in range(1, 30)
    )
    assert load_error(bomb, "bomb.yaml").rule == "yaml-too-large"
    monkeypatch.setattr("codegen.readers.documents.yaml_reader.MAX_ALIASED", 6)
    text = "a: &a [x, y]\nb: *a\nc: *a\n"  # each alias adds the list and its two items
    assert load(text, "garden.yaml").data["c"] == ["x", "y"]
    assert (
        load_error(f"{text}d: {{<<: {{e: 1}}}}\n", "garden.yaml").hint
        == "write the values instead of aliases inside anchors"
    )


def test_long_yaml_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codegen.readers.documents.yaml_reader.MAX_YAML", 7)
    found = load_error("a: 12345", "garden.yaml")
    said = "8 characters of YAML; at most 7 are read (hint: split the file, or convert it to JSON)"
    assert str(found) == f"garden.yaml:1:1: error[document-too-large]: {said}"
    assert load("a: 1234", "garden.yaml").data == {"a": 1234}


def test_configuration_faults_have_their_own_rules() -> None:
    assert read_settings(Source("a: {b: [1, x]}", "codegen.yaml")).data == {"a": {"b": [1, "x"]}}
    assert read_settings(Source("# nothing", "codegen.yaml")).data is None
    for text, rule, line in (
        ("a: 1\na: 2", "duplicate-key", 2),
        ("a: b: c", "config-unreadable", 1),
        ("---\n---\n", "config-unreadable", 2),
    ):
        with pytest.raises(CodegenError) as caught:
            read_settings(Source(text, "codegen.yaml"))
        assert [(found.rule, found.span.line) for found in caught.value.diagnostics] == [
            (rule, line)
        ]


def test_values_before_a_fault_keep_their_locations() -> None:
    stream = read_stream(Source('{"a": [1]}\n---\n{"a": ]', "g.json"), MANIFEST)
    assert [fault.rule for fault in stream.faults] == ["not-json"]
    assert stream.documents[0].place(("a", 0)) == (1, 8)


def test_unpaired_surrogates_are_replaced_and_reported() -> None:
    report = Report()
    document = read_api_document(
        Source('{"a\\ud800": ["\\udc00", "\\ud83c\\udf31"]}', "g.json"), report
    )
    assert document.data == {"a\ufffd": ["\ufffd", "\U0001f331"]}
    said = "unpaired surrogate (\\ud800 to \\udfff) replaced by U+FFFD (hint: correct the escape in the source)"
    assert [str(found) for found in report.diagnostics] == [
        f"g.json:1:4: warning[lone-surrogate]: {said}"
    ]


@pytest.mark.parametrize(
    "number", ["1e999", "-1e999", "1E+400", "9" * 309 + ".0", "NaN", "Infinity", "-Infinity"]
)
@pytest.mark.parametrize("place", ['{{"a": [{}]}}', '{{"x-b": {{"c": {}}}, "d": 1.5}}'])
def test_numbers_beyond_json_are_refused_or_strings_in_yaml(number: str, place: str) -> None:
    text = place.format(number)
    with pytest.raises(CodegenError) as found:
        read_api_document(Source(text, "garden.json"), Report())
    said = found.value.diagnostics[0]
    assert (said.rule, said.span.line, said.span.column) == ("not-json", 1, text.index(number) + 1)
    assert number in str(
        read_api_document(Source(text.replace("{", "{ ", 1), "garden.yaml"), Report()).data
    )
    assert read_api_document(Source(f"a: {number}\n", "garden.yaml"), Report()).data == {
        "a": number
    }


def test_files_must_be_utf8() -> None:
    whole = "\ufeff" + "a: 植物🌱 of a bed\r\n"
    source = sources.load(io.BytesIO(whole.encode()), "g.yaml")
    assert source.text == Source(whole, "g.yaml").text == "a: 植物🌱 of a bed\n"
    with pytest.raises(CodegenError) as caught:
        sources.load(io.BytesIO(whole.encode() + b"b: \xf0\x9f"), "g.yaml")
    (found,) = caught.value.diagnostics
    assert rule_and_position(found) == ("not-utf8", 2, 4)


@example_settings(150)
@given(
    st.integers(0, len(YAML)),
    st.text(alphabet="{}[]:,&*!|>'\"%@`#-? \n\tab\\u\x00\ud7ff", max_size=6),
    st.booleans(),
)
def test_edited_yaml_and_json_is_read_or_refused(at: int, inserted: str, as_json: bool) -> None:
    whole = PRETTY if as_json else YAML
    text = whole[:at] + inserted + whole[at + 1 :]
    report = Report()
    try:
        document = read_api_document(Source(text, "g.json" if as_json else "g.yaml"), report)
    except CodegenError as refused:
        report.extend(refused.diagnostics)
        assert report.has_errors
    else:
        assert isinstance(document.data, dict)
    assert all(found.hint for found in report.diagnostics)
