"""One part of a document is something else than it should be: that is told, and never a crash."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from snippetgen.check import check_bare
from snippetgen.errors import DocumentError
from snippetgen.importing.operations import import_operations
from snippetgen.openapi.document import load_document

_SAMPLE = 40  # places of each kind of damage; a seed says which
_JSON = "application/json"
_RICH: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Tea", "version": "1"},
    "servers": [
        {"url": "https://{host}.example.com/v1", "variables": {"host": {"default": "a", "enum": ["a"]}}}
    ],
    "security": [{"key": []}],
    "tags": [{"name": "tea"}],
    "paths": {
        "/tea/{id}": {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}, "example": 1}
            ],
            "post": {
                "operationId": "brew",
                "tags": ["tea"],
                "parameters": [
                    {
                        "name": "q",
                        "in": "query",
                        "required": True,
                        "content": {
                            _JSON: {"schema": {"type": "object"}, "examples": {"e": {"value": {"a": 1}}}}
                        },
                    },
                    {"$ref": "#/components/parameters/Kind"},
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        _JSON: {
                            "schema": {"$ref": "#/components/schemas/Tea"},
                            "examples": {"x": {"$ref": "#/components/examples/Green"}},
                        },
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "required": ["file"],
                                "properties": {"file": {"type": "string"}},
                            },
                            "encoding": {
                                "file": {
                                    "contentType": "text/plain",
                                    "headers": {"X-Part": {"schema": {"type": "string"}}},
                                }
                            },
                        },
                        "application/x-www-form-urlencoded": {
                            "schema": {
                                "type": "object",
                                "required": ["list"],
                                "properties": {
                                    "list": {"type": "array", "minItems": 1, "items": {"type": "integer"}}
                                },
                            },
                            "encoding": {"list": {"style": "form", "explode": False}},
                        },
                    },
                },
                "responses": {
                    "200": {
                        "description": "brewed",
                        "headers": {"X-Left": {"schema": {"type": "integer"}, "example": 1}},
                        "content": {
                            _JSON: {"schema": {"$ref": "#/components/schemas/Tea"}, "example": {"sort": 1}}
                        },
                        "links": {
                            "again": {"operationId": "brew", "parameters": {"id": "$response.body#/sort"}}
                        },
                    },
                    "4XX": {"$ref": "#/components/responses/Wrong"},
                },
                "callbacks": {
                    "ready": {"{$request.query.q}": {"post": {"responses": {"200": {"description": "seen"}}}}}
                },
            },
        }
    },
    "webhooks": {
        "sold": {
            "post": {
                "requestBody": {"content": {_JSON: {"schema": {"type": "integer"}, "example": 1}}},
                "responses": {"200": {"description": "seen"}},
            }
        }
    },
    "components": {
        "schemas": {
            "Tea": {
                "type": "object",
                "required": ["sort"],
                "properties": {
                    "sort": {"type": "integer", "enum": [1]},
                    "name": {"oneOf": [{"type": "string", "pattern": "^a", "minLength": 1}]},
                },
                "discriminator": {"propertyName": "sort", "mapping": {"x": "Tea"}},
            }
        },
        "examples": {"Green": {"value": {"sort": 1}}},
        "parameters": {
            "Kind": {
                "name": "X-Kind",
                "in": "header",
                "required": True,
                "schema": {"type": "array", "items": {"type": "string"}},
                "example": ["a"],
            }
        },
        "responses": {
            "Wrong": {"description": "wrong", "headers": {"X-Why": {"schema": {"type": "string"}}}}
        },
        "securitySchemes": {
            "key": {
                "type": "oauth2",
                "flows": {"implicit": {"authorizationUrl": "https://example.com/a", "scopes": {"s": "all"}}},
            }
        },
    },
}
_DAMAGE: dict[str, Any] = {
    "null": None,
    "number": 5,
    "text": "five",
    "list": [5],
    "object": {"five": 5},
    "reference": {"$ref": "#/nowhere"},
}


def _places(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places of everything inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*place, key)
        yield from _places(item, (*place, key))


def _damaged(place: tuple[str | int, ...], damage: Any) -> dict[str, Any]:
    whole = copy.deepcopy(_RICH)
    holder: Any = whole
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = damage
    return whole


def _read(file: Path) -> None:
    try:
        document = load_document(file)
    except DocumentError:
        return
    check_bare(document, schemas=True)
    import_operations(document, document.operations(), files=["api.json"], optional=True)


def test_the_document_is_right_before_it_is_damaged(tmp_path: Path) -> None:
    """What the damage is done to is imported whole."""
    file = tmp_path / "api.json"
    file.write_text(json.dumps(_RICH), encoding="utf-8")
    document = load_document(file)
    assert [f.message for f in check_bare(document).findings if f.severity == "error"] == []
    imports = import_operations(document, document.operations(), files=["api.json"], optional=True)
    assert imports.examples == 3


@pytest.mark.parametrize("damage", _DAMAGE)
def test_no_damage_is_a_crash(tmp_path: Path, damage: str) -> None:
    """A document that can be read at all is checked and imported to the end."""
    places = [*_places(_RICH)]
    file = tmp_path / "api.json"
    for place in random.Random(damage).sample(places, min(_SAMPLE, len(places))):
        file.write_text(json.dumps(_damaged(place, _DAMAGE[damage])), encoding="utf-8")
        try:
            _read(file)
        except Exception as problem:
            raise AssertionError(f"{place} as {damage}") from problem
