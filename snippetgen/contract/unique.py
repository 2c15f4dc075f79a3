"""What a document may say only once: an operationId, a path whatever its names are, a parameter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from snippetgen.model import Finding
from snippetgen.openapi.document import Document, Operation
from snippetgen.openapi.webhook import sent_operations
from snippetgen.source import escape_pointer

__all__ = ["check_unique"]

_Said = tuple[object, str, str]  # what must not be said again, its words, and the pointer where it is said


def check_unique(document: Document) -> Iterator[Finding]:
    """The findings for what is said twice (OAS Paths Object, Operation Object)."""
    operations = (*document.operations(), *sent_operations(document)[0])
    yield from _repeats(_paths(document))
    yield from _repeats(_identifiers(operations))
    yield from _repeats(chain.from_iterable(map(_parameters, operations)))


def _repeats(said: Iterable[_Said]) -> Iterator[Finding]:
    first: dict[object, str] = {}
    for key, words, pointer in dict.fromkeys(said):
        if first.setdefault(key, pointer) != pointer:
            message = f"{words} is declared a second time, after {first[key]}"
            fix = "keep one of them, by an overlay"
            yield Finding(rule="contract/repeated-name", message=message, pointer=pointer, fix=fix)


def _paths(document: Document) -> Iterator[_Said]:
    """The paths without the names in them, which do not tell two apart."""
    for path in document.data.get("paths", {}):
        if not path.startswith("x-"):
            yield re.sub(r"\{[^{}]*\}", "{}", path), f"the path {path!r}", escape_pointer("paths", path)


def _identifiers(operations: Iterable[Operation]) -> Iterator[_Said]:
    for operation in operations:
        if operation.id is not None:
            yield operation.id, f"the operationId {operation.id!r}", operation.pointer


def _parameters(operation: Operation) -> Iterator[_Said]:
    """The parameters of an operation and of its path item; one of the operation may override the item's."""
    for owner, pointer in ((operation.item, operation.item_pointer), (operation.data, operation.pointer)):
        for index, node in enumerate(owner.get("parameters", ())):
            place = f"{pointer}/parameters/{index}"
            facts = operation.document.follow(node, place)[0]
            name = facts["name"].lower() if facts["in"] == "header" else facts["name"]
            words = f"the {facts['in']} parameter {facts['name']!r}"
            yield (pointer, facts["in"], name), words, place
