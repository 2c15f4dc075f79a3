"""The life of a translation: extracted, updated, counted, and never lost."""

import json
import shutil
import subprocess
from pathlib import Path

import polib
import pytest
from babel.messages.pofile import read_po

from snippetgen.errors import SpecError, TemplateError
from snippetgen.i18n.catalog import PRODUCT, read_catalog
from snippetgen.i18n.kept import check_catalog
from snippetgen.i18n.message import extract, template_messages
from snippetgen.i18n.pseudo import pseudo
from snippetgen.i18n.status import ALL, VOCABULARY, status
from snippetgen.i18n.update import template, update
from snippetgen.locale import Catalogs
from snippetgen.spec import load_api
from tests.conftest import ROOT

SPEC = ROOT / "specs" / "roboflow" / "roboflow.yaml"
SHIPPED = ("hi", "ja", "es", "fr", "de", "pt-BR", "zh-Hans", "ko", "ar")
PRODUCT_FILES = sorted((ROOT / "locales").glob("*/LC_MESSAGES/*.po"))
PROJECT_FILES = sorted(SPEC.parent.glob("locales/*/LC_MESSAGES/*.po"))


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the Roboflow spec that a test may change."""
    return Path(shutil.copytree(SPEC.parent, tmp_path / "project"))


def reworded(project: Path, *pairs: tuple[str, str]):
    """The API after its spec was edited."""
    path = project / "roboflow.yaml"
    text = path.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    return load_api(path)


def catalog(project: Path, tag: str = "ja") -> Path:
    return project / "locales" / tag / "LC_MESSAGES" / "roboflow.po"


def entry(path: Path, message: str):
    return polib.pofile(str(path)).find(message, include_obsolete_entries=True)


def todo(api, tag="ja"):
    return [(state.state, state.message.text, state.previous) for state in status(api, [tag]).todo[tag]]


# What ships


@pytest.mark.parametrize("tag", SHIPPED)
def test_the_products_vocabulary_is_complete_and_sound(tag):
    """Every message of the product is translated in every shipped locale, and no check objects."""
    rows = {row.page: row for row in status(load_api(SPEC), [tag]).rows}
    assert rows[VOCABULARY].percent == 100
    found = read_catalog(ROOT / "locales" / tag / "LC_MESSAGES" / "snippetgen.po")
    assert list(check_catalog(found, ("?>",))) == []


@pytest.mark.parametrize("tag", SHIPPED)
def test_the_roboflow_pages_are_complete(tag):
    """Every message of every page is translated, in both domains."""
    assert {row.percent for row in status(load_api(SPEC), [tag]).rows} == {100}


def test_the_shipped_catalogs_have_the_messages_of_today():
    """No message is missing from a catalog or left in it; the project's catalogs are the very bytes."""
    api = load_api(SPEC)
    assert [made.path for made in update(api, check=True) if made.changed] == []
    wanted = {message.key for message in extract(api).product}
    for tag in SHIPPED:
        assert read_catalog(ROOT / "locales" / tag / "LC_MESSAGES" / "snippetgen.po").entries.keys() == wanted


