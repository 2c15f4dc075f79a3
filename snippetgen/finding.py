"""A `Finding` is one thing that is wrong; every checker yields this type."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from snippetgen.errors import Place

__all__ = ["Finding", "Severity"]

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, the one type that every checker yields.

    `rule` is `family/name` and has a page in docs/rules/; `pointer` is an RFC 6901 JSON Pointer
    into the value that was checked. `schema` is the keyword that the value breaks, for those who show it.
    """

    rule: str
    message: str
    severity: Severity = "error"
    fix: str | None = None
    place: Place | None = None
    endpoint: str | None = None
    example: str | None = None
    language: str | None = None
    client: str | None = None
    locale: str | None = None
    pointer: str | None = None
    schema: Mapping[str, Any] | None = field(default=None, repr=False, compare=False)

    @property
    def fingerprint(self) -> str:
        """An identity that stays when unrelated lines move: everything but line and column."""
        file = Path(self.place.file).as_posix() if self.place else ""
        snippet = (self.endpoint, self.example, self.language, self.client, self.locale)
        facts = (self.rule, file, *snippet, self.pointer, self.message)
        return hashlib.sha256("\0".join(fact or "" for fact in facts).encode()).hexdigest()[:16]

    def as_dict(self) -> dict[str, Any]:
        """The finding as one JSON object; keys that do not apply are absent."""
        place = self.place or Place(file="")
        facts = {
            "rule": self.rule,
            "severity": self.severity,
            "file": place.file or None,
            "line": place.line,
            "column": place.column,
            "endpoint": self.endpoint,
            "example": self.example,
            "language": self.language,
            "client": self.client,
            "locale": self.locale,
            "pointer": self.pointer,
            "message": self.message,
            "fix": self.fix,
            "fingerprint": self.fingerprint,
        }
        return {key: value for key, value in facts.items() if value is not None}
