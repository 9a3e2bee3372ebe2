"""Server rules of built-in kinds: one change to an object that is valid in every release triggers
each rule.
"""

from __future__ import annotations

import base64
import copy
from functools import cache
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import Level
from codegen.core.releases import format_release
from codegen.kube.field_paths import FieldPath
from codegen.model import Definition, Field, GroupVersionKind, Ref
from codegen.readers.built_in.structure import built_ins
from codegen.validation import rule_loader
from codegen.validation.manifest_schemas import SchemaFinder
from codegen.validation.object_finding import status
from codegen.validation.validator import Validator
from support.files import load_yaml
from support.rows import each_row

SHIPPED = built_ins()
LABELS = {"app": "web"}
ABSENT = object()
PEM = b"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n"
CONTAINER: dict[str, Any] = {
    "name": "web",
    "image": "registry.example.com/web:1.0",
    "imagePullPolicy": "Always",
    "env": [{"name": "MODE", "value": "fast"}],
    "ports": [{"name": "http", "containerPort": 8080, "hostPort": 0, "protocol": "TCP"}],
    "volumeMounts": [{"name": "data", "mountPath": "/data"}],
    "resources": {
        "requests": {"cpu": "100m"},
        "limits": {"cpu": 0.2, "memory": "1Gi", "example.com/gpu": 1},
    },
    "livenessProbe": {"httpGet": {"port": "http"}, "periodSeconds": 5},
    "readinessProbe": {"tcpSocket": {"port": 80}},
}
POD: dict[str, Any] = {
    "containers": [CONTAINER],
    "initContainers": [
        {"name": "first", "image": "a", "volumeMounts": [{"name": "data", "mountPath": "/data"}]}
    ],
    "volumes": [{"name": "data", "emptyDir": {}}],
    "restartPolicy": "Always",
    "serviceAccountName": "web",
    "hostname": "web",
}
TEMPLATE = {"metadata": {"labels": LABELS}, "spec": POD}
ONCE = {"metadata": {"labels": LABELS}, "spec": {**POD, "restartPolicy": "Never"}}
RESTARTING = {"spec": {**POD, "restartPolicy": "OnFailure"}}
SELECTOR = {
    "matchLabels": LABELS,
    "matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}],
}


def make_object(api_version: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": "web", "labels": LABELS},
        **fields,
    }


