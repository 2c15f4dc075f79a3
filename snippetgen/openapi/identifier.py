"""An identifier is the `$id` of a schema: the base of the references in it (JSON Schema 2020-12, 8.2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urljoin

from snippetgen.source import escape_pointer, resolve_pointer, split_pointer

__all__ = ["absolute", "base_uri", "identifiers"]

_PAYLOAD = frozenset({"example", "examples", "default", "enum", "const", "value"})


def identifiers(data: Any) -> dict[str, str]:
    """The pointers of the schemas of a document that have an `$id` or an anchor, by their URI."""
    found: dict[str, str] = {}
    for uri, pointer in _resources(data, "", ""):
        found.setdefault(absolute(uri), pointer)
    return found


def absolute(uri: str, base: str = "") -> str:
    """A URI as identifiers are compared: one that is relative is so to the document, wherever that is."""
    return _join("https://document.invalid/", _join(base, uri))


def _resources(node: Any, base: str, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        if isinstance(node.get("$id"), str):
            base = _join(base, node["$id"]).partition("#")[0]
            yield base, pointer
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(node.get(keyword), str):
                yield f"{base}#{node[keyword]}", pointer
        for key, value in node.items():
            if key not in _PAYLOAD:
                yield from _resources(value, base, pointer + escape_pointer(key))
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _resources(item, base, f"{pointer}/{index}")


def base_uri(data: Any, pointer: str) -> str:
    """The URI to which a reference at a pointer is relative: that of each `$id` around it, and of its own."""
    base, node = "", data
    with suppress(KeyError):  # of what is not there, the nearest that is
        for token in split_pointer(pointer):
            node = resolve_pointer(node, escape_pointer(token))
            if isinstance(node, dict) and isinstance(node.get("$id"), str):
                base = _join(base, node["$id"]).partition("#")[0]
    return base


def _join(base: str, uri: str) -> str:
    """The URI in a resource at a base; one that is none stays as it is."""
    try:
        return urljoin(base, uri)
    except ValueError:
        return uri
