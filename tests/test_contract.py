"""What the document says about requests, responses and itself."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippetgen.contract import RULES, check_document, check_request, check_response
from snippetgen.contract.style import decode_pairs, match_path
from snippetgen.errors import DocumentError
from snippetgen.model import Body, BodyPart, Credential, Encoded, Finding, Pair, Request, Text
from snippetgen.openapi.circle import circles
from snippetgen.openapi.document import Document, Operation, load_document
from snippetgen.openapi.parameter import read_parameter
from snippetgen.source import Source

ROBOFLOW = Path(__file__).parent.parent / "specs" / "roboflow"
MENDED = load_document(ROBOFLOW / "roboflow.openapi.json", [ROBOFLOW / "roboflow.overlay.yaml"])
BARE = load_document(ROBOFLOW / "roboflow.openapi.json")
INFER = MENDED.operations()[0]
KEY = Credential("api_key", "ROBOFLOW_API_KEY", "YOUR_API_KEY")
BRANCHES = {
    "instance-segmentation": "InstanceSegmentationInferenceResponse",
    "semantic-segmentation": "SemanticSegmentationInferenceResponse",
    "object-detection": "ObjectDetectionInferenceResponse",
    "keypoint-detection": "KeypointsDetectionInferenceResponse",
    "classification": "ClassificationInferenceResponse",
    "multi-label-classification": "MultiLabelClassificationInferenceResponse",
}


def pair(name: str, value: str | Credential | None) -> Pair:
    """A pair of that text, or of a secret."""
    return Pair(name, None if value is None else Text.of(value))


def infer(*query: Pair, path: str = "/your-model/42", body: Body | None = None, key: bool = True) -> Request:
    """A request to the operation that ships, with the key unless told otherwise."""
    return Request(
        method="POST",
        origin="https://serverless.roboflow.com",
        path=Text.of(path),
        query=((pair("api_key", KEY),) if key else ()) + query,
        body=body,
    )


def rules(findings: Any) -> list[str]:
    """The rules of findings, without their family; each finding says where and how to mend it."""
    found: list[Finding] = list(findings)
    assert all(f.rule in RULES and f.pointer is not None and f.fix for f in found)
    return [f.rule.removeprefix("contract/") for f in found]


def api(
    version: str = "3.1.0", path: str = "/x", method: str = "post", root: Any = None, **fields: Any
) -> Operation:
    """The one operation of a document, with these fields."""
    data = {"openapi": version, "info": {}, "paths": {path: {method: fields}}} | (root or {})
    return Document(source=Source("api.json", json.dumps(data), data), data=data).operations()[0]


def request(**fields: Any) -> Request:
    """A POST to /x, with these fields over it."""
    usual: dict[str, Any] = {"method": "POST", "origin": "https://a.example", "path": Text.of("/x")}
    return Request(**(usual | fields))


def sample(name: str) -> Any:
    """A sample response that ships."""
    return json.loads((ROBOFLOW / "samples" / f"{name}.json").read_bytes())


# --- requests


def test_shipped_requests_are_right() -> None:
    """The two examples of the pages, a local and a hosted image, fulfil the mended contract."""
    body = Body(kind="base64", file="YOUR_IMAGE.jpg", media_type="application/x-www-form-urlencoded")
    assert rules(check_request(INFER, infer(body=body), {})) == []
    hosted = infer(
        pair("image", "https://i.imgur.com/PEEvqPN.png"), pair("confidence", "0.5"), pair("labels", "true")
    )
    assert rules(check_request(INFER, hosted, {"ROBOFLOW_API_KEY": "k"})) == []


@pytest.mark.parametrize(
    ("query", "expected", "text"),
    [
        (pair("name", "YOUR_IMAGE.jpg"), "undeclared-parameter", "'name'"),
        (pair("confidance", "0.5"), "undeclared-parameter", "did you mean `confidence`"),
        (pair("confidence", "half"), "parameter-schema", "'half' is not of type 'number'"),
        (pair("confidence", "40"), "parameter-schema", "40 is greater than the maximum of 1"),
        (pair("max_detections", "1.5"), "parameter-schema", "not of type 'integer'"),
        (pair("labels", "yes"), "parameter-schema", "'yes'"),
        (pair("format", "jpeg"), "parameter-schema", "'json', 'image'"),
        (pair("stroke", ""), "parameter-schema", "integer"),
    ],
)
def test_a_wrong_query_pair_is_found(query: Pair, expected: str, text: str) -> None:
    """A query pair that the document does not declare, or not with that value, is found at its name."""
    (found,) = check_request(INFER, infer(query), {})
    assert found.rule == f"contract/{expected}"
    assert found.pointer == f"/query/{query.name}"
    assert text in f"{found.message} {found.fix}"


def test_the_key_is_needed() -> None:
    """The security requirement is not met without the key, and a bare document never asks for it."""
    assert rules(check_request(INFER, infer(key=False), {})) == ["security"]
    assert rules(check_request(BARE.operations()[0], infer(key=False), {})) == []


def test_bare_document_knows_no_body() -> None:
    """Without the overlay, the request body of the pages is undeclared."""
    body = Body(kind="base64", file="i.jpg", media_type="application/x-www-form-urlencoded")
    assert rules(check_request(BARE.operations()[0], infer(body=body), {})) == ["undeclared-body"]


def test_method_and_path() -> None:
    """Another method, or a path that the template does not match, is found."""
    operation = api(path="/a/{b}", parameters=[{"name": "b", "in": "path", "schema": {"type": "integer"}}])

    def at(path: str, **more: Any) -> Request:
        return request(path=Text.of(path), **more)

    assert rules(check_request(operation, at("/a/1"), {})) == []
    assert rules(check_request(operation, at("/a/1", method="GET"), {})) == ["method"]
    assert rules(check_request(operation, at("/a/1/2"), {})) == ["path"]
    assert rules(check_request(operation, at("/a/"), {})) == ["path"]
    assert rules(check_request(operation, at("/a/x"), {})) == ["parameter-schema"]


def test_an_encoded_slash_belongs_to_its_segment() -> None:
    """`%2F` does not separate segments."""
    assert match_path("/a/{b}", "/a/x%2Fy") == {"b": "x%2Fy"}
    assert match_path("/a/{b}/{c}", "/a/x%2Fy") is None
    assert match_path("/{a}.{b}", "/x.y.z") == {"a": "x", "b": "y.z"}


def test_base_path_of_a_server() -> None:
    """The path is compared below the server's base path, wherever the request has it."""
    operation = api(servers=[{"url": "https://a.example/v1/"}])
    assert rules(check_request(operation, request(origin="https://a.example/v1"), {})) == []
    assert rules(check_request(operation, request(path=Text.of("/v1/x")), {})) == []


