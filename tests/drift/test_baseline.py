"""Baselines: matching of entries, and renewal of a file with its comments."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from codegen.core.diagnostics import CodegenError, Finding, Level, Report, Span
from codegen.core.source import Source
from codegen.drift.baseline import Renewal, renewal
from codegen.drift.baseline.entries import (
    AcceptedFinding,
    accepted_value,
    apply_entries,
    load_baseline,
    parse_baseline,
)
from codegen.drift.baseline.renewal import apply_baseline
from codegen.findings.finding import NotCompared, Results, describe_omission

TODAY = date(2026, 5, 5)
RENEWAL = Renewal(reason="new", until=date(2026, 8, 3))
ADDED = """\
- rule: field-added
  id: Plot#shade
  reason: new
  until: 2026-08-03
"""


def finding(
    name: str, rule: str = "field-added", direction: str = "both", locale: str = "", path: str = "p"
) -> Finding:
    return Finding(
        rule=rule,
        level=Level.ERR,
        message="m",
        id=name,
        span=Span(path=path),
        direction=direction,
        locale=locale,
    )


def results(*found: Finding) -> Results:
    return Results(command="diff", findings=found)


def entries(text: str) -> tuple[AcceptedFinding, ...]:
    return parse_baseline(Source(text, "accepted.yaml"))


def entry(rule: str, name: str, more: str = "") -> str:
    return f"accepted:\n- {{rule: '{rule}', id: '{name}', reason: r, until: 2026-05-05{more}}}\n"


def rules(outcome: Results) -> list[str]:
    return [item.rule for item in outcome.findings]


def renew(tmp_path: Path, text: str | None, *found: Finding) -> tuple[Results, str]:
    """Renew a baseline; return the results and the text of the file."""
    file = tmp_path / "accepted.yaml"
    if text is not None:
        file.write_bytes(text.encode())
    outcome = apply_baseline(results(*found), file, "accepted.yaml", TODAY, RENEWAL)
    assert [path.name for path in tmp_path.iterdir()] == ["accepted.yaml"]
    return outcome, file.read_bytes().decode()


def test_entries_expire_after_their_last_day() -> None:
    accepted = entries(entry("field-added", "Plot#shade"))
    outcome = apply_entries(
        results(finding("Plot#shade")), accepted, "accepted.yaml", date(2026, 5, 5)
    )
    assert (outcome.findings, outcome.summary) == ((), ("1 accepted by accepted.yaml",))
    outcome = apply_entries(
        results(finding("Plot#shade")), accepted, "accepted.yaml", date(2026, 5, 6)
    )
    assert outcome.summary == (
        "accepted.yaml: 1 of 1 entry expired; give them a new date, or remove them",
    )
    assert [each.hint for each in outcome.findings] == ["accepted until 2026-05-05: r"]


def test_entry_matches_accepted_value_only() -> None:
    """A removed value has no new one. Without a value an entry covers any."""
    lowered, lower = (
        replace(finding("Plot#size", "limit-tightened"), old="maxLength: 9", new=new)
        for new in ("a\n b", "c")
    )
    gone = replace(finding("Plot#soil", "field-enum-value-removed"), old="Clay")
    share = replace(finding("zh-cn", "untranslated-share-exceeded"), old="0.1", new="0.2")
    outcome = apply_entries(
        results(lowered, lower), entries(entry("*", "Plot#size", ", value: a b")), "f", TODAY
    )
    assert outcome.findings == (lower,)
    assert (
        apply_entries(
            results(lowered, lower), entries(entry("*", "Plot#size")), "f", TODAY
        ).findings
        == ()
    )
    assert rules(
        apply_entries(results(gone), entries(entry("*", "*", ", value: Loam")), "f", TODAY)
    ) == [
        gone.rule,
        "baseline-unused",
    ]
    assert accepted_value(gone) == "Clay"
    assert accepted_value(share) is None


@pytest.mark.parametrize(
    ("rule", "name", "found", "is_covered"),
    [
        ("field-*", "*", finding("Plot#shade"), True),
        ("field-*", "*#shade", finding("Plot#shade"), True),
        ("*", "Plot#*", finding("Plot#shade", locale="zh-cn"), True),
        ("*", "Plot#*", finding("Shed#shade"), False),
        ("*-removed", "*", finding("Plot#shade"), False),
        ("field-added", "GET /plots/{name}[a]?x", finding("GET /plots/{name}[a]?x"), True),
        ("field-added", "GET *[a]?x", finding("GET /plots/{name}[a]?x"), True),
        ("field-added", "GET *[a]?x", finding("GET /plots/{name}a?x"), False),
        ("field-added", "GET *?x", finding("GET /plots/yx"), False),
        ("field-added", "plot#*", finding("Plot#shade"), False),
        ("*", "*", finding("out/a.json", "file-stale"), False),
        ("file-*", "out/*", finding("out/a.json", "file-stale"), True),
        ("*-e*", "out/*", finding("out/a.json", "file-stale"), False),
        ("*-stale", "out/*", finding("out/a.json", "file-stale"), True),
        ("file-stale", "out/a.json", finding("out/a.json", "file-stale"), True),
    ],
)
def test_only_asterisks_are_wildcards(
    rule: str, name: str, found: Finding, is_covered: bool
) -> None:
    outcome = apply_entries(results(found), entries(entry(rule, name)), "accepted.yaml", TODAY)
    assert rules(outcome) == ([] if is_covered else [found.rule, "baseline-unused"])


@pytest.mark.parametrize("reason", ["''", "' '", '"\\n"'])
def test_entry_requires_reason(reason: str) -> None:
    with pytest.raises(CodegenError, match="not an accepted finding"):
        entries(entry("field-added", "Plot#shade").replace("reason: r", f"reason: {reason}"))


def test_new_entries_have_direction_and_language(tmp_path: Path) -> None:
    outcome, text = renew(
        tmp_path,
        None,
        finding("a", direction="request"),
        finding("b", direction="request"),
        finding("b", direction="response"),
        finding("c", locale="zh-cn"),
        finding("c", locale="zh-cn"),
    )
    assert [(accepted.id, accepted.direction, accepted.locale) for accepted in entries(text)] == [
        ("a", "request", ""),
        ("b", "", ""),
        ("c", "", "zh-cn"),
    ]
    assert outcome.findings == ()
    assert outcome.summary == ("accepted.yaml: 3 added, 0 removed", "5 accepted by accepted.yaml")


def test_findings_about_generated_files_are_not_added(tmp_path: Path) -> None:
    outcome, text = renew(
        tmp_path,
        None,
        finding("out/a.json", "file-stale", path="out/a.json"),
        finding("x", path="out/a.json"),
    )
    assert entries(text) == ()
    assert rules(outcome) == ["file-stale", "field-added"]


KEPT = """\
# head

