"""A `Recorded` request is one that a file or a command already states, under a name.

HTTP that was recorded is completed here the same way for every format: which headers belong to the
connection rather than to the request, which Content-Type the body has, how cookies are joined.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from posixpath import normpath

from snippetgen.errors import InputError, Place, UnsupportedError
from snippetgen.field import is_cookie, is_token, is_value
from snippetgen.importing.address import Address
from snippetgen.importing.content import essence, local_file, text_body
from snippetgen.model import Body, Pair, Request, Text
from snippetgen.source import Source

__all__ = ["BODILESS", "Imported", "LocalFiles", "Recorded", "Refused", "complete", "plain"]

# What belongs to one connection (RFC 9110 section 7.6.1) or is computed by whoever sends.
_CONNECTION = frozenset(
    {
        *("connection", "content-length", "http2-settings", "keep-alive", "proxy-connection"),
        *("te", "trailer", "transfer-encoding", "upgrade"),
    }
)
# What the method and the URL say already, as HTTP/2 writes it (RFC 9113 section 8.3.1).
_REQUEST_LINE = frozenset({":authority", ":method", ":path", ":scheme"})
BODILESS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A request with the name that reports use; `notes` say what of the recording is not sent.

    `secrets` are the names of headers and parameters that the recording declares to be secret. It stands in
    `source` at `pointer`, or at `place` of a file that is not JSON.
    """

    name: str
    request: Request
    notes: tuple[str, ...] = ()
    secrets: frozenset[str] = frozenset()
    source: Source | None = None
    pointer: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A recorded request that cannot be expressed, and the feature that stands in the way."""

    name: str
    reason: str
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Everything that files state: requests in order, what was refused, and which files hold no request."""

    requests: tuple[Recorded, ...] = ()
    refused: tuple[Refused, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The name of each request, the refused ones last."""
        return (*(item.name for item in self.requests), *(item.name for item in self.refused))

    def __add__(self, other: Imported) -> Imported:
        return Imported(
            requests=self.requests + other.requests,
            refused=self.refused + other.refused,
            ignored=self.ignored + other.ignored,
        )


class LocalFiles:
    """The files of requests as snippets read them: below the reader's folder, each under its own name."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def name(self, path: str) -> str:
        """The name of the file that a recording has under this path, numbered where it is another's."""
        recorded = normpath(path)
        if recorded not in self.names:
            name = local = PurePosixPath(local_file(path))
            number, taken = 1, {*self.names.values()}
            while str(name) in taken:
                number += 1
                name = local.with_stem(f"{local.stem}-{number}")
            self.names[recorded] = str(name)
        return self.names[recorded]

    def request(self, request: Request) -> Request:
        """The request with the files under these names."""
        body = request.body
        if body is None:
            return request
        parts = (replace(p, file=self.name(p.file)) if p.file else p for p in body.parts)
        file = self.name(body.file) if body.file else body.file
        return replace(request, body=replace(body, file=file, parts=tuple(parts)))


def plain(headers: Iterable[tuple[str, str]]) -> list[Pair]:
    """Headers whose values are characters."""
    return [Pair(name, Text.of(value)) for name, value in headers]


def complete(
    *,
    method: str,
    address: Address,
    query: Sequence[Pair] = (),
    headers: Sequence[Pair] = (),
    cookies: Sequence[tuple[str, str]] = (),
    body: Body | None = None,
) -> tuple[Request, tuple[str, ...]]:
    """The request, and notes on what of it is not sent.

    `query` follows the URL's own. A Content-Type among the headers goes over the body's; without a body
    it makes an empty one, except for GET and HEAD. Cookies go behind those of a Cookie header that has
    none of their name.
    """
    if not is_token(method):
        raise InputError(f"{method!r} is not an HTTP method", fix="use a token of RFC 9110 section 5.6.2")
    kept, dropped = _sort_headers(headers, address)
    types = [_only_text(pair) for pair in kept if pair.name.lower() == "content-type"]
    if len(set(types)) > 1:
        raise UnsupportedError("a request with two Content-Type headers")
    if types and not (body is None and method in BODILESS):
        kept = [pair for pair in kept if pair.name.lower() != "content-type"]
        body = _typed(body, types[0])
    kept = _with_cookies(kept, cookies)
    if address.user is not None and not any(pair.name.lower() == "authorization" for pair in kept):
        user = address.user if ":" in address.user else f"{address.user}:"  # RFC 7617 section 2
        secret = base64.b64encode(user.encode()).decode()
        kept.append(Pair("Authorization", Text.of(f"Basic {secret}")))
    request = Request(
        method=method,
        origin=address.origin,
        path=Text.of(address.path),
        query=(*address.query, *query),
        headers=tuple(kept),
        body=body,
    )
    names = ", ".join(dict.fromkeys(dropped))
    return request, (f"not sent, for the client sets it: {names}",) if names else ()


def _sort_headers(headers: Sequence[Pair], address: Address) -> tuple[list[Pair], list[str]]:
    """The headers that are part of the request, and the names of those that are not."""
    kept: list[Pair] = []
    dropped: list[str] = []
    for pair in headers:
        name = pair.name
        if name in _REQUEST_LINE:
            continue
        if name.startswith(":") or name.lower() in _CONNECTION or _is_host(pair, address):
            dropped.append(name)
            continue
        if not is_token(name):
            raise UnsupportedError(
                f"{name!r} is not a header name", fix="use a token of RFC 9110 section 5.6.2"
            )
        literals = [part for part in (pair.value or Text()).parts if isinstance(part, str)]
        if not all(map(is_value, literals)):
            raise UnsupportedError(
                f"the header {name} cannot hold a line break or another control character",
                fix="see RFC 9110 section 5.5",
            )
        kept.append(replace(pair, value=_strip(pair.value or Text())))
    return kept, dropped


def _is_host(pair: Pair, address: Address) -> bool:
    """Whether it is the Host header that the URL implies."""
    value = pair.value.literal if pair.value else ""
    default = {"http": ":80", "https": ":443"}[address.origin.partition("://")[0]]
    hosts = {address.host.lower(), address.host.lower().removesuffix(default)}
    return pair.name.lower() == "host" and (value or "").strip().lower().removesuffix(default) in hosts


def _strip(value: Text) -> Text:
    """A field value without the white space around it, which HTTP does not count as part of it."""
    if value.literal is not None:
        return Text.of(value.literal.strip(" \t"))
    return value


def _only_text(pair: Pair) -> str:
    literal = (pair.value or Text()).literal
    if literal is None:
        raise UnsupportedError("a Content-Type with a variable in it")
    return literal


def _typed(body: Body | None, media_type: str) -> Body:
    if body is None:
        return text_body("", media_type or None)
    if body.kind == "multipart":
        if essence(media_type) != "multipart/form-data":
            raise UnsupportedError(f"multipart content of the media type {essence(media_type)}")
        return body
    return replace(body, media_type=media_type or None)


def _with_cookies(headers: list[Pair], cookies: Sequence[tuple[str, str]]) -> list[Pair]:
    """The headers with one Cookie header (RFC 6265 section 5.4), which stands where the first one stood."""
    joined = Text()
    for pair in headers:
        if pair.name.lower() == "cookie" and pair.value:
            joined += Text.of("; " if joined.parts else "") + pair.value
    known = {crumb.partition("=")[0].strip() for crumb in (joined.literal or "").split(";")}
    for key, value in cookies:
        if not is_cookie(key, value.strip(" \t")):
            raise UnsupportedError(f"a cookie that would be another one: {key!r} with the value {value!r}")
        if key not in known:
            joined += Text.of("; " if joined.parts else "", f"{key}={value}")
    if not joined.parts:
        return headers
    at = next((i for i, pair in enumerate(headers) if pair.name.lower() == "cookie"), len(headers))
    name = headers[at].name if at < len(headers) else "Cookie"
    before, after = headers[:at], [p for p in headers[at:] if p.name.lower() != "cookie"]
    return [*before, Pair(name, joined), *after]
