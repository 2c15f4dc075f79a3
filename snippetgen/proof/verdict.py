"""A `Proof` is what became of one snippet, tier by tier: pass, fail, or unproven, which is never a pass."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from snippetgen.errors import UnsupportedError
from snippetgen.language import Language
from snippetgen.model import Finding
from snippetgen.source import Source

__all__ = ["RULES", "Proof", "Subject", "Tier", "Tiers", "UnprovenError", "Verdict", "settle", "summarize"]

# Every rule that a proof can hold beside those of the contract; each has a page in docs/rules/.
RULES = (
    *(
        "render/template",
        "parse/error",
        "parse/localized",
        "run/compile",
        "run/warning",
        "run/timeout",
        "run/exit-code",
    ),
    *("run/output", "run/silent-failure", "run/down", "run/missing-file", "run/unset-credential"),
    *("run/secret", "run/unproven"),
    *("wire/no-request", "wire/extra-request", "wire/malformed", "wire/method", "wire/path", "wire/query"),
    *("wire/header", "wire/extra-header", "wire/media-type", "wire/body"),
)

Tier = Literal["rendered", "parsed", "compiled", "ran", "wire", "contract"]
Verdict = Literal["pass", "fail", "unproven"]
Tiers = Generator[tuple[Tier, list[Finding] | None], None, None]

_EARLY = frozenset({"rendered", "parsed", "compiled"})  # a failure here leaves nothing to run


class UnprovenError(Exception):
    """The snippet cannot be tried here."""


class Subject(Protocol):
    """What is proved, by the names under which it is reported."""

    @property
    def endpoint(self) -> str | None:
        """The endpoint or article that it stands on."""

    @property
    def example(self) -> str:
        """The example or script that it is."""

    @property
    def language(self) -> Language:
        """The language that it is written in."""

    @property
    def client_id(self) -> str:
        """The client that it uses."""

    @property
    def source(self) -> Source | None:
        """The file that asks for it."""

    @property
    def pointer(self) -> str:
        """Where in that file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What became of one case.

    `tier` is the first that failed, else the last that was reached; `skipped` are those that could not be
    tried although a later one could (the parser is not installed).
    """

    endpoint: str | None
    example: str
    language: str
    client: str
    tier: Tier
    verdict: Verdict
    reason: str
    seconds: float
    findings: tuple[Finding, ...] = ()
    skipped: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The proof as one JSON object; keys that do not apply are absent."""
        facts = {
            "endpoint": self.endpoint,
            "example": self.example,
            "language": self.language,
            "client": self.client,
            "tier": self.tier,
            "verdict": self.verdict,
            "reason": self.reason or None,
            "seconds": round(self.seconds, 3),
            "findings": [finding.as_dict() for finding in self.findings],
        }
        return {key: value for key, value in facts.items() if value is not None}


def settle(subject: Subject, tiers: Tiers, *, must: bool) -> Proof:
    """The proof that the tiers add up to; each comes with what is wrong there, None where it was not tried.

    The tiers are left where going on makes no sense. Unproven is a failure where it `must` be proved.
    """
    started = time.monotonic()
    tier: Tier = "rendered"
    failed: Tier | None = None
    findings: list[Finding] = []
    skipped: list[str] = []
    gap = ""
    try:
        with closing(tiers):
            for tier, found in tiers:
                findings += found or ()
                skipped += [tier] if found is None else []
                failed = failed or (tier if any(f.severity == "error" for f in found or ()) else None)
                if failed in _EARLY:
                    break
    except (UnprovenError, UnsupportedError) as problem:
        gap = str(problem)
        if must:
            failed = failed or tier
            findings.append(Finding(rule="run/unproven", message=f"the snippet must be proved, but {gap}"))
    errors = [f.message for f in findings if f.severity == "error"]
    return Proof(
        endpoint=subject.endpoint,
        example=subject.example,
        language=subject.language.id,
        client=subject.client_id,
        tier=failed or tier,
        verdict="fail" if failed else "unproven" if gap else "pass",
        reason=errors[0] if errors else gap,
        seconds=time.monotonic() - started,
        findings=_placed(subject, findings),
        skipped=tuple(skipped),
    )


def _placed(subject: Subject, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    place = subject.source.place(subject.pointer) if subject.source and findings else None
    return tuple(
        replace(
            finding,
            place=finding.place or place,
            endpoint=subject.endpoint,
            example=subject.example,
            language=subject.language.id,
            client=subject.client_id,
        )
        for finding in findings
    )


def summarize(proofs: Sequence[Proof]) -> dict[str, Any]:
    """The counts of a verification: verdicts, in all and by language, and the tiers that were reached."""
    languages = {p.language: Counter({"pass": 0, "fail": 0, "unproven": 0}) for p in proofs}
    for proof in proofs:
        languages[proof.language][proof.verdict] += 1
    verdicts = sum(languages.values(), Counter({"pass": 0, "fail": 0, "unproven": 0}))
    return {
        "snippets": len(proofs),
        **{verdict: verdicts[verdict] for verdict in ("pass", "fail", "unproven")},
        "seconds": round(sum(proof.seconds for proof in proofs), 3),
        "languages": {name: dict(counts) for name, counts in languages.items()},
        "tiers": dict(Counter(proof.tier for proof in proofs)),
        "skipped": dict(Counter(tier for proof in proofs for tier in proof.skipped)),
        "findings": dict(Counter(finding.severity for proof in proofs for finding in proof.findings)),
    }
