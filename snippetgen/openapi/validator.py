"""A compiled checker for each schema of a document and each direction, made once.

This brings in jsonschema; import it where something is validated.
"""

from __future__ import annotations

import weakref
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from snippetgen.exact import plain
from snippetgen.openapi.circle import circles
from snippetgen.openapi.dialect import Checker
from snippetgen.openapi.direction import Direction, relax
from snippetgen.openapi.document import Document
from snippetgen.openapi.schema import extract, to_2020_12
from snippetgen.source import escape_pointer, resolve_pointer

__all__ = ["departure", "validator"]


def departure(document: Document, pointer: str) -> tuple[str, str] | None:
    """Where and why the schema at a pointer is no JSON Schema, or None; references are not followed."""
    problem = _departure(to_2020_12(resolve_pointer(document.data, pointer), document.version))
    return (pointer + problem[0], problem[1]) if problem else None


def _departure(schema: Any) -> tuple[str, str] | None:
    if jsonschema_rs.meta.is_valid(plain(schema)):
        return None
    checker = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    problem: Any = best_match(checker.iter_errors(schema))
    return (escape_pointer(*problem.absolute_path), problem.message) if problem else None


def _check_lawful(document: Document, schema: dict[str, Any], name: str) -> None:
    """Refuse what is no JSON Schema, for instance an unknown type; validation would end in a traceback."""
    problem = _departure(schema)
    if problem is not None:
        message = f"the schema {name} is not a JSON Schema: at {problem[0]}, {problem[1]}"
        raise document.error(message, document.schema_pointer(name), fix="mend it by an overlay")
    if next(circles(schema, [""]), None) is not None:
        message = f"the schema {name} refers to itself without end"
        raise document.error(message, document.schema_pointer(name), fix="break the circle by an overlay")


_CHECKERS: weakref.WeakKeyDictionary[Document, dict[tuple[str, Direction], Checker]] = (
    weakref.WeakKeyDictionary()
)


def validator(document: Document, schema_pointer: str, *, direction: Direction) -> Checker:
    """The compiled checker of the schema with that pointer or name; one is made for each direction.

    What the document marks `readOnly` is not required in a request, and `writeOnly` not in a response.
    """
    cache = _CHECKERS.setdefault(document, {})
    key = (schema_pointer, direction)
    if key not in cache:
        schema = relax(extract(document, schema_pointer), direction)
        _check_lawful(document, schema, schema_pointer)
        cache[key] = Checker(schema)
    return cache[key]