def test_concrete_beats_templated() -> None:
    """A path value that spells another operation's path reaches that operation."""
    paths = {"/p/{id}": {"post": {"parameters": [{"name": "id", "in": "path"}]}}, "/p/mine": {"post": {}}}
    operation = api(root={"paths": paths})
    assert rules(check_request(operation, request(path=Text.of("/p/mine")), {})) == ["shadowed-path"]


def test_headers_and_cookies() -> None:
    """Undeclared headers and cookies are found; HTTP's own headers and credentials are not."""
    declared = [
        {"name": "X-N", "in": "header", "required": True, "schema": {"type": "integer"}},
        {"name": "Accept", "in": "header", "required": True},
        {"name": "c", "in": "cookie", "schema": {"type": "boolean"}},
    ]
    operation = api(parameters=declared)
    good = (pair("x-n", "1"), pair("Accept", "*/*"), pair("Cookie", "c=true"), pair("X-Key", KEY))
    assert rules(check_request(operation, request(headers=good), {})) == []
    bad = (pair("X-N", "one"), pair("X-Typo", "1"), pair("Cookie", "c=1; d=2"))
    expected = ["parameter-schema", "undeclared-header", "parameter-schema", "undeclared-cookie"]
    assert rules(check_request(operation, request(headers=bad), {})) == expected
    assert rules(check_request(operation, request(), {})) == ["missing-parameter"]


