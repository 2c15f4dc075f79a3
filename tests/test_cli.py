"""The command line as other people's scripts call it: exit codes, streams, reports, help."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from snippetgen import report
from snippetgen.cli import cli
from snippetgen.command import target
from tests.conftest import ROOT, SPEC

COMMANDS = {name: cli.get_command(None, name) for name in cli.list_commands(None)}


def _run(*arguments, cwd=ROOT, **options):
    argv = [sys.executable, "-m", "snippetgen", *map(str, arguments)]
    return subprocess.run(argv, capture_output=True, text=True, cwd=cwd, check=False, **options)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command, run_cli, capsys):
    """Each command's help has at least one command line that can be copied, or takes no argument."""
    assert run_cli(command, "--help") == 0
    shown = capsys.readouterr().out
    takes = [p for p in COMMANDS[command].params if p.param_type_name == "argument"]
    assert f"snippetgen {command}" in shown.split("Options:")[0].split("\n", 1)[1] or not takes


def test_one_snippet_and_nothing_else():
    """stdout is the snippet, stderr is empty."""
    done = _run("render", SPEC, "--language", "swift", "--example", "hosted-image", "--locale", "ja")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("import Foundation\n")
    assert done.stdout.count("import Foundation\n") == 1
    assert "リクエストを送信します。" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["render", "nope.yaml"], "nope.yaml: cannot read the file"),
        (["render", SPEC, "--language", "cobol"], "there is no language 'cobol'"),
        (["render", SPEC, "--language", "python/curl"], "has no client 'curl'"),
        (["render", SPEC, "--example", "nope"], "there is no example 'nope'"),
        (["render", SPEC, "--endpoint", "classifcation"], "did you mean 'classification'?"),
        (["render", SPEC, "--locale", "nl"], "is not published in 'nl'"),
        (["check", SPEC, "--report", "pdf=x"], "one of: text, json, jsonl, sarif, junit, github, html"),
        (["check", SPEC, "--report", "json"], "is not KIND=FILE"),
        (["check"], "Missing argument"),
        (["check", SPEC, "--require-coverage", "nan"], "nan is no share of a hundred"),
        (["check", SPEC, "--format", "pdf"], "'pdf' is not one of"),
        (["nope"], "No such command 'nope'"),
    ],
)
def test_bad_usage_is_one_message_and_exit_code_2(arguments, message):
    """No traceback, nothing on stdout."""
    done = _run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00",
        b"\xff\xfe",
        b"[]",
        b"a: &a [*a]",
        b"{",
        b"- 1",
        b"snippetgen: 1\n",
        b"a: !!python/object:os.x {}",
    ],
)
def test_a_file_that_is_no_spec_is_named(content, tmp_path):
    """Whatever the bytes, the answer is the file's name and what is wrong."""
    path = tmp_path / "spec.yaml"
    path.write_bytes(content)
    for command in ("render", "check", "build", "verify"):
        done = _run(command, path, cwd=tmp_path)
        assert done.returncode == 2, (command, done.stderr)
        assert "spec.yaml" in done.stderr
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_reports_are_what_their_readers_parse(tmp_path):
    """JSON, SARIF, JUnit and HTML of one run, beside the text on stdout."""
    kinds = ("json", "jsonl", "sarif", "junit", "html", "github")
    reports = [f"--report={kind}={tmp_path / kind}" for kind in kinds]
    done = _run("check", ROOT / "specs/roboflow/roboflow.openapi.json", *reports, "--fail-on", "warning")
    assert done.returncode == 1
    assert "contract/no-servers" in done.stdout
    assert {f["rule"] for f in json.loads((tmp_path / "json").read_text())["findings"]} >= {
        "contract/no-servers"
    }
    lines = [json.loads(line) for line in (tmp_path / "jsonl").read_text().splitlines()]
    assert all({"rule", "severity", "message", "fingerprint"} <= set(line) for line in lines)
    assert json.loads((tmp_path / "sarif").read_text())["version"] == "2.1.0"
    assert ET.parse(tmp_path / "junit").getroot().tag in {"testsuites", "testsuite"}
    assert (tmp_path / "html").read_text().startswith("<!doctype html>")
    assert "::warning " in (tmp_path / "github").read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--output", "/proc/report"],
        ["--report", "json="],
        ["--report", "json=same", "--report", "junit=same"],
        ["--output", "same", "--report", "sarif=same"],
        ["--report", "json=roboflow.yaml"],
    ],
)
def test_a_report_that_cannot_be_kept_is_refused(arguments, project):
    """An unwritable place, one file twice, or the checked file itself: one message, nothing lost."""
    before = project.read_bytes()
    done = _run("check", project.name, *arguments, cwd=project.parent)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert project.read_bytes() == before


