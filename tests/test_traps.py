"""Where validators disagree, the specification decides: one test a question, each on documents of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from snippetgen.contract import (
    check_document,
    check_request,
    check_response,
    check_structure,
    judge,
    shown_values,
)
from snippetgen.contract.style import decode_pairs, decode_simple
from snippetgen.contract.value import check_value
from snippetgen.errors import DocumentError
from snippetgen.model import Body, BodyPart, Credential, Pair, Request, Text
from snippetgen.openapi.direction import Direction
from snippetgen.openapi.document import Document, load_document
from snippetgen.openapi.media import is_json
from snippetgen.openapi.parameter import read_parameter

KEY = Credential("key", "KEY", "KEY")


@pytest.fixture
def make(tmp_path: Path) -> Any:
    """A document of that version with these fields, read from a file as any other."""

    def build(version: str = "3.1.0", **fields: Any) -> Document:
        file = tmp_path / "api.yaml"
        base = {"openapi": version, "info": {"title": "T", "version": "1"}, "paths": {}}
        file.write_text(yaml.safe_dump(base | fields, sort_keys=False), encoding="utf-8")
        return load_document(file)

    return build


@pytest.fixture
def says(make: Any) -> Any:
    """What is found in a value: the rules without their family, for the schema X among others."""

    def judge(
        version: str, schema: Any, value: Any, direction: Direction = "response", **more: Any
    ) -> list[str]:
        document = make(version, components={"schemas": {"X": schema, **more}})
        found = check_value(document, "X", value, direction=direction, rule="contract/wrong")
        return [finding.rule.removeprefix("contract/") for finding in found]

    return judge


def rules(findings: Any) -> list[str]:
    """The rules of findings, without their family."""
    return [finding.rule.removeprefix("contract/") for finding in findings]


def refer(name: str) -> dict[str, str]:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def send(**fields: Any) -> Request:
    """A POST to /x, with these fields over it."""
    usual: dict[str, Any] = {"method": "POST", "origin": "https://a.example", "path": Text.of("/x")}
    return Request(**(usual | fields))


WRONG = ["wrong"]


def test_nullable_of_3_0(says: Any) -> None:
    """It adds null to the type that stands beside it, and to nothing else; it is false by itself."""
    assert says("3.0.3", {"type": "string", "nullable": True}, None) == []
    assert says("3.0.3", {"type": "string", "nullable": False}, None) == WRONG
    assert says("3.0.3", {"type": "string"}, None) == WRONG
    assert says("3.0.3", {"nullable": False}, None) == []
    assert says("3.0.3", {"minLength": 1, "nullable": True}, None) == []


def test_nullable_with_enum_of_3_0(says: Any) -> None:
    """Null must be among the values too."""
    assert says("3.0.3", {"type": "string", "nullable": True, "enum": ["a"]}, None) == WRONG
    assert says("3.0.3", {"type": "string", "nullable": True, "enum": ["a", None]}, None) == []


def test_nullable_with_composition_of_3_0(says: Any) -> None:
    """A schema cannot relax what it is composed of: null is refused."""
    text = {"type": "string"}
    assert says("3.0.3", {"type": "string", "nullable": True, "allOf": [refer("T")]}, None, T=text) == WRONG
    assert says("3.0.3", {"nullable": True, "allOf": [refer("T")]}, None, T=text) == WRONG
    assert says("3.0.3", {"nullable": True, **refer("T")}, None, T=text) == WRONG
    nullable = {"type": "string", "nullable": True}
    assert says("3.0.3", {"allOf": [refer("T")]}, None, T=nullable) == []


def test_nullable_of_3_1(says: Any, make: Any) -> None:
    """It is no keyword any more, which is told."""
    schema = {"type": "string", "nullable": True}
    assert says("3.1.0", schema, None) == WRONG
    assert says("3.1.0", {"type": ["string", "null"]}, None) == []
    assert rules(check_document(make("3.1.0", components={"schemas": {"X": schema}}), ())) == ["no-effect"]


def test_exclusive_bounds(says: Any) -> None:
    """A boolean in 3.0, a number from 3.1 on; the other kind is no schema."""
    assert says("3.0.3", {"minimum": 1, "exclusiveMinimum": True}, 1) == WRONG
    assert says("3.0.3", {"minimum": 1, "exclusiveMinimum": False}, 1) == []
    assert says("3.0.3", {"maximum": 1, "exclusiveMaximum": True}, 0.5) == []
    assert says("3.1.0", {"exclusiveMinimum": 1}, 1) == WRONG
    assert says("3.1.0", {"minimum": 0, "exclusiveMinimum": 1}, 0.5) == WRONG
    with pytest.raises(DocumentError, match="not a JSON Schema"):
        says("3.1.0", {"minimum": 1, "exclusiveMinimum": True}, 1)


def test_siblings_of_a_reference(says: Any, make: Any) -> None:
    """3.0 ignores them; 3.1 applies those of a schema, and of a Reference Object its two texts."""
    schema = {**refer("T"), "maxLength": 1}
    assert says("3.0.3", schema, "long", T={"type": "string"}) == []
    assert says("3.1.0", schema, "long", T={"type": "string"}) == WRONG
    responses = {
        "200": {"$ref": "#/components/responses/R", "description": "mine", "content": {"text/plain": {}}}
    }
    shared = {"responses": {"R": {"description": "shared"}}}
    for version, description in (("3.0.3", "shared"), ("3.1.0", "mine")):
        document = make(version, paths={"/x": {"get": {"responses": responses}}}, components=shared)
        response = document.operations()[0].responses()["200"]
        assert (response.description, dict(response.content)) == (description, {})


OWN = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer", "readOnly": True}}}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_required_read_only_and_write_only(says: Any, version: str) -> None:
    """What the other side sends is not required, and sending it is a warning."""
    assert says(version, OWN, {}, "request") == []
    assert says(version, OWN, {"id": 1}, "request") == ["read-only-property"]
    assert says(version, OWN, {}, "response") == WRONG
    secret = {"required": ["p"], "properties": {"p": {"type": "string", "writeOnly": True}}}
    assert says(version, secret, {}, "response") == []
    assert says(version, secret, {"p": "x"}, "response") == ["write-only-property"]
    assert says(version, secret, {}, "request") == WRONG


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_read_only_reaches_through_compositions(says: Any, version: str) -> None:
    """Through references, `allOf`, `oneOf` and `items`, at any depth, and on a copy of its own."""
    for schema in (
        {"allOf": [refer("Own")]},
        {"oneOf": [refer("Own"), {"type": "string"}]},
        {"allOf": [{"required": ["id"]}, refer("Own")]},
        {"allOf": [{"allOf": [refer("Own")]}, {"type": "object", "required": ["id"]}]},
    ):
        deep = {"type": "object", "properties": {"list": {"type": "array", "items": schema}}}
        assert says(version, deep, {"list": [{}]}, "request", Own=OWN) == [], schema
        assert says(version, deep, {"list": [{}]}, "response", Own=OWN) != [], schema
        assert says(version, deep, {"list": [{"id": 1}]}, "request", Own=OWN) == ["read-only-property"]
    needs = {"type": "object", "required": ["id"]}
    both = {"properties": {"a": {"allOf": [refer("Needs"), refer("Own")]}, "b": refer("Needs")}}
    assert says(version, both, {"a": {}}, "request", Own=OWN, Needs=needs) == []
    assert says(version, both, {"b": {}}, "request", Own=OWN, Needs=needs) == WRONG


def test_properties_by_pattern_are_declared_and_looked_into(says: Any) -> None:
    """A name that a pattern matches is declared, and what is inside is judged; other names are not."""
    inner = {"type": "object", "required": ["id"], "properties": {"id": {"readOnly": True}}}
    schema = {"type": "object", "properties": {"a": {}}, "patternProperties": {"^x-\\d$": inner}}
    assert says("3.1.0", schema, {"a": 1, "x-1": {}}, "request") == []
    assert says("3.1.0", schema, {"x-1": {"id": 1}}, "request") == ["read-only-property"]
    assert says("3.1.0", schema, {"x-1": {"id": 1, "di": 1}}) == ["undeclared-property"]
    assert says("3.1.0", schema, {"x-1": {}}) == WRONG
    assert says("3.1.0", schema, {"b": 1}) == ["undeclared-property"]
    assert says("3.1.0", schema, {"x-٣": 1}) == ["undeclared-property"]
    assert says("3.1.0", {**schema, "additionalProperties": True}, {"b": 1}) == []
    rest = {**schema, "additionalProperties": {"type": "object", "properties": {"c": {"readOnly": True}}}}
    assert says("3.1.0", rest, {"b": {"c": 1}}, "request") == ["read-only-property"]
    late = {"allOf": [schema], "unevaluatedProperties": {"properties": {"c": {"readOnly": True}}}}
    assert says("3.1.0", late, {"b": {"c": 1}}, "request") == ["read-only-property"]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_discriminator_changes_no_outcome(says: Any, version: str) -> None:
    """Neither a wrong mapping, nor a missing property, nor the wrong branch makes a value right or wrong."""
    cat = {"type": "object", "required": ["kind", "lives"], "properties": {"kind": {}, "lives": {}}}
    dog = {"type": "object", "required": ["kind", "barks"], "properties": {"kind": {}, "barks": {}}}
    mapping = {"cat": "#/components/schemas/Dog", "cow": "cow.yaml"}
    pet = {
        "oneOf": [refer("Cat"), refer("Dog")],
        "discriminator": {"propertyName": "kind", "mapping": mapping},
    }
    schemas = {"Cat": cat, "Dog": dog}
    assert says(version, pet, {"kind": "cat", "lives": 9}, **schemas) == []
    assert says(version, pet, {"kind": "unicorn", "barks": 1}, **schemas) == []
    assert says(version, pet, {"kind": "cat"}, **schemas) == WRONG
    loose = {**pet, "oneOf": [{"type": "object"}]}
    assert says(version, loose, {"no": "kind"}, **schemas) == []


def test_formats(says: Any, make: Any) -> None:
    """Known formats are asserted, for the type that they are about; unknown ones are listed."""
    for known, bad in (("date", "2024-02-30"), ("uuid", "1"), ("uri", "/x"), ("json-pointer", "x")):
        assert says("3.1.0", {"format": known}, bad) == WRONG
        assert says("3.1.0", {"format": known}, 1) == []
    assert says("3.1.0", {"format": "colour"}, "x") == []
    document = make("3.1.0", components={"schemas": {"X": {"format": "colour"}}})
    assert rules(check_document(document, ())) == ["unchecked-format"]


def test_formats_of_openapi(says: Any) -> None:
    """Integers have their range, `byte` is Base64, the others allow what their type allows."""
    assert says("3.0.3", {"type": "integer", "format": "int32"}, 2**31) == WRONG
    assert says("3.0.3", {"type": "integer", "format": "int32"}, -(2**31)) == []
    assert says("3.0.3", {"type": "integer", "format": "int64"}, 2**63) == WRONG
    assert says("3.1.0", {"type": "number", "format": "float"}, 1) == []
    assert says("3.1.0", {"type": "string", "format": "byte"}, "a!") == WRONG
    assert says("3.1.0", {"type": "string", "format": "byte"}, "YQ==") == []
    assert says("3.1.0", {"type": "string", "format": "binary"}, "\x00\xff") == []
    assert says("3.1.0", {"type": "string", "format": "password"}, "x") == []


def test_an_integer_may_have_a_fraction_of_zero(says: Any) -> None:
    """1.0 is an integer, in 3.0 too; 1.5 and true are none."""
    for version in ("3.0.3", "3.1.0"):
        assert says(version, {"type": "integer"}, 1.0) == []
        assert says(version, {"type": "integer"}, 1.5) == WRONG
        assert says(version, {"items": {"type": "integer"}}, [True]) == WRONG


def test_patterns(says: Any) -> None:
    """ECMA-262 and unanchored; a digit is ASCII, and the end is not before a line feed."""
    assert says("3.1.0", {"pattern": "^a$"}, "a\n") == WRONG
    assert says("3.1.0", {"pattern": "^\\d+$"}, "٣") == WRONG
    assert says("3.1.0", {"pattern": "^\\w$"}, "é") == WRONG
    assert says("3.1.0", {"pattern": "^\\s$"}, "\u00a0") == []
    assert says("3.1.0", {"pattern": "b"}, "abc") == []
    assert says("3.1.0", {"pattern": "^\\p{Lu}$"}, "É") == []
    assert says("3.1.0", {"pattern": "^[\\u00e9\\/]$"}, "/") == []
    assert says("3.1.0", {"pattern": "^\\cA$"}, "\x01") == []
    for separator in "\n\r\u2028\u2029":
        assert says("3.1.0", {"pattern": "^.$"}, separator) == WRONG
    assert says("3.1.0", {"pattern": "a\\b"}, "aé") == []
    assert says("3.1.0", {"pattern": "a\\B"}, "aé") == WRONG
    assert says("3.1.0", {"pattern": "a(?!\\w)"}, "aé") == []
    assert says("3.1.0", {"pattern": "^(?=[\\W\\d])"}, "é") == []
    assert says("3.1.0", {"pattern": "^(?=\\d)"}, "٣") == WRONG
    assert says("3.1.0", {"pattern": "^(?!\\S)"}, "\ufeff") == []
    assert says("3.1.0", {"pattern": "^[^]$"}, "\n") == []
    assert says("3.1.0", {"pattern": "[]"}, "a") == WRONG
    assert says("3.1.0", {"pattern": "^\\ud83d\\ude00$"}, "😀") == []
    assert says("3.1.0", {"pattern": "^\\p{Lu}$"}, "é") == WRONG
    letters = {"patternProperties": {"^\\p{L}$": {"type": "integer"}}, "additionalProperties": False}
    assert says("3.1.0", letters, {"é": 1}) == []
    assert says("3.1.0", letters, {"é": "x"}) == WRONG
    assert says("3.1.0", letters, {"1": 1}) == WRONG
    assert says("3.1.0", {"patternProperties": {"^.$": False}}, {"\u2028": 1}) == ["undeclared-property"]
    strict = {"patternProperties": {"^\\d$": {"type": "integer"}}, "additionalProperties": False}
    assert says("3.1.0", strict, {"1": 1}) == []
    assert says("3.1.0", strict, {"٣": 1}) == WRONG


def test_multiples_are_decimal(says: Any) -> None:
    """0.3 is three times 0.1, 19.99 has two places, and digits beyond a float count."""
    assert says("3.1.0", {"multipleOf": 0.1}, 0.3) == []
    assert says("3.1.0", {"multipleOf": 0.01}, 19.99) == []
    assert says("3.1.0", {"multipleOf": 0.01}, 4.35) == []
    assert says("3.1.0", {"multipleOf": 0.01}, 0.075) == WRONG
    assert says("3.1.0", {"multipleOf": 1e-8}, 12391239123.00000001) != WRONG
    assert says("3.1.0", {"multipleOf": 7}, 10**30 + 1) == WRONG


def test_length_is_counted_in_code_points(says: Any) -> None:
    """Neither UTF-16 units nor bytes."""
    assert says("3.1.0", {"maxLength": 1}, "😀") == []
    assert says("3.1.0", {"minLength": 2}, "😀") == WRONG


def test_equality(says: Any) -> None:
    """1 equals 1.0 and true does not, at any depth."""
    assert says("3.1.0", {"const": 1}, 1.0) == []
    assert says("3.1.0", {"items": {"const": 1}}, [True]) == WRONG
    assert says("3.1.0", {"enum": [{"a": [0]}]}, {"a": [False]}) == WRONG
    assert says("3.1.0", {"enum": [{"a": [0]}]}, {"a": [0.0]}) == []
    assert says("3.1.0", {"uniqueItems": True}, [1, True, 0, False]) == []
    assert says("3.1.0", {"uniqueItems": True}, [1, 1.0]) == WRONG


def test_what_is_declared_is_seen_from_the_outside(says: Any) -> None:
    """`additionalProperties: false` sees its own; what no branch declares is found beside all of them."""
    base = {"type": "object", "properties": {"a": {}}}
    closed = {"allOf": [refer("B"), {"properties": {"b": {}}, "additionalProperties": False}]}
    assert says("3.0.3", closed, {"a": 1, "b": 1}, B=base) == WRONG
    assert says("3.1.0", {**closed, "additionalProperties": False}, {"b": 1}, B=base) == WRONG
    outer = {"allOf": [refer("B"), {"properties": {"b": {}}}], "unevaluatedProperties": False}
    assert says("3.1.0", outer, {"a": 1, "b": 1}, B=base) == []
    assert says("3.1.0", outer, {"a": 1, "c": 1}, B=base) == WRONG
    for version in ("3.0.3", "3.1.0"):
        open_ended = {"allOf": [refer("B"), {"properties": {"b": {}}}]}
        assert says(version, open_ended, {"a": 1, "b": 1}, B=base) == []
        assert says(version, open_ended, {"a": 1, "c": 1}, B=base) == ["undeclared-property"]
        either = {"anyOf": [refer("B"), {"properties": {"b": {}}, "required": ["b"]}]}
        assert says(version, either, {"a": 1, "b": 1}, B=base) == []
        assert says(version, either, {"a": 1, "c": 1}, B=base) == ["undeclared-property"]


def test_identifiers_anchors_and_dynamic_references(says: Any) -> None:
    """`$id` changes the base of what is in it, anchors are names in the document, and trees extend."""
    inner = {"$id": "https://example.com/inner", "$ref": "#/$defs/n", "$defs": {"n": {"type": "integer"}}}
    assert says("3.1.0", inner, "1") == WRONG
    assert says("3.1.0", {"items": refer("I")}, [1], I=inner) == []
    assert says("3.1.0", {"items": {"$ref": "https://example.com/inner"}}, ["1"], I=inner) == WRONG
    assert says("3.1.0", {"$ref": "#here"}, 1, A={"$anchor": "here", "type": "string"}) == WRONG
    tree = {
        "$id": "tree",
        "$dynamicAnchor": "node",
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$dynamicRef": "#node"}}},
    }
    strict = {"$id": "strict", "$dynamicAnchor": "node", "$ref": "tree", "unevaluatedProperties": False}
    good, bad = {"children": [{"children": []}]}, {"children": [{"daat": 1}]}
    assert says("3.1.0", {"$ref": "strict"}, good, T=tree, S=strict) == []
    assert says("3.1.0", {"$ref": "strict"}, bad, T=tree, S=strict) == WRONG
    assert "wrong" not in says("3.1.0", {"$ref": "tree"}, bad, T=tree, S=strict)


def test_an_anchor_of_the_document_is_found_from_everywhere(make: Any) -> None:
    """The document is a resource: its anchors are meant by a fragment, also outside of components."""
    named = {"T": {"$anchor": "whole", "type": "integer"}}
    for schema, value in (({"$ref": "#whole"}, "x"), ({"type": "array", "items": {"$ref": "#whole"}}, ["x"])):
        content = {"application/json": {"schema": schema, "example": value}}
        paths = {"/x": {"post": {"requestBody": {"content": content}, "responses": {"200": {}}}}}
        paths["/x"]["post"]["parameters"] = [{"name": "q", "in": "query", "schema": schema, "example": "y"}]
        document = make("3.1.0", paths=paths, components={"schemas": named})
        judged = [judge(document, shown) for shown in shown_values(document)]
        found = [rules(one.findings) for one in judged if not one.unchecked]
        assert found == [["parameter-example"], ["request-example"]]


def test_dialects(make: Any) -> None:
    """The document names one for all schemas, a schema one for itself; OpenAPI's own is 2020-12."""
    old, new = "http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"
    pair = {"items": [{"type": "integer"}], "additionalItems": False}
    prefix = {"prefixItems": [{"type": "integer"}], "items": False}

    def valid(dialect: str | None, schema: Any, value: Any, **more: Any) -> bool:
        fields = {"jsonSchemaDialect": dialect} if dialect else {}
        document = make("3.1.0", components={"schemas": {"X": schema, **more}}, **fields)
        return not [*check_value(document, "X", value, direction="response", rule="x/y")]

    assert not valid(old, pair, ["1"])
    assert valid(old, pair, [1])
    assert valid(old, prefix | {"items": True}, ["1"])
    assert not valid(None, prefix, ["1"])
    assert not valid("https://spec.openapis.org/oas/3.1/dialect/base", prefix, ["1"])
    assert not valid(None, {"$schema": old, **pair}, ["1"])
    assert not valid(old, {"$schema": new, **prefix}, ["1"])
    assert not valid(None, {"properties": {"a": refer("P")}}, {"a": ["1"]}, P={"$schema": old, **pair})
    assert valid(None, {"properties": {"a": refer("P")}}, {"a": [1]}, P={"$schema": old, **pair})
    with pytest.raises(DocumentError, match=r"example\.com.*is not supported"):
        valid("https://example.com/mine", {}, 1)


