"""A `Rule` finds what reads wrong in one translation; what a translation cannot lose is in `kept`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from snippetgen.finding import Severity
from snippetgen.i18n.catalog import Entry
from snippetgen.i18n.writing import Writing
from snippetgen.prose import Prose

__all__ = ["Glossary", "Problem", "Rule", "Translation"]

Problem = tuple[str, str]  # what is wrong, and what to do about it
# What is the same in every language: placeholders, quoted words, names with underscores, URLs.
_FIXED = re.compile(r"\{\w+\}|https?://\S+|\b\w+(?:_\w+)+\b|(?<!\w)'[A-Za-z0-9_.-]+'(?!\w)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Glossary:
    """Terms of a project: those that stay as they are, and those that have one translation in each locale."""

    keep: tuple[str, ...] = ()
    translate: Mapping[str, Mapping[str, str]] = ()  # type: ignore[assignment]  # an empty mapping either way


@dataclass(frozen=True)
class Translation:
    """One form of a translated message, beside the message."""

    entry: Entry
    text: str
    writing: Writing
    glossary: Glossary

    @cached_property
    def source(self) -> str:
        """The message; of a plural one, the form that stands for many."""
        return self.entry.plural or self.entry.message

    @cached_property
    def ours(self) -> Prose:
        """The message as prose."""
        return Prose.parse(self.source)

    @cached_property
    def theirs(self) -> Prose:
        """The translation as prose."""
        return Prose.parse(self.text)

    @cached_property
    def source_words(self) -> str:
        """What there is to translate: the message without code, names and terms that stay."""
        return self._words(self.ours)

    @cached_property
    def words(self) -> str:
        """The translation without code, names and terms that stay."""
        return self._words(self.theirs)

    def _words(self, prose: Prose) -> str:
        text = "".join(
            span.text if span.kind == "text" else " " * (span.kind == "code") for span in prose.walk()
        )
        for term in sorted(self.glossary.keep, key=len, reverse=True):
            text = text.replace(term, " ")
        return _FIXED.sub(" ", text)


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be wrong with a translation; its id has a page in docs/rules/."""

    id: str
    severity: Severity
    problems: Callable[[Translation], Iterator[Problem]]
