"""curl commands become the requests that curl sends, or say what stands in the way."""

import json
from collections import Counter
from contextlib import suppress

import pytest

from snippetgen.errors import InputError
from snippetgen.importing.curl import load_curl, read_curl
from snippetgen.importing.endpoint import is_declared
from snippetgen.importing.redact import redact
from snippetgen.model import Credential, Encoded
from snippetgen.proof.exchange import Exchange
from snippetgen.proof.wire import compare
from tests.conftest import ROOT

CORPUS = ROOT.parent / "shared" / "corpus" / "fixtures" / "curlconverter" / "cases.jsonl"


def _one(command):
    imported = read_curl(command)
    assert not imported.refused, imported.refused
    (recorded,) = imported.requests
    return recorded.request


def _refusal(command):
    imported = read_curl(command)
    assert not imported.requests
    return imported.refused[0].reason


def _headers(request):
    return [(pair.name, pair.value.literal) for pair in request.headers]


# Shell words


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("'a b'", "a b"),
        (r"'it'\''s'", "it's"),
        (r'"a \"b\" \\ \n \$x"', 'a "b" \\ \\n $x'),
        (r"$'tab\tnl\n\'q\' \x41 é 日 \U0001f44b \101'", "tab\tnl\n'q' A é 日 👋 A"),
        (r"$'\xe6\x97\xa5'", "日"),
        ("\"a\"'b'c", "abc"),
        ('"one\\\ntwo"', "onetwo"),
        ("a\\ b", "a b"),
        ("'$HOME `id` $(id)'", "$HOME `id` $(id)"),
        ("costs$", "costs$"),
        ('$"localized"', "localized"),
    ],
)
def test_words_are_read_as_a_shell_reads_them(words, value):
    assert (
        _one(f"curl -X POST https://a.example -H 'Content-Type: text/plain' --data-raw {words}").body.text
        == value
    )


def test_lines_continue_and_comments_end():
    request = _one("# a comment\ncurl \\\n  https://a.example/x \\\n  -H 'A: 1' # the end\n")
    assert request.url.literal == "https://a.example/x"


def test_a_here_document_is_standard_input():
    request = _one(
        "curl https://a.example -H 'Content-Type: text/plain' --data-binary @- <<'END'\none $x\ntwo\nEND\n"
    )
    assert request.body.text == "one $x\ntwo\n"
    assert _one("curl https://a.example --data-binary @- < in.bin").body.file == "in.bin"


def test_variables_are_credentials():
    request = _one(
        'curl "https://a.example/$TENANT/x?key=$API_KEY" -H "Authorization: Bearer ${TOKEN}" -d "t=$T"'
    )
    assert [c.env for c in request.credentials] == ["TENANT", "API_KEY", "TOKEN", "T"]
    assert request.path.parts[1] == Encoded("percent", request.path.parts[1].text)
    assert request.query[0].value.parts == (Credential("api_key", "API_KEY", "YOUR_API_KEY"),)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("curl https://a.example/$(id)", "a command substitution"),
        ("curl https://a.example/`id`", "a command substitution"),
        ("curl https://a.example -d ${X:-1}", "the shell's ${"),
        ("curl https://a.example -d $1", "the shell's $1"),
        ("curl 'https://a.example", "a ' without its end"),
        ("curl https://$HOST/x", "the variable 'HOST' in the host"),
        ("curl https://a.example -u a:b --digest", "curl's --digest"),
        ("curl https://a.example --aws-sigv4 x", "curl's --aws-sigv4"),
        ("curl -K config", "curl's --config"),
        ("curl https://a.example/{a,b}", "curl's URL globbing"),
        ("curl ftp://a.example/x", "a URL of the scheme 'ftp' is not HTTP"),
        ("curl https://a.example -F 'a=@x;encoder=base64'", "curl's --form with ;encoder="),
        ("curl https://a.example -d @-", "a body that is read from standard input"),
        ("curl https://a.example -H 'A b: c'", "'A b' is not a header name"),
    ],
)
def test_what_cannot_be_expressed_is_named(command, reason):
    assert _refusal(command) == reason


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("TOKEN=$(curl -s https://a.example/token -d x=1)", 1),
        ('R="$(curl -s https://a.example/token | jq -r .x)"', 1),
        ("export A=`/usr/bin/curl https://a.example/1`", 1),
        ('echo "$(curl https://a.example/1; B=1 curl https://a.example/2)"', 2),
        ("cat <<E\n$(\n  curl https://a.example/1)\nE", 1),
        ("A=$(date)", 0),
        ("A=$(cat curl.txt)", 0),
    ],
)
def test_a_curl_inside_a_command_substitution_is_named(line, count):
    imported = read_curl(f"curl https://a.example/0\n{line}\ncurl https://a.example/9", "calls.sh")
    assert [item.request.path.literal for item in imported.requests] == ["/0", "/9"]
    assert [(item.reason, item.place.line) for item in imported.refused] == [
        ("curl inside a command substitution", 2)
    ] * count


