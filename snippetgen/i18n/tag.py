"""A language tag is a BCP 47 tag that CLDR knows; here it is checked, and asked for its fallbacks.

The pseudo-locales `en-XA` (accented, lengthened) and `ar-XB` (right to left) are tags, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from snippetgen.errors import UsageError

__all__ = ["PSEUDO", "SOURCE", "check_tag", "direction", "fallback_tags", "language_name", "separator"]

SOURCE = "en"  # the language that messages are written in; it has no catalog
PSEUDO = {"en-XA": "Pseudo-English", "ar-XB": "Pseudo-Arabic"}

# Not CLDR's list patterns: of Arabic, these join with "and", which is right for words and not for values.
_SEPARATORS = {"ja": "、", "zh": "、", **dict.fromkeys(("ar", "fa", "ur"), "، ")}
_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")


@cache
def check_tag(tag: str) -> None:
    """Raise UsageError unless the tag is well-formed (BCP 47) and names a language that CLDR knows."""
    if tag == SOURCE or tag in PSEUDO:
        return
    if not _TAG.fullmatch(tag):
        raise UsageError(f"{tag!r} is not a language tag", fix=_suggestion(tag))
    if not _is_known(tag):
        raise UsageError(f"no language is known by the tag {tag!r}", fix=_suggestion(tag))


def _is_known(tag: str) -> bool:
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _suggestion(tag: str) -> str:
    """What may have been meant: the same tag spelled right, a country's language, a language's name."""
    meant = next((guess for guess in _guesses(tag) if _TAG.fullmatch(guess) and _is_known(guess)), None)
    return f"did you mean {meant!r}?" if meant else "use a BCP 47 tag such as hi, pt-BR or zh-Hant"


def _guesses(tag: str) -> Iterator[str]:
    from babel import Locale
    from babel.languages import get_official_languages

    first, *rest = re.split(r"[-_]", tag)
    parts = (part.title() if len(part) == 4 else part.upper() for part in rest)
    yield "-".join((first.lower(), *parts))
    for language in get_official_languages(first.upper(), de_facto=True):
        yield language.replace("_", "-")
    yield next((code for code, name in Locale(SOURCE).languages.items() if name.lower() == tag.lower()), "")


def fallback_tags(tag: str) -> Iterator[str]:
    """The tag and those whose catalogs help it out, nearest first, without the source language.

    They are CLDR's parents: `es-MX` reads `es-419` and `es`; `zh-TW` reads `zh-Hant`, and never `zh`,
    which is written in another script; `zh` itself reads `zh-Hans`.
    """
    from babel.core import get_global

    parents, likely = get_global("parent_exceptions"), get_global("likely_subtags")
    known, seen = tag.replace("-", "_"), dict[str, None]()
    while known and known != SOURCE:
        seen[known] = None
        language, *_ = known.split("_")
        script = likely.get(known, "__").split("_")[1]
        has_script = re.search(r"_[A-Z][a-z]{3}(_|$)", known)
        if known in parents:
            known = parents[known]
        elif script and not has_script and f"{language}_{script}" not in seen:
            known = f"{language}_{script}"  # what a bare language, or zh-TW, is written in
        else:
            known = _truncated(known, likely)
        known = "" if known in seen else known
    return iter([name.replace("_", "-") for name in seen])


def _truncated(tag: str, likely: Mapping[str, str]) -> str:
    """The tag without its last part, "" where that would read another script of the language."""
    shorter, _, last = tag.rpartition("_")
    return "" if len(last) == 4 and f"_{last}_" not in likely.get(shorter, "") else shorter


def direction(tag: str) -> str:
    """The direction in which the language is written: `ltr` or `rtl`."""
    if tag == SOURCE or tag in PSEUDO:
        return "rtl" if tag == "ar-XB" else "ltr"
    from babel import Locale

    return str(Locale.parse(tag, sep="-").text_direction)


def separator(tag: str) -> str:
    """What stands between the values of a list."""
    return ", " if tag in PSEUDO else _SEPARATORS.get(tag.split("-", maxsplit=1)[0], ", ")


def language_name(tag: str) -> str:
    """A language in its own words, for instance 日本語."""
    if tag == SOURCE:
        return "English"
    if tag in PSEUDO:
        return PSEUDO[tag]
    from babel import Locale

    return str(Locale.parse(tag, sep="-").display_name or tag)
