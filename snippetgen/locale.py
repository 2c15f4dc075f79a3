"""A `Locale` is a language tag with the gettext catalogs that translate into it.

Two catalogs take part in each language: the project's, beside its endpoint spec, and the product's, for
the words and comments that snippetgen itself writes. A message that the language's own catalogs do not
translate is taken from the next language of the tag's fallbacks, or stays English; either is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from snippetgen.i18n.catalog import PRODUCT, Catalog, Entry, po_path, read_catalog
from snippetgen.i18n.pseudo import pseudo
from snippetgen.i18n.tag import PSEUDO, SOURCE, check_tag, fallback_tags
from snippetgen.source import data_folder

__all__ = ["Catalogs", "Locale"]

_HOLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Locale:
    """A language tag with its catalogs, the first that knows a message wins.

    `fallbacks` grows with use: the messages that were asked for and came from another language, each
    with that language's tag, in order of first use.
    """

    tag: str
    catalogs: tuple[Catalog, ...] = ()
    fallbacks: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def translate(self, message: str, context: str | None = None, /, **values: object) -> str:
        """The message in this language, with `{name}` replaced by the value of that name.

        An entry for the context is preferred to one without.
        """
        found = self._find(message, context)
        return _filled(found[1].translation if found else self._source(message), values)

    def counted(self, one: str, many: str, number: int, /) -> str:
        """The message in the plural form that the number takes in this language; `{count}` stays."""
        found = self._find(one, None)
        if found is None:
            return self._source(one if number == 1 else many)
        catalog, entry = found
        return entry.translations[catalog.plural(number) if entry.plural else 0]

    def _find(self, message: str, context: str | None) -> tuple[Catalog, Entry] | None:
        if self.tag == SOURCE or self.tag in PSEUDO:
            return None
        for catalog in self.catalogs:
            entry = (catalog.get(message, context) if context else None) or catalog.get(message)
            if entry:
                if catalog.tag != self.tag:
                    self.fallbacks[message] = catalog.tag
                return catalog, entry
        self.fallbacks[message] = SOURCE
        return None

    def _source(self, message: str) -> str:
        return pseudo(message, self.tag) if self.tag in PSEUDO else message


def _filled(text: str, values: dict[str, object]) -> str:
    return _HOLE.sub(lambda hole: str(values.get(hole[1], hole[0])), text) if values else text


@dataclass(frozen=True, slots=True)
class Catalogs:
    """Where catalogs lie: the product's folder and, for a project, its own folder and domain."""

    project: Path | None = None
    domain: str = ""
    product: Path = field(default_factory=lambda: data_folder("locales"))

    def shipped(self) -> tuple[str, ...]:
        """The tags that the product's own words are known in, the source language first."""
        return (SOURCE, *sorted(path.parts[-3] for path in self.product.glob(f"*/LC_MESSAGES/{PRODUCT}.po")))

    def paths(self, tag: str) -> Iterator[Path]:
        """The PO files of a tag, the project's first, whether they exist or not."""
        if self.project:
            yield po_path(self.project, tag, self.domain)
        yield po_path(self.product, tag, PRODUCT)

    def locale(self, tag: str) -> Locale:
        """The locale of a tag, with the catalogs of its fallbacks behind its own."""
        check_tag(tag)
        if tag == SOURCE or tag in PSEUDO:
            return Locale(tag)
        chain = [path for name in fallback_tags(tag) for path in self.paths(name) if path.exists()]
        return Locale(tag, tuple(read_catalog(path) for path in chain))
