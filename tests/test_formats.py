"""Page formats: each is read back by its own parser, and what arrives is what was meant."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import markdown
import pytest
from markdown_it import MarkdownIt

from snippetgen.build import build
from snippetgen.i18n.tag import direction
from snippetgen.locale import Locale
from snippetgen.page.composer import compose
from snippetgen.page.layout import lay_out, load_format, load_formats
from snippetgen.page.page import Listing, Page, Paragraph, Tab, Tabs
from snippetgen.page.table import property_table
from snippetgen.page.writer import Writer
from snippetgen.prose import Prose
from snippetgen.spec import load_api
from tests.test_page import API, ATTACKS, HOSTILE, Hostile, blocks, composer, page, shipped

EXTENSIONS = ["admonition", "pymdownx.superfences", "pymdownx.tabbed", "tables"]
OPTIONS = {
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.superfences": {"preserve_tabs": True},
}
VOID = {"meta", "link", "br", "img", "input", "hr"}
NAMES = [s.id for s in (*API.endpoints, *API.articles)]


class Reader(HTMLParser):
    """The tags of an HTML text, and the text of each kind of element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self.open.pop() == tag, f"</{tag}> closes what is not open"

    def handle_data(self, data):
        for tag in set(self.open):
            self.texts[tag][-1] += data

    def every(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


def shown_by_mkdocs(text: str) -> Reader:
    """What Python-Markdown with Material's extensions makes of a page."""
    return Reader(markdown.markdown(text, extensions=EXTENSIONS, extension_configs=OPTIONS))


def read(text: str, form: str) -> Reader:
    """What the format's own parser makes of a text."""
    if form == "markdown":
        return Reader(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))
    return Reader(text) if form == "html" else shown_by_mkdocs(text)


def html(made: Page) -> Reader:
    return Reader(lay_out(made, load_format("html")))


def listings(made: Page) -> list[str]:
    return [listing.code.rstrip("\n") for listing in blocks(made, Listing)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("tag", ["en", "hi", "ja"])
def test_code_arrives_as_it_was_rendered(name, tag):
    """MkDocs and a browser show the very bytes of every listing, in order."""
    made = page(name, tag)
    material = shown_by_mkdocs(lay_out(made, load_format("mkdocs-material")))
    assert [text.rstrip("\n") for text in material.texts["pre"]] == listings(made)
    assert html(made).texts["pre"] == listings(made)


def test_code_with_hard_lines_stays_in_its_tab():
    """A line at the left edge, tabs, trailing blanks and a fence inside end neither tab nor fence."""
    code = 'a = <<~X\n\ttab\n    \n\n```\n=== "x"\n  b  \nX\n!!! note'
    tabs = Tabs(
        "language", (Tab("a", "A", (Listing(code, "ruby", "m.rb"),)), Tab("b", "B", (Listing("x", "go"),)))
    )
    made = Page(id="x", title=Prose.raw("x"), blocks=(tabs, Paragraph(Prose.raw("after")), tabs))
    shown = shown_by_mkdocs(lay_out(made, load_format("mkdocs-material")))
    assert [text.rstrip("\n") for text in shown.texts["pre"]] == [code, "x"] * 2
    assert (
        len(
            [
                attributes
                for attributes in shown.every("div")
                if "tabbed-set" in (attributes.get("class") or "")
            ]
        )
        == 2
    )
    assert html(made).texts["pre"] == [code, "x"] * 2


@pytest.mark.parametrize("name", NAMES)
def test_tabs_and_tables_are_those_of_the_page(name):
    """Each tab has its title, each table its rows, in both formats."""
    made = page(name, "ja")
    titles = [tab.title for tabs in blocks(made, Tabs) for tab in tabs.tabs]
    material, browser = shown_by_mkdocs(lay_out(made, load_format("mkdocs-material"))), html(made)
    assert [t for t in material.texts.get("label", ()) if t] == titles
    assert browser.texts.get("summary", []) == titles
    rows = len(material.every("tr"))
    assert rows == len(browser.every("tr"))


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("form", ["mkdocs-material", "html", "markdown"])
def test_a_hostile_translation_cannot_leave_its_place(attack, form, monkeypatch):
    """Whatever every message says, the page has the same elements, and no link that it did not have."""

    def shown():
        made = compose(API.endpoints[0], replace(composer(Hostile("hi")), languages=()))
        text = lay_out(made, load_format(form))
        reader = read(text, form)
        inline = {"code", "em", "strong", "a"}
        assert all(re.match(r"https?:|[\w./{}%-]+$", a["href"] or "") for a in reader.every("a"))
        return [tag for tag, _ in reader.tags if tag not in inline]

    innocent = shown()
    monkeypatch.setitem(HOSTILE, "text", attack)
    assert shown() == innocent


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("form", ["mkdocs-material", "html", "markdown"])
def test_raw_text_is_shown_as_it_is(attack, form):
    """A reader sees the very characters of a text that is not prose."""
    made = Page(id="x", title=Prose.raw("t"), blocks=(Paragraph(Prose.raw(" ".join(attack.split()))),))
    text = lay_out(made, load_format(form))
    reader = read(text, form)
    assert " ".join(reader.texts["p"][-1].split()) == " ".join(attack.split())


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("ar", "rtl"), ("he", "rtl"), ("ur", "rtl"), ("ar-XB", "rtl"), ("ja", "ltr"), ("en", "ltr")],
)
def test_a_page_runs_in_the_direction_of_its_language(tag, expected):
    """Arabic runs from right to left, and code in it from left to right."""
    assert direction(tag) == expected
    shown = html(replace(page(), locale=tag))
    assert shown.every("html") == [{"lang": tag, "dir": expected}]
    assert {a.get("dir") for a in shown.every("pre")} == {"ltr"}


