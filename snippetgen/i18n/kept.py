"""What a translation cannot lose or bring in: a build with one of these findings writes nothing.

Placeholders, code, identifiers and links are the same multiset on both sides; nothing invisible, and
nothing that would end a comment, comes in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from snippetgen.i18n.catalog import Catalog, Entry
from snippetgen.literal import SPELLING
from snippetgen.model import Finding
from snippetgen.prose import Prose

__all__ = ["RULES", "check_catalog"]

RULES = ("i18n/placeholder", "i18n/code", "i18n/link", "i18n/control", "i18n/comment", "i18n/plural")
_LETTER_FOR_LETTER = "copy it from the message, letter for letter"


@dataclass(frozen=True, slots=True)
class _Problem:
    rule: str
    message: str
    fix: str


def check_catalog(catalog: Catalog, refused: Iterable[str] = ()) -> Iterator[Finding]:
    """What is wrong with the translations of a catalog that readers see.

    `refused` are sequences that would end or change a comment in some language (`?>`, a Unicode escape).
    """
    endings = tuple(refused)
    for entry in catalog.entries.values():
        if entry.fuzzy or not any(entry.translations):
            continue
        for problem in dict.fromkeys(_problems(entry, endings)):
            yield Finding(
                rule=problem.rule,
                message=problem.message,
                fix=problem.fix,
                place=entry.place,
                locale=catalog.tag,
            )


def _problems(entry: Entry, refused: Iterable[str]) -> Iterator[_Problem]:
    if not all(entry.translations):
        message = f"{entry.translations.count('')} of {len(entry.translations)} plural forms are empty"
        yield _Problem("i18n/plural", message, "translate every form")
    for text in filter(None, entry.translations):
        yield from _lost(entry, text)
        yield from _hidden(text)
        for sequence in refused:
            if sequence in text and sequence not in entry.message:
                message = f"the translation holds {sequence!r}, which a comment cannot hold in every language"
                yield _Problem("i18n/comment", message, "write it in other words")


def _lost(entry: Entry, text: str) -> Iterator[_Problem]:
    source, target = Prose.parse(entry.plural or entry.message), Prose.parse(text)
    ours, theirs = Counter(source.holes()), Counter(target.holes())
    if entry.plural and not theirs["count"]:
        ours.pop("count", None)  # "one item" says the number in words
    yield from _difference("i18n/placeholder", "placeholder", ours, theirs)
    yield from _difference("i18n/code", "identifier", Counter(source.codes()), Counter(target.codes()))
    yield from _difference("i18n/link", "link", Counter(source.links()), Counter(target.links()))


def _hidden(text: str) -> Iterator[_Problem]:
    hidden = next((c for c in text if not c.isprintable() and c not in "\n" + SPELLING), None)
    if hidden:
        message = f"the translation holds the invisible character U+{ord(hidden):04X}"
        yield _Problem("i18n/control", message, "remove it; it could reorder or hide what a reader sees")


def _difference(rule: str, what: str, ours: Counter[str], theirs: Counter[str]) -> Iterator[_Problem]:
    lost, added = list((ours - theirs).elements()), list((theirs - ours).elements())
    if lost:
        instead = f"; it has {_listed(added)} instead" if added else ""
        message = f"the translation lacks the {what} {_listed(lost)}{instead}"
        yield _Problem(rule, message, _LETTER_FOR_LETTER)
    elif added:
        message = f"the translation has the {what} {_listed(added)}, which the message has not"
        yield _Problem(rule, message, "remove it")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
