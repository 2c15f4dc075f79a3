"""`import OPENAPI` writes a spec whose requests keep the contract; oddities are handled or named."""

import json

import pytest
import yaml

from snippetgen.check import check_api, check_whole
from snippetgen.manifest import default_languages
from snippetgen.render import render
from snippetgen.spec import load_api

OK = {"200": {"description": "fine"}, "4XX": {"description": "not fine"}}
TEXT = {"schema": {"type": "string"}}


@pytest.fixture
def imported(tmp_path, run_cli, capsys):
    """Import a document with these paths: the spec's data, the Api, what stderr said, the exit code."""

    def run(paths, *arguments, version="3.0.3", folder=tmp_path, **parts):
        data = {"openapi": version, "info": {"title": "Tea Shop API", "version": "1"}}
        data |= {"servers": [{"url": "https://tea.example.com/v1"}], "paths": paths, **parts}
        (folder / "openapi.json").write_text(json.dumps(data))
        spec = folder / "shop.yaml"
        code = run_cli("import", folder / "openapi.json", "--output", spec, "--force", *arguments)
        shown = capsys.readouterr()
        api = load_api(spec) if code in {0, 1} else None
        return yaml.safe_load(spec.read_text()) if api else None, api, shown.err, code

    return run


def operation(method="get", path="/items", **facts):
    return {path: {method: {"summary": "Items", "responses": OK, **facts}}}


def parameter(name, location="query", **facts):
    return {
        "name": name,
        "in": location,
        "required": True,
        **(TEXT if "content" not in facts else {}),
        **facts,
    }


ENV = "TEA_SHOP_MY_AUTH"
SHOWN = {"env": ENV, "placeholder": f"YOUR_{ENV}"}
USERS = {"username_env": f"{ENV}_USERNAME", "password_env": f"{ENV}_PASSWORD"}


def body(media_type="application/json", **entry):
    return {"required": True, "content": {media_type: entry}}


def example(data):
    return data["endpoints"][0]["examples"][0]


def test_the_spec_is_complete_and_renders_everywhere(imported):
    """What is written passes `check`, and has a snippet in every default language."""
    schema = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string"}, "size": {"type": "integer"}},
    }
    sent = [("shop", "path"), ("dry run", "query"), ("X-Trace", "header"), ("theme", "cookie")]
    parameters = [*(parameter(*where) for where in sent), parameter("note", required=False)]
    facts = {"operationId": "createItem", "requestBody": body(schema=schema), "parameters": parameters}
    paths = operation("post", "/shops/{shop}/items", **facts)
    data, api, err, code = imported(paths)
    assert (code, err) == (0, "")
    assert data["endpoints"] == [
        {
            "id": "create-item",
            "operation": "POST /shops/{shop}/items",
            "credentials": [],
            "examples": [
                {
                    "id": "json",
                    "path": {"shop": "shop"},
                    "query": {"dry run": "dry run"},
                    "headers": {"X-Trace": "X-Trace"},
                    "cookies": {"theme": "theme"},
                    "body": {"json": {"name": "name"}},
                }
            ],
        }
    ]
    assert [f for f in check_api(api) if f.severity != "note"] == []
    request = api.endpoints[0].examples[0].request
    assert request.url.resolve({}) == "https://tea.example.com/v1/shops/shop/items?dry%20run=dry%20run"
    assert all(render(request, language).code for language in default_languages())


