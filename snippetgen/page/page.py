"""A `Page` is a document as values: what it says and in which order, in no format's syntax.

Everything a reader could take for markup is either `Prose` or a plain string that the format escapes.
`key`s, code, types and method names are the same in every locale; only prose is translated.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import ClassVar

from snippetgen.i18n.tag import SOURCE, direction
from snippetgen.prose import Prose

__all__ = [
    "Address",
    "Block",
    "Bullets",
    "Call",
    "Heading",
    "Label",
    "Links",
    "Listing",
    "Note",
    "Page",
    "Paragraph",
    "Quote",
    "Tab",
    "Table",
    "Tabs",
]

Cell = tuple[Prose, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the page's title; `level` counts from 2."""

    kind: ClassVar[str] = "heading"
    level: int
    text: Prose


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of prose."""

    kind: ClassVar[str] = "paragraph"
    text: Prose


@dataclass(frozen=True, slots=True)
class Label:
    """A line that names what follows it, where a heading would be too much."""

    kind: ClassVar[str] = "label"
    text: Prose


@dataclass(frozen=True, slots=True)
class Quote:
    """A remark at the top of a document."""

    kind: ClassVar[str] = "quote"
    text: Prose


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    kind: ClassVar[str] = "bullets"
    items: tuple[Prose, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """A list of pages: text, target and what the page is about."""

    kind: ClassVar[str] = "links"
    items: tuple[tuple[Prose, str, Prose], ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A remark that is set apart; `style` is info, success, warning or danger."""

    kind: ClassVar[str] = "note"
    style: str
    text: Prose


@dataclass(frozen=True, slots=True)
class Listing:
    """Code, with the name of its highlighter and of the file that it would be saved as."""

    kind: ClassVar[str] = "listing"
    code: str
    highlight: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """The line that says how an endpoint is called."""

    kind: ClassVar[str] = "call"
    method: str
    url: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table; a cell is a tuple of lines."""

    kind: ClassVar[str] = "table"
    columns: tuple[Prose, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; `key` is what formats synchronize by, `title` what a reader sees. Neither is translated."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Tabs:
    """A tab set; `group` says which other sets follow a reader's choice."""

    kind: ClassVar[str] = "tabs"
    group: str
    tabs: tuple[Tab, ...]


Block = Heading | Paragraph | Label | Quote | Bullets | Links | Note | Listing | Call | Table | Tabs


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A document: its title, what stands above it, and its blocks in order.

    `alternates` are the same page in every locale: the locale's tag, and the address.
    """

    id: str
    title: Prose
    blocks: tuple[Block, ...]
    notice: Prose | None = None
    locale: str = SOURCE
    alternates: tuple[tuple[str, str], ...] = ()

    @property
    def direction(self) -> str:
        """The direction in which the page is read: `ltr` or `rtl`."""
        return direction(self.locale)


@dataclass(frozen=True, slots=True)
class Address:
    """Where the pages of one format go: `pattern` below the output folder, and the site they appear on.

    `slugs` are the names of locales in paths, where these are not their tags; "" leaves a part out.
    """

    pattern: str
    site: str = ""
    slugs: tuple[tuple[str, str], ...] = ()

    def path(self, locale: str, page: str) -> str:
        """The path of a page, below the output folder."""
        return self.localized(self.pattern, locale).replace("{page}", page)

    def localized(self, pattern: str, locale: str) -> str:
        """A path pattern with the name of the locale put in."""
        path = pattern.replace("{locale}", dict(self.slugs).get(locale, locale))
        return "/".join(part for part in path.split("/") if part)

    @property
    def index(self) -> str:
        """The path of llms.txt, in the deepest folder that all pages share."""
        return self._beside("{")

    def locale_index(self, locale: str) -> str:
        """The path of the llms.txt of one locale, in the deepest folder that its pages share."""
        return self.localized(self._beside("{page}"), locale)

    def _beside(self, mark: str) -> str:
        folder = self.pattern.split(mark)[0].rpartition("/")[0]
        return posixpath.join(folder, "llms.txt")

    def link(self, source: str, target: str) -> str:
        """What a page links to another page by: an address on the site, or a relative path."""
        if self.site:
            return f"{self.site}/{target}"
        return posixpath.relpath(target, posixpath.dirname(source) or ".")
