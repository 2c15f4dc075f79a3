"""`check OPENAPI`: every documented example against its own schema, and how much that was."""

import json

import pytest

from snippetgen.check import check_bare
from snippetgen.openapi.document import load_document

LIST = {"type": "array", "items": {"type": "integer"}}
ITEM = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


@pytest.fixture
def document(tmp_path):
    """A document of these parts, read from a file."""

    def make(paths, version="3.1.0", **parts):
        data = {"openapi": version, "info": {"title": "Shop", "version": "1"}, "paths": paths, **parts}
        path = tmp_path / "openapi.json"
        path.write_text(json.dumps(data, indent=1))
        return load_document(path)

    return make


def response(media_type="application/json", **entry):
    content = {media_type: entry}
    answers = {"200": {"description": "x", "content": content}, "4XX": {"description": "x"}}
    return {"/items": {"get": {"security": [], "responses": answers}}}


def request(**entry):
    content = {"application/json": entry}
    answers = {"200": {"description": "x"}, "4XX": {"description": "x"}}
    return {"/items": {"post": {"requestBody": {"content": content}, "responses": answers}}}


def query(**facts):
    answers = {"200": {"description": "x"}, "4XX": {"description": "x"}}
    return {"/items": {"get": {"parameters": [{"name": "q", "in": "query", **facts}], "responses": answers}}}


def found(checked):
    """The findings about examples, by rule and pointer."""
    dull = {"contract/no-servers", "contract/no-security", "contract/meta-schema"}
    return [(f.rule.removeprefix("contract/"), f.pointer) for f in checked.findings if f.rule not in dull]


AT = "/paths/~1items/get/responses/200/content/application~1json"


@pytest.mark.parametrize(
    ("paths", "findings"),
    [
        (response(schema=ITEM, example={"name": "tea"}), []),
        (response(schema=ITEM, example={"name": 7}), [("response-example", f"{AT}/example/name")]),
        (response(schema=ITEM, example={}), [("response-example", f"{AT}/example/name")]),
        (
            response(schema=ITEM, examples={"a": {"value": {"name": "x"}}, "b": {"value": {"name": None}}}),
            [("response-example", f"{AT}/examples/b/value/name")],
        ),
        (
            response(schema=ITEM, example={"name": "x", "nmae": "y"}),
            [("undeclared-property", f"{AT}/example/nmae")],
        ),
        (response(schema=ITEM, example='{"name": "tea"}'), [("json-in-string", f"{AT}/example")]),
        (
            response(schema=ITEM, example='{"name": 7}'),
            [("json-in-string", f"{AT}/example"), ("response-example", f"{AT}/example/name")],
        ),
        (response(schema=ITEM, example="tea"), [("response-example", f"{AT}/example")]),
        (response(schema={}, example=1), [("vacuous-schema", f"{AT}/schema")]),
        (response(schema={"type": "whole"}, example=1), [("unusable-schema", f"{AT}/schema/type")]),
        (
            request(schema=ITEM, example={}),
            [("request-example", "/paths/~1items/post/requestBody/content/application~1json/example/name")],
        ),
        (
            request(example={}),
            [("vacuous-schema", "/paths/~1items/post/requestBody/content/application~1json/example")],
        ),
        (
            query(schema={"type": "integer"}, example="x"),
            [("parameter-example", "/paths/~1items/get/parameters/0/example")],
        ),
    ],
)
def test_every_example_is_held_against_its_schema(document, paths, findings):
    """All that is wrong, each with the pointer of the value and its line."""
    checked = check_bare(document(paths))
    assert found(checked) == findings
    assert all(finding.place.line > 1 for finding in checked.findings)


@pytest.mark.parametrize(
    ("facts", "example"),
    [
        ({"schema": {"type": "array", "items": {"type": "integer"}}}, "1,2"),
        ({"schema": {"type": "array", "items": {"type": "integer"}}}, "q=1&q=2"),
        ({"schema": {"type": "array", "items": {"type": "integer"}}, "explode": False}, "1,2"),
        ({"schema": {"type": "array", "items": {"type": "string"}}, "style": "pipeDelimited"}, "a|b"),
        ({"schema": {"type": "integer"}}, "12"),
        ({"schema": {"type": "boolean"}}, "true"),
        (
            {"schema": {"type": "object", "properties": {"a": {"type": "integer"}}}, "style": "deepObject"},
            "q[a]=1",
        ),
        ({"content": {"application/json": {"schema": {"type": "object"}}}}, '{"a": 1}'),
        ({"schema": LIST, "style": "spaceDelimited", "explode": False}, "1%202"),
        ({"schema": LIST, "style": "pipeDelimited", "explode": False}, "1%7C2"),
    ],
)
def test_an_example_of_a_parameter_may_be_its_text(document, facts, example):
    """As a value, or as it is sent."""
    assert found(check_bare(document(query(example=example, **facts)))) == []


