"""A `Draft endpoint` is a group of recorded requests that are examples of one operation.

They share a server, a method, a path and the credentials that a spec can declare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from snippetgen.importing.recorded import Recorded
from snippetgen.importing.specfile import slug
from snippetgen.model import Credential, Encoded, Request, Text

__all__ = ["DraftEndpoint", "free_name", "group", "is_declared", "is_key", "read_cookies"]


@dataclass(slots=True)
class DraftEndpoint:
    """Requests that are examples of one operation at one server with the same credentials."""

    id: str
    origin: str
    method: str
    path: str
    credentials: Mapping[str, Mapping[str, str]]
    requests: list[tuple[str, Recorded]] = field(default_factory=list)


def group(recorded: Sequence[Recorded], notes: list[str]) -> list[DraftEndpoint]:
    """The requests by operation, in order of their first; `notes` takes what a spec cannot say."""
    groups: dict[tuple[Any, ...], DraftEndpoint] = {}
    taken: set[str] = set()
    for index, item in enumerate(recorded, 1):
        request = item.request
        if request.method != request.method.upper():
            notes.append(f"{item.name}: left out, for OpenAPI has no method {request.method!r} in this case")
            continue
        path, found = _path(request)
        credentials = {**found, **dict(_credentials(request, item.name, notes))}
        key = (request.origin, request.method, path, tuple(credentials))
        name = free_name(slug(item.name, f"request-{index}"), taken)
        taken.add(name)
        if key not in groups:
            groups[key] = DraftEndpoint(name, request.origin, request.method, path, credentials)
        groups[key].requests.append((name, item))
    return list(groups.values())


def free_name(name: str, taken: set[str], dash: str = "-") -> str:
    """The name, with a number behind it where it is taken."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}{dash}{number}"
    return free


# Credentials


def _path(request: Request) -> tuple[str, dict[str, dict[str, str]]]:
    """The path template, with a name for each credential in it."""
    path, found = "", {}
    for part in request.path.parts:
        if isinstance(part, Encoded):
            (credential,) = part.text.credentials()
            path += f"{{{credential.id}}}"
            found[credential.id] = {"in": "path", "name": credential.id, **_environment(credential)}
        elif isinstance(part, str):
            path += part
    return path, found


def _environment(credential: Credential) -> dict[str, str]:
    return {"env": credential.env, "placeholder": credential.placeholder}


def _credentials(request: Request, name: str, notes: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The credentials that a spec can declare, each with what it says about them."""
    for place, pairs in (("query", request.query), ("header", request.headers)):
        for pair in pairs:
            if pair.value and is_key(pair.value) and pair.name.lower() != "authorization":
                (credential,) = pair.value.credentials()
                yield credential.id, {"in": place, "name": pair.name, **_environment(credential)}
    value = request.header("Authorization") or Text()
    held = tuple(value.credentials())
    if _is_basic(value):
        names = zip(("username_env", "password_env"), held, strict=False)
        facts = {name: credential.env for name, credential in names}
        yield "basic", {"scheme": "basic", **facts, "placeholder": held[0].placeholder}
    elif len(held) == 1 and value.parts == ("Bearer ", held[0]):
        yield held[0].id, {"scheme": "bearer", **_environment(held[0])}
    yield from _cookie_credentials(request)
    declared = {*held} if is_declared(value) else set()
    notes += [
        f"{name}: ${credential.env} is written as {credential.placeholder}"
        for text in _other_texts(request)
        for credential in text.credentials()
        if credential not in declared
    ]


def is_key(value: Text) -> bool:
    """Whether a value is one credential and nothing else."""
    return len(value.parts) == 1 and isinstance(value.parts[0], Credential)


def is_declared(value: Text) -> bool:
    """Whether a spec can state this Authorization header as a credential."""
    held = tuple(value.credentials())
    return _is_basic(value) or (len(held) == 1 and value.parts == ("Bearer ", held[0]))


def _is_basic(value: Text) -> bool:
    """Whether an Authorization header has a user and a password (RFC 7617), or a user alone."""
    match value.parts:
        case ("Basic ", Encoded("base64", Text((Credential(), ":", *password)))):
            return all(isinstance(part, Credential) for part in password)
    return False


def _other_texts(request: Request) -> Iterator[Text]:
    """Texts whose credentials a spec cannot declare."""
    for pair in (*request.query, *request.headers):
        if pair.value and not is_key(pair.value) and pair.name.lower() != "cookie":
            yield pair.value
    if request.body:
        yield from (pair.value for pair in request.body.pairs if pair.value)
        yield from (part.text for part in request.body.parts if part.text)
        yield request.body.content


def read_cookies(request: Request) -> list[tuple[str, Text]]:
    """The cookies of the Cookie header."""
    crumbs: list[tuple[str, Text]] = []
    for part in (request.header("Cookie") or Text()).parts:
        if not isinstance(part, str):
            crumbs[-1] = (crumbs[-1][0], crumbs[-1][1] + Text.of(part))
            continue
        for index, crumb in enumerate(part.split(";")):
            if index == 0 and crumbs:
                crumbs[-1] = (crumbs[-1][0], crumbs[-1][1] + Text.of(crumb))
            else:
                name, _, value = crumb.strip().partition("=")
                crumbs.append((name, Text.of(value)))
    return [crumb for crumb in crumbs if crumb[0] or crumb[1].parts]


def _cookie_credentials(request: Request) -> Iterator[tuple[str, dict[str, str]]]:
    for name, value in read_cookies(request):
        if is_key(value):
            (credential,) = value.credentials()
            yield credential.id, {"in": "cookie", "name": name, **_environment(credential)}
