"""A proof passes a right snippet, and catches every way of being wrong that was seen in the wild."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace

import pytest

from snippetgen.manifest import load_language
from snippetgen.model import Body, BodyPart, Credential, Encoded, Finding, Pair, Request, Text
from snippetgen.progress import progress
from snippetgen.proof import execute as run
from snippetgen.proof import snippet, verify
from snippetgen.proof.case import secrets
from snippetgen.proof.doctor import examine, format_checkups
from snippetgen.proof.exchange import Answer
from snippetgen.proof.syntax import syntax_errors
from snippetgen.proof.verify import (
    Case,
    plan_requests,
    prove,
    summarize,
    verify_requests,
)

MANIFEST = r"""
title = "Toy"
highlight = "python"
file = "main.py"
grammar = "tree_sitter_python"
[names]
case = "snake"
[comment]
prefix = "# "
[[literal]]
open = '"'
close = '"'
escapes = { "\\" = '\\', "\"" = '\"' }
[expression]
join = " + "
[expression.functions]
percent = "quote({}, safe='')"
form = "quote({}, safe='')"
base64 = "base64.b64encode(({}).encode()).decode()"
[[toolchain]]
name = "Python"
probe = [["{python}", "--version"]]
compile = [["{python}", "-I", "-m", "py_compile", "{file}"]]
run = ["{python}", "-I", "{file}"]
install = "install Python"
[clients.toy]
title = "Toy"
template = "toy.jinja"
"""

TEMPLATE = """\
import base64, http.client, os, sys, time
from urllib.parse import quote, urlsplit
{% for credential in credentials %}
{{ credential.name }} = os.environ.get({{ credential.env | literal }})
if not {{ credential.name }}:
    sys.exit({{ credential.message | literal }})
{% endfor %}
{% for file in files %}
try:
    with open({{ file.path | literal }}, "rb") as f:
        {{ file.name }} = f.read()
except OSError as error:
    sys.exit(f"Cannot read {error.filename}")
{% endfor %}
url = {% for term in url %}{%+ if not loop.first %}+ {% endif %}{{ term | expression }} {% endfor %}

