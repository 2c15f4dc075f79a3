"""A report as lines for people."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from snippetgen.proof.verdict import Proof, summarize
from snippetgen.report.line import closing_line, finding_line, name_of, painter
from snippetgen.report.summary import Report
from snippetgen.wording import visible_line

__all__ = ["write_text"]


def write_text(report: Report) -> str:
    """Findings, what is unproven, languages, counts."""
    paint = painter(color=report.color)
    lines = [finding_line(finding, paint) for finding in report.findings]
    lines += [_unproven_line(proof, paint) for proof in report.proofs or () if proof.verdict == "unproven"]
    lines += _language_lines(report.proofs, paint) if report.proofs else []
    lines += [f"{visible_line(report.note)}."] if report.note else []
    return "\n".join([*lines, closing_line(report)]) + "\n"


def _unproven_line(proof: Proof, paint: Callable[[str, str], str]) -> str:
    return f"{paint('unproven', 'unproven')}: {visible_line(f'{name_of(proof)}: {proof.reason}')}"


def _language_lines(proofs: Sequence[Proof], paint: Callable[[str, str], str]) -> list[str]:
    lines = []
    for language, counts in summarize(proofs)["languages"].items():
        parts = [paint(f"{count} {verdict}", verdict) for verdict, count in counts.items() if count]
        lines.append(f"{language:<12} {', '.join(parts)}")
    return lines
