"""Validate objects by a schema, the rules of a server and the decisions of a cluster.

findings = validate(obj, reference, kubernetes_version="1.N", url={"name": "...", "namespace":
"..."}) status(findings, kind)   # the answer of an API server
"""

from __future__ import annotations

from codegen.validation.object_finding import UNDECIDED, Answer, Layer, ObjectFinding, status
from codegen.validation.object_validation import validate
from codegen.validation.rule_evaluation import Decide, Question
from codegen.validation.runtime.rule_judging import Decision
from codegen.validation.validator import Validator, find_filling_rules

__all__ = [
    "UNDECIDED",
    "Answer",
    "Decide",
    "Decision",
    "Layer",
    "ObjectFinding",
    "Question",
    "Validator",
    "find_filling_rules",
    "status",
    "validate",
]
