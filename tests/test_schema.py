"""Schemas out of a document, and what they say about values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from snippetgen.errors import DocumentError
from snippetgen.exact import ExactFloat
from snippetgen.openapi.dialect import FORMATS, Checker, leaves
from snippetgen.openapi.direction import Direction
from snippetgen.openapi.document import Document
from snippetgen.openapi.evaluation import evaluations, undeclared
from snippetgen.openapi.pattern import python_pattern
from snippetgen.openapi.schema import DIALECT, extract, to_2020_12
from snippetgen.openapi.validator import validator
from snippetgen.source import Source

ROBOFLOW = Path(__file__).parent.parent / "specs" / "roboflow"


def document(version: str = "3.1.0", /, **schemas: Any) -> Document:
    """A document with these component schemas."""
    data = {"openapi": version, "info": {}, "paths": {}, "components": {"schemas": schemas}}
    return Document(source=Source("api.json", json.dumps(data), data), data=data)


def valid(
    schema: Any, value: Any, *, version: str = "3.1.0", direction: Direction = "response", **more: Any
) -> bool:
    """Whether the value is valid against the schema in a document of that version."""
    return bool(validator(document(version, X=schema, **more), "X", direction=direction).is_valid(value))


def test_extract_stands_alone() -> None:
    """A schema comes with a dialect, a relative identity, its title and the definitions that it needs."""
    found = document(
        Pet={"title": "Pet", "properties": {"tag": {"$ref": "#/components/schemas/Tag"}}},
        Tag={"type": "string"},
        Unused={},
    )
    assert extract(found, "Pet") == {
        "$schema": DIALECT,
        "$id": "Pet.schema.json",
        "title": "Pet",
        "properties": {"tag": {"$ref": "#/$defs/Tag"}},
        "$defs": {"Tag": {"type": "string"}},
    }


def test_extract_recursion_and_odd_names() -> None:
    """A schema may refer to itself and into others, whatever the names; escapes survive."""
    schemas: dict[str, Any] = {
        "A/b": {
            "properties": {
                "self": {"$ref": "#/components/schemas/A~1b"},
                "x": {"$ref": "#/components/schemas/C%20d/items"},
            }
        },
        "C d": {"items": {"type": "integer"}},
    }
    found = document(**schemas)
    schema = extract(found, "A/b")
    assert schema["properties"] == {"self": {"$ref": "#"}, "x": {"$ref": "#/$defs/C%20d/items"}}
    Draft202012Validator.check_schema(schema)
    checker = validator(found, "A/b", direction="response")
    assert checker.is_valid({"self": {"x": 1}})
    assert not checker.is_valid({"self": {"x": "1"}})


def test_extract_by_pointer_into_paths() -> None:
    """A schema that stands in an operation, or is referred to there, can be taken out too."""
    data = {
        "openapi": "3.1.0",
        "info": {},
        "paths": {"/x": {"schema": {"type": "integer"}}},
        "components": {"schemas": {"A": {"items": {"$ref": "#/paths/~1x/schema"}}}},
    }
    found = Document(source=Source("api.json", "{}", data), data=data)
    assert extract(found, "A")["items"] == {"$ref": "#/$defs/paths.~1x.schema"}
    assert validator(found, "A", direction="response").is_valid([1])
    assert not validator(found, "A", direction="response").is_valid(["1"])


def test_extract_names_the_nearest() -> None:
    """A schema that is not there is answered with the one that was meant."""
    with pytest.raises(DocumentError, match=r"did you mean `Pet`\?"):
        extract(document(Pet={}), "pets")


def test_own_definitions_and_anchors() -> None:
    """A schema with `$defs` or an `$anchor` of its own keeps them working."""
    found = document(
        A={"$ref": "#node", "$defs": {"n": {"type": "string"}}},
        B={"$anchor": "node", "type": "integer"},
    )
    checker = validator(found, "A", direction="response")
    assert checker.is_valid(1)
    assert not checker.is_valid("1")


def test_roboflow_schemas_are_deterministic() -> None:
    """Every schema of the document that ships is a lawful JSON Schema, the same each time."""
    data = json.loads((ROBOFLOW / "roboflow.openapi.json").read_bytes())
    found = document(**data["components"]["schemas"])
    for name in data["components"]["schemas"]:
        Draft202012Validator.check_schema(extract(found, name))
        assert json.dumps(extract(found, name)) == json.dumps(extract(found, name))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"nullable": True}, {}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        ({"allOf": [{"type": "string"}], "nullable": True}, {"allOf": [{"type": "string"}]}),
        ({"type": "string", "nullable": True, "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a"]}),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}),
        ({"$ref": "#/x", "description": "ignored"}, {"$ref": "#/x"}),
        ({"const": 1}, {}),
        (
            {"enum": [{"nullable": True, "$ref": "x", "a": 1}]},
            {"enum": [{"nullable": True, "$ref": "x", "a": 1}]},
        ),
        ({"default": {"exclusiveMinimum": True}}, {"default": {"exclusiveMinimum": True}}),
        ({"example": {"nullable": True, "type": "x"}}, {"example": {"nullable": True, "type": "x"}}),
        ({"properties": {"nullable": {"type": "string"}}}, {"properties": {"nullable": {"type": "string"}}}),
        (
            {"properties": {"const": {"type": "string", "nullable": True}}},
            {"properties": {"const": {"type": ["string", "null"]}}},
        ),
    ],
)
def test_3_0_is_converted(old: Any, new: Any) -> None:
    """3.0 keywords become what they mean in 2020-12; payloads and property names are left alone."""
    assert to_2020_12(old, "3.0.3") == new
    assert to_2020_12(old, "3.1.0") == old


@pytest.mark.parametrize(
    ("version", "schema", "value", "expected"),
    [
        ("3.1.0", {"type": "string", "nullable": True}, None, False),
        ("3.0.3", {"type": "string", "nullable": True}, None, True),
        ("3.0.3", {"type": "string", "nullable": True, "enum": ["a"]}, None, False),
        ("3.1.0", {"type": "integer"}, 1.0, True),
        ("3.1.0", {"type": "integer"}, True, False),
        ("3.1.0", {"const": 1}, True, False),
        ("3.1.0", {"enum": [[1]]}, [True], False),
        ("3.1.0", {"const": 1}, 1.0, True),
        ("3.1.0", {"multipleOf": 0.01}, 19.99, True),
        ("3.1.0", {"multipleOf": 0.1}, 0.3, True),
        ("3.1.0", {"multipleOf": 0.1}, 0.35, False),
        ("3.1.0", {"multipleOf": 3}, 10**30, False),
        ("3.1.0", {"maxLength": 1}, "😀", True),
        ("3.1.0", {"pattern": "^a$"}, "a\n", False),
        ("3.1.0", {"pattern": "^\\d$"}, "٣", False),
        ("3.1.0", {"pattern": "b"}, "abc", True),
        ("3.1.0", {"pattern": "[$]"}, "a$b", True),
        ("3.1.0", {"pattern": "(?<y>\\d{4})"}, "2024", True),
        ("3.1.0", {"patternProperties": {"^a$": {"type": "string"}}}, {"a": 1}, False),
        ("3.1.0", {"format": "date"}, "2024-02-30", False),
        ("3.1.0", {"format": "date"}, "20240228", False),
        ("3.1.0", {"format": "date-time"}, "2024-02-28T23:59:60Z", True),
        ("3.1.0", {"format": "date-time"}, "2024-02-28 23:59:00", False),
        ("3.1.0", {"format": "int32"}, 2**31, False),
        ("3.1.0", {"format": "int64"}, 2**31, True),
        ("3.1.0", {"format": "int32"}, "text", True),
        ("3.1.0", {"format": "byte"}, "not base64!", False),
        ("3.1.0", {"contentEncoding": "base64"}, "AAA", False),
        ("3.1.0", {"contentEncoding": "base64"}, "AAA=", True),
        ("3.1.0", {"format": "uri"}, "https://example.com/a b", False),
        ("3.1.0", {"format": "uri"}, "/relative", False),
        ("3.1.0", {"format": "email"}, "a@b", True),
        ("3.1.0", {"format": "email"}, "a.b", False),
        ("3.1.0", {"format": "ipv4"}, "1.2.3.256", False),
        ("3.1.0", {"format": "ipv6"}, "::1", True),
        ("3.1.0", {"format": "uuid"}, "5f2c7a52-3d1e-4b0a-9c67-1f0d2b7f6a11", True),
        ("3.1.0", {"format": "uuid"}, "5f2c7a523d1e4b0a9c671f0d2b7f6a11", False),
        ("3.1.0", {"format": "no such"}, "x", True),
    ],
)
def test_traps(version: str, schema: Any, value: Any, expected: bool) -> None:
    """Where validators disagree, the specification's answer is ours."""
    assert valid(schema, value, version=version) is expected