def test_a_place_is_visited_once(document):
    """A component that two operations use has its findings once; one that nothing uses has them too."""
    used = {"description": "x", "content": {"application/json": {"schema": ITEM, "example": {}}}}
    ref = {"$ref": "#/components/responses/Used"}
    answers = {"200": ref, "201": ref, "4XX": {"description": "x"}}
    paths = {"/items": {"get": {"responses": answers}, "put": {"responses": answers}}}
    components = {"responses": {"Used": used, "Unused": used}}
    findings = found(check_bare(document(paths, components=components)))
    names = [pointer.split("/")[3] for rule, pointer in findings if rule == "response-example"]
    assert names == ["Used", "Unused"]


def test_webhooks_and_callbacks_are_visited(document):
    hook = {
        "post": {
            "requestBody": {"content": {"application/json": {"schema": ITEM, "example": 1}}},
            "responses": {"200": {"description": "x"}},
        }
    }
    paths = response(schema=ITEM, example={"name": "x"})
    paths["/items"]["get"]["callbacks"] = {"sold": {"{$request.body#/url}": hook}}
    checked = check_bare(document(paths, webhooks={"sold": hook}))
    assert [pointer.split("/")[1] for rule, pointer in found(checked) if rule == "request-example"] == [
        "paths",
        "webhooks",
    ]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
@pytest.mark.parametrize("place", ["webhooks", "callbacks"])
@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({"content": {"application/json": {"schema": {"type": "whole"}}}}, "unusable-schema"),
        ({"content": {"application/json": {"schema": {"$ref": "#/none"}}}}, "unusable-schema"),
        ({"$ref": "#/none"}, "broken-part"),
        ({"content": []}, "broken-part"),
    ],
)
def test_webhooks_and_callbacks_are_as_sound_as_operations(document, version, place, body, rule):
    """A broken part of what the API sends is a finding, though no example shows it."""
    hook = {"post": {"requestBody": body, "responses": {"200": {"description": "x"}}}}
    paths = response(schema=ITEM, example={"name": "x"})
    parts = {"webhooks": {"sold": hook}} if version != "3.0.3" else {"x-webhooks": {"sold": hook}}
    if place == "callbacks":
        parts, paths["/items"]["get"]["callbacks"] = {}, {"sold": {"{$request.body#/url}": hook}}
    checked = check_bare(document(paths, version, **parts))
    assert [name for name, _ in found(checked)] == [rule]
    assert str(checked.coverage).startswith("1 operation, 1 webhook" if parts else "1 operation, 1 response")


def test_the_webhooks_of_a_document_are_counted(document):
    """Also where it has nothing else."""
    hook = {"post": {"requestBody": {"content": {"application/json": {"schema": ITEM, "example": {}}}}}}
    checked = check_bare(document({}, webhooks={"sold": hook, "bought": hook}))
    assert str(checked.coverage).startswith("0 operations, 2 webhooks, 2 request examples: 2 of 2 checked")


@pytest.mark.parametrize(
    ("schema", "rule"),
    [
        ({"type": "whole"}, "unusable-schema"),
        ({"$ref": "#/none"}, "unusable-schema"),
        ({"type": "string", "nullable": True}, "no-effect"),
        ({"format": "colour"}, "unchecked-format"),
        ({"anyOf": [{"type": "string"}, {}]}, "vacuous-schema"),
    ],
)
@pytest.mark.parametrize("place", ["response", "request", "component"])
def test_the_schema_of_each_item_is_looked_at_as_any_other(document, schema, rule, place):
    """OpenAPI 3.2's `itemSchema`, with and without an example."""
    entry, parts = {"itemSchema": schema}, {}
    if place == "component":
        parts = {"components": {"mediaTypes": {"Lines": entry}}}
        entry = {"$ref": "#/components/mediaTypes/Lines"}
    paths = response("application/jsonl", **entry)
    if place == "request":
        paths = request()
        paths["/items"]["post"]["requestBody"]["content"] = {"application/jsonl": entry}
    rules = [name for name, _ in found(check_bare(document(paths, "3.2.0", **parts)))]
    assert rules == ([] if (rule, place) == ("vacuous-schema", "request") else [rule])


