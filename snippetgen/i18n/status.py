"""How far a translation is: for each locale and page, and for the vocabulary of the product."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snippetgen.api import Api
from snippetgen.build import catalogs_of
from snippetgen.errors import Place
from snippetgen.i18n.catalog import Catalog, Entry
from snippetgen.i18n.message import Message, Messages, extract
from snippetgen.i18n.tag import PSEUDO, SOURCE

__all__ = ["ALL", "VOCABULARY", "Row", "State", "Status", "status"]

ALL = "all"  # the row that holds every message of a locale once
VOCABULARY = "snippetgen"  # the row of what the product itself says, on pages of this spec or not
STATES = ("translated", "fuzzy", "fallback", "missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a reader of a locale sees of one message: its translation, or why not.

    `state` is translated, fuzzy, fallback (another language's translation is shown) or missing; `place`
    is the entry's, where there is one, and `previous` the message that a fuzzy translation was made for.
    """

    message: Message
    state: str
    place: Place | None = None
    previous: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The state as one JSON object; keys that do not apply are absent."""
        facts = {
            "message": self.message.text,
            "context": self.message.context,
            "state": self.state,
            "pages": sorted(self.message.pages),
            "previous": self.previous,
            "file": self.place.file if self.place else None,
            "line": self.place.line if self.place else None,
        }
        return {key: value for key, value in facts.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One locale on one page: messages by state, the words in them, and the words still to translate."""

    locale: str
    page: str
    counts: Mapping[str, int]
    words: int
    open_words: int

    @property
    def messages(self) -> int:
        """How many messages there are."""
        return sum(self.counts.values())

    @property
    def percent(self) -> float:
        """How many of a hundred messages are translated; all of them where there is none."""
        return 100 * self.counts["translated"] / self.messages if self.messages else 100.0

    def as_dict(self) -> dict[str, Any]:
        """The row as one JSON object."""
        counts = {**self.counts, "messages": self.messages, "percent": round(self.percent, 1)}
        return {
            "locale": self.locale,
            "page": self.page,
            **counts,
            "words": self.words,
            "open_words": self.open_words,
        }


@dataclass(frozen=True, slots=True)
class Status:
    """The rows of every locale, and for each locale the messages that a translator must look at."""

    rows: tuple[Row, ...]
    todo: Mapping[str, tuple[State, ...]]

    def below(self, percent: float) -> tuple[Row, ...]:
        """The locales that are translated less far than this."""
        return tuple(row for row in self.rows if row.page == ALL and row.percent < percent)


def status(api: Api, locales: Sequence[str] = (), root: Path | None = None) -> Status:
    """How far each locale is, by default each of the spec's; a catalog that does not exist has nothing."""
    messages, catalogs = extract(api, root), catalogs_of(api)
    chosen = [tag for tag in locales or api.locales if tag != SOURCE and tag not in PSEUDO]
    states = {tag: tuple(_states(messages, catalogs.locale(tag).catalogs, tag)) for tag in chosen}
    return Status(
        tuple(row for tag in chosen for row in _rows(tag, states[tag], messages)),
        {tag: tuple(state for state in states[tag] if state.state != "translated") for tag in chosen},
    )


def _states(messages: Messages, catalogs: Sequence[Catalog], tag: str) -> Iterator[State]:
    own = [catalog for catalog in catalogs if catalog.tag == tag]
    others = [catalog for catalog in catalogs if catalog.tag != tag]
    for message in (*messages.product, *messages.project):
        found = list(_entries(message, own))
        chosen = next((entry for entry in found if entry.usable), found[0] if found else None)
        place = chosen.place if chosen else None
        if chosen and chosen.usable:
            yield State(message=message, state="translated", place=place)
        elif chosen and chosen.fuzzy:
            yield State(message=message, state="fuzzy", place=place, previous=chosen.previous)
        else:
            helped = any(entry.usable for entry in _entries(message, others))
            yield State(message=message, state="fallback" if helped else "missing", place=place)


def _entries(message: Message, catalogs: Iterable[Catalog]) -> Iterator[Entry]:
    """What the catalogs have for a message, for its context first."""
    for catalog in catalogs:
        for key in dict.fromkeys((message.key, (None, message.text))):
            if key in catalog.entries:
                yield catalog.entries[key]


def _rows(tag: str, states: Sequence[State], messages: Messages) -> Iterator[Row]:
    pages = sorted({page for state in states for page in state.message.pages})
    product = {message.key for message in messages.product}
    for page in pages:
        yield _row(tag, page, states, lambda message, page=page: page in message.pages)  # type: ignore[misc]
    yield _row(tag, VOCABULARY, states, lambda message: message.key in product)
    yield _row(tag, ALL, states, lambda _: True)


def _row(tag: str, page: str, states: Iterable[State], belongs: Callable[[Message], bool]) -> Row:
    chosen = [state for state in states if belongs(state.message)]
    return Row(
        locale=tag,
        page=page,
        counts={name: sum(state.state == name for state in chosen) for name in STATES},
        words=sum(state.message.words for state in chosen),
        open_words=sum(state.message.words for state in chosen if state.state != "translated"),
    )
