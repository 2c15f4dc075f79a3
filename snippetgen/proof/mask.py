"""A `Mask` hides secrets in a message, however they were encoded; `Show` quotes what was sent through it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote, quote_plus

from snippetgen.model import Encoded, Request

__all__ = ["Mask", "Show"]

MAX_SHOWN = 120
MIN_PIECE = 6


@dataclass(frozen=True, slots=True)
class Mask:
    """What hides secrets in a message: for each, a pattern of its spellings, its name and its value."""

    secrets: tuple[tuple[re.Pattern[str], str, str], ...]

    @classmethod
    def of(cls, environment: Mapping[str, str], request: Request | None = None) -> Mask:
        """A mask of every value of the environment, and of those that the request encodes together."""
        values = {value: f"${env}" for env, value in environment.items() if value}
        for text in request.texts if request else ():
            for part in text.parts:
                if isinstance(part, Encoded) and (names := [c.env for c in part.text.credentials()]):
                    values.setdefault(part.text.resolve(environment), "$" + "+$".join(names))
        encoded = {
            base64.b64encode(value.encode()).decode(): f"{name}|base64" for value, name in values.items()
        }
        found = [(_pattern(value), name, value) for value, name in (values | encoded).items()]
        pieces = {piece: f"{name}|part" for value, name in values.items() for piece in _pieces(value)}
        found += [(re.compile(re.escape(piece)), name, piece) for piece, name in pieces.items()]
        return cls(tuple(sorted(found, key=lambda secret: -len(secret[2]))))

    def __call__(self, text: str) -> str:
        """The text with a variable's name in every secret's place, and how it was encoded."""
        for pattern, name, value in self.secrets:
            text = pattern.sub(partial(_label, name, value), text)
        return text


def _pattern(value: str) -> re.Pattern[str]:
    """A secret as it may turn up: each character plain, percent-encoded, escaped or mis-decoded."""
    return re.compile("".join(f"(?:{'|'.join(_spellings(char))})" for char in value))


def _spellings(char: str) -> list[str]:
    data = char.encode()
    percent = "".join(f"%{byte:02X}" for byte in data)
    escapes = {
        json.dumps(char)[1:-1],
        repr(char)[1:-1],
        f"\\{char}",
        "".join(f"\\x{byte:02x}" for byte in data),
    }
    plain = {char, data.decode("latin-1"), *escapes, *("+" if char == " " else "")}
    return [f"(?i:{percent})", *(re.escape(form) for form in sorted(plain, key=len, reverse=True))]


def _pieces(value: str) -> set[str]:
    """What is left of a secret that was cut where a URL is cut."""
    return {piece for piece in re.split(r"[^0-9A-Za-z_.~-]+", value) if len(piece) >= MIN_PIECE}


def _label(name: str, value: str, match: re.Match[str]) -> str:
    text = match[0]
    if text == value:
        return name
    known = {
        quote(value, safe=""): "percent",
        quote_plus(value): "form",
        value.encode().decode("latin-1"): "latin-1",
    }
    return f"{name}|{known.get(text, 'other')}"


@dataclass(frozen=True, slots=True)
class Show:
    """How a message quotes what was sent: masked first, then shortened."""

    mask: Mask

    def __call__(self, value: bytes | str) -> str:
        """The value in quotes."""
        text = self.mask(value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value)
        return json.dumps(text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…", ensure_ascii=False)

    def window(self, data: bytes, at: int) -> str:
        """The bytes around a position; from the start where a secret might be cut in two."""
        text = data.decode("utf-8", "backslashreplace")
        return self(data[max(0, at - 8) : at + 24] if self.mask(text) == text else text)
