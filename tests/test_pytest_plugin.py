"""The pytest plugin: readable items, failures that show what is wrong, a mock that holds the contract."""

import json

import pytest

from snippetgen.pytest_plugin import case, mock
from tests.conftest import ROOT, SPEC

assert case  # imported here, since pytester forgets what its runs import
assert mock

pytest_plugins = ["pytester"]

ITEM = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
JSON = "application/json"


@pytest.fixture
def shop(pytester):
    """A spec and a document in the folder of a project's tests."""

    def make(sample=None, query=None, body=None, example=None):
        parameter = {"name": "size", "in": "query", "schema": {"type": "integer"}}
        answer = {
            "description": "x",
            "content": {JSON: {"schema": ITEM, **({"example": example} if example else {})}},
        }
        missing = {"description": "x", "content": {JSON: {"schema": ITEM, "example": {"name": "none"}}}}
        operation = {
            "operationId": "addItem",
            "parameters": [parameter],
            "security": [{"key": []}],
            "requestBody": {"required": True, "content": {JSON: {"schema": ITEM}}},
            "responses": {"200": answer, "404": missing},
        }
        data = {"openapi": "3.1.0", "info": {"title": "Shop", "version": "1"}}
        data |= {
            "servers": [{"url": "https://shop.example.com/v1"}],
            "paths": {"/items/{id}": {"post": operation}},
        }
        operation["parameters"].append(
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        )
        data["components"] = {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}}
        first = {
            "id": "first",
            "path": {"id": "tea"},
            "query": query or {},
            "body": {"json": body or {"name": "x"}},
        }
        spec = {
            "snippetgen": 1,
            "openapi": "openapi.json",
            "credentials": {"key": {"scheme": "bearer", "env": "K"}},
            "endpoints": [{"id": "add", "operation": "addItem", "examples": [first]}],
        }
        if sample:
            spec["endpoints"][0]["samples"] = {"200": "sample.json"}
            (pytester.path / "sample.json").write_text(json.dumps(sample))
        (pytester.path / "openapi.json").write_text(json.dumps(data))
        (pytester.path / "shop.yaml").write_text(json.dumps(spec))

    return make


def run(pytester, *arguments):
    """pytest as a user's project runs it, with the plugin that the package installs."""
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", *arguments)


NAMES = ["add/first[path]", "add/first[parameters]", "add/first[security]", "add/first[body]"]


def test_one_item_for_each_check_of_each_example(pytester, shop):
    """Named after endpoint, example and check; what is not there is skipped with its reason."""
    shop()
    result = run(pytester, "--snippetgen", "shop.yaml", "-v", "-rs")
    result.assert_outcomes(passed=5, skipped=1)
    result.stdout.fnmatch_lines(["shop.yaml::document[[]contract] PASSED*"])
    result.stdout.fnmatch_lines([f"shop.yaml::{name.replace('[', '[[]')} PASSED*" for name in NAMES])
    result.stdout.fnmatch_lines(["*there is no sample of a success*"])


def test_a_failure_shows_the_finding_the_payload_and_the_schema(pytester, shop):
    shop(sample={"name": 7}, body={"name": 8})
    result = run(pytester, "--snippetgen", "shop.yaml")
    result.assert_outcomes(passed=4, failed=2)
    text = result.stdout.str()
    assert "contract/response-schema" in text
    assert "sample.json:1:2: error" in text
    assert 'payload: {\n        "name": 7\n      }' in text
    assert 'schema: {\n        "type": "string"\n      }' in text
    assert "contract/request-schema" in text
    assert '"name": 8' in text
    assert "Traceback" not in text


def test_a_folder_is_no_spec(pytester, shop):
    """Nothing would be collected from it, so that is said."""
    shop()
    result = run(pytester, "--snippetgen", ".")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "is a folder: name a spec or an OpenAPI document" in result.stderr.str()


def test_the_mock_reads_the_spec_that_is_collected(pytester, shop, monkeypatch):
    """A path on the command line begins in the current folder, whatever is pytest's root."""
    shop()
    (pytester.path / "pytest.ini").write_text("[pytest]\n")
    folder = pytester.mkdir("inner")
    (folder / "test_it.py").write_text("def test_it(snippetgen_mock):\n    assert snippetgen_mock\n")
    monkeypatch.chdir(folder)
    run(pytester, "--snippetgen", "../shop.yaml", "test_it.py", "-k", "test_it").assert_outcomes(
        passed=1, deselected=6
    )


def test_items_are_chosen_by_name(pytester, shop):
    shop(query={"size": "large"}, sample={"name": "x"})
    run(pytester, "--snippetgen", "shop.yaml", "-k", "parameters").assert_outcomes(failed=1, deselected=5)
    run(pytester, "--snippetgen", "shop.yaml", "-k", "response").assert_outcomes(passed=1, deselected=5)


def test_two_processes_share_the_items(pytester, shop):
    shop(sample={"name": "x"})
    run(pytester, "--snippetgen", "shop.yaml", "-n", "2").assert_outcomes(passed=6)


