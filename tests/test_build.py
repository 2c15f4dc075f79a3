"""Builds: files are written whole, only where they belong, only when they change."""

import os
import shutil
from pathlib import Path

import pytest

from snippetgen import build as module
from snippetgen.build import build
from snippetgen.errors import InputError, SpecError, UsageError
from snippetgen.spec import load_api

SPEC = Path(__file__).parent.parent / "specs" / "roboflow" / "roboflow.yaml"


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the Roboflow spec that a test may change."""
    return Path(shutil.copytree(SPEC.parent, tmp_path / "project"))


def edited(project: Path, old: str, new: str):
    path = project / "roboflow.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return load_api(path)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_build_writes_every_page_and_then_nothing(tmp_path):
    """A second build finds every file unchanged, and leaves it alone."""
    api = load_api(SPEC)
    first = build(api, tmp_path)
    stamps = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*.md")}
    second = build(api, tmp_path)
    assert set(first.written) == set(second.unchanged) == set(tree(tmp_path))
    assert second.written == ()
    assert {p: p.stat().st_mtime_ns for p in stamps} == stamps
    assert {"en/instance-segmentation.md", "hi/roboflow-2.md", "ja/README.md", "llms.txt"} <= set(
        first.written
    )


def test_the_result_does_not_depend_on_the_number_of_processes(tmp_path):
    """One process and three write the same bytes and say the same."""
    api = load_api(SPEC)
    one, three = build(api, tmp_path / "1", jobs=1), build(api, tmp_path / "3", jobs=3)
    assert tree(tmp_path / "1") == tree(tmp_path / "3")
    assert one == three


def test_a_check_shows_a_diff_and_writes_nothing(tmp_path):
    """What would change is a unified diff from the file to the page; a missing file is all new."""
    api = load_api(SPEC)
    build(api, tmp_path)
    changed, missing = tmp_path / "en" / "classification.md", tmp_path / "ja" / "rest-api.md"
    changed.write_text(changed.read_text("utf-8").replace("# Classification", "# Klassifikation"), "utf-8")
    missing.unlink()
    before = tree(tmp_path)
    result = build(api, tmp_path, check=True)
    assert tree(tmp_path) == before
    assert not result.clean
    diffs = {change.path: change.diff for change in result.changes}
    assert set(diffs) == {"en/classification.md", "ja/rest-api.md"}
    assert diffs["en/classification.md"].startswith(
        "--- a/en/classification.md\n+++ b/en/classification.md\n"
    )
    assert "-# Klassifikation\n+# Classification\n" in diffs["en/classification.md"]
    assert diffs["ja/rest-api.md"].startswith("--- /dev/null\n")
    build(api, tmp_path)
    assert build(api, tmp_path, check=True).clean


def test_a_check_of_an_empty_folder_creates_nothing(tmp_path):
    """Not even the output folder is made."""
    assert len(build(load_api(SPEC), tmp_path / "out", check=True).changes) > 20
    assert not (tmp_path / "out").exists()


def test_locales_and_formats_can_be_chosen(tmp_path):
    """Only what was asked for is written; what the spec does not have is a usage error."""
    api = load_api(SPEC)
    written = build(api, tmp_path, formats=["gitbook"], locales=["hi"]).written
    assert {path.split("/")[0] for path in written} == {"hi", "llms.txt"}
    with pytest.raises(UsageError, match="docbook"):
        build(api, tmp_path, formats=["docbook"])
    with pytest.raises(UsageError, match="language tag"):
        build(api, tmp_path, locales=["../hi"])


def test_what_stays_english_is_counted(tmp_path):
    """A locale without a catalog is built, and every message that stayed English is listed."""
    result = build(load_api(SPEC), tmp_path, locales=["en", "hi", "it"])
    assert (result.fallbacks["en"], result.fallbacks["hi"]) == ({}, {})
    assert "Send the request." in result.fallbacks["it"]
    assert len(result.fallbacks["it"]) > 100


def test_a_catalog_that_translates_an_identifier_stops_the_build(project, tmp_path):
    """The finding names catalog, line and identifier, and no page is written."""
    path = project / "locales" / "hi" / "LC_MESSAGES" / "roboflow.po"
    text = path.read_text("utf-8")
    assert text.count("शीर्ष `max_detections`") == 1
    path.write_text(text.replace("शीर्ष `max_detections`", "शीर्ष `अधिकतम_डिटेक्शन`"), "utf-8")
    result = build(load_api(project / "roboflow.yaml"), tmp_path / "out")
    (finding,) = result.findings
    assert (finding.rule, finding.locale, finding.place.file) == ("i18n/code", "hi", str(path))
    line = path.read_text("utf-8").splitlines()[finding.place.line - 1]
    assert line.startswith("msgid")
    assert "max_detections" in line
    assert not result.clean
    assert not (tmp_path / "out").exists()


def test_an_interrupted_write_leaves_the_previous_file_whole(tmp_path, monkeypatch):
    """A build that dies between two files, or inside one, leaves no part of a page."""
    api = load_api(SPEC)
    build(api, tmp_path)
    stale = {p: p.write_bytes(b"previous") and None for p in tmp_path.rglob("*.md")}
    count = iter(range(100))
    real = Path.replace

    def dying(self, target):
        if next(count) == 3:
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "replace", dying)
    with pytest.raises(KeyboardInterrupt):
        build(api, tmp_path)
    texts = [p.read_bytes() for p in stale]
    assert sum(text != b"previous" for text in texts) == 3
    assert all(text == b"previous" or text.endswith(b"\n") for text in texts)
    assert set(tmp_path.rglob("*")) == {
        *tmp_path.rglob("*.md"),
        *tmp_path.rglob("llms.txt"),
        *(tmp_path / t for t in api.locales),
    }


@pytest.mark.parametrize(
    "path",
    [
        "../{locale}/{page}.md",
        "/tmp/{locale}/{page}.md",
        "{locale}/../../{page}.md",
        "{locale}//{page}.md",
        "./{locale}/{page}.md",
        "C:{locale}/{page}.md",
        "{locale}\\\\{page}.md",
        "{locale}/{page}.{other}.md",
        "{locale}/{page}.md/",
        "{locale}/{page}.md\\u0000",
    ],
)
def test_a_path_template_cannot_leave_the_output_folder(project, tmp_path, path):
    """A path that is absolute, climbs, or holds what some file system reads is refused with its place."""
    api = edited(project, 'path: "{locale}/{page}.md"', f'path: "{path}"')
    with pytest.raises(SpecError) as caught:
        build(api, tmp_path / "out")
    assert caught.value.place.line
    assert not (tmp_path / "out").exists()


def test_a_link_inside_the_output_folder_cannot_lead_out(tmp_path):
    """A symbolic link is not followed out of the folder, neither for a folder nor for a file."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "hi").symlink_to(outside)
    with pytest.raises(UsageError, match="leads out"):
        build(load_api(SPEC), tmp_path / "out")
    assert tree(outside) == {}
    assert not (tmp_path / "out" / "en").exists()


