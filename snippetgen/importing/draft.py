"""A `Draft` is an endpoint spec, and the OpenAPI document it needs, for requests that came without one.

The document says no more than the requests show: servers, paths, the names of parameters, media types
and examples. It is a start to be completed by hand, and passes `check` as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snippetgen.errors import InputError
from snippetgen.exact import dumps
from snippetgen.importing.document import draft_document
from snippetgen.importing.endpoint import DraftEndpoint, group, is_declared, is_key, read_cookies
from snippetgen.importing.recorded import Recorded
from snippetgen.importing.specfile import free_name, spec_text
from snippetgen.model import Base64File, Body, BodyPart, Pair, Request, Text

__all__ = ["Draft", "draft_spec"]


@dataclass(frozen=True, slots=True)
class Draft:
    """The texts of the two files, and what of the requests an endpoint spec cannot say."""

    spec: str
    document: str
    notes: tuple[str, ...]


def draft_spec(recorded: Sequence[Recorded], *, title: str, document: str) -> Draft:
    """The draft of these requests; `document` is the name of the OpenAPI document beside the spec."""
    notes: list[str] = []
    endpoints = group(recorded, notes)
    if not endpoints:
        raise InputError("none of the requests can stand in an OpenAPI document", fix="; ".join(notes))
    servers: dict[str, str] = {}
    for origin in dict.fromkeys(endpoint.origin for endpoint in endpoints):
        servers[origin] = free_name(_server_name(origin), {*servers.values()}, "_")
    credentials = {name: facts for endpoint in endpoints for name, facts in endpoint.credentials.items()}
    spec: dict[str, Any] = {"snippetgen": 1, "title": title, "openapi": document}
    spec["servers"] = {name: origin for origin, name in servers.items()}
    spec |= {"credentials": credentials} if credentials else {}
    spec["endpoints"] = [_spec_endpoint(endpoint, servers, notes) for endpoint in endpoints]
    return Draft(spec_text(spec), dumps(draft_document(endpoints, title, credentials)) + "\n", tuple(notes))


def _server_name(origin: str) -> str:
    name = re.sub(r"[^A-Za-z0-9_]+", "_", origin.partition("://")[2]).strip("_")
    return name if re.match(r"[A-Za-z_]", name) else f"server_{name}".rstrip("_")


def _shown(text: Text | None) -> str:
    """The characters, with a placeholder in each credential's place."""
    return text.resolve({}) if text else ""


def _spec_endpoint(endpoint: DraftEndpoint, servers: Mapping[str, str], notes: list[str]) -> dict[str, Any]:
    return {
        "id": endpoint.id,
        "title": endpoint.requests[0][1].name,
        "operation": f"{endpoint.method} {endpoint.path}",
        "server": servers[endpoint.origin],
        "credentials": list(endpoint.credentials),
        "examples": [_example(name, item, notes) for name, item in endpoint.requests],
    }


def _example(name: str, item: Recorded, notes: list[str]) -> dict[str, Any]:
    request = item.request
    example: dict[str, Any] = {"id": name, "title": item.name}
    query = [_spec_pair(pair) for pair in request.query if not (pair.value and is_key(pair.value))]
    headers = [[pair.name, _shown(pair.value)] for pair in request.headers if _is_stated(pair)]
    headers += _stated_cookies(request)
    example |= {"query": query} if query else {}
    example |= {"headers": headers} if headers else {}
    if request.body:
        example["body"] = _spec_body(request.body, item.name, notes)
    return example


def _spec_pair(pair: Pair) -> list[str]:
    return [pair.name] if pair.value is None else [pair.name, _shown(pair.value)]


def _is_stated(pair: Pair) -> bool:
    """Whether an example states the header; a credential is declared instead."""
    value, name = pair.value or Text(), pair.name.lower()
    return not (name == "cookie" or (name == "authorization" and is_declared(value)) or is_key(value))


def _stated_cookies(request: Request) -> list[list[str]]:
    crumbs = [f"{name}={_shown(value)}" for name, value in read_cookies(request) if not is_key(value)]
    if len(crumbs) == len(read_cookies(request)) and crumbs:
        return [["Cookie", _shown(request.header("Cookie"))]]
    return [["Cookie", "; ".join(crumbs)]] if crumbs else []


def _spec_body(body: Body, name: str, notes: list[str]) -> dict[str, Any]:
    typed = {"media_type": body.media_type} if body.media_type else {}
    if not body.media_type and body.kind != "multipart":
        notes.append(f"{name}: the body is given a media type, which it had not")
    if body.kind == "json" and body.template is None:
        return {"json": body.value, **typed}
    if body.kind == "form":
        return {"form": [_spec_pair(pair) for pair in body.pairs], **typed}
    if body.kind == "multipart":
        return {"multipart": [_spec_part(part, name, notes) for part in body.parts]}
    if body.kind in {"file", "base64"}:
        return {body.kind: body.file, **typed}
    if any(isinstance(part, Base64File) for part in body.content.parts):
        notes.append(f"{name}: the Base64 text of a file inside the body is left out")
    return {"text": _shown(body.content), **typed}


def _spec_part(part: BodyPart, name: str, notes: list[str]) -> dict[str, Any]:
    facts: dict[str, Any] = {"name": part.name}
    facts |= {"file": part.file} if part.file else {"value": _shown(part.text)}
    facts |= {"file_name": part.file_name} if part.file_name and part.file else {}
    facts |= {"media_type": part.media_type} if part.media_type else {}
    if part.headers or (part.file_name and not part.file):
        notes.append(f"{name}: the part {part.name!r} loses its headers or its file name")
    if part.file and part.file_name is None:
        notes.append(f"{name}: the part {part.name!r} becomes a file; it was a field with the file's text")
    return facts
