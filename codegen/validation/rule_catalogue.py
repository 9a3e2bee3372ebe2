"""Show the bundled server rules as entries of the catalogue of rules."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from codegen.core import releases
from codegen.core.diagnostics import Level
from codegen.findings.rules.catalogue import AREAS
from codegen.findings.rules.explanations import AreaExplanations, Parts
from codegen.findings.rules.rule import Area, Rule
from codegen.kube.statuses import CAUSES
from codegen.validation.rule_loader import FOLDER, ServerRule, load_rules

_ACTS = {
    "accepts": "The schema forbids it and servers accept it, so the finding is only a warning.",
    "fills": "A server puts the value in where a request leaves it out. It is listed with the defaults of a kind and is not a finding.",
    "changes": "A server takes the request and changes it.",
}
_ADVICE = {
    "rejects": "Correct {fields} in the manifest.",
    "accepts": "Nothing to do for servers of these releases. Follow the schema if other programs read the object.",
    "fills": "Write {fields} yourself if it must not depend on the server.",
    "changes": "Request what the server gives, or read {fields} in its answer.",
}
_LEVELS = {"rejects": (Level.ERR,), "accepts": (Level.WARN,), "changes": (Level.INFO,), "fills": ()}


def list_areas() -> tuple[Area, ...]:
    """Return all rules by area, the rules of servers last."""
    return (*AREAS, *server_rule_areas())


def rules() -> dict[str, Rule]:
    """Return all rules by id, with meaning, reason, example and repair."""
    return {entry.id: entry for area in list_areas() for entry in area.rules}


def server_rule_areas() -> Iterator[Area]:
    """Yield an area for each file of server rules."""
    for file in sorted(FOLDER.glob("*.toml")):
        rules = load_rules(file)
        first, last = releases.format_release(rules.first), releases.format_release(rules.last)
        about = (
            f"Reported by `codegen validate`, from the source code of servers {first} to {last}."
        )
        explained = {rule.id: _explain(rule, first) for rule in rules.rules}
        prose = partial(AreaExplanations, f"What servers do with {rules.title}", about, explained)
        yield Area(
            file.stem,
            tuple(
                Rule(rule.id, _find_levels(rule), rule.meaning("en"), prose=prose)
                for rule in rules.rules
            ),
            prose,
        )


def _find_levels(rule: ServerRule) -> tuple[Level, ...]:
    levels = _LEVELS[rule.effect]
    if rule.effect == "rejects" and rule.cluster:
        return (*levels, Level.INFO)
    return levels


def _explain(rule: ServerRule, first: str) -> Parts:
    since = releases.format_release(rule.span.since)
    if rule.span.until:
        until = f" to {releases.format_release(rule.span.until)}"
    else:
        until = " on"
    if rule.span.until or since != first:
        held = f"Holds from {since}{until}."
    else:
        held = "Holds in all releases of the table."
    fields = " and ".join(f"`{path.text}`" for path in rule.fields) or "the request"
    act, advice = _ACTS.get(rule.effect, ""), _ADVICE[rule.effect].format(fields=fields)
    if rule.effect == "rejects" and rule.answer is not None:
        act = f"A server answers {rule.answer.code} and rejects the object."
    if rule.effect == "rejects" and rule.cluster:
        act += " Only a cluster can decide it; without a cluster it is a note."
        advice = "Look in the cluster before you send the object; nothing is wrong with the manifest alone."
    elif rule.fields and rule.fields[0].text.startswith("url."):
        advice = "Send the request to the URL that the object is meant for; `--url NAMESPACE/NAME` names it."
    if rule.answer:
        said = rule.answer.text or CAUSES[rule.answer.cause][0]
    else:
        said = ""
    code = f"`` {said} ``" if "`" in said else f"`{said}`"  # without links or emphasis
    return {
        "why": f"{act} {held} Read from {rule.source}.",
        "example": f"the server says of {fields}: {code}" if said else f"a request with {fields}",
        "repair": advice,
    }