JOB = {"template": ONCE, "parallelism": 1, "completions": 1}
CLAIM = {
    "accessModes": ["ReadWriteOnce"],
    "resources": {"requests": {"storage": "1Gi"}},
    "storageClassName": "fast",
}
ROLE = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin"}
ACCOUNT = {"kind": "ServiceAccount", "name": "web"}
PORTS = [
    {"name": "a", "port": 80, "targetPort": "http", "protocol": "TCP"},
    {"name": "b", "port": 81},
]
SIGNED = {
    "request": base64.b64encode(PEM).decode(),
    "signerName": "example.com/web",
    "usages": ["client auth"],
}
DISK = {
    "provisioner": "example.com/disk",
    "reclaimPolicy": "Retain",
    "volumeBindingMode": "Immediate",
}
BACKEND = {"service": {"name": "web", "port": {"number": 80}}}
HOOK = {
    "name": "water.example.com",
    "clientConfig": {"url": "https://water.example.com"},
    "sideEffects": "None",
    "admissionReviewVersions": ["v1"],
    "rules": [
        {"operations": ["*"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
    ],
}
SECRET_KEY = {"secretKeyRef": {"name": "a", "key": "b"}}
SPREAD = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}
EXIT_CODES = {"onExitCodes": {"operator": "In", "values": [1]}}
DAEMONS = "spec.updateStrategy"
NO_PODS = {"maxSurge": 0, "maxUnavailable": 0}
NONE = "rolling-update-without-pods"
UNAVAILABLE = "daemon-set-update-unavailable-no-share daemon-set-update-without-pods"
NEGATIVE_SURGE = "daemon-set-update-surge-negative daemon-set-update-surge-and-unavailable"
NEGATIVE_UNAVAILABLE = "daemon-set-update-unavailable-negative"
OBJECTS: dict[str, dict[str, Any]] = {
    "pod": make_object("v1", "Pod", spec=POD),
    "deployment": make_object(
        "apps/v1", "Deployment", spec={"replicas": 1, "selector": SELECTOR, "template": TEMPLATE}
    ),
    "replica-set": make_object(
        "apps/v1", "ReplicaSet", spec={"replicas": 1, "selector": SELECTOR, "template": TEMPLATE}
    ),
    "stateful-set": make_object(
        "apps/v1",
        "StatefulSet",
        spec={"serviceName": "web", "replicas": 1, "selector": SELECTOR, "template": TEMPLATE},
    ),
    "daemon-set": make_object(
        "apps/v1", "DaemonSet", spec={"selector": SELECTOR, "template": TEMPLATE}
    ),
    "job": make_object("batch/v1", "Job", spec=JOB),
    "cron-job": make_object(
        "batch/v1",
        "CronJob",
        spec={
            "schedule": "*/5 0-6 ? JAN,3 Mon-fri",
            "concurrencyPolicy": "Forbid",
            "jobTemplate": {"spec": JOB},
        },
    ),
    "indexed-job": make_object(
        "batch/v1", "Job", spec={**JOB, "completionMode": "Indexed", "backoffLimitPerIndex": 1}
    ),
    "balancer": make_object(
        "v1", "Service", spec={"type": "LoadBalancer", "ports": [{"port": 80}]}
    ),
    "service": make_object(
        "v1",
        "Service",
        spec={"type": "ClusterIP", "sessionAffinity": "None", "selector": LABELS, "ports": PORTS},
    ),
    "namespace": make_object("v1", "Namespace"),
    "disk": make_object(
        "v1",
        "PersistentVolume",
        spec={
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"],
            "nfs": {"server": "nfs.example.com", "path": "/"},
        },
    ),
    "validating-hook": make_object(
        "admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", webhooks=[HOOK]
    ),
    "mutating-hook": make_object(
        "admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", webhooks=[HOOK]
    ),
    "account": make_object("v1", "ServiceAccount"),
    "endpoints": make_object(
        "v1",
        "Endpoints",
        subsets=[{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80, "protocol": "TCP"}]}],
    ),
    "endpoint-slice": make_object(
        "discovery.k8s.io/v1",
        "EndpointSlice",
        addressType="IPv4",
        endpoints=[{"addresses": ["10.0.0.1"]}],
    ),
    "lease": make_object(
        "coordination.k8s.io/v1", "Lease", spec={"leaseDurationSeconds": 1, "leaseTransitions": 0}
    ),
    "runtime-class": make_object("node.k8s.io/v1", "RuntimeClass", handler="fast-1"),
    "event": make_object("v1", "Event", involvedObject={"kind": "Pod", "name": "web"}),
    "csi-driver": {
        **make_object("storage.k8s.io/v1", "CSIDriver", spec={"attachRequired": False}),
        "metadata": {"name": "Disk.example.com"},
    },
    "flow-schema": make_object(
        "flowcontrol.apiserver.k8s.io/v1",
        "FlowSchema",
        spec={
            "priorityLevelConfiguration": {"name": "low"},
            "rules": [
                {
                    "subjects": [{"kind": "User", "user": {"name": "web"}}],
                    "nonResourceRules": [{"nonResourceURLs": ["/a"], "verbs": ["get"]}],
                }
            ],
        },
    ),
    "config-map": make_object("v1", "ConfigMap", data={"a.b": "c"}, binaryData={"d": "YQ=="}),
    "secret": make_object("v1", "Secret", type="Opaque", data={"a": "YQ=="}),
    "claim": make_object("v1", "PersistentVolumeClaim", spec=CLAIM),
    "request": make_object(
        "certificates.k8s.io/v1",
        "CertificateSigningRequest",
        spec={**SIGNED, "expirationSeconds": 600},
    ),
    "storage-class": make_object(
        "storage.k8s.io/v1", "StorageClass", **DISK, parameters={"kind": "fast"}
    ),
    "priority-class": make_object("scheduling.k8s.io/v1", "PriorityClass", value=10),
    "role": make_object(
        "rbac.authorization.k8s.io/v1",
        "Role",
        rules=[{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}],
    ),
    "cluster-role": make_object(
        "rbac.authorization.k8s.io/v1",
        "ClusterRole",
        rules=[{"verbs": ["get"], "nonResourceURLs": ["/healthz"]}],
    ),
    "role-binding": make_object(
        "rbac.authorization.k8s.io/v1", "RoleBinding", roleRef=ROLE, subjects=[ACCOUNT]
    ),
    "cluster-role-binding": make_object(
        "rbac.authorization.k8s.io/v1",
        "ClusterRoleBinding",
        roleRef=ROLE,
        subjects=[{**ACCOUNT, "namespace": "a"}],
    ),
    "autoscaler": make_object(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        spec={
            "minReplicas": 1,
            "maxReplicas": 3,
            "scaleTargetRef": {"kind": "Deployment", "name": "web"},
        },
    ),
    "budget": make_object("policy/v1", "PodDisruptionBudget", spec={"maxUnavailable": "50%"}),
    "ingress": make_object(
        "networking.k8s.io/v1",
        "Ingress",
        spec={
            "rules": [
                {
                    "host": "*.example.com",
                    "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": BACKEND}]},
                }
            ]
        },
    ),
    "network-policy": make_object(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        spec={
            "podSelector": {},
            "ingress": [{"ports": [{"port": 80, "endPort": 90, "protocol": "TCP"}]}],
        },
    ),
}
C = "spec.containers[0]"
T = "spec.template.spec"
OWNER = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "1"}
PATH = "spec.rules[0].http.paths[0]"
POLICY = "spec.ingress[0].ports[0]"
BROKEN = load_yaml(Path(__file__).with_name("broken_objects.yaml"))
# object, field, value, broken rules
CASES: tuple[tuple[str, str, Any, str], ...] = (
    *((row["object"], row["field"], row["value"], " ".join(row["broken"])) for row in BROKEN),
    ("pod", "metadata.name", "Web_1", "name-not-a-subdomain"),
    *(
        ("pod", "metadata.name", "a" * size, rule)
        for size, rule in ((253, ""), (254, "name-too-long"))
    ),
    ("role-binding", "metadata.name", "a/b", "name-not-a-path-segment"),
    ("role-binding", "metadata.name", "system:" + "a" * 254, ""),
    ("pod", "metadata.name", ABSENT, "name-missing"),
    ("pod", "metadata.namespace", "a.b", "namespace-not-a-label"),
    ("pod", "metadata.labels", {"a/b/c": "d"}, "label-key-invalid"),
    ("pod", "metadata.labels", {"a": "no blanks"}, "label-value-invalid"),
    ("pod", "metadata.annotations", {"-": ""}, "annotation-key-invalid"),
    *(
        ("pod", "metadata.annotations", {"A.B/c": "d" * size}, rule)
        for size, rule in ((262_139, ""), (262_140, "annotations-too-large"))
    ),
    ("pod", "metadata.finalizers", ["a/b", "a/b"], "metadata-duplicates-taken"),
    ("pod", "metadata.finalizers", ["orphan", "example.com/water"], ""),
    ("pod", "metadata.finalizers", ["a b"], "finalizer-invalid"),
    ("pod", "metadata.ownerReferences", [OWNER], ""),
    ("pod", "metadata.ownerReferences", [{**OWNER, "apiVersion": ""}], "owner-version-empty"),
    ("pod", "metadata.ownerReferences", [{**OWNER, "kind": ""}], "owner-kind-empty"),
    ("pod", "metadata.ownerReferences", [{**OWNER, "name": ""}], "owner-name-empty"),
    ("pod", "metadata.ownerReferences", [{**OWNER, "uid": ""}], "owner-uid-empty"),
    ("pod", "metadata.generateName", "web.a-", ""),
    ("pod", "metadata.generateName", "Web_", "name-prefix-not-a-subdomain"),
    ("service", "metadata.generateName", "Web_", ""),
    (
        "pod",
        "status",
        {"podIPs": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.1"}]},
        "status-dropped",
    ),
    (
        "pod",
        "spec.ephemeralContainers",
        [{"name": "a", "image": "a", "env": [{"name": "A"}] * 2}],
        "ephemeral-duplicates-taken",
    ),
    ("account", "secrets", [{"name": "a"}, {"name": "a"}], "account-secrets-taken-twice"),
    ("budget", "spec.selector", {"matchLabels": {"a/": "b"}}, "selector-key-invalid"),
    ("budget", "spec.selector", {"matchLabels": {"a": "-"}}, "selector-value-invalid"),
    (
        "budget",
        "spec.selector",
        {"matchExpressions": [{"key": "a", "operator": "in", "values": ["b"]}]},
        "selector-operator-unknown",
    ),
    (
        "budget",
        "spec.selector",
        {"matchExpressions": [{"key": "a", "operator": "NotIn"}]},
        "selector-values-missing",
    ),
    (
        "budget",
        "spec.selector",
        {"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]},
        "selector-values-forbidden",
    ),
    ("pod", f"{C}.name", "Web", "container-name-invalid"),
    ("pod", f"{C}.image", "", "image-missing"),
    ("pod", f"{C}.image", "web ", "image-with-blanks"),
    ("pod", f"{C}.env", [{"name": "1A"}], "environment-name-invalid"),
    ("pod", f"{C}.env", [{"name": "A=B"}], "environment-name-invalid environment-name-unprintable"),
    ("pod", f"{C}.imagePullPolicy", "always", "pull-policy-unknown"),
    ("pod", f"{C}.env", [{"name": "A"}, {"name": "A"}], "container-duplicates-taken"),
    ("pod", f"{C}.ports[0].containerPort", 0, "container-port-out-of-range"),
    *(
        ("pod", f"{C}.ports[0].containerPort", port, rule)
        for port, rule in ((65535, ""), (65536, "container-port-too-large"))
    ),
    ("pod", f"{C}.ports[0].hostPort", -1, "host-port-out-of-range"),
    ("pod", f"{C}.ports[0].hostPort", 70000, "host-port-too-large"),
    ("pod", f"{C}.ports[0].name", "a-name-that-is-too-long", "port-name-invalid"),
    ("pod", f"{C}.ports[0].protocol", "tcp", "protocol-unknown"),
    ("pod", f"{C}.livenessProbe", {"periodSeconds": 1}, "probe-without-handler"),
    ("pod", f"{C}.livenessProbe.exec", {"command": ["a"]}, "probe-handlers-several"),
    ("pod", f"{C}.livenessProbe.tcpSocket", {"port": 1}, "probe-handlers-two"),
    ("pod", f"{C}.livenessProbe.initialDelaySeconds", -1, "probe-delay-negative"),
    ("pod", f"{C}.livenessProbe.timeoutSeconds", -1, "probe-timeout-negative"),
    ("pod", f"{C}.livenessProbe.periodSeconds", -1, "probe-period-negative"),
    ("pod", f"{C}.livenessProbe.failureThreshold", -1, "probe-threshold-negative"),
    ("pod", f"{C}.livenessProbe.httpGet.port", 0, "http-port-out-of-range"),
    ("pod", f"{C}.livenessProbe.httpGet.port", 65536, "http-port-too-large"),
    ("pod", f"{C}.livenessProbe.httpGet.port", "8080", "http-port-name-invalid"),
    ("pod", f"{C}.readinessProbe.tcpSocket.port", 0, "socket-port-out-of-range"),
    ("pod", f"{C}.readinessProbe.tcpSocket.port", 65536, "socket-port-too-large"),
    ("pod", f"{C}.readinessProbe.tcpSocket.port", "a--b", "socket-port-name-invalid"),
    ("pod", f"{C}.resources.requests[cpu]", "201m", "request-above-limit"),
    ("pod", f"{C}.resources.requests[cpu]", "200m", ""),
    ("pod", f"{C}.resources.requests[cpu]", "-1m", "request-negative"),
    ("pod", f"{C}.resources.requests[cpu]", "0", ""),
    ("pod", f"{C}.resources.limits[memory]", -1, "limit-negative"),
    ("pod", f"{C}.resources.requests", {"cpus": 1}, "request-of-unknown-resource"),
    ("pod", f"{C}.resources.limits", {"cpu": 1, "mem": 1}, "limit-of-unknown-resource"),
    ("pod", "spec.containers", [], "containers-missing"),
    ("pod", "spec.initContainers[0].name", "web", "init-container-name-repeated"),
    ("pod", f"{C}.volumeMounts[0].name", "dat", "volume-not-found"),
    ("pod", "spec.initContainers[0].volumeMounts[0].name", "dat", "init-volume-not-found"),
    ("pod", "spec.volumes", [{"name": "data"}, {"name": "a_b"}], "volume-name-invalid"),
    (
        "pod",
        "spec",
        {**POD, "hostPID": True, "shareProcessNamespace": True},
        "processes-of-pod-and-host",
    ),
    ("pod", "spec.restartPolicy", "always", "restart-policy-unknown"),
    ("pod", "spec.terminationGracePeriodSeconds", -1, ""),
    ("deployment", f"{T}.containers[0].image", "web ", ""),
    ("pod", "spec.activeDeadlineSeconds", 0, "deadline-not-positive"),
    ("pod", "spec.serviceAccountName", "A", "service-account-name-invalid"),
    ("pod", "spec.hostname", "a.b", "hostname-invalid"),
    ("pod", "spec.imagePullSecrets", [{"name": "a"}, {"name": "a"}], "pod-duplicates-taken"),
    ("pod", "spec.volumes[0].configMap", {"name": "a"}, "volume-of-several-types"),
    ("service", "spec.ports", [], "service-ports-missing"),
    ("service", "spec.ports[1].name", ABSENT, "service-port-name-missing"),
    ("service", "spec.ports[1].name", "a", "service-port-name-repeated"),
    ("service", "spec.type", "ExternalName", "external-name-missing"),
    ("service", "spec.ports[0].nodePort", 30080, "node-port-of-cluster-ip"),
    ("service", "spec.type", "clusterIP", "service-type-unknown"),
    ("service", "spec.sessionAffinity", "none", "session-affinity-unknown"),
    ("service", "spec.selector", {"": "a"}, "service-selector-key-invalid"),
    ("service", "spec.selector", {"a": "b/c"}, "service-selector-value-invalid"),
    ("service", "spec.ports[0].port", 0, "service-port-out-of-range"),
    ("service", "spec.ports[0].port", 70000, "service-port-too-large"),
    ("service", "spec.ports[0].nodePort", -1, "node-port-out-of-range"),
    ("service", "spec.ports[0].nodePort", 70000, "node-port-too-large node-port-of-cluster-ip"),
    ("service", "spec.ports[0].targetPort", -1, "target-port-out-of-range"),
    ("service", "spec.ports[0].targetPort", 70000, "target-port-too-large"),
    ("service", "spec.ports[0].targetPort", "80", "target-port-name-invalid"),
    ("service", "spec.ports[0].name", "A", "service-port-name-invalid"),
    ("service", "spec.ports[0].protocol", "tcp", "service-protocol-unknown"),
    ("service", "metadata.name", "1a", "service-name-not-a-label"),
    ("service", "metadata.name", "a.b", "service-name-not-a-label service-name-no-label"),
    ("namespace", "metadata.name", "a.b", "namespace-name-not-a-label"),
    *(
        (name, field, value, f"{name}-{rule}")
        for name in ("deployment", "replica-set", "stateful-set", "daemon-set")
        for field, value, rule in (
            ("spec.template.metadata.labels", {"app": "other"}, "selector-mismatch"),
            ("spec.selector", {}, "selector-empty"),
            (f"{T}.restartPolicy", "Never", "restarts-not-always"),
            ("spec.replicas", -1, "replicas-negative"),
        )
        if (name, rule) != ("daemon-set", "replicas-negative")
    ),
    (
        "deployment",
        "spec.strategy",
        {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}},
        "rolling-update-when-recreated",
    ),
    *(
        (name, strategy, {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": down}}, rule)
        for name, strategy, surge, down, rule in (
            ("deployment", "spec.strategy", 0, 0, "rolling-update-without-pods"),
            ("deployment", "spec.strategy", "0%", "00%", "rolling-update-without-pods"),
            ("deployment", "spec.strategy", None, 0, ""),
            ("deployment", "spec.strategy", 0, None, ""),
            ("deployment", "spec.strategy", 1, 0, ""),
            ("deployment", "spec.strategy", 0, "1%", ""),
            ("deployment", "spec.strategy", -1, 1, "rolling-update-surge-negative"),
            ("deployment", "spec.strategy", 1, -1, "rolling-update-unavailable-negative"),
            ("deployment", "spec.strategy", "1", 1, "rolling-update-surge-no-share"),
            ("deployment", "spec.strategy", 1, "1", "rolling-update-unavailable-no-share"),
            ("deployment", "spec.strategy", "101%", "100%", ""),
            ("deployment", "spec.strategy", 1, "101%", "rolling-update-unavailable-above-all"),
            ("daemon-set", DAEMONS, 0, 0, "daemon-set-update-without-pods"),
            ("daemon-set", DAEMONS, None, 0, "daemon-set-update-without-pods"),
            ("daemon-set", DAEMONS, None, "0%", "daemon-set-update-without-pods"),
            ("daemon-set", DAEMONS, 0, None, ""),
            ("daemon-set", DAEMONS, "10%", 0, ""),
            ("daemon-set", DAEMONS, 1, None, "daemon-set-update-surge-and-unavailable"),
            ("daemon-set", DAEMONS, "x", 1, "daemon-set-update-surge-no-share"),
            ("daemon-set", DAEMONS, 0, "x1", UNAVAILABLE),
            ("daemon-set", DAEMONS, 0, "0101%", "daemon-set-update-unavailable-above-all"),
            ("daemon-set", DAEMONS, "200%", 0, "daemon-set-update-surge-above-all"),
        )
    ),
    ("deployment", "spec.minReadySeconds", -1, "deployment-ready-seconds-negative"),
    ("deployment", "spec.revisionHistoryLimit", -1, "deployment-history-negative"),
    (
        "deployment",
        "spec.progressDeadlineSeconds",
        -1,
        "deployment-deadline-negative deployment-deadline-not-above-ready",
    ),
    ("deployment", "spec.progressDeadlineSeconds", 0, "deployment-deadline-not-above-ready"),
    ("deployment", "spec.progressDeadlineSeconds", 1, ""),
    ("deployment", "spec.minReadySeconds", 599, ""),
    ("deployment", "spec.minReadySeconds", 600, "deployment-default-deadline-not-above-ready"),
    ("deployment", "spec.strategy.type", "Rolling", "deployment-strategy-unknown"),
    ("daemon-set", f"{DAEMONS}.type", "Rolling", "daemon-set-strategy-unknown"),
    ("stateful-set", f"{DAEMONS}.type", "Rolling", "stateful-set-strategy-unknown"),
    ("stateful-set", "spec.podManagementPolicy", "Any", "stateful-set-pod-management-unknown"),
    (
        "stateful-set",
        DAEMONS,
        {"type": "OnDelete", "rollingUpdate": {"partition": 1}},
        "stateful-set-update-of-deleted-pods",
    ),
    ("stateful-set", f"{DAEMONS}.rollingUpdate.partition", -1, "stateful-set-partition-negative"),
    ("stateful-set", "spec.ordinals.start", -1, "stateful-set-first-ordinal-negative"),
    ("daemon-set", "spec.minReadySeconds", -1, "daemon-set-ready-seconds-negative"),
    ("daemon-set", "spec.revisionHistoryLimit", -1, "daemon-set-history-negative"),
    ("replica-set", "spec.minReadySeconds", -1, "replica-set-ready-seconds-negative"),
    ("stateful-set", "spec.minReadySeconds", -1, "stateful-set-ready-seconds-negative"),
    ("deployment", "spec.strategy", {"type": "RollingUpdate", "rollingUpdate": NO_PODS}, NONE),
    ("daemon-set", DAEMONS, {"type": "OnDelete", "rollingUpdate": NO_PODS}, ""),
    ("daemon-set", f"{DAEMONS}.rollingUpdate.maxSurge", -1, NEGATIVE_SURGE),
    ("daemon-set", f"{DAEMONS}.rollingUpdate.maxUnavailable", -1, NEGATIVE_UNAVAILABLE),
    ("job", f"{T}.restartPolicy", "Always", "job-restarts-always"),
    ("job", f"{T}.restartPolicy", ABSENT, "job-restarts-always"),
    (
        "job",
        "spec.podFailurePolicy.rules",
        [{"action": "Count", "onPodConditions": [{"type": "ConfigIssue", "status": "Maybe"}]}],
        "pod-condition-status-unknown",
    ),
    ("job", "spec.parallelism", -1, "job-parallelism-negative"),
    ("job", "spec.completions", -1, "job-completions-negative"),
    ("job", "spec.backoffLimit", -1, "job-backoff-negative"),
    ("job", "spec.activeDeadlineSeconds", -1, "job-deadline-negative"),
    ("cron-job", "spec.jobTemplate.spec.ttlSecondsAfterFinished", -1, "job-ttl-negative"),
    ("cron-job", "spec.schedule", "60 * * * *", "schedule-invalid"),
    ("cron-job", "spec.schedule", "TZ=UTC * * * * *", "schedule-with-time-zone"),
    *(
        ("cron-job", "metadata.name", "a" * size, rule)
        for size, rule in ((52, ""), (53, "cron-job-name-too-long"))
    ),
    ("cron-job", "spec.successfulJobsHistoryLimit", -1, "successful-jobs-negative"),
    ("cron-job", "spec.failedJobsHistoryLimit", -1, "failed-jobs-negative"),
    ("cron-job", "spec.startingDeadlineSeconds", -1, "starting-deadline-negative"),
    ("cron-job", "spec.concurrencyPolicy", "forbid", "concurrency-policy-unknown"),
    ("config-map", "data", {"a b": "c"}, "config-map-key-invalid"),
    ("secret", "data", {"..": ""}, "secret-key-invalid"),
    ("secret", "type", "kubernetes.io/tls", "tls-certificate-missing tls-key-missing"),
    ("secret", "type", "kubernetes.io/dockerconfigjson", "docker-config-missing"),
    ("secret", "type", "kubernetes.io/ssh-auth", "ssh-key-missing"),
    ("claim", "spec.accessModes", [], "access-modes-missing"),
    ("claim", "spec.resources.requests", {"cpu": 1}, "storage-request-missing"),
    ("claim", "spec.resources.requests[storage]", "0", "storage-request-not-positive"),
    ("claim", "spec.resources.requests[storage]", "1m", ""),
    ("claim", "spec.accessModes", ["ReadWriteOncePod", "ReadWriteOnce"], "access-mode-not-alone"),
    ("claim", "spec.accessModes", ["ReadWriteOncePod"], ""),
    ("secret", "data", {"a": "YWFh" * 349_525}, ""),
    ("secret", "data", {"a": "YWFh\n" * 349_525}, ""),
    ("secret", "data", {"a": "YWFh" * 349_526}, "secret-too-large"),
    *(
        ("secret", "stringData", {"a": "a" * size}, rule)
        for size, rule in ((1_048_576, ""), (1_048_577, "secret-too-large"))
    ),
    ("config-map", "data", {"a": "é" * 524_288, "b": "c"}, "config-map-too-large"),
    ("config-map", "binaryData", {"a": "YWFh" * 349_526}, "config-map-too-large"),
    ("request", "spec.request", "YWJj", "request-no-pem"),
    ("request", "spec.usages", [], "usages-missing"),
    ("request", "spec.expirationSeconds", 599, "expiration-below-minimum"),
    ("priority-class", "value", 1_000_000_001, "priority-too-large"),
    ("role-binding", "roleRef.kind", "Group", "role-binding-of-unknown-role"),
    ("cluster-role-binding", "roleRef.kind", "Role", "cluster-role-binding-of-unknown-role"),
    (
        "autoscaler",
        "spec.maxReplicas",
        0,
        "replicas-maximum-below-one replicas-minimum-above-maximum",
    ),
    *(
        ("autoscaler", "spec.minReplicas", least, rule)
        for least, rule in ((3, ""), (4, "replicas-minimum-above-maximum"))
    ),
    ("budget", "spec.minAvailable", 1, "budget-twice"),
    ("budget", "spec", {"minAvailable": "1"}, "budget-minimum-invalid"),
    ("budget", "spec", {"minAvailable": -1}, "budget-minimum-negative"),
    ("budget", "spec.maxUnavailable", "half", "budget-maximum-invalid"),
    ("budget", "spec.maxUnavailable", -1, "budget-maximum-negative"),
    ("ingress", f"{PATH}.path", "a", "ingress-path-relative"),
    ("ingress", f"{PATH}.pathType", "prefix", "path-type-unknown"),
    ("ingress", f"{PATH}.backend", {}, "backend-missing"),
    ("ingress", f"{PATH}.backend.resource", {"kind": "A", "name": "b"}, "backend-twice"),
    ("ingress", f"{PATH}.backend.service.name", "a.b", "backend-name-invalid"),
    ("ingress", f"{PATH}.backend.service.port", ABSENT, "backend-port-missing"),
    ("ingress", "spec.rules[0].host", "a.*", "ingress-host-invalid"),
    ("balancer", "spec.clusterIP", "None", "headless-load-balancer"),
    (
        "balancer",
        "spec",
        {"type": "NodePort", "clusterIP": "None", "ports": [{"port": 80}]},
        "headless-node-port",
    ),
    ("balancer", "spec", {"ports": [{"port": 80, "nodePort": 30080}]}, "node-port-of-cluster-ip"),
    ("balancer", "spec", {"ports": [{"port": 80, "nodePort": 0}]}, ""),
    ("balancer", "spec", {"type": "ExternalName", "externalName": "a.example."}, ""),
    ("balancer", "spec", {"type": "ExternalName", "externalName": "a_b"}, "external-name-invalid"),
    (
        "service",
        "spec.sessionAffinityConfig",
        {"clientIP": {"timeoutSeconds": 60}},
        "affinity-config-without-affinity",
    ),
    ("service", "spec.loadBalancerSourceRanges", ["10.0.0.0/8"], "source-ranges-of-other-type"),
    ("service", "spec.allocateLoadBalancerNodePorts", False, "node-ports-switch-of-other-type"),
    ("service", "spec.loadBalancerClass", "example.com/a", "load-balancer-class-of-other-type"),
    ("service", "spec.externalTrafficPolicy", "Local", "traffic-policy-of-inner-service"),
    ("balancer", "spec.externalTrafficPolicy", "Local", ""),
    ("secret", "stringData", {"a b": ""}, "secret-text-key-invalid"),
    ("secret", "type", "kubernetes.io/dockercfg", "docker-file-missing"),
    ("secret", "type", "kubernetes.io/basic-auth", "user-name-missing password-missing"),
    ("secret", "type", "kubernetes.io/service-account-token", "token-account-missing"),
    ("config-map", "binaryData", {"..a": ""}, "config-map-binary-key-invalid"),
    ("claim", "spec.accessModes", ["ReadOnce"], "access-mode-unknown"),
    ("claim", "spec.volumeMode", "block", "volume-mode-unknown"),
    ("claim", "spec.storageClassName", "a_b", "claim-class-invalid"),
    ("claim", "spec.storageClassName", "", ""),
    ("role", "rules[0].verbs", [], "policy-verbs-missing"),
    ("role", "rules[0].apiGroups", [], "policy-groups-missing"),
    ("role", "rules[0].resources", [], "policy-resources-missing"),
    ("role", "rules", [{"verbs": ["get"], "nonResourceURLs": ["/"]}], "role-with-urls"),
    ("cluster-role", "rules[0].resources", ["pods"], "policy-of-urls-and-resources"),
    ("role-binding", "subjects[0].kind", "Pod", "subject-kind-unknown"),
    ("role-binding", "subjects[0].name", "", "subject-name-missing"),
    ("role-binding", "subjects[0].name", "a:b", "subject-account-invalid"),
    (
        "role-binding",
        "subjects[0].apiGroup",
        "rbac.authorization.k8s.io",
        "subject-account-with-group",
    ),
    (
        "role-binding",
        "subjects[0]",
        {"kind": "Group", "name": "a:b", "apiGroup": "v1"},
        "subject-group-unknown",
    ),
    ("cluster-role-binding", "subjects[0].namespace", ABSENT, "subject-account-without-namespace"),
    ("role-binding", "roleRef.apiGroup", "rbac", "role-group-unknown"),
    ("role-binding", "roleRef.name", "", "role-name-missing"),
    ("indexed-job", "spec.completions", ABSENT, "indexed-completions-missing"),
    ("indexed-job", "spec.completionMode", ABSENT, "index-backoff-without-index"),
    ("indexed-job", "spec.maxFailedIndexes", 1, ""),
    (
        "job",
        "spec.maxFailedIndexes",
        1,
        "failed-indexes-without-index failed-indexes-without-backoff",
    ),
    (
        "job",
        "spec.successPolicy",
        {"rules": [{"succeededCount": 1}]},
        "success-policy-without-index",
    ),
    (
        "job",
        "spec",
        {
            "template": RESTARTING,
            "podFailurePolicy": {"rules": []},
            "podReplacementPolicy": "TerminatingOrFailed",
        },
        "failure-policy-restarts replacement-with-failure-policy",
    ),
    ("cron-job", "spec.schedule", "", "schedule-missing"),
    ("cron-job", "spec.timeZone", "", "time-zone-empty"),
    ("cron-job", "spec.timeZone", "America/Argentina/Buenos_Aires", ""),
    ("cron-job", "spec.timeZone", "Etc/../UTC", "time-zone-unknown"),
    ("cron-job", "spec.timeZone", "local", "time-zone-local"),
    ("cron-job", "spec.jobTemplate.spec.selector", SELECTOR, "cron-job-with-selector"),
    ("cron-job", "spec.jobTemplate.spec.manualSelector", True, "cron-job-selects-by-hand"),
    ("autoscaler", "spec.minReplicas", -1, "replicas-minimum-negative"),
    ("autoscaler", "spec.scaleTargetRef.kind", "", "scale-target-kind-missing"),
    ("autoscaler", "spec.scaleTargetRef.name", "", "scale-target-name-missing"),
    (
        "autoscaler",
        "spec.behavior",
        {"scaleUp": {"stabilizationWindowSeconds": -1}},
        "window-negative",
    ),
    (
        "autoscaler",
        "spec.behavior",
        {"scaleUp": {"stabilizationWindowSeconds": 3601}},
        "window-too-long",
    ),
    *(
        (
            "autoscaler",
            "spec.behavior",
            {
                "scaleDown": {
                    "policies": [{"type": "Pods", "value": value, "periodSeconds": period}]
                }
            },
            rule,
        )
        for value, period, rule in (
            (0, 1, "scaling-value-not-positive"),
            (1, 0, "scaling-period-not-positive"),
            (1, 1801, "scaling-period-too-long"),
            (1, 1800, ""),
        )
    ),
    ("ingress", "spec.rules", [], "ingress-empty"),
    ("ingress", f"{PATH}.path", "/a//b", "ingress-path-with-empty-part"),
    (
        "ingress",
        PATH,
        {"path": "a", "pathType": "ImplementationSpecific", "backend": BACKEND},
        "ingress-path-without-slash",
    ),
    ("ingress", "spec.rules[0].host", "10.0.0.1", "ingress-host-is-address"),
    ("network-policy", f"{POLICY}.port", 0, "policy-port-out-of-range"),
    ("network-policy", f"{POLICY}.port", 65536, "policy-port-too-large end-port-below-port"),
    ("network-policy", f"{POLICY}.endPort", 79, "end-port-below-port"),
    ("network-policy", f"{POLICY}.port", ABSENT, "end-port-without-port"),
    ("network-policy", "spec.ingress[0].from", [{}], "ingress-peer-empty"),
    ("network-policy", "spec.ingress[0].from", [{"podSelector": {}}], ""),
    ("network-policy", "spec.egress", [{"to": [{}]}], "egress-peer-empty"),
    *(
        ("pod", "spec.tolerations", [toleration], rule)
        for toleration, rule in (
            ({"operator": "Exists"}, ""),
            ({"key": "a", "value": "b"}, ""),
            ({"value": "b"}, "toleration-without-key"),
            ({"key": "a", "operator": "Exists", "value": "b"}, "toleration-exists-with-value"),
            ({"key": "a", "tolerationSeconds": 5}, "toleration-seconds-of-other-effect"),
            ({"key": "a", "tolerationSeconds": 5, "effect": "NoExecute"}, ""),
        )
    ),
    *(
        ("pod", f"{C}.env[0].valueFrom", source, f"environment-value-twice {rule}")
        for source, rule in ((SECRET_KEY, ""), ({}, "environment-source-missing"))
    ),
    ("pod", f"{C}.env[0]", {"name": "A", "valueFrom": SECRET_KEY}, ""),
    (
        "pod",
        f"{C}.env[0]",
        {"name": "A", "valueFrom": {**SECRET_KEY, "configMapKeyRef": {"name": "a", "key": "b"}}},
        "environment-sources-several",
    ),
    ("pod", f"{C}.envFrom", [{"prefix": "A"}], "environment-of-nothing"),
    (
        "pod",
        f"{C}.envFrom",
        [{"configMapRef": {"name": "a"}, "secretRef": {"name": "a"}}],
        "environment-of-two-sources",
    ),
    ("pod", f"{C}.volumeMounts[0].mountPath", "", "mount-path-missing"),
    ("pod", f"{C}.volumeMounts[0].subPath", "/a", "mount-part-absolute"),
    ("pod", f"{C}.volumeMounts[0].subPath", "a/../b", "mount-part-above"),
    ("pod", f"{C}.volumeMounts[0].subPath", "a/..b", ""),
    (
        "pod",
        f"{C}.volumeMounts[0]",
        {"name": "data", "mountPath": "/data", "subPath": "a", "subPathExpr": "$(A)"},
        "mount-of-two-parts",
    ),
    ("pod", f"{C}.livenessProbe.successThreshold", 2, "liveness-successes-several"),
    ("pod", f"{C}.readinessProbe.successThreshold", 2, ""),
    (
        "pod",
        f"{C}.startupProbe",
        {"tcpSocket": {"port": 80}, "successThreshold": 2},
        "startup-successes-several",
    ),
    ("pod", f"{C}.readinessProbe.terminationGracePeriodSeconds", 5, "readiness-with-grace-period"),
    ("pod", f"{C}.livenessProbe.terminationGracePeriodSeconds", 5, ""),
    (
        "pod",
        f"{C}.securityContext",
        {"privileged": True, "allowPrivilegeEscalation": False},
        "privileged-without-escalation",
    ),
    ("pod", f"{C}.securityContext", {"allowPrivilegeEscalation": False}, ""),
    ("pod", f"{C}.lifecycle.postStart", {}, "start-handler-missing"),
    ("pod", f"{C}.lifecycle.preStop", {}, "stop-handler-missing"),
    ("pod", f"{C}.lifecycle.preStop", {"sleep": {"seconds": 5}}, ""),
    *(
        ("pod", "spec.topologySpreadConstraints", [{**SPREAD, **change}], rule)
        for change, rule in (
            ({"minDomains": 2}, ""),
            ({"maxSkew": 0}, "spread-skew-not-positive"),
            ({"minDomains": 0}, "spread-domains-not-positive"),
            ({"topologyKey": ""}, "spread-key-missing"),
            (
                {"minDomains": 2, "whenUnsatisfiable": "ScheduleAnyway"},
                "spread-domains-of-other-action",
            ),
        )
    ),
    ("pod", "spec.dnsPolicy", "None", "name-servers-of-nothing"),
    ("deployment", f"{T}.dnsPolicy", "None", "name-servers-of-nothing"),
    ("pod", "spec.dnsConfig.nameservers", ["10.0.0.1"] * 4, "name-servers-many"),
    ("pod", "spec.dnsConfig.searches", ["a"] * 33, "search-paths-many"),
    ("pod", "spec", {**POD, "dnsPolicy": "None", "dnsConfig": {}}, "name-servers-missing"),
    *(
        (
            "service",
            "spec",
            {
                "ports": PORTS,
                "sessionAffinity": "ClientIP",
                "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": time}},
            },
            rule,
        )
        for time, rule in (
            (86400, ""),
            (86401, "affinity-timeout-out-of-range"),
            (0, "affinity-timeout-not-positive"),
        )
    ),
    (
        "balancer",
        "spec",
        {"type": "ExternalName", "externalName": "a.example", "clusterIPs": ["10.0.0.1"]},
        "cluster-addresses-of-external-name",
    ),
    ("job", "spec.podFailurePolicy.rules", [{"action": "Count"}], "failure-rule-without-condition"),
    *(
        ("job", "spec.podFailurePolicy.rules", [{**rules, **EXIT_CODES}], broken)
        for rules, broken in (
            ({"action": "Count"}, ""),
            ({"action": "FailIndex"}, "failed-index-without-backoff"),
            (
                {"action": "Count", "onPodConditions": [{"type": "A", "status": "True"}]},
                "failure-rule-of-two-conditions",
            ),
        )
    ),
    ("indexed-job", "spec.successPolicy", {"rules": []}, "success-rule-missing"),
    ("indexed-job", "spec.successPolicy", {"rules": [{}]}, "success-rule-empty"),
    ("indexed-job", "spec.backoffLimitPerIndex", -1, "index-backoff-negative"),
    ("indexed-job", "spec.maxFailedIndexes", -1, "failed-indexes-negative"),
    *(
        ("autoscaler", "spec.metrics", [{"type": kind}], rule)
        for kind, rule in (
            ("Object", "object-metric-missing"),
            ("Pods", "pods-metric-missing"),
            ("Resource", "resource-metric-missing"),
            ("ContainerResource", "container-resource-metric-missing"),
            ("External", "external-metric-missing"),
        )
    ),
    *(
        (
            "autoscaler",
            "spec.metrics",
            [{"type": kind, field: {**more, "name": "cpu", "target": {"type": "Value", **target}}}],
            rule,
        )
        for kind, field, prefix, more in (
            ("Resource", "resource", "resource", {}),
            ("ContainerResource", "containerResource", "container-resource", {"container": "web"}),
        )
        for target, rule in (
            ({"averageUtilization": 50}, ""),
            ({}, f"{prefix}-target-missing"),
            ({"averageUtilization": 0}, "utilization-not-positive"),
            ({"averageUtilization": 50, "averageValue": "1"}, f"{prefix}-target-twice"),
        )
    ),
    *(
        (f"{name}-hook", f"webhooks[0].{field}", value, f"{name}-{rule}")
        for name in ("validating", "mutating")
        for field, value, rule in (
            ("clientConfig", {}, "webhook-without-client"),
            ("clientConfig.service", {"name": "a", "namespace": "b"}, "webhook-of-two-clients"),
            ("sideEffects", "Some", "webhook-with-side-effects"),
            ("timeoutSeconds", 0, "webhook-timeout-too-short"),
            ("timeoutSeconds", 31, "webhook-timeout-too-long"),
            ("admissionReviewVersions", [], "webhook-without-versions"),
        )
    ),
    *(
        ("mutating-hook", f"webhooks[0].rules[0].{field}", value, f"webhook-{rule}")
        for field, value, rule in (
            ("operations", [], "operations-missing"),
            ("operations", ["*", "CREATE"], "operations-beside-all"),
            ("apiGroups", [], "groups-missing"),
            ("apiGroups", ["*", ""], "groups-beside-all"),
            ("apiVersions", [], "versions-missing"),
            ("apiVersions", ["v1", "*"], "versions-beside-all"),
            ("resources", [], "resources-missing"),
        )
    ),
    ("disk", "spec.accessModes", [], "disk-access-modes-missing"),
    (
        "disk",
        "spec.accessModes",
        ["ReadWriteOncePod", "ReadWriteOnce"],
        "disk-access-mode-not-alone",
    ),
    ("disk", "spec.capacity", {}, "disk-capacity-missing"),
    ("disk", "spec.capacity", {"cpu": "1"}, "disk-capacity-of-other-resource"),
    ("disk", "spec.capacity[storage]", "0", "disk-capacity-not-positive"),
    ("disk", "spec.nfs", ABSENT, "disk-without-type"),
    (
        "disk",
        "spec",
        {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "local": {"path": "/a"}},
        "local-disk-without-node",
    ),
)
# The valid object is stored, and this change is written.
UPDATES: tuple[tuple[str, str, Any, str], ...] = (
    ("deployment", "spec.replicas", 5, ""),
    ("deployment", "spec.selector.matchExpressions", [], "deployment-selector-changed"),
    ("replica-set", "spec.selector.matchExpressions", [], "replica-set-selector-changed"),
    ("daemon-set", "spec.selector.matchExpressions", [], "daemon-set-selector-changed"),
    ("stateful-set", "spec.replicas", 5, ""),
    ("stateful-set", f"{T}.hostname", "other", ""),
    ("stateful-set", "spec.serviceName", ABSENT, ""),
    ("stateful-set", "spec.serviceName", "other", "stateful-set-changed"),
    ("job", "spec.parallelism", 5, ""),
    ("job", f"{T}.hostname", "other", "job-template-changed"),
    ("job", "spec.selector", SELECTOR, "job-selector-changed"),
    ("job", "spec.completions", 2, "job-completions-changed"),
    ("indexed-job", "spec.completions", 2, ""),
    ("indexed-job", "spec.backoffLimitPerIndex", 2, "job-index-backoff-changed"),
    (
        "indexed-job",
        "spec.successPolicy",
        {"rules": [{"succeededCount": 1}]},
        "job-success-policy-changed",
    ),
    ("job", "spec.managedBy", "example.com/a", "job-manager-changed"),
    ("service", "spec.clusterIP", "10.0.0.1", ""),
    ("claim", "spec.resources.requests[storage]", "2Gi", ""),
    ("claim", "spec.storageClassName", "slow", "claim-class-changed"),
    ("claim", "spec.accessModes", ["ReadWriteMany"], "claim-changed"),
    ("claim", "spec.volumeName", "disk", ""),
    ("request", "spec.signerName", "example.com/other", "signing-request-changed"),
    ("secret", "type", "example.com/other", "secret-type-changed"),
    ("storage-class", "provisioner", "example.com/other", "provisioner-changed"),
    ("storage-class", "parameters", {}, "parameters-changed"),
    ("storage-class", "reclaimPolicy", "Delete", "reclaim-policy-changed"),
    ("storage-class", "volumeBindingMode", "WaitForFirstConsumer", "binding-mode-changed"),
    ("priority-class", "value", 11, "priority-changed"),
    ("role-binding", "roleRef.name", "other", "role-binding-role-changed"),
    ("cluster-role-binding", "roleRef.name", "other", "cluster-role-binding-role-changed"),
    ("config-map", "data", {"a.b": "d"}, ""),
)


@cache
def schemas(release: str) -> SchemaFinder:
    return SchemaFinder(kubernetes_version=release)


def edit_object(name: str, path: str, value: Any) -> dict[str, Any]:
    """Return a copy of the object with another value at a path."""
    obj = copy.deepcopy(OBJECTS[name])
    *steps, (last, bracket) = FieldPath.parse(path).steps
    at: Any = obj
    for step, in_brackets in steps:
        at = at[int(step)] if in_brackets and isinstance(at, list) else at.setdefault(step, {})
    if value is ABSENT:
        at.pop(last, None)
    else:
        at[int(last) if bracket and isinstance(at, list) else last] = value
    return obj


def find_rules(obj: dict[str, Any], release: str, old: object = None) -> set[str]:
    """Return the broken server rules, and rules that accept values forbidden by the structure."""
    chosen = schemas(release).find(obj)
    assert chosen is not None
    findings = chosen.validator.validate(obj, kubernetes_version=release, key=chosen.key, old=old)
    assert not [each for each in findings if each.undecided]
    of_structure = [each for each in findings if each.layer == "schema" and each.level is Level.ERR]
    assert {each.rule for each in of_structure} <= {"field-value-not-supported"}, findings
    accepted = {meant for each in findings for meant, says in SAYS.items() if each.meaning == says}
    return {each.rule for each in findings if each.layer != "schema"} | accepted


# Tested separately.
TOKEN = GroupVersionKind(group="authentication.k8s.io", version="v1", kind="TokenRequest")
ALL = {
    rule.id: (rules, rule)
    for file in rule_loader.FOLDER.glob("*.toml")
    if (rules := rule_loader.load_rules(file)).gvk != TOKEN
    for rule in rules.rules
}
SAYS = {id_: rule.meaning("en") for id_, (_, rule) in ALL.items() if rule.effect == "accepts"}


@each_row(product(OBJECTS, SHIPPED.releases))
def test_valid_objects_break_no_rule(name: str, release: str) -> None:
    assert find_rules(OBJECTS[name], release) == set()
    assert find_rules(OBJECTS[name], release, OBJECTS[name]) == set()


@each_row(CASES)
def test_change_breaks_rule_in_its_releases(name: str, path: str, value: Any, rules: str) -> None:
    for release in (SHIPPED.releases[0], SHIPPED.newest):
        number = tuple(map(int, release.split(".")))
        wanted = {id_ for id_ in rules.split() if ALL[id_][1].span.holds((number[0], number[1]))}
        found = find_rules(edit_object(name, path, value), release)
        if release != SHIPPED.newest:
            # the structure of an older release may not forbid what a rule accepts
            wanted = {id_ for id_ in wanted if id_ in found or id_ not in SAYS}
        assert found == wanted, release


@pytest.mark.parametrize(
    ("name", "path", "value", "rules"), UPDATES, ids=[f"{case[0]}-{case[3]}" for case in UPDATES]
)
def test_update_is_compared_with_stored_object(
    name: str, path: str, value: Any, rules: str
) -> None:
    changed = edit_object(name, path, value)
    assert find_rules(changed, SHIPPED.newest) == set()
    assert find_rules(changed, SHIPPED.newest, OBJECTS[name]) == set(rules.split())


@each_row("""
    config-map | data       | config-map-data-immutable
    config-map | binaryData | config-map-binary-data-immutable
    secret     | data       | secret-data-immutable
""")
def test_immutable_objects_cannot_change(name: str, field: str, rule: str) -> None:
    old = {**OBJECTS[name], "immutable": True}
    assert find_rules({**edit_object(name, field, {}), "immutable": True}, SHIPPED.newest, old) == {
        rule
    }
    assert find_rules(old, SHIPPED.newest, old) == set()


# object, field, stored value, written value, broken rules
PAIRS: tuple[tuple[str, str, Any, Any, str], ...] = (
    (
        "service",
        "spec",
        {"clusterIP": "10.0.0.1", "ports": [{"port": 80}]},
        {"clusterIP": "10.0.0.2", "ports": [{"port": 80}]},
        "cluster-ip-changed",
    ),
    (
        "service",
        "spec",
        {"type": "ExternalName", "externalName": "a.example", "clusterIP": "None"},
        {"clusterIP": "10.0.0.2", "ports": [{"port": 80}]},
        "",
    ),
    ("claim", "spec.volumeName", "disk", "other", "claim-volume-changed"),
    ("job", "spec.completionMode", "NonIndexed", "Indexed", "job-completion-mode-changed"),
    ("config-map", "immutable", True, False, "config-map-stays-immutable"),
    ("secret", "immutable", True, ABSENT, "secret-stays-immutable"),
    ("secret", "immutable", True, True, ""),
    ("cron-job", "metadata.name", "a" * 53, "a" * 53, ""),
    ("cron-job", "spec.schedule", "TZ=UTC 0 * * * *", "CRON_TZ=UTC 1 * * * *", ""),
)


@pytest.mark.parametrize(("name", "path", "old", "new", "rules"), PAIRS)
def test_rules_depend_on_stored_value(name: str, path: str, old: Any, new: Any, rules: str) -> None:
    assert find_rules(
        edit_object(name, path, new), SHIPPED.newest, edit_object(name, path, old)
    ) == set(rules.split())


def test_stateful_set_templates_are_checked_since_release() -> None:
    obj = edit_object("stateful-set", f"{T}.containers[0].ports[0].containerPort", 70000)
    assert [find_rules(obj, release) for release in ("1.33", "1.34")] == [
        set(),
        {"container-port-too-large"},
    ]
    twice = edit_object("stateful-set", f"{T}.containers[0].env", [{"name": "A"}, {"name": "A"}])
    assert find_rules(twice, "1.33") == {"container-duplicates-taken"}


def test_required_status_of_pod_conditions_is_filled_in() -> None:
    failing = [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}]
    obj = edit_object("job", "spec.podFailurePolicy.rules", failing)
    assert [find_rules(obj, release) for release in ("1.34", "1.35")] == [
        {"pod-condition-status-filled-in"},
        set(),
    ]