# Options


def test_data_is_joined_and_posted():
    request = _one("curl https://a.example -d a=1 --data-raw b=@2 --data-urlencode 'c=x y&z'")
    assert (request.method, request.body.kind) == ("POST", "form")
    assert [(p.name, p.value.literal) for p in request.body.pairs] == [
        ("a", "1"),
        ("b", "@2"),
        ("c", "x y&z"),
    ]


def test_get_moves_the_data_into_the_query():
    request = _one("curl -G 'https://a.example/s?x=0' -d a=1 --data-urlencode 'q=ü ö'")
    assert request.url.literal is None or "q=" in request.url.literal
    assert [(p.name, p.value.literal) for p in request.query] == [("x", "0"), ("a", "1"), ("q", "ü ö")]
    assert (request.method, request.body) == ("GET", None)


def test_json_sets_its_headers():
    request = _one("""curl https://a.example --json '{"a":' --json '1}' -H 'Accept: text/plain'""")
    assert (request.body.kind, request.body.text) == ("json", '{"a":1}')
    assert _headers(request) == [("Accept", "text/plain")]


def test_short_options_may_share_a_word():
    request = _one("curl -sSLXPUT -dx=1 -HA:b https://a.example")
    assert (request.method, _headers(request)) == ("PUT", [("A", "b")])


def test_long_options_may_be_cut_short():
    assert _headers(_one("curl --user-a me --sil https://a.example")) == [("User-Agent", "me")]
    assert _refusal("curl --re PUT https://a.example").startswith("--re is short for")


def test_forms():
    request = _one(
        "curl https://a.example -F 'a=1;type=application/json'"
        ' -F \'f=@dir/x.png;filename="my \\"x\\".png"\''
        " -F 't=<note.txt' --form-string 's=@no;type=x' -F 'c=v;type=text/plain; charset=utf-8'"
        " -F 'h=1;headers=\"X-A: b\"'"
    )
    facts = [
        (p.name, p.text and p.text.literal, p.file, p.file_name, p.media_type) for p in request.body.parts
    ]
    assert facts == [
        ("a", "1", None, None, "application/json"),
        ("f", None, "dir/x.png", 'my "x".png', "image/png"),
        ("t", None, "note.txt", None, None),
        ("s", "@no;type=x", None, None, None),
        ("c", "v", None, None, "text/plain; charset=utf-8"),
        ("h", "1", None, None, None),
    ]
    assert request.body.parts[-1].headers == (("X-A", "b"),)


def test_headers_are_added_emptied_and_removed():
    request = _one(
        "curl https://a.example -H 'A: 1' -H 'a: 2' -H 'E;' -H 'Content-Type:' -d x -A me -e there -r 0-9"
    )
    assert _headers(request) == [
        ("A", "1"),
        ("a", "2"),
        ("E", ""),
        ("User-Agent", "me"),
        ("Referer", "there"),
        ("Range", "bytes=0-9"),
    ]
    assert request.body.media_type is None


def test_credentials_of_options_and_urls():
    assert _headers(_one("curl -u a:b https://a.example")) == [("Authorization", "Basic YTpi")]
    assert _headers(_one("curl https://a:b@a.example")) == [("Authorization", "Basic YTpi")]
    assert _headers(_one("curl https://a@a.example")) == [("Authorization", "Basic YTo=")]
    assert _headers(_one("curl --oauth2-bearer t https://a.example")) == [("Authorization", "Bearer t")]
    asked = _one("curl -u alice https://a.example")
    assert [c.env for c in asked.credentials] == ["PASSWORD"]


