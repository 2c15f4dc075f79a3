"""Regions: what stands between the markers is generated, and not one byte beside it changes."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from snippetgen.build import build
from snippetgen.errors import InputError, SnippetgenError, SpecError
from snippetgen.i18n.tag import direction
from snippetgen.page.composer import ELEMENTS, compose_element
from snippetgen.page.layout import lay_out_blocks, load_format
from snippetgen.page.region import find_regions
from snippetgen.spec import load_api
from tests.test_page import API, shipped

BEGIN, END = "<!-- snippetgen:begin {} -->", "<!-- snippetgen:end -->"
REGIONS = 'regions:\n  - {format: mkdocs-material, path: "docs/{locale}/*.md"}\n'
HAND = f"""# Guide\r
\r
  Two blanks  and a tab\t\r
{BEGIN.format("classification requests")}\r
old\r
{END}\r
last line without an end"""


@pytest.fixture
def written(project, tmp_path):
    """A spec whose pages are written by hand, one for each locale."""
    text = project.read_text("utf-8")
    project.write_text(text[: text.index("pages:\n")] + REGIONS, "utf-8")
    for tag in API.locales:
        path = tmp_path / "out" / "docs" / tag / "guide.md"
        path.parent.mkdir(parents=True)
        path.write_bytes(HAND.encode())
    return project


def guide(folder: Path, tag: str = "ja") -> str:
    return (folder / "out" / "docs" / tag / "guide.md").read_bytes().decode()


def expected(tag: str, element: str = "requests", form: str = "mkdocs-material") -> str:
    made = shipped(tag)
    blocks = tuple(compose_element(element, made.api.endpoint("classification"), made))
    return lay_out_blocks(blocks, load_format(form), direction(tag)).strip("\n")


@pytest.mark.parametrize("tag", API.locales)
def test_only_what_is_between_the_markers_changes(written, tmp_path, tag):
    """Line ends, trailing blanks and the missing last line end stay; the region is in the page's language."""
    build(load_api(written), tmp_path / "out")
    head, rest = HAND.split("old\r\n")
    text = guide(tmp_path, tag)
    assert text.startswith(head)
    assert text.endswith(rest)
    inner = text[len(head) : -len(rest)]
    assert inner.replace("\r\n", "\n").strip("\n") == expected(tag)
    assert inner.count("\n") == inner.count("\r\n")


def test_a_second_build_changes_nothing(written, tmp_path):
    """A page whose regions are right is not touched."""
    api = load_api(written)
    assert len(build(api, tmp_path / "out").written) == len(API.locales)
    again = build(api, tmp_path / "out")
    assert (again.written, len(again.unchanged)) == ((), len(API.locales))


def test_a_check_shows_what_is_stale(written, tmp_path, run_cli, capsys):
    """A unified diff of each page, exit code 1, and nothing written; afterwards it is clean."""
    output = str(tmp_path / "out")
    assert run_cli("build", written, "--output", output, "--check") == 1
    shown = capsys.readouterr().out
    assert "--- a/docs/ja/guide.md\n+++ b/docs/ja/guide.md\n" in shown
    assert "-old" in shown
    assert guide(tmp_path) == HAND
    assert run_cli("build", written, "--output", output) == 0
    assert run_cli("build", written, "--output", output, "--check") == 0
    page = tmp_path / "out" / "docs" / "hi" / "guide.md"
    page.write_bytes(page.read_bytes().replace(b"Content-Type: ", b"Content-Type:"))
    assert run_cli("build", written, "--output", output, "--check", "--locale", "ja") == 0
    assert run_cli("build", written, "--output", output, "--check") == 1


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("head", ["", "# One\r\n# Two\n", "\ufeff# Guide\n"])
def test_a_region_has_the_line_ends_of_its_marker(written, tmp_path, head, newline):
    """Whatever the rest of the page has; a byte order mark stays, even right before a marker."""
    before = f"\ufeff{head}".replace("\ufeff\ufeff", "\ufeff")
    begin, end = f"{BEGIN.format('classification call')}{newline}", f"{END}\r\nlast\n"
    page = tmp_path / "out" / "docs" / "ja" / "guide.md"
    page.write_bytes(f"{before}{begin}{end}".encode())
    build(load_api(written), tmp_path / "out", locales=["ja"])
    text = guide(tmp_path)
    assert text.startswith(before + begin)
    assert text.endswith(end)
    inner = text[len(before + begin) : -len(end)]
    assert inner == newline.join(("", *expected("ja", "call").split("\n"), "", ""))


@pytest.mark.parametrize(
    "text",
    [
        "<!-- snippetgen:begin " + " " * 150_000,
        "<!-- snippetgen:begin " + "\n" * 150_000,
        " " * 150_000 + "<!--",
        "<!--" + "\n \t" * 50_000 + "x",
        "<!--" * 50_000,
        "<!-- snippetgen:begin " + "--> " * 50_000 + "x",
    ],
)
def test_no_page_takes_the_square_of_its_length(text):
    """A page is untrusted: markers are looked for in time that grows as the page does."""
    began = time.process_time()
    with suppress(InputError):
        list(find_regions(text, ("<!-- ", " -->"), "x.md"))
    assert time.process_time() - began < 20  # a pattern that looks back needs minutes


@pytest.mark.parametrize("element", ELEMENTS)
def test_every_element_of_a_page_can_be_a_region(written, tmp_path, element):
    """Each name in the docs is one; an indented marker indents what is below it."""
    page = tmp_path / "out" / "docs" / "ja" / "guide.md"
    page.write_text(f"* x\n\n    {BEGIN.format(f'classification {element}')}\n    {END}\n", "utf-8")
    build(load_api(written), tmp_path / "out", locales=["ja"])
    inner = page.read_text("utf-8").split("\n")[3:-2]
    assert all(line.startswith("    ") for line in inner if line)
    assert "\n".join(line.removeprefix("    ") for line in inner).strip("\n") == expected("ja", element)


