"""What the schemas of a document say about the document's own examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from snippetgen.contract.fields import read_fields
from snippetgen.contract.shown import Shown
from snippetgen.contract.style import read_wire, text_readings
from snippetgen.contract.value import check_value, is_vacuous, is_valid, unusable
from snippetgen.errors import DocumentError
from snippetgen.exact import TextError, loads
from snippetgen.model import Body, Finding, Json, Pair, Text
from snippetgen.openapi.direction import Direction
from snippetgen.openapi.document import Document
from snippetgen.openapi.media import is_json, is_json_lines, strip_parameters
from snippetgen.openapi.parameter import schema_types
from snippetgen.source import resolve_pointer

__all__ = ["Judged", "judge"]

_FORM = "application/x-www-form-urlencoded"
_RULES = {
    "parameter": "contract/parameter-example",
    "header": "contract/response-example",
    "request": "contract/request-example",
    "response": "contract/response-example",
    "schema": "contract/schema-example",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An example with its findings; `unchecked` says why it was not held against a schema, if it was not."""

    shown: Shown
    findings: tuple[Finding, ...] = ()
    unchecked: str | None = None

    @property
    def fails(self) -> bool:
        """Whether the example is wrong, not only doubtful."""
        return any(finding.severity == "error" for finding in self.findings)


def judge(document: Document, shown: Shown) -> Judged:
    """The example as its schema judges it; a schema that cannot be used is a finding, not an error."""
    try:
        return _judge(document, shown)
    except DocumentError as problem:
        found = replace(unusable(shown.subject, problem), pointer=shown.schema or shown.pointer)
        return Judged(shown=shown, findings=(found,), unchecked="unusable schema")


def _judge(document: Document, shown: Shown) -> Judged:
    if shown.problem is not None:
        raise shown.problem
    if shown.absent is not None:
        return Judged(shown=shown, unchecked=shown.absent)
    if shown.schema is None or is_vacuous(document, resolve_pointer(document.data, shown.schema)):
        reason = "no schema" if shown.schema is None else "a schema that accepts everything"
        return Judged(shown=shown, findings=(_vacuous(shown),), unchecked=reason)
    if shown.parameter is not None:
        return Judged(shown=shown, findings=tuple(_check_parameter(document, shown)))
    if shown.kind == "schema":
        return Judged(shown=shown, findings=tuple(_check_either(document, shown)))
    return _judge_items(document, shown) if shown.itemwise else _judge_body(document, shown)


def _judge_items(document: Document, shown: Shown) -> Judged:
    """A sequence of items: a list, or the text of one that has an item on each line."""
    media_type, items = strip_parameters(shown.media_type or ""), shown.value
    if isinstance(items, str) and is_json_lines(media_type):
        try:
            items = [loads(line) for line in items.split("\n") if line.strip()]
        except TextError as problem:
            return Judged(shown=shown, findings=(_no_json(shown, problem),))
    if not isinstance(items, list):
        return Judged(shown=shown, unchecked=f"{media_type} text")
    places = ("" if shown.serialized else f"/{index}" for index in range(len(items)))
    each = [replace(shown, pointer=shown.pointer + place) for place in places]
    found = (_values(document, one, item) for one, item in zip(each, items, strict=True))
    return Judged(shown=shown, findings=tuple(chain.from_iterable(found)))


def _is_right(document: Document, shown: Shown, value: Json) -> bool:
    return is_valid(document, str(shown.schema), value, direction=shown.direction)


def _no_json(shown: Shown, problem: TextError) -> Finding:
    fix = "write it as it is sent, or show the value by `dataValue`"
    message = f"the serialized value is no JSON: {problem}"
    return Finding(rule=_RULES[shown.kind], message=message, pointer=shown.pointer, fix=fix)


def _judge_serialized(document: Document, shown: Shown) -> Judged:
    """The text of JSON as it is sent (OAS 3.2 Example Object, `serializedValue`)."""
    try:
        value = loads(str(shown.value))
    except TextError as problem:
        return Judged(shown=shown, findings=(_no_json(shown, problem),))
    return Judged(shown=shown, findings=tuple(_values(document, shown, value)))


