"""Pages: what they say about an operation, and that no text in them leaves its place."""

import itertools
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from snippetgen.errors import TemplateError
from snippetgen.limits import Limits
from snippetgen.locale import Catalogs, Locale
from snippetgen.manifest import default_languages
from snippetgen.page.composer import Composer, compose
from snippetgen.page.contents import index_page, llms_page, summary_page
from snippetgen.page.excerpt import excerpt
from snippetgen.page.layout import Laid, lay_out, load_format
from snippetgen.page.page import (
    Address,
    Call,
    Heading,
    Label,
    Links,
    Listing,
    Note,
    Page,
    Paragraph,
    Tab,
    Table,
    Tabs,
)
from snippetgen.prose import Prose
from snippetgen.spec import load_api

SPEC = Path(__file__).parent.parent / "specs" / "roboflow" / "roboflow.yaml"
API = load_api(SPEC)
GITBOOK = load_format("gitbook")
LOCALES = ("en", "hi", "ja")


def composer(locale: Locale, found=lambda _: None, api=API, site="") -> Composer:
    return Composer(api, default_languages(), locale, Address("{locale}/{page}.md", site), found)


def shipped(tag: str) -> Composer:
    return composer(Catalogs(project=API.folder / "locales", domain=API.id).locale(tag))


class Hostile(Locale):
    """A locale that answers every message with the same text."""

    def translate(self, *_, **__):
        return HOSTILE["text"]


HOSTILE = {"text": "x"}


def blocks(page: Page, kind):
    def walk(items):
        for item in items:
            if isinstance(item, kind):
                yield item
            for tab in getattr(item, "tabs", ()):
                yield from walk(tab.blocks)

    return list(walk(page.blocks))


def subject(name: str):
    return next(s for s in (*API.endpoints, *API.articles) if s.id == name)


def page(name: str = "instance-segmentation", tag: str = "en") -> Page:
    return compose(subject(name), shipped(tag))


def column(table: Table, index: int = 0) -> list[str]:
    return ["\n".join(line.plain for line in row[index]) for row in table.rows]


def uncommented(code: str) -> str:
    """The code without lines that are only a comment."""
    return "\n".join(line for line in code.splitlines() if not re.match(r"\s*(#(?!!)|//)", line))


def test_a_page_has_one_tab_for_each_language():
    """Tab titles are the languages' own names, keys their ids."""
    tabs = blocks(page(), Tabs)[0]
    assert [(tab.key, tab.title) for tab in tabs.tabs] == [
        (lang.id, lang.title) for lang in default_languages()
    ]
    assert {"cURL", "Python", "JavaScript"} <= {tab.title for tab in tabs.tabs}


def test_a_tab_holds_the_installation_and_each_example():
    """A client that must be installed says how; each example is a titled variant."""
    python = next(tab for tab in blocks(page(), Tabs)[0].tabs if tab.key == "python")
    assert next(b.code for b in python.blocks if isinstance(b, Listing)) == "pip install httpx"
    titles = [b.text.plain for b in python.blocks if isinstance(b, Label)]
    assert titles == ["Run inference on a local image", "Run inference on a hosted image"]


def test_the_response_object_names_nested_properties():
    """Names show arrays and nesting; types come from the schema that the page promises."""
    table = next(t for t in blocks(page(), Table) if t.columns[0].plain == "Property")
    names = dict(zip(column(table), column(table, 1), strict=True))
    assert names["predictions[].points[].x"] == "number"
    assert names["image"] == "array of object or object"
    assert names["image.width"] == "integer"
    assert (
        "Range: 0 to 1" in dict(zip(column(table), column(table, 3), strict=True))["predictions[].confidence"]
    )


