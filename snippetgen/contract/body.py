"""What the document says about the body of a request that an example sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from snippetgen.contract.fields import STAND_IN, read_fields
from snippetgen.contract.style import text_readings
from snippetgen.contract.value import check_value, is_valid
from snippetgen.exact import TextError, loads
from snippetgen.model import Body, Finding, Request
from snippetgen.openapi.document import Operation, RequestBody
from snippetgen.openapi.media import encodings, is_json, strip_parameters
from snippetgen.openapi.parameter import schema_types

__all__ = ["check_body"]


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


def _unchecked(what: str, fix: str) -> Finding:
    message = f"{what} was not checked against its schema"
    return Finding(rule="contract/unchecked-body", severity="note", message=message, pointer="/body", fix=fix)


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
        encoding = encodings(document.resolve(declared.data["content"][key]))
        value, opaque = read_fields(document, declared.content[key], encoding, body, environment)
    elif body.kind == "file" and is_json(sent):
        yield _unchecked(f"the file {body.file} that {operation} sends", "check the file")
        return
    elif body.kind in {"file", "base64"}:
        value = STAND_IN
    elif is_json(sent):
        try:
            value = loads(body.content.resolve(environment), unique=False)
        except TextError as problem:
            where = f" at line {problem.line}, column {problem.column}" if problem.line else ""
            message = f"the text of the {sent} body{where}: {problem}"
            yield _finding("invalid-json", message, "correct the JSON")
            return
    else:
        text = body.content.resolve(environment)
        readings = text_readings(text, schema_types(declared.content[key], document.resolve))
        if not readings:
            yield _unchecked(f"the {strip_parameters(sent)} body of {operation}", "check it by hand")
            return
        fitting = (r for r in readings if is_valid(document, schema, r, direction="request"))
        value = next(fitting, readings[0])
    for finding in check_value(
        document, schema, value, direction="request", rule="contract/request-schema", at="/body"
    ):
        if finding.pointer not in opaque:
            yield finding
