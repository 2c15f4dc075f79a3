"""Words of messages: counted nouns, and names that do not swamp a line."""

from __future__ import annotations

__all__ = ["plural", "shorten"]


def plural(count: int, noun: str, nouns: str | None = None) -> str:
    """`1 request`, `1,200 requests`; `nouns` where the plural does not end in s."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def shorten(text: str, length: int = 120) -> str:
    """The text, without its middle where it is longer than that."""
    return text if len(text) <= length else f"{text[: length // 2]}…{text[-(length // 4) :]}"
