"""XLIFF 2: a catalog goes out and comes back, and what came is checked before anything is written."""

import re
import shutil
import sys
import time

import polib
import pytest

from snippetgen.errors import CatalogError, UsageError
from snippetgen.i18n.catalog import read_catalog
from snippetgen.i18n.xliff import export_xliff, import_xliff
from snippetgen.spec import load_api
from tests.conftest import ROOT, SPEC
from tests.test_i18n import SHIPPED

NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"
SOURCE = "Assign a class to every pixel of an image."
HEAD = f'<xliff version="2.0" xmlns="{NAMESPACE}" srcLang="en" trgLang="ja"><file id="roboflow">'
TAIL = "</file></xliff>"
PLURAL = """msgid ""
msgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#. remark
#, fuzzy
#| msgid "1 old box"
msgctxt "label"
msgid "{count} box"
msgid_plural "{count} boxes"
msgstr[0] "{count} Kasten"
msgstr[1] "{count} Kästen"

#~ msgid "gone"
#~ msgstr "weg"
"""


@pytest.fixture
def catalog(project):
    return project.parent / "locales" / "ja" / "LC_MESSAGES" / "roboflow.po"


@pytest.fixture
def told(run_cli, capsys):
    """The command line in this process: exit code, stdout, stderr."""
    return lambda *arguments: (run_cli(*arguments), *capsys.readouterr())


def unit(target, source=SOURCE, identifier="x", state="translated"):
    return (
        f'<unit id="{identifier}"><segment state="{state}"><source>{source}</source>'
        f"<target>{target}</target></segment></unit>"
    )


@pytest.mark.parametrize("tag", SHIPPED)
def test_what_goes_out_and_comes_back_unchanged_leaves_the_very_bytes(project, tag, tmp_path):
    """No entry of a shipped catalog is touched by a round trip, and every one makes it."""
    api, file = load_api(project), tmp_path / "x.xlf"
    path = project.parent / "locales" / tag / "LC_MESSAGES" / "roboflow.po"
    before = path.read_bytes()
    file.write_text(export_xliff(api, tag), "utf-8")
    done = import_xliff(api, file)
    assert path.read_bytes() == before
    assert (done.changed, done.empty, done.absent, done.unknown) == (0, 0, 0, ())
    assert done.unchanged == len(read_catalog(path).entries) > 0


def test_a_changed_target_arrives_and_nothing_else_changes(project, catalog, tmp_path):
    """Of the file's lines one differs, that of the translation."""
    api, file = load_api(project), tmp_path / "x.xlf"
    before = catalog.read_text("utf-8")
    old = polib.pofile(str(catalog)).find(SOURCE).msgstr
    new = "画像の各ピクセルを <分類> & します。"
    escaped = new.replace("&", "&amp;").replace("<", "&lt;")
    file.write_text(export_xliff(api, "ja").replace(old, escaped), "utf-8")
    assert import_xliff(api, file).changed == 1
    assert catalog.read_text("utf-8") == before.replace(old, new)


def test_plural_forms_contexts_states_and_remarks_make_the_round_trip(project, tmp_path):
    """Each form is a unit; a fuzzy entry is `initial`, and no longer fuzzy when it comes back translated."""
    path = project.parent / "locales" / "de" / "LC_MESSAGES" / "roboflow.po"
    path.write_text(PLURAL, "utf-8")
    api, file = load_api(project), tmp_path / "x.xlf"
    text = export_xliff(api, "de")
    assert re.findall(r'category="(\w+)">(.*?)<', text)[:4] == [
        ("context", "label"),
        ("plural", "form 1 of 2: {count} box / {count} boxes"),
        ("previous", "1 old box"),
        ("developer", "remark"),
    ]
    assert text.count('state="initial"') == 2
    file.write_text(text, "utf-8")
    assert import_xliff(api, file).changed == 0
    assert path.read_text("utf-8") == PLURAL
    file.write_text(text.replace('state="initial"', 'state="final"').replace("Kästen", "Boxen"), "utf-8")
    assert import_xliff(api, file).changed == 1
    gone, entry = sorted(polib.pofile(str(path)), key=lambda entry: not entry.obsolete)
    assert entry.msgstr_plural == {0: "{count} Kasten", 1: "{count} Boxen"}
    assert (entry.fuzzy, entry.previous_msgid, entry.msgctxt, entry.comment) == (
        False,
        None,
        "label",
        "remark",
    )
    assert (gone.msgid, gone.msgstr) == ("gone", "weg")