@pytest.mark.parametrize(
    ("user", "names"),
    [
        ("alice", ["API_USERNAME", "PASSWORD"]),
        ('"alice:$PW"', ["API_USERNAME", "PW"]),
        ('"$KEY:"', ["KEY"]),
        ("key:", ["API_USERNAME"]),
        ('"$A:b"', []),
        ('"a:b$C"', []),
    ],
)
def test_a_user_is_declared_as_a_credential(tmp_path, user, names):
    """A spec states a user with a password or alone; what it cannot state stays what it was."""
    script = tmp_path / "calls.sh"
    script.write_text(f"curl -u {user} https://h.example/")
    value = redact(load_curl(script).requests[0].request).header("Authorization")
    assert is_declared(value) == bool(names)
    if names:
        assert [credential.env for credential in value.credentials()] == names


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("curl https://a.example/a/../b", "/b"),
        ("curl https://a.example/a/./b/..", "/a/"),
        ("curl https://a.example/../../x/%2e%2E/y", "/x/%2e%2E/y"),
        ("curl https://a.example/a/..", "/"),
        ("curl https://a.example/a//../b/...", "/a/b/..."),
        ("curl --path-as-is https://a.example/a/../b", "/a/../b"),
        ("curl --no-path-as-is https://a.example/a/../b", "/b"),
        ("curl -T up.bin https://a.example/a/../", "/up.bin"),
    ],
)
def test_dot_segments_are_removed_as_curl_does(command, path):
    assert _one(command).path.literal == path


def test_paths_of_other_machines_become_names():
    assert _one("curl https://a.example -T /home/me/x.bin").body.file == "x.bin"
    assert _one("curl https://a.example --data-binary @../../etc/passwd").body.file == "passwd"


def test_two_files_have_two_names():
    """Also where they are files of two requests; what is sent as the file's name stays."""
    script = "curl https://a.example -F f=@/etc/a.png -F g=@/home/a.png -F h=@/etc/a.png -F i=@x/a.png"
    script += " -F j=@./x/a.png -F k=@./\n"
    script += "curl https://a.example -T /tmp/a.png\ncurl https://a.example --data-binary @/etc/a.png"
    first, second, third = (item.request.body for item in read_curl(script).requests)
    assert [part.file for part in first.parts] == [
        *("a.png", "a-2.png", "a.png"),
        *("x/a.png", "x/a.png", "file"),
    ]
    assert {part.file_name for part in first.parts} == {"a.png", "file"}
    assert (second.file, third.file) == ("a-3.png", "a.png")


def test_each_url_is_a_request():
    imported = read_curl(
        "curl https://a.example/1 https://a.example/2 -d x=1 --next https://a.example/3\ncurl b.example",
        name="n",
    )
    assert [r.name for r in imported.requests] == ["n-1", "n-2", "n-3", "n-4"]
    assert [r.request.method for r in imported.requests] == ["POST", "POST", "GET", "GET"]
    assert imported.requests[3].place is None


@pytest.mark.parametrize("script", ["", "wget https://a.example"])
def test_a_script_without_curl_is_an_error(script):
    with pytest.raises(InputError, match="there is no curl command"):
        read_curl(script)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("curl", "no URL"),
        ("curl --frobnicate https://a.example", "no option --frobnicate"),
        ("curl https://a.example -X", "lacks its value"),
        ("curl https://a.example -X 'G T'", "not an HTTP method"),
        ("curl 'https://a b/'", "is not a host"),
    ],
)
def test_what_curl_would_not_take_is_named(script, message):
    assert message in _refusal(script)


def test_a_command_that_curl_would_not_take_leaves_the_others(tmp_path, run_cli, capsys):
    """It is named with its line, and counted."""
    script = tmp_path / "calls.sh"
    script.write_text("#!/bin/sh\n\ncurl https://a.example\n\ncurl https://b.example --bad\n")
    assert run_cli("import", "--curl", script, "--output", tmp_path / "a.yaml") == 0
    shown = capsys.readouterr()
    assert "calls.sh:5: calls-2 is not supported: curl has no option --bad" in shown.err
    assert "1 request, 1 not supported" in shown.out


HOSTILE = {
    "parentheses": "(" * 5000,
    "quotes": "curl " + "'" * 5001,
    "dollars": "curl " + '"$' * 4000,
    "braces": "curl " + "${" * 4000,
    "redirections": "<<" * 3000,
    "backslashes": "\\" * 999,
    "commands": "a\n" * 100_000,
    "here-document": "curl <<E\n" + "x\n" * 100_000,
    "variables": "curl " + " ".join(f"$V{n}" for n in range(50_000)),
}


@pytest.mark.parametrize("script", HOSTILE.values(), ids=HOSTILE)
def test_hostile_scripts_end(script):
    """Whatever stands in the file, reading it ends, with a request, a refusal or an error of ours."""
    with suppress(InputError):
        read_curl(script)


# The corpus


