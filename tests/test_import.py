"""`import` writes a spec that says the same requests, with a document that it keeps to."""

import json
from collections import Counter

import pytest

from snippetgen.check import check_api
from snippetgen.importing import Imported, load_har, load_hars, redacted
from snippetgen.importing.curl import read_curl
from snippetgen.importing.draft import draft_spec
from snippetgen.spec import load_api
from tests.conftest import ROOT

# Requests of the set that an endpoint spec has no words for; `import` names each.
UNSAID = {"json-base64-data-url", "json-base64-field", "text-without-type", "multipart-file-headers"}
UNSAID |= {"multipart-file-inline", "multipart-part-headers"}


def _import(imported, folder):
    draft = draft_spec(imported.requests, title="x", document="x.openapi.json")
    (folder / "x.yaml").write_text(draft.spec, "utf-8")
    (folder / "x.openapi.json").write_text(draft.document, "utf-8")
    return load_api(folder / "x.yaml"), draft


def _facts(request):
    """What a request sends, with the order that HTTP keeps; a variable's name is its value."""
    environment = {credential.env: credential.env for credential in request.credentials}
    body = request.body
    content = None
    if body:
        parts = [(p.name, p.text, p.file, p.file_name, p.media_type, p.headers) for p in body.parts]
        text = json.dumps(json.loads(body.text)) if body.kind == "json" else body.content.resolve(environment)
        content = (
            body.kind,
            body.media_type,
            text,
            [(p.name, p.value) for p in body.pairs],
            parts,
            body.file,
        )
    headers = Counter((p.name, (p.value.resolve(environment) if p.value else "")) for p in request.headers)
    query = Counter((p.name, p.value and p.value.resolve(environment)) for p in request.query)
    return request.method, request.base.resolve(environment), query, headers, content


def _examples(api):
    return {example.id: example.request for endpoint in api.endpoints for example in endpoint.examples}


def test_every_request_of_the_set_comes_back(tmp_path):
    imported = load_har(ROOT / "tests" / "requests")
    api, draft = _import(imported, tmp_path)
    found = _examples(api)
    wanted = {item.name: item.request for item in imported.requests}
    assert {name for name in wanted if _facts(found[name]) != _facts(wanted[name])} == UNSAID
    assert {note.partition(":")[0] for note in draft.notes} == UNSAID


def test_the_draft_keeps_its_own_contract(tmp_path):
    imported = load_har(ROOT / "tests" / "requests")
    kept = tuple(item for item in imported.requests if item.name not in UNSAID)
    api, _ = _import(Imported(requests=kept), tmp_path)
    rules = Counter(finding.rule for finding in check_api(api) if finding.severity == "error")
    # Content that is declared as JSON and is none: two empty bodies, one broken, one repeated key.
    assert set(rules) <= {"contract/invalid-json"}


def test_secrets_are_declared(tmp_path):
    script = "curl https://a.example/v1/x?api_key=S1 -H 'Authorization: Bearer S2'\n"
    script += "curl -u me:S3 https://a.example/v1/y -b sid=S4"
    imported = redacted(read_curl(script, name="calls"))
    api, draft = _import(imported, tmp_path)
    assert not any(f"S{n}" in draft.spec + draft.document for n in range(1, 5))
    first, second = _examples(api).values()
    assert [c.env for c in first.credentials] == ["API_KEY", "API_TOKEN"]
    assert {c.env for c in second.credentials} == {"API_USERNAME", "API_PASSWORD", "SID_COOKIE"}
    assert [finding for finding in check_api(api) if finding.severity == "error"] == []


_PLACES = (
    'curl https://a.example/h -H "X-Api-Key: $K"\n'
    'curl "https://a.example/q?api_key=$K"\n'
    'curl https://a.example/b -H "Authorization: Bearer $K"\n'
    'curl https://a.example/a -H "Authorization: $K"\n'
    'curl https://a.example/c -b "sid=$K"\n'
    'curl "https://a.example/$K/$K"\n'
    'curl "https://a.example/$K?k=$K" -H "X-K: $K" -H "Authorization: Bearer $K"\n'
    'curl "https://a.example/r?k=$K&k=$K"\n'
)


@pytest.mark.parametrize(
    "script",
    [
        'curl https://a.example/x -u "$KEY:"\ncurl https://b.example/y -u "$SID:$TOKEN"',
        'curl https://a.example/x -u "$A:$B"\ncurl https://a.example/x -u "$C:$D"',
        "curl https://a.example/x -H 'X-Api-Key: 1'\ncurl https://a.example/x?api_key=2",
        "curl https://a.example/x -u a:b\ncurl https://b.example/x -u c:d",
        "curl https://a.example/x -H 'X-Api-Key: 1'\ncurl https://b.example/x -H \"X-Api-Key: $API_KEY\"",
        "curl https://a.example/x -H 'Authorization: 1'",
        _PLACES,
    ],
)
def test_credentials_go_where_they_were_and_nowhere_else(tmp_path, script):
    """Each request of the spec is sent as it was recorded, whatever else reads the same variable."""
    imported = redacted(read_curl(script, name="calls"))
    api, draft = _import(imported, tmp_path)
    found = _examples(api)
    for item in imported.requests:
        assert _facts(found[item.name]) == _facts(item.request)
    assert draft.notes == ()
    assert [finding for finding in check_api(api) if finding.severity == "error"] == []


