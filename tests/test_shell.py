"""Snippets for a shell are as its formatter writes them, and its linter is silent."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from snippetgen.errors import UnsupportedError
from snippetgen.importing import load_hars, redacted
from snippetgen.language import load_language
from snippetgen.render import render
from tests.conftest import ROOT

SHELL = load_language("shell")
REQUESTS = redacted(load_hars([ROOT / "tests" / "requests"])).requests


def _tool(name):
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.is_file() else shutil.which(name)


def _write(folder, client):
    for item in REQUESTS:
        try:
            code = render(item.request, SHELL, client).code
        except UnsupportedError:
            continue
        (folder / f"{item.name}.sh").write_text(code, "utf-8")
    return sorted(folder.iterdir())


COMMANDS = (
    ("shfmt", "-i", "2", "-sr", "-d"),
    ("shellcheck", "--shell=bash", "--exclude=SC2016"),  # it guesses that a `$` in a value is a variable
)


@pytest.mark.parametrize("client", SHELL.clients, ids=lambda client: client.id)
def test_formatter_and_linter_have_nothing_to_say(client, tmp_path):
    """Every request of the set, with its credentials in the environment."""
    files = _write(tmp_path, client)
    assert len(files) >= len(REQUESTS) - 5
    for command in COMMANDS:
        argv = [_tool(command[0]), *command[1:], *files]
        outcome = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert (outcome.returncode, outcome.stdout[:3000], outcome.stderr[:1000]) == (0, "", "")