def test_a_tab_title_keeps_its_order_on_a_page_from_right_to_left():
    """`.NET` is not shown as `NET.` between Arabic letters."""
    made = Page(id="x", title=Prose.raw("x"), blocks=(Tabs("l", (Tab("c", ".NET", ()),)),), locale="ar")
    text = lay_out(made, load_format("mkdocs-material"))
    assert shown_by_mkdocs(text).every("bdi") == [{"dir": "ltr"}]
    assert html(made).every("summary") == [{"dir": "ltr"}]


def test_a_page_names_itself_in_every_locale():
    """`hreflang` leads to the page in each published locale, relative or on the site."""
    assert html(page(tag="ja")).every("link") == [
        {
            "rel": "alternate",
            "hreflang": tag,
            "href": f"../{tag}/instance-segmentation.md" if tag != "ja" else "instance-segmentation.md",
        }
        for tag in API.locales
    ]
    there = compose(API.endpoints[0], composer(Locale("en"), site="https://docs.example.com"))
    hrefs = [a["href"] for a in html(there).every("link")]
    assert hrefs == [f"https://docs.example.com/{tag}/instance-segmentation.md" for tag in API.locales]


def test_a_page_that_is_no_markdown_has_a_twin(project, tmp_path):
    """HTML pages lie beside the same page as Markdown, which their first line and llms.txt link."""
    spec = project
    text = spec.read_text("utf-8")
    spec.write_text(
        text[: text.index("pages:\n")] + 'pages:\n  - {format: html, path: "{locale}/{page}.html"}\n', "utf-8"
    )
    build(load_api(spec), tmp_path / "out")
    page_text = (tmp_path / "out" / "ja" / "classification.html").read_text("utf-8")
    assert 'href="classification.html.md"' in page_text
    twin = (tmp_path / "out" / "ja" / "classification.html.md").read_text("utf-8")
    assert "# 分類" in twin
    assert listings(page("classification", "ja"))[0] in twin
    for index in ("llms.txt", "ja/llms.txt"):
        assert (tmp_path / "out" / index).read_text("utf-8").startswith("# Roboflow Inference API\n")


def test_each_locale_has_an_index_of_its_own(tmp_path):
    """`ja/llms.txt` lists the Japanese pages, in Japanese, with links from where it lies."""
    build(API, tmp_path)
    text = (tmp_path / "ja" / "llms.txt").read_text("utf-8")
    assert re.findall(r"^#+ .*$", text, re.MULTILINE) == ["# Roboflow Inference API", "## 日本語"]
    links = re.findall(r"^\* \[[^\]]+\]\(([^)]+)\)", text, re.MULTILINE)
    assert links == [f"{name}.md" for name in NAMES]
    assert all((tmp_path / "ja" / link).is_file() for link in links)


def test_sizes_of_texts_and_lists_are_said_in_the_plural_of_the_language():
    """`maxLength` and `minItems` stand below the description, with the form that the number takes."""
    schema = {
        "type": "object",
        "properties": {
            "tags": {"type": "array", "minItems": 1, "maxItems": 3},
            "name": {"type": "string", "maxLength": 80},
        },
    }
    german = shipped("de").locale
    table = property_table(schema, API.document, Writer("x", german))
    cells = {row[0][0].plain: [line.plain for line in row[-1]] for row in table.rows}
    assert cells == {
        "tags": ["Mindestens ein Element", "Höchstens 3 Elemente"],
        "name": ["Höchstens 80 Zeichen"],
    }


def test_every_format_lays_out_every_kind_of_block():
    """No format leaves a block out."""
    assert {form.id for form in load_formats()} == {"gitbook", "mkdocs-material", "html", "markdown"}
    for form in load_formats():
        for name in NAMES:
            text = lay_out(page(name), form)
            for listing in listings(page(name)):
                assert listing.splitlines()[0].strip()[:20] in text.replace("&quot;", '"').replace(
                    "&lt;", "<"
                ).replace("&gt;", ">").replace("&amp;", "&")
