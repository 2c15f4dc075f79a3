"""A document that is not quite OpenAPI: what is wrong is told, and what is right is used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from snippetgen.check import check_bare
from snippetgen.contract import check_structure
from snippetgen.contract.value import check_value, is_valid
from snippetgen.errors import DocumentError
from snippetgen.openapi.document import load_document


def found(path: Path, version: str, **fields: Any) -> list[tuple[str, str | None, str]]:
    """The findings for a document with these fields: rule, pointer, message."""
    file = path / "api.json"
    document = {"openapi": version, "info": {"title": "T", "version": "1"}, "paths": {}} | fields
    file.write_text(json.dumps(document), encoding="utf-8")
    findings = check_structure(load_document(file))
    return [(f.rule.removeprefix("contract/"), f.pointer, f.message) for f in findings]


def operation(**fields: Any) -> dict[str, Any]:
    """The paths of a document with this operation."""
    return {"/x": {"get": {"responses": {"200": {"description": "yes"}}} | fields}}


VERSIONS = pytest.mark.parametrize("version", ["3.0.3", "3.1.1", "3.2.0"])


@VERSIONS
def test_a_right_document_has_no_finding(tmp_path: Path, version: str) -> None:
    """Numbers, references and extensions are no departures."""
    schema = {"type": "number", "minimum": 0.1, "multipleOf": 0.01, "enum": [0.1, 0.2], "x-y": 1}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/N"}}}
    paths = operation(requestBody={"content": content}, **{"x-more": {}})
    assert found(tmp_path, version, paths=paths, components={"schemas": {"N": schema}}) == []


@VERSIONS
@pytest.mark.parametrize(
    ("fields", "pointer", "word"),
    [
        ({"info": {"title": "T"}}, "/info", "version"),
        ({"pathes": {}}, "", "pathes"),
        ({"paths": operation(parameter=[])}, "/paths/~1x/get", "parameter"),
        ({"paths": operation(tags="a")}, "/paths/~1x/get/tags", "array"),
        (
            {"paths": operation(parameters=[{"name": "a", "in": "query"}])},
            "/paths/~1x/get/parameters/0",
            "schema",
        ),
        (
            {"paths": operation(requestBody={"content": {"text/plain": {"shema": {}}}})},
            "/paths/~1x/get/requestBody/content/text~1plain",
            "shema",
        ),
        (
            {"components": {"securitySchemes": {"k": {"type": "apiKey", "in": "header"}}}},
            "/components/securitySchemes/k",
            "name",
        ),
    ],
)
def test_a_departure_is_told_where_it_is(
    tmp_path: Path, version: str, fields: dict[str, Any], pointer: str, word: str
) -> None:
    """The pointer leads to the object itself, through every "this or a reference" of the meta-schemas."""
    findings = found(tmp_path, version, **fields)
    assert [(rule, place) for rule, place, _ in findings] == [("meta-schema", pointer)]
    assert word in findings[0][2]
    assert len(findings[0][2]) < 250


@VERSIONS
def test_a_broken_part_is_told_once(tmp_path: Path, version: str) -> None:
    """What is left out is named with its reason, and not told again by the meta-schema."""
    findings = found(tmp_path, version, paths=operation(parameters={"a": 1}))
    assert [(rule, place) for rule, place, _ in findings] == [("broken-part", "/paths/~1x/get/parameters")]
    assert "/paths/~1x/get is left out" in findings[0][2]


def test_the_whole_command_goes_on(tmp_path: Path, run_cli: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """`check` reports a document that is broken everywhere, without a traceback and without giving up."""
    document = {
        "openapi": "3.1.0",
        "servers": [{"url": "https://{x}"}, 1],
        "paths": {
            "/a": {"get": {"parameters": {}}},
            "/b": {"get": {"responses": {"200": {"$ref": "#/components/responses/None"}}}},
            "/c": {"$ref": "other.yaml"},
            "/d": {
                "get": {"responses": {"200": {"content": {"application/json": {"schema": {"type": "x"}}}}}}
            },
            "e": 1,
        },
        "components": {
            "responses": {"R": {"$ref": "#/none"}},
            "schemas": {"A": 1, "B": {"$ref": "#/components/schemas/B"}, "C": {"$ref": "#/none"}},
        },
    }
    file = tmp_path / "api.json"
    file.write_text(json.dumps(document, indent=1), encoding="utf-8")
    assert run_cli("check", file, "--format", "jsonl") == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(line["line"] for line in lines)
    broken = {line["pointer"] for line in lines if line["rule"] == "contract/broken-part"}
    assert broken == {
        "/components/responses/R",
        *(
            "/servers/1",
            "/paths/~1a/get/parameters",
            "/paths/~1b/get/responses/200",
            "/paths/~1c",
            "/paths/e",
        ),
    }
    unusable = {line["pointer"] for line in lines if line["rule"] == "contract/unusable-schema"}
    place = "/paths/~1d/get/responses/200/content/application~1json/schema/type"
    schemas = "/components/schemas"
    assert unusable == {place, f"{schemas}/A", f"{schemas}/B", f"{schemas}/C/$ref"}


@VERSIONS
def test_what_is_declared_twice_is_a_finding(tmp_path: Path, version: str) -> None:
    """An operationId, a template whatever its names are, a parameter; an operation overrides its item's."""
    answers = {"default": {"description": ""}}
    name, other = ({"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in "ab")
    query = {"name": "q", "in": "query", "schema": {"type": "string"}}
    header = {"in": "header", "schema": {"type": "string"}}
    get = {"operationId": "one", "responses": answers}
    paths = {
        "/x/{a}": {"parameters": [name, query], "get": {**get, "parameters": [query]}},
        "/x/{b}": {
            "parameters": [other],
            "put": {**get, "parameters": [query, {"$ref": "#/components/parameters/Q"}]},
        },
        "/y": {
            "get": {
                "responses": answers,
                "parameters": [{**header, "name": "X-A"}, {**header, "name": "x-a"}],
            }
        },
        "/y#two": {"get": {"responses": answers}},
    }
    found_here = found(tmp_path, version, paths=paths, components={"parameters": {"Q": query}})
    told = [(rule, pointer) for rule, pointer, _ in found_here if rule != "meta-schema"]
    assert told == [
        ("repeated-name", "/paths/~1x~1{b}"),
        ("repeated-name", "/paths/~1x~1{b}/put"),
        ("repeated-name", "/paths/~1x~1{b}/put/parameters/1"),
        ("repeated-name", "/paths/~1y/get/parameters/1"),
    ]


@pytest.mark.parametrize("version", ["3.1.0", "3.2.0"])
def test_what_excludes_each_other_is_told(tmp_path: Path, version: str) -> None:
    """A parameter has a schema or a content, not both."""
    both = {"name": "q", "in": "query", "schema": {}, "content": {"application/json": {}}}
    (finding,) = found(tmp_path, version, paths=operation(parameters=[both]))
    assert finding[:2] == ("meta-schema", "/paths/~1x/get/parameters/0")
    assert "exclude each other" in finding[2]


BROKEN = {
    "openapi": "3.1.0",
    "info": {"title": "T"},
    "servers": [{"url": "https://a.example"}],
    "paths": {
        "/a": {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"type": "x"}}}},
                "responses": {
                    "200": {
                        "description": "",
                        "content": {"application/json": {"schema": {"$ref": "#/none"}}},
                    },
                    "4XX": {"description": ""},
                },
            }
        },
        "/b": {"get": {"parameters": {}, "responses": {"default": {"description": ""}}}},
        "/c": {"get": {"responses": {"default": {"description": ""}}}},
    },
    "components": {"responses": {"R": {"$ref": "#/none"}}},
}