def test_siblings_of_a_reference() -> None:
    """3.1 applies what stands beside `$ref`; 3.0 ignores it."""
    schema = {"$ref": "#/components/schemas/Y", "maxLength": 1}
    assert not valid(schema, "long", Y={"type": "string"})
    assert valid(schema, "long", version="3.0.3", Y={"type": "string"})


def test_discriminator_changes_nothing() -> None:
    """A discriminator never decides whether a value is valid."""
    schema = {
        "anyOf": [{"type": "object"}],
        "discriminator": {"propertyName": "kind", "mapping": {"a": "#/nowhere"}},
    }
    assert valid(schema, {"kind": "zebra"})


READ_ONLY = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer", "readOnly": True}},
}


@pytest.mark.parametrize(
    "schema",
    [
        READ_ONLY,
        {"$ref": "#/components/schemas/Y"},
        {"allOf": [{"$ref": "#/components/schemas/Y"}]},
        {"allOf": [{"required": ["id"]}, {"properties": {"id": {"readOnly": True}}}]},
        {"allOf": [{"$ref": "#/components/schemas/Needs"}, {"properties": {"id": {"readOnly": True}}}]},
        {"properties": {"id": {"$ref": "#/components/schemas/Id"}}, "required": ["id"]},
        {"oneOf": [READ_ONLY, {"type": "string"}]},
    ],
)
def test_read_only_is_not_required_in_a_request(schema: Any) -> None:
    """The relaxation reaches through references and compositions, for requests alone."""
    more: dict[str, Any] = {
        "Y": READ_ONLY,
        "Needs": {"required": ["id"]},
        "Id": {"type": "integer", "readOnly": True},
    }
    assert valid(schema, {}, direction="request", **more)
    assert not valid(schema, {}, direction="response", **more)
    assert valid({"items": schema}, [{}], direction="request", **more)


