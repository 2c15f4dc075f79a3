"""The facts of a schema: one object with everything that `$ref`, `allOf` and a chosen alternative add.

The result says what the schema says as far as a sampler needs to know; whether a value is valid, only a
validator says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from snippetgen.openapi.document import Document

__all__ = ["Facts", "gather"]

_MAX_DEPTH = 48  # a composition deeper than this contains itself
_SCHEMAS = frozenset({"items", "contains", "propertyNames"})
_IN_PLACE = frozenset({"$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "discriminator"})


@dataclass(frozen=True, slots=True)
class Facts:
    """The merged keywords, None where no value is allowed; `refs` are the references that were followed."""

    keywords: Mapping[str, Any] | None
    refs: frozenset[str]


def gather(document: Document, schema: Any, choose: Callable[[int], int]) -> Facts:
    """What a schema says; `choose(n)` picks one of n alternatives."""
    refs: set[str] = set()
    merged: dict[str, Any] = {}
    for part in _parts(document, schema, choose, refs, 0):
        if part is False:
            return Facts(None, frozenset(refs))
        _merge(merged, part)
    return Facts(merged, frozenset(refs))


def _parts(
    document: Document, schema: Any, choose: Callable[[int], int], refs: set[str], depth: int
) -> Iterator[Any]:
    """The schema's own keywords, then those of what it is composed of; False where nothing is allowed."""
    if not isinstance(schema, dict) or depth > _MAX_DEPTH:
        if schema is False:
            yield False
        return
    ref = schema.get("$ref")
    if isinstance(ref, str):
        refs.add(ref)
        if not document.version.startswith("3.0"):
            yield {key: value for key, value in schema.items() if key not in _IN_PLACE}
        yield from _parts(document, document.follow(schema, "")[0], choose, refs, depth + 1)
        if document.version.startswith("3.0"):
            return
    else:
        yield {key: value for key, value in schema.items() if key not in _IN_PLACE}
    for branch in _branches(schema, choose):
        yield from _parts(document, branch, choose, refs, depth + 1)


def _branches(schema: Mapping[str, Any], choose: Callable[[int], int]) -> Iterator[Any]:
    """What is composed in place: every part of `allOf`, one alternative, one outcome of an `if`."""
    yield from _listed(schema, "allOf")
    for keyword in ("oneOf", "anyOf"):
        branches = _listed(schema, keyword)
        if branches:
            yield branches[choose(len(branches))]
    if "if" in schema:
        outcomes = [[schema.get("else", {})], [schema["if"], schema.get("then", {})]]
        yield from outcomes[choose(2)]


def _listed(schema: Mapping[str, Any], keyword: str) -> list[Any]:
    value = schema.get(keyword)
    return value if isinstance(value, list) else []


def _merge(merged: dict[str, Any], part: Mapping[str, Any]) -> None:
    for key, value in _numeric_bounds(part):
        merged[key] = _together(key, merged[key], value) if key in merged else value


def _numeric_bounds(part: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The keywords, with the boolean `exclusiveMinimum` of OpenAPI 3.0 as the number that it means."""
    for key, value in part.items():
        if key in {"exclusiveMinimum", "exclusiveMaximum"} and isinstance(value, bool):
            bound = part.get("m" + key[len("exclusiveM") :])
            if value and bound is not None:
                yield key, bound
        else:
            yield key, value


def _together(key: str, first: Any, second: Any) -> Any:
    """What two schemas say that both hold; the outer one where only one can be."""
    if key in _JOINED:
        return _JOINED[key](first, second)
    if key in _SCHEMAS and first != second:
        return {"allOf": [first, second]}
    return first


def _enums(first: Any, second: Any) -> Any:
    return [value for value in first if value in second] or first


def _required(first: Any, second: Any) -> Any:
    return [*first, *(name for name in second if name not in first)]


def _properties(first: Any, second: Any) -> Any:
    both = {name: {"allOf": [first[name], second[name]]} for name in first if name in second}
    return first | second | both


def _closed(first: Any, second: Any) -> Any:
    return False if False in (first, second) else first


def _types(first: Any, second: Any) -> Any:
    left, right = ([value] if isinstance(value, str) else list(value) for value in (first, second))
    if "number" in left and "integer" in right:
        left = [*left, "integer"]
    if "number" in right and "integer" in left:
        right = [*right, "integer"]
    return [name for name in left if name in right] or first


_JOINED: dict[str, Callable[[Any, Any], Any]] = {
    "type": _types,
    "enum": _enums,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _closed,
    **dict.fromkeys(("minimum", "exclusiveMinimum"), max),
    **dict.fromkeys(("minLength", "minItems", "minProperties", "minContains"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum"), min),
    **dict.fromkeys(("maxLength", "maxItems", "maxProperties", "maxContains"), min),
}
