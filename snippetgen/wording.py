"""Words of messages: counted nouns, and names that neither swamp a line nor steer what shows it."""

from __future__ import annotations

import re

__all__ = ["plural", "shorten", "visible", "visible_line"]

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_COMMAND = re.compile(r"^(\s*):(?=:)")


def plural(count: int, noun: str, nouns: str | None = None) -> str:
    """`1 request`, `1,200 requests`; `nouns` where the plural does not end in s."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def shorten(text: str, length: int = 120) -> str:
    """The text, without its middle where it is longer than that."""
    return text if len(text) <= length else f"{text[: length // 2]}…{text[-(length // 4) :]}"


def visible(text: str) -> str:
    """The text with every character that steers a terminal, or hides in it, written out; lines stay lines."""
    return _STEERING.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def visible_line(text: str) -> str:
    r"""The visible text on one line, its line breaks written as `\n` and `::` at its start as `\x3a:`.

    What begins a line in a log may be a command to whoever reads it, such as `::error::` to GitHub.
    """
    return _COMMAND.sub(r"\1\\x3a", visible(text).replace("\n", "\\n"))