def test_parameters_show_what_the_operation_says():
    """Types, defaults and bounds are the document's; a key that its security demands is required."""
    tables = dict(zip_headings(page(), "Query parameters"))
    rows = {row[0][0].plain: row for row in tables["Query parameters"].rows}
    assert [rows["format"][i][0].plain for i in (1, 2, 3)] == ["string", "No", "json"]
    assert rows["format"][4][-1].plain == "Allowed values: json, image"
    assert rows["stroke"][4][-1].plain == "At least 1"
    assert rows["api_key"][2][0].plain == "Yes"


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("ja", "指定できる値: json、image"),
        ("zh-Hans", "允许的值：json、image"),  # noqa: RUF001  # its colon
        ("ar", "القيم المسموح بها: json، image"),
        ("fr", "Valeurs autorisées\u00a0: json, image"),
    ],
)
def test_values_in_a_row_have_the_marks_of_the_language(tag, text):
    """An ideographic comma, an Arabic one; a no-break space before a French colon stays one on the page."""
    composed = compose(API.endpoint("instance-segmentation"), shipped(tag))
    lines = [
        line.plain
        for block in composed.blocks
        if isinstance(block, Table)
        for row in block.rows
        for line in row[-1]
    ]
    assert text in lines


def zip_headings(shown: Page, *names: str):
    items = list(shown.blocks)
    for before, after in itertools.pairwise(items):
        if isinstance(before, Heading) and before.text.plain in names:
            yield before.text.plain, after


def test_the_endpoint_line_shows_the_server_of_the_endpoint():
    """The method is a badge; the path keeps its placeholders."""
    (call,) = blocks(page("semantic-segmentation"), Call)
    assert call == Call("POST", "https://segment.roboflow.com/{dataset_id}/{version_id}")
    text = lay_out(page("semantic-segmentation"), GITBOOK)
    assert (
        '<mark style="color:green;">`POST`</mark> `https://segment.roboflow.com/{dataset_id}/{version_id}`'
        in text
    )


def test_responses_have_a_tab_for_each_status():
    """A status with a sample shows it, one without shows the properties of its schema."""
    tabs = blocks(page(), Tabs)[1]
    assert [tab.title for tab in tabs.tabs] == ["200", "403", "422"]
    assert json.loads(tabs.tabs[1].blocks[-1].code) == {
        "Message": "User is not authorized to access this resource"
    }
    assert column(tabs.tabs[2].blocks[-1])[0] == "detail"


def test_hints_are_set_apart():
    """Each hint keeps its style."""
    assert [note.style for note in blocks(page(), Note)] == ["info", "warning"]
    assert '{% hint style="warning" %}' in lay_out(page(), GITBOOK)


def test_a_request_that_a_language_cannot_send_is_said_so():
    """Nothing is left out in silence: the page has a note and the build a finding."""
    found = []
    language = default_languages()[0]
    bodiless = Limits(bodiless_methods=frozenset({"POST"}))
    barred = replace(language, clients=tuple(replace(c, limits=bodiless) for c in language.clients))
    made = compose(API.endpoints[0], replace(composer(Locale("en"), found.append), languages=(barred,)))
    assert [(f.rule, f.example, f.language) for f in found] == [
        ("page/unsupported", "local-image", language.id)
    ]
    assert f"{language.title} cannot send this request." in [note.text.plain for note in blocks(made, Note)]


def markup(text: str) -> list[str]:
    """The template tags, HTML tags and fences of a page, without what stands inside the fences."""
    bare = re.sub(r"^(`{3,})(\w*)\n.*?^\1$", r"\1\2", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"\{%.*?%\}|<[^>]*>|```\w*", bare)


@pytest.mark.parametrize("name", [s.id for s in (*API.endpoints, *API.articles)])
@pytest.mark.parametrize("tag", ["hi", "ja"])
def test_only_prose_changes_with_the_locale(name, tag):
    """Tabs, badges, identifiers, types, JSON and code bytes are those of the English page."""
    ours, theirs = page(name), page(name, tag)
    assert [(t.group, [(x.key, x.title) for x in t.tabs]) for t in blocks(ours, Tabs)] == [
        (t.group, [(x.key, x.title) for x in t.tabs]) for t in blocks(theirs, Tabs)
    ]
    assert blocks(ours, Call) == blocks(theirs, Call)
    assert [n.style for n in blocks(ours, Note)] == [n.style for n in blocks(theirs, Note)]
    for a, b in zip(blocks(ours, Listing), blocks(theirs, Listing), strict=True):
        assert (uncommented(a.code), a.highlight, a.title) == (uncommented(b.code), b.highlight, b.title)
    for a, b in zip(blocks(ours, Table), blocks(theirs, Table), strict=True):
        assert [row[:2] for row in a.rows] == [row[:2] for row in b.rows]
    assert markup(lay_out(ours, GITBOOK)) == markup(lay_out(theirs, GITBOOK))