def test_values_come_from_examples_defaults_enums_then_schemas(imported):
    """In that order; an example that fails its own schema is passed over by name."""
    parameters = [
        parameter("a", example="shown", schema={"type": "string", "default": "d"}),
        parameter("b", examples={"x": {"value": 7}}, schema={"type": "integer"}),
        parameter("c", schema={"type": "string", "default": "usual"}),
        parameter("d", schema={"enum": ["first", "second"]}),
        parameter("e", schema={"type": "string", "format": "uuid"}),
        parameter("f", example="many", schema={"type": "integer", "minimum": 5}),
        parameter("g", example="1,2", schema={"type": "array", "items": {"type": "integer"}}),
    ]
    data, _, err, code = imported(operation(parameters=parameters))
    assert example(data)["query"] == {
        "a": "shown",
        "b": 7,
        "c": "usual",
        "d": "first",
        "e": "123e4567-e89b-12d3-a456-426614174000",
        "f": 5,
        "g": [1, 2],
    }
    assert code == 0
    assert err.count("import/unusable-example") == 1
    assert "parameters/5" in err


@pytest.mark.parametrize(
    ("media_type", "entry", "stated"),
    [
        ("application/json", {"schema": {"type": "array", "items": {"type": "integer"}}}, {"json": [1]}),
        (
            "application/vnd.tea+json",
            {"schema": {"type": "integer"}},
            {"json": 1, "media_type": "application/vnd.tea+json"},
        ),
        ("application/json", {"schema": {"type": "object"}, "example": '{"a": 1}'}, {"json": {"a": 1}}),
        ("application/json", {}, {"json": "example"}),
        (
            "text/plain",
            {"schema": {"type": "string", "enum": ["tea"]}},
            {"text": "tea", "media_type": "text/plain"},
        ),
        (
            "application/xml",
            {"schema": {"type": "string"}, "example": "<a/>"},
            {"text": "<a/>", "media_type": "application/xml"},
        ),
        (
            "image/png",
            {"schema": {"type": "string", "format": "binary"}},
            {"file": "body.png", "media_type": "image/png"},
        ),
        ("*/*", {"schema": {"type": "object"}}, {"json": {}}),
        ("*/*", {}, {"file": "body.bin", "media_type": "application/octet-stream"}),
        ("image/*", {"schema": {"format": "binary"}}, {"file": "body.png", "media_type": "image/png"}),
    ],
)
def test_a_body_is_written_as_its_media_type_has_it(imported, media_type, entry, stated):
    data, api, _, code = imported(operation("post", requestBody=body(media_type, **entry)))
    assert code == 0
    assert example(data)["body"] == stated
    assert [f.message for f in check_api(api) if f.severity == "error"] == []


@pytest.mark.parametrize(
    ("media_type", "entry", "stated"),
    [
        ("text/plain", {"schema": {"type": "string", "maxLength": 3}, "example": "long"}, {"text": "exa"}),
        (
            "text/csv",
            {
                "schema": {"type": "string", "pattern": "^a,"},
                "examples": {"x": {"value": "b"}, "y": {"value": "a,b"}},
            },
            {"text": "a,b"},
        ),
        ("text/plain", {"schema": {"type": "integer"}, "example": 7}, {"text": "7"}),
        ("text/plain", {"schema": {"type": "integer", "minimum": 5}, "example": "4"}, {"text": "5"}),
        ("text/plain", {"schema": {"type": "boolean"}}, {"text": "true"}),
        (
            "image/png",
            {"schema": {"type": "string", "format": "binary", "maxLength": 9}, "example": "ten letters"},
            {"file": "body.png"},
        ),
    ],
)
def test_the_example_of_a_text_is_held_against_its_schema(imported, media_type, entry, stated):
    """The first that is right is sent; where there are some and none is, that is named."""
    data, api, err, code = imported(operation("post", requestBody=body(media_type, **entry)))
    assert code == 0
    assert example(data)["body"] == {**stated, "media_type": media_type}
    right = any(value in stated.values() for value in ("7", "a,b", "true"))
    assert err.count("import/unusable-example") == (0 if right else 1)
    assert [f.message for f in check_api(api) if f.severity == "error"] == []


