"""A `Recorder` is an HTTP/1.1 server on loopback that keeps every byte it is sent.

It listens on one port for its whole life, because the URL is compiled into a snippet; between runs it
is switched `up` with a scripted `Answer`, or `down`, where the port is held but refuses connections.
An `Exchange` is one request as it arrived, well-formed (RFC 9112) or not.
"""

from __future__ import annotations

import re
import select
import socket
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

__all__ = ["Answer", "Exchange", "Recorder"]

MAX_BODY = 64 * 1024 * 1024
MAX_LINE = 64 * 1024
MAX_HEADERS = 1000
MAX_EXCHANGES = 32
READ_SECONDS = 10.0  # silence inside a request, or between two on one connection
SETTLE_SECONDS = 2.0  # how long `take` waits for connections whose client is gone

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


class _BrokenError(Exception):
    """What arrived is not a request."""


@dataclass(slots=True)
class _Draft:
    """An exchange while it is read."""

    raw: bytearray = field(default_factory=bytearray)
    method: str = ""
    target: str = ""
    version: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    framing: str = "none"

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]

    def freeze(self, problem: str | None = None) -> Exchange:
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


class _Stream:
    """The incoming bytes of one connection; what is consumed is noted in the draft."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.buffer = bytearray()
        self.draft = _Draft()

    def fill(self) -> bool:
        """Read more; False where the client has finished sending."""
        data = self.connection.recv(65536)
        self.buffer += data
        return bool(data)

    def consume(self, count: int) -> bytes:
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
                raise _BrokenError(f"a line is longer than {MAX_LINE} bytes")
            if not self.fill():
                raise _BrokenError("the connection ended inside the head")
        text = self.consume(end + 1)
        if not text.endswith(b"\r\n"):
            raise _BrokenError("a line ends with LF alone (RFC 9112 section 2.2)")
        return text[:-2]

    def body(self, count: int) -> None:
        """Move that many bytes into the body."""
        if count + len(self.draft.body) > MAX_BODY:
            raise _BrokenError(f"the body is longer than {MAX_BODY} bytes")
        missing = count
        while missing:
            if not self.buffer and not self.fill():
                raise _BrokenError(f"the body ended {missing} bytes early")
            piece = self.consume(min(missing, len(self.buffer)))
            self.draft.body += piece
            missing -= len(piece)


def _read_head(stream: _Stream) -> None:
    first = stream.line()
    match = _REQUEST_LINE.fullmatch(first)
    if not match:
        raise _BrokenError(f"the request line is {_shown(first)}")
    draft = stream.draft
    draft.method, draft.target, draft.version = (group.decode("latin-1") for group in match.groups())
    _read_fields(stream)
    hosts = draft.values("host")
    if len(hosts) > 1 or (not hosts and draft.version == "HTTP/1.1"):
        raise _BrokenError(f"there are {len(hosts)} Host headers (RFC 9112 section 3.2)")


def _read_fields(stream: _Stream) -> None:
    while text := stream.line():
        name, colon, value = text.partition(b":")
        if not colon or not _FIELD_NAME.fullmatch(name):
            raise _BrokenError(f"not a header line: {_shown(name if colon else text)}")
        stream.draft.headers.append((name.decode("latin-1"), value.strip(b" \t").decode("latin-1")))
        if len(stream.draft.headers) > MAX_HEADERS:
            raise _BrokenError(f"there are more than {MAX_HEADERS} headers")


def _read_body(stream: _Stream) -> None:
    codings, lengths = stream.draft.values("transfer-encoding"), stream.draft.values("content-length")
    if codings:
        if [c.lower() for c in codings] != ["chunked"] or lengths:
            raise _BrokenError("the body's length is ambiguous: " + ", ".join([*codings, *lengths]))
        stream.draft.framing = "chunked"
        _read_chunks(stream)
    elif lengths:
        if len(lengths) > 1 or not re.fullmatch(r"[0-9]{1,18}", lengths[0]):
            raise _BrokenError("Content-Length is " + " and ".join(map(repr, lengths)))
        stream.draft.framing = "length"
        stream.body(int(lengths[0]))


def _read_chunks(stream: _Stream) -> None:
    while True:
        size = stream.line().partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,15}", size):
            raise _BrokenError(f"not a chunk size: {_shown(size)}")
        if int(size, 16) == 0:
            return _read_fields(stream)
        stream.body(int(size, 16))
        if stream.line():
            raise _BrokenError("a chunk is longer than its size says")


def _shown(data: bytes) -> str:
    if data.startswith(b"\x16\x03"):
        return "a TLS handshake"
    return repr(data[:80].decode("latin-1")) + ("…" if len(data) > 80 else "")


class Recorder:
    """A loopback server as a context manager; it starts `down`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held = self._bind(0)  # never listens: it keeps the port ours while no socket listens on it
        self.port: int = self._held.getsockname()[1]
        self._listener: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._answer = Answer()
        self._connections: set[socket.socket] = set()
        self._exchanges: list[Exchange] = []

    @property
    def origin(self) -> str:
        """Scheme, host and port, as they stand in a URL."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.down()
        self._held.close()

    def up(self, answer: Answer | None = None) -> None:
        """From now on, every request gets this answer; what arrived before is forgotten."""
        self.down()
        self._answer = answer or Answer()
        listener = self._bind(self.port)
        listener.listen(64)
        listener.settimeout(0)
        self._listener = listener
        self._thread = threading.Thread(target=self._accept, args=(listener,), daemon=True)
        self._thread.start()

    def down(self) -> None:
        """From now on, connections are refused; what arrived before is forgotten."""
        with self._lock:
            listener, self._listener = self._listener, None
            _hang_up(self._connections)
            self._connections.clear()
            self._exchanges = []
        if listener and self._thread:
            _hang_up([listener])  # wakes the thread; a socket that is polled keeps listening after close()
            self._thread.join()
            listener.close()

    def take(self) -> tuple[Exchange, ...]:
        """What arrived since the last call, once every connection has ended or been hung up on."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while not self._settled() and time.monotonic() < deadline:
            time.sleep(0.002)
        with self._lock:
            open_connections = tuple(self._connections)
            _hang_up(open_connections)
        while not self._settled() and time.monotonic() < deadline + 1:
            time.sleep(0.002)
        with self._lock:
            taken, self._exchanges = tuple(self._exchanges), []
        return taken

    def _settled(self) -> bool:
        """Whether nobody is connected; the lock keeps a connection from being in neither place."""
        with self._lock:
            return not self._connections and not (self._listener and _readable(self._listener, 0))

    def _bind(self, port: int) -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sys.platform == "darwin":  # BSD shares a port by another option than Linux
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind(("127.0.0.1", port))
        return sock

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                _readable(listener, 0.2)
                with self._lock:
                    if listener is not self._listener:
                        return
                    if not _readable(listener, 0):
                        continue
                    connection, _ = listener.accept()
                    self._connections.add(connection)
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            connection.settimeout(READ_SECONDS)
            stream = _Stream(connection)
            while self._exchange(stream):
                stream.draft = _Draft()
        except OSError:
            pass  # the client is gone, or silent, or we hung up; what it sent is recorded already
        finally:
            with self._lock:
                self._connections.discard(connection)
            connection.close()

    def _exchange(self, stream: _Stream) -> bool:
        """Read and answer one request; whether another may follow."""
        if not stream.buffer and not stream.fill():
            return False
        try:
            _read_head(stream)
            if "100-continue" in (value.lower() for value in stream.draft.values("expect")):
                stream.connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            _read_body(stream)
        except (_BrokenError, OSError) as problem:
            stream.consume(len(stream.buffer))
            said = (
                str(problem) if isinstance(problem, _BrokenError) else f"the request never ended ({problem})"
            )
            self._keep(stream, said)
            stream.connection.sendall(Answer(status=400, body=b"").encode(head_only=False, close=True))
            return False
        kept = self._keep(stream)
        draft = stream.draft
        close = not kept or draft.version == "HTTP/1.0" or "close" in _tokens(draft.values("connection"))
        stream.connection.sendall(self._answer.encode(head_only=draft.method == "HEAD", close=close))
        return not close

    def _keep(self, stream: _Stream, problem: str | None = None) -> bool:
        """Record the draft while there is room and the run that it belongs to is not over."""
        with self._lock:
            room = len(self._exchanges) < MAX_EXCHANGES
            if room and stream.connection in self._connections:
                self._exchanges.append(stream.draft.freeze(problem))
        return room


def _readable(sock: socket.socket, seconds: float) -> bool:
    poller = select.poll()  # not select(): that fails from file descriptor 1024 on
    poller.register(sock, select.POLLIN)
    return bool(poller.poll(seconds * 1000))


def _tokens(values: Iterable[str]) -> set[str]:
    return {token.strip().lower() for value in values for token in value.split(",")}


def _hang_up(connections: Iterable[socket.socket]) -> None:
    for connection in connections:
        with suppress(OSError):  # it may have ended by itself
            connection.shutdown(socket.SHUT_RDWR)