def test_example_and_examples(make: Any) -> None:
    """They exclude each other; in a schema of 3.1 `examples` is a list, elsewhere a map."""
    parameter = {"name": "a", "in": "query", "schema": {"type": "integer"}, "example": 1}
    both = {**parameter, "examples": {"b": {"value": 2}}}
    for version in ("3.0.3", "3.1.0", "3.2.0"):
        responses = {"200": {"description": ""}}
        for shown, expected in ((parameter, []), (both, ["meta-schema"])):
            paths = {"/x": {"get": {"parameters": [shown], "responses": responses}}}
            assert rules(check_structure(make(version, paths=paths))) == expected
    assert rules(check_document(make("3.1.0", components={"schemas": {"X": {"examples": [1]}}}), ())) == []
    wrong = make("3.1.0", components={"schemas": {"X": {"examples": {"a": {"value": 1}}}}})
    assert rules(check_document(wrong, ())) == ["unusable-schema"]


def test_statuses(make: Any) -> None:
    """Exact, then the range, then `default`; an unquoted key is a string."""
    declared = {
        200: {"description": "exact"},
        "2XX": {"description": "range"},
        "default": {"description": "rest"},
    }
    (operation,) = make(paths={"/x": {"get": {"responses": declared}}}).operations()
    found = {status: operation.response(status).description for status in (200, 299, 404)}
    assert found == {200: "exact", 299: "range", 404: "rest"}
    (bare,) = make(paths={"/x": {"get": {"responses": {"2XX": {"description": ""}}}}}).operations()
    assert bare.response(301) is None