def test_a_text_whose_schema_is_an_object_is_sent_unchecked(imported):
    """XML says in another way what its schema says: the text is sent, and said to be unchecked."""
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    paths = operation("post", requestBody=body("application/xml", schema=schema, example="<a/>"))
    data, api, err, code = imported(paths)
    assert (code, err) == (0, "")
    assert example(data)["body"] == {"text": "<a/>", "media_type": "application/xml"}
    assert [f.rule for f in check_api(api) if f.pointer == "/body"] == ["contract/unchecked-body"]


FIELDS = {
    "type": "object",
    "required": ["name", "tags", "owner", "photo", "extra"],
    "properties": {
        "name": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}, "example": ["a", "b"]},
        "owner": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}},
        "photo": {"type": "string", "format": "binary"},
        "extra": {"type": "object", "example": {"deep": {"er": [1, 2]}}},
    },
}


def test_forms_and_multipart_follow_their_encoding(imported):
    """Lists repeat, objects are JSON unless a style says otherwise, bytes are files; an example each."""
    encoding = {
        "extra": {"style": "deepObject", "explode": True},
        "tags": {"style": "form", "explode": False},
    }
    content = {
        "application/x-www-form-urlencoded": {"schema": FIELDS, "encoding": encoding},
        "multipart/form-data": {"schema": FIELDS, "encoding": {"photo": {"contentType": "image/jpeg"}}},
    }
    data, api, _, code = imported(operation("post", requestBody={"content": content}))
    assert code == 0
    form, multipart = data["endpoints"][0]["examples"]
    assert form["body"]["form"] == {
        "name": "name",
        "tags": "a,b",
        "owner": '{"id": 1}',
        "photo": "photo",
        "extra[deep][er][0]": 1,
        "extra[deep][er][1]": 2,
    }
    assert multipart["body"]["multipart"] == [
        {"name": "name", "value": "name"},
        {"name": "tags", "value": "a"},
        {"name": "tags", "value": "b"},
        {"name": "owner", "json": {"id": 1}},
        {"name": "photo", "file": "photo.jpg", "media_type": "image/jpeg"},
        {"name": "extra", "json": {"deep": {"er": [1, 2]}}},
    ]
    assert [f.message for f in check_api(api) if f.severity == "error"] == []


@pytest.mark.parametrize(
    ("scheme", "stated"),
    [
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, {"in": "header", "name": "X-Key", **SHOWN}),
        ({"type": "http", "scheme": "Bearer"}, {"scheme": "bearer", **SHOWN}),
        ({"type": "oauth2", "flows": {}}, {"scheme": "bearer", **SHOWN}),
        (
            {"type": "http", "scheme": "basic"},
            {"scheme": "basic", **USERS, "placeholder": SHOWN["placeholder"]},
        ),
    ],
)
def test_security_schemes_become_credentials(imported, scheme, stated):
    """Read from the environment; the parameter that a document declares beside its key is not sent twice."""
    paths = (
        operation(parameters=[parameter("X-Key", "header", required=True)])
        if "name" in scheme
        else operation()
    )
    data, api, _, code = imported(
        paths, security=[{"myAuth": []}], components={"securitySchemes": {"myAuth": scheme}}
    )
    assert code == 0
    assert data["credentials"] == {"my_auth": stated}
    assert data["endpoints"][0]["credentials"] == ["my_auth"]
    assert [f.message for f in check_api(api) if f.severity == "error"] == []


def test_a_scheme_that_a_spec_has_no_words_for_is_named(imported):
    schemes = {"d": {"type": "http", "scheme": "digest"}}
    _, _, err, code = imported(operation(), security=[{"d": []}], components={"securitySchemes": schemes})
    assert "import/unsupported-security" in err
    assert "http digest" in err
    assert code == 0


