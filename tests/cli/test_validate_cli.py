"""`codegen validate`: realistic manifests, locations of findings, and invalid input without a
traceback.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import Result
from jsonschema import Draft202012Validator

from codegen.core.source import Source
from codegen.readers.documents.dialects import kubectl_value
from codegen.readers.documents.loader import read_manifests
from gardens.validation import GARDEN, RULES, rules_folder
from support.commands import lines
from support.commands import run as command
from support.report_samples import FINDINGS_SCHEMA
from support.rows import each_row

PLOT = """\
apiVersion: garden.example.io/v1
kind: Plot
metadata:
  name: south
spec:
  name: south
  size: 20
  beds:
  - id: 1
"""
REQUEST = """\
apiVersion: authentication.k8s.io/v1
kind: TokenRequest
spec:
  audiences: [vault]
  expirationSeconds: 600
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a folder with the schema of the invented kind only."""
    (tmp_path / "garden.json").write_text(json.dumps(GARDEN))
    rules_folder(tmp_path / "rules")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return command("validate", *arguments, stdin=stdin)


def garden(text: str | bytes, *arguments: str) -> Result:
    return run("-", "--source", "garden.json", "--rules", "rules", *arguments, stdin=text)


def test_valid_manifest_has_no_findings(folder: Path) -> None:
    result = garden(PLOT, "--url", "garden/south")
    assert result.exit_code == 0
    assert result.stdout == (
        "Summary: 1 resource found in 1 file - Valid: 1, Invalid: 0, Errors: 0, Skipped: 0, Unknown: 0\nno findings\n"
    )


def test_findings_are_located_at_their_values(folder: Path) -> None:
    text = PLOT.replace("size: 20", "size: 2\n  tags: [a, B]\n  owner: x\n  sise: 3").replace(
        "- id: 1", "- note: 1"
    )
    text = text.replace("  name: south\nspec", "  name: south\nstatus: {}\nspec")
    result = garden(text, "--url", "garden/south")
    assert result.exit_code == 1
    assert lines(result) == [
        "5:1: ERR field-value-required",
        "8:9: ERR size-too-small",
        "9:13: ERR tag-pattern",
        "10:10: ERR field-value-type-invalid",
        "11:3: ERR unknown-field",
        "13:5: WARN field-value-required",
        "13:11: ERR field-value-type-invalid",
    ]
    assert (
        "stdin:8:9: ERR size-too-small: spec.size: Invalid value: 2: must be a plot (server)"
        in result.stdout
    )
    assert "did you mean size?" in result.stdout


def test_documents_files_and_folders_are_validated(folder: Path) -> None:
    (folder / "m/sub").mkdir(parents=True)
    (folder / "m/a.yaml").write_text(
        f"---\n{PLOT}---\n# nothing\n---\n{PLOT.replace('20', 'many')}---\nkind: Shed\napiVersion: v1\n"
    )
    (folder / "m/sub/b.json").write_text(
        '{"apiVersion": "garden.example.io/v1",\n "kind": "Plot", "spec": {"name": 1}}'
    )
    (folder / "m/no.txt").write_text("[")
    result = run("m", "--source", "garden.json")
    assert result.exit_code == 1
    assert "m/a.yaml:20:9: ERR field-value-type-invalid: spec.size" in result.stdout
    assert "m/sub/b.json:2:18: ERR field-value-required: spec.beds" in result.stdout
    assert "m/sub/b.json:2:35: ERR field-value-type-invalid: spec.name" in result.stdout
    assert (
        "m/a.yaml:24:7: ERR kind-unknown: kind: there is no schema for Shed of v1" in result.stdout
    )
    assert (
        "4 resources found in 2 files - Valid: 1, Invalid: 2, Errors: 0, Skipped: 0, Unknown: 1"
        in result.stdout
    )


def test_list_items_are_validated(folder: Path) -> None:
    items = "".join(
        f"- {PLOT.replace('20', size).replace('name: south', f'name: south-{size}', 1).replace(chr(10), chr(10) + '  ').rstrip()}\n"
        for size in ("20", "x")
    )
    result = run(
        "-", "--source", "garden.json", stdin=f"apiVersion: v1\nkind: List\nitems:\n{items}"
    )
    assert lines(result) == ["19:11: ERR field-value-type-invalid"]
    assert "2 resources found" in result.stdout


def test_release_option_selects_rules(folder: Path) -> None:
    text = PLOT.replace("20", "9000")
    statuses = {"1.11": 0, "v1.12.3": 1, "1.13": 1, "1.14": 0}
    assert {
        name: garden(text, "--kubernetes-version", name).exit_code for name in statuses
    } == statuses
    assert "(server 1.12)" in garden(text, "--kubernetes-version", "v1.12.3").stdout
    assert "1.10 to 1.14, not for 1.20" in garden(text, "--kubernetes-version", "1.20").stdout
    for wrong in (
        ("--kubernetes-version", "new"),
        ("--url", "south"),
        ("--url", "a/b/c"),
        ("--format", "xml"),
    ):
        assert garden(PLOT, *wrong).exit_code == 2


def test_url_options_decide_url_rules(folder: Path) -> None:
    assert (
        "only a cluster, or the URL of the request, can decide: metadata.name: The name is"
        in garden(PLOT).stdout
    )
    assert lines(garden(PLOT, "--url", "garden/north")) == ["4:9: ERR name-matches"]


def test_unknown_fields_and_failing_level(folder: Path) -> None:
    text = PLOT + "  more: 1\n"
    assert [
        garden(text, "--field-validation", mode).exit_code for mode in ("Strict", "Warn", "Ignore")
    ] == [1, 0, 0]
    assert garden(text, "--field-validation", "Warn", "--fail-on", "WARN").exit_code == 1


def test_configuration_provides_schemas(folder: Path) -> None:
    (folder / "codegen.yaml").write_text(
        "sources: [{path: garden.json}]\noutputs: [{target: json-schema, to: out}]\n"
    )
    result = run("-", stdin=PLOT.replace("20", "x"))
    assert lines(result) == ["7:9: ERR field-value-type-invalid"]
    assert result.stdout.splitlines()[-2] == "Checked against the sources of codegen.yaml"
    assert "Checked against" not in garden(PLOT).stdout
    (folder / "other.yaml").write_text(
        "sources: [{path: nothing.json}]\noutputs: [{target: json-schema, to: out}]\n"
    )
    result = run("-", "--config", "other.yaml", stdin=PLOT)
    assert (result.exit_code, "nothing.json" in result.stderr) == (2, True)
    assert run("-", "--config", "missing.yaml", stdin=PLOT).exit_code == 2
    assert run("-", "--source", "missing.json", stdin=PLOT).exit_code == 2
    assert run("-", "--locale", "xx", stdin=PLOT).exit_code == 2
    # Kinds missing in the sources are taken from the bundled schemas.
    assert lines(run("-", stdin=REQUEST.replace("600", "60"))) == ["5:22: ERR expiration-too-short"]


def test_invalid_rule_files_are_reported(folder: Path) -> None:
    (folder / "rules/plot-garden-v1.toml").write_text('first = "1.10"\n')
    result = garden(PLOT)
    assert result.exit_code == 2
    assert "server-rules-invalid" in result.stderr
    (folder / "rules/plot-garden-v1.toml").write_text('first = "1.10"\nlast = \n')
    assert "plot-garden-v1.toml:2:8: error[server-rules-unreadable]" in garden(PLOT).stderr
    rule = RULES.index("[[rules]]", RULES.index("[[rules]]") + 1)
    wrong = RULES[:rule] + RULES[rule:].replace('condition = "', 'condition = "mis', 1)
    (folder / "rules/plot-garden-v1.toml").write_text(wrong, encoding="utf-8")
    place, _, said = garden(PLOT).stderr.partition(
        ": error[server-rules-invalid]: rules[1].condition: "
    )
    assert place.endswith(f"plot-garden-v1.toml:{RULES.count(chr(10), 0, rule) + 1}")
    assert "did you mean" in said


def test_json_output_is_valid_by_schema(folder: Path) -> None:
    text = PLOT.replace("20", "2") + "  more: 1\n---\na: 1\na: 2\n---\napiVersion: v1\nkind: Shed\n"
    document = json.loads(
        garden(text, "--format", "json", "--kubernetes-version", "1.12", "--locale", "zh-cn").stdout
    )
    schema = FINDINGS_SCHEMA
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(document)
    by_rule = {finding["rule"]: finding for finding in document["findings"]}
    small = by_rule["size-too-small"]
    assert (small["layer"], small["code"], small["field"]) == (
        "server",
        "FieldValueInvalid",
        "spec.size",
    )
    assert (small["pointer"], small["line"], small["column"]) == ("/spec/size", 7, 9)
    assert (small["help"], small["source"]) == ("size is in square metres.", "size.go")
    assert by_rule["unknown-field"]["message"].startswith("spec.more: 未知字段")
    counts = {
        "files": 1,
        "resources": 3,
        "valid": 0,
        "invalid": 1,
        "error": 1,
        "skipped": 0,
        "unknown": 1,
    }
    assert document["counts"] == counts
    first = document["resources"][0]
    assert first["status"]["message"].endswith('strict decoding error: unknown field "spec.more"')
    assert [note["rule"] for note in first["undecided"]] == ["name-matches"]
    for name in ("findings", "resources", "counts"):
        assert not Draft202012Validator(schema).is_valid(
            {key: value for key, value in document.items() if key != name}
        )


def test_fingerprints_survive_line_changes(folder: Path) -> None:
    def fingerprints(text: str) -> list[str]:
        return [
            finding["fingerprint"]
            for finding in json.loads(garden(text, "--format", "json").stdout)["findings"]
        ]

    text = PLOT.replace("20", "2")
    assert fingerprints(text) == fingerprints(f"# a comment\n\n{text}")
    assert len(set(fingerprints(text + "  more: 1\n"))) == 2


ECHO = """\
apiVersion: authentication.k8s.io/v1
kind: TokenRequest
metadata: {}
spec:
  audiences: null
  boundObjectRef: null
  expirationSeconds: null