@pytest.mark.parametrize(
    "argument",
    [
        "--report=foo=x",
        "--report=json",
        "--report=json=.",
        f"--report=json={SPEC}",
        "--output=/proc/1/stat/x",
    ],
)
def test_a_report_is_refused_before_anything_is_proved(argument, run_cli, capsys, monkeypatch):
    """What took an hour is not lost to a typing error."""

    def prove(*_, **__):
        pytest.fail("a proof ran")

    monkeypatch.setattr("snippetgen.proof.verify.verify", prove)
    assert run_cli("verify", SPEC, "--language", "http", argument) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_kinds_of_reports_are_those_that_can_be_written():
    """`--help` does not import the writers, so it has a list of its own."""
    assert tuple(report.KINDS) == target.KINDS


@pytest.mark.parametrize(
    "change",
    [("openapi: roboflow.openapi.json", 'openapi: "a\\0b"'), ("samples/forbidden.json", "samples/\\0.json")],
)
def test_a_path_with_nul_is_named(project, change):
    """YAML can hold the character; no file system can."""
    text = project.read_text("utf-8").replace("samples/forbidden.json", '"samples/forbidden.json"')
    new = f'"{change[1]}"' if change[1].startswith("samples") else change[1]
    old = f'"{change[0]}"' if change[0].startswith("samples") else change[0]
    project.write_text(text.replace(old, new, 1), "utf-8")
    done = _run("check", project)
    assert done.returncode == 2
    assert "cannot hold NUL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_build_that_cannot_write_says_so():
    """No traceback for a folder that cannot be made."""
    done = _run("build", SPEC, "--output", "/proc/nope")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_catalog_that_is_a_folder_is_not_ignored(project, tmp_path):
    """What stands where a catalog belongs and cannot be read is an error, not a missing translation."""
    path = project.parent / "locales" / "ja" / "LC_MESSAGES" / "roboflow.po"
    path.unlink()
    path.mkdir()
    done = _run("build", project, "--output", tmp_path / "out")
    assert done.returncode == 2
    assert "roboflow.po" in done.stderr


def test_colour_is_for_terminals_only():
    """A pipe gets no escape sequence."""
    done = _run("check", ROOT / "specs/roboflow/roboflow.openapi.json")
    assert "\x1b[" not in done.stdout + done.stderr