def test_odd_paths_are_sent_as_they_are_meant(imported):
    """A fragment tells keys apart, a query in a key is sent, two names stand in one segment."""
    ids = [parameter("id", "path"), parameter("ext", "path")]
    paths = {
        **operation(path="/items?action=list"),
        **operation(path="/items#second"),
        **operation(path="/files/{id}.{ext}", parameters=ids),
    }
    _, api, err, code = imported(paths)
    assert (code, err) == (0, "")
    urls = [endpoint.examples[0].request.url.resolve({}) for endpoint in api.endpoints]
    base = "https://tea.example.com/v1"
    assert urls == [f"{base}/items?action=list", f"{base}/items", f"{base}/files/id.ext"]
    assert [endpoint.id for endpoint in api.endpoints] == [
        "get-items-action-list",
        "get-items-second",
        "get-files-id-ext",
    ]
    assert [f.message for f in check_api(api) if f.severity == "error"] == []


def test_odd_parameters_are_sent_or_named(imported):
    """Names with signs, ignored headers, `content` parameters, a body on DELETE."""
    parameters = [
        parameter("StartTime<"),
        parameter("Accept", "header"),
        parameter(
            "filter", content={"application/json": {"schema": {"type": "object"}, "example": {"a": 1}}}
        ),
    ]
    data, api, err, code = imported(
        operation("delete", parameters=parameters, requestBody=body(schema={"type": "object"}))
    )
    assert example(data)["query"] == {"StartTime<": "StartTime<", "filter": '{"a": 1}'}
    assert "headers" not in example(data)
    assert example(data)["body"] == {"json": {}}
    assert "import/ignored-parameter" in err
    assert code == 0
    assert "StartTime%3C=" in api.endpoints[0].examples[0].request.url.resolve({})
    assert [f.message for f in check_api(api) if f.severity == "error"] == []


@pytest.mark.parametrize(
    ("location", "schema", "shown", "section"),
    [
        ("cookie", {"type": "string"}, "a=b;c", {"cookies": {"theme": "theme"}}),
        ("cookie", {"type": "string"}, "a\r\nb", {"cookies": {"theme": "theme"}}),
        ("cookie", {"type": "string"}, "a=b", {"cookies": {"theme": "a=b"}}),
        ("cookie", {"type": "string", "enum": ["a;b", "c"]}, "a;b", {"cookies": {"theme": "c"}}),
        ("header", {"type": "string"}, "a\r\nb", {"headers": {"theme": "theme"}}),
    ],
)
def test_a_value_that_its_place_cannot_hold_is_left_aside(imported, location, schema, shown, section):
    """No value becomes another cookie or another header; another value is sent, and the example is named."""
    paths = operation(parameters=[parameter("theme", location, schema=schema, example=shown)])
    data, api, err, code = imported(paths)
    assert code == 0
    assert {key: example(data)[key] for key in section} == section
    assert ("import/unusable-example" in err) == (shown != "a=b")
    assert [f.message for f in check_api(api) if f.severity == "error"] == []


def test_a_parameter_that_cannot_be_sent_is_named(imported):
    """One that is optional is left out, one that is required costs its operation."""
    never = {"type": "string", "enum": ["a;b"]}
    optional = operation(parameters=[parameter("theme", "cookie", schema=never, required=False)], path="/a")
    whole = operation(parameters=[parameter("f", "querystring", required=False)], path="/b")
    required = operation(parameters=[parameter("theme", "cookie", schema=never)], path="/c")
    data, _, err, code = imported({**optional, **whole, **required}, "--optional", version="3.2.0")
    assert code == 1
    assert [endpoint["operation"] for endpoint in data["endpoints"]] == ["GET /a", "GET /b"]
    assert [endpoint["examples"] for endpoint in data["endpoints"]] == [[{"id": "example"}]] * 2
    assert "GET /a is sent without its cookie parameter 'theme'" in err
    assert "GET /b is sent without its querystring parameter 'f'" in err
    assert "GET /c has no example request: cookie parameter 'theme'" in err
    assert "the cookie 'theme' cannot hold 'a;b'" in err


