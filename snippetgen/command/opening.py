"""Specs and documents as a command opens them: with what `--allow-remote` allows, and a word on what came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from snippetgen.wording import plural

if TYPE_CHECKING:
    from snippetgen.api import Api
    from snippetgen.openapi.document import Document
    from snippetgen.openapi.remote import Remote
    from snippetgen.source import Source

__all__ = ["open_api", "open_document"]


def open_api(path: str) -> Api:
    """The spec at a path."""
    from snippetgen.spec import load_api

    api = load_api(path, _remote())
    _tell(api.document)
    return api


def open_document(source: Source, overlays: Sequence[str] = ()) -> Document:
    """The OpenAPI document of a file that was read, with these overlays."""
    from snippetgen.openapi.document import document_of

    document = document_of(source, overlays, _remote())
    _tell(document)
    return document


def _remote() -> Remote:
    from snippetgen.openapi.remote import NOWHERE, Remote

    names = click.get_current_context().meta.get("allow_remote")
    return Remote.allowing(names) if names else NOWHERE


def _tell(document: Document) -> None:
    """Say what was fetched, on stderr."""
    fetched = document.bundle.fetched
    if fetched:
        hosts = ", ".join(sorted({urlsplit(url).netloc for url in fetched}))
        click.echo(f"fetched {plural(len(fetched), 'document')} from {hosts}", err=True)
