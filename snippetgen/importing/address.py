"""An `Address` is a URL as a recording or a command states it, taken apart; nothing in it is encoded twice.

A recorded URL is percent-encoded already, more or less: what RFC 3986 does not allow is encoded, and
everything else stays as it is. Names and values of the query are decoded, as a `Request` holds them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, unquote_to_bytes

from snippetgen.errors import InputError, UnsupportedError
from snippetgen.model import Pair, Text

__all__ = ["Address", "read_address", "read_pairs", "remove_dot_segments"]

_OTHER = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?![0-9/])")  # `data:`, `blob:`, but no host with a port
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL)
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s\[\]:@<>\"^`{|}%\\]+)(:[0-9]{1,5})?")
_LAST_PORT = 65_535
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PATH = "/:@!$&'()*+,;=-._~%"  # RFC 3986 section 3.3, and the percent signs that stand there already


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A URL: `origin` with scheme, host and port, the percent-encoded `path`, the decoded `query`.

    `user` is what stands before the host's `@`, decoded; it is sent as Basic authentication.
    """

    origin: str
    path: str
    query: tuple[Pair, ...]
    user: str | None = None

    @property
    def host(self) -> str:
        """The host with its port, as a Host header has it."""
        return self.origin.partition("://")[2]


def read_address(url: str, *, scheme: str | None = None) -> Address:
    """The parts of an absolute URL; `scheme` is taken where it names none, as curl does."""
    if scheme and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", url):
        url = f"{scheme}://{url}"
    match = _URL.fullmatch(url)
    if match is None and (other := _OTHER.match(url)):
        raise UnsupportedError(f"a URL of the scheme {other[1]!r} is not HTTP")
    if match is None:
        raise InputError(f"{_short(url)} is not an absolute URL", fix="start it with https:// or http://")
    kind, authority, path, query = match.groups()
    if kind.lower() not in {"http", "https"}:
        raise UnsupportedError(f"a URL of the scheme {kind!r} is not HTTP")
    user, at, host = authority.rpartition("@")
    return Address(
        origin=f"{kind.lower()}://{_host(host)}",
        path=quote(_LONE_PERCENT.sub("%25", path), safe=_PATH) or "/",
        query=read_pairs(query or ""),
        user=unquote(user) if at else None,
    )


def _host(text: str) -> str:
    match = _HOST.fullmatch(text)
    if match is None:
        raise InputError(f"{_short(text)} is not a host")
    name, port = match[1], match[2] or ""
    if int(port[1:] or 0) > _LAST_PORT:
        raise InputError(f"there is no port {port[1:]}", fix=f"use one up to {_LAST_PORT}")
    if name.isascii():
        return name + port
    try:
        return name.encode("idna").decode() + port
    except UnicodeError as problem:
        raise InputError(f"{_short(text)} is not a host") from problem


def remove_dot_segments(path: str) -> str:
    """An absolute path without `.` and `..` (RFC 3986 section 5.2.4)."""
    segments = path.removeprefix("/").split("/")
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join([*kept, *([""] if segments[-1] in {".", ".."} else [])])


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:80]}…")


def read_pairs(text: str) -> tuple[Pair, ...]:
    """The decoded pairs of a query or a form (WHATWG URL section 5.1), a bare name apart from `name=`."""
    split = (term.partition("=") for term in text.split("&") if term)
    return tuple(
        Pair(_decode(name), Text.of(_decode(value)) if equals else None) for name, equals, value in split
    )


def _decode(text: str) -> str:
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode()
    except UnicodeDecodeError as problem:
        raise UnsupportedError(f"{_short(text)} is not UTF-8 once it is decoded") from problem