@pytest.mark.parametrize(
    ("servers", "origin"),
    [
        ([{"url": "/v2"}], "https://api.example.com/v2"),
        ([], "https://api.example.com"),
        (
            [
                {
                    "url": "https://{region}.example.com/{base}",
                    "variables": {"region": {"default": "eu"}, "base": {"default": "v3"}},
                }
            ],
            "https://eu.example.com/v3",
        ),
    ],
)
def test_servers_are_absolute(imported, servers, origin):
    """Variables have their defaults; what is no absolute URL has a stand-in, and is named."""
    _, api, err, code = imported(operation(), servers=servers)
    assert api.endpoints[0].origin == origin
    assert ("import/no-server" in err) == ("api.example.com" in origin)
    assert code == 0


def test_a_server_can_be_named(imported):
    _, api, err, _ = imported(operation(), "--server", "https://staging.example.com", servers=[])
    assert api.endpoints[0].origin == "https://staging.example.com"
    assert err == ""


def test_operations_are_chosen(imported):
    paths = {**operation(path="/a", operationId="first"), **operation(path="/b"), **operation(path="/c")}
    data, _, _, _ = imported(paths, "--operation", "first", "--operation", "GET /c")
    assert [endpoint["operation"] for endpoint in data["endpoints"]] == ["GET /a", "GET /c"]
    _, _, err, code = imported(paths, "--operation", "GET /d")
    assert code == 2
    assert "there is no operation" in err


def test_what_cannot_be_satisfied_is_a_finding_that_names_its_schema(imported):
    """The rest is imported; the exit code says that something is missing."""
    impossible = {"type": "integer", "minimum": 2, "maximum": 1}
    paths = {**operation(path="/a", parameters=[parameter("n", schema=impossible)]), **operation(path="/b")}
    data, _, err, code = imported(paths)
    assert code == 1
    assert [endpoint["operation"] for endpoint in data["endpoints"]] == ["GET /b"]
    assert "import/unsatisfied-schema" in err
    assert "/paths/~1a/get/parameters/0/schema" in err


@pytest.mark.parametrize("host", ["[5]", "{host}"])
def test_a_server_that_is_no_url_has_a_stand_in(imported, host):
    """It is told, also where a variable makes it one."""
    servers = [{"url": f"https://{host}.example.com", "variables": {"host": {"default": [5]}}}]
    data, _, err, code = imported(operation(), servers=servers)
    assert (code, data["servers"]) == (0, {"api": "https://api.example.com"})
    assert "the server 'https://[5].example.com' is no absolute URL" in err


def test_a_security_scheme_of_no_known_type_is_named(imported):
    """A type that is no text is one of them."""
    parts = {"security": [{"key": []}], "components": {"securitySchemes": {"key": {"type": [5]}}}}
    _, _, err, code = imported(operation(), **parts)
    assert code == 0
    assert "GET /items needs key ([5]), which a spec cannot state" in err


