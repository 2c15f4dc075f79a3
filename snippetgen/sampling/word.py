"""A word is a string for a schema: by its format, its pattern, or the name of what it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from snippetgen.sampling.pattern import match_strings

__all__ = ["lengths", "words"]

# One value for each format that is asserted, from the ranges that are reserved for documentation
# (RFC 2606, RFC 5737, RFC 3849).
_FORMATS = {
    "date": "2024-01-15",
    "date-time": "2024-01-15T09:30:00Z",
    "time": "09:30:00Z",
    "duration": "P1D",
    "email": "user@example.com",
    "idn-email": "user@example.com",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com",
    "url": "https://example.com",
    "iri": "https://example.com",
    "uri-reference": "/example",
    "iri-reference": "/example",
    "uri-template": "/example/{id}",
    "json-pointer": "/example",
    "relative-json-pointer": "0",
    "regex": "^a+$",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
    "byte": "ZXhhbXBsZQ==",
    "char": "a",
    "commonmark": "example",
    "html": "<p>example</p>",
}

_LENGTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256)  # where nothing says where two schemas part


def words(facts: Mapping[str, Any], pattern: str | None, hint: str) -> Iterator[str]:
    """Strings in order of preference for the keywords of a schema; each has a length that is allowed.

    `pattern` is the schema's pattern as Python matches it, `hint` the name of the property or parameter.
    """
    shortest, longest = int(facts.get("minLength", 0)), facts.get("maxLength")
    for word in _candidates(facts, hint, shortest):
        text = word if longest is None else word[: int(longest)]
        if len(text) >= shortest and (pattern is None or re.search(pattern, text)):
            yield text
    if pattern is not None:
        yield from match_strings(pattern, shortest, None if longest is None else int(longest))


def lengths(facts: Mapping[str, Any], pattern: str | None, word: str) -> Iterator[str]:
    """The word, then others like it of each length that the keywords of a schema allow."""
    yield word
    shortest, longest = int(facts.get("minLength", 0)), facts.get("maxLength")
    for length in (longest, shortest, *_LENGTHS):
        text = (word or "a") * (int(length or 0) // max(len(word), 1) + 1)
        text = text[: int(length or 0)]
        allowed = shortest <= len(text) <= (len(text) if longest is None else int(longest))
        if allowed and text != word and (pattern is None or re.search(pattern, text)):
            yield text


def _candidates(facts: Mapping[str, Any], hint: str, shortest: int) -> Iterator[str]:
    known = _FORMATS.get(str(facts.get("format", "")).lower())
    if known is not None:
        yield known
    elif facts.get("contentEncoding") == "base64":
        yield _FORMATS["byte"]
    for word in (hint, "example"):
        if word:
            yield word
            yield (word * (shortest // len(word) + 1))[:shortest] if len(word) < shortest else word
