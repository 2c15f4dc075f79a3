"""An `Outline` is a JSON Schema as a reader sees it: one row for each property, however deep it lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from snippetgen.model import Json
from snippetgen.openapi.document import Document, Operation
from snippetgen.openapi.parameter import type_label

__all__ = ["Limits", "Row", "limits", "outline", "parameter_rows"]

MAX_DEPTH = 12
_BOUNDS = {
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "above",
    "exclusiveMaximum": "below",
    "minLength": "shortest",
    "maxLength": "longest",
    "minItems": "fewest",
    "maxItems": "most",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a schema says about a value beside its type: its allowed values, its bounds and its size.

    `shortest` and `longest` count characters, `fewest` and `most` items.
    """

    enum: tuple[Json, ...] = ()
    minimum: Json = None
    maximum: Json = None
    above: Json = None
    below: Json = None
    shortest: int | None = None
    longest: int | None = None
    fewest: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One property: its path (`predictions[].points[].x`), type, and whether it is always there."""

    name: str
    type: str
    required: bool
    description: str
    default: Json
    limits: Limits
    deprecated: bool = False


def outline(schema: Any, document: Document) -> tuple[Row, ...]:
    """The properties of a schema, parents before children, each name once."""
    rows: dict[str, Row] = {}
    for row in _properties(schema, "", document, ()):
        rows.setdefault(row.name, row)
    return tuple(rows.values())


def _branches(schema: Any, document: Document, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """A schema and what it is composed of in place, objects before arrays."""
    target = document.resolve(schema) if depth < MAX_DEPTH else None
    if not isinstance(target, dict):
        return
    yield target
    inner = [branch for key in ("allOf", "anyOf", "oneOf") for branch in target.get(key, ())]
    for branch in sorted(inner, key=lambda b: isinstance(b, dict) and "items" in b):
        yield from _branches(branch, document, depth + 1)


def _properties(schema: Any, prefix: str, document: Document, path: tuple[int, ...]) -> Iterator[Row]:
    branches = list(_branches(schema, document))
    for branch in branches:
        if id(branch) in path or len(path) > MAX_DEPTH:  # a schema inside itself is shown once
            return
    inside = (*path, *(id(branch) for branch in branches))
    dot = f"{prefix}." if prefix else ""
    shown: set[int] = set()
    for branch in branches:
        required = branch.get("required", ())
        for name, node in branch.get("properties", {}).items():
            shown.add(id(node))
            yield _row(f"{dot}{name}", node, required=name in required, document=document)
            yield from _properties(node, f"{dot}{name}", document, inside)
        items = branch.get("items")
        if isinstance(items, dict) and not _repeats(items, branches, document):
            yield from _properties(items, f"{prefix}[]", document, inside)
        yield from _additional(branch, prefix, document, inside)


def _repeats(items: Any, branches: list[Mapping[str, Any]], document: Document) -> bool:
    """Whether the items of an array are of a schema that may also stand alone; it is listed once then."""
    return any(document.resolve(items) is branch for branch in branches)


def _additional(
    branch: Mapping[str, Any], prefix: str, document: Document, inside: tuple[int, ...]
) -> Iterator[Row]:
    extra = branch.get("additionalProperties")
    target = document.resolve(extra) if isinstance(extra, dict) else {}
    if target.get("description"):
        yield _row(f"{prefix}.*" if prefix else "*", target, required=False, document=document)
    if target:
        yield from _properties(target, f"{prefix}.*" if prefix else "*", document, inside)


def _row(name: str, node: Any, *, required: bool, document: Document) -> Row:
    target = document.resolve(node)
    facts = target if isinstance(target, dict) else {}
    return Row(
        name=name,
        type=type_label(node, document.resolve),
        required=required,
        description=_sentence(facts),
        default=facts.get("default"),
        limits=limits(node, document),
        deprecated=facts.get("deprecated") is True,
    )


def _sentence(facts: Mapping[str, Any]) -> str:
    """The first paragraph of a description; generators put the docstring of a class below it."""
    return str(facts.get("description") or "").split("\n\n")[0]


def limits(schema: Any, document: Document) -> Limits:
    """The enum and the bounds of a schema or of the alternatives it consists of."""
    enum: dict[str, Json] = {}
    found: dict[str, Any] = {}
    for branch in _branches(schema, document):
        values = branch.get("enum", [branch["const"]] if "const" in branch else [])
        enum |= {repr(value): value for value in values if value is not None}
        for key, name in _BOUNDS.items():
            bound = branch.get(key)
            if isinstance(bound, int | float) and not isinstance(bound, bool):
                found.setdefault(name, bound)
    return Limits(enum=tuple(enum.values()), **found)


def parameter_rows(operation: Operation, location: str) -> tuple[Row, ...]:
    """The parameters in one place; a key that the operation's security demands there is required."""
    document = operation.document
    keys = {name: scheme for place, name, scheme in _keys(operation) if place == location}
    rows = [
        Row(
            name=p.name,
            type=p.type_label,
            required=p.required or p.name in keys,
            description=p.description,
            default=p.default,
            limits=limits(p.schema, document),
            deprecated=p.deprecated,
        )
        for p in operation.parameters
        if p.location == location
    ]
    named = {row.name for row in rows}
    rows += [
        Row(
            name=name,
            type="string",
            required=True,
            description=_sentence(scheme),
            default=None,
            limits=Limits(),
        )
        for name, scheme in keys.items()
        if name not in named
    ]
    return tuple(rows)


def _keys(operation: Operation) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Where the schemes of the operation's first security requirement put their secrets."""
    document = operation.document
    required = operation.data.get("security", document.data.get("security", ()))
    for name in required[0] if required and {} not in required else ():
        scheme = document.security_schemes.get(name, {})
        if scheme.get("type") == "apiKey":
            yield scheme["in"], scheme["name"], scheme
        elif scheme.get("type") in {"http", "oauth2", "openIdConnect"}:
            yield "header", "Authorization", scheme