def _vacuous(shown: Shown) -> Finding:
    what = "has no schema" if shown.schema is None else "has a schema that accepts every value"
    return Finding(
        rule="contract/vacuous-schema",
        severity="warning",
        message=f"{shown.subject} {what}: its example proves nothing",
        pointer=shown.schema or shown.pointer,
        fix="describe the value, or remove the empty alternative, by an overlay",
    )


def _values(document: Document, shown: Shown, value: Json) -> Iterator[Finding]:
    yield from check_value(
        document,
        str(shown.schema),
        value,
        direction=shown.direction,
        rule=_RULES[shown.kind],
        at=shown.pointer,
    )


def _check_parameter(document: Document, shown: Shown) -> Iterator[Finding]:
    """A parameter's example is its value, or the text in which that value is sent."""
    parameter, value = shown.parameter, shown.value
    readings: tuple[Json, ...] = () if shown.serialized else (value,)
    if isinstance(value, str) and parameter is not None:
        readings += read_wire(parameter, value, document.resolve)
    schema, direction = str(shown.schema), shown.direction
    if not any(is_valid(document, schema, reading, direction=direction) for reading in readings):
        yield from _values(document, shown, readings[0] if readings else value)


def _check_either(document: Document, shown: Shown) -> Iterator[Finding]:
    """An example inside a schema may show what is sent or what is answered."""
    directions: tuple[Direction, ...] = ("response", "request")
    schema = str(shown.schema)
    fitting = (d for d in directions if is_valid(document, schema, shown.value, direction=d))
    yield from _values(document, replace(shown, direction=next(fitting, "response")), shown.value)


def _judge_body(document: Document, shown: Shown) -> Judged:
    media_type, value = shown.media_type or "", shown.value
    if shown.serialized and is_json(media_type):
        return _judge_serialized(document, shown)
    types = schema_types({"$ref": f"#{_fragment(shown)}"}, document.resolve)
    is_text = isinstance(value, str) and "string" not in types and bool(types)
    if is_text and is_json(media_type):
        return Judged(shown=shown, findings=tuple(_check_json_text(document, shown)))
    if is_text and strip_parameters(media_type) == _FORM:
        fields, _ = _read_form(document, shown, str(value))
        return Judged(shown=shown, findings=tuple(_values(document, shown, fields)))
    if is_text and not (readings := text_readings(str(value), types)):
        return Judged(shown=shown, unchecked=f"{strip_parameters(media_type)} text")
    if is_text:
        value = next((r for r in readings if _is_right(document, shown, r)), value)
    return Judged(shown=shown, findings=tuple(_values(document, shown, value)))


def _fragment(shown: Shown) -> str:
    return str(shown.schema).replace("%", "%25")


def _check_json_text(document: Document, shown: Shown) -> Iterator[Finding]:
    """A string where JSON of another type is wanted: most often the JSON itself, put into quotes."""
    try:
        value = loads(str(shown.value), unique=False)
    except ValueError:
        yield from _values(document, shown, shown.value)
        return
    valid = is_valid(document, str(shown.schema), value, direction=shown.direction)
    inside = "satisfies" if valid else "fails"
    yield Finding(
        rule="contract/json-in-string",
        message=f"the example is JSON stored as a string; the JSON inside {inside} its schema",
        pointer=shown.pointer,
        fix="write the value itself, without the quotes around it",
    )
    if not valid:
        yield from _values(document, shown, value)


def _read_form(document: Document, shown: Shown, text: str) -> tuple[Json, frozenset[str]]:
    from urllib.parse import parse_qsl

    pairs = tuple(Pair(name, Text.of(value)) for name, value in parse_qsl(text, keep_blank_values=True))
    schema = resolve_pointer(document.data, str(shown.schema))
    return read_fields(document, schema, shown.encoding or {}, Body(kind="form", pairs=pairs), {})
