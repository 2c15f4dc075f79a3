"""A style is how a parameter's value is written on the wire (OAS Parameter Object, `style` and `explode`).

Here wire text is read back into the values that it can stand for; which of them is right, a schema says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, unquote_plus

from snippetgen.exact import loads
from snippetgen.model import Json
from snippetgen.openapi.parameter import (
    Parameter,
    Resolve,
    branches,
    item_schema,
    member_schema,
    schema_types,
)

__all__ = [
    "DELIMITERS",
    "Pairs",
    "claims",
    "decode_pairs",
    "decode_simple",
    "decode_text",
    "match_path",
    "read_wire",
    "text_readings",
]

Pairs = Sequence[tuple[str, str]]

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_BOOLEANS = {"true": True, "false": False}
# What stands between the items of a list, or the names and values of an object, in one text.
DELIMITERS = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


def decode_text(text: str, types: Sequence[str]) -> tuple[Json, ...]:
    """The values that a text can stand for under these JSON types; the text itself where none fits."""
    return tuple(_readings(text, types)) or (text,)


def text_readings(text: str, types: Sequence[str]) -> tuple[Json, ...]:
    """The values that a body of characters can stand for; none where its schema wants a list or an object.

    How those are written in characters is the business of the media type, for instance of XML.
    """
    structured = types and not {"string", "number", "integer", "boolean"} & {*types}
    return () if structured else decode_text(text, types)


def _readings(text: str, types: Sequence[str]) -> Iterator[Json]:
    if ("number" in types or "integer" in types) and _NUMBER.fullmatch(text):
        yield json.loads(text)
    if "boolean" in types and text in _BOOLEANS:
        yield _BOOLEANS[text]
    if not types or "string" in types:
        yield text


def match_path(template: str, path: str) -> dict[str, str] | None:
    """The raw (still encoded) values of a template's names in a path, None where it does not match.

    Segments are compared one by one, so that an encoded slash belongs to its segment.
    """
    wanted, got = template.split("/"), path.split("/")
    if len(wanted) != len(got):
        return None
    values: dict[str, str] = {}
    for expected, segment in zip(wanted, got, strict=True):
        found = _match_segment(expected, segment)
        if found is None:
            return None
        values |= found
    return values


def _match_segment(template: str, segment: str) -> dict[str, str] | None:
    parts = re.split(r"\{([^{}]+)\}", template)
    if len(parts) == 1:
        return {} if unquote(template) == unquote(segment) else None
    pattern = "".join("(.+?)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
    match = re.fullmatch(pattern, segment, re.DOTALL)
    return dict(zip(parts[1::2], match.groups(), strict=True)) if match else None


def decode_simple(parameter: Parameter, raw: str, resolve: Resolve, *, encoded: bool) -> tuple[Json, ...]:
    """The values of a path or header parameter (`simple`, `label`, `matrix`), split before it is decoded."""
    if parameter.media_type:
        return _decode_content(unquote(raw) if encoded else raw)
    types = schema_types(parameter.schema, resolve)
    separator = ","
    if parameter.style == "label":
        raw, separator = raw.removeprefix("."), "." if parameter.explode else ","
    elif parameter.style == "matrix":
        raw, separator = _strip_matrix(parameter, raw)
    pieces = [unquote(p) if encoded else p.strip() for p in raw.split(separator)] if raw else []
    if "array" in types:
        return (_items(pieces, parameter.schema, resolve),)
    if "object" in types:
        return (_object(parameter, pieces, resolve),)
    return decode_text(unquote(raw) if encoded else raw, types)


def _strip_matrix(parameter: Parameter, raw: str) -> tuple[str, str]:
    name = parameter.name + "="
    if parameter.explode:
        return raw.removeprefix(";").replace(";" + name, ";").removeprefix(name), ";"
    return raw.removeprefix(";" + name), ","


def claims(parameter: Parameter, name: str, resolve: Resolve) -> bool:
    """Whether a query, cookie or form pair of that name belongs to the parameter."""
    if parameter.style == "deepObject":
        return name.startswith(parameter.name + "[") and name.endswith("]")
    if _spreads(parameter, resolve):
        return _takes(parameter.schema, name, resolve)
    return name == parameter.name


def _spreads(parameter: Parameter, resolve: Resolve) -> bool:
    """Whether it is an exploded object, each of whose properties is a pair of its own."""
    if parameter.media_type or not parameter.explode or parameter.style not in {"form", "cookie"}:
        return False
    types = schema_types(parameter.schema, resolve)
    return "object" in types and "string" not in types


def decode_pairs(parameter: Parameter, pairs: Pairs, resolve: Resolve) -> tuple[Json, ...]:
    """The values that the pairs which the parameter claims can stand for; there is at least one pair."""
    first = pairs[0][1]
    if parameter.media_type:
        return _decode_content(first)
    types = schema_types(parameter.schema, resolve)
    if parameter.style == "deepObject":
        return (
            _members(((n[len(parameter.name) + 1 : -1], v) for n, v in pairs), parameter.schema, resolve),
        )
    if _spreads(parameter, resolve):
        return (_members(pairs, parameter.schema, resolve),)
    if "array" in types:
        values = [v for _, v in pairs] if parameter.explode else _split(parameter, first)
        return (_items(values, parameter.schema, resolve),)
    if "object" in types and not parameter.explode:
        return (_object(parameter, _split(parameter, first), resolve),)
    return decode_text(first, types)


def _split(parameter: Parameter, text: str) -> list[str]:
    return text.split(DELIMITERS.get(parameter.style, ",")) if text else []


def _items(values: Sequence[str], schema: Any, resolve: Resolve) -> list[Json]:
    types = schema_types(item_schema(schema, resolve), resolve)
    return [decode_text(value, types)[0] for value in values]


def _object(parameter: Parameter, pieces: Sequence[str], resolve: Resolve) -> Json:
    """The object of `name=value` pieces, or of names and values in turn; else their text, which is none."""
    if parameter.explode:
        bare = parameter.style == "matrix"  # leaves out the = of an empty value (RFC 6570 section 3.2.7)
        fits = bare or all("=" in piece for piece in pieces)
        pairs = [(name, value) for name, _, value in (piece.partition("=") for piece in pieces)]
    else:
        fits = len(pieces) % 2 == 0
        pairs = list(zip(pieces[::2], pieces[1::2], strict=False))
    return _members(pairs, parameter.schema, resolve) if fits else ",".join(pieces)


def _members(pairs: Any, schema: Any, resolve: Resolve) -> dict[str, Json]:
    return {
        name: decode_text(text, schema_types(member_schema(schema, name, resolve), resolve))[0]
        for name, text in pairs
    }


def _takes(schema: Any, name: str, resolve: Resolve) -> bool:
    """Whether an object may have that property by its own words."""
    parts = tuple(branches(schema, resolve))
    named = any(name in part["properties"] for part in parts if isinstance(part.get("properties"), dict))
    return named or any(part.get("additionalProperties", False) is not False for part in parts)


def _decode_content(text: str) -> tuple[Json, ...]:
    """The JSON value of a `content` parameter, else its text."""
    try:
        return (loads(text, unique=False),)
    except ValueError:
        return (text,)


def read_wire(parameter: Parameter, text: str, resolve: Resolve) -> tuple[Json, ...]:
    """The values that an example stands for when it shows the parameter as it is sent.

    That is `a,b`, `;id=5`, `tag=a&tag=b` or `?tag=a&tag=b`; a list is also read where it is written
    with commas although each item is a pair of its own.
    """
    if not text:
        return ()
    if parameter.location in {"path", "header"}:
        return decode_simple(parameter, text, resolve, encoded=parameter.location == "path")
    terms = text.lstrip("?").split("; " if parameter.style == "cookie" else "&")
    parts = (term.partition("=") for term in terms)
    pairs = [(unquote_plus(name), unquote_plus(value)) for name, _, value in parts]
    if _spreads(parameter, resolve):  # a name that is not declared is the schema's business
        return decode_pairs(parameter, pairs, resolve) if all("=" in term for term in terms) else ()
    readings: tuple[Json, ...] = ()
    if "=" in text and all(claims(parameter, name, resolve) for name, _ in pairs):
        readings = decode_pairs(parameter, pairs, resolve)
    if parameter.style == "deepObject":
        return readings
    whole = replace(parameter, explode=False) if parameter.style in DELIMITERS else parameter
    for spelling in dict.fromkeys((text, unquote_plus(text))):
        readings += decode_pairs(whole, [(parameter.name, spelling)], resolve)
    return readings
