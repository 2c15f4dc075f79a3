"""A HAR's requests are read as they stand; what a HAR says twice is sent once."""

import json
import re
import sys
from pathlib import Path

import pytest

from snippetgen.errors import InputError
from snippetgen.importing import har as module
from snippetgen.importing import load_har, load_hars, redacted
from snippetgen.importing.redact import is_secret
from snippetgen.model import Base64File, Credential, Encoded
from tests.conftest import ROOT

FIXTURES = ROOT.parent / "shared" / "corpus" / "fixtures"


@pytest.fixture
def har(tmp_path):
    def load(**request):
        data = {"method": "POST", "url": "https://a.example/x", **request}
        (tmp_path / "r.har.json").write_text(json.dumps(data), "utf-8")
        imported = load_har(tmp_path / "r.har.json")
        if imported.refused:
            return imported.refused[0].reason
        return imported.requests[0].request

    return load


def _pairs(pairs):
    return [(pair.name, pair.value and pair.value.literal) for pair in pairs]


def _named(*pairs):
    return [{"name": name, "value": value} for name, value in pairs]


# URLs


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://a.example", "https://a.example/"),
        ("HTTPS://a.example:8443/a b/ü", "https://a.example:8443/a%20b/%C3%BC"),
        ("http://a.example/a%2Fb%zz", "http://a.example/a%2Fb%25zz"),
        ("https://a.example/;v=1/[0]/'q'/~@:!$*(),", "https://a.example/;v=1/%5B0%5D/'q'/~@:!$*(),"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://[::1]:80/", "http://[::1]:80/"),
        ("https://a.example/x#fragment", "https://a.example/x"),
    ],
)
def test_a_url_is_encoded_only_where_it_must_be(har, url, base):
    assert har(url=url).base.literal == base


@pytest.mark.parametrize(
    ("query", "listed", "pairs"),
    [
        ("a=1&b=2", [], [("a", "1"), ("b", "2")]),
        ("a=1", [("b", "2"), ("b", "2")], [("a", "1"), ("b", "2"), ("b", "2")]),
        (
            "a=x%20y&a=+",
            [("a", "x y"), ("a", " ")],
            [("a", "x y"), ("a", " ")],
        ),  # decoded, as Firefox lists them
        (
            "a=x%20y&b=c+d",
            [("a", "x%20y"), ("b", "c+d")],
            [("a", "x y"), ("b", "c d")],
        ),  # as they stand, as Chrome does
        ("a=1", [("a", "1"), ("a", "1")], [("a", "1"), ("a", "1")]),
        ("flag", [("flag", "")], [("flag", None)]),
        ("", [("a", "%20"), ("b", "x+y&z=1")], [("a", "%20"), ("b", "x+y&z=1")]),
        ("&&a=1&", [], [("a", "1")]),
        ("a=b=c&=d", [], [("a", "b=c"), ("", "d")]),
    ],
)
def test_the_query_is_the_urls_and_what_is_listed_beside_it(har, query, listed, pairs):
    assert _pairs(har(url=f"https://a.example/?{query}", queryString=_named(*listed)).query) == pairs


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({"url": "wss://a.example/"}, "a URL of the scheme 'wss' is not HTTP"),
        ({"url": "data:text/plain,a"}, "a URL of the scheme 'data' is not HTTP"),
        ({"url": "about:blank"}, "a URL of the scheme 'about' is not HTTP"),
        ({"headers": [{"name": "a b"}]}, "'a b' is not a header name"),
        (
            {"headers": [{"name": "a", "value": "x\ny"}]},
            "the header a cannot hold a line break or another control character",
        ),
        ({"url": "https://a.example/?q=%FF"}, "'%FF' is not UTF-8 once it is decoded"),
        (
            {"headers": _named(("Content-Type", "a/b"), ("content-type", "c/d"))},
            "a request with two Content-Type headers",
        ),
        (
            {"postData": {"mimeType": "multipart/mixed", "params": _named(("a", "1"))}},
            "`postData.params` under the media type multipart/mixed",
        ),
        (
            {"postData": {"mimeType": "image/png", "text": "iVBORw==", "encoding": "base64"}},
            "content that is not UTF-8 text",
        ),
        (
            {"postData": {"mimeType": "multipart/form-data", "params": [{"name": "f", "fileName": ""}]}},
            "the part 'f', whose file name is empty",
        ),
    ],
)
def test_what_cannot_be_expressed_is_named(har, request_, reason):
    assert har(**request_) == reason


