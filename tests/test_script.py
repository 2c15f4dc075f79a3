"""A script of an article is proved too: by what is known of it, with the interpreter that has its modules."""

from __future__ import annotations

import json
import stat
import sys

import pytest

from snippetgen.errors import SpecError, TemplateError
from snippetgen.manifest import load_language
from snippetgen.proof import interpreter
from snippetgen.proof.verify import plan_scripts, prove, summarize
from snippetgen.render import render_template
from snippetgen.spec import load_api

SDK = """\
import urllib.error, urllib.parse, urllib.request
def infer(url, key, body, method="POST"):
    query = urllib.parse.urlencode({"extra": "1", "api_key": key})
    request = urllib.request.Request(f"{url}?{query}", body, {"X-Sdk": "1"}, method=method)
    return urllib.request.urlopen(request, timeout=5).read().decode()
"""
SCRIPT = """\
import base64
import os
import sys

import toy_sdk

URL = {{ api_url | literal }}
{% for credential in credentials %}
{{ credential.name }} = os.environ.get({{ credential.env | literal }})
if not {{ credential.name }}:
    sys.exit({{ credential.message | literal }})
{% endfor %}
try:
    with open({{ image_path | literal }}, "rb") as file:
        body = base64.b64encode(file.read())
except OSError as error:
    sys.exit(f"Cannot read {error.filename}")
try:
    answer = toy_sdk.infer(f"{URL}/{{ '{' }}MODEL{{ '}' }}", api_key, body)
except OSError as error:
    sys.exit(f"The request failed: {error}")
print(len(answer))
""".replace("{{ '{' }}MODEL{{ '}' }}", "your-project/42")


@pytest.fixture
def script(project, tmp_path, monkeypatch):
    """A project whose script needs a module that one interpreter only can import."""

    def load(*changes, spec=()):
        text = SCRIPT
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (project.parent / "snippets" / "annotate.py.jinja").write_text(text, "utf-8")
        written = project.read_text("utf-8")
        for old, new in (("[inference_sdk, supervision, cv2, numpy]", "[toy_sdk]"), *spec):
            assert old in written
            written = written.replace(old, new)
        project.write_text(written, "utf-8")
        (case,) = plan_scripts(load_api(project))
        return case

    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "toy_sdk.py").write_text(SDK, "utf-8")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={tmp_path}/modules exec {sys.executable} "$@"\n', "utf-8")
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("SNIPPETGEN_SDK_PYTHON", str(python))
    return load


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "RecursionError"),
        ('{{ ("a" * 9999999999) | literal }}', "cannot multiply"),
        ("{{ (9 ** 9 ** 9) | literal }}", "cannot multiply"),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "RecursionError"),
        ("{{ (1 / 0) | literal }}", "ZeroDivisionError"),
        ("{{ 1 | literal }}", "the template fails with"),
    ],
)
def test_whatever_fails_in_a_template_is_an_error_with_its_file(tmp_path, template, message):
    """A project's template is untrusted: it cannot end the program, nor ask for any amount of memory."""
    path = tmp_path / "x.py.jinja"
    path.write_text(template, "utf-8")
    with pytest.raises(TemplateError, match=message) as caught:
        render_template(path, load_language("python"), {})
    assert caught.value.place.file == str(path)


def rules(proof):
    return {finding.rule for finding in proof.findings}


def test_a_right_script_passes(script):
    """What an SDK adds to the request is its own business."""
    proof = prove(script())
    assert (proof.findings, proof.reason) == ((), "")
    assert (proof.verdict, proof.tier, proof.skipped) == ("pass", "wire", ())
    assert (proof.endpoint, proof.example, proof.language, proof.client) == (
        "roboflow-2",
        "annotate",
        "python",
        "script",
    )


CALL = 'toy_sdk.infer(f"{URL}/your-project/42", api_key, body)'


@pytest.mark.parametrize(
    ("old", "new", "rule", "tier"),
    [
        (CALL, f"({CALL}, {CALL})[1]", "wire/extra-request", "wire"),
        (CALL, "'x'", "wire/no-request", "ran"),
        (", body)", ", body, 'PUT')", "wire/method", "wire"),
        ("your-project/42", "your-project/43", "wire/path", "wire"),
        ("api_key, body)", "'YOUR_KEY', body)", "wire/query", "wire"),
        ("api_key, body)", "api_key[1:], body)", "wire/query", "wire"),
        ("base64.b64encode(file.read())", "(file.read(), b'')[1]", "wire/body", "wire"),
        ("base64.b64encode(file.read())", "file.read()", "wire/body", "wire"),
        (
            "base64.b64encode(file.read())",
            "(file.read(), base64.b64encode(b'no image'))[1]",
            "wire/body",
            "wire",
        ),
        ('sys.exit(f"The request failed: {error}")', "sys.exit(0)", "run/down", "ran"),
        ('sys.exit(f"The request failed: {error}")', "answer = ''", "run/silent-failure", "ran"),
        ('sys.exit(f"The request failed: {error}")', "os._exit(1)", "run/silent-failure", "ran"),
        ('sys.exit(f"Cannot read {error.filename}")', "body = b'x'", "run/missing-file", "ran"),
        ('sys.exit(f"Cannot read {error.filename}")', "sys.exit('no')", "run/missing-file", "ran"),
        ("if not {{ credential.name }}:", "if False:", "run/unset-credential", "ran"),
        ("print(len(answer))", "sys.exit(3)", "run/exit-code", "ran"),
        ("print(len(answer))", "print(api_key)", "run/secret", "wire"),
        ("print(len(answer))", "print(", "parse/error", "parsed"),
        ("print(len(answer))", "print({{ api_url }})", "render/template", "rendered"),
    ],
)
def test_a_wrong_script_is_caught(script, old, new, rule, tier):
    """Each mutation of a right script is caught by its rule, at its tier; a secret that is shown warns."""
    proof = prove(script((old, new)))
    assert rule in rules(proof)
    assert (proof.verdict, proof.tier) == ("pass" if rule == "run/secret" else "fail", tier)
    assert {(f.endpoint, f.example, f.client) for f in proof.findings} == {
        ("roboflow-2", "annotate", "script")
    }
    assert "test-key" not in json.dumps(proof.as_dict(), ensure_ascii=False)