@pytest.mark.parametrize(
    ("scheme", "header", "met"),
    [
        ({"type": "http", "scheme": "bearer"}, ("Authorization", Text.of("Bearer ", KEY)), True),
        ({"type": "http", "scheme": "Bearer"}, ("authorization", Text.of("bearer ", KEY)), True),
        ({"type": "http", "scheme": "bearer"}, ("Authorization", Text.of(KEY)), False),
        (
            {"type": "http", "scheme": "basic"},
            ("Authorization", Text.of("Basic ", Encoded("base64", Text.of(KEY)))),
            True,
        ),
        ({"type": "oauth2"}, ("Authorization", Text.of("Bearer ", KEY)), True),
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, ("x-key", Text.of(KEY)), True),
        ({"type": "apiKey", "in": "cookie", "name": "k"}, ("Cookie", Text.of("k=", KEY)), True),
        ({"type": "apiKey", "in": "query", "name": "k"}, ("X-Key", Text.of(KEY)), False),
    ],
)
def test_security_schemes(scheme: Any, header: tuple[str, Text], met: bool) -> None:
    """A scheme is met by its credential at its place, and alternatives need one of them to be met wholly."""
    root = {"components": {"securitySchemes": {"s": scheme}}}
    sent = request(headers=(Pair(*header),))
    assert ("security" not in rules(check_request(api(root=root, security=[{"s": []}]), sent, {}))) is met
    assert "security" not in rules(check_request(api(root=root, security=[{"s": []}, {}]), sent, {}))


def test_an_api_key_counts_as_declared() -> None:
    """A key that only a security scheme declares is no undeclared parameter."""
    root = {"components": {"securitySchemes": {"s": {"type": "apiKey", "in": "query", "name": "k"}}}}
    sent = request(query=(pair("k", KEY),))
    assert rules(check_request(api(root=root, security=[{"s": []}]), sent, {})) == []
    assert rules(check_request(api(root=root), sent, {})) == ["undeclared-parameter"]


def test_parameters_once() -> None:
    """A single value sent twice, and a deprecated parameter, are found; a list may repeat."""
    declared = [
        {"name": "a", "in": "query", "schema": {"type": "string"}},
        {
            "name": "l",
            "in": "query",
            "deprecated": True,
            "schema": {"type": "array", "items": {"type": "integer"}},
        },
    ]
    twice = request(query=(pair("a", "1"), pair("a", "2"), pair("l", "1"), pair("l", "2")))
    assert rules(check_request(api(parameters=declared), twice, {})) == [
        "repeated-parameter",
        "deprecated-parameter",
    ]


@pytest.mark.parametrize(
    ("parameter", "pairs", "expected"),
    [
        ({"schema": {"type": "array"}}, [("p", "a"), ("p", "b")], ["a", "b"]),
        ({"schema": {"type": "array"}, "explode": False}, [("p", "a,b")], ["a", "b"]),
        (
            {"schema": {"type": "array"}, "style": "pipeDelimited", "explode": False},
            [("p", "a|b")],
            ["a", "b"],
        ),
        (
            {"schema": {"type": "array"}, "style": "spaceDelimited", "explode": False},
            [("p", "a b")],
            ["a", "b"],
        ),
        ({"schema": {"type": "array", "items": {"type": "number"}}}, [("p", "1")], [1]),
        ({"schema": {"type": "object", "properties": {"n": {"type": "integer"}}}}, [("n", "1")], {"n": 1}),
        ({"schema": {"type": "object"}, "explode": False}, [("p", "a,1,b,2")], {"a": "1", "b": "2"}),
        ({"schema": {"type": "object"}, "style": "deepObject"}, [("p[a]", "1")], {"a": "1"}),
        ({"content": {"application/json": {"schema": {}}}}, [("p", '{"a": 1}')], {"a": 1}),
        ({"schema": {"anyOf": [{"type": "number"}, {"type": "null"}]}}, [("p", "0.5")], 0.5),
        ({"schema": {"type": "string"}}, [("p", "1")], "1"),
    ],
)
def test_styles(parameter: Any, pairs: list[tuple[str, str]], expected: Any) -> None:
    """Each style is read back into the value that it wrote."""
    found = read_parameter({"name": "p", "in": "query"} | parameter, "", lambda node: node)
    assert decode_pairs(found, pairs, lambda node: node) == (expected,)


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_the_query(number: float) -> None:
    """Every JSON number is read back from a query as itself."""
    found = read_parameter({"name": "p", "in": "query", "schema": {"type": "number"}}, "", lambda node: node)
    assert decode_pairs(found, [("p", json.dumps(number))], lambda node: node) == (number,)


# --- bodies


def body_api(media_type: str, schema: Any, **fields: Any) -> Operation:
    """An operation that takes this body."""
    return api(requestBody={"content": {media_type: {"schema": schema}}} | fields)


