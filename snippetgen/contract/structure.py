"""What in a document is not OpenAPI or not JSON Schema, so that something cannot be used or checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from snippetgen.contract.unique import check_unique
from snippetgen.errors import DocumentError
from snippetgen.model import Finding, Severity
from snippetgen.openapi.document import Document, Operation
from snippetgen.openapi.server import is_server_url
from snippetgen.openapi.webhook import sent_operations
from snippetgen.source import escape_pointer

__all__ = ["check_schemas", "check_server_urls", "check_structure"]

_MEND = "mend it by an overlay"


def _finding(rule: str, message: str, pointer: str, fix: str | None = None) -> Finding:
    severity: Severity = "error"
    return Finding(
        rule=f"contract/{rule}", message=message, pointer=pointer, fix=fix or _MEND, severity=severity
    )


def check_structure(document: Document) -> Iterator[Finding]:
    """The findings for the document's own objects; what is left out because of one is named."""
    from snippetgen.openapi.metaschema import departures

    faults = (*document.faults, *sent_operations(document)[1])
    for fault in faults:
        message = f"{fault.message}; {fault.lost} is left out"
        yield _finding("broken-part", message, fault.pointer)
    yield from _check_components(document)
    broken = [fault.pointer for fault in faults]
    for pointer, reason in departures(document):
        if not any(pointer == place or pointer.startswith(f"{place}/") for place in broken):
            yield _finding("meta-schema", f"{pointer or 'the document'}: {reason}", pointer)
    yield from check_unique(document)


def _check_components(document: Document) -> Iterator[Finding]:
    """The findings for components, other than schemas, that stand for something which is not there."""
    for kind, named in document.data.get("components", {}).items():
        for name, node in named.items() if isinstance(named, dict) and kind != "schemas" else ():
            pointer = escape_pointer("components", kind, name)
            try:
                document.follow(node, pointer)
            except DocumentError as problem:
                yield _finding("broken-part", problem.message, pointer, problem.fix)


def check_server_urls(document: Document, operations: Iterable[Operation]) -> Iterator[Finding]:
    """The findings for the servers of the document and of these operations."""
    owners: dict[str, Mapping[str, Any]] = {"": document.data}
    for operation in operations:
        owners |= {operation.item_pointer: operation.item, operation.pointer: operation.data}
    for pointer, owner in owners.items():
        for index, server in enumerate(owner.get("servers", ())):
            place = f"{pointer}/servers/{index}"
            for reason in _server_flaws(server):
                yield _finding("server-url", reason, f"{place}/url")


def _server_flaws(server: Mapping[str, Any]) -> Iterator[str]:
    """Why no request can go to a server (OAS Server Object): its variables, or what they make of it."""
    url, variables = str(server.get("url", "")), server.get("variables")
    declared = variables if isinstance(variables, dict) else {}
    for name in re.findall(r"\{([^{}]*)\}", url):
        variable = declared.get(name)
        default = variable.get("default") if isinstance(variable, dict) else None
        if not isinstance(default, str):
            yield f"the server URL {url!r} has no default for {{{name}}}"
            return
        choices = variable.get("enum") if isinstance(variable, dict) else None
        if isinstance(choices, list) and default not in choices:
            yield f"the default {default!r} of {{{name}}} is not among its `enum`"
        url = url.replace("{" + name + "}", default)
    if not is_server_url(url):
        yield f"the server URL {url!r} is not one that a request can go to"


def check_schemas(document: Document, pointers: Iterable[str]) -> Iterator[Finding]:
    """The findings for schemas that are no JSON Schema, refer to nothing, or of which no check ends."""
    from snippetgen.openapi.validator import departure, endless

    chosen = tuple(pointers)
    for pointer in chosen:
        problem = departure(document, pointer)
        if problem is not None:
            yield _finding("unusable-schema", f"this is no JSON Schema: {problem[1]}", problem[0])
        yield from _check_references(document, pointer)
    for pointer in endless(document, chosen):
        message = "the schema refers to itself without end"
        yield _finding("unusable-schema", message, pointer, "break the circle by an overlay")


def _check_references(document: Document, pointer: str) -> Iterator[Finding]:
    """The findings for references to what is not there, in the schema at a pointer."""
    from snippetgen.openapi.reference import dangling

    for problem in dangling(document, pointer):
        yield _finding("unusable-schema", problem.message, problem.pointer, problem.fix)
