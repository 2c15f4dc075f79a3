"""A `Sending` is a request as the contract sees it: its path, its decoded pairs, headers and cookies.

Secrets are resolved from the environment; a value with a secret in it is `opaque`, since the reader's
own secret takes its place and a schema has nothing to say about our stand-in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from snippetgen.model import Request, Text

__all__ = ["Sending", "Sent", "read_sending"]

_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")  # whatever stands for a host


@dataclass(frozen=True, slots=True)
class Sent:
    """One pair as it is sent; `opaque` when it holds a secret."""

    name: str
    text: str
    opaque: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """The parts of one request in the order in which they are sent; the path is still percent-encoded."""

    method: str
    path: str
    base: str
    opaque_path: bool
    query: tuple[Sent, ...]
    headers: tuple[Sent, ...]
    cookies: tuple[Sent, ...]

    def at(self, location: str) -> tuple[Sent, ...]:
        """The pairs of a parameter location."""
        places: Mapping[str, tuple[Sent, ...]] = {
            "query": self.query,
            "header": self.headers,
            "cookie": self.cookies,
        }
        return places.get(location, ())

    def header(self, name: str) -> str | None:
        """The text of a header; names ignore case."""
        return next((h.text for h in self.headers if h.name.lower() == name.lower()), None)

    def satisfies(self, scheme: Mapping[str, Any]) -> bool:
        """Whether the request carries what a security scheme asks for; mutual TLS is granted."""
        kind = scheme.get("type")
        if kind == "apiKey":
            location, name = str(scheme.get("in")), str(scheme.get("name"))
            same = str.lower if location == "header" else str
            return any(same(sent.name) == same(name) for sent in self.at(location))
        if kind == "mutualTLS":
            return True
        word = str(scheme.get("scheme", "")) if kind == "http" else "bearer"
        given, _, rest = (self.header("Authorization") or "").partition(" ")
        return given.lower() == word.lower() and bool(rest)


def read_sending(request: Request, environment: Mapping[str, str]) -> Sending:
    """What is sent of a request whose credentials have these values."""

    def send(name: str, value: Text | None) -> Sent:
        return Sent(
            name, value.resolve(environment) if value else "", bool(value and any(value.credentials()))
        )

    headers = tuple(send(pair.name, pair.value) for pair in request.headers)
    return Sending(
        method=request.method.upper(),
        path=request.path.resolve(environment),
        base=_AUTHORITY.sub("", request.origin, count=1).rstrip("/"),
        opaque_path=any(request.path.credentials()),
        query=tuple(send(pair.name, pair.value) for pair in request.query),
        headers=headers,
        cookies=tuple(cookie for h in headers if h.name.lower() == "cookie" for cookie in _cookies(h)),
    )


def _cookies(header: Sent) -> Iterator[Sent]:
    for piece in header.text.split(";"):
        name, _, value = piece.strip().partition("=")
        if name:
            yield Sent(name, value, header.opaque)
