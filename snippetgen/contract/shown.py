"""A `Shown` value is an example in the document itself: of a parameter, a header, a body, a schema.

Every place is visited once, whatever refers to it. A body without an example is one as well, so that
it is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from snippetgen.errors import DocumentError
from snippetgen.model import Json
from snippetgen.openapi.direction import Direction
from snippetgen.openapi.document import Document, Operation, Parameter
from snippetgen.openapi.media import encodings
from snippetgen.openapi.parameter import read_parameter
from snippetgen.openapi.schema import subschemas
from snippetgen.openapi.webhook import sent_operations
from snippetgen.source import escape_pointer, resolve_pointer

__all__ = ["Kind", "Shown", "shown_values"]

Kind = Literal["parameter", "header", "request", "response", "schema"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An example: its value at `pointer`, and the pointer of the schema that it should satisfy.

    `subject` says what it belongs to, for people. `absent` says why there is no value to look at;
    `problem` is the error that kept a part of the document from being read at all. `serialized` says that
    the value is the text that is sent, `itemwise` that the schema is that of each item (OAS 3.2).
    """

    kind: Kind
    subject: str
    pointer: str
    schema: str | None
    value: Json = None
    direction: Direction = "request"
    media_type: str | None = None
    parameter: Parameter | None = None
    encoding: Mapping[str, Any] | None = None
    serialized: bool = False
    itemwise: bool = False
    absent: str | None = None
    problem: DocumentError | None = None


def shown_values(document: Document, *, schemas: bool = False) -> Iterator[Shown]:
    """Every example of a document, in document order; those inside schemas where `schemas` asks for them."""
    walk = _Walk(document)
    for operation in (*document.operations(), *sent_operations(document)[0]):
        yield from walk.guarded(walk.operation(operation), str(operation), operation.pointer)
    yield from walk.components()
    if schemas:
        yield from walk.schemas()