@pytest.mark.parametrize(
    "path", [*PRODUCT_FILES, *PROJECT_FILES], ids=lambda p: f"{p.parent.parent.name}-{p.stem}"
)
def test_gettexts_own_tools_read_the_catalogs(path, tmp_path):
    """GNU msgfmt compiles each catalog with all of its checks; polib and Babel read the same entries."""
    if shutil.which("msgfmt") is None:
        pytest.skip("GNU gettext is not installed")
    done = subprocess.run(
        ["msgfmt", "-c", "-o", tmp_path / "x.mo", path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr
    ours = {key: e.translations for key, e in read_catalog(path).entries.items()}
    theirs = {
        (e.msgctxt, e.msgid): tuple(e.msgstr_plural.values()) or (e.msgstr,) for e in polib.pofile(str(path))
    }
    with path.open("rb") as file:
        babels = {(m.context, m.id[0] if m.pluralizable else m.id) for m in read_po(file) if m.id}
    assert ours == theirs
    assert ours.keys() == babels


# Extraction


def test_messages_of_a_project_say_where_they_stand():
    """A translator learns the element and the pages of each message; the two domains do not overlap."""
    api = load_api(SPEC)
    messages, pages = extract(api), sorted(endpoint.id for endpoint in api.endpoints)
    found = {message.text: message for message in messages.project}
    stroke = found["The stroke width used when visualizing predictions"]
    assert stroke.comments == (f"description of the query parameter `stroke` ({', '.join(pages)})",)
    assert stroke.pages == set(pages)
    assert not {m.key for m in messages.project} & {m.key for m in messages.product}


def test_a_comment_is_shown_with_the_line_of_code_below_it():
    """What a comment explains is in the translator's sight, in templates and in the project's scripts."""
    messages = extract(load_api(SPEC))
    comments = {message.text: message.comments for message in (*messages.product, *messages.project)}
    assert (
        "above: annotated = sv.MaskAnnotator().annotate(scene=annotated, detections=detections)"
        in comments["Draw the masks and the class names on a copy of the image."]
    )
    assert any(line.startswith("above: ") for line in comments["Print the response."])


def test_equal_words_in_two_roles_have_contexts():
    """The column `Default` and the answer `No` can be translated apart from the same words elsewhere."""
    keys = {message.key for message in extract(load_api(SPEC)).product}
    assert {("column", "Default"), ("answer", "No"), (None, "Responses")} <= keys


def test_only_a_literal_sentence_can_be_translated(tmp_path):
    """A message that is computed cannot be extracted, so a template with one is refused at its line."""
    path = tmp_path / "x.jinja"
    path.write_text('x\n{{ _("Sent by " + name) | comment }}\n', "utf-8")
    with pytest.raises(TemplateError) as caught:
        list(template_messages(path))
    assert caught.value.place.line == 2


def test_a_template_holds_every_message_and_no_translation():
    """The POT file is what translators' tools begin with."""
    messages = extract(load_api(SPEC))
    file = polib.pofile(template(messages.product))
    assert {(e.msgctxt, e.msgid) for e in file} == {message.key for message in messages.product}
    assert {e.msgstr for e in file} == {""}
    assert [e.msgid_plural for e in file if e.msgid_plural] == [
        m.plural for m in messages.product if m.plural
    ]


# Updates


def test_a_changed_message_becomes_fuzzy_and_keeps_what_it_was(project):
    """The translation stays with the message that it was made for, and no reader sees it."""
    old = "Decide which class an image as a whole belongs to."
    before = entry(catalog(project), old).msgstr
    api = reworded(project, (old, "Decide which one class an image as a whole belongs to."))
    update(api)
    changed = entry(catalog(project), "Decide which one class an image as a whole belongs to.")
    assert (changed.msgstr, changed.previous_msgid, changed.flags) == (before, old, ["fuzzy"])
    assert entry(catalog(project), old) is None
    assert todo(api) == [("fuzzy", "Decide which one class an image as a whole belongs to.", old)]


def test_a_message_that_was_rewritten_is_known_by_its_place(project):
    """No word is the same, but the element and the page are: that is a change, and not a loss."""
    old, new = "Decide which class an image as a whole belongs to.", "Label photos."
    before = entry(catalog(project), old).msgstr
    update(reworded(project, (old, new)))
    changed = entry(catalog(project), new)
    assert (changed.msgstr, changed.previous_msgid, changed.fuzzy) == (before, old, True)


def test_a_message_that_changes_back_is_translated_again(project):
    """A revert, also after two changes, leaves the catalog as it was, byte for byte."""
    before = catalog(project).read_bytes()
    first, second, third = (
        "Call a model over HTTP from any",
        "Call any model over HTTP from any",
        "Ask a model over HTTP from any",
    )
    for old, new in ((first, second), (second, third)):
        update(reworded(project, (old, new)))
        assert catalog(project).read_bytes() != before
        assert entry(catalog(project), f"{new} language.").previous_msgid == f"{first} language."
    update(reworded(project, (third, first)))
    assert catalog(project).read_bytes() == before


def test_a_message_that_is_gone_is_kept_until_it_is_purged(project):
    """Obsolete entries hold their translation and come back with their message."""
    before = catalog(project).read_bytes()
    text = "      - heading: Choose a server\n"
    update(reworded(project, (text, "")))
    gone = entry(catalog(project), "Choose a server")
    assert (gone.obsolete, gone.msgstr) == (1, "サーバーを選ぶ")
    update(reworded(project, ('      - text: "Set `API_URL`', text + '      - text: "Set `API_URL`')))
    assert catalog(project).read_bytes() == before
    update(reworded(project, (text, "")), purge=True)
    assert entry(catalog(project), "Choose a server") is None


def test_what_translators_wrote_beside_translations_stays(project):
    """Remarks, headers of their tools, and entries of their own for one element are kept."""
    path = catalog(project)
    text = path.read_text("utf-8")
    text = text.replace(
        '"Language: ja\\n"', '"Language: ja\\n"\n"X-Generator: Weblate 5\\n"\n"Last-Translator: A\\n"'
    )
    text = "# Team of Tokyo\n" + text.replace(
        '#. heading (roboflow-2)\nmsgid "Choose', '# asked the author\n#. x\nmsgid "Choose'
    )
    text += '\nmsgctxt "title"\nmsgid "Classification"\nmsgstr "分類 (題)"\n'
    path.write_text(text, "utf-8")
    api = load_api(project / "roboflow.yaml")
    update(api)
    file = polib.pofile(str(path))
    assert (file.header, file.metadata["X-Generator"], file.metadata["Last-Translator"]) == (
        "Team of Tokyo",
        "Weblate 5",
        "A",
    )
    assert file.find("Choose a server").tcomment == "asked the author"
    assert file.find("Classification", msgctxt="title").msgstr == "分類 (題)"
    locale = Catalogs(project=project / "locales", domain="roboflow").locale("ja")
    assert (locale.translate("Classification", "title"), locale.translate("Classification", "heading")) == (
        "分類 (題)",
        "分類",
    )


@pytest.mark.parametrize("before", ["", '\n#~ msgid "gone"\n#~ msgstr "消えた"\n'])
def test_a_remark_at_the_end_stays(project, before):
    """It stands behind the last entry, however often the catalog is updated and whatever is added to it."""
    path, remark = catalog(project), "# my note at the end\n#\n# and its second part\n"
    path.write_text(f"{path.read_text('utf-8')}{before}\n{remark}", "utf-8")
    update(load_api(project / "roboflow.yaml"), ["ja"])
    update(reworded(project, ("Choose a server", "Zero servers to choose from")), ["ja"])
    assert path.read_text("utf-8").endswith(f"\n\n{remark}")
    assert path.read_text("utf-8").count("my note at the end") == 1


def test_a_second_update_changes_nothing(project):
    """No date, no place and no order depends on when or how often it ran; files are not even touched."""
    api = reworded(project, ("Choose a server", "Pick a server"))
    update(api)
    stamps = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in project.rglob("*.po")}
    assert not any(made.changed for made in update(api))
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in stamps} == stamps


