"""Postman collections become the requests that Postman sends, or say what stands in the way."""

import json

import pytest

from snippetgen.errors import InputError
from snippetgen.importing.postman import load_postman
from snippetgen.proof.exchange import Exchange
from snippetgen.proof.wire import compare
from tests.conftest import ROOT

CORPUS = ROOT.parent / "shared" / "corpus" / "fixtures" / "postman"
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


@pytest.fixture
def collection(tmp_path):
    def load(*items, values=None, **data):
        path = tmp_path / "api.json"
        path.write_text(json.dumps({"info": {"name": "x", "schema": SCHEMA}, "item": list(items), **data}))
        return load_postman(path, values)

    return load


def _item(name="A", url="https://a.example/x", **request):
    return {"name": name, "request": {"url": url, **request}}


def _only(imported):
    assert not imported.refused, imported.refused
    (recorded,) = imported.requests
    return recorded.request


def _headers(request):
    return [(pair.name, pair.value.resolve({})) for pair in request.headers]


def test_folders_name_requests(collection):
    imported = collection(
        {"name": "F", "item": [_item("A"), _item("A"), {"name": "G", "item": [_item("B")]}]}
    )
    assert [r.name for r in imported.requests] == ["F/A", "F/A 2", "F/G/B"]


def test_the_url_is_put_together_from_its_parts(collection):
    url = {
        "raw": "ignored",
        "protocol": "https",
        "host": ["a", "example"],
        "port": "8443",
        "path": ["v1", ":id", "a b", {"type": "string", "value": "c"}],
        "variable": [{"key": "id", "value": "x/y"}],
        "query": [
            {"key": "a", "value": "1"},
            {"key": "b", "value": "2", "disabled": True},
            {"key": "c", "value": None},
            {"key": "d", "value": "x%20y+z&w=ü"},
            {"key": None, "value": None},
        ],
    }
    request = _only(collection(_item(url=url)))
    assert request.base.literal == "https://a.example:8443/v1/x%2Fy/a%20b/c"
    assert [(p.name, p.value and p.value.literal) for p in request.query] == [
        ("a", "1"),
        ("c", None),
        ("d", "x y z&w=ü"),
    ]


def test_variables_take_the_nearest_value(collection):
    imported = collection(
        {
            "name": "F",
            "variable": [{"key": "v", "value": "2"}],
            "item": [_item(url="{{base}}/{{v}}?t={{token}}")],
        },
        variable=[
            {"key": "base", "value": "https://{{host}}"},
            {"key": "host", "value": "a.example"},
            {"key": "v", "value": "1"},
        ],
    )
    request = _only(imported)
    assert request.base.literal == "https://a.example/2"
    assert [c.env for c in request.credentials] == ["TOKEN"]


def test_a_variable_that_names_itself_stays_a_variable(collection):
    imported = collection(
        _item(url="https://a.example/{{a}}"),
        variable=[{"key": "a", "value": "{{b}}"}, {"key": "b", "value": "{{a}}"}],
    )
    assert len(_only(imported).credentials) == 1


def test_a_host_without_a_value_is_refused_and_can_be_given(collection):
    item = _item(url="{{baseUrl}}/x")
    assert collection(item).refused[0].reason == "the variable 'baseUrl' in the host"
    assert (
        _only(collection(item, values={"baseUrl": "https://b.example"})).url.literal == "https://b.example/x"
    )


def test_secrets_of_the_collection_are_credentials(collection):
    imported = collection(
        _item(header=[{"key": "K", "value": "{{k}}"}]),
        variable=[{"key": "k", "value": "s3cret", "type": "secret"}],
    )
    assert [c.env for c in _only(imported).credentials] == ["K"]