parts = urlsplit(url)
target = parts.path + ("?" + parts.query if parts.query else "")
headers = {
{% for pair in headers %}
    {{ pair.name | literal }}: {{ pair.value | expression }},
{% endfor %}
}
{% if body and body.kind == "base64" %}
content = base64.b64encode({{ files[0].name }})
{% elif body %}
content = {{ body.text | literal }}.encode()
{% else %}
content = None
{% endif %}
def send():
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    connection.request({{ method | literal }}, target, content, headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text
try:
    status, text = send()
except OSError as error:
    sys.exit(f"The request failed: {error}")
if status >= 300:
    sys.exit(text)
print(text)
"""

KEY = Credential("api_key", "TOY_API_KEY", "YOUR_KEY")
USER, WORD = Credential("user", "TOY_USER"), Credential("word", "TOY_WORD")
UPLOAD = Request(
    method="POST",
    origin="https://api.example.com/base",
    path=Text.of("/v1/a%2Fb"),
    query=(Pair("api_key", Text.of(KEY)), Pair("tag", Text.of("x y")), Pair("tag", Text.of("é"))),
    headers=(Pair("X-Trace", Text.of("1")), Pair("X-Key", Text.of(WORD))),
    body=Body(kind="base64", media_type="application/x-www-form-urlencoded", file="images/IMAGE.jpg"),
)
PLAIN = Request(
    method="POST", origin="https://api.example.com", path=Text.of("/v1"), query=(Pair("a", Text.of("1")),)
)
JSON = Body(kind="json", media_type="application/json", text='{"big": 9007199254740993, "flag": true}')


@pytest.fixture
def language(tmp_path):
    def load(*changes, manifest=MANIFEST):
        template = TEMPLATE
        for old, new in changes:
            assert old in template
            template = template.replace(old, new)
        folder = tmp_path / "templates" / "toy"
        folder.mkdir(parents=True)
        (folder / "language.toml").write_text(manifest, "utf-8")
        (folder / "toy.jinja").write_text(template, "utf-8")
        return load_language("toy", folder.parent)

    return load


def tried(language, request=PLAIN, **options):
    return prove(Case(example="one", request=request, language=language), **options)


def rules(proof):
    return {finding.rule for finding in proof.findings}


@pytest.mark.parametrize(
    "request_", [UPLOAD, PLAIN, Request(method="POST", origin="http://x", path=Text(), body=JSON)]
)
def test_a_right_snippet_passes(language, request_):
    """All tiers, with a server's base path, a slash in a segment, a repeated name, and awkward secrets."""
    proof = tried(language(), request_)
    assert (proof.findings, proof.reason) == ((), "")
    assert (proof.verdict, proof.tier, proof.skipped) == ("pass", "wire", ())


SEND = "    status, text = send()\n"


@pytest.mark.parametrize(
    ("old", "new", "rule", "tier"),
    [
        ("{% for term in url %}", "{% for term in url[:1] %}", "wire/query", "wire"),
        (SEND, SEND * 2, "wire/extra-request", "ran"),
        (SEND, "    status, text = 200, ''\n", "wire/no-request", "ran"),
        ("{{ method | literal }}, target", "'PUT', target", "wire/method", "wire"),
        ("target = parts.path", "target = parts.path + '/'", "wire/path", "wire"),
        ("headers = {", "headers = {'X-More': '1',", "wire/extra-header", "wire"),
        ("headers = {", "headers = {'Content-Type': 'text/plain',", "wire/extra-header", "wire"),
        ("content = None", "content = b'x'", "wire/body", "wire"),
        ("print(text)", "print('<', text)", "run/output", "ran"),
        ("print(text)", "print(status)", "run/output", "ran"),
        ("print(text)", "print(text); sys.exit(3)", "run/exit-code", "ran"),
        ("print(text)", "print(text); time.sleep(60)", "run/timeout", "ran"),
        ("    sys.exit(text)", "    print(text)", "run/silent-failure", "ran"),
        ("    sys.exit(text)", "    sys.exit(f'status {status}')", "run/silent-failure", "ran"),
        ('    sys.exit(f"The request failed: {error}")', "    sys.exit(0)", "run/down", "ran"),
        ('    sys.exit(f"The request failed: {error}")', "    os._exit(1)", "run/down", "ran"),
        ("content = None", "content = None)", "parse/error", "parsed"),
        ("content = None", "return", "run/compile", "compiled"),
        ("{{ method | literal }}, target", "{{ method }}, target", "render/template", "rendered"),
    ],
)
def test_a_wrong_snippet_fails(language, old, new, rule, tier):
    """Each mutation of a right template is caught by its rule, at its tier."""
    proof = tried(language((old, new)), seconds=2.0 if "sleep" in new else 20.0)
    assert rule in rules(proof)
    assert (proof.verdict, proof.tier) == ("fail", tier)
    assert proof.reason
    assert {(f.example, f.language, f.client) for f in proof.findings} == {("one", "toy", "toy")}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('    sys.exit(f"Cannot read {error.filename}")', "    sys.exit('no')", "run/missing-file"),
        ('    sys.exit(f"Cannot read {error.filename}")', "    body = b''", "run/missing-file"),
        ("if not {{ credential.name }}:", "if False:", "run/unset-credential"),
        (
            ".get({{ credential.env | literal }})",
            ".get({{ credential.env | literal }}, 'YOUR_KEY')",
            "run/unset-credential",
        ),
        ("base64.b64encode({{", "base64.encodebytes({{", "wire/body"),
        ("base64.b64encode({{", "bytes({{", "wire/body"),
    ],
)
def test_files_and_credentials_are_needed(language, old, new, rule):
    """A missing input stops the snippet before it sends anything, and is named."""
    proof = tried(language((old, new)), UPLOAD)
    assert rule in rules(proof)
    assert proof.verdict == "fail"


def test_a_secret_that_is_not_encoded_is_caught_and_not_shown(language):
    """The test values need encoding; a report holds none of them, even where the snippet prints them."""
    manifest = MANIFEST.replace(
        "quote({}, safe='')", "({}).replace(' ', '%20').encode('ascii', 'ignore').decode()"
    )
    leak = ("{error}", "{error} {parts.query}")
    proof = tried(language(leak, manifest=manifest), UPLOAD)
    assert {"wire/query", "run/secret"} <= rules(proof)
    shown = json.dumps(proof.as_dict(), ensure_ascii=False)
    assert "$TOY_API_KEY" in shown
    assert all(value not in shown and "test-key" not in shown for value in secrets(UPLOAD).values())


