"""The structure that everything else relies on: which parts of a document are objects and which are lists.

A part that is neither what it should be disables the smallest unit that could not be understood without
it (an operation, a component) and is a fault of the document; the rest works.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from snippetgen.source import escape_pointer

__all__ = ["METHODS", "Fault", "flaw", "prune"]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
Place = tuple[str | int, ...]
_KINDS: dict[type, str] = {dict: "an object", list: "a list"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A part that cannot be used: where it stands, why, and what is left out because of it."""

    pointer: str
    message: str
    lost: str


# Where an object or a list must stand; a `*` is every key but extensions, a `|` ends the unit that is lost.
_OPERATION = (
    ("", dict),
    ("parameters", list),
    ("parameters #", dict),
    ("responses", dict),
    ("responses *", dict),
    ("requestBody", dict),
    ("security", list),
    ("security #", dict),
    ("servers", list),
    ("servers #", dict),
    ("callbacks", dict),
)
_RULES: tuple[tuple[str, type], ...] = (
    ("info |", dict),
    ("servers |", list),
    ("servers # |", dict),
    ("security |", list),
    ("security # |", dict),
    ("tags |", list),
    ("paths |", dict),
    ("paths * |", dict),
    ("paths * | parameters", list),
    ("paths * | parameters #", dict),
    ("paths * | servers", list),
    ("paths * | servers #", dict),
    ("paths * | additionalOperations", dict),
    *((f"paths * {method} | {rule}", kind) for method in METHODS for rule, kind in _OPERATION),
    *((f"paths * additionalOperations * | {rule}", kind) for rule, kind in _OPERATION),
    ("webhooks |", dict),
    ("webhooks * |", dict),
    ("components |", dict),
    ("components * |", dict),
    *((f"components {kind} * |", dict) for kind in ("parameters", "headers", "responses", "requestBodies")),
    *((f"components {kind} * |", dict) for kind in ("examples", "securitySchemes", "links", "callbacks")),
    *((f"components {kind} * |", dict) for kind in ("pathItems", "mediaTypes")),
)


def prune(data: dict[str, Any]) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The document without the parts that cannot be used, and why; the value itself is not changed."""
    faults: list[Fault] = []
    for rule, kind in _RULES:
        unit, _, rest = (part.split() for part in rule.partition("|"))
        for place, found in [*_values(data, unit)]:
            wrong = next((p for p, v in _values(found, rest, place) if not isinstance(v, kind)), None)
            if wrong is not None:
                pointer = escape_pointer(*wrong)
                faults.append(Fault(pointer, f"{pointer} must be {_KINDS[kind]}", escape_pointer(*place)))
                data = _without(data, place)
    for path in [p for p in data.get("paths", {}) if not p.startswith(("/", "x-"))]:
        place = ("paths", path)
        message = f"the path {path!r} does not begin with a slash"
        faults.append(Fault(escape_pointer(*place), message, escape_pointer(*place)))
        data = _without(data, place)
    return data, tuple(faults)


def flaw(operation: Any, pointer: str) -> Fault | None:
    """The first part of an operation at a pointer that is not what it must be, wherever that stands."""
    for rule, kind in _OPERATION:
        for place, value in _values(operation, rule.split()):
            if not isinstance(value, kind):
                where = pointer + escape_pointer(*place)
                return Fault(where, f"{where} must be {_KINDS[kind]}", pointer)
    return None


def _values(value: Any, names: Sequence[str], place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """The values that these names lead to, with their places; of a list, the last items first."""
    if not names:
        yield place, value
        return
    head, *rest = names
    for key in _keys(value, head):
        yield from _values(value[key], rest, (*place, key))


def _keys(value: Any, name: str) -> list[Any]:
    if name == "#":
        return [*reversed(range(len(value)))] if isinstance(value, list) else []
    if not isinstance(value, dict):
        return []
    if name == "*":
        return [key for key in value if not key.startswith("x-")]
    return [name] if name in value else []


def _without(data: Any, place: Place) -> Any:
    """A copy of the value that lacks what stands at a place."""
    head, *rest = place
    if isinstance(data, list):
        kept = [] if not rest else [_without(data[int(head)], tuple(rest))]
        return [*data[: int(head)], *kept, *data[int(head) + 1 :]]
    if not rest:
        return {key: value for key, value in data.items() if key != head}
    return {**data, head: _without(data[head], tuple(rest))}
