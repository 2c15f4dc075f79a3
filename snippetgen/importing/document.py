"""The OpenAPI document of a draft: it says no more than the requests show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from snippetgen.importing.content import essence
from snippetgen.importing.endpoint import DraftEndpoint, is_key, read_cookies
from snippetgen.model import Body, Request, Text
from snippetgen.openapi.structure import METHODS

__all__ = ["draft_document"]

_FIELDS = frozenset(method.upper() for method in METHODS)  # of a Path Item Object in 3.2
_UNDECLARED = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "authorization",
        "content-type",
        "cookie",
        "host",
        "user-agent",
    }
)
# What the example of a spec has where the request had none; `build_body` gives it.
_IMPLIED = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data",
    "file": "application/octet-stream",
}


def draft_document(
    endpoints: Sequence[DraftEndpoint], title: str, credentials: Mapping[str, Any]
) -> dict[str, Any]:
    """The document with every operation of these endpoints; `credentials` are the spec's, by name."""
    newer = any(endpoint.method not in _FIELDS - {"QUERY"} for endpoint in endpoints)
    paths: dict[str, Any] = {}
    operations: dict[tuple[str, str], list[DraftEndpoint]] = {}
    for endpoint in endpoints:
        operations.setdefault((endpoint.path, endpoint.method), []).append(endpoint)
    for (path, method), group in operations.items():
        item = paths.setdefault(path, {})
        holder = item if method in _FIELDS else item.setdefault("additionalOperations", {})
        holder[method.lower() if method in _FIELDS else method] = _operation(group)
    document: dict[str, Any] = {
        "openapi": "3.2.0" if newer else "3.1.1",
        "info": {"title": title, "version": "1.0.0"},
        "servers": [{"url": origin} for origin in dict.fromkeys(e.origin for e in endpoints)],
        "paths": paths,
    }
    schemes = {name: _scheme(facts) for name, facts in credentials.items() if facts.get("in") != "path"}
    return document | ({"components": {"securitySchemes": schemes}} if schemes else {})


def _scheme(facts: Mapping[str, str]) -> dict[str, str]:
    if "scheme" in facts:
        return {"type": "http", "scheme": facts["scheme"]}
    return {"type": "apiKey", "in": facts["in"], "name": facts["name"]}


def _operation(group: Sequence[DraftEndpoint]) -> dict[str, Any]:
    requests = [item.request for endpoint in group for _, item in endpoint.requests]
    security: list[dict[str, list[str]]] = [
        {name: [] for name, facts in endpoint.credentials.items() if facts.get("in") != "path"}
        for endpoint in group
    ]
    operation: dict[str, Any] = {"summary": group[0].requests[0][1].name}
    parameters = [*_path_parameters(group[0]), *_parameters(requests)]
    operation |= {"parameters": parameters} if parameters else {}
    bodies = [request.body for request in requests if request.body]
    if bodies:
        operation["requestBody"] = {"required": len(bodies) == len(requests), "content": _content(bodies)}
    operation["responses"] = {
        "200": {"description": "Not described yet."},
        "default": {"description": "An error, not described yet."},
    }
    operation["security"] = security
    return operation


def _path_parameters(endpoint: DraftEndpoint) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"\{([^{}]+)\}", endpoint.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _sent_names(request: Request, place: str) -> list[str]:
    """The names of what a request sends there, other than credentials and HTTP's own headers."""
    if place == "cookie":
        return [name for name, value in read_cookies(request) if not is_key(value)]
    pairs = request.query if place == "query" else request.headers
    own = [pair.name for pair in pairs if not is_key(pair.value or Text())]
    return own if place == "query" else [name for name in own if name.lower() not in _UNDECLARED]


def _parameters(requests: Sequence[Request]) -> Iterator[dict[str, Any]]:
    """The names that any of the requests sends; one that repeats takes a list."""
    for place in ("query", "header", "cookie"):
        shown: dict[str, str] = {}
        repeated: set[str] = set()
        for request in requests:
            names = _sent_names(request, place)
            folded = [name.lower() if place == "header" else name for name in names]
            repeated |= {name for name, count in Counter(folded).items() if count > 1}
            shown = dict(zip(folded, names, strict=True)) | shown
        for key, name in shown.items():
            text = {"type": "string"}
            schema = {"type": "array", "items": text} if key in repeated else text
            yield {"name": name, "in": place, "schema": schema}


def _content(bodies: Sequence[Body]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for body in bodies:
        media_type = essence(body.media_type) or _IMPLIED.get(body.kind, "text/plain")
        entry = content.setdefault(media_type, {"schema": {}})
        if body.kind == "json" and body.template is None:
            entry.setdefault("example", body.value)
    return content
