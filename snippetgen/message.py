"""A `Message` is a sentence to translate, with what a translator needs to know about it.

The product's messages are read off its templates and its own page sentences; a project's are whatever its
pages ask for, so that none can be forgotten. Catalogs are written without dates and line numbers: the same
input gives the same bytes.
"""

from __future__ import annotations

import ast
import inspect
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snippetgen.atomic import write_atomically
from snippetgen.build import catalogs_of, compose_all
from snippetgen.errors import CatalogError, TemplateError
from snippetgen.locale import PRODUCT, SOURCE, Locale, check_tag, po_path, read_catalog
from snippetgen.source import data_folder, read_text
from snippetgen.spec import Api

__all__ = [
    "Message",
    "Messages",
    "Status",
    "extract",
    "label_messages",
    "status",
    "template_messages",
    "update",
]

_GUESSES = {"python-format", "python-brace-format"}  # flags that Babel adds by the look of a message


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence, and where it stands: elements, each with the pages that show it."""

    text: str
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Messages:
    """The messages of both domains, sorted."""

    product: tuple[Message, ...]
    project: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far a catalog is: of `total` messages some are translated, some are doubtful, the rest missing."""

    locale: str
    domain: str
    path: str
    total: int
    translated: int
    fuzzy: int

    @property
    def missing(self) -> int:
        """How many messages stay English."""
        return self.total - self.translated


def extract(api: Api, root: Path | None = None) -> Messages:
    """Every message that the templates or the pages of an API ask for."""
    product = _product(root or data_folder("templates"))
    project = {text: where for text, where in _project(api, root).items() if text not in product}
    return Messages(
        product=tuple(Message(text, tuple(sorted(product[text]))) for text in sorted(product)),
        project=tuple(Message(text, tuple(_comments(project[text]))) for text in sorted(project)),
    )


def _comments(places: Mapping[str, set[str]]) -> Iterator[str]:
    for element in sorted(places):
        yield f"{element} ({', '.join(sorted(places[element]))})"


def _project(api: Api, root: Path | None) -> dict[str, dict[str, set[str]]]:
    """The messages that the pages ask for: text → element → pages."""
    found: dict[str, dict[str, set[str]]] = {}

    def note(message: str, page: str, element: str) -> None:
        found.setdefault(message, {}).setdefault(element, set()).add(page)

    compose_all(api, Locale(SOURCE), note=note, root=root)
    return found


def _product(root: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in sorted(root.glob("*/*.jinja")):
        for text in template_messages(path):
            found.setdefault(text, set()).add("comment in snippets")
    from snippetgen.page import composer, contents, table

    for module in (composer, contents, table):
        for text in label_messages(inspect.getsource(module)):
            found.setdefault(text, set()).add("on pages")
    return found


def template_messages(path: Path) -> Iterator[str]:
    """The texts of `_("…")` in a Jinja template."""
    import jinja2
    from jinja2 import nodes

    try:
        tree = jinja2.Environment(autoescape=False).parse(read_text(path, TemplateError))  # noqa: S701  # only parsed
    except jinja2.TemplateSyntaxError as problem:
        raise TemplateError(str(problem)) from problem
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and call.args:
            if not isinstance(call.args[0], nodes.Const):
                raise TemplateError(f"{path}:{call.lineno}: only a literal sentence can be translated")
            yield str(call.args[0].value)


def label_messages(source: str) -> Iterator[str]:
    """The texts of `….label("…")` and `….labels("…", "…")` in Python source."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"label", "labels"}
        ):
            yield from (
                a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
            )


def update(
    api: Api, locales: Sequence[str] = (), *, product: bool = True, root: Path | None = None
) -> tuple[Path, ...]:
    """Bring the catalogs of these locales, by default all of the spec's, up to date; returns what changed."""
    messages = extract(api, root)
    changed = []
    for path, domain, tag in _targets(api, locales):
        wanted = messages.product if domain == PRODUCT else messages.project
        if (product or domain != PRODUCT) and _update_one(path, tag, wanted):
            changed.append(path)
    return tuple(changed)


def _targets(api: Api, locales: Sequence[str]) -> Iterator[tuple[Path, str, str]]:
    catalogs = catalogs_of(api)
    for tag in locales or api.locales:
        check_tag(tag)
        if tag != SOURCE:
            yield po_path(catalogs.product, tag, PRODUCT), PRODUCT, tag
            yield po_path(api.folder / "locales", tag, api.id), api.id, tag


def _update_one(path: Path, tag: str, messages: Sequence[Message]) -> bool:
    from babel.messages.catalog import Catalog

    template = Catalog(charset="utf-8")
    for message in messages:
        template.add(message.text, auto_comments=list(message.comments))
    catalog = _parsed(path) if path.exists() else Catalog(charset="utf-8")
    catalog.update(template, update_creation_date=False)
    text = _written(catalog, tag)
    if path.exists() and path.read_text("utf-8") == text:
        return False
    write_atomically(path, text)
    return True


def _parsed(path: Path) -> Any:
    from babel.messages.pofile import read_po

    read_catalog(path)  # says where the file is broken
    return read_po(io.StringIO(read_text(path, CatalogError)))


def _written(catalog: Any, tag: str) -> str:
    """The PO text: a header without dates, messages sorted, no places in files."""
    from babel.messages.pofile import write_po

    for message in catalog:
        message.flags -= _GUESSES
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, no_location=True, omit_header=True, sort_output=True)
    fields = (f"Language: {tag}", "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8")
    lines = "".join(f'"{line}\\n"\n' for line in (*fields, "Content-Transfer-Encoding: 8bit"))
    return f'msgid ""\nmsgstr ""\n{lines}\n' + buffer.getvalue().decode().strip() + "\n"


def status(api: Api, locales: Sequence[str] = (), root: Path | None = None) -> tuple[Status, ...]:
    """How far each catalog is; a catalog that does not exist has nothing translated."""
    messages = extract(api, root)
    return tuple(
        _status(path, domain, tag, messages.product if domain == PRODUCT else messages.project)
        for path, domain, tag in _targets(api, locales)
    )


def _status(path: Path, domain: str, tag: str, messages: Sequence[Message]) -> Status:
    entries = read_catalog(path).entries if path.is_file() else {}
    known = [entry for message in messages if (entry := entries.get((None, message.text)))]
    return Status(
        locale=tag,
        domain=domain,
        path=str(path),
        total=len(messages),
        translated=sum(entry.usable for entry in known),
        fuzzy=sum(entry.fuzzy for entry in known),
    )
