"""A `Composer` says what stands on the page of an endpoint or an article, block by block."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from snippetgen.api import Api, Article, Endpoint, Example, Hint, Script
from snippetgen.errors import UnsupportedError
from snippetgen.language import Language
from snippetgen.locale import Locale
from snippetgen.model import Finding
from snippetgen.openapi.document import Operation
from snippetgen.page.excerpt import excerpt
from snippetgen.page.outline import parameter_rows
from snippetgen.page.page import (
    Address,
    Block,
    Bullets,
    Call,
    Heading,
    Label,
    Listing,
    Note,
    Page,
    Paragraph,
    Tab,
    Table,
    Tabs,
)
from snippetgen.page.table import content_table, parameter_table, property_table
from snippetgen.page.writer import Heard, Use, Writer, unheard
from snippetgen.prose import Prose
from snippetgen.render import Snippet, render
from snippetgen.script import render_script

__all__ = ["ELEMENTS", "Composer", "compose", "compose_element"]

ELEMENTS = ("hints", "requests", "response", "call", "parameters", "body", "responses")

LOCATIONS = ("path", "query", "header", "cookie")


@dataclass(frozen=True, slots=True)
class Composer:
    """What every page of one format and locale is composed with.

    `found` is told of each finding, `note` of each sentence with its page and element. A page of a format
    that is no Markdown `has_twin`, which is Markdown and lies beside it.
    """

    api: Api
    languages: Sequence[Language]
    locale: Locale
    address: Address
    found: Callable[[Finding], None]
    note: Heard = unheard
    root: Path | None = None
    has_twin: bool = False

    def writer(self, page: str) -> Writer:
        """The writer of one page."""
        return Writer(page, self.locale, self.note)

    @property
    def subjects(self) -> tuple[Endpoint | Article, ...]:
        """What has a page of its own, in the order of the spec."""
        return *self.api.endpoints, *self.api.articles

    def notice(self, page: str) -> Prose:
        """The line at the top of a page that leads machines to the index and to the page's Markdown."""
        path, link = self.path(page), self.address.link
        twin = f"{path}.md" if self.has_twin else path
        return self.writer(page).label(
            "For an index of all pages, see [llms.txt]({index}). "
            "This page is also available as [Markdown]({markdown}).",
            index=Prose.raw(link(path, self.address.index)),
            markdown=Prose.raw(link(path, twin)),
        )

    def alternates(self, page: str) -> tuple[tuple[str, str], ...]:
        """The page in every locale that is published, as links from this one."""
        source = self.path(page)
        paths = ((tag, self.address.path(tag, page)) for tag in self.api.locales)
        return tuple((tag, self.address.link(source, path)) for tag, path in paths)

    def path(self, page: str) -> str:
        """Where a page goes."""
        return self.address.path(self.locale.tag, page)


def compose(subject: Endpoint | Article, composer: Composer) -> Page:
    """The page of an endpoint or of an article."""
    writer = composer.writer(subject.id)
    blocks = (
        _endpoint(subject, composer, writer)
        if isinstance(subject, Endpoint)
        else _article(subject, composer, writer)
    )
    return Page(
        id=subject.id,
        title=writer.say(subject.title, "title"),
        notice=composer.notice(subject.id),
        blocks=tuple(blocks),
        locale=composer.locale.tag,
        alternates=composer.alternates(subject.id),
    )


def _endpoint(endpoint: Endpoint, composer: Composer, writer: Writer) -> Iterator[Block]:
    def element(name: str) -> Iterator[Block]:
        return compose_element(name, endpoint, composer)

    if endpoint.description:
        yield Paragraph(writer.say(endpoint.description, "description"))
    yield from element("hints")
    yield Heading(2, writer.label("Requests"))
    yield from element("requests")
    response = list(element("response"))
    if response:
        yield Heading(2, writer.label("Response object"))
        yield from response
    yield Heading(2, writer.label("API reference"))
    for name in ("call", "parameters", "body"):
        yield from element(name)
    responses = list(element("responses"))
    if responses:
        yield Heading(3, writer.label("Responses"))
        yield from responses


