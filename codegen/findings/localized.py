"""Findings in the language of the reader."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from codegen.core.diagnostics import Finding, Level
from codegen.core.escaping.controls import shorten
from codegen.core.locales import ENGLISH, Locale
from codegen.findings.finding import Results
from codegen.findings.rules.catalogue import CHANGES

_NO_VALUE = "—"
_LONGEST_VALUE = 80
_LONGEST_LISTED = 300
_MOST_NAMES = 5  # of a list
_STRAIGHT = re.compile(r'"([^"]*)"')
_TO_SINGLE_QUOTES = str.maketrans("“”'", "‘’’")


def localize_finding(finding: Finding, reader: Locale) -> Finding:
    """Write a finding in the language of the reader: the title of its rule, what it is about, and
    the repair.

    Id and fingerprint stay. English stands in for rules without a title.
    """
    if reader.tag == ENGLISH or finding.rule not in reader.rules:
        return finding
    if finding.rule in CHANGES and finding.subject:
        return _localize_difference(finding, reader)
    about = _describe_subject(finding, reader)
    message = reader.rules[finding.rule]
    if about:
        message += reader.findings["colon"] + about
    return replace(finding, message=message, hint=_describe_repair(finding, reader))


def localize_results(results: Results, reader: Locale) -> Results:
    """Write the findings and totals of a comparison in the language of the reader."""
    findings = tuple(_localize_compared(finding, reader) for finding in results.findings)
    return replace(results, findings=findings, reader=reader)


def _localize_compared(finding: Finding, reader: Locale) -> Finding:
    is_change = finding.rule in CHANGES and finding.subject and not finding.cause
    if is_change and finding.rule in reader.rules:
        return _localize_change(finding, reader)
    return localize_finding(finding, reader)


def _localize_change(finding: Finding, reader: Locale) -> Finding:
    """Describe a change of an API: the title of its rule, the element, its values, the effect."""
    words = reader.findings
    message = f"{reader.rules[finding.rule]}{words['colon']}{quote(finding.subject, reader)}"
    if finding.old and finding.new:
        old, new = (
            quote(shorten(text, _LONGEST_VALUE), reader) for text in (finding.old, finding.new)
        )
        message += words["change_values"].format(old=old, new=new)
    elif value := finding.old or finding.new:
        message += words["change_value"].format(value=quote(shorten(value, _LONGEST_VALUE), reader))
    if finding.ids:
        message += words["page_more"].format(count=len(finding.ids))
    return replace(finding, message=message, meaning=_describe_effect(finding, reader), hint="")


def _describe_effect(finding: Finding, reader: Locale) -> str:
    """Describe which clients a change affects. Those for whom it is only information are not."""
    words = reader.findings
    request, response = finding.request, finding.response
    sends = request is not None and request is not Level.INFO
    reads = response is not None and response is not Level.INFO
    if sends and reads and request is not response:
        return reader.findings["listed"].join(
            words["change_level"].format(effect=words[f"change_{direction}"], level=level)
            for direction, level in (("request", request), ("response", response))
        )
    if sends and reads:
        return words["change_both"]
    if sends:
        return words["change_request"]
    if reads:
        return words["change_response"]
    return ""


def format_diagnostic(finding: Finding, reader: Locale) -> str:
    """Format a finding about the input on one line, in the language of the reader."""
    localized = localize_finding(finding, reader)
    if localized is finding or not localized.hint:
        return str(localized)
    text = reader.findings["with_hint"].format(message=localized.message, hint=localized.hint)
    return str(replace(localized, message=text, hint=""))


def quote(text: str, reader: Locale) -> str:
    """Quote a value as the language does; code has backticks already."""
    if text.startswith("`") and text.endswith("`"):
        return text
    inside = _STRAIGHT.sub(r"‘\1’", text).translate(_TO_SINGLE_QUOTES)
    return reader.findings["quoted"].format(text=inside)


def _localize_difference(finding: Finding, reader: Locale) -> Finding:
    """Describe a difference between a page and its English in the words of translation."""
    words = reader.findings
    if finding.cause:
        lead = words[f"page_{finding.cause}"]
    else:
        lead = reader.rules[finding.rule]
    old, new = (
        quote(shorten(value, _LONGEST_VALUE), reader) if value else _NO_VALUE
        for value in (finding.old, finding.new)
    )
    sentence = words[f"page_{CHANGES[finding.rule].life or 'differs'}"]
    text = sentence.format(subject=quote(finding.subject, reader), old=old, new=new)
    if finding.ids:
        text += words["page_more"].format(count=len(finding.ids))
    hint = ""
    if finding.counterpart:
        hint = words["page_english"].format(place=finding.counterpart)
    return replace(finding, message=f"{lead}{words['colon']}{text}", hint=hint, meaning="")


def _describe_subject(finding: Finding, reader: Locale) -> str:
    """Return the words, names and values that a finding is about, or the line of the other text."""
    words = reader.findings
    if text := dict(finding.extra).get("text"):
        return quote(text, reader)
    named = ("", finding.path)  # the path stands before the message already
    values = dict.fromkeys(value for value in finding.arguments if value not in named)
    described = _list_values(sorted(values, key=lambda value: " " not in value), reader)
    if finding.counterpart is None:
        return described
    other = words["page_line"].format(line=finding.counterpart.line)
    return words["separator"].join(filter(None, (described, other)))


def _list_values(values: Sequence[str], reader: Locale) -> str:
    """List the first values, with the number of all if there are more."""
    words = reader.findings
    shown = [quote(shorten(value, _LONGEST_LISTED), reader) for value in values[:_MOST_NAMES]]
    described = words["listed"].join(shown)
    if len(values) > _MOST_NAMES:
        described += words["listed_more"].format(count=len(values))
    return described


def _describe_repair(finding: Finding, reader: Locale) -> str:
    """Return the repair of a finding: what was probably meant, what is possible, the next step."""
    words = reader.findings
    repair = _describe_repair_of_rule(finding, reader)
    if finding.near:
        return words["close"].format(name=words["listed"].join(finding.near)) + repair
    choices = ""
    if finding.choices:
        choices = words["choices"].format(names=words["listed"].join(finding.choices))
    return words["separator"].join(filter(None, (repair, choices)))


def _describe_repair_of_rule(finding: Finding, reader: Locale) -> str:
    """Return the repair of a rule, with the text to write if the finding has one."""
    facts = dict(finding.extra)
    certain = finding.correction.correct if finding.correction else ""
    correct = facts.get("correct") or facts.get("suggestion") or certain.strip()
    hint = reader.hints.get(finding.rule, "")
    if not hint and correct:
        hint = reader.findings["correct"]
    if "{text}" not in hint:
        return hint
    if not correct:
        return reader.findings["correct_as_english"]
    return hint.replace("{text}", quote(correct, reader))
