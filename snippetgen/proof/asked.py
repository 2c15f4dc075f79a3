"""The request that was asked for, and what it takes to read and to quote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from snippetgen.model import Pair, Request
from snippetgen.proof.mask import Show
from snippetgen.proof.reading import Decoded
from snippetgen.text import Text

__all__ = ["Asked"]


@dataclass(frozen=True, slots=True)
class Asked:
    """The request that was asked for, and what it takes to read and to quote it."""

    request: Request
    environment: Mapping[str, str]
    files: Mapping[str, bytes]
    show: Show

    def resolve(self, text: Text | None) -> str:
        """The characters that must arrive."""
        return text.resolve(self.environment) if text else ""

    def pairs(self, pairs: Sequence[Pair]) -> list[Decoded]:
        """The decoded pairs that must arrive."""
        return [(p.name.encode(), None if p.value is None else self.resolve(p.value).encode()) for p in pairs]
