"""The recorder keeps what arrives, byte for byte, and survives whatever it is."""

from __future__ import annotations

import http.client
import socket
import time

import pytest

from snippetgen.proof import recorder as module
from snippetgen.proof.exchange import Answer
from snippetgen.proof.recorder import Recorder

HEAD = b"Host: x\r\n"


@pytest.fixture
def recorder():
    with Recorder() as one:
        one.up()
        yield one


def connect(recorder):
    return socket.create_connection(("127.0.0.1", recorder.port), timeout=5)


def send(recorder, *pieces, finish=True):
    """Send the pieces on one connection, and read until the recorder hangs up."""
    with connect(recorder) as connection:
        for piece in pieces:
            connection.sendall(piece)
        if finish:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while data := connection.recv(65536):
            answer += data
    return answer


def test_every_byte_is_kept(recorder):
    raw = (
        b"POST /a%2Fb?x=1+2 HTTP/1.1\r\nhOsT: x\r\nX-A: 1\r\nx-a:  2 \r\nContent-Length: 3\r\n\r\n\x00\xff\n"
    )
    answer = send(recorder, raw)
    (exchange,) = recorder.take()
    assert exchange.raw == raw
    assert (exchange.method, exchange.target, exchange.body) == ("POST", "/a%2Fb?x=1+2", b"\x00\xff\n")
    assert exchange.headers[:3] == (("hOsT", "x"), ("X-A", "1"), ("x-a", "2"))
    assert exchange.values("X-a") == ("1", "2")
    assert exchange.problem is None
    assert answer.endswith(b'{"ok": true}')


def test_chunks_are_joined_and_kept(recorder):
    """A body in chunks is decoded; the raw bytes hold the chunks, and trailers stand with the headers."""
    raw = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
    raw += b"3;e=1\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n"
    send(recorder, raw)
    (exchange,) = recorder.take()
    assert (exchange.body, exchange.raw, exchange.framing) == (b"abcde", raw, "chunked")
    assert exchange.values("x-t") == ("1",)


def test_two_requests_on_one_connection(recorder):
    """Keep-alive works, and a second request is an exchange of its own."""
    client = http.client.HTTPConnection("127.0.0.1", recorder.port)
    for name in ("/1", "/2"):
        client.request("GET", name)
        assert client.getresponse().read() == b'{"ok": true}'
    client.close()
    assert [exchange.target for exchange in recorder.take()] == ["/1", "/2"]
    assert recorder.take() == ()


def test_pipelined_requests(recorder):
    send(recorder, b"GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert [exchange.target for exchange in recorder.take()] == ["/1", "/2"]


def test_a_request_without_a_reader_is_seen(recorder):
    """Even a client that sends and leaves at once has sent its request."""
    for number in range(20):
        with connect(recorder) as connection:
            connection.sendall(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % number)
        assert [exchange.target for exchange in recorder.take()] == [f"/{number}"]


def test_continue_is_answered(recorder):
    with connect(recorder) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"hi")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert recorder.take()[0].body == b"hi"


def test_an_upgrade_is_ignored(recorder):
    raw = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n"
    raw += b"Upgrade: h2c\r\nHTTP2-Settings: A\r\n\r\n"
    assert send(recorder, raw).startswith(b"HTTP/1.1 200")
    assert recorder.take()[0].problem is None


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"\x16\x03\x01\x02\x00\r\n", "a TLS handshake"),
        (b"garbage\r\n\r\n", "the request line is 'garbage'"),
        (b"GET / HTTP/1.1\nHost: x\n\n", "LF alone"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PRI * HTTP/2.0"),
        (b"GET /a b HTTP/1.1\r\n\r\n", "the request line"),
        (b"GET / HTTP/1.1\r\n\r\n", "0 Host headers"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "2 Host headers"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-A : 1\r\n\r\n", "not a header line"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", "not a header line"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabc", "ended 2 bytes early"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "Content-Length"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na", "Content-Length is '+1'"),
        (
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "ambig",
        ),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "not a chunk size"),
        (
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
            "longer than its size",
        ),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", "longer than"),
        (b"GET / HTTP/1.1\r\nHos", "inside the head"),
    ],
)
def test_what_is_not_a_request_has_a_problem(recorder, raw, problem):
    """It is recorded with its bytes, answered 400, and the next request is unharmed."""
    answer = send(recorder, raw)
    (exchange,) = recorder.take()
    assert problem in (exchange.problem or "")
    assert exchange.raw
    assert answer.startswith(b"HTTP/1.1 400")
    send(recorder, b"GET /ok HTTP/1.1\r\nHost: x\r\n\r\n")
    assert [e.problem for e in recorder.take()] == [None]


def test_a_connection_that_never_sends(recorder, monkeypatch):
    """Silence is no request; it is waited for briefly, then hung up on."""
    monkeypatch.setattr(module, "SETTLE_SECONDS", 0.1)
    with connect(recorder):
        assert recorder.take() == ()


def test_a_request_that_never_ends(recorder, monkeypatch):
    monkeypatch.setattr(module, "SETTLE_SECONDS", 0.1)
    with connect(recorder) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
        (exchange,) = recorder.take()
    assert (exchange.body, exchange.problem) == (b"abc", "the body ended 6 bytes early")


def test_exchanges_are_bounded(recorder):
    send(recorder, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * (module.MAX_EXCHANGES + 5))
    assert len(recorder.take()) == module.MAX_EXCHANGES


def test_down_up_down_on_one_port():
    """Down refuses, up answers as scripted, and the port never changes hands."""
    with Recorder() as recorder:
        for number in range(10):
            recorder.down()
            with pytest.raises(ConnectionRefusedError):
                connect(recorder)
            recorder.up(Answer(status=403, body=b"%d" % number))
            answer = send(recorder, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 403 ")
            assert answer.endswith(b"\r\n\r\n%d" % number)


def test_switching_forgets(recorder):
    """A run never sees what an earlier one sent, not even from a connection that stayed open."""
    connection = connect(recorder)
    connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
    time.sleep(0.05)
    recorder.up()
    connection.close()
    assert recorder.take() == ()


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_answers_without_a_body(recorder, method, status):
    recorder.up(Answer(status=status))
    answer = send(recorder, b"%s / HTTP/1.1\r\nHost: x\r\n\r\n" % method.encode())
    assert answer.endswith(b"\r\n\r\n")
