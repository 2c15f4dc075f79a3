"""The tables of a page, read off an operation and its schemas."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from snippetgen.model import Json
from snippetgen.openapi.document import Document
from snippetgen.openapi.parameter import type_label
from snippetgen.page.outline import Limits, Row, limits, outline
from snippetgen.page.page import Cell, Table
from snippetgen.page.writer import Writer
from snippetgen.prose import Prose

__all__ = ["content_table", "parameter_table", "property_table", "shown"]


def shown(value: Json) -> Prose:
    """A value as code: a string without quotes, unless it is empty; anything else as JSON."""
    return Prose.code(value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False))


def _yes(writer: Writer, *, holds: bool) -> Prose:
    return writer.answer("Yes") if holds else writer.answer("No")


def _limit_lines(facts: Limits, writer: Writer) -> Iterator[Prose]:
    low, high = facts.minimum, facts.maximum
    if facts.enum:
        yield writer.label("Allowed values: {values}", values=writer.joined(map(shown, facts.enum)))
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
    yield from _size_lines(facts, writer)


def _size_lines(facts: Limits, writer: Writer) -> Iterator[Prose]:
    if facts.shortest:
        yield writer.counted("At least one character", "At least {count} characters", facts.shortest)
    if facts.longest is not None:
        yield writer.counted("At most one character", "At most {count} characters", facts.longest)
    if facts.fewest:
        yield writer.counted("At least one item", "At least {count} items", facts.fewest)
    if facts.most is not None:
        yield writer.counted("At most one item", "At most {count} items", facts.most)


def _description(text: Prose, facts: Limits, writer: Writer, *, deprecated: bool) -> Cell:
    lines = [text] if text else []
    lines += [writer.label("Deprecated")] if deprecated else []
    return (*lines, *_limit_lines(facts, writer))


def parameter_table(rows: Iterable[Row], location: str, writer: Writer) -> Table:
    """Name, type, required, default and description of each parameter."""
    columns = writer.columns("Name", "Type", "Required", "Default", "Description")
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
    columns = (
        writer.columns("Property", "Type", "Required", "Description")
        if request
        else writer.columns("Property", "Type", "Always present", "Description")
    )
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
    columns = writer.columns("Content type", "Type", "Required", "Description")
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
