"""Rules about form: how a sentence ends, what is unbalanced, cut off, too long or not trimmed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from snippetgen.i18n.rule import Problem, Translation
from snippetgen.i18n.writing import TERMINATORS, is_letter, width

__all__ = ["brackets", "length", "space", "terminator", "truncated"]

_TORN = re.compile(r"\S [:;!?»](?!\w)|« \S")
MAX_TITLE = 60  # columns; longer titles are cut off in tabs and navigation
_PAIRS = dict(zip(")]}）］｝」』】》〉", "([{（［｛「『【《〈", strict=True))  # noqa: RUF001  # those brackets
_SHORTEST, _SHORTEST_DENSE = 0.3, 0.12  # the least part of the message's letters that can say the same
_LONG = 40  # letters; of a shorter message, a short translation says nothing


def terminator(translation: Translation) -> Iterator[Problem]:
    """The mark at the end of a sentence, which is the language's own; one that was cut off has no end."""
    if any(truncated(translation)):
        return
    writing = translation.writing
    last, end = translation.source[-1:], translation.text.rstrip()[-1:]
    wanted = {".": writing.stop, "?": writing.question}.get(last)
    others = {".", "。", "।", "\u06d4"} - {writing.stop}
    if wanted and end != wanted:
        shown = f"{end!r}" if end in TERMINATORS else "no mark"
        yield f"the sentence ends with {shown}, which is not {wanted!r}", f"end it with {wanted!r}"
    elif end in others and not (writing.stop == "" and end == "."):
        yield f"the sentence ends with {end!r}, not as this language does", f"end it with {writing.stop!r}"


def brackets(translation: Translation) -> Iterator[Problem]:
    """Brackets of any script: each is closed by its own kind, in order."""
    if _unbalanced(translation.source) is None and (wrong := _unbalanced(translation.text)):
        yield f"the bracket {wrong!r} has no partner of its kind", "use one kind of bracket for both sides"


def _unbalanced(text: str) -> str | None:
    """The first bracket without a partner."""
    open_ones: list[str] = []
    for char in text:
        if char in _PAIRS.values():
            open_ones.append(char)
        elif char in _PAIRS and (not open_ones or open_ones.pop() != _PAIRS[char]):
            return char
    return open_ones[0] if open_ones else None


def space(translation: Translation) -> Iterator[Problem]:
    """White space around a translation, doubled inside, or where a line must not break."""
    if translation.text != translation.text.strip():
        yield "the translation begins or ends with white space", "remove it"
    elif "  " in translation.text and "  " not in translation.source:
        yield "the translation has two spaces in a row", "write one"
    text = translation.theirs.plain
    torn = None if _TORN.search(translation.ours.plain) else _TORN.search(text)
    if torn:
        yield (
            f"a line may break at the space in {torn[0]!r}",
            "write a no-break space (U+00A0, U+202F) there, or none",
        )


def length(translation: Translation) -> Iterator[Problem]:
    """Titles, which navigation and tabs cut off."""
    columns = width(translation.theirs.plain)
    if translation.entry.is_title and columns > max(MAX_TITLE, width(translation.ours.plain)):
        yield f"the title takes {columns} columns; from {MAX_TITLE} on it is cut off", "say it shorter"


def truncated(translation: Translation) -> Iterator[Problem]:
    """Sentences that stop at a piece of markup, or long before the message does."""
    ours, theirs = translation.ours.spans, translation.theirs.spans
    ends = translation.text.rstrip()[-1:]
    is_markup = bool(theirs) and (theirs[-1].kind in {"code", "link"} or ends == "}")
    if is_markup and ours[-1].kind == "text" and translation.source[-1:] in ".!?" and len(ours) > 1:
        yield "the sentence stops at a piece of markup, and the message goes on", "translate the rest"
        return
    mine, other = (sum(map(is_letter, text)) for text in (translation.source_words, translation.words))
    least = _SHORTEST_DENSE if translation.writing.is_dense else _SHORTEST
    if mine >= _LONG and other < least * mine:
        yield f"{other} letters cannot say what {mine} do", "translate the whole message"