def test_media_types(make: Any) -> None:
    """Whatever the case; the most specific; parameters count where they are declared; `+json` is JSON."""
    content = {
        "*/*": {},
        "application/*": {},
        "Application/JSON": {},
        "application/json;v=2": {},
        "text/*": {},
    }
    responses = {"200": {"description": "", "content": content}}
    (operation,) = make(paths={"/x": {"get": {"responses": responses}}}).operations()
    response = operation.responses()["200"]
    for sent, key in (
        ("application/json; charset=utf-8", "Application/JSON"),
        ("APPLICATION/JSON", "Application/JSON"),
        ("application/json; v=2", "application/json;v=2"),
        ("application/xml", "application/*"),
        ("text/html", "text/*"),
        ("image/png", "*/*"),
    ):
        assert response.media_type(sent) == key
    assert is_json("application/vnd.api+JSON; charset=utf-8")
    assert not is_json("application/x-ndjson")


def test_no_content(make: Any) -> None:
    """A response without content, a 204 and the answer to HEAD have no body."""
    body = {"application/json": {"schema": {"type": "object", "properties": {"a": {}}}}}
    responses = {"200": {"description": "", "content": body}, "204": {"description": ""}}
    get, head = make(
        paths={"/x": {"get": {"responses": responses}, "head": {"responses": responses}}}
    ).operations()
    assert rules(check_response(get, "200", "application/json", {"a": 1})) == []
    assert rules(check_response(get, "204", "application/json", {})) == ["unexpected-body"]
    assert rules(check_response(get, "204", "application/json", None)) == []
    assert rules(check_response(head, "200", "application/json", {"a": 1})) == ["unexpected-body"]