def test_locales_need_paths_of_their_own(project, tmp_path):
    """Two locales cannot be written over each other."""
    api = edited(project, 'path: "{locale}/{page}.md"', 'path: "{page}.md"')
    with pytest.raises(SpecError, match="every locale"):
        build(api, tmp_path)
    assert "README.md" in build(api, tmp_path, locales=["en"]).written


def test_two_pages_cannot_share_a_file(project, tmp_path):
    """Names that differ in case only are one file for some readers, so they are refused."""
    api = edited(project, "id: rest-api", "id: readme")
    with pytest.raises(SpecError, match="two different pages"):
        build(api, tmp_path)


@pytest.mark.parametrize(
    ("output", "old", "page"),
    [
        ('format: html, path: "{locale}/{page}.html"', "classification", "index"),
        ('format: mkdocs-material, path: "{locale}/{page}.md"', "rest-api", "index"),
        ('format: markdown, path: "{locale}/{page}.txt"', "rest-api", "llms"),
    ],
)
def test_a_page_is_not_lost_to_another_of_its_format(project, tmp_path, output, old, page):
    """An endpoint or an article by the name of the front page or of llms.txt is refused."""
    edited(project, 'format: gitbook\n    path: "{locale}/{page}.md"', f"{{{output}}}")
    api = edited(project, f"id: {old}\n", f"id: {page}\n")
    with pytest.raises(SpecError, match=rf"two different pages would be written to \w+/{page}\."):
        build(api, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_spec_without_pages_says_so(project, tmp_path):
    """There is nothing to guess: the remedy is an example."""
    api = edited(project, 'pages:\n  - format: gitbook\n    path: "{locale}/{page}.md"\n', "")
    with pytest.raises(SpecError, match="nowhere"):
        build(api, tmp_path)


def test_a_build_does_not_write_what_it_could_not_finish(tmp_path, monkeypatch):
    """Pages are all computed before the first is written."""

    def failing(*_):
        raise UsageError("no")

    monkeypatch.setattr(module, "llms_page", failing)
    with pytest.raises(UsageError):
        build(load_api(SPEC), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_one_locale_alone_keeps_the_index_of_all(tmp_path, api):
    """`build --locale ja` writes the Japanese pages; llms.txt still lists every published locale."""
    build(api, tmp_path)
    index = (tmp_path / "llms.txt").read_text("utf-8")
    assert build(api, tmp_path, locales=["ja"], check=True).clean
    build(api, tmp_path, locales=["ja"])
    assert (tmp_path / "llms.txt").read_text("utf-8") == index


def test_a_spec_can_choose_the_client_that_its_pages_show(project, tmp_path):
    """`languages: [python/requests]` is the tab Python, with that client."""
    spec = project / "roboflow.yaml"
    text = spec.read_text("utf-8")
    spec.write_text(
        text.replace("snippetgen: 1", "snippetgen: 1\nlanguages: [go, python/urllib]", 1), "utf-8"
    )
    build(load_api(spec), tmp_path / "out", locales=["en"])
    page = (tmp_path / "out" / "en" / "classification.md").read_text("utf-8")
    assert "import urllib.request" in page
    assert "import httpx" not in page
    assert page.index('{% tab title="Go" %}') < page.index('{% tab title="Python" %}')


def test_an_output_path_must_be_a_regular_file(tmp_path):
    """A pipe there is refused and not waited for, and nothing is written."""
    page = tmp_path / "out" / "en" / "rest-api.md"
    page.parent.mkdir(parents=True)
    os.mkfifo(page)
    with pytest.raises(InputError, match=r"rest-api\.md is no regular file"):
        build(load_api(SPEC), tmp_path / "out", locales=["en"])
    assert list((tmp_path / "out").rglob("*.*")) == [page]


@pytest.mark.parametrize("link", ["en/rest-api.md", "hi"])
def test_two_pages_are_not_one_file_by_a_link(tmp_path, link):
    """Each build would write both to it; the link is named, and nothing is written."""
    (tmp_path / "out" / "en").mkdir(parents=True)
    (tmp_path / "out" / link).symlink_to("classification.md" if "." in link else "en")
    with pytest.raises(UsageError, match="are one file by a link"):
        build(load_api(SPEC), tmp_path / "out", locales=["en", "hi"])
    assert not [path for path in (tmp_path / "out").rglob("*.*") if path.is_file()]
