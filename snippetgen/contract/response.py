"""What the document says about a response that a page shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from snippetgen.contract.value import check_value, is_vacuous
from snippetgen.model import Finding
from snippetgen.openapi.document import Document, Operation, Response, nearest
from snippetgen.openapi.media import is_json
from snippetgen.source import escape_pointer, resolve_pointer

__all__ = ["check_response"]


def check_response(
    operation: Operation, status: str, media_type: str, value: Any, *, branch: str | None = None
) -> Iterator[Finding]:
    """The findings for one response; `value` is the decoded body, None where there is none.

    `branch` names the component that the page promises for a success; other statuses ignore it.
    A branch that the document does not have at all is a DocumentError.
    """
    success = status.startswith("2")
    promised = operation.document.schema_pointer(branch) if branch and success else None
    response = operation.response(status)
    if response is None:
        yield _undeclared_status(operation, status)
    elif not response.content or operation.method == "HEAD":
        if value is not None:
            message = f"the {status} response of {operation} has no content, yet the sample has a body"
            fix = "remove the body, or declare the content by an overlay"
            yield Finding(rule="contract/unexpected-body", message=message, pointer="", fix=fix)
        return
    if promised is None and response is None:
        return
    yield from _check_content(operation, response, status, media_type, value, promised)


def _undeclared_status(operation: Operation, status: str) -> Finding:
    known = ", ".join(operation.responses()) or "none"
    message = f"{operation} does not declare the status {status}; it declares {known}"
    return Finding(
        rule="contract/undeclared-status", message=message, pointer="", fix="declare it by an overlay"
    )


def _check_content(
    operation: Operation,
    response: Response | None,
    status: str,
    media_type: str,
    value: Any,
    promised: str | None,
) -> Iterator[Finding]:
    document = operation.document
    key = response.media_type(media_type) if response else None
    declared = response.content[key] if response and key is not None else None
    if response and key is None:
        yield _undeclared_media_type(operation, status, media_type, response)
    elif response and promised and not (declared and _reaches(document, declared, promised)):
        yield _unknown_branch(document, promised, declared, status)
    schema = promised or declared
    if key is not None and not promised and (schema is None or _vacuous_at(document, schema)):
        yield _vacuous(operation, status)
    if schema is None:
        return
    if is_json(media_type) or isinstance(value, str):
        yield from check_value(document, schema, value, direction="response", rule="contract/response-schema")
    else:
        message = f"a {media_type} body of {operation} was not checked against its schema"
        yield Finding(
            rule="contract/unchecked-body",
            severity="note",
            message=message,
            pointer="",
            fix="check it by hand",
        )


def _undeclared_media_type(operation: Operation, status: str, media_type: str, response: Response) -> Finding:
    known = ", ".join(response.content)
    return Finding(
        rule="contract/media-type",
        message=f"the {status} response of {operation} is {media_type}; the document declares {known}",
        pointer="",
        fix=f"use {known}, or declare {media_type} by an overlay",
    )


def _vacuous_at(document: Document, pointer: str) -> bool:
    return is_vacuous(document, resolve_pointer(document.data, pointer))


def _vacuous(operation: Operation, status: str) -> Finding:
    return Finding(
        rule="contract/vacuous-schema",
        severity="warning",
        message=f"the {status} schema of {operation} accepts every value, so the check proves nothing",
        pointer="",
        fix="name the promised branch as `response`, or remove the empty alternative by an overlay",
    )


def _reaches(document: Document, start: str, target: str) -> bool:
    """Whether a schema is the target, or offers it in place through `$ref`, `anyOf`, `oneOf` or `allOf`."""
    return target in _offers(document, start)


def _offers(document: Document, start: str) -> list[str]:
    """The pointers of the schema and of everything that it offers in place."""
    seen: list[str] = []
    queue = [start]
    while queue:
        pointer = queue.pop()
        if pointer in seen:
            continue
        seen.append(pointer)
        schema = resolve_pointer(document.data, pointer)
        if not isinstance(schema, dict):
            continue
        if isinstance(schema.get("$ref"), str):
            queue.append(document.reference(schema["$ref"], pointer))
        for keyword in ("anyOf", "oneOf", "allOf"):
            queue += [f"{pointer}/{keyword}/{i}" for i in range(len(schema.get(keyword, ())))]
    return seen


def _unknown_branch(document: Document, promised: str, declared: str | None, status: str) -> Finding:
    root = escape_pointer("components", "schemas") + "/"
    offered = (
        {p.removeprefix(root): p for p in _offers(document, declared) if p.startswith(root)}
        if declared
        else {}
    )
    name = promised.removeprefix(root)
    return Finding(
        rule="contract/unknown-branch",
        message=f"the {status} schema does not offer {name}",
        pointer="",
        fix=nearest(name, offered) or "name one of the schemas that it refers to",
    )
