"""An OpenAPI document, its operations and their parameters."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippetgen.errors import DocumentError
from snippetgen.openapi.document import Document, load_document
from snippetgen.openapi.media import is_json, match_media_type, match_status

ROBOFLOW = Path(__file__).parent.parent / "specs" / "roboflow"
OVERLAY = ROBOFLOW / "roboflow.overlay.yaml"
BASE: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}


def write(path: Path, **fields: Any) -> Path:
    """A document file with these fields over the smallest one."""
    file = path / "api.json"
    file.write_text(json.dumps(BASE | fields), encoding="utf-8")
    return file


def document(path: Path, **fields: Any) -> Document:
    """The document of `write`."""
    return load_document(write(path, **fields))


@pytest.fixture
def roboflow() -> Document:
    """The document that ships, mended by its overlay."""
    return load_document(ROBOFLOW / "roboflow.openapi.json", [OVERLAY])


def test_import_is_light() -> None:
    """Reading documents needs neither jsonschema nor jsonpath."""
    code = "import sys, snippetgen.openapi.document; print({'jsonschema', 'jsonpath'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_operation_by_method_and_path_or_id(roboflow: Document) -> None:
    """An operation is found by its method and path, in any case of the method, and by its operationId."""
    found = roboflow.operation("POST /{dataset_id}/{version_id}")
    assert found is roboflow.operation("post /{dataset_id}/{version_id}")
    assert found is roboflow.operation("legacy_infer_from_request__dataset_id___version_id__post")
    assert found.pointer == "/paths/~1{dataset_id}~1{version_id}/post"
    assert (found.method, found.path, found.title) == (
        "POST",
        "/{dataset_id}/{version_id}",
        "Legacy Infer From Request",
    )


def test_unknown_operation_names_the_nearest(roboflow: Document) -> None:
    """A misspelt operation is answered with the one that was meant, place first."""
    with pytest.raises(
        DocumentError, match=r"roboflow\.openapi\.json:1:.*did you mean `POST /\{dataset_id\}/"
    ) as caught:
        roboflow.operation("POST /{dataset}/{version_id}")
    assert caught.value.place is not None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"openapi": "2.0"}, "3.0, 3.1 and 3.2 are supported)"),
        ({"openapi": 3.1}, "quote the version"),
        ({"swagger": "2.0"}, "convert it to OpenAPI 3 first"),
    ],
)
def test_shape(tmp_path: Path, fields: dict[str, Any], expected: str) -> None:
    """What cannot be read as OpenAPI 3 is refused with the place and the remedy."""
    with pytest.raises(DocumentError) as caught:
        document(tmp_path, **fields)
    assert expected in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path}/api.json:")


@pytest.mark.parametrize(
    ("fields", "expected", "lost"),
    [
        ({"info": []}, "/info must be an object", "/info"),
        ({"paths": []}, "/paths must be an object", "/paths"),
        ({"paths": {"x": {}}}, "does not begin with a slash", "/paths/x"),
        ({"paths": {"/x": 1}}, "/paths/~1x must be an object", "/paths/~1x"),
        ({"paths": {"/x": {"get": {"parameters": {}}}}}, "parameters must be a list", "/paths/~1x/get"),
        ({"paths": {"/x": {"get": {"parameters": [1]}}}}, "/0 must be an object", "/paths/~1x/get"),
        ({"paths": {"/x": {"get": {"parameters": [{"in": "query"}]}}}}, "no `name`", "/paths/~1x/get"),
        ({"paths": {"/x": {"get": {"responses": {"200": []}}}}}, "must be an object", "/paths/~1x/get"),
        ({"paths": {"/x": {"get": {"requestBody": {"content": []}}}}}, "must map", "/paths/~1x/get"),
        ({"paths": {"/x": {"get": {"security": ["k"]}}}}, "security/0 must be an object", "/paths/~1x/get"),
        ({"paths": {"/x": {"$ref": "#/nowhere"}}}, "leads nowhere", "/paths/~1x"),
        ({"paths": {"/x": {"parameters": [{"$ref": "#/nowhere"}], "get": {}}}}, "nowhere", "/paths/~1x/get"),
        ({"components": {"schemas": []}}, "/components/schemas must be an object", "/components/schemas"),
        ({"components": {"parameters": {"P": 1}}}, "must be an object", "/components/parameters/P"),
        ({"servers": {}}, "/servers must be a list", "/servers"),
        ({"servers": [{"url": "/"}, 1]}, "/servers/1 must be an object", "/servers/1"),
    ],
)
def test_a_broken_part_is_left_out_and_the_rest_works(
    tmp_path: Path, fields: dict[str, Any], expected: str, lost: str
) -> None:
    """The smallest part that cannot be understood is a fault, and everything else is there."""
    fields = {**fields, "paths": {**fields["paths"], "/ok": {"get": {}}}} if fields.get("paths") else fields
    found = document(tmp_path, **fields)
    assert [str(o) for o in found.operations()] == (["GET /ok"] if fields.get("paths") else [])
    (fault,) = found.faults
    assert expected in fault.message
    assert fault.lost == lost
    assert found.place(fault.pointer).line
    assert found.source.data | fields == found.source.data


def test_an_operation_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    """Whoever asks for it is told what is wrong with it, and not that it is not there."""
    found = document(tmp_path, paths={"/x": {"get": {"parameters": {}}, "put": {}}})
    assert str(found.operation("PUT /x")) == "PUT /x"
    with pytest.raises(DocumentError, match=r"GET /x cannot be used: .*parameters must be a list"):
        found.operation("GET /x")


@pytest.mark.parametrize("version", ["3.0.0", "3.0.4", "3.1.1", "3.2.0", "3.1.0-rc1"])
def test_versions(tmp_path: Path, version: str) -> None:
    """Every 3.0, 3.1 and 3.2 is read."""
    assert document(tmp_path, openapi=version).version == version


def test_parameters_merge(tmp_path: Path) -> None:
    """An operation's parameter replaces the path item's of the same name and location, in its place."""
    shared = [
        {"name": "a", "in": "query", "schema": {"type": "string"}},
        {"$ref": "#/components/parameters/B"},
    ]
    own = [{"name": "a", "in": "query", "schema": {"type": "integer"}}, {"name": "a", "in": "header"}]
    fields = {
        "paths": {"/x": {"parameters": shared, "get": {"parameters": own}}},
        "components": {"parameters": {"B": {"name": "b", "in": "cookie", "required": True}}},
    }
    first, second, third = document(tmp_path, **fields).operations()[0].parameters
    assert (first.key, first.type_label, first.pointer) == (
        ("a", "query"),
        "integer",
        "/paths/~1x/get/parameters/0",
    )
    assert (second.key, second.required, second.pointer) == (
        ("b", "cookie"),
        True,
        "/components/parameters/B",
    )
    assert third.key == ("a", "header")


def test_parameter_defaults(tmp_path: Path) -> None:
    """Path and header parameters are `simple`, the others exploded `form`; a path parameter is required."""
    declared = [{"name": n, "in": n} for n in ("path", "query", "header", "cookie")]
    operation = document(tmp_path, paths={"/{path}": {"get": {"parameters": declared}}}).operations()[0]
    styles = {p.name: (p.style, p.explode, p.required) for p in operation.parameters}
    assert styles == {
        "path": ("simple", False, True),
        "query": ("form", True, False),
        "header": ("simple", False, False),
        "cookie": ("form", True, False),
    }


@pytest.mark.parametrize(
    ("schema", "label"),
    [
        ({"type": "string"}, "string"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string"),
        ({"type": ["integer", "null"]}, "integer"),
        ({"type": "array", "items": {"type": "string"}}, "array of string"),
        ({"type": "array"}, "array"),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "string or integer"),
        ({"enum": ["a", "b", None]}, "string"),
        ({"const": True}, "boolean"),
        ({"$ref": "#/components/schemas/Loop"}, "any"),
        ({}, "any"),
        (True, "any"),
    ],
)
def test_type_label(tmp_path: Path, schema: Any, label: str) -> None:
    """A parameter's type is one word for a reader; null is left out, since leaving it out means the same."""
    loop = {"schemas": {"Loop": {"anyOf": [{"$ref": "#/components/schemas/Loop"}]}}}
    declared = [{"name": "a", "in": "query", "schema": schema}]
    found = document(tmp_path, paths={"/x": {"get": {"parameters": declared}}}, components=loop)
    assert found.operations()[0].parameters[0].type_label == label


