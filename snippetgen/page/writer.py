"""A `Writer` turns the sentences of one page into prose of its locale, and says which it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from snippetgen.i18n.tag import separator
from snippetgen.locale import Locale
from snippetgen.prose import Prose

__all__ = ["CONTEXTS", "LABEL", "SNIPPET", "Heard", "Use", "Writer", "unheard"]

LABEL = "heading or label on pages"
SNIPPET = "comment in snippets"
# The method of a writer by which a message of ours is asked for, and the msgctxt that it gets.
CONTEXTS = {"label": None, "labels": None, "counted": None, "columns": "column", "answer": "answer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A sentence as a page shows it: on which page, as which element, and above which line of code."""

    text: str
    page: str
    element: str
    context: str | None = None
    plural: str | None = None
    above: str = ""


Heard = Callable[[Use], None]


def unheard(use: Use) -> None:
    """What a writer tells nobody."""
    del use


@dataclass(frozen=True, slots=True)
class Writer:
    """Turns sentences into prose: `say` the project's, `comment` those of snippets, every other method ours.

    `note` is told of every sentence and where it stands.
    """

    page: str
    locale: Locale
    note: Heard = unheard

    def label(self, message: str, **values: Prose) -> Prose:
        """One of snippetgen's own sentences, with its placeholders filled."""
        return self._ours(message, CONTEXTS["label"]).fill(values)

    def labels(self, *messages: str) -> tuple[Prose, ...]:
        """Several of snippetgen's own sentences."""
        return tuple(self._ours(message, CONTEXTS["labels"]) for message in messages)

    def columns(self, *messages: str) -> tuple[Prose, ...]:
        """The titles of a table's columns."""
        return tuple(self._ours(message, CONTEXTS["columns"]) for message in messages)

    def answer(self, message: str) -> Prose:
        """A cell that says yes or no."""
        return self._ours(message, CONTEXTS["answer"])

    def counted(self, one: str, many: str, number: int) -> Prose:
        """One of snippetgen's own sentences in the plural form of a number, its `{count}`."""
        self.note(Use(text=one, plural=many, page=self.page, element=LABEL))
        return Prose.parse(self.locale.counted(one, many, number)).fill({"count": Prose.code(str(number))})

    def joined(self, values: Iterable[Prose]) -> Prose:
        """Values in a row, with what the language writes between them."""
        mark, joined = Prose.raw(separator(self.locale.tag)), Prose()
        for value in values:
            joined = joined + mark + value if joined else value
        return joined

    def _ours(self, message: str, context: str | None) -> Prose:
        self.note(Use(text=message, page=self.page, element=LABEL, context=context))
        return Prose.parse(self.locale.translate(message, context))

    def say(self, text: str | None, element: str) -> Prose:
        """A sentence of the spec or the document; `element` says what it is, for translators."""
        message = " ".join((text or "").split())
        if not message:
            return Prose()
        self.note(Use(text=message, page=self.page, element=element))
        return Prose.parse(self.locale.translate(message, element))

    def comment(self, message: str) -> str:
        """A comment of a snippet."""
        self.note(Use(text=message, page=self.page, element=SNIPPET))
        return self.locale.translate(message)