@pytest.mark.parametrize("name", [s.id for s in (*API.endpoints, *API.articles)])
@pytest.mark.parametrize("tag", LOCALES)
def test_code_arrives_as_it_was_rendered(name, tag):
    """A Markdown parser finds in the page the very bytes of every listing, in order."""
    shown = page(name, tag)
    fences = [t.content for t in MarkdownIt().parse(lay_out(shown, GITBOOK)) if t.type == "fence"]
    assert fences == [listing.code.rstrip("\n") + "\n" for listing in blocks(shown, Listing)]


ATTACKS = [
    "{% endtab %}{% endtabs %}",
    "``` \n```\n# out",
    "a | b | c\n| d |",
    '" %}{% hint style="danger" %}',
    "<script>alert(1)</script><img src=x onerror=y>",
    "{{ config }} {# x #} {%raw%}",
    "![x](https://evil.example/x.png)",
    "[x](javascript:alert(1)) [y]: https://evil.example",
    "# heading",
    "1. list",
    "--- ",
    "> quote",
    "&lt;b&gt; &#123;%",
    "*/ -->  ]]>",
    "~~x~~ $$y$$ __z__ _w_",
    "`` ` ``` ` ``",
    "`{{ x }}` and `a|b`",
    "<!-- x -->",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_translation_cannot_leave_its_place(attack, monkeypatch):
    """Whatever every message says, the page has the same template tags, fences, tables and HTML."""
    innocent = structure(attacked(composer(Hostile("hi"))))
    monkeypatch.setitem(HOSTILE, "text", attack)
    text = attacked(composer(Hostile("hi")))
    assert structure(text) == innocent
    assert "{{" not in text


def attacked(made: Composer) -> str:
    """A page in which every sentence is the attack; code is left out, for comments have their own guard."""
    shown = compose(API.endpoints[0], replace(made, languages=()))
    extra = (
        Tabs("x", (Tab("k", HOSTILE["text"], (Label(Prose.parse(HOSTILE["text"])),)),)),
        Paragraph(Prose.raw(HOSTILE["text"])),
    )
    return lay_out(replace(shown, blocks=(*shown.blocks, *extra)), GITBOOK)


def structure(text: str) -> list[str]:
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    tags = re.findall(r'\{%\s*(\w+)(?: (?:title|style)=")?', re.sub(r"`[^`\n]*`", "", text))
    html = [
        t.content
        for t in (*tokens, *inline)
        if t.type in {"html_block", "html_inline"} and "code" not in t.content
    ]
    links = [t.attrs["href"] for t in inline if t.type == "link_open"]
    images = [t for t in inline if t.type == "image"]
    return [
        *[t.type for t in tokens],
        *tags,
        *html,
        *[link for link in links if "x.png" not in link],
        *map(str, images),
    ]


@pytest.mark.parametrize("attack", ATTACKS)
def test_raw_text_is_shown_as_it_is(attack):
    """A reader sees the very characters of a text that is not prose."""
    tokens = MarkdownIt().parse(
        lay_out(Page(id="x", title=Prose.raw(attack.replace("\n", " ").strip()), blocks=()), GITBOOK)
    )
    shown = "".join(c.content for t in tokens for c in t.children or () if c.type in {"text", "text_special"})
    assert " ".join(shown.split()) == " ".join(attack.split())


def test_strong_text_survives_japanese_punctuation():
    """Where asterisks would stay visible between Japanese letters, a tag is written instead."""
    text = lay_out(Page(id="x", title=Prose.parse("これは**「強調」**です"), blocks=()), GITBOOK)
    assert "これは<strong>「強調」</strong>です" in text


def test_code_that_a_table_or_a_template_would_read_is_a_tag():
    """A pipe or a template brace inside code cannot split a cell or start an expression."""
    text = lay_out(
        Page(
            id="x",
            title=Prose.code("a|b")
            + Prose.raw(", ")
            + Prose.code("{{ x }}")
            + Prose.raw(", ")
            + Prose.code("`"),
            blocks=(),
        ),
        GITBOOK,
    )
    assert text == "# <code>a&#124;b</code>, <code>&#123;&#123; x &#125;&#125;</code>, `` ` ``\n"


def test_a_fence_is_longer_than_any_inside():
    """Code with a fence of its own stays inside."""
    text = lay_out(Page(id="x", title=Prose.raw("t"), blocks=(Listing("````\n```", "md"),)), GITBOOK)
    assert text == "# t\n\n`````md\n````\n```\n`````\n"


def test_a_template_that_prints_raw_text_fails(tmp_path):
    """A forgotten filter is an error of the format, not markup in a reader's page."""
    (tmp_path / "page.md.jinja").write_text("{{ page.title.plain }}", "utf-8")
    raw = replace(GITBOOK, folder=tmp_path)
    with pytest.raises(TemplateError, match="put a filter behind it"):
        lay_out(Page(id="x", title=Prose.raw("<b>"), blocks=()), raw)
    assert isinstance(Laid("x"), str)


def test_an_excerpt_holds_what_its_operation_refers_to_and_no_more():
    """Every reference resolves inside the excerpt, and the keys keep the order of the document."""
    made = excerpt(API.document, API.endpoints[0].operation)
    assert list(made) == ["openapi", "info", "servers", "paths", "components"]
    text = json.dumps(made)
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert names == set(made["components"]["schemas"])
    assert "api_key" in made["components"]["securitySchemes"]


def test_the_excerpt_on_the_page_is_the_document():
    """The article shows the operation as JSON that parses back to the excerpt."""
    listing = blocks(page("rest-api"), Listing)[-1]
    assert json.loads(listing.code) == excerpt(API.document, API.endpoints[0].operation)


def test_the_script_is_code_with_translated_comments():
    """The values of the spec are literals; the credential is read from the environment."""
    (script,) = [b for b in blocks(page("roboflow-2", "ja"), Listing) if b.title == "annotate.py"]
    compile(script.code, "annotate.py", "exec")
    assert 'API_URL = "https://serverless.roboflow.com"' in script.code
    assert 'os.environ.get("ROBOFLOW_API_KEY")' in script.code
    assert "# API キーを環境変数から読み取ります。" in script.code


def test_every_page_leads_to_the_index_and_to_its_markdown():
    """The first line links llms.txt and the page's own file, relative or on the site."""
    first = lay_out(page(), GITBOOK).splitlines()[0]
    assert "[llms.txt](../llms.txt)" in first
    assert "[Markdown](instance-segmentation.md)" in first
    there = compose(API.endpoints[0], composer(Locale("en"), site="https://docs.example.com"))
    assert "(https://docs.example.com/en/instance-segmentation.md)" in lay_out(there, GITBOOK)


def test_the_index_lists_every_page_of_every_locale():
    """llms.txt has one H1, a quote, and one list of links for each locale, under its own name."""
    made = llms_page([shipped(tag) for tag in LOCALES], "llms.txt")
    text = lay_out(made, GITBOOK)
    assert re.findall(r"^#+ .*$", text, re.MULTILINE) == [
        "# Roboflow Inference API",
        "## English",
        "## हिन्दी",
        "## 日本語",
    ]
    assert text.splitlines()[2].startswith("> ")
    assert len(re.findall(r"^\* \[", text, re.MULTILINE)) == len(LOCALES) * len(shipped("en").subjects)
    assert "](ja/classification.md)" in text


def test_the_front_page_and_the_table_of_contents_lead_to_every_page():
    """README.md and SUMMARY.md link to files beside them."""
    made = shipped("hi")
    names = [f"{s.id}.md" for s in made.subjects]
    assert [target for _, target, _ in blocks(index_page("README", made), Links)[0].items] == names
    assert [target for _, target, _ in blocks(summary_page("SUMMARY", "README", made), Links)[0].items] == [
        "README.md",
        *names,
    ]