status:
  expirationTimestamp: null
  token: abc
"""
ANSWER = """\
apiVersion: authentication.k8s.io/v1
kind: TokenRequest
metadata:
  creationTimestamp: "2026-01-01T10:10:10Z"
  name: default
  namespace: default
spec:
  audiences:
  - https://kubernetes.default.svc.cluster.local
  boundObjectRef: null
  expirationSeconds: 3600
status:
  expirationTimestamp: "2026-01-01T11:10:10Z"
  token: abc
"""


@pytest.mark.parametrize(
    "text", [ECHO, ECHO.replace("{}", "\n  creationTimestamp: null"), ANSWER, REQUEST]
)
@pytest.mark.parametrize("version", ["", "1.24", "1.31", "1.36", "1.37"])
def test_output_of_kubectl_create_token_passes(folder: Path, text: str, version: str) -> None:
    for written in (text, json.dumps(read_manifests(Source(text, "x.yaml")).documents[0].data)):
        result = run("-", "--kubernetes-version", version, stdin=written)
        assert result.exit_code == 0, result.stdout
        assert "Valid: 1, Invalid: 0" in result.stdout
        # The page marks two null fields as required, so they are reported with the reason why
        # servers accept them.
        assert result.stdout.count("WARN field-value-required") == (
            2 if text.startswith(ECHO[:60]) and "null\n  bound" in text else 0
        )


HEAD = "apiVersion: garden.example.io/v1\nkind: Plot\n"


BAD: list[tuple[str | bytes, str, int]] = [
    (
        HEAD + "spec: {name: a, beds: [], size: 9223372036854775808}",
        "3:33: ERR field-value-invalid",
        1,
    ),
    (HEAD + "spec: {name: a, beds: [], size: 20.5}", "3:33: ERR field-value-type-invalid", 1),
    (HEAD + "spec: {name: a, beds: [], size: .nan}", "3:33: ERR field-value-type-invalid", 1),
    (HEAD + "spec: {name: a, beds: [], ratio: -.inf}", "3:34: ERR field-value-invalid", 1),
    (HEAD + "spec: {name: a, beds: [], size: yes}", "3:33: ERR field-value-type-invalid", 1),
    (HEAD + "spec: {name: on, beds: []}", "3:14: ERR field-value-type-invalid", 1),
    (
        HEAD + "spec: {name: a, beds: [], sown: 2024-01-01T00:00:00}",
        "3:33: ERR field-value-invalid",
        1,
    ),
    (
        HEAD + "spec: {name: a, beds: [], sown: 2024-02-30T00:00:00Z}",
        "3:33: ERR field-value-invalid",
        1,
    ),
    (HEAD + "spec: {name: a, beds: [], labels: {~: b}}", "3:36: ERR field-value-type-invalid", 1),
    (
        HEAD + "spec: {name: a, beds: [], labels: {9223372036854775808: b}}",
        "3:36: ERR field-value-type-invalid",
        1,
    ),
    (HEAD + "spec: {name: a, beds: [], labels: {on: b, yes: b}}", "3:43: ERR duplicate-key", 1),
    (HEAD + "spec: {name: a, beds: [], labels: {a: {}}}", "3:39: ERR field-value-type-invalid", 1),
    (HEAD + "spec: {name: a, beds: [], 1: b}", "3:27: ERR unknown-field", 1),
    (HEAD + "spec: []", "3:7: ERR field-value-type-invalid", 1),
    (HEAD + "spec: {name: a, beds: []}\nkind: Plot\n", "4:1: ERR duplicate-key", 1),
    (HEAD + "spec:\n  name: a\n  beds: []\n  name: b\n", "6:3: ERR duplicate-key", 1),
    ('{"apiVersion": "v1", "kind": "A",\n "kind": "B"}', "2:2: ERR duplicate-key", 1),
    (HEAD + "spec: &x {name: a, beds: [], free: *x}", "3:36: ERR yaml-alias", 2),
    (HEAD + "spec: {? [a] : b}", "3:10: ERR yaml-key", 2),
    (HEAD + "spec: !!python/name:os.system x", "3:7: ERR yaml-tag", 2),
    (HEAD + "spec: !!int a", "3:7: ERR yaml-tag", 2),
    (HEAD + "spec:\n\tname: a", "4:1: ERR not-yaml", 2),
    (HEAD + "spec: {name: a", "3:15: ERR not-yaml", 2),
    (HEAD + "spec: '\x00'", "3:8: ERR not-yaml", 2),
    (HEAD + 'spec: "\\UFFFFFFFF"', "3:10: ERR not-yaml", 2),
    ('{"a": 1}\n---\n{"a": [}', "3:8: ERR not-yaml", 2),
    ('{"a": "b', "1:7: ERR not-json", 2),
    ('{"a": 1', "1:8: ERR not-json", 2),
    ('{"a": ' * 10_000, "1:1201: ERR document-too-deep", 2),
    ("- " * 10_000, "1:401: ERR document-too-deep", 2),
    ("\n".join(" " * number + "a:" for number in range(1000)), "201:201: ERR document-too-deep", 2),
    ("kind: Plot", "1:1: ERR manifest-without-kind", 1),
    ("apiVersion: 1\nkind: Plot", "1:13: ERR manifest-without-kind", 1),
    ("apiVersion: v1\nkind:", "2:6: ERR manifest-without-kind", 1),
    ("apiVersion: v1\nkind: [Plot]", "2:7: ERR manifest-without-kind", 1),
    ("--- 3", "1:5: ERR manifest-no-object", 1),
    ("- a", "1:1: ERR manifest-no-object", 1),
    ("a: 1\n--- \n[", "3:2: ERR not-yaml", 2),
    (HEAD.encode() + b"spec: \xff\xfe", "3:7: ERR not-utf8", 2),
    (HEAD.encode("utf-16-le"), "1:1: ERR not-utf8", 2),
]


@pytest.mark.parametrize(("text", "place", "status"), BAD, ids=map(str, range(len(BAD))))
def test_invalid_input_is_reported_with_location(
    folder: Path, text: str | bytes, place: str, status: int
) -> None:
    result = run("-", "--source", "garden.json", stdin=text)
    assert (place in lines(result), result.exit_code) == (True, status), result.output


def test_alias_bomb_is_validated_fast(folder: Path) -> None:
    bomb = "a0: &a0 [x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
    )
    result = run("-", stdin=bomb)
    assert result.exit_code == 2
    assert "yaml-too-large" in result.stdout
    merges = "a0: &a0 {x: 1}\n" + "".join(
        f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}], y{n}: 1}}\n" for n in range(1, 200)
    )
    assert run("-", stdin=merges).exit_code == 2


def test_findings_in_aliases_and_merges_are_reported(folder: Path) -> None:
    text = (
        HEAD
        + "metadata: &m {name: a}\nspec:\n  name: a\n  beds:\n  - &b {id: x}\n  - {<<: *b, side: s}\n  - {<<: *b, id: 2, side: t}\n  free: *m\n"
    )
    assert (
        lines(run("-", "--source", "garden.json", stdin=text))
        == ["7:13: ERR field-value-type-invalid"] * 2
    )


def test_empty_folder_fails(folder: Path) -> None:
    (folder / "empty").mkdir()
    (folder / "full").mkdir()
    (folder / "full/a.yaml").write_text(PLOT)
    result = run("empty", "full", "--source", "garden.json")
    assert result.exit_code == 2
    assert "empty: ERR folder-empty: has no files ending in .yaml" in result.stdout
    assert result.stdout.splitlines()[0].endswith("; name a folder of manifests, or the files")
    assert "Valid: 1" in result.stdout


def test_file_without_objects_is_noted(folder: Path) -> None:
    (folder / "plot.yaml").write_text(PLOT)
    (folder / "words.yaml").write_text("# only words\n")
    result = run("plot.yaml", "words.yaml", "--source", "garden.json")
    assert (result.exit_code, "words.yaml: no document" in result.stdout + result.stderr) == (
        0,
        True,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "# only words\n",
        "---\n# nothing\n---\n",
        "null",
        "{apiVersion: v1, kind: List, items: }",
    ],
)
def test_run_that_checked_nothing_fails(folder: Path, text: str) -> None:
    result = run("-", stdin=text)
    assert result.exit_code == 1
    assert (
        "stdin: ERR nothing-checked: nothing was checked; the input contains no object"
        in result.stdout
    )


def test_template_has_hint_to_render_it(folder: Path) -> None:
    text = (
        f"# {{{{ a comment }}}}\n{PLOT.replace('name: south', 'name: {{ .Release.Name }}-plot', 1)}"
    )
    result = garden(text)
    assert result.exit_code == 2
    assert lines(result) == ["5:9: ERR manifest-template"]
    assert (
        "this is a template, not a manifest: {{ .Release.Name }}; render the chart first"
        in result.stdout
    )
    result = garden(PLOT.replace("20", "'{{ .Values.size }}'"))
    assert lines(result) == ["7:9: ERR field-value-type-invalid"]
    assert (
        'Invalid value: "{{ .Values.size }}": must be an integer, not a string (schema); '
        in result.stdout
    )
    assert "render the chart first" in result.stdout
    (folder / "chart.json").write_text('{"kind": {{ .Values.kind }}}')
    assert lines(run("chart.json")) == ["1:10: ERR manifest-template"]


@pytest.mark.parametrize(
    "allowed", ["Shed", "garden.example.io/v9/Shed", "garden.*/v9/Shed", "garden"]
)
def test_unknown_kind_is_finding_unless_allowed(folder: Path, allowed: str) -> None:
    text = "apiVersion: garden.example.io/v9\nkind: Shed\n"
    result = garden(text)
    assert result.exit_code == 1
    assert lines(result) == ["2:7: ERR kind-unknown"]
    assert "Valid: 0, Invalid: 0, Errors: 0, Skipped: 0, Unknown: 1" in result.stdout
    result = garden(text, "--allow-unknown", allowed)
    assert result.exit_code == 0
    assert (
        "note: stdin:1: Shed #1 is not checked: there is no schema for Shed of garden.example.io/v9"
        in result.stdout
    )
    assert result.stdout.splitlines()[-1] == "nothing was checked"
    assert garden(text, "--allow-unknown", "v9/Shed", "--allow-unknown", "Plot").exit_code == 1


def test_malformed_allowed_kind_is_refused(folder: Path) -> None:
    result = run("-", "--allow-unknown", "a b", stdin=PLOT)
    assert result.exit_code == 2
    assert "--allow-unknown: error[selection-malformed]: 'a b' is not" in result.output


def test_misspelt_kind_has_suggestion(folder: Path) -> None:
    assert run("-", stdin=REQUEST.replace("Request", "Requests")).stdout.startswith(
        "stdin:2:7: ERR kind-unknown: kind: there is no schema for TokenRequests of authentication.k8s.io/v1, so the object was not "
        "checked (cluster); did you mean TokenRequest?; "
    )
    said = garden(PLOT.replace("Plot", "plot")).stdout
    assert "did you mean Plot?" in said
    assert "did you mean" not in garden(PLOT.replace("Plot", "plot").replace("/v1", "/v2")).stdout


def test_malformed_lists_are_reported(folder: Path) -> None:
    text = """\
