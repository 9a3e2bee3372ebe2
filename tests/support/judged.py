"""Findings about words on the Chinese list pages of Kubernetes 1.31, each read by a person: whether it is right.

A line has the rule, the page, the line, and the right findings of all at that line. The rules were written with these pages at hand.
"""

from __future__ import annotations

JUDGED = """
name-misspelt authentication-resources/token-review-v1.md 73 1/1
name-misspelt cluster-resources/event-v1.md 61 1/1
name-misspelt policy-resources/pod-disruption-budget-v1.md 239 1/1
name-misspelt workload-resources/horizontal-pod-autoscaler-v2.md 628 1/1
name-misspelt workload-resources/horizontal-pod-autoscaler-v2.md 1350 1/1
name-misspelt workload-resources/pod-v1.md 2175 1/1
name-misspelt workload-resources/pod-v1.md 3114 1/1
name-unknown config-and-storage-resources/persistent-volume-v1.md 746 1/1
name-unknown workload-resources/horizontal-pod-autoscaler-v2.md 1549 1/1
name-unknown workload-resources/pod-v1.md 2929 1/1
subject-differs config-and-storage-resources/persistent-volume-v1.md 431 1/1
subject-differs config-and-storage-resources/volume.md 656 1/1
value-differs workload-resources/pod-v1.md 4558 1/1
value-differs workload-resources/replication-controller-v1.md 94 2/2
value-lost common-definitions/status.md 203 1/1
value-lost service-resources/ingress-class-v1.md 142 2/2
value-lost workload-resources/pod-v1.md 518 0/1
value-lost workload-resources/pod-v1.md 5004 1/1
value-lost workload-resources/replication-controller-v1.md 100 1/1
word-doubled cluster-resources/flow-schema-v1beta3.md 325 1/1
word-doubled cluster-resources/node-v1.md 600 1/1
word-doubled cluster-resources/priority-level-configuration-v1beta3.md 251 1/1
word-doubled workload-resources/cron-job-v1.md 134 1/1
word-doubled workload-resources/pod-v1.md 4559 1/1
"""