def test_the_content_of_a_header_is_looked_at(document):
    """Its examples and its schema, as a parameter's."""
    entry = {"schema": {"type": "integer"}, "example": "x"}
    paths = response(schema=ITEM, example={"name": "x"})
    answer = paths["/items"]["get"]["responses"]["200"]
    answer["headers"] = {
        "X-Count": {"content": {"application/json": entry}},
        "X-None": {"schema": {"type": "no"}},
    }
    at = "/paths/~1items/get/responses/200/headers"
    assert sorted(found(check_bare(document(paths)))) == [
        ("response-example", f"{at}/X-Count/content/application~1json/example"),
        ("unusable-schema", f"{at}/X-None/schema/type"),
    ]


@pytest.mark.parametrize("media_type", ["text/plain", "*/*"])
def test_a_text_may_stand_for_a_scalar(document, media_type):
    """Not only JSON is held against the schema of a number or a boolean."""

    def rules(schema, example):
        checked = check_bare(document(response(media_type, schema=schema, example=example)))
        return [name for name, _ in found(checked)]

    assert rules({"type": "integer"}, "5") == rules({"type": "boolean"}, "true") == []
    assert rules({"type": "integer"}, "x") == rules({"type": "boolean"}, "True") == ["response-example"]
    assert rules({"type": "object"}, "<a/>") == []


def test_examples_inside_schemas_are_an_option(document):
    """`example`, and in 3.1 the list `examples`; what is read only may stand in either direction."""
    schema = {
        "type": "object",
        "required": ["id"],
        "example": {"id": 1, "size": "x"},
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "size": {"type": "integer", "examples": [1, "x"]},
        },
    }
    made = document(response(schema=schema, example={"id": 1}))
    assert found(check_bare(made)) == []
    pointers = [
        pointer for rule, pointer in found(check_bare(made, schemas=True)) if rule == "schema-example"
    ]
    assert pointers == [f"{AT}/schema/example/size", f"{AT}/schema/properties/size/examples/1"]


def test_what_is_not_checked_is_counted_by_reason(document):
    """No example, another file, text of another type, a schema that says nothing or is broken."""
    paths = {}
    for index, entry in enumerate(
        [
            {"application/json": {"schema": ITEM, "example": {"name": "x"}}},
            {"application/json": {"schema": ITEM}},
            {"application/json": {"schema": ITEM, "examples": {"a": {"externalValue": "a.json"}}}},
            {"application/xml": {"schema": ITEM, "example": "<a/>"}},
            {"application/json": {"example": 1}},
            {"application/json": {"schema": {}, "example": 1}},
            {"application/json": {"schema": {"type": "whole"}, "example": 1}},
        ]
    ):
        paths[f"/{index}"] = {"get": {"responses": {"200": {"description": "x", "content": entry}}}}
    coverage = check_bare(document(paths)).coverage
    assert {reason: len(names) for reason, names in coverage.unchecked.items()} == {
        "no example": 1,
        "in another file": 1,
        "application/xml text": 1,
        "no schema": 1,
        "a schema that accepts everything": 1,
        "unusable schema": 1,
    }
    assert (coverage.checked, coverage.total) == (1, 7)
    assert str(coverage).startswith(
        "7 operations, 5 response examples: 1 of 7 checked (14.3%); not checked: 1 "
    )


@pytest.mark.parametrize(("floor", "code"), [("50", 0), ("51", 1)])
def test_a_floor_under_the_coverage(document, run_cli, capsys, floor, code):
    paths = response(schema=ITEM, example={"name": "x"}) | {
        "/b": {
            "get": {
                "responses": {"200": {"description": "x", "content": {"application/json": {"schema": ITEM}}}}
            }
        }
    }
    path = document(paths).source.path
    assert run_cli("check", path, "--format", "json", "--require-coverage", floor) == code
    shown = json.loads(capsys.readouterr().out)
    assert ("check/coverage" in shown["summary"]["rules"]) == bool(code)
    assert shown["summary"]["coverage"]["percent"] == 50.0
    assert shown["summary"]["coverage"]["unchecked"] == {
        "no example": ["/paths/~1b/get/responses/200/content/application~1json"]
    }


