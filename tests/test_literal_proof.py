"""Literals proved by their compilers: what a program prints is the text that was written into it."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from snippetgen.errors import UnsupportedError
from snippetgen.manifest import load_languages
from snippetgen.proof.bench import open_bench
from snippetgen.proof.probe import find_toolchain
from snippetgen.text import Credential, Text
from tests.conftest import REQUIRED
from tests.literal_programs import PROGRAMS
from tests.test_literal import HOSTILE

LANGUAGES = [language for language in load_languages() if language.id in PROGRAMS]
KEY = Credential("api_key", "API_KEY")
LINES = [
    '{\n  "a": "b"\n}',
    '{\n  "q": "it\'s \\"quoted\\" \\\\ $x ${y} #{z} `t` %s"\n}',
    "\nleading",
    "trailing\n",
    "two\n\nblank\n\n",
    "  indented\n    more\n",
    "trailing blanks  \nhere\t\nend ",
    "a\r\nb\r\n",
    "a\rb",
    "\"\"\"\n'''\n```",
    "JSON\nEOF\nJSON;\n",
    "*/ // # <!-- ?> \n <?php",
    "\\u0041 \\x41 \\n \\\n\\",
    "$\n${x}\n#{x}\n\\(x)\n{0}\n",
    "नमस्ते\n日本語\n😀\n\u202eabc\u2066",
    "\x00\x01\n\x7f\x85\u2028\u2029\ufeff",
]
LONG = ["x" * 100_000, "é\"$'" * 25_000, ('{"k": "' + "y" * 60 + '"}\n') * 1_500]


def test_every_default_language_is_tried():
    assert {language.id for language in load_languages() if not language.optional} <= PROGRAMS.keys()


def _texts() -> list[str]:
    """A thousand arbitrary texts, the same in every run."""
    texts: list[str] = []

    @settings(
        max_examples=1000,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
    def collect(text):
        texts.append(text)

    collect()
    return texts


def _printed(language, toolchain, expressions: list[str]) -> list[str]:
    with open_bench(language, toolchain, PROGRAMS[language.id].text(expressions)) as bench:
        for outcome in bench.compile():
            assert outcome.ok, outcome.stderr[-3000:]
        outcome = bench.run({}, seconds=120)
    assert outcome.ok, outcome.stderr[-3000:]
    return [bytes.fromhex(line).decode() for line in outcome.stdout.splitlines()]


def _written(language, write, texts: list[str]) -> tuple[list[str], list[str]]:
    """The texts that the language can hold, with their code; a shell argument cannot hold NUL."""
    kept, codes = [], []
    for text in texts:
        try:
            codes.append(str(write(text)))
            kept.append(text)
        except UnsupportedError:
            assert "\x00" in text
            assert language.id in {"curl", "shell"}
    return kept, codes


@pytest.mark.proof
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_the_compiler_reads_back_what_was_written(language):
    """Plain literals, interpolated ones and multi-line ones, hostile and arbitrary, in one program."""
    toolchain = find_toolchain(language)
    if toolchain is None:
        assert not REQUIRED, f"{language.id} has no toolchain"
        pytest.skip(f"{language.id} is unproven: no toolchain")
    texts = [*HOSTILE, "\x00", *LINES, *_texts()]
    plain, plain_code = _written(language, language.literal.encode, texts)
    joined, joined_code = _written(
        language, lambda text: language.expression(Text.of(text, KEY, "|", text)), texts[:300]
    )
    blocks, block_code = _written(language, lambda text: language.lines(Text.of(text), "    "), texts[:300])
    expected = [*plain, *(f"{text}K3Y|{text}" for text in joined), *blocks]
    printed = _printed(language, toolchain, [*plain_code, *joined_code, *block_code])
    assert len(printed) == len(expected)
    assert [pair for pair in zip(expected, printed, strict=True) if pair[0] != pair[1]] == []


@pytest.mark.proof
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_a_long_text_is_a_literal_too(language):
    """A hundred kilobytes, in one literal and in one of many lines."""
    toolchain = find_toolchain(language)
    if toolchain is None:
        assert not REQUIRED, f"{language.id} has no toolchain"
        pytest.skip(f"{language.id} is unproven: no toolchain")
    codes = [language.literal.encode(text) for text in LONG] + [language.lines(Text.of(LONG[2]), "    ")]
    assert _printed(language, toolchain, codes) == [*LONG, LONG[2]]
