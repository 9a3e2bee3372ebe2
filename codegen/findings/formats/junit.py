"""JUnit XML for CI servers, with a suite per file, a case per object and the rule as the type of a
failure.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from codegen.core.diagnostics import Finding
from codegen.core.escaping import terminal, xml
from codegen.core.escaping.terminal import one_line
from codegen.findings.finding import PLAIN, Results, View


def render(results: Results, _view: View = PLAIN) -> str:
    """Render findings as cases.

    Findings below the failing level are output of passing cases, and a clean run is one passing
    case.
    """
    root = ET.Element("testsuites", name=f"codegen {results.command}")
    suites: dict[str, dict[str, list[Finding]]] = {}
    for finding in results.findings:
        suites.setdefault(finding.path, {}).setdefault(finding.id, []).append(finding)
    for path, things in suites.items():
        suite = ET.SubElement(root, "testsuite", name=xml.text(path))
        failures = sum(
            [_case(suite, results, thing, findings) for thing, findings in things.items()]
        )
        _set_counts(suite, len(things), failures)
    if not results.complete or not suites:
        suite = ET.SubElement(root, "testsuite", name=f"codegen {results.command}")
        case = ET.SubElement(suite, "testcase", classname="codegen", name=results.command, time="0")
        if not results.complete:
            error = ET.SubElement(
                case, "error", type="could-not-compare", message="not everything could be compared"
            )
            texts = (*map(str, results.errors), *results.left_out, *results.notes)
            error.text = xml.text("\n".join(map(one_line, texts)))
        _set_counts(suite, 1, 0, errors=int(not results.complete))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root, " ")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        + terminal.markup(ET.tostring(root, encoding="unicode"))
        + "\n"
    )


def _case(suite: ET.Element, results: Results, thing: str, findings: list[Finding]) -> bool:
    case = ET.SubElement(
        suite, "testcase", classname=xml.text(findings[0].path), name=xml.text(thing), time="0"
    )
    wrong = [finding for finding in findings if results.fails(finding)]
    if wrong:
        most_severe = min(wrong, key=lambda finding: finding.level.rank)
        failure = ET.SubElement(
            case, "failure", type=most_severe.rule, message=xml.text(most_severe.message)
        )
        failure.text = _lines(results, wrong)
    if tolerated := [finding for finding in findings if not results.fails(finding)]:
        ET.SubElement(case, "system-out").text = _lines(results, tolerated)
    return bool(wrong)


def _set_counts(suite: ET.Element, tests: int, failures: int, errors: int = 0) -> None:
    for name, value in (
        ("tests", tests),
        ("failures", failures),
        ("errors", errors),
        ("skipped", 0),
    ):
        suite.set(name, str(value))


def _lines(results: Results, findings: list[Finding]) -> str:
    lines = (
        one_line(results.format_line(finding)) + (f"\n{finding.detail}" if finding.detail else "")
        for finding in findings
    )
    return xml.text("\n".join(lines))