def test_styles() -> None:
    """Wire text is decoded by style before it is judged, and each location has its own default."""
    numbers = {"type": "array", "items": {"type": "integer"}}
    point = {"type": "object", "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}}}

    def pairs(parameter: dict[str, Any], *sent: tuple[str, str]) -> Any:
        found = read_parameter({"name": "p", "in": "query"} | parameter, "", lambda node: node)
        return decode_pairs(found, sent, lambda node: node)[0]

    def simple(location: str, raw: str, **parameter: Any) -> Any:
        found = read_parameter({"name": "p", "in": location, **parameter}, "", lambda node: node)
        return decode_simple(found, raw, lambda node: node, encoded=location == "path")[0]

    assert pairs({"schema": numbers}, ("p", "1"), ("p", "2")) == [1, 2]
    assert pairs({"schema": numbers, "explode": False}, ("p", "1,2")) == [1, 2]
    assert pairs({"schema": point}, ("x", "1"), ("y", "2")) == {"x": 1, "y": 2}
    assert pairs({"schema": point, "style": "deepObject"}, ("p[x]", "1"), ("p[y]", "2")) == {"x": 1, "y": 2}
    assert pairs({"schema": numbers, "style": "pipeDelimited", "explode": False}, ("p", "1|2")) == [1, 2]
    assert pairs({"schema": numbers, "style": "spaceDelimited", "explode": False}, ("p", "1 2")) == [1, 2]
    assert pairs({"content": {"application/json": {"schema": point}}}, ("p", '{"x":1}')) == {"x": 1}
    assert simple("path", "1,2", schema=numbers) == [1, 2]
    assert simple("path", "a%2Cb", schema={"type": "string"}) == "a,b"
    assert simple("path", "x,1,y,2", schema=point) == {"x": 1, "y": 2}
    assert simple("path", "x=1,y=2", schema=point, explode=True) == {"x": 1, "y": 2}
    assert simple("path", ".1.2", schema=numbers, style="label", explode=True) == [1, 2]
    assert simple("path", ";p=1;p=2", schema=numbers, style="matrix", explode=True) == [1, 2]
    assert simple("header", "1, 2", schema=numbers) == [1, 2]


def test_a_media_type_object_may_be_referred_to(make: Any) -> None:
    """Its example is held to its schema in requests and responses (OAS 3.2 Components Object), once."""
    content = {"application/json": {"$ref": "#/components/mediaTypes/M"}}
    answer = {"responses": {"200": {"description": "", "content": content}}}
    both = {"requestBody": {"content": content}, **answer}
    for operation, rule in ((answer, "response-example"), (both, "request-example")):
        media = {"M": {"schema": {"type": "integer"}, "example": "wrong"}}
        document = make("3.2.0", paths={"/x": {"post": operation}}, components={"mediaTypes": media})
        judged = [judge(document, shown) for shown in shown_values(document)]
        assert [rules(one.findings) for one in judged] == [[rule]]


def test_headers_that_openapi_says_elsewhere_are_ignored(make: Any) -> None:
    """Neither wrong nor counted: three parameters (OAS Parameter Object) and one response header."""
    header = {"schema": {"type": "integer"}, "example": "wrong"}
    names = ("ACCEPT", "Content-Type", "authorization", "X-Mine")
    parameters = [{"name": name, "in": "header", **header} for name in names]
    responses = {"200": {"description": "", "headers": dict.fromkeys(("content-type", "Accept"), header)}}
    document = make(
        paths={"/x": {"post": {"parameters": parameters, "responses": responses}}},
        components={"parameters": {"P": parameters[1]}},
    )
    judged = [judge(document, shown) for shown in shown_values(document)]
    assert [one.shown.subject for one in judged] == ["POST /x X-Mine", "POST /x 200 Accept"]
    assert all(one.fails for one in judged)


@pytest.mark.parametrize("ref", ["", "#"])
def test_a_reference_to_the_whole_document_is_no_schema(make: Any, ref: str) -> None:
    """An empty reference is the same as an empty fragment (RFC 3986 section 4.4)."""
    document = make(components={"schemas": {"X": {"$ref": ref}, "Y": {"$id": "y", "items": {"$ref": ref}}}})
    assert rules(check_document(document, ())) == ["unusable-schema"]
    with pytest.raises(DocumentError, match="means the whole OpenAPI document"):
        [*check_value(document, "X", 1, direction="request", rule="x/y")]


@pytest.mark.parametrize("ref", [False, True])
def test_a_condition_keeps_what_it_requires(says: Any, *, ref: bool) -> None:
    """What a direction does not carry is not required, but a condition on it is not met without it."""
    need: Any = refer("N") if ref else {"required": ["i"]}
    more = {"N": {"required": ["i"], "properties": {"i": {"readOnly": True}}}}
    has = {"properties": {"i": {"readOnly": True}}, "required": ["i"]}
    chosen = {**has, "if": need, "then": {"required": ["z"]}, "else": {"required": ["e"]}}
    assert says("3.1.0", chosen, {"e": 1}, "request", **more) == ["undeclared-property"]
    assert says("3.1.0", {**has, "not": need}, {}, "request", **more) == []
    assert says("3.1.0", {**has, "not": need}, {"i": 1}, "response", **more) == WRONG


@pytest.mark.parametrize(
    ("version", "said", "found"),
    [
        ("3.2.0", "#/components/securitySchemes/k", []),
        ("3.2.0", "k", []),
        ("3.2.0", "#/components/securitySchemes/none", ["unknown-security-scheme"]),
        ("3.2.0", "#/components/schemas/k", ["unknown-security-scheme"]),
        ("3.1.0", "#/components/securitySchemes/k", ["unknown-security-scheme"]),
    ],
)
def test_a_security_scheme_may_be_named_by_its_uri(make: Any, version: str, said: str, found: Any) -> None:
    """From 3.2 on (OAS Security Requirement Object)."""
    components = {"securitySchemes": {"k": {"type": "http", "scheme": "basic"}}, "schemas": {"k": {}}}
    responses = {"200": {"description": ""}, "400": {"description": ""}}
    paths = {"/x": {"get": {"responses": responses, "security": [{said: []}]}}}
    servers = [{"url": "https://a.example"}]
    document = make(version, paths=paths, components=components, servers=servers)
    assert rules(check_document(document, document.operations())) == found
    if not found:
        assert document.operations()[0].security == (("k",),)


@pytest.mark.parametrize("number", [".nan", "-.inf", ".Inf"])
def test_a_document_holds_no_number_that_json_has_not(tmp_path: Path, number: str) -> None:
    """YAML has them; a text that looks like one is a text."""
    file = tmp_path / "api.yaml"
    file.write_text(f'openapi: 3.1.0\nx-a: "{number}"\nx-b:\n  - {number}\n', encoding="utf-8")
    with pytest.raises(DocumentError, match=r"/x-b/0: .* is not JSON") as caught:
        load_document(file)
    assert caught.value.place is not None
    assert caught.value.place.line == 4


@pytest.mark.parametrize("location", ["query", "cookie"])
@pytest.mark.parametrize(
    ("explode", "example", "fits"),
    [
        (True, "r=1", True),
        (True, "r=x", False),
        (True, "zz=1", False),
        (True, "total rubbish", False),
        (True, "%%%", False),
        (True, "r,1", False),
        (False, "r,1", True),
        (False, "r,x", False),
        (False, "hello", False),
        (False, "r,1,zz", False),
    ],
)
def test_an_object_is_read_from_text_of_its_style_alone(
    make: Any, location: str, example: str, *, explode: bool, fits: bool
) -> None:
    """Text that is no wire form of the style is no object, not an empty one; the schema judges the names."""
    schema = {"type": "object", "additionalProperties": False, "properties": {"r": {"type": "integer"}}}
    parameter = {"name": "p", "in": location, "schema": schema, "explode": explode, "example": example}
    document = make(components={"parameters": {"P": parameter}})
    found = [finding for shown in shown_values(document) for finding in judge(document, shown).findings]
    assert rules(found) == ([] if fits else ["parameter-example"])


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("composed", [False, True])
def test_members_and_items_are_described_wherever_they_stand(
    make: Any, version: str, *, composed: bool
) -> None:
    """By `additionalProperties`, and behind `allOf` and references: their text is read by their own types."""
    whole = {"type": "integer"}
    free = {"type": "object", "additionalProperties": whole}
    point = {"type": "object", "properties": {"x": whole}}
    numbers = {"type": "array", "items": whole}

    def found(request: Request, **operation: Any) -> list[str]:
        shared = {"schemas": {"Free": free, "Point": point, "Numbers": numbers}}
        paths = {"/x": {"post": {**operation, "responses": {}}}}
        document = make(version, paths=paths, components=shared, servers=[{"url": "https://a.example"}])
        return rules(check_request(document.operations()[0], request, {}))

    def schema(name: str, plain: Any) -> Any:
        return {"allOf": [refer(name)]} if composed else plain

    def query(style: str, described: Any, *pairs: tuple[str, str], explode: bool = True) -> list[str]:
        facts = {"name": "q", "in": "query", "style": style, "explode": explode, "schema": described}
        return found(send(query=tuple(Pair(n, Text.of(v)) for n, v in pairs)), parameters=[facts])

    for name, plain in (("Free", free), ("Point", point)):
        described = schema(name, plain)
        assert query("deepObject", described, ("q[x]", "1")) == []
        assert query("deepObject", described, ("q[x]", "a")) == ["parameter-schema"]
        assert query("form", described, ("x", "1")) == []
        assert query("form", described, ("x", "a")) == ["parameter-schema"]
    listed = schema("Numbers", numbers)
    assert query("form", listed, ("q", "1"), ("q", "2")) == []
    assert query("pipeDelimited", listed, ("q", "1|2"), explode=False) == []
    assert query("pipeDelimited", listed, ("q", "1|a"), explode=False) == ["parameter-schema"]

    def form(described: Any, *pairs: tuple[str, str], **encoding: Any) -> list[str]:
        media_type = "application/x-www-form-urlencoded"
        entry = {"schema": described, "encoding": encoding}
        sent = Body(kind="form", media_type=media_type, pairs=tuple(Pair(n, Text.of(v)) for n, v in pairs))
        return found(send(body=sent), requestBody={"content": {media_type: entry}})

    assert form(schema("Free", free), ("x", "1")) == []
    assert form(schema("Free", free), ("x", "a")) == ["request-schema"]
    holder = {"type": "object", "properties": {"n": listed}}
    for style, text in (("form", "1,2"), ("spaceDelimited", "1 2"), ("pipeDelimited", "1|2")):
        assert form(holder, ("n", text), n={"style": style, "explode": False}) == []
        assert form(holder, ("n", text + "a"), n={"style": style, "explode": False}) == ["request-schema"]


def test_security(make: Any) -> None:
    """One alternative of the list, all of one object, `{}` for nothing; an operation's own list replaces."""
    schemes = {name: {"type": "apiKey", "in": "header", "name": name} for name in ("a", "b", "c")}

    def found(own: Any, *names: str) -> list[str]:
        operation = {"responses": {"200": {"description": ""}}} | ({} if own is None else {"security": own})
        document = make(
            paths={"/x": {"post": operation}},
            components={"securitySchemes": schemes},
            security=[{"c": []}],
        )
        headers = tuple(Pair(name, Text.of(KEY)) for name in names)
        return rules(check_request(document.operations()[0], send(headers=headers), {}))

    either = [{"a": [], "b": []}, {"c": []}]
    assert found(either, "a", "b") == []
    assert found(either, "c") == []
    assert found(either, "a") == ["security"]
    assert found([*either, {}]) == []
    assert found([]) == []
    assert found(None) == ["security"]
    assert found(None, "c") == []


def test_path_templates(make: Any) -> None:
    """Concrete beats templated; a server's base path and its variables come before; slashes count."""
    identifier = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    good = {"responses": {"200": {"description": ""}}}
    document = make(
        servers=[{"url": "https://a.example/{v}/", "variables": {"v": {"default": "v1"}}}],
        paths={"/p/{id}": {"post": {"parameters": identifier, **good}}, "/p/mine": {"post": good}},
    )
    templated = document.operation("POST /p/{id}")
    for path, expected in (
        ("/v1/p/1", []),
        ("/p/1", []),
        ("/v1/p/a%2Fb", []),
        ("/v1/p/mine", ["shadowed-path"]),
        ("/v1/p/1/", ["path"]),
        ("/v1//p/1", ["path"]),
        ("/v1/p/", ["path"]),
    ):
        assert rules(check_request(templated, send(path=Text.of(path)), {})) == expected, path


def test_multipart(make: Any) -> None:
    """Each part has its own type: JSON for objects, text for scalars, and a file is not JSON."""
    schema = {
        "type": "object",
        "required": ["meta", "count", "file"],
        "properties": {
            "meta": {"type": "object", "properties": {"n": {"type": "integer"}}},
            "count": {"type": "integer"},
            "file": {"type": "string", "format": "binary"},
        },
    }
    content = {"multipart/form-data": {"schema": schema}}
    paths = {"/x": {"post": {"requestBody": {"content": content}, "responses": {"200": {"description": ""}}}}}
    (operation,) = make(paths=paths).operations()

    def found(meta: str, count: str) -> list[str]:
        parts = (
            BodyPart(name="meta", text=Text.of(meta), media_type="application/json"),
            BodyPart(name="count", text=Text.of(count)),
            BodyPart(name="file", file="a.png"),
        )
        return rules(check_request(operation, send(body=Body(kind="multipart", parts=parts)), {}))

    assert found('{"n": 1}', "1") == []
    assert found('{"n": "1"}', "1") == ["request-schema"]
    assert found('{"n": 1}', "one") == ["request-schema"]


def test_yaml(tmp_path: Path) -> None:
    """Only what JSON has: a date is text, `no` is text, a key is text, and a key stands once."""
    text = """\
openapi: 3.1.0
info: {title: no, version: 2024-01-02}
paths:
  /x:
    get:
      responses:
        200: {description: on, content: {text/plain: {example: 12:30:00}}}
components:
  schemas:
    X: {enum: [yes, off, 0o17, 1_000, ~]}
"""
    (tmp_path / "api.yaml").write_text(text)
    document = load_document(tmp_path / "api.yaml")
    assert document.data["info"] == {"title": "no", "version": "2024-01-02"}
    response = document.operations()[0].responses()["200"]
    assert response.data == {"description": "on", "content": {"text/plain": {"example": "12:30:00"}}}
    assert document.data["components"]["schemas"]["X"]["enum"] == ["yes", "off", 15, "1_000", None]
    (tmp_path / "twice.yaml").write_text(text + "info: {}\n")
    with pytest.raises(DocumentError, match=r"twice\.yaml:11:1: the key 'info' stands on line 2 already"):
        load_document(tmp_path / "twice.yaml")


def test_circular_and_escaped_references(says: Any, make: Any) -> None:
    """A schema may contain itself, and a pointer is escaped twice: for JSON Pointer and for a URI."""
    node = {
        "type": "object",
        "properties": {"next": refer("X"), "all": {"type": "array", "items": refer("X")}},
    }
    assert says("3.1.0", node, {"next": {"all": [{"next": {}}]}}) == []
    assert says("3.1.0", node, {"next": {"all": [{"next": 1}]}}) == WRONG
    content = {"application/json": {"schema": {"type": "integer"}}}
    paths = {"/a b/{c}": {"get": {"responses": {"200": {"description": "", "content": content}}}}}
    place = "#/paths/~1a%20b~1%7Bc%7D/get/responses/200/content/application~1json/schema"
    document = make(
        paths=paths, components={"schemas": {"X": {"$ref": place}, "a/b~c %": {"type": "string"}}}
    )
    assert not [*check_value(document, "X", 1, direction="response", rule="x/y")]
    assert [*check_value(document, "X", "1", direction="response", rule="x/y")]
    assert says("3.1.0", {"$ref": "#/components/schemas/a~1b~0c%20%25"}, 1, **{"a/b~c %": {"type": "string"}})
    assert rules(check_document(document, ())) == []


def test_what_proves_nothing_is_told(
    tmp_path: Path, run_cli: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """A success whose alternatives end in `{}` accepts every value, which reaches the command line."""
    schema = {"anyOf": [{"type": "object"}, {}]}
    responses = {
        "200": {"description": "", "content": {"application/json": {"schema": schema}}},
        "4XX": {"description": ""},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://a.example"}],
        "paths": {"/x": {"get": {"responses": responses}}},
    }
    (tmp_path / "api.json").write_text(json.dumps(document))
    assert run_cli("check", tmp_path / "api.json", "--format", "jsonl", "--fail-on", "warning") == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["rule"] == "contract/vacuous-schema"
