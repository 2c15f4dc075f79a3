"""What the document says about the body of a request that an example sends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from snippetgen.contract.style import decode_text
from snippetgen.contract.value import check_value
from snippetgen.model import Body, Finding, Request, Text
from snippetgen.openapi.document import Document, Operation, RequestBody
from snippetgen.openapi.media import is_json, strip_parameters
from snippetgen.openapi.parameter import schema_types
from snippetgen.source import escape_pointer

__all__ = ["check_body"]

_STAND_IN = "AAAA"  # for the content of a file, which is not read here; it is Base64 as well as text


@dataclass(frozen=True, slots=True)
class _Field:
    """A form field or a part as it is sent: its text, and whether a schema has nothing to say about it."""

    name: str
    text: str
    opaque: bool
    media_type: str | None = None


def check_body(operation: Operation, request: Request, environment: Mapping[str, str]) -> Iterator[Finding]:
    """The findings for the body; pointers begin with `/body`."""
    declared, body = operation.request_body, request.body
    if body is None:
        if declared is not None and declared.required:
            fix = "give the example a body"
            yield _finding("missing-body", f"{operation} needs a request body", fix)
        return
    if declared is None:
        fix = "remove the body, or declare `requestBody` by an overlay"
        yield _finding(
            "undeclared-body", f"{operation} declares no request body, yet the example sends one", fix
        )
        return
    sent = _media_type(request, body)
    key = declared.media_type(sent)
    if key is None:
        known = ", ".join(declared.content) or "none"
        message = f"the body is {sent or 'without media type'}; {operation} declares {known}"
        yield _finding("media-type", message, f"send {known}, or declare {sent} by an overlay")
    elif declared.schemas[key] is not None:
        yield from _check_content(operation, declared, key, sent, body, environment)


def _finding(rule: str, message: str, fix: str) -> Finding:
    return Finding(rule=f"contract/{rule}", message=message, pointer="/body", fix=fix)


def _media_type(request: Request, body: Body) -> str:
    """The media type that is sent; a client adds a multipart boundary itself."""
    header = request.header("Content-Type")
    if header is not None:
        return header.resolve({})
    return body.media_type or ("multipart/form-data" if body.kind == "multipart" else "")


def _check_content(
    operation: Operation,
    declared: RequestBody,
    key: str,
    sent: str,
    body: Body,
    environment: Mapping[str, str],
) -> Iterator[Finding]:
    document, schema = operation.document, str(declared.schemas[key])
    opaque: frozenset[str] = frozenset()
    if body.kind in {"form", "multipart"}:
        value, opaque = _fields(document, declared.content[key], body, environment)
    elif body.kind == "file" and is_json(sent):
        message = f"the body of {operation} is the file {body.file}, which was not checked against its schema"
        yield Finding(
            rule="contract/unchecked-body",
            severity="note",
            message=message,
            pointer="/body",
            fix="check the file",
        )
        return
    elif body.kind in {"file", "base64"}:
        value = _STAND_IN
    elif is_json(sent):
        try:
            value = json.loads(body.content.resolve(environment))
        except ValueError as problem:
            yield _finding(
                "invalid-json", f"the body is {sent}, but it is not JSON: {problem}", "correct the JSON"
            )
            return
    else:
        value = body.content.resolve(environment)
    for finding in check_value(
        document, schema, value, direction="request", rule="contract/request-schema", at="/body"
    ):
        if finding.pointer not in opaque:
            yield finding


def _fields(
    document: Document, schema: Any, body: Body, environment: Mapping[str, str]
) -> tuple[Any, frozenset[str]]:
    """The value of a form or multipart body, with the pointers of the fields that no schema can judge."""
    fields = list(_form(body, environment) if body.kind == "form" else _multipart(body, environment))
    types = schema_types(schema, document.resolve)
    if types and "object" not in types:
        return "&".join(f"{quote_plus(f.name)}={quote_plus(f.text)}" for f in fields), frozenset()
    value: dict[str, Any] = {}
    for name in dict.fromkeys(field.name for field in fields):
        property_schema = _property(document, schema, name)
        value[name] = _field_value([f for f in fields if f.name == name], property_schema, document.resolve)
    return value, frozenset("/body" + escape_pointer(f.name) for f in fields if f.opaque)


def _property(document: Document, schema: Any, name: str) -> Any:
    """The schema of a property, looked for in the composition; {} when nothing declares it."""
    target = document.resolve(schema)
    if not isinstance(target, dict):
        return {}
    if name in target.get("properties", {}):
        return target["properties"][name]
    branches = [b for keyword in ("allOf", "anyOf", "oneOf") for b in target.get(keyword, ())]
    found = (_property(document, branch, name) for branch in branches)
    return next((schema for schema in found if schema != {}), {})


def _field_value(fields: list[_Field], schema: Any, resolve: Callable[[Any], Any]) -> Any:
    """One value, or the list of them where the property is an array or the name repeats."""
    types = schema_types(schema, resolve)
    if "array" in types:
        items = resolve(schema).get("items", {})
        return [_one(field, schema_types(items, resolve)) for field in fields]
    values = [_one(field, types) for field in fields]
    return values[0] if len(values) == 1 else values


def _one(field: _Field, types: tuple[str, ...]) -> Any:
    """A field's value; an object, or a part that says so, is JSON (OAS Encoding Object, contentType)."""
    if not field.opaque and ("object" in types or (field.media_type and is_json(field.media_type))):
        try:
            return json.loads(field.text)
        except ValueError:
            return field.text
    return decode_text(field.text, types)[0]


def _form(body: Body, environment: Mapping[str, str]) -> Iterator[_Field]:
    for pair in body.pairs:
        yield _Field(pair.name, _text(pair.value, environment), _is_secret(pair.value))


def _multipart(body: Body, environment: Mapping[str, str]) -> Iterator[_Field]:
    for part in body.parts:
        if part.file is not None:
            yield _Field(part.name, _STAND_IN, opaque=True)
        else:
            media_type = strip_parameters(part.media_type) if part.media_type else None
            yield _Field(part.name, _text(part.text, environment), _is_secret(part.text), media_type)


def _text(text: Text | None, environment: Mapping[str, str]) -> str:
    return text.resolve(environment) if text else ""


def _is_secret(text: Text | None) -> bool:
    return bool(text and any(text.credentials()))
