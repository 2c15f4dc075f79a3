"""A value never becomes another field of the message, whichever field it was recorded in."""

import json

import pytest

from snippetgen.errors import InputError, UnsupportedError
from snippetgen.importing import load_har, redacted
from snippetgen.importing.postman import load_postman
from snippetgen.manifest import default_languages
from snippetgen.render import render

BREAK = "a\r\nEvil: 1"


def _request(**facts):
    return {"method": "POST", "url": "https://api.example.com/x", **facts}


def _part(**facts):
    content = {"mimeType": "multipart/form-data", "params": [{"name": "a", "value": "1", **facts}]}
    return _request(postData=content)


def _load(path, request):
    path.write_text(json.dumps(request), "utf-8")
    return load_har(path)


@pytest.mark.parametrize(
    "request_",
    [
        _request(postData={"mimeType": BREAK, "text": "x"}),
        _request(postData={"mimeType": "application/json; x=\0", "text": "{}"}),
        _request(postData={"mimeType": "日本/json", "text": "{}"}),
        _part(contentType=f"text/x{BREAK}"),
        _part(_headers=[{"name": "X-A", "value": BREAK}]),
        _part(_headers=[{"name": "B d", "value": "1"}]),
        _part(name="a\\"),
        _part(fileName="a.txt\\", value="x"),
    ],
    ids=[
        "type",
        "type-nul",
        "type-unicode",
        "part-type",
        "part-header",
        "part-header-name",
        "part-name",
        "file",
    ],
)
def test_what_no_message_can_carry_is_refused_by_every_language(request_, tmp_path):
    (recorded,) = _load(tmp_path / "r.har", request_).requests
    for language in default_languages():
        with pytest.raises(UnsupportedError, match="cannot send"):
            render(recorded.request, language)


@pytest.mark.parametrize(
    ("name", "value"), [("a", BREAK), ("a", "x; b=1"), ("a;b", "1"), ("a=b", "1"), ("", "x"), ("a", "\0")]
)
def test_a_cookie_that_would_be_another_one_is_refused(name, value, tmp_path):
    loaded = _load(tmp_path / "r.har", _request(cookies=[{"name": name, "value": value}]))
    assert loaded.requests == ()
    assert "a cookie that would be another one" in loaded.refused[0].reason


@pytest.mark.parametrize(
    ("url", "message"),
    [("https://a\\b/", "is not a host"), ("https://a.example:99999/", "there is no port 99999")],
)
def test_a_host_that_is_none_is_an_error(url, message, tmp_path):
    with pytest.raises(InputError, match=message):
        _load(tmp_path / "r.har", {"method": "GET", "url": url})


def test_a_method_in_lower_case_has_no_place_in_a_document(run_cli, tmp_path, capsys):
    """OpenAPI's `get` is GET; a document that held both would lose one."""
    path = tmp_path / "r.har"
    path.write_text(json.dumps({"method": "get", "url": "https://api.example.com/x"}), "utf-8")
    assert run_cli("import", "--har", path, "--output", tmp_path / "spec.yaml") == 2
    assert "no method 'get'" in capsys.readouterr().err
    assert not (tmp_path / "spec.yaml").exists()


def test_a_secret_that_postman_declares_is_one_whatever_its_name(tmp_path):
    key = [{"key": "key", "value": "X-Mine"}, {"key": "value", "value": "s3cr3t"}]
    item = {"request": {"method": "GET", "url": "https://api.example.com/x"}, "name": "one"}
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    collection = {"info": {"name": "c", "schema": schema}, "item": [item]}
    collection["auth"] = {"type": "apikey", "apikey": key}
    (tmp_path / "c.json").write_text(json.dumps(collection), "utf-8")
    imported = load_postman(tmp_path / "c.json")
    assert imported.requests[0].request.header("X-Mine").literal == "s3cr3t"
    assert [x.env for x in redacted(imported).requests[0].request.credentials] == ["MINE"]


def test_a_full_disk_is_one_message(tmp_path):
    import subprocess
    import sys
    from pathlib import Path

    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full")
    (tmp_path / "r.har").write_text(json.dumps(_request()), "utf-8")
    argv = [sys.executable, "-m", "snippetgen", "render", "--har", "r.har", "--language", "curl"]
    with full.open("wb") as out:
        ended = subprocess.run(argv, cwd=tmp_path, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "cannot write the output: No space left" in ended.stderr