def test_relaxation_stays_where_it_belongs() -> None:
    """A definition that one user relaxes still requires the property for another."""
    schema = {
        "properties": {
            "a": {
                "allOf": [{"$ref": "#/components/schemas/Needs"}, {"properties": {"id": {"readOnly": True}}}]
            },
            "b": {"$ref": "#/components/schemas/Needs"},
        }
    }
    needs = {"required": ["id"]}
    assert valid(schema, {"a": {}}, direction="request", Needs=needs)
    assert not valid(schema, {"b": {}}, direction="request", Needs=needs)


def test_write_only_is_not_required_in_a_response() -> None:
    """A password that a request needs is not missing from a response."""
    schema = {"required": ["p"], "properties": {"p": {"writeOnly": True}}}
    assert valid(schema, {}, direction="response")
    assert not valid(schema, {}, direction="request")


def test_leaves_are_those_of_the_nearest_alternative() -> None:
    """A failed `anyOf` is told by what is wrong with the alternative that was meant, all of it."""
    alternatives = [
        {"type": "null"},
        {"type": "object", "required": ["x"], "properties": {"n": {"type": "integer"}}},
        {"type": "object", "required": ["a", "b", "c"]},
    ]
    checker = validator(document(X={"anyOf": alternatives}), "X", direction="response")
    found = {leaf.validator for error in checker.iter_errors({"n": "1"}) for leaf in leaves(error)}
    assert found == {"required", "type"}


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"properties": {"a": {}}}, {"a": 1, "b": 2}, ["/b"]),
        ({"properties": {"a": {}}, "additionalProperties": True}, {"b": 2}, []),
        ({"type": "object"}, {"b": 2}, []),
        ({"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}, {"a": 1, "b": 2, "c": 3}, ["/c"]),
        (
            {
                "anyOf": [
                    {"properties": {"a": {}}, "required": ["a"]},
                    {"properties": {"b": {}}, "required": ["b"]},
                ]
            },
            {"a": 1, "b": 2},
            [],
        ),
        (
            {
                "anyOf": [
                    {"properties": {"a": {}}, "required": ["a"]},
                    {"properties": {"b": {}}, "required": ["b"]},
                ]
            },
            {"a": 1, "c": 2},
            ["/c"],
        ),
        ({"items": {"properties": {"a": {}}}}, [{"a": 1}, {"z": 1}], ["/1/z"]),
        ({"properties": {"a": {"$ref": "#"}}}, {"a": {"a": {"b": 1}}}, ["/a/a/b"]),
        ({"patternProperties": {"^x": {}}, "properties": {"a": {}}}, {"x1": 1}, []),
        (
            {"properties": {"m": {"additionalProperties": {"properties": {"a": {}}}}}},
            {"m": {"k": {"a/b": 1}}},
            ["/m/k/a~1b"],
        ),
    ],
)
def test_undeclared_properties(schema: Any, value: Any, expected: list[str]) -> None:
    """A property is undeclared when no schema that applies to its object declares it."""

    assert list(undeclared(evaluations(Checker(schema), value))) == expected


