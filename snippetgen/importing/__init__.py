"""Requests that a team has already: HAR logs, curl commands, Postman collections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from snippetgen.importing.har import load_har
from snippetgen.importing.recorded import Imported, Recorded, Refused
from snippetgen.importing.redact import Environment, kept, redact

__all__ = ["Imported", "Recorded", "Refused", "load_har", "load_hars", "redacted"]


def load_hars(paths: Sequence[str | Path]) -> Imported:
    """The requests of HAR files and folders; among several, a folder's name stands before its requests'.

    So does a file's where its requests would have the names of others.
    """
    loaded = [(Path(path), load_har(path)) for path in paths]
    names = Counter(name for _, imported in loaded for name in imported.names)
    result = Imported()
    for path, imported in loaded:
        folder = path.resolve().name if path.is_dir() else path.resolve().parent.name
        unique = all(names[name] == 1 for name in imported.names)
        bare = len(loaded) == 1 or (unique and not path.is_dir())
        result += imported if bare else _inside(imported, folder)
    return result


def _inside(imported: Imported, folder: str) -> Imported:
    return replace(
        imported,
        requests=tuple(replace(item, name=f"{folder}/{item.name}") for item in imported.requests),
        refused=tuple(replace(item, name=f"{folder}/{item.name}") for item in imported.refused),
    )


def redacted(imported: Imported) -> Imported:
    """The same with credentials in the place of secrets, and a note on each that stays."""
    environment = Environment(c.env for item in imported.requests for c in item.request.credentials)
    requests = (
        replace(
            item,
            request=redact(item.request, item.secrets, environment),
            notes=(*item.notes, *(f"{name!r} in the body stays as it is" for name in kept(item.request))),
        )
        for item in imported.requests
    )
    return replace(imported, requests=tuple(requests))
