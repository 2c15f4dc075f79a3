"""The operations that an API sends and does not take: those of its webhooks and of its callbacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from snippetgen.errors import DocumentError
from snippetgen.openapi.document import Document
from snippetgen.openapi.operation import Operation
from snippetgen.openapi.structure import METHODS, Fault
from snippetgen.source import escape_pointer

__all__ = ["hooks", "sent_operations"]

_Item = tuple[str, Any, str]  # the name of a path item, itself or a reference to it, and its pointer


def hooks(document: Document) -> Iterator[_Item]:
    """The webhooks by name, also where 3.0 documents keep them as an extension."""
    for key in ("webhooks", "x-webhooks"):
        holder = document.data.get(key)
        for name, node in holder.items() if isinstance(holder, dict) else ():
            yield name, node, escape_pointer(key, name)


def sent_operations(document: Document) -> tuple[tuple[Operation, ...], tuple[Fault, ...]]:
    """Every operation of a callback or a webhook that can be used, and why others cannot be."""
    good: dict[str, Operation] = {}
    bad: list[Fault] = []
    queue = [item for operation in document.operations() for item in _callbacks(operation, bad)]
    queue += hooks(document)
    while queue:
        for operation in _operations(document, *queue.pop(0), bad):
            if operation.pointer not in good:
                good[operation.pointer] = operation
                queue += _callbacks(operation, bad)
    return tuple(good.values()), tuple(dict.fromkeys(bad))


def _callbacks(operation: Operation, bad: list[Fault]) -> Iterator[_Item]:
    """The path items of an operation's callbacks (OAS Callback Object), with their expressions as names."""
    holder = operation.data.get("callbacks")
    for name, node in holder.items() if isinstance(holder, dict) else ():
        place = operation.pointer + escape_pointer("callbacks", name)
        callback, place = _follow(operation.document, node, place, bad)
        for expression, item in callback.items() if isinstance(callback, dict) else ():
            yield expression, item, place + escape_pointer(expression)


def _operations(
    document: Document, name: str, node: Any, pointer: str, bad: list[Fault]
) -> Iterator[Operation]:
    item, place = _follow(document, node, pointer, bad)
    for method, data in item.items() if isinstance(item, dict) else ():
        if method in METHODS and isinstance(data, dict):
            facts = {"data": data, "item": item, "item_pointer": place, "document": document}
            operation = Operation(method=method.upper(), path=name, pointer=f"{place}/{method}", **facts)
            try:
                operation.check()
            except DocumentError as problem:
                bad.append(Fault(problem.pointer or operation.pointer, problem.message, operation.pointer))
            else:
                yield operation


def _follow(document: Document, node: Any, pointer: str, bad: list[Fault]) -> tuple[Any, str]:
    """What a node stands for and where that is; None where it leads nowhere, which is noted."""
    try:
        return document.follow(node, pointer)
    except DocumentError as problem:
        bad.append(Fault(problem.pointer or pointer, problem.message, pointer))
        return None, pointer
