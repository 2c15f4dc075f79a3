"""A `Recorder` is an HTTP/1.1 server on loopback that keeps every byte it is sent.

It listens on one port for its whole life, because the URL is compiled into a snippet; between runs it
is switched `up` with a scripted `Answer`, or `down`, where the port is held but refuses connections.
"""

from __future__ import annotations

import select
import socket
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import Self

from snippetgen.proof.exchange import Answer, BrokenError, Draft, Exchange, Stream, read_body, read_head

__all__ = ["Recorder"]

MAX_EXCHANGES = 32
READ_SECONDS = 10.0  # silence inside a request, or between two on one connection
SETTLE_SECONDS = 2.0  # how long `take` waits for connections whose client is gone


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
            stream = Stream(connection)
            while self._exchange(stream):
                stream.draft = Draft()
        except OSError:
            pass  # the client is gone, or silent, or we hung up; what it sent is recorded already
        finally:
            with self._lock:
                self._connections.discard(connection)
            connection.close()

    def _exchange(self, stream: Stream) -> bool:
        """Read and answer one request; whether another may follow."""
        if not stream.buffer and not stream.fill():
            return False
        try:
            read_head(stream)
            if "100-continue" in (value.lower() for value in stream.draft.values("expect")):
                stream.connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            read_body(stream)
        except (BrokenError, OSError) as problem:
            stream.consume(len(stream.buffer))
            said = (
                str(problem) if isinstance(problem, BrokenError) else f"the request never ended ({problem})"
            )
            self._keep(stream, said)
            stream.connection.sendall(Answer(status=400, body=b"").encode(head_only=False, close=True))
            return False
        kept = self._keep(stream)
        draft = stream.draft
        close = not kept or draft.version == "HTTP/1.0" or "close" in _tokens(draft.values("connection"))
        stream.connection.sendall(self._answer.encode(head_only=draft.method == "HEAD", close=close))
        return not close

    def _keep(self, stream: Stream, problem: str | None = None) -> bool:
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