def test_json_bodies() -> None:
    """A JSON body is checked against its schema: all of it, with what nothing declares."""
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "integer"}, "r": {"readOnly": True}},
    }
    operation = body_api("application/*", schema, required=True)

    def send(text: str) -> Request:
        return request(body=Body(kind="json", media_type="application/json", text=text))

    assert rules(check_request(operation, send('{"a": 1}'), {})) == []
    found = list(check_request(operation, send('{"a": true, "r": 1, "z": 1}'), {}))
    assert rules(found) == ["request-schema", "undeclared-property", "read-only-property"]
    assert [f.pointer for f in found] == ["/body/a", "/body/z", "/body/r"]
    assert [f.severity for f in found] == ["error", "warning", "warning"]
    for broken in ("{", '{"a": NaN}', '{"a": -Infinity}', '{"a": 1} x'):
        assert rules(check_request(operation, send(broken), {})) == ["invalid-json"]
    assert rules(check_request(operation, send('{"a": "", "a": 1}'), {})) == []
    assert rules(check_request(operation, request(), {})) == ["missing-body"]


def test_media_type_of_a_body() -> None:
    """A media type that the operation does not take is found; parameters and case do not matter."""
    operation = body_api("application/json", {})

    def send(media_type: str) -> Request:
        return request(body=Body(kind="text", media_type=media_type, text="1"))

    assert rules(check_request(operation, send("Application/JSON; charset=utf-8"), {})) == []
    assert rules(check_request(operation, send("text/plain"), {})) == ["media-type"]


def test_forms() -> None:
    """Each field of a form is read by its property; a secret is not judged."""
    schema = {
        "type": "object",
        "properties": {
            "n": {"type": "integer"},
            "l": {"type": "array", "items": {"type": "integer"}},
            "k": {"type": "string", "maxLength": 1},
        },
    }
    operation = body_api("application/x-www-form-urlencoded", schema)

    def form(*pairs: Pair) -> Request:
        media_type = "application/x-www-form-urlencoded"
        return request(body=Body(kind="form", media_type=media_type, pairs=pairs))

    assert (
        rules(
            check_request(operation, form(pair("n", "1"), pair("l", "1"), pair("l", "2"), pair("k", KEY)), {})
        )
        == []
    )
    found = list(check_request(operation, form(pair("n", "x"), pair("z", "1")), {}))
    assert [f.pointer for f in found] == ["/body/n", "/body/z"]


def test_multipart() -> None:
    """The parts are the properties; an object part is JSON, and a file fits a string."""
    schema = {
        "type": "object",
        "required": ["file", "meta"],
        "properties": {
            "file": {"type": "string", "format": "binary"},
            "meta": {"type": "object", "required": ["a"]},
        },
    }
    operation = body_api("multipart/form-data", schema)
    parts = (BodyPart(name="file", file="a.bin"), BodyPart(name="meta", text=Text.of('{"a": 1}')))
    assert rules(check_request(operation, request(body=Body(kind="multipart", parts=parts)), {})) == []
    found = list(check_request(operation, request(body=Body(kind="multipart", parts=parts[:1])), {}))
    assert [f.pointer for f in found] == ["/body/meta"]


def test_a_file_that_is_json_is_not_silently_passed() -> None:
    """What was not checked is said."""
    sent = request(body=Body(kind="file", file="a.json", media_type="application/json"))
    (found,) = check_request(body_api("application/json", {"type": "object"}), sent, {})
    assert (found.rule, found.severity) == ("contract/unchecked-body", "note")


# --- responses


@pytest.mark.parametrize(("name", "branch"), BRANCHES.items())
def test_shipped_samples_are_right(name: str, branch: str) -> None:
    """Every sample that ships fulfils the branch that its page promises, strictly."""
    assert rules(check_response(INFER, "200", "application/json", sample(name), branch=branch)) == []


def test_shipped_error_is_right() -> None:
    """The 403 sample fulfils the 403 schema; a branch does not matter to it."""
    found = check_response(
        INFER, "403", "application/json", sample("forbidden"), branch=BRANCHES["classification"]
    )
    assert rules(found) == []


def test_masks_are_images_of_the_size_that_is_named() -> None:
    """Both masks are grayscale PNGs as large as the image, and each pixel is a class of the map."""
    value = sample("semantic-segmentation")
    size = (value["image"]["width"], value["image"]["height"])
    for key in ("segmentation_mask", "confidence_mask"):
        data = base64.b64decode(value["predictions"][key], validate=True)
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">IIBB", data[16:26]) == (*size, 8, 0)
        length = struct.unpack(">I", data[33:37])[0]
        pixels = zlib.decompress(data[41 : 41 + length])
        rows = [pixels[i * (size[0] + 1) + 1 : (i + 1) * (size[0] + 1)] for i in range(size[1])]
        if key == "segmentation_mask":
            assert {str(p) for row in rows for p in row} == value["predictions"]["class_map"].keys()


