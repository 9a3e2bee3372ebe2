"""What is reported about CustomResourceDefinitions."""

from __future__ import annotations

from codegen.findings.rules.rule import EITHER, ERROR, WARNING, Area, Rule

_STRUCTURAL = (
    "Servers refuse a schema that is not structural: they could not tell which fields to keep, nor fill in defaults."
)

_RULES = (
    Rule(
        id="crd-unreadable",
        levels=ERROR,
        says="a CustomResourceDefinition lacks what names its resource, or has something else there",
        why="Without group, kind, plural, scope and versions nobody knows which objects it is about.",
        example="`spec.names` without `kind`",
        repair="Compare it with what `kubectl get crd NAME -o yaml` prints.",
    ),
    Rule(
        id="crd-version-old",
        levels=ERROR,
        says="the definition has an apiVersion of apiextensions.k8s.io before v1",
        why="Today's servers do not know it, and its schema need not be structural.",
        example="`apiVersion: apiextensions.k8s.io/v1beta1`",
        repair="Write it as `apiextensions.k8s.io/v1`, with a schema for each version below `spec.versions`. A cluster that still has the definition prints it so: `kubectl get crd NAME -o yaml`.",
    ),
    Rule(
        id="crd-without-schema",
        levels=ERROR,
        says="a served version has no schema",
        why="Servers refuse it, and there is nothing to generate or to compare.",
        example="`versions: [{name: v1, served: true, storage: true}]`",
        repair="Write the schema below `schema.openAPIV3Schema`. `{type: object, x-kubernetes-preserve-unknown-fields: true}` takes any object.",
    ),
    Rule(
        id="crd-type-missing",
        levels=ERROR,
        says="a schema inside a definition has no type",
        why=_STRUCTURAL,
        example="`spec.rows` with a description and nothing else",
        repair="Give it a `type`. A number or a word is `x-kubernetes-int-or-string: true`, anything at all is `x-kubernetes-preserve-unknown-fields: true`.",
    ),
    Rule(
        id="crd-ref",
        levels=ERROR,
        says="a schema inside a definition refers to another one",
        why="Servers do not follow `$ref` in a CustomResourceDefinition, and refuse it.",
        example='`$ref: "#/definitions/Soil"`',
        repair="Write the schema out in the place of the reference. controller-gen does that from Go types.",
    ),
    Rule(
        id="crd-not-structural",
        levels=ERROR,
        says="a schema inside a definition says something that a structural one may not",
        why=_STRUCTURAL,
        example="`uniqueItems: true`, `additionalProperties: false`, or `type` inside `anyOf`",
        repair="The message names the word and its place, the hint what to write instead.",
    ),
    Rule(
        id="crd-twice",
        levels=EITHER,
        says="one version of a custom resource is defined twice",
        why="An error where the two differ: which of them holds would depend on the order of files. A warning where both say the same.",
        example="`plots.yaml` and `all.yaml`, which contains it, in one folder",
        repair="Remove one of the two, or name only one of them as a source.",
    ),
    Rule(
        id="crd-version-not-served",
        levels=WARNING,
        says="a version has `served: false`, and is not read",
        why="No server accepts or gives objects of it, so it has no place in schemas, code and pages.",
        example="`{name: v1alpha1, served: false}` beside `v1`",
        repair="Nothing to do. Set `served: true` if clients are to use it.",
    ),
    Rule(
        id="manifest-passed-over",
        levels=WARNING,
        says="a file with CustomResourceDefinitions holds other manifests too",
        why="They say nothing about what an API looks like. The message counts them by kind, so that nothing is left out unseen.",
        example="the manifest of a whole release, with a Deployment beside the definitions",
        repair="Nothing to do. A file with the definitions alone is read without this note.",
    ),
)

AREA = Area(title="Custom resources", source="every command that reads CustomResourceDefinitions", rules=_RULES)
