"""ValidatingAdmissionPolicies among manifests: who is asked, with which parameters, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.findings.levels import Level
from codegen.validation.admission import guessed
from codegen.validation.files import validate_files

RULE = "{apiGroups: [''], apiVersions: [v1], operations: [%s], resources: [configmaps], scope: '*'}"
POLICY = """apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: p}
spec:
  %s
---
"""
BINDING = """apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: b}
spec: {policyName: p, validationActions: [%s]%s}
---
"""
OBJECT = (
    "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, namespace: a, labels: {tier: web}}, data: {size: '7'}}\n"
)
ALWAYS = f"matchConstraints: {{resourceRules: [{RULE % 'CREATE, UPDATE'}]}}"


def said(
    spec: str, *, binding: str = BINDING % ("Deny", ""), more: str = "", name: str = "web", old: str = ""
) -> list[str]:
    """Level, rule and message of each finding of policies about one object."""
    text = POLICY % spec.replace("\n", "\n  ") + binding + more + OBJECT % name
    return [finding for finding in found(text, old) if "policy" in finding]


def found(text: str, old: str = "") -> list[str]:
    import io

    before = [io.BytesIO(old.encode())] if old else []
    results = validate_files(io.BytesIO(text.encode()), old=before)
    return [
        f"{each.level} {each.rule}: {each.message.partition(' with binding ')[2] or each.message}"
        for each in results.findings
    ]


def validations(*expressions: str) -> str:
    return "validations:\n" + "\n".join(f'- expression: "{each}"\n  message: refused' for each in expressions)


DENIED = "ERR admission-policy-violated: 'b' denied request: {} (cluster)"
OPEN = "ERR admission-policy-not-checked: 'b': not checked: {} (cluster)"


@pytest.mark.parametrize(
    ("expression", "line"),
    [
        ("int(object.data.size) < 10", None),
        ("int(object.data.size) < 5", DENIED.format("refused")),
        ("request.operation == 'CREATE' && request.namespace == 'a' && request.resource.resource == 'configmaps'", None),
        ("oldObject == null && request.kind.kind == 'ConfigMap' && params == null", None),
        ("request.userInfo.username == 'x'", OPEN.format("it asks request.userInfo, which only a cluster knows")),
        ("namespaceObject.metadata.name == 'a'", OPEN.format("it asks namespaceObject, and the namespace is not among the files")),
        ("object.data.none == 'a'", OPEN.format("it reads none, which is absent here and which a server may fill in")),
        ("authorizer.group('').resource('pods').check('get').allowed()", OPEN.format("it uses authorizer, which is not known outside of a cluster")),
        ("1 / 0 == 1", DENIED.format("expression '1 / 0 == 1' resulted in error: divide by zero")),
    ],
)  # fmt: skip
def test_what_a_policy_says(expression: str, line: str | None) -> None:
    assert said(f"{ALWAYS}\n{validations(expression)}") == ([line] if line else [])


def test_the_actions_of_a_binding_are_levels() -> None:
    spec = f"{ALWAYS}\n{validations('false')}"
    for actions, level in (("Audit", Level.INFO), ("Warn, Audit", Level.WARN), ("Deny, Audit", Level.ERR)):
        assert said(spec, binding=BINDING % (actions, ""))[0].startswith(f"{level} admission-policy-violated")
    assert said(spec, binding="") == [
        "INFO admission-policy-unbound: no binding names this policy, so a server does not ask it (cluster)"
    ]


def test_a_policy_that_ignores_failures_lets_errors_pass() -> None:
    assert said(f"failurePolicy: Ignore\n{ALWAYS}\n{validations('1 / 0 == 1')}") == []
    assert said(f"failurePolicy: Ignore\n{ALWAYS}\n{validations('false')}") == [DENIED.format("refused")]


def test_variables_and_conditions() -> None:
    variables = (
        "variables:\n- {name: size, expression: int(object.data.size)}\n- {name: twice, expression: variables.size * 2}"
    )
    rule = "validations:\n- expression: variables.twice < 10\n  messageExpression: \"'%d is too much'.format([variables.twice])\""
    assert said(f"{ALWAYS}\n{variables}\n{rule}") == [DENIED.format("14 is too much")]
    for condition, is_asked in (("object.metadata.name == 'web'", True), ("object.metadata.name == 'x'", False)):
        conditions = f'matchConditions:\n- {{name: c, expression: "{condition}"}}'
        assert bool(said(f"{ALWAYS}\n{conditions}\n{validations('false')}")) is is_asked
    broken = 'matchConditions:\n- {name: c, expression: "1 / 0 == 1"}'
    assert said(f"{ALWAYS}\n{broken}\n{validations('false')}") == [
        DENIED.format("match condition 'c' resulted in error: divide by zero")
    ]
    unset = "variables:\n- {name: size, expression: 1 / 0}"
    assert "divide by zero" in said(f"{ALWAYS}\n{unset}\n{validations('variables.size > 1')}")[0]


def test_parameters_are_objects_among_the_files() -> None:
    spec = f"paramKind: {{apiVersion: v1, kind: ConfigMap}}\n{ALWAYS}\n{validations('int(object.data.size) <= int(params.data.most)')}"
    params = "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {0}, namespace: a, labels: {{use: limits}}}}, data: {{most: '{1}', size: '0'}}}}\n---\n"
    limits, stricter = params.format("limits", 9), params.format("stricter", 3)
    named = BINDING % ("Deny", ", paramRef: {name: limits, parameterNotFoundAction: Deny}")
    chosen = BINDING % ("Deny", ", paramRef: {selector: {matchLabels: {use: limits}}, parameterNotFoundAction: Deny}")
    assert said(spec, binding=named, more=limits) == []
    assert said(spec, binding=chosen, more=limits + stricter) == [DENIED.format("refused")]
    assert said(spec, binding=named) == [OPEN.format("its parameters (ConfigMap limits) are not among the files")]


@pytest.mark.parametrize(
    ("constraints", "is_asked"),
    [
        (f"resourceRules: [{RULE % 'UPDATE'}]", False),
        (f"resourceRules: [{(RULE % 'CREATE').replace('configmaps', 'secrets')}]", False),
        (f"resourceRules: [{(RULE % 'CREATE').replace(chr(39) * 2, 'apps')}]", False),
        (f"resourceRules: [{(RULE % 'CREATE').replace(chr(39) + '*' + chr(39), 'Cluster')}]", False),
        ("resourceRules: [{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}]", True),
        (f"resourceRules: [{RULE % 'CREATE'}], excludeResourceRules: [{{resourceNames: [web], {(RULE % 'CREATE')[1:]}]", False),
        (f"resourceRules: [{RULE % 'CREATE'}], objectSelector: {{matchLabels: {{tier: web}}}}", True),
        (f"resourceRules: [{RULE % 'CREATE'}], objectSelector: {{matchExpressions: [{{key: tier, operator: NotIn, values: [web]}}]}}", False),
        (f"resourceRules: [{RULE % 'CREATE'}], namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: b}}}}", False),
        (f"resourceRules: [{RULE % 'CREATE'}], namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: a}}}}", True),
    ],
)  # fmt: skip
def test_who_is_asked(constraints: str, is_asked: bool) -> None:
    assert bool(said(f"matchConstraints: {{{constraints}}}\n{validations('false')}")) is is_asked


def test_labels_of_a_namespace_are_those_of_its_manifest() -> None:
    spec = f"matchConstraints: {{resourceRules: [{RULE % 'CREATE'}], namespaceSelector: {{matchLabels: {{env: prod}}}}}}\n{validations('false')}"
    space = "{{apiVersion: v1, kind: Namespace, metadata: {{name: a, labels: {{env: {}}}}}}}\n---\n"
    assert said(spec) == [OPEN.format("it asks for labels of the namespace 'a', which is not among the files")]
    assert said(spec, more=space.format("prod")) == [DENIED.format("refused")]
    assert said(spec, more=space.format("test")) == []


def test_another_version_is_converted_by_servers() -> None:
    other = (RULE % "CREATE").replace("[v1]", "[v2]")
    exact = f"matchConstraints: {{matchPolicy: Exact, resourceRules: [{other}]}}\n{validations('false')}"
    assert said(exact) == []
    assert said(exact.replace("Exact", "Equivalent")) == [
        OPEN.format("it is for other versions of configmaps, to which a server converts the object")
    ]


def test_an_update_has_an_old_object() -> None:
    spec = f"{ALWAYS}\n{validations('oldObject == null || object.data.size == oldObject.data.size')}"
    old = (OBJECT % "web").replace("'7'", "'8'")
    assert said(spec) == []
    assert said(spec, old=old) == [DENIED.format("refused")]


def test_policies_may_stand_in_other_files(tmp_path: Path) -> None:
    policies, manifest = tmp_path / "policies.yaml", tmp_path / "web.yaml"
    policies.write_text(
        POLICY % f"{ALWAYS}\n{validations('false')}".replace("\n", "\n  ") + BINDING % ("Deny", ""), encoding="utf-8"
    )
    manifest.write_text(OBJECT % "web", encoding="utf-8")
    assert [each.rule for each in validate_files(manifest, policies=[policies]).findings] == [
        "admission-policy-violated"
    ]
    assert validate_files(manifest).findings == ()


@pytest.mark.parametrize(
    ("kind", "plural"),
    [("Pod", "pods"), ("Ingress", "ingresses"), ("NetworkPolicy", "networkpolicies"), ("Endpoints", "endpoints")],
)
def test_the_plural_of_a_kind(kind: str, plural: str) -> None:
    assert guessed(kind) == plural


def test_damaged_policies_are_no_exception() -> None:
    for spec in (
        "validations: 1",
        "matchConstraints: [1]",
        "matchConstraints: {resourceRules: [1]}\nvalidations: [1, {expression: 2}]",
    ):
        for binding in (
            BINDING % ("Deny", ""),
            BINDING % ("Deny", ", paramRef: 1"),
            BINDING % ("Deny", ", matchResources: {namespaceSelector: 1}"),
        ):
            assert isinstance(said(spec, binding=binding), list)