def test_noise_on_stderr_is_a_note(script):
    proof = prove(script(("print(len(answer))", "print('careful', file=sys.stderr)")))
    assert [(finding.rule, finding.severity) for finding in proof.findings] == [("run/warning", "note")]
    assert proof.verdict == "pass"
    assert proof.findings[0].place.line > 1


def test_an_error_is_more_than_the_usual_noise(script):
    """What the script says on success as well does not count as a message."""
    noisy = ("import toy_sdk", "import toy_sdk; print('careful', file=sys.stderr)")
    proof = prove(script(noisy, ('sys.exit(f"The request failed: {error}")', "os._exit(1)")))
    assert "run/silent-failure" in rules(proof)


def test_without_its_modules_a_script_is_unproven(script, monkeypatch):
    """Named with the remedy; a failure where scripts are required, but not for `all`."""
    monkeypatch.setattr(interpreter, "VARIABLE", "NO_SUCH_VARIABLE")
    case = script()
    proof = prove(case, require=["all", "python"])
    assert (proof.verdict, proof.tier) == ("unproven", "parsed")
    assert proof.reason == "no Python here imports toy_sdk: make toolchains-sdk"
    assert summarize([proof])["unproven"] == 1
    assert prove(case, require=["scripts"]).verdict == "fail"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("          endpoint: semantic-segmentation\n", "", "names no endpoint"),
        ("api_url: https://serverless", "api_url: https://example", "the URL of a server"),
    ],
)
def test_a_script_that_nothing_is_known_of_is_unproven(script, old, new, reason):
    """Above all, a script that would call the real API is not run."""
    proof = prove(script(spec=[(old, new)]))
    assert proof.verdict == "unproven"
    assert reason in proof.reason


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("endpoint: semantic-segmentation", "endpoint: semantic", "no endpoint 'semantic'"),
        ("snippets/sample.png", "snippets/none.png", "there is no file"),
        ("{YOUR_IMAGE.jpg: snippets", "{../YOUR_IMAGE.jpg: snippets", "not below the reader's folder"),
        ("YOUR_IMAGE.jpg: snippets/", "YOUR_IMAGE.jpg: ../../../", "leaves the folder of the spec"),
        ("path: {dataset_id: your-project,", "path: {data_id: your-project,", "has no value"),
    ],
)
def test_a_bad_script_is_named_with_its_place(script, old, new, message):
    with pytest.raises(SpecError, match=message) as caught:
        script(spec=[(old, new)])
    assert caught.value.place.line > 100


def test_scripts_are_selected_by_name(api):
    """By article, script or language; a selection of clients has no scripts."""

    def ids(*arguments):
        return [case.example for case in plan_scripts(api, *arguments)]

    python, go = load_language("python"), load_language("go")
    assert ids() == ids(None, "roboflow-2") == ids(None, None, "annotate") == ["annotate"]
    assert ids([(go, None), (python, None)]) == ["annotate"]
    assert ids([(go, None)]) == ids([(python, python.default_client)]) == []
    assert ids(None, "semantic-segmentation") == ids(None, None, "local-image") == []


@pytest.mark.parametrize("option", [("--endpoint", "roboflow-2"), ("--example", "annotate")])
def test_the_command_line_proves_scripts(script, project, run_cli, capsys, option):
    script()
    assert run_cli("verify", project, *option, "--format", "json", "--require", "scripts") == 0
    (snippet,) = json.loads(capsys.readouterr().out)["snippets"]
    assert (snippet["endpoint"], snippet["example"], snippet["verdict"]) == ("roboflow-2", "annotate", "pass")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--endpoint", "roboflow-2", "--example", "x"), "roboflow-2 has no such script"),
        (("--example", "x"), "no example 'x'"),
        (("--endpoint", "x"), "no endpoint 'x'"),
        (("--require", "pyhton"), "no language 'pyhton'"),
    ],
)
def test_a_name_that_nothing_has_is_an_error(project, run_cli, capsys, options, message):
    assert run_cli("verify", project, *options) == 2
    assert message in capsys.readouterr().err


@pytest.mark.proof
def test_the_shipped_script_with_its_real_sdk(api):
    """The Roboflow SDK sends what the article says; skipped by name where the SDK is not installed."""
    (case,) = plan_scripts(api)
    proof = prove(case, seconds=60.0)
    if proof.verdict == "unproven":
        pytest.skip(f"the script is unproven: {proof.reason}")
    assert (proof.verdict, proof.tier, proof.reason) == ("pass", "wire", "")
