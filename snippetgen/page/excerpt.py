"""An excerpt is a whole OpenAPI document that holds one operation and only what that operation refers to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from snippetgen.openapi.document import Document, Operation
from snippetgen.source import escape_pointer, split_pointer

__all__ = ["excerpt"]


def excerpt(document: Document, operation: Operation) -> dict[str, Any]:
    """The document of one operation, its keys in the order of the original."""
    path = {key: value for key, value in operation.item.items() if not _is_method(key, operation)}
    kept: dict[str, Any] = {"paths": {operation.path: path | _own(operation)}}
    wanted = _reachable(document, kept, _schemes(document, operation))
    components = document.data.get("components", {})
    for kind, members in components.items():
        chosen = {
            name: node for name, node in members.items() if escape_pointer("components", kind, name) in wanted
        }
        if chosen:
            kept.setdefault("components", {})[kind] = chosen
    head = {
        key: document.data[key] for key in ("openapi", "info", "servers", "security") if key in document.data
    }
    return head | kept


def _own(operation: Operation) -> dict[str, Any]:
    """The operation under its key; a method of 3.2's `additionalOperations` has a level of its own."""
    *_, parent, method = split_pointer(operation.pointer)
    data = {method: dict(operation.data)}
    return {parent: data} if parent == "additionalOperations" else data


def _is_method(key: str, operation: Operation) -> bool:
    """Whether a key of a path item is another operation of it."""
    value = operation.item[key]
    return key == "additionalOperations" or (isinstance(value, dict) and "responses" in value)


def _schemes(document: Document, operation: Operation) -> set[str]:
    """The pointers of the security schemes that the operation names."""
    required = operation.data.get("security", document.data.get("security", ()))
    return {escape_pointer("components", "securitySchemes", name) for item in required for name in item}


def _reachable(document: Document, start: Any, wanted: set[str]) -> set[str]:
    """The pointers of every component that the value refers to, directly or through others."""
    components = document.data.get("components", {})
    todo = list(_references(start))
    while todo:
        tokens = split_pointer(todo.pop().partition("#")[2])[:3]
        pointer = escape_pointer(*tokens)
        if len(tokens) == 3 and tokens[0] == "components" and pointer not in wanted:
            wanted.add(pointer)
            todo += _references(components.get(tokens[1], {}).get(tokens[2]))
    return wanted


def _references(value: Any) -> Iterator[str]:
    """Every `$ref` and every target of a discriminator's mapping inside a value."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref" and isinstance(item, str):
                yield item
            elif key == "mapping" and isinstance(item, dict):
                yield from (target for target in item.values() if isinstance(target, str) and "#" in target)
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)
