"""Files that a document refers to on the network: fetched where it is allowed, and from nowhere else."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from snippetgen.errors import DocumentError, RemoteError, UsageError
from snippetgen.openapi import bundle as bundling
from snippetgen.openapi import remote as fetching
from snippetgen.openapi.document import Document, load_document
from snippetgen.openapi.remote import Remote
from snippetgen.openapi.validator import validator
from snippetgen.source import resolve_pointer

PET = "Pet:\n  type: object\n  properties:\n    owner: {$ref: more/owner.json}\n    mother: {$ref: '#/Pet'}\n"
OWNER = json.dumps(
    {"type": "object", "required": ["name"], "properties": {"pet": {"$ref": "../pet.yaml#/Pet"}}}
)


class Server:
    """A server on loopback: what stands at each path, and which paths were asked for."""

    def __init__(self) -> None:
        self.files: dict[str, bytes | tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[str] = []
        self.delay = 0.0
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                time.sleep(server.delay)
                found = server.files.get(self.path, (404, {}, b""))
                status, headers, content = (200, {}, found) if isinstance(found, bytes) else found
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.http.server_port}"
        self.url = f"http://{self.host}"

    def redirect(self, path: str, to: str) -> None:
        """Answer a path with a redirect."""
        self.files[path] = (302, {"Location": to}, b"")


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with a pet and its owner, who stand in two files that refer to each other."""
    one = Server()
    one.files = {"/api/pet.yaml": PET.encode(), "/api/more/owner.json": OWNER.encode()}
    thread = threading.Thread(target=one.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield one
    one.http.shutdown()
    thread.join()
    one.http.server_close()


def write(folder: Path, ref: str) -> Path:
    """A document whose one operation answers what a reference leads to."""
    content = {"application/json": {"schema": {"$ref": ref}, "example": {"owner": {"name": "a", "pet": 1}}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {"/pet": {"get": {"responses": {"200": {"description": "yes", "content": content}}}}},
    }
    path = folder / "openapi.json"
    path.write_text(json.dumps(document, indent=1))
    return path


def load(folder: Path, ref: str, *hosts: str) -> Document:
    """The document with that reference, which may fetch from these hosts."""
    return load_document(write(folder, ref), remote=Remote.allowing(hosts))


def refusal(document: Document) -> str:
    """Why the schema of the answer cannot be used."""
    with pytest.raises(DocumentError) as problem:
        validator(
            document, "/paths/~1pet/get/responses/200/content/application~1json/schema", direction="response"
        )
    return str(problem.value)


def test_a_fetched_file_is_part_of_the_document(tmp_path: Path, server: Server) -> None:
    """Its own references are relative to its URL; each file is fetched once, and circles are lawful."""
    document = load(tmp_path, f"{server.url}/api/pet.yaml#/Pet", server.host)
    (operation,) = document.operations()
    schema = str(operation.responses()["200"].content["application/json"])
    judge = validator(document, schema, direction="response")
    assert judge.is_valid({"owner": {"name": "a", "pet": {"mother": {"owner": {"name": "b"}}}}})
    assert not judge.is_valid({"owner": {"name": "a", "pet": {"mother": {"owner": {}}}}})
    assert server.asked == ["/api/pet.yaml", "/api/more/owner.json"]
    assert document.bundle.fetched == (f"{server.url}/api/pet.yaml", f"{server.url}/api/more/owner.json")


def test_a_place_is_in_the_fetched_file(tmp_path: Path, server: Server) -> None:
    """What is said about a fetched file shows its URL and its line."""
    document = load(tmp_path, f"{server.url}/api/pet.yaml#/Pet", server.host)
    _, pointer = document.follow(*_schema(document))
    assert str(document.place(f"{pointer}/properties")) == f"{server.url}/api/pet.yaml:3:3"


def _schema(document: Document) -> tuple[Any, str]:
    """The schema of the answer, and its pointer."""
    pointer = str(document.operations()[0].responses()["200"].content["application/json"])
    return resolve_pointer(document.data, pointer), pointer


def test_nothing_is_fetched_unless_it_is_allowed(tmp_path: Path, server: Server) -> None:
    """Without the flag, or with another host, another port or another spelling, nobody is asked."""
    ref = f"{server.url}/api/pet.yaml#/Pet"
    assert "--allow-remote HOST" in refusal(load(tmp_path, ref))
    for host in (
        "example.com",
        "127.0.0.1",
        "127.0.0.1:1",
        f"localhost:{server.http.server_port}",
        "127.0.0.2",
    ):
        assert f"{server.host} is not allowed" in refusal(load(tmp_path, ref, host))
    assert server.asked == []


@pytest.mark.parametrize(
    ("ref", "reason"),
    [
        ("http://example.com/pet.yaml", "nothing is fetched from example.com by http"),
        ("https://example.com:8443/pet.yaml", "example.com:8443 is not allowed"),
        ("https://sub.example.com/pet.yaml", "sub.example.com is not allowed"),
        ("https://example.com.evil.test/pet.yaml", "example.com.evil.test is not allowed"),
        ("https://example.com@evil.test/pet.yaml", "a URL with a password is not fetched"),
        ("https://example.com\\@evil.test/pet.yaml", "a URL with a password is not fetched"),
        ("https://example.com%00/pet.yaml", "is not allowed"),
        ("https://[::1/pet.yaml", "it is no URL"),
        ("//example.com/pet.yaml", "nothing is fetched but by https"),
        ("ftp://example.com/pet.yaml", "nothing is fetched but by https"),
        ("file:///etc/passwd", "nothing is fetched but by https"),
        ("file://example.com/etc/passwd", "nothing is fetched but by https"),
        ("data:application/json,{}", "nothing is fetched but by https"),
    ],
)
def test_what_is_never_fetched(tmp_path: Path, ref: str, reason: str) -> None:
    """A host that is allowed is allowed for https on its own port, and for nothing that looks like it."""
    assert reason in refusal(load(tmp_path, ref, "example.com"))


@pytest.mark.parametrize(
    ("ref", "reason"),
    [
        ("file:///etc/passwd", "nothing is fetched but by https"),
        ("https://example.com/pet.yaml", "example.com is not allowed"),
        ("//example.com/pet.yaml", "example.com is not allowed"),
    ],
)
def test_a_fetched_file_reaches_no_further(tmp_path: Path, server: Server, ref: str, reason: str) -> None:
    """Its references are judged as the document's own are, and no local file is among them."""
    server.files["/pet.json"] = json.dumps({"$ref": ref}).encode()
    assert reason in refusal(load(tmp_path, f"{server.url}/pet.json", server.host))


def test_a_fetched_file_has_no_local_files(tmp_path: Path, server: Server) -> None:
    """A path in a fetched file is one on its server, also where the document's folder has the same."""
    (tmp_path / "secret.json").write_text('{"type": "string"}')
    server.files["/pet.json"] = b'{"$ref": "secret.json"}'
    with pytest.raises(RemoteError, match=r"/secret\.json answers 404"):
        load(tmp_path, f"{server.url}/pet.json", server.host)
    assert server.asked == ["/pet.json", "/secret.json"]


def test_a_redirect_is_followed_to_allowed_hosts(tmp_path: Path, server: Server) -> None:
    """References are relative to where the redirect led (RFC 3986, section 5.1.3)."""
    server.redirect("/latest", "/api/pet.yaml")
    document = load(tmp_path, f"{server.url}/latest#/Pet", server.host)
    assert "/api/more/owner.json" in server.asked
    _, pointer = document.follow(*_schema(document))
    assert document.place(pointer).file == f"{server.url}/api/pet.yaml"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("https://example.com/pet.yaml", "the host example.com is not allowed"),
        ("http://localhost:{port}/api/pet.yaml", "is not allowed"),
        ("file:///etc/passwd", "nothing is fetched but by https"),
        ("/loop", "redirects more than 5 times"),
        ("http://a:x/", "Invalid URL in location header"),
    ],
)
def test_a_redirect_elsewhere_is_an_error(tmp_path: Path, server: Server, target: str, reason: str) -> None:
    """A server cannot send us to where we would not have gone."""
    server.redirect("/loop", target.format(port=server.http.server_port))
    with pytest.raises(RemoteError) as problem:
        load(tmp_path, f"{server.url}/loop", server.host)
    assert reason in problem.value.message
    assert set(server.asked) == {"/loop"}