@given(st.from_regex(r"[a-z0-9]{0,8}", fullmatch=True))
def test_end_of_pattern_is_the_very_end(text: str) -> None:
    """Whatever matches an anchored pattern does not match it with a newline after it."""
    import re

    pattern = python_pattern("^[a-z0-9]*$")
    assert pattern is not None
    assert re.search(pattern, text)
    assert not re.search(pattern, text + "\n")


def test_validators_are_cached() -> None:
    """One validator is compiled for each document, schema and direction."""
    found = document(X={})
    assert validator(found, "X", direction="request") is validator(found, "X", direction="request")
    assert validator(found, "X", direction="request") is not validator(found, "X", direction="response")


NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70),
    st.decimals(-1000, 1000, places=3).map(lambda number: ExactFloat(str(number))),
    st.floats(-1e15, 1e15),
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text("aé٣\n 😀=/1", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)
KEYWORDS = st.one_of(
    st.builds(
        lambda kind: {"type": kind}, st.sampled_from(["integer", "number", "string", "object", "array"])
    ),
    st.builds(lambda name: {"format": name}, st.sampled_from(sorted(FORMATS))),
    st.builds(lambda text: {"multipleOf": ExactFloat(text)}, st.sampled_from(["0.1", "0.01", "2.5", "3.0"])),
    st.builds(lambda name, bound: {name: bound}, st.sampled_from(["minimum", "exclusiveMaximum"]), NUMBERS),
    st.builds(
        lambda text: {"pattern": text}, st.sampled_from(["^a$", r"^\d+$", r"\s", r"^\w", ".", r"\p{L}"])
    ),
    st.builds(lambda value: {"const": value}, VALUES),
    st.builds(lambda size: {"maxLength": size, "uniqueItems": True}, st.integers(0, 3)),
    st.just({"contentEncoding": "base64"}),
)
SCHEMAS = st.recursive(
    KEYWORDS,
    lambda inner: st.one_of(
        st.builds(lambda a, b: {"allOf": [a, b]}, inner, inner),
        st.builds(lambda a, b: {"anyOf": [a, {"not": b}]}, inner, inner),
        st.builds(lambda a, b: {"items": a, "properties": {"a": b}, "additionalProperties": a}, inner, inner),
    ),
    max_leaves=5,
)


@given(SCHEMAS, VALUES)
def test_the_engines_agree(schema: dict[str, Any], value: Any) -> None:
    """What the fast engine says of a value is what the reference says, in our dialect."""
    checker = Checker(schema)
    assert checker.fast_says(value) is checker.reference.is_valid(value)
