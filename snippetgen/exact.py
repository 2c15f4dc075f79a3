"""JSON whose numbers stay as they were written: exact decimals, integers of any size, order of keys.

A `Decimal` of Python cannot be told apart from other numbers by JSON libraries; an `ExactFloat` is a
float to all of them and remembers its own spelling.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Self

__all__ = ["ExactFloat", "dumps", "is_data", "loads"]


class ExactFloat(float):
    """A float that remembers how it was written, for instance `1.10` or `1e400`."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        """The float of a JSON number (RFC 8259 section 6)."""
        number = super().__new__(cls, text)
        number.text = text
        return number

    @property
    def is_lossless(self) -> bool:
        """Whether the float itself, written back by any language, is the same number."""
        return abs(self) < 1e15 and Decimal(self.text) == Decimal(repr(float(self)))


def loads(text: str) -> Any:
    """The value of a JSON text; ValueError where it is none, repeats a key, or holds NaN or Infinity."""
    return json.loads(text, parse_float=ExactFloat, parse_constant=_refuse, object_pairs_hook=_unique)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON (RFC 8259 section 6)")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return result


def dumps(value: Any, indent: str | None = "  ") -> str:
    """The JSON text of a value, one member a line, or on one line where `indent` is None."""
    return "".join(_write(value, indent, "\n"))


def _write(value: Any, indent: str | None, line: str) -> Iterator[str]:
    if isinstance(value, dict | list) and value:
        yield from _write_members(value, indent, line)
    elif isinstance(value, ExactFloat):
        yield value.text
    else:
        yield json.dumps(value, ensure_ascii=False, allow_nan=False)


def _write_members(value: dict[str, Any] | list[Any], indent: str | None, line: str) -> Iterator[str]:
    inner = "" if indent is None else line + indent
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield opening + inner
    members = value.items() if isinstance(value, dict) else ((None, member) for member in value)
    for index, (key, member) in enumerate(members):
        if index:
            yield ", " if indent is None else f",{inner}"
        if key is not None:
            yield f"{json.dumps(key, ensure_ascii=False)}: "
        yield from _write(member, indent, inner)
    yield closing if indent is None else line + closing


def is_data(value: Any, levels: int = 64) -> bool:
    """Whether a value survives a round trip through any language's own JSON types.

    Integers within ±2^53, decimals that a binary64 writes back unchanged, no `__proto__` key and no key
    that looks like an integer, which JavaScript and PHP would reorder or turn into a list. At most 64
    levels: Ruby's generator stops at 100, and so do some parsers of source code.
    """
    if isinstance(value, dict | list) and not levels:
        return False
    if isinstance(value, dict):
        odd = any(key == "__proto__" or key.lstrip("-").isdigit() for key in value)
        return not odd and all(is_data(member, levels - 1) for member in value.values())
    if isinstance(value, list):
        return all(is_data(item, levels - 1) for item in value)
    if isinstance(value, ExactFloat):
        return value.is_lossless
    return not isinstance(value, int) or abs(value) <= 2**53