# Headers and cookies


def test_headers_keep_their_case_order_and_repetitions(har):
    headers = _named(("x-B", "1"), ("X-a", " 2 "), ("x-b", ""), ("Accept", "*/*"))
    assert _pairs(har(method="GET", headers=headers).headers) == [
        ("x-B", "1"),
        ("X-a", "2"),
        ("x-b", ""),
        ("Accept", "*/*"),
    ]


def test_what_belongs_to_the_connection_is_left_out_and_named(tmp_path):
    headers = _named(
        *((":method", "GET"), (":path", "/"), (":protocol", "x"), ("Host", "a.example")),
        *(("Connection", "close"), ("content-length", "3"), ("X", "1")),
    )
    (tmp_path / "r.har").write_text(
        json.dumps({"method": "GET", "url": "https://a.example/", "headers": headers})
    )
    (recorded,) = load_har(tmp_path / "r.har").requests
    assert _pairs(recorded.request.headers) == [("X", "1")]
    assert recorded.notes == (
        "not sent, for the client sets it: :protocol, Host, Connection, content-length",
    )


def test_another_host_is_part_of_the_request(har):
    assert _pairs(har(headers=_named(("Host", "b.example"))).headers) == [("Host", "b.example")]


@pytest.mark.parametrize(
    ("headers", "cookies", "sent"),
    [
        ([], [("a", "1"), ("b", "x y")], [("Cookie", "a=1; b=x y")]),
        ([("cookie", "a=1; b=2")], [("a", "other"), ("c", "3")], [("cookie", "a=1; b=2; c=3")]),
        ([("Cookie", "a=1"), ("X", "y"), ("cookie", "b=2")], [], [("Cookie", "a=1; b=2"), ("X", "y")]),
    ],
)
def test_cookies_are_one_header(har, headers, cookies, sent):
    assert _pairs(har(headers=_named(*headers), cookies=_named(*cookies)).headers) == sent


def test_a_user_in_the_url_is_basic_authentication(har):
    assert _pairs(har(url="https://u:p%40@a.example/").headers) == [("Authorization", "Basic dTpwQA==")]


# Bodies


@pytest.mark.parametrize(
    ("headers", "post", "kind", "media_type"),
    [
        ([], {"mimeType": "application/json", "text": '{"a": 1}'}, "json", "application/json"),
        (
            [("content-type", "application/json; charset=utf-8")],
            {"mimeType": "application/json", "text": "1"},
            "json",
            "application/json; charset=utf-8",
        ),
        ([], {"mimeType": "application/json", "text": '{"a": 1, "a": 2}'}, "text", "application/json"),
        ([], {"mimeType": "application/json", "text": "[" * 100_000}, "text", "application/json"),
        ([], {"mimeType": "application/json", "text": "9" * 5000}, "text", "application/json"),
        (
            [],
            {"mimeType": "application/json; charset=utf-16", "text": "{}"},
            "text",
            "application/json; charset=utf-16",
        ),
        (
            [],
            {"mimeType": "application/x-www-form-urlencoded", "text": "a=1&b=%20"},
            "form",
            "application/x-www-form-urlencoded",
        ),
        (
            [],
            {"mimeType": "application/x-www-form-urlencoded", "text": "a=1&&b"},
            "text",
            "application/x-www-form-urlencoded",
        ),
        (
            [],
            {"mimeType": "application/x-www-form-urlencoded", "text": '{"a":1}'},
            "text",
            "application/x-www-form-urlencoded",
        ),
        (
            [],
            {"mimeType": "application/x-www-form-urlencoded", "text": "a=%zz"},
            "text",
            "application/x-www-form-urlencoded",
        ),
        ([], {"mimeType": "", "params": _named(("a", "1"))}, "form", "application/x-www-form-urlencoded"),
        ([], {"mimeType": "multipart/form-data", "params": _named(("a", "1"))}, "multipart", None),
        ([], {"mimeType": "multipart/form-data"}, "text", "multipart/form-data"),
        ([("Content-Type", "application/json")], {}, "text", "application/json"),
        ([], {"mimeType": "", "text": "x"}, "text", None),
        ([], {"mimeType": "image/png", "fileName": "a.png"}, "file", "image/png"),
        ([], {"mimeType": "image/png", "params": [{"name": "", "fileName": "a.png"}]}, "file", "image/png"),
        ([], {"mimeType": "text/plain", "fileName": "a.png", "_encoding": "base64"}, "base64", "text/plain"),
    ],
)
def test_bodies(har, headers, post, kind, media_type):
    body = har(headers=_named(*headers), postData=post).body
    assert (body.kind, body.media_type) == (kind, media_type)


