"""Catalogs: what a translation may change, what it must keep, and what is said where one is missing."""

from pathlib import Path

import pytest

from snippetgen.errors import CatalogError, UsageError
from snippetgen.locale import Catalogs, check_catalog, check_tag, read_catalog
from snippetgen.message import extract, status, update
from snippetgen.prose import Prose
from snippetgen.spec import load_api

SPEC = Path(__file__).parent.parent / "specs" / "roboflow" / "roboflow.yaml"
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def write(folder: Path, text: str, tag: str = "hi", domain: str = "shop") -> Path:
    path = folder / tag / "LC_MESSAGES" / f"{domain}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + text, "utf-8")
    return path


def entry(message: str, translation: str, flag: str = "") -> str:
    quoted = [
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for text in (message, translation)
    ]
    return f'{flag}msgid "{quoted[0]}"\nmsgstr "{quoted[1]}"\n\n'


def rules(tmp_path: Path, message: str, translation: str, refused: tuple[str, ...] = ()) -> list[str]:
    return [
        f.rule for f in check_catalog(read_catalog(write(tmp_path, entry(message, translation))), refused)
    ]


def locale(folder: Path, tag: str = "hi"):
    return Catalogs(project=folder, domain="shop", product=folder).locale(tag)


def test_a_message_is_translated_and_its_placeholders_are_filled(tmp_path):
    """Values go in by name; braces that name no value stay, and nothing is evaluated."""
    write(tmp_path, entry("At least {minimum}", "कम से कम {minimum} {minimum.__class__} {other}"))
    assert (
        locale(tmp_path).translate("At least {minimum}", minimum=3) == "कम से कम 3 {minimum.__class__} {other}"
    )


def test_a_missing_message_stays_english_and_is_counted(tmp_path):
    """A message without a translation, and one marked fuzzy, are shown in English and listed once."""
    write(tmp_path, entry("Name", "") + entry("Type", "प्रकार", "#, fuzzy\n"))
    hindi = locale(tmp_path)
    assert [hindi.translate(m) for m in ("Name", "Type", "Default", "Name")] == [
        "Name",
        "Type",
        "Default",
        "Name",
    ]
    assert hindi.fallbacks == ("Name", "Type", "Default")


def test_english_needs_no_catalog(tmp_path):
    """The source language never falls back."""
    english = locale(tmp_path, "en")
    assert english.translate("Name") == "Name"
    assert english.fallbacks == ()


def test_a_context_tells_equal_messages_apart(tmp_path):
    """A message is found under its msgctxt only."""
    write(tmp_path, 'msgctxt "button"\nmsgid "Open"\nmsgstr "खोलें"\n\n' + entry("Open", "खुला"))
    assert (locale(tmp_path).translate("Open", "button"), locale(tmp_path).translate("Open")) == (
        "खोलें",
        "खुला",
    )


def test_the_projects_catalog_wins_and_a_parent_tag_helps_out(tmp_path):
    """`hi-IN` reads its own catalogs first, then those of `hi`; a project's before the product's."""
    write(tmp_path, entry("Name", "नाम") + entry("Type", "टाइप"), domain="snippetgen")
    write(tmp_path, entry("Name", "शीर्षक"))
    write(tmp_path, entry("Type", "किस्म"), tag="hi-IN")
    regional = locale(tmp_path, "hi-IN")
    assert (regional.translate("Name"), regional.translate("Type")) == ("शीर्षक", "किस्म")


@pytest.mark.parametrize("tag", ["hi", "ja", "pt-BR", "zh-Hant", "zh-Hant-TW", "es-419"])
def test_a_known_tag_is_accepted(tag):
    """Languages, scripts and regions of CLDR are tags."""
    check_tag(tag)


@pytest.mark.parametrize("tag", ["hindi", "xx", "pt_BR", "../hi", "HI", "", "hi/..", "en-"])
def test_an_unknown_tag_is_refused(tag):
    """What BCP 47 or CLDR does not know is a usage error, never a path."""
    with pytest.raises(UsageError):
        check_tag(tag)


@pytest.mark.parametrize(
    "line", ["msgid Type", 'msgid "Type', 'msgid "Ty"pe"', 'mgsid "Type"', "<<<<<<< HEAD", 'msgid "Type" "x']
)
def test_a_broken_catalog_names_its_line(tmp_path, line):
    """A PO file that cannot be read raises CatalogError with file and line; nothing is guessed or cut off."""
    path = write(tmp_path, f'msgid "Name"\nmsgstr "नाम"\n\n{line}\nmsgstr "टाइप"\n')
    with pytest.raises(CatalogError) as caught:
        read_catalog(path)
    assert (caught.value.place.file, caught.value.place.line) == (str(path), 7)


def test_a_catalog_that_is_not_utf8_is_refused(tmp_path):
    """Bytes of another encoding are named, not replaced."""
    path = write(tmp_path, "")
    path.write_bytes(b'msgid "a"\nmsgstr "\xe9"\n')
    with pytest.raises(CatalogError, match="UTF-8"):
        read_catalog(path)