def test_credentials_fit_their_places():
    """A bare header value is visible ASCII; others need encoding; no user name has a colon."""
    basic = Text.of("Basic ", Encoded("base64", Text.of(USER, ":", WORD)))
    request = Request(
        method="GET", origin="http://x", path=Text(), headers=(Pair("A", basic), Pair("K", Text.of(KEY)))
    )
    values = secrets(request)
    assert values["TOY_API_KEY"].isascii()
    assert " " not in values["TOY_API_KEY"]
    assert all(char in values["TOY_USER"] for char in "&=+/ %é")
    assert ":" not in values["TOY_USER"]
    assert len(set(values.values())) == 3


def test_compiler_warnings_and_noise_are_findings_but_no_failure(language):
    proof = tried(language(("print(text)", "print(text); print('careful', file=sys.stderr)")))
    assert rules(proof) == {"run/warning"}
    assert (proof.verdict, proof.tier) == ("pass", "wire")


def test_a_documented_error_is_answered_as_documented(language):
    failure = Answer(status=422, body=b'{"detail": "no"}')
    wrong = language(("status >= 300", "status in {400, 403, 500}"))
    proof = prove(Case(example="one", request=PLAIN, language=wrong, failure=failure))
    assert rules(proof) == {"run/silent-failure"}
    assert "answers 422" in proof.reason


def test_without_a_toolchain_nothing_is_proved(language):
    absent = MANIFEST.replace('"{python}", "--version"', '"no-such-program"')
    chosen = language(manifest=absent)
    proof = tried(chosen)
    assert (proof.verdict, proof.tier, proof.reason) == ("unproven", "parsed", "no toolchain: install Python")
    for required in (["all"], ["toy"]):
        proof = tried(chosen, require=required)
        assert (proof.verdict, rules(proof)) == ("fail", {"run/unproven"})
    assert tried(chosen, require=["go"]).verdict == "unproven"


KIT = """\
install = "pip install toy"
probe = [["{python}", "-I", "-c", "import no_such_library"]]
"""


def test_without_its_library_a_client_is_unproven(language):
    """The language is here, the client is not; doctor says so, and with what it is installed."""
    chosen = language(manifest=MANIFEST + KIT)
    proof = tried(chosen)
    assert (proof.verdict, proof.tier) == ("unproven", "parsed")
    assert proof.reason.startswith("Toy is not here: ")
    assert proof.reason.endswith("No module named 'no_such_library'; pip install toy")
    assert tried(chosen, require=["toy"]).verdict == "fail"
    (checkup,) = examine([chosen])
    assert checkup.toolchain == "Python"
    assert [item["client"] for item in checkup.as_dict()["clients"]] == ["toy"]
    said = format_checkups([checkup])
    assert "toy is missing: python: ModuleNotFoundError" in said
    assert "install: pip install toy" in said
    assert "0 of 1 languages" in said


def test_a_client_brings_its_own_commands(language):
    """A kit takes the place of the toolchain's commands, files and parser, and adds to its environment."""
    manifest = MANIFEST.replace('-I", "{file}"', '-I", "no-such-file"') + (
        'run = ["{python}", "-I", "helper.py"]\nfiles = ["helper.py"]\ngrammar = "tree_sitter_none"\n'
        'compile = [["{python}", "-I", "-c", "import os; assert os.environ[\'A\'] == os.environ[\'B\']"]]\n'
        'environment = { A = "x{work}", B = "x{work}" }\n'
    )
    chosen = language(manifest=manifest)
    (chosen.folder / "helper.py").write_text("exec(open('main.py').read())\n", "utf-8")
    proof = tried(chosen)
    assert (proof.verdict, proof.reason, proof.skipped) == ("pass", "", ("parsed",))


def test_a_request_that_no_client_can_send_is_unproven(language):
    manifest = MANIFEST + '[clients.toy.limits]\nmethods = ["GET"]\n'
    proof = tried(language(manifest=manifest))
    assert (proof.verdict, proof.reason) == ("unproven", "Toy cannot send the method POST")


