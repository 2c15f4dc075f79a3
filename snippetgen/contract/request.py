"""What the document says about a request that an example sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from snippetgen.contract.body import check_body
from snippetgen.contract.sending import Sending, Sent, read_sending
from snippetgen.contract.style import claims, decode_pairs, decode_simple, match_path
from snippetgen.contract.value import check_value, is_valid, unusable
from snippetgen.errors import DocumentError
from snippetgen.model import Finding, Request, Severity
from snippetgen.openapi.document import Operation, Parameter, nearest
from snippetgen.openapi.parameter import IGNORED_HEADERS
from snippetgen.request import split_path
from snippetgen.source import escape_pointer

__all__ = ["check_request"]

# Headers that HTTP itself gives a meaning in every request; no document declares them.
_PLAIN_HEADERS = IGNORED_HEADERS | {
    *("accept-encoding", "accept-language", "connection", "content-length", "cookie", "host", "user-agent"),
}


def check_request(
    operation: Operation, request: Request, environment: Mapping[str, str]
) -> Iterator[Finding]:
    """The findings for one request; pointers begin with the place: `/path`, `/query`, `/header`, `/body`."""
    sent = read_sending(request, environment)
    yield from _check_path(operation, sent)
    for location in ("query", "header", "cookie"):
        yield from _check_location(operation, sent, location)
    yield from _check_security(operation, sent)
    yield from _guarded(check_body(operation, request, environment), f"the body of {operation}", "/body")


def _guarded(findings: Iterator[Finding], subject: str, pointer: str) -> Iterator[Finding]:
    """The findings for a part of the request, up to where the document cannot be used, which is the last."""
    try:
        yield from findings
    except DocumentError as problem:
        yield replace(unusable(subject, problem), pointer=pointer)


def _finding(rule: str, message: str, pointer: str, fix: str | None, severity: Severity = "error") -> Finding:
    return Finding(rule=f"contract/{rule}", message=message, pointer=pointer, fix=fix, severity=severity)


def _check_path(operation: Operation, sent: Sending) -> Iterator[Finding]:
    if sent.method != operation.method.upper():
        message = f"the method is {sent.method}, but the operation is {operation}"
        yield _finding("method", message, "/method", f"send {operation.method}")
    paths = list(_local_paths(operation, sent))
    read = (match_path(operation.template, path) for path in paths)
    values = next((found for found in read if found is not None), None)
    if values is None:
        message = f"the path {sent.path} does not match {operation.path}"
        yield _finding("path", message, "/path", "give every name of the template a value")
        return
    yield from _check_shadow(operation, paths)
    for name, raw in values.items():
        parameter = operation.parameter(name, "path")
        if parameter is not None and not sent.opaque_path:
            findings = _check_path_value(operation, parameter, raw)
            yield from _guarded(findings, *_named(parameter))


def _check_path_value(operation: Operation, parameter: Parameter, raw: str) -> Iterator[Finding]:
    candidates = decode_simple(parameter, raw, operation.document.resolve, encoded=True)
    yield from _check_values(operation, parameter, candidates)


def _named(parameter: Parameter) -> tuple[str, str]:
    """A parameter in words, and where it stands in a request."""
    words = f"the {parameter.location} parameter {parameter.name!r}"
    return words, escape_pointer(parameter.location, parameter.name)


def _local_paths(operation: Operation, sent: Sending) -> Iterator[str]:
    """The request's path below each base path that it can have: the servers' and its own origin's."""
    whole = sent.base + sent.path
    bases = [url.partition("://")[2].partition("/")[1:] for url in operation.servers if "://" in url]
    known = ["".join(base).rstrip("/") for base in bases] + [sent.base]
    for base in sorted(set(known), key=len, reverse=True):
        if whole.startswith(base + "/"):
            yield whole.removeprefix(base)


def _check_shadow(operation: Operation, paths: Sequence[str]) -> Iterator[Finding]:
    """A concrete path is matched before a templated one (OAS Paths Object)."""
    slashes = sorted({path.count("/") for path in paths})
    for other in chain.from_iterable(operation.document.routes(operation.method, n) for n in slashes):
        concrete = other.path.count("{") < operation.path.count("{")
        if concrete and any(match_path(other.template, path) is not None for path in paths):
            message = f"the path means {other}, which is more concrete than {operation}"
            yield _finding("shadowed-path", message, "/path", "choose another value")