def test_a_spec_is_told_what_is_broken_in_its_document(
    tmp_path: Path, run_cli: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same findings as for the document by itself, and the rest of the spec is checked all the same."""
    examples = [{"id": "e", "body": {"json": {}}}]
    endpoints = [
        {"id": "a", "operation": "POST /a", "examples": examples, "samples": {"200": "s.json"}},
        {"id": "c", "operation": "GET /c", "examples": [{"id": "e", "query": {"typo": 1}}]},
    ]
    spec = {"snippetgen": 1, "openapi": "api.json", "endpoints": endpoints}
    (tmp_path / "api.json").write_text(json.dumps(BROKEN, indent=1), encoding="utf-8")
    (tmp_path / "spec.json").write_text(json.dumps(spec, indent=1), encoding="utf-8")
    (tmp_path / "s.json").write_text("{}", encoding="utf-8")

    def told(name: str) -> list[dict[str, Any]]:
        assert run_cli("check", tmp_path / name, "--format", "jsonl") == 1
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    about = {"contract/broken-part", "contract/meta-schema", "contract/unusable-schema"}
    alone, found = ([f for f in told(name) if f["rule"] in about] for name in ("api.json", "spec.json"))
    shown, dependent = ([f for f in found if ("endpoint" in f) == own] for own in (False, True))
    assert [(f["rule"], f["pointer"], f["file"], f["line"]) for f in shown] == [
        (f["rule"], f["pointer"], f["file"], f["line"]) for f in alone
    ]
    assert {f["rule"] for f in shown} == about
    assert [f["endpoint"] for f in dependent] == ["a", "a"]
    assert all(f["line"] and "api.json" in f["file"] and "was not checked" in f["message"] for f in dependent)
    assert [f["endpoint"] for f in told("spec.json") if f["rule"] == "contract/undeclared-parameter"] == ["c"]
    run_cli("check", tmp_path / "spec.json")
    assert (
        "1 of 4 checked (25.0%); not checked: 2 with a schema that cannot be used" in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    "broken",
    [
        {"parameters": [{"name": "a", "in": "query", "style": [], "schema": {"type": [{"a": 1}, None]}}]},
        {"parameters": [{"name": "a", "in": "query", "schema": {"type": 5, "enum": 1}}]},
        {"requestBody": {"content": {"text/plain": {"schema": {"required": [{}], "allOf": 5}}}}},
        {"responses": {"200": {"description": "", "content": {"text/json": {"schema": {"anyOf": True}}}}}},
        {"responses": {"200": {"description": "", "content": {"text/json": {"schema": {"properties": 1}}}}}},
        {"parameters": [{"name": "a", "in": "query", "schema": {"format": {}, "pattern": 1}}]},
        {"servers": [{"url": 5, "variables": [1]}]},
        {"security": [{"a": None}], "tags": {}, "callbacks": []},
    ],
)
@pytest.mark.parametrize("indirect", [False, True])
def test_no_kind_of_value_is_a_traceback(
    tmp_path: Path, run_cli: Any, broken: dict[str, Any], *, indirect: bool
) -> None:
    """Whatever stands where, in a path or in what a path refers to, is a finding."""
    item = operation(**broken)["/x"]
    document: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}}
    document["paths"] = {"/x": {"$ref": "#/components/pathItems/X"} if indirect else item}
    document["components"] = {"pathItems": {"X": item}} if indirect else {}
    (tmp_path / "api.json").write_text(json.dumps(document), encoding="utf-8")
    assert run_cli("check", tmp_path / "api.json") == 1


INSIDE = {"$id": "https://x.example/a", "properties": {"b": {"$ref": "#/components/schemas/B"}}}


def test_a_reference_to_the_document_inside_a_resource_is_a_finding(tmp_path: Path) -> None:
    """Within an `$id` a fragment is relative to that; what is behind it is not checked."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/A"}, "example": {"b": 1}}}
    paths = {"/x": {"post": {"requestBody": {"content": content}, "responses": {"200": {"description": ""}}}}}
    file = tmp_path / "api.json"
    text = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
    text["components"] = {"schemas": {"A": INSIDE, "B": {"type": "integer"}}}
    file.write_text(json.dumps(text, indent=1), encoding="utf-8")
    checked = check_bare(load_document(file))
    (finding,) = [f for f in checked.findings if f.rule == "contract/unusable-schema"]
    assert finding.pointer == "/components/schemas/A/properties/b/$ref"
    assert "relative to that" in finding.message
    assert finding.place is not None
    assert finding.place.line
    assert [*checked.coverage.unchecked] == ["unusable schema"]
    with pytest.raises(DocumentError) as problem:
        is_valid(load_document(file), "A", {"b": 1}, direction="request")
    assert problem.value.message.startswith("the reference '#/components/schemas/B' leads nowhere: within")


