"""A compiled checker for each schema of a document and each direction, made once.

This brings in jsonschema; import it where something is validated.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, UndefinedTypeCheck, UnknownType, best_match
from jsonschema.validators import validator_for
from referencing import exceptions as unresolved

from snippetgen.errors import DocumentError
from snippetgen.exact import plain
from snippetgen.openapi.circle import Search, circles
from snippetgen.openapi.dialect import Checker
from snippetgen.openapi.direction import Direction, relax
from snippetgen.openapi.document import Document
from snippetgen.openapi.reference import dangling
from snippetgen.openapi.schema import converted, dialect, extract, reached
from snippetgen.source import escape_pointer

__all__ = ["departure", "endless", "engines", "validator"]

# What the engines raise for a schema that they cannot use.
_UNUSABLE = (
    *(unresolved.Unresolvable, unresolved.NoSuchResource, unresolved.NoInternalID),
    *(unresolved.CannotDetermineSpecification, jsonschema_rs.ReferencingError, jsonschema_rs.ValidationError),
    *(SchemaError, UndefinedTypeCheck, UnknownType),
)


@dataclass(slots=True)
class _Compiled:
    """What was compiled of a document, by pointer and by what it says, and what was searched for circles."""

    checkers: dict[tuple[str, Direction], Checker] = field(default_factory=dict)
    distinct: dict[tuple[str, Direction], Checker] = field(default_factory=dict)
    search: Search = field(default_factory=Search)
    circles: list[str] = field(default_factory=list)


_COMPILED: weakref.WeakKeyDictionary[Document, _Compiled] = weakref.WeakKeyDictionary()


@contextmanager
def engines(document: Document, schema: str) -> Iterator[None]:
    """Where the engines judge by the schema at a pointer: what stops them is a DocumentError."""
    try:
        yield
    except RecursionError:
        message = f"a value cannot be checked against the schema at {schema}: the two are nested too deeply"
        fix = "show a value of fewer levels; if there are few, break the circle of the schema's anchors"
        raise document.error(message, document.schema_pointer(schema), fix=fix) from None
    except _UNUSABLE as problem:
        ref = getattr(problem, "ref", None)  # what cannot be resolved shows all of the schema around it
        reason = f"the reference {ref!r} leads nowhere" if ref else str(problem)
        message = f"the schema at {schema} cannot be used: {reason}"
        raise document.error(message, document.schema_pointer(schema), fix="mend it by an overlay") from None


def departure(document: Document, pointer: str) -> tuple[str, str] | None:
    """Where and why the schema at a pointer is no JSON Schema, or None; references are not followed."""
    schema = converted(document, pointer)
    try:
        named = {"$schema": dialect(document, schema, pointer)}
    except DocumentError as problem:
        return problem.pointer, problem.message
    with engines(document, pointer):
        wrong = _departure(named | schema if isinstance(schema, dict) else schema)
    return (pointer + wrong[0], wrong[1]) if wrong else None


def _departure(schema: Any) -> tuple[str, str] | None:
    """Where and why a schema is none of its dialect; what it embeds of another dialect is judged by that."""
    definitions = schema.get("$defs") if isinstance(schema, dict) else None
    inner = (
        {k: v for k, v in definitions.items() if isinstance(v, dict)} if isinstance(definitions, dict) else {}
    )
    others = {name: node for name, node in inner.items() if "$schema" in node}
    if wrong := _first_departure(others):
        return wrong
    schema = _without(schema, others)
    if jsonschema_rs.meta.is_valid(plain(schema)):
        return None
    dialect = {"$schema": schema["$schema"]} if inner and "$schema" in schema else {}
    if wrong := _first_departure(
        {name: dialect | node for name, node in inner.items() if name not in others}
    ):
        return wrong
    schema = _without(schema, inner)  # which the reference would explain too, and takes long to read
    kind = validator_for(schema if isinstance(schema, dict) else {}, default=Draft202012Validator)
    problem: Any = best_match(kind(kind.META_SCHEMA).iter_errors(schema))
    return (escape_pointer(*problem.absolute_path), problem.message) if problem else None


def _first_departure(definitions: Mapping[str, Any]) -> tuple[str, str] | None:
    """The first of the schemas below `$defs` that departs from its dialect."""
    for name, node in definitions.items():
        if wrong := _departure(node):
            return escape_pointer("$defs", name) + wrong[0], wrong[1]
    return None


def _without(schema: Any, names: Mapping[str, Any]) -> Any:
    """The same schema with any value allowed where these of its `$defs` stand."""
    return {**schema, "$defs": schema["$defs"] | dict.fromkeys(names, True)} if names else schema


def _check_lawful(document: Document, schema: dict[str, Any], name: str) -> None:
    """Refuse what is no JSON Schema, for instance an unknown type; validation would end in a traceback."""
    problem = _departure(schema)
    if problem is not None:
        message = f"the schema {name} is not a JSON Schema: at {problem[0]}, {problem[1]}"
        raise document.error(message, document.schema_pointer(name), fix="mend it by an overlay")


def _check_references(document: Document, name: str) -> None:
    """Refuse what refers to something that is not there; the engines have no words for a reader."""
    for pointer in reached(document, [document.schema_pointer(name)]):
        for problem in dangling(document, pointer):
            raise problem


def endless(document: Document, pointers: Iterable[str]) -> list[str]:
    """The pointers of the schemas that begin a circle, as far as the document was searched until now."""
    compiled = _COMPILED.setdefault(document, _Compiled())
    compiled.circles += circles(document.data, pointers, compiled.search)
    return compiled.circles


def _check_circles(document: Document, schema: dict[str, Any], name: str) -> None:
    """Refuse a schema that leads into a circle; most documents have none, and are searched once."""
    pointer = document.schema_pointer(name)
    if endless(document, [pointer]) and any(True for _ in circles(schema, [""])):
        message = f"the schema {name} refers to itself without end"
        raise document.error(message, pointer, fix="break the circle by an overlay")


def validator(document: Document, schema_pointer: str, *, direction: Direction) -> Checker:
    """The compiled checker of the schema with that pointer or name; one is made for each direction.

    What the document marks `readOnly` is not required in a request, and `writeOnly` not in a response.
    """
    compiled = _COMPILED.setdefault(document, _Compiled())
    key = (schema_pointer, direction)
    if key not in compiled.checkers:
        said = (_said(document, schema_pointer), direction)
        if said not in compiled.distinct:
            compiled.distinct[said] = _checker(document, schema_pointer, direction)
        compiled.checkers[key] = compiled.distinct[said]
    return compiled.checkers[key]


def _said(document: Document, name: str) -> str:
    """What a schema says: a text that is the same for all schemas of the document that mean the same.

    References lead from anywhere to the same place, except where the `$id` of a schema is their base.
    """
    pointer = document.schema_pointer(name)
    return pointer if document.has_identifiers else repr(plain(converted(document, pointer)))


def _checker(document: Document, name: str, direction: Direction) -> Checker:
    checker = Checker(relax(extract(document, name), direction))
    if checker.fast is None:  # which takes nothing that is unlawful
        _check_references(document, name)
        _check_lawful(document, checker.schema, name)
    _check_circles(document, checker.schema, name)
    return checker