def test_the_published_sample_fails() -> None:
    """The published instance segmentation sample lacks what its schema requires; every lack is told."""
    value = {
        "predictions": [
            {"x": 1, "y": 2, "width": 3, "height": 4, "class": "A", "confidence": 0.98, "points": []}
        ]
    }
    found = list(
        check_response(INFER, "200", "application/json", value, branch=BRANCHES["instance-segmentation"])
    )
    assert {(f.rule, f.pointer) for f in found} == {
        ("contract/response-schema", "/image"),
        ("contract/response-schema", "/predictions/0/class_id"),
    }


def test_translated_key_is_told_twice() -> None:
    """A renamed property is both missing and undeclared."""
    found = check_response(INFER, "403", "application/json", {"संदेश": "x"})
    assert rules(found) == ["response-schema", "undeclared-property"]


def test_statuses() -> None:
    """An undeclared status, and a body where there is no content, are found."""
    operation = api(responses={"204": {"description": "none"}, "4XX": {"description": "bad"}})
    assert rules(check_response(operation, "500", "application/json", {})) == ["undeclared-status"]
    assert rules(check_response(operation, "204", "application/json", {})) == ["unexpected-body"]
    assert rules(check_response(operation, "204", "", None)) == []
    assert rules(check_response(operation, "404", "", None)) == []


def test_media_type_of_a_response() -> None:
    """A media type that the status does not declare is found."""
    assert rules(check_response(INFER, "403", "text/html", "x")) == ["media-type"]


def test_vacuous_schema() -> None:
    """A 200 schema that ends in {} proves nothing unless a branch is named; the overlay mends it."""
    bare = BARE.operations()[0]
    assert rules(check_response(bare, "200", "application/json", 1)) == ["vacuous-schema"]
    assert rules(check_response(bare, "200", "application/json", 1, branch="StubResponse")) == [
        "response-schema"
    ]
    assert set(rules(check_response(INFER, "200", "application/json", {}))) == {"response-schema"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "strin"}, "is not a JSON Schema: at /type, 'strin'"),
        ({"allOf": [{"$ref": "#/components/schemas/X"}]}, "refers to itself without end"),
        ({"$ref": "#/components/schemas/X"}, "refers to itself without end"),
    ],
)
def test_a_schema_that_cannot_be_used(schema: Any, expected: str) -> None:
    """A schema that is unlawful or endless is told as bad input with its place, not as a traceback."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/X"}}}
    root = {"components": {"schemas": {"X": schema}}}
    operation = api(root=root, responses={"200": {"description": "", "content": content}})
    with pytest.raises(DocumentError, match=r"api\.json:1:") as caught:
        list(check_response(operation, "200", "application/json", 1, branch="X"))
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ({"url": "https://{a}.example.com/{b}", "variables": {"a": {"default": "x"}}}, ["server-url"]),
        ({"url": "https://{a}", "variables": {"a": {"default": "x", "enum": ["y"]}}}, ["server-url"]),
        ({"url": "https://{a}", "variables": {"a": {"default": "x", "enum": ["x"]}}}, []),
        ({"url": "https:// example.com"}, ["server-url"]),
        ({"url": "https://[::1"}, ["server-url"]),
        ({"url": "https://a.example:port"}, ["server-url"]),
        ({"url": "ftp://a.example"}, ["server-url"]),
        ({"url": "https:///v1"}, ["server-url"]),
        ({"url": "/v1"}, []),
        ({"url": "http://127.0.0.1:8080/v1/"}, []),
    ],
)
def test_servers_that_no_request_can_go_to(server: Any, expected: list[str]) -> None:
    """A server's URL is judged as a request uses it, wherever it is declared."""
    good = {"200": {"description": ""}, "default": {"description": ""}}
    for operation in (api(servers=[server], responses=good), api(root={"servers": [server]}, responses=good)):
        assert rules(check_document(operation.document, [operation])) == expected


