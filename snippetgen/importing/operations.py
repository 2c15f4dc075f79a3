"""The operations of an OpenAPI document as an endpoint spec: one example request for each media type.

Every request is built and held against the document before it is written; what cannot be said, or has no
value that its schema accepts, is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from snippetgen.contract import check_request
from snippetgen.errors import DocumentError, SpecError, UnsupportedError
from snippetgen.exact import without_collector
from snippetgen.importing.documented import SECTIONS, Values
from snippetgen.importing.payload import payload, payload_name
from snippetgen.importing.scheme import Schemes, read_schemes
from snippetgen.importing.specfile import free_name, slug
from snippetgen.model import Finding, Json, Severity
from snippetgen.openapi.document import Document, Operation, Parameter
from snippetgen.openapi.server import is_server_url
from snippetgen.openapi.webhook import hooks
from snippetgen.request import build_request
from snippetgen.sampling import Unsatisfied
from snippetgen.spec import read_authentication

__all__ = ["RULES", "Imports", "import_operations", "left_webhooks"]

RULES = (
    *("import/ignored-parameter", "import/no-server", "import/unsatisfied-schema", "import/unsupported-body"),
    *("import/unsupported-security", "import/unusable-example", "import/webhook"),
)
_STAND_IN = "https://api.example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imports:
    """An endpoint spec as data, and what could not be brought into it."""

    spec: dict[str, Any]
    findings: tuple[Finding, ...]

    @property
    def examples(self) -> int:
        """How many example requests the spec holds."""
        return sum(len(endpoint["examples"]) for endpoint in self.spec["endpoints"])


@without_collector()
def import_operations(
    document: Document,
    operations: Sequence[Operation],
    *,
    files: Sequence[str],
    server: str | None = None,
    optional: bool = False,
) -> Imports:
    """The spec for these operations; `files` lead from the spec to the document and to its overlays.

    `server` takes the place of the document's servers; `optional` asks for optional parameters and
    properties too.
    """
    importer = _Importer(document, server, optional=optional)
    endpoints = [endpoint for operation in operations for endpoint in importer.endpoint(operation)]
    used = {name for endpoint in endpoints for name in endpoint["credentials"]}
    credentials = {name: dict(f) for name, f in importer.schemes.credentials.items() if name in used}
    spec: dict[str, Any] = {"snippetgen": 1, "title": document.title or "API", "openapi": files[0]}
    spec |= {"overlays": list(files[1:])} if files[1:] else {}
    spec |= {"servers": importer.servers} if importer.servers else {}
    spec |= {"credentials": credentials} if credentials else {}
    spec["endpoints"] = endpoints
    findings = (*importer.findings, *importer.values.findings)
    return Imports(spec=spec, findings=tuple(dict.fromkeys(findings)))


def left_webhooks(document: Document) -> Iterator[Finding]:
    """A note for each webhook of a document: it has no request that a reader could send."""
    for name, _, pointer in hooks(document):
        message = f"the webhook {name!r} is not imported: it is the API that sends it"
        yield _finding("webhook", message, pointer, "describe it on a page of your own", "note")


def _finding(rule: str, message: str, pointer: str, fix: str, severity: Severity) -> Finding:
    return Finding(rule=f"import/{rule}", message=message, pointer=pointer, fix=fix, severity=severity)


class _Importer:
    """What the endpoints of one spec share: names that are taken, servers, values that were found."""

    def __init__(self, document: Document, server: str | None, *, optional: bool) -> None:
        self.document = document
        self.server = server
        self.optional = optional
        self.schemes: Schemes = read_schemes(document)
        self.values = Values(document, optional=optional)
        self.findings: list[Finding] = []
        self.servers: dict[str, str] = {}
        self.taken: set[str] = set()

    def endpoint(self, operation: Operation) -> Iterator[dict[str, Any]]:
        """The endpoint of an operation; none where not one request of it can be made."""
        try:
            server = self.server_of(operation)
            credentials = self.credentials(operation)
            examples = list(self.examples(operation, credentials, server))
        except Unsatisfied as problem:
            self.unsatisfied(operation, operation.pointer, problem.reason)
            return
        except DocumentError as problem:
            self.unusable(operation, problem)
            return
        if not examples:
            return
        name = free_name(_endpoint_id(operation), self.taken)
        self.taken.add(name)
        yield {
            "id": name,
            "operation": str(operation),
            **({"server": server} if server else {}),
            "credentials": list(credentials),
            "examples": examples,
        }

    def unsatisfied(self, operation: Operation, pointer: str, reason: str, fix: str | None = None) -> None:
        message = f"{operation} has no example request: {reason}"
        fix = fix or "add an example, or mend the schema by an overlay"
        self.findings.append(_finding("unsatisfied-schema", message, pointer, fix, "error"))

    def unusable(self, operation: Operation, problem: DocumentError) -> None:
        self.unsatisfied(operation, problem.pointer or operation.pointer, problem.message, problem.fix)

    # Servers and credentials

    def server_of(self, operation: Operation) -> str | None:
        """The name of the server to send to, None where the document's own first one will do."""
        own = operation.servers[0] if operation.servers else ""
        usable = re.fullmatch(r"https?://[^\s/?#{}]+(/[^\s?#{}]*)?", own) and is_server_url(own)
        if self.server is None and usable:
            return None
        url = self.server or _STAND_IN + (own if own.startswith("/") else "").rstrip("/")
        if self.server is None:
            said = f"the server {own!r} is no absolute URL" if own else "the document names no server"
            message = f"{said}; {url} stands in for it"
            fix = "name the server with --server URL, or add `servers` by an overlay"
            pointer = operation.pointer if "servers" in operation.data else ""
            self.findings.append(_finding("no-server", message, pointer, fix, "warning"))
        for name, known in self.servers.items():
            if known == url:
                return name
        name = free_name(slug(urlsplit(url).path, "api"), set(self.servers))
        self.servers[name] = url
        return name

    def credentials(self, operation: Operation) -> tuple[str, ...]:
        chosen = self.schemes.chosen(operation)
        if chosen is None:
            said = " or ".join(" and ".join(map(self.named, names)) for names in operation.security)
            message = f"{operation} needs {said}, which a spec cannot state; it carries no credential"
            fix = "declare what is sent as a credential by hand"
            self.findings.append(_finding("unsupported-security", message, operation.pointer, fix, "warning"))
        return chosen or ()

    def named(self, scheme: str) -> str:
        """A scheme, with what it is where a spec has no words for it."""
        declared = scheme in self.document.security_schemes
        reason = self.schemes.unsupported.get(scheme) if declared else "not declared"
        return f"{scheme} ({reason})" if reason else scheme

    # Examples

    def examples(
        self, operation: Operation, credentials: Sequence[str], server: str | None
    ) -> Iterator[dict[str, Any]]:
        shared = self.sections(operation, credentials)
        body = operation.request_body
        if body is None or not body.content:
            yield from self.checked(operation, {"id": "example", **shared}, credentials, server)
            return
        taken: set[str] = set()
        for media_type in body.content:
            name = free_name(payload_name(media_type), taken)
            try:
                content = payload(self.values, body, media_type)
            except UnsupportedError as problem:
                message = f"{operation}: a body is not imported: {problem.message}"
                fix = "give the media type an `example` that is a string, or write the body by hand"
                self.findings.append(_finding("unsupported-body", message, body.pointer, fix, "warning"))
                continue
            except Unsatisfied as problem:
                self.unsatisfied(operation, body.schemas[media_type] or body.pointer, problem.reason)
                continue
            except DocumentError as problem:
                self.unusable(operation, problem)
                continue
            taken.add(name)
            example = {"id": name, **shared, "body": content}
            yield from self.checked(operation, example, credentials, server)

    def sections(self, operation: Operation, credentials: Sequence[str]) -> dict[str, Any]:
        """The `path`, `query`, `headers` and `cookies` of an operation's examples."""
        sections: dict[str, dict[str, Json]] = {}
        for parameter in self.sent(operation, credentials):
            try:
                value = self.values.parameter(parameter)
            except Unsatisfied as problem:
                if parameter.required:
                    reason = f"{parameter.location} parameter {parameter.name!r}: {problem.reason}"
                    raise Unsatisfied(f"{reason} (schema at {parameter.schema_pointer})") from problem
                self.left_out(operation, parameter, problem.reason)
                continue
            sections.setdefault(SECTIONS[parameter.location], {})[parameter.name] = value
        return {name: sections[name] for name in SECTIONS.values() if name in sections}

    def left_out(self, operation: Operation, parameter: Parameter, reason: str) -> None:
        named = f"{parameter.location} parameter {parameter.name!r}"
        message = f"{operation} is sent without its {named}: {reason}"
        fix = "add an example, or mend the schema by an overlay"
        self.findings.append(_finding("unsatisfied-schema", message, parameter.pointer, fix, "warning"))

    def sent(self, operation: Operation, credentials: Sequence[str]) -> Iterator[Parameter]:
        """The parameters to give a value: those required, and on request the optional ones."""
        facts = [self.schemes.credentials[name] for name in credentials]
        secrets = {(f.get("in"), f.get("name", "").lower()) for f in facts}
        for parameter in operation.parameters:
            if parameter.is_ignored:
                message = f"the header {parameter.name} is not a parameter: OpenAPI ignores it"
                fix = "declare it as a security scheme, or by media types"
                self.findings.append(_finding("ignored-parameter", message, parameter.pointer, fix, "note"))
            elif (parameter.location, parameter.name.lower()) in secrets:
                continue  # the credential is sent in its place
            elif parameter.required or (self.optional and not parameter.deprecated):
                yield parameter

    def checked(
        self, operation: Operation, example: dict[str, Any], credentials: Sequence[str], server: str | None
    ) -> Iterator[dict[str, Any]]:
        """The example, provided that its request can be built and keeps the contract."""
        try:
            problem = self.problem(operation, example, credentials, server)
        except (SpecError, DocumentError) as error:
            problem = error.message
        if problem is None:
            yield example
        else:
            self.unsatisfied(operation, operation.pointer, problem)

    def problem(
        self, operation: Operation, example: Mapping[str, Any], credentials: Sequence[str], server: str | None
    ) -> str | None:
        request = build_request(
            example,
            method=operation.method,
            origin=self.servers[server] if server else operation.servers[0],
            path=operation.path,
            parameters=operation.parameters,
            authentications=[
                read_authentication(name, self.schemes.credentials[name]) for name in credentials
            ],
        )
        environment = {c.env: c.placeholder or "placeholder" for c in request.credentials}
        for finding in check_request(operation, request, environment):
            if finding.severity == "error" and finding.rule != "contract/security":
                return f"{finding.message} (at {finding.pointer})"
        return None


def _endpoint_id(operation: Operation) -> str:
    """The operationId as an id, else the method and the path."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", operation.id or "")
    return slug(spaced, "") or slug(f"{operation.method} {operation.path}", "operation")
