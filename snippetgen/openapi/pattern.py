r"""A pattern of ECMA-262 (with the flag `u`) as the two engines write it that match it here.

Outside a class a `$` is the very end and a `.` no line terminator; `\d`, `\w` and `\b` are ASCII, `\s` is
not; groups are named `(?<name>…)`; `[]` matches nothing and `[^]` everything.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

__all__ = ["fast_pattern", "python_pattern"]

_SPACE = r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"  # ECMA-262, WhiteSpace
_NO_SPACE = (
    r"\x00-\x08\x0e-\x1f!-\x9f\u00a1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e"
    r"\u2060-\u2fff\u3001-\ufefe\uff00-"
)
_LAST = "\U0010ffff"
_WORD = "0-9A-Z_a-z"
_DOT = r"[^\n\r\u2028\u2029]"
_PYTHON = {
    "$": r"\Z",
    ".": _DOT,
    "[]": "(?!)",
    "[^]": r"[\s\S]",
    "(?<": "(?P<",
    r"\/": "/",
    r"\s": f"[{_SPACE}]",
    r"\S": f"[^{_SPACE}]",
}
_PYTHON_CLASS = {"[": r"\[", r"\/": "/", r"\s": _SPACE, r"\S": _NO_SPACE + _LAST}
_FAST = {
    ".": _DOT,
    "[]": "(?!)",
    "[^]": r"[\s\S]",
    r"\b": f"(?:(?<=[{_WORD}])(?![{_WORD}])|(?<![{_WORD}])(?=[{_WORD}]))",
    r"\B": f"(?:(?<=[{_WORD}])(?=[{_WORD}])|(?<![{_WORD}])(?![{_WORD}]))",
    r"\d": "[0-9]",
    r"\D": "[^0-9]",
    r"\w": f"[{_WORD}]",
    r"\W": f"[^{_WORD}]",
    r"\s": f"[{_SPACE}]",
    r"\S": f"[^{_SPACE}]",
}
_FAST_CLASS = {
    r"\d": "0-9",
    r"\D": rf"\x00-\x2f\x3a-{_LAST}",
    r"\w": _WORD,
    r"\W": rf"\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-{_LAST}",
    r"\s": _SPACE,
    r"\S": _NO_SPACE + _LAST,
}
_PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # of surrogates, for one character
_ESCAPE = rf"\\[pP]\{{[^}}]*\}}|\\u\{{[0-9a-fA-F]+\}}|{_PAIR}|\\."
_ATOM = re.compile(rf"{_ESCAPE}|\[\^?\]|\(\?<(?![=!])|.", re.DOTALL)
_CLASS_ATOM = re.compile(rf"{_ESCAPE}|.", re.DOTALL)
_CATEGORIES = {
    "Letter": "L",
    "Uppercase_Letter": "Lu",
    "Lowercase_Letter": "Ll",
    "Mark": "M",
    "Number": "N",
    "Decimal_Number": "Nd",
    "Punctuation": "P",
    "Symbol": "S",
    "Separator": "Z",
    "Other": "C",
}


@lru_cache(maxsize=4096)
def fast_pattern(pattern: str) -> str:
    """The pattern as `jsonschema-rs` takes it, which differs from ECMA-262 in these few places."""
    return "".join(
        _character(atom) if _is_pair(atom) else (_FAST_CLASS if inside else _FAST).get(atom, atom)
        for atom, inside in _atoms(pattern)
    )


@lru_cache(maxsize=4096)
def python_pattern(pattern: str) -> str | None:
    """The pattern as Python's `re` takes it; None where it has no such thing."""
    result = "(?a)" + "".join(_python(atom, inside=inside) for atom, inside in _atoms(pattern))
    try:
        re.compile(result)
    except re.error:
        return None
    return result


def _atoms(pattern: str) -> Iterator[tuple[str, bool]]:
    """The parts that mean something, each with whether it stands inside a class."""
    inside, position = False, 0
    while match := (_CLASS_ATOM if inside else _ATOM).match(pattern, position):
        yield match[0], inside
        position = match.end()
        inside = match[0] == "[" or (inside and match[0] != "]")


def _python(atom: str, *, inside: bool) -> str:
    if _is_pair(atom):
        return _character(atom)
    if atom.startswith(r"\u{"):
        return rf"\U{int(atom[3:-1], 16):08x}"
    if atom[:2] in {r"\p", r"\P"} and len(atom) > 2:
        ranges = _ranges(atom[3:-1], negated=atom[1] == "P")
        return (ranges if inside else f"[{ranges}]") if ranges else atom
    return (_PYTHON_CLASS if inside else _PYTHON).get(atom, atom)


def _is_pair(atom: str) -> bool:
    """Whether it is two escapes that stand for one character beyond U+FFFF."""
    return len(atom) == 12 and atom[6] == "\\"


def _character(pair: str) -> str:
    halves = int(pair[2:6], 16), int(pair[8:], 16)
    return b"".join(half.to_bytes(2, "little") for half in halves).decode("utf-16-le")


@lru_cache(maxsize=64)
def _ranges(name: str, *, negated: bool) -> str:
    """The inside of a class for a general category of Unicode, "" where it is none."""
    value = name.removeprefix("General_Category=").removeprefix("gc=")
    category = _CATEGORIES.get(value, value)
    if not re.fullmatch("[A-Z][a-z]?", category):
        return ""
    codes = range(sys.maxunicode + 1)
    runs = groupby(codes, lambda code: unicodedata.category(chr(code)).startswith(category))
    spans = [[*run] for fits, run in runs if fits != negated]
    return "".join(rf"\U{span[0]:08x}-\U{span[-1]:08x}" for span in spans)
