"""A circle: a schema that leads back to itself without descending into the value, so that no check ends.

JSON Schema 2020-12 core, section 9.4.1, calls such a schema undefined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from snippetgen.openapi.schema import subschemas
from snippetgen.source import escape_pointer, resolve_pointer

__all__ = ["Search", "circles"]

_IN_PLACE_LISTS = ("allOf", "anyOf", "oneOf")
_IN_PLACE = ("not", "if", "then", "else")
_MAX_STEPS = 250  # references that lead on for longer are taken for a circle


@dataclass(frozen=True, slots=True)
class Search:
    """What was searched for circles: schemas with all that they contain, and what composes them in place."""

    contents: set[str] = field(default_factory=set)
    compositions: set[str] = field(default_factory=set)


def circles(root: Any, pointers: Iterable[str], search: Search | None = None) -> Iterator[str]:
    """The pointers of schemas that begin a circle, among those at these pointers and what they reach.

    What a `search` has seen is not looked at again, and what is seen now joins it.
    """
    search = search or Search()
    queue = [*pointers]
    while queue:
        start = queue.pop()
        if start in search.contents:
            continue
        for pointer, node in subschemas(_at(root, start), start):
            search.contents.add(pointer)
            if pointer not in search.compositions:
                yield from _walk(root, pointer, node, search.compositions, ())
            queue += _reference(node)


def _walk(root: Any, pointer: str, node: Any, done: set[str], above: tuple[str, ...]) -> Iterator[str]:
    if pointer in above or len(above) > _MAX_STEPS:
        yield pointer
    elif pointer not in done:
        for place, inner in _in_place(root, node, pointer):
            yield from _walk(root, place, inner, done, (*above, pointer))
        done.add(pointer)


def _in_place(root: Any, node: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """The schemas that judge the same value as the schema at a pointer, each with its own."""
    if not isinstance(node, dict):
        return
    yield from ((place, _at(root, place)) for place in _reference(node))
    for keyword in _IN_PLACE_LISTS:
        branches = node.get(keyword)
        for index, branch in enumerate(branches) if isinstance(branches, list) else ():
            yield f"{pointer}/{keyword}/{index}", branch
    yield from ((f"{pointer}/{keyword}", node[keyword]) for keyword in _IN_PLACE if keyword in node)
    dependent = node.get("dependentSchemas")
    for name, inner in dependent.items() if isinstance(dependent, dict) else ():
        yield pointer + escape_pointer("dependentSchemas", name), inner


def _reference(node: dict[str, Any]) -> Iterator[str]:
    ref = node.get("$ref")
    if isinstance(ref, str) and (ref == "#" or ref.startswith("#/")):
        yield unquote(ref[1:])


def _at(root: Any, pointer: str) -> Any:
    try:
        return resolve_pointer(root, pointer)
    except KeyError:
        return None
