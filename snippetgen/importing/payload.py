"""The body of an imported example: a value of its schema, written as its media type has it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from snippetgen.contract.style import DELIMITERS, text_readings
from snippetgen.errors import UnsupportedError
from snippetgen.exact import dumps
from snippetgen.importing.documented import Values, example_values
from snippetgen.importing.specfile import slug
from snippetgen.model import Json
from snippetgen.openapi.media import encodings, is_json, strip_parameters
from snippetgen.openapi.operation import RequestBody
from snippetgen.openapi.parameter import schema_types
from snippetgen.sampling.facts import gather

__all__ = ["payload", "payload_name"]

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
# What a range stands for where nothing says more.
_RANGES = {"text/*": "text/plain", "image/*": "image/png", "audio/*": "audio/mpeg", "video/*": "video/mp4"}
_EXTENSIONS = {
    "application/json": "json",
    "application/pdf": "pdf",
    "application/x-tar": "tar",
    "application/gzip": "tar.gz",
    "application/zip": "zip",
    "audio/mpeg": "mp3",
    "image/jpeg": "jpg",
    "image/png": "png",
    "text/csv": "csv",
    "text/plain": "txt",
    "video/mp4": "mp4",
}
_NAMES = {"application/json": "json", _FORM: "form", _MULTIPART: "multipart", "text/plain": "text"}


def payload_name(media_type: str) -> str:
    """The id of the example with a body of that media type."""
    essence = strip_parameters(media_type)
    return _NAMES.get(essence) or slug(essence.replace("*", "any"), "body")


def payload(values: Values, body: RequestBody, media_type: str) -> dict[str, Any]:
    """What an endpoint spec says as `body`; UnsupportedError where it has no words for the media type."""
    schema, pointer = body.content[media_type], body.schemas[media_type]
    values.check(pointer)
    entry = body.data["content"][media_type]
    types = schema_types(schema, values.document.resolve)
    sent = _concrete(media_type, types)
    shown = list(example_values(values.document, entry))
    if not is_json(sent) and sent not in {_FORM, _MULTIPART}:
        return _opaque(values, body, media_type, sent, shown)
    if is_json(sent):
        shown += [parsed for text in shown if isinstance(text, str) for parsed in _parsed(text)]
    value = values.value(schema, pointer, shown, pointer or body.pointer)
    if is_json(sent):
        return {"json": value} if sent == "application/json" else {"json": value, "media_type": sent}
    if not isinstance(value, dict):
        raise UnsupportedError(f"{sent} takes an object, which its schema does not allow")
    encoding = encodings(entry)
    if sent == _FORM:
        return {"form": dict(_fields(value, encoding))}
    return {"multipart": list(_parts(values, schema, value, encoding))}


def _concrete(media_type: str, types: tuple[str, ...]) -> str:
    """The media type that is sent; a range stands for what its schema suggests."""
    essence = strip_parameters(media_type)
    if essence in {_FORM, _MULTIPART}:
        return essence
    if "*" not in essence:
        return media_type.strip()
    if essence in _RANGES:
        return _RANGES[essence]
    return "application/json" if {"object", "array"} & set(types) else "application/octet-stream"


def _parsed(text: str) -> Iterator[Json]:
    try:
        yield json.loads(text)
    except ValueError:
        return


# Bodies that are characters or bytes


def _opaque(
    values: Values, body: RequestBody, media_type: str, sent: str, shown: list[Json]
) -> dict[str, Any]:
    """Text where an example or the schema shows some, else a file."""
    schema, pointer = body.content[media_type], body.schemas[media_type]
    types = schema_types(schema, values.document.resolve)
    texts = [_text(value) for value in shown if value != "" and not isinstance(value, dict | list)]
    is_text = bool(text_readings("", types))
    if texts and not is_text:  # nothing here can read it as its schema has it
        return {"text": texts[0], "media_type": sent}
    readings = [reading for text in texts for reading in text_readings(text, types)]
    found = values.documented(pointer, readings, pointer or body.pointer)
    essence = strip_parameters(sent)
    if found is None and ("xml" in essence or not is_text):
        raise UnsupportedError(f"{essence} has no example that is its text")
    if found is None and essence.startswith("text/") and not _is_file(values, schema):
        found = (values.value(schema, pointer, [], pointer or ""),)
    if found is not None:
        return {"text": _text(found[0]), "media_type": sent}
    return {"file": _file_name("body", essence), "media_type": sent}


def _text(value: Json) -> str:
    return value if isinstance(value, str) else dumps(value, indent=None)


def _is_file(values: Values, schema: Any) -> bool:
    """Whether a schema stands for bytes: `format: binary` (3.0), `contentMediaType` (3.1), `type: file`."""
    facts = gather(values.document, schema, lambda _: 0).keywords or {}
    plain = "contentEncoding" not in facts
    return (
        facts.get("format") == "binary"
        or facts.get("type") == "file"
        or (plain and "contentMediaType" in facts)
    )


def _file_name(name: str, media_type: str) -> str:
    return f"{slug(name, 'file')}.{_EXTENSIONS.get(media_type, 'bin')}"


# Forms (OAS Encoding Object)


def _fields(
    value: Mapping[str, Json], encoding: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, Json]]:
    """The pairs of a form by name; a list repeats its name."""
    for name, item in value.items():
        facts = encoding.get(name, {})
        if isinstance(item, dict | list) and facts.get("style") == "deepObject":
            yield from _deep(name, item)
        elif isinstance(item, dict) and facts.get("style") == "form" and facts.get("explode", True):
            yield from ((key, _field(inner)) for key, inner in item.items())
        elif isinstance(item, list) and facts.get("explode") is False:
            delimiter = DELIMITERS.get(facts.get("style", "form"), ",")
            yield name, delimiter.join(_text(inner) for inner in item)
        elif isinstance(item, list):
            yield name, [_field(inner) for inner in item]
        elif item is not None:
            yield name, _field(item)


def _deep(name: str, value: Json) -> Iterator[tuple[str, Json]]:
    """`name[key]`, and so on inwards; OAS leaves open how lists nest, so they are numbered as `qs` does."""
    if isinstance(value, dict | list) and value:
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in members:
            yield from _deep(f"{name}[{key}]", item)
    elif value is not None and not isinstance(value, dict | list):  # an empty object has no pair
        yield name, value


def _field(value: Json) -> Json:
    return _text(value) if isinstance(value, dict | list) else value


def _parts(
    values: Values, schema: Any, value: Mapping[str, Json], encoding: Mapping[str, Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The parts of a multipart body; a list is a part for each item, bytes are a file of the reader."""
    properties = (gather(values.document, schema, lambda _: 0).keywords or {}).get("properties") or {}
    for name, item in value.items():
        declared = str(encoding.get(name, {}).get("contentType", "")).partition(",")[0].strip()
        kind = "" if "*" in declared else declared
        one = properties.get(name, {})
        inner = (gather(values.document, one, lambda _: 0).keywords or {}).get("items", {})
        for member in item if isinstance(item, list) else [item]:
            if _is_file(values, inner if isinstance(item, list) else one):
                typed = {"media_type": kind} if kind else {}
                yield {"name": name, "file": _file_name(name, kind), **typed}
            elif isinstance(member, dict | list) or (kind and is_json(kind)):
                typed = {"media_type": kind} if kind and kind != "application/json" else {}
                yield {"name": name, "json": member, **typed}
            elif member is not None:
                yield {"name": name, "value": member, **({"media_type": kind} if kind else {})}