def test_one_value_has_one_name_in_all_requests():
    script = "curl https://a.example/1 -H 'X-Api-Key: v'\ncurl https://a.example/2?api_key=v\n"
    script += "curl https://a.example/3 -H 'X-Api-Key: w'\ncurl https://a.example/4?x=$API_KEY_2"
    requests = redacted(read_curl(script)).requests
    assert [[c.env for c in item.request.credentials] for item in requests] == [
        ["API_KEY"],
        ["API_KEY"],
        ["API_KEY_3"],
        ["API_KEY_2"],
    ]


def test_equal_credentials_are_one(tmp_path):
    script = 'curl https://a.example/1 -H "X-Key: $K"\ncurl https://b.example/2 -H "X-Key: $K"'
    api, _ = _import(read_curl(script, name="calls"), tmp_path)
    assert [[a.id for a in endpoint.authentications] for endpoint in api.endpoints] == [["k"], ["k"]]


def test_a_credential_in_several_places_is_rendered(run_cli, capsys, tmp_path):
    def item(name, url, auth):
        facts = [{"key": key, "value": f"{{{{{value}}}}}"} for key, value in auth.items()]
        kind = "basic" if "username" in auth else "bearer"
        return {"name": name, "request": {"url": url, "auth": {"type": kind, kind: facts}}}

    items = [
        item("A", "https://a.example/{{k}}?k={{k}}", {"token": "k"}),
        item("B", "https://b.example/x", {"username": "u1", "password": "u1"}),
        item("C", "https://c.example/x", {"username": "u2", "password": "u2"}),
    ]
    (tmp_path / "in.json").write_text(json.dumps({"info": {"schema": "v2.1.0"}, "item": items}))
    spec = tmp_path / "api.yaml"
    assert run_cli("import", "--postman", tmp_path / "in.json", "--output", spec) == 0
    assert run_cli("check", spec) == 0
    capsys.readouterr()
    assert run_cli("render", spec, "--language", "python", "--language", "curl") == 0
    shown = capsys.readouterr().out
    assert {name: name in shown for name in ("K", "U1", "U2")} == {"K": True, "U1": True, "U2": True}


@pytest.mark.parametrize(
    "command",
    [
        "curl -T up.bin https://a.example/dir/",
        "curl -H Content-Type: --data-binary @up.bin https://a.example/dir",
        "curl -H Content-Type: -d text https://a.example/dir",
        "curl -H Content-Type: -d a=1 https://a.example/dir",
        "curl -H Content-Type: --json 1 https://a.example/dir",
        "curl -T up.bin -H 'Content-Type: image/png' https://a.example/dir/",
    ],
)
def test_a_body_without_a_media_type_keeps_the_contract(tmp_path, command):
    api, _ = _import(read_curl(command, name="calls"), tmp_path)
    assert [finding for finding in check_api(api) if finding.severity == "error"] == []


def test_variables_of_paths_are_credentials(tmp_path):
    api, _ = _import(read_curl('curl "https://a.example/$TENANT/x"', name="calls"), tmp_path)
    (request,) = _examples(api).values()
    assert request.base.resolve({"TENANT": "a b"}) == "https://a.example/a%20b/x"


def test_equal_operations_are_examples_of_one_endpoint(tmp_path):
    script = "curl https://a.example/x?a=1\ncurl https://a.example/x?b=2\n"
    script += "curl https://b.example/x\ncurl -X PURGE https://a.example/x"
    api, _ = _import(read_curl(script, name="calls"), tmp_path)
    assert [len(endpoint.examples) for endpoint in api.endpoints] == [2, 1, 1]
    assert [endpoint.origin for endpoint in api.endpoints] == [
        "https://a.example",
        "https://b.example",
        "https://a.example",
    ]
    assert api.document.version == "3.2.0"


@pytest.mark.parametrize("kind", ["curl", "har", "postman"])
def test_the_command_writes_what_other_commands_read(run_cli, capsys, tmp_path, kind):
    sources = {
        "curl": "curl https://a.example/x -d a=1",
        "har": json.dumps({"method": "GET", "url": "https://a.example/x?a=1"}),
        "postman": json.dumps(
            {"info": {"schema": "v2.1.0"}, "item": [{"name": "A", "request": "{{base}}/x"}]}
        ),
    }
    (tmp_path / "in.txt").write_text(sources[kind])
    spec = tmp_path / "api.yaml"
    arguments = [
        "import",
        f"--{kind}",
        tmp_path / "in.txt",
        "--output",
        spec,
        "--variable",
        "base=https://a.example",
    ]
    assert run_cli(*arguments) == 0
    assert run_cli("check", spec) == 0
    assert run_cli("render", spec, "--language", "go") == 0
    assert "https://a.example/x" in capsys.readouterr().out
    assert run_cli(*arguments) == 2
    assert "is there already" in capsys.readouterr().err
    assert run_cli(*arguments, "--force") == 0


def test_the_name_of_the_output_follows_the_input(run_cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "calls.sh").write_text("curl https://a.example/x")
    assert run_cli("import", "--curl", "calls.sh") == 0
    assert {path.name for path in tmp_path.iterdir()} == {"calls.sh", "calls.yaml", "calls.openapi.json"}


def test_several_inputs_are_one_spec(tmp_path):
    one = read_curl("curl https://a.example/1", name="a")
    two = read_curl("curl https://a.example/2", name="a")
    api, _ = _import(one + two, tmp_path)
    assert [endpoint.id for endpoint in api.endpoints] == ["a", "a-2"]
    assert load_hars([ROOT / "tests" / "requests" / "json-null.har.json"]).requests[0].name == "json-null"
