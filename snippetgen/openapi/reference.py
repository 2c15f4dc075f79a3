"""A reference of a schema, and whether what it leads to is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from snippetgen.errors import DocumentError
from snippetgen.openapi.document import Document
from snippetgen.openapi.schema import located_references, subschemas, targets
from snippetgen.source import resolve_pointer

__all__ = ["dangling"]


def dangling(document: Document, pointer: str) -> Iterator[DocumentError]:
    """What is wrong with each reference in the schema at a pointer that leads nowhere."""
    for place, resource, ref in located_references(document, pointer):
        if resource is None or not ref.startswith("#"):
            try:
                for target in targets(document, ref, pointer + place):
                    resolve_pointer(document.data, target)
            except DocumentError as problem:
                yield problem
        elif not _holds(resource, ref[1:]):
            reason = "within a schema with an `$id` it is relative to that"
            fix = "remove the `$id`, or refer to the other schema by its own `$id`"
            yield document.error(f"the reference {ref!r} leads nowhere: {reason}", pointer + place, fix=fix)


def _holds(resource: Any, fragment: str) -> bool:
    """Whether a fragment, which is a pointer or an anchor, leads somewhere in a resource."""
    if fragment and not fragment.startswith("/"):
        nodes = (node for _, node in subschemas(resource))
        return any(fragment in {node.get("$anchor"), node.get("$dynamicAnchor")} for node in nodes)
    try:
        resolve_pointer(resource, unquote(fragment))
    except KeyError:
        return False
    return True