def test_an_interrupted_update_loses_nothing(project, monkeypatch):
    """Killed between two writes, it leaves each catalog whole: as it was or as it will be."""
    api = reworded(project, ("Choose a server", "Pick a server"))
    old = {path: path.read_bytes() for path in project.rglob("*.po")}
    new = {made.path: made.text.encode() for made in update(api, check=True) if made.changed}
    assert {path: path.read_bytes() for path in old} == old
    real = Path.replace
    for deaths in range(len(new)):
        for path, content in old.items():
            path.write_bytes(content)
        count = iter(range(100))

        def dying(self, target, count=count, deaths=deaths):
            if next(count) == deaths:
                raise KeyboardInterrupt
            return real(self, target)

        monkeypatch.setattr(Path, "replace", dying)
        with pytest.raises(KeyboardInterrupt):
            update(api)
        monkeypatch.setattr(Path, "replace", real)
        assert sum(path.read_bytes() == text for path, text in new.items()) == deaths
        assert all(path.read_bytes() in {text, new.get(path)} for path, text in old.items())
        assert set(project.rglob("*.po*")) == set(old)


def test_a_build_names_the_pages_whose_source_changed(project, run_cli, capsys, tmp_path):
    """With --check: each page with the messages that changed since it was translated."""
    spec = project / "roboflow.yaml"
    assert run_cli("build", spec, "--output", tmp_path) == 0
    update(reworded(project, ("Choose a server", "Pick a server")), ["ja"])
    capsys.readouterr()
    assert run_cli("build", spec, "--output", tmp_path, "--locale", "ja", "--check") == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if "changed since" in line]
    assert lines
    assert all(line.startswith("ja: ") and "Pick a server" in line for line in lines)


@pytest.mark.parametrize("is_updated", [False, True])
def test_a_build_names_the_pages_whose_new_text_has_no_translation(
    project, run_cli, capsys, tmp_path, is_updated
):
    """A changed description that no translation fits yet, before an update and after it, is told as well."""
    spec, new = project / "roboflow.yaml", "Zyx qwv."
    api = reworded(project, ("Find every object in an image and the box around each one.", new))
    if is_updated:
        update(api, ["ja"])
        file = polib.pofile(str(catalog(project)))
        file.find(new).msgstr, file.find(new).flags = "", []
        file.save()
    run_cli("build", spec, "--output", tmp_path, "--locale", "ja", "--check")
    assert f"ja: object-detection shows what is new or changed in English: '{new}'" in capsys.readouterr().err


