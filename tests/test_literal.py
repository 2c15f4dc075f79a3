"""Raw text becomes code through a table, and comes back the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippetgen.errors import UnsupportedError
from snippetgen.literal import Code, CommentStyle, LiteralStyle, NumericEscape
from snippetgen.manifest import load_language, load_languages

HOSTILE = [
    "",
    "plain",
    "'",
    '"',
    "\\",
    "a\nb",
    "\r\n",
    "\t",
    "\x01\x1b\x7f\x85",
    "$x ${x} #{x} #$x #@x %s `id` $(id) !x @file",
    "<?php ?> */ // \"\"\" ''' \\u0041 \\x41",
    "\u2028\u2029\ufeff",
    "\u202e\u2066 bidi",
    "नमस्ते 日本語 العربية",
    "😀",
    "'\"'\"'",
    "-n",
    "{}{{}}",
]


@pytest.mark.parametrize("text", [*HOSTILE, "\x00"])
def test_python_reads_back_what_was_written(text):
    """A Python literal evaluates to the text it was made from."""
    assert eval(load_language("python").literal.encode(text)) == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_python_reads_back_any_text(text):
    """Whatever the text, the literal is that text."""
    python = load_language("python")
    assert eval(python.literal.encode(text)) == text
    assert eval(f'f"{python.interpolations[-1].escape(text)}"') == text


@pytest.mark.parametrize("language", load_languages(), ids=lambda language: language.id)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_literal_holds_an_invisible_character(language, text):
    """Controls and bidi overrides are written by number, or refused, so a reader sees what is there."""
    try:
        code = language.literal.encode(text)
    except UnsupportedError:
        assert language.id in {"cmd", "http"}
        assert not (text.isascii() and text.isprintable()) or text.count('"') % 2
        return
    assert isinstance(code, Code)
    assert all(char.isprintable() or char in "\n\t" for char in code)


@pytest.mark.parametrize("language", load_languages(), ids=lambda language: language.id)
def test_half_a_surrogate_pair_is_refused(language):
    """No UTF-8 file can hold it, so no snippet can."""
    with pytest.raises(UnsupportedError, match=r"U\+D800"):
        language.literal.encode("a\ud800")


def test_a_shell_argument_cannot_hold_nul():
    """POSIX ends an argument there; a silent cut would send a wrong request."""
    with pytest.raises(UnsupportedError):
        load_language("curl").literal.encode("a\x00b")


def test_numeric_escapes_count_their_unit():
    """One character outside the BMP is one code point, two UTF-16 units, four UTF-8 bytes."""
    assert NumericEscape("<{:x}>").encode("😀") == "<1f600>"
    assert NumericEscape("<{:x}>", unit="utf16").encode("😀") == "<d83d><de00>"
    assert NumericEscape("<{:x}>", unit="utf8").encode("😀") == "<f0><9f><98><80>"


def test_the_longest_escape_wins():
    """`#{` is escaped as one sequence, a lone `#` is left alone."""
    style = LiteralStyle(open='"', close='"', escapes={"#{": "\\#{", "\\": "\\\\"})
    assert style.encode("# #{ \\#{") == '"# \\#{ \\\\\\#{"'


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\u2028b", "a\u0085b", "a\x0bb"])
def test_a_comment_is_one_line(text):
    """A line terminator of any kind cannot end a comment."""
    try:
        code = CommentStyle(prefix="// ").encode(text)
    except UnsupportedError:
        return
    assert code == "// a b"


def test_a_no_break_space_is_a_space_in_comments():
    """French wants one before a colon; linters want none in code. What hides a character stays refused."""
    assert (
        CommentStyle(prefix="# ").encode("Lire le fichier\u00a0: ici\u202f!") == "# Lire le fichier : ici !"
    )
    with pytest.raises(UnsupportedError):
        CommentStyle(prefix="# ").encode("Lire\u2060")


@pytest.mark.parametrize(
    ("language", "text"),
    [("php", "before ?> after"), ("java", r"a \u000a b"), ("python", "\u202e reversed"), ("go", "a\x00b")],
)
def test_a_comment_that_would_end_itself_is_refused(language, text):
    """What a language reads inside comments, and what misleads a reader, never gets in."""
    with pytest.raises(UnsupportedError):
        load_language(language).comment.encode(text)
