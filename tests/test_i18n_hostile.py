"""Hostile translations: whatever a catalog says, it stays inside its comment or heading, or is refused."""

import itertools
import random
from dataclasses import replace
from pathlib import Path

import pytest

from snippetgen.errors import UnsupportedError
from snippetgen.i18n.catalog import read_catalog
from snippetgen.i18n.kept import check_catalog
from snippetgen.literal import Code, CommentStyle
from snippetgen.locale import Locale
from snippetgen.manifest import load_language, load_languages
from snippetgen.page.composer import compose
from snippetgen.page.layout import lay_out, load_format
from snippetgen.page.writer import unheard
from snippetgen.proof.probe import find_toolchain
from snippetgen.proof.snippet import try_snippet
from snippetgen.proof.syntax import uncommented
from snippetgen.proof.verify import plan, verify
from snippetgen.render import render
from tests.test_page import HOSTILE, Hostile, composer, structure

LANGUAGES = load_languages()
REFUSED = sorted({sequence for language in LANGUAGES for sequence in language.comment.refuses})
FRAGMENTS = [
    "*/",
    "/*",
    "//",
    "#",
    "#!",
    "--",
    "-->",
    "<!--",
    "?>",
    "<?php",
    "=begin",
    "=end",
    '"""',
    "'''",
    "'",
    '"',
    "`",
    "```",
    "\n",
    "\r",
    "\r\n",
    "\u2028",
    "\u2029",
    "\x85",
    "\x0b",
    "\x0c",
    "\0",
    "\t",
    "\\",
    "\\\n",
    "\\u000a",
    "\\u002a\\u002f",
    "\\N{LINE FEED}",
    "??/",
    "${HOME}",
    "$(exit 1)",
    "#{exit 1}",
    "\\(exit(1))",
    "{{ 7 * 7 }}",
    "{% endtab %}",
    "%>",
    "EOF",
    "\u202e",
    "\u202d",
    "\u2066",
    "\u2069",
    "\u200f",
    "\u200b",
    "\ufeff",
    "\u200d",
    "e\u0301",
    "हिन्दी",
    "日本語",
    "العربية",
    "coding: utf-16",
    "-*- coding: latin-1 -*-",
    "encoding: ascii-8bit",
    "+build ignore",
    "go:build ignore",
    "@ts-nocheck",
    "region",
    "pragma",
    "exit(1);",
    "import os",
    "raise SystemExit",
    "; rm -rf x",
    "\U000e0041",
    "\ud7ff",
    " ",
    "a",
    ".",
    "| b |",
    "# heading",
    "1. x",
    "<b>",
    "</td>",
    "</script>",
    "&lt;",
    "[x](javascript:x)",
    "**",
    "~~~",
    ":::",
    "===",
    "!!!",
]


def hostile(count: int) -> list[str]:
    """The same random translations in every run, each of one to eight fragments."""
    chance = random.Random(6)
    return ["".join(chance.choices(FRAGMENTS, k=chance.randint(1, 8))) for _ in range(count)]


TEXTS = hostile(1000)


def refusal(text: str, tmp_path: Path) -> list:
    """What the catalog's check says of a translation."""
    path = tmp_path / "ja" / "LC_MESSAGES" / "shop.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    quoted = (
        text.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t")
    )
    path.write_bytes(f'msgid ""\nmsgstr "Language: ja\\n"\n\nmsgid "Send it."\nmsgstr "{quoted}"\n'.encode())
    return list(check_catalog(read_catalog(path), REFUSED))


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_a_hostile_comment_never_becomes_code(language, api, tmp_path):
    """Of a thousand translations in the place of every comment, each is refused or stays a comment.

    What is left without the comments is the English snippet's, byte for byte.
    """
    requests = [example.request for endpoint in api.endpoints for example in endpoint.examples]
    request = next(item for item in requests if not language.default_client.refusal(item))
    source = render(request, language)
    grammar = source.client.kit.grammar or language.grammar
    if grammar is None:  # a format without comments, where no translation has a place
        assert {render(request, language, translate=lambda _, t=t: t).code for t in TEXTS} == {source.code}
        return
    bare = uncommented(source.code, grammar)
    if bare is None:
        pytest.skip("the parser is not installed")
    shown, refused = 0, []
    for text in TEXTS:
        try:
            code = render(request, language, translate=lambda _, text=text: text).code
        except UnsupportedError:
            refused.append(text)
            continue
        shown += 1
        assert uncommented(code, grammar) == bare, repr(text)
        assert len(code.splitlines()) == len(source.code.splitlines()), repr(text)
    assert shown > 100
    assert shown + len(refused) == 1000
    assert [text for text in refused[:100] if not refusal(text, tmp_path)] == []


