"""An `Evaluation` is a place in a value together with a schema that says something about it.

JSON Schema 2020-12 calls this annotation collection (section 7.7): a branch of an `anyOf` speaks only
where the value is valid against it. From it follow the properties that no schema declares, whatever
the composition, and those that a direction should not carry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from snippetgen.source import escape_pointer, resolve_pointer

__all__ = ["Evaluation", "evaluations", "marked", "undeclared"]

_DECLARING = ("properties", "patternProperties")
_OPEN = ("additionalProperties", "unevaluatedProperties")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`schema` speaks about the value at `pointer`; `known` is False where a reference was not followed."""

    pointer: str
    value: Any
    schema: dict[str, Any]
    known: bool = True


def evaluations(validator: Any, value: Any) -> tuple[Evaluation, ...]:
    """Every schema that applies to every part of a value."""
    walk = _Walk(validator)
    walk.apply(validator.schema, value, "")
    return tuple(walk.found)


class _Walk:
    """One walk; `seen` stops a reference that leads back to itself without descending."""

    def __init__(self, validator: Any) -> None:
        self.validator = validator
        self.found: list[Evaluation] = []
        self.seen: set[tuple[int, str]] = set()

    def apply(self, schema: Any, value: Any, pointer: str) -> None:
        if not isinstance(schema, dict) or (id(schema), pointer) in self.seen:
            return
        self.seen.add((id(schema), pointer))
        target = self.target(schema)
        self.found.append(Evaluation(pointer, value, schema, known=target is not None))
        if isinstance(target, dict) and target is not schema:
            self.apply(target, value, pointer)
        for branch in self.branches(schema, value):
            self.apply(branch, value, pointer)
        for key, child, inner in self.children(schema, value):
            self.apply(inner, child, pointer + escape_pointer(key))

    def target(self, schema: dict[str, Any]) -> Any:
        """What the schema refers to, itself if to nothing, None if by an anchor or a URI."""
        if "$dynamicRef" in schema:
            return None
        ref = schema.get("$ref", "")
        if not ref:
            return schema
        try:
            return (
                resolve_pointer(self.validator.schema, unquote(ref[1:])) if ref[:2] in {"#", "#/"} else None
            )
        except KeyError:
            return None

    def branches(self, schema: dict[str, Any], value: Any) -> Iterator[Any]:
        """The schemas that are composed in place and hold for the value."""
        yield from schema.get("allOf", ())
        yield from (b for key in ("anyOf", "oneOf") for b in schema.get(key, ()) if self.holds(b, value))
        if "if" in schema:
            holds = self.holds(schema["if"], value)
            yield from (schema[key] for key in (("if", "then") if holds else ("else",)) if key in schema)
        if isinstance(value, dict):
            yield from (s for name, s in schema.get("dependentSchemas", {}).items() if name in value)

    def holds(self, schema: Any, value: Any) -> bool:
        return bool(self.validator.holds(schema, value)) if isinstance(schema, dict) else bool(schema)

    def children(self, schema: dict[str, Any], value: Any) -> Iterator[tuple[str | int, Any, Any]]:
        """The parts of the value that have a schema here."""
        if isinstance(value, dict):
            rest = schema.get("additionalProperties", schema.get("unevaluatedProperties"))
            for name, child in value.items():
                for inner in _declared(schema, name) or [rest]:
                    yield name, child, inner
        elif isinstance(value, list):
            first = schema.get("prefixItems", ())
            rest = schema.get("items")
            for index, child in enumerate(value):
                yield index, child, first[index] if index < len(first) else rest


def _declared(schema: dict[str, Any], name: str) -> list[Any]:
    """What a schema itself says about a property by its name; the patterns are those of Python."""
    properties = schema.get("properties", {})
    by_pattern = schema.get("patternProperties", {})
    named = [properties[name]] if name in properties else []
    return [*named, *(inner for pattern, inner in by_pattern.items() if re.search(pattern, name))]


def undeclared(found: Iterable[Evaluation]) -> Iterator[str]:
    """The pointers of the properties that no schema declares, where some schema declares others."""
    declared: dict[str, set[str]] = {}
    open_ended: set[str] = set()
    objects: dict[str, dict[str, Any]] = {}
    for e in found:
        if not isinstance(e.value, dict):
            continue
        objects[e.pointer] = e.value
        if any(isinstance(e.schema.get(key), dict) for key in _DECLARING):
            named = {name for name in e.value if _declared(e.schema, name)}
            declared.setdefault(e.pointer, set()).update(named)
        if not e.known or any(key in e.schema for key in _OPEN):
            open_ended.add(e.pointer)
    for pointer, names in declared.items():
        if pointer not in open_ended:
            yield from (pointer + escape_pointer(name) for name in objects[pointer] if name not in names)


def marked(found: Iterable[Evaluation], mark: str) -> Iterator[str]:
    """The pointers of the parts of a value whose schema carries the mark, `readOnly` or `writeOnly`."""
    pointers = (e.pointer for e in found if e.schema.get(mark) is True)
    yield from dict.fromkeys(pointer for pointer in pointers if pointer)