def test_a_reader_that_leaves_early_is_no_error():
    """`snippetgen render … | head -1` ends quietly."""
    command = f"'{sys.executable}' -m snippetgen render '{SPEC}' | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout == "#!/usr/bin/env bash\n"
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [["render", SPEC], ["--help"], ["check", SPEC, "--format", "json"]])
def test_a_closed_pipe_is_no_finding(arguments):
    """The exit code is what the shell calls SIGPIPE, as of `git log | true`."""
    reader, writer = os.pipe()
    os.close(reader)
    argv = [sys.executable, "-m", "snippetgen", *map(str, arguments)]
    done = subprocess.run(argv, stdout=writer, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("arguments", [[], ["i18n"]])
def test_no_command_shows_the_help(arguments):
    """In lines, as `--help` does."""
    done = _run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == _run(*arguments, "--help").stdout


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="the system has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, getattr(signal, "SIGHUP", None)])
def test_a_request_to_end_ends_all_that_runs(number, tmp_path):
    """As Ctrl-C: no folder stays, and no process in one."""
    argv = [sys.executable, "-m", "snippetgen", "verify", str(SPEC), "--language", "python", "--jobs", "1"]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        argv,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Under nohup the signal would stay ignored; there are no threads that this could hurt.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # noqa: PLW1509
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("snippetgen-*/work/*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(number)
    _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (128 + number, b"")
    assert list(tmp_path.iterdir()) == []
    assert not [folder for folder in _working_folders() if folder.startswith(str(tmp_path))]


def _working_folders():
    """The working folders of all processes that we may look at; none where the system does not tell."""
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            yield str(link.readlink())


@pytest.mark.parametrize("colored", [True, False])
def test_the_progress_on_a_terminal_has_colour_unless_it_is_declined(colored):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    argv = [sys.executable, "-m", "snippetgen", "verify", str(SPEC), "--language", "http", "--example"]
    argv += ["hosted-image", "--endpoint", "classification", *([] if colored else ["--no-color"])]
    plain = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR"}}
    environment = plain | {"TERM": "xterm-256color"}
    done = subprocess.run(argv, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=theirs, check=False)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "http hosted-image" in shown or "proving" in shown
    assert bool(re.search(r"\x1b\[[0-9;]*3[0-9]", shown)) is colored


def test_an_interrupt_ends_a_verification(tmp_path):
    """Control-C: exit code 130, no traceback, no report half written."""
    report = tmp_path / "verify.json"
    argv = [sys.executable, "-m", "snippetgen", "verify", str(SPEC), "--language", "python", "--jobs", "1"]
    argv.append(f"--report=json={report}")
    process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(3)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode in {130, 0}
    assert "Traceback" not in stderr
    assert process.returncode == 0 or not report.exists()


def test_a_second_build_writes_nothing(tmp_path):
    """What is right already is left alone, and --check agrees."""
    first = _run("build", SPEC, "--output", tmp_path)
    second = _run("build", SPEC, "--output", tmp_path)
    assert (first.returncode, second.returncode) == (0, 0)
    assert second.stdout.startswith("0 pages written")
    page = tmp_path / "ja" / "classification.md"
    page.write_text(page.read_text("utf-8").replace("分類", "分る", 1), "utf-8")
    checked = _run("build", SPEC, "--output", tmp_path, "--check")
    assert checked.returncode == 1
    assert "-" in checked.stdout
    assert "+" in checked.stdout
    assert _run("build", SPEC, "--output", tmp_path).returncode == 0
    assert _run("build", SPEC, "--output", tmp_path, "--check").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["nope"],
        ["check"],
        ["check", SPEC, "--format", "pdf"],
        ["check", SPEC, "--require-coverage", "x" * 5000],
    ],
    ids=["command", "argument", "choice", "long"],
)
def test_bad_usage_is_one_clear_line(arguments):
    """What is wrong, and where the options are explained; a long value is not echoed in full."""
    (line,) = _run(*arguments).stderr.splitlines()
    assert line.startswith("snippetgen: ")
    assert "--help`)" in line
    assert len(line) < 600


def test_a_long_name_is_not_echoed_in_full():
    done = _run("render", SPEC, "--endpoint", "x" * 50_000)
    assert done.returncode == 2
    assert len(done.stderr) < 1_500


def test_a_key_that_is_unknown_has_its_own_line(project):
    """Not the line of the mapping that holds it."""
    project.write_text(project.read_text() + "\nunknown: 1\n")
    line = project.read_text().splitlines().index("unknown: 1") + 1
    assert f"roboflow.yaml:{line}:1: the file: " in _run("check", project).stderr


@pytest.mark.parametrize(("content", "kind"), [("[1]", "a list"), ("1", "a number"), ("tea", "a text")])
def test_what_is_no_mapping_is_said_plainly(tmp_path, content, kind):
    (tmp_path / "spec.yaml").write_text(content)
    done = _run("render", tmp_path / "spec.yaml")
    assert f"spec.yaml:1:1: this holds {kind}, where a mapping of keys is wanted" in done.stderr


def test_a_pipe_is_refused_rather_than_waited_for(tmp_path):
    import os

    if not hasattr(os, "mkfifo"):
        pytest.skip("the system has no named pipes")
    os.mkfifo(tmp_path / "spec.yaml")
    done = _run("check", tmp_path / "spec.yaml", timeout=30)
    assert done.returncode == 2
    assert "this is no regular file" in done.stderr


HAR = ROOT / "tests" / "requests" / "json-array-empty.har.json"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_recorded_request_is_commented_in_the_language_asked_for(jobs):
    hars = [HAR, HAR.with_name("auth-basic-in-url.har.json")]
    options = ["--har", hars[0], "--har", hars[1], "--language", "go", "--jobs", jobs]
    done = _run("render", *options, "--locale", "ja")
    assert (done.returncode, done.stderr) == (0, "")
    assert "リクエストを送信します。" in done.stdout
    assert "リクエスト" not in _run("render", *options).stdout


@pytest.mark.parametrize("tag", ["nl", "xx", "../ja", ""])
def test_a_recorded_request_has_no_comments_in_a_language_that_is_not_shipped(tag):
    done = _run("render", "--har", HAR, "--language", "go", "--locale", tag)
    assert (done.returncode, done.stdout) == (2, "")
    assert "choose one of: en, ar, de, es, fr, hi, ja, ko, pt-BR, zh-Hans" in done.stderr


