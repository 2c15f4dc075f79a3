"""What the selecting options mean: endpoints, and languages with their clients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from snippetgen.errors import UsageError

__all__ = ["endpoints", "selection"]


def endpoints(api: Any, endpoint: str | None, example: str | None) -> Sequence[Any]:
    """The endpoints that are asked for; an example that none of them has is an error.

    Where only an example is named, the first endpoint that has it is meant.
    """
    pages = api.endpoints if endpoint is None else (api.endpoint(endpoint),)
    if example is None:
        return tuple(pages)
    having = tuple(page for page in pages if any(item.id == example for item in page.examples))
    if not having:
        names = ", ".join(dict.fromkeys(item.id for page in pages for item in page.examples))
        raise UsageError(f"there is no example {example!r}", fix=f"choose one of: {names}")
    return having[:1]


def selection(api: Any, selectors: Iterable[str]) -> list[Any]:
    """The languages with their clients: those that are named, else the spec's, else all."""
    from snippetgen.manifest import default_languages, find_client

    names = tuple(selectors) or (api.languages if api else ())
    if names:
        return [find_client(name) for name in names]
    return [(language, None) for language in default_languages()]
