"""The pages that lead to other pages: a locale's front page, its table of contents, and llms.txt."""

from __future__ import annotations

from collections.abc import Sequence

from snippetgen.i18n.tag import SOURCE, language_name
from snippetgen.locale import Locale
from snippetgen.page.composer import Composer
from snippetgen.page.page import Address, Block, Heading, Links, Page, Quote
from snippetgen.page.writer import Writer
from snippetgen.prose import Prose

__all__ = ["index_page", "llms_page", "summary_page"]


def _entries(composer: Composer, source: str) -> Links:
    """Every page of the locale, as links from the document at `source`."""
    items = []
    for subject in composer.subjects:
        writer = composer.writer(subject.id)
        target = composer.address.link(source, composer.path(subject.id))
        items.append(
            (writer.say(subject.title, "title"), target, writer.say(subject.description, "description"))
        )
    return Links(tuple(items))


def index_page(page: str, composer: Composer) -> Page:
    """The front page of a locale."""
    writer = composer.writer(page)
    return Page(
        id=page,
        title=writer.say(composer.api.title, "title of the documentation"),
        notice=composer.notice(page),
        locale=composer.locale.tag,
        alternates=composer.alternates(page),
        blocks=(_entries(composer, composer.path(page)),),
    )


def summary_page(page: str, index: str, composer: Composer) -> Page:
    """The table of contents that a site's navigation is made from; its links are always relative."""
    writer, path = composer.writer(page), composer.path(page)
    link = Address(composer.address.pattern).link
    front = writer.say(composer.api.title, "title of the documentation")
    titles = [(front, index), *((writer.say(s.title, "title"), s.id) for s in composer.subjects)]
    links = tuple((title, link(path, composer.path(name)), Prose()) for title, name in titles)
    title = writer.label("Table of contents")
    return Page(id=page, title=title, blocks=(Links(links),), locale=composer.locale.tag)


def llms_page(composers: Sequence[Composer], index: str) -> Page:
    """The index for language models (llmstxt.org) at a path: what there is, and every page of these locales.

    It is written in the language of its locale, and in English where there are several.
    """
    first = composers[0]
    locale = first.locale if len(composers) == 1 else Locale(SOURCE)
    writer = Writer("llms.txt", locale, first.note)
    languages = writer.joined(Prose.raw(language.title) for language in first.languages)
    title = writer.say(first.api.title, "title of the documentation")
    blocks: list[Block] = [
        Quote(
            writer.label(
                "Requests, parameters and responses of the {title}, with code in {languages}.",
                title=title,
                languages=languages,
            )
        )
    ]
    for composer in composers:
        blocks.append(Heading(2, Prose.raw(language_name(composer.locale.tag))))
        blocks.append(_entries(composer, index))
    return Page(id="llms.txt", title=title, blocks=tuple(blocks), locale=locale.tag)
