"""How a language is written: its script, and the marks that end its sentences."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

__all__ = ["TERMINATORS", "Writing", "digits", "is_letter", "width", "writing"]

_STOPS = {
    "ja": "。",
    "zh": "。",
    "ur": "\u06d4",
    "am": "።",
    "hy": "\u0589",
    "km": "។",
    "my": "။",
    "th": "",
    "lo": "",
    **dict.fromkeys(("as", "bn", "hi", "ne", "or", "pa", "sa"), "।"),
}
_QUESTIONS = {"ja": "？", "zh": "？", "ar": "؟", "fa": "؟", "ur": "؟", "el": ";"}  # noqa: RUF001  # those marks
TERMINATORS = frozenset(".!?:;…") | set("。．！？：；") | set("।॥۔؟؛։።។။")  # noqa: RUF001  # of any script
_LATIN, _DENSE = "Latn", frozenset({"Jpan", "Hans", "Hant", "Kore"})


@dataclass(frozen=True, slots=True)
class Writing:
    """What a language is written with: a script (ISO 15924), and what ends a sentence and a question."""

    tag: str
    script: str
    stop: str
    question: str

    @property
    def is_latin(self) -> bool:
        """Whether the language has the letters of English, so that only words can tell them apart."""
        return self.script == _LATIN

    @property
    def is_dense(self) -> bool:
        """Whether a sentence needs far fewer signs than in English."""
        return self.script in _DENSE


@cache
def writing(tag: str) -> Writing:
    """How the language of a tag is written."""
    from babel import Locale
    from babel.core import get_global

    language = tag.split("-", maxsplit=1)[0]
    likely = get_global("likely_subtags").get(language, "").split("_")
    script = Locale.parse(tag, sep="-").script or (likely[1] if len(likely) > 1 else _LATIN)
    return Writing(tag, script, _STOPS.get(language, "."), _QUESTIONS.get(language, "?"))


def is_letter(char: str) -> bool:
    """Whether a sign is a letter or a vowel sign that belongs to one."""
    return unicodedata.category(char)[0] in "LM"


def width(text: str) -> int:
    """The columns that a text takes: wide East Asian signs take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def digits(words: Iterable[str]) -> list[str]:
    """Numbers in the digits of English, without their separators."""
    return [
        "".join(str(unicodedata.digit(c)) for c in word if unicodedata.digit(c, None) is not None)
        for word in words
    ]
