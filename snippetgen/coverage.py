"""Coverage: how much of what is shown was held against a schema that says something, and why not all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from snippetgen.finding import Finding
from snippetgen.wording import plural

__all__ = ["RULES", "Coverage", "tally"]

RULES = ("check/coverage",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was looked at: `counts` by noun, how many were `checked`, and the names of those that were not."""

    counts: Mapping[str, int]
    checked: int
    unchecked: Mapping[str, tuple[str, ...]]

    @property
    def total(self) -> int:
        """Everything that could have been checked."""
        return self.checked + sum(map(len, self.unchecked.values()))

    @property
    def percent(self) -> float:
        """The share that was checked; nothing to check is nothing proved."""
        return 100 * self.checked / self.total if self.total else 0.0

    def __str__(self) -> str:
        looked = ", ".join(plural(count, noun) for noun, count in self.counts.items())
        missing = ", ".join(f"{len(names):,} {reason}" for reason, names in self.unchecked.items() if names)
        share = f"{self.checked:,} of {self.total:,} checked ({self.percent:.1f}%)"
        return f"{looked}: {share}{f'; not checked: {missing}' if missing else ''}"

    def as_dict(self) -> dict[str, Any]:
        """The coverage as one JSON object, with every name."""
        share = {"checked": self.checked, "total": self.total, "percent": round(self.percent, 1)}
        return {
            **share,
            "counts": dict(self.counts),
            "unchecked": {k: list(v) for k, v in self.unchecked.items()},
        }

    def findings(self, floor: float | None, subject: str) -> Iterable[Finding]:
        """The finding that less was checked than is asked for."""
        if floor is not None and self.percent < floor:
            message = (
                f"{self.percent:.1f}% of {subject} was checked, less than the {floor:g}% that are required"
            )
            fix = "add examples and schemas where the report says that there are none"
            yield Finding(rule="check/coverage", message=message, fix=fix)


def tally(counts: Mapping[str, int], outcomes: Iterable[tuple[str, str | None]]) -> Coverage:
    """The coverage of named things, each with the reason why it was not checked, None where it was."""
    checked, unchecked = 0, dict[str, list[str]]()
    for name, reason in outcomes:
        if reason is None:
            checked += 1
        else:
            unchecked.setdefault(reason, []).append(name)
    return Coverage(counts=counts, checked=checked, unchecked={k: tuple(v) for k, v in unchecked.items()})