def test_a_catalog_that_lost_its_text_or_is_a_folder_is_an_error(project, run_cli, capsys):
    path, spec = catalog(project, "ja"), project / "roboflow.yaml"
    path.write_text("", "utf-8")
    assert run_cli("i18n", "check", spec) == 2
    assert "the catalog is empty" in capsys.readouterr().err
    path.unlink()
    path.mkdir()
    assert run_cli("i18n", "update", spec) == 2
    assert "Is a directory" in capsys.readouterr().err


def test_a_broken_catalog_stops_an_update_before_it_writes(project):
    """One catalog that cannot be read leaves the others as they are."""
    api = reworded(project, ("Choose a server", "Pick a server"))
    catalog(project, "ja").write_text("msgid broken", "utf-8")
    before = catalog(project, "hi").read_bytes()
    with pytest.raises(Exception, match="not a line of a PO file"):
        update(api)
    assert catalog(project, "hi").read_bytes() == before


@pytest.mark.parametrize("linked", ["locales", "locales/ja"])
def test_a_link_leads_no_catalog_out_of_the_project(project, tmp_path, run_cli, capsys, linked):
    """Nothing elsewhere is read or written, whatever the command."""
    spec, file = project / "roboflow.yaml", tmp_path / "ja.xlf"
    assert run_cli("i18n", "export", spec, "--locale", "ja", "--output", file) == 0
    elsewhere = (project / linked).rename(tmp_path / "elsewhere")
    (project / linked).symlink_to(elsewhere)
    before = {path: path.read_bytes() for path in elsewhere.rglob("*.po*")}
    commands = [("update", spec), ("export", spec, "--locale", "ja"), ("import", spec, file)]
    for command in commands + [("extract", spec)] * (linked == "locales"):
        assert run_cli("i18n", *command) == 2
        assert f"leads out of the project's folder {project}" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in elsewhere.rglob("*.po*")} == before


@pytest.mark.parametrize("check", [(), ("--check",)])
def test_a_message_that_stands_twice_stops_an_update(project, run_cli, capsys, check):
    """Whichever would be dropped may be the right one; file and line are named, nothing is written."""
    path = catalog(project)
    path.write_text(path.read_text("utf-8") + '\nmsgid "Classification"\nmsgstr "分別"\n', "utf-8")
    before = path.read_bytes()
    assert run_cli("i18n", "update", project / "roboflow.yaml", *check) == 2
    line = before.decode().count("\n") - 1
    assert f"{path}:{line}: the message stands twice, first in line " in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_wrong_character_set_of_a_header_is_told(project, run_cli, capsys):
    """The catalog is read as the UTF-8 that it is; other tools would read what the header says."""
    path, spec = catalog(project), project / "roboflow.yaml"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"charset=UTF-8", b"charset=ISO-8859-1"))
    message = "the header says charset=ISO-8859-1, but the catalog is UTF-8"
    for command, code in (("check", 1), ("status", 0)):
        assert run_cli("i18n", command, spec, "--locale", "ja") == code
        assert message in "".join(capsys.readouterr())
    run_cli("i18n", "update", spec, "--locale", "ja")
    assert path.read_bytes() == before


def test_an_update_names_a_folder_that_no_locale_reads(project, run_cli, capsys):
    """The tag that was meant is said, and the other catalogs are brought up to date."""
    shutil.copytree(catalog(project).parents[1], project / "locales" / "jp")
    assert run_cli("i18n", "update", project / "roboflow.yaml") == 1
    said = capsys.readouterr()
    assert str(project / "locales" / "jp") in said.err
    assert "did you mean 'ja'?" in said.err
    assert "unchanged" in said.out


def test_a_renamed_parameter_leads_to_the_messages_that_name_it(project):
    """After one update the status names the sentence that speaks of the parameter, and no other."""
    for name in ("roboflow.openapi.json", "roboflow.overlay.yaml"):
        text = (project / name).read_text("utf-8")
        assert "max_detections" in text
        (project / name).write_text(text.replace("max_detections", "detection_limit"), "utf-8")
    api = load_api(project / "roboflow.yaml")
    update(api)
    for tag in ("hi", "ja"):
        ((state, message, previous),) = todo(api, tag)
        assert (state, "detection_limit" in message, previous) == (
            "fuzzy",
            True,
            message.replace("detection_limit", "max_detections"),
        )