def test_code_on_an_html_page_is_not_indented_with_its_marker(written, tmp_path):
    """Blanks inside `<pre>` are shown to the reader, so the block stands as it is below any marker."""
    text = written.read_text("utf-8")
    written.write_text(text.replace("mkdocs-material, ", "html, ").replace("*.md", "*.html"), "utf-8")
    page = tmp_path / "out" / "docs" / "ja" / "guide.html"
    page.write_text(f"<main>\n\t  {BEGIN.format('classification requests')}\n\t  {END}\n</main>\n", "utf-8")
    build(load_api(written), tmp_path / "out", locales=["ja"])
    inner = page.read_text("utf-8").split("\n", 2)[2].partition(f"\t  {END}")[0]
    assert "<pre" in inner
    assert inner.strip("\n") == expected("ja", form="html")


def test_a_page_may_speak_of_markers(written, tmp_path):
    """As code, or as words, they are no markers."""
    page = tmp_path / "out" / "docs" / "ja" / "guide.md"
    page.write_text(f"Write `{BEGIN}` and `{END}`; snippetgen:begin is a comment.\n", "utf-8")
    assert "docs/ja/guide.md" not in build(load_api(written), tmp_path / "out").files


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        (f"a\n{BEGIN.format('classification requests')}\n", "never ended", 2),
        (f"{END}\n", "never began", 1),
        (
            f"{BEGIN.format('classification call')}\n{BEGIN.format('classification call')}\n{END}\n",
            "inside another",
            2,
        ),
        (f"{BEGIN.format('classification')}\n{END}\n", "an endpoint and an element", 1),
        (f"\n\n{BEGIN.format('clasification requests')}\n{END}\n", "no endpoint 'clasification'", 3),
        (f"{BEGIN.format('classification request')}\n{END}\n", "no element 'request'", 1),
        (f"a\n\nb {BEGIN.format('classification call')} {END}\n", "no marker of a region", 3),
        ("a\n<!-- snippetgen:beginn classification call -->\n", "no marker of a region", 2),
        ("a\n<!-- snippetgen:begin classification call\n-->\n", "no marker of a region", 2),
        (f"{BEGIN.format('classification call')} and more\n", "no marker of a region", 1),
    ],
)
def test_a_wrong_marker_is_named_and_nothing_is_written(written, tmp_path, text, message, line):
    """The page and the line are said, and what to do; the other pages stay as they are."""
    (tmp_path / "out" / "docs" / "ja" / "guide.md").write_text(text, "utf-8")
    with pytest.raises(InputError, match=message) as caught:
        build(load_api(written), tmp_path / "out")
    assert (caught.value.place.line, bool(caught.value.fix)) == (line, True)
    assert guide(tmp_path, "en") == HAND


def test_a_page_without_markers_is_left_alone(written, tmp_path):
    """It is neither read as ours nor counted."""
    page = tmp_path / "out" / "docs" / "ja" / "other.md"
    page.write_text("<!-- a remark -->\n", "utf-8")
    result = build(load_api(written), tmp_path / "out")
    assert "docs/ja/other.md" not in (*result.written, *result.unchanged)


@pytest.mark.parametrize(
    "path", ["../{locale}/*.md", "/docs/{locale}/*.md", "docs/{locale}/../*.md", "docs/*.md"]
)
def test_pages_are_looked_for_below_the_output_folder(written, tmp_path, path):
    """A pattern that climbs, is absolute or is the same for every locale is refused with its place."""
    text = written.read_text("utf-8").replace("docs/{locale}/*.md", path)
    written.write_text(text, "utf-8")
    with pytest.raises(SpecError) as caught:
        build(load_api(written), tmp_path / "out")
    assert caught.value.place.line


def test_a_link_does_not_lead_a_region_out(written, tmp_path):
    """A page that is a link to a file elsewhere is not written through."""
    outside = tmp_path / "outside.md"
    outside.write_text(HAND, "utf-8")
    page = tmp_path / "out" / "docs" / "ja" / "guide.md"
    page.unlink()
    page.symlink_to(outside)
    with pytest.raises(SnippetgenError, match="leads out"):
        build(load_api(written), tmp_path / "out")
    assert outside.read_bytes() == HAND.encode()


def test_markers_are_comments_of_the_format():
    """A format with other comments has other markers, and ours are text to it."""
    text = "{/* snippetgen:begin a b */}\n{/* snippetgen:end */}\n" + BEGIN.format("x y") + "\n"
    assert [region.endpoint for region in find_regions(text, ("{/* ", " */}"), "x.mdx")] == ["a"]


def test_locales_can_have_other_names_in_paths(project, tmp_path):
    """A slug takes the place of the tag; an empty one puts a locale's pages at the top."""
    text = project.read_text("utf-8")
    project.write_text(
        text.replace("snippetgen: 1", 'snippetgen: 1\nslugs: {en: "", ja: jp-site}', 1), "utf-8"
    )
    build(load_api(project), tmp_path / "out")
    assert (tmp_path / "out" / "classification.md").is_file()
    index = (tmp_path / "out" / "jp-site" / "README.md").read_text("utf-8")
    assert "(../llms.txt)" in index
    assert "(jp-site/classification.md)" in (tmp_path / "out" / "llms.txt").read_text("utf-8")
    assert not (tmp_path / "out" / "en").exists()