def _exchange(text):
    head, _, body = text.partition("\n\n")
    line, *fields = head.split("\n")
    method, target, version = (
        line.split(" ", 1)[0],
        line.split(" ", 1)[1].rsplit(" ", 1)[0],
        line.rsplit(" ", 1)[1],
    )
    headers = tuple((name, value.strip()) for name, _, value in (field.partition(":") for field in fields))
    length = next((value for name, value in headers if name.lower() == "content-length"), "0")
    body = body[: int(length)] if length.isdigit() else body.rstrip("\n")
    # The fixtures write a URL without a path as "?query", which no client sends.
    target = target if target.startswith("/") else f"/{target}"
    return Exchange(
        raw=b"", method=method, target=target, version=version, headers=headers, body=body.encode()
    )


def _http_differences(request, text):
    exchange = _exchange(text)
    environment = {c.env: f"${c.env}" for c in request.credentials}
    files = dict.fromkeys(request.files, exchange.body)  # the fixtures show a file by its name
    return [finding.message for finding in compare(request, environment, files, [exchange])]


def _json_differences(request, expected):
    """The facts of curlconverter's own JSON: method, URL, headers, data, files."""
    shown = {c.env: f"${c.env}" for c in request.credentials}
    text = {pair.name: pair.value.resolve(shown) for pair in request.headers}
    body = request.body
    text |= {"Content-Type": body.media_type} if body and body.media_type else {}
    found = {
        "method": request.method.lower(),
        "raw_url": request.url.resolve(shown).rstrip("/"),
        "headers": text,
        "queries": {pair.name: pair.value.literal for pair in request.query},
        "data": _data(body),
        "files": {p.name: p.file for p in body.parts if p.file} if body else {},
    }
    wanted = {"headers": {}, "queries": {}, "data": {}, "files": {}} | expected
    wanted["raw_url"] = wanted["raw_url"].rstrip("/")
    wanted["files"] = {name: path.removeprefix("./") for name, path in wanted["files"].items()}
    if isinstance(wanted["data"], str) and body and body.kind == "form":
        wanted["data"] = dict(pair.split("=", 1) for pair in wanted["data"].split("&"))
    return [f"{key}: {found[key]!r}, expected {wanted[key]!r}" for key in found if found[key] != wanted[key]]


def _data(body):
    if body is None:
        return {}
    if body.kind == "form":
        return {pair.name: pair.value.literal for pair in body.pairs}
    if body.kind == "multipart":
        return {part.name: part.text.literal for part in body.parts if part.text}
    return body.text


def _parse_differences(request, expected):
    """The facts of curlconverter's parse tree: URL, method, headers, data."""
    tree, url = expected[0], expected[0]["urls"][0]
    shown = {c.env: f"${c.env}" for c in request.credentials}
    pairs = [(p.name, p.value.resolve(shown)) for p in request.headers]
    pairs += [("Content-Type", request.body.media_type)] if request.body and request.body.media_type else []
    dropped = {"connection", "content-length", "host"}
    wanted = [tuple(pair) for pair in tree["headers"]["headers"] if pair[0].lower() not in dropped]
    differences = [] if sorted(pairs) == sorted(wanted) else [f"headers: {pairs}, expected {wanted}"]
    if request.method != url["method"] or request.url.resolve(shown).rstrip("/") != url["url"].rstrip("/"):
        differences.append(
            f"{request.method} {request.url.resolve(shown)}, expected {url['method']} {url['url']}"
        )
    if "data" in tree and "".join(t.resolve(shown) for t in request.body.terms) != tree["data"]:
        differences.append(f"data, expected {tree['data']}")
    return differences


def _judge(case):
    imported = read_curl(case["curl"], name=case["name"])
    expected = {key: case[key] for key in ("expected_http", "expected_json", "expected_parse") if key in case}
    if imported.refused and (not imported.requests or not expected):
        return "unsupported", imported.refused[0].reason
    if not expected:
        return "no expectation", ""
    request = imported.requests[0].request
    checks = {
        "expected_http": _http_differences,
        "expected_json": _json_differences,
        "expected_parse": _parse_differences,
    }
    differences = [text for key, value in expected.items() for text in checks[key](request, value)]
    return ("different", "; ".join(differences)) if differences else ("equal", "")


@pytest.mark.skipif(not CORPUS.is_file(), reason="the corpus is not here")
def test_the_corpus_of_curlconverter(record_property):
    """Every case becomes the request that its files state, or names the feature that stands in the way."""
    cases = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
    verdicts = {case["name"]: _judge(case) for case in cases}
    counts = Counter(verdict for verdict, _ in verdicts.values())
    record_property("curlconverter fixtures", f"{dict(counts)} of {len(cases)}")
    for name, (verdict, reason) in verdicts.items():
        if verdict == "unsupported":
            record_property(f"  unsupported {name}", reason)
    assert {name: reason for name, (verdict, reason) in verdicts.items() if verdict == "different"} == {}
    assert counts["equal"] >= 65