apiVersion: v1
kind: List
itms: []
---
{apiVersion: v1, kind: List, items: {}}
---
apiVersion: v1
kind: List
metadata: {resourceVersion: ""}
items:
- apiVersion: v1
  kind: List
  more: 1
  items: [{apiVersion: garden.example.io/v1, kind: Plot, spec: {name: 1, beds: []}}]
"""
    result = garden(text)
    assert result.exit_code == 1
    assert lines(result) == [
        "1:1: ERR manifest-no-object",
        "5:37: ERR manifest-no-object",
        "14:71: ERR field-value-type-invalid",
    ]


def test_nested_lists_have_depth_limit(folder: Path) -> None:
    def nested(depth: int) -> str:
        head = '{"apiVersion": "v1", "kind": "List", "items": ['
        return head * depth + json.dumps({"apiVersion": "v1", "kind": "Shed"}) + "]}" * depth

    assert "1 resource found" in run("-", stdin=nested(99)).stdout
    assert "document-too-deep" in run("-", stdin=nested(101)).stdout


def test_findings_are_localized(folder: Path) -> None:
    result = garden(
        PLOT
        + "  more: 1\n  owner: {apiVersion: v1, kind: Gardener, name: x}\n---\napiVersion: v1\nkind: Shed\n",
        "--locale",
        "zh-cn",
        "--kubernetes-version",
        "1.20",
    )
    told = result.stdout.splitlines()[:-2]
    assert lines(result) == ["10:3: ERR unknown-field", "14:7: ERR kind-unknown"]
    assert [re.search("[\u4e00-\u9fff]{2}", line) is not None for line in told] == [True] * 4, told
    assert garden(PLOT, "--locale", "zh-cn").stdout.splitlines()[-1] == "没有发现问题"


LONG = "x" * 1_000_000
LONG_KEY = {
    "apiVersion": "garden.example.io/v1",
    "kind": "Plot",
    "spec": {"name": "a", "beds": [], LONG: 1},
}
LONG_TEXTS = (PLOT.replace("20", LONG), json.dumps(LONG_KEY), f"apiVersion: {LONG}\nkind: Shed\n")


@pytest.mark.parametrize("text", LONG_TEXTS, ids=["value", "key", "name"])
def test_long_values_are_truncated_in_messages(folder: Path, text: str) -> None:
    result = garden(text)
    assert result.exit_code == 1
    assert len(result.stdout) < 20_000


def test_excess_findings_are_counted(folder: Path) -> None:
    for count in (1000, 1001):
        beds = json.dumps([{"id": str(number)} for number in range(count)])
        result = run(
            "-", "--source", "garden.json", stdin=HEAD + f"spec: {{name: a, beds: {beds}}}"
        )
        assert ("findings-left-out: 1 more" in result.stdout) is (count > 1000)
        assert result.stdout.count("\n") < 1100


def test_unreadable_files_do_not_stop_others(folder: Path) -> None:
    (folder / "bad.yaml").write_text(PLOT.replace("20", "x"))
    (folder / "broken.yaml").write_bytes(b"\xff")
    result = run(
        "missing.yaml", "broken.yaml", "bad.yaml", "--source", "garden.json", "--format", "json"
    )
    document = json.loads(result.stdout)
    Draft202012Validator(FINDINGS_SCHEMA).validate(document)
    assert result.exit_code == 2
    assert document["complete"] is False
    assert [finding["rule"] for finding in document["findings"]] == [
        "source-unreadable",
        "not-utf8",
        "field-value-type-invalid",
    ]
    assert document["counts"]["error"] == 2


@each_row("""
    True  | y Y yes Yes YES true True TRUE on On ON
    False | n N no No NO false False FALSE off Off OFF
    None  | ~ null Null NULL
""")
def test_plain_words_are_converted_like_kubectl(value: str, words: str) -> None:
    assert {repr(kubectl_value(word)) for word in words.split()} == {value}


def test_other_plain_scalars_are_converted_like_kubectl() -> None:
    numbers = "0644 0o17 0x1F -0b11 1_000 +5 0 -0 08 1.5 1e3 .5 1. +.Inf -.inf"
    values = "420 15 31 -3 1000 5 0 0 8.0 1.5 1000.0 0.5 1.0 inf -inf"
    assert [repr(kubectl_value(number)) for number in numbers.split()] == values.split()
    assert [kubectl_value(""), kubectl_value("9" * 400)] == [None, int("9" * 400)]
    texts = [
        "tRue",
        "2024-01-01",
        "12:30",
        "1.2.3",
        "0x",
        "1k",
        "9" * 401,
        "1e999",
        "NaN",
        "-",
        "٣",
    ]
    assert [kubectl_value(text) for text in texts] == texts