def _long(server: Server, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(fetching, "MAX_BYTES", 10)
    server.files["/x"] = b"[" + b" " * 100_000 + b"]"


def _silent(server: Server, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(fetching, "MAX_SILENCE", 0.05)
    server.delay = 0.3


def _slow(server: Server, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(fetching, "MAX_SECONDS", -1)
    server.files["/x"] = b"{}"


def _endless(server: Server, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bundling, "MAX_FETCHED", 3)
    for number in range(9):
        server.files["/x" + "x" * number] = json.dumps({"$ref": "x" * (number + 2)}).encode()


def _answering(content: bytes) -> Callable[[Server, pytest.MonkeyPatch], None]:
    def arrange(server: Server, _: pytest.MonkeyPatch) -> None:
        server.files["/x"] = content

    return arrange


@pytest.mark.parametrize(
    ("arrange", "reason"),
    [
        (lambda *_: None, "/x answers 404"),
        (_long, "longer than 0 MB"),
        (_silent, "cannot be fetched: timed out"),
        (_slow, "takes longer than -1 seconds"),
        (_endless, "the file after 3 that were fetched"),
        (_answering(b"\xff"), "/x: the file is not UTF-8"),
        (_answering(b'{"a": 1,\n"a": 2}'), "/x:2:1: the key 'a' stands on line 1 already"),
        (_answering(b"<html>\n<p a: b: c>"), "/x:2"),
        (_answering(b"a: &a [1]\nb: *c\n"), "/x:2"),
    ],
)
def test_what_cannot_be_had_ends_the_work(
    tmp_path: Path,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    arrange: Callable[[Server, pytest.MonkeyPatch], None],
    reason: str,
) -> None:
    """It was asked for by name, so the error names the reference, its file and its line."""
    arrange(server, monkeypatch)
    with pytest.raises(RemoteError) as problem:
        load(tmp_path, f"{server.url}/x", server.host)
    assert reason in problem.value.message
    assert problem.value.place is not None
    assert problem.value.place.line


def test_a_host_that_is_not_there(tmp_path: Path) -> None:
    """Nobody listens: one line, with what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        host = f"127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(RemoteError, match="cannot be fetched") as problem:
        load(tmp_path, f"http://{host}/x", host)
    assert problem.value.fix == "try again later"


@pytest.mark.parametrize(
    "name", ["", "*", "*.example.com", "https://example.com", "a/b", "u@h", "h:", "h:x", "a b", "::1", "h?x"]
)
def test_what_is_no_host(name: str) -> None:
    """A URL, a pattern or a list is refused, so that nobody believes it was understood."""
    with pytest.raises(UsageError, match="is not HOST or HOST:PORT"):
        Remote.allowing([name])


def test_a_host_is_its_name_in_any_spelling() -> None:
    """Case and the scheme's own port do not matter; a name in another script is its Punycode."""
    assert Remote.allowing(["EXAMPLE.com:443"]) == Remote.allowing(["example.com"])
    assert Remote.allowing(["bücher.example"]).url("https://xn--bcher-kva.example/x")
    assert Remote.allowing(["[::1]:8080"]).url("http://[::1]:8080/x")


def test_the_library_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without httpx, the message says how to install it."""
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(UsageError, match=r"snippetgen\[remote\]"):
        Remote.allowing(["example.com"])


def test_the_commands_fetch_and_say_so(
    tmp_path: Path, server: Server, run_cli: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """`check` and `import` take the flag, and so does what reads the spec; stderr counts what was fetched."""
    document = write(tmp_path, f"{server.url}/api/pet.yaml#/Pet")
    spec = tmp_path / "api.yaml"
    allow = ("--allow-remote", server.host)
    assert run_cli("check", document, *allow) == 1
    shown = capsys.readouterr()
    assert f"fetched 2 documents from {server.host}\n" in shown.err
    assert "1 is not of type 'object'" in shown.out
    assert run_cli("import", document, "--output", spec, *allow) == 0
    assert run_cli("render", spec, "--language", "curl", *allow) == 0
    assert run_cli("check", spec, *allow) == 0
    assert capsys.readouterr().err.count("fetched 2 documents") == 3


def test_a_finding_in_a_fetched_file_has_its_url(
    tmp_path: Path, server: Server, run_cli: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """In text and in SARIF, whose readers open it."""
    server.files["/api/more/owner.json"] = OWNER.replace("object", "thing").encode()
    document = write(tmp_path, f"{server.url}/api/pet.yaml#/Pet")
    allow = ("--allow-remote", server.host)
    assert run_cli("check", document, *allow) == 1
    url = f"{server.url}/api/more/owner.json"
    assert f"{url}:1:2: error: contract/unusable-schema at /type" in capsys.readouterr().out
    assert run_cli("check", document, "--format", "sarif", *allow) == 1
    assert f'"uri": "{url}"' in capsys.readouterr().out


def test_a_reference_that_fails_is_exit_code_2(
    tmp_path: Path, server: Server, run_cli: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """One line: file, line, the pointer of the reference, what happened and what to do."""
    document = write(tmp_path, f"{server.url}/nope.yaml#/Pet")
    assert run_cli("check", document, "--allow-remote", server.host) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"snippetgen: {document}:")
    assert "/paths/~1pet/get/responses/200/content/application~1json/schema/$ref: the reference" in shown.err
    assert "/nope.yaml answers 404 (correct the reference" in shown.err
