"""JSON whose numbers stay as they were written: exact decimals, integers of any size, order of keys.

A `Decimal` of Python cannot be told apart from other numbers by JSON libraries; an `ExactFloat` is a
float to all of them and remembers its own spelling.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Self

__all__ = [
    "MAX_DEPTH",
    "ExactFloat",
    "RepeatedKeyError",
    "TextError",
    "dumps",
    "is_data",
    "loads",
    "plain",
    "without_collector",
]

MAX_DEPTH = 200  # deeper than any document that a person can follow; what walks a value may then recurse


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


class TextError(ValueError):
    """A text that is not what it should be; line and column count from 1, None where they are not known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class RepeatedKeyError(TextError):
    """An object in which one key stands twice."""


def loads(text: str, *, unique: bool = True) -> Any:
    """The value of a JSON text; a TextError where it is none, repeats a key, or holds NaN or Infinity.

    Without `unique` the last of repeated keys counts, as for most receivers (RFC 8259 section 4).
    """
    with without_collector():
        value = _parse(text, _unique if unique else None)
    _check_depth(value)
    if "\\ud" in text or "\\uD" in text:
        _check_characters(value)
    return value


def _parse(text: str, pairs: Callable[[list[tuple[str, Any]]], Any] | None) -> Any:
    try:
        return json.loads(text, parse_float=ExactFloat, parse_constant=_refuse, object_pairs_hook=pairs)
    except TextError:
        raise
    except json.JSONDecodeError as problem:
        raise TextError(f"not valid JSON: {problem.msg}", problem.lineno, problem.colno) from problem
    except RecursionError as problem:
        raise TextError(f"nested more than {MAX_DEPTH} levels deep") from problem
    except ValueError as problem:  # an integer with more digits than Python converts
        raise TextError(f"a number is too long: {problem}") from problem


@contextmanager
def without_collector() -> Iterator[None]:
    """Many new containers and no garbage: the cyclic collector would only look at each of them again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _refuse(constant: str) -> None:
    raise TextError(f"{constant} is not JSON (RFC 8259 section 6)")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        again = next(key for key in keys if keys.count(key) > 1)
        raise RepeatedKeyError(f"the key {again!r} stands twice in one object")
    return result


def _check_depth(value: Any) -> None:
    level, depth = [value], 0
    while level := [c for c in level if c.__class__ is dict or c.__class__ is list]:
        depth += 1
        if depth > MAX_DEPTH:
            raise TextError(f"nested more than {MAX_DEPTH} levels deep")
        level = [child for c in level for child in (c.values() if c.__class__ is dict else c)]


def _check_characters(value: Any) -> None:
    r"""Refuse half of a surrogate pair, such as `\ud83d` alone, which UTF-8 cannot hold."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as problem:
        raise TextError(
            f"{problem.object[problem.start]!r} is half of a character (RFC 8259 section 8.2)"
        ) from problem


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def dumps(value: Any, indent: str | None = "  ") -> str:
    """The JSON text of a value, one member a line, or on one line where `indent` is None."""
    return _write(value, indent, "\n")


def _write(value: Any, indent: str | None, line: str) -> str:
    if isinstance(value, ExactFloat):
        return value.text
    if not isinstance(value, dict | list) or not value:
        return _encode(value)
    inner = "" if indent is None else line + indent
    if isinstance(value, dict):
        members = [f"{_encode(key)}: {_write(v, indent, inner)}" for key, v in value.items()]
    else:
        members = [_write(member, indent, inner) for member in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    separator = ", " if indent is None else f",{inner}"
    return opening + inner + separator.join(members) + ("" if indent is None else line) + closing


_PLAIN = frozenset({str, int, bool, type(None)})  # most of what a value holds


def plain(value: Any) -> Any:
    """The value with decimals of the standard library, for a library that takes no others; just as exact."""
    if isinstance(value, dict):
        return {key: item if item.__class__ in _PLAIN else plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [item if item.__class__ in _PLAIN else plain(item) for item in value]
    return Decimal(value.text) if isinstance(value, ExactFloat) else value


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