def test_a_missing_parser_is_counted(language):
    proof = tried(language(manifest=MANIFEST.replace("tree_sitter_python", "tree_sitter_none")))
    assert (proof.verdict, proof.skipped) == ("pass", ("parsed",))
    assert summarize([proof])["skipped"] == {"parsed": 1}


def test_the_contract_is_the_last_tier(language, monkeypatch):
    """What was asked for is held to the document; what arrived too, where it was something else."""
    seen = []

    def check(operation, request, environment):
        seen.append((operation, request, environment))
        yield Finding(
            rule="contract/x", message=f"{len(request.query)} pairs", pointer=f"/{len(request.query)}"
        )

    monkeypatch.setattr(snippet, "check_request", check)
    chosen = language(("{% for term in url %}", "{% for term in url[:1] %}"))
    proof = prove(Case(example="one", request=PLAIN, language=chosen, operation=object()))
    assert [f.message for f in proof.findings if f.rule == "contract/x"] == [
        "1 pairs",
        "as it arrived: 0 pairs",
    ]
    assert seen[0][1] is PLAIN
    assert proof.tier == "wire"


def test_many_are_proved_in_order(language):
    """Proofs come in the order of the cases; progress as each ends; the summary counts them."""
    requests = [(f"n{number}", PLAIN) for number in range(4)]
    seen = []
    proofs = verify_requests(requests, [(language(), None)], jobs=4, progress=seen.append)
    assert [proof.example for proof in proofs] == ["n0", "n1", "n2", "n3"]
    assert {proof.example for proof in seen} == {"n0", "n1", "n2", "n3"}
    summary = summarize(proofs)
    assert (summary["snippets"], summary["pass"], summary["fail"], summary["unproven"]) == (4, 4, 0, 0)
    assert summary["languages"] == {"toy": {"pass": 4, "fail": 0, "unproven": 0}}


def test_a_log_hears_at_times_how_far_the_work_is(monkeypatch, capsys, language):
    """Where stderr is no terminal there is a line every 15 seconds, and none of quick work."""
    times = iter([0, 1, 16, 30])
    monkeypatch.setattr("snippetgen.progress.time", SimpleNamespace(monotonic=lambda: next(times)))
    proofs = verify_requests([("n", PLAIN)], [(language(), None)])
    with progress(4, show=True) as advance:
        for _ in range(3):
            advance(proofs[0])
    assert capsys.readouterr().err.splitlines() == ["2 of 4 snippets, 0 failed"]


def test_an_interrupt_ends_every_command(language):
    """Ctrl-C while snippets hang returns at once, and the next verification works."""

    def interrupt(_):
        raise KeyboardInterrupt

    slow = language(("import base64", "import time; time.sleep(30)\nimport base64"))
    cases = plan_requests([("slow", PLAIN)], [(slow, None)])
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        verify.verify(
            [*cases, Case(example="x", request=PLAIN, language=_without_toolchain(slow))], progress=interrupt
        )
    assert time.monotonic() - started < 10
    assert run.execute(["true"], slow.folder, {"PATH": "/usr/bin:/bin"}).ok


def _without_toolchain(language):
    folder = language.folder.parent / "none"
    folder.mkdir()
    (folder / "language.toml").write_text(MANIFEST.replace('"{python}", "--version"', '"no-such"'), "utf-8")
    (folder / "toy.jinja").write_text(TEMPLATE, "utf-8")
    return load_language("none", folder.parent)


def test_a_file_that_would_replace_the_snippet_is_refused(language):
    body = Body(
        kind="multipart", parts=(BodyPart(name="f", file="main.py", file_name="m", media_type="text/plain"),)
    )
    request = Request(method="POST", origin="http://x", path=Text(), body=body)
    proof = tried(language(), request)
    assert (proof.verdict, proof.tier) == ("unproven", "compiled")
    assert "main.py" in proof.reason


def test_syntax_errors_have_lines():
    assert syntax_errors("x = 1\n", "tree_sitter_python") == []
    (message,) = syntax_errors("x = 1\ny = )\n", "tree_sitter_python") or [""]
    assert message.startswith("line 2 cannot be parsed")
    assert syntax_errors("x", "tree_sitter_none") is None
    for name in ("php", "typescript", "bash", "c_sharp"):
        assert syntax_errors("", f"tree_sitter_{name}") == []