def test_no_body(har):
    assert har().body is None
    assert har(postData=None).body is None
    assert har(postData={}).body is None
    empty = {"mimeType": "", "text": "", "params": []}  # what some browsers record of every request
    assert har(method="GET", postData=empty).body is None
    assert har(method="POST", postData=empty).body is not None
    request = har(method="GET", headers=_named(("Content-Type", "application/json")))
    assert (request.body, _pairs(request.headers)) == (None, [("Content-Type", "application/json")])


def test_text_goes_before_params(har):
    post = {"mimeType": "application/x-www-form-urlencoded", "text": "a=1", "params": _named(("b", "2"))}
    assert _pairs(har(postData=post).body.pairs) == [("a", "1")]


def test_json_keeps_its_characters(har):
    text = '{"b": 1.10, "a": 12345678901234567890, "c": 1e400}'
    body = har(postData={"mimeType": "application/json", "text": text}).body
    assert (body.text, body.is_data) == (text, False)


def test_parts(har):
    params = [
        {"name": "a", "value": "1"},
        {"name": "f", "fileName": "dir/x.png", "contentType": "image/png"},
        {"name": "g", "fileName": "y"},
        {"name": "i", "value": "inline", "fileName": "src/z.txt", "contentType": "text/plain"},
        {"name": "e", "value": "", "_headers": _named(("X-A", "b"))},
    ]
    parts = har(postData={"mimeType": "multipart/form-data", "params": params}).body.parts
    assert [(p.text and p.text.literal, p.file, p.file_name, p.media_type, p.headers) for p in parts] == [
        ("1", None, None, None, ()),
        (None, "dir/x.png", "x.png", "image/png", ()),
        (None, "y", "y", "application/octet-stream", ()),
        ("inline", None, "z.txt", "text/plain", ()),
        ("", None, None, None, (("X-A", "b"),)),
    ]


def test_recorded_multipart_content_is_taken_apart(har):
    text = (
        '--b\r\nContent-Disposition: form-data; name="a%22b"\r\n\r\n1\r\n2\r\n'
        '--b\r\nContent-Disposition: form-data; name="f"; filename="x.png"\r\n'
        "Content-Type: image/png\r\n\r\n\r\n--b--\r\n"
    )
    post = {"mimeType": "multipart/form-data; boundary=b", "text": text}
    parts = har(postData=post).body.parts
    assert [(p.name, p.text and p.text.literal, p.file, p.media_type) for p in parts] == [
        ('a"b', "1\r\n2", None, None),
        ("f", None, "x.png", "image/png"),
    ]
    broken = har(postData={**post, "text": text.replace("form-data", "attachment")}).body
    assert (broken.kind, broken.media_type) == ("text", "multipart/form-data; boundary=b")


def test_files_stand_in_texts_as_base64(har):
    post = {"mimeType": "application/json", "text": '{"image": "IMAGE"}', "_base64": {"IMAGE": "x.png"}}
    body = har(postData=post).body
    assert (body.kind, body.template.parts) == ("json", ('{"image": "', Base64File("x.png"), '"}'))


# Files and folders