@pytest.mark.parametrize(
    ("message", "translation", "expected"),
    [
        ("At least {minimum}", "कम से कम {न्यूनतम}", ["i18n/placeholder"]),
        ("At least {minimum}", "कम से कम", ["i18n/placeholder"]),
        ("Set `api_key`", "`एपीआई_कुंजी` सेट करें", ["i18n/code"]),
        ("Set `api_key` twice: `api_key`", "`api_key` सेट करें", ["i18n/code"]),
        ("Use model_id here", "यहाँ मॉडल_आईडी लिखें", ["i18n/code"]),
        ("One of 'json' or 'image'", "'json' या 'चित्र' में से एक", ["i18n/code"]),
        ("Plain words", "सादे `शब्द`", ["i18n/code"]),
        ("See [docs](https://a.example/x)", "[दस्तावेज़](https://evil.example/x) देखें", ["i18n/link"]),
        ("Send it", "भेजें\u202e", ["i18n/control"]),
        ("One of 'json' or 'image'", "`json` या `image` में से एक", []),
        (
            "Set `a` in [docs](https://a.example/x) to {b}",
            "[दस्तावेज़](https://a.example/x) में `a` को {b} करें",
            [],
        ),
        ("Send it", "भेज\u200dें", []),
    ],
)
def test_a_translation_keeps_what_its_message_cannot_lose(tmp_path, message, translation, expected):
    """Placeholders, code, identifiers and links are the same multiset on both sides."""
    assert rules(tmp_path, message, translation) == expected


def test_a_translation_cannot_end_a_comment(tmp_path):
    """A sequence that some language's comment cannot hold is a finding before anything is rendered."""
    assert rules(tmp_path, "Send it.", "भेजें ?>", ("?>", "\\u")) == ["i18n/comment"]
    assert rules(tmp_path, "Ends at ?>", "?> पर", ("?>",)) == []


def test_a_finding_names_its_catalog_and_line(tmp_path):
    """Whoever mends it is led to the message."""
    path = write(tmp_path, entry("Name", "नाम") + entry("Set `api_key`", "`कुंजी` सेट करें"))
    (finding,) = check_catalog(read_catalog(path))
    assert (finding.place.file, finding.place.line, finding.locale) == (str(path), 7, "hi")
    assert "`api_key`" in finding.message
    assert "`कुंजी`" in finding.message


def test_an_untranslated_or_doubtful_message_is_no_finding(tmp_path):
    """What no reader sees is not checked."""
    text = entry("Set `api_key`", "") + entry("Use `x`", "उपयोग", "#, fuzzy\n")
    assert list(check_catalog(read_catalog(write(tmp_path, text)))) == []


@pytest.mark.parametrize("tag", ["hi", "ja"])
def test_the_shipped_catalogs_are_complete_and_sound(tag):
    """Every message of the product and of the Roboflow pages is translated, and no check objects."""
    api = load_api(SPEC)
    assert {(s.domain, s.missing, s.fuzzy) for s in status(api, [tag])} == {
        ("snippetgen", 0, 0),
        ("roboflow", 0, 0),
    }
    catalogs = Catalogs(project=api.folder / "locales", domain=api.id)
    assert [f for c in catalogs.locale(tag).catalogs for f in check_catalog(c)] == []


def test_every_sentence_of_a_translation_ends_as_its_language_does():
    """Where the English has a full stop, Hindi ends with a danda and Japanese with a full-width stop."""
    api = load_api(SPEC)
    for tag, mark in (("hi", "।"), ("ja", "。")):
        for catalog in Catalogs(project=api.folder / "locales", domain=api.id).locale(tag).catalogs:
            ends = [e for e in catalog.entries.values() if e.message.endswith(".")]
            assert [e.message for e in ends if not e.translation.endswith(mark)] == []


def test_the_shipped_catalogs_are_up_to_date():
    """An update of the catalogs changes nothing: no date, no place, no order depends on when it ran."""
    api = load_api(SPEC)
    before = {path: path.read_bytes() for path in api.folder.glob("locales/**/*.po")}
    assert update(api) == ()
    assert {path: path.read_bytes() for path in before} == before


def test_messages_of_a_project_say_where_they_stand():
    """A translator learns the element and the pages of each message; the two domains do not overlap."""
    api = load_api(SPEC)
    messages, pages = extract(api), sorted(endpoint.id for endpoint in api.endpoints)
    project = {message.text: message.comments for message in messages.project}
    assert project["The stroke width used when visualizing predictions"] == (
        f"description of the query parameter `stroke` ({', '.join(pages)})",
    )
    assert "comment in snippets" in {m.text: m.comments for m in messages.product}["Send the request."]
    assert not project.keys() & {message.text for message in messages.product}


def test_an_update_keeps_translations_and_marks_guesses(tmp_path):
    """A known message stays translated, a changed one becomes fuzzy, and a second update changes nothing."""
    folder = copy_of_spec(tmp_path)
    api = load_api(folder / "roboflow.yaml")
    path = folder / "locales" / "hi" / "LC_MESSAGES" / "roboflow.po"
    text = path.read_text("utf-8").replace('msgid "Type of keypoint."', 'msgid "Type of the keypoint."')
    path.write_text(text, "utf-8")
    assert update(api, ["hi"], product=False) == (path,)
    mended = path.read_text("utf-8")
    assert '#, fuzzy\nmsgid "Type of keypoint."\nmsgstr "कीपॉइंट का प्रकार।"' in mended
    assert update(api, ["hi"], product=False) == ()
    assert [s.fuzzy for s in status(api, ["hi"]) if s.domain == "roboflow"] == [1]


def copy_of_spec(folder: Path) -> Path:
    import shutil

    return Path(shutil.copytree(SPEC.parent, folder / "spec"))


def test_prose_understands_only_its_little_markdown():
    """Code, emphasis and safe links are markup; HTML, images and other schemes are text."""
    kinds = [
        s.kind
        for s in Prose.parse("`a` *b* **c** [d](https://e.example) [f](g.md)").spans
        if s.text.strip() or s.spans
    ]
    assert kinds == ["code", "emphasis", "strong", "link", "link"]
    for text in (
        "<b>x</b>",
        "[x](javascript:alert)",
        "[x](//evil.example)",
        "[x](data:text/html)",
        "`open",
        "**open",
    ):
        assert [s.kind for s in Prose.parse(text).spans] == ["text"]
