"""Windows is not here to run its snippets, so models of its parsers read them back."""

import os
import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippetgen.errors import UnsupportedError
from snippetgen.importing import load_hars, redacted
from snippetgen.manifest import load_language
from snippetgen.proof.case import input_files, secrets
from snippetgen.proof.exchange import Answer
from snippetgen.proof.recorder import Recorder
from snippetgen.proof.wire import compare
from snippetgen.render import render
from snippetgen.text import Credential, Encoded, Text
from tests.conftest import ROOT
from tests.windows import ReadError, read_argv, read_batch, read_powershell

CMD, POWERSHELL = load_language("cmd"), load_language("powershell")
PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E))
HARD = st.text(st.sampled_from("\"\\^&|<>()%! '`$@{}~=,;a0"))
ANY = st.text(st.characters(exclude_categories=["Cs"]))
QUOTES = st.text(st.sampled_from("'\"\u2018\u2019\u201a\u201b\u201c\u201d\u201e`$({@\n a"))
KEY = Credential("api_key", "API_KEY")


def _arguments(code):
    """The arguments of a command in a batch file of which the code is one, with a line that continues it."""
    (command,) = read_batch(f"curl --data-raw {code} ^\n  --next last\n", {})
    return read_argv(command)


@given(st.one_of(PRINTABLE, HARD))
def test_cmd_and_the_program_read_back_any_ascii_text(text):
    """Through both parsers, and what stands behind is still the rest; an odd quotation mark is refused."""
    try:
        code = CMD.literal.encode(text)
    except UnsupportedError:
        assert text.count('"') % 2
        return
    assert _arguments(code) == ["curl", "--data-raw", text, "--next", "last"]


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\tb", "é", "a\x00b", "\u201d", "😀"])
def test_cmd_refuses_what_a_batch_file_cannot_hold(text):
    with pytest.raises(UnsupportedError):
        CMD.literal.encode(text)


@given(st.one_of(PRINTABLE, HARD))
def test_cmd_leaves_variables_to_curl(text):
    """A credential is a variable of curl's; the characters around it are as they were."""
    value = Text.of(text, Encoded("form", Text.of(KEY)), text)
    try:
        code = CMD.expression(value)
    except UnsupportedError:
        assert re.search(r'"|\{\{|[{\\]$', text)
        return
    assert _arguments(code)[2] == f"{text}{{{{API_KEY:url}}}}{text}"


@given(st.one_of(ANY, QUOTES))
def test_powershell_reads_back_any_text(text):
    """As a literal, as a block, and beside a variable."""
    assert read_powershell(POWERSHELL.literal.encode(text)) == text
    assert read_powershell(POWERSHELL.lines(Text.of(text))) == text
    whole = POWERSHELL.expression(Text.of(f"<{text}", KEY, f"{text}>"))
    before, hole, after = whole.partition("${apiKey}")
    assert hole
    assert read_powershell(f'{before}"') == f"<{text}"
    assert read_powershell(f'"{after}') == f"{text}>"


@pytest.mark.parametrize(
    ("reader", "code"),
    [
        (lambda code: read_batch(code, {}), "echo a & del b"),
        (lambda code: read_batch(code, {}), 'echo "a" | b'),
        (lambda code: read_batch(code, {}), 'echo "%PATH%"'),
        (lambda code: read_batch(code, {}), 'echo "50%"'),
        (read_argv, 'curl "a""b"'),
        (read_argv, 'curl "a\\"'),
        (read_powershell, "'it\u2019s'"),
        (read_powershell, '"a $b"'),
        (read_powershell, '"a $(b)"'),
        (read_powershell, '"a\u201d; b"'),
        (read_powershell, "@'\na\n\u2019@ + 'b'"),
    ],
)
def test_the_models_find_what_would_be_code(reader, code):
    with pytest.raises(ReadError):
        reader(code)


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        # https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
        ('x "a b c" d e', ["x", "a b c", "d", "e"]),
        ('x "ab\\"c" "\\\\" d', ["x", 'ab"c', "\\", "d"]),
        ('x a\\\\\\b d"e f"g h', ["x", "a\\\\\\b", "de fg", "h"]),
        ('x a\\\\\\"b c d', ["x", 'a\\"b', "c", "d"]),
        ('x a\\\\\\\\"b c" d e', ["x", "a\\\\b c", "d", "e"]),
        ('x "" a', ["x", "", "a"]),
    ],
)
def test_the_model_of_a_program_reads_the_documented_examples(command, arguments):
    assert read_argv(command) == arguments


PLAIN = load_hars([ROOT / "tests" / "requests"])
SECRET = [item for item in redacted(PLAIN).requests if item.request.credentials]


def _command(request, variables):
    """What cmd.exe makes of the snippet's command; the response goes to a place that is known."""
    code = render(request, CMD).code.replace("%RANDOM%", "0").replace(">&2 ", "").replace(" >&2", "")
    lines = read_batch(code, {"TEMP": ".", "response": "response.txt"})
    (command,) = (argv for argv in map(read_argv, lines) if argv[0] == "curl")
    return command if variables or "--variable" not in command else None


def _run(items, folder, *, variables):
    """What is wrong on the wire, by request, and how many were run."""
    wrong, seen = {}, 0
    with Recorder() as recorder:
        for item in items:
            request = item.request.at(recorder.origin)
            try:
                command = _command(request, variables)
            except UnsupportedError:
                continue
            if command is None:
                continue
            files, given = input_files(request), secrets(request)
            for name, content in files.items():
                (folder / name).parent.mkdir(exist_ok=True)
                (folder / name).write_bytes(content)
            recorder.up(Answer())
            subprocess.run(command, cwd=folder, env=os.environ | given, check=True, timeout=60)
            found = [finding.message for finding in compare(request, given, files, recorder.take())]
            wrong |= {item.name: found} if found else {}
            seen += 1
    return wrong, seen


def _curl_version():
    shown = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(map(int, re.match(r"curl (\d+)\.(\d+)", shown).groups()))


@pytest.mark.proof
def test_what_cmd_hands_to_curl_arrives_as_asked(tmp_path):
    """The command of every request that cmd can hold, read by the models and run by the curl that is here."""
    wrong, seen = _run(PLAIN.requests, tmp_path, variables=False)
    assert wrong == {}
    assert seen >= 240


@pytest.mark.proof
def test_what_curl_puts_into_its_variables_arrives_as_asked(tmp_path):
    """Credentials of hard characters, and files as Base64."""
    if _curl_version() < (8, 3):
        pytest.skip("curl has variables since version 8.3")
    encoded = [x for x in PLAIN.requests if x.request.body and not x.request.body.is_known]
    wrong, seen = _run([*SECRET, *encoded], tmp_path, variables=True)
    assert wrong == {}
    assert seen >= 20
