"""A `Report` is what a writer writes: findings, with the proofs that they belong to, and their counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from snippetgen.coverage import Coverage
from snippetgen.model import Finding
from snippetgen.proof.verdict import Proof, summarize

__all__ = ["Report", "fails", "summarize_findings"]

_LEVELS = ("note", "warning", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a writer writes: findings, the proofs that they belong to (None where none were made), a note."""

    findings: tuple[Finding, ...]
    proofs: tuple[Proof, ...] | None = None
    note: str = ""
    coverage: Coverage | None = None
    color: bool = False

    @property
    def summary(self) -> dict[str, Any]:
        """The counts; `remark` is what the report says beside them, `note` how many notes there are."""
        counts = summarize_findings(self.findings) if self.proofs is None else summarize(self.proofs)
        counts |= {"remark": self.note} if self.note else {}
        return counts | ({"coverage": self.coverage.as_dict()} if self.coverage else {})


def fails(findings: Sequence[Finding], level: str) -> bool:
    """Whether any finding is at or above the level."""
    return any(_LEVELS.index(finding.severity) >= _LEVELS.index(level) for finding in findings)


def summarize_findings(findings: Sequence[Finding]) -> dict[str, Any]:
    """The counts of findings, in all, by severity and by rule."""
    severities = Counter(finding.severity for finding in findings)
    return {
        "findings": len(findings),
        **{severity: severities[severity] for severity in ("error", "warning", "note")},
        "rules": dict(sorted(Counter(finding.rule for finding in findings).items())),
    }