def test_circles_are_found_wherever_they_begin() -> None:
    """A schema that leads back to itself in place is one finding; recursion into a value is none."""
    ref = "#/components/schemas/"
    schemas = {
        "A": {"anyOf": [{"$ref": ref + "B"}]},
        "B": {"not": {"$ref": ref + "A"}},
        "C": {"properties": {"c": {"$ref": ref + "C"}, "d": {"allOf": [{"$ref": ref + "C"}]}}},
        "D": {"items": {"allOf": [{"$ref": ref + "A"}]}},
    }
    found = list(check_document(api(root={"components": {"schemas": schemas}}).document, []))
    assert rules(found) == ["unusable-schema"]
    assert (found[0].pointer or "").startswith(("/components/schemas/A", "/components/schemas/B"))


def test_circles_are_found_behind_what_is_composed() -> None:
    """The properties of a schema that another composes are searched too."""
    schemas = {
        "A": {"allOf": [{"$ref": "#/B"}]},
        "B": {"properties": {"c": {"$ref": "#/C"}}},
        "C": {"not": {"$ref": "#/C"}},
    }
    assert list(circles(schemas, ["/A"])) == ["/C"]


def test_branches() -> None:
    """A branch must be offered by the status's schema, and must exist."""
    found = check_response(INFER, "200", "application/json", {"Message": ""}, branch="ForbiddenResponse")
    assert rules(found) == ["unknown-branch"]
    with pytest.raises(DocumentError, match=r"did you mean `StubResponse`"):
        list(check_response(INFER, "200", "application/json", {}, branch="StubRespons"))


def test_write_only_in_a_response() -> None:
    """A property that only requests carry is found in a response."""
    schema = {"properties": {"p": {"type": "string", "writeOnly": True}}}
    operation = api(
        responses={"200": {"description": "", "content": {"application/json": {"schema": schema}}}}
    )
    assert rules(check_response(operation, "200", "application/json", {"p": "x"})) == ["write-only-property"]


# --- documents


def test_what_the_bare_document_lacks() -> None:
    """The published document has no server, no security and a vacuous success; the mended one has."""
    found = list(check_document(BARE, BARE.operations(), credentials=[("query", "api_key")]))
    assert rules(found) == ["no-servers", "no-security", "vacuous-schema"]
    assert all(BARE.place(f.pointer or "").line for f in found)
    assert rules(check_document(BARE, BARE.operations(), branches=True)) == ["no-servers", "no-security"]
    assert rules(check_document(MENDED, MENDED.operations())) == []


def test_what_any_document_can_lack() -> None:
    """Errors, successes, path parameters and security schemes that are missing are found."""
    operation = api(path="/{a}", security=[{"s": []}], responses={}, servers=[{"url": "/"}])
    expected = ["unknown-security-scheme", "path-parameter", "no-success-response", "no-error-response"]
    assert rules(check_document(operation.document, [operation])) == expected


@pytest.mark.parametrize(
    ("version", "schema", "expected"),
    [
        ("3.1.0", {"type": "string", "nullable": True}, ["no-effect"]),
        ("3.0.3", {"type": "string", "nullable": True}, []),
        ("3.0.3", {"nullable": True}, ["no-effect"]),
        ("3.0.3", {"$ref": "#/components/schemas/Y", "maxLength": 1}, ["no-effect"]),
        ("3.1.0", {"$ref": "#/components/schemas/Z"}, ["unusable-schema"]),
        ("3.1.0", {"properties": {"a": {"$ref": "#none"}}}, ["unusable-schema"]),
        ("3.1.0", {"items": {"type": "strin"}}, ["unusable-schema"]),
        ("3.1.0", {"anyOf": [{"$ref": "#/components/schemas/Y"}, {"$ref": "#/components/schemas/Y"}]}, []),
        ("3.1.0", {"format": "colour"}, ["unchecked-format"]),
        ("3.1.0", {"pattern": r"\p{L}"}, []),
        ("3.1.0", {"pattern": "(["}, ["unchecked-pattern"]),
        ("3.1.0", {"properties": {"format": {}, "nullable": {}}}, []),
        ("3.1.0", {"enum": [{"nullable": True}]}, []),
    ],
)
def test_keywords_without_effect(version: str, schema: Any, expected: list[str]) -> None:
    """What a schema says in vain, and what cannot be checked, is listed rather than skipped."""
    operation = api(version, root={"components": {"schemas": {"X": schema, "Y": {}}}})
    assert rules(check_document(operation.document, [])) == expected
    content = {"text/plain": {"schema": schema}}
    body = api(
        version,
        method="get",
        requestBody={"content": content},
        root={"components": {"schemas": {"Y": {}}}},
    )
    found = rules(check_document(body.document, [body]))
    assert [rule for rule in found if not rule.startswith("no-") or rule == "no-effect"] == expected