def test_an_empty_document_proves_nothing(document, run_cli, capsys):
    """Nothing to check is not all checked."""
    assert run_cli("check", document({}).source.path, "--require-coverage", "1") == 1
    assert "0.0% of" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "wrong"),
    [('{"name": "tea"}', False), ('{"name": 1}', True), ('{"nam": "tea"}', True), ("{name}", True)],
)
def test_a_serialized_value_is_read_by_its_media_type(document, text, wrong):
    entry = {"schema": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}}
    shown = {"a": {"serializedValue": text}}
    checked = check_bare(document(response(**entry, examples=shown), version="3.2.0"))
    rules = [rule for rule, _ in found(checked)]
    assert ("response-example" in rules, "json-in-string" in rules) == (wrong, False)
    assert (checked.coverage.checked, checked.coverage.total) == (1, 1)


def test_each_item_of_a_sequence_is_judged(document):
    examples = {
        "good": {"dataValue": [{"name": "a"}]},
        "bad": {"dataValue": [{"name": "a"}, {"name": 2}]},
        "fine": {"serializedValue": '{"name": "a"}\n{"name": "b"}\n'},
        "lines": {"serializedValue": '{"name": "a"}\n{"name": 2}\n'},
        "cut": {"serializedValue": '{"name": "a"}\n{"name"\n'},
    }
    paths = response("application/jsonl", itemSchema=ITEM, examples=examples)
    checked = check_bare(document(paths, version="3.2.0"))
    at = "/paths/~1items/get/responses/200/content/application~1jsonl/examples"
    assert found(checked) == [
        ("response-example", f"{at}/bad/dataValue/1/name"),
        ("response-example", f"{at}/lines/serializedValue/name"),
        ("response-example", f"{at}/cut/serializedValue"),
    ]
    assert (checked.coverage.checked, checked.coverage.total) == (5, 5)


def test_a_sequence_that_is_text_is_counted_as_unchecked(document):
    shown = {"a": {"serializedValue": "data: {}\n\n"}}
    paths = response("text/event-stream", itemSchema=ITEM, examples=shown)
    checked = check_bare(document(paths, version="3.2.0"))
    assert found(checked) == []
    assert [*checked.coverage.unchecked] == ["text/event-stream text"]


@pytest.mark.parametrize(
    "broken",
    [
        {"responses": {"200": {"description": "x", "headers": {"X": {"$ref": "#/components/headers/Q"}}}}},
        {"parameters": [{"name": "q", "in": "query", "content": {"text/plain": {"$ref": "#/nowhere"}}}]},
    ],
)
def test_what_leads_nowhere_is_left_out_and_the_rest_is_checked(document, broken):
    """A header and a media type of a parameter are as good as a response."""
    paths = response(schema={"type": "integer"}, example="x")
    paths["/broken"] = {"get": {"responses": {"200": {"description": "x"}}, **broken}}
    checked = check_bare(document(paths))
    parts = [f.message for f in checked.findings if f.rule == "contract/broken-part"]
    assert [message.endswith("leads nowhere; /paths/~1broken/get is left out") for message in parts] == [True]
    assert ("response-example", f"{AT}/example") in found(checked)


def test_examples_inside_the_schemas_of_parameters_and_headers_are_asked_for(document):
    """The parameter itself shows none."""
    wrong = {"type": "integer", "example": "x"}
    paths = query(schema=wrong)
    paths["/items"]["get"]["responses"]["200"]["headers"] = {"X-Left": {"schema": wrong}}
    checked = check_bare(document(paths), schemas=True)
    at = "/paths/~1items/get"
    assert sorted(found(checked)) == [
        ("schema-example", f"{at}/parameters/0/schema/example"),
        ("schema-example", f"{at}/responses/200/headers/X-Left/schema/example"),
    ]
    assert checked.coverage.checked == 2


@pytest.mark.parametrize(
    ("value", "text"), [(None, "null"), (True, "true"), ([{"type": False}], '[{"type": false}]')]
)
def test_a_value_is_written_as_json_has_it(document, value, text):
    checked = check_bare(document(response(schema={"type": "integer"}, example=value)))
    assert f"{text} is not of type 'integer'" in [f.message for f in checked.findings]
