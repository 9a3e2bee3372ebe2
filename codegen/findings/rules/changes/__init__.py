"""What can change, how serious it is in a request and in a response, and why.

Ids are `<what>-<happened>` and stable: a rule is retired, never renamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from codegen.findings.rules.changes.definitions import DEFINITIONS
from codegen.findings.rules.changes.fields import FIELDS
from codegen.findings.rules.changes.keywords import KEYWORDS
from codegen.findings.rules.changes.operations import OPERATIONS
from codegen.findings.rules.changes.pages import PAGES, TEXTS
from codegen.findings.rules.changes.resources import RESOURCES
from codegen.findings.rules.rule import ChangeRule

RULES: Mapping[str, ChangeRule] = MappingProxyType(
    {rule.id: rule for rule in (*DEFINITIONS, *FIELDS, *KEYWORDS, *RESOURCES, *OPERATIONS, *TEXTS, *PAGES)}
)