@pytest.mark.parametrize("encoding", [5, {"file": 5}, {"file": {"style": [5]}}])
@pytest.mark.parametrize("media_type", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_an_encoding_that_is_none_says_nothing(imported, media_type, encoding):
    """The body is made without it; `check` names it."""
    schema = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string"}}}
    sent = body(media_type, schema=schema, encoding=encoding)
    data, api, _, code = imported(operation("post", requestBody=sent))
    assert code == 0
    assert example(data)["body"]
    assert "contract/meta-schema" in {finding.rule for finding in check_whole(api.document)}


def test_a_server_to_send_to_is_a_url(imported):
    """What no request can go to is refused."""
    *_, err, code = imported(operation(), "--server", "https://[5].example.com")
    assert code == 2
    assert "--server 'https://[5].example.com' is no URL" in err


def test_an_operation_without_a_request_is_left_out_and_fails(imported):
    """Also where what it lacks is words for its one body."""
    paths = operation("post", path="/a", requestBody=body("application/xml", schema={"type": "object"}))
    data, _, err, code = imported({**paths, **operation(path="/b")})
    assert [endpoint["operation"] for endpoint in data["endpoints"]] == ["GET /b"]
    assert "POST /a: a body is not imported" in err
    assert code == 1


def test_the_content_of_a_parameter_may_be_no_object(imported):
    """What describes nothing gives a value nevertheless, and no traceback."""
    data, _, _, code = imported(operation(parameters=[parameter("q", content={"text/plain": 5})]))
    assert (code, example(data)["query"]) == (0, {"q": "q"})


def test_an_optional_property_that_cannot_be_made_is_left_out_by_name(imported):
    """The body is sent without it, and a warning says which and why."""
    never = {"oneOf": [{"type": "string"}, {"type": "string"}]}
    schema = {"type": "object", "properties": {"a": {"type": "integer"}, "b": never}}
    data, _, err, code = imported(operation("post", requestBody=body(schema=schema)))
    assert code == 0
    assert example(data)["body"] == {"json": {"a": 1}}
    assert "warning: import/unsatisfied-schema" in err
    assert "does without the optional /b: " in err


def test_a_document_of_webhooks_alone_is_named(imported):
    hook = operation(path="x")["x"]
    _, _, err, code = imported({}, version="3.1.0", webhooks={"sold": hook})
    assert code == 2
    assert "no operations under `paths`" in err
    assert "the API sends the webhook 'sold'" in err
    assert "Traceback" not in err


def test_webhooks_beside_paths_are_named(imported):
    """They are not imported, which is a note; chosen operations have nothing to do with them."""
    hook = operation(path="x")["x"]
    data, _, err, code = imported(operation(), version="3.1.0", webhooks={"sold": hook})
    assert (code, len(data["endpoints"])) == (0, 1)
    assert "note: import/webhook at /webhooks/sold: the webhook 'sold' is not imported" in err
    chosen = imported(operation(), "--operation", "GET /items", version="3.1.0", webhooks={"sold": hook})
    assert chosen[2] == ""


def test_optional_parameters_on_request(imported):
    paths = operation(
        parameters=[parameter("a", required=False), parameter("b", required=False, deprecated=True)]
    )
    assert "query" not in example(imported(paths)[0])
    assert example(imported(paths, "--optional")[0])["query"] == {"a": "a"}


def test_a_document_elsewhere_is_copied_beside_the_spec(tmp_path, run_cli, capsys):
    """A spec's paths stay in its folder; nothing is written over without --force, and never the document."""
    document = tmp_path / "in" / "openapi.json"
    document.parent.mkdir()
    data = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": operation()}
    document.write_text(json.dumps(data))
    spec = tmp_path / "out" / "shop.yaml"
    assert run_cli("import", document, "--output", spec) == 0
    assert (tmp_path / "out" / "openapi.json").read_text() == document.read_text()
    assert load_api(spec).endpoints
    assert run_cli("import", document, "--output", spec) == 2
    assert run_cli("import", document, "--output", document, "--force") == 2
    assert json.loads(document.read_text()) == data
    assert "1 example request of 1 operation, 0 left out" in capsys.readouterr().out


def test_the_same_document_gives_the_same_spec(imported):
    """Nothing is random."""
    paths = operation("post", requestBody=body(schema=FIELDS))
    assert imported(paths)[0] == imported(paths)[0]


def test_an_object_that_no_pair_can_show_is_left_out(imported):
    """`deepObject` has no way to write an empty object."""
    properties = {"name": {"type": "string"}, "metadata": {"type": "object"}}
    schema = {"type": "object", "properties": properties}
    encoding = {"metadata": {"style": "deepObject", "explode": True}}
    content = {"application/x-www-form-urlencoded": {"schema": schema, "encoding": encoding}}
    data, _, _, code = imported(operation("post", requestBody={"content": content}))
    assert code == 0
    assert example(data)["body"] == {"form": {"name": "name"}}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "minLength": 2_000_000_000},
        {"type": "string", "pattern": "^(ab){1000000000}$"},
        {"type": "array", "minItems": 1_000_000_000, "items": {"type": "string"}},
        {"type": "array", "minItems": 1000, "items": {"type": "array", "minItems": 1000, "items": {}}},
        {"type": "array", "minItems": 1000, "items": {"type": "string", "minLength": 1000}},
        {"type": "object", "minProperties": 1_000_000_000},
    ],
)
def test_bounds_that_no_example_can_have_are_named(imported, schema):
    """What such a schema requires is never written; the other operations are imported."""
    paths = operation(method="post", requestBody=body(schema=schema)) | operation(path="/other")
    data, _, told, code = imported(paths)
    assert [endpoint["operation"] for endpoint in data["endpoints"]] == ["GET /other"]
    assert code == 1
    assert "import/unsatisfied-schema" in told


