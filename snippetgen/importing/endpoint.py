"""A `Draft endpoint` is a group of recorded requests that are examples of one operation.

They share a server, a method, a path and the credentials that a spec can declare.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from snippetgen.importing.recorded import Recorded
from snippetgen.importing.specfile import free_name, slug
from snippetgen.model import Credential, Encoded, Pair, Request, Text

__all__ = ["DraftEndpoint", "group", "is_declared", "is_key", "read_cookies"]


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
    ids = _CredentialIds()
    for index, item in enumerate(recorded, 1):
        request = item.request
        if request.method != request.method.upper():
            notes.append(f"{item.name}: left out, for OpenAPI has no method {request.method!r} in this case")
            continue
        path, found = _path(request)
        credentials = ids.give([*found.items(), *_credentials(request, item.name, notes)])
        key = (request.origin, request.method, path, tuple(credentials))
        name = free_name(slug(item.name, f"request-{index}"), taken)
        taken.add(name)
        if key not in groups:
            groups[key] = DraftEndpoint(name, request.origin, request.method, path, credentials)
        groups[key].requests.append((name, item))
    return list(groups.values())


# Credentials


class _CredentialIds:
    """The ids of a spec's credentials: equal ones share one, except where one request sends both."""

    def __init__(self) -> None:
        self.given: dict[tuple[Any, ...], str] = {}

    def give(self, found: Iterable[tuple[str, Mapping[str, str]]]) -> dict[str, Mapping[str, str]]:
        """What one request's credentials say, by id; each comes with the id that it would like to have."""
        sent: Counter[tuple[tuple[str, str], ...]] = Counter()
        named: dict[str, Mapping[str, str]] = {}
        for wanted, facts in found:
            said = tuple(facts.items())
            sent[said] += 1
            key = (said, sent[said])
            if key not in self.given:
                self.given[key] = free_name(wanted, {*self.given.values()}, "_")
            named[self.given[key]] = facts
        return named


def _path(request: Request) -> tuple[str, dict[str, dict[str, str]]]:
    """The path template, with a name of its own for each credential in it."""
    path = ""
    found: dict[str, dict[str, str]] = {}
    for part in request.path.parts:
        if isinstance(part, Encoded):
            (credential,) = part.text.credentials()
            name = free_name(credential.id, {*found}, "_")
            path += f"{{{name}}}"
            found[name] = {"in": "path", "name": name, **_environment(credential)}
        elif isinstance(part, str):
            path += part
    return path, found


def _environment(credential: Credential) -> dict[str, str]:
    return {"env": credential.env, "placeholder": credential.placeholder}


def _credentials(request: Request, name: str, notes: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The credentials that a spec can declare, each with what it says about them."""
    for place, pairs in (("query", request.query), ("header", request.headers)):
        for pair in pairs:
            yield from _stated_credentials(place, pair)
    yield from _cookie_credentials(request)
    notes += [
        f"{name}: ${credential.env} is written as {credential.placeholder}"
        for text in _other_texts(request)
        for credential in text.credentials()
    ]


def _stated_credentials(place: str, pair: Pair) -> Iterator[tuple[str, dict[str, str]]]:
    """What a spec says about a pair that is a credential; nothing about any other."""
    value = pair.value or Text()
    held = tuple(value.credentials())
    if is_key(value):
        yield held[0].id, {"in": place, "name": pair.name, **_environment(held[0])}
    elif place == "header" and pair.name.lower() == "authorization" and is_declared(value):
        yield _authorization(value, held)


def _authorization(value: Text, held: Sequence[Credential]) -> tuple[str, dict[str, str]]:
    if not _is_basic(value):
        return held[0].id, {"scheme": "bearer", **_environment(held[0])}
    names = zip(("username_env", "password_env"), held, strict=False)
    users = {name: credential.env for name, credential in names}
    return "basic", {"scheme": "basic", **users, "placeholder": held[0].placeholder}


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
    for place, pairs in (("query", request.query), ("header", request.headers)):
        for pair in pairs:
            if pair.value and pair.name.lower() != "cookie" and not list(_stated_credentials(place, pair)):
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