# Status and the commands


def test_the_status_counts_messages_and_words(project):
    """Each page, the product's vocabulary and the whole: the four states add up to the messages."""
    api = reworded(
        project,
        ("Call a model over HTTP from any language.", "Call a model over plain HTTP from any language."),
    )
    update(api)
    rows = {row.page: row for row in status(api, ["ja"]).rows}
    assert rows["rest-api"].counts == {
        "translated": rows["rest-api"].messages - 1,
        "fuzzy": 1,
        "fallback": 0,
        "missing": 0,
    }
    assert rows["rest-api"].open_words == 9
    assert rows["classification"].percent == 100
    assert rows[ALL].messages == len(extract(api).product) + len(extract(api).project)
    missing = {row.page: row for row in status(api, ["it"]).rows}[ALL]
    assert (missing.counts["missing"], missing.open_words) == (missing.messages, missing.words)


def test_a_fallback_is_neither_translated_nor_missing(project):
    """What `pt-BR` reads from `pt` has a column of its own."""
    shutil.copytree(project / "locales" / "ja", project / "locales" / "pt")
    api = load_api(project / "roboflow.yaml")
    row = {row.page: row for row in status(api, ["pt-PT"]).rows}["roboflow-2"]
    assert row.counts["fallback"] > 0
    assert row.counts["translated"] == 0


def test_the_command_line_shows_the_life_cycle(project, run_cli, capsys):
    """`extract`, `update`, `status` and `check` say what they did, and exit 1 where something is to do."""
    spec = str(project / "roboflow.yaml")
    assert run_cli("i18n", "extract", spec, "--product", "--output", str(project / "pot")) == 0
    assert {path.name for path in (project / "pot").iterdir()} == {"roboflow.pot", f"{PRODUCT}.pot"}
    assert run_cli("i18n", "update", spec, "--locale", "ja", "--check") == 0
    reworded(project, ("Choose a server", "Pick a server"))
    assert run_cli("i18n", "update", spec, "--locale", "ja", "--check") == 1
    assert run_cli("i18n", "update", spec) == 0
    capsys.readouterr()
    assert run_cli("i18n", "status", spec, "--locale", "ja", "--fail-under", "100", "--list") == 1
    shown = capsys.readouterr()
    assert "ja: fuzzy: 'Pick a server', was 'Choose a server' (on roboflow-2)" in shown.out
    assert "less than 100 %" in shown.err
    assert run_cli("i18n", "status", spec, "--locale", "ja", "--format", "json") == 0
    data = json.loads(capsys.readouterr().out)
    assert [item["message"] for item in data["todo"]["ja"]] == ["Pick a server"]
    assert {row["locale"] for row in data["rows"]} == {"ja"}
    assert run_cli("i18n", "check", spec) == 0


def test_a_wrong_locale_of_a_spec_is_named_with_its_place(project):
    """`jp` is a country; the spec's line is shown with the tag that was meant."""
    from snippetgen.build import build

    api = reworded(project, ("locales: [en, hi, ja,", "locales: [en, hi, jp,"))
    with pytest.raises(SpecError, match="jp") as caught:
        build(api, project / "out")
    assert (caught.value.fix, bool(caught.value.place.line)) == ("did you mean 'ja'?", True)


# Pseudo-locales


def test_a_pseudo_locale_changes_every_word_and_nothing_else():
    """Letters are accented and the sentence is a third longer; code, names and targets are the same."""
    text = "Set `api_key` in the [docs](https://a.example/x) to {value}; one of 'json' or max_items."
    accented, arabic = pseudo(text, "en-XA"), pseudo(text, "ar-XB")
    for shown in (accented, arabic):
        for kept in ("`api_key`", "](https://a.example/x)", "{value}", "'json'", "max_items"):
            assert kept in shown
        assert "docs" not in shown
        assert shown.isprintable()
    assert len(accented) >= len(text) * 4 / 3
    assert accented.startswith("⟦")


@pytest.mark.parametrize("tag", ["en-XA", "ar-XB"])
def test_a_pseudo_locale_shows_what_cannot_be_translated(tag, tmp_path):
    """A page in it keeps no message in English; what is left is code, names, types and URLs."""
    from snippetgen.build import build

    api = load_api(SPEC)
    result = build(api, tmp_path, locales=[tag])
    assert result.fallbacks == {tag: {}}
    text = (tmp_path / tag / "classification.md").read_text("utf-8")
    for message in extract(api).product:
        assert len(message.text.split()) < 2 or message.text not in text
