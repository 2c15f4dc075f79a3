"""How a finding, a proof and the counts read as lines for people."""

from __future__ import annotations

from collections.abc import Callable

from snippetgen.model import Finding
from snippetgen.proof.verdict import Proof, summarize
from snippetgen.report.summary import Report, summarize_findings
from snippetgen.wording import plural, visible, visible_line

__all__ = ["closing_line", "finding_line", "name_of", "painter", "subject_of"]

_COLOURS = {"error": "31", "fail": "31", "warning": "33", "unproven": "33", "note": "36", "pass": "32"}


def painter(*, color: bool) -> Callable[[str, str], str]:
    """What colours a text as its word (a severity, a verdict) asks for, or leaves it."""
    return lambda text, name: f"\x1b[{_COLOURS[name]}m{text}\x1b[0m" if color else text


def finding_line(finding: Finding, paint: Callable[[str, str], str]) -> str:
    """Place, severity, rule, snippet, message and fix; a bar stands before the other lines of a message."""
    place = f"{finding.place}: " if finding.place else ""
    subject = subject_of(finding)
    where = f" [{subject}]" if subject else ""
    pointer = f" at {finding.pointer}" if finding.pointer else ""
    message = visible(finding.message).replace("\n", "\n    | ")
    fix = f"\n    fix: {visible_line(finding.fix)}" if finding.fix else ""
    head = f"{visible_line(place)}{paint(finding.severity, finding.severity)}: "
    return head + visible_line(f"{finding.rule}{where}{pointer}: ") + message + fix


def subject_of(finding: Finding) -> str:
    """The snippet that a finding is about."""
    client = f"{finding.language}/{finding.client}" if finding.client else finding.language
    return ", ".join(part for part in (finding.endpoint, finding.example, client, finding.locale) if part)


def name_of(proof: Proof) -> str:
    """The snippet that a proof is about."""
    return ", ".join(p for p in (proof.endpoint, proof.example, f"{proof.language}/{proof.client}") if p)


def closing_line(report: Report) -> str:
    """The counts as one sentence."""
    counts, proofs = summarize_findings(report.findings), report.proofs
    found = ", ".join(plural(counts[severity], severity) for severity in ("error", "warning", "note"))
    if proofs is None:
        return f"{found}."
    verdicts = summarize(proofs)
    said = f"{plural(len(proofs), 'snippet')}: " + ", ".join(
        f"{verdicts[verdict]} {word}"
        for verdict, word in (("pass", "passed"), ("fail", "failed"), ("unproven", "unproven"))
    )
    skipped = "".join(f"; {count} not {tier}" for tier, count in verdicts["skipped"].items())
    return f"{said}{skipped}. {found}."