def compose_element(name: str, endpoint: Endpoint, composer: Composer) -> Iterator[Block]:
    """One element of an endpoint's page, without the heading above it; `ELEMENTS` has the names."""
    writer = composer.writer(endpoint.id)
    match name:
        case "hints":
            yield from (_note(hint, writer) for hint in endpoint.hints)
        case "requests":
            tabs = (_language_tab(language, endpoint, composer, writer) for language in composer.languages)
            yield Tabs("language", tuple(tabs))
        case "response":
            yield from _response_object(endpoint, writer)
        case "call":
            yield Call(endpoint.operation.method, endpoint.origin.rstrip("/") + endpoint.operation.path)
        case "parameters":
            yield from _parameters(endpoint.operation, writer)
        case "body":
            yield from _body(endpoint.operation, writer)
        case "responses":
            yield from _responses(endpoint, writer)


def _note(hint: Hint, writer: Writer) -> Note:
    return Note(hint.style, writer.say(hint.text, "hint"))


def _language_tab(language: Language, endpoint: Endpoint, composer: Composer, writer: Writer) -> Tab:
    snippets = [
        (example, _snippet(example, language, endpoint, composer, writer)) for example in endpoint.examples
    ]
    clients = {snippet.client.id: snippet.client for _, snippet in snippets if snippet}
    blocks: list[Block] = []
    for client in clients.values():
        if client.install:
            blocks.append(Paragraph(writer.label("Install {client}:", client=Prose.raw(client.title))))
            blocks.append(Listing(client.install, "bash"))
    for example, snippet in snippets:
        blocks += _variant(example, snippet, language, writer)
    return Tab(language.id, language.title, tuple(blocks))


def _snippet(
    example: Example, language: Language, endpoint: Endpoint, composer: Composer, writer: Writer
) -> Snippet | None:
    try:
        return render(example.request, language, translate=writer.comment)
    except UnsupportedError as problem:
        place = composer.api.source.place(example.pointer)
        composer.found(
            Finding(
                rule="page/unsupported",
                severity="warning",
                message=problem.message,
                fix=problem.fix,
                place=place,
                endpoint=endpoint.id,
                example=example.id,
                language=language.id,
                locale=composer.locale.tag,
            )
        )
        return None


def _variant(
    example: Example, snippet: Snippet | None, language: Language, writer: Writer
) -> Iterator[Block]:
    yield Label(writer.say(example.title, f"title of the example `{example.id}`"))
    if example.description:
        yield Paragraph(writer.say(example.description, f"description of the example `{example.id}`"))
    if snippet:
        yield Listing(snippet.code, language.highlight, language.file_name)
    else:
        yield Note(
            "warning",
            writer.label("{language} cannot send this request.", language=Prose.raw(language.title)),
        )


def _response_object(endpoint: Endpoint, writer: Writer) -> Iterator[Block]:
    table = _success_table(endpoint, writer)
    sample = endpoint.sample(success=True)
    if table:
        yield Paragraph(writer.label("A successful response is a JSON object with these properties:"))
        yield table
    if sample:
        yield Label(writer.label("Example response"))
        yield _json(sample.value)


def _success_table(endpoint: Endpoint, writer: Writer) -> Table | None:
    document = endpoint.operation.document
    if endpoint.response:
        return property_table(document.data["components"]["schemas"][endpoint.response], document, writer)
    statuses = [status for status in endpoint.operation.responses() if status.startswith("2")]
    return _status_table(endpoint, statuses[0], writer) if statuses else None


def _status_table(endpoint: Endpoint, status: str, writer: Writer) -> Table | None:
    """The properties of the first JSON answer of a status."""
    document, response = endpoint.operation.document, endpoint.operation.responses()[status]
    for media_type, node in response.data.get("content", {}).items():
        entry = document.resolve(node)
        if "json" in media_type and "schema" in entry:
            return property_table(entry["schema"], document, writer)
    return None