def _check_location(operation: Operation, sent: Sending, location: str) -> Iterator[Finding]:
    declared = [p for p in operation.parameters if p.location == location and not p.is_ignored]
    claimed: set[int] = set()
    for parameter in declared:
        mine = [s for s in sent.at(location) if id(s) not in claimed and _claims(operation, parameter, s)]
        claimed.update(map(id, mine))
        yield from _guarded(_check_parameter(operation, parameter, mine), *_named(parameter))
    if any(p.location == "querystring" for p in operation.parameters) and location == "query":
        return
    for pair in sent.at(location):
        if id(pair) not in claimed and not _is_exempt(operation, pair, location):
            yield _undeclared(operation, pair, location)


def _claims(operation: Operation, parameter: Parameter, sent: Sent) -> bool:
    if parameter.location == "header":
        return sent.name.lower() == parameter.name.lower()
    return claims(parameter, sent.name, operation.document.resolve)


def _is_exempt(operation: Operation, pair: Sent, location: str) -> bool:
    """Whether a pair needs no declaration: HTTP's own headers, and credentials of the operation."""
    if location == "header" and (pair.name.lower() in _PLAIN_HEADERS or pair.opaque):
        return True
    if location == "query" and any(fixed.name == pair.name for fixed in split_path(operation.path)[1]):
        return True
    schemes = operation.document.security_schemes
    used = [schemes.get(name, {}) for alternative in operation.security for name in alternative]
    keys = [s for s in used if s.get("type") == "apiKey" and s.get("in") == location]
    same = str.lower if location == "header" else str
    return any(same(str(s.get("name"))) == same(pair.name) for s in keys)


def _undeclared(operation: Operation, pair: Sent, location: str) -> Finding:
    known = {p.name: p for p in operation.parameters if p.location == location}
    word = {"query": "query parameter", "header": "header", "cookie": "cookie"}[location]
    rule = "undeclared-parameter" if location == "query" else f"undeclared-{location}"
    message = f"{operation} declares no {word} {pair.name!r}"
    fix = nearest(pair.name, known) or f"remove the {word}, or declare it by an overlay"
    return _finding(rule, message, escape_pointer(location, pair.name), fix)


def _check_parameter(operation: Operation, parameter: Parameter, sent: list[Sent]) -> Iterator[Finding]:
    words, where = _named(parameter)
    if not sent:
        if parameter.required:
            message = f"{words} is required, and missing"
            yield _finding("missing-parameter", message, where, "give it a value in the example")
        return
    if parameter.deprecated:
        message = f"{words} is deprecated"
        yield _finding("deprecated-parameter", message, where, "leave it out", "warning")
    if any(s.opaque for s in sent):
        return
    resolve = operation.document.resolve
    pairs = [(s.name, s.text) for s in sent]
    if parameter.location == "header":
        candidates = decode_simple(parameter, sent[0].text, resolve, encoded=False)
    else:
        candidates = decode_pairs(parameter, pairs, resolve)
    if len(pairs) > 1 and not isinstance(candidates[0], list | dict):
        message = f"{parameter.name!r} is sent {len(pairs)} times, but it takes one value"
        yield _finding("repeated-parameter", message, where, "send it once")
    yield from _check_values(operation, parameter, candidates)


def _check_values(
    operation: Operation, parameter: Parameter, candidates: tuple[object, ...]
) -> Iterator[Finding]:
    """A text is right when one of the values that it can stand for is valid."""
    document, schema = operation.document, parameter.schema_pointer
    if parameter.schema in ({}, True):
        return
    if any(is_valid(document, schema, value, direction="request") for value in candidates):
        return
    _, where = _named(parameter)
    yield from check_value(
        document, schema, candidates[0], direction="request", rule="contract/parameter-schema", at=where
    )


def _check_security(operation: Operation, sent: Sending) -> Iterator[Finding]:
    schemes = operation.document.security_schemes
    alternatives = operation.security
    if not alternatives or any(
        all(sent.satisfies(schemes.get(n, {})) for n in names) for names in alternatives
    ):
        return
    wanted = " or ".join(" and ".join(names) for names in alternatives)
    message = f"{operation} needs {wanted}, which the request does not carry"
    yield _finding(
        "security", message, "/security", "send the credential, see `credentials` in the endpoint spec"
    )
