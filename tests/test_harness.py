"""The contract harness: every generated request and every sample of the shipped API, one test each.

The Python client is proved in process as well: `respx` answers `httpx`, and sees what it was asked.
"""

import json
import sys
from urllib.parse import parse_qsl, urlsplit

import httpx
import jsonschema
import pytest
import respx

from snippetgen.check import placeholders
from snippetgen.contract import check_request, check_response
from snippetgen.manifest import load_language
from snippetgen.render import render
from snippetgen.spec import load_api
from tests.conftest import ROOT, SPEC

API = load_api(SPEC)
REQUESTS = [(endpoint, example) for endpoint in API.endpoints for example in endpoint.examples]
SAMPLES = [(endpoint, sample) for endpoint in API.endpoints for sample in endpoint.samples]


def _request_id(case):
    return f"{case[0].id}-{case[1].id}"


@pytest.mark.parametrize("case", REQUESTS, ids=_request_id)
def test_a_request_keeps_the_contract(case):
    """Parameters, body and security are what the operation declares."""
    endpoint, example = case
    environment = placeholders(example.request.credentials)
    assert list(check_request(endpoint.operation, example.request, environment)) == []


@pytest.mark.parametrize("case", SAMPLES, ids=lambda case: f"{case[0].id}-{case[1].status}")
def test_a_sample_keeps_the_contract(case):
    """A sample is what its status, or the branch that the page promises, declares."""
    endpoint, sample = case
    branch = endpoint.response if sample.status.startswith("2") else None
    findings = check_response(
        endpoint.operation, sample.status, "application/json", sample.value, branch=branch
    )
    assert list(findings) == []


@pytest.mark.parametrize("endpoint", API.endpoints, ids=lambda endpoint: endpoint.id)
def test_a_sample_satisfies_the_schema_file(endpoint):
    """The committed JSON Schema alone, without the document, accepts the sample."""
    path = ROOT / "schemas" / "roboflow" / f"{endpoint.response}.schema.json"
    validator = jsonschema.Draft202012Validator(json.loads(path.read_text("utf-8")))
    assert list(validator.iter_errors(endpoint.sample(success=True).value)) == []


def test_the_schema_files_are_what_the_document_says(run_cli, monkeypatch):
    """`snippetgen schemas --check` is clean: nobody edited them, and the document did not drift."""
    monkeypatch.chdir(ROOT)
    assert run_cli("schemas", SPEC, "--check") == 0


@pytest.mark.parametrize("case", REQUESTS, ids=_request_id)
def test_the_python_client_in_process(case, monkeypatch, tmp_path, capsys):
    """The published Python snippet, executed, asks httpx for the request of the example."""
    endpoint, example = case
    code = render(example.request, load_language("python")).code
    sample = endpoint.sample(success=True).value
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROBOFLOW_API_KEY", "k&y")
    for name in example.request.files:
        (tmp_path / name).write_bytes(b"\xff\xd8image")
    with respx.mock() as router:
        route = router.request(example.request.method).mock(httpx.Response(200, json=sample))
        exec(compile(code, "main.py", "exec"), {"__name__": "__main__"})
    sent = route.calls.last.request
    asked = urlsplit(example.request.url.resolve({"ROBOFLOW_API_KEY": "k&y"}))
    assert (sent.url.scheme, sent.url.host, sent.url.path) == (asked.scheme, asked.netloc, asked.path)
    assert parse_qsl(sent.url.query.decode()) == parse_qsl(asked.query)
    assert sent.content == (b"/9hpbWFnZQ==" if example.request.files else b"")
    assert json.loads(capsys.readouterr().out) == sample


def test_the_python_client_shows_a_failure(monkeypatch, capsys):
    """A documented error ends the program with the body as its message."""
    endpoint, example = REQUESTS[1]
    code = render(example.request, load_language("python")).code
    monkeypatch.setenv("ROBOFLOW_API_KEY", "key")
    with respx.mock() as router:
        router.post().mock(httpx.Response(403, json=endpoint.sample(success=False).value))
        with pytest.raises(SystemExit) as stop:
            exec(compile(code, "main.py", "exec"), {"__name__": "__main__"})
    assert "not authorized" in stop.value.code
    assert "httpx" in sys.modules
    assert capsys.readouterr().out == ""