def test_a_refused_translation_is_named_with_its_line(tmp_path):
    """Bidi controls, line separators and what ends a PHP tag are findings of the catalog."""
    for text in ("\u202e", "\u2066", "\u2028", "\u2029", "?>", "\\u000a", "\ufeff", "\U000e0041", "\x0b"):
        (finding,) = refusal(f"Text {text} text", tmp_path)
        assert finding.rule in {"i18n/control", "i18n/comment"}
        assert (finding.place.line, finding.locale, bool(finding.fix)) == (4, "ja", True)


class Rotating(Locale):
    """A locale that answers each message with the next of the hostile texts."""

    def translate(self, *_, **__):
        return next(ROTATION)


ROTATION = itertools.cycle(text if text.strip() else "x" for text in TEXTS)


def test_a_hostile_heading_never_becomes_markup(api):
    """In the sentences of a page, a thousand translations leave its tags, tables and fences as they are."""
    form = load_format("gitbook")
    innocent = laid_out(Hostile("hi"), form, api)
    asked = []
    laid_out(Locale("en"), form, api, note=asked.append)
    for _ in range(1000 // len(asked) + 1):
        assert structure(laid_out(Rotating("hi"), form, api)) == structure(innocent)


def laid_out(locale, form, api, note=unheard):
    """A page whose sentences are a locale's; code is left out, for comments have their own guard."""
    return lay_out(compose(api.endpoints[0], replace(composer(locale), languages=(), note=note)), form)


RUN = ("curl", "python", "javascript", "ruby", "php", "go")


class Crowded(CommentStyle):
    """A comment style that writes forty hostile comments in the place of each."""

    def encode(self, _):
        plain = CommentStyle(prefix=self.prefix, refuses=self.refuses)
        usable = [text for text in TEXTS if _holds(plain, text)]
        return Code("\n".join(plain.encode(text) for text in random.Random(7).sample(usable, 40)))


def _holds(style, text):
    try:
        return bool(style.encode(text))
    except UnsupportedError:
        return False


@pytest.mark.proof
@pytest.mark.parametrize("name", RUN)
def test_hostile_comments_compile_and_run(name, api):
    """Snippets full of hostile comments do what the English ones do, by the same proof."""
    language = load_language(name)
    if find_toolchain(language) is None:
        pytest.skip(f"no toolchain for {name}")
    crowded = Crowded(prefix=language.comment.prefix, refuses=language.comment.refuses)
    case = plan(api, [(language, None)], endpoint=api.endpoints[0].id, example="hosted-image")[0]
    (proof,) = verify([replace(case, language=replace(language, comment=crowded), locales=())], jobs=1)
    assert (proof.verdict, proof.reason) == ("pass", "")


def test_a_comment_that_can_be_closed_is_found(api, monkeypatch):
    """The proof that all locales are the same code can fail: a block comment lets a translation out."""

    class Block(CommentStyle):
        def encode(self, text):
            return Code(f"/* {text} */")

    language = load_language("javascript")
    locale = Hostile("ja")
    monkeypatch.setitem(HOSTILE, "text", "x */ process.exit(1); /*")
    case = plan(api, [(language, None)], endpoint=api.endpoints[0].id, example="hosted-image")[0]
    open_style = replace(case, language=replace(language, comment=Block(prefix="")), locales=(locale,))
    tiers = dict(zip(("rendered", "parsed"), try_snippet(open_style, 1), strict=False))
    if tiers["parsed"][1] is None:
        pytest.skip("the parser is not installed")
    assert [(f.rule, f.locale) for f in tiers["parsed"][1]] == [("parse/localized", "ja")]


def test_the_proof_covers_every_locale(api):
    """Each case of a spec knows the locales in which its code must be the same."""
    case = plan(api, [(load_language("go"), None)])[0]
    assert [locale.tag for locale in case.locales] == [tag for tag in api.locales if tag != "en"]
    tiers = dict(zip(("rendered", "parsed"), try_snippet(case, 1), strict=False))
    assert tiers["parsed"] in [("parsed", []), ("parsed", None)]