def test_a_circle_of_parameters_costs_its_operation_alone(imported):
    """The operation that leads into it is left out and named; the others are imported."""
    at = "#/components/parameters/"
    circle = {"parameters": {"A": {"$ref": at + "B"}, "B": {"$ref": at + "A"}}}
    paths = operation(parameters=[{"$ref": at + "A"}]) | operation(path="/other")
    data, _, told, code = imported(paths, components=circle)
    assert [endpoint["operation"] for endpoint in data["endpoints"]] == ["GET /other"]
    assert code == 1
    assert "leads back to itself" in told


def test_a_document_of_several_files_is_copied_whole(tmp_path, run_cli, capsys):
    """Elsewhere, its other files stand beside the copy as they stood beside the document."""
    for name in ("api/schemas", "there"):
        (tmp_path / name).mkdir(parents=True)
    paths = operation(method="post", requestBody=body(schema={"$ref": "schemas/a.json"}))
    data = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
    data["servers"] = [{"url": "https://a.example.com"}]
    document = tmp_path / "api" / "openapi.json"
    document.write_text(json.dumps(data))
    (tmp_path / "api" / "schemas" / "a.json").write_text('{"type": "array", "items": {"$ref": "b.json"}}')
    (tmp_path / "api" / "schemas" / "b.json").write_text('{"type": "integer"}')
    (tmp_path / "api" / "schemas" / "other.json").write_text("{}")
    spec = tmp_path / "there" / "x.yaml"
    assert run_cli("import", document, "--output", spec) == 0
    copied = {path.relative_to(spec.parent).as_posix() for path in spec.parent.rglob("*") if path.is_file()}
    assert copied == {"x.yaml", "openapi.json", "schemas/a.json", "schemas/b.json"}
    assert load_api(spec).endpoints[0].examples[0].request.body.value == [1]
    assert run_cli("check", spec, "--fail-on", "error") == 0

    (tmp_path / "there" / "openapi.json").unlink()
    spec.unlink()
    assert run_cli("import", document, "--output", spec) == 2
    assert "schemas/a.json is there already" in capsys.readouterr().err
    assert not spec.exists()
    for inside in (tmp_path / "x.yaml", tmp_path / "api" / "x.yaml"):
        assert run_cli("import", document, "--output", inside) == 0
        load_api(inside)


def test_a_part_of_a_document_is_not_copied_over_the_spec(tmp_path, run_cli, capsys):
    """A file of the document that has the spec's own name there refuses that output."""
    (tmp_path / "api").mkdir()
    (tmp_path / "there").mkdir()
    paths = operation(method="post", requestBody=body(schema={"$ref": "x.yaml"}))
    data = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
    (tmp_path / "api" / "openapi.json").write_text(json.dumps(data))
    (tmp_path / "api" / "x.yaml").write_text("type: integer")
    assert (
        run_cli("import", tmp_path / "api" / "openapi.json", "--output", tmp_path / "there" / "x.yaml") == 2
    )
    assert "would be copied over x.yaml" in capsys.readouterr().err
    assert not [*(tmp_path / "there").iterdir()]
