"""A build to which nothing happened is known by content: it says the same, and any change is seen."""

import json
import os
import re
import shutil
import time
from dataclasses import replace
from hashlib import sha256

import pytest

import snippetgen.build
from snippetgen import stamp
from snippetgen.dependency import dependencies
from snippetgen.openapi.bundle import Bundle
from tests.conftest import ROOT
from tests.test_regions import BEGIN, END

PAGE = f"# Guide\n\n{BEGIN.format('classification parameters')}\n{END}\n"
CATALOG = "locales/hi/LC_MESSAGES/roboflow.po"


@pytest.fixture
def built(project, tmp_path, monkeypatch, run_cli, capsys):
    """A spec in three locales, one of them without catalogs, that was built; and how to build it again."""
    monkeypatch.setattr(stamp, "_TICK", 0)  # what the test changed a moment ago is old
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    text = project.read_text("utf-8").replace("locales: [en, hi, ja, es, fr, de, pt-BR, zh-Hans, ko, ar]", "")
    regions = 'regions:\n  - {format: markdown, path: "guide/{locale}/*.md"}\n'
    project.write_text(text + regions + "locales: [en, hi, it]\nlanguages: [curl]\n", "utf-8")
    for tag in ("en", "hi", "it"):
        (tmp_path / "out" / "guide" / tag).mkdir(parents=True)
        (tmp_path / "out" / "guide" / tag / "a.md").write_text(PAGE)
        (tmp_path / "out" / "guide" / tag / "plain.md").write_text("nothing to fill\n")
    ran = []
    full = snippetgen.build.build
    monkeypatch.setattr(snippetgen.build, "build", lambda *a, **k: (ran.append(1), full(*a, **k))[1])

    def again(*options):
        before = len(ran)
        code = run_cli("build", project, "--output", tmp_path / "out", "--jobs", "1", *options)
        said = capsys.readouterr()
        return code, said.out, said.err, "full" if len(ran) > before else "known"

    assert again()[3] == "full"
    assert again()[3] == "known"
    return again


@pytest.mark.parametrize("options", [(), ("--check",), ("--locale", "it"), ("--format", "markdown")])
def test_what_is_known_is_told_in_the_same_words(built, options):
    """Exit code, counts, and the messages that stay English, are those of a full build."""
    *first, how = built(*options)
    assert how == ("full" if options else "known")
    *again, how = built(*options, "--jobs", "2")
    assert (again, how) == (first, "known")
    assert first[0] == 0
    assert "0 pages written, " in first[1] or "0 stale, " in first[2]
    assert "it: " in first[2]
    assert "messages stay English" in first[2]


@pytest.mark.parametrize(
    "path",
    [
        "roboflow/roboflow.yaml",
        "roboflow/roboflow.openapi.json",
        "roboflow/roboflow.overlay.yaml",
        "roboflow/snippets/sample.png",
        "roboflow/samples/classification.json",
        "roboflow/" + CATALOG,
        "roboflow/snippets/annotate.py.jinja",
        "out/hi/README.md",
        "out/llms.txt",
        "out/guide/hi/a.md",
        "out/guide/hi/plain.md",
    ],
)
def test_another_byte_anywhere_is_a_full_build(built, tmp_path, path):
    """Whatever was read or written: when it changes, even back and forth, all is done again."""
    file = tmp_path / path
    before = file.read_bytes()
    file.write_bytes(before + b"\n")
    assert built("--check")[3] == "full"
    file.write_bytes(before)
    assert built()[3] == "known"


def test_a_page_that_is_gone_is_written_again(built, tmp_path):
    """And then all is known once more."""
    (tmp_path / "out" / "it" / "README.md").unlink()
    code, said, _, how = built()
    assert (code, how) == (0, "full")
    assert said.startswith("1 page written")
    assert built()[3] == "known"


@pytest.mark.parametrize(
    "path",
    [
        "roboflow/locales/it/LC_MESSAGES/roboflow.po",
        "roboflow/locales/hi-Deva/LC_MESSAGES/roboflow.po",
        "out/guide/hi/new.md",
    ],
)
def test_a_file_that_was_not_there_is_noticed(built, tmp_path, path):
    """A catalog of a locale, or of one that helps it out; a page with regions."""
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(
        tmp_path / "roboflow" / CATALOG if file.suffix == ".po" else tmp_path / "out/guide/hi/a.md", file
    )
    assert built()[3] == "full"
    assert built()[3] == "known"


def test_a_link_out_of_the_output_folder_is_refused_as_ever(built, tmp_path):
    """Even where the same text lies at its end."""
    page = tmp_path / "out" / "hi" / "README.md"
    page.rename(tmp_path / "elsewhere.md")
    page.symlink_to(tmp_path / "elsewhere.md")
    code, _, said, how = built()
    assert (code, how) == (2, "full")
    assert "leads out of the output folder" in said


def test_a_change_while_the_build_runs_is_not_taken_for_what_was_read(built, tmp_path, monkeypatch):
    """Nobody knows which of the two contents the pages are made of, so the next build does all again."""
    catalog, usual = tmp_path / "roboflow" / CATALOG, snippetgen.build.build

    def interfered(*arguments, **options):
        result = usual(*arguments, **options)
        catalog.write_bytes(catalog.read_bytes() + b"\n")
        return result

    monkeypatch.setattr(snippetgen.build, "build", interfered)
    assert built("--locale", "hi")[3] == "full"
    monkeypatch.setattr(snippetgen.build, "build", usual)
    assert built("--locale", "hi")[3] == "full"
    assert built("--locale", "hi")[3] == "known"


