"""A pseudo-locale shows what no catalog can reach: every message looks translated, the rest does not.

`en-XA` accents the letters and makes a sentence a third longer, as German would. `ar-XB` writes Latin
letters as Arabic ones, so that the text runs from right to left without the invisible characters that
other tools use for it: those are refused in comments, whoever writes them.
"""

from __future__ import annotations

import re

__all__ = ["pseudo"]

_ACCENTED = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýž",
)
_ARABIC = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ,;?",
    "ابثدهفغحيجكلمنوپقرستعڤطخيزابثدهفغحيجكلمنوپقرستعڤطخيز،؛؟",
)
_FILLERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

# What a translation must keep: code, link targets, placeholders, quoted and snake_case names.
_KEPT = re.compile(
    r"(`+)(?!`).+?(?<!`)\1(?!`)|\]\([^()\s]+\)|\{[A-Za-z_][A-Za-z0-9_]*\}"
    r"|(?<!\w)'[A-Za-z0-9_.-]+'(?!\w)|(?<!\w)[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+(?!\w)"
)


def pseudo(text: str, tag: str) -> str:
    """The message as the pseudo-locale has it."""
    if tag == "ar-XB":
        return _map(text, _ARABIC)
    longer = _filler(max(1, len(text) // 3)).translate(_ACCENTED)
    return f"⟦{_map(text, _ACCENTED)} {longer}⟧"


def _map(text: str, table: dict[int, int]) -> str:
    """The text with its letters replaced, but for what must stay."""
    pieces, done = [], 0
    for match in _KEPT.finditer(text):
        pieces += [text[done : match.start()].translate(table), match[0]]
        done = match.end()
    return "".join((*pieces, text[done:].translate(table)))


def _filler(length: int) -> str:
    """Words that count up, at least `length` characters of them."""
    words: list[str] = []
    while len(" ".join(words)) < length:
        words.append(_FILLERS[len(words) % len(_FILLERS)])
    return " ".join(words)