@pytest.mark.parametrize(
    ("auth", "headers", "query"),
    [
        (
            {
                "type": "basic",
                "basic": [{"key": "username", "value": "a"}, {"key": "password", "value": "b"}],
            },
            [("Authorization", "Basic YTpi")],
            [],
        ),
        (
            {"type": "basic", "basic": {"username": "a", "password": "b"}},
            [("Authorization", "Basic YTpi")],
            [],
        ),
        ({"type": "bearer", "bearer": [{"key": "token", "value": "t"}]}, [("Authorization", "Bearer t")], []),
        (
            {"type": "apikey", "apikey": [{"key": "key", "value": "X-K"}, {"key": "value", "value": "v"}]},
            [("X-K", "v")],
            [],
        ),
        (
            {
                "type": "apikey",
                "apikey": [
                    {"key": "key", "value": "k"},
                    {"key": "value", "value": "v"},
                    {"key": "in", "value": "query"},
                ],
            },
            [],
            [("k", "v")],
        ),
        (
            {
                "type": "oauth2",
                "oauth2": [{"key": "accessToken", "value": "t"}, {"key": "headerPrefix", "value": "Token "}],
            },
            [("Authorization", "Token t")],
            [],
        ),
        ({"type": "oauth2", "oauth2": []}, [("Authorization", "Bearer YOUR_ACCESS_TOKEN")], []),
        ({"type": "noauth"}, [], []),
    ],
)
def test_authentication_is_inherited(collection, auth, headers, query):
    request = _only(collection({"name": "F", "item": [_item()]}, auth=auth))
    assert (_headers(request), [(p.name, p.value.literal) for p in request.query]) == (headers, query)


def test_a_request_may_refuse_authentication_or_set_the_header_itself(collection):
    auth = {"type": "bearer", "bearer": [{"key": "token", "value": "t"}]}
    assert _headers(_only(collection(_item(auth={"type": "noauth"}), auth=auth))) == []
    own = _item(header=[{"key": "authorization", "value": "Own"}])
    assert _headers(_only(collection(own, auth=auth))) == [("authorization", "Own")]


@pytest.mark.parametrize(
    ("body", "kind", "media_type"),
    [
        (
            {"mode": "raw", "raw": '{"a": 1}', "options": {"raw": {"language": "json"}}},
            "json",
            "application/json",
        ),
        ({"mode": "raw", "raw": "<a/>", "options": {"raw": {"language": "xml"}}}, "text", "application/xml"),
        ({"mode": "raw", "raw": "x"}, "text", "text/plain"),
        (
            {"mode": "urlencoded", "urlencoded": [{"key": "a", "value": "1"}]},
            "form",
            "application/x-www-form-urlencoded",
        ),
        ({"mode": "formdata", "formdata": [{"key": "a", "value": "1", "type": "text"}]}, "multipart", None),
        (
            {"mode": "graphql", "graphql": {"query": "{ a }", "variables": '{"b": 1}'}},
            "json",
            "application/json",
        ),
        ({"mode": "file", "file": {"src": "/home/me/a.bin"}}, "file", "text/plain"),
    ],
)
def test_bodies(collection, body, kind, media_type):
    found = _only(collection(_item(method="POST", body=body))).body
    assert (found.kind, found.media_type) == (kind, media_type)


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"mode": "raw", "raw": ""},
        {"mode": "urlencoded", "urlencoded": ""},
        {"mode": "formdata", "formdata": []},
        {"mode": "raw", "raw": "x", "disabled": True},
    ],
)
def test_no_body(collection, body):
    assert _only(collection(_item(method="POST", body=body))).body is None


def test_a_body_of_get_is_left_out_unless_it_is_asked_for(collection):
    item = _item(body={"mode": "raw", "raw": "x"})
    assert _only(collection(item)).body is None
    assert (
        _only(collection({**item, "protocolProfileBehavior": {"disableBodyPruning": True}})).body.text == "x"
    )


def test_files(collection):
    entries = [
        {"key": "f", "type": "file", "src": ["/tmp/a.png", "dir/b"]},
        {"key": "g", "type": "file", "src": None, "contentType": "image/png"},
    ]
    parts = _only(collection(_item(method="POST", body={"mode": "formdata", "formdata": entries}))).body.parts
    assert [(p.file, p.file_name, p.media_type) for p in parts] == [
        ("a.png", "a.png", "image/png"),
        ("dir/b", "b", "application/octet-stream"),
        ("file", "file", "image/png"),
    ]


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({"auth": {"type": "hawk"}}, "Postman's authentication 'hawk'"),
        ({"header": [{"key": "I", "value": "{{$guid}}"}]}, "Postman's dynamic variable $guid"),
        ({"url": "ftp://a.example"}, "a URL of the scheme 'ftp' is not HTTP"),
        ({"header": [{"key": "{{h}}", "value": "x"}]}, "the variable 'h' in a header name"),
        ({"url": ""}, "'' is not a host"),
        (
            {"auth": {"type": "bearer", "bearer": "x"}},
            "Postman's authentication 'bearer' with settings that are no list of objects",
        ),
        (
            {"auth": {"type": "apikey", "apikey": ["key"]}},
            "Postman's authentication 'apikey' with settings that are no list of objects",
        ),
        (
            {"method": "POST", "body": {"mode": "formdata", "formdata": "x"}},
            "Postman's body of the mode 'formdata' that is no list",
        ),
        ({"method": "G T"}, "'G T' is not an HTTP method"),
    ],
)
def test_what_cannot_be_expressed_is_named(collection, request_, reason):
    refused = collection({"name": "A", "request": {"url": "https://a.example", **request_}}).refused
    if not refused:
        pytest.fail("nothing was refused")
    assert refused[0].reason == reason