def test_every_rule_is_triggered() -> None:
    triggered = {id_ for case in (*CASES, *UPDATES) for id_ in case[3].split()}
    triggered |= {id_ for case in PAIRS for id_ in case[4].split()}
    immutable = {
        "config-map-data-immutable",
        "config-map-binary-data-immutable",
        "secret-data-immutable",
    }
    of_older_releases = {"pod-condition-status-filled-in"}
    assert triggered | immutable | of_older_releases == set(ALL), (
        "add a case to CASES, UPDATES or PAIRS for each new rule"
    )


def test_rule_fields_exist_in_structure() -> None:
    for id_, (rules, rule) in ALL.items():
        release = format_release(rules.last)
        keys = ["io.k8s.api.core.v1.Pod"] if rules.key == rule_loader.EVERY else [rules.key]
        reference = SHIPPED.reference(release, keys)
        known = {
            field.name
            for definition in reference.definitions.values()
            for field in definition.fields
        }
        for path in rule.fields:
            assert {name for name, bracket in path.steps if not bracket} <= known, id_


def test_finding_has_message_and_location() -> None:
    obj = edit_object("pod", f"{C}.resources.requests[cpu]", 1)
    chosen = schemas(SHIPPED.newest).find(obj)
    assert chosen is not None
    (finding,) = chosen.validator.validate(obj, key=chosen.key)
    assert str(finding) == (
        "spec.containers[0].resources.requests[cpu]: Invalid value: 1: must be less than or equal to cpu limit of 0.2"
    )
    assert finding.steps == ("spec", "containers", 0, "resources", "requests", ("cpu",))


