"""Snippets as the formatters and linters of their language see them.

They stand in the language's manifest, under `[format]`, so that readers find the same style: `commands`
print nothing, or the snippets as they are; `lint` prints nothing, or that the syntax is right.
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
from snippetgen.render import render
from tests.conftest import REQUIRED, ROOT

__all__ = ["CHOSEN", "ORDINARY", "SET", "case_id", "clients_of", "codes", "complaints", "missing"]


def _names(text):
    return text.split()


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
CHOSEN = [*SET] if os.environ.get("SNIPPETGEN_REQUESTS") == "all" else ORDINARY
FINE = re.compile(r"^(Syntax OK|No syntax errors detected in .*)\n", re.MULTILINE)


def clients_of(languages):
    """Each client of each language: what a test is run for."""
    return [(language, client) for language in languages for client in language.clients]


def case_id(case):
    language, client = case
    return f"{language.id}-{client.id}"


def missing(tool):
    """End the test: unproven, or failed where every tool must be there."""
    assert not REQUIRED, f"there is no {tool}"
    pytest.skip(f"unproven: there is no {tool}")


def codes(language, client, requests):
    """The snippets of the named requests that the client can express."""
    for name, request in requests.items():
        try:
            yield name, render(request, language, client).code
        except UnsupportedError:
            continue


def complaints(language, snippets, folder, kind="commands"):
    """What the manifest's commands of that kind say against each snippet: other code, or a message."""
    manifest = tomllib.loads((language.folder / "language.toml").read_text("utf-8"))
    style = manifest.get("format", {})
    files = {name: f"{name}/{style.get('file', language.file_name)}" for name in snippets}
    for name, file in files.items():
        (folder / name).mkdir(exist_ok=True)
        (folder / file).write_text(snippets[name], "utf-8")
    for command in style.get(kind, []):
        yield from _complaints(command, files, snippets, folder)


def _complaints(command, files, snippets, folder):
    """The same of one command, which takes all files at once, and half of them where it is not silent."""
    said = _said(command, files.values(), folder)
    if said in {"", "".join(snippets[name] for name in files)}:
        return
    if len(files) == 1:
        yield from ((name, f"{command[0]}: {said}") for name in files)
        return
    items, half = list(files.items()), len(files) // 2
    for part in (items[:half], items[half:]):
        yield from _complaints(command, dict(part), snippets, folder)


def _said(command, files, folder):
    """What a command prints about files, and a word where it fails in silence."""
    argv = [word for part in command for word in (files if part == "{file}" else [part])]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
    try:
        ended = subprocess.run(
            argv, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
    except FileNotFoundError:
        missing(argv[0])
    failed = f"exit code {ended.returncode}\n" if ended.returncode else ""
    return failed + FINE.sub("", ended.stderr + ended.stdout)
