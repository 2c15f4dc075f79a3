"""The five compiled languages, as their own formatters and compilers see them.

What formats a language stands in its manifest, under `[format]`, so that readers find the same style.
"""

import re

import pytest

from snippetgen.manifest import load_language
from snippetgen.proof.bench import open_bench
from snippetgen.proof.probe import find_toolchain, probe_client
from tests.formatting import ORDINARY, SET, case_id, clients_of, codes, complaints, missing

CLIENTS = clients_of([load_language(name) for name in ("swift", "kotlin", "java", "go", "csharp")])
# Compiled without a word: every import, every branch of the templates.
COMPILED = ["auth-basic-unicode", "cookie-specials", "json-strings-quotes", "multipart-json-part"]


@pytest.mark.proof
@pytest.mark.parametrize("case", CLIENTS, ids=case_id)
def test_a_formatter_changes_nothing_in_the_shipped_examples(case, api, tmp_path):
    """gofmt, swift format and its linter, clang-format in the manifest's style: each leaves them as they are.

    Kotlin has no formatter here.
    """
    language, client = case
    requests = {f"{e.id}-{x.id}": x.request for e in api.endpoints for x in e.examples}
    assert dict(complaints(language, dict(codes(language, client, requests)), tmp_path)) == {}


@pytest.mark.proof
@pytest.mark.parametrize("case", CLIENTS, ids=case_id)
def test_a_formatter_changes_nothing_in_ordinary_requests(case, tmp_path):
    """The same for a request of each kind, with values of ordinary length.

    gofmt has no column limit, and `swift format` keeps the line breaks that it finds, so both hold for any
    value. clang-format wraps a call at 100 columns where a value makes it longer, and the snippet does not:
    of Java and C# this says nothing about values that long.
    """
    language, client = case
    requests = {n: SET[n] for n in ORDINARY}
    assert dict(complaints(language, dict(codes(language, client, requests)), tmp_path)) == {}


def _is_short(line):
    """Whether nothing but a value makes the line longer than 100 columns."""
    literals = re.findall(r'"(?:[^"\\]|\\.)*"', line)
    return len(line) <= 100 or sum(map(len, literals)) > 38 or '"Basic' in line


@pytest.mark.parametrize("case", CLIENTS, ids=case_id)
def test_a_line_has_at_most_100_columns(case):
    """Unless the values on it are long, or it makes Basic credentials of two others."""
    language, client = case
    lines = {
        name: [line for line in code.split("\n") if not _is_short(line) and '"' in line]
        for name, code in codes(language, client, SET)
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
    "case", [case for case in CLIENTS if case[0].id in {"kotlin", "java", "csharp"}], ids=case_id
)
def test_nothing_is_imported_that_is_not_used(case):
    """No compiler says so of Kotlin, Java and C#; those of Go and Swift do, or there is nothing to say."""
    language, client = case
    found = {name: list(_unused(code)) for name, code in codes(language, client, SET)}
    assert {name: imports for name, imports in found.items() if imports} == {}


@pytest.mark.proof
@pytest.mark.parametrize("case", CLIENTS, ids=case_id)
def test_the_compiler_says_nothing(case, tmp_path):
    """`javac -Xlint:all`, `mcs -warn:4`, `go vet`, kotlinc and swiftc accept it without a warning."""
    language, client = case
    if find_toolchain(language) is None:
        missing(f"toolchain for {language.id}")
    probe = probe_client(language, client)
    if probe is None or not probe.found:
        missing(f"library for {case_id(case)}")
    snippets = dict(codes(language, client, {name: SET[name] for name in COMPILED}))
    said = {}
    for name, code in snippets.items():
        with open_bench(language, probe.toolchain, code) as bench:
            outcomes = bench.compile()
        said[name] = [outcome.output for outcome in outcomes if outcome.output or not outcome.ok]
    assert {name: output for name, output in said.items() if output} == {}
    assert dict(complaints(language, snippets, tmp_path, "lint")) == {}
