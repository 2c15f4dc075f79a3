"""The five compiled languages, as their own formatters and compilers see them.

What formats a language stands in its manifest, under `[format]`, so that readers find the same style.
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from snippetgen.errors import UnsupportedError
from snippetgen.importing import load_hars
from snippetgen.language import load_language
from snippetgen.proof.bench import open_bench
from snippetgen.proof.probe import find_toolchain, probe_client
from snippetgen.render import render
from tests.conftest import REQUIRED, ROOT


def _names(text):
    return text.split()


LANGUAGES = [load_language(name) for name in ("swift", "kotlin", "java", "go", "csharp")]
CLIENTS = [(language, client) for language in LANGUAGES for client in language.clients]
SET = {item.name: item.request for item in load_hars([ROOT / "tests" / "requests"]).requests}
# One of each kind, with values of ordinary length.
ORDINARY = _names("""
auth-basic auth-bearer auth-key-header auth-key-query cookie-several empty-text file-base64 file-image
form-repeated form-simple form-specials header-conditional header-quotes header-repeated json-base64-field
json-deep json-integers-beyond-2-53 json-null json-strings-interpolations json-strings-quotes
method-custom-propfind method-delete method-get method-head method-put-with-body multipart-field
multipart-fields multipart-file-and-fields multipart-files path-unicode query-repeated query-simple
query-special-characters query-without-value text-charset-latin-1 text-control-characters text-interpolations
text-nul text-quotes text-xml
""")
# Compiled without a word: every import, every branch of the templates.
COMPILED = _names("auth-basic-unicode cookie-specials json-strings-quotes multipart-json-part")


def _id(case):
    language, client = case
    return f"{language.id}-{client.id}"


def _missing(tool):
    assert not REQUIRED, f"there is no {tool}"
    pytest.skip(f"unproven: there is no {tool}")


def _commands(language, kind="commands"):
    """What formats a language, or checks it, as its manifest says."""
    manifest = tomllib.loads((language.folder / "language.toml").read_text("utf-8"))
    return manifest.get("format", {}).get(kind, [])


def _format(language, codes, folder):
    """What the manifest's commands say against each snippet: other code, or a message.

    A formatter takes all of them at once; where it has something to say, it is asked again one by one.
    """
    files = {name: f"{name}/{language.file_name}" for name in codes}
    for name, file in files.items():
        (folder / name).mkdir()
        (folder / file).write_text(codes[name], "utf-8")
    for command in _commands(language):
        if _said(command, files.values(), folder) not in {"", "".join(codes.values())}:
            for name, file in files.items():
                if (said := _said(command, [file], folder)) not in {"", codes[name]}:
                    yield name, f"{command[0]}: {said}"


def _said(command, files, folder):
    """What a formatter prints about files, and a word where it fails in silence."""
    argv = [word for part in command for word in (files if part == "{file}" else [part])]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
    try:
        ended = subprocess.run(
            argv, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
    except FileNotFoundError:
        _missing(argv[0])
    failed = f"exit code {ended.returncode}\n" if ended.returncode else ""
    return failed + ended.stderr + ended.stdout


def _codes(language, client, requests):
    for name, request in requests.items():
        try:
            yield name, render(request, language, client).code
        except UnsupportedError:
            continue


@pytest.mark.proof
@pytest.mark.parametrize("case", CLIENTS, ids=_id)
def test_a_formatter_changes_nothing_in_the_shipped_examples(case, api, tmp_path):
    """gofmt, swift format and its linter, clang-format in the manifest's style: each leaves them as they are.

    Kotlin has no formatter here.
    """
    language, client = case
    requests = {f"{e.id}-{x.id}": x.request for e in api.endpoints for x in e.examples}
    assert dict(_format(language, dict(_codes(language, client, requests)), tmp_path)) == {}


@pytest.mark.proof
@pytest.mark.parametrize("case", CLIENTS, ids=_id)
def test_a_formatter_changes_nothing_in_ordinary_requests(case, tmp_path):
    """The same for a request of each kind, with values of ordinary length.

    gofmt has no column limit, and `swift format` keeps the line breaks that it finds, so both hold for any
    value. clang-format wraps a call at 100 columns where a value makes it longer, and the snippet does not:
    of Java and C# this says nothing about values that long.
    """
    language, client = case
    requests = {n: SET[n] for n in ORDINARY}
    assert dict(_format(language, dict(_codes(language, client, requests)), tmp_path)) == {}


def _is_short(line):
    """Whether nothing but a value makes the line longer than 100 columns."""
    literals = re.findall(r'"(?:[^"\\]|\\.)*"', line)
    return len(line) <= 100 or sum(map(len, literals)) > 38 or '"Basic' in line


@pytest.mark.parametrize("case", CLIENTS, ids=_id)
def test_a_line_has_at_most_100_columns(case):
    """Unless the values on it are long, or it makes Basic credentials of two others."""
    language, client = case
    lines = {
        name: [line for line in code.split("\n") if not _is_short(line) and '"' in line]
        for name, code in _codes(language, client, SET)
        if name.partition("-")[0] not in {"text", "json"}
    }
    assert {name: found for name, found in lines.items() if found} == {}


# What a name that is imported as a whole stands for in the snippets.
NAMESPACES = {
    "System": "Console",
    "System.IO": r"File\.|MemoryStream|Stream ",
    "System.Net": r"WebUtility\.",
    "System.Net.Http": "HttpClient",
    "System.Text": r"Encoding\.",
    "System.Threading.Tasks": "Task ",
}


def _unused(code):
    """The imports whose name the rest of the code does not use."""
    imports = re.findall(r"^(?:import|using) ([\w.]+);?$", code, re.MULTILINE)
    rest = re.sub(r"^(?:import|using) .*$", "", code, flags=re.MULTILINE)
    for name in imports:
        if not re.search(NAMESPACES.get(name, rf"\b{name.rpartition('.')[2]}\b"), rest):
            yield name


@pytest.mark.parametrize(
    "case", [case for case in CLIENTS if case[0].id in {"kotlin", "java", "csharp"}], ids=_id
)
def test_nothing_is_imported_that_is_not_used(case):
    """No compiler says so of Kotlin, Java and C#; those of Go and Swift do, or there is nothing to say."""
    language, client = case
    found = {name: list(_unused(code)) for name, code in _codes(language, client, SET)}
    assert {name: imports for name, imports in found.items() if imports} == {}


@pytest.mark.proof
@pytest.mark.parametrize("case", CLIENTS, ids=_id)
def test_the_compiler_says_nothing(case, tmp_path):
    """`javac -Xlint:all`, `mcs -warn:4`, `go vet`, kotlinc and swiftc accept it without a warning."""
    language, client = case
    if find_toolchain(language) is None:
        _missing(f"toolchain for {language.id}")
    probe = probe_client(language, client)
    if probe is None or not probe.found:
        _missing(f"library for {_id(case)}")
    said = {}
    for name, code in _codes(language, client, {name: SET[name] for name in COMPILED}):
        with open_bench(language, probe.toolchain, code) as bench:
            outcomes = bench.compile()
        said[name] = [outcome.output for outcome in outcomes if outcome.output or not outcome.ok]
        (tmp_path / language.file_name).write_text(code, "utf-8")
        for command in _commands(language, "lint"):
            said[name] += filter(None, [_said(command, [language.file_name], tmp_path)])
    assert {name: output for name, output in said.items() if output} == {}