def test_a_document_is_a_file_of_tests_too(pytester, shop):
    """Its documented examples are the items, beside a project's own tests."""
    shop(example={"name": None})
    pytester.makepyfile("def test_own(): pass")
    result = run(pytester, "--snippetgen", "openapi.json", "-v", ".")
    result.assert_outcomes(passed=3, failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*POST /items/{id} 200 application/json[[]response] FAILED*"])
    assert "contract/response-example" in result.stdout.str()


def test_a_failure_of_a_document_has_its_place(pytester, shop):
    """File and line as `check` tells them, with the payload and the keyword of the schema."""
    shop(example={"name": None})
    data = json.loads((pytester.path / "openapi.json").read_text())
    data["info"].pop("version")
    (pytester.path / "openapi.json").write_text(json.dumps(data, indent=1))
    result = run(pytester, "--snippetgen", "openapi.json")
    result.assert_outcomes(passed=1, failed=2, skipped=1)
    text = result.stdout.str()
    lines = json.dumps(data, indent=1).splitlines()
    shown = next(number for number, line in enumerate(lines, 1) if '"name": null' in line)
    assert "openapi.json:3:2: error: contract/meta-schema at /info" in text
    assert f"openapi.json:{shown}:10: error: contract/response-example" in text
    assert 'payload: {\n        "name": null\n      }' in text
    assert 'schema: {\n        "type": "string"\n      }' in text


def test_the_document_of_a_spec_is_an_item_too(pytester, shop):
    """What is broken in it fails that item, and each check that depends on it."""
    shop(sample={"name": "x"})
    data = json.loads((pytester.path / "openapi.json").read_text())
    body = data["paths"]["/items/{id}"]["post"]["requestBody"]["content"][JSON]
    body["schema"] = {"type": "none"}
    (pytester.path / "openapi.json").write_text(json.dumps(data))
    result = run(pytester, "--snippetgen", "shop.yaml", "-v")
    result.assert_outcomes(passed=4, failed=2)
    result.stdout.fnmatch_lines(["shop.yaml::add/first[[]body] FAILED*"])
    result.stdout.fnmatch_lines(["shop.yaml::document[[]contract] FAILED*"])
    assert "openapi.json:1:" in result.stdout.str()


def test_a_spec_that_cannot_be_read_is_an_error_with_its_place(pytester):
    (pytester.path / "shop.yaml").write_text("snippetgen: 1\nopenapi: none.json\nendpoints: []\n")
    result = run(pytester, "--snippetgen", "shop.yaml")
    result.assert_outcomes(errors=1)
    assert "shop.yaml:3:" in result.stdout.str()


def test_without_the_option_nothing_changes(pytester, shop):
    shop()
    pytester.makepyfile("def test_own(): pass")
    run(pytester).assert_outcomes(passed=1)


USER = """
import httpx

URL = "https://shop.example.com/v1/items/tea"


def send(query="", headers=(("Authorization", "Bearer x"),), **body):
    return httpx.post(URL + query, headers=dict(headers), **body)


def swallow(**body):
    try:
        send(**body)
    except Exception:
        pass


def found(mock):
    mock.answer("add", 404)
    answer = send(json={{"name": "a"}})
    return answer.status_code, answer.json()


def test_it(snippetgen_mock):
    {code}
"""


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("assert send(json={'name': 'a'}).json() == {'name': 'tea'}", None),
        ("assert found(snippetgen_mock) == (404, {'name': 'none'})", None),
        ("send(json={'name': 1})", "contract/request-schema"),
        ("send(json={'name': 'a'}, headers=())", "contract/security"),
        ("send('?sise=1', json={'name': 'a'})", "contract/undeclared-parameter"),
        ("httpx.get(URL)", "the document has no operation for GET https://shop.example.com/v1/items/tea"),
        ("snippetgen_mock.answer('add', 500)", "has no sample of the status 500"),
        ("swallow(json={})", "contract/request-schema"),
        ("send(data={'name': 'a'})", "contract/media-type"),
    ],
)
def test_the_mock_serves_samples_and_holds_the_contract(pytester, shop, code, message):
    """What the code under test sends is checked; a problem that it swallows fails the test all the same."""
    shop(sample={"name": "tea"})
    pytester.makepyfile(USER.format(code=code))
    pytester.makeini("[pytest]\nsnippetgen_spec = shop.yaml")
    result = run(pytester)
    if message is None:
        result.assert_outcomes(passed=1)
    else:
        assert result.ret == 1
        assert message in result.stdout.str()


def test_the_mock_serves_a_document_by_itself(pytester, shop):
    shop(example={"name": "documented"})
    code = "assert send(json={'name': 'a'}).json() == {'name': 'documented'}"
    pytester.makepyfile(USER.format(code=code))
    pytester.makeini("[pytest]\nsnippetgen_spec = openapi.json")
    run(pytester).assert_outcomes(passed=1)


def test_the_mock_says_what_it_needs(pytester):
    pytester.makepyfile(USER.format(code="pass"))
    result = run(pytester)
    assert "snippetgen_spec = SPEC" in result.stdout.str()


def test_the_shipped_spec_passes(pytester):
    run(pytester, "--snippetgen", str(SPEC)).assert_outcomes(passed=len(_items()))


def _items():
    from snippetgen.pytest_plugin.case import read_cases

    return read_cases(SPEC)


def test_the_plugin_is_light():
    """Nothing but pytest and the package itself is imported until the plugin is asked for something."""
    import subprocess
    import sys

    code = """
import sys, snippetgen.pytest_plugin
heavy = {"yaml", "httpx", "respx", "jinja2"}
print(sorted(name for name in sys.modules if "snippetgen" in name or name in heavy))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "['snippetgen', 'snippetgen.pytest_plugin']"