def _json(value: object) -> Listing:
    return Listing(json.dumps(value, indent=2, ensure_ascii=False), "json")


def _parameters(operation: Operation, writer: Writer) -> Iterator[Block]:
    titles = writer.labels("Path parameters", "Query parameters", "Header parameters", "Cookie parameters")
    for location, title in zip(LOCATIONS, titles, strict=True):
        rows = parameter_rows(operation, location)
        if rows:
            yield Heading(3, title)
            yield parameter_table(rows, location, writer)


def _body(operation: Operation, writer: Writer) -> Iterator[Block]:
    body = operation.request_body
    if body is None:
        return
    yield Heading(3, writer.label("Request body"))
    if body.description:
        yield Paragraph(writer.say(body.description, "description of the request body"))
    yield content_table(
        body.content.items(), required=body.required, document=operation.document, writer=writer
    )
    for media_type, schema in body.content.items():
        table = property_table(schema, operation.document, writer, request=True)
        if table:
            yield Label(Prose.code(media_type))
            yield table


def _responses(endpoint: Endpoint, writer: Writer) -> Iterator[Block]:
    samples = {sample.status: sample for sample in endpoint.samples}
    declared = endpoint.operation.responses()
    tabs = []
    for status in sorted({*samples, *declared}):
        blocks: list[Block] = []
        if status in declared and declared[status].description:
            text = writer.say(declared[status].description, f"description of the response `{status}`")
            blocks.append(Paragraph(text))
        table = (
            None if status in samples or status not in declared else _status_table(endpoint, status, writer)
        )
        blocks += [_json(samples[status].value)] if status in samples else [table] if table else []
        if blocks:
            tabs.append(Tab(status, status, tuple(blocks)))
    if tabs:
        yield Tabs("status", tuple(tabs))


def _article(article: Article, composer: Composer, writer: Writer) -> Iterator[Block]:
    if article.description:
        yield Paragraph(writer.say(article.description, "description"))
    for kind, value in article.blocks:
        yield from _block(kind, value, composer, writer)


def _block(kind: str, value: object, composer: Composer, writer: Writer) -> Iterator[Block]:
    match kind, value:
        case "heading", str():
            yield Heading(2, writer.say(value, "heading"))
        case "text", str():
            yield Paragraph(writer.say(value, "paragraph"))
        case "list", list():
            yield Bullets(tuple(writer.say(item, "list item") for item in value))
        case "hint", Hint():
            yield _note(value, writer)
        case "code", {"language": highlight, "code": code}:
            yield Listing(code, highlight)
        case "openapi", Operation():
            yield from _excerpt(value, writer)
        case "script", Script():
            yield _script(value, composer, writer)
        case _:
            raise AssertionError(f"the schema lets no block {kind!r} through")


def _excerpt(operation: Operation, writer: Writer) -> Iterator[Block]:
    if operation.title:
        yield Heading(3, writer.say(operation.title, "summary of the operation"))
    summary = operation.description.split("\n\n")[0]
    if summary:
        yield Paragraph(writer.say(summary, "description of the operation"))
    yield _json(excerpt(operation.document, operation))


def _script(script: Script, composer: Composer, writer: Writer) -> Listing:
    language = next((known for known in composer.languages if known.id == script.language), None)

    element = f"comment in the script `{script.id}`"
    asked: list[str] = []

    def translate(message: str) -> str:
        asked.append(message)
        return composer.locale.translate(message, element)

    code = render_script(script, translate, composer.root)
    for message in asked:
        line = _line_below(composer.locale.translate(message, element), code)
        writer.note(Use(text=message, page=writer.page, element=element, above=line))
    return Listing(
        code, language.highlight if language else script.language, script.template.name.removesuffix(".jinja")
    )


def _line_below(comment: str, code: str) -> str:
    """The line of code that a comment stands above."""
    lines = [line.strip() for line in code.splitlines()]
    at = next((index for index, line in enumerate(lines) if line.endswith(comment)), len(lines))
    return next((line for line in lines[at + 1 :] if line), "")