def test_a_unit_without_a_target_deletes_nothing(project, catalog, tmp_path):
    """An agency that sends half of the file back costs no translation."""
    api, file, before = load_api(project), tmp_path / "x.xlf", catalog.read_bytes()
    file.write_text(re.sub(r"<target[^>]*>.*?</target>", "<target/>", export_xliff(api, "ja")), "utf-8")
    done = import_xliff(api, file)
    assert (done.changed, done.empty) == (0, done.unchanged)
    assert catalog.read_bytes() == before


def test_a_unit_that_no_message_has_is_named(project, catalog, tmp_path, told):
    """Its line and its source are told, the others come in, and the exit code is 1."""
    file = tmp_path / "x.xlf"
    old = polib.pofile(str(catalog)).find(SOURCE).msgstr
    text = export_xliff(load_api(project), "ja").replace(old, "新しい訳です。")
    file.write_text(text.replace("</file>", f"{unit('何', 'Of yesterday')}</file>"), "utf-8")
    catalog.write_text(f"{catalog.read_text('utf-8')}\n# my note\n", "utf-8")
    code, out, error = told("i18n", "import", project, file)
    assert code == 1
    assert re.search(r"x\.xlf:\d+: the catalog has no message for this unit: 'Of yesterday'", error)
    assert "1 changed" in out
    assert polib.pofile(str(catalog)).find(SOURCE).msgstr == "新しい訳です。"
    assert catalog.read_text("utf-8").endswith("\n\n# my note\n")


