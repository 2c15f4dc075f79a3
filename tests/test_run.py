"""A snippet runs in an empty environment, for a limited time, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from snippetgen.errors import UnsupportedError
from snippetgen.manifest import load_language
from snippetgen.proof import bench as benches
from snippetgen.proof import execute as run
from snippetgen.proof import probe as probes
from snippetgen.proof.doctor import examine, format_checkups

MANIFEST = """
title = "Toy"
highlight = "python"
file = "main.py"
[names]
case = "snake"
[comment]
prefix = "# "
[[literal]]
open = '"'
close = '"'
[expression]
join = " + "
[clients.toy]
title = "Toy"
template = "toy.jinja"
"""
PYTHON = """
[[toolchain]]
name = "Python"
probe = [["{python}", "--version"]]
files = ["helper.txt"]
compile = [["{python}", "-m", "py_compile", "{file}"]]
run = ["{python}", "-I", "{file}", "{work}", "{language}"]
environment = { CACHE = "{cache}/toy" }
install = "install Python"
"""
ABSENT = """
[[toolchain]]
name = "Absent"
probe = [["no-such-program", "--version"]]
run = ["no-such-program"]
install = "get absent"
"""


@pytest.fixture
def language(tmp_path):
    def load(*toolchains):
        folder = tmp_path / "templates" / "toy"
        folder.mkdir(parents=True)
        (folder / "language.toml").write_text(MANIFEST + "".join(toolchains), "utf-8")
        (folder / "helper.txt").write_text("help", "utf-8")
        return load_language("toy", folder.parent)

    return load


def python(code, folder, seconds=20.0):
    return run.execute([sys.executable, "-I", "-c", code], folder, {"PATH": os.defpath}, seconds)


def alive(pid):
    """Whether a process is there and is more than an entry that nobody has collected yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(file):
    deadline = time.monotonic() + 10
    while not (file.exists() and file.read_text("utf-8")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return int(file.read_text("utf-8"))


CHILD = """
import subprocess, sys, signal, time
sleep = "import signal as s, time; s.signal(s.SIGTERM, s.SIG_IGN); print(1, flush=True); time.sleep(60)"
child = subprocess.Popen([sys.executable, "-I", "-c", sleep], stdout=subprocess.PIPE{extra})
child.stdout.readline()
open("pid", "w").write(str(child.pid))
"""


def test_an_outcome_holds_code_and_both_streams(tmp_path):
    outcome = python("import sys; print('é'); sys.exit('bad \\xff')", tmp_path)
    assert (outcome.code, outcome.ok, outcome.timed_out) == (1, False, False)
    assert outcome.stdout.strip()
    assert outcome.stderr.startswith("bad")
    assert python("", tmp_path).ok


def test_stdin_is_empty(tmp_path):
    assert (
        python("print(repr(input()))", tmp_path).stderr.strip().endswith("EOFError: EOF when reading a line")
    )


def test_a_program_that_is_not_there(tmp_path):
    outcome = run.execute(["no-such-program"], tmp_path, {"PATH": os.defpath})
    assert (outcome.code, outcome.ok) == (None, False)
    assert "no-such-program" in outcome.stderr


def test_output_is_capped(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "MAX_OUTPUT", 1000)
    outcome = python("print('x' * 1_000_000)", tmp_path)
    assert outcome.ok
    assert outcome.truncated
    assert len(outcome.stdout) < 1100
    assert "left out" in outcome.stdout


def test_a_time_limit_kills_grandchildren(tmp_path):
    """The whole process group dies, even where it ignores SIGTERM."""
    started = time.monotonic()
    code = CHILD.replace("{extra}", "") + "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    outcome = python(code, tmp_path, seconds=1.0)
    assert outcome.timed_out
    assert not outcome.ok
    assert time.monotonic() - started < 8
    assert not alive(wait_for(tmp_path / "pid"))


def test_a_normal_end_leaves_no_children(tmp_path):
    assert python(CHILD.replace("{extra}", ""), tmp_path).ok
    assert not alive(wait_for(tmp_path / "pid"))


def test_an_escaped_process_holds_nothing_up(tmp_path):
    """One that left the group keeps the pipes open; the outcome does not wait for it."""
    code = CHILD.replace("stdout=subprocess.PIPE{extra}", "start_new_session=True").replace(
        "child.stdout.readline()\n", ""
    )
    started = time.monotonic()
    outcome = python(code + "print('done')", tmp_path)
    os.kill(wait_for(tmp_path / "pid"), 9)
    assert outcome.ok
    assert "done" in outcome.stdout
    assert time.monotonic() - started < 8


def test_stop_all_ends_what_runs_and_starts_no_more(tmp_path):
    outcomes = []
    code = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
    thread = threading.Thread(target=lambda: outcomes.append(python(code, tmp_path)))
    thread.start()
    pid = wait_for(tmp_path / "pid")
    try:
        run.stop_all()
        thread.join(10)
        assert outcomes[0].code == -9
        assert not alive(pid)
        assert python("", tmp_path).code is None
    finally:
        run.allow_runs()
    assert python("", tmp_path).ok


def test_the_environment_is_scrubbed(language, monkeypatch, tmp_path):
    """Only PATH comes from outside; home and temporary folder are the bench's own; proxies do not get in."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("HTTP_PROXY", "NO_PROXY", "PYTHONPATH", "AWS_SECRET"):
        monkeypatch.setenv(name, "x")
    chosen = language(PYTHON)
    code = "import json, os, sys; print(json.dumps([dict(os.environ), sys.argv[1:], os.getcwd()]))"
    with benches.open_bench(chosen, probes.find_toolchain(chosen), code) as bench:
        environment, arguments, folder = json.loads(bench.run({"KEY": "v"}).stdout)
        assert (bench.folder / "helper.txt").read_text("utf-8") == "help"
    del environment["PATH"]
    root = bench.folder.parent
    assert environment == {
        "HOME": str(root / "home"),
        "TMPDIR": str(root / "tmp"),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "CACHE": str(tmp_path / "cache" / "snippetgen" / "toy"),
        "KEY": "v",
    }
    assert arguments == [str(bench.folder), str(chosen.folder)]
    assert folder == str(bench.folder)
    assert not root.exists()


def test_compile_stops_at_the_first_failure(language):
    chosen = language(PYTHON)
    with benches.open_bench(chosen, probes.find_toolchain(chosen), "x = (") as bench:
        (outcome,) = bench.compile()
    assert not outcome.ok
    assert "SyntaxError" in outcome.output


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", "main.py", "helper.txt", "a\\b"])
def test_input_files_stay_below_the_bench(language, name):
    chosen = language(PYTHON)
    with benches.open_bench(chosen, probes.find_toolchain(chosen), "") as bench:
        with pytest.raises(UnsupportedError):
            bench.write(name, b"")
        bench.write("a/b.bin", b"1")
        assert (bench.folder / "a/b.bin").read_bytes() == b"1"


def test_the_first_toolchain_that_is_here_is_used(language):
    chosen = language(ABSENT, PYTHON)
    assert [probe.found for probe in probes.probe_toolchains(chosen)] == [False, True]
    assert probes.find_toolchain(chosen).name == "Python"
    (checkup,) = examine([chosen])
    assert checkup.toolchain == "Python"
    assert checkup.version.startswith("Python 3")
    assert "found    Python: Python 3" in format_checkups([checkup])


@pytest.mark.proof
def test_go_leaves_nothing_behind(monkeypatch, tmp_path):
    """Its telemetry, which outlives the command, is off: else its folders come back after the clean-up."""
    go = load_language("go")
    toolchain = probes.find_toolchain(go)
    if toolchain is None:
        pytest.skip("Go is unproven: make toolchains")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    probes._probe(go, toolchain, toolchain.probe)
    with benches.open_bench(go, toolchain, "package main\n\nfunc main() {}\n") as bench:
        assert [outcome.ok for outcome in bench.compile()] == [True, True]
        assert bench.run({}).ok
        assert [*(bench.folder.parent / "home").iterdir()] == []
    time.sleep(0.5)
    assert [*tmp_path.iterdir()] == []


def test_a_missing_toolchain_says_what_installs_it(language):
    chosen = language(ABSENT)
    assert probes.find_toolchain(chosen) is None
    said = format_checkups(examine([chosen]))
    assert "missing  Absent: no-such-program" in said
    assert "install: get absent" in said
    assert "0 of 1 languages" in said