def test_table_facts(roboflow: Document) -> None:
    """The facts for a parameter table: label, default and the values to choose from."""
    operation = roboflow.operations()[0]
    facts = {p.name: (p.type_label, p.default, p.enum) for p in operation.parameters}
    assert facts["confidence"] == ("number", 0.4, ())
    assert facts["image_type"] == ("string", "base64", ("base64", "numpy"))
    assert facts["labels"] == ("boolean", False, ())
    assert len(facts) == 22


def test_references(tmp_path: Path) -> None:
    """A `$ref` is a percent-encoded JSON Pointer; it may lead through paths and through other references."""
    components = {
        "schemas": {"A b/c": {"type": "string"}, "Two": {"$ref": "#/components/schemas/A%20b~1c"}},
        "responses": {"R": {"description": "old"}},
    }
    paths = {
        "/a b": {"get": {"responses": {"200": {"$ref": "#/components/responses/R", "description": "new"}}}}
    }
    found = document(tmp_path, paths=paths, components=components)
    assert found.resolve("#/components/schemas/Two") == {"type": "string"}
    assert found.resolve("#/paths/~1a%20b/get/responses/200")["description"] == "new"
    assert found.operations()[0].responses()["200"].description == "new"
    old = document(tmp_path, openapi="3.0.3", paths=paths, components=components)
    assert old.operations()[0].responses()["200"].description == "old"


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("#/components/schemas/Pett", "did you mean `Pet`?"),
        ("other.yaml#/Pet", "another file"),
        ("#/components/schemas/Loop", "leads back to itself"),
        ("#Pet", "leads nowhere"),
    ],
)
def test_bad_references(tmp_path: Path, ref: str, expected: str) -> None:
    """A reference that cannot be followed says why and what to do."""
    schemas = {"Pet": {}, "Loop": {"$ref": "#/components/schemas/Loop"}}
    with pytest.raises(DocumentError, match=r"api\.json") as caught:
        document(tmp_path, components={"schemas": schemas}).resolve(ref)
    assert expected in str(caught.value)


