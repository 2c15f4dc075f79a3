"""Values made for a schema satisfy it, and the same schema gives the same value."""

import re

import pytest

from snippetgen.contract.value import check_value
from snippetgen.openapi.document import Document
from snippetgen.sampling import Sampler, Unsatisfied
from snippetgen.sampling.number import number
from snippetgen.sampling.pattern import match_strings
from snippetgen.source import Source

COMPONENTS = {
    "Node": {
        "type": "object",
        "required": ["name", "children"],
        "properties": {
            "name": {"type": "string"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
            "parent": {"$ref": "#/components/schemas/Node"},
        },
    },
    "Endless": {
        "type": "object",
        "required": ["next"],
        "properties": {"next": {"$ref": "#/components/schemas/Endless"}},
    },
    "Cat": {
        "type": "object",
        "required": ["kind", "lives"],
        "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}},
    },
    "Dog": {
        "type": "object",
        "required": ["kind", "tricks"],
        "properties": {"kind": {"const": "dog"}, "tricks": {"type": "array", "items": {"type": "string"}}},
    },
}


def sample(schema, version="3.1.0", direction="request", **options):
    """A value for the schema, as the contract accepts it."""
    data = {"openapi": version, "info": {"title": "x", "version": "1"}, "paths": {}}
    data["components"] = {"schemas": {**COMPONENTS, "It": schema}}
    document = Document(source=Source("openapi.json", "{}", data), data=data)

    def wrong(value):
        findings = check_value(document, "It", value, direction=direction, rule="x")
        return {finding.pointer: finding.message for finding in findings if finding.severity == "error"}

    return Sampler(document, direction, **options).sample(schema, wrong, hint="name")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "name"),
        ({"type": "string", "example": "tea", "default": "x"}, "tea"),
        ({"type": "string", "examples": ["tea", "coffee"]}, "tea"),
        ({"type": "string", "default": "green"}, "green"),
        ({"enum": ["a", "b"]}, "a"),
        ({"const": 7}, 7),
        ({"type": "string", "format": "date"}, "2024-01-15"),
        ({"type": "string", "format": "email"}, "user@example.com"),
        ({"type": "string", "minLength": 9}, "namenamen"),
        ({"type": "string", "maxLength": 2}, "na"),
        ({"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"}, "ABC-5678"),
        ({"type": "string", "pattern": "^na"}, "name"),
        ({"type": "integer", "minimum": 10, "exclusiveMaximum": 12}, 10),
        ({"type": "integer", "exclusiveMinimum": 5, "multipleOf": 4}, 8),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, 0.5),
        ({"type": "integer", "maximum": -3}, -3),
        ({"type": "boolean"}, True),
        ({"type": ["string", "null"]}, "name"),
        ({"type": "null"}, None),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 3, "uniqueItems": True}, [1, 2, 3]),
        ({"type": "array", "prefixItems": [{"const": "a"}, {"type": "integer"}], "items": False}, ["a", 1]),
        (
            {"type": "object", "minProperties": 2, "additionalProperties": {"type": "integer"}},
            {"key1": 1, "key2": 1},
        ),
        (
            {"allOf": [{"required": ["a"]}, {"properties": {"a": {"type": "integer", "minimum": 4}}}]},
            {"a": 4},
        ),
        ({"$ref": "#/components/schemas/Node"}, {"name": "name", "children": []}),
        (
            {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]},
            {"kind": "cat", "lives": 1},
        ),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}, {"type": "string"}]}, "name"),
        ({"anyOf": [False, {"type": "boolean"}]}, True),
        (
            {
                "if": {"properties": {"a": {"const": 1}}},
                "then": {"required": ["b"]},
                "required": ["a"],
                "properties": {"a": {"const": 1}},
            },
            {"b": "b", "a": 1},
        ),
    ],
    ids=str,
)
def test_a_value_is_made(schema, value):
    made = sample(schema)
    assert made == value
    assert type(made) is type(value)
    assert made == sample(schema)


def test_examples_that_are_wrong_are_left_out_and_the_others_kept():
    """Only what fails is made anew; the examples beside it stay."""
    properties = {
        "size": {"type": "integer", "example": "large"},
        "name": {"type": "string", "example": "tea"},
    }
    schema = {"type": "object", "required": ["size", "name"], "properties": properties}
    assert sample(schema) == {"size": 1, "name": "tea"}
    assert sample(schema | {"example": {"size": "?"}}) == {"size": 1, "name": "tea"}


def test_a_required_object_is_not_left_empty():
    """Where it requires nothing, its first level is shown; an optional one is left as small as it can be."""
    open_ended = {"type": "object", "properties": {"city": {"type": "string"}}}
    properties = {"address": open_ended, "other": open_ended}
    assert sample({"type": "object", "required": ["address"], "properties": properties}) == {
        "address": {"city": "city"}
    }
    assert sample({"type": "object", "properties": properties}) == {"address": {}, "other": {}}


def test_openapi_3_0_is_read_as_such():
    """Boolean bounds, `nullable`, siblings of `$ref` that mean nothing, no `const`."""
    assert sample({"type": "integer", "minimum": 3, "exclusiveMinimum": True}, "3.0.3") == 4
    assert sample({"type": "string", "nullable": True, "const": "x"}, "3.0.3") == "name"
    ref = {"$ref": "#/components/schemas/Node", "example": 1}
    assert (
        sample({"type": "object", "required": ["a"], "properties": {"a": ref}}, "3.0.3")["a"]["name"]
        == "name"
    )


