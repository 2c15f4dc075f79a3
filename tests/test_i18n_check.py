"""`i18n check`: what it finds, what it leaves alone, and that pofilter finds nothing beyond it."""

# ruff: noqa: RUF001  # the fixtures are sentences of many scripts
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from snippetgen.i18n.catalog import read_catalog
from snippetgen.i18n.check import RULES, check_codes, check_wording
from snippetgen.i18n.kept import RULES as KEPT
from snippetgen.i18n.kept import check_catalog
from snippetgen.i18n.rule import Glossary
from snippetgen.i18n.writing import width, writing
from tests.conftest import ROOT

GLOSSARY = Glossary(("Roboflow", "Active Learning"), {"endpoint": {"de": "Endpunkt", "hi": "एंडपॉइंट"}})

# Locale, message, translation, and the rules that object.
WRONG = [
    ("hi", "Send the request to Roboflow.", "रोबोफ़्लो को रिक्वेस्ट भेजें।", {"i18n/kept-term"}),
    ("de", "Choose an endpoint.", "Wählen Sie einen Endpoint.", {"i18n/term"}),
    ("hi", "Choose an endpoint.", "एक अंतबिंदु चुनें।", {"i18n/term"}),
    ("fr", "Send it as JSON.", "Envoyez-le tel quel.", {"i18n/acronym"}),
    ("de", "Read the file and encode it.", "Read the file and encode it.", {"i18n/source-language"}),
    (
        "es",
        "Read the file and encode it as text.",
        "Lee y luego and encode it as texto.",
        {"i18n/source-language"},
    ),
    ("ja", "Read the file and encode it.", "ファイル encode it as text please。", {"i18n/source-language"}),
    ("ko", "Read the file and encode it.", "the file and 읽습니다.", {"i18n/source-language"}),
    ("ar", "The class label", "the class label", {"i18n/source-language"}),
    ("de", "At most 10 images.", "Höchstens 20 Bilder.", {"i18n/number"}),
    ("ar", "At most 10 images.", "٢٠ صورة على الأكثر.", {"i18n/number"}),
    ("hi", "Add images.", "10 इमेज जोड़ें।", {"i18n/number"}),
    ("fr", "Until May 5.", "Jusqu’au 5 May.", {"i18n/date"}),
    ("ja", "Since 3 March.", "3 March 以降。", {"i18n/date"}),
    ("hi", "Send it.", "इसे भेजें.", {"i18n/terminator"}),
    ("ja", "Send it.", "送信します.", {"i18n/terminator"}),
    ("de", "Send it.", "Senden", {"i18n/terminator"}),
    ("de", "Which class?", "Welche Klasse.", {"i18n/terminator"}),
    ("zh-Hans", "Which class?", "哪个类?", {"i18n/terminator"}),
    ("ja", "Labels (optional)", "ラベル（任意)", {"i18n/brackets"}),
    ("ja", "Labels (optional)", "ラベル（任意", {"i18n/brackets"}),
    ("ja", "The label", "「ラベル』", {"i18n/brackets"}),
    ("de", "Send it.", " Senden.", {"i18n/space"}),
    ("de", "Send it now.", "Jetzt  senden.", {"i18n/space"}),
    ("de", "Send it.", "   ", {"i18n/space", "i18n/terminator"}),
    ("fr", "Install {client}:", "Installez {client} :", {"i18n/space"}),
    ("fr", "Which “class”?", "Quelle « classe\u00a0»\u202f?", {"i18n/space"}),
    ("de", "Which class?", "Welche Klasse ?", {"i18n/space"}),
    (
        "de",
        "Keep it in `API_KEY`, and never in code that you commit or ship to a browser.",
        "Speichern Sie in `API_KEY`",
        {"i18n/truncated"},
    ),
    (
        "ja",
        "The maximum number of detections to return in one answer, sorted by confidence.",
        "最大数。",
        {"i18n/truncated"},
    ),
    ("de", "See [docs](https://a.example/x).", "Siehe [Doku](https://b.example/x).", {"i18n/link"}),
    ("de", "See https://a.example/x now.", "Siehe https://b.example/x jetzt.", {"i18n/link"}),
    ("de", "See https://a.example/x.", "Siehe https://a.example/x und www.b.example.", {"i18n/link"}),
    ("de", "See the docs.", "Siehe **HTTP://b.example**.", {"i18n/link"}),
    ("de", "See [docs](https://a.example/x).", "Siehe [www.b.example](https://a.example/x).", {"i18n/link"}),
    ("ja", "See https://a.example.", "https://a.example。b.example を参照。", {"i18n/link"}),
    ("de", "At least {minimum}", "Mindestens {minimum} {minimum}", {"i18n/placeholder"}),
    ("de", "At least {minimum}", "Mindestens {Minimum}", {"i18n/placeholder"}),
    ("de", "At least {minimum}", "Mindestens", {"i18n/placeholder"}),
    ("de", "Send `api_key` now.", "`api_schluessel` jetzt senden.", {"i18n/code"}),
    ("de", "Send it.", "Senden\\t.", {"i18n/control"}),
    ("de", "Send it.", "Senden \u202e.", {"i18n/control"}),
]

