"""Strings that match a pattern, shortest first and always the same.

The pattern is parsed by Python's own parser of regular expressions; look-around is not followed, so
every string is matched against the pattern before it is given out.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from re import _constants as op  # type: ignore[attr-defined]  # the tree has no public names
from re import _parser  # type: ignore[attr-defined]  # nor has the parser; every sampler of strings uses it
from typing import Any

__all__ = ["match_strings"]

_ALPHABET = (
    string.ascii_lowercase + "1234567890" + string.ascii_uppercase + "-_. /:@+=#~!$%&*,;?'\"()[]{}<>|^`\\\t\n"
)
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    op.CATEGORY_DIGIT: str.isdigit,
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_WORD: lambda character: character.isalnum() or character == "_",
}
_OPPOSITES = {
    op.CATEGORY_NOT_DIGIT: op.CATEGORY_DIGIT,
    op.CATEGORY_NOT_SPACE: op.CATEGORY_SPACE,
    op.CATEGORY_NOT_WORD: op.CATEGORY_WORD,
}
# The nodes that stand for one character, each as the items of a class.
_CLASSES: dict[Any, Callable[[Any], list[tuple[Any, Any]]]] = {
    op.LITERAL: lambda code: [(op.LITERAL, code)],
    op.NOT_LITERAL: lambda code: [(op.NEGATE, None), (op.LITERAL, code)],
    op.ANY: lambda _: [(op.NEGATE, None), (op.LITERAL, 10)],
    op.IN: lambda items: items,
}
_STRETCHES = (1, 0, 2, 3, 4, 6, 8, 12, 16, 20, 24, 32, 36, 40, 64, 128, 256)
_MAX_LENGTH = 4096


def match_strings(pattern: str, shortest: int = 0, longest: int | None = None) -> Iterator[str]:
    """Strings of those lengths that a Python pattern matches anywhere; none where it is too hard."""
    tree, matcher = _parser.parse(pattern), re.compile(pattern)
    if tree.getwidth()[0] > _MAX_LENGTH:
        return
    for branch in range(3):
        for stretch in (*_STRETCHES, shortest):
            text = _Writer(stretch, branch).write(tree)
            if shortest <= len(text) <= (longest or _MAX_LENGTH) and matcher.search(text):
                yield text


class _Writer:
    """One string: `stretch` says how often more than it must a part repeats, `branch` which way it takes."""

    def __init__(self, stretch: int, branch: int) -> None:
        self.stretch = stretch
        self.branch = branch
        self.groups: dict[int, str] = {}
        self.written = 0

    def write(self, tree: Iterable[tuple[Any, Any]]) -> str:
        return "".join(self.item(code, argument) for code, argument in tree)

    def item(self, code: Any, argument: Any) -> str:
        """What one node of the tree writes; an anchor and a look-around write nothing."""
        if self.written > _MAX_LENGTH:
            return ""
        if code in _CLASSES:
            character = self.character(_CLASSES[code](argument))
            self.written += 1
            return character
        if code in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
            least, most, inner = argument
            times = min(most, least + self.stretch, _MAX_LENGTH + 1)
            return "".join(self.write(inner) for _ in range(times) if self.written <= _MAX_LENGTH)
        if code is op.BRANCH:
            return self.write(argument[1][self.branch % len(argument[1])])
        if code is op.SUBPATTERN:
            self.groups[argument[0]] = self.write(argument[-1])
            return self.groups[argument[0]]
        return self.groups.get(argument, "") if code is op.GROUPREF else ""

    def character(self, items: list[tuple[Any, Any]]) -> str:
        """A character of a class; a different one each time, so that strings read less like `aaaa`."""
        fitting = [character for character in _ALPHABET if _is_in(character, items)]
        if fitting:
            stride, span = (17, len(fitting)) if self.branch else (1, min(len(fitting), 10))
            return fitting[self.written * stride % span]
        ranges = (range(low, high + 1) for low, high in (_bounds(item) for item in items) if high >= low)
        return chr(next(islice((code for codes in ranges for code in codes), 1), 0xFFFD))


def _bounds(item: tuple[Any, Any]) -> tuple[int, int]:
    code, argument = item
    if code is op.RANGE:
        low, high = argument
        return int(low), int(high)
    return (argument, argument) if code is op.LITERAL else (1, 0)


def _is_in(character: str, items: list[tuple[Any, Any]]) -> bool:
    negated = items[0][0] is op.NEGATE
    return any(_fits(character, *item) for item in items) != negated


def _fits(character: str, code: Any, argument: Any) -> bool:
    if code is op.CATEGORY:
        known = _OPPOSITES.get(argument, argument)
        return _CATEGORIES[known](character) == (known is argument)
    low, high = _bounds((code, argument))
    return low <= ord(character) <= high
