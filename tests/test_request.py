"""HTTP is computed once: decoded values in, one exact request out."""

import json
from dataclasses import dataclass, replace

import pytest

from snippetgen.errors import SpecError
from snippetgen.manifest import load_language
from snippetgen.model import Credential, Encoded, Text
from snippetgen.request import Authentication, build_body, build_request


@dataclass(frozen=True)
class Style:
    name: str
    location: str
    style: str
    explode: bool


def _url(example, path="/p", parameters=(), authentications=()):
    request = build_request(
        example,
        method="GET",
        origin="https://h.example",
        path=path,
        parameters=parameters,
        authentications=authentications,
    )
    return request.url.resolve({"KEY": "k&y"})


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("a b", "a%20b"),
        ("a/b", "a%2Fb"),
        ("é", "%C3%A9"),
        ("%2F", "%252F"),
        ("a;b=c", "a%3Bb%3Dc"),
        (42, "42"),
    ],
)
def test_a_path_value_is_encoded_once(value, encoded):
    """A spec holds decoded values, so even `%2F` is three characters to send."""
    assert _url({"path": {"id": value}}, path="/things/{id}") == f"https://h.example/things/{encoded}"


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    # OpenAPI 3.1.1 section 4.8.12.4, Style Examples, for the parameter `color`
    [
        ("matrix", False, "blue", ";color=blue"),
        ("matrix", False, ["blue", "black"], ";color=blue,black"),
        ("matrix", True, ["blue", "black"], ";color=blue;color=black"),
        ("matrix", True, {"R": 100, "G": 200}, ";R=100;G=200"),
        ("matrix", False, {"R": 100, "G": 200}, ";color=R,100,G,200"),
        ("label", False, ["blue", "black"], ".blue,black"),
        ("label", True, ["blue", "black"], ".blue.black"),
        ("label", True, {"R": 100, "G": 200}, ".R=100.G=200"),
        ("simple", False, ["blue", "black"], "blue,black"),
        ("simple", True, {"R": 100, "G": 200}, "R=100,G=200"),
        ("simple", False, {"R": 100, "G": 200}, "R,100,G,200"),
    ],
)
def test_path_styles(style, explode, value, expected):
    """Every path row of the specification's table of examples."""
    parameter = Style("color", "path", style, explode)
    url = _url({"path": {"color": value}}, path="/{color}", parameters=[parameter])
    assert url == f"https://h.example/{expected}"


@pytest.mark.parametrize(
    ("style", "explode", "value", "pairs"),
    [
        ("form", True, ["blue", "black"], [("color", "blue"), ("color", "black")]),
        ("form", False, ["blue", "black"], [("color", "blue,black")]),
        ("form", True, {"R": 100}, [("R", "100")]),
        ("form", False, {"R": 100, "G": 200}, [("color", "R,100,G,200")]),
        ("spaceDelimited", False, ["blue", "black"], [("color", "blue black")]),
        ("pipeDelimited", False, ["blue", "black"], [("color", "blue|black")]),
        ("deepObject", True, {"R": 100, "G": 200}, [("color[R]", "100"), ("color[G]", "200")]),
    ],
)
def test_query_styles(style, explode, value, pairs):
    """Every query row of the specification's table, as decoded pairs."""
    parameter = Style("color", "query", style, explode)
    request = build_request(
        {"query": {"color": value}}, method="GET", origin="https://h", path="/", parameters=[parameter]
    )
    assert [(pair.name, pair.value.literal) for pair in request.query] == pairs


def test_a_query_keeps_order_repeats_and_bare_names():
    """A list of pairs is sent as it stands; one without a value is a bare name."""
    assert _url({"query": [["b", "1"], ["a", ""], ["b", "2 &"], ["flag"]]}).endswith("?b=1&a=&b=2%20%26&flag")