accepted:
  # of the garden team

  # the owner copes
  - rule: "field-became-*"   # all three
    id:   '*#owner'
    # asked in May
    reason: |
      # not a comment

      long
    until: 2026-12-31
  - {rule: field-removed,   id: Plot#size, reason: "q", until: 2026-12-31}

  # nothing below
"""
OWNER, SIZE = finding("Plot#owner", "field-became-optional"), finding("Plot#size", "field-removed")
SHADE = finding("Plot#shade")
INDENTED = "".join(f"  {line}\n" for line in ADDED.splitlines())
ROUND = KEPT.replace("id:   '", "id: '").replace("field-removed,   id", "field-removed, id")
EDITS = {
    "new ones come last": (
        KEPT,
        ROUND.replace("\n\n  # nothing", f"\n{INDENTED}\n  # nothing"),
        (OWNER, SIZE, SHADE),
    ),
    "nothing to do": (KEPT, KEPT, (OWNER, SIZE)),
    "the first goes with its comment": (
        KEPT,
        ROUND[: ROUND.index("\n  # the owner")] + ROUND[ROUND.index("  - {rule") :],
        (SIZE,),
    ),
    "the last goes": (
        KEPT,
        ROUND[: ROUND.index("  - {rule")] + ROUND[ROUND.index("\n  # nothing") :],
        (OWNER,),
    ),
    "all go": (KEPT, "# head\n\naccepted: []\n  # of the garden team\n\n  # nothing below\n", ()),
    "all are others": (
        KEPT,
        f"# head\n\naccepted:\n  # of the garden team\n{INDENTED}\n  # nothing below\n",
        (SHADE,),
    ),
    "no entries": ("accepted: [] # none\n", f"accepted: # none\n{INDENTED}", (SHADE,)),
    "brackets over lines": ("accepted: [\n]\n# tail\n", f"accepted:\n{INDENTED}# tail\n", (SHADE,)),
    "entries in brackets": (
        'accepted: [{rule: field-removed, id: Plot#size, reason: "q", until: 2026-12-31}]',
        'accepted:\n  - {rule: field-removed, id: Plot#size, reason: "q", until: 2026-12-31}\n'
        + INDENTED,
        (SIZE, SHADE),
    ),
    "json": (
        '{"accepted": [{"rule": "field-removed", "id": "Plot#size", "reason": "q", "until": "2026-12-31"}]}',
        '"accepted":\n  - {"rule": "field-removed", "id": "Plot#size", "reason": "q", "until": "2026-12-31"}\n'
        + INDENTED,
        (SIZE, SHADE),
    ),
    "no indent, no last line end, a dash of its own": (
        "accepted:\n-\n  rule: field-removed\n  id: Plot#size\n  reason: q\n  until: 2026-12-31",
        f"accepted:\n- rule: field-removed\n  id: Plot#size\n  reason: q\n  until: 2026-12-31\n{ADDED}",
        (SIZE, SHADE),
    ),
    "a text that ends like a comment": (
        "accepted:\n- rule: field-removed\n  id: Plot#size\n  until: 2026-12-31\n  reason: |\n    q\n    # r\n",
        f"accepted:\n- rule: field-removed\n  id: Plot#size\n  until: 2026-12-31\n  reason: |\n    q\n    # r\n{ADDED}",
        (SIZE, SHADE),
    ),
    "blank lines between": (
        f"accepted:\n{ADDED}\n{ADDED.replace('shade', 'a')}\n{ADDED.replace('shade', 'b')}",
        f"accepted:\n{ADDED}",
        (SHADE,),
    ),
    "the end of a document": (f"---\naccepted:\n{ADDED}...\n", "---\naccepted: []\n", ()),
}


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_renewal_keeps_order_quotes_and_comments(tmp_path: Path, name: str, line_end: str) -> None:
    before, after, found = EDITS[name]
    outcome, text = renew(tmp_path, before.replace("\n", line_end), *found)
    assert text.replace("\r\n", "\n") == after
    assert ("\r\n" in text) is (line_end == "\r\n" and "\n" in before)
    assert outcome.findings == ()


@pytest.mark.parametrize(
    "reason",
    ["a: b", "# c", "no", "2026-01-01", "'", "- x", "a\nb", "理由", "a\u2028b", "x" * 300, "*a"],
)
def test_reason_round_trips(tmp_path: Path, reason: str) -> None:
    file = tmp_path / "accepted.yaml"
    for name in ("a", "b"):
        given = Renewal(reason=reason, until=RENEWAL.until)
        apply_baseline(results(finding("a"), finding(name)), file, "accepted.yaml", TODAY, given)
    assert [accepted.reason for accepted in load_baseline(file, "")] == [reason, reason]


def test_other_yaml_file_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(CodegenError, match="not a baseline"):
        renew(tmp_path, "other: []\n", SHADE)
    assert (tmp_path / "accepted.yaml").read_text() == "other: []\n"


def test_file_with_unsupported_comment_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "_edit_text", lambda *_: "accepted:\n- rule: field-added id: a\n")
    with pytest.raises(CodegenError, match="a comment in it cannot stay"):
        renew(tmp_path, "accepted: []\n", SHADE)
    assert (tmp_path / "accepted.yaml").read_text() == "accepted: []\n"


def test_symlink_is_kept_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text("accepted: []\n")
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    apply_baseline(results(SHADE), tmp_path / "link.yaml", "link.yaml", TODAY, RENEWAL)
    assert (tmp_path / "link.yaml").is_symlink()
    assert len(load_baseline(tmp_path / "real.yaml", "")) == 1


def make_warnings(*types: str, rule: str = "type-undocumented") -> tuple[Finding, ...]:
    report = Report()
    for line, name in enumerate(types, 1):
        span = Span(path="p.md", line=line)
        report.warning(rule, f"no page documents {name}", span, arguments=(name,))
    return report.diagnostics


def test_warning_is_accepted_by_file_and_values() -> None:
    """An accepted warning does not make a comparison incomplete. Other warnings of its rule do."""
    both = make_warnings("Soil", "Seed")
    before = results(*both)
    before = replace(before, not_compared=(describe_omission("a type is unknown", both),))
    outcome = apply_entries(
        before,
        entries(entry("type-undocumented", "p.md: Soil")),
        "accepted.yaml",
        TODAY,
    )
    assert [found.message for found in outcome.findings] == ["no page documents Seed"]
    assert [(each.what, each.count) for each in outcome.not_compared] == [
        ("a type is unknown [type-undocumented], at p.md:2", 1)
    ]
    assert "1 accepted by accepted.yaml" in outcome.summary
    outcome = apply_entries(before, entries(entry("type-*", "*: S*")), "accepted.yaml", TODAY)
    assert (outcome.not_compared, outcome.findings) == ((), ())
    assert "2 accepted by accepted.yaml" in outcome.summary
    late = apply_entries(before, entries(entry("type-*", "*")), "accepted.yaml", date(2027, 1, 1))
    assert late.not_compared == before.not_compared
    assert rules(late) == ["type-undocumented", "type-undocumented"]
    unused = apply_entries(
        before, entries(entry("type-undocumented", "q.md: *")), "accepted.yaml", TODAY
    )
    assert rules(unused) == ["type-undocumented", "type-undocumented", "baseline-unused"]


def test_error_is_not_accepted() -> None:
    error = Finding(level=Level.ERR, rule="not-utf8", message="m", span=Span(path="p.md"))
    before = replace(
        results(), diagnostics=(error,), not_compared=(NotCompared(what="p.md", count=1),)
    )
    with pytest.raises(CodegenError, match="there is no rule 'not-utf8'"):
        entries(entry("not-utf8", "*"))
    outcome = apply_entries(before, entries(entry("*", "*")), "accepted.yaml", TODAY)
    assert (outcome.errors, outcome.complete) == ((error,), False)


def test_renewal_accepts_reader_warnings_only(tmp_path: Path) -> None:
    told = make_warnings("Soil: it is *open*")
    before = results(finding("A"), *told)
    before = replace(before, not_compared=(describe_omission("a type is unknown", told),))
    file = tmp_path / "accepted.yaml"
    outcome = apply_baseline(before, file, "accepted.yaml", TODAY, RENEWAL)
    assert (outcome.findings, outcome.complete) == ((), True)
    assert [each.id for each in load_baseline(file, "")] == [
        "A",
        "p.md: Soil: it is *open*",
    ]
    again = apply_baseline(before, file, "accepted.yaml", TODAY, RENEWAL)
    assert "accepted.yaml: 0 added, 0 removed; each finding has an entry already" in again.summary
    file.unlink()
    lacking = replace(
        before, not_compared=(*before.not_compared, NotCompared(what="q.md", count=1))
    )
    outcome = apply_baseline(lacking, file, "accepted.yaml", TODAY, RENEWAL)
    assert not file.exists()
    assert not outcome.complete
