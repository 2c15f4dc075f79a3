"""What a document lacks for the pages that are made from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from snippetgen.contract.structure import check_schemas, check_server_urls
from snippetgen.contract.value import is_vacuous
from snippetgen.model import Finding, Severity
from snippetgen.openapi.document import Document, Operation, Response
from snippetgen.openapi.webhook import sent_operations
from snippetgen.source import escape_pointer, resolve_pointer

__all__ = ["check_document"]

_KEY_NAME = re.compile(
    r"(?i)(?:x[-_])?(?:api[-_]?key|api[-_]?token|access[-_]?token|auth[-_]?token)|authorization"
)


def check_document(
    document: Document,
    operations: Iterable[Operation],
    *,
    credentials: Iterable[tuple[str, str]] = (),
    branches: bool = False,
) -> Iterator[Finding]:
    """The findings for these operations; pointers lead into the document.

    `credentials` are the (location, name) pairs that the endpoint spec sends as secrets; `branches`
    says that every endpoint names the branch of the success schema that it promises.
    """
    from snippetgen.openapi.schema import reached

    secrets = tuple(credentials)
    chosen = tuple(operations)
    yield from check_server_urls(document, chosen)
    for operation in chosen:
        yield from _check_servers(operation)
        yield from _check_security(operation, secrets)
        yield from _check_path_names(operation)
        yield from _check_responses(operation, branches=branches)
    pointers = _schema_pointers(document, (*chosen, *sent_operations(document)[0]))
    schemas = reached(document, pointers)
    yield from check_schemas(document, schemas)
    for pointer in schemas:
        yield from _check_schema(document, pointer)


def _finding(rule: str, message: str, pointer: str, fix: str, severity: Severity) -> Finding:
    return Finding(rule=f"contract/{rule}", message=message, pointer=pointer, fix=fix, severity=severity)


def _check_servers(operation: Operation) -> Iterator[Finding]:
    if not operation.servers:
        message = f"no server is declared for {operation}, so the document does not say where to send it"
        fix = "add `servers` by an overlay"
        yield _finding("no-servers", message, operation.pointer, fix, "warning")


def _check_security(operation: Operation, secrets: tuple[tuple[str, str], ...]) -> Iterator[Finding]:
    schemes = operation.document.security_schemes
    for name in (name for alternative in operation.security for name in alternative):
        if name not in schemes:
            message = f"{operation} needs the security scheme {name!r}, which is not declared"
            fix = "declare it under components/securitySchemes"
            yield _finding("unknown-security-scheme", message, operation.pointer, fix, "error")
    if operation.security:
        return
    keys = [p.name for p in operation.parameters if _KEY_NAME.fullmatch(p.name)]
    named = [*keys, *(f"{name} ({location})" for location, name in secrets if name not in keys)]
    if named:
        message = f"{operation} takes {', '.join(named)}, but asks for no security"
        fix = "add a security scheme and `security` by an overlay"
        yield _finding("no-security", message, operation.pointer, fix, "warning")


def _check_path_names(operation: Operation) -> Iterator[Finding]:
    """The names in the template and the path parameters are the same set (OAS Path Templating)."""
    template = set(re.findall(r"\{([^{}]+)\}", operation.path))
    declared = {p.name for p in operation.parameters if p.location == "path"}
    for name in sorted(template ^ declared):
        lack = "has no path parameter" if name in template else "has in its template no"
        message = f"{operation} {lack} {name!r}"
        fix = "declare it by an overlay" if name in template else "remove the parameter by an overlay"
        yield _finding("path-parameter", message, operation.pointer, fix, "error")


def _check_responses(operation: Operation, *, branches: bool) -> Iterator[Finding]:
    document, responses = operation.document, operation.responses()
    good = [r for status, r in responses.items() if status.startswith("2") or status == "default"]
    if not good:
        message = f"{operation} declares no successful response"
        yield _finding(
            "no-success-response", message, operation.pointer, "declare it by an overlay", "warning"
        )
    if not any(status.startswith("4") or status == "default" for status in responses):
        message = f"{operation} declares no error (4xx), so a reader does not learn how it fails"
        yield _finding("no-error-response", message, operation.pointer, "declare it by an overlay", "warning")
    if branches:
        return
    for response in good:
        for media_type, schema in response.content.items():
            entry = _entry(document, response, media_type)
            described = entry.get("itemSchema") if schema is None else resolve_pointer(document.data, schema)
            if described is None or is_vacuous(document, described):
                message = (
                    f"the {response.status} schema of {operation} accepts every value: it proves nothing"
                )
                fix = "name the branch that a page promises, or remove the empty alternative by an overlay"
                pointer = schema or response.pointer + escape_pointer("content", media_type)
                yield _finding("vacuous-schema", message, pointer, fix, "warning")


def _entry(document: Document, response: Response, media_type: str) -> Any:
    return document.resolve(response.data["content"][media_type])


def _schema_pointers(document: Document, operations: Iterable[Operation]) -> Iterator[str]:
    """Where the components and the schemas that stand in these operations are."""
    for name in document.data.get("components", {}).get("schemas", {}):
        yield escape_pointer("components", "schemas", name)
    for operation in operations:
        body = operation.request_body
        owners = [(p.data, p.pointer) for p in operation.parameters]
        owners += [(body.data, body.pointer)] if body else []
        owners += [(response.data, response.pointer) for response in operation.responses().values()]
        for owner, pointer in owners:
            yield from _held_schemas(document, owner, pointer)


def _held_schemas(document: Document, owner: Any, pointer: str) -> Iterator[str]:
    """Where the schemas of a parameter, a header, a body or a Media Type Object are."""
    if isinstance(owner, dict):
        yield from (f"{pointer}/{keyword}" for keyword in ("schema", "itemSchema") if keyword in owner)
        for kind in ("content", "headers"):
            held = owner.get(kind)
            for name, node in held.items() if isinstance(held, dict) else ():
                inner = document.follow(node, pointer + escape_pointer(kind, name))
                yield from _held_schemas(document, *inner)


def _check_schema(document: Document, pointer: str) -> Iterator[Finding]:
    from snippetgen.openapi.schema import subschemas

    for place, node in subschemas(resolve_pointer(document.data, pointer), pointer):
        yield from _check_keywords(document, node, place)


def _check_keywords(document: Document, node: dict[str, object], pointer: str) -> Iterator[Finding]:
    """What a schema says without effect, and what cannot be checked here."""
    from snippetgen.openapi.dialect import FORMATS, is_pattern

    old = document.version.startswith("3.0")
    if "nullable" in node and (not old or (node["nullable"] is True and "type" not in node)):
        fix = "write the type beside `nullable`" if old else "write `type: [string, 'null']`"
        message = "`nullable` has no effect here"
        yield _finding("no-effect", message, pointer, fix, "warning")
    if old and "$ref" in node and len(node) > 1:
        siblings = ", ".join(f"`{key}`" for key in node if key != "$ref")
        message = f"{siblings} beside `$ref` has no effect in OpenAPI 3.0"
        yield _finding("no-effect", message, pointer, "wrap the reference in `allOf`", "warning")
    kind = node.get("format")
    if isinstance(kind, str) and kind not in FORMATS:
        message = f"values are not checked for the format {kind!r}, which is not known"
        yield _finding("unchecked-format", message, f"{pointer}/format", "add a `pattern`", "note")
    pattern = node.get("pattern")
    if isinstance(pattern, str) and not is_pattern(pattern):
        message = f"values are not checked for the pattern {pattern!r}, which is no pattern of ECMA-262"
        yield _finding(
            "unchecked-pattern", message, f"{pointer}/pattern", "write it without `\\p{…}`", "note"
        )
