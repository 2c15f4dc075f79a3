"""Rules about words: what was left in English, what must stay or must not, numbers and dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from snippetgen.i18n.rule import Problem, Translation
from snippetgen.i18n.tag import SOURCE
from snippetgen.i18n.writing import digits, is_letter

__all__ = ["acronym", "date", "kept_term", "number", "source_language", "term"]

_WORD = re.compile(r"[A-Za-z]+(?:['\u2019-][A-Za-z]+)*")
_NUMBER = re.compile(r"\d+(?:[.,\u066b\u066c]\d+)*")
_NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
} | {
    "a": "1",
    "an": "1",
    "single": "1",
    "once": "1",
    "both": "2",
    "pair": "2",
    "twice": "2",
    "hundred": "100",
    "thousand": "1000",
    "million": "1000000",
}
_EMPHASIZED = {"AND", "OR", "NOT", "MUST", "ONLY"}  # words that are shouted, not abbreviated
_RUN = 4  # as many words of the message in a row are no coincidence, in a language of the same script
_FOREIGN = 0.6  # the part of the letters that may be of the wrong script


def kept_term(translation: Translation) -> Iterator[Problem]:
    """Terms of the glossary that stay as they are."""
    for name in translation.glossary.keep:
        wanted, found = (_count(name, text) for text in (translation.source, translation.text))
        if wanted and not found:
            yield f"the translation lacks {name!r}, which is never translated", "write it as the message does"


def term(translation: Translation) -> Iterator[Problem]:
    """Terms of the glossary that have one translation."""
    for name, by_locale in dict(translation.glossary.translate).items():
        wanted = by_locale.get(translation.writing.tag)
        if not wanted or not _count(name, translation.source_words, re.IGNORECASE):
            continue
        if wanted.casefold() not in translation.text.casefold():
            left = _count(name, translation.words, re.IGNORECASE) and wanted.casefold() != name.casefold()
            what = f"{name!r} was left in English" if left else f"{name!r} has another translation here"
            yield what, f"the glossary says {wanted!r}"


def _count(name: str, text: str, flags: int = 0) -> int:
    return len(re.findall(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", text, flags))


def acronym(translation: Translation) -> Iterator[Problem]:
    """Abbreviations in capital letters, which stay unless the glossary translates them."""
    known = set(dict(translation.glossary.translate)) | _EMPHASIZED
    for name in sorted(set(re.findall(r"\b[A-Z][A-Z0-9]+\b", translation.source_words)) - known):
        if not _count(name, translation.text.upper()):
            yield f"the translation lacks the abbreviation {name}", "keep it, or put it into the glossary"


def source_language(translation: Translation) -> Iterator[Problem]:
    """Sentences, or parts of them, that are still English."""
    fix = "translate it, or put a name that stays into the glossary"
    ours, theirs = (_plain_words(text) for text in (translation.source_words, translation.words))
    is_latin = translation.writing.is_latin
    if translation.text == translation.source and len(ours) > 1:
        yield "the translation is the English message", fix
        return
    run = _common_run(ours, theirs, _RUN if is_latin else _RUN - 1)
    if run:
        yield f"{' '.join(run)!r} was left in English", fix
    elif not is_latin and len(theirs) > 1:
        letters = sum(is_letter(char) for char in translation.words)
        latin = sum(len(word) for word in theirs)
        if latin > _FOREIGN * letters:
            yield f"{latin} of {letters} letters are not of the language's script", fix


def _plain_words(text: str) -> list[str]:
    """The words in Latin letters that are no names and no abbreviations."""
    return [word.lower() for word in _WORD.findall(text) if word[1:].islower() or word.islower()]


def _common_run(ours: list[str], theirs: list[str], length: int) -> list[str]:
    """The first run of words, at least `length` long, that stands in both."""
    runs = {tuple(ours[start : start + length]) for start in range(len(ours) - length + 1)}
    for start in range(len(theirs) - length + 1):
        if tuple(theirs[start : start + length]) in runs:
            return theirs[start : start + length]
    return []


def number(translation: Translation) -> Iterator[Problem]:
    """Numbers, in digits of any script; a number may be spelled out in the message only."""
    if translation.entry.plural:
        return
    ours, theirs = (Counter(_numbers(text)) for text in (translation.source_words, translation.words))
    spelled = Counter(
        _NUMBER_WORDS[word] for word in translation.source_words.lower().split() if word in _NUMBER_WORDS
    )
    lost, added = sorted((ours - theirs).elements()), sorted((theirs - ours - spelled).elements())
    if lost or added:
        found = f"; it has {', '.join(added)}" if added else ""
        missing = f"lacks {', '.join(lost)}" if lost else "has a number that the message has not"
        yield f"the translation {missing}{found}", "write the numbers of the message"


def _numbers(text: str) -> list[str]:
    return digits(_NUMBER.findall(re.sub(r"\w*[A-Za-z]\w*", " ", text)))


def date(translation: Translation) -> Iterator[Problem]:
    """Names of months and days, which must be those of the language."""
    ours, theirs = _calendar(SOURCE), _calendar(translation.writing.tag)
    for key, name in ours.items():
        is_date = re.search(
            rf"\b{name}\b(?=\W*\d)|(?<=\d)\W*\b{name}\b|\b{name}day\b", translation.source_words
        )
        if is_date and _count(name, translation.words) and theirs[key].casefold() != name.casefold():
            yield f"{name!r} was left in English", f"write {theirs[key]!r}"


@cache
def _calendar(tag: str) -> dict[tuple[str, int], str]:
    """The names of months and days in a language."""
    from babel.dates import get_day_names, get_month_names

    locale = tag.replace("-", "_")
    months, days = get_month_names("wide", locale=locale), get_day_names("wide", locale=locale)
    return {("month", key): name for key, name in months.items()} | {
        ("day", key): name for key, name in days.items()
    }