def test_finding_about_whole_object_has_no_field() -> None:
    obj = edit_object("config-map", "binaryData", {"a": "YWFh" * 349_526})
    chosen = schemas(SHIPPED.newest).find(obj)
    assert chosen is not None
    (finding,) = chosen.validator.validate(obj, key=chosen.key)
    assert (str(finding), finding.steps) == ("Too long: may not be more than 1048576 bytes", ())
    answer = status([finding], GroupVersionKind(group="", version="v1", kind="ConfigMap"))
    assert [each["field"] for each in answer["details"]["causes"]] == ["[]"]


def make_pod(volume: str, mounted: str) -> dict[str, Any]:
    container = {
        "name": "web",
        "image": "a",
        "volumeMounts": [{"name": mounted, "mountPath": "/data"}],
    }
    return {"volumes": [{"name": volume, "emptyDir": {}}], "containers": [container]}


@pytest.mark.parametrize(
    ("mounted", "is_valid"), [("moss", True), ("fern", False)], ids=["own", "of-the-other-pod"]
)
def test_each_pod_of_an_object_mounts_its_own_volumes(mounted: str, is_valid: bool) -> None:
    """A server has the volumes of one pod alone when it checks the containers of that pod."""
    release = SHIPPED.releases[-1]
    pod = "io.k8s.api.core.v1.PodSpec"
    bundled = SHIPPED.reference(release, [pod])
    span = bundled.definitions[pod].span
    fields = (
        Field(name="first", type=Ref(key=pod), span=span),
        Field(name="second", type=Ref(key=pod), span=span),
    )
    pair = Definition(key="io.example.garden.v1.Pair", name="Pair", fields=fields, span=span)
    definitions = {**bundled.definitions, pair.key: pair}
    reference = replace(bundled, definitions=MappingProxyType(definitions))
    obj = {"first": make_pod("fern", "fern"), "second": make_pod("moss", mounted)}
    findings = Validator(reference).validate(obj, key=pair.key, kubernetes_version=release)
    errors = [finding.path for finding in findings if finding.level is Level.ERR]
    assert errors == ([] if is_valid else ["second.containers[0].volumeMounts[0].name"])


def test_texts_that_look_like_equal_amounts_differ() -> None:
    stored = make_object("v1", "ConfigMap", data={"gates": "1"}, immutable=True)
    changed = {**stored, "data": {"gates": "1.0"}}
    chosen = schemas(SHIPPED.newest).find(changed)
    assert chosen is not None
    (finding,) = chosen.validator.validate(changed, key=chosen.key, old=stored)
    assert (finding.path, finding.level) == ("data", Level.ERR)