@pytest.mark.parametrize("source", [[SPEC], ["--har", HAR]], ids=["spec", "har"])
def test_a_language_that_is_required_must_be_among_those_that_are_tried(source):
    """Otherwise "required" would mean nothing."""
    done = _run("verify", *source, "--language", "http", "--require", "http,go")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--require go: not among the languages that are to be proved" in done.stderr


def test_no_findings_are_no_lines_of_json(tmp_path):
    """An empty line is not JSON."""
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}
    (tmp_path / "openapi.json").write_text(json.dumps(document | {"servers": [{"url": "https://a.example"}]}))
    done = _run("check", tmp_path / "openapi.json", "--format", "jsonl")
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("number", ["NaN", ".nan", "-.inf"])
def test_a_sample_holds_no_number_that_json_has_not(project, number):
    """RFC 8259 section 6 has no NaN and no infinity; YAML, in which a sample may be written, has."""
    name = "samples/forbidden.json" if number == "NaN" else "samples/forbidden.yaml"
    project.with_name("roboflow.yaml").write_text(project.read_text().replace("samples/forbidden.json", name))
    (project.parent / name).write_text(f'{{"detail": {number}}}')
    done = _run("check", project)
    assert (done.returncode, done.stdout) == (2, "")
    assert name in done.stderr


@pytest.mark.parametrize("name", ["a\n::error::b.har.json", "::error::b.har.json"])
def test_the_name_of_a_file_begins_no_line_of_its_own(name, tmp_path):
    """Neither of the report nor of a note; `::error::` would be a command to GitHub."""
    har = tmp_path / name
    har.write_text(json.dumps({"method": "GET", "url": "https://a.example/", "headers": [{"name": "a b"}]}))
    for command in ("render", "verify"):
        done = _run(command, "--har", har.name, "--language", "http", cwd=tmp_path)
        assert ":error::b" in done.stdout + done.stderr
        assert not [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("::")]


def test_between_snippets_is_an_empty_line_and_nothing_is_added_to_one():
    """A raw HTTP message may end without a line break; the next begins on a line of its own all the same."""
    hars = [HAR, HAR.with_name("auth-basic-in-url.har.json")]
    first, second = (_run("render", "--har", har, "--language", "http").stdout for har in hars)
    assert not first.endswith("\n")
    both = _run("render", "--har", hars[0], "--har", hars[1], "--language", "http")
    assert (both.stdout, both.stderr) == (f"{first}\n\n{second}", "")


@pytest.mark.parametrize("count", [1, 2])
def test_a_terminal_shows_which_snippet_is_which(count):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    argv = [sys.executable, "-m", "snippetgen", "render", str(SPEC), "--example", "hosted-image"]
    argv += ["--endpoint", "classification", "--language", "curl", *["--language=go"][: count - 1]]
    done = subprocess.run(argv, cwd=ROOT, stdout=theirs, stderr=subprocess.PIPE, text=True, check=False)
    os.close(theirs)
    os.close(ours)
    names = ["classification, hosted-image, curl/curl:", "classification, hosted-image, go/net-http:"]
    assert (done.returncode, done.stderr.splitlines()) == (0, names if count == 2 else [])


def test_an_example_that_a_language_cannot_express_costs_no_other(tmp_path, run_cli, capsys):
    """It is named with its endpoint and its language; the rest is printed, and the exit code is 2."""
    answers = {"200": {"description": "x"}}
    content = {"content": {"application/json": {"schema": {"type": "object"}}}}
    paths = {"/a": {"get": {"requestBody": content, "responses": answers}}}
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
    (tmp_path / "api.json").write_text(json.dumps({**document, "servers": [{"url": "https://a.example"}]}))
    examples = [{"id": "with", "body": {"json": {}}}, {"id": "without"}]
    endpoints = [{"id": "find", "operation": "GET /a", "examples": examples}]
    spec = tmp_path / "spec.yaml"
    spec.write_text(json.dumps({"snippetgen": 1, "openapi": "api.json", "endpoints": endpoints}))
    assert run_cli("render", spec, "--language", "swift") == 2
    shown = capsys.readouterr()
    assert shown.out.count("import Foundation\n") == 1
    assert shown.err.startswith("find, with, swift: URLSession cannot send a body with GET")