def test_a_log_numbers_its_entries(tmp_path):
    entries = [{"request": {"method": "GET", "url": f"https://a.example/{n}"}} for n in range(3)]
    (tmp_path / "site.har").write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    imported = load_har(tmp_path / "site.har")
    assert [item.name for item in imported.requests] == ["site-1", "site-2", "site-3"]
    assert imported.requests[2].source.place(imported.requests[2].pointer).line == 1


def test_no_path_is_not_the_current_folder():
    with pytest.raises(InputError, match="the path of a HAR is empty"):
        load_hars([""])


def test_a_folder_names_what_it_ignores(tmp_path):
    request = {
        "method": "POST",
        "url": "https://a.example/",
        "postData": {"mimeType": "a/b", "fileName": "sent.json"},
    }
    (tmp_path / "a.har.json").write_text(json.dumps(request))
    (tmp_path / "sent.json").write_text("[1]")
    (tmp_path / "other.json").write_text("{}")
    imported = load_har(tmp_path)
    assert [item.name for item in imported.requests] == ["a"]
    assert [Path(name).name for name in imported.ignored] == ["other.json"]


def test_folders_tell_names_apart(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.json").write_text(json.dumps({"method": "GET", "url": "https://a.example/"}))
    assert [r.name for r in load_hars([tmp_path / "a", tmp_path / "b"]).requests] == ["a/x", "b/x"]
    assert [r.name for r in load_hars([tmp_path / "a"]).requests] == ["x"]
    assert [r.name for r in load_hars([tmp_path / "a" / "x.json", tmp_path / "b" / "x.json"]).requests] == [
        "a/x",
        "b/x",
    ]


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "C:\\x", "~/x", "\\\\host\\x", "a\0b"])
def test_a_file_stays_below_the_folder(har, name):
    for post in (
        {"mimeType": "a/b", "fileName": name},
        {"mimeType": "multipart/form-data", "params": [{"name": "f", "fileName": name}]},
        {"mimeType": "text/plain", "text": "X", "_base64": {"X": name}},
    ):
        with pytest.raises(InputError, match="not below the folder of the HAR") as raised:
            har(postData=post)
        assert raised.value.place.line


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_does_not_lead_out(har, tmp_path):
    (tmp_path / "link").symlink_to("/etc")
    with pytest.raises(InputError, match="not below the folder"):
        har(postData={"mimeType": "a/b", "fileName": "link/passwd"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("{", "not valid JSON"),
        ("[]", "neither a HAR log nor"),
        ('{"a": 1}', "neither a HAR log nor"),
        ('{"log": 1}', "`log.entries` is not a list"),
        ('{"log": {"entries": [{}]}}', "entry 1 of the log has no `request`"),
        ('{"url": "https://a.example"}', '"method" is a required property'),
        ('{"method": "GET", "url": 1}', "/url: 1 is not of type"),
        ('{"method": "GET", "url": "/x"}', "not an absolute URL"),
        ('{"method": "GET", "url": "https://"}', "is not a host"),
        ('{"method": "G T", "url": "https://a.example"}', "not an HTTP method"),
        ('{"method": "GET", "url": "https://a.example", "headers": [1]}', "/headers/0"),
        ('{"method": "GET", "url": "https://a.example", "headers": {"a": "b"}}', "/headers"),
        ('{"method": "GET", "url": "https://a.example", "postData": {"text": 1}}', "/postData/text"),
        ('{"method": "GET", "url": "https://a.example/\\ud800"}', "is half of a character"),
        ('{"log": {"entries": []}}', ":1:10: the log has no entries"),
        ('{"method": "GET", "method": "PUT", "url": "https://a.example"}', "stands on line 1 already"),
        (
            '{"method": "GET", "url": "https://a.example", "x": ' + "[" * 100_000,
            "nested more than|not valid JSON",
        ),
        (
            '{"method": "GET", "url": "https://a.example", "postData": {"text": "!", "encoding": "base64"}}',
            "not Base64",
        ),
        (
            '{"method": "GET", "url": "https://a.example", "postData": {"text": "a", "_base64": {"X": "f"}}}',
            "none of the marks",
        ),
    ],
)
def test_what_is_not_har_is_an_error_with_its_place(tmp_path, text, message):
    (tmp_path / "r.json").write_text(text, "utf-8")
    with pytest.raises(InputError, match=message) as raised:
        load_har(tmp_path / "r.json")
    assert raised.value.place.file.endswith("r.json")


