"""The fields of a form or multipart body, read back into the value that a schema describes.

How each is written is what the Encoding Object says (OAS 3.1.1 section 4.8.15); secrets and files are
opaque, since a schema has nothing to say about their stand-ins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from snippetgen.contract.style import DELIMITERS, decode_text
from snippetgen.exact import loads
from snippetgen.model import Body, Json, Text
from snippetgen.openapi.document import Document
from snippetgen.openapi.media import is_json, strip_parameters
from snippetgen.openapi.parameter import item_schema, member_schema, schema_types
from snippetgen.source import escape_pointer

__all__ = ["STAND_IN", "read_fields"]

STAND_IN = "AAAA"  # for the content of a file, which is not read here; it is Base64 as well as text
_KEYS = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class _Field:
    """A form field or a part as it is sent: its text, and whether a schema has nothing to say about it."""

    name: str
    text: str
    opaque: bool
    media_type: str | None = None


def read_fields(
    document: Document, schema: Any, encoding: Mapping[str, Any], body: Body, environment: Mapping[str, str]
) -> tuple[Json, frozenset[str]]:
    """The value of a form or multipart body, with the pointers of the fields that no schema can judge."""
    fields = list(_form(body, environment) if body.kind == "form" else _multipart(body, environment))
    types = schema_types(schema, document.resolve)
    if types and "object" not in types:
        return "&".join(f"{quote_plus(f.name)}={quote_plus(f.text)}" for f in fields), frozenset()
    reader = _Reader(document, schema, encoding)
    return reader.value(fields), frozenset("/body" + escape_pointer(f.name) for f in fields if f.opaque)


class _Reader:
    """Reads the fields of one body; a field belongs to the property that its name begins with."""

    def __init__(self, document: Document, schema: Any, encoding: Mapping[str, Any]) -> None:
        self.document = document
        self.schema = schema
        self.encoding = encoding
        self.spread = [name for name, facts in encoding.items() if self.is_spread(name, facts)]

    def is_spread(self, name: str, facts: Any) -> bool:
        """Whether each member of an object is a field of its own."""
        form = isinstance(facts, dict) and facts.get("style") == "form" and facts.get("explode", True)
        return bool(form) and "object" in self.types(self.property(self.schema, name))

    def value(self, fields: list[_Field]) -> dict[str, Json]:
        owned: dict[str, list[_Field]] = {}
        for field in fields:
            owned.setdefault(self.owner(field.name), []).append(field)
        return {name: self.member(name, own) for name, own in owned.items()}

    def owner(self, name: str) -> str:
        """The property that a field belongs to."""
        head = name.partition("[")[0]
        if self.style(head) == "deepObject" and name.endswith("]"):
            return head
        for owner in self.spread:
            if self.property(self.property(self.schema, owner), name) != {}:
                return owner
        return name

    def style(self, name: str) -> str | None:
        facts = self.encoding.get(name)
        return facts.get("style") if isinstance(facts, dict) else None

    def member(self, name: str, fields: list[_Field]) -> Json:
        schema = self.property(self.schema, name)
        if name in self.spread:
            inner = ((f.name, self.property(schema, f.name), f) for f in fields)
            return {key: self.one(field, one) for key, one, field in inner}
        if self.style(name) == "deepObject" and any(field.name != name for field in fields):
            return self.deep(schema, [(_KEYS.findall(field.name), field) for field in fields])
        types = self.types(schema)
        if "array" in types:
            return [self.one(field, self.items(schema)) for field in self.split(name, fields)]
        values = [self.one(field, schema) for field in fields]
        return values[0] if len(values) == 1 else values

    def split(self, name: str, fields: list[_Field]) -> list[_Field]:
        """The items of a list: a field each, unless the encoding joins them."""
        facts = self.encoding.get(name)
        if not isinstance(facts, dict) or facts.get("explode", True) is not False:
            return fields
        delimiter = DELIMITERS.get(facts.get("style", "form"), ",")
        texts = [text for field in fields for text in field.text.split(delimiter)]
        return [_Field(name, text, fields[0].opaque) for text in texts]

    def deep(self, schema: Any, fields: list[tuple[list[str], _Field]]) -> Json:
        """The value of `name[key][0]`; numbered members are a list where the schema wants one."""
        if not fields[0][0]:
            return self.one(fields[0][1], schema)
        groups: dict[str, list[tuple[list[str], _Field]]] = {}
        for (key, *rest), field in (entry for entry in fields if entry[0]):
            groups.setdefault(key or str(len(groups)), []).append((rest, field))
        if "array" in self.types(schema) or ("object" not in self.types(schema) and "0" in groups):
            return [self.deep(self.items(schema), group) for group in groups.values()]
        return {key: self.deep(self.property(schema, key), group) for key, group in groups.items()}

    def types(self, schema: Any) -> tuple[str, ...]:
        return schema_types(schema, self.document.resolve)

    def items(self, schema: Any) -> Any:
        """What the items of a list are; {} when nothing declares it."""
        return item_schema(schema, self.document.resolve)

    def property(self, schema: Any, name: str) -> Any:
        """The schema of a property; {} when nothing declares it."""
        return member_schema(schema, name, self.document.resolve)

    def one(self, field: _Field, schema: Any) -> Json:
        """A field's value; an object, or a part that says so, is JSON (Encoding Object, `contentType`)."""
        types = self.types(schema)
        structured = "object" in types or (field.media_type and is_json(field.media_type))
        if not field.opaque and structured:
            try:
                value: Json = loads(field.text, unique=False)
            except ValueError:
                return field.text
            return value
        return decode_text(field.text, types)[0]


def _form(body: Body, environment: Mapping[str, str]) -> Iterator[_Field]:
    for pair in body.pairs:
        yield _Field(pair.name, _text(pair.value, environment), _is_secret(pair.value))


def _multipart(body: Body, environment: Mapping[str, str]) -> Iterator[_Field]:
    for part in body.parts:
        if part.file is not None:
            yield _Field(part.name, STAND_IN, opaque=True)
        else:
            media_type = strip_parameters(part.media_type) if part.media_type else None
            yield _Field(part.name, _text(part.text, environment), _is_secret(part.text), media_type)


def _text(text: Text | None, environment: Mapping[str, str]) -> str:
    return text.resolve(environment) if text else ""


def _is_secret(text: Text | None) -> bool:
    return bool(text and any(text.credentials()))
