"""An `Exchange` is one request as it arrived, well-formed (RFC 9112) or not; an `Answer` is what it gets."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass, field

__all__ = ["Answer", "BrokenError", "Draft", "Exchange", "Stream", "read_body", "read_head"]

MAX_BODY = 64 * 1024 * 1024
MAX_LINE = 64 * 1024
MAX_HEADERS = 1000

_REQUEST_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+) (\S+) (HTTP/1\.[01])")
_FIELD_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_BODILESS = frozenset({204, 205, 304})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The response that every request gets; Content-Length is added."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    body: bytes = b'{"ok": true}'

    def encode(self, *, head_only: bool, close: bool) -> bytes:
        """The bytes of the response."""
        bodiless = self.status in _BODILESS
        fields = [*self.headers] if bodiless else [*self.headers, ("Content-Length", str(len(self.body)))]
        if close:
            fields.append(("Connection", "close"))
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
        head = f"HTTP/1.1 {self.status} Answer\r\n{lines}\r\n".encode()
        return head if head_only or bodiless else head + self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request as it arrived.

    `raw` is every byte of it; names and values of `headers` are those bytes as Latin-1, in order, with
    trailers after them; `body` is without its chunks; `problem` says why it is not HTTP/1.1.
    """

    raw: bytes
    method: str = ""
    target: str = ""
    version: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    framing: str = "none"
    problem: str | None = None

    def values(self, name: str) -> tuple[str, ...]:
        """The values of every header of that name, whatever its case."""
        return tuple(value for key, value in self.headers if key.lower() == name.lower())


class BrokenError(Exception):
    """What arrived is not a request."""


@dataclass(slots=True)
class Draft:
    """An exchange while it is read."""

    raw: bytearray = field(default_factory=bytearray)
    method: str = ""
    target: str = ""
    version: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    framing: str = "none"

    def values(self, name: str) -> list[str]:
        """The values of every header of that name, which is in lower case."""
        return [value for key, value in self.headers if key.lower() == name]

    def freeze(self, problem: str | None = None) -> Exchange:
        """What was read so far."""
        return Exchange(
            raw=bytes(self.raw),
            method=self.method,
            target=self.target,
            version=self.version,
            headers=tuple(self.headers),
            body=bytes(self.body),
            framing=self.framing,
            problem=problem,
        )


class Stream:
    """The incoming bytes of one connection; what is consumed is noted in the draft."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.buffer = bytearray()
        self.draft = Draft()

    def fill(self) -> bool:
        """Read more; False where the client has finished sending."""
        data = self.connection.recv(65536)
        self.buffer += data
        return bool(data)

    def consume(self, count: int) -> bytes:
        """The next bytes of the buffer."""
        piece = bytes(self.buffer[:count])
        del self.buffer[:count]
        self.draft.raw += piece
        return piece

    def line(self) -> bytes:
        """The next line without its CRLF."""
        start = 0
        while (end := self.buffer.find(b"\n", start)) < 0:
            start = len(self.buffer)
            if start > MAX_LINE:
                raise BrokenError(f"a line is longer than {MAX_LINE} bytes")
            if not self.fill():
                raise BrokenError("the connection ended inside the head")
        text = self.consume(end + 1)
        if not text.endswith(b"\r\n"):
            raise BrokenError("a line ends with LF alone (RFC 9112 section 2.2)")
        return text[:-2]

    def body(self, count: int) -> None:
        """Move that many bytes into the body."""
        if count + len(self.draft.body) > MAX_BODY:
            raise BrokenError(f"the body is longer than {MAX_BODY} bytes")
        missing = count
        while missing:
            if not self.buffer and not self.fill():
                raise BrokenError(f"the body ended {missing} bytes early")
            piece = self.consume(min(missing, len(self.buffer)))
            self.draft.body += piece
            missing -= len(piece)


def read_head(stream: Stream) -> None:
    """Move a request line and its headers into the draft."""
    first = stream.line()
    match = _REQUEST_LINE.fullmatch(first)
    if not match:
        raise BrokenError(f"the request line is {_shown(first)}")
    draft = stream.draft
    draft.method, draft.target, draft.version = (group.decode("latin-1") for group in match.groups())
    _read_fields(stream)
    hosts = draft.values("host")
    if len(hosts) > 1 or (not hosts and draft.version == "HTTP/1.1"):
        raise BrokenError(f"there are {len(hosts)} Host headers (RFC 9112 section 3.2)")


def _read_fields(stream: Stream) -> None:
    while text := stream.line():
        name, colon, value = text.partition(b":")
        if not colon or not _FIELD_NAME.fullmatch(name):
            raise BrokenError(f"not a header line: {_shown(name if colon else text)}")
        stream.draft.headers.append((name.decode("latin-1"), value.strip(b" \t").decode("latin-1")))
        if len(stream.draft.headers) > MAX_HEADERS:
            raise BrokenError(f"there are more than {MAX_HEADERS} headers")


def read_body(stream: Stream) -> None:
    """Move the body into the draft, without its chunks."""
    codings, lengths = stream.draft.values("transfer-encoding"), stream.draft.values("content-length")
    if codings:
        if [c.lower() for c in codings] != ["chunked"] or lengths:
            raise BrokenError("the body's length is ambiguous: " + ", ".join([*codings, *lengths]))
        stream.draft.framing = "chunked"
        _read_chunks(stream)
    elif lengths:
        if len(lengths) > 1 or not re.fullmatch(r"[0-9]{1,18}", lengths[0]):
            raise BrokenError("Content-Length is " + " and ".join(map(repr, lengths)))
        stream.draft.framing = "length"
        stream.body(int(lengths[0]))


def _read_chunks(stream: Stream) -> None:
    while True:
        size = stream.line().partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,15}", size):
            raise BrokenError(f"not a chunk size: {_shown(size)}")
        if int(size, 16) == 0:
            return _read_fields(stream)
        stream.body(int(size, 16))
        if stream.line():
            raise BrokenError("a chunk is longer than its size says")


def _shown(data: bytes) -> str:
    if data.startswith(b"\x16\x03"):
        return "a TLS handshake"
    return repr(data[:80].decode("latin-1")) + ("…" if len(data) > 80 else "")