RESOURCE = {"$id": "https://x.example/r", "$anchor": "there", "properties": {"a": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("schema", "place", "words"),
    [
        ({"$ref": "#/components/schemas/None"}, "", "'#/components/schemas/None' leads nowhere"),
        ({"$id": "https://x.example/s", "$ref": "#/none"}, "", "'#/none' leads nowhere: within"),
        (
            {"$id": "https://x.example/s", "items": {"$ref": "#nope"}},
            "/items",
            "'#nope' leads nowhere: within",
        ),
        (
            {"items": {"$ref": "https://x.example/r#nope"}},
            "/items",
            "'https://x.example/r#nope' leads nowhere",
        ),
        ({"$ref": "https://x.example/none"}, "", "leads to another file"),
        ({"$dynamicRef": "#nope"}, "", "'#nope' leads nowhere"),
    ],
)
@pytest.mark.parametrize("direct", [True, False])
def test_a_reference_that_leads_nowhere_is_told_in_words_with_its_line(
    tmp_path: Path,
    run_cli: Any,
    capsys: pytest.CaptureFixture[str],
    schema: dict[str, Any],
    place: str,
    words: str,
    *,
    direct: bool,
) -> None:
    """By `check` and by `import`, once, however many other parts are broken."""
    entry = {"schema": schema if direct else {"$ref": "#/components/schemas/S"}}
    paths = {
        f"/{name}": {
            "post": {
                "requestBody": {"content": {"application/json": body}},
                "responses": {"default": {"description": ""}},
            }
        }
        for name, body in (("shown", {**entry, "example": [1]}), ("bare", entry))
    }
    paths["/fine"] = {"get": {"responses": {"default": {"description": ""}}}}
    components = {"schemas": {"R": RESOURCE, "Broken": {"type": "none"}, **({} if direct else {"S": schema})}}
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
    document |= {"servers": [{"url": "https://a.example"}], "components": components}
    file = tmp_path / "api.json"
    file.write_text(json.dumps(document, indent=1), encoding="utf-8")
    at = (
        "/paths/~1{}/post/requestBody/content/application~1json/schema" if direct else "/components/schemas/S"
    )
    keyword = "$dynamicRef" if "$dynamicRef" in schema else "$ref"

    assert run_cli("check", file, "--format", "jsonl") == 1
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [f for f in found if words in f["message"]]
    wanted = {at.format(name) + f"{place}/{keyword}" for name in ("shown", "bare")}
    assert {f["pointer"] for f in told} == wanted
    assert len(told) == len(wanted)

    assert run_cli("import", file, "--output", tmp_path / "spec.yaml") == 1
    err = capsys.readouterr().err
    for name in ("shown", "bare"):
        line = next(line for line in err.splitlines() if f"POST /{name} has no example" in line)
        assert words in line
        assert at.format(name) + place in line
        number = int(line.removeprefix(str(file)).split(":")[1])
        assert keyword in file.read_text(encoding="utf-8").splitlines()[number - 1]


def test_nothing_that_an_engine_raises_is_a_traceback(tmp_path: Path) -> None:
    """The last line of defence: whatever stops an engine is told as an error of the document."""
    file = tmp_path / "api.json"
    head = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}
    file.write_text(json.dumps(head | {"components": {"schemas": {"A": INSIDE}}}), encoding="utf-8")
    document = load_document(file)
    with pytest.raises(DocumentError, match="leads nowhere"):
        is_valid(document, "A", {"b": 1}, direction="request")
    with pytest.raises(DocumentError, match="leads nowhere"):
        list(check_value(document, "A", {"b": 1}, direction="request", rule="x"))
