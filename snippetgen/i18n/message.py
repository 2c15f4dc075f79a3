"""A `Message` is a sentence to translate, with what a translator needs to know about it.

Babel reads the product's messages off its templates and its own page sentences; a project's are whatever
its pages ask for, so that none can be forgotten.
"""

from __future__ import annotations

import inspect
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from snippetgen.api import Api
from snippetgen.build import compose_all
from snippetgen.errors import Place, TemplateError
from snippetgen.i18n.catalog import Key
from snippetgen.i18n.tag import SOURCE
from snippetgen.locale import Locale
from snippetgen.manifest import load_languages
from snippetgen.page.writer import CONTEXTS, LABEL, SNIPPET, Use
from snippetgen.source import data_folder, read_text

__all__ = ["Message", "Messages", "extract", "label_messages", "template_messages"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A sentence, and where it stands: comments for translators, elements, and the pages that show it.

    `elements` are the contexts for which a project may translate it apart.
    """

    text: str
    context: str | None = None
    plural: str | None = None
    comments: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    pages: frozenset[str] = frozenset()

    @property
    def key(self) -> Key:
        """What the message is found by in a catalog."""
        return self.context, self.text

    @property
    def words(self) -> int:
        """How many words a translator is paid for."""
        return len(self.text.split())


@dataclass(frozen=True, slots=True)
class Messages:
    """The messages of both domains, sorted."""

    product: tuple[Message, ...]
    project: tuple[Message, ...]


@dataclass(slots=True)
class _Found:
    """What was gathered about one message so far: by element, its pages and the line of code below it."""

    plural: str | None = None
    places: dict[str, set[str]] = field(default_factory=dict)
    above: dict[str, str] = field(default_factory=dict)

    def add(self, use: Use) -> None:
        self.plural = self.plural or use.plural
        pages = self.places.setdefault(use.element, set())
        if use.page:
            pages.add(use.page)
        known = self.above.get(use.element)
        if use.above and (known is None or ("…" in known and "…" not in use.above)):
            self.above[use.element] = use.above


def extract(api: Api, root: Path | None = None) -> Messages:
    """Every message that the templates or the pages of an API ask for."""
    product = _gathered(_product(root or data_folder("templates")))
    project: dict[Key, _Found] = {}
    uses: list[Use] = []
    compose_all(api, Locale(SOURCE), note=uses.append, root=root)
    for use in uses:
        key = (use.context, use.text)
        known = product.get(key) or product.get((None, use.text))
        (known or project.setdefault(key, _Found())).add(use)
    return Messages(product=_sorted(product, name_pages=False), project=_sorted(project, name_pages=True))


def _gathered(uses: Iterable[Use]) -> dict[Key, _Found]:
    found: dict[Key, _Found] = {}
    for use in uses:
        found.setdefault((use.context, use.text), _Found()).add(use)
    return found


def _sorted(found: Mapping[Key, _Found], *, name_pages: bool) -> tuple[Message, ...]:
    """The messages by text and context; the product's do not name the pages of whoever extracts them."""
    return tuple(
        Message(
            text=key[1],
            context=key[0],
            plural=facts.plural,
            comments=tuple(_comments(facts, name_pages=name_pages)),
            elements=tuple(sorted(facts.places)),
            pages=frozenset(page for pages in facts.places.values() for page in pages),
        )
        for key, facts in sorted(found.items(), key=lambda item: (item[0][1], item[0][0] or ""))
    )


def _comments(facts: _Found, *, name_pages: bool) -> Iterator[str]:
    for element, pages in sorted(facts.places.items()):
        yield f"{element} ({', '.join(sorted(pages))})" if pages and name_pages else element
        if element in facts.above:
            yield f"above: {facts.above[element]}"


def _product(root: Path) -> Iterator[Use]:
    """The product's own messages: comments of the templates, language by language, and labels of pages."""
    for language in load_languages(root):
        for path in sorted({client.template for client in language.clients}):
            for text, below in template_messages(path):
                yield Use(text=text, page="", element=SNIPPET, above=below)
    from snippetgen.page import composer, contents, table

    for module in (composer, contents, table):
        yield from label_messages(inspect.getsource(module))


def template_messages(path: Path) -> Iterator[tuple[str, str]]:
    """The texts of `_("…")` in a Jinja template, each with the line of code below it."""
    from jinja2 import TemplateSyntaxError
    from jinja2.ext import babel_extract

    text = read_text(path, TemplateError)
    lines = text.splitlines()
    try:
        for number, _, message, _ in babel_extract(
            io.BytesIO(text.encode()), ("_",), (), {"silent": "false"}
        ):
            if not isinstance(message, str):
                raise TemplateError(
                    "only a literal sentence can be translated", place=Place(str(path), number)
                )
            yield message, next(filter(None, map(_code, lines[number:])), "")
    except TemplateSyntaxError as problem:
        raise TemplateError(str(problem), place=Place(str(path), problem.lineno)) from problem


def _code(line: str) -> str:
    """A line of a template as code, with `…` for what is filled in; "" where it holds none."""
    return re.sub(r"\{\{.*?\}\}", "…", re.sub(r"\{[%#].*?[%#]\}", "", line)).strip(" …")


def label_messages(source: str) -> Iterator[Use]:
    """The messages that Python source asks a `Writer` for."""
    from babel.messages.extract import extract_python

    calls: Iterator[Any] = extract_python(io.BytesIO(source.encode()), dict.fromkeys(CONTEXTS), (), {})
    for _, method, found, _ in calls:
        texts = [text for text in ((found,) if isinstance(found, str) else found or ()) if text]
        if texts and method == "counted":
            yield Use(text=texts[0], plural=texts[1], page="", element=LABEL)
        else:
            yield from (Use(text=text, page="", element=LABEL, context=CONTEXTS[method]) for text in texts)