def test_a_request_that_cannot_be_read_leaves_the_others(tmp_path, run_cli, capsys):
    """It is named with its line, and counted."""
    body = {"mode": "graphql", "graphql": {"query": "{x}", "variables": '{"id": {{id}}}'}}
    items = [_item("A"), _item("B", method="POST", body=body), _item("C")]
    (tmp_path / "api.json").write_text(json.dumps({"info": {"schema": SCHEMA}, "item": items}, indent=1))
    assert run_cli("import", "--postman", tmp_path / "api.json", "--output", tmp_path / "a.yaml") == 0
    shown = capsys.readouterr()
    assert "api.json:14:4: B is not supported: the GraphQL variables are not JSON" in shown.err
    assert "2 requests, 1 not supported" in shown.out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "a mapping of keys is wanted"),
        ("{}", "required"),
        ('{"info": {}, "item": {}}', "/item"),
        ('{"info": {}, "item": [{"request": 1}]}', "/item/0/request"),
        ('{"info": {}, "item": [{"request": {"url": []}}]}', "/item/0/request/url"),
        (
            '{"info": {"schema": "https://schema.getpostman.com/json/collection/v1.0.0/"}, "item": []}',
            "/info/schema",
        ),
        ('{"info": {}, "item": ' + '[{"item": ' * 60 + "[]" + "}]" * 60 + "}", "nested more than 50 deep"),
        ('{"info": {}, "item": ' * 100_000, "nested more than|not valid JSON"),
    ],
)
def test_what_is_not_a_collection_is_an_error(tmp_path, text, message):
    (tmp_path / "c.json").write_text(text)
    with pytest.raises(InputError, match=message) as raised:
        load_postman(tmp_path / "c.json")
    assert raised.value.place.file.endswith("c.json")


def _exchange(text):
    head, _, body = text.partition("\n\n")
    line, *fields = head.split("\n")
    method, rest = line.split(" ", 1)
    headers = tuple((name, value.strip()) for name, _, value in (field.partition(":") for field in fields))
    if "multipart" in head:
        body = body.replace("\n", "\r\n")
    target = rest.rsplit(" ", 1)[0]
    return Exchange(
        raw=b"", method=method, target=target, version="HTTP/1.1", headers=headers, body=body.encode()
    )


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_the_corpus_of_postman(record_property):
    """Each request of Postman's own collection is the HTTP that Postman expects of it."""
    wanted = json.loads(
        (CORPUS / "codegens__http__test__resources__expected-http-messages.json").read_text("utf-8")
    )
    imported = load_postman(CORPUS / "codegens__http__test__resources__test-collection.json")
    different = {}
    for recorded, text in zip(imported.requests, wanted["result"], strict=True):
        exchange = _exchange(text)
        stand_in = (
            b'"<file contents here>"' if recorded.request.body and recorded.request.body.file else b"(data)"
        )
        files = dict.fromkeys(recorded.request.files, stand_in)
        findings = [finding.message for finding in compare(recorded.request, {}, files, [exchange])]
        if findings:
            different[recorded.name] = findings
    equal = len(imported.requests) - len(different)
    record_property("Postman fixtures", f"{equal} of {len(wanted['result'])} equal")
    assert different == {}


@pytest.mark.parametrize(
    "path",
    sorted(CORPUS.glob("*ollection*.json")) + sorted(CORPUS.glob("*rawBody.json")) if CORPUS.is_dir() else [],
    ids=lambda p: p.name[:40],
)
def test_every_collection_of_the_corpus_is_read(path):
    assert load_postman(path).refused == ()
