"""The tables of a page, read off an operation and its schemas."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from snippetgen.model import Json
from snippetgen.openapi.document import Document
from snippetgen.openapi.parameter import type_label
from snippetgen.page.outline import Limits, Row, limits, outline
from snippetgen.page.page import Cell, Table
from snippetgen.prose import Prose

__all__ = ["Writer", "content_table", "parameter_table", "property_table", "shown"]


class Writer:
    """Turns sentences into prose of one locale: `label` for ours, `say` for the project's.

    `translate` takes a sentence; `note` is told of every sentence of the project and where it stands.
    """

    def __init__(
        self, page: str, translate: Callable[[str], str], note: Callable[[str, str, str], None]
    ) -> None:
        self.page = page
        self.translate = translate
        self.note = note

    def label(self, message: str, **values: Prose) -> Prose:
        """One of snippetgen's own sentences, with its placeholders filled."""
        prose = Prose.parse(self.translate(message))
        return prose.fill(values) if values else prose

    def labels(self, *messages: str) -> tuple[Prose, ...]:
        """Several of snippetgen's own sentences, for instance the columns of a table."""
        return tuple(self.label(message) for message in messages)

    def say(self, text: str | None, element: str) -> Prose:
        """A sentence of the spec or the document; `element` says what it is, for translators."""
        message = " ".join((text or "").split())
        if not message:
            return Prose()
        self.note(message, self.page, element)
        return Prose.parse(self.translate(message))


def shown(value: Json) -> Prose:
    """A value as code: a string without quotes, unless it is empty; anything else as JSON."""
    return Prose.code(value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False))


def _joined(values: Iterable[Json]) -> Prose:
    joined = Prose()
    for value in values:
        joined = joined + Prose.raw(", ") + shown(value) if joined else shown(value)
    return joined


def _yes(writer: Writer, *, holds: bool) -> Prose:
    return writer.label("Yes") if holds else writer.label("No")


def _limit_lines(facts: Limits, writer: Writer) -> Iterator[Prose]:
    low, high = facts.minimum, facts.maximum
    if facts.enum:
        yield writer.label("Allowed values: {values}", values=_joined(facts.enum))
    if low is not None and high is not None:
        yield writer.label("Range: {minimum} to {maximum}", minimum=shown(low), maximum=shown(high))
    elif low is not None:
        yield writer.label("At least {minimum}", minimum=shown(low))
    elif high is not None:
        yield writer.label("At most {maximum}", maximum=shown(high))
    if facts.above is not None:
        yield writer.label("More than {minimum}", minimum=shown(facts.above))
    if facts.below is not None:
        yield writer.label("Less than {maximum}", maximum=shown(facts.below))


def _description(text: Prose, facts: Limits, writer: Writer, *, deprecated: bool) -> Cell:
    lines = [text] if text else []
    lines += [writer.label("Deprecated")] if deprecated else []
    return (*lines, *_limit_lines(facts, writer))


def parameter_table(rows: Iterable[Row], location: str, writer: Writer) -> Table:
    """Name, type, required, default and description of each parameter."""
    columns = writer.labels("Name", "Type", "Required", "Default", "Description")
    return Table(columns, tuple(_parameter(row, location, writer) for row in rows))


def _parameter(row: Row, location: str, writer: Writer) -> tuple[Cell, ...]:
    text = writer.say(row.description, f"description of the {location} parameter `{row.name}`")
    return (
        (Prose.code(row.name),),
        (Prose.raw(row.type),),
        (_yes(writer, holds=row.required),),
        () if row.default is None else (shown(row.default),),
        _description(text, row.limits, writer, deprecated=row.deprecated),
    )


def property_table(
    schema: object, document: Document, writer: Writer, *, request: bool = False
) -> Table | None:
    """One row for each property of a schema, None where it has none."""
    rows = outline(schema, document)
    if not rows:
        return None
    presence = writer.label("Required") if request else writer.label("Always present")
    name, kind, description = writer.labels("Property", "Type", "Description")
    columns = (name, kind, presence, description)
    return Table(columns, tuple(_property(row, writer) for row in rows))


def _property(row: Row, writer: Writer) -> tuple[Cell, ...]:
    text = writer.say(row.description, f"description of the property `{row.name}`")
    return (
        (Prose.code(row.name),),
        (Prose.raw(row.type),),
        (_yes(writer, holds=row.required),),
        _description(text, row.limits, writer, deprecated=row.deprecated),
    )


def content_table(
    schemas: Iterable[tuple[str, object]], *, required: bool, document: Document, writer: Writer
) -> Table:
    """Content type, type, required and description of each form that a request body may have."""
    columns = writer.labels("Content type", "Type", "Required", "Description")
    rows = []
    for media_type, schema in schemas:
        target = document.resolve(schema)
        text = str(target.get("description", "")) if isinstance(target, dict) else ""
        prose = writer.say(text.split("\n\n")[0], f"description of the `{media_type}` body")
        cells = (
            (Prose.code(media_type),),
            (Prose.raw(type_label(schema, document.resolve)),),
            (_yes(writer, holds=required),),
            _description(prose, limits(schema, document), writer, deprecated=False),
        )
        rows.append(cells)
    return Table(columns, tuple(rows))