@pytest.mark.parametrize("put", ["move", "copy", "link"])
def test_a_file_swapped_while_the_build_runs_is_noticed_by_any_date(built, tmp_path, monkeypatch, put):
    """One that keeps an old date, as `mv`, `cp -p` and a link to it do, is as new as any other."""
    catalog, usual = tmp_path / "roboflow" / CATALOG, snippetgen.build.build
    other = tmp_path / "other.po"
    other.write_bytes(catalog.read_bytes() + b"\n")
    os.utime(other, (1, 1))
    time.sleep(0.05)  # a clock of the file system that ticks slower than ours

    def interfered(*arguments, **options):
        result = usual(*arguments, **options)
        if put == "link":
            catalog.unlink()
            catalog.symlink_to(other)
        else:
            {"move": shutil.move, "copy": shutil.copy2}[put](other, catalog)
        return result

    monkeypatch.setattr(snippetgen.build, "build", interfered)
    assert built("--locale", "hi")[3] == "full"
    assert catalog.stat().st_mtime == 1
    monkeypatch.setattr(snippetgen.build, "build", usual)
    assert built("--locale", "hi")[3] == "full"
    assert built("--locale", "hi")[3] == "known"


def _sealed(content):
    return sha256(content).hexdigest().encode() + b"\n" + content


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-9],
        lambda data: data.replace(b"README", b"REDAME"),
        lambda _: b"",
        lambda _: b"\xff\x00",
        lambda _: _sealed(b"[]"),
        lambda _: _sealed(b"{}"),
        lambda _: _sealed(b'{"program": 1, "read": 2, "matched": 3, "left": 4, "notes": 5}'),
        lambda data: _sealed(data.partition(b"\n")[2].replace(b"README", b"../READ")),
        lambda data: _sealed(re.sub(rb'"program": "\w', b'"program": "x', data.partition(b"\n")[2])),
    ],
)
def test_a_stamp_that_does_not_fit_is_not_believed(built, tmp_path, damage):
    """Truncated, altered, of another program, or no stamp at all."""
    (file,) = (tmp_path / "cache" / "snippetgen").glob("*.json")
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert file.read_bytes() != whole
    assert built()[::3] == (0, "full")
    assert built()[::3] == (0, "known")


def test_a_stamp_is_of_its_folder_and_arguments(built, tmp_path):
    """The stamp of one build, in the place of another's, is not believed by it."""
    shutil.copytree(tmp_path / "out", tmp_path / "out2")
    assert built("--output", tmp_path / "out2")[3] == "full"
    assert built("--output", tmp_path / "out2")[3] == "known"
    assert built("--locale", "hi")[3] == "full"


def test_another_program_is_another_build(built, tmp_path, monkeypatch):
    """A template, a catalog or a schema of the product, or a library, that changed."""
    folders = {name: tmp_path / "data" / name for name in ("locales", "schemas", "templates")}
    for name, folder in folders.items():
        shutil.copytree(ROOT / name, folder)
    monkeypatch.setattr(stamp, "data_folder", folders.get)
    seen = {stamp._program.__wrapped__()}
    for name in (
        "locales/hi/LC_MESSAGES/snippetgen.po",
        "schemas/language.schema.json",
        "templates/new.jinja",
    ):
        with (tmp_path / "data" / name).open("a") as file:
            file.write("\n")
        seen.add(stamp._program.__wrapped__())
    monkeypatch.setattr(stamp, "version", lambda name: f"another {name}")
    seen.add(stamp._program.__wrapped__())
    assert len(seen) == 5
    monkeypatch.setattr(stamp, "_program", lambda: "another")
    assert built()[3] == "full"


def test_what_cannot_be_told_beforehand_is_done_anew(built, tmp_path):
    """A template of the project's own that reads another one may change without changing itself."""
    folder = tmp_path / "roboflow" / "snippets"
    text = (folder / "annotate.py.jinja").read_text("utf-8")
    (folder / "rest.jinja").write_text(text, "utf-8")
    (folder / "annotate.py.jinja").write_text("{% include 'rest.jinja' %}", "utf-8")
    assert [built()[3] for _ in range(3)] == ["full"] * 3


def test_a_reference_that_leads_nowhere_may_lead_somewhere_tomorrow(built, tmp_path):
    """So nothing is remembered of a build of such a document."""
    document = tmp_path / "roboflow" / "roboflow.openapi.json"
    data = json.loads(document.read_text("utf-8"))
    data["components"]["schemas"]["Lost"] = {"$ref": "lost.json"}
    document.write_text(json.dumps(data), "utf-8")
    assert [built()[3] for _ in range(3)] == ["full"] * 3


def test_what_was_fetched_may_be_another_tomorrow(api):
    """Nothing is remembered of a build that needed the network; the same document without it can be."""
    source = api.document.source
    fetched = Bundle(data=source.data, files={"https://a.example/x.json": source}, refused={})
    assert dependencies(api) is not None
    assert dependencies(replace(api, document=replace(api.document, bundle=fetched))) is None


def test_a_build_with_an_error_is_never_known(built, tmp_path):
    """The finding is told each time, with exit code 1."""
    catalog = tmp_path / "roboflow" / CATALOG
    catalog.write_text(catalog.read_text("utf-8").replace("शीर्ष `max_detections`", "शीर्ष `x`"), "utf-8")
    for _ in range(3):
        code, _, said, how = built()
        assert (code, how) == (1, "full")
        assert "i18n/code" in said