RIGHT = [
    ("hi", "Send the request.", "रिक्वेस्ट भेजें।"),
    ("hi", "If true, labels are shown.", "true होने पर लेबल दिखाए जाते हैं।"),
    ("hi", "One of 'json' or 'image'.", "'json' या 'image' में से एक।"),
    ("hi", "Each of them apart", "हर एक को अलग अलग"),
    ("ja", "Two boxes on one image", "1 つの画像の 2 つのボックス"),
    ("ja", "The image width", "画像の幅です。"),
    ("ja", "Labels (optional).", "ラベル（任意）。"),
    ("zh-Hans", "Read the file.", "读取文件。"),
    ("ko", "Read the file.", "파일을 읽습니다."),
    ("ar", "Which class?", "أي فئة؟"),
    ("ar", "At most 10 images.", "١٠ صور على الأكثر."),
    ("de", "Description", "Beschreibung"),
    ("fr", "Type", "Type"),
    ("fr", "Description", "Description"),
    ("es", "No", "No"),
    ("de", "Roboflow Active Learning", "Roboflow Active Learning"),
    ("de", "Wait 1,000 seconds.", "Warten Sie 1.000 Sekunden."),
    ("de", "IDs OR names", "IDs oder Namen"),
    ("fr", "You may send 5 files.", "Vous pouvez envoyer 5 fichiers."),
    ("fr", "Which “class”?", "Quelle «\u00a0classe\u00a0»\u202f?"),
    ("fr", "Install {client}:", "Installez {client}\u00a0:"),
    ("fr", "Use `a :b` now.", "Utilisez `a :b` maintenant."),
    ("el", "Which class?", "Ποια κλάση;"),
    ("th", "Send the request.", "ส่งคำขอ"),
    ("de", "See (https://a.example/x).", "Siehe https://a.example/x."),
    ("ja", "See https://a.example/x.", "https://a.example/x を参照。"),
    ("ja", "It is at https://a.example/x.", "参照先は https://a.example/x。"),
    ("de", "Write `https://b.example`.", "Schreiben Sie `https://b.example`."),
    ("pt-BR", "See [docs](https://a.example/x) for {value}.", "Veja {value} em [docs](https://a.example/x)."),
]


def catalog(folder: Path, tag: str, *pairs: tuple[str, str], head: str = "") -> Path:
    path = folder / tag / "LC_MESSAGES" / "shop.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = "".join(f'{head}msgid "{message}"\nmsgstr "{text}"\n\n' for message, text in pairs)
    path.write_text(f'msgid ""\nmsgstr "Language: {tag}\\n"\n\n' + entries, "utf-8")
    return path


def found(path: Path, glossary: Glossary = GLOSSARY):
    read = read_catalog(path)
    return [*check_catalog(read, ("?>",)), *check_wording([read], glossary)]


@pytest.mark.parametrize(("tag", "message", "text", "rules"), WRONG)
def test_a_wrong_translation_is_found(tmp_path, tag, message, text, rules):
    """Each finding names its rule, its catalog's line, and what to do; nothing else is said of the entry."""
    findings = found(catalog(tmp_path, tag, (message, text)))
    assert {finding.rule for finding in findings} == rules
    assert {(finding.place.line, finding.locale) for finding in findings} == {(4, tag)}
    assert all(finding.fix for finding in findings)


@pytest.mark.parametrize(("tag", "message", "text"), RIGHT)
def test_a_right_translation_is_left_alone(tmp_path, tag, message, text):
    """Other digits, other marks, names that stay and words that two languages share are no mistakes."""
    assert [str(finding.message) for finding in found(catalog(tmp_path, tag, (message, text)))] == []


def test_a_title_has_a_limit_in_columns(tmp_path):
    """Wide signs count twice; a sentence that is no title may be as long as it needs."""
    pair = ("Object detection", "物体" * 16)
    title = found(catalog(tmp_path / "a", "ja", pair, head="#. title (detection)\n"))
    assert [finding.rule for finding in title] == ["i18n/length"]
    assert found(catalog(tmp_path / "b", "ja", pair, head="#. paragraph (detection)\n")) == []
    assert (width("物体a"), width("कि")) == (5, 2)


def test_the_same_words_have_one_translation(tmp_path):
    """Messages that differ in capitals and marks only are compared; a context tells them apart."""
    pairs = [("Object Detection", "Objekterkennung"), ("Object detection.", "Erkennung.")]
    (finding,) = found(catalog(tmp_path / "a", "de", *pairs))
    assert (finding.rule, finding.place.line) == ("i18n/two-translations", 7)
    path = catalog(tmp_path / "b", "de", *pairs)
    path.write_text(
        path.read_text("utf-8").replace('msgid "Object detection', 'msgctxt "x"\nmsgid "Object detection'),
        "utf-8",
    )
    assert found(path) == []