def test_sizes_are_limited(tmp_path, monkeypatch):
    path = tmp_path / "r.json"
    path.write_text(
        json.dumps({"log": {"entries": [{"request": {"method": "GET", "url": "https://a.example"}}] * 3}})
    )
    monkeypatch.setattr(module, "MAX_ENTRIES", 2)
    with pytest.raises(InputError, match="more than 2 entries"):
        load_har(path)
    monkeypatch.setattr(module, "MAX_BYTES", 10)
    with pytest.raises(InputError, match="the file has more than"):
        load_har(path)
    with pytest.raises(InputError, match="cannot read the file"):
        load_har(tmp_path / "none.json")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"there is no \.har"):
        load_har(tmp_path / "empty")


# Redaction


def _redacted(tmp_path, **request):
    data = {"method": "POST", "url": "https://a.example/", **request}
    (tmp_path / "r.har").write_text(json.dumps(data))
    return redacted(load_har(tmp_path / "r.har")).requests[0].request


def test_secrets_become_credentials(tmp_path):
    request = _redacted(
        tmp_path,
        url="https://a.example/?api_key=S1&q=open",
        headers=_named(
            ("Authorization", "Bearer S2"),
            ("X-Auth-Token", "S3"),
            ("Cookie", "sid=S4; theme=S5; S6"),
            ("Accept", "*/*"),
        ),
        postData={"mimeType": "application/x-www-form-urlencoded", "text": "client_secret=S7&scope=read"},
    )
    assert [c.env for c in request.credentials] == [
        "API_KEY",
        "API_TOKEN",
        "AUTH_TOKEN",
        "SID_COOKIE",
        "THEME_COOKIE",
        "CLIENT_SECRET",
    ]
    sent = " ".join(text.resolve({}) for text in request.texts)
    assert not any(f"S{n}" in sent.split("S6")[0] for n in (1, 2, 3, 4, 5, 7))
    assert request.header("Accept").literal == "*/*"


def test_basic_authentication_is_two_credentials(tmp_path):
    value = _redacted(tmp_path, headers=_named(("authorization", "Basic dTpw"))).headers[0].value
    user, password = value.credentials()
    assert (user.env, password.env) == ("API_USERNAME", "API_PASSWORD")
    assert isinstance(value.parts[1], Encoded)
    odd = _redacted(tmp_path, headers=_named(("authorization", "Basic !!!"))).headers[0].value
    assert odd.parts == ("Basic ", Credential("api_token", "API_TOKEN", "YOUR_API_TOKEN"))


def test_a_secret_in_json_stays_and_is_told(tmp_path, run_cli, capsys):
    """Names that say so, at any depth, each once; only where secrets were to be taken away."""
    text = json.dumps({"a": [{"token": "x"}, {"token": "y"}], "password": "z", "sort_key": "k", "secret": 1})
    path = tmp_path / "one.har.json"
    post = {"mimeType": "application/json", "text": text}
    path.write_text(json.dumps({"method": "POST", "url": "https://a.example/", "postData": post}))
    for options, told in (["--redact"], ["token", "password"]), ([], []):
        assert run_cli("render", "--har", str(path), "--language", "curl", *options) == 0
        notes = capsys.readouterr().err
        assert re.findall(r"'(\w+)' in the body stays as it is", notes) == told


def test_a_user_alone_is_one_credential(tmp_path):
    """A key that stands in the user's place, with an empty password."""
    value = _redacted(tmp_path, headers=_named(("authorization", "Basic dTo="))).headers[0].value
    assert [credential.env for credential in value.credentials()] == ["API_USERNAME"]
    assert value.resolve({"API_USERNAME": "u"}) == "Basic dTo="


