"""What equality on the wire means."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from snippetgen.model import Body, BodyPart, Credential, Encoded, Pair, Request, Text
from snippetgen.proof.exchange import Exchange
from snippetgen.proof.mask import Mask
from snippetgen.proof.received import received
from snippetgen.proof.wire import compare

KEY = Credential("api_key", "API_KEY", "YOUR_KEY")
SECRET = "s3cret-value&=+/ %é"
ENVIRONMENT = {"API_KEY": SECRET}
FILES = {"a.bin": bytes(range(256)) + b"\r\n--b\r\n--bx--\r\n"}
GET = Request(method="GET", origin="http://127.0.0.1:1", path=Text.of("/v1/a"))


def request(body=None, **changes):
    return replace(GET, **changes, **({"body": body, "method": "POST"} if body else {}))


def exchange(target="/v1/a", headers=(), body=b"", method="GET", problem=None):
    return Exchange(raw=b"", method=method, target=target, headers=tuple(headers), body=body, problem=problem)


def rules(expected, *exchanges):
    return [finding.rule for finding in compare(expected, ENVIRONMENT, FILES, exchanges)]


def messages(expected, *exchanges):
    return "\n".join(finding.message for finding in compare(expected, ENVIRONMENT, FILES, exchanges))


def query(*pairs):
    return request(
        query=tuple(Pair(name, None if value is None else Text.of(value)) for name, value in pairs)
    )


def post(content_type, body):
    return exchange(
        method="POST", headers=[("Content-Type", content_type)] if content_type else [], body=body
    )


def test_the_same_request_has_no_findings():
    assert rules(GET, exchange()) == []


def test_exactly_one_request():
    assert rules(GET) == ["wire/no-request"]
    assert rules(GET, exchange(), exchange()) == ["wire/extra-request"]


def test_garbage_is_malformed():
    assert rules(GET, exchange(problem="a TLS handshake")) == ["wire/malformed"]
    assert rules(GET, exchange(), exchange(problem="x")) == ["wire/extra-request", "wire/malformed"]


def test_the_method_is_exact():
    assert rules(GET, exchange(method="get")) == ["wire/method"]


@pytest.mark.parametrize(
    ("expected", "target", "found"),
    [
        ("/a%2Fb", "/a%2fb", []),
        ("/a%2Fb", "/a/b", ["wire/path"]),
        ("/a%20b", "/a+b", ["wire/path"]),
        ("/%C3%A9", "/é", ["wire/malformed"]),
        ("/a", "/a/", ["wire/path"]),
        ("/a", "//a", ["wire/path"]),
        ("/a", "http://127.0.0.1:1/a", ["wire/malformed", "wire/path"]),
        ("/a", "/a?", []),
        ("/a", "/a#f", ["wire/malformed", "wire/path"]),
        ("/100%25", "/100%", ["wire/malformed"]),
        ("/a~b", "/a%7Eb", []),
    ],
)
def test_the_path_is_compared_by_segment(expected, target, found):
    sent = exchange(target=target.encode().decode("latin-1"))
    assert rules(request(path=Text.of(expected)), sent) == found


def test_the_path_of_the_server_counts():
    expected = replace(GET, origin="http://127.0.0.1:1/api/v2", path=Text.of("/a"))
    assert rules(expected, exchange(target="/api/v2/a")) == []
    assert rules(expected, exchange(target="/a")) == ["wire/path"]
    assert received(expected, exchange(target="/api/v2/a")).path == Text.of("/a")


@pytest.mark.parametrize(
    ("pairs", "sent", "fine"),
    [
        ([("a", "1"), ("b", "2")], "a=1&b=2", True),
        ([("a", "1"), ("b", "2")], "b=2&a=1", False),
        ([("a", "1"), ("a", "2")], "a=1&a=2", True),
        ([("a", "1"), ("a", "2")], "a=2&a=1", False),
        ([("a", "1"), ("a", "1")], "a=1", False),
        ([("a", "x y")], "a=x+y", True),
        ([("a", "x y")], "a=x%20y", True),
        ([("a", "x+y")], "a=x+y", False),
        ([("a", "é&=")], "a=%C3%A9%26%3d", True),
        ([("a", "é")], "a=%E9", False),
        ([("a", None)], "a", True),
        ([("a", None)], "a=", False),
        ([("a", "")], "a=", True),
        ([("a", "")], "a", False),
        ([("a", "b=c")], "a=b=c", True),
        ([("a[]", "1")], "a%5B%5D=1", True),
        ([], "a=1", False),
        ([("a", "1")], "", False),
    ],
)
def test_the_query_is_an_ordered_list_of_pairs(pairs, sent, fine):
    target = f"/v1/a?{sent}" if sent else "/v1/a"
    assert rules(query(*pairs), exchange(target=target)) == ([] if fine else ["wire/query"])


def test_a_dropped_pair_is_named():
    found = messages(query(("a", "1"), ("image", "x")), exchange(target="/v1/a?a=1"))
    assert found == 'the query lacks "image"="x"'


def test_declared_headers_arrive_once():
    expected = request(headers=(Pair("X-Id", Text.of("1")),))
    assert rules(expected, exchange(headers=[("x-id", "1")])) == []
    assert rules(expected, exchange()) == ["wire/header"]
    assert rules(expected, exchange(headers=[("X-Id", "2")])) == ["wire/header"]
    assert rules(expected, exchange(headers=[("X-Id", "1"), ("X-Id", "1")])) == ["wire/header"]


def test_repeated_headers_may_be_combined():
    expected = request(headers=(Pair("X-Id", Text.of("1")), Pair("X-Id", Text.of("2"))))
    assert rules(expected, exchange(headers=[("X-Id", "1"), ("X-Id", "2")])) == []
    assert rules(expected, exchange(headers=[("X-Id", "1, 2")])) == []
    assert rules(expected, exchange(headers=[("X-Id", "1,2")])) == []
    assert rules(expected, exchange(headers=[("X-Id", "2"), ("X-Id", "1")])) == ["wire/header"]


def test_header_values_beyond_ascii_may_be_utf_8_or_latin_1():
    expected = request(headers=(Pair("X-Id", Text.of("é")),))
    assert rules(expected, exchange(headers=[("X-Id", "é")])) == []
    assert rules(expected, exchange(headers=[("X-Id", "é".encode().decode("latin-1"))])) == []
    assert rules(expected, exchange(headers=[("X-Id", "?")])) == ["wire/header"]


def test_automatic_headers_are_exempt_unless_they_are_set():
    automatic = [
        ("User-Agent", "x"),
        ("Accept", "*/*"),
        ("Sec-Fetch-Mode", "cors"),
        ("Transfer-Encoding", "chunked"),
    ]
    assert rules(GET, exchange(headers=automatic)) == []
    expected = request(headers=(Pair("Accept", Text.of("text/csv")),))
    assert rules(expected, exchange(headers=[("Accept", "*/*")])) == ["wire/header"]


def test_any_other_header_is_extra():
    """A Content-Type where the request has no body is the one that clients like to add."""
    sent = [("Content-Type", "application/x-www-form-urlencoded")]
    assert rules(GET, exchange(headers=sent)) == ["wire/extra-header"]
    assert rules(GET, exchange(headers=[("X-Powered-By", "y")])) == ["wire/extra-header"]


@pytest.mark.parametrize(
    ("expected", "sent", "fine"),
    [
        ("text/plain; charset=utf-8", "Text/Plain;charset=UTF-8", True),
        ("text/plain; charset=utf-8", 'text/plain; charset="utf-8"', True),
        ("text/plain; charset=utf-8", "text/plain", False),
        ("text/plain", "text/plain; charset=utf-8", False),
        ("text/plain", None, False),
        ("text/plain; boundary=a", "text/plain; boundary=b", False),
    ],
)
def test_the_media_type_is_compared_with_its_parameters(expected, sent, fine):
    body = Body(kind="text", media_type=expected, text="x")
    assert rules(request(body), post(sent, b"x")) == ([] if fine else ["wire/media-type"])


@pytest.mark.parametrize(
    ("expected", "sent", "fine"),
    [
        ('{"a": 1, "b": [true, null]}', '{"b":[true,null],"a":1}', True),
        ('{"a": 1}', '{"a": 1.0}', True),
        ('{"a": 100}', '{"a": 1e2}', True),
        ('{"a": 1}', '{"a": true}', False),
        ('{"a": 1}', '{"a": "1"}', False),
        ('{"a": 0}', '{"a": false}', False),
        ('{"a": null}', "{}", False),
        ("{}", '{"a": null}', False),
        ('{"a": 9007199254740993}', '{"a": 9007199254740992}', False),
        ('{"a": 9007199254740993}', '{"a": 9007199254740993}', True),
        ('{"a": 0.1}', '{"a": 0.1000000000000000055511151231257827}', False),
        ('{"a": [1, 2]}', '{"a": [2, 1]}', False),
        ('{"a": [1]}', '{"a": {"0": 1}}', False),
        ('{"a": "é"}', '{"a": "\\u00e9"}', True),
        ('{"a": 1}', '{"a": 2, "a": 1}', False),
        ('{"a": 1}', '{"a": NaN}', False),
        ('{"a": 1}', "", False),
        ('{"a": 1}', "[" * 100_000, False),
        ('{"a": 1}', '{"a": 1e9999999999999999999999}', False),
    ],
)
def test_json_is_compared_by_value(expected, sent, fine):
    body = Body(kind="json", media_type="application/json", text=expected)
    assert set(rules(request(body), post("application/json", sent.encode()))) == (
        set() if fine else {"wire/body"}
    )


def test_a_difference_in_json_has_its_pointer():
    body = Body(kind="json", media_type="application/json", text='{"a": [{"b/c": 1}]}')
    sent = post("application/json", b'{"a": [{"b/c": 2}]}')
    (finding,) = compare(request(body), {}, {}, [sent])
    assert (finding.pointer, finding.message) == ("/a/0/b~1c", '"/a/0/b~1c" in the body is 2, expected 1')


@pytest.mark.parametrize(
    ("sent", "fine"), [("b=1&a=x+y", True), ("b=1&a=x%20y", True), ("a=x+y&b=1", False), ("", False)]
)
def test_a_form_is_an_ordered_list_of_pairs(sent, fine):
    body = Body(
        kind="form",
        media_type="application/x-www-form-urlencoded",
        pairs=(Pair("b", Text.of("1")), Pair("a", Text.of("x y"))),
    )
    found = rules(request(body), post("application/x-www-form-urlencoded", sent.encode()))
    assert found == ([] if fine else ["wire/body"])


def test_base64_and_files_are_compared_byte_for_byte():
    encoded = base64.b64encode(FILES["a.bin"])
    body = Body(kind="base64", media_type="text/plain", file="a.bin")
    assert rules(request(body), post("text/plain", encoded)) == []
    wrapped = base64.encodebytes(FILES["a.bin"])
    assert "differs from byte 76 on" in messages(request(body), post("text/plain", wrapped))
    body = Body(kind="file", media_type="image/jpeg", file="a.bin")
    assert rules(request(body), post("image/jpeg", FILES["a.bin"])) == []
    assert rules(request(body), post("image/jpeg", FILES["a.bin"].replace(b"\r\n", b"\n"))) == ["wire/body"]
    assert "the body is empty" in messages(request(body), post("image/jpeg", b""))


def test_a_body_that_was_not_asked_for():
    assert rules(GET, exchange(body=b"{}")) == ["wire/body"]


def test_a_text_is_sent_in_its_charset():
    body = Body(kind="text", media_type="text/plain; charset=iso-8859-1", text="é")
    assert rules(request(body), post("text/plain; charset=iso-8859-1", b"\xe9")) == []
    assert rules(request(body), post("text/plain; charset=iso-8859-1", "é".encode())) == ["wire/body"]


PARTS = (
    BodyPart(name="title", text=Text.of("Café")),
    BodyPart(name="meta", text=Text.of("{}"), media_type="application/json"),
    BodyPart(name='i"m', file="a.bin", file_name="ä.jpg", media_type="image/jpeg"),
)
MULTIPART = request(Body(kind="multipart", parts=PARTS))


def part(head, content):
    return b"--XX\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n"


TITLE = part('Content-Disposition: form-data; name="title"', "Café".encode())
META = part('content-disposition: form-data; name="meta"\r\ncontent-type: application/json', b"{}")
IMAGE_HEAD = 'Content-Disposition: form-data; name="i%22m"; filename="ä.jpg"\r\nContent-Type: image/jpeg'
IMAGE = part(IMAGE_HEAD, FILES["a.bin"])


def multipart(*parts, end=b"--XX--\r\n", boundary="XX"):
    return post(f"multipart/form-data; boundary={boundary}", b"".join(parts) + end)


def test_multipart_is_compared_part_by_part():
    """Content that looks like a boundary is content; quotes in names are escaped in either usual way."""
    assert rules(MULTIPART, multipart(TITLE, META, IMAGE)) == []
    escaped = part(IMAGE_HEAD.replace("%22", '\\"'), FILES["a.bin"])
    assert rules(MULTIPART, multipart(TITLE, META, escaped)) == []
    starred = part(IMAGE_HEAD.replace('filename="ä.jpg"', "filename*=UTF-8''%C3%A4.jpg"), FILES["a.bin"])
    assert rules(MULTIPART, multipart(TITLE, META, starred)) == []


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ((TITLE, META), "has 2 parts"),
        ((META, TITLE, IMAGE), 'name of part 1 is "meta"'),
        ((TITLE.replace(b"Caf", b"caf"), META, IMAGE), "the content of part 1 differs from byte 0"),
        ((TITLE, META.replace(b"application/json", b"text/plain"), IMAGE), "media type of part 2"),
        ((TITLE, META, IMAGE.replace(b"filename", b"fn")), "the filename of part 3 is missing"),
        ((TITLE.replace(b'"title"', b'"title"; filename="t"'), META, IMAGE), "expected none"),
        ((TITLE, META, IMAGE.replace(b"\x00\x01", b"\x00")), "the content of part 3 differs from byte 1"),
        ((TITLE, META, part(IMAGE_HEAD, b"\r\n--XXY")), "inside a part"),
        ((TITLE, META, IMAGE.replace(b"\r\n\r\n\x00", b"\r\n\x00")), "no empty line"),
    ],
)
def test_what_is_wrong_with_a_part_is_said(parts, says):
    assert says in messages(MULTIPART, multipart(*parts))


def test_malformed_multipart_bodies():
    assert "the closing boundary" in messages(MULTIPART, multipart(TITLE, META, IMAGE, end=b""))
    assert "does not occur" in messages(MULTIPART, multipart(TITLE, boundary="YY"))
    assert "is not allowed" in messages(MULTIPART, multipart(TITLE, boundary=""))
    assert rules(MULTIPART, post("application/json", b"{}")) == ["wire/media-type", "wire/body"]


def test_secrets_are_masked():
    """No message shows a credential: not plain, not encoded, not inside an encoding, not in part."""
    basic = Text.of("Basic ", Encoded("base64", Text.of("user:", KEY)))
    expected = request(
        query=(Pair("key", Text.of(KEY)),), headers=(Pair("Authorization", basic), Pair("X", Text.of(KEY)))
    )
    wrong = exchange(
        target="/v1/"
        + expected.url.resolve(ENVIRONMENT).partition("?")[2]
        + "?key="
        + "s3cret-value&=+/%20%",
        headers=[("Authorization", basic.resolve(ENVIRONMENT) + "x"), ("X-Other", SECRET)],
        body=b"x" * 30 + SECRET.encode() + b"y",
    )
    found = messages(expected, wrong)
    assert "$API_KEY" in found
    for shape in ("s3cret", "czNjcmV0", base64.b64encode(b"user:" + SECRET.encode()).decode()[:12]):
        assert shape not in found


def test_a_mask_says_how_a_secret_was_encoded():
    """So that two spellings of one secret can be told apart, whatever mixture of encodings they are."""
    mask = Mask.of({"K": 'a b~é"longer-piece'})
    spelled = {
        'a b~é"longer-piece': "$K",
        "a%20b~%C3%A9%22longer-piece": "$K|percent",
        "a+b~%C3%A9%22longer-piece": "$K|form",
        'a%20b%7e%c3%a9\\"longer-piece': "$K|other",
        'a b~Ã©"longer-piece': "$K|latin-1",
        "a b~\\u00e9\\u0022longer-piece": "a b~\\u00e9\\u0022$K|part",
        base64.b64encode('a b~é"longer-piece'.encode()).decode(): "$K|base64",
    }
    assert {text: mask(text) for text in spelled} == spelled


def test_what_was_received_as_a_request():
    """The contract can be asked about what arrived, without the headers that the client added."""
    body = Body(kind="json", media_type="application/json", text="{}")
    sent = post("application/json", b'{"a": 1}')
    sent = replace(sent, target="/v1/a?x=1&y", headers=(*sent.headers, ("User-Agent", "z"), ("X-A", "1")))
    seen = received(request(body), sent)
    assert seen.query == (Pair("x", Text.of("1")), Pair("y", None))
    assert [pair.name for pair in seen.headers] == ["X-A"]
    assert seen.body
    assert seen.body.value == {"a": 1}