def test_servers(tmp_path: Path) -> None:
    """The nearest level with servers counts, and variables take their defaults."""
    root = [
        {"url": "https://{host}/v{n}", "variables": {"host": {"default": "a.example"}, "n": {"default": "2"}}}
    ]
    paths: dict[str, Any] = {"/x": {"get": {}, "put": {"servers": [{"url": "https://b.example"}]}}}
    get, put = document(tmp_path, paths=paths, servers=root).operations()
    assert (get.servers, put.servers) == (("https://a.example/v2",), ("https://b.example",))


def test_security(tmp_path: Path) -> None:
    """Alternatives are a tuple of tuples; an operation's empty list takes the root's away."""
    two: list[Any] = [{}, {"a": [], "b": []}]
    paths: dict[str, Any] = {"/x": {"get": {}, "put": {"security": []}, "post": {"security": two}}}
    get, put, post = document(tmp_path, paths=paths, security=[{"a": []}]).operations()
    assert (get.security, put.security, post.security) == ((("a",),), (), ((), ("a", "b")))


def test_response_matching(tmp_path: Path) -> None:
    """A status is governed by itself, then by its range, then by `default`; a YAML key 200 is a string."""
    file = tmp_path / "api.yaml"
    file.write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /x:\n    get:\n      responses:\n"
        "        200: {description: exact}\n        2XX: {description: range}\n"
        "        default: {description: rest}\n",
        encoding="utf-8",
    )
    operation = load_document(file).operations()[0]
    found = [r.description for s in ("200", "201", "404") if (r := operation.response(s))]
    assert found == ["exact", "range", "rest"]


def test_additional_operations(tmp_path: Path) -> None:
    """OpenAPI 3.2 has the method QUERY and methods of any other name."""
    paths: dict[str, Any] = {"/x": {"query": {}, "additionalOperations": {"COPY": {}}}}
    found = document(tmp_path, openapi="3.2.0", paths=paths)
    assert [str(o) for o in found.operations()] == ["QUERY /x", "COPY /x"]


@pytest.mark.parametrize(
    ("declared", "sent", "expected"),
    [
        (["application/json"], "Application/JSON; charset=utf-8", "application/json"),
        (["*/*", "application/*", "application/json"], "application/json", "application/json"),
        (["*/*", "application/*"], "application/xml", "application/*"),
        (["*/*"], "text/plain", "*/*"),
        (["text/plain;v=1", "text/plain;v=2"], "text/plain; v=2", "text/plain;v=2"),
        (["application/json"], "text/plain", None),
    ],
)
def test_media_types(declared: list[str], sent: str, expected: str | None) -> None:
    """The most specific media type governs, whatever the case; parameters decide only between alike ones."""
    assert match_media_type(declared, sent) == expected


def test_json_suffix() -> None:
    """A `+json` media type is JSON (RFC 6839)."""
    assert is_json("application/problem+json; charset=utf-8")
    assert not is_json("application/jsonl")


@given(st.integers(100, 599))
def test_default_matches_every_status(status: int) -> None:
    """`default` governs whatever nothing else does."""
    assert match_status(["default"], str(status)) == "default"
    assert match_status([f"{status // 100}XX", "default"], str(status)) == f"{status // 100}XX"
    assert match_status([str(status), f"{status // 100}xx"], str(status)) == str(status)
