"""Findings and proofs as text, JSON, JSON lines, SARIF, JUnit XML, GitHub commands or one HTML page.

Each kind is a function from a `Report` to text; `KINDS` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from snippetgen.coverage import Coverage
from snippetgen.errors import UsageError
from snippetgen.model import Finding
from snippetgen.proof.verdict import Proof
from snippetgen.report.github import write_github
from snippetgen.report.junit import write_junit
from snippetgen.report.line import finding_line, painter
from snippetgen.report.objects import write_json, write_jsonl
from snippetgen.report.sarif import write_sarif
from snippetgen.report.summary import Report, fails, summarize_findings
from snippetgen.report.text import write_text
from snippetgen.report.web import write_html

__all__ = [
    "KINDS",
    "Report",
    "fails",
    "findings_text",
    "render_findings",
    "render_verification",
    "summarize_findings",
]

Writer = Callable[[Report], str]

KINDS: dict[str, Writer] = {
    "text": write_text,
    "json": write_json,
    "jsonl": write_jsonl,
    "sarif": write_sarif,
    "junit": write_junit,
    "github": write_github,
    "html": write_html,
}


def render_findings(
    findings: Sequence[Finding],
    kind: str,
    *,
    coverage: Coverage | None = None,
    note: str = "",
    color: bool = False,
) -> str:
    """The findings of a check in one of the kinds, with what it covered and a note."""
    notes = "; ".join(filter(None, (str(coverage or ""), note)))
    return _writer(kind)(Report(findings=tuple(findings), note=notes, coverage=coverage, color=color))


def render_verification(proofs: Sequence[Proof], kind: str, *, note: str = "", color: bool = False) -> str:
    """The proofs of a verification, with their findings, in one of the kinds."""
    findings = tuple(finding for proof in proofs for finding in proof.findings)
    return _writer(kind)(Report(findings=findings, proofs=tuple(proofs), note=note, color=color))


def findings_text(findings: Sequence[Finding], *, color: bool = False) -> str:
    """The findings as lines for people, without a count."""
    return "\n".join(finding_line(finding, painter(color=color)) for finding in findings)


def _writer(kind: str) -> Writer:
    if kind not in KINDS:
        raise UsageError(f"there is no report kind {kind!r}", fix=f"choose one of: {', '.join(KINDS)}")
    return KINDS[kind]