class _Walk:
    """One walk; `seen` holds the places that were visited, each for one schema, `used` those schemas."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.seen: set[tuple[str, str | None]] = set()
        self.used: set[str] = set()

    def guarded(self, found: Iterator[Shown], subject: str, pointer: str) -> Iterator[Shown]:
        """What was found up to where the document cannot be read, and the error that says why."""
        try:
            yield from found
        except DocumentError as problem:
            yield Shown(kind="schema", subject=subject, pointer=pointer, schema=None, problem=problem)

    def operation(self, operation: Operation) -> Iterator[Shown]:
        subject = str(operation)
        for parameter in operation.parameters:
            yield from self.parameter(parameter, f"{subject} {parameter.name}")
        body = operation.request_body
        if body is not None:
            facts = Shown(kind="request", subject=subject, pointer=body.pointer, schema=None)
            yield from self.content(body.data, facts)
        for status, response in operation.responses().items():
            yield from self.response(response.data, f"{subject} {status}", response.pointer)

    def response(self, data: Mapping[str, Any], subject: str, pointer: str) -> Iterator[Shown]:
        facts = Shown(kind="response", subject=subject, pointer=pointer, schema=None, direction="response")
        yield from self.content(data, facts)
        for name, node in _object(data.get("headers")).items():
            header, place = self.document.follow(node, pointer + escape_pointer("headers", name))
            yield from self.header(name, header, f"{subject} {name}", place)

    def header(self, name: str, data: Any, subject: str, pointer: str) -> Iterator[Shown]:
        if isinstance(data, dict) and name.lower() != "content-type":  # is ignored (OAS Response Object)
            parameter = read_parameter(data | {"name": name, "in": "header"}, pointer, self.document.resolve)
            facts = Shown(kind="header", subject=subject, pointer=pointer, schema=_schema_of(parameter))
            yield from self.described(parameter, replace(facts, direction="response", parameter=parameter))

    def parameter(self, parameter: Parameter, subject: str) -> Iterator[Shown]:
        if parameter.is_ignored:
            return
        pointer, schema = parameter.pointer, _schema_of(parameter)
        facts = Shown(kind="parameter", subject=subject, pointer=pointer, schema=schema, parameter=parameter)
        yield from self.described(parameter, facts)

    def described(self, parameter: Parameter, facts: Shown) -> Iterator[Shown]:
        """The examples of a parameter or a header: those of its `content`, and its own."""
        self.used |= {facts.schema} if facts.schema else set()
        entry = _object(parameter.data.get("content")).get(parameter.media_type or "")
        if isinstance(entry, dict):
            inside = facts.pointer + escape_pointer("content", parameter.media_type or "")
            yield from self.examples(entry, replace(facts, pointer=inside))
        yield from self.examples(parameter.data, facts)

    def content(self, owner: Mapping[str, Any], facts: Shown) -> Iterator[Shown]:
        """The examples of every media type; a media type without one is counted as such."""
        for media_type, node in _object(owner.get("content")).items():
            place = facts.pointer + escape_pointer("content", media_type)
            entry, pointer = self.document.follow(node, place)
            if not isinstance(entry, dict):
                continue
            keyword = next((key for key in ("schema", "itemSchema") if key in entry), None)
            schema = f"{pointer}/{keyword}" if keyword else None
            self.used |= {schema} if schema else set()
            subject, encoding = f"{facts.subject} {media_type}", encodings(entry)
            inner = replace(facts, subject=subject, pointer=pointer, schema=schema, media_type=media_type)
            inner = replace(inner, encoding=encoding, itemwise=keyword == "itemSchema")
            new = self.is_new(pointer, schema)
            found = list(self.examples(entry, inner))
            yield from found if found or not new else [replace(inner, absent="no example")]

    def examples(self, owner: Mapping[str, Any], facts: Shown) -> Iterator[Shown]:
        """The `example` and the `examples` of an object that stands at the pointer of `facts`."""
        if "example" in owner and self.is_new(f"{facts.pointer}/example", facts.schema):
            yield replace(facts, pointer=f"{facts.pointer}/example", value=owner["example"])
        named = owner.get("examples")
        for name, node in named.items() if isinstance(named, dict) else ():
            example, place = self.document.follow(node, facts.pointer + escape_pointer("examples", name))
            one = replace(facts, subject=f"{facts.subject} {name}", pointer=place)
            if isinstance(example, dict) and self.is_new(place, facts.schema):
                yield from _example_object(example, one)

    def is_new(self, pointer: str, schema: str | None) -> bool:
        key = pointer, schema
        new = key not in self.seen
        self.seen.add(key)
        return new

    def components(self) -> Iterator[Shown]:
        """The examples of components that no operation refers to."""
        components = self.document.data.get("components") or {}
        kinds = {
            "parameters": self.loose_parameter,
            "requestBodies": self.loose_body,
            "responses": self.response,
        }
        for key, read in kinds.items():
            for name, node in (components.get(key) or {}).items():
                pointer = escape_pointer("components", key, name)
                if isinstance(node, dict) and "$ref" not in node:
                    yield from self.guarded(read(node, name, pointer), name, pointer)

    def loose_parameter(self, data: Mapping[str, Any], subject: str, pointer: str) -> Iterator[Shown]:
        if isinstance(data.get("name"), str) and isinstance(data.get("in"), str):
            yield from self.parameter(read_parameter(data, pointer, self.document.resolve), subject)

    def loose_body(self, data: Mapping[str, Any], subject: str, pointer: str) -> Iterator[Shown]:
        yield from self.content(data, Shown(kind="request", subject=subject, pointer=pointer, schema=None))

    def schemas(self) -> Iterator[Shown]:
        """The examples inside schemas: those of components, and those that stand where they are used."""
        for name, schema in ((self.document.data.get("components") or {}).get("schemas") or {}).items():
            yield from self.inside(schema, name, escape_pointer("components", "schemas", name))
        for pointer in sorted(self.used):
            yield from self.inside(resolve_pointer(self.document.data, pointer), pointer, pointer)

    def inside(self, schema: Any, subject: str, pointer: str) -> Iterator[Shown]:
        old = self.document.version.startswith("3.0")
        for place, node in subschemas(schema, pointer):
            if old and "$ref" in node:
                continue
            listed = node.get("examples") if not old else None
            values = [("example", node["example"])] if "example" in node else []
            values += [(f"examples/{i}", v) for i, v in enumerate(listed if isinstance(listed, list) else ())]
            for key, value in values:
                if self.is_new(f"{place}/{key}", place):
                    yield Shown(
                        kind="schema", subject=subject, pointer=f"{place}/{key}", schema=place, value=value
                    )


def _schema_of(parameter: Parameter) -> str | None:
    return None if parameter.schema == {} and "schema" not in parameter.data else parameter.schema_pointer


def _object(value: Any) -> Mapping[str, Any]:
    """The value where it is an object; what is none is a finding of the document's structure."""
    return value if isinstance(value, dict) else {}


def _example_object(example: Mapping[str, Any], facts: Shown) -> Iterator[Shown]:
    """The value of an Example Object (OAS 3.2: `dataValue`, and `serializedValue` as it is sent)."""
    for key in ("value", "dataValue", "serializedValue"):
        if key in example:
            pointer, serialized = f"{facts.pointer}/{key}", key == "serializedValue"
            yield replace(facts, pointer=pointer, value=example[key], serialized=serialized)
    if not {"value", "dataValue", "serializedValue"} & example.keys():
        absent = "in another file" if "externalValue" in example else "without a value"
        yield replace(facts, absent=absent)