def test_one_value_has_one_name_and_two_have_two(tmp_path):
    request = _redacted(tmp_path, headers=_named(("X-Api-Key", "a"), ("api-key", "b"), ("apiKey", "a")))
    assert [c.env for c in request.credentials] == ["API_KEY", "API_KEY_2"]


def test_redaction_takes_no_name_of_the_shell(tmp_path):
    assert [c.env for c in _redacted(tmp_path, url="https://a.example/?pwd=x&key=y").credentials] == [
        "API_PWD",
        "API_KEY",
    ]


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        *[
            (name, True)
            for name in (
                "api_key",
                "apiKey",
                "X-API-Key",
                "apikey",
                "access_token",
                "Ocp-Apim-Subscription-Key",
                "key",
                "sig",
                "X-Amz-Signature",
                "client_secret",
                "password",
                "PHPSESSID_session",
                "idToken",
                "pass",
                "passcode",
                "password_confirmation",
                "passwordConfirm",
                "otp",
                "AWSAccessKeyId",
                "X-Session-Id",
                "X-Hub-Signature-256",
                "Authentication",
                "token2",
                "page_token",
            )
        ],
        *[
            (name, False)
            for name in (
                "Idempotency-Key",
                "sort_key",
                "partitionKey",
                "token_type",
                "max_tokens",
                "monkey",
                "author",
                "keyword",
                "",
                "X-Request-Id",
                "cache-key",
                "sort_key_2",
                "public_key_id",
                "password_length",
                "passenger",
                "sessions",
                "base64",
                "id",
                "256",
            )
        ],
    ],
)
def test_names_of_secrets(name, secret):
    assert is_secret(name) is secret


# The command line


def test_render_prints_a_snippet(run_cli, capsys):
    path = ROOT / "tests" / "requests" / "json-object.har.json"
    assert run_cli("render", "--har", path, "--language", "curl") == 0
    assert "Ada" in capsys.readouterr().out
    assert run_cli("render", "--har", path, "--language", "python/httpx", "--redact") == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["render"], "one SPEC is needed"),
        (["render", "a.yaml", "b.yaml"], "one SPEC at a time"),
        (["verify"], "one SPEC is needed"),
        (["verify", "a.yaml", "--har", "tests/requests/json-object.har.json"], "takes the place of a spec"),
        (
            ["render", "--har", "tests/requests/json-object.har.json", "--endpoint", "x"],
            "takes the place of a spec",
        ),
        (
            ["render", "--har", "tests/requests/json-object.har.json", "--example", "x"],
            "there is no request 'x'",
        ),
        (["render", "--har", "none.json"], "none.json: cannot read the file"),
        (["import"], "nothing to import"),
    ],
)
def test_bad_usage_is_one_message(run_cli, capsys, monkeypatch, arguments, message):
    monkeypatch.chdir(ROOT)
    assert run_cli(*arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert "Traceback" not in captured.err


def test_render_names_what_it_cannot_render(run_cli, capsys, tmp_path):
    (tmp_path / "r.har").write_text(json.dumps({"method": "GET", "url": "ws://a.example/"}))
    assert run_cli("render", "--har", tmp_path / "r.har", "--language", "go") == 2
    assert "not supported: a URL of the scheme 'ws' is not HTTP" in capsys.readouterr().err


@pytest.mark.proof
def test_verify_takes_files_and_folders(run_cli, tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.har").write_text(
            json.dumps({"method": "GET", "url": f"https://a.example/{name}"})
        )
    report = tmp_path / "report.json"
    arguments = ["verify", "--har", tmp_path / "a.har", tmp_path / "b.har", "--language", "curl", "--quiet"]
    assert run_cli(*arguments, "--report", f"json={report}") == 0
    snippets = json.loads(report.read_text())["snippets"]
    assert [(item["example"], item["language"]) for item in snippets] == [("a", "curl"), ("b", "curl")]


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the corpus is not here")
def test_the_corpus_of_httpsnippet_is_read():
    """Kong's and readme's fixtures all become requests."""
    imported = load_hars([FIXTURES / "har-kong", FIXTURES / "har-readme"])
    assert (len(imported.requests), imported.refused, imported.ignored) == (36, (), ())