def test_a_target_that_loses_code_is_told_with_its_line_and_nothing_is_written(
    project, catalog, tmp_path, told
):
    """What would stop a build does not come in; the line is that of the XLIFF file."""
    file, before = tmp_path / "x.xlf", catalog.read_bytes()
    text = export_xliff(load_api(project), "ja").replace("`api_key` に", "鍵に")
    file.write_text(text, "utf-8")
    code, out, error = told("i18n", "import", project, file)
    assert code == 1
    assert re.search(r"x\.xlf:\d+", error)
    assert "`api_key`" in error
    assert "nothing is written" in out
    assert catalog.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<xliff", "not an XLIFF 2 file"),
        ("<a/>", "not an XLIFF 2 file"),
        ('<xliff version="1.2"/>', "not an XLIFF 2 file"),
        (f"{HEAD.replace(' trgLang=', ' x=')}{TAIL}", "trgLang is missing"),
        (f"{HEAD.replace('roboflow', 'other')}{TAIL}", "the file is of 'other', not of 'roboflow'"),
        (HEAD + unit("a") + unit("b") + TAIL, "the unit 'x' stands twice"),
        (HEAD + unit('a<ph id="1"/>b') + TAIL, "the target of 'x' holds elements"),
        (
            HEAD + unit("a").replace("<target>", '<target xml:lang="de">') + TAIL,
            "the target of 'x' is in 'de', but trgLang is 'ja'",
        ),
        (f"{HEAD.replace('ja', '../../x')}{TAIL}", "is not a language tag"),
        (f"{HEAD.replace('ja', 'it')}{TAIL}", "there is no catalog"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_error(project, catalog, tmp_path, told, text, message):
    file, before = tmp_path / "x.xlf", catalog.read_bytes()
    file.write_text(text, "utf-8")
    code, _, error = told("i18n", "import", project, file)
    assert code == 2
    assert message in error
    assert "Traceback" not in error
    assert catalog.read_bytes() == before


def test_a_file_of_another_locale_than_asked_for_is_refused(project, catalog, tmp_path, told):
    """A region or script of the locale's language is that language; a changed trgLang does not help."""
    file, before = tmp_path / "x.xlf", catalog.read_bytes()
    file.write_text(HEAD.replace("ja", "ja-JP") + TAIL, "utf-8")
    assert told("i18n", "import", project, file, "--locale", "ja")[0] == 0
    file.write_text(HEAD.replace("ja", "de") + TAIL, "utf-8")
    code, _, error = told("i18n", "import", project, file, "--locale", "ja")
    assert (code, "trgLang is 'de', not 'ja'" in error) == (2, True)
    text = export_xliff(load_api(project), "ja")
    file.write_text(text.replace('trgLang="ja"', 'trgLang="de"'), "utf-8")
    code, _, error = told("i18n", "import", project, file)
    assert (code, "is in 'ja', but trgLang is 'de'" in error) == (2, True)
    assert catalog.read_bytes() == before


def test_a_hostile_file_reads_no_other_and_takes_no_time(project, tmp_path):
    """External entities are not resolved, nested ones not expanded: a document type is refused."""
    secret, file = tmp_path / "secret", tmp_path / "x.xlf"
    secret.write_text("hush")
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    for declared, name in (
        (f'<!ENTITY e SYSTEM "{secret.as_uri()}">', "e"),
        (f'<!ENTITY e0 "ha">{lines}', "e11"),
    ):
        for body in (unit(f"&{name};"), unit("a", identifier=f"&{name};")):
            file.write_text(f"<!DOCTYPE xliff [{declared}]>{HEAD}{body}{TAIL}", "utf-8")
            start = time.process_time()
            with pytest.raises(CatalogError) as told:
                import_xliff(load_api(project), file)
            assert "hush" not in str(told.value)
            assert time.process_time() - start < 5


def test_without_the_toolkit_the_extra_is_named(api, monkeypatch):
    monkeypatch.setitem(sys.modules, "translate.storage.xliff2", None)
    with pytest.raises(UsageError, match=re.escape("pip install 'snippetgen[xliff]'")):
        export_xliff(api, "ja")


def test_the_file_conforms_to_the_standard(api):
    """Notes come before the segment, and a segment has no attribute that XLIFF 2.0 does not give it."""
    text = export_xliff(api, "ja")
    assert f'xmlns="{NAMESPACE}"' in text
    assert not re.search(r"</segment>\s*<notes>|<segment[^>]*>(?:(?!</segment>).)*<notes>", text, re.DOTALL)
    assert set(re.findall(r"<segment([^>]*)>", text)) == {' state="translated"'}


@pytest.fixture
def vocabulary(tmp_path, monkeypatch):
    """A copy of the product's own catalogs in the place of them."""
    folder = tmp_path / "product"
    shutil.copytree(ROOT / "locales", folder)
    monkeypatch.setattr("snippetgen.locale.data_folder", lambda _: folder)
    return folder


@pytest.mark.parametrize("tag", SHIPPED)
def test_the_products_vocabulary_makes_the_round_trip(project, vocabulary, tag, tmp_path):
    """Plural forms and contexts included, byte for byte."""
    api, file = load_api(project), tmp_path / "x.xlf"
    path = vocabulary / tag / "LC_MESSAGES" / "snippetgen.po"
    before = path.read_bytes()
    file.write_text(export_xliff(api, tag, product=True), "utf-8")
    done = import_xliff(api, file, product=True)
    assert (done.path, done.changed, done.empty, done.absent, done.unknown) == (path, 0, 0, 0, ())
    assert done.unchanged == len(read_catalog(path).entries)
    assert path.read_bytes() == before


def test_the_products_vocabulary_goes_into_its_own_catalog(project, vocabulary, tmp_path, told, monkeypatch):
    """What changed arrives there and not with the project, and only where it is asked for."""
    monkeypatch.chdir(tmp_path)
    path = vocabulary / "ja" / "LC_MESSAGES" / "snippetgen.po"
    assert told("i18n", "export", project, "--locale", "ja", "--product")[0] == 0
    file = tmp_path / "snippetgen.ja.xlf"
    text, old, new = file.read_text("utf-8"), "リクエストを送信します。", "リクエストを送ります。"
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")
    code, _, said = told("i18n", "import", project, file)
    assert (code, "add --product" in said) == (2, True)
    code, said, _ = told("i18n", "import", project, file, "--product")
    assert (code, f"{path}: 1 changed" in said) == (0, True)
    assert new in path.read_text("utf-8")


@pytest.mark.usefixtures("vocabulary")
def test_the_products_vocabulary_must_fit_every_language(project, tmp_path, told):
    """A target that would end a comment of PHP is refused, whichever languages the spec has."""
    project.write_text(project.read_text("utf-8") + "languages: [curl]\n", "utf-8")
    file = tmp_path / "x.xlf"
    text = export_xliff(load_api(project), "ja", product=True)
    file.write_text(text.replace("リクエストを送信します。", "送信 ?> します。"), "utf-8")
    code, said, error = told("i18n", "import", project, file, "--product")
    assert (code, "i18n/comment" in error, "nothing is written" in said) == (1, True, True)


def test_export_writes_the_file_that_it_names(tmp_path, told):
    file = tmp_path / "hi.xlf"
    code, out, _ = told("i18n", "export", SPEC, "--locale", "hi", "--format", "xliff", "--output", file)
    assert (code, str(file) in out) == (0, True)
    assert 'trgLang="hi"' in file.read_text("utf-8")