def test_a_credential_is_encoded_where_it_stands():
    """A key with reserved characters cannot add a parameter of its own."""
    key = Authentication(
        id="k", scheme="key", location="query", name="key", credentials=(Credential("k", "KEY"),)
    )
    assert _url({"query": {"a": "1"}}, authentications=[key]) == "https://h.example/p?key=k%26y&a=1"


def test_basic_authentication_is_base64_of_both():
    """RFC 7617: user, colon, password, in Base64."""
    basic = Authentication(
        id="b",
        scheme="basic",
        location="header",
        name="Authorization",
        credentials=(Credential("u", "U"), Credential("p", "P")),
    )
    assert basic.value.resolve({"U": "Aladdin", "P": "open sesame"}) == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    alone = replace(basic, credentials=basic.credentials[:1])
    assert alone.value.resolve({"U": "Aladdin"}) == "Basic QWxhZGRpbjo="


@pytest.mark.parametrize(
    ("example", "message"),
    [
        ({}, "path parameter 'id' has no value"),
        ({"path": {"id": 1, "x": 2}}, "no parameter 'x'"),
        ({"path": {"id": 1}, "headers": {"A B": "x"}}, "not a header name"),
        ({"path": {"id": 1}, "headers": {"A": "x\r\nB: y"}}, "cannot hold a line break"),
    ],
)
def test_what_cannot_be_sent_is_an_error(example, message):
    """A request that HTTP cannot express is refused where it is stated."""
    with pytest.raises(SpecError, match=message):
        _url(example, path="/{id}")


@pytest.mark.parametrize(
    ("data", "kind", "media_type"),
    [
        ({"json": {"a": 1}}, "json", "application/json"),
        ({"form": {"a": "1"}}, "form", "application/x-www-form-urlencoded"),
        ({"text": "x"}, "text", "text/plain; charset=utf-8"),
        ({"file": "a.bin"}, "file", "application/octet-stream"),
        ({"base64": "a.bin", "media_type": "text/x"}, "base64", "text/x"),
        ({"multipart": [{"name": "a", "value": "1"}]}, "multipart", None),
    ],
)
def test_body_kinds(data, kind, media_type):
    """Each kind has the media type that its specification gives it, unless the spec says another."""
    body = build_body(data)
    assert (body.kind, body.media_type) == (kind, media_type)


@pytest.mark.parametrize(
    ("value", "is_data"),
    [
        (json.loads("[" * 64 + "]" * 64), True),
        (json.loads("[" * 65 + "]" * 65), False),
        ({"a": [1, 2.5, None, True, "x"]}, True),
        ({"a": 2**53 + 1}, False),
        ({"__proto__": 1}, False),
        ({"1": "a"}, False),
        ("scalar", False),
    ],
)
def test_json_is_data_only_where_every_language_keeps_it(value, is_data):
    """What a language's own types would change is sent as the exact text instead."""
    assert build_body({"json": value}).is_data is is_data


@pytest.mark.parametrize(
    ("name", "value"), [("a", "b;c"), ("a", "b\n"), ("a=b", "c"), ("a;b", ""), ("a", " b")]
)
def test_a_cookie_is_one_cookie(name, value):
    """What would be read as another cookie, or as another field, is an error and not sent."""
    with pytest.raises(SpecError, match="the cookie"):
        _url({"cookies": {name: value}})


def test_neighbouring_characters_join():
    """Equal texts have equal parts, however they were put together."""
    assert Text.of("a", "b", "", Encoded("percent", Text.of("c"))) == Text.of("ab") + Text.of(
        Encoded("percent", Text.of("c"))
    )


def test_a_dot_segment_is_sent_or_refused():
    """What a client would resolve, it refuses; the language's next client may send it."""
    request = build_request(
        {"path": {"id": ".."}}, method="GET", origin="https://api.example.com", path="/a/{id}/b"
    )
    assert request.base.literal == "https://api.example.com/a/../b"
    python = load_language("python")
    assert "another path" in python.client("httpx").refusal(request)
    assert python.client_for(request).id == "urllib"