@pytest.mark.parametrize(
    "branches",
    [
        [{"type": "number"}, {"type": "integer"}],
        [{"type": "integer"}, {"type": "number"}],
        [{"enum": ["b", "a"]}, {"enum": ["c", "b"]}],
        [{"enum": ["a", "b"]}, {"enum": ["b", "a", "c"]}],
        [{"type": "string"}, {"type": "string", "maxLength": 20}],
        [{"type": "string", "minLength": 1}, {"type": "string", "maxLength": 50}],
        [{"type": "integer", "minimum": 0}, {"type": "integer", "maximum": 500}],
        [{"type": "integer", "multipleOf": 1}, {"type": "integer", "multipleOf": 5}],
        [{"type": "array", "items": {"type": "string"}, "maxItems": 2}, {"type": "array", "minItems": 1}],
        [
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
            {"type": "object", "required": ["a", "b"], "properties": {"a": {"type": "string"}}},
        ],
        [
            {"type": "object", "properties": {"kind": {"enum": ["x", "y"]}}},
            {"type": "object", "properties": {"kind": {"enum": ["y", "z"]}}},
        ],
        [
            {"type": "object", "required": ["n"], "properties": {"n": {"type": "number"}}},
            {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}},
        ],
        [
            {"type": "object", "required": ["l"], "properties": {"l": {"type": "array", "maxItems": 1}}},
            {"type": "object", "required": ["l"], "properties": {"l": {"type": "array"}}},
        ],
        [{"type": "string", "format": "date"}, {"type": "string"}],
        [{"type": "integer"}, {"type": "number"}, {"type": "string"}, {"type": ["string", "integer"]}],
    ],
    ids=str,
)
@pytest.mark.parametrize("inside", [False, True])
def test_alternatives_that_overlap_are_told_apart(branches, inside):
    """The value satisfies exactly one, by another number, length, member or property; always the same."""
    schema = {"oneOf": branches}
    schema = {"type": "object", "required": ["p"], "properties": {"p": schema}} if inside else schema
    assert sample(schema) == sample(schema)


def test_an_optional_property_that_cannot_be_made_is_left_out():
    """What is required is made all the same; what is left out is known, with its reason."""
    never = {"oneOf": [{"type": "string"}, {"type": "string"}]}
    nothing = {"allOf": [{"type": "string"}, {"type": "integer"}]}
    for wrong in (never, nothing, {"type": "object", "required": ["x"], "properties": {"x": never}}):
        schema = {"type": "object", "properties": {"a": {"type": "string"}, "b": wrong}}
        assert sample(schema) == {"a": "a"}
        assert sample(
            {"type": "array", "minItems": 1, "items": schema | {"required": ["a"]}}, optional=True
        ) == [{"a": "a"}]
        with pytest.raises(Unsatisfied):
            sample(schema | {"required": ["b"]})


@pytest.mark.parametrize(("direction", "kept"), [("request", "secret"), ("response", "id")])
def test_a_direction_carries_its_own_properties(direction, kept):
    """`readOnly` stays out of requests, `writeOnly` out of responses, even where they are required."""
    properties = {"id": {"type": "string", "readOnly": True}, "secret": {"type": "string", "writeOnly": True}}
    schema = {"type": "object", "required": ["id", "secret"], "properties": properties}
    assert list(sample(schema, direction=direction)) == [kept]


def test_optional_properties_on_request_without_end():
    """All that is not deprecated; a property that leads back to what holds it is cut."""
    value = sample({"$ref": "#/components/schemas/Node"}, optional=True)
    assert value == {"name": "name", "children": []}
    old = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"deprecated": True}},
        "required": ["a"],
    }
    assert sample(old, optional=True) == {"a": "a"}
    assert sample(old | {"properties": {"a": {}, "c": {"type": "integer"}}}, optional=True) == {
        "a": "a",
        "c": 1,
    }


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/components/schemas/Endless"},
        {"type": "integer", "minimum": 3, "maximum": 2},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        {"not": {}},
        {"type": "string", "pattern": "^(?!a)a$"},
        {"type": "string", "minLength": 5, "maxLength": 2},
    ],
    ids=str,
)
def test_what_cannot_be_satisfied_is_said(schema):
    with pytest.raises(Unsatisfied):
        sample(schema)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\d{3}-\w+$",
        r"^(?:[a-z]+|[0-9]+){2,}$",
        r"^https?://[^/\s]+/",
        r"^(a|b)\1$",
        r"^[^a-z]$",
        r"^\S+@\S+\.\S+$",
        r"^(?=.*\d)[a-z\d]{8}$",
        r"^sk-[A-Za-z0-9]{40}$",
        r"^[\u3040-\u309f]+$",
    ],
)
def test_a_string_matches_its_pattern(pattern):
    text = next(match_strings(pattern))
    assert re.search(pattern, text)


def test_a_string_for_a_pattern_keeps_its_lengths():
    assert next(len(text) for text in match_strings("^[a-z]*$", 10, 12)) in {10, 11, 12}
    assert list(match_strings("^[a-z]{3}$", 4)) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"minimum": 0.1, "maximum": 0.2},
        {"multipleOf": 0.25, "minimum": 0.3},
        {"maximum": 0},
        {"minimum": -5, "maximum": -1},
        {"exclusiveMinimum": 1, "exclusiveMaximum": 2},
        {"multipleOf": 7, "minimum": 100},
    ],
)
def test_a_number_keeps_its_bounds(facts):
    value = number(facts, whole=False)
    assert value >= facts.get("minimum", value)
    assert value <= facts.get("maximum", value)
    assert value > facts.get("exclusiveMinimum", value - 1)
    assert value < facts.get("exclusiveMaximum", value + 1)
    assert (value / facts.get("multipleOf", value or 1)) % 1 == 0