def test_a_folder_that_is_no_language_is_found(tmp_path):
    """A catalog below `jp` is never read; one whose header says another language confuses every tool."""
    catalog(tmp_path, "jp", ("Name", "名前"))
    path = catalog(tmp_path, "ja", ("Name", "名前"))
    path.write_text(path.read_text("utf-8").replace("Language: ja", "Language: de"), "utf-8")
    findings = list(check_codes(tmp_path))
    assert [(f.rule, f.locale) for f in findings] == [("i18n/locale-code", "ja"), ("i18n/locale-code", "jp")]
    assert "did you mean 'ja'?" in findings[1].fix


def test_a_catalog_that_nobody_reads_is_found(tmp_path):
    """An empty folder of that name, a catalog beside the folder that is looked into; but no template."""
    for name in ("jp/x", "ja.po", "ja/shop.po", "ja/LC_MESSAGES/shop.pot", "shop.pot", ".git/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    findings = [(Path(f.place.file).relative_to(tmp_path).as_posix(), f.fix) for f in check_codes(tmp_path)]
    assert [name for name, _ in findings] == ["jp", "ja/shop.po", "ja.po"]
    assert "did you mean 'ja'?" in findings[0][1]
    assert all(str(tmp_path / "ja" / "LC_MESSAGES") in fix for _, fix in findings[1:])


def test_a_fuzzy_or_missing_translation_is_no_finding(tmp_path):
    """What no reader sees is not judged."""
    assert found(catalog(tmp_path, "de", ("Send it.", ""))) == []
    assert found(catalog(tmp_path, "de", ("Send it.", "Send it. "), head="#, fuzzy\n")) == []


def test_every_form_of_a_plural_is_looked_at(tmp_path):
    """A mark that one form lacks is found, though the others have it."""
    path = catalog(tmp_path, "de")
    rule = 'msgstr "Language: de\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
    entry = 'msgid "Add one image."\nmsgid_plural "Add {count} images."\n'
    entry += 'msgstr[0] "Ein Bild hinzufügen."\nmsgstr[1] "{count} Bilder hinzufügen"\n'
    path.write_text(f'msgid ""\n{rule}\n{entry}', "utf-8")
    assert [finding.rule for finding in found(path)] == ["i18n/terminator"]


@pytest.mark.parametrize(
    ("tag", "script", "stop"),
    [
        ("hi", "Deva", "।"),
        ("zh-Hans", "Hans", "。"),
        ("pt-BR", "Latn", "."),
        ("ur", "Arab", "\u06d4"),
        ("sr-Latn", "Latn", "."),
    ],
)
def test_the_writing_of_a_language_is_known(tag, script, stop):
    """Script and full stop of a tag."""
    assert (writing(tag).script, writing(tag).stop) == (script, stop)


def test_every_rule_is_tried_here_or_on_its_page():
    """No rule is without a fixture that fails."""
    pages = {f"i18n/{path.stem}" for path in (ROOT / "docs" / "rules" / "i18n").glob("*.md")}
    assert pages == {*RULES, *KEPT}


def test_the_shipped_catalogs_have_no_finding(run_cli, capsys):
    """Every catalog of every shipped locale passes every rule, warnings too."""
    tags = [path.name for path in sorted((ROOT / "locales").iterdir())]
    chosen = [word for tag in tags for word in ("--locale", tag)]
    spec = ROOT / "specs" / "roboflow" / "roboflow.yaml"
    assert run_cli("i18n", "check", spec, *chosen, "--fail-on", "warning", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


# pofilter


def test_pofilter_finds_nothing_that_we_do_not(tmp_path):
    """On our fixtures, the translate toolkit's checks object to no translation that we accept; we find more.

    What it says of right translations, too, is noise here: it does not know where a language has other
    marks and other capitals.
    """
    pytest.importorskip("translate")
    noise = _pofilter(tmp_path / "right", [(tag, m, t) for tag, m, t in RIGHT])
    habits = {test for tests in noise for test in tests}
    theirs = _pofilter(tmp_path / "wrong", [(tag, m, t) for tag, m, t, _ in WRONG])
    objected = [bool(tests - habits) for tests in theirs]
    ours = [bool(found(catalog(tmp_path / str(i), *(tag, (m, t))))) for i, (tag, m, t, _) in enumerate(WRONG)]
    assert [WRONG[i][:3] for i, it_does in enumerate(objected) if it_does and not ours[i]] == []
    assert sum(ours) > sum(objected) > 5


def _pofilter(folder: Path, fixtures: list[tuple[str, str, str]]) -> list[set[str]]:
    """The checks of pofilter that object to each translation."""
    for index, (tag, message, text) in enumerate(fixtures):
        path = folder / f"{index:03}.po"
        folder.mkdir(exist_ok=True)
        path.write_bytes(catalog(folder / "x", tag, (message, text)).read_bytes())
    command = [sys.executable, "-m", "translate.filters.pofilter", "--progress=none", "--exclude=x"]
    subprocess.run([*command, str(folder), str(folder / "out")], check=True, capture_output=True)
    shown = {path.stem: path.read_text("utf-8") for path in (folder / "out").glob("*.po")}
    return [
        set(re.findall(r"^# \(pofilter\) (\w+)", shown.get(f"{index:03}", ""), re.MULTILINE))
        for index in range(len(fixtures))
    ]
